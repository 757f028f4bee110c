//! That an index which was changed for long answers like one that was made of the same files just now.

use std::collections::BTreeMap;
use std::fmt::Write;

use backstory_analysis::{Analysis, Source};
use backstory_ide::documents::{Document, documents};
use backstory_syntax::Language;
use expect_test::expect;

use super::{SearchIndex, Table, stored, symbols};

const NET: &str = r#"
class Client:
    def follow_redirect(self, response):
        """Go to where the response points."""

    def strip_credentials(self, request):
        """Drop the Authorization header."""
"#;
const MATH: &str = "def matrix_product(a, b):\n    \"\"\"Multiply two matrices.\"\"\"\n";
const LISTS: &str = "def sort_numbers(values):\n    return sorted(values)\n\ndef sort_numbers(values):\n    return list(values)\n";

const QUESTIONS: [&str; 5] = [
    "remove the password from a request",
    "linear algebra multiplication",
    "put a list in order",
    "sort numbers",
    "zzzz",
];

fn documents_of(path: &str, text: &str) -> Vec<Document> {
    let source = Source { path: path.to_owned(), language: Language::Python, text: text.into(), facts: None };
    let analysis = Analysis::new(vec![source], Vec::new());
    analysis.files().flat_map(|file| documents(&analysis, file)).collect()
}

fn set(index: &mut SearchIndex, path: &str, text: &str) {
    index.set_prepared(path, symbols(&documents_of(path, text), &Table::default()));
}

/// All answers, with all digits of their scores.
fn answers(index: &SearchIndex) -> String {
    let mut text = String::new();
    for question in QUESTIONS {
        writeln!(text, "{question}").unwrap();
        for hit in index.search(question, 3) {
            writeln!(text, "  {}: {} {}", hit.group, hit.key, hit.score).unwrap();
        }
    }
    text
}

fn fresh(files: &[(&str, &str)]) -> String {
    let mut index = SearchIndex::default();
    files.iter().for_each(|(path, text)| set(&mut index, path, text));
    index.rebuild();
    answers(&index)
}

