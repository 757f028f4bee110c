//! Has a model word the evidence and remembers what it said: a small model one passage at a time, a capable one all at once; where the
//! check rejects a sentence, a second engine may be asked for that passage, and last the passage stands for itself. Never does: let a
//! sentence through that what it cites does not bear out, or fail the facts because a model failed.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use backstory_ide::explain::wording::{
    Names, PROMPT_VERSION, SENTENCE_TOKENS, WHOLE_TOKENS, all_worded, answer_prompt, prompt, verbatim,
    whole_prompt, whole_sentences, worded,
};
use backstory_ide::explain::{Passage, Rejected, Sentence, Source, Subject};
use backstory_ide::report::Explanation;
use backstory_ide::symbol::SymbolInfo;
use backstory_model::{Engine, Error as ModelError, Prompt, Threads};
use backstory_store::Store;
use sha2::{Digest, Sha256};

use crate::Error;
use crate::config::Model;
use crate::engines::{EngineChoice, Engines};

/// The kind of entries that hold answers of models in the cache.
const ANSWERS: &str = "answers";

/// The kind of entries that hold checked sentences, by what a hover knows of their symbol.
const SAID: &str = "said-1";

/// What happens while reasons are worded.
pub enum WordingEvent<'a> {
    /// The model is about to be asked, or its earlier answers are at hand.
    Asking {
        model: &'a str,
        /// Whether it is not on this machine.
        is_remote: bool,
    },
    Sentence(&'a Sentence),
    /// What the model said and may not be said; the sentence that takes its place follows.
    Rejected(&'a Rejected),
    /// All reasons are worded; so many of the model's sentences were replaced by quotes.
    Done {
        replaced: usize,
    },
    /// There are no (more) worded sentences, and what to do about it.
    Unavailable {
        advice: String,
    },
}

/// What is to be worded.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    pub about: About<'a>,
    pub passages: &'a [Passage],
}

/// What passages are there for.
#[derive(Clone, Copy)]
pub enum About<'a> {
    /// They say why a symbol is as it is.
    Symbol(&'a SymbolInfo),
    /// They answer a question about the whole repository.
    Question(&'a str),
}

impl About<'_> {
    /// What any sentence may name.
    fn names(self) -> Names {
        match self {
            Self::Symbol(symbol) => Names::of(symbol),
            Self::Question(_) => Names::default(),
        }
    }

    fn whole_prompt(self, passages: &[Passage]) -> String {
        match self {
            Self::Symbol(symbol) => whole_prompt(&Subject::of(symbol).qualified(), passages),
            Self::Question(question) => answer_prompt(question, passages),
        }
    }
}

/// The engines that word, the cache of their answers. Processes start with the first question that the cache can't answer and end with
/// this value.
pub struct Wording {
    engines: Engines,
    store: Store,
}

impl Wording {
    /// Finds the engines; starts nothing.
    ///
    /// # Errors
    /// Where a named model is not to be had. A missing default is told when it is needed.
    pub fn new(settings: &Model, choice: EngineChoice, store: Store) -> Result<Self, Error> {
        // On the command line nobody types meanwhile: the model may have all cores.
        Ok(Self { engines: Engines::new(settings, choice, Threads::All)?, store })
    }

    /// Like [`Wording::new`], for a model that runs while its user goes on typing.
    ///
    /// # Errors
    /// As [`Wording::new`].
    pub fn beside_typing(settings: &Model, choice: EngineChoice, store: Store) -> Result<Self, Error> {
        Ok(Self { engines: Engines::new(settings, choice, Threads::Background)?, store })
    }

    /// What the first engine has said before; `None` where there is none.
    pub fn memory(&mut self) -> Option<Memory> {
        let engine = self.engines.first().ok()?;
        Some(Memory { model: engine.id().to_owned(), store: self.store.clone() })
    }

    /// The title of the first engine.
    ///
    /// # Errors
    /// Why there is none and what to do about it, a sentence for people.
    pub fn title(&mut self) -> Result<&str, String> {
        self.engines.first().map(|engine| engine.title()).map_err(advice)
    }

