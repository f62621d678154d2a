//! Lines of the alert log → what was done to them: each fault with its place and its number. Goes on after a fault, so that
//! one changed line is one fault.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;

use super::{HASH_MEMBER, Head, hex};

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Damaged beyond reading, or no line of the log at all.
    NotAnAlert {
        why: String,
    },
    /// The last line has no end.
    Torn,
    Changed {
        seq: u64,
    },
    /// Its own hash holds, but it was not sealed after the line before.
    OtherPrev {
        seq: u64,
    },
    Removed {
        first: u64,
        last: u64,
    },
    /// It stands behind that one.
    Reordered {
        seq: u64,
        after: u64,
    },
    /// Another line has its number already.
    Inserted {
        seq: u64,
    },
    /// Alerts that are known of stand after the end.
    Cut {
        first: u64,
        last: u64,
        known_from: String,
    },
    /// The line of that number is another one than is known.
    Other {
        seq: u64,
        known_from: String,
    },
}

/// A fault and its place: `file:line`, or nothing where a line is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub place: Option<String>,
    pub wrong: Wrong,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        let alerts = |first: u64, last: u64| match last - first {
            0 => format!("alert {first}"),
            _ => format!("alerts {first} to {last}"),
        };
        let are = |first: u64, last: u64| if first == last { "is" } else { "are" };
        match &self.wrong {
            Wrong::NotAnAlert { why } => write!(f, "is no alert: {why}"),
            Wrong::Torn => write!(f, "the last line is torn"),
            Wrong::Changed { seq } => write!(f, "alert {seq} was changed: its hash does not hold"),
            Wrong::OtherPrev { seq } => write!(
                f,
                "alert {seq} does not follow alert {}: one of them was changed and sealed again",
                seq.saturating_sub(1)
            ),
            Wrong::Removed { first, last } => {
                write!(f, "{} {} missing: removed", alerts(*first, *last), are(*first, *last))
            }
            Wrong::Reordered { seq, after } => write!(f, "alert {seq} stands after alert {after}: reordered"),
            Wrong::Inserted { seq } => write!(f, "a second line has the number {seq}: one of them was inserted"),
            Wrong::Cut { first, last, known_from } => write!(
                f,
                "{} {} missing at the end, {known_from} knows of alert {last}: its tail was cut",
                alerts(*first, *last),
                are(*first, *last)
            ),
            Wrong::Other { seq, known_from } => write!(f, "alert {seq} is not the one that {known_from} knows"),
        }
    }
}

#[derive(Deserialize)]
struct Link<'a> {
    seq: u64,
    #[serde(borrow)]
    prev: std::borrow::Cow<'a, str>,
}

/// Takes the lines in order.
#[derive(Debug)]
pub struct Verifier {
    /// The first number that counts.
    from: u64,
    head: Option<Head>,
    /// Hashes of further lines that have the head's number.
    rivals: Vec<String>,
    /// Numbers passed over.
    missing: BTreeSet<u64>,
    /// Lines that could not be read since the head.
    unread: u64,
    lines: u64,
    first: Option<u64>,
    faults: Vec<Fault>,
    /// Hashes at the numbers that were asked for.
    marks: BTreeMap<u64, Option<String>>,
}

impl Verifier {
    /// From the alert of that number on; `marks` are numbers whose hash is wanted afterwards.
    pub fn new(from: u64, marks: impl IntoIterator<Item = u64>) -> Self {
        Self {
            from: from.max(1),
            head: (from <= 1).then(Head::genesis),
            rivals: Vec::new(),
            missing: BTreeSet::new(),
            unread: 0,
            lines: 0,
            first: None,
            faults: Vec::new(),
            marks: marks.into_iter().map(|seq| (seq, None)).collect(),
        }
    }

    /// The next line, without its end; `place` says where it stands.
    pub fn line(&mut self, line: &str, place: impl Fn() -> String) {
        let fault = |wrong| Fault { place: Some(place()), wrong };
        let (link, body, hash) = match parse(line) {
            Ok(parts) => parts,
            Err(why) => {
                if self.first.is_some() || self.from <= 1 {
                    self.lines += 1;
                    self.unread += 1;
                    self.faults.push(fault(Wrong::NotAnAlert { why }));
                }
                return;
            }
        };
        let whole = hex(body) == hash;
        // What was changed may be the number: the line still follows the one before.
        let seq = match &self.head {
            Some(head) if !whole && link.prev == head.hash => head.seq.saturating_add(1),
            _ => link.seq,
        };
        if seq < self.from {
            return;
        }
        self.lines += 1;
        self.first.get_or_insert(seq);
        if !whole {
            self.faults.push(fault(Wrong::Changed { seq }));
        }
        if let Some(mark) = self.marks.get_mut(&seq).filter(|_| whole) {
            mark.get_or_insert_with(|| hash.to_owned());
        }
        let next = Head { seq, hash: hash.to_owned() };
        let Some(head) = self.head.as_ref() else {
            if seq > self.from {
                self.missing.extend(self.from..seq);
            }
            self.head = Some(next);
            return;
        };
        if seq == head.seq.saturating_add(1) && seq > head.seq {
            let follows = link.prev == head.hash || self.rivals.iter().any(|rival| *rival == link.prev);
            if !follows && whole {
                self.faults.push(fault(Wrong::OtherPrev { seq }));
            }
        } else if seq > head.seq {
            // A line that could not be read was the missing one.
            let first = head.seq + 1 + self.unread.min(seq - head.seq - 1);
            self.missing.extend(first..seq.min(first.saturating_add(MAX_MISSING)));
        } else {
            if self.missing.remove(&seq) {
                self.faults.push(fault(Wrong::Reordered { seq, after: head.seq }));
            } else {
                self.faults.push(fault(Wrong::Inserted { seq }));
                if seq == head.seq {
                    self.rivals.push(next.hash);
                }
            }
            return;
        }
        self.unread = 0;
        self.rivals.clear();
        self.head = Some(next);
    }

