//! Every place that names a symbol. Never does: group them by who uses it (that is `references`).

use std::collections::{HashMap, HashSet};

use backstory_syntax::{BindingId, Code, Expr, ExprId, Import, Language, NameId, Outline, ScopeId, Span};

use crate::arguments;
use crate::confidence::Confidence;
use crate::database::{Analysis, DefId, FileId};
use crate::modules::modules;
use crate::navigate::{Target, Word, meanings, span_of};
use crate::parallel::on_files;
use crate::python;
use crate::references::files_to_read;

/// A thread of its own is worth it for so many files.
const FILES: usize = 32;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Symbol {
    Name(FileId, ScopeId, NameId),
    One(Target),
}

/// All places that name what the targets stand for, in the order of files and places.
pub fn occurrences(analysis: &Analysis, targets: &[Target]) -> Vec<Occurrence> {
    let symbols = symbols(analysis, targets);
    let mut names: HashSet<String> = targets.iter().map(|&target| name_of(analysis, target)).collect();
    let mut new: Vec<String> = sorted(names.iter().cloned());
    let mut found = Vec::new();
    // A variable is named in its own file alone, a parameter by calls as well.
    let local = local_file(analysis, targets);
    while !new.is_empty() {
        let mut files: Vec<FileId> = match local {
            Some(file) => vec![file],
            None => new.iter().flat_map(|name| files_to_read(analysis, name)).collect(),
        };
        files.sort_unstable();
        files.dedup();
        found.extend(on_files(analysis, &files, FILES, |analysis, file, found| {
            search(analysis, file, &new, &symbols, found);
        }));
        for name in &new {
            for file in arguments::files(analysis, targets, name) {
                search_arguments(analysis, file, name, &symbols, &mut found);
            }
        }
        new = aliases(analysis, &found, &mut names);
    }
    found.sort_by(|a, b| {
        let place = |it: &Occurrence| (it.span.start, !it.is_declaration);
        analysis.path(a.file).cmp(analysis.path(b.file)).then_with(|| place(a).cmp(&place(b)))
    });
    found.dedup_by_key(|it| (it.file, it.span.start));
    found
}

/// Those in one file.
pub fn occurrences_in(analysis: &Analysis, file: FileId, targets: &[Target]) -> Vec<Occurrence> {
    let symbols = symbols(analysis, targets);
    let mut names: HashSet<String> = targets.iter().map(|&target| name_of(analysis, target)).collect();
    // An import may bring it by a name that an import in yet another file has given it.
    let imported = analysis.outline(file).imports.iter().filter_map(|import| import.name.clone());
    names.extend(imported.filter(|_| !symbols.is_empty() && local_file(analysis, targets).is_none()));
    let mut new: Vec<String> = sorted(names.iter().cloned());
    let mut found = Vec::new();
    while !new.is_empty() {
        search(analysis, file, &new, &symbols, &mut found);
        new = aliases(analysis, &found, &mut names);
    }
    found.sort_by_key(|it: &Occurrence| (it.span.start, !it.is_declaration));
    found.dedup_by_key(|it| it.span.start);
    found
}

/// The other names under which imports bring what was found, which other files may import in turn. They are known from now on.
fn aliases(analysis: &Analysis, found: &[Occurrence], known: &mut HashSet<String>) -> Vec<String> {
    let words: HashSet<&str> = found.iter().map(|it| it.span.of(analysis.text(it.file))).collect();
    let new = words
        .into_iter()
        .filter(|&word| !known.contains(word) && !matches!(word, "self" | "Self" | "super" | "crate"))
        .map(str::to_owned);
    let new = sorted(new);
    known.extend(new.iter().cloned());
    new
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}

