//! `results.json`: every result with its lineage, in a versioned form of its own.

use serde::Serialize;

use crate::results::{ResultStore, ResultValue};

/// Version of the form.
pub const RESULTS_FORMAT: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    study: &'a str,
    run: &'a str,
    lock: &'a str,
    results: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_estimable: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    rule: &'a str,
    records: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    examined: Option<usize>,
    left_out: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inputs: Vec<(&'static str, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attested_by: Option<&'a str>,
}

/// The store as JSON; numbers with twelve significant digits, so that platforms agree.
#[must_use]
pub fn write(store: &ResultStore, study: &str, run: &str, lock: &str) -> String {
    let results = store
        .iter()
        .map(|result| {
            let lineage = store.lineage(result.lineage);
            let (value, not_estimable) = match &result.value {
                ResultValue::Count(n) => (Some((*n).into()), None),
                ResultValue::Real(x) => (Some(crate::base::number::round_significant(*x, 12).into()), None),
                ResultValue::Text(text) => (Some(text.as_str().into()), None),
                ResultValue::NotEstimable(reason) => (None, Some(reason.as_str())),
            };
            Entry {
                key: result.key.to_string(),
                value,
                not_estimable,
                unit: result.unit.as_deref(),
                rule: &lineage.rule,
                records: store.record_sets().get(lineage.records).len(),
                examined: lineage.evidence.map(|e| store.record_sets().get(e).len()),
                left_out: lineage.left_out.len(),
                inputs: lineage.inputs.iter().map(|(role, key)| (role.name(), key.to_string())).collect(),
                attested_by: result.attestation.as_ref().map(|a| a.by.as_str()),
            }
        })
        .collect();
    let document = Document { format: RESULTS_FORMAT, study, run, lock, results };
    let mut text = serde_json::to_string_pretty(&document).expect("invariant: plain records are JSON");
    text.push('\n');
    text
}
