//! The user's settings file, `config.toml` in the platform's configuration directory (`BACKSTORY_CONFIG` names another file). A bad
//! value is a warning and keeps the default. Never does: read settings from a repository.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use toml::{Table, Value};

use crate::directories;

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// `[model] name`: the model that words explanations, a name of the catalogue or the path of a GGUF file.
    pub model: Option<String>,
}

impl Config {
    /// The user's settings, and a sentence for each that could not be used.
    pub fn load() -> (Self, Vec<String>) {
        directories::config_file().map_or_else(Default::default, |file| Self::read(&file))
    }

    fn read(file: &Path) -> (Self, Vec<String>) {
        let warning = |reason: String| (Self::default(), vec![format!("{}: {reason}", file.display())]);
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Default::default(),
            Err(error) => return warning(format!("cannot be read: {error}; going on with the defaults")),
        };
        match text.parse::<Table>() {
            Ok(table) => Self::from_table(&table, file),
            Err(error) => warning(format!("{}; going on with the defaults", error.message())),
        }
    }

    fn from_table(table: &Table, file: &Path) -> (Self, Vec<String>) {
        let (mut config, mut warnings) = (Self::default(), Vec::new());
        for (section, values) in table {
            let Value::Table(values) = values else {
                warnings.push(format!("{}: there is no setting {section}", file.display()));
                continue;
            };
            for (key, value) in values {
                match (section.as_str(), key.as_str(), value) {
                    ("model", "name", Value::String(name)) => config.model = Some(name.clone()),
                    ("model", "name", _) => {
                        warnings.push(format!(
                            "{}: model.name must be a text; keeping the default",
                            file.display()
                        ));
                    }
                    _ => warnings.push(format!("{}: there is no setting {section}.{key}", file.display())),
                }
            }
        }
        (config, warnings)
    }
}
