//! A response on the wire → whole: read within its cap, decoded, or cut where a cut one will do.

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::HeaderMap;
use tokio::time::Instant;
use url::Url;

use super::room::{LARGE, Room, Taken};
use super::{FetchError, Purpose, Response, decode};

/// A body is expected to be so long at most, in bytes: then its room is made at once and no larger than it.
const EXPECTED: usize = 64 << 10;

/// How a body is to be read.
pub(super) struct Reading<'a> {
    pub final_url: Url,
    pub permanent: Option<Url>,
    /// The request's headers.
    pub sent: HeaderMap,
    /// In bytes, of the body as sent and as decoded alike.
    pub cap: usize,
    pub purpose: Purpose,
    pub room: &'a Room,
    /// The time in which room is waited for does not count: it is no fault of the host.
    pub deadline: Instant,
}

impl Reading<'_> {
    /// Reads a body within its cap and decodes it. Of a robots.txt what is beyond the cap is left.
    pub async fn read(mut self, response: reqwest::Response) -> Result<Response, FetchError> {
        let cap = self.cap;
        let status = response.status().as_u16();
        let version = format!("{:?}", response.version());
        let headers = list(response.headers());
        let may_cut = self.purpose == Purpose::Robots;
        let length = response.content_length().unwrap_or_default();
        if !may_cut && length > cap as u64 {
            return Err(FetchError::TooLarge(cap));
        }
        let mut room = None;
        if length > LARGE as u64 && !may_cut {
            room = Some(self.take_room().await?);
        }
        // What a server says of its length is believed as far as it does no harm.
        let mut wire_body = Vec::with_capacity(usize::try_from(length).unwrap_or(0).min(EXPECTED).min(cap));
        let mut chunks = response.bytes_stream();
        loop {
            let chunk = tokio::time::timeout_at(self.deadline, chunks.next()).await;
            let Some(chunk) = chunk.map_err(|_| FetchError::Timeout(0))? else { break };
            let chunk = chunk.map_err(|error| FetchError::of(&error))?;
            let free = cap - wire_body.len();
            if chunk.len() > free {
                if may_cut {
                    wire_body.extend_from_slice(&chunk[..free]);
                    break;
                }
                return Err(FetchError::TooLarge(cap));
            }
            if room.is_none() && wire_body.len() + chunk.len() > LARGE {
                room = Some(self.take_room().await?);
            }
            wire_body.extend_from_slice(&chunk);
        }
        let wire_body = Bytes::from(wire_body);
        let codings: Vec<String> = headers
            .iter()
            .filter(|(name, _)| name == "content-encoding")
            .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
            .collect();
        let coding = codings.join(",");
        let body =
            if coding.is_empty() { wire_body.clone() } else { self.decode(&wire_body, coding, &mut room).await? };
        let Self { final_url, permanent, sent, .. } = self;
        Ok(Response { status, version, headers, wire_body, body, final_url, permanent, sent, _room: room })
    }

    async fn decode(&self, wire: &Bytes, coding: String, room: &mut Option<Taken>) -> Result<Bytes, FetchError> {
        // What becomes large by it takes room before the next may be unpacked; who has room waits for nobody.
        let place = if room.is_none() && self.room.held().is_none() { Some(self.room.unpack().await?) } else { None };
        let (wire, cap) = (wire.clone(), self.cap);
        let decoded = tokio::task::spawn_blocking(move || decode::decode(&wire, &coding, cap)).await;
        let body: Bytes = match decoded.map_err(|error| FetchError::Broken(error.to_string()))? {
            Ok(body) => body.into(),
            Err(decode::DecodeError::TooLarge(cap)) => return Err(FetchError::TooLarge(cap)),
            Err(error) => return Err(FetchError::Decode(error)),
        };
        if room.is_none() && body.len() > LARGE {
            *room = Some(self.room.take().await?);
        }
        drop(place);
        Ok(body)
    }

    async fn take_room(&mut self) -> Result<Taken, FetchError> {
        let began = Instant::now();
        let taken = self.room.take().await?;
        self.deadline += began.elapsed();
        Ok(taken)
    }
}

pub(super) fn list(map: &HeaderMap) -> Vec<(String, Vec<u8>)> {
    map.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect()
}
