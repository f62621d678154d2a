//! Scenarios through the real binary or library, a real loopback site and a real database. One test binary.

mod architecture;
mod commands;
mod delivery;
mod documents;
mod evidence;
mod manners;
mod pipeline;
mod reload;
mod site;
mod world;
