//! Symbols as documents for search by meaning: the texts that describe each, field by field. Never does: embed or rank.

use backstory_analysis::{Analysis, DefId, FileId};
use backstory_syntax::{DefinitionKind, DefinitionSpans, LocalId, LocalKey, Outline};

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
    let mut bodies = bodies(outline, &analysis.spans(file).definitions, analysis.text(file));
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

/// What each definition's body says, without what the definitions in it say.
fn bodies(outline: &Outline, spans: &[DefinitionSpans], text: &str) -> Vec<String> {
    let mut bodies = vec![String::new(); spans.len()];
    // How far the body of each has been read; what is inside comes after what it is inside of.
    let mut read: Vec<u32> = spans.iter().map(start).collect();
    for id in outline.ids() {
        let Some(around) = outline.definition(id).parent.map(LocalId::index) else { continue };
        let inner = spans[id.index()].full;
        read_on(&mut bodies[around], text, read[around], inner.start);
        read[around] = read[around].max(inner.end);
    }
    for ((body, spans), from) in bodies.iter_mut().zip(spans).zip(read) {
        read_on(body, text, from, spans.body.map_or(0, |body| body.end));
    }
    bodies
}

/// Where a body starts, behind the documentation in it; far behind everything where there is none.
fn start(spans: &DefinitionSpans) -> u32 {
    let Some(body) = spans.body else { return u32::MAX };
    spans.docs.filter(|docs| body.contains(*docs)).map_or(body.start, |docs| docs.end)
}

/// Adds a part of a text to a body, as far as there is room.
fn read_on(body: &mut String, text: &str, from: u32, to: u32) {
    if from < to {
        let part = &text[from as usize..to as usize];
        body.push_str(&part[..part.floor_char_boundary(BODY.saturating_sub(body.len()))]);
        body.push(' ');
    }
}
