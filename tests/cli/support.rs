//! Runs the real program in a fixture, with a cache of its own. Never does: judge what it prints.

use std::path::Path;
use std::process::{Command, Output};

use backstory_fixture::Fixture;

/// The program, ready to run in a directory with its cache and models in others.
pub fn backstory(directory: &Path, cache: &Path, models: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backstory"));
    command.current_dir(directory).env("BACKSTORY_CACHE_DIR", cache).env("BACKSTORY_MODEL_DIR", models);
    // What the person who runs the tests has set or imported must not decide how they end.
    command.env("BACKSTORY_DATA_DIR", models.with_file_name("data"));
    command.env("XDG_CONFIG_HOME", models.with_file_name("settings"));
    command.env("XDG_DATA_HOME", models.with_file_name("shared"));
    command.env("BACKSTORY_CONFIG", models.join("config.toml")).env_remove("BACKSTORY_MODEL");
    command
}

/// Runs the program in a fixture without a model.
pub fn run(fixture: &Fixture, arguments: &[&str]) -> Output {
    run_in(fixture, &fixture.path(), arguments)
}

/// Like [`run`], in some directory.
pub fn run_in(fixture: &Fixture, directory: &Path, arguments: &[&str]) -> Output {
    let mut command = backstory(directory, &fixture.beside("cache"), &fixture.beside("models"));
    command.args(arguments).output().unwrap()
}

/// What a run printed and how it ended, with the fixture's hashes as `{1}`, `{2}`..
pub fn transcript(fixture: &Fixture, output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let mut text = stdout.into_owned();
    if !stderr.is_empty() {
        text.push_str(&format!("-- stderr\n{stderr}"));
    }
    if !output.status.success() {
        text.push_str(&format!("-- exit {}\n", output.status.code().unwrap_or(-1)));
    }
    let place = fixture.path().canonicalize().unwrap();
    // An empty line of a patch is a space, which expected texts can't hold.
    let shown = |line: &str| if line == " " { "~".to_owned() } else { line.to_owned() };
    let text: String = text.split('\n').map(shown).collect::<Vec<_>>().join("\n");
    fixture
        .anonymize(&text)
        .replace(&*place.to_string_lossy(), "REPO")
        .replace(&*fixture.path().to_string_lossy(), "REPO")
}
