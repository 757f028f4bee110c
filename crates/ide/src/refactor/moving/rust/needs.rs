//! What moved items of Rust need in their new module: `use` declarations, paths that start elsewhere, and visibility of what they use. Never does:
//! guess what a name means.

use std::collections::{BTreeMap, BTreeSet};

use backstory_analysis::{DefId, FileId, Target, Word, import_base, meanings};
use backstory_syntax::{
    BindingKind, Code, DefinitionKind as Kind, Expr, ExprId, LocalId, ScopeId, ScopeKind, Span, TokenKind,
};

use super::brought::brings;
use super::sight::{around, is_seen, needs_seen};
use super::tree::{Module, module};
use super::uses::New;
use crate::refactor::mentions::words;
use crate::refactor::moving::{Moving, NotMoved};
use crate::refactor::{Edit, Mark};

/// The files and modules of a move.
pub(super) struct Sides {
    pub old: Module,
    pub new: Module,
    /// The lines that go.
    pub parts: Vec<Span>,
    /// The item and its `impl` blocks.
    pub items: Vec<LocalId>,
}

impl Sides {
    pub(super) fn has(&self, at: u32) -> bool {
        self.parts.iter().any(|part| part.start <= at && at < part.end)
    }

    /// `super` means the same in both modules.
    pub(super) fn are_siblings(&self) -> bool {
        self.old.parent().is_some() && self.old.parent() == self.new.parent()
    }
}

#[derive(Default)]
pub(super) struct Needs {
    pub uses: Vec<New>,
    /// In the moved text.
    pub rewrites: Vec<Edit>,
    /// What has to be seen from further away.
    pub raised: BTreeSet<DefId>,
    pub of_old: Vec<String>,
}

pub(super) fn needs(moving: &Moving<'_>, sides: &Sides) -> Result<Needs, NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let code = analysis.code(from);
    let mut needs = Needs::default();
    check_attributes(moving, sides)?;
    let mut names: BTreeMap<&str, Vec<ExprId>> = BTreeMap::new();
    for id in code.ids() {
        if !code.start(id).is_some_and(|start| sides.has(start)) {
            continue;
        }
        match code.expr(id) {
            Expr::Name { name, scope }
            | Expr::TypeName { name, scope }
            | Expr::MacroName { name, scope }
            | Expr::AttributeName { name, scope } => {
                let word = code.name(name);
                match word {
                    "super" | "self" if matches!(code.expr(id), Expr::TypeName { .. }) => {
                        relative_path(moving, sides, id, word, &mut needs)?;
                    }
                    "self" | "Self" | "crate" | "super" => {}
                    "$crate" => return Err(own(moving, id, word)),
                    _ if is_inner(code, id, scope) || word == moving.name() => {}
                    _ => names.entry(word).or_default().push(id),
                }
            }
            Expr::Member { .. }
            | Expr::Method { .. }
            | Expr::Keyword { .. }
            | Expr::Path { .. }
            | Expr::TypePath { .. } => {
                member(moving, sides, id, &mut needs)?;
            }
            Expr::Imported { import, .. } => inner_use(moving, sides, import)?,
            _ => {}
        }
    }
    let outline = analysis.outline(from);
    for (import, leaf) in outline.imports.iter().zip(&analysis.spans(from).imports) {
        if let Some(first) = import.path.first().filter(|_| sides.has(leaf.start)) {
            names.entry(first.as_str()).or_default();
        }
    }
    for (name, places) in names {
        named(moving, sides, name, &places, &mut needs)?;
    }
    super::traits::needed(moving, sides, &mut needs)?;
    Ok(needs)
}

fn own(moving: &Moving<'_>, id: ExprId, name: &str) -> NotMoved {
    let start = moving.analysis.code(moving.from()).start(id).unwrap_or_default();
    NotMoved::Own { name: name.to_owned(), line: moving.line(moving.from(), start) }
}

pub(super) fn unsure(moving: &Moving<'_>, places: &[ExprId], name: &str) -> NotMoved {
    let code = moving.analysis.code(moving.from());
    let start = places.first().and_then(|&id| code.start(id)).unwrap_or_default();
    NotMoved::Unsure { name: name.to_owned(), line: moving.line(moving.from(), start) }
}

