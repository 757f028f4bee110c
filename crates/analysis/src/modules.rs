//! From paths to modules and back, for both languages' rules. Never does: look into files.
//!
//! Rust: the path of a file under its package's `src` is its module path; every test, example, bench and extra binary is a
//! crate of its own. `#[path]` is not followed. Python: a module's path starts below the outermost directory that has an
//! `__init__.py`; without one the file stands alone.

use std::collections::{HashMap, HashSet};

use backstory_syntax::Language;

use crate::database::{Analysis, Db, FileId, Package, Workspace};

/// The place of a file among modules.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Module {
    pub language: Language,
    /// Rust: names the crate uniquely (`tokio`, or `tokio/tests/task` for targets that nothing can import). Python: empty.
    pub root: String,
    pub path: Vec<String>,
    /// Whether submodules and relative imports start at this module itself (`mod.rs`, `lib.rs`, `__init__.py`).
    pub is_package: bool,
}

/// Modules of all files, both ways.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Modules {
    /// By file, removed ones, too.
    by_file: Vec<Module>,
    /// Of present files only.
    by_place: HashMap<(Language, String, Vec<String>), FileId>,
    python: PythonFiles,
    rust: HashMap<String, FileId>,
    /// The present files of Rust in each directory.
    rust_in: HashMap<String, Vec<FileId>>,
}

/// The present files of Python.
#[derive(Debug, Default, PartialEq, Eq)]
struct PythonFiles {
    by_path: HashMap<String, FileId>,
    /// By the path without what [`MODULE_ENDS`] has, with the number of that.
    by_module: HashMap<String, (usize, FileId)>,
    /// Directories with a file of Python in or below them.
    directories: HashSet<String>,
    /// By file, the directory in which its outermost package lies.
    root_of: HashMap<FileId, String>,
    roots: Vec<String>,
}

/// What the path of a module may end with. The first of those that are there counts.
const MODULE_ENDS: [&str; 4] = ["/__init__.py", ".py", "/__init__.pyi", ".pyi"];

impl Modules {
    pub(crate) fn of(&self, file: FileId) -> &Module {
        &self.by_file[file.0 as usize]
    }

    pub(crate) fn find(&self, language: Language, root: &str, path: &[String]) -> Option<FileId> {
        self.by_place.get(&(language, root.to_owned(), path.to_vec())).copied()
    }

    /// The file of Python at a path.
    pub(crate) fn python_file(&self, path: &str) -> Option<FileId> {
        self.python.by_path.get(path).copied()
    }

    /// The file of the Python module that `import` finds at a path, which ends without an extension.
    pub(crate) fn python_module(&self, path: &str) -> Option<FileId> {
        self.python.by_module.get(path).map(|&(_, file)| file)
    }

    /// The file of Rust at a path.
    pub(crate) fn rust_file(&self, path: &str) -> Option<FileId> {
        self.rust.get(path).copied()
    }

    /// The files of Rust in a directory, in the order of ids.
    pub(crate) fn rust_files_in(&self, directory: &str) -> &[FileId] {
        self.rust_in.get(directory).map_or(&[], Vec::as_slice)
    }

    /// Whether there are files of Python in or below a directory.
    pub(crate) fn has_directory(&self, path: &str) -> bool {
        self.python.directories.contains(path)
    }

    /// The directory from which the absolute name of a file's module starts.
    pub(crate) fn python_root(&self, file: FileId) -> &str {
        self.python.root_of.get(&file).map_or("", String::as_str)
    }

    /// The directories from which absolute names of modules start, the shortest first.
    pub(crate) fn python_roots(&self) -> &[String] {
        &self.python.roots
    }
}

