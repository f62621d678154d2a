//! A date as a page writes it (ISO 8601 and its lax kin, RFC 2822, Unix time, in words of many languages) → an instant.
//! A time without a zone is read as UTC; a date alone as its midnight. "An hour ago" is no date: there is no clock here.

use std::sync::LazyLock;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use regex::{Captures, Regex};

use super::month::month;
use super::pattern::regex;

static ISO: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?x)^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})
        (?:(?:[T\s]|\s+|\s*T\s*)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(am|pm|AM|PM)?\s*(.*?))?\s*$",
    )
});
static COMPACT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^\s*(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?()(.*?))?\s*$"));
/// A date anywhere in a text: year first, day first, month first, with names or digits.
static DATES: LazyLock<Regex> = LazyLock::new(|| {
    let word = r"\p{L}[\p{L}.]{1,14}(?:\s+(?:الثاني|الأول))?";
    let pattern = format!(
        r"(?x)
        (?:\b|[\u{{1100}}-\u{{11FF}}\u{{3040}}-\u{{9FFF}}\u{{AC00}}-\u{{D7AF}}])(?P<y1>\d{{4}})\s*(?:[-/.]|年|년)\s*(?P<m1>\d{{1,2}})\s*(?:[-/.]|月|월)\s*(?P<d1>\d{{1,2}})(?:\s*[日일.]|\b)
        |\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th|er|re|º|°|ª|\.)?\s*(?:de\s|of\s|[-/]|,)?\s*(?P<w2>{word}),?\s*(?:de\s|del\s|of\s|[-/])?\s*(?P<y2>\d{{4}})\b
        |(?P<w3>{word})\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{{4}})\b
        |\b(?P<y4>\d{{4}})\.?\s+(?P<w4>{word})\s+(?P<d4>\d{{1,2}})\b
        |\b(?P<d5>\d{{1,2}})\s+tháng\s+(?P<m5>\d{{1,2}}),?\s+(?:năm\s+)?(?P<y5>\d{{4}})\b
        |\b(?P<a6>\d{{1,2}})(?P<s6>[./-])(?P<b6>\d{{1,2}})[./-](?P<y6>\d{{4}})\b
        |\b(?P<d7>\d{{1,2}})\.(?P<m7>\d{{1,2}})\.(?P<y7>\d{{2}})\b"
    );
    regex(&pattern)
});
/// A time after a date.
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)^(?:\s|[,|·•–—.(-]|\([^)]{1,4}\)|T|\b(?:at|um|à|a\s+las|alle(?:\s+ore)?|ore|às|om|kl|klo|в|о|o|ob|saat|pukul|jam|lúc|เวลา
        |الساعة|as|the|г|года|р|yil)\b\.?)*
        (?P<half>오전|오후|上午|下午|午前|午後)?\s*(?P<hour>\d{1,2})\s*(?:[:.h時时시]|\sh\s)\s*(?P<minute>\d{2})
        (?:\s*[:.分분]\s*(?P<second>\d{2}))?\s*(?P<noon>[ap]\.?\s?m\b\.?)?\s*(?:uhr|uur|hrs?|hs|h|分|분|น\.)?\s*
        (?P<zone>\(?(?:(?-i:[A-Z]{2,5}|МСК)\b|(?:gmt|utc)?[+-]\d{1,2}(?::?\d{2})?)\)?)?",
    )
});
/// A time before a date.
static TIME_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?P<second>\b)?\s*(?P<noon>[ap]\.?\s?m\b\.?)?\s*(?P<half>\b)?
        (?P<zone>(?-i:[A-Z]{2,5}))?(?:,|\s|\||UK|[\p{L}]{3,10}day|on|Uhr|[–—-])*$",
    )
});

/// A date found in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub at: Timestamp,
    /// Where it stands in the text with its digits made ASCII (`ascii_digits`).
    pub start: usize,
    pub end: usize,
}

