//! Table 14.1.5: demographic and baseline characteristics.

use crate::methods::baseline::compared_arms;
use crate::report::display::{CellContent, Column, DisplayTable, Inline, Row};
use crate::results::{ResultKey, Style};
use crate::spec::analysis::{BaselineVariable, VariableRole};
use crate::spec::report::{DisplaySpec, FormatProfile};

use super::{Facts, arm_columns, data, group, if_stored, n_percent, number, pair, section, set_label, space, words};

/// The table of baseline characteristics.
pub(super) fn table(facts: Facts<'_>, display: &DisplaySpec) -> DisplayTable {
    let baseline = &facts.spec.analysis.baseline;
    let mut columns = arm_columns(facts, &baseline.set, true);
    let ids: Vec<String> = columns.iter().map(|c| c.id.clone()).collect();
    let shown: Vec<&BaselineVariable> = baseline.variables.iter().filter(|v| !v.hidden).collect();
    let tested = shown.iter().any(|v| v.test.is_some());
    if tested {
        columns.push(Column { id: "p".to_owned(), header: words("p-value") });
    }
    let pairs = if baseline.standardised_differences { compared_arms(facts.spec) } else { Vec::new() };
    for (arm, reference) in &pairs {
        let label = |id: &str| facts.spec.study.arms.get(id).map_or_else(|| id.to_owned(), |a| a.label.value.clone());
        let text = format!("Standardised difference, {} − {}", label(arm), label(reference));
        columns.push(Column { id: format!("{arm}/{reference}"), header: words(text) });
    }
    let mut rows = Vec::new();
    for variable in &shown {
        if !rows.is_empty() {
            rows.push(space());
        }
        variable_rows(facts, variable, &ids, tested, &pairs, &mut rows);
    }
    let quartiles = "Quartiles by the averaged inverse of the distribution function (type 2). ";
    let mut footnotes = vec![words(format!(
        "N = subjects of the analysis set in the arm; % = 100·n/N. {}SD = standard deviation.",
        if is_pilot(facts) { "" } else { quartiles }
    ))];
    if tested {
        footnotes.push(words("p-values: one-way analysis of variance for numbers, Pearson's chi-square or Fisher's exact test for categories; descriptive only."));
    }
    if !pairs.is_empty() {
        footnotes.push(words("Standardised difference: of means by the root of the mean variance; of categories the distance of the two distributions, without sign."));
    }
    DisplayTable {
        id: display.id.value.clone(),
        title: display.title.clone().unwrap_or_else(|| "Demographic and baseline characteristics".to_owned()),
        population: set_label(facts, &baseline.set),
        stub: "Characteristic".to_owned(),
        columns,
        rows,
        footnotes,
        section: section(&display.id),
        landscape: ids.len() + pairs.len() > 4,
    }
}

/// Lines, statistics and decimals of the pilot's tables, the same for every variable.
const PILOT_LINES: [(&str, &str, u8); 5] =
    [("Mean", "mean", 1), ("SD", "sd", 2), ("Median", "median", 1), ("Min", "min", 1), ("Max", "max", 1)];

fn is_pilot(facts: Facts<'_>) -> bool {
    facts.spec.report.format == FormatProfile::Pilot
}

fn variable_rows(
    facts: Facts<'_>,
    variable: &BaselineVariable,
    arms: &[String],
    tested: bool,
    pairs: &[(String, String)],
    rows: &mut Vec<Row>,
) {
    let name = variable.variable.to_uppercase();
    let key =
        |statistic: &str, arm: &str| ResultKey::new("base", statistic).with("arm", arm).with("variable", name.as_str());
    let label = variable.label.clone().unwrap_or_else(|| name.clone());
    let mut heading = group(label);
    if tested || !pairs.is_empty() {
        heading.cells = vec![Vec::new(); arms.len()];
    }
    if tested {
        heading.cells.push(if_stored(facts, ResultKey::new("base", "p").with("variable", name.as_str())));
    }
    for (arm, reference) in pairs {
        heading.cells.push(if_stored(facts, key("std_diff", &format!("{arm}/{reference}"))));
    }
    rows.push(heading);
    let each = |cell: &dyn Fn(&str) -> CellContent| -> Vec<CellContent> { arms.iter().map(|arm| cell(arm)).collect() };
    match variable.kind {
        VariableRole::Continuous => {
            rows.push(data("n", 1, each(&|arm| number(key("n", arm)))));
            if is_pilot(facts) {
                for (line, statistic, decimals) in PILOT_LINES {
                    let style = Some(Style::Decimals(decimals));
                    rows.push(data(line, 1, each(&|arm| vec![Inline::Number { key: key(statistic, arm), style }])));
                }
            } else {
                rows.push(data("Mean (SD)", 1, each(&|arm| pair(key("mean", arm), key("sd", arm)))));
                rows.push(data("Median", 1, each(&|arm| number(key("median", arm)))));
                rows.push(data("Q1; Q3", 1, each(&|arm| semicolon(key("q1", arm), key("q3", arm)))));
                rows.push(data("Min; max", 1, each(&|arm| semicolon(key("min", arm), key("max", arm)))));
            }
            let some_missing = facts.store.number(&key("missing", "total")).is_some_and(|n| n > 0.0);
            if some_missing {
                rows.push(data("Missing", 1, each(&|arm| number(key("missing", arm)))));
            }
        }
        VariableRole::Categorical => {
            for (level, words) in &variable.levels {
                let cells = each(&|arm| n_percent(key("n", arm).with("level", level.as_str())));
                rows.push(data(if words.is_empty() { level.as_str() } else { words.as_str() }, 1, cells));
            }
            let missing = |arm: &str| key("missing", arm);
            if facts.store.number(&missing("total")).is_some_and(|n| n > 0.0) {
                rows.push(data("Missing", 1, each(&|arm| number(missing(arm)))));
            }
        }
    }
}

/// `a; b`.
fn semicolon(first: ResultKey, second: ResultKey) -> CellContent {
    vec![Inline::number(first), Inline::text("; "), Inline::number(second)]
}
