//! New imports of Python where people expect them: in a statement that takes names from the module already, else in the group and at the place
//! that sorted imports give. Never does: sort what is there.

use std::collections::BTreeMap;

use backstory_analysis::{Analysis, FileId, import_base, module_path};
use backstory_syntax::{Import, Language, Span};

use super::cycles::{checks_types, is_for_checkers};
use super::names::is_standard;
use crate::refactor::lines::{is_blank, line_start, newline, next_line};
use crate::refactor::{Edit, Mark};

/// A name that a file has to import.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct New {
    /// As it is written, with the dots of a relative one.
    pub module: String,
    /// What is taken from it; the module itself where there is none.
    pub name: Option<String>,
    pub alias: Option<String>,
    /// Only type checkers need it.
    pub for_checkers: bool,
    pub mark: Mark,
}

impl New {
    fn leaf(&self) -> String {
        let name = self.name.as_deref().unwrap_or(&self.module);
        self.alias.as_ref().map_or_else(|| name.to_owned(), |alias| format!("{name} as {alias}"))
    }
}

/// How a file names a module: relatively, or from the top.
pub(super) fn written(analysis: &Analysis, file: FileId, module: FileId, is_relative: bool) -> String {
    let full = module_path(analysis, module);
    if !is_relative {
        return full;
    }
    let own = module_path(analysis, file);
    let mut own: Vec<&str> = own.split('.').collect();
    if !is_package(analysis.path(file)) {
        own.pop();
    }
    let parts: Vec<&str> = full.split('.').collect();
    let common = own.iter().zip(&parts).take_while(|(a, b)| a == b).count();
    if common == 0 {
        return full;
    }
    format!("{}{}", ".".repeat(own.len() - common + 1), parts[common..].join("."))
}

/// Whether a file imports from its own package relatively; `None` where it imports nothing of it.
pub(super) fn is_relative(analysis: &Analysis, file: FileId) -> Option<bool> {
    let own = module_path(analysis, file);
    let top = own.split('.').next().unwrap_or_default();
    let mut counts = [0, 0];
    for import in &analysis.outline(file).imports {
        if import.level > 0 {
            counts[1] += 1;
        } else if import.path.first().is_some_and(|first| first == top) {
            counts[0] += 1;
        }
    }
    (counts != [0, 0]).then_some(counts[1] >= counts[0])
}

pub(super) fn is_package(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("__init__.py" | "__init__.pyi"))
}

/// The import as its statement names its module.
pub(super) fn module_of(import: &Import) -> String {
    format!("{}{}", ".".repeat(import.level as usize), import.path.join("."))
}

/// An import statement, with the leaves of what it imports.
struct Statement {
    span: Span,
    /// Indices of its imports.
    imports: Vec<usize>,
    /// The block that it stands in, and whether that is a branch.
    block: Span,
    is_conditional: bool,
}

fn statements(analysis: &Analysis, file: FileId) -> Vec<Statement> {
    let parsed = analysis.parsed(file);
    let mut found: Vec<Statement> = Vec::new();
    let outline = analysis.outline(file);
    for (at, &leaf) in analysis.spans(file).imports.iter().enumerate() {
        if outline.imports[at].enclosing.is_some() {
            continue;
        }
        if let Some(last) = found.last_mut().filter(|last| last.span.contains(leaf)) {
            last.imports.push(at);
            continue;
        }
        let (Some(span), Some(standing)) = (parsed.import_around(leaf), parsed.standing(leaf)) else {
            continue;
        };
        let (block, is_conditional) = (standing.block, standing.is_conditional);
        found.push(Statement { span, imports: vec![at], block, is_conditional });
    }
    found
}

