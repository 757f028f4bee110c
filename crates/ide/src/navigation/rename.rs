//! Another name for a symbol, everywhere it is named. Never does: touch a place where only the name agrees, or a name that would then
//! mean something else.

use std::collections::{HashMap, HashSet};
use std::fmt;

use backstory_analysis::{
    Analysis, Confidence, DefId, FileId, Occurrence, Target, Word, definitions_at, family, members_named,
    occurrences, word_at,
};
use backstory_syntax::{
    BindingKind, Code, Expr, ExprId, Language, LineIndex, LocalId, ScopeId, ScopeKind, Span,
};

/// What has to be written where. Positions are byte offsets of the text as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    pub file: FileId,
    pub span: Span,
    pub text: String,
}

/// Why a symbol can't get another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRenamed {
    /// No name of the workspace stands there.
    Nothing,
    /// Only the name agrees with a few symbols.
    Unsure,
    /// A file's name is the module's.
    Module,
    /// A type from outside of the workspace requires the member.
    Required,
    /// What was written is no name in the language.
    NoName(String),
    /// The new name already means something there.
    Taken { name: String, path: String, line: u32 },
}

impl fmt::Display for NotRenamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("no symbol of this workspace is named here"),
            Self::Unsure => f.write_str("it is not certain what this name means, so nothing was renamed"),
            Self::Module => f.write_str("a module has the name of its file: rename the file"),
            Self::Required => f.write_str("the name is required by a trait that is not in this workspace"),
            Self::NoName(name) => write!(f, "`{name}` can't be a name here"),
            Self::Taken { name, path, line } => {
                write!(f, "`{name}` already means something else in {path}:{line}")
            }
        }
    }
}

/// The name at a byte offset, where it can be another one.
///
/// # Errors
/// Why it can't.
pub fn renamed(analysis: &Analysis, file: FileId, offset: u32) -> Result<Span, NotRenamed> {
    let (_, span) = word_at(analysis, file, offset).ok_or(NotRenamed::Nothing)?;
    let targets = targets(analysis, file, offset)?;
    if !targets.iter().any(|&target| name_of(analysis, target) == plain(span.of(analysis.text(file)))) {
        // `self`, or a name that an import gives.
        return Err(NotRenamed::Nothing);
    }
    Ok(span)
}

/// The edits that give what stands at a byte offset another name.
///
/// # Errors
/// Why it can't have it.
pub fn rename(analysis: &Analysis, file: FileId, offset: u32, to: &str) -> Result<Vec<TextEdit>, NotRenamed> {
    renamed(analysis, file, offset)?;
    if !is_name(analysis.language(file), to) {
        return Err(NotRenamed::NoName(to.to_owned()));
    }
    let targets = targets(analysis, file, offset)?;
    let from = targets.first().map(|&target| name_of(analysis, target)).unwrap_or_default();
    let found: Vec<Occurrence> = occurrences(analysis, &targets)
        .into_iter()
        .filter(|it| it.confidence != Confidence::ByName)
        .filter(|it| plain(it.span.of(analysis.text(it.file))) == from)
        .collect();
    for target in &targets {
        check_neighbours(analysis, *target, to)?;
    }
    edits(analysis, &found, &from, to)
}

/// The edits that write another name at some places, where it means nothing else yet.
pub(super) fn edits(
    analysis: &Analysis,
    places: &[Occurrence],
    from: &str,
    to: &str,
) -> Result<Vec<TextEdit>, NotRenamed> {
    let mut files: HashMap<FileId, InFile> = HashMap::new();
    let mut edits = Vec::with_capacity(places.len());
    for place in places {
        let file = files.entry(place.file).or_insert_with(|| InFile::new(analysis.code(place.file), to));
        check_place(analysis, place, to, file)?;
        edits.push(edit(analysis, place, from, to, file));
    }
    Ok(edits)
}

fn targets(analysis: &Analysis, file: FileId, offset: u32) -> Result<Vec<Target>, NotRenamed> {
    let found = definitions_at(analysis, file, offset);
    if found.is_empty() {
        return Err(NotRenamed::Nothing);
    }
    let mut targets = Vec::new();
    for found in found {
        match found.target {
            _ if found.confidence == Confidence::ByName => return Err(NotRenamed::Unsure),
            Target::Module(_) => return Err(NotRenamed::Module),
            Target::Definition(id) => {
                let all = family(analysis, id).ok_or(NotRenamed::Required)?;
                targets.extend(all.into_iter().map(Target::Definition));
            }
            local => targets.push(local),
        }
    }
    Ok(targets)
}

fn name_of(analysis: &Analysis, target: Target) -> String {
    match target {
        Target::Definition(id) => analysis.definition(id).name.clone(),
        Target::Binding(file, binding) => {
            let code = analysis.code(file);
            plain(code.name(code.binding(binding).name)).to_owned()
        }
        Target::Module(_) => String::new(),
    }
}

/// A raw identifier's name.
fn plain(word: &str) -> &str {
    word.strip_prefix("r#").unwrap_or(word)
}

pub(crate) fn is_name(language: Language, name: &str) -> bool {
    let starts_well = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let goes_on_well = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let keywords = match language {
        Language::Python => PYTHON,
        Language::Rust => RUST,
    };
    starts_well && goes_on_well && name != "_" && !keywords.contains(&name)
}

/// <https://docs.python.org/3/reference/lexical_analysis.html#keywords>
const PYTHON: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// <https://doc.rust-lang.org/reference/keywords.html>
const RUST: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
    "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Refuses a name that another symbol beside the renamed one has.
