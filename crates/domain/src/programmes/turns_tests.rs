//! Lights of random facts, day by day over years.

use super::*;
use crate::programmes::rules::{Claim, ClaimKind, Confirmer, Fate, Part, light};
use crate::programmes::{Holder, TaskTime};
use jiff::ToSpan;
use jiff::civil::date;
use papers::plan::Recurrence;
use store::Day;

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.roll(list.len())]
    }

    fn day(&mut self) -> Date {
        date(2025, 1, 1) + i64::try_from(self.roll(500)).unwrap().days()
    }

    fn maybe(&mut self) -> Option<Date> {
        let day = self.day();
        (self.roll(3) > 0).then_some(day)
    }
}

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

const OFTEN: [Recurrence; 5] = [
    Recurrence::Weekly,
    Recurrence::Monthly,
    Recurrence::Quarterly,
    Recurrence::Annual,
    Recurrence::Periodic,
];

fn some_claim(dice: &mut Dice, cycle: Option<Cycle>) -> Claim {
    let submitted = dice.day();
    let period = cycle.and_then(|cycle| cycle.holding(dice.day()));
    Claim {
        kind: dice.of(&ClaimKind::ALL),
        period_to: period.map(|period| period.to),
        percent: (dice.roll(2) > 0).then(|| i64::try_from(dice.roll(101)).unwrap()),
        on: submitted - i64::try_from(dice.roll(5)).unwrap().days(),
        submitted,
        fate: match dice.roll(4) {
            0 => Fate::Returned(submitted),
            1 => Fate::Waiting(Confirmer::Assigner, submitted),
            _ => Fate::Confirmed(submitted),
        },
    }
}

fn some_facts(dice: &mut Dice) -> (TaskFacts, Rules) {
    let rules = Rules {
        near_due_days: dice.of(&[0, 1, 15, 100]),
        behind_points: dice.of(&[None, Some(1), Some(20), Some(100)]),
        default_period: dice.of(&[Recurrence::Quarterly, Recurrence::Monthly]),
        period_closes_on: dice.of(&[14, 30, 31]),
        report_within_days: dice.of(&[0, 10, 60]),
        ..Rules::default()
    };
    let time = TaskTime {
        kind: dice.of(&KINDS),
        recurrence: vec![dice.of(&OFTEN)],
        start: dice.maybe().map(Day),
        due: dice.maybe().map(Day),
        ..TaskTime::default()
    };
    let cycle = rules.cycle(&time);
    let part = |dice: &mut Dice| {
        let mut claims: Vec<Claim> = (0..dice.roll(4)).map(|_| some_claim(dice, cycle)).collect();
        claims.sort_by_key(|claim| claim.submitted);
        Part { claims }
    };
    let parts = (0..dice.roll(3)).map(|_| part(dice)).collect();
    let leads = if dice.roll(4) == 0 { vec![Holder::Awaiting] } else { Vec::new() };
    let since = Some(dice.day());
    (TaskFacts { time, leads, parts, since, ..TaskFacts::default() }, rules)
}

#[test]
fn between_turns_a_light_does_not_change() {
    let mut dice = Dice(57);
    for _ in 0..500 {
        let (facts, rules) = some_facts(&mut dice);
        holds(&facts, &rules);
    }
}

/// Walks day by day over four years, with the turns of a stretch of days at a time.
fn holds(facts: &TaskFacts, rules: &Rules) {
    let stretch = |from: Date| turns(facts, rules, from, from + 50.days());
    let mut turns = Vec::new();
    let said = |day| {
        let verdict = light(facts, rules, day);
        (verdict.light, verdict.standing)
    };
    let mut day = date(2024, 6, 1);
    let mut last = said(day);
    while day < date(2028, 6, 1) {
        if days_between(date(2024, 6, 1), day) % 50 == 0 {
            turns = stretch(day);
        }
        day = day.tomorrow().unwrap();
        let now = said(day);
        assert!(now == last || turns.contains(&day), "{day}: {last:?} to {now:?} of {facts:?} by {rules:?}");
        last = now;
    }
}
