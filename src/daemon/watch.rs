//! A change of a configuration file, or SIGHUP → one word that it is time to look again.
//!
//! The kernel tells of changes; where it cannot (NFS, a `git pull` on another machine), the folder is looked at every
//! [`LOOK`]. A burst of changes is one word: told once nothing has changed for [`QUIET`].

use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::Watcher as _;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long nothing must change before a burst counts as over.
const QUIET: Duration = Duration::from_millis(300);
/// However long a burst lasts, it is told after this.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often the folder is looked at whatever the kernel says.
const LOOK: Duration = Duration::from_secs(30);

/// Why the configuration is to be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Signal,
    FileChanged,
}

/// Tells of changes under `dir` through `tell` until `stop`. `fingerprint` says what the folder looks like now, `seen` what
/// it looked like when it was read: an edit made since then is told at once.
pub async fn watch(
    dir: PathBuf,
    fingerprint: impl Fn(&Path) -> u64 + Send + Sync + Clone + 'static,
    mut seen: u64,
    tell: mpsc::Sender<Cause>,
    stop: CancellationToken,
) {
    let (touched, mut touches) = mpsc::channel::<()>(1);
    let _kernel = kernel_watch(&dir, touched);
    loop {
        let now = look(&dir, &fingerprint).await;
        if now != seen {
            seen = now;
            if tell.send(Cause::FileChanged).await.is_err() {
                return;
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            Some(()) = touches.recv() => settle(&mut touches).await,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Waits until nothing has been touched for [`QUIET`], at most [`PATIENCE`].
async fn settle(touches: &mut mpsc::Receiver<()>) {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if tokio::time::timeout(QUIET, touches.recv()).await.is_err() {
            return;
        }
        // The kernel's events come in crowds; one wake-up for many is enough.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The folder's fingerprint, taken off the reactor.
async fn look(dir: &Path, fingerprint: &(impl Fn(&Path) -> u64 + Send + Sync + Clone + 'static)) -> u64 {
    let (dir, fingerprint) = (dir.to_owned(), fingerprint.clone());
    tokio::task::spawn_blocking(move || fingerprint(&dir)).await.unwrap_or(0)
}

/// The kernel's own notice of changes; none where it has no watches left: the look every [`LOOK`] stays.
fn kernel_watch(dir: &Path, touched: mpsc::Sender<()>) -> Option<notify::RecommendedWatcher> {
    let on_event = move |event: notify::Result<notify::Event>| {
        let changes = event.is_ok_and(|event| !event.kind.is_access());
        if changes {
            // Full means that a wake-up is already on its way.
            let _ = touched.try_send(());
        }
    };
    let started = notify::recommended_watcher(on_event).and_then(|mut watcher| {
        watcher.watch(dir, notify::RecursiveMode::Recursive)?;
        Ok(watcher)
    });
    match started {
        Ok(watcher) => Some(watcher),
        Err(error) => {
            tracing::warn!(%error, dir = %dir.display(), "no file notices from the kernel; looking every 30 s");
            None
        }
    }
}
