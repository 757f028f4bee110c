//! How what a name stands for is declared, and its documentation. Never does: its history.

use backstory_analysis::{Analysis, Confidence, DefId, FileId, Target, definitions_at, word_at};
use backstory_syntax::{BindingKind, Language, Span};

use crate::symbol::module_key;

/// What a hover says of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Byte offsets of the name that was asked for.
    pub span: Span,
    pub language: Language,
    /// The declaration up to its body, as code.
    pub code: String,
    /// The documentation as written, without comment markers; may be empty.
    pub docs: String,
    pub confidence: Confidence,
}

impl Signature {
    /// As a hover shows it.
    pub fn markdown(&self) -> String {
        let mut markdown = format!("```{}\n{}\n```", self.language.id(), self.code);
        if self.confidence == Confidence::ByName {
            markdown.push_str("\n\nOnly the name agrees.");
        }
        if !self.docs.is_empty() {
            markdown.push_str("\n\n");
            markdown.push_str(self.docs.trim());
        }
        markdown
    }
}

/// The declaration behind the name at a byte offset. A name that may mean several things has none: the wrong one would be worse.
pub fn signature_at(analysis: &Analysis, file: FileId, offset: u32) -> Option<Signature> {
    let (_, span) = word_at(analysis, file, offset)?;
    let found = definitions_at(analysis, file, offset);
    let first = found.first()?;
    let is_one = found.iter().all(|other| same_text(analysis, first.target, other.target));
    let (language, code, docs) = is_one.then(|| described(analysis, first.target))?;
    Some(Signature { span, language, code, docs, confidence: first.confidence })
}

/// Whether two targets are assignments of one name.
fn same_text(analysis: &Analysis, one: Target, other: Target) -> bool {
    match (one, other) {
        (Target::Binding(file, a), Target::Binding(other, b)) => {
            let code = analysis.code(file);
            file == other
                && (code.binding(a).scope, code.binding(a).name)
                    == (code.binding(b).scope, code.binding(b).name)
        }
        _ => one == other,
    }
}

fn described(analysis: &Analysis, target: Target) -> (Language, String, String) {
    match target {
        Target::Definition(DefId { file, local }) => {
            let definition = analysis.outline(file).definition(local);
            (analysis.language(file), definition.signature.clone(), definition.docs.clone())
        }
        Target::Binding(file, binding) => {
            (analysis.language(file), line_of(analysis, file, binding), String::new())
        }
        Target::Module(file) => {
            let key = module_key(analysis, file);
            let name = key.split_once(':').map_or(key.as_str(), |(_, name)| name);
            let word = if analysis.language(file) == Language::Python { "module" } else { "mod" };
            (analysis.language(file), format!("{word} {name}"), analysis.outline(file).docs.clone())
        }
    }
}

/// The line of a variable, or its name alone where that is a parameter.
fn line_of(analysis: &Analysis, file: FileId, binding: backstory_syntax::BindingId) -> String {
    let (text, binding) = (analysis.text(file), analysis.code(file).binding(binding));
    let start = binding.span.start as usize;
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    match binding.kind {
        BindingKind::Parameter { annotation: Some(_), .. } => {
            let rest = &text[start..line_end];
            let end = end_of_annotation(rest);
            rest[..end].trim_end().to_owned()
        }
        BindingKind::Variable { .. } | BindingKind::Attribute { .. } => {
            text[line_start..line_end].trim().trim_end_matches(['{', ';']).trim_end().to_owned()
        }
        _ => binding.span.of(text).to_owned(),
    }
}

/// Where a parameter ends: at a comma or a bracket that closes what is around it.
fn end_of_annotation(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '|' if depth == 0 => return at,
            ',' | '=' if depth == 0 => return at,
            ')' | ']' | '}' => depth -= 1,
            '>' if depth > 0 && !text[..at].ends_with('-') => depth -= 1,
            _ => {}
        }
    }
    text.len()
}
