//! Imports that a refactoring has made unused go with it. Never does: touch an import that was unused before, or one that may be needed in a way
//! that its file doesn't show: for its effect, for others to import from here, or for the methods of a trait.

use std::collections::HashSet;

use backstory_analysis::{Analysis, FileId, files_to_read};
use backstory_syntax::{Import, Language, Span, Standing};

use super::mentions::words;
use super::{Edit, Mark, lines};

/// The edits of a file with deletions of the imports that only deleted text used, in order.
pub fn without_unused_imports(analysis: &Analysis, file: FileId, mut edits: Vec<Edit>) -> Vec<Edit> {
    let leaves = unused(analysis, file, &edits);
    let text = analysis.text(file);
    // Where one of them can't be cut out, the others can.
    let parsed = analysis.parsed(file);
    let spans = parsed.without_imports(text, &leaves).unwrap_or_else(|| {
        leaves.iter().filter_map(|leaf| parsed.without_imports(text, &[*leaf])).flatten().collect()
    });
    for (span, whole) in runs(spans, text, analysis.language(file)) {
        let is_free =
            |span: &Span| !edits.iter().any(|edit| edit.span.start < span.end && span.start < edit.span.end);
        // Blank lines around it may go with something else.
        if let Some(span) = [whole, span].into_iter().find(is_free) {
            edits.push(Edit::deletes(span, Mark::Import));
        }
    }
    edits.sort_by_key(|edit| edit.span.start);
    edits
}

/// Spans that follow each other as one; beside each, of whole lines, the same with the blank lines that nothing separates any more.
fn runs(spans: Vec<Span>, text: &str, language: Language) -> Vec<(Span, Span)> {
    let mut runs: Vec<Span> = Vec::new();
    for span in spans {
        match runs.last_mut() {
            Some(last) if last.end == span.start => last.end = span.end,
            _ => runs.push(span),
        }
    }
    let starts_line =
        |at: u32| matches!(text[..at as usize].chars().next_back(), None | Some('\n' | '\u{feff}'));
    let is_whole =
        |run: &Span| starts_line(run.start) && (run.end as usize == text.len() || starts_line(run.end));
    runs.into_iter()
        .map(|run| {
            let whole = is_whole(&run).then(|| lines::with_blank_lines(text, run, language));
            (run, whole.unwrap_or(run))
        })
        .collect()
}

/// The leaves of imports that were used, and are not any more.
fn unused(analysis: &Analysis, file: FileId, edits: &[Edit]) -> Vec<Span> {
    let (text, outline, spans) = (analysis.text(file), analysis.outline(file), analysis.spans(file));
    let path = analysis.path(file);
    // Others import from there, and pytest takes fixtures.
    if ["__init__.py", "__init__.pyi", "conftest.py"].iter().any(|name| path.ends_with(name)) {
        return Vec::new();
    }
    let mut found: Vec<(Span, Option<Standing>)> = Vec::new();
    let parsed = analysis.parsed(file);
    for (import, &leaf) in outline.imports.iter().zip(&spans.imports) {
        let Some(name) = local_name(import) else { continue };
        let is_gone = |span: &Span| edits.iter().any(|edit| edit.span.contains(*span));
        if is_gone(&leaf) || !is_plain(import, outline.language, text, leaf) {
            continue;
        }
        let Some(own) = parsed.import_around(leaf) else { continue };
        let standing = parsed.standing(leaf);
        if outline.language == Language::Python && !may_go(text, import, standing) {
            continue;
        }
        let uses: Vec<Span> = words(text, name).filter(|span| !own.contains(*span)).collect();
        let is_written = edits.iter().any(|edit| words(&edit.text, name).next().is_some());
        let is_unused = !uses.is_empty() && uses.iter().all(is_gone) && !is_written;
        if is_unused && !is_lent(analysis, file, name) {
            found.push((leaf, standing.filter(|_| outline.language == Language::Python)));
        }
    }
    let would_be_empty = |of: &Standing| {
        let inside = found.iter().filter_map(|(_, standing)| standing.filter(|it| it.block == of.block));
        let gone: HashSet<u32> = inside.map(|it| it.statement.start).collect();
        of.is_conditional && gone.len() > of.others
    };
    let kept = found.iter().filter(|(_, standing)| !standing.as_ref().is_some_and(would_be_empty));
    kept.map(|&(leaf, _)| leaf).collect()
}

/// Whether an import of Python stands at the top of its file, or under the condition that only type checkers meet.
fn may_go(text: &str, import: &Import, standing: Option<Standing>) -> bool {
    let Some(Standing { block, is_conditional, .. }) = standing.filter(|_| import.enclosing.is_none()) else {
        return false;
    };
    let head = text[..block.start as usize].trim_end().rsplit('\n').next().unwrap_or_default();
    !is_conditional || (head.starts_with("if ") && head.trim_end_matches(':').ends_with("TYPE_CHECKING"))
}

/// The name that an import binds; none where that can't be told.
fn local_name(import: &Import) -> Option<&str> {
    if import.glob || import.alias.as_deref() == Some("_") {
        return None;
    }
    let first = import.path.first().filter(|_| import.name.is_none() && import.level == 0);
    import.alias.as_deref().or(import.name.as_deref()).or(first.map(String::as_str))
}

