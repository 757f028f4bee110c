//! Names of Python that somebody else has a say in: those that the language gives a meaning, and members that a class from outside of the workspace,
//! Python's library or a test framework may look for. Never does: know the members of such a class, but for the commonest ones.

use backstory_analysis::{
    Analysis, DefId, FileId, Target, asks_for_fixtures, classes_above, definitions_at, family, is_fixture,
};
use backstory_syntax::{Binding, BindingKind, DefinitionKind, Language, LocalId, Parameter, ScopeKind};

use super::dead::entry::{is_beside, is_hook};
use super::library::looks_for;
use super::{Refused, lookups};

/// Refuses another name for what stands at a byte offset where somebody else may need the one that it has.
pub(super) fn check(analysis: &Analysis, file: FileId, offset: u32) -> Result<(), Refused> {
    let name = definitions_at(analysis, file, offset).into_iter().find_map(|found| match found.target {
        Target::Definition(id) if analysis.language(id.file) == Language::Python => {
            let definition = analysis.definition(id);
            let owner = definition.parent.map(|local| DefId { file: id.file, local });
            let class = owner.filter(|&owner| analysis.definition(owner).kind == DefinitionKind::Class);
            let name = definition.name.as_str();
            let is_hooked =
                is_hook(name) && (is_beside(analysis.path(id.file)) || name.starts_with("pytest_"));
            let is_needed = is_special(name)
                || is_hooked
                || is_fixture(analysis, id)
                || class.is_some_and(|class| {
                    is_looked_for(analysis, class, name)
                        || (definition.kind == DefinitionKind::Method && stands_in(analysis, class, name))
                });
            is_needed.then_some(name)
        }
        Target::Binding(file, binding) if analysis.language(file) == Language::Python => {
            let code = analysis.code(file);
            let binding = code.binding(binding);
            let name = code.name(binding.name);
            let is_needed = match code.scope(binding.scope).kind {
                ScopeKind::Class(local) => {
                    is_special(name) || is_looked_for(analysis, DefId { file, local }, name)
                }
                ScopeKind::File => is_special(name),
                // It names a fixture, or what a test is given by a decorator.
                ScopeKind::Function(Some(local)) if matches!(binding.kind, BindingKind::Parameter { .. }) => {
                    asks_for_fixtures(analysis, DefId { file, local })
                }
                _ => false,
            };
            is_needed.then_some(name)
        }
        Target::Definition(_) | Target::Binding(..) | Target::Module(_) => None,
    });
    name.map_or_else(
        || lookups::check(analysis, file, offset),
        |name| Err(Refused::Required { name: name.to_owned() }),
    )
}

/// Whether a class may be given to Python's library because of a method, without a base that says so.
fn stands_in(analysis: &Analysis, class: DefId, name: &str) -> bool {
    let (above, _) = classes_above(analysis, class);
    looks_for(name, |member| {
        std::iter::once(&class).chain(&above).any(|class| {
            let outline = analysis.outline(class.file);
            outline.definitions.iter().any(|it| it.parent == Some(class.local) && it.name == member)
        })
    })
}

/// Methods whose parameters need not be called as those above and below.
const MAKERS: [&str; 3] = ["__init__", "__new__", "__post_init__"];

/// Where the parameters stand that are given by the same name as the parameter at a byte offset: those of the methods that its method
/// overrides or that override it, and of its overloads (Python).
///
/// # Errors
/// Where a base that nobody knows may have such a method.
pub(super) fn sisters(analysis: &Analysis, file: FileId, offset: u32) -> Result<Vec<(FileId, u32)>, Refused> {
    let parameter = definitions_at(analysis, file, offset).into_iter().find_map(|found| match found.target {
        Target::Binding(file, binding) if analysis.language(file) == Language::Python => {
            Some((file, binding))
        }
        Target::Binding(..) | Target::Definition(_) | Target::Module(_) => None,
    });
    let Some((file, binding)) = parameter else { return Ok(Vec::new()) };
    let code = analysis.code(file);
    let binding = code.binding(binding);
    let name = code.name(binding.name);
    let ScopeKind::Function(Some(local)) = code.scope(binding.scope).kind else { return Ok(Vec::new()) };
    let function = DefId { file, local };
    let is_one = |it: &Binding| matches!(it.kind, BindingKind::Parameter { .. });
    let overloads = overloads(analysis, function);
    let mut found: Vec<(FileId, u32)> =
        overloads.iter().filter_map(|&it| Some((file, parameter_of(analysis, it, name, is_one)?))).collect();
    if parameter_of(analysis, function, name, is_given).is_none() {
        return Ok(found);
    }
    for method in std::iter::once(function).chain(overloads) {
        for other in sister_methods(analysis, method)? {
            found.extend(parameter_of(analysis, other, name, is_given).map(|at| (other.file, at)));
        }
    }
    Ok(found)
}

