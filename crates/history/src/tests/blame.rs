//! Lines and the commits behind them: what is passed by, what is not, and where lines stood before.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use backstory_fixture::Fixture;
use expect_test::expect;

use super::open;
use crate::blame::{Blame, BlameQuery, BlamedLine, Manner, Why, blame, kept_lines};

fn query(path: &Path, file: &str, lines: impl IntoIterator<Item = u32>) -> BlameQuery {
    let at = open(path).head().expect("HEAD can be read").commit.expect("HEAD has a commit");
    BlameQuery { path: file.to_owned(), at, lines: lines.into_iter().collect(), manner: Manner::Words }
}

fn ask(path: &Path, query: &BlameQuery) -> Blame {
    blame(&open(path), query, &AtomicBool::new(false)).expect("readable").expect("there is the file")
}

fn why(why: Why) -> &'static str {
    match why {
        Why::Formatting => "formatting",
        Why::Ignored => "ignored",
        Why::Move => "move",
        Why::FileRename => "file rename",
    }
}

fn render_line(line: &BlamedLine, path: &str, text: &str) -> String {
    let skipped: String =
        line.skipped.iter().map(|skip| format!(" {} {},", why(skip.why), skip.commit)).collect();
    let place =
        if line.path == path { String::new() } else { format!(" {}:{}", line.path, line.original_line) };
    format!("{}{place} | {text}{}", line.commit, skipped.trim_end_matches(',').replacen(' ', "  <- ", 1))
}

/// All lines of a file at HEAD: `{commit} place | text  <- passed by`; places in other files only.
fn render(fixture: &Fixture, path: &str) -> String {
    let text = fs::read_to_string(fixture.path().join(path)).expect("the file is in the work tree");
    let blame = ask(&fixture.path(), &query(&fixture.path(), path, 1..=text.lines().count() as u32));
    let lines = blame.lines.iter().zip(text.lines()).map(|(line, text)| render_line(line, path, text) + "\n");
    let limits = blame.limits.iter().map(|limit| format!("limit: {limit}\n"));
    fixture.anonymize(&lines.chain(limits).collect::<String>())
}

