//! What a client says of settings: what it wants when it starts, what it says later, and whether the workspace may be trusted. Never does:
//! speak to one.

use std::path::Path;

use serde_json::Value;

use super::{Config, Layers};

/// Everything that one client has said.
#[derive(Clone, Debug, Default)]
pub struct ClientSettings {
    /// Hold where no file and no other setting says otherwise.
    suggested: Value,
    initial: Value,
    later: Value,
    /// Nobody has said that they trust what the workspace holds.
    restricted: bool,
}

impl ClientSettings {
    /// Those of initialization options: settings, and beside them `suggested`, which are settings too, and `restricted`.
    pub fn of(mut options: Value) -> Self {
        let mut take = |name: &str| options.as_object_mut().and_then(|members| members.remove(name));
        let (suggested, restricted) = (take("suggested").unwrap_or_default(), take("restricted"));
        // Whoever says anything else than no about it had a reason to.
        let restricted = restricted.is_some_and(|it| !matches!(it, Value::Null | Value::Bool(false)));
        Self { suggested, initial: options, later: Value::Null, restricted }
    }

    /// Takes what the client says now; says whether that is anything new. What it said at the start holds where this is silent.
    pub fn renew(&mut self, settings: Value) -> bool {
        let is_new = settings != self.later;
        self.later = settings;
        is_new
    }

    /// The settings in effect in a tree, or outside of all, and a sentence for each that could not be used. In a restricted workspace the
    /// file of the repository does not count and no model is asked, whatever else is set.
    pub fn config(&self, root: Option<&Path>) -> (Config, Vec<String>) {
        let layers = Layers::read(root.filter(|_| !self.restricted)).with_suggestions(&self.suggested);
        let (mut config, warnings) = layers.with_client(&self.initial).with_client(&self.later).config();
        config.model.enable &= !self.restricted;
        (config, warnings)
    }
}
