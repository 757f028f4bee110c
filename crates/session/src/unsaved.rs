//! The text at hand beside the checked-out commit: which symbol of the commit history is to be asked about, and what is not committed
//! yet. Never does: hold a snapshot.

use backstory_analysis::{Analysis, FileId};
use backstory_history::{Counterpart, Error, Historian, Lineage, Working};
use backstory_ide::symbol::SymbolInfo;

/// The text of a file as it is in this snapshot, for what outlives the snapshot.
pub(crate) fn working(analysis: &Analysis, file: FileId) -> Working {
    Working { text: analysis.shared_text(file), parsed: analysis.tree(file) }
}

/// The symbol of the commit (a full hash) that a symbol of the text goes on with; `None` where the commit has none.
pub(crate) fn counterpart(
    historian: &mut Historian,
    commit: &str,
    symbol: &SymbolInfo,
    working: &Working,
) -> Result<Option<Counterpart>, Error> {
    let committed = historian.committed(commit, &symbol.path)?;
    Ok(committed.and_then(|file| file.compare(working).counterpart(&symbol.local_key)))
}

/// The history of a symbol that the commit does not have.
pub(crate) fn not_committed() -> Lineage {
    Lineage { complete: true, ..Lineage::default() }
}
