//! The table of settings: what each is called, may be and means, and how it is read from a value and written back. Warnings, the
//! reader of files and the test of docs/settings.md all go by it. Never does: know where a value came from.

use std::path::Path;

use backstory_model::{default_entry, entry};
use backstory_syntax::DefinitionKind;
use toml::Value;

use super::{Config, LensPart, Mode};

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
}

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

/// All settings, in the order in which documentation and `backstory doctor` list them.
pub static SETTINGS: [Setting; 11] = [
    Setting {
        name: "mode",
        allowed: "\"companion\" or \"standalone\"",
        meaning: "Beside another language server (companion) nothing that it answers is answered twice; standalone \
                  adds nothing to that yet.",
        in_project: InProject::Same,
        apply: |config, value| {
            config.mode = named(value, &Mode::ALL, Mode::as_str)?;
            Some(())
        },
        show: |config| quoted(config.mode.as_str()),
    },
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
        allowed: "a list of introduced, changes, authors, last",
        meaning: "What the line says, in this order: when the symbol came, how many commits changed it, how many \
                  people did, and the date of the last change; an empty list shows no line.",
        in_project: InProject::Same,
        apply: |config, value| {
            config.lens.show = list(value, &LensPart::ALL, LensPart::as_str)?;
            Some(())
        },
        show: |config| shown_list(&config.lens.show, LensPart::as_str),
    },
    Setting {
        name: "actions.enable",
        allowed: SWITCH,
        meaning: "The action that explains the history of a symbol (`textDocument/codeAction`).",
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
        meaning: "A language model may word explanations; without it no model's process is ever started.",
        in_project: InProject::Same,
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
            let name = value.as_str().filter(|name| is_known_model(name) || Path::new(name).is_absolute())?;
            config.model.name = Some(name.to_owned());
            Some(())
        },
        show: |config| quoted(config.model.name.as_deref().unwrap_or(&default_entry().name)),
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
