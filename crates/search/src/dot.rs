//! Inner products, of 32-bit floats and of signed bytes.
//!
//! Plain code that the compiler turns into vector instructions of whatever processor it builds for: sums run in
//! independent lanes, since floating-point addition may not be reordered behind our back. The order of additions is
//! fixed, so a result never depends on the number of threads or on the position of a row. Never checks lengths: both
//! operands come from an index whose vectors are equally long.

/// Sums that run side by side: four 256-bit registers of floats, enough to hide the latency of an addition.
const LANES: usize = 32;

/// Inner product of two vectors of the same length.
pub fn floats(left: &[f32], right: &[f32]) -> f32 {
    let (left_blocks, left_tail) = left.as_chunks::<LANES>();
    let (right_blocks, right_tail) = right.as_chunks::<LANES>();
    let mut lanes = [0.0f32; LANES];
    for (a, b) in left_blocks.iter().zip(right_blocks) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let tail: f32 = left_tail.iter().zip(right_tail).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f32>() + tail
}

/// Inner product of two vectors of signed bytes of the same length; exact up to 100,000 components.
pub fn bytes(left: &[i8], right: &[i8]) -> i32 {
    left.iter().zip(right).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum()
}
