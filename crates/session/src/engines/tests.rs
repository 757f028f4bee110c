//! Which engines the settings lead to, on a machine without any model.

use std::path::Path;

use backstory_model::Address;
use expect_test::expect;

use super::*;

fn settings(endpoint: &str) -> Model {
    let endpoint = (!endpoint.is_empty()).then(|| Address::parse(endpoint).unwrap());
    Model { enable: true, endpoint, endpoint_model: Some("tiny".to_owned()), ..Model::default() }
}

fn told(engine: Result<&mut Engine, &ModelError>) -> String {
    match engine {
        Ok(engine) => {
            let place = if engine.is_remote() { "elsewhere" } else { "here" };
            let size = if engine.is_capable() { "capable" } else { "small" };
            format!("{}, {place}, {size}, {}", engine.title(), engine.id())
        }
        // Which models this machine has is not the test's business.
        Err(ModelError::NoModel) => "the default model, which is not here".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn choose(settings: &Model, choice: EngineChoice) -> String {
    // A folder without models, whatever the machine has.
    let mut engines = match Engines::among(Some(Path::new("/nowhere")), settings, choice, Threads::All) {
        Ok(engines) => engines,
        Err(error) => return format!("none at all: {error}\n"),
    };
    let first = told(engines.first());
    let second = engines.second().map_or_else(|| "none".to_owned(), told);
    format!("first: {first}\nsecond: {second}\n")
}

#[test]
fn the_endpoint_is_first_where_it_is_set_and_not_the_second() {
    let here = settings("http://localhost:8080");
    let behind = Model { second: Some(SecondEngine::Endpoint), ..here.clone() };
    expect![[r#"
        first: the default model, which is not here
        second: none
        first: tiny at http://localhost:8080/v1, here, capable, endpoint:http://localhost:8080/v1 tiny
        second: none
        first: tiny at http://localhost:8080/v1, here, capable, endpoint:http://localhost:8080/v1 tiny
        second: none
        first: the default model, which is not here
        second: tiny at http://localhost:8080/v1, here, capable, endpoint:http://localhost:8080/v1 tiny
        first: tiny at http://localhost:8080/v1, here, capable, endpoint:http://localhost:8080/v1 tiny
        second: tiny at http://localhost:8080/v1, here, capable, endpoint:http://localhost:8080/v1 tiny
    "#]]
    .assert_eq(
        &[
            choose(&settings(""), EngineChoice::Default),
            choose(&here, EngineChoice::Default),
            choose(&here, EngineChoice::Endpoint),
            choose(&behind, EngineChoice::Default),
            choose(&behind, EngineChoice::Endpoint),
        ]
        .concat(),
    );
}

#[test]
fn what_was_named_and_is_missing_is_an_error_and_the_rest_is_told_later() {
    let remote = settings("https://models.example.org");
    let second =
        Model { second: Some(SecondEngine::Model("qwen3-4b".to_owned())), ..settings("http://localhost") };
    let named = Model { name: Some("qwen3-4b".to_owned()), ..settings("") };
    let absent = Model { second: Some(SecondEngine::Endpoint), ..settings("") };
    expect![[r#"
        none at all: no model endpoint is set: `endpoint` under `[model]` in your own settings names one
        none at all: the model endpoint https://models.example.org/v1 is not on this machine, so nothing was sent to it: `allow_remote = true` under `[model]` in your own settings allows it
        first: the model endpoint https://models.example.org/v1 is not on this machine, so nothing was sent to it: `allow_remote = true` under `[model]` in your own settings allows it
        second: none
        first: tiny at https://models.example.org/v1, elsewhere, capable, endpoint:https://models.example.org/v1 tiny
        second: none
        first: tiny at http://localhost/v1, here, capable, endpoint:http://localhost/v1 tiny
        second: the model `qwen3-4b` is not installed: run `backstory model fetch qwen3-4b`
        none at all: /nowhere/own.gguf: No such file or directory (os error 2)
        none at all: the model `qwen3-4b` is not installed: run `backstory model fetch qwen3-4b`
        first: the default model, which is not here
        second: no model endpoint is set: `endpoint` under `[model]` in your own settings names one
    "#]].assert_eq(
        &[
            choose(&settings(""), EngineChoice::Endpoint),
            choose(&remote, EngineChoice::Endpoint),
            choose(&remote, EngineChoice::Default),
            choose(&Model { allow_remote: true, ..remote }, EngineChoice::Default),
            choose(&second, EngineChoice::Default),
            choose(&second, EngineChoice::Named("/nowhere/own.gguf".to_owned())),
            choose(&named, EngineChoice::Default),
            choose(&absent, EngineChoice::Default),
        ]
        .concat(),
    );
}