#[test]
fn layout_is_passed_by_and_words_are_not() {
    let fixture = Fixture::new(
        r#"
//@ commit "Add"
//- /a.py
def run(one, two):
    text = 'a  b'
    call(one, two, "long", text)
    return one
//@ commit "Format"
//- /a.py
def run(one, two):
    text = "a  b"
    call(
        one,
        two,
        "long",
        text,
    )
    return one
//@ commit "Change a string's white space, wrap the end"
//- /a.py
def run(one, two):
    text = "a b"
    call(
        one,
        two,
        "long",
        text,
    )
    if text:
        return one
"#,
    );
    expect![[r#"
        {1} | def run(one, two):
        {3} |     text = "a b"
        {1} |     call(  <- formatting {2}
        {1} |         one,  <- formatting {2}
        {1} |         two,  <- formatting {2}
        {1} |         "long",  <- formatting {2}
        {1} |         text,  <- formatting {2}
        {1} |     )  <- formatting {2}
        {3} |     if text:
        {1} |         return one  <- formatting {3}
    "#]]
    .assert_eq(&render(&fixture, "a.py"));
}

#[test]
fn a_string_of_several_lines_has_no_layout() {
    let fixture = Fixture::new(
        r#"
//@ commit "Add"
//- /a.rs
const TEXT: &str = "one two
    three";
const SIZE: usize = 3;
fn run() { call(1, 2) }
//@ commit "Break lines"
//- /a.rs
const TEXT: &str = "one
    two three";
const SIZE: usize = 3;
fn run() {
    call(1, 2)
}
"#,
    );
    expect![[r#"
        {2} | const TEXT: &str = "one
        {2} |     two three";
        {1} | const SIZE: usize = 3;
        {1} | fn run() {  <- formatting {2}
        {1} |     call(1, 2)  <- formatting {2}
        {1} | }  <- formatting {2}
    "#]]
    .assert_eq(&render(&fixture, "a.rs"));
}

#[test]
fn listed_commits_are_passed_by_where_something_stood_before() {
    let fixture = Fixture::new(
        r#"
//@ commit "Add"
//- /notes.txt
alpha beta gamma
delta
//- /a.py
def run(size):
    return size
//@ commit "Rename and add"
//- /notes.txt
alpha beta GAMMA
delta
new
//- /a.py
def run(length):
    return length
"#,
    );
    let listed = format!("{}\n", fixture.commits()[1]);
    fs::write(fixture.path().join(".git-blame-ignore-revs"), listed).expect("writable");
    let text = format!("{}{}", render(&fixture, "notes.txt"), render(&fixture, "a.py"));
    expect![[r#"
        {1} | alpha beta GAMMA  <- ignored {2}
        {1} | delta
        {2} | new
        {1} | def run(length):  <- ignored {2}
        {1} |     return length  <- ignored {2}
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_renamed_file_goes_on_whatever_its_language() {
    let text = "one line of it\nanother line of it\na third line of it\n";
    let fixture = Fixture::new(&format!(
        "//@ commit \"Add\"\n//- /old.txt\n{text}//- /other.txt\nsomething else altogether\n\
         //@ commit \"Rename and edit\"\n//@ rm /other.txt\n//@ rm /old.txt\n//- /new.txt\n{text}a fourth line of it\n\
         //@ commit \"Rename\"\n//@ mv /new.txt /newer.txt\n"
    ));
    expect![[r#"
        {1} old.txt:1 | one line of it  <- file rename {3}, file rename {2}
        {1} old.txt:2 | another line of it  <- file rename {3}, file rename {2}
        {1} old.txt:3 | a third line of it  <- file rename {3}, file rename {2}
        {2} new.txt:4 | a fourth line of it  <- file rename {3}
    "#]]
    .assert_eq(&render(&fixture, "newer.txt"));
}

/// A function moves to another file and is edited, a method to another container, a third one down its own file; a fourth is copied.
const MOVES: &str = r#"
//@ commit "Add"
//- /a.rs
fn moved(pool: &Pool) -> usize {
    let threads = pool.threads();
    let waiting = pool.waiting();
    threads + waiting
}

fn sunk(pool: &Pool) -> bool {
    let busy = pool.busy_threads();
    busy > pool.limit_of_threads()
}

fn stays(pool: &Pool) -> String {
    let name = pool.name_of_it();
    format!("pool {name} of threads")
}

struct Pool;

impl Pool {
    fn told(&self) -> usize {
        let answer = self.ask_the_oracle();
        answer.unwrap_or_default()
    }
}
//- /b.rs
struct Other;
//@ commit "Move"
//- /a.rs
fn stays(pool: &Pool) -> String {
    let name = pool.name_of_it();
    format!("pool {name} of threads")
}

struct Pool;

fn sunk(pool: &Pool) -> bool {
    let busy = pool.busy_threads();
    busy > pool.limit_of_threads()
}
//- /b.rs
struct Other;

impl Other {
    fn told(&self) -> usize {
        let answer = self.ask_the_oracle();
        answer.unwrap_or_default()
    }
}

mod inner {
    fn moved(pool: &Pool) -> usize {
        let threads = pool.threads();
        let waiting = pool.waiting_ones();
        threads + waiting
    }
}

fn copied(pool: &Pool) -> String {
    let name = pool.name_of_it();
    format!("pool {name} of threads")
}
"#;

#[test]
fn moved_symbols_take_their_lines_along_and_copies_do_not() {
    let fixture = Fixture::new(MOVES);
    expect![[r#"
        {1} | struct Other;
        {2} | 
        {2} | impl Other {
        {1} a.rs:20 |     fn told(&self) -> usize {  <- move {2}
        {1} a.rs:21 |         let answer = self.ask_the_oracle();  <- move {2}
        {1} a.rs:22 |         answer.unwrap_or_default()  <- move {2}
        {1} a.rs:23 |     }  <- move {2}
        {1} a.rs:24 | }  <- move {2}
        {2} | 
        {2} | mod inner {
        {1} a.rs:1 |     fn moved(pool: &Pool) -> usize {  <- move {2}
        {1} a.rs:2 |         let threads = pool.threads();  <- move {2}
        {2} |         let waiting = pool.waiting_ones();
        {1} a.rs:4 |         threads + waiting  <- move {2}
        {1} a.rs:5 |     }  <- move {2}
        {2} | }
        {2} | 
        {2} | fn copied(pool: &Pool) -> String {
        {2} |     let name = pool.name_of_it();
        {2} |     format!("pool {name} of threads")
        {2} | }
    "#]]
    .assert_eq(&render(&fixture, "b.rs"));
    expect![[r#"
        {1} | fn stays(pool: &Pool) -> String {
        {1} |     let name = pool.name_of_it();
        {1} |     format!("pool {name} of threads")
        {1} | }
        {1} | 
        {1} | struct Pool;
        {1} | 
        {1} | fn sunk(pool: &Pool) -> bool {  <- move {2}
        {1} |     let busy = pool.busy_threads();  <- move {2}
        {1} |     busy > pool.limit_of_threads()  <- move {2}
        {1} | }
    "#]]
    .assert_eq(&render(&fixture, "a.rs"));
}

#[test]
fn a_line_has_the_same_answer_whatever_else_is_asked() {
    let fixture = Fixture::new(MOVES);
    for file in ["a.rs", "b.rs"] {
        let text = fs::read_to_string(fixture.path().join(file)).expect("readable");
        let all = ask(&fixture.path(), &query(&fixture.path(), file, 1..=text.lines().count() as u32));
        for line in &all.lines {
            let alone = ask(&fixture.path(), &query(&fixture.path(), file, [line.line]));
            assert_eq!(&alone.lines, std::slice::from_ref(line));
        }
    }
}

#[test]
fn merges_own_what_no_parent_has() {
    let fixture = Fixture::new(
        r#"
//@ commit "Add"
//- /a.txt
first
second
third
//@ branch side
//@ commit "Side"
//- /a.txt
first of the side
second
third
//@ checkout main
//@ commit "Main"
//- /a.txt
first
second
third of main
//@ merge side "Merge"
//- /a.txt
first of the side
second as merged
third of main
"#,
    );
    expect![[r#"
        {2} | first of the side
        {4} | second as merged
        {3} | third of main
    "#]]
    .assert_eq(&render(&fixture, "a.txt"));
}

#[test]
fn a_shallow_clone_says_where_knowledge_ends() {
    let fixture = Fixture::new(
        "//@ commit \"One\"\n//- /a.txt\none\n//@ commit \"Two\"\n//- /a.txt\none\ntwo\n\
         //@ commit \"Three\"\n//- /a.txt\none\ntwo\nthree\n",
    );
    let clone = fixture.beside("clone");
    let source = format!("file://{}", fixture.path().display());
    fixture.git(&["clone", "-q", "--depth", "2", &source, clone.to_str().expect("a plain path")]);
    let blame = ask(&clone, &query(&clone, "a.txt", 1..=3));
    let commits: Vec<&str> = blame.lines.iter().map(|line| line.commit.as_str()).collect();
    assert_eq!(fixture.anonymize(&commits.join(" ")), "{2} {2} {3}");
    assert!(!blame.complete);
    expect!["this is a shallow clone that ends at {2}: older history is not here; `git fetch --unshallow` brings it"]
        .assert_eq(&fixture.anonymize(&blame.limits[0].to_string()));
}

#[test]
fn an_interrupted_walk_says_so() {
    let fixture = Fixture::new("//@ commit \"One\"\n//- /a.txt\none\n");
    let query = query(&fixture.path(), "a.txt", [1]);
    let blame =
        blame(&open(&fixture.path()), &query, &AtomicBool::new(true)).expect("readable").expect("there");
    assert_eq!(blame.limits, [crate::Limit::Interrupted]);
}

#[test]
fn files_and_lines_that_are_not_there() {
    let fixture = Fixture::new("//@ commit \"One\"\n//- /a.txt\none\n");
    let nowhere = query(&fixture.path(), "b.txt", [1]);
    assert_eq!(blame(&open(&fixture.path()), &nowhere, &AtomicBool::new(false)).expect("readable"), None);
    assert_eq!(ask(&fixture.path(), &query(&fixture.path(), "a.txt", [0, 2])).lines, []);
}

#[test]
fn git_passes_new_paths_by_and_nothing_else() {
    let fixture = Fixture::new(
        "//@ commit \"One\"\n//- /a.rs\nfn one_of_them() { a() }\nfn two() {}\n\
         //@ commit \"Two\"\n//- /a.rs\nfn one_of_them() {\n    a()\n}\nfn two() {}\n\
         //@ commit \"Three\"\n//@ mv /a.rs /b.rs\n",
    );
    let words = query(&fixture.path(), "b.rs", [2, 4]);
    let git = BlameQuery { manner: Manner::Git, ..words.clone() };
    let commits = |query: &BlameQuery| -> String {
        let lines = ask(&fixture.path(), query).lines.into_iter();
        fixture.anonymize(&lines.map(|line| line.commit).collect::<Vec<_>>().join(" "))
    };
    assert_eq!((commits(&words), commits(&git)), ("{1} {1}".to_owned(), "{2} {1}".to_owned()));
}

#[test]
fn lines_are_kept_whatever_their_line_breaks() {
    assert_eq!(kept_lines("a\nb\nc", "b\r\nx\r\nc\r\n"), [Some(1), None, Some(2)]);
    assert_eq!(kept_lines("", "a\n"), [None]);
}
