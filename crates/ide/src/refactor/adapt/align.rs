//! Two sequences of tokens side by side. Never does: know what tokens mean beyond a score for each pair.

/// More pairs than these are not compared: two functions of 2,000 tokens.
const PAIRS: usize = 4_000_000;

/// What a token without a partner costs.
const GAP: i32 = -1;

/// The pairs of the alignment with the highest sum of scores, in order (Needleman and Wunsch, 1970, with a linear price for gaps). A pair without a
/// score is never made. `None` where there is too much to compare.
pub(super) fn align(
    rows: usize,
    columns: usize,
    score: impl Fn(usize, usize) -> Option<i32>,
) -> Option<Vec<(usize, usize)>> {
    if rows.checked_mul(columns)? > PAIRS {
        return None;
    }
    let width = columns + 1;
    let mut steps = vec![Step::Left; (rows + 1) * width];
    let mut above: Vec<i32> = (0..width as i32).map(|column| column * GAP).collect();
    let mut here = vec![0; width];
    for row in 1..=rows {
        (here[0], steps[row * width]) = (row as i32 * GAP, Step::Up);
        for column in 1..width {
            let pair = score(row - 1, column - 1).map(|score| (above[column - 1] + score, Step::Pair));
            let (up, left) = ((above[column] + GAP, Step::Up), (here[column - 1] + GAP, Step::Left));
            let gap = if up.0 >= left.0 { up } else { left };
            let best = pair.filter(|pair| pair.0 >= gap.0).unwrap_or(gap);
            (here[column], steps[row * width + column]) = best;
        }
        std::mem::swap(&mut above, &mut here);
    }
    Some(walk(&steps, rows, columns))
}

#[derive(Clone, Copy)]
enum Step {
    Pair,
    Up,
    Left,
}

fn walk(steps: &[Step], mut row: usize, mut column: usize) -> Vec<(usize, usize)> {
    let width = column + 1;
    let mut pairs = Vec::new();
    while row > 0 || column > 0 {
        match steps[row * width + column] {
            Step::Pair => {
                (row, column) = (row - 1, column - 1);
                pairs.push((row, column));
            }
            Step::Up => row -= 1,
            Step::Left => column -= 1,
        }
    }
    pairs.reverse();
    pairs
}

#[cfg(test)]
mod tests {
    use super::align;

    fn aligned(one: &str, other: &str) -> String {
        let (one, other) = (one.as_bytes(), other.as_bytes());
        let score = |a: usize, b: usize| (one[a] == other[b]).then_some(2);
        let pairs = align(one.len(), other.len(), score).unwrap();
        pairs.iter().map(|(a, b)| format!("{a}-{b}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_the_same_is_paired_in_order() {
        assert_eq!(aligned("abc", "abc"), "0-0 1-1 2-2");
        assert_eq!(aligned("abc", "axc"), "0-0 2-2");
        assert_eq!(aligned("abc", "xabc"), "0-1 1-2 2-3");
        assert_eq!(aligned("", "a"), "");
    }

    #[test]
    fn too_much_is_not_compared() {
        assert!(align(3_000, 3_000, |_, _| None).is_none());
    }
}
