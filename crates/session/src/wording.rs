//! Has the model's process reword the evidence, one passage at a time, and remembers its answers. Never does: let a sentence
//! through that its passage does not bear out, or fail the facts because a model failed.

use std::env;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use backstory_ide::account::{self, PROMPT_VERSION, SENTENCE_TOKENS, Sentence};
use backstory_ide::evidence::Passage;
use backstory_ide::report::Explanation;
use backstory_model::{Error as ModelError, Limits, Resolved, Threads, Worker, resolve};
use backstory_store::Store;
use sha2::{Digest, Sha256};

use crate::{Error, directories};

/// The kind of entries that hold answers of models in the cache.
const ANSWERS: &str = "answers";

/// The hidden subcommand of this program that serves a model.
const WORKER_COMMAND: &str = "model-worker";

/// Which model words explanations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelChoice {
    /// The catalogue's default, if it has been fetched.
    Default,
    /// A name of the catalogue or the path of a GGUF file.
    Named(String),
}

/// What happens while reasons are worded.
pub enum WordingEvent<'a> {
    /// The model is about to be asked, or its earlier answers are at hand.
    Asking {
        model: &'a str,
    },
    Sentence(&'a Sentence),
    /// All reasons are worded; so many of the model's sentences were replaced by quotes.
    Done {
        replaced: usize,
    },
    /// There are no (more) worded sentences, and what to do about it.
    Unavailable {
        advice: String,
    },
}

/// A model and its process, which starts with the first question that the cache can't answer and ends with this value.
pub struct Wording {
    model: Result<(Resolved, Worker), ModelError>,
    store: Store,
}

impl Wording {
    /// Finds the model; starts nothing.
    ///
    /// # Errors
    /// Where a named model is not to be had. A missing default is told when it is needed.
    pub fn new(choice: ModelChoice, store: Store) -> Result<Self, Error> {
        // On the command line nobody types meanwhile: the model may have all cores.
        Self::with_threads(choice, Threads::All, store)
    }

    /// Like [`Wording::new`], for a model that runs while its user goes on typing.
    ///
    /// # Errors
    /// As [`Wording::new`].
    pub fn beside_typing(choice: ModelChoice, store: Store) -> Result<Self, Error> {
        Self::with_threads(choice, Threads::Background, store)
    }

    fn with_threads(choice: ModelChoice, threads: Threads, store: Store) -> Result<Self, Error> {
        let model = match choice {
            ModelChoice::Default => find(None, threads),
            ModelChoice::Named(name) => Ok(find(Some(&name), threads)?),
        };
        Ok(Self { model, store })
    }

    /// What the model has said before; `None` where there is no model.
    pub fn memory(&self) -> Option<Memory> {
        let (model, _) = self.model.as_ref().ok()?;
        Some(Memory { model: model.id.clone(), store: self.store.clone() })
    }

    /// Ends the model's process if it has had nothing to do for so long; it starts again when it is needed.
    pub fn end_if_idle(&mut self, idle: Duration) {
        if let Ok((_, worker)) = &mut self.model {
            worker.end_if_idle(idle);
        }
    }

    /// One sentence a passage. `None` where no model could be asked at all.
    pub fn explain(
        &mut self,
        passages: &[Passage],
        interrupted: &AtomicBool,
        on_event: &mut dyn FnMut(WordingEvent<'_>),
    ) -> Option<Explanation> {
        let (model, worker) = match &mut self.model {
            Ok(found) => (&found.0, &mut found.1),
            Err(error) => {
                on_event(WordingEvent::Unavailable { advice: advice(error) });
                return None;
            }
        };
        on_event(WordingEvent::Asking { model: &model.title });
        let mut explanation = Explanation { model: model.title.clone(), sentences: Vec::new(), replaced: 0 };
        for passage in passages {
            let answer = match ask(&self.store, model, worker, passage, interrupted) {
                Ok(answer) => answer,
                Err(error) => {
                    on_event(WordingEvent::Unavailable { advice: format!("No (more) wording: {error}") });
                    break;
                }
            };
            let sentence = sentence(passage, &answer);
            explanation.replaced += usize::from(!sentence.worded);
            on_event(WordingEvent::Sentence(&sentence));
            explanation.sentences.push(sentence);
        }
        on_event(WordingEvent::Done { replaced: explanation.replaced });
        (!explanation.sentences.is_empty()).then_some(explanation)
    }
}

/// A model's earlier answers, at hand without its process.
#[derive(Clone)]
pub struct Memory {
    model: String,
    store: Store,
}

impl Memory {
    /// The sentences for those passages that the model has been asked about.
    pub fn recall(&self, passages: &[Passage]) -> Vec<Sentence> {
        let answers = passages
            .iter()
            .filter_map(|passage| Some((passage, remembered(&self.store, &self.model, passage)?)));
        answers.map(|(passage, answer)| sentence(passage, &answer)).collect()
    }
}

fn sentence(passage: &Passage, answer: &str) -> Sentence {
    account::worded(passage, answer).unwrap_or_else(|_| account::quoted(passage))
}

fn find(wanted: Option<&str>, threads: Threads) -> Result<(Resolved, Worker), ModelError> {
    let directory = directories::models().ok_or(ModelError::NoModel)?;
    if !cfg!(feature = "local-model") {
        return Err(ModelError::BuiltWithoutEngine);
    }
    let model = resolve(&directory, wanted)?;
    let mut command = Command::new(env::current_exe().map_err(ModelError::Spawn)?);
    command.arg(WORKER_COMMAND).arg(&model.path);
    let worker = Worker::new(command, threads, Limits::default());
    Ok((model, worker))
}

/// The model's answer, from the cache where it has given it before: the process is deterministic.
fn ask(
    store: &Store,
    model: &Resolved,
    worker: &mut Worker,
    passage: &Passage,
    interrupted: &AtomicBool,
) -> Result<String, ModelError> {
    if let Some(answer) = remembered(store, &model.id, passage) {
        return Ok(answer);
    }
    let prompt = account::prompt(passage);
    let mut generate = || worker.generate(prompt, SENTENCE_TOKENS, interrupted, &mut |_| ());
    let generated = match generate() {
        // Someone ended the process, perhaps for its memory. Once may be chance.
        Err(ModelError::WorkerDied { .. }) => generate()?,
        other => other?,
    };
    store.put(ANSWERS, &answer_key(&model.id, prompt), generated.text.as_bytes());
    Ok(generated.text)
}

fn remembered(store: &Store, model: &str, passage: &Passage) -> Option<String> {
    String::from_utf8(store.get(ANSWERS, &answer_key(model, account::prompt(passage)))?).ok()
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
