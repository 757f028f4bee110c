//! Symbol tables: what they hold and how they are kept.

use backstory_fixture::Fixture;
use backstory_store::Store;
use backstory_syntax::Language;

use super::{history, open};
use crate::objects::File;
use crate::table::{Table, TableCache};

const TEXT: &str = "fn spawn() { run(1); }\n";

fn file(text: &str) -> File {
    let id = gix::ObjectId::from_hex(b"0123456789abcdef0123456789abcdef01234567").expect("a hash");
    File::new(id, text.to_owned())
}

#[test]
fn a_table_survives_the_store() {
    let fixture = Fixture::new("");
    let store = Store::open(&fixture.beside("cache")).expect("a cache");
    let parsed = Table::of(TEXT, Language::Rust);
    assert_eq!(*TableCache::new(store.clone()).get(&file(TEXT), Language::Rust), parsed);
    // Text that cannot have been parsed to this table shows where the table came from.
    let padded = format!("{}\n", " ".repeat(TEXT.len()));
    assert_eq!(*TableCache::new(store.clone()).get(&file(&padded), Language::Rust), parsed);
    let foreign = Table::of(&padded, Language::Python);
    assert_eq!(*TableCache::new(store).get(&file(&padded), Language::Python), foreign);
}

#[test]
fn entries_that_do_not_fit_are_recomputed() {
    let fixture = Fixture::new("");
    let store = Store::open(&fixture.beside("cache")).expect("a cache");
    TableCache::new(store.clone()).get(&file(TEXT), Language::Rust);
    assert_eq!(*TableCache::new(store).get(&file("fn"), Language::Rust), Table::of("fn", Language::Rust));
}

#[test]
fn answers_are_the_same_with_a_store() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def spawn(x):
    return x
//@ commit "Change"
//- /a.py
def spawn(x):
    return x + 1
"#,
    );
    let store = Store::open(&fixture.beside("cache")).expect("a cache");
    let plain = history(&open(&fixture.path()), "a.py", "function spawn");
    for _ in ["cold", "warm"] {
        let repository = open(&fixture.path()).with_store(store.clone());
        assert_eq!(history(&repository, "a.py", "function spawn"), plain);
    }
}
