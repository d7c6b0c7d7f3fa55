//! Counting a slice in one pass. Pure.

use super::columns::{Columns, HolderNo, Slice};
use super::days::{DayNo, runs};
use super::look::{Look, Marks};
use super::places::Places;
use crate::programmes::{Light, LightCounts};

/// Numbers by light, in the order of [`Light::ALL`].
pub(crate) type Four = [u32; 4];

/// The place of a task that is not in the slice on a day, beside the four lights.
pub(crate) const AWAY: usize = 4;

/// What a slice holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tally {
    /// By light, for each day asked about.
    pub series: Vec<Four>,
    /// By group, on the day looked at.
    pub groups: Vec<Four>,
    /// Tasks with a defect by group, on the day looked at.
    pub defective: Vec<u32>,
    /// By unit, itself and below it, on the day looked at; empty where that was not asked for.
    pub units: Vec<Four>,
    /// The units that lead something themselves.
    pub leading: Vec<bool>,
    /// By defect and state, on the day looked at.
    pub marks: Marks,
    /// From which light to which, between the day compared with and the day looked at.
    pub moves: [[u32; 5]; 5],
}

/// What to count beside the lights.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counting<'a> {
    /// The day looked at: one of those asked about.
    pub day: DayNo,
    /// The day compared with: one of those asked about.
    pub since: Option<DayNo>,
    /// Where units lie, when counts by unit are wanted.
    pub places: Option<&'a Places>,
}

pub(crate) fn lights(four: &Four) -> LightCounts {
    let at = |light: Light| four[light as usize] as usize;
    LightCounts {
        red: at(Light::Red),
        amber: at(Light::Amber),
        green: at(Light::Green),
        grey: at(Light::Grey),
    }
}

/// Counts by unit: a task counts once for each unit that leads it or has a leader of it below.
struct ByUnit<'a> {
    places: &'a Places,
    /// Tasks with one leader, by that leader; carried up the tree at the end.
    own: Vec<Four>,
    /// Tasks with several leaders, already carried up.
    shared: Vec<Four>,
    leading: Vec<bool>,
    /// The last row that counted for each unit.
    seen: Vec<u32>,
    leads: Vec<HolderNo>,
}

impl<'a> ByUnit<'a> {
    fn new(places: &'a Places) -> Self {
        let n = places.len();
        ByUnit {
            places,
            own: vec![[0; 4]; n],
            shared: vec![[0; 4]; n],
            leading: vec![false; n],
            seen: vec![u32::MAX; n],
            leads: Vec::new(),
        }
    }

    #[inline]
    fn add(&mut self, columns: &Columns, row: usize, day: DayNo, light: usize) {
        self.leads.clear();
        columns.leads(row, day, |holder| self.leads.push(holder));
        for holder in &self.leads {
            self.leading[*holder as usize] |= self.places.is_unit(*holder);
        }
        match self.leads[..] {
            [] => {}
            [one] => self.own[one as usize][light] += 1,
            _ => {
                let leads = std::mem::take(&mut self.leads);
                for holder in &leads {
                    self.up(*holder, day, row as u32, |four| four[light] += 1);
                }
                self.leads = leads;
            }
        }
    }

    /// Does something once for every unit that holds a holder, itself among them.
    fn up(&mut self, holder: HolderNo, day: DayNo, mark: u32, add: impl Fn(&mut Four)) {
        for unit in self.places.units_of(holder, day) {
            for above in self.places.chain(unit) {
                if std::mem::replace(&mut self.seen[above as usize], mark) == mark {
                    break;
                }
                add(&mut self.shared[above as usize]);
            }
        }
    }

    fn finish(mut self, day: DayNo) -> (Vec<Four>, Vec<bool>) {
        self.seen.fill(u32::MAX);
        for (holder, four) in std::mem::take(&mut self.own).into_iter().enumerate() {
            if four != [0; 4] {
                let add = |to: &mut Four| to.iter_mut().zip(four).for_each(|(to, n)| *to += n);
                self.up(holder as HolderNo, day, holder as u32, add);
            }
        }
        (self.shared, self.leading)
    }
}

