//! How somebody else begins an article (its feed, the page's description) → how much of that a text holds.
//! Compares letters and digits alone, in pieces: marks, spaces and cut ends make no difference, in any script.

use super::title::key;

/// Characters of a piece, and from one piece to the next.
const PIECE: usize = 24;
const STEP: usize = 12;
/// Characters from the beginning that are looked at.
const LOOKED_AT: usize = 400;
/// A shorter one says nothing of the text: a slogan, the title again.
const MIN: usize = 60;

/// The beginning of an article.
#[derive(Debug)]
pub(super) struct Anchor(Vec<char>);

impl Anchor {
    pub(super) fn of(text: &str) -> Option<Self> {
        let letters: Vec<char> = key(text).chars().take(LOOKED_AT).collect();
        // A sign of Chinese, Japanese or Korean says as much as two letters.
        let width: usize = letters.iter().map(|c| if *c >= '\u{2E80}' { 2 } else { 1 }).sum();
        (width >= MIN && letters.len() >= PIECE).then_some(Self(letters))
    }

    /// The share of its pieces that stand in a text, of which only the key is given.
    pub(super) fn share_in(&self, key: &str) -> f64 {
        share(&self.0, key)
    }
}

/// The share of the pieces of a whole text that stand in another.
pub(super) fn share_of_text(text: &str, key_of_other: &str) -> f64 {
    let letters: Vec<char> = key(text).chars().collect();
    share(&letters, key_of_other)
}

fn share(letters: &[char], key: &str) -> f64 {
    let pieces = letters.windows(PIECE).step_by(STEP.max(letters.len() / 100)).map(String::from_iter);
    let (mut all, mut held) = (0_usize, 0_usize);
    for piece in pieces {
        all += 1;
        held += usize::from(key.contains(&piece));
    }
    held as f64 / all.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_known_again() {
        let summary =
            "The ferry between Northport and the islands will run an hour late all week, the harbour office said…";
        let text = "NORTHPORT — The ferry between Northport and the islands will run an hour late all week, the harbour \
            office said on Monday, because of a crane.";
        let anchor = Anchor::of(summary).expect("long enough");
        assert!(anchor.share_in(&key(text)) > 0.9);
        assert!(anchor.share_in(&key("Another story, of a bus that came early and of its driver.")) < 0.1);
        assert!(Anchor::of("All the news of the day").is_none());
        assert!(share_of_text(text, &key(text)) > 0.99);
    }
}
