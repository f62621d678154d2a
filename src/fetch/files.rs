//! The limit of open files → how many connections there may be at once. Evidence comes first: an alert whose copy could not be
//! opened because sockets took every file would be told without it.

use rustix::process::{Resource, getrlimit};

/// Files that are no visit's: database, log, copies, watches, signals, sinks, hubs.
const OTHERS: u64 = 40;
/// Files that a visit needs: its connection, and one while the name is looked up.
const EACH: u64 = 2;
/// With fewer, no connection is kept open for the next request to its host.
const PLENTY: u64 = 4096;

/// Files that may be open; none where nothing limits them.
pub fn limit() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}

/// How many of the visits wanted may be under way at once.
pub fn at_once(wanted: usize, limit: Option<u64>) -> usize {
    let Some(limit) = limit else { return wanted };
    let room = limit.saturating_sub(OTHERS) / EACH;
    wanted.min(usize::try_from(room).unwrap_or(usize::MAX)).max(1)
}

/// How many connections to a host are kept open for the next request.
pub(super) fn idle(wanted: usize, limit: Option<u64>) -> usize {
    if limit.is_some_and(|limit| limit < PLENTY) { 0 } else { wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_files_leave_room_for_few_connections_and_never_for_none() {
        for (limit, visits, kept) in [
            (None, 64, 1),
            (Some(1_048_576), 64, 1),
            (Some(1024), 64, 0),
            (Some(64), 12, 0),
            (Some(40), 1, 0),
            (Some(0), 1, 0),
        ] {
            assert_eq!((at_once(64, limit), idle(1, limit)), (visits, kept), "{limit:?}");
        }
    }
}