/// The edits that give a file some imports. Statements that other edits meet are left alone.
pub(super) fn add(analysis: &Analysis, file: FileId, new: &[New], edited: &[Span]) -> Vec<Edit> {
    let mut new: Vec<New> = new.to_vec();
    let text = analysis.text(file);
    let statements = statements(analysis, file);
    let meets = |span: Span| edited.iter().any(|it| it.start < span.end && span.start < it.end);
    let mut edits: Vec<Edit> = Vec::new();
    let imports = &analysis.outline(file).imports;
    let has_checking = imports.iter().any(|it| it.name.as_deref() == Some("TYPE_CHECKING"));
    if new.iter().any(|it| it.for_checkers) && !has_checking {
        let module = "typing".to_owned();
        let name = Some("TYPE_CHECKING".to_owned());
        new.push(New { module, name, alias: None, for_checkers: false, mark: Mark::Certain });
    }
    new.sort();
    new.dedup();
    let mut groups: BTreeMap<(bool, String), Vec<New>> = BTreeMap::new();
    for it in new {
        // `import a` has a statement for itself, and so has what is lent.
        let own = if it.name.is_none() || it.mark == Mark::Reexport { it.leaf() } else { String::new() };
        groups.entry((it.for_checkers, format!("{} {own}", it.module))).or_default().push(it);
    }
    // Those that come to stand at one place, in the order of sorted imports.
    let mut groups: Vec<((bool, String), Vec<New>)> = groups.into_iter().collect();
    groups.sort_by_cached_key(|((for_checkers, _), group)| {
        (*for_checkers, rank_and_key(analysis, file, &group[0].module, group[0].name.is_some()))
    });
    for ((for_checkers, _), group) in groups {
        let is_mergeable = |it: &&Statement| {
            let import = &analysis.outline(file).imports[it.imports[0]];
            let fits = if for_checkers {
                it.is_conditional && checks_types(text, it.block)
            } else {
                !it.is_conditional
            };
            fits && !meets(it.span)
                && group[0].name.is_some()
                && group[0].mark != Mark::Reexport
                && import.name.is_some()
                && module_of(import) == group[0].module
        };
        let merged = statements.iter().find(is_mergeable).and_then(|it| merged(analysis, file, it, &group));
        match merged {
            Some(merged) => edits.extend(merged),
            None => edits.push(alone(analysis, file, &statements, &group, for_checkers, edited)),
        }
    }
    joined(edits)
}

/// Insertions at one place as one, in order.
fn joined(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|edit| edit.span.start);
    edits
}

/// More names in a statement that is there. `None` where it has comments between them, or would become too long.
fn merged(analysis: &Analysis, file: FileId, statement: &Statement, new: &[New]) -> Option<Vec<Edit>> {
    let text = analysis.text(file);
    let outline = analysis.outline(file);
    let leaves: Vec<(String, Span)> = statement.imports.iter().map(|&at| entry(analysis, file, at)).collect();
    let (_, first) = leaves.first()?;
    let (_, last) = leaves.last()?;
    let whole = statement.span.of(text);
    if whole.contains('#') || whole.contains('\\') || outline.imports[statement.imports[0]].glob {
        return None;
    }
    let is_tall = text
        [first.start as usize - (first.start - statement.span.start) as usize..last.end as usize]
        .contains('\n');
    let is_sorted = leaves.windows(2).all(|pair| key(&pair[0].0) <= key(&pair[1].0));
    let mut edits: Vec<Edit> = Vec::new();
    let mut grown = 0;
    for it in new {
        let leaf = it.leaf();
        let behind = leaves.iter().find(|(name, _)| is_sorted && key(name) > key(&leaf));
        let indent_at = |at: u32| {
            let start = line_start(text, at as usize);
            let line = &text[start..at as usize];
            line.trim().is_empty().then(|| line.to_owned())
        };
        grown += leaf.len() + 2;
        let (at, new_text) = match (behind, is_tall) {
            (Some((_, next)), true) => match indent_at(next.start) {
                Some(indent) => (next.start, format!("{leaf},{}{indent}", newline(text))),
                None => (next.start, format!("{leaf}, ")),
            },
            (Some((_, next)), false) => (next.start, format!("{leaf}, ")),
            (None, true) => match indent_at(last.start) {
                Some(indent) => (last.end, format!(",{}{indent}{leaf}", newline(text))),
                None => (last.end, format!(", {leaf}")),
            },
            (None, false) => (last.end, format!(", {leaf}")),
        };
        edits.push(Edit { span: Span { start: at, end: at }, text: new_text, mark: it.mark });
    }
    let line =
        next_line(text, statement.span.start as usize) - line_start(text, statement.span.start as usize);
    (is_tall || line + grown <= WIDTH).then_some(edits)
}

/// A line of imports is not made longer than this.
const WIDTH: usize = 89;

/// An entry of an import list with its alias.
fn entry(analysis: &Analysis, file: FileId, at: usize) -> (String, Span) {
    let (text, leaf) = (analysis.text(file), analysis.spans(file).imports[at]);
    let import = &analysis.outline(file).imports[at];
    let end = match &import.alias {
        Some(alias) => text[leaf.end as usize..]
            .find(alias.as_str())
            .map_or(leaf.end, |found| leaf.end + (found + alias.len()) as u32),
        None => leaf.end,
    };
    (import.name.clone().unwrap_or_default(), Span { end, ..leaf })
}

