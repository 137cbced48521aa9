//! Expected values of rank, permutation and small-sample tests.

use super::samples::t_number;
use super::tables::{Options, Row, indices, numbers, unknown};
use tracelock::stats::fisher_monte_carlo::{TableP, fisher_exact_or_monte_carlo, fisher_monte_carlo};
use tracelock::stats::friedman::friedman;
use tracelock::stats::geometric::{geometric_mean_ratio, geometric_summary, paired_geometric_mean_ratio};
use tracelock::stats::hodges_lehmann::ShiftLimits;
use tracelock::stats::jonckheere::{
    TrendTest, jonckheere_terpstra, jonckheere_terpstra_exact, jonckheere_terpstra_monte_carlo,
};
use tracelock::stats::kruskal_wallis::{kruskal_wallis, kruskal_wallis_exact, kruskal_wallis_monte_carlo};
use tracelock::stats::mann_whitney::{PlacementLaw, ProbabilityScale, mann_whitney_probability};
use tracelock::stats::mean_scores::{MeanScoreTest, RankWeights, stratified_rank_test};
use tracelock::stats::permutation::{self, permutation_test, permutation_test_monte_carlo};
use tracelock::stats::rank_ancova::{quade_ancova, stratified_rank_ancova};
use tracelock::stats::signed_rank::{
    self, SignedRankTest, Zeros, signed_rank_exact, signed_rank_normal, signed_rank_t, signed_rank_univariate,
};
use tracelock::stats::t_test::{Variances, one_sample_t_test};
use tracelock::stats::walsh::one_sample_hodges_lehmann;
use tracelock::stats::wilcoxon::ExactTwoSided;
use tracelock::stats::{Value, assignment};

fn two_samples(rows: &[Row]) -> (Vec<f64>, Vec<f64>) {
    let sample = |label: &str| {
        let members: Vec<Row> = rows.iter().filter(|r| r["group"] == label).cloned().collect();
        numbers(&members, "value")
    };
    (sample("a"), sample("b"))
}

/// Values of groups 0, 1, ...
fn samples(rows: &[Row]) -> Vec<Vec<f64>> {
    let groups = indices(rows, "group");
    let k = groups.iter().max().map_or(0, |g| g + 1);
    let mut lists = vec![Vec::new(); k];
    for (g, v) in groups.iter().zip(numbers(rows, "value")) {
        lists[*g].push(v);
    }
    lists
}

fn work_limit(o: &Options, default: u64) -> u64 {
    if o.text("work_limit").is_empty() { default } else { o.number("work_limit") as u64 }
}

fn draws(o: &Options) -> (u64, u64) {
    (o.number("samples") as u64, o.number("seed") as u64)
}

pub(super) fn geometric_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let (a, b) = two_samples(rows);
    let variances = if o.text("variances") == "equal" { Variances::Equal } else { Variances::Unequal };
    if o.text("part") == "summary" {
        let summary = geometric_summary(if o.text("group") == "a" { &a } else { &b }, o.level())?;
        return match key {
            "mean" => summary.mean,
            "sd" => summary.standard_deviation,
            "cv" => summary.coefficient_of_variation,
            "lower" => summary.mean_interval.map(|i| i.lower),
            "upper" => summary.mean_interval.map(|i| i.upper),
            other => unknown(other),
        };
    }
    let ratio = match o.text("part") {
        "paired" => paired_geometric_mean_ratio(&a, &b, o.level())?,
        _ => geometric_mean_ratio(&a, &b, variances, o.level())?,
    };
    Ok(match key {
        "ratio" => ratio.ratio,
        "lower" => ratio.interval.lower,
        "upper" => ratio.interval.upper,
        "df" => ratio.log_test.df,
        "p" => ratio.log_test.p_two_sided,
        other => unknown(other),
    })
}

fn zeros(o: &Options) -> Zeros {
    if o.text("zeros") == "pratt" { Zeros::Pratt } else { Zeros::Dropped }
}