    /// The input ended within a line.
    pub fn torn(&mut self, place: String) {
        self.faults.push(Fault { place: Some(place), wrong: Wrong::Torn });
    }

    pub fn fault(&mut self, place: String, why: String) {
        self.faults.push(Fault { place: Some(place), wrong: Wrong::NotAnAlert { why } });
    }

    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// The number of the first line that counted.
    pub fn first(&self) -> Option<u64> {
        self.first
    }

    pub fn head(&self) -> Head {
        self.head.clone().unwrap_or_else(Head::genesis)
    }

    /// The hash of a line that was asked for; none where it is not there, or not as it was sealed.
    pub fn hash_at(&self, seq: u64) -> Option<&str> {
        self.marks.get(&seq)?.as_deref()
    }

    /// An end that is known from elsewhere must be there.
    pub fn expect(&mut self, known: &Head, known_from: &str) {
        let head = self.head();
        let known_from = known_from.to_owned();
        if known.seq < self.from || known.seq == 0 {
        } else if head.seq < known.seq {
            let first = head.seq.saturating_add(1).max(self.from);
            self.faults.push(Fault { place: None, wrong: Wrong::Cut { first, last: known.seq, known_from } });
        } else if self.hash_at(known.seq).is_some_and(|hash| hash != known.hash) {
            self.faults.push(Fault { place: None, wrong: Wrong::Other { seq: known.seq, known_from } });
        }
    }

    /// Alerts before the first one are vouched for otherwise, by a signature over a later one.
    pub fn excuse_before_first(&mut self) {
        if let Some(first) = self.first {
            self.missing = self.missing.split_off(&first);
        }
    }

    /// Every fault, in the order of the lines; what is missing last.
    pub fn end(self) -> Vec<Fault> {
        let mut faults = self.faults;
        let mut missing = self.missing.into_iter().peekable();
        let mut gaps = Vec::new();
        while let Some(first) = missing.next() {
            let mut last = first;
            while missing.peek() == Some(&(last + 1)) {
                last += 1;
                missing.next();
            }
            gaps.push(Fault { place: None, wrong: Wrong::Removed { first, last } });
        }
        let at = faults.iter().position(|fault| matches!(fault.wrong, Wrong::Cut { .. } | Wrong::Other { .. }));
        let at = at.unwrap_or(faults.len());
        faults.splice(at..at, gaps);
        faults
    }
}

/// Numbers of one gap that are remembered; a forged number must not fill the memory.
const MAX_MISSING: u64 = 1_000_000;

