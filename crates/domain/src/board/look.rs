//! What a task looks like on a day, in sixteen bits. Pure.

use crate::programmes::{Defect, Light, Standing, State, Verdict};

/// Light, standing, defects and states, packed: two bits for the light, three for the standing, one for
/// each defect and state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Look(u16);

const STANDING: u32 = 2;
const DEFECTS: u32 = 5;
const STATES: u32 = DEFECTS + Defect::ALL.len() as u32;

impl Look {
    /// Packs what the rules say.
    pub fn new(verdict: &Verdict, defects: &[Defect], states: &[State]) -> Look {
        let mut bits = verdict.light as u16 | (verdict.standing as u16) << STANDING;
        for defect in defects {
            bits |= 1 << (DEFECTS + *defect as u32);
        }
        for state in states {
            bits |= 1 << (STATES + *state as u32);
        }
        Look(bits)
    }

    /// The place of the light in [`Light::ALL`].
    #[inline]
    pub fn light_no(self) -> usize {
        usize::from(self.0 & 0b11)
    }

    /// The light.
    pub fn light(self) -> Light {
        Light::ALL[self.light_no()]
    }

    /// The place of the standing in [`Standing::ALL`].
    #[inline]
    pub fn standing_no(self) -> usize {
        usize::from(self.0 >> STANDING & 0b111)
    }

    /// Is the task finished?
    #[inline]
    pub fn done(self) -> bool {
        Standing::ALL[self.standing_no()].done()
    }

    /// Does it have this defect?
    #[inline]
    pub fn has_defect(self, defect: Defect) -> bool {
        self.0 & (1 << (DEFECTS + defect as u32)) != 0
    }

    /// Is it in this state?
    #[inline]
    pub fn has_state(self, state: State) -> bool {
        self.0 & (1 << (STATES + state as u32)) != 0
    }

    /// The defects and states alone; zero for a sound task.
    #[inline]
    pub fn marks(self) -> u16 {
        self.0 >> DEFECTS
    }

    /// Does it have a defect?
    #[inline]
    pub fn defective(self) -> bool {
        self.marks() & ((1 << Defect::ALL.len()) - 1) != 0
    }
}

/// How many tasks have each look, from which every standing, defect and state is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marks {
    looks: Vec<u32>,
}

impl Default for Marks {
    fn default() -> Self {
        Marks { looks: vec![0; 1 << (STATES as usize + State::ALL.len())] }
    }
}

impl Marks {
    /// Counts a look.
    #[inline]
    pub fn add(&mut self, look: Look) {
        self.looks[usize::from(look.0)] += 1;
    }

    /// Tasks by a property of their looks.
    fn count(&self, holds: impl Fn(Look) -> bool) -> usize {
        let counted = (0_u16..).zip(&self.looks).filter(|(look, n)| **n > 0 && holds(Look(*look)));
        counted.map(|(_, n)| *n as usize).sum()
    }

    /// By standing.
    pub fn standings(&self) -> Vec<(Standing, usize)> {
        let of = |one: Standing| self.count(|look| look.standing_no() == one as usize);
        Standing::ALL.into_iter().map(|one| (one, of(one))).collect()
    }

    /// By defect.
    pub fn defects(&self) -> Vec<(Defect, usize)> {
        Defect::ALL.into_iter().map(|one| (one, self.count(|look| look.has_defect(one)))).collect()
    }

    /// By state.
    pub fn states(&self) -> Vec<(State, usize)> {
        State::ALL.into_iter().map(|one| (one, self.count(|look| look.has_state(one)))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reason;

    #[test]
    fn what_is_packed_is_found_again() {
        let mut marks = Marks::default();
        for light in Light::ALL {
            let reason = Reason::new("programmes-light-undated");
            let verdict = Verdict { light, reason, standing: Standing::DoneLate, note: None };
            let look = Look::new(&verdict, &[Defect::NoProduct], &[State::Awaiting, State::Undated]);
            assert_eq!((look.light(), look.defective()), (light, true));
            assert!(!Look::new(&verdict, &[], &[State::OnDemand]).defective());
            marks.add(look);
        }
        let counted =
            |list: Vec<(Defect, usize)>| list.into_iter().filter(|(_, n)| *n > 0).collect::<Vec<_>>();
        assert_eq!(counted(marks.defects()), [(Defect::NoProduct, 4)]);
        let standings: Vec<_> = marks.standings().into_iter().filter(|(_, n)| *n > 0).collect();
        assert_eq!(standings, [(Standing::DoneLate, 4)]);
        let states: Vec<_> = marks.states().into_iter().filter(|(_, n)| *n > 0).collect();
        assert_eq!(states, [(State::Awaiting, 4), (State::Undated, 4)]);
    }
}
