use std::fs;
use std::net::{IpAddr, SocketAddr};

/// This machine's own name server, the first that `/etc/resolv.conf` names (resolv.conf(5)).
///
/// `None` where there is no such file, as on Windows: the facility file then names one.
pub(crate) fn of_this_machine() -> Option<SocketAddr> {
    let text = fs::read_to_string("/etc/resolv.conf").ok()?;
    first_name_server(&text)
}

fn first_name_server(resolv_conf: &str) -> Option<SocketAddr> {
    resolv_conf.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let address = (words.next() == Some("nameserver")).then(|| words.next()).flatten()?;
        address.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, 53))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_server_counts() {
        let text = "# made by hand\nsearch ch-demo.example\nnameserver fe80::1%eth0\nnameserver 192.0.2.53\n";
        assert_eq!(first_name_server(text), Some("192.0.2.53:53".parse().unwrap()));
        assert_eq!(first_name_server("options edns0\n"), None);
    }
}