/// The methods above and below a method whose parameters have to be called alike.
fn sister_methods(analysis: &Analysis, method: DefId) -> Result<Vec<DefId>, Refused> {
    let definition = analysis.definition(method);
    let class = definition.parent.map(|local| DefId { file: method.file, local });
    let class = class.filter(|&class| analysis.definition(class).kind == DefinitionKind::Class);
    let Some(class) = class.filter(|_| !MAKERS.contains(&definition.name.as_str())) else {
        return Ok(Vec::new());
    };
    if is_looked_for(analysis, class, &definition.name) {
        return Err(Refused::Required { name: definition.name.clone() });
    }
    let others = family(analysis, method).unwrap_or_default().into_iter();
    Ok(others.filter(|&other| other != method).collect())
}

/// The other definitions of a function of which one says that it is an overload.
fn overloads(analysis: &Analysis, function: DefId) -> Vec<DefId> {
    let outline = analysis.outline(function.file);
    let own = outline.definition(function.local);
    let is_same = |local: &LocalId| {
        let other = outline.definition(*local);
        other.name == own.name && other.parent == own.parent && other.kind == own.kind
    };
    let all: Vec<LocalId> = outline.ids().filter(is_same).collect();
    let says =
        |local: &LocalId| analysis.lead(DefId { file: function.file, local: *local }).contains("overload");
    let is_overloaded = all.len() > 1 && all.iter().any(says);
    let others = all.into_iter().filter(|&local| is_overloaded && local != function.local);
    others.map(|local| DefId { file: function.file, local }).collect()
}

/// Whether calls can give a parameter by its name.
fn is_given(binding: &Binding) -> bool {
    matches!(binding.kind, BindingKind::Parameter { form: Parameter::Plain, .. })
}

/// The byte offset of a parameter of a function, where it is as wanted.
fn parameter_of(
    analysis: &Analysis,
    function: DefId,
    name: &str,
    is_wanted: impl Fn(&Binding) -> bool,
) -> Option<u32> {
    let code = analysis.code(function.file);
    let scope = code.item(function.local)?.scope?;
    let mut bound = code.bound_plainly(scope, code.find_name(name)?).iter().map(|&id| code.binding(id));
    bound.find(|it| is_wanted(it)).map(|binding| binding.span.start)
}

fn is_special(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__")
}

/// Members that are looked for in exceptions and enumerations.
const OF_STANDARD: [&str; 16] = [
    "add_note",
    "args",
    "characters_written",
    "code",
    "encoding",
    "errno",
    "filename",
    "filename2",
    "message",
    "msg",
    "name",
    "path",
    "reason",
    "strerror",
    "value",
    "with_traceback",
];

/// Whether `__slots__` or `__match_args__` of a class has a name as a string.
fn is_listed(analysis: &Analysis, class: DefId, name: &str) -> bool {
    let spans = analysis.spans(class.file).definitions[class.local.index()];
    let text = spans.item.of(analysis.text(class.file));
    let is_there = |lists: &str| {
        text.match_indices(lists).any(|(at, _)| {
            let list = &text[at + lists.len()..];
            let list = &list[..list.find([')', ']', '}']).unwrap_or(list.len())];
            ['"', '\''].iter().any(|quote| list.contains(&format!("{quote}{name}{quote}")))
        })
    };
    is_there("__slots__") || is_there("__match_args__")
}

