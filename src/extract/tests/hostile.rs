//! The table of hostile pages → read in time, whatever is in them; and long pages of good will → read right.

use std::fmt::Write as _;
use std::time::Duration;

use super::read;
use crate::hostile;
use crate::stopwatch::Stopwatch;

/// Reads pages of so many pieces, of the table every so-and-so-many-th. `benches/hostile.rs` does it at full size, optimised.
fn in_time(pieces: usize, every: usize, limit: Duration) {
    for (name, html) in hostile::pages(pieces, 20 * pieces).step_by(every) {
        let started = Stopwatch::start();
        std::hint::black_box(read(html.as_bytes()));
        assert!(started.elapsed() < limit, "{name}: {:?}", started.elapsed());
    }
}

// What is quadratic takes a minute with 20,000 pieces, and what calls itself for each level overflows the stack.
const LIMIT: Duration = Duration::from_secs(6);

#[test]
fn some_hostile_pages_are_read_in_time() {
    in_time(20_000, 131, LIMIT);
}

#[test]
#[ignore = "half a minute"]
fn more_hostile_pages_are_read_in_time() {
    in_time(10_000, 11, LIMIT / 2);
}

#[test]
fn what_closes_nothing_makes_no_depth() {
    // Formatting that cannot be closed from within a scope stays open.
    for html in
        ["<b>t<applet></b></applet>", "<b>t<table></b></table>", "<a>t<template><a></template>", "<i><object></i>"]
    {
        read(html.repeat(100_000).as_bytes());
    }
}

#[test]
fn a_long_line_of_marks_is_read_in_time() {
    // The first byte of «, of a sign of degrees and of a hard space is the same: each was looked for to the line's end.
    for html in ["« ".repeat(400_000), "<p>°".to_owned() + &"°1 ".repeat(300_000), "&amp; ".repeat(300_000)] {
        let started = Stopwatch::start();
        std::hint::black_box(read(html.as_bytes()));
        assert!(started.elapsed() < LIMIT, "{}: {:?}", html.chars().take(6).collect::<String>(), started.elapsed());
    }
}

/// A live blog: posts of some elements each, indented as templates do it, then comments.
fn live_blog(posts: usize, comments: usize) -> String {
    let mut html = String::from(
        "<!doctype html>\n<html lang=en>\n<head>\n<title>Storm over the islands, as it happened | Northport News</title>\n</head>\n<body>\n\
         <header>\n<nav>\n<a href=/>Home</a>\n</nav>\n</header>\n<main>\n<article>\n<h1>Storm over the islands, as it happened</h1>\n\
         <div class=live-blog>\n",
    );
    for post in (0..posts).rev() {
        let _ = write!(
            html,
            "  <div class=post id=post-{post}>\n    <time datetime=2026-11-24T10:00:00Z>10:00</time>\n    <h2>Report {post} from the quay</h2>\n\
             \x20   <div class=text>\n      <p>The harbour office said in its report {post} that the <a href=/ferry>ferry</a> stays in port, \
             that the <em>eastern quay</em> is closed, and that <strong>nobody</strong> should go there.</p>\n      <p>Waves of seven metres \
             were measured at noon, report {post} says, more than in any storm since the pier was built.</p>\n    </div>\n  </div>\n"
        );
    }
    html += "</div>\n</article>\n<section class=comments id=comments>\n<h2>Comments</h2>\n<ul>\n";
    for comment in 0..comments {
        let _ = write!(
            html,
            "  <li class=comment>\n    <div><b>Reader {comment}</b> <span>1 h</span></div>\n    <p>Comment {comment}: I have said so for years, \
             and nobody listened.</p>\n  </li>\n"
        );
    }
    html + "</ul>\n</section>\n</main>\n<footer>\n<p>Northport News</p>\n</footer>\n</body>\n</html>\n"
}

#[test]
fn a_live_blog_of_fifty_thousand_elements_is_read_whole() {
    let html = live_blog(4_100, 2_800);
    assert!(html.matches('<').count() - html.matches("</").count() > 50_000 && html.len() > 2_000_000);
    let page = read(html.as_bytes());
    for post in ["4099", "2000", "0"] {
        assert_eq!(page.text.matches(&format!("report {post} ")).count(), 2, "{post}");
    }
    assert!(!page.text.contains("nobody listened"), "comments are none of it");
    assert_ne!(page.sources["text"], "readability", "which takes a second for so many nodes");
    assert_eq!(page.title.as_deref(), Some("Storm over the islands, as it happened"));
}
