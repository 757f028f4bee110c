//! The client against a real server on this machine that behaves, misbehaves, hangs and hangs up.

mod server;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use expect_test::{Expect, expect};

use super::*;
use server::{Act, Server, json, stream};

static NEVER: AtomicBool = AtomicBool::new(false);

const GOOD: &str = concat!(
    "data: {\"choices\":[{\"delta\":{\"content\":\"It keeps \"}}]}\n\n",
    "data: {\"choices\":[{\"delta\":{\"content\":\"the naïve path.\"}}]}\n\n",
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
    "data: [DONE]\n\n",
);
const HALF: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"Half\"}}]}\n\n";

fn why() -> Prompt {
    Prompt { text: "why?".to_owned(), max_tokens: 9 }
}

/// Nothing that works meets them, and nothing that hangs lasts.
fn hasty() -> Limits {
    Limits { ready: Duration::from_secs(5), silence: Duration::from_secs(1), answer: Duration::from_secs(2) }
}

/// For servers that answer at once, on a machine that may have much else to do.
fn patient() -> Limits {
    Limits {
        ready: Duration::from_secs(60),
        silence: Duration::from_secs(60),
        answer: Duration::from_secs(60),
    }
}

fn settings(address: &str) -> EndpointSettings {
    EndpointSettings {
        address: Address::parse(address).unwrap(),
        model: Some("tiny".to_owned()),
        key_variable: None,
        allow_remote: false,
    }
}

fn endpoint(server: &Server) -> Endpoint {
    Endpoint::new(&settings(&server.address()), hasty()).unwrap()
}

/// What becomes of one question, with the server's port as `PORT`.
fn ask(endpoint: &mut Endpoint, server: &Server) -> String {
    let mut pieces = String::new();
    let result = endpoint.generate(&why(), &NEVER, &mut |piece| pieces.push_str(&format!("[{piece}]")));
    let text = match result {
        Ok(answer) => format!("{pieces} -> {:?}, finished: {}", answer.text, answer.usage.finished),
        Err(error) => format!("{pieces} -> {error}"),
    };
    text.replace(&server.port().to_string(), "PORT")
}

/// What becomes of one question to a server that plays `acts` on each connection.
fn check(acts: &[Act], expected: &Expect) {
    let server = Server::start(vec![acts.to_vec()]);
    expected.assert_eq(&ask(&mut endpoint(&server), &server));
}

