//! Replays against a small server of our own. Never does: replay to the real one, which `tests/lsp` does.

use std::time::Duration;

use expect_test::expect;
use serde_json::{Value, json};
use tokio::io::{BufReader, DuplexStream};

use super::*;
use crate::transport::output::{read_frame, write_frame};

/// Answers `echo` with its params and `count` with how many messages came before; asks `ask` of the client on `begin` and answers
/// `asked` with what the client said; ends at `die`.
async fn serve(input: DuplexStream, mut output: DuplexStream) {
    let mut input = BufReader::new(input);
    let (mut count, mut said, mut busy) = (0, Value::Null, 3);
    while let Ok(Some(body)) = read_frame(&mut input).await {
        let message: Value = serde_json::from_slice(&body).unwrap();
        let result = match message["method"].as_str() {
            Some("initialize" | "echo") => message["params"].clone(),
            Some("count") => json!(count),
            Some("begin") => {
                let ask = json!({"jsonrpc": "2.0", "id": "fresh", "method": "ask"});
                write_frame(&mut output, ask.to_string().as_bytes()).await.unwrap();
                Value::Null
            }
            Some("asked") => said.clone(),
            Some("backstory/status") => {
                busy -= 1;
                json!({"busy": busy > 0})
            }
            Some("silence") => continue,
            Some("die") => return,
            Some(_) => Value::Null,
            None => {
                assert_eq!(message["id"], "fresh");
                said = message["result"].clone();
                continue;
            }
        };
        count += 1;
        if let Some(id) = message.get("id") {
            let answer = json!({"jsonrpc": "2.0", "id": id, "result": result});
            write_frame(&mut output, answer.to_string().as_bytes()).await.unwrap();
        }
    }
}

