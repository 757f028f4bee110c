//! Everything that can be set, as one plain value. It is put together from the defaults, the user's file, the repository's file and
//! the client's settings, later ones overriding earlier ones (`layers`); what each setting is called and may be is one table
//! (`settings`). A setting that can't be used is a warning and changes nothing. Never does: act on a setting, or write a file.

mod client;
mod edit;
#[cfg(test)]
mod everywhere;
mod file;
mod layers;
mod navigation;
mod settings;

use std::path::PathBuf;

use backstory_model::Address;
use backstory_syntax::DefinitionKind;

pub use backstory_ide::lens::LensPart;

pub use client::ClientSettings;
pub use edit::{FileEdit, ProjectChange, set_in_project};
pub use file::FileState;
pub use layers::{Changed, Layers, Origin};
pub use navigation::{Method, Navigation};
pub use settings::{InProject, SETTINGS, Setting};

/// The name of the file at a repository's root that holds its settings.
pub const PROJECT_FILE: &str = ".backstory.toml";

/// Everything that can be set; docs/settings.md says what each part means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub mode: Mode,
    pub navigation: Navigation,
    pub hover: bool,
    pub lens: Lens,
    pub hints: Hints,
    pub actions: bool,
    pub symbols: bool,
    pub search: bool,
    /// Whether histories of all symbols are read before anybody asks.
    pub history_ahead: bool,
    pub model: Model,
}

/// What else answers in the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Another language server knows types; nothing that it answers is answered twice.
    Companion,
    /// No other language server is there.
    Standalone,
}

/// Code lenses: whether, above what, and with which parts in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    pub enable: bool,
    pub kinds: Vec<DefinitionKind>,
    /// Empty: no lens is shown.
    pub show: Vec<LensPart>,
}

/// Hints at what usually changes with what was edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hints {
    pub enable: bool,
    /// Keys of symbols, and pairs of a symbol and its companion, that nobody wants to hear of: see [`backstory_ide::hint`].
    pub ignore: Vec<String>,
}

/// The language models that word explanations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    /// Without it no model's process is ever started and no endpoint is ever asked.
    pub enable: bool,
    /// A name of the catalogue or the absolute path of a GGUF file; `None` for the catalogue's default.
    pub name: Option<String>,
    /// The server that is asked instead of a model's process.
    pub endpoint: Option<Address>,
    /// The server's name of the model; `None` for the first one that it lists.
    pub endpoint_model: Option<String>,
    /// The environment variable that holds the server's key.
    pub endpoint_key: Option<String>,
    /// The server may be on another machine.
    pub allow_remote: bool,
    /// What is asked where the first one's sentence was rejected.
    pub second: Option<SecondEngine>,
    /// A LoRA for the local model, merged into a copy of it.
    pub adapter: Option<PathBuf>,
    /// Symbols on screen are explained while nobody types.
    pub idle: bool,
}

/// The engine behind the first one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondEngine {
    /// The server that the settings name, which is not the first engine then.
    Endpoint,
    /// A name of the catalogue or the absolute path of a GGUF file.
    Model(String),
}

impl Model {
    /// The endpoint words explanations, and no model on this machine unless it is asked for.
    pub fn endpoint_is_first(&self) -> bool {
        self.endpoint.is_some() && self.second != Some(SecondEngine::Endpoint)
    }
}

impl Config {
    /// Whether anything is told of what changes together.
    pub fn tells_companions(&self) -> bool {
        self.hints.enable || (self.lens.enable && self.lens.show.contains(&LensPart::Companion))
    }

    /// Whether Backstory answers what other language servers answer, too.
    pub fn answers(&self, method: Method) -> bool {
        self.navigation.switch(method).unwrap_or(self.mode == Mode::Standalone)
    }
}

impl Default for Config {
    fn default() -> Self {
        use DefinitionKind::{Class, Enum, Function, Macro, Method, Struct, Trait, Union};
        Self {
            mode: Mode::Companion,
            navigation: Navigation::default(),
            hover: true,
            lens: Lens {
                enable: true,
                kinds: vec![Function, Method, Class, Struct, Enum, Trait, Union, Macro],
                show: vec![LensPart::Introduced, LensPart::Changes, LensPart::Authors],
            },
            hints: Hints { enable: true, ignore: Vec::new() },
            actions: true,
            symbols: true,
            search: true,
            history_ahead: false,
            model: Model { enable: true, ..Model::default() },
        }
    }
}

impl Mode {
    pub const ALL: [Self; 2] = [Self::Companion, Self::Standalone];

    /// The mode as settings write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Companion => "companion",
            Self::Standalone => "standalone",
        }
    }
}

#[cfg(test)]
mod tests;
