//! Texts as nobody means to write them: real ones with pieces lost, doubled, swapped and strange ones put in. Never does: anything else
//! than chance says, so that a number names a text.

/// What breaks texts: brackets, quotes, comments, keywords, line ends, marks and letters of several bytes.
const PIECES: [&str; 48] = [
    "(", ")", "[", "]", "{", "}", "<", ">", "\"", "'", "\"\"\"", "'''", "/*", "*/", "//", "#", "\\", ":",
    "::", ";", ",", ".", "..", "=", "=>", "->", "|", "&", "!", "?", "@", "$", "\n", "\r", "\r\n", "\t",
    "    ", "\u{feff}", "\0", "é", "🦀", "\u{2028}", "r#\"", "f\"{", "fn f(", "def f(", "class A:",
    "use a::{",
];

/// SplitMix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d))
    }

    /// Below the limit, which must not be 0.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) % limit as u64) as usize
    }

    /// A character boundary of a text.
    pub fn boundary(&mut self, text: &str) -> usize {
        text.floor_char_boundary(self.below(text.len() + 1))
    }

    fn piece(&mut self) -> &'static str {
        PIECES[self.below(PIECES.len())]
    }
}

/// A text after one to four mutations.
pub fn mutated(text: &str, random: &mut Random) -> String {
    let count = 1 + random.below(4);
    (0..count).fold(text.to_owned(), |text, _| mutation(&text, random))
}

fn mutation(text: &str, random: &mut Random) -> String {
    match random.below(12) {
        0 => bytes(text, random),
        1 => text[..random.boundary(text)].to_owned(),
        2 => text[random.boundary(text)..].to_owned(),
        3 => text.replace('\n', "\r\n"),
        4 => format!("\u{feff}{text}"),
        5 => lines(text, random),
        6 => tokens(text, random),
        7 => brackets(text, random),
        8 => text.replace("    ", "\t"),
        _ => edited(text, random),
    }
}

/// One edit: a stretch goes, a piece or another stretch comes.
pub fn edited(text: &str, random: &mut Random) -> String {
    let start = random.boundary(text);
    let gone = [0, 0, 1, 4, 40, 400][random.below(6)];
    let end = text.ceil_char_boundary((start + random.below(gone + 1)).min(text.len()));
    let other = random.boundary(text);
    let come = match random.below(4) {
        0 => "",
        1 => &text[other..text.ceil_char_boundary((other + random.below(200)).min(text.len()))],
        _ => random.piece(),
    };
    [&text[..start], come, &text[end..]].concat()
}

/// Some bytes are others; what is no UTF-8 then is replaced, as whoever reads files does.
fn bytes(text: &str, random: &mut Random) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..1 + random.below(8) {
        let at = random.below(bytes.len() + 1);
        match (random.below(3), bytes.get_mut(at)) {
            (0, Some(byte)) => *byte = random.below(256) as u8,
            (1, Some(_)) => drop(bytes.remove(at)),
            _ => bytes.insert(at, random.below(256) as u8),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Lines are lost, doubled or swapped.
fn lines(text: &str, random: &mut Random) -> String {
    shuffled(text.split_inclusive('\n').collect(), random)
}

/// The same for words and what stands between them.
fn tokens(text: &str, random: &mut Random) -> String {
    shuffled(text.split_inclusive(|c: char| !c.is_alphanumeric()).collect(), random)
}

fn shuffled(mut parts: Vec<&str>, random: &mut Random) -> String {
    for _ in 0..1 + random.below(5) {
        if parts.is_empty() {
            break;
        }
        let (at, other) = (random.below(parts.len()), random.below(parts.len()));
        match random.below(3) {
            0 => drop(parts.remove(at)),
            1 => parts.insert(at, parts[other]),
            _ => parts.swap(at, other),
        }
    }
    parts.concat()
}

/// A bracket is lost, or many come.
fn brackets(text: &str, random: &mut Random) -> String {
    if random.below(4) == 0 {
        let at = random.boundary(text);
        let many = random.piece().repeat(1 + random.below(500));
        return [&text[..at], &many, &text[at..]].concat();
    }
    let all: Vec<usize> =
        text.match_indices(['(', ')', '[', ']', '{', '}', '"', '\'']).map(|(at, _)| at).collect();
    if all.is_empty() {
        return text.to_owned();
    }
    let at = all[random.below(all.len())];
    [&text[..at], &text[at + 1..]].concat()
}
