//! The report's sections that hold displays and results, and the states the configuration gives.

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place};
use crate::report::compose::Display;
use crate::report::csr::{Block, CsrInput, SectionContent, SectionState};
use crate::report::csr_sections::{self as csr_sections_of_e3, Filler};
use crate::report::display::{CellContent, Inline};
use crate::results::ResultKey;
use crate::spec::analysis::EndpointRole;
use crate::spec::report::{DisplayKind, SectionSpec};

use super::csr_methods;
use super::csr_study::{self, words};
use super::outputs::Job;

/// Everything the report is made of.
pub(super) fn report(job: &Job<'_>, sink: &mut Diagnostics) -> CsrInput {
    let mut input = csr_study::input(job);
    displays(job, &mut input);
    efficacy(job, &mut input);
    safety(job, &mut input);
    csr_methods::sections(job, &mut input);
    configured(job, &mut input, sink);
    input
}

/// Appends blocks to a section.
pub(super) fn add(input: &mut CsrInput, number: &str, blocks: impl IntoIterator<Item = Block>) {
    let section: &mut SectionContent = input.sections.entry(number.to_owned()).or_default();
    section.blocks.extend(blocks);
}

fn displays(job: &Job<'_>, input: &mut CsrInput) {
    for spec in job.spec.report.displays.iter().filter(|d| d.show) {
        let Some(display) = job.displays.get(&*spec.id) else { continue };
        match display {
            Display::Flow(figure) => add(input, "10.1", [Block::Flow(Box::new(figure.clone()))]),
            Display::Table(table) => {
                let home = home(spec.kind, &table.section);
                add(input, home, [Block::Table(Box::new(table.clone()))]);
                for from in mentions(spec.kind) {
                    add(input, from, [Block::See(vec![("Table".to_owned(), table.id.clone())])]);
                }
            }
            Display::Curve(curve) => {
                add(input, "14.2", [Block::Curve(Box::new(curve.clone()))]);
                add(input, "11.4.1", [Block::See(vec![("Figure".to_owned(), curve.id.clone())])]);
            }
            Display::Listing { id, title } => {
                let file = format!("{}.pdf", super::outputs::listing_name(id));
                add(
                    input,
                    "16.2.7",
                    [Block::Paragraph(words(format!(
                        "Listing {id}, {title}: file {file}, delivered beside this report."
                    )))],
                );
                add(input, "12.2.4", [Block::See(vec![("Listing".to_owned(), id.clone())])]);
            }
        }
    }
}

/// The section a table stands in; one written by hand where its number belongs.
fn home(kind: DisplayKind, of_number: &str) -> &'static str {
    match kind {
        DisplayKind::Disposition | DisplayKind::AnalysisSets | DisplayKind::Baseline => "14.1",
        DisplayKind::AeOverview | DisplayKind::AeTerms | DisplayKind::AeSerious => "14.3.1",
        DisplayKind::Deaths => "14.3.2",
        DisplayKind::ShiftTable => "14.3.4",
        DisplayKind::Estimands => "9.7.1",
        DisplayKind::Custom => {
            let section = csr_sections_of_e3::find(of_number).filter(|section| section.filler != Filler::Heading);
            section.map_or("14.2", |section| section.number)
        }
        _ => "14.2",
    }
}

/// Sections of the body that point to a table.
fn mentions(kind: DisplayKind) -> &'static [&'static str] {
    match kind {
        DisplayKind::Disposition => &["10.1"],
        DisplayKind::AnalysisSets => &["11.1"],
        DisplayKind::Baseline => &["11.2"],
        DisplayKind::AeOverview | DisplayKind::AeTerms => &["12.2.2"],
        DisplayKind::AeSerious => &["12.3.1.2"],
        DisplayKind::Deaths => &["12.3.1.1"],
        DisplayKind::ShiftTable => &["12.4.2.2"],
        DisplayKind::Endpoint | DisplayKind::IntercurrentEvents => &["11.4.1"],
        DisplayKind::Subgroups => &["11.4.2.8"],
        _ => &[],
    }
}

/// One sentence an endpoint: what its arms show, and the p-value of each comparison.
fn efficacy(job: &Job<'_>, input: &mut CsrInput) {
    let facts = job.facts;
    let mut sentences = Vec::new();
    let label = |arm: &str| job.spec.study.label(arm).to_owned();
    for endpoint in job.spec.analysis.endpoints.values() {
        let mut content = words(format!("{} ({}): ", endpoint.title, role(endpoint.role)));
        let nothing = content.len();
        for item in &endpoint.analyses {
            let Some(ran) = job.facts.analyses.by_id.get(&item.id.value) else { continue };
            let described: Option<&str> = match ran.method {
                "fisher" | "chi_square" => Some("events"),
                "t_test" | "crossover" => Some("mean"),
                "ancova" => Some("lsmean"),
                "wilcoxon" | "kaplan_meier" => Some("median"),
                _ => None,
            };
            if let Some(statistic) = described {
                let name = crate::results::statistic::find(statistic).map_or(statistic, |s| s.label);
                content.push(Inline::text(format!("{name} ")));
                for (at, arm) in ran.input.arms.iter().enumerate() {
                    content.push(Inline::text(format!("{}{} ", if at > 0 { ", " } else { "" }, label(arm))));
                    let key = ResultKey::new(&ran.input.id, statistic).with("arm", arm.as_str());
                    content.push(Inline::number(key.clone()));
                    if statistic == "events" {
                        content.extend([Inline::text(" ("), Inline::number(key.statistic("pct")), Inline::text("%)")]);
                    }
                }
                content.push(Inline::text("; "));
            }
            for comparison in &ran.input.comparisons {
                let p = ResultKey::new(&ran.input.id, "p").with("arm", ran.input.compared(*comparison));
                if job.facts.store.get(&p).is_some() {
                    let nominal = if crate::report::compose::is_nominal(facts, endpoint, &p) { "nominal " } else { "" };
                    let title = crate::methods::find(ran.method).map_or(ran.method, |m| m.title());
                    content.push(Inline::text(format!(
                        "{title}, {} against {}: {nominal}p ",
                        label(&ran.input.arms[comparison.0]),
                        label(&ran.input.arms[comparison.1])
                    )));
                    content.push(Inline::number(p));
                    content.push(Inline::text("; "));
                }
            }
        }
        // An endpoint whose numbers stand in its table alone has no sentence.
        if content.len() == nothing {
            continue;
        }
        if let Some(Inline::Text(last)) = content.last_mut() {
            *last = last.trim_end_matches("; ").to_owned();
        }
        content.push(Inline::text("."));
        sentences.push(content);
    }
    if sentences.is_empty() {
        return;
    }
    let summary = Block::List(sentences.clone());
    add(input, "2", [Block::Subheading("Efficacy results".to_owned()), summary]);
    let section = input.sections.entry("11.4.1".to_owned()).or_default();
    section.blocks.insert(0, Block::List(sentences));
}

