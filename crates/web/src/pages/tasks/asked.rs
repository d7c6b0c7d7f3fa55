//! The filter of a list of tasks, as it stands in the address.

use super::words::{defect, shade, state};
use crate::form::Form;
use crate::pages::work::standing;
use crate::view::Sort;
use domain::UnitId;
use domain::board::{Changed, Was};
use domain::programmes::{
    self, Defect, Light, Order, ProgrammeId, RoleFilter, State, TaskFilter, TaskList, Window,
};
use jiff::civil::Date;
use messages::Lang;

/// Members of the address that filter, in the order in which links carry them.
pub(crate) const FILTERS: [&str; 15] = [
    "programme",
    "q",
    "unit",
    "role",
    "group",
    "light",
    "standing",
    "window",
    "from",
    "to",
    "defect",
    "state",
    "as_of",
    "since",
    "was",
];

/// Columns by which a list is ordered; the first is the one of the document.
const COLUMNS: [&str; 4] = ["order", "light", "due", "unit"];

/// What a list was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub form: Form,
    pub filter: TaskFilter,
    /// Only what changed since a day, where the address says both.
    pub changed: Option<Changed>,
    pub order: Order,
    pub page: usize,
    path: String,
}

impl Asked {
    /// Reads an address; what it says of a filter and cannot be read filters nothing.
    pub(crate) fn read(path: &str, pairs: Vec<(String, String)>, programme: Option<ProgrammeId>) -> Asked {
        let form = Form::sent(pairs.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect());
        let day = |name: &str| messages::parse_date(form.value(name));
        let filter = TaskFilter {
            programme: programme.or_else(|| form.value("programme").parse().ok()),
            unit: form.value("unit").parse::<UnitId>().ok(),
            role: match form.value("role") {
                "lead" => RoleFilter::Leading,
                "coordinating" => RoleFilter::Coordinating,
                _ => RoleFilter::Any,
            },
            group: match form.value("group") {
                "" => None,
                "-" => Some(String::new()),
                code => Some(code.to_owned()),
            },
            light: Light::from_code(form.value("light")),
            standing: programmes::Standing::from_code(form.value("standing")),
            window: window(form.value("window"), day("from"), day("to")),
            text: form.value("q").to_owned(),
            defect: Defect::from_code(form.value("defect")),
            state: State::from_code(form.value("state")),
            as_of: day("as_of"),
        };
        let sort = Sort::parse(form.value("sort"), &COLUMNS, "");
        let by = match sort.by.as_str() {
            "light" => programmes::Sort::Light,
            "due" => programmes::Sort::Due,
            "unit" => programmes::Sort::Unit,
            _ => programmes::Sort::Document,
        };
        let page = form.value("page").parse().unwrap_or(1).clamp(1, 100_000);
        let order = Order { by, descending: sort.descending };
        let changed = day("since").zip(was(form.value("was"))).map(|(since, was)| Changed { since, was });
        Asked { filter, changed, order, page, path: path.to_owned(), form }
    }

    /// What a form sent along of an address.
    pub(crate) fn sent(form: &Form) -> Asked {
        let pairs = FILTERS.iter().map(|name| ((*name).to_owned(), form.value(name).to_owned())).collect();
        Asked::read("/tasks", pairs, None)
    }

    /// The filter as a form shows it: days as people write them.
    pub(crate) fn shown(&self, lang: Lang) -> Form {
        let mut form = self.form.clone();
        for name in ["from", "to", "as_of", "since"] {
            if let Some(day) = messages::parse_date(form.value(name)) {
                form = form.without(&[name]).fill(name, lang.date(day));
            }
        }
        form
    }

    /// The address without some of its members, ending in `?` or `&`.
    pub(crate) fn without(&self, dropped: &[&str]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let mut any = false;
        for name in FILTERS.iter().chain(&["sort", "page"]).filter(|name| !dropped.contains(name)) {
            let value = self.form.value(name);
            if !value.is_empty() {
                query.append_pair(name, value);
                any = true;
            }
        }
        format!("{}?{}{}", self.path, query.finish(), if any { "&" } else { "" })
    }

    /// The same filter at another path, ending in `?` or `&`.
    pub(crate) fn at(&self, path: &str, dropped: &[&str]) -> String {
        Asked { path: path.to_owned(), ..self.clone() }.without(dropped)
    }

    /// How many filters are set, beside the ones of the path.
    pub(crate) fn count(&self) -> i64 {
        let of_window = ["from", "to"];
        let beside = ["from", "to", "since", "was"];
        let set =
            FILTERS.iter().filter(|name| !beside.contains(name) && !self.form.value(name).is_empty()).count();
        let spans = of_window.iter().any(|name| !self.form.value(name).is_empty());
        i64::try_from(set).unwrap_or_default() + i64::from(spans) + i64::from(self.changed.is_some())
    }

    /// The order of the table and how to change it.
    pub(crate) fn sort(&self) -> Sort {
        Sort::parse(self.form.value("sort"), &COLUMNS, self.without(&["sort", "page"]))
    }

