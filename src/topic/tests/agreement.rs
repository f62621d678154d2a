//! Random queries × random articles: the engine says what the reference evaluator says, of every topic of a set.
//! The texts are made of few words, so that a good share of the queries holds.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::reference::{Reference, Spot, Truth};
use super::*;
use crate::model::{ScoreTerm, Zone};

/// Topics of one set, all decided on one article.
const TOPICS: usize = 8;

/// Words of the texts, as a query asks for them.
const PLAIN: &str =
    "ice | zinc | tariff* | us | e-mail | Peña | tin | al | Mexico | cooperate | 中 | 경제 | шум* | altinofus";

/// Other spellings, phrases and exact words.
const OTHER: &str = r#"
    U.S. | email | co-op* | mail* | operate | ta* | Trump's | U.S.–Mexico | zinc-ice | al-tin | Rowling | "1,000" | 1000 |
    中国 | O'Brien | straße | "ice zinc" | "zinc tari*" | "us tin" | "U. S. ice" | "tin al" | "JK Rowling" | "e-mail tin" |
    "国 ice" | =ICE | =US | =Peña | =U.S. | ="ice zinc" | =co-operate | =Zinc |
    tinofus | "us-tin of"
"#;

const REGEX: &str = r"/ta\w+/ | /ice|tin/ | /zinc.{1,4}tin/ | /\bal\b/ | title:/i\w+/ | quote:/\bti\w+/ | /^ice/ | byline:/ad./ | /tin$/ |
      quote:/ice.*tin/ | quote:/zinc.+/";

/// What may stand half in a quote.
const QUOTED: &str = r#"quote:"ice zinc" | quote:"zinc ice" | quote:"K. Rowling" | quote:altinofus | quote:e-mail"#;

/// What is asked of the article as a whole, and of names.
const ATTRIBUTES: &str = r#"
    lang:en | lang:es | outlet:"bbc news" | outlet:BBC* | feed:bbc-world | feed:b* | tag:world | tag:"Trade Policy" |
    site:bbc.co.uk | site:co.uk | site:example.org | said:Ada | said:"Ada Lovelace" | said:(Grace OR Hopper) |
    byline:Hopper | byline:"grace h*" | byline:=Hopper
"#;

/// What half of each text is made of, and what the other half.
const FREQUENT: &str = "ice | zinc | tin | us | U.S. | J. K. Rowling | al | tariff | e-mail | ice zinc |
    al-tin-of-us";
const WORDS: &str = "
    ice | Ice | ICE | zinc | Zinc | tariff | tariffs | us | US | U.S. | U. S. | e-mail | email | mail | co-operate |
    cooperate | operate | Peña | Pena | Pen\u{303}a | tin | al | al-tin | Mexico | U.S.–Mexico | Trump’s | J. K. Rowling |
    J.K. Rowling | O’Brien | 1,000 | 1000 | 中国 | 中 | 국 경제 | 경제 | ШУМ | шума | Straße | STRASSE | ta\u{AD}riff |
    zi\u{200B}nc | ice zinc | the | of
";

