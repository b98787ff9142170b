//! What is counted of what customers are and what sentences ask for; never of whom.

use super::Registry;
use crate::customer::Assessment;
use crate::customer::assessment::AdvisoryCode;
use crate::intelligence::intent::Purpose;
use crate::telemetry::meter::Counters;

/// What is counted of the operations.
#[derive(Debug, Default)]
pub struct OperationMeter {
    /// Advisories of customers that were created or changed, as in [`AdvisoryCode::ALL`].
    pub advisories: Counters<{ AdvisoryCode::ALL.len() }>,
    /// Sentences by what they ask for, as in [`Purpose::ALL`].
    pub intents: Counters<{ Purpose::ALL.len() }>,
}

impl Registry {
    /// What was counted since the start.
    pub fn meter(&self) -> &OperationMeter {
        &self.meter
    }

    /// Counts what a clerk should look at of a customer that is kept now.
    pub(super) fn count_advisories(&self, assessment: &Assessment) {
        for advisory in assessment.advisories() {
            self.meter.advisories.add(advisory.code as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advisories_and_purposes_have_the_places_that_they_are_counted_at() {
        assert!((0..).zip(AdvisoryCode::ALL).all(|(place, code)| code as usize == place));
        assert!((0..).zip(Purpose::ALL).all(|(place, purpose)| purpose.place() == place));
    }
}
