//! What the tests in real editors share: the repository that they open, the programs, and homes of their own. Never does: start an editor.

use std::ffi::OsString;

use backstory_fixture::Fixture;

/// A small Python project with seven years of history.
pub const COURIER: &str = include_str!("courier.txt");

/// The program that a variable names, otherwise the one on the path.
pub fn program(variable: &str, name: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| name.to_owned())
}

/// Where programs keep their settings, data and caches: beside the fixture, so that no test sees the user's own.
pub enum Homes {
    /// No model has been fetched.
    WithoutModel,
    /// The default model, where this machine has it; the tests of the model need it too.
    WithDefaultModel,
}

impl Homes {
    pub fn environment(&self, fixture: &Fixture) -> Vec<(&'static str, OsString)> {
        let plugin = concat!(env!("CARGO_MANIFEST_DIR"), "/editors/neovim");
        let mut environment: Vec<(&str, OsString)> = vec![
            ("BACKSTORY", env!("CARGO_BIN_EXE_backstory").into()),
            ("PLUGIN", plugin.into()),
            ("TY", program("TY", "ty").into()),
            ("LC_ALL", "C.UTF-8".into()),
            ("GIT_CONFIG_GLOBAL", "/dev/null".into()),
        ];
        for (variable, place) in [
            ("BACKSTORY_CACHE_DIR", "cache"),
            ("BACKSTORY_CONFIG", "config.toml"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_CONFIG_HOME", "settings"),
            ("XDG_CACHE_HOME", "editor"),
        ] {
            environment.push((variable, fixture.beside(place).into()));
        }
        match self {
            Self::WithoutModel => {
                environment.push(("BACKSTORY_MODEL_DIR", fixture.beside("models").into()));
                environment.push(("XDG_DATA_HOME", fixture.beside("data").into()));
            }
            // In the user's data directory.
            Self::WithDefaultModel => {}
        }
        environment
    }
}
