//! The process: its heap, arguments, exit status.

use std::process::ExitCode;

use clap::Parser as _;
use libmimalloc_sys::{mi_option_set, mi_option_t, mi_option_use_numa_nodes};
use mimalloc::MiMalloc;

#[global_allocator]
static HEAP: MiMalloc = MiMalloc;

/// How long memory is kept once it is free, in milliseconds. The crate names only the option after it.
const PURGE_DELAY: mi_option_t = mi_option_use_numa_nodes - 1;

/// Memory goes back to the system once it is free, for a daemon that mostly waits; by default it is kept for a second.
#[expect(unsafe_code, reason = "mimalloc is told so by a call, or by a variable that is read before main")]
fn keep_heap_small() {
    // SAFETY: mi_option_set takes two numbers and changes a setting of the allocator; no other thread was started yet.
    unsafe { mi_option_set(PURGE_DELAY, 0) }
}

fn main() -> ExitCode {
    keep_heap_small();
    ExitCode::from(wireroom::cli::run(wireroom::cli::args::Cli::parse()).code())
}

#[cfg(test)]
mod tests {
    use std::ptr::from_ref;

    use libmimalloc_sys::{mi_is_in_heap_region, mi_option_get};

    use super::*;

    #[test]
    #[expect(unsafe_code, reason = "mimalloc is asked by calls")]
    fn what_is_free_goes_back_at_once() {
        // SAFETY: the calls read what the allocator knows; the pointer is to a value that lives.
        let delay = || unsafe { mi_option_get(PURGE_DELAY) };
        let ours = Box::new(1_u64);
        assert!(unsafe { mi_is_in_heap_region(from_ref(&*ours).cast()) }, "it is the heap");
        assert_eq!(delay(), 1000, "mimalloc's default, by which the option is known");
        keep_heap_small();
        assert_eq!(delay(), 0);
    }
}
