//! One conversation with a server over HTTP: where it may connect to, how long it may take, how much is read. Never
//! looks into what is said.

use std::fmt;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};
use tokio::time::timeout;

use super::address::Address;
use super::{printable, wire};
use crate::error::Error;
use crate::limits::{Limits, POLL};

/// So much of an answer is read, in bytes: a thousand tokens, each with a good hundred bytes around it, and room to spare.
const MOST_BYTES: usize = 512 << 10;

/// A client for one answer of one server.
pub(super) struct Exchange<'a> {
    address: &'a Address,
    client: Client,
    key: Option<HeaderValue>,
    limits: Limits,
    end: Instant,
    interrupted: &'a AtomicBool,
}

impl<'a> Exchange<'a> {
    /// Looks the host up, and holds the client to the IP addresses found. Sends nothing.
    pub(super) async fn open(
        address: &'a Address,
        key: Option<HeaderValue>,
        limits: Limits,
        interrupted: &'a AtomicBool,
    ) -> Result<Self, Error> {
        let end = Instant::now() + limits.answer;
        let unreachable =
            |reason: String| Error::EndpointUnreachable { address: address.to_string(), reason };
        let lookup = tokio::net::lookup_host((address.host(), address.port()));
        let found = match within(lookup, Instant::now() + limits.ready, interrupted).await {
            Ok(found) => found.map_err(|error| unreachable(error.to_string()))?,
            Err(Stopped::Interrupted) => return Err(Error::Interrupted),
            Err(Stopped::TooLate) => {
                return Err(unreachable("its name could not be looked up in time".to_owned()));
            }
        };
        let found: Vec<SocketAddr> = found.collect();
        if address.is_loopback() && found.iter().any(|found| !found.ip().to_canonical().is_loopback()) {
            return Err(Error::EndpointNotLocal { address: address.to_string() });
        }
        let client = client(address, &found, limits.ready).map_err(|error| unreachable(root(&error)))?;
        Ok(Self { address, client, key, limits, end, interrupted })
    }

    pub(super) async fn get(&self, resource: &str) -> Result<Body<'_>, Error> {
        self.send(self.client.get(self.address.of(resource))).await
    }

    pub(super) async fn post(&self, resource: &str, json: Vec<u8>) -> Result<Body<'_>, Error> {
        let request = self.client.post(self.address.of(resource));
        self.send(request.header(CONTENT_TYPE, "application/json").body(json)).await
    }

    /// An answer that came and is of no use.
    pub(super) fn unusable(&self, reason: impl fmt::Display) -> Error {
        Error::EndpointAnswer { address: self.address.to_string(), reason: reason.to_string() }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Body<'_>, Error> {
        let mut request = request.header(ACCEPT, "text/event-stream, application/json");
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, key);
        }
        let response = self.wait(request.send()).await?.map_err(|error| self.failed(&error))?;
        let body = Body { exchange: self, response, read: 0 };
        if body.response.status() != StatusCode::OK {
            return Err(body.refusal().await);
        }
        if !body.is_stream() && !body.has_type("application/json") {
            return Err(self.unusable("it is neither JSON nor a stream of events"));
        }
        Ok(body)
    }

    async fn wait<T>(&self, future: impl Future<Output = T>) -> Result<T, Error> {
        let silent = Instant::now() + self.limits.silence;
        match within(future, silent.min(self.end), self.interrupted).await {
            Ok(value) => Ok(value),
            Err(Stopped::Interrupted) => Err(Error::Interrupted),
            Err(Stopped::TooLate) => {
                let after = if silent < self.end { self.limits.silence } else { self.limits.answer };
                Err(Error::EndpointSilent { address: self.address.to_string(), after })
            }
        }
    }

    fn failed(&self, error: &reqwest::Error) -> Error {
        let (address, reason) = (self.address.to_string(), root(error));
        if error.is_connect() {
            return Error::EndpointUnreachable { address, reason };
        }
        Error::EndpointAnswer { address, reason: format!("it broke off ({reason})") }
    }
}

