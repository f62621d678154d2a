//! Pending alerts → sinks. The log follows the database line by line; each webhook gets its alerts in order, from the
//! ledger, with back-off. A sink that hangs holds up no other and not the log.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::chain::Head;
use crate::chain::checkpoint::{Checkpoint, Signer};
use crate::config::settings::{Settings, Sink, SinkKind};
use crate::config::{self, Secret, scrub};
use crate::fetch::Fetcher;
use crate::model::{Alert, Severity};
use crate::schedule;
use crate::sink::log::{self, AlertLog};
use crate::sink::webhook::{self, Sent, Webhook};
use crate::store::requests::{self, Request};
use crate::store::{AlertDraft, Delivery, Store, StoreError};
use crate::visit::{Clock, decide};

/// Lines read from the database at a time.
const LINES: usize = 500;
/// Deliveries of one sink in one go.
const DELIVERIES: usize = 50;
/// However quiet it is, the ledger is looked at this often.
const LOOK: Duration = Duration::from_secs(5);
/// Tries before a delivery is parked: with the waits below, a receiver may be down for over a week.
const MAX_ATTEMPTS: u32 = 40;
const LONGEST_WAIT: Duration = Duration::from_secs(6 * 3600);

/// A checkpoint is signed when so many alerts have come since the last one, after so long if there was any, and at a stop.
const SIGN_EVERY: u64 = 100;
const SIGN_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Opens the log and mends it to what the database has; what was done, in words.
pub async fn open_log(dir: &Path, timezone: TimeZone, store: &Store) -> Result<(AlertLog, Vec<String>), String> {
    let head = store.log_head().await.map_err(|error| error.to_string())?;
    let last = log::last(dir).map_err(|error| error.to_string())?;
    let agrees = match &last {
        Some(last) => {
            let known = store.lines_after(last.seq.saturating_sub(1), 1).await.map_err(|error| error.to_string())?;
            known
                .first()
                .is_none_or(|(seq, line)| *seq != last.seq || line.ends_with(&format!("\"hash\":\"{}\"}}", last.hash)))
        }
        None => true,
    };
    AlertLog::open(dir, timezone, &head, agrees).map_err(|error| error.to_string())
}

/// The log as it is, or opened anew where somebody moved, removed or changed its files meanwhile; which is said.
async fn in_place(
    log: AlertLog,
    settings: &Settings,
    store: &Store,
    clock: &Clock,
) -> Result<AlertLog, (AlertLog, String)> {
    if log.is_in_place() {
        return Ok(log);
    }
    let (opened, said) = match open_log(log.dir(), settings.alerts.timezone.clone(), store).await {
        Ok(opened) => opened,
        Err(error) => return Err((log, error)),
    };
    let what = "the alert log was moved, removed or changed by somebody else while the daemon ran";
    let message = [&[what.to_owned()], said.as_slice()].concat().join("; ");
    tracing::warn!("{message}");
    let now = clock.now();
    let alert = decide::health("wireroom", &format!("{now} {message}"), Severity::High, message, now);
    let sinks = decide::sinks(&alert, &settings.sinks);
    match store.record_alert(AlertDraft { alert, sinks }).await {
        Ok(_) => Ok(opened),
        Err(error) => Err((opened, error.to_string())),
    }
}

