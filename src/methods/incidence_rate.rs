//! Incidence rates: events in a time at risk, their difference and ratio between arms.

use crate::stats::NotEstimable;
use crate::stats::incidence_rate::{RateInterval, incidence_rate};
use crate::stats::two_rates::{
    ExactRateTwoSided, TwoRates, rate_difference_normal, rate_difference_score, rate_difference_test, rate_ratio_exact,
    rate_ratio_exact_test, rate_ratio_log, rate_ratio_score,
};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method};

/// The method `incidence_rate`.
pub(super) struct IncidenceRate;

impl Method for IncidenceRate {
    fn name(&self) -> &'static str {
        "incidence_rate"
    }
    fn title(&self) -> &'static str {
        "Incidence rates"
    }
    fn about(&self) -> About {
        About {
            estimand: "Events per unit of time at risk in each arm; difference and ratio of the rates.",
            formula: "Events over person-time: counts with `exposure`, first events with `time` and `event` (the time itself is at risk), or the records of `events` up to `time`. Limits of a rate: chi-square quantiles (garwood) or as chosen. Ratio: Clopper-Pearson given all events (exact), normal on the log scale, or score. Difference: normal or score.",
            limits: "A constant rate is assumed; where subjects differ in their rates these limits are too narrow (negative_binomial, mean_cumulative_function).",
            source: "Garwood 1936, Biometrika 28:437-442; Breslow & Day 1987, Statistical Methods in Cancer Research II, ch. 2; Miettinen & Nurminen 1985, Statistics in Medicine 4:213-226.",
            sas: "PROC STDRATE METHOD=DIRECT STAT=RATE(MULT=1000) EFFECT; the exact ratio from PROC GENMOD DIST=POISSON; EXACT arm;",
            r: "poisson.test(c(events_a, events_b), c(time_a, time_b)); epitools::pois.exact(events, time)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "per",
                kind: OptionKind::Number { low: 1e-9, high: 1e9, default: Some(1.0) },
                about: "rates and their difference are per so many units of time, such as 100",
            },
            OptionDoc {
                name: "interval",
                kind: OptionKind::Choice(&["garwood", "byar", "log", "score", "normal"]),
                about: "limits of a rate: garwood is exact (R poisson.test), log that of STDRATE's lognormal",
            },
            OptionDoc {
                name: "ratio",
                kind: OptionKind::Choice(&["exact", "log", "score"]),
                about: "limits of the ratio: exact (R poisson.test), log (SAS STDRATE, GENMOD) or score",
            },
            OptionDoc {
                name: "difference",
                kind: OptionKind::Choice(&["normal", "score"]),
                about: "limits of the difference",
            },
            OptionDoc {
                name: "test",
                kind: OptionKind::Choice(&["exact", "exact_twice", "score"]),
                about: "p-value: exact by likelihood (R), twice the smaller exact tail (fits the exact limits), or score (z with the pooled rate)",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Rate
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let (level, per) = (options.number("conf_level"), options.number("per"));
        let interval = match options.choice("interval") {
            "byar" => RateInterval::Byar,
            "log" => RateInterval::LogNormal,
            "score" => RateInterval::Score,
            "normal" => RateInterval::Normal,
            _ => RateInterval::Garwood,
        };
        let totals: Vec<Result<(u64, f64), NotEstimable>> = (0..writer.input.arms.len())
            .map(|arm| {
                let of = || writer.input.rows.iter().filter(|r| r.arm == arm);
                let counts: Vec<f64> = of().map(|r| r.value).collect();
                let time: f64 = of().filter_map(|r| r.exposure).sum();
                whole(&counts).map(|events| (events, time))
            })
            .collect();
        for (arm, total) in totals.iter().enumerate() {
            counts(writer, arm);
            writer.arm("person_time", arm, total.map(|t| t.1));
            let rate = total.and_then(|(events, time)| incidence_rate(events, time, level, interval));
            writer.arm(
                "rate",
                arm,
                total.and_then(|(events, time)| {
                    incidence_rate(events, time, level, RateInterval::Garwood).map(|r| per * r.estimate)
                }),
            );
            writer.arm("rate_lower", arm, rate.map(|r| per * r.interval.lower));
            writer.arm("rate_upper", arm, rate.map(|r| per * r.interval.upper));
        }
        for comparison in writer.input.comparisons.clone() {
            let rates = totals[comparison.0].and_then(|a| {
                totals[comparison.1].map(|b| TwoRates { events_a: a.0, time_a: a.1, events_b: b.0, time_b: b.1 })
            });
            let diff = rates.and_then(|r| match options.choice("difference") {
                "score" => rate_difference_score(r, level),
                _ => rate_difference_normal(r, level),
            });
            writer.compared("rate_diff", comparison, diff.and_then(|d| d.estimate).map(|x| per * x));
            writer.compared("rate_diff_se", comparison, diff.and_then(|d| d.standard_error).map(|x| per * x));
            writer.compared("rate_diff_lower", comparison, diff.and_then(|d| d.lower).map(|x| per * x));
            writer.compared("rate_diff_upper", comparison, diff.and_then(|d| d.upper).map(|x| per * x));
            let ratio = rates.and_then(|r| match options.choice("ratio") {
                "log" => rate_ratio_log(r, level),
                "score" => rate_ratio_score(r, level),
                _ => rate_ratio_exact(r, level),
            });
            writer.compared("rate_ratio", comparison, ratio.and_then(|r| r.estimate));
            writer.compared("rate_ratio_lower", comparison, ratio.and_then(|r| r.lower));
            writer.compared("rate_ratio_upper", comparison, ratio.and_then(|r| r.upper));
            let exact = |two_sided| rates.and_then(|r| rate_ratio_exact_test(r, 1.0, two_sided)).map(|t| t.p_two_sided);
            let p = match options.choice("test") {
                "score" => rates.and_then(|r| rate_difference_test(r, 0.0)).map(|t| t.p_two_sided),
                "exact_twice" => exact(ExactRateTwoSided::TwiceSmallerTail),
                _ => exact(ExactRateTwoSided::Likelihood),
            };
            writer.compared("p", comparison, p);
        }
    }
}

/// Writes subjects, those without a value, and events of an arm.
pub(super) fn counts(writer: &mut Writer<'_, '_, '_>, arm: usize) {
    writer.count("n", arm, |_| true);
    writer.missing(arm);
    let of = || writer.input.rows.iter().filter(|r| r.arm == arm);
    if writer.input.rows.iter().any(|r| !r.events.is_empty() || !r.outside.is_empty()) {
        writer.count_records("events", arm, |r| r.events.iter().map(|e| e.record).collect());
        writer.count_records("outside", arm, |r| r.outside.clone());
    } else if writer.input.rows.iter().all(|r| r.value <= 1.0) {
        writer.count("events", arm, |r| r.value == 1.0);
    } else {
        let total: f64 = of().map(|r| r.value).sum();
        writer.arm("events", arm, Ok(total));
    }
}

/// The sum of counts; `InvalidArgument` where one is no whole number from 0.
fn whole(counts: &[f64]) -> Result<u64, NotEstimable> {
    if counts.iter().any(|c| *c < 0.0 || c.fract() != 0.0 || *c > 1e9) {
        return Err(NotEstimable::InvalidArgument);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole numbers from 0, just checked")]
    Ok(counts.iter().map(|c| *c as u64).sum())
}
