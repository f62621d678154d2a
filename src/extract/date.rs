//! A date as a page writes it (ISO 8601 and its lax kin, RFC 2822, Unix time) → an instant.
//! A time without a zone is read as UTC; a date alone as its midnight. No month names outside English.

use std::sync::LazyLock;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use regex::{Captures, Regex};

static ISO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})
        (?:(?:[T\s]|\s+|\s*T\s*)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(am|pm|AM|PM)?\s*(.*?))?\s*$",
    )
    .expect("a fixed pattern")
});
static COMPACT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?()(.*?))?\s*$").expect("a fixed pattern")
});
static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^\s*(?:[a-z]{2,9}\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s\-]+([a-z]{3,9})\.?,?[\s\-]+(\d{4})
        (?:,?\s+(?:at\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(am|pm)?\s*(.*?))?\s*$",
    )
    .expect("a fixed pattern")
});
static MONTH_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^\s*(?:[a-z]{2,9}\.?,?\s+)?([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})
        (?:,?\s+(?:at\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(am|pm)?\s*(.*?))?\s*$",
    )
    .expect("a fixed pattern")
});

/// The instant, if the text is a date of the years 1970 to 2200.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim().trim_matches('"');
    if text.is_empty() || text.len() > 80 {
        return None;
    }
    let at = if let Some(c) = ISO.captures(text) {
        instant((number(&c, 1)?, number(&c, 2)?, number(&c, 3)?), &c)?
    } else if let Some(at) = unix(text) {
        at
    } else if let Some(c) = COMPACT.captures(text) {
        instant((number(&c, 1)?, number(&c, 2)?, number(&c, 3)?), &c)?
    } else if let Some(c) = DAY_FIRST.captures(text) {
        instant((number(&c, 3)?, month(&c[2])?, number(&c, 1)?), &c)?
    } else if let Some(c) = MONTH_FIRST.captures(text) {
        instant((number(&c, 3)?, month(&c[1])?, number(&c, 2)?), &c)?
    } else {
        return None;
    };
    let seconds = at.as_second();
    (0..7_258_118_400).contains(&seconds).then_some(at)
}

/// Seconds or milliseconds since 1970, as scripts write them.
fn unix(text: &str) -> Option<Timestamp> {
    if !matches!(text.len(), 10 | 13) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: i64 = text.parse().ok()?;
    if text.len() == 13 { Timestamp::from_millisecond(value).ok() } else { Timestamp::from_second(value).ok() }
}

/// Groups 4 to 8 of every pattern: hour, minute, second, am or pm, zone.
fn instant((year, month, day): (i64, i64, i64), c: &Captures) -> Option<Timestamp> {
    let mut hour = number(c, 4).unwrap_or(0);
    match c.get(7).map(|m| m.as_str().to_ascii_lowercase()).as_deref() {
        Some("pm") if hour < 12 => hour += 12,
        Some("am") if hour == 12 => hour = 0,
        _ => {}
    }
    let next_day = hour == 24;
    let civil = DateTime::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
        i8::try_from(if next_day { 0 } else { hour }).ok()?,
        i8::try_from(number(c, 5).unwrap_or(0)).ok()?,
        i8::try_from(number(c, 6).unwrap_or(0)).ok()?.min(59),
        0,
    )
    .ok()?;
    let civil = if next_day { civil.checked_add(SignedDuration::from_hours(24)).ok()? } else { civil };
    let zone = zone(c.get(8).map_or("", |m| m.as_str()))?;
    zone.to_ambiguous_timestamp(civil).compatible().ok()
}

fn number(c: &Captures, group: usize) -> Option<i64> {
    c.get(group)?.as_str().parse().ok()
}

/// A month by its English name or the first three letters of it.
fn month(name: &str) -> Option<i64> {
    let name = name.to_ascii_lowercase();
    let months = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let at = months.iter().position(|month| month.starts_with(&name) || (name == "sept" && *month == "september"))?;
    Some(at as i64 + 1)
}

