//! The table of settings: what each is called, may be and means, and how it is read from a value and written back. Warnings, the
//! reader of files and the test of docs/settings.md all go by it. Never does: know where a value came from.

use std::path::{Path, PathBuf};

use backstory_model::{Address, default_entry, entry};
use backstory_syntax::DefinitionKind;
use toml::Value;

use super::{Config, LensPart, Method, Mode, SecondEngine};

/// One thing that can be set.
pub struct Setting {
    /// The dotted name: `lens.kinds` is `kinds` in the table or object `lens`.
    pub name: &'static str,
    /// What the value must be, to follow "must be".
    pub allowed: &'static str,
    /// What it does, in one sentence.
    pub meaning: &'static str,
    /// What of that a repository's file may say.
    pub in_project: InProject,
    /// Puts a value into the settings; `None`, with the settings as they were, where it is not allowed.
    pub(super) apply: fn(&mut Config, &Value) -> Option<()>,
    show: fn(&Config) -> String,
}

/// What a file that comes with a repository may say of a setting. It is written by strangers: nothing that it says may lead
/// outside the repository, to another machine, or to a command.
pub enum InProject {
    /// Whatever is allowed elsewhere: each of the values is harmless.
    Same,
    /// Less: `allowed` says what, `takes` whether a value is that.
    Only { allowed: &'static str, takes: fn(&Value) -> bool },
    /// Nothing at all.
    Never,
}

/// A repository may switch off what costs processor time or talks to somebody, and never on.
const ONLY_OFF: InProject =
    InProject::Only { allowed: "false", takes: |value| value.as_bool() == Some(false) };

impl Setting {
    /// The value in effect, as TOML writes it.
    pub fn show(&self, config: &Config) -> String {
        (self.show)(config)
    }

