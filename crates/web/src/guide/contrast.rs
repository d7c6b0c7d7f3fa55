//! The colours can be read: WCAG 2.2 contrast of every pair that is used, in
//! both themes, computed from the style sheet itself.

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../../static/css/1-tokens.css");

/// Text on its grounds: 4.5 to 1.
const TEXT: [(&str, &[&str]); 8] = [
    ("ink", &["paper", "sheet", "shade", "accent-wash", "mark"]),
    ("ink-soft", &["paper", "sheet", "shade", "accent-wash"]),
    ("ink-faint", &["paper", "sheet", "accent-wash"]),
    ("accent", &["paper", "sheet", "shade"]),
    ("accent-deep", &["paper", "sheet", "accent-wash"]),
    ("on-accent", &["accent", "accent-deep"]),
    ("red-word", &["paper", "sheet", "accent-wash"]),
    ("paper", &["ink"]),
];

/// Shapes and edges that mean something: 3 to 1.
const SHAPES: [(&str, &[&str]); 6] = [
    ("red", &["paper", "sheet"]),
    ("amber", &["paper", "sheet"]),
    ("green", &["paper", "sheet"]),
    ("grey", &["paper", "sheet"]),
    ("rule-firm", &["paper", "sheet"]),
    ("accent", &["paper", "sheet", "shade"]),
];

fn colours(block: &str) -> BTreeMap<&str, [f64; 3]> {
    block
        .lines()
        .filter_map(|line| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(": #")?;
            let hex = value.strip_suffix(';')?;
            let part = |at: usize| {
                let byte = u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()?;
                let part = f64::from(byte) / 255.0;
                Some(if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) })
            };
            Some((name, [part(0)?, part(2)?, part(4)?]))
        })
        .collect()
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let light = |[r, g, b]: [f64; 3]| 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    let (one, other) = (light(one), light(other));
    one.max(other) / one.min(other)
}

/// The light block, the dark block and the dark block for the system's choice.
fn themes() -> [&'static str; 3] {
    let mut blocks = TOKENS.split(":root").skip(1);
    std::array::from_fn(|_| blocks.next().and_then(|b| b.split('}').next()).unwrap())
}

#[test]
fn every_pair_of_colours_can_be_read() {
    for (theme, block) in ["light", "dark"].iter().zip(themes()) {
        let colours = colours(block);
        for (pairs, least) in [(&TEXT[..], 4.5), (&SHAPES[..], 3.0)] {
            for (front, grounds) in pairs {
                for ground in *grounds {
                    let found = contrast(colours[front], colours[ground]);
                    assert!(
                        found >= least,
                        "{theme}: {front} on {ground} has {found:.2} to 1, needs {least}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_system_s_dark_is_the_chosen_dark() {
    let [_, chosen, system] = themes();
    let lines = |block: &'static str| -> Vec<&'static str> {
        block.lines().map(str::trim).filter(|l| l.starts_with("--")).collect()
    };
    assert_eq!(lines(chosen), lines(system));
    assert!(lines(chosen).len() > 15);
}