fn role(role: EndpointRole) -> &'static str {
    match role {
        EndpointRole::Primary => "primary endpoint",
        EndpointRole::Secondary => "secondary endpoint",
        EndpointRole::OtherPrespecified => "other pre-specified endpoint",
        EndpointRole::PostHoc => "post hoc",
    }
}

fn safety(job: &Job<'_>, input: &mut CsrInput) {
    let Some(safety) = &job.spec.analysis.safety else { return };
    let groups = job.spec.groups(&safety.set).into_iter();
    let arms: Vec<(&str, String)> = groups.map(|id| (id, job.spec.study.label(id).to_owned())).collect();
    let sentence = |what: &str, category: &str| -> CellContent {
        let mut content = words(format!("{what}: "));
        for (at, (arm, label)) in arms.iter().enumerate() {
            let key = |analysis: &str| ResultKey::new(analysis, "n").with("arm", *arm);
            content.extend([
                Inline::text(format!("{}{label} ", if at > 0 { ", " } else { "" })),
                Inline::number(key("ae").with("category", category)),
                Inline::text(" of "),
                Inline::number(key("set").with("set", safety.set.as_str())),
            ]);
        }
        content.push(Inline::text("."));
        content
    };
    let sentences = vec![
        sentence("Subjects with at least one adverse event", "any"),
        sentence("Subjects with at least one serious adverse event", "serious"),
        sentence("Subjects with at least one adverse event related to treatment", "related"),
        sentence("Deaths from any cause", "death"),
    ];
    add(input, "2", [Block::Subheading("Safety results".to_owned()), Block::List(sentences.clone())]);
    add(input, "12.2.1", [Block::List(sentences)]);
    let zero = |category: &str| {
        let key = ResultKey::new("ae", "n").with("arm", "total").with("category", category);
        job.facts.store.number(&key) == Some(0.0)
    };
    let total = ResultKey::new("set", "n").with("arm", "total").with("set", safety.set.as_str());
    for (category, number, what) in [("death", "12.3.1.1", "deaths"), ("serious", "12.3.1.2", "serious adverse events")]
    {
        if zero(category) {
            let sentence = vec![
                Inline::text(format!("No {what} were reported (N=")),
                Inline::number(total.clone()),
                Inline::text(")."),
            ];
            input.sections.entry(number.to_owned()).or_default().state = SectionState::DerivedZero { sentence };
        }
    }
}

/// States and texts that report.yaml gives, and the writer's files.
fn configured(job: &Job<'_>, input: &mut CsrInput, sink: &mut Diagnostics) {
    for (number, section) in &job.spec.report.sections {
        let content = input.sections.entry(number.value.clone()).or_default();
        if let Some(state) = state(section) {
            content.state = state;
        }
        let Some(file) = &section.text else { continue };
        match job.inputs.texts.get(&**file) {
            Some(markdown) => {
                content.state = SectionState::Derived;
                content.blocks.push(Block::Prose { markdown: markdown.clone(), file: format!("text/{}", **file) });
            }
            None => {
                let known: Vec<&str> = job.inputs.texts.keys().map(String::as_str).collect();
                sink.error(&codes::RPT_003, file.place.clone(), format!("there is no text/{}", **file))
                    .hint(crate::base::suggest::did_you_mean(file, known));
            }
        }
    }
    for (name, markdown) in &job.inputs.texts {
        let number = name.strip_suffix(".md").unwrap_or(name);
        let named = job.spec.report.sections.values().any(|s| s.text.as_ref().is_some_and(|t| **t == *name));
        if named {
            continue;
        }
        if csr_sections_of_e3::find(number).is_some() {
            add(input, number, [Block::Prose { markdown: markdown.clone(), file: format!("text/{name}") }]);
        } else {
            let place = Place::File(job.spec.folder.join("text").join(name).display().to_string());
            sink.warning(&codes::RPT_003, place, format!("text/{name} stands in no section of the report"))
                .hint("call it after its section, such as 13.md, or name it under `sections` in report.yaml");
        }
    }
}

fn state(section: &SectionSpec) -> Option<SectionState> {
    if let Some(reason) = &section.not_applicable {
        return Some(SectionState::NotApplicable { reason: reason.clone() });
    }
    if let Some(reason) = &section.not_collected {
        return Some(SectionState::NotCollected { reason: reason.clone() });
    }
    if let Some(reason) = &section.attachment {
        return Some(SectionState::AttachmentMissing { reason: Some(reason.clone()) });
    }
    section.owner.as_ref().map(|owner| SectionState::WriterPending { owner: owner.clone() })
}
