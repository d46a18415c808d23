use vigie::Judge;
use vigie::model::{Lang, RuleId, Text};
use vigie::rules::facts_docs;

use crate::args::RulesCommand;
use crate::console::{Console, UserError};
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(command: &RulesCommand, console: Console) -> anyhow::Result<Exit> {
    match command {
        RulesCommand::List(args) => console.result(&list(&output::judge(&args.rules)?, console))?,
        RulesCommand::Docs(args) => console.result(&output::judge(&args.rules)?.rules().docs(console.lang))?,
        RulesCommand::Facts => console.result(&facts_docs(&vigie::catalogue()?, console.lang))?,
        RulesCommand::Explain { rule, rules } => {
            let judge = output::judge(&rules.rules)?;
            let explained = judge.rules().explain(&RuleId(rule.clone()), console.lang);
            let explained = explained.ok_or_else(|| unknown_rule(rule))?;
            console.result(&explained.to_string())?;
        }
        RulesCommand::Check(args) => {
            let count = output::judge(&args.rules)?.rules().len();
            console.result(&match console.lang {
                Lang::Fr => format!("{count} règles lues, aucun problème.\n"),
                Lang::En => format!("{count} rules read, no problem.\n"),
            })?;
        }
        RulesCommand::Test(args) => return test(&args.rules, console),
    }
    Ok(Exit::Done)
}

/// One line a rule: its id, how bad it is, what it names.
fn list(judge: &Judge, console: Console) -> String {
    let longest = judge.rules().list().map(|rule| rule.id.0.len()).max().unwrap_or_default();
    let lines = judge.rules().list().map(|rule| {
        let (severity, title) = (rule.severity.text(), rule.title.get(console.lang));
        format!("{:longest$}  {:<11}  {title}\n", rule.id.0, severity.get(console.lang))
    });
    lines.collect()
}

fn test(folders: &[std::path::PathBuf], console: Console) -> anyhow::Result<Exit> {
    let judge = output::judge(folders)?;
    let failures = judge.rules().check_cases();
    for failure in &failures {
        let (rule, case, file) = (&failure.rule, &failure.case, &failure.file);
        let (expected, got) = (failure.expected.get(console.lang), failure.got.get(console.lang));
        console.result(&match console.lang {
            Lang::Fr => format!("{file} : {rule}, cas « {case} » : attendu {expected}, obtenu {got}\n"),
            Lang::En => format!("{file}: {rule}, case {case:?}: expected {expected}, got {got}\n"),
        })?;
    }
    let cases: usize = judge.rules().list().map(|rule| rule.cases.len()).sum();
    let failed = failures.len();
    console.result(&match console.lang {
        Lang::Fr => format!("{cases} cas joués, {failed} en échec.\n"),
        Lang::En => format!("{cases} cases run, {failed} failed.\n"),
    })?;
    Ok(if failures.is_empty() { Exit::Done } else { Exit::FailOn })
}

fn unknown_rule(rule: &str) -> UserError {
    UserError(Text::new(
        format!("aucune règle ne s’appelle « {rule} » ; « vigie rules list » les énumère"),
        format!("no rule is called {rule:?}; `vigie rules list` lists them"),
    ))
}
