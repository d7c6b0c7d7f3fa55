//! What holds for units, links and groupings. Pure.

use super::{NewUnit, Unit};
use crate::access::{Action, Actor, decide};
use crate::error::{Problems, Reason};
use crate::{Error, Result};
use regex::Regex;
use std::collections::BTreeMap;
use store::Day;
use unicode_normalization::UnicodeNormalization;

/// Longest name, in characters.
pub const NAME_CHARS: usize = 300;
/// Longest code or e-identifier, in characters.
pub const CODE_CHARS: usize = 60;

/// A stored code that this version does not know.
#[derive(Debug, thiserror::Error)]
#[error("unknown code {0}")]
pub struct UnknownCode(String);

macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal $message:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl TryFrom<String> for $name {
            type Error = UnknownCode;
            fn try_from(code: String) -> std::result::Result<$name, UnknownCode> {
                $name::from_code(&code).ok_or(UnknownCode(code))
            }
        }

        impl $name {
            /// All of them, in the order in which a form offers them.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The code stored and used in forms.
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $code),+ }
            }

            /// The one with this code.
            pub fn from_code(code: &str) -> Option<$name> {
                match code { $($code => Some($name::$variant),)+ _ => None }
            }

            /// The key of its name in the message files.
            pub fn message(self) -> &'static str {
                match self { $($name::$variant => $message),+ }
            }
        }
    };
}

codes!(
    /// What kind of body a unit is.
    UnitKind {
        /// Cơ quan trung ương: Government, National Assembly, Party central bodies.
        Central = "central" "units-kind-central",
        /// Bộ, cơ quan ngang bộ, cơ quan thuộc Chính phủ.
        Ministry = "ministry" "units-kind-ministry",
        /// Tỉnh, thành phố trực thuộc trung ương.
        Province = "province" "units-kind-province",
        /// Xã, phường, đặc khu.
        Commune = "commune" "units-kind-commune",
        /// Sở, cục, vụ, chi cục.
        Agency = "agency" "units-kind-agency",
        /// Tổ chức Đảng.
        Party = "party" "units-kind-party",
        /// Hội, liên hiệp hội, Đoàn thanh niên.
        Association = "association" "units-kind-association",
        /// Ban.
        Board = "board" "units-kind-board",
        /// Văn phòng.
        Office = "office" "units-kind-office",
        /// Viện, trung tâm.
        Institute = "institute" "units-kind-institute",
        /// Trường, học viện.
        School = "school" "units-kind-school",
        /// Báo, đài, tạp chí, nhà xuất bản.
        Press = "press" "units-kind-press",
        /// Doanh nghiệp.
        Enterprise = "enterprise" "units-kind-enterprise",
        /// Câu lạc bộ.
        Club = "club" "units-kind-club",
        /// Ban chỉ đạo, hội đồng, tổ công tác: across boards.
        TaskForce = "task_force" "units-kind-task-force",
        /// Anything else.
        Other = "other" "units-kind-other",
    }
);

codes!(
    /// What binds two units beside the tree.
    LinkKind {
        /// Thuộc hệ thống dọc: the unit also answers to the other along a vertical system.
        Vertical = "vertical" "units-link-vertical",
        /// Hội thành viên: the unit is an independent member of the other.
        MemberOf = "member_of" "units-link-member-of",
        /// Đầu mối báo cáo: the unit reports to the other.
        ReportsTo = "reports_to" "units-link-reports-to",
        /// Kế thừa: the unit's work went to the other.
        SucceededBy = "succeeded_by" "units-link-succeeded-by",
    }
);

impl UnitKind {
    /// Bodies of public administration, whose existence everybody may know.
    pub fn is_public(self) -> bool {
        matches!(self, UnitKind::Central | UnitKind::Ministry | UnitKind::Province | UnitKind::Commune)
    }

