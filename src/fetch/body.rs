//! A response on the wire → whole: read within its cap, decoded, or cut where a cut one will do.

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::HeaderMap;
use url::Url;

use super::{FetchError, Purpose, Response, decode};

/// Reads a body within its cap and decodes it. Of a robots.txt what is beyond the cap is left.
pub(super) async fn read(
    response: reqwest::Response,
    final_url: Url,
    permanent: Option<Url>,
    sent: &HeaderMap,
    cap: usize,
    purpose: Purpose,
) -> Result<Response, FetchError> {
    let status = response.status().as_u16();
    let version = format!("{:?}", response.version());
    let headers = list(response.headers());
    let may_cut = purpose == Purpose::Robots;
    if !may_cut && response.content_length().is_some_and(|length| length > cap as u64) {
        return Err(FetchError::TooLarge(cap));
    }
    let mut wire_body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| FetchError::of(&error))?;
        let room = cap - wire_body.len();
        if chunk.len() > room {
            if may_cut {
                wire_body.extend_from_slice(&chunk[..room]);
                break;
            }
            return Err(FetchError::TooLarge(cap));
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
    let body = if coding.is_empty() {
        wire_body.clone()
    } else {
        let wire_body = wire_body.clone();
        let decoded = tokio::task::spawn_blocking(move || decode::decode(&wire_body, &coding, cap)).await;
        match decoded.map_err(|error| FetchError::Broken(error.to_string()))? {
            Ok(body) => body.into(),
            Err(decode::DecodeError::TooLarge(cap)) => return Err(FetchError::TooLarge(cap)),
            Err(error) => return Err(FetchError::Decode(error)),
        }
    };
    let request_headers = list(sent);
    Ok(Response { status, version, headers, wire_body, body, final_url, permanent, request_headers })
}

fn list(map: &HeaderMap) -> Vec<(String, Vec<u8>)> {
    map.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect()
}
