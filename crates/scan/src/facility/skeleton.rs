/// A commented facility file to begin with, for `vigie init`. It holds no authorisation: vigie sends
/// nothing until somebody who may has filled it in.
pub fn skeleton(name: &str, schema: &str) -> String {
    let name = name.replace(['\'', '\n', '\r'], " ");
    format!(
        "# yaml-language-server: $schema={schema}
#
# Le périmètre de l’établissement : qui est regardé, qui l’a autorisé, jusqu’où.
# (The facility’s scope: who is looked at, who allowed it, how far.)
# Chaque ligne commentée est un exemple à adapter ; vigie signale ce qui manque.

facility:
  name: '{name}'
  kind: ES                     # ES (établissement de santé), ESMS (médico-social) ou GHT (groupement)
  # finess_ej: '210000014'     # numéro FINESS de l’entité juridique
  # finess_eg: '210000022'     # numéro FINESS du site
  # department: '21'
  # ght: GHT de Démonstration

# Sans autorisation valable, « vigie scan » n’envoie rien.
# (Without a valid authorisation, \"vigie scan\" sends nothing.)
# authorization:
#   by: Direction générale                # qui autorise
#   role: directrice générale
#   date: 2026-11-01                      # premier jour
#   until: 2027-10-31                     # dernier jour (deux ans au plus)
#   reference: GED/SSI/2026-041           # où trouver le document signé

scope:
  domains: []
  #   - ch-demo.example
  hosts: []
  #   - www.ch-demo.example:443           # nom:port
  #   - mx1.ch-demo.example:25/smtp       # nom:port/protocole
  #   - vpn.ch-demo.example:443/dtls      # passerelle VPN, en UDP
  ranges: []                              # les adresses de l’établissement
  #   - 192.0.2.0/28
  exclude: []                             # jamais touchés : dispositifs médicaux, serveurs d’autrui
  #   - pacs.ch-demo.example
  # survey: true                          # essayer aussi les ports usuels de ces adresses
  # resolver: 192.0.2.53                  # serveur de noms à interroger
  # trust: [autorite-interne.pem]         # autorité de certification de l’établissement
  # system_roots: true                    # et celles auxquelles cette machine fait confiance
  # transparency_logs: log_list.json      # registres de certificats, liste des navigateurs
  # weak_keys: [blacklist.RSA-2048]       # clés publiées en 2008 (openssl-blacklist)
  # jarm: true                            # empreinte JARM des services TLS, dix connexions de plus chacun

plan: plan

declared: {{}}
#   dkim_selectors: {{ch-demo.example: [mail2026]}}

waivers: []                               # risques acceptés ; vigie donne l’empreinte à recopier
"
    )
}

#[cfg(test)]
mod tests {
    use vigie_source::SourceFile;

    use crate::FacilityFile;

    #[test]
    fn the_skeleton_reads_without_a_word() {
        let text = super::skeleton("CH de l'Exemple", "schemas/facility.json");
        let (file, problems) = FacilityFile::read(&SourceFile::new("facility.yaml", &text)).unwrap();
        assert!(problems.is_empty(), "{problems}");
        assert_eq!(file.facility.name, "CH de l Exemple");
        assert!(file.authorization.is_none());
    }
}
