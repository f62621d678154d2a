//! Dates with month names (RFC 822, asctime, JavaScript's, a newspaper's own, in ten languages) → instants; and zones.
//! Words that are neither month nor zone are overlooked: weekdays, "at", "de", "Uhr".

use std::sync::LazyLock;

use jiff::Timestamp;
use regex::Regex;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::date::{Parts, full_year};

/// Beginnings of month names without accents, a line a month; the first that fits counts. In order: English, Spanish, French,
/// German, Portuguese, Italian; Dutch, Danish, Norwegian, Swedish, Finnish; Polish, Czech, Hungarian, Romanian, Turkish,
/// Indonesian; Greek, Russian, Ukrainian, Arabic, Hebrew.
const MONTHS: [&str; 12] = [
    "jan ene gen tammi sty led ian oca ιαν янв січ يناير ינו",
    "feb fev helmi lut uno sub φεβ фев лют فبراير פבר",
    "mar mae mrz maa mrt bre μαρ мар берез مارس מרץ מרס",
    "apr abr avr huhti kwi dub nis απρ апр кві ابريل אפר",
    "may mai mag maj mei touko kve μαι мая май тра مايو מאי",
    "jun juin giu kesa cze cerven iun haz ιουν июн черв يونيو יונ",
    "jul juil lug heina lip cervenec iul tem ιουλ июл лип يوليو יול",
    "aug ago aou elo sie srp agu αυγ авг серп اغسطس אוג",
    "sep set szep syys wrz zar eyl σεπ сен верес سبتمبر ספט",
    "oct okt out ott loka paz rij eki οκτ окт жов اكتوبر אוק",
    "nov marras lis noi kas νοε ноя лис نوفمبر נוב",
    "dec dez dic des joulu gru pro ara δεκ дек груд ديسمبر דצמ",
];
/// Words that begin like another month, or like one and are a weekday.
const EXCEPTIONS: [(&str, Option<usize>); 9] = [
    ("marte", None),
    ("mardi", None),
    ("maandag", None),
    ("maana", None),
    ("pazar", None),
    ("marras", Some(11)),
    ("cervenec", Some(7)),
    ("cervence", Some(7)),
    ("juin", Some(6)),
];

/// Zones by name, in minutes east of Greenwich. RFC 822's; then those that newspapers write. One-letter zones other than Z
/// say nothing (RFC 2822 §4.3) and count as UTC.
const ZONES: [(&str, i32); 66] = [
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("etc/gmt", 0),
    ("etc/utc", 0),
    ("uct", 0),
    ("gmt/bst", 0),
    ("est", -300),
    ("edt", -240),
    ("et", -300),
    ("cst", -360),
    ("cdt", -300),
    ("ct", -360),
    ("mst", -420),
    ("mdt", -360),
    ("mt", -420),
    ("pst", -480),
    ("pdt", -420),
    ("pt", -480),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
    ("hdt", -540),
    ("ast", -240),
    ("adt", -180),
    ("at", -240),
    ("nst", -210),
    ("ndt", -150),
    ("brt", -180),
    ("brst", -120),
    ("art", -180),
    ("clt", -240),
    ("cet", 60),
    ("cest", 120),
    ("met", 60),
    ("mest", 120),
    ("mez", 60),
    ("mesz", 120),
    ("bst", 60),
    ("west", 60),
    ("wat", 60),
    ("cat", 120),
    ("sast", 120),
    ("eet", 120),
    ("eest", 180),
    ("eat", 180),
    ("msk", 180),
    ("trt", 180),
    ("ist", 330),
    ("pkt", 300),
    ("npt", 345),
    ("ict", 420),
    ("wib", 420),
    ("hkt", 480),
    ("sgt", 480),
    ("pht", 480),
    ("awst", 480),
    ("jst", 540),
    ("kst", 540),
    ("acst", 570),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
];