/// The dates in a line, in order. `month_first` is how `3/4/2024` is to be read.
pub(super) fn find(text: &str, month_first: bool) -> Vec<Found> {
    let mut found = Vec::new();
    for c in DATES.captures_iter(text).take(10) {
        let whole = c.get(0).expect("the match");
        let Some((year, month, day)) = day_of(&c, month_first) else { continue };
        let after = TIME.captures(&text[whole.end()..]);
        let end = whole.end() + after.as_ref().and_then(|time| time.get(0)).map_or(0, |time| time.end());
        let time = after.or_else(|| TIME_BEFORE.captures(&text[..whole.start()]));
        let at = time.and_then(|time| {
            let part = |name: &str| time.name(name).map_or("", |m| m.as_str());
            let clock = [part("hour"), part("minute"), part("second")].map(|n| n.parse().unwrap_or(0));
            let noon = if matches!(part("half"), "오후" | "下午" | "午後") { "pm" } else { part("noon") };
            let zone = part("zone").trim_matches(['(', ')']);
            // A word in capitals that is no zone ends the time.
            instant((year, month, day), clock, noon, zone).or_else(|| instant((year, month, day), clock, noon, ""))
        });
        if let Some(at) = at.or_else(|| instant((year, month, day), [0; 3], "", "")) {
            found.push(Found { at, start: whole.start(), end });
        }
    }
    found
}

fn day_of(c: &Captures, month_first: bool) -> Option<(i64, i64, i64)> {
    let number = |name: &str| c.name(name)?.as_str().parse::<i64>().ok();
    let named = |name: &str| c.name(name).and_then(|word| month(word.as_str()));
    let (year, month, day) = if let Some(y) = number("y1") {
        (y, number("m1")?, number("d1")?)
    } else if let Some(y) = number("y2") {
        (y, named("w2")?, number("d2")?)
    } else if let Some(y) = number("y3") {
        (y, named("w3")?, number("d3")?)
    } else if let Some(y) = number("y4") {
        (y, named("w4")?, number("d4")?)
    } else if let Some(y) = number("y5") {
        (y, number("m5")?, number("d5")?)
    } else if let Some(y) = number("y6") {
        let (a, b) = (number("a6")?, number("b6")?);
        let american = (month_first && c.name("s6").is_some_and(|s| s.as_str() == "/") && a <= 12) || b > 12;
        if american { (y, a, b) } else { (y, b, a) }
    } else {
        (2000 + number("y7")?, number("m7")?, number("d7")?)
    };
    // Thailand counts from the Buddha's death.
    let year = if (2400..2700).contains(&year) { year - 543 } else { year };
    (1970..2200).contains(&year).then_some((year, month, day))
}

/// Digits of Arabic, Persian, Devanagari, Bengali, Thai and full width as ASCII.
pub(super) fn ascii_digits(text: &str) -> String {
    const ZEROS: [char; 6] = ['\u{660}', '\u{6F0}', '\u{966}', '\u{9E6}', '\u{E50}', '\u{FF10}'];
    let digit = |c: char| {
        let value = ZEROS.iter().find_map(|zero| (c as u32).checked_sub(*zero as u32).filter(|value| *value < 10));
        value.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
    };
    text.chars().map(digit).collect()
}

/// The instant, if the text is a date of the years 1970 to 2200.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim().trim_matches('"');
    if text.is_empty() || text.len() > 120 {
        return None;
    }
    let of = |c: &Captures| {
        let day = (number(c, 1)?, number(c, 2)?, number(c, 3)?);
        let clock = [4, 5, 6].map(|group| number(c, group).unwrap_or(0));
        let part = |group: usize| c.get(group).map_or("", |m| m.as_str());
        instant(day, clock, part(7), part(8))
    };
    let at = ISO
        .captures(text)
        .and_then(|c| of(&c))
        .or_else(|| unix(text))
        .or_else(|| COMPACT.captures(text).and_then(|c| of(&c)))
        .or_else(|| find(&ascii_digits(text), false).first().map(|found| found.at))?;
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

/// A day, hours, minutes and seconds, am or pm, a zone.
fn instant((year, month, day): (i64, i64, i64), clock: [i64; 3], noon: &str, zone_name: &str) -> Option<Timestamp> {
    let [mut hour, minute, second] = clock;
    match noon.chars().next().map(|c| c.to_ascii_lowercase()) {
        Some('p') if hour < 12 => hour += 12,
        Some('a') if hour == 12 => hour = 0,
        _ => {}
    }
    let next_day = hour == 24;
    let civil = DateTime::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
        i8::try_from(if next_day { 0 } else { hour }).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?.min(59),
        0,
    )
    .ok()?;
    let civil = if next_day { civil.checked_add(SignedDuration::from_hours(24)).ok()? } else { civil };
    zone(zone_name)?.to_ambiguous_timestamp(civil).compatible().ok()
}

