//! The places that settings come from, and what they make together. Never does: watch a file, or speak to a client.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use toml::{Table, Value};

use super::file::{self, FileState};
use super::settings::{self, InProject, SETTINGS, Setting};
use super::{Config, PROJECT_FILE};
use crate::directories;

/// So many warnings of one place are spelled out: a hostile file could hold thousands.
const WARNINGS: usize = 10;

/// So much of a wrong name or value is repeated in a warning, in characters.
const REPEATED: usize = 60;

/// Where a setting was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The user's file.
    User(PathBuf),
    /// The file at the root of the repository or workspace folder.
    Project(PathBuf),
    /// What the editor sent.
    Client,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(path) | Self::Project(path) => path.display().fmt(formatter),
            Self::Client => formatter.write_str("the client's settings"),
        }
    }
}

/// What was read, in the order in which it counts: each place overrides those in front of it.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    layers: Vec<Layer>,
}

/// What one place says.
#[derive(Clone, Debug)]
struct Layer {
    origin: Origin,
    state: FileState,
    /// Why the place is left out, where it is.
    refusal: Option<String>,
    /// By dotted name; also what is no setting, for the warnings.
    values: BTreeMap<String, Value>,
}

/// A setting that is not as it would be by default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its dotted name.
    pub name: &'static str,
    /// The value in effect, as TOML writes it.
    pub value: String,
    /// Who set it.
    pub origin: Origin,
}

/// What the layers make together.
#[derive(Default)]
struct Merged {
    config: Config,
    set_by: BTreeMap<&'static str, Origin>,
    warnings: Vec<String>,
}

impl Layers {
    /// Reads the user's file and, where there is a root, the file of that repository or workspace folder.
    pub fn read(project_root: Option<&Path>) -> Self {
        Self::of(directories::config_file().as_deref(), project_root)
    }

    pub(super) fn of(user: Option<&Path>, project_root: Option<&Path>) -> Self {
        let user = user.map(|path| Layer::of_file(Origin::User(path.to_owned()), file::user(path)));
        let project = project_root.map(|root| {
            let path = root.join(PROJECT_FILE);
            let read = file::project(&path, root);
            Layer::of_file(Origin::Project(path), read)
        });
        Self { layers: user.into_iter().chain(project).collect() }
    }

    /// Puts a client's settings on top. They may stand in an object `backstory`; `null`, at any depth, says nothing.
    ///
    /// Settings of several calls add up, later ones overriding earlier ones. To forget earlier ones begin again with layers from before.
    #[must_use]
    pub fn with_client(mut self, settings: &Json) -> Self {
        let settings = settings.get("backstory").unwrap_or(settings);
        let mut client = match self.layers.pop_if(|layer| layer.origin == Origin::Client) {
            Some(client) => client,
            None => Layer::new(Origin::Client),
        };
        match value_of(settings) {
            None => {}
            Some(Value::Table(table)) => {
                client.refusal = None;
                flatten("", table, &mut client.values);
            }
            Some(other) => client.refusal = Some(format!("must be an object, not {}", shortened(&other))),
        }
        self.layers.push(client);
        self
    }

    /// Puts what a client would choose by itself below everything that somebody has set.
    #[must_use]
    pub fn with_suggestions(mut self, settings: &Json) -> Self {
        let mut suggested = Layer::new(Origin::Client);
        if let Some(Value::Table(table)) = value_of(settings) {
            flatten("", table, &mut suggested.values);
        }
        self.layers.insert(0, suggested);
        self
    }

    /// The settings in effect, and a sentence for each that could not be used.
    pub fn config(&self) -> (Config, Vec<String>) {
        let merged = self.merge();
        (merged.config, merged.warnings)
    }

    /// The settings that differ from their defaults, with who set them, in the order of [`SETTINGS`].
    pub fn origins(&self) -> Vec<Changed> {
        let merged = self.merge();
        let changed = |setting: &Setting| {
            let value = setting.show(&merged.config);
            let origin = merged.set_by.get(setting.name)?.clone();
            (value != setting.default_value()).then_some(Changed { name: setting.name, value, origin })
        };
        SETTINGS.iter().filter_map(changed).collect()
    }

    /// The files that were looked for, and what became of each.
    pub fn files(&self) -> impl Iterator<Item = (&Origin, FileState)> {
        let files = self.layers.iter().filter(|layer| layer.origin != Origin::Client);
        files.map(|layer| (&layer.origin, layer.state))
    }

    fn merge(&self) -> Merged {
        let mut merged = Merged::default();
        for layer in &self.layers {
            let warnings = layer.apply(&mut merged);
            let more = warnings.len().saturating_sub(WARNINGS);
            merged.warnings.extend(warnings.into_iter().take(WARNINGS));
            if more > 0 {
                merged.warnings.push(format!("{}: {more} more settings cannot be used", layer.origin));
            }
        }
        merged
    }
}

