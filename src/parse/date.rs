//! Dates as feeds write them → instants. Numeric forms here (ISO 8601 and its loose kin, epochs, East Asian), dates with
//! month names in `date_words`. A wrong weekday is overlooked; without a zone a time is UTC; what is no date gives none.

use std::sync::LazyLock;

use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use regex::{Captures, Regex};

use super::{date_forms, date_words};

const HOUR: i32 = 3600;

/// The best reading of a date.
pub fn date(text: &str) -> Option<Timestamp> {
    if let Some(instant) = date_forms::common(text.trim()) {
        return Some(instant);
    }
    let head = &text[..text.floor_char_boundary(text.len().min(200))];
    let line = head.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_matches(['"', '\'', '[', ']', ',', ';']).trim();
    // RFC 9557 puts a zone's name behind the offset: 2021-03-04T05:06:07+01:00[Europe/Paris].
    let line = line.split_once('[').map_or(line, |(instant, _)| instant.trim_end());
    if line.is_empty() {
        return None;
    }
    plain(line).or_else(|| plain(&date_first(line)?)).or_else(|| plain(after_label(line)?))
}

fn plain(line: &str) -> Option<Timestamp> {
    epoch(line)
        .or_else(|| iso(line))
        .or_else(|| iso(without_weekday(line)?))
        .or_else(|| east_asian(line))
        .or_else(|| numeric(line))
        .or_else(|| date_words::read(line))
}

/// `12:30 07/09/2021` with the date first.
fn date_first(line: &str) -> Option<String> {
    let (time, rest) = line.split_once([' ', ','])?;
    let is_time = time.contains(':') && time.bytes().all(|b| b.is_ascii_digit() || b == b':');
    let rest = rest.trim_matches([' ', ',', '-', '|']);
    (is_time && rest.starts_with(|c: char| c.is_ascii_digit())).then(|| format!("{rest} {time}"))
}

/// What follows a label: "Published: 07/09/2021".
fn after_label(line: &str) -> Option<&str> {
    let digit = line.find(|c: char| c.is_ascii_digit())?;
    let (label, rest) = line.split_at(digit);
    (label.trim_end().ends_with(':') && label.len() < 40).then_some(rest)
}

/// A date's parts, before they are checked.
#[derive(Clone, Copy, Default)]
pub(super) struct Parts {
    pub year: i32,
    pub month: i32,
    pub day: i32,
    pub hour: i32,
    pub minute: i32,
    pub second: i32,
    pub nanosecond: i32,
    /// Seconds east of Greenwich.
    pub offset: i32,
}

impl Parts {
    /// The instant. A leap second is the second before it, 24:00 the next day, 31 June the 30th.
    pub fn instant(self) -> Option<Timestamp> {
        let year = i16::try_from(self.year).ok()?;
        let month = i8::try_from(self.month).ok()?;
        if !(1..=31).contains(&self.day) || !(0..=60).contains(&self.second) || !(0..=24).contains(&self.hour) {
            return None;
        }
        let first = Date::new(year, month, 1).ok()?;
        let day = i8::try_from(self.day).ok()?.min(first.days_in_month());
        let mut date = Date::new(year, month, day).ok()?;
        let mut hour = i8::try_from(self.hour).ok()?;
        if hour == 24 {
            if self.minute != 0 || self.second != 0 {
                return None;
            }
            hour = 0;
            date = date.checked_add(1.day()).ok()?;
        }
        let time = Time::new(
            hour,
            i8::try_from(self.minute).ok()?,
            i8::try_from(self.second.min(59)).ok()?,
            self.nanosecond.clamp(0, 999_999_999),
        )
        .ok()?;
        if self.offset.abs() > 18 * HOUR {
            return None;
        }
        Offset::from_seconds(self.offset).ok()?.to_timestamp(date.to_datetime(time)).ok()
    }
}

/// The century of a two-digit year, as RFC 2822 and POSIX have it: from 1969 to 2068.
pub(super) fn full_year(year: i32, digits: usize) -> i32 {
    match (digits, year) {
        (2, 0..=68) => 2000 + year,
        (2, _) | (3, 0..=999) => 1900 + year,
        _ => year,
    }
}

