//! The HTML page on which every number opens its evidence.

use crate::base::diagnostic::{Diagnostics, Stop};
use crate::data;
use crate::render::html::{self, HtmlDisplay, HtmlHead, HtmlInput, HtmlSection};
use crate::render::placement::{check_digits, place_html};
use crate::report::compose::Display;

use super::evidence;
use super::outputs::{Job, Outputs};

/// Writes the page.
pub(super) fn page(
    job: &Job<'_>,
    data: &data::Engine,
    outputs: &mut Outputs,
    sink: &mut Diagnostics,
) -> Result<(), Stop> {
    let evidence = evidence::prepare(data, job.facts.store, job.displays.values().flat_map(Display::keys));
    let mut sections: Vec<HtmlSection<'_>> = Vec::new();
    let mut shown: Vec<&str> = Vec::new();
    for (number, title, starts) in [
        ("10.1", "Participant flow", "10"),
        ("9.7", "Estimands", "9"),
        ("14.1", "Disposition and baseline", "14.1"),
        ("14.2", "Efficacy", "14.2"),
        ("14.3", "Safety", "14.3"),
        ("14", "Further tables and figures", ""),
    ] {
        let new = job.displays.values().filter(|d| d.id().starts_with(starts) && !shown.contains(&d.id()));
        let new: Vec<&Display> = new.collect();
        shown.extend(new.iter().map(|d| d.id()));
        let displays: Vec<HtmlDisplay<'_>> = new.into_iter().filter_map(html_display).collect();
        if !displays.is_empty() {
            sections.push(HtmlSection { id: number.to_owned(), title: title.to_owned(), displays });
        }
    }
    let study = &job.spec.study;
    let mut facts = vec![
        ("Phase".to_owned(), study.phase.name().to_owned()),
        ("Indication".to_owned(), study.indication.value.clone()),
        ("Report date".to_owned(), job.spec.report.report_date.to_string()),
    ];
    if let Some(lock) = &job.inputs.lock {
        facts.push(("Data locked".to_owned(), lock.locked_at.clone()));
    }
    let input = HtmlInput {
        head: HtmlHead {
            language: "en".to_owned(),
            title: study.titles.official.value.clone(),
            protocol: study.protocol.code.value.clone(),
            sponsor: study.sponsor.organisation.value.clone(),
            draft: !job.request.final_run,
            synthetic: job.notice(),
            lock_id: job.lock_id(),
            run_id: job.run_id.to_owned(),
            facts,
        },
        sections,
        evidence,
    };
    let name = "restricted/report.html";
    let rendered = html::render(&job.engine(), job.templates.profile, &input, sink)?;
    let placed = place_html(name, &rendered);
    check_digits(&placed, sink);
    outputs.add(name, rendered.text, placed);
    Ok(())
}

fn html_display(display: &Display) -> Option<HtmlDisplay<'_>> {
    match display {
        Display::Table(table) => Some(HtmlDisplay::Table(table)),
        Display::Curve(curve) => Some(HtmlDisplay::Curve(curve)),
        Display::Flow(flow) => Some(HtmlDisplay::Flow(flow)),
        Display::Listing { .. } => None,
    }
}
