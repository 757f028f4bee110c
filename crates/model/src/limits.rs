//! How long an engine may take. Never measures anything.

use std::time::Duration;

/// How often a wait looks at the interruption flag.
pub(crate) const POLL: Duration = Duration::from_millis(20);

/// How long an engine may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the start of its process until the model is loaded, or until a server is connected to.
    pub ready: Duration,
    /// From a request to its first token, and from any token to the next.
    pub silence: Duration,
    /// For a whole answer.
    pub answer: Duration,
}

impl Limits {
    /// For a process on this machine.
    pub const PROCESS: Self = Self {
        ready: Duration::from_secs(60),
        silence: Duration::from_secs(60),
        answer: Duration::from_secs(180),
    };

    /// For a server, which may have to load its model before the first token.
    pub const SERVER: Self = Self {
        ready: Duration::from_secs(5),
        silence: Duration::from_secs(60),
        answer: Duration::from_secs(180),
    };
}
