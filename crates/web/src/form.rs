//! What a person typed, and what is wrong with it: kept together so that a
//! form that comes back shows both.

use jiff::civil::Date;
use messages::Lang;

/// The values and errors of a form.
#[derive(Clone, Debug, Default)]
pub struct Form {
    values: Vec<(String, String)>,
    issues: Vec<Issue>,
}

/// One thing wrong with a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Name of the field; empty when it concerns the whole form.
    pub field: String,
    /// What is wrong and what to do, in one sentence.
    pub text: String,
}

impl Form {
    /// An empty form.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What was sent, as axum's `Form<Vec<(String, String)>>` gives it. The character U+0000, which nobody
    /// types and PostgreSQL does not keep, is left out.
    #[must_use]
    pub fn sent(mut values: Vec<(String, String)>) -> Self {
        for (_, value) in &mut values {
            value.retain(|c| c != '\0');
        }
        Self { values, issues: Vec::new() }
    }

    /// The form with a first value of a field, for editing what exists.
    #[must_use]
    pub fn fill(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.push((name.to_owned(), value.into()));
        self
    }

    /// The form without some fields, whose values were dealt with.
    #[must_use]
    pub fn without(mut self, names: &[&str]) -> Self {
        self.values.retain(|(name, _)| !names.contains(&name.as_str()));
        self
    }

    /// The value of a field as typed; empty when not sent.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All values of a field that may be sent several times.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.values.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Names and values in the order sent.
    pub(crate) fn sent_values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// True when the field was sent with this value.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(k, v)| k == name && v == value)
    }

    /// Notes what is wrong with a field.
    pub fn issue(&mut self, field: &str, text: impl Into<String>) {
        self.issues.push(Issue { field: field.to_owned(), text: text.into() });
    }

    /// Everything wrong, in the order found.
    #[must_use]
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// What is wrong with a field; empty when nothing is.
    #[must_use]
    pub fn error(&self, name: &str) -> &str {
        self.issues.iter().find(|issue| issue.field == name).map_or("", |issue| &issue.text)
    }

    /// True when nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.issues.is_empty()
    }

    /// Notes where something was looked for in a picker and nothing was chosen: what was meant would be lost.
    pub fn picked(&mut self, name: &str, lang: Lang) {
        let typed = self.value(&format!("{name}_q")).trim().to_owned();
        if !typed.is_empty() && self.value(name).is_empty() && self.error(name).is_empty() {
            self.issue(name, lang.with("picker-nothing-chosen", &[("typed", typed.into())]));
        }
    }

    /// The trimmed text of a field; when empty notes `missing` as its error.
    pub fn required(&mut self, name: &str, missing: impl Into<String>) -> String {
        let value = self.value(name).trim().to_owned();
        if value.is_empty() {
            self.issue(name, missing);
        }
        value
    }

    /// The day typed in a field: `None` when empty, and when unreadable, which
    /// is noted as an error.
    pub fn date(&mut self, name: &str, lang: Lang) -> Option<Date> {
        let text = self.value(name).trim();
        if text.is_empty() {
            return None;
        }
        let day = messages::parse_date(text);
        if day.is_none() {
            self.issue(name, lang.text("form-date-unreadable"));
        }
        day
    }

    /// The number typed in a field, as [`Form::date`].
    pub fn number(&mut self, name: &str, lang: Lang) -> Option<f64> {
        let text = self.value(name).trim();
        if text.is_empty() {
            return None;
        }
        let number = messages::parse_number(lang, text);
        if number.is_none() {
            self.issue(name, lang.text("form-number-unreadable"));
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_looked_for_and_not_chosen_is_not_passed_over() {
        let sent = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let mut form = Form::sent(pairs.collect());
            form.picked("lead", Lang::Vi);
            form.error("lead").to_owned()
        };
        assert!(sent(&[("lead_q", "Ban Kiểm tra")]).contains("Ban Kiểm tra"));
        assert_eq!(sent(&[("lead_q", "Ban Kiểm tra"), ("lead", "unit:1")]), "");
        assert_eq!(sent(&[("lead_q", "  ")]), "");
    }

    #[test]
    fn a_form_keeps_what_was_typed_beside_what_is_wrong() {
        let mut form = Form::sent(vec![
            ("due".to_owned(), "31/02/2025".to_owned()),
            ("title".to_owned(), "  ".to_owned()),
            ("unit".to_owned(), "a".to_owned()),
            ("unit".to_owned(), "b".to_owned()),
        ]);
        assert_eq!(form.date("due", Lang::Vi), None);
        assert_eq!(form.required("title", "Nhập tên"), "");
        assert_eq!(form.value("due"), "31/02/2025");
        assert_eq!(form.error("title"), "Nhập tên");
        assert!(form.has("unit", "b") && !form.has("unit", "c"));
        assert_eq!(form.values("unit"), ["a", "b"]);
        assert_eq!(form.issues().len(), 2);
        assert!(!form.is_sound());
        assert_eq!(form.date("nothing", Lang::Vi), None);
        assert_eq!(form.issues().len(), 2);
    }
}
