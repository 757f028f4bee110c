//! The command line as clap knows it; help, completions and the man page come from here. Never does: act on any of it.

mod local;
mod refactor;

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use backstory_session::ide::explain::Question;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand};

pub use local::{
    CacheCommand, DiscussionsArgs, DoctorArgs, ImportCommand, LspArgs, ModelCommand, ModelWorkerArgs,
    TrainArgs,
};
pub use refactor::{
    AlongArgs, DeadArgs, DocsArgs, ExtractArgs, MoveArgs, OfUnknown, PortArgs, RefactorCommand, RenameArgs,
    WriteArgs,
};

/// Tells why code is the way it is, from the history of the repository that holds it.
///
/// Everything happens on this machine: no command opens a network connection, except `model fetch` and `--fetch-model`, which
/// fetch a language model when you ask for it.
#[derive(Parser)]
#[command(version, max_term_width = 100, arg_required_else_help = true)]
pub struct Args {
    /// Run as if started in DIRECTORY
    #[arg(short = 'C', long, global = true, value_name = "DIRECTORY")]
    pub directory: Option<PathBuf>,

    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,

    #[command(subcommand)]
    pub command: Command,
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    /// Makes this the choice of everything that prints.
    pub fn write_global(self) {
        let choice = match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}

#[derive(Subcommand)]
pub enum Command {
    /// Say when and why a symbol came, what changed it since, what it uses and who uses it
    Explain(ExplainArgs),
    /// List every change of a symbol, across renames and moves of it and its file
    History(HistoryArgs),
    /// Read all histories ahead of time, so that every later question is answered at once
    Index(IndexArgs),
    /// Say for each line of a file which commit last changed what it says, past reformatting and moves
    Blame(BlameArgs),
    /// Say where what a name stands for is declared
    Definition(NameArgs),
    /// List every place that names a symbol or a variable
    References(NameArgs),
    /// Say what depends on a symbol, how, which tests reach it, and what else to look at when it changes
    Impact(ImpactArgs),
    /// Say what a change means: what depends on it, what it forgot, which tests to run, whom to ask
    Review(ReviewArgs),
    /// List the symbols whose fixes come back, with the commits that say so
    Risk(RiskArgs),
    /// Change code where that can be shown to be right, with the reason, or say why not
    #[command(subcommand)]
    Refactor(RefactorCommand),
    /// List the symbols of a file, or those whose names have some letters in their order
    Symbols(SymbolsArgs),
    /// Find code, documents, commits and discussions by their words and by what they mean
    Search(SearchArgs),
    /// Answer a question about the repository from what it says itself, with citations
    Ask(AskArgs),
    /// Learn the word vectors that search goes by from source trees, and say how much better they find symbols
    Train(TrainArgs),
    /// Take in what was said elsewhere about the code, from files on this machine
    #[command(subcommand)]
    Import(ImportCommand),
    /// Manage the language models on this machine
    #[command(subcommand)]
    Model(ModelCommand),
    /// Manage the cache of facts, which can be deleted at any time
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Check everything that Backstory needs, and say what to do where something is wrong
    Doctor(DoctorArgs),
    /// Serve an editor: speak the Language Server Protocol on standard input and output
    Lsp(LspArgs),
    /// Print a completion script for a shell
    Completions { shell: clap_complete::Shell },
    /// Print the manual page (roff)
    Man,
    /// Serve a model to the program that started this process
    #[command(hide = true)]
    ModelWorker(ModelWorkerArgs),
}

#[derive(clap::Args)]
pub struct ExplainArgs {
    /// A place (src/pool.rs:120, src/pool.rs:120:8, src/pool.rs, src/) or a symbol (spawn_thread, Spawner::spawn_thread)
    #[arg(value_name = "PATH[:LINE[:COL]] | SYMBOL")]
    pub target: String,

    /// What to tell: why it is as it is, what changed and why, what it does or holds, or a draft of its documentation
    #[arg(long, value_name = "why|changes|what|doc", value_parser = question(), hide_possible_values = true)]
    pub ask: Option<Question>,

    /// Print one JSON object instead (docs/explain.md describes it)
    #[arg(long)]
    pub json: bool,

