//! Expected and found → precision, recall and F1 of their shingles of four words; the table of the corpus.

use std::collections::HashMap;

/// Of one page.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    pub precision: f64,
    pub recall: f64,
}

impl Text {
    pub fn f1(self) -> f64 {
        let sum = self.precision + self.recall;
        if sum > 0.0 { 2.0 * self.precision * self.recall / sum } else { 0.0 }
    }
}

/// Words as they are compared; in scripts without spaces each character.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        let alone = matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
        if (alone || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if alone {
            words.push(c.to_string());
        } else if c.is_alphanumeric() {
            word.push(c);
        }
    }
    words
}

fn shingles(text: &str) -> HashMap<Vec<String>, usize> {
    let words = words(text);
    let mut all = HashMap::new();
    for shingle in words.windows(4.min(words.len().max(1))) {
        *all.entry(shingle.to_vec()).or_default() += 1;
    }
    all
}

/// What was found without what may be there or not.
pub fn without(found: &str, optional: &[String]) -> String {
    let optional: Vec<String> = optional.iter().map(|text| format!(" {} ", words(text).join(" "))).collect();
    let may = |text: &&str| optional.iter().any(|all| all.contains(&format!(" {} ", words(text).join(" "))));
    found.split("\n\n").filter(|text| !may(text)).collect::<Vec<_>>().join("\n\n")
}

pub fn compare(expected: &str, found: &str) -> Text {
    let (expected, found) = (shingles(expected), shingles(found));
    let both: usize = expected.iter().map(|(shingle, n)| found.get(shingle).map_or(0, |m| *n.min(m))).sum();
    let share = |all: &HashMap<_, usize>| both as f64 / all.values().sum::<usize>().max(1) as f64;
    Text { precision: share(&found), recall: share(&expected) }
}

/// Paragraphs that one has and the other has not.
pub fn difference(expected: &str, found: &str) -> Vec<String> {
    let lacks = |text: &str, all: &str| !words(all).join(" ").contains(&words(text).join(" "));
    let short = |text: &str| text.chars().take(90).collect::<String>();
    let missing = expected.split("\n\n").filter(|p| lacks(p, found)).map(|p| format!("- {}", short(p)));
    let extra = found.split("\n\n").filter(|p| lacks(p, expected)).map(|p| format!("+ {}", short(p)));
    missing.chain(extra).collect()
}

/// How often something was right.
#[derive(Debug, Default)]
pub struct Share {
    right: usize,
    all: usize,
}

impl Share {
    /// True where it was wrong.
    pub fn note(&mut self, right: bool) -> bool {
        self.all += 1;
        self.right += usize::from(right);
        !right
    }

    pub fn share(&self) -> f64 {
        self.right as f64 / self.all.max(1) as f64
    }
}

#[derive(Debug, Default)]
pub struct Tally {
    pub pages: usize,
    pub bytes: usize,
    pub text: Vec<Text>,
    pub quality: Share,
    pub title: Share,
    pub byline: Share,
    pub day: Share,
    pub instant: Share,
    pub language: Share,
    pub captions: Share,
}

#[expect(clippy::print_stdout, reason = "the table is printed for docs/BENCHMARKS.md")]
impl Tally {
    /// F1 of the means of precision and recall, and the mean of the pages' F1.
    pub fn f1(&self) -> (f64, f64) {
        let mean = |value: fn(&Text) -> f64| self.text.iter().map(value).sum::<f64>() / self.text.len().max(1) as f64;
        (Text { precision: mean(|t| t.precision), recall: mean(|t| t.recall) }.f1(), mean(|t| t.f1()))
    }

    pub fn print(name: &str, bytes: usize, text: Option<Text>, wrong: &[String]) {
        let text = text.map_or_else(String::new, |text| {
            format!("F1 {:.3}  precision {:.3}  recall {:.3}", text.f1(), text.precision, text.recall)
        });
        println!("{name:<28} {:>4} kB  {text}", bytes / 1000);
        for wrong in wrong {
            println!("    {wrong}");
        }
    }

    pub fn print_all(&self) {
        let (f1, strict) = self.f1();
        println!("\n{} pages of {} kB on average", self.pages, self.bytes / self.pages.max(1) / 1000);
        println!("\n| | |\n| --- | --- |\n| F1 | {f1:.3} |\n| strict F1 | {strict:.3} |");
        for (what, share) in [
            ("quality", &self.quality),
            ("title", &self.title),
            ("byline", &self.byline),
            ("published within a day", &self.day),
            ("published to the minute, zone included", &self.instant),
            ("language", &self.language),
            ("captions", &self.captions),
        ] {
            println!("| {what} | {} of {} |", share.right, share.all);
        }
    }
}