    /// Whether what is asked may leave this machine, with the first engine or the second.
    pub fn leaves_this_machine(&mut self) -> bool {
        let is_remote =
            |engine: Result<&mut Engine, &ModelError>| engine.is_ok_and(|engine| engine.is_remote());
        is_remote(self.engines.first()) || self.engines.second().is_some_and(is_remote)
    }

    /// Ends processes that have had nothing to do for so long; they start again when they are needed.
    pub fn end_if_idle(&mut self, idle: Duration) {
        self.engines.end_if_idle(idle);
    }

    /// Words the passages. `None` where no model could be asked at all.
    pub fn explain(
        &mut self,
        order: Order<'_>,
        interrupted: &AtomicBool,
        on_event: &mut dyn FnMut(WordingEvent<'_>),
    ) -> Option<Explanation> {
        let is_remote = self.leaves_this_machine();
        let (mut explanation, is_capable) = match self.engines.first() {
            Ok(engine) => {
                on_event(WordingEvent::Asking { model: engine.title(), is_remote });
                (Explanation::of(engine.title(), is_remote), engine.is_capable())
            }
            Err(error) => {
                on_event(WordingEvent::Unavailable { advice: advice(error) });
                return None;
            }
        };
        let mut run = Run {
            engines: &mut self.engines,
            store: &self.store,
            order,
            interrupted,
            on_event,
            said: &mut explanation,
        };
        let outcome = if is_capable && order.passages.len() > 1 { run.at_once() } else { run.one_by_one() };
        match outcome {
            Ok(()) => on_event(WordingEvent::Done { replaced: explanation.replaced }),
            Err(error) => {
                on_event(WordingEvent::Unavailable { advice: format!("No (more) wording: {error}") })
            }
        }
        (!explanation.sentences.is_empty()).then_some(explanation)
    }
}

/// One explanation in the making.
struct Run<'a> {
    engines: &'a mut Engines,
    store: &'a Store,
    order: Order<'a>,
    interrupted: &'a AtomicBool,
    on_event: &'a mut dyn FnMut(WordingEvent<'_>),
    said: &'a mut Explanation,
}

impl Run<'_> {
    fn one_by_one(&mut self) -> Result<(), ModelError> {
        let names = self.order.about.names();
        for passage in self.order.passages {
            let answer = self.ask_first(&prompt(passage), SENTENCE_TOKENS)?;
            match worded(passage, &names, &answer) {
                Ok(sentence) => self.say(sentence),
                Err(rejected) => {
                    self.reject(rejected);
                    self.replace(passage, &names);
                }
            }
        }
        Ok(())
    }

    /// All passages in one prompt. Passages that no sentence speaks of are left to the account; those of rejected sentences are replaced.
    fn at_once(&mut self) -> Result<(), ModelError> {
        let names = self.order.about.names();
        let question = self.order.about.whole_prompt(self.order.passages);
        let answer = self.ask_first(&question, WHOLE_TOKENS)?;
        let mut rejected_sources: Vec<Source> = Vec::new();
        for verdict in all_worded(self.order.passages, &names, &answer) {
            match verdict {
                Ok(sentence) => self.say(sentence),
                Err(rejected) => {
                    rejected_sources.push(rejected.source.clone());
                    self.reject(rejected);
                }
            }
        }
        let is_told = |said: &Explanation, source: &Source| {
            said.sentences.iter().any(|sentence| sentence.sources.contains(source))
        };
        for passage in self.order.passages {
            let nothing_was_said = self.said.sentences.is_empty();
            if (rejected_sources.contains(&passage.source) || nothing_was_said)
                && !is_told(self.said, &passage.source)
            {
                self.replace(passage, &names);
            }
        }
        Ok(())
    }

    /// What stands for a rejected sentence: the second engine's, if it passes, otherwise the passage.
    fn replace(&mut self, passage: &Passage, names: &Names) {
        let second = self.engines.second().and_then(Result::ok);
        let answer = second.and_then(|engine| {
            ask(self.store, engine, &prompt(passage), SENTENCE_TOKENS, self.interrupted).ok()
        });
        let sentence =
            answer.map(|answer| worded(passage, names, &answer)).and_then(|verdict| match verdict {
                Ok(sentence) => Some(sentence),
                Err(rejected) => {
                    self.reject(rejected);
                    None
                }
            });
        if sentence.is_none() {
            self.said.replaced += 1;
        }
        self.say(sentence.unwrap_or_else(|| verbatim(passage)));
    }

    fn ask_first(&mut self, question: &str, tokens: usize) -> Result<String, ModelError> {
        match self.engines.first() {
            Ok(engine) => ask(self.store, engine, question, tokens, self.interrupted),
            Err(_) => Err(ModelError::NoModel),
        }
    }

    fn say(&mut self, sentence: Sentence) {
        (self.on_event)(WordingEvent::Sentence(&sentence));
        self.said.sentences.push(sentence);
    }

    fn reject(&mut self, rejected: Rejected) {
        (self.on_event)(WordingEvent::Rejected(&rejected));
        self.said.rejected.push(rejected);
    }
}

