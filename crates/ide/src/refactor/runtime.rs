//! Places of Python that may name a symbol while the code runs: a text by which a decorator's framework finds what it registered (`url_for("index")`) or
//! gives a parameter (`@app.route("/<page>")`), a text beside an object (`getattr(x, "name")`), a path (`patch("package.module.name")`), and an argument that is passed on in a mapping (`**options`).
//! Never does: know a framework.

use std::ops::Range;

use backstory_analysis::{
    Analysis, DefId, FileId, Target, Word, definitions_at, files_to_read, is_unknown, meanings, module_path,
};
use backstory_syntax::{
    BindingKind, Code, DefinitionKind, Expr, ExprId, Language, Parameter, Parsed, ScopeKind, Span, TokenKind,
};

use super::mentions::{inside, words};

/// How a name may be looked for.
pub(super) enum Sought {
    No,
    /// By a text that is given to a call beside the object that has it, or by its path from a module on.
    OfObject {
        root: String,
    },
    /// By a path, or in a program that is a text.
    Module {
        root: String,
    },
    /// By a text that is nothing else; what is declared inside of a function only in its own file.
    Registered {
        only: Option<FileId>,
    },
    Parameter {
        /// Of its function, what stands before it.
        decorators: Option<(FileId, Span)>,
        /// A call of its function passes a mapping.
        is_passed: bool,
    },
}

/// Decorators that neither register what they decorate nor give it arguments of their own.
const KNOWN: [&str; 27] = [
    "abstractmethod",
    "abstractproperty",
    "asynccontextmanager",
    "cache",
    "cached_property",
    "classmethod",
    "contextmanager",
    "coroutine",
    "dataclass",
    "deleter",
    "deprecated",
    "expectedFailure",
    "final",
    "getter",
    "lru_cache",
    "override",
    "overload",
    "parametrize",
    "property",
    "runtime_checkable",
    "setter",
    "skipif",
    "staticmethod",
    "total_ordering",
    "unique",
    "wraps",
    "xfail",
];

/// How what stands at a byte offset may be looked for.
pub(super) fn sought(analysis: &Analysis, file: FileId, offset: u32) -> Sought {
    if analysis.language(file) != Language::Python {
        return Sought::No;
    }
    let found = definitions_at(analysis, file, offset).into_iter().map(|found| match found.target {
        Target::Definition(id) => definition(analysis, id),
        Target::Binding(file, binding) => {
            let code = analysis.code(file);
            let binding = code.binding(binding);
            match (code.scope(binding.scope).kind, binding.kind) {
                (ScopeKind::Function(Some(local)), BindingKind::Parameter { form: Parameter::Plain, .. }) => {
                    parameter(analysis, DefId { file, local })
                }
                (ScopeKind::Class(_) | ScopeKind::File, _) => Sought::OfObject { root: root(analysis, file) },
                _ => Sought::No,
            }
        }
        Target::Module(file) => Sought::Module { root: root(analysis, file) },
    });
    found.into_iter().find(|it| !matches!(it, Sought::No)).unwrap_or(Sought::No)
}

/// The package or module that the path of a file's module begins with.
fn root(analysis: &Analysis, file: FileId) -> String {
    module_path(analysis, file).split('.').next().unwrap_or_default().to_owned()
}

fn definition(analysis: &Analysis, id: DefId) -> Sought {
    let file = id.file;
    let definition = analysis.definition(id);
    let owner = definition.parent.map(|local| analysis.definition(DefId { file, local }).kind);
    let is_inside = matches!(owner, Some(DefinitionKind::Function | DefinitionKind::Method));
    let is_code = matches!(definition.kind, DefinitionKind::Function | DefinitionKind::Class);
    match (is_code && is_decorated(analysis, id), is_inside) {
        (true, _) => Sought::Registered { only: is_inside.then_some(file) },
        (false, true) => Sought::No,
        (false, false) => Sought::OfObject { root: root(analysis, file) },
    }
}

fn parameter(analysis: &Analysis, function: DefId) -> Sought {
    let spans = analysis.spans(function.file).definitions[function.local.index()];
    let before = Span { start: spans.full.start, end: spans.item.start };
    let decorators = is_decorated(analysis, function).then_some((function.file, before));
    Sought::Parameter { decorators, is_passed: is_given_mapping(analysis, function) }
}

