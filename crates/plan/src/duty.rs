//! Who is usually to be told of an attack, and how fast. Counted from the moment the incident is known.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_model::Text;

use crate::entities::Authority;

/// A duty to tell somebody outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Duty {
    /// Who is told.
    pub to: Authority,
    /// What calls for it.
    pub when: Text,
    /// The time that is left; 0 is without delay, nothing is by contract.
    pub within_h: Option<f64>,
    /// Where it is written.
    pub source: Text,
    /// Whether the text itself was read; else it is still to be confirmed.
    pub confirmed: bool,
}

/// Every duty that vigie knows of, the soonest first.
pub(crate) fn duties() -> Vec<Duty> {
    let duty = |to, fr: &str, en: &str, within_h, source: Text, confirmed| Duty {
        to,
        when: Text::new(fr, en),
        within_h,
        source,
        confirmed,
    };
    vec![
        duty(
            Authority::ArsCertSante,
            "incident grave ou significatif : soins, données ou fonctionnement touchés",
            "serious or significant incident: care, data or operation touched",
            Some(0.0),
            Text::new(
                "code de la santé publique, L. 1111-8-2 et D. 1111-16-2",
                "public health code, L. 1111-8-2 and D. 1111-16-2",
            ),
            true,
        ),
        duty(
            Authority::Anssi,
            "incident important, si l’établissement est une entité régulée (NIS 2)",
            "major incident, if the facility is a regulated entity (NIS 2)",
            Some(24.0),
            Text::new("directive (UE) 2022/2555, article 23", "directive (EU) 2022/2555, article 23"),
            false,
        ),
        duty(
            Authority::Cnil,
            "des données personnelles sont touchées",
            "personal data are touched",
            Some(72.0),
            Text::new("RGPD, article 33", "GDPR, article 33"),
            true,
        ),
        duty(
            Authority::Complaint,
            "plainte, pour que l’assurance puisse payer",
            "complaint, for the insurer to be able to pay",
            Some(72.0),
            Text::new("code des assurances, L. 12-10-1", "insurance code, L. 12-10-1"),
            true,
        ),
    ]
}

/// The duty to tell one authority; nothing when it comes from a contract.
pub(crate) fn duty_to(to: Authority) -> Option<Duty> {
    duties().into_iter().find(|duty| duty.to == to)
}