    /// Show every change, also those of documentation, style and formatting only
    #[arg(long)]
    pub all: bool,

    #[command(flatten)]
    pub engine: EngineArgs,
}

/// Which model words an answer.
#[derive(clap::Args)]
pub struct EngineArgs {
    /// Fetch the language model first if it is missing (100 to 150 MB, once)
    #[arg(long)]
    pub fetch_model: bool,

    /// The model that words the answer: a name from `model list`, or a GGUF file
    #[arg(long, value_name = "NAME | FILE", env = "BACKSTORY_MODEL")]
    pub model: Option<String>,

    /// Give the facts and people's own words only
    #[arg(long, conflicts_with = "fetch_model")]
    pub no_model: bool,

    /// A LoRA for the local model: safetensors, merged into a copy of it
    #[arg(long, value_name = "FILE")]
    pub adapter: Option<PathBuf>,

    /// Show what the model said and the check rejected, and why
    #[arg(long)]
    pub show_rejected: bool,
}

#[derive(clap::Args)]
pub struct AskArgs {
    /// The question, in plain words
    pub question: String,

    /// Print one JSON object instead (docs/ask.md describes it)
    #[arg(long)]
    pub json: bool,

    #[command(flatten)]
    pub engine: EngineArgs,
}

#[derive(clap::Args)]
pub struct HistoryArgs {
    /// A place (src/pool.rs:120, src/pool.rs:120:8, src/pool.rs) or a symbol (spawn_thread, Spawner::spawn_thread)
    #[arg(value_name = "PATH[:LINE[:COL]] | SYMBOL")]
    pub target: String,

    /// Ask at another commit, branch or tag: places and names are those of its files
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,

    /// Show what each change did to the symbol's text
    #[arg(short, long)]
    pub patch: bool,

    /// Show every change, also those of documentation, style and formatting only
    #[arg(long)]
    pub all: bool,

    /// Stop after the newest changes
    #[arg(short = 'n', long, value_name = "NUMBER")]
    pub max_count: Option<NonZeroUsize>,

    /// Print one JSON object instead (docs/history.md describes it)
    #[arg(long, conflicts_with = "patch")]
    pub json: bool,
}

#[derive(clap::Args)]
pub struct IndexArgs {
    /// Print one JSON object instead (docs/index.md describes it)
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args)]
pub struct BlameArgs {
    /// A file, or some of its lines (src/pool.rs, src/pool.rs:120, src/pool.rs:120-140)
    #[arg(value_name = "PATH[:A-B]")]
    pub target: String,

    /// Ask at another commit, branch or tag: path and lines are those of its files
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,

    /// Add the commit that git's own blame names where it is another one
    #[arg(long)]
    pub git: bool,

    /// Print one JSON object instead (docs/blame.md describes it)
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args)]
pub struct NameArgs {
    /// A place (src/pool.rs:120:8) or a symbol (spawn_thread, Spawner::spawn_thread)
    #[arg(value_name = "PATH:LINE:COL | SYMBOL")]
    pub target: String,

    /// Print a JSON list instead (docs/names.md describes it)
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args)]
pub struct ImpactArgs {
    /// A place (src/pool.rs:120, src/pool.rs:120:8, src/pool.rs) or a symbol (spawn_thread, Spawner::spawn_thread)
    #[arg(value_name = "PATH[:LINE[:COL]] | SYMBOL", required_unless_present = "diff")]
    pub target: Option<String>,

    /// Ask about all symbols that differ instead: in what is not committed, since BASE, or in a range of commits (BASE..HEAD)
    #[arg(long, value_name = "BASE[..HEAD]", num_args = 0..=1, default_missing_value = "", conflicts_with = "target")]
    pub diff: Option<String>,

    /// Look at most this many steps away: what depends on it directly is one step away
    #[arg(long, value_name = "STEPS")]
    pub depth: Option<NonZeroU32>,

    /// List at most this many things to look at, dependents and tests; all of these are counted, and all tests are in the commands that run them
    #[arg(short = 'n', long, value_name = "NUMBER", default_value_t = 20)]
    pub limit: usize,

    /// Say nothing of what changed together and of why
    #[arg(long, conflicts_with = "diff")]
    pub no_history: bool,