/// By what a hover knows a symbol again.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub subject: Subject<'a>,
    /// The full hash of the oldest commit of its history. Other repositories have symbols of the same name, of which no commit says why.
    pub origin: &'a str,
    /// What its commits say of why, and the discussions that these name.
    pub reasons: &'a [Passage],
}

/// Sentences that were said of symbols before, at hand without any engine.
#[derive(Clone)]
pub struct Memory {
    model: String,
    store: Store,
}

impl Memory {
    /// What was said of a symbol; nothing where that was never asked.
    pub fn recall(&self, known: &Known<'_>) -> Vec<Sentence> {
        let stored = self.store.get(SAID, &self.key(known));
        stored.and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default()
    }

    /// Keeps what was said for [`Memory::recall`].
    pub fn keep(&self, known: &Known<'_>, sentences: &[Sentence]) {
        let json = serde_json::to_vec(sentences).expect("texts and closed enums serialize");
        self.store.put(SAID, &self.key(known), &json);
    }

    fn key(&self, known: &Known<'_>) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(PROMPT_VERSION.to_le_bytes());
        let name = known.subject.qualified();
        let texts = known
            .reasons
            .iter()
            .flat_map(|passage| [passage.source.commit().unwrap_or_default(), &passage.quote]);
        for part in [self.model.as_str(), &name, known.origin].into_iter().chain(texts) {
            hash.update(part);
            hash.update([0]);
        }
        hash.finalize().into()
    }
}

/// The engine's answer, from the cache where it has given it before: its choice of words is deterministic.
fn ask(
    store: &Store,
    engine: &mut Engine,
    question: &str,
    max_tokens: usize,
    interrupted: &AtomicBool,
) -> Result<String, ModelError> {
    let key = answer_key(engine.id(), question);
    if let Some(answer) = store.get(ANSWERS, &key).and_then(|answer| String::from_utf8(answer).ok()) {
        return Ok(answer);
    }
    let prompt = Prompt { text: question.to_owned(), max_tokens };
    let mut generate = || engine.generate(&prompt, interrupted, &mut |_| ());
    let generated = match generate() {
        // Someone ended the process, perhaps for its memory. Once may be chance.
        Err(ModelError::WorkerDied { .. }) => generate()?,
        other => other?,
    };
    let text = if generated.usage.finished { generated.text } else { whole_sentences(&generated.text) };
    store.put(ANSWERS, &key, text.as_bytes());
    Ok(text)
}

fn answer_key(model: &str, prompt: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(PROMPT_VERSION.to_le_bytes());
    hash.update(model);
    hash.update([0]);
    hash.update(prompt);
    hash.finalize().into()
}

fn advice(error: &ModelError) -> String {
    match error {
        ModelError::NoModel | ModelError::NotInstalled { .. } => {
            "A model on this machine can put this in a few words: `backstory model fetch` brings one (100 to 150 MB, once)."
                .to_owned()
        }
        other => format!("Not worded: {other}"),
    }
}

#[cfg(test)]
mod tests;
