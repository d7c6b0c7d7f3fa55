//! The columns: one row for each task, plain numbers side by side, and the pass over them. Pure.
//!
//! What a task looks like is constant over stretches of days (see [`super::course`]), and so is who
//! carries it. A row therefore holds stretches, and a question about up to 64 days is answered in one
//! pass: the days on which something holds are the bits of one word.

use super::days::{DayNo, Days, NEVER, Span};
use super::look::Look;
use super::texts::Texts;
use crate::programmes::{AssignmentRole, RoleFilter};
use uuid::Uuid;

/// The number of a unit or grouping on the board.
pub(crate) type HolderNo = u32;
/// The number of a group of tasks in a programme.
pub(crate) type GroupNo = u32;

/// What a task looks like from a day on, until the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Phase {
    pub from: DayNo,
    pub look: Look,
    /// The day its light goes by, in days since 1970; [`NO_DAY`] where it has none.
    pub due: i32,
}

/// No day is known.
pub(crate) const NO_DAY: i32 = i32::MIN;

/// Who carries a task, in which role, over which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Carrying {
    pub holder: HolderNo,
    pub role: AssignmentRole,
    pub span: Span,
}

/// A task to be put into the columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub task: Uuid,
    pub group: GroupNo,
    /// Its place in the document.
    pub position: i32,
    /// The words that a search looks through, folded.
    pub text: String,
    /// The days on which it is part of the plan.
    pub span: Span,
    /// Its phases, the earliest first.
    pub phases: Vec<Phase>,
    pub carriers: Vec<Carrying>,
}

/// Rows of narrow slices are visited one by one, those of others in a pass over everything; a slice is
/// narrow while it holds less than one row in so many.
const NARROW: usize = 8;

/// Carriers of every row, one row after the other.
#[derive(Debug, Default)]
struct Carriers {
    /// The rows of each holder, in their order; retired ones too.
    rows: Vec<Vec<u32>>,
    end: Vec<u32>,
    holder: Vec<HolderNo>,
    role: Vec<u8>,
    from: Vec<DayNo>,
    to: Vec<DayNo>,
}

fn part(ends: &[u32], row: usize) -> std::ops::Range<usize> {
    let from = if row == 0 { 0 } else { ends[row - 1] };
    from as usize..ends[row] as usize
}

impl Carriers {
    fn push<'a>(&mut self, carriers: impl Iterator<Item = &'a Carrying>) {
        let row = self.end.len() as u32;
        for one in carriers.filter(|one| !one.span.is_empty()) {
            let holder = one.holder as usize;
            if self.rows.len() <= holder {
                self.rows.resize_with(holder + 1, Vec::new);
            }
            if self.rows[holder].last() != Some(&row) {
                self.rows[holder].push(row);
            }
            self.holder.push(one.holder);
            self.role.push(one.role as u8);
            self.from.push(one.span.from);
            self.to.push(one.span.to);
        }
        self.end.push(self.holder.len() as u32);
    }

    #[inline]
    fn span(&self, at: usize) -> Span {
        Span { from: self.from[at], to: self.to[at] }
    }

    /// The days on which a carrier of the row, in the role, is inside the slice.
    #[inline]
    fn held(&self, row: usize, days: &Days, inside: &[u64], role: Option<u8>) -> u64 {
        let mut bits = 0;
        for at in part(&self.end, row) {
            let held = inside[self.holder[at] as usize];
            if held != 0 && role.is_none_or(|role| role == self.role[at]) {
                bits |= held & days.within(self.span(at));
            }
        }
        bits
    }
}

/// The part of the board that a question looks at, with everything looked up.
#[derive(Debug, Clone)]
pub(crate) struct Slice {
    /// The days asked about.
    pub days: Days,
    /// For each group, whether it counts.
    pub groups: Vec<bool>,
    /// For each holder, the days on which it is inside the unit asked for; none when no unit is asked for.
    pub inside: Option<Vec<u64>>,
    /// In which role a holder counts.
    pub role: RoleFilter,
    /// Days by which lights go that count, in days since 1970, first and last.
    pub due: Option<DueIn>,
}

/// Which days of tasks count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DueIn {
    /// From a day to another.
    Between(i32, i32),
    /// None at all.
    Undated,
}

impl DueIn {
    #[inline]
    fn holds(self, due: i32) -> bool {
        match self {
            DueIn::Between(from, to) => due != NO_DAY && from <= due && due <= to,
            DueIn::Undated => due == NO_DAY,
        }
    }
}

