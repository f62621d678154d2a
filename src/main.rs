//! The process: arguments, exit status.

use std::process::ExitCode;

use clap::Parser as _;

/// Threads share two heaps, and large buffers go back to the system at once: by default glibc makes a heap for each thread,
/// and what a thread once needed stays with it.
#[cfg(target_env = "gnu")]
#[expect(unsafe_code, reason = "glibc's allocator is told so by a call, or by variables that are read before main")]
fn keep_heap_small() {
    // SAFETY: mallopt takes two integers and changes settings of the allocator; it is called before any thread is started.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 2);
        libc::mallopt(libc::M_MMAP_THRESHOLD, 128 << 10);
    }
}

#[cfg(not(target_env = "gnu"))]
fn keep_heap_small() {}

fn main() -> ExitCode {
    keep_heap_small();
    ExitCode::from(wireroom::cli::run(wireroom::cli::args::Cli::parse()).code())
}