/// The members of such a list.
fn list(text: &'static str) -> Vec<&'static str> {
    text.split(" |").map(str::trim).collect()
}

fn term() -> impl Strategy<Value = String> {
    prop_oneof![3 => select(list(PLAIN)), 2 => select(list(OTHER))].prop_map(str::to_owned)
}

/// What NEAR can take.
fn operand() -> impl Strategy<Value = String> {
    let zone = select(vec!["title:", "lede:", "body:", "quote:", "quote:", "caption:"]);
    let zoned = (zone, term()).prop_map(|(zone, term)| format!("{zone}{term}")).boxed();
    let group = vec(prop_oneof![4 => term(), 1 => zoned.clone()], 2..4);
    prop_oneof![
        6 => term(),
        2 => zoned,
        1 => select(list(QUOTED)).prop_map(str::to_owned),
        3 => group.prop_map(|parts| format!("({})", parts.join(" OR "))),
    ]
}

fn near() -> impl Strategy<Value = String> {
    let operator = || {
        (any::<bool>(), prop_oneof![0_u32..4, 0_u32..30])
            .prop_map(|(ordered, words)| format!(" {}/{words} ", if ordered { "BEFORE" } else { "NEAR" }))
    };
    let pair = (operand(), operator(), operand()).prop_map(|(a, by, b)| a + &by + &b).boxed();
    let grouped = pair.clone().prop_map(|pair| format!("({pair})")).boxed();
    prop_oneof![
        4 => pair.clone(),
        1 => (pair.clone(), operator(), operand()).prop_map(|(pair, by, b)| pair + &by + &b),
        1 => (operand(), operator(), grouped.clone()).prop_map(|(a, by, pair)| a + &by + &pair),
        1 => (grouped, operand(), operator(), operand())
            .prop_map(|(pair, a, by, b)| format!("({pair} OR {a}){by}{b}")),
    ]
}

fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => operand(),
        4 => near(),
        1 => select(list(REGEX)).prop_map(str::to_owned),
        2 => select(list(ATTRIBUTES)).prop_map(str::to_owned),
    ]
}

/// NOT binds tighter than NEAR, which has to be bracketed then.
fn joined(by: &str, part: &str) -> String {
    let not = by.ends_with("NOT ") || by.ends_with('-');
    if not && part.contains('/') { format!("{by}({part})") } else { format!("{by}{part}") }
}

fn any_query() -> impl Strategy<Value = String> {
    leaf().prop_recursive(3, 10, 3, |inner| {
        let by = select(vec![" ", " AND ", " OR ", " OR ", " AND NOT ", " -"]);
        let tail = vec((by, inner.clone()), 1..3);
        prop_oneof![
            3 => (inner.clone(), tail).prop_map(|(first, tail)| {
                format!("({first}{})", tail.iter().map(|(by, part)| joined(by, part)).collect::<String>())
            }),
            1 => (1_usize..3, vec(inner.clone(), 2..4))
                .prop_map(|(count, parts)| format!("{count} OF ({})", parts.join(", "))),
            1 => inner.prop_map(|part| format!("NOT ({part})")),
            1 => (select(vec!["title:", "lede:", "body:", "quote:"]), vec(term(), 2..4), any::<bool>())
                .prop_map(|(zone, terms, all)| format!("{zone}({})", terms.join(if all { " " } else { " OR " }))),
        ]
    })
}

/// A query that is accepted: one that would hold for an empty article is given a word that it needs.
fn query() -> impl Strategy<Value = String> {
    any_query().prop_map(|query| if parse_query(&query).is_ok() { query } else { format!("(ice OR us) AND ({query})") })
}

/// Words with what stands between them; where each begins and ends.
fn text(most: usize, paragraphs: bool) -> impl Strategy<Value = (String, Vec<(usize, usize)>)> {
    let gaps = if paragraphs {
        vec![" ", " ", " ", " ", "-", ". ", ", ", "—", "\n", "\n\n", "\n \n", "’s ", "“", "” "]
    } else {
        vec![" ", " ", " ", "-", ", ", ": ", "’s "]
    };
    let word = prop_oneof![select(list(FREQUENT)), select(list(WORDS))];
    vec((word, select(gaps)), 0..most).prop_map(|words| {
        let mut text = String::new();
        let mut places = Vec::new();
        for (word, gap) in words {
            places.push((text.len(), text.len() + word.len()));
            text += word;
            text += gap;
        }
        (text, places)
    })
}

fn names() -> impl Strategy<Value = Vec<String>> {
    vec(select(vec!["Ada Lovelace", "Grace Hopper", "A. L. Ice"]).prop_map(str::to_owned), 0..2)
}

