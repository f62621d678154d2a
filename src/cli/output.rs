//! How commands print: aligned tables for people, JSON Lines for programs, colour only on a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

/// How a command ended; the process's exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0
    Done,
    /// 1: found problems, or some sources failed.
    Problems,
    /// 2: wrong usage.
    Usage,
    /// 78 (EX_CONFIG): no configuration to run with; systemd does not restart on it.
    Config,
}

impl Exit {
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Problems => 1,
            Self::Usage => 2,
            Self::Config => 78,
        }
    }
}

pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();
pub const RED: Style = AnsiColor::Red.on_default().bold();
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
pub const GREEN: Style = AnsiColor::Green.on_default();
pub const CYAN: Style = AnsiColor::Cyan.on_default();

/// `text` in `style`; what is printed through [`line()`] loses the colour where there is no terminal.
pub fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Prints a line to standard output.
pub fn line(text: impl AsRef<str>) {
    use std::io::Write as _;
    writeln!(anstream::stdout(), "{}", text.as_ref()).unwrap_or_else(|error| unwritten(&error));
}

/// Ends the program, as its output cannot be written: quietly where a pipe was closed, as `head` expects. Anything else
/// (a disk that is full) must not pass for an output that is whole.
pub fn unwritten(error: &std::io::Error) -> ! {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    note(format!("wireroom: the output cannot be written: {error}"));
    std::process::exit(Exit::Problems.code().into());
}

/// A time for people.
pub fn local(at: Timestamp, timezone: &TimeZone) -> String {
    at.to_zoned_datetime(timezone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// Prints a line to standard error.
pub fn note(text: impl AsRef<str>) {
    use std::io::Write as _;
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(anstream::stderr(), "{}", text.as_ref());
}

/// Prints one JSON object on a line, as a stream: what a feed of 50 MB says is not held a second time.
pub fn json(value: &impl Serialize) {
    use std::io::Write as _;
    let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let written = serde_json::to_writer(&mut out, value).map_err(std::io::Error::from);
    written.and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()).unwrap_or_else(|error| unwritten(&error));
}

/// Rows under a header, each column as wide as its widest cell; the last is not padded. Cells may carry colour.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(header: &[&str]) -> Self {
        Self { rows: vec![header.iter().map(|cell| paint(DIM, cell)).collect()] }
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub fn is_empty(&self) -> bool {
        self.rows.len() <= 1
    }

    pub fn print(&self) {
        self.lines().for_each(line);
    }

    /// The header and each row as it is printed.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width: Vec<usize> = (0..columns)
            .map(|i| self.rows.iter().filter_map(|row| row.get(i)).map(|cell| width(cell)).max().unwrap_or(0))
            .collect();
        self.rows.iter().map(move |row| {
            let mut text = String::new();
            for (i, cell) in row.iter().enumerate() {
                let pad = if i + 1 == row.len() { 0 } else { width[i].saturating_sub(self::width(cell)) + 2 };
                let _ = write!(text, "{cell}{:pad$}", "");
            }
            text
        })
    }
}

/// Columns a text takes on a terminal, escape sequences not counted.
pub fn width(text: &str) -> usize {
    anstream::adapter::strip_str(text).to_string().width()
}

/// Columns of the terminal, or as `COLUMNS` says; none where standard output is no terminal: nothing need fit then.
pub fn columns() -> Option<usize> {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    told.or_else(|| terminal_size::terminal_size_of(std::io::stdout()).map(|(columns, _)| usize::from(columns.0)))
}

/// Lines of at most `columns`, broken between words where that goes. For plain text without escapes.
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = vec![String::new()];
    for mut word in text.split_whitespace() {
        loop {
            let line = lines.last_mut().expect("there is one from the start");
            let gap = usize::from(!line.is_empty());
            if line.width() + gap + word.width() <= columns {
                line.push_str(&" "[..gap]);
                line.push_str(word);
                break;
            }
            if gap == 0 {
                // A word that fits on no line is cut.
                let cut = cut_at(word, columns);
                line.push_str(&word[..cut]);
                word = &word[cut..];
            }
            lines.push(String::new());
        }
    }
    lines
}

/// Bytes of the beginning that fits into so many columns; at least one character.
fn cut_at(text: &str, columns: usize) -> usize {
    use unicode_width::UnicodeWidthChar as _;
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > columns && at > 0 {
            return at;
        }
    }
    text.len()
}

/// At most `columns` wide, with an ellipsis where something was cut. For plain text without escapes.
pub fn fit(text: &str, columns: usize) -> String {
    use unicode_width::UnicodeWidthChar as _;
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut used = 0;
    let mut cut = String::new();
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > columns {
            break;
        }
        used += wide;
        cut.push(c);
    }
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_between_words_and_long_words_are_cut() {
        for (text, columns, expected) in [
            ("one two three", 7, vec!["one two", "three"]),
            ("one two", 80, vec!["one two"]),
            ("abcdefgh ij", 3, vec!["abc", "def", "gh", "ij"]),
            ("新聞を読む", 4, vec!["新聞", "を読", "む"]),
            ("", 3, vec![""]),
        ] {
            assert_eq!(wrapped(text, columns), expected, "{text}");
        }
    }
}
