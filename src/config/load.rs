//! A folder of files → settings in force, or every problem of every file. What the daemon falls back on is
//! [`super::last_good`]'s.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::check::{self, Environment, Placed};
use super::opml;
use super::options;
use super::problem::{Problem, Reach, Source};
use super::settings::Settings;
use super::topics::{self, Queries, Settled, TopicFile};
use crate::model::{Feed, FeedId, Terms, Topic};
use crate::parallel;
use crate::parse;

/// What a file is, by where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    Daemon,
    Feeds,
    /// OPML.
    Lists,
    Topics,
}

/// A file's checked content.
#[derive(Debug)]
enum Part {
    Daemon(Box<Settings>),
    Feeds(Vec<Placed<Feed>>),
    Lists(Vec<ListedFeed>),
    Topics(TopicFile),
}

/// A feed of an OPML file; without an id of its own it gives way to what is there already.
#[derive(Debug)]
struct ListedFeed {
    feed: Placed<Feed>,
    named: bool,
}

/// What a folder came to.
#[derive(Debug)]
pub struct Loaded {
    /// None where there are problems.
    pub settings: Option<Settings>,
    pub problems: Vec<Problem>,
    pub(super) sources: Vec<Arc<Source>>,
    /// What was left out of lists of feeds, and why.
    pub(super) left_out: Vec<Problem>,
}

/// Where the configuration stands: the flag, `$WIREROOM_CONFIG`, `./config`, `$XDG_CONFIG_HOME/wireroom`, `/etc/wireroom`.
/// The error says where was looked.
pub fn locate(flag: Option<&Path>, env: Environment<'_>) -> Result<PathBuf, String> {
    let named = flag.map(Path::to_owned).or_else(|| env("WIREROOM_CONFIG").map(PathBuf::from));
    if let Some(dir) = named {
        if dir.is_dir() {
            return fs::canonicalize(&dir).map_err(|error| format!("{}: {error}", dir.display()));
        }
        let why = if dir.exists() { "is no folder" } else { "does not exist" };
        return Err(format!("the configuration folder {} {why}; `wireroom init {0}` writes one", dir.display()));
    }
    let home =
        env("XDG_CONFIG_HOME").map(PathBuf::from).or_else(|| env("HOME").map(|home| Path::new(&home).join(".config")));
    let candidates = [Some("config".into()), home.map(|home| home.join("wireroom")), Some("/etc/wireroom".into())];
    let candidates: Vec<PathBuf> = candidates.into_iter().flatten().collect();
    for dir in &candidates {
        if dir.join("wireroom.toml").is_file() {
            return fs::canonicalize(dir).map_err(|error| format!("{}: {error}", dir.display()));
        }
    }
    let looked: Vec<_> = candidates.iter().map(|dir| dir.join("wireroom.toml").display().to_string()).collect();
    Err(format!("no configuration found (looked for {}); `wireroom init` writes one", looked.join(", ")))
}

/// Reads and checks a whole folder; every problem of every file.
pub fn load(dir: &Path, env: Environment<'_>) -> Loaded {
    let (files, mut problems) = read(dir);
    let (mut parts, mut left_out) = (Vec::new(), Vec::new());
    for (room, source) in &files {
        parts.push(part(*room, source, dir, env, &mut problems, &mut left_out));
    }
    let mut settings = assemble(parts, dir, env, &mut problems, &mut left_out);
    let sources: Vec<Arc<Source>> = files.into_iter().map(|(_, source)| source).collect();
    settings.hash = hash(&sources);
    Loaded { settings: problems.is_empty().then_some(settings), problems, sources, left_out }
}

pub(super) type Built = (Settings, Vec<Arc<Source>>);

pub(super) fn build(files: &[(Room, Arc<Source>)], dir: &Path, env: Environment<'_>) -> Result<Built, Vec<Problem>> {
    let (mut problems, mut left_out) = (Vec::new(), Vec::new());
    let made = |(room, source): &(Room, Arc<Source>)| part(*room, source, dir, env, &mut problems, &mut left_out);
    let parts = files.iter().map(made).collect();
    let mut settings = assemble(parts, dir, env, &mut problems, &mut left_out);
    if !problems.is_empty() {
        return Err(problems);
    }
    let sources: Vec<Arc<Source>> = files.iter().map(|(_, source)| Arc::clone(source)).collect();
    settings.hash = hash(&sources);
    Ok((settings, sources))
}

