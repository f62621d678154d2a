//! What people thought of alerts → lines of `marks/USER.jsonl` in the configuration folder, and back. A mark is no
//! configuration: the daemon does not read it, and a new one is no reason to reload.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::check::Environment;
use super::problem::{Problem, Source};
use crate::model::{AlertId, ArticleId, TopicId};

/// The folder of marks, beside `topics/`.
const FOLDER: &str = "marks";
const ENDING: &str = ".jsonl";
/// Letters of a user's name that go into a file's name.
const MAX_NAME: usize = 64;

/// One person's judgement of one alert: a line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub at: Timestamp,
    pub user: String,
    pub alert: AlertId,
    pub topic: TopicId,
    /// None for an alert that is about no article, as a spike.
    pub article: Option<ArticleId>,
    /// Hash of the rule that raised it.
    pub rule: String,
    pub judgement: Judgement,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Judgement {
    Useful,
    False,
}

impl Judgement {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Useful => "useful",
            Self::False => "false",
        }
    }
}

/// Every mark of every user, file by file in the order written, and the lines that could not be read.
pub fn read_marks(config_dir: &Path) -> (Vec<Mark>, Vec<Problem>) {
    let folder = config_dir.join(FOLDER);
    let (mut marks, mut problems) = (Vec::new(), Vec::new());
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                let source = Arc::new(Source { name: FOLDER.to_owned(), text: String::new() });
                problems.push(Problem::new(&source, 0..0, format!("cannot be read: {error}")));
            }
            return (marks, problems);
        }
    };
    let names = entries.filter_map(Result::ok).filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(ENDING) && !name.starts_with('.')).collect();
    names.sort();
    for name in names {
        let read = fs::read(folder.join(&name));
        let text = read.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
        let source = Arc::new(Source { name: format!("{FOLDER}/{name}"), text });
        if let Err(error) = read {
            problems.push(Problem::new(&source, 0..0, format!("cannot be read: {error}")));
        }
        let mut start = 0;
        for line in source.text.split_inclusive('\n') {
            let end = start + line.trim_end().len();
            if !line.trim().is_empty() {
                match serde_json::from_str(line) {
                    Ok(mark) => marks.push(mark),
                    Err(error) => {
                        let message = format!("no mark, passed over ({error}); `wireroom alerts mark` writes them");
                        problems.push(Problem::new(&source, start..end, message));
                    }
                }
            }
            start += line.len();
        }
    }
    (marks, problems)
}

/// The last judgement of each user on each alert.
pub fn current(marks: &[Mark]) -> BTreeMap<&AlertId, Vec<&Mark>> {
    let mut by_user: BTreeMap<(&AlertId, &str), &Mark> = BTreeMap::new();
    for mark in marks {
        let last = by_user.entry((&mark.alert, &mark.user)).or_insert(mark);
        // Lines that git merged need not be in order; of the same instant the later line counts.
        if mark.at >= last.at {
            *last = mark;
        }
    }
    let mut by_alert: BTreeMap<&AlertId, Vec<&Mark>> = BTreeMap::new();
    for ((alert, _), mark) in by_user {
        by_alert.entry(alert).or_default().push(mark);
    }
    by_alert
}

/// Appends the marks of one user to their file, all in one write; the file. The folder is made where it is missing.
pub fn append_marks(config_dir: &Path, user: &str, marks: &[Mark]) -> io::Result<PathBuf> {
    let folder = config_dir.join(FOLDER);
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{}{ENDING}", file_name(user)));
    let mut file = OpenOptions::new().create(true).append(true).read(true).open(&path)?;
    let mut text = String::new();
    if ends_within_a_line(&mut file)? {
        text.push('\n');
    }
    for mark in marks {
        text.push_str(&serde_json::to_string(mark)?);
        text.push('\n');
    }
    // One write, at the end whatever others append meanwhile (O_APPEND).
    file.write_all(text.as_bytes())?;
    file.sync_data()?;
    Ok(path)
}

