//! The source files of a tree, read without asking what ignores them. Never does: follow links, or read what no language claims.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use backstory_analysis::Source;
use backstory_session::syntax::Language;

/// Directories that hold what was made, not written.
const SKIPPED: [&str; 4] = ["target", "node_modules", "__pycache__", "venv"];

/// The files of a tree in the order of their paths. What is no UTF-8 is replaced, as the index does.
pub fn read(root: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    gather(root, "", &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn gather(directory: &Path, path: &str, found: &mut Vec<Source>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(kind) = entry.file_type() else { continue };
        let inner = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        if kind.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
            gather(&entry.path(), &inner, found);
        } else if let Some(language) = Language::of_path(&inner).filter(|_| kind.is_file()) {
            let text: Arc<str> =
                String::from_utf8_lossy(&fs::read(entry.path()).unwrap_or_default()).as_ref().into();
            found.push(Source { path: inner, language, text, facts: None });
        }
    }
}
