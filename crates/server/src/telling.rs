//! Explanations, histories, impact and answers: as commands, which open a report in the client, and as requests, which only answer and hand
//! over what is known meanwhile to who wants it. Never does: find any of it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_session::history::patch::Cut;
use backstory_session::live::{
    self, Affected, Answered, Compared, Explained, Meant, ProgressId, Question, Recounted, Target, Telling,
    Where,
};
use backstory_session::syntax::LocalKey;
use serde::de::DeserializeOwned;
use serde_json::{Value, json, to_value};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{ExecuteCommandParams, LSPAny, Location, ProgressToken};

use crate::backend::Backend;
use crate::capabilities::{ASK, EXPLAIN, GOTO, IMPACT, OPEN_CHANGE, OPEN_HISTORY, REFACTOR};
use crate::convert;
use crate::custom::{AskParams, DocumentContentParams, Symbol, Wanted};

impl Backend {
    /// One of the commands that the server offers.
    pub async fn command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        let ExecuteCommandParams { command, arguments, work_done_progress_params } = params;
        let argument = arguments.into_iter().next().unwrap_or(Value::Null);
        // Without a token of the client's the server makes one.
        let begin = |cancelled: &Arc<AtomicBool>| {
            let token = work_done_progress_params.work_done_token.clone();
            Some(self.asked.begin(token, Arc::clone(cancelled)))
        };
        let cancelled: Arc<AtomicBool> = Arc::default();
        match command.as_str() {
            EXPLAIN => {
                let symbol =
                    taken(argument, "backstory.explain takes {uri, position} or {uri, symbol}, and ask")?;
                let progress = begin(&cancelled);
                self.explained(cancelled, symbol, progress, Telling::Opened).await.map(Some)
            }
            IMPACT => {
                let symbol = taken(argument, "backstory.impact takes {uri, position} or {uri, symbol}")?;
                let progress = begin(&cancelled);
                self.affected(cancelled, &symbol, progress, true).await.map(Some)
            }
            ASK => {
                let asked = taken(argument, "backstory.ask takes {question}, and uri")?;
                let progress = begin(&cancelled);
                self.answered(cancelled, asked, progress, Telling::Opened).await.map(Some)
            }
            OPEN_HISTORY => {
                let symbol: Symbol =
                    taken(argument, "backstory.openHistory takes {uri, position} or {uri, symbol}")?;
                let (target, progress) = (target(&symbol)?, begin(&cancelled));
                let opened =
                    self.ask_with(cancelled, |ask| Question::OpenHistory { target, progress, ask }).await?;
                Ok(Some(json!({ "uri": opened.uri, "text": opened.text })))
            }
            OPEN_CHANGE => {
                let DocumentContentParams { uri } = taken(argument, "backstory.openChange takes {uri}")?;
                let opened = self.ask(|ask| Question::OpenChange { uri, ask }).await?;
                Ok(Some(json!({ "uri": opened.uri, "text": opened.text })))
            }
            GOTO => {
                let place: Location = taken(argument, "backstory.goto takes {uri, range}")?;
                let path = convert::path(&place.uri)
                    .ok_or_else(|| convert::invalid_params("backstory.goto goes to files only"))?;
                let place = live::Location { path, range: convert::range(place.range) };
                self.ask(|ask| Question::ShowPlace { place, ask }).await?;
                Ok(None)
            }
            REFACTOR => self.refactor(argument).await,
            other => Err(convert::invalid_params(format!("there is no command {other}"))),
        }
    }

    /// `backstory/explain`.
    pub async fn explain(&self, wanted: Wanted<Symbol>) -> Result<Value> {
        let cancelled: Arc<AtomicBool> = Arc::default();
        let progress = self.progress(&cancelled, wanted.work_done_token);
        let telling = self.streamed(wanted.partial_result_token, explained_out);
        self.explained(cancelled, wanted.of, progress, telling).await
    }

    /// `backstory/history`.
    pub async fn history(&self, wanted: Wanted<Symbol>) -> Result<Value> {
        let cancelled: Arc<AtomicBool> = Arc::default();
        let progress = self.progress(&cancelled, wanted.work_done_token);
        let target = target(&wanted.of)?;
        let told: Recounted =
            self.ask_with(cancelled, |ask| Question::History { target, progress, ask }).await?;
        let Recounted { meant, history, changes } = told;
        let history = to_value(history).map_err(|_| Error::internal_error())?;
        Ok(with_meant(json!({ "history": history, "changes": changes }), &meant))
    }

    /// `backstory/impact`.
    pub async fn impact(&self, wanted: Wanted<Symbol>) -> Result<Value> {
        let cancelled: Arc<AtomicBool> = Arc::default();
        let progress = self.progress(&cancelled, wanted.work_done_token);
        self.affected(cancelled, &wanted.of, progress, false).await
    }

    /// `backstory/ask`.
    pub async fn answer(&self, wanted: Wanted<AskParams>) -> Result<Value> {
        let cancelled: Arc<AtomicBool> = Arc::default();
        let progress = self.progress(&cancelled, wanted.work_done_token);
        let telling = self.streamed(wanted.partial_result_token, answered_out);
        self.answered(cancelled, wanted.of, progress, telling).await
    }

    /// `backstory/change`.
    pub async fn change(&self, DocumentContentParams { uri }: DocumentContentParams) -> Result<Value> {
        let Compared { event, message, old, new } = self.ask(|ask| Question::Compare { uri, ask }).await?;
        let side = |cut: Option<Cut>| {
            cut.map(|Cut { path, line, text }| json!({ "path": path, "line": line, "text": text }))
        };
        let change = to_value(event).map_err(|_| Error::internal_error())?;
        Ok(json!({ "change": change, "message": message, "old": side(old), "new": side(new) }))
    }

    /// What is shown to a client that wants to see it.
    fn progress(&self, cancelled: &Arc<AtomicBool>, token: Option<ProgressToken>) -> Option<ProgressId> {
        token.map(|token| self.asked.begin(Some(token), Arc::clone(cancelled)))
    }

    /// Sends what is known by then under the token, where the client has one.
    fn streamed<T: 'static>(
        &self,
        token: Option<ProgressToken>,
        out: impl Fn(T) -> Result<Value> + Send + 'static,
    ) -> Telling<T> {
        let client = self.client();
        Telling::Streamed(Box::new(move |known| {
            if let Some((token, Ok(value))) = token.clone().map(|token| (token, out(known))) {
                client.partial(token, value);
            }
        }))
    }

    async fn explained(
        &self,
        cancelled: Arc<AtomicBool>,
        symbol: Symbol,
        progress: Option<ProgressId>,
        telling: Telling<Explained>,
    ) -> Result<Value> {
        let target = target(&symbol)?;
        let question = symbol.ask.unwrap_or_default();
        let told =
            self.ask_with(cancelled, |ask| Question::Explain { target, question, progress, telling, ask });
        explained_out(told.await?)
    }

    async fn affected(
        &self,
        cancelled: Arc<AtomicBool>,
        symbol: &Symbol,
        progress: Option<ProgressId>,
        shown: bool,
    ) -> Result<Value> {
        let target = target(symbol)?;
        let found: Affected =
            self.ask_with(cancelled, |ask| Question::Impact { target, progress, shown, ask }).await?;
        let impact = to_value(&found.impact).map_err(|_| Error::internal_error())?;
        let found_out = json!({ "uri": found.uri, "markdown": found.markdown, "impact": impact });
        Ok(with_meant(found_out, &found.meant))
    }

    async fn answered(
        &self,
        cancelled: Arc<AtomicBool>,
        AskParams { question, uri }: AskParams,
        progress: Option<ProgressId>,
        telling: Telling<Answered>,
    ) -> Result<Value> {
        let of = uri.as_ref().and_then(convert::path);
        let told = self.ask_with(cancelled, |ask| Question::Answer { question, of, progress, telling, ask });
        answered_out(told.await?)
    }
}

