//! Where an item of Rust is named, and what each place has to say when it is somewhere else. Never does: touch a place where only the name agrees.

use std::collections::{BTreeMap, BTreeSet};

use backstory_analysis::{FileId, Occurrence, Target, Word, import_base, meanings, occurrences, word_at};
use backstory_syntax::{BindingKind, Code, Expr, ExprId, LocalId, ScopeId, ScopeKind, Span, TokenKind};

use super::brought::has_attribute;
use super::needs::Sides;
use super::tree::{Module, module};
use super::uses::New;
use crate::refactor::lines::{line_start, newline, next_line};
use crate::refactor::mentions::words;
use crate::refactor::moving::{Moving, NotMoved};
use crate::refactor::{Edit, Mark};

/// A place that names something: a file, and the inline module there.
type Home = (FileId, Option<LocalId>);

#[derive(Default)]
pub(super) struct Users {
    pub edits: Vec<(FileId, Edit)>,
    pub imports: BTreeMap<Home, Vec<New>>,
    /// Its old module uses it outside of inline modules.
    pub is_used_in_old: bool,
    /// Modules that have to see it.
    pub modules: Vec<Module>,
    pub left: BTreeSet<FileId>,
    pub why_left: Option<NotMoved>,
}

impl Users {
    fn leave(&mut self, moving: &Moving<'_>, file: FileId, at: u32) {
        self.left.insert(file);
        self.why_left.get_or_insert(moving.used(file, at));
    }

    fn sees(&mut self, module: Module) {
        if !self.modules.contains(&module) {
            self.modules.push(module);
        }
    }
}

pub(super) fn users(moving: &Moving<'_>, sides: &Sides) -> Result<Users, NotMoved> {
    let analysis = moving.analysis;
    let mut users = Users::default();
    let mut leaves: BTreeSet<(FileId, u32)> = BTreeSet::new();
    let places = occurrences(analysis, &[Target::Definition(moving.id)]);
    check_macros(moving, &places)?;
    for place in places {
        if place.file == moving.from() && sides.has(place.span.start) {
            continue;
        }
        let code = analysis.code(place.file);
        let home = home(&place, analysis);
        let Some(user) = module(analysis, place.file, home) else {
            users.leave(moving, place.file, place.span.start);
            continue;
        };
        if user.root != sides.new.root {
            // Another crate takes it by a path that is public.
            if names_old(moving, &place) {
                users.leave(moving, place.file, place.span.start);
            }
            continue;
        }
        match (place.word, imported(code, place.word)) {
            (_, Some((index, part))) => {
                let import = &analysis.outline(place.file).imports[index as usize];
                if part as usize >= import.path.len() {
                    leaves.insert((place.file, index));
                } else if part > 0 || place.file == moving.from() {
                    inside_path(moving, &place, part, index, &mut users)?;
                }
                if names_old(moving, &place) || part as usize >= import.path.len() {
                    users.sees(user);
                }
            }
            (Word::Expr(id), None) => one(moving, sides, &place, id, (home, user), &mut users)?,
            (Word::Binding(_), None) => {}
        }
    }
    for (file, index) in leaves {
        leaf(moving, sides, file, index, &mut users)?;
    }
    Ok(users)
}

fn imported(code: &Code, word: Word) -> Option<(u32, u32)> {
    match word {
        Word::Binding(id) => match code.binding(id).kind {
            BindingKind::Import(index) => Some((index, u32::MAX)),
            _ => None,
        },
        Word::Expr(id) => match code.expr(id) {
            Expr::Imported { import, part } => Some((import, part)),
            _ => None,
        },
    }
}

/// The inline module around a place.
fn home(place: &Occurrence, analysis: &backstory_analysis::Analysis) -> Option<LocalId> {
    let spans = analysis.spans(place.file);
    let outline = analysis.outline(place.file);
    let mut next = spans.definition_at(place.span.start);
    while let Some(local) = next {
        let definition = outline.definition(local);
        if definition.kind == backstory_syntax::DefinitionKind::Module {
            return Some(local);
        }
        next = definition.parent;
    }
    None
}

/// Whether a place reaches the item by the path of its old module.
fn names_old(moving: &Moving<'_>, place: &Occurrence) -> bool {
    let (analysis, file) = (moving.analysis, place.file);
    let code = analysis.code(file);
    if let Some((index, _)) = imported(code, place.word) {
        let import = &analysis.outline(file).imports[index as usize];
        return import_base(analysis, file, index) == Some((moving.from(), None))
            || import.name.as_deref() != Some(moving.name());
    }
    let Word::Expr(id) = place.word else { return false };
    match base_of(code, id) {
        Some(base) => meanings(analysis, file, Word::Expr(base))
            .iter()
            .any(|it| it.target == Target::Module(moving.from())),
        None => false,
    }
}

