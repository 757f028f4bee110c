//! What runs or is used without being named: entry points, tests, hooks, what decorators and attributes register, and what declaring something
//! does. Never does: look at the rest of the workspace.

use backstory_analysis::{Analysis, DefId, classes_above, family, has_tests};
use backstory_syntax::{Definition, DefinitionKind, Language};

use super::Alive;

/// Why a symbol may be needed whether anything names it or not; `None` where that can't be.
pub(super) fn is_needed(analysis: &Analysis, id: DefId) -> Option<Alive> {
    let definition = analysis.definition(id);
    match analysis.language(id.file) {
        Language::Rust => in_rust(analysis, id, definition),
        Language::Python => in_python(analysis, id, definition),
    }
}

/// Refuses a symbol whose declaration may do something, or that stands for another one.
pub(super) fn check_effect(analysis: &Analysis, id: DefId) -> Result<(), Alive> {
    let definition = analysis.definition(id);
    let parent = definition.parent.map(|local| DefId { file: id.file, local });
    let is_member = parent.is_some_and(|parent| analysis.definition(parent).kind == DefinitionKind::Class);
    if let Some(class) = parent.filter(|_| is_member) {
        if !classes_above(analysis, class).1 {
            return Err(Alive::Bases);
        }
        if family(analysis, id).is_none_or(|family| family.len() > 1) {
            return Err(Alive::Family);
        }
    }
    match (analysis.language(id.file), definition.kind) {
        (Language::Python, DefinitionKind::Class) => check_class(analysis, id),
        (Language::Python, DefinitionKind::Constant | DefinitionKind::Field) => check_value(analysis, id),
        _ => Ok(()),
    }
}

// Rust.

/// Attributes that neither use what they stand before nor keep it.
const HARMLESS: [&str; 13] = [
    "doc",
    "inline",
    "cold",
    "must_use",
    "allow",
    "warn",
    "deny",
    "track_caller",
    "rustfmt::skip",
    "non_exhaustive",
    "derive",
    "deprecated",
    "repr",
];

fn in_rust(analysis: &Analysis, id: DefId, definition: &Definition) -> Option<Alive> {
    use DefinitionKind as Kind;
    match definition.kind {
        Kind::Function
        | Kind::Method
        | Kind::Constant
        | Kind::Static
        | Kind::Struct
        | Kind::Enum
        | Kind::Union
        | Kind::Type
        | Kind::Trait
        | Kind::Macro => {}
        kind => return Some(Alive::Kind(kind)),
    }
    if definition.public {
        return Some(Alive::Public);
    }
    let parent = definition.parent.map(|local| analysis.definition(DefId { file: id.file, local }));
    let is_required = |parent: &Definition| parent.kind == Kind::Trait || parent.implemented.is_some();
    if parent.is_some_and(is_required) {
        return Some(Alive::Run("its trait calls it"));
    }
    if definition.name == "main" {
        return Some(Alive::Run("it is what runs first"));
    }
    if definition.name.starts_with('_') {
        return Some(Alive::Run("its name says that it is only there to be compiled"));
    }
    if definition.ordinal > 0 || has_namesake(analysis, id, definition) {
        return Some(Alive::Several);
    }
    attributes(analysis.lead(id))
        .find(|attribute| !is_harmless(attribute))
        .map(|attribute| Alive::Marked(attribute.to_owned()))
}

/// Attributes without their brackets.
fn attributes(lead: &str) -> impl Iterator<Item = &str> {
    lead.split("#[").skip(1).map(|rest| rest.rsplit_once(']').map_or(rest, |(attribute, _)| attribute).trim())
}

fn is_harmless(attribute: &str) -> bool {
    let name = attribute.split(['(', '=', ' ']).next().unwrap_or_default();
    // Who allows dead code keeps it on purpose.
    let keeps = attribute.contains("dead_code") || attribute.contains("unused");
    let derives_plainly = name != "derive"
        || attribute.split(['(', ',', ')']).skip(1).all(|word| {
            let word = word.trim();
            word.is_empty() || PLAIN_DERIVES.contains(&word)
        });
    HARMLESS.contains(&name) && !keeps && derives_plainly
}

