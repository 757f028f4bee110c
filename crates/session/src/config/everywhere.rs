//! Tests that hold what the editors' parts and pages say of the settings to the one table of them. Never does: ship.

use std::fs;
use std::path::PathBuf;

use serde_json::Value as Json;

use super::{Config, Layers, SETTINGS, Setting};

/// A file of the repository; `None` where it is not there.
fn file(name: &str) -> Option<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(name)).ok()
}

/// What a client sends is used, all of it, and changes something.
fn accepted(whose: &str, settings: &Json) {
    let (config, warnings) = Layers::default().with_client(settings).config();
    assert_eq!(warnings, Vec::<String>::new(), "{whose}");
    assert_ne!(config, Config::default(), "{whose} sets nothing");
}

/// What stands between two marks, each time.
fn blocks<'a>(text: &'a str, begin: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(begin).skip(1).filter_map(move |after| Some(after.split_once(end)?.0))
}

/// The default as JSON has it: of these values TOML and JSON are the same text.
fn default(setting: &Setting) -> Json {
    serde_json::from_str(&setting.default_value()).expect("no setting has a default that only TOML can write")
}

#[test]
fn the_help_of_neovim_lists_all_with_their_defaults() {
    let help = file("editors/neovim/doc/backstory.txt").unwrap();
    let after = help.split_once("files\nof yours and of a repository can set them too):\n").unwrap().1;
    let listed = blocks(after, ">\n", "\n<\n").next().unwrap();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted: Vec<String> =
        SETTINGS.iter().map(|setting| format!("{} {}", setting.name, setting.default_value())).collect();
    assert_eq!(words(listed), wanted.join(" "), "editors/neovim/doc/backstory.txt; the second one is right");
    assert!(help.lines().all(|line| line.chars().count() <= 80), "a line of the help is too long");
}

#[test]
fn the_settings_shipped_for_helix_are_used() {
    let shipped = file("editors/helix/languages.toml").unwrap();
    let with_example = shipped.replace("# config = ", "config = ");
    assert_ne!(shipped, with_example, "it shows how to set something");
    let table: toml::Table = with_example.parse().unwrap();
    let config = &table["language-server"]["backstory"]["config"];
    accepted("editors/helix/languages.toml", &serde_json::to_value(config).unwrap());
    let page = file("docs/helix.md").unwrap();
    let example = blocks(&page, "```toml\n", "```").last().unwrap().parse::<toml::Table>().unwrap();
    let config = &example["language-server"]["backstory"]["config"];
    accepted("docs/helix.md", &serde_json::to_value(config).unwrap());
}

#[test]
fn the_settings_shown_for_other_clients_are_used() {
    let page = file("docs/clients.md").unwrap();
    let objects: Vec<Json> =
        blocks(&page, "```json\n", "```").filter_map(|block| serde_json::from_str(block).ok()).collect();
    let sublime =
        objects.iter().find_map(|it| it.pointer("/clients/backstory/initializationOptions")).unwrap();
    accepted("Sublime Text", sublime);
    let settings = objects.iter().find(|it| it.get("lens").is_some()).unwrap();
    accepted("docs/clients.md, Settings", settings);
}

/// The settings of the VS Code extension that are its own and never reach the server.
const OF_THE_EXTENSION: [&str; 2] = ["backstory.server.", "backstory.trace."];

#[test]
fn vs_code_offers_all_with_their_defaults() {
    let package = file("editors/vscode/package.json").unwrap();
    let package: Json = serde_json::from_str(&package).unwrap();
    assert_eq!(package["version"], env!("CARGO_PKG_VERSION"), "one version for all");
    let mut properties = serde_json::Map::new();
    let sections = match &package["contributes"]["configuration"] {
        Json::Array(sections) => sections.clone(),
        one => vec![one.clone()],
    };
    for section in sections {
        properties.extend(section["properties"].as_object().cloned().unwrap_or_default());
    }
    for setting in &SETTINGS {
        let name = format!("backstory.{}", setting.name);
        let property = properties.remove(&name).unwrap_or_else(|| panic!("package.json lacks {name}"));
        assert_eq!(property["default"], default(setting), "the default of {name}");
        let said = property.get("markdownDescription").or_else(|| property.get("description"));
        let said = said.and_then(Json::as_str).unwrap_or_default();
        assert!(said.starts_with(setting.meaning), "{name} says {said:?}, and means {:?}", setting.meaning);
    }
    let unknown: Vec<&String> =
        properties.keys().filter(|name| !OF_THE_EXTENSION.iter().any(|own| name.starts_with(own))).collect();
    assert_eq!(unknown, Vec::<&String>::new(), "package.json has settings that the server does not know");
}
