//! Variables of Rust of which a condition takes one: `#[cfg(unix)] let a = 1;` and `#[cfg(windows)] let a = 2;`. What names them means either, so
//! they have one name. Never does: know which conditions hold.

use backstory_analysis::{Analysis, FileId, Target, definitions_at};
use backstory_syntax::{Language, Span};

use super::lines::line_start;

/// Where the others stand of which a condition may take one instead of the variable at a byte offset.
pub(super) fn twins(analysis: &Analysis, file: FileId, offset: u32) -> Vec<(FileId, u32)> {
    let own = definitions_at(analysis, file, offset).into_iter().find_map(|found| match found.target {
        Target::Binding(file, binding) if analysis.language(file) == Language::Rust => Some((file, binding)),
        Target::Binding(..) | Target::Definition(_) | Target::Module(_) => None,
    });
    let Some((file, own)) = own else { return Vec::new() };
    let code = analysis.code(file);
    let (scope, name) = (code.binding(own).scope, code.binding(own).name);
    let all = code.bound(scope, name);
    let is_conditional = |span: Span| {
        let standing = analysis.parsed(file).standing(span);
        standing.is_some_and(|it| has_condition(analysis.text(file), it.statement.start as usize))
    };
    if !all.iter().any(|&id| is_conditional(code.binding(id).span)) {
        return Vec::new();
    }
    all.iter().filter(|&&id| id != own).map(|&id| (file, code.binding(id).span.start)).collect()
}

/// Whether an attribute before a statement makes it depend on a condition.
fn has_condition(text: &str, statement: usize) -> bool {
    let start = line_start(text, statement);
    let above = text[..start].lines().rev().map(str::trim);
    let attributes = above.take_while(|line| line.starts_with("#[") || line.starts_with("//"));
    std::iter::once(text[start..statement].trim()).chain(attributes).any(|line| line.starts_with("#[cfg"))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::refactor::{Request, edited, plan};
    use crate::tests::analysis;

    #[test]
    fn one_name_for_what_a_condition_takes() {
        let text = "\
fn f() {
    let a = 1;
    let b = 2;
    #[cfg(unix)]
    // Longer there.
    let a = {
        let a = 2;
        a
    };
    #[cfg(windows)] let a = 3;
    g(a, b);
    let b = a;
}
";
        let analysis = analysis(&[("src/lib.rs", text)]);
        let renamed = |needle: &str| {
            let offset = text.find(needle).unwrap() as u32;
            let request = Request::Rename { path: "src/lib.rs".to_owned(), offset, to: "new".to_owned() };
            edited(text, &plan(&analysis, &request, None).unwrap().edits[0].edits)
        };
        assert_eq!(renamed("a = 3"), renamed("a = {"));
        expect![[r#"
            fn f() {
                let new = 1;
                let b = 2;
                #[cfg(unix)]
                // Longer there.
                let new = {
                    let a = 2;
                    a
                };
                #[cfg(windows)] let new = 3;
                g(new, b);
                let b = new;
            }
            fn f() {
                let a = 1;
                let new = 2;
                #[cfg(unix)]
                // Longer there.
                let a = {
                    let a = 2;
                    a
                };
                #[cfg(windows)] let a = 3;
                g(a, new);
                let b = a;
            }
        "#]]
        .assert_eq(&(renamed("a, b") + &renamed("b = 2")));
    }
}
