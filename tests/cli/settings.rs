//! Settings end to end: what `backstory explain` makes of the user's file and of the repository's. The layers themselves have tests
//! beside their code.

use std::fs;

use backstory_fixture::Fixture;
use expect_test::expect;

use crate::explain::STORY;
use crate::support::{run, run_in};

const CODE: &str = "//@ commit \"Initial commit\"\n//- /a.py\ndef f():\n    pass\n";

/// Part of what an answer says where the default model is missing.
const OFFER: &str = "backstory model fetch";

/// A fixture with these settings in the user's file and in the repository's.
fn with_settings(code: &str, user: &str, project: &str) -> Fixture {
    let fixture = Fixture::new(code);
    fs::create_dir(fixture.beside("models")).unwrap();
    fs::write(fixture.beside("models").join("config.toml"), user).unwrap();
    fs::write(fixture.path().join(".backstory.toml"), project).unwrap();
    fixture
}

#[test]
fn settings_that_cannot_be_used_are_warnings() {
    let mut text = String::new();
    for settings in [
        "[model]\nname = \"no-such-model\"",
        "[model]\nname = \"/no/such.gguf\"",
        "[model]\nname = 3\ncolour = 1\n",
        "speed = 1",
        "[model",
    ] {
        let fixture = with_settings(CODE, settings, "");
        let output = run(&fixture, &["explain", "f"]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let stderr = stderr.replace(&*fixture.beside("models").to_string_lossy(), "CONFIG");
        text.push_str(&format!("{settings:?} exit {}\n{stderr}", output.status.code().unwrap()));
    }
    expect![[r#"
        "[model]\nname = \"no-such-model\"" exit 0
        warning: CONFIG/config.toml: `model.name` must be a name that `backstory model list` shows or the absolute path of a GGUF file, not "no-such-model"; it stays "smollm2-135m-instruct", the default
        "[model]\nname = \"/no/such.gguf\"" exit 0
        warning: /no/such.gguf: No such file or directory (os error 2); taking the default model
        "[model]\nname = 3\ncolour = 1\n" exit 0
        warning: CONFIG/config.toml: there is no setting `model.colour`, so nothing is set by it; `model` has `enable`, `name`, `endpoint`, `endpoint_model`, `endpoint_key`, `allow_remote`, `second`, `adapter` and `idle`
        warning: CONFIG/config.toml: `model.name` must be a name that `backstory model list` shows or the absolute path of a GGUF file, not 3; it stays "smollm2-135m-instruct", the default
        "speed = 1" exit 0
        warning: CONFIG/config.toml: there is no setting `speed`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
        "[model" exit 0
        warning: CONFIG/config.toml is no TOML in line 1 (unclosed table, expected `]`); nothing in it counts
    "#]].assert_eq(&text);
}

#[test]
fn the_model_is_offered_unless_it_is_turned_off() {
    let mut text = String::new();
    for (user, project) in [
        ("", ""),
        ("model.enable = false", ""),
        ("", "model.enable = false"),
        ("model.enable = false", "model.enable = true"),
        ("", "model.enable = \"no\""),
    ] {
        let fixture = with_settings(STORY, user, project);
        let output = run(&fixture, &["explain", "Pool::spawn"]);
        assert!(output.status.success(), "{user} {project}");
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(stdout.contains("\nWhy\n"), "the facts are there in any case: {stdout}");
        text.push_str(&format!(
            "user {user:?}, repository {project:?}: offered {}\n",
            stdout.contains(OFFER)
        ));
    }
    expect![[r#"
        user "", repository "": offered true
        user "model.enable = false", repository "": offered false
        user "", repository "model.enable = false": offered false
        user "model.enable = false", repository "model.enable = true": offered false
        user "", repository "model.enable = \"no\"": offered true
    "#]]
    .assert_eq(&text);
}

#[test]
fn what_is_asked_for_goes_before_settings() {
    let fixture = with_settings(CODE, "", "model.enable = false\n");
    let output = run(&fixture, &["explain", "--model", "none.gguf", "f"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: none.gguf: No such file or directory (os error 2)\n"
    );
}

#[test]
fn the_repository_of_the_file_counts() {
    let fixture = with_settings(STORY, "", "model.enable = false\nmodel.name = \"/etc/passwd\"\n");
    let file = fixture.path().join("src/threads.rs").to_string_lossy().into_owned();
    let elsewhere = fixture.beside("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join(".backstory.toml"), "speed = 1\n").unwrap();
    let output = run_in(&fixture, &elsewhere, &["explain", &format!("{file}:12")]);
    assert!(!String::from_utf8_lossy(&output.stdout).contains(OFFER));
    let root = fixture.path().canonicalize().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).replace(&*root.to_string_lossy(), "REPO");
    expect![[r#"
        warning: REPO/.backstory.toml: `model.name` must be a name that `backstory model list` shows, never a path, not "/etc/passwd"; it stays "smollm2-135m-instruct", the default
    "#]].assert_eq(&stderr);
}
