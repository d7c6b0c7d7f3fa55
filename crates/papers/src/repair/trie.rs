//! Which syllables a damaged word may have been: a walk down the tree of syllables, no farther than a bound.

use std::sync::LazyLock;

use super::channel::{Channel, LETTERS};
use super::model::model;

static TRIE: LazyLock<Trie> = LazyLock::new(Trie::new);

/// Longest word that is looked up, in letters.
pub(super) const LONGEST: usize = 12;

/// Most syllables returned.
const MOST: usize = 24;

/// How much more than the best a syllable may cost.
const WIDEST: f32 = 6.5;

/// Weight of a syllable's frequency while the best are chosen.
const FREQUENCY: f32 = 0.9;

/// A syllable, and what it costs that it looks as it does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    pub word: u16,
    pub cost: f32,
}

#[derive(Clone, Copy)]
struct Node {
    letter: u8,
    /// 0 where there is none: the root is nobody's child.
    child: u32,
    sibling: u32,
    word: Option<u16>,
}

struct Trie {
    nodes: Vec<Node>,
}

impl Trie {
    fn new() -> Trie {
        let model = model();
        let letters: Vec<char> = LETTERS.chars().collect();
        let mut trie = Trie { nodes: vec![Node { letter: 0, child: 0, sibling: 0, word: None }] };
        for id in (0u16..).take(model.len()) {
            let word = model.word(id);
            if model.count(id) < 40.0 || !crate::read::is_syllable(word) {
                continue;
            }
            let place = |c: char| letters.iter().position(|l| *l == c).map(|at| at as u8);
            if let Some(path) = word.chars().map(place).collect::<Option<Vec<u8>>>() {
                trie.insert(&path, id);
            }
        }
        trie
    }

    fn insert(&mut self, path: &[u8], word: u16) {
        let mut at = 0;
        for letter in path {
            let mut next = self.nodes[at].child as usize;
            while next != 0 && self.nodes[next].letter != *letter {
                next = self.nodes[next].sibling as usize;
            }
            if next == 0 {
                next = self.nodes.len();
                let sibling = self.nodes[at].child;
                self.nodes.push(Node { letter: *letter, child: 0, sibling, word: None });
                self.nodes[at].child = next as u32;
            }
            at = next;
        }
        self.nodes[at].word = Some(word);
    }
}

/// The costs of reading a prefix of the word on the way to a node.
type Costs = [f32; LONGEST + 1];

/// Letters there are, at most.
const WIDTH: usize = 96;

/// What the symbols up to a place may stand for: the cost of each letter for the last one, two, three.
type Emissions = [[f32; WIDTH]; 3];

struct Walk<'a> {
    channel: &'a Channel,
    seen: &'a [u8],
    emissions: Vec<Emissions>,
    /// The same for pairs of letters: number of the pair, place after the symbols, how many, cost.
    joined: Vec<(u8, usize, usize, f32)>,
    /// The cost of the symbols themselves where they stand for nothing.
    stray: Costs,
    /// What the rest of the word costs at least.
    rest: Costs,
    bound: f32,
    least: f32,
    visited: usize,
    found: Vec<Candidate>,
}

