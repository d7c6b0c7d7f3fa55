//! The tree → tasks: what is a heading and what is to be done, who does it, with whom, by when.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::lexicon::{Field, lexicon, never_fails};
use super::marker::Kind;
use super::outline::{Node, Outline, label};
use super::passage::Passage;
use super::trust::{Evidence, Named, Source};
use super::{Duty, Indicator};
use super::{Section, Span, Task, Time, TimeKind, aims, duties, roles, rows, targets, times, trust, units};

/// What stands below a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    Tasks,
    Silent,
    Goals,
    Money,
}

/// What a heading passes on to the items below it.
#[derive(Debug, Clone)]
pub(super) struct Above {
    pub zone: Zone,
    pub lead: Vec<String>,
    pub coordinating: Vec<String>,
    pub time: Option<(Time, String)>,
    /// The year that a heading of aims names.
    pub by: Option<String>,
    pub group: Option<String>,
}

/// Everything read from the tree.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub sections: Vec<Section>,
    pub tasks: Vec<Task>,
    pub indicators: Vec<Indicator>,
    pub reporting: Vec<Duty>,
    /// How often a section's code, or an indicator under a code, has been seen before.
    pub codes: HashMap<String, usize>,
    /// Where background stands: nothing is to be done there.
    pub silent: Vec<Span>,
    /// Rows of tables without a known header.
    pub unread: Vec<usize>,
    /// Codes of tasks and times that were not understood.
    pub odd_times: Vec<(String, String)>,
}

/// Walks the tree.
pub(super) fn read(outline: &Outline) -> Read {
    let mut out = Read::default();
    let above = Above {
        zone: Zone::Tasks,
        lead: Vec::new(),
        coordinating: Vec::new(),
        time: None,
        by: None,
        group: None,
    };
    if let Some(root) = outline.nodes.first() {
        for grid in &root.tables {
            rows::read(grid, &above, "", &mut out);
        }
        for child in &root.children {
            walk(&outline.nodes, *child, &above, &mut out);
        }
    }
    for text in &outline.closing {
        duties::read(text, &[], &mut out.reporting);
    }
    out
}

/// What a heading says about the items below it.
fn zone(text: &Passage, kind: Kind, above: Zone) -> Zone {
    let words = lexicon();
    if kind.is_bullet() || text.len() > 160 {
        return above;
    }
    // "Quan điểm, mục tiêu" holds "Mục tiêu"; "Về kết quả thực hiện" is about results.
    let topic = ABOUT.find(&text.fold).map_or(0, |m| m.end());
    let begins = |name: &str| words.heading(name).at(text, topic).is_some();
    if above == Zone::Silent {
        return if begins("goals") { Zone::Goals } else { above };
    }
    if words.heading("tasks").contains(text) {
        return if above == Zone::Goals && kind > Kind::Roman { above } else { Zone::Tasks };
    }
    // "Yêu cầu các chi bộ ..." orders, "Yêu cầu" is a heading.
    let orders =
        words.verb("order").at(text, 0).is_some_and(|m| units::starts(text, (m.end + 1).min(text.len())));
    if orders {
        return above;
    }
    match () {
        () if begins("goals") => Zone::Goals,
        () if begins("silent") => Zone::Silent,
        () if begins("money") => Zone::Money,
        () => above,
    }
}

static ABOUT: LazyLock<Regex> = LazyLock::new(|| never_fails(r"^(?:ve|cong tac)\s+"));

fn walk(nodes: &[Node], index: usize, above: &Above, out: &mut Read) {
    let node = &nodes[index];
    if node.field.is_some()
        && !node.kind.is_large()
        && !matches!(node.field, Some((Field::Content | Field::Title, _)))
    {
        return;
    }
    if node.kind == Kind::Article
        && node.children.is_empty()
        && lexicon().heading("formal").find(&node.own, 0..node.own.len()).is_some()
    {
        out.silent.extend(node.own.whole_span());
        return;
    }
    let labelled = has_labels(nodes, node);
    let unit = units::heading(&node.own);
    let below = node.children.iter().any(|c| nodes[*c].kind != Kind::Plus || !nodes[*c].children.is_empty())
        || !node.children.is_empty() && (unit.is_some() || heads(nodes, node));
    let detail = (!below && !introduces(node)) || (node.kind.is_bullet() && unit.is_none());
    if !node.kind.is_large() && (labelled || detail && !headline(node)) {
        leaf(nodes, node, unit, above, out);
    } else {
        section(nodes, node, unit, above, out);
    }
}

