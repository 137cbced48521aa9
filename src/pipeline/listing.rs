//! Listing 16.2.7: the records and columns of the adverse-event listing, stored as a view.

use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::data::Engine;
use crate::data::record_set::RecordId;
use crate::population::analysis_set::AnalysisSets;
use crate::results::ResultSink;
use crate::results::series::ListingView;
use crate::spec::Spec;
use crate::spec::report::DisplayKind;

/// Stores the view: every record of the dataset, by arm, subject and sheet row.
pub(super) fn store(
    spec: &Spec,
    engine: &Engine,
    sets: &AnalysisSets,
    sink: &mut Diagnostics,
    results: &mut ResultSink<'_>,
) -> Result<(), Stop> {
    let Some(display) = spec.report.displays.iter().find(|d| d.show && d.kind == DisplayKind::AeListing) else {
        return Ok(());
    };
    let Some(safety) = &spec.analysis.safety else {
        return Err(sink
            .error(
                &codes::CFG_005,
                display.id.place.clone(),
                format!("the listing {} needs `safety` in analysis.yaml", *display.id),
            )
            .stop());
    };
    let Some(dataset) = engine.catalog().find_dataset(&safety.dataset).map(|d| d.id) else { return Ok(()) };
    let mark = sink.mark();
    let default = [&safety.verbatim, &safety.term, &safety.soc];
    let listed: Vec<_> = if safety.listing.is_empty() { default.to_vec() } else { safety.listing.iter().collect() };
    let mut columns = Vec::new();
    for name in listed {
        match engine.resolve(dataset, name) {
            Some(variable) => columns.push((variable, engine.catalog().variable(variable).label.clone())),
            None => {
                let names: Vec<&str> = engine.catalog().dataset(dataset).variables.keys().map(String::as_str).collect();
                sink.error(
                    &codes::CFG_003,
                    name.place.clone(),
                    format!("`{}` is no variable of {}", **name, *safety.dataset),
                )
                .hint(did_you_mean(name, names));
            }
        }
    }
    sink.check(mark)?;
    let subjects = engine.subject_of(dataset);
    let set = sets.get(&safety.set);
    let arm_order: Vec<&str> = spec.study.arm_ids().collect();
    let arm_of = |subject: i64| set.and_then(|s| s.arm_of(subject)).unwrap_or("");
    let position = |arm: &str| arm_order.iter().position(|a| *a == arm).unwrap_or(usize::MAX);
    let mut ordered: Vec<(usize, String, i64, i64)> = subjects
        .iter()
        .map(|(row, subject)| (position(arm_of(*subject)), engine.subject_key(*subject).to_owned(), *row, *subject))
        .collect();
    ordered.sort();
    let mut values: Vec<BTreeMap<i64, String>> = Vec::new();
    for (variable, _) in &columns {
        let by_row: BTreeMap<i64, String> =
            engine.column(*variable).into_iter().map(|(row, v)| (row, v.shown())).collect();
        values.push(by_row);
    }
    let of_subject = |at: usize| engine.catalog().variable(columns[at].0).dataset == engine.adsl();
    let mut rows = Vec::new();
    for (_, key, row, subject) in &ordered {
        let arm = spec.study.arms.get(arm_of(*subject)).map_or("not in the analysis set", |a| a.label.value.as_str());
        let mut cells = vec![key.clone(), arm.to_owned()];
        for (at, by_row) in values.iter().enumerate() {
            let record = if of_subject(at) { subject } else { row };
            cells.push(by_row.get(record).cloned().unwrap_or_default());
        }
        rows.push((*row, cells));
    }
    let subject_id = engine.catalog().find_variable(engine.adsl(), "USUBJID").map(|v| v.id);
    let arm_variable = engine.catalog().find_variable(engine.adsl(), &spec.data.subject.arm.actual).map(|v| v.id);
    let mut all = Vec::new();
    all.extend(subject_id.map(|id| (id, "Subject".to_owned())));
    all.extend(arm_variable.map(|id| (id, "Arm".to_owned())));
    all.extend(columns);
    let records = results.records(subjects.iter().map(|(row, _)| RecordId { dataset, row: *row }).collect());
    results.listing(ListingView { id: display.id.value.clone(), dataset, columns: all, records, rows });
    Ok(())
}
