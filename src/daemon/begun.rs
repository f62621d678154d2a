//! Tasks under way, and what each was begun for.

use rustc_hash::{FxHashMap, FxHashSet};
use tokio::task::Id;

use crate::model::{ArticleId, FeedId};

/// What a task was begun for, should it not come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Visit(FeedId),
    Push(FeedId),
    Page(ArticleId),
}

impl What {
    /// The feed whose state it writes.
    fn feed(&self) -> Option<&FeedId> {
        match self {
            Self::Visit(feed) | Self::Push(feed) => Some(feed),
            Self::Page(_) => None,
        }
    }
}

#[derive(Debug, Default)]
pub struct Begun {
    tasks: FxHashMap<Id, What>,
    /// No feed has two tasks that write its state.
    feeds: FxHashSet<FeedId>,
}

impl Begun {
    pub fn note(&mut self, task: Id, what: What) {
        self.feeds.extend(what.feed().cloned());
        self.tasks.insert(task, what);
    }

    pub fn end(&mut self, task: Id) -> Option<What> {
        let what = self.tasks.remove(&task)?;
        if let Some(feed) = what.feed() {
            self.feeds.remove(feed);
        }
        Some(what)
    }

    /// Whether a feed is being visited, or takes in a push.
    pub fn writes(&self, feed: &FeedId) -> bool {
        self.feeds.contains(feed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_feed_is_under_way_until_its_task_ends() {
        let task = || tokio::spawn(async {}).id();
        let (visit, push, page) = (task(), task(), task());
        let mut begun = Begun::default();
        begun.note(visit, What::Visit("daily".into()));
        begun.note(push, What::Push("wire".into()));
        begun.note(page, What::Page(ArticleId("daily".to_owned())));
        let under_way = |begun: &Begun| ["daily", "wire"].map(|feed| begun.writes(&feed.into()));
        assert_eq!(under_way(&begun), [true, true]);
        assert_eq!(begun.end(visit), Some(What::Visit("daily".into())));
        assert_eq!((begun.end(visit), under_way(&begun)), (None, [false, true]));
        begun.end(push);
        assert_eq!(under_way(&begun), [false, false]);
        assert_eq!(begun.end(page), Some(What::Page(ArticleId("daily".to_owned()))));
    }
}
