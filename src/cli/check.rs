//! `check`: every configuration problem, then what each topic needs and what in it was probably not meant.

use std::collections::{BTreeMap, HashMap};
use std::io::IsTerminal as _;
use std::time::Duration;

use serde::Serialize;

use super::args::Global;
use super::output::{BOLD, DIM, Exit, YELLOW, json, line, note, paint};
use super::{Outcome, config_dir, is_json, now, open_store};
use crate::archive;
use crate::config::settings::{Settings, SinkKind};
use crate::config::{self, Problem, Subject, process_environment};
use crate::deliver;
use crate::model::TopicId;
use crate::topic;
use crate::wording::count;

/// How long the stored articles of the last days are looked through.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Serialize)]
struct ProblemLine<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
}

#[derive(Serialize)]
struct TopicLine<'a> {
    topic: &'a str,
    required: &'a [Vec<String>],
    slow: &'a [String],
    warnings: Vec<ProblemLine<'a>>,
    /// Of a topic that would raise more alerts than a person reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    too_many: Option<&'a str>,
}

/// A named group; only where there is something to say of it.
#[derive(Serialize)]
struct GroupLine<'a> {
    group: &'a str,
    warnings: Vec<ProblemLine<'a>>,
}

/// A list of feeds (OPML); only where something was left out of it.
#[derive(Serialize)]
struct ListLine<'a> {
    file: &'a str,
    warnings: Vec<ProblemLine<'a>>,
}

impl<'a> ProblemLine<'a> {
    fn of(problem: &'a Problem) -> Self {
        let (line, column) = problem.place();
        Self { file: &problem.source.name, line, column, message: &problem.message }
    }
}

pub async fn check(global: &Global) -> Outcome {
    let dir = config_dir(global)?;
    let loaded = config::load(&dir, &process_environment);
    for problem in &loaded.problems {
        if is_json(global) {
            json(&ProblemLine::of(problem));
        } else {
            line(problem.to_string());
            // The source line, underlined; what is wrong stands above already.
            for shown in problem.render(std::io::stdout().is_terminal()).lines().skip(2) {
                line(shown);
            }
        }
    }
    let Some(settings) = &loaded.settings else {
        let count = loaded.problems.len();
        if !is_json(global) {
            note(format!("{count} problem{} in {}", if count == 1 { "" } else { "s" }, dir.display()));
        }
        return Ok(Exit::Problems);
    };
    let remarks = config::remarks(&loaded);
    let mut of: HashMap<&Subject, Vec<&Problem>> = HashMap::new();
    for remark in &remarks {
        of.entry(&remark.subject).or_default().push(&remark.problem);
    }
    let too_many = too_many(settings).await;
    for topic in &settings.topics {
        let Ok(query) = topic::parse_query_with(&topic.query, &topic.terms) else { continue };
        let needs = topic::needs(&query);
        let warnings = of.remove(&Subject::Topic(topic.id.0.clone())).unwrap_or_default();
        if is_json(global) {
            let warnings = warnings.into_iter().map(ProblemLine::of).collect();
            json(&TopicLine {
                topic: topic.id.as_str(),
                required: &needs.required,
                slow: &needs.slow,
                warnings,
                too_many: too_many.get(&topic.id).map(String::as_str),
            });
            continue;
        }
        let words = match needs.required.first() {
            Some(set) if set.len() > 8 => format!("one of {} … ({} words)", set[..8].join(", "), set.len()),
            Some(set) if set.len() > 1 => format!("one of {}", set.join(", ")),
            Some(set) => set.join(", "),
            None => "nothing: it looks at every article".to_owned(),
        };
        line(format!("{}  needs {words}", paint(BOLD, topic.id.as_str())));
        for slow in &needs.slow {
            line(format!("  {} {slow} is slow: it reads every text that comes this far", paint(YELLOW, "slow:")));
        }
        warnings.into_iter().for_each(warn);
        if let Some(many) = too_many.get(&topic.id) {
            line(format!("  {} {many}", paint(YELLOW, "warning:")));
        }
    }
    for group in settings.terms.iter() {
        let Some(warnings) = of.remove(&Subject::Group(group.name.clone())) else { continue };
        if is_json(global) {
            json(&GroupLine { group: &group.name, warnings: warnings.into_iter().map(ProblemLine::of).collect() });
            continue;
        }
        line(paint(BOLD, &format!("@{}", group.name)));
        warnings.into_iter().for_each(warn);
    }
    let mut lists: Vec<_> = of.drain().filter(|(subject, _)| matches!(subject, Subject::File(_))).collect();
    lists.sort_by_key(|(_, warnings)| &warnings[0].source.name);
    for (_, warnings) in lists {
        let file = &warnings[0].source.name;
        if is_json(global) {
            json(&ListLine { file, warnings: warnings.into_iter().map(ProblemLine::of).collect() });
            continue;
        }
        line(paint(BOLD, file));
        warnings.into_iter().for_each(warn);
    }
    let secrets = secrets(settings);
    for secret in &secrets {
        if is_json(global) {
            json(secret);
            continue;
        }
        let users = match secret.used_by.as_slice() {
            [first, others @ ..] if others.len() > 2 => format!("{first} and {} others", others.len()),
            few => few.join(", "),
        };
        line(format!("{} {} (for {users})", paint(YELLOW, "warning:"), secret.warning));
    }
    if !is_json(global) {
        let warnings = match remarks.len() + too_many.len() + secrets.len() {
            0 => String::new(),
            many => format!(", {}", count(many, "warning")),
        };
        let feeds = settings.feeds.len();
        let topics = count(settings.topics.len(), "topic");
        line(paint(DIM, &format!("{}, {topics}: no problems{warnings}", count(feeds, "feed"))));
        if feeds == 0 {
            line(paint(DIM, "no feed is polled yet: `wireroom feeds add ADDRESS` finds that of a site"));
        }
    }
    Ok(Exit::Done)
}

