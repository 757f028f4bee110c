//! Packages to symbols: the texts of every function and type, and of those that are documented what is said of them. Never
//! does: choose among them (that is [`crate::corpus`]), or keep the documentation in a body.

use std::path::Path;

use backstory_syntax::{DefinitionKind, Language, LocalKey, bodies, parse};
use rayon::prelude::*;

use crate::files::{File, files};
use crate::sentence::first_sentence;

/// Bytes of a body that are read, as the product's search reads them.
const BODY: usize = 4096;

/// A function or type, as search sees it when nobody has documented it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    pub name: String,
    pub container: String,
    pub path: String,
    pub signature: String,
    pub body: String,
    /// The first sentence of its documentation, which no other field holds.
    pub sentence: Option<String>,
    /// A function or method, not a type.
    pub is_function: bool,
    pub language: Language,
    /// Finds it in its file.
    pub key: LocalKey,
}

/// The symbols of the source files below a folder, in the order of their paths and places. Files of tests, generated and
/// vendored ones are left out, and so are tests within files.
pub fn harvest(root: &Path) -> Vec<Symbol> {
    files(root).into_par_iter().flat_map_iter(|file| symbols(&file)).collect()
}

fn symbols(file: &File) -> Vec<Symbol> {
    let facts = parse(&file.text, file.language).facts(&file.text);
    let outline = &facts.outline;
    let mut bodies = bodies(outline, &facts.spans, &file.text, BODY);
    let mut found = Vec::new();
    for id in outline.ids() {
        let definition = outline.definition(id);
        let key = outline.key(id);
        let Some(is_function) = is_function(definition.kind) else { continue };
        if key.container.iter().any(|part| part == "test" || part == "tests") {
            continue;
        }
        found.push(Symbol {
            name: definition.name.clone(),
            container: key.container.join(" "),
            path: file.path.clone(),
            signature: definition.signature.clone(),
            body: std::mem::take(&mut bodies[id.index()]),
            sentence: first_sentence(&definition.docs),
            is_function,
            language: file.language,
            key,
        });
    }
    found
}

/// `None` for what is neither a function nor a type.
fn is_function(kind: DefinitionKind) -> Option<bool> {
    use DefinitionKind as Kind;
    match kind {
        Kind::Function | Kind::Method => Some(true),
        Kind::Class | Kind::Struct | Kind::Enum | Kind::Union | Kind::Trait | Kind::Type | Kind::Macro => {
            Some(false)
        }
        Kind::Module | Kind::Variant | Kind::Field | Kind::Impl | Kind::Constant | Kind::Static => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn show(path: &str, text: &str) -> String {
        let language = Language::of_path(path).unwrap();
        let file = File { path: path.into(), language, text: text.into() };
        let show = |symbol: Symbol| {
            let body = symbol.body.split_whitespace().collect::<Vec<_>>().join(" ");
            let Symbol { name, container, signature, sentence, is_function, .. } = symbol;
            format!("{container:?} {name:?} {is_function} {signature:?}\n  {body:?}\n  {sentence:?}\n")
        };
        symbols(&file).into_iter().map(show).collect()
    }

    #[test]
    fn documentation_stands_apart_from_the_body() {
        let shown = show(
            "pool.py",
            "class Pool:\n    \"\"\"Keeps idle threads around.\"\"\"\n    log(1)\n\n    def spawn(self):\n        \"\"\"Starts one more thread.\n\n        At once.\"\"\"\n        return start()\n",
        );
        expect![[r#"
            "" "Pool" false "class Pool"
              "log(1)"
              Some("Keeps idle threads around.")
            "Pool" "spawn" true "def spawn(self)"
              "return start()"
              Some("Starts one more thread.")
        "#]]
        .assert_eq(&shown);
    }

    #[test]
    fn tests_within_files_are_left_out() {
        let shown = show(
            "pool.rs",
            "/// Keeps idle threads around.\npub struct Pool;\nimpl Pool {\n    fn spawn(&self) { start() }\n}\nconst N: u32 = 1;\nmod tests {\n    /// Never started by anyone.\n    fn helper() {}\n}\n",
        );
        expect![[r#"
            "" "Pool" false "pub struct Pool"
              ""
              Some("Keeps idle threads around.")
            "Pool" "spawn" true "fn spawn(&self)"
              "{ start() }"
              None
        "#]]
        .assert_eq(&shown);
    }
}
