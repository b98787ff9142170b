//! What is understood of a company: its figures, and what they say of the future.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::{OperationError, Registry};
use crate::customer::Namespace;
use crate::customer::figures::{self, Figures};
use crate::intelligence::outlook::{Course, Retention, Series};
use crate::store::StoreError;

/// Companies whose course is kept at most.
const KEPT: usize = 256;

/// What is understood of a company.
pub struct CompanyInsight {
    /// When the figures were read.
    pub as_of: Timestamp,
    /// What is counted.
    pub figures: Figures,
    /// What happened day by day, until yesterday.
    pub series: Series,
    /// What that says of the days to come.
    pub course: Arc<Course>,
    /// How long customers stay.
    pub retention: Retention,
}

/// The courses of companies by what they follow from: most of a day that stays the same.
#[derive(Default)]
pub struct Courses(Mutex<HashMap<Namespace, (Series, Arc<Course>)>>);

impl Courses {
    fn of(&self, namespace: &Namespace, series: &Series) -> Option<Arc<Course>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, course) = kept.get(namespace)?;
        (known == series).then(|| course.clone())
    }

    fn keep(&self, namespace: &Namespace, series: Series, course: Arc<Course>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT && !kept.contains_key(namespace) {
            kept.clear();
        }
        kept.insert(namespace.clone(), (series, course));
    }
}

/// The insight of a company.
///
/// # Errors
/// [`OperationError::CustomersNotFound`] where the company has no customer, or the store cannot be
/// read.
pub async fn insight(
    registry: &Registry,
    namespace: &Namespace,
) -> Result<CompanyInsight, OperationError> {
    let as_of = registry.now();
    let figures = registry.store.figures(namespace).await?;
    if figures.customers == 0 {
        return Err(OperationError::CustomersNotFound);
    }
    let today = figures::day(as_of);
    let series = Series::of(&figures, today);
    let course = course(registry, namespace, &series).await?;
    let retention = Retention::of(&figures, today);
    Ok(CompanyInsight { as_of, figures, series, course, retention })
}

/// How long customers of a company stay.
///
/// # Errors
/// The store cannot be read.
pub(super) async fn retention(
    registry: &Registry,
    namespace: &Namespace,
) -> Result<Retention, StoreError> {
    let figures = registry.store.figures(namespace).await?;
    Ok(Retention::of(&figures, figures::day(registry.now())))
}

/// Where a company is heading. It takes some milliseconds to say, so requests are not held up by it.
async fn course(
    registry: &Registry,
    namespace: &Namespace,
    series: &Series,
) -> Result<Arc<Course>, StoreError> {
    if let Some(known) = registry.courses.of(namespace, series) {
        return Ok(known);
    }
    let of = series.clone();
    let course = tokio::task::spawn_blocking(move || Arc::new(Course::of(&of))).await;
    let course = course
        .map_err(|error| StoreError::Fault(format!("a course could not be told: {error}")))?;
    registry.courses.keep(namespace, series.clone(), course.clone());
    Ok(course)
}
