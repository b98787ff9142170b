//! The insight of a company as it goes out.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::shape::{TimeShape, thousandths};
use crate::customer::assessment::{AdvisoryCode, Category};
use crate::customer::figures::{self, Figures};
use crate::intelligence::outlook::{Course, Retention, Series};
use crate::intelligence::prediction::anomaly::{Anomaly, Direction};
use crate::intelligence::prediction::growth::Expected;
use crate::intelligence::prediction::retention::Curve;

/// Days of the past that the growth is shown for.
const SHOWN: usize = 90;

/// Days of the past in which those that stand out are shown.
const ANOMALIES_OF: i32 = 365;

/// Most days that stand out which are shown, the latest.
const MOST_ANOMALIES: usize = 50;

/// Stands for the market of those who have none.
pub(super) const NO_MARKET: &str = "unknown";

/// Spans of days back in which creations and deletions are counted, with their names.
pub(super) const LAST: [(i32, &str); 3] =
    [(7, "last-7-days"), (30, "last-30-days"), (90, "last-90-days")];

/// Ages at which it is told how many are still here, with their names.
pub(super) const AFTER: [(u32, &str); 3] =
    [(30, "after-30-days"), (90, "after-90-days"), (365, "after-365-days")];

/// What is understood of a company.
pub struct Company<'c> {
    /// When the figures were read.
    pub as_of: Timestamp,
    /// What is counted.
    pub figures: &'c Figures,
    /// What happened day by day.
    pub series: &'c Series,
    /// What that says of the days to come.
    pub course: &'c Course,
    /// How long customers stay.
    pub retention: &'c Retention,
}