/// Whether a name is bound inside of the item that it stands in.
fn is_inner(code: &Code, id: ExprId, scope: ScopeId) -> bool {
    let Some(word) = code.word(id) else { return false };
    // `ast: &ast::Item` has a parameter and a module of that name: variables are values, and nothing else.
    let is_value = matches!(code.expr(id), Expr::Name { .. });
    let mut next = Some(scope);
    while let Some(at) = next.filter(|&at| at != ScopeId(0)) {
        let here = code.scope(at);
        let is_member = matches!(here.kind, ScopeKind::Class(_));
        let binds = |it: &backstory_syntax::BindingId| {
            let binding = code.binding(*it);
            match binding.kind {
                BindingKind::TypeParameter { .. } => true,
                _ if is_member => false,
                BindingKind::Variable { .. } => is_value && binding.from <= id,
                BindingKind::Parameter { .. } => is_value,
                _ => true,
            }
        };
        if code.bound(at, word).iter().any(binds) {
            return true;
        }
        next = here.parent;
    }
    false
}

/// Attributes that name something in a string, and macros that read other files or ask where they are.
fn check_attributes(moving: &Moving<'_>, sides: &Sides) -> Result<(), NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let (text, code) = (analysis.text(from), analysis.code(from));
    let refused = |name: &str, at: u32| NotMoved::Own { name: name.to_owned(), line: moving.line(from, at) };
    for part in &sides.parts {
        for name in ["include", "include_str", "include_bytes", "module_path", "file", "concat_idents"] {
            for span in words(part.of(text), name) {
                if part.of(text)[span.end as usize..].starts_with('!') {
                    return Err(refused(name, part.start + span.start));
                }
            }
        }
        for token in analysis.parsed(from).tokens(text, *part) {
            if token.kind != TokenKind::String {
                continue;
            }
            let line = crate::refactor::lines::line_start(text, token.span.start as usize);
            if !text[line..token.span.start as usize].trim_start().starts_with("#[")
                && !text[line..].trim_start().starts_with("serde")
            {
                continue;
            }
            let string = token.span.of(text).trim_matches('"');
            let first = string.split("::").next().unwrap_or_default();
            let is_bound = code.find_name(first).is_some_and(|word| !code.bound(ScopeId(0), word).is_empty());
            if !first.is_empty() && (is_bound || matches!(first, "self" | "super")) && !first.contains(' ') {
                return Err(refused(string, token.span.start));
            }
        }
    }
    Ok(())
}

/// `super::x` and `self::x` start at another module now.
fn relative_path(
    moving: &Moving<'_>,
    sides: &Sides,
    id: ExprId,
    word: &str,
    needs: &mut Needs,
) -> Result<(), NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let code = analysis.code(from);
    let text = analysis.text(from);
    let start = code.start(id).unwrap_or_default();
    let rest = &text[start as usize + word.len()..];
    if !rest.trim_start().starts_with("::") {
        return if word == "self" { Ok(()) } else { Err(unsure(moving, &[id], word)) };
    }
    let is_doubled = rest.trim_start()[2..].trim_start().starts_with("super");
    if word == "super" && sides.are_siblings() && !is_doubled {
        return Ok(());
    }
    if is_doubled {
        return if sides.are_siblings() { Ok(()) } else { Err(unsure(moving, &[id], word)) };
    }
    let meant = match word {
        "self" => Some(sides.old.clone()),
        _ => sides.old.parent(),
    };
    let path = meant.ok_or_else(|| unsure(moving, &[id], word))?.path();
    let span = Span { start, end: start + word.len() as u32 };
    needs.rewrites.push(Edit { span, text: path, mark: Mark::Certain });
    Ok(())
}

/// A `use` inside of a moved function.
fn inner_use(moving: &Moving<'_>, sides: &Sides, import: u32) -> Result<(), NotMoved> {
    let outline = moving.analysis.outline(moving.from());
    let import = &outline.imports[import as usize];
    let first = import.path.first().map(String::as_str).unwrap_or_default();
    let is_relative = first == "self" || (first == "super" && !sides.are_siblings());
    if is_relative || (import.path.is_empty() && import.glob) {
        let leaf = moving.analysis.spans(moving.from()).imports[0];
        return Err(NotMoved::Own {
            name: import.path.join("::"),
            line: moving.line(moving.from(), leaf.start),
        });
    }
    Ok(())
}

