//! What tests do with one document: open, edit, and ask about it. Never does: judge.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, uri};

/// How positions count.
#[derive(Clone, Copy, Debug)]
pub enum Units {
    Utf8,
    Utf16,
}

/// Zero-based line and character of a byte offset.
pub fn position(text: &str, offset: usize, units: Units) -> Value {
    let line_start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let before = &text[line_start..offset];
    let character = match units {
        Units::Utf8 => before.len(),
        Units::Utf16 => before.encode_utf16().count(),
    };
    json!({"line": text[..line_start].matches('\n').count(), "character": character})
}

/// The range of the first `needle` in a text.
pub fn range(text: &str, needle: &str, units: Units) -> Value {
    let start = text.find(needle).unwrap();
    json!({"start": position(text, start, units), "end": position(text, start + needle.len(), units)})
}

impl Client {
    /// The URI of a file below the root.
    pub fn uri(&self, path: &str) -> String {
        uri(&self.root.join(path))
    }

    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    /// Opens a file with the text that it has on disk.
    pub fn open(&mut self, path: &str) {
        let text = self.text(path);
        self.open_with(path, &text);
    }

    pub fn open_with(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        let language = if path.ends_with(".py") { "python" } else { "rust" };
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    pub fn change(&mut self, path: &str, version: i32, changes: Value) {
        let document = json!({"uri": self.uri(path), "version": version});
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.notify("textDocument/didChange", params);
    }

    /// Does what editors do with an open file that changed on disk.
    pub fn reload(&mut self, path: &str) {
        let text = self.text(path);
        self.change(path, 100, json!([{"text": text}]));
    }

    pub fn close_document(&mut self, path: &str) {
        let params = json!({"textDocument": {"uri": self.uri(path)}});
        self.notify("textDocument/didClose", params);
    }

    /// The hover at a position: its Markdown and its range.
    pub fn hover(&mut self, path: &str, position: &Value) -> Option<(String, Value)> {
        let params = json!({"textDocument": {"uri": self.uri(path)}, "position": position});
        let hover = self.ask("textDocument/hover", params).unwrap();
        Some((hover["contents"]["value"].as_str()?.to_owned(), hover["range"].clone()))
    }

    /// The hover at a position once its history is read: it waits for that no longer than a moment.
    pub fn read_hover(&mut self, path: &str, position: &Value) -> Option<(String, Value)> {
        self.eventually("the history is read", |client| match client.hover(path, position) {
            Some((text, _)) if text.contains("Reading history") => None,
            hover => Some(hover),
        })
    }

    /// The hover on the first `needle` of a file as it is on disk, once its history is read.
    pub fn hover_on(&mut self, path: &str, needle: &str) -> String {
        let at = range(&self.text(path), needle, Units::Utf16)["start"].clone();
        self.read_hover(path, &at).map_or_else(|| "no hover".to_owned(), |(text, _)| text)
    }

    /// The lenses of a file, unresolved.
    pub fn lenses(&mut self, path: &str) -> Vec<Value> {
        let params = json!({"textDocument": {"uri": self.uri(path)}});
        let lenses = self.ask("textDocument/codeLens", params).unwrap();
        lenses.as_array().cloned().unwrap_or_default()
    }

    /// The names that a file's lenses stand at, in order.
    pub fn lens_names(&mut self, path: &str) -> Vec<String> {
        let name = |lens: &Value| lens["data"]["symbol"]["name"].as_str().unwrap().to_owned();
        self.lenses(path).iter().map(name).collect()
    }

    /// The lenses of a file, resolved, as lines of `line: name: title`; waits until their history is read.
    pub fn lens_text(&mut self, path: &str) -> String {
        self.eventually("the lenses are read", |client| {
            let mut text = String::new();
            for lens in client.lenses(path) {
                let (line, name) =
                    (lens["range"]["start"]["line"].clone(), lens["data"]["symbol"]["name"].clone());
                let Ok(lens) = client.ask("codeLens/resolve", lens) else { return None };
                let title = lens["command"]["title"].as_str().unwrap();
                if title.contains("reading history") {
                    return None;
                }
                text.push_str(&format!("{line}: {}: {title}\n", name.as_str().unwrap()));
            }
            Some(text)
        })
    }

    /// Waits until the lenses of a file say this.
    pub fn expect_lenses(&mut self, path: &str, expected: &str) {
        let mut last = String::new();
        self.eventually(&format!("the lenses of {path} say {expected:?}"), |client| {
            let now = client.lens_text(path);
            if now != last {
                eprintln!("lenses of {path}: {now:?}");
                last.clone_from(&now);
            }
            (now == expected).then_some(())
        });
    }

    /// Runs `backstory.explain` on the symbol at the first `needle`.
    pub fn explain(&mut self, path: &str, needle: &str) -> Result<Value, Value> {
        let at = range(&self.text(path), needle, Units::Utf16)["start"].clone();
        self.explain_from(path, &at)
    }

    /// Runs `backstory.explain` at a place of a file, which need not be there.
    pub fn explain_at(&mut self, path: &str, line: u32, character: u32) -> Result<Value, Value> {
        self.explain_from(path, &json!({"line": line, "character": character}))
    }

    /// Runs `backstory.explain` at a position of a file as the editor has it.
    pub fn explain_from(&mut self, path: &str, position: &Value) -> Result<Value, Value> {
        let argument = json!({"uri": self.uri(path), "position": position});
        let params = json!({"command": "backstory.explain", "arguments": [argument]});
        self.ask("workspace/executeCommand", params)
    }
}
