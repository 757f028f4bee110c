//! Explanations of what is on screen, worded while nobody is at work, where settings want it: the symbols whose lenses or hovers were shown
//! last. Stops for whoever types or asks, and on battery. Never does: word anything with a model that is not on this machine, or
//! show it; a hover does, when it is asked.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use backstory_ide::explain::Subject;

use super::context::{Context, lock};
use super::event::Where;
use super::histories::SymbolOf;
use super::questions::located;
use super::searching::with_view;
use super::story::Story;
use super::workers::{Priority, guarded, spawn};
use crate::explain::about;
use crate::wording::{About, Order};

/// So many symbols wait at most, those shown last.
const ON_SCREEN: usize = 30;

/// How often it looks whether anybody is at work.
const LOOK: Duration = Duration::from_millis(200);

/// Where Linux says what the machine runs on.
const POWER_SUPPLIES: &str = "/sys/class/power_supply";

/// A symbol on screen.
struct Shown {
    symbol: SymbolOf,
    story: Arc<Story>,
}

/// What is on screen.
#[derive(Default)]
pub(super) struct Screen {
    is_wanted: AtomicBool,
    shown: OnceLock<Mutex<Sender<Shown>>>,
}

impl Screen {
    /// Whether settings want it.
    pub(super) fn want(&self, is_wanted: bool) {
        self.is_wanted.store(is_wanted, Ordering::Relaxed);
    }

    /// The client shows something of a symbol.
    pub(super) fn show(&self, symbol: &SymbolOf, story: &Arc<Story>) {
        if !self.is_wanted.load(Ordering::Relaxed) || story.reasons.is_empty() {
            return;
        }
        if let Some(sender) = self.shown.get() {
            // The thread is gone only when the session has ended.
            let _ = lock(sender).send(Shown { symbol: symbol.clone(), story: Arc::clone(story) });
        }
    }
}

/// Starts the thread; it ends with the session.
pub(super) fn start(context: &Arc<Context>) {
    let (sender, shown) = channel();
    let is_first = context.screen.shown.set(Mutex::new(sender)).is_ok();
    debug_assert!(is_first, "one thread for one screen");
    let context = Arc::downgrade(context);
    spawn("idle-wording", Priority::Low, move || serve(&context, &shown));
}

fn serve(context: &Weak<Context>, shown: &Receiver<Shown>) {
    let mut waiting: Vec<Shown> = Vec::new();
    while let Ok(next) = waiting.pop().map_or_else(|| shown.recv(), Ok) {
        waiting.push(next);
        std::thread::sleep(LOOK);
        waiting.extend(shown.try_iter());
        let excess = waiting.len().saturating_sub(ON_SCREEN);
        waiting.drain(..excess);
        let Some(context) = context.upgrade() else { return };
        if context.activity.is_quiet() && !is_on_battery(Path::new(POWER_SUPPLIES)) {
            let last = waiting.pop();
            guarded(|| last.iter().for_each(|shown| word(&context, shown)));
        }
    }
}

/// Has it worded and keeps that for hovers; given up as soon as somebody is at work.
fn word(context: &Context, shown: &Shown) {
    let Shown { symbol, story } = shown;
    let (root, path) = (&symbol.file.root, &symbol.file.path);
    let found = with_view(context, root, |view| {
        Some(about(&view.analysis, located(view, path, &Where::Symbol(symbol.key.clone()))?))
    });
    let (Some(Some(info)), Some(memory)) = (found, context.model.memory()) else { return };
    let known = story.known(Subject::of(&info));
    if !memory.recall(&known).is_empty() {
        return;
    }
    let disturbed = context.activity.disturbed();
    let Some(mut turn) = context.model.turn(&disturbed) else { return };
    let Some(wording) = turn.as_mut() else { return };
    if wording.leaves_this_machine() {
        return;
    }
    let order = Order { about: About::Symbol(&info), passages: &story.reasons };
    let said = wording.explain(order, &disturbed, &mut |_| ());
    if let Some(said) = said.filter(|said| said.sentences.len() == story.reasons.len()) {
        memory.keep(&known, &said.sentences);
    }
}

/// Whether the machine has supplies and none of those from the wall gives anything. Elsewhere than on Linux that is not known.
fn is_on_battery(supplies: &Path) -> bool {
    let Ok(entries) = fs::read_dir(supplies) else { return false };
    let is_online = |supply: &Path| {
        let read = |name: &str| fs::read_to_string(supply.join(name)).unwrap_or_default();
        (read("type").trim() != "Battery").then(|| read("online").trim() == "1")
    };
    let online: Vec<bool> = entries.flatten().filter_map(|entry| is_online(&entry.path())).collect();
    !online.is_empty() && !online.contains(&true)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use backstory_fixture::Fixture;

    use super::is_on_battery;

    fn supply(root: &Path, name: &str, kind: &str, online: Option<&str>) {
        let directory = root.join(name);
        fs::create_dir(&directory).unwrap();
        fs::write(directory.join("type"), format!("{kind}\n")).unwrap();
        online
            .into_iter()
            .for_each(|online| fs::write(directory.join("online"), format!("{online}\n")).unwrap());
    }

    #[test]
    fn a_machine_is_on_battery_when_nothing_comes_from_the_wall() {
        // An empty fixture lends its temporary directory.
        let scratch = Fixture::new("");
        let desk = scratch.beside("power");
        assert!(!is_on_battery(&desk));
        fs::create_dir(&desk).unwrap();
        assert!(!is_on_battery(&desk));
        supply(&desk, "BAT0", "Battery", None);
        assert!(!is_on_battery(&desk), "a battery alone may be that of a mouse");
        supply(&desk, "AC", "Mains", Some("0"));
        assert!(is_on_battery(&desk));
        supply(&desk, "usb", "USB", Some("1"));
        assert!(!is_on_battery(&desk));
    }
}