/// Whether a decorator may look at more than what the function does.
fn is_decorated(analysis: &Analysis, id: DefId) -> bool {
    let code = analysis.code(id.file);
    let is_known = |decorator: ExprId| {
        let callee = match code.expr(decorator) {
            Expr::Call { callee, .. } => callee,
            _ => decorator,
        };
        code.word(callee).is_some_and(|word| KNOWN.binary_search(&code.name(word)).is_ok())
    };
    let item = code.item(id.local);
    item.is_some_and(|item| code.list(item.decorators).any(|decorator| !is_known(decorator)))
}

/// Whether a call that may be of a function passes a mapping.
fn is_given_mapping(analysis: &Analysis, function: DefId) -> bool {
    let definition = analysis.definition(function);
    let owner = definition.parent.map(|local| DefId { file: function.file, local });
    let class = owner.filter(|&owner| analysis.definition(owner).kind == DefinitionKind::Class);
    let called = [Some(function), class.filter(|_| definition.name == "__init__")];
    called.into_iter().flatten().any(|called| {
        let name = analysis.definition(called).name.as_str();
        let is_meant = |found: Target| match found {
            Target::Definition(id) => id == called || Some(id) == class,
            Target::Binding(..) | Target::Module(_) => false,
        };
        files_to_read(analysis, name).into_iter().any(|file| {
            let may_be = |callee: ExprId| {
                let word = Word::Expr(callee);
                is_unknown(analysis, file, word)
                    || meanings(analysis, file, word).into_iter().any(|it| is_meant(it.target))
            };
            given_mappings(analysis, file, name).into_iter().any(may_be)
        })
    })
}

/// The functions of a file's calls that have a name and are given a mapping.
fn given_mappings(analysis: &Analysis, file: FileId, name: &str) -> Vec<ExprId> {
    let code = analysis.code(file);
    let is_python = analysis.language(file) == Language::Python;
    let Some(word) = code.find_name(name).filter(|_| is_python && analysis.text(file).contains("**")) else {
        return Vec::new();
    };
    let called = code.ids().filter_map(|id| match code.expr(id) {
        Expr::Call { callee, .. } if code.word(callee) == Some(word) => Some((callee, code.start(callee)?)),
        _ => None,
    });
    let called: Vec<(ExprId, u32)> = called.collect();
    let parsed = (!called.is_empty()).then(|| analysis.parsed(file));
    let is_given = |at: u32| parsed.as_ref().is_some_and(|parsed| parsed.gives_mapping(at));
    called.into_iter().filter(|&(_, at)| is_given(at)).map(|(callee, _)| callee).collect()
}