/// The topics of one file, or of the `.toml` files of a folder; for `match`.
pub fn load_topics(path: &Path) -> Result<Vec<Arc<Topic>>, Vec<Problem>> {
    load_topics_with(path, &Terms::default())
}

/// As [`load_topics`], without a look at queries that use no named group: for one who compiles the topics at once.
pub fn load_topics_to_compile(path: &Path) -> Result<Vec<Arc<Topic>>, Vec<Problem>> {
    // What is wrong somewhere is told by reading it all again, each file whole.
    read_topics(path, &Terms::default(), Queries::Unchecked).or_else(|_| load_topics(path))
}

/// As [`load_topics`], for topics that may use named groups of a configuration; those that they define themselves go first.
pub fn load_topics_with(path: &Path, known: &Terms) -> Result<Vec<Arc<Topic>>, Vec<Problem>> {
    read_topics(path, known, Queries::Checked)
}

/// Bytes of a file that is read part by part: parsed as a whole it would take ten times its size.
const LARGE: usize = 1 << 17;

fn read_topics(path: &Path, known: &Terms, queries: Queries) -> Result<Vec<Arc<Topic>>, Vec<Problem>> {
    let names = if path.is_dir() { listing(path, "toml") } else { vec![String::new()] };
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for name in names {
        let file = if name.is_empty() { path.to_owned() } else { path.join(&name) };
        let shown = file.display().to_string();
        let read = read_one(&file).and_then(|text| text.ok_or_else(|| "does not exist".to_owned()));
        let source = Arc::new(Source { name: shown, text: read.clone().unwrap_or_default() });
        if let Err(why) = read {
            problems.push(Problem::new(&source, 0..0, why));
        }
        if queries == Queries::Checked || source.text.len() < LARGE {
            files.push(topics::topic_file(queries, topics::stem(&source), &source, &mut problems));
            continue;
        }
        let parts: Vec<_> = topics::parts(&source, "[[topic]]").into_iter().map(|(_, part)| part).collect();
        drop(source);
        for (file, found) in read_parts(&parts, queries) {
            files.push(file);
            problems.extend(found);
        }
    }
    files.push(TopicFile::of_groups(known, &files));
    let (topics, _) = settled(files, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(topics.into_iter().map(|placed| placed.value).collect())
}

/// Reads the parts of a large file, on as many threads as there are processors.
fn read_parts(parts: &[Arc<Source>], queries: Queries) -> Vec<(TopicFile, Vec<Problem>)> {
    let read = |part: &Arc<Source>| {
        let mut problems = Vec::new();
        (topics::topic_file(queries, topics::stem(part), part, &mut problems), problems)
    };
    parallel::map(parts, 1, read)
}

/// The state folder, as well as it can be told: a configuration that is wrong elsewhere must not hide the state.
pub fn state_dir(dir: &Path, env: Environment<'_>) -> PathBuf {
    let text = fs::read_to_string(dir.join(DAEMON_FILE)).unwrap_or_default();
    let (table, _) = toml::de::DeTable::parse_recoverable(&text);
    let configured = table.get_ref().iter().find(|(key, _)| key.get_ref() == "state_dir");
    check::state_dir(configured.and_then(|(_, value)| value.get_ref().as_str()), dir, env)
}

/// What the files in force are, for evidence: SHA-256 of what `sha256sum` prints of them in the order of their names.
fn hash(sources: &[Arc<Source>]) -> String {
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
    let mut lines: Vec<(&str, String)> =
        sources.iter().map(|source| (source.name.as_str(), hex(source.text.as_bytes()))).collect();
    lines.sort();
    let list: String = lines.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect();
    hex(list.as_bytes())
}

/// A number that changes when a file of the folder does.
pub fn fingerprint(dir: &Path) -> u64 {
    let mut hash = std::hash::DefaultHasher::new();
    let (files, problems) = read(dir);
    for (_, source) in files {
        source.name.hash(&mut hash);
        source.text.hash(&mut hash);
    }
    for problem in problems {
        problem.to_string().hash(&mut hash);
    }
    hash.finish()
}

pub(super) const DAEMON_FILE: &str = "wireroom.toml";
/// Larger files are no configuration.
const MAX_FILE: u64 = 64 << 20;

/// The configuration files of a folder, in a fixed order.
pub(super) fn read(dir: &Path) -> (Vec<(Room, Arc<Source>)>, Vec<Problem>) {
    let mut files = Vec::new();
    let mut problems = Vec::new();
    let mut take = |room, name: String| match read_one(&dir.join(&name)) {
        Ok(Some(text)) => files.push((room, Arc::new(Source { name, text }))),
        Ok(None) => {}
        Err(why) => {
            let source = Arc::new(Source { name, text: String::new() });
            problems.push(Problem::new(&source, 0..0, why));
        }
    };
    take(Room::Daemon, DAEMON_FILE.to_owned());
    take(Room::Feeds, "feeds.toml".to_owned());
    let folders =
        [(Room::Feeds, "feeds.d", "toml"), (Room::Lists, "feeds.d", "opml"), (Room::Topics, topics::FOLDER, "toml")];
    for (room, folder, ending) in folders {
        for name in listing(&dir.join(folder), ending) {
            take(room, format!("{folder}/{name}"));
        }
    }
    (files, problems)
}

fn read_one(path: &Path) -> Result<Option<String>, String> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let is_link = fs::symlink_metadata(path).is_ok();
            return if is_link { Err("is a link that leads nowhere".to_owned()) } else { Ok(None) };
        }
        Err(error) => return Err(format!("cannot be read: {error}")),
        Ok(meta) if meta.len() > MAX_FILE => return Err("too large for a configuration file".to_owned()),
        Ok(_) => {}
    }
    let bytes = fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    if path.extension().is_some_and(|ending| ending == "opml") {
        return Ok(Some(parse::document_text(&bytes, None)));
    }
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|error| format!("not UTF-8 (byte {}); save the file as UTF-8", error.utf8_error().valid_up_to()))
}