impl PythonFiles {
    fn add(&mut self, file: FileId, path: &str, packages: &HashSet<&str>) {
        self.by_path.insert(path.to_owned(), file);
        for (rank, module) in MODULE_ENDS.iter().map(|end| path.strip_suffix(end)).enumerate() {
            if let Some(module) = module {
                let first = self.by_module.entry(module.to_owned()).or_insert((rank, file));
                *first = (rank, file).min(*first);
            }
        }
        let mut directory = parent(path);
        while !directory.is_empty() && self.directories.insert(directory.to_owned()) {
            directory = parent(directory);
        }
        let mut root = parent(path);
        while packages.contains(root) && !root.is_empty() {
            root = parent(root);
        }
        if root != parent(path) {
            self.roots.push(root.to_owned());
        }
        self.root_of.insert(file, root.to_owned());
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// Depends on which files there are and on their paths, never on their texts.
#[salsa::tracked]
pub(crate) fn modules(db: &dyn Db, workspace: Workspace) -> Modules {
    let files = workspace.files(db);
    let packages = workspace.packages(db);
    let python: HashSet<&str> = files
        .iter()
        .filter(|file| file.present(db))
        .map(|file| file.path(db))
        .filter(|path| is_init(path))
        .map(|path| path.rsplit_once('/').map_or("", |(directory, _)| directory))
        .collect();
    let by_file: Vec<Module> = files
        .iter()
        .map(|file| match file.language(db) {
            Language::Rust => rust_module(file.path(db), packages),
            Language::Python => python_module(file.path(db), &python),
        })
        .collect();
    let mut by_place = HashMap::new();
    for (index, module) in by_file.iter().enumerate().filter(|(index, _)| files[*index].present(db)) {
        db.unwind_if_revision_cancelled();
        // The first path of a place wins: `lib.rs` sorts before `main.rs`, `a.py` before `a.pyi`.
        let place = (module.language, module.root.clone(), module.path.clone());
        let first = by_place.entry(place).or_insert(FileId(index as u32));
        if files[index].path(db) < files[first.0 as usize].path(db) {
            *first = FileId(index as u32);
        }
    }
    let mut found = PythonFiles::default();
    let mut rust = HashMap::new();
    let mut rust_in: HashMap<String, Vec<FileId>> = HashMap::new();
    for (file, id) in files.iter().zip((0..).map(FileId)) {
        match file.language(db) {
            _ if !file.present(db) => {}
            Language::Python => found.add(id, file.path(db), &python),
            Language::Rust => {
                let path = file.path(db);
                rust.insert(path.to_owned(), id);
                rust_in.entry(parent(path).to_owned()).or_default().push(id);
            }
        }
    }
    found.roots.push("src".to_owned());
    found.roots.sort_unstable_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    found.roots.dedup();
    Modules { by_file, by_place, python: found, rust, rust_in }
}

/// The module of a file as people write it: `tokio::runtime::blocking::pool`, `requests.sessions`.
pub fn module_path(analysis: &Analysis, file: FileId) -> String {
    let module = modules(&analysis.db, analysis.workspace).of(file);
    match module.language {
        Language::Rust => {
            // A target of its own is known by its file's name.
            let name = module.root.rsplit('/').next().unwrap_or(&module.root);
            std::iter::once(name).chain(module.path.iter().map(String::as_str)).collect::<Vec<_>>().join("::")
        }
        Language::Python => module.path.join("."),
    }
}

fn rust_module(path: &str, packages: &[Package]) -> Module {
    let package = packages
        .iter()
        .filter(|package| within(path, &package.directory).is_some())
        .max_by_key(|package| package.directory.len());
    let (name, inner) = match package {
        Some(package) => (package.name.replace('-', "_"), within(path, &package.directory).unwrap_or(path)),
        None => (String::from("crate"), path),
    };
    let stem = inner.strip_suffix(".rs").unwrap_or(inner);
    let parts: Vec<&str> = stem.split('/').collect();
    let (root, rest) = match parts.as_slice() {
        ["src", "bin", target, rest @ ..] => (format!("{name}/bin/{target}"), rest),
        ["src", rest @ ..] => (name, rest),
        [kind @ ("tests" | "examples" | "benches"), target, rest @ ..] => {
            (format!("{name}/{kind}/{target}"), rest)
        }
        rest => (name, rest),
    };
    let is_package = matches!(rest.last(), None | Some(&("mod" | "lib" | "main")));
    let depth = rest.len() - usize::from(is_package && !rest.is_empty());
    let path = rest[..depth].iter().map(|part| (*part).to_owned()).collect();
    Module { language: Language::Rust, root, path, is_package }
}

fn python_module(path: &str, packages: &HashSet<&str>) -> Module {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let mut directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    while packages.contains(directory) && !directory.is_empty() {
        directory = directory.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
    let inner = within(stem, directory).unwrap_or(stem);
    let mut parts: Vec<String> = inner.split('/').map(str::to_owned).collect();
    let is_package = is_init(path) && parts.len() > 1;
    if is_package {
        parts.pop();
    }
    Module { language: Language::Python, root: String::new(), path: parts, is_package }
}

/// The rest of the path below a directory; a path is below the empty directory as it is.
fn within<'a>(path: &'a str, directory: &str) -> Option<&'a str> {
    if directory.is_empty() {
        return Some(path);
    }
    path.strip_prefix(directory)?.strip_prefix('/')
}

fn is_init(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("__init__.py" | "__init__.pyi"))
}
