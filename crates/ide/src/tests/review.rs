//! Reviews in, documents and findings out; tokens in, overlap out.

use expect_test::expect;

use crate::explain::Knows;
use crate::impact::{Place, Run};
use crate::review::{
    Changed, Copy, Forgotten, Review, Reviewed, Stale, Tests, is_forgotten, is_stale, markdown, overlap,
    sarif,
};
use crate::summary::{Moment, Summary};
use backstory_history::ChangeKind;
use backstory_syntax::DefinitionKind;

#[test]
fn overlap_counts_pairs_of_neighbours() {
    let of = |one: &str, other: &str| {
        let tokens = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        overlap(&tokens(one), &tokens(other))
    };
    assert_eq!(of("a b c", "a b c"), 1.0);
    assert_eq!(of("a b c", "c b a"), 0.0, "the order counts");
    assert_eq!(of("a b a b a b", "a b"), 2.0 / 6.0, "each pair as often as it stands on both sides");
    assert_eq!(of("a", "a"), 0.0, "there are no neighbours");
}

#[test]
fn bars() {
    assert!(is_forgotten(5, 8) && !is_forgotten(5, 9) && !is_forgotten(4, 4));
    assert!(is_stale(5, 0) && is_stale(1, 2) && !is_stale(4, 1));
}

fn place(kind: DefinitionKind, name: &str, line: u32) -> Place {
    let (key, path) = (format!("python:net.{name}"), "src/ä b/net.py".to_owned());
    Place { kind: Some(kind), key, path, line }
}

fn moment(subject: &str) -> Moment {
    let (date, author) = ("2024-05-01".to_owned(), "Ada".to_owned());
    Moment { date, author, subject: subject.to_owned(), short: "abc1234".to_owned() }
}

fn review() -> Review {
    let send = || place(DefinitionKind::Method, "Client.send", 12);
    let story = Summary {
        introduced: Some(moment("Add")),
        changes: 14,
        authors: vec!["Ada".to_owned()],
        last: Some(moment("Limit *polls* <here>")),
    };
    let changed = |place, changes, before: Option<&str>, story| Changed {
        place,
        end_line: 20,
        changes,
        before: before.map(str::to_owned),
        lines_added: 3,
        lines_removed: 1,
        story,
        why: None,
        public: None,
        dependents: 1,
        tests: 0,
    };
    Review {
        from: "0123456789abcdef".to_owned(),
        to: Reviewed::Commit("fedcba9876543210".to_owned()),
        symbols: vec![
            changed(
                send(),
                vec![ChangeKind::Signature, ChangeKind::Rename],
                Some("net.py: method Client.write"),
                Some(story),
            ),
            changed(place(DefinitionKind::Function, "gone", 1), vec![ChangeKind::Deleted], None, None),
        ],
        minor: 2,
        companions: vec![Forgotten {
            place: place(DefinitionKind::Method, "Client.read", 40),
            with: send(),
            together: 12,
            of: 14,
            last: moment("Limit polls"),
            hidden: true,
        }],
        copies: vec![Copy {
            place: place(DefinitionKind::Function, "send_all", 60),
            of: send(),
            overlap: 0.917,
        }],
        stale_docs: vec![Stale { place: send(), written: None, bodies: 0, signatures: 2 }],
        tests: Tests { suite: 9, chosen: 1, left_out: 0, run: run(), closest: run() },
        people: vec![Knows {
            name: "Grace".to_owned(),
            changes: 3,
            last: "2020-01-01".to_owned(),
            commit: "0".repeat(40),
        }],
        limits: vec!["a.py is larger than 2 MiB and is not read for symbols".to_owned()],
    }
}

fn run() -> Run {
    Run { pytest: vec!["tests/test_net.py::test_send".to_owned()], cargo: Vec::new() }
}

#[test]
fn a_review_as_a_document() {
    expect![[r#"
        ## Review

        2 symbols differ between 012345678 and fedcba987, 2 more only in documentation, style or formatting.

        ### Changed

        - `method net.Client.send` (src/ä b/net.py:12): signature, renamed +3 -1, was net.py: method Client.write<br>introduced 2024 · 14 changes · 1 author · last 2024-05-01 abc1234 Limit \*polls\* \<here\><br>1 dependent · no tests found
        - `function net.gone` (src/ä b/net.py:1): deleted +3 -1

        ### Usually changes along, and did not

        - `method net.Client.read` (src/ä b/net.py:40): changed in 12 of 14 edits of method net.Client.send, last in 2024-05-01 abc1234 Limit polls; neither uses the other

        ### Alike, and left as it was

        - `function net.send_all` (src/ä b/net.py:60): 92 % like method net.Client.send before this change

        ### Documentation left behind

        - `method net.Client.send` (src/ä b/net.py:12): its documentation is older than the known history; the signature has changed twice since

        ### Tests to run

        1 of 9, most about it are these:

        ```sh
        pytest tests/test_net.py::test_send
        ```

        ### People to ask

        - Grace: 3 commits here, last 2020-01-01

        ### Limits

        - a.py is larger than 2 MiB and is not read for symbols
    "#]].assert_eq(&markdown(&review()));
}

#[test]
fn findings_as_sarif() {
    let log = sarif(&review(), "1.2.3");
    let run = &log["runs"][0];
    let results: String =
        run["results"].as_array().unwrap().iter().map(|result| format!("{result:#}\n")).collect();
    expect![[r#"
        {
          "ruleId": "forgotten-companion",
          "ruleIndex": 0,
          "level": "note",
          "message": {
            "text": "method net.Client.read: changed in 12 of 14 edits of method net.Client.send, last in 2024-05-01 abc1234 Limit polls; neither uses the other"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "src/%C3%A4%20b/net.py",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 12
                }
              }
            }
          ],
          "relatedLocations": [
            {
              "id": 1,
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "src/%C3%A4%20b/net.py",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 40
                }
              },
              "message": {
                "text": "method net.Client.read"
              }
            }
          ]
        }
        {
          "ruleId": "unchanged-copy",
          "ruleIndex": 1,
          "level": "note",
          "message": {
            "text": "function net.send_all: 92 % like method net.Client.send before this change"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "src/%C3%A4%20b/net.py",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 60
                }
              }
            }
          ],
          "relatedLocations": [
            {
              "id": 1,
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "src/%C3%A4%20b/net.py",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 12
                }
              },
              "message": {
                "text": "method net.Client.send"
              }
            }
          ]
        }
        {
          "ruleId": "stale-documentation",
          "ruleIndex": 2,
          "level": "note",
          "message": {
            "text": "method net.Client.send: its documentation is older than the known history; the signature has changed twice since"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "src/%C3%A4%20b/net.py",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 12
                }
              }
            }
          ]
        }
    "#]].assert_eq(&results);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
    }
}
