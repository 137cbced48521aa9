//! Expected values of missing data: carried forward, pooling, random streams, reference-based distributions.

use super::tables::{Options, Row, optional, unknown};
use nalgebra::DMatrix;
use tracelock::stats::imputation::carried_forward::{
    BaselineUse, Carried, CarryForward, Gaps, WorseDirection, carry_forward,
};
use tracelock::stats::imputation::conditional_normal::ConditionalNormal;
use tracelock::stats::imputation::non_responder::{NonResponse, non_responder};
use tracelock::stats::imputation::random_stream::{RandomStream, StreamUse};
use tracelock::stats::imputation::reference_based::{Strategy, VisitDistribution, merge};
use tracelock::stats::imputation::rubin::{FractionDf, PooledDf, pool, pool_ratios};
use tracelock::stats::imputation::wald::pool_wald;
use tracelock::stats::{NotEstimable, Value};

/// Last part of a key, a position: `value_3`.
fn place(key: &str) -> usize {
    key.rsplit('_').next().and_then(|n| n.parse().ok()).expect("a key ends with a position")
}

pub(super) fn carried_forward_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let row = &rows[0];
    if key.starts_with("response") {
        let visits: Vec<Option<bool>> = (1..=6).map(|j| optional(row, &format!("r{j}")).map(|r| r == 1.0)).collect();
        let rule = match o.text("rule") {
            "every" => NonResponse::EveryMissing,
            _ => NonResponse::ExceptBetweenResponses,
        };
        return Ok(f64::from(non_responder(&visits, rule)[place(key)].responded));
    }
    let visits: Vec<Option<f64>> = (1..=6).map(|j| optional(row, &format!("v{j}"))).collect();
    let how = CarryForward {
        carried: match o.text("method") {
            "locf" => Carried::Last,
            "bocf" => Carried::Baseline,
            "worst_larger" => Carried::Worst(WorseDirection::Larger),
            "worst_smaller" => Carried::Worst(WorseDirection::Smaller),
            other => unknown(other),
        },
        baseline: if o.text("baseline") == "included" { BaselineUse::Included } else { BaselineUse::Excluded },
        gaps: match o.text("gaps") {
            "all" => Gaps::All,
            "intermittent" => Gaps::Intermittent,
            _ => Gaps::AfterLast,
        },
        longest_run: (o.text("run") != "none").then(|| o.index("run")),
    };
    // A visit that stays missing has no value; the reason stands for it here.
    carry_forward(optional(row, "baseline"), &visits, how)?[place(key)].map(|c| c.value).ok_or(NotEstimable::NotReached)
}

pub(super) fn rubin_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let estimates: Vec<f64> = rows.iter().filter_map(|r| optional(r, "estimate")).collect();
    let errors: Vec<f64> = rows.iter().filter_map(|r| optional(r, "se")).collect();
    let df = match o.text("dfcom") {
        "Inf" => PooledDf::Rubin1987,
        _ => PooledDf::BarnardRubin { complete_data_df: o.number("dfcom") },
    };
    let (level, fraction) = (o.number("conf"), FractionDf::Rubin1987);
    if key.starts_with("ratio") {
        let ratios: Vec<f64> = estimates.iter().map(|e| e.exp()).collect();
        let pooled = pool_ratios(&ratios, &errors, df, fraction, level)?;
        return Ok(match key {
            "ratio" => pooled.ratio,
            "ratio_lower" => pooled.interval?.lower,
            _ => pooled.interval?.upper,
        });
    }
    let pooled = pool(&estimates, &errors, df, fraction, level)?;
    match key {
        "estimate" => Ok(pooled.estimate),
        "within" => Ok(pooled.within),
        "between" => Ok(pooled.between),
        "total" => Ok(pooled.total),
        "se" => Ok(pooled.standard_error),
        "relative_increase" => pooled.relative_increase,
        "share" => Ok(pooled.share_between),
        "df" => pooled.df,
        "t" => Ok(pooled.t),
        "p" => Ok(pooled.p_two_sided),
        "lower" => pooled.interval.map(|i| i.lower),
        "upper" => pooled.interval.map(|i| i.upper),
        "fraction_old" => Ok(pooled.fraction_missing),
        "efficiency_old" => Ok(pooled.relative_efficiency),
        "fraction_test" => pool(&estimates, &errors, df, FractionDf::OfTheTest, level).map(|p| p.fraction_missing),
        other => unknown(other),
    }
}

