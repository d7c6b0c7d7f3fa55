//! When: dates, months, quarters, years, and the words for work that returns or never ends.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

use super::lexicon::{lexicon, never_fails};
use super::marker::roman;
use super::passage::Passage;
use super::{Recurrence, Time, TimeKind};

/// A stretch of the calendar that a text names.
#[derive(Debug, Clone, PartialEq)]
struct Point {
    at: Range<usize>,
    start: Date,
    due: Date,
    /// Named as a month.
    month: bool,
    /// Named as a stretch: "2025 - 2035", "từ ... đến ...".
    stretch: bool,
    /// A single day.
    day: bool,
    /// A year or years only.
    year: bool,
}

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| never_fails($text));
    };
}

pattern!(
    DAY,
    r"\b(?:ngay\s+)?(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*((?:19|20)\d\d)\b|\bngay\s+(\d{1,2})\s+thang\s+(\d{1,2})\s*(?:,|/|nam|nam,)?\s*(?:nam\s+)?((?:19|20)\d\d)\b"
);
pattern!(
    MONTHS,
    r"\btu\s+thang\s+(\d{1,2})\s+den\s+(?:het\s+)?thang\s+(\d{1,2})\s*(?:/|-|nam|,)?\s*(?:nam\s+)?(20\d\d)\b"
);
pattern!(
    MONTH,
    r"\bthang\s+(\d{1,2})\s*(?:/|-|,|nam|\s)\s*(?:nam\s+)?(20\d\d)\b|\b(\d{1,2})\s*/\s*(20\d\d)\b"
);
pattern!(
    QUARTER,
    r"\bquy\s+([il1|]{1,3}|[il1|]v|[2-4])(?:\s*(?:,|va|-|den)\s*(?:quy\s+)?([il1|]{1,3}|[il1|]v|[2-4]))?\s*(?:/|-|,|nam|\s)\s*(?:nam\s+)?(20\d\d)\b"
);
pattern!(HALF, r"\b0?6\s+thang\s+(dau|cuoi)\s+(?:nam\s+)?(20\d\d)\b");
pattern!(YEARS, r"\b(?:nam\s+|tu\s+nam\s+|giai\s+doan\s+)?(20\d\d)\s*(?:-|den)\s*(?:nam\s+)?(20\d\d)\b");
pattern!(YEAR, r"\b(?:nam\s+)?(20\d\d)\b");
pattern!(
    DAY_OF_YEAR,
    r"\b(?:truoc|vao|den|cham nhat(?: la)?)\s+(?:ngay\s+)?(?:(\d{1,2})/(\d{1,2})\b(?:\s*(?:va|,)\s*(?:truoc\s+)?(?:ngay\s+)?(\d{1,2})/(\d{1,2})\b)?|(\d{1,2})\s+thang\s+(\d{1,2})\b(?:\s*(?:va|,)\s*(?:truoc\s+)?(?:ngay\s+)?(\d{1,2})\s+thang\s+(\d{1,2})\b)?)"
);
pattern!(DONE_IN, r",.*\b(?:trong|vao|truoc|xong)\s+$");
pattern!(NEXT_DAY, r"^\s*(?:,|va|;)\s*(?:truoc\s+)?(?:ngay\s+)?(\d{1,2})/(\d{1,2})\b");
pattern!(EACH, r"\b(?:\d{1,2}/\d{1,2}|thang\s+\d{1,2})\b");
pattern!(BY_DAY, r"\b(?:truoc|hoan thanh|cham nhat|den het|xong)\b[a-z ]{0,16}$");
pattern!(AFTERWARDS, r"\b(?:sau do|va duy tri|tiep tuc)\b");
pattern!(
    BEFORE,
    r"(?:truoc|trong|den|den het|vao|het|cuoi|cham nhat|muon nhat|xong|thanh|han|tu|la)\s*(?:\d{1,2}\s*(?:h|gio|:)\s*(?:\d{2})?\s*(?:phut)?,?\s*)?(?:het\s+|cuoi\s+|ngay\s+|la\s+)*$"
);

