//! Cox regression: hazard ratios of arms, factors and covariates, tests of the model and of proportional hazards.

use crate::base::diagnostic::Diagnostics;
use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::cox::{
    Coefficients, CoxData, CoxFit, HazardRatio, HazardTest, RobustFit, Ties, TimeTransform, cox_regression,
};

use super::input::{Analysed, Shape};
use super::item_keys::ItemKey;
use super::model_columns::{Compared, LogRatio, ModelColumns, reference_arm, write_ratio, write_test};
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, Setup, describe};

/// Keys of an analysis that regressions of hazards and rates read.
pub(super) const READS: &[ItemKey] =
    &[ItemKey::Compare, ItemKey::Covariates, ItemKey::Factors, ItemKey::Reference, ItemKey::Strata, ItemKey::Cluster];

/// Reports clusters where the variance is that of the model and so knows none.
pub(super) fn check_cluster(setup: &Setup<'_>, sink: &mut Diagnostics) {
    if setup.item.cluster.is_some() && setup.options.choice("variance") != "robust" {
        setup.fault(sink, "`cluster` changes nothing here", "it belongs to `variance: robust`");
    }
}

/// The method `cox`.
pub(super) struct Cox;

/// The option that names the treatment of ties.
pub(super) const TIES: OptionDoc = OptionDoc {
    name: "ties",
    kind: OptionKind::Choice(&["efron", "breslow", "discrete", "exact"]),
    about: "events at the same time: efron is R's default, breslow that of SAS and Stata; discrete is R's `exact` and SAS DISCRETE, exact is SAS EXACT (Kalbfleisch-Prentice)",
};

impl Method for Cox {
    fn name(&self) -> &'static str {
        "cox"
    }
    fn title(&self) -> &'static str {
        "Cox regression"
    }
    fn about(&self) -> About {
        About {
            estimand: "Ratio of the hazards of the arms at any time, adjusted for factors and covariates, the baseline hazard free in each stratum.",
            formula: "Maximum of the partial likelihood over all arms together; arms, factors (against their `reference` level) and covariates are terms, `strata` have baseline hazards of their own. Limits exp(b ± z SE), or where the profile likelihood falls by the chi-square quantile. Robust: sandwich of score residuals summed by `cluster` (or subject). Tests of all terms: likelihood ratio, score, Wald; of each term: Wald. Proportional hazards: score test of a term times a function of time (Grambsch & Therneau).",
            limits: "With crossing or late hazards one ratio says little: see the test of proportional hazards and rmst. A competing event counts as censoring. Robust variance and the test of proportional hazards are not defined with discrete and exact ties.",
            source: "Cox 1972, JRSS B 34:187-220; Efron 1977, JASA 72:557-565; Lin & Wei 1989, JASA 84:1074-1078; Grambsch & Therneau 1994, Biometrika 81:515-526.",
            sas: "PROC PHREG; CLASS arm(REF='placebo') f / PARAM=REF; MODEL t*status(0) = arm f x / TIES=EFRON RL; STRATA s;",
            r: "survival::coxph(Surv(t, event) ~ arm + f + x + strata(s), ties = \"efron\"); cox.zph(fit, transform = \"km\")",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            TIES,
            OptionDoc {
                name: "variance",
                kind: OptionKind::Choice(&["model", "robust"]),
                about: "standard errors: inverse information, or robust by cluster (R `cluster`, SAS COVS(AGGREGATE))",
            },
            OptionDoc {
                name: "interval",
                kind: OptionKind::Choice(&["wald", "profile"]),
                about: "limits of ratios: Wald (R, SAS default) or profile likelihood (SAS RL=PL)",
            },
            OptionDoc {
                name: "transform",
                kind: OptionKind::Choice(&["km", "identity", "rank", "log"]),
                about: "function of time in the test of proportional hazards; km is R's default",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Time
    }
    fn reads(&self) -> &'static [ItemKey] {
        READS
    }
    fn check(&self, setup: &Setup<'_>, sink: &mut Diagnostics) {
        check_cluster(setup, sink);
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe::times(writer, false);
        let input = writer.input;
        let rows: Vec<&Analysed> = input.rows.iter().collect();
        let records = Records {
            start: None,
            stop: rows.iter().map(|r| r.value).collect(),
            event: rows.iter().map(|r| r.status == 1).collect(),
            strata: input.strata_of(&rows, false),
            cluster: clusters(&rows),
            rows,
        };
        let robust = options.choice("variance") == "robust";
        regress(options, writer, &records, robust, "hazard_ratio");
    }
}

/// Records of a model, with the subject of each.
pub(super) struct Records<'a> {
    pub rows: Vec<&'a Analysed>,
    pub start: Option<Vec<f64>>,
    pub stop: Vec<f64>,
    pub event: Vec<bool>,
    pub strata: Option<Vec<usize>>,
    pub cluster: Option<Vec<usize>>,
}

/// Cluster of each row, where the analysis names one.
pub(super) fn clusters(rows: &[&Analysed]) -> Option<Vec<usize>> {
    rows.iter().map(|r| r.cluster).collect()
}

/// Tied events as chosen.
pub(super) fn ties(options: &Options) -> Ties {
    match options.choice("ties") {
        "breslow" => Ties::Breslow,
        "discrete" => Ties::Discrete,
        "exact" => Ties::ExactMarginal,
        _ => Ties::Efron,
    }
}

