//! One capture → WARC/1.1 records (ISO 28500:2017), each a gzip member of its own; and such bytes → records again. Pure.

use std::io::{self, BufRead, Read as _, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// A record longer than this when decoded is not read back.
const MAX_RECORD: u64 = 256 << 20;

/// The profile of a revisit whose payload is byte for byte that of an earlier response.
const SAME_PAYLOAD: &str = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";

/// What is kept of one exchange. Nothing in it is secret: see [`super::Capture`].
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    pub uri: &'a str,
    pub at: Timestamp,
    /// Path and query, as in the request line.
    pub target: &'a str,
    pub host: &'a str,
    pub request_headers: &'a [(String, Vec<u8>)],
    /// As the server spoke: `HTTP/1.1`, `HTTP/2.0`.
    pub version: &'a str,
    pub status: u16,
    pub response_headers: &'a [(String, Vec<u8>)],
    /// As received, content codings kept.
    pub body: &'a [u8],
    /// What was made of it, as JSON, and as text where it was read as an article.
    pub metadata: &'a str,
    pub text: Option<&'a str>,
    /// The earlier response with the same payload, which then is not written again.
    pub original: Option<&'a Original>,
    /// Record id of the file's warcinfo.
    pub info: &'a str,
}

/// A stored response that another one repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    pub record_id: String,
    pub uri: String,
    /// As its record has it.
    pub date: String,
}

/// A group of records ready to be appended.
#[derive(Debug, PartialEq, Eq)]
pub struct Group {
    pub bytes: Vec<u8>,
    /// Of the member of the response (or revisit) record within `bytes`.
    pub response_at: u64,
}

/// The first record of a file, or of what was written to it under another configuration: who wrote it, and how. Its id, and
/// its member.
pub fn info(at: Timestamp, file: &str, configuration: &str) -> (String, Vec<u8>) {
    let block = format!(
        "software: wireroom/{}\r\nformat: WARC File Format 1.1\r\n\
         conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n\
         configuration: sha256:{configuration}\r\n",
        env!("CARGO_PKG_VERSION")
    );
    let id = record_id();
    let fields = [("WARC-Filename", file.to_owned())];
    let record = record("warcinfo", None, at, &id, &fields, "application/warc-fields", block.as_bytes());
    (id, member(&record))
}

/// Request, response (or revisit), text and metadata of an exchange.
pub fn group(exchange: &Exchange<'_>) -> Group {
    let (request_id, response_id) = (record_id(), record_id());
    let mut request = format!("GET {} HTTP/1.1\r\nHost: {}\r\n", exchange.target, exchange.host).into_bytes();
    put_headers(&mut request, exchange.request_headers);
    let mut response = format!("HTTP/1.1 {} {}\r\n", exchange.status, reason(exchange.status)).into_bytes();
    // The body is kept with its chunking undone; a reader must not undo it again.
    let kept: Vec<(String, Vec<u8>)> = exchange
        .response_headers
        .iter()
        .map(|(name, value)| match name.as_str() {
            "transfer-encoding" => ("x-archive-orig-transfer-encoding".to_owned(), value.clone()),
            _ => (name.clone(), value.clone()),
        })
        .collect();
    put_headers(&mut response, &kept);

    let info = ("WARC-Warcinfo-ID", exchange.info.to_owned());
    let mut fields = vec![info.clone(), ("WARC-Payload-Digest", digest(exchange.body))];
    if exchange.version.starts_with("HTTP/2") {
        fields.push(("WARC-Protocol", "h2".to_owned()));
    }
    let kind = match exchange.original {
        Some(original) => {
            fields.push(("WARC-Profile", SAME_PAYLOAD.to_owned()));
            fields.push(("WARC-Refers-To", original.record_id.clone()));
            fields.push(("WARC-Refers-To-Target-URI", original.uri.clone()));
            fields.push(("WARC-Refers-To-Date", original.date.clone()));
            "revisit"
        }
        None => {
            response.extend_from_slice(exchange.body);
            "response"
        }
    };
    let (uri, at) = (exchange.uri, exchange.at);
    let concurrent = [info.clone(), ("WARC-Concurrent-To", response_id.clone())];
    let request =
        record("request", Some(uri), at, &request_id, &concurrent, "application/http;msgtype=request", &request);
    let response = record(kind, Some(uri), at, &response_id, &fields, "application/http;msgtype=response", &response);
    let mut bytes = member(&request);
    let response_at = bytes.len() as u64;
    bytes.extend(member(&response));
    // Under addresses of their own: a player indexes these records too, and must not serve them in place of the page.
    let refers = [info, ("WARC-Refers-To", response_id)];
    let mut more = |kind: &str, uri: String, content_type: &str, block: &str| {
        let record = record(kind, Some(&uri), at, &record_id(), &refers, content_type, block.as_bytes());
        bytes.extend(member(&record));
    };
    if let Some(text) = exchange.text {
        more("conversion", format!("urn:text:{uri}"), "text/plain; charset=utf-8", text);
    }
    more("metadata", format!("urn:metadata:{uri}"), "application/json", exchange.metadata);
    Group { bytes, response_at }
}

