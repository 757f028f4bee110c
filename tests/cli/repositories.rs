//! The program in repositories of every form: what `history --json` and `explain --json` say there.

use std::fs;
use std::path::Path;

use backstory_fixture::Fixture;
use expect_test::expect;

use crate::support::{run_in, transcript};

const HISTORY: &str = r#"
//@ commit "Introduce"
//- /src/pool.py
def spawn():
    return 1
//@ commit "Change"
//- /src/pool.py
def spawn():
    return 2
//@ commit "Change again"
//- /src/pool.py
def spawn():
    return 3
"#;

/// The lines of an answer that say how complete it is and which commits it names; all of it where it is no answer.
fn ask(fixture: &Fixture, directory: &Path, arguments: &[&str]) -> String {
    let output = run_in(fixture, directory, arguments);
    let Ok(answer) = serde_json::from_slice::<serde_json::Value>(&output.stdout) else {
        return transcript(fixture, &output);
    };
    let mut text = format!("complete: {}, limits: {}\n", answer["complete"], answer["limits"]);
    for change in answer["changes"].as_array().expect("a list") {
        text.push_str(&format!("{} {}\n", change["commit"].as_str().unwrap(), change["kinds"]));
    }
    fixture.anonymize(&text)
}

#[test]
fn clones_of_every_form() {
    let fixture = Fixture::new(HISTORY);
    fixture.git(&["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", fixture.path().display());
    let mut text = String::new();
    for (name, option) in [
        ("shallow", "--depth=2"),
        ("blobless", "--filter=blob:none"),
        ("treeless", "--filter=tree:0"),
        ("bare", "--bare"),
        ("shared", "--shared"),
    ] {
        let clone = fixture.beside(name);
        let from = if name == "shared" { "." } else { source.as_str() };
        fixture.git(&["clone", "-q", option, from, &clone.display().to_string()]);
        let arguments: &[&str] = match name {
            "bare" => &["history", "--json", "--rev", "main", "spawn"],
            _ => &["history", "--json", "spawn"],
        };
        text.push_str(&format!("{name}\n{}", ask(&fixture, &clone, arguments)));
    }
    // Objects have hashes that are not the fixture's commits: which ones is no matter here.
    let objects = ["HEAD~1:src/pool.py", "HEAD~1^{tree}"];
    for object in objects {
        text = text.replace(fixture.git(&["rev-parse", object]).trim(), object);
    }
    expect![[r#"
        shallow
        complete: false, limits: ["this is a shallow clone that ends at {2}: older history is not here; `git fetch --unshallow` brings it"]
        {3} ["body"]
        blobless
        complete: false, limits: ["object HEAD~1:src/pool.py is missing or damaged (a partial or damaged clone): history before it is unknown; `git fetch --refetch --no-filter` brings missing objects"]
        treeless
        complete: false, limits: ["object HEAD~1^{tree} is missing or damaged (a partial or damaged clone): history before it is unknown; `git fetch --refetch --no-filter` brings missing objects"]
        bare
        complete: true, limits: []
        {3} ["body"]
        {2} ["body"]
        {1} ["introduced"]
        shared
        complete: true, limits: []
        {3} ["body"]
        {2} ["body"]
        {1} ["introduced"]
    "#]].assert_eq(&text);
}

#[test]
fn a_path_in_a_submodule_is_of_its_repository() {
    let inner = Fixture::new(HISTORY);
    let outer = Fixture::new("//@ commit \"Outer\"\n//- /README\nouter\n");
    outer.git(&["submodule", "--quiet", "add", &inner.path().display().to_string(), "vendor/inner"]);
    outer.git(&["commit", "-q", "-m", "Add submodule"]);
    let by_path = ask(&inner, &outer.path(), &["history", "--json", "vendor/inner/src/pool.py:1"]);
    expect![[r#"
        complete: true, limits: []
        {3} ["body"]
        {2} ["body"]
        {1} ["introduced"]
    "#]]
    .assert_eq(&by_path);
    for command in [&["history", "--json", "spawn"][..], &["explain", "--no-model", "--json", "spawn"]] {
        assert_eq!(ask(&inner, &outer.path(), command), by_path, "{command:?}");
    }
}

#[test]
fn worktrees_tags_and_branches_without_commits() {
    let fixture = Fixture::new(HISTORY);
    fixture.git(&["tag", "-a", "v1", "-m", "First", "HEAD~1"]);
    fixture.git(&["tag", "-a", "v1-again", "-m", "First", "v1"]);
    fixture.git(&["tag", "file", "HEAD:src/pool.py"]);
    let bare = fixture.beside("bare.git");
    fixture.git(&["clone", "-q", "--bare", ".", &bare.display().to_string()]);
    let linked = fixture.beside("linked");
    fixture.git(&[
        "-C",
        &bare.display().to_string(),
        "worktree",
        "add",
        "-q",
        &linked.display().to_string(),
        "v1",
    ]);
    let mut text = ask(&fixture, &linked, &["history", "--json", "src/pool.py:1"]);
    for revision in ["v1-again", "file", "HEAD^{/Introduce}"] {
        let told = ask(&fixture, &fixture.path(), &["history", "--json", "--rev", revision, "spawn"]);
        text.push_str(&format!("{revision}\n{told}"));
    }
    fixture.git(&["checkout", "-q", "--orphan", "new"]);
    for arguments in [&["history", "--json", "spawn"][..], &["history", "--json", "--rev", "main", "spawn"]] {
        text.push_str(&format!("orphan\n{}", ask(&fixture, &fixture.path(), arguments)));
    }
    expect![[r#"
        complete: true, limits: []
        {2} ["body"]
        {1} ["introduced"]
        v1-again
        complete: true, limits: []
        {2} ["body"]
        {1} ["introduced"]
        file
        -- stderr
        error: no commit file in this repository; `git fetch` may bring it
        -- exit 1
        HEAD^{/Introduce}
        complete: true, limits: []
        {1} ["introduced"]
        orphan
        -- stderr
        error: this repository has no commits yet: history begins with the first one (`git commit`)
        -- exit 1
        orphan
        complete: true, limits: []
        {3} ["body"]
        {2} ["body"]
        {1} ["introduced"]
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_locked_and_damaged_index_is_not_read() {
    let fixture = Fixture::new(HISTORY);
    let git = fixture.path().join(".git");
    let before = ask(&fixture, &fixture.path(), &["history", "--json", "spawn"]);
    fs::write(git.join("index.lock"), "").unwrap();
    fs::write(git.join("index"), "no index").unwrap();
    assert_eq!(ask(&fixture, &fixture.path(), &["history", "--json", "spawn"]), before);
}

#[test]
fn references_that_cannot_be_read() {
    let fixture = Fixture::new(HISTORY);
    let git = fixture.path().join(".git");
    let arguments = ["history", "--json", "spawn"];
    fs::write(git.join("refs/heads/main"), "").unwrap();
    let mut text = ask(&fixture, &fixture.path(), &arguments);
    fs::write(git.join("HEAD"), "no reference").unwrap();
    text.push_str(&ask(&fixture, &fixture.path(), &arguments));
    let config = fs::read_to_string(git.join("config")).unwrap();
    let config = config.replace("repositoryformatversion = 0", "repositoryformatversion = 1");
    fs::write(git.join("config"), format!("{config}[extensions]\n\trefStorage = reftable\n")).unwrap();
    text.push_str(&ask(&fixture, &fixture.path(), &arguments));
    text.push_str(&ask(&fixture, &fixture.path(), &["explain", "--json", "--no-model", "spawn"]));
    expect![[r#"
        -- stderr
        error: cannot read HEAD: The reference at "refs/heads/main" could not be decoded: Reference content could not be parsed, input=""; `git fsck` names what is damaged
        -- exit 1
        -- stderr
        error: cannot read HEAD: The reference at "HEAD" could not be decoded: Reference content could not be parsed, input="no reference"; `git fsck` names what is damaged
        -- exit 1
        -- stderr
        error: the git repository at REPO/.git keeps its references in the format 'reftable', which cannot be read here; `git refs migrate --ref-format=files` converts them
        -- exit 1
        -- stderr
        error: the git repository at REPO/.git keeps its references in the format 'reftable', which cannot be read here; `git refs migrate --ref-format=files` converts them
        -- exit 1
    "#]].assert_eq(&text);
}

#[cfg(unix)]
#[test]
fn paths_of_every_sort() {
    let fixture = Fixture::new("");
    let mut text = String::new();
    let names = ["a b/x ✨.py", "new\nline.py", "-dash.py", "back\\slash\"q.py"];
    fs::create_dir(fixture.path().join("a b")).unwrap();
    for (number, name) in names.iter().enumerate() {
        fs::write(fixture.path().join(name), format!("def named{number}():\n    return 1\n")).unwrap();
    }
    fixture.git(&["add", "-A"]);
    fixture.git(&["commit", "-q", "-m", "Names"]);
    let head = fixture.git(&["rev-parse", "HEAD"]);
    for (number, name) in names.iter().enumerate() {
        let (by_name, by_place) = (format!("named{number}"), format!("{name}:1"));
        let told = ask(&fixture, &fixture.path(), &["history", "--json", &by_name]);
        assert_eq!(ask(&fixture, &fixture.path(), &["history", "--json", "--", &by_place]), told, "{name}");
        text.push_str(&told.replace(head.trim(), "HEAD"));
    }
    expect![[r#"
        complete: true, limits: []
        HEAD ["introduced"]
        complete: true, limits: []
        HEAD ["introduced"]
        complete: true, limits: []
        HEAD ["introduced"]
        complete: true, limits: []
        HEAD ["introduced"]
    "#]]
    .assert_eq(&text);
}
