//! Text → words with their places and folded forms; words bound by hyphens or points keep that bond, so that
//! co-operate is also cooperate and U.S. is also US. Folding of one word is [`super::fold`]'s, meaning nobody's here.

use std::borrow::Cow;

use smallvec::SmallVec;
use unicode_segmentation::UnicodeSegmentation as _;

use super::fold::{fold_into, is_apostrophe, is_hyphen, is_invisible, is_mark, is_unspaced};

/// How a piece hangs on the piece before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// Not at all.
    Apart,
    /// By a hyphen or dash, or by an elision (`l'homme`): two words that may be written as one.
    Hyphen,
    /// By a point (`U.S.`, `U. S.`): letters of one word.
    Point,
}

/// One word, or a part of one that is bound to its neighbour. Bytes of the text given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub start: u32,
    pub end: u32,
    pub link: Link,
    folded: (u32, u32),
}

/// The words of a text, in order.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pub list: Vec<Piece>,
    buffer: String,
}

/// Longest run of hyphenated words that is also tried in its joined spelling.
pub(super) const MAX_JOINED: usize = 4;

impl Pieces {
    /// The folded form of the piece at `index`.
    pub fn folded(&self, index: usize) -> &str {
        let (start, end) = self.list[index].folded;
        &self.buffer[start as usize..end as usize]
    }

    /// The folded forms of pieces `from..to`, joined into one word. Folded forms lie one behind the other.
    pub fn joined(&self, from: usize, to: usize) -> &str {
        &self.buffer[self.list[from].folded.0 as usize..self.list[to - 1].folded.1 as usize]
    }

    /// Every run of bound pieces that is also a word in its joined spelling, as `(from, to)`.
    pub fn joins(&self, mut each: impl FnMut(usize, usize)) {
        let mut at = 0;
        while at < self.list.len() {
            let end = self.compound_end(at);
            if end - at > 1 {
                let units = self.units(at, end);
                for (i, &(from, to)) in units.iter().enumerate() {
                    if to - from > 1 {
                        each(from, to);
                    }
                    for &(_, last) in units.iter().skip(i + 1).take(MAX_JOINED - 1) {
                        each(from, last);
                    }
                }
            }
            at = end;
        }
    }

    /// Where the bound pieces that begin at `at` end.
    pub fn compound_end(&self, at: usize) -> usize {
        let more = self.list[at + 1..].iter().take_while(|piece| piece.link != Link::Apart).count();
        at + 1 + more
    }

    /// The units of a compound: pieces bound by points stand together.
    pub fn units(&self, from: usize, to: usize) -> SmallVec<[(usize, usize); 8]> {
        let mut units = SmallVec::new();
        let mut start = from;
        for at in from + 1..=to {
            if at == to || self.list[at].link != Link::Point {
                units.push((start, at));
                start = at;
            }
        }
        units
    }

    /// Reads the words of another text in place of those before.
    pub fn read(&mut self, text: &str) {
        self.clear();
        let text = &*respelled(text);
        let mut initial = None;
        for (start, end) in chunks(text) {
            let chunk = &text[start..end];
            let known = self.list.len();
            split_chunk(text, start, chunk, self);
            // `U. S.`: an initial that follows an initial.
            if let Some(first) = self.list.get(known) {
                let (from, to) = (first.start as usize, first.end as usize);
                let alone = self.list.get(known + 1).is_none_or(|next| next.link != Link::Point);
                if alone && is_initial(&text[from..], &text[from..to]) {
                    if initial == Some(known) {
                        self.list[known].link = Link::Point;
                    }
                    let whole = self.list.len() == known + 1 && end - to == 1;
                    initial = whole.then_some(known + 1);
                    continue;
                }
            }
            initial = None;
        }
    }

    /// Forgets the words of the text before.
    pub fn clear(&mut self) {
        self.list.clear();
        self.buffer.clear();
    }

    /// Adds a word whose folded form is known.
    pub fn push_folded(&mut self, start: usize, end: usize, link: Link, folded: &str) {
        let from = self.buffer.len() as u32;
        self.buffer.push_str(folded);
        let folded = (from, self.buffer.len() as u32);
        self.list.push(Piece { start: start as u32, end: end as u32, link, folded });
    }