/// A month or quarter before which something is due: the last day before it.
fn before_start(fold: &str, point: &Point) -> bool {
    !point.day && !point.year && !point.stretch && fold[..point.at.start].trim_end().ends_with("truoc")
}

/// The day by which something named as this stretch of the calendar is due.
fn due_day(fold: &str, point: &Point) -> Date {
    if before_start(fold, point) { point.start.yesterday().unwrap_or(point.start) } else { point.due }
}

fn number(found: &Captures<'_>, i: usize) -> Option<i16> {
    found.get(i)?.as_str().parse().ok()
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn quarter(found: &Captures<'_>, i: usize) -> Option<i16> {
    // A scan takes strokes for one another: "IIl" and "11" are two or three of them.
    let text = found.get(i)?.as_str().replace(['l', '|', '1'], "i");
    let value = text.parse().ok().or_else(|| roman(&text.to_uppercase())).filter(|n| *n <= 4)?;
    i16::try_from(value).ok()
}

/// The year that a title names, when it names one and no stretch of years: "Kế hoạch ... năm 2026".
pub(super) fn year_of(title: &str) -> Option<i16> {
    let fold = crate::fold::fold(title);
    let mut years = YEAR.captures_iter(&fold).filter_map(|found| number(&found, 1));
    let year = years.next()?;
    (years.next().is_none() && fold.contains(&format!("nam {year}"))).then_some(year)
}

/// "Tháng 8", "Quý I, II" in a plan of one year.
pub(super) fn within(time: &str, year: i16) -> Option<Time> {
    let mut text = Passage::default();
    format!("{}/{year}", time.trim_end_matches(['.', ' '])).chars().for_each(|c| text.push(c, 0));
    let found = points(&text.fold, 0..text.len());
    let dated = found.first().is_some_and(|p| p.at.start == 0) && found.iter().all(|p| !p.year && !p.day);
    dated.then(|| value(&text).0)
}

/// A text writes the numbers of quarters with Roman digits.
pub(super) fn has_roman_quarters(fold: &str) -> bool {
    ROMAN_QUARTER.is_match(fold)
}

/// The number of a quarter that a scan may have misread: strokes of different kinds, or a "1" in a text that writes
/// Roman ones (where "II" easily becomes "1").
pub(super) fn doubtful_quarter(time: &str, roman: bool) -> bool {
    let fold = crate::fold::fold(time);
    SPOILT_QUARTER.is_match(&fold) || roman && ONE_QUARTER.is_match(&fold)
}

pattern!(ROMAN_QUARTER, r"\bquy\s+(?:i{1,3}|iv)\b");
pattern!(SPOILT_QUARTER, r"\bquy\s+(?:[il1|]*[l|][il1|]*|i+1+|1+i+|1{2,3}|[l1|]v)(?:[^a-z0-9]|$)");
pattern!(ONE_QUARTER, r"\bquy\s+1\b");

/// From, to, and whether it is a month, a stretch, a day, years.
type Reading = (Date, Date, [bool; 4]);

/// Every stretch of the calendar named in `fold[range]`, in order, the longest reading of each place.
fn points(fold: &str, range: Range<usize>) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::new();
    let text = &fold[..range.end];
    let mut taken = vec![false; range.len()];
    let mut add = |regex: &Regex, read: &dyn Fn(&Captures<'_>) -> Option<Reading>| {
        let mut from = range.start;
        while let Some(found) = regex.captures_at(text, from) {
            let Some(whole) = found.get(0) else { break };
            from = whole.end();
            let place = whole.start() - range.start..whole.end() - range.start;
            if taken[place.clone()].contains(&true) {
                continue;
            }
            if let Some((start, due, [month, stretch, day, year])) = read(&found) {
                taken[place].fill(true);
                out.push(Point { at: whole.range(), start, due, month, stretch, day, year });
            }
        }
    };
    add(&DAY, &|f| {
        let day = date(
            number(f, 3).or(number(f, 6))?,
            number(f, 2).or(number(f, 5))?,
            number(f, 1).or(number(f, 4))?,
        )?;
        Some((day, day, [false, false, true, false]))
    });
    add(&MONTHS, &|f| {
        let (from, to) = (date(number(f, 3)?, number(f, 1)?, 1)?, date(number(f, 3)?, number(f, 2)?, 1)?);
        Some((from, to.last_of_month(), [true, true, false, false]))
    });
    add(&QUARTER, &|f| {
        let first = quarter(f, 1)?;
        let last = quarter(f, 2).unwrap_or(first).max(first);
        let year = number(f, 3)?;
        Some((
            date(year, first * 3 - 2, 1)?,
            date(year, last * 3, 1)?.last_of_month(),
            [false, first != last, false, false],
        ))
    });
    add(&HALF, &|f| {
        let first = f.get(1)?.as_str() == "dau";
        let year = number(f, 2)?;
        let (from, to) = if first { (1, 6) } else { (7, 12) };
        Some((date(year, from, 1)?, date(year, to, 1)?.last_of_month(), [false; 4]))
    });
    add(&MONTH, &|f| {
        let first = date(number(f, 2).or(number(f, 4))?, number(f, 1).or(number(f, 3))?, 1)?;
        Some((first, first.last_of_month(), [true, false, false, false]))
    });
    add(&YEARS, &|f| {
        let (from, to) = (date(number(f, 1)?, 1, 1)?, date(number(f, 2)?, 12, 31)?);
        (from < to).then_some((from, to, [false, true, false, true]))
    });
    add(&YEAR, &|f| {
        Some((date(number(f, 1)?, 1, 1)?, date(number(f, 1)?, 12, 31)?, [false, false, false, true]))
    });
    out.sort_by_key(|p| p.at.start);
    out
}

