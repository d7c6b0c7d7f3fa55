//! The ruling lines of a picture: found, so that tables are known, and taken out, since letters beside them are
//! misread; and the small turn that a scanner gives a page.

use super::super::pdf::rules::{Rule, Rules, joined};
use super::picture::Picture;

/// Shortest level and upright line, in inches: longer than any stroke of a letter.
const SHORTEST: (f64, f64) = (0.33, 0.2);
/// Thickest line, in inches.
const THICKEST: f64 = 0.045;
/// Most lines of each direction.
const MAX_LINES: usize = 2_000;

/// A line in dots: `at` and `to_at` bound its thickness, `from` and `to` its length.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Band {
    at: usize,
    to_at: usize,
    from: usize,
    to: usize,
}

/// Finds the lines of a page, whitens them, and gives their places in points.
pub(super) fn take_out(picture: &mut Picture) -> Rules {
    let ink = picture.threshold();
    let dots = |inches: f64| (inches * picture.dpi).round() as usize;
    let thickest = dots(THICKEST).max(4);
    let across = |x: usize, y: usize| picture.dot(x, y) < ink;
    let level =
        bands(picture.height, picture.width, |row, along| across(along, row), dots(SHORTEST.0), thickest);
    let upright = bands(picture.width, picture.height, across, dots(SHORTEST.1), thickest);
    let (width, height) = (picture.width, picture.height);
    let mut whiten = |x: std::ops::Range<usize>, y: std::ops::Range<usize>| {
        for row in y {
            if let Some(dots) = picture.gray.get_mut(row * width + x.start..row * width + x.end) {
                dots.fill(255);
            }
        }
    };
    for band in &level {
        whiten(band.from..(band.to + 1).min(width), band.at.saturating_sub(2)..(band.to_at + 3).min(height));
    }
    for band in &upright {
        whiten(band.at.saturating_sub(2)..(band.to_at + 3).min(width), band.from..(band.to + 1).min(height));
    }
    let points = 72.0 / picture.dpi;
    let rule = |band: &Band| Rule {
        at: (band.at + band.to_at + 1) as f64 / 2.0 * points,
        from: band.from as f64 * points,
        to: (band.to + 1) as f64 * points,
    };
    Rules {
        level: joined(level.iter().map(rule).collect()),
        upright: joined(upright.iter().map(rule).collect()),
    }
}

/// Long runs of ink in neighbouring rows that are thin together.
fn bands(
    rows: usize,
    length: usize,
    ink: impl Fn(usize, usize) -> bool,
    shortest: usize,
    thickest: usize,
) -> Vec<Band> {
    let mut open: Vec<Band> = Vec::new();
    let mut done: Vec<Band> = Vec::new();
    for row in 0..rows {
        for (from, to) in runs(length, |along| ink(row, along), shortest) {
            let touching =
                |band: &&mut Band| row <= band.to_at + 2 && from <= band.to + 3 && band.from <= to + 3;
            match open.iter_mut().find(touching) {
                Some(band) => {
                    band.to_at = row;
                    band.from = band.from.min(from);
                    band.to = band.to.max(to);
                }
                None => open.push(Band { at: row, to_at: row, from, to }),
            }
        }
        let closed = |band: &Band| band.to_at + 2 < row;
        done.extend(open.iter().filter(|band| closed(band)));
        open.retain(|band| !closed(band));
        if done.len() > MAX_LINES {
            return Vec::new();
        }
    }
    done.extend(open);
    done.retain(|band| band.to_at - band.at < thickest);
    done
}

/// Stretches of ink at least `shortest` dots long; holes of two dots do not break them.
fn runs(length: usize, ink: impl Fn(usize) -> bool, shortest: usize) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    for along in 0..length {
        if ink(along) {
            open = Some((open.map_or(along, |run| run.0), along));
        } else if let Some(run) = open.filter(|run| run.1 + 2 < along) {
            if run.1 + 1 - run.0 >= shortest {
                out.push(run);
            }
            open = None;
        }
    }
    out.extend(open.filter(|run| run.1 + 1 - run.0 >= shortest));
    out
}

/// Turns a page upright that lies up to three degrees askew.
pub(super) fn straightened(picture: Picture) -> Picture {
    let slope = slope(&picture);
    if slope.abs() < 0.0015 {
        return picture;
    }
    let (width, height) = (picture.width, picture.height);
    let (cos, sin) = (slope.atan().cos(), slope.atan().sin());
    let (cx, cy) = (width as f64 / 2.0, height as f64 / 2.0);
    let mut gray = Vec::with_capacity(picture.gray.len());
    for y in 0..height {
        for x in 0..width {
            let (dx, dy) = (x as f64 - cx, y as f64 - cy);
            gray.push(between(&picture, cx + dx * cos - dy * sin, cy + dx * sin + dy * cos));
        }
    }
    Picture { gray, ..picture }
}

