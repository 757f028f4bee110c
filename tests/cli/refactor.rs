//! `backstory refactor` end to end: patches that apply, files that keep what isn't theirs to change, and reasons.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::Value;

use crate::support::{run, transcript};

const CODE: &str = r#"
//@ commit "Begin" date="2020-01-01T10:00:00+00:00"
//- /pool.py
import os
import re


def size(path):
    return os.stat(path).st_size


# Was slow.
def _count(path):
    """The lines of a file."""
    return len(re.split("\n", path))
//- /app.py
from pool import size, _count


class App:
    def run(self, path):
        return size(path) + _count(path)
//- /README.md
Call `size` of a path; `pool.size` is fast.
//@ commit "Count no lines any more" date="2021-02-03T10:00:00+00:00"
//- /app.py
from pool import size


class App:
    def run(self, path):
        """As `size` says."""
        return size(path)
"#;

/// What `git apply` makes of a patch in a directory.
fn git_apply(directory: &Path, patch: &[u8], arguments: &[&str]) {
    let mut child = Command::new("git")
        .arg("apply")
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), patch).unwrap();
    assert!(child.wait().unwrap().success(), "git takes the patch:\n{}", String::from_utf8_lossy(patch));
}

#[test]
fn what_nothing_uses_goes_with_its_reason() {
    let fixture = Fixture::new(CODE);
    expect![[r#"
        diff --git a/pool.py b/pool.py
        --- a/pool.py
        +++ b/pool.py
        @@ -1,12 +1,5 @@
         import os
        -import re
        ~
        ~
         def size(path):
             return os.stat(path).st_size
        -
        -
        -# Was slow.
        -def _count(path):
        -    """The lines of a file."""
        -    return len(re.split("\n", path))
        -- stderr
        Remove `_count`, which nothing uses
        Nothing has used `_count` since {2} (2021-02-03, “Count no lines any more”) took its last use away, in `App.run` in app.py.
    "#]].assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "dead", "_count"])));
    expect![[r#"
        function pool._count  pool.py:10
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "dead", "--all"])));
    expect![[r#"
        -- stderr
        warning: `size` stays: it is not private, so code that is not here may use it
        -- exit 3
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "dead", "size"])));
    expect![[r#"
        Remove `_count`, which nothing uses
        Nothing has used `_count` since {2} (2021-02-03, “Count no lines any more”) took its last use away, in `App.run` in app.py.
          wrote pool.py
    "#]].assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "dead", "_count", "--apply"])));
    assert_eq!(
        fs::read_to_string(fixture.path().join("pool.py")).unwrap(),
        "import os\n\n\ndef size(path):\n    return os.stat(path).st_size\n"
    );
}

#[test]
fn another_name_where_it_is_certain_and_where_it_is_mentioned() {
    let fixture = Fixture::new(CODE);
    expect![[r#"
        diff --git a/app.py b/app.py
        --- a/app.py
        +++ b/app.py
        @@ -1,7 +1,7 @@
        -from pool import size
        +from pool import length
        ~
        ~
         class App:
             def run(self, path):
                 """As `size` says."""
        -        return size(path)
        +        return length(path)
        diff --git a/pool.py b/pool.py
        --- a/pool.py
        +++ b/pool.py
        @@ -2,7 +2,7 @@
         import re
        ~
        ~
        -def size(path):
        +def length(path):
             return os.stat(path).st_size
        ~
        ~
        -- stderr
        Rename `size` to `length`
        `size` certainly means this at 3 places in 2 files; other places with the word are left as they are.
        3 places in strings, comments and documents have the name too; --mentions renames them.
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "rename", "size", "length"])));
    let with_mentions = ["refactor", "rename", "pool.py:5:5", "length", "--mentions", "--apply"];
    expect![[r#"
        Rename `size` to `length`
        `size` certainly means this at 3 places in 2 files; other places with the word are left as they are.
          wrote app.py
          wrote pool.py
          wrote README.md
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &with_mentions)));
    expect![[r#"
        diff --git a/README.md b/README.md
        index 5a03b6f..9d3eb57 100644
        --- a/README.md
        +++ b/README.md
        @@ -1 +1 @@
        -Call `size` of a path; `pool.size` is fast.
        +Call `length` of a path; `pool.length` is fast.
        diff --git a/app.py b/app.py
        index c942b49..b38fc7a 100644
        --- a/app.py
        +++ b/app.py
        @@ -1 +1 @@
        -from pool import size
        +from pool import length
        @@ -6,2 +6,2 @@ class App:
        -        """As `size` says."""
        -        return size(path)
        +        """As `length` says."""
        +        return length(path)
        diff --git a/pool.py b/pool.py
        index e111e78..b1e92bb 100644
        --- a/pool.py
        +++ b/pool.py
        @@ -5 +5 @@ import re
        -def size(path):
        +def length(path):
    "#]]
    .assert_eq(&fixture.git(&["diff", "-U0"]));
}

#[test]
fn a_module_goes_with_its_file() {
    let fixture = Fixture::new(CODE);
    let output = run(&fixture, &["refactor", "rename", "app.py:1:6", "pond"]);
    expect![[r#"
        diff --git a/app.py b/app.py
        --- a/app.py
        +++ b/app.py
        @@ -1,4 +1,4 @@
        -from pool import size
        +from pond import size
        ~
        ~
         class App:
        diff --git a/pool.py b/pond.py
        rename from pool.py
        rename to pond.py
        -- stderr
        Rename `pool` to `pond`
        `pool` certainly means this at 1 place in 1 file; other places with the word are left as they are.
        1 place in strings, comments and documents have the name too; --mentions renames them.
    "#]]
    .assert_eq(&transcript(&fixture, &output));
    git_apply(&fixture.path(), &output.stdout, &["--index"]);
    expect![[r#"
        M  app.py
        R  pool.py -> pond.py
    "#]]
    .assert_eq(&fixture.git(&["status", "--short"]));
    let fixture = Fixture::new(
        "//@ commit \"Begin\"\n//- /Cargo.toml\n[package]\nname = \"p\"\n//- /src/lib.rs\nmod a;\nuse a::b::f;\n//- /src/a.rs\npub mod b;\n//- /src/a/b.rs\npub fn f() {}\n",
    );
    expect![[r#"
        Rename `a` to `c`
        `a` certainly means this at 2 places in 1 file; other places with the word are left as they are.
          wrote src/lib.rs
          renamed src/a.rs to src/c.rs
          renamed src/a to src/c
    "#]]
    .assert_eq(&transcript(
        &fixture,
        &run(&fixture, &["refactor", "rename", "src/lib.rs:1:5", "c", "--apply"]),
    ));
    expect![[r#"
         D src/a.rs
         D src/a/b.rs
         M src/lib.rs
        ?? src/c.rs
        ?? src/c/
    "#]]
    .assert_eq(&fixture.git(&["status", "--short"]));
    expect![[r#"
        -- stderr
        warning: `match` can't be a name here
        -- exit 3
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "rename", "src/lib.rs:1:5", "match"])));
}

/// Marks of encodings, line ends, tabs, bytes that are no text, modes of files: all that isn't edited stays, and a patch back restores it.
#[test]
fn bytes_stay_and_come_back() {
    let text = b"\xef\xbb\xbf# na\xefve \xff\xfe\r\ndef \xc3\xa9t\xc3\xa9():\r\n\treturn _old()\r\n\r\ndef _old():\r\n\treturn '\xe9'\r\n\r\n\r\ndef _dead():\r\n\tpass";
    let fixture = Fixture::new("//@ commit \"Begin\"\n//- /a.txt\na\n");
    let path = fixture.path().join("m.py");
    fs::write(&path, text).unwrap();
    let text_of = |bytes: &[u8]| bytes.iter().map(|&byte| byte as char).collect::<String>();
    let renamed = text_of(text).replace("_old", "_new");
    let removed = text_of(text).replace("\r\n\r\n\r\ndef _dead():\r\n\tpass", "");
    for (arguments, after) in
        [(vec!["refactor", "rename", "_old", "_new"], renamed), (vec!["refactor", "dead", "_dead"], removed)]
    {
        let patch = run(&fixture, &arguments).stdout;
        let applied = run(&fixture, &[&arguments[..], &["--apply"]].concat());
        assert!(applied.status.success(), "{}", transcript(&fixture, &applied));
        assert_eq!(text_of(&fs::read(&path).unwrap()), after);
        git_apply(&fixture.path(), &patch, &["-R", "--whitespace=nowarn"]);
        assert_eq!(fs::read(&path).unwrap(), text, "the patch taken back restores every byte");
    }
}

#[test]
#[cfg(unix)]
fn modes_stay_and_nothing_is_left_behind() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::new(CODE);
    let path = fixture.path().join("pool.py");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o750)).unwrap();
    let output = run(&fixture, &["refactor", "dead", "_count", "--apply", "--json"]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o750);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["kind"], "dead");
    assert_eq!(told["applied"]["written"], serde_json::json!(["pool.py"]));
    assert_eq!(told["reasons"][0]["commits"][0], fixture.commits()[1].as_str());
    let names = fs::read_dir(fixture.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().contains("backstory")));
    // What can't be written is not written by half.
    let fixture = Fixture::new(CODE);
    fs::set_permissions(fixture.path().join("pool.py"), fs::Permissions::from_mode(0o440)).unwrap();
    let output = run(&fixture, &["refactor", "rename", "size", "length", "--apply"]);
    assert_eq!(output.status.code(), Some(1), "{}", transcript(&fixture, &output));
    assert_eq!(fixture.git(&["diff", "--stat", "--", "app.py"]), "", "app.py comes first, and is put back");
}

#[test]
fn documents_and_settings_keep_what_they_name() {
    let fixture = Fixture::new(
        "//@ commit \"Begin\"\n//- /m.py\ndef _main():\n    pass\ndef _doc():\n    pass\n//- /pyproject.toml\n[project.scripts]\nm = \"m:_main\"\n//- /docs/m.rst\n.. autofunction:: m._doc\n",
    );
    let said =
        ["_main", "_doc"].map(|name| transcript(&fixture, &run(&fixture, &["refactor", "dead", name])));
    expect![[r#"
        -- stderr
        warning: `_main` stays: pyproject.toml:2 names it
        -- exit 3
        -- stderr
        warning: `_doc` stays: docs/m.rst:1 names it
        -- exit 3
    "#]]
    .assert_eq(&said.concat());
}

#[test]
fn members_of_who_knows_what_are_asked_about() {
    let fixture = Fixture::new(
        "//@ commit \"Begin\"\n//- /m.py\nclass A:\n    def post(self): ...\ndef f(x, a: A):\n    x.post()\n    a.post()\n",
    );
    let mut said = String::new();
    for members in [&[][..], &["--members", "keep"], &["--members", "rename"]] {
        let arguments = [&["refactor", "rename", "A.post", "send"], members].concat();
        said.push_str(&transcript(&fixture, &run(&fixture, &arguments)));
    }
    expect![[r#"
        -- stderr
        warning: m.py:4 may mean it, which nothing says for certain
        -- exit 3
        diff --git a/m.py b/m.py
        --- a/m.py
        +++ b/m.py
        @@ -1,5 +1,5 @@
         class A:
        -    def post(self): ...
        +    def send(self): ...
         def f(x, a: A):
             x.post()
        -    a.post()
        +    a.send()
        -- stderr
        Rename `post` to `send`
        `post` certainly means this at 2 places in 1 file; other places with the word are left as they are.
        diff --git a/m.py b/m.py
        --- a/m.py
        +++ b/m.py
        @@ -1,5 +1,5 @@
         class A:
        -    def post(self): ...
        +    def send(self): ...
         def f(x, a: A):
        -    x.post()
        -    a.post()
        +    x.send()
        +    a.send()
        -- stderr
        Rename `post` to `send`
        `post` certainly means this at 2 places in 1 file; other places with the word are left as they are.
    "#]]
    .assert_eq(&said);
}

#[test]
fn a_function_goes_where_it_is_used() {
    let fixture = Fixture::new(
        r#"
//@ commit "Begin" date="2020-01-01T10:00:00+00:00"
//- /app/__init__.py
//- /app/_text.py
import re


def _words(text):
    return re.findall("a", text)


def _other():
    return 1
//- /app/search.py
from ._text import _other, _words


def search(text):
    return _words(text), _other()
//@ commit "Find words with digits" date="2020-02-01T10:00:00+00:00"
//- /app/_text.py
import re


def _words(text):
    return re.findall("b", text)


def _other():
    return 1
//- /app/search.py
from ._text import _other, _words


def search(text):
    return _words(text + "1"), _other()
"#,
    );
    expect![[r#"
        diff --git a/app/_text.py b/app/_text.py
        --- a/app/_text.py
        +++ b/app/_text.py
        @@ -1,8 +1,3 @@
        -import re
        -
        -
        -def _words(text):
        -    return re.findall("b", text)
        ~
        ~
         def _other():
        diff --git a/app/search.py b/app/search.py
        --- a/app/search.py
        +++ b/app/search.py
        @@ -1,5 +1,11 @@
        -from ._text import _other, _words
        +import re
        +
        +from ._text import _other
        ~
        ~
         def search(text):
             return _words(text + "1"), _other()
        +
        +
        +def _words(text):
        +    return re.findall("b", text)
        -- stderr
        Move `_words` to app.search
        Of 1 change of `_words`, 1 changed app.search as well ({2}), and 0 something else of app._text.
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "move", "_words", "app/search.py"])));
    expect![[r#"
        diff --git a/app/_text.py b/app/_text.py
        --- a/app/_text.py
        +++ b/app/_text.py
        @@ -7,3 +7,7 @@
        ~
         def _other():
             return 1
        +
        +
        +def search(text):
        +    return _words(text + "1"), _other()
        diff --git a/app/search.py b/app/search.py
        --- a/app/search.py
        +++ b/app/search.py
        @@ -1,5 +1,1 @@
        -from ._text import _other, _words
        -
        -
        -def search(text):
        -    return _words(text + "1"), _other()
        +from ._text import search as search
        -- stderr
        Move `search` to app._text
        app.search goes on lending `search` to code that imports it from there.
    "#]]
    .assert_eq(&transcript(
        &fixture,
        &run(&fixture, &["refactor", "move", "search", "app/_text.py", "--no-history"]),
    ));
    expect![[r#"
        Move `_words` to app.search
          wrote app/_text.py
          wrote app/search.py
    "#]]
    .assert_eq(&transcript(
        &fixture,
        &run(&fixture, &["refactor", "move", "_words", "app/search.py", "--apply", "--no-history"]),
    ));
    let text = |path: &str| fs::read_to_string(fixture.path().join(path)).unwrap();
    expect![[r#"


        def _other():
            return 1
        --
        import re

        from ._text import _other


        def search(text):
            return _words(text + "1"), _other()


        def _words(text):
            return re.findall("b", text)
    "#]]
    .assert_eq(&format!("{}--\n{}", text("app/_text.py"), text("app/search.py")));
}

/// A function of so many lines that a part of it can be apart.
fn long_function(head: &str, part: &str, tail: &str) -> String {
    let steps: String = (0..45).map(|step| format!("    path.step({step})\n")).collect();
    format!("def run(path, limit):\n    {head}\n{steps}{part}    return path.end({tail})\n")
}

const PART: &str = "    # Old entries go first.
    kept = 0
    for entry in path.entries():
        if entry.age > limit:
            entry.drop()
        elif entry.size:
            entry.pack()
        else:
            entry.keep()
            kept += 1
            entry.note()
    path.sync(kept)
";

fn with(part: &str) -> Fixture {
    let versions = [
        ("Begin", long_function("path.start()", "", "0")),
        ("Drop old entries", long_function("path.start()", &part.replace("pack", "zip"), "0")),
        ("Start again", long_function("path.start(again=True)", &part.replace("pack", "zip"), "0")),
        ("Pack entries", long_function("path.start(again=True)", part, "0")),
        ("End with one", long_function("path.start(again=True)", part, "1")),
        (
            "Sync at once",
            long_function("path.start(again=True)", &part.replace("sync(", "sync(now=True, "), "1"),
        ),
    ];
    let commit = |(at, (subject, text)): (usize, &(&str, String))| {
        format!("//@ commit \"{subject}\" date=\"202{at}-01-01T10:00:00+00:00\"\n//- /app.py\n{text}")
    };
    Fixture::new(&versions.iter().enumerate().map(commit).collect::<String>())
}

/// What is printed, its words parted by single spaces.
fn said(fixture: &Fixture, arguments: &[&str]) -> String {
    let printed = transcript(fixture, &run(fixture, arguments));
    printed.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_changes_apart_is_suggested_and_extracted() {
    let fixture = with(PART);
    let suggested = said(&fixture, &["refactor", "extract", "--suggest"]);
    assert!(suggested.contains("app.py:48-59"), "{suggested}");
    assert!(suggested.contains("These 12 lines came and change apart: 3 commits"), "{suggested}");
    let below = said(&fixture, &["refactor", "extract", "--suggest", "--patience", "60", "app.py"]);
    assert_eq!(below, suggested);
    let nowhere = said(&fixture, &["refactor", "extract", "--suggest", "nowhere"]);
    assert!(nowhere.contains("nowhere") && nowhere.contains("exit 1"), "{nowhere}");
    let function = said(&fixture, &["refactor", "extract", "app.py:48-59", "--name", "tidy"]);
    assert!(function.contains("+def tidy(path, limit):"), "{function}");
    assert!(function.contains("+ tidy(path, limit)"), "{function}");
    assert!(function.contains("Its 12 lines come from 3 commits"), "{function}");
    let variable =
        said(&fixture, &["refactor", "extract", "app.py:50:18-50:31", "--variable", "--no-history"]);
    assert!(variable.contains("+ entries_result = path.entries()"), "{variable}");
    assert!(variable.contains("+ for entry in entries_result:"), "{variable}");
    let refused = said(&fixture, &["refactor", "extract", "app.py:51-52"]);
    assert!(refused.contains("neither whole statements") && refused.contains("exit 3"), "{refused}");
    // What has nothing to do with each other is no function.
    let fixture = with(
        &PART.replace("kept = 0", "path.lock()").replace("kept += 1", "entry.touch()").replace("kept", ""),
    );
    let suggested = said(&fixture, &["refactor", "extract", "--suggest"]);
    assert!(suggested.contains("nothing found"), "{suggested}");
}
