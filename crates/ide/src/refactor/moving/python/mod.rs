//! Moves in Python. Never does: change what is imported when, but for the moved item itself.

mod cycles;
mod imports;
mod names;
mod needs;
mod users;

use std::collections::BTreeMap;

use backstory_analysis::{Analysis, FileId, has_tests, module_path};
use backstory_syntax::{BindingKind, DefinitionKind, Expr, ScopeKind, Span, TokenKind};

use super::{Moved, Moving, NotMoved, counts, place};
use crate::lens::counted;
use crate::refactor::dead::entry::is_run_by_tests;
use crate::refactor::{Edit, Mark, lines, mentions, tidy};
use cycles::Loading;
use imports::{New, is_relative, written};
use needs::{Needs, needs};
use users::{Users, users};

pub(super) fn moved(moving: &Moving<'_>) -> Result<Moved, NotMoved> {
    check_item(moving)?;
    check_modules(moving)?;
    let spans = moving.analysis.spans(moving.from()).definitions[moving.id.local.index()];
    let part = moving.lines(spans.item, spans.full)?;
    let needs = needs(moving, part)?;
    let users = users(moving, part)?;
    check_taken(moving)?;
    check_annotations(moving, part)?;
    check_named(moving, part)?;
    let is_lent = lends(moving, &users)?;
    if !is_lent && !users.is_used_in_old && users.loading.is_empty() {
        check_effect(moving)?;
    }
    let of_old = is_lent || users.is_used_in_old;
    let mut new: Vec<(FileId, FileId)> = users.loading.iter().map(|&file| (file, moving.to)).collect();
    if of_old {
        new.push((moving.from(), moving.to));
    }
    if !needs.of_old.is_empty() {
        new.push((moving.to, moving.from()));
    }
    new.extend(needs.modules.iter().map(|&module| (moving.to, module)));
    Loading::new(moving, &new).check()?;
    written_out(moving, part, needs, users, is_lent)
}

fn check_item(moving: &Moving<'_>) -> Result<(), NotMoved> {
    use DefinitionKind as Kind;
    let name = moving.name();
    if !matches!(moving.definition.kind, Kind::Function | Kind::Class | Kind::Constant)
        || name.starts_with("__")
    {
        return Err(NotMoved::Kind);
    }
    let path = moving.analysis.path(moving.from());
    let file = path.rsplit('/').next().unwrap_or(path);
    let is_named = is_run_by_tests(name, moving.definition.kind).is_some();
    if file == "conftest.py" || (has_tests(path) && is_named) {
        return Err(NotMoved::Found);
    }
    let code = moving.analysis.code(moving.from());
    let item = code.item(moving.id.local);
    let is_fixture = item.is_some_and(|item| {
        code.list(item.decorators).any(|it| plain_word(code, it).is_some_and(|word| word == "fixture"))
    });
    if is_fixture { Err(NotMoved::Found) } else { Ok(()) }
}

/// The last word of a decorator, whatever it is called with.
fn plain_word(code: &backstory_syntax::Code, id: backstory_syntax::ExprId) -> Option<&str> {
    match code.expr(id) {
        Expr::Call { callee, .. } => plain_word(code, callee),
        _ => code.word(id).map(|word| code.name(word)),
    }
}

/// Both files have to be modules of one package.
fn check_modules(moving: &Moving<'_>) -> Result<(), NotMoved> {
    let analysis = moving.analysis;
    let path = analysis.path(moving.to);
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_module = path.ends_with(".py") && !matches!(name, "__main__.py" | "conftest.py" | "setup.py");
    if !is_module || !analysis.path(moving.from()).ends_with(".py") {
        return Err(NotMoved::NoModule { path: path.to_owned() });
    }
    let (from, to) = (module_path(analysis, moving.from()), module_path(analysis, moving.to));
    let top = |module: &str| module.split('.').next().unwrap_or_default().to_owned();
    let is_dotted = from.contains('.') || to.contains('.');
    let root = |file: FileId, module: &str| {
        let path = analysis.path(file);
        let depth = module.split('.').count() + usize::from(imports::is_package(path));
        let parts: Vec<&str> = path.split('/').collect();
        parts[..parts.len().saturating_sub(depth)].join("/")
    };
    if !is_dotted || top(&from) != top(&to) || root(moving.from(), &from) != root(moving.to, &to) {
        return Err(NotMoved::Foreign { path: path.to_owned() });
    }
    // A stub says the same again, and has to be edited by hand.
    for file in [moving.from(), moving.to] {
        let stub = format!("{}i", analysis.path(file));
        if analysis.file(&stub).is_some() {
            return Err(NotMoved::NoModule { path: stub });
        }
    }
    Ok(())
}

