//! Handing lines from commits to their parents, newest first, until nobody older has them. Never does: judge lines; whether one says
//! the same is for `lines`, `formatting` and `moved` to say.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use gix::ObjectId;
use gix::diff::blob::Hunk;

use super::formatting::{by_words, reformatted};
use super::lines::{Compared, Pair, compare};
use super::moved::{Moves, renamed_from};
use super::text::Text;
use super::{Manner, Why};
use crate::anchor::{Anchors, Spot};
use crate::change::Limit;
use crate::commit::short_id;
use crate::error::{Error, Stop};
use crate::ignored::IgnoredRevs;
use crate::objects::{File, Node, Objects};
use crate::table::TableCache;

/// A line on its way back.
pub(super) struct Claim {
    /// 1-based, in the file that was asked about.
    asked: u32,
    /// 0-based, in the version at hand.
    pub line: u32,
    skipped: Vec<(ObjectId, Why)>,
}

/// A line at its end.
pub(super) struct Settled {
    /// 1-based, in the file that was asked about.
    pub asked: u32,
    pub commit: ObjectId,
    pub path: String,
    /// 0-based, in that commit.
    pub line: u32,
    /// Newest first.
    pub skipped: Vec<(ObjectId, Why)>,
}

/// A file in a commit: by commit date, then by the order in which commits were met.
type Visit = (i64, Reverse<u32>, String);

/// What is to be done there.
struct Pending {
    blob: ObjectId,
    claims: Vec<Claim>,
}

/// A parent with the file that the one at hand goes on from.
pub(super) struct Older {
    pub node: Node,
    pub path: String,
    pub version: Option<Version>,
}

/// An older version of a file, and how the one at hand differs from it.
pub(super) struct Version {
    pub text: Text,
    pub compared: Compared,
}

/// What a walk reads from.
pub(super) struct Sources<'a> {
    pub objects: &'a mut Objects,
    pub anchors: &'a mut Anchors,
    pub tables: &'a TableCache,
}

