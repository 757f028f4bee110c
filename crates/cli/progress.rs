//! A line on standard error that says what takes so long: only on a terminal, only after half a second. Never does: touch
//! standard output.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What takes less is not worth a flicker.
const PATIENCE: Duration = Duration::from_millis(500);

/// A spinner or bar that appears by itself when the work takes long, and goes when dropped.
pub struct Progress {
    bar: ProgressBar,
    /// Dropped to end the waiting thread.
    done: Option<Sender<()>>,
    waiter: Option<JoinHandle<()>>,
}

impl Progress {
    pub fn new(message: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_style(ProgressStyle::default_spinner());
        bar.set_message(message.to_owned());
        let (done, ended) = channel::<()>();
        let late = bar.clone();
        let waiter = std::thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                late.set_draw_target(ProgressDrawTarget::stderr());
                late.enable_steady_tick(Duration::from_millis(100));
            }
        });
        Self { bar, done: Some(done), waiter: Some(waiter) }
    }

    pub fn message(&self, message: impl Into<String>) {
        self.bar.set_message(message.into());
    }

    /// Turns the spinner into a bar over bytes.
    pub fn bytes(&self, done: u64, total: u64) {
        if self.bar.length() != Some(total) {
            let template = "{msg} {bar:30} {bytes}/{total_bytes} {eta}";
            // The template is ours and valid; the spinner would do as well.
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.bar.set_style(style);
            }
            self.bar.set_length(total);
        }
        self.bar.set_position(done);
    }

    /// Turns the spinner into a bar over things that are counted.
    pub fn steps(&self, done: u64, total: u64, unit: &str) {
        if self.bar.length() != Some(total) {
            let template = format!("{{msg}} {{bar:30}} {{pos}}/{{len}} {unit} {{eta}}");
            // The template is ours and valid; the spinner would do as well.
            if let Ok(style) = ProgressStyle::with_template(&template) {
                self.bar.set_style(style);
            }
            self.bar.set_length(total);
        }
        self.bar.set_position(done);
    }

    /// Turns the bar back into a spinner.
    pub fn spinner(&self, message: impl Into<String>) {
        self.bar.set_style(ProgressStyle::default_spinner());
        self.bar.unset_length();
        self.message(message);
    }

    /// Runs something that prints, with the line out of the way.
    pub fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(waiter) = self.waiter.take() {
            // The thread only waits and draws; had it panicked, there would be no line to clear.
            let _ = waiter.join();
        }
        self.bar.finish_and_clear();
    }
}
