//! Backstory in real editors. `.ci/run` always runs this; `cargo test` does with `--features editor-tests`, for the programs that NVIM, HELIX
//! and TY name or that are on the path (`.ci/editors DIRECTORY` installs them and prints these variables), and with tmux.
//! `PICTURES=1` has it draw the pictures of the documentation anew. Never does: touch the settings of whoever runs it.

mod helix;
mod homes;
mod neovim;
mod pictures;
mod terminal;
