//! A document, and how its entries stood in it at the last reading → the document without those that stand there still, byte
//! for byte: most entries of a feed that changed did not. What is left is read as if it were all; where that could tell
//! entries apart in another way than the whole document does, the whole is read.

use std::collections::HashMap;
use std::ops::Range;

use memchr::{memchr, memmem};
use rustc_hash::FxHashSet;
use sha2::{Digest as _, Sha256};

use super::{MAX_ENTRIES, ParsedEntry};

/// The entries of a document as they were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stood(Vec<Mark>);

/// An entry that was read, by the beginnings of SHA-256 sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    /// Of its text, from start tag to end tag.
    text: u64,
    /// Of the publisher's id; 0 for none.
    id: u32,
    /// Of its link; 0 for none.
    link: u32,
}

impl Mark {
    const SIZE: usize = 16;

    fn of(text: u64, entry: &ParsedEntry) -> Self {
        let short = |text: &str| if text.is_empty() { 0 } else { sum(text) as u32 };
        Self { text, id: short(&entry.id), link: entry.link.as_deref().map_or(0, short) }
    }

    fn to_bytes(self) -> [u8; Self::SIZE] {
        (u128::from(self.text) | u128::from(self.id) << 64 | u128::from(self.link) << 96).to_le_bytes()
    }

    fn from_bytes(bytes: [u8; Self::SIZE]) -> Self {
        let whole = u128::from_le_bytes(bytes);
        Self { text: whole as u64, id: (whole >> 64) as u32, link: (whole >> 96) as u32 }
    }
}

impl Stood {
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.as_chunks().0.iter().copied().map(Mark::from_bytes).collect())
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|mark| mark.to_bytes()).collect()
    }
}

/// The entries of a document, found without reading it, in their order.
pub(super) struct Entries {
    places: Vec<Range<usize>>,
    texts: Vec<u64>,
    /// Those that stood there before.
    known: HashMap<u64, Mark>,
}

impl Entries {
    /// None where it has none or it cannot be told where they stand.
    pub fn of(text: &str, before: &Stood) -> Option<Self> {
        let places = places(text)?;
        if places.is_empty() || places.len() > MAX_ENTRIES {
            return None;
        }
        let texts: Vec<u64> = places.iter().map(|place| sum(&text[place.clone()])).collect();
        let before: HashMap<u64, Mark> = before.0.iter().map(|mark| (mark.text, *mark)).collect();
        let known = texts.iter().filter_map(|text| Some((*text, *before.get(text)?))).collect();
        Some(Self { places, texts, known })
    }

    /// How many stood there before.
    pub fn count_known(&self) -> u32 {
        self.texts.iter().filter(|text| self.known.contains_key(text)).count() as u32
    }

    /// The document without those that stood there before; none where that is the document.
    pub fn rest(&self, text: &str) -> Option<String> {
        if self.known.is_empty() {
            return None;
        }
        let mut rest = String::new();
        let mut from = 0;
        for (place, sum) in self.places.iter().zip(&self.texts) {
            if self.known.contains_key(sum) {
                rest.push_str(&text[from..place.start]);
                from = place.end;
            }
        }
        rest.push_str(&text[from..]);
        Some(rest)
    }

    /// All, given what was read of the rest, with the ids as the publisher gave them. None where it is not what was to be
    /// read, or where an entry of it shares its id or link with one that was left out: then they are told apart together.
    pub fn stood(&self, rest: &[ParsedEntry]) -> Option<Stood> {
        let ids: FxHashSet<u32> = self.known.values().map(|mark| mark.id).filter(|id| *id != 0).collect();
        let links: FxHashSet<u32> = self.known.values().map(|mark| mark.link).filter(|link| *link != 0).collect();
        let mut read = rest.iter();
        let mut marks = Vec::with_capacity(self.texts.len());
        for text in &self.texts {
            if let Some(known) = self.known.get(text) {
                marks.push(*known);
                continue;
            }
            let mark = Mark::of(*text, read.next()?);
            if ids.contains(&mark.id) || links.contains(&mark.link) {
                return None;
            }
            marks.push(mark);
        }
        read.next().is_none().then_some(Stood(marks))
    }

