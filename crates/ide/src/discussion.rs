//! An issue or a pull request of a forge as plain data. Never does: read one from anywhere.

use serde::{Deserialize, Serialize};

/// What was said where a change was asked for or proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discussion {
    /// As messages refer to it: `#123`; merge requests of GitLab are `!12`.
    pub reference: String,
    pub kind: DiscussionKind,
    pub title: String,
    /// Markdown as written, at most 16 KiB.
    pub body: String,
    pub author: String,
    /// The day on which it was opened, `YYYY-MM-DD`.
    pub date: String,
    pub url: Option<String>,
}

/// What a discussion was opened as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiscussionKind {
    Issue,
    /// A pull or merge request.
    ChangeRequest,
}
