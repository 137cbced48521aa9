//! Seeded pseudo-random numbers: SplitMix64, so that every run draws the same values.

/// SplitMix64 generator.
///
/// Source: Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators",
/// OOPSLA '14, figure 17 (constants as in S. Vigna's public-domain `splitmix64.c`).
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// Starts an independent stream for one purpose of one person.
    ///
    /// A stream per purpose keeps all other values where they are when one sheet draws more.
    pub fn stream(seed: u64, purpose: u64, person: u64) -> Self {
        let mut generator = Self { state: seed ^ (purpose << 32) ^ person };
        generator.next_u64();
        generator
    }

    fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number in [0, 1) with 53 random bits.
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns a whole number from `low` to `high`, both included.
    pub fn whole(&mut self, low: i64, high: i64) -> i64 {
        low + (self.uniform() * (high - low + 1) as f64) as i64
    }

    /// Returns true with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// Returns an approximately normal number: the sum of twelve uniforms (Irwin-Hall).
    ///
    /// Only additions are used, so that the last digit is the same on every platform.
    pub fn normal(&mut self, mean: f64, standard_deviation: f64) -> f64 {
        let sum: f64 = (0..12).map(|_| self.uniform()).sum();
        mean + (sum - 6.0) * standard_deviation
    }
}
