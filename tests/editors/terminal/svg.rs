//! The screen of a terminal as an SVG: text with colours, as `tmux capture-pane -e` prints it. Never does: draw a cursor, or know any
//! escape sequence but those of colours and styles (ECMA-48 SGR, with the colours of xterm).

use std::fmt::Write;

/// Of a character, in pixels: DejaVu Sans Mono at 14 pixels.
const WIDTH: f32 = 8.43;
const HEIGHT: f32 = 18.0;
const PAD: f32 = 12.0;

/// The 16 colours that a program names by number only.
const PALETTE: [&str; 16] = [
    "#14161b", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#c8ccd4", "#6b7280",
    "#ff7b86", "#b0dd8b", "#ffd68a", "#7cc4ff", "#dd92f0", "#6fd3df", "#ffffff",
];
const FOREGROUND: &str = "#c8ccd4";
const BACKGROUND: &str = "#14161b";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Style {
    foreground: Option<String>,
    background: Option<String>,
    is_bold: bool,
    is_dim: bool,
    is_italic: bool,
    is_underlined: bool,
    is_reversed: bool,
}

struct Run {
    column: usize,
    text: String,
    style: Style,
}

/// Draws a screen of so many columns.
pub fn draw(screen: &str, columns: usize) -> String {
    let mut out = frame(columns, screen.lines().count());
    put_screen(&mut out, screen);
    out.push_str("</svg>\n");
    out
}

/// Draws screens one after the other, each for so many seconds, over and over.
pub fn animate(screens: &[(String, f32)], columns: usize) -> String {
    let rows = screens.iter().map(|(screen, _)| screen.lines().count()).max().unwrap_or_default();
    let whole: f32 = screens.iter().map(|(_, seconds)| seconds).sum();
    let mut out = frame(columns, rows);
    let (mut style, mut body, mut at) = (String::new(), String::new(), 0.0);
    for (number, (screen, seconds)) in screens.iter().enumerate() {
        let (begin, end) = (at / whole * 100.0, (at + seconds) / whole * 100.0);
        at += seconds;
        // Writing to a string cannot fail.
        let _ = writeln!(
            style,
            "#f{number}{{visibility:{};animation:k{number} {whole:.1}s steps(1) infinite}}\n\
             @keyframes k{number}{{0%{{visibility:{}}}{begin:.2}%{{visibility:visible}}{end:.2}%{{visibility:hidden}}}}",
            // Who shows no moving pictures shows the end.
            if number + 1 == screens.len() { "visible" } else { "hidden" },
            if number == 0 { "visible" } else { "hidden" }
        );
        let _ = writeln!(body, "<g id=\"f{number}\">");
        put_screen(&mut body, screen);
        body.push_str("</g>\n");
    }
    let _ = writeln!(out, "<style>\n{style}</style>");
    out + &body + "</svg>\n"
}

/// The start of a picture, with the background.
fn frame(columns: usize, rows: usize) -> String {
    let (width, height) = (columns as f32 * WIDTH + 2.0 * PAD, rows as f32 * HEIGHT + 2.0 * PAD);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"{BACKGROUND}\"/>\n"
    )
}

fn put_screen(out: &mut String, screen: &str) {
    let mut style = Style::default();
    for (row, line) in screen.lines().enumerate() {
        for run in runs(line, &mut style) {
            // Writing to a string cannot fail.
            let _ = put(out, row, &run);
        }
    }
}

fn put(out: &mut String, row: usize, run: &Run) -> std::fmt::Result {
    let (x, y) = (PAD + run.column as f32 * WIDTH, PAD + row as f32 * HEIGHT);
    let length = run.text.chars().count() as f32 * WIDTH;
    let style = &run.style;
    let (mut foreground, mut background) = (
        style.foreground.as_deref().unwrap_or(FOREGROUND),
        style.background.as_deref().unwrap_or(BACKGROUND),
    );
    if style.is_reversed {
        (foreground, background) = (background, foreground);
    }
    if background != BACKGROUND {
        writeln!(
            out,
            "<rect x=\"{x:.2}\" y=\"{y:.1}\" width=\"{length:.2}\" height=\"{HEIGHT}\" fill=\"{background}\"/>"
        )?;
    }
    if run.text.trim().is_empty() {
        return Ok(());
    }
    let mut look = String::new();
    for (is_on, attribute) in [
        (style.is_bold, " font-weight=\"bold\""),
        (style.is_italic, " font-style=\"italic\""),
        (style.is_underlined, " text-decoration=\"underline\""),
        (style.is_dim, " opacity=\"0.6\""),
    ] {
        if is_on {
            look.push_str(attribute);
        }
    }
    let text = run.text.replace('&', "&amp;").replace('<', "&lt;");
    writeln!(
        out,
        "<text x=\"{x:.2}\" y=\"{:.1}\" textLength=\"{length:.2}\" fill=\"{foreground}\"{look} xml:space=\"preserve\">{text}</text>",
        y + 13.5
    )
}

