//! Statistical analyses: what they compare, what they give, and whether that fits the values of the groups.

use crate::base::codes::{REG_050, REG_051, REG_052, REG_053, REG_054, REG_055, REG_056, REG_057, REG_058};
use crate::base::diagnostic::{Diagnostics, Place};
use crate::report::registry::{Analysis, ConfidenceInterval, Figure, Outcome, Text};

use super::Rule;
use super::context::{Context, is};
use super::words::name;

pub(super) static RULES: &[Rule] =
    &[with_result, with_groups, margins, p_values, limits, intervals, fits_values, ratios, of_primary];

/// Every analysis with its outcome.
fn analyses<'r>(c: &Context<'r>) -> impl Iterator<Item = (&'r Outcome, &'r Analysis)> {
    let record = c.record;
    record.outcomes.iter().flat_map(|outcome| outcome.analyses.iter().map(move |analysis| (outcome, analysis)))
}

/// Where an analysis stands: its margin or title, else its outcome's title.
fn place(outcome: &Outcome, analysis: &Analysis, figure: Option<&Figure>) -> Place {
    match (figure, &analysis.title) {
        (Some(Figure::Result(key)), _) => Place::Result(key.to_string()),
        (_, Some(title)) if title.place != Place::Nowhere => title.place.clone(),
        _ => outcome.measure.title.place.clone(),
    }
}

/// How messages call an analysis.
fn title(outcome: &Outcome, analysis: &Analysis) -> String {
    match &analysis.title {
        Some(title) => title.text.clone(),
        None => format!("an analysis of {}", name(outcome)),
    }
}

fn is_filled(text: Option<&Text>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

fn with_result(c: &Context<'_>, sink: &mut Diagnostics) {
    for (outcome, analysis) in analyses(c) {
        let words = is_filled(analysis.other.as_ref()) || is_filled(analysis.p_comment.as_ref());
        let counted = analysis.p.is_some() || analysis.estimate.is_some() || analysis.interval.is_some();
        if !counted && !words {
            let message = format!("`{}` has neither a p-value nor an estimate", title(outcome, analysis));
            sink.error(&REG_050, place(outcome, analysis, None), message).hint("one of them is required");
        }
    }
}

fn with_groups(c: &Context<'_>, sink: &mut Diagnostics) {
    for (outcome, analysis) in analyses(c) {
        let unknown = analysis.groups.iter().any(|group| *group >= outcome.groups.len());
        let missing = if analysis.groups.is_empty() || unknown {
            "names no groups of its outcome"
        } else if analysis.kind.is_none() {
            "does not say what was to be shown"
        } else {
            continue;
        };
        sink.error(&REG_051, place(outcome, analysis, None), format!("`{}` {missing}", title(outcome, analysis)))
            .hint("an analysis has comparison groups and a type of test");
    }
}

fn margins(c: &Context<'_>, sink: &mut Diagnostics) {
    for (outcome, analysis) in analyses(c) {
        let needs = ["non_inferiority", "equivalence", "non_inferiority_or_equivalence"];
        // Any number in the field of the margin, and elsewhere one in a text that speaks of a margin.
        let has_number = |text: &Text| text.chars().any(|c| c.is_ascii_digit());
        let words = ["margin", "limit", "delta", "inferior", "equivalen"];
        let speaks = |text: &Text| words.iter().any(|word| text.to_lowercase().contains(word));
        let elsewhere = [&analysis.comment, &analysis.description, &analysis.other].into_iter().flatten();
        let stated = analysis.margin.as_ref().is_some_and(has_number)
            || elsewhere.into_iter().any(|text| has_number(text) && speaks(text));
        if needs.iter().any(|id| is(analysis.kind.as_ref(), id)) && !stated {
            let message = format!("`{}` does not state its margin", title(outcome, analysis));
            sink.warning(&REG_052, place(outcome, analysis, None), message)
                .hint("give `margin` with its `rationale` in analysis.yaml");
        }
    }
}

fn p_values(c: &Context<'_>, sink: &mut Diagnostics) {
    for (outcome, analysis) in analyses(c) {
        let Some(figure) = &analysis.p else { continue };
        // EudraCT's 99999 and a result that is not estimable are said to be so beside the number.
        let p = c.value(figure);
        let unreadable = matches!(figure, Figure::Printed(_)) && p.is_none() && c.number(figure).is_none();
        if unreadable || p.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
            let message = format!("the p-value of `{}` does not lie between 0 and 1", title(outcome, analysis));
            sink.error(&REG_053, place(outcome, analysis, Some(figure)), message).hint("look at the number");
        }
    }
}

fn numbers(c: &Context<'_>, analysis: &Analysis) -> (Option<f64>, Option<f64>, Option<f64>) {
    let read = |figure: &Option<Figure>| figure.as_ref().and_then(|figure| c.value(figure));
    let (lower, upper) =
        analysis.interval.as_ref().map_or((None, None), |interval| (read(&interval.lower), read(&interval.upper)));
    (read(&analysis.estimate), lower, upper)
}

