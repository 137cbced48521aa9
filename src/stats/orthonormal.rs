//! Orthonormal columns that span a design, with detection of columns that depend on earlier ones.
//!
//! Gram-Schmidt, every column orthogonalised twice (Giraud, Langou & Rozloznik 2005: twice is enough); a column
//! that keeps less than 1e-7 of its length is taken as dependent, the threshold of R `lm`. Columns keep their order,
//! so the first of several dependent columns stays.

use super::reason::{NotEstimable, check_finite};
use super::sum::{dot, sum};

/// Share of its length below which a column counts as dependent on the columns before it.
const DEPENDENT: f64 = 1e-7;

/// How the columns of a design follow from orthonormal ones.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Design {
    /// Positions of the independent columns, in order.
    pub(crate) kept: Vec<usize>,
    /// Upper triangle of the decomposition; column k belongs to `kept[k]`.
    triangle: Vec<Vec<f64>>,
    /// Each dependent column as a combination of the kept ones.
    dependent: Vec<(usize, Vec<f64>)>,
}

/// Returns the design and its orthonormal columns, each with `n` entries.
///
/// Errors: columns of another length, values that are not finite.
pub(crate) fn orthogonalise(columns: &[Vec<f64>], n: usize) -> Result<(Design, Vec<Vec<f64>>), NotEstimable> {
    let mut orthonormal: Vec<Vec<f64>> = Vec::new();
    let mut design = Design { kept: Vec::new(), triangle: Vec::new(), dependent: Vec::new() };
    for (index, column) in columns.iter().enumerate() {
        if column.len() != n {
            return Err(NotEstimable::InvalidArgument);
        }
        check_finite(column)?;
        let length = dot(column, column).sqrt();
        let mut rest = column.clone();
        let mut parts = project_twice(&orthonormal, &mut rest);
        let remaining = dot(&rest, &rest).sqrt();
        if remaining <= DEPENDENT * length || orthonormal.len() == n {
            design.dependent.push((index, design.back_substitute(&parts)));
            continue;
        }
        rest.iter_mut().for_each(|v| *v /= remaining);
        orthonormal.push(rest);
        parts.push(remaining);
        design.triangle.push(parts);
        design.kept.push(index);
    }
    Ok((design, orthonormal))
}

/// Takes the projections on the orthonormal columns off a vector and returns them.
pub(crate) fn project_twice(orthonormal: &[Vec<f64>], vector: &mut [f64]) -> Vec<f64> {
    let mut parts = remove_projections(orthonormal, vector);
    for (part, more) in parts.iter_mut().zip(remove_projections(orthonormal, vector)) {
        *part += more;
    }
    parts
}

fn remove_projections(orthonormal: &[Vec<f64>], vector: &mut [f64]) -> Vec<f64> {
    let mut parts = Vec::with_capacity(orthonormal.len() + 1);
    for unit in orthonormal {
        let part = dot(unit, vector);
        for (v, u) in vector.iter_mut().zip(unit) {
            *v -= part * u;
        }
        parts.push(part);
    }
    parts
}

impl Design {
    /// Number of independent columns.
    pub(crate) fn rank(&self) -> usize {
        self.kept.len()
    }

    /// Number of columns given.
    pub(crate) fn n_columns(&self) -> usize {
        self.kept.len() + self.dependent.len()
    }

    /// Twice the logarithm of the volume of the independent columns, ln det X'X.
    pub(crate) fn log_determinant(&self) -> f64 {
        sum(self.triangle.iter().enumerate().map(|(k, column)| 2.0 * libm::log(column[k])))
    }

    /// Length of an independent column beyond the columns before it, by its place among them.
    pub(crate) fn own_length(&self, place: usize) -> f64 {
        self.triangle[place][place]
    }

    /// Place of a column among the independent ones; `Singular` where it depends on earlier columns.
    pub(crate) fn place(&self, column: usize) -> Result<usize, NotEstimable> {
        self.kept.iter().position(|&k| k == column).ok_or(NotEstimable::Singular)
    }

    /// The weights of the independent columns in a combination with one weight for each column given.
    ///
    /// `Singular` where the records do not determine the combination.
    pub(crate) fn kept_weights(&self, weights: &[f64]) -> Result<Vec<f64>, NotEstimable> {
        if weights.len() != self.n_columns() {
            return Err(NotEstimable::InvalidArgument);
        }
        check_finite(weights)?;
        let kept: Vec<f64> = self.kept.iter().map(|&k| weights[k]).collect();
        let size = weights.iter().fold(0.0f64, |a, w| a.max(w.abs()));
        for (column, parts) in &self.dependent {
            // Estimable combinations weight a dependent column as the columns it is made of (Searle 1971, 5.4).
            let implied = dot(&kept, parts);
            let scale = parts.iter().fold(1.0f64, |a, p| a.max(p.abs())) * size;
            if (weights[*column] - implied).abs() > 1e-8 * scale {
                return Err(NotEstimable::Singular);
            }
        }
        Ok(kept)
    }

    /// The combination whose independent columns have these weights: dependent ones weighted as what they are made of.
    pub(crate) fn completed(&self, weights: &[f64]) -> Vec<f64> {
        let kept: Vec<f64> = self.kept.iter().map(|&k| weights[k]).collect();
        let mut complete = weights.to_vec();
        for (column, parts) in &self.dependent {
            complete[*column] = dot(&kept, parts);
        }
        complete
    }

    /// The combination as weights of the coordinates on the orthonormal columns; errors as `kept_weights`.
    pub(crate) fn coordinates(&self, weights: &[f64]) -> Result<Vec<f64>, NotEstimable> {
        Ok(self.forward_substitute(&self.kept_weights(weights)?))
    }

    /// Solves triangle * x = right: coefficients of the independent columns from coordinates.
    pub(crate) fn back_substitute(&self, right: &[f64]) -> Vec<f64> {
        let mut x = right.to_vec();
        for k in (0..self.triangle.len()).rev() {
            x[k] /= self.triangle[k][k];
            for i in 0..k {
                x[i] -= self.triangle[k][i] * x[k];
            }
        }
        x
    }

    /// Solves transpose(triangle) * z = weights.
    pub(crate) fn forward_substitute(&self, weights: &[f64]) -> Vec<f64> {
        let mut z = weights.to_vec();
        for k in 0..self.triangle.len() {
            let known = dot(&self.triangle[k][..k], &z[..k]);
            z[k] = (z[k] - known) / self.triangle[k][k];
        }
        z
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependent_columns_are_found() {
        let columns = [vec![1.0; 3], vec![0.0, 1.0, 2.0], vec![2.0, 3.0, 4.0]];
        let (design, orthonormal) = orthogonalise(&columns, 3).expect("finite");
        assert_eq!((design.rank(), design.n_columns(), orthonormal.len()), (2, 3, 2));
        assert_eq!(design.place(2), Err(NotEstimable::Singular));
        // The third column is twice the first plus the second.
        assert!(design.coordinates(&[2.0, 1.0, 5.0]).is_ok());
        assert_eq!(design.coordinates(&[0.0, 0.0, 1.0]), Err(NotEstimable::Singular));
        assert_eq!(design.coordinates(&[0.0, 0.0]), Err(NotEstimable::InvalidArgument));
    }
}
