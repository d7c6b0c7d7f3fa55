//! A second reading of the tasks, by a language model: what it is asked, what of its answer stands in the text, and
//! where that differs from the first reading.
//!
//! A model may only point at lines and repeat words that stand there. Whatever it says otherwise is thrown away,
//! so that nothing enters a plan that is not in the document.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::passage::Passage;
use super::{Plan, Span, Task, Time, TimeKind, times, units};

/// What a model is told before the lines of a document.
pub const INSTRUCTIONS: &str = include_str!("../../data/second.txt");

/// Most characters of one question; a long document is asked in parts.
const PART: usize = 24_000;

/// Most lines of one task.
const MOST_LINES: usize = 80;

/// How sure a task is that only the second reading found.
const ONLY_SECOND: f64 = 0.4;

/// A part of a document, its lines numbered, to be sent with [`INSTRUCTIONS`] and [`schema`].
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// One line of the document a line, its number before it: `[12] …`.
    pub lines: String,
    /// Numbers of the first line and of the one after the last.
    range: [usize; 2],
}

/// Words that stand in the text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Words {
    /// The words, white space joined.
    pub text: String,
    /// Where they stand, in scalar values of the text.
    pub span: Span,
}

/// A task as a model pointed it out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chosen {
    /// Where it stands.
    pub span: Span,
    /// Who leads.
    pub lead: Vec<Words>,
    /// Who takes part.
    pub coordinating: Vec<Words>,
    /// When.
    pub time: Option<Words>,
    /// What is to be produced.
    pub outputs: Vec<Words>,
}

/// What is read twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Leading units.
    Lead,
    /// Coordinating units.
    Coordinating,
    /// The time.
    Time,
    /// Required products.
    Outputs,
}

/// Which reading found a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// Both.
    #[default]
    Twice,
    /// The first one only.
    First,
    /// The second one only.
    Second,
}

/// What the second reading says of a task.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Second {
    /// Which reading found it.
    pub found: Found,
    /// Where the readings differ, each field once.
    pub differences: Vec<Difference>,
}

impl Second {
    /// Do the readings agree?
    pub fn agrees(&self) -> bool {
        self.found == Found::Twice && self.differences.is_empty()
    }
}

/// A field that the second reading read otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Which field.
    pub field: Field,
    /// The words it stands in.
    pub words: Vec<Words>,
    /// The names of units in them, or the products.
    pub names: Vec<String>,
    /// The time as understood.
    pub time: Option<Time>,
}

/// The form in which a model has to answer (JSON Schema).
pub fn schema() -> Value {
    let strings = json!({"type": "array", "items": {"type": "string"}});
    let fields = json!({
        "first_line": {"type": "integer"}, "last_line": {"type": "integer"},
        "lead": strings, "coordinating": strings, "time": {"type": ["string", "null"]}, "outputs": strings,
    });
    let names: Vec<&String> = fields.as_object().into_iter().flat_map(|fields| fields.keys()).collect();
    let task =
        json!({"type": "object", "additionalProperties": false, "required": names, "properties": fields});
    json!({
        "type": "object", "additionalProperties": false, "required": ["tasks"],
        "properties": {"tasks": {"type": "array", "items": task}},
    })
}

/// A text cut into lines; places count scalar values.
pub struct Lines {
    chars: Vec<char>,
    /// Where each line begins and ends.
    spans: Vec<Span>,
}

impl Lines {
    /// Cuts a text at the ends of lines and pages.
    pub fn new(text: &str) -> Lines {
        let chars: Vec<char> = text.chars().collect();
        let mut spans = Vec::new();
        let mut start = 0;
        for (at, c) in chars.iter().enumerate() {
            if matches!(c, '\n' | '\u{c}') {
                spans.push([start, at]);
                start = at + 1;
            }
        }
        spans.push([start, chars.len()]);
        Lines { chars, spans }
    }

    /// What a model is to be asked, part by part. A part ends at an empty line where there is one.
    pub fn questions(&self) -> Vec<Question> {
        let mut questions = Vec::new();
        let (mut lines, mut from, mut size) = (String::new(), 0, 0);
        for (number, [start, end]) in self.spans.iter().enumerate() {
            let line: String = self.chars[*start..*end].iter().collect();
            let line = line.trim();
            let full = size + line.len() > PART || size > PART * 3 / 4 && line.is_empty();
            if full && !lines.is_empty() {
                questions.push(Question { lines: std::mem::take(&mut lines), range: [from, number] });
                (from, size) = (number, 0);
            }
            if !line.is_empty() {
                size += line.chars().count();
                lines.push_str(&format!("[{}] {line}\n", number + 1));
            }
        }
        if !lines.is_empty() {
            questions.push(Question { lines, range: [from, self.spans.len()] });
        }
        questions
    }

