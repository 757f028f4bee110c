//! Every place that names a symbol. Never does: group them by who uses it (that is `references`).

use backstory_syntax::{Code, Expr, ExprId, Language, NameId, ScopeId, Span};

use crate::arguments;
use crate::confidence::Confidence;
use crate::database::{Analysis, DefId, FileId};
use crate::modules::modules;
use crate::navigate::{Target, Word, meanings, span_of};
use crate::references::{files_to_read, local_names};

/// A place that names a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    pub file: FileId,
    pub span: Span,
    pub confidence: Confidence,
    pub word: Word,
    /// Whether it declares the symbol, or assigns to it where that declares it.
    pub is_declaration: bool,
}

/// What is one and the same symbol. In Python that is a name of a scope, however often it is assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Symbol {
    Name(FileId, ScopeId, NameId),
    One(Target),
}

/// All places that name what the targets stand for, in the order of files and places.
pub fn occurrences(analysis: &Analysis, targets: &[Target]) -> Vec<Occurrence> {
    let symbols: Vec<Symbol> = targets.iter().filter_map(|&target| symbol(analysis, target)).collect();
    let mut names: Vec<String> = targets.iter().map(|&target| name_of(analysis, target)).collect();
    names.sort_unstable();
    names.dedup();
    let mut found = Vec::new();
    let mut next = 0;
    while let Some(name) = names.get(next).cloned() {
        // A variable is named in its own file alone, a parameter by calls as well.
        let files = match local_file(analysis, targets) {
            Some(file) => vec![file],
            None => files_to_read(analysis, &name),
        };
        for file in files {
            search(analysis, file, &name, &symbols, &mut found);
        }
        for file in arguments::files(analysis, targets, &name) {
            search_arguments(analysis, file, &name, &symbols, &mut found);
        }
        names.extend(aliases(analysis, &found, &names));
        next += 1;
    }
    found.sort_by_key(|it: &Occurrence| {
        (analysis.path(it.file).to_owned(), it.span.start, !it.is_declaration)
    });
    found.dedup_by_key(|it| (it.file, it.span.start));
    found
}

/// Those in one file.
pub fn occurrences_in(analysis: &Analysis, file: FileId, targets: &[Target]) -> Vec<Occurrence> {
    let symbols: Vec<Symbol> = targets.iter().filter_map(|&target| symbol(analysis, target)).collect();
    let mut names: Vec<String> = targets.iter().map(|&target| name_of(analysis, target)).collect();
    let mut found = Vec::new();
    let mut next = 0;
    // An import may bring it by a name that an import in yet another file has given it.
    let imported = analysis.outline(file).imports.iter().filter_map(|import| import.name.clone());
    names.extend(imported.filter(|_| local_file(analysis, targets).is_none()));
    names.sort_unstable();
    names.dedup();
    while let Some(name) = names.get(next).cloned() {
        search(analysis, file, &name, &symbols, &mut found);
        names.extend(aliases(analysis, &found, &names));
        next += 1;
    }
    found.sort_by_key(|it: &Occurrence| (it.span.start, !it.is_declaration));
    found.dedup_by_key(|it| it.span.start);
    found
}

/// The other names under which imports bring what was found, which other files may import in turn.
fn aliases(analysis: &Analysis, found: &[Occurrence], known: &[String]) -> Vec<String> {
    let words = found.iter().map(|it| it.span.of(analysis.text(it.file)));
    let mut new: Vec<String> =
        words.filter(|word| !known.iter().any(|name| name == word)).map(str::to_owned).collect();
    new.retain(|word| !matches!(word.as_str(), "self" | "Self" | "super" | "crate"));
    new.sort_unstable();
    new.dedup();
    new
}

/// The file beyond which none of the targets is known.
fn local_file(analysis: &Analysis, targets: &[Target]) -> Option<FileId> {
    let file = match targets.first()? {
        Target::Binding(file, _) => *file,
        _ => return None,
    };
    let is_local = |target: &Target| match *target {
        Target::Binding(other, binding) => {
            let code = analysis.code(file);
            other == file && code.is_local(code.binding(binding).scope)
        }
        _ => false,
    };
    targets.iter().all(is_local).then_some(file)
}

