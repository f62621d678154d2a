//! How commands print: aligned tables for people, JSON Lines for programs, colour only on a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
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

/// Prints a line to standard output. A closed pipe ends the program quietly, as `head` expects.
pub fn line(text: impl AsRef<str>) {
    use std::io::Write as _;
    if writeln!(anstream::stdout(), "{}", text.as_ref()).is_err() {
        std::process::exit(0);
    }
}

/// Prints a line to standard error.
pub fn note(text: impl AsRef<str>) {
    use std::io::Write as _;
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(anstream::stderr(), "{}", text.as_ref());
}

/// Prints one JSON object on a line, as a stream: what a feed of 50 MB says is not held a second time. A closed pipe ends the
/// program quietly.
pub fn json(value: &impl Serialize) {
    use std::io::Write as _;
    let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let written = serde_json::to_writer(&mut out, value).map_err(std::io::Error::from);
    if written.and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
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