static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?P<h>\d{1,2})\s*(?:(?:[:h]\s*|\.)(?P<mi>\d{2})(?:[:.](?P<s>\d{2})(?:[.,](?P<f>\d{1,12}))?)?\s*(?P<ap>[ap]\.?m\b\.?)?",
        r"|(?P<ap2>[ap]\.?m\b\.?))(?P<more>:\d)?"
    ))
    .expect("a pattern of this module")
});
static OFFSET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<sign>[+\u{2212}-])\s?(?P<h>\d{1,2})(?::?(?P<m>\d{2}))?(?:\s|\(|$)")
        .expect("a pattern of this module")
});

/// Reads a date that names its month.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let text = plain(text);
    let mut parts = Parts::default();
    let mut words = text.clone();
    if let Some(found) = CLOCK.captures(&text) {
        if found.name("more").is_some() {
            return None;
        }
        let number = |name: &str| found.name(name).and_then(|digits| digits.as_str().parse().ok());
        parts.hour = number("h")?;
        parts.minute = number("mi").unwrap_or(0);
        parts.second = number("s").unwrap_or(0);
        parts.nanosecond = found.name("f").map_or(0, |digits| fraction(digits.as_str()));
        if let Some(half) = found.name("ap").or_else(|| found.name("ap2")) {
            parts.hour = half_day(parts.hour, half.as_str().starts_with('p'));
        }
        let all = found.get(0)?;
        let after = text[all.end()..].trim_start();
        let mut rest = after;
        if after.starts_with(['+', '-', '\u{2212}']) || after.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (zone, left) = zone_and_rest(after);
            match zone {
                Some(offset) => {
                    parts.offset = offset;
                    rest = left;
                }
                None if after.starts_with(['+', '-']) => return None,
                None => {}
            }
        }
        words = format!("{} {rest}", &text[..all.start()]);
    }
    calendar(&words, &mut parts)?;
    parts.instant()
}

/// Finds day, month and year among words.
fn calendar(words: &str, parts: &mut Parts) -> Option<()> {
    let mut numbers: Vec<(i32, usize)> = Vec::new();
    let mut month = None;
    for word in pieces(words) {
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            numbers.push((word.parse().ok()?, word.len()));
        } else if let Some(found) = month_of(word) {
            // "Mar" is Tuesday in some languages: where two words could be the month, it is the later.
            month = Some(found);
        }
        if numbers.len() > 3 {
            return None;
        }
    }
    parts.month = month?;
    let year =
        numbers.iter().position(|(value, digits)| *digits >= 3 || *value > 31).or((numbers.len() > 1).then_some(1))?;
    let (value, digits) = numbers.remove(year);
    parts.year = full_year(value, digits);
    parts.day = numbers.first().map_or(1, |(day, _)| *day);
    Some(())
}

/// Runs of letters and runs of digits.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(char::is_alphanumeric)?;
        let digits = rest[start..].starts_with(|c: char| c.is_ascii_digit());
        let run = &rest[start..];
        let end = run.find(|c: char| !c.is_alphanumeric() || c.is_ascii_digit() != digits).unwrap_or(run.len());
        rest = &run[end..];
        Some(&run[..end])
    })
}

fn month_of(word: &str) -> Option<i32> {
    if let Some((_, month)) = EXCEPTIONS.iter().find(|(start, _)| word.starts_with(start)) {
        return month.map(|month| month as i32);
    }
    let month = MONTHS.iter().position(|names| names.split(' ').any(|start| word.starts_with(start)))?;
    i32::try_from(month + 1).ok()
}

/// Lower case, without accents, parenthesised remarks left out.
fn plain(text: &str) -> String {
    let lower: String = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    match (lower.find('('), lower.find(')')) {
        (Some(open), Some(close)) if open < close => format!("{}{}", &lower[..open], &lower[close + 1..]),
        _ => lower,
    }
}

/// Seconds east of Greenwich of a zone, which must be all of the text (remarks in parentheses aside).
pub(super) fn zone(text: &str) -> Option<i32> {
    let lower = plain(text);
    match zone_and_rest(lower.trim()) {
        (Some(offset), rest) if rest.trim().is_empty() => Some(offset),
        _ => None,
    }
}

