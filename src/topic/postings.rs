//! Which topics are worth deciding for an article: each stands under words of which it needs one, with a guard that is
//! looked at before the topic itself is touched. Under which words is [`super::register`]'s choice.

use super::article::Indexed;
use super::prefetch::prefetch;
use super::register::MAX_GUARD;
use super::vocabulary::KeyId;

/// Registered rules by word.
#[derive(Debug, Default)]
pub(super) struct Postings {
    /// For each word the postings by the size of their guard: how many there are with that index into [`SIZES`]
    /// ([`SIZE_BITS`]), then the postings, a rule each. A guard follows its rule: the numbers of the words of which one must
    /// stand somewhere. All of one size are looked at in one go, since the processor guesses well what happens again.
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

/// Lists asked for ahead of their turn.
pub(super) const AHEAD: usize = 8;

/// Numbers in a cache line, and the lines of a list that are asked for: the processor goes on by itself in a long one.
const LINE: usize = 64 / size_of::<u32>();
const MAX_FETCHED: usize = 16;

/// Numbers that a posting with a guard of each size takes.
const LENGTHS: [usize; SIZES.len()] = [1, 1 + SIZES[1], 1 + SIZES[2], 1 + SIZES[3]];

impl Registered {
    /// Registers a rule under a word with at most [`MAX_GUARD`] that guard it.
    pub fn add(&mut self, word: KeyId, guard: &[KeyId], rule: u32) {
        let size = SIZES.iter().position(|size| *size >= guard.len()).expect("no guard is longer than the longest");
        self.words.push((word, self.stream.len() as u32, size as u8));
        self.stream.push(rule);
        if let Some(last) = guard.last() {
            self.stream.extend(guard.iter().chain(std::iter::repeat(last)).take(SIZES[size]));
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
        let words = article.hits().words();
        let mut lists = Vec::with_capacity(words.len());
        for key in words {
            let (from, to) = (self.first[key as usize] as usize, self.first[key as usize + 1] as usize);
            if from < to {
                lists.push((from, to));
            }
        }
        let mut met = Vec::new();
        for (i, &(from, to)) in lists.iter().enumerate() {
            // The lists lie all over the memory: a few are asked for before their turn.
            if let Some((ahead, end)) = lists.get(i + AHEAD) {
                for line in (*ahead..*end).step_by(LINE).take(MAX_FETCHED) {
                    prefetch(&self.stream, line);
                }
            }
            let mut rest = &self.stream[from..to];
            while let Some((&head, behind)) = rest.split_first() {
                let (count, size) = ((head >> SIZE_BITS) as usize, (head & ((1 << SIZE_BITS) - 1)) as usize);
                let (postings, next) = behind.split_at(count * LENGTHS[size]);
                rest = next;
                let kept = match size {
                    0 => {
                        postings.iter().copied().for_each(&mut mark);
                        0
                    }
                    1 => meet::<{ LENGTHS[1] }>(postings, article, &mut met),
                    2 => meet::<{ LENGTHS[2] }>(postings, article, &mut met),
                    _ => meet::<{ LENGTHS[3] }>(postings, article, &mut met),
                };
                met[..kept].iter().copied().for_each(&mut mark);
            }
        }
    }
}

/// Writes down the rules of those postings, of so many numbers each, that have a word of their guard; how many they are. Kept
/// or not without a branch.
#[inline]
fn meet<const LENGTH: usize>(postings: &[u32], article: &Indexed<'_>, met: &mut Vec<u32>) -> usize {
    let (postings, _) = postings.as_chunks::<LENGTH>();
    if met.len() < postings.len() {
        met.resize(postings.len(), 0);
    }
    let mut kept = 0;
    for posting in postings {
        let stands = posting[1..].iter().fold(false, |stands, key| stands | article.has(*key));
        met[kept] = posting[0];
        kept += usize::from(stands);
    }
    kept
}