/// The order of names: as most sorters have it, without a look at case.
fn key(name: &str) -> String {
    name.split(" as ").next().unwrap_or(name).to_lowercase()
}

/// A statement of its own.
fn alone(
    analysis: &Analysis,
    file: FileId,
    statements: &[Statement],
    group: &[New],
    for_checkers: bool,
    edited: &[Span],
) -> Edit {
    let text = analysis.text(file);
    let line = rendered(group);
    let newline = newline(text);
    let at_top: Vec<&Statement> = head(analysis, file, statements);
    let inserted = |at: usize, new: String| {
        // Never in the middle of what another edit takes away.
        let around = edited.iter().find(|it| (it.start as usize) < at && at < it.end as usize);
        let is_top = |it: &&Span| is_blank(&text[..it.start as usize]);
        let at = around.map_or(at as u32, |it| if is_top(&it) { it.start } else { it.end });
        Edit { span: Span { start: at, end: at }, text: new, mark: group[0].mark }
    };
    if for_checkers {
        let inside = statements.iter().rfind(|it| it.is_conditional && checks_types(text, it.block));
        if let Some(last) = inside {
            let start = line_start(text, last.span.start as usize);
            let indent: String = text[start..].chars().take_while(|c| *c == ' ' || *c == '\t').collect();
            return inserted(next_line(text, last.span.end as usize), format!("{indent}{line}{newline}"));
        }
        let block = format!("{newline}if TYPE_CHECKING:{newline}    {line}{newline}");
        let at =
            at_top.last().map_or_else(|| top(analysis, file), |it| next_line(text, it.span.end as usize));
        return inserted(at, block);
    }
    let own = rank_and_key(analysis, file, &group[0].module, group[0].name.is_some());
    let keyed: Vec<(&Statement, Key)> = at_top
        .into_iter()
        .map(|it| {
            let import = &analysis.outline(file).imports[it.imports[0]];
            let is_from = import.name.is_some() || import.glob;
            (it, rank_and_key(analysis, file, &module_of(import), is_from))
        })
        .collect();
    let behind = |it: &Statement| next_line(text, it.span.end as usize);
    let before = |it: &Statement| line_start(text, it.span.start as usize);
    let has_end = |at: usize| at == 0 || text[..at].ends_with(['\n', '\u{feff}']);
    let with_break = |at: usize, new: String| if has_end(at) { new } else { format!("{newline}{new}") };
    let same = |of: &Key| of.0 == own.0;
    if let Some((last, _)) = keyed.iter().rfind(|(_, of)| same(of) && *of <= own) {
        let at = behind(last);
        return inserted(at, with_break(at, format!("{line}{newline}")));
    }
    if let Some((first, _)) = keyed.iter().find(|(_, of)| same(of)) {
        return inserted(before(first), format!("{line}{newline}"));
    }
    if let Some((last, _)) = keyed.iter().rfind(|(_, of)| of.0 < own.0) {
        let at = behind(last);
        let is_followed = keyed.iter().any(|(it, _)| {
            it.span.start as usize >= at
                && text[at..it.span.start as usize].trim().is_empty()
                && !text[at..it.span.start as usize].contains('\n')
        });
        let end = if is_followed { newline } else { "" };
        return inserted(at, with_break(at, format!("{newline}{line}{newline}{end}")));
    }
    match keyed.iter().find(|(_, of)| of.0 > own.0) {
        Some((first, _)) => inserted(before(first), format!("{line}{newline}{newline}")),
        None => {
            let at = top(analysis, file);
            let is_first = text[..at].trim_start_matches('\u{feff}').is_empty();
            let gap = if is_first { "" } else { newline };
            let rest = if text[at..].trim().is_empty() || text[at..].starts_with(['\n', '\r']) {
                ""
            } else {
                newline
            };
            inserted(at, with_break(at, format!("{gap}{line}{newline}{rest}")))
        }
    }
}

fn rendered(group: &[New]) -> String {
    match &group[0].name {
        None => format!("import {}", group[0].leaf()),
        Some(_) => {
            let leaves: Vec<String> = group.iter().map(New::leaf).collect();
            let noqa = if group[0].mark == Mark::Reexport && group[0].alias.is_none() {
                "  # noqa: F401"
            } else {
                ""
            };
            format!("from {} import {}{noqa}", group[0].module, leaves.join(", "))
        }
    }
}

