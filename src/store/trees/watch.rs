//! What was found wrong with trees first, and who is told of it: whoever asks sled or the runs, from
//! whichever thread, does so through here.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use super::Failure;
use crate::store::StoreError;

/// What was found wrong, if anything was.
#[derive(Default)]
pub struct Watch {
    failure: OnceLock<Failure>,
    /// Called when something is found wrong.
    alarm: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl Watch {
    /// Calls `alarm` when something is found wrong, now or later.
    pub fn on_failure(&self, alarm: impl Fn() + Send + Sync + 'static) {
        // There is one who is told.
        let _ = self.alarm.set(Box::new(alarm));
        if self.failure().is_some() {
            self.call_alarm();
        }
    }

    /// What is wrong.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.get()
    }

    /// Takes note that something is wrong: nothing more is to be read or written.
    pub fn note(&self, failure: Failure) {
        if self.failure.set(failure.clone()).is_ok() {
            tracing::error!(?failure, "the queryable state is of no use any more");
            self.call_alarm();
        }
    }

    /// Tells again that something is wrong.
    pub fn call_alarm(&self) {
        if let Some(alarm) = self.alarm.get() {
            alarm();
        }
    }

    /// What sled or the runs answer, and their panics as errors: they panic on some damage.
    ///
    /// # Errors
    /// What they answered, or what was found wrong before.
    pub fn ask<T, E: Into<Failure>>(
        &self,
        ask: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, StoreError> {
        if let Some(failure) = self.failure() {
            return Err(failure.into());
        }
        let failure = match catch_unwind(AssertUnwindSafe(ask)) {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => error.into(),
            Err(_) => Failure::Damaged("it panicked".to_owned()),
        };
        self.note(failure.clone());
        Err((&failure).into())
    }
}