fn symbols(analysis: &Analysis, targets: &[Target]) -> HashSet<Symbol> {
    targets.iter().filter_map(|&target| symbol(analysis, target)).collect()
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

/// Looks for the symbols in a file, wherever one of the names or what imports make of it stands.
fn search(
    analysis: &Analysis,
    file: FileId,
    names: &[String],
    symbols: &HashSet<Symbol>,
    found: &mut Vec<Occurrence>,
) {
    let code = analysis.code(file);
    let text = analysis.text(file);
    let mut asking = Asking { analysis, file, symbols, known: HashMap::new() };
    let words = words(code, analysis.outline(file), names);
    for id in code.binding_ids().filter(|&id| words.binary_search(&code.binding(id).name).is_ok()) {
        let span = code.binding(id).span;
        if span.start != backstory_syntax::NOWHERE {
            found.extend(asking.ask(Word::Binding(id), span));
        }
    }
    for id in code.ids() {
        // Spans are asked for last: of a million expressions hardly any has the name.
        let is_candidate = match code.word(id) {
            Some(word) => words.binary_search(&word).is_ok(),
            None => matches!(code.expr(id), Expr::Imported { .. }),
        };
        if is_candidate
            && let Some(span) = span_of(code, id, text)
            && (code.word(id).is_some() || names.iter().any(|name| name == span.of(text)))
        {
            found.extend(asking.ask(Word::Expr(id), span));
        }
    }
}

/// The arguments that calls give by name.
fn search_arguments(
    analysis: &Analysis,
    file: FileId,
    name: &str,
    symbols: &HashSet<Symbol>,
    found: &mut Vec<Occurrence>,
) {
    let code = analysis.code(file);
    let Some(word) = code.find_name(name) else { return };
    let mut asking = Asking { analysis, file, symbols, known: HashMap::new() };
    let is_argument = |id: &ExprId| matches!(code.expr(*id), Expr::Keyword { name, .. } if name == word);
    for id in code.ids().filter(is_argument) {
        if let Some(span) = span_of(code, id, analysis.text(file)) {
            found.extend(asking.ask(Word::Expr(id), span));
        }
    }
}

/// Asks of the words of one file whether they name one of the symbols.
struct Asking<'a> {
    analysis: &'a Analysis,
    file: FileId,
    symbols: &'a HashSet<Symbol>,
    /// What plain names of Python mean that see the same bindings: the same, wherever they stand.
    known: HashMap<Vec<BindingId>, Option<Meaning>>,
}

type Meaning = (Target, Confidence);

impl Asking<'_> {
    fn ask(&mut self, word: Word, span: Span) -> Option<Occurrence> {
        self.analysis.poll();
        let (analysis, file) = (self.analysis, self.file);
        let (target, confidence) = match self.seen(word) {
            None => self.meaning(word),
            Some(seen) => match self.known.get(&seen) {
                Some(&known) => known,
                None => {
                    let meaning = self.meaning(word);
                    self.known.insert(seen, meaning);
                    meaning
                }
            },
        }?;
        let is_declaration = match word {
            Word::Binding(binding) => declares(analysis, file, analysis.code(file), binding, target),
            Word::Expr(_) => false,
        };
        Some(Occurrence { file, span, confidence, word, is_declaration })
    }

    /// The bindings that alone decide what a word means.
    fn seen(&self, word: Word) -> Option<Vec<BindingId>> {
        match (word, self.analysis.language(self.file)) {
            (Word::Expr(id), Language::Python) => python::bindings(self.analysis.code(self.file), id),
            _ => None,
        }
    }

    fn meaning(&self, word: Word) -> Option<Meaning> {
        let is_meant =
            |target| symbol(self.analysis, target).is_some_and(|symbol| self.symbols.contains(&symbol));
        let meanings = meanings(self.analysis, self.file, word).into_iter();
        meanings.map(|it| (it.target, it.confidence)).find(|&(target, _)| is_meant(target))
    }
}

/// The words of a file that may stand for something of these names, sorted: themselves, and aliases that the file's imports give them.
fn words(code: &Code, outline: &Outline, names: &[String]) -> Vec<NameId> {
    let is_meant = |import: &&Import| import.name.as_ref().is_some_and(|name| names.contains(name));
    let aliases = outline.imports.iter().filter(is_meant).filter_map(|import| import.alias.as_deref());
    let mut words: Vec<NameId> =
        names.iter().map(String::as_str).chain(aliases).filter_map(|word| code.find_name(word)).collect();
    words.sort_unstable();
    words
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

/// The symbol that a target is one binding of; `None` for a definition of Python that binds no name.
pub fn symbol(analysis: &Analysis, target: Target) -> Option<Symbol> {
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
