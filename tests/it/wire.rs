//! What servers do on the wire, through the client that the daemon uses: every network fault of the wild, and every road to a
//! private address. Servers answer byte by byte as written here.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use url::Url;
use wireroom::config::settings::{FetchSettings, Network};
use wireroom::fetch::{FetchError, Fetcher, Names, Purpose, Request, Response};

const CAP: usize = 1 << 20;
const DEADLINE: Duration = Duration::from_secs(2);

/// A server that does with each connection what a test says, after the request's head is read.
pub struct Wire {
    pub address: SocketAddr,
    heads: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Wire {
    pub fn doing(act: impl Fn(&mut TcpStream, usize) + Send + Sync + 'static) -> Self {
        Self::at("127.0.0.1:0", act)
    }

    pub fn at(address: &str, act: impl Fn(&mut TcpStream, usize) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(address).expect("a port");
        let address = listener.local_addr().expect("an address");
        let heads: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let (act, seen) = (Arc::new(act), Arc::clone(&heads));
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let (act, seen) = (Arc::clone(&act), Arc::clone(&seen));
                std::thread::spawn(move || {
                    let Ok(mut connection) = connection else { return };
                    let patience = Some(Duration::from_secs(20));
                    connection.set_read_timeout(patience).expect("a timeout");
                    connection.set_write_timeout(patience).expect("a timeout");
                    while let Some(head) = read_head(&mut connection) {
                        let nr = {
                            let mut seen = seen.lock().expect("the heads");
                            seen.push(head);
                            seen.len()
                        };
                        act(&mut connection, nr);
                    }
                });
            }
        });
        Self { address, heads }
    }

    /// Answers with these bytes and closes.
    pub fn saying(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::doing(move |connection, _| {
            // The client may have seen enough before the end.
            let _ = connection.write_all(&bytes);
            let _ = connection.shutdown(Shutdown::Write);
        })
    }

    pub fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).expect("a URL")
    }

    pub fn heads(&self) -> Vec<Vec<u8>> {
        self.heads.lock().expect("the heads").clone()
    }
}

fn read_head(connection: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match connection.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return None,
        }
    }
    Some(head)
}

pub fn settings() -> FetchSettings {
    let loopback = Network { address: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), prefix: 8 };
    FetchSettings { allow_private: vec![loopback], timeout: DEADLINE, ..FetchSettings::default() }
}

pub fn fetcher() -> Fetcher {
    Fetcher::new(&settings()).expect("a fetcher")
}

pub fn block<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}

pub fn get(url: Url) -> Result<Response, FetchError> {
    block(fetcher().get(Request::new(url, Purpose::Feed, CAP)))
}

fn class(answer: &Result<Response, FetchError>) -> String {
    match answer {
        Ok(answer) => answer.status.to_string(),
        Err(error) => error.class().to_owned(),
    }
}

fn plain(headers: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 200 OK\r\n{headers}\r\n").into_bytes();
    answer.extend_from_slice(body);
    answer
}

fn sized(headers: &str, body: &[u8]) -> Vec<u8> {
    plain(&format!("{headers}Content-Length: {}\r\n", body.len()), body)
}

#[test]
fn connections_that_fail_are_told_apart() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let refused = get(Url::parse(&format!("http://{closed}/")).expect("a URL"));
    assert_eq!(class(&refused), "connect", "{refused:?}");
    let cut = Wire::saying(plain("Content-Length: 100\r\n", b"only this"));
    assert_eq!(class(&get(cut.url("/"))), "broken");
    let hung_up = Wire::doing(|connection, _| connection.shutdown(Shutdown::Both).expect("closed"));
    assert_eq!(class(&get(hung_up.url("/"))), "broken");
    let plain_http = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}/", plain_http.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for connection in plain_http.incoming() {
            connection.expect("a connection").write_all(b"HTTP/1.1 400 No\r\n\r\n").expect("written");
        }
    });
    let no_tls = get(Url::parse(&url).expect("a URL"));
    assert_eq!(class(&no_tls), "tls", "{no_tls:?}");
    let nobody = Names::of(|name| Err(std::io::Error::other(format!("failed to lookup {name}: no such name"))));
    let fetcher = Fetcher::with_names(&settings(), nobody).expect("a fetcher");
    let url = Url::parse("http://gone.example/").expect("a URL");
    let unknown = block(fetcher.get(Request::new(url, Purpose::Feed, CAP)));
    assert_eq!(class(&unknown), "dns", "{unknown:?}");
}

