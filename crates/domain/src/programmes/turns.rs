//! The days on which a light may change though nothing new is recorded. Pure.

use super::rules::{Rules, TaskFacts};
use jiff::ToSpan;
use jiff::civil::Date;
use papers::plan::TimeKind;

/// Days on which [`super::light`] may say something else than on the day before, the facts being the
/// same, in any order. Between two of them a light does not change; the board rests on that.
pub fn turns(facts: &TaskFacts, rules: &Rules) -> Vec<Date> {
    let time = &facts.time;
    let dated = match time.kind {
        TimeKind::ByDate | TimeKind::ByMonth => time.due,
        TimeKind::StartThenContinuous => time.start,
        _ => None,
    };
    let Some(day) = dated else { return Vec::new() };
    let near = day.0.checked_sub(rules.near_due_days.max(0).days());
    [near, Ok(day.0), day.0.tomorrow()].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programmes::{Holder, TaskTime, rules};
    use jiff::civil::date;
    use store::Day;

    const KINDS: [TimeKind; 8] = [
        TimeKind::ByDate,
        TimeKind::ByMonth,
        TimeKind::Recurring,
        TimeKind::Continuous,
        TimeKind::StartThenContinuous,
        TimeKind::OnDemand,
        TimeKind::PerPlan,
        TimeKind::Unspecified,
    ];

    #[test]
    fn between_turns_a_light_does_not_change() {
        let middle = date(2026, 6, 15);
        for (kind, near_due_days) in KINDS.into_iter().flat_map(|kind| [0, 1, 15, 365].map(|n| (kind, n))) {
            for leads in [Vec::new(), vec![Holder::Awaiting]] {
                let dates = [
                    (None, None),
                    (None, Some(middle)),
                    (Some(middle), None),
                    (Some(middle), Some(date(2026, 9, 1))),
                ];
                for (start, due) in dates {
                    let time =
                        TaskTime { kind, start: start.map(Day), due: due.map(Day), ..TaskTime::default() };
                    holds(
                        &TaskFacts { time, leads: leads.clone(), ..TaskFacts::default() },
                        &Rules { near_due_days },
                    );
                }
            }
        }
    }

    /// Walks day by day over three years and more.
    fn holds(facts: &TaskFacts, rules: &Rules) {
        let turns = turns(facts, rules);
        let mut day = date(2025, 1, 1);
        let mut last = rules::light(facts, rules, day).light;
        while day < date(2028, 3, 1) {
            day = day.tomorrow().unwrap();
            let light = rules::light(facts, rules, day).light;
            assert!(light == last || turns.contains(&day), "{day}: {last:?} to {light:?} of {facts:?}");
            last = light;
        }
    }
}
