//! The index as a prefilter: never too narrow, right after every change, and no result depends on it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::extract;
use crate::model::{Article, FeedId, Match, Quality, Timing, Topic, TopicScore};
use crate::store::{ArticleRecord, FeedState, PageState, SeenEntry, Store, VisitRecord, found_by};
use crate::topic::tests::queries::queries;
use crate::topic::{RuleSet, WORDS_VERSION, archive_query, parse_query, words_of};
use crate::visit::match_input;

pub(super) fn topic(id: &str, query: &str) -> Arc<Topic> {
    Arc::new(crate::topic::tests::topic(id, query))
}

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).expect("a time")
}

pub(super) fn article(id: &str, second: i64, title: &str, text: &str) -> Article {
    Article {
        url: format!("https://news.example/{id}"),
        canonical: format!("https://news.example/{id}"),
        title: title.to_owned(),
        quality: Quality::Full,
        text: text.to_owned(),
        quotes: extract::quotes(text),
        ..Article::bare(id, at(second))
    }
}

fn query() -> impl Strategy<Value = String> {
    let more = [
        "e-mail-alph*",
        "said:\"Ann Zoë\"",
        "quote:alpha",
        "byline:zo*",
        "caption:delta",
        "zo*",
        "k.l",
        "o'brien",
        "beta NEAR/2 (gam* OR U.S.)",
        "alpha BEFORE/3 email",
    ];
    queries(&more, &[])
}

fn words(most: usize) -> impl Strategy<Value = String> {
    let words = vec![
        "alpha",
        "Beta",
        "gamma",
        "Delta",
        "delta",
        "U.S.",
        "K.",
        "L.",
        "email",
        "e-mail-alphabet",
        "中国",
        "Zoë’s",
        "zoo",
        "O’Brien",
        "\n\n",
        "\n",
        "“Alpha beta,” said Ann Zoë.",
        "\"Gamma,\" Zoë said.",
    ];
    proptest::collection::vec(proptest::sample::select(words), 0..most).prop_map(|words| words.join(" "))
}

fn page() -> impl Strategy<Value = Article> {
    (words(4), words(10), words(4), proptest::collection::vec(words(3), 0..2), words(2)).prop_map(
        |(title, text, summary, captions, byline)| Article {
            summary,
            captions,
            byline: vec![byline],
            ..article("a", 0, &title, &text)
        },
    )
}

proptest! {
    #[test]
    fn the_index_finds_every_article_that_holds(
        queries in proptest::collection::vec(query(), 1..6),
        pages in proptest::collection::vec(page(), 1..5),
    ) {
        let documents: Vec<String> = pages.iter().map(|page| words_of(&match_input(page))).collect();
        for query in &queries {
            let Some(expression) = parse_query(query).ok().as_ref().and_then(archive_query) else { continue };
            let rules = RuleSet::compile(&[topic("t", query)]).expect("it was read");
            let found = found_by(&documents, std::slice::from_ref(&expression)).remove(0);
            for (nr, page) in pages.iter().enumerate() {
                if !rules.matches(&match_input(page)).is_empty() {
                    prop_assert!(found.contains(&nr), "{query} holds, but {expression} misses {:?}", documents[nr]);
                }
            }
        }
    }
}

/// Records articles as a visit and its pages do.
pub(super) async fn record(store: &Store, articles: &[Article]) {
    let entries = articles.iter().map(|article| SeenEntry {
        identity: article.id.0.clone(),
        article: article.clone(),
        mark: None,
        feed_copy: None,
        settled: None,
    });
    let visit = VisitRecord {
        at: at(0),
        feed: FeedId::from("daily"),
        state: FeedState::default(),
        entries: entries.collect(),
        feed_copies: Vec::new(),
        stood: None,
        reappeared: Vec::new(),
        rhythm_changed: false,
    };
    store.record_visit(visit, ()).await.expect("recorded");
    for article in articles {
        let record = ArticleRecord {
            at: at(0),
            article: article.clone(),
            page: PageState::Done,
            fingerprint: None,
            story_window: Duration::ZERO,
            copies: Vec::new(),
            lesson: None,
            matches: Vec::new(),
        };
        store.record_article(record, |_| crate::store::Decision::default()).await.expect("recorded");
    }
}

async fn index(store: &Store) {
    index_for(store, Duration::from_secs(60)).await.expect("indexed");
}

