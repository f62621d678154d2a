//! A changed configuration → in force, whole, or refused with its last good version kept. Every take-up and refusal is a
//! `health` line in the alert log.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::task::{JoinError, JoinSet};

use super::watch::Cause;
use super::work::Work;
use super::{StartError, systemd};
use crate::config::settings::Settings;
use crate::config::{self, Refused, TakeUp};
use crate::model::{Feed, FeedId, Severity, TopicId};
use crate::store::{Store, StoreError, Stored};
use crate::topic::{Frequencies, RuleSet, WORDS_VERSION};
use crate::visit::{InForce, match_input};

/// From so many topics on it pays to know which words are rare here.
const MANY_TOPICS: usize = 500;
/// Articles, the newest ones, from which that is learnt.
const LEARNT_FROM: usize = 300;

/// A configuration that was read and compiled, but is not in force yet.
#[derive(Debug)]
pub(super) struct Compiled {
    settings: Settings,
    rules: Arc<RuleSet>,
}

/// Compiles the topics of settings: it may take seconds.
pub(super) async fn compile(settings: Settings, store: &Store) -> Result<Compiled, StartError> {
    let topics = settings.topics.clone();
    let newest = if topics.len() < MANY_TOPICS { Vec::new() } else { newest(store).await? };
    let compiled = tokio::task::spawn_blocking(move || {
        let frequencies = Frequencies::learn(newest.iter().map(|stored| match_input(&stored.article)));
        RuleSet::compile_with(&topics, &frequencies)
    })
    .await;
    let compiled = compiled.map_err(|error| StartError::Settings(format!("the topics: {error}")))?;
    let rules = compiled.map_err(|errors| {
        let faults: Vec<String> = errors.iter().map(|error| format!("{}: {}", error.topic, error.error)).collect();
        StartError::Settings(format!("topics that do not compile: {}", faults.join("; ")))
    })?;
    Ok(Compiled { settings, rules: Arc::new(rules) })
}

/// What visits work with from `now` on, and the topics that ended with what was in force before.
pub(super) async fn in_force(
    compiled: Compiled,
    store: &Store,
    now: Timestamp,
) -> Result<(InForce, Vec<TopicId>), StartError> {
    let Compiled { settings, rules } = compiled;
    // The rules hold the disabled topics too, which are recorded but in force for nothing: enabled again, a topic begins anew.
    let enabled = settings.topics.iter().filter(|topic| topic.enabled);
    let (since, ended) =
        store.topics_taken_up(enabled.map(|topic| (topic.id.clone(), topic.rule())).collect(), now).await?;
    let force = InForce {
        feeds: settings.feeds.iter().map(|feed| (feed.id.clone(), Arc::clone(feed))).collect(),
        topics: settings.topics.iter().map(|topic| (topic.id.clone(), Arc::clone(topic))).collect(),
        rules,
        since,
        settings,
    };
    Ok((force, ended))
}

/// Readings of a changed configuration: one at a time and aside, so that visits go on and match meanwhile.
#[derive(Debug, Default)]
pub(super) struct Reloads {
    under_way: JoinSet<Prepared>,
    /// Asked for while one was under way: what it read may be older.
    again: Option<Cause>,
}

/// A configuration read anew.
#[derive(Debug)]
pub(super) struct Prepared {
    cause: Cause,
    /// Of the folder, before it was read.
    fingerprint: u64,
    refused: Vec<Refused>,
    /// None where not even a last good version can be used.
    compiled: Option<Result<Compiled, StartError>>,
}

impl Reloads {
    /// Reads and compiles the configuration.
    pub fn ask(&mut self, cause: Cause, dir: PathBuf, store: Store) {
        if !self.under_way.is_empty() {
            self.again = Some(cause);
            return;
        }
        systemd::reloading();
        self.under_way.spawn(prepare(cause, dir, store));
    }

    /// What was read, once it is; none where nothing is under way.
    pub async fn next(&mut self) -> Option<Result<Prepared, JoinError>> {
        self.under_way.join_next().await
    }

    /// Why it is to be read once more.
    pub fn again(&mut self) -> Option<Cause> {
        self.again.take()
    }
}

