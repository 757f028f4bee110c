//! Where the name of a symbol stands, and whether it may mean the symbol there. Never does: give the benefit of the doubt.

use backstory_analysis::{
    Analysis, Confidence, DefId, FileId, Symbol, Target, Word, files_to_read, meanings, symbol, word_at,
};
use backstory_syntax::{BindingKind, DefinitionKind, Span};

use super::Alive;
use crate::refactor::{line, mentions};

/// A name that stands in more places is no longer looked after.
const PLACES: usize = 60;

/// Nothing but a symbol's own file has its name, and that hardly more than the symbol itself: a quick look, wrong to both sides.
pub(super) fn seems_unnamed(analysis: &Analysis, id: DefId) -> bool {
    let words = words_of(analysis, id);
    let is_alone = |word: &String| files_to_read(analysis, word).iter().all(|&file| file == id.file);
    words.iter().all(is_alone) && {
        let own = analysis.spans(id.file).definitions[id.local.index()].full;
        let text = analysis.text(id.file);
        let is_other = |span: &Span| !own.contains(*span);
        words.iter().all(|word| mentions::words(text, word).filter(is_other).count() <= 2)
    }
}

/// The words that name a symbol: its own, and what Python makes of a member's name that starts with two underscores.
pub(super) fn words_of(analysis: &Analysis, id: DefId) -> Vec<String> {
    let definition = analysis.definition(id);
    // Words end at the mark of a raw name.
    let name = definition.name.trim_start_matches("r#");
    let mut words = vec![name.to_owned()];
    let class = definition.parent.map(|local| analysis.definition(DefId { file: id.file, local }));
    if let Some(class) = class.filter(|class| class.kind == DefinitionKind::Class)
        && name.starts_with("__")
    {
        words.push(format!("_{}{name}", class.name.trim_start_matches('_')));
    }
    words
}

/// Whether no place may name a symbol.
pub(super) fn check(analysis: &Analysis, id: DefId) -> Result<(), Alive> {
    let own = analysis.spans(id.file).definitions[id.local.index()].full;
    let mut places = 0;
    for word in words_of(analysis, id) {
        for file in files_to_read(analysis, &word) {
            for span in mentions::words(analysis.text(file), &word) {
                if file == id.file && own.contains(span) {
                    continue;
                }
                places += 1;
                if places > PLACES {
                    return Err(mentioned(analysis, file, span));
                }
                check_place(analysis, id, file, span)?;
            }
        }
    }
    Ok(())
}

fn mentioned(analysis: &Analysis, file: FileId, span: Span) -> Alive {
    Alive::Mentioned { path: analysis.path(file).to_owned(), line: line(analysis.text(file), span.start) }
}

fn check_place(analysis: &Analysis, id: DefId, file: FileId, span: Span) -> Result<(), Alive> {
    // Another language's names are its own, but for what is generated or bound: not followed.
    let word = word_at(analysis, file, span.start).filter(|(_, at)| *at == span);
    let Some((word, _)) = word else { return Err(mentioned(analysis, file, span)) };
    let found = meanings(analysis, file, word);
    let own = |target| target == Target::Definition(id) || is_same_name(analysis, id, target);
    if let Some(found) = found.iter().find(|found| own(found.target)) {
        let (path, line) = (analysis.path(file).to_owned(), line(analysis.text(file), span.start));
        return Err(Alive::Used { path, line, confidence: found.confidence });
    }
    let is_certain = !found.is_empty() && found.iter().all(|found| found.confidence != Confidence::ByName);
    // What is bound there is a thing of its own.
    let is_own_thing = match word {
        Word::Binding(binding) => match analysis.code(file).binding(binding).kind {
            BindingKind::Import(_) | BindingKind::Global | BindingKind::Nonlocal => false,
            BindingKind::Definition(_)
            | BindingKind::Parameter { .. }
            | BindingKind::Variable { .. }
            | BindingKind::Attribute { .. }
            | BindingKind::TypeParameter { .. } => true,
        },
        Word::Expr(_) => false,
    };
    if is_certain || is_own_thing { Ok(()) } else { Err(mentioned(analysis, file, span)) }
}

/// Whether a target is another assignment to the same name of Python.
fn is_same_name(analysis: &Analysis, id: DefId, target: Target) -> bool {
    let own = symbol(analysis, Target::Definition(id));
    matches!(own, Some(Symbol::Name(..))) && own == symbol(analysis, target)
}
