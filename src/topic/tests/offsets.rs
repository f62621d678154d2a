//! Where a term is told to stand: on the characters of the zone's text, and there it is that term.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use unicode_segmentation::UnicodeSegmentation as _;

use super::super::fold::fold_name;
use super::*;
use crate::model::Zone;

/// Words of many scripts, with marks, ligatures and characters that are not seen.
const WORDS: [&str; 30] = [
    "ice",
    "Peña",
    "Pen\u{303}a",
    "Nguye\u{302}\u{303}n",
    "U.S.",
    "e‑mail",
    "ﬁnance",
    "Straße",
    "İzmir",
    "Łódź",
    "Œuvre",
    "ta\u{AD}riff",
    "zi\u{200B}nc",
    "𝐌𝐞𝐱𝐢𝐜𝐨",
    "L’Oréal",
    "Trump’s",
    "1,000",
    "Ёлка",
    "Οδυσσεύς",
    "مُحَمَّد",
    "צה״ל",
    "हिन्दी",
    "தமிழ்",
    "한국",
    "\u{1112}\u{1161}\u{11AB}국",
    "習近平",
    "ｶﾞｽ",
    "ไทย",
    "မြန်မာ",
    "ភ្នំពេញ",
];

fn text() -> impl Strategy<Value = String> {
    let gaps = vec![" ", " ", ", ", ". ", " — ", "\n", "\n\n", " 😀 ", "\u{A0}", " «", "» ", "…"];
    vec((select(&WORDS[..]), select(gaps)), 1..12)
        .prop_map(|words| words.into_iter().flat_map(|(word, gap)| [word, gap]).collect())
}

/// Folded, and without the spaces that a term may have or not.
fn bare(text: &str) -> String {
    fold_name(text).replace(' ', "")
}

/// The slices of the texts that a place may mean; the lede is the first paragraph or the summary.
fn slices<'a>(page: &'a Page, zone: Zone, captions: &'a str, bytes: std::ops::Range<usize>) -> Vec<&'a str> {
    let texts = match zone {
        Zone::Title => vec![page.title.as_str()],
        Zone::Lede => vec![page.text.as_str(), page.lede.as_str()],
        Zone::Body | Zone::Quote => vec![page.text.as_str()],
        Zone::Caption => vec![captions],
    };
    texts.into_iter().filter_map(|text| text.get(bytes.clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn slices_fold_to_their_term(
        (title, body, lede) in (text(), text(), text()),
        captions in vec(text(), 0..3),
        term in any::<Index>(),
        prefix in 0_usize..3,
    ) {
        let term = *term.get(&WORDS);
        let all = captions.join("\n\n");
        let there = [&title, &body, &lede, &all].iter().any(|text| text.contains(term));
        let page = Page { title, text: body, lede, captions, ..Page::default() };
        // A part of a word with its star must be found as well: `Peñ*`, `習*`.
        let cut = term.grapheme_indices(true).nth(prefix).map_or(term.len(), |(at, c)| at + c.len());
        let query = match term[..cut].trim_end_matches('.') {
            _ if prefix == 0 => format!("\"{term}\""),
            start if start.ends_with(char::is_alphanumeric) => format!("\"{start}*\""),
            _ => format!("\"{term}\""),
        };
        let found = page.matches(topic("t", &query));
        prop_assert!(found.is_some() || !there, "{} is not found in {:?}", query, page);
        for place in found.into_iter().flat_map(|found| found.terms) {
            let folded = bare(query.trim_matches(['"', '*']));
            let is_term = |slice: &&str| {
                let slice = bare(slice);
                if query.contains('*') { slice.starts_with(&folded) } else { slice == folded }
            };
            let slices = slices(&page, place.zone, &all, place.start..place.end);
            prop_assert!(slices.iter().any(is_term), "{}: {:?} is {:?} in {:?}", query, place, slices, page);
        }
    }
}