#[test]
fn symbols_are_found_by_what_they_do() {
    let mut index = SearchIndex::default();
    for (path, text) in [("net.py", NET), ("math.py", MATH), ("lists.py", LISTS)] {
        set(&mut index, path, text);
    }
    index.rebuild();
    let best =
        |question: &str| index.search(question, 1).first().map(|hit| format!("{}: {}\n", hit.group, hit.key));
    expect![[r#"
        net.py: method Client.strip_credentials
        math.py: function matrix_product
        lists.py: function sort_numbers#2
        lists.py: function sort_numbers
        lists.py: function sort_numbers
    "#]]
    .assert_eq(&QUESTIONS.iter().filter_map(|question| best(question)).collect::<String>());
}

#[test]
fn a_rebuilt_index_answers_like_a_fresh_one() {
    let wanted = fresh(&[("lists.py", LISTS), ("math.py", MATH), ("net.py", NET)]);
    let mut index = SearchIndex::default();
    set(&mut index, "math.py", NET);
    assert!(index.search("anything at all", 9).is_empty(), "nothing is embedded yet");
    index.rebuild();
    set(&mut index, "net.py", NET);
    set(&mut index, "gone.py", LISTS);
    set(&mut index, "lists.py", "");
    index.remove_group("math.py");
    set(&mut index, "math.py", LISTS);
    set(&mut index, "math.py", MATH);
    set(&mut index, "lists.py", LISTS);
    index.remove_group("gone.py");
    index.remove_group("never there.py");
    // The scores of the best are made anew; which are the best is told by vectors of different moments.
    index.commit();
    assert_eq!((answers(&index), index.has_changed()), (wanted.clone(), true));
    index.rebuild();
    assert_eq!(answers(&index), wanted);
    assert_eq!(index.changes(), (0, Some(6)));
}

#[test]
fn what_is_gone_is_not_found_and_what_changed_is() {
    let mut index = SearchIndex::default();
    set(&mut index, "math.py", MATH);
    set(&mut index, "lists.py", LISTS);
    index.rebuild();
    set(&mut index, "math.py", "def greet(name):\n    \"\"\"Say hello.\"\"\"\n");
    index.remove_group("lists.py");
    index.commit();
    let found: Vec<String> =
        index.search("say hello to multiplied matrices", 9).iter().map(|hit| hit.key.to_string()).collect();
    assert_eq!(found, ["function greet"]);
}

#[test]
fn only_symbols_that_changed_are_embedded_again() {
    let numbered = |count: usize| (0..count).map(|n| format!("def f{n}(): pass\n")).collect::<String>();
    let mut index = SearchIndex::default();
    set(&mut index, "many.py", &numbered(100));
    assert!(index.has_drifted());
    index.rebuild();
    // The same again, further down, and one more.
    set(&mut index, "many.py", &numbered(100));
    set(&mut index, "many.py", &format!("\n\n{}", numbered(101)));
    assert_eq!((index.changes().0, index.has_drifted()), (1, false));
    set(&mut index, "many.py", &numbered(80));
    assert!(index.has_drifted());
    index.rebuild();
    assert_eq!((index.changes().1, index.has_drifted()), (Some(80), false));
}

/// A source with one to three functions, told by a number.
fn numbered(number: usize) -> String {
    let words =
        ["open", "file", "redirect", "password", "matrix", "sort", "thread", "retry", "queue", "numbers"];
    let word = |at: usize| words[(number / words.len().pow(at as u32 % 4) + at) % words.len()];
    let functions = (0..1 + number % 3).map(|n| {
        let (first, second, called) = (word(n), word(n + 1), word(n + 2));
        format!("def {first}_{second}_{n}(value):\n    return {called}(value, {number})\n")
    });
    functions.collect()
}

#[test]
fn ten_thousand_changes_leave_what_a_fresh_index_has() {
    let mut index = SearchIndex::default();
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    // Steps that share no factor with their modulus visit everything in an order that repeats late.
    for change in 0..10_000_usize {
        let path = format!("m{}.py", change * 7919 % 97);
        if change % 5 == 4 {
            index.remove_group(&path);
            files.remove(&path);
        } else {
            let text = numbered(change * 104_729 % 9973);
            set(&mut index, &path, &text);
            files.insert(path, text);
        }
        if change % 500 == 499 {
            index.settle();
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    index.rebuild();
    assert_eq!(answers(&index), fresh(&files));
}

#[test]
fn prepared_symbols_come_back_from_the_cache() {
    let scratch = backstory_fixture::Fixture::new("");
    let store = backstory_store::Store::open(&scratch.beside("cache")).unwrap();
    let table = Table::default();
    let opened = |path: &str, text: &str| {
        let source =
            Source { path: path.to_owned(), language: Language::Python, text: text.into(), facts: None };
        Analysis::new(vec![source], Vec::new())
    };
    let of = |path: &str, text: &str| {
        let analysis = opened(path, text);
        stored::prepare(&analysis, analysis.files().next().unwrap(), &table, &store)
    };
    let (first, key) = of("net.py", NET);
    let entry = stored::encoded(key.expect("nothing is stored yet"), &first).unwrap();
    stored::put(&store, &[entry]);
    let (again, key) = of("net.py", NET);
    assert_eq!(key, None, "it is stored");
    let answer = |prepared| {
        let mut index = SearchIndex::default();
        index.set_prepared("net.py", prepared);
        index.rebuild();
        answers(&index)
    };
    assert_eq!(answer(again), answer(first));
    // A path is a part of what is known of a symbol.
    for (path, text) in [("other.py", NET), ("net.py", MATH)] {
        assert!(of(path, text).1.is_some(), "{path}");
    }
}
