//! Model endpoints end to end: what the program says of them before it asks.

use std::fs;

use backstory_fixture::Fixture;
use expect_test::expect;

use crate::explain::STORY;
use crate::support::{backstory, transcript};

/// What `doctor` says of models with these settings of the user.
fn examine(settings: &str) -> String {
    let fixture = Fixture::new(STORY);
    let models = fixture.beside("models");
    fs::create_dir(&models).unwrap();
    fs::write(models.join("config.toml"), format!("[model]\n{settings}")).unwrap();
    let mut command = backstory(&fixture.path(), &fixture.beside("cache"), &models);
    let output = command.arg("doctor").output().unwrap();
    let text = transcript(&fixture, &output).replace(&*fixture.beside("").to_string_lossy(), "DIR/");
    let of_models = text.lines().skip_while(|line| line.split_whitespace().nth(1) != Some("model"));
    format!("{}\n", of_models.collect::<Vec<_>>().join("\n"))
}

#[test]
fn the_doctor_shows_endpoints_and_asks_none() {
    let settings = [
        "endpoint = \"http://localhost:9/v1\"\nendpoint_model = \"tiny\"\n",
        "endpoint = \"https://models.example.org\"\n",
        "endpoint = \"https://models.example.org\"\nallow_remote = true\n",
        "endpoint = \"http://localhost:9\"\nendpoint_key = \"NO_SUCH_KEY\"\n",
        "endpoint = \"http://localhost:9\"\nsecond = \"endpoint\"\nadapter = \"/no/such.safetensors\"\n",
        "endpoint = \"http://localhost:9\"\nsecond = \"qwen3-4b\"\n",
    ];
    expect![[r#"
        endpoint = "http://localhost:9/v1"
        endpoint_model = "tiny"
        ok       model       tiny at http://localhost:9/v1 (set in DIR/models/config.toml), on this machine
        Backstory works here

        endpoint = "https://models.example.org"
        warning  model       the model endpoint https://models.example.org/v1 is not on this machine, so nothing was sent to it: `allow_remote = true` under `[model]` in your own settings allows it (set in DIR/models/config.toml)
        Backstory works here, with 1 warning

        endpoint = "https://models.example.org"
        allow_remote = true
        ok       model       the model at https://models.example.org/v1 (set in DIR/models/config.toml), on another machine: what it is asked leaves this one
        Backstory works here

        endpoint = "http://localhost:9"
        endpoint_key = "NO_SUCH_KEY"
        warning  model       the environment variable NO_SUCH_KEY, which `endpoint_key` names, holds no key (set in DIR/models/config.toml)
        Backstory works here, with 1 warning

        endpoint = "http://localhost:9"
        second = "endpoint"
        adapter = "/no/such.safetensors"
        ok       model       the model at http://localhost:9/v1 (set in DIR/models/config.toml), on this machine
        warning  model       smollm2-135m-instruct (the default) is not here: explanations quote commits and are not worded
                   `backstory model fetch smollm2-135m-instruct` brings it
        warning  model       there is no adapter /no/such.safetensors
                   explanations are not worded without it: correct `model.adapter` or take it out
        Backstory works here, with 2 warnings

        endpoint = "http://localhost:9"
        second = "qwen3-4b"
        ok       model       the model at http://localhost:9/v1 (set in DIR/models/config.toml), on this machine
        warning  model       qwen3-4b (the second, set in DIR/models/config.toml) is not here: explanations quote commits and are not worded
                   `backstory model fetch qwen3-4b` brings it
        Backstory works here, with 1 warning

    "#]].assert_eq(&settings.map(|text| format!("{text}{}\n", examine(text))).concat());
}
