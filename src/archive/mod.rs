//! Topics and the stored articles → what the topics would have found, in time and against what they found before.
//! Looks back only: it records no match and raises no alert. What holds is decided by the same rules as for the live stream;
//! the full-text index only says where it is worth looking.
//!
//! In reading order: `indexing` keeps the index up to date; `replay` reads stored articles through rules; `tally` counts
//! alerts in time, `compare` one rule's finds with another's (both pure); `outlook` says what topics would have raised of late,
//! `lately` what they did raise, `nearest` what came nearest to one that is silent.

mod compare;
mod indexing;
mod lately;
mod nearest;
mod outlook;
mod replay;
mod tally;
#[cfg(test)]
mod tests;

pub use compare::{Comparison, Found, Judged, Side, TermCount, compare, judged};
pub use indexing::{index_for, keep_indexed};
pub use lately::{Health, Lately, lately};
pub use nearest::{Nearest, nearest};
pub use outlook::{Expected, Outlook, outlook};
pub use replay::{Hit, Question, Replay, Reviewed};
pub use tally::{DayCount, Tally};

/// Alerts a day above which a topic is more than a person reads.
pub const MANY_A_DAY: u32 = 50;
