//! What is given as SRC → the article that is meant: one of the database, or a page or JSON object of the user's own.
//! Guesses only where nothing is found, and then suggests.

use std::io::Read as _;
use std::path::Path;

use jiff::Timestamp;
use url::Url;

use super::super::copies::{self, unique};
use super::super::matching::InputLine;
use super::Failure;
use crate::extract::{self, PageInput};
use crate::lookup::{self, Listed};
use crate::model::{Alert, Article, ArticleId, DateSource, FeedId, Language, Quality, Timing, TopicId};
use crate::parse::canonical;
use crate::store::{Dossier, Store};

/// Articles looked through for one that is near to what was asked for.
const LOOKED_AT: usize = 100_000;

/// Bytes read of a page or object.
const MAX_INPUT: u64 = 64 << 20;

/// What SRC looks like.
pub enum Wanted {
    /// A name for people, and the bytes.
    Bytes(String, Vec<u8>),
    Kept(Key),
}

/// How an article of the database is named.
pub enum Key {
    Url(Url),
    /// The beginning of an article's or alert's id.
    Id(String),
}

/// What SRC is.
pub enum Subject {
    Stored(Box<Dossier>),
    /// An address that no feed has listed, and articles near to it.
    Unseen {
        url: String,
        near: Vec<Listed>,
    },
}

/// Tells a file, an address and an id apart. A file that is there wins.
pub fn wanted(source: &str) -> Result<Wanted, Failure> {
    let failed = |error: std::io::Error| Failure::problem(format!("{source}: {error}"));
    if source == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(MAX_INPUT).read_to_end(&mut bytes).map_err(failed)?;
        return Ok(Wanted::Bytes("standard input".to_owned(), bytes));
    }
    if source.starts_with("http://") || source.starts_with("https://") {
        let url = Url::parse(source).map_err(|error| Failure::usage(format!("{source}: {error}")))?;
        return Ok(Wanted::Kept(Key::Url(url)));
    }
    if Path::new(source).is_file() {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(source).map_err(failed)?;
        file.take(MAX_INPUT).read_to_end(&mut bytes).map_err(failed)?;
        return Ok(Wanted::Bytes(source.to_owned(), bytes));
    }
    let lower = source.to_lowercase();
    if lower.starts_with(['a', 'w']) && lower.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(Wanted::Kept(Key::Id(lower)));
    }
    let host = source.split('/').next().unwrap_or_default();
    if source.contains('/')
        && host.contains('.')
        && !host.starts_with('.')
        && let Ok(url) = Url::parse(&format!("https://{source}"))
    {
        return Ok(Wanted::Kept(Key::Url(url)));
    }
    Err(Failure::usage(format!(
        "{source:?} is no file here, no address and no id: give an article's address, its id or an alert's (`wireroom alerts` \
         ends each alert with it), a saved page, or - for standard input"
    )))
}

/// Finds it in the database.
pub async fn find(store: &Store, key: Key, topic: &TopicId) -> Result<Subject, Failure> {
    let (id, revision) = match key {
        Key::Url(url) => match at(store, &url).await? {
            Ok(id) => (id, None),
            Err(unseen) => return Ok(unseen),
        },
        Key::Id(id) if id.starts_with('w') => of_alert(store, &id, topic).await?,
        Key::Id(id) => (article(store, &id).await?, None),
    };
    match store.dossier(id.clone(), revision).await? {
        Some(mut dossier) => {
            // Stored quotes do not know their bytes.
            dossier.article.quotes = extract::quotes(&dossier.article.text);
            Ok(Subject::Stored(Box::new(dossier)))
        }
        None => Err(Failure::problem(format!("the article {id} is not kept any more (keep_articles)"))),
    }
}

async fn at(store: &Store, url: &Url) -> Result<Result<ArticleId, Subject>, Failure> {
    let canonical = canonical::canonical(url);
    if let [id] = store.articles_by_prefix(ArticleId::of_url(&canonical).0).await?.as_slice() {
        return Ok(Ok(id.clone()));
    }
    if let Some(id) = store.article_at(url.to_string(), canonical.clone()).await? {
        return Ok(Ok(id));
    }
    let listed = store.newest_articles(LOOKED_AT).await?;
    let near = lookup::near_articles(&canonical, &listed).into_iter().cloned().collect();
    Ok(Err(Subject::Unseen { url: url.to_string(), near }))
}

