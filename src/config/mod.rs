//! Options (as written) → check → settings (as used); every problem of every file at once.

pub mod settings;
