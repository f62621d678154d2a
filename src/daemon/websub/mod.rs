//! Subscriptions at hubs (WebSub): asked for, verified, renewed and ended beside the visits; what is pushed becomes a visit of
//! its own. While a hub pushes, its feed is polled as a safety net only.

mod listener;
pub(super) mod pushes;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior};
use url::Url;

use super::work::Work;
use crate::config::settings::WebSubSettings;
use crate::config::{is_telling, shown_url};
use crate::fetch::{FetchError, HostKey, PostAnswer};
use crate::model::{Feed, FeedId, Severity};
use crate::visit::Pushed;
use crate::websub::{self, Hub, Keys, Standing, Step, Subscription};
use listener::{Call, Listener};
use pushes::{Polled, Push};

/// Requests to hubs at once; one at a time to each.
const ASKING: usize = 4;
const LOOK: Duration = Duration::from_secs(5);
const KEY_FILE: &str = "websub.key";

/// What there is to settle.
#[derive(Debug)]
pub(super) enum Heard {
    Call(Call),
    Answered(Answered),
    /// It is time to look what is due.
    Tick,
}

/// A hub's answer to a request.
#[derive(Debug)]
pub(super) struct Answered {
    token: String,
    host: HostKey,
    result: Result<PostAnswer, FetchError>,
}

/// All subscriptions; nothing but a pending future where no callback is configured.
#[derive(Debug)]
pub(super) struct Hubs {
    settings: Option<WebSubSettings>,
    listener: Option<Listener>,
    keys: Option<Keys>,
    subscriptions: HashMap<String, Subscription>,
    asking: JoinSet<Answered>,
    /// Hubs that are being asked.
    busy: HashSet<HostKey>,
    tick: Interval,
}

