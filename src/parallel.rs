//! The same for each of many things, on as many threads as there are processors. Pure: what is done is the caller's.

/// What `each` makes of the items, in their order. Fewer than `least` of them are not worth another thread.
pub fn map<T: Sync, R: Send>(items: &[T], least: usize, each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let part = items.len().div_ceil(processors).max(least.max(1));
    if items.len() <= part {
        return items.iter().map(each).collect();
    }
    let all = |part: &[T]| part.iter().map(&each).collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let parts: Vec<_> = items.chunks(part).map(|part| scope.spawn(move || all(part))).collect();
        let joined = parts.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.flat_map(|made| made.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn every_item_is_done_once_and_in_order() {
        for (count, least) in [(0, 1), (1, 0), (7, 2), (1000, 1), (5, 100)] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(map(&items, least, |n| n * 2), items.iter().map(|n| n * 2).collect::<Vec<_>>());
        }
    }
}
