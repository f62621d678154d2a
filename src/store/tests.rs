//! The ledger through its own methods, on a database in a folder.

use std::time::Duration;

use super::*;
use crate::model::Article;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a second")
}

fn article(id: &str, text: &str) -> Article {
    let title = "Ice on the canal".to_owned();
    Article { title, summary: text.to_owned(), text: text.to_owned(), ..Article::bare(id, at(100)) }
}

/// Records articles that await nothing, as a visit does.
async fn settle(store: &Store, articles: &[Article]) {
    let settled = Some(Settled { fingerprint: None, story_window: Duration::ZERO });
    let entries = articles.iter().map(|article| SeenEntry { settled: settled.clone(), ..entry(article.clone()) });
    store.record_visit(visit("daily", entries.collect()), ()).await.expect("recorded");
}

/// An entry that awaits its page.
fn entry(article: Article) -> SeenEntry {
    SeenEntry { identity: article.id.0.clone(), mark: None, article, feed_copy: None, settled: None }
}

fn visit(feed: &str, entries: Vec<SeenEntry>) -> VisitRecord {
    VisitRecord {
        at: at(100),
        feed: FeedId::from(feed),
        state: FeedState::default(),
        entries,
        reappeared: Vec::new(),
        feed_copies: Vec::new(),
        stood: None,
        rhythm_changed: false,
    }
}

fn database(dir: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(dir.join("wireroom.db")).expect("the database")
}

fn number(dir: &Path, sql: &str) -> i64 {
    database(dir).query_row(sql, [], |row| row.get(0)).expect("a number")
}

#[tokio::test]
async fn a_text_that_is_the_feeds_own_is_kept_once_and_read_as_the_first_revision() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("created");
    let plain = article("a1", "The canal froze.");
    let longer = Article { summary: "It froze.".to_owned(), ..article("a2", "It froze, they said.") };
    settle(&store, &[plain.clone(), longer]).await;
    assert_eq!(number(dir.path(), "SELECT count(*) FROM revisions"), 0);

    let stored = store.newest_stored(at(0), 9).await.expect("read");
    let read: Vec<_> = stored.iter().map(|stored| (stored.article.text.as_str(), stored.article.revision)).collect();
    assert_eq!(read, [("It froze, they said.", 1), ("The canal froze.", 1)]);
    assert_eq!(store.text_of(plain.id.clone()).await.expect("read").as_deref(), Some("The canal froze."));
    let waiting = store.unindexed(9).await.expect("read");
    assert_eq!(waiting.len(), 2);
    assert!(waiting.iter().all(|one| one.stored.is_some()), "the index gets both");
    let dossier = |revision| store.dossier(plain.id.clone(), revision);
    let told = dossier(None).await.expect("read").expect("known");
    assert_eq!((told.revisions.as_slice(), told.article.text.as_str()), (&[(1, at(100))][..], "The canal froze."));

    // Should its page be read after all, the first revision stays what it was.
    let page = Article {
        text: "The canal froze over.".to_owned(),
        title: "Ice".to_owned(),
        summary: "Ice on the canal\n\nThe canal froze.".to_owned(),
        ..plain.clone()
    };
    let record = ArticleRecord {
        at: at(200),
        article: page,
        page: PageState::Done,
        fingerprint: None,
        story_window: Duration::ZERO,
        copies: Vec::new(),
        lesson: None,
        matches: Vec::new(),
    };
    let kept = store.record_article(record, |_| Decision::default()).await.expect("recorded");
    assert_eq!(kept.revision, 2);
    let first = dossier(Some(1)).await.expect("read").expect("known");
    assert_eq!(first.revisions, [(1, at(100)), (2, at(200))]);
    assert_eq!((first.article.title.as_str(), first.article.text.as_str()), ("Ice on the canal", "The canal froze."));
    let last = dossier(None).await.expect("read").expect("known");
    assert_eq!((last.article.title.as_str(), last.article.text.as_str()), ("Ice", "The canal froze over."));
    assert_eq!(last.article.summary, "Ice on the canal\n\nThe canal froze.");
    let kept: String = database(dir.path())
        .query_row("SELECT feed_text FROM articles WHERE id = 'a1'", [], |row| row.get(0))
        .expect("a row");
    assert_eq!(kept, "The canal froze.", "written out, now that the summary says more");
    store.close().await;
}

