//! Holt-Winters: a level, a damped trend and a weekly season, each corrected by what every day
//! teaches.
//!
//! The gains are those of the textbook, except that they begin as those of a plain mean do: the
//! first days teach by 1/t until that is less than the gain. So hardly anything depends on initial
//! values, a gain of nought is the mean of all days, and every expectation is made before its day.

use super::super::WEEK;

/// What days of history the first level is the mean of: whole weeks.
const FIRST_LEVEL: usize = 2 * WEEK;
/// How many days' worth is known by the first level.
const FIRST_KNOWN: f64 = WEEK as f64;
/// A season in proportion to a level of less than this is not learnt.
const LEAST_LEVEL: f64 = 0.1;

/// How a day of the week differs from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Season {
    /// Not at all.
    None,
    /// By a number of customers.
    Additive,
    /// By a share of the level.
    Proportional,
}

/// How fast is learnt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Gains {
    /// Of the level, in 0..=1.
    pub level: f64,
    /// Of the trend, as a share of that of the level, in 0..=1.
    pub trend: f64,
    /// Of the season, in 0..=1.
    pub season: f64,
    /// What is left of the trend a day later, in 0..1.
    pub damping: f64,
}

/// What is known after some days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct State {
    gains: Gains,
    form: Season,
    level: f64,
    trend: f64,
    season: [f64; WEEK],
    /// How many days' worth is known of the level, and how many weeks' of the season.
    known: f64,
    known_weeks: f64,
}

impl State {
    /// Before the first of `counts`. That there is no season is believed as if `noise_weeks` had
    /// shown it; so the first two weeks show part of what they seem to.
    pub fn before(counts: &[f64], gains: Gains, form: Season, noise_weeks: f64) -> State {
        let first = counts.get(..FIRST_LEVEL).unwrap_or(counts);
        let level = first.iter().sum::<f64>() / first.len().max(1) as f64;
        let (known, known_weeks) = (FIRST_KNOWN, noise_weeks);
        let (trend, season) = (0.0, [0.0; WEEK]);
        let mut state = State { gains, form, level, trend, season, known, known_weeks };
        let believed = 1.0 / (2.0 + noise_weeks);
        for (day, count) in first.iter().enumerate() {
            state.learn_season(day, believed * (count - level));
        }
        state
    }

    /// What is expected `ahead` days after the last day (1 is the next), on a `weekday`.
    pub fn expected(&self, ahead: usize, weekday: usize) -> f64 {
        let damping = self.gains.damping;
        let run = if self.trend == 0.0 {
            0.0
        } else {
            damping * (1.0 - damping.powi(ahead as i32)) / (1.0 - damping)
        };
        let level = self.level + run * self.trend;
        let season = self.season[weekday % WEEK];
        let expected = match self.form {
            Season::None => level,
            Season::Additive => level + season,
            Season::Proportional => level * (1.0 + season),
        };
        expected.max(0.0)
    }

    /// Learns the count of the next day; answers what was expected of it.
    pub fn learn(&mut self, weekday: usize, count: f64) -> f64 {
        let expected = self.expected(1, weekday);
        let error = count - expected;
        let Gains { level: gain, trend, season, damping } = self.gains;
        let gain = gain.max(1.0 / (self.known + 1.0));
        self.level = (self.level + damping * self.trend + gain * error).max(0.0);
        self.trend = damping * self.trend + trend * self.gains.level * error;
        let season = season.max(1.0 / (self.known_weeks + 1.0)) * (1.0 - gain);
        self.learn_season(weekday, season * error);
        self.known += 1.0;
        self.known_weeks += 1.0 / WEEK as f64;
        expected
    }

    fn learn_season(&mut self, weekday: usize, by: f64) {
        let slot = &mut self.season[weekday % WEEK];
        match self.form {
            Season::Additive => *slot += by,
            Season::Proportional if self.level > LEAST_LEVEL => {
                *slot = (*slot + by / self.level).max(-1.0);
            }
            Season::Proportional | Season::None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STILL: Gains = Gains { level: 0.0, trend: 0.0, season: 0.0, damping: 0.97 };

    fn after(counts: &[f64], gains: Gains, form: Season) -> State {
        let mut state = State::before(counts, gains, form, 2.0);
        for (day, count) in counts.iter().enumerate() {
            state.learn(day, *count);
        }
        state
    }

    #[test]
    fn a_gain_of_nought_is_the_mean_of_all_days() {
        let counts: Vec<f64> = (0..700).map(|day| f64::from(day % 5)).collect();
        let expected = after(&counts, STILL, Season::None).expected(1, 0);
        assert!((expected - 2.0).abs() < 0.02, "{expected}");
    }

    #[test]
    fn the_week_is_learnt_by_number_and_by_share() {
        let week = [8.0, 6.0, 6.0, 7.0, 9.0, 6.0, 0.0];
        for form in [Season::Additive, Season::Proportional] {
            let state = after(&week.repeat(60), STILL, form);
            for (weekday, count) in week.iter().enumerate() {
                let expected = state.expected(7 + weekday, weekday);
                assert!((expected - count).abs() < 0.3, "{form:?} {weekday}: {expected}");
            }
        }
    }

    #[test]
    fn a_trend_goes_on_and_fades() {
        let ramp: Vec<f64> = (0..100).map(f64::from).collect();
        let gains = Gains { level: 0.4, trend: 0.3, season: 0.0, damping: 0.97 };
        let state = after(&ramp, gains, Season::None);
        let [soon, later, last] = [1, 30, 200].map(|ahead| state.expected(ahead, 0));
        assert!(soon > 95.0 && later > soon + 10.0, "{soon} {later}");
        assert!(last < 100.0 + 40.0, "{last}");
    }

    #[test]
    fn nothing_below_none_is_expected() {
        let fall: Vec<f64> = (0..60).map(|day| f64::from(60 - day)).collect();
        let gains = Gains { level: 0.7, trend: 0.3, season: 0.0, damping: 0.995 };
        let state = after(&fall, gains, Season::None);
        assert!((1..400).all(|ahead| state.expected(ahead, 0) >= 0.0));
    }
}
