//! What retention takes away: the oldest first, nothing that an alert rests on unless told so, each removal recorded, and none of it
//! called missing afterwards.

use std::collections::BTreeMap;
use std::fs;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::pipeline::once_at;
use crate::world::{World, files, padded, story};

/// Six days of copies: each day an article that nobody is told of, on the second day one that is told as well.
struct Days {
    world: World,
    start: Timestamp,
}

impl Days {
    fn begin(store: &str) -> Self {
        let mut world = World::new();
        world.feed("daily", "");
        world.topic("bridge", "bridge");
        let days = Self {
            world: world.with_settings(&format!("[store]\ncopies = \"all\"\n{store}\n")),
            start: Timestamp::now(),
        };
        for day in 0..6 {
            let slug: &'static str = format!("bakery-{day}").leak();
            let mut stories =
                vec![story(slug, &format!("Bakery {day} closes"), &padded(&format!("Bakery {day} closed.")))];
            if day == 1 {
                stories.push(story("bridge", "Bridge reopens", &padded("The bridge reopened.")));
            }
            for story in &mut stories {
                story.published = days.at(day);
            }
            days.world.publish("daily", &stories);
            once_at(&days.world, days.at(day));
        }
        assert_eq!(days.world.titles(), ["Bridge reopens"]);
        days
    }

    fn at(&self, day: i64) -> Timestamp {
        self.start + SignedDuration::from_hours(24 * day)
    }

    /// Runs after a time in which nothing ran: what the clock says then is believed a day later.
    fn run_after(&self, day: i64) {
        once_at(&self.world, self.at(day));
        once_at(&self.world, self.at(day) + SignedDuration::from_hours(25));
    }

    /// The same world with other settings.
    fn set(self, store: &str) -> Self {
        let world = self.world.with_settings(&format!("[store]\ncopies = \"all\"\n{store}\n"));
        Self { world, ..self }
    }

    /// The bytes of each file of copies that did not match, oldest first.
    fn rest(&self) -> BTreeMap<String, u64> {
        self.files().into_iter().filter(|(path, _)| path.contains("-rest-")).collect()
    }

    fn files(&self) -> BTreeMap<String, u64> {
        let all = files(&self.world.path("state/copies")).into_iter();
        all.map(|path| (self.name(&path), fs::metadata(&path).expect("a file").len())).collect()
    }

    fn name(&self, path: &std::path::Path) -> String {
        path.strip_prefix(self.world.path("state")).expect("of the state").display().to_string()
    }

    /// What was removed: which files, and by what.
    fn removed(&self) -> Vec<(String, String)> {
        let all = self.world.json(&["copies", "list", "--removed"]);
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        all.iter().filter(|one| one["what"] == "copies").map(|one| (text(&one["name"]), text(&one["by"]))).collect()
    }

    /// Copies and log are whole, and what an alert rests on is there.
    fn is_whole(&self) {
        for what in ["copies", "log"] {
            let output = self.world.wireroom(&[what, "verify"]);
            assert_eq!(output.status.code(), Some(0), "{what}: {}", String::from_utf8_lossy(&output.stdout));
        }
    }

    fn evidence_is_there(&self) -> bool {
        let id = self.world.alerts()[0]["id"].as_str().expect("an id").to_owned();
        self.world.json(&["copies", "show", &id])[0]["ok"] == true
    }
}

#[test]
fn above_max_copies_the_oldest_go_and_no_more_than_must() {
    let days = Days::begin("");
    let before = days.rest();
    assert_eq!(before.len(), 6, "{before:?}");
    let taken: u64 = days.files().values().sum();
    let oldest = *before.values().next().expect("a file");
    // One byte less than the oldest one's going would leave.
    let days = days.set(&format!("max_copies = \"{}\"", taken - oldest - 1));
    once_at(&days.world, days.at(7));
    let gone: Vec<String> = before.keys().take(2).cloned().collect();
    let left: Vec<String> = before.keys().skip(2).cloned().collect();
    assert_eq!(days.rest().into_keys().collect::<Vec<_>>(), left);
    assert_eq!(days.removed(), gone.iter().map(|path| (path.clone(), "max_copies".to_owned())).collect::<Vec<_>>());
    assert!(days.evidence_is_there());
    days.is_whole();

    // However little is allowed: what an alert rests on stays, and what is so new that it may be written to.
    let days = days.set("max_copies = \"1\"");
    once_at(&days.world, days.at(7) - SignedDuration::from_hours(1));
    let left = days.rest().into_keys().collect::<Vec<_>>();
    assert_eq!(left, before.keys().skip(5).cloned().collect::<Vec<_>>());
    assert!(days.evidence_is_there());
    let status = String::from_utf8(days.world.wireroom(&["status"]).stdout).expect("UTF-8");
    assert!(status.contains("max_copies"), "it says that more is taken than may be: {status}");
    days.is_whole();
}

