//! Mean cumulative function of events that recur: mean number of events by each time, compared between arms.

use crate::base::number::plain;
use crate::stats::NotEstimable;
use crate::stats::mean_cumulative::{
    CumulativeInterval, CumulativeStep, CumulativeVariance, MeanCumulative, RecurrentEvents, mean_cumulative,
    mean_cumulative_difference,
};
use crate::stats::mean_cumulative_test::{ContributionCentre, mean_cumulative_test};

use super::incidence_rate::counts;
use super::input::{Analysed, Shape};
use super::item_keys::ItemKey;
use super::kaplan_meier::as_f64;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method};

/// The method `mean_cumulative_function`.
pub(super) struct MeanCumulativeFunction;

impl Method for MeanCumulativeFunction {
    fn name(&self) -> &'static str {
        "mean_cumulative_function"
    }
    fn title(&self) -> &'static str {
        "Mean cumulative function"
    }
    fn about(&self) -> About {
        About {
            estimand: "Mean number of events a subject has by each time, and whether it differs between arms.",
            formula: "Sum over event times of events over subjects under observation (Nelson). Variance from the subjects' own contributions (lawless_nadeau) or as of a Poisson process. Arms at a landmark: difference with normal limits. Over all time: events of the first arm less those expected if the arms were equal, with robust variance.",
            limits: "Death that ends observation is taken as censoring. Events at or before time 0 and after the end of observation are not counted; `outside` says how many.",
            source: "Nelson 1988, Journal of Quality Technology 20:24-35; Lawless & Nadeau 1995, Technometrics 37:158-168; Cook, Lawless & Nadeau 1996, Biometrics 52:557-571.",
            sas: "PROC RELIABILITY; UNITID id; MCFPLOT t*c(1) = arm / MCFDIFF; or PROC PHREG COVS(AGGREGATE) with BASELINE CMF=",
            r: "survival::survfit(Surv(start, stop, event) ~ arm, id = id); score test: coxph(..., cluster = id)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "variance",
                kind: OptionKind::Choice(&["lawless_nadeau", "poisson"]),
                about: "variance: from the subjects' own contributions (SAS, R) or as of a Poisson process",
            },
            OptionDoc {
                name: "conf_type",
                kind: OptionKind::Choice(&["log", "plain"]),
                about: "scale of the pointwise interval: log as SAS PHREG, or plain",
            },
            OptionDoc {
                name: "test_variance",
                kind: OptionKind::Choice(&["pooled", "own_arm"]),
                about: "variance of the test about the mean of both arms (robust score test of coxph and PHREG) or of the own arm (Cook, Lawless & Nadeau)",
            },
            OptionDoc {
                name: "times",
                kind: OptionKind::Numbers,
                about: "landmark times for means and differences of the arms compared",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Recurrent
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let level = options.number("conf_level");
        let variance = match options.choice("variance") {
            "poisson" => CumulativeVariance::Poisson,
            _ => CumulativeVariance::LawlessNadeau,
        };
        let scale = match options.choice("conf_type") {
            "plain" => CumulativeInterval::Plain,
            _ => CumulativeInterval::Log,
        };
        let mut curves: Vec<Result<MeanCumulative, NotEstimable>> = Vec::new();
        for arm in 0..writer.input.arms.len() {
            counts(writer, arm);
            let data = Data::of(writer.input.rows.iter().filter(|r| r.arm == arm));
            let curve = mean_cumulative(data.records(), variance, level, scale);
            for t in options.numbers("times") {
                let at = curve.as_ref().map_err(|e| *e).and_then(|c| c.at(*t));
                let step = curve.as_ref().map_err(|e| *e).and_then(|c| last_step(c, *t));
                for (name, value) in [
                    ("mean_count", at.map(|a| a.0)),
                    ("mean_count_se", at.map(|a| a.1)),
                    ("mean_count_lower", step.map(|s| s.interval.lower)),
                    ("mean_count_upper", step.map(|s| s.interval.upper)),
                ] {
                    let key = writer.arm_key(name, arm).with("time", plain(*t));
                    writer.keyed(key, &[arm], value);
                }
                let key = writer.arm_key("n_risk", arm).with("time", plain(*t));
                writer.count_keyed(key, arm, |r| r.value >= *t);
            }
            if let Ok(curve) = &curve {
                let mut points = vec![vec![0.0, 0.0, as_f64(curve.n)]];
                points.extend(curve.steps.iter().map(|s| vec![s.time, s.mean, as_f64(s.n_risk)]));
                writer.series("mean_cumulative", arm, vec!["time", "mean_count", "n_risk"], points);
            }
            curves.push(curve);
        }
        for comparison in writer.input.comparisons.clone() {
            for t in options.numbers("times") {
                let diff = match (&curves[comparison.0], &curves[comparison.1]) {
                    (Ok(a), Ok(b)) => mean_cumulative_difference(a, b, *t, level),
                    (Err(reason), _) | (_, Err(reason)) => Err(*reason),
                };
                for (name, value) in [
                    ("mean_count_diff", diff.map(|d| d.estimate)),
                    ("mean_count_diff_se", diff.map(|d| d.standard_error)),
                    ("mean_count_diff_lower", diff.map(|d| d.interval.lower)),
                    ("mean_count_diff_upper", diff.map(|d| d.interval.upper)),
                    ("z", diff.map(|d| d.test.z)),
                    ("p", diff.map(|d| d.test.p_two_sided)),
                ] {
                    let key = writer.compared_key(name, comparison).with("time", plain(*t));
                    writer.compared_keyed(key, comparison, value);
                }
            }
            let pair = [comparison.0, comparison.1];
            let rows = || writer.input.rows.iter().filter(|r| pair.contains(&r.arm));
            let group: Vec<usize> = rows().map(|r| usize::from(r.arm == pair[1])).collect();
            let centre = match options.choice("test_variance") {
                "own_arm" => ContributionCentre::OwnGroup,
                _ => ContributionCentre::Pooled,
            };
            let data = Data::of(rows());
            let test = mean_cumulative_test(data.records(), &group, centre);
            writer.compared("z", comparison, test.map(|t| t.test.z));
            writer.compared("p", comparison, test.map(|t| t.test.p_two_sided));
        }
    }
}

/// Events of some subjects as columns.
struct Data {
    follow_up: Vec<f64>,
    event_subject: Vec<usize>,
    event_time: Vec<f64>,
}

impl Data {
    fn of<'a>(rows: impl Iterator<Item = &'a Analysed>) -> Self {
        let mut data = Self { follow_up: Vec::new(), event_subject: Vec::new(), event_time: Vec::new() };
        for (at, row) in rows.enumerate() {
            data.follow_up.push(row.value);
            data.event_subject.extend(row.events.iter().map(|_| at));
            data.event_time.extend(row.events.iter().map(|e| e.time));
        }
        data
    }

    fn records(&self) -> RecurrentEvents<'_> {
        RecurrentEvents { follow_up: &self.follow_up, event_subject: &self.event_subject, event_time: &self.event_time }
    }
}

/// The last step not after a time; `NoEvents` before the first.
fn last_step(curve: &MeanCumulative, t: f64) -> Result<CumulativeStep, NotEstimable> {
    curve.at(t)?;
    curve.steps.iter().rev().find(|s| s.time <= t).copied().ok_or(NotEstimable::NoEvents)
}
