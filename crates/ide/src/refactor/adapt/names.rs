//! Which names of one piece of code stand for which of another. Never does: decide where something is written.

use std::collections::{HashMap, HashSet};

use backstory_syntax::{Language, TokenKind};

use super::words::Words;
use super::{Misfit, Sought};

/// The names and literals of one symbol by those of another that stand in the same places.
pub(super) struct Names<'a> {
    /// `None` where a word stands for several.
    by_word: HashMap<&'a str, Option<&'a str>>,
    /// How often a word stands in the place of a name or literal.
    counts: HashMap<&'a str, u32>,
    taken: HashMap<&'a str, Option<&'a str>>,
    /// Whether strings and numbers that stand in the same places are others here.
    strings_differ: bool,
    numbers_differ: bool,
    /// All words of both.
    theirs: HashSet<&'a str>,
    ours: HashSet<&'a str>,
    /// Those of ours that stand for something by themselves, not behind a dot or before an argument.
    alone: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    pub(super) fn of(theirs: &Words<'a>, ours: &Words<'a>, pairs: &[(usize, usize)]) -> Self {
        let mut names = Self {
            by_word: HashMap::new(),
            counts: HashMap::new(),
            taken: HashMap::new(),
            strings_differ: false,
            numbers_differ: false,
            theirs: (0..theirs.len()).map(|at| theirs.word(at)).collect(),
            ours: (0..ours.len()).map(|at| ours.word(at)).collect(),
            alone: (0..ours.len()).filter(|&at| stands_alone(ours, at)).map(|at| ours.word(at)).collect(),
        };
        for &(b, c) in pairs.iter().filter(|(b, _)| theirs.is_name(*b) || theirs.is_literal(*b)) {
            let (one, other) = (theirs.word(b), ours.word(c));
            *names.counts.entry(one).or_default() += 1;
            note(&mut names.by_word, one, other);
            note(&mut names.taken, other, one);
            if theirs.is_literal(b) && one != other {
                let are_strings = [theirs.tokens[b].kind, ours.tokens[c].kind];
                names.strings_differ |= are_strings.contains(&TokenKind::String);
                names.numbers_differ |= are_strings.contains(&TokenKind::Code);
            }
        }
        names
    }

    /// Whether two words in the same place are the same, or the one is called like the other wherever it stands, which is more than once.
    pub(super) fn agree(&self, one: &str, other: &str) -> bool {
        one == other
            || self.by_word.get(one) == Some(&Some(other))
                && self.taken.get(other) == Some(&Some(one))
                && self.counts.get(one).is_some_and(|&count| count > 1)
    }

    /// What a word of new code is called here.
    ///
    /// # Errors
    /// Where that can't be told, or there is no such thing here.
    pub(super) fn here(
        &self,
        new: &Words<'a>,
        at: usize,
        knows: &dyn Fn(&str, Sought) -> bool,
    ) -> Result<&'a str, Misfit> {
        let word = new.word(at);
        if new.is_literal(at) {
            return self.literal(new, at);
        }
        if !new.is_name(at) {
            return Ok(self.by_word.get(word).copied().flatten().unwrap_or(word));
        }
        match self.by_word.get(word) {
            // Two names of theirs that are one here may mean two things in new code.
            Some(Some(here)) if self.taken.get(here) == Some(&Some(word)) => {
                // A member or an argument of that name is no variable.
                let is_here = !stands_alone(new, at)
                    || self.alone.contains(here)
                    || self.is_declared(new, word)
                    || knows(here, Sought::Name);
                if is_here { Ok(here) } else { Err(Misfit::Unknown(word.to_owned())) }
            }
            Some(_) => Err(Misfit::Unclear(word.to_owned())),
            None if is_member(new, at) => {
                let is_known = self.theirs.contains(word) && self.ours.contains(word);
                let owner = self.owner(new, at);
                let is_own = owner == Some("self") && knows(word, Sought::Member);
                let is_theirs = owner.is_some_and(|owner| owner != "self" && self.is_same(owner));
                if is_known || is_own || is_theirs { Ok(word) } else { Err(Misfit::Unknown(word.to_owned())) }
            }
            // It is new there, and something here already.
            None if self.ours.contains(word) && !self.theirs.contains(word) && !knows(word, Sought::Name) => {
                Err(Misfit::Unclear(word.to_owned()))
            }
            None if self.is_declared(new, word)
                || is_built_in(new.language, word)
                || knows(word, Sought::Name) =>
            {
                Ok(word)
            }
            None => Err(Misfit::Unknown(word.to_owned())),
        }
    }

    /// It stays as it is, unless such are others here, or it holds names that are.
    fn literal(&self, new: &Words<'a>, at: usize) -> Result<&'a str, Misfit> {
        let word = new.word(at);
        if let Some(Some(here)) = self.by_word.get(word) {
            return Ok(here);
        }
        let is_string = new.tokens[at].kind == TokenKind::String;
        if if is_string { self.strings_differ } else { self.numbers_differ } {
            return Err(Misfit::Unclear(word.to_owned()));
        }
        let holds_names = match new.language {
            Language::Python => {
                word.split(['"', '\'']).next().is_some_and(|start| start.contains(['f', 'F']))
            }
            Language::Rust => word.contains('{'),
        };
        let renamed = |piece: &str| self.by_word.get(piece).is_some_and(|here| *here != Some(piece));
        let pieces = word.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        match is_string && holds_names && pieces.into_iter().any(renamed) {
            true => Err(Misfit::Unclear(word.to_owned())),
            false => Ok(word),
        }
    }

    /// The name before the dot.
    fn owner<'b>(&self, new: &Words<'b>, at: usize) -> Option<&'b str> {
        let owner = new.before(at).and_then(|dot| new.before(dot))?;
        new.is_name(owner).then(|| new.word(owner)).or((new.word(owner) == "self").then_some("self"))
    }

    /// Whether it is called the same here.
    fn is_same(&self, word: &str) -> bool {
        self.by_word.get(word).is_some_and(|here| *here == Some(word))
    }

    /// Whether the new code itself binds the name.
    fn is_declared(&self, new: &Words<'_>, word: &str) -> bool {
        let binds = |at: usize| {
            let behind = new.from(at + 1).map(|next| new.word(next));
            let before = new.before(at).map(|before| new.word(before));
            let is_bound = match new.language {
                Language::Python => {
                    matches!(behind, Some("=" | ":="))
                        && before.is_none_or(|before| !matches!(before, "." | "(" | ","))
                        || matches!(before, Some("for" | "as"))
                }
                Language::Rust => matches!(before, Some("let" | "mut" | "for" | "|" | "ref")),
            };
            is_bound && !matches!(before, Some("."))
        };
        (0..new.len()).any(|at| new.word(at) == word && binds(at))
    }
}

