//! What stays on the heap of what is made, in bytes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering::Relaxed};

#[global_allocator]
static COUNTED: Counted = Counted;

/// Off while anything is timed.
static COUNTS: AtomicBool = AtomicBool::new(false);
static BYTES: AtomicIsize = AtomicIsize::new(0);

struct Counted;

fn count(bytes: isize) {
    if COUNTS.load(Relaxed) {
        BYTES.fetch_add(bytes, Relaxed);
    }
}

#[expect(unsafe_code, reason = "an allocator is called by unsafe functions")]
// SAFETY: each call goes on to the system's allocator with what it was called with, so that allocator keeps the contract; counting
// neither allocates nor touches the memory.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        // SAFETY: the caller keeps what `System` asks for, for `alloc` asks the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        // SAFETY: `pointer` came from `System` with this layout, through this allocator.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size.cast_signed() - layout.size().cast_signed());
        // SAFETY: `pointer` came from `System` with this layout, and the caller answers for `size`.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Makes something and says how many bytes it keeps.
pub fn kept<T>(make: impl FnOnce() -> T) -> (T, usize) {
    BYTES.store(0, Relaxed);
    COUNTS.store(true, Relaxed);
    let made = make();
    COUNTS.store(false, Relaxed);
    (made, BYTES.load(Relaxed).max(0).cast_unsigned())
}
