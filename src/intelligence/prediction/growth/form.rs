//! The forms that a history may have (with and without trend and season), the gains that suit each
//! best, and how much each is to be believed.
//!
//! A search along one gain after the other, over few values, is enough: the loss is flat around its
//! minimum, and finer values only learn the noise by heart. The forms share the forecast by
//! their likelihoods, which was better in back-tests than the best one alone.

use super::super::WEEK;
use super::smoothing::{Gains, Season, State};

/// The values that are tried of each gain, and how often all are.
const LEVEL: [f64; 7] = [0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7];
const TREND: [f64; 4] = [0.0, 0.02, 0.1, 0.3];
const SEASON: [f64; 4] = [0.0, 0.03, 0.1, 0.25];
const DAMPING: [f64; 3] = [0.9, 0.97, 0.995];
const ROUNDS: usize = 3;
/// The gains from which the search starts.
const START: Gains = Gains { level: 0.05, trend: 0.1, season: 0.0, damping: 0.97 };
/// With fewer days than two weeks there is a mean, and no more.
const LEAST_FITTED: usize = 2 * WEEK;
/// A form this much less likely than the best is left out.
const LEAST_SHARE: f64 = 0.01;
/// What a loss of nought counts as, for its logarithm.
const LEAST_LOSS: f64 = 1e-9;

/// A form, with the gains that suit a history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Form {
    season: Season,
    has_trend: bool,
    gains: Gains,
    loss: f64,
}

/// What a form is fitted to.
#[derive(Debug, Clone, Copy)]
pub(super) struct History<'a> {
    /// A count a day.
    pub counts: &'a [f64],
    /// How much the squared error of a day counts.
    pub weights: &'a [f64],
    /// The ratio of the noise of a day to the season, both as variances.
    pub noise_weeks: f64,
}

impl Form {
    /// The mean of all days.
    const MEAN: Form = Form {
        season: Season::None,
        has_trend: false,
        gains: Gains { level: 0.0, trend: 0.0, season: 0.0, damping: 0.97 },
        loss: 0.0,
    };

    /// The one with the gains of least loss.
    fn fitted(history: History<'_>, season: Season, has_trend: bool) -> Form {
        let trend = if has_trend { START.trend } else { 0.0 };
        let gains = Gains { trend, ..START };
        let mut best = Form { season, has_trend, gains, loss: f64::INFINITY };
        best.loss = best.loss_on(history);
        for _ in 0..ROUNDS {
            let before = best.loss;
            best.improve(history, &LEVEL, |gains| &mut gains.level);
            if season != Season::None {
                best.improve(history, &SEASON, |gains| &mut gains.season);
            }
            if has_trend {
                best.improve(history, &TREND, |gains| &mut gains.trend);
                best.improve(history, &DAMPING, |gains| &mut gains.damping);
            }
            if best.loss >= before {
                break;
            }
        }
        best
    }

    /// Takes the best of `values` for one gain.
    fn improve(&mut self, history: History<'_>, values: &[f64], gain: fn(&mut Gains) -> &mut f64) {
        for value in values {
            let mut other = *self;
            *gain(&mut other.gains) = *value;
            if other.gains == self.gains {
                continue;
            }
            other.loss = other.loss_on(history);
            if other.loss < self.loss {
                *self = other;
            }
        }
    }

    /// The state before a history.
    pub fn before(&self, history: History<'_>) -> State {
        State::before(history.counts, self.gains, self.season, history.noise_weeks)
    }

    /// What part of an error the level learns in the end, in 0..=1.
    pub fn level_gain(&self) -> f64 {
        self.gains.level
    }

    /// The sum of the squared errors, but for the first week.
    fn loss_on(&self, history: History<'_>) -> f64 {
        let mut state = self.before(history);
        let mut loss = 0.0;
        for (day, (count, weight)) in history.counts.iter().zip(history.weights).enumerate() {
            let error = count - state.learn(day, *count);
            if day >= WEEK {
                loss += weight * error * error;
            }
        }
        loss
    }

    /// The logarithm of the likelihood of so many days. Every day is judged before it is learnt, so
    /// that a form which believes too much is its own penalty: Akaike's on top was worse in
    /// back-tests, for trends most of all.
    fn log_likelihood(&self, days: f64) -> f64 {
        -0.5 * days * ((self.loss + LEAST_LOSS) / days).ln()
    }
}

