//! What the model's process and its parent say to each other: one JSON object a line, requests down standard input,
//! replies up standard output. Never anything else on those two.

use serde::{Deserialize, Serialize};

/// The parent sets it to the number of threads that the process may use; candle and rayon read it themselves.
pub(crate) const THREADS_VARIABLE: &str = "RAYON_NUM_THREADS";
/// The parent sets these, so that the libraries below cannot reach the network, whatever they try. hf-hub 0.4 does not
/// honour the first yet; a proxy that refuses every connection holds it back for certain.
pub(crate) const OFFLINE: [(&str, &str); 2] = [("HF_HUB_OFFLINE", "1"), ("ALL_PROXY", "http://127.0.0.1:9")];
/// The parent sets it to a folder that exists: mistralrs makes the hub's cache in the user's home otherwise.
pub(crate) const HUB_CACHE_VARIABLE: &str = "HF_HUB_CACHE";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    pub(crate) id: u64,
    /// The user's turn of a conversation, without any markup.
    pub(crate) prompt: String,
    pub(crate) max_tokens: usize,
}

/// Any number of `{"converting":{..}}` and `{"ready":{..}}` once, then for each request any number of `{"id":1,"token":".."}` and one of `{"id":1,"done":{..}}`
/// and `{"id":1,"error":".."}`. An error without an id says that the model could not be loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reply {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) id: Option<u64>,
    #[serde(flatten)]
    pub(crate) body: Body,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Body {
    /// An adapter is merged into a copy of the model, which takes as long as it takes: a sign of life.
    Converting {
        done: usize,
        total: usize,
    },
    Ready(Loaded),
    Token(String),
    Done(Usage),
    Error(String),
}

/// What the process says once the model is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loaded {
    /// Milliseconds from the start of the process.
    pub load_ms: u64,
    /// Threads that compute.
    pub threads: usize,
}

/// What an answer cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// `None` where the engine does not tell.
    pub prompt_tokens: Option<usize>,
    /// `None` where the engine does not tell.
    pub answer_tokens: Option<usize>,
    /// Milliseconds from the request to the first token.
    pub first_token_ms: u64,
    /// Milliseconds from the request to the end.
    pub total_ms: u64,
    /// The model ended by itself; otherwise it was cut at the most tokens allowed.
    pub finished: bool,
}
