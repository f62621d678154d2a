//! An entry that looks new, and what is known of its feed → whether it is an old one that came back under another id and
//! address (a site that moved), or one with an old id that is new all the same. Touches nothing; docs/IDENTITY.md has the
//! rules in a table.

use std::collections::HashSet;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::ascii::{self, LOWER, RUN, Run};
use crate::store::Known;

/// Letters and digits that a summary needs to tell an entry from others of the same title, or a title to be of one alone.
const TELLING: usize = 40;
/// Letters and digits of a text that are compared: feeds are cut differently before and after a move.
const COMPARED: usize = 160;
/// Entries that come back at once under new ids, addresses and dates are a move; fewer may be a programme's next edition.
const MOVE: usize = 3;

/// What an entry says, shortened to a mark: entries of one feed with the same mark carry the same report. None where it
/// says too little.
pub fn mark(title: &str, text: &str, link: Option<&str>) -> Option<String> {
    let mut said = Vec::with_capacity(title.len() + COMPARED + 16);
    push_letters(&mut said, title, usize::MAX);
    let of_title = said.len();
    said.push(b'\n');
    push_letters(&mut said, text, COMPARED);
    let of_text = said.len() - of_title - 1;
    // Without a link an entry is nothing but what it says.
    let tells = of_text >= TELLING || of_title >= TELLING || (link.is_none() && of_title + of_text > 0);
    tells.then(|| ["says:", &HEXLOWER.encode(&Sha256::digest(&said)[..20])].concat())
}

/// Letters and digits alone, in lower case, as UTF-8.
fn push_letters(said: &mut Vec<u8>, text: &str, most: usize) {
    let mut count = 0;
    for run in ascii::runs(text) {
        let room = most - count;
        match run {
            _ if room == 0 => return,
            Run::Ascii(bytes) => {
                // Each byte is written, and kept by where the next one goes, so that no branch has to be guessed.
                let (mut letters, mut kept) = ([0; RUN], 0);
                for byte in bytes {
                    let letter = LOWER[usize::from(*byte)];
                    letters[kept & (RUN - 1)] = letter;
                    kept += usize::from(letter != 0);
                }
                let kept = kept.min(room);
                said.extend_from_slice(&letters[..kept]);
                count += kept;
            }
            Run::Other(c) if c.is_alphanumeric() => {
                for lower in c.to_lowercase().take(room) {
                    said.extend_from_slice(lower.encode_utf8(&mut [0; 4]).as_bytes());
                    count += 1;
                }
            }
            Run::Other(_) => {}
        }
    }
}

/// An entry whose id was not seen before.
#[derive(Clone, Debug)]
pub struct Newcomer {
    pub published: Option<Timestamp>,
    pub has_link: bool,
    /// The article that an entry with the same mark became.
    pub marked: Option<Known>,
}

/// Which of the newcomers are known articles that came back: those that say the same and were published at the same time;
/// and all that say what was known, where most of a visit's newcomers do, whatever their dates.
pub fn came_back(newcomers: &[Newcomer]) -> Vec<bool> {
    let marked: HashSet<i64> = newcomers.iter().filter_map(|new| Some(new.marked.as_ref()?.nr)).collect();
    let moved = marked.len() >= MOVE && marked.len() * 2 >= newcomers.len();
    let same = |new: &Newcomer| {
        new.marked.as_ref().is_some_and(|known| match new.published {
            Some(at) => moved || Some(at) == known.published,
            None => moved || !new.has_link,
        })
    };
    newcomers.iter().map(same).collect()
}

/// Whether an entry with a known id is another article than the one that had the id: its address is new, its date is not
/// the same, and its headline shares less than half of its words with the old one's.
pub fn is_another(title: &str, published: Option<Timestamp>, known: &Known) -> bool {
    if published.is_some() && published == known.published {
        return false;
    }
    let (new, old) = (words(title), words(&known.title));
    let fewer = new.len().min(old.len());
    fewer > 0 && new.intersection(&old).count() * 2 < fewer
}

