//! Robust covariance of a Cox model from the score residuals, summed by cluster.
//!
//! Lin & Wei (1989), "The robust inference for the Cox proportional hazards model"; with clusters Lee, Wei & Amato
//! (1992), and for recurrent events Lin, Wei, Yang & Ying (2000). No small-sample factor, as R survival and SAS
//! `COVS(AGGREGATE)`.

use super::coefficients::{Coefficients, HazardTest};
use super::newton::{inverse, unpack};
use super::residuals::score_residuals;
use super::{CoxFit, NotEstimable, finite_part};
use crate::stats::sum::CompensatedSum;
use nalgebra::DMatrix;

/// Coefficients with robust covariance.
#[derive(Debug, Clone, PartialEq)]
pub struct RobustFit {
    /// The same coefficients with the robust covariance.
    pub coefficients: Coefficients,
    /// Number of clusters.
    pub n_clusters: usize,
    /// Score test of all columns with the robust covariance of the score at coefficients of 0.
    pub score_test: Result<HazardTest, NotEstimable>,
}

/// Sums of residual rows by cluster, and the sum of their products.
pub(crate) struct ClusterSums {
    pub(crate) total: Vec<f64>,
    pub(crate) products: DMatrix<f64>,
    pub(crate) n_clusters: usize,
}

/// Sums rows by cluster; `label` gives the cluster of each row.
pub(crate) fn cluster_sums(rows: &[f64], p: usize, label: impl Fn(usize) -> usize) -> ClusterSums {
    let n = rows.len() / p.max(1);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|&i| label(i));
    let mut products = vec![CompensatedSum::default(); p * p];
    let mut total = vec![CompensatedSum::default(); p];
    let mut n_clusters = 0;
    let mut begin = 0;
    while begin < n {
        let own = label(order[begin]);
        let mut sums = vec![CompensatedSum::default(); p];
        while begin < n && label(order[begin]) == own {
            let row = &rows[order[begin] * p..(order[begin] + 1) * p];
            sums.iter_mut().zip(row).for_each(|(s, v)| s.add(*v));
            begin += 1;
        }
        n_clusters += 1;
        for (i, first) in sums.iter().enumerate() {
            total[i].add(first.value());
            for (j, second) in sums.iter().enumerate() {
                products[i * p + j].add(first.value() * second.value());
            }
        }
    }
    ClusterSums {
        total: total.iter().map(|s| s.value()).collect(),
        products: DMatrix::from_fn(p, p, |i, j| products[i * p + j].value()),
        n_clusters,
    }
}

impl CoxFit {
    /// Returns the robust (sandwich) covariance; `cluster` labels the records that belong together, for example those
    /// of one subject (without it every record stands alone).
    ///
    /// Errors: `InvalidArgument` for a list of another length, `TooFewValues` for one cluster, `NotDefined` with exact
    /// ties, `Separation` where a coefficient is infinite, `Singular` where none is determined.
    pub fn robust(&self, cluster: Option<&[usize]>) -> Result<RobustFit, NotEstimable> {
        self.check_sums()?;
        let (design, p) = (&self.design, self.design.n_columns);
        if cluster.is_some_and(|c| c.len() != self.n) {
            return Err(NotEstimable::InvalidArgument);
        }
        if p == 0 {
            return Err(NotEstimable::Singular);
        }
        let label = |i: usize| cluster.map_or(i, |c| c[design.order[i]]);
        let sums_at = |beta: &[f64]| {
            let (_, mut rows) = score_residuals(design, beta, self.ties);
            rows.iter_mut().enumerate().for_each(|(place, value)| *value *= design.weight[place / p]);
            cluster_sums(&rows, p, label)
        };
        let sums = sums_at(&self.maximum.beta);
        if sums.n_clusters < 2 {
            return Err(NotEstimable::TooFewValues);
        }
        let bread = inverse(&unpack(&self.maximum.at.information, p))?;
        let sandwich = &bread * sums.products * &bread;
        let scaled = DMatrix::from_fn(p, p, |i, j| {
            0.5 * (sandwich[(i, j)] + sandwich[(j, i)]) / (design.scale[i] * design.scale[j])
        });
        let at_null = sums_at(&vec![0.0; p]);
        let values = super::original_values(&self.maximum, design, &self.kept, self.coefficients.n_columns());
        Ok(RobustFit {
            coefficients: Coefficients::new(values, finite_part(&scaled, &self.maximum.infinite)),
            n_clusters: sums.n_clusters,
            score_test: HazardTest::quadratic(&at_null.total, &at_null.products),
        })
    }
}