/// A short heading over "+" items that each ask for something: not an item with details.
fn heads(nodes: &[Node], node: &Node) -> bool {
    let verbs = lexicon().verb("task");
    let asks = |c: &usize| {
        let own = &nodes[*c].own;
        nodes[*c].field.is_none() && (verbs.at(own, 0).is_some() || units::subject(own, 0).is_some())
    };
    node.own.len() < 90
        && !node.own.fold.ends_with(['.', ';', ','])
        && verbs.at(&node.own, 0).is_none()
        && node.children.len() > 1
        && node.children.iter().all(asks)
}

/// A heading over paragraphs or a table rather than an item: "Về chế độ báo cáo".
fn introduces(node: &Node) -> bool {
    let short = node.own.len() < 90 && !node.own.fold.ends_with(['.', ';']);
    let about = ABOUT.is_match(&node.own.fold) && !node.bodies.is_empty();
    // Each paragraph says who is to act; one alone below something to be done says it of that.
    let alone = node.bodies.len() == 1 && lexicon().verb("task").at(&node.own, 0).is_some();
    let acted = node.children.is_empty()
        && !node.bodies.is_empty()
        && !alone
        && node
            .bodies
            .iter()
            .all(|b| units::subject(b, 0).is_some() || lexicon().verb("task").at(b, 0).is_some())
        && node.bodies.iter().any(|b| units::subject(b, 0).is_some());
    let about = about || acted;
    short && !node.kind.is_bullet() && (about || !node.tables.is_empty())
}

/// In capitals: a heading even when nothing stands below it.
fn headline(node: &Node) -> bool {
    node.own.is_caps(6) || node.kind == Kind::Root
}

fn has_labels(nodes: &[Node], node: &Node) -> bool {
    let attribute = |field: &Option<(Field, usize)>| {
        matches!(
            field,
            Some((Field::Lead | Field::Coordinating | Field::Time | Field::Product | Field::Person, _))
        )
    };
    node.children.iter().any(|c| attribute(&nodes[*c].field))
        || node.bodies.iter().any(|b| attribute(&label(b)))
}

fn section(nodes: &[Node], node: &Node, unit: Option<Vec<String>>, above: &Above, out: &mut Read) {
    let zone = zone(&node.own, node.kind, above.zone);
    let mut inner = Above { zone, ..above.clone() };
    if let Some(unit) = unit {
        inner.lead = unit;
        inner.coordinating = Vec::new();
    } else if node.kind.is_large() {
        inner.lead = Vec::new();
        inner.coordinating = Vec::new();
    }
    let listed = !node.children.is_empty();
    for text in std::iter::once(&node.own).chain(&node.bodies).filter(|t| listed && opens_list(t)) {
        if let Some((lead, _)) = units::subject(text, 0) {
            inner.lead = lead;
            inner.coordinating = units::partners(text, 0..text.len());
            out.silent.extend(text.whole_span());
        }
    }
    if let Some(time) = times::heading(&node.own) {
        inner.time = Some(time);
    }
    if zone == Zone::Goals {
        inner.by = targets::year(&node.own).or(inner.by);
    }
    let title = heading_text(&node.own);
    if !node.code.is_empty() && !title.is_empty() && !node.kind.is_bullet() {
        let taken = out.codes.entry(node.code.clone()).and_modify(|n| *n += 1).or_insert(0);
        let taken = *taken;
        let code = if taken > 0 { format!("{} ({})", node.code, taken + 1) } else { node.code.clone() };
        inner.group = Some(node.code.clone());
        out.sections.push(Section { code, title, span: node.own.whole_span() });
    } else if node.kind == Kind::Part && !title.is_empty() {
        out.sections.push(Section { code: title.clone(), title, span: node.own.whole_span() });
    }
    loose(node, &inner, out);
    for grid in &node.tables {
        rows::read(grid, &inner, &node.code, out);
    }
    for child in &node.children {
        walk(nodes, *child, &inner, out);
    }
}