/// Values by their names, in their usual order.
struct Named<T>(Vec<(&'static str, T)>);

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<T> FromIterator<(&'static str, T)> for Named<T> {
    fn from_iter<I: IntoIterator<Item = (&'static str, T)>>(values: I) -> Named<T> {
        Named(values.into_iter().collect())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct CompanyShape<'c> {
    as_of: TimeShape,
    customers: u64,
    created: Named<u64>,
    deleted: Named<u64>,
    categories: Named<u64>,
    markets: BTreeMap<&'c str, u64>,
    advisories: Named<f64>,
    duplicates: DuplicatesShape,
    growth: GrowthShape,
    retention: RetentionShape,
    anomalies: Vec<AnomalyShape>,
}

#[derive(Serialize)]
struct DuplicatesShape {
    clusters: u64,
    customers: u64,
}

#[derive(Serialize)]
struct GrowthShape {
    history: Vec<PastShape>,
    forecast: Vec<ExpectedShape>,
}

#[derive(Serialize)]
struct PastShape {
    #[serde(flatten)]
    expected: ExpectedShape,
    created: u64,
    deleted: u64,
}

#[derive(Serialize)]
struct ExpectedShape {
    day: DayShape,
    expected: f64,
    low: f64,
    high: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct RetentionShape {
    #[serde(flatten)]
    overall: Named<Option<f64>>,
    by_category: Named<Named<Option<f64>>>,
}

#[derive(Serialize)]
struct AnomalyShape {
    day: DayShape,
    of: &'static str,
    direction: &'static str,
    count: u64,
    expected: f64,
    low: f64,
    high: f64,
}

/// A day, as `2026-11-23`.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct DayShape(Date);

impl Serialize for DayShape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Company<'_> {
    /// It as a JSON object.
    ///
    /// # Errors
    /// None in practice: all texts are valid and all numbers finite.
    pub fn to_value(&self) -> serde_json::Result<Value> {
        serde_json::to_value(self.shape())
    }

    /// The same, written.
    ///
    /// # Errors
    /// As [`Company::to_value`].
    pub fn to_vec(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&self.shape())
    }

    fn shape(&self) -> CompanyShape<'_> {
        let figures = self.figures;
        let today = figures::day(self.as_of);
        let in_category = |it: Category| figures.by_category.get(&it).copied().unwrap_or(0);
        CompanyShape {
            as_of: TimeShape(self.as_of),
            customers: figures.customers,
            created: lately(figures, today, |day| day.created),
            deleted: lately(figures, today, |day| day.deleted),
            categories: Category::ALL
                .into_iter()
                .map(|it| (it.as_str(), in_category(it)))
                .collect(),
            markets: figures.by_market.iter().map(|(it, count)| (named(it), *count)).collect(),
            advisories: AdvisoryCode::ALL
                .into_iter()
                .map(|code| (code.as_str(), thousandths(figures.share_with(code))))
                .collect(),
            duplicates: DuplicatesShape {
                clusters: figures.clusters,
                customers: figures.in_clusters,
            },
            growth: self.growth(),
            retention: self.retention(),
            anomalies: self.anomalies(today),
        }
    }

    fn growth(&self) -> GrowthShape {
        let Series { first, created, deleted, .. } = self.series;
        let day = |place: usize| DayShape(figures::date(first.saturating_add(number(place))));
        let growth = &self.course.growth;
        let past = created.iter().zip(deleted).zip(&growth.fitted).enumerate();
        let past = past.skip(created.len().saturating_sub(SHOWN));
        let history = past.map(|(place, ((created, deleted), expected))| PastShape {
            expected: ExpectedShape::of(day(place), expected),
            created: *created,
            deleted: *deleted,
        });
        let ahead = growth.forecast.iter().enumerate();
        let forecast = ahead.map(|(place, it)| ExpectedShape::of(day(created.len() + place), it));
        GrowthShape { history: history.collect(), forecast: forecast.collect() }
    }

    fn retention(&self) -> RetentionShape {
        let of = |curve: &Curve| -> Named<Option<f64>> {
            AFTER
                .into_iter()
                .map(|(days, name)| (name, curve.survival(days).map(thousandths)))
                .collect()
        };
        let by_category = self.retention.by_category.iter();
        RetentionShape {
            overall: of(&self.retention.overall),
            by_category: by_category.map(|(it, curve)| (it.as_str(), of(curve))).collect(),
        }
    }

    /// The days that stand out, the latest first.
    fn anomalies(&self, today: i32) -> Vec<AnomalyShape> {
        let Course { created, deleted, .. } = self.course;
        let created = created.iter().map(|anomaly| ("created", anomaly));
        let deleted = deleted.iter().map(|anomaly| ("deleted", anomaly));
        let earliest = figures::date(today.saturating_sub(ANOMALIES_OF));
        let mut shapes: Vec<AnomalyShape> = created
            .chain(deleted)
            .map(|(of, anomaly)| {
                let day = self.series.first.saturating_add(number(anomaly.day));
                AnomalyShape::new(figures::date(day), of, anomaly)
            })
            .filter(|shape| shape.day.0 >= earliest)
            .collect();
        shapes.sort_by(|one, other| other.day.cmp(&one.day));
        shapes.truncate(MOST_ANOMALIES);
        shapes
    }
}

impl ExpectedShape {
    fn of(day: DayShape, expected: &Expected) -> ExpectedShape {
        let Expected { expected, low, high } = *expected;
        ExpectedShape {
            day,
            expected: thousandths(expected),
            low: thousandths(low),
            high: thousandths(high),
        }
    }
}

impl AnomalyShape {
    fn new(day: Date, of: &'static str, anomaly: &Anomaly) -> AnomalyShape {
        let Anomaly { observed, expected, low, high, direction, .. } = *anomaly;
        let direction = match direction {
            Direction::Above => "above",
            Direction::Below => "below",
        };
        let (expected, low, high) = (thousandths(expected), thousandths(low), thousandths(high));
        AnomalyShape { day: DayShape(day), of, direction, count: observed, expected, low, high }
    }
}

/// A market, also of those who have none.
fn named(market: &str) -> &str {
    if market.is_empty() { NO_MARKET } else { market }
}

/// What happened in each of the spans, the present day included.
fn lately(
    figures: &Figures,
    today: i32,
    count: impl Fn(&figures::DayFigures) -> u64,
) -> Named<u64> {
    let since = |days: i32| figures.days.range(today.saturating_sub(days - 1)..);
    let counted = |days| since(days).map(|(_, day)| count(day)).sum();
    LAST.into_iter().map(|(days, name)| (name, counted(days))).collect()
}

/// A place in a series of some hundred days.
fn number(place: usize) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}