/// The files of a folder with that ending; editors' temporary and hidden files are none.
fn listing(dir: &Path, ending: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| {
            Path::new(name).extension().is_some_and(|end| end == ending) && !name.starts_with(['.', '#', '~'])
        })
        .collect();
    names.sort();
    names
}

fn part(
    room: Room,
    source: &Arc<Source>,
    dir: &Path,
    env: Environment<'_>,
    problems: &mut Vec<Problem>,
    left_out: &mut Vec<Problem>,
) -> Part {
    match room {
        Room::Daemon => {
            let options = options::daemon(source, problems);
            Part::Daemon(Box::new(check::daemon(&options, dir, source, env, problems)))
        }
        Room::Feeds => Part::Feeds(feeds(source, problems)),
        Room::Lists => {
            let told = (problems.len(), left_out.len());
            let listed = opml::feeds(source, problems, left_out);
            if listed.is_empty() && told == (problems.len(), left_out.len()) {
                left_out.push(Problem::new(source, 0..0, "holds no feed: is the file whole?"));
            }
            let checked = |listed: opml::Listed| {
                let feed = check::feeds(std::slice::from_ref(&listed.options), source, problems).pop()?;
                Some(ListedFeed { feed, named: listed.named })
            };
            Part::Lists(listed.into_iter().filter_map(checked).collect())
        }
        Room::Topics => Part::Topics(topics::topic_file(Queries::Checked, topics::stem(source), source, problems)),
    }
}

