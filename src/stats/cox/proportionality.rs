//! Check of proportional hazards: score test of coefficients that change with a function of time.
//!
//! Grambsch & Therneau (1994), "Proportional hazards tests and diagnostics based on weighted residuals", as the exact
//! score test that `cox.zph` of R survival uses since version 3.0 (its earlier versions took an approximation of the
//! covariance and give other numbers).

use super::coefficients::HazardTest;
use super::partial_likelihood::{each_event_time, packed};
use super::{CoxFit, NotEstimable};
use crate::stats::sum::{CompensatedSum, sum};
use nalgebra::DMatrix;

/// Function of time along which a coefficient may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeTransform {
    /// 1 less the Kaplan-Meier estimate of all records just before the time (default of R).
    KaplanMeier,
    /// The time itself.
    Identity,
    /// Rank of the time among the times of all records, events or not; ties share the mean rank.
    Rank,
    /// Logarithm of the time.
    Log,
}

/// Result of the check.
#[derive(Debug, Clone, PartialEq)]
pub struct Proportionality {
    /// Test of each term, in the order given.
    pub terms: Vec<Result<HazardTest, NotEstimable>>,
    /// Test of all columns at once.
    pub global: Result<HazardTest, NotEstimable>,
}

impl CoxFit {
    /// Tests proportional hazards for each term, a list of columns (one for a covariate, several for a factor).
    ///
    /// Errors: a column out of range, `Separation` where a coefficient is infinite, `NotDefined` with exact ties or for
    /// the logarithm of an event time that is not above 0. A term without a determined column is `Singular`.
    pub fn proportionality(
        &self,
        terms: &[&[usize]],
        transform: TimeTransform,
    ) -> Result<Proportionality, NotEstimable> {
        self.check_sums()?;
        if terms.iter().any(|t| t.iter().any(|&c| c >= self.coefficients.n_columns())) {
            return Err(NotEstimable::InvalidArgument);
        }
        let p = self.design.n_columns;
        let functions = self.time_functions(transform)?;
        let mut score = vec![CompensatedSum::default(); p];
        let mut blocks = vec![[CompensatedSum::default(); 3]; p * (p + 1) / 2];
        each_event_time(&self.design, &self.maximum.beta, self.ties, |set, own| {
            let g = functions[set.index];
            score.iter_mut().zip(&own.score).for_each(|(s, u)| s.add(g * u));
            for (block, v) in blocks.iter_mut().zip(&own.information) {
                block[0].add(*v);
                block[1].add(g * v);
                block[2].add(g * g * v);
            }
        })?;
        let mut information = DMatrix::zeros(2 * p, 2 * p);
        for (i, j, place) in packed(p) {
            let [plain, once, twice] = blocks[place].map(|b| b.value());
            for (r, c) in [(i, j), (j, i)] {
                information[(r, c)] = plain;
                information[(r, c + p)] = once;
                information[(r + p, c)] = once;
                information[(r + p, c + p)] = twice;
            }
        }
        let test = |places: &[usize]| {
            let used: Vec<usize> = (0..p).chain(places.iter().map(|k| k + p)).collect();
            let part = DMatrix::from_fn(used.len(), used.len(), |i, j| information[(used[i], used[j])]);
            let pull: Vec<f64> = used.iter().map(|&k| if k < p { 0.0 } else { score[k - p].value() }).collect();
            let whole = HazardTest::quadratic(&pull, &part)?;
            HazardTest::new(whole.chi_square, places.len())
        };
        let place = |c: &usize| self.kept.iter().position(|k| k == c);
        let terms = terms.iter().map(|t| test(&t.iter().filter_map(place).collect::<Vec<_>>())).collect();
        Ok(Proportionality { terms, global: test(&(0..p).collect::<Vec<_>>()) })
    }

    /// The function at each event time, less its mean over the events.
    fn time_functions(&self, transform: TimeTransform) -> Result<Vec<f64>, NotEstimable> {
        let times = &self.design.times;
        let mut values: Vec<f64> = match transform {
            TimeTransform::Identity => times.iter().map(|t| t.time).collect(),
            TimeTransform::Log => {
                if times.iter().any(|t| t.time <= 0.0) {
                    return Err(NotEstimable::NotDefined);
                }
                times.iter().map(|t| libm::log(t.time)).collect()
            }
            TimeTransform::Rank => {
                let mut all = self.stops.clone();
                all.sort_by(f64::total_cmp);
                let rank = |t: f64| {
                    let (below, upto) = (all.partition_point(|s| *s < t), all.partition_point(|s| *s <= t));
                    0.5 * (below + upto + 1) as f64
                };
                times.iter().map(|t| rank(t.time)).collect()
            }
            TimeTransform::KaplanMeier => self.events_before(),
        };
        let counts = times.iter().map(|t| t.deaths.len() as f64);
        let mean = sum(counts.zip(&values).map(|(d, v)| d * v)) / self.n_events as f64;
        values.iter_mut().for_each(|v| *v -= mean);
        Ok(values)
    }

    /// 1 - S(t-) at each event time, the strata and weights put aside.
    fn events_before(&self) -> Vec<f64> {
        let mut events: Vec<f64> =
            self.design.times.iter().flat_map(|t| std::iter::repeat_n(t.time, t.deaths.len())).collect();
        events.sort_by(f64::total_cmp);
        let sorted = |values: &[f64]| {
            let mut all = values.to_vec();
            all.sort_by(f64::total_cmp);
            all
        };
        let (stops, starts) = (sorted(&self.stops), self.starts.as_deref().map(sorted));
        let mut curve: Vec<(f64, f64)> = Vec::new();
        let mut survival = 1.0;
        let mut begin = 0;
        while begin < events.len() {
            let now = events[begin];
            let died = events[begin..].iter().take_while(|t| **t == now).count();
            curve.push((now, 1.0 - survival));
            let ended = stops.partition_point(|s| *s < now);
            let entered = starts.as_ref().map_or(stops.len(), |s| s.partition_point(|s| *s < now));
            let at_risk = (entered - ended) as f64;
            survival *= (at_risk - died as f64) / at_risk;
            begin += died;
        }
        let before = |t: f64| curve[curve.partition_point(|(time, _)| *time < t)].1;
        self.design.times.iter().map(|t| before(t.time)).collect()
    }
}
