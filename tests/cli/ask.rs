//! `backstory ask` end to end, without a model: what is quoted, what is only pointed at, and what is not found.

use backstory_fixture::Fixture;
use expect_test::{Expect, expect};
use serde_json::Value;

use crate::search::CODE;
use crate::support::{run, run_in, transcript};

fn check(question: &str, expected: Expect) {
    let fixture = Fixture::new(CODE);
    expected.assert_eq(&transcript(&fixture, &run(&fixture, &["ask", "--no-model", question])));
}

#[test]
fn a_commit_says_why() {
    check("why is the Authorization header dropped on redirects?", expect![[""]]);
}

#[test]
fn a_document_says_where() {
    check("where are credentials kept?", expect![[""]]);
}

#[test]
fn code_without_words_is_pointed_at() {
    check("sort numbers", expect![[""]]);
}

#[test]
fn what_nobody_speaks_of_is_not_found() {
    check("how do penguins survive the arctic winter?", expect![[""]]);
}

#[test]
fn the_json_has_what_each_sentence_rests_on() {
    let fixture = Fixture::new(CODE);
    let question = "why is the Authorization header dropped on redirects?";
    let output = run(&fixture, &["ask", "--no-model", "--json", question]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["question"], question);
    let source = &answer["answer"][0]["sources"][0];
    assert_eq!(source["kind"], "commit");
    assert_eq!(source["commit"].as_str().unwrap().len(), 40);
    assert_eq!(answer["found"][0]["kind"], "commit");
    assert_eq!(answer.get("explanation"), None, "no model was asked");

    let output =
        run(&fixture, &["ask", "--no-model", "--json", "how do penguins survive the arctic winter?"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), answer["answer"].as_array().unwrap().len()), (Some(1), 0));
}

#[test]
fn outside_of_a_repository_files_are_asked() {
    let fixture = Fixture::new("");
    let directory = fixture.beside("plain");
    std::fs::create_dir(&directory).unwrap();
    let notes = "# Releases\n\nWe publish on Fridays because nobody works on Saturdays.\n";
    std::fs::write(directory.join("NOTES.md"), notes).unwrap();
    let output = run_in(&fixture, &directory, &["ask", "--no-model", "why do we publish on Fridays?"]);
    expect![[""]].assert_eq(&transcript(&fixture, &output));
}
