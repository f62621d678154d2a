//! A news site on loopback that answers as a test tells it to, and remembers what it was asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;

/// How a path answers.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Says nothing at all for this long.
    pub silence: Duration,
}

impl Reply {
    pub fn ok(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status: 200, headers, body: body.into(), silence: Duration::ZERO }
    }

    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), silence: Duration::ZERO }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn silent_for(mut self, silence: Duration) -> Self {
        self.silence = silence;
        self
    }
}

/// What was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

#[derive(Debug, Default)]
struct Inner {
    replies: Mutex<HashMap<String, Reply>>,
    asked: Mutex<Vec<Asked>>,
}

#[derive(Clone, Debug)]
pub struct TestSite {
    inner: Arc<Inner>,
    address: String,
    _runtime: Arc<tokio::runtime::Runtime>,
}

impl TestSite {
    pub fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Arc::new(Inner::default());
        let app = Router::new().fallback(answer).with_state(Arc::clone(&inner));
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self { inner, address, _runtime: Arc::new(runtime) }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    pub fn set(&self, path: &str, reply: Reply) {
        self.inner.replies.lock().expect("the replies").insert(path.to_owned(), reply);
    }

    /// What was asked after the first so many requests, in order.
    pub fn all_asked(&self, after: usize) -> Vec<Asked> {
        self.inner.asked.lock().expect("what was asked")[after..].to_vec()
    }

    /// What a path was asked, in order.
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        let all = self.inner.asked.lock().expect("what was asked");
        all.iter().filter(|asked| asked.path == path).cloned().collect()
    }
}

async fn answer(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
    let asked = Asked { method: head.method, path: path.clone(), headers: head.headers.clone(), body };
    inner.asked.lock().expect("what was asked").push(asked);
    let reply = inner.replies.lock().expect("the replies").get(&path).cloned().unwrap_or_else(|| Reply::status(404));
    tokio::time::sleep(reply.silence).await;
    let etag = reply.headers.iter().find(|(name, _)| name == "etag").map(|(_, value)| value.as_bytes().to_vec());
    let fresh =
        etag.is_some_and(|etag| head.headers.get("if-none-match").is_some_and(|given| given.as_bytes() == etag));
    let mut response = Response::builder();
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    let response = if fresh {
        response.status(StatusCode::NOT_MODIFIED).body(Body::empty())
    } else {
        response.status(reply.status).body(Body::from(reply.body))
    };
    response.expect("a response")
}
