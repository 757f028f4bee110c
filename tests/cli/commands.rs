//! The smaller commands end to end: cache, models without a model, completions, manual page, wrong arguments.

use std::fs;

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::Value;

use crate::support::{backstory, run, transcript};

const CODE: &str = "//@ commit \"Initial commit\"\n//- /a.py\ndef f():\n    pass\n";

#[test]
fn the_cache_is_where_it_says_and_goes_when_told() {
    let fixture = Fixture::new(CODE);
    let cache = fixture.beside("cache");
    let path = String::from_utf8(run(&fixture, &["cache", "path"]).stdout).unwrap();
    assert_eq!(path.trim(), cache.to_string_lossy());
    run(&fixture, &["search", "anything"]);
    assert!(cache.join("facts.sqlite").is_file());
    fs::create_dir(cache.join("adapted")).unwrap();
    fs::write(cache.join("adapted/copy.gguf"), "weights").unwrap();
    assert!(run(&fixture, &["cache", "clear"]).status.success());
    assert!(!cache.join("facts.sqlite").exists() && !cache.join("adapted").exists());
    assert!(run(&fixture, &["cache", "clear"]).status.success(), "an empty cache is clear");
}

#[test]
fn models_are_listed_with_what_is_known_of_them() {
    let fixture = Fixture::new(CODE);
    let output = run(&fixture, &["model", "list", "--json"]);
    let models: Value = serde_json::from_slice(&output.stdout).unwrap();
    let default =
        models.as_array().unwrap().iter().find(|model| model["name"] == "smollm2-135m-instruct").unwrap();
    assert_eq!(default["tested"], true);
    assert_eq!(default["installed"], false);
    assert_eq!(default["supported"], true);
    let text = String::from_utf8(run(&fixture, &["model", "list"]).stdout).unwrap();
    assert!(text.contains("smollm2-135m-instruct"), "{text}");
}

#[test]
fn models_that_are_not_here_are_clear_errors() {
    let fixture = Fixture::new(CODE);
    fs::write(fixture.path().join("notes.gguf"), "these are notes").unwrap();
    let mut text = String::new();
    for arguments in [
        &["model", "path", "smollm2-135m-instruct"][..],
        &["model", "remove", "smollm2-135m-instruct"],
        &["model", "remove", "../.."],
        &["model", "fetch", "no-such-model"],
        &["explain", "--model", "no-such-model", "f"],
        &["explain", "--model", "none.gguf", "f"],
        &["explain", "--model", "notes.gguf", "f"],
    ] {
        text.push_str(&format!("$ {}\n", arguments.join(" ")));
        text.push_str(&transcript(&fixture, &run(&fixture, arguments)));
    }
    expect![[r#"
        $ model path smollm2-135m-instruct
        -- stderr
        error: the model `smollm2-135m-instruct` is not installed: run `backstory model fetch smollm2-135m-instruct`
        -- exit 1
        $ model remove smollm2-135m-instruct
        -- stderr
        error: the model `smollm2-135m-instruct` is not installed: run `backstory model fetch smollm2-135m-instruct`
        -- exit 1
        $ model remove ../..
        -- stderr
        error: the model `../..` is not installed: run `backstory model fetch ../..`
        -- exit 1
        $ model fetch no-such-model
        -- stderr
        error: no model is called `no-such-model`; known are smollm2-135m-instruct, qwen3-0.6b, qwen2.5-1.5b-instruct, qwen3-4b, llama-3.2-1b-instruct, llama-3.2-3b-instruct, phi-3.5-mini-instruct, mistral-7b-instruct-v0.3, gemma-3-1b-it, or give the path of a .gguf file
        -- exit 1
        $ explain --model no-such-model f
        -- stderr
        error: no model is called `no-such-model`; known are smollm2-135m-instruct, qwen3-0.6b, qwen2.5-1.5b-instruct, qwen3-4b, llama-3.2-1b-instruct, llama-3.2-3b-instruct, phi-3.5-mini-instruct, mistral-7b-instruct-v0.3, gemma-3-1b-it, or give the path of a .gguf file
        -- exit 1
        $ explain --model none.gguf f
        -- stderr
        error: none.gguf: No such file or directory (os error 2)
        -- exit 1
        $ explain --model notes.gguf f
        -- stderr
        error: notes.gguf is not a GGUF file (version 2 or 3)
        -- exit 1
    "#]].assert_eq(&text);
}

#[test]
fn completions_and_the_manual_come_from_the_arguments() {
    let fixture = Fixture::new(CODE);
    for (arguments, marker) in [
        (&["completions", "bash"][..], "_backstory"),
        (&["completions", "fish"], "complete -c backstory"),
        (&["man"], ".TH"),
    ] {
        let text = String::from_utf8(run(&fixture, arguments).stdout).unwrap();
        assert!(text.contains(marker) && text.contains("explain"), "{arguments:?}: {text}");
    }
}

#[test]
fn wrong_arguments_end_with_two() {
    let fixture = Fixture::new(CODE);
    for arguments in [&["explain"][..], &["explain", "f", "--no-model", "--fetch-model"], &["dance"], &[]] {
        assert_eq!(run(&fixture, arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn another_directory_can_be_named() {
    let fixture = Fixture::new(CODE);
    let path = fixture.path();
    let mut command = backstory(&fixture.beside(""), &fixture.beside("cache"), &fixture.beside("models"));
    let output =
        command.args(["-C", &path.to_string_lossy(), "explain", "--no-model", "f"]).output().unwrap();
    assert!(output.status.success(), "{}", transcript(&fixture, &output));
}

#[test]
fn colours_come_only_when_asked_for() {
    let fixture = Fixture::new(CODE);
    let escape = |arguments: &[&str]| run(&fixture, arguments).stdout.contains(&0x1b);
    assert!(!escape(&["explain", "--no-model", "f"]), "not into a pipe");
    assert!(escape(&["explain", "--no-model", "--color", "always", "f"]));
}
