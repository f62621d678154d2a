//! The callback's listener: what hubs ask and push, over HTTP → words to the daemon's loop, and its answers. It decides only
//! what needs no subscription: how much is read, for how long, and whether a signature is right.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::websub::Keys;

/// Connections at once; one more waits.
const CONNECTIONS: usize = 64;
/// Pushes at once whose bodies are held.
const PUSHES: usize = 8;
/// A connection's whole life: one question or one push.
const LIFE: Duration = Duration::from_secs(60);
/// How long the daemon has for its answer.
const PATIENCE: Duration = Duration::from_secs(30);
const MAX_QUERY: usize = 16 << 10;
/// After an accept that failed (too many open files).
const PAUSE: Duration = Duration::from_millis(200);

/// What a hub wants, told to the loop, which answers with a status.
#[derive(Debug)]
pub enum Call {
    /// Did we mean it? The answer is whether we did.
    Verify {
        token: String,
        mode: String,
        topic: String,
        lease: Option<Duration>,
        answer: oneshot::Sender<bool>,
    },
    Denied {
        token: String,
        topic: String,
        reason: String,
    },
    /// A body that was signed rightly. The answer is whether it is recorded.
    Push {
        token: String,
        headers: Vec<(String, Vec<u8>)>,
        body: Bytes,
        answer: oneshot::Sender<bool>,
    },
    /// One that was not: it is ignored, and counted.
    Unsigned {
        token: String,
    },
}

/// A running listener: it ends when this is dropped.
#[derive(Debug)]
pub struct Listener {
    pub calls: mpsc::Receiver<Call>,
    tokens: Tokens,
    pub address: SocketAddr,
    _stop: DropGuard,
}

/// The tokens that are known: nobody else's body is read.
type Tokens = Arc<Mutex<HashSet<String>>>;

#[derive(Clone)]
struct Desk {
    tell: mpsc::Sender<Call>,
    tokens: Tokens,
    keys: Keys,
    max_bytes: usize,
    pushes: Arc<Semaphore>,
}

impl Listener {
    pub async fn start(address: SocketAddr, keys: Keys, max_bytes: usize) -> std::io::Result<Self> {
        let socket = TcpListener::bind(address).await?;
        let address = socket.local_addr()?;
        let (tell, calls) = mpsc::channel(PUSHES);
        let tokens = Tokens::default();
        let desk =
            Desk { tell, tokens: Arc::clone(&tokens), keys, max_bytes, pushes: Arc::new(Semaphore::new(PUSHES)) };
        let stop = CancellationToken::new();
        tokio::spawn(serve(socket, Router::new().fallback(answer).with_state(desk), stop.clone()));
        Ok(Self { calls, tokens, address, _stop: stop.drop_guard() })
    }

    pub fn know(&self, tokens: impl Iterator<Item = String>) {
        *self.tokens.lock().expect("no one panics with the tokens in hand") = tokens.collect();
    }
}

/// One request a connection, and a deadline for it: nobody holds one open by saying nothing.
async fn serve(socket: TcpListener, app: Router, stop: CancellationToken) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let permit = Arc::clone(&free).acquire_owned().await.expect("the semaphore is never closed");
        while connections.try_join_next().is_some() {}
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = socket.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let service = TowerToHyperService::new(app.clone());
        connections.spawn(async move {
            let _permit = permit;
            let mut server = hyper::server::conn::http1::Builder::new();
            server.keep_alive(false).max_buf_size(64 << 10);
            // A hub that breaks off has said all that there is to say of it.
            let _ = tokio::time::timeout(LIFE, server.serve_connection(TokioIo::new(stream), service)).await;
        });
    }
}

async fn answer(State(desk): State<Desk>, request: Request) -> Response {
    // Whatever stands before it in the path is the proxy's affair.
    let token = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
    if !desk.tokens.lock().expect("no one panics with the tokens in hand").contains(&token) {
        // To a push this says that it is not wanted any more.
        return plain(if request.method() == Method::POST { StatusCode::GONE } else { StatusCode::NOT_FOUND }, "");
    }
    match *request.method() {
        Method::GET => desk.question(token, request.uri().query().unwrap_or_default()).await,
        Method::POST => desk.push(token, request).await,
        _ => plain(StatusCode::METHOD_NOT_ALLOWED, ""),
    }
}

impl Desk {
    /// Verification of intent (§5.3) and denial (§5.2).
    async fn question(&self, token: String, query: &str) -> Response {
        if query.len() > MAX_QUERY {
            return plain(StatusCode::URI_TOO_LONG, "");
        }
        let parameters: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let get = |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let (mode, topic) = (get("hub.mode").unwrap_or_default(), get("hub.topic").unwrap_or_default());
        if mode == "denied" {
            let call = Call::Denied { token, topic, reason: get("hub.reason").unwrap_or_default() };
            return plain(if self.told(call).await { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, "");
        }
        let Some(challenge) = get("hub.challenge") else { return plain(StatusCode::BAD_REQUEST, "") };
        let lease = get("hub.lease_seconds").and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
        let (answer, answered) = oneshot::channel();
        if !self.told(Call::Verify { token, mode, topic, lease, answer }).await {
            return plain(StatusCode::SERVICE_UNAVAILABLE, "");
        }
        match tokio::time::timeout(PATIENCE, answered).await {
            Ok(Ok(true)) => plain(StatusCode::OK, challenge),
            Ok(Ok(false)) => plain(StatusCode::NOT_FOUND, ""),
            Ok(Err(_)) | Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, ""),
        }
    }

    /// Content distribution (§7). 2xx once what is new in it is recorded; and for what is not signed rightly, which is
    /// ignored (§8).
    async fn push(&self, token: String, request: Request) -> Response {
        let Ok(_permit) = self.pushes.try_acquire() else { return plain(StatusCode::SERVICE_UNAVAILABLE, "") };
        let (head, body) = request.into_parts();
        if head.headers.contains_key(header::CONTENT_ENCODING) {
            return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "");
        }
        let Ok(body) = axum::body::to_bytes(body, self.max_bytes).await else {
            return plain(StatusCode::PAYLOAD_TOO_LARGE, "");
        };
        let text =
            |name: &str| head.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let signature = text("x-hub-signature").unwrap_or_default();
        if !self.keys.signed(&token, &signature, &body) {
            self.told(Call::Unsigned { token }).await;
            return plain(StatusCode::ACCEPTED, "");
        }
        let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
        let headers = headers.collect();
        let (answer, answered) = oneshot::channel();
        if !self.told(Call::Push { token, headers, body, answer }).await {
            return plain(StatusCode::SERVICE_UNAVAILABLE, "");
        }
        match tokio::time::timeout(PATIENCE, answered).await {
            Ok(Ok(true)) => plain(StatusCode::NO_CONTENT, ""),
            Ok(Ok(false) | Err(_)) | Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, ""),
        }
    }

    async fn told(&self, call: Call) -> bool {
        matches!(tokio::time::timeout(PATIENCE, self.tell.send(call)).await, Ok(Ok(())))
    }
}

/// A challenge is echoed as text and as nothing else: it comes from outside.
fn plain(status: StatusCode, text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