/// How often, by the words in the range. A longer phrase hides those inside it: "6 tháng/lần" is not "tháng/lần".
fn recurrences(text: &Passage, range: Range<usize>) -> Vec<Recurrence> {
    let words = lexicon();
    let mut out: Vec<(Recurrence, Range<usize>)> = Vec::new();
    for (name, kind) in [
        ("semiannual", Recurrence::Semiannual),
        ("quarterly", Recurrence::Quarterly),
        ("weekly", Recurrence::Weekly),
        ("monthly", Recurrence::Monthly),
        ("annual", Recurrence::Annual),
    ] {
        let hidden = |hit: &Range<usize>| out.iter().any(|(_, o)| o.start <= hit.start && hit.end <= o.end);
        let mut from = range.start;
        while let Some(hit) = words.time(name).find(text, from..range.end) {
            // "đổi mới quy trình" is no "mỗi quý".
            if !hidden(&hit) && (words.time(name).agrees(text, &hit) || unmarked(text, &hit)) {
                out.push((kind, hit));
                break;
            }
            from = hit.end;
        }
    }
    let mut out: Vec<Recurrence> = out.into_iter().map(|(kind, _)| kind).collect();
    out.sort_unstable();
    // "Tháng 5 và tháng 11 hằng năm": as often as months or days are named.
    if out == [Recurrence::Annual] && range.len() < 60 {
        let named: Vec<_> = EACH.find_iter(&text.fold[range.clone()]).collect();
        let listed = named.len() > 1 && !text.fold[range.clone()].contains(" den ");
        match named.len() {
            2 | 3 if listed => out = vec![Recurrence::Semiannual],
            4 if listed => out = vec![Recurrence::Quarterly],
            _ => {}
        }
    }
    if out.is_empty() && words.time("periodic").find(text, range).is_some() {
        out.push(Recurrence::Periodic);
    }
    out
}

