//! A folder and the site's address → the demo's configuration: four feeds, three topics, everything under that folder.
//! Written for people to read and change while the demo runs; it is checked by the loader, not here.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use super::articles::OUTLETS;

/// File name and text of each topic file of the demo.
pub const TOPICS: [(&str, &str); 3] = [
    ("us-mexico.toml", include_str!("topics/us-mexico.toml")),
    ("outbreaks.toml", include_str!("topics/outbreaks.toml")),
    ("press-freedom.toml", include_str!("topics/press-freedom.toml")),
];

/// Writes `dir/config`; files of the same names are replaced. `site` is `http://127.0.0.1:PORT`. A relative `dir` is
/// resolved now, so that the written paths hold wherever the daemon is started.
pub fn write(dir: &Path, site: &str) -> io::Result<()> {
    let dir = std::path::absolute(dir)?;
    let config = dir.join("config");
    fs::create_dir_all(config.join("topics"))?;
    fs::write(config.join("wireroom.toml"), settings(&dir)?)?;
    fs::write(config.join("feeds.toml"), feeds(site))?;
    for (file, text) in TOPICS {
        fs::write(config.join("topics").join(file), text)?;
    }
    Ok(())
}

fn settings(dir: &Path) -> io::Result<String> {
    let quoted = |name: &str| {
        let path = dir.join(name);
        let text = path.to_str().ok_or_else(|| {
            let wrong = format!("{} is not UTF-8: choose another folder", path.display());
            io::Error::new(io::ErrorKind::InvalidInput, wrong)
        })?;
        Ok::<_, io::Error>(toml::Value::from(text).to_string())
    };
    Ok(format!(
        r#"# The settings of `wireroom demo`. The waits are short because the internet of the demo is this machine:
# with real publishers keep the defaults.
state_dir = {state}
log_dir = {log}

[fetch]
# Private addresses are refused unless listed. The demo's news site listens on loopback.
allow_private = ["127.0.0.0/8"]
per_host_concurrency = 8
per_host_delay_ms = 0

[schedule]
min_interval = "2s"
default_interval = "3s"
# One page of the site answers 503: its article is told from the feed's text after this.
page_wait = "5s"
"#,
        state = quoted("state")?,
        log = quoted("log")?,
    ))
}

fn feeds(site: &str) -> String {
    let mut text = String::from(
        "# Four invented outlets, one for each kind of feed. Each also serves the other kinds: try\n\
         # `wireroom feeds discover` with the address of one of their front pages.\n",
    );
    for outlet in OUTLETS {
        let (folder, file) = (outlet.folder, outlet.feed_file);
        let _ = write!(
            text,
            "\n[[feed]]\nid = \"{folder}\"\nurl = \"{site}/{folder}/{file}\"\noutlet = \"{}\"\ntags = {:?}\n",
            outlet.name, outlet.tags,
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_written_file_is_toml_with_what_the_demo_needs() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "http://127.0.0.1:8099").unwrap();
        let read = |file: &str| -> toml::Table {
            let text = fs::read_to_string(dir.path().join("config").join(file)).unwrap();
            text.parse().unwrap_or_else(|wrong| panic!("{file}: {wrong}"))
        };
        let settings = read("wireroom.toml");
        assert_eq!(settings["state_dir"].as_str(), dir.path().join("state").to_str());
        assert_eq!(settings["log_dir"].as_str(), dir.path().join("log").to_str());
        assert_eq!(settings["fetch"]["allow_private"][0].as_str(), Some("127.0.0.0/8"));
        let feeds = read("feeds.toml");
        let feeds = feeds["feed"].as_array().unwrap();
        assert_eq!(feeds.len(), OUTLETS.len());
        assert_eq!(feeds[0]["url"].as_str(), Some("http://127.0.0.1:8099/courier/rss.xml"));
        for (file, _) in TOPICS {
            let topics = read(&format!("topics/{file}"));
            assert!(topics["topic"][0]["query"].as_str().is_some_and(|query| !query.trim().is_empty()), "{file}");
        }
    }

    #[test]
    fn its_topics_have_no_problems_and_no_warnings() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "http://127.0.0.1:8099").unwrap();
        let loaded = crate::config::load(&dir.path().join("config"), &|_| None);
        assert_eq!(loaded.problems, []);
        let remarks: Vec<_> = crate::config::remarks(&loaded).iter().map(|r| r.problem.to_string()).collect();
        assert!(remarks.is_empty(), "{remarks:?}");
    }
}