fn words(text: &str) -> HashSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "The crane on the north quay was lifted back onto its rails on Monday morning.";

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(second).ok()
    }

    fn known(nr: i64, published: Option<Timestamp>, title: &str) -> Known {
        Known { nr, title: title.to_owned(), published }
    }

    #[test]
    fn a_mark_is_what_is_said_not_how() {
        let plain = mark("Crane & crew", LONG, Some("l"));
        assert!(plain.is_some());
        assert_eq!(mark("Crane &  CREW!", &LONG.replace(' ', "\n"), Some("other")), plain);
        assert_ne!(mark("Crane and crew", LONG, Some("l")), plain);
        assert_ne!(mark("Crane & crew", &LONG.replace("crane", "ship"), Some("l")), plain);
        assert_eq!(mark("Weather warning", "Wind.", Some("l")), None);
        assert!(mark("Weather warning", "Wind.", None).is_some());
        let headline = "The crane on the north quay is lifted back onto its rails";
        assert!(mark(headline, "", Some("l")).is_some(), "a feed of headlines alone");
        assert_ne!(mark(headline, "", Some("l")), mark(headline, LONG, Some("l")));
        assert_eq!(mark("", "", None), None);
    }

    #[test]
    fn letters_and_digits_alone_as_many_as_are_asked_for() {
        for (text, most, expected) in [
            ("A1, b\u{a0}C-d", 9, "a1bcd"),
            ("Ärger – ÄÖ 7", 4, "ärge"),
            ("abÉÉcd", 3, "abé"),
            ("İx", 1, "i"),
            ("—…", 9, ""),
            (&*"a ".repeat(70), 69, &*"a".repeat(69)),
            (&*"é, B".repeat(60), 99, &"éb".repeat(50)[..149]),
            ("ab", 0, ""),
        ] {
            let mut said = Vec::new();
            push_letters(&mut said, text, most);
            assert_eq!(said, expected.as_bytes(), "{text} {most}");
        }
    }

    #[test]
    fn what_says_the_same_at_the_same_time_came_back() {
        let one = |published, has_link, marked| came_back(&[Newcomer { published, has_link, marked }])[0];
        assert!(one(at(5), true, Some(known(1, at(5), ""))));
        assert!(!one(at(6), true, Some(known(1, at(5), ""))), "the next edition of a programme");
        assert!(!one(None, true, Some(known(1, None, ""))), "undated, at a new address");
        assert!(one(None, false, Some(known(1, None, ""))), "nothing but what it says");
        assert!(!one(at(5), true, None));
    }

    #[test]
    fn a_move_is_many_at_once() {
        let new = |nr: Option<i64>| Newcomer {
            published: at(100),
            has_link: true,
            marked: nr.map(|nr| known(nr, at(5), "")),
        };
        assert_eq!(came_back(&[new(Some(1)), new(Some(2)), new(None), new(Some(3))]), [true, true, false, true]);
        assert_eq!(came_back(&[new(Some(1)), new(Some(2)), new(None)]), [false; 3], "too few");
        assert_eq!(came_back(&[new(Some(1)), new(Some(1)), new(Some(1))]), [false; 3], "one programme, three editions");
        let mixed: Vec<_> = [Some(1), Some(2), Some(3)].into_iter().chain([None; 5]).map(new).collect();
        assert_eq!(came_back(&mixed), [false; 8], "most are new");
    }

    #[test]
    fn an_id_used_again_is_another_article() {
        let old = known(1, at(5), "Crane lifted back onto its rails | Harbour Post");
        for (title, published, another) in [
            ("Fog closes the port", at(9), true),
            ("Fog closes the port", at(5), false),
            ("Fog closes the port", None, true),
            ("Crane lifted onto rails at last", at(9), false),
            ("", at(9), false),
        ] {
            assert_eq!(is_another(title, published, &old), another, "{title}");
        }
    }
}