/// The gray between four dots.
fn between(picture: &Picture, x: f64, y: f64) -> u8 {
    if x < 0.0 || y < 0.0 || x >= (picture.width - 1) as f64 || y >= (picture.height - 1) as f64 {
        return 255;
    }
    let (left, top) = (x as usize, y as usize);
    let (right, below) = (x - left as f64, y - top as f64);
    let dot = |x: usize, y: usize| f64::from(picture.dot(x, y));
    let upper = dot(left, top) * (1.0 - right) + dot(left + 1, top) * right;
    let lower = dot(left, top + 1) * (1.0 - right) + dot(left + 1, top + 1) * right;
    (upper * (1.0 - below) + lower * below) as u8
}

/// How far lines sink per dot to the right: the slope along which ink gathers in fewest rows.
fn slope(picture: &Picture) -> f64 {
    let step = (picture.dpi / 75.0).round().max(1.0) as usize;
    let ink = picture.threshold();
    let mut dots: Vec<(f64, f64)> = Vec::new();
    for y in (0..picture.height).step_by(step) {
        for x in (0..picture.width).step_by(step) {
            if picture.dot(x, y) < ink {
                dots.push((x as f64 / step as f64, y as f64 / step as f64));
            }
        }
    }
    let rows = picture.height / step + picture.width / step + 2;
    let middle = (picture.width / step) as f64 / 2.0;
    // A page that is mostly black is no page of letters.
    if dots.len() < 200 || dots.len() * step * step * 3 > picture.gray.len() {
        return 0.0;
    }
    let gathered = |slope: f64| {
        let mut counts = vec![0u32; rows];
        for (x, y) in &dots {
            let row = y - (x - middle) * slope + (rows as f64 - (picture.height / step) as f64) / 2.0;
            if let Some(count) = counts.get_mut(row.max(0.0) as usize) {
                *count += 1;
            }
        }
        counts.iter().map(|n| f64::from(*n) * f64::from(*n)).sum::<f64>()
    };
    let best = |slopes: &mut dyn Iterator<Item = f64>| {
        slopes
            .map(|slope| (slope, gathered(slope)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .map_or(0.0, |best| best.0)
    };
    let coarse = best(&mut (-26..=26).map(|i| f64::from(i) * 0.002));
    let fine = best(&mut (-8..=8).map(|i| coarse + f64::from(i) * 0.00025));
    // Upright until the turn gathers clearly more.
    if gathered(fine) > 1.02 * gathered(0.0) { fine } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page with one line of the given thickness and some blocks like letters.
    fn page(turned: f64) -> Picture {
        let (width, height) = (1654, 2339);
        let mut gray = vec![255u8; width * height];
        let mut ink = |x: usize, y: usize| {
            let y = (y as f64 + (x as f64 - 827.0) * turned) as usize;
            gray[y * width + x] = 0;
        };
        for line in 0..30 {
            for x in (150..1500).filter(|x| x % 20 < 12) {
                (0..18).for_each(|y| ink(x, 200 + line * 60 + y));
            }
        }
        for x in 150..1500 {
            (0..3).for_each(|y| ink(x, 185 + y));
        }
        Picture { width, height, gray, dpi: 200.0 }
    }

    #[test]
    fn a_line_is_found_and_taken_out_and_letters_stay() {
        let mut picture = page(0.0);
        let before = picture.gray.iter().filter(|gray| **gray == 0).count();
        let rules = take_out(&mut picture);
        assert_eq!((rules.level.len(), rules.upright.len()), (1, 0));
        assert!((rules.level[0].at - 186.5 * 0.36).abs() < 0.5, "{:?}", rules.level);
        let after = picture.gray.iter().filter(|gray| **gray == 0).count();
        assert_eq!(before - after, 3 * 1350);
    }

    #[test]
    fn a_page_askew_is_turned_upright() {
        for turned in [-0.03, -0.005, 0.0, 0.011] {
            assert!((slope(&page(turned)) - turned).abs() < 0.001, "{turned}: {}", slope(&page(turned)));
        }
        let mut picture = straightened(page(0.011));
        assert_eq!(take_out(&mut picture).level.len(), 1);
    }
}