    /// As if nothing had stood there before: for the whole document.
    #[must_use]
    pub fn anew(self) -> Self {
        Self { known: HashMap::new(), ..self }
    }
}

fn sum(text: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    digest.first_chunk().copied().map_or(0, u64::from_le_bytes)
}

/// Where items and entries stand, from start tag to end tag, outside of comments and CDATA sections. None where one holds
/// another, is not ended, or is not written as most are: a reader must look at the whole.
fn places(text: &str) -> Option<Vec<Range<usize>>> {
    const NAMES: [(&str, &str); 2] = [("<item", "</item>"), ("<entry", "</entry>")];
    let mut places = Vec::new();
    let mut open: Option<(usize, &str)> = None;
    let mut from = 0;
    while let Some(at) = memchr(b'<', &text.as_bytes()[from..]) {
        let start = from + at;
        let tail = &text.as_bytes()[start..];
        let behind = |end: &str| Some(start + memmem::find(tail, end.as_bytes())? + end.len());
        let begun = NAMES.iter().find(|(name, _)| {
            let after = tail.strip_prefix(name.as_bytes()).and_then(<[u8]>::first);
            after.is_some_and(|after| after.is_ascii_whitespace() || matches!(after, b'>' | b'/'))
        });
        from = start + 1;
        if tail.starts_with(b"<!--") {
            from = behind("-->")?;
        } else if tail.starts_with(b"<![CDATA[") {
            from = behind("]]>")?;
        } else if let Some((_, end)) = begun {
            if open.is_some() {
                return None;
            }
            open = Some((start, end));
        } else if let Some((began, end)) = open
            && tail.starts_with(end.as_bytes())
        {
            from = start + end.len();
            places.push(began..from);
            open = None;
        }
    }
    open.is_none().then_some(places)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse::{ParsedFeed, Texts, source};

    fn read(text: &str, before: Option<&Stood>) -> ParsedFeed {
        source(text.as_bytes().into(), None, None, Texts::Plain, before).expect(text)
    }

    fn rss(items: &str) -> String {
        format!("<rss version='2.0'><channel><title>Desk</title>{items}</channel></rss>")
    }

    fn item(id: &str, link: &str, title: &str) -> String {
        format!(
            "<item><guid isPermaLink='false'>{id}</guid><link>https://n.example/{link}</link><title>{title}</title></item>"
        )
    }

    /// What is read of the second document once the first was, and how much of it is left out.
    fn again(first: &str, second: &str) -> (Vec<String>, u32) {
        let stood = read(first, Some(&Stood::default())).stood.unwrap_or_default();
        let stood = Stood::from_bytes(&stood.to_bytes());
        let feed = read(second, Some(&stood));
        (feed.entries.into_iter().map(|entry| entry.title).collect(), feed.as_before)
    }

    #[test]
    fn only_what_did_not_stand_there_is_read() {
        let (crane, fog, ferry) = (item("1", "crane", "Crane"), item("2", "fog", "Fog"), item("3", "ferry", "Ferry"));
        let ferry_late = item("3", "ferry", "Ferry late");
        let both = rss(&[&crane[..], &fog].concat());
        for (second, titles, left_out) in [
            (rss(&[&ferry[..], &crane, &fog].concat()), &["Ferry"][..], 2),
            (rss(&[&fog[..], &ferry, &crane].concat()), &["Ferry"], 2),
            (rss(&[&fog[..], &crane].concat()), &[], 2),
            (rss(&[&fog[..], &fog].concat()), &[], 2),
            (rss(&[&ferry[..], &ferry_late].concat()), &["Ferry", "Ferry late"], 0),
            (rss(&crane.replace("Crane", "Crane ")), &["Crane"], 0),
        ] {
            assert_eq!(again(&both, &second), (titles.iter().map(ToString::to_string).collect(), left_out), "{second}");
        }
        let atom =
            |entries: &str| format!("<feed xmlns='http://www.w3.org/2005/Atom'><title>Desk</title>{entries}</feed>");
        let entry =
            |n: u32| format!("<entry><id>urn:x:{n}</id><title type='html'><![CDATA[<b>No {n}</b>]]></title></entry>");
        assert_eq!(again(&atom(&entry(1)), &atom(&(entry(2) + &entry(1)))), (vec!["No 2".to_owned()], 1));
    }

    #[test]
    fn entries_that_are_told_apart_together_are_read_together() {
        let crane = item("same", "crane", "Crane");
        let shared_id = rss(&(item("same", "fog", "Fog") + &crane));
        assert_eq!(again(&rss(&crane), &shared_id), (vec!["Fog".to_owned(), "Crane".to_owned()], 0));
        let shared_link = rss(&(item("2", "crane", "Fog") + &crane));
        assert_eq!(again(&rss(&crane), &shared_link), (vec!["Fog".to_owned(), "Crane".to_owned()], 0));
        // Though the publisher's id was not the one that they had of us.
        let two = rss(&(item("same", "ferry", "Ferry") + &crane));
        assert_eq!(again(&two, &shared_id), (vec!["Fog".to_owned(), "Crane".to_owned()], 0));
    }

    #[test]
    fn what_is_not_plainly_an_entry_is_read_whole() {
        let crane = item("1", "crane", "Crane");
        for first in [
            rss(&crane.replace("<title>", "<title><item>x</item>")),
            rss(&crane).replace("</item>", ""),
            rss(&crane).replace("item>", "ITEM>"),
            rss(&format!("{crane}<!-- {crane}")),
            rss(&format!("{crane}<item/>")),
            format!(
                "{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{{\"id\":\"1\",\"title\":\"{crane}\"}}]}}"
            ),
        ] {
            assert_eq!(again(&first, &first).1, 0, "{first}");
        }
        for hidden in [format!("<!-- {crane} -->"), format!("<title><![CDATA[{crane}]]></title>")] {
            let first = rss(&format!("{hidden}<item><title>Fog</title></item>"));
            assert_eq!(again(&first, &first), (vec![], 1), "{first}");
        }
        assert_eq!(places("<items><item a='b'>x</item><item>y</item></items>"), Some(vec![7..27, 27..41]));
        assert_eq!(places("no entry <at> all"), Some(vec![]));
    }

    /// What one item of three is damaged by.
    const DAMAGE: [&str; 11] = [
        "&",
        "<b>",
        "</p>",
        "</channel>",
        "<!-- </item> -->",
        "<![CDATA[</item>]]>",
        "<![CDATA[<item>",
        "</item",
        "<item>",
        "<ITEM>",
        "<entry/>",
    ];

    /// One of few items, so that they often stand in two documents, and share ids and links.
    fn any_item() -> impl Strategy<Value = String> {
        (0..6_u8, 0..6_u8, 0..4_u8, any::<bool>(), 0..3 * DAMAGE.len()).prop_map(|(id, link, title, bare, damage)| {
            let damage = DAMAGE.get(damage).unwrap_or(&"");
            let item = item(&format!("id-{id}"), &link.to_string(), &format!("Title <![CDATA[& {title}]]>{damage}"));
            if bare {
                item.replace("<guid isPermaLink='false'>id-0</guid>", "").replace("https://n.example/1", "")
            } else {
                item
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

        /// Whatever is left out, the rest is read as it is read in the whole.
        #[test]
        fn the_rest_is_read_as_in_the_whole(
            first in proptest::collection::vec(any_item(), 0..8),
            second in proptest::collection::vec(any_item(), 0..8),
        ) {
            let before = read(&rss(&first.concat()), Some(&Stood::default())).stood.unwrap_or_default();
            let text = rss(&second.concat());
            let (whole, rest) = (read(&text, None), read(&text, Some(&before)));
            if whole.entries.len() != second.len() {
                // So damaged that they do not stand side by side.
                prop_assert!(rest.as_before == 0 || rest.entries.iter().all(|entry| whole.entries.contains(entry)));
                return Ok(());
            }
            let known = |item: &String| rest.as_before > 0 && first.contains(item);
            let expected: Vec<ParsedEntry> =
                whole.entries.iter().zip(&second).filter(|(_, item)| !known(item)).map(|(entry, _)| entry.clone()).collect();
            prop_assert_eq!(rest.as_before as usize, whole.entries.len() - expected.len());
            prop_assert_eq!(&rest.entries, &expected);
            // What is noted of it is the same, whichever way it was read.
            let noted = read(&text, Some(&Stood::default())).stood;
            prop_assert_eq!(rest.stood, noted);
        }
    }
}
