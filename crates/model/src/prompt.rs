//! What an engine is asked. Never knows what the words are about.

/// One question to an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// The user's turn of a conversation, without any markup.
    pub text: String,
    /// The answer is cut there.
    pub max_tokens: usize,
}

/// A prompt is text, whatever it holds: the markers of chat templates (`<|im_end|>`, `<|eot_id|>`) lose their meaning.
pub(crate) fn plain(prompt: &str) -> String {
    prompt.replace("<|", "< |")
}