    /// Adds a vowel that is written as one character but stands for two, of which the first is a mark on what stands right
    /// before it, as it would be where both are written. False where nothing does.
    fn add_am(&mut self, (mark, vowel): (char, &str), start: usize, end: usize) -> bool {
        let Some(before) = self.list.last_mut().filter(|piece| piece.end as usize == start) else { return false };
        self.buffer.push(mark);
        before.folded.1 = self.buffer.len() as u32;
        self.push_folded(start, end, Link::Apart, vowel);
        true
    }

    /// Whether it was a word: one that folds to nothing is none.
    fn push(&mut self, text: &str, start: usize, end: usize, link: Link) -> bool {
        let from = self.buffer.len() as u32;
        fold_into(&text[start..end], &mut self.buffer);
        let to = self.buffer.len() as u32;
        if to > from {
            self.list.push(Piece { start: start as u32, end: end as u32, link, folded: (from, to) });
        }
        to > from
    }
}

/// A text in which what is typed for an apostrophe between letters is one, and a subscript digit behind a letter or digit a
/// wide one, which belongs to the word (`CO₂`). Each has as many bytes as before, so that places are the same.
fn respelled(text: &str) -> Cow<'_, str> {
    const LIKE_APOSTROPHES: [char; 3] = ['`', '\u{B4}', '\u{2032}'];
    let is_subscript = |c: char| matches!(c, '\u{2080}'..='\u{2089}');
    if !text.contains(|c| LIKE_APOSTROPHES.contains(&c) || is_subscript(c)) {
        return Cow::Borrowed(text);
    }
    let mut before = ' ';
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_between_letters = before.is_alphabetic() && chars.peek().is_some_and(|next| next.is_alphabetic());
        let other = match c {
            '`' if is_between_letters => '\'',
            '\u{B4}' if is_between_letters => '\u{2BC}',
            '\u{2032}' if is_between_letters => '\u{2019}',
            c if is_subscript(c) && before.is_alphanumeric() => {
                char::from_u32(u32::from('\u{FF10}') + u32::from(c) - 0x2080).unwrap_or(c)
            }
            c => c,
        };
        debug_assert_eq!(other.len_utf8(), c.len_utf8());
        out.push(other);
        before = other;
    }
    Cow::Owned(out)
}

/// The words of a text (UAX #29), bound ones in their parts.
pub(super) fn pieces(text: &str) -> Pieces {
    let mut out = Pieces::default();
    out.read(text);
    out
}

/// The mark and the vowel that the Thai and the Lao vowel am stand for.
fn am(c: char) -> Option<(char, &'static str)> {
    match c {
        '\u{E33}' => Some(('\u{E4D}', "\u{E32}")),
        '\u{EB3}' => Some(('\u{ECD}', "\u{EB2}")),
        _ => None,
    }
}

/// Whether `rest` begins with one capital letter and a point.
fn is_initial(rest: &str, word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.all(is_mark) && rest[word.len()..].starts_with('.')
}

/// Runs without white space.
fn chunks(text: &str) -> impl Iterator<Item = (usize, usize)> {
    text.split_whitespace().map(move |chunk| {
        let start = chunk.as_ptr() as usize - text.as_ptr() as usize;
        (start, start + chunk.len())
    })
}

fn split_chunk(text: &str, base: usize, chunk: &str, out: &mut Pieces) {
    // Letters and digits alone are one word, as most are.
    if chunk.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        out.push(text, base, base + chunk.len(), Link::Apart);
        return;
    }
    let first = out.list.len();
    let mut last_end = None;
    let mut word = |out: &mut Pieces, start: usize, end: usize| {
        let (start, end) = (base + start, base + end);
        let link = match last_end {
            Some(before) if out.list.len() > first => gap_link(&text[before..start]),
            _ => Gap::Apart,
        };
        refine(text, start, end, link, out);
        last_end = Some(end);
    };
    if chunk.is_ascii() {
        ascii_words(chunk.as_bytes(), |start, end| word(out, start, end));
    } else {
        for (start, segment) in chunk.split_word_bound_indices() {
            if segment.chars().any(char::is_alphanumeric) {
                word(out, start, start + segment.len());
            }
        }
    }
}

/// What stands between two words of a chunk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    Apart,
    Bound(Link),
    /// Nothing that can be seen: one word.
    Invisible,
}