/// "Bộ A chủ trì, phối hợp với Bộ B:", "... tập trung thực hiện các nhiệm vụ sau:": what follows is for them.
fn opens_list(text: &Passage) -> bool {
    text.fold.ends_with(':')
}

fn heading_text(own: &Passage) -> String {
    own.all().trim_end_matches([':', '.', ' ']).to_owned()
}

/// Paragraphs without a sign under a heading.
fn loose(node: &Node, above: &Above, out: &mut Read) {
    match above.zone {
        Zone::Goals => {
            for body in &node.bodies {
                targets::read(body, &node.code, above, out);
            }
        }
        Zone::Silent => out.silent.extend(node.bodies.iter().filter_map(Passage::whole_span)),
        Zone::Tasks | Zone::Money => {
            let leads = !above.lead.is_empty() && node.children.is_empty();
            let many = node.bodies.len() > 1;
            for (i, body) in node.bodies.iter().enumerate() {
                if opens_list(body) && !node.children.is_empty() {
                    continue;
                }
                let acts = units::actor(body, 0..body.len()).is_some();
                let asks = node.children.is_empty()
                    && node.kind >= Kind::Roman
                    && lexicon().verb("task").at(body, 0).is_some();
                if leads || acts || asks {
                    let code =
                        if many || !leads { format!("{}.{}", node.code, i + 1) } else { node.code.clone() };
                    let item = Item { code, text: body.clone(), ..Item::default() };
                    task(item, above, Source::Paragraph, out);
                } else {
                    duties::read(body, &above.lead, &mut out.reporting);
                }
            }
        }
    }
}

/// An item with its labels.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub code: String,
    pub text: Passage,
    /// Where the title ends when the item goes on with further paragraphs.
    pub title_end: Option<usize>,
    pub values: Vec<(Field, Passage)>,
    pub end: Option<usize>,
    /// With a closing bracket that was taken out of the text.
    pub printed: Option<String>,
}

fn leaf(nodes: &[Node], node: &Node, unit: Option<Vec<String>>, above: &Above, out: &mut Read) {
    let zone = zone(&node.own, node.kind, above.zone);
    if zone == Zone::Goals {
        for grid in &node.tables {
            rows::read(grid, above, &node.code, out);
        }
        for text in std::iter::once(&node.own).chain(&node.bodies) {
            targets::read(text, &node.code, above, out);
        }
        for child in &node.children {
            targets::read(&nodes[*child].own, &node.code, above, out);
        }
        return;
    }
    if zone == Zone::Silent {
        let own = std::iter::once(&node.own).chain(&node.bodies);
        let below = node.children.iter().map(|c| &nodes[*c].own);
        out.silent.extend(own.chain(below).filter_map(Passage::whole_span));
        return;
    }
    for grid in &node.tables {
        rows::read(grid, above, &node.code, out);
    }
    if let Some(lead) = unit.filter(|_| !has_labels(nodes, node)) {
        let inner = Above { lead, group: above.group.clone(), ..above.clone() };
        let mut bodies = node.clone();
        bodies.kind = Kind::Number(1);
        if !node.bodies.is_empty() {
            out.sections.push(Section {
                code: node.code.clone(),
                title: heading_text(&node.own),
                span: node.own.whole_span(),
            });
        }
        loose(&bodies, &inner, out);
        return;
    }
    if zone == Zone::Money
        && (lexicon().heading("money").at(&node.own, 0).is_some() || actors(&node.own).is_none())
    {
        return;
    }
    let item = gather(nodes, node);
    if item.text.len() < 8 {
        return;
    }
    let source = if has_labels(nodes, node) { Source::Labels } else { Source::Item };
    task(item, above, source, out);
}

fn actors(text: &Passage) -> Option<Vec<String>> {
    let sentences = text.sentences();
    let first = sentences.iter().find_map(|s| units::actor(text, s.clone()));
    let found = first.or_else(|| sentences.iter().find_map(|s| roles::later_actor(text, s.clone())));
    found.map(|(units, _)| units)
}

impl Item {
    /// Takes the value of a label, and those of further labels on the same line.
    fn take_value(&mut self, field: Field, value: Passage) {
        let mut value = Item { text: value, ..Item::default() };
        take_inline(&mut value);
        self.values.push((field, value.text));
        self.values.extend(value.values);
    }
}

