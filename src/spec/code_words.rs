//! Words of the pick-lists against the registries' own codes and values: one that a registry lacks is refused there.

use std::collections::BTreeSet;

use crate::base::codes::CFG_003;
use crate::base::diagnostic::Diagnostics;
use crate::base::suggest::did_you_mean;

use super::code_lists::{CodeLists, List};

/// Lists of `registry_terms.csv` whose words stand in `ctgov_terms.csv`, with the name of the list there.
const OF_CTGOV: [(&str, &str); 12] = [
    ("analysis_type", "StatTestType"),
    ("assessment", "AEAssessment"),
    ("baseline_dispersion", "Dispersion"),
    ("baseline_parameter", "MeasureType"),
    ("dispersion", "Dispersion"),
    ("estimate", "EstimateParam"),
    ("estimate_dispersion", "EstimateDispersion"),
    ("outcome_type", "OutcomeType"),
    ("parameter", "MeasureType"),
    ("reason_not_completed_ctgov", "ReasonNotCompleted"),
    ("sides", "CISides"),
    ("statistical_method", "StatMethod"),
];

/// Reports each word that the list of its registry does not have.
pub(super) fn check(lists: &CodeLists, sink: &mut Diagnostics) {
    let codes: BTreeSet<String> =
        lists.rows(List::EudractTerms).into_iter().filter_map(|row| row.into_iter().next()).collect();
    let values: BTreeSet<(String, String)> =
        lists.rows(List::CtgovTerms).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    for (place, row) in lists.placed_rows(List::Terms) {
        let (list, id, code, word) = (&row[0], &row[1], &row[2], &row[3]);
        if !code.is_empty() && !codes.contains(code) {
            let message = format!("`{code}` of `{list}: {id}` is no code of {}", List::EudractTerms.file());
            sink.error(&CFG_003, place.clone(), message)
                .hint(did_you_mean(code, codes.iter().map(String::as_str)))
                .hint("put a new code of EudraCT into that list as well");
        }
        let Some((_, name)) = OF_CTGOV.iter().find(|(own, _)| own == list).filter(|_| !word.is_empty()) else {
            continue;
        };
        if !values.contains(&((*name).to_owned(), word.clone())) {
            let message = format!("`{word}` of `{list}: {id}` is no value of `{name}` in {}", List::CtgovTerms.file());
            let known = values.iter().filter(|(list, _)| list == name).map(|(_, value)| value.as_str());
            sink.error(&CFG_003, place, message)
                .hint(did_you_mean(word, known))
                .hint("put a new value of ClinicalTrials.gov into that list as well");
        }
    }
}
