//! What the figures of a company say of days to come: its course, with the days that stand out, and
//! how long its customers stay.

use std::collections::BTreeMap;

use super::prediction::anomaly::{Anomaly, anomalies};
use super::prediction::growth::{Growth, growth};
use super::prediction::retention::{Curve, Lifetimes};
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
}

impl Series {
    /// That of a company on the day `today`.
    pub fn of(figures: &Figures, today: i32) -> Series {
        let from = today.saturating_sub(LOOKED_BACK);
        let oldest = figures.days.keys().next().copied().unwrap_or(today);
        let first = oldest.clamp(from, today);
        let day = |day| figures.days.get(&day);
        let created = (first..today).map(|it| day(it).map_or(0, |day| day.created)).collect();
        let deleted = (first..today).map(|it| day(it).map_or(0, |day| day.deleted)).collect();
        Series { first, created, deleted }
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
        Course {
            growth: growth(&series.created, FORECAST),
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
        let (mut overall, mut by_category) = (Lifetimes::default(), BTreeMap::new());
        let here = figures.days.iter().flat_map(|(day, figures)| {
            let age = u32::try_from(today.saturating_sub(*day)).unwrap_or(0);
            figures.here.iter().map(move |(category, count)| (*category, age, *count))
        });
        for (category, age, count) in here {
            let of_category: &mut Lifetimes = by_category.entry(category).or_default();
            for lifetimes in [&mut overall, of_category] {
                *lifetimes.here.entry(age).or_default() += count;
            }
        }
        for (age, gone) in &figures.gone {
            for (category, count) in gone {
                let of_category = by_category.entry(*category).or_default();
                for lifetimes in [&mut overall, of_category] {
                    *lifetimes.gone.entry(*age).or_default() += count;
                }
            }
        }
        let curves = by_category.iter().map(|(category, of)| (*category, Curve::of(of)));
        Retention { overall: Curve::of(&overall), by_category: curves.collect() }
    }

    /// The probability that a customer of this category and `age`, in days, is still here in `days`
    /// days: from those of its category where they tell enough, else from all; `None` where these
    /// are too few, too.
    pub fn still_here(&self, category: Category, age: u32, days: u32) -> Option<f64> {
        let of_category = self.by_category.get(&category);
        let of_category = of_category.and_then(|curve| curve.still_here_after(age, days));
        of_category.or_else(|| self.overall.still_here_after(age, days))
    }
}
