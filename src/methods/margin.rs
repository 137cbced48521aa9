//! What an analysis shows against a margin: one-sided p-values, and the conclusion by the interval that is shown.
//!
//! Schuirmann (1987) for two one-sided tests; Farrington & Manning (1990) for the difference and the ratio of two
//! proportions; ICH E9, 3.3.2, for the conclusion by a two-sided interval of level 1 - 2 alpha. A ratio is tested by
//! its logarithm, the standard error being that of the interval. `measure.better` says which side is bad; it speaks of
//! the values measured: of a hazard ratio of times of which longer ones are better, values below 1 are good.

use crate::base::codes::{ANA_001, CFG_003, CFG_005};
use crate::base::diagnostic::{Diagnostics, Place};
use crate::base::number::plain;
use crate::base::suggest::did_you_mean;
use crate::results::{NewResult, ResultKey, ResultSink, Style};
use crate::spec::analysis::{self, AnalysisItem, EndpointSpec};
use crate::spec::at::At;
use crate::spec::margin::{MarginKind, MarginSpec};
use crate::stats::farrington_manning::{risk_difference_test, risk_ratio_test};
use crate::stats::non_inferiority::{Better, Conclusion, Margins, conclude};
use crate::stats::two_proportions::TwoProportions;
use crate::stats::{NotEstimable, Value};

use super::effect::{EFFECTS, Effect, Estimate, concluded, keys, number};
use super::input::{AnalysisInput, Shape};

/// The margin of an analysis in words.
#[must_use]
pub fn in_words(margin: &MarginSpec) -> String {
    let shown = |x: &Option<At<f64>>| x.as_ref().map_or_else(String::new, |x| plain(**x));
    let text = match *margin.kind {
        MarginKind::NonInferiority => format!("non-inferiority margin {}", shown(&margin.margin)),
        MarginKind::SuperiorityByMargin => format!("superiority by the margin {}", shown(&margin.margin)),
        MarginKind::Equivalence => {
            format!("equivalence bounds {} and {}", shown(&margin.lower), shown(&margin.upper))
        }
    };
    let rationale = margin.rationale.trim();
    if rationale.is_empty() { text } else { format!("{text}; {}", rationale.trim_end_matches('.')) }
}

/// The p-value that tests the margin.
#[must_use]
pub fn p_statistic(kind: MarginKind) -> &'static str {
    match kind {
        MarginKind::NonInferiority => "p_non_inferiority",
        MarginKind::Equivalence => "p_equivalence",
        MarginKind::SuperiorityByMargin => "p_superiority",
    }
}

/// The conclusion: 1 where it is shown, 0 where not.
#[must_use]
pub fn conclusion_statistic(kind: MarginKind) -> &'static str {
    match kind {
        MarginKind::NonInferiority => "non_inferior",
        MarginKind::Equivalence => "equivalent",
        MarginKind::SuperiorityByMargin => "superior_by_margin",
    }
}

/// A margin that was checked.
struct Checked {
    kind: MarginKind,
    effect: Effect,
    better: Better,
    /// On the effect's own scale.
    lower: Option<f64>,
    upper: Option<f64>,
    alpha: f64,
    level: f64,
}

/// Stores what each comparison of the analysis shows; what is wrong with the margin is reported at its place.
pub(super) fn run(
    endpoint: &EndpointSpec,
    item: &AnalysisItem,
    shape: Shape,
    level: Option<f64>,
    input: &AnalysisInput,
    sink: &mut Diagnostics,
    results: &mut ResultSink<'_>,
) {
    let Some(margin) = &item.margin else { return };
    let Some(checked) = check(endpoint, item, margin, level, sink, results) else { return };
    let rule = format!("{}, one-sided level {}", in_words(margin), plain(checked.alpha));
    for key in keys(results.store(), &input.id, &checked.effect) {
        checked.store(shape, input, &key, &rule, results);
    }
}