#[test]
fn silence_and_drips_end_at_the_deadline() {
    let silent = Wire::doing(|_, _| std::thread::sleep(Duration::from_secs(8)));
    let drip = Wire::doing(|connection, _| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while connection.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    let header_drip = Wire::doing(|connection, _| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nX-A: ");
        while connection.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    for (name, server) in [("silent", silent), ("drip", drip), ("drip in the header", header_drip)] {
        let began = Instant::now();
        let answer = get(server.url("/"));
        assert_eq!(class(&answer), "timeout", "{name}");
        assert!(began.elapsed() < 3 * DEADLINE, "{name}: {:?}", began.elapsed());
    }
}

#[test]
fn bodies_are_capped_whatever_the_header_says() {
    let endless = |head: &'static str| {
        Wire::doing(move |connection, _| {
            let _ = connection.write_all(head.as_bytes());
            while connection.write_all(&vec![b'x'; 65_536]).is_ok() {}
        })
    };
    let chunked = Wire::doing(|connection, _| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        let mut chunk = b"8000\r\n".to_vec();
        chunk.extend_from_slice(&vec![b'x'; 0x8000]);
        chunk.extend_from_slice(b"\r\n");
        while connection.write_all(&chunk).is_ok() {}
    });
    for (name, server) in [
        ("no length", endless("HTTP/1.1 200 OK\r\n\r\n")),
        ("a true length", endless("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")),
        ("chunked", chunked),
    ] {
        assert_eq!(class(&get(server.url("/"))), "too-large", "{name}");
    }
    let short = Wire::saying(plain("Content-Length: 5\r\n", b"hello and more"));
    assert_eq!(&get(short.url("/")).expect("an answer").body[..], b"hello");
    for lie in ["Content-Length: 5\r\nContent-Length: 14\r\n", "Content-Length: -1\r\n", "Content-Length: many\r\n"] {
        let lying = Wire::saying(plain(lie, b"hello and more"));
        assert_eq!(class(&get(lying.url("/"))), "broken", "{lie}");
    }
    for chunk in ["zz\r\nhello\r\n0\r\n\r\n", "ffffffffffffffff1\r\nhello", "5\r\nhello"] {
        let wrong = Wire::saying(plain("Transfer-Encoding: chunked\r\n", chunk.as_bytes()));
        assert_eq!(class(&get(wrong.url("/"))), "broken", "{chunk}");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::CompressorWriter::new(&mut out, 4096, 5, 22).write_all(bytes).expect("memory");
    out
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("memory")
}

#[test]
fn codings_are_undone_and_bombs_and_cut_bodies_are_errors() {
    let text = "The ferry to the northern islands was cancelled. ".repeat(400).into_bytes();
    let zeros = vec![0; 64 * CAP];
    let mut wide = zstd::stream::write::Encoder::new(Vec::new(), 3).expect("an encoder");
    wide.window_log(27).expect("a window");
    wide.write_all(&text).expect("memory");
    let wide = wide.finish().expect("memory");
    let mut padded = gzip(&text);
    padded.extend_from_slice(&[0; 512]);
    let two = [gzip(&text[..1000]), gzip(&text[1000..])].concat();
    let cut = |bytes: &[u8]| bytes[..bytes.len() - 7].to_vec();
    let fine = "200";
    for (name, coding, body, expected) in [
        ("gzip", "gzip", gzip(&text), fine),
        ("GZIP", "GZIP", gzip(&text), fine),
        ("br", "br", brotli(&text), fine),
        ("zstd", "zstd", zstd(&text), fine),
        ("gzip twice", "gzip, gzip", gzip(&gzip(&text)), fine),
        ("br in gzip", "br, gzip", gzip(&brotli(&text)), fine),
        ("gzip of two members", "gzip", two, fine),
        ("gzip and padding", "gzip", padded, fine),
        ("empty gzip", "gzip", Vec::new(), fine),
        ("bomb in gzip", "gzip", gzip(&zeros), "too-large"),
        ("bomb in br", "br", brotli(&zeros), "too-large"),
        ("bomb in zstd", "zstd", zstd(&zeros), "too-large"),
        ("bomb in two", "gzip, gzip", gzip(&gzip(&zeros)), "too-large"),
        ("a window of 128 MiB", "zstd", wide, "decode"),
        ("cut gzip", "gzip", cut(&gzip(&text)), "decode"),
        ("cut br", "br", cut(&brotli(&text)), "decode"),
        ("cut zstd", "zstd", cut(&zstd(&text)), "decode"),
        ("not gzip", "gzip", text.clone(), "decode"),
        ("unknown", "compress", text.clone(), "decode"),
        ("four times", "gzip, gzip, gzip, gzip", text.clone(), "decode"),
    ] {
        let server = Wire::saying(sized(&format!("Content-Encoding: {coding}\r\n"), &body));
        let answer = get(server.url("/"));
        assert_eq!(class(&answer), expected, "{name}: {:?}", answer.as_ref().err());
        if let Ok(answer) = answer {
            let whole = answer.body[..] == text[..] || body.is_empty() && answer.body.is_empty();
            assert!(whole, "{name}");
            assert_eq!(answer.wire_body, body, "{name}: the evidence is what was sent");
        }
    }
}

#[test]
fn redirects_lead_on_or_are_refused_with_a_reason() {
    for (location, expected) in [
        (Some("/b"), "fine"),
        (Some("b"), "fine"),
        (Some("  /b  "), "fine"),
        (Some("/b#part"), "fine"),
        (Some("/b?q=caf\u{e9}"), "fine"),
        (Some("/b c"), "fine"),
        (Some(""), "more than 10 hops"),
        (Some("/a"), "more than 10 hops"),
        (None, "without Location"),
        (Some("file:///etc/passwd"), "only http and https are asked, not file:"),
        (Some("javascript:alert(1)"), "only http and https are asked, not javascript:"),
        (Some("data:text/xml,<rss/>"), "only http and https are asked, not data:"),
        (Some("http://"), "to no URL"),
        (Some("http://10.0.0.1/"), "is not a public address (private)"),
        (Some("//169.254.169.254/latest/meta-data"), "is not a public address (link-local)"),
        (Some("http://[::1]/"), "is not a public address (loopback)"),
        (Some("http://2130706434:1/"), "no connection"),
    ] {
        for status in [301, 302, 303, 307, 308] {
            let server = Wire::doing(move |connection, nr| {
                let head = location.map(|to| format!("Location: {to}\r\n")).unwrap_or_default();
                let lead = format!("HTTP/1.1 {status} Elsewhere\r\n{head}Content-Length: 0\r\n\r\n");
                let answer = if expected == "fine" && nr > 1 { sized("", b"arrived") } else { lead.into_bytes() };
                connection.write_all(&answer).expect("written");
            });
            let answer = get(server.url("/a"));
            match (&answer, expected) {
                (Ok(answer), "fine") => {
                    assert_eq!((answer.status, &answer.body[..]), (200, b"arrived".as_slice()), "{location:?}");
                    let for_good = matches!(status, 301 | 308);
                    assert_eq!(answer.permanent.is_some(), for_good, "{status} {location:?}");
                }
                (Err(error), _) => assert!(error.to_string().contains(expected), "{location:?}: {error}"),
                (Ok(answer), _) => panic!("{location:?} gave {}", answer.status),
            }
        }
    }
}

#[test]
fn a_chain_is_as_lasting_as_its_first_hops() {
    for (statuses, expected) in
        [(vec![301, 301], Some("/2")), (vec![308, 302], Some("/1")), (vec![302, 301], None), (vec![301, 404], None)]
    {
        let server = Wire::doing(move |connection, nr| {
            let answer = match statuses.get(nr - 1) {
                Some(404) => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".into(),
                Some(status) => format!("HTTP/1.1 {status} On\r\nLocation: /{nr}\r\nContent-Length: 0\r\n\r\n"),
                None => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".into(),
            };
            connection.write_all(answer.as_bytes()).expect("written");
        });
        let answer = get(server.url("/0")).expect("an answer");
        assert_eq!(answer.permanent.as_ref().map(Url::path), expected);
    }
}

#[test]
fn validators_go_back_byte_for_byte_and_only_to_the_address_that_gave_them() {
    let (etag, date) = (b"W/\"caf\xe9 \\\"".to_vec(), b"yesterday, at noon".to_vec());
    let server = Wire::doing(|connection, _| {
        // Where there is nothing new a body comes all the same, and the connection is of no more use.
        let answer = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nnewsHTTP/1.1 500 No\r\n\r\n";
        connection.write_all(answer).expect("written");
    });
    let other = server.url("/other");
    block(async {
        let fetcher = fetcher();
        for (of, conditional) in [(None, true), (Some(server.url("/feed")), true), (Some(other), false)] {
            let request = Request {
                etag: Some(etag.clone()),
                last_modified: Some(date.clone()),
                validators_of: of.as_ref().map(wireroom::fetch::address_hash),
                ..Request::new(server.url("/feed"), Purpose::Feed, CAP)
            };
            let answer = fetcher.get(request).await.expect("an answer");
            assert_eq!((answer.status, answer.body.len(), answer.was_conditional()), (304, 0, conditional), "{of:?}");
        }
    });
    let has = |head: &[u8], part: &[u8]| memchr::memmem::find(head, part).is_some();
    let line = |name: &str, value: &[u8]| [name.as_bytes(), b": ", value, b"\r\n"].concat();
    for (nr, head) in server.heads().iter().enumerate() {
        let (tag, since) = (line("if-none-match", &etag), line("if-modified-since", &date));
        assert_eq!((has(head, &tag), has(head, &since)), (nr < 2, nr < 2), "{nr}");
    }
    assert_eq!(server.heads().len(), 3);
}

#[test]
fn odd_servers_are_read_or_refused_and_nothing_panics() {
    let body = b"<rss/>";
    let many: String = (0..10_000).map(|nr| format!("X-{nr}: {nr}\r\n")).collect();
    let ninety: String = (0..90).map(|nr| format!("X-{nr}: {nr}\r\n")).collect();
    let huge = format!("X-Huge: {}\r\n", "x".repeat(1 << 20));
    let tag = format!("ETag: \"{}\"\r\n", "x".repeat(64 << 10));
    let raw = |text: &str| text.as_bytes().to_vec();
    let mut latin = b"HTTP/1.1 200 OK\r\nX-City: M\xfcnchen\r\nETag: \"caf\xe9\"\r\n\r\n".to_vec();
    latin.extend_from_slice(body);
    for (name, answer, expected) in [
        ("HTTP/1.0", raw("HTTP/1.0 200 OK\r\nServer: old\r\n\r\n<rss/>"), "200"),
        ("no reason", raw("HTTP/1.1 200\r\nContent-Length: 6\r\n\r\n<rss/>"), "200"),
        ("bare line feeds", raw("HTTP/1.1 200 OK\nContent-Length: 6\n\n<rss/>"), "200"),
        ("letters beyond ASCII", latin, "200"),
        ("a folded header", sized("X-Long: one\r\n two\r\n", body), "200"),
        ("a header that is none", sized("no header at all\r\n", body), "200"),
        ("a space before the colon", sized("Server : odd\r\n", body), "200"),
        ("ninety headers", sized(&ninety, body), "200"),
        ("an ETag of 64 KiB", sized(&tag, body), "200"),
        (
            "early hints",
            raw("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>"),
            "200",
        ),
        ("10,000 headers", sized(&many, body), "broken"),
        ("a header of 1 MiB", sized(&huge, body), "broken"),
        ("HTTP/0.9", raw("<rss/>"), "broken"),
        ("nonsense", raw("\u{0}\u{1}\u{2}\r\n\r\n"), "broken"),
        ("status 1000", raw("HTTP/1.1 1000 Much\r\n\r\n"), "broken"),
        ("an answer of 300 choices", raw("HTTP/1.1 300 Choices\r\nContent-Length: 0\r\n\r\n"), "300"),
    ] {
        let answer = get(Wire::saying(answer).url("/"));
        assert_eq!(class(&answer), expected, "{name}: {:?}", answer.as_ref().err());
        if let Ok(answer) = answer {
            assert!(answer.etag().is_none_or(|etag| etag.len() < 4096), "{name}");
            assert!(answer.status != 200 || answer.body[..] == body[..], "{name}");
        }
    }
}

#[test]
fn no_address_that_is_not_public_is_asked_however_it_is_spelled() {
    // Whoever is asked would say so.
    let fetcher = Fetcher::new(&FetchSettings { timeout: DEADLINE, ..FetchSettings::default() }).expect("a fetcher");
    let trap = Wire::saying(sized("", b"asked"));
    let port = trap.address.port();
    let hosts = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "127.000.000.001",
        "0.0.0.0",
        "0",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:7f00:1]",
        "[::127.0.0.1]",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "192.88.99.1",
        "[fd00::1]",
        "[fc00::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2001::1]",
        "[2001:db8::1]",
        "[3fff::1]",
        "[100::1]",
        "[5f00::1]",
        "[::ffff:0:127.0.0.1]",
        "\u{2460}\u{2461}\u{2466}.0.0.1",
        "127\u{3002}0\u{3002}0\u{3002}1",
    ];
    block(async {
        for host in hosts {
            let Ok(url) = Url::parse(&format!("http://{host}:{port}/")) else { continue };
            let answer = fetcher.get(Request::new(url.clone(), Purpose::Feed, CAP)).await;
            // Not every system knows `localhost.`.
            let unknown = host.ends_with('.') && class(&answer) == "dns";
            assert!(class(&answer) == "refused" || unknown, "{host} ({url}): {answer:?}");
        }
    });
    assert!(trap.heads().is_empty());
}