/// A member or an item behind a path: it has to be visible from the new module.
fn member(moving: &Moving<'_>, sides: &Sides, at: ExprId, needs: &mut Needs) -> Result<(), NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let found = meanings(analysis, from, Word::Expr(at));
    if found.is_empty() {
        return unknown_member(moving, sides, at);
    }
    for found in found {
        let Target::Definition(id) = found.target else { continue };
        if id.file == from && sides.has(analysis.spans(from).definitions[id.local.index()].name.start) {
            // By the path of the old module.
            if id == moving.id {
                return Err(unsure(moving, &[at], moving.name()));
            }
            continue;
        }
        needs_seen(moving, sides, id, needs)?;
    }
    Ok(())
}

/// A member of a type that isn't known: one that only the old module sees might be meant.
fn unknown_member(moving: &Moving<'_>, sides: &Sides, id: ExprId) -> Result<(), NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let code = analysis.code(from);
    if !matches!(code.expr(id), Expr::Member { .. } | Expr::Method { .. }) {
        return Ok(());
    }
    let Some(word) = code.word(id).map(|word| code.name(word)) else { return Ok(()) };
    let mut files: Vec<FileId> = sides.old.items.iter().map(|it| it.file).collect();
    files.push(from);
    files.dedup();
    for file in files {
        let outline = analysis.outline(file);
        for local in outline.ids() {
            let definition = outline.definition(local);
            let is_member = definition.name == word
                && matches!(definition.kind, Kind::Field | Kind::Method | Kind::Function)
                && definition.parent.is_some();
            let is_own =
                file == from && sides.has(analysis.spans(file).definitions[local.index()].name.start);
            if is_member && !is_own && !is_seen(moving, sides, DefId { file, local }) {
                return Err(unsure(moving, &[id], word));
            }
        }
    }
    Ok(())
}

/// A name that is not bound inside of the item.
fn named(
    moving: &Moving<'_>,
    sides: &Sides,
    name: &str,
    places: &[ExprId],
    needs: &mut Needs,
) -> Result<(), NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let code = analysis.code(from);
    let bound = code.find_name(name).map_or(&[][..], |word| code.bound(ScopeId(0), word));
    let is_derived =
        !places.is_empty() && places.iter().all(|&id| matches!(code.expr(id), Expr::AttributeName { .. }));
    if is_derived && DERIVES.contains(&name) {
        return Ok(());
    }
    let mut own: Vec<DefId> = Vec::new();
    let mut brought: Vec<u32> = Vec::new();
    for &id in bound {
        match code.binding(id).kind {
            BindingKind::Definition(local) => own.push(DefId { file: from, local }),
            BindingKind::Import(index) => brought.push(index),
            _ => {}
        }
    }
    own.retain(|id| !sides.items.contains(&id.local));
    if own.is_empty() && brought.is_empty() {
        return if bound.is_empty() { unbound(moving, sides, name, places, needs) } else { Ok(()) };
    }
    if !own.is_empty() {
        if !brought.is_empty() || own.len() > 1 || analysis.definition(own[0]).kind == Kind::Macro {
            return Err(unsure(moving, places, name));
        }
        return of_old(moving, sides, own[0], name, needs);
    }
    for index in brought {
        brings(moving, sides, index, name, places, needs)?;
    }
    Ok(())
}

