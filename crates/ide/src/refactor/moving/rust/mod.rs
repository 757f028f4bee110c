//! Moves in Rust: an item with the `impl` blocks that stand beside it. Never does: expand macros, or decide what `cfg` decides.

mod brought;
mod needs;
mod sight;
mod traits;
mod tree;
mod users;
mod uses;

use std::collections::BTreeSet;

use backstory_analysis::{DefId, FileId, Word, meanings, module_path, type_of};
use backstory_syntax::{DefinitionKind as Kind, Expr, Language, ScopeId, Span};

use super::{Moved, Moving, NotMoved, counts, place};
use crate::lens::counted;
use crate::refactor::{Edit, Mark, edited_part, lines, mentions, tidy};
use needs::{Needs, Sides, needs};
use sight::raise;
use tree::{Module, Visibility, module, visibility, written};
use users::{Users, users};
use uses::New;

pub(super) fn moved(moving: &Moving<'_>) -> Result<Moved, NotMoved> {
    check_item(moving)?;
    let sides = sides(moving)?;
    check_conditions(moving, &sides)?;
    check_taken(moving)?;
    let mut needs = needs(moving, &sides)?;
    let mut users = users(moving, &sides)?;
    let members = raised_members(moving, &sides)?;
    let is_lent = lends(moving, &sides, &users)?;
    if is_trait_called(moving, &sides) {
        users.is_used_in_old = true;
        users.modules.push(sides.old.clone());
    }
    if is_lent {
        users.modules.push(sides.old.clone());
    }
    let mut raised: BTreeSet<DefId> = members;
    if let Some(user) = users.modules.iter().find(|user| !sides.new.is_seen_from(moving.analysis, user)) {
        let path = user.path();
        return Err(NotMoved::Unseen { path });
    }
    if is_raised(moving, &sides, &users) {
        raised.insert(moving.id);
    }
    for &id in &raised {
        needs.rewrites.push(raise(moving, id));
    }
    written_out(moving, &sides, needs, users, is_lent, &raised)
}

fn check_item(moving: &Moving<'_>) -> Result<(), NotMoved> {
    let analysis = moving.analysis;
    let kinds = [
        Kind::Function,
        Kind::Struct,
        Kind::Enum,
        Kind::Union,
        Kind::Trait,
        Kind::Constant,
        Kind::Static,
        Kind::Type,
    ];
    if !kinds.contains(&moving.definition.kind) || moving.name() == "main" || moving.name() == "_" {
        return Err(NotMoved::Kind);
    }
    let spans = analysis.spans(moving.from()).definitions[moving.id.local.index()];
    let text = analysis.text(moving.from());
    let before = Span { start: spans.full.start, end: spans.item.start }.of(text);
    if analysis.parsed(moving.from()).top_statement(spans.item.start) != Some(spans.item) {
        return Err(NotMoved::Placed);
    }
    let attributes = before.lines().map(str::trim).filter(|line| line.starts_with("#["));
    for attribute in attributes {
        if attribute.contains("test]") || attribute.contains("bench]") {
            return Err(NotMoved::Found);
        }
        let is_special =
            ["cfg", "proc_macro", "no_mangle", "export_name", "macro_", "global_allocator", "panic_handler"];
        if is_special.iter().any(|word| attribute.contains(word)) {
            return Err(NotMoved::Placed);
        }
    }
    Ok(())
}

