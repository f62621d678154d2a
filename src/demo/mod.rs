//! Nothing → a small news site on loopback and a configuration that follows it, for `wireroom demo` and for tests.
//! All of it is self-written fiction. It asks nobody outside this machine, and runs no stage of the pipeline itself.

pub mod articles;
pub mod config;
mod feeds;
mod pages;
mod site;

pub use site::Site;

/// Text as XML and HTML carry it, in an element or a quoted attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
