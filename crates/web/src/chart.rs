//! Small drawings made on the server. Each stands beside the figures it draws,
//! so a reader who cannot see it misses nothing.

use crate::view::Light;

/// A row of counts by light, drawn as one bar of 100 units.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    /// The parts that are not empty, red first.
    pub shares: Vec<Share>,
    /// The sum of all parts.
    pub total: i64,
}

/// One part of a [`Bar`].
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// The light it stands for.
    pub light: Light,
    /// How many.
    pub count: i64,
    /// Where it begins, 0 to 100.
    pub x: f64,
    /// How wide it is, 0 to 100.
    pub width: f64,
}

impl Bar {
    /// The bar of these counts; negative counts are taken as none.
    #[must_use]
    pub fn new(counts: &[(Light, i64)]) -> Self {
        let total: i64 = counts.iter().map(|(_, count)| (*count).max(0)).sum();
        let mut shares = Vec::new();
        let mut x = 0.0;
        for light in Light::ALL {
            let count: i64 =
                counts.iter().filter(|(of, _)| *of == light).map(|(_, count)| (*count).max(0)).sum();
            if count == 0 {
                continue;
            }
            let width = 100.0 * count as f64 / total as f64;
            shares.push(Share { light, count, x: hundredths(x), width: hundredths(width) });
            x += width;
        }
        Self { shares, total }
    }

    /// How many things have this light.
    #[must_use]
    pub fn count(&self, light: &Light) -> i64 {
        self.shares.iter().find(|share| share.light == *light).map_or(0, |share| share.count)
    }
}

/// A line of values over time, without axes, in a box of 100 by 24.
#[derive(Clone, Debug, Default)]
pub struct Spark {
    /// The `points` of the line.
    pub points: String,
    /// Where the last value stands.
    pub last: (f64, f64),
}

impl Spark {
    /// The line of these values, first to last; values that are no numbers
    /// are left out. With fewer than two values there is no line.
    #[must_use]
    pub fn new(values: &[f64]) -> Self {
        let values: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        if values.len() < 2 {
            return Self::default();
        }
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let span = if high > low { high - low } else { 1.0 };
        let step = 96.0 / (values.len() - 1) as f64;
        let places: Vec<(f64, f64)> = values
            .iter()
            .enumerate()
            .map(|(at, value)| {
                let y = if high > low { 21.0 - 18.0 * (value - low) / span } else { 12.0 };
                (hundredths(2.0 + step * at as f64), hundredths(y))
            })
            .collect();
        let points: Vec<String> = places.iter().map(|(x, y)| format!("{x},{y}")).collect();
        Self { points: points.join(" "), last: places.last().copied().unwrap_or_default() }
    }

    /// True when there is a line to draw.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        !self.points.is_empty()
    }
}

/// A share over time, in a box of 100 by 100 that is stretched to its place; 100 % is at the top.
#[derive(Clone, Debug, Default)]
pub struct Trend {
    /// The `points` of each stretch of days on which there is a share.
    pub lines: Vec<String>,
    /// Where the last share stands.
    pub last: Option<(f64, f64)>,
}

impl Trend {
    /// The line of these shares (0 to 1), evenly apart, first to last; a day without a share is a gap.
    #[must_use]
    pub fn new(shares: &[Option<f64>]) -> Self {
        let step = 100.0 / shares.len().saturating_sub(1).max(1) as f64;
        let place =
            |(at, share): (usize, f64)| (hundredths(step * at as f64), hundredths(100.0 - 100.0 * share));
        let places: Vec<Option<(f64, f64)>> =
            shares.iter().enumerate().map(|(at, share)| share.map(|share| place((at, share)))).collect();
        let line = |stretch: &[Option<(f64, f64)>]| {
            let points = stretch.iter().flatten().map(|(x, y)| format!("{x},{y}"));
            points.collect::<Vec<_>>().join(" ")
        };
        let lines = places.split(Option::is_none).filter(|stretch| stretch.len() > 1).map(line).collect();
        Self { lines, last: places.last().copied().flatten() }
    }

    /// True when there is a line to draw.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        !self.lines.is_empty()
    }
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fills_its_width_red_first() {
        let bar = Bar::new(&[(Light::Green, 3), (Light::Red, 1), (Light::Grey, 0)]);
        assert_eq!(bar.total, 4);
        assert_eq!(bar.shares.len(), 2);
        assert_eq!((bar.shares[0].light, bar.shares[0].width), (Light::Red, 25.0));
        assert_eq!((bar.shares[1].x, bar.shares[1].width), (25.0, 75.0));
        assert_eq!(bar.count(&Light::Grey), 0);
        assert!(Bar::new(&[]).shares.is_empty());
    }

    #[test]
    fn a_trend_has_gaps_where_nothing_is_known() {
        let trend = Trend::new(&[None, Some(0.0), Some(0.5), None, Some(1.0)]);
        assert_eq!((trend.lines, trend.last), (vec!["25,100 50,50".to_owned()], Some((100.0, 0.0))));
        assert!(!Trend::new(&[Some(1.0)]).is_drawn() && !Trend::new(&[]).is_drawn());
    }

    #[test]
    fn a_spark_line_rises_with_its_values() {
        let spark = Spark::new(&[1.0, f64::NAN, 2.0]);
        assert_eq!(spark.points, "2,21 98,3");
        assert_eq!(spark.last, (98.0, 3.0));
        assert_eq!(Spark::new(&[5.0, 5.0]).points, "2,12 98,12");
        assert!(!Spark::new(&[1.0]).is_drawn());
    }
}
