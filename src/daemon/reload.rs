//! A changed configuration → in force, whole, or refused with its last good version kept. Every take-up and refusal is a
//! `health` line in the alert log.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::StartError;
use super::watch::Cause;
use super::work::Work;
use crate::config::settings::Settings;
use crate::config::{self, Problem, TakeUp};
use crate::fetch::Fetcher;
use crate::model::{Severity, TopicId};
use crate::store::Store;
use crate::topic::RuleSet;
use crate::visit::InForce;

/// Compiles settings into what visits work with.
pub async fn in_force(settings: Settings, store: &Store, now: Timestamp) -> Result<InForce, StartError> {
    let topics = settings.topics.clone();
    let compiled = tokio::task::spawn_blocking(move || RuleSet::compile(&topics)).await;
    let compiled = compiled.map_err(|error| StartError::Settings(format!("the topics: {error}")))?;
    let rules = compiled.map_err(|errors| {
        let faults: Vec<String> = errors.iter().map(|error| format!("{}: {}", error.topic, error.error)).collect();
        StartError::Settings(format!("topics that do not compile: {}", faults.join("; ")))
    })?;
    // The rules hold the disabled topics too, which are recorded but in force for nothing: enabled again, a topic begins anew.
    let enabled = settings.topics.iter().filter(|topic| topic.enabled);
    let since =
        store.topics_taken_up(enabled.map(|topic| (topic.id.clone(), topic.rule.clone())).collect(), now).await?;
    Ok(InForce {
        feeds: settings.feeds.iter().map(|feed| (feed.id.clone(), Arc::clone(feed))).collect(),
        topics: settings.topics.iter().map(|topic| (topic.id.clone(), Arc::clone(topic))).collect(),
        rules,
        since,
        settings,
    })
}

impl Work {
    pub(super) async fn take_up(&mut self, cause: Cause) {
        let dir = self.config_dir.clone();
        let loaded = tokio::task::spawn_blocking(move || {
            let taken = config::load_with_last_good(&dir, &config::process_environment);
            if let Ok(taken) = &taken
                && let Err(error) = config::keep_last_good(&taken.settings.state_dir, &taken.sources)
            {
                tracing::warn!(%error, "the last good version of the configuration could not be kept");
            }
            taken
        })
        .await;
        let now = self.desk.clock.now();
        match loaded {
            Ok(Ok(TakeUp { settings, refused, .. })) => {
                tracing::info!(?cause, refused = refused.len(), "the configuration was read again");
                match self.swap(settings, now).await {
                    Ok(()) => self.report_take_up(&refused, now).await,
                    Err(error) => {
                        tracing::error!(%error, "the new configuration cannot be used; the one before stays");
                        self.report("configuration", Severity::Normal, format!("refused: {error}")).await;
                    }
                }
            }
            Ok(Err(problems)) => self.report_take_up(&problems, now).await,
            Err(error) => tracing::error!(%error, "the configuration could not be read"),
        }
    }

    /// Puts new settings in force.
    async fn swap(&mut self, settings: Settings, now: Timestamp) -> Result<(), StartError> {
        let before = Arc::clone(&self.desk.force);
        if settings.state_dir != before.settings.state_dir || settings.log_dir != before.settings.log_dir {
            tracing::warn!("state_dir and log_dir are taken up at the next start only");
        }
        if settings.fetch != before.settings.fetch {
            self.desk.fetcher = Fetcher::new(&settings.fetch).map_err(StartError::Settings)?;
            self.slots.set_limits(settings.fetch.per_host_concurrency, settings.fetch.per_host_delay);
        }
        let force = in_force(settings, &self.desk.store, now).await?;
        for feed in &force.settings.feeds {
            let known = before.feeds.get(&feed.id).filter(|known| known.enabled);
            let changed = known.is_none_or(|known| known.url != feed.url || known.headers != feed.headers);
            if feed.enabled && changed {
                let due = self.states.get(&feed.id).and_then(|state| state.next_due);
                let due = due.filter(|_| known.is_none_or(|known| known.url == feed.url)).unwrap_or(now);
                self.agenda.set(&feed.id, due);
            } else if !feed.enabled {
                self.agenda.remove(&feed.id);
            }
        }
        for id in before.feeds.keys().filter(|id| !force.feeds.contains_key(id)) {
            self.agenda.remove(id);
        }
        self.settings.send_replace(Arc::new(force.settings.clone()));
        self.desk.force = Arc::new(force);
        Ok(())
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
            let rules: HashMap<&str, &str> =
                force.topics.values().map(|topic| (topic.id.as_str(), topic.rule.as_str())).collect();
            let rule = fresh.first().and_then(|id| rules.get(id.as_str())).map_or("", |rule| &rule[..12]);
            let of = if fresh.len() == 1 { format!(" (rule {rule}…)") } else { String::new() };
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