/// Derives of the standard library.
const PLAIN_DERIVES: [&str; 9] =
    ["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

/// Whether another symbol has the same name in the same place, of another kind or under another `cfg`.
fn has_namesake(analysis: &Analysis, id: DefId, definition: &Definition) -> bool {
    let outline = analysis.outline(id.file);
    outline.ids().any(|other| {
        let it = outline.definition(other);
        other != id.local && it.name == definition.name && it.parent == definition.parent
    })
}

// Python.

/// Decorators that only wrap what they stand before.
const WRAPPERS: [&str; 8] = [
    "staticmethod",
    "classmethod",
    "property",
    "contextmanager",
    "asynccontextmanager",
    "lru_cache",
    "cache",
    "wraps",
];

fn in_python(analysis: &Analysis, id: DefId, definition: &Definition) -> Option<Alive> {
    use DefinitionKind as Kind;
    match definition.kind {
        Kind::Function | Kind::Method | Kind::Class | Kind::Constant => {}
        kind => return Some(Alive::Kind(kind)),
    }
    let name = definition.name.as_str();
    let outline = analysis.outline(id.file);
    let is_in_function = definition
        .parent
        .is_some_and(|parent| matches!(outline.definition(parent).kind, Kind::Function | Kind::Method));
    if name.starts_with('_') && name.ends_with('_') {
        return Some(Alive::Run("Python or a framework calls it by that name"));
    }
    if is_beside(analysis.path(id.file))
        && let Some(what) = is_run_by_tests(name, definition.kind)
    {
        return Some(Alive::Run(what));
    }
    if definition.kind == Kind::Class && is_beside(analysis.path(id.file)) && may_be_collected(analysis, id) {
        return Some(Alive::Run("a test framework may collect it"));
    }
    if is_beside(analysis.path(id.file)) && may_be_data(analysis, analysis.path(id.file)) {
        return Some(Alive::Run("a test may read its file as data"));
    }
    // What is inside of a function nobody else can name; in tests nobody imports, a name need not say that it is private.
    let is_hidden = !definition.public
        || is_in_function
        || (is_of_tests(analysis.path(id.file))
            && definition.parent.is_none()
            && definition.kind != Kind::Constant);
    if !is_hidden {
        return Some(Alive::Public);
    }
    if is_one_of_several(analysis, id) {
        return Some(Alive::Several);
    }
    let mut marks = analysis.lead(id).lines().map(str::trim).filter(|line| line.starts_with('@'));
    let is_wrapper = |mark: &&str| {
        let path = mark[1..].split('(').next().unwrap_or_default().trim();
        WRAPPERS.contains(&path.rsplit('.').next().unwrap_or(path)) && !mark.contains(".setter")
    };
    marks.find(|mark| !is_wrapper(mark)).map(|mark| Alive::Marked(mark.to_owned()))
}

/// Whether a file is there for the project's own people: tests, documentation, examples.
pub(in crate::refactor) fn is_beside(path: &str) -> bool {
    has_tests(path) || path.split('/').any(|part| matches!(part, "test" | "tests" | "testing"))
}

/// The same without what others may test their own code with.
fn is_of_tests(path: &str) -> bool {
    is_beside(path) && !path.split('/').any(|part| part == "testing")
}

/// Whether a file stands apart from all that a test framework loads: where nothing beside it is a test or makes a package of its directory.
fn may_be_data(analysis: &Analysis, path: &str) -> bool {
    let directory =
        |path: &str| path.rsplit_once('/').map_or(String::new(), |(directory, _)| directory.to_owned());
    let is_loaded = |other: &str| {
        let name = other.rsplit('/').next().unwrap_or(other);
        has_tests(other) || matches!(name, "__init__.py" | "conftest.py")
    };
    let own = directory(path);
    let mut beside = analysis.files().map(|file| analysis.path(file)).filter(|other| directory(other) == own);
    !beside.any(is_loaded)
}

/// Whether test frameworks call a function of tests by its name, without its being a test.
pub(in crate::refactor) fn is_hook(name: &str) -> bool {
    let lower = name.to_lowercase();
    let starts = ["pytest", "setup", "teardown", "tear_down", "set_up", "collect_ignore", "load_tests"];
    starts.iter().any(|start| lower.starts_with(start))
}

/// What test frameworks and their plugins look for by name.
pub(in crate::refactor) fn is_run_by_tests(name: &str, kind: DefinitionKind) -> Option<&'static str> {
    if is_hook(name) {
        return Some("the test framework calls it by that name");
    }
    let lower = name.to_lowercase();
    let is_test = lower.starts_with("test")
        || (kind == DefinitionKind::Class
            && (lower.ends_with("test") || lower.ends_with("tests") || lower.ends_with("testcase")));
    // An underscore is how people switch a test off for a time.
    let is_off = lower.starts_with("_test");
    if is_off { Some("it is a test that was switched off") } else { is_test.then_some("it is a test") }
}