fn parse(line: &str) -> Result<(Link<'_>, &str, &str), String> {
    let (body, hash) = line.rsplit_once(HASH_MEMBER).ok_or("no `hash` at its end")?;
    let hash = hash.strip_suffix("\"}").ok_or("no `hash` at its end")?;
    let link = serde_json::from_str(line).map_err(|error| error.to_string())?;
    Ok((link, body, hash))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{alert, chain};
    use super::super::{GENESIS, seal};
    use super::*;

    fn verify_from<'a>(from: u64, lines: impl IntoIterator<Item = &'a String>, known: Option<&Head>) -> Vec<String> {
        let mut verifier = Verifier::new(from, known.map(|head| head.seq));
        for (number, line) in lines.into_iter().enumerate() {
            verifier.line(line, || format!("f:{}", number + 1));
        }
        if let Some(known) = known {
            verifier.expect(known, "the database");
        }
        verifier.end().iter().map(ToString::to_string).collect()
    }

    fn verify<'a>(lines: impl IntoIterator<Item = &'a String>) -> Vec<String> {
        verify_from(1, lines, None)
    }

    #[test]
    fn every_way_to_tamper_is_named_by_its_number_once() {
        let lines = chain(9);
        assert_eq!(verify(&lines), [""; 0]);
        let mut changed = lines.clone();
        changed[1] = changed[1].replace("message", "massage");
        assert_eq!(verify(&changed), ["f:2: alert 2 was changed: its hash does not hold"]);
        let mut renumbered = lines.clone();
        renumbered[1] = renumbered[1].replace("\"seq\":2", "\"seq\":77");
        assert_eq!(verify(&renumbered), ["f:2: alert 2 was changed: its hash does not hold"]);
        let without = |gone: &[usize]| {
            let kept = lines.iter().enumerate().filter(|(at, _)| !gone.contains(at));
            kept.map(|(_, line)| line.clone()).collect::<Vec<_>>()
        };
        assert_eq!(verify(&without(&[1])), ["alert 2 is missing: removed"]);
        assert_eq!(verify(&without(&[0, 4, 5])), ["alert 1 is missing: removed", "alerts 5 to 6 are missing: removed"]);
        let mut swapped = lines.clone();
        swapped.swap(1, 2);
        assert_eq!(verify(&swapped), ["f:3: alert 2 stands after alert 3: reordered"]);
        let mut moved = lines.clone();
        let last = moved.pop().expect("a line");
        moved.insert(3, last);
        assert!(verify(&moved).iter().all(|fault| fault.contains("reordered")), "{:?}", verify(&moved));
        let mut damaged = lines.clone();
        damaged[3].truncate(40);
        let found = verify(&damaged);
        assert!(found.len() == 1 && found[0].starts_with("f:4: is no alert"), "{found:?}");
        let mut junk = lines.clone();
        junk.insert(4, "junk".to_owned());
        let found = verify(&junk);
        assert!(found.len() == 1 && found[0].starts_with("f:5: is no alert"), "{found:?}");
    }

    #[test]
    fn forged_lines_are_found_whatever_they_say_of_themselves() {
        let lines = chain(6);
        let hash_of = |line: &String| line[line.len() - 66..line.len() - 2].to_owned();
        // Sealed after the right line, beside the real one, before or behind it.
        let forged = seal(&mut alert("forged"), 3, &hash_of(&lines[1])).line;
        for at in [2, 3] {
            let mut inserted = lines.clone();
            inserted.insert(at, forged.clone());
            let found = verify(&inserted);
            assert_eq!(found, ["f:4: a second line has the number 3: one of them was inserted"], "at {at}");
        }
        let mut replaced = lines.clone();
        replaced[2] = forged;
        let found = verify(&replaced);
        assert_eq!(found, ["f:4: alert 4 does not follow alert 3: one of them was changed and sealed again"]);
        let mut foreign = lines.clone();
        foreign[1] = seal(&mut alert("forged"), 2, GENESIS).line;
        assert_eq!(verify(&foreign).len(), 2, "{:?}", verify(&foreign));
    }

    #[test]
    fn a_cut_tail_and_another_end_are_found_by_what_is_known() {
        let lines = chain(6);
        let hash = lines[5][lines[5].len() - 66..lines[5].len() - 2].to_owned();
        let known = Head { seq: 6, hash };
        assert_eq!(verify_from(1, &lines, Some(&known)), [""; 0]);
        assert_eq!(
            verify_from(1, &lines[..4], Some(&known)),
            ["alerts 5 to 6 are missing at the end, the database knows of alert 6: its tail was cut"]
        );
        assert_eq!(verify_from(1, &[], Some(&known)).len(), 1);
        // Sealed again from the beginning: whole in itself.
        let mut head = Head::genesis();
        let other: Vec<String> = (1..=6)
            .map(|seq| {
                let sealed = seal(&mut alert("other"), seq, &head.hash);
                head = Head { seq, hash: sealed.hash };
                sealed.line
            })
            .collect();
        assert_eq!(verify(&other), [""; 0]);
        assert_eq!(verify_from(1, &other, Some(&known)), ["alert 6 is not the one that the database knows"]);
    }

    #[test]
    fn a_part_is_verified_from_any_line() {
        let lines = chain(6);
        assert_eq!(verify_from(4, &lines, None), [""; 0]);
        assert_eq!(verify_from(4, &lines[3..], None), [""; 0]);
        assert_eq!(verify_from(4, &lines[4..], None), ["alert 4 is missing: removed"]);
        assert_eq!(verify(&lines[3..]), ["alerts 1 to 3 are missing: removed"]);
        let mut changed = lines;
        changed[4] = changed[4].replace("message", "massage");
        assert_eq!(verify_from(4, &changed, None).len(), 1);
    }

    #[test]
    fn numbers_beyond_all_bounds_are_faults_like_others() {
        let mut lines = chain(2);
        lines.push(seal(&mut alert("forged"), u64::MAX, GENESIS).line);
        lines.push(seal(&mut alert("forged"), u64::MAX, GENESIS).line);
        assert!(verify(&lines).len() >= 2, "{:?}", verify(&lines));
    }

    proptest::proptest! {
        /// Whatever lines are taken away, moved or doubled: never quiet, unless they stand as they stood.
        #[test]
        fn no_other_order_passes(order in proptest::collection::vec(0usize..6, 0..9)) {
            let lines = chain(6);
            let known = Head { seq: 6, hash: lines[5][lines[5].len() - 66..lines[5].len() - 2].to_owned() };
            let picked: Vec<String> = order.iter().map(|at| lines[*at].clone()).collect();
            let whole = order == [0, 1, 2, 3, 4, 5];
            proptest::prop_assert_eq!(verify_from(1, &picked, Some(&known)).is_empty(), whole);
        }
    }
}
