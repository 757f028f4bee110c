//! Settings in, the settings that differ from the defaults and the warnings out; hostile files; the documentation.

use std::fs;
use std::path::Path;

use backstory_fixture::Fixture;
use backstory_syntax::DefinitionKind;
use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};

use super::{Config, InProject, Layers, LensPart, Mode, PROJECT_FILE, SETTINGS, Setting};

/// What the three places say together, with the fixture's directory as `DIR`.
fn check(user: &str, project: &str, client: &[Json], expected: &Expect) {
    let fixture = Fixture::new("");
    let file = fixture.beside("config.toml");
    fs::write(&file, user).unwrap();
    fs::write(fixture.path().join(PROJECT_FILE), project).unwrap();
    let layers = Layers::of(Some(&file), Some(&fixture.path()));
    let layers = client.iter().fold(layers, Layers::with_client);
    expected.assert_eq(&render(&fixture, &layers));
}

fn render(fixture: &Fixture, layers: &Layers) -> String {
    let changed =
        layers.origins().into_iter().map(|it| format!("{} = {} ({})\n", it.name, it.value, it.origin));
    let warnings = layers.config().1.into_iter().map(|warning| format!("- {warning}\n"));
    let text: String = changed.chain(warnings).collect();
    text.replace(&*fixture.beside("").to_string_lossy(), "DIR/")
}

