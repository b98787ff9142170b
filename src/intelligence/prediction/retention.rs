//! How long customers stay: the estimate of Kaplan and Meier ("Nonparametric Estimation from
//! Incomplete Observations", 1958), by which those still here count for as long as they have been.
//!
//! Of a single customer it is asked whether it is still here some days from now, being as old as it
//! is: S(age + days) / S(age). That is answered only where it can be believed, by its standard error
//! (Greenwood, 1926). As nobody leaving makes Greenwood's error nought however few were watched,
//! it is never taken to be less than one in those who were watched to the end: so much they could
//! have been wrong had the next one left. With at most `BELIEVABLE` at least ten have grown as
//! old as is asked. A category speaks for itself with at most `TELLING`, which takes twenty at
//! least; else the whole company speaks for it. A customer who is older than anybody was watched
//! for long enough is taken to go on as the oldest who were, if these had at least half its age: the
//! longer customers have stayed, the less it changes from year to year how many go.

use std::collections::BTreeMap;

/// The greatest standard error of a probability that is told: give or take 0.2 at 95 %.
const BELIEVABLE: f64 = 0.1;
/// The greatest with which a category is told apart from its company.
const TELLING: f64 = 0.05;
/// Days by which a younger age is looked for.
const WEEK: usize = 7;

/// How old customers became, in whole days, and how many did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lifetimes {
    /// Those who have left, by the age at which they did.
    pub gone: BTreeMap<u32, u64>,
    /// Those still here, by the age they have now.
    pub here: BTreeMap<u32, u64>,
}

impl Lifetimes {
    /// Adds those of others: of a category to its company's.
    pub fn add(&mut self, others: &Lifetimes) {
        for (own, other) in [(&mut self.gone, &others.gone), (&mut self.here, &others.here)] {
            for (age, number) in other {
                *own.entry(*age).or_default() += number;
            }
        }
    }
}

/// An age at which somebody left or until which somebody was watched.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    age: u32,
    /// Who became that old, those who left or were last seen at it among them.
    at_risk: u64,
    /// The share that is still there after it.
    survival: f64,
    /// Greenwood's sum up to it: of d / n (n - d).
    greenwood: f64,
}

/// The share of customers still there, by age.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curve {
    /// By age, ascending.
    steps: Vec<Step>,
}

impl Curve {
    /// The curve of those lifetimes. Who leaves at an age does so before others of that age are
    /// last seen.
    pub fn of(lifetimes: &Lifetimes) -> Curve {
        let mut ages: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
        for (age, number) in &lifetimes.gone {
            ages.entry(*age).or_default().0 += number;
        }
        for (age, number) in &lifetimes.here {
            ages.entry(*age).or_default().1 += number;
        }
        ages.retain(|_, (gone, here)| *gone + *here > 0);
        let mut at_risk = ages.values().map(|(gone, here)| gone + here).sum();
        let (mut survival, mut greenwood) = (1.0, 0.0);
        let step = |(age, (gone, here)): (u32, (u64, u64))| {
            let (left, watched) = (gone as f64, at_risk as f64);
            survival *= 1.0 - left / watched;
            if gone < at_risk {
                greenwood += left / (watched * (watched - left));
            }
            let step = Step { age, at_risk, survival, greenwood };
            at_risk -= gone + here;
            step
        };
        Curve { steps: ages.into_iter().map(step).collect() }
    }

    /// The share still there after so many days, in 0..=1; none when nobody was watched for so long,
    /// not even when the last one left before: that one was the oldest says little of the others.
    pub fn survival(&self, days: u32) -> Option<f64> {
        (self.at_risk(days) > 0).then(|| self.until(days).0)
    }

    /// Greenwood's standard error of [`Curve::survival`].
    pub fn standard_error(&self, days: u32) -> Option<f64> {
        self.survival(days).map(|survival| survival * self.until(days).1.sqrt())
    }

    /// How many were watched until an age, in days, at least.
    pub fn at_risk(&self, age: u32) -> u64 {
        let place = self.steps.partition_point(|step| step.age < age);
        self.steps.get(place).map_or(0, |step| step.at_risk)
    }

    /// How probable it is that a customer of an age, in days, is still here so many days later;
    /// none while there is too little history.
    pub fn still_here_after(&self, age: u32, days: u32) -> Option<f64> {
        let of_its_age = self.with_error_of(age, days, BELIEVABLE);
        of_its_age.or_else(|| self.of_younger(age, days, BELIEVABLE))
    }

    /// The same of the oldest that are younger, down to half the age, of whom it can be told with a
    /// standard error of at most `most`.
    fn of_younger(&self, age: u32, days: u32, most: f64) -> Option<f64> {
        let mut younger = (age.div_ceil(2)..age).rev().step_by(WEEK);
        younger.find_map(|younger| self.with_error_of(younger, days, most))
    }

    /// The same, if its standard error is no greater than `most`.
    fn with_error_of(&self, age: u32, days: u32, most: f64) -> Option<f64> {
        let end = age.checked_add(days)?;
        let watched = self.at_risk(end);
        let ((now, sum_now), (then, sum_then)) = (self.until(age), self.until(end));
        if watched == 0 || now <= 0.0 {
            return None;
        }
        let share = then / now;
        let greenwood = share * (sum_then - sum_now).max(0.0).sqrt();
        (greenwood.max(1.0 / watched as f64) <= most).then_some(share)
    }