/// Whether plugins may find tests in a class: it has some, or something above it may say so.
fn may_be_collected(analysis: &Analysis, class: DefId) -> bool {
    let (above, _) = classes_above(analysis, class);
    let has_test = |class: &DefId| {
        let outline = analysis.outline(class.file);
        let mut inside = outline.definitions.iter().filter(|it| it.parent == Some(class.local));
        inside.any(|it| it.name.starts_with("test"))
    };
    std::iter::once(&class).chain(&above).any(has_test) || !has_plain_bases(analysis, class)
}

/// Whether its scope binds the name more than once.
fn is_one_of_several(analysis: &Analysis, id: DefId) -> bool {
    let code = analysis.code(id.file);
    let Some(binding) = code.binding_of(id.local) else { return true };
    let binding = code.binding(binding);
    code.bound(binding.scope, binding.name).len() > 1
}

/// Classes may be registered where they are declared, by what is above them.
fn check_class(analysis: &Analysis, id: DefId) -> Result<(), Alive> {
    let (above, _) = classes_above(analysis, id);
    let has_hook = |class: &DefId| {
        let outline = analysis.outline(class.file);
        let mut inside = outline.ids().filter(|&local| outline.definition(local).parent == Some(class.local));
        inside.any(|local| outline.definition(local).name == "__init_subclass__")
    };
    if above.iter().any(has_hook)
        || std::iter::once(&id).chain(&above).any(|class| !has_plain_bases(analysis, *class))
    {
        return Err(Alive::Effect);
    }
    Ok(())
}

/// Classes of the standard library that do nothing with those below them.
const PLAIN_BASES: [&str; 12] = [
    "object",
    "Generic",
    "Protocol",
    "NamedTuple",
    "TypedDict",
    "Enum",
    "IntEnum",
    "str",
    "int",
    "dict",
    "list",
    "tuple",
];

/// Whether a class has no bases and no metaclass but those that are known to do nothing.
fn has_plain_bases(analysis: &Analysis, class: DefId) -> bool {
    let definition = analysis.definition(class);
    if definition.signature.contains('=') {
        return false;
    }
    let code = analysis.code(class.file);
    let Some(item) = code.item(class.local) else { return false };
    let (known, _) = classes_above(analysis, class);
    code.list(item.bases).all(|base| {
        let word = code.base_word(base);
        word.is_some_and(|word| {
            let is_error =
                word.ends_with("Error") || word.ends_with("Exception") || word.ends_with("Warning");
            let is_known = known.iter().any(|&above| analysis.definition(above).name == word);
            PLAIN_BASES.contains(&word) || is_error || is_known
        })
    })
}

/// What a value may be made by that does nothing else.
const MAKERS: [&str; 16] = [
    "TypeVar",
    "ParamSpec",
    "NewType",
    "compile",
    "object",
    "frozenset",
    "set",
    "dict",
    "list",
    "tuple",
    "len",
    "str",
    "int",
    "getLogger",
    "namedtuple",
    "Path",
];

/// Whether a statement gives a value to one name alone, and makes it without doing anything.
fn check_value(analysis: &Analysis, id: DefId) -> Result<(), Alive> {
    let spans = analysis.spans(id.file).definitions[id.local.index()];
    let (text, code) = (analysis.text(id.file), analysis.code(id.file));
    let Some(value) = spans.body else { return Err(Alive::Effect) };
    let between = text[spans.name.end as usize..value.start as usize].trim();
    let binds_more = code.binding_ids().any(|binding| value.contains(code.binding(binding).span));
    let is_alone = spans.name.start == spans.item.start && between.starts_with(['=', ':']) && !binds_more;
    let value = value.of(text);
    let has_effect = ["yield", "await", "import"].iter().any(|word| value.contains(word));
    if is_alone && !has_effect && calls(value).all(|callee| MAKERS.contains(&callee)) {
        Ok(())
    } else {
        Err(Alive::Effect)
    }
}

/// The words before brackets that call something; an empty one where that is no word.
fn calls(value: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = value.match_indices('(').map(|(at, _)| value[..at].trim_end_matches([' ', '\t']));
    let called =
        before.filter(move |before| before.ends_with(is_word) || before.ends_with([')', ']', '"', '\'']));
    called
        .map(move |before| &before[before.trim_end_matches(is_word).len()..])
        .filter(|word| !KEYWORDS.contains(word))
}

/// Words that stand before brackets without calling.
const KEYWORDS: [&str; 8] = ["and", "or", "not", "in", "is", "if", "else", "for"];