/// The forms with the shares by which they make a forecast, which add up to 1.
pub(super) fn fitted(history: History<'_>) -> Vec<(Form, f64)> {
    if history.counts.len() < LEAST_FITTED {
        return vec![(Form::MEAN, 1.0)];
    }
    let seasons = [Season::None, Season::Additive, Season::Proportional];
    let both = seasons.into_iter().flat_map(|season| [(season, false), (season, true)]);
    let forms: Vec<Form> =
        both.map(|(season, has_trend)| Form::fitted(history, season, has_trend)).collect();
    shared(forms, history.counts.len().saturating_sub(WEEK) as f64)
}

/// Each form by its likelihood.
fn shared(forms: Vec<Form>, days: f64) -> Vec<(Form, f64)> {
    let likelihoods: Vec<f64> = forms.iter().map(|form| form.log_likelihood(days)).collect();
    let most = likelihoods.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let shares: Vec<f64> = likelihoods.iter().map(|likelihood| (likelihood - most).exp()).collect();
    let mut forms: Vec<(Form, f64)> = forms.into_iter().zip(shares).collect();
    forms.retain(|(_, share)| *share >= LEAST_SHARE);
    let all: f64 = forms.iter().map(|(_, share)| share).sum();
    forms.into_iter().map(|(form, share)| (form, share / all)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares_of(counts: &[f64]) -> Vec<(Form, f64)> {
        let weights = vec![1.0; counts.len()];
        fitted(History { counts, weights: &weights, noise_weeks: 0.1 })
    }

    #[test]
    fn a_week_is_believed_where_there_is_one() {
        let week = [8.0, 6.0, 6.0, 7.0, 9.0, 6.0, 0.0].repeat(10);
        let shares = shares_of(&week);
        let without: f64 = shares
            .iter()
            .filter(|(form, _)| form.season == Season::None)
            .map(|(_, share)| share)
            .sum();
        assert!(without < 0.01, "{shares:?}");
    }

    #[test]
    fn a_trend_is_believed_where_there_is_one() {
        let ramp: Vec<f64> = (0..90).map(|day| f64::from(day) + f64::from(day % 2)).collect();
        let trending: f64 = shares_of(&ramp)
            .iter()
            .filter(|(form, _)| form.has_trend)
            .map(|(_, share)| share)
            .sum();
        assert!(trending > 0.9, "{trending}");
    }

    #[test]
    fn a_week_that_changes_is_learnt_anew() {
        let week = [8.0, 6.0, 6.0, 7.0, 9.0, 0.0, 0.0];
        let saturdays = [8.0, 6.0, 6.0, 7.0, 9.0, 9.0, 0.0];
        let counts = [week.repeat(30), saturdays.repeat(8)].concat();
        let weights = vec![1.0; counts.len()];
        let history = History { counts: &counts, weights: &weights, noise_weeks: 0.1 };
        let form = Form::fitted(history, Season::Additive, false);
        let mut state = form.before(history);
        for (day, count) in counts.iter().enumerate() {
            state.learn(day, *count);
        }
        assert!((state.expected(6, 5) - 9.0).abs() < 2.0, "{state:?}");
    }

    #[test]
    fn the_form_that_foretells_better_is_believed_more() {
        let better = Form { loss: 50.0, ..Form::MEAN };
        let shares = shared(vec![better, Form { loss: 55.0, ..better }], 60.0);
        assert!(shares[0].1 > 0.9 && shares[1].1 > 0.01, "{shares:?}");
    }

    #[test]
    fn a_trend_that_turns_is_learnt_faster_than_one_of_chance() {
        let turning: Vec<f64> = (0..240).map(|day| f64::from((day % 60 - 30_i32).abs())).collect();
        let digits = "31415926535897932384626433832795028841971693993751058209749445923078";
        let chance: Vec<f64> = digits.bytes().map(|digit| f64::from(digit - b'0')).collect();
        let [fast, slow] = [turning, chance].map(|counts| {
            let weights = vec![1.0; counts.len()];
            let history = History { counts: &counts, weights: &weights, noise_weeks: 10.0 };
            let gains = Form::fitted(history, Season::None, true).gains;
            gains.level * gains.trend
        });
        assert!(fast > START.trend && slow < 0.01, "{fast} {slow}");
    }

    #[test]
    fn the_shares_add_up() {
        for days in [0, 1, 13, 14, 21, 80] {
            let counts: Vec<f64> = (0..days).map(|day| f64::from(day * 37 % 11)).collect();
            let all: f64 = shares_of(&counts).iter().map(|(_, share)| share).sum();
            assert!((all - 1.0).abs() < 1e-9, "{days}: {all}");
        }
    }

    #[test]
    fn less_than_two_weeks_are_a_mean() {
        assert_eq!(shares_of(&[1.0; 13]), [(Form::MEAN, 1.0)]);
    }
}
