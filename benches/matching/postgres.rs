//! PostgreSQL as a peer: the topics as rows of `tsquery`, each article asked against all of them. Only where `psql` finds a
//! server through the usual PG… variables. It knows no NEAR in either order: its rows ask for both words anywhere, which
//! makes its work lighter.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::corpus::{Article, Term, TopicShape};

/// Articles asked: a few are enough, each takes long.
const ASKED: usize = 10;

/// Microseconds an article; none where there is no server.
pub fn micros(shapes: &[TopicShape], articles: &[Article]) -> Option<f64> {
    let mut script = String::from("CREATE TEMP TABLE topics (query tsquery);\n");
    for chunk in shapes.chunks(1000) {
        let rows: Vec<String> = chunk.iter().map(|shape| format!("('{}'::tsquery)", asked(shape))).collect();
        let _ = writeln!(script, "INSERT INTO topics VALUES {};", rows.join(","));
    }
    script.push_str("\\timing on\n");
    for article in articles.iter().take(ASKED) {
        let text = article.whole().replace('\'', "''");
        let _ = writeln!(script, "SELECT count(*) FROM topics WHERE to_tsvector('simple', '{text}') @@ query;");
    }
    let mut psql = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut input = psql.stdin.take()?;
    // The server's answers are few and short, so that they can wait.
    let written = input.write_all(script.as_bytes());
    drop(input);
    let output = psql.wait_with_output().ok()?;
    written.ok().filter(|()| output.status.success())?;
    let said = String::from_utf8_lossy(&output.stdout);
    let millis: Vec<f64> =
        said.lines().filter_map(|line| line.strip_prefix("Time: ")?.split(' ').next()?.parse().ok()).collect();
    (millis.len() == ASKED).then(|| 1000.0 * millis.iter().sum::<f64>() / ASKED as f64)
}

fn asked(shape: &TopicShape) -> String {
    let group = |terms: &[Term]| terms.iter().map(term).collect::<Vec<_>>().join(" | ");
    match shape {
        TopicShape::Any(terms) => group(terms),
        TopicShape::All(groups) => {
            groups.iter().map(|terms| format!("({})", group(terms))).collect::<Vec<_>>().join(" & ")
        }
        TopicShape::Near(left, right) => format!("({}) & ({})", group(left), group(right)),
        TopicShape::Without(prefix, with, without) => {
            format!("{} & {} & !({})", term(prefix), term(with), term(without))
        }
    }
}

fn term(term: &Term) -> String {
    let text = term.text().to_lowercase();
    if term.prefix { format!("{text}:*") } else { format!("({})", text.replace(' ', " <-> ")) }
}
