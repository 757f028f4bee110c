//! The transport, as text: what the client sends, and what reaches the library or goes back. Never does: run a server.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use expect_test::{Expect, expect};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex};

use super::framing::{BODY_LIMIT, Framing, Piece};
use super::output::{WAITING_LIMIT, read_frame, write_frame};
use super::record::Entry;
use super::*;

/// `{..}` as a frame.
fn frame(body: &str) -> String {
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

fn named(method: &str) -> String {
    frame(&format!(r#"{{"jsonrpc":"2.0","method":"{method}"}}"#))
}

/// An error answer, without the order of its fields.
fn brief(answer: &Value) -> String {
    assert_eq!(answer["jsonrpc"], "2.0");
    let error = &answer["error"];
    format!("{} for {}: {}", error["code"], answer["id"], error["message"].as_str().unwrap())
}

fn pieces(framing: &mut Framing, found: &mut String) {
    while let Some(piece) = framing.next_piece() {
        match piece {
            Piece::Message(message) => {
                found.push_str(&format!("-> {}\n", String::from_utf8_lossy(&message.body)))
            }
            Piece::Refused(refusal) => found.push_str(&format!("<- {}\n", brief(&refusal.answer()))),
        }
    }
}

fn read_in(bytes: &[u8], size: usize) -> String {
    let (mut framing, mut found) = (Framing::default(), String::new());
    for chunk in bytes.chunks(size) {
        framing.feed(chunk);
        pieces(&mut framing, &mut found);
    }
    framing.end();
    pieces(&mut framing, &mut found);
    found
}

/// Reads the bytes whole, one by one and in pieces of other sizes; all must find the same.
fn check(bytes: impl AsRef<[u8]>, expect: Expect) {
    let bytes = bytes.as_ref();
    let whole = read_in(bytes, bytes.len().max(1));
    expect.assert_eq(&whole);
    for size in [1, 2, 3, 7, 64] {
        assert_eq!(read_in(bytes, size), whole, "in pieces of {size}");
    }
}

#[test]
fn frames_split_at_every_byte() {
    let bytes = [named("a✨"), named("b")].concat().into_bytes();
    let whole = read_in(&bytes, bytes.len());
    for at in 0..bytes.len() {
        let (mut framing, mut found) = (Framing::default(), String::new());
        for part in [&bytes[..at], &bytes[at..]] {
            framing.feed(part);
            pieces(&mut framing, &mut found);
        }
        assert_eq!(found, whole, "split at {at}");
    }
    expect![[r#"
        -> {"jsonrpc":"2.0","method":"a✨"}
        -> {"jsonrpc":"2.0","method":"b"}
    "#]]
    .assert_eq(&whole);
}

#[test]
fn headers_in_many_forms() {
    let body = r#"{"jsonrpc":"2.0","method":"a"}"#;
    let headers = [
        "content-length: 30\r\n\r\n",
        "CONTENT-LENGTH:30\n\n",
        "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 30\r\n\r\n",
        "Content-Length:  30 \r\nContent-Type: application/vscode-jsonrpc; charset=utf8\r\n\r\n",
        "X-Unknown: y\r\nContent-Length: 30\r\nAnother: z\r\n\r\n",
        "\r\n\n  \r\nContent-Length: 30\r\n\r\n",
        "Content-Length: 7\r\nContent-Length: 30\r\n\r\n",
    ];
    let frames: String = headers.iter().map(|header| format!("{header}{body}")).collect();
    check(
        frames,
        expect![[r#"
        -> {"jsonrpc":"2.0","method":"a"}
        -> {"jsonrpc":"2.0","method":"a"}
        -> {"jsonrpc":"2.0","method":"a"}
        -> {"jsonrpc":"2.0","method":"a"}
        -> {"jsonrpc":"2.0","method":"a"}
        -> {"jsonrpc":"2.0","method":"a"}
        -> {"jsonrpc":"2.0","method":"a"}
    "#]],
    );
}

#[test]
fn garbage_is_skipped_and_reported_once() {
    let garbage = ["GET / HTTP/1.1\nHost: me\n\nfoo", "{\"a\": 1}\n{\"b\": 2}\nno newline at the end: "];
    let text = [garbage[0], &named("a"), garbage[1], &named("b"), "\r\n", &named("c"), "the end"].concat();
    check(
        text,
        expect![[r#"
        <- -32700 for null: not a message: skipped to the next Content-Length header
        -> {"jsonrpc":"2.0","method":"a"}
        <- -32700 for null: not a message: skipped to the next Content-Length header
        -> {"jsonrpc":"2.0","method":"b"}
        -> {"jsonrpc":"2.0","method":"c"}
        <- -32700 for null: not a message: skipped to the next Content-Length header
    "#]],
    );
}

#[test]
fn a_header_without_a_usable_length() {
    let bodies =
        ["Content-Type: x\r\n\r\n{}", "Content-Length: many\r\n\r\n{}", "Content-Length: -2\r\n\r\n{}"];
    let huge = "Content-Length: 99999999999999999999999\r\n\r\n{}";
    let text = [bodies[0], &named("a"), bodies[1], &named("b"), bodies[2], &named("c"), huge, &named("d")];
    check(
        text.concat(),
        expect![[r#"
        <- -32700 for null: not a message: skipped to the next Content-Length header
        -> {"jsonrpc":"2.0","method":"a"}
        <- -32700 for null: not a message: skipped to the next Content-Length header
        -> {"jsonrpc":"2.0","method":"b"}
        <- -32700 for null: not a message: skipped to the next Content-Length header
        -> {"jsonrpc":"2.0","method":"c"}
        <- -32700 for null: not a message: skipped to the next Content-Length header
        -> {"jsonrpc":"2.0","method":"d"}
    "#]],
    );
}

#[test]
fn a_wrong_length_costs_one_message() {
    let body = r#"{"jsonrpc":"2.0","method":"lost"}"#;
    let framed = |length| format!("Content-Length: {length}\r\n\r\n{body}");
    let text =
        [framed(5), named("a"), framed(32), named("b"), framed(34), named("c"), framed(90), named("d")];
    check(
        text.concat(),
        expect![[r#"
        <- -32700 for null: not a message: skipped to the next Content-Length header
        -> {"jsonrpc":"2.0","method":"a"}
        <- -32700 for null: not a message: skipped to the next Content-Length header
        -> {"jsonrpc":"2.0","method":"b"}
        <- -32700 for null: not a message: skipped to the next Content-Length header
        -> {"jsonrpc":"2.0","method":"c"}
        <- -32700 for null: not a message: skipped to the next Content-Length header
        -> {"jsonrpc":"2.0","method":"d"}
    "#]],
    );
}

#[test]
fn json_that_is_no_message() {
    let bodies = [
        r#"[{"jsonrpc":"2.0","id":1,"method":"a"}]"#,
        "7",
        "{}",
        r#"{"jsonrpc":"1.0","id":2,"method":"a"}"#,
        r#"{"jsonrpc":"2.0","id":3}"#,
        r#"{"jsonrpc":"2.0","id":"4","method":""}"#,
        r#"{"jsonrpc":"2.0","id":5.5,"method":"a"}"#,
        r#"{"jsonrpc":"2.0","id":{},"method":"a"}"#,
        r#"{"jsonrpc":"2.0","id":6,"id":7,"method":"a"}"#,
        r#"{"jsonrpc":"2.0","id":8,"error":"words"}"#,
        r#"{"jsonrpc":"2.0","result":1}"#,
        r#"{"jsonrpc":"2.0","id":9,"method":"a","params":null}"#,
        r#"{"jsonrpc":"2.0","id":10,"result":null}"#,
        r#"{"jsonrpc":"2.0","id":11,"error":{"code":1,"message":"m"}}"#,
    ];
    let text: String = bodies.iter().map(|body| frame(body)).collect();
    check(
        text,
        expect![[r#"
            <- -32600 for null: batches are not part of the protocol
            <- -32600 for null: a message must be an object
            <- -32600 for null: not a JSON-RPC message: "jsonrpc" must be "2.0"
            <- -32600 for 2: not a JSON-RPC message: "jsonrpc" must be "2.0"
            <- -32600 for 3: neither a method nor a result: not a JSON-RPC message
            <- -32600 for "4": neither a method nor a result: not a JSON-RPC message
            <- -32600 for 5.5: the id must be an integer of 64 bits or a string
            <- -32600 for null: the id must be an integer of 64 bits or a string
            <- -32600 for 7: not a JSON-RPC message: duplicate field `id` at line 1 column 28
            <- -32600 for null: an error must have a code and a message
            <- -32600 for null: a response must have the id of its request
            -> {"jsonrpc":"2.0","id":9,"method":"a","params":null}
            -> {"jsonrpc":"2.0","id":10,"result":null}
            -> {"jsonrpc":"2.0","id":11,"error":{"code":1,"message":"m"}}
        "#]],
    );
}

#[test]
fn text_that_is_not_unicode() {
    let mut bytes = b"Content-Length: 38\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"} ".to_vec();
    bytes.extend(named("next").as_bytes());
    bytes.extend(b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc");
    // Half of a pair, a whole pair, an escaped backslash before what looks like half a pair.
    let halves =
        r#"{"jsonrpc":"2.0","method":"a","params":["\ud83d","\ud83d\ude00","\\ud83d","\ude00\u00e9"]}"#;
    bytes.extend(frame(halves).as_bytes());
    check(
        bytes,
        expect![[r#"
        <- -32700 for 1: the message is not UTF-8
        -> {"jsonrpc":"2.0","method":"next"}
        <- -32700 for null: not a message: skipped to the next Content-Length header
        -> {"jsonrpc":"2.0","method":"a","params":["\ufffd","\ud83d\ude00","\\ud83d","\ufffd\u00e9"]}
    "#]],
    );
}

#[test]
fn nested_deeper_than_the_library_reads() {
    let deep = format!(r#"{{"jsonrpc":"2.0","method":"a","params":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    check(
        frame(&deep) + &named("b"),
        expect![[r#"
        <- -32700 for null: not a message: skipped to the next Content-Length header
        -> {"jsonrpc":"2.0","method":"b"}
    "#]],
    );
}

#[test]
fn a_long_line_is_garbage_but_its_end_may_be_a_header() {
    for size in [100, 8 * 1024, 16 * 1024 - 10, 16 * 1024, 50_000] {
        let text = format!("{}{}{}", "x: ".repeat(size / 3), named("a"), named("b"));
        check(
            text,
            expect![[r#"
            <- -32700 for null: not a message: skipped to the next Content-Length header
            -> {"jsonrpc":"2.0","method":"a"}
            -> {"jsonrpc":"2.0","method":"b"}
        "#]],
        );
    }
}

#[test]
fn a_body_above_the_limit_is_skipped_in_little_memory() {
    let (mut framing, mut found) = (Framing::default(), String::new());
    let size = BODY_LIMIT + 5;
    framing.feed(format!("Content-Length: {size}\r\n\r\n").as_bytes());
    pieces(&mut framing, &mut found);
    let chunk = vec![b'x'; 1 << 20];
    let mut left = size;
    while left > 0 {
        let part = left.min(chunk.len());
        framing.feed(&chunk[..part]);
        pieces(&mut framing, &mut found);
        assert!(framing.kept() <= chunk.len(), "{} bytes are kept", framing.kept());
        left -= part;
    }
    framing.feed(named("next").as_bytes());
    pieces(&mut framing, &mut found);
    expect![[r#"
        <- -32600 for null: a message of 67108869 bytes is above the limit of 64 MiB
        -> {"jsonrpc":"2.0","method":"next"}
    "#]]
    .assert_eq(&found);
}

fn soup() -> impl Strategy<Value = Vec<u8>> {
    let traps = [
        "Content-Length: 3",
        "Content-Length: 40\r\n\r\n",
        "content-length:0\n\n",
        "Content-",
        "Length: 1\r\n",
        "\r\n",
        "\n\n",
        "{\"jsonrpc\":\"2.0\"",
        "[[",
        "}]",
        "\"",
        "\\ud83d",
        "a: b\r\n",
        "12",
        "\u{2728}",
    ];
    let trap = prop::sample::select(traps.to_vec()).prop_map(|trap| trap.as_bytes().to_vec());
    let part = prop_oneof![trap, prop::collection::vec(any::<u8>(), 0..20)];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever surrounds it, a whole frame is found, however the bytes are split.
    #[test]
    fn soup_never_hides_a_frame(before in soup(), between in soup(), after in soup(), size in 1usize..40) {
        let (first, second) = (named("first"), named("second"));
        let bytes = [&before, first.as_bytes(), &between, second.as_bytes(), &after].concat();
        let found = read_in(&bytes, size);
        let at = |name: &str| found.find(&format!("\"method\":\"{name}\"}}"));
        prop_assert!(at("first").is_some() && at("first") < at("second"), "{found}");
        prop_assert_eq!(read_in(&bytes, bytes.len()), found);
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

/// The guard with the test on all its ends.
struct Around {
    client_in: Option<DuplexStream>,
    client_out: BufReader<DuplexStream>,
    library_in: BufReader<DuplexStream>,
    library_out: DuplexStream,
    handle: GuardHandle,
}

fn around(recorder: Option<Recorder>) -> Around {
    let (client_in, stdin) = duplex(1024);
    let (stdout, client_out) = duplex(1024);
    let (ends, handle) = guard(stdin, stdout, recorder);
    Around {
        client_in: Some(client_in),
        client_out: BufReader::new(client_out),
        library_in: BufReader::new(ends.input),
        library_out: ends.output,
        handle,
    }
}

impl Around {
    async fn send(&mut self, text: &str) {
        self.client_in.as_mut().unwrap().write_all(text.as_bytes()).await.unwrap();
    }
}

async fn text(from: &mut BufReader<DuplexStream>) -> String {
    String::from_utf8(read_frame(from).await.unwrap().unwrap()).unwrap()
}

#[test]
fn passes_both_ways_and_answers_itself() {
    block_on(async {
        let mut around = around(None);
        around.send(&(named("a") + "junk\n" + &named("b"))).await;
        assert_eq!(text(&mut around.library_in).await, r#"{"jsonrpc":"2.0","method":"a"}"#);
        assert_eq!(text(&mut around.library_in).await, r#"{"jsonrpc":"2.0","method":"b"}"#);
        let answer = serde_json::from_str(&text(&mut around.client_out).await).unwrap();
        expect!["-32700 for null: not a message: skipped to the next Content-Length header"]
            .assert_eq(&brief(&answer));
        write_frame(&mut around.library_out, b"{\"answer\": 1}").await.unwrap();
        assert_eq!(text(&mut around.client_out).await, "{\"answer\": 1}");
    });
}

#[test]
fn frames_of_two_senders_never_mix() {
    block_on(async {
        let Around { mut client_in, mut client_out, library_in: _library, mut library_out, .. } =
            around(None);
        let long = format!("\"{}\"", "l".repeat(10_000));
        let sent = long.clone();
        tokio::spawn(async move {
            for _ in 0..50 {
                write_frame(&mut library_out, sent.as_bytes()).await.unwrap();
            }
        });
        tokio::spawn(async move {
            let junk = client_in.as_mut().unwrap();
            for _ in 0..50 {
                junk.write_all(frame("[]").as_bytes()).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
        let mut long_frames = 0;
        while let Some(body) = read_frame(&mut client_out).await.unwrap() {
            long_frames += usize::from(body == long.as_bytes());
            assert!(body == long.as_bytes() || body.len() < 200, "{}", String::from_utf8_lossy(&body));
        }
        assert_eq!(long_frames, 50);
    });
}

/// How the client's side ended, after some input.
fn ending(input: &str, close: bool) -> Ending {
    block_on(async {
        let mut around = around(None);
        around.send(input).await;
        if close {
            around.client_in = None;
        }
        let ending = around.handle.client_ended().await;
        // The library sees the end of its input too.
        let mut rest = Vec::new();
        around.library_in.read_to_end(&mut rest).await.unwrap();
        drop(around.library_out);
        assert!(around.handle.flushed(Duration::from_secs(10)).await);
        ending
    })
}

#[test]
fn endings_and_their_exit_codes() {
    let shutdown = frame(r#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#);
    let cases = [
        (shutdown.clone() + &named("exit"), false),
        (named("exit"), false),
        (shutdown, true),
        (String::new(), true),
        ("Content-Length: 10\r\n\r\n{".to_owned(), true),
    ];
    let mut text = String::new();
    for (input, close) in cases {
        let ending = ending(&input, close);
        text.push_str(&format!("{ending:?}: {}\n", ending.exit_code()));
    }
    expect![[r#"
        Exit { after_shutdown: true }: 0
        Exit { after_shutdown: false }: 1
        EndOfInput: 1
        EndOfInput: 1
        EndOfInput: 1
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_client_that_is_gone_ends_the_input() {
    block_on(async {
        let mut around = around(None);
        drop(around.client_out);
        write_frame(&mut around.library_out, b"{}").await.unwrap();
        assert_eq!(around.handle.client_ended().await, Ending::Broken);
        assert!(read_frame(&mut around.library_in).await.unwrap().is_none());
        drop(around.library_out);
        assert!(around.handle.flushed(Duration::from_secs(10)).await);
    });
}

#[test]
fn a_client_that_does_not_read_is_still_heard_and_costs_bounded_memory() {
    block_on(async {
        let mut around = around(None);
        let body = vec![b'1'; 1 << 20];
        let mut taken = 0;
        while tokio::time::timeout(Duration::from_millis(300), write_frame(&mut around.library_out, &body))
            .await
            .is_ok()
        {
            taken += 1;
            assert!(taken < 40, "the output takes more than its bound");
        }
        let limit = WAITING_LIMIT as usize / body.len();
        assert!((limit..limit + 3).contains(&taken), "{taken} frames of 1 MiB were taken");
        around.send(&named("$/cancelRequest")).await;
        assert!(text(&mut around.library_in).await.contains("cancelRequest"));
    });
}

/// A disk that is full after some bytes; remembers what was written, and how often.
#[derive(Clone, Default)]
struct Disk(Arc<Mutex<(Vec<u8>, usize)>>, usize);

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut disk = self.0.lock().unwrap();
        disk.1 += 1;
        if disk.0.len() + bytes.len() > self.1 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        disk.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_recording_has_both_sides_in_order() {
    let disk = Disk(Arc::default(), 1 << 20);
    block_on(async {
        let mut around = around(Some(Recorder::to(Box::new(disk.clone()))));
        around.send(&named("a")).await;
        text(&mut around.library_in).await;
        write_frame(&mut around.library_out, br#"{"jsonrpc":"2.0","method":"b"}"#).await.unwrap();
        text(&mut around.client_out).await;
        around.send(&frame("[]")).await;
        text(&mut around.client_out).await;
    });
    let written = String::from_utf8(disk.0.lock().unwrap().0.clone()).unwrap();
    let mut lines = String::new();
    for line in written.lines() {
        let Entry { ms, from, message }: Entry = serde_json::from_str(line).unwrap();
        assert!(ms < 60_000);
        let message = message["method"].as_str().map_or_else(|| brief(&message), str::to_owned);
        lines.push_str(&format!("{from:?}: {message}\n"));
    }
    assert!(written.starts_with("{\"ms\":"), "{written}");
    expect![[r#"
        Client: a
        Server: b
        Server: -32600 for null: batches are not part of the protocol
    "#]]
    .assert_eq(&lines);
}

#[test]
fn a_full_disk_ends_the_recording_only() {
    let disk = Disk(Arc::default(), 100);
    block_on(async {
        let mut around = around(Some(Recorder::to(Box::new(disk.clone()))));
        for _ in 0..5 {
            around.send(&named("a")).await;
            assert!(text(&mut around.library_in).await.contains("\"a\""));
        }
    });
    assert_eq!(disk.0.lock().unwrap().1, 2, "one line was written, the second failed, no third was tried");
}