/// The target may have the name from the old module alone.
fn check_taken(moving: &Moving<'_>) -> Result<(), NotMoved> {
    let (analysis, to) = (moving.analysis, moving.to);
    let code = analysis.code(to);
    let bound = code
        .find_name(moving.name())
        .map_or(&[][..], |it| code.bound_plainly(backstory_syntax::ScopeId(0), it));
    let own = (module_path(analysis, moving.from()), Some(moving.name().to_owned()));
    let is_other = |id: &&backstory_syntax::BindingId| match code.binding(**id).kind {
        BindingKind::Import(index) => imports::identity(analysis, to, index) != own,
        _ => true,
    };
    if let Some(&other) = bound.iter().find(is_other) {
        return Err(needs::taken(moving, moving.name(), code.binding(other).span));
    }
    // It would hide a name that everybody has.
    let is_hidden = names::is_builtin(moving.name()) && code.find_name(moving.name()).is_some();
    let first = code.find_name(moving.name()).and_then(|word| {
        code.ids().find(|&id| matches!(code.expr(id), Expr::Name { name, .. } if name == word))
    });
    match first.and_then(|id| code.start(id)).filter(|_| is_hidden) {
        Some(start) => Err(needs::taken(moving, moving.name(), Span { start, end: start })),
        None => Ok(()),
    }
}

/// `from __future__ import annotations` may stand in one of the files alone only where it makes no difference.
fn check_annotations(moving: &Moving<'_>, part: Span) -> Result<(), NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let is_late = |file| {
        let imports = &analysis.outline(file).imports;
        imports.iter().any(|it| {
            it.path.first().is_some_and(|first| first == "__future__")
                && it.name.as_deref() == Some("annotations")
        })
    };
    if !is_late(from) || is_late(moving.to) {
        return Ok(());
    }
    let code = analysis.code(from);
    let has = code.binding_ids().map(|id| code.binding(id)).any(|it| {
        part.contains(it.span)
            && matches!(
                it.kind,
                BindingKind::Parameter { annotation: Some(_), .. }
                    | BindingKind::Variable { annotation: Some(_), .. }
                    | BindingKind::Attribute { annotation: Some(_), .. }
            )
    });
    let spans = &analysis.spans(from).definitions;
    let returns = code
        .items()
        .iter()
        .any(|it| it.annotation.is_some() && part.contains(spans[it.definition.index()].item));
    match has || returns {
        true => Err(NotMoved::Annotations { path: analysis.path(moving.to).to_owned() }),
        false => Ok(()),
    }
}

/// Strings that name it by its module, as those who patch it do, would miss it.
fn check_named(moving: &Moving<'_>, part: Span) -> Result<(), NotMoved> {
    let analysis = moving.analysis;
    let module = module_path(analysis, moving.from());
    let last = module.rsplit('.').next().unwrap_or(&module).to_owned();
    for file in backstory_analysis::files_to_read(analysis, moving.name()) {
        let text = analysis.text(file);
        let found: Vec<Span> = mentions::words(text, moving.name()).collect();
        let quoted = |span: &Span| {
            let before = &text[..span.start as usize];
            let is_path = before.ends_with(&format!("{last}.")) || before.ends_with(&format!("{last}:"));
            let is_end = text[span.end as usize..].starts_with(['"', '\'', '.']);
            // `setattr(old, "name", ..)`
            let is_whole =
                before.ends_with(['"', '\'']) && text[span.end as usize..].starts_with(['"', '\'']);
            let line = &text[lines::line_start(text, span.start as usize)..span.start as usize];
            let is_set = line.contains("setattr") || line.contains("patch") || line.contains("getattr");
            (is_path && is_end) || (is_whole && is_set && line.contains(&last))
        };
        let suspects: Vec<Span> = found.into_iter().filter(quoted).collect();
        if suspects.is_empty() || file == moving.from() && suspects.iter().all(|it| part.contains(*it)) {
            continue;
        }
        let tokens = analysis.parsed(file).tokens(text, Span { start: 0, end: text.len() as u32 });
        let is_string =
            |span: &Span| tokens.iter().any(|it| it.kind == TokenKind::String && it.span.contains(*span));
        if let Some(at) = suspects.iter().find(|it| is_string(it)) {
            let path = analysis.path(file).to_owned();
            return Err(NotMoved::Named { path, line: moving.line(file, at.start) });
        }
    }
    Ok(())
}

