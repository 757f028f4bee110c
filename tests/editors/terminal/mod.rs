//! A terminal for programs that need one: tmux without a screen, which tests type into, read and make pictures of. Never does: touch the
//! user's own tmux (it has a socket and a configuration of its own).

mod svg;

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};

use backstory_fixture::Fixture;

/// So long a test waits for what must appear; on a busy machine the model has least of the processor.
const PATIENCE: Duration = Duration::from_secs(600);

/// How often it looks.
const PAUSE: Duration = Duration::from_millis(50);

/// A running terminal with one program in it; both end when it is dropped.
pub struct Terminal {
    /// Of the socket and the configuration.
    directory: PathBuf,
    columns: usize,
}

impl Terminal {
    /// Starts a command of the shell in a repository, in a terminal of that many columns and rows.
    pub fn start(
        fixture: &Fixture,
        (columns, rows): (u16, u16),
        environment: &[(&str, OsString)],
        command: &str,
    ) -> Self {
        let directory = fixture.beside(&format!("terminal-{columns}"));
        let terminal = Self { directory, columns: usize::from(columns) };
        fs::create_dir_all(&terminal.directory).expect("beside the fixture there is room");
        let configuration = terminal.directory.join("tmux.conf");
        let settings = "set -g status off\nset -g default-terminal tmux-256color\nset -ga terminal-overrides ',*:Tc'\n\
             set -sg escape-time 0\nset -g remain-on-exit on\n";
        fs::write(configuration, settings).expect("the directory is ours");
        let (columns, rows) = (columns.to_string(), rows.to_string());
        let mut tmux = terminal.tmux();
        tmux.args(["new-session", "-d", "-x", &columns, "-y", &rows, "-c"]).arg(fixture.path());
        // The first client's environment is that of all that runs in the terminal.
        tmux.envs(environment.iter().cloned()).env("COLORTERM", "truecolor").env("SHELL", "/bin/sh");
        check(tmux.arg(format!("exec {command}")).output());
        terminal
    }

    /// Presses keys, one after the other, in tmux's names (`Enter`, `Escape`, `C-n`); others are typed as they are.
    pub fn keys(&self, keys: &[&str]) {
        for key in keys {
            check(self.tmux().args(["send-keys", key]).output());
            if *key == "Escape" {
                // Read together with the next key it is Alt and that key.
                sleep(Duration::from_millis(200));
            }
        }
    }

    /// Types a text.
    pub fn type_in(&self, text: &str) {
        check(self.tmux().args(["send-keys", "-l", text]).output());
    }

    /// What is on the screen, without blanks at the ends of lines.
    pub fn screen(&self) -> String {
        let text = check(self.tmux().args(["capture-pane", "-p"]).output());
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        lines.join("\n").trim_end().to_owned()
    }

    /// The screen, where a text comes within a few seconds.
    pub fn soon(&self, text: &str) -> Option<String> {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(6) {
            let screen = self.screen();
            if screen.contains(text) {
                return Some(screen);
            }
            sleep(PAUSE);
        }
        None
    }

    /// Kills the processes of that name which the program in the terminal started.
    ///
    /// # Panics
    /// Where there are none.
    pub fn kill_children(&self, name: &str) {
        let pid = check(self.tmux().args(["display-message", "-p", "#{pane_pid}"]).output());
        let listed = check(Command::new("ps").args(["-o", "pid=,comm=", "--ppid", pid.trim()]).output());
        let pids: Vec<&str> = listed
            .lines()
            .filter_map(|line| line.trim().split_once(' '))
            .filter(|(_, command)| command.trim().starts_with(name))
            .map(|(pid, _)| pid)
            .collect();
        assert!(!pids.is_empty(), "no child is called {name}: {listed}");
        check(Command::new("kill").arg("-9").args(&pids).output());
    }

    /// Waits until something is on the screen, and gives the screen.
    ///
    /// # Panics
    /// Where it does not come in ten minutes.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_until(text, |screen| screen.contains(text))
    }

    /// Waits until the screen is as wanted, and gives it.
    ///
    /// # Panics
    /// Where that does not come in ten minutes.
    pub fn wait_until(&self, what: &str, is_there: impl Fn(&str) -> bool) -> String {
        let begin = Instant::now();
        loop {
            let screen = self.screen();
            if is_there(&screen) {
                return screen;
            }
            assert!(begin.elapsed() < PATIENCE, "waited too long for {what}:\n{screen}");
            sleep(PAUSE);
        }
    }

    /// Draws the screen into `docs/images`, where PICTURES is set; waits until it has stopped changing.
    pub fn picture(&self, name: &str) {
        if std::env::var_os("PICTURES").is_none() {
            return;
        }
        let mut before = self.capture();
        loop {
            sleep(Duration::from_millis(400));
            let now = self.capture();
            if now == before {
                break;
            }
            before = now;
        }
        save(name, &svg::draw(&before, self.columns));
    }

    /// Draws everything that is on the screen from now on until a text is there, as a moving picture in `docs/images`; where PICTURES
    /// is not set, only waits for it. A pause is shortened to a second, the end is shown for eight.
    pub fn record(&self, name: &str, until: &str) {
        if std::env::var_os("PICTURES").is_none() {
            self.wait_for(until);
            return;
        }
        let mut screens: Vec<(String, f32)> = Vec::new();
        let begin = Instant::now();
        loop {
            let screen = self.capture();
            match screens.last_mut() {
                Some((last, seconds)) if *last == screen => {
                    *seconds = (*seconds + PAUSE.as_secs_f32()).min(1.0)
                }
                _ => screens.push((screen, PAUSE.as_secs_f32())),
            }
            if self.screen().contains(until) {
                break;
            }
            assert!(begin.elapsed() < PATIENCE, "waited too long for {until}");
            sleep(PAUSE);
        }
        sleep(Duration::from_millis(400));
        screens.push((self.capture(), 8.0));
        save(name, &svg::animate(&screens, self.columns));
    }

    fn capture(&self) -> String {
        let screen = check(self.tmux().args(["capture-pane", "-p", "-e", "-N"]).output());
        // What was never written to is no part of a picture.
        screen.trim_end_matches('\n').to_owned()
    }

    fn tmux(&self) -> Command {
        let mut tmux = Command::new("tmux");
        tmux.arg("-S").arg(self.directory.join("socket")).arg("-f").arg(self.directory.join("tmux.conf"));
        tmux.args(["-2", "-u"]).env_remove("TMUX");
        tmux
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.tmux().arg("kill-server").output();
    }
}

fn save(name: &str, drawing: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/images").join(format!("{name}.svg"));
    fs::write(&path, drawing).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn check(output: std::io::Result<Output>) -> String {
    let output = output.expect("tmux is installed (`.ci/editors` does it)");
    assert!(output.status.success(), "tmux: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
