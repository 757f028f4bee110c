//! What a moved item of Python needs in its new module: imports, names of its old module, and other names for what is called otherwise there.
//! Never does: guess what a name means.

use std::collections::BTreeMap;

use backstory_analysis::{FileId, Target, Word, meanings, module_path, seen_bindings};
use backstory_syntax::{BindingId, BindingKind, DefinitionKind, Expr, ExprId, ScopeId, Span, TokenKind};

use super::cycles::checks_types;
use super::imports::{self, New, identity, is_checked, is_plain, is_relative, plainly_imported, written};
use super::names::{OWN, is_builtin};
use crate::refactor::moving::{Moving, NotMoved};
use crate::refactor::{Edit, Mark};

/// What has to be done for an item to mean the same in another module.
#[derive(Default)]
pub(super) struct Needs {
    pub imports: Vec<New>,
    /// Other names in the item's own text.
    pub rewrites: Vec<Edit>,
    /// It needs something of its old module.
    pub of_old: Vec<String>,
    /// Modules of the workspace that it needs and that are imported when it is loaded.
    pub modules: Vec<FileId>,
}

pub(super) fn needs(moving: &Moving<'_>, part: Span) -> Result<Needs, NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let code = analysis.code(from);
    let mut needs = Needs::default();
    check_scopes(moving, part)?;
    let mut names: BTreeMap<&str, Vec<ExprId>> = BTreeMap::new();
    for id in code.ids() {
        let is_inside = code.start(id).is_some_and(|start| part.start <= start && start < part.end);
        let Expr::Name { name, .. } = code.expr(id) else { continue };
        if !is_inside {
            continue;
        }
        let word = code.name(name);
        if OWN.contains(&word) {
            return Err(own(moving, id, word));
        }
        let is_outer = match seen_bindings(analysis, from, id) {
            Some(seen) => seen.iter().any(|&it| code.binding(it).scope == ScopeId(0)),
            None => true,
        };
        if is_outer && word != moving.name() {
            names.entry(word).or_default().push(id);
        }
    }
    for (name, places) in names {
        let found = code.find_name(name).map_or(&[][..], |it| code.bound_plainly(ScopeId(0), it));
        if found.is_empty() {
            unbound(moving, name, &places, &mut needs)?;
        } else {
            bound(moving, name, found, &places, part, &mut needs)?;
        }
    }
    Ok(needs)
}

/// Types in strings of a value (`Union[str, "os.PathLike[str]"]`), whose names nobody follows.
fn check_quoted(moving: &Moving<'_>, part: Span) -> Result<(), NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let (text, code) = (analysis.text(from), analysis.code(from));
    if moving.definition.kind != DefinitionKind::Constant || !part.of(text).contains(['[', '(']) {
        return Ok(());
    }
    let tokens = analysis.parsed(from).tokens(text, part);
    for token in tokens.into_iter().filter(|token| token.kind == TokenKind::String) {
        let string = token.span.of(text).trim_matches(['"', '\'']);
        let first = string.split(['.', '[']).next().unwrap_or_default();
        let is_bound =
            code.find_name(first).is_some_and(|word| !code.bound_plainly(ScopeId(0), word).is_empty());
        if is_bound {
            let line = moving.line(from, token.span.start);
            return Err(NotMoved::Unsure { name: first.to_owned(), line });
        }
    }
    Ok(())
}

fn own(moving: &Moving<'_>, id: ExprId, name: &str) -> NotMoved {
    let start = moving.analysis.code(moving.from()).start(id).unwrap_or_default();
    NotMoved::Own { name: name.to_owned(), line: moving.line(moving.from(), start) }
}

fn unsure(moving: &Moving<'_>, places: &[ExprId], name: &str) -> NotMoved {
    let code = moving.analysis.code(moving.from());
    let start = places.first().and_then(|&id| code.start(id)).unwrap_or_default();
    NotMoved::Unsure { name: name.to_owned(), line: moving.line(moving.from(), start) }
}

/// What an item does to names of its file, and relative imports in it.
fn check_scopes(moving: &Moving<'_>, part: Span) -> Result<(), NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let code = analysis.code(from);
    for id in code.binding_ids() {
        let binding = code.binding(id);
        if part.contains(binding.span) && binding.kind == BindingKind::Global {
            let name = code.name(binding.name).to_owned();
            return Err(NotMoved::Own { name, line: moving.line(from, binding.span.start) });
        }
    }
    check_quoted(moving, part)?;
    let directory = |path: &str| path.rsplit_once('/').map_or(String::new(), |it| it.0.to_owned());
    let is_near = directory(analysis.path(from)) == directory(analysis.path(moving.to));
    let outline = analysis.outline(from);
    for (import, leaf) in outline.imports.iter().zip(&analysis.spans(from).imports) {
        if part.contains(*leaf) && ((import.level > 0 && !is_near) || import.glob) {
            let name = imports::module_of(import);
            return Err(NotMoved::Own { name, line: moving.line(from, leaf.start) });
        }
    }
    Ok(())
}