pub(super) fn signed_rank_number(test: SignedRankTest, key: &str) -> Value {
    match key {
        "positive_rank_sum" => Ok(test.positive_rank_sum),
        "centred" => Ok(test.centred),
        "statistic" => test.statistic,
        "df" => test.df,
        "p_two_sided" => Ok(test.p_two_sided),
        "p_less" => Ok(test.p_less),
        "p_greater" => Ok(test.p_greater),
        other => unknown(other),
    }
}

pub(super) fn signed_rank_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let values = numbers(rows, "value");
    let test = match o.text("method") {
        "normal" => signed_rank_normal(&values, zeros(o), o.continuity()),
        "exact" => signed_rank_exact(&values, zeros(o), signed_rank::DEFAULT_WORK_LIMIT),
        "t" => signed_rank_t(&values),
        "univariate" => signed_rank_univariate(&values),
        "paired_t" => return one_sample_t_test(&values, 0.0, 0.95).map(|t| t_number(t, key)),
        other => unknown(other),
    };
    signed_rank_number(test?, key)
}

pub(super) fn walsh_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let limits = if o.text("limits") == "exact" { ShiftLimits::Exact } else { ShiftLimits::Asymptotic };
    let values = numbers(rows, "value");
    let centre = one_sample_hodges_lehmann(&values, o.level(), limits, signed_rank::DEFAULT_WORK_LIMIT)?;
    match key {
        "estimate" => Ok(centre.estimate),
        "order" => Ok(centre.order as f64),
        "lower" => centre.lower,
        "upper" => centre.upper,
        other => unknown(other),
    }
}

pub(super) fn kruskal_wallis_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let lists = samples(rows);
    let groups: Vec<&[f64]> = lists.iter().map(Vec::as_slice).collect();
    match o.text("method") {
        "exact" => kruskal_wallis_exact(&groups, work_limit(o, assignment::DEFAULT_WORK_LIMIT)),
        "monte_carlo" => {
            let (samples, seed) = draws(o);
            kruskal_wallis_monte_carlo(&groups, samples, seed).map(|m| m.p)
        }
        _ => kruskal_wallis(&groups).map(|test| match key {
            "statistic" | "chisq" => test.statistic,
            "df" => test.df,
            "p" => test.p,
            "mean_rank_0" => test.mean_ranks[0],
            other => unknown(other),
        }),
    }
}

fn trend_number(test: TrendTest, key: &str) -> Value {
    match key {
        "statistic" => Ok(test.statistic),
        "z" => test.z,
        "p_two_sided" => Ok(test.p_two_sided),
        "p_increasing" => Ok(test.p_increasing),
        "p_decreasing" => Ok(test.p_decreasing),
        other => unknown(other),
    }
}

pub(super) fn jonckheere_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let lists = samples(rows);
    let groups: Vec<&[f64]> = lists.iter().map(Vec::as_slice).collect();
    match o.text("method") {
        "exact" => trend_number(jonckheere_terpstra_exact(&groups, assignment::DEFAULT_WORK_LIMIT)?, key),
        "monte_carlo" => {
            let (samples, seed) = draws(o);
            let test = jonckheere_terpstra_monte_carlo(&groups, samples, seed)?;
            Ok(if key == "p_decreasing" { test.decreasing.p } else { test.two_sided.p })
        }
        _ => trend_number(jonckheere_terpstra(&groups, o.continuity())?, key),
    }
}

pub(super) fn friedman_value(rows: &[Row], _: &Options, key: &str) -> Value {
    let mut blocks: Vec<Vec<f64>> = Vec::new();
    for (block, treatment, value) in
        rows.iter().map(|r| (&r["block"], &r["treatment"], &r["value"])).map(|(b, t, v)| {
            (b.parse::<usize>().expect("block"), t.parse::<usize>().expect("treatment"), v.parse().expect("value"))
        })
    {
        blocks.resize(blocks.len().max(block), Vec::new());
        let own = &mut blocks[block - 1];
        own.resize(own.len().max(treatment), 0.0);
        own[treatment - 1] = value;
    }
    let slices: Vec<&[f64]> = blocks.iter().map(Vec::as_slice).collect();
    friedman(&slices).map(|test| match key {
        "chi_square" => test.chi_square,
        "df" => test.df,
        "p" => test.p,
        other => unknown(other),
    })
}

