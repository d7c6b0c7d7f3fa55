//! What reading one document yields; serialises to the JSON form the project publishes.

use serde::{Deserialize, Serialize};

/// `[start, end)` in Unicode scalar values of the extracted text.
pub type Span = [usize; 2];

/// A plan read from one document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// The document's head.
    pub document: Head,
    /// The outline, in the order of the text.
    pub sections: Vec<Section>,
    /// What is to be done.
    pub tasks: Vec<Task>,
    /// What is to be reached.
    pub indicators: Vec<Indicator>,
    /// Who reports what to whom.
    pub reporting: Vec<Duty>,
    /// Every unit named as lead, coordinator, receiver or owner, once each, canonical spelling.
    pub units: Vec<String>,
    /// What the reader could not make sense of, for the person who reviews (Vietnamese).
    pub warnings: Vec<String>,
}

/// The head of a document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Head {
    /// Number and symbol, as `116/QĐ-VHL`.
    pub number: Option<String>,
    /// `chương trình hành động`, `kế hoạch`, `thông báo kết luận`, ...
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The title as printed, lines joined.
    pub title: Option<String>,
    /// The issuing body.
    pub issuer: Option<String>,
    /// ISO day.
    pub issued_on: Option<String>,
    /// The person who signed.
    pub signer: Option<String>,
    /// Numbers of the documents that this one carries out.
    pub implements: Vec<String>,
}

/// A heading of the outline.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Section {
    /// The path of markers, as `II.1`.
    pub code: String,
    /// The heading's words.
    pub title: String,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

/// One thing to be done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Task {
    /// As printed (`1.1`, `57`, `PL.I.3`), or section and order for bullets (`II.3.4`).
    pub code: Option<String>,
    /// Code of the section it stands in.
    pub group: Option<String>,
    /// The wording.
    pub title: String,
    /// The whole item where the title is only its first sentence.
    pub text: Option<String>,
    /// Leading units; several mean joint lead, none that the document names none.
    pub lead: Vec<String>,
    /// Persons named for it.
    pub person: Vec<String>,
    /// Coordinating units.
    pub coordinating: Vec<String>,
    /// Required products.
    pub outputs: Vec<String>,
    /// The time as printed.
    pub time_text: Option<String>,
    /// The time as understood.
    pub time: Time,
    /// Who proposed it, in prose with proposals by named speakers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proposer: Vec<String>,
    /// Where it stands in the extracted text.
    pub span: Option<Span>,
    /// 0 to 1.
    pub confidence: f64,
}

/// The time of a task.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Time {
    /// What kind of time it is.
    pub kind: TimeKind,
    /// How often, for recurring work.
    pub recurrence: Vec<Recurrence>,
    /// ISO day on which it starts.
    pub start: Option<String>,
    /// ISO day by which it is due.
    pub due: Option<String>,
}

/// Kinds of time that documents of the genre print.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeKind {
    /// Due on a day, or at the end of a year, quarter or span.
    ByDate,
    /// Due by the end of a month.
    ByMonth,
    /// Every period again.
    Recurring,
    /// "Thường xuyên": without end.
    Continuous,
    /// A start that can be late, then without end.
    StartThenContinuous,
    /// "Theo yêu cầu".
    OnDemand,
    /// "Theo kế hoạch cụ thể".
    PerPlan,
    /// Nothing is printed.
    #[default]
    Unspecified,
}

/// How often recurring work returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recurrence {
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every quarter.
    Quarterly,
    /// Every half year.
    Semiannual,
    /// Every year.
    Annual,
    /// "Định kỳ" without saying how often.
    Periodic,
}

/// Something to be reached.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Indicator {
    /// As printed, if it has a code.
    pub code: Option<String>,
    /// Code of its group or section.
    pub group: Option<String>,
    /// What is measured.
    pub name: String,
    /// Unit of measure as printed.
    pub unit: Option<String>,
    /// The target as printed.
    pub target_text: Option<String>,
    /// The target as understood.
    pub target: Target,
    /// Remark.
    pub note: Option<String>,
    /// Where it stands in the extracted text.
    pub span: Option<Span>,
    /// 0 to 1.
    pub confidence: f64,
}

/// A target.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Target {
    /// How the value is meant.
    pub op: TargetOp,
    /// The value, or the lower end of a range.
    pub value: Option<f64>,
    /// The upper end of a range.
    pub value_max: Option<f64>,
    /// Unit of the value, lower case.
    pub unit: Option<String>,
    /// `year`, `month`, ... where the target is per period.
    pub per: Option<String>,
    /// What a growth is measured against, as printed.
    pub baseline: Option<String>,
    /// The year (or ISO day) by which.
    pub by: Option<String>,
    /// The value is a percentage.
    pub percent: bool,
}

/// How a target's value is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TargetOp {
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// Exactly.
    #[serde(rename = "=")]
    Exactly,
    /// Growth over a baseline.
    #[serde(rename = "increase")]
    Increase,
    /// Fall under a baseline.
    #[serde(rename = "decrease")]
    Decrease,
    /// Between two values.
    #[serde(rename = "range")]
    Range,
    /// In words only.
    #[default]
    #[serde(rename = "qualitative")]
    Qualitative,
}

/// Who reports what to whom.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Duty {
    /// The unit that reports.
    pub who: Option<String>,
    /// The receiver.
    pub to: Option<String>,
    /// The unit through which it goes.
    pub through: Option<String>,
    /// What is reported.
    pub what: Option<String>,
    /// `MM-DD` for every year, or `YYYY-MM-DD` once.
    pub due: Vec<String>,
    /// How often.
    pub cadence: Option<Cadence>,
    /// Where it stands in the extracted text.
    pub span: Option<Span>,
}

/// How often a report is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cadence {
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every quarter.
    Quarterly,
    /// Every half year.
    Semiannual,
    /// Every year.
    Annual,
    /// When asked.
    AdHoc,
    /// "Định kỳ" without saying how often.
    Periodic,
}
