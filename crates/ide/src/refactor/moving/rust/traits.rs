//! Traits that have to be in scope for the methods that moved code calls. Never does: solve which trait a call goes to.

use backstory_analysis::{DefId, Target, Word, meanings};
use backstory_syntax::{BindingKind, DefinitionKind as Kind, Expr, ScopeId, Span};

use super::brought::has_attribute;
use super::needs::{Needs, Sides, of_old};
use super::uses::New;
use crate::refactor::mentions::words;
use crate::refactor::moving::{Moving, NotMoved};
use crate::refactor::tidy::may_be_trait;

/// Traits outside of the prelude with methods that need them in scope.
const KNOWN: [(&str, &str); 34] = [
    ("Any", "type_id"),
    ("AsFd", "as_fd"),
    ("AsRawFd", "as_raw_fd"),
    ("AsyncBufReadExt", "lines read_line read_until split fill_buf consume"),
    (
        "AsyncReadExt",
        "read read_exact read_to_end read_to_string read_buf chain take read_u8 read_u16 read_u32",
    ),
    ("AsyncSeekExt", "seek rewind stream_position"),
    ("AsyncWriteExt", "write write_all flush shutdown write_buf write_vectored write_u8 write_u16 write_u32"),
    ("Borrow", "borrow"),
    ("BorrowMut", "borrow_mut"),
    ("BufRead", "lines read_line read_until fill_buf consume split"),
    (
        "ByteSlice",
        "to_str as_bstr find rfind lines to_str_lossy trim fields find_byte rfind_byte is_utf8 chars graphemes words replace to_path to_os_str split_str splitn_str lines_with_terminator find_iter trim_end trim_start contains_str last_byte char_indices",
    ),
    (
        "ByteVec",
        "push_str push_char push_byte into_string into_string_lossy from_path_lossy from_os_str_lossy",
    ),
    ("Context", "context with_context"),
    ("Deref", "deref"),
    ("DerefMut", "deref_mut"),
    ("Error", "source description cause"),
    ("FromRawFd", "from_raw_fd"),
    ("FromStr", "from_str"),
    ("Future", "poll"),
    ("Hash", "hash hash_slice"),
    ("Hasher", "finish write write_u8 write_u16 write_u32 write_u64 write_usize"),
    ("BuildHasher", "build_hasher hash_one"),
    ("IntoRawFd", "into_raw_fd"),
    (
        "Itertools",
        "join sorted sorted_by sorted_by_key collect_vec dedup unique format intersperse group_by chunk_by tuple_windows multi_unzip exactly_one interleave",
    ),
    ("MetadataExt", "dev ino mode nlink uid gid size atime mtime ctime file_attributes"),
    ("OpenOptionsExt", "mode custom_flags"),
    ("OsStrExt", "as_bytes from_bytes encode_wide"),
    ("OsStringExt", "into_vec from_vec from_wide"),
    ("PermissionsExt", "mode set_mode from_mode"),
    ("Read", "read read_exact read_to_end read_to_string by_ref bytes chain take"),
    ("Seek", "seek rewind stream_position"),
    ("TryFutureExt", "map_ok map_err and_then or_else"),
    ("Wake", "wake wake_by_ref"),
    ("Write", "write write_all write_fmt write_str write_char flush by_ref write_vectored"),
];

pub(super) fn needed(moving: &Moving<'_>, sides: &Sides, needs: &mut Needs) -> Result<(), NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let (code, text) = (analysis.code(from), analysis.text(from));
    let called = called(moving, sides);
    let outline = analysis.outline(from);
    own_traits(moving, sides, &called, needs)?;
    for (index, import) in outline.imports.iter().enumerate() {
        let leaf = analysis.spans(from).imports[index];
        if import.enclosing.is_some() || sides.has(leaf.start) || !may_be_trait(import) {
            continue;
        }
        if import.glob {
            continue;
        }
        let Some(name) = import.name.as_deref() else { continue };
        let local = import.alias.as_deref().unwrap_or(name);
        let binding =
            code.binding_ids().find(|&id| code.binding(id).kind == BindingKind::Import(index as u32));
        let meant = binding.map_or_else(Vec::new, |id| meanings(analysis, from, Word::Binding(id)));
        let definition = meant.iter().find_map(|found| match found.target {
            Target::Definition(id) => Some(id),
            _ => None,
        });
        let is_wanted = match definition {
            Some(id) if analysis.definition(id).kind != Kind::Trait => continue,
            // It is in scope where it is declared.
            Some(id) if id.file == moving.to && analysis.definition(id).parent.is_none() => continue,
            Some(id) => {
                let outline = analysis.outline(id.file);
                let members = outline.definitions.iter().filter(|it| it.parent == Some(id.local));
                members.into_iter().any(|it| called.iter().any(|word| *word == it.name))
            }
            None => match KNOWN.iter().find(|(known, _)| *known == name) {
                Some((_, methods)) => methods.split(' ').any(|it| called.contains(&it)),
                None if looks_like_trait(text, leaf, local) && !called.is_empty() => {
                    return Err(NotMoved::Trait { name: name.to_owned() });
                }
                None => false,
            },
        };
        let has = needs.uses.iter().any(|it| it.path.ends_with(&format!("::{name}")));
        if !is_wanted || has || target_has(moving, &import.path, name) {
            continue;
        }
        let first = import.path.first().map(String::as_str).unwrap_or_default();
        let is_absolute = !matches!(first, "self" | "super")
            && code.find_name(first).is_none_or(|word| code.bound(ScopeId(0), word).is_empty());
        if !(is_absolute || (first == "super" && sides.are_siblings()))
            || has_attribute(moving, from, index as u32)
        {
            return Err(NotMoved::Trait { name: name.to_owned() });
        }
        let alias = import.alias.as_ref().map_or(String::new(), |alias| format!(" as {alias}"));
        needs.uses.push(New::private(format!("{}::{name}{alias}", import.path.join("::"))));
    }
    globs(moving, sides, &called)
}

