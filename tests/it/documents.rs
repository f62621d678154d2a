//! What is written beside the program is true of it: help, man pages, completions, README, shipped configuration.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::{CommandFactory as _, Parser as _};
use wireroom::cli::args::Cli;
use wireroom::config;
use wireroom::topic::{MatchInput, RuleSet};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Words of a shell line; single and double quotes only.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut begun) = (Vec::new(), String::new(), None, false);
    for c in line.chars() {
        match (quote, c) {
            (None, '\'' | '"') => (quote, begun) = (Some(c), true),
            (Some(open), c) if c == open => quote = None,
            (None, ' ') => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (_, c) => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

#[test]
fn every_command_has_an_example_that_it_accepts() {
    let command = Cli::command();
    for sub in command.get_subcommands() {
        let example = example(sub).unwrap_or_else(|| panic!("{} has no example", sub.get_name()));
        let examples = std::iter::once(example).chain(sub.get_subcommands().filter_map(self::example));
        for example in examples {
            let parsed = Cli::try_parse_from(words(&example));
            assert!(parsed.is_ok(), "{example}: {}", parsed.err().map(|error| error.to_string()).unwrap_or_default());
        }
    }
}

fn example(command: &clap::Command) -> Option<String> {
    let help = command.get_after_help()?.to_string();
    Some(help.strip_prefix("Example: ").unwrap_or_else(|| panic!("{help}: an example begins with Example:")).to_owned())
}

fn manuals() -> Vec<(PathBuf, Vec<u8>)> {
    let mut command = Cli::command();
    command.build();
    let mut made = Vec::new();
    let mut page = |command: &clap::Command, name: &str| {
        let mut out = Vec::new();
        let date = "2026-11-24";
        let man = clap_mangen::Man::new(command.clone()).title(name).date(date);
        man.render(&mut out).expect("memory");
        made.push((root().join(format!("packaging/man/{name}.1")), out));
    };
    page(&command, "wireroom");
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        page(sub, &format!("wireroom-{}", sub.get_name()));
    }
    for (shell, file) in [
        (clap_complete::Shell::Bash, "wireroom.bash"),
        (clap_complete::Shell::Zsh, "_wireroom"),
        (clap_complete::Shell::Fish, "wireroom.fish"),
    ] {
        let mut out = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "wireroom", &mut out);
        made.push((root().join("packaging/completions").join(file), out));
    }
    made
}

#[test]
fn manuals_and_completions_are_those_of_this_command_line() {
    let bless = std::env::var_os("WIREROOM_BLESS").is_some();
    for (path, made) in manuals() {
        if bless {
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(&path, &made).expect("a file");
        }
        let kept = fs::read(&path).unwrap_or_default();
        assert!(kept == made, "{} is out of date: WIREROOM_BLESS=1 cargo test documents", path.display());
    }
}

#[test]
fn the_shipped_configurations_have_no_problems() {
    for (dir, feeds) in [("config", 12..), ("packaging/etc/wireroom", 0..)] {
        let loaded = config::load(&root().join(dir), &|_| None);
        assert!(
            loaded.problems.is_empty(),
            "{dir}: {:?}",
            loaded.problems.iter().map(ToString::to_string).collect::<Vec<_>>()
        );
        let remarks: Vec<_> = config::remarks(&loaded).iter().map(|remark| remark.problem.to_string()).collect();
        assert!(remarks.is_empty(), "{dir}: {remarks:?}");
        let settings = loaded.settings.expect("no problems");
        assert!(feeds.contains(&settings.feeds.len()), "{dir}: {} feeds", settings.feeds.len());
        if dir != "config" {
            assert!(settings.feeds.is_empty(), "the package polls nobody until feeds are added");
            assert!(settings.feeds.is_empty() && settings.topics.is_empty());
        }
    }
    let outlets: std::collections::BTreeSet<String> = config::load(&root().join("config"), &|_| None)
        .settings
        .expect("no problems")
        .feeds
        .iter()
        .map(|feed| feed.outlet.clone())
        .collect();
    assert!(outlets.len() >= 12, "{outlets:?}");
}

