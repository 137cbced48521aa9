//! Compensated sums, in the order of the records.
//!
//! Source: Neumaier (1974), "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54,
//! algorithm IV: the rounding error of each addition is carried beside the sum.

/// A running sum that keeps the rounding error of each addition.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct CompensatedSum {
    sum: f64,
    correction: f64,
}

impl CompensatedSum {
    /// Adds one value.
    pub fn add(&mut self, value: f64) {
        let total = self.sum + value;
        self.correction +=
            if self.sum.abs() >= value.abs() { (self.sum - total) + value } else { (value - total) + self.sum };
        self.sum = total;
    }

    /// Returns the sum so far.
    pub fn value(self) -> f64 {
        self.sum + self.correction
    }
}

/// Returns the sum of the values in the order given; 0 for none.
pub fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut total = CompensatedSum::default();
    for value in values {
        total.add(value);
    }
    total.value()
}

/// Returns the sum of products of two slices of equal length (the shorter one decides).
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut total = CompensatedSum::default();
    for (x, y) in a.iter().zip(b) {
        let product = x * y;
        total.add(product);
        // The rounding error of the product, exact with a fused multiply-add (Ogita, Rump & Oishi 2005, Dot2).
        total.correction += libm::fma(*x, *y, -product);
    }
    total.value()
}

/// Returns the arithmetic mean, `None` without values; equal values have exactly that mean.
pub fn mean(values: &[f64]) -> Option<f64> {
    let first = *values.first()?;
    if values.iter().all(|v| *v == first) {
        return Some(first);
    }
    Some(sum(values.iter().copied()) / values.len() as f64)
}

/// Returns the sum of squared deviations from the mean, `None` without values; 0 for equal values.
///
/// Two passes with the correction term of Chan, Golub & LeVeque (1983), eq. 1.7.
pub fn squared_deviations(values: &[f64]) -> Option<f64> {
    let centre = mean(values)?;
    let squares = sum(values.iter().map(|v| (v - centre) * (v - centre)));
    let remainder = sum(values.iter().map(|v| v - centre));
    Some((squares - remainder * remainder / values.len() as f64).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_small_terms_beside_large_ones() {
        assert_eq!(sum([1.0, 1e100, 1.0, -1e100]), 2.0);
        assert_eq!(dot(&[1e16, 1.0, -1e16], &[1.0, 3.0, 1.0]), 3.0);
    }

    #[test]
    fn squared_deviations_of_large_offsets() {
        assert_eq!(squared_deviations(&[1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0]), Some(90.0));
        assert_eq!(squared_deviations(&[]), None);
        assert_eq!((mean(&[0.1; 3]), squared_deviations(&[0.1; 3])), (Some(0.1), Some(0.0)));
    }
}