/// Someone edited the file by hand and left the last line open.
fn ends_within_a_line(file: &mut fs::File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Who marks: `$USER`, `$LOGNAME`, or the number of the user.
pub fn user(env: Environment<'_>) -> String {
    let named = ["USER", "LOGNAME"].iter().filter_map(|name| env(name)).find(|name| !name.trim().is_empty());
    named.unwrap_or_else(|| rustix::process::getuid().as_raw().to_string()).trim().to_owned()
}

/// A name that is one file in the folder: `DOMAIN\ana` is `DOMAIN_ana`.
fn file_name(user: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    let name: String = user.chars().take(MAX_NAME).map(safe).collect();
    if name.is_empty() || name.starts_with('.') { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    fn mark(user: &str, alert: &str, at: &str, judgement: Judgement) -> Mark {
        Mark {
            at: at.parse().expect("a timestamp"),
            user: user.to_owned(),
            alert: alert.into(),
            topic: "bridge".into(),
            article: Some("a1".into()),
            rule: "r1".to_owned(),
            judgement,
            note: None,
        }
    }

    const EARLY: &str = "2026-11-24T06:00:00Z";
    const LATE: &str = "2026-11-24T07:00:00Z";

    #[test]
    fn marks_are_appended_and_read_back() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(read_marks(dir.path()).0, []);
        let first = [mark("ana", "w1", EARLY, Judgement::False), mark("ana", "w2", EARLY, Judgement::Useful)];
        let path = append_marks(dir.path(), "ana", &first).expect("written");
        assert_eq!(path, dir.path().join("marks/ana.jsonl"));
        let line = "{\"at\":\"2026-11-24T06:00:00Z\",\"user\":\"ana\",\"alert\":\"w1\",\"topic\":\"bridge\",\"article\":\"a1\",\
                    \"rule\":\"r1\",\"judgement\":\"false\"}\n";
        let text = fs::read_to_string(&path).expect("the file");
        assert!(text.starts_with(line) && text.ends_with('\n'), "{text}");
        // A line that was left open by hand does not swallow the next mark.
        fs::write(&path, text.trim_end()).expect("the file");
        let second = [Mark { note: Some("the film".to_owned()), ..mark("ana", "w1", LATE, Judgement::Useful) }];
        append_marks(dir.path(), "ana", &second).expect("written");
        append_marks(dir.path(), "ben", &[mark("ben", "w1", EARLY, Judgement::False)]).expect("written");
        let (marks, problems) = read_marks(dir.path());
        assert_eq!((marks.len(), problems.len()), (4, 0));
        assert_eq!(marks[2], second[0]);
    }

    #[test]
    fn the_last_judgement_of_each_user_counts() {
        let marks = [
            mark("ana", "w1", LATE, Judgement::Useful),
            mark("ana", "w1", EARLY, Judgement::False),
            mark("ben", "w1", EARLY, Judgement::False),
            mark("ben", "w2", EARLY, Judgement::Useful),
            mark("ben", "w2", EARLY, Judgement::False),
        ];
        let current = current(&marks);
        let told = |alert: &str| -> Vec<(&str, &str)> {
            current[&AlertId::from(alert)].iter().map(|mark| (&*mark.user, mark.judgement.as_str())).collect()
        };
        assert_eq!(told("w1"), [("ana", "useful"), ("ben", "false")]);
        assert_eq!(told("w2"), [("ben", "false")]);
    }

    #[test]
    fn a_broken_line_is_passed_over_with_its_place() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = append_marks(dir.path(), "ana", &[mark("ana", "w1", EARLY, Judgement::False)]).expect("written");
        let good = fs::read_to_string(&path).expect("the file");
        let odd = good.replace("\"false\"", "\"perhaps\"");
        fs::write(&path, format!("{good}<<<<<<< HEAD\n\n{odd}{good}")).expect("the file");
        fs::write(dir.path().join("marks/.ana.jsonl.swp"), "x").expect("a file");
        let (marks, problems) = read_marks(dir.path());
        assert_eq!(marks.len(), 2);
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("marks/ana.jsonl:2:1: no mark, passed over"), "{told:?}");
        assert!(told[1].starts_with("marks/ana.jsonl:4:1: ") && told[1].contains("perhaps"), "{told:?}");
    }

    #[test]
    fn a_mark_is_no_change_of_the_configuration() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::create_dir(dir.path().join("topics")).expect("a folder");
        fs::write(dir.path().join("topics/t.toml"), "[[topic]]\nquery = 'x'\n").expect("a file");
        let before = config::fingerprint(dir.path());
        append_marks(dir.path(), "ana", &[mark("ana", "w1", EARLY, Judgement::False)]).expect("written");
        fs::write(dir.path().join("marks/ana.toml"), "no TOML at all").expect("a file");
        assert_eq!(config::fingerprint(dir.path()), before);
        assert_eq!(config::load(dir.path(), &|_| None).problems, []);
        fs::write(dir.path().join("topics/t.toml"), "[[topic]]\nquery = 'y'\n").expect("a file");
        assert_ne!(config::fingerprint(dir.path()), before, "an edit is one");
    }

    #[test]
    fn a_user_has_one_file_in_the_folder() {
        for (user, expected) in [
            ("ana", "ana"),
            ("CORP\\ana", "CORP_ana"),
            ("../../etc/passwd", "_.._.._etc_passwd"),
            ("josé m", "jos__m"),
            ("", "_"),
        ] {
            assert_eq!(file_name(user), expected);
        }
        assert_eq!(user(&|name| (name == "LOGNAME").then(|| "ben".to_owned())), "ben");
        assert_eq!(user(&|name| Some(if name == "USER" { "ana " } else { "ben" }.to_owned())), "ana");
        assert!(user(&|_| None).parse::<u32>().is_ok(), "the number of the user");
    }
}
