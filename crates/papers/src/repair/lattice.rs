//! The likeliest words for a run of tokens: what each may have been × which words follow one another.

use std::rc::Rc;

use super::channel::{Channel, Damage};
use super::model::{Context, Model, UNKNOWN, model};
use super::phrases::{Phrases, with_phrases};
use super::quick::Map;
use super::tokens::{Gap, Kind, Token};
use super::trie::{Candidate, LONGEST, candidates};

/// Histories kept at each place.
const BEAM: usize = 9;

/// Most readings of one token.
const READINGS: usize = 12;

/// The cost of a blank that the scan put into a word, and of one that it left out.
const JOINED: f32 = 5.0;
const SPLIT: f32 = 5.5;

/// How much the costs of the channel weigh against those of the language.
const SEEN: f32 = 0.9;

/// How much more than the least conceivable a word may cost.
const REACH: f32 = 16.0;

/// How much the word before a comma says of the one after it.
const OVER_COMMA: f32 = 0.3;

/// The cost of a word that is in no count.
const STRANGE: f32 = 20.0;

/// A stretch of tokens read as one word or two.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    /// First token, counted in the run.
    pub from: usize,
    /// Token after the last.
    pub to: usize,
    /// The words; [`UNKNOWN`] is the token as it stands.
    pub words: [Option<u16>; 2],
    cost: f32,
    /// Between 0 and 1, once it is chosen.
    pub confidence: f32,
}

impl Reading {
    /// The same, counted from further before.
    pub fn behind(mut self, by: usize) -> Reading {
        self.from += by;
        self.to += by;
        self
    }
}

/// What a word may have been, the best first.
type Found = Rc<Vec<Candidate>>;

/// Finds readings; words that come again are looked up once.
pub(super) struct Decoder<'a> {
    text: &'a str,
    model: &'static Model,
    phrases: Phrases,
    channels: Vec<(Damage, Channel)>,
    /// By channel and reach: what the words looked up so far may be.
    seen: Map<(usize, u8), Map<String, Found>>,
}

#[derive(Clone, Copy)]
struct State {
    words: [u16; 2],
    cost: f32,
    /// Place and number of the state before, and the reading between.
    back: (usize, usize, usize),
}

