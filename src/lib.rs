//! wireroom: a news monitor in one process.
//!
//! ```text
//! feeds ─► schedule ─► fetch ─► parse ─► unseen? ─► page ─► extract ─► match ─► record ─► deliver
//! ```
//!
//! In reading order: [`model`] holds the data that everything speaks of; [`config`] turns files into settings;
//! [`schedule`] says who is due; [`fetch`] turns a URL into bytes, politely; [`parse`] turns bytes into a feed;
//! [`extract`] turns a page into an article; [`topic`] turns queries and an article into explained matches;
//! [`story`] says which articles carry the same report; [`store`] keeps it all; [`sink`] tells people.
//! The stages meet in [`visit`] (one feed, one page) and [`deliver`] (pending alerts), which [`daemon`] drives, and in
//! [`archive`], which looks back: what topics would have found among the stored articles. [`evidence`] is where copies and
//! alert log are held against each other, [`discover`] finds a site's feeds.
//!
//! [`websub`] says how subscriptions at hubs stand, which push feeds to the daemon.
//!
//! [`lookup`] guesses what was meant by a mistyped id or address.
//!
//! Core modules (`model`, `chain`, `lookup`, `neutral`, `parallel`, `schedule`, `parse`, `extract`, `topic`, `story`, `websub`, `wording`) touch no clock, file or network.

pub mod model;

// Core: pure.
pub mod ascii;
pub mod chain;
pub mod extract;
pub mod lookup;
pub mod neutral;
pub mod parallel;
pub mod parse;
pub mod schedule;
pub mod story;
pub mod topic;
pub mod websub;
pub mod wording;

// Shell: I/O.
pub mod config;
pub mod fetch;
mod in_place;
pub mod sink;
pub mod store;

// Where they meet.
pub mod archive;
pub mod daemon;
pub mod deliver;
pub mod discover;
pub mod evidence;
pub mod visit;

pub mod cli;
pub mod demo;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod stopwatch;
