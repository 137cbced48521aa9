//! Expected values of times to an event: weighted log-rank tests, curves at a time, restricted means.

use super::tables::{Options, Row, indices, numbers, unknown};
use tracelock::stats::Value;
use tracelock::stats::kaplan_meier::{CurveInterval, SurvivalCurve, kaplan_meier};
use tracelock::stats::log_rank::weighted_log_rank;
use tracelock::stats::log_rank_weight::LogRankWeight;
use tracelock::stats::restricted_mean::{
    Horizon, MeanContrast, MeanVariance, RestrictedMean, horizon, mean_difference, mean_ratio, restricted_mean,
};
use tracelock::stats::survival_difference::{survival_difference, survival_difference_test};

fn curve_of(rows: &[Row], group: &str) -> Result<SurvivalCurve, tracelock::stats::NotEstimable> {
    let members: Vec<Row> = rows.iter().filter(|r| r["group"] == group).cloned().collect();
    let event: Vec<bool> = members.iter().map(|r| r["status"] == "1").collect();
    kaplan_meier(&numbers(&members, "time"), &event, 0.95, CurveInterval::LogLog)
}

pub(super) fn weighted_log_rank_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let strata = indices(rows, "stratum");
    let strata = (o.text("strata") == "yes").then_some(strata.as_slice());
    let groups = indices(rows, "group");
    let n_groups = groups.iter().max().map_or(0, |g| g + 1);
    let event: Vec<bool> = rows.iter().map(|r| r["status"] == "1").collect();
    let weight = match o.text("weight") {
        "log_rank" => LogRankWeight::LogRank,
        "gehan" => LogRankWeight::GehanBreslow,
        "tarone" => LogRankWeight::TaroneWare,
        "peto" => LogRankWeight::PetoPeto,
        "modified_peto" => LogRankWeight::ModifiedPetoPeto,
        _ => LogRankWeight::FlemingHarrington { rho: o.number("rho"), gamma: o.number("gamma") },
    };
    let test = weighted_log_rank(&numbers(rows, "time"), &event, &groups, n_groups, strata, weight)?;
    let scores = if o.text("scores") == "uneven" { [0.0, 1.0, 5.0, 7.0] } else { [1.0, 2.0, 3.0, 4.0] };
    let trend = || test.trend(&scores[..n_groups]);
    match key {
        "chi_square" => Ok(test.chi_square),
        "df" => Ok(test.df),
        "p" => Ok(test.p),
        "gap" => Ok(test.observed[o.index("group")] - test.expected[o.index("group")]),
        "trend_z" => trend().map(|t| t.z),
        "trend_p" => trend().map(|t| t.p_two_sided),
        "z" => test.directed().map(|t| t.z),
        "p_lower" => test.directed().map(|t| t.p_lower),
        "p_upper" => test.directed().map(|t| t.p_upper),
        other => unknown(other),
    }
}

pub(super) fn survival_difference_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let (a, b) = (curve_of(rows, "0")?, curve_of(rows, "1")?);
    let difference = || survival_difference(&a, &b, o.number("time"), o.level());
    let test = || survival_difference_test(&a, &b, o.number("time"), o.curve());
    match key {
        "survival_a" => difference().map(|d| d.survival_a),
        "survival_b" => difference().map(|d| d.survival_b),
        "difference" => difference().map(|d| d.difference),
        "standard_error" => difference()?.standard_error,
        "lower" => difference()?.interval.map(|i| i.lower),
        "upper" => difference()?.interval.map(|i| i.upper),
        "z" => test().map(|t| t.z),
        "p" => test().map(|t| t.p_two_sided),
        "p_lower" => test().map(|t| t.p_lower),
        other => unknown(other),
    }
}

pub(super) fn restricted_mean_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let curves = [curve_of(rows, "0")?, curve_of(rows, "1")?];
    let rule = match o.text("horizon") {
        "largest" => Horizon::SmallestLargestTime,
        "event" => Horizon::SmallestLargestEventTime,
        _ => Horizon::Given(o.number("horizon")),
    };
    let tau = horizon(&[&curves[0], &curves[1]], rule)?;
    if key == "horizon" {
        return Ok(tau);
    }
    let corrected = o.text("variance") == "corrected";
    let variance = if corrected { MeanVariance::BiasCorrected } else { MeanVariance::Greenwood };
    let mean = |group: usize| restricted_mean(&curves[group], tau, variance, o.level());
    let both =
        |contrast: &dyn Fn(&RestrictedMean, &RestrictedMean) -> Result<MeanContrast, _>| contrast(&mean(0)?, &mean(1)?);
    let (name, contrast) = if let Some(rest) = key.strip_prefix("difference") {
        (rest, both(&|a, b| mean_difference(a, b, o.level())))
    } else if let Some(rest) = key.strip_prefix("ratio") {
        (rest, both(&|a, b| mean_ratio(a, b, o.level())))
    } else if let Some(rest) = key.strip_prefix("lost_ratio") {
        (rest, both(&|a, b| mean_ratio(&a.time_lost(), &b.time_lost(), o.level())))
    } else {
        let mean = mean(o.index("group"))?;
        return Ok(match key {
            "mean" => mean.estimate,
            "lost" => mean.time_lost().estimate,
            "standard_error" => mean.standard_error,
            "lower" => mean.interval.lower,
            "upper" => mean.interval.upper,
            other => unknown(other),
        });
    };
    let contrast = contrast?;
    Ok(match name {
        "" => contrast.estimate,
        "_standard_error" => contrast.standard_error,
        "_lower" => contrast.interval.lower,
        "_upper" => contrast.interval.upper,
        "_p" => contrast.test.p_two_sided,
        other => unknown(other),
    })
}
