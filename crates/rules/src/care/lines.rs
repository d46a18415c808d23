use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use vigie_model::{CareLine, CareState, RuleCard, RuleId, Text, Verdict, VerdictOutcome};

use super::{CareProgramme, DatedProof, Objective, Proof};
use crate::wording::{counted, joined};

/// What was found about one objective.
#[derive(Debug, Default)]
struct Findings<'a> {
    pass: usize,
    fail: usize,
    unknown: usize,
    waived: usize,
    open_rules: BTreeSet<RuleId>,
    /// Rules with a pass and nothing else that counts.
    passed_rules: BTreeSet<&'a RuleId>,
    /// Proofs out of date, with the date they bear.
    stale: Vec<(&'a Proof, Date)>,
    /// Proofs in date.
    fresh: usize,
    /// The first last day among the proofs in date.
    valid_until: Option<Date>,
}

impl CareProgramme {
    /// Where each objective stands on a day, in the programme's order.
    ///
    /// The rules that bear on an objective are those whose card cites its key. An objective is met
    /// only when it is confirmed, the rules of `complete_by` all pass, and nothing that bears on it is
    /// unknown, waived or out of date.
    pub fn lines(
        &self,
        verdicts: &[Verdict],
        cards: &BTreeMap<RuleId, RuleCard>,
        proofs: &[DatedProof],
        as_of: Date,
    ) -> Vec<CareLine> {
        let line = |objective: &Objective| {
            let bearing = verdicts
                .iter()
                .filter(|verdict| cards.get(&verdict.rule).is_some_and(|card| card.keys.contains(&objective.key)));
            let findings = Findings::gather(objective, bearing, proofs, as_of);
            let state = self.state(objective, &findings);
            CareLine {
                key: objective.key.clone(),
                title: objective.title.clone(),
                state,
                because: self.because(objective, state, &findings),
                confirmed: self.is_confirmed(objective),
                open_rules: findings.open_rules.into_iter().collect(),
                valid_until: findings.valid_until,
            }
        };
        self.objectives.iter().map(line).collect()
    }

    fn state(&self, objective: &Objective, findings: &Findings<'_>) -> CareState {
        if !findings.open_rules.is_subset(&self.freshness_rules) {
            CareState::Manquant
        } else if findings.fail > 0 || !findings.stale.is_empty() {
            CareState::PreuvePerimee
        } else if findings.pass == 0 && findings.fresh == 0 {
            CareState::NonEvalue
        } else if self.is_confirmed(objective) && objective.is_proven_by(findings) {
            CareState::Atteint
        } else {
            CareState::Trajectoire
        }
    }

    fn because(&self, objective: &Objective, state: CareState, findings: &Findings<'_>) -> Text {
        let mut parts = vec![match state {
            CareState::Manquant => findings.failures_text(),
            CareState::PreuvePerimee => findings.stale_text(),
            CareState::NonEvalue => findings.nothing_text(objective),
            CareState::Atteint | CareState::Trajectoire => findings.passes_text(),
        }];
        parts.extend(findings.doubts_text().filter(|_| state != CareState::NonEvalue));
        if state == CareState::Trajectoire {
            parts.push(self.still_wanted_text(objective));
        }
        joined(&parts, " ")
    }

    fn still_wanted_text(&self, objective: &Objective) -> Text {
        if !self.is_confirmed(objective) {
            return Text::new(
                "Ce que le texte officiel demande reste à confirmer.",
                "What the official text asks for is still to be confirmed.",
            );
        }
        let proofs = counted(objective.proofs.len(), ("preuve", "preuves"), ("proof", "proofs"));
        Text::new(
            format!("vigie ne le prouve pas à elle seule\u{a0}: {} à déposer.", proofs.fr),
            format!("vigie alone does not prove it: {} to file.", proofs.en),
        )
    }
}

impl Objective {
    fn is_proven_by(&self, findings: &Findings<'_>) -> bool {
        !self.declared_only
            && !self.complete_by.is_empty()
            && self.complete_by.iter().all(|rule| findings.passed_rules.contains(rule))
            && findings.unknown == 0
            && findings.waived == 0
    }
}