fn gap_link(gap: &str) -> Gap {
    let hyphens = gap.chars().filter(|c| is_hyphen(*c)).count();
    let others = gap.chars().filter(|c| !is_hyphen(*c) && !is_invisible(*c) && *c != '.').count();
    if gap.is_empty() || others > 0 || hyphens > 1 {
        Gap::Apart
    } else if hyphens == 1 {
        Gap::Bound(Link::Hyphen)
    } else if gap.contains('.') {
        Gap::Apart
    } else {
        Gap::Invisible
    }
}

/// The words of an ASCII chunk as UAX #29 has them.
fn ascii_words(bytes: &[u8], mut each: impl FnMut(usize, usize)) {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let mut at = 0;
    while at < bytes.len() {
        if !is_word(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() {
            let next = bytes.get(at + 1).copied().unwrap_or(b' ');
            let before = if at > start { bytes[at - 1] } else { b' ' };
            let inner = match bytes[at] {
                b'\'' | b'.' => both(before, next, u8::is_ascii_alphabetic) || both(before, next, u8::is_ascii_digit),
                b':' => both(before, next, u8::is_ascii_alphabetic),
                b',' | b';' => both(before, next, u8::is_ascii_digit),
                b => is_word(b),
            };
            if !inner {
                break;
            }
            at += 1;
        }
        if bytes[start..at].iter().any(u8::is_ascii_alphanumeric) {
            each(start, at);
        }
    }
}

fn both(before: u8, next: u8, is: impl Fn(&u8) -> bool) -> bool {
    is(&before) && is(&next)
}

/// Splits one word of UAX #29 at points, colons, underscores, elisions and where each character is a word.
fn refine(text: &str, start: usize, end: usize, gap: Gap, out: &mut Pieces) {
    let end = without_possessive(&text[start..end]) + start;
    let mut link = match gap {
        Gap::Apart => Link::Apart,
        Gap::Bound(link) => link,
        Gap::Invisible => Link::Point,
    };
    let mut from = start;
    let mut before: Option<char> = None;
    let mut chars = text[start..end].char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let at = start + offset;
        let next = chars.peek().map(|&(_, c)| c);
        let cut = if is_unspaced(c) {
            flush(text, from, at, &mut link, Link::Apart, out);
            let mut close = at + c.len_utf8();
            while let Some(&(offset, mark)) = chars.peek()
                && (is_mark(mark) || is_invisible(mark))
            {
                close = start + offset + mark.len_utf8();
                chars.next();
            }
            let am = am(c).filter(|_| close == at + c.len_utf8());
            if !am.is_some_and(|both| out.add_am(both, at, close)) {
                out.push(text, at, close, Link::Apart);
            }
            link = Link::Apart;
            from = close;
            before = None;
            continue;
        } else if is_apostrophe(c) && is_elision(&text[from..at]) && next.is_some_and(char::is_alphabetic) {
            Some(Link::Hyphen)
        } else if matches!(c, '.' | ':' | '_' | ';' | '\u{B7}' | '\u{387}' | '\u{2027}' | '\u{FE52}' | '\u{FF0E}')
            && !(matches!(c, '.') && before.is_some_and(char::is_numeric) && next.is_some_and(char::is_numeric))
        {
            Some(if matches!(c, ':' | ';') { Link::Apart } else { Link::Point })
        } else {
            None
        };
        if let Some(then) = cut {
            flush(text, from, at, &mut link, then, out);
            from = at + c.len_utf8();
            before = None;
        } else {
            before = Some(c);
        }
    }
    flush(text, from, end, &mut link, Link::Apart, out);
}

/// Ends a piece at `to`; `then` is how the next one hangs on it.
fn flush(text: &str, from: usize, to: usize, link: &mut Link, then: Link, out: &mut Pieces) {
    if to > from && text[from..to].chars().any(char::is_alphanumeric) && out.push(text, from, to, *link) {
        *link = then;
    }
}

/// Length of the word without its possessive `'s`.
fn without_possessive(word: &str) -> usize {
    let mut letters = word.char_indices().rev().filter(|(_, c)| !is_invisible(*c));
    match (letters.next(), letters.next()) {
        (Some((_, 's' | 'S')), Some((at, c))) if is_apostrophe(c) && at > 0 => at,
        _ => word.len(),
    }
}