/// A zone at the start of a text in lower case, and what follows it.
fn zone_and_rest(text: &str) -> (Option<i32>, &str) {
    let end = text.find(|c: char| !(c.is_ascii_alphabetic() || c == '/')).unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    if name.is_empty() || matches!(name, "gmt" | "utc" | "ut" | "z") {
        if let Some(found) = OFFSET.captures(after.trim_start()) {
            let hours: i32 = found["h"].parse().unwrap_or(99);
            let minutes: i32 = found.name("m").map_or(0, |digits| digits.as_str().parse().unwrap_or(0));
            let (hours, minutes) = if found.name("m").is_none() && found["h"].len() > 2 {
                (hours / 100, hours % 100)
            } else {
                (hours, minutes)
            };
            let sign = if &found["sign"] == "+" { 1 } else { -1 };
            let valid = hours <= 18 && minutes < 60;
            let rest = &after.trim_start()[found.get(0).map_or(0, |all| all.end())..];
            return (valid.then_some(sign * (hours * 3600 + minutes * 60)), rest);
        }
        if name.is_empty() {
            return (None, text);
        }
    }
    if name.len() == 1 {
        return (Some(0), after);
    }
    match ZONES.iter().find(|(known, _)| *known == name) {
        Some((_, minutes)) => (Some(minutes * 60), after),
        None => (None, text),
    }
}

/// The hour of a twelve-hour clock.
pub(super) fn half_day(hour: i32, afternoon: bool) -> i32 {
    match (hour, afternoon) {
        (12, false) => 0,
        (1..=11, true) => hour + 12,
        _ => hour,
    }
}