/// Words that lost their marks may be any.
fn unmarked(text: &Passage, hit: &Range<usize>) -> bool {
    text.chars[hit.clone()].iter().all(char::is_ascii)
}

/// How many stretches of the calendar a text names.
pub(super) fn dates(text: &Passage) -> usize {
    points(&text.fold, 0..text.len()).len()
}

/// A short text that says when, and nothing else.
pub(super) fn looks_like_time(text: &Passage) -> bool {
    if text.len() > 90 || text.is_empty() {
        return false;
    }
    let words = lexicon();
    let early = |hit: Option<Range<usize>>| hit.is_some_and(|m| m.start <= 12);
    let whole = 0..text.len();
    [
        "weekly",
        "monthly",
        "quarterly",
        "semiannual",
        "annual",
        "continuous",
        "per_plan",
        "on_demand",
        "periodic",
    ]
    .iter()
    .any(|name| words.time(name).at(text, 0).is_some())
        || points(&text.fold, whole.clone()).first().is_some_and(|p| p.at.start <= 14)
        || (text.fold.starts_with("quy ")
            && text
                .fold
                .as_bytes()
                .get(4)
                .is_some_and(|b| b.is_ascii_digit() || matches!(b, b'i' | b'l' | b'|')))
        || (text.len() < 40 && text.fold.starts_with("theo "))
        || (text.len() < 24 && early(words.time("continuous").find(text, whole)))
}

/// A short text that says when from its first word on.
pub(super) fn opens_with_time(text: &Passage) -> bool {
    let near = |p: &Point| p.at.start <= 6 && !text.fold[..p.at.start].contains(',');
    looks_like_time(text) && points(&text.fold, 0..text.len()).first().is_none_or(near)
}

/// The time of a cell or after a label. The second value is false when it says something that was not understood.
pub(super) fn value(text: &Passage) -> (Time, bool) {
    let words = lexicon();
    let whole = 0..text.len();
    let found = points(&text.fold, whole.clone());
    let recurrence = recurrences(text, whole.clone());
    let planned = words.time("per_plan").at(text, 0).is_some();
    if planned && !found.iter().any(|p| p.day) {
        return (Time { kind: TimeKind::PerPlan, ..Time::default() }, true);
    }
    if let (Some(first), Some(last)) = (found.first(), found.iter().max_by_key(|p| p.due)) {
        return (dated(text, first, last, &found, recurrence), true);
    }
    let kind = if !recurrence.is_empty() {
        TimeKind::Recurring
    } else if let Some(twice) = day_of_year(&text.fold, whole.clone()) {
        return (Time { kind: TimeKind::Recurring, recurrence: vec![twice], ..Time::default() }, true);
    } else if words.time("continuous").find(text, whole.clone()).is_some() {
        TimeKind::Continuous
    } else if words.time("on_demand").find(text, whole.clone()).is_some() {
        TimeKind::OnDemand
    } else if words.time("per_plan").find(text, whole).is_some() {
        TimeKind::PerPlan
    } else {
        return (Time::default(), text.is_empty());
    };
    (Time { kind, recurrence, ..Time::default() }, true)
}

fn dated(text: &Passage, first: &Point, last: &Point, found: &[Point], recurrence: Vec<Recurrence>) -> Time {
    let words = lexicon();
    let rest = first.at.end..text.len();
    let onward = words.time("onward").find(text, rest.clone()).is_some();
    let from = text.fold[..first.at.start].trim_end().ends_with("tu")
        || text.fold[first.at.clone()].starts_with("tu ");
    let stretch = first.stretch || (found.len() > 1 && from);
    let until = text.fold[..first.at.start].trim_end().ends_with("truoc")
        || BY_DAY.is_match(&text.fold[..first.at.start]);
    if onward && until && AFTERWARDS.is_match(&text.fold[rest.clone()]) {
        let due = Some(due_day(&text.fold, first).to_string());
        return Time { kind: TimeKind::ByDate, recurrence, start: None, due };
    }
    if onward || (from && !stretch && found.len() == 1) {
        let finishes = words.time("finishes").find(text, rest.clone()).is_some();
        let phase = words.time("phase").find(text, rest).is_some();
        return Time {
            kind: TimeKind::StartThenContinuous,
            recurrence,
            start: (!finishes).then(|| first.start.to_string()),
            due: (finishes || phase).then(|| first.due.to_string()),
        };
    }
    let kind = match () {
        () if !recurrence.is_empty() => TimeKind::Recurring,
        () if last.month => TimeKind::ByMonth,
        () => TimeKind::ByDate,
    };
    let start = if stretch { Some(first.start.to_string()) } else { None };
    let yearly = kind == TimeKind::Recurring && !stretch;
    Time { kind, recurrence, start, due: (!yearly).then(|| due_day(&text.fold, last).to_string()) }
}