/// Whether its old module goes on lending it.
fn lends(moving: &Moving<'_>, users: &Users) -> Result<bool, NotMoved> {
    let why_left = || users.why_left.clone();
    match moving.reexport {
        Some(true) => Ok(true),
        Some(false) => why_left().map_or(Ok(false), Err),
        None => Ok(is_public(moving) || users.why_left.is_some()),
    }
}

/// Whether code that is not here may import it from its old module.
fn is_public(moving: &Moving<'_>) -> bool {
    let analysis = moving.analysis;
    let module = module_path(analysis, moving.from());
    let is_private = |part: &str| part.starts_with('_') && !part.starts_with("__");
    let path = analysis.path(moving.from());
    let is_aside = path.split('/').any(|part| {
        matches!(
            part,
            "tests" | "test" | "docs" | "doc" | "examples" | "benches" | "benchmarks" | "scripts" | "tools"
        )
    });
    let listed = analysis.code(moving.from()).exports(moving.name());
    moving.definition.public && listed != Some(false) && !is_aside && !module.split('.').any(is_private)
}

/// What runs when it is declared may be the point of it.
fn check_effect(moving: &Moving<'_>) -> Result<(), NotMoved> {
    let code = moving.analysis.code(moving.from());
    let Some(item) = code.item(moving.id.local) else { return Ok(()) };
    let is_known = |id| plain_word(code, id).is_some_and(|word| PURE.contains(&word));
    if code.list(item.decorators).all(is_known) { Ok(()) } else { Err(NotMoved::Effect) }
}

/// Decorators that do nothing but to what they decorate.
const PURE: [&str; 24] = [
    "abstractmethod",
    "asynccontextmanager",
    "attrs",
    "cache",
    "cached_property",
    "classmethod",
    "contextmanager",
    "dataclass",
    "define",
    "deprecated",
    "final",
    "frozen",
    "lru_cache",
    "mutable",
    "no_type_check",
    "overload",
    "property",
    "runtime_checkable",
    "s",
    "staticmethod",
    "total_ordering",
    "unique",
    "wraps",
    "trait",
];

