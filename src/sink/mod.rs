//! Where alerts go: the log always, webhooks where configured. Told what to send; decides nothing about who is told.

pub mod line;
pub mod log;
pub mod webhook;