fn page() -> impl Strategy<Value = Page> {
    let quote = (any::<Index>(), 0_usize..6, any::<bool>(), names());
    let words = (text(5, false), text(24, true), text(5, true), vec(quote, 0..3), any::<bool>());
    let captions = vec(text(4, false).prop_map(|(caption, _)| caption), 0..3);
    let language =
        select(vec![None, Some(("en", true)), Some(("es", true)), Some(("en-GB", true)), Some(("en", false))]);
    let outlet =
        select(vec![("BBC News", "bbc-world", "https://www.bbc.co.uk/news/1"), ("Reuters", "r", ""), ("", "", "")]);
    let tags = vec(select(vec!["World", "trade policy"]).prop_map(str::to_owned), 0..2);
    (words, captions, names(), language, outlet, tags).prop_map(|(words, captions, byline, language, outlet, tags)| {
        let ((title, _), (text, places), (lede, _), quotes, sought) = words;
        let made = quotes.into_iter().filter(|_| !places.is_empty()).map(|(first, more, whole, names)| {
            let first = first.index(places.len());
            let (start, end) = (places[first].0, places[(first + more).min(places.len() - 1)].1);
            // Also a quote that ends within `ice zinc` or `e-mail`.
            let last = &text[..end][places[(first + more).min(places.len() - 1)].0..];
            let half = last.find([' ', '-']).filter(|_| !whole);
            let end = half.map_or(end, |half| end - last.len() + half);
            let quote = Quote { text: text[start..end].to_owned(), speaker: names.first().cloned(), start, end };
            // As the store gives them back: their bytes are looked for.
            if sought { Quote { start: 0, end: 0, ..quote } } else { quote }
        });
        let quotes = made.collect();
        let language = language.map(|(code, sure)| Page::language(code, sure));
        let (outlet, feed, url) = outlet;
        let (outlet, feed, url) = (outlet.to_owned(), feed.to_owned(), url.to_owned());
        Page { title, text, lede, quotes, captions, byline, language, outlet, feed, tags, url }
    })
}

fn score() -> impl Strategy<Value = TopicScore> {
    let weight = select(vec![-2.0, -0.5, 1.0, 1.5, 3.0]);
    let term = (leaf(), weight).prop_map(|(query, weight)| ScoreTerm { query, weight });
    let zones = vec![Zone::Title, Zone::Lede, Zone::Body, Zone::Quote, Zone::Caption];
    let zones = proptest::sample::subsequence(zones, 0..=5);
    let weights = vec(select(vec![0.0, 0.5, 2.0, 3.0]), 5);
    (select(vec![-9.0, -1.0, 0.5, 1.0, 2.0, 4.0]), zones, weights, vec(term, 1..3)).prop_map(
        |(threshold, zones, weights, terms)| TopicScore {
            threshold,
            zones: zones.into_iter().zip(weights).collect(),
            terms,
        },
    )
}

fn any_topic() -> impl Strategy<Value = Topic> {
    let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let languages = vec![vec![], vec![], vec![], list(&["en"]), list(&["es", "EN-gb"])];
    let outlets = vec![vec![], vec![], vec![], vec![], list(&["bbc news", "Reuters"])];
    let tags = vec![vec![], vec![], vec![], vec![], list(&["World"])];
    let filters = (select(languages), select(outlets), select(tags));
    (query(), filters, proptest::option::weighted(0.4, score())).prop_map(|(query, filters, score)| Topic {
        languages: filters.0,
        outlets: filters.1,
        feed_tags: filters.2,
        score,
        ..topic("t", &query)
    })
}

fn read(query: &str) -> Query {
    parse_query(query).unwrap_or_else(|error| panic!("{query}: {error:?}"))
}

