//! The table of hostile markup as summaries of entries, as whole feeds and as titles → read in time.

use std::time::Duration;

use super::*;
use crate::hostile;
use crate::stopwatch::Stopwatch;

/// Half a megabyte in a debug build, beside other work: what is quadratic takes many seconds.
const LIMIT: Duration = Duration::from_secs(6);

fn in_time(every: usize) {
    for (name, html) in hostile::pages(100_000, 500_000).step_by(every) {
        let summary = format!(
            "<rss version=\"2.0\"><channel><title>t</title><item><title>One</title><description><![CDATA[{}]]></description></item>\
             <item><title>Two</title></item></channel></rss>",
            html.replace("]]>", "")
        );
        let atom = format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>t</title><entry><title>One</title><content type=\"xhtml\">{html}"
        );
        let title = format!("<rss><channel><title>{html}</title><item><title>One{html}</title></item>");
        for (place, text) in [("summary", &summary), ("content", &atom), ("title", &title)] {
            let started = Stopwatch::start();
            let feed = feed(text.as_bytes(), None, None);
            assert!(started.elapsed() < LIMIT, "{name} as {place}: {:?}", started.elapsed());
            if place == "summary" {
                let feed = feed.expect("a feed");
                let titles: Vec<_> = feed.entries.iter().map(|entry| entry.title.as_str()).collect();
                assert_eq!(titles, ["One", "Two"], "{name}");
            }
        }
    }
}

#[test]
fn some_hostile_markup_in_feeds_is_read_in_time() {
    in_time(211);
}

#[test]
#[ignore = "a minute"]
fn more_hostile_markup_in_feeds_is_read_in_time() {
    in_time(43);
}
