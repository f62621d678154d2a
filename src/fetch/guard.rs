//! An address → may it be asked? Only public unicast addresses are, and what `allow_private` lists.
//! Applied to literals before sending, to every DNS answer, and to every hop of a redirect.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::{fmt, io};

use url::{Host, Url};

use crate::config::settings::Network;

/// How names become addresses: by the system in the daemon, as a test says in tests.
#[derive(Clone)]
pub struct Names(Arc<dyn Fn(String) -> Looking + Send + Sync>);

type Looking = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

impl Names {
    pub fn system() -> Self {
        Self(Arc::new(|name: String| {
            Box::pin(async move {
                let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            })
        }))
    }

    pub fn of(look: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(move |name: String| {
            let found = look(&name);
            Box::pin(async move { found })
        }))
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Names")
    }
}

/// Which addresses may be asked.
#[derive(Clone, Debug)]
pub struct Guard {
    names: Names,
    allowed: Arc<[Network]>,
    /// A configured proxy: its own host is trusted whatever its address.
    proxy_host: Option<Arc<str>>,
}

/// Why an address is not asked.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{target} is not a public address ({kind}); `allow_private` in wireroom.toml can list its network")]
pub struct NotPublic {
    pub target: String,
    pub kind: &'static str,
}

impl Guard {
    pub fn new(allowed: &[Network], proxy: Option<&str>, names: Names) -> Self {
        let proxy_host = proxy.and_then(|proxy| Url::parse(proxy).ok()).and_then(|url| url.host_str().map(Arc::from));
        Self { names, allowed: allowed.into(), proxy_host }
    }

    /// Refuses a URL whose host is a literal address that may not be asked. Names pass here and are checked when resolved.
    pub fn check_url(&self, url: &Url) -> Result<(), NotPublic> {
        match url.host() {
            Some(Host::Ipv4(address)) => self.check(IpAddr::V4(address), url.host_str().unwrap_or_default()),
            Some(Host::Ipv6(address)) => self.check(IpAddr::V6(address), url.host_str().unwrap_or_default()),
            Some(Host::Domain(_)) | None => Ok(()),
        }
    }

    pub fn names(&self) -> Names {
        self.names.clone()
    }

    /// The addresses of a name that may be asked.
    pub async fn look_up(&self, host: &str) -> Result<Vec<SocketAddr>, Box<dyn Error + Send + Sync>> {
        let answers = (self.names.0)(host.to_owned()).await.map_err(|error| format!("dns error: {error}"))?;
        let answers = answers.into_iter().map(|address| SocketAddr::new(address, 0)).collect();
        Ok(self.filter(host, answers)?)
    }

    fn check(&self, address: IpAddr, target: &str) -> Result<(), NotPublic> {
        match special(address) {
            None => Ok(()),
            Some(_) if self.allowed.iter().any(|network| contains(network, address)) => Ok(()),
            Some(kind) => Err(NotPublic { target: target.to_owned(), kind }),
        }
    }