/// A name that its file doesn't bind.
fn unbound(moving: &Moving<'_>, name: &str, places: &[ExprId], needs: &mut Needs) -> Result<(), NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let has_stars = analysis.outline(from).imports.iter().any(|it| it.glob && it.enclosing.is_none());
    let mut meant = None;
    if has_stars {
        let found = meanings(analysis, from, Word::Expr(places[0]));
        meant = found.into_iter().find_map(|found| match found.target {
            Target::Definition(id) => Some(id.file),
            Target::Binding(file, _) => Some(file),
            Target::Module(_) => None,
        });
    }
    if let Some(module) = meant {
        if module == moving.to {
            return Ok(());
        }
        if !is_named_alike(moving, module) {
            return Err(unsure(moving, places, name));
        }
        let module = written(analysis, moving.to, module, relative(moving));
        return import(moving, New { module, name: Some(name.to_owned()), ..plain() }, name, needs);
    }
    if !is_builtin(name) {
        return Err(unsure(moving, places, name));
    }
    free_in_target(moving, name)
}

fn plain() -> New {
    New { module: String::new(), name: None, alias: None, for_checkers: false, mark: Mark::Certain }
}

fn relative(moving: &Moving<'_>) -> bool {
    let own = is_relative(moving.analysis, moving.to);
    own.or_else(|| is_relative(moving.analysis, moving.from())).unwrap_or(false)
}

/// Refuses where the target means something else by a name.
fn free_in_target(moving: &Moving<'_>, name: &str) -> Result<(), NotMoved> {
    let code = moving.analysis.code(moving.to);
    let bound = code.find_name(name).map_or(&[][..], |it| code.bound_plainly(ScopeId(0), it));
    match bound.first() {
        Some(&other) => Err(taken(moving, name, code.binding(other).span)),
        None => Ok(()),
    }
}

pub(super) fn taken(moving: &Moving<'_>, name: &str, at: Span) -> NotMoved {
    let path = moving.analysis.path(moving.to).to_owned();
    NotMoved::Taken { name: name.to_owned(), path, line: moving.line(moving.to, at.start) }
}

/// A name of its file.
fn bound(
    moving: &Moving<'_>,
    name: &str,
    found: &[BindingId],
    places: &[ExprId],
    part: Span,
    needs: &mut Needs,
) -> Result<(), NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let code = analysis.code(from);
    let mut brought: Vec<u32> = Vec::new();
    for &id in found {
        if let BindingKind::Import(index) = code.binding(id).kind {
            brought.push(index);
        }
    }
    if brought.len() == found.len() {
        let is_sure = brought.len() == 1 || brought.iter().all(|&it| is_plain(analysis, from, it));
        if !is_sure {
            return Err(unsure(moving, places, name));
        }
        return brought.into_iter().try_for_each(|it| brings(moving, it, name, places, part, needs));
    }
    let parsed = analysis.parsed(from);
    let is_branched = |id: &BindingId| {
        parsed.standing(code.binding(*id).span).is_none_or(|standing| standing.is_conditional)
    };
    if !brought.is_empty() || (found.len() > 1 && !found.iter().all(is_branched)) {
        return Err(unsure(moving, places, name));
    }
    let word = code.find_name(name);
    let is_changed = code.binding_ids().any(|id| {
        let it = code.binding(id);
        Some(it.name) == word && it.kind == BindingKind::Global
    });
    if is_changed {
        return Err(NotMoved::Changing { name: name.to_owned() });
    }
    let for_checkers = found.iter().all(|id| {
        let standing = parsed.standing(code.binding(*id).span);
        standing.is_some_and(|it| it.is_conditional && checks_types(analysis.text(from), it.block))
    });
    if !for_checkers {
        needs.of_old.push(name.to_owned());
    }
    // The target may have it from there already.
    for index in plainly_imported(analysis, moving.to, name) {
        let own = module_path(analysis, from);
        if identity(analysis, moving.to, index) == (own, Some(name.to_owned()))
            && is_plain(analysis, moving.to, index)
        {
            return Ok(());
        }
    }
    let module = written(analysis, moving.to, from, relative(moving));
    let new = New { module, name: Some(name.to_owned()), for_checkers, ..plain() };
    import(moving, new, name, needs)
}

