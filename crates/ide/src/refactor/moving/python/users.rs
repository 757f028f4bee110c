//! Where an item of Python is named, and what each place has to say when it is somewhere else. Never does: touch a place where only the name
//! agrees.

use std::collections::BTreeSet;

use backstory_analysis::{
    FileId, Occurrence, Target, Word, import_base, meanings, module_path, occurrences, seen_bindings,
};
use backstory_syntax::{Code, Expr, ExprId, Span};

use super::cycles::is_at_load;
use super::imports::{New, module_of, written};
use crate::refactor::moving::{Moving, NotMoved};
use crate::refactor::{Edit, Mark};

/// What names the item.
#[derive(Default)]
pub(super) struct Users {
    pub edits: Vec<(FileId, Edit)>,
    /// Imports that files need.
    pub imports: Vec<(FileId, New)>,
    /// Its old module uses it, or lists it in `__all__`.
    pub is_used_in_old: bool,
    pub listed: Option<Span>,
    /// Where its old module uses it.
    pub in_old: Vec<u32>,
    /// Its new module uses it when it is loaded, at these places.
    pub in_target: Vec<u32>,
    /// Modules that import it from the new one when they are loaded.
    pub loading: BTreeSet<FileId>,
    /// Files that go on taking it from its old place.
    pub left: BTreeSet<FileId>,
    /// Why those do, for the first of them.
    pub why_left: Option<NotMoved>,
}

pub(super) fn users(moving: &Moving<'_>, part: Span) -> Result<Users, NotMoved> {
    let analysis = moving.analysis;
    let mut users = Users::default();
    let mut leaves: BTreeSet<(FileId, u32)> = BTreeSet::new();
    for place in occurrences(analysis, &[Target::Definition(moving.id)]) {
        if place.file == moving.from() && part.contains(place.span) {
            continue;
        }
        if place.is_declaration {
            return Err(NotMoved::Several);
        }
        if let Some(index) = import_at(moving, &place) {
            leaves.insert((place.file, index));
            continue;
        }
        one(moving, &place, &mut users)?;
    }
    for (file, index) in leaves {
        leaf(moving, file, index, &mut users)?;
    }
    Ok(users)
}

/// The import whose leaf a place is.
fn import_at(moving: &Moving<'_>, place: &Occurrence) -> Option<u32> {
    let code = moving.analysis.code(place.file);
    match place.word {
        Word::Binding(id) => match code.binding(id).kind {
            backstory_syntax::BindingKind::Import(index) => Some(index),
            _ => None,
        },
        Word::Expr(id) => match code.expr(id) {
            Expr::Imported { import, .. } => Some(import),
            _ => None,
        },
    }
}

fn one(moving: &Moving<'_>, place: &Occurrence, users: &mut Users) -> Result<(), NotMoved> {
    let Word::Expr(id) = place.word else { return Ok(()) };
    let (analysis, file) = (moving.analysis, place.file);
    let code = analysis.code(file);
    match code.expr(id) {
        Expr::Name { .. } if file == moving.from() => {
            let is_listed = is_in_all(moving, file, place.span);
            if is_listed {
                users.listed = Some(place.span);
            } else {
                users.is_used_in_old = true;
                users.in_old.push(place.span.start);
            }
        }
        Expr::Name { .. } => {
            if file == moving.to {
                users.in_target.push(place.span.start);
            }
            // A star brings it; everything else is the matter of an import.
            if seen_bindings(analysis, file, id).is_none() && file != moving.to {
                users.left.insert(file);
                users.why_left.get_or_insert(moving.used(file, place.span.start));
            }
        }
        Expr::Member { base, .. } => attribute(moving, place, id, base, users)?,
        _ => {
            users.left.insert(file);
            users.why_left.get_or_insert(moving.used(file, place.span.start));
        }
    }
    Ok(())
}

fn is_in_all(moving: &Moving<'_>, file: FileId, at: Span) -> bool {
    let text = moving.analysis.text(file);
    let is_quoted = text[..at.start as usize].ends_with(['"', '\'']);
    let statement = moving.analysis.parsed(file).standing(at).map(|it| it.statement);
    is_quoted && statement.is_some_and(|it| it.of(text).starts_with("__all__"))
}

