//! Restricted mean survival time: mean time without event up to a horizon, its difference and ratio between arms.

use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::kaplan_meier::{CurveInterval, SurvivalCurve, kaplan_meier};
use crate::stats::restricted_mean::{
    Horizon, MeanContrast, MeanVariance, RestrictedMean, horizon, mean_difference, mean_ratio, restricted_mean,
};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::kaplan_meier::times;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `rmst`.
pub(super) struct Rmst;

impl Method for Rmst {
    fn name(&self) -> &'static str {
        "rmst"
    }
    fn title(&self) -> &'static str {
        "Restricted mean survival time"
    }
    fn about(&self) -> About {
        About {
            estimand: "Mean time without event within the first tau units of time, and how much of it one arm gains over the other.",
            formula: "Area under the Kaplan-Meier curve up to tau; variance from Greenwood's increments and the areas still to come. Difference with normal limits; ratio of means and of times lost (tau − mean) with limits on the log scale.",
            limits: "Not estimable where a curve ends above 0 before tau. Means with different tau cannot be compared.",
            source: "Royston & Parmar 2013, BMC Medical Research Methodology 13:152; Uno et al. 2014, JCO 32:2380-2385.",
            sas: "PROC LIFETEST RMST(TAU=tau CL) OUTRMST=o; TIME t*status(0); STRATA arm / DIFF=CONTROL;",
            r: "survRM2::rmst2(time, status, arm, tau); summary(survival::survfit(...), rmean = tau)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "tau",
                kind: OptionKind::Number { low: 0.0, high: 1e9, default: Some(0.0) },
                about: "time up to which the mean is taken; 0 takes it from the data by `horizon`",
            },
            OptionDoc {
                name: "horizon",
                kind: OptionKind::Choice(&["last_time", "last_event"]),
                about: "without tau, of each arm the last time observed (survRM2) or the last event (SAS), of these the smallest",
            },
            OptionDoc {
                name: "variance",
                kind: OptionKind::Choice(&["greenwood", "bias_corrected"]),
                about: "greenwood (R), or times m/(m − 1) for m events (SAS LIFETEST's mean)",
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
        let level = options.number("conf_level");
        let curves: Vec<Result<SurvivalCurve, NotEstimable>> = (0..writer.input.arms.len())
            .map(|arm| {
                let (time, event) = times(writer, arm);
                kaplan_meier(&time, &event, level, CurveInterval::LogLog)
            })
            .collect();
        let rule = match (options.number("tau"), options.choice("horizon")) {
            (tau, _) if tau > 0.0 => Horizon::Given(tau),
            (_, "last_event") => Horizon::SmallestLargestEventTime,
            _ => Horizon::SmallestLargestTime,
        };
        let variance = match options.choice("variance") {
            "bias_corrected" => MeanVariance::BiasCorrected,
            _ => MeanVariance::Greenwood,
        };
        let known: Vec<&SurvivalCurve> = curves.iter().filter_map(|c| c.as_ref().ok()).collect();
        let tau = horizon(&known, rule);
        writer.overall(ResultKey::new(&writer.input.id, "tau"), tau);
        let means: Vec<Result<RestrictedMean, NotEstimable>> = curves
            .iter()
            .map(|curve| restricted_mean(curve.as_ref().map_err(|e| *e)?, tau?, variance, level))
            .collect();
        for (arm, mean) in means.iter().enumerate() {
            writer.arm("rmst", arm, mean.map(|m| m.estimate));
            writer.arm("rmst_se", arm, mean.map(|m| m.standard_error));
            writer.arm("rmst_lower", arm, mean.map(|m| m.interval.lower));
            writer.arm("rmst_upper", arm, mean.map(|m| m.interval.upper));
            writer.arm("time_lost", arm, mean.map(|m| m.time_lost().estimate));
        }
        for comparison in writer.input.comparisons.clone() {
            let both = means[comparison.0].and_then(|a| means[comparison.1].map(|b| (a, b)));
            let contrast = |of: &dyn Fn(&RestrictedMean, &RestrictedMean) -> Result<MeanContrast, NotEstimable>| {
                both.and_then(|(a, b)| of(&a, &b))
            };
            let diff = contrast(&|a, b| mean_difference(a, b, level));
            writer.compared("rmst_diff", comparison, diff.map(|d| d.estimate));
            writer.compared("rmst_diff_se", comparison, diff.map(|d| d.standard_error));
            writer.compared("rmst_diff_lower", comparison, diff.map(|d| d.interval.lower));
            writer.compared("rmst_diff_upper", comparison, diff.map(|d| d.interval.upper));
            writer.compared("z", comparison, diff.map(|d| d.test.z));
            writer.compared("p", comparison, diff.map(|d| d.test.p_two_sided));
            let lost = contrast(&|a, b| mean_ratio(&a.time_lost(), &b.time_lost(), level));
            for (name, ratio) in [("rmst_ratio", contrast(&|a, b| mean_ratio(a, b, level))), ("time_lost_ratio", lost)]
            {
                writer.compared(name, comparison, ratio.map(|r| r.estimate));
                writer.compared(&format!("{name}_lower"), comparison, ratio.map(|r| r.interval.lower));
                writer.compared(&format!("{name}_upper"), comparison, ratio.map(|r| r.interval.upper));
                let key = writer.compared_key("p", comparison).with("measure", name);
                writer.compared_keyed(key, comparison, ratio.map(|r| r.test.p_two_sided));
            }
        }
    }
}
