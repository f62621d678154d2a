//! A feed's own fields → how often it asks to be asked: `ttl`, the Syndication module, `skipHours` and `skipDays`.

use std::borrow::Cow;

use jiff::Timestamp;

use super::channel::Reader;
use super::date;
use super::tree::Fields;

/// As RSS spells them, the first one first.
pub const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

#[derive(Default)]
pub(super) struct Pace {
    pub ttl_minutes: Option<u32>,
    pub update_base: Option<Timestamp>,
    pub skip_hours: Vec<u8>,
    pub skip_days: Vec<&'static str>,
}

impl Reader<'_> {
    pub(super) fn pace(&self, fields: &Fields) -> Pace {
        let mut pace = Pace::default();
        match self.text(fields, &["ttl"]).and_then(|text| text.parse::<u32>().ok()) {
            Some(minutes) => pace.ttl_minutes = Some(minutes),
            None => {
                pace.ttl_minutes = self.update_period(fields);
                let base = self.text(fields, &["sy:updatebase"]).filter(|_| pace.ttl_minutes.is_some());
                pace.update_base = base.and_then(|text| date(&text));
            }
        }
        for hours in self.all(fields, "skiphours") {
            let texts = self.tree.elements(hours).map(|id| self.tree.text(id));
            // 24 is midnight in RSS 0.91.
            let read = texts.filter_map(|text| text.trim().parse::<u8>().ok()).filter(|hour| *hour <= 24);
            pace.skip_hours.extend(read.map(|hour| hour % 24).take(25));
        }
        for days in self.all(fields, "skipdays") {
            let texts = self.tree.elements(days).map(|id| self.tree.text(id));
            let known = |text: Cow<str>| DAYS.into_iter().find(|day| day.eq_ignore_ascii_case(text.trim()));
            pace.skip_days.extend(texts.filter_map(known).take(8));
        }
        pace.skip_hours.sort_unstable();
        pace.skip_hours.dedup();
        pace.skip_days.dedup();
        pace
    }

    /// Minutes between two updates by `sy:updatePeriod` and `sy:updateFrequency`.
    fn update_period(&self, fields: &Fields) -> Option<u32> {
        let period = self.text(fields, &["sy:updateperiod"])?;
        let frequency =
            self.text(fields, &["sy:updatefrequency"]).and_then(|text| text.parse::<u32>().ok()).unwrap_or(1);
        let minutes = match period.to_ascii_lowercase().as_str() {
            "hourly" => 60,
            "daily" => 24 * 60,
            "weekly" => 7 * 24 * 60,
            "monthly" => 30 * 24 * 60,
            "yearly" => 365 * 24 * 60,
            _ => return None,
        };
        Some((minutes / frequency.max(1)).max(1))
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;

    fn read(fields: &str) -> parse::ParsedFeed {
        let text = format!(
            "<rss version=\"2.0\" xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\"><channel><title>Desk</title>\
             {fields}<item><title>One</title><link>https://n.example/1</link></item></channel></rss>"
        );
        parse::feed(text.as_bytes(), None, None).expect("a feed")
    }

    #[test]
    fn a_feed_says_how_often_it_wants_to_be_asked() {
        let feed = read(
            "<skipHours><hour>0</hour><hour> 24 </hour><hour>5</hour><hour>99</hour><hour>x</hour></skipHours>\
             <skipDays><day>Saturday</day><day>sunday</day><day>Caturday</day></skipDays>\
             <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>\
             <sy:updateBase>2000-01-01T12:00+00:00</sy:updateBase>",
        );
        assert_eq!(feed.skip_hours, [0, 5]);
        assert_eq!(feed.skip_days, ["Saturday", "Sunday"]);
        assert_eq!(feed.ttl_minutes, Some(720));
        assert_eq!(feed.update_base, Some("2000-01-01T12:00:00Z".parse().expect("a time")));
        let feed = read("<ttl>15</ttl><sy:updateBase>2000-01-01T12:00Z</sy:updateBase><skipHours/>");
        assert_eq!((feed.ttl_minutes, feed.update_base), (Some(15), None), "a ttl has no beat");
        assert!(feed.skip_hours.is_empty());
    }
}
