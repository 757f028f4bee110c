//! Members of objects whose type nobody knows: where one has the name of the member that is meant, it may be that or another one. Never does: count
//! what is known to come from outside of the workspace.

use backstory_analysis::{Analysis, DefId, FileId, Target, Word, definitions_at, is_unknown};
use backstory_syntax::{
    BindingKind, Code, DefinitionKind, Expr, ExprId, Language, NameId, ScopeId, ScopeKind, Span,
};

/// Which places may be meant.
pub(super) enum Members {
    None,
    /// Members of that name, of Python or of one of these kinds of Rust.
    Python,
    Fields,
    Methods,
    /// Arguments that are given by name to a function of one of these names.
    ArgumentsOf(Vec<String>),
}

/// What places may mean the symbol at a byte offset without anybody knowing.
pub(super) fn like(analysis: &Analysis, file: FileId, offset: u32) -> Members {
    let found = definitions_at(analysis, file, offset).into_iter().map(|found| match found.target {
        Target::Definition(id) => of_definition(analysis, id),
        Target::Binding(file, binding) if analysis.language(file) == Language::Python => {
            let code = analysis.code(file);
            let binding = code.binding(binding);
            match code.scope(binding.scope).kind {
                ScopeKind::Class(_) => Members::Python,
                ScopeKind::Function(Some(local)) if is_parameter(code, binding.scope, binding.name) => {
                    of_parameter(analysis, DefId { file, local })
                }
                _ => Members::None,
            }
        }
        Target::Binding(..) | Target::Module(_) => Members::None,
    });
    found.into_iter().find(|members| !matches!(members, Members::None)).unwrap_or(Members::None)
}

fn of_definition(analysis: &Analysis, id: DefId) -> Members {
    let definition = analysis.definition(id);
    let owner = definition.parent.map(|local| analysis.definition(DefId { file: id.file, local }).kind);
    match (analysis.language(id.file), definition.kind) {
        (Language::Python, _) if owner == Some(DefinitionKind::Class) => Members::Python,
        (Language::Rust, DefinitionKind::Field) => Members::Fields,
        (Language::Rust, DefinitionKind::Method) => Members::Methods,
        _ => Members::None,
    }
}

fn is_parameter(code: &Code, scope: ScopeId, name: NameId) -> bool {
    let mut bound = code.bound_plainly(scope, name).iter();
    bound.any(|&id| matches!(code.binding(id).kind, BindingKind::Parameter { .. }))
}

/// A function is called by its own name, a maker by its class's.
fn of_parameter(analysis: &Analysis, function: DefId) -> Members {
    let definition = analysis.definition(function);
    let owner = definition.parent.map(|local| analysis.definition(DefId { file: function.file, local }));
    let class = owner.filter(|owner| owner.kind == DefinitionKind::Class).map(|owner| owner.name.clone());
    Members::ArgumentsOf(std::iter::once(definition.name.clone()).chain(class).collect())
}

/// The places of a file that have the name and may be meant.
pub(super) fn unknown(analysis: &Analysis, file: FileId, name: &str, members: &Members) -> Vec<Span> {
    let code = analysis.code(file);
    let Some(word) = code.find_name(name).filter(|_| !matches!(members, Members::None)) else {
        return Vec::new();
    };
    let is_one = |id: &ExprId| match (code.expr(*id), members) {
        (Expr::Member { .. }, Members::Python) => analysis.language(file) == Language::Python,
        (Expr::Member { .. }, Members::Fields) | (Expr::Method { .. }, Members::Methods) => {
            analysis.language(file) == Language::Rust
        }
        (Expr::Keyword { callee, .. }, Members::ArgumentsOf(functions)) => {
            let callee = code.word(callee).map(|word| code.name(word));
            callee.is_some_and(|callee| functions.iter().any(|function| function == callee))
        }
        _ => false,
    };
    let found = code.ids().filter(|&id| code.word(id) == Some(word)).filter(is_one);
    let unknown = found.filter(|&id| is_unknown(analysis, file, Word::Expr(id)));
    let span = |start: u32| Span { start, end: start + name.len() as u32 };
    unknown.filter_map(|id| code.start(id).map(span)).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::refactor::{Mark, Request, plan};
    use crate::tests::analysis;

    #[test]
    fn what_the_library_gives_back_as_it_was() {
        let text = "\
import json, pickle
class Request:
    def body(self): ...
def f(data, many: list[Request]):
    pickle.loads(data).body()
    json.loads(data).body()
    max(many).body()
    max(many, key=len).body()
    getattr(data, 'last').body()
def g(data):
    from json import loads
    loads(data).body()
    import dill as kept
    kept.load(data).body()
    load(data).body()
";
        let analysis = analysis(&[("m.py", text)]);
        let offset = text.find("body").unwrap() as u32;
        let request = Request::Rename { path: "m.py".to_owned(), offset, to: "content".to_owned() };
        let plan = plan(&analysis, &request, None).unwrap();
        let line = |at: u32| text[..at as usize].lines().count();
        let said = plan.edits[0].edits.iter().map(|edit| match edit.mark {
            Mark::Member => format!("{} perhaps\n", line(edit.span.start)),
            _ => format!("{} certainly\n", line(edit.span.start)),
        });
        expect![[r#"
            3 certainly
            5 perhaps
            7 certainly
            8 certainly
            9 perhaps
            14 perhaps
            15 perhaps
        "#]]
        .assert_eq(&said.collect::<String>());
    }
}