/// The modules, and what goes: the item, and the `impl` blocks beside it.
fn sides(moving: &Moving<'_>) -> Result<Sides, NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let no_module = |file: FileId| NotMoved::NoModule { path: analysis.path(file).to_owned() };
    let old = module(analysis, from, None).ok_or_else(|| no_module(from))?;
    let new = module(analysis, moving.to, None).ok_or_else(|| no_module(moving.to))?;
    if old.root != new.root {
        return Err(NotMoved::Foreign { path: analysis.path(moving.to).to_owned() });
    }
    let mut items = vec![moving.id.local];
    let outline = analysis.outline(from);
    if matches!(moving.definition.kind, Kind::Struct | Kind::Enum | Kind::Union) {
        let blocks = outline.ids().filter(|&id| {
            let it = outline.definition(id);
            it.kind == Kind::Impl && it.parent.is_none() && it.name == moving.name()
        });
        items.extend(
            blocks.filter(|&local| type_of(analysis, DefId { file: from, local }) == Some(moving.id)),
        );
    }
    items.sort_unstable();
    let mut parts: Vec<Span> = Vec::new();
    let text = analysis.text(from);
    for &item in &items {
        let spans = analysis.spans(from).definitions[item.index()];
        let before = Span { start: spans.full.start, end: spans.item.start }.of(text);
        if before.lines().any(|line| line.trim().starts_with("#[") && line.contains("cfg")) {
            return Err(NotMoved::Placed);
        }
        parts.push(moving.lines(spans.item, spans.full)?);
    }
    Ok(Sides { old, new, parts, items })
}

/// Both modules have to be there under the same conditions.
fn check_conditions(moving: &Moving<'_>, sides: &Sides) -> Result<(), NotMoved> {
    let analysis = moving.analysis;
    let common = sides.old.items.iter().zip(&sides.new.items).take_while(|(a, b)| a == b).count();
    for module in [&sides.old, &sides.new] {
        for item in &module.items[common..] {
            let spans = analysis.spans(item.file).definitions[item.local.index()];
            let text = analysis.text(item.file);
            let before = Span { start: spans.full.start, end: spans.item.start }.of(text);
            let standing = analysis.parsed(item.file).standing(spans.item);
            let is_special = before
                .lines()
                .any(|line| line.trim().starts_with("#[") && (line.contains("cfg") || line.contains("path")));
            if is_special || standing.is_none_or(|it| it.is_in_macro) {
                return Err(NotMoved::NoModule { path: analysis.path(moving.to).to_owned() });
            }
        }
    }
    let head = |file| {
        let text = analysis.text(file);
        text.lines()
            .take_while(|line| line.starts_with("//") || line.starts_with("#!") || line.trim().is_empty())
            .any(|line| line.contains("cfg"))
    };
    match head(moving.from()) || head(moving.to) {
        true => Err(NotMoved::NoModule { path: analysis.path(moving.to).to_owned() }),
        false => Ok(()),
    }
}

/// The target may have the name from the old module alone.
fn check_taken(moving: &Moving<'_>) -> Result<(), NotMoved> {
    let (analysis, to) = (moving.analysis, moving.to);
    let code = analysis.code(to);
    let bound = code.find_name(moving.name()).map_or(&[][..], |it| code.bound(ScopeId(0), it));
    for &id in bound {
        let found = meanings(analysis, to, Word::Binding(id));
        if !found.iter().any(|it| it.target == backstory_analysis::Target::Definition(moving.id)) {
            return Err(needs::taken(moving, moving.name(), code.binding(id).span));
        }
    }
    // What the target means by the word so far comes from the prelude or a glob.
    let other = code.ids().find(|&id| {
        let is_word = code.word(id).is_some_and(|word| code.name(word) == moving.name());
        let is_bare = matches!(code.expr(id), Expr::Name { .. } | Expr::TypeName { .. });
        is_word
            && is_bare
            && !meanings(analysis, to, Word::Expr(id))
                .iter()
                .any(|it| it.target == backstory_analysis::Target::Definition(moving.id))
    });
    match other.and_then(|id| code.start(id)) {
        Some(start) if bound.is_empty() => {
            Err(needs::taken(moving, moving.name(), Span { start, end: start }))
        }
        _ => Ok(()),
    }
}

