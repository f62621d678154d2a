//! `inspect feed` and `inspect page`: what the parser and the extractor make of a file, a URL or standard input.

use std::io::Read as _;
use std::path::Path;

use serde::Serialize;
use url::Url;

use super::args::{Global, InspectArgs, InspectCommand, SelectArgs};
use super::output::{BOLD, DIM, Exit, RED, json, line, note, paint};
use super::{Outcome, is_json};
use crate::config::settings::FetchSettings;
use crate::config::{self, process_environment};
use crate::extract::{self, Page, PageInput, boilerplate};
use crate::fetch::Fetcher;
use crate::model::{Feed, FeedKind, Select};
use crate::neutral;
use crate::parse::{FeedFormat, ParsedFeed, Texts, plain_text};
use crate::visit::documents::{self, Documents, Manner};
use crate::visit::{self, Secrets};
use crate::wording::count;

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

#[derive(Serialize)]
struct GoodPage<'a> {
    source: &'a str,
    ok: bool,
    #[serde(flatten)]
    made: &'a Page,
    /// What stands on the site's other pages as well, and was left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    boilerplate: Vec<String>,
}

pub async fn inspect(global: &Global, args: InspectArgs) -> Outcome {
    let sources = match &args.what {
        InspectCommand::Feed { sources, .. } | InspectCommand::Page { sources, .. } => sources,
    };
    let mut exit = Exit::Done;
    for source in sources {
        let made = match &args.what {
            InspectCommand::Feed { base, content_type, select, .. } => {
                let selected = selectors(select).map(Box::new);
                feed(global, source, base.as_deref(), content_type.as_deref(), selected).await
            }
            InspectCommand::Page { url, .. } => page(global, source, url.as_deref()).await,
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

/// The selectors of the command line; none where it says nothing of items.
fn selectors(given: &SelectArgs) -> Option<Select> {
    let SelectArgs { item, link, title, date, summary } = given.clone();
    item.as_ref()?;
    Some(Select { item, link, title, date, summary, body: None })
}

async fn feed(
    global: &Global,
    source: &str,
    base: Option<&str>,
    content_type: Option<&str>,
    select: Option<Box<Select>>,
) -> Result<(), String> {
    let base = address(base)?;
    let kind = if select.is_some() { FeedKind::Page } else { FeedKind::Feed };
    let made = if source == "-" || Path::new(source).exists() {
        let bytes = local(source)?;
        let manner = Manner { kind, select, secrets: Secrets::default(), texts: Texts::Html, before: None };
        manner.read(bytes.into(), content_type, base.as_ref()).map_err(|error| error.to_string())?
    } else if is_address(source) {
        let settings = fetch_settings(global);
        let asked = Feed { kind, select, ..Feed::at(source) };
        let fetcher = Fetcher::new(&settings)?;
        together(documents::look(&fetcher, &settings, &asked, Path::new("")).await?)
    } else {
        configured(global, source, select).await?
    };
    if is_json(global) {
        json(&Good { source, ok: true, made: &made });
    } else {
        print_feed(source, &made);
    }
    Ok(())
}

/// Reads a configured feed as the daemon would, or with other selectors.
async fn configured(global: &Global, id: &str, select: Option<Box<Select>>) -> Result<ParsedFeed, String> {
    let neither = |why: &str| format!("no file of this name, and no feed with this id: {why}");
    let settings = super::settings(global).map_err(|_| neither("there is no configuration to look it up in"))?;
    let Some(known) = settings.feeds.iter().find(|feed| feed.id.as_str() == id) else {
        let ids = settings.feeds.iter().map(|feed| feed.id.as_str());
        return Err(neither(&match config::nearest(id, ids) {
            Some(meant) => format!("did you mean {meant}?"),
            None => "`wireroom feeds` lists them".to_owned(),
        }));
    };
    let mut asked = Feed::clone(known);
    if select.is_some() {
        (asked.kind, asked.select) = (FeedKind::Page, select);
    }
    let fetcher = Fetcher::new(&settings.fetch)?;
    Ok(together(documents::look(&fetcher, &settings.fetch, &asked, &settings.config_dir).await?))
}

/// One feed of what was read: a sitemap index with the entries of the sitemaps that were followed.
fn together(documents: Documents) -> ParsedFeed {
    let Documents { read, failed, index, .. } = documents;
    let mut parts = read.into_iter().map(|document| document.parsed);
    let mut feed = parts.next().unwrap_or_else(ParsedFeed::of_index);
    for part in parts {
        feed.entries.extend(part.entries);
        feed.title = feed.title.or(part.title);
        feed.repairs.extend(part.repairs);
    }
    feed.sitemaps = index;
    feed.repairs.extend(failed.into_iter().map(|failed| format!("not read: {failed}")));
    feed
}

async fn page(global: &Global, source: &str, url: Option<&str>) -> Result<(), String> {
    let mut page = if is_address(source) {
        let settings = fetch_settings(global);
        let address = Url::parse(source).map_err(|error| error.to_string())?;
        visit::look_at_page(&Fetcher::new(&settings)?, &settings, address).await?.0
    } else {
        let (bytes, url) = (local(source)?, address(url)?);
        extract::page(&PageInput { body: &bytes, url: url.as_ref(), ..PageInput::default() })
    };
    let boilerplate = leave_out(global, &mut page).await;
    if is_json(global) {
        json(&GoodPage { source, ok: true, made: &page, boilerplate });
    } else {
        print_page(source, &page, &boilerplate);
    }
    Ok(())
}

/// What the daemon has learnt of the page's site, where its database can be read.
async fn leave_out(global: &Global, page: &mut Page) -> Vec<String> {
    let host = page.url.as_deref().and_then(|url| Url::parse(url).ok()?.host_str().map(str::to_owned));
    let store = super::settings(global).and_then(|settings| super::open_store(&settings));
    let (Some(host), Ok(store)) = (host, store) else { return Vec::new() };
    let habits = store.habits(host, boilerplate::blocks(page, "")).await.unwrap_or_default();
    boilerplate::leave_out(page, &habits, "")
}

fn is_address(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://")
}

fn address(text: Option<&str>) -> Result<Option<Url>, String> {
    text.map(|text| Url::parse(text).map_err(|error| format!("{text}: {error}"))).transpose()
}

/// A file or standard input.
fn local(source: &str) -> Result<Vec<u8>, String> {
    if source != "-" {
        return std::fs::read(source).map_err(|error| error.to_string());
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// Those of the configuration where there is one: `allow_private` and proxies hold here as well.
pub(super) fn fetch_settings(global: &Global) -> FetchSettings {
    let dir = config::locate(global.config.as_deref(), &process_environment);
    let loaded = dir.ok().and_then(|dir| config::load(&dir, &process_environment).settings);
    loaded.map_or_else(FetchSettings::default, |settings| settings.fetch)
}

fn print_feed(source: &str, feed: &ParsedFeed) {
    let title = feed.title.as_deref().unwrap_or("(no title)");
    line(format!(
        "{source}: {} · {:?} · {}",
        paint(BOLD, &neutral::line(title)),
        feed.kind,
        count(feed.entries.len(), "entry")
    ));
    for sitemap in &feed.sitemaps {
        let at = sitemap.updated.map_or_else(|| "no date".to_owned(), |at| at.to_string());
        line(format!("  {at:<20}  sitemap {}", neutral::line(&sitemap.url)));
    }
    for repair in &feed.repairs {
        line(paint(DIM, &format!("  repaired: {repair}")));
    }
    for entry in &feed.entries {
        let at = entry.published.or(entry.updated).map_or_else(|| "no date".to_owned(), |at| at.to_string());
        line(format!("  {at:<20}  {}", neutral::line(&entry.title)));
        if let Some(link) = &entry.link {
            line(paint(DIM, &format!("  {:<20}  {}", "", neutral::line(link))));
        }
        // Of a list page all that the selectors find is shown.
        if let Some(summary) = entry.summary_html.as_deref().filter(|_| feed.kind == FeedFormat::Page) {
            let summary: String = plain_text(summary).chars().take(160).collect();
            line(paint(DIM, &format!("  {:<20}  {}", "", neutral::line(&summary))));
        }
    }
}

fn print_page(source: &str, page: &Page, boilerplate: &[String]) {
    let said = |text: &str| line(paint(DIM, &neutral::line(text)));
    line(format!("{source}: {}", paint(BOLD, &neutral::line(page.title.as_deref().unwrap_or("(no title)")))));
    let mut facts = vec![format!("quality {}", page.quality)];
    facts.extend(page.quality_reason.iter().cloned());
    facts.extend(page.site.clone());
    facts.extend(page.section.clone());
    if page.free == Some(false) {
        facts.push("not free to read".to_owned());
    }
    if !page.byline.is_empty() {
        facts.push(format!("by {}", page.byline.join(", ")));
    }
    facts.extend(page.published.map(|at| format!("published {at}")));
    facts.extend(page.language.as_ref().map(|language| format!("language {}", language.code)));
    said(&facts.join(" · "));
    let found: Vec<String> = page.sources.iter().map(|(field, source)| format!("{field} from {source}")).collect();
    if !found.is_empty() {
        said(&found.join(", "));
    }
    line("");
    line(neutral::block(&page.text));
    if !page.captions.is_empty() || !page.quotes.is_empty() || !page.pages.is_empty() || !boilerplate.is_empty() {
        line("");
    }
    for quote in &page.quotes {
        let speaker = quote.speaker.as_deref().map(|speaker| format!(" — {speaker}")).unwrap_or_default();
        said(&format!("quote: “{}”{speaker}", quote.text));
    }
    for caption in &page.captions {
        said(&format!("caption: {caption}"));
    }
    for further in &page.pages {
        said(&format!("page {}: {}", further.number, further.url));
    }
    for text in boilerplate {
        said(&format!("left out, it stands on the site's other pages too: {text}"));
    }
}
