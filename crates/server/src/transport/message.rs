//! One body of the protocol: is it a JSON-RPC message, and which? Never does: look into `params`.
//!
//! The checks are at least as strict as those of the library behind us, for which a message that it cannot read is the end of
//! the input.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::framing::BODY_LIMIT;

/// A message that the protocol library can read.
#[derive(Debug)]
pub struct Message {
    /// The JSON text, as it came but for lone surrogates.
    pub body: Vec<u8>,
    pub value: Value,
}

impl Message {
    /// The method of a request or notification; a response has none.
    pub fn method(&self) -> Option<&str> {
        self.value.get("method").and_then(Value::as_str)
    }
}

/// Why something is not passed on.
#[derive(Debug)]
pub enum Refusal {
    /// No JSON, or nothing that is framed at all.
    Garbage,
    NotUtf8 {
        id: Value,
    },
    NotAMessage {
        id: Value,
        why: String,
    },
    TooLarge {
        length: u64,
    },
}

impl Refusal {
    /// The body of the error that answers it.
    pub fn answer(&self) -> Value {
        let null = &Value::Null;
        let (id, code, message) = match self {
            Refusal::Garbage => {
                (null, -32700, "not a message: skipped to the next Content-Length header".to_owned())
            }
            Refusal::NotUtf8 { id } => (id, -32700, "the message is not UTF-8".to_owned()),
            Refusal::NotAMessage { id, why } => (id, -32600, why.clone()),
            Refusal::TooLarge { length } => {
                let limit = BODY_LIMIT >> 20;
                (null, -32600, format!("a message of {length} bytes is above the limit of {limit} MiB"))
            }
        };
        json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})
    }
}

/// Reads one body.
///
/// # Errors
/// [`Refusal::Garbage`] where it is no JSON, the other refusals where it is.
pub fn read(body: &[u8]) -> Result<Message, Refusal> {
    let (body, value) = parse(body)?;
    let Value::Object(fields) = &value else {
        let why = match value {
            Value::Array(_) => "batches are not part of the protocol",
            _ => "a message must be an object",
        };
        return Err(Refusal::NotAMessage { id: Value::Null, why: why.to_owned() });
    };
    let is_response = fields.contains_key("result") || fields.contains_key("error");
    let id = match fields.get("id") {
        // The id of a response is one of ours: an error with it would answer nothing that the client asked.
        Some(id @ (Value::Number(_) | Value::String(_))) if !is_response => id.clone(),
        _ => Value::Null,
    };
    let wrong = if is_response { response_error(fields) } else { request_error(fields) };
    let wrong =
        wrong.map(str::to_owned).or_else(|| serde_json::from_slice::<Fields>(&body).err().map(readable));
    match wrong {
        Some(why) => Err(Refusal::NotAMessage { id, why }),
        None => Ok(Message { body, value }),
    }
}

fn parse(body: &[u8]) -> Result<(Vec<u8>, Value), Refusal> {
    if let Ok(value) = serde_json::from_slice(body) {
        return Ok((body.to_vec(), value));
    }
    let Ok(text) = std::str::from_utf8(body) else {
        let readable: Option<Value> = serde_json::from_str(&String::from_utf8_lossy(body)).ok();
        return Err(readable.map_or(Refusal::Garbage, |value| Refusal::NotUtf8 { id: value["id"].clone() }));
    };
    let repaired = replace_lone_surrogates(text);
    match serde_json::from_str(&repaired) {
        Ok(value) => Ok((repaired.into_bytes(), value)),
        Err(_) => Err(Refusal::Garbage),
    }
}

type Object = serde_json::Map<String, Value>;

fn request_error(fields: &Object) -> Option<&'static str> {
    let named = fields.get("method").and_then(Value::as_str).is_some_and(|method| !method.is_empty());
    match fields.get("id") {
        _ if !is_version_2(fields) => Some(NOT_VERSION_2),
        _ if !named => Some("neither a method nor a result: not a JSON-RPC message"),
        None | Some(Value::Null | Value::String(_)) => None,
        Some(Value::Number(number)) if number.is_i64() => None,
        Some(_) => Some("the id must be an integer of 64 bits or a string"),
    }
}

fn response_error(fields: &Object) -> Option<&'static str> {
    let is_error = |error: &Value| error["code"].is_i64() && error["message"].is_string();
    match fields.get("id") {
        _ if !is_version_2(fields) => Some(NOT_VERSION_2),
        _ if !fields.contains_key("result") && !fields.get("error").is_some_and(is_error) => {
            Some("an error must have a code and a message")
        }
        Some(Value::String(_) | Value::Null) => None,
        Some(Value::Number(number)) if number.is_i64() => None,
        _ => Some("a response must have the id of its request"),
    }
}

const NOT_VERSION_2: &str = "not a JSON-RPC message: \"jsonrpc\" must be \"2.0\"";

fn is_version_2(fields: &Object) -> bool {
    fields.get("jsonrpc").and_then(Value::as_str) == Some("2.0")
}

/// Finds a field that comes twice, which a [`Value`] hides and the protocol library refuses.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only whether they can be read matters")]
struct Fields {
    jsonrpc: IgnoredAny,
    id: Option<IgnoredAny>,
    method: Option<IgnoredAny>,
    params: Option<IgnoredAny>,
    result: Option<IgnoredAny>,
    error: Option<IgnoredAny>,
}

fn readable(error: serde_json::Error) -> String {
    format!("not a JSON-RPC message: {error}")
}

/// Replaces escaped halves of surrogate pairs (`\ud83d` alone) by U+FFFD, which has the same length in UTF-16 and UTF-8 as what
/// an editor in JavaScript holds there. Such an editor sends them while a pair is typed or cut in two.
fn replace_lone_surrogates(text: &str) -> String {
    let mut repaired = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        repaired.push_str(before);
        let taken = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                repaired.push_str("\\ufffd");
                rest = &escape[6..];
                continue;
            }
            // The backslash and what it escapes, which may be a backslash or, in broken text, of any width.
            _ => escape.chars().take(2).map(char::len_utf8).sum(),
        };
        repaired.push_str(&escape[..taken]);
        rest = &escape[taken..];
    }
    repaired.push_str(rest);
    repaired
}

/// The UTF-16 unit of a `\uXXXX` at the beginning of the text.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}
