//! Tests of the embedder, on the shipped table.

use super::*;
use expect_test::expect;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// The splitter's words and, after an arrow, the pieces of those that tell something.
fn show(text: &str) -> String {
    let table = Embedder::shipped();
    let spellings = table.words();
    let spelled = |piece: &u32| spellings[*piece as usize].clone();
    let words: Vec<&str> = words::split(text).collect();
    let pieces: Vec<String> = table.pieces(text, Words::Telling).iter().map(spelled).collect();
    format!("{} -> {}\n", words.join(" "), pieces.join(" "))
}

fn cosine(left: &[f32; DIMENSIONS], right: &[f32; DIMENSIONS]) -> f32 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

#[test]
fn texts_become_pieces() {
    let cases = [
        "spawn_blocking",
        "rebuildAuth",
        "HTTPServer2 utf8",
        "parseHTTP2Frame",
        "SCREAMING_SNAKE_CASE",
        "fn get_mut(&mut self) -> Option<&mut T>",
        "Strips the `Authorization` header (RFC 7235).",
        "mutex deserializer",
        "zorbify",
        "na\u{ef}ve \u{4e2d}\u{6587} x\u{30c6}y",
    ];
    let shown: String = cases.into_iter().map(show).collect();
    expect![[r#"
        spawn blocking -> spawn blocking
        rebuild Auth -> rebuild auth
        HTTP Server 2 utf 8 -> http server 2 utf 8
        parse HTTP 2 Frame -> parse http 2 frame
        SCREAMING SNAKE CASE -> screaming snake case
        fn get mut mut self Option mut T -> get option
        Strips the Authorization header RFC 7235 -> strips authorization header rfc 72 ##35
        mutex deserializer -> mutex deserializer
        zorbify -> z ##or ##bi ##fy
        na ve x y -> na ve x y
    "#]]
    .assert_eq(&shown);
}

#[test]
fn all_words_can_be_asked_for() {
    let table = Embedder::shipped();
    assert_eq!(table.pieces("where is it", Words::All).len(), 3);
    assert!(table.pieces("where is it", Words::Telling).is_empty());
    assert_eq!(table.field("where is it"), table.pieces("where is it", Words::All));
}

#[test]
fn the_common_words_are_in_order() {
    assert!(words::COMMON.is_sorted());
}

#[test]
fn the_shipped_table_is_whole() {
    let table = Embedder::shipped();
    assert_eq!(table.initial.len() + table.continuing.len(), 36_000);
    for character in ('a'..='z').chain('0'..='9') {
        let character = character.to_string();
        assert!(table.initial.contains_key(&*character), "{character}");
        assert!(table.continuing.contains_key(&*character), "##{character}");
    }
}

#[test]
fn the_identity_is_that_of_the_content() {
    let payload = &include_bytes!("../../assets/embedder.bin")[32..];
    let digest = Sha256::digest(payload);
    assert_eq!(Embedder::shipped().identity().to_le_bytes(), digest[..8]);
}

#[test]
fn a_damaged_table_is_refused() {
    let whole: &[u8] = include_bytes!("../../assets/embedder.bin");
    assert!(Embedder::parse(whole.to_vec()).is_some());
    for length in [0, 7, 8, 20, 31, 32, 1000, 300_000, whole.len() - 1] {
        assert!(Embedder::parse(whole[..length].to_vec()).is_none(), "{length} bytes");
    }
    // Magic, version, dimensions, count, length of the words; the identity is no one's to check.
    for position in (0..24).step_by(4) {
        let mut damaged = whole.to_vec();
        damaged[position] ^= 1;
        assert!(Embedder::parse(damaged).is_none(), "byte {position}");
    }
}

#[test]
fn what_was_written_is_read_again() {
    let words = ["##ing", "open", "socket"].map(String::from);
    let rows = [[0.5; DIMENSIONS], std::array::from_fn(|at| at as f32 - 100.0), [0.0; DIMENSIONS]];
    let table = Embedder::parse(Embedder::write(&words, &rows).unwrap()).unwrap();
    assert_eq!(table.words(), words);
    for (piece, row) in (0..).zip(&rows) {
        let step = row.iter().fold(0.0_f32, |largest, value| largest.max(value.abs())) / 127.0;
        let worst = table.row(piece).iter().zip(row).fold(0.0_f32, |worst, (a, b)| worst.max((a - b).abs()));
        assert!(worst <= 0.51 * step, "{worst} of {step}");
    }
    assert_eq!(table.pieces("opening sockets", Words::All), [1, 0, 2]);
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    let words = ["open", "socket"].map(String::from);
    let rows = [[1.0; DIMENSIONS]; 2];
    assert!(Embedder::write(&words, &rows).is_some());
    assert!(Embedder::write(&words, &rows[..1]).is_none());
    assert!(Embedder::write(&["open", "\u{e9}t\u{e9}"].map(String::from), &rows).is_none());
    assert!(Embedder::write(&words, &[[f32::NAN; DIMENSIONS]; 2]).is_none());
    assert!(Embedder::write(&words, &[[f32::INFINITY; DIMENSIONS]; 2]).is_none());
}

#[test]
fn meaning_is_nearer_than_spelling() {
    let (table, frequencies) = (Embedder::shipped(), DocumentFrequencies::default());
    let vector = |text| table.embed_query(text, &frequencies);
    let query = vector("delete a directory");
    let near = cosine(&query, &vector("remove_folder"));
    let far = cosine(&query, &vector("elect_director"));
    assert!(near > far + 0.1, "{near} {far}");
}

#[test]
fn rare_pieces_count_more() {
    let table = Embedder::shipped();
    let mut frequencies = DocumentFrequencies::default();
    for _ in 0..100 {
        frequencies.add(table.field("poll future"));
    }
    frequencies.add(table.field("semaphore"));
    let both = table.embed_query("poll semaphore", &frequencies);
    let rare = cosine(&both, &table.embed_query("semaphore", &frequencies));
    let common = cosine(&both, &table.embed_query("poll", &frequencies));
    assert!(rare > 0.95 && common < 0.5, "{rare} {common}");
}

#[test]
fn fields_count_by_their_weight() {
    let (table, frequencies) = (Embedder::shipped(), DocumentFrequencies::default());
    let document = table.embed(&[(NAME_WEIGHT, "semaphore"), (BODY_WEIGHT, "banana")], &frequencies);
    let name = cosine(&document, &table.embed_query("semaphore", &frequencies));
    let body = cosine(&document, &table.embed_query("banana", &frequencies));
    assert!(name > 0.9 && body < name - 0.3, "{name} {body}");
}

#[test]
fn documents_are_counted_once_and_can_be_counted_out() {
    let mut frequencies = DocumentFrequencies::default();
    frequencies.add([3, 3, 1]);
    let one = frequencies.clone();
    frequencies.add([3, 900]);
    assert_eq!(frequencies.documents(), 2);
    assert!(frequencies.rarity(3) < frequencies.rarity(1));
    assert!(frequencies.rarity(1) < frequencies.rarity(2));
    frequencies.remove([900, 3]);
    let rarities = |frequencies: &DocumentFrequencies| [1, 3, 900].map(|piece| frequencies.rarity(piece));
    assert_eq!(rarities(&frequencies), rarities(&one));
    frequencies.remove([5, 70_000]);
    frequencies.remove([5]);
    assert!(frequencies.rarity(5).is_finite());
}

#[test]
fn frequencies_survive_being_written_down() {
    let mut frequencies = DocumentFrequencies::default();
    frequencies.add([3, 1]);
    let text = serde_json::to_string(&frequencies).unwrap();
    assert_eq!(serde_json::from_str::<DocumentFrequencies>(&text).unwrap(), frequencies);
}

#[test]
fn nothing_known_is_the_zero_vector() {
    let (table, frequencies) = (Embedder::shipped(), DocumentFrequencies::default());
    for fields in [&[][..], &[(1.0, "")], &[(1.0, "\u{4e2d} ->")], &[(0.0, "semaphore")]] {
        assert_eq!(table.embed(fields, &frequencies), [0.0; DIMENSIONS]);
    }
    for weight in [f32::NAN, f32::INFINITY] {
        assert_eq!(table.embed(&[(weight, "semaphore")], &frequencies), [0.0; DIMENSIONS]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_becomes_a_unit_vector_or_zeros(text in "\\PC{0,300}") {
        let vector = Embedder::shipped().embed_query(&text, &DocumentFrequencies::default());
        let length = cosine(&vector, &vector);
        let empty = !text.contains(|character: char| character.is_ascii_alphanumeric());
        prop_assert!(if empty { length == 0.0 } else { (length - 1.0).abs() < 1e-4 }, "{length}");
    }

    #[test]
    fn the_order_of_words_and_fields_is_not_seen(words in proptest::collection::vec("[a-z]{1,8}", 1..20)) {
        let (table, frequencies) = (Embedder::shipped(), DocumentFrequencies::default());
        let text = words.join(" ");
        let backwards = words.iter().rev().map(String::as_str).collect::<Vec<_>>().join("_");
        let forth = table.embed(&[(1.0, &text), (0.5, "semaphore")], &frequencies);
        let back = table.embed(&[(0.5, "semaphore"), (1.0, &backwards)], &frequencies);
        prop_assert!(cosine(&forth, &back) > 0.9999);
    }
}