/// All edits.
fn written_out(
    moving: &Moving<'_>,
    part: Span,
    needs: Needs,
    users: Users,
    is_lent: bool,
) -> Result<Moved, NotMoved> {
    let (analysis, from, to) = (moving.analysis, moving.from(), moving.to);
    let mut edits = users.edits;
    let mut notes = Vec::new();
    notes.extend(counts(&with_imports(&edits, &users.imports), moving));
    // The target.
    let mut item = crate::refactor::edited_part(analysis.text(from), part, &needs.rewrites);
    item = place::in_style_of(analysis.text(to), &item);
    let at = position(moving, &users.in_target)?;
    let own: Vec<Span> = edits.iter().filter(|(file, _)| *file == to).map(|(_, edit)| edit.span).collect();
    edits.extend(imports::add(analysis, to, &needs.imports, &own).into_iter().map(|edit| (to, edit)));
    edits.push((to, place::insert(analysis.text(to), at, &item, backstory_syntax::Language::Python)));
    if users.listed.is_some() {
        edits.extend(listed(analysis, to, moving.name()).map(|edit| (to, edit)));
    }
    // The old module.
    let gone = lines::with_blank_lines(analysis.text(from), part, backstory_syntax::Language::Python);
    let mut old = vec![Edit::deletes(gone, Mark::Certain)];
    let mut gone: Vec<Span> = vec![gone];
    if let Some(at) = users.listed.filter(|_| !is_lent) {
        if users.is_used_in_old {
            return Err(moving.used(from, at.start));
        }
        let span = unlisted(analysis.text(from), at).ok_or_else(|| moving.used(from, at.start))?;
        old.push(Edit::deletes(span, Mark::Certain));
        gone.push(span);
    }
    if is_lent || users.is_used_in_old {
        let is_only_lent = !users.is_used_in_old;
        let is_explicit = is_only_lent && users.listed.is_none();
        let relative = is_relative(analysis, from).or_else(|| is_relative(analysis, to)).unwrap_or(false);
        let new = New {
            module: written(analysis, from, to, relative),
            name: Some(moving.name().to_owned()),
            alias: is_explicit.then(|| moving.name().to_owned()),
            for_checkers: false,
            mark: if is_only_lent && users.why_left.is_none() { Mark::Reexport } else { Mark::Certain },
        };
        let added = imports::add(analysis, from, &[new], &gone);
        let at = added.iter().map(|edit| edit.span.start).max().unwrap_or_default();
        let code = analysis.code(from);
        // An import may stand behind what needs it by then.
        if let Some(&early) = users.in_old.iter().find(|&&used| used < at && !is_late(code, used)) {
            return Err(moving.used(from, early));
        }
        old.extend(added);
        if is_only_lent {
            let module = module_path(analysis, from);
            notes.push(format!(
                "{module} goes on lending `{}` to code that imports it from there.",
                moving.name()
            ));
        }
    }
    let old = tidy::without_unused_imports(analysis, from, old);
    edits.extend(old.into_iter().map(|edit| (from, edit)));
    // Users.
    let mut new: BTreeMap<FileId, Vec<New>> = BTreeMap::new();
    for (file, it) in users.imports {
        new.entry(file).or_default().push(it);
    }
    for (file, new) in new {
        let own: Vec<Span> = edits.iter().filter(|(it, _)| *it == file).map(|(_, edit)| edit.span).collect();
        edits.extend(imports::add(analysis, file, &new, &own).into_iter().map(|edit| (file, edit)));
    }
    if !users.left.is_empty() {
        let files = counted(users.left.len(), "file");
        notes.push(format!("{files} go on taking it from its old place, in a form that isn't rewritten."));
    }
    if !needs.of_old.is_empty() {
        let names: Vec<String> = needs.of_old.iter().map(|name| format!("`{name}`")).collect();
        notes.push(format!("It imports {} back from {}.", names.join(", "), module_path(analysis, from)));
    }
    Ok(Moved { edits, notes, is_lent })
}

fn with_imports(edits: &[(FileId, Edit)], imports: &[(FileId, New)]) -> Vec<(FileId, Edit)> {
    let nothing = |file: &FileId| (*file, Edit::deletes(Span { start: 0, end: 0 }, Mark::Certain));
    edits.iter().cloned().chain(imports.iter().map(|(file, _)| nothing(file))).collect()
}

/// Where the item comes to stand: at the end, but for what runs as a script there, or before what needs it when the module is loaded.
fn position(moving: &Moving<'_>, uses: &[u32]) -> Result<usize, NotMoved> {
    let (analysis, to) = (moving.analysis, moving.to);
    let (text, code, parsed) = (analysis.text(to), analysis.code(to), analysis.parsed(to));
    let first = uses.iter().copied().filter(|&at| !is_late(code, at)).min();
    let is_constant = moving.definition.kind == DefinitionKind::Constant;
    if let Some(first) = first {
        let start = parsed.top_statement(first).map_or(first, |it| it.start);
        check_needs_above(moving, start)?;
        return Ok(place::with_comments_above(text, start as usize, "#"));
    }
    if is_constant && let Some(at) = behind_constants(moving) {
        return Ok(at);
    }
    let script = text.match_indices("\nif __name__").last().map(|(at, _)| at + 1);
    Ok(script.map_or(text.len(), |at| place::with_comments_above(text, at, "#")))
}

/// Whether a name is looked up when a function runs, not when its module is loaded.
fn is_late(code: &backstory_syntax::Code, at: u32) -> bool {
    let mut next = code.ids().find(|&id| code.start(id) == Some(at)).and_then(|id| scope_of(code, id));
    while let Some(scope) = next {
        if matches!(code.scope(scope).kind, ScopeKind::Function(_)) {
            return true;
        }
        next = code.scope(scope).parent;
    }
    false
}

fn scope_of(
    code: &backstory_syntax::Code,
    id: backstory_syntax::ExprId,
) -> Option<backstory_syntax::ScopeId> {
    match code.expr(id) {
        Expr::Name { scope, .. } => Some(scope),
        Expr::Member { base, .. } => scope_of(code, base),
        _ => None,
    }
}

