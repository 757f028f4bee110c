//! The main line of history, first parent by first parent, and which of its commits brought in each other commit. Never does: read
//! commits.

use gix::ObjectId;

use super::TouchIndex;

/// No commit of the main line.
const NONE: u32 = u32::MAX;

/// All that leads up to one commit, as its main line took it in.
pub(crate) struct Mainline {
    pub tip: ObjectId,
    /// By position: the position of the first commit of the main line that has it among its ancestors, or is it.
    brought_by: Vec<u32>,
}

impl Mainline {
    /// `None` for a commit that is not in the index. Takes time in proportion to the number of commits.
    pub(crate) fn of(index: &TouchIndex, tip: ObjectId) -> Option<Self> {
        let mut line = vec![*index.positions.get(&tip)?];
        while let Some(&parent) = line.last().and_then(|&last| index.parents(last).first()) {
            line.push(parent);
        }
        let mut brought_by = vec![NONE; index.len()];
        let mut open = Vec::new();
        for &bringer in line.iter().rev() {
            open.push(bringer);
            while let Some(position) = open.pop() {
                if brought_by[position as usize] == NONE {
                    brought_by[position as usize] = bringer;
                    open.extend(index.parents(position));
                }
            }
        }
        Some(Self { tip, brought_by })
    }

    /// The commit of the main line with which a commit came; `None` for one that doesn't lead up to the tip.
    pub(crate) fn brought_by(&self, index: &TouchIndex, commit: ObjectId) -> Option<ObjectId> {
        let position = *index.positions.get(&commit)?;
        let bringer = self.brought_by.get(position as usize).filter(|&&bringer| bringer != NONE)?;
        Some(index.commits[*bringer as usize])
    }
}
