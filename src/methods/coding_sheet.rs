//! How adverse events were coded: one row a verbatim term with its preferred term and class, as medical review reads it.

use std::collections::BTreeMap;

use crate::base::codes::{CFG_003, POP_006};
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::base::words::counted;
use crate::data::Engine;
use crate::data::catalog::DatasetId;
use crate::spec::at::At;
use crate::spec::safety::SafetySpec;

/// How many uncoded terms a message names.
const NAMED: usize = 5;

/// Whether the coding of a row's events is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CodingStatus {
    /// Without preferred term or system organ class.
    Uncoded,
    /// Coded; the condition `coding_final` is not true for each event.
    NotFinal,
    /// Coded; the condition `coding_final` is true for each event.
    Final,
    /// Coded; the study has no condition that says more.
    Coded,
}

impl CodingStatus {
    /// The word in the sheet.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Uncoded => "uncoded",
            Self::NotFinal => "not final",
            Self::Final => "final",
            Self::Coded => "coded",
        }
    }
}

/// The events of one verbatim term that were coded alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodingRow {
    /// As the investigator wrote it.
    pub verbatim: String,
    /// Preferred term; empty where there is none.
    pub term: String,
    /// System organ class; empty where there is none.
    pub soc: String,
    /// Who coded, where the data say so; several in order.
    pub coders: Vec<String>,
    /// The least that is true of all its events.
    pub status: CodingStatus,
    /// Number of events.
    pub events: usize,
}

/// Every event of the safety dataset, counted in tables or not: uncoded rows first, then by verbatim term.
///
/// Uncoded events are told of (POP-006); where the run is final they stop it.
///
/// # Errors
/// [`Stop`] where a variable is unknown, a condition is wrong, or events of a final run are uncoded.
pub fn read(
    safety: &SafetySpec,
    engine: &Engine,
    final_run: bool,
    sink: &mut Diagnostics,
) -> Result<Vec<CodingRow>, Stop> {
    let mark = sink.mark();
    let Some(dataset) = engine.catalog().find_dataset(&safety.dataset).map(|meta| meta.id) else {
        let known = engine.catalog().datasets().iter().map(|dataset| dataset.name.as_str());
        return Err(sink
            .error(&CFG_003, safety.dataset.place.clone(), format!("there is no dataset `{}`", *safety.dataset))
            .hint(did_you_mean(&safety.dataset, known))
            .stop());
    };
    let verbatim = texts(engine, dataset, &safety.verbatim, sink);
    let term = texts(engine, dataset, &safety.term, sink);
    let soc = texts(engine, dataset, &safety.soc, sink);
    let coder = safety.coder.as_ref().map(|name| texts(engine, dataset, name, sink)).unwrap_or_default();
    let is_final: Option<BTreeMap<i64, Option<bool>>> = match &safety.coding_final {
        Some(sql) => {
            let condition = engine.compile(dataset, sql, sink)?;
            Some(engine.truth(&condition, sink)?.into_iter().collect())
        }
        None => None,
    };
    sink.check(mark)?;
    let mut rows: BTreeMap<[String; 3], CodingRow> = BTreeMap::new();
    for (event, _) in engine.subject_of(dataset) {
        let of = |texts: &BTreeMap<i64, String>| texts.get(&event).cloned().unwrap_or_default();
        let (verbatim, term, soc, coder) = (of(&verbatim), of(&term), of(&soc), of(&coder));
        let status = match &is_final {
            _ if term.is_empty() || soc.is_empty() => CodingStatus::Uncoded,
            None => CodingStatus::Coded,
            Some(truth) if truth.get(&event) == Some(&Some(true)) => CodingStatus::Final,
            Some(_) => CodingStatus::NotFinal,
        };
        let row = rows.entry([verbatim.clone(), term.clone(), soc.clone()]).or_insert_with(|| CodingRow {
            verbatim,
            term,
            soc,
            coders: Vec::new(),
            status,
            events: 0,
        });
        row.events += 1;
        row.status = row.status.min(status);
        if !coder.is_empty() && !row.coders.contains(&coder) {
            row.coders.push(coder);
            row.coders.sort();
        }
    }
    let mut rows: Vec<CodingRow> = rows.into_values().collect();
    rows.sort_by_key(|row| row.status != CodingStatus::Uncoded);
    report_uncoded(&rows, safety, final_run, sink);
    sink.check(mark)?;
    Ok(rows)
}

fn report_uncoded(rows: &[CodingRow], safety: &SafetySpec, final_run: bool, sink: &mut Diagnostics) {
    let uncoded: Vec<&CodingRow> = rows.iter().filter(|row| row.status == CodingStatus::Uncoded).collect();
    if uncoded.is_empty() {
        return;
    }
    let events = uncoded.iter().map(|row| row.events).sum();
    let message =
        format!("{} of {} without preferred term or system organ class", counted(events, "event"), *safety.dataset);
    let place = safety.term.place.clone();
    let finding = if final_run { sink.error(&POP_006, place, message) } else { sink.warning(&POP_006, place, message) };
    let named: Vec<String> = uncoded.iter().take(NAMED).map(|row| format!("`{}`", row.verbatim)).collect();
    let more = uncoded.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    finding
        .hint(format!("verbatim {}{more}; restricted/coding-sheet.csv of a draft lists them first", named.join(", ")));
    finding.hint("have the events coded and lock again; a final run wants every event coded");
}

/// The texts of a variable that are not blank, by record.
fn texts(engine: &Engine, dataset: DatasetId, name: &At<String>, sink: &mut Diagnostics) -> BTreeMap<i64, String> {
    let Some(variable) = engine.catalog().find_variable(dataset, name).map(|meta| meta.id) else {
        let meta = engine.catalog().dataset(dataset);
        sink.error(&CFG_003, name.place.clone(), format!("{} has no variable `{}`", meta.name, **name))
            .hint(did_you_mean(name, meta.variables.keys().map(String::as_str)));
        return BTreeMap::new();
    };
    let texts = engine.column(variable).into_iter().map(|(row, value)| (row, value.shown().trim().to_owned()));
    texts.filter(|(_, text)| !text.is_empty()).collect()
}
