//! Positions in UTF-8 and UTF-16, with emoji and both kinds of line ends, in committed and in edited text, and positions that are
//! nowhere. Never does: say what the answers say.

use backstory_fixture::Fixture;
use serde_json::{Value, json};

use crate::answers::STORY;
use crate::client::Client;
use crate::document::{Units, position, range};

/// Names behind characters of 1 to 4 bytes, several a line, with both kinds of line ends.
const TEXT: &str = "fn plain() {}\r\n/* é✨😀 */ fn after() {} /* 😀😀 */ fn second() {}\r\n\
    const S: &str = \"😀\"; fn third() {}\nstruct Größe;\r\n\r\nfn last() { third(); }";

const NAMES: [&str; 6] = ["plain", "after", "second", "third", "Größe", "last"];

fn fixture() -> Fixture {
    let fixture = Fixture::new(STORY);
    std::fs::write(fixture.path().join("src/odd.rs"), TEXT).unwrap();
    fixture.git(&["add", "-A"]);
    fixture.git(&["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "Odd"]);
    fixture
}

fn client(fixture: &Fixture, units: Units) -> Client {
    let mut client = Client::start(fixture);
    let (offered, chosen) = match units {
        Units::Utf8 => (json!(["utf-32", "utf-8", "utf-16"]), "utf-8"),
        Units::Utf16 => (json!(["utf-32", "utf-16"]), "utf-16"),
    };
    let result = client.initialize(json!({"general": {"positionEncodings": offered}}), Value::Null);
    assert_eq!(result["capabilities"]["positionEncoding"], chosen);
    client.idle();
    client
}

/// Checks hover at both ends of every name, and the lenses, against the text.
fn check(client: &mut Client, text: &str, units: Units) {
    for name in NAMES {
        let expected = range(text, name, units);
        for end in ["start", "end"] {
            let (_, found) = client
                .hover("src/odd.rs", &expected[end])
                .unwrap_or_else(|| panic!("{units:?}: no hover at the {end} of {name}, {expected}"));
            assert_eq!(found, expected, "{units:?}: {name}");
        }
    }
    for lens in client.lenses("src/odd.rs") {
        let name = lens["data"]["symbol"]["name"].as_str().unwrap();
        assert_eq!(lens["range"]["start"]["line"], range(text, name, units)["start"]["line"], "{lens}");
    }
}

#[test]
fn hover_at_every_name() {
    let fixture = fixture();
    for units in [Units::Utf8, Units::Utf16] {
        let mut client = client(&fixture, units);
        client.open("src/odd.rs");
        check(&mut client, TEXT, units);
        let (found, _) = client.hover("src/odd.rs", &range(TEXT, "second", units)["start"]).unwrap();
        assert!(!found.contains("Not committed"), "{found}");
    }
}

/// Edits that begin, end or lie in the middle of lines with emoji: what is replaced, and by what.
const EDITS: [(&str, &str); 8] = [
    ("é✨😀", "😀"),
    ("😀😀 */ fn sec", "✨ */ fn sec"),
    ("\r\n/* ", "\n/* 😀"),
    ("\"😀\"", "\"\""),
    ("const", "/*\r\n😀*/const"),
    ("Größe;\r\n", "Größe; "),
    ("{ third(); }", "{ /* 😀 */ third(); }\n"),
    ("plain() {}", "plain() {}"),
];

#[test]
fn edits_through_emoji_and_line_ends() {
    let fixture = fixture();
    for units in [Units::Utf8, Units::Utf16] {
        let mut client = client(&fixture, units);
        client.open("src/odd.rs");
        let mut text = TEXT.to_owned();
        for (version, (from, to)) in EDITS.iter().enumerate() {
            let change = json!({"range": range(&text, from, units), "text": to});
            text = text.replacen(from, to, 1);
            client.change("src/odd.rs", version as i32 + 2, json!([change]));
            check(&mut client, &text, units);
        }
    }
}

#[test]
fn an_emoji_typed_in_halves_stays_one_character_wide_each() {
    let fixture = fixture();
    let mut client = client(&fixture, Units::Utf16);
    client.open_with("src/odd.rs", "/**/fn name() {}\n");
    let at = |from: u32, to: u32| json!({"start": {"line": 0, "character": from}, "end": {"line": 0, "character": to}});
    let document = json!({"uri": client.uri("src/odd.rs"), "version": 2}).to_string();
    // A lone half cannot be said by `serde_json`.
    let body = format!(
        r#"{{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{"textDocument":{document},"contentChanges":[{{"range":{},"text":"\ud83d"}}]}}}}"#,
        at(2, 2)
    );
    client.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    let (_, found) = client.hover("src/odd.rs", &json!({"line": 0, "character": 8})).unwrap();
    assert_eq!(found, at(8, 12));
    client.change("src/odd.rs", 3, json!([{"range": at(2, 3), "text": "😀"}]));
    let (_, found) = client.hover("src/odd.rs", &json!({"line": 0, "character": 9})).unwrap();
    assert_eq!(found, at(9, 13));
}

#[test]
fn positions_that_are_nowhere() {
    let fixture = fixture();
    for units in [Units::Utf8, Units::Utf16] {
        let mut client = client(&fixture, units);
        client.open("src/odd.rs");
        let far = u32::MAX;
        for (line, character) in [(99, 0), (0, 999), (far, far), (0, far), (1, 4), (1, 5), (1, 6), (1, 7)] {
            client.hover("src/odd.rs", &json!({"line": line, "character": character}));
        }
        let place = json!({"line": 99, "character": 99});
        let range = json!({"start": place, "end": {"line": 0, "character": 0}});
        let params = json!({"textDocument": {"uri": client.uri("src/odd.rs")}, "range": range, "context": {"diagnostics": []}});
        client.ask("textDocument/codeAction", params).unwrap();
        for bad in
            [json!({"line": -1, "character": 0}), json!({"line": 0.5, "character": 0}), json!({"line": 0})]
        {
            let params = json!({"textDocument": {"uri": client.uri("src/odd.rs")}, "position": bad});
            assert_eq!(client.ask("textDocument/hover", params).unwrap_err()["code"], -32602, "{bad}");
        }
        check(&mut client, TEXT, units);
    }
}

#[test]
fn edits_that_are_nowhere() {
    let fixture = fixture();
    let mut client = client(&fixture, Units::Utf16);
    client.open_with("src/a.rs", "fn a() {}\n");
    let far = json!({"line": 99, "character": 99});
    // Beyond the end means the end, as the protocol says of characters beyond a line's.
    client.change("src/a.rs", 2, json!([{"range": {"start": far, "end": far}, "text": "fn b() {}\n"}]));
    assert_eq!(client.lens_names("src/a.rs"), ["a", "b"]);
    let beyond = json!({"start": {"line": 0, "character": 9}, "end": {"line": 0, "character": 500}});
    client.change("src/a.rs", 3, json!([{"range": beyond, "text": " fn c() {}"}]));
    assert_eq!(client.lens_names("src/a.rs"), ["a", "c", "b"]);
    // The wrong way round, of a document that is not open, closed twice, opened twice.
    let backwards = json!({"start": far, "end": {"line": 0, "character": 0}});
    client.change("src/a.rs", 4, json!([{"range": backwards, "text": ""}]));
    client.change("src/never.rs", 1, json!([{"text": "fn x() {}"}]));
    client.close_document("src/never.rs");
    client.close_document("src/a.rs");
    client.close_document("src/a.rs");
    client.open_with("src/a.rs", "fn again() {}\n");
    client.open_with("src/a.rs", "fn twice() {}\n");
    assert_eq!(client.lens_names("src/a.rs"), ["twice"]);
}

#[test]
fn versions_that_go_back_or_jump_are_taken_as_they_come() {
    let fixture = fixture();
    let mut client = client(&fixture, Units::Utf16);
    client.open_with("src/a.rs", "fn a() {}\n");
    for version in [100, 7, 7, -3] {
        let end = position("fn a() {}\n", 10, Units::Utf16);
        let text = format!("fn v{}() {{}}\n", version.to_string().replace('-', "m"));
        client.change("src/a.rs", version, json!([{"range": {"start": end, "end": end}, "text": text}]));
    }
    assert_eq!(client.lens_names("src/a.rs"), ["a", "vm3", "v7", "v7", "v100"]);
}