/// Fits the model and writes ratios under `name`, tests and likelihoods.
pub(super) fn regress(
    options: &Options,
    writer: &mut Writer<'_, '_, '_>,
    records: &Records<'_>,
    robust: bool,
    name: &str,
) {
    let level = options.number("conf_level");
    let profile = options.choice("interval") == "profile";
    let (columns, fit) = fit(options, writer, records, reference_arm(writer.input));
    let fit = fit.as_ref().map_err(|e| *e);
    let sandwich: Option<Result<RobustFit, NotEstimable>> =
        robust.then(|| fit.and_then(|f| f.robust(records.cluster.as_deref())));
    let coefficients: Result<&Coefficients, NotEstimable> = match &sandwich {
        Some(Ok(robust)) => Ok(&robust.coefficients),
        Some(Err(reason)) => Err(*reason),
        None => fit.map(|f| &f.coefficients),
    };
    for comparison in writer.input.comparisons.clone() {
        let ratio = coefficients.and_then(|c| c.combination(&columns.contrast(comparison), level)).map(log_ratio);
        let ratio = if profile {
            // The arm compared with has no column, so that the arm's own column is the comparison.
            let (columns, fit) = self::fit(options, writer, records, comparison.1);
            let column = columns.arm_column(comparison.0);
            with_profile(ratio, fit.as_ref().map_err(|e| *e), column, level)
        } else {
            ratio
        };
        write_ratio(writer, name, &Compared::Arms(comparison), ratio);
    }
    for (term, column, word) in columns.beyond_arms() {
        let ratio = coefficients.and_then(|c| c.hazard_ratio(column, level)).map(log_ratio);
        let ratio = if profile { with_profile(ratio, fit, Some(column), level) } else { ratio };
        write_ratio(writer, name, &Compared::Column(&term.name, word), ratio);
    }
    let score = match &sandwich {
        Some(Ok(robust)) => robust.score_test,
        Some(Err(reason)) => Err(*reason),
        None => fit.and_then(CoxFit::score_test),
    };
    write_test(writer, "likelihood_ratio", None, fit.and_then(CoxFit::likelihood_ratio_test).map(numbers));
    write_test(writer, "score", None, score.map(numbers));
    write_test(writer, "wald", None, coefficients.and_then(Coefficients::wald_test_of_all).map(numbers));
    for term in &columns.terms {
        let places: Vec<usize> = term.columns.clone().collect();
        let test = coefficients.and_then(|c| c.wald_test(&places));
        write_test(writer, "wald", Some(&term.name), test.map(numbers));
    }
    proportional_hazards(options, writer, &columns, fit);
    let id = writer.input.id.clone();
    writer.overall(ResultKey::new(&id, "log_likelihood"), fit.map(|f| f.log_likelihood));
    writer.overall(ResultKey::new(&id, "log_likelihood_null"), fit.map(|f| f.log_likelihood_null));
}

fn proportional_hazards(
    options: &Options,
    writer: &mut Writer<'_, '_, '_>,
    columns: &ModelColumns,
    fit: Result<&CoxFit, NotEstimable>,
) {
    let transform = match options.choice("transform") {
        "identity" => TimeTransform::Identity,
        "rank" => TimeTransform::Rank,
        "log" => TimeTransform::Log,
        _ => TimeTransform::KaplanMeier,
    };
    let places: Vec<Vec<usize>> = columns.terms.iter().map(|t| t.columns.clone().collect()).collect();
    let places: Vec<&[usize]> = places.iter().map(Vec::as_slice).collect();
    let check = fit.and_then(|f| f.proportionality(&places, transform));
    let check = check.as_ref().map_err(|e| *e);
    for (at, term) in columns.terms.iter().enumerate() {
        let test = check.and_then(|c| c.terms[at]);
        write_test(writer, "proportional_hazards", Some(&term.name), test.map(numbers));
    }
    write_test(writer, "proportional_hazards", None, check.and_then(|c| c.global).map(numbers));
}

fn fit(
    options: &Options,
    writer: &Writer<'_, '_, '_>,
    records: &Records<'_>,
    reference: usize,
) -> (ModelColumns, Result<CoxFit, NotEstimable>) {
    let columns = ModelColumns::of(writer.input, &records.rows, reference, false);
    let slices = columns.slices();
    let data = CoxData {
        start: records.start.as_deref(),
        stop: &records.stop,
        event: &records.event,
        columns: &slices,
        strata: records.strata.as_deref(),
        weights: None,
    };
    let fit = cox_regression(data, ties(options));
    (columns, fit)
}

/// The ratio with the limits of the profile likelihood.
fn with_profile(
    ratio: Result<LogRatio, NotEstimable>,
    fit: Result<&CoxFit, NotEstimable>,
    column: Option<usize>,
    level: f64,
) -> Result<LogRatio, NotEstimable> {
    let profile = column.ok_or(NotEstimable::InvalidArgument).and_then(|c| fit?.profile_interval(c, level));
    ratio.map(|r| LogRatio {
        lower: profile.as_ref().map_err(|e| *e).and_then(|p| p.lower),
        upper: profile.as_ref().map_err(|e| *e).and_then(|p| p.upper),
        ..r
    })
}

/// As it is written.
pub(super) fn log_ratio(ratio: HazardRatio) -> LogRatio {
    LogRatio {
        log: ratio.log_ratio,
        standard_error: ratio.standard_error,
        z: ratio.z,
        p: ratio.p_two_sided,
        ratio: ratio.ratio,
        lower: ratio.interval.map(|i| i.lower),
        upper: ratio.interval.map(|i| i.upper),
    }
}

/// As it is written.
pub(super) fn numbers(test: HazardTest) -> (f64, f64, f64) {
    (test.chi_square, test.df, test.p)
}