    /// The survival and Greenwood's sum after an age.
    fn until(&self, age: u32) -> (f64, f64) {
        let after = self.steps.partition_point(|step| step.age <= age);
        let last = after.checked_sub(1).and_then(|place| self.steps.get(place));
        last.map_or((1.0, 0.0), |step| (step.survival, step.greenwood))
    }
}

/// How probable it is that a customer of a category and an age, in days, is still here so many days
/// later: by the category where it has history enough to differ, else by the whole company; none
/// while that has too little, too.
pub fn still_here_after(category: &Curve, company: &Curve, age: u32, days: u32) -> Option<f64> {
    category
        .with_error_of(age, days, TELLING)
        .or_else(|| company.with_error_of(age, days, BELIEVABLE))
        .or_else(|| category.of_younger(age, days, TELLING))
        .or_else(|| company.of_younger(age, days, BELIEVABLE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(gone: &[(u32, u64)], here: &[(u32, u64)]) -> Curve {
        let [gone, here] = [gone, here].map(|part| part.iter().copied().collect());
        Curve::of(&Lifetimes { gone, here })
    }

    fn close(one: Option<f64>, other: f64) {
        assert!(one.is_some_and(|one| (one - other).abs() < 1e-12), "{one:?} is not {other}");
    }

    #[test]
    fn the_textbook_example_comes_out() {
        // Six, three of whom left: 5/6, then 3/4 of it, then 1/2 of that.
        let curve = curve(&[(6, 1), (10, 1), (20, 1)], &[(6, 1), (15, 1), (25, 1)]);
        close(curve.survival(5), 1.0);
        close(curve.survival(6), 5.0 / 6.0);
        close(curve.survival(19), 5.0 / 6.0 * 0.75);
        close(curve.survival(25), 5.0 / 6.0 * 0.75 * 0.5);
        let sum: f64 = 1.0 / (6.0 * 5.0) + 1.0 / (4.0 * 3.0);
        close(curve.standard_error(12), 5.0 / 6.0 * 0.75 * sum.sqrt());
    }

    #[test]
    fn who_is_last_seen_on_the_day_another_leaves_was_there_to_leave() {
        close(curve(&[(10, 1)], &[(10, 3)]).survival(10), 0.75);
    }

    #[test]
    fn nothing_is_said_of_ages_that_nobody_reached() {
        let watched = curve(&[(10, 1)], &[(40, 100)]);
        assert!(watched.survival(40).is_some());
        assert_eq!(watched.survival(41), None);
        assert_eq!(watched.still_here_after(0, 41), None);
        assert_eq!(Curve::default().survival(0), None);
        close(curve(&[(10, 5)], &[]).survival(10), 0.0);
        close(curve(&[(10, 5)], &[]).standard_error(10), 0.0);
        assert_eq!(curve(&[(10, 5)], &[]).survival(11), None);
    }

    #[test]
    fn a_customer_that_has_stayed_is_judged_by_those_who_stayed() {
        // Half leave on the first day, nobody later.
        let curve = curve(&[(1, 100)], &[(400, 100)]);
        close(curve.survival(90), 0.5);
        close(curve.still_here_after(0, 90), 0.5);
        close(curve.still_here_after(2, 90), 1.0);
    }

    #[test]
    fn who_is_older_than_all_before_goes_on_as_the_oldest_did() {
        // A hundred at 400 days, one of ten of whom go in the next hundred; nobody is older.
        let curve = curve(&[(450, 10)], &[(500, 90)]);
        close(curve.still_here_after(410, 90), 0.9);
        close(curve.still_here_after(480, 90), 0.9);
        close(curve.still_here_after(800, 90), 0.9);
        assert_eq!(curve.still_here_after(900, 90), None, "twice as old as any");
    }

    #[test]
    fn a_company_that_nobody_left_keeps_all_once_enough_were_watched() {
        close(curve(&[], &[(200, 10)]).still_here_after(100, 90), 1.0);
        assert_eq!(curve(&[], &[(200, 9)]).still_here_after(100, 90), None);
        assert_eq!(curve(&[], &[(130, 1_000)]).still_here_after(100, 90), None);
    }

    #[test]
    fn few_departures_among_few_are_not_believed() {
        let few = curve(&[(20, 4)], &[(100, 10)]);
        assert_eq!(few.still_here_after(0, 90), None);
        close(few.still_here_after(21, 60), 1.0);
        let more = curve(&[(20, 40)], &[(100, 100)]);
        close(more.still_here_after(0, 90), 100.0 / 140.0);
    }

    #[test]
    fn a_category_speaks_for_itself_only_with_history_enough() {
        let company = curve(&[(20, 500)], &[(100, 500)]);
        let rich = curve(&[(20, 20)], &[(100, 180)]);
        let poor = curve(&[(20, 2)], &[(100, 18)]);
        close(still_here_after(&rich, &company, 0, 90), 0.9);
        close(still_here_after(&poor, &company, 0, 90), 0.5);
        assert_eq!(still_here_after(&poor, &Curve::default(), 0, 90), None);
    }

    #[test]
    fn lifetimes_add_up() {
        let mut all = Lifetimes::default();
        let part = Lifetimes { gone: [(3, 1)].into(), here: [(3, 2), (5, 1)].into() };
        all.add(&part);
        all.add(&part);
        assert_eq!(all, Lifetimes { gone: [(3, 2)].into(), here: [(3, 4), (5, 2)].into() });
    }
}
