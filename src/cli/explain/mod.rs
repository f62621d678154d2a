//! `explain`: why a topic holds for an article or does not, and what became of the article. Prints; what holds is decided in
//! [`crate::topic`], where the article stopped in [`crate::visit::course`]. Nothing is fetched.

mod source;

use anstyle::Style;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::args::{ExplainArgs, Global};
use super::output::{BOLD, DIM, Exit, GREEN, RED, json, line, local, paint};
use super::which::{configured, edited};
use super::{Failure, Outcome, is_json, now, open_store, settings};
use crate::config::settings::Settings;
use crate::lookup::Listed;
use crate::model::{AlertId, Article, Topic};
use crate::neutral;
use crate::store::{Dossier, Store};
use crate::topic::{self, Arithmetic, Clause, Explanation, Filter, OutlineLine};
use crate::visit::course::{self, Case, Course, Stage, Step};
use crate::visit::match_input;
use source::{Subject, Wanted};

/// What is printed.
struct Report<'a> {
    topic: &'a Topic,
    article: &'a Article,
    /// Where the article is from, beside its title.
    from: String,
    explanation: &'a Explanation,
    stage: Option<Stage>,
    outcome: Option<String>,
    course: Option<Course>,
}

#[derive(Serialize)]
struct JsonReport<'a> {
    topic: &'a str,
    article: Option<JsonArticle<'a>>,
    holds: bool,
    told: Option<&'a str>,
    /// Where it stopped.
    stage: Option<Stage>,
    verdict: String,
    filters: &'a [Filter],
    clauses: Option<&'a Clause>,
    score: Option<&'a Arithmetic>,
    course: &'a [Step],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    near: &'a [&'a Listed],
}

#[derive(Serialize)]
struct JsonArticle<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    outlet: &'a str,
    feed: &'a str,
    language: Option<&'a str>,
    published: Option<Timestamp>,
    first_seen: Option<Timestamp>,
    revision: u32,
}

pub async fn explain(global: &Global, args: &ExplainArgs) -> Outcome {
    let (topic, loaded) = match &args.file {
        // A page of one's own and an edited topic need no configuration.
        Some(file) => {
            let loaded = settings(global);
            let known = loaded.as_ref().map(|settings| settings.terms.clone()).unwrap_or_default();
            (edited(file, &args.topic, &known)?, loaded)
        }
        None => {
            let settings = settings(global)?;
            (configured(&settings.topics, &args.topic)?, Ok(settings))
        }
    };
    let timezone = loaded.as_ref().map_or_else(|_| TimeZone::system(), |settings| settings.alerts.timezone.clone());
    let show = move |at: Timestamp| local(at, &timezone);
    let key = match source::wanted(&args.source)? {
        Wanted::Kept(key) => key,
        Wanted::Bytes(name, bytes) => return loose(global, &topic, &name, &bytes, &show),
    };
    let settings = loaded?;
    let store = open_store(&settings)?;
    match source::find(&store, key, &topic.id).await? {
        Subject::Stored(dossier) => {
            stored(global, &settings, &store, &topic, args.file.is_some(), &dossier, &show).await
        }
        Subject::Unseen { url, near } => Ok(unseen(global, &topic, &url, &near)),
    }
}

fn explained(topic: &Topic, article: &Article) -> Result<Explanation, Failure> {
    topic::explain(topic, &match_input(article)).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::problem(lines.join("\n"))
    })
}

async fn stored(
    global: &Global,
    settings: &Settings,
    store: &Store,
    topic: &Topic,
    edited: bool,
    dossier: &Dossier,
    show: &dyn Fn(Timestamp) -> String,
) -> Outcome {
    let article = &dossier.article;
    let explanation = explained(topic, article)?;
    let rule = store.rule_in_force(topic.id.clone()).await?;
    let utc = |at: Timestamp| at.to_string();
    let within = if is_json(global) { &utc } else { show };
    let case = Case {
        topic,
        explanation: &explanation,
        dossier,
        feed: settings.feeds.iter().find(|feed| feed.id == article.feed).map(AsRef::as_ref),
        rule: rule.as_ref().map(|(rule, since)| (rule.as_str(), *since)),
        edited,
        now: now(),
        show: within,
    };
    let course = case.course();
    let from = format!("{}, {}", article.outlet, within(article.first_seen));
    let (stage, outcome) = (Some(course.stage), Some(course.outcome.clone()));
    let report = Report { topic, article, from, explanation: &explanation, stage, outcome, course: Some(course) };
    Ok(report.print(global, show))
}

/// A page or object that is in no feed: there is nothing to tell of its course.
fn loose(global: &Global, topic: &Topic, name: &str, bytes: &[u8], show: &dyn Fn(Timestamp) -> String) -> Outcome {
    let article = source::loose(name, bytes)?;
    let explanation = explained(topic, &article)?;
    let (stage, outcome) = course::stopped(&explanation).unzip();
    let from = if article.outlet.is_empty() { name.to_owned() } else { format!("{}, {name}", article.outlet) };
    let report = Report { topic, article: &article, from, explanation: &explanation, stage, outcome, course: None };
    Ok(report.print(global, show))
}

