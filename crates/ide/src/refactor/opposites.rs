//! Names that say that two functions do the opposite of each other: where those differ, they are meant to. Never does: look at what they do.

use std::collections::HashSet;

/// Words of names that are each other's opposite.
const OPPOSITES: [(&str, &str); 42] = [
    ("acquire", "release"),
    ("add", "remove"),
    ("after", "before"),
    ("all", "any"),
    ("and", "or"),
    ("attach", "detach"),
    ("client", "server"),
    ("close", "open"),
    ("column", "row"),
    ("create", "delete"),
    ("decode", "encode"),
    ("decrement", "increment"),
    ("disable", "enable"),
    ("dump", "load"),
    ("end", "start"),
    ("enter", "exit"),
    ("export", "import"),
    ("failure", "success"),
    ("first", "last"),
    ("from", "to"),
    ("greater", "less"),
    ("head", "tail"),
    ("hide", "show"),
    ("horizontal", "vertical"),
    ("in", "out"),
    ("inner", "outer"),
    ("input", "output"),
    ("intersection", "union"),
    ("join", "meet"),
    ("left", "right"),
    ("logical", "physical"),
    ("lower", "upper"),
    ("max", "min"),
    ("maximum", "minimum"),
    ("new", "old"),
    ("newest", "oldest"),
    ("next", "prev"),
    ("pop", "push"),
    ("prefix", "suffix"),
    ("read", "write"),
    ("recv", "send"),
    ("start", "stop"),
];

/// What makes a word its opposite (`transform`, `untransform`).
const TURNED: [&str; 4] = ["de", "dis", "non", "un"];

/// Whether one name has a word whose opposite the other one has in its place.
pub fn are_opposites(one: &str, other: &str) -> bool {
    let (a, b) = (words(one), words(other));
    let is_alone = |word: &str, has: &HashSet<String>, lacks: &HashSet<String>| {
        has.contains(word) && !lacks.contains(word)
    };
    let stand_for_each_other = |x: &str, y: &str| {
        is_alone(x, &a, &b) && is_alone(y, &b, &a) || is_alone(y, &a, &b) && is_alone(x, &b, &a)
    };
    let is_turned = |word: &String| {
        let mut of = TURNED.iter().filter_map(|by| word.strip_prefix(by)).filter(|of| !of.is_empty());
        of.any(|of| stand_for_each_other(word, of))
    };
    OPPOSITES.iter().any(|(x, y)| stand_for_each_other(x, y)) || a.union(&b).any(is_turned)
}

/// The words of a name in `snake_case` or `CamelCase`, small.
pub(super) fn words(name: &str) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut word = String::new();
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && !word.ends_with(char::is_uppercase) {
            found.insert(std::mem::take(&mut word).to_lowercase());
        }
        if c.is_alphanumeric() {
            word.push(c);
        }
    }
    found.insert(word.to_lowercase());
    found
}

#[cfg(test)]
mod tests {
    use super::are_opposites;

    #[test]
    fn one_word_in_place_of_its_opposite() {
        assert!(are_opposites("reduce_and_maps", "reduce_or_maps"));
        assert!(are_opposites("TypeJoinVisitor.visit", "TypeMeetVisitor.visit"));
        assert!(are_opposites("unlock", "lock"));
        assert!(are_opposites("Model.transform_params", "Model.untransform_params"));
        assert!(!are_opposites("Group.invoke", "Group.reinvoke"));
        assert!(are_opposites("getNewestCompleteTime", "getOldestRequestTime"));
        assert!(!are_opposites("visit_for", "visit_while"));
        assert!(!are_opposites("add_or_remove", "remove_or_add"));
        assert!(!are_opposites("Client.get", "Client.put"));
    }
}
