//! Gray's test of equal cumulative incidence in k groups.
//!
//! Gray (1988), "A class of k-sample tests for comparing the cumulative incidence of a competing risk", Annals of
//! Statistics 16, sections 2 and 3, with weight (1 - F(t-))^rho and, for tied events, the factor
//! 1 - (d-1)/(n-1) on each increment. Checked against R cmprsk in `tests/reference/gray`.

use super::distribution::chi_square;
use super::log_rank::quadratic_form;
use super::reason::{NotEstimable, check_finite};
use super::sum::CompensatedSum;
use nalgebra::{DMatrix, DVector};

/// A test of equal cumulative incidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GrayTest {
    /// Test statistic.
    pub chi_square: f64,
    /// Degrees of freedom: groups less one.
    pub df: f64,
    /// Upper-tail p-value.
    pub p: f64,
}

/// Returns the test for `cause` over groups `0..n_groups`; `status` is 0 for censored, else the cause.
///
/// Errors: no event of the cause (`NoEvents`), a group without subjects (`EmptyGroup`), lists of different length,
/// `cause` 0 or a group out of range, times that are not finite, `Singular`.
pub fn gray_test(
    time: &[f64],
    status: &[usize],
    group: &[usize],
    n_groups: usize,
    cause: usize,
    strata: Option<&[usize]>,
    rho: f64,
) -> Result<GrayTest, NotEstimable> {
    check_finite(time)?;
    let length = time.len();
    let lengths_agree = status.len() == length && group.len() == length && strata.is_none_or(|s| s.len() == length);
    if !lengths_agree || cause == 0 || group.iter().any(|&g| g >= n_groups) || !rho.is_finite() {
        return Err(NotEstimable::InvalidArgument);
    }
    if n_groups < 2 || (0..n_groups).any(|g| !group.contains(&g)) {
        return Err(NotEstimable::EmptyGroup);
    }
    if !status.contains(&cause) {
        return Err(NotEstimable::NoEvents);
    }
    let stratum = |i: usize| strata.map_or(0, |s| s[i]);
    let mut order: Vec<usize> = (0..length).collect();
    order.sort_by(|&i, &j| stratum(i).cmp(&stratum(j)).then(time[i].total_cmp(&time[j])));
    let used = n_groups - 1;
    let mut score = vec![CompensatedSum::default(); used];
    let mut covariance = vec![vec![CompensatedSum::default(); used]; used];
    let mut start = 0;
    while start < length {
        let size = order[start..].iter().take_while(|&&i| stratum(i) == stratum(order[start])).count();
        let times = event_times(&order[start..start + size], time, status, group, n_groups, cause);
        add_stratum(&times, n_groups, rho, &mut score, &mut covariance);
        start += size;
    }
    let x = DVector::from_iterator(used, score.iter().map(|s| s.value()));
    let v = DMatrix::from_fn(used, used, |i, j| covariance[i][j].value());
    let value = quadratic_form(&x, v)?;
    let df = used as f64;
    Ok(GrayTest { chi_square: value, df, p: chi_square(value, df)?.upper })
}

/// One time with an event: per group at risk, events of the cause, competing events.
struct EventTime {
    risk: Vec<f64>,
    own: Vec<f64>,
    other: Vec<f64>,
}

fn event_times(
    order: &[usize],
    time: &[f64],
    status: &[usize],
    group: &[usize],
    n_groups: usize,
    cause: usize,
) -> Vec<EventTime> {
    let mut risk = vec![0.0; n_groups];
    for &i in order {
        risk[group[i]] += 1.0;
    }
    let mut times = Vec::new();
    let mut start = 0;
    while start < order.len() {
        let now = time[order[start]];
        let tied = order[start..].iter().take_while(|&&i| time[i] == now).count();
        let (mut own, mut other) = (vec![0.0; n_groups], vec![0.0; n_groups]);
        let before = risk.clone();
        for &i in &order[start..start + tied] {
            risk[group[i]] -= 1.0;
            match status[i] {
                0 => {}
                s if s == cause => own[group[i]] += 1.0,
                _ => other[group[i]] += 1.0,
            }
        }
        if own.iter().chain(&other).any(|&d| d > 0.0) {
            times.push(EventTime { risk: before, own, other });
        }
        start += tied;
    }
    times
}

