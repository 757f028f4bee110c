//! The training run: batches of pairs, one after the other, through loss and optimizer. Never does: read files, or evaluate.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_model::embedder::Embedder;

use crate::Error;
use crate::adam::Adam;
use crate::contrast::contrast;
use crate::encode::{Pieces, Sample};
use crate::random::Random;

/// How to train. The defaults are those that the shipped table was trained with.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How often each pair is seen.
    pub epochs: usize,
    /// Pairs of a batch: each is told apart from all others.
    pub batch: usize,
    /// What cosines are divided by before they compete; lower is stricter.
    pub temperature: f32,
    /// Length of Adam's first steps. It falls to nothing in a straight line.
    pub rate: f32,
    /// Pairs of one package that come together: what is alike is harder to tell apart, and search is within one package.
    pub together: usize,
    /// Chooses the order of the pairs.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { epochs: 4, batch: 512, temperature: 0.06, rate: 2e-3, together: 64, seed: 1 }
    }
}

/// How far training is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub batch: usize,
    pub batches: usize,
    /// Mean over the last batches, in nats.
    pub loss: f64,
}

/// The rows after training.
///
/// # Errors
/// [`Error::NoPairs`] without at least two samples, [`Error::Cancelled`] when the flag is set, which is looked at before every
/// batch.
pub fn train(
    embedder: &Embedder,
    samples: &[Sample],
    settings: &Settings,
    cancelled: &AtomicBool,
    tell: &mut dyn FnMut(Progress),
) -> Result<Embedder, Error> {
    if samples.len() < 2 {
        return Err(Error::NoPairs);
    }
    let mut adam = Adam::new(embedder.rows());
    let mut random = Random::new(settings.seed);
    let size = settings.batch.clamp(2, samples.len());
    let batches = samples.len() / size * settings.epochs;
    let (mut batch, mut loss) = (0, None);
    for _ in 0..settings.epochs {
        let order = order(samples, settings.together, &mut random);
        for numbers in order.chunks_exact(size) {
            if cancelled.load(Ordering::Relaxed) {
                return Err(Error::Cancelled);
            }
            let rate = settings.rate * (1.0 - batch as f32 / batches as f32);
            let now = learn(&mut adam, samples, numbers, rate, settings.temperature);
            loss = Some(loss.map_or(now, |loss: f64| loss + (now - loss) / 20.0));
            batch += 1;
            tell(Progress { batch, batches, loss: loss.unwrap_or(now) });
        }
    }
    let file = Embedder::write(&embedder.words(), &adam.rows).ok_or(Error::NotFinite)?;
    Embedder::parse(file).ok_or(Error::NotFinite)
}

/// One batch; its loss.
fn learn(adam: &mut Adam, samples: &[Sample], numbers: &[usize], rate: f32, temperature: f32) -> f64 {
    let of = |side: fn(&Sample) -> &Pieces| numbers.iter().map(|&at| side(&samples[at])).collect::<Vec<_>>();
    let (queries, documents) = (of(|sample| &sample.query), of(|sample| &sample.document));
    let lesson = contrast(&adam.rows, &queries, &documents, temperature);
    let texts = [queries, documents].concat();
    adam.step(rate, &texts, &lesson.gradients.concat());
    lesson.loss
}

/// An order of the samples in which some of one package come together, by chance otherwise.
fn order(samples: &[Sample], together: usize, random: &mut Random) -> Vec<usize> {
    let mut packages: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    (0..).zip(samples).for_each(|(at, sample)| packages.entry(sample.package).or_default().push(at));
    packages.values_mut().for_each(|package| random.shuffle(package));
    let mut groups: Vec<&[usize]> =
        packages.values().flat_map(|package| package.chunks(together.max(1))).collect();
    random.shuffle(&mut groups);
    groups.concat()
}
