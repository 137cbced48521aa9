//! The report's sections that come from study.yaml: title page, synopsis, ethics, plan.

use indexmap::IndexMap;

use crate::report::csr::{Block, CsrInput, SectionContent, Signature};
use crate::report::display::{CellContent, Inline};
use crate::results::ResultKey;
use crate::spec::Spec;
use crate::spec::analysis::EndpointRole;

use super::outputs::Job;

/// The report without its data sections.
pub(super) fn input(job: &Job<'_>) -> CsrInput {
    let spec = job.spec;
    let study = &spec.study;
    let mut sections = IndexMap::new();
    study_sections(spec, &mut sections);
    CsrInput {
        title: study.titles.official.value.clone(),
        protocol_code: study.protocol.code.value.clone(),
        sponsor: study.sponsor.organisation.value.clone(),
        title_page: title_page(spec),
        gcp_statement: study.conduct.gcp_statement.clone().unwrap_or_else(|| {
            "The study is reported as conducted in accordance with Good Clinical Practice, including the archiving of essential documents.".to_owned()
        }),
        report_date: spec.report.report_date.to_string(),
        lock_id: job.lock_id(),
        run_id: job.run_id.to_owned(),
        draft: !job.request.final_run,
        notice: study.synthetic.as_ref().map(|s| s.notice.clone()),
        abbreviations: spec.report.abbreviations.iter().map(|(a, b)| (a.clone(), b.clone())).collect(),
        references: spec.report.references.clone(),
        signatures: study
            .people
            .iter()
            .filter(|p| p.signs)
            .map(|p| Signature { role: p.role.name().to_owned(), name: p.name.clone() })
            .collect(),
        sections,
        us_letter: false,
        fonts: Vec::new(),
    }
}

/// Words alone.
pub(super) fn words(text: impl Into<String>) -> CellContent {
    vec![Inline::text(text)]
}

fn title_page(spec: &Spec) -> Vec<(String, CellContent)> {
    let study = &spec.study;
    let mut lines = vec![
        ("Indication".to_owned(), words(study.indication.value.as_str())),
        ("Phase".to_owned(), words(study.phase.name())),
        ("Protocol".to_owned(), words(study.protocol.code.value.as_str())),
        ("Sponsor".to_owned(), words(study.sponsor.organisation.value.as_str())),
    ];
    for (label, registration) in
        [("EudraCT number", &study.registrations.eudract), ("ClinicalTrials.gov", &study.registrations.ctgov)]
    {
        if let Some(registration) = registration {
            let note = if registration.placeholder { " (placeholder)" } else { "" };
            lines.push((label.to_owned(), words(format!("{}{note}", *registration.number))));
        }
    }
    let dates = [
        ("First subject enrolled", study.dates.first_enrolled.as_ref()),
        ("Last visit of the last subject", study.dates.last_visit.as_ref()),
        ("Early termination", study.dates.early_termination.as_ref()),
    ];
    lines
        .extend(dates.into_iter().filter_map(|(label, date)| Some((label.to_owned(), words(date?.value.to_string())))));
    lines.push(("Date of the report".to_owned(), words(spec.report.report_date.to_string())));
    lines
}

fn paragraph(text: impl Into<String>) -> Block {
    Block::Paragraph(words(text))
}

fn put(sections: &mut IndexMap<String, SectionContent>, number: &str, blocks: Vec<Block>) {
    if !blocks.is_empty() {
        sections.insert(number.to_owned(), SectionContent { blocks, ..SectionContent::default() });
    }
}

fn study_sections(spec: &Spec, sections: &mut IndexMap<String, SectionContent>) {
    let study = &spec.study;
    put(sections, "2", synopsis(spec));
    let conduct = &study.conduct;
    let committees: Vec<(String, CellContent)> = conduct
        .ethics_committees
        .iter()
        .map(|c| {
            let approved = c.approved.as_ref().map(|d| format!(", approved {d}")).unwrap_or_default();
            (c.name.clone(), words(format!("{}{approved}", c.reference.clone().unwrap_or_default())))
        })
        .collect();
    if !committees.is_empty() {
        put(sections, "5.1", vec![Block::KeyValues(committees)]);
    }
    put(sections, "5.2", vec![paragraph(conduct.protection_of_subjects.value.as_str())]);
    if let Some(consent) = &conduct.consent {
        put(sections, "5.3", vec![paragraph(consent.as_str())]);
    }
    let mut people: Vec<(String, CellContent)> = study
        .people
        .iter()
        .map(|p| {
            (p.role.name().to_owned(), words([p.name.clone(), p.affiliation.clone().unwrap_or_default()].join(", ")))
        })
        .collect();
    people.extend(
        conduct.committees.iter().chain(&conduct.service_providers).map(|c| (c.role.clone(), words(c.name.as_str()))),
    );
    put(sections, "6", vec![Block::KeyValues(people)]);
    let mut objectives =
        vec![Block::Subheading("Primary objective".to_owned()), paragraph(study.objectives.primary.value.as_str())];
    let lists = [
        ("Secondary objectives", &study.objectives.secondary),
        ("Exploratory objectives", &study.objectives.exploratory),
    ];
    for (heading, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        objectives.push(Block::Subheading(heading.to_owned()));
        objectives.push(Block::List(list.iter().map(|text| words(text.as_str())).collect()));
    }
    put(sections, "8", objectives);
    plan(spec, sections);
}

