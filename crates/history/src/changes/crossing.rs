//! Which symbols that are gone a new one in another file may be, without comparing it with all of them. Never does: decide.

use std::collections::HashMap;

use backstory_syntax::Language;

use super::pairing::At;
use super::sides::Text;
use crate::telling::telling_lines;
use crate::version::Version;

/// A line that more of the vanished symbols have tells none of them from the others.
const COMMON: usize = 20;

/// Vanished symbols that one new symbol is compared with at most: those that share most of its lines.
const COMPARED: usize = 12;

/// The part of its telling lines that a symbol under another name must share, in percent.
const SHARED: usize = 30;

/// Symbols by name and by their telling lines.
pub(super) struct Index {
    languages: Vec<Language>,
    by_name: HashMap<String, Vec<usize>>,
    by_line: HashMap<u64, Vec<usize>>,
}

impl Index {
    pub(super) fn of(texts: &[Text], symbols: &[At]) -> Self {
        let (mut by_name, mut by_line) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        let mut languages = Vec::with_capacity(symbols.len());
        for (index, at) in symbols.iter().enumerate() {
            let (text, symbol) = (&texts[at.file], &texts[at.file].table.symbols[at.symbol]);
            languages.push(text.language);
            by_name.entry(symbol.key.name.clone()).or_default().push(index);
            for line in telling_lines(symbol.spans.full.of(&text.file.text)) {
                by_line.entry(line).or_default().push(index);
            }
        }
        Self { languages, by_name, by_line }
    }

    /// The symbols (by their numbers in the list) that may be an older version of this one.
    pub(super) fn plausible(&self, new: &Version, language: Language) -> Vec<usize> {
        let lines = telling_lines(&new.text);
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for line in &lines {
            let holders = self.by_line.get(line).filter(|holders| holders.len() <= COMMON);
            for &holder in holders.into_iter().flatten() {
                *shared.entry(holder).or_default() += 1;
            }
        }
        shared.retain(|_, count| *count * 100 >= lines.len() * SHARED);
        let namesakes = self.by_name.get(&new.key.name).into_iter().flatten();
        let mut candidates: Vec<(usize, usize)> =
            shared.iter().map(|(&index, &count)| (count, index)).collect();
        candidates.extend(namesakes.filter(|index| !shared.contains_key(index)).map(|&index| (0, index)));
        candidates.retain(|&(_, index)| self.languages[index] == language);
        candidates.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        candidates.truncate(COMPARED);
        candidates.into_iter().map(|(_, index)| index).collect()
    }
}