fn mean_score_number(test: MeanScoreTest, key: &str) -> Value {
    match key {
        "chi_square" | "chisq" => Ok(test.chi_square),
        "df" => Ok(test.df),
        "p" => Ok(test.p),
        "z" => test.z,
        "p_less" => test.p_less,
        "p_greater" => test.p_greater,
        other => unknown(other),
    }
}

pub(super) fn mean_scores_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let weights = if o.text("weights") == "equal" { RankWeights::Equal } else { RankWeights::VanElteren };
    let (groups, strata) = (indices(rows, "group"), indices(rows, "stratum"));
    mean_score_number(stratified_rank_test(&numbers(rows, "value"), &groups, &strata, weights)?, key)
}

pub(super) fn rank_ancova_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let lists: Vec<Vec<f64>> = o.text("covariates").split('+').map(|c| numbers(rows, c)).collect();
    let covariates: Vec<&[f64]> = lists.iter().map(Vec::as_slice).collect();
    let (response, groups) = (numbers(rows, "y"), indices(rows, "group"));
    if o.text("method") == "stratified" {
        let test = stratified_rank_ancova(&response, &covariates, &groups, &indices(rows, "stratum"))?;
        return mean_score_number(test, key);
    }
    quade_ancova(&response, &covariates, &groups).map(|test| super::samples::f_number(test, key))
}

pub(super) fn permutation_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let (a, b) = two_samples(rows);
    if o.text("method") == "monte_carlo" {
        let (samples, seed) = draws(o);
        let test = permutation_test_monte_carlo(&a, &b, samples, seed)?;
        return Ok(match key {
            "p_two_sided" => test.two_sided.p,
            "p_less" => test.less.p,
            "p_greater" => test.greater.p,
            other => unknown(other),
        });
    }
    let definition = match o.text("definition") {
        "distance" => ExactTwoSided::Distance,
        _ => ExactTwoSided::TwiceSmallerTail,
    };
    let test = permutation_test(&a, &b, definition, work_limit(o, permutation::DEFAULT_WORK_LIMIT))?;
    Ok(match key {
        "difference" => test.difference,
        "p_two_sided" => test.p_two_sided,
        "p_less" => test.p_less,
        "p_greater" => test.p_greater,
        other => unknown(other),
    })
}

pub(super) fn mann_whitney_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let (a, b) = two_samples(rows);
    let law = if o.text("law") == "normal" { PlacementLaw::Normal } else { PlacementLaw::BrunnerMunzel };
    let scale = if o.text("scale") == "logit" { ProbabilityScale::Logit } else { ProbabilityScale::Plain };
    let result = mann_whitney_probability(&a, &b, law, scale, o.level())?;
    match key {
        "probability" => Ok(result.probability),
        "odds" => result.odds,
        "standard_error" => result.standard_error,
        "statistic" => result.statistic,
        "df" => result.df,
        "p_two_sided" => result.p_two_sided,
        "lower" => result.interval.map(|i| i.lower),
        "upper" => result.interval.map(|i| i.upper),
        other => unknown(other),
    }
}

pub(super) fn fisher_monte_carlo_value(rows: &[Row], o: &Options, _: &str) -> Value {
    let table = super::counts::counts(rows);
    let (samples, seed) = draws(o);
    if o.text("work_limit").is_empty() {
        return fisher_monte_carlo(&table, samples, seed).map(|m| m.p);
    }
    match fisher_exact_or_monte_carlo(&table, work_limit(o, 0), samples, seed)? {
        TableP::Exact(p) => Ok(p),
        TableP::MonteCarlo(_) => panic!("small tables are exact"),
    }
}
