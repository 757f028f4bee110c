//! What `backstory refactor` takes. Never does: anything with it.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Subcommand)]
pub enum RefactorCommand {
    /// Give a symbol, a variable or a module another name wherever it is certainly meant
    Rename(RenameArgs),
    /// Remove a private symbol that nothing uses, with its documentation and the imports that only it used
    Dead(DeadArgs),
    /// Move a function, a type, a trait or a constant to another module of its package, with the imports of everything that uses it
    Move(MoveArgs),
    /// Write the documentation of a symbol, or bring it up to date: the reasons that history gives, and the parameters that the signature has
    Docs(DocsArgs),
    /// Do to a function what a commit did to another one that is built alike, where it lacks that fix; without a target list them
    Port(PortArgs),
    /// Do to a function what was just edited in another one, where the two usually change together and are built alike
    Along(AlongArgs),
    /// Put statements or an expression into a function, or the value of an expression into a variable
    Extract(ExtractArgs),
}

#[derive(clap::Args)]
pub struct DocsArgs {
    /// A place (src/pool.rs:120) or a symbol (spawn_thread, Spawner)
    #[arg(value_name = "PATH:LINE[:COL] | SYMBOL")]
    pub target: String,

    /// Quote commits, and ask no model to word what they say
    #[arg(long)]
    pub no_model: bool,

    #[command(flatten)]
    pub write: WriteArgs,
}

#[derive(clap::Args)]
pub struct PortArgs {
    /// The function that lacks a fix: a place (src/pool.rs:120) or a symbol (spawn_thread, Spawner::spawn_thread)
    #[arg(value_name = "PATH:LINE[:COL] | SYMBOL")]
    pub target: Option<String>,

    /// The fix of this commit, where the function lacks several
    #[arg(long, value_name = "REVISION", requires = "target")]
    pub commit: Option<String>,

    #[command(flatten)]
    pub write: WriteArgs,
}

#[derive(clap::Args)]
pub struct AlongArgs {
    /// The function that is to follow: a place (src/pool.rs:120) or a symbol (spawn_thread, Spawner::spawn_thread)
    #[arg(value_name = "PATH:LINE[:COL] | SYMBOL")]
    pub target: String,

    #[command(flatten)]
    pub write: WriteArgs,
}

#[derive(clap::Args)]
pub struct RenameArgs {
    /// A place (src/pool.rs:120:8, src/pool.rs:120) or a symbol (spawn_thread, Spawner::spawn_thread)
    #[arg(value_name = "PATH:LINE[:COL] | SYMBOL")]
    pub target: String,

    /// The new name
    #[arg(value_name = "NEW")]
    pub to: String,

    /// Also where strings, comments and documents only mention the name
    #[arg(long)]
    pub mentions: bool,

    /// What becomes of places that may mean it, which nothing says for certain; without it nothing is renamed where there are any
    #[arg(long, value_name = "keep|rename", value_enum, hide_possible_values = true)]
    pub members: Option<OfUnknown>,

    #[command(flatten)]
    pub write: WriteArgs,
}

/// What `--members` takes.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum OfUnknown {
    Keep,
    Rename,
}

#[derive(clap::Args)]
pub struct MoveArgs {
    /// A place (src/pool.rs:120) or a symbol (spawn_thread, Spawner)
    #[arg(value_name = "PATH:LINE[:COL] | SYMBOL", required_unless_present = "all", requires = "to")]
    pub target: Option<String>,

    /// The file of the module that it goes to, relative to the current directory
    #[arg(value_name = "TO_PATH")]
    pub to: Option<PathBuf>,

    /// List all moves instead that the code and its history speak for
    #[arg(long, conflicts_with_all = ["target", "apply", "diff"])]
    pub all: bool,

    /// Let its old module go on lending it (the default where it is public API)
    #[arg(long, overrides_with = "no_reexport")]
    pub reexport: bool,

    /// Leave nothing in its old module
    #[arg(long, overrides_with = "reexport")]
    pub no_reexport: bool,

    #[command(flatten)]
    pub write: WriteArgs,
}

#[derive(clap::Args)]
pub struct DeadArgs {
    /// A place (src/pool.rs:120) or a symbol (spawn_thread, Spawner::spawn_thread)
    #[arg(value_name = "PATH:LINE[:COL] | SYMBOL", required_unless_present = "all")]
    pub target: Option<String>,

    /// List all symbols that could be removed instead
    #[arg(long, conflicts_with_all = ["target", "apply", "diff"])]
    pub all: bool,

    #[command(flatten)]
    pub write: WriteArgs,
}

#[derive(clap::Args)]
pub struct ExtractArgs {
    /// Lines (src/pool.py:120-134), or an expression by lines and columns, the last one included (src/pool.py:120:8-120:31);
    /// with --suggest a file or a directory
    #[arg(value_name = "PATH:START-END", required_unless_present = "suggest")]
    pub target: Option<String>,

    /// The name of the new function or variable; without one it is made up
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// A variable before the statement, not a function
    #[arg(long)]
    pub variable: bool,

    /// List the parts of long functions (of all, or below a path) that came and change apart from the rest
    #[arg(long, conflicts_with_all = ["name", "variable", "apply", "diff"])]
    pub suggest: bool,

    #[command(flatten)]
    pub write: WriteArgs,
}

/// What becomes of a refactoring.
#[derive(clap::Args)]
pub struct WriteArgs {
    /// Print it as a patch that `git apply` takes; this is what happens without any option
    #[arg(long, conflicts_with_all = ["apply", "json"])]
    pub diff: bool,

    /// Write it: all files or none
    #[arg(long)]
    pub apply: bool,

    /// Print one JSON object instead (docs/refactor.md describes it)
    #[arg(long)]
    pub json: bool,

    /// Say nothing of history
    #[arg(long)]
    pub no_history: bool,

    /// Look for what history says for so long
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub patience: u64,
}
