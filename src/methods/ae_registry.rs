//! Counts of adverse events as the registries ask for them: serious and not serious, per event and in total.
//!
//! Per system organ class and term: subjects affected, occurrences, occurrences related to treatment, subjects with
//! a fatal event and with a fatal related one; in total: distinct subjects and occurrences. An event is reported
//! once, as serious or as not serious (EudraCT adverse-events schema 1.1; 42 CFR 11.48).

use crate::data::catalog::VariableId;
use crate::population::count::Stored;
use crate::spec::frequency::FrequencyThreshold;

use super::ae_events::{AeEvent, FATAL, RELATED, SERIOUS};
use super::ae_incidence::{Writer, group_by};

/// The overview category of the non-serious events that are reported.
pub const NON_SERIOUS_REPORTED: &str = "non_serious_reported";

/// Stores `ae:n|events|pct|related_events|fatal|fatal_related[arm,seriousness(,soc,term)]` and
/// `ae:n|events|pct[arm,category=non_serious_reported]`: non-serious events of terms whose percentage of subjects
/// passes `threshold` in any arm.
pub(super) fn store(writer: &mut Writer<'_, '_>, all: &[&AeEvent], threshold: FrequencyThreshold) {
    let mut reported: Vec<&AeEvent> = Vec::new();
    for (seriousness, wanted) in [("serious", true), ("non_serious", false)] {
        let chosen: Vec<&AeEvent> = all.iter().copied().filter(|event| event.classes[SERIOUS] == wanted).collect();
        let words = if wanted { "serious" } else { "not serious" };
        let rule = format!("{}; {words} ({})", writer.events.rule, writer.events.classes[SERIOUS].rule);
        counts(writer, &[("seriousness", seriousness)], &chosen, &rule);
        for (soc, in_soc) in &group_by(&chosen, |event| event.soc.as_str()) {
            for (term, of_term) in &group_by(in_soc, |event| event.term.as_str()) {
                let by_column =
                    counts(writer, &[("seriousness", seriousness), ("soc", soc), ("term", term)], of_term, &rule);
                let arms = writer.columns.iter().zip(&by_column).filter(|(column, _)| column.at.is_some());
                if !wanted && arms.clone().any(|(column, n)| threshold.admits(n.n, column.at_risk.n)) {
                    reported.extend(of_term.iter().copied());
                }
            }
        }
    }
    reported.sort_by_key(|event| event.row);
    let rule = format!(
        "{}; not serious ({}), of terms with a frequency {} in any arm",
        writer.events.rule,
        writer.events.classes[SERIOUS].rule,
        threshold.words()
    );
    let mut variables: Vec<VariableId> = writer.events.reads.clone();
    variables.extend(writer.events.classes[SERIOUS].reads.iter().copied());
    variables.extend([writer.events.soc, writer.events.term]);
    let factors = [("category", NON_SERIOUS_REPORTED)];
    for at in 0..writer.columns.len() {
        let n = writer.subjects("n", at, &factors, &reported, &variables, &rule);
        writer.occurrences("events", at, &factors, &reported, &variables, &rule);
        writer.percent(at, &n, &variables, &rule);
    }
}

/// Stores every count of the chosen events; returns the subjects affected by column.
fn counts(writer: &mut Writer<'_, '_>, factors: &[(&str, &str)], chosen: &[&AeEvent], rule: &str) -> Vec<Stored> {
    let events = writer.events;
    let related: Vec<&AeEvent> = chosen.iter().copied().filter(|event| event.classes[RELATED]).collect();
    let fatal: Vec<&AeEvent> = chosen.iter().copied().filter(|event| event.classes[FATAL]).collect();
    let both: Vec<&AeEvent> = fatal.iter().copied().filter(|event| event.classes[RELATED]).collect();
    let mut variables: Vec<VariableId> = events.reads.clone();
    variables.extend(events.classes[SERIOUS].reads.iter().copied());
    if factors.len() > 1 {
        variables.extend([events.soc, events.term]);
    }
    let with = |at: &[usize]| -> Vec<VariableId> {
        variables.iter().copied().chain(at.iter().flat_map(|at| events.classes[*at].reads.iter().copied())).collect()
    };
    let (with_related, with_fatal, with_both) = (with(&[RELATED]), with(&[FATAL]), with(&[RELATED, FATAL]));
    let related_rule = format!("{rule}; {}", events.classes[RELATED].rule);
    let fatal_rule = format!("{rule}; {}", events.classes[FATAL].rule);
    let both_rule = format!("{fatal_rule}; {}", events.classes[RELATED].rule);
    let mut by_column = Vec::new();
    for at in 0..writer.columns.len() {
        let n = writer.subjects("n", at, factors, chosen, &variables, rule);
        writer.occurrences("events", at, factors, chosen, &variables, rule);
        writer.percent(at, &n, &variables, rule);
        writer.occurrences("related_events", at, factors, &related, &with_related, &related_rule);
        writer.subjects("fatal", at, factors, &fatal, &with_fatal, &fatal_rule);
        writer.subjects("fatal_related", at, factors, &both, &with_both, &both_rule);
        by_column.push(n);
    }
    by_column
}