impl<'a> Findings<'a> {
    fn gather(
        objective: &'a Objective,
        bearing: impl Iterator<Item = &'a Verdict>,
        proofs: &[DatedProof],
        as_of: Date,
    ) -> Self {
        let mut findings = Self::default();
        for verdict in bearing {
            findings.add(verdict);
        }
        for proof in &objective.proofs {
            let dates = proofs.iter().filter(|dated| dated.objective == objective.key && dated.proof == proof.id);
            if let Some(on) = dates.map(|dated| dated.on).max() {
                findings.add_proof(proof, on, as_of);
            }
        }
        findings
    }

    fn add(&mut self, verdict: &'a Verdict) {
        match verdict.outcome {
            VerdictOutcome::Pass => {
                self.pass += 1;
                self.passed_rules.insert(&verdict.rule);
            }
            VerdictOutcome::Fail { .. } => {
                self.fail += 1;
                self.open_rules.insert(verdict.rule.clone());
            }
            VerdictOutcome::Unknown { .. } => self.unknown += 1,
            VerdictOutcome::Waived { .. } => self.waived += 1,
            VerdictOutcome::NotApplicable => {}
        }
    }

    fn add_proof(&mut self, proof: &'a Proof, on: Date, as_of: Date) {
        if proof.valid.is_some_and(|validity| !validity.holds(on, as_of)) {
            self.stale.push((proof, on));
            return;
        }
        self.fresh += 1;
        let last = proof.valid.and_then(|validity| validity.last_day(on));
        self.valid_until = self.valid_until.into_iter().chain(last).min();
    }

    fn failures_text(&self) -> Text {
        let open = counted(self.fail, ("constat ouvert", "constats ouverts"), ("open finding", "open findings"));
        let decided = self.pass + self.fail;
        let of =
            counted(decided, ("vérification décidée", "vérifications décidées"), ("decided check", "decided checks"));
        Text::new(format!("{} sur {}.", open.fr, of.fr), format!("{} out of {}.", open.en, of.en))
    }

    fn stale_text(&self) -> Text {
        let mut parts: Vec<Text> = Vec::new();
        if self.fail > 0 {
            let old = counted(
                self.fail,
                ("vérification trouve une preuve trop ancienne", "vérifications trouvent une preuve trop ancienne"),
                ("check finds a proof out of date", "checks find a proof out of date"),
            );
            parts.push(old.map(|_, words| format!("{words}.")));
        }
        parts.extend(self.stale.iter().map(|(proof, on)| {
            Text::new(
                format!("Trop ancienne, datée du {on}\u{a0}: {}.", proof.text.fr),
                format!("Out of date, dated {on}: {}.", proof.text.en),
            )
        }));
        joined(&parts, " ")
    }

    fn passes_text(&self) -> Text {
        if self.pass == 0 {
            let fresh = counted(
                self.fresh,
                ("preuve en cours de validité", "preuves en cours de validité"),
                ("proof in date", "proofs in date"),
            );
            return fresh.map(|_, words| format!("{words}."));
        }
        let pass = counted(
            self.pass,
            ("vérification réussie, aucun constat ouvert", "vérifications réussies, aucun constat ouvert"),
            ("check passed, no open finding", "checks passed, no open finding"),
        );
        pass.map(|_, words| format!("{words}."))
    }

    fn nothing_text(&self, objective: &Objective) -> Text {
        if self.unknown + self.waived > 0 {
            return self.doubts_text().unwrap_or_else(|| Text::same(""));
        }
        if objective.declared_only {
            return Text::new(
                "vigie ne peut pas le mesurer\u{a0}: il repose sur ce que l’établissement déclare.",
                "vigie cannot measure it: it rests on what the facility declares.",
            );
        }
        Text::new("Aucune vérification de cette analyse ne porte sur lui.", "No check of this run bears on it.")
    }

    /// What keeps the state from being certain.
    fn doubts_text(&self) -> Option<Text> {
        let mut parts = Vec::new();
        if self.unknown > 0 {
            parts.push(counted(
                self.unknown,
                ("vérification indécise", "vérifications indécises"),
                ("undecided check", "undecided checks"),
            ));
        }
        if self.waived > 0 {
            parts.push(counted(
                self.waived,
                ("risque accepté, qui ne prouve rien", "risques acceptés, qui ne prouvent rien"),
                ("accepted risk, which proves nothing", "accepted risks, which prove nothing"),
            ));
        }
        (!parts.is_empty()).then(|| joined(&parts, ", ").map(|_, words| format!("{words}.")))
    }
}

#[cfg(test)]
mod tests;
