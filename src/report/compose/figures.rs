//! The flow diagram and step curves, before any format.

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::population::flow::FlowCategory;
use crate::report::display::{CellContent, CurveFigure, FlowBox, FlowFigure, FlowLine, Inline};
use crate::results::ResultKey;
use crate::spec::report::DisplaySpec;

use super::disposition::stage_label;
use super::{Facts, arms, level, section, set_label, words};

/// The participant flow as boxes.
pub(super) fn flow(facts: Facts<'_>, display: &DisplaySpec) -> FlowFigure {
    let flow = facts.flow;
    let mut excluded = FlowBox { lines: vec![line(0, &flow.excluded.label, flow.excluded.total.clone())] };
    excluded.lines.extend(flow.excluded.reasons.iter().map(|r| line(1, &r.label, r.total.clone())));
    let mut stages = Vec::new();
    for stage in &flow.stages {
        let boxes: Vec<FlowBox> =
            arms(facts).iter().map(|(arm, label)| arm_box(facts, &stage.categories, arm, label)).collect();
        stages.push((stage_label(stage.id).to_owned(), boxes));
    }
    FlowFigure {
        id: display.id.value.clone(),
        title: display.title.clone().unwrap_or_else(|| "Participant flow".to_owned()),
        assessed: FlowBox { lines: vec![line(0, &flow.assessed.label, flow.assessed.total.clone())] },
        excluded,
        randomised: FlowBox { lines: vec![line(0, &flow.randomised.label, flow.randomised.total.clone())] },
        stages,
        alt: alt(facts),
    }
}

fn line(indent: u8, label: &str, key: ResultKey) -> FlowLine {
    FlowLine { indent, content: vec![Inline::text(format!("{label} (n=")), Inline::number(key), Inline::text(")")] }
}

/// The box of one arm in a stage: categories, and reasons that occur.
fn arm_box(facts: Facts<'_>, categories: &[FlowCategory], arm: &str, label: &str) -> FlowBox {
    let mut lines = Vec::new();
    for category in categories {
        let Some(key) = category.by_arm.get(arm) else { continue };
        let words = if category.id == "allocated" { format!("Allocated to {label}") } else { category.label.clone() };
        lines.push(line(
            u8::from(category.id != "allocated" && categories.len() > 2 && category.id != categories[0].id),
            &words,
            key.clone(),
        ));
        for reason in &category.reasons {
            let Some(key) = reason.by_arm.get(arm) else { continue };
            // A reason nobody has is left out; a category never is.
            if facts.store.number(key).is_some_and(|n| n > 0.0) {
                lines.push(line(2, &reason.label, key.clone()));
            }
        }
    }
    FlowBox { lines }
}

/// The same numbers as one text.
fn alt(facts: Facts<'_>) -> CellContent {
    let flow = facts.flow;
    let mut text = words("Flow of participants. ");
    let mut add = |label: &str, key: &ResultKey| {
        text.extend([Inline::text(format!("{label}: ")), Inline::number(key.clone()), Inline::text(". ")]);
    };
    add(&flow.assessed.label, &flow.assessed.total);
    add(&flow.excluded.label, &flow.excluded.total);
    add(&flow.randomised.label, &flow.randomised.total);
    for stage in &flow.stages {
        for category in &stage.categories {
            for (arm, label) in arms(facts) {
                if let Some(key) = category.by_arm.get(&arm) {
                    add(&format!("{}, {label}", category.label), key);
                }
            }
        }
    }
    text
}

/// Step curves of an analysis.
pub(super) fn curve(facts: Facts<'_>, display: &DisplaySpec, sink: &mut Diagnostics) -> Result<CurveFigure, Stop> {
    let Some(named) = &display.analysis else {
        return Err(sink
            .error(
                &codes::CFG_005,
                display.id.place.clone(),
                format!("the display {} needs an `analysis` with a curve", *display.id),
            )
            .stop());
    };
    let series = facts.store.series().iter().find(|s| s.analysis == **named);
    let ran = facts.analyses.by_id.get(&**named);
    let (Some(series), Some(ran)) = (series, ran) else {
        let with_curves: Vec<&str> = facts.store.series().iter().map(|s| s.analysis.as_str()).collect();
        return Err(sink
            .error(&codes::CFG_003, named.place.clone(), format!("`{}` is no analysis with a curve", **named))
            .hint(crate::base::suggest::did_you_mean(named, with_curves))
            .stop());
    };
    let endpoint = &facts.spec.analysis.endpoints[&ran.endpoint];
    let survival = series.kind == "survival";
    let mut alt = words(format!("Step curves of {}. ", endpoint.title));
    for (arm, label) in arms(facts) {
        let key = |statistic: &str| ResultKey::new(&ran.input.id, statistic).with("arm", arm.as_str());
        alt.extend([
            Inline::text(format!("{label}: ")),
            Inline::number(key("events")),
            Inline::text(" events in "),
            Inline::number(key("n")),
            Inline::text(" subjects. "),
        ]);
    }
    let mut footnotes = vec![words(format!("{}. Marks on the curves: censored subjects.", ran.in_words))];
    if survival {
        footnotes.push(words(format!(
            "Medians with {} confidence intervals stand in the table of the endpoint.",
            level(facts)
        )));
    }
    if display.until.is_some() {
        footnotes.push(words("Later times are not shown; all of them are analysed."));
    }
    Ok(CurveFigure {
        id: display.id.value.clone(),
        title: display.title.clone().unwrap_or_else(|| endpoint.title.value.clone()),
        population: set_label(facts, &endpoint.estimand.analysis_set),
        analysis: ran.input.id.clone(),
        kind: series.kind.clone(),
        until: display.until.as_ref().map(|until| until.value),
        x_label: format!("Time ({})", endpoint.measure.unit),
        y_label: if survival { "Probability of no event".to_owned() } else { "Cumulative incidence".to_owned() },
        groups: arms(facts),
        alt,
        footnotes,
        section: section(&display.id),
    })
}