#[test]
fn a_name_that_changes_between_check_and_connection_reaches_nobody_private() {
    let trap = Wire::saying(sized("", b"secret"));
    let port = trap.address.port();
    let site = Wire::at(&format!("127.0.0.2:{port}"), |connection, _| {
        connection.write_all(&sized("Connection: close\r\n", b"news")).expect("written");
        connection.shutdown(Shutdown::Both).expect("closed");
    });
    // 127.0.0.2 stands for the public network; every second look finds the private address.
    let public = Network { address: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)), prefix: 32 };
    let looks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looks);
    let names = Names::of(move |_| {
        let last = if counted.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) { 2 } else { 1 };
        Ok(vec![IpAddr::V4(Ipv4Addr::new(127, 0, 0, last))])
    });
    let settings = FetchSettings { allow_private: vec![public], timeout: DEADLINE, ..FetchSettings::default() };
    let fetcher = Fetcher::with_names(&settings, names).expect("a fetcher");
    let classes: Vec<String> = block(async {
        let mut classes = Vec::new();
        for _ in 0..10 {
            let url = Url::parse(&format!("http://rebind.example:{port}/")).expect("a URL");
            classes.push(class(&fetcher.get(Request::new(url, Purpose::Feed, CAP)).await));
        }
        classes
    });
    assert!(looks.load(Ordering::SeqCst) >= 10, "every connection looks");
    assert!(
        classes.iter().any(|class| class == "200") && classes.iter().any(|class| class == "refused"),
        "{classes:?}"
    );
    assert_eq!((trap.heads().len(), site.heads().len() > 1), (0, true));
}

