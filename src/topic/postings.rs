//! Which topics are worth deciding for an article: each stands under words of which it needs one, with a guard that is
//! looked at before the topic itself is touched. Under which words is [`super::register`]'s choice.

use super::article::{Indexed, Span};
use super::hits::Hit;
use super::prefetch::prefetch;
use super::register::{Entry, MAX_GUARD};
use super::tokens::MAX_JOINED;
use super::vocabulary::{KeyId, Vocabulary};

/// Registered rules by word.
#[derive(Debug, Default)]
pub(super) struct Postings {
    /// For each word the postings by the size of their guard: how many there are with that index into [`SIZES`]
    /// ([`SIZE_BITS`]), then the postings, a rule each. A guard follows its rule: how many words may stand between, and the
    /// numbers of the words of which one must be so near. All of one size are looked at in one go, since the processor
    /// guesses well what happens again.
    stream: Vec<u32>,
    /// Where the postings of each word begin, and where the last end.
    first: Vec<u32>,
}

/// Postings before they are sorted.
#[derive(Debug, Default)]
pub(super) struct Registered {
    /// Rules, each followed by its guard as in [`Postings::stream`].
    stream: Vec<u32>,
    /// The word of each posting, where it begins, and the size of its guard as an index into [`SIZES`].
    words: Vec<(KeyId, u32, u8)>,
}

/// Sizes of guards: a smaller one is filled up with its last word.
const SIZES: [usize; 4] = [0, 1, 4, MAX_GUARD];
/// Bits that say which size.
const SIZE_BITS: u32 = 3;

/// Of a guard that may stand anywhere.
const ANYWHERE: u32 = u32::MAX;

/// Lists asked for ahead of their turn.
pub(super) const AHEAD: usize = 8;

/// Numbers in a cache line, and the lines of a list that are asked for: the processor goes on by itself in a long one.
const LINE: usize = 64 / size_of::<u32>();
const MAX_FETCHED: usize = 16;

/// Words in a block: nearness is first looked at block by block, 64 of them in a mask.
const BLOCK: u32 = 8;

/// The bit of the block in which the word of that number stands; the blocks of a long text share bits.
#[inline]
pub(super) fn block(number: u32) -> u64 {
    1 << (number / BLOCK % 64)
}

/// Numbers that a posting with a guard of each size takes.
const LENGTHS: [usize; SIZES.len()] = [1, 2 + SIZES[1], 2 + SIZES[2], 2 + SIZES[3]];

impl Registered {
    /// Registers a rule under the entry's word.
    pub fn add(&mut self, entry: &Entry<'_>, rule: u32, vocabulary: &mut Vocabulary) {
        let guard = entry.guard.as_ref().map_or(&[][..], |guard| &guard.words);
        let size = SIZES.iter().position(|size| *size >= guard.len()).expect("no guard is longer than the longest");
        self.words.push((vocabulary.intern(entry.key), self.stream.len() as u32, size as u8));
        self.stream.push(rule);
        if let Some(last) = guard.last() {
            self.stream.push(entry.guard.as_ref().and_then(|guard| guard.reach).unwrap_or(ANYWHERE));
            let filled = guard.iter().chain(std::iter::repeat(last)).take(SIZES[size]);
            self.stream.extend(filled.map(|word| vocabulary.intern(word)));
        }
    }

    /// Sorts the postings by word and by size; `vocabulary` is the number of its words.
    pub fn finish(self, vocabulary: usize) -> Postings {
        let Self { stream: unsorted, mut words } = self;
        words.sort_unstable_by_key(|(word, from, size)| (*word, *size, *from));
        let groups = || words.chunk_by(|(word, _, size), (other, _, same)| (word, size) == (other, same));
        let mut stream = Vec::with_capacity(unsorted.len() + groups().count());
        let mut first = Vec::with_capacity(vocabulary + 1);
        for group in groups() {
            let (word, _, size) = group[0];
            // Words without postings before it, and its own first group.
            first.resize(word as usize + 1, stream.len() as u32);
            stream.push((group.len() as u32) << SIZE_BITS | u32::from(size));
            for (_, from, _) in group {
                stream.extend_from_slice(&unsorted[*from as usize..][..LENGTHS[usize::from(size)]]);
            }
        }
        first.resize(vocabulary + 1, stream.len() as u32);
        Postings { stream, first }
    }
}

