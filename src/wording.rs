//! Words for numbers of things.

use std::fmt::Display;

/// A number of things, by the noun for one: `1 copy`, `2 copies`.
pub fn count(number: impl Display, noun: &str) -> String {
    let number = number.to_string();
    match (number.as_str(), noun.strip_suffix('y')) {
        ("1", _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one_and_all_others_are_many() {
        for (number, noun, expected) in
            [(0, "alert", "0 alerts"), (1, "alert", "1 alert"), (21, "copy", "21 copies"), (1, "copy", "1 copy")]
        {
            assert_eq!(count(number, noun), expected);
        }
    }
}