/// `> message` is the client's, `< message` the server's; the first line, an initialization, is added.
fn play(lines: &str) -> String {
    let begin = r#"> {"id":0,"method":"initialize","params":{"processId":77}}"#;
    let recording: String = [begin, r#"< {"id":0,"result":{"processId":null}}"#]
        .into_iter()
        .chain(lines.lines().map(str::trim).filter(|line| !line.is_empty()))
        .map(|line| {
            let from = if line.starts_with('>') { "client" } else { "server" };
            format!("{{\"ms\": 5, \"from\": \"{from}\", \"message\": {}}}\n", &line[2..])
        })
        .collect();
    play_file(&recording)
}

fn play_file(recording: &str) -> String {
    let directory = tempfile();
    let file = directory.join("recording.jsonl");
    std::fs::write(&file, recording).unwrap();
    let limits = Limits {
        answer: Duration::from_millis(1500),
        request: Duration::from_millis(100),
        pause: Duration::ZERO,
    };
    let mut printed = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let report = runtime.block_on(replay_within(&file, serve, &mut printed, limits));
    std::fs::remove_dir_all(&directory).unwrap();
    let mut text = String::from_utf8(printed).unwrap();
    match report {
        Ok(report) => text.push_str(&format!("exit {}\n", report.exit_code())),
        Err(error) => {
            text.push_str(&format!("error: {error}\n").replace(&directory.display().to_string(), "DIR"))
        }
    }
    text
}

/// A directory of this test's own.
fn tempfile() -> PathBuf {
    let name = format!("backstory-replay-{}-{:?}", std::process::id(), std::thread::current().id());
    let directory = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

#[test]
fn equal_answers() {
    let text = play(
        r#"
        > {"id":1,"method":"echo","params":[1]}
        > {"method":"note"}
        > {"id":2,"method":"count"}
        < {"id":1,"result":[1]}
        < {"id":2,"result":3}
        > {"id":1,"method":"echo","params":["the id again"]}
        < {"id":1,"result":["the id again"]}
        "#,
    );
    expect![[r#"
        4 requests, 4 answers equal, 0 differ
        exit 0
    "#]]
    .assert_eq(&text);
}

#[test]
fn answers_that_differ() {
    let long = "0123456789".repeat(30);
    let text = play(&format!(
        r#"
        > {{"id":1,"method":"echo","params":["{long}"]}}
        < {{"id":1,"result":["b"]}}
        > {{"id":"two","method":"echo","params":[]}}
        < {{"id":"two","error":{{"code":-1,"message":"no"}}}}
        > {{"id":3,"method":"silence"}}
        < {{"id":3,"result":[]}}
        > {{"id":4,"method":"silence"}}
        "#,
    ));
    expect![[r#"
        1 echo
          recorded: ["b"]
          replayed: ["012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567…
        "two" echo
          recorded: error {"code":-1,"message":"no"}
          replayed: []
        3 silence
          recorded: []
          replayed: no answer within 1 s
        5 requests, 1 answers equal, 3 differ
        exit 1
    "#]].assert_eq(&text);
}

#[test]
fn what_is_a_matter_of_time_does_not_differ() {
    let text = play(
        r#"
        > {"id":1,"method":"echo","params":[1]}
        > {"method":"$/cancelRequest","params":{"id":1}}
        < {"id":1,"error":{"code":-32800,"message":"cancelled"}}
        > {"id":2,"method":"backstory/status"}
        < {"id":2,"result":{"busy":false}}
        > {"id":3,"method":"backstory/status"}
        < {"id":3,"result":{"busy":true}}
        > {"id":4,"method":"echo","params":[{"title":"introduced 2019"}]}
        < {"id":4,"result":[{"title":"reading history…"}]}
        "#,
    );
    expect![[r#"
        5 requests, 5 answers equal, 0 differ
        exit 0
    "#]]
    .assert_eq(&text);
}

#[test]
fn the_servers_requests_are_answered_under_their_new_ids() {
    let text = play(
        r#"
        > {"method":"begin"}
        < {"id":12,"method":"ask"}
        > {"id":12,"result":"said"}
        > {"id":1,"method":"asked"}
        < {"id":1,"result":"said"}
        "#,
    );
    expect![[r#"
        2 requests, 2 answers equal, 0 differ
        exit 0
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_request_that_the_server_does_not_make_again_holds_nothing_up() {
    let text = play(
        r#"
        < {"id":12,"method":"ask"}
        > {"id":12,"result":"said"}
        > {"method":"begin"}
        > {"id":1,"method":"echo"}
        < {"id":1,"result":null}
        > {"id":2,"method":"asked"}
        < {"id":2,"result":"said"}
        "#,
    );
    expect![[r#"
        3 requests, 3 answers equal, 0 differ
        exit 0
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_server_that_dies_is_not_waited_for() {
    let text = play(
        r#"
        > {"id":1,"method":"die"}
        < {"id":1,"result":null}
        > {"id":2,"method":"echo"}
        < {"id":2,"result":null}
        "#,
    );
    expect![[r#"
        1 die
          recorded: null
          replayed: no answer: the server has ended
        2 echo
          recorded: null
          replayed: no answer: the server has ended
        3 requests, 1 answers equal, 2 differ
        exit 1
    "#]]
    .assert_eq(&text);
}

#[test]
fn files_that_are_no_recordings() {
    let good = r#"{"ms":0,"from":"client","message":{"id":0,"method":"initialize","params":[]}}"#;
    let mut text = String::new();
    for rest in
        ["\n{\"ms\":1,\"from\":\"cli", "\nnot json\n", "\n{\"ms\":1,\"from\":\"client\",\"message\":[]}", ""]
    {
        text.push_str(&play_file(&format!("{}{rest}", if rest.is_empty() { "" } else { good })));
    }
    expect![[r#"
        error: DIR/recording.jsonl:2: not a line of a recording: EOF while parsing a string at line 1 column 19
        error: DIR/recording.jsonl:2: not a line of a recording: expected ident at line 1 column 2
        error: DIR/recording.jsonl:2: not a line of a recording: `message` is not an object
        error: DIR/recording.jsonl: the recording has no `initialize` request
    "#]]
    .assert_eq(&text);
}
