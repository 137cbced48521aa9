//! The report's sections that come from study.yaml: title page, synopsis, ethics, plan.

use indexmap::IndexMap;

use crate::report::csr::{Block, CsrInput, SectionContent, Signature};
use crate::report::display::{CellContent, Inline};
use crate::results::ResultKey;
use crate::spec::Spec;
use crate::spec::analysis::EndpointRole;
use crate::spec::study_design::Product;

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

/// The synopsis in the order of ICH E3, annex I, its numbers from the store; results follow from the other sections.
fn synopsis(spec: &Spec) -> Vec<Block> {
    let study = &spec.study;
    let products = |text: &dyn Fn(&Product) -> Option<String>| -> String {
        study.products.values().filter_map(text).collect::<Vec<_>>().join("; ")
    };
    let people: Vec<&str> = study.people.iter().filter(|p| p.role.is_investigator()).map(|p| p.name.as_str()).collect();
    let sites: Vec<&str> = study.sites.iter().map(|s| s.name.as_str()).collect();
    let publications: Vec<&str> = study.publications.iter().map(|p| p.citation.as_str()).collect();
    let dates = &study.dates;
    let period = [("first enrolled", &dates.first_enrolled), ("last visit", &dates.last_visit)]
        .into_iter()
        .filter_map(|(what, date)| date.as_ref().map(|date| format!("{what} {date}")))
        .collect::<Vec<_>>();
    let endpoints: Vec<&str> = spec.analysis.endpoints.values().map(|e| e.title.as_str()).collect();
    let mut criteria = format!("Efficacy: {}.", endpoints.join("; "));
    if let Some(safety) = &spec.analysis.safety {
        criteria.push_str(&format!(" Safety: adverse events. {}", safety.definition));
    }
    let text = |label: &str, text: String| (label.to_owned(), words(text));
    let description = study.design.description.as_ref().map(|d| d.value.clone());
    let lines = vec![
        text("Name of sponsor", study.sponsor.organisation.value.clone()),
        text("Name of finished product", products(&|p| Some(p.name.value.clone()))),
        text("Name of active ingredient", products(&|p| p.active_ingredient.clone())),
        text("Title of study", study.titles.official.value.clone()),
        text("Investigators", people.join("; ")),
        text("Study centres", sites.join("; ")),
        text("Publication (reference)", publications.join("; ")),
        text("Studied period", period.join("; ")),
        text("Phase", study.phase.name().to_owned()),
        text("Objectives", study.objectives.primary.value.clone()),
        text("Methodology", description.unwrap_or_default()),
        ("Number of patients (planned and analysed)".to_owned(), numbers(spec)),
        text("Diagnosis and main criteria for inclusion", study.eligibility.inclusion.join(" ")),
        text("Test product, dose, mode of administration, batch", treatments(spec, false)),
        text("Duration of treatment", study.design.treatment_duration.clone().unwrap_or_default()),
        text("Reference therapy, dose, mode of administration, batch", treatments(spec, true)),
        text("Criteria for evaluation", criteria),
        text("Statistical methods", methods(spec)),
        text("Date of report", spec.report.report_date.to_string()),
    ];
    let filled =
        |(_, content): &(String, CellContent)| !matches!(content.as_slice(), [Inline::Text(text)] if text.is_empty());
    vec![Block::KeyValues(lines.into_iter().filter(filled).collect())]
}

/// Planned, randomised, and in each analysis set.
fn numbers(spec: &Spec) -> CellContent {
    let mut content = vec![
        Inline::text(format!("Planned {}; randomised ", *spec.study.planned_number)),
        Inline::number(ResultKey::new("flow", "randomised")),
    ];
    for (id, set) in &spec.analysis.analysis_sets {
        content.push(Inline::text(format!("; {} ", set.label)));
        content.push(Inline::number(ResultKey::new("set", "n").with("arm", "total").with("set", id.as_str())));
    }
    content.push(Inline::text("."));
    content
}

/// The products of the arms under study, or of those they are compared with.
fn treatments(spec: &Spec, comparators: bool) -> String {
    let arms = spec.study.arms.values().filter(|arm| arm.kind.is_comparator() == comparators);
    let mut ids: Vec<&str> = arms.flat_map(|arm| &arm.products).map(|id| id.as_str()).collect();
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(*id));
    let product = |p: &Product| {
        let mut parts = vec![p.name.value.clone()];
        parts.extend([&p.dose, &p.form, &p.route].into_iter().flatten().map(|at| at.value.clone()));
        if !p.batches.is_empty() {
            parts.push(format!("batch {}", p.batches.join(", ")));
        }
        parts.join(", ")
    };
    let products = ids.into_iter().filter_map(|id| spec.study.products.get(id));
    products.map(product).collect::<Vec<_>>().join("; ")
}

/// Titles of the methods of the main analyses, each once.
fn methods(spec: &Spec) -> String {
    let mut titles: Vec<&str> = Vec::new();
    for item in spec.analysis.endpoints.values().flat_map(|e| &e.analyses) {
        let title = crate::methods::find(&item.method).map_or(item.method.as_str(), |method| method.title());
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles.join("; ")
}