impl<'a> Decoder<'a> {
    pub fn new(text: &'a str, phrases: Phrases) -> Decoder<'a> {
        Decoder { text, model: model(), phrases, channels: Vec::new(), seen: Map::default() }
    }

    fn channel(&mut self, damage: Damage) -> usize {
        if let Some(known) = self.channels.iter().position(|(d, _)| *d == damage) {
            return known;
        }
        self.channels.push((damage, Channel::new(damage)));
        self.channels.len() - 1
    }

    fn lookup(&mut self, channel: usize, word: &str, reach: f32) -> Found {
        let seen = self.seen.entry((channel, reach as u8)).or_default();
        if let Some(known) = seen.get(word) {
            return Rc::clone(known);
        }
        let mut symbols = Vec::with_capacity(LONGEST);
        let channel_of = &self.channels[channel].1;
        channel_of.symbols(word, &mut symbols);
        let found = Rc::new(candidates(channel_of, &symbols, reach));
        seen.insert(word.to_owned(), Rc::clone(&found));
        found
    }

    /// The best readings of a run of tokens between two signs.
    pub fn decode(&mut self, tokens: &[Token], damage: Damage) -> Vec<Reading> {
        let channel = self.channel(damage);
        let mut readings: Vec<Vec<Reading>> = Vec::with_capacity(tokens.len());
        for at in 0..tokens.len() {
            readings.push(self.readings(channel, tokens, at));
        }
        let mut places: Vec<Vec<State>> = vec![Vec::new(); tokens.len() + 1];
        places[0].push(State { words: [UNKNOWN; 2], cost: 0.0, back: (0, 0, 0) });
        for at in 0..tokens.len() {
            prune(&mut places[at]);
            let states = std::mem::take(&mut places[at]);
            self.advance(&states, &tokens[at], at, &readings[at], &mut places);
            places[at] = states;
        }
        prune(&mut places[tokens.len()]);
        let mut chosen = Vec::new();
        let (mut at, mut state) = (tokens.len(), 0);
        while at > 0 {
            let Some(here) = places[at].get(state) else { break };
            let (place, before, reading) = here.back;
            chosen.push(readings[place][reading].clone());
            (at, state) = (place, before);
        }
        chosen.reverse();
        self.judge(&mut chosen, &readings, tokens);
        chosen
    }

    fn advance(
        &self,
        states: &[State],
        token: &Token,
        at: usize,
        readings: &[Reading],
        places: &mut [Vec<State>],
    ) {
        let mut after: Vec<(u16, Vec<f32>)> = Vec::new();
        for (number, state) in states.iter().enumerate() {
            let [a, b] = state.words;
            if !after.iter().any(|(word, _)| *word == b) {
                let of =
                    |reading: &Reading| reading.words[0].map_or(0.0, |word| self.after(b, word, token.gap));
                after.push((b, readings.iter().map(of).collect()));
            }
            let Some((_, after)) = after.iter().find(|(word, _)| *word == b) else { continue };
            let context = self.context([a, b], token.gap);
            let phrases = self.phrases.after([a, b]);
            for (index, (reading, after)) in readings.iter().zip(after).enumerate() {
                let Some(first) = reading.words[0] else { continue };
                let mut words = [b, first];
                let share = with_phrases(&phrases, first, self.model.follows(&context, first, *after));
                let mut cost = state.cost + reading.cost + price(share, first);
                if let Some(second) = reading.words[1] {
                    cost += self.price([b, first], second, Gap::Blank);
                    words = [first, second];
                }
                places[reading.to].push(State { words, cost, back: (at, number, index) });
            }
        }
    }

    /// The probability of a word after one; the counts do not reach over a comma, so that they say less there.
    fn after(&self, b: u16, c: u16, gap: Gap) -> f32 {
        let after = self.model.after(b, c);
        if gap == Gap::Blank { after } else { OVER_COMMA * after + (1.0 - OVER_COMMA) * self.model.single(c) }
    }

    fn context(&self, [a, b]: [u16; 2], gap: Gap) -> Context {
        if gap == Gap::Blank { self.model.context(a, b) } else { self.model.context(UNKNOWN, UNKNOWN) }
    }

    fn price(&self, before: [u16; 2], c: u16, gap: Gap) -> f32 {
        let share = self.model.follows(&self.context(before, gap), c, self.after(before[1], c, gap));
        price(with_phrases(&self.phrases.after(before), c, share), c)
    }

    /// What the token at `at` may be: by itself, split in two, or with the one after it.
    fn readings(&mut self, channel: usize, tokens: &[Token], at: usize) -> Vec<Reading> {
        let token = tokens[at];
        let core = &self.text[token.start..token.end];
        let one = |word: u16, cost: f32| Reading {
            from: at,
            to: at + 1,
            words: [Some(word), None],
            cost,
            confidence: 1.0,
        };
        match token.kind {
            Kind::Number => return vec![one(self.model.number, 0.0)],
            Kind::Kept => return vec![one(self.model.id(&core.to_lowercase()), 0.0)],
            Kind::Word => {}
        }
        let found = self.lookup(channel, core, REACH);
        let mut out: Vec<Reading> = found.iter().take(READINGS).map(|c| one(c.word, SEEN * c.cost)).collect();
        let own = self.model.id(&core.to_lowercase());
        if !found.iter().any(|candidate| candidate.word == own) {
            out.push(one(own, self.strangeness(own, core)));
        }
        let best = found.first().map_or(f32::INFINITY, |candidate| candidate.cost);
        let length = core.chars().count();
        if length >= 4 && best > 6.0 {
            self.split(channel, core, at, &mut out);
        }
        if let Some(next) = tokens.get(at + 1)
            && next.near
            && next.kind == Kind::Word
        {
            let next = &self.text[next.start..next.end];
            let odd = |word: &str| word.chars().count() == 1 || !crate::read::is_syllable(word);
            if length + next.chars().count() <= 8 && (odd(core) || odd(next)) {
                let whole = format!("{core}{next}");
                for candidate in self.lookup(channel, &whole, 5.0).iter().take(6) {
                    let cost = SEEN * candidate.cost + JOINED;
                    out.push(Reading { to: at + 2, ..one(candidate.word, cost) });
                }
            }
        }
        out
    }

    /// What it costs that a damaged text holds a word of another language, unharmed.
    fn strangeness(&self, own: u16, core: &str) -> f32 {
        let name = core.starts_with(char::is_uppercase);
        let plain = core.chars().all(char::is_alphabetic);
        match (own == UNKNOWN, name && plain) {
            (true, true) => 0.0,
            (true, false) => 8.0,
            (false, true) => 2.0,
            (false, false) => 7.0,
        }
    }

    /// Two words that the scan wrote as one.
    fn split(&mut self, channel: usize, core: &str, at: usize, out: &mut Vec<Reading>) {
        let mut pairs = Vec::new();
        for (cut, _) in core.char_indices().skip(1) {
            let (left, right) = core.split_at(cut);
            if left.chars().count() > 8 || right.chars().count() > 8 {
                continue;
            }
            let (left, right) = (self.lookup(channel, left, 4.0), self.lookup(channel, right, 4.0));
            for first in left.iter().take(5) {
                for second in right.iter().take(5) {
                    let cost = SEEN * (first.cost + second.cost) + SPLIT;
                    let words = [Some(first.word), Some(second.word)];
                    let rank = cost
                        + self.price([UNKNOWN, first.word], second.word, Gap::Blank)
                        + price(self.model.single(first.word), first.word);
                    pairs.push((rank, Reading { from: at, to: at + 1, words, cost, confidence: 1.0 }));
                }
            }
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        out.extend(pairs.into_iter().take(6).map(|(_, reading)| reading));
    }

    /// How sure each chosen reading is, its neighbours taken as they are.
    fn judge(&self, chosen: &mut [Reading], readings: &[Vec<Reading>], tokens: &[Token]) {
        // The words with what stands before each.
        let mut words: Vec<(u16, Gap)> = Vec::new();
        for reading in chosen.iter() {
            let mut gap = tokens[reading.from].gap;
            for word in reading.words.into_iter().flatten() {
                words.push((word, gap));
                gap = Gap::Blank;
            }
        }
        let mut place: usize = 0;
        for reading in chosen {
            let length = reading.words.iter().flatten().count();
            let word = |at: usize| words.get(at).copied();
            let before = [2, 1].map(|back| place.checked_sub(back).and_then(word).map_or(UNKNOWN, |w| w.0));
            let gap = tokens[reading.from].gap;
            let after = [word(place + length), word(place + length + 1)];
            let cost = |r: &Reading| {
                let (mut before, mut sum, mut gap) = (before, r.cost, gap);
                for word in r.words.into_iter().flatten() {
                    sum += self.price(before, word, gap);
                    before = [before[1], word];
                    gap = Gap::Blank;
                }
                for (word, gap) in after.into_iter().flatten() {
                    sum += self.price(before, word, gap);
                    before = [before[1], word];
                }
                sum
            };
            let own = cost(reading);
            let rivals = readings[reading.from].iter().filter(|r| r.to == reading.to);
            let sum: f32 = rivals.map(|rival| (own - cost(rival)).min(30.0).exp()).sum();
            reading.confidence = (1.0 / sum.max(1.0)).clamp(0.0, 1.0);
            place += length;
        }
    }
}

fn price(share: f32, word: u16) -> f32 {
    if word == UNKNOWN { STRANGE } else { -share.max(1e-9).ln() }
}

/// Keeps the best histories, one for each pair of last words.
fn prune(states: &mut Vec<State>) {
    states.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.words.cmp(&b.words)));
    let mut kept: Vec<State> = Vec::with_capacity(BEAM);
    for state in states.iter() {
        if kept.len() == BEAM {
            break;
        }
        if !kept.iter().any(|known| known.words == state.words) {
            kept.push(*state);
        }
    }
    *states = kept;
}