/// The feeds of a file. What is wrong in a large one is told by reading it once more, whole.
fn feeds(source: &Arc<Source>, problems: &mut Vec<Problem>) -> Vec<Placed<Feed>> {
    let read =
        |part: &Arc<Source>, problems: &mut Vec<Problem>| check::feeds(&options::feeds(part, problems), part, problems);
    if source.text.len() >= LARGE {
        let (mut feeds, mut wrong) = (Vec::new(), Vec::new());
        for (start, part) in topics::parts(source, "[[feed]]") {
            feeds.extend(read(&part, &mut wrong).into_iter().map(|placed| {
                let span = placed.span.start + start..placed.span.end + start;
                Placed { value: placed.value, source: Arc::clone(source), span }
            }));
        }
        if wrong.is_empty() {
            return feeds;
        }
    }
    read(source, problems)
}

/// Puts the parts together and checks what spans them.
fn assemble(
    parts: Vec<Part>,
    dir: &Path,
    env: Environment<'_>,
    problems: &mut Vec<Problem>,
    left_out: &mut Vec<Problem>,
) -> Settings {
    let (mut daemon, mut feeds, mut listed, mut files) = (None, Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        match part {
            Part::Daemon(settings) => daemon = Some(*settings),
            Part::Feeds(more) => feeds.extend(more),
            Part::Lists(more) => listed.extend(more),
            Part::Topics(file) => files.push(file),
        }
    }
    let mut settings = daemon.unwrap_or_else(|| {
        let nothing = Arc::new(Source { name: DAEMON_FILE.to_owned(), text: String::new() });
        check::daemon(&options::DaemonOptions::default(), dir, &nothing, env, problems)
    });
    add_listed(&mut feeds, listed, left_out);
    duplicates(&feeds, |feed| feed.id.as_str(), "feed id", problems);
    let (topics, terms) = settled(files, problems);
    settings.terms = terms;
    settings.feeds = feeds.into_iter().map(|placed| Arc::new(placed.value)).collect();
    settings.topics = topics.into_iter().map(|placed| placed.value).collect();
    settings
}

/// Adds the feeds of OPML files. Those without an id of their own are left out where their address is there already, and get
/// another id where theirs is taken: nobody who drops a reader's export into the folder has to edit it.
fn add_listed(feeds: &mut Vec<Placed<Feed>>, listed: Vec<ListedFeed>, left_out: &mut Vec<Problem>) {
    if listed.is_empty() {
        return;
    }
    let (named, unnamed): (Vec<_>, Vec<_>) = listed.into_iter().partition(|listed| listed.named);
    feeds.extend(named.into_iter().map(|listed| listed.feed));
    let mut at: HashMap<String, FeedId> =
        feeds.iter().map(|placed| (opml::canonical(&placed.value.url), placed.value.id.clone())).collect();
    let mut ids: HashSet<FeedId> = feeds.iter().map(|placed| placed.value.id.clone()).collect();
    for ListedFeed { feed: mut placed, .. } in unnamed {
        let feed = &mut placed.value;
        let canonical = opml::canonical(&feed.url);
        if let Some(known) = at.get(&canonical) {
            let message = format!("left out: the feed {known} has this address already");
            left_out.push(Problem::new(&placed.source, placed.span, message));
            continue;
        }
        if ids.contains(&feed.id) {
            feed.id = FeedId(opml::distinct(feed.id.as_str(), &feed.url));
        }
        ids.insert(feed.id.clone());
        at.insert(canonical, feed.id.clone());
        feeds.push(placed);
    }
}

/// The topics and named groups of all files.
fn settled(files: Vec<TopicFile>, problems: &mut Vec<Problem>) -> (Vec<Placed<Arc<Topic>>>, Terms) {
    let Settled { topics, definitions, terms } = topics::settle(files, problems);
    duplicates(&topics, |topic| topic.id.as_str(), "topic id", problems);
    duplicates(&definitions, |definition| definition.name.as_str(), "group", problems);
    (topics, terms)
}