#[test]
fn later_places_go_before_earlier_ones() {
    check(
        "hover.enable = false\nactions.enable = false\n[lens]\nkinds = [\"class\"]\nshow = [\"last\"]\n",
        "mode = \"standalone\"\n[lens]\nshow = [\"changes\", \"last\", \"changes\"]\nkinds = []\n",
        &[json!({"backstory": {"hover": {"enable": true}, "lens": {"show": null}}, "other": 1})],
        &expect![[r#"
            mode = "standalone" (DIR/repo/.backstory.toml)
            lens.kinds = [] (DIR/repo/.backstory.toml)
            lens.show = ["changes", "last"] (DIR/repo/.backstory.toml)
            actions.enable = false (DIR/config.toml)
        "#]],
    );
}

#[test]
fn a_clients_settings_add_up() {
    let first = json!({"hover": {"enable": false}, "model.name": "qwen3-0.6b", "search": null});
    let second = json!({"hover": {"enable": true}, "model": {"enable": false}});
    check(
        "",
        "",
        &[first, Json::Null, second, json!({"backstory": null})],
        &expect![[r#"
        model.enable = false (the client's settings)
        model.name = "qwen3-0.6b" (the client's settings)
    "#]],
    );
}

#[test]
fn what_cannot_be_used_keeps_what_was_there() {
    check(
        "mode = \"both\"\nspeed = 1\nlens = true\n[model]\nname = 3\ncolour = \"red\"\n[hover]\nenable = \"yes\"\n",
        "[lens]\nshow = [\"changes\"]\n",
        &[json!({
            "lens": {"show": ["changes", "age"], "kinds": [null], "enable": {"a": 1}},
            "model": {"name": "no-such-model"},
            "search": [],
            "a": {"b": {"c": 18446744073709551615u64}},
        })],
        &expect![[r#"
            lens.show = ["changes"] (DIR/repo/.backstory.toml)
            - DIR/config.toml: `hover.enable` must be true or false, not "yes"; it stays true, the default
            - DIR/config.toml: `lens` must be a table with `enable`, `kinds` and `show`, not true; nothing is set by it
            - DIR/config.toml: `mode` must be "companion" or "standalone", not "both"; it stays "companion", the default
            - DIR/config.toml: there is no setting `model.colour`, so nothing is set by it; `model` has `enable`, `name`, `endpoint`, `endpoint_model`, `endpoint_key`, `allow_remote`, `second`, `adapter` and `idle`
            - DIR/config.toml: `model.name` must be a name that `backstory model list` shows or the absolute path of a GGUF file, not 3; it stays "smollm2-135m-instruct", the default
            - DIR/config.toml: there is no setting `speed`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - the client's settings: there is no setting `a`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - the client's settings: `lens.enable` must be true or false, not a table; it stays true, the default
            - the client's settings: `lens.kinds` must be a list of module, class, struct, enum, union, variant, field, trait, impl, function, method, constant, static, type, macro, not ["null"]; it stays ["function", "method", "class", "struct", "enum", "trait", "union", "macro"], the default
            - the client's settings: `lens.show` must be a list of introduced, changes, authors, last, dependents, tests, companion, not ["changes", "age"]; it stays ["changes"], from DIR/repo/.backstory.toml
            - the client's settings: `model.name` must be a name that `backstory model list` shows or the absolute path of a GGUF file, not "no-such-model"; it stays "smollm2-135m-instruct", the default
            - the client's settings: `search` must be a table with `enable`, not []; nothing is set by it
        "#]],
    );
    check(
        "",
        "",
        &[json!({"hover": {"enable": false}}), json!("all")],
        &expect![[r#"
        hover.enable = false (the client's settings)
        - the client's settings must be an object, not "all"; nothing in it counts
    "#]],
    );
}

#[test]
fn a_broken_file_does_not_count() {
    let good = "hover.enable = false\n";
    check(
        &format!("{good}\n[model"),
        good,
        &[],
        &expect![[r#"
        hover.enable = false (DIR/repo/.backstory.toml)
        - DIR/config.toml is no TOML in line 3 (unclosed table, expected `]`); nothing in it counts
    "#]],
    );
    check(
        &format!("{good}{good}"),
        "\u{feff}hover.enable = false\r\n[lens]\r\nenable = false",
        &[],
        &expect![[r#"
            hover.enable = false (DIR/repo/.backstory.toml)
            lens.enable = false (DIR/repo/.backstory.toml)
            - DIR/config.toml is no TOML in line 2 (duplicate key); nothing in it counts
        "#]],
    );
}

#[test]
fn a_model_is_named_by_the_catalogue_or_by_a_whole_path() {
    check(
        "model.name = \"/models/own.gguf\"",
        "",
        &[],
        &expect![[r#"
        model.name = "/models/own.gguf" (DIR/config.toml)
    "#]],
    );
    check(
        "model.name = \"own.gguf\"",
        "",
        &[json!({"model": {"name": "/models/own.gguf"}})],
        &expect![[r#"
            model.name = "/models/own.gguf" (the client's settings)
            - DIR/config.toml: `model.name` must be a name that `backstory model list` shows or the absolute path of a GGUF file, not "own.gguf"; it stays "smollm2-135m-instruct", the default
        "#]],
    );
    check("model.name = \"smollm2-135m-instruct\"", "", &[], &expect![[r#""#]]);
}

#[test]
fn a_repository_cannot_lead_elsewhere() {
    let paths =
        ["/etc/passwd", "../own.gguf", "models/own.gguf", "https://example.org/v1", "own.gguf", "~/own.gguf"];
    for path in paths {
        let fixture = Fixture::new("");
        fs::write(fixture.path().join(PROJECT_FILE), format!("model.name = \"{path}\"")).unwrap();
        let (config, warnings) = Layers::of(None, Some(&fixture.path())).config();
        assert_eq!((config, warnings.len()), (Config::default(), 1), "{path}");
    }
    check(
        "model.name = \"/models/own.gguf\"",
        "model = { name = \"/etc/passwd\", endpoint = \"http://example.org\", command = \"rm\" }\ncommand = \"rm\"\n",
        &[],
        &expect![[r#"
            model.name = "/models/own.gguf" (DIR/config.toml)
            - DIR/repo/.backstory.toml: there is no setting `command`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - DIR/repo/.backstory.toml: there is no setting `model.command`, so nothing is set by it; `model` has `enable`, `name`, `endpoint`, `endpoint_model`, `endpoint_key`, `allow_remote`, `second`, `adapter` and `idle`
            - DIR/repo/.backstory.toml: `model.endpoint` must be left to your own settings, not "http://example.org"; it stays "", the default
            - DIR/repo/.backstory.toml: `model.name` must be a name that `backstory model list` shows, never a path, not "/etc/passwd"; it stays "/models/own.gguf", from DIR/config.toml
        "#]],
    );
    check(
        "model.name = \"/models/own.gguf\"",
        "model.name = \"qwen3-0.6b\"\nmodel.enable = false",
        &[],
        &expect![[r#"
            model.enable = false (DIR/repo/.backstory.toml)
            model.name = "qwen3-0.6b" (DIR/repo/.backstory.toml)
        "#]],
    );
}

#[test]
fn a_repository_can_switch_the_models_off_and_lead_them_nowhere() {
    let reaching = "endpoint = \"http://localhost:1\"\nendpoint_model = \"m\"\nendpoint_key = \"HOME\"\n\
                    allow_remote = true\nadapter = \"/tmp/a.safetensors\"\nsecond = \"/tmp/a.gguf\"\nidle = true\nenable = true";
    check(
        "model.enable = false",
        &format!("[model]\n{reaching}"),
        &[],
        &expect![[r#"
            model.enable = false (DIR/config.toml)
            - DIR/repo/.backstory.toml: `model.adapter` must be left to your own settings, not "/tmp/a.safetensors"; it stays "", the default
            - DIR/repo/.backstory.toml: `model.allow_remote` must be left to your own settings, not true; it stays false, the default
            - DIR/repo/.backstory.toml: `model.enable` must be false, not true; it stays false, from DIR/config.toml
            - DIR/repo/.backstory.toml: `model.endpoint` must be left to your own settings, not "http://localhost:1"; it stays "", the default
            - DIR/repo/.backstory.toml: `model.endpoint_key` must be left to your own settings, not "HOME"; it stays "", the default
            - DIR/repo/.backstory.toml: `model.endpoint_model` must be left to your own settings, not "m"; it stays "", the default
            - DIR/repo/.backstory.toml: `model.idle` must be false, not true; it stays false, the default
            - DIR/repo/.backstory.toml: `model.second` must be left to your own settings, not "/tmp/a.gguf"; it stays "", the default
        "#]],
    );
    check(
        "[model]\nendpoint = \"http://localhost:1\"\nsecond = \"endpoint\"\nidle = true\nallow_remote = true\n",
        "[model]\nenable = false\nsecond = \"qwen3-4b\"\nidle = false\nallow_remote = false\nendpoint = \"\"\n",
        &[],
        &expect![[r#"
            model.enable = false (DIR/repo/.backstory.toml)
            model.endpoint = "http://localhost:1/v1" (DIR/config.toml)
            model.allow_remote = true (DIR/config.toml)
            model.second = "endpoint" (DIR/config.toml)
            - DIR/repo/.backstory.toml: `model.allow_remote` must be left to your own settings, not false; it stays true, from DIR/config.toml
            - DIR/repo/.backstory.toml: `model.endpoint` must be left to your own settings, not ""; it stays "http://localhost:1/v1", from DIR/config.toml
            - DIR/repo/.backstory.toml: `model.second` must be left to your own settings, not "qwen3-4b"; it stays "endpoint", from DIR/config.toml
        "#]],
    );
    check(
        "",
        "model.second = \"endpoint\"",
        &[],
        &expect![[r#"
            - DIR/repo/.backstory.toml: `model.second` must be left to your own settings, not "endpoint"; it stays "", the default
        "#]],
    );
}

#[test]
fn endpoints_keys_and_adapters_as_users_write_them() {
    check(
        "[model]\nendpoint = \"http://LOCALHOST:8080\"\nendpoint_model = \"a/b\"\nendpoint_key = \"MY_KEY\"\n\
         second = \"endpoint\"\nadapter = \"/a/b.safetensors\"\n",
        "",
        &[
            json!({"model": {"endpoint": "localhost:80", "endpoint_key": "sk-123", "adapter": "b.safetensors", "second": "b.gguf"}}),
        ],
        &expect![[r#"
            model.endpoint = "http://localhost:8080/v1" (DIR/config.toml)
            model.endpoint_model = "a/b" (DIR/config.toml)
            model.endpoint_key = "MY_KEY" (DIR/config.toml)
            model.second = "endpoint" (DIR/config.toml)
            model.adapter = "/a/b.safetensors" (DIR/config.toml)
            - the client's settings: `model.adapter` must be the absolute path of a LoRA in a safetensors file, or "" for none, not "b.safetensors"; it stays "/a/b.safetensors", from DIR/config.toml
            - the client's settings: `model.endpoint` must be an address such as "http://localhost:8080/v1", or "" for none, not "localhost:80"; it stays "http://localhost:8080/v1", from DIR/config.toml
            - the client's settings: `model.endpoint_key` must be the name of an environment variable, or "" for none, not "sk-123"; it stays "MY_KEY", from DIR/config.toml
            - the client's settings: `model.second` must be "endpoint", a name that `backstory model list` shows, the absolute path of a GGUF file, or "" for none, not "b.gguf"; it stays "endpoint", from DIR/config.toml
        "#]],
    );
    let user = "[model]\nendpoint = \"http://localhost:1\"\nadapter = \"/a\"\nsecond = \"qwen3-4b\"\n";
    check(user, "", &[json!({"model": {"endpoint": "", "adapter": "", "second": ""}})], &expect![[r#""#]]);
}

/// What becomes of a repository's file that `write` makes.
fn hostile(write: impl FnOnce(&Path, &Fixture), expected: &Expect) {
    let fixture = Fixture::new("");
    write(&fixture.path().join(PROJECT_FILE), &fixture);
    expected.assert_eq(&render(&fixture, &Layers::of(None, Some(&fixture.path()))));
}

#[test]
fn hostile_files_are_refused() {
    let settings = "hover.enable = false\n";
    hostile(
        |path, _| fs::write(path, settings.repeat(4000)).unwrap(),
        &expect![[r#"
        - DIR/repo/.backstory.toml is larger than 64 KiB; nothing in it counts
    "#]],
    );
    hostile(
        |path, _| fs::write(path, b"hover.enable = false # \xff\n").unwrap(),
        &expect![[r#"
        - DIR/repo/.backstory.toml is not UTF-8 text; nothing in it counts
    "#]],
    );
    hostile(
        |path, _| fs::create_dir(path).unwrap(),
        &expect![[r#"
        - DIR/repo/.backstory.toml is no plain file; nothing in it counts
    "#]],
    );
    hostile(
        |path, _| fs::write(path, "[a".repeat(20_000)).unwrap(),
        &expect![[r#"
        - DIR/repo/.backstory.toml is no TOML in line 1 (unclosed table, expected `]`); nothing in it counts
    "#]],
    );
    hostile(
        |path, _| fs::write(path, format!("a = {}", "[".repeat(60_000))).unwrap(),
        &expect![[r#"
        - DIR/repo/.backstory.toml is no TOML in line 1 (cannot recurse further; max recursion depth met); nothing in it counts
    "#]],
    );
    hostile(
        |path, _| fs::write(path, format!("{} = 1", ["a"; 9000].join("."))).unwrap(),
        &expect![[r#"
        - DIR/repo/.backstory.toml is no TOML in line 1 (recursion limit); nothing in it counts
    "#]],
    );
    let many: String = (0..3000).map(|number| format!("a{number} = 1\n")).collect();
    hostile(
        |path, _| fs::write(path, many).unwrap(),
        &expect![[r#"
            - DIR/repo/.backstory.toml: there is no setting `a0`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - DIR/repo/.backstory.toml: there is no setting `a1`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - DIR/repo/.backstory.toml: there is no setting `a10`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - DIR/repo/.backstory.toml: there is no setting `a100`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - DIR/repo/.backstory.toml: there is no setting `a1000`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - DIR/repo/.backstory.toml: there is no setting `a1001`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - DIR/repo/.backstory.toml: there is no setting `a1002`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - DIR/repo/.backstory.toml: there is no setting `a1003`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - DIR/repo/.backstory.toml: there is no setting `a1004`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - DIR/repo/.backstory.toml: there is no setting `a1005`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - DIR/repo/.backstory.toml: 2990 more settings cannot be used
        "#]],
    );
    let steering = "\"\\u001b[2J\\u202e\\n\" = 1\nmode = \"\\u001b[31m\u{9b}\"\n\"'\\\"\" = 2";
    hostile(
        |path, _| fs::write(path, steering).unwrap(),
        &expect![[r#"
            - DIR/repo/.backstory.toml: there is no setting `\u{1b}[2J\u{202e}\n`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - DIR/repo/.backstory.toml: there is no setting `'"`, so nothing is set by it; there are `mode`, `navigation`, `hover`, `lens`, `hints`, `actions`, `symbols`, `search`, `history` and `model`
            - DIR/repo/.backstory.toml: `mode` must be "companion" or "standalone", not "\u001B[31m\u{9b}"; it stays "companion", the default
        "#]],
    );
}

#[cfg(unix)]
#[test]
fn links_stay_inside() {
    use std::os::unix::fs::symlink;

    let settings = "hover.enable = false\n";
    let outside = |path: &Path, fixture: &Fixture| {
        fs::write(fixture.beside("outside.toml"), settings).unwrap();
        symlink("../outside.toml", path).unwrap();
    };
    hostile(
        outside,
        &expect![[r#"
        - DIR/repo/.backstory.toml is a link to a file outside the repository; nothing in it counts
    "#]],
    );
    hostile(
        |path, _| symlink("/dev/zero", path).unwrap(),
        &expect![[r#"
        - DIR/repo/.backstory.toml is a link to a file outside the repository; nothing in it counts
    "#]],
    );
    hostile(
        |path, _| symlink(PROJECT_FILE, path).unwrap(),
        &expect![[r#"
        - DIR/repo/.backstory.toml cannot be read (Too many levels of symbolic links (os error 40)); nothing in it counts
    "#]],
    );
    hostile(|path, _| symlink("nowhere", path).unwrap(), &expect![[r#""#]]);
    let inside = |path: &Path, fixture: &Fixture| {
        fs::write(fixture.path().join("inside.toml"), settings).unwrap();
        symlink("inside.toml", path).unwrap();
    };
    hostile(
        inside,
        &expect![[r#"
        hover.enable = false (DIR/repo/.backstory.toml)
    "#]],
    );
}

#[test]
fn lists_of_what_is_allowed_are_whole() {
    let allowed = |name: &str| SETTINGS.iter().find(|setting| setting.name == name).unwrap().allowed;
    let kinds: Vec<&str> = DefinitionKind::ALL.into_iter().map(DefinitionKind::as_str).collect();
    assert_eq!(allowed("lens.kinds"), format!("a list of {}", kinds.join(", ")));
    let parts: Vec<&str> = LensPart::ALL.into_iter().map(LensPart::as_str).collect();
    assert_eq!(allowed("lens.show"), format!("a list of {}", parts.join(", ")));
    let modes: Vec<String> = Mode::ALL.into_iter().map(|mode| format!("{:?}", mode.as_str())).collect();
    assert_eq!(allowed("mode"), modes.join(" or "));
}

#[test]
fn defaults_are_values_that_can_be_set() {
    for setting in &SETTINGS {
        let text = format!("{} = {}", setting.name, setting.default_value());
        let (config, warnings) = Layers::default().with_client(&nested(&text)).config();
        assert_eq!(warnings, Vec::<String>::new());
        assert_eq!(setting.show(&config), setting.default_value());
    }
}

/// A TOML text as the JSON that a client sends.
fn nested(text: &str) -> Json {
    serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap()
}

/// The line that docs/settings.md has of a setting.
fn row(setting: &Setting) -> String {
    let project = match &setting.in_project {
        InProject::Same => String::new(),
        InProject::Only { allowed, .. } => format!(" In a repository's file: {allowed}."),
        InProject::Never => " In a repository's file: not at all.".to_owned(),
    };
    format!(
        "| `{}` | `{}` | {} Must be {}.{project} |",
        setting.name,
        setting.default_value(),
        setting.meaning,
        setting.allowed
    )
}

#[test]
fn the_documentation_lists_the_settings() {
    let page = include_str!("../../../../docs/settings.md");
    let rows = page.split_once("|---|---|---|\n").unwrap().1.lines();
    let written: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
    let wanted: Vec<String> = SETTINGS.iter().map(row).collect();
    assert_eq!(written.join("\n"), wanted.join("\n"), "docs/settings.md; the second one is right");
}

#[test]
fn the_examples_in_the_documentation_are_valid() {
    let page = include_str!("../../../../docs/settings.md");
    let mut configs = Vec::new();
    for after in page.split("```toml\n").skip(1) {
        let mut settings = nested(after.split_once("```").unwrap().0);
        // Helix's file holds the settings of its servers further down.
        if let Some(helix) = settings.pointer("/language-server/backstory/config") {
            settings = helix.clone();
        }
        configs.push(Layers::default().with_client(&settings).config());
    }
    let vscode = page.split_once("```json\n").unwrap().1.split_once("```").unwrap().0;
    let vscode = vscode.replace("\"backstory.", "\"");
    configs.push(Layers::default().with_client(&serde_json::from_str(&vscode).unwrap()).config());
    let (first, warnings) = configs[0].clone();
    assert_eq!((warnings, configs.len()), (Vec::new(), 3));
    assert_ne!(first, Config::default());
    assert!(configs.iter().all(|(config, warnings)| *config == first && warnings.is_empty()), "{configs:?}");
}

#[test]
fn the_examples_of_models_in_the_documentation_are_valid() {
    let page = include_str!("../../../../docs/models.md");
    let examples: Vec<&str> =
        page.split("```toml\n").skip(1).map(|after| after.split_once("```").unwrap().0).collect();
    for example in &examples {
        let (config, warnings) = Layers::default().with_client(&nested(example)).config();
        assert_eq!(warnings, Vec::<String>::new(), "{example}");
        assert_ne!(config, Config::default(), "{example}");
    }
    assert!(examples.len() >= 6, "one for each server at least");
}