/// Private members that code uses which stays.
fn raised_members(moving: &Moving<'_>, sides: &Sides) -> Result<BTreeSet<DefId>, NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let outline = analysis.outline(from);
    let mut raised: BTreeSet<DefId> = BTreeSet::new();
    let near: Vec<FileId> = analysis
        .files()
        .filter(|&file| analysis.language(file) == Language::Rust)
        .filter(|&file| is_below(moving, sides, file))
        .collect();
    for local in outline.ids() {
        let definition = outline.definition(local);
        let Some(parent) = definition.parent.filter(|parent| sides.items.contains(parent)) else { continue };
        let owner = outline.definition(parent);
        let id = DefId { file: from, local };
        if !matches!(owner.kind, Kind::Struct | Kind::Union | Kind::Impl) || owner.implemented.is_some() {
            continue;
        }
        let seen = visibility(analysis, id, &sides.old);
        let Visibility::Within(seen) = seen else { continue };
        let is_needed = match seen == sides.old {
            true => near.iter().any(|&file| uses_member(moving, sides, file, &definition.name, id)),
            // `pub(super)` means another module now.
            false => !sides.are_siblings(),
        };
        if is_needed {
            raised.insert(id);
        }
    }
    check_tuple(moving, sides, &near)?;
    raise_whole(moving, sides, &near, &mut raised);
    Ok(raised)
}

/// Whether a file sees what is private in the old module.
fn is_below(moving: &Moving<'_>, sides: &Sides, file: FileId) -> bool {
    file == moving.from() || module(moving.analysis, file, None).is_some_and(|it| it.is_within(&sides.old))
}

fn uses_member(moving: &Moving<'_>, sides: &Sides, file: FileId, name: &str, member: DefId) -> bool {
    let analysis = moving.analysis;
    let code = analysis.code(file);
    let Some(word) = code.find_name(name) else { return false };
    code.ids().any(|id| {
        let is_member = matches!(
            code.expr(id),
            Expr::Member { .. }
                | Expr::Method { .. }
                | Expr::Keyword { .. }
                | Expr::Path { .. }
                | Expr::TypePath { .. }
        );
        let is_left = code.start(id).is_some_and(|start| file != moving.from() || !sides.has(start));
        if code.word(id) != Some(word) || !is_member || !is_left {
            return false;
        }
        let found = meanings(analysis, file, Word::Expr(id));
        found.is_empty() || found.iter().any(|it| it.target == backstory_analysis::Target::Definition(member))
    })
}

/// The fields of a tuple struct have no names to look for.
fn check_tuple(moving: &Moving<'_>, sides: &Sides, near: &[FileId]) -> Result<(), NotMoved> {
    let analysis = moving.analysis;
    let spans = analysis.spans(moving.from()).definitions[moving.id.local.index()];
    let item = spans.item.of(analysis.text(moving.from()));
    let head = item.split(['(', '{', ';']).next().unwrap_or_default();
    let is_tuple = moving.definition.kind == Kind::Struct
        && item[head.len().min(item.len())..].starts_with('(')
        && !head.contains("where");
    if !is_tuple {
        return Ok(());
    }
    let used = near.iter().find(|&&file| {
        let text = analysis.text(file);
        let is_left = |span: &Span| file != moving.from() || !sides.has(span.start);
        mentions::words(text, moving.name())
            .any(|span| is_left(&span) && text[span.end as usize..].starts_with('('))
            || [".0", ".1"].iter().any(|field| {
                text.match_indices(field).any(|(at, _)| is_left(&Span { start: at as u32, end: at as u32 }))
            })
    });
    let has_private = item[head.len()..].split(',').any(|field| !field.contains("pub"));
    match used {
        Some(_) if has_private => Err(NotMoved::Hidden { name: "0".to_owned(), path: sides.old.path() }),
        _ => Ok(()),
    }
}

/// A literal with `..` and a pattern need all fields.
fn raise_whole(moving: &Moving<'_>, sides: &Sides, near: &[FileId], raised: &mut BTreeSet<DefId>) {
    let (analysis, from) = (moving.analysis, moving.from());
    let is_built = near.iter().any(|&file| {
        let text = analysis.text(file);
        mentions::words(text, moving.name()).any(|span| {
            let is_left = file != from || !sides.has(span.start);
            let before = text[..span.start as usize].trim_end();
            let is_head = ["for", "impl", "struct", "->"].iter().any(|word| before.ends_with(word));
            is_left && !is_head && text[span.end as usize..].trim_start().starts_with('{')
        })
    });
    if !is_built {
        return;
    }
    let outline = analysis.outline(from);
    for local in outline.ids() {
        let is_field = outline.definition(local).kind == Kind::Field
            && outline.definition(local).parent == Some(moving.id.local);
        let id = DefId { file: from, local };
        if is_field && matches!(visibility(analysis, id, &sides.old), Visibility::Within(_)) {
            raised.insert(id);
        }
    }
}