/// The rows of the board.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    task: Vec<Uuid>,
    group: Vec<GroupNo>,
    position: Vec<i32>,
    texts: Texts,
    from: Vec<DayNo>,
    to: Vec<DayNo>,
    phase_end: Vec<u32>,
    phase_from: Vec<DayNo>,
    phase_look: Vec<Look>,
    phase_due: Vec<i32>,
    leads: Carriers,
    others: Carriers,
    retired: usize,
}

impl Columns {
    /// Number of rows, retired ones too.
    pub fn len(&self) -> usize {
        self.task.len()
    }

    /// Number of rows that hold an older state of their task.
    pub fn retired(&self) -> usize {
        self.retired
    }

    /// Number of carriers, of leads and of others.
    pub fn carriers(&self) -> usize {
        self.leads.holder.len() + self.others.holder.len()
    }

    /// Bytes that the columns take.
    pub fn bytes(&self) -> usize {
        let rows =
            |c: &Carriers| c.rows.iter().map(|rows| size_of_val(rows) + rows.capacity() * 4).sum::<usize>();
        let carriers = |c: &Carriers| c.end.capacity() * 4 + c.holder.capacity() * 9 + rows(c);
        self.task.capacity() * (16 + 4 + 4 + 2 + 2 + 4)
            + self.texts.bytes()
            + self.phase_from.capacity() * 8
            + carriers(&self.leads)
            + carriers(&self.others)
    }

    /// Adds a row at the end and gives its number.
    pub fn push(&mut self, row: &Row) -> usize {
        self.task.push(row.task);
        self.group.push(row.group);
        self.position.push(row.position);
        self.texts.push(&row.text);
        self.from.push(row.span.from);
        self.to.push(row.span.to);
        for phase in &row.phases {
            self.phase_from.push(phase.from);
            self.phase_look.push(phase.look);
            self.phase_due.push(phase.due);
        }
        self.phase_end.push(self.phase_from.len() as u32);
        self.leads.push(row.carriers.iter().filter(|one| one.role.leads()));
        self.others.push(row.carriers.iter().filter(|one| !one.role.leads()));
        self.task.len() - 1
    }

    /// Takes a row out: no day is left on which it is there.
    pub fn retire(&mut self, row: usize) {
        self.retired += usize::from(self.from[row] < self.to[row]);
        (self.from[row], self.to[row]) = (0, 0);
    }

    /// The task of a row.
    pub fn task(&self, row: usize) -> Uuid {
        self.task[row]
    }

    /// The group of a row.
    #[inline]
    pub fn group(&self, row: usize) -> GroupNo {
        self.group[row]
    }

    /// The place of a row in its document.
    #[inline]
    pub fn position(&self, row: usize) -> i32 {
        self.position[row]
    }

    /// The texts of the rows.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// A row as it was put in.
    pub fn row(&self, row: usize) -> Row {
        let phase =
            |at| Phase { from: self.phase_from[at], look: self.phase_look[at], due: self.phase_due[at] };
        let carriers = |of: &Carriers| {
            let one = |at: usize| Carrying {
                holder: of.holder[at],
                role: AssignmentRole::ALL[usize::from(of.role[at])],
                span: of.span(at),
            };
            part(&of.end, row).map(one).collect::<Vec<_>>()
        };
        Row {
            task: self.task[row],
            group: self.group[row],
            position: self.position[row],
            text: self.texts.of(row).to_owned(),
            span: Span { from: self.from[row], to: self.to[row] },
            phases: part(&self.phase_end, row).map(phase).collect(),
            carriers: [carriers(&self.leads), carriers(&self.others)].concat(),
        }
    }

    /// Visits every row that lies in the slice on any of its days, with those days.
    #[inline]
    pub fn scan(&self, slice: &Slice, mut visit: impl FnMut(usize, u64)) {
        let narrow = slice.inside.as_ref().and_then(|inside| self.narrow(inside, slice.role));
        let mut step = |row: usize| {
            let bits = self.held(row, slice);
            if bits != 0 {
                visit(row, bits);
            }
        };
        match narrow {
            Some(rows) => rows.into_iter().for_each(|row| step(row as usize)),
            None => (0..self.task.len()).for_each(step),
        }
    }

