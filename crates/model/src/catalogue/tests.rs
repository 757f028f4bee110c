//! The committed catalogue: complete, consistent, and refusing what cannot run.

use std::collections::BTreeSet;

use expect_test::expect;

use super::*;

#[test]
fn the_default_is_tested_and_can_be_had_from_the_hub_and_from_pip() {
    let default = default_entry();
    assert!(default.tested && default.requantize);
    assert!(matches!(default.sources[..], [Source::Hub { .. }, Source::Wheel { sha256: Some(_), .. }]));
    assert_eq!(entries()[0].name, default.name);
}

#[test]
fn entries_are_complete() {
    let names: BTreeSet<_> = entries().iter().map(|entry| &entry.name).collect();
    assert_eq!(names.len(), entries().len(), "a name stands twice");
    for entry in entries() {
        let name = &entry.name;
        assert!(
            entry.parameters > 100_000_000 && entry.context >= 2048 && !entry.licence.is_empty(),
            "{name}"
        );
        assert!(!entry.sources.is_empty() && entry.sources.iter().all(|source| source.bytes() > 0), "{name}");
        assert!(entry.memory_bytes > entry.download_bytes(), "{name} needs more memory than its file");
        assert!(entry.adapter.is_none() || entry.requantize, "{name}: an adapter is merged while rewriting");
        assert_eq!(
            entry.check_engine().is_ok(),
            entry.note.is_none(),
            "{name}: a note says why it cannot run"
        );
        for source in &entry.sources {
            let (Source::Hub { sha256, .. } | Source::Wheel { sha256, .. }) = source;
            let sound = |sha256: &String| sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(sha256.as_ref().is_none_or(sound), "{name}: a checksum is 64 hex digits");
        }
    }
}

#[test]
fn the_list_at_a_glance() {
    let line = |entry: &Entry| {
        let (megabytes, tested) =
            (entry.download_bytes() / 1_000_000, if entry.tested { " tested" } else { "" });
        let capable = if entry.capable { " capable" } else { "" };
        format!("{} {} {megabytes} MB {}{tested}{capable}\n", entry.name, entry.architecture, entry.licence)
    };
    expect![[r#"
        smollm2-135m-instruct llama 145 MB Apache-2.0 tested
        qwen3-0.6b qwen3 639 MB Apache-2.0
        qwen2.5-1.5b-instruct qwen2 1117 MB Apache-2.0 capable
        qwen3-4b qwen3 2497 MB Apache-2.0 capable
        llama-3.2-1b-instruct llama 807 MB LicenseRef-Llama-3.2-Community
        llama-3.2-3b-instruct llama 2019 MB LicenseRef-Llama-3.2-Community capable
        phi-3.5-mini-instruct phi3 2393 MB MIT capable
        mistral-7b-instruct-v0.3 llama 4372 MB Apache-2.0 capable
        gemma-3-1b-it gemma3 806 MB LicenseRef-Gemma
    "#]]
    .assert_eq(&entries().iter().map(line).collect::<String>());
}

#[test]
fn unknown_and_unsupported_models_are_clear_errors() {
    let unknown = entry("gpt").unwrap_err().to_string();
    assert!(unknown.starts_with("no model is called `gpt`; known are smollm2-135m-instruct, "), "{unknown}");
    let gemma = entry("gemma-3-1b-it").unwrap().check_engine().unwrap_err();
    expect!["`gemma-3-1b-it` has the architecture gemma3, which the embedded engine cannot load: it needs a model endpoint, or choose another model of `backstory model list`"]
        .assert_eq(&gemma.to_string());
}