/// An import of the old file that the item needs.
fn brings(
    moving: &Moving<'_>,
    index: u32,
    name: &str,
    places: &[ExprId],
    part: Span,
    needs: &mut Needs,
) -> Result<(), NotMoved> {
    let (analysis, from, to) = (moving.analysis, moving.from(), moving.to);
    let old = &analysis.outline(from).imports[index as usize];
    let base = backstory_analysis::import_base(analysis, from, index).map(|(file, _)| file);
    // `import a.b` binds `a`, and needs `a.b`.
    let is_bare = old.name.is_none() && old.alias.is_none();
    let module = super::cycles::submodule(analysis, from, index).filter(|_| !is_bare);
    let for_checkers = is_checked(analysis, from, index);
    if !for_checkers && !is_plain(analysis, from, index) {
        return Err(unsure(moving, places, name));
    }
    if old.name.is_some() && base == Some(to) && module.is_none() {
        return renamed(moving, name, old.name.as_deref().unwrap_or(name), places, part, needs);
    }
    if is_bare && old.path.len() > 1 && base == Some(to) {
        return Err(unsure(moving, places, name));
    }
    if module == Some(to) || (old.name.is_none() && base == Some(to)) {
        return unqualified(moving, name, places, part, needs);
    }
    let wanted = identity(analysis, from, index);
    // The target may have it, perhaps by another name.
    let target = analysis.outline(to);
    for (at, import) in target.imports.iter().enumerate() {
        let at = at as u32;
        if import.enclosing.is_some() || import.glob || identity(analysis, to, at) != wanted {
            continue;
        }
        let fits = is_plain(analysis, to, at) || (for_checkers && is_checked(analysis, to, at));
        if !fits || is_bare != (import.name.is_none() && import.alias.is_none()) {
            continue;
        }
        if is_bare {
            return Ok(());
        }
        let own = import.alias.as_deref().or(import.name.as_deref()).unwrap_or(name);
        return renamed(moving, name, own, places, part, needs);
    }
    let written = match (old.level, base) {
        (0, _) => imports::module_of(old),
        _ if same_directory(moving) => imports::module_of(old),
        (_, Some(base)) if is_named_alike(moving, base) => written(analysis, to, base, true),
        (_, Some(_)) => return Err(unsure(moving, places, name)),
        (_, None) => return Err(unsure(moving, places, name)),
    };
    let (new_name, alias) = (old.name.clone(), old.alias.clone());
    if !for_checkers {
        needs.modules.extend(module.or(base));
    }
    let new = New { module: written, name: new_name, alias, for_checkers, mark: Mark::Certain };
    if is_bare {
        // Another `import a.c` may bind the same name.
        let others = plainly_imported(analysis, to, name);
        let code = analysis.code(to);
        let bound = code.find_name(name).map_or(0, |it| code.bound_plainly(ScopeId(0), it).len());
        let is_package = others.iter().all(|&it| {
            let it = &analysis.outline(to).imports[it as usize];
            it.name.is_none() && it.alias.is_none()
        });
        if others.len() == bound && is_package {
            needs.imports.push(new);
            return Ok(());
        }
    }
    import(moving, new, name, needs)
}

/// Whether the full name of a module starts as that of the target does: that of a directory without `__init__.py` is not known.
fn is_named_alike(moving: &Moving<'_>, module: FileId) -> bool {
    let top = |file| module_path(moving.analysis, file).split('.').next().map(str::to_owned);
    top(module) == top(moving.to)
}

fn same_directory(moving: &Moving<'_>) -> bool {
    let directory = |file| {
        let path = moving.analysis.path(file);
        path.rsplit_once('/').map_or("", |it| it.0)
    };
    directory(moving.from()) == directory(moving.to)
}

fn import(moving: &Moving<'_>, new: New, name: &str, needs: &mut Needs) -> Result<(), NotMoved> {
    free_in_target(moving, name)?;
    needs.imports.push(new);
    Ok(())
}

/// Another name for something, in the item's own text.
fn renamed(
    moving: &Moving<'_>,
    from: &str,
    to: &str,
    places: &[ExprId],
    part: Span,
    needs: &mut Needs,
) -> Result<(), NotMoved> {
    if from == to {
        return Ok(());
    }
    check_free_inside(moving, to, places, part)?;
    let code = moving.analysis.code(moving.from());
    for start in places.iter().filter_map(|&id| code.start(id)) {
        let span = Span { start, end: start + from.len() as u32 };
        needs.rewrites.push(Edit { span, text: to.to_owned(), mark: Mark::Certain });
    }
    Ok(())
}

/// A name that the item uses for something else may not come to mean another thing.
fn check_free_inside(moving: &Moving<'_>, name: &str, places: &[ExprId], part: Span) -> Result<(), NotMoved> {
    let code = moving.analysis.code(moving.from());
    let Some(word) = code.find_name(name) else { return Ok(()) };
    let is_bound =
        code.binding_ids().any(|id| code.binding(id).name == word && part.contains(code.binding(id).span));
    if is_bound { Err(unsure(moving, places, name)) } else { Ok(()) }
}

/// `target.name` inside of the target is `name`.
fn unqualified(
    moving: &Moving<'_>,
    name: &str,
    places: &[ExprId],
    part: Span,
    needs: &mut Needs,
) -> Result<(), NotMoved> {
    let code = moving.analysis.code(moving.from());
    for &place in places {
        let user = code.ids().find_map(|id| match code.expr(id) {
            Expr::Member { base, name } if base == place => Some((id, name)),
            _ => None,
        });
        let Some((id, member)) = user else { return Err(unsure(moving, &[place], name)) };
        let (Some(start), Some(end)) = (code.start(place), code.start(id)) else {
            return Err(unsure(moving, &[place], name));
        };
        check_free_inside(moving, code.name(member), &[place], part)?;
        needs.rewrites.push(Edit::deletes(Span { start, end }, Mark::Certain));
    }
    Ok(())
}