fn unseen(global: &Global, topic: &Topic, url: &str, near: &[Listed]) -> Exit {
    let verdict = format!("{} was never asked about {url}: no feed has listed it", topic.id);
    if is_json(global) {
        json(&JsonReport {
            topic: topic.id.as_str(),
            article: None,
            holds: false,
            told: None,
            stage: Some(Stage::Seen),
            verdict,
            filters: &[],
            clauses: None,
            score: None,
            course: &[],
            near: &near.iter().collect::<Vec<_>>(),
        });
        return Exit::Problems;
    }
    line(paint(BOLD, &neutral::line(&verdict)));
    if near.is_empty() {
        line("save the page and give the file, to see whether the topic would hold for it");
    } else {
        line("articles near to it:");
    }
    for listed in near {
        line(format!("  {}  {} ({})", listed.id, neutral::line(&listed.title), neutral::line(&listed.outlet)));
        line(paint(DIM, &format!("  {:21}  {}", "", neutral::line(&listed.url))));
    }
    Exit::Problems
}

impl Report<'_> {
    /// The verdict in a line.
    fn verdict(&self) -> String {
        let told = self.stage == Some(Stage::Told);
        let holds = match (self.explanation.holds, self.stage) {
            (true, None | Some(Stage::Told)) => "holds",
            (true, Some(_)) => "holds, but was not told,",
            (false, _) => "does not hold",
        };
        let title = if self.article.title.is_empty() { "(no title)" } else { &self.article.title };
        let before = if told && !self.explanation.holds { "; it was" } else { ":" };
        let outcome = self.outcome.as_ref().map(|outcome| format!("{before} {outcome}"));
        format!("{} {holds} for “{title}” ({}){}", self.topic.id, self.from, outcome.unwrap_or_default())
    }

    fn exit(&self) -> Exit {
        if self.explanation.holds { Exit::Done } else { Exit::Problems }
    }

    fn print(&self, global: &Global, show: &dyn Fn(Timestamp) -> String) -> Exit {
        if is_json(global) {
            self.print_json();
            return self.exit();
        }
        line(paint(BOLD, &neutral::line(&self.verdict())));
        section("query", &self.explanation.query_lines());
        section("filters", &self.explanation.filter_lines());
        section("score", &self.explanation.score_lines());
        let Some(course) = &self.course else { return self.exit() };
        heading("course");
        let width = course.steps.iter().filter_map(|step| step.at).map(|at| show(at).len()).max().unwrap_or(0);
        for step in &course.steps {
            let at = step.at.map(show).unwrap_or_default();
            line(format!("{}  {}", paint(DIM, &format!("{at:width$}")), neutral::line(&step.text)));
        }
        line(paint(DIM, &format!("article {}  {}", self.article.id, neutral::line(&self.article.url))));
        self.exit()
    }

    fn print_json(&self) {
        let article = self.article;
        // A loose page was seen in no feed.
        let stored = self.course.is_some();
        json(&JsonReport {
            topic: self.topic.id.as_str(),
            article: Some(JsonArticle {
                id: article.id.as_str(),
                url: &article.url,
                title: &article.title,
                outlet: &article.outlet,
                feed: article.feed.as_str(),
                language: article.language.as_ref().map(|language| language.code.as_str()),
                published: article.published,
                first_seen: stored.then_some(article.first_seen),
                revision: article.revision,
            }),
            holds: self.explanation.holds,
            told: self.course.as_ref().and_then(|course| course.told.as_ref()).map(AlertId::as_str),
            stage: self.stage,
            verdict: self.verdict(),
            filters: &self.explanation.filters,
            clauses: Some(&self.explanation.clauses),
            score: self.explanation.score.as_ref(),
            course: self.course.as_ref().map_or(&[], |course| &course.steps),
            near: &[],
        });
    }
}

fn heading(name: &str) {
    line("");
    line(paint(BOLD, name));
}

/// Lines with a sign and a word for true and false, so that neither colour nor a terminal's characters are needed.
fn section(name: &str, lines: &[OutlineLine]) {
    if lines.is_empty() {
        return;
    }
    heading(name);
    for shown in lines {
        let text = neutral::line(&shown.text);
        let indent = "  ".repeat(shown.depth);
        let sign = |style: Style, sign: &str| format!("{}  {indent}{text}", paint(style, sign));
        line(match shown.holds {
            Some(true) => sign(GREEN, "✓ yes"),
            Some(false) => sign(RED, "✗ no "),
            None => format!("       {indent}{}", paint(DIM, &text)),
        });
    }
}
