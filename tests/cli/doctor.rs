//! `backstory doctor` end to end, on healthy and other repositories. What only this machine decides is `..` in the transcripts.

use std::fs;
use std::path::Path;
use std::process::Output;

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::Value;

use crate::explain::STORY;
use crate::support::{backstory, run_in, transcript};

/// What the machine decides about these, `machine.rs` has tests for.
const OF_THE_MACHINE: [&str; 4] = ["program", "processor", "git", "watching"];

fn examine(fixture: &Fixture, directory: &Path) -> String {
    stable(fixture, &run_in(fixture, directory, &["doctor"]))
}

/// The transcript, with the fixture's directory as `DIR`, without what differs between machines.
fn stable(fixture: &Fixture, output: &Output) -> String {
    let text = transcript(fixture, output);
    let mut stable = String::new();
    let mut is_editor = false;
    for line in text.lines() {
        let topic = line.split_whitespace().nth(1).unwrap_or_default();
        // As many lines as this machine has editors; the machine of another test has none but what is put there.
        is_editor = topic == "editors" || is_editor && line.starts_with(' ');
        if is_editor {
            continue;
        }
        let line = match (OF_THE_MACHINE.contains(&topic), topic, line.rsplit_once(" (")) {
            (true, ..) => format!("{:21}..", line.chars().take(19).collect::<String>()),
            (false, "cache", Some((path, size))) if size.ends_with(" MB)") => format!("{path} (.. MB)"),
            _ => line.to_owned(),
        };
        stable.push_str(&format!("{}\n", line.trim_end()));
    }
    let place = fixture.beside("");
    let real = place.canonicalize().unwrap();
    stable
        .replace(&format!("{}/", real.display()), "DIR/")
        .replace(&format!("{}/", place.display()).replace("//", "/"), "DIR/")
}