#[test]
fn answers_come_streamed_in_whatever_pieces_or_whole() {
    let expected = expect![[r#"[It keeps ][the naïve path.] -> "It keeps the naïve path.", finished: true"#]];
    check(&[Act::Send(stream(GOOD))], &expected);
    let pieces = stream(GOOD).chunks(7).map(|piece| Act::Send(piece.to_vec())).collect::<Vec<_>>();
    check(&pieces, &expected);
    // What follows the end is not waited for.
    check(&[Act::Send(stream(GOOD)), Act::Hang], &expected);
    check(
        &[Act::Send(json(200, r#"{"choices":[{"message":{"content":"Cut of"},"finish_reason":"length"}]}"#))],
        &expect![[r#"[Cut of] -> "Cut of", finished: false"#]],
    );
}

#[test]
fn the_request_is_what_servers_of_models_expect() {
    let server = Server::start(vec![
        vec![Act::Send(json(200, r#"{"data":[{"id":"some/model"}]}"#))],
        vec![Act::Send(stream(GOOD))],
        vec![Act::Send(stream(GOOD))],
    ]);
    let mut endpoint =
        Endpoint::new(&EndpointSettings { model: None, ..settings(&server.address()) }, patient()).unwrap();
    let id = endpoint.id().to_owned();
    assert_eq!(endpoint.title(), format!("the model at {}/v1", server.address()));
    let said = ask(&mut endpoint, &server);
    assert_eq!(ask(&mut endpoint, &server), said);
    expect![[r#"[It keeps ][the naïve path.] -> "It keeps the naïve path.", finished: true"#]]
        .assert_eq(&said);
    assert_eq!(endpoint.title(), format!("some/model at {}/v1", server.address()));
    assert_eq!(endpoint.id(), id);
    let requests = server.requests().join("\n---\n").replace(&server.port().to_string(), "PORT");
    expect![[r#"
        GET /v1/models HTTP/1.1
        accept: text/event-stream, application/json
        host: 127.0.0.1:PORT

        ---
        POST /v1/chat/completions HTTP/1.1
        accept: text/event-stream, application/json
        content-length: 122
        content-type: application/json
        host: 127.0.0.1:PORT
        {"model":"some/model","messages":[{"role":"user","content":"why?"}],"max_tokens":9,"stream":true,"temperature":0,"seed":0}
        ---
        POST /v1/chat/completions HTTP/1.1
        accept: text/event-stream, application/json
        content-length: 122
        content-type: application/json
        host: 127.0.0.1:PORT
        {"model":"some/model","messages":[{"role":"user","content":"why?"}],"max_tokens":9,"stream":true,"temperature":0,"seed":0}"#]].assert_eq(&requests);
}

#[test]
fn the_key_comes_from_the_environment_and_is_shown_nowhere() {
    let server = Server::start(vec![vec![Act::Send(stream(GOOD))]]);
    // Cargo sets it for every test.
    let variable = "CARGO_PKG_NAME";
    let with_key =
        EndpointSettings { key_variable: Some(variable.to_owned()), ..settings(&server.address()) };
    let mut endpoint = Endpoint::new(&with_key, patient()).unwrap();
    assert!(!format!("{endpoint:?}").contains("backstory"), "{endpoint:?}");
    ask(&mut endpoint, &server);
    assert!(server.requests()[0].contains("authorization: Bearer backstory-model\n"));
    let without = EndpointSettings { key_variable: Some("NO_SUCH_KEY".to_owned()), ..with_key };
    expect!["the environment variable NO_SUCH_KEY, which `endpoint_key` names, holds no key"]
        .assert_eq(&Endpoint::new(&without, hasty()).unwrap_err().to_string());
}

#[test]
fn another_machine_is_asked_only_where_that_is_allowed() {
    let elsewhere = settings("http://models.example.org");
    expect!["the model endpoint http://models.example.org/v1 is not on this machine, so nothing was sent to it: `allow_remote = true` under `[model]` in your own settings allows it"].assert_eq(&Endpoint::new(&elsewhere, hasty()).unwrap_err().to_string());
    let allowed = Endpoint::new(&EndpointSettings { allow_remote: true, ..elsewhere }, hasty()).unwrap();
    assert!(allowed.is_remote());
    assert!(!Endpoint::new(&settings("http://localhost:1"), hasty()).unwrap().is_remote());
}

#[test]
fn hanging_servers_are_left() {
    check(
        &[Act::Hang],
        &expect![
            " -> the model endpoint http://127.0.0.1:PORT/v1 had not answered after 1 s: is its server busy?"
        ],
    );
    check(
        &[Act::Send(stream("")), Act::Hang],
        &expect![
            " -> the model endpoint http://127.0.0.1:PORT/v1 had not answered after 1 s: is its server busy?"
        ],
    );
    check(
        &[Act::Send(stream(HALF)), Act::Hang],
        &expect![
            "[Half] -> the model endpoint http://127.0.0.1:PORT/v1 had not answered after 1 s: is its server busy?"
        ],
    );
    check(
        &[Act::Send(b"HTTP/1.1 200 OK\r\ncontent-type: text/".to_vec()), Act::Hang],
        &expect![
            " -> the model endpoint http://127.0.0.1:PORT/v1 had not answered after 1 s: is its server busy?"
        ],
    );
    check(
        &[Act::Send(b"HTTP/1.1 500 Oh\r\n\r\n".to_vec()), Act::Hang],
        &expect![
            " -> the model endpoint http://127.0.0.1:PORT/v1 answered with status 500: the server's log may say more"
        ],
    );
}

#[test]
fn slow_and_endless_answers_meet_the_limits_of_the_whole() {
    check(
        &[Act::Send(stream("")), Act::Repeat(b": still alive\n\n".to_vec(), Duration::from_millis(50))],
        &expect![
            " -> the model endpoint http://127.0.0.1:PORT/v1 had not answered after 2 s: is its server busy?"
        ],
    );
    check(
        &[Act::Send(stream("")), Act::Repeat(b": still alive\n\n".repeat(100), Duration::ZERO)],
        &expect![
            " -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: it is longer than 512 KiB"
        ],
    );
    check(
        &[Act::Send(stream("")), Act::Repeat(vec![b'x'; 1 << 10], Duration::ZERO)],
        &expect![
            " -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: it is longer than 512 KiB"
        ],
    );
    let headers = vec![
        Act::Send(b"HTTP/1.1 200 OK\r\n".to_vec()),
        Act::Repeat(b"x: y\r\n".repeat(100), Duration::ZERO),
    ];
    check(
        &headers,
        &expect![
            " -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: it broke off (message head is too large)"
        ],
    );
}

#[test]
fn what_is_not_the_protocol_is_told() {
    let html = "<html><body>Welcome to nginx!</body></html>";
    let page = |status: &str| {
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{html}",
            html.len()
        )
    };
    let answers: [(&str, Vec<u8>); 16] = [
        ("nothing", Vec::new()),
        ("no HTTP", b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
        ("garbage", vec![0xff; 2000]),
        ("a page", page("200 OK").into_bytes()),
        ("404 with a page", page("404 Not Found").into_bytes()),
        ("404 with JSON", json(404, r#"{"error":"model 'tiny' not found"}"#)),
        ("401", json(401, r#"{"error":{"message":"bad \u001b[31mkey"}}"#)),
        ("500 with JSON", json(500, r#"{"error":{"message":"CUDA out of memory","code":500}}"#)),
        ("500 without an end", b"HTTP/1.1 500 Oh\r\ncontent-length: 900\r\n\r\n".to_vec()),
        ("no type", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec()),
        ("other JSON", json(200, r#"["hello"]"#)),
        ("an empty answer", json(200, r#"{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}"#)),
        ("an error in the stream", stream("data: {\"error\":{\"message\":\"overloaded\"}}\n\n")),
        ("garbage in the stream", stream(&format!("{HALF}data: {{]\n\n"))),
        ("a stream without an end", stream(HALF)),
        (
            "half of what was announced",
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{".to_vec(),
        ),
    ];
    let told = answers.map(|(name, bytes)| {
        let server = Server::start(vec![vec![Act::Send(bytes)]]);
        format!("{name}: {}\n", ask(&mut endpoint(&server), &server))
    });
    expect![[r#"
        nothing:  -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: it broke off (connection closed before message completed)
        no HTTP:  -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: it broke off (invalid HTTP version parsed)
        garbage:  -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: it broke off (invalid HTTP version parsed)
        a page:  -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: it is neither JSON nor a stream of events
        404 with a page:  -> the model endpoint http://127.0.0.1:PORT/v1 answered with status 404: the address or the model's name may be wrong (most servers have the API under /v1)
        404 with JSON:  -> the model endpoint http://127.0.0.1:PORT/v1 answered with status 404: "model 'tiny' not found"; the address or the model's name may be wrong (most servers have the API under /v1)
        401:  -> the model endpoint http://127.0.0.1:PORT/v1 answered with status 401: "bad \u{1b}[31mkey"; set `endpoint_key` to an environment variable that holds the key
        500 with JSON:  -> the model endpoint http://127.0.0.1:PORT/v1 answered with status 500: "CUDA out of memory"; the server's log may say more
        500 without an end:  -> the model endpoint http://127.0.0.1:PORT/v1 answered with status 500: the server's log may say more
        no type:  -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: it is neither JSON nor a stream of events
        other JSON:  -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: it holds `["hello"]`
        an empty answer:  -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: it holds no text
        an error in the stream:  -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: the server reports overloaded
        garbage in the stream: [Half] -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: it holds `{]`
        a stream without an end: [Half] -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: it ended before it was complete
        half of what was announced:  -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: it broke off (end of file before message length reached)
    "#]].assert_eq(&told.concat());
}

#[test]
fn broken_lists_of_models_are_told() {
    let told = [r#"{"data":[]}"#, "[]", "{"].map(|list| {
        let server = Server::start(vec![vec![Act::Send(json(200, list))]]);
        let nameless = EndpointSettings { model: None, ..settings(&server.address()) };
        format!("{list}: {}\n", ask(&mut Endpoint::new(&nameless, hasty()).unwrap(), &server))
    });
    expect![[r#"
        {"data":[]}:  -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: its list of models names none: name one with `endpoint_model`
        []:  -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: its list of models names none: name one with `endpoint_model`
        {:  -> the answer of the model endpoint http://127.0.0.1:PORT/v1 cannot be used: its list of models names none: name one with `endpoint_model`
    "#]].assert_eq(&told.concat());
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let server = Server::start(Vec::new());
    let mut endpoint = endpoint(&server);
    server.stop();
    expect![" -> the model endpoint http://127.0.0.1:PORT/v1 could not be reached (Connection refused (os error 111)): is its server running?"].assert_eq(&ask(&mut endpoint, &server));
}

/// How it is told depends on whether this machine has certificates.
#[test]
fn an_encrypted_address_is_never_asked_in_plain_text() {
    let server = Server::start(vec![vec![Act::Send(stream(GOOD))]]);
    let encrypted = settings(&server.address().replace("http:", "https:"));
    let result = Endpoint::new(&encrypted, hasty()).unwrap().generate(&why(), &NEVER, &mut |_| {});
    assert!(matches!(result, Err(Error::EndpointUnreachable { .. })), "{result:?}");
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Server::start(vec![vec![Act::Send(stream(GOOD))]]);
    for status in ["301 Moved", "307 Temporary", "308 Permanent"] {
        let redirect =
            format!("HTTP/1.1 {status}\r\nlocation: {}/v1\r\ncontent-length: 0\r\n\r\n", elsewhere.address());
        let server = Server::start(vec![vec![Act::Send(redirect.into_bytes())]]);
        let told = ask(&mut endpoint(&server), &server);
        assert!(told.contains("redirects to http://127.0.0.1:"), "{told}");
    }
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
}

/// The server sees the connection end while it still says nothing: the client has gone, and did not wait for it.
#[test]
fn an_interruption_closes_the_connection_at_every_stage() {
    for sent in [Vec::new(), stream(""), stream(HALF)] {
        let server = Server::start(vec![vec![Act::Send(sent), Act::Hang]]);
        let mut endpoint = Endpoint::new(&settings(&server.address()), patient()).unwrap();
        let interrupted = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let asked = scope.spawn(|| endpoint.generate(&why(), &interrupted, &mut |_| {}));
            server.wait_until_hanging();
            assert_eq!(server.wait_for_goodbye(Duration::from_millis(50)), Err(RecvTimeoutError::Timeout));
            interrupted.store(true, Ordering::Relaxed);
            assert_eq!(server.wait_for_goodbye(Duration::from_secs(10)), Ok(()));
            assert!(matches!(asked.join().unwrap(), Err(Error::Interrupted)));
        });
    }
}
