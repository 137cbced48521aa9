//! Rows of an analysis of covariance with contrasts of the arms and products of the arm.

use crate::report::display::{CellContent, Row};
use crate::results::ResultKey;

use super::{Facts, data, interval, number};

/// Contrasts with their p-values, effects at levels of factors, and tests of interaction.
///
/// `first` is how many cells stand before the first comparison; one cell a row, in the first comparison or the last arm.
pub(super) fn rows(facts: Facts<'_>, id: &str, level: &str, first: usize, comparisons: &[&str], rows: &mut Vec<Row>) {
    let stored = |key: &ResultKey| facts.store.get(key).is_some();
    let one = |content: CellContent| -> Vec<CellContent> {
        let at = if comparisons.is_empty() { first.saturating_sub(1) } else { first };
        let mut cells = vec![CellContent::new(); at];
        cells.push(content);
        cells
    };
    let items = facts.spec.analysis.endpoints.values().flat_map(|endpoint| &endpoint.analyses);
    let Some(item) = items.into_iter().find(|item| *item.id == *id) else { return };
    for name in &item.interactions {
        let term = format!("treatment:{}", **name);
        let p = ResultKey::new(id, "p").with("term", term.as_str());
        if stored(&p) {
            rows.push(data(format!("p-value of the interaction with {}", **name), 1, one(number(p))));
        }
        let levels: Vec<&str> = (facts.store.iter())
            .filter(|r| r.key.analysis == *id && r.key.statistic == "diff" && r.key.level("subgroup").is_none())
            .filter(|r| r.key.level("term") == Some(name.as_str()))
            .filter_map(|r| r.key.level("level"))
            .collect();
        let mut seen: Vec<&str> = Vec::new();
        for place in levels {
            if seen.contains(&place) {
                continue;
            }
            seen.push(place);
            let mut cells = vec![CellContent::new(); first];
            for compared in comparisons {
                let key = |statistic: &str| {
                    let key = ResultKey::new(id, statistic).with("arm", *compared);
                    key.with("term", name.as_str()).with("level", place)
                };
                let shown = stored(&key("diff"));
                cells.push(if shown {
                    interval(key("diff"), key("diff_lower"), key("diff_upper"))
                } else {
                    Vec::new()
                });
            }
            rows.push(data(format!("Difference at {} {place} ({level} CI)", **name), 2, cells));
        }
    }
    for contrast in &item.contrasts {
        let key = |statistic: &str| ResultKey::new(id, statistic).with("contrast", contrast.id.as_str());
        if !stored(&key("diff")) {
            continue;
        }
        let label = contrast.label.as_deref().unwrap_or(&contrast.id);
        let shown = interval(key("diff"), key("diff_lower"), key("diff_upper"));
        rows.push(data(format!("{label} ({level} CI)"), 1, one(shown)));
        rows.push(data("p-value, two-sided", 2, one(number(key("p")))));
    }
}
