use std::collections::BTreeMap;
use std::path::{Component, Path};

use vigie_model::{CheckDigit, Finess, Host, Text, Transport};
use vigie_source::{Level, Located, Problem, Problems, Step, path};

use super::FacilityFile;

/// Most addresses that a survey of ranges may cover: beyond, a run would take days.
const MOST_SURVEYED_ADDRESSES: u128 = 4096;

/// What the shape of the file cannot tell: doubtful numbers, a scope with nothing in it, paths that leave the folder.
pub(super) fn check(file: &Located<FacilityFile>) -> Problems {
    let mut problems = Problems::new();
    check_digits(file, &mut problems);
    check_authorization(file, &mut problems);
    check_scope(file, &mut problems);
    check_paths(file, &mut problems);
    problems
}

fn check_digits(file: &Located<FacilityFile>, problems: &mut Problems) {
    let facility = &file.value.facility;
    let numbers: [(&str, Option<&Finess>); 2] = [
        ("finess_ej", facility.finess_ej.as_ref().map(|id| &id.0)),
        ("finess_eg", facility.finess_eg.as_ref().map(|id| &id.0)),
    ];
    for (key, number) in numbers {
        if let Some(CheckDigit::Wrong { expected }) = number.map(Finess::check_digit) {
            let message = Text::new(
                format!("la clé de ce numéro FINESS devrait être {expected} : un chiffre est peut-être mal saisi"),
                format!("the check digit of this FINESS number should be {expected}: a digit may be mistyped"),
            );
            problems.push(file.problem_at(&path!["facility", key], Level::Warning, "finess-check-digit", message));
        }
    }
}

fn check_authorization(file: &Located<FacilityFile>, problems: &mut Problems) {
    let Some(authorization) = &file.value.authorization else { return };
    if authorization.until < authorization.date {
        let message = Text::new(
            "cette autorisation prend fin avant d’avoir commencé",
            "this authorisation ends before it begins",
        );
        let hint =
            Text::new("date: est le premier jour, until: le dernier", "date: is the first day, until: the last one");
        problems.push(
            file.problem_at(&path!["authorization", "until"], Level::Error, "authorization-dates", message)
                .with_hint(hint),
        );
    }
}

fn check_scope(file: &Located<FacilityFile>, problems: &mut Problems) {
    let scope = &file.value.scope;
    if scope.domains.is_empty() && scope.hosts.is_empty() && scope.ranges.is_empty() && file.value.plan.is_none() {
        let message = Text::new(
            "il n’y a rien à regarder : ni domaine, ni machine, ni plage, ni plan",
            "there is nothing to look at: no domain, host, range or plan",
        );
        let hint = Text::new(
            "remplir scope: domains, hosts ou ranges, ou plan:",
            "fill scope: domains, hosts or ranges, or plan:",
        );
        problems.push(file.problem_at(&path!["scope"], Level::Error, "empty-scope", message).with_hint(hint));
    }
    if scope.survey {
        let addresses: u128 = scope.ranges.iter().map(|range| addresses_in(range.0)).fold(0, u128::saturating_add);
        if addresses > MOST_SURVEYED_ADDRESSES {
            let message = Text::new(
                format!("survey demande d’essayer {addresses} adresses, la limite est {MOST_SURVEYED_ADDRESSES}"),
                format!("survey asks for {addresses} addresses, the limit is {MOST_SURVEYED_ADDRESSES}"),
            );
            let hint = Text::new(
                "réduire ranges aux adresses vraiment attribuées, ou retirer survey: true",
                "reduce ranges to the addresses really in use, or remove survey: true",
            );
            problems.push(
                file.problem_at(&path!["scope", "survey"], Level::Error, "survey-too-wide", message).with_hint(hint),
            );
        }
    }
    check_canary(file, problems);
    check_hosts(file, problems);
    repeated(file, "domains", scope.domains.iter().map(ToString::to_string), problems);
    repeated(file, "hosts", scope.hosts.iter().map(ToString::to_string), problems);
}