    /// What is filtered by, in words, for the head of a paper: every filter that is set with its name.
    pub(crate) fn words(&self, lang: Lang, list: &TaskList) -> String {
        let named = |name: &str| {
            let value = self.form.value(name);
            let unit = |id: UnitId| list.units.iter().find(|(known, _)| *known == id).map(|(_, n)| n.clone());
            match name {
                "programme" => list.rows.first().map(|row| row.programme_title.clone()),
                "unit" => self.filter.unit.and_then(unit),
                "role" if value == "lead" => Some(lang.text("programmes-role-lead")),
                "role" => Some(lang.text("programmes-role-coordinating")),
                "light" => self.filter.light.map(|light| shade(light).word(&lang)),
                "standing" => self.filter.standing.map(|one| standing(lang, one)),
                "window" => Some(window_word(lang, value)),
                "from" | "to" | "as_of" | "since" => messages::parse_date(value).map(|day| lang.date(day)),
                "defect" => self.filter.defect.map(|one| defect(lang, one)),
                "state" => self.filter.state.map(|one| state(lang, one)),
                "was" => None,
                _ => Some(value.to_owned()),
            }
        };
        let set = FILTERS.iter().filter(|name| !self.form.value(name).is_empty());
        let parts: Vec<String> =
            set.filter_map(|name| Some(format!("{}: {}", term(lang, name), named(name)?))).collect();
        if parts.is_empty() { lang.text("letters-tracking-all") } else { parts.join("; ") }
    }

    /// What links to tasks carry on: the day the list is shown for.
    pub(crate) fn suffix(&self) -> String {
        self.filter.as_of.map(|day| format!("?as_of={day}")).unwrap_or_default()
    }
}

/// The name of a filter.
fn term(lang: Lang, name: &str) -> String {
    match name {
        "programme" => lang.text("programmes-programme"),
        "unit" => lang.text("programmes-filter-unit"),
        "role" => lang.text("programmes-filter-role"),
        "group" => lang.text("programmes-filter-group"),
        "light" => lang.text("programmes-light"),
        "standing" => lang.text("carrying-standing"),
        "window" => lang.text("programmes-filter-window"),
        "from" => lang.text("programmes-filter-from"),
        "to" => lang.text("programmes-filter-to"),
        "defect" => lang.text("programmes-filter-defect"),
        "state" => lang.text("programmes-filter-state"),
        "as_of" => lang.text("programmes-filter-as-of"),
        "since" => lang.text("board-since"),
        _ => lang.text("programmes-filter-text"),
    }
}

fn window_word(lang: Lang, code: &str) -> String {
    match code {
        "past" => lang.text("programmes-window-past"),
        "7" => lang.text("programmes-window-7"),
        "15" => lang.text("programmes-window-15"),
        "30" => lang.text("programmes-window-30"),
        "90" => lang.text("programmes-window-90"),
        _ => lang.text("programmes-window-undated"),
    }
}

/// What a task was on the day compared with.
fn was(code: &str) -> Option<Was> {
    match code {
        "other" => Some(Was::Other),
        "away" => Some(Was::Away),
        light => Light::from_code(light).map(Was::Light),
    }
}

fn window(code: &str, from: Option<Date>, to: Option<Date>) -> Window {
    match code {
        "past" => Window::Past,
        "7" => Window::Within(7),
        "15" => Window::Within(15),
        "30" => Window::Within(30),
        "90" => Window::Within(90),
        "undated" => Window::Undated,
        _ if from.is_some() || to.is_some() => Window::Between(from, to),
        _ => Window::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn asked(query: &str) -> Asked {
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Asked::read("/tasks", pairs, None)
    }

    #[test]
    fn the_address_keeps_the_filter() {
        let asked = asked("q=thể+chế&light=red&from=&page=3&sort=-due&as_of=2026-11-09&unknown=1");
        assert_eq!(asked.filter.light, Some(Light::Red));
        assert_eq!(asked.filter.as_of, Some(date(2026, 11, 9)));
        assert_eq!((asked.page, asked.order.descending, asked.count()), (3, true, 3));
        assert_eq!(asked.without(&["page", "sort", "q"]), "/tasks?light=red&as_of=2026-11-09&");
        assert_eq!(asked.suffix(), "?as_of=2026-11-09");
    }

    #[test]
    fn what_changed_is_asked_for_by_a_day_and_what_was_then() {
        let changed = |was| Some(Changed { since: date(2026, 11, 2), was });
        assert_eq!(asked("since=2026-11-02&was=red").changed, changed(Was::Light(Light::Red)));
        assert_eq!(asked("since=02/11/2026&was=away").changed, changed(Was::Away));
        assert_eq!(asked("since=2026-11-02&was=other").count(), 1);
        assert_eq!((asked("since=2026-11-02").changed, asked("was=other").count()), (None, 0));
        assert_eq!(asked("since=2026-11-02").shown(Lang::Vi).value("since"), "02/11/2026");
    }

    #[test]
    fn what_cannot_be_read_filters_nothing() {
        let asked = asked("light=blue&unit=x&from=31/02/2026&page=0&defect=&group=-");
        let expected = TaskFilter { group: Some(String::new()), ..TaskFilter::default() };
        assert_eq!((asked.filter, asked.page), (expected, 1));
        let span = window("", Some(date(2026, 1, 1)), None);
        assert_eq!(span, Window::Between(Some(date(2026, 1, 1)), None));
    }
}
