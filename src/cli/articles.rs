//! `articles`: the archive searched with the topics' own language, the newest first, the hits marked.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::args::{ArticlesArgs, Global};
use super::output::{BOLD, DIM, Exit, json, line, local, note, paint};
use super::snippet::{self, Marks};
use super::topics::underlined;
use super::{Failure, Outcome, ago, is_json, progress, settings};
use crate::archive::{Hit, Question, Replay};
use crate::config::settings::Settings;
use crate::model::{ArticleId, FeedId, TermMatch};
use crate::neutral;
use crate::store::Store;
use crate::wording::count;

#[derive(Serialize)]
struct ArticleLine<'a> {
    article: ArticleCell<'a>,
    score: f64,
    matches: &'a [TermMatch],
}

#[derive(Serialize)]
struct ArticleCell<'a> {
    id: &'a ArticleId,
    url: &'a str,
    title: &'a str,
    outlet: &'a str,
    feed: &'a FeedId,
    language: Option<&'a str>,
    published: Option<Timestamp>,
    first_seen: Timestamp,
}

pub async fn articles(global: &Global, args: &ArticlesArgs) -> Outcome {
    let settings = settings(global)?;
    let question = match Question::of_query(&args.query, &settings.terms) {
        Ok(question) => Arc::new(question),
        Err(error) => {
            note(underlined(&args.query, &error));
            return Ok(Exit::Problems);
        }
    };
    let since = args.since.as_deref().map(ago).transpose()?;
    let Some(store) = archive(&settings)? else {
        empty(global, None, &settings);
        return Ok(Exit::Done);
    };
    let mut replay = Replay::begin(&store, question, since.unwrap_or(Timestamp::MIN)).await?;
    let bar = progress::bar(replay.candidates(), "articles");
    let mut left = args.limit;
    while left > 0
        && let Some(page) = replay.next().await?
    {
        bar.set_position(page.done);
        bar.suspend(|| {
            for hit in page.hits.iter().take(left) {
                if is_json(global) { print_json(hit) } else { print(hit, &settings) }
            }
        });
        left = left.saturating_sub(page.hits.len());
    }
    bar.finish_and_clear();
    let shown = args.limit - left;
    let Some(oldest) = replay.oldest() else {
        empty(global, since, &settings);
        return Ok(Exit::Done);
    };
    if !is_json(global) {
        let of = format!(
            "{} first seen since {}",
            count(replay.articles(), "article"),
            local(since.unwrap_or(oldest), &settings.alerts.timezone)
        );
        line(paint(
            DIM,
            &match (shown, left) {
                (0, 1..) => format!("nothing found among {of}"),
                (_, 0) => format!("the newest {shown} found among {of}; a higher --limit shows more"),
                _ => format!("{shown} found among {of}"),
            },
        ));
    }
    Ok(Exit::Done)
}

/// The database for reading; none where there is none yet.
pub(super) fn archive(settings: &Settings) -> Result<Option<Store>, Failure> {
    if settings.state_dir.join("wireroom.db").exists() { super::open_store(settings).map(Some) } else { Ok(None) }
}

/// Says what to do where no article is stored.
pub(super) fn empty(global: &Global, since: Option<Timestamp>, settings: &Settings) {
    let text = match since {
        Some(since) => format!(
            "no article was first seen since {}: give a longer --since, or",
            local(since, &settings.alerts.timezone)
        ),
        None => "no article is stored yet:".to_owned(),
    };
    let text = format!("{text} let the daemon run (wireroom run), or visit every feed once (wireroom run --once)");
    // Standard output holds nothing but JSON there.
    if is_json(global) { note(text) } else { line(text) }
}

fn print(hit: &Hit, settings: &Settings) {
    let article = &hit.stored.article;
    let (open, close) = (format!("{BOLD}"), format!("{BOLD:#}"));
    let colour = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
    let marks = if colour { Marks { open: &open, close: &close } } else { Marks { open: "«", close: "»" } };
    let found = hit.matches.first().map_or(&[][..], |found| &found.terms);
    let (title, piece) = snippet::shown(article, found, marks);
    let outlet = neutral::line(&article.outlet);
    line(format!("{}  {outlet}  {title}", local(article.first_seen, &settings.alerts.timezone)));
    if !piece.is_empty() {
        line(format!("    {piece}"));
    }
    line(paint(DIM, &format!("    {}  {}", neutral::line(&article.url), article.id)));
}

fn print_json(hit: &Hit) {
    let (article, found) = (&hit.stored.article, hit.matches.first());
    json(&ArticleLine {
        article: ArticleCell {
            id: &article.id,
            url: &article.url,
            title: &article.title,
            outlet: &article.outlet,
            feed: &article.feed,
            language: article.language.as_ref().map(|language| language.code.as_str()),
            published: article.published,
            first_seen: article.first_seen,
        },
        score: found.map_or(0.0, |found| found.score),
        matches: found.map_or(&[], |found| &found.terms),
    });
}
