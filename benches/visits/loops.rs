//! What one would write without wireroom: a loop over all feeds with reqwest, [`AT_ONCE`] at a time; and the same with feed-rs
//! and SQLite, one transaction a feed, an article with its id, title, summary and date, validators kept for the next round.
//! SQLite commits as durably as wireroom does: write-ahead log, `synchronous = FULL`.

use std::sync::{Arc, Mutex};

use axum::http::{StatusCode, header};
use futures_util::StreamExt as _;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{AT_ONCE, site};

/// `bare|stored fresh|again FEEDS PORT HOSTS DATABASE`.
pub fn run(arguments: &[String]) {
    let [kind, round, feeds, port, hosts, database] = arguments else { panic!("six arguments") };
    let number = |text: &String| text.parse::<usize>().expect("a number");
    let (feeds, port, hosts) = (number(feeds), port.parse::<u16>().expect("a port"), number(hosts));
    rustls::crypto::ring::default_provider().install_default().expect("the first provider");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let store = (kind == "stored").then(|| Arc::new(Mutex::new(open(database))));
    let again = round == "again";
    runtime.block_on(async {
        futures_util::stream::iter(0..feeds)
            .map(|n| {
                let (client, store) = (client.clone(), store.clone());
                // Tasks of their own use both cores.
                async move { tokio::spawn(visit(client, store, n, site::address(n, port, hosts), again)).await }
            })
            .buffer_unordered(AT_ONCE)
            .for_each(|ended| async { ended.expect("a visit") })
            .await;
    });
}

async fn visit(client: reqwest::Client, store: Option<Arc<Mutex<Connection>>>, n: usize, url: String, again: bool) {
    let known = match &store {
        Some(store) => etag_of(&store.lock().expect("not poisoned"), &url),
        // The tag of a feed that never changed.
        None => again.then(|| format!("\"0-{n}\"")),
    };
    let mut request = client.get(&url);
    if let Some(etag) = known {
        request = request.header(header::IF_NONE_MATCH, etag);
    }
    let response = request.send().await.expect("an answer");
    if response.status() == StatusCode::NOT_MODIFIED {
        return;
    }
    let etag = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    let body = response.bytes().await.expect("a body");
    if let Some(store) = store {
        let kept = tokio::task::spawn_blocking(move || {
            let feed = feed_rs::parser::parse(body.as_ref()).expect("a feed");
            keep(&mut store.lock().expect("not poisoned"), &url, etag.as_deref(), &feed);
        });
        kept.await.expect("kept");
    }
}

fn open(path: &str) -> Connection {
    let db = Connection::open(path).expect("a database");
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE IF NOT EXISTS feeds (url TEXT PRIMARY KEY, etag TEXT, title TEXT) WITHOUT ROWID;
         CREATE TABLE IF NOT EXISTS articles (
             id TEXT NOT NULL UNIQUE, feed TEXT NOT NULL, link TEXT, title TEXT, summary TEXT, published INTEGER
         );",
    )
    .expect("a schema");
    db
}

fn etag_of(db: &Connection, url: &str) -> Option<String> {
    let mut query = db.prepare_cached("SELECT etag FROM feeds WHERE url = ?1").expect("a query");
    query.query_row([url], |row| row.get(0)).optional().expect("a row")
}

fn keep(db: &mut Connection, url: &str, etag: Option<&str>, feed: &feed_rs::model::Feed) {
    let transaction = db.transaction().expect("a transaction");
    {
        let mut insert = transaction
            .prepare_cached("INSERT OR IGNORE INTO articles VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .expect("a statement");
        for entry in &feed.entries {
            let link = entry.links.first().map(|link| &link.href);
            let text = |text: &Option<feed_rs::model::Text>| text.as_ref().map(|text| text.content.clone());
            let published = entry.published.map(|at| at.timestamp());
            let row = params![entry.id, url, link, text(&entry.title), text(&entry.summary), published];
            insert.execute(row).expect("a row");
        }
        transaction
            .prepare_cached("INSERT OR REPLACE INTO feeds VALUES (?1, ?2, ?3)")
            .expect("a statement")
            .execute(params![url, etag, feed.title.as_ref().map(|title| &title.content)])
            .expect("a row");
    }
    transaction.commit().expect("a commit");
}