/// The import statements at the top of a file: those before its first definition, without those of branches.
fn head<'a>(analysis: &Analysis, file: FileId, statements: &'a [Statement]) -> Vec<&'a Statement> {
    use backstory_syntax::DefinitionKind as Kind;
    let outline = analysis.outline(file);
    let is_item = |kind: Kind| matches!(kind, Kind::Function | Kind::Class);
    let first = outline
        .ids()
        .find(|&id| is_item(outline.definition(id).kind))
        .map_or(u32::MAX, |id| analysis.spans(file).definitions[id.index()].full.start);
    statements.iter().filter(|it| !it.is_conditional && it.span.start < first).collect()
}

type Key = (u8, bool, String);

/// Where sorted imports have a module: the future, the standard library, others, the own package, relative ones.
fn rank_and_key(analysis: &Analysis, file: FileId, module: &str, is_from: bool) -> Key {
    let own = module_path(analysis, file);
    let top = own.split('.').next().unwrap_or_default();
    let first = module.split('.').next().unwrap_or_default();
    let rank = match first {
        "" => 4,
        "__future__" => 0,
        _ if first == top => 3,
        _ if is_standard(first) => 1,
        _ => 2,
    };
    // Of relative ones those from further away come first.
    let dots = module.len() - module.trim_start_matches('.').len();
    (rank, is_from, format!("{:02}{}", 99 - dots.min(99), module.trim_start_matches('.').to_lowercase()))
}

/// Where the first statement of a file could stand: behind its documentation and the comments before that.
pub(super) fn top(analysis: &Analysis, file: FileId) -> usize {
    let text = analysis.text(file);
    let parsed = analysis.parsed(file);
    let mut at = 0;
    if text.starts_with('\u{feff}') {
        at = '\u{feff}'.len_utf8();
    }
    loop {
        let line = &text[at..next_line(text, at)];
        let is_comment = line.trim_start().starts_with('#');
        if line.is_empty() || !(is_comment || line.trim().is_empty()) {
            break;
        }
        let rest = &text[next_line(text, at)..];
        if line.trim().is_empty() && !rest.trim_start().starts_with(['#', '"', '\'', 'r']) {
            break;
        }
        at = next_line(text, at);
    }
    let whole = Span { start: at as u32, end: text.len() as u32 };
    let first = parsed.tokens(text, whole).into_iter().next();
    let docs = first.filter(|it| it.kind == backstory_syntax::TokenKind::Docs);
    docs.map_or(at, |docs| next_line(text, docs.span.end as usize))
}

/// The import that a file's top level binds under a name alone and for sure, by its index.
pub(super) fn plainly_imported(analysis: &Analysis, file: FileId, name: &str) -> Vec<u32> {
    use backstory_syntax::{BindingKind, ScopeId};
    let code = analysis.code(file);
    let bound = code.find_name(name).map_or(&[][..], |name| code.bound_plainly(ScopeId(0), name));
    bound
        .iter()
        .filter_map(|&id| match code.binding(id).kind {
            BindingKind::Import(index) => Some(index),
            _ => None,
        })
        .collect()
}

/// What an import brings, however it is written: the full name of its module, and what is taken from that.
pub(super) fn identity(analysis: &Analysis, file: FileId, index: u32) -> (String, Option<String>) {
    let import = &analysis.outline(file).imports[index as usize];
    let module = match import_base(analysis, file, index) {
        Some((base, _)) if analysis.language(base) == Language::Python => module_path(analysis, base),
        _ if import.level == 0 => import.path.join("."),
        _ => {
            let own = module_path(analysis, file);
            let mut parts: Vec<&str> = own.split('.').collect();
            let up = import.level as usize - usize::from(is_package(analysis.path(file)));
            parts.truncate(parts.len().saturating_sub(up));
            parts.extend(import.path.iter().map(String::as_str));
            parts.join(".")
        }
    };
    (module, import.name.clone())
}

/// Whether an import stands at the top level, unconditionally.
pub(super) fn is_plain(analysis: &Analysis, file: FileId, index: u32) -> bool {
    let leaf = analysis.spans(file).imports[index as usize];
    let standing = analysis.parsed(file).standing(leaf);
    analysis.outline(file).imports[index as usize].enclosing.is_none()
        && standing.is_some_and(|it| !it.is_conditional)
}

/// Whether it is one for type checkers.
pub(super) fn is_checked(analysis: &Analysis, file: FileId, index: u32) -> bool {
    is_for_checkers(analysis, file, analysis.spans(file).imports[index as usize])
}
