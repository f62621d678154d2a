//! A paragraph → its words, the common Latin ones on a short road without a copy, all others by [`super::tokens`].
//! Both roads have one meaning: a word on the short road is one that the long road would neither split nor bind.

use std::sync::LazyLock;

use super::fold::fold_into;
use super::masks::{CLASSES, Class, Common, Masks, Places};
use super::packed::PACKED;
use super::tokens::{Link, Pieces};

/// Takes the words of a paragraph, in order.
pub(super) trait Reader {
    /// Words of their own.
    fn common(&mut self, words: &Common<'_>);
    /// A word of its own, as it is folded.
    fn folded(&mut self, start: usize, end: usize, folded: &[u8]);
    /// Words that may be bound to each other; their bytes count from `base`.
    fn pieces(&mut self, base: usize, pieces: &Pieces);
}

/// The folded forms of the letters U+00C0 to U+017F, as long as they are ASCII: their bytes and how many; 0 for the others.
static LATIN: LazyLock<[([u8; 2], u8); 192]> = LazyLock::new(|| {
    let fold = |offset: usize| {
        let letter = char::from_u32(0xC0 + offset as u32).filter(|c| c.is_alphabetic());
        let mut folded = String::new();
        if let Some(letter) = letter {
            fold_into(letter.encode_utf8(&mut [0; 4]), &mut folded);
        }
        match folded.as_bytes() {
            [one] if one.is_ascii_alphanumeric() => ([*one, 0], 1),
            [one, two] if one.is_ascii_alphanumeric() && two.is_ascii_alphanumeric() => ([*one, *two], 2),
            _ => ([0, 0], 0),
        }
    };
    std::array::from_fn(fold)
});

/// Room that is used again from paragraph to paragraph.
#[derive(Debug, Default)]
pub(super) struct Room {
    pieces: Pieces,
    masks: Masks,
    places: Places,
}

/// Has the words of a paragraph read, in order.
pub(super) fn scan(text: &str, room: &mut Room, reader: &mut impl Reader) {
    let bytes = text.as_bytes();
    let Room { pieces, masks, places } = room;
    masks.read(bytes);
    let mut at = 0;
    while at < bytes.len() {
        // As many common words as there are in a row, then what needs a closer look.
        let window = masks.window(at);
        let plain = window.plain();
        plain.add_to(places, at);
        at += plain.length;
        let close = at < bytes.len() && (plain.length == 0 || plain.length < window.complete());
        if places.is_full() {
            reader.common(&masks.common(places));
        }
        if !close {
            continue;
        }
        match chunk(bytes, at, masks) {
            Chunk::Word { start, word, next } => {
                if word.is_in_place(start) {
                    places.push(start, word.end);
                } else {
                    reader.common(&masks.common(places));
                    reader.folded(start, word.end, masks.small(start, word.length));
                }
                at = next;
            }
            Chunk::Nothing { next } => at = next,
            Chunk::Long => {
                reader.common(&masks.common(places));
                let end = compound(bytes, at, masks, pieces).unwrap_or_else(|| {
                    let end = long_end(bytes, at, masks);
                    pieces.read(&text[at..end]);
                    end
                });
                reader.pieces(at, pieces);
                at = end;
            }
        }
    }
    reader.common(&masks.common(places));
}

enum Chunk {
    /// `next`: what follows it and the white space behind it.
    Word { start: usize, word: Folded, next: usize },
    /// Punctuation alone.
    Nothing { next: usize },
    /// For the long road.
    Long,
}

/// Reads words between hyphens (`co-operate`, `Peña-Nieto`) into `pieces`: where the chunk ends. None for the long road.
fn compound(bytes: &[u8], at: usize, masks: &mut Masks, pieces: &mut Pieces) -> Option<usize> {
    pieces.clear();
    let mut start = at + edges(bytes, at);
    let mut link = Link::Apart;
    loop {
        let Folded { end, length } = fold(bytes, start, masks)?;
        let folded = std::str::from_utf8(masks.small(start, length)).ok().filter(|folded| !folded.is_empty())?;
        pieces.push_folded(start - at, end - at, link, folded);
        let is_bound = bytes.get(end) == Some(&b'-') && class(bytes, end + 1).0 == Class::Letter;
        if !is_bound {
            let (close, _) = space_behind(bytes, end)?;
            // One word alone is here because it may be bound to its neighbours.
            return (pieces.list.len() > 1).then_some(close);
        }
        (start, link) = (end + 1, Link::Hyphen);
    }
}

/// Where the white space begins, and its bytes, behind a word that ends at `end`, its possessive and punctuation; none where
/// something else follows.
#[inline]
fn space_behind(bytes: &[u8], end: usize) -> Option<(usize, usize)> {
    let end = end + possessive(bytes, end);
    let end = end + edges(bytes, end);
    match class(bytes, end) {
        (Class::Space, length) => Some((end, length)),
        (Class::Letter | Class::Edge | Class::Other | Class::Wide, _) => None,
    }
}

/// Bytes of the punctuation at the edge of a word.
#[inline]
fn edges(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while let (Class::Edge, length) = class(bytes, end) {
        end += length;
    }
    end - at
}

/// Where the chunks for the long road end that begin at `at`: an initial looks at the chunk before it.
fn long_end(bytes: &[u8], at: usize, masks: &mut Masks) -> usize {
    let space = |from: usize| {
        let length = bytes[from..].iter().position(|&byte| CLASSES[byte as usize] == Class::Space);
        length.map_or(bytes.len(), |length| from + length)
    };
    let mut end = space(at);
    loop {
        let mut next = end;
        while next < bytes.len()
            && let (Class::Space, length) = class(bytes, next)
        {
            next += length;
        }
        if next == bytes.len() || !matches!(chunk(bytes, next, masks), Chunk::Long) {
            return end;
        }
        end = space(next);
    }
}

/// What a character that is no ASCII is at the edge of a word, and its bytes.
fn wide(bytes: &[u8], at: usize) -> (Class, usize) {
    match (bytes[at], bytes.get(at + 1), bytes.get(at + 2)) {
        // No-break space; « » ¡ ¿
        (0xC2, Some(0xA0), _) => (Class::Space, 2),
        (0xC2, Some(0xAB | 0xBB | 0xA1 | 0xBF), _) => (Class::Edge, 2),
        (0xC3..=0xC5, _, _) if latin(bytes, at).is_some() => (Class::Letter, 2),
        // – — ‘ ’ ‚ “ ” „ …
        (0xE2, Some(0x80), Some(0x93 | 0x94 | 0x98..=0x9A | 0x9C..=0x9E | 0xA6)) => (Class::Edge, 3),
        _ => (Class::Other, 1),
    }
}

/// The folded form of the two-byte letter at `at`, and how many bytes that has.
#[inline]
fn latin(bytes: &[u8], at: usize) -> Option<([u8; 2], usize)> {
    let first = bytes.get(at).copied().filter(|first| matches!(first, 0xC3..=0xC5))?;
    let second = bytes.get(at + 1)?;
    let code = (usize::from(first & 0x1F) << 6) | usize::from(second & 0x3F);
    let (letters, count) = *LATIN.get(code.checked_sub(0xC0)?)?;
    (count > 0).then_some((letters, usize::from(count)))
}

#[inline]
fn class(bytes: &[u8], at: usize) -> (Class, usize) {
    match bytes.get(at) {
        None => (Class::Space, 0),
        Some(&byte) => match CLASSES[byte as usize] {
            Class::Wide => wide(bytes, at),
            class => (class, 1),
        },
    }
}

/// Reads what stands up to the next white space.
#[inline]
fn chunk(bytes: &[u8], mut at: usize, masks: &mut Masks) -> Chunk {
    at += edges(bytes, at);
    match class(bytes, at) {
        (Class::Letter, _) => {}
        (Class::Space, length) => return Chunk::Nothing { next: at + length },
        (Class::Edge | Class::Other | Class::Wide, _) => return Chunk::Long,
    }
    let start = at;
    let Some(word) = fold(bytes, start, masks) else { return Chunk::Long };
    let end = word.end;
    let letters = end - start - bytes[start..end].iter().filter(|byte| matches!(byte, 0x80..=0xBF)).count();
    // An initial may be bound to its neighbours.
    if letters == 1 && bytes.get(end) == Some(&b'.') {
        return Chunk::Long;
    }
    match space_behind(bytes, end) {
        Some((close, length)) => Chunk::Word { start, word, next: close + length },
        None => Chunk::Long,
    }
}

/// Where the letters of a word end, and how many its folded form has.
struct Folded {
    end: usize,
    length: usize,
}

impl Folded {
    /// Whether it is packed as what stands at its place among the small letters: zeros fill up what it has become shorter.
    fn is_in_place(&self, start: usize) -> bool {
        self.length == self.end - start || self.end - start <= PACKED
    }
}

/// Folds the letters from `start` on where they stand among the small letters, the same however often it is done. None where
/// they are too many.
#[inline]
fn fold(bytes: &[u8], start: usize, masks: &mut Masks) -> Option<Folded> {
    let (mut at, mut to) = (start, start);
    loop {
        let count = masks.letters_from(at)?;
        if at != to {
            masks.set_small(to, &bytes[at..at + count]);
        }
        (at, to) = (at + count, to + count);
        match latin(bytes, at) {
            Some((letters, count)) => {
                masks.set_small(to, &letters[..count]);
                (at, to) = (at + 2, to + count);
            }
            None => break,
        }
    }
    if to < at {
        masks.clear_small(to, at);
    }
    Some(Folded { end: at, length: to - start })
}

/// Bytes of an `'s` behind a letter that ends at `end`, where no letter follows it.
#[inline]
fn possessive(bytes: &[u8], end: usize) -> usize {
    let apostrophe = match bytes[end..] {
        [b'\'', ..] => 1,
        [0xE2, 0x80, 0x98 | 0x99, ..] => 3,
        _ => return 0,
    };
    let s = matches!(bytes.get(end + apostrophe), Some(b's' | b'S'));
    if !s || bytes[end - 1].is_ascii_digit() || class(bytes, end + apostrophe + 1).0 == Class::Letter {
        return 0;
    }
    apostrophe + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topic::packed::Packed;
    use crate::topic::tokens::{Link, pieces};

    /// The words as `(start, end, folded, bound)` and the joined spellings as `(start, end, joined)`.
    type Read = (Vec<(usize, usize, String, bool)>, Vec<(usize, usize, String)>);

    fn add(read: &mut Read, base: usize, pieces: &Pieces) {
        for (i, piece) in pieces.list.iter().enumerate() {
            let (start, end) = (base + piece.start as usize, base + piece.end as usize);
            read.0.push((start, end, pieces.folded(i).to_owned(), piece.link == Link::Point));
        }
        pieces.joins(|from, to| {
            let (start, end) = (pieces.list[from].start as usize, pieces.list[to - 1].end as usize);
            read.1.push((base + start, base + end, pieces.joined(from, to).to_owned()));
        });
    }

    /// What was read, and how many words on the long road.
    struct Scanned<'t>(&'t str, Read, usize);

