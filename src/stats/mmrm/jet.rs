//! Numbers that carry their first and second derivatives, so that a formula written once is differentiated exactly.
//!
//! Forward differentiation to second order (Griewank & Walther 2008, chapter 13): no differences, no step width.

/// A value with gradient and second derivatives with respect to the same list of variables.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Jet {
    pub(crate) value: f64,
    pub(crate) gradient: Vec<f64>,
    /// Second derivatives, row after row.
    pub(crate) second: Vec<f64>,
}

impl Jet {
    pub(crate) fn constant(value: f64, n: usize) -> Jet {
        Jet { value, gradient: vec![0.0; n], second: vec![0.0; n * n] }
    }

    /// The variables at the values given.
    pub(crate) fn variables(values: &[f64]) -> Vec<Jet> {
        let unit = |i: usize| {
            let mut jet = Jet::constant(values[i], values.len());
            jet.gradient[i] = 1.0;
            jet
        };
        (0..values.len()).map(unit).collect()
    }

    /// A function of this number, by its value and first two derivatives.
    fn map(&self, value: f64, slope: f64, curvature: f64) -> Jet {
        let n = self.gradient.len();
        let mut second: Vec<f64> = self.second.iter().map(|s| slope * s).collect();
        if curvature != 0.0 {
            for i in (0..n).filter(|&i| self.gradient[i] != 0.0) {
                for j in 0..n {
                    second[i * n + j] += curvature * self.gradient[i] * self.gradient[j];
                }
            }
        }
        Jet { value, gradient: self.gradient.iter().map(|g| slope * g).collect(), second }
    }

    pub(crate) fn scale(&self, factor: f64) -> Jet {
        self.map(factor * self.value, factor, 0.0)
    }

    pub(crate) fn shift(&self, constant: f64) -> Jet {
        Jet { value: self.value + constant, ..self.clone() }
    }

    pub(crate) fn exponential(&self) -> Jet {
        let e = libm::exp(self.value);
        self.map(e, e, e)
    }

    pub(crate) fn tanh(&self) -> Jet {
        let t = libm::tanh(self.value);
        self.map(t, 1.0 - t * t, -2.0 * t * (1.0 - t * t))
    }

    pub(crate) fn sqrt(&self) -> Jet {
        let r = self.value.sqrt();
        self.map(r, 0.5 / r, -0.25 / (r * self.value))
    }

    pub(crate) fn plus(&self, other: &Jet) -> Jet {
        let add = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x + y).collect();
        Jet {
            value: self.value + other.value,
            gradient: add(&self.gradient, &other.gradient),
            second: add(&self.second, &other.second),
        }
    }

    pub(crate) fn minus(&self, other: &Jet) -> Jet {
        self.plus(&other.scale(-1.0))
    }

    pub(crate) fn times(&self, other: &Jet) -> Jet {
        let (a, b, n) = (self, other, self.gradient.len());
        let gradient = (0..n).map(|i| a.value * b.gradient[i] + b.value * a.gradient[i]).collect();
        let mut second: Vec<f64> = (0..n * n).map(|k| a.value * b.second[k] + b.value * a.second[k]).collect();
        for i in 0..n {
            let (x, y) = (a.gradient[i], b.gradient[i]);
            if x != 0.0 || y != 0.0 {
                for j in 0..n {
                    second[i * n + j] += x * b.gradient[j] + y * a.gradient[j];
                }
            }
        }
        Jet { value: a.value * b.value, gradient, second }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_by_hand() {
        let x = Jet::variables(&[2.0, 3.0]);
        // f = x^2 y: gradient (2xy, x^2), second derivatives 2y, 2x, 0.
        let f = x[0].times(&x[0]).times(&x[1]);
        assert_eq!((f.value, f.gradient, f.second), (12.0, vec![12.0, 4.0], vec![6.0, 4.0, 4.0, 0.0]));
        let r = x[0].scale(2.0).sqrt();
        assert!((r.gradient[0] - 0.5).abs() < 1e-15 && (r.second[0] + 0.125).abs() < 1e-15);
        let e = x[0].minus(&x[1]).exponential();
        assert!((e.second[1] + libm::exp(-1.0)).abs() < 1e-15);
        let t = x[1].tanh();
        let h = 1e-5;
        let difference = (libm::tanh(3.0 + h) - 2.0 * libm::tanh(3.0) + libm::tanh(3.0 - h)) / (h * h);
        assert!((t.second[3] - difference).abs() < 1e-5);
    }
}