fn number(captures: &Captures, name: &str) -> Option<i32> {
    captures.name(name)?.as_str().parse().ok()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this module")
}

/// Seconds or milliseconds since 1970, from 1973 to 2286, with or without a fraction.
fn epoch(text: &str) -> Option<Timestamp> {
    let whole =
        text.split_once('.').filter(|(_, rest)| rest.bytes().all(|b| b.is_ascii_digit())).map_or(text, |(w, _)| w);
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: i64 = whole.parse().ok()?;
    match whole.len() {
        9 | 10 => Timestamp::from_second(value).ok(),
        13 => Timestamp::from_millisecond(value).ok(),
        16 => Timestamp::from_microsecond(value).ok(),
        _ => None,
    }
}

const TIME: &str = r"(?:[Tt\s]+(?:at\s+|-\s+)?(?P<h>\d{1,2})(?::?(?P<mi>\d{2})(?::?(?P<s>\d{2})(?:[.,:](?P<f>\d{1,12}))?)?)?\s*(?P<ap>[AaPp]\.?[Mm]\.?)?(?P<rest>.*))?";

static ISO: LazyLock<[Regex; 7]> = LazyLock::new(|| {
    [
        r"(?P<y>\d{4})(?P<sep>[-/.])0?(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        r"(?P<y>\d{4})-?(?P<n>\d{3})",
        r"(?P<y>\d{4})(?:-(?P<m>\d{2}))?",
        r"(?P<y>\d{2})-(?P<m>\d{2})-(?P<d>\d{2})",
        r"-(?P<y>\d{2})-?(?P<m>\d{2})|(?P<yy>\d{2})(?P<mm>\d{2})(?P<dd>\d{2})",
        r"(?P<y>\d{4})-?W(?P<w>\d{2})(?:-?(?P<wd>[1-7]))?",
    ]
    .map(|date| pattern(&format!("^(?:{date}){TIME}$")))
});
static COMPACT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2})(?P<rest>\D.*)?$")
});

/// ISO 8601 and W3CDTF, calendar, ordinal and week dates, with the liberties that feeds take.
fn iso(text: &str) -> Option<Timestamp> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return None;
    }
    if let Some(found) = COMPACT.captures(text) {
        return clocked(&found, number(&found, "y")?, number(&found, "m")?, number(&found, "d")?, 0);
    }
    ISO.iter().find_map(|form| {
        let found = form.captures(text)?;
        let year = found.name("y").or_else(|| found.name("yy"))?.as_str();
        let year = full_year(year.parse().ok()?, year.len());
        if let Some(week) = number(&found, "w") {
            let weekday = i8::try_from(number(&found, "wd").unwrap_or(1)).ok()?;
            let weekday = jiff::civil::Weekday::from_monday_one_offset(weekday).ok()?;
            let day =
                jiff::civil::ISOWeekDate::new(i16::try_from(year).ok()?, i8::try_from(week).ok()?, weekday).ok()?;
            let day = day.date();
            return clocked(&found, i32::from(day.year()), i32::from(day.month()), i32::from(day.day()), 0);
        }
        if let Some(ordinal) = number(&found, "n") {
            let first = Date::new(i16::try_from(year).ok()?, 1, 1).ok()?;
            if !(1..=i32::from(first.days_in_year())).contains(&ordinal) {
                return None;
            }
            let day = first.checked_add((ordinal - 1).days()).ok()?;
            return clocked(&found, year, i32::from(day.month()), i32::from(day.day()), 0);
        }
        let month = number(&found, "m").or_else(|| number(&found, "mm")).unwrap_or(1);
        let day = number(&found, "d").or_else(|| number(&found, "dd")).unwrap_or(1);
        clocked(&found, year, month, day, 0)
    })
}