/// The places of a file that have the name and may be meant. The tree is that of the file.
pub(super) fn places(
    analysis: &Analysis,
    file: FileId,
    parsed: &Parsed,
    name: &str,
    sought: &Sought,
) -> Vec<Span> {
    let text = analysis.text(file);
    if analysis.language(file) != Language::Python {
        return Vec::new();
    }
    let whole = Span { start: 0, end: text.len() as u32 };
    match sought {
        Sought::No => Vec::new(),
        Sought::OfObject { root } => {
            let found = in_strings(parsed, (text, whole), name, |_, _| true);
            let is_meant = |span: &Span| {
                is_below(path_around(text, *span), text, root)
                    || (is_whole(text, *span) && parsed.is_beside_object(span.start))
            };
            found.into_iter().filter(is_meant).collect()
        }
        Sought::Module { root } => {
            let found = in_strings(parsed, (text, whole), name, |_, _| true);
            let is_imported = |path: &Range<usize>| {
                text[..path.start].ends_with("import ") || text[..path.start].ends_with("from ")
            };
            let is_meant = |span: &Span| {
                let path = path_around(text, *span);
                is_whole(text, *span) || is_imported(&path) || is_below(path, text, root)
            };
            found.into_iter().filter(is_meant).collect()
        }
        Sought::Registered { only } if only.is_some_and(|only| only != file) => Vec::new(),
        Sought::Registered { .. } => in_strings(parsed, (text, whole), name, |before, behind| {
            matches!(before, '"' | '\'' | '.') && matches!(behind, '"' | '\'')
        }),
        Sought::Parameter { decorators, is_passed } => {
            let code = analysis.code(file);
            let own = decorators.filter(|(of, _)| *of == file).map(|(_, span)| span);
            let strings = own.map(|span| {
                in_strings(parsed, (text, span), name, |before, behind| {
                    matches!(before, '"' | '\'' | '<' | '{' | ':' | '-')
                        && matches!(behind, '"' | '\'' | '>' | '}' | ':' | '/')
                })
            });
            let in_own = |at: u32| own.is_some_and(|span| span.start <= at && at < span.end);
            let is_one = |&id: &ExprId| {
                let is_own = code.start(id).is_some_and(in_own);
                is_own || (*is_passed && is_passed_on(analysis, file, code, id))
            };
            let arguments = code.find_name(name).into_iter().flat_map(|word| {
                let named = code.ids().filter(move |&id| match code.expr(id) {
                    Expr::Keyword { name, .. } => name == word,
                    _ => false,
                });
                named.filter(is_one).filter_map(|id| code.start(id))
            });
            let span = |start: u32| Span { start, end: start + name.len() as u32 };
            strings.into_iter().flatten().chain(arguments.map(span)).collect()
        }
    }
}

/// Whether nobody knows what an argument is given to: its function isn't known, or takes whatever it is given.
fn is_passed_on(analysis: &Analysis, file: FileId, code: &Code, id: ExprId) -> bool {
    let Expr::Keyword { callee, .. } = code.expr(id) else { return false };
    let takes_all = |target: Target| match target {
        Target::Definition(id) => {
            let code = analysis.code(id.file);
            let scope = code.item(id.local).and_then(|item| item.scope);
            let is_rest = |kind| matches!(kind, BindingKind::Parameter { form: Parameter::Keywords, .. });
            scope.is_some_and(|scope| {
                code.bindings.iter().any(|binding| binding.scope == scope && is_rest(binding.kind))
            })
        }
        Target::Binding(..) | Target::Module(_) => false,
    };
    let callee = Word::Expr(callee);
    is_unknown(analysis, file, Word::Expr(id))
        && (is_unknown(analysis, file, callee)
            || meanings(analysis, file, callee).into_iter().any(|found| takes_all(found.target)))
}

/// Whether a string is a name and nothing else.
fn is_whole(text: &str, span: Span) -> bool {
    let before = text[..span.start as usize].chars().next_back();
    let behind = text[span.end as usize..].chars().next();
    before == behind && matches!(before, Some('"' | '\''))
}

/// The path around a name in a string: `package.module:name`.
fn path_around(text: &str, span: Span) -> Range<usize> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':');
    let start = text[..span.start as usize].trim_end_matches(is_part).len();
    start..text.len() - text[span.end as usize..].trim_start_matches(is_part).len()
}

fn is_below(path: Range<usize>, text: &str, root: &str) -> bool {
    text[path].strip_prefix(root).is_some_and(|rest| rest.starts_with(['.', ':']))
}

