//! Which editors this machine has, and whether Backstory is set up in each. Reads what the user's configuration says, as text or TOML. Never
//! does: start an editor, run a configuration, or look into other people's homes.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{Check, Topic};

/// So many files and directories of a configuration are looked at; the rest of a larger one is not.
const LOOKED_AT: usize = 2000;

/// Larger files are no configuration.
const SIZE: u64 = 256 << 10;

/// The directories that this user's programs are found in and that editors keep their settings in.
pub struct Places {
    pub path: Vec<PathBuf>,
    pub home: PathBuf,
    /// Where settings are: `~/.config`, or what the platform has in its place.
    pub config: PathBuf,
    /// Where data are: `~/.local/share`, or what the platform has in its place.
    pub data: PathBuf,
}

impl Places {
    /// Those of this process; `None` where it has no home.
    pub fn here() -> Option<Self> {
        let home = dirs::home_dir()?;
        let path = env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
        // Neovim and Helix follow XDG on macOS, too, where the platform's own places are others.
        let of = |variable: &str, otherwise: PathBuf| {
            env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute()).unwrap_or(otherwise)
        };
        let (config, data) = match cfg!(windows) {
            true => (dirs::config_local_dir()?, dirs::data_local_dir()?),
            false => (home.join(".config"), home.join(".local/share")),
        };
        Some(Self { path, config: of("XDG_CONFIG_HOME", config), data: of("XDG_DATA_HOME", data), home })
    }

    fn has(&self, program: &str) -> bool {
        let name = format!("{program}{}", env::consts::EXE_SUFFIX);
        self.path.iter().any(|directory| directory.join(&name).is_file())
    }
}

/// One check for each editor that is here.
pub fn editors(places: &Places, root: Option<&Path>) -> Vec<Check> {
    let mut checks = Vec::new();
    if places.has("nvim") {
        checks.push(neovim(places));
    }
    if places.has("hx") || places.has("helix") {
        checks.push(helix(places, root));
    }
    let code = [("code", ".vscode"), ("codium", ".vscode-oss"), ("code-insiders", ".vscode-insiders")];
    if let Some((program, folder)) = code.into_iter().find(|(program, _)| places.has(program)) {
        checks.push(vs_code(places, program, folder));
    }
    if checks.is_empty() {
        let none = "no Neovim, Helix or VS Code on the path; every client of the Language Server Protocol can be set up";
        checks.push(Check::ok(Topic::Editors, none).advise("docs/clients.md says how"));
    }
    checks
}

fn neovim(places: &Places) -> Check {
    let config = places.config.join("nvim");
    if let Some(file) = mentions(&config, &["lua", "vim"]) {
        return Check::ok(Topic::Editors, format!("Neovim is here, and {} names Backstory", file.display()));
    }
    let package = entries(&places.data.join("nvim/site/pack"))
        .into_iter()
        .flat_map(|pack| ["start", "opt"].into_iter().flat_map(move |kind| entries(&pack.join(kind))));
    let has_package = package.into_iter().any(|plugin| plugin.join("lsp/backstory.lua").is_file());
    match has_package {
        true => Check::warning(
            Topic::Editors,
            format!("Neovim is here and has the plugin, but nothing in {} switches it on", config.display()),
        )
        .advise("put vim.lsp.enable(\"backstory\") into init.lua"),
        false => not_set_up("Neovim", "docs/neovim.md"),
    }
}

fn helix(places: &Places, root: Option<&Path>) -> Check {
    let user = places.config.join("helix/languages.toml");
    let project = root.map(|root| root.join(".helix/languages.toml"));
    let mut defined = None;
    for file in [Some(user), project].into_iter().flatten() {
        let Some(text) = text_of(&file) else { continue };
        let Ok(table) = text.parse::<Table>() else {
            return Check::warning(
                Topic::Editors,
                format!("Helix is here, but {} is no TOML", file.display()),
            )
            .advise("`hx --health rust` shows what Helix makes of it");
        };
        let names = servers(&table);
        defined = names.first().cloned().or(defined);
        if names.iter().chain(&defined).any(|name| uses(&table, name)) {
            let set_up = format!("Helix is here, and Backstory is set up in {}", file.display());
            return Check::ok(Topic::Editors, set_up);
        }
    }
    match defined {
        Some(name) => {
            let unused = format!("Helix is here and knows the server `{name}`, which no language uses");
            Check::warning(Topic::Editors, unused).advise(format!(
                "name \"{name}\" among the language-servers of rust and python (docs/helix.md)"
            ))
        }
        None => not_set_up("Helix", "docs/helix.md"),
    }
}

/// The language servers of a `languages.toml` that run Backstory.
fn servers(table: &Table) -> Vec<String> {
    let all = table.get("language-server").and_then(Value::as_table);
    let runs = |server: &Value| {
        let command = server.get("command").and_then(Value::as_str).unwrap_or_default();
        Path::new(command).file_stem().is_some_and(|stem| stem == "backstory")
    };
    let found = all.into_iter().flatten().filter(|(_, server)| runs(server));
    found.map(|(name, _)| name.clone()).collect()
}

/// Whether a language names that server.
fn uses(table: &Table, name: &str) -> bool {
    let languages = table.get("language").and_then(Value::as_array);
    let of = |language: &Value| language.get("language-servers").and_then(Value::as_array).cloned();
    languages.into_iter().flatten().filter_map(of).flatten().any(|server| {
        server.as_str() == Some(name) || server.get("name").and_then(Value::as_str) == Some(name)
    })
}

