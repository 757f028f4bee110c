//! The bounded map: what it keeps and what it lets go.

use crate::bounded::Bounded;

#[test]
fn what_was_used_last_stays() {
    let mut map = Bounded::new(10);
    for key in 0..4 {
        map.insert(key, key * 10, 2);
        assert_eq!(map.get(&0), Some(0), "used between all others");
    }
    // Young: 0, 2, 3 at most; what was not used since two changes of generation is gone.
    for key in 4..8 {
        map.insert(key, key * 10, 2);
    }
    assert_eq!((map.get(&1), map.get(&7)), (None, Some(70)));
}

#[test]
fn the_bound_holds() {
    let mut map = Bounded::new(10);
    for key in 0..100 {
        map.insert(key, key, 2);
        let kept = (0..=key).filter(|other| map.get(other).is_some()).count();
        assert!((1..=5).contains(&kept), "{kept} of weight 2 are kept");
    }
}

#[test]
fn replaced_entries_weigh_nothing() {
    let mut map = Bounded::new(10);
    map.insert("kept", 0, 1);
    for value in 0..100 {
        map.insert("replaced", value, 3);
    }
    assert_eq!((map.get(&"kept"), map.get(&"replaced")), (Some(0), Some(99)));
}

#[test]
fn an_entry_above_the_bound_stays_for_a_while() {
    let mut map = Bounded::new(10);
    map.insert("large", 1, 1000);
    assert_eq!(map.get(&"large"), Some(1));
    map.insert("small", 2, 1);
    map.insert("other", 3, 5);
    assert_eq!(map.get(&"large"), None);
}