#[test]
fn every_default_in_the_example_is_the_programs_own() {
    let text = fs::read_to_string(root().join("config/wireroom.toml")).expect("the example");
    let plain = tempfile::tempdir().expect("a folder");
    let dir = plain.path();
    let load = |text: &str| {
        fs::write(dir.join("wireroom.toml"), text).expect("a file");
        let loaded = config::load(dir, &|_| None);
        assert!(
            loaded.problems.is_empty(),
            "{:?}",
            loaded.problems.iter().map(ToString::to_string).collect::<Vec<_>>()
        );
        loaded.settings.expect("no problems")
    };
    // Keys with a value of this machine's or none by default stay as they are.
    let own = [
        "state_dir",
        "log_dir",
        "user_agent_contact",
        "proxy",
        "ca_file",
        "timezone",
        "allow_private",
        "max_copies",
        "signing_key",
    ];
    let mut sink = false;
    let uncommented: Vec<String> = text
        .lines()
        .map(|line| {
            sink |= line.trim_start_matches(['#', ' ']).starts_with("[[sink]]");
            let bare = line.strip_prefix("# ").or_else(|| line.strip_prefix('#')).unwrap_or(line);
            let key = bare.split(['=', ' ']).next().unwrap_or_default();
            let is_key =
                bare.contains('=') && key.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !key.is_empty();
            if is_key && !own.contains(&key) && !sink { bare.to_owned() } else { line.to_owned() }
        })
        .collect();
    let uncommented = uncommented.join("\n");
    assert_ne!(uncommented, text, "the example shows its defaults");
    let (bare, full) = (load(""), load(&uncommented));
    assert_eq!(full.fetch, bare.fetch);
    assert_eq!(full.schedule, bare.schedule);
    assert_eq!(full.store, bare.store);
    assert_eq!(full.stories, bare.stories);
    assert_eq!(full.alerts.max_age, bare.alerts.max_age);
}

/// The example of named groups, and the two tables about it.
#[test]
fn the_chapter_on_named_groups_is_true() {
    let document = fs::read_to_string(root().join("docs/QUERY.md")).expect("the document");
    let chapter = document.split("\n## Named groups\n").nth(1).expect("the chapter");
    let text = chapter.split("\n## ").next().expect("what is before the next one");
    let example = text.split("```toml").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let load = |query: &str| {
        let dir = tempfile::tempdir().expect("a folder");
        fs::create_dir(dir.path().join("topics")).expect("a folder");
        fs::write(dir.path().join("topics/example.toml"), example).expect("a file");
        fs::write(dir.path().join("topics/asked.toml"), format!("[[topic]]\nquery = '{query}'\n")).expect("a file");
        config::load(dir.path(), &|_| None)
    };
    let cells = |row: &str| -> Vec<String> {
        row.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
    };
    let tables = text.split("\n\n").filter(|block| block.starts_with('|'));
    let tables: Vec<Vec<_>> = tables.map(|table| table.lines().skip(2).map(cells).collect()).collect();
    let [found, said] = tables.as_slice() else { panic!("{} tables", tables.len()) };
    assert!(found.len() >= 8 && said.len() >= 7);
    for row in found {
        let [query, finds, leaves] = row.as_slice() else { panic!("{row:?}") };
        let settings = load(query).settings.unwrap_or_else(|| panic!("{query} is right"));
        let topics: Vec<_> = settings.topics.into_iter().filter(|topic| topic.id.as_str() == "asked").collect();
        let rules = RuleSet::compile(&topics).expect("it was loaded");
        for (text, expected) in [(finds, 1), (leaves, 0)] {
            let input = MatchInput {
                title: "",
                text,
                lede: "",
                quotes: &[],
                captions: &[],
                byline: &[],
                language: None,
                outlet: "",
                feed: "",
                tags: &[],
                url: "",
            };
            assert_eq!(rules.matches(&input).len(), expected, "{query}: {text}");
        }
    }
    for row in said {
        let [query, says] = row.as_slice() else { panic!("{row:?}") };
        let told: Vec<_> = load(query).problems.iter().map(ToString::to_string).collect();
        assert!(told.len() == 1 && told[0].contains(says), "{query}: {told:?}");
    }
}

/// Commands in the README that stand in a block marked as run: each is run in one folder, in order.
#[test]
fn the_readmes_examples_run() {
    let text = fs::read_to_string(root().join("README.md")).expect("the README");
    let dir = tempfile::tempdir().expect("a folder");
    let mut ran = 0;
    for block in text.split("<!-- run -->").skip(1) {
        let code =
            block.split("```sh").nth(1).and_then(|rest| rest.split("```").next()).expect("a block of shell follows");
        for line in code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let line = line.split(" # ").next().unwrap_or(line);
            let mut words = words(line);
            assert_eq!(words.remove(0), "wireroom", "{line}");
            let output = Command::new(env!("CARGO_BIN_EXE_wireroom"))
                .args(&words)
                .current_dir(dir.path())
                .env("HOME", dir.path())
                .env_remove("WIREROOM_CONFIG")
                .stdin(Stdio::null())
                .output()
                .expect("the program runs");
            let said =
                format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(matches!(output.status.code(), Some(0 | 1)) && !said.contains("wireroom:"), "{line}\n{said}");
            ran += 1;
        }
    }
    assert!(ran >= 8, "only {ran} examples ran");
}
