//! What is kept of an article, and how a topic holds for it → the article's course through the stages, and where it stopped.
//! Touches nothing; what would happen to an article that was never seen is not told.

use jiff::Timestamp;
use serde::Serialize;

use super::decide::{HeldFor, held_for, instant_of};
use crate::model::{AlertId, DateSource, Feed, Language, Quality, Timing, Topic};
use crate::store::{Dossier, MatchRow, StoryAlert};
use crate::topic::{Explanation, FilterName, rounded};

/// A stage that an article passes on its way to an alert, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// In a feed.
    Seen,
    /// Fetched and read.
    Page,
    /// The topic's filters.
    Language,
    Outlet,
    Tag,
    Query,
    Score,
    /// The topic, as it is now, was in force when the article came.
    Rule,
    /// The topic is enabled.
    Enabled,
    /// Another article of the same report was not told before.
    Story,
    /// Not muted.
    Mute,
    /// Not over `max_per_hour`.
    Limit,
    /// Recorded as a match.
    Match,
    Told,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    pub at: Option<Timestamp>,
    pub stage: Stage,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// Where it stopped; `Told` where it did not.
    pub stage: Stage,
    pub told: Option<AlertId>,
    /// The verdict in words, to follow the topic's id and the article's name: what stopped it, or how it was told.
    pub outcome: String,
    pub steps: Vec<Step>,
}

/// An article, and a topic that is asked about it.
pub struct Case<'a> {
    pub topic: &'a Topic,
    pub explanation: &'a Explanation,
    pub dossier: &'a Dossier,
    /// The feed that it came from, as configured now.
    pub feed: Option<&'a Feed>,
    /// The rule that the daemon has in force, and since when.
    pub rule: Option<(&'a str, Timestamp)>,
    /// Whether the topic is an edit that is not in the configuration.
    pub edited: bool,
    pub now: Timestamp,
    /// How an instant is shown within a text.
    pub show: &'a dyn Fn(Timestamp) -> String,
}

/// How a topic, on its own, stopped at an article: no database needed.
pub fn stopped(explanation: &Explanation) -> Option<(Stage, String)> {
    if let Some(filter) = explanation.filters.iter().find(|filter| !filter.holds) {
        let asked = filter.asked.join(", ");
        return Some(match filter.name {
            FilterName::Languages => {
                (Stage::Language, format!("filtered by language: it is in {}, not in {asked}", filter.found))
            }
            FilterName::Outlets => (Stage::Outlet, format!("filtered by outlet: {}, not {asked}", filter.found)),
            FilterName::Tags => (Stage::Tag, format!("filtered by feed tag: {}, not {asked}", filter.found)),
        });
    }
    if !explanation.clauses.holds {
        let missing = explanation.missing().unwrap_or_default();
        return Some((Stage::Query, format!("the query is not met: {missing}")));
    }
    let score = explanation.score.as_ref().filter(|score| score.sum < score.threshold)?;
    Some((Stage::Score, format!("the score is {}, the threshold {}", rounded(score.sum), score.threshold)))
}

