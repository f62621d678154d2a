//! A body as sent → the body as meant (RFC 9110 §8.4: gzip, deflate, br, zstd, also stacked), never larger than a cap.

use std::io::{self, Read};

/// Codings stacked deeper than this are an attack.
const MAX_CODINGS: usize = 3;

/// RFC 9659: no zstd body of the web needs more than 8 MiB to look back into.
const ZSTD_WINDOW_LOG: u32 = 23;

#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("decodes to more than {0} bytes")]
    TooLarge(usize),
    #[error("cut short or damaged ({coding}): {error}")]
    Damaged { coding: String, error: io::Error },
    #[error("an encoding we did not ask for: {0}")]
    Unknown(String),
}

/// Undoes the codings of a Content-Encoding header, the last applied first.
pub fn decode(body: &[u8], content_encoding: &str, cap: usize) -> Result<Vec<u8>, DecodeError> {
    let codings: Vec<String> = content_encoding
        .split(',')
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity")
        .collect();
    if codings.len() > MAX_CODINGS {
        return Err(DecodeError::Unknown(format!("{} codings stacked", codings.len())));
    }
    let mut bytes = body.to_vec();
    for coding in codings.iter().rev() {
        bytes = undo(&bytes, coding, cap)?;
    }
    Ok(bytes)
}

fn undo(bytes: &[u8], coding: &str, cap: usize) -> Result<Vec<u8>, DecodeError> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let damaged = |error| DecodeError::Damaged { coding: coding.to_owned(), error };
    match coding {
        "gzip" | "x-gzip" => gunzip(bytes, cap, damaged),
        // "deflate" is zlib by the standard and raw in practice: the header tells.
        "deflate" if is_zlib(bytes) => read(flate2::read::ZlibDecoder::new(bytes), cap, damaged),
        "deflate" => read(flate2::read::DeflateDecoder::new(bytes), cap, damaged),
        "br" => read(brotli_decompressor::Decompressor::new(bytes, 4096), cap, damaged),
        "zstd" => {
            let mut decoder = zstd::stream::read::Decoder::new(bytes).map_err(damaged)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(damaged)?;
            read(decoder, cap, damaged)
        }
        other => Err(DecodeError::Unknown(other.chars().take(40).collect())),
    }
}

/// Members one after the other (RFC 1952 §2.2); what follows the last one is padding, as browsers see it.
fn gunzip(bytes: &[u8], cap: usize, damaged: impl Fn(io::Error) -> DecodeError) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while out.is_empty() && rest.len() == bytes.len() || rest.starts_with(&[0x1f, 0x8b]) {
        let mut member = flate2::bufread::GzDecoder::new(rest);
        (&mut member).take((cap - out.len()) as u64 + 1).read_to_end(&mut out).map_err(&damaged)?;
        if out.len() > cap {
            return Err(DecodeError::TooLarge(cap));
        }
        rest = member.into_inner();
    }
    Ok(out)
}

/// RFC 1950: compression method 8 and a header divisible by 31.
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [cmf, flg, ..] if cmf & 0x0f == 8 && u16::from_be_bytes([*cmf, *flg]) % 31 == 0)
}

fn read(reader: impl Read, cap: usize, damaged: impl Fn(io::Error) -> DecodeError) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    reader.take(cap as u64 + 1).read_to_end(&mut out).map_err(damaged)?;
    if out.len() > cap { Err(DecodeError::TooLarge(cap)) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    fn raw(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    #[test]
    fn every_coding_we_ask_for_is_undone() {
        let text = "The bridge reopened on Monday. ".repeat(50).into_bytes();
        for (coding, body) in [
            ("gzip", gzip(&text)),
            ("deflate", zlib(&text)),
            ("deflate", raw(&text)),
            ("zstd", zstd::encode_all(text.as_slice(), 3).expect("memory")),
            ("gzip, gzip", gzip(&gzip(&text))),
            ("", text.clone()),
            ("identity", text.clone()),
        ] {
            assert_eq!(decode(&body, coding, 1 << 20).expect(coding), text, "{coding}");
        }
    }

    #[test]
    fn bombs_truncation_and_strangers_are_errors() {
        let bomb = gzip(&vec![0; 4 << 20]);
        assert!(matches!(decode(&bomb, "gzip", 1 << 20), Err(DecodeError::TooLarge(_))));
        let cut = gzip(&b"a sentence that is long enough to be cut in the middle".repeat(9));
        assert!(matches!(decode(&cut[..cut.len() / 2], "gzip", 1 << 20), Err(DecodeError::Damaged { .. })));
        assert!(matches!(decode(b"x", "sdch", 1 << 20), Err(DecodeError::Unknown(_))));
        assert!(matches!(decode(b"x", "gzip,gzip,gzip,gzip", 9), Err(DecodeError::Unknown(_))));
    }
}
