//! Kaplan-Meier curve: quartiles of the time, probabilities at landmarks, numbers at risk.

use crate::base::number::plain;
use crate::stats::NotEstimable;
use crate::stats::kaplan_meier::{CurveInterval, SurvivalCurve, kaplan_meier};
use crate::stats::survival_difference::{survival_difference, survival_difference_test};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `kaplan_meier`.
pub(super) struct KaplanMeier;

/// Scales of a probability.
const SCALES: &[&str] = &["log_log", "log", "plain", "logit", "arcsine"];

/// The option that names the scale of a pointwise interval.
pub(super) const CONF_TYPE: OptionDoc = OptionDoc {
    name: "conf_type",
    kind: OptionKind::Choice(SCALES),
    about: "scale of the pointwise interval: log_log as SAS, log as R by default; quantiles have theirs from it",
};

/// The interval scale chosen.
pub(super) fn curve_interval(options: &Options) -> CurveInterval {
    scale(options.choice("conf_type"))
}

fn scale(word: &str) -> CurveInterval {
    match word {
        "log" => CurveInterval::Log,
        "plain" => CurveInterval::Plain,
        "logit" => CurveInterval::Logit,
        "arcsine" => CurveInterval::ArcsineSquareRoot,
        _ => CurveInterval::LogLog,
    }
}

impl Method for KaplanMeier {
    fn name(&self) -> &'static str {
        "kaplan_meier"
    }
    fn title(&self) -> &'static str {
        "Kaplan-Meier estimate"
    }
    fn about(&self) -> About {
        About {
            estimand: "Probability of no event up to each time, and the times at which it falls to 75, 50 and 25 per cent.",
            formula: "Product over event times of 1 − d/n, Greenwood's variance; limits of quantiles by Brookmeyer and Crowley on the same scale as the pointwise interval. Arms at a landmark: difference of the probabilities with a normal interval, and a z test on `test_scale`.",
            limits: "A competing event counts as censoring here; use cumulative_incidence where that is not meant. A landmark after the last observation is not estimable while subjects are still without event.",
            source: "Kaplan & Meier 1958, JASA 53:457-481; Brookmeyer & Crowley 1982, Biometrics 38:29-41; Klein et al. 2007, Statistics in Medicine 26:4505-4519 (landmark tests).",
            sas: "PROC LIFETEST CONFTYPE=LOGLOG; TIME t*status(0); STRATA arm;",
            r: "survival::survfit(Surv(t, event) ~ arm, conf.type = \"log-log\")",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            CONF_TYPE,
            OptionDoc {
                name: "times",
                kind: OptionKind::Numbers,
                about: "landmark times for probabilities and numbers at risk, and for the difference of the arms compared",
            },
            OptionDoc {
                name: "quantiles",
                kind: OptionKind::Numbers,
                about: "shares of subjects with the event, each between 0 and 1, at whose time besides the quartiles is wanted",
            },
            OptionDoc {
                name: "test_scale",
                kind: OptionKind::Choice(&["plain", "log", "log_log", "logit", "arcsine"]),
                about: "scale on which the arms are tested at a landmark; log_log keeps the level best in small samples",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Time
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe::times(writer, false);
        let curves: Vec<Result<SurvivalCurve, NotEstimable>> = (0..writer.input.arms.len())
            .map(|arm| {
                let (time, event) = times(writer, arm);
                kaplan_meier(&time, &event, options.number("conf_level"), curve_interval(options))
            })
            .collect();
        for (arm, curve) in curves.iter().enumerate() {
            let quantiles = [("q1", 0.25), ("median", 0.5), ("q3", 0.75)].map(|(name, p)| (name, None, p));
            let further = options.numbers("quantiles").iter().map(|p| ("quantile", Some(plain(*p)), *p));
            for (name, share, p) in quantiles.into_iter().chain(further) {
                let quantile = match curve {
                    Ok(curve) if p > 0.0 && p < 1.0 => Ok(curve.quantile(p)),
                    Ok(_) => Err(NotEstimable::InvalidArgument),
                    Err(reason) => Err(*reason),
                };
                let mut put = |suffix: &str, value: Result<f64, NotEstimable>| {
                    let key = writer.arm_key(&format!("{name}{suffix}"), arm);
                    let key = share.iter().fold(key, |key, share| key.with("share", share.as_str()));
                    writer.keyed(key, &[arm], value);
                };
                put("", quantile.and_then(|q| q.estimate));
                put("_lower", quantile.and_then(|q| q.lower));
                put("_upper", quantile.and_then(|q| q.upper));
            }
            for t in options.numbers("times") {
                landmark(writer, arm, curve.as_ref().map_err(|e| *e), *t);
            }
            if let Ok(curve) = curve {
                let mut points = vec![vec![0.0, 1.0, as_f64(curve.n), 0.0]];
                points
                    .extend(curve.steps.iter().map(|s| vec![s.time, s.survival, as_f64(s.n_risk), as_f64(s.n_censor)]));
                writer.series("survival", arm, vec!["time", "survival", "n_risk", "n_censor"], points);
            }
        }
        for comparison in writer.input.comparisons.clone() {
            for t in options.numbers("times") {
                let both = match (&curves[comparison.0], &curves[comparison.1]) {
                    (Ok(a), Ok(b)) => Ok((a, b)),
                    (Err(reason), _) | (_, Err(reason)) => Err(*reason),
                };
                let diff = both.and_then(|(a, b)| survival_difference(a, b, *t, options.number("conf_level")));
                let test =
                    both.and_then(|(a, b)| survival_difference_test(a, b, *t, scale(options.choice("test_scale"))));
                for (name, value) in [
                    ("surv_diff", diff.map(|d| d.difference)),
                    ("surv_diff_se", diff.and_then(|d| d.standard_error)),
                    ("surv_diff_lower", diff.and_then(|d| d.interval).map(|i| i.lower)),
                    ("surv_diff_upper", diff.and_then(|d| d.interval).map(|i| i.upper)),
                    ("z", test.map(|t| t.z)),
                    ("p", test.map(|t| t.p_two_sided)),
                ] {
                    let key = writer.compared_key(name, comparison).with("time", plain(*t));
                    writer.compared_keyed(key, comparison, value);
                }
            }
        }
    }
}

/// Times of an arm, and which of them ended in an event.
pub(super) fn times(writer: &Writer<'_, '_, '_>, arm: usize) -> (Vec<f64>, Vec<bool>) {
    writer.input.rows.iter().filter(|r| r.arm == arm).map(|r| (r.value, r.status == 1)).unzip()
}

fn landmark(writer: &mut Writer<'_, '_, '_>, arm: usize, curve: Result<&SurvivalCurve, NotEstimable>, t: f64) {
    let step = curve.and_then(|c| c.at(t));
    let interval = step.and_then(|s| s.interval);
    for (name, value) in [
        ("surv", step.map(|s| s.survival)),
        ("surv_se", step.and_then(|s| s.standard_error)),
        ("surv_lower", interval.map(|i| i.lower)),
        ("surv_upper", interval.map(|i| i.upper)),
    ] {
        let key = writer.arm_key(name, arm).with("time", plain(t));
        writer.keyed(key, &[arm], value);
    }
    let key = writer.arm_key("n_risk", arm).with("time", plain(t));
    writer.count_keyed(key, arm, |r| r.value >= t);
}

#[expect(clippy::cast_precision_loss, reason = "numbers of subjects are far below 2^53")]
pub(super) fn as_f64(n: usize) -> f64 {
    n as f64
}