/// The item's own words, its further paragraphs, and the values of its labels.
fn gather(nodes: &[Node], node: &Node) -> Item {
    let mut item = Item { code: node.code.clone(), ..Item::default() };
    match node.field {
        Some((Field::Content | Field::Title, at)) => item.text = node.own.part(at..node.own.len()),
        _ => item.text = node.own.clone(),
    }
    let mut own_end = item.text.len();
    take_inline(&mut item);
    if node.bodies.is_empty() && node.children.is_empty() {
        roles::take_ending(&mut item);
    }
    own_end = own_end.min(item.text.len());
    let mut last_at = node.own.at.last().copied();
    for body in &node.bodies {
        last_at = last_at.max(body.at.last().copied());
        match label(body) {
            Some((field, at)) if field != Field::Content && field != Field::Title => {
                item.take_value(field, body.part(at..body.len()));
            }
            // A label alone on its line takes the next one as its value.
            _ => match item.values.last_mut().filter(|(_, value)| value.is_empty()) {
                Some((_, value)) => value.join(body),
                None => item.text.join(body),
            },
        }
    }
    for child in &node.children {
        let child = &nodes[*child];
        last_at = last_at.max(child.own.at.last().copied());
        match child.field {
            Some((field, at)) if field != Field::Content && field != Field::Title => {
                let mut value = child.own.part(at..child.own.len());
                for body in &child.bodies {
                    value.join(body);
                    last_at = last_at.max(body.at.last().copied());
                }
                for deeper in &child.children {
                    value.join(&nodes[*deeper].own);
                    last_at = last_at.max(nodes[*deeper].own.at.last().copied());
                }
                item.take_value(field, value);
            }
            _ => {
                item.text.join(&child.own);
                for deeper in &child.children {
                    item.text.join(&nodes[*deeper].own);
                    last_at = last_at.max(nodes[*deeper].own.at.last().copied());
                }
            }
        }
    }
    item.title_end = (own_end < item.text.len()).then_some(own_end);
    item.end = last_at.map(|at| at as usize + 1);
    item
}

/// The values of the labels in a cell, and what stands outside them.
pub(super) fn labelled(cell: &Passage) -> (Passage, Vec<(Field, Passage)>) {
    let mut item = Item { text: cell.clone(), ..Item::default() };
    take_inline(&mut item);
    let whole = item.text.len() == cell.len() && !item.values.is_empty();
    (if whole { Passage::default() } else { item.text }, item.values)
}

/// Takes labels with their values out of running text: "... Cơ quan chủ trì: Sở A; thời gian: quý II/2026."
fn take_inline(item: &mut Item) {
    let text = &item.text;
    let mut found: Vec<(usize, Field, usize)> = Vec::new();
    let mut i = 0;
    while let Some(colon) = text.fold[i..].find(':').map(|c| i + c) {
        let from = text.fold[..colon].rfind(['.', ';', ',', '(', '-', ':', '+']).map_or(0, |s| s + 1);
        let start = (from..colon).find(|s| text.word_starts(*s)).unwrap_or(colon);
        let hit = lexicon().field_at(text, start).filter(|(_, end)| text.fold[*end..colon].trim().is_empty());
        if let Some((field, _)) = hit.filter(|(f, _)| {
            matches!(f, Field::Lead | Field::Coordinating | Field::Time | Field::Product | Field::Person)
        }) {
            found.push((from, field, colon + 1));
        }
        i = colon + 1;
    }
    let Some(first) = found.first().map(|f| f.0) else { return };
    let mut rest = text.len();
    for (k, (_, field, value)) in found.iter().enumerate() {
        let end = found.get(k + 1).map_or(text.len(), |next| next.0);
        // What was opened by a bracket ends with it.
        let bracketed =
            text.fold[..*value].rfind('(').is_some_and(|open| !text.fold[open..*value].contains(')'));
        let close = text.fold[*value..end].find(')').filter(|_| bracketed).map(|close| *value + close);
        rest = close.map_or(text.len(), |close| close + 1);
        let end = close.unwrap_or(end);
        let part = text.part(*value..end);
        let trimmed = part.fold.trim_end_matches([' ', ';', '.', ')', ',', '-', '(']).len();
        item.values.push((*field, part.part(0..trimmed)));
    }
    let keep = text.fold[..first].trim_end_matches([' ', '(', ';', '-', ',', '+']).len();
    if text.fold[..first].trim_end().ends_with('(') {
        item.printed = Some(text.all());
    }
    item.end = text.at.last().map(|at| *at as usize + 1);
    if keep > 0 {
        let rest = text.part(rest..text.len());
        item.text = text.part(0..keep);
        if rest.chars.iter().any(|c| c.is_alphanumeric()) {
            item.text.join(&rest);
        }
    }
}

