use std::collections::BTreeMap;

use vigie_model::{Completeness, Observation, Outcome, Reason, Text};

/// Fewest machines and domains before most of them failing alike means anything: below, chance explains it.
const FEWEST_GROUPS: usize = 5;
/// Share of machines and domains that must stay silent for the scanner's own link to be suspect, in percent.
const SUSPECT_PERCENT: usize = 80;

/// Watches how many of the machines and domains that the facility declared stay silent.
///
/// A hospital whose every machine vanished in the same minute is rare; a cut cable is not. Only what
/// was declared counts: silence is normal for surveyed addresses, where often nobody lives.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    answered: BTreeMap<String, bool>,
}

impl Breaker {
    /// Takes note of what one look at a machine or domain brought.
    pub(crate) fn note(&mut self, group: &str, observations: &[Observation]) {
        let answered = observations.iter().any(|observation| !is_silent(observation));
        *self.answered.entry(group.to_owned()).or_default() |= answered;
    }

    /// Says whether the run is void, and on what grounds.
    pub(crate) fn verdict(&self) -> Option<Completeness> {
        let all = self.answered.len();
        let silent = self.answered.values().filter(|answered| !**answered).count();
        let most = all >= FEWEST_GROUPS && silent * 100 >= all * SUSPECT_PERCENT;
        let every = all > 0 && silent == all;
        (most || every).then(|| Completeness::Void {
            because: Text::new(
                format!(
                    "{silent} domaines ou machines sur {all} n’ont pas répondu : \
                     la connexion de la machine qui analyse est sans doute en cause"
                ),
                format!(
                    "{silent} of {all} domains or hosts did not answer: \
                     the link of the scanning machine is probably at fault"
                ),
            ),
        })
    }
}

/// A look that no peer answered, as when our own link is down. A refusal is an answer.
fn is_silent(observation: &Observation) -> bool {
    match &observation.outcome {
        Outcome::Unknown { reason, .. } => matches!(reason, Reason::Timeout | Reason::Unreachable | Reason::Busy),
        Outcome::Observed { .. } | Outcome::Absent | Outcome::NotApplicable => false,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use vigie_model::{Source, Subject, Vantage};

    use super::*;

    fn look(outcome: Outcome) -> Vec<Observation> {
        vec![Observation {
            subject: Subject::Facility,
            kind: "test".into(),
            source: Source::Measured,
            vantage: Vantage::Loopback,
            observed_at: Timestamp::UNIX_EPOCH,
            took_ms: 0,
            outcome,
            owner: None,
            evidence: Vec::new(),
        }]
    }

    fn breaker(silent: usize, answering: usize) -> Breaker {
        let mut breaker = Breaker::default();
        for group in 0..silent {
            breaker.note(&format!("silent {group}"), &look(Outcome::unknown(Reason::Timeout, Text::default())));
        }
        for group in 0..answering {
            breaker.note(&format!("answering {group}"), &look(Outcome::Absent));
        }
        breaker
    }

    #[test]
    fn trips_when_nearly_everything_is_silent() {
        assert!(breaker(8, 2).verdict().is_some());
        assert!(breaker(1, 0).verdict().is_some());
        assert!(breaker(7, 3).verdict().is_none());
        assert!(breaker(3, 1).verdict().is_none(), "too few to tell");
        assert!(breaker(0, 0).verdict().is_none());
    }

    #[test]
    fn one_answer_is_enough_for_a_machine() {
        let mut breaker = breaker(0, 0);
        breaker.note("www", &look(Outcome::unknown(Reason::Timeout, Text::default())));
        breaker.note("www", &look(Outcome::unknown(Reason::Refused, Text::default())));
        assert!(breaker.verdict().is_none());
    }
}
