//! What usually changes with a symbol: when it is worth an offer, when it is worth a hint, and how a hint says it. Never does: read history,
//! or decide where hints are wanted.
//!
//! Support is how many commits edited both, confidence the part of the edits of the symbol in which the other one was edited too.

/// The least support and confidence at which somebody who asks is offered a companion.
pub const OFFERED: Bar = Bar { support: 3, confidence: 0.5 };

/// The least support and confidence at which a hint is given to somebody who did not ask. Tuned by `cargo bench --bench replay`.
pub const HINTED: Bar = Bar { support: 5, confidence: 0.8 };

/// What diagnostics call such a hint.
pub const CODE: &str = "usual-companion";

/// What a companion must come up to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    pub support: u32,
    /// From 0 to 1.
    pub confidence: f64,
}

impl Bar {
    /// Whether two symbols that changed together in so many of so many edits come up to it.
    pub fn admits(self, together: u32, of: u32) -> bool {
        together >= self.support && f64::from(together) >= f64::from(of) * self.confidence
    }
}

/// `usually changes with `y` (12 of 14 times, last abc1234)`.
pub fn message(companion: &str, together: u32, of: u32, last: &str) -> String {
    let last = last.get(..7).unwrap_or(last);
    format!("usually changes with `{companion}` ({together} of {of} times, last {last})")
}

/// How settings name a companion of a symbol that is not to be hinted at, both by their keys.
pub fn pair(symbol: &str, companion: &str) -> String {
    format!("{symbol} -> {companion}")
}

/// Whether settings leave a hint out: they name the symbol, or the pair.
pub fn is_ignored(ignored: &[String], symbol: &str, companion: &str) -> bool {
    let pair = pair(symbol, companion);
    ignored.iter().any(|entry| entry == symbol || *entry == pair)
}

#[cfg(test)]
mod tests {
    use super::{Bar, is_ignored, message};

    #[test]
    fn a_bar_admits_what_reaches_it() {
        let bar = Bar { support: 5, confidence: 0.8 };
        let admitted = [(4, 4), (5, 5), (5, 6), (5, 7), (8, 10), (79, 100)];
        let admitted = admitted.map(|(together, of)| bar.admits(together, of));
        assert_eq!(admitted, [false, true, true, false, true, false]);
    }

    #[test]
    fn a_symbol_or_a_pair_is_left_out() {
        let ignored = ["rust:a::x".to_owned(), "rust:a::y -> rust:a::z".to_owned()];
        assert!(is_ignored(&ignored, "rust:a::x", "rust:a::w"));
        assert!(is_ignored(&ignored, "rust:a::y", "rust:a::z"));
        assert!(!is_ignored(&ignored, "rust:a::y", "rust:a::x"));
    }

    #[test]
    fn a_message_counts() {
        assert_eq!(
            message("Pool::grow", 12, 14, "abc1234def"),
            "usually changes with `Pool::grow` (12 of 14 times, last abc1234)"
        );
    }
}