fn plan(spec: &Spec, sections: &mut IndexMap<String, SectionContent>) {
    let study = &spec.study;
    let design = &study.design;
    let mut overall: Vec<Block> = design.description.iter().map(|d| paragraph(d.value.as_str())).collect();
    overall.push(Block::KeyValues(
        study.arms.values().map(|arm| (arm.title.value.clone(), words(arm.description.value.as_str()))).collect(),
    ));
    put(sections, "9.1", overall);
    if let Some(rationale) = &design.rationale {
        put(sections, "9.2", vec![paragraph(rationale.as_str())]);
    }
    let numbered = |list: &[String]| Block::Numbered(list.iter().map(|text| words(text.as_str())).collect());
    let lists = [
        ("9.3.1", &study.eligibility.inclusion),
        ("9.3.2", &study.eligibility.exclusion),
        ("9.3.3", &study.eligibility.withdrawal),
    ];
    for (number, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        put(sections, number, vec![numbered(list)]);
    }
    let arms =
        study.arms.values().map(|arm| (arm.title.value.clone(), words(arm.description.value.as_str()))).collect();
    put(sections, "9.4.1", vec![Block::KeyValues(arms)]);
    let products = study
        .products
        .values()
        .map(|p| {
            let parts = [&p.form, &p.route, &p.dose];
            let text: Vec<String> = parts.into_iter().flatten().map(|x| x.value.clone()).collect();
            (p.name.value.clone(), words(text.join("; ")))
        })
        .collect();
    put(sections, "9.4.2", vec![Block::KeyValues(products)]);
    if let Some(ratio) = &design.allocation_ratio {
        put(
            sections,
            "9.4.3",
            vec![paragraph(format!("Subjects were randomised {} to the treatment groups.", **ratio))],
        );
    }
    if let Some(masking) = &design.masking.implementation {
        put(sections, "9.4.6", vec![paragraph(masking.value.as_str())]);
    }
    if let Some(therapy) = &study.conduct.background_therapy {
        put(sections, "9.4.7", vec![paragraph(therapy.value.as_str())]);
    }
    let measures = |role: Option<EndpointRole>| -> Vec<CellContent> {
        spec.analysis
            .endpoints
            .values()
            .filter(|e| role.is_none_or(|r| e.role == r))
            .map(|e| words(format!("{} ({}). {}", e.title, e.time_frame, e.description)))
            .collect()
    };
    put(sections, "9.5.1", vec![Block::List(measures(None))]);
    put(sections, "9.5.3", vec![Block::List(measures(Some(EndpointRole::Primary)))]);
    if let Some(size) = &design.sample_size {
        put(sections, "9.7.2", vec![paragraph(size.as_str())]);
    }
    let mut changes: Vec<CellContent> =
        study.protocol.amendments.iter().map(|a| words(format!("{}: {}", a.date, a.description))).collect();
    if changes.is_empty() {
        changes.push(words("No amendment of the protocol and no change of the planned analyses is recorded."));
    }
    put(sections, "9.8", vec![Block::List(changes)]);
}

/// The synopsis (ICH E3, annex I), its numbers from the store.
fn synopsis(spec: &Spec) -> Vec<Block> {
    let study = &spec.study;
    let mut lines: Vec<(String, CellContent)> = vec![
        ("Name of sponsor".to_owned(), words(study.sponsor.organisation.value.as_str())),
        (
            "Name of product".to_owned(),
            words(study.products.values().map(|p| p.name.value.clone()).collect::<Vec<_>>().join("; ")),
        ),
        ("Title of study".to_owned(), words(study.titles.official.value.as_str())),
        ("Study centres".to_owned(), words(study.sites.iter().map(|s| s.name.clone()).collect::<Vec<_>>().join("; "))),
        ("Phase".to_owned(), words(study.phase.name())),
        ("Objectives".to_owned(), words(study.objectives.primary.value.as_str())),
    ];
    if let Some(description) = &study.design.description {
        lines.push(("Methodology".to_owned(), words(description.value.as_str())));
    }
    lines.push((
        "Number of patients (planned and analysed)".to_owned(),
        vec![
            Inline::text(format!("Planned {}; randomised ", *study.planned_number)),
            Inline::number(ResultKey::new("flow", "randomised")),
            Inline::text("."),
        ],
    ));
    lines.push(("Diagnosis and main criteria for inclusion".to_owned(), words(study.eligibility.inclusion.join(" "))));
    let endpoints: Vec<String> = spec.analysis.endpoints.values().map(|e| e.title.value.clone()).collect();
    lines.push(("Criteria for evaluation".to_owned(), words(endpoints.join("; "))));
    vec![Block::KeyValues(lines)]
}