/// The old module calls methods of a trait that it needs in scope for that.
fn is_trait_called(moving: &Moving<'_>, sides: &Sides) -> bool {
    if moving.definition.kind != Kind::Trait {
        return false;
    }
    let (analysis, from) = (moving.analysis, moving.from());
    let (code, outline) = (analysis.code(from), analysis.outline(from));
    let members: Vec<&str> = outline
        .definitions
        .iter()
        .filter(|it| it.parent == Some(moving.id.local))
        .map(|it| it.name.as_str())
        .collect();
    code.ids().any(|id| {
        let is_left = code.start(id).is_some_and(|start| !sides.has(start));
        let is_call = matches!(code.expr(id), Expr::Method { .. } | Expr::Path { .. });
        is_left && is_call && code.word(id).is_some_and(|word| members.contains(&code.name(word)))
    })
}

/// Whether the old module goes on lending it.
fn lends(moving: &Moving<'_>, sides: &Sides, users: &Users) -> Result<bool, NotMoved> {
    match moving.reexport {
        Some(true) => Ok(true),
        Some(false) => users.why_left.clone().map_or(Ok(false), Err),
        None => Ok(is_public(moving, &sides.old) || users.why_left.is_some()),
    }
}

/// Whether other crates can name it by its old module.
fn is_public(moving: &Moving<'_>, old: &Module) -> bool {
    let analysis = moving.analysis;
    let is_pub = |id: DefId| {
        let item = analysis.spans(id.file).definitions[id.local.index()].item;
        written(analysis.text(id.file), item).1 == "pub"
    };
    analysis.path(old.root).ends_with("lib.rs") && is_pub(moving.id) && old.items.iter().all(|&id| is_pub(id))
}

/// Whether somebody would not see it any more.
fn is_raised(moving: &Moving<'_>, sides: &Sides, users: &Users) -> bool {
    match visibility(moving.analysis, moving.id, &sides.old) {
        Visibility::Everywhere | Visibility::Crate => false,
        Visibility::Within(module) => {
            let written = written(
                moving.analysis.text(moving.from()),
                moving.analysis.spans(moving.from()).definitions[moving.id.local.index()].item,
            );
            let is_private = written.1.is_empty();
            let seen = if is_private { sides.new.clone() } else { module };
            let goes_along = is_private || sides.are_siblings();
            !goes_along || users.modules.iter().any(|user| !user.is_within(&seen))
        }
    }
}

