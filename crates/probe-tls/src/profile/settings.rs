//! Settings that comply with a guideline, in the words of each server.

use super::{Group, Profile};

/// A server whose settings we can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerKind {
    /// nginx, 1.19.4 or later.
    Nginx,
    /// Apache 2.4.
    Apache,
    /// `HAProxy` 2.2 or later.
    Haproxy,
    /// Postfix 3.4 or later.
    Postfix,
    /// Dovecot 2.3.
    Dovecot,
}

impl Profile {
    /// The lines to put into a server's configuration, beside its certificate. They name only what OpenSSL 1.1.1 and
    /// later know, so that the server starts.
    pub fn settings(&self, server: ServerKind) -> String {
        let lines = match server {
            ServerKind::Nginx => self.nginx(),
            ServerKind::Apache => self.apache(),
            ServerKind::Haproxy => self.haproxy(),
            ServerKind::Postfix => self.postfix(),
            ServerKind::Dovecot => self.dovecot(),
        };
        lines.into_iter().map(|line| line + "\n").collect()
    }

    fn nginx(&self) -> Vec<String> {
        let protocols = if self.tls12 { "TLSv1.2 TLSv1.3" } else { "TLSv1.3" };
        let mut lines = vec![format!("ssl_protocols {protocols};")];
        if self.tls12 {
            lines.push(format!("ssl_ciphers {};", self.suites12()));
        }
        lines.push(format!("ssl_conf_command Ciphersuites {};", self.suites13()));
        lines.push(format!("ssl_ecdh_curve {};", self.curves()));
        lines.push(format!("ssl_prefer_server_ciphers {};", if self.order_of_server { "on" } else { "off" }));
        lines.extend(["ssl_session_timeout 1h;", "ssl_session_tickets off;", "ssl_early_data off;"].map(str::to_owned));
        lines
    }

    fn apache(&self) -> Vec<String> {
        let protocols = if self.tls12 { "-all +TLSv1.2 +TLSv1.3" } else { "-all +TLSv1.3" };
        let mut lines = vec![format!("SSLProtocol {protocols}")];
        if self.tls12 {
            lines.push(format!("SSLCipherSuite {}", self.suites12()));
        }
        lines.push(format!("SSLCipherSuite TLSv1.3 {}", self.suites13()));
        lines.push(format!("SSLOpenSSLConfCmd Groups {}", self.curves()));
        lines.push(format!("SSLHonorCipherOrder {}", if self.order_of_server { "on" } else { "off" }));
        lines
            .extend(["SSLCompression off", "SSLSessionTickets off", "SSLInsecureRenegotiation off"].map(str::to_owned));
        lines
    }

    fn haproxy(&self) -> Vec<String> {
        let oldest = if self.tls12 { "TLSv1.2" } else { "TLSv1.3" };
        let order = if self.order_of_server { "" } else { " prefer-client-ciphers" };
        let mut lines = vec!["global".to_owned()];
        if self.tls12 {
            lines.push(format!("    ssl-default-bind-ciphers {}", self.suites12()));
        }
        lines.push(format!("    ssl-default-bind-ciphersuites {}", self.suites13()));
        lines.push(format!("    ssl-default-bind-options ssl-min-ver {oldest} no-tls-tickets{order}"));
        lines.push(String::new());
        lines.push(format!("# bind … ssl crt … curves {}", self.curves()));
        lines
    }

    fn postfix(&self) -> Vec<String> {
        let versions = if self.tls12 { ">=TLSv1.2" } else { ">=TLSv1.3" };
        let mut lines = vec![
            "smtpd_tls_security_level = may".to_owned(),
            format!("smtpd_tls_protocols = {versions}"),
            format!("smtpd_tls_mandatory_protocols = {versions}"),
        ];
        if self.tls12 {
            lines.push("smtpd_tls_ciphers = high".to_owned());
            lines.push("smtpd_tls_mandatory_ciphers = high".to_owned());
            lines.push(format!("tls_high_cipherlist = {}", self.suites12()));
        }
        let order = if self.order_of_server { "yes" } else { "no" };
        lines.push(format!("tls_preempt_cipherlist = {order}"));
        lines.push(format!("tls_eecdh_auto_curves = {}", self.curves().replace(':', " ")));
        lines.push("tls_ssl_options = NO_RENEGOTIATION".to_owned());
        lines
    }

    fn dovecot(&self) -> Vec<String> {
        let oldest = if self.tls12 { "TLSv1.2" } else { "TLSv1.3" };
        let mut lines = vec!["ssl = required".to_owned(), format!("ssl_min_protocol = {oldest}")];
        if self.tls12 {
            lines.push(format!("ssl_cipher_list = {}", self.suites12()));
        }
        lines.push(format!("ssl_cipher_suites = {}", self.suites13()));
        lines.push(format!("ssl_curve_list = {}", self.curves()));
        lines.push(format!("ssl_prefer_server_ciphers = {}", if self.order_of_server { "yes" } else { "no" }));
        lines
    }

    fn suites12(&self) -> String {
        let names: Vec<&str> = self.suites12.iter().map(|suite| suite.openssl).collect();
        names.join(":")
    }

    fn suites13(&self) -> String {
        self.suites13.join(":")
    }

    fn curves(&self) -> String {
        let names: Vec<&str> = self.groups.iter().filter_map(|group: &Group| group.openssl).collect();
        names.join(":")
    }
}