fn check_neighbours(analysis: &Analysis, target: Target, to: &str) -> Result<(), NotRenamed> {
    match target {
        Target::Definition(DefId { file, local }) => {
            let outline = analysis.outline(file);
            // A member may have thousands that are renamed with it, each in a type of its own.
            let beside: Vec<LocalId> = match outline.definition(local).parent {
                Some(owner) => members_named(analysis, DefId { file, local: owner }, to)
                    .iter()
                    .map(|it| it.local)
                    .collect(),
                None => outline.ids().filter(|&id| outline.definition(id).parent.is_none()).collect(),
            };
            let other = beside.into_iter().find(|&id| {
                let other = outline.definition(id);
                other.name == to && other.implemented.is_none()
            });
            match other {
                Some(other) => {
                    Err(taken(analysis, file, analysis.spans(file).definitions[other.index()].name, to))
                }
                None => Ok(()),
            }
        }
        Target::Binding(file, binding) => {
            let code = analysis.code(file);
            let scope = code.binding(binding).scope;
            let other = code.find_name(to).and_then(|name| code.bound(scope, name).first());
            other.map_or(Ok(()), |&other| Err(taken(analysis, file, code.binding(other).span, to)))
        }
        Target::Module(_) => Ok(()),
    }
}

/// Refuses a name that would lead elsewhere from a place, or that others there already use for something from further out.
fn check_place(analysis: &Analysis, place: &Occurrence, to: &str, file: &InFile) -> Result<(), NotRenamed> {
    let code = analysis.code(place.file);
    let Some(name) = code.find_name(to) else { return Ok(()) };
    match place.word {
        Word::Expr(id) => {
            let scope = match code.expr(id) {
                Expr::Name { scope, .. } | Expr::TypeName { scope, .. } | Expr::MacroName { scope, .. } => {
                    scope
                }
                _ => return Ok(()),
            };
            let bound = scopes(code, scope).into_iter().find_map(|scope| code.bound(scope, name).first());
            bound.map_or(Ok(()), |&other| Err(taken(analysis, place.file, code.binding(other).span, to)))
        }
        Word::Binding(id) => {
            if matches!(code.binding(id).kind, BindingKind::Attribute { .. }) {
                return Ok(());
            }
            let used = file.uses.get(&code.binding(id).scope);
            let start = used.and_then(|&id| code.start(id));
            start.map_or(Ok(()), |start| {
                Err(taken(analysis, place.file, Span { start, end: start + to.len() as u32 }, to))
            })
        }
    }
}

/// What is asked of a file for each of its places.
struct InFile {
    /// The first use of the new name that is looked up in each scope.
    uses: HashMap<ScopeId, ExprId>,
    /// Where one word names a field and a variable (Rust).
    short: HashSet<u32>,
}

impl InFile {
    fn new(code: &Code, name: &str) -> Self {
        let is_field = |id: &ExprId| matches!(code.expr(*id), Expr::Keyword { .. });
        let fields: HashSet<u32> = code.ids().filter(is_field).filter_map(|id| code.start(id)).collect();
        let values = code.ids().filter(|id| !is_field(id)).filter_map(|id| code.start(id));
        let bound = code.binding_ids().map(|id| code.binding(id).span.start);
        let short = values.chain(bound).filter(|start| fields.contains(start)).collect();
        Self { uses: Self::uses_of(code, name), short }
    }

    fn uses_of(code: &Code, name: &str) -> HashMap<ScopeId, ExprId> {
        let mut found = HashMap::new();
        let Some(name) = code.find_name(name) else { return found };
        let mut seen: HashSet<ScopeId> = HashSet::new();
        for id in code.ids() {
            match code.expr(id) {
                Expr::Name { name: word, scope } if word == name && seen.insert(scope) => {
                    for scope in scopes(code, scope) {
                        found.entry(scope).or_insert(id);
                    }
                }
                _ => {}
            }
        }
        found
    }
}

/// The scopes in which a name is looked up, from the innermost outwards: of classes only the innermost, from their own bodies.
fn scopes(code: &Code, scope: ScopeId) -> Vec<ScopeId> {
    let mut found = Vec::new();
    let mut next = Some(scope);
    let mut has_left = false;
    while let Some(at) = next {
        let here = code.scope(at);
        if !(has_left && matches!(here.kind, ScopeKind::Class(_))) {
            found.push(at);
        }
        has_left |= matches!(here.kind, ScopeKind::Function(_));
        next = here.parent;
    }
    found
}

fn taken(analysis: &Analysis, file: FileId, span: Span, name: &str) -> NotRenamed {
    let line = LineIndex::new(analysis.text(file)).line(span.start) + 1;
    NotRenamed::Taken { name: name.to_owned(), path: analysis.path(file).to_owned(), line }
}

fn edit(analysis: &Analysis, place: &Occurrence, from: &str, to: &str, file: &InFile) -> TextEdit {
    let text = match short_form(analysis, place, file) {
        // `Point { x }` names a field and a variable; only one of them has another name now.
        Some(Short::Field) => format!("{to}: {from}"),
        Some(Short::Value) => format!("{from}: {to}"),
        None => to.to_owned(),
    };
    TextEdit { file: place.file, span: place.span, text }
}

/// What of a shorthand a place stands for.
enum Short {
    Field,
    Value,
}

fn short_form(analysis: &Analysis, place: &Occurrence, file: &InFile) -> Option<Short> {
    if analysis.language(place.file) != Language::Rust || !file.short.contains(&place.span.start) {
        return None;
    }
    match place.word {
        Word::Expr(id) if matches!(analysis.code(place.file).expr(id), Expr::Keyword { .. }) => {
            Some(Short::Field)
        }
        _ => Some(Short::Value),
    }
}