/// The instant of a date and the time that a pattern found; `otherwise` is the offset where no zone is given.
fn clocked(found: &Captures, year: i32, month: i32, day: i32, otherwise: i32) -> Option<Timestamp> {
    let rest = found.name("rest").map_or("", |rest| rest.as_str()).trim();
    let offset = if rest.is_empty() { otherwise } else { date_words::zone(rest)? };
    let mut hour = number(found, "h").unwrap_or(0);
    if let Some(half) = found.name("ap") {
        hour = date_words::half_day(hour, half.as_str().starts_with(['p', 'P']));
    }
    let nanosecond = found.name("f").map_or(0, |f| date_words::fraction(f.as_str()));
    let (minute, second) = (number(found, "mi").unwrap_or(0), number(found, "s").unwrap_or(0));
    Parts { year, month, day, hour, minute, second, nanosecond, offset }.instant()
}

/// What follows a weekday's name.
fn without_weekday(text: &str) -> Option<&str> {
    let (day, rest) = text.split_once([' ', ','])?;
    let rest = rest.trim_start_matches([',', ' ']);
    (rest.len() >= 8 && day.chars().all(|c| c.is_alphabetic() || c == '.')).then_some(rest)
}

static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^(?:\p{{L}}+\.?,?\s+)?(?P<a>\d{{1,2}})(?P<sep>[./-])(?P<b>\d{{1,2}})[./-](?P<y>\d{{4}}|\d{{2}}),?{TIME}$"
    ))
});

/// `31.12.2003`, `12/31/2003`, `31-12-2003`. With a slash and both numbers below 13 it is the American order.
fn numeric(text: &str) -> Option<Timestamp> {
    let found = NUMERIC.captures(text)?;
    let (a, b) = (number(&found, "a")?, number(&found, "b")?);
    let american = if a > 12 || b > 12 { b > 12 } else { &found["sep"] == "/" };
    let (day, month) = if american { (b, a) } else { (a, b) };
    let year = full_year(number(&found, "y")?, found["y"].len());
    clocked(&found, year, month, day, 0)
}

static EAST_ASIAN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^(?P<y>\d{4})\s*(?P<mark>[년年.-])\s*(?P<m>\d{1,2})\s*[월月.-]\s*(?P<d>\d{1,2})\s*[일日.]?T?\s*",
        r"(?:\([^)]*\)|[월화수목금토일]요일|星期.|周.|.曜日)?\s*(?P<half>오전|오후|午前|午後|上午|下午)?\s*",
        r"(?:(?P<h>\d{1,2})\s*[:시時时点]\s*(?:(?P<mi>\d{1,2})\s*[:분分]?\s*(?:(?P<s>\d{1,2})\s*[초秒]?)?)?(?P<rest>.*))?$"
    ))
});

