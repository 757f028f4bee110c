//! Products of matrices of vectors, one a row. Never does: decide how much of one is computed at a time, on which the last
//! bits of the result depend.

use backstory_model::embedder::DIMENSIONS;

/// The components of a text's vector.
pub type Vector = [f32; DIMENSIONS];

/// How the numbers of a matrix lie in memory: from one row to the next, and from one column to the next.
#[derive(Clone, Copy)]
pub struct Strides {
    pub row: usize,
    pub column: usize,
}

/// Every scalar product of a left with a right vector, row by row.
pub fn scores(left: &[Vector], right: &[Vector], out: &mut [f32]) {
    let along = Strides { row: DIMENSIONS, column: 1 };
    let across = Strides { row: 1, column: DIMENSIONS };
    let shape = [left.len(), DIMENSIONS, right.len()];
    product(shape, (left.as_flattened(), along), (right.as_flattened(), across), out);
}

/// For every row of weights, the sum of the vectors with these weights.
pub fn mixtures(rows: usize, weights: (&[f32], Strides), vectors: &[Vector], out: &mut [Vector]) {
    let along = Strides { row: DIMENSIONS, column: 1 };
    let shape = [rows, vectors.len(), DIMENSIONS];
    product(shape, weights, (vectors.as_flattened(), along), out.as_flattened_mut());
}

/// The product of an m x k and a k x n matrix, written row by row.
fn product([m, k, n]: [usize; 3], left: (&[f32], Strides), right: (&[f32], Strides), out: &mut [f32]) {
    let fits = |(rows, columns), (data, strides): (&[f32], Strides)| {
        rows == 0 || columns == 0 || data.len() > (rows - 1) * strides.row + (columns - 1) * strides.column
    };
    assert!(fits((m, k), left) && fits((k, n), right) && out.len() >= m * n, "a matrix is too short");
    let [(left, a), (right, b)] = [left, right];
    // SAFETY: the assertion above keeps every element that is read or written inside its slice, `out` is borrowed alone, and
    // its rows don't overlap.
    unsafe {
        matrixmultiply::sgemm(
            m,
            k,
            n,
            1.0,
            left.as_ptr(),
            a.row as isize,
            a.column as isize,
            right.as_ptr(),
            b.row as isize,
            b.column as isize,
            0.0,
            out.as_mut_ptr(),
            n as isize,
            1,
        );
    }
}

/// The scalar product.
pub fn dot(left: &Vector, right: &Vector) -> f32 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

/// `sum += weight * vector`.
pub fn add(sum: &mut Vector, weight: f32, vector: &Vector) {
    sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += weight * value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vectors(count: usize) -> Vec<Vector> {
        (0..count).map(|row| std::array::from_fn(|at| ((row * 31 + at * 7) % 11) as f32 - 5.0)).collect()
    }

    #[test]
    fn products_are_those_of_the_definition() {
        let (left, right) = (vectors(3), vectors(5));
        let mut found = [0.0; 15];
        scores(&left, &right, &mut found);
        let expected: Vec<f32> = left.iter().flat_map(|l| right.iter().map(|r| dot(l, r))).collect();
        assert_eq!(found.as_slice(), expected);

        // The second row of a transposed 5 x 3 matrix of weights, alone.
        let mut mixed = [[0.0; DIMENSIONS]];
        mixtures(1, (&found[1..], Strides { row: 1, column: 3 }), &right, &mut mixed);
        let mut by_hand = [0.0; DIMENSIONS];
        (0..5).for_each(|at| add(&mut by_hand, found[1 + 3 * at], &right[at]));
        assert_eq!(mixed[0], by_hand);
    }

    #[test]
    #[should_panic(expected = "too short")]
    fn what_is_too_short_is_refused() {
        scores(&vectors(2), &vectors(2), &mut [0.0; 3]);
    }
}