/// The only argument of a command.
fn taken<T: DeserializeOwned>(argument: Value, takes: &str) -> Result<T> {
    serde_json::from_value(argument).map_err(|error| convert::invalid_params(format!("{takes}: {error}")))
}

/// The symbol that a command or a request names.
fn target(symbol: &Symbol) -> Result<Target> {
    let at = match (&symbol.symbol, symbol.position) {
        (Some(key), _) => Where::Symbol(key.clone()),
        (None, Some(position)) => Where::Position(convert::position(position)),
        (None, None) => Where::Symbol(LocalKey::file()),
    };
    let path = convert::path(&symbol.uri)
        .ok_or_else(|| convert::invalid_params("only files on disk have a history"))?;
    Ok(Target { path, at })
}

fn explained_out(explained: Explained) -> Result<Value> {
    let report = to_value(&*explained.report).map_err(|_| Error::internal_error())?;
    let out = json!({
        "uri": explained.uri,
        "markdown": explained.markdown,
        "report": report,
        "changes": explained.changes,
    });
    Ok(with_meant(out, &explained.meant))
}

fn answered_out(answered: Answered) -> Result<Value> {
    let answer = to_value(&answered.answer).map_err(|_| Error::internal_error())?;
    Ok(json!({
        "root": convert::uri(&answered.root),
        "uri": answered.uri,
        "markdown": answered.markdown,
        "answer": answer,
    }))
}

/// Adds what was asked about, in the form in which it can be asked about again.
fn with_meant(mut out: Value, meant: &Meant) -> Value {
    let Meant { root, path, key } = meant;
    out["root"] = json!(convert::uri(root));
    out["symbol"] = json!({ "uri": convert::uri(path), "symbol": key });
    out
}
