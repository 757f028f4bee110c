//! Puts what the query found in relation: parents, keys, documentation, and what encloses imports. Never
//! does: anything beyond the one file.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::collect::{Collected, Draft, Piece};
use crate::python::{Container, Declared};
use crate::ranges::Innermost;
use crate::{Definition, DefinitionKind, DefinitionSpans, Import, Language, LocalId, Outline, Span, Spans};
use crate::{docs, python, text};

/// Facts of one file: what is there, and where. The lists of both halves have the same lengths and order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    pub outline: Outline,
    pub spans: Spans,
}

/// Relates what was found in a whole file.
pub(crate) fn relate(mut all: Collected, text: &str, language: Language) -> FileFacts {
    let pieces = docs::in_order(std::mem::take(&mut all.pieces));
    let mut found = define(std::mem::take(&mut all.definitions), &pieces, text, language);
    let file_docs = attach_inner_docs(&mut found, &pieces, text, language);
    let (imports, import_spans) = enclose_imports(all.imports, &found.spans);
    FileFacts {
        outline: Outline { language, docs: file_docs, definitions: found.definitions, imports },
        spans: Spans { definitions: found.spans, imports: import_spans },
    }
}

/// Definitions inside so many others are left out: the key of each names all that are around it, and nobody looks for them.
const DEPTH: usize = 100;

/// Definitions with their spans, in source order, outer ones first.
struct Defined {
    definitions: Vec<Definition>,
    spans: Vec<DefinitionSpans>,
}

fn define(drafts: Vec<Draft>, pieces: &[Piece], text: &str, language: Language) -> Defined {
    let mut drafts: Vec<_> = drafts.into_iter().map(|draft| with_lead(draft, pieces, text)).collect();
    drafts.sort_by_key(|(draft, _)| (draft.spans.full.start, Reverse(draft.spans.full.end)));
    let mut found =
        Defined { definitions: Vec::with_capacity(drafts.len()), spans: Vec::with_capacity(drafts.len()) };
    let mut names = Names::default();
    let mut open: Vec<usize> = Vec::new();
    for (draft, docs) in drafts {
        let full = draft.spans.full;
        while open.last().is_some_and(|&top| !found.spans[top].full.contains(full)) {
            open.pop();
        }
        if open.len() == DEPTH {
            continue;
        }
        let container = open.last().map(|&top| LocalId(top as u32));
        let Some((kind, parent)) = place(&draft, container, &found, language) else { continue };
        let Some(ordinal) = names.ordinal(kind, parent, &draft, language) else { continue };
        if contains_others(kind, language) {
            open.push(found.definitions.len());
        }
        let parent_definition = parent.map(|id| &found.definitions[id.index()]);
        found.spans.push(draft.spans);
        found.definitions.push(Definition {
            kind,
            parent,
            ordinal,
            signature: docs::signature(pieces, &draft, text),
            docs,
            public: draft.public
                || parent_definition.is_some_and(|it| it.public && lends_visibility(it.kind)),
            name: draft.name,
            implemented: draft.implemented,
        });
        names.enter(&found);
    }
    found
}

fn with_lead(mut draft: Draft, pieces: &[Piece], text: &str) -> (Draft, String) {
    let lead = docs::lead(pieces, draft.spans.item, text);
    draft.spans.full.start = lead.start;
    draft.spans.docs = lead.docs;
    (draft, lead.text)
}

/// Whether definitions inside count as its parts. In `a = b = 1` of Python, `b` stands inside the assignment to `a`.
fn contains_others(kind: DefinitionKind, language: Language) -> bool {
    let is_assigned = matches!(kind, DefinitionKind::Constant | DefinitionKind::Field);
    language == Language::Rust || !is_assigned
}

/// Variants and the items of a trait are as public as their enum or trait.
fn lends_visibility(kind: DefinitionKind) -> bool {
    matches!(kind, DefinitionKind::Enum | DefinitionKind::Trait)
}