fn limits(c: &Context<'_>, sink: &mut Diagnostics) {
    for (outcome, analysis) in analyses(c) {
        let (estimate, lower, upper) = numbers(c, analysis);
        let crossed = lower.zip(upper).is_some_and(|(lower, upper)| lower > upper);
        let outside = estimate.is_some_and(|estimate| {
            lower.is_some_and(|lower| estimate < lower) || upper.is_some_and(|upper| estimate > upper)
        });
        if crossed || outside {
            let words = if crossed { "has a lower limit above the upper" } else { "does not lie in its interval" };
            let message = format!("the estimate of `{}` {words}", title(outcome, analysis));
            sink.error(&REG_054, place(outcome, analysis, analysis.estimate.as_ref()), message)
                .hint("look at the estimate and its limits");
        }
    }
}

fn intervals(c: &Context<'_>, sink: &mut Diagnostics) {
    for (outcome, analysis) in analyses(c) {
        let Some(interval) = &analysis.interval else { continue };
        let ConfidenceInterval { sides, level, lower, upper, lower_comment, upper_comment } = interval;
        let two_sided = is(sides.as_ref(), "two_sided");
        let lacking = if !is_filled(level.as_ref()) {
            "a level"
        } else if sides.is_none() {
            "the number of sides"
        } else if two_sided
            && (lower.is_none() && lower_comment.is_none() || upper.is_none() && upper_comment.is_none())
        {
            "one of its limits"
        } else if lower.is_none() && upper.is_none() {
            "a limit"
        } else {
            continue;
        };
        let message = format!("the interval of `{}` lacks {lacking}", title(outcome, analysis));
        sink.warning(&REG_055, place(outcome, analysis, lower.as_ref().or(upper.as_ref())), message)
            .hint("an interval has a level, one or two sides, and its limits");
    }
}

/// The values of the two groups compared, where the outcome has one row and one category.
fn pair(c: &Context<'_>, outcome: &Outcome, analysis: &Analysis) -> Option<(f64, f64)> {
    let [row] = outcome.measure.rows.as_slice() else { return None };
    let [category] = row.categories.as_slice() else { return None };
    let [first, second] = analysis.groups.as_slice() else { return None };
    let value = |at: &usize| c.value(category.cells.get(*at)?.as_ref()?.value.as_ref()?);
    value(first).zip(value(second))
}

fn fits_values(c: &Context<'_>, sink: &mut Diagnostics) {
    for (outcome, analysis) in analyses(c) {
        let parameter = analysis.parameter.as_ref();
        let differs = ["mean_difference", "mean_difference_net", "median_difference"];
        let is_mean =
            ["mean", "least_squares_mean", "median"].iter().any(|id| is(outcome.measure.parameter.as_ref(), id));
        if !is_mean || !differs.iter().any(|id| is(parameter, id)) {
            continue;
        }
        let (Some(_), Some(lower), Some(upper)) = numbers(c, analysis) else { continue };
        let Some((first, second)) = pair(c, outcome, analysis) else { continue };
        // An adjusted difference is not that of the raw means, and which group is subtracted is not always the
        // second: what lies beyond twice the interval in either direction is another number.
        let half = (upper - lower).abs();
        let near = |difference: f64| (lower - half..=upper + half).contains(&difference);
        if !near(first - second) && !near(second - first) {
            let message =
                format!("the estimate of `{}` is far from the difference of its groups", title(outcome, analysis));
            sink.warning(&REG_056, place(outcome, analysis, analysis.estimate.as_ref()), message)
                .hint("look at the groups, the direction and the unit");
        }
    }
}

fn ratios(c: &Context<'_>, sink: &mut Diagnostics) {
    let ratios = ["cox_proportional_hazard", "hazard_ratio", "odds_ratio", "risk_ratio"];
    for (outcome, analysis) in analyses(c) {
        if !ratios.iter().any(|id| is(analysis.parameter.as_ref(), id)) {
            continue;
        }
        let (estimate, lower, upper) = numbers(c, analysis);
        if estimate.is_some_and(|estimate| estimate < 0.0) || [lower, upper].into_iter().flatten().any(|x| x < 0.0) {
            let message = format!("the ratio of `{}` is negative", title(outcome, analysis));
            sink.error(&REG_057, place(outcome, analysis, analysis.estimate.as_ref()), message)
                .hint("a ratio is above 0; its logarithm has a term of its own");
        }
    }
}

fn of_primary(c: &Context<'_>, sink: &mut Diagnostics) {
    let several = |outcome: &&Outcome| outcome.groups.len() > 1 && outcome.analyses.is_empty();
    let primary = c.record.outcomes.iter().filter(|outcome| c.asked.eudract && outcome.kind.is("primary"));
    for outcome in primary.filter(several) {
        let message = format!("the primary outcome `{}` has no statistical analysis", name(outcome));
        sink.warning(&REG_058, outcome.measure.title.place.clone(), message)
            .hint("compare the arms in analysis.yaml, or justify it in the portal");
    }
}
