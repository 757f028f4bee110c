//! The part of OpenAI's chat completions that servers of models share: what is sent, and what comes back whole or as
//! server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>). Never reads or writes a socket,
//! and takes whatever bytes come.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::printable;
use crate::prompt::{Prompt, plain};

#[derive(Serialize)]
struct Question<'a> {
    model: &'a str,
    messages: [Message<'a>; 1],
    max_tokens: usize,
    stream: bool,
    // The most likely token each time: the same question gets the same answer, as far as the server keeps to it.
    temperature: u8,
    seed: u8,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'a str,
    content: &'a str,
}

/// The body of a request for an answer that is streamed.
pub(super) fn question(model: &str, prompt: &Prompt) -> Vec<u8> {
    let content = plain(&prompt.text);
    let messages = [Message { role: "user", content: &content }];
    let question =
        Question { model, messages, max_tokens: prompt.max_tokens, stream: true, temperature: 0, seed: 0 };
    serde_json::to_vec(&question).expect("texts and numbers serialize")
}

#[derive(Deserialize)]
struct Models {
    data: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

/// The name of the first model in a server's list.
pub(super) fn first_model(body: &[u8]) -> Option<String> {
    let models: Models = serde_json::from_slice(body).ok()?;
    models.data.into_iter().next().map(|model| model.id)
}

/// An answer, or a piece of a streamed one.
#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    choices: Vec<Choice>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    /// In a stream.
    delta: Option<Said>,
    /// In a whole answer.
    message: Option<Said>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    content: Option<String>,
}

/// What has come of an answer so far.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) finish_reason: Option<String>,
    /// The stream has said that it is over.
    done: bool,
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
}

impl Answer {
    /// Nothing more is to come.
    pub(super) fn is_complete(&self) -> bool {
        self.done || self.finish_reason.is_some()
    }

    /// Takes the next bytes of a stream, cut wherever they may be. `on_token` gets each piece of text.
    ///
    /// # Errors
    /// What is wrong with them, to follow "cannot be used:".
    pub(super) fn feed(&mut self, bytes: &[u8], on_token: &mut dyn FnMut(&str)) -> Result<(), String> {
        for &byte in bytes {
            if byte == b'\n' {
                let line = std::mem::take(&mut self.line);
                self.event(line.strip_suffix(b"\r").unwrap_or(&line), on_token)?;
            } else {
                self.line.push(byte);
            }
        }
        Ok(())
    }

    fn event(&mut self, line: &[u8], on_token: &mut dyn FnMut(&str)) -> Result<(), String> {
        if self.is_complete() {
            return Ok(());
        }
        let Some(data) = line.strip_prefix(b"data:") else {
            let known: [&[u8]; 4] = [b":", b"event:", b"id:", b"retry:"];
            if line.is_empty() || known.iter().any(|field| line.starts_with(field)) {
                return Ok(());
            }
            return Err(format!("its stream holds {}", quoted(line)));
        };
        let data = data.trim_ascii();
        if data == b"[DONE]" {
            self.done = true;
            return Ok(());
        }
        self.take(data, on_token)
    }

    /// Takes a whole answer, or an event of a stream.
    ///
    /// # Errors
    /// As [`Answer::feed`].
    pub(super) fn take(&mut self, json: &[u8], on_token: &mut dyn FnMut(&str)) -> Result<(), String> {
        let reply: Reply = serde_json::from_slice(json).map_err(|_| format!("it holds {}", quoted(json)))?;
        if let Some(error) = &reply.error {
            return Err(format!("the server reports {}", message(error)));
        }
        let Some(choice) = reply.choices.into_iter().next() else { return Ok(()) };
        let said = choice.delta.or(choice.message).and_then(|said| said.content);
        if let Some(text) = said.filter(|text| !text.is_empty()) {
            on_token(&text);
            self.text.push_str(&text);
        }
        self.finish_reason = choice.finish_reason.or(self.finish_reason.take());
        Ok(())
    }
}

/// The reason that the body of a refusal gives, where it gives one that can be shown.
pub(super) fn refusal(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let error = ["error", "message", "detail"].iter().find_map(|key| body.get(key))?;
    Some(message(error))
}

fn message(error: &Value) -> String {
    let text = error.get("message").and_then(Value::as_str).or(error.as_str());
    text.map_or_else(|| printable(&error.to_string()), printable)
}