    /// What of an answer stands in the text. `None` where the answer has not the form of [`schema`].
    pub fn check(&self, question: &Question, answer: &str) -> Option<Vec<Chosen>> {
        let answer: Answer = serde_json::from_str(bare(answer)).ok()?;
        Some(answer.tasks.iter().filter_map(|task| self.chosen(question, task)).collect())
    }

    fn chosen(&self, question: &Question, task: &Pointed) -> Option<Chosen> {
        let (first, last) = (task.first_line.checked_sub(1)?, task.last_line.checked_sub(1)?);
        let [from, to] = question.range;
        if first < from || last < first || last >= to || last - first >= MOST_LINES {
            return None;
        }
        let mut span = [self.spans[first][0], self.spans[last][1]];
        while span[0] < span[1] && self.chars[span[0]].is_whitespace() {
            span[0] += 1;
        }
        while span[0] < span[1] && self.chars[span[1] - 1].is_whitespace() {
            span[1] -= 1;
        }
        if span[0] == span[1] {
            return None;
        }
        let part = self.spans[from][0];
        let all = |words: &[String]| words.iter().filter_map(|words| self.words(words, span, part)).collect();
        Some(Chosen {
            span,
            lead: all(&task.lead),
            coordinating: all(&task.coordinating),
            time: task.time.as_deref().and_then(|words| self.words(words, span, part)),
            outputs: all(&task.outputs),
        })
    }

    /// Where words stand: in the task, else before it (a heading that names the lead), not before `part`.
    fn words(&self, words: &str, task: Span, part: usize) -> Option<Words> {
        let wanted: Vec<char> = tidy(words).chars().collect();
        if wanted.len() < 2 || !wanted.iter().any(|c| c.is_alphanumeric()) {
            return None;
        }
        let within = (task[0]..task[1]).find_map(|at| self.matches(&wanted, at, task[1]));
        let before = || (part..task[0]).rev().find_map(|at| self.matches(&wanted, at, task[0]));
        let span = within.or_else(before)?;
        Some(Words { text: wanted.iter().collect(), span })
    }

    /// Do the words stand here, whole, white space of any length between them?
    fn matches(&self, wanted: &[char], at: usize, end: usize) -> Option<Span> {
        if self.chars.get(at) != wanted.first() || at > 0 && self.joins(at - 1, at) {
            return None;
        }
        let mut place = at;
        for c in wanted {
            if *c == ' ' {
                let start = place;
                while place < end && self.chars[place].is_whitespace() {
                    place += 1;
                }
                if start == place {
                    return None;
                }
            } else if place < end && self.chars[place] == *c {
                place += 1;
            } else {
                return None;
            }
        }
        (place >= self.chars.len() || !self.joins(place - 1, place)).then_some([at, place])
    }

    fn joins(&self, left: usize, right: usize) -> bool {
        self.chars[left].is_alphanumeric() && self.chars[right].is_alphanumeric()
    }
}

/// An answer without the fence that some models put around it.
fn bare(answer: &str) -> &str {
    let answer = answer.trim();
    let inside = answer.strip_prefix("```json").or_else(|| answer.strip_prefix("```"));
    inside.and_then(|rest| rest.strip_suffix("```")).unwrap_or(answer)
}

