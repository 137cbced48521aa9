//! Views of the ClinicalTrials.gov templates: a whole PRS record, or its results only.

use serde_json::{Value as Json, json};

use crate::base::codes::RPT_004;
use crate::base::diagnostic::{Diagnostics, Place};
use crate::report::registry::{Agreement, Contact, RegistryRecord};

use super::xml::{Views, words};
use super::{xml_ctgov_flow as flow, xml_ctgov_measures as measures, xml_ctgov_protocol as protocol};

/// The whole record, or its identification and results for an upload that leaves the protocol as it is.
pub(super) fn results(views: &Views<'_>, partial: bool) -> Json {
    let record = views.record;
    json!({
        "partial": partial,
        "identification": protocol::identification(views),
        "protocol": if partial { Json::Null } else { protocol::protocol(views) },
        "baseline": record.baseline.as_ref().map(|baseline| measures::baseline(views, baseline)),
        "agreement": record.more.agreement.as_ref().map(agreement),
        "limitations": words(record.more.limitations.as_ref()),
        "outcomes": record
            .outcomes
            .iter()
            .enumerate()
            .map(|(at, of)| measures::outcome(views, at + 1, of))
            .collect::<Vec<_>>(),
        "flow": (!record.flow.groups.is_empty()).then(|| flow::flow(views)),
        "contact": record.more.point_of_contact.as_ref().map(|contact| point_of_contact(record, contact)),
        "adverse_events": record.adverse_events.as_ref().map(|events| flow::adverse_events(views, events)),
    })
}

fn yes(value: bool) -> &'static str {
    if value { "Yes" } else { "No" }
}

/// PRS's word for another kind of restriction; the words of its two other kinds are not public, so their codes stand.
fn agreement(of: &Agreement) -> Json {
    let restriction = match of.restriction.as_deref() {
        Some("OTHER") => Some("Other"),
        None if of.restrictive == Some(true) => Some("Other"),
        code => code,
    };
    json!({
        "employees": of.employees.map(yes),
        "restrictive": of.restrictive.map(yes),
        "restriction": restriction,
        "details": words(of.details.as_ref()),
    })
}

fn point_of_contact(record: &RegistryRecord, contact: &Contact) -> Json {
    let sponsor = record.sponsors.first().and_then(|sponsor| sponsor.organisation.as_ref());
    json!({
        "email": words(contact.email.as_ref()),
        "organisation": words(contact.organisation.as_ref().or(sponsor)),
        "phone": contact.telephone(),
        "extension": words(contact.phone_extension.as_ref()),
        "name": words(contact.name.as_ref()),
    })
}

/// The schema asks for `outcomeMeasures` also where there are none, and does not say whether PRS then takes the empty
/// list for the outcomes that the record is to have.
pub(super) fn check_partial(record: &RegistryRecord, sink: &mut Diagnostics) {
    if record.outcomes.is_empty() {
        let message = "the partial upload has no outcome measures, and PRS may take the empty list that the schema asks \
                       for as an order to delete those it has";
        sink.warning(&RPT_004, Place::Nowhere, message)
            .hint("merge the results into the record downloaded from PRS instead, or upload the whole record");
    }
}

/// Notes the words of the record that a PRS file has no place for.
pub(super) fn report_without_place(views: &Views<'_>, sink: &mut Diagnostics) {
    for (what, text) in flow::without_place(views) {
        let message = format!("the PRS file has no place for {what}: {}", text.text);
        sink.note(&RPT_004, text.place.clone(), message);
    }
}
