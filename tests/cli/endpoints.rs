//! Model endpoints end to end: what the program says of them, asks them, and does with what they answer.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::Value;

use crate::explain::STORY;
use crate::support::{backstory, transcript};

/// A server on this machine that gives each question the same answer, and hands on the questions.
fn serve(answer: String) -> (u16, Receiver<Value>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, questions) = channel();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut reader = BufReader::new(connection.unwrap());
            let mut length = 0;
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some(value) = line.strip_prefix("content-length: ") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            // A test that has seen enough no longer listens.
            let _ = sender.send(serde_json::from_slice(&body).unwrap());
            reader.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    (port, questions)
}

/// A streamed answer that says this.
fn says(text: &str) -> String {
    let piece = |text: &str| {
        let delta = serde_json::json!({"choices": [{"delta": {"content": text}}]});
        format!("data: {delta}\n\n")
    };
    let pieces: String = text.split_inclusive(' ').map(piece).collect();
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n{pieces}data: [DONE]\n\n")
}

fn refuses(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
}

/// A repository, and a user with these settings of `[model]`.
fn user(settings: &str) -> Fixture {
    let fixture = Fixture::new(STORY);
    let models = fixture.beside("models");
    fs::create_dir(&models).unwrap();
    fs::write(models.join("config.toml"), format!("[model]\n{settings}")).unwrap();
    fixture
}

/// What `explain` prints from its worded part on, which is the last but for remarks.
fn explain(fixture: &Fixture, port: u16) -> String {
    let mut command = backstory(&fixture.path(), &fixture.beside("cache"), &fixture.beside("models"));
    let output = command.args(["explain", "Pool::spawn"]).output().unwrap();
    let text = transcript(fixture, &output).replace(&format!(":{port}/"), ":PORT/");
    assert!(text.contains("History at main"), "the facts are there in any case: {text}");
    let start =
        text.find("\nIn short").or_else(|| text.find("\nNot worded")).or_else(|| text.find("\nNo (more)"));
    start.map_or_else(|| format!("{text}\n"), |start| format!("{}\n", &text[start..]))
}

#[test]
fn an_endpoint_words_what_its_notes_say_and_is_asked_once() {
    let (port, questions) =
        serve(says("Blocking calls need threads of their own, or they stall the reactor [1]."));
    let fixture = user(&format!("endpoint = \"http://127.0.0.1:{port}\"\nendpoint_model = \"tiny\"\n"));
    let first = explain(&fixture, port);
    expect![[r#"

        In short, worded on this machine by tiny at http://127.0.0.1:PORT/v1
          Blocking calls need threads of their own, or they stall the reactor. [{1}]

    "#]]
    .assert_eq(&first);
    let question = questions.recv().unwrap();
    assert_eq!(
        (&question["model"], &question["stream"], &question["temperature"]),
        (&"tiny".into(), &true.into(), &0.into())
    );
    assert!(
        question["messages"][0]["content"].as_str().unwrap().contains("Blocking calls need threads"),
        "{question}"
    );
    assert_eq!(explain(&fixture, port), first);
    assert!(questions.try_recv().is_err(), "the answer is remembered");
}

/// The facts stand, the reason is told, and nothing fails.
#[test]
fn an_endpoint_that_fails_costs_the_wording_only() {
    let answers = [
        refuses("500 Internal Server Error", r#"{"error": {"message": "out of memory"}}"#),
        refuses("404 Not Found", r#"{"error": "model 'tiny' not found"}"#),
        says("").replace("data: [DONE]", "data: {]"),
        "garbage".to_owned(),
    ];
    let told = answers.map(|answer| {
        let (port, _questions) = serve(answer);
        let settings = format!("endpoint = \"http://localhost:{port}\"\nendpoint_model = \"tiny\"\n");
        explain(&user(&settings), port)
    });
    expect![[r#"

        No (more) wording: the model endpoint http://localhost:PORT/v1 answered with status 500: "out of memory"; the server's log may say more


        No (more) wording: the model endpoint http://localhost:PORT/v1 answered with status 404: "model 'tiny' not found"; the address or the model's name may be wrong (most servers have the API under /v1)


        No (more) wording: the answer of the model endpoint http://localhost:PORT/v1 cannot be used: it holds `{]`


        No (more) wording: the answer of the model endpoint http://localhost:PORT/v1 cannot be used: it broke off (invalid HTTP version parsed)

    "#]].assert_eq(&told.concat());
}

#[test]
fn what_may_not_be_asked_is_not_asked() {
    let told = [
        "endpoint = \"http://models.example.org\"\n",
        "endpoint = \"http://localhost:9\"\nendpoint_key = \"NO_SUCH_KEY\"\n",
    ]
    .map(|settings| explain(&user(settings), 0));
    expect![[r#"

        Not worded: the model endpoint http://models.example.org/v1 is not on this machine, so nothing was sent to it: `allow_remote = true` under `[model]` in your own settings allows it


        Not worded: the environment variable NO_SUCH_KEY, which `endpoint_key` names, holds no key

    "#]].assert_eq(&told.concat());
}

/// Inventions of an endpoint are replaced like any other's.
#[test]
fn a_lying_endpoint_is_not_believed() {
    let (port, _questions) = serve(says("Alice rewrote it in 2031 because of a memory leak [1]."));
    let fixture = user(&format!("endpoint = \"http://127.0.0.1:{port}\"\nendpoint_model = \"tiny\"\n"));
    let told = explain(&fixture, port);
    assert!(!told.contains("2031") && !told.contains("leak"), "{told}");
}

/// What `doctor` says of models with these settings of the user.
fn examine(settings: &str) -> String {
    let fixture = user(settings);
    let mut command = backstory(&fixture.path(), &fixture.beside("cache"), &fixture.beside("models"));
    let output = command.arg("doctor").output().unwrap();
    let text = transcript(&fixture, &output).replace(&*fixture.beside("").to_string_lossy(), "DIR/");
    crate::doctor::about("model", &text)
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