async fn prepare(cause: Cause, dir: PathBuf, store: Store) -> Prepared {
    let read = tokio::task::spawn_blocking(move || {
        let fingerprint = config::fingerprint(&dir);
        let taken = config::load_with_last_good(&dir, &config::process_environment);
        if let Ok(taken) = &taken
            && let Err(error) = config::keep_last_good(&taken.settings.state_dir, &taken.sources)
        {
            tracing::warn!(%error, "the last good version of the configuration could not be kept");
        }
        (fingerprint, taken)
    })
    .await;
    match read {
        Ok((fingerprint, Ok(TakeUp { settings, refused, .. }))) => {
            Prepared { cause, fingerprint, refused, compiled: Some(compile(settings, &store).await) }
        }
        Ok((fingerprint, Err(problems))) => {
            Prepared { cause, fingerprint, refused: Refused::whole(problems), compiled: None }
        }
        Err(error) => {
            let error = StartError::Settings(format!("the configuration could not be read: {error}"));
            Prepared { cause, fingerprint: 0, refused: Vec::new(), compiled: Some(Err(error)) }
        }
    }
}

async fn newest(store: &Store) -> Result<Vec<Stored>, StoreError> {
    let mut nrs = store.candidates(Timestamp::MIN, None, WORDS_VERSION).await?.nrs;
    nrs.truncate(LEARNT_FROM);
    store.stored(nrs, Timestamp::MIN).await
}

impl Work {
    /// Puts in force what was read anew, or says why not.
    pub async fn take_up(&mut self, prepared: Result<Prepared, JoinError>) {
        let now = self.desk.clock.now();
        match prepared {
            Ok(Prepared { cause, fingerprint, refused, compiled }) => {
                tracing::info!(?cause, refused = refused.len(), "the configuration was read again");
                let before = Arc::clone(&self.desk.force);
                let swapped = match compiled {
                    None => Ok(Vec::new()),
                    Some(Ok(compiled)) => self.swap(compiled, now).await,
                    Some(Err(error)) => Err(error),
                };
                match swapped {
                    Ok(ended) => {
                        for (subject, message) in changes(&before.settings, &self.desk.force.settings) {
                            self.report(subject, Severity::Low, message).await;
                        }
                        self.report_take_up(&refused, &ended, now).await;
                        self.note_taken_up(fingerprint).await;
                    }
                    Err(error) => {
                        tracing::error!(%error, "the new configuration cannot be used; the one before stays");
                        self.report("configuration", Severity::Normal, format!("refused: {error}")).await;
                    }
                }
            }
            Err(error) => tracing::error!(%error, "the configuration could not be read"),
        }
        systemd::ready(&self.status_line());
    }

    /// Puts new settings in force; the topics that ended with the old ones.
    async fn swap(&mut self, compiled: Compiled, now: Timestamp) -> Result<Vec<TopicId>, StartError> {
        let (before, settings) = (Arc::clone(&self.desk.force), &compiled.settings);
        if settings.fetch != before.settings.fetch {
            self.desk.fetcher = self.desk.fetcher.renewed(&settings.fetch).map_err(StartError::Settings)?;
        }
        let (force, ended) = in_force(compiled, &self.desk.store, now).await?;
        let standings = self.desk.store.standings().await?;
        for feed in &force.settings.feeds {
            let known = before.feeds.get(&feed.id).filter(|known| known.enabled);
            let changed = known.is_none_or(|known| known.url != feed.url || known.headers != feed.headers);
            if feed.enabled && changed {
                let due = standings.get(&feed.id).and_then(|standing| standing.next_due);
                let due = due.filter(|_| known.is_none_or(|known| known.url == feed.url)).unwrap_or(now);
                self.agenda.set(&feed.id, due);
            } else if !feed.enabled {
                self.agenda.remove(&feed.id);
            }
        }
        for id in before.feeds.keys().filter(|id| !force.feeds.contains_key(id)) {
            self.agenda.remove(id);
        }
        self.desk.copies.lock().expect("no one panics with the copies in hand").configured(&force.settings.hash);
        self.settings.send_replace(Arc::new(force.settings.clone()));
        self.desk.force = Arc::new(force);
        Ok(ended)
    }

    /// For commands that wait until their edit is in force.
    pub(super) async fn note_taken_up(&self, fingerprint: u64) {
        if let Err(error) = self.desk.store.set_taken_up(fingerprint).await {
            tracing::error!(%error, "the take-up could not be recorded");
        }
    }

