//! `backstory train` end to end: a table of given sources, and one that is adapted to the repository here, until it is taken back.

use std::fmt::Write as _;
use std::fs;

use backstory_fixture::Fixture;
use serde_json::Value;

use crate::support::{run, transcript};

const THINGS: [(&str, &str); 5] = [
    ("zorb", "invoice"),
    ("quax", "customer"),
    ("fleem", "warehouse"),
    ("grint", "parcel"),
    ("blick", "refund"),
];
const DEEDS: [(&str, &str); 5] = [
    ("yoink", "Fetches"),
    ("splat", "Deletes"),
    ("morp", "Prints"),
    ("tweak", "Renames"),
    ("glomp", "Merges"),
];
const WHICH: [&str; 12] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "last", "oldest", "newest", "current", "next",
    "open",
];

/// A package whose code calls things otherwise than its people do.
fn package() -> Fixture {
    let mut story = "//@ commit \"Add all\"\n".to_owned();
    for (thing, meant) in THINGS {
        writeln!(story, "//- /shop-1.0/{thing}.py").unwrap();
        for (deed, does) in DEEDS {
            for which in WHICH {
                let body = format!("    return {deed}({which})");
                writeln!(
                    story,
                    "def {deed}_{which}_{thing}():\n    \"\"\"{does} the {which} {meant}.\"\"\"\n{body}\n"
                )
                .unwrap();
            }
        }
    }
    Fixture::new(&story)
}

fn json(fixture: &Fixture, arguments: &[&str]) -> Value {
    let output = run(fixture, arguments);
    let refused = || panic!("{}", transcript(fixture, &output));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| refused())
}

fn best_mrr(comparison: &Value) -> (f64, f64) {
    (comparison["before"]["mrr"].as_f64().unwrap(), comparison["after"]["mrr"].as_f64().unwrap())
}

#[test]
fn a_repository_gets_a_table_of_its_own() {
    let fixture = package();
    let adapted = json(&fixture, &["train", "--here", "--json"]);
    let (before, after) = best_mrr(&adapted);
    assert!(after > before + 0.2, "{adapted}");
    assert_eq!((&adapted["documented"], &adapted["queries"]), (&300.into(), &60.into()));
    let table = adapted["kept"].as_str().unwrap();
    let find =
        || json(&fixture, &["search", "--json", "-n", "1", "--kind", "symbol", "morp"])[0]["score"].clone();
    let with_it = find();

    // A damaged one is as good as none.
    fs::write(table, "no table").unwrap();
    let shipped = find();
    assert_ne!(with_it, shipped);

    let told = |arguments: &[&str]| transcript(&fixture, &run(&fixture, arguments));
    assert_eq!(told(&["train", "--here", "--remove"]), "removed: search here uses the program's own table\n");
    assert_eq!(told(&["train", "--here", "--remove"]), "there is none to remove\n");
    assert_eq!(find(), shipped);
}

#[test]
fn where_little_is_said_nothing_is_learned() {
    let fixture = Fixture::new("//@ commit \"Add\"\n//- /a.py\ndef f():\n    \"\"\"Does it.\"\"\"\n");
    let output = run(&fixture, &["train", "--here"]);
    let told = transcript(&fixture, &output);
    assert!(told.contains("too little is said here about the code"), "{told}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn sources_become_a_table() {
    let fixture = package();
    let file = fixture.beside("table.bin");
    let out = file.to_str().unwrap();
    let trained = json(&fixture, &["train", "shop-1.0", "--out", out, "--epochs", "2", "--json"]);
    assert_eq!(trained["sources"][0]["packages"], 1, "{trained}");
    assert_eq!(trained["bytes"].as_u64().unwrap(), fs::metadata(&file).unwrap().len());
    // The same again, to the last bit, and no trace of the way there.
    let first = fs::read(&file).unwrap();
    json(&fixture, &["train", "shop-1.0", "--out", out, "--epochs", "2", "--json"]);
    assert!(fs::read(&file).unwrap() == first);
    assert!(!fixture.beside("table.bin.part").exists());

    let refused = run(&fixture, &["train", "shop-1.0", "--out", out, "--from", "shop-1.0/zorb.py"]);
    assert!(transcript(&fixture, &refused).contains("is no table that this version can use"));
    let usage = run(&fixture, &["train", "shop-1.0"]);
    assert_eq!(usage.status.code(), Some(2));
}
