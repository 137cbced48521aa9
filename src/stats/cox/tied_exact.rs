//! The two likelihoods of tied events that are called exact.
//!
//! *Discrete*: the d deaths are one of all sets of d from those at risk (Cox 1972; Gail, Lubin & Rubinstein 1981),
//! R `method = "exact"`, SAS `TIES=DISCRETE`. The recursion is that of a Poisson-binomial count, whose numbers stay
//! between 0 and 1 for any number of deaths.
//!
//! *Marginal*: the deaths came in some unknown order, each order as likely as a continuous time makes it
//! (Kalbfleisch & Prentice 1973; DeLong, Guirguis & So 1994), SAS `TIES=EXACT`, Stata `exactm`. The integral is
//! taken by the trapezoid rule in the logarithm of time, which converges faster than any power of the step.

use super::Ties;
use super::design::Design;
use super::partial_likelihood::{Contribution, RiskSet, packed, packed_len};
use crate::stats::reason::NotEstimable;

/// Steps of the discrete recursion in one evaluation of the likelihood above which it is refused.
const WORK_LIMIT: f64 = 2e10;

/// Refuses what would run for minutes.
pub(crate) fn check_work(design: &Design, ties: Ties) -> Result<(), NotEstimable> {
    if ties != Ties::Discrete {
        return Ok(());
    }
    let width = (1 + design.n_columns + packed_len(design.n_columns)) as f64;
    let work: f64 = (design.times.iter().filter(|t| t.deaths.len() > 1))
        .map(|t| design.strata[t.stratum].records.len() as f64 * t.deaths.len() as f64 * width)
        .sum();
    if work > WORK_LIMIT { Err(NotEstimable::WorkLimitExceeded) } else { Ok(()) }
}

/// Contribution of one event time by the discrete likelihood.
pub(crate) fn discrete(design: &Design, set: &RiskSet, eta: &[f64], risk: &[f64], own: &mut Contribution) {
    let p = design.n_columns;
    let d = set.n_deaths;
    let at_risk = |&i: &usize| design.interval[i].contains(&set.index);
    let members: Vec<usize> = design.strata[set.at.stratum].records.clone().filter(at_risk).collect();
    if members.len() == d {
        return;
    }
    let s = count_scale(&members, risk, d as f64);
    let chance = |i: usize| s * risk[i] / (1.0 + s * risk[i]);
    // Covariates are taken from their mean among d chosen, so that the second moments do not cancel.
    let mut centre = vec![0.0; p];
    let mut expected = 0.0;
    for &i in &members {
        expected += chance(i);
        centre.iter_mut().zip(design.row(i)).for_each(|(c, x)| *c += chance(i) * x);
    }
    centre.iter_mut().for_each(|c| *c /= expected);
    let width = 1 + p + packed_len(p);
    // Of k chosen so far: probability, and its products with the sum of the chosen's covariates.
    let mut state = vec![0.0; (d + 1) * width];
    state[0] = 1.0;
    let mut log_total = 0.0;
    let mut x = vec![0.0; p];
    for (seen, &i) in members.iter().enumerate() {
        log_total += libm::log1p(s * risk[i]);
        x.iter_mut().zip(design.row(i)).zip(&centre).for_each(|((x, value), c)| *x = value - c);
        let (with, without) = (chance(i), 1.0 / (1.0 + s * risk[i]));
        let still_to_come = members.len() - seen - 1;
        for k in (d.saturating_sub(still_to_come)..=d.min(seen + 1)).rev() {
            let (before, rest) = state.split_at_mut(k * width);
            let now = &mut rest[..width];
            now.iter_mut().for_each(|v| *v *= without);
            if k > 0 {
                choose(&before[(k - 1) * width..], with, &x, now);
            }
        }
    }
    let chosen = &state[d * width..];
    own.log_likelihood = -(libm::log(chosen[0]) - d as f64 * libm::log(s) + log_total);
    for i in set.at.deaths.clone() {
        own.log_likelihood += eta[i];
        for (j, value) in design.row(i).iter().enumerate() {
            own.score[j] += value - centre[j];
        }
    }
    let mean: Vec<f64> = chosen[1..=p].iter().map(|m| m / chosen[0]).collect();
    own.score.iter_mut().zip(&mean).for_each(|(score, m)| *score -= m);
    for (i, j, place) in packed(p) {
        own.information[place] = chosen[1 + p + place] / chosen[0] - mean[i] * mean[j];
    }
}

