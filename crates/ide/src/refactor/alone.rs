//! Whether the places of a symbol mean that symbol and nothing else. Never does: find them.

use std::collections::HashSet;

use backstory_analysis::{
    Analysis, Confidence, FileId, Symbol, Target, definitions_at, family, meanings, word_at,
};
use backstory_syntax::ScopeKind;

use super::{Refused, line};
use crate::navigation::TextEdit;

/// Refuses where one of the edited places may mean another symbol than those at the given places.
pub(super) fn check(analysis: &Analysis, of: &[(FileId, u32)], edits: &[TextEdit]) -> Result<(), Refused> {
    let mut own: HashSet<Symbol> = HashSet::new();
    for &(file, offset) in of {
        for found in definitions_at(analysis, file, offset) {
            own.insert(symbol(analysis, found.target));
            if let Target::Definition(id) = found.target {
                let all = family(analysis, id).unwrap_or_default();
                own.extend(all.into_iter().map(|id| symbol(analysis, Target::Definition(id))));
            }
        }
    }
    for symbol in &own {
        check_built_in(analysis, *symbol)?;
    }
    // `Point { x }` of Rust names a field and a variable, and is written out where one of them gets another name.
    for edit in edits.iter().filter(|edit| !edit.text.contains(':')) {
        let Some((word, _)) = word_at(analysis, edit.file, edit.span.start) else { continue };
        let found = meanings(analysis, edit.file, word).into_iter();
        let mut sure = found.filter(|found| found.confidence != Confidence::ByName);
        if sure.any(|found| !own.contains(&symbol(analysis, found.target))) {
            let path = analysis.path(edit.file).to_owned();
            return Err(Refused::Shared { path, line: line(analysis.text(edit.file), edit.span.start) });
        }
    }
    Ok(())
}

/// Refuses a name of a file or of a class that is one of Python's own as well: before it is bound there, or in a branch, the other is meant.
fn check_built_in(analysis: &Analysis, symbol: Symbol) -> Result<(), Refused> {
    let Symbol::Name(file, scope, name) = symbol else { return Ok(()) };
    let code = analysis.code(file);
    let is_seen = matches!(code.scope(scope).kind, ScopeKind::File | ScopeKind::Class(_));
    let name = code.name(name);
    match is_seen && BUILT_IN.binary_search(&name).is_ok() {
        true => Err(Refused::BuiltIn { name: name.to_owned() }),
        false => Ok(()),
    }
}

/// A target is itself where it binds no name.
fn symbol(analysis: &Analysis, target: Target) -> Symbol {
    backstory_analysis::symbol(analysis, target).unwrap_or(Symbol::One(target))
}

/// <https://docs.python.org/3/library/functions.html>, and the exceptions that programs bind anew. In alphabetic order.
const BUILT_IN: [&str; 81] = [
    "BlockingIOError",
    "BrokenPipeError",
    "ConnectionError",
    "FileNotFoundError",
    "IOError",
    "InterruptedError",
    "ModuleNotFoundError",
    "NotADirectoryError",
    "OSError",
    "PermissionError",
    "TimeoutError",
    "abs",
    "aiter",
    "all",
    "anext",
    "any",
    "ascii",
    "bin",
    "bool",
    "breakpoint",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "compile",
    "complex",
    "delattr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
];

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::BUILT_IN;
    use crate::refactor::{Request, edited, plan};
    use crate::tests::analysis;

    #[test]
    fn the_list_is_in_order() {
        assert!(BUILT_IN.is_sorted());
    }

    #[test]
    fn places_that_mean_more_than_one() {
        let text = "\
from typing import Union
class A:
    def __init__(self): self.url = 1
class B:
    def __init__(self): self.url = 2
def f(x: A, y: Union[A, B]):
    return x.url, y.url
class Base:
    def send(self, request, more): return request
class Child(Base):
    def send(self, request): return request
def g(x: Base): x.send(request=1, more=2)
str = str
";
        let analysis = analysis(&[("m.py", text)]);
        let mut said = String::new();
        for needle in ["url = 1", "request): return", "request, more", "more)", "str ="] {
            let offset = text.find(needle).unwrap() as u32;
            let request = Request::Rename { path: "m.py".to_owned(), offset, to: "new".to_owned() };
            let new = match plan(&analysis, &request, None) {
                Ok(plan) => {
                    let new = edited(text, &plan.edits[0].edits);
                    let lines = text.lines().zip(new.lines()).filter(|(old, new)| old != new);
                    lines.map(|(_, new)| format!("  {}\n", new.trim())).collect()
                }
                Err(why) => format!("  {why}\n"),
            };
            said.push_str(&format!("{needle}\n{new}"));
        }
        expect![[r#"
            url = 1
              m.py:7 names another symbol as well, which would keep its name
            request): return
              def send(self, new, more): return new
              def send(self, new): return new
              def g(x: Base): x.send(new=1, more=2)
            request, more
              def send(self, new, more): return new
              def send(self, new): return new
              def g(x: Base): x.send(new=1, more=2)
            more)
              def send(self, request, new): return request
              def g(x: Base): x.send(request=1, new=2)
            str =
              `str` is a name of Python's own as well, and may be meant by it
        "#]]
        .assert_eq(&said);
    }
}
