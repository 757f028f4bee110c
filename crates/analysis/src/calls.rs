//! Who calls a function, and what it calls. Never does: follow calls further than one step.

use std::collections::{HashMap, HashSet};

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
    let mut found = Found::default();
    for file in files_to_read(analysis, name) {
        let code = analysis.code(file);
        let enclosing = analysis.spans(file).enclosing();
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
                found.add((file, enclosing.at(span.start)), edge.confidence, span);
            }
        }
    }
    found.list
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
    let mut found = Found::default();
    for (span, callee) in called {
        analysis.poll();
        for edge in meanings(analysis, id.file, Word::Expr(callee)) {
            if let Target::Definition(target) = edge.target {
                found.add((target.file, Some(target.local)), edge.confidence, span);
            }
        }
    }
    found.list
}

/// Calls in the making: one entry for each symbol, in the order of the first calls.
#[derive(Default)]
struct Found {
    index: HashMap<(FileId, Option<LocalId>), usize>,
    list: Vec<Calls>,
}

impl Found {
    fn add(&mut self, other: (FileId, Option<LocalId>), confidence: Confidence, span: Span) {
        let (file, symbol) = other;
        let index = *self.index.entry(other).or_insert_with(|| {
            self.list.push(Calls { file, symbol, confidence, spans: Vec::new() });
            self.list.len() - 1
        });
        let calls = &mut self.list[index];
        calls.confidence = calls.confidence.min(confidence);
        calls.spans.push(span);
    }
}

/// The expressions of a file that are called, macros included.
pub(crate) fn called(code: &Code) -> HashSet<ExprId> {
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
