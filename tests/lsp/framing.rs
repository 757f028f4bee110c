//! Bytes that no client should send, and the ways in which a server ends. Never does: messages that are well formed.

use std::time::Duration;

use backstory_fixture::Fixture;
use serde_json::{Value, json};

use crate::answers::STORY;
use crate::client::{Client, all_capabilities};

#[test]
fn broken_frames_are_answered_and_the_rest_goes_on() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let cases: [(&[u8], i64); 7] = [
        (b"garbage\r\n", -32700),
        (b"Content-Length: 5\r\n\r\n{\"a\":", -32700),
        (b"Content-Length: 3\r\n\r\n\xff\xff\xff", -32700),
        (b"Content-Length: nonsense\r\n\r\n", -32700),
        (b"Content-Length: 2\r\n\r\n[]", -32600),
        (b"content-length:2\n\n{}", -32600),
        (b"Content-Type: x\r\nContent-Length: 33\r\n\r\n{\"jsonrpc\":\"1.0\",\"id\":null,\"x\":1}", -32600),
    ];
    for (bytes, code) in cases {
        client.raw(bytes);
        let error = client.wait(Value::Null).unwrap_err();
        assert_eq!(error["code"], code, "{:?}: {error}", String::from_utf8_lossy(bytes));
        client.idle();
    }
    assert_eq!(client.exit(), 0);
}

#[test]
fn a_message_in_pieces_and_two_at_once() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let frame = |id: &str| {
        let body = json!({"jsonrpc": "2.0", "id": id, "method": "backstory/status"}).to_string();
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    };
    let bytes = frame("pieces").into_bytes();
    for chunk in bytes.chunks(9) {
        client.raw(chunk);
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(client.wait("pieces").is_ok());
    client.raw((frame("one") + &frame("two")).as_bytes());
    assert!(client.wait("one").is_ok());
    assert!(client.wait("two").is_ok());
}

#[test]
fn an_oversized_message_is_skipped() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let size = (64 << 20) + 1;
    client.raw(format!("Content-Length: {size}\r\n\r\n").as_bytes());
    let chunk = vec![b' '; 1 << 20];
    for _ in 0..64 {
        client.raw(&chunk);
    }
    client.raw(b" ");
    let error = client.wait(Value::Null).unwrap_err();
    assert!(error["message"].as_str().unwrap().contains("64 MiB"), "{error}");
    client.idle();
}

#[test]
fn before_initialize_and_after_shutdown() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::start(&fixture);
    let params = json!({"textDocument": {"uri": "file:///a.rs"}, "position": {"line": 0, "character": 0}});
    assert_eq!(client.ask("textDocument/hover", params.clone()).unwrap_err()["code"], -32002);
    client.notify("textDocument/didOpen", json!({}));
    client.initialize(all_capabilities(), Value::Null);
    assert_eq!(client.ask("initialize", json!({"capabilities": {}})).unwrap_err()["code"], -32600);
    client.ask("shutdown", Value::Null).unwrap();
    assert_eq!(client.ask("textDocument/hover", params).unwrap_err()["code"], -32600);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 0);
}

#[test]
fn the_other_ways_to_end() {
    let fixture = Fixture::new(STORY);
    let initialized = |fixture| Client::new(fixture);
    let mut client = initialized(&fixture);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 1, "exit without shutdown");

    let mut client = initialized(&fixture);
    client.close();
    assert_eq!(client.exit_code(), 1, "the input ends");

    let mut client = Client::start(&fixture);
    client.close();
    assert_eq!(client.exit_code(), 1, "the input ends before it begins");

    let mut client = Client::start(&fixture);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 1, "exit before initialize");

    let mut client = initialized(&fixture);
    client.raw(b"Content-Length: 100\r\n\r\n{\"half\":");
    client.close();
    assert_eq!(client.exit_code(), 1, "the input ends within a message");
}

#[test]
fn ending_while_requests_are_pending() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::start(&fixture);
    client.initialize(all_capabilities(), Value::Null);
    let argument = json!({"uri": client.uri("src/threads.rs"), "position": {"line": 4, "character": 12}});
    for _ in 0..16 {
        client.request(
            "workspace/executeCommand",
            json!({"command": "backstory.explain", "arguments": [argument]}),
        );
    }
    assert_eq!(client.exit(), 0);
}
