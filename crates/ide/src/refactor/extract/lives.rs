//! Which names a piece needs and which of those that it gives a value are used behind it. Never does: judge what that means.

use std::collections::VecDeque;

use backstory_syntax::Span;
use backstory_syntax::flow::{
    ENTRY, EXIT, Event, Flow, RAISED, Step, StepId, Unbinding, VariableId, Writing,
};

/// A piece of a flow.
pub(super) struct Lives<'a> {
    flow: &'a Flow,
    span: Span,
    inside: Vec<bool>,
    /// Where it starts.
    entries: Vec<StepId>,
    /// Steps outside to which it goes on, those of exceptions left out.
    exits: Vec<StepId>,
    /// Where its exceptions are caught outside.
    catch: Option<StepId>,
}

impl<'a> Lives<'a> {
    pub(super) fn new(flow: &'a Flow, span: Span) -> Self {
        let reached = reach(flow, [ENTRY], |_, step| follow_all(step));
        let is_in = |(at, step): (usize, &Step)| at > 2 && span.contains(step.span);
        let inside: Vec<bool> = flow.steps.iter().enumerate().map(is_in).collect();
        let mut lives = Self { flow, span, inside, entries: Vec::new(), exits: Vec::new(), catch: None };
        for (at, step) in flow.steps.iter().enumerate() {
            if lives.inside[at] || !reached[at] {
                continue;
            }
            for next in step.next.iter().chain(&step.catch) {
                if lives.is_inside(*next) && !lives.entries.contains(next) {
                    lives.entries.push(*next);
                }
            }
        }
        // The loop that a piece stands in may start with it.
        lives.catch = lives.entries.first().and_then(|&entry| lives.outer_catch(entry));
        for (at, step) in flow.steps.iter().enumerate().filter(|(at, _)| reached[*at]) {
            if !lives.inside[at] || step.event == Event::Raise {
                continue;
            }
            for next in &step.next {
                let is_caught = *next == RAISED || Some(*next) == lives.catch;
                if !lives.is_inside(*next) && !is_caught && !lives.exits.contains(next) {
                    lives.exits.push(*next);
                }
            }
        }
        lives
    }

    /// Where an exception leads that a step inside raises and nothing inside catches.
    fn outer_catch(&self, from: StepId) -> Option<StepId> {
        let mut at = from;
        for _ in 0..self.flow.steps.len() {
            match self.flow.steps[at.index()].catch {
                Some(next) if self.is_inside(next) => at = next,
                outside => return outside,
            }
        }
        None
    }

    pub(super) fn is_inside(&self, step: StepId) -> bool {
        self.inside[step.index()]
    }

    pub(super) fn runs(&self) -> bool {
        !self.entries.is_empty()
    }

    /// Whether it starts at one place only, rounds of loops left out.
    pub(super) fn has_one_entry(&self) -> bool {
        self.entries.len() == 1
    }

