//! Numbers of the flow that stand in a paper log: attested in study.yaml, checked against the database.

use crate::base::codes::{CFG_003, POP_003};
use crate::base::diagnostic::Diagnostics;
use crate::results::{Attestation, ResultKey};
use crate::spec::Spec;
use crate::spec::study::AttestedValue;

use super::condition::counted;
use super::flow::Group;

/// Takes the number assessed from a person instead of the database.
///
/// Where the database has subjects who were not randomised, their number must be what the attested one leaves;
/// else the number excluded, and its reasons `flow:excluded[reason=…]`, are attested too.
pub(super) fn attest(
    spec: &Spec,
    assessed: &mut Group,
    excluded: &mut Group,
    randomised: &Group,
    sink: &mut Diagnostics,
) {
    let Some(value) = spec.study.attested("flow:assessed") else {
        sink.error(&CFG_003, spec.analysis.flow.randomised.place.clone(), "study.yaml attests no `flow:assessed`")
            .hint("add `flow:assessed` under `attested` with value, by, on and document, or set `assessed_attested: false`");
        return;
    };
    let total = *value.value;
    let in_database = randomised.members.len() as u64;
    let Some(difference) = total.checked_sub(in_database) else {
        let message = format!("{total} attested as assessed, but {in_database} randomised");
        sink.error(&POP_003, value.value.place.clone(), message);
        return;
    };
    assessed.attested = Some((total, attestation(value)));
    let rows = excluded.members.len() as u64;
    if rows == 0 {
        excluded.attested = Some((difference, attestation(value)));
        excluded.reasons = reasons(spec, difference, value, sink);
    } else if rows != difference {
        let message = format!(
            "{total} attested as assessed less {in_database} randomised leaves {difference} excluded, but the database has {rows}"
        );
        let in_table = counted(assessed.members.len(), "subject");
        sink.error(&POP_003, value.value.place.clone(), message)
            .label(assessed.place.clone(), format!("the database has {in_table} assessed"));
    }
}

/// Reasons of exclusion that stand in study.yaml; they must add up to the number excluded.
fn reasons(spec: &Spec, excluded: u64, assessed: &AttestedValue, sink: &mut Diagnostics) -> Vec<Group> {
    let mut groups = Vec::new();
    for (text, value) in &spec.study.attested {
        let full = if text.contains(':') { text.clone() } else { format!("flow:{text}") };
        let Ok(key) = ResultKey::parse(&full) else { continue };
        let (true, Some(id)) = (key.analysis == "flow" && key.statistic == "excluded", key.level("reason")) else {
            continue;
        };
        let declared = spec.analysis.flow.excluded.iter().find(|criterion| *criterion.id == id);
        groups.push(Group {
            id: id.to_owned(),
            label: declared.map_or_else(|| id.replace('_', " "), |criterion| criterion.label.clone()),
            rule: format!("attested: {}", value.document),
            attested: Some((*value.value, attestation(value))),
            ..Group::default()
        });
    }
    let sum: u64 = groups.iter().filter_map(|group| group.attested.as_ref()).map(|(n, _)| n).sum();
    if !groups.is_empty() && sum != excluded {
        let message = format!("the attested reasons of exclusion add up to {sum}, but {excluded} were excluded");
        sink.error(&POP_003, assessed.value.place.clone(), message);
    }
    groups
}

fn attestation(value: &AttestedValue) -> Attestation {
    Attestation {
        by: value.by.clone(),
        on: value.on.to_string(),
        document: value.document.clone(),
        sha256: value.sha256.clone(),
    }
}
