//! Monte Carlo p-values with their standard error, and the seeded random order they draw from.
//!
//! The generator is ChaCha with 8 rounds, started from a seed that the caller gives and reports: the same seed and
//! data give the same bytes on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::reason::NotEstimable;

/// A p-value estimated by drawing from the null distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MonteCarloP {
    /// Number of draws.
    pub samples: u64,
    /// Draws at least as extreme as the observation.
    pub extreme: u64,
    /// Share of extreme draws, an unbiased estimate of the exact p-value (SAS, R coin).
    pub p: f64,
    /// Standard error of `p`, sqrt(p(1-p)/(samples-1)) as SAS prints it; 0 where none or all draws are extreme.
    pub standard_error: f64,
    /// (extreme + 1) / (samples + 1): counts the observation as a draw, never 0 (Phipson & Smyth 2010).
    pub p_with_observed: f64,
}

impl MonteCarloP {
    pub(crate) fn new(extreme: u64, samples: u64) -> Result<Self, NotEstimable> {
        if samples < 2 {
            return Err(NotEstimable::TooFewValues);
        }
        let p = extreme as f64 / samples as f64;
        Ok(MonteCarloP {
            samples,
            extreme,
            p,
            standard_error: (p * (1.0 - p) / (samples as f64 - 1.0)).sqrt(),
            p_with_observed: (extreme as f64 + 1.0) / (samples as f64 + 1.0),
        })
    }
}

/// A source of random orders.
pub(crate) struct Shuffler(ChaCha8Rng);

impl Shuffler {
    pub(crate) fn new(seed: u64) -> Self {
        Shuffler(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A whole number in 0..bound, all equally likely (Lemire 2019, multiplication with rejection); bound > 0.
    fn below(&mut self, bound: u32) -> usize {
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let product = u64::from(self.0.next_u32()) * u64::from(bound);
            if product as u32 >= threshold {
                return (product >> 32) as usize;
            }
        }
    }

    /// Brings the first `count` places into random order (Fisher & Yates; Durstenfeld 1964): they hold a random
    /// sample without replacement of the whole list.
    pub(crate) fn draw<T>(&mut self, list: &mut [T], count: usize) {
        for place in 0..count.min(list.len().saturating_sub(1)) {
            let other = place + self.below((list.len() - place) as u32);
            list.swap(place, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_equally_likely_and_repeat() {
        let mut counts = [0u32; 6];
        let mut shuffler = Shuffler::new(1);
        for _ in 0..60_000 {
            let mut list = [0, 1, 2];
            shuffler.draw(&mut list, 3);
            counts[list[0] * 2 + usize::from(list[1] > list[2])] += 1;
        }
        // Standard deviation of each count is 91.
        assert!(counts.iter().all(|c| c.abs_diff(10_000) < 400), "{counts:?}");
        let order = |seed| {
            let mut list: Vec<u32> = (0..50).collect();
            Shuffler::new(seed).draw(&mut list, 50);
            list
        };
        assert_eq!(order(7), order(7));
        assert_ne!(order(7), order(8));
    }

    #[test]
    fn standard_error() {
        let p = MonteCarloP::new(25, 101).expect("enough draws");
        assert!((p.standard_error - (25.0 / 101.0 * 76.0 / 101.0 / 100.0f64).sqrt()).abs() < 1e-15);
        assert_eq!(MonteCarloP::new(1, 1), Err(NotEstimable::TooFewValues));
    }
}