    fn steps(&self) -> impl Iterator<Item = (StepId, &'a Step)> + '_ {
        self.flow.steps.iter().zip(0..).map(|(step, at)| (StepId(at), step))
    }

    pub(super) fn events(&self, is_inside: bool) -> impl Iterator<Item = &'a Step> + '_ {
        self.steps().filter(move |(id, _)| self.is_inside(*id) == is_inside).map(|(_, step)| step)
    }

    pub(super) fn has(&self, event: Event) -> bool {
        self.events(true).any(|step| step.event == event)
    }

    /// Whether it leaves a loop that is around it.
    pub(super) fn leaves_loop(&self) -> bool {
        self.events(true).any(|step| match step.event {
            Event::Break(of) | Event::Continue(of) => !self.span.contains(of),
            _ => false,
        })
    }

    /// Whether some ways go on behind it; ways on which only the end of the frame comes don't where it returns.
    pub(super) fn goes_on(&self) -> bool {
        self.exits.iter().any(|&exit| !self.only_ends(exit))
    }

    /// Whether any way leads out of it that is no exception.
    pub(super) fn ends(&self) -> bool {
        !self.exits.is_empty()
    }

    fn only_ends(&self, from: StepId) -> bool {
        let mut at = from;
        for _ in 0..self.flow.steps.len() {
            let step = &self.flow.steps[at.index()];
            match step.next.as_slice() {
                _ if at == EXIT => return true,
                [next] if step.event == Event::Nothing => at = *next,
                _ => return false,
            }
        }
        false
    }

    /// The variables that happen in it, in the order of their first reading, then of their first mention.
    pub(super) fn variables(&self) -> Vec<VariableId> {
        let mut found: Vec<(Span, VariableId)> = Vec::new();
        for step in self.events(true) {
            let variable = match step.event {
                Event::Read(it) | Event::Write(it, _) | Event::Unbind(it, _) | Event::Declare(it) => it,
                Event::Capture { variable, .. } => variable,
                _ => continue,
            };
            match found.iter_mut().find(|(_, known)| *known == variable) {
                Some(known) => known.0 = known.0.min(step.span),
                None => found.push((step.span, variable)),
            }
        }
        found.sort();
        found.into_iter().map(|(_, variable)| variable).collect()
    }

    /// Whether its value before the piece is used in it.
    pub(super) fn needs(&self, variable: VariableId) -> bool {
        let mut needed = false;
        reach(self.flow, self.entries.iter().copied(), |id, step| {
            if !self.is_inside(id) {
                return Follow::Nothing;
            }
            needed |= uses(step.event, variable);
            if writes(step.event, variable) { Follow::Catch } else { Follow::All }
        });
        needed
    }

    /// Whether its value is used behind the piece.
    pub(super) fn is_used_behind(&self, variable: VariableId) -> bool {
        self.is_used_from(self.exits.iter().copied(), variable)
    }

    fn is_used_from(&self, from: impl IntoIterator<Item = StepId>, variable: VariableId) -> bool {
        let mut used = false;
        reach(self.flow, from, |_, step| {
            used |= uses(step.event, variable);
            if writes(step.event, variable) { Follow::Catch } else { Follow::All }
        });
        used
    }

    /// Whether the piece gives it a value.
    pub(super) fn is_written(&self, variable: VariableId) -> bool {
        self.events(true).any(|step| writes(step.event, variable))
    }

    pub(super) fn is_defined(&self, variable: VariableId) -> bool {
        let is = |how| matches!(how, Writing::Import | Writing::Definition);
        self.events(true).any(|step| matches!(step.event, Event::Write(it, how) if it == variable && is(how)))
    }

    /// Whether every way through the piece gives it a value.
    pub(super) fn is_always_written(&self, variable: VariableId) -> bool {
        let mut missed = false;
        reach(self.flow, self.entries.iter().copied(), |id, step| {
            if !self.is_inside(id) {
                missed |= self.exits.contains(&id);
                return Follow::Nothing;
            }
            if writes(step.event, variable) { Follow::Catch } else { Follow::All }
        });
        // A value that is taken away again.
        let unbound =
            self.events(true).any(|step| matches!(step.event, Event::Unbind(it, _) if it == variable));
        !missed && !unbound
    }

    /// Whether every way through the piece uses it.
    pub(super) fn is_always_read(&self, variable: VariableId) -> bool {
        let mut missed = false;
        reach(self.flow, self.entries.iter().copied(), |id, step| {
            if !self.is_inside(id) {
                missed = true;
                return Follow::Nothing;
            }
            if step.event == Event::Read(variable) { Follow::Nothing } else { Follow::All }
        });
        !missed && self.catch.is_none()
    }

    /// Whether it certainly has a value where the piece starts.
    pub(super) fn is_bound_before(&self, variable: VariableId) -> bool {
        let unbinds =
            |(_, step): &(StepId, &Step)| matches!(step.event, Event::Unbind(it, _) if it == variable);
        let starts = self.steps().filter(unbinds).flat_map(|(_, step)| step.next.iter().copied());
        let mut unbound = false;
        let from: Vec<StepId> = std::iter::once(ENTRY).chain(starts).collect();
        let entries = &self.entries;
        reach(self.flow, from, |id, step| {
            unbound |= entries.contains(&id);
            if writes(step.event, variable) { Follow::Catch } else { Follow::All }
        });
        !unbound
    }

    /// Whether it may get another value once the piece is done.
    pub(super) fn is_written_behind(&self, variable: VariableId) -> bool {
        let mut written = false;
        reach(self.flow, self.exits.iter().copied(), |_, step| {
            written |= writes(step.event, variable)
                || matches!(step.event, Event::Unbind(it, Unbinding::Del) if it == variable);
            Follow::All
        });
        written
    }

    /// Whether an exception may leave the piece after it gave the name a value, to where that value is used.
    pub(super) fn is_used_when_caught(&self, variable: VariableId) -> bool {
        let Some(catch) = self.catch else { return false };
        let writing = |(id, step): &(StepId, &Step)| self.is_inside(*id) && writes(step.event, variable);
        let after: Vec<StepId> =
            self.steps().filter(writing).flat_map(|(_, step)| step.next.clone()).collect();
        let mut leaves = false;
        reach(self.flow, after, |id, step| {
            if !self.is_inside(id) {
                return Follow::Nothing;
            }
            let may_raise = !matches!(step.event, Event::Nothing | Event::Write(..) | Event::Read(_));
            leaves |= (step.catch == Some(catch) && may_raise) || step.next.contains(&catch);
            Follow::All
        });
        leaves && self.is_used_from([catch], variable)
    }

    /// Whether a function keeps it: one in the piece, or one elsewhere.
    pub(super) fn is_captured(&self, variable: VariableId, is_inside: bool) -> bool {
        self.events(is_inside).any(|step| {
            let is_it = matches!(step.event, Event::Capture { variable: it, .. } if it == variable);
            // What a function around the piece keeps is not kept by another one.
            is_it && (is_inside || !step.span.contains(self.span))
        })
    }

    /// Whether a function inside the frame gives it a value.
    pub(super) fn is_written_by_function(&self, variable: VariableId) -> bool {
        let writes = Event::Capture { variable, writes: true };
        self.flow.steps.iter().any(|step| step.event == writes)
    }

    /// Whether it happens outside of the piece at all.
    pub(super) fn is_known_outside(&self, variable: VariableId) -> bool {
        self.events(false).any(|step| {
            uses(step.event, variable)
                || writes(step.event, variable)
                || step.event == Event::Declare(variable)
        })
    }
}

fn uses(event: Event, variable: VariableId) -> bool {
    match event {
        Event::Read(it) | Event::Capture { variable: it, .. } => it == variable,
        Event::Unbind(it, Unbinding::Del) => it == variable,
        _ => false,
    }
}

fn writes(event: Event, variable: VariableId) -> bool {
    matches!(event, Event::Write(it, _) if it == variable)
}

/// Where a walk goes on from a step.
enum Follow {
    Nothing,
    /// Only to where its exception leads: it did not happen then.
    Catch,
    All,
}

fn follow_all(_: &Step) -> Follow {
    Follow::All
}

/// Walks from some steps on; which ones were met.
fn reach(
    flow: &Flow,
    from: impl IntoIterator<Item = StepId>,
    mut visit: impl FnMut(StepId, &Step) -> Follow,
) -> Vec<bool> {
    let mut met = vec![false; flow.steps.len()];
    let mut open: VecDeque<StepId> = from.into_iter().collect();
    while let Some(id) = open.pop_front() {
        if std::mem::replace(&mut met[id.index()], true) {
            continue;
        }
        let step = &flow.steps[id.index()];
        match visit(id, step) {
            Follow::Nothing => {}
            Follow::Catch => open.extend(step.catch),
            Follow::All => open.extend(step.next.iter().chain(&step.catch)),
        }
    }
    met
}