fn number(c: &Captures, group: usize) -> Option<i64> {
    c.get(group)?.as_str().parse().ok()
}

/// `Z`, `+01:00`, `GMT`, a zone of RFC 2822 or the tz database, a comment after it; what is none of these is no date.
fn zone(text: &str) -> Option<TimeZone> {
    let text = text.split('(').next().unwrap_or("").trim();
    let name = text.to_ascii_uppercase();
    let hours = match &*name {
        "" | "Z" | "UTC" | "GMT" | "UT" | "WET" => 0,
        "BST" | "CET" | "WEST" | "MEZ" => 1,
        "CEST" | "EET" | "SAST" | "MESZ" | "CAT" => 2,
        "EEST" | "MSK" | "МСК" | "EAT" => 3,
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
    fn dates_are_read_in_many_languages() {
        for (text, expected) in [
            ("7 de marzo de 2024 a las 17:20", "2024-03-07T17:20:00Z"),
            ("Publié le 7 mars 2024 à 17h20", "2024-03-07T17:20:00Z"),
            ("1er mars 2024", "2024-03-01T00:00:00Z"),
            ("7. März 2024, 17:20 Uhr", "2024-03-07T17:20:00Z"),
            ("07.03.2024 17:20", "2024-03-07T17:20:00Z"),
            ("07.03.24", "2024-03-07T00:00:00Z"),
            ("07/03/2024 às 17h20", "2024-03-07T17:20:00Z"),
            ("7 marzo 2024 alle ore 17:20", "2024-03-07T17:20:00Z"),
            ("7 марта 2024 г., 17:20 МСК", "2024-03-07T14:20:00Z"),
            ("7 березня 2024, 17:20", "2024-03-07T17:20:00Z"),
            ("7 marca 2024, 17:20", "2024-03-07T17:20:00Z"),
            ("7. března 2024", "2024-03-07T00:00:00Z"),
            ("7 Mart 2024 17:20", "2024-03-07T17:20:00Z"),
            ("7 maart 2024 om 17:20", "2024-03-07T17:20:00Z"),
            ("2024. március 7. 17:20", "2024-03-07T17:20:00Z"),
            ("7 Maret 2024 17:20 WIB", "2024-03-07T17:20:00Z"),
            ("7 tháng 3 năm 2024", "2024-03-07T00:00:00Z"),
            ("7 Μαρτίου 2024", "2024-03-07T00:00:00Z"),
            ("٧ مارس ٢٠٢٤", "2024-03-07T00:00:00Z"),
            ("7 تشرين الثاني 2024", "2024-11-07T00:00:00Z"),
            ("7 במרץ 2024", "2024-03-07T00:00:00Z"),
            ("७ मार्च २०२४", "2024-03-07T00:00:00Z"),
            ("7 มีนาคม 2567", "2024-03-07T00:00:00Z"),
            ("2024年3月7日 17:20", "2024-03-07T17:20:00Z"),
            ("2024年3月7日(木) 17時20分", "2024-03-07T17:20:00Z"),
            ("2024년 3월 7일 오후 5:20", "2024-03-07T17:20:00Z"),
            ("입력 2024.03.07. 오후 5:20", "2024-03-07T17:20:00Z"),
            // A label and a date without a space between.
            ("입력2024.03.07. 오후 5:20기사원문", "2024-03-07T17:20:00Z"),
            ("发布时间2024-03-07 17:20", "2024-03-07T17:20:00Z"),
            ("Thu 7 Mar 2024 17.20 GMT", "2024-03-07T17:20:00Z"),
            ("17:20, UK, Thursday 7 March 2024", "2024-03-07T17:20:00Z"),
            ("Published 5:20 p.m. ET March 7, 2024", "2024-03-07T22:20:00Z"),
        ] {
            assert_eq!(parse(text).map(|t| t.to_string()).as_deref(), Some(expected), "{text}");
        }
        let american = |text: &str| find(text, true).first().map(|found| found.at.to_string());
        assert_eq!(american("3/7/2024 5:20 PM").as_deref(), Some("2024-03-07T17:20:00Z"));
        assert_eq!(american("30/7/2024").as_deref(), Some("2024-07-30T00:00:00Z"));
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
            "5 minutes ago",
            "Room 12, floor 3, 2019 seats",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
