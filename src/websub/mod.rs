//! WebSub (W3C Recommendation, 23 January 2018), the subscriber's side: which hub pushes a feed, how a subscription stands and
//! what is to be done about it, whether a push is the hub's own. Decides only: requests and answers are the daemon's.

mod signature;
mod subscription;

pub use signature::{Keys, token};
pub use subscription::{LEASE, Standing, Step, Subscription};

use std::time::Duration;

use url::{Host, Url};

use crate::parse::{self, ParsedFeed};

/// Where a feed's hub is asked, and what the feed is called there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hub {
    pub url: String,
    pub topic: String,
}

/// The hub of a feed as its answer names it: in Link headers, else in the feed (§4). Of several hubs one that can be asked
/// safely is better.
pub fn hub<'a>(link_headers: impl Iterator<Item = &'a [u8]>, feed: &ParsedFeed, address: &Url) -> Option<Hub> {
    let links: Vec<parse::HeaderLink> =
        link_headers.flat_map(|value| parse::header_links(&String::from_utf8_lossy(value), address)).collect();
    let mut hubs: Vec<String> = links.iter().filter(|link| link.is("hub")).map(|link| link.url.to_string()).collect();
    let named = links.iter().find(|link| link.is("self")).map(|link| link.url.to_string());
    if hubs.is_empty() {
        hubs.clone_from(&feed.hubs);
    }
    let url = hubs.iter().find(|hub| hub.starts_with("https://")).or(hubs.first())?.clone();
    let topic = named.or_else(|| feed.own_url.clone()).unwrap_or_else(|| address.to_string());
    Some(Hub { url, topic })
}

/// Where a hub is asked. Over HTTPS, whatever the feed says, for the request holds `hub.secret` (§5.1); only a hub on this
/// machine is asked as it is named.
pub fn asked_at(hub: &Url) -> Url {
    let local = match hub.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let mut hub = hub.clone();
    if hub.scheme() == "http" && !local {
        hub.set_scheme("https").expect("both are schemes of the web");
    }
    hub
}

/// How often a feed is polled while its hub pushes it: the hub may fail in silence.
pub fn safety_net(interval: Duration, max_interval: Duration) -> Duration {
    const LONGEST: Duration = Duration::from_secs(6 * 3600);
    interval.saturating_mul(12).min(LONGEST).min(max_interval).max(interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_goes_to_a_hub_in_the_clear() {
        for (named, asked) in [
            ("http://hub.example/", "https://hub.example/"),
            ("http://hub.example:80/a?b", "https://hub.example/a?b"),
            ("http://hub.example:8080/", "https://hub.example:8080/"),
            ("http://10.1.2.3/", "https://10.1.2.3/"),
            ("http://localhost.example/", "https://localhost.example/"),
            ("https://hub.example/", "https://hub.example/"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
            ("http://[::1]/", "http://[::1]/"),
            ("http://localhost/", "http://localhost/"),
        ] {
            assert_eq!(asked_at(&Url::parse(named).expect("a URL")).as_str(), asked);
        }
    }

    #[test]
    fn a_hub_is_found_in_headers_and_in_feeds() {
        let address = Url::parse("https://n.example/feed?a=1").expect("a URL");
        let read = |xml: &str| parse::feed(xml.as_bytes(), None, Some(&address)).expect("a feed");
        let rss = read(
            "<rss xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>x</title><atom:link rel='hub' href='http://h.example/'/>\
             <atom:link rel='hub' href='https://safe.example/hub'/><atom:link rel='self' href='https://n.example/feed'/>\
             <item><title>a</title></item></channel></rss>",
        );
        let plain = read("<rss><channel><title>x</title><item><title>a</title></item></channel></rss>");
        let json = parse::feed(
            br#"{"version":"https://jsonfeed.org/version/1.1","feed_url":"https://n.example/f.json","items":[],
                "hubs":[{"type":"rssCloud","url":"https://c.example/"},{"type":"WebSub","url":"https://h.example/"}]}"#,
            None,
            Some(&address),
        )
        .expect("a feed");
        let header: &[u8] = b"<https://h.example/>; rel=hub, </t>; rel=\"self\"";
        for (headers, feed, expected) in [
            (vec![header], &plain, Some(("https://h.example/", "https://n.example/t"))),
            (vec![header], &rss, Some(("https://h.example/", "https://n.example/t"))),
            (vec![], &rss, Some(("https://safe.example/hub", "https://n.example/feed"))),
            (vec![], &json, Some(("https://h.example/", "https://n.example/f.json"))),
            (
                vec![b"<https://h.example/>; rel=hub".as_slice()],
                &plain,
                Some(("https://h.example/", "https://n.example/feed?a=1")),
            ),
            (vec![], &plain, None),
        ] {
            let found = hub(headers.into_iter(), feed, &address);
            assert_eq!(found.as_ref().map(|hub| (hub.url.as_str(), hub.topic.as_str())), expected);
        }
    }

    #[test]
    fn the_safety_net_is_slow_and_within_bounds() {
        for (interval, longest, expected) in
            [(300, 86_400, 3600), (3600, 86_400, 21_600), (43_200, 86_400, 43_200), (300, 600, 600)]
        {
            let net = safety_net(Duration::from_secs(interval), Duration::from_secs(longest));
            assert_eq!(net, Duration::from_secs(expected));
        }
    }
}