/// The lines of one question, some under way and some at their ends.
pub(super) struct Walk<'a> {
    pub sources: Sources<'a>,
    manner: Manner,
    ignored: IgnoredRevs,
    interrupted: &'a AtomicBool,
    queue: BinaryHeap<Visit>,
    pending: HashMap<Visit, Pending>,
    settled: Vec<Settled>,
    limits: Vec<Limit>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        sources: Sources<'a>,
        manner: Manner,
        ignored: IgnoredRevs,
        interrupted: &'a AtomicBool,
    ) -> Self {
        Self {
            sources,
            manner,
            ignored,
            interrupted,
            queue: BinaryHeap::new(),
            pending: HashMap::new(),
            settled: Vec::new(),
            limits: Vec::new(),
        }
    }

    /// Gives 1-based lines of a file to the commit that has it.
    pub(super) fn start(
        &mut self,
        node: &Node,
        path: &str,
        blob: ObjectId,
        lines: impl Iterator<Item = u32>,
    ) {
        let claims = lines.map(|asked| Claim { asked, line: asked - 1, skipped: Vec::new() });
        self.push(node, path, blob, claims.collect());
    }

    /// Follows all lines to their ends, which come in the order in which they were asked for.
    pub(super) fn run(mut self) -> Result<(Vec<Settled>, Vec<Limit>), Error> {
        while let Some(visit) = self.queue.pop() {
            let node = self.sources.objects.node_at(visit.1.0);
            let Some(Pending { blob, mut claims }) = self.pending.remove(&visit) else { continue };
            match self.visit(&node, &visit.2, blob, &mut claims) {
                Ok(()) => {}
                Err(Stop::Missing(object)) => self.limit(Limit::MissingObject { object: object.to_string() }),
                Err(Stop::Interrupted) => self.limit(Limit::Interrupted),
                Err(Stop::Failed(error)) => return Err(error),
            }
            // What no parent has is this commit's, or came from where nothing is known.
            self.settle(&node, &visit.2, claims);
        }
        self.settled.sort_by_key(|settled| settled.asked);
        Ok((self.settled, self.limits))
    }

    /// Hands lines of a file on to the commit's parents. The claims that stay are those that none of them has.
    fn visit(&mut self, node: &Node, path: &str, blob: ObjectId, open: &mut Vec<Claim>) -> Result<(), Stop> {
        let Sources { objects, anchors, .. } = &mut self.sources;
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(Stop::Interrupted);
        }
        let anchor = anchors.find(objects, node, Spot { path, blob: Some(blob) }, self.interrupted)?;
        if anchor.id != node.id {
            self.push(&anchor, path, blob, std::mem::take(open));
            return Ok(());
        }
        if objects.is_boundary(node.id) {
            let commit = short_id(&objects.git, node.id);
            self.limit(Limit::Shallow { commit });
            return Ok(());
        }
        let new = Text::of(objects.file(blob)?, path);
        let mut olders = Vec::new();
        for &parent in node.parents.iter() {
            olders.push(self.older(parent, path, &new)?);
        }
        self.pass_equal(node, &mut olders, &new, open)?;
        if self.manner == Manner::Git {
            return Ok(());
        }
        self.pass_formatted(node, &olders, &new, open);
        self.pass_moved(node, &olders, &new, path, open)?;
        self.pass_ignored(node, &olders, &new, open);
        Ok(())
    }

    /// A parent with its file of the same path.
    fn older(&mut self, parent: ObjectId, path: &str, new: &Text) -> Result<Older, Stop> {
        let Sources { objects, anchors, .. } = &mut self.sources;
        let node = objects.node(parent)?;
        let version = match anchors.blob_at(objects, &node, path)? {
            Some(blob) => Some(Version::of(objects.file(blob)?, path, new)),
            None => None,
        };
        Ok(Older { node, path: path.to_owned(), version })
    }

    /// Passes on lines that stand as they are in a parent's file, or in its file of another path where it has none of this one.
    fn pass_equal(
        &mut self,
        node: &Node,
        olders: &mut [Older],
        new: &Text,
        open: &mut Vec<Claim>,
    ) -> Result<(), Stop> {
        for older in olders.iter() {
            self.pass_pairs(older, None, open);
        }
        for older in olders.iter_mut().filter(|older| older.version.is_none()) {
            if open.is_empty() {
                return Ok(());
            }
            let renamed = renamed_from(self.sources.objects, node, &older.node, &older.path, &new.file)?;
            if let Some((path, file)) = renamed {
                older.version = Some(Version::of(file, &path, new));
                older.path = path;
                self.pass_pairs(older, Some((node.id, Why::FileRename)), open);
            }
        }
        Ok(())
    }

    fn pass_pairs(&mut self, older: &Older, skip: Option<(ObjectId, Why)>, open: &mut Vec<Claim>) {
        if let Some(Version { text, compared }) = &older.version {
            self.hand_on(&older.node, (&older.path, &text.file), skip, compared.pairs(), open);
        }
    }

    /// Passes on lines that say the same in another layout.
    fn pass_formatted(&mut self, node: &Node, olders: &[Older], new: &Text, open: &mut Vec<Claim>) {
        let skip = Some((node.id, Why::Formatting));
        self.pass_changed(olders, skip, open, |old, hunk| reformatted(old, new, hunk));
    }

    /// Passes on lines that a commit changed which is not to be blamed. What it added where nothing stood stays its own.
    fn pass_ignored(&mut self, node: &Node, olders: &[Older], new: &Text, open: &mut Vec<Claim>) {
        if self.ignored.contains(node.id) {
            let skip = Some((node.id, Why::Ignored));
            self.pass_changed(olders, skip, open, |old, hunk| by_words(old, new, hunk));
        }
    }

    /// Passes on lines that were paired within the stretches in which versions of the file differ.
    fn pass_changed(
        &mut self,
        olders: &[Older],
        skip: Option<(ObjectId, Why)>,
        open: &mut Vec<Claim>,
        pair: impl Fn(&Text, &Hunk) -> Vec<Pair>,
    ) {
        for older in olders {
            let Some(Version { text, compared }) = &older.version else { continue };
            let replaced = compared.hunks.iter().filter(|hunk| {
                !hunk.before.is_empty() && open.iter().any(|claim| hunk.after.contains(&claim.line))
            });
            let found: Vec<Pair> = replaced.flat_map(|hunk| pair(text, hunk)).collect();
            self.hand_on(&older.node, (&older.path, &text.file), skip, found.into_iter(), open);
        }
    }

    /// Passes on lines of symbols that stood elsewhere.
    fn pass_moved(
        &mut self,
        node: &Node,
        olders: &[Older],
        new: &Text,
        path: &str,
        open: &mut Vec<Claim>,
    ) -> Result<(), Stop> {
        for older in olders {
            if open.is_empty() {
                return Ok(());
            }
            let Sources { objects, tables, .. } = &mut self.sources;
            let mut moves = Moves {
                objects,
                tables,
                interrupted: self.interrupted,
                node,
                older,
                new,
                path,
                limits: Vec::new(),
            };
            let found = moves.find(open)?;
            for limit in std::mem::take(&mut moves.limits) {
                self.limit(limit);
            }
            for moved in found {
                let skip = Some((node.id, Why::Move));
                self.hand_on(&older.node, (&moved.path, &moved.file), skip, moved.pairs.into_iter(), open);
            }
        }
        Ok(())
    }

    /// Gives claims whose lines have a counterpart in an older file to the commit that has it.
    fn hand_on(
        &mut self,
        to: &Node,
        (path, file): (&str, &Rc<File>),
        skip: Option<(ObjectId, Why)>,
        pairs: impl Iterator<Item = Pair>,
        open: &mut Vec<Claim>,
    ) {
        let old_lines: HashMap<u32, u32> = pairs.map(|(old, new)| (new, old)).collect();
        let passed = open.extract_if(.., |claim| old_lines.contains_key(&claim.line)).map(|mut claim| {
            claim.line = old_lines[&claim.line];
            claim.skipped.extend(skip);
            claim
        });
        let passed: Vec<Claim> = passed.collect();
        self.push(to, path, file.id, passed);
    }

    fn push(&mut self, node: &Node, path: &str, blob: ObjectId, claims: Vec<Claim>) {
        if claims.is_empty() {
            return;
        }
        let visit = (node.time, Reverse(node.index), path.to_owned());
        let pending = self.pending.entry(visit.clone()).or_insert_with(|| {
            self.queue.push(visit);
            Pending { blob, claims: Vec::new() }
        });
        pending.claims.extend(claims);
    }

    fn settle(&mut self, node: &Node, path: &str, claims: Vec<Claim>) {
        self.settled.extend(claims.into_iter().map(|claim| Settled {
            asked: claim.asked,
            commit: node.id,
            path: path.to_owned(),
            line: claim.line,
            skipped: claim.skipped,
        }));
    }

    fn limit(&mut self, limit: Limit) {
        if !self.limits.contains(&limit) {
            self.limits.push(limit);
        }
    }
}

impl Version {
    fn of(file: Rc<File>, path: &str, new: &Text) -> Self {
        let text = Text::of(file, path);
        let compared = compare(&text.lines(0..text.len()), &new.lines(0..new.len()));
        Self { text, compared }
    }
}
