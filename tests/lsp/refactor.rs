//! Refactorings in an editor: offered to those who ask, with edits that come when they are wanted, for the versions that they are of.

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::{Value, json};

use crate::client::{Client, all_capabilities};
use crate::document::{Units, range};
use crate::impact::well_read;
use crate::navigation::{at, standalone};

const CODE: &str = r#"
//@ commit "Begin" date="2020-01-01T10:00:00+00:00"
//- /pool.py
import os
import re


def size(path):
    return os.stat(path).st_size


def _count(path):
    return len(re.split("\n", path))


def _quoted():
    return "_named"


def _named():
    return 1
//- /app.py
from pool import size, _count, _quoted


def run(path):
    return size(path) + _count(path) + _quoted()
//- /README.md
Call `size` of a path.
//@ commit "Count no lines any more" date="2021-02-03T10:00:00+00:00"
//- /app.py
from pool import size, _quoted


def run(path):
    """As `size` says."""
    return size(path) + _quoted()
"#;

fn capabilities() -> Value {
    let mut capabilities = all_capabilities();
    capabilities["workspace"]["workspaceEdit"] = json!({
        "documentChanges": true,
        "resourceOperations": ["create", "rename"],
        "changeAnnotationSupport": {},
    });
    capabilities["textDocument"]["codeAction"] = json!({
        "disabledSupport": true,
        "dataSupport": true,
        "resolveSupport": {"properties": ["edit"]},
    });
    capabilities
}

fn opened(fixture: &Fixture, capabilities: Value) -> Client {
    let mut client = Client::start(fixture);
    client.initialize(capabilities, Value::Null);
    client.idle();
    client.open("pool.py");
    client
}

/// The refactorings at the first place of some text of `pool.py`.
fn offered(client: &mut Client, needle: &str, context: Value) -> Vec<Value> {
    let params = json!({
        "textDocument": {"uri": client.uri("pool.py")},
        "range": range(&client.text("pool.py"), needle, Units::Utf16),
        "context": context,
    });
    let actions = client.ask("textDocument/codeAction", params).unwrap();
    let is_one = |action: &&Value| action["kind"].as_str().is_some_and(|kind| kind.starts_with("refactor"));
    actions.as_array().into_iter().flatten().filter(is_one).cloned().collect()
}

fn invoked() -> Value {
    json!({"diagnostics": [], "only": ["refactor"], "triggerKind": 1})
}

/// With annotations in the order of their names: they come in any.
fn pretty(client: &Client, fixture: &Fixture, value: &Value) -> String {
    let mut value = value.clone();
    // Their order means nothing, and is another one each time.
    for edit in ["/changeAnnotations", "/edit/changeAnnotations"] {
        if let Some(Value::Object(annotations)) = value.pointer_mut(edit) {
            annotations.sort_keys();
        }
    }
    fixture.anonymize(&serde_json::to_string_pretty(&value).unwrap().replace(&client.uri(""), "ROOT/"))
}

