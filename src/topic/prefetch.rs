//! Memory that is looked at soon, asked for now: topics lie all over it, and an article looks at a few of each hundred.

/// Has the item at `index` fetched, where there is one. Changes nothing but the time it takes to read it.
#[inline]
#[cfg_attr(target_arch = "x86_64", expect(unsafe_code, reason = "prefetching takes a pointer"))]
pub(super) fn prefetch<T>(list: &[T], index: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(item) = list.get(index) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: PREFETCHT0 is part of SSE, which every x86-64 processor has; it reads nothing into the program, writes
        // nothing and never faults, whatever the address. This one is that of an item that is borrowed here.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(item).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (list, index);
}
