//! Modules of a crate as the compiler nests them, and what is visible from where
//! (<https://doc.rust-lang.org/reference/visibility-and-privacy.html>). Never does: follow re-exports.

use backstory_analysis::{Analysis, DefId, FileId, module_item};
use backstory_syntax::{DefinitionKind, LocalId, Span};

/// A module with those around it, from the root of its crate on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Module {
    pub root: FileId,
    /// The items that declare them.
    pub items: Vec<DefId>,
    pub names: Vec<String>,
}

/// How far something can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Visibility {
    Everywhere,
    Crate,
    /// In a module and those inside of it.
    Within(Module),
}

/// A file lies in few directories.
const DEPTH: usize = 40;

/// The module that a file or an inline module is; `None` where no crate has the file.
pub(super) fn module(analysis: &Analysis, file: FileId, inline: Option<LocalId>) -> Option<Module> {
    let mut found = Vec::new();
    let mut at = (file, inline);
    for _ in 0..DEPTH {
        let mut next = at.1;
        while let Some(local) = next {
            let id = DefId { file: at.0, local };
            let definition = analysis.definition(id);
            if definition.kind == DefinitionKind::Module {
                found.push(id);
            }
            next = definition.parent;
        }
        match module_item(analysis, at.0) {
            Some(item) => {
                found.push(item);
                at = (item.file, analysis.definition(item).parent);
            }
            None => {
                if !is_root(analysis.path(at.0)) {
                    return None;
                }
                found.reverse();
                let names = found.iter().map(|&id| analysis.definition(id).name.clone()).collect();
                return Some(Module { root: at.0, items: found, names });
            }
        }
    }
    None
}

fn is_root(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    let directory = parts.next().unwrap_or_default();
    matches!(name, "lib.rs" | "main.rs") || matches!(directory, "tests" | "examples" | "benches" | "bin")
}

impl Module {
    pub(super) fn parent(&self) -> Option<Module> {
        let len = self.items.len().checked_sub(1)?;
        Some(Module { root: self.root, items: self.items[..len].to_vec(), names: self.names[..len].to_vec() })
    }

    /// Whether this is another module or inside of it.
    pub(super) fn is_within(&self, other: &Module) -> bool {
        self.root == other.root && self.items.starts_with(&other.items)
    }

    /// `crate::a::b`.
    pub(super) fn path(&self) -> String {
        std::iter::once("crate").chain(self.names.iter().map(String::as_str)).collect::<Vec<_>>().join("::")
    }

    /// Whether the path to this module can be written in another one.
    pub(super) fn is_seen_from(&self, analysis: &Analysis, user: &Module) -> bool {
        self.root == user.root
            && (0..self.items.len()).all(|at| {
                let around = Module {
                    root: self.root,
                    items: self.items[..at].to_vec(),
                    names: self.names[..at].to_vec(),
                };
                visibility(analysis, self.items[at], &around).reaches(user)
            })
    }
}

impl Visibility {
    pub(super) fn reaches(&self, user: &Module) -> bool {
        match self {
            Self::Everywhere | Self::Crate => true,
            Self::Within(module) => user.is_within(module),
        }
    }
}

/// How far an item or a member can be seen that stands in a module.
pub(super) fn visibility(analysis: &Analysis, id: DefId, around: &Module) -> Visibility {
    let text = analysis.text(id.file);
    let item = analysis.spans(id.file).definitions[id.local.index()].item;
    let (_, written) = written(text, item);
    let top = || Module { root: around.root, items: Vec::new(), names: Vec::new() };
    match written {
        "" | "pub(self)" => Visibility::Within(around.clone()),
        "pub" => Visibility::Everywhere,
        "pub(crate)" | "crate" => Visibility::Crate,
        "pub(super)" => Visibility::Within(around.parent().unwrap_or_else(top)),
        other => {
            let path = other.trim_start_matches("pub(in").trim_end_matches(')').trim();
            let parts: Vec<&str> = path.split("::").map(str::trim).collect();
            let depth = match parts.first() {
                Some(&"crate") => parts.len() - 1,
                Some(&"super") => around.items.len().saturating_sub(parts.len()),
                _ => around.items.len(),
            };
            let depth = depth.min(around.items.len());
            let (items, names) = (around.items[..depth].to_vec(), around.names[..depth].to_vec());
            Visibility::Within(Module { root: around.root, items, names })
        }
    }
}

/// The visibility that an item is written with: where it stands, and its words.
pub(super) fn written(text: &str, item: Span) -> (Span, &str) {
    let whole = item.of(text);
    let nothing = (Span { start: item.start, end: item.start }, "");
    let Some(rest) = whole.strip_prefix("pub") else { return nothing };
    let spaces = rest.len() - rest.trim_start().len();
    let inner = &rest[spaces..];
    let is_restricted = inner.starts_with('(')
        && ["(crate", "(super", "(self", "(in "].iter().any(|start| inner.starts_with(start));
    let length = match inner.find(')').filter(|_| is_restricted) {
        Some(end) => 3 + spaces + end + 1,
        None if rest.starts_with(|c: char| c.is_whitespace()) => 3,
        None => return nothing,
    };
    let span = Span { start: item.start, end: item.start + length as u32 };
    (span, span.of(text))
}
