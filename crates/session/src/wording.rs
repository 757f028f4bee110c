//! Has the model's process reword the evidence, one passage at a time, and remembers its answers. Never does: let a sentence
//! through that its passage does not bear out, or fail the facts because a model failed.

use std::env;
use std::process::Command;
use std::sync::atomic::AtomicBool;

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
        let model = match choice {
            ModelChoice::Default => find(None),
            ModelChoice::Named(name) => Ok(find(Some(&name))?),
        };
        Ok(Self { model, store })
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
            let sentence = account::worded(passage, &answer).unwrap_or_else(|_| account::quoted(passage));
            explanation.replaced += usize::from(!sentence.worded);
            on_event(WordingEvent::Sentence(&sentence));
            explanation.sentences.push(sentence);
        }
        on_event(WordingEvent::Done { replaced: explanation.replaced });
        (!explanation.sentences.is_empty()).then_some(explanation)
    }
}

fn find(wanted: Option<&str>) -> Result<(Resolved, Worker), ModelError> {
    let directory = directories::models().ok_or(ModelError::NoModel)?;
    if !cfg!(feature = "local-model") {
        return Err(ModelError::BuiltWithoutEngine);
    }
    let model = resolve(&directory, wanted)?;
    let mut command = Command::new(env::current_exe().map_err(ModelError::Spawn)?);
    command.arg(WORKER_COMMAND).arg(&model.path);
    // On the command line nobody types meanwhile: the model may have all cores.
    let worker = Worker::new(command, Threads::All, Limits::default());
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
    let prompt = account::prompt(passage);
    let key = answer_key(&model.id, prompt);
    if let Some(answer) = store.get(ANSWERS, &key).and_then(|bytes| String::from_utf8(bytes).ok()) {
        return Ok(answer);
    }
    let generated = worker.generate(prompt, SENTENCE_TOKENS, interrupted, &mut |_| ())?;
    store.put(ANSWERS, &key, generated.text.as_bytes());
    Ok(generated.text)
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
