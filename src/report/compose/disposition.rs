//! Tables 14.1.1 and 14.1.2: disposition, and analysis sets with the reasons of exclusion.

use crate::population::flow::{FlowCategory, StageId};
use crate::report::display::{CellContent, Column, DisplayTable, Row};
use crate::results::ResultKey;
use crate::spec::report::DisplaySpec;

use super::{
    Facts, arm_columns, arms, column, data, group, if_stored, n_percent, number, section, set_label, space, words,
};

/// Screening, enrolment and disposition; with `blocks` only the named disposition blocks.
pub(super) fn table(facts: Facts<'_>, display: &DisplaySpec) -> DisplayTable {
    let only_blocks = !display.blocks.is_empty();
    let blocks: Vec<_> =
        facts.spec.analysis.disposition.iter().filter(|b| !only_blocks || display.blocks.contains(&b.id)).collect();
    let tested = blocks.iter().any(|b| !b.test.is_empty());
    // Percentages of the flow are of those allocated, those of a block of its own analysis set.
    let of_columns = blocks.first().filter(|_| only_blocks).map(|block| block.set.as_str());
    let mut columns: Vec<Column> = match of_columns {
        Some(set) => arm_columns(facts, set, true),
        None => {
            let mut columns: Vec<Column> = arms(facts)
                .into_iter()
                .map(|(id, label)| {
                    column(&id, &label, Some(ResultKey::new("flow", "allocated").with("arm", id.as_str())))
                })
                .collect();
            columns.push(column("total", "Total", Some(ResultKey::new("flow", "randomised"))));
            columns
        }
    };
    let ids: Vec<String> = columns.iter().map(|c| c.id.clone()).collect();
    if tested {
        columns.push(Column { id: "p".to_owned(), header: words("p-value") });
    }
    let mut rows = Vec::new();
    if !only_blocks {
        flow_rows(facts, &ids, &mut rows);
    }
    for block in blocks {
        if !rows.is_empty() {
            rows.push(space());
        }
        let other = ids.iter().any(|arm| {
            let n =
                |set: &str| facts.store.number(&ResultKey::new("set", "n").with("arm", arm.as_str()).with("set", set));
            let allocated = ResultKey::new("flow", "allocated").with("arm", arm.as_str());
            n(&block.set) != of_columns.map_or_else(|| facts.store.number(&allocated), n)
        });
        let of = if other { format!(" (% of the set: {})", set_label(facts, &block.set)) } else { String::new() };
        rows.push(group(format!("{}{of}", block.label)));
        for category in &block.categories {
            let key =
                ResultKey::new("disp", "n").with("block", block.id.as_str()).with("category", category.id.as_str());
            let mut cells: Vec<CellContent> =
                ids.iter().map(|arm| n_percent(key.clone().with("arm", arm.as_str()))).collect();
            if tested {
                cells.push(if_stored(facts, key.statistic("p")));
            }
            rows.push(data(category.label.as_str(), 1, cells));
        }
    }
    let mut footnotes =
        vec![words("n = subjects; % of the subjects randomised to the arm (N), unless a row is headed otherwise.")];
    if only_blocks {
        footnotes = vec![words("N = subjects of the analysis set in the arm; % = 100·n/N.")];
    }
    if tested {
        footnotes.push(words("p-value: Fisher's exact test across all arms, the category against the rest."));
    }
    DisplayTable {
        id: display.id.value.clone(),
        title: display.title.clone().unwrap_or_else(|| "Subject disposition".to_owned()),
        population: match of_columns {
            Some(set) => set_label(facts, set),
            None => "All subjects assessed for eligibility".to_owned(),
        },
        stub: String::new(),
        columns,
        rows,
        footnotes,
        section: section(&display.id),
        landscape: false,
    }
}

