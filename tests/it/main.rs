//! Scenarios through the real binary or library, a real loopback site and a real database. One test binary.

#![expect(
    clippy::disallowed_methods,
    reason = "scenarios happen now; what is decided by time is tested with a clock of its own"
)]

mod architecture;
mod archive;
mod commands;
mod corpus;
mod delivery;
mod documents;
mod evidence;
mod explain;
mod faults;
mod feeds;
mod identity;
mod large;
mod leaps;
mod manners;
mod marks;
mod outsiders;
mod pages;
mod pipeline;
mod reload;
mod retention;
mod site;
mod sources;
mod tls;
mod topics;
mod turns;
mod websub;
mod weeks;
mod wire;
mod world;
