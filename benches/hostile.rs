//! What hostile pages cost to read: `extract::page` over a table of pages made by rule, 100,000 pieces each.
//! `cargo bench --bench hostile [part of a name]` prints the dearest, in CPU time.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::time::Duration;

use wireroom::extract::{PageInput, page};

#[path = "../src/hostile.rs"]
mod hostile;
#[path = "../src/stopwatch.rs"]
mod stopwatch;

use stopwatch::Stopwatch;

const PIECES: usize = 100_000;
const BYTES: usize = 2_000_000;
/// Lines that are printed.
const DEAREST: usize = 40;

fn main() {
    let wanted: Option<String> = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let mut spent: Vec<(Duration, String, usize)> = hostile::pages(PIECES, BYTES)
        .filter(|(name, _)| wanted.as_deref().is_none_or(|wanted| name.contains(wanted)))
        .map(|(name, html)| {
            let started = Stopwatch::start();
            std::hint::black_box(page(&PageInput { body: html.as_bytes(), ..PageInput::default() }));
            (started.elapsed(), name, html.len())
        })
        .collect();
    spent.sort_by(|a, b| b.cmp(a));
    println!("{:>8} {:>8}  {} pages, dearest first", "ms", "kB", spent.len());
    for (time, name, bytes) in spent.iter().take(DEAREST) {
        println!("{:>8.1} {:>8}  {name}", time.as_secs_f64() * 1000.0, bytes / 1000);
    }
    let over = |limit: u64| spent.iter().filter(|(time, ..)| *time > Duration::from_millis(limit)).count();
    println!("over 100 ms: {}, over 200 ms: {}", over(100), over(200));
}
