use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use vigie_model::{Catalogue, Completeness, Grades, Observation, RUN_FORMAT, RuleId, Run, Severity, Verdict, Waiver};
use vigie_rules::{CareProgramme, DatedProof, Frameworks, GradeInput, Rule, RuleSet, WaiverNote};
use vigie_source::{Problem, Problems, SourceFile};

/// Turns observations into verdicts and grades: the rules, the frameworks they cite, the CaRE programme.
#[derive(Debug)]
pub struct Judge {
    catalogue: Catalogue,
    frameworks: Frameworks,
    rules: RuleSet,
    care: CareProgramme,
}

/// What the judge says of a set of observations.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// One verdict per rule and subject.
    pub verdicts: Vec<Verdict>,
    /// The grades that follow.
    pub grades: Grades,
    /// What became of each waiver that did not simply apply.
    pub waiver_notes: Vec<WaiverNote>,
}

impl Judge {
    /// A judge with the rules that travel inside this build.
    pub fn with_shipped_rules() -> Result<Self, Problems> {
        Self::with_rules(Vec::new())
    }

    /// A judge with more rules beside the shipped ones; one that bears the id of a shipped rule replaces it.
    pub fn with_rules(more: Vec<SourceFile>) -> Result<Self, Problems> {
        let catalogue = crate::catalogue().map_err(|fault| {
            // Only a fault in this build's own fact types gets here; tests build this very catalogue.
            let file = SourceFile::new("catalogue", "");
            Problems::from(Problem::error("catalogue", &file, vigie_model::Text::same(fault.to_string())))
        })?;
        let frameworks = Frameworks::shipped()?;
        let care = CareProgramme::shipped()?;
        let rules = RuleSet::load_layers([vigie_rules::shipped_rules(), more], &catalogue, &frameworks)?;
        Ok(Self { catalogue, frameworks, rules, care })
    }

    /// The rules.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The frameworks that rules cite.
    pub fn frameworks(&self) -> &Frameworks {
        &self.frameworks
    }

    /// The facts that rules may read.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Judges the observations of a run, unless it is void: then nothing in it counts, and no letter can be
    /// mistaken for one.
    pub fn judge_run(
        &self,
        completeness: &Completeness,
        observations: &[Observation],
        waivers: &[Waiver],
        as_of: Timestamp,
    ) -> Judged {
        match completeness {
            Completeness::Complete | Completeness::Incomplete { .. } => self.judge(observations, waivers, as_of),
            Completeness::Void { .. } => self.judge(&[], &[], as_of),
        }
    }

    /// Judges observations on a day, with the risks that the facility accepted.
    pub fn judge(&self, observations: &[Observation], waivers: &[Waiver], as_of: Timestamp) -> Judged {
        let day = day_of(as_of);
        let verdicts = self.rules.judge(observations, as_of);
        let (verdicts, waiver_notes) = vigie_rules::apply_waivers(verdicts, waivers, day);
        let cards = self.rules.cards();
        let worst = self.worst_severities();
        let proofs = dated_proofs(observations);
        let input = GradeInput {
            verdicts: &verdicts,
            cards: &cards,
            worst: &worst,
            care: &self.care,
            proofs: &proofs,
            as_of: day,
        };
        let grades = vigie_rules::grade(&input);
        Judged { verdicts, grades, waiver_notes }
    }

    /// The worst that any check of each rule can say.
    fn worst_severities(&self) -> BTreeMap<RuleId, Severity> {
        let worst =
            |rule: &Rule| rule.checks.iter().filter_map(|check| check.severity).fold(rule.severity, Severity::max);
        self.rules.list().map(|rule| (rule.id.clone(), worst(rule))).collect()
    }

    /// Judges a stored run again with this judge's rules: same observations, no packet sent.
    ///
    /// Accepted risks stay accepted where the facts they were accepted on still hold.
    pub fn judge_again(&self, run: Run, as_of: Timestamp) -> Run {
        let waivers = waivers_of(&run);
        let judged = self.judge_run(&run.completeness, &run.observations, &waivers, as_of);
        Run {
            format: RUN_FORMAT.to_owned(),
            ruleset_hash: self.rules.hash().to_owned(),
            verdicts: judged.verdicts,
            rules: self.rules.cards(),
            grades: judged.grades,
            ..run
        }
    }
}

/// The dated proofs of the CaRE programme that the plan holds.
fn dated_proofs(observations: &[Observation]) -> Vec<DatedProof> {
    let proofs = vigie_plan::care_proofs(observations).into_iter();
    proofs.map(|held| DatedProof { objective: held.objective, proof: held.proof, on: held.on }).collect()
}

/// The waivers that a stored run applied, as the facility file held them.
fn waivers_of(run: &Run) -> Vec<Waiver> {
    let waived = run.verdicts.iter().filter_map(|verdict| match &verdict.outcome {
        vigie_model::VerdictOutcome::Waived { waiver, .. } => Some((verdict, waiver)),
        _ => None,
    });
    waived
        .map(|(verdict, waiver)| Waiver {
            rule: verdict.rule.clone(),
            subject: verdict.subject.clone(),
            fingerprint: verdict.fingerprint.clone(),
            reason: waiver.reason.clone(),
            author: waiver.author.clone(),
            until: waiver.until,
        })
        .collect()
}

/// The calendar day of an instant, in UTC as every date of a run.
pub(crate) fn day_of(instant: Timestamp) -> Date {
    instant.to_zoned(TimeZone::UTC).date()
}