/// An item becomes a task.
pub(super) fn task(item: Item, above: &Above, source: Source, out: &mut Read) {
    let text = &item.text;
    let sentences = text.sentences();
    let Some(first) = sentences.first().cloned() else { return };
    if !text.chars[first.clone()].iter().any(|c| c.is_alphanumeric()) {
        return;
    }
    let actor = sentences
        .iter()
        .find_map(|s| units::actor(text, s.clone()))
        .or_else(|| sentences.iter().find_map(|s| roles::later_actor(text, s.clone())));
    let mut task = Task {
        code: Some(item.code.clone()).filter(|c| !c.is_empty()),
        group: above.group.clone(),
        ..Task::default()
    };
    let title = title_range(text, first, item.title_end);
    task.title = text.text(title.clone()).trim_end_matches([':', ' ']).to_owned();
    let whole = item.printed.clone().unwrap_or_else(|| text.all());
    task.text = (whole.trim_end_matches([':', ' ']) != task.title).then_some(whole);
    task.span = span(&item);
    let mut timed = false;
    for (field, value) in &item.values {
        match field {
            Field::Lead => task.lead.extend(from_value(value)),
            Field::Coordinating => task.coordinating.extend(units::split(value)),
            Field::Person => task.person.extend(units::persons(value)),
            Field::Product => task.outputs.extend(rows::products(value)),
            Field::Time => {
                timed |= set_time(&mut task, value, out);
            }
            _ => {}
        }
    }
    let own_actor = actor
        .as_ref()
        .filter(|(_, at)| sentences.first().is_some_and(|s| at.start < s.end) || item.values.is_empty());
    if task.lead.is_empty() {
        task.lead = match own_actor {
            Some((units, _)) => units.clone(),
            None => above.lead.clone(),
        };
    }
    if own_actor.is_none() && task.coordinating.is_empty() {
        task.coordinating.clone_from(&above.coordinating);
    }
    if task.coordinating.is_empty() {
        for sentence in &sentences {
            task.coordinating.extend(units::partners(text, sentence.clone()));
        }
    }
    if !timed {
        time_from_text(&mut task, text, actor.as_ref().map(|(_, at)| at.end), above);
    }
    if task.outputs.is_empty() {
        task.outputs = rows::made(text);
    }
    let clear = lexicon().verb("task").at(text, title.start).is_some() || own_actor.is_some();
    dedupe(&mut task);
    let first_says = actor.as_ref().is_some_and(|(_, at)| at.start <= title.start + 40);
    let evidence = Evidence {
        source,
        named: match () {
            () if item.values.iter().any(|(f, _)| *f == Field::Lead) || first_says => Named::Outright,
            () if own_actor.is_some() => Named::InPassing,
            () => Named::Elsewhere,
        },
        asks: clear || !item.values.is_empty(),
        sentences: sentences.len(),
        dates: if timed { 0 } else { times::dates(text) },
        timed: task.time.kind != TimeKind::Unspecified,
    };
    task.confidence = trust::task(&task, text, evidence);
    with_it(&item, &task, above, out);
    let parts = parts(text, &task);
    out.tasks.push(task);
    out.tasks.extend(parts);
}

/// Reporting duties and targets that an item holds beside its task.
fn with_it(item: &Item, task: &Task, above: &Above, out: &mut Read) {
    let who = if task.lead.is_empty() { above.lead.clone() } else { task.lead.clone() };
    duties::read(&item.text, &who, &mut out.reporting);
    for (_, value) in item.values.iter().filter(|(f, _)| matches!(f, Field::Lead | Field::Time)) {
        duties::read(value, &who, &mut out.reporting);
    }
    targets::in_task(&item.text, &item.code, out);
    aims::in_task(&item.text, &item.code, out);
}

