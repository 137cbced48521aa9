//! Tipping point: how far imputed values must be shifted until the conclusion changes.

use crate::results::ResultKey;
use crate::stats::imputation::tipping_point::{refine_tipping_point, tipping_point};
use crate::stats::{NotEstimable, Value};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::multiple_imputation::{
    APPROACH, BURN_IN, DF, IMPUTATIONS, Imputed, MODEL, SEED, SHIFTED_ARMS, STRATEGY, WEIGHTS, counts,
};
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method};

/// The method `tipping_point`.
pub(super) struct TippingPoint;

/// The shifts of the grid where the configuration names none.
const NO_SHIFT: &[f64] = &[0.0];

impl Method for TippingPoint {
    fn name(&self) -> &'static str {
        "tipping_point"
    }
    fn title(&self) -> &'static str {
        "Tipping point of shifted imputed values"
    }
    fn about(&self) -> About {
        About {
            estimand: "Difference of means after multiple imputation with imputed values of the last visit shifted by each of several deltas, and the delta at which its p-value crosses the significance level.",
            formula: "As `multiple_imputation`; delta is added to the imputed values before the analysis, the same imputations serve all deltas. The tipping point is between two deltas of the grid with different conclusions, those nearest to zero; it is found by halving to `precision`, and is the last delta at which the conclusion still holds.",
            limits: "No tipping point within the grid is `not reached`. Where the conclusion changes several times, the change nearest to zero is taken.",
            source: "Cro, Morris, Kenward & Carpenter 2020, Statistics in Medicine 39:2815-2842; Yan, Lee & Li 2009, J Biopharm Stat 19:1085-1098.",
            sas: "PROC MI; MNAR ADJUST(v4 / SHIFT=delta ADJUSTOBS=(arm=\"1\")); for each delta, then PROC MIANALYZE",
            r: "rbmi::analyse(..., delta = delta_template(...) with the delta)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        const DELTAS: OptionDoc = OptionDoc {
            name: "deltas",
            kind: OptionKind::Numbers,
            about: "shifts to be judged, in units of the measure, in order from the least to the greatest departure",
        };
        const ALPHA: OptionDoc = OptionDoc {
            name: "alpha",
            kind: OptionKind::Number { low: 0.0001, high: 0.5, default: Some(0.05) },
            about: "two-sided significance level: the conclusion is whether p is below it",
        };
        const PRECISION: OptionDoc = OptionDoc {
            name: "precision",
            kind: OptionKind::Number { low: 1e-9, high: 1e9, default: Some(0.01) },
            about: "how close the tipping point is found, in units of the measure",
        };
        &[
            DELTAS,
            ALPHA,
            PRECISION,
            SEED,
            IMPUTATIONS,
            APPROACH,
            BURN_IN,
            MODEL,
            STRATEGY,
            SHIFTED_ARMS,
            DF,
            WEIGHTS,
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::VisitsToImpute
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Covariates, ItemKey::Factors, ItemKey::Visits]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        counts(writer);
        let drawn = Imputed::draw(options, writer.input);
        let given = options.numbers("deltas");
        let deltas: &[f64] = if given.is_empty() { NO_SHIFT } else { given };
        for comparison in writer.input.comparisons.clone() {
            let at = |delta: f64| {
                let drawn = drawn.as_ref().map_err(|e| *e)?;
                drawn.analyse(delta)?.pooled(|fit| fit.contrast(comparison.0, comparison.1))
            };
            for delta in deltas {
                let pooled = at(*delta);
                for (name, value) in [
                    ("diff", pooled.map(|v| v.estimate)),
                    ("diff_se", pooled.map(|v| v.standard_error)),
                    ("diff_lower", pooled.and_then(|v| v.interval).map(|i| i.lower)),
                    ("diff_upper", pooled.and_then(|v| v.interval).map(|i| i.upper)),
                    ("p", pooled.map(|v| v.p_two_sided)),
                ] {
                    let key: ResultKey = writer.compared_key(name, comparison).with("delta", delta.to_string());
                    writer.compared_keyed(key, comparison, value);
                }
            }
            let p = |delta: f64| at(delta).map(|v| v.p_two_sided);
            let found = find(deltas, options.number("alpha"), options.number("precision"), p);
            writer.compared("tipping_delta", comparison, found);
        }
    }
}

/// The delta nearest to zero at which the conclusion changes.
fn find(deltas: &[f64], alpha: f64, precision: f64, p: impl Fn(f64) -> Value) -> Value {
    let holds = |p: f64| p < alpha;
    let judged = tipping_point(deltas, &p, holds)?;
    let far = |pair: &&(usize, usize)| {
        let size = |at: usize| judged.results[at].0.abs();
        size(pair.0).max(size(pair.1))
    };
    let nearest = judged.changes.iter().min_by(|a, b| far(a).total_cmp(&far(b)));
    let Some((one, other)) = nearest else {
        // Without any p-value the reason is that of the first delta.
        let first = judged.results.iter().find_map(|(_, value)| value.err());
        let all_failed = judged.results.iter().all(|(_, value)| value.is_err());
        return Err(first.filter(|_| all_failed).unwrap_or(NotEstimable::NotReached));
    };
    let (one, other) = (judged.results[*one].0, judged.results[*other].0);
    let (start, end) = if one.abs() <= other.abs() { (one, other) } else { (other, one) };
    refine_tipping_point(start, end, precision, &p, holds)
}
