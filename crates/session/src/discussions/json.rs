//! Reads discussions out of JSON of any size as it comes: values one after another or one a line, lists, lists of lists, and the
//! layers around them in answers to GraphQL queries and searches. Memory is that of one object. Never does: give up at an object that is
//! something else.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Cursor, Read};

use backstory_ide::discussion::DiscussionKind;
use serde::Serialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::form::{self, Context, Found, KEYS, MARKS};
use crate::Error;

/// Keys whose values hold discussions, at any depth of one another. Other values are not looked into: what hangs on a discussion
/// (milestones, linked issues) looks like one.
const LAYERS: [&str; 12] = [
    "data",
    "search",
    "repository",
    "project",
    "issues",
    "pullRequests",
    "mergeRequests",
    "merge_requests",
    "nodes",
    "edges",
    "node",
    "items",
];

/// How many objects are remembered with their place that are no discussion.
const REMEMBERED: usize = 3;

const BUFFER: usize = 64 << 10;

/// A place in a text: lines from 1, columns from 1 in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// Objects that are neither an issue nor a pull or merge request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Neither {
    pub count: usize,
    /// Where the first few begin.
    pub first: Vec<Position>,
}

/// Where a text stops being JSON, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    #[serde(flatten)]
    pub position: Position,
    pub reason: String,
}

/// What came of reading a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub neither: Neither,
    /// `None` where it was read to its end.
    pub fault: Option<Fault>,
}

/// Why a text was not read as far as it could be.
#[derive(Debug)]
pub(super) enum Stop {
    Input(io::Error),
    /// Whoever took the discussions could not go on.
    Taker(Error),
}

/// Reads a text and hands out each discussion with the number of bytes read so far.
pub(super) fn read(
    mut input: impl Read,
    take: &mut dyn FnMut(Found, u64) -> Result<(), Error>,
) -> Result<Outcome, Stop> {
    let mut head = Vec::new();
    input.by_ref().take(3).read_to_end(&mut head).map_err(Stop::Input)?;
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        let reason = "this is UTF-16: save it as UTF-8".to_owned();
        let fault = Fault { position: Position { line: 1, column: 1 }, reason };
        return Ok(Outcome { neither: Neither::default(), fault: Some(fault) });
    }
    if head == b"\xef\xbb\xbf" {
        head.clear();
    }
    let place = Cell::new(Place { line: 1, column: 0, bytes: 0 });
    let input = BufReader::with_capacity(BUFFER, Cursor::new(head).chain(input));
    let mut json = serde_json::Deserializer::from_reader(Counted { input, place: &place });
    let mut sink = Sink { place: &place, take, neither: Neither::default(), failed: None };
    let context = Context::default();
    // Nothing but white space is left where this is well.
    while json.end().is_err() {
        match (Layer { context: &context, sink: &mut sink }).deserialize(&mut json) {
            Ok(value) => sink.report(&value),
            Err(error) => return ended(sink, error),
        }
    }
    Ok(Outcome { neither: sink.neither, fault: None })
}

fn ended(sink: Sink<'_>, error: serde_json::Error) -> Result<Outcome, Stop> {
    if let Some(error) = sink.failed {
        return Err(Stop::Taker(error));
    }
    if error.is_io() {
        return Err(Stop::Input(error.into()));
    }
    let position = Position { line: error.line(), column: error.column() };
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason).to_owned();
    Ok(Outcome { neither: sink.neither, fault: Some(Fault { position, reason }) })
}

/// What was read last.
#[derive(Clone, Copy)]
struct Place {
    line: usize,
    column: usize,
    bytes: u64,
}

/// Follows where reading is. The JSON reader asks for one byte at a time, so it is never ahead of what it has understood by more than one.
struct Counted<'a, R> {
    input: R,
    place: &'a Cell<Place>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        let mut place = self.place.get();
        place.bytes += count as u64;
        for byte in &buffer[..count] {
            if *byte == b'\n' {
                (place.line, place.column) = (place.line + 1, 0);
            } else {
                place.column += 1;
            }
        }
        self.place.set(place);
        Ok(count)
    }
}

/// Where discussions go, and what else was met.
struct Sink<'a> {
    place: &'a Cell<Place>,
    take: &'a mut dyn FnMut(Found, u64) -> Result<(), Error>,
    neither: Neither,
    failed: Option<Error>,
}

impl Sink<'_> {
    fn found<E: de::Error>(&mut self, found: Found) -> Result<(), E> {
        (self.take)(found, self.place.get().bytes).map_err(|error| {
            self.failed = Some(error);
            E::custom("stopped")
        })
    }

    /// Takes note of a value in a list that is an object, but neither a discussion nor around any.
    fn report(&mut self, value: &Seen) {
        if let Seen::Other { at, is_layer: false, .. } = value {
            self.neither.count += 1;
            if self.neither.first.len() < REMEMBERED {
                self.neither.first.push(*at);
            }
        }
    }
}

/// What a value was.
enum Seen {
    /// A discussion, a list, or no object.
    Done,
    /// Another object, with what it says that may tell of what is around it.
    Other { fields: Map<String, Value>, at: Position, is_layer: bool },
}

/// Reads one value.
struct Layer<'a, 'b> {
    context: &'a Context,
    sink: &'a mut Sink<'b>,
}

impl<'de> DeserializeSeed<'de> for Layer<'_, '_> {
    type Value = Seen;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Layer<'_, '_> {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("issues and pull or merge requests")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Seen, E> {
        Ok(Seen::Done)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Seen, E> {
        Ok(Seen::Done)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Seen, E> {
        Ok(Seen::Done)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Seen, E> {
        Ok(Seen::Done)
    }

    fn visit_str<E>(self, _: &str) -> Result<Seen, E> {
        Ok(Seen::Done)
    }

    fn visit_unit<E>(self) -> Result<Seen, E> {
        Ok(Seen::Done)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Seen, A::Error> {
        let Self { context, sink } = self;
        while let Some(value) = list.next_element_seed(Layer { context, sink: &mut *sink })? {
            sink.report(&value);
        }
        Ok(Seen::Done)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Seen, A::Error> {
        let Self { context, sink } = self;
        let Place { line, column, .. } = sink.place.get();
        let (mut fields, mut is_layer) = (Map::new(), false);
        while let Some(key) = object.next_key::<String>()? {
            if LAYERS.contains(&key.as_str()) {
                is_layer = true;
                let context = within(context, &key, &fields);
                let inner = object.next_value_seed(Layer { context: &context, sink: &mut *sink })?;
                if let Seen::Other { fields: inner, .. } = inner {
                    fields.insert(key, Value::Object(inner));
                }
            } else if KEYS.contains(&key.as_str()) {
                fields.insert(key, object.next_value()?);
            } else if MARKS.contains(&key.as_str()) {
                if object.next_value::<Option<IgnoredAny>>()?.is_some() {
                    fields.insert(key, Value::Bool(true));
                }
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        if let Some(found) = form::discussion(&fields, context) {
            sink.found(found)?;
            return Ok(Seen::Done);
        }
        Ok(Seen::Other { fields, at: Position { line, column }, is_layer })
    }
}

/// What is known of the values behind a key: GraphQL answers name the repository in front of what is in it.
fn within(context: &Context, key: &str, fields: &Map<String, Value>) -> Context {
    let kind = match key {
        "issues" => Some(DiscussionKind::Issue),
        "pullRequests" | "mergeRequests" | "merge_requests" => Some(DiscussionKind::ChangeRequest),
        _ => context.kind,
    };
    Context { repository: form::repository(fields).or_else(|| context.repository.clone()), kind }
}