async fn article(store: &Store, prefix: &str) -> Result<ArticleId, Failure> {
    let found = store.articles_by_prefix(prefix.to_owned()).await?;
    if let [id] = found.as_slice() {
        return Ok(id.clone());
    }
    if !found.is_empty() {
        return Err(unique("article", prefix, found.len()));
    }
    let listed = store.newest_articles(LOOKED_AT).await?;
    let near = lookup::near_ids(prefix, listed.iter().map(|listed| listed.id.as_str()));
    let near = near.iter().filter_map(|id| listed.iter().find(|listed| listed.id == **id));
    let near: Vec<String> =
        near.map(|listed| format!("{} “{}” ({})", listed.id, listed.title, listed.outlet)).collect();
    Err(copies::unknown("article", prefix, &near))
}

/// The article of an alert, in the revision that was told.
async fn of_alert(store: &Store, prefix: &str, topic: &TopicId) -> Result<(ArticleId, Option<u32>), Failure> {
    let (id, text) = copies::alert(store, prefix).await?;
    let alert: Alert = serde_json::from_str(&text).map_err(Failure::problem)?;
    let Some(article) = alert.article else {
        return Err(Failure::problem(format!("the alert {id} is a notice about {}, not about an article", alert.kind)));
    };
    if let Some(of) = alert.topic.filter(|of| of.id != *topic) {
        super::super::output::note(format!("{id} is an alert of the topic {}; explained is {topic}", of.id));
    }
    Ok((article.id, alert.revision))
}

/// A page or a JSON object that is in no feed.
pub fn loose(name: &str, bytes: &[u8]) -> Result<Article, Failure> {
    let is_json = bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{');
    if is_json {
        let input: InputLine = serde_json::from_slice(bytes).map_err(|error| {
            Failure::problem(format!(
                "{name}: {error}; one article is read: {{\"id\", \"title\", \"text\", …}} as `match` has it"
            ))
        })?;
        return Ok(of_json(input));
    }
    let page = extract::page(&PageInput { body: bytes, ..PageInput::default() });
    if page.text.is_empty() && page.title.is_none() {
        let why = page.quality_reason.unwrap_or_else(|| "it shows no text".to_owned());
        super::super::output::note(format!("{name} holds no article: {why}"));
    }
    Ok(Article {
        title: page.title.unwrap_or_default(),
        outlet: page.site.unwrap_or_default(),
        url: page.canonical.or(page.url).unwrap_or_default(),
        language: page.language,
        byline: page.byline,
        published: page.published,
        published_from: DateSource::Page,
        quality: page.quality,
        text: page.text,
        captions: page.captions,
        quotes: page.quotes,
        ..empty()
    })
}

fn of_json(input: InputLine) -> Article {
    Article {
        id: ArticleId(input.id.as_str().map_or_else(|| input.id.to_string(), str::to_owned)),
        title: input.title,
        outlet: input.outlet.unwrap_or_default(),
        url: input.url.unwrap_or_default(),
        feed: FeedId(input.feed.unwrap_or_default()),
        feed_tags: input.tags,
        // A language that is given is taken as declared by page and feed.
        language: input.language.map(|code| Language { code: code.to_ascii_lowercase(), sure: true }),
        byline: input.byline,
        summary: input.lede.unwrap_or_default(),
        quotes: extract::quotes(&input.text),
        text: input.text,
        captions: input.captions,
        ..empty()
    }
}

fn empty() -> Article {
    Article {
        id: ArticleId(String::new()),
        url: String::new(),
        canonical: String::new(),
        title: String::new(),
        outlet: String::new(),
        feed: FeedId(String::new()),
        feed_tags: Vec::new(),
        language: None,
        byline: Vec::new(),
        published: None,
        published_from: DateSource::FirstSeen,
        first_seen: Timestamp::UNIX_EPOCH,
        fetched: None,
        quality: Quality::Full,
        summary: String::new(),
        text: String::new(),
        captions: Vec::new(),
        quotes: Vec::new(),
        timing: Timing::New,
        revision: 0,
    }
}
