//! Putting steps together along the ways through a frame. Never does: look at a tree.

use std::collections::HashMap;

use super::{ENTRY, EXIT, Event, Flow, RAISED, Step, StepId, Variable, VariableId, VariableKind};
use crate::Span;

/// A flow that is being made.
pub(super) struct Builder<'a> {
    pub(super) text: &'a str,
    pub(super) flow: Flow,
    /// The steps that the next one follows.
    pub(super) open: Vec<StepId>,
    /// Where an exception leads.
    pub(super) catch: Option<StepId>,
    pub(super) loops: Vec<Loop>,
    pub(super) finals: Vec<Final>,
    /// The names of the frame, and of what inside of it has names of its own, from outer to inner.
    pub(super) scopes: Vec<HashMap<&'a str, VariableId>>,
    /// Functions around that run later, from outer to inner.
    later: Vec<Later>,
    depth: u32,
}

/// A function at hand that runs later.
struct Later {
    /// How many scopes are around it.
    scopes: usize,
    /// What it uses of them.
    used: Vec<VariableId>,
}

/// A loop at hand.
pub(super) struct Loop {
    pub(super) span: Span,
    pub(super) head: StepId,
    pub(super) breaks: Vec<StepId>,
    /// How many `finally`s are around it.
    finals: usize,
}

/// A `finally` whose statement is at hand.
pub(super) struct Final {
    pub(super) entry: StepId,
    pending: Vec<Jump>,
}

/// Ways that leave what they are in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Jump {
    Return,
    /// By the number of loops around.
    Break(usize),
    Continue(usize),
}

/// Expressions and blocks nested deeper are not looked into.
const DEPTH: u32 = 256;

impl<'a> Builder<'a> {
    pub(super) fn new(text: &'a str, whole: Span) -> Self {
        let step = || Step { span: whole, event: Event::Nothing, next: Vec::new(), catch: None };
        let flow = Flow { variables: Vec::new(), steps: vec![step(), step(), step()] };
        Self {
            text,
            flow,
            open: vec![ENTRY],
            catch: None,
            loops: Vec::new(),
            finals: Vec::new(),
            scopes: vec![HashMap::new()],
            later: Vec::new(),
            depth: 0,
        }
    }

    pub(super) fn variable(&mut self, name: &str, kind: VariableKind) -> VariableId {
        self.flow.variables.push(Variable { name: name.to_owned(), kind });
        VariableId(self.flow.variables.len() as u32 - 1)
    }

    /// The innermost name of the frame that a word means.
    pub(super) fn meaning(&self, word: &str) -> Option<VariableId> {
        self.scopes.iter().rev().find_map(|scope| scope.get(word)).copied()
    }

    /// A step that follows what is open.
    pub(super) fn step(&mut self, span: Span, event: Event) -> StepId {
        let id = self.apart(span, event);
        for open in std::mem::replace(&mut self.open, vec![id]) {
            self.lead(open, id);
        }
        id
    }

    /// A step that nothing leads to yet.
    pub(super) fn apart(&mut self, span: Span, event: Event) -> StepId {
        self.flow.steps.push(Step { span, event, next: Vec::new(), catch: self.catch });
        StepId(self.flow.steps.len() as u32 - 1)
    }

    pub(super) fn lead(&mut self, from: StepId, to: StepId) {
        let next = &mut self.flow.steps[from.index()].next;
        if !next.contains(&to) {
            next.push(to);
        }
    }

    pub(super) fn read(&mut self, word: Span) {
        let Some(variable) = self.meaning(word.of(self.text)) else { return };
        self.step(word, Event::Read(variable));
        let scope = self.scopes.iter().rposition(|scope| scope.values().any(|&id| id == variable));
        for later in &mut self.later {
            if scope.is_some_and(|scope| scope < later.scopes) && !later.used.contains(&variable) {
                later.used.push(variable);
            }
        }
    }

    /// Enters a function that runs later.
    pub(super) fn enter_later(&mut self) {
        self.later.push(Later { scopes: self.scopes.len(), used: Vec::new() });
    }

    /// Leaves it, and notes what it keeps.
    pub(super) fn leave_later(&mut self, span: Span) {
        for variable in self.later.pop().map(|later| later.used).unwrap_or_default() {
            self.step(span, Event::Capture { variable, writes: false });
        }
    }

    /// What may be done or not.
    pub(super) fn maybe(&mut self, work: impl FnOnce(&mut Self)) {
        let before = self.open.clone();
        work(self);
        self.join(before);
    }

    /// More steps that the next one follows.
    pub(super) fn join(&mut self, more: Vec<StepId>) {
        for step in more {
            if !self.open.contains(&step) {
                self.open.push(step);
            }
        }
    }

    /// Does something where exceptions lead elsewhere.
    pub(super) fn caught<T>(&mut self, catch: Option<StepId>, work: impl FnOnce(&mut Self) -> T) -> T {
        let outside = std::mem::replace(&mut self.catch, catch);
        let done = work(self);
        self.catch = outside;
        done
    }

    pub(super) fn deeper(&mut self, work: impl FnOnce(&mut Self)) {
        if self.depth < DEPTH {
            self.depth += 1;
            work(self);
            self.depth -= 1;
        }
    }

    /// Goes round a loop; `from` is where it starts anew.
    pub(super) fn in_loop(&mut self, span: Span, head: StepId, work: impl FnOnce(&mut Self)) -> Vec<StepId> {
        self.loops.push(Loop { span, head, breaks: Vec::new(), finals: self.finals.len() });
        work(self);
        self.loops.pop().map(|done| done.breaks).unwrap_or_default()
    }

    pub(super) fn raise(&mut self, span: Span) {
        let id = self.step(span, Event::Raise);
        let to = self.catch.unwrap_or(RAISED);
        self.lead(id, to);
        self.open.clear();
    }

    /// Leaves what is around from all that is open.
    pub(super) fn jump(&mut self, jump: Jump) {
        let around = match jump {
            Jump::Return => 0,
            Jump::Break(at) | Jump::Continue(at) => match self.loops.get(at) {
                Some(it) => it.finals,
                None => return self.open.clear(),
            },
        };
        let open = std::mem::take(&mut self.open);
        if self.finals.len() > around
            && let Some(last) = self.finals.last_mut()
        {
            last.pending.push(jump);
            let entry = last.entry;
            for step in open {
                self.lead(step, entry);
            }
            return;
        }
        match jump {
            Jump::Return => open.into_iter().for_each(|step| self.lead(step, EXIT)),
            Jump::Break(at) => self.loops[at].breaks.extend(open),
            Jump::Continue(at) => {
                let head = self.loops[at].head;
                open.into_iter().for_each(|step| self.lead(step, head));
            }
        }
    }

    pub(super) fn enter_final(&mut self, entry: StepId) {
        self.finals.push(Final { entry, pending: Vec::new() });
    }

    /// What waited for a `finally` goes on from its end, which is open and stays so.
    pub(super) fn leave_final(&mut self, pending: Vec<Jump>) {
        let end = self.open.clone();
        for jump in pending {
            self.open.clone_from(&end);
            self.jump(jump);
        }
        self.open = end;
    }

    pub(super) fn exit_final(&mut self) -> Vec<Jump> {
        self.finals.pop().map(|done| done.pending).unwrap_or_default()
    }
}
