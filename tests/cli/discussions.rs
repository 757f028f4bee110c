//! `backstory import discussions` end to end: what it says of exports, good and bad, and that nothing which may happen loses what was
//! imported before.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use backstory_fixture::Fixture;
use expect_test::expect;

use crate::explain::STORY;
use crate::support::{backstory, run_in, transcript};

const EXPORT: &str = r#"[
{"number":7,"title":"Memory grows","body":"Each call starts a thread.","author":{"login":"grace"},"createdAt":"2019-05-30T00:00:00Z",
 "url":"https://github.com/ada/pool/issues/7"},
{"number":12,"title":"Limit threads","body":null,"author":null,"createdAt":"2019-06-01T00:00:00Z","url":"https://github.com/ada/pool/pull/12"}]
"#;

const LATER: &str = r#"{"number":12,"title":"Limit the threads","body":"","createdAt":"2019-06-01T00:00:00Z","url":"https://github.com/ada/pool/pull/12"}
{"number":1,"title":"Of a fork","body":"","createdAt":"2020-06-01T00:00:00Z","url":"https://github.com/eve/pool/issues/1"}
{"number":5,"title":"Milestone"}
"#;

/// A repository with a file `export.json` beside it.
fn fixture(export: impl AsRef<[u8]>) -> Fixture {
    let fixture = Fixture::new(STORY);
    fs::write(fixture.beside("export.json"), export).unwrap();
    fixture
}

/// Runs the command with further arguments and what is on its standard input.
fn import_in(fixture: &Fixture, directory: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = command(fixture, directory, arguments).stdin(Stdio::piped()).spawn().unwrap();
    // One that fails early closes its input.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn command(fixture: &Fixture, directory: &Path, arguments: &[&str]) -> Command {
    let mut command = backstory(directory, &fixture.beside("cache"), &fixture.beside("models"));
    command.args(["import", "discussions"]).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What several runs in the work tree say, each with its arguments; files as `DIR/name`.
fn session(fixture: &Fixture, runs: &[&[&str]]) -> String {
    let mut text = String::new();
    for arguments in runs {
        text.push_str(&format!("$ {}\n", arguments.join(" ")));
        text.push_str(&told(fixture, &import_in(fixture, &fixture.path(), arguments, b"")));
    }
    text
}

fn told(fixture: &Fixture, output: &Output) -> String {
    let text = transcript(fixture, output).replace(&*fixture.beside("").to_string_lossy(), "DIR/");
    // The name of the database is a hash of the repository's path.
    let words = text.split_inclusive([' ', '\n']).map(|word| match word.find(".sqlite") {
        Some(at) if word.starts_with("DIR/data/") => "DIR/data/DATABASE".to_owned() + &word[at + 7..],
        _ => word.to_owned(),
    });
    words.collect()
}

fn list(fixture: &Fixture) -> String {
    told(fixture, &import_in(fixture, &fixture.path(), &["--list"], b""))
}

fn database(fixture: &Fixture) -> PathBuf {
    let mut entries = fs::read_dir(fixture.beside("data/discussions")).unwrap();
    let is_database = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "sqlite");
    entries.find_map(|entry| Some(entry.unwrap().path()).filter(is_database)).unwrap()
}

