//! The `[terms]` tables of all topics files → the named groups that queries may use, each checked whether used or not.
//! Finds names that are unknown and names that lead back to themselves; what a definition means is the topic module's.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::check::Placed;
use super::options::At;
use super::problem::{Problem, Reach, Source};
use crate::model::{NamedGroup, Terms};
use crate::topic::{self, GroupUse, QueryError};

/// One line of a `[terms]` table; placed at its name.
#[derive(Clone, Debug)]
pub struct Definition {
    pub name: String,
    pub query: At<String>,
}

/// Every named group of a folder.
#[derive(Debug, Default)]
pub struct Groups {
    pub terms: Terms,
    /// Names that a definition uses itself.
    uses: HashMap<String, Vec<String>>,
    /// Names whose definitions are wrong, or use one that is: told at the definition, and not again wherever it is used.
    broken: HashSet<String>,
}

/// How far the walk along the names has come with a definition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Walk {
    Ahead,
    Under,
    Done,
}

impl Groups {
    /// Checks the definitions. Of one that stands twice the first counts here; that it does is told elsewhere.
    pub fn of(definitions: &[Placed<Definition>], problems: &mut Vec<Problem>) -> Self {
        let group = |placed: &Placed<Definition>| {
            let Definition { name, query } = &placed.value;
            Arc::new(NamedGroup { name: name.clone(), query: query.value.clone() })
        };
        let mut groups = Self { terms: definitions.iter().map(group).collect(), ..Self::default() };
        let mut uses: HashMap<&str, (usize, Vec<GroupUse>)> = HashMap::new();
        for (index, placed) in definitions.iter().enumerate() {
            let Definition { name, query } = &placed.value;
            let used = topic::groups_used(&query.value).unwrap_or_else(|fault| {
                problems.push(Problem::of_query(&placed.source, query, &fault));
                groups.broken.insert(name.clone());
                Vec::new()
            });
            uses.entry(name).or_insert((index, used));
        }
        for (name, (_, used)) in &uses {
            groups.uses.insert((*name).to_owned(), used.iter().map(|used| used.name.clone()).collect());
        }
        let mut walked = vec![Walk::Ahead; definitions.len()];
        for (index, placed) in definitions.iter().enumerate() {
            let first = uses[placed.value.name.as_str()].0;
            if first == index && walked[index] == Walk::Ahead {
                groups.walk(index, definitions, &uses, &mut walked, problems);
            }
        }
        groups
    }

    /// Checks a definition, those that it uses before it. No recursion: a chain may be as long as the files.
    fn walk(
        &mut self,
        start: usize,
        definitions: &[Placed<Definition>],
        uses: &HashMap<&str, (usize, Vec<GroupUse>)>,
        walked: &mut [Walk],
        problems: &mut Vec<Problem>,
    ) {
        let mut path = vec![(start, 0)];
        walked[start] = Walk::Under;
        while let Some((at, next)) = path.last_mut() {
            let Placed { value, source, .. } = &definitions[*at];
            let Some(used) = uses[value.name.as_str()].1.get(*next) else {
                walked[*at] = Walk::Done;
                path.pop();
                self.check_definition(value, source, problems);
                continue;
            };
            *next += 1;
            let Some(&(other, _)) = uses.get(used.name.as_str()) else { continue };
            match walked[other] {
                Walk::Done => {}
                Walk::Ahead => {
                    walked[other] = Walk::Under;
                    path.push((other, 0));
                }
                Walk::Under => {
                    let from = path.iter().position(|(outer, _)| *outer == other).unwrap_or(0);
                    let mut round: Vec<&str> =
                        path[from..].iter().map(|(at, _)| definitions[*at].value.name.as_str()).collect();
                    round.push(&used.name);
                    let files = path[from..].iter().map(|(at, _)| &definitions[*at].source.name);
                    let fault =
                        QueryError { start: used.span.start, end: used.span.end, message: topic::circle(&round) };
                    let mut problem = Problem::of_query(source, &value.query, &fault);
                    if files.into_iter().any(|name| *name != source.name) {
                        problem.reach = Reach::Groups;
                    }
                    problems.push(problem);
                    self.broken.insert(value.name.clone());
                }
            }
        }
    }

    fn check_definition(&mut self, value: &Definition, source: &Arc<Source>, problems: &mut Vec<Problem>) {
        if self.broken.contains(&value.name) {
            return;
        }
        let parsed = |text: &str, terms: &Terms| topic::parse_definition(text, terms).map(drop);
        if self.check(&value.query, source, parsed, problems).is_none() {
            self.broken.insert(value.name.clone());
        }
    }

    /// The groups that a query uses, these with those that they use themselves; none where it is wrong, or one of them is.
    pub fn check_query(&self, at: &At<String>, source: &Arc<Source>, problems: &mut Vec<Problem>) -> Option<Terms> {
        let parsed = |text: &str, terms: &Terms| topic::parse_query_with(text, terms).map(drop);
        let used = self.check(at, source, parsed, problems)?;
        let mut names: HashSet<&str> = HashSet::new();
        let mut ahead: Vec<&str> = used.iter().map(|used| used.name.as_str()).collect();
        while let Some(name) = ahead.pop() {
            if names.insert(name) {
                ahead.extend(self.uses.get(name).into_iter().flatten().map(String::as_str));
            }
        }
        Some(names.into_iter().filter_map(|name| self.terms.get(name)).cloned().collect())
    }

