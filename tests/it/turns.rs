//! What a visit holds of its host, seen from beside it: its slot while it may still ask, and no longer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::Semaphore;
use wireroom::daemon::Startup;
use wireroom::fetch::{Fetcher, HostKey};
use wireroom::store::FeedState;
use wireroom::store::copies::CopyWriter;
use wireroom::topic::RuleSet;
use wireroom::visit::{self, Clock, Desk, InForce, Outcome, Places};

use crate::site::Reply;
use crate::wire::block;
use crate::world::{World, rss, story};

/// A desk with what a folder's configuration says in force.
fn desk(world: &World) -> Desk {
    let Startup { settings, store, .. } = Startup::prepare(&world.path("config")).expect("a configuration");
    let force = InForce {
        feeds: settings.feeds.iter().map(|feed| (feed.id.clone(), Arc::clone(feed))).collect(),
        topics: HashMap::new(),
        rules: Arc::new(RuleSet::compile(&[]).expect("no topics")),
        since: HashMap::new(),
        settings,
    };
    Desk {
        fetcher: Fetcher::new(&force.settings.fetch).expect("a fetcher"),
        store,
        copies: Arc::new(Mutex::new(CopyWriter::new(&force.settings.state_dir, &force.settings.hash))),
        cpu: Arc::new(Semaphore::new(1)),
        places: Places::default(),
        clock: Clock::of(Timestamp::now),
        once: false,
        saving: false,
        force: Arc::new(force),
    }
}

#[test]
fn who_brings_something_new_gives_its_slot_back_before_its_rows_are_durable_and_a_304_keeps_it() {
    let mut world = World::new();
    world.feed("a", "pages = false");
    let stories = [story("ice", "Ice on the canal", "Barges wait at the lock.")];
    let feed = Reply::ok("application/rss+xml", rss(&world.site, "a", &stories)).header("etag", "\"1\"");
    world.site.set("/a.xml", feed);
    block(async {
        let all = desk(&world);
        let feed = all.force.feeds.values().next().cloned().expect("the feed");
        let host = HostKey::of(&url::Url::parse(&feed.url).expect("an address"));
        let mut state = FeedState::of(&feed);
        for (expected, without_slot) in [(Outcome::Read { new: 1, waiting: 0 }, 1), (Outcome::Unchanged, 0)] {
            let gate = Arc::clone(all.fetcher.gate());
            assert!(gate.slots().take(&host, Instant::now()).is_ok(), "a slot");
            let desk = all.holding(host.clone());
            let visited = visit::visit(&desk, Arc::clone(&feed), Box::new(state)).await.expect("recorded");
            assert_eq!((visited.outcome, gate.without_slot()), (expected, without_slot));
            if without_slot > 0 {
                // The loop is woken for it, and the host may be asked though the task has not ended.
                tokio::time::timeout(Duration::from_secs(5), gate.one_is_done()).await.expect("told");
                assert!(gate.slots().take(&host, Instant::now()).is_ok(), "another's slot");
                gate.slots().give_back_unused(&host);
            }
            drop(desk);
            assert_eq!(gate.without_slot(), 0);
            state = visited.state;
        }
        all.store.close().await;
    });
}
