//! Models put into a folder by hand, and what the functions over that folder say.

use std::fs;

use super::*;
use crate::gguf::tests::Draft;

const NAME: &str = "smollm2-135m-instruct";

/// Installs `bytes` as the model `name`.
fn install(dir: &Path, name: &str, bytes: &[u8]) -> Installed {
    let folder = dir.join(name);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(MODEL_FILE), bytes).unwrap();
    let model = Installed {
        name: name.to_owned(),
        source: "by hand".to_owned(),
        fetched_sha256: String::new(),
        adapter_sha256: None,
        bytes: bytes.len() as u64,
        sha256: sha256_of(&folder.join(MODEL_FILE)).unwrap(),
    };
    fs::write(folder.join(RECORD_FILE), serde_json::to_vec(&model).unwrap()).unwrap();
    model
}

#[test]
fn whole_models_are_listed_and_found() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(installed(dir.path()), []);
    assert_eq!(installed(&dir.path().join("absent")), []);
    assert!(matches!(path(dir.path(), None), Err(Error::NoModel)));
    assert!(matches!(resolve(dir.path(), Some(NAME)), Err(Error::NotInstalled { .. })));

    let model = install(dir.path(), NAME, &Draft::new("llama").bytes());
    let other = install(dir.path(), "another", b"x");
    assert_eq!(installed(dir.path()), [other, model.clone()]);
    assert_eq!(path(dir.path(), None).unwrap(), dir.path().join(NAME).join("model.gguf"));
    verify(dir.path(), &model).unwrap();

    let resolved = resolve(dir.path(), None).unwrap();
    assert_eq!(resolved.id, format!("{NAME}:{}", &model.sha256[..16]));
    assert_eq!(resolve(dir.path(), Some(NAME)).unwrap(), resolved);
}

#[test]
fn a_damaged_model_does_not_count() {
    let dir = tempfile::tempdir().unwrap();
    let bytes = Draft::new("llama").bytes();
    let model = install(dir.path(), NAME, &bytes);
    let file = dir.path().join(NAME).join(MODEL_FILE);

    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(&file, changed).unwrap();
    assert_eq!(installed(dir.path()).len(), 1, "the cheap look sees the length only");
    assert!(matches!(verify(dir.path(), &model), Err(Error::Checksum { .. })));

    fs::write(&file, &bytes[1..]).unwrap();
    assert_eq!(installed(dir.path()), []);
    fs::write(dir.path().join(NAME).join(RECORD_FILE), "{").unwrap();
    assert_eq!(installed(dir.path()), []);
    assert_eq!(remove(dir.path(), NAME).unwrap(), bytes.len() as u64 - 1, "and can be removed all the same");
}

#[test]
fn removing_deletes_the_model_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let models = dir.path().join("models");
    install(&models, NAME, b"12345");
    install(dir.path(), "outside", b"x");
    for name in ["../outside", "..", ".", "", "absent", "/"] {
        assert!(matches!(remove(&models, name), Err(Error::NotInstalled { .. })), "{name}");
    }
    assert_eq!(remove(&models, NAME).unwrap(), 5);
    assert_eq!(fs::read_dir(&models).unwrap().count(), 0);
    assert_eq!(installed(dir.path()).len(), 1);
}

#[test]
fn the_users_own_file_is_checked_and_identified() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("mine.gguf");
    let wanted = file.to_str().unwrap();
    assert!(matches!(resolve(dir.path(), Some(wanted)), Err(Error::Io { .. })));
    fs::write(&file, Draft::new("gemma3").bytes()).unwrap();
    assert!(matches!(resolve(dir.path(), Some(wanted)), Err(Error::UnsupportedArchitecture { .. })));

    fs::write(&file, Draft::new("qwen2").bytes()).unwrap();
    let first = resolve(dir.path(), Some(wanted)).unwrap();
    assert_eq!((first.title.as_str(), &first.path), ("mine.gguf", &file));
    assert_eq!(resolve(dir.path(), Some(wanted)).unwrap(), first);
    let mut longer = Draft::new("qwen2").bytes();
    longer.push(0);
    fs::write(&file, longer).unwrap();
    assert_ne!(resolve(dir.path(), Some(wanted)).unwrap().id, first.id);
}
