//! Who answers for each part of the plan: the person to go to with a finding.

use vigie_model::PlanItem;

use crate::{Id, Plan, Stated};

/// The function, the team or the supplier that answers for one part of the plan, as far as the plan says: the
/// role written beside it, the team that rebuilds it, failing that whoever keeps the plan.
pub fn owner(plan: &Plan, item: &PlanItem) -> Option<String> {
    let id: Id = item.id.parse().ok()?;
    let own = match item.entity.as_str() {
        "activity" => of_activity(plan, &id),
        "system" => of_system(plan, &id),
        "backup_job" => of_backup(plan, &id),
        "restore_test" => plan.restore_tests.get(&id).and_then(|test| of_covered(plan, &test.covers)),
        "procedure" => of_procedure(plan, &id),
        "action" => plan.actions.get(&id).and_then(|action| role(plan, &action.owner)),
        "notification" => plan.notifications.get(&id).and_then(|notice| role(plan, &notice.owner)),
        _ => None,
    };
    own.or_else(|| role(plan, &plan.header.value.owner))
}

fn role(plan: &Plan, owner: &Stated<Id>) -> Option<String> {
    plan.roles.get(owner.known()?).map(|role| role.name.clone())
}

fn of_activity(plan: &Plan, id: &Id) -> Option<String> {
    let activity = plan.activities.get(id)?;
    role(plan, &activity.owner).or_else(|| role(plan, &activity.deputy))
}

fn of_system(plan: &Plan, id: &Id) -> Option<String> {
    let system = plan.systems.get(id)?;
    let team = system.team.known().and_then(|team| plan.teams.get(team)).map(|team| team.name.clone());
    team.or_else(|| plan.providers.get(system.provider.known()?).map(|provider| provider.service.clone()))
}

fn of_backup(plan: &Plan, id: &Id) -> Option<String> {
    let job = plan.backup_jobs.get(id)?;
    job.supervised_by.known().cloned().or_else(|| of_covered(plan, &job.covers))
}

fn of_covered(plan: &Plan, covers: &[Id]) -> Option<String> {
    covers.iter().find_map(|covered| of_system(plan, plan.covered_system(covered)))
}

fn of_procedure(plan: &Plan, id: &Id) -> Option<String> {
    let procedure = plan.procedures.get(id)?;
    role(plan, &procedure.owner).or_else(|| of_activity(plan, &procedure.activity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::plan;

    fn of(plan: &Plan, entity: &str, id: &str) -> Option<String> {
        super::owner(plan, &PlanItem { entity: entity.to_owned(), id: id.to_owned() })
    }

    #[test]
    fn whoever_is_written_nearest_answers() {
        let plan = plan(
            "roles: [{id: cadre, name: Cadre des urgences}]
teams: [{id: equipe, name: Équipe système}]
providers: [{id: editeur, service: Maintenance du DPI}]
activities: [{id: urgences, name: U, owner: cadre}]
procedures: [{id: papier, title: P, activity: urgences}]
systems: [{id: dpi, name: D, team: equipe, provider: editeur}, {id: sil, name: S, provider: editeur}, {id: pacs, name: P}]
backup_jobs: [{id: copie, covers: [dpi]}]",
        );
        assert_eq!(of(&plan, "activity", "urgences").as_deref(), Some("Cadre des urgences"));
        assert_eq!(of(&plan, "procedure", "papier").as_deref(), Some("Cadre des urgences"));
        assert_eq!(of(&plan, "system", "dpi").as_deref(), Some("Équipe système"));
        assert_eq!(of(&plan, "backup_job", "copie").as_deref(), Some("Équipe système"));
        assert_eq!(of(&plan, "system", "sil").as_deref(), Some("Maintenance du DPI"));
        assert_eq!(of(&plan, "system", "pacs"), None, "nobody is written, and nobody is made up");
    }
}