const DERIVES: [&str; 9] =
    ["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

/// An item of the old module.
pub(super) fn of_old(
    moving: &Moving<'_>,
    sides: &Sides,
    id: DefId,
    name: &str,
    needs: &mut Needs,
) -> Result<(), NotMoved> {
    if is_built_privately(moving, sides, id) {
        let path = moving.analysis.path(moving.to).to_owned();
        return Err(NotMoved::Hidden { name: format!("{name}.0"), path });
    }
    needs_seen(moving, sides, id, needs)?;
    if !sides.old.is_seen_from(moving.analysis, &sides.new) {
        let path = moving.analysis.path(moving.to).to_owned();
        return Err(NotMoved::Hidden { name: name.to_owned(), path });
    }
    needs.of_old.push(name.to_owned());
    if has_already(moving, name, id)? {
        return Ok(());
    }
    needs.uses.push(New::private(format!("{}::{name}", sides.old.path())));
    Ok(())
}

/// Whether the moved code makes or takes apart a tuple struct with private fields, which have no names to look for.
fn is_built_privately(moving: &Moving<'_>, sides: &Sides, id: DefId) -> bool {
    let analysis = moving.analysis;
    let definition = analysis.definition(id);
    let text = analysis.text(id.file);
    let item = analysis.spans(id.file).definitions[id.local.index()].item.of(text);
    let head = item.find(['(', '{', ';']).unwrap_or(item.len());
    let is_private = item[head..].starts_with('(') && item[head..].split(',').any(|it| !it.contains("pub"));
    let is_built = sides.parts.iter().any(|part| {
        let part = part.of(text);
        words(part, &definition.name).any(|span| part[span.end as usize..].starts_with('('))
            || part.contains(".0")
    });
    definition.kind == Kind::Struct && is_private && is_built
}

/// Whether the target has a definition by its name already.
///
/// # Errors
/// It has something else by that name.
fn has_already(moving: &Moving<'_>, name: &str, id: DefId) -> Result<bool, NotMoved> {
    let (analysis, to) = (moving.analysis, moving.to);
    let code = analysis.code(to);
    let bound = code.find_name(name).map_or(&[][..], |word| code.bound(ScopeId(0), word));
    for &it in bound {
        let found = meanings(analysis, to, Word::Binding(it));
        let is_it = found.iter().any(|found| match found.target {
            Target::Definition(other) => other == id,
            Target::Module(file) => {
                analysis.definition(id).kind == Kind::Module
                    && super::tree::module(analysis, file, None)
                        .is_some_and(|it| it.items.last() == Some(&id))
            }
            Target::Binding(..) => false,
        });
        if !is_it {
            return Err(taken(moving, name, code.binding(it).span));
        }
    }
    Ok(!bound.is_empty())
}

pub(super) fn taken(moving: &Moving<'_>, name: &str, at: Span) -> NotMoved {
    let path = moving.analysis.path(moving.to).to_owned();
    NotMoved::Taken { name: name.to_owned(), path, line: moving.line(moving.to, at.start) }
}

/// A name that its file doesn't bind: of the prelude, a crate, or out of a glob.
fn unbound(
    moving: &Moving<'_>,
    sides: &Sides,
    name: &str,
    places: &[ExprId],
    needs: &mut Needs,
) -> Result<(), NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let Some(&place) = places.first() else { return Ok(()) };
    for found in meanings(analysis, from, Word::Expr(place)) {
        let Target::Definition(id) = found.target else { continue };
        if id.file == moving.to && around(moving, id).is_none() && analysis.definition(id).parent.is_none() {
            return Ok(());
        }
        let definition = analysis.definition(id);
        let inline = around(moving, id);
        let is_item = definition.parent == inline && definition.kind != Kind::Macro;
        let home = module(analysis, id.file, inline);
        let Some(home) = home.filter(|home| is_item && home.root == sides.new.root) else {
            return Err(unsure(moving, places, name));
        };
        needs_seen(moving, sides, id, needs)?;
        if !home.is_seen_from(analysis, &sides.new) {
            let path = analysis.path(moving.to).to_owned();
            return Err(NotMoved::Hidden { name: name.to_owned(), path });
        }
        if !has_already(moving, name, id)? {
            needs.uses.push(New::private(format!("{}::{name}", home.path())));
        }
        return Ok(());
    }
    let outline = analysis.outline(from);
    let has_unknown_globs = (0..outline.imports.len()).any(|at| {
        let import = &outline.imports[at];
        import.glob && import.enclosing.is_none() && import_base(analysis, from, at as u32).is_none()
    });
    if has_unknown_globs && name.starts_with(char::is_uppercase) && !PRELUDE.contains(&name) {
        return Err(unsure(moving, places, name));
    }
    let code = analysis.code(from);
    if places.iter().all(|&id| matches!(code.expr(id), Expr::AttributeName { .. } | Expr::MacroName { .. })) {
        return Ok(());
    }
    let target = analysis.code(moving.to);
    let bound = target.find_name(name).map_or(&[][..], |word| target.bound(ScopeId(0), word));
    match bound.first() {
        Some(&other) if !is_same_crate_name(moving, other, name) => {
            Err(taken(moving, name, target.binding(other).span))
        }
        _ => Ok(()),
    }
}

/// `use std;` and the like.
fn is_same_crate_name(moving: &Moving<'_>, id: backstory_syntax::BindingId, name: &str) -> bool {
    match moving.analysis.code(moving.to).binding(id).kind {
        BindingKind::Import(index) => {
            let import = &moving.analysis.outline(moving.to).imports[index as usize];
            import.path.is_empty() && import.name.as_deref() == Some(name) && import.alias.is_none()
        }
        _ => false,
    }
}

const PRELUDE: [&str; 34] = [
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "Vec",
];