/// Ids of what holds, and how many articles were looked at for it.
async fn search(dir: &Path, query: &str) -> (String, u64) {
    let store = Store::open_read(dir).expect("a database");
    let question = Arc::new(Question::of(&[topic("t", query)]).expect("a query"));
    let mut replay = Replay::begin(&store, question, Timestamp::MIN).await.expect("begun");
    let (looked_at, mut ids) = (replay.candidates(), Vec::new());
    while let Some(page) = replay.next().await.expect("read") {
        ids.extend(page.hits.iter().map(|hit| hit.stored.article.id.0.clone()));
    }
    (ids.join(" "), looked_at)
}

#[tokio::test]
async fn the_index_follows_what_is_recorded_revised_and_forgotten() {
    let dir = tempfile::tempdir().expect("a folder");
    let dir = dir.path();
    let store = Store::open(dir).expect("a database");
    let old = article("a1", 1, "Ice", "The ice melts.");
    record(&store, &[old.clone(), article("a2", 2, "Police", "Police arrive."), article("a3", 3, "Wharf", "No ice.")])
        .await;
    let found = |ids: &str, looked_at| (ids.to_owned(), looked_at);
    assert_eq!(search(dir, "ice").await, found("a3 a1", 3), "no index yet: everything is looked at");
    index(&store).await;
    assert_eq!(search(dir, "ice").await, found("a3 a1", 2));
    assert_eq!(search(dir, "lang:xx OR ice").await, found("a3 a2 a1", 3), "no word is required");
    // A new article, and a new revision of an old one, are looked at directly until they are indexed.
    record(
        &store,
        &[article("a4", 4, "Fire", "A fire."), Article { text: "The fire.".into(), title: "Fire".into(), ..old }],
    )
    .await;
    assert_eq!(search(dir, "fire").await, found("a4 a1", 2));
    assert_eq!(search(dir, "ice").await, found("a3", 3));
    index(&store).await;
    assert_eq!(search(dir, "fire").await, found("a4 a1", 2));
    assert_eq!(search(dir, "ice").await, found("a3", 1));
    assert_eq!(store.prune_articles(at(4), 10, at(9), "keep_articles".into()).await.expect("pruned"), 3);
    assert_eq!(search(dir, "fire").await, found("a4", 1));
    assert_eq!(search(dir, "ice").await, found("", 0));
    store.close().await;
}

#[tokio::test]
async fn an_article_recorded_again_while_its_words_are_read_still_waits() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("a database");
    store.renew_index(WORDS_VERSION).await.expect("an index");
    let one = article("a1", 1, "Ice", "The ice melts.");
    record(&store, std::slice::from_ref(&one)).await;
    let read = store.unindexed(10).await.expect("read");
    record(&store, &[Article { text: "The fire.".into(), title: "Fire".into(), ..one }]).await;
    let late = |read: Vec<crate::store::Unindexed>| {
        let words = |row: crate::store::Unindexed| crate::store::IndexedWords {
            nr: row.nr,
            turn: row.turn,
            words: row.stored.map(|stored| words_of(&match_input(&stored.article))),
        };
        read.into_iter().map(words).collect()
    };
    store.index(late(read)).await.expect("written");
    assert_eq!(search(dir.path(), "fire").await.0, "a1");
    let again = store.unindexed(10).await.expect("read");
    assert_eq!(again.len(), 1, "it waits with its new words");
    // Forgotten meanwhile: no words of nobody stay behind.
    assert_eq!(store.prune_articles(at(9), 10, at(9), "keep_articles".into()).await.expect("pruned"), 1);
    store.index(late(again)).await.expect("written");
    let candidates = store.candidates(Timestamp::MIN, Some("(fire)".into()), WORDS_VERSION).await.expect("asked");
    assert_eq!((candidates.nrs.len(), candidates.articles), (0, 0));
    store.close().await;
}

#[tokio::test]
async fn an_index_of_other_words_is_not_asked_and_made_anew() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("a database");
    record(&store, &[article("a1", 1, "Ice", "The ice melts."), article("a2", 2, "Fire", "A fire.")]).await;
    index(&store).await;
    let asked = |version| store.candidates(Timestamp::MIN, Some("(ice)".to_owned()), version);
    assert_eq!(asked(WORDS_VERSION).await.expect("asked").nrs.len(), 1);
    assert_eq!(asked(WORDS_VERSION + 1).await.expect("asked").nrs.len(), 2, "another version looks at everything");
    store.renew_index(WORDS_VERSION + 1).await.expect("renewed");
    assert_eq!(store.unindexed(10).await.expect("read").len(), 2);
    assert_eq!(asked(WORDS_VERSION + 1).await.expect("asked").nrs.len(), 2, "what waits is looked at");
    store.close().await;
}