impl<'a> Walk<'a> {
    fn new(channel: &'a Channel, seen: &'a [u8]) -> Walk<'a> {
        let mut emissions = vec![[[f32::INFINITY; WIDTH]; 3]; seen.len()];
        let (mut stray, mut rest) = ([f32::INFINITY; LONGEST + 1], [0.0; LONGEST + 1]);
        for (at, lists) in emissions.iter_mut().enumerate() {
            lists[0].iter_mut().zip(channel.singles(seen[at])).for_each(|(to, cost)| *to = *cost);
            for length in [2, 3] {
                if let Some(from) = (at + 1).checked_sub(length) {
                    for (letter, cost) in channel.several(&seen[from..=at]) {
                        lists[length - 1][usize::from(letter)] = cost;
                    }
                }
            }
            stray[at] = channel.stray(seen[at]);
        }
        let mut joined = Vec::new();
        for from in 0..seen.len() {
            for to in from + 1..=seen.len().min(from + 3) {
                joined
                    .extend(channel.joined(&seen[from..to]).map(|(pair, cost)| (pair, to, to - from, cost)));
            }
        }
        for at in (0..seen.len()).rev() {
            let mut least = rest[at + 1] + stray[at];
            for (more, step) in (1..=3).enumerate() {
                if let Some(lists) = emissions.get(at + more) {
                    let cheapest = lists[more].iter().copied().fold(f32::INFINITY, f32::min);
                    least = least.min(rest[at + step] + cheapest);
                }
            }
            for (_, to, length, cost) in &joined {
                if to - length == at {
                    least = least.min(rest[*to] + cost);
                }
            }
            rest[at] = least;
        }
        let bound = rest[0];
        Walk {
            channel,
            seen,
            emissions,
            joined,
            stray,
            rest,
            bound,
            least: f32::INFINITY,
            visited: 0,
            found: Vec::new(),
        }
    }

    /// Tries the letters below a node; `before` are the costs without its own letter.
    fn down(&mut self, node: u32, before: &Costs, costs: &Costs, depth: usize) {
        let trie = &*TRIE;
        let length = self.seen.len();
        let Node { letter: last, mut child, .. } = trie.nodes[node as usize];
        while child != 0 && depth < LONGEST {
            let here = trie.nodes[child as usize];
            self.visited += 1;
            let pair = if depth > 0 && !self.joined.is_empty() {
                self.channel.pair(last, here.letter)
            } else {
                None
            };
            let pair = pair.map(|pair| (pair, before));
            if let Some(next) = self.step(usize::from(here.letter), costs, pair) {
                if let Some(word) = here.word
                    && next[length] < f32::INFINITY
                {
                    self.least = self.least.min(next[length]);
                    self.bound = self.bound.min(self.least + WIDEST);
                    self.found.push(Candidate { word, cost: next[length] });
                }
                self.down(child, costs, &next, depth + 1);
            }
            child = here.sibling;
        }
    }

    /// The costs after one more letter; `None` where all are beyond the bound.
    fn step(&self, letter: usize, costs: &Costs, pair: Option<(u8, &Costs)>) -> Option<Costs> {
        let mut next = [f32::INFINITY; LONGEST + 1];
        let nothing = self.channel.nothing(letter as u8);
        let mut alive = false;
        let first = costs[0] + nothing;
        if first + self.rest[0] <= self.bound {
            next[0] = first;
            alive = true;
        }
        // Nothing before the first place that can still be reached.
        let start = match pair {
            None => costs.iter().position(|cost| *cost < f32::INFINITY)?.saturating_sub(1),
            Some(_) => 0,
        };
        for (at, lists) in self.emissions.iter().enumerate().skip(start) {
            let mut least = (costs[at] + lists[0][letter]).min(costs[at + 1] + nothing);
            least = least.min(next[at] + self.stray[at]);
            if at >= 1 {
                least = least.min(costs[at - 1] + lists[1][letter]);
            }
            if at >= 2 {
                least = least.min(costs[at - 2] + lists[2][letter]);
            }
            if let Some((pair, before)) = pair {
                for (_, _, length, cost) in self.joined.iter().filter(|j| j.0 == pair && j.1 == at + 1) {
                    least = least.min(before[at + 1 - length] + cost);
                }
            }
            if least + self.rest[at + 1] <= self.bound {
                next[at + 1] = least;
                alive = true;
            }
        }
        alive.then_some(next)
    }
}

/// The likeliest syllables for the symbols of a word, the best first. `reach`: how much more than the least
/// conceivable a syllable may cost.
pub(super) fn candidates(channel: &Channel, seen: &[u8], reach: f32) -> Vec<Candidate> {
    if seen.is_empty() || seen.len() > LONGEST {
        return Vec::new();
    }
    let mut walk = Walk::new(channel, seen);
    let mut start = [f32::INFINITY; LONGEST + 1];
    start[0] = 0.0;
    for at in 0..seen.len() {
        start[at + 1] = start[at] + walk.stray[at];
    }
    let least = walk.bound;
    let mut margin = WIDEST;
    loop {
        walk.bound = least + margin.min(reach);
        walk.down(0, &start, &start, 0);
        if walk.least + WIDEST <= least + margin || margin >= reach {
            break;
        }
        walk.found.clear();
        margin = (margin + 3.0).max((walk.least + WIDEST - least).min(reach)).min(reach);
    }
    ranked(&walk.found)
}

fn ranked(found: &[Candidate]) -> Vec<Candidate> {
    let model = model();
    let mut ranked: Vec<(f32, Candidate)> = found
        .iter()
        .map(|candidate| (candidate.cost - FREQUENCY * model.single(candidate.word).ln(), *candidate))
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.word.cmp(&b.1.word)));
    ranked.truncate(MOST);
    ranked.into_iter().map(|(_, candidate)| candidate).collect()
}
