//! The history threads: what is known at once, what must be walked for someone who waits, and what is read ahead for open files.
//! Never does: touch the analysis. Each thread has its own handles to repositories and lets them go when nothing is asked.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use backstory_history::{Counterpart, Error, HistoryQuery, Lineage, Repository, Working};
use backstory_syntax::LocalKey;

use super::context::lock;
use super::handles::Handles;
use super::story::Story;
use super::workers::{Priority, guarded, spawn};
use crate::discussions::edition;
use crate::store::Edition;

/// So many stories are kept in memory, some kilobytes each at most: those of several large files. The cache on disk has the others.
const STORIES: usize = 2048;

/// Handles to repositories that nobody asked for so long are closed.
const IDLE: Duration = Duration::from_secs(60);

/// How many symbols of a file are read ahead before those who wait for lenses are told.
const TELL_EVERY: usize = 40;

/// An answer about one symbol.
#[derive(Clone, Debug)]
pub(super) enum Told {
    /// Not known yet, and being read.
    Reading,
    /// The checked-out commit has no such symbol.
    NotCommitted,
    /// The story of the symbol that stands for it in the checked-out commit.
    Story(Arc<Story>, Counterpart),
    /// Why it can't be read, in a sentence.
    Failed(String),
}

/// A file of a repository.
#[derive(Clone)]
pub(super) struct FileOf {
    pub repository: Repository,
    pub root: Arc<Path>,
    /// Relative to the root, with `/`.
    pub path: String,
}

/// A symbol of a file, and the text that it is a symbol of.
#[derive(Clone)]
pub(super) struct SymbolOf {
    pub file: FileOf,
    pub working: Working,
    pub key: LocalKey,
}

/// The story of a symbol of the checked-out commit; `None` where there is no such symbol, otherwise why it can't be read.
type Read = Result<Option<Arc<Story>>, String>;

type OnRead = Box<dyn FnOnce(Read) + Send>;

/// Whether someone who asks also waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// Takes [`Told::Reading`] for an answer; the file is read ahead.
    None,
    /// Is called when the story is known.
    Waits,
}

struct Question {
    symbol: SymbolOf,
    patience: Patience,
    on_told: Box<dyn FnOnce(Told) + Send>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct StoryId {
    root: Arc<Path>,
    commit: String,
    /// Of the imported discussions.
    edition: Edition,
    path: String,
    key: LocalKey,
}

struct Walk {
    id: StoryId,
    file: FileOf,
}

/// What the threads share.
struct Shared {
    stories: Mutex<HashMap<StoryId, Arc<Story>>>,
    /// By root, the commit that was checked out when somebody last asked.
    heads: Mutex<HashMap<Arc<Path>, String>>,
    /// Walks to do, newest last, and who waits for each.
    walks: Mutex<Walks>,
    walk_added: Condvar,
    /// Files to read ahead, most wanted first, each with the number of its wish.
    ahead: Mutex<VecDeque<(u64, FileOf)>>,
    ahead_added: Condvar,
    wishes: AtomicU64,
    stop: AtomicBool,
    on_read: Box<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct Walks {
    todo: Vec<Walk>,
    waiting: HashMap<StoryId, Vec<OnRead>>,
}

/// The handle; dropping it ends the threads.
pub(super) struct Histories {
    questions: Sender<Question>,
    shared: Arc<Shared>,
}

impl Histories {
    /// `on_read` is called on a thread of this when stories that were answered with [`Told::Reading`] may be known.
    pub(super) fn start(on_read: impl Fn() + Send + Sync + 'static) -> Self {
        let shared = Arc::new(Shared {
            stories: Mutex::default(),
            heads: Mutex::default(),
            walks: Mutex::default(),
            walk_added: Condvar::new(),
            ahead: Mutex::default(),
            ahead_added: Condvar::new(),
            wishes: AtomicU64::new(0),
            stop: AtomicBool::new(false),
            on_read: Box::new(on_read),
        });
        let (questions, asked) = channel();
        let threads = [(); 3].map(|()| Arc::clone(&shared));
        let [known, walks, ahead] = threads;
        spawn("history", Priority::Normal, move || answer(&known, &asked));
        spawn("history-walks", Priority::Normal, move || walk(&walks));
        spawn("history-ahead", Priority::Low, move || read_ahead(&ahead));
        Self { questions, shared }
    }

    /// Asks for the story of a symbol as of what is checked out.
    pub(super) fn ask(
        &self,
        symbol: SymbolOf,
        patience: Patience,
        on_told: impl FnOnce(Told) + Send + 'static,
    ) {
        let question = Question { symbol, patience, on_told: Box::new(on_told) };
        // The thread is gone only when the program ends.
        let _ = self.questions.send(question);
    }