fn base_of(code: &Code, id: ExprId) -> Option<ExprId> {
    match code.expr(id) {
        Expr::Path { base, .. } | Expr::TypePath { base, .. } | Expr::MacroPath { base, .. } => Some(base),
        _ => None,
    }
}

/// A place that isn't an import.
fn one(
    moving: &Moving<'_>,
    sides: &Sides,
    place: &Occurrence,
    id: ExprId,
    (home, user): (Option<LocalId>, Module),
    users: &mut Users,
) -> Result<(), NotMoved> {
    let (analysis, file) = (moving.analysis, place.file);
    let code = analysis.code(file);
    if let Some(base) = base_of(code, id) {
        if !names_old(moving, place) {
            return Ok(());
        }
        let text = analysis.text(file);
        let start = head(code, base).and_then(|head| code.start(head));
        let Some(start) = start.filter(|&at| is_path(&text[at as usize..place.span.start as usize])) else {
            users.leave(moving, file, place.span.start);
            return Ok(());
        };
        users.sees(user);
        let span = Span { start, end: place.span.start };
        let is_own = file == moving.to && home.is_none();
        let new = if is_own { String::new() } else { format!("{}::", sides.new.path()) };
        if is_own && is_bound_inside(code, moving.name()) {
            return Err(moving.used(file, place.span.start));
        }
        users.edits.push((file, Edit { span, text: new, mark: Mark::Certain }));
        return Ok(());
    }
    let scope = match code.expr(id) {
        Expr::Name { scope, .. } | Expr::TypeName { scope, .. } | Expr::MacroName { scope, .. } => scope,
        _ => return Ok(()),
    };
    // `Self` is the type without its name.
    if place.span.of(analysis.text(file)) != moving.name()
        || imports_around(code, scope, place.span.of(analysis.text(file)))
    {
        return Ok(());
    }
    users.sees(user);
    match (file == moving.from(), home) {
        (true, None) => users.is_used_in_old = true,
        (_, home) if file != moving.to || home.is_some() => {
            let path = format!("{}::{}", sides.new.path(), moving.name());
            users.imports.entry((file, home)).or_default().push(New::private(path));
        }
        _ => {}
    }
    Ok(())
}

/// The name at the start of a path.
fn head(code: &Code, id: ExprId) -> Option<ExprId> {
    match code.expr(id) {
        Expr::Name { .. } | Expr::TypeName { .. } => Some(id),
        _ => head(code, base_of(code, id)?),
    }
}

fn is_path(text: &str) -> bool {
    text.split("::").all(|part| part.trim().chars().all(|c| c.is_alphanumeric() || c == '_'))
        && text.ends_with("::")
}

fn is_bound_inside(code: &Code, name: &str) -> bool {
    let Some(word) = code.find_name(name) else { return false };
    code.binding_ids().any(|it| code.binding(it).name == word && code.binding(it).scope != ScopeId(0))
}

/// Whether an import binds a name in a scope or around it, up to the module.
fn imports_around(code: &Code, scope: ScopeId, name: &str) -> bool {
    let Some(word) = code.find_name(name) else { return false };
    let mut next = Some(scope);
    while let Some(at) = next {
        let here = code.scope(at);
        let is_import =
            |it: &backstory_syntax::BindingId| matches!(code.binding(*it).kind, BindingKind::Import(_));
        if code.bound(at, word).iter().any(is_import) {
            return true;
        }
        if matches!(here.kind, ScopeKind::File | ScopeKind::Module(_)) {
            return false;
        }
        next = here.parent;
    }
    false
}

/// `use crate::old::Name::Variant`: the item in the middle of an import.
fn inside_path(
    moving: &Moving<'_>,
    place: &Occurrence,
    part: u32,
    index: u32,
    users: &mut Users,
) -> Result<(), NotMoved> {
    let (analysis, file) = (moving.analysis, place.file);
    let text = analysis.text(file);
    let import = &analysis.outline(file).imports[index as usize];
    let statement = analysis.parsed(file).import_around(analysis.spans(file).imports[index as usize]);
    let Some(statement) = statement else { return Err(moving.used(file, place.span.start)) };
    if file == moving.from() && part == 0 {
        // `use Name::*` beside it.
        users.is_used_in_old = true;
        return Ok(());
    }
    let prefix: String = import.path[..part as usize].iter().map(|it| format!("{it}::")).collect();
    let start = place.span.start.checked_sub(prefix.len() as u32);
    let fits =
        start.filter(|&at| at >= statement.start && text[at as usize..place.span.start as usize] == prefix);
    let is_whole = fits.filter(|&at| text[statement.start as usize..at as usize].trim_end().ends_with("use"));
    match is_whole {
        Some(start) if !has_attribute(moving, file, index) && file != moving.to => {
            let Some(new) = module(analysis, moving.to, None) else { return Ok(()) };
            let span = Span { start, end: place.span.start };
            let edit = Edit { span, text: format!("{}::", new.path()), mark: Mark::Certain };
            if !users.edits.contains(&(file, edit.clone())) {
                users.edits.push((file, edit));
            }
        }
        _ if file == moving.to => return Err(moving.used(file, place.span.start)),
        _ => users.leave(moving, file, place.span.start),
    }
    Ok(())
}