/// Where strings of a part of a text have a name between two characters that say so.
fn in_strings(
    parsed: &Parsed,
    (text, within): (&str, Span),
    name: &str,
    is_meant: impl Fn(char, char) -> bool,
) -> Vec<Span> {
    let found = words(text, name).filter(|&span| {
        let before = text[..span.start as usize].chars().next_back();
        let behind = text[span.end as usize..].chars().next();
        within.contains(span) && before.zip(behind).is_some_and(|(before, behind)| is_meant(before, behind))
    });
    inside(found.collect(), parsed, (text, within), |kind| kind == TokenKind::String)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::refactor::{Mark, Request, plan};
    use crate::tests::analysis;

    /// The lines of the places that may be meant, with them.
    fn maybe(text: &str, at: &str) -> String {
        let analysis = analysis(&[("m.py", text)]);
        let offset = text.find(at).unwrap() as u32;
        let request = Request::Rename { path: "m.py".to_owned(), offset, to: "other".to_owned() };
        let plan = plan(&analysis, &request, None).unwrap();
        let edits = plan.edits[0].edits.iter().filter(|edit| edit.mark == Mark::Member);
        let line = |at: u32| text[..at as usize].matches('\n').count();
        let lines = edits.map(|edit| text.lines().nth(line(edit.span.start)).unwrap().to_owned() + "\n");
        lines.map(|line| line.trim_start().to_owned()).collect()
    }

    #[test]
    fn what_a_decorator_registers() {
        let text = "\
import app
@app.route('/page/<int:page>', defaults={'page': 1}, page=2)
def show(page, size):
    return app.url_for('show', 'x.show', 'to show', 'show it')
@staticmethod
def hide(page):
    return app.url_for('hide')
";
        expect![[r#"
                return app.url_for('show', 'x.show', 'to show', 'show it')
                return app.url_for('show', 'x.show', 'to show', 'show it')
        "#]]
        .assert_eq(&maybe(text, "show("));
        expect![[r#"
            @app.route('/page/<int:page>', defaults={'page': 1}, page=2)
            @app.route('/page/<int:page>', defaults={'page': 1}, page=2)
            @app.route('/page/<int:page>', defaults={'page': 1}, page=2)
        "#]]
        .assert_eq(&maybe(text, "page, size"));
        assert_eq!(maybe(text, "size"), "");
        assert_eq!(maybe(text, "hide("), "");
    }

    #[test]
    fn what_is_asked_of_an_object() {
        let text = "\
class Context:
    def session(self): ...
session = Proxy(context, 'session')
print('session', ['x', 'session'], x['session'])
";
        assert_eq!(maybe(text, "session(self)"), "session = Proxy(context, 'session')\n");
        assert_eq!(maybe(text, "session ="), "session = Proxy(context, 'session')\n");
    }

    #[test]
    fn what_a_path_names() {
        let analysis = analysis(&[
            ("src/pkg/__init__.py", ""),
            ("src/pkg/app.py", "class App:\n    def run(self): ...\n"),
            (
                "tests/test_app.py",
                "import pkg.app\npatch('pkg.app.App.run', 'app.run', 'x.pkg.app.App.run')\npatch('pkg.app:App')\n\
                 write('import pkg.app\\n', 'from pkg import app', 'an app', 'x = pkg.app.App().run()')\nload('app')\n",
            ),
        ]);
        let maybe = |path: &str, offset: u32| {
            let request = Request::Rename { path: path.to_owned(), offset, to: "other".to_owned() };
            let plan = plan(&analysis, &request, None).unwrap();
            let edits = plan.edits.iter().filter(|file| file.path.starts_with("tests"));
            let edits = edits.flat_map(|file| &file.edits).filter(|edit| edit.mark == Mark::Member);
            let text = analysis.text(analysis.file("tests/test_app.py").unwrap());
            let around = |at: u32| format!("{}|\n", &text[at as usize - 11..at as usize + 4]);
            edits.map(|edit| around(edit.span.start)).collect::<String>()
        };
        expect![[r#"
            kg.app.App.run'|
        "#]]
        .assert_eq(&maybe("src/pkg/app.py", 19));
        expect![[r#"
            patch('pkg.app.|
            patch('pkg.app:|
            import pkg.app\|
            pkg import app'|
            , 'x = pkg.app.|
            ()')
            load('app'|
        "#]]
        .assert_eq(&maybe("tests/test_app.py", 11));
    }

    #[test]
    fn what_is_passed_on() {
        let text = "\
import requests
class Builder:
    def __init__(self, path, subdomain=None): ...
def build(path, *args, **options):
    return Builder(path, **options)
def plain(subdomain): ...
def use(client):
    build('/', subdomain='a')
    client.get('/', subdomain='b')
    plain(subdomain='c')
    requests.get('/', subdomain='d')
";
        expect![[r#"
            build('/', subdomain='a')
            client.get('/', subdomain='b')
        "#]]
        .assert_eq(&maybe(text, "subdomain=None"));
        assert_eq!(maybe(text, "subdomain): ..."), "");
    }
}