    /// Reads the stories of all symbols of a file ahead, before other files that wait.
    pub(super) fn read_ahead(&self, file: FileOf) {
        want(&self.shared, file);
    }

    /// The story of a symbol of the commit, where it is in memory: at once, and without looking at the repository.
    pub(super) fn at_hand(&self, root: &Path, path: &str, key: &LocalKey) -> Option<Arc<Story>> {
        let head = lock(&self.shared.heads).get(root)?.clone();
        let stories = lock(&self.shared.stories);
        let is_it =
            |id: &StoryId| id.key == *key && id.path == path && *id.root == *root && id.commit == head;
        stories.iter().find(|(id, _)| is_it(id)).map(|(_, story)| Arc::clone(story))
    }

    /// Nobody needs the stories of this file for now.
    pub(super) fn forget_ahead(&self, root: &Path, path: &str) {
        lock(&self.shared.ahead).retain(|(_, file)| file.path != path || *file.root != *root);
    }

    /// Whether nothing is being read.
    pub(super) fn is_idle(&self) -> bool {
        lock(&self.shared.ahead).is_empty() && lock(&self.shared.walks).waiting.is_empty()
    }
}

impl Drop for Histories {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.shared.walk_added.notify_all();
        self.shared.ahead_added.notify_all();
    }
}

fn answer(shared: &Arc<Shared>, asked: &Receiver<Question>) {
    let mut handles = Handles::default();
    loop {
        let question = match handles.is_empty() {
            true => asked.recv().map_err(|_| RecvTimeoutError::Disconnected),
            false => asked.recv_timeout(IDLE),
        };
        match question {
            Ok(question) => guarded(|| answer_one(shared, &mut handles, question)),
            Err(RecvTimeoutError::Timeout) => handles.close(),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn answer_one(shared: &Shared, handles: &mut Handles, question: Question) {
    let Question { symbol, patience, on_told } = question;
    let commit = match symbol.file.repository.head() {
        Ok(head) => head.commit,
        Err(error) => return on_told(Told::Failed(error.to_string())),
    };
    let Some(commit) = commit else { return on_told(Told::NotCommitted) };
    note_head(shared, &symbol.file.root, &commit);
    let counterpart = match handles.counterpart(&commit, &symbol) {
        Ok(Some(counterpart)) => counterpart,
        Ok(None) => return on_told(Told::NotCommitted),
        Err(error) => return on_told(Told::Failed(error.to_string())),
    };
    let SymbolOf { file, .. } = symbol;
    let place = counterpart.place.clone();
    let (root, edition) = (Arc::clone(&file.root), edition(&file.repository));
    let id = StoryId { root, commit, edition, path: place.path, key: place.key };
    if let Some(story) = lock(&shared.stories).get(&id) {
        return on_told(Told::Story(Arc::clone(story), counterpart));
    }
    let known = handles.of(&file).and_then(|historian| historian.known(&query(&id), &shared.stop));
    match (known, patience) {
        (Err(error), _) => on_told(Told::Failed(error.to_string())),
        (Ok(Some(lineage)), _) => {
            on_told(told(Ok(remember(shared, &file.repository, id, &lineage)), counterpart))
        }
        (Ok(None), Patience::None) => {
            want(shared, file);
            on_told(Told::Reading);
        }
        (Ok(None), Patience::Waits) => {
            wait(shared, id, file, Box::new(move |read| on_told(told(read, counterpart))));
        }
    }
}

fn note_head(shared: &Shared, root: &Arc<Path>, commit: &str) {
    let mut heads = lock(&shared.heads);
    if heads.get(root).is_none_or(|known| known != commit) {
        heads.insert(Arc::clone(root), commit.to_owned());
    }
}

fn told(read: Read, counterpart: Counterpart) -> Told {
    match read {
        Ok(Some(story)) => Told::Story(story, counterpart),
        Ok(None) => Told::NotCommitted,
        Err(reason) => Told::Failed(reason),
    }
}

fn query(id: &StoryId) -> HistoryQuery {
    HistoryQuery { path: id.path.clone(), key: id.key.clone(), at: id.commit.clone() }
}

fn remember(shared: &Shared, repository: &Repository, id: StoryId, lineage: &Lineage) -> Option<Arc<Story>> {
    let story = Arc::new(Story::of(repository, &id.path, &id.key, lineage)?);
    let mut stories = lock(&shared.stories);
    if stories.len() >= STORIES {
        stories.clear();
    }
    stories.insert(id, Arc::clone(&story));
    Some(story)
}

fn want(shared: &Shared, file: FileOf) {
    let mut ahead = lock(&shared.ahead);
    ahead.retain(|(_, other)| other.path != file.path || other.root != file.root);
    let wish = shared.wishes.fetch_add(1, Ordering::Relaxed);
    ahead.push_front((wish, file));
    shared.ahead_added.notify_one();
}

fn wait(shared: &Shared, id: StoryId, file: FileOf, on_read: OnRead) {
    let mut walks = lock(&shared.walks);
    match walks.waiting.get_mut(&id) {
        Some(others) => others.push(on_read),
        None => {
            walks.waiting.insert(id.clone(), vec![on_read]);
            walks.todo.push(Walk { id, file });
            shared.walk_added.notify_one();
        }
    }
}

/// Walks for those who wait, the newest question first: older ones are more likely to be forgotten already.
fn walk(shared: &Arc<Shared>) {
    let mut handles = Handles::default();
    loop {
        let mut walks = lock(&shared.walks);
        let next = loop {
            if shared.stop.load(Ordering::Relaxed) {
                return;
            }
            if let Some(walk) = walks.todo.pop() {
                break walk;
            }
            walks = pause(&shared.walk_added, walks, &mut handles);
        };
        drop(walks);
        guarded(|| walk_one(shared, &mut handles, &next));
        // After a panic too: nobody waits for ever.
        let waiting = lock(&shared.walks).waiting.remove(&next.id);
        waiting.into_iter().flatten().for_each(|on_read| on_read(Err("reading it failed".to_owned())));
    }
}

fn walk_one(shared: &Shared, handles: &mut Handles, walk: &Walk) {
    let lineage =
        handles.of(&walk.file).and_then(|historian| historian.remembered(&query(&walk.id), &shared.stop));
    let read: Read = match lineage {
        Ok(lineage) => Ok(remember(shared, &walk.file.repository, walk.id.clone(), &lineage)),
        Err(error) => Err(error.to_string()),
    };
    let waiting = lock(&shared.walks).waiting.remove(&walk.id);
    waiting.into_iter().flatten().for_each(|on_read| on_read(read.clone()));
    (shared.on_read)();
}

/// Waits for more to do; closes the thread's handles when there is nothing for long.
fn pause<'a, T>(added: &Condvar, guard: MutexGuard<'a, T>, handles: &mut Handles) -> MutexGuard<'a, T> {
    if handles.is_empty() {
        return added.wait(guard).unwrap_or_else(PoisonError::into_inner);
    }
    let (guard, result) = added.wait_timeout(guard, IDLE).unwrap_or_else(PoisonError::into_inner);
    if result.timed_out() {
        handles.close();
    }
    guard
}

fn read_ahead(shared: &Arc<Shared>) {
    let mut handles = Handles::default();
    loop {
        let mut ahead = lock(&shared.ahead);
        let (wish, file) = loop {
            if shared.stop.load(Ordering::Relaxed) {
                return;
            }
            // It stays in the queue while it is being read: then there is something going on.
            if let Some(first) = ahead.front() {
                break first.clone();
            }
            ahead = pause(&shared.ahead_added, ahead, &mut handles);
        };
        drop(ahead);
        // A panic counts as done, or it would come again for ever.
        let mut done = true;
        guarded(|| done = read_file(shared, &mut handles, wish, &file));
        if done {
            lock(&shared.ahead).retain(|(other, _)| *other != wish);
        }
        (shared.on_read)();
    }
}

/// Reads the stories of a file's symbols until they are known, or another file is wanted more. Says whether they are known.
fn read_file(shared: &Shared, handles: &mut Handles, wish: u64, file: &FileOf) -> bool {
    read_stories(shared, handles, wish, file).unwrap_or_else(|error| {
        tracing::warn!("reading the history of {}: {error}", file.path);
        true
    })
}

fn read_stories(shared: &Shared, handles: &mut Handles, wish: u64, file: &FileOf) -> Result<bool, Error> {
    let Some(commit) = file.repository.head()?.commit else { return Ok(true) };
    note_head(shared, &file.root, &commit);
    let edition = edition(&file.repository);
    let historian = handles.of(file)?;
    for (index, key) in historian.symbols_at(&commit, &file.path)?.into_iter().enumerate() {
        let is_first = lock(&shared.ahead).front().is_some_and(|(first, _)| *first == wish);
        if !is_first || shared.stop.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let (root, edition) = (Arc::clone(&file.root), edition.clone());
        let id = StoryId { root, commit: commit.clone(), edition, path: file.path.clone(), key };
        if lock(&shared.stories).contains_key(&id) {
            continue;
        }
        let lineage = historian.remembered(&query(&id), &shared.stop)?;
        remember(shared, &file.repository, id, &lineage);
        if index % TELL_EVERY == TELL_EVERY - 1 {
            (shared.on_read)();
        }
    }
    Ok(true)
}