fn flow_rows(facts: Facts<'_>, arms: &[String], rows: &mut Vec<Row>) {
    let flow = facts.flow;
    let without_arms = |category: &FlowCategory| -> Vec<CellContent> {
        arms.iter().map(|arm| if arm == "total" { number(category.total.clone()) } else { Vec::new() }).collect()
    };
    rows.push(data(flow.assessed.label.as_str(), 0, without_arms(&flow.assessed)));
    rows.push(data(flow.excluded.label.as_str(), 0, without_arms(&flow.excluded)));
    for reason in &flow.excluded.reasons {
        rows.push(data(reason.label.as_str(), 1, without_arms(reason)));
    }
    rows.push(data(flow.randomised.label.as_str(), 0, without_arms(&flow.randomised)));
    let by_arm = |category: &FlowCategory| -> Vec<CellContent> {
        arms.iter()
            .map(|arm| {
                let key = if arm == "total" { Some(category.total.clone()) } else { category.by_arm.get(arm).cloned() };
                key.map(|key| {
                    let percent = key.statistic(format!("{}_pct", key.statistic));
                    if facts.store.get(&percent).is_some() {
                        vec![
                            crate::report::display::Inline::number(key),
                            crate::report::display::Inline::text(" ("),
                            crate::report::display::Inline::number(percent),
                            crate::report::display::Inline::text("%)"),
                        ]
                    } else {
                        number(key)
                    }
                })
                .unwrap_or_default()
            })
            .collect()
    };
    for stage in &flow.stages {
        rows.push(space());
        rows.push(group(stage_label(stage.id)));
        for category in &stage.categories {
            rows.push(data(category.label.as_str(), 1, by_arm(category)));
            for reason in &category.reasons {
                rows.push(data(reason.label.as_str(), 2, by_arm(reason)));
            }
        }
    }
}

/// Heading of a stage of the flow.
pub(super) fn stage_label(stage: StageId) -> &'static str {
    match stage {
        StageId::Allocation => "Allocation",
        StageId::Treatment => "Treatment",
        StageId::FollowUp => "Follow-up",
        StageId::Analysis => "Analysis",
    }
}

/// Analysis sets: subjects in each, and why the other randomised subjects are not.
pub(super) fn analysis_sets(facts: Facts<'_>, display: &DisplaySpec) -> DisplayTable {
    let mut columns: Vec<Column> = arms(facts)
        .into_iter()
        .map(|(id, label)| column(&id, &label, Some(ResultKey::new("flow", "allocated").with("arm", id.as_str()))))
        .collect();
    columns.push(column("total", "Total", Some(ResultKey::new("flow", "randomised"))));
    let ids: Vec<String> = columns.iter().map(|c| c.id.clone()).collect();
    let mut rows = Vec::new();
    for (id, set) in &facts.spec.analysis.analysis_sets {
        let n = ResultKey::new("set", "n").with("set", id.as_str());
        let cells = ids.iter().map(|arm| n_percent(n.clone().with("arm", arm.as_str()))).collect();
        rows.push(data(set.label.as_str(), 0, cells));
        for criterion in &set.criteria {
            let undetermined = format!("{}_undetermined", *criterion.id);
            for (reason, words) in [(criterion.id.as_str(), ""), (undetermined.as_str(), " (cannot be determined)")] {
                let left_out = |arm: &String| {
                    let key = ResultKey::new("set", "left_out").with("reason", reason).with("set", id.as_str());
                    key.with("arm", arm.as_str())
                };
                if ids.iter().any(|arm| facts.store.number(&left_out(arm)).is_some_and(|n| n > 0.0)) {
                    let cells: Vec<CellContent> = ids.iter().map(|arm| if_stored(facts, left_out(arm))).collect();
                    rows.push(data(format!("Not included: {}{words}", criterion.label), 1, cells));
                }
            }
        }
    }
    DisplayTable {
        id: display.id.value.clone(),
        title: display.title.clone().unwrap_or_else(|| "Analysis sets".to_owned()),
        population: "All randomised subjects".to_owned(),
        stub: "Analysis set".to_owned(),
        columns,
        rows,
        footnotes: vec![words(
            "N = subjects randomised to the arm; % = 100·n/N. Reasons are those of the first criterion that does not hold.",
        )],
        section: section(&display.id),
        landscape: false,
    }
}
