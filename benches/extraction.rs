//! How long a page takes to be read: `extract::page` beside dom_smoothie alone, on the same self-written pages.
//! `cargo bench --bench extraction` prints CPU time a page and the ratio of the two; figures stand in docs/BENCHMARKS.md.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::time::{Duration, Instant};

use wireroom::extract::{PageInput, page};

const ROUNDS: usize = 15;

/// A news page of about the given weight: head, menus, paragraphs, boxes of other stories, comments.
fn news_page(paragraphs: usize, stories: usize, comments: usize) -> String {
    let mut html = String::from(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Ferry an hour late | Northport News</title>\
         <meta property=og:title content='Ferry an hour late'><meta property=article:published_time content='2024-02-03T10:00:00Z'>\
         <script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"Ferry an hour late\"}</script>",
    );
    html +=
        &"<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}</script>".repeat(40);
    html += "</head><body><header><nav><ul>";
    for i in 0..80 {
        html += &format!("<li class=menu-item><a href=/section/{i}><span>Section {i}</span></a></li>");
    }
    html += "</ul></nav></header><main><article class=story><h1>Ferry an hour late</h1><div class=story-body>";
    for i in 0..paragraphs {
        html += &format!(
            "<p>The ferry between Northport and the islands, on its trip number {i}, will run an hour late all week, the harbour \
             office said, because <a href=/crane>a crane</a> has blocked the eastern quay since the storm.</p>"
        );
    }
    html += "</div></article><section class=more>";
    for i in 0..stories {
        html += &format!(
            "<div class=card><a href=/story/{i}><img src=/i/{i}.jpg alt=''></a><h3><a href=/story/{i}>Another story of the day, \
             number {i}</a></h3><p>What it says in short, in a line or two.</p></div>"
        );
    }
    html += "</section><div id=comments>";
    for i in 0..comments {
        html += &format!(
            "<div class=comment><b>Reader {i}</b><p>I have said so for years, and nobody listened to me.</p></div>"
        );
    }
    html + "</div></main><footer><p>Northport News</p></footer></body></html>"
}

/// The CPU time of this thread; wall-clock time where the kernel does not tell it.
fn spent(work: impl Fn()) -> Duration {
    let on_cpu = || {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    };
    let (began, clock) = (on_cpu(), Instant::now());
    work();
    match (began, on_cpu()) {
        (Some(began), Some(ended)) => ended.saturating_sub(began),
        _ => clock.elapsed(),
    }
}

fn main() {
    println!("{:<28} {:>7} {:>12} {:>14} {:>7}", "page", "kB", "wireroom ms", "dom_smoothie ms", "ratio");
    for (name, html) in [
        ("a brief", news_page(4, 12, 0)),
        ("an ordinary article", news_page(25, 30, 20)),
        ("a long read", news_page(150, 60, 200)),
        ("a live blog", news_page(1500, 100, 0)),
    ] {
        let input = PageInput { body: html.as_bytes(), ..PageInput::default() };
        let run = |work: &dyn Fn()| spent(|| (0..ROUNDS).for_each(|_| work())).as_secs_f64() * 1000.0 / ROUNDS as f64;
        let ours = run(&|| {
            std::hint::black_box(page(&input));
        });
        let theirs = run(&|| {
            let article = dom_smoothie::Readability::new(html.as_str(), None, None).and_then(|mut r| r.parse());
            std::hint::black_box(article.is_ok());
        });
        println!("{name:<28} {:>7} {ours:>12.2} {theirs:>14.2} {:>7.2}", html.len() / 1000, ours / theirs);
    }
    for (name, html) in [
        ("100,000 nested divs", "<div>".repeat(100_000) + "text"),
        ("100,000 attributes", format!("<div {}>text", (0..100_000).map(|i| format!("a{i} ")).collect::<String>())),
    ] {
        let input = PageInput { body: html.as_bytes(), ..PageInput::default() };
        let ours = spent(|| {
            std::hint::black_box(page(&input));
        });
        println!("{name:<28} {:>7} {:>12.2} {:>14} {:>7}", html.len() / 1000, ours.as_secs_f64() * 1000.0, "-", "-");
    }
}
