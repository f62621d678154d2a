//! A paragraph of speech between dashes (Spanish, Russian, Polish, French) → its quotes with their speaker.
//! Only where a verb of saying follows the second dash: a dash alone is a remark or the item of a list.

use super::speaker;
use crate::model::Quote;

const MAX_SPEECH: usize = 1500;

/// The quotes of a paragraph that begins with a dash, by their bytes in it; none where it is no speech.
pub(super) fn speech(paragraph: &str) -> Option<Vec<Quote>> {
    let is_dash = |c: char| matches!(c, '—' | '–' | '―');
    let lead = paragraph.chars().next().filter(|c| is_dash(*c))?.len_utf8();
    let second = lead + paragraph[lead..].find(is_dash)?;
    let told = second + paragraph[second..].chars().next()?.len_utf8();
    let told = told + (paragraph[told..].len() - paragraph[told..].trim_start().len());
    let (speaker, named) = speaker::who_says(&paragraph[told..])?;
    let quote = |from: usize, to: usize| {
        let from = from + (paragraph[from..to].len() - paragraph[from..to].trim_start().len());
        let to = from + paragraph[from..to].trim_end().len();
        let text = &paragraph[from..to];
        (text.len() <= MAX_SPEECH && text.chars().any(char::is_alphabetic)).then(|| Quote {
            text: text.to_owned(),
            speaker: speaker.clone(),
            start: from,
            end: to,
        })
    };
    let mut quotes: Vec<Quote> = quote(lead, second).into_iter().collect();
    // The speech goes on after a third dash.
    let rest = told + named;
    if let Some(third) = paragraph[rest..].find(is_dash) {
        let from = rest + third;
        let from = from + paragraph[from..].chars().next()?.len_utf8();
        let from =
            from + (paragraph[from..].len() - paragraph[from..].trim_start_matches(['.', ',', ' ', ':', ';']).len());
        quotes.extend(quote(from, paragraph.len()));
    }
    (!quotes.is_empty()).then_some(quotes)
}