    /// The kind that a name's first word tells, for lists that do not say it.
    pub fn of_name(name: &str) -> UnitKind {
        let folded = papers::fold::fold(name);
        let starts =
            |heads: &[&str]| heads.iter().any(|h| folded == *h || folded.starts_with(&format!("{h} ")));
        match () {
            () if starts(&["tinh", "uy ban nhan dan tinh", "uy ban nhan dan thanh pho", "thanh pho"]) => {
                UnitKind::Province
            }
            () if starts(&["xa", "phuong", "dac khu", "uy ban nhan dan xa", "uy ban nhan dan phuong"]) => {
                UnitKind::Commune
            }
            () if starts(&["ban chi dao", "to cong tac", "to giup viec", "hoi dong"]) => UnitKind::TaskForce,
            () if starts(&["bo", "ngan hang nha nuoc", "thanh tra chinh phu", "van phong chinh phu"]) => {
                UnitKind::Ministry
            }
            () if starts(&["so", "cuc", "vu", "chi cuc", "tong cuc"]) => UnitKind::Agency,
            () if starts(&["dang uy", "tinh uy", "thanh uy", "dang bo", "chi bo"]) => UnitKind::Party,
            () if starts(&["hoi", "lien hiep", "tong hoi", "hiep hoi", "doan"]) => UnitKind::Association,
            () if starts(&["ban"]) => UnitKind::Board,
            () if starts(&["van phong"]) => UnitKind::Office,
            () if starts(&["truong", "hoc vien", "dai hoc"]) => UnitKind::School,
            () if starts(&["vien", "trung tam"]) => UnitKind::Institute,
            () if starts(&["bao", "dai", "tap chi", "nha xuat ban"]) => UnitKind::Press,
            () if starts(&["cong ty", "tong cong ty", "tap doan"]) => UnitKind::Enterprise,
            () if starts(&["cau lac bo"]) => UnitKind::Club,
            () => UnitKind::Other,
        }
    }
}

/// May the actor know of the unit? Within a subtree where he has a role; everywhere in an
/// organisation where he has one, so that work can be passed on inside; and, for whoever has any
/// role, organisations and bodies of public administration. Inner units of other organisations
/// stay unknown.
pub fn may_see(actor: &Actor, unit: &Unit) -> bool {
    let listed = (unit.is_listed && actor.may_somewhere(Action::ViewUnits))
        || actor.grants.iter().any(|g| g.org == unit.org);
    listed || decide(actor, Action::ViewUnits, &unit.scope())
}

/// White space at the ends and double blanks go.
pub fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The key by which names are ordered: the Vietnamese alphabet first, tones after it, numbers by their
/// value. Only lower-case letters and digits, so that every collation of a database orders it alike.
pub fn sort_key(name: &str) -> String {
    const ALPHABET: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";
    const TONES: [char; 5] = ['\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'];
    let (mut letters, mut tones) = (String::new(), String::new());
    for word in tidy(name).to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        if !letters.is_empty() {
            letters.push_str("00");
        }
        if word.bytes().all(|b| b.is_ascii_digit()) {
            letters.push_str(&format!("01{word:0>8}"));
            continue;
        }
        for c in word.nfc() {
            let plain: String = c.nfd().filter(|m| !TONES.contains(m)).collect::<String>().nfc().collect();
            let tone = c.nfd().find_map(|m| TONES.iter().position(|t| *t == m)).map_or(0, |at| at + 1);
            let place =
                plain.chars().next().and_then(|p| ALPHABET.chars().position(|a| a == p)).unwrap_or(99);
            letters.push_str(&format!("{:02}", place + 10));
            tones.push_str(&tone.to_string());
        }
    }
    format!("{letters}00{tones}")
}

/// `None` for nothing but white space.
pub fn optional(text: Option<&str>) -> Option<String> {
    text.map(tidy).filter(|t| !t.is_empty())
}

/// Checks a name; `field` is what the form calls it.
pub(crate) fn check_name(problems: &mut Problems, field: &str, name: &str) {
    problems.check(name.is_empty(), field, Reason::new("units-name-missing"));
    problems.check(
        name.chars().count() > NAME_CHARS,
        field,
        Reason::new("units-name-long").with("most", NAME_CHARS),
    );
    let printable =
        name.chars().all(|c| !c.is_control()) && (name.is_empty() || name.chars().any(char::is_alphanumeric));
    problems.check(!printable, field, Reason::new("units-name-unreadable"));
}