/// `use crate::old::Name`.
fn leaf(
    moving: &Moving<'_>,
    sides: &Sides,
    file: FileId,
    index: u32,
    users: &mut Users,
) -> Result<(), NotMoved> {
    let analysis = moving.analysis;
    let import = &analysis.outline(file).imports[index as usize];
    let leaf = analysis.spans(file).imports[index as usize];
    if import_base(analysis, file, index) != Some((moving.from(), None))
        || import.name.as_deref() != Some(moving.name())
    {
        return Ok(());
    }
    let (text, parsed) = (analysis.text(file), analysis.parsed(file));
    let statement = parsed.import_around(leaf).ok_or_else(|| moving.used(file, leaf.start))?;
    let is_aliased = import.alias.as_deref().is_some_and(|alias| alias != moving.name());
    let is_in_target = file == moving.to && import.enclosing.is_none();
    if has_attribute(moving, file, index) || (is_in_target && (is_aliased || import.reexport)) {
        if is_in_target {
            return Err(moving.used(file, leaf.start));
        }
        users.leave(moving, file, leaf.start);
        return Ok(());
    }
    let new = format!("{}::", sides.new.path());
    let is_plain = !statement.of(text).contains('{');
    if is_plain && !is_in_target {
        let prefix: String = import.path.iter().map(|it| format!("{it}::")).collect();
        let start = leaf.start - prefix.len() as u32;
        if text.get(start as usize..leaf.start as usize) == Some(prefix.as_str()) {
            let span = Span { start, end: leaf.start };
            users.edits.push((file, Edit { span, text: new, mark: Mark::Certain }));
            return Ok(());
        }
    }
    let gone = parsed.without_imports(text, &[leaf]);
    let Some(gone) = gone else {
        if is_in_target {
            return Err(moving.used(file, leaf.start));
        }
        users.leave(moving, file, leaf.start);
        return Ok(());
    };
    users.edits.extend(gone.into_iter().map(|span| (file, Edit::deletes(span, Mark::Certain))));
    if is_in_target {
        return Ok(());
    }
    let start = line_start(text, statement.start as usize);
    let indent = &text[start..statement.start as usize];
    if !indent.trim().is_empty() {
        return Err(moving.used(file, leaf.start));
    }
    let before = statement.of(text).find("use").map_or("", |at| &statement.of(text)[..at]);
    let alias = import.alias.as_ref().map_or(String::new(), |alias| format!(" as {alias}"));
    let line = format!("{indent}{before}use {new}{}{alias};{}", moving.name(), newline(text));
    // In the order of paths: before or behind the statement that had it.
    let first: String = import.path.iter().map(|it| format!("{it}::")).collect();
    let at = if new < first { start } else { next_line(text, statement.end as usize) } as u32;
    users.edits.push((file, Edit { span: Span { start: at, end: at }, text: line, mark: Mark::Certain }));
    Ok(())
}

/// Macros may name it where no code is seen.
fn check_macros(moving: &Moving<'_>, known: &[Occurrence]) -> Result<(), NotMoved> {
    let analysis = moving.analysis;
    let root = module(analysis, moving.from(), None).map(|it| it.root);
    for file in backstory_analysis::files_to_read(analysis, moving.name()) {
        let text = analysis.text(file);
        if analysis.language(file) != backstory_syntax::Language::Rust || !text.contains("macro_rules!") {
            continue;
        }
        if module(analysis, file, None).map(|it| it.root) != root {
            continue;
        }
        let parsed = analysis.parsed(file);
        let outline = analysis.outline(file);
        for span in words(text, moving.name()) {
            let is_in_macro = outline.ids().any(|id| {
                outline.definition(id).kind == backstory_syntax::DefinitionKind::Macro
                    && analysis.spans(file).definitions[id.index()].item.contains(span)
            });
            if !is_in_macro {
                continue;
            }
            let is_known = known.iter().any(|it| it.file == file && it.span == span);
            let is_other = word_at(analysis, file, span.start)
                .is_some_and(|(word, _)| !is_known && !meanings(analysis, file, word).is_empty());
            let tokens = parsed.tokens(text, span);
            let is_code = tokens.is_empty() || tokens.iter().any(|it| it.kind == TokenKind::Code);
            if is_code && !is_other {
                return Err(moving.used(file, span.start));
            }
        }
    }
    Ok(())
}
