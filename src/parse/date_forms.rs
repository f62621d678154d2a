//! The two forms that nearly all feeds use, RFC 822 with a numeric or universal zone and RFC 3339, read by hand: the patterns
//! of `date` cost a hundred times as much. What is not exactly so is left to them.

use jiff::Timestamp;

use super::date::{Parts, full_year};

/// Reads `Thu, 04 Mar 2021 05:06:07 GMT` and `2021-03-04T05:06:07Z`; none for all else.
pub(super) fn common(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    if bytes.len() < 17 || bytes.len() > 40 || !text.is_ascii() {
        return None;
    }
    let mut rest = Rest(bytes);
    let mut parts = Parts::default();
    if bytes[0].is_ascii_digit() && bytes[4] == b'-' {
        rest.rfc3339(&mut parts)?;
    } else {
        rest.rfc822(&mut parts)?;
    }
    if rest.0.is_empty() { parts.instant() } else { None }
}

struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn rfc3339(&mut self, parts: &mut Parts) -> Option<()> {
        parts.year = self.digits(4, 4)?.0;
        self.byte(b'-')?;
        parts.month = self.digits(2, 2)?.0;
        self.byte(b'-')?;
        parts.day = self.digits(2, 2)?.0;
        self.byte(b'T')?;
        self.clock(parts)?;
        if self.byte(b'.').is_some() {
            let (value, digits) = self.digits(1, 9)?;
            parts.nanosecond = value * 10_i32.pow(u32::try_from(9 - digits).ok()?);
        }
        if self.byte(b'Z').is_some() { Some(()) } else { self.offset(parts) }
    }

    fn rfc822(&mut self, parts: &mut Parts) -> Option<()> {
        if let [_, _, _, b',', b' ', after @ ..] = self.0 {
            self.0 = after;
        }
        parts.day = self.digits(1, 2)?.0;
        self.byte(b' ')?;
        let (month, after) = self.0.split_at_checked(3)?;
        let known: [&[u8]; 12] =
            [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
        parts.month = i32::try_from(known.iter().position(|name| *name == month)?).ok()? + 1;
        self.0 = after;
        self.byte(b' ')?;
        let (year, digits) = self.digits(2, 4)?;
        parts.year = if digits == 3 { return None } else { full_year(year, digits) };
        self.byte(b' ')?;
        self.clock(parts)?;
        self.byte(b' ')?;
        if matches!(self.0, b"GMT" | b"UTC" | b"UT" | b"Z") {
            self.0 = b"";
            return Some(());
        }
        self.offset(parts)
    }

    fn clock(&mut self, parts: &mut Parts) -> Option<()> {
        parts.hour = self.digits(2, 2)?.0;
        self.byte(b':')?;
        parts.minute = self.digits(2, 2)?.0;
        if self.byte(b':').is_some() {
            parts.second = self.digits(2, 2)?.0;
        }
        Some(())
    }

    fn offset(&mut self, parts: &mut Parts) -> Option<()> {
        let sign = if self.byte(b'+').is_some() {
            1
        } else {
            self.byte(b'-')?;
            -1
        };
        let hours = self.digits(2, 2)?.0;
        let _ = self.byte(b':');
        let minutes = self.digits(2, 2)?.0;
        parts.offset = sign * (hours * 3600 + minutes * 60);
        (minutes < 60).then_some(())
    }

    fn byte(&mut self, byte: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(())
    }

    /// A number of so many digits, and how many it had.
    fn digits(&mut self, least: usize, most: usize) -> Option<(i32, usize)> {
        let count = self.0.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        if count < least {
            return None;
        }
        let value = self.0[..count].iter().fold(0, |value, digit| value * 10 + i32::from(digit - b'0'));
        self.0 = &self.0[count..];
        Some((value, count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::date;

    #[test]
    fn common_forms_and_no_others() {
        for (input, expected) in [
            ("Thu, 04 Mar 2021 05:06:07 GMT", "2021-03-04T05:06:07Z"),
            ("Thu, 4 Mar 21 05:06 +0100", "2021-03-04T04:06:00Z"),
            ("04 Mar 2021 05:06:07 -05:30", "2021-03-04T10:36:07Z"),
            ("2021-03-04T05:06:07.25+02:00", "2021-03-04T03:06:07.25Z"),
            ("2021-03-04T05:06:07Z", "2021-03-04T05:06:07Z"),
            ("Thu, 04 Mar 2021 05:06:07 EST", ""),
            ("Thu, 04 Mar 2021 05:06:07 GMT+2", ""),
            ("2021-03-04T05:06:07+0199", ""),
            ("2021-03-04T05:06:07", ""),
        ] {
            let found = common(input).map(|instant| instant.to_string()).unwrap_or_default();
            assert_eq!(found, expected, "{input}");
            // The patterns, which a space in front leads to, say the same.
            assert!(found.is_empty() || date(&format!("{input} ()")) == common(input), "{input}");
        }
    }
}
