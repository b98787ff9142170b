//! What a run measures, as the command line asks for it.

use std::time::Duration;

use super::Outcome;
use super::attack::{ALL, Behaviour};

/// What a run measures.
pub struct Plan {
    /// Customers that are there.
    pub customers: usize,
    /// How long an attack goes on before it counts.
    pub warm_up: Duration,
    /// How long each row is measured.
    pub time: Duration,
    /// After each attack: what it left behind is no cost of the next.
    pub rest: Duration,
    words: Vec<String>,
}

impl Plan {
    /// The plan that the arguments ask for; `None` where nothing is to be measured (a build of
    /// everything that runs the benches as tests).
    pub fn of_arguments() -> Outcome<Option<Plan>> {
        let mut plan = Plan::full();
        let mut measure = false;
        for argument in std::env::args().skip(1) {
            match argument.as_str() {
                "--bench" => measure = true,
                "--quick" => plan.shorten(),
                other => match other.parse() {
                    Ok(customers) => plan.customers = customers,
                    Err(_) => plan.words.push(argument),
                },
            }
        }
        if let Some(word) = plan.words.iter().find(|word| !ALL.iter().any(|b| is_meant(b, word))) {
            return Err(format!("'{word}' is --quick, a number of customers, or in no row").into());
        }
        Ok(measure.then_some(plan))
    }

    fn full() -> Plan {
        Plan {
            customers: 100_000,
            warm_up: Duration::from_secs(2),
            time: Duration::from_secs(10),
            rest: Duration::from_secs(2),
            words: Vec::new(),
        }
    }

    fn shorten(&mut self) {
        self.customers = 10_000;
        self.warm_up = Duration::from_secs(1);
        self.time = Duration::from_secs(3);
        self.rest = Duration::from_secs(1);
    }

    /// Those that are asked for, behind the one that attacks nothing.
    pub fn behaviours(&self) -> impl Iterator<Item = &'static Behaviour> {
        let is_asked_for = |behaviour: &Behaviour| {
            self.words.is_empty() || self.words.iter().any(|word| is_meant(behaviour, word))
        };
        ALL.iter().enumerate().filter(move |(at, b)| *at == 0 || is_asked_for(b)).map(|(_, b)| b)
    }
}

fn is_meant(behaviour: &Behaviour, word: &str) -> bool {
    behaviour.name.contains(word)
}