fn quoted(bytes: &[u8]) -> String {
    format!("`{}`", printable(&String::from_utf8_lossy(&bytes[..bytes.len().min(1 << 10)])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    const STREAM: &str = concat!(
        ": hello\r\n",
        "event: message\r\n",
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\r\n\r\n",
        "data:{\"choices\":[{\"delta\":{\"content\":\"Keeps the naïve \"}}],\"usage\":null}\n\n",
        "data: {\"choices\":[]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"path.\"},\"finish_reason\":null}]}\n\n",
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n",
        "data: [DONE]\n\ndata: whatever\n",
    );

    fn fed(pieces: &[&[u8]]) -> String {
        let mut answer = Answer::default();
        let mut tokens = String::new();
        for piece in pieces {
            let mut on_token = |token: &str| tokens.push_str(&format!("[{token}]"));
            if let Err(reason) = answer.feed(piece, &mut on_token) {
                return format!("{tokens} error: {reason}");
            }
        }
        let finish = answer.finish_reason.as_deref().unwrap_or("-");
        format!("{tokens} {finish} {}", if answer.is_complete() { "complete" } else { "incomplete" })
    }

    #[test]
    fn a_stream_says_the_same_wherever_it_is_cut() {
        expect!["[Keeps the naïve ][path.] length complete"].assert_eq(&fed(&[STREAM.as_bytes()]));
        let bytes: Vec<&[u8]> = STREAM.as_bytes().chunks(1).collect();
        assert_eq!(fed(&bytes), fed(&[STREAM.as_bytes()]));
        for cut in 0..STREAM.len() {
            let (first, second) = STREAM.as_bytes().split_at(cut);
            assert_eq!(fed(&[first, second]), fed(&[STREAM.as_bytes()]), "{cut}");
        }
    }

    #[test]
    fn what_is_no_stream_is_told() {
        let streams: [&[u8]; 8] = [
            b"",
            b"data: {\"choices\":[{\"delta\":{\"content\":\"Half\"}}]}\n",
            b"data: [DONE]",
            b"<html>\n",
            b"data: {\"choices\":\n",
            b"data: {\"choices\":[{\"delta\":{\"content\":\"\xff\"}}]}\n",
            b"data: {\"error\":{\"message\":\"out of \\u001b[31mmemory\"}}\n",
            b"error: 1\n",
        ];
        expect![[r#"
             - incomplete
            [Half] - incomplete
             - incomplete
             error: its stream holds `<html>`
             error: it holds `{"choices":`
             error: it holds `{"choices":[{"delta":{"content":"�"}}]}`
             error: the server reports out of \u{1b}[31mmemory
             error: its stream holds `error: 1`
        "#]]
        .assert_eq(&streams.map(|stream| fed(&[stream]) + "\n").concat());
    }

    #[test]
    fn a_question_is_plain_json_and_markers_of_chats_are_text_in_it() {
        let prompt = Prompt { text: "<|im_end|>\"why\"\n".to_owned(), max_tokens: 7 };
        expect![[r#"{"model":"tiny","messages":[{"role":"user","content":"< |im_end|>\"why\"\n"}],"max_tokens":7,"stream":true,"temperature":0,"seed":0}"#]].assert_eq(&String::from_utf8(question("tiny", &prompt)).unwrap());
    }

    #[test]
    fn lists_of_models_and_refusals() {
        assert_eq!(first_model(br#"{"object":"list","data":[{"id":"a","x":1},{"id":"b"}]}"#).unwrap(), "a");
        assert_eq!(first_model(br#"{"data":[]}"#), None);
        assert_eq!(first_model(b"[]"), None);
        let bodies = [
            r#"{"error":{"message":"no such model","code":404}}"#,
            r#"{"error":"model 'x' not found"}"#,
            r#"{"detail":[{"loc":["body"]}]}"#,
            r#"{"a":1}"#,
            "<html>",
        ];
        expect![[r#"
            Some("no such model")
            Some("model 'x' not found")
            Some("[{\"loc\":[\"body\"]}]")
            None
            None
        "#]]
        .assert_eq(&bodies.map(|body| format!("{:?}\n", refusal(body.as_bytes()))).concat());
    }
}