#[tokio::test]
async fn a_replay_finds_what_the_live_matcher_finds_page_by_page() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("a database");
    let text = |i: i64| match i % 4 {
        0 => "“The ferry sails,” said Ann Zoë. A ferry.",
        1 => "Ann Zoë took the ferry.",
        2 => "A tram.",
        _ => "Nothing moves; “no tram” it says.",
    };
    let articles: Vec<_> = (0..600).map(|i| article(&format!("a{i:03}"), i, "Traffic", text(i))).collect();
    record(&store, &articles).await;
    index(&store).await;
    let mut scored = (*topic("scored", "ferry OR tram")).clone();
    let term = crate::model::ScoreTerm { query: "ferry".into(), weight: 1.0 };
    scored.score =
        Some(TopicScore { threshold: 3.0, zones: vec![(crate::model::Zone::Quote, 3.0)], terms: vec![term] });
    for topics in [
        vec![topic("t", "said:\"Ann Zoë\"")],
        vec![topic("t", "quote:tram")],
        vec![topic("t", "ferry"), topic("u", "NOT ferry AND tram")],
        vec![Arc::new(scored)],
    ] {
        let live = RuleSet::compile(&topics).expect("queries");
        let of = |article: &Article, matches: Vec<Match>| (article.id.clone(), matches);
        let expected: Vec<_> = articles.iter().rev().map(|a| of(a, live.matches(&match_input(a)))).collect();
        let expected: Vec<_> = expected.into_iter().filter(|(_, matches)| !matches.is_empty()).collect();
        let question = Arc::new(Question::of(&topics).expect("queries"));
        let mut replay = Replay::begin(&store, question, Timestamp::MIN).await.expect("begun");
        let mut found = Vec::new();
        while let Some(page) = replay.next().await.expect("read") {
            found.extend(page.hits.into_iter().map(|hit| of(&hit.stored.article, hit.matches)));
        }
        assert!(
            !expected.is_empty() && found == expected,
            "{}: {} of {}",
            topics[0].query,
            found.len(),
            expected.len()
        );
    }
    store.close().await;
}

#[tokio::test]
async fn an_outlook_counts_what_there_was_time_for_and_nothing_of_what_came_after() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("a database");
    let now = at(400 * 600);
    let old =
        |i: i64| Article { timing: Timing::Backlog, ..article(&format!("b{i}"), 399 * 600, "Tram", "An old tram.") };
    // One in ten minutes for 400 times ten minutes, and one after the take-up.
    let trams = (1..=400).map(|i| article(&format!("a{i:03}"), i * 600 - 60, "Tram", "A tram."));
    let articles: Vec<_> = (0..3).map(old).chain(trams).collect();
    record(&store, &articles).await;
    record(&store, &[article("late", 401 * 600, "Tram", "A tram.")]).await;
    let topics = || vec![topic("trams", "tram"), topic("ferries", "ferry")];
    let whole = outlook(&store, topics(), now, Duration::from_secs(60), true).await.expect("read").expect("articles");
    let [trams, ferries] = whole.topics.as_slice() else { panic!("{whole:?}") };
    assert_eq!((trams.last_day, trams.last_week, trams.is_many()), (144 + 3, 400 + 3, true));
    assert!((143.9..144.5).contains(&trams.news_a_day), "the backlog is no day's measure: {trams:?}");
    assert_eq!((ferries.last_day, ferries.last_week, ferries.is_many()), (0, 0, false));
    assert_eq!(whole.back_to, at(540));
    let short = outlook(&store, topics(), now, Duration::ZERO, true).await.expect("read").expect("articles");
    assert!(short.back_to > whole.back_to && short.topics[0].last_week < 403, "{short:?}");
    for (topics, now) in [(Vec::new(), now), (topics(), at(-1)), (topics(), at(30 * 86_400))] {
        assert!(outlook(&store, topics, now, Duration::from_secs(60), false).await.expect("read").is_none());
    }
    store.close().await;
}
