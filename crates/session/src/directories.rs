//! Where Backstory keeps what it may lose (the cache), what it should not (models) and what the user set, by the platform's rules. Never does:
//! create or delete anything.

use std::env;
use std::path::PathBuf;

/// Facts that can be made again. `BACKSTORY_CACHE_DIR` overrides the platform's cache directory.
pub fn cache() -> Option<PathBuf> {
    overridden("BACKSTORY_CACHE_DIR").or_else(|| Some(dirs::cache_dir()?.join("backstory")))
}

/// Fetched models. `BACKSTORY_MODEL_DIR` overrides the platform's data directory.
pub fn models() -> Option<PathBuf> {
    overridden("BACKSTORY_MODEL_DIR")
        .or_else(|| Some(dirs::data_local_dir()?.join("backstory").join("models")))
}

/// What a person gave that can't be made again: imported discussions. `BACKSTORY_DATA_DIR` overrides the platform's data directory.
pub fn data() -> Option<PathBuf> {
    overridden("BACKSTORY_DATA_DIR").or_else(|| Some(dirs::data_local_dir()?.join("backstory")))
}

/// The user's settings. `BACKSTORY_CONFIG` names another file.
pub fn config_file() -> Option<PathBuf> {
    overridden("BACKSTORY_CONFIG").or_else(|| Some(dirs::config_dir()?.join("backstory").join("config.toml")))
}

fn overridden(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}
