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
    check(
        "why is the Authorization header dropped on redirects?",
        expect![[r#"

            Answer
              Ada Lovelace on 2020-01-02: “A redirect may lead to a host of somebody else, who would read the password in the Authorization header.” [{2}]
              `net.Client.strip_credentials` says: “Drop the Authorization header.” [net.py:5]

            Where to read on
            {2} 2020-01-02  Drop the header on other hosts  0.40
                who would read the password in the Authorization header.
                net.py: method Client.strip_credentials
            net.py:5  method net.Client.strip_credentials  0.32
                6: """Drop the Authorization header."""
        "#]],
    );
}

#[test]
fn a_document_says_where() {
    check(
        "where are credentials kept?",
        expect![[r#"

            Answer
              `Security > Credentials` says: “They are kept in the keyring and never written to a log.” [docs/security.md:5]

            Where to read on
            docs/security.md:5  Security > Credentials  0.56
                6: They are kept in the keyring
            net.py:5  method net.Client.strip_credentials  0.33
                5: def strip_credentials(self, request):
        "#]],
    );
}

#[test]
fn code_without_words_is_pointed_at() {
    check(
        "sort numbers",
        expect![[r#"

        Answer
          Nothing here says so in words; the nearest code is the function `math.sort_numbers`. [math.py:4]

        Where to read on
        math.py:4  function math.sort_numbers  0.83
            4: def sort_numbers(values):
    "#]],
    );
}

#[test]
fn what_nobody_speaks_of_is_not_found() {
    check(
        "how do penguins survive the arctic winter?",
        expect![[r#"
        -- stderr
        error: not found in this repository: nothing in its code, documents or messages fits the question
        -- exit 1
    "#]],
    );
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
    expect![[r#"

        Answer
          `Releases` says: “We publish on Fridays because nobody works on Saturdays.” [NOTES.md:1]

        Where to read on
        NOTES.md:1  Releases  0.45
            2: We publish on Fridays because nobody works on Saturdays.
    "#]]
    .assert_eq(&transcript(&fixture, &output));
}