    /// The rows that holders inside the slice carry, in their order, where they are few.
    fn narrow(&self, inside: &[u64], role: RoleFilter) -> Option<Vec<u32>> {
        let of: &[&Carriers] = match role {
            RoleFilter::Leading => &[&self.leads],
            RoleFilter::Coordinating => &[&self.others],
            RoleFilter::Any => &[&self.leads, &self.others],
        };
        let held = of.iter().flat_map(|of| of.rows.iter().zip(inside));
        let lists: Vec<&[u32]> =
            held.filter(|(_, inside)| **inside != 0).map(|(rows, _)| rows.as_slice()).collect();
        let most: usize = lists.iter().map(|list| list.len()).sum();
        if most >= self.len() / NARROW {
            return None;
        }
        let mut rows = lists.concat();
        rows.sort_unstable();
        rows.dedup();
        Some(rows)
    }

    /// The days on which the row lies in the slice.
    #[inline]
    fn held(&self, row: usize, slice: &Slice) -> u64 {
        let days = &slice.days;
        let bits = days.within(Span { from: self.from[row], to: self.to[row] });
        if bits == 0 || !slice.groups[self.group[row] as usize] {
            return 0;
        }
        let Some(inside) = &slice.inside else { return bits };
        bits & match slice.role {
            RoleFilter::Leading => self.leads.held(row, days, inside, None),
            RoleFilter::Coordinating => {
                self.others.held(row, days, inside, Some(AssignmentRole::Coordinating as u8))
            }
            RoleFilter::Any => {
                self.leads.held(row, days, inside, None) | self.others.held(row, days, inside, None)
            }
        }
    }

    /// Visits what the row looks like on these days: each look with its days.
    #[inline]
    pub fn looks(&self, row: usize, slice: &Slice, bits: u64, mut visit: impl FnMut(Look, i32, u64)) {
        let range = part(&self.phase_end, row);
        let (first, last) = (slice.days.first(), slice.days.last());
        let over = self.phase_from[range.clone()].iter().skip(1).take_while(|from| **from <= first).count();
        for at in range.start + over..range.end {
            if self.phase_from[at] > last {
                break;
            }
            let to = if at + 1 < range.end { self.phase_from[at + 1] } else { NEVER };
            let held = bits & slice.days.within(Span { from: self.phase_from[at], to });
            if held != 0 && slice.due.is_none_or(|due| due.holds(self.phase_due[at])) {
                visit(self.phase_look[at], self.phase_due[at], held);
            }
        }
    }

    /// What the row looks like on the only day asked about, where it has a look that counts.
    #[inline]
    pub fn look_on(&self, row: usize, slice: &Slice, day: DayNo) -> Option<Look> {
        let range = part(&self.phase_end, row);
        // Counted without a branch: where the phases of a row end cannot be foreseen.
        let begun =
            self.phase_from[range.clone()].iter().map(|from| usize::from(*from <= day)).sum::<usize>();
        let at = range.start + begun.checked_sub(1)?;
        slice.due.is_none_or(|due| due.holds(self.phase_due[at])).then(|| self.phase_look[at])
    }

    /// Visits the holders who lead the row on a day.
    #[inline]
    pub fn leads(&self, row: usize, day: DayNo, mut visit: impl FnMut(HolderNo)) {
        for at in part(&self.leads.end, row) {
            if self.leads.span(at).holds(day) {
                visit(self.leads.holder[at]);
            }
        }
    }

    /// Visits everybody who carries the row on a day, in whatever role.
    pub fn carried(&self, row: usize, day: DayNo, mut visit: impl FnMut(HolderNo, AssignmentRole)) {
        for of in [&self.leads, &self.others] {
            for at in part(&of.end, row).filter(|at| of.span(*at).holds(day)) {
                visit(of.holder[at], AssignmentRole::ALL[usize::from(of.role[at])]);
            }
        }
    }

    /// Visits every holder who carries the row without an end.
    pub fn present(&self, row: usize, mut visit: impl FnMut(HolderNo)) {
        if self.to[row] != NEVER {
            return;
        }
        for of in [&self.leads, &self.others] {
            part(&of.end, row).filter(|at| of.to[*at] == NEVER).for_each(|at| visit(of.holder[at]));
        }
    }

    /// The same columns without retired rows; the numbers of rows change.
    pub fn compacted(&self) -> Columns {
        let mut fresh = Columns::default();
        for row in (0..self.len()).filter(|row| self.from[*row] < self.to[*row]) {
            fresh.push(&self.row(row));
        }
        fresh
    }
}
