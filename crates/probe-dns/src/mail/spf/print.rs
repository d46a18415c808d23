use std::fmt;

use super::{Cidr, Directive, DomainSpec, Macro, MacroPart, Mechanism, Modifier, Qualifier, SpfRecord, SpfTerm};

impl fmt::Display for Qualifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "",
            Self::Fail => "-",
            Self::Softfail => "~",
            Self::Neutral => "?",
        })
    }
}

impl fmt::Display for SpfRecord {
    /// The record in its shortest spelling; problems are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v=spf1")?;
        self.terms.iter().try_for_each(|term| match term {
            SpfTerm::Directive(Directive { qualifier, mechanism }) => write!(f, " {qualifier}{mechanism}"),
            SpfTerm::Modifier(modifier) => write!(f, " {modifier}"),
        })
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |f: &mut fmt::Formatter<'_>, name, target: &Option<DomainSpec>| match target {
            Some(target) => write!(f, "{name}:{target}"),
            None => f.write_str(name),
        };
        match self {
            Self::All => f.write_str("all"),
            Self::Include(domain) => write!(f, "include:{domain}"),
            Self::Exists(domain) => write!(f, "exists:{domain}"),
            Self::Ptr(target) => named(f, "ptr", target),
            Self::A(target, cidr) => named(f, "a", target).and_then(|()| cidr.fmt(f)),
            Self::Mx(target, cidr) => named(f, "mx", target).and_then(|()| cidr.fmt(f)),
            Self::Ip4(address, 32) => write!(f, "ip4:{address}"),
            Self::Ip4(address, prefix) => write!(f, "ip4:{address}/{prefix}"),
            Self::Ip6(address, 128) => write!(f, "ip6:{address}"),
            Self::Ip6(address, prefix) => write!(f, "ip6:{address}/{prefix}"),
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.v4 != 32 {
            write!(f, "/{}", self.v4)?;
        }
        if self.v6 != 128 {
            write!(f, "//{}", self.v6)?;
        }
        Ok(())
    }
}

impl fmt::Display for Modifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redirect(domain) => write!(f, "redirect={domain}"),
            Self::Explanation(domain) => write!(f, "exp={domain}"),
            Self::Unknown { name, value } => {
                write!(f, "{name}=")?;
                value.iter().try_for_each(|part| part.fmt(f))
            }
        }
    }
}

impl fmt::Display for DomainSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| part.fmt(f))
    }
}

impl fmt::Display for MacroPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => f.write_str(text),
            Self::Percent => f.write_str("%%"),
            Self::Space => f.write_str("%_"),
            Self::EncodedSpace => f.write_str("%-"),
            Self::Macro(Macro { letter, encode, keep, reverse, delimiters }) => {
                let letter = if *encode { letter.to_ascii_uppercase() } else { *letter };
                let keep = keep.map(|keep| keep.to_string()).unwrap_or_default();
                write!(f, "%{{{letter}{keep}{}{delimiters}}}", if *reverse { "r" } else { "" })
            }
        }
    }
}
