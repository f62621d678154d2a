//! A URL as a feed has it → the one canonical URL of its article, so that tracking, AMP and mobile twins are one.

use url::{Host, Url};

/// Query parameters that tell where a reader came from, not what is read.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "dclid",
    "msclkid",
    "yclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "ocid",
    "cmpid",
    "ncid",
    "smid",
    "ref_src",
    "ref_url",
    "_ga",
    "_gl",
    "spm",
    "xtor",
    "at_medium",
    "at_campaign",
    "at_custom1",
    "at_custom2",
    "at_custom3",
    "at_custom4",
    "at_link_id",
    "at_link_type",
    "at_link_origin",
    "at_format",
    "at_ptr_name",
    "at_bbc_team",
    "traffic_source",
    "taid",
    "soc_src",
    "soc_trk",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "wt.mc_id",
    "wt_mc",
    "partner",
    "feedtype",
    "feedname",
];

const TRACKING_PREFIXES: &[&str] = &["utm_", "pk_", "mtm_", "hsa_", "stm_", "ns_"];

/// The canonical form: `https`, lower-case host without `amp.` and `m.`, no fragment, no tracking, no AMP marks. A literal
/// address and its port stay as they are: such hosts have no twins.
pub fn canonical(url: &Url) -> String {
    let mut url = unwrapped(url);
    url.set_fragment(None);
    let _ = url.set_password(None);
    let _ = url.set_username("");
    if let Some(Host::Domain(host)) = url.host().map(|host| host.to_owned()) {
        if url.scheme() == "http" && url.port().is_none() {
            let _ = url.set_scheme("https");
        }
        for prefix in ["amp.", "m.", "mobile."] {
            if let Some(rest) = host.strip_prefix(prefix).filter(|rest| rest.contains('.')) {
                let _ = url.set_host(Some(rest));
            }
        }
    }
    let path = url.path().to_owned();
    let plain = path.strip_suffix("/amp/").or_else(|| path.strip_suffix("/amp")).or_else(|| path.strip_suffix(".amp"));
    if let Some(plain) = plain {
        url.set_path(plain);
    }
    if let Some(query) = url.query() {
        let kept: Vec<&str> = query.split('&').filter(|pair| !is_tracking(pair)).collect();
        let kept = kept.join("&");
        url.set_query((!kept.is_empty()).then_some(kept.as_str()));
    }
    url.to_string()
}

fn is_tracking(pair: &str) -> bool {
    let key = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
    key.is_empty()
        || TRACKING.contains(&key.as_str())
        || TRACKING_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
        || matches!(pair, "amp" | "amp=1" | "amp=true" | "outputType=amp")
}

/// The target of a redirector that carries it in its query.
fn unwrapped(url: &Url) -> Url {
    let carries = match url.host_str() {
        Some("www.google.com" | "google.com" | "news.google.com") if matches!(url.path(), "/url" | "/news/url") => {
            ["url", "q"]
        }
        Some("feedproxy.google.com" | "rss.feedsportal.com" | "redirect.viglink.com") => ["url", "u"],
        Some("l.facebook.com" | "lm.facebook.com") => ["u", "url"],
        _ => return url.clone(),
    };
    let target = url.query_pairs().find(|(key, _)| carries.contains(&key.as_ref()));
    let target = target.and_then(|(_, value)| Url::parse(&value).ok());
    target.filter(|target| matches!(target.scheme(), "http" | "https")).unwrap_or_else(|| url.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_are_one() {
        for (given, expected) in [
            ("http://Example.org/a?utm_source=rss&id=3#top", "https://example.org/a?id=3"),
            ("https://amp.example.org/a", "https://example.org/a"),
            ("https://m.example.org/a/amp/", "https://example.org/a"),
            ("https://example.org/a.amp", "https://example.org/a"),
            ("https://example.org/a?amp", "https://example.org/a"),
            ("https://example.org:443/a?b=2&a=1", "https://example.org/a?b=2&a=1"),
            ("https://www.google.com/url?rct=j&url=https://example.org/a&ct=ga", "https://example.org/a"),
            ("http://127.0.0.1:8099/a?utm_medium=x", "http://127.0.0.1:8099/a"),
            ("https://me:pw@example.org/a", "https://example.org/a"),
            ("https://m.mx/a", "https://m.mx/a"),
        ] {
            assert_eq!(canonical(&Url::parse(given).expect("a URL")), expected, "{given}");
        }
    }
}
