//! An article and what is known of its site → the article without the blocks that stand on the site's other pages too:
//! sign-up calls, appeals, imprints, whatever their class and language. What the feed says as well is always the article's, and so
//! is what a form says that is filled in anew for each page: weather, results, bulletins.

use sha2::{Digest as _, Sha256};

use super::title::key;
use super::{Page, quotes};
use crate::model::{Quality, SiteHabits};

/// Letters and digits of the shortest block that is looked at.
const SHORTEST: usize = 8;
/// Blocks of one page that are looked at: those at its beginning and those at its end.
const FIRST: usize = 30;
const LAST: usize = 30;
/// A block is boilerplate that stood on so many pages, and on one in so many of the site's. A paragraph of background
/// that comes back while a story runs stays below the share.
const PAGES: u32 = 3;
const ONE_IN: u32 = 10;
/// More than this share of the text is not left out, unless it is certain.
const MAX_SHARE: f64 = 0.34;
/// A block is certainly boilerplate that stood on so many pages, and on four in five of the site's.
const CERTAIN: u32 = 8;
/// Words that tell the shape of a block, and letters where a script has no words.
const SHAPE_WORDS: usize = 3;
const SHAPE_LETTERS: usize = 8;
/// A block of a form is the site's, and not the form's, that stands on so many times as many pages as the form.
const BEYOND_FORM: u32 = 2;
/// Characters left over that are no article.
const HOLLOW: usize = 60;

