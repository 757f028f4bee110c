//! A database of its own in which a whole workspace is resolved and then forgotten. Never does: change the one that it was made from.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_syntax::FileFacts;

use super::drafting::drafted;
use super::{Graph, Incoming, Refreshed, Saved};
use crate::database::{Analysis, FileId, Package, Source};

/// So many files share a database: enough that what all of them use is resolved few times, few enough that their code fits.
const TOGETHER: usize = 600;

/// Texts, facts and packages of a workspace: all that a graph is made from. Holds no snapshot.
pub struct Apart {
    files: Vec<Known>,
    packages: Vec<Package>,
}

struct Known {
    path: String,
    language: backstory_syntax::Language,
    is_present: bool,
    text: Arc<str>,
    facts: Arc<FileFacts>,
}

impl Apart {
    /// Takes what a graph needs. Facts that are not known yet are derived here.
    pub fn of(analysis: &Analysis) -> Self {
        let files = analysis.workspace.files(&analysis.db);
        let known = (0..files.len() as u32).map(FileId).map(|file| {
            let source = analysis.source(file);
            Known {
                path: source.path(&analysis.db).to_owned(),
                language: source.language(&analysis.db),
                is_present: source.present(&analysis.db),
                text: Arc::clone(source.text(&analysis.db)),
                facts: Arc::clone(crate::queries::facts(&analysis.db, source)),
            }
        });
        Self { files: known.collect(), packages: analysis.workspace.packages(&analysis.db).to_vec() }
    }

    /// Resolves everything, on all cores; `None` where it is told to stop.
    pub fn graph(&self, stop: &AtomicBool) -> Option<Graph> {
        let present: Vec<FileId> = self.present().collect();
        let mut graph = Graph {
            files: vec![None; self.files.len()],
            nodes: super::Nodes::default(),
            incoming: Incoming::default(),
            packages: self.packages.clone(),
        };
        for &file in &present {
            graph.nodes.update(file, Some(&self.files[file.index()].facts.outline));
        }
        for together in present.chunks(TOGETHER) {
            let analysis = self.database();
            for draft in drafted(&analysis, together, stop)? {
                graph.enter(draft);
            }
        }
        graph.link();
        Some(graph)
    }

    /// The same from a graph that was saved, and what had to be looked at again; everything where that is most of it. `None` where it is
    /// told to stop.
    pub fn graph_since(&self, saved: &Saved, stop: &AtomicBool) -> Option<Refreshed> {
        let present: Vec<FileId> = self.present().collect();
        let is_known =
            |file: &&FileId| saved.has(&self.files[file.index()].path, &self.files[file.index()].text);
        if present.iter().filter(is_known).count() * 2 < present.len() {
            return self.graph(stop).map(|graph| Refreshed { graph, drawn: present });
        }
        let analysis = self.database();
        let (graph, forgotten) = saved.restored(&analysis);
        graph.renewed(&analysis, forgotten, stop)
    }

    /// A graph that was made here, for the next run.
    pub fn saved(&self, graph: &Graph) -> Saved {
        Saved::of(graph, |file| (&self.files[file.index()].path, &self.files[file.index()].text))
    }

    fn present(&self) -> impl Iterator<Item = FileId> + '_ {
        (0..self.files.len() as u32).map(FileId).filter(|file| self.files[file.index()].is_present)
    }

    fn database(&self) -> Analysis {
        let sources = self.files.iter().map(|known| Source {
            path: known.path.clone(),
            language: known.language,
            text: Arc::clone(&known.text),
            facts: Some(Arc::clone(&known.facts)),
        });
        let mut analysis = Analysis::new(sources.collect(), self.packages.clone());
        let gone: Vec<FileId> = (0..self.files.len() as u32)
            .map(FileId)
            .filter(|file| !self.files[file.index()].is_present)
            .collect();
        if !gone.is_empty() {
            analysis.remove(&gone);
        }
        analysis
    }
}