fn check(
    endpoint: &EndpointSpec,
    item: &AnalysisItem,
    margin: &MarginSpec,
    level: Option<f64>,
    sink: &mut Diagnostics,
    results: &ResultSink<'_>,
) -> Option<Checked> {
    let place = &margin.kind.place;
    let mark = sink.mark();
    let stored: Vec<&Effect> =
        EFFECTS.iter().filter(|effect| !keys(results.store(), &item.id, effect).is_empty()).collect();
    let chosen = match &margin.effect {
        None => stored.first().copied(),
        Some(name) => {
            let found = stored.iter().copied().find(|effect| effect.name == name.as_str());
            if found.is_none() {
                sink.error(&CFG_003, name.place.clone(), format!("`{}` has no effect `{}`", *item.id, **name))
                    .hint(did_you_mean(name, stored.iter().map(|effect| effect.name)));
            }
            found
        }
    };
    let (Some(effect), Some(level)) = (chosen, level) else {
        if sink.check(mark).is_ok() {
            sink.error(
                &ANA_001,
                place.clone(),
                format!("`{}` compares no arms by an effect with limits", *item.method),
            )
            .hint("a margin needs a difference or a ratio, such as that of `t_test`, `ancova` or `risk_difference`");
        }
        return None;
    };
    let given = |bound: &Option<At<f64>>, name: &str, sink: &mut Diagnostics| {
        if bound.is_none() {
            sink.error(&CFG_005, place.clone(), format!("this kind of margin needs `{name}`"));
        }
        bound.as_ref().map(|b| (b.value, b.place.clone()))
    };
    let unused = |bound: &Option<At<f64>>, name: &str, sink: &mut Diagnostics| {
        if let Some(bound) = bound {
            sink.error(&CFG_005, bound.place.clone(), format!("`{name}` has no meaning with this kind of margin"))
                .hint("`equivalence` has `lower` and `upper`, the others `margin`");
        }
    };
    let reversed = effect.reversed;
    let better = match (endpoint.measure.better, *margin.kind) {
        (Some(analysis::Better::Higher), _) => {
            if reversed {
                Better::Lower
            } else {
                Better::Higher
            }
        }
        (Some(analysis::Better::Lower), _) => {
            if reversed {
                Better::Higher
            } else {
                Better::Lower
            }
        }
        (None, MarginKind::Equivalence) => Better::Higher,
        (None, _) => {
            sink.error(&ANA_001, place.clone(), "a margin needs to know which direction is better")
                .hint("give the measure `better: higher` or `better: lower`");
            return None;
        }
    };
    let null = if effect.ratio { 1.0 } else { 0.0 };
    let (mut lower, mut upper) = (None, None);
    let wrong_side = |value: f64, side: &str, place: Place, sink: &mut Diagnostics| {
        sink.error(&CFG_005, place, format!("the margin {} does not lie {side} {}", plain(value), plain(null)))
            .hint(format!("it is on the scale of `{}`, whose value without effect is {}", effect.name, plain(null)));
    };
    if *margin.kind == MarginKind::Equivalence {
        unused(&margin.margin, "margin", sink);
        lower = given(&margin.lower, "lower", sink);
        upper = given(&margin.upper, "upper", sink);
    } else {
        unused(&margin.lower, "lower", sink);
        unused(&margin.upper, "upper", sink);
        // The bad side of no effect; superiority lies on the other.
        let below = (better == Better::Higher) == (*margin.kind == MarginKind::NonInferiority);
        let bound = given(&margin.margin, "margin", sink);
        if below { lower = bound } else { upper = bound }
    }
    if let Some((value, place)) = lower.clone().filter(|(v, _)| !v.is_finite() || *v >= null) {
        wrong_side(value, "below", place, sink);
    }
    if let Some((value, place)) = upper.clone().filter(|(v, _)| !v.is_finite() || *v <= null) {
        wrong_side(value, "above", place, sink);
    }
    let out_of_range = |x: f64| if effect.ratio { x <= 0.0 } else { effect.name == "risk_diff" && x.abs() >= 1.0 };
    for (value, place) in lower.iter().chain(&upper).filter(|(value, _)| out_of_range(*value)) {
        sink.error(&CFG_005, place.clone(), format!("`{}` cannot be {}", effect.name, plain(*value)))
            .hint("a ratio is positive; a difference of proportions is a fraction such as 0.1");
    }
    let default = crate::base::number::round_significant((1.0 - level) / 2.0, 12);
    let alpha = margin.alpha.as_ref().map_or(default, |a| a.value);
    if let Some(at) = &margin.alpha
        && (1.0 - 2.0 * alpha - level).abs() > 1e-9
    {
        sink.error(
            &ANA_001,
            at.place.clone(),
            format!("one-sided tests at {} belong to an interval of level {}", plain(alpha), plain(1.0 - 2.0 * alpha)),
        )
        .hint(format!("the analysis has the level {}: give its options `conf_level`, or another alpha", plain(level)));
    }
    sink.check(mark).ok()?;
    let value = |bound: Option<(f64, Place)>| bound.map(|(value, _)| value);
    Some(Checked {
        kind: *margin.kind,
        effect: *effect,
        better,
        lower: value(lower),
        upper: value(upper),
        alpha,
        level,
    })
}

