//! The whole program under a clock that leaps, as faketime makes it: the unit tests are handed a clock, this one is fooled.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::world::{World, files, padded, story};

/// Runs under the time that a file says ("+40d"), which may change while it runs; waits are as long as ever.
struct Leaping {
    world: World,
    library: PathBuf,
}

impl Leaping {
    fn new(world: World) -> Self {
        let library = std::env::var_os("WIREROOM_FAKETIME").map(PathBuf::from);
        let library = library.expect("WIREROOM_FAKETIME names libfaketimeMT.so.1, of the package libfaketime");
        Self { world, library }
    }

    fn leap(&self, by: &str) {
        fs::write(self.world.path("clock"), by).expect("a file");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.world.command(arguments);
        command.env("LD_PRELOAD", &self.library).env("FAKETIME_TIMESTAMP_FILE", self.world.path("clock"));
        command.env("FAKETIME_NO_CACHE", "1").env("DONT_FAKE_MONOTONIC", "1");
        command
    }

    fn once(&self) {
        let output = self.command(&["run", "--once"]).output().expect("the program runs");
        assert!(output.status.success(), "{output:?}");
    }

    fn publish(&self, slug: &'static str, title: &str) {
        self.world.publish("daily", &[story(slug, title, &padded(title))]);
    }

    /// Titles of all that was ever told.
    fn told(&self) -> Vec<String> {
        let all = self.world.json(&["alerts", "--since", "4000d"]);
        let told = all.iter().filter(|alert| alert["kind"] == "match");
        let mut titles: Vec<_> =
            told.map(|alert| alert["article"]["title"].as_str().expect("one").to_owned()).collect();
        titles.sort();
        titles
    }

    fn chain_is_whole(&self) {
        let output = self.world.wireroom(&["log", "verify"]);
        assert!(output.status.success(), "{output:?}");
    }
}

fn bridge() -> World {
    let mut world = World::new();
    world.feed("daily", "interval = \"1s\"");
    world.topic("bridge", "bridge");
    world
}

#[test]
#[ignore = "needs faketime from Debian, which .ci/run installs and names in WIREROOM_FAKETIME"]
fn a_month_turns_a_year_is_leapt_over_and_taken_back() {
    let leaping = Leaping::new(bridge());
    let leaps = [
        ("+0d", "a", "A bridge today"),
        ("+40d", "b", "B bridge next month"),
        ("+0d", "c", "C bridge after the clock was set back"),
        ("+400d", "d", "D bridge a year on"),
        ("-1h", "e", "E bridge an hour ago"),
    ];
    for (earlier, (by, slug, title)) in leaps.into_iter().enumerate() {
        leaping.leap(by);
        leaping.publish(slug, title);
        let before = leaping.told();
        leaping.once();
        let told = leaping.told();
        assert_eq!((told.len(), told.last().map(String::as_str)), (before.len() + 1, Some(title)), "{by}");
        leaping.once();
        assert_eq!(leaping.told(), told, "told once: {by}");
        leaping.chain_is_whole();
        let logs = files(&leaping.world.path("log"));
        let kept = logs.iter().filter(|path| path.to_string_lossy().contains("alerts-")).count();
        assert_eq!(kept, 2 * earlier, "both logs begin anew with each month that is another: {logs:?}");
    }
    assert!(leaping.world.wireroom(&["copies", "verify"]).status.success());
}

#[test]
#[ignore = "needs faketime from Debian, which .ci/run installs and names in WIREROOM_FAKETIME"]
fn a_daemon_whose_clock_leaps_goes_on_polling_and_tells_once() {
    let leaping = Leaping::new(bridge());
    leaping.leap("+0d");
    let mut daemon = leaping.world.daemon_of(leaping.command(&["run"]));
    let mut expected = Vec::new();
    for (by, slug, title) in [
        ("+0d", "a", "A bridge today"),
        ("+1h", "b", "B bridge after an hour"),
        ("-1h", "c", "C bridge after the hour came again"),
        ("+365d", "d", "D bridge a year on"),
        ("+0d", "e", "E bridge after the year was taken back"),
    ] {
        leaping.leap(by);
        leaping.publish(slug, title);
        expected.push(title.to_owned());
        let asked = leaping.world.site.asked("/daily.xml").len();
        leaping.world.wait(&format!("told at {by}"), || leaping.told() == expected);
        let asked = leaping.world.site.asked("/daily.xml").len() - asked;
        assert!(asked < 40, "no stampede at {by}: {asked}");
    }
    assert!(daemon.wait_for_end(Duration::from_millis(100)).is_none(), "it runs");
    daemon.stop();
    leaping.chain_is_whole();
}