/// Adds the sets that one more record completes.
fn choose(fewer: &[f64], with: f64, x: &[f64], now: &mut [f64]) {
    let p = x.len();
    now[0] += with * fewer[0];
    for j in 0..p {
        now[1 + j] += with * (fewer[1 + j] + fewer[0] * x[j]);
    }
    let mut place = 1 + p;
    for i in 0..p {
        for j in i..p {
            let cross = fewer[1 + i] * x[j] + fewer[1 + j] * x[i] + fewer[0] * x[i] * x[j];
            now[place] += with * (fewer[place] + cross);
            place += 1;
        }
    }
}

/// The factor of the risks at which d of the members are expected to be chosen (any factor is right, this is stable).
fn count_scale(members: &[usize], risk: &[f64], d: f64) -> f64 {
    let total: f64 = members.iter().map(|&i| risk[i]).sum();
    let mut log_s = libm::log(d / total);
    for _ in 0..50 {
        let s = libm::exp(log_s);
        let (mut expected, mut slope) = (0.0, 0.0);
        for &i in members {
            let chance = s * risk[i] / (1.0 + s * risk[i]);
            expected += chance;
            slope += chance / (1.0 + s * risk[i]);
        }
        let step = ((d - expected) / slope).clamp(-2.0, 2.0);
        if step.is_nan() || step.abs() < 1e-3 {
            break;
        }
        log_s += step;
    }
    libm::exp(log_s)
}

/// Contribution of one event time by the marginal likelihood.
pub(crate) fn marginal(design: &Design, set: &RiskSet, risk: &[f64], own: &mut Contribution) {
    let p = design.n_columns;
    let total = set.survivors.zero;
    if total <= 0.0 {
        return;
    }
    let centre: Vec<f64> = set.survivors.one.iter().map(|s| s / total).collect();
    let ratios: Vec<f64> = set.at.deaths.clone().map(|i| risk[i] / total).collect();
    let rows: Vec<Vec<f64>> =
        (set.at.deaths.clone()).map(|i| design.row(i).iter().zip(&centre).map(|(x, c)| x - c).collect()).collect();
    let density = |w: f64| {
        let u = libm::exp(w);
        ratios.iter().map(|a| libm::log(-libm::expm1(-a * u))).sum::<f64>() - u + w
    };
    let d = set.n_deaths as f64;
    let step = (0.7 / (d + 1.0).sqrt()).min(0.125);
    let (nodes, peak) = nodes(density, libm::log(d + 1.0), step);
    let (mut mass, mut first, mut second) = (0.0, vec![0.0; p], vec![0.0; packed_len(p)]);
    let mut pull = vec![0.0; p];
    for (w, log_value) in nodes {
        let (u, value) = (libm::exp(w), libm::exp(log_value - peak));
        mass += value;
        pull.fill(0.0);
        let mut curvature = vec![0.0; packed_len(p)];
        let mut slopes = 0.0;
        for (a, x) in ratios.iter().zip(&rows) {
            let y = a * u;
            // y / (e^y - 1), the derivative of log(1 - e^-y) by log y, and its own derivative.
            let slope = if y > 700.0 { 0.0 } else { y / libm::expm1(y) };
            let bend = slope * (1.0 - y - slope);
            slopes += slope;
            pull.iter_mut().zip(x).for_each(|(pull, x)| *pull += slope * x);
            for (i, j, place) in packed(p) {
                curvature[place] += bend * x[i] * x[j];
            }
        }
        first.iter_mut().zip(&pull).for_each(|(f, g)| *f += value * g);
        for (i, j, place) in packed(p) {
            let variance = set.survivors.two[place] / total - centre[i] * centre[j];
            second[place] += value * (curvature[place] - slopes * variance + pull[i] * pull[j]);
        }
    }
    own.log_likelihood = peak + libm::log(mass * step);
    own.score.iter_mut().zip(&first).for_each(|(score, f)| *score = f / mass);
    for (i, j, place) in packed(p) {
        own.information[place] = own.score[i] * own.score[j] - second[place] / mass;
    }
}

/// Points of a single-peaked function given by its logarithm, as far as they add to a double; and the highest.
fn nodes(log_function: impl Fn(f64) -> f64, start: f64, step: f64) -> (Vec<(f64, f64)>, f64) {
    let mut found = vec![(start, log_function(start))];
    let mut peak = found[0].1;
    for direction in [-step, step] {
        let mut last = f64::NEG_INFINITY;
        for k in 1..100_000 {
            let w = start + direction * f64::from(k);
            let value = log_function(w);
            if value.is_nan() || (value < peak - 50.0 && value <= last) {
                break;
            }
            last = value;
            peak = peak.max(value);
            found.push((w, value));
        }
    }
    (found, peak)
}