#[test]
fn the_edit_comes_when_it_is_wanted() {
    let fixture = Fixture::new(CODE);
    let mut client = opened(&fixture, capabilities());
    let mut actions = offered(&mut client, "_count", invoked());
    assert_eq!(actions.len(), 1, "{actions:?}");
    let action = actions.remove(0);
    expect![[r#"
        {
          "title": "Remove `_count`, which nothing uses",
          "kind": "refactor.remove",
          "data": {
            "uri": "ROOT/pool.py",
            "version": 1,
            "refactoring": "dead",
            "path": "pool.py",
            "key": {
              "kind": "function",
              "container": [],
              "name": "_count",
              "ordinal": 0
            }
          }
        }"#]]
    .assert_eq(&pretty(&client, &fixture, &action));
    let resolved = client.ask("codeAction/resolve", action).unwrap();
    expect![[r#"
        {
          "title": "Remove `_count`, which nothing uses",
          "kind": "refactor.remove",
          "edit": {
            "documentChanges": [
              {
                "textDocument": {
                  "uri": "ROOT/pool.py",
                  "version": 1
                },
                "edits": [
                  {
                    "range": {
                      "start": {
                        "line": 1,
                        "character": 0
                      },
                      "end": {
                        "line": 2,
                        "character": 0
                      }
                    },
                    "newText": "",
                    "annotationId": "backstory.import"
                  },
                  {
                    "range": {
                      "start": {
                        "line": 6,
                        "character": 0
                      },
                      "end": {
                        "line": 10,
                        "character": 0
                      }
                    },
                    "newText": "",
                    "annotationId": "backstory.certain"
                  }
                ]
              }
            ],
            "changeAnnotations": {
              "backstory.certain": {
                "label": "Remove `_count`, which nothing uses",
                "description": "Nothing has used `_count` since {2} (2021-02-03, “Count no lines any more”) took its last use away, in `run` in app.py."
              },
              "backstory.import": {
                "label": "Imports that nothing needs any more"
              }
            }
          },
          "data": {
            "uri": "ROOT/pool.py",
            "version": 1,
            "refactoring": "dead",
            "path": "pool.py",
            "key": {
              "kind": "function",
              "container": [],
              "name": "_count",
              "ordinal": 0
            },
            "reasons": [
              {
                "text": "Nothing has used `_count` since {2} (2021-02-03, “Count no lines any more”) took its last use away, in `run` in app.py.",
                "commits": [
                  "{2}"
                ]
              }
            ]
          }
        }"#]].assert_eq(&pretty(&client, &fixture, &resolved));
}

#[test]
fn only_those_who_ask_are_offered_any() {
    let fixture = Fixture::new(CODE);
    let mut client = opened(&fixture, capabilities());
    let automatic = json!({"diagnostics": [], "triggerKind": 2});
    assert_eq!(offered(&mut client, "_count", automatic), [Value::Null; 0]);
    let extract = json!({"diagnostics": [], "only": ["refactor.extract"], "triggerKind": 1});
    assert_eq!(offered(&mut client, "_count", extract), [Value::Null; 0]);
    assert_eq!(
        offered(&mut client, "size", invoked()),
        [Value::Null; 0],
        "it is used, which needs no telling"
    );
    let remove = json!({"diagnostics": [], "only": ["refactor.remove"], "triggerKind": 1});
    assert_eq!(offered(&mut client, "return os", remove), [Value::Null; 0], "inside of a body");
    let refused = offered(&mut client, "_named():", invoked());
    expect!["`_named` stays: pool.py:14 names it"]
        .assert_eq(refused[0]["disabled"]["reason"].as_str().unwrap());
}

#[test]
fn what_was_offered_of_another_text_is_not_written() {
    let fixture = Fixture::new(CODE);
    let mut client = opened(&fixture, capabilities());
    let action = offered(&mut client, "_count", invoked()).remove(0);
    let text = client.text("pool.py") + "\n\n_count(1)\n";
    client.change("pool.py", 2, json!([{"text": text}]));
    let error = client.ask("codeAction/resolve", action.clone()).unwrap_err();
    assert_eq!(error["code"], -32801, "{error}");
    let mut newer = action;
    newer["data"]["version"] = json!(2);
    let error = client.ask("codeAction/resolve", newer).unwrap_err();
    expect![[r#"{"code":-32803,"message":"`_count` stays: pool.py:21 uses it"}"#]]
        .assert_eq(&error.to_string());
}

#[test]
fn a_client_that_resolves_nothing_gets_a_command() {
    let fixture = Fixture::new(CODE);
    let mut plain = all_capabilities();
    plain["workspace"]["applyEdit"] = json!(true);
    let mut client = opened(&fixture, plain);
    let action = offered(&mut client, "_count", invoked()).remove(0);
    let command = &action["command"];
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    client.ask("workspace/executeCommand", params).unwrap();
    let edit =
        client.until("an edit", |client| client.heard("workspace/applyEdit").first().map(|it| (*it).clone()));
    expect![[r#"
        {
          "label": "Remove `_count`, which nothing uses",
          "edit": {
            "changes": {
              "ROOT/pool.py": [
                {
                  "range": {
                    "start": {
                      "line": 1,
                      "character": 0
                    },
                    "end": {
                      "line": 2,
                      "character": 0
                    }
                  },
                  "newText": ""
                },
                {
                  "range": {
                    "start": {
                      "line": 6,
                      "character": 0
                    },
                    "end": {
                      "line": 10,
                      "character": 0
                    }
                  },
                  "newText": ""
                }
              ]
            }
          }
        }"#]]
    .assert_eq(&pretty(&client, &fixture, &edit));
    let mut client = opened(&fixture, all_capabilities());
    assert_eq!(
        offered(&mut client, "_count", invoked()),
        [Value::Null; 0],
        "one that can do neither gets none"
    );
}

#[test]
fn a_rename_asks_about_what_only_mentions_the_name() {
    let fixture = Fixture::new(CODE);
    let mut client = standalone(&fixture, capabilities());
    client.open("pool.py");
    let mut params = at(&client, "pool.py", "size");
    params["newName"] = json!("length");
    let edit = client.ask("textDocument/rename", params).unwrap();
    expect![[r#"
        {
          "documentChanges": [
            {
              "textDocument": {
                "uri": "ROOT/app.py",
                "version": null
              },
              "edits": [
                {
                  "range": {
                    "start": {
                      "line": 0,
                      "character": 17
                    },
                    "end": {
                      "line": 0,
                      "character": 21
                    }
                  },
                  "newText": "length",
                  "annotationId": "backstory.certain"
                },
                {
                  "range": {
                    "start": {
                      "line": 4,
                      "character": 11
                    },
                    "end": {
                      "line": 4,
                      "character": 15
                    }
                  },
                  "newText": "length",
                  "annotationId": "backstory.mention"
                },
                {
                  "range": {
                    "start": {
                      "line": 5,
                      "character": 11
                    },
                    "end": {
                      "line": 5,
                      "character": 15
                    }
                  },
                  "newText": "length",
                  "annotationId": "backstory.certain"
                }
              ]
            },
            {
              "textDocument": {
                "uri": "ROOT/pool.py",
                "version": 1
              },
              "edits": [
                {
                  "range": {
                    "start": {
                      "line": 4,
                      "character": 4
                    },
                    "end": {
                      "line": 4,
                      "character": 8
                    }
                  },
                  "newText": "length",
                  "annotationId": "backstory.certain"
                }
              ]
            },
            {
              "textDocument": {
                "uri": "ROOT/README.md",
                "version": null
              },
              "edits": [
                {
                  "range": {
                    "start": {
                      "line": 0,
                      "character": 6
                    },
                    "end": {
                      "line": 0,
                      "character": 10
                    }
                  },
                  "newText": "length",
                  "annotationId": "backstory.mention"
                }
              ]
            }
          ],
          "changeAnnotations": {
            "backstory.certain": {
              "label": "Rename `size` to `length`",
              "description": "`size` certainly means this at 3 places in 2 files; other places with the word are left as they are."
            },
            "backstory.mention": {
              "label": "Strings, comments and documents that have the same word",
              "needsConfirmation": true
            }
          }
        }"#]].assert_eq(&pretty(&client, &fixture, &edit));
}

#[test]
fn a_module_is_renamed_with_its_file() {
    let fixture = Fixture::new(CODE);
    let mut client = standalone(&fixture, capabilities());
    client.open("app.py");
    let mut params = at(&client, "app.py", "pool");
    assert_eq!(client.ask("textDocument/prepareRename", params.clone()).unwrap()["placeholder"], "pool");
    params["newName"] = json!("pond");
    let edit = client.ask("textDocument/rename", params).unwrap();
    expect![[r#"
        {
          "documentChanges": [
            {
              "textDocument": {
                "uri": "ROOT/app.py",
                "version": 1
              },
              "edits": [
                {
                  "range": {
                    "start": {
                      "line": 0,
                      "character": 5
                    },
                    "end": {
                      "line": 0,
                      "character": 9
                    }
                  },
                  "newText": "pond",
                  "annotationId": "backstory.certain"
                }
              ]
            },
            {
              "kind": "rename",
              "oldUri": "ROOT/pool.py",
              "newUri": "ROOT/pond.py"
            }
          ],
          "changeAnnotations": {
            "backstory.certain": {
              "label": "Rename `pool` to `pond`",
              "description": "`pool` certainly means this at 1 place in 1 file; other places with the word are left as they are."
            }
          }
        }"#]].assert_eq(&pretty(&client, &fixture, &edit));
}

/// A history in which a function changed with another module again and again.
fn wandering() -> String {
    let mut story = String::new();
    for at in 0..5 {
        story.push_str(&format!(
            "//@ commit \"Change {at}\" date=\"2020-0{}-01T10:00:00+00:00\"\n//- /app/__init__.py\n//- /app/_text.py\nimport re\n\n\n\
             def _words(text):\n    return re.findall(\"a{at}\", text)\n\n\ndef _other():\n    return 1\n//- /app/search.py\n\
             from ._text import _words\n\n\ndef search(text):\n    return _words(text) + {at}\n",
            at + 1
        ));
    }
    story
}

#[test]
fn a_move_is_offered_where_code_and_history_speak_for_it() {
    let fixture = Fixture::new(&wandering());
    let mut client = well_read(&fixture, capabilities(), Value::Null);
    client.open("app/_text.py");
    let ask = |client: &mut Client, needle: &str| -> Vec<Value> {
        let params = json!({
            "textDocument": {"uri": client.uri("app/_text.py")},
            "range": range(&client.text("app/_text.py"), needle, Units::Utf16),
            "context": invoked(),
        });
        let actions = client.ask("textDocument/codeAction", params).unwrap();
        let is_move = |action: &&Value| action["kind"] == "refactor.move";
        actions.as_array().into_iter().flatten().filter(is_move).cloned().collect()
    };
    let action = client.eventually("a move is offered", |client| ask(client, "_words").first().cloned());
    assert!(ask(&mut client, "_other").is_empty(), "nothing speaks for that one");
    let resolved = client.ask("codeAction/resolve", action).unwrap();
    expect![[r#"
        {
          "documentChanges": [
            {
              "textDocument": {
                "uri": "ROOT/app/_text.py",
                "version": 1
              },
              "edits": [
                {
                  "range": {
                    "start": {
                      "line": 0,
                      "character": 0
                    },
                    "end": {
                      "line": 1,
                      "character": 0
                    }
                  },
                  "newText": "",
                  "annotationId": "backstory.import"
                },
                {
                  "range": {
                    "start": {
                      "line": 1,
                      "character": 0
                    },
                    "end": {
                      "line": 5,
                      "character": 0
                    }
                  },
                  "newText": "",
                  "annotationId": "backstory.certain"
                }
              ]
            },
            {
              "textDocument": {
                "uri": "ROOT/app/search.py",
                "version": null
              },
              "edits": [
                {
                  "range": {
                    "start": {
                      "line": 0,
                      "character": 0
                    },
                    "end": {
                      "line": 0,
                      "character": 0
                    }
                  },
                  "newText": "import re\n\n",
                  "annotationId": "backstory.certain"
                },
                {
                  "range": {
                    "start": {
                      "line": 0,
                      "character": 0
                    },
                    "end": {
                      "line": 1,
                      "character": 0
                    }
                  },
                  "newText": "",
                  "annotationId": "backstory.certain"
                },
                {
                  "range": {
                    "start": {
                      "line": 5,
                      "character": 0
                    },
                    "end": {
                      "line": 5,
                      "character": 0
                    }
                  },
                  "newText": "\n\ndef _words(text):\n    return re.findall(\"a4\", text)\n",
                  "annotationId": "backstory.certain"
                }
              ]
            }
          ],
          "changeAnnotations": {
            "backstory.certain": {
              "label": "Move `_words` to app.search",
              "description": "Of 4 changes of `_words`, 4 changed app.search as well ({5}, {4}, {3}, ..), and 0 something else of app._text."
            },
            "backstory.import": {
              "label": "Imports that nothing needs any more"
            }
          }
        }"#]].assert_eq(&pretty(&client, &fixture, &resolved["edit"]));
}

/// A function whose documentation was left behind by its parameters, and, after some more changes that gave reasons, by its history.
fn behind() -> String {
    let version = |body: &str, subject: &str, why: &str, month: u32| {
        format!(
            "//@ commit \"{subject}\" date=\"2020-{month:02}-01T10:00:00+00:00\"\n//= {why}\n//- /pool.py\n\
             def wait(seconds, limit=60):\n    \"\"\"Waits.\n\n    Args:\n        seconds: How long.\n    \"\"\"\n    {body}\n"
        )
    };
    let changes = [
        ("return seconds", "Wait", ""),
        (
            "return min(seconds, limit)",
            "Wait no longer than a limit",
            "The pause is limited, because the queue slept for hours after a night without a network.",
        ),
        ("return min(seconds, limit) or 1", "Wait at all", ""),
        ("return min(seconds, limit) or 2", "Wait longer", ""),
        ("return min(seconds, limit) or 3", "Wait longer", ""),
        ("return min(seconds, limit) or 4", "Wait longer", ""),
    ];
    let all = changes.iter().zip(1..);
    all.map(|((body, subject, why), month)| version(body, subject, why, month)).collect()
}

#[test]
fn documentation_that_is_behind_is_brought_up_to_date() {
    let fixture = Fixture::new(&behind());
    let mut client = opened(&fixture, capabilities());
    let titled = |client: &mut Client| -> Option<Value> {
        let of_docs =
            |action: &Value| action["title"].as_str().unwrap().starts_with("Bring the documentation");
        let action = offered(client, "wait", invoked()).into_iter().find(of_docs)?;
        let edit = client.ask("codeAction/resolve", action).unwrap();
        edit.to_string().contains("because").then_some(edit)
    };
    let resolved = client.eventually("its history is known", |client| titled(client));
    expect![[r#"
        {
          "documentChanges": [
            {
              "textDocument": {
                "uri": "ROOT/pool.py",
                "version": 1
              },
              "edits": [
                {
                  "range": {
                    "start": {
                      "line": 1,
                      "character": 13
                    },
                    "end": {
                      "line": 1,
                      "character": 13
                    }
                  },
                  "newText": "\n\n    As {2} says: “The pause is limited, because the queue slept for hours\n    after a night without a network.”",
                  "annotationId": "backstory.certain"
                },
                {
                  "range": {
                    "start": {
                      "line": 4,
                      "character": 26
                    },
                    "end": {
                      "line": 4,
                      "character": 26
                    }
                  },
                  "newText": "\n        limit: Defaults to 60.",
                  "annotationId": "backstory.certain"
                }
              ]
            }
          ],
          "changeAnnotations": {
            "backstory.certain": {
              "label": "Bring the documentation of `wait` up to date",
              "description": "In the signature and not documented: `limit`. It says what a commit gave as a reason."
            }
          }
        }"#]].assert_eq(&pretty(&client, &fixture, &resolved["edit"]));
}
