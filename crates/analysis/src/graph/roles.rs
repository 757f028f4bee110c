//! Which definitions test frameworks run. Never does: read the settings of a framework.
//!
//! Rust: functions with an attribute that ends in `test` (`#[test]`, `#[tokio::test]`, `#[cargo_test]`) or is one of a few known ones.
//! Python: what pytest collects by default (`test*` in `test_*.py` and `*_test.py`, on the top level or in classes named `Test*`), and
//! as well in classes named `*Test`, `*Tests`, `*TestCase` and in those below a `TestCase`, as unittest and many plugins do. Fixtures are
//! told apart, and so are those that every test in reach gets.

use backstory_syntax::{DefinitionKind, Language, LocalId, Outline};
use serde::{Deserialize, Serialize};

use super::fixtures::is_fixture;
use crate::database::{Analysis, DefId, FileId};
use crate::python::Python;

/// What a test framework makes of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// It runs it as a test.
    Test,
    /// A method that is a test in the classes below that are collected, but not in its own.
    Inherited,
    /// A class whose methods may be tests.
    Suite,
    /// It gives tests what they ask for.
    Fixture,
    /// A fixture that all tests in its class, its file, or below its `conftest.py` get.
    Everywhere,
}

/// What a test framework makes of a definition.
pub fn role_of(analysis: &Analysis, id: DefId) -> Option<Role> {
    let outline = analysis.outline(id.file);
    match outline.language {
        Language::Rust => in_rust(analysis, id),
        Language::Python => in_python(analysis, outline, id),
    }
}

/// The roles of a file's definitions, in their order.
pub(super) fn roles(analysis: &Analysis, file: FileId) -> Vec<(LocalId, Role)> {
    let outline = analysis.outline(file);
    if outline.language == Language::Rust && is_data(analysis, file) {
        return Vec::new();
    }
    let role = |local| role_of(analysis, DefId { file, local });
    outline.ids().filter_map(|local| Some((local, role(local)?))).collect()
}

/// Whether a file is of a package inside of another one's tests, which those read or build: nobody runs its own.
fn is_data(analysis: &Analysis, file: FileId) -> bool {
    let package = analysis.package_of(analysis.path(file));
    let around =
        package.and_then(|package| package.directory.rsplit_once('/')).map_or("", |(around, _)| around);
    around.split('/').any(|part| matches!(part, "tests" | "testdata" | "fixtures"))
}

fn in_rust(analysis: &Analysis, id: DefId) -> Option<Role> {
    if !matches!(analysis.definition(id).kind, DefinitionKind::Function | DefinitionKind::Method) {
        return None;
    }
    analysis.lead(id).split("#[").skip(1).any(is_test_attribute).then_some(Role::Test)
}

/// Whether what follows `#[` makes a test of a function.
fn is_test_attribute(attribute: &str) -> bool {
    let path = attribute.split(['(', ']', '=', '\n']).next().unwrap_or_default().trim();
    let name = path.rsplit("::").next().unwrap_or(path);
    name == "test"
        || name.ends_with("_test")
        || matches!(name, "rstest" | "test_case" | "test_log" | "quickcheck" | "proptest" | "parameterized")
}

fn in_python(analysis: &Analysis, outline: &Outline, id: DefId) -> Option<Role> {
    let definition = outline.definition(id.local);
    match definition.kind {
        DefinitionKind::Class => is_collected(analysis, id).then_some(Role::Suite),
        DefinitionKind::Function | DefinitionKind::Method => {
            if is_fixture(analysis, id) {
                return Some(if is_everywhere(analysis, id) { Role::Everywhere } else { Role::Fixture });
            }
            if !definition.name.starts_with("test") || !has_tests(analysis.path(id.file)) {
                return None;
            }
            let Some(parent) = definition.parent else { return Some(Role::Test) };
            let class = DefId { file: id.file, local: parent };
            match outline.definition(parent).kind {
                DefinitionKind::Class if is_collected(analysis, class) => Some(Role::Test),
                DefinitionKind::Class => Some(Role::Inherited),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether pytest looks for tests in a file of this name.
pub fn has_tests(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    (name.starts_with("test_") && name.ends_with(".py")) || name.ends_with("_test.py") || name == "tests.py"
}

fn is_collected(analysis: &Analysis, class: DefId) -> bool {
    let name = &analysis.definition(class).name;
    if !has_tests(analysis.path(class.file)) || name.starts_with('_') {
        return false;
    }
    let is_named =
        name.starts_with("Test") || ["Test", "Tests", "TestCase"].iter().any(|end| name.ends_with(end));
    is_named || is_test_case(analysis, class)
}

/// Whether a class is below a `TestCase`, of which the workspace may know no more than the name.
fn is_test_case(analysis: &Analysis, class: DefId) -> bool {
    let above = Python::of(analysis).order_above(class).0;
    std::iter::once(class).chain(above).any(|class| {
        let code = analysis.code(class.file);
        let bases = code.item(class.local).map(|item| code.list(item.bases));
        let mut words = bases.into_iter().flatten().filter_map(|base| code.base_word(base));
        words.any(|word| word.ends_with("TestCase"))
    })
}

fn is_everywhere(analysis: &Analysis, id: DefId) -> bool {
    analysis.lead(id).contains("autouse=True")
}

#[cfg(test)]
mod tests {
    use super::{has_tests, is_test_attribute};

    #[test]
    fn attributes_that_make_tests() {
        for yes in ["test]", "tokio::test(flavor = \"x\")]", "cargo_test]", "rstest]", "test_case(1)]"] {
            assert!(is_test_attribute(yes), "{yes}");
        }
        for no in ["cfg(test)]", "inline]", "doc = \"test\"]", "testing]"] {
            assert!(!is_test_attribute(no), "{no}");
        }
    }

    #[test]
    fn files_that_hold_tests() {
        for yes in ["tests/test_a.py", "a_test.py", "test_a.py", "app/tests.py"] {
            assert!(has_tests(yes), "{yes}");
        }
        for no in ["tests/helpers.py", "tests/conftest.py", "contest.py", "latest.py", "test_a.pyi"] {
            assert!(!has_tests(no), "{no}");
        }
    }
}