impl Hubs {
    pub async fn begin(work: &mut Work) -> Self {
        let mut tick = tokio::time::interval(LOOK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut hubs = Self {
            settings: None,
            listener: None,
            keys: None,
            subscriptions: HashMap::new(),
            asking: JoinSet::new(),
            busy: HashSet::new(),
            tick,
        };
        hubs.configure(work).await;
        hubs
    }

    /// Listens as the settings say; again where they changed.
    pub async fn configure(&mut self, work: &mut Work) {
        let wanted = work.desk.force.settings.websub.clone();
        if wanted == self.settings {
            return;
        }
        self.settings.clone_from(&wanted);
        self.listener = None;
        let begun = match wanted {
            Some(settings) => self.listen(&settings, work).await,
            None => Ok(()),
        };
        if let Err(why) = begun {
            tracing::error!("websub: {why}; every feed is polled as usual");
            work.report(
                "websub",
                Severity::Normal,
                format!("no pushes are taken: {why}; every feed is polled as usual"),
            )
            .await;
        }
        work.listens = self.listener.is_some();
        if !work.listens {
            work.pushed.clear();
        }
    }

    async fn listen(&mut self, settings: &WebSubSettings, work: &mut Work) -> Result<(), String> {
        let (keys, fresh) = keys(&work.desk.force.settings.state_dir)?;
        let max_bytes = work.desk.force.settings.fetch.max_feed_bytes;
        let listener = Listener::start(settings.listen, keys.clone(), max_bytes).await;
        let listener = listener.map_err(|error| format!("cannot listen on {}: {error}", settings.listen))?;
        tracing::info!(address = %listener.address, callback = %settings.callback, "hubs may push");
        let stored = work.desk.store.subscriptions().await.map_err(|error| error.to_string())?;
        self.subscriptions = stored.into_iter().map(|one| (one.token.clone(), one)).collect();
        if fresh {
            // What the hubs sign with was made of a key that is gone.
            let now = work.desk.clock.now();
            for one in self.subscriptions.values_mut() {
                one.next_try = now;
            }
        }
        (self.keys, self.listener) = (Some(keys), Some(listener));
        self.know();
        let feeds: Vec<FeedId> = self.subscriptions.values().map(|one| one.feed.clone()).collect();
        let now = work.desk.clock.now();
        for feed in feeds {
            self.pace(&feed, work, now);
        }
        Ok(())
    }

    /// The next thing to settle. Loses nothing when dropped half-way.
    pub async fn next(&mut self) -> Heard {
        let Some(listener) = &mut self.listener else { return std::future::pending().await };
        tokio::select! {
            Some(call) = listener.calls.recv() => Heard::Call(call),
            Some(answered) = self.asking.join_next() => match answered {
                Ok(answered) => Heard::Answered(answered),
                Err(_) => Heard::Tick,
            },
            _ = self.tick.tick() => Heard::Tick,
        }
    }

    pub async fn settle(&mut self, heard: Heard, work: &mut Work) {
        let now = work.desk.clock.now();
        match heard {
            Heard::Call(call) => self.call(call, work, now).await,
            Heard::Answered(answered) => self.answered(answered, work, now).await,
            Heard::Tick => {}
        }
        self.keep(work, now).await;
    }

    async fn call(&mut self, call: Call, work: &mut Work, now: Timestamp) {
        match call {
            Call::Verify { token, mode, topic, lease, answer } => {
                let meant = match mode.as_str() {
                    "subscribe" => self.verify(&token, &topic, lease, work, now).await,
                    "unsubscribe" => self.farewell(&token, &topic, work).await,
                    _ => false,
                };
                // A hub that does not wait for the answer asks again.
                let _ = answer.send(meant);
            }
            Call::Denied { token, topic, reason } => {
                let Some(one) = self.subscriptions.get_mut(&token).filter(|one| one.topic == topic) else { return };
                tracing::warn!(feed = %one.feed, hub = one.hub, reason, "the hub denies the subscription");
                one.denied(&reason, now);
                let one = one.clone();
                self.changed(one, work, now).await;
            }
            Call::Unsigned { token } => {
                if let Some(one) = self.subscriptions.get(&token) {
                    tracing::warn!(feed = %one.feed, hub = one.hub, "a push was not signed rightly and is ignored");
                }
            }
            Call::Push { token, headers, body, answer } => {
                let Some(one) = self.subscriptions.get(&token).filter(|one| one.standing != Standing::Leaving) else {
                    return;
                };
                let Ok(topic) = Url::parse(&one.topic) else { return };
                let pushed = Pushed { hub: one.hub.clone(), topic, headers, body };
                work.begin_push(Push { feed: one.feed.clone(), pushed, answer });
            }
        }
    }

    async fn verify(
        &mut self,
        token: &str,
        topic: &str,
        lease: Option<Duration>,
        work: &mut Work,
        now: Timestamp,
    ) -> bool {
        let Some(one) = self.subscriptions.get_mut(token) else { return false };
        if !one.verify(topic, lease, now) {
            return false;
        }
        tracing::info!(feed = %one.feed, hub = one.hub, until = one.until.map(tracing::field::display), "subscribed");
        let one = one.clone();
        self.changed(one, work, now).await;
        true
    }

    /// The hub asks whether we want to leave.
    async fn farewell(&mut self, token: &str, topic: &str, work: &mut Work) -> bool {
        let leaving = self.subscriptions.get(token);
        if leaving.is_none_or(|one| one.standing != Standing::Leaving || one.topic != topic) {
            return false;
        }
        self.forget(token, work).await;
        true
    }

    async fn forget(&mut self, token: &str, work: &mut Work) {
        if let Some(one) = self.subscriptions.remove(token) {
            tracing::info!(feed = %one.feed, hub = one.hub, "no longer subscribed");
        }
        if let Err(error) = work.desk.store.forget_subscription(token.to_owned()).await {
            tracing::error!(%error, "a subscription could not be forgotten");
        }
        self.know();
    }

    /// Keeps a subscription as it stands now.
    async fn changed(&mut self, one: Subscription, work: &mut Work, now: Timestamp) {
        let feed = one.feed.clone();
        if let Err(error) = work.desk.store.put_subscription(one.clone()).await {
            tracing::error!(%error, %feed, "a subscription could not be recorded");
        }
        let fresh = self.subscriptions.insert(one.token.clone(), one).is_none();
        if fresh {
            self.know();
        }
        self.pace(&feed, work, now);
    }

    fn know(&self) {
        if let Some(listener) = &self.listener {
            listener.know(self.subscriptions.keys().cloned());
        }
    }

    /// Whether a feed is polled as a safety net, or again as usual.
    fn pace(&self, feed: &FeedId, work: &mut Work, now: Timestamp) {
        let trusted = self.subscriptions.values().any(|one| one.feed == *feed && one.is_trusted(now));
        if trusted {
            work.pushed.insert(feed.clone());
        } else if work.pushed.remove(feed) {
            work.hasten(feed, now);
        }
    }

    /// Takes in what visits found of hubs.
    pub async fn hear_of_visits(&mut self, work: &mut Work) {
        if !work.polled.is_empty() {
            let now = work.desk.clock.now();
            self.keep(work, now).await;
        }
    }

    /// Takes in what visits found, then does what is due.
    async fn keep(&mut self, work: &mut Work, now: Timestamp) {
        let polled = std::mem::take(&mut work.polled);
        if self.listener.is_none() {
            return;
        }
        for polled in polled {
            self.polled(polled, work, now).await;
        }
        let lapsed: Vec<FeedId> = work.pushed.iter().cloned().collect();
        for feed in lapsed {
            self.pace(&feed, work, now);
        }
        let tokens: Vec<String> = self.subscriptions.keys().cloned().collect();
        for token in tokens {
            let Some(one) = self.subscriptions.get_mut(&token) else { continue };
            if one.standing != Standing::Leaving
                && !work.desk.force.feeds.get(&one.feed).is_some_and(|feed| may_push(feed))
            {
                one.leave(now);
                let one = one.clone();
                self.changed(one, work, now).await;
            }
            self.step(&token, work, now).await;
        }
    }

    async fn polled(&mut self, polled: Polled, work: &mut Work, now: Timestamp) {
        let (feed, hub, new) = match polled {
            Polled::Pushed { feed, interval } => {
                let one =
                    self.subscriptions.values_mut().find(|one| one.feed == feed && one.standing != Standing::Leaving);
                if let Some(one) = one {
                    one.pushed(now);
                    let one = one.clone();
                    self.changed(one, work, now).await;
                    work.slow_down(&feed, interval, now);
                }
                return;
            }
            Polled::Read { feed, hub, new } => (feed, hub, new),
        };
        let wanted = hub.filter(|_| work.desk.force.feeds.get(&feed).is_some_and(|feed| may_push(feed)));
        let known = self.subscriptions.values_mut().find(|one| one.feed == feed && one.standing != Standing::Leaving);
        match (known, wanted) {
            (Some(one), Some(hub)) if one.hub == hub.url && one.topic == hub.topic => {
                if new > 0 && one.is_live(now) {
                    one.missed = Some(now);
                    let one = one.clone();
                    self.changed(one, work, now).await;
                }
            }
            (None, None) => {}
            (known, wanted) => {
                if let Some(one) = known {
                    one.leave(now);
                    let one = one.clone();
                    self.changed(one, work, now).await;
                }
                if let Some(hub) = wanted {
                    self.want(feed, hub, work, now).await;
                }
            }
        }
    }

    async fn want(&mut self, feed: FeedId, hub: Hub, work: &mut Work, now: Timestamp) {
        match websub::token() {
            Ok(token) => self.changed(Subscription::new(token, feed, hub, now), work, now).await,
            Err(error) => tracing::error!(%error, %feed, "no subscription"),
        }
    }

    /// Does what is due about a subscription.
    async fn step(&mut self, token: &str, work: &mut Work, now: Timestamp) {
        let Some(one) = self.subscriptions.get(token) else { return };
        let mode = match one.step(now) {
            None => return,
            Some(Step::Forget) => return self.forget(token, work).await,
            Some(Step::Subscribe) => "subscribe",
            Some(Step::Unsubscribe) => "unsubscribe",
        };
        let (Some(settings), Some(keys)) = (&self.settings, &self.keys) else { return };
        let Ok(hub) = Url::parse(&one.hub).map(|hub| websub::asked_at(&hub)) else { return };
        let host = HostKey::of(&hub);
        if self.asking.len() >= ASKING || self.busy.contains(&host) {
            return;
        }
        let mut form = vec![
            ("hub.callback", format!("{}{token}", settings.callback)),
            ("hub.mode", mode.to_owned()),
            ("hub.topic", one.topic.clone()),
        ];
        if mode == "subscribe" {
            form.push(("hub.lease_seconds", websub::LEASE.as_secs().to_string()));
            form.push(("hub.secret", keys.secret(token)));
        }
        let mut one = one.clone();
        tracing::debug!(feed = %one.feed, hub = one.hub, mode, "asking a hub");
        one.asked(now);
        // First kept, then asked: the hub may verify before it answers.
        self.changed(one, work, now).await;
        self.busy.insert(host.clone());
        let (fetcher, token) = (work.desk.fetcher.clone(), token.to_owned());
        self.asking.spawn(async move {
            let result = fetcher.post_form(hub, &form).await;
            Answered { token, host, result }
        });
    }

    async fn answered(&mut self, answered: Answered, work: &mut Work, now: Timestamp) {
        let Answered { token, host, result } = answered;
        self.busy.remove(&host);
        let Some(one) = self.subscriptions.get_mut(&token) else { return };
        let (why, refused) = match result {
            Ok(PostAnswer { status: 200..=299, .. }) => return,
            Ok(PostAnswer { status, .. }) => {
                (format!("HTTP {status}"), (400..500).contains(&status) && !matches!(status, 408 | 429))
            }
            Err(error) => (error.to_string(), !error.is_transient()),
        };
        if one.attempts <= 1 {
            tracing::warn!(feed = %one.feed, hub = shown_url(&one.hub), why, "the hub did not take the request");
        }
        one.failed(&why, refused, now);
        let one = one.clone();
        self.changed(one, work, now).await;
    }
}

/// Whether a feed's address may be told to a hub: not where it, or what is sent along, is a secret.
fn may_push(feed: &Feed) -> bool {
    let secret = feed.credential.is_some()
        || shown_url(&feed.url) != feed.url
        || feed.headers.iter().any(|(name, _)| is_telling(name));
    feed.enabled && !secret
}

/// The key of which secrets are made, from its file, which nobody else can read; and whether it is new.
fn keys(state_dir: &Path) -> Result<(Keys, bool), String> {
    let path = state_dir.join(KEY_FILE);
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    match fs::read_to_string(&path) {
        Ok(text) => {
            Keys::of(&text).map(|keys| (keys, false)).ok_or_else(|| told(&"no key; remove the file for a new one"))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let text = Keys::generate().map_err(|error| told(&error))?;
            let half = path.with_extension("new");
            // One that a crash left half-written.
            let _ = fs::remove_file(&half);
            let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&half);
            let written = file.and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.sync_all()?;
                fs::rename(&half, &path)
            });
            written.map_err(|error| told(&error))?;
            let keys = Keys::of(&text).ok_or_else(|| told(&"no key"))?;
            Ok((keys, true))
        }
        Err(error) => Err(told(&error)),
    }
}