/// Korean, Japanese and Chinese dates; their times are local.
fn east_asian(text: &str) -> Option<Timestamp> {
    let found = EAST_ASIAN.captures(text)?;
    let half = found.name("half").map(|half| half.as_str());
    let timed = found.name("h").is_some();
    let offset = match (half, &found["mark"]) {
        (Some("上午" | "下午"), _) => 8 * HOUR,
        (Some(_), _) | (None, "년") if timed => 9 * HOUR,
        (None, "年") if timed && text.contains('時') => 9 * HOUR,
        (None, "年") if timed && text.contains(['时', '点']) => 8 * HOUR,
        _ => 0,
    };
    let rest = found.name("rest").map_or("", |rest| rest.as_str()).trim();
    let offset = if rest.is_empty() { offset } else { date_words::zone(rest)? };
    let hour = number(&found, "h").unwrap_or(0);
    let hour = half.map_or(hour, |half| date_words::half_day(hour, matches!(half, "오후" | "午後" | "下午")));
    Parts {
        year: number(&found, "y")?,
        month: number(&found, "m")?,
        day: number(&found, "d")?,
        hour,
        minute: number(&found, "mi").unwrap_or(0),
        second: number(&found, "s").unwrap_or(0),
        nanosecond: 0,
        offset,
    }
    .instant()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numeric_forms() {
        for (input, expected) in [
            ("2021-03-04T05:06:07Z", "2021-03-04T05:06:07Z"),
            ("2021-03-04t05:06:07.250+02:00", "2021-03-04T03:06:07.25Z"),
            ("2021-03-04T05:06-0330", "2021-03-04T08:36:00Z"),
            ("2021-03-04 05:06:07", "2021-03-04T05:06:07Z"),
            ("2021-03-04 05:06:07.0", "2021-03-04T05:06:07Z"),
            ("2021-03-04 05:06:07 +0100", "2021-03-04T04:06:07Z"),
            ("2021-03-04 05:06:07 EST", "2021-03-04T10:06:07Z"),
            ("2021-03-04", "2021-03-04T00:00:00Z"),
            ("2021-03", "2021-03-01T00:00:00Z"),
            ("2021", "2021-01-01T00:00:00Z"),
            ("20210304", "2021-03-04T00:00:00Z"),
            ("20210304T050607Z", "2021-03-04T05:06:07Z"),
            ("20210304050607", "2021-03-04T05:06:07Z"),
            ("2021-063", "2021-03-04T00:00:00Z"),
            ("2021-W09-4", "2021-03-04T00:00:00Z"),
            ("21-03-04", "2021-03-04T00:00:00Z"),
            ("2021-003-04T05:06:07+00:00", "2021-03-04T05:06:07Z"),
            ("2021-03-04T24:00:00Z", "2021-03-05T00:00:00Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
            ("2021-02-30T01:00:00Z", "2021-02-28T01:00:00Z"),
            ("Thu, 2021/03/04 05:06:07 EST", "2021-03-04T10:06:07Z"),
            ("3/4/2021 5:06:07 PM", "2021-03-04T17:06:07Z"),
            ("25/12/2021", "2021-12-25T00:00:00Z"),
            ("04.03.2021 05:06", "2021-03-04T05:06:00Z"),
            ("04-03-2021 05:06", "2021-03-04T05:06:00Z"),
            ("1614834367", "2021-03-04T05:06:07Z"),
            ("1614834367250", "2021-03-04T05:06:07.25Z"),
            ("2021년 03월 04일 14:06:07", "2021-03-04T05:06:07Z"),
            ("2021년 3월 4일 오후 2시 6분", "2021-03-04T05:06:00Z"),
            ("2021-03-04 오후 2:06:07", "2021-03-04T05:06:07Z"),
            ("2021年3月4日 14時06分", "2021-03-04T05:06:00Z"),
            ("2021年3月4日", "2021-03-04T00:00:00Z"),
            (" \n2021-03-04T05:06:07Z\t", "2021-03-04T05:06:07Z"),
            ("2100-01-01T00:00:00Z", "2100-01-01T00:00:00Z"),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("0000-00-00T00:00:00Z", ""),
            ("2021-13-04", ""),
            ("2021-03-04T25:00:00Z", ""),
            ("2021-03-04T05:61:00Z", ""),
            ("2021-03-04T05:06:07+77:00", ""),
            ("2021-ab-04", ""),
            ("20213", ""),
            ("2021-03-04T5:6:7Z", "2021-03-04T05:06:07Z"),
            ("2021-03-04T05:06:07-04:00[America/New_York]", "2021-03-04T09:06:07Z"),
            ("12:30 25/12/2021", "2021-12-25T12:30:00Z"),
            ("Publicado: 25/12/2021 10:15", "2021-12-25T10:15:00Z"),
            ("2021/03/04 05:06:07", "2021-03-04T05:06:07Z"),
            ("2021.03.04 05:06", "2021-03-04T05:06:00Z"),
            ("2021-03-04T05:06:07.123456789Z", "2021-03-04T05:06:07.123456789Z"),
            ("2021-03-04T05:06:07,5Z", "2021-03-04T05:06:07.5Z"),
            ("2021-03-04T05:06:07+02", "2021-03-04T03:06:07Z"),
            ("2021-03-04T05:06:07 GMT", "2021-03-04T05:06:07Z"),
            ("2021-03-04 05:06:07 UTC", "2021-03-04T05:06:07Z"),
            ("2021年03月04日 05:06:07", "2021-03-04T05:06:07Z"),
            ("2021. 3. 4. 오전 9:06", "2021-03-04T00:06:00Z"),
            ("1614834367.5", "2021-03-04T05:06:07Z"),
            ("Thu, 04/03/2021 - 05:06", "2021-04-03T05:06:00Z"),
            ("yesterday", ""),
            ("", ""),
        ] {
            let found = date(input).map(|instant| instant.to_string()).unwrap_or_default();
            assert_eq!(found, expected, "{input}");
        }
    }
}