/// What French, Italian and Catalan put before an apostrophe in place of a word of its own.
fn is_elision(word: &str) -> bool {
    const ELISIONS: [&str; 25] = [
        "l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "dell", "all", "nell",
        "sull", "dall", "coll", "un", "quell", "quest", "sant", "gl", "degl",
    ];
    ELISIONS.iter().any(|elision| word.eq_ignore_ascii_case(elision))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let pieces = pieces(text);
        let mut out = String::new();
        for (i, piece) in pieces.list.iter().enumerate() {
            out.push_str(match piece.link {
                Link::Apart if i == 0 => "",
                Link::Apart => " ",
                Link::Hyphen => "-",
                Link::Point => ".",
            });
            out.push_str(pieces.folded(i));
        }
        let mut joins = Vec::new();
        pieces.joins(|from, to| joins.push(pieces.joined(from, to).to_owned()));
        if !joins.is_empty() {
            out.push_str(" | ");
            out.push_str(&joins.join(" "));
        }
        out
    }

    #[test]
    fn texts_become_words() {
        for (text, expected) in [
            ("The police, on ice.", "the police on ice"),
            ("Trump's Trump’s TRUMP'S", "trump trump trump"),
            ("'quoted' ‘quoted’", "quoted quoted"),
            ("can't O’Brien", "can't o'brien"),
            ("O´Brien O`Brien O′Brien", "o'brien o'brien o'brien"),
            ("Trump´s `ls` 40°26′N", "trump ls 40 26 n"),
            ("CO₂ H₂O CO₂-neutral", "co2 h2o co2-neutral | co2neutral"),
            ("Trump² x²", "trump 2 x 2"),
            ("น้ำ", "น้ํ า"),
            ("น\u{E49}\u{E4D}\u{E32}", "น้ํ า"),
            ("ນ\u{EB3} ນ\u{ECD}\u{EB2}", "ນໍ າ ນໍ າ"),
            ("l'homme d’État", "l-homme d-etat | lhomme detat"),
            ("co-operate", "co-operate | cooperate"),
            ("e‑mail", "e-mail | email"),
            ("state-of-the-art", "state-of-the-art | stateof stateofthe stateoftheart ofthe oftheart theart"),
            ("U.S.", "u.s | us"),
            ("U. S. law", "u.s law | us"),
            ("in the U.S.–Mexico talks", "in the u.s-mexico talks | us usmexico"),
            ("J. K. Rowling", "j.k rowling | jk"),
            ("George W. Bush", "george w bush"),
            ("Plan B. U.S. law", "plan b u.s law | us"),
            ("Ph.D.", "ph.d | phd"),
            ("3.14 1,000 50%", "3.14 1,000 50"),
            ("end.Next", "end.next | endnext"),
            ("AT&T", "at t"),
            ("EU:n", "eu n"),
            ("ta\u{200B}riff", "ta.riff | tariff"),
            ("ta\u{AD}riff", "tariff"),
            ("snake_case", "snake.case | snakecase"),
            ("word — word", "word word"),
            ("word--word", "word word"),
            ("中国经济", "中 国 经 济"),
            ("東京タワー", "東 京 タ ワ ー"),
            ("ประเทศไทย", "ป ร ะ เ ท ศ ไ ท ย"),
            ("iPhone手机", "iphone 手 机"),
            ("한국 경제", "한국 경제"),
            ("צה\"ל", "צהל"),
            ("", ""),
            ("… — !", ""),
            ("a \u{640}.\u{639}", "a \u{639}"),
            ("a\0\u{64B}aa", "a aa"),
            ("\u{639}\u{1}\u{64B}", "\u{639}"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_ascii_road_is_the_unicode_road(text in "[ab1._,:;'!-]{0,12}") {
            let mut fast = Vec::new();
            ascii_words(text.as_bytes(), |start, end| fast.push((start, end)));
            let slow: Vec<_> = text.split_word_bound_indices()
                .filter(|(_, segment)| segment.chars().any(char::is_alphanumeric))
                .map(|(start, segment)| (start, start + segment.len())).collect();
            proptest::prop_assert_eq!(fast, slow);
        }

        #[test]
        fn pieces_stand_on_boundaries_in_order(text in "\\PC{0,40}") {
            let mut last = 0;
            for piece in pieces(&text).list {
                let bytes = piece.start as usize..piece.end as usize;
                proptest::prop_assert!(text.get(bytes).is_some_and(|word| !word.is_empty()));
                proptest::prop_assert!(piece.start >= last);
                last = piece.end;
            }
        }
    }
}
