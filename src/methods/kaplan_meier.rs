//! Kaplan-Meier curve: quartiles of the time, probabilities at landmarks, numbers at risk.

use crate::stats::NotEstimable;
use crate::stats::kaplan_meier::{CurveInterval, kaplan_meier};

use super::input::Shape;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `kaplan_meier`.
pub(super) struct KaplanMeier;

/// The option that names the scale of a pointwise interval.
pub(super) const CONF_TYPE: OptionDoc = OptionDoc {
    name: "conf_type",
    kind: OptionKind::Choice(&["log_log", "log", "plain"]),
    about: "scale of the pointwise interval: log_log as SAS, log as R by default",
};

/// The interval scale chosen.
pub(super) fn curve_interval(options: &Options) -> CurveInterval {
    match options.choice("conf_type") {
        "log" => CurveInterval::Log,
        "plain" => CurveInterval::Plain,
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
            formula: "Product over event times of 1 − d/n, Greenwood's variance; limits of quantiles by Brookmeyer and Crowley on the same scale as the pointwise interval.",
            limits: "A competing event counts as censoring here; use cumulative_incidence where that is not meant.",
            source: "Kaplan & Meier 1958, JASA 53:457-481; Brookmeyer & Crowley 1982, Biometrics 38:29-41.",
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
                about: "landmark times for probabilities and numbers at risk",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Time
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe::times(writer, false);
        for arm in 0..writer.input.arms.len() {
            let rows: Vec<(f64, bool)> =
                writer.input.rows.iter().filter(|r| r.arm == arm).map(|r| (r.value, r.status == 1)).collect();
            let time: Vec<f64> = rows.iter().map(|r| r.0).collect();
            let event: Vec<bool> = rows.iter().map(|r| r.1).collect();
            let curve = kaplan_meier(&time, &event, options.number("conf_level"), curve_interval(options));
            for (name, p) in [("q1", 0.25), ("median", 0.5), ("q3", 0.75)] {
                let quantile = curve.as_ref().map_err(|e| *e).map(|c| c.quantile(p));
                writer.arm(name, arm, quantile.and_then(|q| q.estimate));
                writer.arm(&format!("{name}_lower"), arm, quantile.and_then(|q| q.lower));
                writer.arm(&format!("{name}_upper"), arm, quantile.and_then(|q| q.upper));
            }
            for t in options.numbers("times") {
                let label = crate::base::number::plain(*t);
                let step = curve.as_ref().map_err(|e| *e).and_then(|c| c.at(*t));
                let limit = |f: fn(crate::stats::Interval) -> f64| -> Result<f64, NotEstimable> {
                    step.and_then(|s| s.interval).map(f)
                };
                let key =
                    |writer: &Writer<'_, '_, '_>, name: &str| writer.arm_key(name, arm).with("time", label.as_str());
                writer.keyed(key(writer, "surv"), &[arm], step.map(|s| s.survival));
                writer.keyed(key(writer, "surv_lower"), &[arm], limit(|i| i.lower));
                writer.keyed(key(writer, "surv_upper"), &[arm], limit(|i| i.upper));
                writer.count_keyed(key(writer, "n_risk"), arm, |r| r.value >= *t);
            }
            if let Ok(curve) = &curve {
                let mut points = vec![vec![0.0, 1.0, as_f64(curve.n), 0.0]];
                points
                    .extend(curve.steps.iter().map(|s| vec![s.time, s.survival, as_f64(s.n_risk), as_f64(s.n_censor)]));
                writer.series("survival", arm, vec!["time", "survival", "n_risk", "n_censor"], points);
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of subjects are far below 2^53")]
pub(super) fn as_f64(n: usize) -> f64 {
    n as f64
}