/// `module.name`.
fn attribute(
    moving: &Moving<'_>,
    place: &Occurrence,
    id: ExprId,
    base: ExprId,
    users: &mut Users,
) -> Result<(), NotMoved> {
    let (analysis, file) = (moving.analysis, place.file);
    let code = analysis.code(file);
    let is_old = meanings(analysis, file, Word::Expr(base))
        .iter()
        .any(|found| found.target == Target::Module(moving.from()));
    // A package that lends it goes on doing so.
    if !is_old {
        return Ok(());
    }
    let written = written_anew(moving, file, code, id, base, place.span);
    match written {
        Some((span, text, new)) => {
            if file == moving.to {
                users.in_target.push(span.start);
            }
            users.edits.push((file, Edit { span, text, mark: Mark::Certain }));
            if let Some(new) = new {
                if file != moving.to {
                    users.loading.insert(file);
                }
                users.imports.push((file, new));
            }
        }
        None => {
            users.left.insert(file);
            users.why_left.get_or_insert(moving.used(file, place.span.start));
        }
    }
    Ok(())
}

/// What takes the place of `module`, and the import that it needs. The imported module keeps the form that it has.
fn written_anew(
    moving: &Moving<'_>,
    file: FileId,
    code: &Code,
    id: ExprId,
    base: ExprId,
    name: Span,
) -> Option<(Span, String, Option<New>)> {
    let analysis = moving.analysis;
    let head = head(code, base)?;
    let start = code.start(head)?;
    let before = Span { start, end: name.start };
    if file == moving.to {
        // Nothing else may have the name there.
        let word = code.find_name(moving.name());
        let is_bound = word.is_some_and(|word| code.binding_ids().any(|it| code.binding(it).name == word));
        let _ = id;
        return (!is_bound).then(|| (before, String::new(), None));
    }
    let seen = seen_bindings(analysis, file, head)?;
    let [binding] = seen.as_slice() else { return None };
    let backstory_syntax::BindingKind::Import(index) = code.binding(*binding).kind else { return None };
    let import = &analysis.outline(file).imports[index as usize];
    let leaf = analysis.spans(file).imports[index as usize];
    let standing = analysis.parsed(file).standing(leaf)?;
    if import.enclosing.is_some() || standing.is_conditional || import.alias.is_some() {
        return None;
    }
    let target = module_path(analysis, moving.to);
    let plain = |module: String, name: Option<String>| New {
        module,
        name,
        alias: None,
        for_checkers: false,
        mark: Mark::Certain,
    };
    if import.name.is_none() {
        // `import a.old`: `a.old.name`.
        let whole = import_base(analysis, file, index)?.0;
        let is_whole =
            whole == moving.from() && before.of(analysis.text(file)) == format!("{}.", import.path.join("."));
        return is_whole.then(|| (before, format!("{target}."), Some(plain(target.clone(), None))));
    }
    if base != head {
        return None;
    }
    // `from a import old`: `old.name`.
    let (package, module) = target.rsplit_once('.')?;
    let has_word = code.find_name(module).is_some_and(|word| {
        code.binding_ids().any(|it| {
            let it = code.binding(it);
            it.name == word && !matches!(it.kind, backstory_syntax::BindingKind::Import(_))
        })
    });
    let imported = super::imports::plainly_imported(analysis, file, module);
    let is_same = |&it: &u32| super::cycles::submodule(analysis, file, it) == Some(moving.to);
    if has_word || !imported.iter().all(is_same) {
        return None;
    }
    let text = format!("{module}.");
    if !imported.is_empty() {
        return Some((before, text, None));
    }
    let from = match import.level {
        0 => package.to_owned(),
        _ => {
            let full = written(analysis, file, moving.to, true);
            match full.trim_start_matches('.').rsplit_once('.') {
                Some((parent, _)) => {
                    format!("{}{parent}", &full[..full.len() - full.trim_start_matches('.').len()])
                }
                None => full[..full.len() - full.trim_start_matches('.').len()].to_owned(),
            }
        }
    };
    if from.is_empty() || super::imports::is_package(analysis.path(moving.to)) {
        return None;
    }
    Some((before, text, Some(plain(from, Some(module.to_owned())))))
}

/// The name at the start of `a.b.c`.
fn head(code: &Code, id: ExprId) -> Option<ExprId> {
    match code.expr(id) {
        Expr::Name { .. } => Some(id),
        Expr::Member { base, .. } => head(code, base),
        _ => None,
    }
}

/// `from old import name`.
fn leaf(moving: &Moving<'_>, file: FileId, index: u32, users: &mut Users) -> Result<(), NotMoved> {
    let analysis = moving.analysis;
    let import = &analysis.outline(file).imports[index as usize];
    let leaf = analysis.spans(file).imports[index as usize];
    let base = import_base(analysis, file, index).map(|(file, _)| file);
    if base != Some(moving.from()) || import.name.as_deref() != Some(moving.name()) || file == moving.from() {
        return Ok(());
    }
    let edits = if file == moving.to {
        taken_out(moving, index, leaf)
    } else {
        redirected(moving, file, index, leaf)
    };
    match edits {
        Some((edits, new)) => {
            users.edits.extend(edits.into_iter().map(|edit| (file, edit)));
            users.imports.extend(new.map(|new| (file, new)));
            if file != moving.to && is_at_load(analysis, file, import, leaf) {
                users.loading.insert(file);
            }
        }
        None if file == moving.to => return Err(moving.used(file, leaf.start)),
        None => {
            users.left.insert(file);
            users.why_left.get_or_insert(moving.used(file, leaf.start));
        }
    }
    Ok(())
}