/// What the definition says of a topic: its score, where it holds and is scored, and the reasons.
fn expected(topic: &Topic, page: &Page, reference: &Reference<'_>) -> Option<(Option<f64>, Vec<Spot>)> {
    use super::super::fold::fold_name;
    let language = |code: &String| reference.language(&code[..2].to_lowercase()) != Truth::No;
    let named = |list: &[String], name: &String| list.iter().any(|own| fold_name(own) == fold_name(name));
    let passes = (topic.languages.is_empty() || topic.languages.iter().any(language))
        && (topic.outlets.is_empty() || named(&topic.outlets, &page.outlet))
        && (topic.feed_tags.is_empty() || page.tags.iter().any(|tag| named(&topic.feed_tags, tag)));
    let gate = read(&topic.query);
    if !passes || reference.truth(&gate) == Truth::No {
        return None;
    }
    let mut reasons = reference.reasons(&gate);
    let Some(score) = &topic.score else {
        return Some((None, reasons));
    };
    let mut sum = 0.0;
    for term in &score.terms {
        let query = read(&term.query);
        if reference.truth(&query) != Truth::No {
            let own = reference.reasons(&query);
            let zone = |zone: &Zone| score.zones.iter().find(|(named, _)| named == zone).map_or(1.0, |named| named.1);
            let best = own.iter().flat_map(|spot| &spot.zones).map(zone).max_by(f64::total_cmp).unwrap_or(1.0);
            sum += term.weight * best;
            reasons.extend(own);
        }
    }
    (sum >= score.threshold).then_some((Some(sum), reasons))
}

/// Most places that a match tells.
const TOLD: usize = 50;

/// Compares the engine with the reference; how many topics held.
pub(super) fn agree(topics: &[Topic], page: &Page) -> Result<usize, TestCaseError> {
    let ids = (0..topics.len()).map(|i| TopicId::from(i.to_string().as_str()));
    let reference = Reference::new(page);
    let asked = |(topic, id): (&Topic, TopicId)| Arc::new(Topic { id, ..topic.clone() });
    let set: Vec<_> = topics.iter().zip(ids).map(asked).collect();
    let rules = RuleSet::compile(&set).unwrap_or_else(|errors| panic!("{errors:?}"));
    let found = rules.matches(&page.input());
    let mut held = 0;
    for topic in &set {
        let expected = expected(topic, page, &reference);
        let found = found.iter().find(|found| found.topic == topic.id);
        let (query, score) = (&topic.query, &topic.score);
        prop_assert_eq!(found.is_some(), expected.is_some(), "does {} hold? {:?} {:?}", query, score, page);
        let (Some(found), Some((sum, reasons))) = (found, expected) else {
            continue;
        };
        held += 1;
        match sum {
            Some(_) => prop_assert_eq!(Some(found.score), sum, "{} {:?} {:?}", query, score, page),
            None => {
                let terms: std::collections::BTreeSet<_> = found.terms.iter().map(|told| &told.term).collect();
                prop_assert!(found.score >= terms.len() as f64, "{} scores {} on {:?}", query, found.score, page);
            }
        }
        for told in &found.terms {
            let is = |spot: &Spot| {
                (&spot.term, spot.zone, spot.start, spot.end) == (&told.term, told.zone, told.start, told.end)
            };
            prop_assert!(reasons.iter().any(is), "{}: no reason is {:?} of {:?}", query, told, page);
        }
        for reason in reasons.iter().filter(|_| found.terms.len() < TOLD) {
            let told = found.terms.iter().any(|told| told.term == reason.term);
            prop_assert!(told, "{}: not told: {:?} of {:?}", query, reason, page);
        }
    }
    Ok(held)
}

/// Runs until so many topics were decided; a tenth to nine tenths of them must hold.
fn run(cases: u32) {
    let runs = cases / TOPICS as u32;
    let mut runner = TestRunner::new(Config { cases: runs, ..Config::with_source_file(file!()) });
    let held = std::cell::Cell::new(0);
    let topics = vec(any_topic(), TOPICS);
    let outcome = runner.run(&(topics, page()), |(topics, page)| {
        held.set(held.get() + agree(&topics, &page)?);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let share = held.get() as f64 / f64::from(runs * TOPICS as u32);
    assert!((0.1..0.9).contains(&share), "the queries are too easy or too hard: {share:.2} of them hold");
}

#[test]
fn the_engine_is_the_reference() {
    run(2000);
}

#[test]
#[ignore = "long: 100,000 cases"]
fn the_engine_is_the_reference_in_a_hundred_thousand_cases() {
    std::thread::scope(|scope| {
        scope.spawn(|| run(50_000));
        run(50_000);
    });
}
