//! Fields that PRS XML has no place for, or has in another form: the one list of them, with what must still hold.

use serde_json::{Value as Json, json};
use tracelock::report::registry::RegistryRecord;

/// A field that PRS XML does not carry as it was read.
pub struct Field {
    pub what: &'static str,
    pub why: &'static str,
    pub get: fn(&RegistryRecord) -> Json,
    /// Whether what came back is right beside what was read.
    pub agrees: fn(&Json, &Json) -> bool,
    pub clear: fn(&mut RegistryRecord),
}

fn same_or_nothing(was: &Json, is: &Json) -> bool {
    was == is || nothing(is)
}

/// Null, or lists of nothing.
fn nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(list) => list.iter().all(nothing),
        _ => false,
    }
}

/// Every text came back as its first seven characters: year and month.
fn months(was: &Json, is: &Json) -> bool {
    match (was, is) {
        (Json::String(was), Json::String(is)) => was.get(..7) == Some(is.as_str()),
        (Json::Array(was), Json::Array(is)) => was.len() == is.len() && was.iter().zip(is).all(|(w, i)| months(w, i)),
        _ => was == is,
    }
}

pub const NOT_CARRIED: &[Field] = &[
    Field {
        what: "NCT number",
        why: "the register gives it and knows the record by org_study_id",
        get: |record| json!(record.identification.nct),
        agrees: same_or_nothing,
        clear: |record| record.identification.nct = None,
    },
    Field {
        what: "organisation",
        why: "published by its full name and class; PRS takes the name of the account, for which the full name stands in",
        get: |record| {
            let of = &record.identification;
            json!([of.prs_organisation.as_ref().or(of.organisation.as_ref())])
        },
        agrees: |was, is| was == is,
        clear: |record| {
            record.identification.prs_organisation = None;
            record.identification.organisation = None;
            record.identification.organisation_class = None;
        },
    },
    Field {
        what: "addresses of secondary numbers",
        why: "the register links numbers of NIH grants",
        get: |record| json!(record.identification.others.iter().map(|other| &other.link).collect::<Vec<_>>()),
        agrees: same_or_nothing,
        clear: |record| record.identification.others.iter_mut().for_each(|other| other.link = None),
    },
    Field {
        what: "classes of sponsor and collaborators",
        why: "the register classifies organisations",
        get: |record| {
            let sponsors = record.sponsors.iter().map(|of| &of.class);
            json!(sponsors.chain(record.protocol.collaborators.iter().map(|of| &of.class)).collect::<Vec<_>>())
        },
        agrees: same_or_nothing,
        clear: |record| {
            record.sponsors.iter_mut().for_each(|of| of.class = None);
            record.protocol.collaborators.iter_mut().for_each(|of| of.class = None);
        },
    },
    Field {
        what: "days of dates",
        why: "the schema's comments ask for year and month",
        get: |record| {
            let of = &record.protocol;
            json!([of.start, of.primary_completion, of.completion, of.verified])
        },
        agrees: months,
        clear: |record| {
            let of = &mut record.protocol;
            for date in [&mut of.start, &mut of.primary_completion, &mut of.completion, &mut of.verified] {
                *date = None;
            }
        },
    },
    Field {
        what: "expanded access",
        why: "PRS asks for it with the IND number only, which is not public",
        get: |record| json!(record.protocol.oversight.expanded_access),
        agrees: same_or_nothing,
        clear: |record| record.protocol.oversight.expanded_access = None,
    },
    Field {
        what: "number of arms",
        why: "the API does not print it; PRS takes the number of arms listed",
        get: |record| {
            let of = &record.protocol;
            let listed = of.arms.len().to_string();
            json!(of.design.number_of_arms.as_ref().map_or(listed, |text| text.text.clone()))
        },
        agrees: |was, is| was == is,
        clear: |record| record.protocol.design.number_of_arms = None,
    },
    Field {
        what: "interventions by arm",
        why: "PRS links from the intervention to its arms; those links came back",
        get: |record| json!(record.protocol.arms.iter().map(|arm| &arm.interventions).collect::<Vec<_>>()),
        agrees: same_or_nothing,
        clear: |record| record.protocol.arms.iter_mut().for_each(|arm| arm.interventions.clear()),
    },
    Field {
        what: "standard age groups",
        why: "the register derives them from minimum and maximum age",
        get: |record| json!(record.protocol.eligibility.standard_ages),
        agrees: same_or_nothing,
        clear: |record| record.protocol.eligibility.standard_ages.clear(),
    },
    Field {
        what: "documents",
        why: "protocol and analysis plan are uploaded as PDF, not in the XML",
        get: |record| json!(record.protocol.documents),
        agrees: same_or_nothing,
        clear: |record| record.protocol.documents.clear(),
    },
    Field {
        what: "references found by the register",
        why: "the register derives them from PubMed; uploading would make them the sponsor's",
        get: |record| json!(record.more.references.iter().filter(|of| of.kind.is_some()).collect::<Vec<_>>()),
        agrees: same_or_nothing,
        clear: |record| record.more.references.retain(|of| of.kind.is_none()),
    },
    Field {
        what: "subjects who did not complete",
        why: "the register subtracts",
        get: |record| json!(record.flow.periods.iter().map(|period| &period.not_completed).collect::<Vec<_>>()),
        agrees: same_or_nothing,
        clear: |record| {
            let cells = record.flow.periods.iter_mut().flat_map(|period| &mut period.not_completed);
            cells.for_each(|cell| *cell = None);
        },
    },
    Field {
        what: "reporting status",
        why: "obsolete in PRS: an outcome with values is posted",
        get: |record| json!(record.outcomes.iter().map(|outcome| &outcome.reporting_status).collect::<Vec<_>>()),
        agrees: same_or_nothing,
        clear: |record| record.outcomes.iter_mut().for_each(|outcome| outcome.reporting_status = None),
    },
];
