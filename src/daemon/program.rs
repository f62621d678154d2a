//! The program's own pages in memory → given back to the system where only the start needed them: reading a configuration takes
//! half of the program, visits take a tenth of it. What is needed again is mapped again, from the file as the system caches it.

use std::ffi::c_void;
use std::ops::Range;

use rustix::mm::{Advice, madvise};

/// Gives them back. Where the system does not say what is mapped, or will not, they stay.
#[expect(unsafe_code, reason = "there is no safe call for madvise")]
pub(super) fn let_go_of_start() {
    let (Ok(program), Ok(mappings)) = (std::env::current_exe(), std::fs::read_to_string("/proc/self/smaps")) else {
        return;
    };
    for place in clean(&mappings, &program.to_string_lossy()) {
        let start = std::ptr::with_exposed_provenance_mut::<c_void>(place.start);
        // SAFETY: the range is one mapping of the program's file, which nobody writes and of which no page was ever written: all
        // that MADV_DONTNEED does to it is that a page is read from the file again when it is next used.
        if let Err(error) = unsafe { madvise(start, place.len(), Advice::LinuxDontNeed) } {
            tracing::debug!(%error, "the start's pages stay in memory");
        }
    }
}

/// The places in memory that show a file as it is: not writable, and without a page of the process's own, as addresses that were
/// put right at the start are. `smaps` is the file of that name (proc_pid_smaps(5)).
fn clean(smaps: &str, file: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut candidate = None;
    for line in smaps.lines() {
        if let Some(place) = mapping(line) {
            let permissions = line.split(' ').nth(1);
            let is_of_file = line.strip_suffix(file).is_some_and(|before| before.ends_with(' '));
            let unwritten = permissions.is_some_and(|text| text.starts_with("r-") && text.ends_with('p'));
            candidate = Some(place).filter(|_| unwritten && is_of_file);
        } else if line.starts_with("Anonymous:")
            && let Some(place) = candidate.take()
            && line.split_whitespace().nth(1) == Some("0")
        {
            found.push(place);
        }
    }
    found
}

/// `55d0c0a00000-55d0c1c00000 r-xp …`
fn mapping(line: &str) -> Option<Range<usize>> {
    let (start, end) = line.split(' ').next()?.split_once('-')?;
    let address = |text: &str| usize::from_str_radix(text, 16).ok();
    Some(address(start)?..address(end)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMAPS: &str = "\
1000-3000 r--p 00000000 00:1f 7                          /usr/bin/wireroom
Rss:                   8 kB
Anonymous:             0 kB
AnonHugePages:         0 kB
3000-9000 r-xp 00002000 00:1f 7                          /usr/bin/wireroom
Anonymous:             0 kB
9000-b000 r--p 00008000 00:1f 7                          /usr/bin/wireroom
Anonymous:             8 kB
b000-c000 rw-p 0000a000 00:1f 7                          /usr/bin/wireroom
Anonymous:             0 kB
c000-d000 rw-p 00000000 00:00 0 
Anonymous:             0 kB
d000-e000 r-xp 00000000 00:1f 9                          /usr/lib/libc.so.6
Anonymous:             0 kB
";

    #[test]
    fn only_what_is_as_the_file_has_it_is_let_go() {
        assert_eq!(clean(SMAPS, "/usr/bin/wireroom"), [0x1000..0x3000, 0x3000..0x9000]);
        assert!(clean("", "/usr/bin/wireroom").is_empty());
    }

    /// KiB of this program's file in memory, in mappings that show it as it is.
    fn resident() -> u64 {
        let program = std::env::current_exe().expect("a program");
        let smaps = std::fs::read_to_string("/proc/self/smaps").expect("smaps");
        let places = clean(&smaps, &program.to_string_lossy());
        let mut inside = false;
        let sizes = smaps.lines().filter_map(|line| {
            if let Some(place) = mapping(line) {
                inside = places.contains(&place);
            }
            line.strip_prefix("Rss:").filter(|_| inside)?.trim().strip_suffix(" kB")?.parse::<u64>().ok()
        });
        sizes.sum()
    }

    #[test]
    fn the_program_goes_on_with_fewer_pages() {
        let before = resident();
        let_go_of_start();
        let after = resident();
        assert!(after < before, "{after} KiB of {before}");
    }
}