pub(super) fn wald_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let k = o.index("k");
    let number = |row: &Row, name: String| optional(row, &name).expect("a number");
    let estimates: Vec<Vec<f64>> = rows.iter().map(|r| (1..=k).map(|j| number(r, format!("e{j}"))).collect()).collect();
    let element = |r: &Row, i: usize, j: usize| number(r, format!("c{}{}", i.min(j) + 1, i.max(j) + 1));
    let covariances: Vec<DMatrix<f64>> = rows.iter().map(|r| DMatrix::from_fn(k, k, |i, j| element(r, i, j))).collect();
    let test = pool_wald(&estimates, &covariances, &vec![o.number("null"); k])?;
    match key {
        "f" => Ok(test.f),
        "increase" => Ok(test.relative_increase),
        "df" => test.denominator_df,
        "p" => Ok(test.p),
        _ => Ok(test.estimates[place(key)]),
    }
}

pub(super) fn random_stream_value(_: &[Row], o: &Options, key: &str) -> Value {
    let name = o.text("name").as_bytes();
    let use_of = match o.text("purpose") {
        "parameters" => StreamUse::Parameters,
        "imputation" => StreamUse::Imputation(name),
        "chain" => StreamUse::Chain(name),
        _ => StreamUse::ChainParameters,
    };
    let whole = |option: &str| o.text(option).parse::<u64>().expect("a whole number");
    let mut stream = RandomStream::new(whole("seed"), whole("imputation"), use_of);
    let last = place(key);
    let (kind, df) = key.split_once(':').unwrap_or((key, ""));
    let mut draw = || match kind {
        "chi_square" => stream.chi_square(df.split('_').next().and_then(|d| d.parse().ok()).expect("df")),
        name if name.starts_with("normal") => Ok(stream.normal()),
        _ => Ok(stream.uniform()),
    };
    (0..last).try_for_each(|_| draw().map(drop))?;
    draw()
}

pub(super) fn strategy(name: &str) -> Strategy {
    match name {
        "mar" => Strategy::MissingAtRandom,
        "j2r" => Strategy::JumpToReference,
        "cr" => Strategy::CopyReference,
        "cir" => Strategy::CopyIncrements,
        "lmcf" => Strategy::LastMeanCarriedForward,
        other => unknown(other),
    }
}

pub(super) fn reference_based_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let p = rows.len();
    let number = |row: &Row, name: &str| optional(row, name).expect("a number");
    let of = |mean: &str, letter: &str| VisitDistribution {
        mean: rows.iter().map(|r| number(r, mean)).collect(),
        covariance: DMatrix::from_fn(p, p, |i, j| number(&rows[i], &format!("{letter}{}", j + 1))),
    };
    let merged =
        merge(&of("own_mean", "o"), &of("reference_mean", "r"), strategy(o.text("strategy")), o.index("first"))?;
    let parts: Vec<usize> = key.split('_').filter_map(|part| part.parse().ok()).collect();
    let visits: Vec<Option<f64>> = rows.iter().map(|r| optional(r, "y")).collect();
    let observed: Vec<bool> = visits.iter().map(Option::is_some).collect();
    let conditional = ConditionalNormal::new(&merged.covariance, &observed)?;
    let missing = |visit: usize| conditional.missing.iter().position(|j| *j == visit).expect("a missing visit");
    Ok(match key.split('_').next() {
        Some("merged") => merged.mean[parts[0]],
        Some("covariance") => merged.covariance[(parts[0], parts[1])],
        Some("conditional") => conditional.mean(&merged.mean, &visits)?[missing(parts[0])],
        _ => conditional.covariance[(missing(parts[0]), missing(parts[1]))],
    })
}