impl Case<'_> {
    pub fn course(&self) -> Course {
        let row = self.dossier.matches.iter().find(|row| row.topic == self.topic.id);
        let told = row.and_then(|row| row.alert.clone());
        let (stage, outcome) = self.outcome(row);
        let mut steps = vec![self.seen(), self.page(), self.words()];
        steps.extend(self.dossier.revisions.iter().filter(|(number, _)| *number > 1).map(|&(number, at)| {
            let shown = if number == self.dossier.article.revision { ", explained here" } else { "" };
            Step {
                at: Some(at),
                stage: Stage::Page,
                text: format!("other words were recorded: revision {number}{shown}"),
            }
        }));
        steps.extend(self.story());
        steps.extend(self.in_force(row));
        if let Some(row) = row {
            let rule = short(&row.rule);
            let text =
                format!("recorded as a match of revision {}, score {}, rule {rule}…", row.revision, rounded(row.score));
            steps.push(Step { at: Some(row.at), stage: Stage::Match, text });
        }
        let at = row.map(|row| row.at);
        let end = if stage == Stage::Told { outcome.clone() } else { format!("stopped: {outcome}") };
        steps.push(Step { at, stage, text: end });
        steps.extend(self.dossier.matches.iter().filter(|other| other.topic != self.topic.id).map(|other| {
            let how = match (&other.alert, &other.held) {
                (Some(alert), _) => format!("told as {alert}"),
                (None, Some(reason)) => format!("held: {reason}"),
                (None, None) => "recorded".to_owned(),
            };
            Step { at: Some(other.at), stage: Stage::Match, text: format!("another topic, {}: {how}", other.topic) }
        }));
        Course { stage, told, outcome, steps }
    }

    fn seen(&self) -> Step {
        let article = &self.dossier.article;
        let published = match article.published {
            Some(at) => {
                let from = match article.published_from {
                    DateSource::Feed => "by the feed's date",
                    DateSource::Page => "by the page's date",
                    DateSource::FirstSeen => "taken for the time it was seen",
                };
                format!("published {} {from}", (self.show)(at))
            }
            None => "not dated".to_owned(),
        };
        let timing = match article.timing {
            Timing::New => "",
            Timing::Backlog => "; backlog: it stood in the feed at its first visit",
            Timing::Old => "; old: published long before",
        };
        let text = format!("first seen in feed {} ({}), {published}{timing}", article.feed, article.outlet);
        Step { at: Some(article.first_seen), stage: Stage::Seen, text }
    }

    fn page(&self) -> Step {
        let article = &self.dossier.article;
        let text = match (self.page_fault(), article.fetched) {
            (Some(fault), _) => fault,
            (None, _) => "page fetched: the whole article".to_owned(),
        };
        let recorded = self.dossier.revisions.first().map(|(_, at)| *at);
        Step { at: article.fetched.or(recorded), stage: Stage::Page, text }
    }

    /// Why the words are not those of the whole page.
    fn page_fault(&self) -> Option<String> {
        let (article, page) = (&self.dossier.article, &self.dossier.page);
        let error = page.error.as_deref().unwrap_or("no answer");
        if article.fetched.is_some() {
            let what = match article.quality {
                Quality::Full => return None,
                Quality::Teaser => "it shows only the beginning of the article",
                Quality::Consent => "it shows a consent or login wall",
                Quality::Empty => "it shows no text",
                Quality::NotHtml => "it is no HTML page",
            };
            let why = page.error.as_deref().filter(|why| *why != article.quality.as_str()).unwrap_or(what);
            let again = page.due.map(|due| format!("; it is read again at {}", (self.show)(due)));
            return Some(format!("page fetched, but {why}{}", again.unwrap_or_default()));
        }
        if self.dossier.revisions.last().is_some_and(|(last, _)| *last > article.revision && article.revision > 0) {
            return Some(format!("page not fetched when revision {} was recorded", article.revision));
        }
        if page.given_up {
            return Some(format!("page not fetched, and not tried again: {error}"));
        }
        if let Some(due) = page.due {
            let when =
                if due <= self.now { "it is due now".to_owned() } else { format!("tried at {}", (self.show)(due)) };
            return Some(match page.attempts {
                0 => format!("page not fetched yet: {when}"),
                1 => format!("page not fetched yet: {error}; {when}"),
                tries => format!("page not fetched yet: {error} ({tries} tries so far); {when}"),
            });
        }
        Some(match self.feed {
            _ if article.url.is_empty() => "page not fetched: the feed gives no address".to_owned(),
            Some(feed) if !feed.pages => "page not fetched: the feed is set to pages = false".to_owned(),
            Some(_) => "page not fetched: it was pages = false or had no readable address then".to_owned(),
            None => "page not fetched: its feed is not configured any more".to_owned(),
        })
    }

    fn words(&self) -> Step {
        let article = &self.dossier.article;
        let language = match &article.language {
            Some(Language { code, sure: true }) => format!("language {code}, sure"),
            Some(Language { code, sure: false }) => format!("language {code}, not sure: languages do not exclude it"),
            None => "language not known: languages do not exclude it".to_owned(),
        };
        let read = article.fetched.is_some() && matches!(article.quality, Quality::Full | Quality::Teaser);
        let from = if read { "its page" } else { "its feed" };
        let letters = article.text.chars().count();
        Step { at: None, stage: Stage::Language, text: format!("{letters} letters of text from {from}; {language}") }
    }

    fn story(&self) -> Option<Step> {
        let story = self.dossier.story.as_ref().filter(|story| story.as_str() != self.dossier.article.id.as_str())?;
        let earlier = self.earlier_in_story();
        let text = match earlier {
            Some(told) => format!("{}: told at {} as {}", same(told), (self.show)(told.at), told.alert),
            None => format!("the same report as {story}, of which this topic was told nothing"),
        };
        Some(Step { at: None, stage: Stage::Story, text })
    }

    fn earlier_in_story(&self) -> Option<&StoryAlert> {
        let own = &self.dossier.article.id;
        self.dossier.story_told.iter().find(|told| told.topic == self.topic.id && told.article != *own)
    }

    /// The rule in force, and whether it is the one that is explained.
    fn in_force(&self, row: Option<&MatchRow>) -> Option<Step> {
        let (rule, since) = self.rule?;
        let mut text = format!("rule {}… of {} is in force since then", short(rule), self.topic.id);
        if self.topic.rule() != rule {
            text.push_str(&format!("; explained is an edit of it, rule {}…", short(&self.topic.rule())));
        } else if row.is_some_and(|row| row.rule != rule) {
            text.push_str("; it was edited after the match, which is of an earlier rule");
        }
        Some(Step { at: Some(since), stage: Stage::Rule, text })
    }

    fn outcome(&self, row: Option<&MatchRow>) -> (Stage, String) {
        let show = self.show;
        if let Some(MatchRow { alert: Some(alert), at, rule, .. }) = row {
            let earlier = if self.explanation.holds {
                ""
            } else if *rule == self.topic.rule() {
                ", in an earlier revision"
            } else {
                ", by an earlier rule"
            };
            return (Stage::Told, format!("told as {alert} at {}{earlier}", show(*at)));
        }
        if let Some((stage, why)) = stopped(self.explanation) {
            // A filter would exclude it whatever its page says.
            return match self.page_fault().filter(|_| stage >= Stage::Query) {
                Some(fault) => (Stage::Page, format!("{fault}; by the words that are had, {why}")),
                None => (stage, why),
            };
        }
        if let Some(reason) = row.and_then(|row| row.held.as_deref()) {
            return self.held(reason);
        }
        self.unrecorded()
    }

    fn held(&self, reason: &str) -> (Stage, String) {
        let show = self.show;
        match held_for(reason) {
            HeldFor::Disabled => (Stage::Enabled, self.disabled().to_owned()),
            HeldFor::Mute => (
                Stage::Mute,
                instant_of(reason).map_or_else(|| reason.to_owned(), |at| format!("muted until {}", show(at))),
            ),
            HeldFor::NewerTopic => {
                let since = instant_of(reason).map_or_else(|| "later".to_owned(), show);
                let seen = show(self.dossier.article.first_seen);
                let text = format!(
                    "the topic is newer than the article: its rule is in force since {since}, first seen {seen}"
                );
                (Stage::Rule, text)
            }
            HeldFor::Duplicate => match self.earlier_in_story() {
                Some(told) => (Stage::Story, format!("{}, told as {} at {}", same(told), told.alert, show(told.at))),
                None => (Stage::Story, reason.to_owned()),
            },
            HeldFor::Limit => (Stage::Limit, format!("{reason} = {}", self.topic.max_per_hour)),
            HeldFor::Other => (Stage::Match, reason.to_owned()),
        }
    }

    fn disabled(&self) -> &'static str {
        if self.topic.enabled {
            "the topic was disabled when it was read"
        } else {
            "the topic is disabled (enabled = false)"
        }
    }

    /// It holds, but no match is recorded.
    fn unrecorded(&self) -> (Stage, String) {
        let Some(&(_, read)) = self.dossier.revisions.last() else {
            let fault = self.page_fault().unwrap_or_default();
            return (Stage::Page, format!("{fault}; until then, or until page_wait is over, it is not matched"));
        };
        if self.edited {
            return (Stage::Rule, "this edit of the topic is not in force".to_owned());
        }
        if !self.topic.enabled {
            return (Stage::Enabled, self.disabled().to_owned());
        }
        match self.rule {
            None => (Stage::Rule, "the topic is not in force: the daemon has not taken it up yet".to_owned()),
            Some((rule, _)) if rule != self.topic.rule() => {
                (Stage::Rule, "the topic was edited, and the daemon has not taken the edit up yet".to_owned())
            }
            Some((_, since)) if since > read => {
                let (since, read) = ((self.show)(since), (self.show)(read));
                let text =
                    format!("the topic is newer than the article: its rule is in force since {since}, read {read}");
                (Stage::Rule, text)
            }
            Some(_) => {
                let text = "no match was recorded when it was read: the words then, or the program, were others";
                (Stage::Match, text.to_owned())
            }
        }
    }
}

fn same(told: &StoryAlert) -> String {
    format!("the same report as “{}” ({})", told.title, told.outlet)
}

fn short(rule: &str) -> &str {
    rule.get(..12).unwrap_or(rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visit::decide;

    #[test]
    fn the_stages_are_in_the_order_of_the_pipeline() {
        assert!(Stage::Seen < Stage::Page && Stage::Page < Stage::Tag && Stage::Tag < Stage::Query);
        assert_eq!(serde_json::to_value(Stage::Query).expect("a name"), "query");
    }

    #[test]
    fn a_recorded_reason_is_known_again() {
        for (reason, expected) in [
            ("disabled", HeldFor::Disabled),
            ("over max_per_hour", HeldFor::Limit),
            ("muted until 2026-12-01T00:00:00Z", HeldFor::Mute),
            ("the same report as a3kq", HeldFor::Duplicate),
            (
                "the topic, as it is now, holds for articles first seen from 2026-12-01T00:00:00Z on",
                HeldFor::NewerTopic,
            ),
            ("rained off", HeldFor::Other),
        ] {
            assert_eq!(decide::held_for(reason), expected, "{reason}");
        }
    }
}