/// "trước ngày 01/6 và 15/11": every year on that day, or as often as days are named.
fn day_of_year(fold: &str, range: Range<usize>) -> Option<Recurrence> {
    Some(match days_of_year(fold, range).len() {
        0 => return None,
        1 => Recurrence::Annual,
        2 | 3 => Recurrence::Semiannual,
        _ => Recurrence::Quarterly,
    })
}

/// Days without a year, as month and day.
fn days_of_year(fold: &str, range: Range<usize>) -> Vec<(i16, i16)> {
    let mut out = Vec::new();
    let mut from = range.start;
    while let Some(found) = DAY_OF_YEAR.captures_at(&fold[..range.end], from) {
        for day in [1, 3, 5, 7] {
            if let (Some(day), Some(month)) = (number(&found, day), number(&found, day + 1))
                && date(2024, month, day).is_some()
                && !out.contains(&(month, day))
            {
                out.push((month, day));
            }
        }
        from = found.get(0).map_or(range.end, |m| m.end());
        // "trước ngày 15/3, 15/6, 15/9 và 05/12"
        while let Some(more) = NEXT_DAY.captures(&fold[from..range.end]) {
            if let (Some(day), Some(month)) = (number(&more, 1), number(&more, 2))
                && date(2024, month, day).is_some()
                && !out.contains(&(month, day))
            {
                out.push((month, day));
            }
            from += more.get(0).map_or(1, |m| m.end());
        }
    }
    out
}

/// The days of the year that a sentence names ("trước ngày 20/11"), as `MM-DD`, and full dates as `YYYY-MM-DD`.
pub(super) fn due_days(text: &Passage, range: Range<usize>) -> Vec<String> {
    let mut out = Vec::new();
    for point in points(&text.fold, range.clone()) {
        let before = window(&text.fold, range.start, point.at.start);
        if !point.year && !point.stretch && BEFORE.is_match(before) {
            out.push(due_day(&text.fold, &point).to_string());
        }
    }
    let masked = mask_points(&text.fold, range.clone());
    out.extend(days_of_year(&masked, range).into_iter().map(|(month, day)| format!("{month:02}-{day:02}")));
    out
}

