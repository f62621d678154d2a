//! The last good version of each file, kept under `state_dir`, and what is in force where an edit is refused.
//!
//! A feeds or topics file that is wrong keeps its own last good version; a fault in wireroom.toml, or one that spans files,
//! keeps the whole last good set.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::check::Environment;
use super::load::{DAEMON_FILE, build, load, read, state_dir};
use super::problem::{Problem, Reach, Source};
use super::settings::Settings;

/// Under the state folder.
const FOLDER: &str = "last-good";

/// What the daemon takes up.
#[derive(Debug)]
pub struct TakeUp {
    pub settings: Settings,
    /// Edits that are not in force, and what is.
    pub refused: Vec<Refused>,
    /// The files in force, for [`keep_last_good`].
    pub sources: Vec<Arc<Source>>,
}

/// An edit that was refused.
#[derive(Clone, Debug)]
pub struct Refused {
    pub problem: Problem,
    pub stays: Stays,
}

/// What is in force in place of a refused edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    /// The file's own last good version.
    Version,
    /// Nothing of the file: no version of it was good before.
    Nothing,
    /// All of the configuration that was in force before.
    Everything,
}

impl Refused {
    /// Of edits that leave all that was in force before.
    pub fn whole(problems: Vec<Problem>) -> Vec<Self> {
        problems.into_iter().map(|problem| Self { problem, stays: Stays::Everything }).collect()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stays = match self.stays {
            Stays::Version => "the last good version of this file stays in force",
            Stays::Nothing => "nothing of this file is in force: it has no last good version",
            Stays::Everything => "the whole configuration before it stays in force",
        };
        write!(f, "{} ({stays})", self.problem)
    }
}

/// As [`load`], with the last good version in place of what is wrong. The error holds every problem, where there is no last
/// good set to fall back on.
pub fn load_with_last_good(dir: &Path, env: Environment<'_>) -> Result<TakeUp, Vec<Problem>> {
    let loaded = load(dir, env);
    if let Some(settings) = loaded.settings {
        return Ok(TakeUp { settings, refused: Vec::new(), sources: loaded.sources });
    }
    let kept = state_dir(dir, env).join(FOLDER);
    let (good, _) = read(&kept);
    if good.is_empty() {
        return Err(loaded.problems);
    }
    let (now, _) = read(dir);
    let mut held: BTreeSet<String> = BTreeSet::new();
    let (mut refused, mut found) = (Vec::new(), loaded.problems.clone());
    let whole = |problem: &Problem| problem.reach == Reach::Files || problem.source.name == DAEMON_FILE;
    while !found.iter().any(whole) {
        // A name may be unknown only because the file that defines it is broken: that one is held back first.
        let own = found.iter().any(|problem| problem.reach == Reach::File);
        found.retain(|problem| (!own || problem.reach != Reach::Groups) && !held.contains(&problem.source.name));
        if found.is_empty() {
            break;
        }
        held.extend(found.iter().map(|problem| problem.source.name.clone()));
        refused.extend(found.drain(..).map(|problem| {
            let known = good.iter().any(|(_, source)| source.name == problem.source.name);
            Refused { problem, stays: if known { Stays::Version } else { Stays::Nothing } }
        }));
        let mut mixed: Vec<_> = now.iter().filter(|(_, source)| !held.contains(&source.name)).cloned().collect();
        mixed.extend(good.iter().filter(|(_, source)| held.contains(&source.name)).cloned());
        match build(&mixed, dir, env) {
            Ok((settings, sources)) => return Ok(TakeUp { settings, refused, sources }),
            Err(problems) => found = problems,
        }
    }
    match build(&good, dir, env) {
        Ok((settings, sources)) => Ok(TakeUp { settings, refused: Refused::whole(loaded.problems), sources }),
        Err(_) => Err(loaded.problems),
    }
}