/// Whether it stands behind a dot.
fn is_member(words: &Words<'_>, at: usize) -> bool {
    words.before(at).is_some_and(|before| matches!(words.word(before), "." | "::"))
}

fn stands_alone(words: &Words<'_>, at: usize) -> bool {
    words.is_name(at) && !is_member(words, at) && !words.is_keyword(at)
}

/// Remembers that a word stands for another one; that it stands for several is remembered as well.
fn note<'a>(words: &mut HashMap<&'a str, Option<&'a str>>, one: &'a str, other: &'a str) {
    words
        .entry(one)
        .and_modify(|known| *known = known.filter(|known| *known == other))
        .or_insert(Some(other));
}

/// Names that mean the same in every file, as long as nobody gives them another meaning.
fn is_built_in(language: Language, word: &str) -> bool {
    let names: &[&str] = match language {
        Language::Python => &[
            "AttributeError",
            "Exception",
            "IndexError",
            "KeyError",
            "LookupError",
            "NotImplementedError",
            "OSError",
            "RuntimeError",
            "StopIteration",
            "TypeError",
            "ValueError",
            "abs",
            "all",
            "any",
            "bool",
            "bytearray",
            "bytes",
            "callable",
            "dict",
            "enumerate",
            "filter",
            "float",
            "frozenset",
            "getattr",
            "hasattr",
            "hash",
            "id",
            "int",
            "isinstance",
            "issubclass",
            "iter",
            "len",
            "list",
            "map",
            "max",
            "memoryview",
            "min",
            "next",
            "object",
            "open",
            "ord",
            "range",
            "repr",
            "reversed",
            "round",
            "set",
            "setattr",
            "sorted",
            "str",
            "sum",
            "super",
            "tuple",
            "type",
            "zip",
        ],
        Language::Rust => &[
            "Box",
            "Clone",
            "Default",
            "Drop",
            "Err",
            "From",
            "Into",
            "Iterator",
            "None",
            "Ok",
            "Option",
            "Result",
            "Some",
            "String",
            "ToString",
            "Vec",
            "assert",
            "assert_eq",
            "bool",
            "char",
            "debug_assert",
            "debug_assert_eq",
            "f32",
            "f64",
            "format",
            "i16",
            "i32",
            "i64",
            "i8",
            "isize",
            "matches",
            "panic",
            "str",
            "u16",
            "u32",
            "u64",
            "u8",
            "unreachable",
            "usize",
            "vec",
        ],
    };
    names.binary_search(&word).is_ok()
}
