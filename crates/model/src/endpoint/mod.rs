//! An engine that somebody else runs: a server with OpenAI's API for chat completions (vLLM, Ollama, llama.cpp, mistral.rs).
//! Never speaks to another machine unless its user allowed that, never follows a redirect or asks a proxy, and never
//! waits without a limit or reads without one.

mod address;
mod http;
mod wire;

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use reqwest::header::HeaderValue;

pub use address::Address;

use crate::error::Error;
use crate::limits::Limits;
use crate::prompt::Prompt;
use crate::protocol::Usage;
use crate::worker::Generated;
use http::Exchange;
use wire::Answer;

/// Whom to ask, as the user set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointSettings {
    pub address: Address,
    /// The server's name of the model; `None` for the first one that it lists.
    pub model: Option<String>,
    /// The environment variable that holds the server's key, where it wants one.
    pub key_variable: Option<String>,
    /// The server may be on another machine.
    pub allow_remote: bool,
}

/// A server that is asked as its user set it. Nothing is sent before the first question.
#[derive(Debug)]
pub struct Endpoint {
    address: Address,
    model: Option<String>,
    key: Option<HeaderValue>,
    limits: Limits,
    title: String,
    id: String,
}

impl Endpoint {
    /// Reads the key and makes sure that the address may be asked; sends nothing and looks nothing up.
    ///
    /// # Errors
    /// [`Error::EndpointNotLocal`] and [`Error::EndpointKey`].
    pub fn new(settings: &EndpointSettings, limits: Limits) -> Result<Self, Error> {
        let address = settings.address.clone();
        if !address.is_loopback() && !settings.allow_remote {
            return Err(Error::EndpointNotLocal { address: address.to_string() });
        }
        let key = settings.key_variable.as_deref().map(key).transpose()?;
        let model = settings.model.clone();
        let id = format!("endpoint:{address} {}", model.as_deref().unwrap_or_default());
        let title = title(&address, model.as_deref());
        Ok(Self { address, model, key, limits, title, id })
    }

    /// For people: the model, as far as its name is known, and where it runs.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Names the weights in cache keys as well as an endpoint can: its address, and the model that the settings name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is asked leaves this machine.
    pub fn is_remote(&self) -> bool {
        !self.address.is_loopback()
    }

    /// Answers `prompt`. `on_token` gets each piece of text as it comes.
    ///
    /// # Errors
    /// [`Error::EndpointUnreachable`], [`Error::EndpointRefused`], [`Error::EndpointSilent`], [`Error::EndpointAnswer`],
    /// [`Error::EndpointNotLocal`] where `localhost` leads to another machine, and [`Error::Interrupted`] within
    /// milliseconds of the flag. In each case the connection has been closed.
    ///
    /// # Panics
    /// On a thread of an asynchronous runtime.
    pub fn generate(
        &mut self,
        prompt: &Prompt,
        interrupted: &AtomicBool,
        on_token: &mut dyn FnMut(&str),
    ) -> Result<Generated, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| self.unreachable(error.to_string()))?;
        let result = runtime.block_on(self.ask(prompt, interrupted, on_token));
        // Closes what is open. A name that is being looked up can't be stopped, and is not waited for.
        runtime.shutdown_background();
        result
    }

    async fn ask(
        &mut self,
        prompt: &Prompt,
        interrupted: &AtomicBool,
        on_token: &mut dyn FnMut(&str),
    ) -> Result<Generated, Error> {
        let started = Instant::now();
        let address = self.address.clone();
        let exchange = Exchange::open(&address, self.key.clone(), self.limits, interrupted).await?;
        let model = match &self.model {
            Some(model) => model.clone(),
            None => self.name_of_first_model(&exchange).await?,
        };
        let mut body = exchange.post("chat/completions", wire::question(&model, prompt)).await?;
        let mut answer = Answer::default();
        let mut first_token_ms = None;
        let mut on_token = |token: &str| {
            first_token_ms.get_or_insert_with(|| millis(started.elapsed()));
            on_token(token);
        };
        if body.is_stream() {
            while !answer.is_complete() {
                let Some(bytes) = body.next().await? else {
                    return Err(exchange.unusable("it ended before it was complete"));
                };
                answer.feed(bytes.as_ref(), &mut on_token).map_err(|reason| exchange.unusable(reason))?;
            }
        } else {
            answer.take(&body.all().await?, &mut on_token).map_err(|reason| exchange.unusable(reason))?;
        }
        if answer.text.trim().is_empty() {
            return Err(exchange.unusable("it holds no text"));
        }
        let usage = Usage {
            prompt_tokens: None,
            answer_tokens: None,
            first_token_ms: first_token_ms.unwrap_or_default(),
            total_ms: millis(started.elapsed()),
            finished: answer.finish_reason.is_none_or(|reason| reason != "length"),
        };
        Ok(Generated { text: answer.text, usage, loaded: None })
    }

    /// Asked for once: a server that changes its model meanwhile answers for the old name, or refuses it.
    async fn name_of_first_model(&mut self, exchange: &Exchange<'_>) -> Result<String, Error> {
        let list = exchange.get("models").await?.all().await?;
        let Some(name) = wire::first_model(&list) else {
            return Err(exchange.unusable("its list of models names none: name one with `endpoint_model`"));
        };
        self.title = title(&self.address, Some(&name));
        self.model = Some(name.clone());
        Ok(name)
    }

    fn unreachable(&self, reason: String) -> Error {
        Error::EndpointUnreachable { address: self.address.to_string(), reason }
    }
}

fn title(address: &Address, model: Option<&str>) -> String {
    match model {
        Some(model) => format!("{} at {address}", printable(model)),
        None => format!("the model at {address}"),
    }
}

fn key(variable: &str) -> Result<HeaderValue, Error> {
    let no_key = || Error::EndpointKey { variable: printable(variable) };
    let key = std::env::var(variable).ok().filter(|key| !key.trim().is_empty()).ok_or_else(no_key)?;
    let mut header = HeaderValue::from_str(&format!("Bearer {}", key.trim())).map_err(|_| no_key())?;
    header.set_sensitive(true);
    Ok(header)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// So much of a stranger's text is shown, in characters.
const SHOWN: usize = 200;

/// A text from a stranger, fit for a terminal: short, on one line, and without what could steer it.
fn printable(text: &str) -> String {
    let mut shown = String::new();
    for character in text.trim().chars().take(SHOWN) {
        match character {
            '"' | '\'' | '\\' => shown.push(character),
            character if character.is_whitespace() => shown.push(' '),
            other => shown.extend(other.escape_debug()),
        }
    }
    if text.trim().chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests;