fn search(analysis: &Analysis, file: FileId, name: &str, symbols: &[Symbol], found: &mut Vec<Occurrence>) {
    let code = analysis.code(file);
    let text = analysis.text(file);
    let words: Vec<NameId> =
        local_names(analysis.outline(file), name).iter().filter_map(|name| code.find_name(name)).collect();
    for id in code.binding_ids().filter(|&id| words.contains(&code.binding(id).name)) {
        let span = code.binding(id).span;
        if span.start != backstory_syntax::NOWHERE {
            found.extend(ask(analysis, file, Word::Binding(id), span, symbols));
        }
    }
    for id in code.ids() {
        let Some(span) = span_of(code, id, text) else { continue };
        if is_named(code, id, &words) || (code.word(id).is_none() && span.of(text) == name) {
            found.extend(ask(analysis, file, Word::Expr(id), span, symbols));
        }
    }
}

/// The arguments that calls give by name.
fn search_arguments(
    analysis: &Analysis,
    file: FileId,
    name: &str,
    symbols: &[Symbol],
    found: &mut Vec<Occurrence>,
) {
    let code = analysis.code(file);
    let Some(word) = code.find_name(name) else { return };
    let is_argument = |id: &ExprId| matches!(code.expr(*id), Expr::Keyword { name, .. } if name == word);
    for id in code.ids().filter(is_argument) {
        if let Some(span) = span_of(code, id, analysis.text(file)) {
            found.extend(ask(analysis, file, Word::Expr(id), span, symbols));
        }
    }
}

/// Whether a word names one of the symbols.
fn ask(analysis: &Analysis, file: FileId, word: Word, span: Span, symbols: &[Symbol]) -> Option<Occurrence> {
    analysis.poll();
    let is_meant = |target| symbol(analysis, target).is_some_and(|symbol| symbols.contains(&symbol));
    let meaning = meanings(analysis, file, word).into_iter().find(|meaning| is_meant(meaning.target))?;
    let is_declaration = match word {
        Word::Binding(binding) => declares(analysis, file, analysis.code(file), binding, meaning.target),
        Word::Expr(_) => false,
    };
    Some(Occurrence { file, span, confidence: meaning.confidence, word, is_declaration })
}

fn is_named(code: &Code, id: ExprId, words: &[NameId]) -> bool {
    code.word(id).is_some_and(|word| words.contains(&word))
}

/// Whether a binding makes what it stands for, rather than bringing it from elsewhere.
fn declares(
    analysis: &Analysis,
    file: FileId,
    code: &Code,
    binding: backstory_syntax::BindingId,
    target: Target,
) -> bool {
    match target {
        Target::Definition(id) => {
            let name = analysis.spans(id.file).definitions[id.local.index()].name;
            id.file == file
                && (name == code.binding(binding).span || analysis.language(file) == Language::Python)
        }
        Target::Binding(home, _) => home == file,
        Target::Module(_) => false,
    }
}

fn symbol(analysis: &Analysis, target: Target) -> Option<Symbol> {
    let (file, binding) = match target {
        Target::Definition(id) if analysis.language(id.file) == Language::Python => {
            (id.file, analysis.code(id.file).binding_of(id.local)?)
        }
        Target::Binding(file, binding) if analysis.language(file) == Language::Python => (file, binding),
        other => return Some(Symbol::One(other)),
    };
    let binding = analysis.code(file).binding(binding);
    Some(Symbol::Name(file, binding.scope, binding.name))
}

/// The word by which a target is named.
fn name_of(analysis: &Analysis, target: Target) -> String {
    match target {
        Target::Definition(DefId { file, local }) => analysis.outline(file).definition(local).name.clone(),
        Target::Binding(file, binding) => {
            let code = analysis.code(file);
            code.name(code.binding(binding).name).to_owned()
        }
        // The root of a crate has the crate's name, whatever its file's.
        Target::Module(file) => {
            let module = modules(&analysis.db, analysis.workspace).of(file);
            let root = module.root.rsplit('/').next().unwrap_or_default();
            module.path.last().map_or(root, String::as_str).to_owned()
        }
    }
}