    /// Tells what was taken up and what was refused, each once.
    pub(super) async fn report_take_up(&mut self, refused: &[Refused], ended: &[TopicId], now: Timestamp) {
        let force = Arc::clone(&self.desk.force);
        let mut fresh: Vec<&TopicId> =
            force.since.iter().filter(|(_, since)| **since == now).map(|(id, _)| id).collect();
        fresh.sort();
        if !fresh.is_empty() {
            let of = match fresh.as_slice() {
                [id] => {
                    force.topics.get(*id).map(|topic| format!(" (rule {}…)", &topic.rule()[..12])).unwrap_or_default()
                }
                _ => String::new(),
            };
            let message = format!("in force for articles first seen from now on: {}{of}", named(&fresh));
            self.report("topics", Severity::Low, message).await;
            self.look_back(fresh.iter().filter_map(|id| force.topics.get(*id).cloned()).collect(), now);
        }
        if !ended.is_empty() {
            self.report("topics", Severity::Low, format!("no longer in force: {}", named(ended))).await;
        }
        let lines: Vec<String> = refused.iter().map(ToString::to_string).collect();
        let before = self.desk.store.refused().await.unwrap_or_default();
        for line in lines.iter().filter(|line| !before.contains(line)) {
            tracing::warn!("refused: {line}");
            self.report(file_of(line), Severity::Normal, format!("refused: {line}")).await;
        }
        let mut mended: Vec<&str> = before.iter().map(|line| file_of(line)).collect();
        mended.retain(|file| !lines.iter().any(|line| file_of(line) == *file));
        mended.dedup();
        if !mended.is_empty() {
            self.report("configuration", Severity::Low, format!("no longer refused: {}", named(&mended))).await;
        }
        if let Err(error) = self.desk.store.set_refused(lines).await {
            tracing::error!(%error, "the refusals could not be recorded");
        }
    }
}

/// Names in a line.
const NAMED: usize = 20;

fn named<T: ToString>(names: &[T]) -> String {
    let first: Vec<String> = names.iter().take(NAMED).map(ToString::to_string).collect();
    let more = names.len() - first.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", first.join(", "))
}

fn file_of(line: &str) -> &str {
    line.split(':').next().unwrap_or("configuration")
}

/// What differs between two configurations besides their topics: what it is about, and in words.
fn changes(before: &Settings, after: &Settings) -> Vec<(&'static str, String)> {
    let feeds = |settings: &Settings| -> BTreeMap<FeedId, Arc<Feed>> {
        let enabled = settings.feeds.iter().filter(|feed| feed.enabled);
        enabled.map(|feed| (feed.id.clone(), Arc::clone(feed))).collect()
    };
    let (old, new) = (feeds(before), feeds(after));
    let begun: Vec<&FeedId> = new.keys().filter(|id| !old.contains_key(*id)).collect();
    let changed: Vec<&FeedId> =
        new.iter().filter(|(id, feed)| old.get(*id).is_some_and(|old| old != *feed)).map(|(id, _)| id).collect();
    let ended: Vec<&FeedId> = old.keys().filter(|id| !new.contains_key(*id)).collect();
    let mut said: Vec<(&str, String)> =
        [("asked from now on", begun), ("changed", changed), ("not asked any more", ended)]
            .into_iter()
            .filter(|(_, feeds)| !feeds.is_empty())
            .map(|(what, feeds)| ("feeds", format!("{what}: {}", named(&feeds))))
            .collect();
    let tables = [
        ("[fetch]", before.fetch != after.fetch),
        ("[schedule]", before.schedule != after.schedule),
        ("[store]", before.store != after.store),
        ("[alerts]", before.alerts != after.alerts),
        ("[stories]", before.stories != after.stories),
        ("[websub]", before.websub != after.websub),
        ("[[sink]]", before.sinks != after.sinks),
    ];
    let tables: Vec<&str> = tables.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
    if !tables.is_empty() {
        said.push(("settings", format!("in force: {}", named(&tables))));
    }
    if (&before.state_dir, &before.log_dir) != (&after.state_dir, &after.log_dir) {
        said.push(("settings", "state_dir and log_dir are taken up at the next start only".to_owned()));
    }
    said
}
