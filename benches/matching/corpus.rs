//! Generated articles and topics with the proportions of news: words by Zipf's law, names of two words, paragraphs,
//! capitals, possessives, hyphens and a few accents. The same on every machine.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use wireroom::topic::MatchInput;

pub struct Corpus {
    units: Vec<String>,
    pub articles: Vec<Article>,
}

pub struct Article {
    title: String,
    text: String,
}

/// A word or a phrase; a prefix is the beginning of a word.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Term {
    text: String,
    pub prefix: bool,
}

/// What a topic asks for.
pub enum TopicShape {
    Any(Vec<Term>),
    All(Vec<Vec<Term>>),
    Near(Vec<Term>, Vec<Term>),
    Without(Term, Term, Term),
}

/// Words between, for NEAR; and bytes that hold about so many words, for the peers that know no words.
const DISTANCE: usize = 10;
const DISTANCE_BYTES: usize = 70;

/// A linear congruential generator (Knuth, MMIX): the bench needs numbers that are the same everywhere, not good ones.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.next() as usize % end
    }

    fn chance(&mut self) -> f64 {
        (self.next() & 0xFFFF_FFFF) as f64 / f64::from(1_u32 << 31)
    }

    /// A rank in `from..to`, each decade as likely.
    fn rank(&mut self, from: usize, to: usize) -> usize {
        let (low, high) = ((from as f64).ln(), (to as f64).ln());
        ((low + (high - low) * self.chance().min(0.999_999)).exp() as usize).min(to - 1)
    }
}

impl Corpus {
    pub fn new(words: usize, articles: usize, length: usize) -> Self {
        let mut numbers = Numbers(7);
        let words: Vec<String> = (0..words).map(|rank| word(rank, &mut numbers)).collect();
        // Common words stand alone; of the others every third is a name of two words.
        let unit = |rank: usize| {
            let second = &words[300 + (rank * 7919) % (words.len() - 300)];
            if rank > 300 && rank.is_multiple_of(3) {
                format!("{} {}", capital(&words[rank]), capital(second))
            } else {
                words[rank].clone()
            }
        };
        let units: Vec<String> = (0..words.len()).map(unit).collect();
        let articles = (0..articles).map(|_| article(&units, length, &mut numbers)).collect();
        Self { units, articles }
    }

    /// A mix of OR of phrases, AND of OR groups, NEAR/10, NOT and prefixes; about three of a thousand hold for an article.
    pub fn topics(&self, count: usize) -> Vec<TopicShape> {
        let mut numbers = Numbers(11);
        (0..count).map(|number| self.topic(number, &mut numbers)).collect()
    }

    fn topic(&self, number: usize, numbers: &mut Numbers) -> TopicShape {
        match number % 10 {
            0..=3 => {
                let count = 2 + numbers.below(4);
                TopicShape::Any((0..count).map(|_| self.term(30_000, self.units.len(), numbers)).collect())
            }
            4..=6 => {
                let groups = 2 + numbers.below(2);
                TopicShape::All((0..groups).map(|_| self.group(1_500, 30_000, numbers)).collect())
            }
            7 | 8 => TopicShape::Near(self.group(150, 6_000, numbers), self.group(150, 6_000, numbers)),
            _ => TopicShape::Without(
                self.prefix(500, 8_000, numbers),
                self.term(500, 8_000, numbers),
                self.term(100, 3_000, numbers),
            ),
        }
    }

    fn group(&self, from: usize, to: usize, numbers: &mut Numbers) -> Vec<Term> {
        let count = 2 + numbers.below(3);
        (0..count).map(|i| if i == 2 { self.prefix(from, to, numbers) } else { self.term(from, to, numbers) }).collect()
    }

    fn term(&self, from: usize, to: usize, numbers: &mut Numbers) -> Term {
        Term { text: self.units[numbers.rank(from, to)].clone(), prefix: false }
    }

    fn prefix(&self, from: usize, to: usize, numbers: &mut Numbers) -> Term {
        let unit = &self.units[numbers.rank(from, to)];
        let first = unit.split(' ').next().expect("a unit has a word");
        let letters = first.chars().take(first.chars().count().saturating_sub(2).max(5)).collect();
        Term { text: letters, prefix: true }
    }

    /// `topics-N.toml` for each size and `articles.jsonl`.
    pub fn write(&self, dir: &Path, sizes: &[usize]) -> std::io::Result<()> {
        std::fs::create_dir_all(dir)?;
        for &size in sizes {
            let mut text = String::new();
            for (i, shape) in self.topics(size).iter().enumerate() {
                let _ = writeln!(text, "[[topic]]\nid = \"t{i}\"\nquery = '''{}'''\n", shape.query());
            }
            std::fs::write(dir.join(format!("topics-{size}.toml")), text)?;
        }
        let mut out = std::io::BufWriter::new(std::fs::File::create(dir.join("articles.jsonl"))?);
        for (i, article) in self.articles.iter().enumerate() {
            let line = serde_json::json!({"id": format!("a{i}"), "title": article.title, "text": article.text});
            writeln!(out, "{line}")?;
        }
        out.flush()
    }
}

