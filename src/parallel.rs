//! The same for each of many things, on as many threads as there are processors. Pure: what is done is the caller's.

use std::sync::mpsc::{channel, sync_channel};

/// What `each` makes of the items, in their order. Fewer than `least` of them are not worth another thread.
pub fn map<T: Sync, R: Send>(items: &[T], least: usize, each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let part = items.len().div_ceil(processors()).max(least.max(1));
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

/// Shows `take` what `each` makes of the items, in their order, while more are made; a few blocks of so many items are held
/// at once. What was shown goes back to the thread that made it and ends there: the allocator is quickest where a thread
/// frees what it took.
pub fn in_order<T: Sync, R: Send>(
    items: &[T],
    block: usize,
    each: impl Fn(&T) -> R + Sync,
    mut take: impl FnMut(&T, &R),
) {
    let block = block.max(1);
    let makers = processors().min(items.len().div_ceil(block));
    if makers < 2 {
        for item in items {
            take(item, &each(item));
        }
        return;
    }
    let each = &each;
    std::thread::scope(|scope| {
        // The blocks go round the makers, so that it is known whose the next one is.
        let lines: Vec<_> = (0..makers)
            .map(|first| {
                let (give, made) = sync_channel(1);
                let (give_back, shown) = channel::<Vec<R>>();
                scope.spawn(move || {
                    for part in items.chunks(block).skip(first).step_by(makers) {
                        shown.try_iter().for_each(drop);
                        // Nobody takes it any more where `take` has panicked.
                        let Ok(()) = give.send(part.iter().map(each).collect::<Vec<_>>()) else { return };
                    }
                    shown.into_iter().for_each(drop);
                });
                (made, give_back)
            })
            .collect();
        for (part, (made, give_back)) in items.chunks(block).zip(lines.iter().cycle()) {
            // A maker that has panicked gives nothing more; its panic goes on at the end of the scope.
            let Ok(made) = made.recv() else { return };
            for (item, made) in part.iter().zip(&made) {
                take(item, made);
            }
            // A maker that is through ends it here.
            let _ = give_back.send(made);
        }
    });
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::{in_order, map};

    #[test]
    fn every_item_is_done_once_and_in_order() {
        for (count, block) in [(0, 1), (1, 0), (7, 2), (1000, 1), (5, 100), (1000, 7)] {
            let items: Vec<usize> = (0..count).collect();
            let expected: Vec<_> = items.iter().map(|n| n * 2).collect();
            assert_eq!(map(&items, block, |n| n * 2), expected);
            let mut taken = Vec::new();
            in_order(&items, block, |n| n * 2, |item, made| taken.push((*item, *made)));
            assert_eq!(taken, items.iter().copied().zip(expected).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_panic_goes_on_to_whoever_asked() {
        let items: Vec<usize> = (0..100).collect();
        let panics = |make: usize, take: usize| {
            let each = |n: &usize| assert_ne!(*n, make);
            std::panic::catch_unwind(|| in_order(&items, 3, each, |n, ()| assert_ne!(*n, take))).is_err()
        };
        assert!(panics(50, 1000) && panics(1000, 50) && !panics(1000, 1000));
    }
}
