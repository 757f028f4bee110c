//! Symbols as documents for search by meaning: the texts that describe each, field by field. Never does: embed or rank.

use backstory_analysis::{Analysis, DefId, FileId};
use backstory_syntax::{DefinitionKind, LocalKey, bodies};

/// Bytes of a body that are read: later ones seldom say what it is about.
const BODY: usize = 4096;

/// What search may know of one symbol.
pub struct Document {
    pub id: DefId,
    /// Finds the symbol in later versions of its file, which [`Document::id`] does not.
    pub key: LocalKey,
    pub name: String,
    pub container: String,
    pub path: String,
    pub signature: String,
    pub docs: String,
    /// The beginning of what the body says, comments included, without what is declared in it.
    pub body: String,
}

/// The symbols of a file that people look for. Fields, variants, impl blocks and `mod x;` lines are part of others.
pub fn documents(analysis: &Analysis, file: FileId) -> Vec<Document> {
    let outline = analysis.outline(file);
    let mut bodies = bodies(outline, analysis.spans(file), analysis.text(file), BODY);
    let found = outline.ids().filter(|&local| is_document(outline.definition(local).kind));
    found
        .map(|local| {
            let definition = outline.definition(local);
            Document {
                id: DefId { file, local },
                key: outline.key(local),
                name: definition.name.clone(),
                container: outline.container(local).join(" "),
                path: analysis.path(file).to_owned(),
                signature: definition.signature.clone(),
                docs: definition.docs.clone(),
                body: std::mem::take(&mut bodies[local.index()]),
            }
        })
        .collect()
}

fn is_document(kind: DefinitionKind) -> bool {
    !matches!(
        kind,
        DefinitionKind::Field | DefinitionKind::Variant | DefinitionKind::Impl | DefinitionKind::Module
    )
}