/// Checks a code or e-identifier; the pattern is the installation's, none where it has none.
pub(crate) fn check_eid(problems: &mut Problems, field: &str, eid: Option<&str>, pattern: Option<&str>) {
    let Some(eid) = eid else { return };
    problems.check(
        eid.chars().count() > CODE_CHARS,
        field,
        Reason::new("units-code-long").with("most", CODE_CHARS),
    );
    let fits = match pattern.map(Regex::new) {
        Some(Ok(pattern)) => pattern.is_match(eid),
        _ => true,
    };
    problems.check(
        !fits,
        field,
        Reason::new("units-eid-pattern").with("pattern", pattern.unwrap_or_default().to_owned()),
    );
}

/// Checks that a period does not end before it begins.
pub(crate) fn check_period(problems: &mut Problems, field: &str, from: Option<Day>, to: Option<Day>) {
    let turned = matches!((from, to), (Some(from), Some(to)) if to < from);
    problems.check(turned, field, Reason::new("units-period-turned"));
}

/// A new unit without its place in the tree.
pub(crate) fn check_new(new: &NewUnit, pattern: Option<&str>) -> Result<()> {
    let mut problems = Problems::default();
    check_name(&mut problems, "name", &new.name);
    check_eid(&mut problems, "code", new.code.as_deref(), None);
    check_eid(&mut problems, "eid", new.eid.as_deref(), pattern);
    check_period(&mut problems, "exists_to", new.exists_from, new.exists_to);
    for alias in &new.aliases {
        check_name(&mut problems, "aliases", alias);
    }
    problems.check(new.parent.is_none() && !new.is_org, "is_org", Reason::new("units-root-is-organisation"));
    problems.settle()
}

/// A day from which a change holds: not in the future, not before the change before it.
pub(crate) fn check_effective(field: &str, day: Day, today: Day, latest: Option<Day>) -> Result<()> {
    let mut problems = Problems::default();
    problems.check(day > today, field, Reason::new("units-day-future").with("today", today.0));
    if let Some(latest) = latest {
        problems.check(day < latest, field, Reason::new("units-day-before-change").with("day", latest.0));
    }
    problems.settle()
}

/// May `unit` hang under `parent`?
pub(crate) fn check_move(unit: &Unit, parent: Option<&Unit>) -> Result<()> {
    let mut problems = Problems::default();
    match parent {
        None => problems.check(!unit.is_org, "parent", Reason::new("units-root-is-organisation")),
        Some(parent) => {
            let inside = (unit.tree_from..=unit.tree_to).contains(&parent.tree_from);
            let names =
                |key| Reason::new(key).with("unit", unit.name.clone()).with("parent", parent.name.clone());
            problems.check(inside, "parent", names("units-move-below-itself"));
            problems.check(
                !inside && !unit.is_org && parent.org != unit.org,
                "parent",
                names("units-move-other-organisation"),
            );
            problems.check(
                parent.exists_to.is_some() && unit.exists_to.is_none(),
                "parent",
                names("units-parent-closed"),
            );
        }
    }
    problems.settle()
}

/// A link between two units.
pub(crate) fn check_link(
    unit: &Unit,
    other: &Unit,
    kind: LinkKind,
    from: Option<Day>,
    to: Option<Day>,
) -> Result<()> {
    let mut problems = Problems::default();
    problems.check(unit.id == other.id, "other", Reason::new("units-link-itself"));
    check_period(&mut problems, "valid_to", from, to);
    let early = kind == LinkKind::SucceededBy && unit.exists_to.is_none() && from.is_none();
    problems.check(early, "valid_from", Reason::new("units-link-succession-day"));
    problems.settle()
}

/// Does a period hold on a day? Open ends hold for ever.
pub fn holds_on(from: Option<Day>, to: Option<Day>, day: Day) -> bool {
    from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
}

/// A pattern for e-identifiers, as the configuration gives it, that can be used.
///
/// # Errors
/// [`Error::Invalid`] when it is no regular expression.
pub fn check_pattern(pattern: &str) -> Result<()> {
    Regex::new(pattern).map(|_| ()).map_err(|e| {
        Error::invalid("eid_pattern", Reason::new("units-eid-pattern-bad").with("cause", e.to_string()))
    })
}