/// "Bộ A: (1) ...; (2) ...": each part is a task of its own beside the whole.
fn parts(text: &Passage, whole: &Task) -> Vec<Task> {
    let starts: Vec<Range<usize>> = (1..20)
        .scan(0, |from, n| {
            let sign = format!("({n})");
            let at = *from + text.fold[*from..].find(&sign)?;
            *from = at + sign.len();
            Some(at..*from)
        })
        .collect();
    let opens = starts.first().is_some_and(|first| text.fold[..first.start].trim_end().ends_with(':'));
    if !opens || starts.len() < 2 {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (i, start) in starts.iter().enumerate() {
        let end = starts.get(i + 1).map_or(text.len(), |next| next.start);
        let sentence = text.part(start.end..end).sentences().first().map_or(0, |s| s.end);
        let place = text.trim(start.end..end);
        let place = place.start..(place.start + sentence).min(place.end);
        let title = text.text(place.clone());
        let title = title.trim_end_matches([',', ';', ' ']);
        let title = title.strip_suffix(" và").unwrap_or(title).trim_end_matches([',', ';']);
        if title.chars().count() < 12 {
            return Vec::new();
        }
        out.push(Task {
            code: whole.code.as_ref().map(|code| format!("{code}({})", i + 1)),
            title: title.to_owned(),
            text: None,
            outputs: Vec::new(),
            span: text.span(place),
            confidence: whole.confidence - 0.15,
            ..whole.clone()
        });
    }
    out
}

/// The first sentence, or the heading of an item that goes on below it.
fn title_range(text: &Passage, first: Range<usize>, title_end: Option<usize>) -> Range<usize> {
    match title_end {
        Some(end) if end < first.end && text.chars[..end].iter().any(|c| c.is_alphanumeric()) => {
            text.trim(0..end)
        }
        _ => first,
    }
}

fn span(item: &Item) -> Option<Span> {
    let [start, end] = item.text.whole_span()?;
    Some([start, item.end.unwrap_or(end).max(end)])
}

/// A label's value may go on: "Bộ A tiến hành rà soát ...; các bộ rà soát ...".
fn from_value(value: &Passage) -> Vec<String> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut bounds: Vec<usize> = value.fold.match_indices(';').map(|(i, _)| i).collect();
    bounds.push(value.len());
    for end in bounds {
        let piece = value.part(start..end);
        start = end + 1;
        let first = piece.sentences().into_iter().next().unwrap_or(0..0);
        match units::subject_of_value(&piece).filter(|(_, at)| at.end < first.end) {
            Some((units, _)) => out.extend(units),
            None => out.extend(units::split(&piece)),
        }
    }
    out
}

/// Reads the time of a label or a cell into the task; false when there is none.
pub(super) fn set_time(task: &mut Task, value: &Passage, out: &mut Read) -> bool {
    if value.is_empty() {
        return false;
    }
    let (time, understood) = times::value(value);
    let text = value.all();
    let text = text.trim_end_matches(['.', ';', ' ']).to_owned();
    if !understood {
        out.odd_times.push((task.code.clone().unwrap_or_default(), text.clone()));
    }
    task.time = time;
    task.time_text = Some(text);
    true
}

fn time_from_text(task: &mut Task, text: &Passage, subject_end: Option<usize>, above: &Above) {
    if let Some((time, at)) = times::in_sentences(text, subject_end) {
        task.time_text = Some(text.text(at));
        task.time = time;
    }
    if let Some((time, words)) = &above.time {
        match task.time.kind {
            TimeKind::Unspecified => {
                task.time = time.clone();
                task.time_text = Some(words.clone());
            }
            TimeKind::Recurring | TimeKind::Continuous => {
                task.time.start.clone_from(&time.start);
                task.time.due.clone_from(&time.due);
            }
            _ => {}
        }
    }
}

/// Each unit once; a coordinating unit is not also the lead.
pub(super) fn dedupe(task: &mut Task) {
    roles::sort_marked(task);
    let mut seen = std::collections::HashSet::new();
    task.lead.retain(|u| seen.insert(units::same(u)));
    task.coordinating.retain(|u| seen.insert(units::same(u)));
}