impl Postings {
    /// Calls `mark` for every rule that may hold, some more than once.
    pub fn each(&self, article: &Indexed<'_>, mut mark: impl FnMut(u32)) {
        let mut lists = Vec::with_capacity(article.hits().len());
        for hit in article.hits() {
            let (from, to) = (self.first[hit.key as usize] as usize, self.first[hit.key as usize + 1] as usize);
            if from < to {
                lists.push((hit, from, to));
            }
        }
        let mut met = Vec::new();
        for (i, &(hit, from, to)) in lists.iter().enumerate() {
            // The lists lie all over the memory: a few are asked for before their turn.
            if let Some((_, ahead, end)) = lists.get(i + AHEAD) {
                for line in (*ahead..*end).step_by(LINE).take(MAX_FETCHED) {
                    prefetch(&self.stream, line);
                }
            }
            let mut rest = &self.stream[from..to];
            while let Some((&head, behind)) = rest.split_first() {
                let (count, size) = ((head >> SIZE_BITS) as usize, (head & ((1 << SIZE_BITS) - 1)) as usize);
                let length = LENGTHS[size];
                let (postings, next) = behind.split_at(count * length);
                rest = next;
                match size {
                    0 => {
                        postings.iter().copied().for_each(&mut mark);
                        continue;
                    }
                    1 => meet::<{ LENGTHS[1] }>(postings, article, &mut met),
                    2 => meet::<{ LENGTHS[2] }>(postings, article, &mut met),
                    _ => meet::<{ LENGTHS[3] }>(postings, article, &mut met),
                }
                let mut near: Option<Near<'_>> = None;
                for &at in &met {
                    let posting = &postings[at as usize * length..][..length];
                    let (rule, reach) = (posting[0], posting[1]);
                    let is_met = reach == ANYWHERE || {
                        near.take_if(|near| near.reach != reach);
                        let near = near.get_or_insert_with(|| Near::new(hit, reach, article));
                        posting[2..].iter().any(|key| near.is(*key))
                    };
                    if is_met {
                        mark(rule);
                    }
                }
            }
        }
    }
}

/// Which of those postings, of so many numbers each, have a word of their guard anywhere; kept or not without a branch.
#[inline]
fn meet<const LENGTH: usize>(postings: &[u32], article: &Indexed<'_>, met: &mut Vec<u32>) {
    let (postings, _) = postings.as_chunks::<LENGTH>();
    met.clear();
    met.resize(postings.len(), 0);
    let mut kept = 0;
    for (i, posting) in postings.iter().enumerate() {
        let stands = posting[2..].iter().fold(false, |stands, key| stands | article.has(*key));
        met[kept] = i as u32;
        kept += usize::from(stands);
    }
    met.truncate(kept);
}

/// The places that are near enough to those of a word.
struct Near<'a> {
    article: &'a Indexed<'a>,
    spans: &'a [Span],
    reach: u32,
    /// The blocks in which they begin; in all of them where it cannot be told so.
    blocks: u64,
}

/// Places of a word that are compared with each other: a very common word is let pass.
const MAX_COMPARED: usize = 16;

impl<'a> Near<'a> {
    fn new(hit: &'a Hit, reach: u32, article: &'a Indexed<'a>) -> Self {
        // From the first word of one place, which may be a joined spelling, to the first word of the other.
        let apart = reach.saturating_add(MAX_JOINED as u32);
        let turned = |near: u64, far| near | hit.blocks.rotate_left(far) | hit.blocks.rotate_right(far);
        let blocks = if apart < 32 * BLOCK { (1..=apart.div_ceil(BLOCK)).fold(hit.blocks, turned) } else { u64::MAX };
        Self { article, spans: article.places(hit), reach, blocks }
    }

    /// Whether a word stands at one of them.
    #[inline]
    fn is(&self, key: KeyId) -> bool {
        let Some(other) = self.article.hit(key) else { return false };
        other.blocks & self.blocks != 0 && (self.blocks == u64::MAX || self.is_near(self.article.places(other)))
    }

    fn is_near(&self, others: &[Span]) -> bool {
        if self.spans.len() > MAX_COMPARED || others.len() > MAX_COMPARED {
            return true;
        }
        let between = |one: Span, other: Span| {
            if one.start < other.start { self.article.between(one, other) } else { self.article.between(other, one) }
        };
        let near = |one, other| between(one, other).is_some_and(|words| words <= self.reach);
        self.spans.iter().any(|one| others.iter().any(|other| near(*one, *other)))
    }
}