/// Whether an import is there for its name alone.
fn is_plain(import: &Import, language: Language, text: &str, leaf: Span) -> bool {
    let line = line_around(text, leaf);
    match language {
        Language::Python => {
            // `import a as a` lends it to others.
            let lends = import.alias.is_some()
                && import.alias.as_ref() == import.name.as_ref().or(import.path.last());
            import.path.first().is_none_or(|first| first != "__future__") && !lends && !line.contains('#')
        }
        Language::Rust => !import.reexport && !may_be_trait(import) && !line.contains("//"),
    }
}

fn line_around(text: &str, at: Span) -> &str {
    let start = text[..at.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let end = text[at.end as usize..].find('\n').map_or(text.len(), |found| at.end as usize + found);
    &text[start..end]
}

/// Types of the standard library that are no traits.
const TYPES: [&str; 38] = [
    "Arc",
    "AtomicBool",
    "AtomicI64",
    "AtomicU32",
    "AtomicU64",
    "AtomicUsize",
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "BufReader",
    "BufWriter",
    "Cell",
    "Child",
    "Command",
    "Cow",
    "Duration",
    "File",
    "HashMap",
    "HashSet",
    "Instant",
    "Mutex",
    "NonNull",
    "OnceLock",
    "Ordering",
    "OsStr",
    "OsString",
    "Path",
    "PathBuf",
    "PhantomData",
    "Pin",
    "Rc",
    "RefCell",
    "RwLock",
    "Stdio",
    "SystemTime",
    "VecDeque",
    "Waker",
    "Weak",
];

/// Whether an import may bring a trait, whose methods nobody names it for.
pub(super) fn may_be_trait(import: &Import) -> bool {
    let Some(name) = &import.name else { return true };
    let is_standard =
        import.path.first().is_some_and(|first| matches!(first.as_str(), "std" | "core" | "alloc"));
    let is_small = name.chars().next().is_some_and(char::is_lowercase);
    let is_constant =
        name.len() > 1 && name.chars().all(|c| c.is_uppercase() || c == '_' || c.is_ascii_digit());
    !(is_small || is_constant || (is_standard && TYPES.contains(&name.as_str())))
}

/// Whether another file may take a name from this one: it imports something of it and has the word.
fn is_lent(analysis: &Analysis, file: FileId, name: &str) -> bool {
    let named: HashSet<FileId> =
        files_to_read(analysis, name).into_iter().filter(|&other| other != file).collect();
    if named.is_empty() {
        return false;
    }
    match analysis.language(file) {
        // By the module's name alone: what it imports in turn leads elsewhere.
        Language::Python => {
            let stem = analysis.path(file).rsplit('/').next().and_then(|name| name.split('.').next());
            let is_it = |word: &String| Some(word.as_str()) == stem;
            named.iter().any(|&other| {
                let imports = &analysis.outline(other).imports;
                imports.iter().any(|import| import.path.iter().chain(&import.name).any(is_it))
            })
        }
        // What is private is seen from below, by names and by `super::*`.
        Language::Rust => {
            let is_near = |other: &FileId| {
                let imports = &analysis.outline(*other).imports;
                imports.iter().any(|import| {
                    let is_own = import
                        .path
                        .first()
                        .is_some_and(|first| matches!(first.as_str(), "super" | "crate" | "self"));
                    is_own && (import.glob || import.name.as_deref() == Some(name))
                })
            };
            named.iter().any(is_near)
        }
    }
}

#[cfg(test)]
mod tests {
    use backstory_syntax::LocalKey;
    use expect_test::{Expect, expect};

    use crate::refactor::{Request, edited, plan};
    use crate::tests::analysis;

    /// The first file without its symbol `name`.
    fn check(files: &[(&str, &str)], name: &str, expected: &Expect) {
        let analysis = analysis(files);
        let path = files[0].0;
        let file = analysis.file(path).unwrap();
        let outline = analysis.outline(file);
        let local = outline.ids().find(|&id| outline.definition(id).name == name).unwrap();
        let key: LocalKey = outline.key(local);
        let text = match plan(&analysis, &Request::Dead { path: path.to_owned(), key }, None) {
            Ok(plan) => edited(files[0].1, &plan.edits[0].edits),
            Err(why) => format!("{why}\n"),
        };
        expected.assert_eq(&text);
    }

    #[test]
    fn imports_that_only_the_dead_used() {
        let text = "\
import os
import re, sys
import json  # noqa
from typing import (
    Any,
    List,
)
import unused


def _dead(x: Any) -> None:
    os.sep, re, json, List


def live(x: List):
    return sys
";
        check(
            &[("app/a.py", text)],
            "_dead",
            &expect![[r#"
            import sys
            import json  # noqa
            from typing import (
                List,
            )
            import unused


            def live(x: List):
                return sys
        "#]],
        );
    }

    #[test]
    fn imports_that_others_take_from_here() {
        let text = "from b import helper\nfrom c import other\n\n\ndef _dead():\n    helper(), other()\n";
        let files = [("app/a.py", text), ("app/d.py", "from app.a import helper\n"), ("app/__init__.py", "")];
        check(
            &files,
            "_dead",
            &expect![[r#"
            from b import helper
        "#]],
        );
    }

    #[test]
    fn traits_stay() {
        let text = "\
use std::collections::HashMap;
use std::io::{self, Write, stdout};

fn dead(map: HashMap<u8, u8>) {
    let _: &dyn Write = &stdout();
}

pub fn live(mut out: impl io::Write) {
    out.flush();
}
";
        check(
            &[("src/lib.rs", text)],
            "dead",
            &expect![[r#"
            use std::io::{self, Write};

            pub fn live(mut out: impl io::Write) {
                out.flush();
            }
        "#]],
        );
    }
}