#[tokio::test]
async fn every_entry_of_a_long_visit_is_known_afterwards_and_of_one_mark_the_first() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("created");
    let entry = |nr: usize| SeenEntry {
        identity: format!("entry {nr}"),
        mark: Some(format!("says {}", nr / 2)),
        ..entry(Article { title: format!("Report {nr}"), ..article(&format!("a{nr}"), "The canal froze.") })
    };
    for entries in [vec![], vec![0], vec![1, 2, 3, 1], (4..41).collect::<Vec<_>>()] {
        let reappeared = vec![Reappeared { identity: "old".to_owned(), nr: None }];
        let visit = VisitRecord { reappeared, ..visit("daily", entries.into_iter().map(entry).collect()) };
        store.record_visit(visit, ()).await.expect("recorded");
    }
    assert_eq!(store.unindexed(9).await.expect("read"), [], "none is whole yet");
    let identities = (0..43).map(|nr| format!("entry {nr}")).chain(["old".to_owned()]).collect();
    let unseen = store.unseen(FeedId::from("daily"), identities).await.expect("read");
    let new: Vec<usize> = (0..unseen.len()).filter(|at| unseen[*at]).collect();
    assert_eq!(new, [41, 42]);
    let marks = (0..21).map(|nr| Some(format!("says {nr}"))).collect();
    let known = store.recall(FeedId::from("daily"), marks).await.expect("read");
    let titles: Vec<String> = known.into_iter().map(|known| known.expect("known").title).collect();
    assert_eq!(titles, (0..21).map(|nr| format!("Report {}", 2 * nr)).collect::<Vec<_>>());
    store.close().await;
}

#[tokio::test]
async fn how_entries_stand_is_known_until_another_reading_says_otherwise() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("created");
    let mut known = vec![store.stood("daily".into()).await.expect("read")];
    for stood in [Some(vec![1; 32]), None, Some(vec![2; 16])] {
        let visit = VisitRecord { stood, ..visit("daily", Vec::new()) };
        store.record_visit(visit, ()).await.expect("recorded");
        known.push(store.stood("daily".into()).await.expect("read"));
    }
    assert_eq!(known, [vec![], vec![1; 32], vec![1; 32], vec![2; 16]]);
}

#[tokio::test]
async fn an_unchanged_feed_keeps_all_of_its_state_but_times_and_what_was_saved() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("created");
    let daily = FeedId::from("daily");
    let known = FeedState {
        url: "https://daily.example/feed".to_owned(),
        title: Some("Daily".to_owned()),
        first_success: Some(at(100)),
        last_new: Some(at(100)),
        etag: Some(b"\"7\"".to_vec()),
        body_sha256: Some([7; 32]),
        validators_of: Some([8; 32]),
        last_bytes: 5000,
        held: 30,
        newest: Some(at(90)),
        rhythm: Some(crate::schedule::Rhythm::begin(&[at(90)], at(100))),
        ..FeedState::default()
    };
    let visit = VisitRecord { state: known.clone(), rhythm_changed: true, ..visit("daily", Vec::new()) };
    assert_eq!(store.record_visit(visit, ()).await.expect("recorded").state, known);
    let again = FeedState {
        next_due: Some(at(1100)),
        interval: Duration::from_secs(900),
        not_before: Some(at(300)),
        why: "every 15 min".to_owned(),
        last_visit: Some(at(200)),
        last_success: Some(at(200)),
        status: Some(304),
        saved_bytes: 5000,
        ..known
    };
    // The second one stands for a feed whose row was taken away while it was asked.
    for feed in [daily, FeedId::from("gone")] {
        let given = store.record_unchanged(feed.clone(), Box::new(again.clone())).await.expect("recorded");
        assert_eq!(*given, again);
        assert_eq!(store.feed_state(feed).await.expect("read"), Some(again.clone()));
    }
    store.close().await;
}