/// Keeps the log up with the database until `stop`, and once more then; signs its end where a key is configured.
pub async fn keep_log(
    mut log: AlertLog,
    store: Store,
    clock: Clock,
    settings: watch::Receiver<Arc<Settings>>,
    wake: Arc<Notify>,
    stop: CancellationToken,
) {
    let mut failing = false;
    let mut unsigned = String::new();
    loop {
        let stopping = stop.is_cancelled();
        let current = Arc::clone(&settings.borrow());
        let appended = match in_place(log, &current, &store, &clock).await {
            Ok(log) => append(log, &store).await,
            Err((log, error)) => (log, Err(error)),
        };
        log = match appended {
            (mut log, Ok(())) => {
                failing = false;
                log.set_timezone(current.alerts.timezone.clone());
                let (back, signed) = checkpoint(log, &store, &current, clock.now(), stopping).await;
                let why = signed.err().unwrap_or_default();
                if !why.is_empty() && why != unsigned {
                    tracing::error!(error = why, "the alert log's end cannot be signed");
                }
                unsigned = why;
                back
            }
            (log, Err(error)) => {
                if !failing {
                    tracing::error!(%error, "the alert log cannot be written; every alert is in the database and follows");
                }
                failing = true;
                log
            }
        };
        if stopping {
            return;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = wake.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Appends what the database has beyond the log's end.
async fn append(mut log: AlertLog, store: &Store) -> (AlertLog, Result<(), String>) {
    loop {
        let lines = match store.lines_after(log.seq(), LINES).await {
            Ok(lines) if lines.is_empty() => return (log, Ok(())),
            Ok(lines) => lines,
            Err(error) => return (log, Err(error.to_string())),
        };
        let written = tokio::task::spawn_blocking(move || {
            let result = log.append(&lines).map_err(|error| error.to_string());
            (log, result)
        })
        .await;
        match written {
            Ok((back, Ok(()))) => log = back,
            Ok((back, Err(error))) => return (back, Err(error)),
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
}

/// Signs the log's end where that is due.
async fn checkpoint(
    mut log: AlertLog,
    store: &Store,
    settings: &Settings,
    now: Timestamp,
    stopping: bool,
) -> (AlertLog, Result<(), String>) {
    if settings.alerts.signing_key.is_none() || !sign_due(log.signed(), log.seq(), now, stopping) {
        return (log, Ok(()));
    }
    let head = match store.lines_after(log.seq() - 1, 1).await {
        Ok(lines) => lines.first().and_then(|(seq, line)| {
            let alert: Alert = serde_json::from_str(line).ok()?;
            Some(Head { seq: *seq, hash: alert.hash })
        }),
        Err(error) => return (log, Err(error.to_string())),
    };
    let Some(head) = head else { return (log, Ok(())) };
    let signed = signer(settings).and_then(|signer| signer.sign(&head, now));
    let signed = match signed {
        Ok(signed) => signed,
        Err(error) => return (log, Err(error)),
    };
    let written = tokio::task::spawn_blocking(move || {
        let result = log.write_checkpoint(signed).map_err(|error| error.to_string());
        (log, result)
    })
    .await;
    written.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

fn sign_due(last: Option<&Checkpoint>, seq: u64, now: Timestamp, stopping: bool) -> bool {
    match last {
        None => seq > 0,
        // The database was restored from before it: what is signed already stays, the new end is signed once it is longer.
        Some(last) if seq <= last.seq => false,
        Some(last) => stopping || seq - last.seq >= SIGN_EVERY || now.duration_since(last.at) >= SIGN_AFTER,
    }
}

/// The key that signs checkpoints, read when it is needed; the error says what is wrong with it.
pub fn signer(settings: &Settings) -> Result<Signer, String> {
    let name = settings.alerts.signing_key.as_deref().unwrap_or_default();
    let secret = config::credential_or_file(&settings.config_dir, name, &config::process_environment)?;
    Signer::read(secret.reveal()).map_err(|error| format!("signing_key {name:?}: {error}"))
}

/// What deliveries work with.
#[derive(Clone, Debug)]
pub struct Courier {
    pub store: Store,
    pub fetcher: Fetcher,
    pub clock: Clock,
    pub settings: watch::Receiver<Arc<Settings>>,
}

/// Sends what is due until `stop`.
pub async fn serve_sinks(courier: Courier, wake: Arc<Notify>, stop: CancellationToken) {
    let mut under_way: JoinSet<String> = JoinSet::new();
    let mut busy: HashSet<String> = HashSet::new();
    let state_dir = courier.settings.borrow().state_dir.clone();
    if let Err(error) = requests::prepare(&state_dir) {
        tracing::warn!(%error, "commands cannot ask for deliveries to be repeated");
    }
    loop {
        courier.take_requests(&state_dir).await;
        let (due, next) = match courier.store.sinks_due(courier.clock.now()).await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%error, "the ledger of deliveries cannot be read");
                (Vec::new(), None)
            }
        };
        for sink in due {
            if busy.insert(sink.clone()) {
                let courier = courier.clone();
                under_way.spawn(async move {
                    if let Err(error) = courier.send_due(&sink).await {
                        tracing::error!(sink, %error, "deliveries could not be recorded; they will be repeated");
                    }
                    sink
                });
            }
        }
        let wait = next.map_or(LOOK, |next| until(next, courier.clock.now()).min(LOOK));
        tokio::select! {
            () = stop.cancelled() => return,
            () = wake.notified() => {}
            () = tokio::time::sleep(wait) => {}
            Some(done) = under_way.join_next() => match done {
                Ok(sink) => { busy.remove(&sink); }
                Err(error) => {
                    tracing::error!(%error, "a delivery broke off");
                    busy.clear();
                }
            },
        }
    }
}

fn until(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO)
}

impl Courier {
    /// Does what commands ask for; what cannot be recorded now is asked for still.
    async fn take_requests(&self, state_dir: &Path) {
        let asked = requests::asked(state_dir).unwrap_or_else(|error| {
            tracing::warn!(%error, "requests cannot be read");
            Vec::new()
        });
        for (path, request) in asked {
            let done = match &request {
                Some(Request::Retry { seq }) => self.store.retry(*seq, self.clock.now()).await,
                Some(Request::Replay { sink, since }) => self.replay(sink, *since).await,
                None => Ok(()),
            };
            match done {
                Ok(()) => {
                    tracing::info!(?request, "done as asked");
                    if let Err(error) = std::fs::remove_file(&path) {
                        tracing::error!(%error, path = %path.display(), "a request that is done cannot be removed");
                    }
                }
                Err(error) => tracing::error!(%error, ?request, "what was asked for cannot be recorded"),
            }
        }
    }

    /// Queues again what a sink was to be told since then, by its settings as they are now.
    async fn replay(&self, id: &str, since: Timestamp) -> Result<(), StoreError> {
        let settings = Arc::clone(&self.settings.borrow());
        let Some(sink) = settings.sinks.iter().find(|sink| sink.id == id) else { return Ok(()) };
        let Some(first) = self.store.first_alert_since(since).await? else { return Ok(()) };
        let mut seq = first.saturating_sub(1);
        loop {
            let lines = self.store.lines_after(seq, LINES).await?;
            let Some((last, _)) = lines.last() else { return Ok(()) };
            seq = *last;
            let told = |(seq, line): &(u64, String)| {
                let alert: Alert = serde_json::from_str(line).ok()?;
                let told = !decide::sinks(&alert, std::slice::from_ref(sink)).is_empty();
                (alert.at >= since && told).then_some(*seq)
            };
            let alerts: Vec<u64> = lines.iter().filter_map(told).collect();
            self.store.queue_again(id.to_owned(), alerts, self.clock.now()).await?;
        }
    }

    /// Sends what is due of every sink once; for `run --once`.
    pub async fn send_all_once(&self) -> Result<(), StoreError> {
        let state_dir = self.settings.borrow().state_dir.clone();
        self.take_requests(&state_dir).await;
        let (due, _) = self.store.sinks_due(self.clock.now()).await?;
        for sink in due {
            self.send_due(&sink).await?;
        }
        Ok(())
    }

    /// Sends a sink's due alerts in order; the first that fails for now ends the round.
    async fn send_due(&self, id: &str) -> Result<(), StoreError> {
        let due = self.store.deliveries_due(id.to_owned(), self.clock.now(), DELIVERIES).await?;
        let settings = Arc::clone(&self.settings.borrow());
        let sink = settings.sinks.iter().find(|sink| sink.id == id);
        let receiver = match sink {
            Some(sink) => filled_in(sink, &settings),
            None => Err("no sink of this id is configured any more".to_owned()),
        };
        for delivery in due {
            let sent = match &receiver {
                Ok(webhook) => self.post(webhook, &delivery.line).await,
                Err(why) if sink.is_none() => Sent::Refused { why: why.clone() },
                Err(why) => Sent::Later { why: why.clone(), after: None },
            };
            if !self.settle(id, &delivery, sent).await? {
                break;
            }
        }
        Ok(())
    }

    async fn post(&self, to: &Webhook, line: &str) -> Sent {
        match self.fetcher.post_json(to.url.clone(), &to.headers, line.to_owned(), to.timeout).await {
            Ok(answer) => webhook::judge(answer.status, answer.retry_after),
            Err(error) => {
                let why = scrub(&error.to_string(), &to.secrets);
                if error.is_transient() { Sent::Later { why, after: None } } else { Sent::Refused { why } }
            }
        }
    }

    /// Records how a delivery ended; whether the next one may follow.
    async fn settle(&self, id: &str, delivery: &Delivery, sent: Sent) -> Result<bool, StoreError> {
        let now = self.clock.now();
        match sent {
            Sent::Done => {
                self.store.delivered(id.to_owned(), delivery.seq, now).await?;
                Ok(true)
            }
            Sent::Refused { why } => {
                tracing::error!(sink = id, seq = delivery.seq, why, "a delivery is parked");
                self.store.undelivered(id.to_owned(), delivery.seq, why, None).await?;
                Ok(true)
            }
            Sent::Later { why, .. } if delivery.attempts + 1 >= MAX_ATTEMPTS => {
                tracing::error!(sink = id, seq = delivery.seq, why, "a delivery is parked after {MAX_ATTEMPTS} tries");
                self.store.undelivered(id.to_owned(), delivery.seq, why, None).await?;
                Ok(true)
            }
            Sent::Later { why, after } => {
                let wait = back_off(delivery.attempts).max(after.unwrap_or_default()).min(LONGEST_WAIT);
                tracing::warn!(sink = id, seq = delivery.seq, why, wait_s = wait.as_secs(), "a delivery waits");
                let retry = schedule::after(now, wait.mul_f64(1.0 + 0.1 * fastrand::f64()));
                self.store.undelivered(id.to_owned(), delivery.seq, why, Some(retry)).await?;
                Ok(false)
            }
        }
    }
}

/// 5 s, doubled each time.
fn back_off(attempts: u32) -> Duration {
    Duration::from_secs(5).saturating_mul(1 << attempts.min(13)).min(LONGEST_WAIT)
}

/// A sink with its secrets filled in.
fn filled_in(sink: &Sink, settings: &Settings) -> Result<Webhook, String> {
    let SinkKind::Webhook { url, headers, credential, timeout } = &sink.kind;
    let read = |name: &String| config::credential(&settings.config_dir, name, &config::process_environment);
    let credential = credential.as_ref().map(read).transpose()?;
    let mut secrets: Vec<Secret> = headers.iter().map(|(_, value)| Secret::new(value.clone())).collect();
    secrets.extend(credential.clone());
    let mut headers = headers.clone();
    let mut address = url.clone();
    if let Some(credential) = credential {
        let named = |text: &str| text.contains("{credential}");
        if named(url) || headers.iter().any(|(_, value)| named(value)) {
            address = url.replace("{credential}", credential.reveal());
            for (_, value) in &mut headers {
                *value = value.replace("{credential}", credential.reveal());
            }
            secrets.extend(headers.iter().map(|(_, value)| Secret::new(value.clone())));
        } else {
            headers.push(("authorization".to_owned(), format!("Bearer {}", credential.reveal())));
        }
    }
    let url = Url::parse(&address).map_err(|error| format!("the sink's url: {error}"))?;
    secrets.extend(url.password().map(Secret::new));
    Ok(Webhook { url, headers, timeout: *timeout, secrets })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_signed_every_hundred_alerts_and_every_day() {
        let at: Timestamp = "2026-11-24T06:02:00Z".parse().expect("a time");
        let last = Checkpoint { v: 1, seq: 7, hash: String::new(), at, key: String::new(), signature: String::new() };
        for (signed, seq, hours, due) in [
            (None, 0, 0, false),
            (None, 1, 0, true),
            (Some(&last), 7, 99, false),
            (Some(&last), 3, 99, false),
            (Some(&last), 8, 23, false),
            (Some(&last), 8, 24, true),
            (Some(&last), 106, 0, false),
            (Some(&last), 107, 0, true),
        ] {
            assert_eq!(sign_due(signed, seq, at + SignedDuration::from_hours(hours), false), due, "{seq} {hours}");
        }
        assert!(sign_due(Some(&last), 8, at, true), "what came before a stop is signed");
        assert!(!sign_due(Some(&last), 7, at, true));
    }

    #[test]
    fn a_receiver_that_is_down_is_asked_less_and_less_often() {
        assert_eq!(back_off(0), Duration::from_secs(5));
        assert_eq!(back_off(3), Duration::from_secs(40));
        assert_eq!(back_off(200), LONGEST_WAIT);
    }
}