    /// The answers that may be asked; an error where there is none.
    fn filter(&self, host: &str, answers: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, NotPublic> {
        if self.proxy_host.as_deref() == Some(host) {
            return Ok(answers);
        }
        let mut refused = None;
        let mut fine = Vec::new();
        for answer in answers {
            match self.check(answer.ip(), &format!("{host} ({})", answer.ip())) {
                Ok(()) => fine.push(answer),
                Err(why) => refused = Some(why),
            }
        }
        match refused {
            Some(why) if fine.is_empty() => Err(why),
            _ => Ok(fine),
        }
    }
}

/// The system's resolver behind the guard: what is connected to is exactly what was checked.
impl reqwest::dns::Resolve for Guard {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let fine = guard.look_up(&host).await?;
            Ok(Box::new(fine.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

fn contains(network: &Network, address: IpAddr) -> bool {
    let address = match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    };
    match (network.address, address) {
        (IpAddr::V4(net), IpAddr::V4(ip)) => same_prefix(net.to_bits().into(), ip.to_bits().into(), network.prefix, 32),
        (IpAddr::V6(net), IpAddr::V6(ip)) => same_prefix(net.to_bits(), ip.to_bits(), network.prefix, 128),
        _ => false,
    }
}

fn same_prefix(a: u128, b: u128, prefix: u8, bits: u8) -> bool {
    let shift = u32::from(bits.saturating_sub(prefix));
    a.checked_shr(shift).unwrap_or(0) == b.checked_shr(shift).unwrap_or(0)
}

/// What is special about an address (IANA special-purpose registries); none for a public unicast one.
fn special(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => special_v4(v4),
        IpAddr::V6(v6) => special_v6(v6),
    }
}

fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    let in_net = |a, b, c, d, prefix| {
        same_prefix(address.to_bits().into(), Ipv4Addr::new(a, b, c, d).to_bits().into(), prefix, 32)
    };
    let kinds = [
        (in_net(0, 0, 0, 0, 8), "this network"),
        (in_net(10, 0, 0, 0, 8), "private"),
        (in_net(100, 64, 0, 0, 10), "shared by a carrier"),
        (in_net(127, 0, 0, 0, 8), "loopback"),
        (in_net(169, 254, 0, 0, 16), "link-local"),
        (in_net(172, 16, 0, 0, 12), "private"),
        (in_net(192, 0, 0, 0, 24), "protocol assignments"),
        (in_net(192, 0, 2, 0, 24), "documentation"),
        (in_net(192, 88, 99, 0, 24), "6to4 relay"),
        (in_net(192, 168, 0, 0, 16), "private"),
        (in_net(198, 18, 0, 0, 15), "benchmarking"),
        (in_net(198, 51, 100, 0, 24), "documentation"),
        (in_net(203, 0, 113, 0, 24), "documentation"),
        (in_net(224, 0, 0, 0, 4), "multicast"),
        (in_net(240, 0, 0, 0, 4), "reserved"),
    ];
    kinds.into_iter().find(|(is, _)| *is).map(|(_, kind)| kind)
}

fn special_v6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some(v4) = address.to_ipv4_mapped() {
        return special_v4(v4);
    }
    let in_net = |text: &str, prefix| {
        let net: Ipv6Addr = text.parse().expect("the networks here are written right");
        same_prefix(address.to_bits(), net.to_bits(), prefix, 128)
    };
    if !in_net("2000::", 3) {
        return Some(match () {
            () if address.is_loopback() => "loopback",
            () if address.is_unspecified() => "unspecified",
            () if in_net("fc00::", 7) => "private",
            () if in_net("fe80::", 10) => "link-local",
            () if in_net("ff00::", 8) => "multicast",
            () if in_net("64:ff9b::", 96) => "NAT64",
            () => "not global unicast",
        });
    }
    let kinds = [
        (in_net("2001::", 23), "protocol assignments"),
        (in_net("2001:db8::", 32), "documentation"),
        (in_net("2002::", 16), "6to4"),
        (in_net("3fff::", 20), "documentation"),
    ];
    kinds.into_iter().find(|(is, _)| *is).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(guard: &Guard, url: &str) -> bool {
        guard.check_url(&Url::parse(url).expect("a URL")).is_ok()
    }

    #[test]
    fn no_spelling_of_a_private_address_passes() {
        let guard = Guard::new(&[], None, Names::system());
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://0x7f.1/",
            "http://127.1/",
            "http://0.0.0.0/",
            "http://10.1.2.3/",
            "http://172.31.0.1/",
            "http://192.168.1.1/",
            "http://169.254.169.254/",
            "http://100.64.0.1/",
            "http://192.0.0.8/",
            "http://198.18.0.1/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:a00:1]/",
            "http://[fd00::1]/",
            "http://[fe80::1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://[ff02::1]/",
            "http://[2001:db8::1]/",
            "http://[::127.0.0.1]/",
        ] {
            assert!(!passes(&guard, url), "{url}");
        }
        for url in ["http://93.184.216.34/", "http://[2606:2800:220:1::1]/", "http://example.org/"] {
            assert!(passes(&guard, url), "{url}");
        }
    }

    #[test]
    fn what_is_listed_passes_and_nothing_beside_it() {
        let network = Network { address: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), prefix: 8 };
        let guard = Guard::new(&[network], None, Names::system());
        assert!(passes(&guard, "http://127.9.9.9/"));
        assert!(passes(&guard, "http://[::ffff:127.0.0.1]/"));
        assert!(!passes(&guard, "http://10.0.0.1/"));
        assert!(!passes(&guard, "http://[::1]/"));
    }

    #[test]
    fn a_public_name_with_a_private_answer_is_not_connected_to() {
        let guard = Guard::new(&[], None, Names::system());
        let answer = |text: &str| text.parse::<SocketAddr>().expect("an address");
        assert!(guard.filter("rebind.example", vec![answer("10.0.0.1:0")]).is_err());
        let mixed = guard.filter("mixed.example", vec![answer("10.0.0.1:0"), answer("93.184.216.34:0")]);
        assert_eq!(mixed, Ok(vec![answer("93.184.216.34:0")]));
    }
}
