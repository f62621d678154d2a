//! `inspect feed` and `inspect page`: what the parser and the extractor make of a file, a URL or standard input.

use std::io::Read as _;

use serde::Serialize;
use url::Url;

use super::args::{Global, InspectArgs, InspectCommand};
use super::output::{BOLD, DIM, Exit, RED, json, line, note, paint};
use super::{Outcome, is_json};
use crate::config::settings::FetchSettings;
use crate::config::{self, process_environment};
use crate::extract::{self, Page, PageInput};
use crate::fetch::{Fetcher, Purpose, Request};
use crate::neutral;
use crate::parse::{self, ParsedFeed};

#[derive(Serialize)]
struct Good<'a, T: Serialize> {
    source: &'a str,
    ok: bool,
    #[serde(flatten)]
    made: &'a T,
}

#[derive(Serialize)]
struct Bad<'a> {
    source: &'a str,
    ok: bool,
    error: &'a str,
}

/// Bytes and where they are from.
struct Input {
    bytes: Vec<u8>,
    content_type: Option<String>,
    url: Option<Url>,
}

pub async fn inspect(global: &Global, args: InspectArgs) -> Outcome {
    let (sources, purpose) = match &args.what {
        InspectCommand::Feed { sources, .. } => (sources, Purpose::Feed),
        InspectCommand::Page { sources, .. } => (sources, Purpose::Page),
    };
    let mut exit = Exit::Done;
    for source in sources {
        let made = match read(global, source, purpose).await {
            Ok(input) => show(global, source, &args.what, &input),
            Err(error) => Err(error),
        };
        if let Err(error) = made {
            exit = Exit::Problems;
            if is_json(global) {
                json(&Bad { source, ok: false, error: &error });
            } else {
                note(format!("{source}: {} {}", paint(RED, "failed:"), neutral::line(&error)));
            }
        }
    }
    Ok(exit)
}

fn show(global: &Global, source: &str, what: &InspectCommand, input: &Input) -> Result<(), String> {
    match what {
        InspectCommand::Feed { base, content_type, .. } => {
            let base = address(base.as_deref())?.or_else(|| input.url.clone());
            let content_type = content_type.as_deref().or(input.content_type.as_deref());
            let feed = parse::feed(&input.bytes, content_type, base.as_ref()).map_err(|error| error.to_string())?;
            if is_json(global) {
                json(&Good { source, ok: true, made: &feed });
            } else {
                print_feed(source, &feed);
            }
        }
        InspectCommand::Page { url, .. } => {
            let url = address(url.as_deref())?.or_else(|| input.url.clone());
            let page = extract::page(&PageInput {
                body: &input.bytes,
                content_type: input.content_type.as_deref(),
                url: url.as_ref(),
                ..PageInput::default()
            });
            if is_json(global) {
                json(&Good { source, ok: true, made: &page });
            } else {
                print_page(source, &page);
            }
        }
    }
    Ok(())
}

fn address(text: Option<&str>) -> Result<Option<Url>, String> {
    text.map(|text| Url::parse(text).map_err(|error| format!("{text}: {error}"))).transpose()
}

async fn read(global: &Global, source: &str, purpose: Purpose) -> Result<Input, String> {
    if source == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        return Ok(Input { bytes, content_type: None, url: None });
    }
    if !source.starts_with("http://") && !source.starts_with("https://") {
        let bytes = std::fs::read(source).map_err(|error| error.to_string())?;
        return Ok(Input { bytes, content_type: None, url: None });
    }
    let settings = fetch_settings(global);
    let fetcher = Fetcher::new(&settings)?;
    let url = Url::parse(source).map_err(|error| error.to_string())?;
    let cap = match purpose {
        Purpose::Feed => settings.max_feed_bytes,
        Purpose::Page => settings.max_page_bytes,
    };
    let answer = fetcher.get(Request::new(url, purpose, cap)).await.map_err(|error| error.to_string())?;
    if !(200..300).contains(&answer.status) {
        return Err(format!("HTTP {}", answer.status));
    }
    let content_type = answer.header("content-type");
    Ok(Input { bytes: answer.body, content_type, url: Some(answer.final_url) })
}

/// Those of the configuration where there is one: `allow_private` and proxies hold here as well.
fn fetch_settings(global: &Global) -> FetchSettings {
    let dir = config::locate(global.config.as_deref(), &process_environment);
    let loaded = dir.ok().and_then(|dir| config::load(&dir, &process_environment).settings);
    loaded.map_or_else(FetchSettings::default, |settings| settings.fetch)
}

fn print_feed(source: &str, feed: &ParsedFeed) {
    let title = feed.title.as_deref().unwrap_or("(no title)");
    line(format!(
        "{source}: {} · {:?} · {} entries",
        paint(BOLD, &neutral::line(title)),
        feed.kind,
        feed.entries.len()
    ));
    for repair in &feed.repairs {
        line(paint(DIM, &format!("  repaired: {repair}")));
    }
    for entry in &feed.entries {
        let at = entry.published.or(entry.updated).map_or_else(|| "no date".to_owned(), |at| at.to_string());
        line(format!("  {at:<20}  {}", neutral::line(&entry.title)));
        if let Some(link) = &entry.link {
            line(paint(DIM, &format!("  {:<20}  {}", "", neutral::line(link))));
        }
    }
}

fn print_page(source: &str, page: &Page) {
    line(format!("{source}: {}", paint(BOLD, &neutral::line(page.title.as_deref().unwrap_or("(no title)")))));
    let mut facts = vec![format!("quality {}", page.quality)];
    facts.extend(page.quality_reason.iter().cloned());
    facts.extend(page.site.clone());
    if !page.byline.is_empty() {
        facts.push(format!("by {}", page.byline.join(", ")));
    }
    facts.extend(page.published.map(|at| format!("published {at}")));
    facts.extend(page.language.as_ref().map(|language| format!("language {}", language.code)));
    line(paint(DIM, &neutral::line(&facts.join(" · "))));
    line("");
    line(neutral::block(&page.text));
    for quote in &page.quotes {
        let speaker = quote.speaker.as_deref().map(|speaker| format!(" — {speaker}")).unwrap_or_default();
        line(paint(DIM, &neutral::line(&format!("“{}”{speaker}", quote.text))));
    }
}
