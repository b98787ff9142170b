//! What the figures of a company say of days to come: its course, with the days that stand out, and
//! how long its customers stay.

use std::collections::BTreeMap;

use super::prediction::anomaly::{Anomaly, anomalies};
use super::prediction::growth::{Growth, growth};
use super::prediction::retention::{Curve, Lifetimes, still_here_after};
use crate::customer::assessment::Category;
use crate::customer::figures::Figures;

/// Days that are looked back at most: two years hold every season twice.
const LOOKED_BACK: i32 = 730;

/// Days that are forecast.
pub const FORECAST: usize = 30;

/// What happened to a company day by day, from its first day or two years ago until yesterday: the
/// present day is not over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Series {
    /// The first day, counted from 1 January 1970 (UTC).
    pub first: i32,
    /// Customers created, day by day.
    pub created: Vec<u64>,
    /// Customers deleted, day by day.
    pub deleted: Vec<u64>,
    /// Customers created today, where there was no day before: then that is all there is to go by.
    pub begun: Option<u64>,
}

impl Series {
    /// That of a company on the day `today`.
    pub fn of(figures: &Figures, today: i32) -> Series {
        let from = today.saturating_sub(LOOKED_BACK);
        let oldest = figures.days.keys().next().copied().unwrap_or(today);
        let first = oldest.clamp(from, today);
        let day = |day| figures.days.get(&day);
        let created: Vec<u64> =
            (first..today).map(|it| day(it).map_or(0, |day| day.created)).collect();
        let deleted = (first..today).map(|it| day(it).map_or(0, |day| day.deleted)).collect();
        let begun = created.is_empty().then(|| day(today).map_or(0, |day| day.created));
        Series { first, created, deleted, begun }
    }
}

/// Where a company is heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// Customers created a day: what was to be expected, and what is.
    pub growth: Growth,
    /// Days on which creations stand out, by their place in the series.
    pub created: Vec<Anomaly>,
    /// Days on which deletions stand out.
    pub deleted: Vec<Anomaly>,
}

impl Course {
    /// What follows from a series.
    pub fn of(series: &Series) -> Course {
        let known = series.begun.as_slice();
        let known = if known.is_empty() { &series.created } else { known };
        Course {
            growth: growth(known, FORECAST),
            created: anomalies(&series.created),
            deleted: anomalies(&series.deleted),
        }
    }
}

/// How long the customers of a company stay.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Retention {
    /// All of them.
    pub overall: Curve,
    /// Those of each category that it has or had.
    pub by_category: BTreeMap<Category, Curve>,
}

impl Retention {
    /// What the figures say on the day `today`.
    pub fn of(figures: &Figures, today: i32) -> Retention {
        let mut by_category: BTreeMap<Category, Lifetimes> = BTreeMap::new();
        for (day, figures) in &figures.days {
            let age = u32::try_from(today.saturating_sub(*day)).unwrap_or(0);
            for (category, here) in &figures.here {
                *by_category.entry(*category).or_default().here.entry(age).or_default() += here;
            }
        }
        for (age, gone) in &figures.gone {
            for (category, gone) in gone {
                *by_category.entry(*category).or_default().gone.entry(*age).or_default() += gone;
            }
        }
        let mut overall = Lifetimes::default();
        by_category.values().for_each(|lifetimes| overall.add(lifetimes));
        let curves = by_category.iter().map(|(category, of)| (*category, Curve::of(of)));
        Retention { overall: Curve::of(&overall), by_category: curves.collect() }
    }

    /// The probability that a customer of this category and `age`, in days, is still here in `days`
    /// days; `None` while there is too little history.
    pub fn still_here(&self, category: Category, age: u32, days: u32) -> Option<f64> {
        match self.by_category.get(&category) {
            Some(of_category) => still_here_after(of_category, &self.overall, age, days),
            None => self.overall.still_here_after(age, days),
        }
    }
}