fn vs_code(places: &Places, program: &str, folder: &str) -> Check {
    let extensions = places.home.join(folder).join("extensions");
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.split_once('.').is_some_and(|(_, name)| name == "backstory" || name.starts_with("backstory-"))
    };
    match entries(&extensions).into_iter().find(is_ours) {
        Some(path) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Check::ok(Topic::Editors, format!("VS Code (`{program}`) is here, with the extension {name}"))
        }
        None => not_set_up(&format!("VS Code (`{program}`)"), "docs/vscode.md"),
    }
}

/// Nothing is wrong with an editor that somebody uses for something else.
fn not_set_up(editor: &str, page: &str) -> Check {
    Check::ok(Topic::Editors, format!("{editor} is here; Backstory is not set up in it"))
        .advise(format!("{page} says how"))
}

/// The first file of a configuration that names Backstory, in the order of names.
fn mentions(directory: &Path, extensions: &[&str]) -> Option<PathBuf> {
    let (mut waiting, mut left) = (vec![directory.to_owned()], LOOKED_AT);
    while let Some(path) = waiting.pop() {
        left = left.checked_sub(1)?;
        if path.is_dir() {
            let mut inner = entries(&path);
            inner.retain(|path| path.file_name().is_some_and(|name| name != ".git"));
            inner.reverse();
            waiting.extend(inner);
            continue;
        }
        let is_read = path.extension().is_some_and(|found| extensions.iter().any(|wanted| found == *wanted));
        if is_read && text_of(&path).is_some_and(|text| text.contains("backstory")) {
            return Some(path);
        }
    }
    None
}

fn text_of(file: &Path) -> Option<String> {
    let is_small = fs::metadata(file).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= SIZE);
    if is_small { fs::read_to_string(file).ok() } else { None }
}

/// What is in a directory, sorted; nothing where it can't be read.
fn entries(directory: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = found.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use std::fs;

    use backstory_fixture::Fixture;
    use expect_test::{Expect, expect};

    use super::{Places, editors};

    /// A home with these files, where `bin/` is the path.
    fn check(files: &[(&str, &str)], expected: &Expect) {
        let fixture = Fixture::new("");
        let under = |name: &str| fixture.beside("home").join(name);
        for (name, text) in files {
            let path = under(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let places = Places {
            path: vec![under("nowhere"), under("bin")],
            home: under(""),
            config: under(".config"),
            data: under(".local/share"),
        };
        let mut text = String::new();
        for check in editors(&places, Some(&under("project"))) {
            text.push_str(&format!("{}: {}\n", check.state.as_str(), check.finding));
            text.extend(check.advice.map(|advice| format!("  {advice}\n")));
        }
        expected.assert_eq(&text.replace(&under("").display().to_string(), "~/"));
    }

    #[cfg(unix)]
    #[test]
    fn editors_that_know_nothing_of_it() {
        check(
            &[],
            &expect![[r#"
            ok: no Neovim, Helix or VS Code on the path; every client of the Language Server Protocol can be set up
              docs/clients.md says how
        "#]],
        );
        check(
            &[
                ("bin/nvim", ""),
                ("bin/hx", ""),
                ("bin/codium", ""),
                (".config/nvim/init.lua", "vim.lsp.enable('ty')"),
                (".config/helix/languages.toml", "[language-server.ty]\ncommand = \"ty\"\n"),
                (".vscode-oss/extensions/other.backstories-1.0.0/package.json", "{}"),
            ],
            &expect![[r#"
                ok: Neovim is here; Backstory is not set up in it
                  docs/neovim.md says how
                ok: Helix is here; Backstory is not set up in it
                  docs/helix.md says how
                ok: VS Code (`codium`) is here; Backstory is not set up in it
                  docs/vscode.md says how
            "#]],
        );
    }

    #[cfg(unix)]
    #[test]
    fn editors_in_which_it_is_set_up() {
        let helix = "[language-server.history]\ncommand = \"/opt/backstory\"\nargs = [\"lsp\"]\n\
                     [[language]]\nname = \"rust\"\nlanguage-servers = [\"rust-analyzer\", { name = \"history\", only-features = [\"hover\"] }]\n";
        check(
            &[
                ("bin/nvim", ""),
                ("bin/helix", ""),
                ("bin/code", ""),
                (".config/nvim/init.lua", ""),
                (".config/nvim/lua/servers.lua", "vim.lsp.enable({ 'ty', 'backstory' })"),
                ("project/.helix/languages.toml", helix),
                (".vscode/extensions/backstory.backstory-0.1.0/package.json", "{}"),
            ],
            &expect![[r#"
                ok: Neovim is here, and ~/.config/nvim/lua/servers.lua names Backstory
                ok: Helix is here, and Backstory is set up in ~/project/.helix/languages.toml
                ok: VS Code (`code`) is here, with the extension backstory.backstory-0.1.0
            "#]],
        );
    }

    #[cfg(unix)]
    #[test]
    fn half_of_what_it_takes() {
        let plugin = ".local/share/nvim/site/pack/mine/start/backstory/lsp/backstory.lua";
        check(
            &[
                ("bin/nvim", ""),
                ("bin/hx", ""),
                (plugin, "return {}"),
                (".config/helix/languages.toml", "[language-server.backstory]\ncommand = \"backstory\"\n"),
            ],
            &expect![[r#"
                warning: Neovim is here and has the plugin, but nothing in ~/.config/nvim switches it on
                  put vim.lsp.enable("backstory") into init.lua
                warning: Helix is here and knows the server `backstory`, which no language uses
                  name "backstory" among the language-servers of rust and python (docs/helix.md)
            "#]],
        );
        check(
            &[("bin/hx", ""), (".config/helix/languages.toml", "[language-server")],
            &expect![[r#"
                warning: Helix is here, but ~/.config/helix/languages.toml is no TOML
                  `hx --health rust` shows what Helix makes of it
            "#]],
        );
    }
}
