//! Every row of every table of docs/QUERY.md is true.
//! A table is known by its head: queries on a text or an article, scores, and queries that are refused.

use super::*;
use crate::model::{ScoreTerm, Zone};

const DOCUMENT: &str = include_str!("../../../docs/QUERY.md");

/// The chapter whose tables need a configuration: `tests/it/documents.rs` runs them.
const ELSEWHERE: &str = "## Named groups";

/// The cells of a table's line; `\|` is no border.
fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').replace("\\|", "\u{0}");
    let inner = inner.strip_suffix('|').unwrap_or(&inner);
    inner.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect()
}

/// What stands between backquotes.
fn codes(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn code(cell: &str) -> &str {
    let all = codes(cell);
    assert_eq!(all.len(), 1, "one piece of code is expected in {cell}");
    all[0]
}

fn paragraphs(text: &str) -> String {
    text.replace(" ¶ ", "\n\n")
}

/// An article of `zone: text` pieces.
fn article(cell: &str) -> Page {
    let mut page = Page::default();
    for piece in codes(cell) {
        let (name, text) = piece.split_once(": ").unwrap_or_else(|| panic!("{piece} is not `zone: text`"));
        match name {
            "title" => text.clone_into(&mut page.title),
            "lede" => page.lede = paragraphs(text),
            "text" => page.text = paragraphs(text),
            "quote" => {
                assert!(page.text.contains(text), "the text lacks the quote {text}");
                page.quotes.push(Quote { text: text.to_owned(), speaker: None, start: 0, end: 0 });
            }
            "said" => page.quotes.last_mut().expect("a quote before its speaker").speaker = Some(text.to_owned()),
            "caption" => page.captions.push(text.to_owned()),
            "byline" => page.byline.push(text.to_owned()),
            "language" => page.language = Some(Page::language(text.trim_end_matches('?'), !text.ends_with('?'))),
            "outlet" => text.clone_into(&mut page.outlet),
            "feed" => text.clone_into(&mut page.feed),
            "tag" => page.tags.push(text.to_owned()),
            "url" => text.clone_into(&mut page.url),
            _ => panic!("there is no {name} of an article"),
        }
    }
    page
}

/// What is wrong with a row that says whether a query holds.
fn holds(query: &str, page: &Page, cell: &str) -> Option<String> {
    let expected = match cell {
        "yes" => true,
        "no" => false,
        _ => return Some(format!("holds is yes or no, not {cell}")),
    };
    if let Err(error) = parse_query(query) {
        return Some(error.to_string());
    }
    (page.holds(query) != expected).then(|| format!("is not {cell}"))
}

/// The score of terms such as `2 × NAFTA`, with the weights that the page names.
fn scored(terms: &str, page: &Page) -> Option<f64> {
    let terms = codes(terms).into_iter().map(|term| {
        let (weight, query) = term.split_once(" × ").unwrap_or_else(|| panic!("{term} is not `weight × query`"));
        ScoreTerm { query: query.to_owned(), weight: weight.parse().expect("a number") }
    });
    let terms: Vec<_> = terms.collect();
    let gate = terms.iter().map(|term| format!("({})", term.query)).collect::<Vec<_>>().join(" OR ");
    let zones = vec![(Zone::Title, 3.0), (Zone::Lede, 2.0), (Zone::Body, 1.0)];
    let score = TopicScore { threshold: -1000.0, zones, terms };
    page.matches(Topic { score: Some(score), ..topic("t", &gate) }).map(|found| found.score)
}

fn refused(query: &str, message: &str) -> Option<String> {
    match parse_query(query) {
        Ok(_) => Some("is not refused".to_owned()),
        Err(error) => (!error.message.contains(message)).then(|| format!("says: {error}")),
    }
}

fn wrong(head: &[String], row: &[String]) -> Option<String> {
    if row.len() != head.len() {
        return Some(format!("has {} cells", row.len()));
    }
    let head: Vec<_> = head.iter().map(String::as_str).collect();
    match head.as_slice() {
        ["query", "text", "holds", "why"] => holds(code(&row[0]), &Page::text(&paragraphs(code(&row[1]))), &row[2]),
        ["query", "article", "holds", "why"] => holds(code(&row[0]), &article(&row[1]), &row[2]),
        ["query", "says", "why"] => refused(code(&row[0]), code(&row[1])),
        ["terms", "article", "score", "why"] => {
            let score = scored(&row[0], &article(&row[1]));
            (score != row[2].parse().ok()).then(|| format!("has the score {score:?}"))
        }
        _ => Some(format!("no test knows a table of {head:?}")),
    }
}

#[test]
fn every_row_of_the_document_is_true() {
    let mut head: Option<Vec<String>> = None;
    let (mut rows, mut faults) = (0, Vec::new());
    let mut elsewhere = false;
    for line in DOCUMENT.lines() {
        if line.starts_with("## ") {
            elsewhere = line == ELSEWHERE;
        }
        if elsewhere || !line.starts_with('|') {
            head = None;
        } else if let Some(head) = &head {
            if !line.starts_with("| ---") {
                rows += 1;
                faults.extend(wrong(head, &cells(line)).map(|fault| format!("{line} {fault}")));
            }
        } else {
            head = Some(cells(line));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(rows >= 120, "only {rows} rows are left");
}