/// Over UDP, a machine that answers nothing may well be there: it cannot vouch for our own link.
fn check_canary(file: &Located<FacilityFile>, problems: &mut Problems) {
    if file.value.scope.canary.as_ref().is_some_and(|canary| canary.transport() == Transport::Udp) {
        let message = Text::new("la machine témoin doit répondre en TCP", "the canary must answer over TCP");
        let hint = Text::new(
            "donner un port TCP, par exemple www.ch-demo.example:443",
            "give a TCP port, www.ch-demo.example:443 for instance",
        );
        problems
            .push(file.problem_at(&path!["scope", "canary"], Level::Error, "canary-over-udp", message).with_hint(hint));
    }
}

/// A named host with no range at all can only be looked at as a visitor would: worth saying before the scan.
fn check_hosts(file: &Located<FacilityFile>, problems: &mut Problems) {
    let scope = &file.value.scope;
    let named = scope.hosts.iter().position(|host| matches!(host.host, Host::Name(_)));
    if let (Some(index), true) = (named, scope.ranges.is_empty()) {
        let message = Text::new(
            "aucune plage d’adresses n’est autorisée : cette machine ne sera regardée que comme le ferait un visiteur",
            "no range of addresses is authorised: this host will only be looked at as a visitor would",
        );
        let hint = Text::new(
            "ajouter ses adresses à scope: ranges pour une analyse complète",
            "add its addresses to scope: ranges for a full analysis",
        );
        problems.push(
            file.problem_at(&path!["scope", "hosts", index], Level::Warning, "no-range", message).with_hint(hint),
        );
    }
    for (index, host) in scope.hosts.iter().enumerate() {
        if host.port.is_none()
            && host.protocol.is_none()
            && matches!(host.host, Host::Name(_))
            && scope.ranges.is_empty()
        {
            let message = Text::new(
                "sans port, cette machine demande une plage d’adresses autorisée",
                "without a port, this host needs an authorised range of addresses",
            );
            let hint = Text::new("ajouter un port, par exemple :443", "add a port, :443 for instance");
            problems.push(
                file.problem_at(&path!["scope", "hosts", index], Level::Error, "host-without-port", message)
                    .with_hint(hint),
            );
        }
    }
}

fn repeated(file: &Located<FacilityFile>, key: &str, values: impl Iterator<Item = String>, problems: &mut Problems) {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for (index, value) in values.enumerate() {
        let earlier = *first.entry(value.clone()).or_insert(index);
        if earlier != index {
            let message =
                Text::new(format!("« {value} » est déjà dans la liste"), format!("{value:?} is already in the list"));
            problems.push(file.problem_at(&path!["scope", key, index], Level::Warning, "repeated", message));
        }
    }
}

/// Files named by the facility file stay inside its folder: a shared facility file must not read the reader's disk.
fn check_paths(file: &Located<FacilityFile>, problems: &mut Problems) {
    let scope = &file.value.scope;
    let mut named: Vec<(Vec<Step>, &str)> = Vec::new();
    if let Some(plan) = &file.value.plan {
        named.push((path!["plan"].to_vec(), plan));
    }
    if let Some(anchors) = &scope.trust_anchors {
        named.push((path!["scope", "trust_anchors"].to_vec(), anchors));
    }
    if let Some(logs) = &scope.transparency_logs {
        named.push((path!["scope", "transparency_logs"].to_vec(), logs));
    }
    for (field, files) in [("trust", &scope.trust), ("weak_keys", &scope.weak_keys)] {
        let places = files.iter().enumerate();
        named.extend(places.map(|(index, file)| (path!["scope", field, index].to_vec(), file.as_str())));
    }
    for (place, name) in named {
        let inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if name.is_empty() || !inside {
            let message =
                Text::new("ce chemin sort du dossier de l’établissement", "this path leaves the facility’s folder");
            let hint = Text::new(
                "donner un chemin relatif, sans « .. », vers un fichier du même dossier",
                "give a relative path, without \"..\", to a file in the same folder",
            );
            problems.push(with_place(file, &place, message).with_hint(hint));
        }
    }
}

fn with_place(file: &Located<FacilityFile>, place: &[Step], message: Text) -> Problem {
    file.problem_at(place, Level::Error, "path-outside", message)
}

fn addresses_in(net: ipnet::IpNet) -> u128 {
    let host_bits = net.max_prefix_len().saturating_sub(net.prefix_len());
    1_u128.checked_shl(host_bits.into()).unwrap_or(u128::MAX)
}