fn duplicates<'a, T>(placed: &'a [Placed<T>], id: impl Fn(&'a T) -> &'a str, what: &str, problems: &mut Vec<Problem>) {
    let mut first: HashMap<&str, &Placed<T>> = HashMap::new();
    for here in placed {
        let name = id(&here.value);
        if let Some(earlier) = first.get(name) {
            let (line, _) = Problem::new(&earlier.source, earlier.span.clone(), "").place();
            let message =
                format!("the {what} {name:?} stands at {}:{line} already; each stands once", earlier.source.name);
            let mut problem = Problem::new(&here.source, here.span.clone(), message);
            problem.reach = Reach::Files;
            problems.push(problem);
        } else {
            first.insert(name, here);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        dir
    }

    pub fn nothing(_: &str) -> Option<String> {
        None
    }

    pub fn told(files: &[(&str, &str)]) -> Vec<String> {
        let dir = folder(files);
        load(dir.path(), &nothing).problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_weights_of_a_score_are_numbers() {
        for (score, place) in [
            ("threshold = 1\nterms = [{ match = 'x', weight = nan }]", ":5:34: a number is needed"),
            (
                "threshold = 1\nzones = { title = inf }\nterms = [{ match = 'x' }]",
                ":5:9: the weight of title is no number",
            ),
            ("threshold = nan\nterms = [{ match = 'x' }]", ":4:13: a number is needed"),
        ] {
            let text = format!("[[topic]]\nquery = 'x'\n[topic.score]\n{score}\n");
            let problems = told(&[("topics/t.toml", &text)]);
            assert!(problems.len() == 1 && problems[0].contains(place), "{score}: {problems:?}");
        }
    }

    #[test]
    fn a_credential_may_be_any_part_of_an_address() {
        for url in ["https://{credential}.hooks.example/", "https://hooks.example/{credential}?k={credential}"] {
            let sink = format!("[[sink]]\nid = \"a\"\nkind = \"webhook\"\nurl = \"{url}\"\ncredential = \"wire\"\n");
            let feed = format!("[[feed]]\nid = \"a\"\nurl = \"{url}\"\ncredential = \"wire\"\n");
            let dir = folder(&[("wireroom.toml", &sink), ("feeds.toml", &feed)]);
            let Loaded { settings, problems, .. } = load(dir.path(), &nothing);
            assert!(problems.is_empty(), "{url}: {problems:?}");
            let feeds = settings.expect("settings").feeds;
            assert_eq!(feeds[0].address, None, "{url}: it is not whole yet");
        }
    }

    #[test]
    fn every_problem_of_every_file_is_told_with_its_place() {
        let told = told(&[
            ("wireroom.toml", "[fetch]\ntimeut = \"3s\"\ntimeout = \"soon\"\n"),
            ("feeds.toml", "[[feed]]\nid = \"a\"\nurl = \"ftp://x/\"\n[[feed]]\nid = \"b\"\n"),
            ("topics/t.toml", "[[topic]]\nquery = '(a OR'\nseverty = \"high\"\n"),
            ("topics/u.toml", "[[topic]]\nquery = \n"),
        ]);
        let expected = [
            "wireroom.toml:3:11: `timeout`: \"soon\" is no duration",
            "wireroom.toml:2:1: unknown key `timeut` in [fetch]; did you mean `timeout`?",
            "feeds.toml:3:7: only http and https",
            "feeds.toml:4:1: a [[feed]] needs `url = …`",
            "topics/t.toml:2:",
            "topics/t.toml:3:1: unknown key `severty` in [[topic]]; did you mean `severity`?",
            "topics/u.toml:2:",
        ];
        for start in expected {
            assert!(told.iter().any(|line| line.starts_with(start)), "{start}\n{}", told.join("\n"));
        }
        assert_eq!(told.len(), expected.len(), "{}", told.join("\n"));
    }

    #[test]
    fn what_could_never_work_is_a_problem() {
        let feed = |rest: &str| format!("[[feed]]\nid = \"a\"\nurl = \"https://a.example/\"\n{rest}\n");
        let topic = |rest: &str| format!("[[topic]]\nquery = 'zinc'\n{rest}\n");
        let sink = "[[sink]]\nid = \"a\"\nkind = \"webhook\"\nurl = \"https://a.example/\"\n";
        for (file, text, expected) in [
            ("feeds.toml", feed("headers = { \"X-A\" = \"a\\r\\nb\" }"), "feeds.toml:4:11: the value of \"X-A\""),
            ("feeds.toml", feed("credential = \"../wire\""), "feeds.toml:4:14: \"../wire\" is no name"),
            (
                "feeds.toml",
                feed("kind = \"page\"\n[feed.select]\nitem = \"li >>\""),
                "feeds.toml:6:8: no CSS selector: it is not",
            ),
            (
                "topics/t.toml",
                topic("languages = [\"en\", \"english\"]"),
                "topics/t.toml:3:13: \"english\" is no language",
            ),
            ("wireroom.toml", sink.repeat(2), "wireroom.toml:6:6: a sink \"a\" stands above"),
        ] {
            let told = told(&[(file, &text)]);
            assert!(told.len() == 1 && told[0].starts_with(expected), "{expected}: {told:?}");
        }
        assert_eq!(told(&[("topics/t.toml", &topic("languages = [\"EN\", \"pt-BR\", \"zh_Hant\"]"))]), [""; 0]);
    }

    #[test]
    fn a_large_file_is_read_in_parts_and_its_faults_keep_their_places() {
        let topic =
            |i: usize, note: &str| format!("[[topic]]\nid = \"t{i}\"\nquery = 'ice{i} wharf'\nnote = '''{note}'''\n\n");
        let note = "x".repeat(1200);
        let many = |count: usize, odd: &str| -> String {
            (0..count).map(|i| topic(i, if i == 499 { odd } else { &note })).collect()
        };
        for (text, expected) in [
            (many(1001, ""), Ok(1001)),
            (many(1500, "a line\n[[topic]]\nthat is no heading"), Ok(1500)),
            (many(1000, "") + "[[topic]]\nquery = 'ice'\n", Err(":5001:")),
            (many(1000, "") + "[[topic]]\nid = \"t7\"\nquery = 'ice'\n", Err("stands at")),
            (many(1000, "") + "[terms]\na = 'ice'\n", Ok(1000)),
        ] {
            assert!(text.len() > LARGE);
            let dir = folder(&[("topics/many.toml", &text)]);
            let read = load_topics_to_compile(&dir.path().join("topics"));
            match (read, expected) {
                (Ok(topics), Ok(count)) => assert_eq!(topics.len(), count),
                (Err(problems), Err(said)) => assert!(problems[0].to_string().contains(said), "{}", problems[0]),
                (read, expected) => panic!("{expected:?}: {:?}", read.map(|topics| topics.len())),
            }
        }
    }

    #[test]
    fn a_large_file_of_feeds_is_read_in_parts_and_its_faults_keep_their_places() {
        let tag = "x".repeat(1000);
        let feed = |i: usize| format!("[[feed]]\nid = \"f{i}\"\nurl = \"https://n.example/{i}\"\ntags = [\"{tag}\"]\n");
        let many: String = (0..1200).map(feed).collect();
        assert!(many.len() > LARGE);
        let read = |text: &str| load(folder(&[("feeds.toml", text)]).path(), &nothing);
        let loaded = read(&many);
        let feeds = loaded.settings.expect("no problem").feeds;
        assert_eq!((feeds.len(), feeds[1100].url.as_str()), (1200, "https://n.example/1100"));
        for (more, expected) in [
            (
                "[[feed]]\nid = \"f1100\"\nurl = \"https://n.example/\"\n",
                "feeds.toml:4802:6: the feed id \"f1100\" stands at feeds.toml:4402",
            ),
            ("[[feed]]\nid = \"last\"\n", "feeds.toml:4801:1: a [[feed]] needs `url = …`"),
        ] {
            let told: Vec<String> = read(&format!("{many}{more}")).problems.iter().map(ToString::to_string).collect();
            assert!(told.len() == 1 && told[0].starts_with(expected), "{expected}: {told:?}");
        }
    }

    #[test]
    fn a_topic_needs_only_a_query() {
        let dir = folder(&[("topics/us-mexico.toml", "[[topic]]\nquery = 'Mexico'\n")]);
        let settings = load(dir.path(), &nothing).settings.expect("no problem");
        assert_eq!(settings.topics[0].id.as_str(), "us-mexico");
        assert_eq!(settings.topics[0].name, "us-mexico");
    }
}