fn put_headers(out: &mut Vec<u8>, headers: &[(String, Vec<u8>)]) {
    for (name, value) in headers {
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("")
}

/// As WARC writes it: the algorithm and base32.
pub fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", data_encoding::BASE32.encode(&Sha256::digest(bytes)))
}

/// A random (version 4) UUID as WARC wants it.
fn record_id() -> String {
    let (a, b) = (fastrand::u64(..), fastrand::u64(..));
    let (a, b) = ((a & !0xf000) | 0x4000, (b & (u64::MAX >> 2)) | (1 << 63));
    format!(
        "<urn:uuid:{:08x}-{:04x}-{:04x}-{:04x}-{:012x}>",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xffff,
        b >> 48,
        b & 0xffff_ffff_ffff
    )
}

fn record(
    kind: &str,
    uri: Option<&str>,
    at: Timestamp,
    id: &str,
    fields: &[(&str, String)],
    content_type: &str,
    block: &[u8],
) -> Vec<u8> {
    let mut head = format!("WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {id}\r\nWARC-Date: {at}\r\n");
    if let Some(uri) = uri {
        head.push_str(&format!("WARC-Target-URI: {uri}\r\n"));
    }
    for (name, value) in fields {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!(
        "WARC-Block-Digest: {}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        digest(block),
        block.len()
    ));
    let mut record = head.into_bytes();
    record.extend_from_slice(block);
    record.extend_from_slice(b"\r\n\r\n");
    record
}

fn member(record: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(record).expect("memory can be written to");
    encoder.finish().expect("memory can be written to")
}

/// A record read back.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    pub headers: Vec<(String, String)>,
    pub block: Vec<u8>,
    /// Bytes of its gzip member.
    pub length: u64,
}

impl Record {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// What kind of record it is: `response`, `revisit`…
    pub fn kind(&self) -> &str {
        self.header("WARC-Type").unwrap_or("unknown")
    }

    /// Whether the block is what its digest says.
    pub fn holds(&self) -> bool {
        self.header("WARC-Block-Digest") == Some(digest(&self.block).as_str())
    }

