use vigie_model::{Department, DomainName, Finess, FinessError, Siret, SiretError, Subject, Text};
use vigie_source::{FormatProblem, Formats};

use super::entry::{Exclusion, Resolver, ScopeHost, ScopeRange, name_problem};

/// The checks behind the text formats of the facility file.
pub fn formats() -> Formats {
    Formats::standard()
        .with("finess", check_finess)
        .with("siret", check_siret)
        .with("department", check_department)
        .with("domain-name", check_domain_name)
        .with("subject", check_subject)
        .with("scope-host", |text| text.parse::<ScopeHost>().map(drop))
        .with("ip-range", |text| text.parse::<ScopeRange>().map(drop))
        .with("exclusion", |text| text.parse::<Exclusion>().map(drop))
        .with("resolver", |text| text.parse::<Resolver>().map(drop))
}

fn check_finess(text: &str) -> Result<(), FormatProblem> {
    text.parse::<Finess>().map(drop).map_err(|error| {
        let fr = match &error {
            FinessError::Length(length) => format!("un numéro FINESS a 9 caractères, celui-ci en a {length}"),
            FinessError::Character(bad) => format!("le caractère « {bad} » n’est pas permis dans un numéro FINESS"),
            FinessError::Department(code) => format!("« {code} » n’est pas un département"),
            _ => error.to_string(),
        };
        FormatProblem::new(Text::new(fr, error.to_string())).with_hint(Text::new(
            "neuf chiffres, le département d’abord ; 2A et 2B pour la Corse",
            "nine digits, the département first; 2A and 2B for Corsica",
        ))
    })
}

fn check_siret(text: &str) -> Result<(), FormatProblem> {
    text.parse::<Siret>().map(drop).map_err(|error| {
        let fr = match &error {
            SiretError::Length(length) => format!("un numéro SIRET a 14 chiffres, celui-ci a {length} caractères"),
            SiretError::Character(bad) => format!("« {bad} » n’est pas un chiffre"),
            SiretError::Key => {
                "la clé de contrôle ne correspond pas : un chiffre a sans doute été mal saisi".to_owned()
            }
            _ => error.to_string(),
        };
        FormatProblem::new(Text::new(fr, error.to_string()))
    })
}

fn check_department(text: &str) -> Result<(), FormatProblem> {
    text.parse::<Department>().map(drop).map_err(|error| {
        FormatProblem::new(Text::new(format!("« {text} » n’est pas un département français"), error.to_string()))
            .with_hint(Text::new("01 à 95, 2A, 2B, 971 à 978, 986 à 988", "01 to 95, 2A, 2B, 971 to 978, 986 to 988"))
    })
}

fn check_domain_name(text: &str) -> Result<(), FormatProblem> {
    text.parse::<DomainName>().map(drop).map_err(|error| {
        FormatProblem::new(name_problem(text, &error)).with_hint(Text::new(
            "exemple : ch-demo.example, sans https:// ni chemin",
            "example: ch-demo.example, without https:// or a path",
        ))
    })
}

fn check_subject(text: &str) -> Result<(), FormatProblem> {
    text.parse::<Subject>().map(drop).map_err(|_| {
        FormatProblem::new(Text::new(
            format!("« {text} » ne désigne rien qu’un rapport puisse citer"),
            format!("{text:?} names nothing that a report can cite"),
        ))
        .with_hint(Text::new(
            "recopiez-le du rapport : facility, domain:…, endpoint:tcp/nom:port@adresse ou plan:…/…",
            "copy it from the report: facility, domain:…, endpoint:tcp/name:port@address or plan:…/…",
        ))
    })
}