/// Keeps the files in force under `state_dir/last-good`; what is no longer in force goes.
pub fn keep_last_good(state_dir: &Path, sources: &[Arc<Source>]) -> io::Result<()> {
    let kept = state_dir.join(FOLDER);
    let (old, _) = read(&kept);
    for source in sources {
        if old.iter().any(|(_, known)| known == source) {
            continue;
        }
        let path = kept.join(&source.name);
        fs::create_dir_all(path.parent().unwrap_or(&kept))?;
        let half = path.with_extension("new");
        fs::write(&half, &source.text)?;
        fs::File::open(&half)?.sync_all()?;
        fs::rename(half, path)?;
    }
    for (_, known) in &old {
        if !sources.iter().any(|source| source.name == known.name) {
            fs::remove_file(kept.join(&known.name))?;
        }
    }
    if sources.iter().all(|source| source.name != DAEMON_FILE) {
        fs::create_dir_all(&kept)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::load::tests::{folder, nothing};
    use super::*;

    #[test]
    fn one_typo_keeps_its_own_last_good_version_only() {
        let dir = folder(&[
            ("wireroom.toml", "state_dir = \"state\"\n"),
            ("topics/a.toml", "[[topic]]\nquery = 'one'\n"),
            ("topics/b.toml", "[[topic]]\nquery = 'two'\n"),
        ]);
        let first = load_with_last_good(dir.path(), &nothing).expect("all good");
        keep_last_good(&first.settings.state_dir, &first.sources).expect("kept");
        fs::write(dir.path().join("topics/a.toml"), "[[topic]]\nquery = 'one AND'\n").expect("a file");
        fs::write(dir.path().join("topics/b.toml"), "[[topic]]\nquery = 'three'\n").expect("a file");
        fs::write(dir.path().join("topics/.b.toml.swp.toml"), "garbage").expect("a file");
        fs::write(dir.path().join("topics/c.toml"), "[[topic]]\nquery = 'new AND'\n").expect("a file");
        std::os::unix::fs::symlink("nowhere", dir.path().join("topics/d.toml")).expect("a link");
        let second = load_with_last_good(dir.path(), &nothing).expect("a last good set");
        let queries: Vec<_> = second.settings.topics.iter().map(|topic| topic.query.as_str()).collect();
        assert!(queries.contains(&"one") && queries.contains(&"three"), "{queries:?}");
        let refused: Vec<String> = second.refused.iter().map(ToString::to_string).collect();
        let said = |file: &str, what: &str| refused.iter().any(|line| line.starts_with(file) && line.contains(what));
        assert!(said("topics/a.toml:2:", "the last good version of this file stays"), "{refused:?}");
        assert!(said("topics/c.toml:2:", "nothing of this file is in force"), "{refused:?}");
        assert!(said("topics/d.toml:1:1: is a link that leads nowhere", "nothing of this file"), "{refused:?}");
        fs::remove_file(dir.path().join("topics/c.toml")).expect("removed");
        fs::remove_file(dir.path().join("topics/d.toml")).expect("removed");
        fs::write(
            dir.path().join("topics/b.toml"),
            "[[topic]]\nid = \"c\"\nquery = 'x'\n[[topic]]\nid = \"c\"\nquery = 'y'\n",
        )
        .expect("a file");
        let third = load_with_last_good(dir.path(), &nothing).expect("a last good set");
        let queries: Vec<_> = third.settings.topics.iter().map(|topic| topic.query.as_str()).collect();
        assert_eq!(queries, ["one", "two"], "a problem that spans files keeps the whole last good set");
        assert!(third.refused.iter().all(|refused| refused.stays == Stays::Everything), "{:?}", third.refused);
    }

    #[test]
    fn a_first_start_with_a_broken_file_has_nothing_to_fall_back_on() {
        let dir = folder(&[("wireroom.toml", "state_dir = \"state\"\n"), ("topics/a.toml", "[[topic]]\n")]);
        assert_eq!(load_with_last_good(dir.path(), &nothing).expect_err("no last good set").len(), 1);
    }
}