/// Traits of the old module itself are in scope there without being named.
fn own_traits(
    moving: &Moving<'_>,
    sides: &Sides,
    called: &[&str],
    needs: &mut Needs,
) -> Result<(), NotMoved> {
    let outline = moving.analysis.outline(moving.from());
    for local in outline.ids() {
        let definition = outline.definition(local);
        let is_trait = definition.kind == Kind::Trait && definition.parent.is_none();
        let has = outline
            .definitions
            .iter()
            .any(|it| it.parent == Some(local) && called.contains(&it.name.as_str()));
        if is_trait && has && !sides.items.contains(&local) && !needs.of_old.contains(&definition.name) {
            let id = DefId { file: moving.from(), local };
            of_old(moving, sides, id, &definition.name, needs)?;
        }
    }
    Ok(())
}

/// Globs may bring traits.
fn globs(moving: &Moving<'_>, sides: &Sides, called: &[&str]) -> Result<(), NotMoved> {
    let (analysis, from) = (moving.analysis, moving.from());
    let outline = analysis.outline(from);
    for (index, import) in outline.imports.iter().enumerate() {
        let leaf = analysis.spans(from).imports[index];
        if !import.glob || import.enclosing.is_some() || sides.has(leaf.start) || called.is_empty() {
            continue;
        }
        let same = analysis.outline(moving.to).imports.iter().any(|it| it.glob && it.path == import.path);
        let is_known = backstory_analysis::import_base(analysis, from, index as u32).is_some();
        if !same && !is_known {
            return Err(NotMoved::Trait { name: format!("{}::*", import.path.join("::")) });
        }
    }
    Ok(())
}

/// The names of methods and associated functions that the moved code calls, those of formatting macros with them.
fn called<'a>(moving: &Moving<'a>, sides: &Sides) -> Vec<&'a str> {
    let (analysis, from) = (moving.analysis, moving.from());
    let (code, text) = (analysis.code(from), analysis.text(from));
    let mut found: Vec<&str> = Vec::new();
    for id in code.ids() {
        if !code.start(id).is_some_and(|start| sides.has(start)) {
            continue;
        }
        if let Expr::Method { name, .. } | Expr::Path { name, .. } | Expr::Member { name, .. } = code.expr(id)
        {
            found.push(code.name(name));
        }
    }
    for part in &sides.parts {
        let part = part.of(text);
        if part.contains("write!(") || part.contains("writeln!(") {
            found.push("write_fmt");
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a name that comes from elsewhere is used as a trait, or for its methods alone.
fn looks_like_trait(text: &str, leaf: Span, name: &str) -> bool {
    if name == "_" {
        return true;
    }
    let uses: Vec<Span> = words(text, name).filter(|span| *span != leaf).collect();
    let is_bound = |span: &Span| {
        let before = text[..span.start as usize].trim_end();
        let behind = text[span.end as usize..].trim_start();
        let is_spelled = ["impl", "dyn", " as", "+"].iter().any(|word| before.ends_with(word));
        is_spelled || behind.starts_with("for ")
    };
    uses.is_empty() || uses.iter().any(is_bound)
}

fn target_has(moving: &Moving<'_>, path: &[String], name: &str) -> bool {
    let imports = &moving.analysis.outline(moving.to).imports;
    imports
        .iter()
        .any(|it| it.enclosing.is_none() && it.name.as_deref() == Some(name) && it.path.last() == path.last())
}
