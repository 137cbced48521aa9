//! Midranks, sizes of ties, and the rounding that makes ties on paper ties in memory.

/// Midranks and tie sizes of a list of values.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranks {
    /// Rank of each value in the order given, 1 for the smallest; ties share the mean of their ranks.
    pub rank: Vec<f64>,
    /// Number of equal values in each group of equal values, smallest value first (1 where there is no tie).
    pub tie_sizes: Vec<usize>,
}

impl Ranks {
    /// Returns the sum of t^3 - t over all groups of equal values; 0 without ties.
    pub fn tie_sum(&self) -> f64 {
        self.tie_sizes.iter().map(|&t| (t as f64) * ((t as f64) * (t as f64) - 1.0)).sum()
    }
}

/// Returns midranks; values must be finite (order of equal values does not matter).
pub fn midranks(values: &[f64]) -> Ranks {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[i].total_cmp(&values[j]));
    let mut rank = vec![0.0; values.len()];
    let mut tie_sizes = Vec::new();
    let mut start = 0;
    while start < order.len() {
        let mut end = start + 1;
        // `==` so that 0.0 and -0.0 tie.
        while end < order.len() && values[order[end]] == values[order[start]] {
            end += 1;
        }
        let shared = (start + 1 + end) as f64 / 2.0;
        for &i in &order[start..end] {
            rank[i] = shared;
        }
        tie_sizes.push(end - start);
        start = end;
    }
    Ranks { rank, tie_sizes }
}

/// Rounds to a number of significant decimal digits (at least 1), to the nearest double of that decimal.
///
/// Use before ranking derived values: `round_significant(85.2 - 80.5, 12) == round_significant(90.1 - 85.4, 12)`.
pub fn round_significant(value: f64, digits: usize) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return value;
    }
    format!("{:.*e}", digits.max(1) - 1, value).parse().unwrap_or(value)
}

/// Rounds to a number of decimals, to the nearest double of that decimal; never returns a negative zero.
pub fn round_decimals(value: f64, decimals: usize) -> f64 {
    if !value.is_finite() {
        return value;
    }
    format!("{value:.decimals$}").parse::<f64>().unwrap_or(value) + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_mean_rank() {
        let ranks = midranks(&[3.0, 1.0, 3.0, 2.0, 3.0]);
        assert_eq!(ranks.rank, [4.0, 1.0, 4.0, 2.0, 4.0]);
        assert_eq!(ranks.tie_sizes, [1, 1, 3]);
        assert_eq!(ranks.tie_sum(), 24.0);
    }

    #[test]
    fn rounding_mends_ties_of_differences() {
        let (a, b) = (85.2 - 80.5, 90.1 - 85.4);
        assert_ne!(a, b);
        assert_eq!(round_significant(a, 12), 4.7);
        assert_eq!(round_significant(b, 12), 4.7);
        assert_eq!(round_decimals(a, 1), round_decimals(b, 1));
        assert!(round_decimals(-0.001, 1).is_sign_positive());
    }
}