fn mask_points(fold: &str, range: Range<usize>) -> String {
    let mut bytes = fold.as_bytes().to_vec();
    for point in points(fold, range) {
        if point.day || point.month {
            bytes[point.at].fill(b'~');
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| fold.to_owned())
}

/// The time that a heading sets for what stands below it: "Giai đoạn 2025 - 2030", "Đến năm 2030", "Năm 2026".
pub(super) fn heading(text: &Passage) -> Option<(Time, String)> {
    let found = points(&text.fold, 0..text.len());
    let whole = names_only_time(text);
    let point = found.first().filter(|p| (p.year || whole) && found.len() == 1)?;
    let before = text.fold[..point.at.start].trim();
    let opens = matches!(before, "" | "giai doan" | "den" | "trong" | "den het" | "dinh huong den");
    if !opens || text.len() > point.at.end + 24 {
        return None;
    }
    let time = Time {
        kind: if point.month { TimeKind::ByMonth } else { TimeKind::ByDate },
        start: point.stretch.then(|| point.start.to_string()),
        due: Some(point.due.to_string()),
        ..Time::default()
    };
    Some((time, text.text(0..point.at.end)))
}

/// A line that is nothing but a month, a quarter or a year ("Tháng 3/2026:") and so heads what stands below it.
pub(super) fn names_only_time(text: &Passage) -> bool {
    if text.len() > 40 || !text.first().is_some_and(char::is_uppercase) {
        return false;
    }
    let found = points(&text.fold, 0..text.len());
    let [point] = found.as_slice() else { return false };
    let bare = |part: &str| part.trim().trim_matches([':', '.', '-', ' ']).is_empty();
    let before = text.fold[..point.at.start].trim();
    !point.day
        && bare(&text.fold[point.at.end..])
        && (bare(before) || matches!(before, "trong" | "giai doan"))
}

/// The text with quotations and phrases that set no time blanked out, position for position.
fn masked(text: &Passage) -> Passage {
    let mut bytes = text.fold.as_bytes().to_vec();
    let mut open: Option<usize> = None;
    for i in 0..bytes.len() {
        if bytes[i] == b'"' {
            match open.take() {
                Some(start) if i - start < 300 => bytes[start..=i].fill(b'~'),
                _ => open = Some(i),
            }
        }
    }
    let mut from = 0;
    while let Some(hit) = lexicon().time("no_time").find(text, from..text.len()) {
        bytes[hit.clone()].fill(b'~');
        from = hit.end;
    }
    let mut out = text.clone();
    out.fold = String::from_utf8(bytes).unwrap_or_else(|_| text.fold.clone());
    out
}

/// The time that the sentences of an item set, with the place of the words. `subject_end` is where the
/// predicate of the first sentence begins.
pub(super) fn in_sentences(text: &Passage, subject_end: Option<usize>) -> Option<(Time, Range<usize>)> {
    let words = lexicon();
    if words.time("whenever").at(text, 0).is_some() {
        let end = text.fold.find([',', '.']).unwrap_or(text.len()).min(80);
        return Some((Time { kind: TimeKind::OnDemand, ..Time::default() }, 0..end));
    }
    let text = masked(text);
    let sentences = text.sentences();
    sentences.iter().find_map(|s| deadline(&text, s.clone())).or_else(|| {
        sentences.iter().find_map(|s| {
            let recurrence = recurrences(&text, s.clone());
            let every = ["weekly", "monthly", "quarterly", "semiannual", "annual", "periodic"]
                .iter()
                .filter_map(|name| words.time(name).find(&text, s.clone()))
                .min_by_key(|m| m.start);
            let always = words.time("continuous").find(&text, s.clone()).filter(|m| {
                m.start == s.start || subject_end.is_some_and(|end| m.start >= end && m.start <= end + 2)
            });
            match (every, always) {
                (Some(every), Some(always)) if always.start < every.start => Some((continuous(), always)),
                (Some(every), _) => {
                    Some((Time { kind: TimeKind::Recurring, recurrence, ..Time::default() }, every))
                }
                (None, Some(always)) => Some((continuous(), always)),
                (None, None) => None,
            }
        })
    })
}

fn continuous() -> Time {
    Time { kind: TimeKind::Continuous, ..Time::default() }
}

fn deadline(text: &Passage, sentence: Range<usize>) -> Option<(Time, Range<usize>)> {
    let masked = mask_points(&text.fold, sentence.clone());
    let yearly = DAY_OF_YEAR.find_at(&masked[..sentence.end], sentence.start);
    let found = points(&text.fold, sentence.clone());
    if let Some(found) = yearly.filter(|y| !found.iter().any(|p| !p.year && p.at.start < y.start())) {
        let recurrence = vec![day_of_year(&masked, found.start()..sentence.end)?];
        return Some((Time { kind: TimeKind::Recurring, recurrence, ..Time::default() }, found.range()));
    }
    for (i, point) in found.iter().enumerate() {
        let before = window(&text.fold, sentence.start, point.at.start);
        if let Some(last) = found.get(i + 1).filter(|last| from_to(text, point, last)) {
            let at = point.at.start.saturating_sub(3)..last.at.end;
            let kind = if last.month { TimeKind::ByMonth } else { TimeKind::ByDate };
            let (start, due) = (Some(point.start.to_string()), Some(last.due.to_string()));
            return Some((Time { kind, start, due, ..Time::default() }, at));
        }
        let led = BEFORE.is_match(before) || text.fold[point.at.clone()].starts_with("tu ");
        let bare = point.year || point.day;
        let named = point.year && in_a_name(text, sentence.start, point.at.start);
        if bare && !point.month && !led && !point.stretch || named {
            continue;
        }
        // "... giai đoạn 2026 - 2028." at the end says when, within a sentence it says of what.
        let closes = text.fold[point.at.end..sentence.end].trim_matches(['.', ';', ' ', ')']).is_empty();
        // "Giai đoạn 2026 - 2030, phối hợp ...", "Từ năm 2026 đến năm 2028" set it too.
        let opens = text.fold[sentence.start..point.at.start].trim();
        let opens = matches!(opens, "" | "trong") && text.fold[point.at.end..].starts_with(',');
        let words = &text.fold[point.at.clone()];
        let from_year = words.starts_with("tu nam");
        let phase = (from_year || words.starts_with("giai doan")) && (opens || closes);
        if point.stretch && point.year && !phase {
            continue;
        }
        let start = if point.stretch { Some(point.start.to_string()) } else { None };
        let onward = before.trim_end().ends_with(" tu") && !point.stretch;
        if onward {
            let at = point.at.start.saturating_sub(3)..point.at.end;
            let (start, kind) = (Some(point.start.to_string()), TimeKind::StartThenContinuous);
            let recurrence = recurrences(text, point.at.end..sentence.end);
            return Some((Time { kind, start, recurrence, ..Time::default() }, at));
        }
        let kind = if point.month { TimeKind::ByMonth } else { TimeKind::ByDate };
        let prefix =
            BEFORE.find(before).map_or(point.at.start, |m| point.at.start - before.len() + m.start());
        return Some((
            Time { kind, start, due: Some(due_day(&text.fold, point).to_string()), ..Time::default() },
            prefix..point.at.end,
        ));
    }
    None
}

/// "từ 01/7/2025 đến hết tháng 12/2025"
fn from_to(text: &Passage, first: &Point, last: &Point) -> bool {
    let between = text.fold[first.at.end..last.at.start].trim();
    text.fold[..first.at.start].trim_end().ends_with(" tu")
        && matches!(between, "den" | "den het" | "den ngay")
}

/// The words right before a place.
fn window(fold: &str, from: usize, at: usize) -> &str {
    &fold[from.max(at.saturating_sub(48))..at]
}

/// "Chiến lược phát triển ... đến năm 2030": the year belongs to the name of a paper.
fn in_a_name(text: &Passage, from: usize, at: usize) -> bool {
    let from = from.max(at.saturating_sub(300));
    let clause = text.fold[from..at].rfind([';', '.', ':']).map_or(from, |i| from + i + 1);
    // "Xây dựng Đề án ..., trình phê duyệt trong năm 2027": within a year something is done.
    if DONE_IN.is_match(&text.fold[clause..at]) {
        return false;
    }
    let mut search = clause.max(at.saturating_sub(160));
    while let Some(hit) = lexicon().time("named").find(text, search..at) {
        let opens = text.fold[clause..hit.start].trim().is_empty();
        if text.chars[hit.start].is_uppercase() && !opens || opens && clause > from {
            return true;
        }
        if matches!(&text.fold[hit.clone()], "dinh huong" | "tam nhin") {
            return true;
        }
        search = hit.end;
    }
    false
}