/// What the item needs of the target has to be there before it.
fn check_needs_above(moving: &Moving<'_>, at: u32) -> Result<(), NotMoved> {
    let analysis = moving.analysis;
    let (old, code) = (analysis.code(moving.from()), analysis.code(moving.to));
    let part = analysis.spans(moving.from()).definitions[moving.id.local.index()].full;
    for id in old.ids() {
        let Expr::Name { name, .. } = old.expr(id) else { continue };
        let Some(start) = old.start(id).filter(|&start| part.start <= start && start < part.end) else {
            continue;
        };
        let bound = code
            .find_name(old.name(name))
            .map_or(&[][..], |it| code.bound_plainly(backstory_syntax::ScopeId(0), it));
        let is_import =
            |id: &backstory_syntax::BindingId| matches!(code.binding(*id).kind, BindingKind::Import(_));
        if bound.iter().any(|it| !is_import(it) && code.binding(*it).span.start > at) {
            let name = old.name(name).to_owned();
            return Err(NotMoved::Unsure { name, line: moving.line(moving.from(), start) });
        }
    }
    Ok(())
}

/// Behind the constants that follow the imports, where the value needs nothing that comes later.
fn behind_constants(moving: &Moving<'_>) -> Option<usize> {
    let (analysis, to) = (moving.analysis, moving.to);
    let (text, outline) = (analysis.text(to), analysis.outline(to));
    let spans = analysis.spans(to);
    let first = outline.ids().find(|&id| {
        outline.definition(id).parent.is_none()
            && matches!(outline.definition(id).kind, DefinitionKind::Function | DefinitionKind::Class)
    });
    let end = first.map_or(u32::MAX, |id| spans.definitions[id.index()].full.start);
    let parsed = analysis.parsed(to);
    let constants = outline.ids().filter(|&id| {
        let full = spans.definitions[id.index()].full;
        outline.definition(id).kind == DefinitionKind::Constant && full.end < end && full.start < end
    });
    let imports = spans.imports.iter().filter(|it| it.end < end).filter_map(|&it| parsed.standing(it));
    let statements =
        constants.filter_map(|id| parsed.standing(spans.definitions[id.index()].item)).chain(imports);
    let last = statements.filter(|it| !it.is_conditional).map(|it| it.statement.end).max()?;
    let at = lines::next_line(text, last as usize);
    check_needs_above(moving, at as u32).ok()?;
    Some(at)
}

/// The target lists what it has for others.
fn listed(analysis: &Analysis, file: FileId, name: &str) -> Option<Edit> {
    let code = analysis.code(file);
    code.exports(name).filter(|is_listed| !is_listed)?;
    let text = analysis.text(file);
    let parsed = analysis.parsed(file);
    let is_entry = |&at: &u32| {
        let is_quoted = text[..at as usize].ends_with(['"', '\'']);
        let statement = parsed.standing(Span { start: at, end: at + 1 });
        is_quoted && statement.is_some_and(|it| it.statement.of(text).starts_with("__all__"))
    };
    let last = code.ids().filter_map(|id| code.start(id)).filter(is_entry).max()?;
    let quote = text[..last as usize].chars().next_back()?;
    let end = last as usize + text[last as usize..].find(quote)? + 1;
    let line = lines::line_start(text, last as usize);
    let indent = &text[line..last as usize - 1];
    let separator = match indent.trim().is_empty() && line > 0 {
        true => format!(",{}{indent}", lines::newline(text)),
        false => ", ".to_owned(),
    };
    let at = Span { start: end as u32, end: end as u32 };
    Some(Edit { span: at, text: format!("{separator}{quote}{name}{quote}"), mark: Mark::Certain })
}

/// The entry of a list of strings with its comma.
fn unlisted(text: &str, name: Span) -> Option<Span> {
    let (start, end) = (name.start as usize - 1, name.end as usize + 1);
    let line = lines::line_start(text, start);
    let rest = &text[end..lines::next_line(text, end)];
    if text[line..start].trim().is_empty() && rest.trim_end() == "," {
        return Some(Span { start: line as u32, end: lines::next_line(text, end) as u32 });
    }
    if let Some(after) = rest.strip_prefix(',') {
        let space = after.len() - after.trim_start_matches(' ').len();
        return Some(Span { start: start as u32, end: (end + 1 + space) as u32 });
    }
    let before = text[..start].trim_end();
    before.strip_suffix(',').map(|before| Span { start: before.len() as u32, end: end as u32 })
}
