//! Arguments of the commands about this machine: tables, models, imports, the cache, the server. Never does: act on any of them.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use backstory_session::discussions::is_repository_name;
use clap::Subcommand;

#[derive(clap::Args)]
pub struct TrainArgs {
    /// Folders of source code: packages, or folders of packages that are called NAME-VERSION
    #[arg(required_unless_present = "here", conflicts_with = "here")]
    pub sources: Vec<PathBuf>,

    /// Where to write the table
    #[arg(short, long, value_name = "FILE", required_unless_present = "here", conflicts_with = "here")]
    pub out: Option<PathBuf>,

    /// Adapt the program's table to the repository here, by its documentation and its commit messages: about a minute; search here uses it
    /// from then on, where it proves better
    #[arg(long, conflicts_with_all = ["from", "exclude", "held_out", "epochs", "seed"])]
    pub here: bool,

    /// Go back to the program's own table
    #[arg(long, requires = "here", conflicts_with_all = ["background", "json"])]
    pub remove: bool,

    /// Adapt in the background; a later search uses what comes of it
    #[arg(long, requires = "here", conflicts_with = "json")]
    pub background: bool,

    /// The table to start from, instead of the one inside the program
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,

    /// Leave out the packages of this name, or whose names begin with what stands before a `*`
    #[arg(long, value_name = "NAME")]
    pub exclude: Vec<String>,

    /// Measure on this tree too; no code and no documentation that is in it is learned from
    #[arg(long, value_name = "TREE")]
    pub held_out: Vec<PathBuf>,

    /// How often each pair is seen
    #[arg(long, value_name = "NUMBER", default_value = "4")]
    pub epochs: NonZeroUsize,

    /// Chooses the order of the pairs and those that are held out; the same seed gives the same table
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,

    /// Print one JSON object instead (docs/train.md describes it)
    #[arg(long)]
    pub json: bool,
}

#[derive(Subcommand)]
pub enum ImportCommand {
    /// Take in a forge's exported issues and pull or merge requests, for explanations to quote
    ///
    /// FILE holds JSON as GitHub's or GitLab's API, the `gh` program or a project export gives it. Discussions belong to the
    /// repository around the working directory and are found by the numbers in its commit messages. Nothing is fetched.
    Discussions(DiscussionsArgs),
}

#[derive(clap::Args)]
pub struct DiscussionsArgs {
    /// Files to import; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present_any = ["list", "remove"])]
    pub files: Vec<PathBuf>,

    /// The repository on the forge that plain numbers such as #12 are about
    #[arg(long, value_name = "OWNER/NAME", value_parser = repository_name)]
    pub repository: Option<String>,

    /// Drop what was imported before
    #[arg(long)]
    pub replace: bool,

    /// Say what was imported
    #[arg(long, conflicts_with_all = ["files", "repository", "replace", "remove"])]
    pub list: bool,

    /// Forget what was imported
    #[arg(long, conflicts_with_all = ["files", "repository", "replace"])]
    pub remove: bool,

    /// Print one JSON object instead (docs/discussions.md describes it)
    #[arg(long)]
    pub json: bool,
}

fn repository_name(written: &str) -> Result<String, String> {
    if is_repository_name(written) {
        Ok(written.to_owned())
    } else {
        Err("write it as the forge does: owner/name".to_owned())
    }
}

#[derive(Subcommand)]
pub enum ModelCommand {
    /// List the models that Backstory knows and which of them are here
    List {
        /// Print a JSON list instead
        #[arg(long)]
        json: bool,
    },
    /// Fetch a model (the default one where no name is given)
    Fetch {
        name: Option<String>,
        /// Print each step as one JSON object a line, for programs that show them
        #[arg(long)]
        json: bool,
    },
    /// Delete a fetched model
    Remove { name: String },
    /// Print where models are kept, or the file of one model
    Path { name: Option<String> },
}

#[derive(Subcommand)]
pub enum CacheCommand {
    /// Print where the cache is
    Path,
    /// Delete the cache
    Clear,
}

#[derive(clap::Args)]
pub struct DoctorArgs {
    /// Print one JSON object instead
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args)]
pub struct LspArgs {
    /// Write the log to the end of FILE instead of standard error
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,

    /// How much to log: error, warn, info, debug or trace
    #[arg(long, value_name = "LEVEL", env = "BACKSTORY_LOG", default_value = "warn")]
    pub log_level: backstory_server::Level,

    /// Record all messages in FILE, to find out what an editor said (they hold your code)
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    pub record: Option<PathBuf>,

    /// Play a recording to a fresh server instead, and print what it answers otherwise
    #[arg(long, value_name = "FILE")]
    pub replay: Option<PathBuf>,

    /// Accepted because editors pass it; there is no other way to talk to the server
    #[arg(long, hide = true)]
    pub stdio: bool,
}

#[derive(clap::Args)]
pub struct ModelWorkerArgs {
    pub file: PathBuf,

    #[arg(long, requires = "copy")]
    pub adapter: Option<PathBuf>,

    #[arg(long, requires = "adapter")]
    pub copy: Option<PathBuf>,
}
