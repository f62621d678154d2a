//! Which topics are worth deciding for an article: each stands under words of which it needs one, with a guard that is
//! looked at before the topic itself is touched. Under which words is [`super::register`]'s choice.

use super::article::{Indexed, Span};
use super::register::Entry;
use super::vocabulary::{KeyId, Vocabulary};

/// Registered rules by word.
#[derive(Debug, Default)]
pub(super) struct Postings {
    /// For each posting the rule, then how many words guard it (lower half) and how near one of them must stand (upper half,
    /// in words), then the numbers of those words.
    stream: Vec<u32>,
    /// Where the postings of each word begin, and where the last end.
    first: Vec<u32>,
}

/// Postings before they are sorted.
#[derive(Debug, Default)]
pub(super) struct Registered {
    /// As in [`Postings::stream`].
    stream: Vec<u32>,
    /// The word of each posting and where it begins.
    words: Vec<(KeyId, u32)>,
}

/// Of a guard that may stand anywhere.
const ANYWHERE: u32 = 0xFFFF;

/// Lists asked for ahead of their turn.
pub(super) const AHEAD: usize = 8;

/// Words in a block: nearness is first looked at block by block, 64 of them in a mask.
const BLOCK: u32 = 8;

/// The bit of the block in which the word of that number stands; the blocks of a long text share bits.
#[inline]
pub(super) fn block(number: u32) -> u64 {
    1 << (number / BLOCK % 64)
}

impl Registered {
    /// Registers a rule under the entry's word.
    pub fn add(&mut self, entry: &Entry<'_>, rule: u32, vocabulary: &mut Vocabulary) {
        self.words.push((vocabulary.intern(entry.key), self.stream.len() as u32));
        let Some(guard) = &entry.guard else {
            self.stream.extend([rule, 0]);
            return;
        };
        let reach = guard.reach.map_or(ANYWHERE, |reach| reach.min(ANYWHERE));
        self.stream.extend([rule, reach << 16 | guard.words.len() as u32]);
        self.stream.extend(guard.words.iter().map(|word| vocabulary.intern(word)));
    }

    /// Sorts the postings by word; `vocabulary` is the number of its words.
    pub fn finish(self, vocabulary: usize) -> Postings {
        let length = |at: u32| 2 + (self.stream[at as usize + 1] & 0xFFFF);
        let mut first = vec![0; vocabulary + 1];
        for (word, at) in &self.words {
            first[*word as usize] += length(*at);
        }
        let mut sum = 0;
        for end in &mut first {
            sum += *end;
            *end = sum;
        }
        let mut stream = vec![0; self.stream.len()];
        // From the back, so that each word's end becomes its beginning and the rules stay in order.
        for (word, at) in self.words.iter().rev() {
            let (from, length) = (*at as usize, length(*at));
            let begin = &mut first[*word as usize];
            *begin -= length;
            let to = *begin as usize;
            stream[to..to + length as usize].copy_from_slice(&self.stream[from..from + length as usize]);
        }
        Postings { stream, first }
    }
}

impl Postings {
    /// Calls `mark` for every rule that may hold, some more than once.
    pub fn each(&self, article: &Indexed<'_>, mut mark: impl FnMut(u32)) {
        let range = |key: KeyId| (key, self.first[key as usize] as usize..self.first[key as usize + 1] as usize);
        let lists: Vec<_> = article.keys().map(range).filter(|(_, list)| !list.is_empty()).collect();
        for (i, (key, list)) in lists.iter().enumerate() {
            // The lists lie all over the memory: a few are asked for before their turn.
            if let Some((_, ahead)) = lists.get(i + AHEAD) {
                std::hint::black_box(self.stream[ahead.start]);
            }
            let (key, range) = (*key, list.clone());
            let place = Place { blocks: article.blocks(key), spans: article.spans(key) };
            let mut rest = &self.stream[range];
            while let [rule, how, behind @ ..] = rest {
                let (guard, next) = behind.split_at((how & 0xFFFF) as usize);
                rest = next;
                if guard.is_empty() || place.is_met(guard, how >> 16, article) {
                    mark(*rule);
                }
            }
        }
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
    /// Whether a word of the guard stands within reach.
    #[inline]
    fn is_met(&self, guard: &[KeyId], reach: u32, article: &Indexed<'_>) -> bool {
        let mut present = guard.iter().filter(|key| article.has(**key));
        let far = reach.div_ceil(BLOCK);
        if far >= 32 {
            return present.next().is_some();
        }
        let turned = |near: u64, far| near | self.blocks.rotate_left(far) | self.blocks.rotate_right(far);
        let near = (1..=far).fold(self.blocks, turned);
        present.any(|key| article.blocks(*key) & near != 0 && self.is_near(article.spans(*key), reach, article))
    }

    fn is_near(&self, others: &[Span], reach: u32, article: &Indexed<'_>) -> bool {
        if self.spans.len() > MAX_COMPARED || others.len() > MAX_COMPARED {
            return true;
        }
        let number = |span: &Span| article.words[span.start as usize].number;
        self.spans.iter().any(|one| others.iter().any(|other| number(one).abs_diff(number(other)) <= reach))
    }
}