#[test]
fn imported_listed_replaced_removed() {
    let fixture = fixture(EXPORT);
    fs::write(fixture.beside("later.json"), LATER).unwrap();
    expect![[r#"
        $ --list
        no discussions were imported for this repository
        $ ../export.json
        ../export.json: 1 issue and 1 pull or merge request
        2 new, 0 in the place of earlier ones

        ada/pool, cited as #12
          1 issue, opened 2019-05-30
          1 pull or merge request, opened 2019-06-01
        $ ../later.json
        ../later.json: 1 issue and 1 pull or merge request
        1 new, 1 in the place of earlier ones

        ada/pool, cited as #12
          1 issue, opened 2019-05-30
          1 pull or merge request, opened 2019-06-01
        eve/pool, cited as eve/pool#12
          1 issue, opened 2020-06-01
        -- stderr
        warning: ../later.json: 1 object left out, no issue and no pull or merge request (line 3 column 1)
        $ ../export.json --repository eve/pool
        ../export.json: 1 issue and 1 pull or merge request
        0 new, 2 in the place of earlier ones

        ada/pool, cited as ada/pool#12
          1 issue, opened 2019-05-30
          1 pull or merge request, opened 2019-06-01
        eve/pool, cited as #12
          1 issue, opened 2020-06-01
        $ --replace ../export.json
        ../export.json: 1 issue and 1 pull or merge request
        2 new, 0 in the place of earlier ones

        ada/pool, cited as #12
          1 issue, opened 2019-05-30
          1 pull or merge request, opened 2019-06-01
        $ --list
        ada/pool, cited as #12
          1 issue, opened 2019-05-30
          1 pull or merge request, opened 2019-06-01
        $ --remove
        forgot 2 discussions
        $ --remove
        no discussions were imported for this repository
        $ --list
        no discussions were imported for this repository
    "#]]
    .assert_eq(&session(
        &fixture,
        &[
            &["--list"],
            &["../export.json"],
            &["../later.json"],
            &["../export.json", "--repository", "eve/pool"],
            &["--replace", "../export.json"],
            &["--list"],
            &["--remove"],
            &["--remove"],
            &["--list"],
        ],
    ));
}

#[test]
fn as_data() {
    let fixture = fixture(format!("{LATER}{{\"a\"}}"));
    expect![[r#"
        $ --json ../export.json
        {
          "files": [
            {
              "file": "../export.json",
              "issues": 1,
              "change_requests": 1,
              "neither": {
                "count": 1,
                "first": [
                  {
                    "line": 3,
                    "column": 1
                  }
                ]
              },
              "fault": {
                "line": 4,
                "column": 5,
                "reason": "expected `:`"
              }
            }
          ],
          "added": 2,
          "replaced": 0,
          "repositories": [
            {
              "repository": "ada/pool",
              "own": true,
              "counts": [
                {
                  "kind": "change_request",
                  "count": 1,
                  "first": "2019-06-01",
                  "last": "2019-06-01"
                }
              ]
            },
            {
              "repository": "eve/pool",
              "own": false,
              "counts": [
                {
                  "kind": "issue",
                  "count": 1,
                  "first": "2020-06-01",
                  "last": "2020-06-01"
                }
              ]
            }
          ]
        }
        -- stderr
        warning: ../export.json: 1 object left out, no issue and no pull or merge request (line 3 column 1)
        warning: ../export.json is broken at line 4 column 5 (expected `:`): what stands before was imported
        $ --list --json
        {
          "repositories": [
            {
              "repository": "ada/pool",
              "own": true,
              "counts": [
                {
                  "kind": "change_request",
                  "count": 1,
                  "first": "2019-06-01",
                  "last": "2019-06-01"
                }
              ]
            },
            {
              "repository": "eve/pool",
              "own": false,
              "counts": [
                {
                  "kind": "issue",
                  "count": 1,
                  "first": "2020-06-01",
                  "last": "2020-06-01"
                }
              ]
            }
          ]
        }
        $ --remove --json
        {
          "removed": 2
        }
        $ --list --json
        {
          "repositories": []
        }
    "#]]
    .assert_eq(&session(
        &fixture,
        &[
            &["--json", "../export.json"],
            &["--list", "--json"],
            &["--remove", "--json"],
            &["--list", "--json"],
        ],
    ));
}

#[test]
fn standard_input_worktrees_and_bare_repositories() {
    let fixture = fixture(EXPORT);
    fixture.git(&["worktree", "add", "-q", "../tree"]);
    fixture.git(&["clone", "-q", "--bare", ".", "../bare.git"]);
    let mut text =
        told(&fixture, &import_in(&fixture, &fixture.path().join("src"), &["-"], EXPORT.as_bytes()));
    for directory in ["tree", "bare.git"] {
        text.push_str(&format!("-- {directory}\n"));
        text.push_str(&told(&fixture, &import_in(&fixture, &fixture.beside(directory), &["--list"], b"")));
    }
    let bare = import_in(&fixture, &fixture.beside("bare.git"), &["../export.json"], b"");
    text.push_str(&told(&fixture, &bare));
    expect![[r#"
        standard input: 1 issue and 1 pull or merge request
        2 new, 0 in the place of earlier ones

        ada/pool, cited as #12
          1 issue, opened 2019-05-30
          1 pull or merge request, opened 2019-06-01
        -- tree
        ada/pool, cited as #12
          1 issue, opened 2019-05-30
          1 pull or merge request, opened 2019-06-01
        -- bare.git
        no discussions were imported for this repository
        ../export.json: 1 issue and 1 pull or merge request
        2 new, 0 in the place of earlier ones

        ada/pool, cited as #12
          1 issue, opened 2019-05-30
          1 pull or merge request, opened 2019-06-01
    "#]]
    .assert_eq(&text);
}

#[test]
fn what_is_no_export_changes_nothing() {
    let fixture = fixture(EXPORT);
    for (name, content) in [("empty.json", ""), ("none.json", "[]"), ("page.html", "<html>")] {
        fs::write(fixture.beside(name), content).unwrap();
    }
    session(&fixture, &[&["../export.json"]]);
    expect![[r#"
        $ --replace ../empty.json
        -- stderr
        error: ../empty.json holds no issue and no pull or merge request: nothing was imported; a file holds JSON from GitHub or GitLab, such as `gh issue list --json number,title,body,author,createdAt,url` prints
        -- exit 1
        $ --replace ../export.json ../none.json
        -- stderr
        error: ../none.json holds no issue and no pull or merge request: nothing was imported; a file holds JSON from GitHub or GitLab, such as `gh issue list --json number,title,body,author,createdAt,url` prints
        -- exit 1
        $ --replace ../page.html
        -- stderr
        error: ../page.html is broken at line 1 column 1 (expected value), and no discussion stands before that: nothing was imported; a file holds JSON from GitHub or GitLab, such as `gh issue list --json number,title,body,author,createdAt,url` prints
        -- exit 1
        $ --replace ../missing.json
        -- stderr
        error: cannot read ../missing.json: No such file or directory (os error 2)
        -- exit 1
        $ --replace ..
        -- stderr
        error: cannot read ..: Is a directory (os error 21)
        -- exit 1
        $ --list
        ada/pool, cited as #12
          1 issue, opened 2019-05-30
          1 pull or merge request, opened 2019-06-01
    "#]].assert_eq(&session(
        &fixture,
        &[
            &["--replace", "../empty.json"],
            &["--replace", "../export.json", "../none.json"],
            &["--replace", "../page.html"],
            &["--replace", "../missing.json"],
            &["--replace", ".."],
            &["--list"],
        ],
    ));
    let elsewhere = fixture.beside("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    expect![[r#"
        -- stderr
        error: no git repository here, so there is no history to read: clone the project with git (`git clone URL`) and ask there
        -- exit 1
    "#]]
        .assert_eq(&told(&fixture, &run_in(&fixture, &elsewhere, &["import", "discussions", "--list"])));
}

#[test]
fn what_stands_before_a_fault_is_kept() {
    let fixture = fixture(&EXPORT[..EXPORT.len() - 60]);
    expect![[r#"
        $ ../export.json
        ../export.json: 1 issue
        1 new, 0 in the place of earlier ones

        ada/pool, cited as #12
          1 issue, opened 2019-05-30
        -- stderr
        warning: ../export.json is broken at line 4 column 84 (EOF while parsing a string): what stands before was imported
    "#]].assert_eq(&session(&fixture, &[&["../export.json"]]));
}

#[test]
fn wrong_arguments() {
    let fixture = fixture(EXPORT);
    let wrong: [&[&str]; 6] = [
        &[],
        &["--json"],
        &["--list", "../export.json"],
        &["--list", "--remove"],
        &["--remove", "--replace"],
        &["--repository", "pool", "../export.json"],
    ];
    for arguments in wrong {
        let output = import_in(&fixture, &fixture.path(), arguments, b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
    assert!(!fixture.beside("data").exists());
}

/// An export of so many issues.
fn large(repository: &str, count: usize) -> String {
    let issue = |number| {
        let body = "because of what was said before ".repeat(30);
        let url = format!("https://github.com/{repository}/issues/{number}");
        format!("{{\"number\":{number},\"title\":\"t\",\"body\":\"{body}\",\"url\":\"{url}\"}}\n")
    };
    (1..=count).map(issue).collect()
}

#[test]
fn several_at_once() {
    let fixture = fixture(large("ada/pool", 2000));
    fs::write(fixture.beside("other.json"), large("eve/pool", 2000)).unwrap();
    let files = ["../export.json", "../other.json", "../export.json"];
    let children = files
        .map(|file| command(&fixture, &fixture.path(), &["--repository", "ada/pool", file]).spawn().unwrap());
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    expect![[r#"
        ada/pool, cited as #12
          2000 issues
        eve/pool, cited as eve/pool#12
          2000 issues
    "#]]
    .assert_eq(&list(&fixture));
}

#[test]
fn killed_in_the_middle() {
    let fixture = fixture(EXPORT);
    session(&fixture, &[&["../export.json"]]);
    let before = list(&fixture);
    let mut child =
        command(&fixture, &fixture.path(), &["--replace", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // More than a pipe holds, so most of it has been taken when this returns.
    input.write_all(large("eve/pool", 5000).as_bytes()).unwrap();
    assert_eq!(list(&fixture), before, "others see what was there before");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(list(&fixture), before);
    session(&fixture, &[&["--replace", "../export.json"]]);
    assert_eq!(list(&fixture), before);
}

#[test]
fn a_damaged_database() {
    let fixture = fixture(EXPORT);
    session(&fixture, &[&["../export.json"]]);
    fs::write(database(&fixture), "no database, and never was one. ".repeat(500)).unwrap();
    expect![[r#"
        $ --list
        -- stderr
        error: the imported discussions in DIR/data/DATABASE are damaged: `backstory import discussions --remove` forgets them, then import them again
        -- exit 1
        $ --replace ../export.json
        -- stderr
        error: the imported discussions in DIR/data/DATABASE are damaged: `backstory import discussions --remove` forgets them, then import them again
        -- exit 1
        $ --remove
        forgot the damaged discussions
        $ ../export.json
        ../export.json: 1 issue and 1 pull or merge request
        2 new, 0 in the place of earlier ones

        ada/pool, cited as #12
          1 issue, opened 2019-05-30
          1 pull or merge request, opened 2019-06-01
    "#]].assert_eq(&session(
        &fixture,
        &[&["--list"], &["--replace", "../export.json"], &["--remove"], &["../export.json"]],
    ));
}

#[test]
fn nowhere_to_keep_them() {
    let fixture = fixture(EXPORT);
    fs::write(fixture.beside("data"), "a file").unwrap();
    expect![[r#"
        $ ../export.json
        -- stderr
        error: cannot create the data directory DIR/data/discussions: Not a directory (os error 20)
        -- exit 1
        $ --list
        no discussions were imported for this repository
    "#]]
    .assert_eq(&session(&fixture, &[&["../export.json"], &["--list"]]));
}

/// A limit on the size of files stands in for a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk() {
    let fixture = fixture(EXPORT);
    session(&fixture, &[&["../export.json"]]);
    let before = list(&fixture);
    fs::write(fixture.beside("large.json"), large("ada/pool", 5000)).unwrap();
    let import = command(&fixture, &fixture.path(), &["../large.json"]);
    let script = format!(
        "trap '' XFSZ; ulimit -f 256; exec {} import discussions ../large.json",
        env!("CARGO_BIN_EXE_backstory")
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(fixture.path());
    let variables = import.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let output = shell.envs(variables).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = told(&fixture, &output);
    assert!(
        text.contains("cannot write DIR/data/DATABASE") && text.contains("nothing in it was changed"),
        "{text}"
    );
    assert_eq!(list(&fixture), before);
}

/// A commit that names an issue and says no more.
const OF_GITHUB: &str = r#"
//@ commit "Add f"
//- /a.rs
fn f() {}
//@ commit "Fix #12"
//- /a.rs
fn f() { g(); }
"#;

/// A merge request, whose number stands in the message of the merge alone, and an issue that only an address names.
const OF_GITLAB: &str = r#"
//@ commit "Add f"
//- /a.rs
fn f() {}
//@ branch order
//@ commit "Sort"
//- /a.rs
fn f() { g(); }
//@ checkout main
//@ commit "Other"
//- /b.txt
b
//@ merge order "Merge branch 'order' into 'main'"
//= Sort
//=
//= See merge request team/pool!12
//- /a.rs
fn f() { g(); }
//@ commit "Count"
//= Closes https://gitlab.com/team/pool/-/issues/7
//- /a.rs
fn f() { g(); h(); }
"#;

fn explain(fixture: &Fixture, words: &[&str]) -> Output {
    let mut command = backstory(&fixture.path(), &fixture.beside("cache"), &fixture.beside("models"));
    command.args(["explain", "--no-model", "f"]).args(words).output().unwrap()
}

/// The account of `f` before and after an import.
fn why(fixture: &Fixture, export: &str) -> String {
    let account = || {
        let text = transcript(fixture, &explain(fixture, &[]));
        text.split("Why\n").nth(1).unwrap_or(&text).to_owned()
    };
    let before = account();
    let imported = import_in(fixture, &fixture.path(), &["-"], export.as_bytes());
    assert!(imported.status.success(), "{}", transcript(fixture, &imported));
    format!("{before}---\n{}", account())
}

/// What the reasons rest on: kind, reference and the number of the commit that names it.
fn sources(fixture: &Fixture) -> String {
    let report: serde_json::Value = serde_json::from_slice(&explain(fixture, &["--json"]).stdout).unwrap();
    let reasons = report["reasons"].as_array().unwrap().iter();
    let lines: String = reasons.map(|reason| format!("{}\n", reason["source"])).collect();
    fixture.anonymize(&lines)
}

#[test]
fn an_issue_of_github_is_cited() {
    let fixture = Fixture::new(OF_GITHUB);
    let export = r#"[{"author":{"login":"grace"},"body":"They vanish after a restart because the table was never written, so it is lost.",
        "createdAt":"2019-05-30T00:00:00Z","number":12,"title":"Names vanish","url":"https://github.com/ada/pool/issues/12"}]"#;
    expect![[r#"
          `f` came on 2020-01-01 by Ada Lovelace: “Add f”. [{1}]
          No rationale recorded: none of its 2 commits says why.
          It has changed once since, on 2020-01-02 by Ada Lovelace, “Fix #12”. [{2}]
          Likeliest to know: Ada Lovelace (2 changes, last on 2020-01-02). [{2}]
        ---
          `f` came on 2020-01-01 by Ada Lovelace: “Add f”. [{1}]
          #12, to which its commit refers, says: “They vanish after a restart because the table was never written, so it is lost.” [#12 in {2}]
          It has changed once since, on 2020-01-02 by Ada Lovelace. [{2}]
          Who knows it: Ada Lovelace (2 changes, last on 2020-01-02). [{2}]
    "#]].assert_eq(&why(&fixture, export));
    expect![[r##"
        {"kind":"discussion","reference":"#12","commit":"{2}"}
    "##]]
    .assert_eq(&sources(&fixture));
    // A damaged database costs what it holds, and nothing else.
    fs::write(database(&fixture), "no database, and no whole page of one").unwrap();
    let damaged = transcript(&fixture, &explain(&fixture, &[]));
    assert!(damaged.contains("are damaged") && damaged.contains("No rationale recorded"), "{damaged}");
}

#[test]
fn a_merge_request_and_an_issue_of_gitlab_are_cited() {
    let fixture = Fixture::new(OF_GITLAB);
    let export = r#"[
        {"iid":12,"title":"Keep order","description":"Without this the order of names was wrong, which broke the search.",
         "author":{"name":"Eve"},"created_at":"2019-06-01T00:00:00Z","web_url":"https://gitlab.com/team/pool/-/merge_requests/12"},
        {"iid":12,"title":"Not meant","description":"It is slow because nothing is kept, so everything is read twice.",
         "author":{"name":"Eve"},"created_at":"2019-06-01T00:00:00Z","web_url":"https://gitlab.com/team/pool/-/issues/12"},
        {"iid":7,"title":"Count","description":"Names must be counted, because two of them may be equal.",
         "author":{"name":"Eve"},"created_at":"2019-06-02T00:00:00Z","web_url":"https://gitlab.com/team/pool/-/issues/7"}]"#;
    expect![[r#"
          `f` came on 2020-01-01 by Ada Lovelace: “Add f”. [{1}]
          No rationale recorded: none of its 3 commits says why.
          It has changed 2 times since, last on 2020-01-05 by Ada Lovelace, “Count”. [{5}]
          Likeliest to know: Ada Lovelace (3 changes, last on 2020-01-05). [{5}]
        ---
          `f` came on 2020-01-01 by Ada Lovelace: “Add f”. [{1}]
          !12, to which its commit refers, says: “Without this the order of names was wrong, which broke the search.” [!12 in {2}]
          team/pool#7, to which its commit refers, says: “Names must be counted, because two of them may be equal.” [team/pool#7 in {5}]
          It has changed 2 times since, last on 2020-01-05 by Ada Lovelace. [{5}]
          Who knows it: Ada Lovelace (3 changes, last on 2020-01-05). [{5}]
    "#]].assert_eq(&why(&fixture, export));
    expect![[r#"
        {"kind":"discussion","reference":"!12","commit":"{2}"}
        {"kind":"discussion","reference":"team/pool#7","commit":"{5}"}
    "#]]
    .assert_eq(&sources(&fixture));
}

#[test]
fn imported_discussions_are_searched() {
    let fixture = fixture(EXPORT);
    let export = fixture.beside("export.json");
    let import = import_in(&fixture, &fixture.path(), &[export.to_str().unwrap()], b"");
    assert!(import.status.success());
    let search = |question: &str| {
        let mut command = backstory(&fixture.path(), &fixture.beside("cache"), &fixture.beside("models"));
        transcript(&fixture, &command.args(["search", "--kind", "discussion", question]).output().unwrap())
    };
    expect![[r#"
        #7 Memory grows  0.54
            Each call starts a thread.
    "#]]
    .assert_eq(&search("why does memory grow with each call"));
    expect![[r#"
        -- stderr
        error: nothing found that fits: other words may, or another --kind
        -- exit 1
    "#]]
    .assert_eq(&search("how are invoices printed"));
}
