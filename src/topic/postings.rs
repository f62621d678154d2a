//! Which topics are worth deciding for an article: each stands under words of which it needs one, with a guard that is
//! looked at before the topic itself is touched. Under which words is [`super::register`]'s choice.

use super::article::{Indexed, Span};
use super::prefetch::prefetch;
use super::register::{Entry, MAX_GUARD};
use super::vocabulary::{KeyId, Vocabulary};

/// Registered rules by word.
#[derive(Debug, Default)]
pub(super) struct Postings {
    /// For each word the postings by the size of their guard: first how many there are of each of [`SIZES`], then the
    /// postings, a rule each. A guard follows its rule: how near one of its words must stand, in words, and the numbers of
    /// those words. All of one size are looked at in one go, since the processor guesses well what happens again.
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
const SIZES: [usize; 3] = [0, FEW, MAX_GUARD];
/// Most guards have so many words or fewer.
const FEW: usize = 4;

/// Of a guard that may stand anywhere.
const ANYWHERE: u32 = u32::MAX;

/// Lists asked for ahead of their turn.
pub(super) const AHEAD: usize = 8;

/// Words in a block: nearness is first looked at block by block, 64 of them in a mask.
const BLOCK: u32 = 8;

/// The bit of the block in which the word of that number stands; the blocks of a long text share bits.
#[inline]
pub(super) fn block(number: u32) -> u64 {
    1 << (number / BLOCK % 64)
}

/// Numbers that a posting with a guard of that size takes.
const fn length(size: usize) -> usize {
    if size == 0 { 1 } else { 2 + size }
}

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
        // For each word where its postings begin, and how many there are of each size.
        let mut counts = vec![[0_u32; SIZES.len()]; vocabulary];
        for (word, _, size) in &self.words {
            counts[*word as usize][*size as usize] += 1;
        }
        let lengths = SIZES.map(|size| length(size) as u32);
        let mut first = Vec::with_capacity(vocabulary + 1);
        let mut end = 0;
        for counts in &counts {
            first.push(end);
            let numbers: u32 = counts.iter().zip(lengths).map(|(count, length)| count * length).sum();
            end += if numbers == 0 { 0 } else { numbers + SIZES.len() as u32 };
        }
        first.push(end);
        let mut stream = vec![0; end as usize];
        for (counts, at) in counts.iter_mut().zip(&first) {
            if counts.iter().any(|count| *count > 0) {
                stream[*at as usize..][..SIZES.len()].copy_from_slice(counts);
            }
            // From now on where the next posting of each size goes.
            let mut next = at + SIZES.len() as u32;
            for (count, length) in counts.iter_mut().zip(lengths) {
                next += std::mem::replace(count, next) * length;
            }
        }
        for (word, from, size) in &self.words {
            let next = &mut counts[*word as usize][*size as usize];
            let (from, to, length) = (*from as usize, *next as usize, lengths[*size as usize]);
            stream[to..to + length as usize].copy_from_slice(&self.stream[from..from + length as usize]);
            *next += length;
        }
        Postings { stream, first }
    }
}

impl Postings {
    /// Calls `mark` for every rule that may hold, some more than once.
    pub fn each(&self, article: &Indexed<'_>, mut mark: impl FnMut(u32)) {
        let mut lists = Vec::new();
        for (key, blocks, spans) in article.hits() {
            let (from, to) = (self.first[key as usize] as usize, self.first[key as usize + 1] as usize);
            if from < to {
                lists.push((Place { blocks, spans }, from, to));
            }
        }
        let mut met = Vec::new();
        for (i, (place, from, to)) in lists.iter().enumerate() {
            // The lists lie all over the memory: a few are asked for before their turn.
            if let Some((_, ahead, _)) = lists.get(i + AHEAD) {
                prefetch(&self.stream, *ahead);
            }
            let (counts, mut rest) = self.stream[*from..*to].split_at(SIZES.len());
            for (size, count) in SIZES.into_iter().zip(counts) {
                if *count == 0 {
                    continue;
                }
                let (postings, next) = rest.split_at(*count as usize * length(size));
                rest = next;
                met.clear();
                match size {
                    0 => postings.iter().copied().for_each(&mut mark),
                    FEW => meet::<FEW>(postings, article, &mut met),
                    _ => meet::<MAX_GUARD>(postings, article, &mut met),
                }
                for &at in &met {
                    let posting = &postings[at as usize..at as usize + length(size)];
                    if place.is_met(&posting[2..], posting[1], article) {
                        mark(posting[0]);
                    }
                }
            }
        }
    }
}

/// Where those postings begin of whose guard a word stands somewhere; kept or not without a branch.
#[inline]
fn meet<const SIZE: usize>(postings: &[u32], article: &Indexed<'_>, met: &mut Vec<u32>) {
    for (i, posting) in postings.chunks_exact(2 + SIZE).enumerate() {
        let stands = posting[2..].iter().fold(false, |stands, key| stands | article.has(*key));
        let kept = met.len() + usize::from(stands);
        met.push((i * (2 + SIZE)) as u32);
        met.truncate(kept);
    }
}

/// Where the word of a posting stands.
struct Place<'a> {
    blocks: u64,
    spans: &'a [Span],
}

/// Places of a word that are compared with each other: a very common word is let pass.
const MAX_COMPARED: usize = 16;

impl Place<'_> {
    /// Whether a word of the guard, of which one stands somewhere, stands within reach.
    #[inline]
    fn is_met(&self, guard: &[KeyId], reach: u32, article: &Indexed<'_>) -> bool {
        if reach >= 32 * BLOCK {
            return true;
        }
        let turned = |near: u64, far| near | self.blocks.rotate_left(far) | self.blocks.rotate_right(far);
        let near = (1..=reach.div_ceil(BLOCK)).fold(self.blocks, turned);
        guard.iter().any(|key| article.blocks(*key) & near != 0 && self.is_near(article.spans(*key), reach, article))
    }

    fn is_near(&self, others: &[Span], reach: u32, article: &Indexed<'_>) -> bool {
        if self.spans.len() > MAX_COMPARED || others.len() > MAX_COMPARED {
            return true;
        }
        let number = |span: &Span| article.words[span.start as usize].number;
        self.spans.iter().any(|one| others.iter().any(|other| number(one).abs_diff(number(other)) <= reach))
    }
}
