//! Which syllables a damaged word may have been: a walk down the tree of syllables, no farther than a bound.

use std::collections::HashMap;
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

/// How much farther the search goes where nothing was found.
const FARTHER: f32 = 2.5;

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
    /// The first child, and how many there are: they stand beside each other.
    child: u32,
    children: u8,
    word: Option<u16>,
}

struct Trie {
    nodes: Vec<Node>,
}

impl Trie {
    fn new() -> Trie {
        let model = model();
        let places: HashMap<char, u8> = LETTERS.chars().zip(0..).collect();
        let mut words: Vec<(Vec<u8>, u16)> = Vec::new();
        for id in (0u16..).take(model.len()) {
            let word = model.word(id);
            if model.count(id) < 40.0 || !crate::read::is_syllable(word) {
                continue;
            }
            if let Some(path) = word.chars().map(|c| places.get(&c).copied()).collect::<Option<Vec<u8>>>() {
                words.push((path, id));
            }
        }
        words.sort_unstable();
        let mut trie = Trie { nodes: vec![Node { letter: 0, child: 0, children: 0, word: None }] };
        trie.grow(0, &words, 0);
        trie
    }

    /// Puts words that share their first `depth` letters below a node.
    fn grow(&mut self, node: usize, words: &[(Vec<u8>, u16)], depth: usize) {
        if let Some((path, word)) = words.first()
            && path.len() == depth
        {
            self.nodes[node].word = Some(*word);
            return self.grow(node, &words[1..], depth);
        }
        let groups: Vec<&[(Vec<u8>, u16)]> = words.chunk_by(|a, b| a.0[depth] == b.0[depth]).collect();
        let first = self.nodes.len();
        (self.nodes[node].child, self.nodes[node].children) = (first as u32, groups.len() as u8);
        let letters = groups.iter().filter_map(|group| Some(group.first()?.0[depth]));
        self.nodes.extend(letters.map(|letter| Node { letter, child: 0, children: 0, word: None }));
        for (at, group) in groups.into_iter().enumerate() {
            self.grow(first + at, group, depth + 1);
        }
    }
}

/// The costs of reading a prefix of the word on the way to a node, by how many symbols are read. `N` is more than
/// the word has symbols, and fills whole vectors of the processor.
type Costs<const N: usize> = [f32; N];

/// Most words are short: half the work.
const SHORT: usize = 8;
const LONG: usize = 16;

/// Letters there are, at most.
const WIDTH: usize = 96;

struct Walk<'a, const N: usize> {
    channel: &'a Channel,
    length: usize,
    /// By letter: the cost of seeing the symbol before each place for it.
    singles: Vec<Costs<N>>,
    /// By letter: its number in `wide`, where two or three symbols may stand for it.
    wider: [Option<u8>; WIDTH],
    /// The costs of seeing the two and the three symbols before each place for a letter.
    wide: Vec<[Costs<N>; 2]>,
    /// The same for pairs of letters: number of the pair, place after the symbols, how many, cost.
    joined: Vec<(u8, usize, usize, f32)>,
    /// The cost of the symbol before each place where it stands for nothing.
    stray: Costs<N>,
    /// What the rest of the word costs at least.
    rest: Costs<N>,
    bound: f32,
    least: f32,
    found: Vec<Candidate>,
}

impl<'a, const N: usize> Walk<'a, N> {
    const NEVER: Costs<N> = [f32::INFINITY; N];