    fn check(
        &self,
        at: &At<String>,
        source: &Arc<Source>,
        parse: impl FnOnce(&str, &Terms) -> Result<(), QueryError>,
        problems: &mut Vec<Problem>,
    ) -> Option<Vec<GroupUse>> {
        let used = topic::groups_used(&at.value).map_err(|fault| vec![fault]);
        let faults = match &used {
            Err(faults) => faults.clone(),
            Ok(used) => {
                let unknown = used.iter().filter(|used| self.terms.get(&used.name).is_none());
                let told = |used: &GroupUse| QueryError {
                    start: used.span.start,
                    end: used.span.end,
                    message: topic::unknown_group(&used.name, &self.terms),
                };
                let unknown: Vec<_> = unknown.map(told).collect();
                if unknown.is_empty() && used.iter().any(|used| self.broken.contains(&used.name)) {
                    return None;
                }
                if unknown.is_empty() { parse(&at.value, &self.terms).err().into_iter().collect() } else { unknown }
            }
        };
        let reach = if used.as_ref().is_ok_and(|used| !used.is_empty()) { Reach::Groups } else { Reach::File };
        for fault in &faults {
            problems.push(Problem { reach, ..Problem::of_query(source, at, fault) });
        }
        used.ok().filter(|_| faults.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::load::tests::{folder, nothing, told};
    use super::super::{keep_last_good, load, load_topics, load_with_last_good};

    fn queries(topics: &[std::sync::Arc<crate::model::Topic>]) -> Vec<&str> {
        topics.iter().map(|topic| topic.query.as_str()).collect()
    }

    #[test]
    fn a_group_of_one_file_is_used_in_another() {
        let dir = folder(&[
            ("topics/a.toml", "[[topic]]\nquery = 'wall @presidents'\n"),
            (
                "topics/b.toml",
                "[terms]\npresidents = '@us OR \"Peña Nieto\"'\nus = 'Trump'\nidle = 'x'\n\
                 [[topic]]\nquery = 'x'\n[topic.score]\nthreshold = 1\nterms = [{ match = '@us' }]\n",
            ),
            ("topics/c.toml", "[[topic]]\nquery = 'mail a@us.example'\n"),
            ("topics/terms.toml", "[terms]\nlone = 'no topic in this file'\n"),
        ]);
        let settings = load(dir.path(), &nothing).settings.expect("no problem");
        let names = |terms: &crate::model::Terms| -> Vec<String> { terms.iter().map(|g| g.name.clone()).collect() };
        let used: Vec<_> = settings.topics.iter().map(|topic| names(&topic.terms)).collect();
        assert_eq!(used, [vec!["presidents", "us"], vec!["us"], vec![]]);
        assert_eq!(names(&settings.terms), ["idle", "lone", "presidents", "us"]);
        assert!(crate::topic::RuleSet::compile(&settings.topics).is_ok());
        let topics = load_topics(&dir.path().join("topics")).expect("no problem");
        assert_eq!(topics, settings.topics, "match reads the same");
        let alone = load_topics(&dir.path().join("topics/a.toml")).expect_err("it lacks the group");
        assert!(alone[0].to_string().contains("a.toml:2:15: there is no group @presidents"), "{}", alone[0]);
    }

    #[test]
    fn a_rule_covers_the_groups_it_uses_and_no_other() {
        let rules = |terms: &str| -> Vec<String> {
            let topics = "[[topic]]\nid = 'plain'\nquery = 'wall'\n[[topic]]\nid = 'uses'\nquery = 'wall @a'\n";
            let dir = folder(&[("topics/t.toml", &format!("[terms]\n{terms}\n{topics}"))]);
            let settings = load(dir.path(), &nothing).settings.expect("no problem");
            settings.topics.iter().map(|topic| topic.rule()).collect()
        };
        let before = rules("a = '@b'\nb = 'x'\nc = 'y'");
        // SHA-256 of the query and three empty lists, as it was before there were groups.
        assert_eq!(before[0], "50b84ca24349b8b770e9f2b72e7d82ec76a4b2fa6ec421166462085364740df0");
        for (terms, changed) in [
            ("b = 'x'\na = '@b'\nc = 'y'", false),
            ("a = '@b'\nb = 'x'\nc = 'z'", false),
            ("a = '@b'\nb = 'x OR y'\nc = 'y'", true),
            ("a = '@c'\nb = 'x'\nc = 'x'", true),
        ] {
            let after = rules(terms);
            assert_eq!((after[0] != before[0], after[1] != before[1]), (false, changed), "{terms}");
        }
    }

    #[test]
    fn faults_are_told_once_at_their_place() {
        for (files, expected) in [
            (
                vec![("a", "[terms]\nx = 'a OR'\n[[topic]]\nquery = '@x'\n"), ("b", "[[topic]]\nquery = 'b @x'\n")],
                vec!["topics/a.toml:2:8: something must follow OR"],
            ),
            (
                vec![("a", "[terms]\nx = '''\na\n  \"b'''\n[[topic]]\nquery = 'q'\n")],
                vec!["topics/a.toml:4:3: this quotation mark is never closed"],
            ),
            (
                vec![("a", "[terms]\npresidents = 'x'\n[[topic]]\nquery = 'a OR @presidnts'\n")],
                vec!["topics/a.toml:4:15: there is no group @presidnts: did you mean @presidents?"],
            ),
            (
                vec![("a", "[terms]\nx = 'a @y'\n"), ("b", "[terms]\ny = 'b @z'\nz = 'c OR @x'\n")],
                vec!["topics/b.toml:3:11: @x → @y → @z → @x goes round"],
            ),
            (vec![("a", "[terms]\nx = 'a @x'\n[[topic]]\nquery = '@x'\n")], vec!["topics/a.toml:2:8: @x → @x goes"]),
            (
                vec![("a", "[terms]\nx = 'a'\n"), ("b", "[terms]\nx = 'b'\n")],
                vec!["topics/b.toml:2:1: the group \"x\" stands at topics/a.toml:2 already"],
            ),
            (vec![("a", "[terms]\n1x = 'a'\n")], vec!["topics/a.toml:2:1: \"1x\" is no name of a group"]),
            (vec![("a", "[terms]\nx = 3\n")], vec!["topics/a.toml:2:5: [terms] holds texts only: x = '…'"]),
            (vec![("a", "[terms]\nx = ''\n")], vec!["topics/a.toml:2:5: the query is empty"]),
            (vec![("a", "terms = 'a'\n")], vec!["topics/a.toml:1:9: `terms` is a table here"]),
            (
                vec![("a", "[terms]\nx = 'a b'\n[[topic]]\nquery = '@x NEAR/3 c'\n")],
                vec!["topics/a.toml:4:10: @x holds an AND"],
            ),
            (
                vec![(
                    "a",
                    "[terms]\nx = 'a'\n[[topic]]\nquery = '@x'\n[topic.score]\nthreshold = 1\nterms = [{ match = '@y' }]\n",
                )],
                vec!["topics/a.toml:7:21: there is no group @y: did you mean @x?"],
            ),
        ] {
            let named: Vec<_> = files.iter().map(|(name, text)| (format!("topics/{name}.toml"), *text)).collect();
            let files: Vec<_> = named.iter().map(|(name, text)| (name.as_str(), *text)).collect();
            let told = told(&files);
            assert_eq!(told.len(), expected.len(), "{}", told.join("\n"));
            for start in expected {
                assert!(told.iter().any(|line| line.starts_with(start)), "{start}\n{}", told.join("\n"));
            }
        }
    }

    #[test]
    fn a_broken_table_of_terms_keeps_its_last_good_version_and_freezes_nobody() {
        let dir = folder(&[
            ("wireroom.toml", "state_dir = \"state\"\n"),
            ("topics/terms.toml", "[terms]\nx = 'one'\n"),
            ("topics/uses.toml", "[[topic]]\nquery = 'a @x'\n"),
            ("topics/z.toml", "[[topic]]\nquery = 'z'\n"),
        ]);
        let write = |name: &str, text: &str| fs::write(dir.path().join("topics").join(name), text).expect("a file");
        let first = load_with_last_good(dir.path(), &nothing).expect("all good");
        keep_last_good(&first.settings.state_dir, &first.sources).expect("kept");
        write("uses.toml", "[[topic]]\nquery = 'b @x'\n");
        for broken in ["[terms]\nx = 'one OR'\n", "[terms\n"] {
            write("terms.toml", broken);
            let taken = load_with_last_good(dir.path(), &nothing).expect("a last good set");
            assert_eq!(queries(&taken.settings.topics), ["b @x", "z"], "a colleague's edit is in force");
            assert_eq!(taken.settings.topics[0].terms.get("x").map(|group| group.query.as_str()), Some("one"));
            let refused: Vec<_> = taken.refused.iter().map(ToString::to_string).collect();
            assert!(refused.len() == 1 && refused[0].starts_with("topics/terms.toml:"), "{refused:?}");
        }
        write("terms.toml", "[terms]\nx = 'two'\n");
        write("uses.toml", "[[topic]]\nquery = 'c @y'\n");
        write("new.toml", "[[topic]]\nquery = 'd @nobody'\n");
        write("z.toml", "[[topic]]\nquery = 'zz'\n");
        let taken = load_with_last_good(dir.path(), &nothing).expect("a last good set");
        let mut found = queries(&taken.settings.topics);
        found.sort_unstable();
        assert_eq!(found, ["a @x", "zz"], "what lacks its group is held back, and nothing else");
        assert_eq!(taken.refused.len(), 2, "{:?}", taken.refused);
    }
}
