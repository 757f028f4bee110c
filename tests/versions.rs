//! The version stands in Cargo.toml, and what must repeat it agrees.

use std::fs;

#[test]
fn the_extension_has_the_version_of_the_workspace() {
    for file in ["package.json", "package-lock.json"] {
        let path = format!("{}/editors/vscode/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(&path).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"), "{file}");
    }
}
