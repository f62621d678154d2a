//! Servers behind TLS, with an authority made for the test, over HTTP/1.1 and HTTP/2: what the daemon's client accepts and what
//! it refuses.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use url::Url;
use wireroom::config::settings::FetchSettings;
use wireroom::fetch::{FetchError, Fetcher, Purpose, Request, Response};

use crate::wire::{block, settings};

/// What a server shows of itself.
struct Shown {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { pem: certificate.pem(), issuer: Issuer::new(params, key) }
    }

    fn shows(&self, name: &str, until: i32) -> Shown {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        shown(certificate.der().clone(), &key)
    }
}

fn shown(certificate: CertificateDer<'static>, key: &KeyPair) -> Shown {
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    Shown { chain: vec![certificate], key }
}

fn self_signed() -> Shown {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("parameters");
    shown(params.self_signed(&key).expect("a certificate").der().clone(), &key)
}

/// How an HTTP/2 server behaves.
#[derive(Clone, Copy)]
enum Over {
    Http1,
    Http2,
    /// The header is answered, the body drips.
    Http2Drip,
    Http2HugeHeader,
    /// The stream is reset in the middle of the body.
    Http2Reset,
}

async fn serve(shown: Shown, over: Over) -> SocketAddr {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("versions").with_no_client_auth();
    let mut config = config.with_single_cert(shown.chain, shown.key).expect("a certificate that fits its key");
    config.alpn_protocols = match over {
        Over::Http1 => vec![b"http/1.1".to_vec()],
        _ => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
    };
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // Who does not trust us hangs up here.
                let Ok(connection) = acceptor.accept(connection).await else { return };
                match over {
                    Over::Http1 => http1(connection).await,
                    _ => http2(connection, over).await,
                }
            });
        }
    });
    address
}

async fn http1(mut connection: TlsStream<TcpStream>) {
    let mut head = [0; 4096];
    let _ = connection.read(&mut head).await;
    let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>").await;
    let _ = connection.shutdown().await;
}

async fn http2(connection: TlsStream<TcpStream>, over: Over) {
    let mut connection = h2::server::handshake(connection).await.expect("HTTP/2");
    while let Some(Ok((_, mut respond))) = connection.accept().await {
        tokio::spawn(async move {
            let mut answer = http::Response::builder().header("etag", "\"two\"");
            if matches!(over, Over::Http2HugeHeader) {
                for nr in 0..200 {
                    answer = answer.header(format!("x-{nr}"), "x".repeat(8000));
                }
            }
            let answer = answer.body(()).expect("an answer");
            let Ok(mut body) = respond.send_response(answer, false) else { return };
            match over {
                Over::Http2Drip => {
                    while body.send_data(Bytes::from_static(b"x"), false).is_ok() {
                        tokio::time::sleep(Duration::from_millis(200)).await;
                    }
                }
                Over::Http2Reset => {
                    let _ = body.send_data(Bytes::from_static(b"<rss>"), false);
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    body.send_reset(h2::Reason::INTERNAL_ERROR);
                }
                _ => {
                    let _ = body.send_data(Bytes::from_static(b"<rss/>"), true);
                }
            }
        });
    }
}

fn ask(shown: Shown, over: Over, ca_file: Option<&Path>) -> Result<Response, FetchError> {
    block(async {
        let address = serve(shown, over).await;
        let settings = FetchSettings { ca_file: ca_file.map(Path::to_owned), ..settings() };
        let fetcher = Fetcher::new(&settings).expect("a fetcher");
        let url = Url::parse(&format!("https://{address}/feed")).expect("a URL");
        fetcher.get(Request::new(url, Purpose::Feed, 1 << 20)).await
    })
}

#[test]
fn certificates_are_believed_only_where_they_hold() {
    let dir = tempfile::tempdir().expect("a folder");
    let (authority, stranger) = (Authority::new(), Authority::new());
    let ca_file = dir.path().join("ca.pem");
    std::fs::write(&ca_file, &authority.pem).expect("a file");
    for over in [Over::Http1, Over::Http2] {
        let fine = ask(authority.shows("127.0.0.1", 2050), over, Some(&ca_file)).expect("an answer");
        let version = if matches!(over, Over::Http1) { "HTTP/1.1" } else { "HTTP/2.0" };
        assert_eq!((fine.version.as_str(), &fine.body[..]), (version, b"<rss/>".as_slice()));
        for (name, shown, ca) in [
            ("expired", authority.shows("127.0.0.1", 2021), Some(&ca_file)),
            ("another host's", authority.shows("elsewhere.example", 2050), Some(&ca_file)),
            ("self-signed", self_signed(), Some(&ca_file)),
            ("by an authority nobody named", authority.shows("127.0.0.1", 2050), None),
            ("by another authority", stranger.shows("127.0.0.1", 2050), Some(&ca_file)),
        ] {
            let refused = ask(shown, over, ca.map(std::path::PathBuf::as_path)).expect_err(name);
            assert_eq!(refused.class(), "tls", "{name}: {refused}");
        }
    }
}

#[test]
fn http2_has_the_same_limits() {
    let dir = tempfile::tempdir().expect("a folder");
    let authority = Authority::new();
    let ca_file = dir.path().join("ca.pem");
    std::fs::write(&ca_file, &authority.pem).expect("a file");
    for (name, over, class) in [
        ("a drip", Over::Http2Drip, "timeout"),
        ("a header of 1.6 MB", Over::Http2HugeHeader, "broken"),
        ("a reset", Over::Http2Reset, "broken"),
    ] {
        let error = ask(authority.shows("127.0.0.1", 2050), over, Some(&ca_file)).expect_err(name);
        assert_eq!(error.class(), class, "{name}: {error}");
    }
}

#[test]
fn an_authority_that_cannot_be_read_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("ca.pem");
    for (text, expected) in
        [(None, "No such file"), (Some(""), "no certificate in it"), (Some("words"), "no certificate in it")]
    {
        if let Some(text) = text {
            std::fs::write(&path, text).expect("a file");
        }
        let settings = FetchSettings { ca_file: Some(path.clone()), ..settings() };
        let error = Fetcher::new(&settings).expect_err("refused");
        assert!(error.contains("ca_file") && error.contains("ca.pem") && error.contains(expected), "{error}");
    }
}