    /// Read commits that are not in the cache for so long; what is read stays there
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub patience: u64,

    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// The same as --format json: one JSON object (docs/impact.md describes it)
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl ImpactArgs {
    pub fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

#[derive(clap::Args)]
pub struct ReviewArgs {
    /// What HEAD has since it left BASE, or the work tree since then; without it what is not committed
    #[arg(value_name = "BASE..[HEAD] | BASE", conflicts_with = "staged")]
    pub range: Option<String>,

    /// What is staged, as a pre-commit hook wants it
    #[arg(long)]
    pub staged: bool,

    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ReviewFormat,

    /// The same as --format json: one JSON object (docs/review.md describes it)
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// End with exit code 3 where there is such a finding; may be repeated
    #[arg(long, value_name = "FINDING", value_delimiter = ',')]
    pub fail_on: Vec<Finding>,

    /// Read commits that are not in the cache for so long; what is read stays there
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub patience: u64,
}

impl ReviewArgs {
    pub fn format(&self) -> ReviewFormat {
        if self.json { ReviewFormat::Json } else { self.format }
    }
}

/// What `--format` of a review takes.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ReviewFormat {
    Text,
    Markdown,
    Json,
    /// For code hosts: findings alone
    Sarif,
}

/// What a review may find.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Finding {
    /// Something usually changes along, and did not
    Companions,
    /// Something much like it was left as it was
    Copies,
    /// Documentation is older than several changes
    StaleDocs,
}

#[derive(clap::Args)]
pub struct RiskArgs {
    /// List at most so many symbols
    #[arg(short = 'n', long, value_name = "NUMBER", default_value_t = 20)]
    pub limit: usize,

    /// Show at most so many commits of each
    #[arg(long, value_name = "NUMBER", default_value_t = 5)]
    pub evidence: usize,

    /// Print a JSON array instead (docs/review.md describes it)
    #[arg(long)]
    pub json: bool,
}

/// What `--format` takes.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Format {
    Text,
    Markdown,
    Json,
}

#[derive(clap::Args)]
pub struct SymbolsArgs {
    /// A file, a directory (src/), or letters of a name, with a part of what is around it before a dot (pool.spn)
    #[arg(value_name = "PATH | LETTERS")]
    pub wanted: String,

    /// Show at most this many of those that letters find
    #[arg(long, value_name = "N", default_value = "50")]
    pub limit: NonZeroUsize,

    /// Print a JSON list instead (docs/names.md describes it)
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args)]
pub struct SearchArgs {
    /// What the code does, or why it was changed, in plain words
    #[arg(required_unless_present = "similar")]
    pub query: Option<String>,

    /// What to search: code, documents, commit messages, imported issues and pull requests (several times for several) [default: symbol, doc]
    #[arg(long = "kind", value_name = "KIND", value_enum)]
    pub kinds: Vec<SearchKind>,

    /// Only files whose path fits, as .gitignore writes patterns (src/**); several times for any of several
    #[arg(long = "path", value_name = "GLOB")]
    pub paths: Vec<String>,

    /// Only symbols in this language: rust or python
    #[arg(long = "language", value_name = "LANGUAGE", value_enum)]
    pub languages: Vec<SearchLanguage>,

    /// The symbols that are most like the one at a place (src/pool.rs:120)
    #[arg(long, value_name = "PATH:LINE", conflicts_with_all = ["query", "kinds", "paths", "languages"])]
    pub similar: Option<String>,

    /// The most results
    #[arg(short = 'n', long, value_name = "NUMBER", default_value_t = 10)]
    pub limit: usize,

    /// Print a JSON list instead (docs/search.md describes it)
    #[arg(long)]
    pub json: bool,
}

/// What `--kind` takes.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum SearchKind {
    Symbol,
    Commit,
    Doc,
    Discussion,
}

/// What `--language` takes.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum SearchLanguage {
    Rust,
    Python,
}

/// The questions by their words.
fn question() -> impl TypedValueParser<Value = Question> {
    PossibleValuesParser::new(Question::ALL.map(Question::as_str))
        .map(|word| Question::parse(&word).unwrap_or_default())
}
