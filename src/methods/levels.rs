//! Values of an ordinal measure as the configuration lists them.

use std::collections::BTreeMap;

use crate::base::codes::{CFG_005, DAT_003};
use crate::base::diagnostic::Diagnostics;
use crate::data::Engine;
use crate::population::condition::{NAMED, deciding_cells};
use crate::spec::analysis::Measure;

use super::input::{Analysed, AnalysisInput};

/// The listed values as numbers; what is no number is reported.
pub(super) fn listed(measure: &Measure, sink: &mut Diagnostics) -> Vec<f64> {
    let mut values = Vec::new();
    for level in measure.levels.keys() {
        match level.parse::<f64>() {
            Ok(value) if value.is_finite() => values.push(value),
            _ => {
                sink.error(&CFG_005, level.place.clone(), format!("`{level}` is no number"))
                    .hint("`levels` of a measure are values of its parameter or variable");
            }
        }
    }
    values
}

/// Reports values of those analysed that are not listed.
pub(super) fn check(measure: &Measure, input: &AnalysisInput, engine: &Engine, sink: &mut Diagnostics) {
    let Some(first) = measure.levels.keys().next().filter(|_| input.levels.len() == measure.levels.len()) else {
        return;
    };
    let mut unknown: BTreeMap<String, Vec<&Analysed>> = BTreeMap::new();
    for row in input.rows.iter().filter(|row| !input.levels.contains(&row.value)) {
        unknown.entry(row.value.to_string()).or_default().push(row);
    }
    for (value, rows) in unknown {
        let message = format!("the value {value} is not listed under `levels`");
        let found = sink.error(&DAT_003, first.place.clone(), message);
        for row in rows.iter().take(NAMED) {
            let (cell, text) = deciding_cells(engine, row.subject, row.record, &input.variables);
            found.label(cell, text);
        }
    }
}