    /// The value where nobody sets any, as TOML writes it.
    pub fn default_value(&self) -> String {
        self.show(&Config::default())
    }
}

const SWITCH: &str = "true or false";

const AUTO: &str = "auto";

/// The switch of a method that other language servers answer, too.
macro_rules! navigation {
    ($name:literal, $method:ident, $meaning:literal) => {
        Setting {
            name: $name,
            allowed: "true, false, or \"auto\" for what `mode` says",
            meaning: $meaning,
            in_project: InProject::Same,
            apply: |config, value| {
                let switch = match value.as_str() {
                    Some(AUTO) => None,
                    Some(_) => return None,
                    None => Some(value.as_bool()?),
                };
                config.navigation.set(Method::$method, switch);
                Some(())
            },
            show: |config| match config.navigation.switch(Method::$method) {
                Some(switch) => switch.to_string(),
                None => quoted(AUTO),
            },
        }
    };
}

/// All settings, in the order in which documentation and `backstory doctor` list them.
pub static SETTINGS: [Setting; 35] = [
    Setting {
        name: "mode",
        allowed: "\"companion\" or \"standalone\"",
        meaning: "Beside another language server (companion) nothing that it answers is answered twice; standalone \
                  answers that as well.",
        in_project: InProject::Same,
        apply: |config, value| {
            config.mode = named(value, &Mode::ALL, Mode::as_str)?;
            Some(())
        },
        show: |config| quoted(config.mode.as_str()),
    },
    navigation!(
        "navigation.definition",
        Definition,
        "Where a symbol is declared (`textDocument/definition`)."
    ),
    navigation!(
        "navigation.declaration",
        Declaration,
        "The same, but for what implements a trait the trait's own declaration (`textDocument/declaration`)."
    ),
    navigation!(
        "navigation.type_definition",
        TypeDefinition,
        "Where the type of a value is declared (`textDocument/typeDefinition`)."
    ),
    navigation!(
        "navigation.implementation",
        Implementation,
        "What implements a trait, a class or a member of them (`textDocument/implementation`)."
    ),
    navigation!(
        "navigation.references",
        References,
        "Every place that names a symbol (`textDocument/references`)."
    ),
    navigation!(
        "navigation.highlight",
        Highlight,
        "Those of the file at hand (`textDocument/documentHighlight`)."
    ),
    navigation!(
        "navigation.document_symbol",
        DocumentSymbol,
        "The outline of a file (`textDocument/documentSymbol`)."
    ),
    navigation!(
        "navigation.workspace_symbol",
        WorkspaceSymbol,
        "Symbols by parts of their names (`workspace/symbol`)."
    ),
    navigation!(
        "navigation.call_hierarchy",
        CallHierarchy,
        "Who calls a function, and what it calls (`callHierarchy`)."
    ),
    navigation!(
        "navigation.type_hierarchy",
        TypeHierarchy,
        "Types above and below a type (`typeHierarchy`)."
    ),
    navigation!(
        "navigation.rename",
        Rename,
        "Another name for a symbol, everywhere it is named (`textDocument/rename`)."
    ),
    navigation!(
        "navigation.file_rename",
        FileRename,
        "What names a module follows its file or directory to another name (`workspace/willRenameFiles`)."
    ),
    navigation!(
        "navigation.folding_range",
        FoldingRange,
        "What can be folded (`textDocument/foldingRange`)."
    ),
    navigation!(
        "navigation.selection_range",
        SelectionRange,
        "What a selection grows to (`textDocument/selectionRange`)."
    ),
    navigation!(
        "navigation.signature",
        Signature,
        "Declaration and documentation of a symbol in hovers, before its history."
    ),
    Setting {
        name: "hover.enable",
        allowed: SWITCH,
        meaning: "The history of the symbol under the cursor when hovering (`textDocument/hover`).",
        in_project: InProject::Same,
        apply: |config, value| switch(&mut config.hover, value),
        show: |config| config.hover.to_string(),
    },
    Setting {
        name: "lens.enable",
        allowed: SWITCH,
        meaning: "A line of history above declarations (`textDocument/codeLens`).",
        in_project: InProject::Same,
        apply: |config, value| switch(&mut config.lens.enable, value),
        show: |config| config.lens.enable.to_string(),
    },
    Setting {
        name: "lens.kinds",
        allowed: "a list of module, class, struct, enum, union, variant, field, trait, impl, function, method, \
                  constant, static, type, macro",
        meaning: "Which declarations have that line.",
        in_project: InProject::Same,
        apply: |config, value| {
            config.lens.kinds = list(value, &DefinitionKind::ALL, DefinitionKind::as_str)?;
            Some(())
        },
        show: |config| shown_list(&config.lens.kinds, DefinitionKind::as_str),
    },
    Setting {
        name: "lens.show",
        allowed: "a list of introduced, changes, authors, last, dependents, tests, companion",
        meaning: "What the line says, in this order: when the symbol came, how many commits changed it, how many \
                  people did, the date of the last change, how many symbols depend on it, how many tests reach it, and \
                  what usually changes with it; an empty list shows no line.",
        in_project: InProject::Same,
        apply: |config, value| {
            config.lens.show = list(value, &LensPart::ALL, LensPart::as_str)?;
            Some(())
        },
        show: |config| shown_list(&config.lens.show, LensPart::as_str),
    },
    Setting {
        name: "hints.enable",
        allowed: SWITCH,
        meaning: "A hint where something was edited and what nearly always changes with it was not \
                  (`textDocument/publishDiagnostics`).",
        in_project: InProject::Same,
        apply: |config, value| switch(&mut config.hints.enable, value),
        show: |config| config.hints.enable.to_string(),
    },
    Setting {
        name: "hints.ignore",
        allowed: "a list of keys such as \"rust:pool::Pool::grow\", or pairs such as \"python:app.save -> python:app.load\"",
        meaning: "Symbols that get no such hint, and companions that one of them gets none about.",
        in_project: InProject::Same,
        apply: |config, value| {
            let keys = value.as_array()?.iter().map(|key| key.as_str().map(str::to_owned));
            config.hints.ignore = keys.collect::<Option<Vec<_>>>()?;
            Some(())
        },
        show: |config| {
            let keys: Vec<String> = config.hints.ignore.iter().map(|key| quoted(key)).collect();
            format!("[{}]", keys.join(", "))
        },
    },
    Setting {
        name: "actions.enable",
        allowed: SWITCH,
        meaning: "The actions that explain the history of a symbol, show what depends on it and lead to what usually changes \
                  with it (`textDocument/codeAction`).",
        in_project: InProject::Same,
        apply: |config, value| switch(&mut config.actions, value),
        show: |config| config.actions.to_string(),
    },
    Setting {
        name: "symbols.enable",
        allowed: SWITCH,
        meaning: "Search by meaning in the list of symbols, for questions that begin with `?` (`workspace/symbol`).",
        in_project: InProject::Same,
        apply: |config, value| switch(&mut config.symbols, value),
        show: |config| config.symbols.to_string(),
    },
    Setting {
        name: "search.enable",
        allowed: SWITCH,
        meaning: "The language server keeps an index of meanings in memory, which search in the editor needs.",
        in_project: InProject::Same,
        apply: |config, value| switch(&mut config.search, value),
        show: |config| config.search.to_string(),
    },
    Setting {
        name: "history.ahead",
        allowed: SWITCH,
        meaning: "The language server reads the histories of all symbols of the repository in the background while nobody \
                  types or asks, so that they are at hand when they are asked for.",
        in_project: InProject::Same,
        apply: |config, value| switch(&mut config.history_ahead, value),
        show: |config| config.history_ahead.to_string(),
    },
    Setting {
        name: "model.enable",
        allowed: SWITCH,
        meaning: "A language model may word explanations; without it no model's process is ever started and no endpoint \
                  is ever asked.",
        in_project: ONLY_OFF,
        apply: |config, value| switch(&mut config.model.enable, value),
        show: |config| config.model.enable.to_string(),
    },
    Setting {
        name: "model.name",
        allowed: "a name that `backstory model list` shows or the absolute path of a GGUF file",
        meaning: "The model that words explanations.",
        in_project: InProject::Only {
            allowed: "a name that `backstory model list` shows, never a path",
            takes: |value| value.as_str().is_some_and(is_known_model),
        },
        apply: |config, value| {
            config.model.name = Some(value.as_str().filter(|name| is_model(name))?.to_owned());
            Some(())
        },
        show: |config| quoted(config.model.name.as_deref().unwrap_or(&default_entry().name)),
    },
    Setting {
        name: "model.endpoint",
        allowed: "an address such as \"http://localhost:8080/v1\", or \"\" for none",
        meaning: "A server with OpenAI's API for chat completions, which words explanations instead of a model on this \
                  machine.",
        in_project: InProject::Never,
        apply: |config, value| {
            config.model.endpoint = optional(value, |text| Address::parse(text).ok())?;
            Some(())
        },
        show: |config| shown_optional(config.model.endpoint.as_ref()),
    },
    Setting {
        name: "model.endpoint_model",
        allowed: "a text, or \"\" for the first model that the server lists",
        meaning: "The server's name of the model.",
        in_project: InProject::Never,
        apply: |config, value| {
            config.model.endpoint_model = optional(value, |text| Some(text.to_owned()))?;
            Some(())
        },
        show: |config| shown_optional(config.model.endpoint_model.as_ref()),
    },
    Setting {
        name: "model.endpoint_key",
        allowed: "the name of an environment variable, or \"\" for none",
        meaning: "The environment variable that holds the server's key.",
        in_project: InProject::Never,
        apply: |config, value| {
            config.model.endpoint_key = optional(value, variable)?;
            Some(())
        },
        show: |config| shown_optional(config.model.endpoint_key.as_ref()),
    },
    Setting {
        name: "model.allow_remote",
        allowed: SWITCH,
        meaning: "The server may be on another machine, to which the passages that explanations cite are sent then; every \
                  answer that it words says so.",
        in_project: InProject::Never,
        apply: |config, value| switch(&mut config.model.allow_remote, value),
        show: |config| config.model.allow_remote.to_string(),
    },
    Setting {
        name: "model.second",
        allowed: "\"endpoint\", a name that `backstory model list` shows, the absolute path of a GGUF file, or \"\" for \
                  none",
        meaning: "Who is asked where the check rejected what the first model said; with \"endpoint\" the first is the model \
                  on this machine.",
        // Another second engine would make the endpoint the first, and so send it more than its user wants.
        in_project: InProject::Never,
        apply: |config, value| {
            config.model.second = optional(value, second)?;
            Some(())
        },
        show: |config| match &config.model.second {
            None => quoted(""),
            Some(SecondEngine::Endpoint) => quoted(ENDPOINT),
            Some(SecondEngine::Model(name)) => quoted(name),
        },
    },
    Setting {
        name: "model.adapter",
        allowed: "the absolute path of a LoRA in a safetensors file, or \"\" for none",
        meaning: "An adapter for the model on this machine, which must have the architecture llama.",
        in_project: InProject::Never,
        apply: |config, value| {
            let path = |text: &str| Some(PathBuf::from(text)).filter(|path| path.is_absolute());
            config.model.adapter = optional(value, path)?;
            Some(())
        },
        show: |config| shown_optional(config.model.adapter.as_ref().map(|path| path.display()).as_ref()),
    },
    Setting {
        name: "model.idle",
        allowed: SWITCH,
        meaning: "The language server explains the symbols on screen while nobody types, so that it is at hand when hovering.",
        in_project: ONLY_OFF,
        apply: |config, value| switch(&mut config.model.idle, value),
        show: |config| config.model.idle.to_string(),
    },
];

/// The setting of that dotted name.
pub(super) fn setting(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// Whether settings are grouped under that name.
pub(super) fn is_section(name: &str) -> bool {
    members(name).next().is_some()
}

/// The last parts of the names in a section.
pub(super) fn members(section: &str) -> impl Iterator<Item = &'static str> {
    SETTINGS.iter().filter_map(move |setting| setting.name.strip_prefix(section)?.strip_prefix('.'))
}

fn is_known_model(name: &str) -> bool {
    entry(name).is_ok()
}

/// A known model or a file of the user's own.
fn is_model(name: &str) -> bool {
    is_known_model(name) || Path::new(name).is_absolute()
}

/// How `model.second` names the server.
const ENDPOINT: &str = "endpoint";

fn second(name: &str) -> Option<SecondEngine> {
    match name {
        ENDPOINT => Some(SecondEngine::Endpoint),
        name => is_model(name).then(|| SecondEngine::Model(name.to_owned())),
    }
}

fn variable(name: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(plain).then(|| name.to_owned())
}

/// What a text says, where an empty one says nothing; `None` for what is not allowed.
fn optional<T>(value: &Value, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    match value.as_str()? {
        "" => Some(None),
        text => read(text).map(Some),
    }
}

fn shown_optional(value: Option<&impl ToString>) -> String {
    quoted(&value.map_or_else(String::new, ToString::to_string))
}

fn switch(target: &mut bool, value: &Value) -> Option<()> {
    *target = value.as_bool()?;
    Some(())
}

fn named<T: Copy>(value: &Value, all: &[T], name: fn(T) -> &'static str) -> Option<T> {
    let written = value.as_str()?;
    all.iter().copied().find(|&item| name(item) == written)
}

/// A list without repetitions, in the order written.
fn list<T: Copy + PartialEq>(value: &Value, all: &[T], name: fn(T) -> &'static str) -> Option<Vec<T>> {
    let mut items = Vec::new();
    for value in value.as_array()? {
        let item = named(value, all, name)?;
        if !items.contains(&item) {
            items.push(item);
        }
    }
    Some(items)
}

fn shown_list<T: Copy>(items: &[T], name: fn(T) -> &'static str) -> String {
    let items: Vec<String> = items.iter().map(|&item| quoted(name(item))).collect();
    format!("[{}]", items.join(", "))
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