/// What the covariance needs of one event time, for each group r.
struct Increment {
    /// a[i][r], the kernel of the score at this time.
    kernel: Vec<Vec<f64>>,
    /// c[i][r](t), the kernel accumulated against the common subdistribution hazard.
    accumulated: Vec<Vec<f64>>,
    /// (1 - F)/S of each group after the time; None once its survival is 0.
    ratio: Vec<Option<f64>>,
    /// Variance increments of the cause and of the competing events for each group.
    own: Vec<f64>,
    other: Vec<f64>,
}

fn add_stratum(
    times: &[EventTime],
    n_groups: usize,
    rho: f64,
    score: &mut [CompensatedSum],
    covariance: &mut [Vec<CompensatedSum>],
) {
    let used = score.len();
    let mut survival = vec![1.0; n_groups];
    let mut incidence = vec![0.0; n_groups];
    let mut common = 0.0;
    let mut accumulated = vec![vec![0.0; n_groups]; used];
    let mut increments = Vec::with_capacity(times.len());
    for event in times {
        let alive: Vec<usize> = (0..n_groups).filter(|&g| event.risk[g] > 0.0).collect();
        let own: f64 = event.own.iter().sum();
        // n_r / S_r(t-), and the same times (1 - F_r(t-)): Gray's R_r(t).
        let size = |g: usize| event.risk[g] / survival[g];
        let weighted = |g: usize| size(g) * (1.0 - incidence[g]);
        let all_size: f64 = alive.iter().map(|&g| size(g)).sum();
        let all_weighted: f64 = alive.iter().map(|&g| weighted(g)).sum();
        let weight = if rho == 0.0 { 1.0 } else { libm::pow(1.0 - common, rho) };
        let hazard = own / (all_size * (1.0 - common));
        let common_after = common + own / all_size;
        let mut kernel = vec![vec![0.0; n_groups]; used];
        for &i in alive.iter().filter(|&&g| g < used) {
            for &r in &alive {
                let same = if i == r { 1.0 } else { 0.0 };
                kernel[i][r] = weight * size(i) * (same - size(r) / all_size);
                accumulated[i][r] += kernel[i][r] * hazard;
            }
            score[i].add(weight * (event.own[i] - own * weighted(i) / all_weighted));
        }
        let mut step = Increment {
            kernel,
            accumulated: accumulated.clone(),
            ratio: vec![None; n_groups],
            own: vec![0.0; n_groups],
            other: vec![0.0; n_groups],
        };
        for &r in &alive {
            let (risk, before) = (event.risk[r], survival[r]);
            let after = before * (risk - event.own[r] - event.other[r]) / risk;
            incidence[r] += before * event.own[r] / risk;
            survival[r] = after;
            step.ratio[r] = (after > 0.0).then(|| (1.0 - common_after) / after);
            // The common estimate, all_size * S(t-) subjects as it were, gives the variation of the cause.
            let tied_own = if own > 1.0 { 1.0 - (own - 1.0) / (all_size * before - 1.0) } else { 1.0 };
            step.own[r] = tied_own * before * own / (all_size * risk);
            let other = event.other[r];
            let tied_other = if other > 1.0 { 1.0 - (other - 1.0) / (risk - 1.0) } else { 1.0 };
            step.other[r] = tied_other * before * before * other / (risk * risk);
        }
        common = common_after;
        increments.push(step);
    }
    for step in &increments {
        for (r, ratio) in step.ratio.iter().enumerate() {
            let to_come = |i: usize| accumulated[i][r] - step.accumulated[i][r];
            let own = |i: usize| step.kernel[i][r] + ratio.map_or(1.0, |q| 1.0 - q) * to_come(i);
            let other = |i: usize| ratio.map_or(0.0, |q| q * to_come(i));
            for (i, row) in covariance.iter_mut().enumerate() {
                for (j, entry) in row.iter_mut().enumerate() {
                    entry.add(own(i) * own(j) * step.own[r] + other(i) * other(j) * step.other[r]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons() {
        let test =
            |status: &[usize], group: &[usize]| gray_test(&[1.0, 2.0, 3.0, 4.0], status, group, 2, 1, None, 0.0).err();
        assert_eq!(test(&[0, 2, 0, 2], &[0, 1, 0, 1]), Some(NotEstimable::NoEvents));
        assert_eq!(test(&[1, 2, 0, 2], &[1, 1, 1, 1]), Some(NotEstimable::EmptyGroup));
        assert_eq!(test(&[1, 2, 1, 2], &[0, 1, 0, 1]), None);
    }
}
