//! Holds the crates to their floors: imports point down only, and each large library stands behind one crate.

use std::process::Command;

use serde_json::Value;

/// Each crate's floor. A crate may depend on crates of lower floors only; `store` and the development crate `fixture` stand
/// below all.
const FLOORS: [(&str, i32); 12] = [
    ("backstory-store", -1),
    ("backstory-fixture", -1),
    ("backstory-syntax", 0),
    ("backstory-model", 0),
    ("backstory-search", 0),
    ("backstory-train", 1),
    ("backstory-history", 1),
    ("backstory-analysis", 1),
    ("backstory-ide", 2),
    ("backstory-session", 3),
    ("backstory-server", 4),
    ("backstory", 5),
];

/// Which crate alone may name a library.
const BEHIND: [(&str, &str); 10] = [
    ("mistralrs", "backstory-model"),
    ("candle-core", "backstory-model"),
    ("tower-lsp-server", "backstory-server"),
    ("notify", "backstory-session"),
    ("gix", "backstory-history"),
    ("hnsw_rs", "backstory-search"),
    ("tantivy", "backstory-search"),
    ("pulldown-cmark", "backstory-ide"),
    ("salsa", "backstory-analysis"),
    ("tree-sitter", "backstory-syntax"),
];

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn floor(name: &str) -> i32 {
    let known = FLOORS.iter().find(|(crate_name, _)| *crate_name == name);
    known.unwrap_or_else(|| panic!("{name} has no floor: add it to FLOORS and to docs/architecture.md")).1
}

/// Name and kind (`null` for normal) of every dependency.
fn dependencies(package: &Value) -> Vec<(&str, Option<&str>)> {
    let list = package["dependencies"].as_array().unwrap();
    list.iter()
        .map(|dependency| (dependency["name"].as_str().unwrap(), dependency["kind"].as_str()))
        .collect()
}

#[test]
fn imports_point_down() {
    let packages = packages();
    assert_eq!(
        packages.len(),
        FLOORS.len(),
        "every crate of the workspace has a floor, and none is left over"
    );
    for package in &packages {
        let name = package["name"].as_str().unwrap();
        for (dependency, kind) in dependencies(package) {
            if !dependency.starts_with("backstory") {
                continue;
            }
            let down = floor(dependency) < floor(name);
            assert!(
                down,
                "{name} (floor {}) imports {dependency} (floor {})",
                floor(name),
                floor(dependency)
            );
            let fixture_in_product = dependency == "backstory-fixture" && kind != Some("dev");
            assert!(!fixture_in_product, "{name} ships the test crate {dependency}");
        }
    }
}

#[test]
fn libraries_stand_behind_one_crate() {
    for package in &packages() {
        let name = package["name"].as_str().unwrap();
        for (dependency, _) in dependencies(package) {
            if let Some((library, owner)) = BEHIND.iter().find(|(library, _)| *library == dependency) {
                assert_eq!(name, *owner, "only {owner} may name {library}");
            }
        }
    }
}

#[test]
fn the_architecture_page_names_every_crate() {
    let page = include_str!("../docs/architecture.md");
    for (name, _) in FLOORS {
        let directory = name.strip_prefix("backstory-").unwrap_or("cli");
        assert!(
            page.contains(&format!("`{directory}`")),
            "docs/architecture.md says nothing of `{directory}`"
        );
    }
}
