//! Where what a name stands for is declared, and every place that names it. Never does: choose among several meanings.

use std::collections::HashMap;

use backstory_analysis::{
    Analysis, Confidence, DefId, FileId, Occurrence, definitions_at, occurrences, symbol_key,
};
use backstory_syntax::{DefinitionKind, LineIndex, Span};
use serde::Serialize;

use crate::locate::{self, Located, NotLocated, Target};
use crate::symbol::module_key;

/// A place in the present tree where a name stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedPlace {
    /// Relative to the root, with `/`.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// The line without the space around it; the path where a whole file is meant.
    pub text: String,
    /// The qualified name and kind, where the place declares a symbol or is a module.
    pub key: Option<String>,
    pub kind: Option<DefinitionKind>,
    /// `exact`, `inferred` or `by-name`.
    pub confidence: &'static str,
    pub declaration: bool,
}

/// Where what a target names is declared; several places where it is one of several.
///
/// # Errors
/// As [`locate::locate`].
pub fn definitions(analysis: &Analysis, target: &Target) -> Result<Vec<NamedPlace>, NotLocated> {
    let (meant, confidence) = meant(analysis, target)?;
    let mut lines = Lines::new(analysis);
    Ok(meant.into_iter().map(|target| declared(&mut lines, target, confidence)).collect())
}

/// Every place that names what a target names, declarations included, in the order of files and lines.
///
/// # Errors
/// As [`locate::locate`].
pub fn references(analysis: &Analysis, target: &Target) -> Result<Vec<NamedPlace>, NotLocated> {
    let (meant, _) = meant(analysis, target)?;
    let mut lines = Lines::new(analysis);
    Ok(occurrences(analysis, &meant).iter().map(|found| occurrence(&mut lines, found)).collect())
}

type Meant = (Vec<backstory_analysis::Target>, Confidence);

/// What a target stands for. A place with a column is a name there; any other target is a symbol or a file.
fn meant(analysis: &Analysis, target: &Target) -> Result<Meant, NotLocated> {
    use backstory_analysis::Target as To;
    if let Target::Place { path, line: Some(line), column: Some(column) } = target {
        let file = analysis.file(path).ok_or_else(|| NotLocated::NoFile { path: path.clone() })?;
        let offset = locate::offset(analysis, file, *line, *column)?;
        let found = definitions_at(analysis, file, offset);
        let confidence = found.iter().map(|found| found.confidence).max().unwrap_or(Confidence::Exact);
        return Ok((found.into_iter().map(|found| found.target).collect(), confidence));
    }
    let target = match locate::locate(analysis, target)? {
        Located::Symbol(id) => To::Definition(id),
        Located::File(file) => To::Module(file),
    };
    Ok((vec![target], Confidence::Exact))
}

/// The lines of the files that places are in; one file may have many.
struct Lines<'a> {
    analysis: &'a Analysis,
    of: HashMap<FileId, LineIndex>,
    /// The place that was asked for last, by file and byte offset, and the characters before it in its line.
    last: Option<(FileId, u32, u32)>,
}

impl<'a> Lines<'a> {
    fn new(analysis: &'a Analysis) -> Self {
        Self { analysis, of: HashMap::new(), last: None }
    }

    fn of(&mut self, file: FileId) -> &LineIndex {
        self.of.entry(file).or_insert_with(|| LineIndex::new(self.analysis.text(file)))
    }

    /// The characters between the start of a line and an offset in it. Counts on from the place before: a line may have many.
    fn column(&mut self, file: FileId, start: u32, offset: u32) -> u32 {
        let known = self.last.filter(|&(of, at, _)| of == file && (start..=offset).contains(&at));
        let (from, before) = known.map_or((start, 0), |(_, at, before)| (at, before));
        let between = &self.analysis.text(file)[from as usize..offset as usize];
        let column = before + between.chars().count() as u32;
        self.last = Some((file, offset, column));
        column
    }
}

fn declared(lines: &mut Lines, target: backstory_analysis::Target, confidence: Confidence) -> NamedPlace {
    use backstory_analysis::Target as To;
    let analysis = lines.analysis;
    match target {
        To::Definition(id) => NamedPlace {
            key: Some(symbol_key(analysis, id)),
            kind: Some(analysis.definition(id).kind),
            ..place(lines, id.file, name_of(analysis, id), confidence, true)
        },
        To::Binding(file, binding) => {
            let span = analysis.code(file).binding(binding).span;
            place(lines, file, span, confidence, true)
        }
        To::Module(file) => NamedPlace {
            path: analysis.path(file).to_owned(),
            line: 1,
            column: 1,
            text: analysis.path(file).to_owned(),
            key: Some(module_key(analysis, file)),
            kind: Some(DefinitionKind::Module),
            confidence: confidence.as_str(),
            declaration: true,
        },
    }
}

fn name_of(analysis: &Analysis, id: DefId) -> Span {
    analysis.spans(id.file).definitions[id.local.index()].name
}

fn occurrence(lines: &mut Lines, found: &Occurrence) -> NamedPlace {
    place(lines, found.file, found.span, found.confidence, found.is_declaration)
}

fn place(
    lines: &mut Lines,
    file: FileId,
    span: Span,
    confidence: Confidence,
    declaration: bool,
) -> NamedPlace {
    let analysis = lines.analysis;
    let text = analysis.text(file);
    let index = lines.of(file);
    let line = index.line(span.start);
    let start = index.start_of(line).unwrap_or(0);
    let end = index.start_of(line + 1).map_or(text.len(), |next| next as usize);
    let content = &text[start as usize..end];
    NamedPlace {
        path: analysis.path(file).to_owned(),
        line: line + 1,
        column: lines.column(file, start, span.start) + 1,
        text: shown(content, (span.start - start) as usize).trim().to_owned(),
        key: None,
        kind: None,
        confidence: confidence.as_str(),
        declaration,
    }
}

/// A line is shown up to so many bytes around the name: one that a program wrote may have megabytes, and a name in it many places.
const SHOWN: usize = 400;

/// A line, or of a long one the part around a byte offset.
fn shown(line: &str, at: usize) -> &str {
    if line.len() <= SHOWN {
        return line;
    }
    let start = line.floor_char_boundary(at.saturating_sub(SHOWN / 2));
    &line[start..line.floor_char_boundary(at + SHOWN / 2)]
}
