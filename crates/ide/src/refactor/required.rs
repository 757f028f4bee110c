//! Names of Python that somebody else has a say in: those that the language gives a meaning, and members that a class from outside of the workspace
//! may look for. Never does: know the members of such a class, but for the commonest ones.

use backstory_analysis::{Analysis, DefId, FileId, Target, classes_above, definitions_at, family};
use backstory_syntax::{Binding, BindingKind, DefinitionKind, Language, Parameter, ScopeKind};

use super::Refused;

/// Refuses another name for what stands at a byte offset where somebody else may need the one that it has.
pub(super) fn check(analysis: &Analysis, file: FileId, offset: u32) -> Result<(), Refused> {
    let name = definitions_at(analysis, file, offset).into_iter().find_map(|found| match found.target {
        Target::Definition(id) if analysis.language(id.file) == Language::Python => {
            let definition = analysis.definition(id);
            let owner = definition.parent.map(|local| DefId { file: id.file, local });
            let class = owner.filter(|&owner| analysis.definition(owner).kind == DefinitionKind::Class);
            let name = definition.name.as_str();
            let is_needed =
                is_special(name) || class.is_some_and(|class| is_looked_for(analysis, class, name));
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
                _ => false,
            };
            is_needed.then_some(name)
        }
        Target::Definition(_) | Target::Binding(..) | Target::Module(_) => None,
    });
    name.map_or(Ok(()), |name| Err(Refused::Required { name: name.to_owned() }))
}

/// Methods whose parameters need not be called as those above and below.
const MAKERS: [&str; 3] = ["__init__", "__new__", "__post_init__"];

/// Where the parameters stand that are given by the same name as the parameter at a byte offset: those of the methods that its method
/// overrides or that override it (Python).
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
    let method = DefId { file, local };
    let definition = analysis.definition(method);
    let class = definition.parent.map(|local| DefId { file, local });
    let class = class.filter(|&class| analysis.definition(class).kind == DefinitionKind::Class);
    let is_given =
        parameter_of(analysis, method, name).is_some() && !MAKERS.contains(&definition.name.as_str());
    let Some(class) = class.filter(|_| is_given) else { return Ok(Vec::new()) };
    if is_looked_for(analysis, class, &definition.name) {
        return Err(Refused::Required { name: definition.name.clone() });
    }
    let others = family(analysis, method).unwrap_or_default().into_iter().filter(|&other| other != method);
    Ok(others.filter_map(|other| Some((other.file, parameter_of(analysis, other, name)?))).collect())
}

/// The byte offset of the parameter of a function that calls can give by a name.
fn parameter_of(analysis: &Analysis, function: DefId, name: &str) -> Option<u32> {
    let code = analysis.code(function.file);
    let scope = code.item(function.local)?.scope?;
    let bound = code.bound_plainly(scope, code.find_name(name)?).iter().map(|&id| code.binding(id));
    let is_given = |it: &&Binding| matches!(it.kind, BindingKind::Parameter { form: Parameter::Plain, .. });
    let mut given = bound.filter(is_given);
    given.next().map(|binding| binding.span.start)
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

/// Whether a base that nobody knows may look for a member of a class.
fn is_looked_for(analysis: &Analysis, class: DefId, name: &str) -> bool {
    let (above, is_known) = classes_above(analysis, class);
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
        ]
        .iter()
        .map(|needle| {
            let offset = text.find(needle).unwrap() as u32;
            match plan(&analysis, &Request::Rename { path: "m.py".to_owned(), offset, to: "new".to_owned() })
            {
                Ok(plan) => format!("{needle}: {} edits\n", plan.edits[0].edits.len()),
                Err(why) => format!("{needle}: {why}\n"),
            }
        })
        .collect();
        expect![[r#""#]].assert_eq(&said);
    }
}
