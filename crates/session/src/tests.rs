//! What a tree becomes: which files are read, what packages are called, and that the cache changes nothing.

use std::fmt::Write;
use std::fs;

use backstory_analysis::{Analysis, module_path};
use backstory_fixture::Fixture;
use backstory_history::Repository;
use backstory_store::Store;
use expect_test::expect;

use crate::workspace::{load, load_commit, load_with_facts};

const TREE: &str = r#"
//@ commit "Initial commit"
//- /.gitignore
generated/
//- /Cargo.toml
[workspace]
members = ["core"]
//- /core/Cargo.toml
[package]
name = "work-core"
[lib]
name = "work"
//- /core/src/lib.rs
pub fn shared() {}
//- /core/tests/all.rs
#[test]
fn all() { work::shared(); }
//- /generated/out.rs
fn generated() {}
//- /broken/Cargo.toml
[package
//- /broken/src/main.rs
fn main() {
//- /tools/__init__.py
//- /tools/run.py
def run(): pass
//- /notes.txt
Not code.
"#;

fn render(analysis: &Analysis) -> String {
    let mut text = String::new();
    for file in analysis.files() {
        let names: Vec<&str> = analysis.outline(file).definitions.iter().map(|d| d.name.as_str()).collect();
        let (path, module) = (analysis.path(file), module_path(analysis, file));
        writeln!(text, "{path}: {module} [{}]", names.join(", ")).unwrap();
    }
    text
}

#[test]
fn a_tree_is_read_as_git_sees_it() {
    let fixture = Fixture::new(TREE);
    fs::write(fixture.path().join("binary.py"), b"def x(): pass\0").unwrap();
    fs::write(fixture.path().join("giant.py"), "x = 1\n".repeat(400_000)).unwrap();
    expect![[r#"
        broken/src/main.rs: crate::broken::src []
        core/src/lib.rs: work [shared]
        core/tests/all.rs: all [all]
        tools/__init__.py: tools []
        tools/run.py: tools.run [run]
    "#]]
    .assert_eq(&render(&load(&fixture.path())));
}

#[test]
fn a_commit_is_read_as_its_tree() {
    let fixture = Fixture::new(TREE);
    let repository = Repository::discover(&fixture.path()).unwrap().unwrap();
    let tree = render(&load(&fixture.path()));
    fs::write(fixture.path().join("tools/run.py"), "def other(): pass\n").unwrap();
    fs::write(fixture.path().join("core/Cargo.toml"), "").unwrap();
    assert_ne!(render(&load(&fixture.path())), tree);
    assert_eq!(render(&load_commit(&repository, &fixture.commits()[0]).unwrap()), tree);
}

#[test]
fn facts_from_the_cache_are_the_facts() {
    let fixture = Fixture::new(TREE);
    let fresh = render(&load(&fixture.path()));
    let store = Store::open(&fixture.beside("cache")).unwrap();
    for _ in ["cold", "warm"] {
        assert_eq!(render(&load_with_facts(&fixture.path(), &store)), fresh);
    }
    fs::write(fixture.path().join("tools/run.py"), "def other(): pass\n").unwrap();
    let changed = render(&load_with_facts(&fixture.path(), &store));
    assert_eq!(changed, fresh.replace("tools.run [run]", "tools.run [other]"));
}