type Written = (Vec<Edit>, Option<New>);

/// The target needs no import of what it has.
fn taken_out(moving: &Moving<'_>, index: u32, leaf: Span) -> Option<Written> {
    let analysis = moving.analysis;
    let import = &analysis.outline(moving.to).imports[index as usize];
    let (text, parsed) = (analysis.text(moving.to), analysis.parsed(moving.to));
    let standing = parsed.standing(leaf)?;
    let is_alone = parsed.import_around(leaf)? == standing.statement && standing.others == 0;
    if import.alias.as_deref().is_some_and(|alias| alias != moving.name()) || is_alone {
        return None;
    }
    let gone = parsed.without_imports(text, &[leaf])?;
    Some((gone.into_iter().map(|span| Edit::deletes(span, Mark::Certain)).collect(), None))
}

/// The same name out of the new module.
fn redirected(moving: &Moving<'_>, file: FileId, index: u32, leaf: Span) -> Option<Written> {
    let analysis = moving.analysis;
    let (text, parsed) = (analysis.text(file), analysis.parsed(file));
    let outline = analysis.outline(file);
    let import = &outline.imports[index as usize];
    if import.level == 0 && import.path.join(".") != module_path(analysis, moving.from()) {
        return None;
    }
    let module = written(analysis, file, moving.to, import.level > 0);
    let statement = parsed.import_around(leaf)?;
    let leaves = analysis.spans(file).imports.iter().filter(|it| statement.contains(**it)).count();
    if leaves == 1 {
        let start =
            statement.of(text).strip_prefix("from").map(|rest| rest.len() - rest.trim_start().len())?;
        let start = statement.start + 4 + start as u32;
        let old = module_of(import);
        let path = Span { start, end: start + old.len() as u32 };
        if text.get(path.start as usize..path.end as usize)? != old {
            return None;
        }
        return Some((vec![Edit { span: path, text: module, mark: Mark::Certain }], None));
    }
    let standing = parsed.standing(leaf)?;
    let gone = parsed.without_imports(text, &[leaf]);
    let gone = gone.or_else(|| with_its_comment(text, statement, leaf))?;
    let mut edits: Vec<Edit> = gone.into_iter().map(|span| Edit::deletes(span, Mark::Certain)).collect();
    let name = Some(moving.name().to_owned());
    let new = New { module, name, alias: import.alias.clone(), for_checkers: false, mark: Mark::Certain };
    if import.enclosing.is_none() && !standing.is_conditional {
        return Some((edits, Some(new)));
    }
    // In its block, behind the statement that had it.
    let line = crate::refactor::lines::line_start(text, statement.start as usize);
    let indent = &text[line..statement.start as usize];
    let end = crate::refactor::lines::next_line(text, statement.end as usize);
    if !indent.trim().is_empty()
        || !text[statement.end as usize..end].trim().trim_start_matches('#').is_empty()
            && !text[statement.end as usize..end].trim().starts_with('#')
    {
        return None;
    }
    let alias = new.alias.as_ref().map_or(String::new(), |alias| format!(" as {alias}"));
    let newline = crate::refactor::lines::newline(text);
    let text = format!("{indent}from {} import {}{alias}{newline}", new.module, moving.name());
    let at = Span { start: end as u32, end: end as u32 };
    edits.push(Edit { span: at, text, mark: Mark::Certain });
    Some((edits, None))
}

/// The line of an entry with a comment behind it, in a list with one on each line.
fn with_its_comment(text: &str, statement: Span, leaf: Span) -> Option<Vec<Span>> {
    use crate::refactor::lines::{line_start, next_line};
    let (start, end) = (line_start(text, leaf.start as usize), next_line(text, leaf.end as usize));
    let is_inside = start > statement.start as usize && end < statement.end as usize;
    let before = &text[start..leaf.start as usize];
    let (entry, comment) =
        text[leaf.end as usize..end].split_once('#').unwrap_or((&text[leaf.end as usize..end], ""));
    let is_own =
        before.trim().is_empty() && entry.trim_end().ends_with(',') && entry.matches(',').count() == 1;
    let is_plain = comment.is_empty() || comment.contains("noqa");
    (is_inside && is_own && is_plain).then(|| vec![Span { start: start as u32, end: end as u32 }])
}