fn written_out(
    moving: &Moving<'_>,
    sides: &Sides,
    needs: Needs,
    users: Users,
    is_lent: bool,
    raised: &BTreeSet<DefId>,
) -> Result<Moved, NotMoved> {
    let (analysis, from, to) = (moving.analysis, moving.from(), moving.to);
    let (text, target) = (analysis.text(from), analysis.text(to));
    let mut edits = users.edits;
    let mut notes: Vec<String> = Vec::new();
    let importing = users
        .imports
        .keys()
        .map(|(file, _)| (*file, Edit::deletes(Span { start: 0, end: 0 }, Mark::Certain)));
    notes.extend(counts(&edits.iter().cloned().chain(importing).collect::<Vec<_>>(), moving));
    // The target.
    let parts: Vec<String> = sides
        .parts
        .iter()
        .map(|part| {
            let inside: Vec<Edit> =
                needs.rewrites.iter().filter(|it| part.contains(it.span)).cloned().collect();
            place::in_style_of(target, &edited_part(text, *part, &inside))
        })
        .collect();
    let newline = lines::newline(target);
    let item = parts.join(&newline.repeat(2));
    let at = tests_at(moving).unwrap_or(target.len());
    edits.extend(uses::add(analysis, to, None, &needs.uses).into_iter().map(|edit| (to, edit)));
    edits.push((to, place::insert(target, at, &item, Language::Rust)));
    // The old module.
    let mut old: Vec<Edit> = runs(text, &sides.parts)
        .into_iter()
        .map(|part| Edit::deletes(lines::with_blank_lines(text, part, Language::Rust), Mark::Certain))
        .collect();
    old.extend(needs.raised.iter().filter(|id| id.file == from).map(|&id| raise(moving, id)));
    for &id in needs.raised.iter().filter(|id| id.file != from) {
        edits.push((id.file, raise(moving, id)));
    }
    let path = format!("{}::{}", sides.new.path(), moving.name());
    if is_lent || users.is_used_in_old {
        let before =
            match (is_lent, is_public(moving, &sides.old), visibility(analysis, moving.id, &sides.old)) {
                (false, ..) => "",
                (true, _, Visibility::Everywhere) => "pub ",
                (true, ..) => "pub(crate) ",
            };
        let is_choice = is_lent && !users.is_used_in_old && users.why_left.is_none();
        let mark = if is_choice { Mark::Reexport } else { Mark::Certain };
        let new = New { before: before.to_owned(), path: path.clone(), mark };
        old.extend(uses::add(analysis, from, None, &[new]));
        if is_lent {
            notes.push(format!(
                "{} goes on lending `{}` to code that takes it from there.",
                module_path(analysis, from),
                moving.name()
            ));
        }
    }
    for ((file, inline), new) in users.imports {
        // What a module around it has, `super::*` brings along.
        if file == from && (users.is_used_in_old || is_lent) && inline.is_some() {
            continue;
        }
        let added = uses::add(analysis, file, inline, &new);
        match file == from {
            true => old.extend(added),
            false => edits.extend(added.into_iter().map(|edit| (file, edit))),
        }
    }
    let (own, others): (Vec<_>, Vec<_>) = edits.into_iter().partition(|(file, _)| *file == from);
    old.extend(own.into_iter().map(|(_, edit)| edit));
    let mut edits = others;
    let old = tidy::without_unused_imports(analysis, from, old);
    edits.extend(old.into_iter().map(|edit| (from, edit)));
    notes.extend(said_raised(moving, raised.iter().chain(&needs.raised)));
    if !needs.of_old.is_empty() {
        let names: Vec<String> = needs.of_old.iter().map(|name| format!("`{name}`")).collect();
        notes.push(format!("It takes {} from {}.", names.join(", "), module_path(analysis, from)));
    }
    if !users.left.is_empty() {
        let files = counted(users.left.len(), "file");
        notes.push(format!("{files} go on taking it from its old place, in a form that isn't rewritten."));
    }
    Ok(Moved { edits, notes, is_lent })
}

/// Parts with nothing but blank lines between them as one.
fn runs(text: &str, parts: &[Span]) -> Vec<Span> {
    let mut runs: Vec<Span> = Vec::new();
    for &part in parts {
        match runs.last_mut() {
            Some(last) if lines::is_blank(&text[last.end as usize..part.start as usize]) => {
                last.end = part.end
            }
            _ => runs.push(part),
        }
    }
    runs
}

fn said_raised<'a>(moving: &Moving<'_>, raised: impl Iterator<Item = &'a DefId>) -> Option<String> {
    let mut names: Vec<String> =
        raised.map(|&id| format!("`{}`", moving.analysis.definition(id).name)).collect();
    names.dedup();
    (!names.is_empty()).then(|| format!("Made visible in the whole crate: {}.", names.join(", ")))
}

/// Where the tests at the end of a file start.
fn tests_at(moving: &Moving<'_>) -> Option<usize> {
    let (analysis, to) = (moving.analysis, moving.to);
    let outline = analysis.outline(to);
    let tests = outline.ids().find(|&id| {
        let it = outline.definition(id);
        it.parent.is_none() && it.kind == Kind::Module && it.name.contains("test")
    })?;
    let full = analysis.spans(to).definitions[tests.index()].full;
    let is_last = outline.ids().all(|id| {
        let it = outline.definition(id);
        it.parent.is_some() || analysis.spans(to).definitions[id.index()].full.start <= full.start
    });
    let start = place::with_comments_above(analysis.text(to), full.start as usize, "//");
    is_last.then_some(start)
}
