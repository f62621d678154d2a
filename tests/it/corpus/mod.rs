//! Self-written pages in the manner of real outlets → how well they are read, held to floors.
//! `cargo test --test it corpus -- --nocapture` prints the table.

mod fixture;
mod score;
mod template;

use jiff::SignedDuration;
use url::Url;
use wireroom::extract::{self, Page, PageInput};
use wireroom::model::Quality;

use fixture::Fixture;
use score::{Tally, words};

fn read(fixture: &Fixture) -> Page {
    let url = Url::parse(&fixture.url).expect("an address");
    extract::page(&PageInput { body: &fixture.html, url: Some(&url), ..PageInput::default() })
}

#[test]
fn the_pages_of_the_corpus_are_read_well() {
    let mut tally = Tally::default();
    for fixture in fixture::all() {
        let page = read(&fixture);
        let expected = &fixture.expected;
        let mut wrong = Vec::new();
        tally.pages += 1;
        tally.bytes += fixture.html.len();
        if tally.quality.note(page.quality == expected.quality) {
            wrong.push(format!("quality {} not {}: {:?}", page.quality, expected.quality, page.quality_reason));
        }
        if !matches!(expected.quality, Quality::Full | Quality::Teaser) {
            Tally::print(&fixture.name, fixture.html.len(), None, &wrong);
            continue;
        }
        let found = score::without(&page.text, &expected.optional);
        let text = score::compare(&expected.text, &found);
        tally.text.push(text);
        let title = page.title.as_deref().unwrap_or_default();
        if tally.title.note(words(title) == words(&expected.title)) {
            wrong.push(format!("title {title:?}"));
        }
        let fold =
            |names: &[String]| -> Vec<Vec<String>> { names.iter().map(|name| words(&name.to_lowercase())).collect() };
        if tally.byline.note(fold(&page.byline) == fold(&expected.byline) || (expected.desk && page.byline.is_empty()))
        {
            wrong.push(format!("byline {:?}", page.byline));
        }
        let language = page.language.as_ref().map(|language| language.code.as_str());
        if tally.language.note(language == Some(&expected.language)) {
            wrong.push(format!("language {language:?}"));
        }
        let published = expected.published.expect("an article has a date");
        let off = page.published.map(|found| found.duration_since(published).abs());
        if tally.day.note(off.is_some_and(|off| off <= SignedDuration::from_hours(24))) {
            wrong.push(format!("published {:?}", page.published.map(|at| at.to_string())));
        }
        tally.instant.note(off.is_some_and(|off| off < SignedDuration::from_mins(1)));
        let known = |list: &[String], one: &String| list.iter().any(|other| words(other) == words(one));
        for caption in &expected.captions {
            if tally.captions.note(known(&page.captions, caption)) {
                wrong.push(format!("no caption {caption:?} in {:?}", page.captions));
            }
        }
        for caption in page.captions.iter().filter(|caption| !known(&expected.captions, caption)) {
            tally.captions.note(false);
            wrong.push(format!("a caption {caption:?}"));
        }
        if text.f1() < 0.97 {
            wrong.extend(score::difference(&expected.text, &found));
        }
        Tally::print(&fixture.name, fixture.html.len(), Some(text), &wrong);
    }
    tally.print_all();
    assert!(tally.pages >= 60, "{} pages", tally.pages);
    assert!(tally.bytes / tally.pages > 15_000, "pages of no weight prove little");
    let (f1, strict) = tally.f1();
    for (what, found, floor) in [
        ("F1", f1, 0.985),
        ("strict F1", strict, 0.98),
        ("quality", tally.quality.share(), 1.0),
        ("title", tally.title.share(), 0.98),
        ("byline", tally.byline.share(), 0.95),
        ("published within a day", tally.day.share(), 0.95),
        ("language", tally.language.share(), 1.0),
        ("captions", tally.captions.share(), 0.95),
    ] {
        assert!(found >= floor, "{what}: {found:.3} is below its floor of {floor}");
    }
}