fn tidy(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[derive(Deserialize)]
struct Answer {
    tasks: Vec<Pointed>,
}

#[derive(Deserialize)]
struct Pointed {
    first_line: usize,
    last_line: usize,
    #[serde(default)]
    lead: Vec<String>,
    #[serde(default)]
    coordinating: Vec<String>,
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    outputs: Vec<String>,
}

/// Lays the second reading over a plan. Says of each task what the second reading says of it, in their order;
/// tasks that only the second reading found are added at the end. Where the second reading names nothing it
/// raises no difference.
pub fn lay(plan: &mut Plan, lines: &Lines, chosen: &[Chosen]) -> Vec<Second> {
    let mut used = vec![false; chosen.len()];
    let mut all: Vec<Second> = Vec::with_capacity(plan.tasks.len());
    for task in &plan.tasks {
        let overlaps = chosen.iter().enumerate().map(|(at, other)| (overlap(task.span, other.span), at));
        let best = overlaps.filter(|(share, _)| *share >= 0.5).max_by(|a, b| a.0.total_cmp(&b.0));
        all.push(match best {
            Some((_, at)) => {
                used[at] = true;
                Second { found: Found::Twice, differences: differences(task, &chosen[at]) }
            }
            None => Second { found: Found::First, differences: Vec::new() },
        });
    }
    let known: Vec<Option<Span>> = plan.tasks.iter().map(|task| task.span).collect();
    for (other, used) in chosen.iter().zip(used) {
        // A part of a task that is known already, or one around it, is no other task.
        if !used && known.iter().all(|span| overlap(*span, other.span) < 0.2) {
            plan.tasks.push(task_of(lines, other));
            all.push(Second { found: Found::Second, differences: Vec::new() });
        }
    }
    all
}

/// How much of the shorter of two stretches lies in the other.
fn overlap(first: Option<Span>, [from, to]: Span) -> f64 {
    let Some([start, end]) = first else { return 0.0 };
    let common = end.min(to).saturating_sub(start.max(from));
    common as f64 / (end - start).min(to - from).max(1) as f64
}

fn passage(words: &Words) -> Passage {
    let mut passage = Passage::default();
    for (place, c) in words.text.chars().enumerate() {
        passage.push(c, u32::try_from(words.span[0] + place).unwrap_or(u32::MAX));
    }
    passage
}

fn names(words: &[Words]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in words.iter().flat_map(|words| units::split(&passage(words))) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The time that words say, where they say one.
fn time(words: &Words) -> Option<Time> {
    let (time, understood) = times::value(&passage(words));
    (understood && time.kind != TimeKind::Unspecified).then_some(time)
}

fn differences(task: &Task, chosen: &Chosen) -> Vec<Difference> {
    let mut out = Vec::new();
    let mut units = |field, first: &[String], words: &[Words]| {
        let names = names(words);
        let set = |names: &[String]| {
            let mut set: Vec<String> = names.iter().map(|name| units::same(name)).collect();
            set.sort();
            set
        };
        if !names.is_empty() && set(&names) != set(first) {
            out.push(Difference { field, words: words.to_vec(), names, time: None });
        }
    };
    units(Field::Lead, &task.lead, &chosen.lead);
    units(Field::Coordinating, &task.coordinating, &chosen.coordinating);
    if let Some(words) = &chosen.time
        && let Some(time) = time(words)
        && time != task.time
    {
        let words = vec![words.clone()];
        out.push(Difference { field: Field::Time, words, names: Vec::new(), time: Some(time) });
    }
    // Where both name products, how they are cut is a matter of taste.
    if task.outputs.is_empty() && !chosen.outputs.is_empty() {
        let names = chosen.outputs.iter().map(|words| words.text.clone()).collect();
        out.push(Difference { field: Field::Outputs, words: chosen.outputs.clone(), names, time: None });
    }
    out
}

fn task_of(lines: &Lines, chosen: &Chosen) -> Task {
    let words = tidy(&lines.chars[chosen.span[0]..chosen.span[1]].iter().collect::<String>());
    let title = words.trim_start_matches(['-', '+', '*', '•', ' ']).to_owned();
    let read = chosen.time.as_ref().and_then(|words| Some((words.text.clone(), time(words)?)));
    let (time_text, time) = read.map_or((None, Time::default()), |(text, time)| (Some(text), time));
    Task {
        title,
        lead: names(&chosen.lead),
        coordinating: names(&chosen.coordinating),
        outputs: chosen.outputs.iter().map(|words| words.text.clone()).collect(),
        time_text,
        time,
        span: Some(chosen.span),
        confidence: ONLY_SECOND,
        ..Task::default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const TEXT: &str = "KẾ HOẠCH\n\n1. Xây dựng cơ sở dữ liệu\ndùng chung.\n- Chủ trì: Văn phòng, Ban Đào tạo\n- Thời gian: 30/6/2025\n\n2. Tổ chức tập huấn, sản phẩm là báo cáo kết quả.\n3. Duy trì chuyên mục số.\n";

    fn chosen(answer: &str) -> Vec<Chosen> {
        let lines = Lines::new(TEXT);
        let questions = lines.questions();
        assert_eq!(questions.len(), 1);
        lines.check(&questions[0], answer).unwrap()
    }

    #[test]
    fn what_is_asked_holds_every_line_with_its_number() {
        let questions = Lines::new(TEXT).questions();
        assert!(
            questions[0].lines.starts_with("[1] KẾ HOẠCH\n[3] 1. Xây dựng cơ sở dữ liệu\n[4] dùng chung.")
        );
        for field in ["first_line", "last_line", "lead", "coordinating", "time", "outputs"] {
            assert!(INSTRUCTIONS.contains(field), "{field}");
        }
    }

    #[test]
    fn a_long_text_is_asked_in_parts_without_losing_a_line() {
        let text: String = (0..3_000).map(|n| format!("Dòng số {n} của văn bản này\n\n")).collect();
        let questions = Lines::new(&text).questions();
        assert!(questions.len() > 2);
        assert!(questions.windows(2).all(|pair| pair[0].range[1] == pair[1].range[0]));
        let lines: usize = questions.iter().map(|question| question.lines.lines().count()).sum();
        assert_eq!(lines, 3_000);
        assert!(questions.iter().all(|question| question.lines.chars().count() < PART * 3 / 2));
    }

    #[test]
    fn words_that_are_not_in_the_text_are_thrown_away() {
        let found = chosen(
            r#"{"tasks":[
              {"first_line":3,"last_line":6,"lead":["Văn phòng","Bộ Tưởng Tượng","phòng, Ban Đào"],
               "coordinating":["văn phòng"],"time":"31/12/2025","outputs":["cơ sở dữ liệu dùng chung","Đào t"]},
              {"first_line":0,"last_line":2},{"first_line":9,"last_line":8},{"first_line":40,"last_line":41},
              {"first_line":2,"last_line":2}]}"#,
        );
        assert_eq!(found.len(), 1, "{found:#?}");
        let texts = |words: &[Words]| words.iter().map(|w| w.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&found[0].lead), ["Văn phòng", "phòng, Ban Đào"]);
        assert!(found[0].coordinating.is_empty(), "case counts");
        assert_eq!(found[0].time, None);
        assert_eq!(texts(&found[0].outputs), ["cơ sở dữ liệu dùng chung"], "over the end of a line");
        let chars: Vec<char> = TEXT.chars().collect();
        for words in found[0].lead.iter().chain(&found[0].outputs) {
            assert_eq!(tidy(&chars[words.span[0]..words.span[1]].iter().collect::<String>()), words.text);
        }
    }

    #[test]
    fn an_answer_of_another_form_is_none() {
        let lines = Lines::new(TEXT);
        let question = &lines.questions()[0];
        for answer in [
            "",
            "Xin lỗi",
            "[]",
            r#"{"tasks":[{"first_line":"ba"}]}"#,
            r#"{"tasks":[{"first_line":-1,"last_line":2}]}"#,
        ] {
            assert_eq!(lines.check(question, answer), None, "{answer}");
        }
        assert_eq!(lines.check(question, "```json\n{\"tasks\":[]}\n```"), Some(Vec::new()));
    }

    #[test]
    fn differences_are_told_and_agreement_is_silent() {
        let chars: Vec<char> = TEXT.chars().collect();
        let span = |from: &str, to: &str| {
            let place = |words: &str| TEXT[..TEXT.find(words).unwrap()].chars().count();
            Some([place(from), place(to) + to.chars().count()])
        };
        let first = Task {
            title: "Xây dựng cơ sở dữ liệu dùng chung.".into(),
            lead: vec!["Văn phòng".into()],
            outputs: vec!["x".into()],
            span: span("1. Xây", "30/6/2025"),
            ..Task::default()
        };
        let third =
            Task { title: "Duy trì".into(), span: span("3. Duy", "chuyên mục số."), ..Task::default() };
        let mut plan = Plan { tasks: vec![first, third], ..Plan::default() };
        let answer = r#"{"tasks":[
            {"first_line":3,"last_line":6,"lead":["Văn phòng, Ban Đào tạo"],"time":"30/6/2025","outputs":["cơ sở dữ liệu"]},
            {"first_line":8,"last_line":8,"outputs":["báo cáo kết quả"]}]}"#;
        let lines = Lines::new(TEXT);
        let laid = lay(&mut plan, &lines, &chosen(answer));
        assert_eq!(laid.len(), 3);
        let fields: Vec<Field> = laid[0].differences.iter().map(|d| d.field).collect();
        assert_eq!(fields, [Field::Lead, Field::Time]);
        assert_eq!(laid[0].differences[0].names, ["Văn phòng", "Ban Đào tạo"]);
        assert_eq!(laid[0].differences[1].time.as_ref().unwrap().due.as_deref(), Some("2025-06-30"));
        assert_eq!([laid[1].found, laid[2].found], [Found::First, Found::Second]);
        assert_eq!(plan.tasks[2].title, "2. Tổ chức tập huấn, sản phẩm là báo cáo kết quả.");
        let [from, to] = plan.tasks[2].span.unwrap();
        assert_eq!(chars[from..to].iter().collect::<String>(), plan.tasks[2].title);
        // The same once more: now they agree.
        let difference = laid[0].differences[1].clone();
        plan.tasks[0].lead = laid[0].differences[0].names.clone();
        plan.tasks[0].time = difference.time.unwrap();
        assert!(lay(&mut plan, &lines, &chosen(answer))[0].agrees());
    }
}