/// Names as printed, with how many things print each; what differs in case, marks or punctuation is one
/// name, shown as it is printed most often. The most frequent stand first, then by letters.
pub fn tally_names<'a>(things: impl IntoIterator<Item = Vec<&'a str>>) -> Vec<(String, usize)> {
    let mut names: BTreeMap<String, (usize, BTreeMap<&'a str, usize>)> = BTreeMap::new();
    for printed in things {
        let folded: BTreeMap<String, &str> =
            printed.into_iter().map(|name| (papers::fold::fold(name), name)).collect();
        for (folded, name) in folded {
            let (things, spellings) = names.entry(folded).or_default();
            *things += 1;
            *spellings.entry(name).or_default() += 1;
        }
    }
    let mut names: Vec<(String, String, usize)> = names
        .into_iter()
        .filter_map(|(folded, (things, spellings))| {
            let (name, _) = spellings.into_iter().rev().max_by_key(|(_, count)| *count)?;
            Some((folded, name.to_owned(), things))
        })
        .collect();
    names.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    names.into_iter().map(|(_, name, things)| (name, things)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as civil;

    fn date(year: i16, month: i8, day: i8) -> Day {
        Day(civil(year, month, day))
    }

    #[test]
    fn names_tell_their_kind() {
        let kinds = [
            ("Bộ Khoa học và Công nghệ", UnitKind::Ministry),
            ("Tỉnh Cao Bằng", UnitKind::Province),
            ("UỶ BAN NHÂN DÂN TỈNH X", UnitKind::Province),
            ("Xã Tân Thành", UnitKind::Commune),
            ("Ban Chỉ đạo Trung ương", UnitKind::TaskForce),
            ("Ban Tài chính", UnitKind::Board),
            ("Sở Tư pháp", UnitKind::Agency),
            ("Trung tâm Phát triển", UnitKind::Institute),
            ("Bộ phận", UnitKind::Ministry),
            ("Quỹ X", UnitKind::Other),
        ];
        for (name, kind) in kinds {
            assert_eq!(UnitKind::of_name(name), kind, "{name}");
        }
    }

    #[test]
    fn names_are_ordered_as_the_alphabet_is() {
        let names = ["An", "An Giang", "Ăn", "Ba", "Bà", "Bá", "Cà Mau", "Da", "Đa", "Quận 2", "Quận 10"];
        let mut sorted = names;
        sorted.sort_by_key(|n| sort_key(n));
        assert_eq!(sorted, names);
    }

    #[test]
    fn codes_go_there_and_back() {
        for kind in UnitKind::ALL {
            assert_eq!(UnitKind::from_code(kind.code()), Some(*kind));
        }
        for kind in LinkKind::ALL {
            assert_eq!(LinkKind::from_code(kind.code()), Some(*kind));
        }
    }

    #[test]
    fn spellings_of_one_name_are_counted_as_one() {
        let things = [
            vec!["Các chi hội", "các chi hội"],
            vec!["các chi hội"],
            vec!["các Chi hội "],
            vec!["BĐH"],
            vec!["các chi hội", "Ban A"],
        ];
        let tally = tally_names(things);
        let tally: Vec<(&str, usize)> = tally.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        assert_eq!(tally, [("các chi hội", 4), ("Ban A", 1), ("BĐH", 1)]);
    }

    #[test]
    fn periods_include_both_ends() {
        let (a, b) = (date(2025, 7, 1), date(2025, 7, 2));
        assert!(holds_on(Some(a), Some(a), a) && holds_on(None, None, a));
        assert!(!holds_on(Some(b), None, a) && !holds_on(None, Some(a), b));
    }

    #[test]
    fn an_effective_day_lies_between_the_last_change_and_today() {
        let (before, day, after) = (date(2025, 1, 1), date(2025, 7, 1), date(2025, 8, 1));
        assert!(check_effective("d", day, day, Some(day)).is_ok());
        assert!(check_effective("d", after, day, None).is_err());
        assert!(check_effective("d", before, after, Some(day)).is_err());
    }

    #[test]
    fn an_identifier_follows_the_pattern_of_the_installation() {
        let mut problems = Problems::default();
        check_eid(&mut problems, "eid", Some("G01.02"), Some(r"^[A-Z]\d{2}(\.\d{2,3})*$"));
        check_eid(&mut problems, "eid", Some("anything"), None);
        assert!(problems.settle().is_ok());
        let mut problems = Problems::default();
        check_eid(&mut problems, "eid", Some("x"), Some(r"^[A-Z]\d{2}$"));
        assert!(problems.settle().is_err());
    }
}