impl Checked {
    /// Stores margin, p-values and conclusion of one comparison.
    fn store(&self, shape: Shape, input: &AnalysisInput, key: &ResultKey, rule: &str, results: &mut ResultSink<'_>) {
        let name = self.effect.name;
        let limits = [key.statistic(format!("{name}_lower")), key.statistic(format!("{name}_upper"))];
        let [lower, upper] = limits.clone().map(|limit| number(results.store(), &limit));
        let from = [key.clone()].into_iter().chain(limits).collect::<Vec<_>>();
        let lineage = concluded(results, &from, rule);
        let unit = (name == "diff").then(|| input.unit.clone());
        let constant = NewResult { style: Some(Style::Plain), unit, ..NewResult::default() };
        let named = match self.kind {
            MarginKind::Equivalence => [("margin_lower", self.lower), ("margin_upper", self.upper)],
            _ => [("margin", self.lower), ("margin", self.upper)],
        };
        for (statistic, value) in named {
            if let Some(value) = value {
                results.real(key.statistic(statistic), value, lineage.clone(), constant.clone());
            }
        }
        // Upper tail: the effect exceeds the bound.
        let exceeds = |bound: f64| self.p(shape, input, key, bound, results).map(|p| p.1);
        let falls_below = |bound: f64| self.p(shape, input, key, bound, results).map(|p| p.0);
        let mut found = Vec::new();
        match (self.kind, self.lower, self.upper) {
            (MarginKind::Equivalence, Some(lower), Some(upper)) => {
                let (above, below) = (exceeds(lower), falls_below(upper));
                let both = above.clone().and_then(|p| Ok(p.max(below.clone()?)));
                found.extend([("p_lower", above), ("p_upper", below), (p_statistic(self.kind), both)]);
            }
            (_, lower, upper) => {
                let p = |bound: f64| if self.better == Better::Higher { exceeds(bound) } else { falls_below(bound) };
                found.extend(lower.or(upper).map(|bound| (p_statistic(self.kind), p(bound))));
            }
        }
        found.push((conclusion_statistic(self.kind), self.conclude(lower, upper).map(|yes| f64::from(u8::from(yes)))));
        for (statistic, value) in found {
            results.estimate(key.statistic(statistic), value, lineage.clone(), NewResult::default());
        }
    }

    /// p-values of an effect below and above the bound.
    fn p(
        &self,
        shape: Shape,
        input: &AnalysisInput,
        key: &ResultKey,
        bound: f64,
        results: &ResultSink<'_>,
    ) -> Result<(f64, f64), String> {
        if let Some(table) = self.table(shape, input, key, results) {
            let test = match self.effect.name {
                "risk_diff" => risk_difference_test(table, bound),
                _ => risk_ratio_test(table, bound),
            };
            return test.map(|t| (t.test.p_lower, t.test.p_upper)).map_err(|reason| reason.to_string());
        }
        let null = if self.effect.ratio { libm::log(bound) } else { bound };
        Estimate::read(results.store(), key, &self.effect, self.level)?.test(null)
    }

    /// The fourfold table, where the effect stored is that of it and nothing was adjusted.
    fn table(
        &self,
        shape: Shape,
        input: &AnalysisInput,
        key: &ResultKey,
        results: &ResultSink<'_>,
    ) -> Option<TwoProportions> {
        if shape != Shape::Response || key.groups.len() != 1 {
            return None;
        }
        let pair = input.comparisons.iter().find(|pair| Some(input.compared(**pair).as_str()) == key.level("arm"))?;
        let ((events_a, n_a), (events_b, n_b)) = (input.responders(pair.0), input.responders(pair.1));
        let table = TwoProportions { events_a, n_a, events_b, n_b };
        #[expect(clippy::cast_precision_loss, reason = "counts of subjects are far below 2^53")]
        let (p_a, p_b) = (events_a as f64 / n_a as f64, events_b as f64 / n_b as f64);
        let crude = match self.effect.name {
            "risk_diff" => p_a - p_b,
            "risk_ratio" => p_a / p_b,
            _ => return None,
        };
        let stored = number(results.store(), key).ok()?;
        ((stored - crude).abs() <= 1e-12 * crude.abs().max(1.0)).then_some(table)
    }

    /// Whether the interval shows it.
    fn conclude(&self, lower: Result<f64, String>, upper: Result<f64, String>) -> Result<bool, String> {
        // A limit that is not finite excludes nothing; another reason for which there is none is passed on.
        let unbounded = NotEstimable::Unbounded.to_string();
        let reasons: Vec<String> = [&lower, &upper].into_iter().filter_map(|l| l.clone().err()).collect();
        if let Some(reason) = reasons.iter().find(|reason| **reason != unbounded) {
            return Err(reason.clone());
        }
        let limit = |value: Result<f64, String>| -> Value { value.map_err(|_| NotEstimable::Unbounded) };
        let null = if self.effect.ratio { 1.0 } else { 0.0 };
        let margins = match self.kind {
            // Superiority by a margin is superiority to the margin.
            MarginKind::SuperiorityByMargin => {
                let null = self.lower.or(self.upper).unwrap_or(null);
                Margins { null, lower: None, upper: None, better: self.better }
            }
            _ => Margins { null, lower: self.lower, upper: self.upper, better: self.better },
        };
        let shown = conclude(limit(lower), limit(upper), margins).and_then(|c: Conclusion| match self.kind {
            MarginKind::NonInferiority => c.non_inferior,
            MarginKind::Equivalence => c.equivalent,
            MarginKind::SuperiorityByMargin => c.superior,
        });
        shown.map_err(|reason| reason.to_string())
    }
}
