//! Tests that can't even be loaded any more: their file imports a name that a change took away. Nothing in the new version leads from the change to
//! them. Never does: look at the older version.

use std::collections::HashSet;

use backstory_analysis::{Analysis, FileId, definitions_at, has_tests, import_base};
use backstory_history::SymbolChange;
use backstory_ide::locate::Located;

/// Files with tests that import a name from a changed file which means nothing there now.
pub(super) fn files(analysis: &Analysis, symbols: &[SymbolChange]) -> Vec<Located> {
    let sides = symbols.iter().flat_map(|symbol| [&symbol.before, &symbol.after]).flatten();
    let changed: HashSet<FileId> = sides.filter_map(|side| analysis.file(&side.place.path)).collect();
    let imports_nothing = |file: FileId| {
        let (imports, spans) = (&analysis.outline(file).imports, &analysis.spans(file).imports);
        (0..).zip(imports.iter().zip(spans)).any(|(index, (import, leaf))| {
            let Some(name) = &import.name else { return false };
            let base = import_base(analysis, file, index).map(|(base, _)| base);
            // What is plainly there needs no reading of the file that imports it.
            base.is_some_and(|base| changed.contains(&base) && !has_plainly(analysis, base, name))
                && definitions_at(analysis, file, leaf.start).is_empty()
        })
    };
    let tests = analysis.files().filter(|&file| has_tests(analysis.path(file)));
    tests.filter(|&file| imports_nothing(file)).map(Located::File).collect()
}

/// Whether the top level of a file declares or imports a name.
fn has_plainly(analysis: &Analysis, file: FileId, name: &str) -> bool {
    let outline = analysis.outline(file);
    outline.definitions.iter().any(|it| it.parent.is_none() && it.name == name)
        || outline.imports.iter().any(|it| {
            let local = it.alias.as_ref().or(it.name.as_ref());
            it.enclosing.is_none() && local.is_some_and(|local| local == name)
        })
}
