//! Cumulative incidence with a competing event, and Gray's test.

use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::cumulative_incidence::{IncidenceVariance, cumulative_incidence};
use crate::stats::gray::gray_test;

use super::input::{Analysed, Shape};
use super::item_keys::ItemKey;
use super::kaplan_meier::{CONF_TYPE, as_f64, curve_interval};
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `cumulative_incidence`.
pub(super) struct CumulativeIncidence;

impl Method for CumulativeIncidence {
    fn name(&self) -> &'static str {
        "cumulative_incidence"
    }
    fn title(&self) -> &'static str {
        "Cumulative incidence with a competing event"
    }
    fn about(&self) -> About {
        About {
            estimand: "Probability of the event up to each time where a competing event can come first; Gray's test of equal incidence.",
            formula: "Aalen-Johansen: sum over event times of S(t−) d/n, S the probability of no event of any kind. Test: Gray's weighted difference of subdistribution hazards.",
            limits: "The measure must state its `competing` event; without one the result is one minus Kaplan-Meier.",
            source: "Aalen & Johansen 1978, Scandinavian Journal of Statistics 5:141-150; Gray 1988, Annals of Statistics 16:1141-1154.",
            sas: "PROC LIFETEST; TIME t*status(0) / EVENTCODE=1; STRATA arm;",
            r: "cmprsk::cuminc(t, status, arm)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            CONF_TYPE,
            OptionDoc {
                name: "variance",
                kind: OptionKind::Choice(&["aalen", "greenwood"]),
                about: "variance: Aalen (SAS, cmprsk) or Greenwood type by the delta method (R survival)",
            },
            OptionDoc {
                name: "rho",
                kind: OptionKind::Number { low: 0.0, high: 5.0, default: Some(0.0) },
                about: "weight exponent of 1 − incidence in Gray's test",
            },
            OptionDoc { name: "times", kind: OptionKind::Numbers, about: "landmark times for the incidence" },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Time
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Factors, ItemKey::Strata]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe::times(writer, true);
        for arm in 0..writer.input.arms.len() {
            curve(options, writer, arm);
        }
        for comparison in writer.input.comparisons.clone() {
            let pair = [comparison.0, comparison.1];
            let rows: Vec<&Analysed> = writer.input.rows.iter().filter(|r| pair.contains(&r.arm)).collect();
            let strata = writer.input.strata_of(&rows, true);
            let test = gray(&rows, |r| usize::from(r.arm == pair[1]), 2, strata.as_deref(), options.number("rho"));
            writer.compared("chi_square", comparison, test.map(|t| t.chi_square));
            writer.compared("df", comparison, test.map(|t| t.df));
            writer.compared("p", comparison, test.map(|t| t.p));
        }
        let n_arms = writer.input.arms.len();
        if n_arms > 2 {
            let rows: Vec<&Analysed> = writer.input.rows.iter().collect();
            let strata = writer.input.strata_of(&rows, true);
            let test = gray(&rows, |r| r.arm, n_arms, strata.as_deref(), options.number("rho"));
            let id = writer.input.id.clone();
            writer.overall(ResultKey::new(&id, "chi_square"), test.map(|t| t.chi_square));
            writer.overall(ResultKey::new(&id, "df"), test.map(|t| t.df));
            writer.overall(ResultKey::new(&id, "p"), test.map(|t| t.p));
        }
    }
}

fn curve(options: &Options, writer: &mut Writer<'_, '_, '_>, arm: usize) {
    let rows: Vec<(f64, usize)> =
        writer.input.rows.iter().filter(|r| r.arm == arm).map(|r| (r.value, r.status)).collect();
    let time: Vec<f64> = rows.iter().map(|r| r.0).collect();
    let status: Vec<usize> = rows.iter().map(|r| r.1).collect();
    let variance =
        if options.choice("variance") == "greenwood" { IncidenceVariance::Greenwood } else { IncidenceVariance::Aalen };
    let curve =
        cumulative_incidence(&time, &status, 1, variance, options.number("conf_level"), curve_interval(options));
    for t in options.numbers("times") {
        let label = crate::base::number::plain(*t);
        let step = curve.as_ref().map_err(|e| *e).and_then(|c| c.at(*t));
        let limit = |f: fn(crate::stats::Interval) -> f64| -> Result<f64, NotEstimable> {
            step.and_then(|s| s.interval).map(f)
        };
        let key = |writer: &Writer<'_, '_, '_>, name: &str| writer.arm_key(name, arm).with("time", label.as_str());
        writer.keyed(key(writer, "cif"), &[arm], step.map(|s| s.incidence));
        writer.keyed(key(writer, "cif_se"), &[arm], step.and_then(|s| s.standard_error));
        writer.keyed(key(writer, "cif_lower"), &[arm], limit(|i| i.lower));
        writer.keyed(key(writer, "cif_upper"), &[arm], limit(|i| i.upper));
    }
    if let Ok(curve) = &curve {
        let mut points = vec![vec![0.0, 0.0, as_f64(time.len()), 0.0]];
        points.extend(curve.steps.iter().map(|s| vec![s.time, s.incidence, as_f64(s.n_risk), as_f64(s.n_censor)]));
        writer.series("cumulative_incidence", arm, vec!["time", "incidence", "n_risk", "n_censor"], points);
    }
}

fn gray(
    rows: &[&Analysed],
    group: impl Fn(&Analysed) -> usize,
    n_groups: usize,
    strata: Option<&[usize]>,
    rho: f64,
) -> Result<crate::stats::gray::GrayTest, NotEstimable> {
    let time: Vec<f64> = rows.iter().map(|r| r.value).collect();
    let status: Vec<usize> = rows.iter().map(|r| r.status).collect();
    let groups: Vec<usize> = rows.iter().map(|r| group(r)).collect();
    gray_test(&time, &status, &groups, n_groups, 1, strata, rho)
}