    impl Reader for Scanned<'_> {
        fn common(&mut self, words: &Common<'_>) {
            for &place in words.places {
                let folded = std::str::from_utf8(words.letters(place)).expect("ASCII").trim_end_matches('\0');
                assert_eq!(words.word(place), Packed::cut(folded.as_bytes()), "{}", self.0);
                self.1.0.push((place.bytes().start, place.bytes().end, folded.to_owned(), false));
            }
        }

        fn folded(&mut self, start: usize, end: usize, folded: &[u8]) {
            let folded = String::from_utf8(folded.to_vec()).expect("ASCII");
            self.1.0.push((start, end, folded, false));
        }

        fn pieces(&mut self, base: usize, pieces: &Pieces) {
            self.2 += pieces.list.len();
            add(&mut self.1, base, pieces);
        }
    }

    fn scanned(text: &str) -> (Read, usize) {
        let mut scanned = Scanned(text, Read::default(), 0);
        scan(text, &mut Room::default(), &mut scanned);
        (scanned.1, scanned.2)
    }

    #[test]
    fn common_words_take_the_short_road() {
        for (text, expected) in [
            ("The police, on ice. “We’ve” said (Trump’s) aides", 1),
            ("Enrique Peña Nieto, Wałęsa, Straße, «Łódź» ¿qué?", 0),
            ("U. S. law", 2),
            ("a J. B. Smith", 2),
            ("1990's it's IT'S dogs'", 2),
            ("co-operate now", 2),
            ("3,000 tons at 50% cost", 1),
            ("un\u{A0}mot\u{A0}; «\u{A0}deux\u{A0}»", 0),
            ("internationalisations of the counterrevolutionaries", 0),
        ] {
            assert_eq!(scanned(text).1, expected, "{text}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2000))]

        #[test]
        fn both_roads_read_the_same(parts in proptest::collection::vec(proptest::sample::select(vec![
            "a", "b", "S", "U", "É", "ß", "word", "Peña", "Łódź", "ŉ", "中", "и", "1", "90", "s", "internationalisations",
            " ", " ", " ", "\n", "\u{A0}", "\u{2003}", ".", ".", ",", "'", "’", "'s", "’S", "-", "–", "—", "_", "\"", "“", "”", "…",
            "&", "/", ":", "×", "´", "`", "′", "₂", "น", "ำ",
            "\u{AD}", "\u{301}", "«", "»", "@", "#", "%", "\0", "²", "·", "U. ", "J. ", " É. ", "-tin", "Peña-",
        ]), 0..24)) {
            let text = parts.concat();
            let mut expected = Read::default();
            add(&mut expected, 0, &pieces(&text));
            proptest::prop_assert_eq!(scanned(&text).0, expected, "{:?}", text);
        }

        #[test]
        fn both_roads_read_any_text_the_same(text in "[\\PC\t\n]{0,40}") {
            let mut expected = Read::default();
            add(&mut expected, 0, &pieces(&text));
            proptest::prop_assert_eq!(scanned(&text).0, expected, "{:?}", text);
        }
    }
}
