//! Bodies that are large: few at once, whatever sends them, and small ones pass them by.

use std::time::{Duration, Instant};

use futures_util::future::select_all;
use wireroom::config::settings::FetchSettings;
use wireroom::fetch::{Fetcher, HostKey, Purpose, Request};

use crate::wire::{Wire, block, settings};

const LARGE: usize = 1 << 20;
/// Fewer than may be under way, more than memory is given for.
const MANY: usize = 24;

fn sized(body: &[u8]) -> Vec<u8> {
    let mut answer =
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len()).into_bytes();
    answer.extend_from_slice(body);
    answer
}

#[test]
fn large_bodies_are_held_few_at_once_and_all_are_read() {
    let large = Wire::saying(sized(&vec![b'x'; LARGE]));
    let small = Wire::saying(sized(b"small"));
    let settings = FetchSettings { per_host_concurrency: MANY + 1, per_host_delay: Duration::ZERO, ..settings() };
    let fetcher = Fetcher::new(&settings).expect("a fetcher");
    // As a task of the daemon asks: with a slot of its own.
    let ask = |server: &Wire| {
        let url = server.url("/");
        let host = HostKey::of(&url);
        assert!(fetcher.gate().slots().take(&host, Instant::now()).is_ok(), "a slot");
        let fetcher = fetcher.holding(host);
        tokio::spawn(async move { fetcher.get(Request::new(url, Purpose::Feed, 4 * LARGE)).await.expect("an answer") })
    };
    let mut waits = 0;
    block(async {
        let mut waiting: Vec<_> = (0..MANY).map(|_| ask(&large)).collect();
        let mut held = Vec::new();
        while !waiting.is_empty() {
            let done = tokio::time::timeout(Duration::from_millis(500), select_all(&mut waiting)).await;
            if let Ok((done, at, _)) = done {
                waiting.swap_remove(at);
                held.push(done.expect("no panic"));
                assert!(held.len() <= MANY / 2, "{} large bodies at once", held.len());
                continue;
            }
            // The others wait for those that are held; a small one does not.
            assert!(!held.is_empty(), "somebody has room");
            let other = tokio::time::timeout(Duration::from_secs(5), ask(&small)).await.expect("in time");
            assert_eq!(&other.expect("no panic").body[..], b"small");
            held.clear();
            waits += 1;
        }
    });
    assert!(waits > 0, "nobody waited");
}

#[test]
fn a_body_whose_length_is_told_takes_no_more_room_than_that() {
    // A little more than two reads from the connection bring: a buffer that grows by doubling comes to nearly twice as much.
    let length = 26_000;
    let server = Wire::saying(sized(&vec![b'x'; length]));
    let fetcher = Fetcher::new(&settings()).expect("a fetcher");
    let answer = block(fetcher.get(Request::new(server.url("/"), Purpose::Feed, LARGE))).expect("an answer");
    let (wire, body) = (answer.wire_body, answer.body);
    drop(body);
    let buffer = wire.try_into_mut().expect("nobody else has it");
    assert_eq!((buffer.len(), buffer.capacity()), (length, length));
}