/// A made-up word; the commoner, the shorter.
fn word(rank: usize, numbers: &mut Numbers) -> String {
    const STARTS: [&str; 24] = [
        "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "st", "tr", "pl", "gr",
        "ch", "sh", "br",
    ];
    const VOWELS: [&str; 8] = ["a", "e", "i", "o", "u", "ea", "ou", "ai"];
    const ENDS: [&str; 8] = ["", "n", "r", "s", "l", "t", "nd", "ck"];
    let syllables = match rank {
        0..40 => 1,
        40..1_500 => 1 + numbers.below(2) + 1,
        _ => 2 + numbers.below(3),
    };
    let mut text = String::new();
    for _ in 0..syllables {
        text.push_str(STARTS[numbers.below(STARTS.len())]);
        text.push_str(VOWELS[numbers.below(VOWELS.len())]);
        text.push_str(ENDS[numbers.below(ENDS.len())]);
    }
    if numbers.below(40) == 0 {
        text = text.replacen('e', "é", 1);
    }
    text
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn article(units: &[String], length: usize, numbers: &mut Numbers) -> Article {
    let mut unit = || &units[numbers.rank(1, units.len()) - 1];
    let title = (0..9).map(|_| capital(unit())).collect::<Vec<_>>().join(" ");
    let mut text = String::new();
    let (mut words, mut sentence) = (0, 0);
    while words < length {
        let next = unit();
        words += 1 + next.matches(' ').count();
        sentence += 1;
        let next = if sentence == 1 { capital(next) } else { next.clone() };
        text.push_str(&next);
        match (words * 31 + next.len() * 7) % 97 {
            0 => text.push_str("’s"),
            1 | 2 => {
                text.push('-');
                continue;
            }
            3..=7 => text.push(','),
            _ => {}
        }
        if sentence >= 21 {
            sentence = 0;
            text.push_str(if words % 3 == 0 { ".\n\n" } else { ". " });
        } else {
            text.push(' ');
        }
    }
    Article { title, text }
}

impl Article {
    pub fn input(&self) -> MatchInput<'_> {
        MatchInput {
            title: &self.title,
            text: &self.text,
            lede: "",
            quotes: &[],
            captions: &[],
            byline: &[],
            language: None,
            outlet: "",
            feed: "",
            tags: &[],
            url: "",
        }
    }

    pub fn whole(&self) -> String {
        format!("{}\n\n{}", self.title, self.text)
    }
}

impl Term {
    pub fn text(&self) -> String {
        self.text.clone()
    }

    fn query(&self) -> String {
        match (self.prefix, self.text.contains(' ')) {
            (true, _) => format!("{}*", self.text),
            (false, true) => format!("\"{}\"", self.text),
            (false, false) => self.text.clone(),
        }
    }
}

impl TopicShape {
    pub fn query(&self) -> String {
        let group = |terms: &[Term]| {
            let terms: Vec<String> = terms.iter().map(Term::query).collect();
            format!("({})", terms.join(" OR "))
        };
        match self {
            Self::Any(terms) => group(terms),
            Self::All(groups) => groups.iter().map(|terms| group(terms)).collect::<Vec<_>>().join(" AND "),
            Self::Near(left, right) => format!("{} NEAR/{DISTANCE} {}", group(left), group(right)),
            Self::Without(prefix, with, without) => {
                format!("{} {} NOT {}", prefix.query(), with.query(), without.query())
            }
        }
    }

    pub fn terms(&self) -> Box<dyn Iterator<Item = &Term> + '_> {
        match self {
            Self::Any(terms) => Box::new(terms.iter()),
            Self::All(groups) => Box::new(groups.iter().flatten()),
            Self::Near(left, right) => Box::new(left.iter().chain(right)),
            Self::Without(prefix, with, without) => Box::new([prefix, with, without].into_iter()),
        }
    }

    /// Decides on where terms begin, in bytes of the whole text.
    pub fn holds<'a>(&self, places: &dyn Fn(&Term) -> &'a [usize]) -> bool {
        let any = |terms: &[Term]| terms.iter().any(|term| !places(term).is_empty());
        match self {
            Self::Any(terms) => any(terms),
            Self::All(groups) => groups.iter().all(|terms| any(terms)),
            Self::Near(left, right) => left.iter().flat_map(places).any(|one| {
                right.iter().flat_map(places).any(|other| one.abs_diff(*other) <= DISTANCE_BYTES && one != other)
            }),
            Self::Without(prefix, with, without) => {
                !places(prefix).is_empty() && !places(with).is_empty() && places(without).is_empty()
            }
        }
    }
}
