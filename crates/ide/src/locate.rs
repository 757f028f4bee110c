//! From what a person wrote (a place or a name) to one definition, or a clear reason why not. Never does: guess between equals.

use backstory_analysis::{Analysis, DefId, FileId, Word, find_symbols, meanings, word_at};
use backstory_syntax::{LineIndex, LocalId, Outline, Spans};

use crate::symbol::{SymbolInfo, describe};

/// What a person asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Lines and columns are 1-based; columns count characters.
    Place { path: String, line: Option<u32>, column: Option<u32> },
    /// A symbol's name, as much of it as the person cared to write.
    Name(String),
    /// Relative to the root, with `/`; empty for the root.
    Directory { path: String },
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Located {
    Symbol(DefId),
    /// The file as a whole.
    File(FileId),
}

impl Located {
    /// The file that it is, or is in.
    pub fn file(self) -> FileId {
        match self {
            Self::Symbol(id) => id.file,
            Self::File(file) => file,
        }
    }
}

/// Why nothing, or not one thing, was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotLocated {
    /// No file of a supported language at the path.
    NoFile { path: String },
    /// The file ends before the line.
    NoLine { path: String, line: u32, lines: u32 },
    /// No symbol stands there.
    NothingThere { path: String, line: u32 },
    /// No symbol has the name; the listed ones have similar names.
    NoSuchName { name: String, similar: Vec<String> },
    /// A directory without a file that makes a module of it.
    NoModule { path: String },
    /// A directory without source files.
    NothingIn { path: String },
    /// Several symbols have the name.
    Ambiguous { name: String, candidates: Vec<SymbolInfo> },
}

/// Finds the one definition or file that a target means.
pub fn locate(analysis: &Analysis, target: &Target) -> Result<Located, NotLocated> {
    match target {
        Target::Name(name) => by_name(analysis, name).map(Located::Symbol),
        Target::Directory { path } => match module_of(analysis, path) {
            Some(file) => Ok(Located::File(file)),
            None => Err(NotLocated::NoModule { path: path.clone() }),
        },
        Target::Place { path, line, column } => {
            let file = analysis.file(path).ok_or_else(|| NotLocated::NoFile { path: path.clone() })?;
            match line {
                None => Ok(Located::File(file)),
                Some(line) => at(analysis, file, *line, *column).map(Located::Symbol),
            }
        }
    }
}

/// The file that makes a module or a package of a directory.
pub fn module_of(analysis: &Analysis, directory: &str) -> Option<FileId> {
    let inside = match directory {
        "" => String::new(),
        directory => format!("{directory}/"),
    };
    let files = ["mod.rs", "lib.rs", "main.rs", "src/lib.rs", "src/main.rs", "__init__.py", "__init__.pyi"];
    let beside = (!directory.is_empty()).then(|| format!("{directory}.rs"));
    let all = files.iter().map(|file| format!("{inside}{file}")).chain(beside);
    all.filter_map(|path| analysis.file(&path)).next()
}

fn by_name(analysis: &Analysis, name: &str) -> Result<DefId, NotLocated> {
    let found = find_symbols(analysis, name);
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(NotLocated::NoSuchName { name: name.to_owned(), similar: similar(analysis, name) }),
        several => {
            let mut candidates: Vec<SymbolInfo> = several.iter().map(|&id| describe(analysis, id)).collect();
            candidates.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
            Err(NotLocated::Ambiguous { name: name.to_owned(), candidates })
        }
    }
}

/// A column decides by itself: a use means what it refers to. A line means the definition whose name it holds, otherwise the
/// innermost definition around it.
fn at(analysis: &Analysis, file: FileId, line: u32, column: Option<u32>) -> Result<DefId, NotLocated> {
    let path = || analysis.path(file).to_owned();
    let text = analysis.text(file);
    let index = LineIndex::new(text);
    let line0 = line.saturating_sub(1);
    let Some(start) = index.start_of(line0) else {
        return Err(NotLocated::NoLine { path: path(), line, lines: text.lines().count() as u32 });
    };
    let end = index.offset(line0, u32::MAX - start).unwrap_or(start);
    let content = &text[start as usize..end as usize];
    let spans = analysis.spans(file);
    let outline = analysis.outline(file);
    let nothing = || NotLocated::NothingThere { path: path(), line };
    let local = match column {
        Some(column) => {
            let offset = start + byte_column(content, column);
            if let Some(target) = referred_at(analysis, file, offset) {
                return Ok(target);
            }
            spans.definition_at(offset).ok_or_else(nothing)?
        }
        None => {
            let indent = (content.len() - content.trim_start().len()) as u32;
            let named = named_between(outline, spans, start, end);
            named.or_else(|| spans.definition_at(start + indent)).ok_or_else(nothing)?
        }
    };
    Ok(DefId { file, local })
}

/// The byte offset of a 1-based line and a column in characters.
///
/// # Errors
/// [`NotLocated::NoLine`] where the file ends before the line.
pub fn offset(analysis: &Analysis, file: FileId, line: u32, column: u32) -> Result<u32, NotLocated> {
    let text = analysis.text(file);
    let index = LineIndex::new(text);
    let line0 = line.saturating_sub(1);
    let Some(start) = index.start_of(line0) else {
        let lines = text.lines().count() as u32;
        return Err(NotLocated::NoLine { path: analysis.path(file).to_owned(), line, lines });
    };
    let content = text[start as usize..].lines().next().unwrap_or("");
    Ok(start + byte_column(content, column))
}

/// The symbol that the name at an offset stands for, where it is used there.
fn referred_at(analysis: &Analysis, file: FileId, offset: u32) -> Option<DefId> {
    let (word, _) = word_at(analysis, file, offset)?;
    if !matches!(word, Word::Expr(_)) {
        return None;
    }
    meanings(analysis, file, word).into_iter().find_map(|found| match found.target {
        backstory_analysis::Target::Definition(id) => Some(id),
        _ => None,
    })
}

/// The outermost definition whose name stands within the byte range.
fn named_between(outline: &Outline, spans: &Spans, start: u32, end: u32) -> Option<LocalId> {
    outline.ids().find(|id| {
        let name = spans.definitions[id.index()].name;
        start <= name.start && name.end <= end
    })
}

/// The byte column of a 1-based column in characters.
fn byte_column(line: &str, column: u32) -> u32 {
    let skipped = column.saturating_sub(1) as usize;
    line.char_indices().nth(skipped).map_or(line.len(), |(at, _)| at) as u32
}

/// Names in the workspace that differ little from the one that was asked for, best first, at most five.
fn similar(analysis: &Analysis, name: &str) -> Vec<String> {
    let wanted = name.rsplit(['.', ':']).next().unwrap_or(name).to_lowercase();
    let mut names: Vec<(usize, String)> = Vec::new();
    for file in analysis.files() {
        for definition in &analysis.outline(file).definitions {
            let distance = edit_distance(&wanted, &definition.name.to_lowercase());
            if distance <= wanted.chars().count().div_ceil(3) {
                names.push((distance, definition.name.clone()));
            }
        }
    }
    names.sort();
    names.dedup();
    names.into_iter().map(|(_, name)| name).take(5).collect()
}

/// Levenshtein's distance in characters, by the two-row method of Wagner and Fischer (1974).
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