/// Whether a base that nobody knows may look for a member of a class.
fn is_looked_for(analysis: &Analysis, class: DefId, name: &str) -> bool {
    let (above, is_known) = classes_above(analysis, class);
    if above.iter().chain([&class]).any(|&class| is_listed(analysis, class, name)) {
        return true;
    }
    // Nobody else can spell a name that Python mangles.
    if is_known || (name.starts_with("__") && !is_special(name)) {
        return false;
    }
    let names: Vec<&str> = above.iter().map(|&it| analysis.definition(it).name.as_str()).collect();
    std::iter::once(class).chain(above.iter().copied()).any(|class| {
        let code = analysis.code(class.file);
        let Some(item) = code.item(class.local) else { return true };
        code.list(item.bases).any(|base| match code.base_word(base) {
            None => true,
            Some(word)
                if names.contains(&word) || matches!(word, "object" | "Generic" | "Protocol" | "ABC") =>
            {
                false
            }
            Some(word) => {
                let is_plain =
                    ["Error", "Exception", "Warning", "Enum"].iter().any(|end| word.ends_with(end));
                !is_plain || OF_STANDARD.contains(&name) || (name.starts_with('_') && name.ends_with('_'))
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::refactor::{Request, plan};
    use crate::tests::analysis;

    #[test]
    fn what_others_have_a_say_in() {
        let text = "\
import threading
__version__ = '1'
class A:
    def __init__(self): self.a = 1
    def run(self): ...
class B(threading.Thread):
    def run(self): self.b = 1
    def __c(self): ...
class D(ValueError):
    def d(self): self.args = 1
class E:
    __slots__ = ('kept',
                 \"other\")
    def __init__(self): self.kept = self.free = 1
class F:
    def close(self): ...
    def seek(self): ...
    def info(self): ...
class G:
    def seek_first(self): ...
    def seek(self): 'alone'
def pytest_configure(config): ...
def setup_module(): ...
";
        let analysis = analysis(&[("m.py", text)]);
        let said: String = [
            "__version__",
            "__init__",
            "a = 1",
            "run(self): ...",
            "run(self): self.b",
            "b = 1",
            "__c",
            "d(self)",
            "args",
            "kept =",
            "free",
            "close",
            "seek(self): ...",
            "info",
            "seek(self): 'alone'",
            "pytest_configure",
            "setup_module",
        ]
        .iter()
        .map(|needle| {
            let offset = text.find(needle).unwrap() as u32;
            match plan(
                &analysis,
                &Request::Rename { path: "m.py".to_owned(), offset, to: "new".to_owned() },
                None,
            ) {
                Ok(plan) => format!("{needle}: {} edits\n", plan.edits[0].edits.len()),
                Err(why) => format!("{needle}: {why}\n"),
            }
        })
        .collect();
        expect![[r#"
            __version__: Python, a test framework or a base class from outside may look for the name `__version__`
            __init__: Python, a test framework or a base class from outside may look for the name `__init__`
            a = 1: 1 edits
            run(self): ...: 1 edits
            run(self): self.b: Python, a test framework or a base class from outside may look for the name `run`
            b = 1: Python, a test framework or a base class from outside may look for the name `b`
            __c: 1 edits
            d(self): 1 edits
            args: Python, a test framework or a base class from outside may look for the name `args`
            kept =: Python, a test framework or a base class from outside may look for the name `kept`
            free: 1 edits
            close: Python, a test framework or a base class from outside may look for the name `close`
            seek(self): ...: Python, a test framework or a base class from outside may look for the name `seek`
            info: 1 edits
            seek(self): 'alone': 1 edits
            pytest_configure: Python, a test framework or a base class from outside may look for the name `pytest_configure`
            setup_module: 1 edits
        "#]].assert_eq(&said);
    }

    #[test]
    fn fixtures_are_asked_for_by_name() {
        let text = "\
import pytest
@pytest.fixture
def client(app):
    return app.client()
def test_get(client):
    answer = client.get('/')
    assert answer.ok
def helper(client):
    return client
";
        let said = |path: &str| -> String {
            let analysis = analysis(&[(path, text)]);
            let places = [
                "client(app)",
                "app)",
                "client):\n    answer",
                "client.get",
                "answer =",
                "client):\n    return",
            ];
            let said = places.map(|needle| {
                let offset = text.find(needle).unwrap() as u32;
                let request = Request::Rename { path: path.to_owned(), offset, to: "new".to_owned() };
                let found = plan(&analysis, &request, None);
                format!(
                    "{needle:?}: {}\n",
                    found.map_or("refused".to_owned(), |plan| plan.edits[0].edits.len().to_string())
                )
            });
            said.concat()
        };
        expect![[r#"
            "client(app)": refused
            "app)": refused
            "client):\n    answer": refused
            "client.get": refused
            "answer =": 2
            "client):\n    return": 2
        "#]]
        .assert_eq(&said("tests/test_m.py"));
        // Where no test is looked for only fixtures ask for others.
        expect![[r#"
            "client(app)": refused
            "app)": refused
            "client):\n    answer": 2
            "client.get": 2
            "answer =": 2
            "client):\n    return": 2
        "#]]
        .assert_eq(&said("m.py"));
    }

    #[test]
    fn overloads_have_their_parameters_together() {
        let text = "\
class A:
    @overload
    def get(self, key: int) -> int: ...
    @typing.overload
    def get(self, key: str, *, other) -> str: ...
    def get(self, key, other=None):
        return key, other
class B(A):
    def get(self, key, other=None): ...
def free(key): ...
def free(key): ...
";
        let analysis = analysis(&[("m.py", text)]);
        let said: String = ["key: int", "other) ->", "self, key: str", "key): ..."]
            .iter()
            .map(|needle| {
                let offset = text.find(needle).unwrap() as u32;
                let request = Request::Rename { path: "m.py".to_owned(), offset, to: "new".to_owned() };
                match plan(&analysis, &request, None) {
                    Ok(plan) => {
                        let new = crate::refactor::edited(text, &plan.edits[0].edits);
                        let lines = new.lines().filter(|line| line.contains("new"));
                        lines.map(|line| format!("{needle}: {}\n", line.trim())).collect()
                    }
                    Err(why) => format!("{needle}: {why}\n"),
                }
            })
            .collect();
        expect![[r#"
            key: int: def get(self, new: int) -> int: ...
            key: int: def get(self, new: str, *, other) -> str: ...
            key: int: def get(self, new, other=None):
            key: int: return new, other
            key: int: def get(self, new, other=None): ...
            other) ->: def get(self, key: str, *, new) -> str: ...
            other) ->: def get(self, key, new=None):
            other) ->: return key, new
            other) ->: def get(self, key, new=None): ...
            self, key: str: def get(new, key: int) -> int: ...
            self, key: str: def get(new, key: str, *, other) -> str: ...
            self, key: str: def get(new, key, other=None):
            key): ...: def free(new): ...
        "#]]
        .assert_eq(&said);
    }
}
