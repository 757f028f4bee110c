//! Who calls a function, and what it calls. Never does: follow calls further than one step.

use std::collections::HashSet;

use backstory_syntax::{Code, Expr, ExprId, LocalId, Span};

use crate::confidence::Confidence;
use crate::database::{Analysis, DefId, FileId};
use crate::navigate::{Target, Word, meanings, span_of};
use crate::references::{files_to_read, local_names};

/// Calls between two symbols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calls {
    /// The file of the other symbol.
    pub file: FileId,
    /// The symbol at the other end; `None` for code at the top level of a file.
    pub symbol: Option<LocalId>,
    /// The best confidence among the calls.
    pub confidence: Confidence,
    /// The called names, in the file of the one who calls, in source order.
    pub spans: Vec<Span>,
}

/// The code that calls a definition, in file order.
pub fn calls_of(analysis: &Analysis, id: DefId) -> Vec<Calls> {
    let name = &analysis.definition(id).name;
    let mut found = Vec::new();
    for file in files_to_read(analysis, name) {
        let code = analysis.code(file);
        let names = local_names(analysis.outline(file), name);
        let words: Vec<_> = names.iter().filter_map(|name| code.find_name(name)).collect();
        let mut called: Vec<ExprId> = called(code).into_iter().collect();
        called.retain(|&callee| code.word(callee).is_some_and(|word| words.contains(&word)));
        called.sort_unstable();
        for callee in called {
            analysis.poll();
            let Some(span) = span_of(code, callee, analysis.text(file)) else { continue };
            let edges = meanings(analysis, file, Word::Expr(callee));
            if let Some(edge) = edges.iter().find(|edge| edge.target == Target::Definition(id)) {
                let symbol = analysis.spans(file).definition_at(span.start);
                add(&mut found, (file, symbol), edge.confidence, span);
            }
        }
    }
    found
}

/// The definitions that a definition calls, in the order of the first calls.
pub fn calls_from(analysis: &Analysis, id: DefId) -> Vec<Calls> {
    let code = analysis.code(id.file);
    let whole = analysis.spans(id.file).definitions[id.local.index()].full;
    let mut called: Vec<(Span, ExprId)> = called(code)
        .into_iter()
        .filter_map(|callee| Some((span_of(code, callee, analysis.text(id.file))?, callee)))
        .filter(|(span, _)| whole.contains(*span))
        .collect();
    called.sort_by_key(|(span, _)| span.start);
    let mut found = Vec::new();
    for (span, callee) in called {
        analysis.poll();
        for edge in meanings(analysis, id.file, Word::Expr(callee)) {
            if let Target::Definition(target) = edge.target {
                add(&mut found, (target.file, Some(target.local)), edge.confidence, span);
            }
        }
    }
    found
}

fn add(found: &mut Vec<Calls>, other: (FileId, Option<LocalId>), confidence: Confidence, span: Span) {
    let (file, symbol) = other;
    match found.iter_mut().find(|it| it.file == file && it.symbol == symbol) {
        Some(known) => {
            known.confidence = known.confidence.min(confidence);
            known.spans.push(span);
        }
        None => found.push(Calls { file, symbol, confidence, spans: vec![span] }),
    }
}

/// The expressions of a file that are called, macros included.
fn called(code: &Code) -> HashSet<ExprId> {
    let mut found = HashSet::new();
    for id in code.ids() {
        match code.expr(id) {
            Expr::Call { callee, .. } => {
                found.insert(match code.expr(callee) {
                    Expr::Generic { base, .. } => base,
                    _ => callee,
                });
            }
            Expr::MacroName { .. } | Expr::MacroPath { .. } => {
                found.insert(id);
            }
            _ => {}
        }
    }
    found
}