/// Counts the slice.
pub(crate) fn tally(columns: &Columns, slice: &Slice, counting: &Counting<'_>) -> Tally {
    let days = &slice.days;
    let (now, then) = (days.bit(counting.day), counting.since.map_or(0, |day| days.bit(day)));
    let mut steps = vec![[0_i32; 4]; days.numbers().len() + 1];
    let mut groups = vec![[0; 4]; slice.groups.len()];
    let mut defective = vec![0; slice.groups.len()];
    let (mut marks, mut moves) = (Marks::default(), [[0; 5]; 5]);
    let mut units = counting.places.map(ByUnit::new);
    let mut count = |row: usize, look: Look| {
        let group = columns.group(row) as usize;
        groups[group][look.light_no()] += 1;
        marks.add(look);
        defective[group] += u32::from(look.defective());
        if let Some(units) = &mut units {
            units.add(columns, row, counting.day, look.light_no());
        }
    };
    if *days.numbers() == [counting.day] {
        columns.scan(slice, |row, _| {
            if let Some(look) = columns.look_on(row, slice, counting.day) {
                steps[0][look.light_no()] += 1;
                count(row, look);
            }
        });
    } else {
        columns.scan(slice, |row, bits| {
            let (mut from, mut to) = (AWAY, AWAY);
            columns.looks(row, slice, bits, |look, _, held| {
                let light = look.light_no();
                for (first, end) in runs(held) {
                    steps[first][light] += 1;
                    steps[end][light] -= 1;
                }
                if held & then != 0 {
                    from = light;
                }
                if held & now == 0 {
                    return;
                }
                to = light;
                count(row, look);
            });
            if then != 0 {
                moves[from][to] += 1;
            }
        });
    }
    let (units, leading) = units.map(|units| units.finish(counting.day)).unwrap_or_default();
    Tally { series: summed(&steps), groups, defective, units, leading, marks, moves }
}

/// Running sums of the steps from each day to the next.
fn summed(steps: &[[i32; 4]]) -> Vec<Four> {
    let mut sum = [0_i32; 4];
    let add = |step: &[i32; 4]| {
        sum.iter_mut().zip(step).for_each(|(sum, step)| *sum += step);
        sum.map(|n| u32::try_from(n).unwrap_or_default())
    };
    steps.iter().take(steps.len().saturating_sub(1)).map(add).collect()
}

/// A task that a question finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub light: Light,
    /// The day its light goes by, in days since 1970; the undated come last.
    pub due: i32,
    pub row: usize,
    /// The task is finished.
    pub done: bool,
}

/// The rows behind a number, in no order: those of the slice on the day looked at that are wanted, by row,
/// by the light on the day compared with (a number of [`Light::ALL`] or [`AWAY`]) and by the look.
pub(crate) fn find(
    columns: &Columns,
    slice: &Slice,
    counting: &Counting<'_>,
    wanted: impl Fn(usize, usize, Look) -> bool,
) -> Vec<Found> {
    let days = &slice.days;
    let (now, then) = (days.bit(counting.day), counting.since.map_or(0, |day| days.bit(day)));
    let mut found = Vec::new();
    columns.scan(slice, |row, bits| {
        let (mut was, mut is) = (AWAY, None);
        columns.looks(row, slice, bits, |look, due, held| {
            if held & then != 0 {
                was = look.light_no();
            }
            if held & now != 0 {
                is = Some((look, due));
            }
        });
        let Some((look, due)) = is else { return };
        if wanted(row, was, look) {
            let due = if due == super::columns::NO_DAY { i32::MAX } else { due };
            found.push(Found { light: look.light(), due, row, done: look.done() });
        }
    });
    found
}
