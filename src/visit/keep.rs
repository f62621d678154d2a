//! An answer that is wanted as evidence → a copy on the disk, or a reference to the one that has the same bytes already.

use jiff::Timestamp;
use url::Url;

use super::Desk;
use crate::config::settings::CopyPolicy;
use crate::fetch::Response;
use crate::model::ArticleId;
use crate::store::copies::{self, Capture, Exchange};
use crate::store::{CopyRow, StoreError};

/// A response to be kept. Nothing in it is secret, but for the request's headers.
#[derive(Debug)]
pub struct Keeping {
    pub at: Timestamp,
    pub article: Option<ArticleId>,
    /// Without userinfo and credentials.
    pub url: Url,
    pub title: String,
    pub response: Response,
    /// Headers of the request whose values are not kept.
    pub redact: Vec<String>,
    pub metadata: serde_json::Value,
    pub matched: bool,
}

/// Whether a copy is kept of what matched, or of what did not.
pub fn wanted(desk: &Desk, matched: bool) -> bool {
    match desk.force.settings.store.copies {
        CopyPolicy::None => false,
        CopyPolicy::All => matched || !desk.saving,
        CopyPolicy::Matched => matched,
    }
}

/// Copies that could not be committed: their records stand in the files and nothing refers to them.
pub fn abandon(desk: &Desk, copies: &[CopyRow]) {
    desk.copies.lock().expect("no one panics with the copies in hand").abandon(copies);
}

/// Notes what was abandoned, once the store can be written to again.
pub async fn note_abandoned(desk: &Desk) -> Result<(), StoreError> {
    let abandoned = desk.copies.lock().expect("no one panics with the copies in hand").take_abandoned();
    if abandoned.is_empty() {
        return Ok(());
    }
    desk.store.note_orphans(abandoned.clone(), desk.clock.now()).await.inspect_err(|_| {
        desk.copies.lock().expect("no one panics with the copies in hand").give_back(abandoned);
    })
}

/// None where it could not be written, which is logged.
pub async fn keep(desk: &Desk, keeping: Keeping) -> Result<Option<CopyRow>, StoreError> {
    note_abandoned(desk).await?;
    let (keeping, sha256) = desk
        .off_reactor(move || {
            let sha256 = copies::sha256(&keeping.response.wire_body);
            (keeping, sha256)
        })
        .await;
    let original = desk.store.stored_payload(sha256).await?;
    let writer = std::sync::Arc::clone(&desk.copies);
    let written = desk
        .off_reactor(move || {
            let response = &keeping.response;
            let request_headers = response.request_headers();
            let exchange = Exchange {
                version: &response.version,
                status: response.status,
                request_headers: &request_headers,
                response_headers: &response.headers,
                body: &response.wire_body,
            };
            let capture = Capture {
                at: keeping.at,
                article: keeping.article.clone(),
                url: &keeping.url,
                title: &keeping.title,
                exchange,
                redact: &keeping.redact,
                metadata: keeping.metadata,
                matched: keeping.matched,
                original,
            };
            let written = writer.lock().expect("no one panics with the copies in hand").append(&capture);
            written.inspect_err(|error| tracing::error!(url = %keeping.url, %error, "no copy could be kept"))
        })
        .await;
    Ok(written.ok())
}
