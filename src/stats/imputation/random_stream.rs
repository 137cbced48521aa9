//! Random numbers of one subject or one parameter draw: streams named by seed, imputation number and subject key.
//!
//! A stream depends on nothing else, so that the order of records, the number of threads and the presence of other
//! subjects leave it as it is. The names are absorbed in words of 64 bits by a cascade of ChaCha8 (each word is the
//! stream number under the key before it, the first 32 bytes of that stream are the next key; Bellare, Canetti &
//! Krawczyk 1996, the length of the subject key comes before it, so that no name begins another). A standard normal
//! number takes one word of 64 bits and is the quantile of a probability; gamma numbers are those of Marsaglia & Tsang
//! (2000). The same numbers are computed by an independent program in `tests/reference/random_stream`.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::stats::distribution::normal_quantile;
use crate::stats::reason::{NotEstimable, Value};

/// What the numbers of a stream are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamUse<'a> {
    /// Draws of model parameters of one imputation.
    Parameters,
    /// The imputed values of one subject, by its key.
    Imputation(&'a [u8]),
    /// Values of one subject while a Markov chain runs, by its key.
    Chain(&'a [u8]),
    /// Draws of model parameters while a Markov chain runs.
    ChainParameters,
}

/// A sequence of random numbers.
#[derive(Debug, Clone)]
pub struct RandomStream {
    generator: ChaCha8Rng,
}

impl RandomStream {
    /// Returns the stream of a master seed, an imputation number and a use.
    pub fn new(seed: u64, imputation: u64, use_of: StreamUse) -> RandomStream {
        let (purpose, name): (u64, &[u8]) = match use_of {
            StreamUse::Parameters => (0, &[]),
            StreamUse::Imputation(key) => (1, key),
            StreamUse::Chain(key) => (2, key),
            StreamUse::ChainParameters => (3, &[]),
        };
        let mut key = [0; 32];
        let mut absorb = |word: u64| {
            let mut generator = ChaCha8Rng::from_seed(key);
            generator.set_stream(word);
            generator.fill_bytes(&mut key);
        };
        for word in [seed, imputation, purpose, name.len() as u64] {
            absorb(word);
        }
        for part in name.chunks(8) {
            let mut bytes = [0; 8];
            bytes[..part.len()].copy_from_slice(part);
            absorb(u64::from_le_bytes(bytes));
        }
        RandomStream { generator: ChaCha8Rng::from_seed(key) }
    }

    /// Returns a number strictly between 0 and 1: (k + 1/2) / 2^52 for the upper 52 bits k of a word.
    pub fn uniform(&mut self) -> f64 {
        ((self.generator.next_u64() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// Returns a standard normal number, the quantile of one uniform number (largest size 8.2).
    pub fn normal(&mut self) -> f64 {
        // A uniform number is always inside the range of the quantile.
        normal_quantile(self.uniform()).unwrap_or(0.0)
    }

    /// Returns `n` standard normal numbers.
    pub fn normals(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.normal()).collect()
    }

    /// Returns a chi-square number: twice a gamma number of shape df / 2; `InvalidArgument` unless df > 0.
    pub fn chi_square(&mut self, df: f64) -> Value {
        Ok(2.0 * self.gamma(0.5 * df)?)
    }

    /// Returns a gamma number of scale 1 (Marsaglia & Tsang 2000, section 2; shapes below 1 by their section 6).
    ///
    /// Each attempt takes a normal, then a uniform number. `InvalidArgument` unless the shape is positive.
    pub fn gamma(&mut self, shape: f64) -> Value {
        if !(shape > 0.0 && shape.is_finite()) {
            return Err(NotEstimable::InvalidArgument);
        }
        if shape < 1.0 {
            let larger = self.gamma(shape + 1.0)?;
            return Ok(larger * libm::exp(libm::log(self.uniform()) / shape));
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let (z, u) = (self.normal(), self.uniform());
            let root = 1.0 + c * z;
            let v = root * root * root;
            if v > 0.0 && libm::log(u) < 0.5 * z * z + d - d * v + d * libm::log(v) {
                return Ok(d * v);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::distribution::{chi_square, normal};

    /// Kolmogorov's distance of a sample from a distribution function.
    fn distance(mut sample: Vec<f64>, distribution: impl Fn(f64) -> f64) -> f64 {
        sample.sort_by(f64::total_cmp);
        let n = sample.len() as f64;
        let gap = |(i, x): (usize, &f64)| {
            let p = distribution(*x);
            (p - i as f64 / n).abs().max(((i + 1) as f64 / n - p).abs())
        };
        sample.iter().enumerate().map(gap).fold(0.0, f64::max)
    }

    #[test]
    fn names_make_streams() {
        let first = |seed, imputation, use_of| RandomStream::new(seed, imputation, use_of).normal();
        let base = first(1, 1, StreamUse::Imputation(b"01-001"));
        assert_eq!(base, first(1, 1, StreamUse::Imputation(b"01-001")));
        let others = [
            first(2, 1, StreamUse::Imputation(b"01-001")),
            first(1, 2, StreamUse::Imputation(b"01-001")),
            first(1, 1, StreamUse::Chain(b"01-001")),
            first(1, 1, StreamUse::Parameters),
            first(1, 1, StreamUse::ChainParameters),
            first(1, 1, StreamUse::Imputation(b"01-002")),
            first(1, 1, StreamUse::Imputation(b"01-001\0")),
            first(1, 1, StreamUse::Imputation(b"01-001\0\0\0")),
            first(1, 1, StreamUse::Imputation(b"")),
        ];
        assert!(others.iter().all(|z| *z != base));
    }

    #[test]
    fn samples_follow_their_distributions() {
        // The limit of Kolmogorov's distance at one in a thousand is 1.95 / sqrt(n).
        let n = 20_000;
        let limit = 1.95 / (n as f64).sqrt();
        let mut stream = RandomStream::new(20_240_607, 1, StreamUse::Parameters);
        assert!(distance(stream.normals(n), |z| normal(z).lower) < limit);
        let across: Vec<f64> =
            (0..n as u64).map(|i| RandomStream::new(5, 1, StreamUse::Imputation(&i.to_be_bytes())).normal()).collect();
        assert!(distance(across, |z| normal(z).lower) < limit);
        for df in [0.5, 1.0, 2.0, 3.0, 17.0, 250.5] {
            let sample: Vec<f64> = (0..n).map(|_| stream.chi_square(df).expect("positive")).collect();
            assert!(distance(sample, |x| chi_square(x, df).expect("in range").lower) < limit, "{df}");
        }
        assert_eq!(stream.chi_square(0.0), Err(NotEstimable::InvalidArgument));
        assert_eq!(stream.gamma(f64::NAN), Err(NotEstimable::InvalidArgument));
    }
}
