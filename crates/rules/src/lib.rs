//! Rules: load, check, judge, explain.
//!
//! A rule is one YAML file ([`Rule`]) that carries its checks, its texts in both languages and its
//! own cases. [`RuleSet::load`] reads the files, types every expression against the fact catalogue
//! and reports all that is wrong at once; [`RuleSet::judge`] turns observations into verdicts.
//! Nothing here does I/O, reads a clock or knows a probe: same input, same bytes.

mod care;
mod cases;
mod confirmation;
mod docs;
mod evidence;
mod explain;
mod expression;
mod facts;
mod frameworks;
mod grade;
mod judge;
mod load;
mod message;
mod rule;
mod set;
mod shipped;
mod spelling;
mod waiver;
mod wording;

pub use care::{CARE_FORMAT, CareProgramme, CombinedActivity, DatedProof, Objective, Proof, Validity};
pub use cases::CaseFailure;
pub use confirmation::Confirmation;
pub use docs::facts_docs;
pub use explain::{ExplainedCheck, ExplainedFact, ExplainedKey, Explanation};
pub use expression::{Expression, ExpressionProblem, MAX_STEPS, parse_duration, parse_expression};
pub use frameworks::{Citation, Entity, FRAMEWORKS_FORMAT, Framework, Frameworks, Item, KeyInfo, MAX_RANGE};
pub use grade::{FORMULA, GradeInput, MIN_COVERAGE, formula_text, grade};
pub use load::{MAX_TITLE_CHARS, Override};
pub use rule::{
    Case, Check, Expect, ExpectFail, ExpectUnknown, ExpectWord, MAX_CASES, MAX_CHECKS, MAX_EXPRESSION_BYTES,
    MAX_TEXT_CHARS, Rule, Status, read_rule, rule_schema,
};
pub use set::RuleSet;
pub use shipped::shipped_rules;
pub use waiver::{Idle, WaiverNote, apply as apply_waivers};
