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
use crate::spec::analysis::ArmBasis;
use crate::spec::at::At;
use crate::spec::report::DisplayKind;

/// Header of the column of subjects.
pub(super) const SUBJECT: &str = "Subject";
/// Header of the column of arms.
pub(super) const ARM: &str = "Arm";

/// Stores a view for every listing of the report.
pub(super) fn store(
    spec: &Spec,
    engine: &Engine,
    sets: &AnalysisSets,
    sink: &mut Diagnostics,
    results: &mut ResultSink<'_>,
) -> Result<(), Stop> {
    let mark = sink.mark();
    for display in spec.report.displays.iter().filter(|d| d.show && d.kind == DisplayKind::AeListing) {
        let _ = store_one(spec, engine, sets, &display.id, sink, results);
    }
    sink.check(mark)
}

/// Stores the view: every record of the dataset, by arm, subject and sheet row.
fn store_one(
    spec: &Spec,
    engine: &Engine,
    sets: &AnalysisSets,
    id: &At<String>,
    sink: &mut Diagnostics,
    results: &mut ResultSink<'_>,
) -> Result<(), Stop> {
    let Some(safety) = &spec.analysis.safety else {
        let message = format!("the listing {id} needs `safety` in analysis.yaml");
        return Err(sink.error(&codes::CFG_005, id.place.clone(), message).stop());
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
    let subject_variable = |name: &str| engine.catalog().find_variable(engine.adsl(), name).map(|v| v.id);
    // The arm shown is that of the set at risk, as treated or as randomised.
    let arm = match set.map(|set| set.basis) {
        Some(ArmBasis::Planned | ArmBasis::Treatment) => &spec.data.subject.arm.planned,
        _ => &spec.data.subject.arm.actual,
    };
    let (Some(subject), Some(arm)) = (subject_variable("USUBJID"), subject_variable(arm)) else { return Ok(()) };
    let mut all = vec![(subject, SUBJECT.to_owned()), (arm, ARM.to_owned())];
    all.extend(columns);
    let records = results.records(subjects.iter().map(|(row, _)| RecordId { dataset, row: *row }).collect());
    results.listing(ListingView { id: id.value.clone(), dataset, columns: all, records, rows });
    Ok(())
}
