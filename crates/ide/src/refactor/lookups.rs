//! Classes of Python whose code looks for their own members by names that it makes up (`getattr(self, request.method.lower())`). Never does: work out
//! which names those are, but for what they begin with.

use backstory_analysis::{Analysis, DefId, FileId, Target, classes_above, definitions_at};
use backstory_syntax::{DefinitionKind, Language, ScopeKind};

use super::{Refused, line};

/// Refuses another name for the member at a byte offset where its class, or one above, may look for it.
pub(super) fn check(analysis: &Analysis, file: FileId, offset: u32) -> Result<(), Refused> {
    let members = definitions_at(analysis, file, offset).into_iter().filter_map(|found| match found.target {
        Target::Definition(id) => {
            let definition = analysis.definition(id);
            let class = DefId { file: id.file, local: definition.parent? };
            let is_class = analysis.definition(class).kind == DefinitionKind::Class;
            is_class.then_some((class, definition.name.as_str()))
        }
        Target::Binding(file, binding) => {
            let code = analysis.code(file);
            let binding = code.binding(binding);
            match code.scope(binding.scope).kind {
                ScopeKind::Class(local) => Some((DefId { file, local }, code.name(binding.name))),
                _ => None,
            }
        }
        Target::Module(_) => None,
    });
    let found = members.filter(|(class, _)| analysis.language(class.file) == Language::Python);
    found.into_iter().find_map(|(class, name)| looked_up(analysis, class, name)).map_or(Ok(()), Err)
}

/// Where the code of a class or of one above may look for a member of that name.
fn looked_up(analysis: &Analysis, class: DefId, name: &str) -> Option<Refused> {
    let (above, _) = classes_above(analysis, class);
    std::iter::once(class).chain(above).find_map(|class| {
        let (file, text) = (class.file, analysis.text(class.file));
        let span = analysis.spans(file).definitions[class.local.index()].full;
        if !span.of(text).contains("attr(") {
            return None;
        }
        let made_up = analysis.parsed(file).own_lookups(text, span).into_iter();
        let mut meant = made_up.filter(|(_, beginning)| name.starts_with(beginning.as_str()));
        let (at, _) = meant.next()?;
        let (name, path) = (name.to_owned(), analysis.path(file).to_owned());
        Some(Refused::LookedUp { name, path, line: line(text, at) })
    })
}

#[cfg(test)]
mod tests {
    use crate::refactor::{Request, plan};
    use crate::tests::analysis;

    #[test]
    fn members_that_their_class_looks_for() {
        let view =
            "class View:\n    def dispatch(self, verb):\n        return getattr(self, verb.lower())()\n";
        let own =
            "from view import View\nclass Own(View):\n    def get(self): ...\n    def send(self): ...\n";
        let visitor = "class Visitor:\n    def visit(self, kind):\n        getattr(self, f'visit_{kind}')\n        getattr(self, 'name')\n        \
                       getattr(kind, kind)\n    def visit_a(self): ...\n    def other(self): ...\n";
        let analysis = analysis(&[("view.py", view), ("own.py", own), ("visitor.py", visitor)]);
        let said = |path: &str, text: &str, name: &str| {
            let offset = text.find(&format!("def {name}(")).unwrap() as u32 + 4;
            let request = Request::Rename { path: path.to_owned(), offset, to: "x".to_owned() };
            plan(&analysis, &request, None).map_or_else(|why| why.to_string(), |_| "done".to_owned())
        };
        assert_eq!(
            said("own.py", own, "get"),
            "view.py:3 looks for members by names that it makes up, and may mean `get`"
        );
        let visited = "visitor.py:3 looks for members by names that it makes up, and may mean `visit_a`";
        assert_eq!(said("visitor.py", visitor, "visit_a"), visited);
        assert_eq!(said("visitor.py", visitor, "other"), "done");
    }
}