/// What a server answers, read piece by piece.
pub(super) struct Body<'a> {
    exchange: &'a Exchange<'a>,
    response: Response,
    read: usize,
}

impl Body<'_> {
    /// It comes as server-sent events.
    pub(super) fn is_stream(&self) -> bool {
        self.has_type("text/event-stream")
    }

    fn has_type(&self, wanted: &str) -> bool {
        let kind = self.response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        kind.is_some_and(|kind| {
            kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(wanted)
        })
    }

    /// The next bytes; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, Error> {
        let exchange = self.exchange;
        let bytes = exchange.wait(self.response.chunk()).await?.map_err(|error| exchange.failed(&error))?;
        self.read += bytes.as_ref().map_or(0, |bytes| bytes.len());
        if self.read > MOST_BYTES {
            return Err(exchange.unusable(format!("it is longer than {} KiB", MOST_BYTES >> 10)));
        }
        Ok(bytes)
    }

    pub(super) async fn all(mut self) -> Result<Vec<u8>, Error> {
        let mut all = Vec::new();
        while let Some(bytes) = self.next().await? {
            all.extend_from_slice(bytes.as_ref());
        }
        Ok(all)
    }

    /// Why there is no answer, in the server's words where they can be shown.
    async fn refusal(self) -> Error {
        let exchange = self.exchange;
        let status = self.response.status();
        if status.is_redirection() {
            let target = self.response.headers().get(LOCATION);
            let target = target.map(|target| String::from_utf8_lossy(target.as_bytes()).into_owned());
            let reason =
                format!("redirects to {}, where nothing was sent", printable(&target.unwrap_or_default()));
            return Error::EndpointRefused {
                address: exchange.address.to_string(),
                status: status.as_u16(),
                reason,
            };
        }
        let said = match self.all().await {
            Err(Error::Interrupted) => return Error::Interrupted,
            // It has said enough: what it is not is an answer.
            Err(_) => None,
            Ok(body) => wire::refusal(&body),
        };
        let advice = match status.as_u16() {
            401 | 403 => "set `endpoint_key` to an environment variable that holds the key",
            404 | 405 => "the address or the model's name may be wrong (most servers have the API under /v1)",
            _ => "the server's log may say more",
        };
        let reason = said.map_or_else(|| advice.to_owned(), |said| format!("\"{said}\"; {advice}"));
        Error::EndpointRefused { address: exchange.address.to_string(), status: status.as_u16(), reason }
    }
}

fn client(address: &Address, found: &[SocketAddr], connect: Duration) -> reqwest::Result<Client> {
    let mut builder = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        // All builds speak the same, whatever other libraries have switched on.
        .http1_only()
        // A server may close a connection after its answer without saying so, and the next question on it would be lost.
        .pool_max_idle_per_host(0)
        .connect_timeout(connect)
        .resolve_to_addrs(address.host(), found);
    if !address.is_encrypted() {
        // Certificates are not needed, and a machine without any could build no client.
        builder = builder.tls_certs_only([]);
    }
    builder.build()
}

enum Stopped {
    Interrupted,
    TooLate,
}

/// Waits for `future`, looking at the flag all the while.
async fn within<T>(
    future: impl Future<Output = T>,
    end: Instant,
    interrupted: &AtomicBool,
) -> Result<T, Stopped> {
    let mut future = pin!(future);
    loop {
        if interrupted.load(Ordering::Relaxed) {
            return Err(Stopped::Interrupted);
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Stopped::TooLate);
        }
        if let Ok(value) = timeout(left.min(POLL), &mut future).await {
            return Ok(value);
        }
    }
}

/// The innermost reason: the outer ones say that a request failed, and where to.
fn root(error: &reqwest::Error) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    printable(&reason.to_string())
}