#[tokio::test]
async fn what_articles_took_that_are_forgotten_goes_back_to_the_disk() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("created");
    let long = "The canal froze. ".repeat(500);
    let articles: Vec<Article> = (0..100).map(|nr| article(&format!("a{nr}"), &long)).collect();
    settle(&store, &articles).await;
    assert_eq!(store.prune_articles(at(101), 100, at(300), "keep".to_owned()).await.expect("pruned"), 100);
    store.close().await;
    assert_eq!(number(dir.path(), "PRAGMA freelist_count"), 0);
}

/// Rows of the table of keys once the store is closed.
async fn keys_after_close(dir: &Path, store: Store) -> i64 {
    store.close().await;
    number(dir, "SELECT count(*) FROM keys")
}

#[tokio::test]
async fn an_article_is_found_by_its_present_text_and_its_keys_go_with_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("created");
    settle(&store, &[article("a1", "The canal froze."), article("a2", "The quay was closed.")]).await;
    let read = async |store: &Store, id: &str, fingerprint: u8| {
        let record = ArticleRecord {
            at: at(200),
            article: article(id, "The same report."),
            page: PageState::Done,
            fingerprint: Some([fingerprint; 8]),
            story_window: Duration::from_secs(1000),
            copies: Vec::new(),
            lesson: None,
            matches: Vec::new(),
        };
        store.record_article(record, |_| Decision::default()).await.expect("recorded");
        store.dossier(ArticleId(id.to_owned()), None).await.expect("read").expect("known").story.expect("a story").0
    };
    assert_eq!(read(&store, "a1", 7).await, "a1");
    assert_eq!(read(&store, "a2", 7).await, "a1", "the same text, the same story");
    assert_eq!(keys_after_close(dir.path(), store).await, 4);

    let store = Store::open(dir.path()).expect("opened");
    assert_eq!(read(&store, "a1", 8).await, "a1");
    assert_eq!(read(&store, "a1", 7).await, "a1", "its copy has that text");
    assert_eq!(keys_after_close(dir.path(), store).await, 4, "that of the text between is gone");

    let store = Store::open(dir.path()).expect("opened");
    let forgotten = store.prune_articles(at(101), 1, at(300), "keep".to_owned()).await.expect("pruned");
    assert_eq!(forgotten, 1);
    let known = store.have(["a1", "a2", "a3"].map(|id| ArticleId(id.to_owned())).to_vec()).await.expect("read");
    assert_eq!(known, [false, true, false]);
    assert_eq!(keys_after_close(dir.path(), store).await, 2);
}

#[tokio::test]
async fn what_was_taken_back_with_its_transaction_is_not_found_and_may_come_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("created");
    let bad = database(dir.path());
    bad.execute_batch(
        "CREATE TRIGGER full BEFORE INSERT ON feeds WHEN NEW.id = 'daily' BEGIN SELECT raise(ABORT, 'no room'); END",
    )
    .expect("a trigger");
    let visit = |feed: &str, id: &str| visit(feed, vec![entry(article(id, "The canal froze."))]);
    let have =
        async |store: &Store| store.have(["a1", "a2"].map(|id| ArticleId(id.to_owned())).to_vec()).await.expect("read");
    // The first is undone with its whole transaction, the second alone.
    for _ in 0..2 {
        store.record_visit(visit("daily", "a1"), ()).await.expect_err("refused");
    }
    store.record_visit(visit("weekly", "a2"), ()).await.expect("recorded");
    assert_eq!(have(&store).await, [false, true]);
    bad.execute_batch("DROP TRIGGER full").expect("gone");
    assert_eq!(store.record_visit(visit("daily", "a1"), ()).await.expect("recorded").new, 1);
    assert_eq!(have(&store).await, [true, true]);
    assert_eq!(keys_after_close(dir.path(), store).await, 2);
}