    /// The status line's code of an HTTP message in the block, and a header of it.
    pub fn http(&self, name: &str) -> (Option<u16>, Option<String>) {
        let end = self.block.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(self.block.len());
        let head = String::from_utf8_lossy(&self.block[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let value = lines.filter_map(|line| line.split_once(':')).find(|(known, _)| known.eq_ignore_ascii_case(name));
        (status, value.map(|(_, value)| value.trim().to_owned()))
    }

    /// The body of an HTTP message in the block.
    pub fn payload(&self) -> &[u8] {
        let end = self.block.windows(4).position(|four| four == b"\r\n\r\n");
        end.map_or(&[], |end| &self.block[end + 4..])
    }
}

/// Reads the record at the beginning of `bytes`; the error says what is wrong with it.
pub fn read(bytes: &[u8]) -> Result<Record, String> {
    read_from(bytes)
}

/// Reads the record that begins here, and nothing of what follows it.
pub fn read_from(input: impl BufRead) -> Result<Record, String> {
    let mut counted = Counted { input, count: 0 };
    let mut record = Vec::new();
    let mut decoder = flate2::bufread::GzDecoder::new(&mut counted);
    decoder.by_ref().take(MAX_RECORD).read_to_end(&mut record).map_err(|error| format!("no whole record: {error}"))?;
    let length = counted.count;
    let head_end =
        record.windows(4).position(|four| four == b"\r\n\r\n").ok_or("a record without an end of its head")?;
    let head = String::from_utf8_lossy(&record[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    if !lines.next().is_some_and(|line| line.starts_with("WARC/1.")) {
        return Err("no WARC record".to_owned());
    }
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect();
    let declared = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let declared: usize = declared.and_then(|(_, value)| value.parse().ok()).ok_or("a record without a length")?;
    let begin = head_end + 4;
    let block = record.get(begin..begin.saturating_add(declared)).ok_or("a record shorter than it says")?.to_vec();
    Ok(Record { headers, block, length })
}

/// Counts the bytes taken.
struct Counted<R> {
    input: R,
    count: u64,
}

impl<R: BufRead> io::Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(into)?;
        self.count += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.count += amount as u64;
        self.input.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_received_is_read_back_byte_for_byte() {
        let body = b"\x1f\x8b not really gzip \0\xff".to_vec();
        let made = group(&Exchange {
            uri: "https://example.org/a",
            at: "2026-11-24T06:02:00Z".parse().expect("a time"),
            target: "/a",
            host: "example.org",
            request_headers: &[("accept".into(), b"text/html".to_vec())],
            version: "HTTP/1.1",
            status: 200,
            response_headers: &[("content-type".into(), b"text/html".to_vec()), ("x".into(), vec![0xe9])],
            body: &body,
            metadata: "{}",
            text: Some("what it says"),
            original: None,
            info: "<urn:uuid:0>",
        });
        let request = read(&made.bytes).expect("a record");
        assert_eq!(request.header("WARC-Type"), Some("request"));
        assert_eq!(request.length, made.response_at);
        let response = read(&made.bytes[made.response_at as usize..]).expect("a record");
        assert_eq!(response.payload(), body);
        assert!(response.block.starts_with(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nx: \xe9\r\n\r\n"));
        assert_eq!(response.header("WARC-Payload-Digest"), Some(digest(&body).as_str()));
        assert_eq!(response.http("X-None"), (Some(200), None));
        assert_eq!(response.http("Content-Type").1.as_deref(), Some("text/html"));
        let text = read(&made.bytes[(made.response_at + response.length) as usize..]).expect("a record");
        assert_eq!((text.kind(), text.block.as_slice()), ("conversion", b"what it says".as_slice()));
        assert_eq!(text.header("WARC-Refers-To"), response.header("WARC-Record-ID"));
        assert_ne!(
            text.header("WARC-Target-URI"),
            response.header("WARC-Target-URI"),
            "no player takes it for the page"
        );
        assert!([&request, &response, &text].iter().all(|record| record.holds()));
        let member = member(b"WARC/1.1\r\nContent-Length: 18446744073709551615\r\n\r\nx");
        assert!(read(&member).is_err(), "a length beyond all bounds");
        let half = &made.bytes[made.response_at as usize..made.bytes.len() - 200];
        assert!(read(&half[..half.len().min(60)]).is_err(), "a partial member is an error");
    }
}