/// The kind and the parent of a draft, given what contains it; `None` where it declares nothing.
fn place(
    draft: &Draft,
    container: Option<LocalId>,
    found: &Defined,
    language: Language,
) -> Option<(DefinitionKind, Option<LocalId>)> {
    let around = container.map(|id| &found.definitions[id.index()]);
    match language {
        Language::Rust => {
            let in_type =
                around.is_some_and(|it| matches!(it.kind, DefinitionKind::Impl | DefinitionKind::Trait));
            let is_method = draft.kind == DefinitionKind::Function && in_type;
            Some((if is_method { DefinitionKind::Method } else { draft.kind }, container))
        }
        Language::Python => {
            let around = around.map(|it| (Container { kind: it.kind, name: &it.name }, it.parent));
            match python::kind_in(draft.kind, around.map(|(it, _)| it))? {
                Declared::Inside(kind) => Some((kind, container)),
                Declared::Beside(kind) => Some((kind, around.and_then(|(_, parent)| parent))),
            }
        }
    }
}

/// Counts names within containers. Two containers of the same name count as one, as they do in a [`crate::LocalKey`].
#[derive(Default)]
struct Names {
    /// Container paths by their parent path and last part; numbers start at 1, the file's own path is 0.
    paths: HashMap<(u32, String), u32>,
    /// The path that each definition is, as a container.
    path_of: Vec<u32>,
    count: HashMap<(DefinitionKind, u32, String), u32>,
    declared: HashSet<(u32, String)>,
}

impl Names {
    /// The number of earlier definitions of this kind, container and name; `None` for what assigns to a name of Python
    /// that is declared already.
    fn ordinal(
        &mut self,
        kind: DefinitionKind,
        parent: Option<LocalId>,
        draft: &Draft,
        language: Language,
    ) -> Option<u32> {
        let path = parent.map_or(0, |id| self.path_of[id.index()]);
        let assigned = matches!(kind, DefinitionKind::Constant | DefinitionKind::Field);
        if language == Language::Python && !self.declared.insert((path, draft.name.clone())) && assigned {
            return None;
        }
        let key = (kind, path, crate::outline::display_name(&draft.name, draft.implemented.as_deref()));
        let count = self.count.entry(key).or_default();
        *count += 1;
        Some(*count - 1)
    }

    /// Makes the last definition a container.
    fn enter(&mut self, found: &Defined) {
        let Some(definition) = found.definitions.last() else { return };
        let parent = definition.parent.map_or(0, |id| self.path_of[id.index()]);
        let next = self.paths.len() as u32 + 1;
        self.path_of.push(*self.paths.entry((parent, definition.display_name())).or_insert(next));
    }
}

/// Gives documentation that stands inside a definition to it, and returns the file's own.
fn attach_inner_docs(found: &mut Defined, pieces: &[Piece], text: &str, language: Language) -> String {
    let mut file_docs = Vec::new();
    let mut docs_of: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let fulls: Vec<_> = found.spans.iter().map(|it| it.full).collect();
    let mut innermost = Innermost::new(fulls.into_iter().enumerate());
    for piece in pieces {
        let Some(words) = docs::inner_text(piece, text, language) else { continue };
        let Some((index, _)) = innermost.at(piece.span.start) else {
            file_docs.push(words);
            continue;
        };
        let spans = &mut found.spans[index];
        match &mut spans.docs {
            Some(docs) if docs.start >= spans.item.start => docs.end = piece.span.end,
            Some(_) => {}
            none => *none = Some(piece.span),
        }
        docs_of.entry(index).or_default().push(words);
    }
    for (index, inner) in docs_of {
        let docs = &mut found.definitions[index].docs;
        *docs = joined(std::iter::once(std::mem::take(docs)).chain(inner));
    }
    joined(file_docs)
}

fn joined(paragraphs: impl IntoIterator<Item = String>) -> String {
    let all = paragraphs.into_iter().collect::<Vec<_>>().join("\n");
    text::trim_lines(all.lines())
}

fn enclose_imports(
    mut imports: Vec<(Import, Span)>,
    definitions: &[DefinitionSpans],
) -> (Vec<Import>, Vec<Span>) {
    imports.sort_by_key(|(_, span)| span.start);
    let mut innermost = Innermost::new(definitions.iter().map(|it| it.full).enumerate());
    for (import, span) in &mut imports {
        import.enclosing = innermost.at(span.start).map(|(index, _)| LocalId(index as u32));
    }
    imports.into_iter().unzip()
}