#[test]
fn secrets_stay_with_the_origin_they_are_for() {
    let elsewhere = Wire::doing(|connection, _| {
        connection.write_all(&sized("", b"elsewhere")).expect("written");
    });
    let away = elsewhere.url("/").to_string();
    let own = Wire::doing(move |connection, nr| {
        let to = if nr == 1 { "/here".to_owned() } else { away.clone() };
        let answer = format!("HTTP/1.1 302 On\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
        connection.write_all(answer.as_bytes()).expect("written");
    });
    let mut url = own.url("/feed");
    url.set_username("desk").expect("a user");
    url.set_password(Some("pa55word")).expect("a password");
    let headers = vec![("X-Key".to_owned(), "k3y".to_owned()), ("Authorization".to_owned(), "Bearer t0ken".to_owned())];
    let request = Request { headers, ..Request::new(url, Purpose::Feed, CAP) };
    block(fetcher().get(request)).expect("an answer");
    let text =
        |heads: Vec<Vec<u8>>| heads.iter().map(|head| String::from_utf8_lossy(head).to_lowercase()).collect::<Vec<_>>();
    let (at_home, abroad) = (text(own.heads()), text(elsewhere.heads()));
    assert_eq!((at_home.len(), abroad.len()), (2, 1));
    assert!(at_home.iter().all(|head| head.contains("x-key: k3y") && head.contains("authorization:")), "{at_home:?}");
    for secret in ["k3y", "t0ken", "authorization", "referer", "cookie"] {
        assert!(!abroad[0].contains(secret), "{secret}: {abroad:?}");
    }
    // Led away and back, the secrets stay away: the way back is the other's choice.
    let home: Arc<Mutex<String>> = Arc::default();
    let to = Arc::clone(&home);
    let mirror = Wire::doing(move |connection, _| {
        let to = to.lock().expect("the address").clone();
        let answer = format!("HTTP/1.1 302 On\r\nLocation: {to}/back\r\nContent-Length: 0\r\n\r\n");
        connection.write_all(answer.as_bytes()).expect("written");
    });
    let away = mirror.url("/").to_string();
    let own = Wire::doing(move |connection, nr| {
        let lead = format!("HTTP/1.1 302 On\r\nLocation: {away}\r\nContent-Length: 0\r\n\r\n");
        let answer = if nr == 1 { lead.into_bytes() } else { sized("", b"news") };
        connection.write_all(&answer).expect("written");
    });
    *home.lock().expect("the address") = format!("http://{}", own.address);
    let headers = vec![("X-Key".to_owned(), "k3y".to_owned())];
    let request = Request { headers, ..Request::new(own.url("/feed"), Purpose::Feed, CAP) };
    block(fetcher().get(request)).expect("an answer");
    let heads = text(own.heads());
    assert!(heads[0].contains("k3y") && !heads[1].contains("k3y"), "{heads:?}");
}

#[test]
fn a_proxy_is_one_that_the_settings_name_and_no_other() {
    let proxy = Wire::doing(|connection, _| {
        connection.write_all(&sized("", b"<rss/>")).expect("written");
    });
    let named = FetchSettings {
        proxy: Some(format!("http://{}", proxy.address)),
        timeout: DEADLINE,
        ..FetchSettings::default()
    };
    let fetcher = Fetcher::new(&named).expect("a fetcher");
    let url = Url::parse("http://feeds.example/news.xml").expect("a URL");
    let answer = block(fetcher.get(Request::new(url, Purpose::Feed, CAP))).expect("through the proxy");
    assert_eq!(&answer.body[..], b"<rss/>");
    let head = String::from_utf8_lossy(&proxy.heads()[0]).into_owned();
    assert!(head.starts_with("GET http://feeds.example/news.xml HTTP/1.1"), "{head}");
    let private = Url::parse("http://10.0.0.1/").expect("a URL");
    let refused = block(fetcher.get(Request::new(private, Purpose::Feed, CAP)));
    assert_eq!(class(&refused), "refused", "nor is a private address asked through it");

    let world = crate::world::World::new();
    world.site.set("/feed.xml", crate::site::Reply::ok("text/xml", "<rss><channel><title>T</title></channel></rss>"));
    let trap = Wire::saying(sized("", b"trapped"));
    let mut command = world.command(&["inspect", "feed", &world.site.url("/feed.xml")]);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(name, format!("http://{}", trap.address));
    }
    let output = command.env_remove("REQUEST_METHOD").output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(trap.heads().is_empty(), "the environment names no proxy");
}
