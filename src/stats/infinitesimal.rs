//! Numbers with an infinitesimal part, as power series in it, for the epsilon edges of graphical tests.
//!
//! A value is c0 e^k + c1 e^(k+1) + ... for a positive e smaller than any number; k may be negative in between.
//! Sums that cancel to rounding error count as 0, so that the leading term is the true one.

/// Below this share of its terms a sum counts as cancelled.
const CANCELLED: f64 = 1e-12;

/// A truncated power series; all values of a calculation have the same number of terms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Infinitesimal {
    /// Power of the first term.
    order: i64,
    /// First coefficient not 0 (unless all are).
    terms: Vec<f64>,
}

impl Infinitesimal {
    /// `value + slope * e`, kept to `length` terms (at least 2).
    pub(crate) fn new(value: f64, slope: f64, length: usize) -> Infinitesimal {
        let mut terms = vec![0.0; length.max(2)];
        terms[0] = value;
        terms[1] = slope;
        Infinitesimal { order: 0, terms }.normalised()
    }

    fn normalised(mut self) -> Infinitesimal {
        match self.terms.iter().position(|c| *c != 0.0) {
            Some(lead) => {
                let length = self.terms.len();
                self.terms.drain(..lead);
                self.terms.resize(length, 0.0);
                self.order += lead as i64;
            }
            None => self.order = 0,
        }
        self
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.terms[0] == 0.0
    }

    /// The value for e towards 0; infinite for a negative leading power.
    pub(crate) fn limit(&self) -> f64 {
        match self.order {
            _ if self.is_zero() => 0.0,
            0 => self.terms[0],
            order if order > 0 => 0.0,
            _ => f64::INFINITY,
        }
    }

    /// The sum of `self` and `factor * other`.
    pub(crate) fn plus(&self, factor: f64, other: &Infinitesimal) -> Infinitesimal {
        if other.is_zero() {
            return self.clone();
        }
        let order = if self.is_zero() { other.order } else { self.order.min(other.order) };
        let coefficient = |series: &Infinitesimal, power: i64| {
            let place = usize::try_from(power - series.order);
            place.ok().and_then(|i| series.terms.get(i)).copied().unwrap_or(0.0)
        };
        let terms = (0..self.terms.len() as i64).map(|i| {
            let (a, b) = (coefficient(self, order + i), factor * coefficient(other, order + i));
            if (a + b).abs() <= CANCELLED * a.abs().max(b.abs()) { 0.0 } else { a + b }
        });
        Infinitesimal { order, terms: terms.collect() }.normalised()
    }

    pub(crate) fn times(&self, other: &Infinitesimal) -> Infinitesimal {
        if self.is_zero() || other.is_zero() {
            return Infinitesimal { order: 0, terms: vec![0.0; self.terms.len()] };
        }
        let terms = (0..self.terms.len()).map(|n| {
            let products = || (0..=n).map(|i| self.terms[i] * other.terms[n - i]);
            let (sum, size) = products().fold((0.0, 0.0f64), |(sum, size), v| (sum + v, size.max(v.abs())));
            if sum.abs() <= CANCELLED * size { 0.0 } else { sum }
        });
        Infinitesimal { order: self.order + other.order, terms: terms.collect() }.normalised()
    }

    /// The quotient; 0 for a divisor of 0.
    pub(crate) fn over(&self, divisor: &Infinitesimal) -> Infinitesimal {
        let length = self.terms.len();
        if divisor.is_zero() || self.is_zero() {
            return Infinitesimal { order: 0, terms: vec![0.0; length] };
        }
        let mut terms: Vec<f64> = Vec::with_capacity(length);
        for n in 0..length {
            let (mut sum, mut size) = (self.terms[n], self.terms[n].abs());
            for (i, term) in terms.iter().enumerate() {
                let product = term * divisor.terms[n - i];
                sum -= product;
                size = size.max(product.abs());
            }
            terms.push(if sum.abs() <= CANCELLED * size { 0.0 } else { sum / divisor.terms[0] });
        }
        Infinitesimal { order: self.order - divisor.order, terms }.normalised()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_of_vanishing_terms() {
        let new = |value, slope| Infinitesimal::new(value, slope, 6);
        let one = new(1.0, 0.0);
        let rest = one.plus(-1.0, &new(1.0, -1.0));
        assert_eq!((rest.limit(), rest.is_zero()), (0.0, false));
        // 3 e / e and (e / (1 - (1 - e))).
        assert_eq!(new(0.0, 3.0).over(&rest).limit(), 3.0);
        assert_eq!(one.over(&rest).limit(), f64::INFINITY);
        // 1 - (1 - e)^2 = 2 e - e^2, so 1 over it times 2 e is 1.
        let square = new(1.0, -1.0).times(&new(1.0, -1.0));
        let inverse = one.over(&one.plus(-1.0, &square));
        assert_eq!(inverse.times(&new(0.0, 2.0)).limit(), 1.0);
        assert!(one.plus(-1.0, &one).is_zero());
        let third = new(1.0 / 3.0, 0.0);
        let almost = one.plus(-1.0, &third.plus(1.0, &third).plus(1.0, &third));
        assert!(almost.is_zero());
    }
}