impl Layer {
    fn new(origin: Origin) -> Self {
        Self { origin, state: FileState::Read, refusal: None, values: BTreeMap::new() }
    }

    fn of_file(origin: Origin, read: Result<Option<Table>, String>) -> Self {
        let mut layer = Self::new(origin);
        match read {
            Ok(Some(table)) => flatten("", table, &mut layer.values),
            Ok(None) => layer.state = FileState::Absent,
            Err(reason) => {
                layer.state = FileState::Refused;
                layer.refusal = Some(reason);
            }
        }
        layer
    }

    /// Puts this layer's settings over those of the layers below; gives the warnings.
    fn apply(&self, merged: &mut Merged) -> Vec<String> {
        let refusal = self.refusal.as_ref();
        let mut warnings: Vec<String> = refusal
            .map(|reason| format!("{} {reason}; nothing in it counts", self.origin))
            .into_iter()
            .collect();
        for (name, value) in &self.values {
            let outcome = match settings::setting(name) {
                Some(setting) => self.set(setting, value, merged),
                None => Err(no_such_setting(name, value)),
            };
            if let Err(reason) = outcome {
                warnings.push(format!("{}: {reason}", self.origin));
            }
        }
        warnings
    }

    fn set(&self, setting: &'static Setting, value: &Value, merged: &mut Merged) -> Result<(), String> {
        let (allowed, takes) = match (&self.origin, &setting.in_project) {
            (Origin::Project(_), InProject::Only { allowed, takes }) => (*allowed, takes(value)),
            (Origin::Project(_), InProject::Never) => ("left to your own settings", false),
            _ => (setting.allowed, true),
        };
        let applied = if takes { (setting.apply)(&mut merged.config, value) } else { None };
        if applied.is_some() {
            merged.set_by.insert(setting.name, self.origin.clone());
            return Ok(());
        }
        let kept = setting.show(&merged.config);
        let because = merged
            .set_by
            .get(setting.name)
            .map_or_else(|| "the default".to_owned(), |origin| format!("from {origin}"));
        Err(format!(
            "`{}` must be {allowed}, not {}; it stays {kept}, {because}",
            setting.name,
            shortened(value)
        ))
    }
}

fn no_such_setting(name: &str, value: &Value) -> String {
    if settings::is_section(name) {
        let members = listed(settings::members(name));
        return format!(
            "`{name}` must be a table with {members}, not {}; nothing is set by it",
            shortened(value)
        );
    }
    let section = name.rsplit_once('.').map(|(section, _)| section).filter(|it| settings::is_section(it));
    let known = match section {
        Some(section) => format!("`{section}` has {}", listed(settings::members(section))),
        None => format!("there are {}", listed(sections())),
    };
    format!("there is no setting `{}`, so nothing is set by it; {known}", clean(name))
}

/// The first parts of all names, once each.
fn sections() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<&str> =
        SETTINGS.iter().map(|setting| setting.name.split('.').next().unwrap_or(setting.name)).collect();
    names.dedup();
    names.into_iter()
}

fn listed(names: impl Iterator<Item = &'static str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// Names settings by their dotted names, however deep they stand. What is no section is not looked into.
fn flatten(prefix: &str, table: Table, values: &mut BTreeMap<String, Value>) {
    for (key, value) in table {
        let name = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
        match value {
            Value::Table(table) if settings::is_section(&name) => flatten(&name, table, values),
            value => {
                values.insert(name, value);
            }
        }
    }
}

/// JSON as TOML, which has no `null`: a setting that is `null` is not set.
fn value_of(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(value) => Value::Boolean(*value),
        Json::Number(number) => {
            number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap_or(f64::NAN)), Value::Integer)
        }
        Json::String(text) => Value::String(text.clone()),
        // Inside a list `null` is something, and nothing that any setting allows.
        Json::Array(items) => Value::Array(
            items.iter().map(|item| value_of(item).unwrap_or_else(|| Value::from("null"))).collect(),
        ),
        Json::Object(members) => Value::Table(
            members.iter().filter_map(|(key, value)| Some((key.clone(), value_of(value)?))).collect(),
        ),
    })
}

/// A value as a warning repeats it.
fn shortened(value: &Value) -> String {
    match value {
        Value::Table(_) => "a table".to_owned(),
        other => clean(&other.to_string()),
    }
}

/// A text from a stranger, fit for a terminal: short, and without what could steer it.
fn clean(text: &str) -> String {
    let mut clean = String::new();
    for character in text.chars().take(REPEATED) {
        match character {
            '"' | '\'' | '\\' => clean.push(character),
            other => clean.extend(other.escape_debug()),
        }
    }
    if text.chars().nth(REPEATED).is_some() {
        clean.push('…');
    }
    clean
}
