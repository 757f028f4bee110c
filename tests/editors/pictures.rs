//! What Neovim and the command line look like, for the documentation: drawn where PICTURES is set, and in any case shown whole in a window
//! of 80 columns. Never does: judge what is said (`neovim` and `tests/cli` do).

use std::fs;

use backstory_fixture::Fixture;

use crate::homes::{COURIER, Homes, program};
use crate::terminal::Terminal;

/// Neovim with the plugin and another server, as a user has it.
const INIT: &str = r#"
vim.opt.runtimepath:prepend(vim.env.PLUGIN)
vim.o.termguicolors = true
vim.o.number = true
vim.o.swapfile = false
vim.o.laststatus = 2
vim.o.hlsearch = false
vim.o.winborder = "rounded"
vim.lsp.config("ty", { cmd = { vim.env.TY, "server" }, filetypes = { "python" }, root_markers = { "pyproject.toml" } })
vim.lsp.config("backstory", { cmd = { vim.env.BACKSTORY, "lsp" } })
vim.g.backstory = { lens = true }
vim.lsp.enable({ "ty", "backstory" })
"#;

fn neovim(fixture: &Fixture, size: (u16, u16), homes: &Homes) -> Terminal {
    let settings = fixture.beside("settings/nvim");
    fs::create_dir_all(&settings).unwrap();
    fs::write(settings.join("init.lua"), INIT).unwrap();
    let command = format!("{} courier/delivery.py", program("NVIM", "nvim"));
    let terminal = Terminal::start(fixture, size, &homes.environment(fixture), &command);
    // Lenses come when the history has been read.
    terminal.wait_for("introduced 2019");
    terminal.type_in("/deliver(");
    terminal.keys(&["Enter"]);
    terminal
}

/// Runs `:Backstory ..` and waits for what it shows.
fn backstory(terminal: &Terminal, command: &str, text: &str) -> String {
    terminal.type_in(&format!(":Backstory {command}"));
    terminal.keys(&["Enter"]);
    terminal.wait_for(text)
}

#[test]
fn neovim_in_a_window_of_100_columns() {
    let fixture = Fixture::new(COURIER);
    let terminal = neovim(&fixture, (100, 34), &Homes::WithDefaultModel);
    terminal.keys(&["K"]);
    terminal.wait_for("Last change");
    terminal.picture("neovim-hover");
    terminal.keys(&["Escape", "l"]);
    backstory(&terminal, "history", "g? all keys");
    terminal.picture("neovim-timeline");
    terminal.keys(&["d"]);
    terminal.wait_for("before ");
    terminal.picture("neovim-diff");
    terminal.keys(&["q", "q"]);
    backstory(&terminal, "explain", "# function");
    terminal.keys(&["C-w", "_"]);
    terminal.wait_for("Worded by");
    terminal.picture("neovim-explain");
}

#[test]
fn nothing_is_cut_in_a_window_of_80_columns() {
    let fixture = Fixture::new(COURIER);
    let terminal = neovim(&fixture, (80, 50), &Homes::WithoutModel);
    let screen = backstory(&terminal, "history", "g? all keys");
    for whole in [
        "2024-08-30",
        "Stop repeating what the receiver refused",
        "Barbara Liskov",
        "1 change of documentation",
    ] {
        assert!(screen.contains(whole), "{whole}:\n{screen}");
    }
    terminal.picture("neovim-timeline-80");
    terminal.keys(&["q"]);
    backstory(&terminal, "explain", "# function");
    terminal.keys(&["C-w", "_", "G"]);
    let screen = terminal.wait_for("Uses (1)");
    terminal.picture("neovim-explain-80");
    assert!(!screen.contains("backstory:/%"), "{screen}");
}

#[test]
fn the_command_line() {
    let fixture = Fixture::new(COURIER);
    let mut environment = Homes::WithoutModel.environment(&fixture);
    let directory = std::path::Path::new(env!("CARGO_BIN_EXE_backstory")).parent().unwrap().display();
    let path = std::env::var("PATH").unwrap_or_default();
    environment.push(("PATH", format!("{directory}:{path}").into()));
    environment.push(("PS1", "$ ".into()));
    let terminal = Terminal::start(&fixture, (100, 40), &environment, "sh -i");
    terminal.wait_for("$");
    terminal.type_in("backstory explain courier/delivery.py:14");
    terminal.keys(&["Enter"]);
    terminal.record("cli-explain", "backstory model fetch");
}