    fn new(channel: &'a Channel, seen: &'a [u8]) -> Walk<'a, N> {
        let length = seen.len();
        let mut walk = Walk {
            channel,
            length,
            singles: vec![Self::NEVER; WIDTH],
            wider: [None; WIDTH],
            wide: Vec::new(),
            joined: Vec::new(),
            stray: Self::NEVER,
            rest: Self::NEVER,
            bound: 0.0,
            least: f32::INFINITY,
            found: Vec::new(),
        };
        // The least that any letter costs for the one, two, three symbols before a place.
        let mut cheapest = [Self::NEVER; 3];
        for (at, symbol) in seen.iter().enumerate() {
            for (letter, cost) in channel.singles(*symbol).iter().enumerate() {
                walk.singles[letter][at + 1] = *cost;
                cheapest[0][at + 1] = cheapest[0][at + 1].min(*cost);
            }
            for more in [1, 2] {
                let Some(from) = at.checked_sub(more) else { continue };
                for (letter, cost) in channel.several(&seen[from..=at]) {
                    let letter = usize::from(letter);
                    let row = *walk.wider[letter].get_or_insert_with(|| {
                        walk.wide.push([Self::NEVER; 2]);
                        (walk.wide.len() - 1) as u8
                    });
                    walk.wide[usize::from(row)][more - 1][at + 1] = cost;
                }
            }
            walk.stray[at + 1] = channel.stray(*symbol);
        }
        for row in &walk.wide {
            for (least, costs) in cheapest[1..].iter_mut().zip(row) {
                least.iter_mut().zip(costs).for_each(|(least, cost)| *least = least.min(*cost));
            }
        }
        for from in 0..length {
            for to in from + 1..=length.min(from + 3) {
                let found = channel.joined(&seen[from..to]);
                walk.joined.extend(found.map(|(pair, cost)| (pair, to, to - from, cost)));
            }
        }
        walk.rest[length] = 0.0;
        for at in (0..length).rev() {
            let mut least = walk.rest[at + 1] + walk.stray[at + 1];
            for (step, cheapest) in (1..).zip(&cheapest) {
                if at + step <= length {
                    least = least.min(walk.rest[at + step] + cheapest[at + step]);
                }
            }
            for (_, to, symbols, cost) in &walk.joined {
                if to - symbols == at {
                    least = least.min(walk.rest[*to] + cost);
                }
            }
            walk.rest[at] = least;
        }
        walk.bound = walk.rest[0];
        walk
    }

    /// Tries the letters below a node; `before` are the costs without its own letter.
    fn down(&mut self, trie: &Trie, node: usize, before: &Costs<N>, costs: &Costs<N>, depth: usize) {
        let Node { letter: last, child, children, .. } = trie.nodes[node];
        if depth == LONGEST {
            return;
        }
        for child in child as usize..child as usize + usize::from(children) {
            let here = trie.nodes[child];
            let pair = if depth > 0 && !self.joined.is_empty() {
                self.channel.pair(last, here.letter)
            } else {
                None
            };
            let pair = pair.map(|pair| (pair, before));
            let Some(next) = self.step(here.letter, costs, pair) else { continue };
            if let Some(word) = here.word
                && next[self.length] < f32::INFINITY
            {
                self.least = self.least.min(next[self.length]);
                self.bound = self.bound.min(self.least + WIDEST);
                self.found.push(Candidate { word, cost: next[self.length] });
            }
            self.down(trie, child, costs, &next, depth + 1);
        }
    }

    /// The costs after one more letter; `None` where all are beyond the bound.
    fn step(&self, letter: u8, costs: &Costs<N>, pair: Option<(u8, &Costs<N>)>) -> Option<Costs<N>> {
        let single = &self.singles[usize::from(letter)];
        let nothing = self.channel.nothing(letter);
        let mut next = costs.map(|cost| cost + nothing);
        for at in 1..N {
            next[at] = next[at].min(costs[at - 1] + single[at]);
        }
        if let Some(row) = self.wider[usize::from(letter)] {
            let [two, three] = &self.wide[usize::from(row)];
            for at in 2..N {
                next[at] = next[at].min(costs[at - 2] + two[at]);
            }
            for at in 3..N {
                next[at] = next[at].min(costs[at - 3] + three[at]);
            }
        }
        if let Some((pair, before)) = pair {
            for (_, to, symbols, cost) in self.joined.iter().filter(|joined| joined.0 == pair) {
                next[*to] = next[*to].min(before[to - symbols] + cost);
            }
        }
        // A stray symbol only goes on from a place that is within the bound already.
        let mut whole = Self::NEVER;
        for at in 0..N {
            whole[at] = next[at] + self.rest[at];
        }
        if !whole.iter().fold(false, |alive, cost| alive | (*cost <= self.bound)) {
            return None;
        }
        let mut last = f32::INFINITY;
        for ((cost, stray), rest) in next.iter_mut().zip(&self.stray).zip(&self.rest).take(self.length + 1) {
            let least = cost.min(last + stray);
            last = if least + rest <= self.bound { least } else { f32::INFINITY };
            *cost = last;
        }
        Some(next)
    }
}

/// The likeliest syllables for the symbols of a word, the best first. `reach`: how much more than the least
/// conceivable a syllable may cost.
pub(super) fn candidates(channel: &Channel, seen: &[u8], reach: f32) -> Vec<Candidate> {
    match seen.len() {
        0 => Vec::new(),
        1..SHORT => search::<SHORT>(channel, seen, reach),
        SHORT..=LONGEST => search::<LONG>(channel, seen, reach),
        _ => Vec::new(),
    }
}

fn search<const N: usize>(channel: &Channel, seen: &[u8], reach: f32) -> Vec<Candidate> {
    let mut walk = Walk::<N>::new(channel, seen);
    let mut start = [f32::INFINITY; N];
    start[0] = 0.0;
    for at in 0..seen.len() {
        start[at + 1] = start[at] + walk.stray[at + 1];
    }
    let least = walk.bound;
    let mut margin = WIDEST;
    loop {
        walk.bound = least + margin.min(reach);
        walk.down(&TRIE, 0, &start, &start, 0);
        if walk.least + WIDEST <= least + margin || margin >= reach {
            break;
        }
        walk.found.clear();
        let wanted = if walk.least < f32::INFINITY { walk.least + WIDEST - least } else { 0.0 };
        margin = (margin + FARTHER).max(wanted).min(reach);
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