/// A secret that cannot be had here. For the service it may be there: systemd gives it credentials that nobody else sees, and
/// its files are not for everyone.
#[derive(Serialize)]
struct SecretLine {
    secret: String,
    used_by: Vec<String>,
    warning: String,
}

/// Tries every credential and the signing key, as the daemon will read them.
fn secrets(settings: &Settings) -> Vec<SecretLine> {
    let mut users: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for feed in settings.feeds.iter().filter(|feed| feed.enabled) {
        if let Some(name) = &feed.credential {
            users.entry(name).or_default().push(format!("feed {}", feed.id));
        }
    }
    for sink in &settings.sinks {
        let SinkKind::Webhook { credential, .. } = &sink.kind;
        if let Some(name) = credential {
            users.entry(name).or_default().push(format!("sink {}", sink.id));
        }
    }
    let mut lines = Vec::new();
    for (name, used_by) in users {
        if let Err(warning) = config::credential(&settings.config_dir, name, &process_environment) {
            lines.push(SecretLine { secret: name.to_owned(), used_by, warning });
        }
    }
    if let Some(name) = &settings.alerts.signing_key
        && let Err(warning) = deliver::signer(settings)
    {
        lines.push(SecretLine { secret: name.clone(), used_by: vec!["signing_key".to_owned()], warning });
    }
    lines
}

/// As compilers do, so that editors find the place.
fn warn(problem: &Problem) {
    let (at, column) = problem.place();
    let file = &problem.source.name;
    line(format!("{file}:{at}:{column}: {} {}", paint(YELLOW, "warning:"), problem.message));
}

/// Topics that would raise more alerts than a person reads, judged by the articles of the last days; none where the database
/// cannot be read.
async fn too_many(settings: &Settings) -> HashMap<TopicId, String> {
    let topics: Vec<_> = settings.topics.iter().filter(|topic| topic.enabled).cloned().collect();
    let Ok(store) = open_store(settings) else { return HashMap::new() };
    match archive::outlook(&store, topics, now(), PATIENCE, false).await {
        Ok(outlook) => {
            let many = outlook.into_iter().flat_map(|outlook| outlook.topics).filter(archive::Expected::is_many);
            many.map(|one| (one.topic.clone(), warning(&one))).collect()
        }
        Err(error) => {
            note(format!("the stored articles were not looked at: {error}"));
            HashMap::new()
        }
    }
}

fn warning(one: &archive::Expected) -> String {
    format!(
        "would raise about {:.0} alerts a day, over {}: narrow the query (wireroom topics test {})",
        one.news_a_day,
        archive::MANY_A_DAY,
        one.topic
    )
}