/// The parts of a line that look the same; a style goes on in the next line.
fn runs(line: &str, style: &mut Style) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut column = 0;
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        if let Some((codes, after)) = sequence(rest) {
            apply(style, codes);
            rest = after;
            continue;
        }
        match runs.last_mut() {
            Some(run) if run.style == *style => run.text.push(first),
            _ => runs.push(Run { column, text: first.to_string(), style: style.clone() }),
        }
        column += 1;
        rest = &rest[first.len_utf8()..];
    }
    runs
}

/// The parameters of a sequence at the start, and what follows it.
fn sequence(text: &str) -> Option<(&str, &str)> {
    let body = text.strip_prefix("\u{1b}[")?;
    let end = body.find(|c: char| c.is_ascii_alphabetic())?;
    Some((&body[..end], &body[end + 1..]))
}

fn apply(style: &mut Style, codes: &str) {
    let mut codes =
        codes.split(';').map(|code| code.split(':').next().unwrap_or_default().parse().unwrap_or(0_u8));
    while let Some(code) = codes.next() {
        match code {
            0 => *style = Style::default(),
            1 => style.is_bold = true,
            2 => style.is_dim = true,
            3 => style.is_italic = true,
            4 => style.is_underlined = true,
            7 => style.is_reversed = true,
            22 => (style.is_bold, style.is_dim) = (false, false),
            23 => style.is_italic = false,
            24 => style.is_underlined = false,
            27 => style.is_reversed = false,
            30..=37 => style.foreground = Some(indexed(code - 30)),
            38 => style.foreground = extended(&mut codes),
            39 => style.foreground = None,
            40..=47 => style.background = Some(indexed(code - 40)),
            48 => style.background = extended(&mut codes),
            49 => style.background = None,
            58 => drop(extended(&mut codes)),
            90..=97 => style.foreground = Some(indexed(code - 82)),
            100..=107 => style.background = Some(indexed(code - 92)),
            _ => {}
        }
    }
}

/// The colour behind 38 or 48.
fn extended(codes: &mut impl Iterator<Item = u8>) -> Option<String> {
    match codes.next()? {
        2 => Some(format!("#{:02x}{:02x}{:02x}", codes.next()?, codes.next()?, codes.next()?)),
        5 => Some(indexed(codes.next()?)),
        _ => None,
    }
}

/// xterm's 256 colours: 16 named ones, a cube of 6 × 6 × 6, 24 greys.
fn indexed(number: u8) -> String {
    let level = |index: u8| if index == 0 { 0 } else { 55 + 40 * index };
    match number {
        0..=15 => PALETTE[usize::from(number)].to_owned(),
        16..=231 => {
            let cube = number - 16;
            format!("#{:02x}{:02x}{:02x}", level(cube / 36), level(cube / 6 % 6), level(cube % 6))
        }
        _ => {
            let grey = 8 + 10 * (number - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn colours_and_styles_go_on_until_they_end() {
        let drawn = draw(
            "a\u{1b}[1;38;2;1;2;3mb <\n&\u{1b}[0m \u{1b}[4:3;38;5;196mé\u{1b}[39;24m\u{1b}[48;5;250m ",
            3,
        );
        let texts: Vec<&str> = drawn.lines().filter(|line| line.starts_with("<text")).collect();
        let has = |text: &str, look: &str| {
            let line = texts.iter().find(|line| line.ends_with(&format!(">{text}</text>")));
            assert!(line.is_some_and(|line| line.contains(look)), "{text} {look}: {drawn}");
        };
        has("a", "fill=\"#c8ccd4\"");
        has("b &lt;", "fill=\"#010203\" font-weight=\"bold\"");
        has("&amp;", "fill=\"#010203\" font-weight=\"bold\"");
        has("é", "fill=\"#ff0000\" text-decoration=\"underline\"");
        assert!(drawn.contains("fill=\"#bcbcbc\"/>"), "a blank with a background: {drawn}");
    }
}