/// Decimals of a second in nanoseconds.
pub(super) fn fraction(digits: &str) -> i32 {
    format!("{digits:0<9}")[..9].parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use crate::parse::date;

    #[test]
    fn dates_with_month_names() {
        for (input, expected) in [
            ("Thu, 04 Mar 2021 05:06:07 GMT", "2021-03-04T05:06:07Z"),
            ("Mon, 04 Mar 2021 05:06:07 GMT", "2021-03-04T05:06:07Z"),
            ("4 Mar 21 05:06 EST", "2021-03-04T10:06:00Z"),
            ("Thu, 4 Mar 99 05:06:07 +0100", "1999-03-04T04:06:07Z"),
            ("Thu, 04 Mar 2021 05:06:07 PDT", "2021-03-04T12:06:07Z"),
            ("Thu, 04 Mar 2021 05:06:07 CEST", "2021-03-04T03:06:07Z"),
            ("Thu, 04 Mar 2021 05:06:07 -05:30", "2021-03-04T10:36:07Z"),
            ("Thu, 04 Mar 2021 05:06:07 GMT+2", "2021-03-04T03:06:07Z"),
            ("Thu, 04 Mar, 2021 05:06:07 Etc/GMT", "2021-03-04T05:06:07Z"),
            ("Thu, 04 Mar 2021", "2021-03-04T00:00:00Z"),
            ("Thu, 04 Mar 2021 05:06:07", "2021-03-04T05:06:07Z"),
            ("Thu Mar  4 05:06:07 2021", "2021-03-04T05:06:07Z"),
            ("Thu Mar 4 05:06:07 PST 2021", "2021-03-04T13:06:07Z"),
            ("Thu Mar 04 2021 05:06:07 GMT+0100 (Central European Standard Time)", "2021-03-04T04:06:07Z"),
            ("Thursday, March 4, 2021 5:06 PM", "2021-03-04T17:06:00Z"),
            ("March 4, 2021 at 12:06 a.m. ET", "2021-03-04T05:06:00Z"),
            ("4-Mar-2021", "2021-03-04T00:00:00Z"),
            ("Mar 2021", "2021-03-01T00:00:00Z"),
            ("jeudi 4 mars 2021 à 5h06", "2021-03-04T05:06:00Z"),
            ("mardi 2 août 2022", "2022-08-02T00:00:00Z"),
            ("Mar, 13 Lug 2021 10:00:00 +0200", "2021-07-13T08:00:00Z"),
            ("jue, 4 ene 2021 05:06:07 +0000", "2021-01-04T05:06:07Z"),
            ("4 de março de 2021", "2021-03-04T00:00:00Z"),
            ("Do, 04 Mär 2021 05:06:07 MEZ", "2021-03-04T04:06:07Z"),
            ("4. Dezember 2021, 05:06 Uhr", "2021-12-04T05:06:00Z"),
            ("12 juin 2021", "2021-06-12T00:00:00Z"),
            ("12 juillet 2021", "2021-07-12T00:00:00Z"),
            ("Τετ, 28 Ιούλ 2021 09:30:00 CET", "2021-07-28T08:30:00Z"),
            ("2021-március-4T5:06+01:00", "2021-03-04T04:06:00Z"),
            ("Thu, 04 Mar 2021 05:06:07 -7700", ""),
            ("Thu, 04 Mar 2021 05:06:07:08 GMT", ""),
            ("Thu, 04 Foo 2021 05:06:07 GMT", ""),
            ("Thu, 44 Mar 2021 05:06:07 GMT", ""),
            ("breaking news", ""),
            ("7 września 2021 05:06", "2021-09-07T05:06:00Z"),
            ("7 października 2021", "2021-10-07T00:00:00Z"),
            ("7. září 2021", "2021-09-07T00:00:00Z"),
            ("7. července 2021", "2021-07-07T00:00:00Z"),
            ("7 Eylül 2021 Pazar 10:15", "2021-09-07T10:15:00Z"),
            ("12 Aralık 2021", "2021-12-12T00:00:00Z"),
            ("7 вересня 2021, 10:15", "2021-09-07T10:15:00Z"),
            ("середа, 7 квітня 2021", "2021-04-07T00:00:00Z"),
            ("7 сентября 2021 г. 10:15", "2021-09-07T10:15:00Z"),
            ("2021. szeptember 7. 00:01", "2021-09-07T00:01:00Z"),
            ("2021. jan. 7. csütörtök 10:15", "2021-01-07T10:15:00Z"),
            ("maanantai 7. maaliskuuta 2021", "2021-03-07T00:00:00Z"),
            ("7. marraskuuta 2021 klo 10.15", "2021-11-07T10:15:00Z"),
            ("maandag 7 mrt. 2021", "2021-03-07T00:00:00Z"),
            ("7 أغسطس 2021", "2021-08-07T00:00:00Z"),
            ("marți, 7 septembrie 2021", "2021-09-07T00:00:00Z"),
            ("7 de setembro de 2021 às 10h15", "2021-09-07T10:15:00Z"),
            ("martedì 7 settembre 2021, ore 10:15", "2021-09-07T10:15:00Z"),
            ("Mittwoch, 07. Januar 2021 | 10:15 Uhr", "2021-01-07T10:15:00Z"),
            ("Παρ, 05 Μάρ 2021 09:30:00 EET", "2021-03-05T07:30:00Z"),
            ("Thu, 4 Mar 2021 05:06:07 -0000", "2021-03-04T05:06:07Z"),
            ("Thu, 04-Mar-21 05:06:07 GMT", "2021-03-04T05:06:07Z"),
            ("Thursday, 04-Mar-21 05:06:07 GMT", "2021-03-04T05:06:07Z"),
            ("Thu, Mar 04 2021 05:06:07 +0900", "2021-03-03T20:06:07Z"),
            ("04Mar2021 05:06", "2021-03-04T05:06:00Z"),
            ("4th of March 2021", "2021-03-04T00:00:00Z"),
            ("Thu, 31 Feb 2021 05:06:07 GMT", "2021-02-28T05:06:07Z"),
        ] {
            let found = date(input).map(|instant| instant.to_string()).unwrap_or_default();
            assert_eq!(found, expected, "{input}");
        }
    }
}
