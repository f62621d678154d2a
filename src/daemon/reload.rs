//! A changed configuration → in force, whole, or refused with its last good version kept. Every take-up and refusal is a
//! `health` line in the alert log.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::task::{JoinError, JoinSet};

use super::watch::Cause;
use super::work::Work;
use super::{StartError, systemd};
use crate::config::settings::Settings;
use crate::config::{self, Problem, TakeUp};
use crate::model::{Severity, TopicId};
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
    rules: RuleSet,
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
    Ok(Compiled { settings, rules })
}

/// What visits work with from `now` on.
pub(super) async fn in_force(compiled: Compiled, store: &Store, now: Timestamp) -> Result<InForce, StartError> {
    let Compiled { settings, rules } = compiled;
    // The rules hold the disabled topics too, which are recorded but in force for nothing: enabled again, a topic begins anew.
    let enabled = settings.topics.iter().filter(|topic| topic.enabled);
    let since = store.topics_taken_up(enabled.map(|topic| (topic.id.clone(), topic.rule())).collect(), now).await?;
    Ok(InForce {
        feeds: settings.feeds.iter().map(|feed| (feed.id.clone(), Arc::clone(feed))).collect(),
        topics: settings.topics.iter().map(|topic| (topic.id.clone(), Arc::clone(topic))).collect(),
        rules,
        since,
        settings,
    })
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
    refused: Vec<Problem>,
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
        Ok((fingerprint, Err(problems))) => Prepared { cause, fingerprint, refused: problems, compiled: None },
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
                let swapped = match compiled {
                    None => Ok(()),
                    Some(Ok(compiled)) => self.swap(compiled, now).await,
                    Some(Err(error)) => Err(error),
                };
                match swapped {
                    Ok(()) => {
                        self.report_take_up(&refused, now).await;
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

    /// Puts new settings in force.
    async fn swap(&mut self, compiled: Compiled, now: Timestamp) -> Result<(), StartError> {
        let (before, settings) = (Arc::clone(&self.desk.force), &compiled.settings);
        if settings.state_dir != before.settings.state_dir || settings.log_dir != before.settings.log_dir {
            tracing::warn!("state_dir and log_dir are taken up at the next start only");
        }
        if settings.fetch != before.settings.fetch {
            self.desk.fetcher = self.desk.fetcher.renewed(&settings.fetch).map_err(StartError::Settings)?;
        }
        let force = in_force(compiled, &self.desk.store, now).await?;
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
        Ok(())
    }

    /// For commands that wait until their edit is in force.
    pub(super) async fn note_taken_up(&self, fingerprint: u64) {
        if let Err(error) = self.desk.store.set_taken_up(fingerprint).await {
            tracing::error!(%error, "the take-up could not be recorded");
        }
    }

    /// Tells what was taken up and what was refused, each once.
    pub(super) async fn report_take_up(&mut self, refused: &[Problem], now: Timestamp) {
        let force = Arc::clone(&self.desk.force);
        let mut fresh: Vec<&TopicId> =
            force.since.iter().filter(|(_, since)| **since == now).map(|(id, _)| id).collect();
        fresh.sort();
        if !fresh.is_empty() {
            let names: Vec<&str> = fresh.iter().take(20).map(|id| id.as_str()).collect();
            let more = fresh.len().saturating_sub(names.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let of = match fresh.as_slice() {
                [id] => {
                    force.topics.get(*id).map(|topic| format!(" (rule {}…)", &topic.rule()[..12])).unwrap_or_default()
                }
                _ => String::new(),
            };
            let message = format!("in force for articles first seen from now on: {}{more}{of}", names.join(", "));
            self.report("topics", Severity::Low, message).await;
            self.look_back(fresh.iter().filter_map(|id| force.topics.get(*id).cloned()).collect(), now);
        }
        let lines: Vec<String> = refused.iter().map(ToString::to_string).collect();
        let before = self.desk.store.refused().await.unwrap_or_default();
        for line in lines.iter().filter(|line| !before.contains(line)) {
            tracing::warn!("refused: {line}");
            let file = line.split(':').next().unwrap_or("configuration");
            let message = format!("refused, its last good version stays: {line}");
            self.report(file, Severity::Normal, message).await;
        }
        if let Err(error) = self.desk.store.set_refused(lines).await {
            tracing::error!(%error, "the refusals could not be recorded");
        }
    }
}