#[test]
fn a_healthy_repository() {
    let fixture = Fixture::new(STORY);
    fs::create_dir(fixture.beside("models")).unwrap();
    fs::write(fixture.beside("models/config.toml"), "model.enable = false\nhover.enable = true\n").unwrap();
    fs::write(fixture.path().join(".backstory.toml"), "lens.show = [\"last\"]\n").unwrap();
    let inside = fixture.path().join("src");
    expect![[r#"
        ok       program     ..
        ok       processor   ..
        ok       git         ..
        ok       repository  REPO, main at {4}
        ok       sources     2 Rust files
        ok       watching    ..
        ok       cache       DIR/cache (.. MB)
        ok       settings    DIR/models/config.toml is read
        ok       settings    REPO/.backstory.toml is read
        ok       settings    lens.show = ["last"] in REPO/.backstory.toml
        ok       settings    model.enable = false in DIR/models/config.toml
        ok       model       turned off in DIR/models/config.toml
        Backstory works here
    "#]]
    .assert_eq(&examine(&fixture, &inside));
}

#[test]
fn without_a_repository() {
    let fixture = Fixture::new("");
    let plain = fixture.beside("plain");
    fs::create_dir(&plain).unwrap();
    fs::write(plain.join(".backstory.toml"), "mode = \"standalone\"\n").unwrap();
    expect![[r#"
        ok       program     ..
        ok       processor   ..
        ok       git         ..
        warning  repository  none around DIR/plain: there is no history to read
                   clone the project with git (`git clone URL`) and work there
        warning  sources     no Rust or Python files
                   other languages are not read yet
        ok       watching    ..
        ok       cache       DIR/cache (.. MB)
        ok       settings    DIR/models/config.toml is not there, and need not be
        ok       settings    DIR/plain/.backstory.toml is read
        ok       settings    mode = "standalone" in DIR/plain/.backstory.toml
        warning  model       smollm2-135m-instruct (the default) is not here: explanations quote commits and are not worded
                   `backstory model fetch smollm2-135m-instruct` brings it
        Backstory works here, with 3 warnings
    "#]].assert_eq(&examine(&fixture, &plain));
}

/// The line about the repository, its advice, and how it ended.
fn repository(fixture: &Fixture, directory: &Path) -> String {
    about("repository", &examine(fixture, directory))
}

/// The lines about a topic, with their advice, and the last lines.
pub fn about(topic: &str, transcript: &str) -> String {
    let mut kept = String::new();
    let mut keep = false;
    for line in transcript.lines() {
        if !line.starts_with(' ') {
            let closing = line.starts_with("Backstory ") || line.starts_with("-- ");
            keep = closing || line.split_whitespace().nth(1) == Some(topic);
        }
        if keep {
            kept.push_str(&format!("{line}\n"));
        }
    }
    kept
}

#[test]
fn repositories_that_lack_something() {
    let empty = Fixture::new("//@ worktree\n//- /a.py\ndef early():\n    pass\n");
    expect![[r#"
        warning  repository  REPO has no commits yet
                   history begins with the first one (`git commit`)
        Backstory works here, with 2 warnings
    "#]]
    .assert_eq(&repository(&empty, &empty.path()));

    let fixture = Fixture::new(STORY);
    let source = format!("file://{}", fixture.path().display());
    let clone = |name: &str, how: &[&str]| {
        let place = fixture.beside(name);
        fixture.git(&[&["clone", "-q"], how, &[&source, &place.display().to_string()]].concat());
        repository(&fixture, &place)
    };
    expect![[r#"
        warning  repository  DIR/shallow, main at {4}; a shallow clone, which has only the newest part of the history
                   `git fetch --unshallow` brings the rest
        Backstory works here, with 2 warnings
    "#]].assert_eq(&clone("shallow", &["--depth", "1"]));
    fixture.git(&["config", "uploadpack.allowFilter", "true"]);
    expect![[r#"
        ok       repository  DIR/partial, main at {4}; a partial clone
                   where explanations lack old versions, `git fetch --refetch --no-filter` brings them all
        Backstory works here, with 1 warning
    "#]]
    .assert_eq(&clone("partial", &["--filter=blob:none"]));
    expect![[r#"
        problem  repository  DIR/bare is a bare repository: it has no files to explain
                   work in a clone or a worktree of it (`git worktree add PATH`)
        Backstory does not work here: 1 problem, with 1 warning
        -- exit 1
    "#]]
    .assert_eq(&clone("bare", &["--bare"]));

    fs::write(fixture.path().join(".git/HEAD"), "nonsense\n").unwrap();
    expect![[r#"
        problem  repository  cannot read HEAD: The reference at "HEAD" could not be decoded: Reference content could not be parsed, input="nonsense\n"; `git fsck` names what is damaged
        Backstory does not work here: 1 problem, with 1 warning
        -- exit 1
    "#]].assert_eq(&repository(&fixture, &fixture.path()));
}

#[test]
fn detached_heads_and_other_hashes_are_fine() {
    let fixture = Fixture::with_init(STORY, &["--object-format=sha256"]);
    fixture.git(&["checkout", "-q", "--detach"]);
    expect![[r#"
        ok       repository  REPO, a detached HEAD at {4}, SHA-256
        Backstory works here, with 1 warning
    "#]]
    .assert_eq(&repository(&fixture, &fixture.path()));
}

#[cfg(unix)]
#[test]
fn repositories_of_others_are_not_read() {
    let fixture = Fixture::new(STORY);
    fs::write(fixture.path().join(".backstory.toml"), "speed = 1\n").unwrap();
    let others = |path: &Path| std::os::unix::fs::chown(path, Some(4711), None);
    // Only the superuser can give files away.
    if others(&fixture.path()).and_then(|()| others(&fixture.path().join(".git"))).is_err() {
        return;
    }
    let mut command = backstory(&fixture.path(), &fixture.beside("cache"), &fixture.beside("models"));
    let command = command.env("HOME", fixture.beside("home")).env_remove("XDG_CONFIG_HOME");
    let output = command.arg("doctor").output().unwrap();
    let transcript = stable(&fixture, &output);
    assert!(!transcript.contains("speed"), "{transcript}");
    expect![[r#"
        problem  repository  REPO belongs to another user, so git and Backstory do not read it
                   if you trust it: git config --global --add safe.directory 'REPO'
        Backstory does not work here: 1 problem, with 1 warning
        -- exit 1
    "#]]
    .assert_eq(&about("repository", &transcript));
}

#[test]
fn settings_that_cannot_be_used() {
    let fixture = Fixture::new(STORY);
    fs::create_dir(fixture.beside("models")).unwrap();
    fs::write(fixture.beside("models/config.toml"), "[model\n").unwrap();
    fs::write(fixture.path().join(".backstory.toml"), "model.name = \"../own.gguf\"\n").unwrap();
    expect![[r#"
        ok       settings    REPO/.backstory.toml is read
        warning  settings    DIR/models/config.toml is no TOML in line 1 (unclosed table, expected `]`); nothing in it counts
                   correct it or take it out; docs/settings.md lists what can be set
        warning  settings    REPO/.backstory.toml: `model.name` must be a name that `backstory model list` shows, never a path, not "../own.gguf"; it stays "smollm2-135m-instruct", the default
                   correct it or take it out; docs/settings.md lists what can be set
        Backstory works here, with 3 warnings
    "#]].assert_eq(&about("settings", &examine(&fixture, &fixture.path())));
}

#[cfg(unix)]
#[test]
fn editors_on_the_path() {
    let fixture = Fixture::new(STORY);
    let put = |name: &str, text: &str| {
        let path = fixture.beside(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put("bin/nvim", "");
    put("bin/hx", "");
    put("settings/nvim/init.lua", "vim.lsp.enable('backstory')\n");
    put("settings/helix/languages.toml", "[language-server.backstory]\ncommand = 'backstory'\n");
    let mut command = backstory(&fixture.path(), &fixture.beside("cache"), &fixture.beside("models"));
    let output = command.env("PATH", fixture.beside("bin")).arg("doctor").output().unwrap();
    let seen = about("editors", &transcript(&fixture, &output));
    expect![[r#"
        ok       editors     Neovim is here, and DIR/settings/nvim/init.lua names Backstory
        warning  editors     Helix is here and knows the server `backstory`, which no language uses
                   name "backstory" among the language-servers of rust and python (docs/helix.md)
        Backstory works here, with 2 warnings
    "#]]
    .assert_eq(&seen.replace(&fixture.beside("").display().to_string(), "DIR/"));
}

#[test]
fn models_that_cannot_be_used() {
    let fixture = Fixture::new(STORY);
    let models = fixture.beside("models");
    let damaged = models.join("qwen3-0.6b");
    fs::create_dir_all(&damaged).unwrap();
    fs::write(damaged.join("model.gguf"), "notes").unwrap();
    let record = r#"{"name": "qwen3-0.6b", "source": "hub", "fetched_sha256": "", "adapter_sha256": null, "bytes": 5, "sha256": ""}"#;
    fs::write(damaged.join("installed.json"), record).unwrap();
    let mut text = String::new();
    for name in ["qwen3-0.6b", "qwen3-4b", "gemma-3-1b-it", "no-such-model", "/no/such.gguf", ""] {
        let mut command = backstory(&fixture.path(), &fixture.beside("cache"), &models);
        let output = command.env("BACKSTORY_MODEL", name).arg("doctor").output().unwrap();
        text.push_str(&format!("{name:?}\n{}", about("model", &stable(&fixture, &output))));
    }
    expect![[r#"
        "qwen3-0.6b"
        warning  model       qwen3-0.6b (BACKSTORY_MODEL says so) cannot be used: DIR/models/qwen3-0.6b/model.gguf is not a GGUF file (version 2 or 3)
                   `backstory model remove qwen3-0.6b`, then `backstory model fetch qwen3-0.6b`
        Backstory works here, with 1 warning
        "qwen3-4b"
        warning  model       qwen3-4b (BACKSTORY_MODEL says so) is not here: explanations quote commits and are not worded
                   `backstory model fetch qwen3-4b` brings it
        Backstory works here, with 1 warning
        "gemma-3-1b-it"
        warning  model       gemma-3-1b-it (BACKSTORY_MODEL says so) cannot be used: `gemma-3-1b-it` has the architecture gemma3, which the embedded engine cannot load: it needs a model endpoint, or choose another model of `backstory model list`
                   `backstory model list` shows what can be
        Backstory works here, with 1 warning
        "no-such-model"
        warning  model       no-such-model (BACKSTORY_MODEL says so) cannot be used: no model is called `no-such-model`; known are smollm2-135m-instruct, qwen3-0.6b, qwen2.5-1.5b-instruct, qwen3-4b, llama-3.2-1b-instruct, llama-3.2-3b-instruct, phi-3.5-mini-instruct, mistral-7b-instruct-v0.3, gemma-3-1b-it, or give the path of a .gguf file
                   `backstory model list` shows what can be
        Backstory works here, with 1 warning
        "/no/such.gguf"
        warning  model       /no/such.gguf (BACKSTORY_MODEL says so) cannot be used: /no/such.gguf: No such file or directory (os error 2)
                   `backstory model list` shows what can be
        Backstory works here, with 1 warning
        ""
        warning  model       smollm2-135m-instruct (the default) is not here: explanations quote commits and are not worded
                   `backstory model fetch smollm2-135m-instruct` brings it
        Backstory works here, with 1 warning
    "#]].assert_eq(&text);
}

#[test]
fn a_cache_that_cannot_be_had() {
    let fixture = Fixture::new(STORY);
    fs::write(fixture.beside("file"), "").unwrap();
    let mut command = backstory(&fixture.path(), &fixture.beside("file/cache"), &fixture.beside("models"));
    let output = command.arg("doctor").output().unwrap();
    expect![[r#"
        warning  cache       cannot create the cache directory DIR/file/cache: Not a directory (os error 20)
                   without it every answer is worked out again: make the directory writable, or name another one with BACKSTORY_CACHE_DIR
        Backstory works here, with 2 warnings
    "#]].assert_eq(&about("cache", &stable(&fixture, &output)));
}

#[test]
fn the_same_as_data() {
    let fixture = Fixture::new(STORY);
    let data = |directory: &Path| {
        let output = run_in(&fixture, directory, &["doctor", "--json"]);
        (output.status.code(), serde_json::from_slice::<Value>(&output.stdout).unwrap())
    };
    let (code, report) = data(&fixture.path());
    assert_eq!((code, &report["works"]), (Some(0), &Value::Bool(true)));
    let checks = report["checks"].as_array().unwrap();
    let sources = checks.iter().find(|check| check["topic"] == "sources").unwrap();
    expect![[r#"
        {
          "topic": "sources",
          "state": "ok",
          "finding": "2 Rust files",
          "advice": null
        }"#]]
    .assert_eq(&format!("{sources:#}"));
    let bare = fixture.beside("bare");
    fixture.git(&["clone", "-q", "--bare", ".", &bare.display().to_string()]);
    let (code, report) = data(&bare);
    assert_eq!((code, &report["works"]), (Some(1), &Value::Bool(false)), "{report:#}");
}