/// `Z`, `+01:00`, `GMT`, a zone of RFC 2822 or the tz database, a comment after it; what is none of these is no date.
fn zone(text: &str) -> Option<TimeZone> {
    let text = text.split('(').next().unwrap_or("").trim();
    let name = text.to_ascii_uppercase();
    let hours = match &*name {
        "" | "Z" | "UTC" | "GMT" | "UT" | "WET" => 0,
        "BST" | "CET" | "WEST" | "MEZ" => 1,
        "CEST" | "EET" | "SAST" | "MESZ" | "CAT" => 2,
        "EEST" | "MSK" | "EAT" => 3,
        "JST" | "KST" => 9,
        "SGT" | "HKT" | "AWST" => 8,
        "AEST" => 10,
        "AEDT" => 11,
        "NZST" => 12,
        "NZDT" => 13,
        "EST" | "CDT" => -5,
        "EDT" => -4,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        "BRT" | "ART" => -3,
        // Zones of half hours, and those by the season.
        "IST" => return Some(TimeZone::fixed(Offset::from_seconds(19_800).ok()?)),
        "ET" => return TimeZone::get("America/New_York").ok(),
        "PT" => return TimeZone::get("America/Los_Angeles").ok(),
        "CT" => return TimeZone::get("America/Chicago").ok(),
        _ => return offset(&name).or_else(|| text.contains('/').then(|| TimeZone::get(text).ok()).flatten()),
    };
    Some(TimeZone::fixed(Offset::from_hours(hours).ok()?))
}

/// `+01:00`, `+0100`, `+01`, `GMT+1`.
fn offset(text: &str) -> Option<TimeZone> {
    let text = text.trim_start_matches("GMT").trim_start_matches("UTC");
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = if digits.len() > 2 { digits.split_at(digits.len() - 2) } else { (&*digits, "0") };
    let seconds = sign * (hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60);
    Some(TimeZone::fixed(Offset::from_seconds(seconds).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_written() {
        for (text, expected) in [
            ("2019-03-04T10:20:30Z", "2019-03-04T10:20:30Z"),
            ("2019-03-04T10:20:30.123+01:00", "2019-03-04T09:20:30Z"),
            ("2019-03-04T10:20:30+0100", "2019-03-04T09:20:30Z"),
            ("2019-03-04 10:20", "2019-03-04T10:20:00Z"),
            ("2019-03-04 10:20:30 +0530", "2019-03-04T04:50:30Z"),
            ("2019-03-04", "2019-03-04T00:00:00Z"),
            ("2019/3/4", "2019-03-04T00:00:00Z"),
            ("2019-03-04T24:00:00Z", "2019-03-05T00:00:00Z"),
            ("20190304", "2019-03-04T00:00:00Z"),
            ("20190304T102030Z", "2019-03-04T10:20:30Z"),
            ("1551694830", "2019-03-04T10:20:30Z"),
            ("1551694830000", "2019-03-04T10:20:30Z"),
            ("Mon, 04 Mar 2019 10:20:30 GMT", "2019-03-04T10:20:30Z"),
            ("Mon, 4 Mar 2019 10:20:30 EST", "2019-03-04T15:20:30Z"),
            ("4 March 2019", "2019-03-04T00:00:00Z"),
            ("March 4, 2019 10:20 PM ET", "2019-03-05T03:20:00Z"),
            ("Sept. 4th, 2019", "2019-09-04T00:00:00Z"),
            ("Monday, March 4, 2019 at 12:05 am", "2019-03-04T00:05:00Z"),
            ("2019-03-04T10:20:30-05:00 (New York)", "2019-03-04T15:20:30Z"),
        ] {
            assert_eq!(parse(text).map(|t| t.to_string()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "0000-00-00",
            "2019-13-40",
            "0001-01-01T00:00:00",
            "12/13",
            "9999-12-31",
            "3 Floréal 2019",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