#[test]
fn where_the_disk_runs_short_the_oldest_go_and_unmatched_pages_are_not_kept() {
    let days = Days::begin("");
    let disk = rustix::fs::statvfs(days.world.path("state")).expect("a disk");
    let free = disk.f_bavail * disk.f_frsize;
    // More is lacking than all copies together are.
    let days = days.set(&format!("min_free = \"{}\"", free + (1 << 30)));
    let later = story("later", "Bakery opens again", &padded("A bakery opened."));
    days.world.publish("daily", &[later]);
    once_at(&days.world, days.at(9));
    assert!(days.rest().is_empty(), "{:?}", days.rest());
    let removed = days.removed();
    assert!(removed.len() == 6 && removed.iter().all(|(_, by)| by == "min_free"), "{removed:?}");
    assert!(removed.is_sorted(), "the oldest first: {removed:?}");
    assert!(days.world.health().iter().any(|line| line.contains("nearly full")), "{:?}", days.world.health());
    assert_eq!(days.world.json(&["articles", "bakery"]).len(), 7, "articles are none of it");
    assert!(days.evidence_is_there());
    days.is_whole();
}

#[test]
fn evidence_of_alerts_goes_only_where_its_own_setting_says_so() {
    let days = Days::begin("").set("keep_copies = \"3d\"\nkeep_articles = \"3d\"");
    days.run_after(40);
    assert!(days.rest().is_empty() && days.evidence_is_there());
    assert_eq!(days.world.json(&["status"])[0]["articles"], 1, "the one that is told stays");
    days.is_whole();

    let days = days.set("keep_copies = \"3d\"\nkeep_alert_copies = \"30d\"");
    once_at(&days.world, days.at(20));
    assert!(days.evidence_is_there(), "it is 19 days old");
    once_at(&days.world, days.at(42));
    assert!(days.files().is_empty(), "{:?}", days.files());
    assert!(
        !days.world.path("state/copies").join("2026").exists() || files(&days.world.path("state/copies")).is_empty()
    );
    days.is_whole();
    let id = days.world.alerts()[0]["id"].as_str().expect("an id").to_owned();
    let shown = days.world.wireroom(&["copies", "show", &id]);
    let said = format!("{}{}", String::from_utf8_lossy(&shown.stdout), String::from_utf8_lossy(&shown.stderr));
    assert!(said.contains("was removed on") && said.contains("its SHA-256 was"), "{said}");
}

#[test]
fn a_removal_that_was_interrupted_is_ended_later() {
    let days = Days::begin("");
    let kept =
        files(&days.world.path("state/copies")).into_iter().filter(|path| path.to_string_lossy().contains("-rest-"));
    let kept: Vec<(std::path::PathBuf, Vec<u8>)> =
        kept.map(|path| (path.clone(), fs::read(&path).expect("a file"))).collect();
    let days = days.set("keep_copies = \"3d\"");
    days.run_after(40);
    assert_eq!((days.rest().len(), days.removed().len()), (0, 6));
    // As it was between the commit and the files' going.
    for (path, bytes) in &kept {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    let database = rusqlite::Connection::open(days.world.path("state/wireroom.db")).expect("the database");
    assert_eq!(database.execute("UPDATE removals SET done = 0 WHERE what = 'copies'", []).expect("rows"), 6);
    drop(database);
    days.is_whole();
    once_at(&days.world, days.at(42));
    assert_eq!((days.rest().len(), days.removed().len()), (0, 6));
    days.is_whole();
}

#[test]
fn copies_that_a_lost_database_knew_go_by_age_unless_they_matched() {
    let days = Days::begin("");
    for name in ["wireroom.db", "wireroom.db-wal", "wireroom.db-shm"] {
        let _ = fs::remove_file(days.world.path("state").join(name));
    }
    let before = days.files();
    once_at(&days.world, days.at(8));
    days.is_whole();
    let matched = |files: &BTreeMap<String, u64>| files.keys().filter(|path| !path.contains("-rest-")).count();
    assert!(before.len() > matched(&before) && before.keys().all(|path| days.files().contains_key(path)));
    assert!(days.world.json(&["status"])[0]["copy_bytes"].as_u64() >= Some(before.values().sum()));
    days.run_after(400);
    let left = days.files();
    assert!(left.keys().all(|path| !path.contains("-rest-")) && matched(&left) > 0, "{left:?}");
    days.is_whole();
}

#[test]
fn a_clock_that_leaps_by_months_removes_nothing_before_it_can_be_set_right() {
    let days = Days::begin("").set("keep_copies = \"3d\"\nkeep_articles = \"3d\"");
    let (before, articles) = (days.files(), days.world.json(&["status"])[0]["articles"].clone());
    for hours in [0, 1, 23] {
        once_at(&days.world, days.at(400) + SignedDuration::from_hours(hours));
        let now = &days.world.json(&["status"])[0]["articles"];
        assert_eq!((days.files(), now), (before.clone(), &articles), "after {hours} hours");
    }
    let told = days.world.health().iter().filter(|line| line.contains("days further than")).count();
    assert_eq!(told, 1, "{:?}", days.world.health());
    // Set right, everything goes on as before.
    once_at(&days.world, days.at(5) + SignedDuration::from_hours(12));
    assert_eq!(days.world.json(&["status"])[0]["articles"], 4, "of the last three days, and the one that is told");
    days.is_whole();
}