/// Hashes of the blocks of a page and of their shapes, each once: what is learnt from it, and asked about it.
pub fn blocks(page: &Page, feed_text: &str) -> Vec<i64> {
    let feed = key(feed_text);
    let paragraphs: Vec<&str> = page.text.split("\n\n").collect();
    let until = paragraphs.len().saturating_sub(LAST).max(FIRST.min(paragraphs.len()));
    let ends = paragraphs[..FIRST.min(paragraphs.len())].iter().chain(&paragraphs[until..]);
    let texts = ends.copied().chain(page.captions.iter().map(String::as_str).take(LAST));
    let mut found: Vec<i64> = texts.flat_map(|text| [block(text, &feed), shape(text)]).flatten().collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A block's hash; none where it is too short, or the feed's own words.
fn block(text: &str, feed: &str) -> Option<i64> {
    let words = key(text);
    if words.chars().count() < SHORTEST || feed.contains(&words) {
        return None;
    }
    Some(hash(&words))
}

/// The hash of a block's first words that are neither names nor numbers: the same for what a form is filled in with.
fn shape(text: &str) -> Option<i64> {
    let is_common =
        |word: &&str| word.chars().next().is_some_and(|c| !c.is_uppercase()) && !word.contains(char::is_numeric);
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .filter(is_common)
        .take(SHAPE_WORDS)
        .collect();
    if words.len() == SHAPE_WORDS {
        return Some(hash(&format!("shape {}", words.join(" "))));
    }
    let letters: String = text.chars().filter(|c| c.is_alphabetic() && !c.is_uppercase()).take(SHAPE_LETTERS).collect();
    (letters.chars().count() == SHAPE_LETTERS).then(|| hash(&format!("shape {letters}")))
}

fn hash(text: &str) -> i64 {
    let mut hash = [0; 8];
    hash.copy_from_slice(&Sha256::digest(text.as_bytes())[..8]);
    i64::from_le_bytes(hash)
}

/// Leaves out what stands on the site's other pages too; gives that back. A page that has nothing else is empty.
pub fn leave_out(page: &mut Page, habits: &SiteHabits, feed_text: &str) -> Vec<String> {
    if habits.blocks.is_empty() || page.text.is_empty() {
        return Vec::new();
    }
    let feed = key(feed_text);
    let pages_with = |block: Option<i64>| block.and_then(|block| habits.blocks.get(&block)).copied().unwrap_or(0);
    let is_often = |pages: u32| pages >= PAGES && pages * ONE_IN >= habits.pages;
    let form = form(page, |text| is_often(pages_with(block(text, ""))), |text| pages_with(shape(text)), is_often);
    let stood =
        |text: &str| Some(pages_with(block(text, &feed))).filter(|pages| *pages >= form * BEYOND_FORM).unwrap_or(0);
    let repeats = |text: &str| is_often(stood(text));
    let certain = |text: &str| stood(text) >= CERTAIN && stood(text) * 5 >= habits.pages * 4;
    let length = |test: &dyn Fn(&str) -> bool| -> usize {
        page.text.split("\n\n").filter(|text| test(text)).map(|text| text.chars().count()).sum()
    };
    let few = length(&repeats) as f64 <= MAX_SHARE * page.text.chars().count() as f64;
    let gone = |text: &str| if few { repeats(text) } else { certain(text) };
    let (left_out, kept): (Vec<&str>, Vec<&str>) = page.text.split("\n\n").partition(|text| gone(text));
    let mut left_out: Vec<String> = left_out.into_iter().map(str::to_owned).collect();
    let text = kept.join("\n\n");
    let captions = std::mem::take(&mut page.captions);
    let (repeated, captions) = captions.into_iter().partition(|caption| repeats(caption));
    page.captions = captions;
    if !left_out.is_empty() {
        if text.chars().count() < HOLLOW && matches!(page.quality, Quality::Full | Quality::Teaser) {
            page.quality = Quality::Empty;
            page.quality_reason = Some("all that the page says stands on most pages of its site".to_owned());
        }
        page.quotes = quotes(&text);
        page.text = text;
    }
    left_out.extend::<Vec<String>>(repeated);
    left_out
}

/// On how many pages the form stood that a page fills in, if it does: half of what is its own has a shape that is known.
fn form(
    page: &Page,
    repeats: impl Fn(&str) -> bool,
    shaped: impl Fn(&str) -> u32,
    is_often: impl Fn(u32) -> bool,
) -> u32 {
    let (mut own, mut filled, mut form) = (0, 0, 0);
    for text in page.text.split("\n\n").filter(|text| !repeats(text)) {
        let (chars, pages) = (text.chars().count(), shaped(text));
        own += chars;
        if is_often(pages) {
            filled += chars;
            form = form.max(pages);
        }
    }
    if filled * 2 >= own { form } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "The ferry will be late all week, the port said on Monday, because a crane blocks the quay. “It is a \
        nuisance,” said Ann Lee, who runs the kiosk at the landing stage and has seen better winters than this one.";
    const CALL: &str = "Our reporters live where you live. Lend them a hand today.";

    fn page(paragraphs: &[&str]) -> Page {
        let text = paragraphs.join("\n\n");
        Page { quotes: quotes(&text), text, quality: Quality::Full, ..Page::empty() }
    }

    fn habits(pages: u32, known: &[(&str, u32)]) -> SiteHabits {
        let blocks = known.iter().map(|(text, pages)| (block(text, "").expect("a block"), *pages)).collect();
        SiteHabits { pages, blocks, ..SiteHabits::default() }
    }

    #[test]
    fn what_stands_on_other_pages_is_left_out_within_bounds() {
        let whole = format!("{CALL}\n\n{OWN}");
        let dressed = CALL.to_uppercase().replace('.', " …");
        for (paragraphs, known, feed, expected) in [
            (&[CALL, OWN][..], habits(20, &[(CALL, 3)]), "", OWN),
            (&[&dressed, OWN], habits(20, &[(CALL, 3)]), "", OWN),
            (&[CALL, OWN], habits(20, &[(CALL, 2)]), "", &whole),
            // Background of a story that runs: three pages of a hundred.
            (&[CALL, OWN], habits(100, &[(CALL, 3)]), "", &whole),
            // The feed says it as well.
            (&[CALL, OWN], habits(20, &[(CALL, 20)]), CALL, &whole),
            // Too much of the text to be left out on a suspicion; certain is certain.
            (&[CALL, OWN], habits(20, &[(CALL, 9), (OWN, 9)]), "", &whole),
            (&[OWN, CALL], habits(20, &[(CALL, 20), (OWN, 9)]), "", OWN),
        ] {
            let mut page = page(paragraphs);
            let left_out = leave_out(&mut page, &known, feed);
            assert_eq!(page.text, expected, "{known:?} {feed}");
            assert_eq!(left_out.is_empty(), expected == whole);
            for quote in &page.quotes {
                assert_eq!(&page.text[quote.start..quote.end], quote.text);
            }
            assert_eq!(page.quality, Quality::Full);
        }
    }

    #[test]
    fn a_page_of_nothing_else_is_empty() {
        let mut wall = page(&[OWN, CALL]);
        assert_eq!(leave_out(&mut wall, &habits(10, &[(CALL, 10), (OWN, 9)]), "").len(), 2);
        assert_eq!((wall.quality, wall.text.as_str()), (Quality::Empty, ""));
        assert!(wall.quality_reason.is_some());
    }

    /// Learns from pages as the daemon does, then reads the next.
    fn after(pages: &[String], next: &str) -> (String, Vec<String>) {
        let mut habits = SiteHabits::default();
        for text in pages {
            habits.pages += 1;
            for block in blocks(&page(&[text]), "") {
                *habits.blocks.entry(block).or_default() += 1;
            }
        }
        let mut page = page(&[next]);
        let left_out = leave_out(&mut page, &habits, "");
        (page.text, left_out)
    }

    #[test]
    fn a_form_that_is_filled_in_keeps_its_words() {
        const TOWNS: [&str; 12] = [
            "Vasto",
            "Corvina",
            "Northport",
            "Marlow",
            "Turku",
            "Kitale",
            "Madrone",
            "Leeds",
            "Pune",
            "Ibadan",
            "Bogor",
            "Haas",
        ];
        type Form = fn(usize, &str) -> String;
        let forms: [(&str, Form); 5] = [
            ("weather", |n, town| {
                format!(
                    "{town} will have {n} degrees on Monday and rain by the evening.\n\nThe wind comes from the sea at {n} knots.\n\nFerries leave as usual. No warning is in force.\n\nThe next report is due at noon."
                )
            }),
            ("results", |n, town| {
                format!(
                    "{town} beat Harbour United {n}-1 at home on Saturday.\n\nThe match was refereed by C. Dee, who showed no card.\n\nTickets for the next round are sold at the gate."
                )
            }),
            ("a court's list", |n, town| {
                format!(
                    "Case {n}/2026, the State against {town} Quarries, will be heard at nine in room {n}.\n\nThe hearing is open to all.\n\nWitnesses are heard in the order of the list, and phones are handed in at the door."
                )
            }),
            ("quarterly results", |n, town| {
                format!(
                    "{town} Bio sold goods for {n} million crowns in the quarter, which is {n} percent more than a year before.\n\nThe figures have not been audited.\n\nThe company repeats its guidance for the year."
                )
            }),
            ("earthquakes", |n, town| {
                format!(
                    "A quake of magnitude 4.{n} struck {n} km north of {town} at 10:{n}.\n\nNo damage and no injuries have been reported.\n\nThere is no danger of a tsunami."
                )
            }),
        ];
        let call = |text: &str| format!("{text}\n\n{CALL}");
        for (what, form) in forms {
            let filled = |towns: &[&str]| -> Vec<String> {
                towns.iter().enumerate().map(|(n, town)| form(n + 3, town)).collect()
            };
            // A site of nothing else, however many of its pages are known.
            for known in 1..TOWNS.len() {
                let (text, left_out) = after(&filled(&TOWNS[..known]), &form(40, "Alba"));
                assert_eq!((text, left_out.len()), (form(40, "Alba"), 0), "{what} after {known}");
            }
            // Among a paper's other pages, all of which have the call.
            let mut pages: Vec<String> = filled(&TOWNS).iter().map(|text| call(text)).collect();
            pages.extend((0..24).map(|n| {
                let thing = ["a ferry", "a goat", "a bridge", "a mill"][n % 4];
                call(&format!(
                    "It was {thing} again, number {n} of the year, that {n} people saw in the street. {OWN}{n}"
                ))
            }));
            let (text, left_out) = after(&pages, &call(&form(40, "Alba")));
            assert_eq!((text, left_out), (form(40, "Alba"), vec![CALL.to_owned()]), "{what} among others");
        }
    }

    #[test]
    fn captions_count_and_short_lines_do_not() {
        let mut page =
            Page { captions: vec!["Getty Images, all of them".into(), "Quay".into()], ..page(&[OWN, "Ferry"]) };
        assert_eq!(blocks(&page, "").len(), 4, "with their shapes");
        leave_out(&mut page, &habits(5, &[("Getty Images, all of them", 5)]), "");
        assert_eq!(page.captions, ["Quay"]);
    }
}
