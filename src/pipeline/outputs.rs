//! Renders every output of a run, with the place of every printed number.

use std::path::PathBuf;

use indexmap::IndexMap;

use crate::audit::run_folder;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop, TextSource};
use crate::base::output;
use crate::base::suggest::did_you_mean;
use crate::data;
use crate::methods::coding_sheet;
use crate::render::html::{HtmlDisplay, HtmlHead, HtmlInput, HtmlSection};
use crate::render::listing_font::Faces;
use crate::render::listing_pdf::ListingFrame;
use crate::render::pdf::Fonts;
use crate::render::placement::{DigitClass, DigitRun, Placed, check_digits, place_html, place_svg};
use crate::render::template::Engine;
use crate::render::{coding_csv, csr_pdf, csv_table, curve_svg, flow_svg, html, listing_pdf, results_json};
use crate::report::compose::{Display, Facts};
use crate::report::csr::{self, CsrInput};
use crate::report::display::DisplayTable;
use crate::report::listing::{self, ListingHeading};
use crate::report::registry::deadlines::Deadline;
use crate::report::suppress;
use crate::spec::Spec;

use super::inputs::Inputs;
use super::templates::Templates;
use super::{Event, Request, Watch, csr_sections, evidence, public_tables, registry_files};

/// The study report.
const REPORT: &str = "restricted/csr.pdf";
/// Typed numbers that are shown with their context.
const TYPED_SHOWN: usize = 5;

/// What rendering needs.
pub(super) struct Job<'a> {
    pub spec: &'a Spec,
    pub inputs: &'a Inputs,
    pub facts: Facts<'a>,
    pub displays: &'a IndexMap<String, Display>,
    pub templates: &'a Templates,
    pub run_id: &'a str,
    pub request: &'a Request<'a>,
}

impl Job<'_> {
    /// Id of the lock, as printed.
    pub fn lock_id(&self) -> String {
        self.inputs.lock.as_ref().map_or_else(|| "not locked".to_owned(), |l| l.lock_id.clone())
    }

    pub fn engine(&self) -> Engine<'_> {
        Engine::new(&self.templates.set, self.facts.store, self.templates.profile)
    }

    pub fn notice(&self) -> Option<String> {
        self.spec.study.synthetic.as_ref().map(|s| s.notice.clone())
    }

    /// What stands around listings and entry sheets.
    pub fn listing_frame(&self) -> ListingFrame {
        ListingFrame {
            protocol: self.spec.study.protocol.code.value.clone(),
            draft: !self.request.final_run,
            synthetic: self.notice(),
            lock_id: self.lock_id(),
            run_id: self.run_id.to_owned(),
            sponsor: self.spec.study.sponsor.organisation.value.clone(),
            language: "en".to_owned(),
            date: self.spec.report.report_date.to_string(),
        }
    }
}

/// The files of a run and where every number stands in them.
#[derive(Default)]
pub(super) struct Outputs {
    pub files: Vec<(String, Vec<u8>)>,
    pub placed: Placed,
    /// By when the registries that are asked for want results.
    pub deadlines: Vec<Deadline>,
}

impl Outputs {
    pub(super) fn add(&mut self, name: &str, bytes: impl Into<Vec<u8>>, placed: Placed) {
        self.files.push((name.to_owned(), bytes.into()));
        self.placed.append(placed);
    }
}

/// File stem of a listing: `16-2-7-adverse-event-listings`.
pub(super) fn listing_name(id: &str) -> String {
    format!("{}-adverse-event-listings", id.replace('.', "-"))
}

/// File stem of a table or figure.
fn display_name(kind: &str, id: &str) -> String {
    format!("{kind}-{}", id.replace('.', "-").to_lowercase())
}

/// What one thread has rendered.
type Part = (Outputs, Result<(), Stop>, Diagnostics);

/// Renders a part with a sink of its own.
fn part(render: impl FnOnce(&mut Outputs, &mut Diagnostics) -> Result<(), Stop>) -> Part {
    let (mut outputs, mut sink) = (Outputs::default(), Diagnostics::new());
    let result = render(&mut outputs, &mut sink);
    (outputs, result, sink)
}

/// Renders everything; the report, the registries and the rest on threads of their own.
pub(super) fn render(
    job: &Job<'_>,
    data: &data::Engine,
    sink: &mut Diagnostics,
    watch: Watch<'_>,
) -> Result<Outputs, Stop> {
    watch(Event::Begin("render"));
    let mark = sink.mark();
    let report = csr_sections::report(job, sink);
    sink.check(mark)?;
    let fonts = Fonts::new(&job.templates.fonts, sink)?;
    let faces = listing_pdf::faces(&job.templates.fonts, sink)?;
    // The parts are put together in a fixed order, so that threads do not show in any byte or message.
    let parts = std::thread::scope(|scope| {
        let (report, fonts, faces) = (&report, &fonts, &faces);
        let documents = scope.spawn(move || part(|outputs, sink| documents(job, report, fonts, outputs, sink)));
        let registries =
            scope.spawn(move || part(|outputs, sink| registry_files::all(job, report, (fonts, faces), outputs, sink)));
        let others = part(|outputs, sink| others(job, data, faces, outputs, sink));
        let join = |handle: std::thread::ScopedJoinHandle<'_, Part>| {
            handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        [others, join(registries), join(documents)]
    });
    let mut all = Outputs::default();
    let mut stopped = None;
    for (outputs, result, messages) in parts {
        all.files.extend(outputs.files);
        all.placed.append(outputs.placed);
        all.deadlines.extend(outputs.deadlines);
        sink.append(messages);
        stopped = stopped.or(result.err());
    }
    name_texts(job, sink);
    if let Some(stop) = stopped {
        return Err(stop);
    }
    all.files.sort();
    report_typed_digits(&all.placed, sink);
    watch(Event::End(&format!("Rendered {} files.", all.files.len())));
    Ok(all)
}

/// Names the numbers that the writer typed: nothing vouches for them but a reader. The writer's text stands in the
/// report alone; what is typed elsewhere are rules and conditions shown as they were written.
fn report_typed_digits(placed: &Placed, sink: &mut Diagnostics) {
    let typed = |run: &&DigitRun| run.class == DigitClass::Typed && run.file == REPORT;
    let runs: Vec<&DigitRun> = placed.digits.iter().filter(typed).collect();
    if runs.is_empty() {
        return;
    }
    let message = match runs.len() {
        1 => "1 number of the report was typed, not taken from the results".to_owned(),
        n => format!("{n} numbers of the report were typed, not taken from the results"),
    };
    let finding = sink.note(&codes::RPT_002, Place::File(REPORT.to_owned()), message);
    for run in runs.iter().take(TYPED_SHOWN) {
        finding.label(Place::File(format!("{REPORT} {}", run.place)), format!("`{}`", run.context.trim()));
    }
    finding.hint("confirm them, or print them with `num`; `trace_typed_digit` of trace.sqlite has every one");
}

/// Gives places in the writer's texts the path that an editor opens; what is recorded keeps the short name,
/// so that no byte of a run depends on where the study lies.
fn name_texts(job: &Job<'_>, sink: &mut Diagnostics) {
    sink.map_places(|place| {
        if let Place::Text { source, .. } = place
            && source.name.starts_with("text/")
        {
            let name = job.spec.folder.join(&source.name).display().to_string();
            *source = std::sync::Arc::new(TextSource { name, text: source.text.clone() });
        }
    });
}

/// The report and the flow diagram as PDF.
fn documents(
    job: &Job<'_>,
    report: &CsrInput,
    fonts: &Fonts,
    outputs: &mut Outputs,
    sink: &mut Diagnostics,
) -> Result<(), Stop> {
    let engine = job.engine();
    let mark = sink.mark();
    let document = csr::compose(report.clone(), job.request.final_run, sink);
    sink.check(mark)?;
    let pdf = csr_pdf::render_csr(&engine, fonts, &document, REPORT, sink)?;
    outputs.add(REPORT, pdf.bytes, pdf.placed);
    for display in job.displays.values() {
        if let Display::Flow(figure) = display {
            let name = "public/consort.pdf";
            let pdf = csr_pdf::render_consort(&engine, fonts, report, figure, name, sink)?;
            outputs.add(name, pdf.bytes, pdf.placed);
        }
    }
    Ok(())
}

/// Everything else.
fn others(
    job: &Job<'_>,
    data: &data::Engine,
    faces: &Faces,
    outputs: &mut Outputs,
    sink: &mut Diagnostics,
) -> Result<(), Stop> {
    let mark = sink.mark();
    // Each output reports its own problems; one that fails does not hide those of the next.
    let _ = drawings(job, outputs, sink);
    let _ = tables(job, outputs, sink);
    let _ = page(job, data, outputs, sink);
    let _ = listings(job, faces, outputs, sink);
    let _ = coding(job, data, outputs, sink);
    let json = results_json::write(job.facts.store, &job.spec.name, job.run_id, &job.lock_id());
    outputs.files.push(("restricted/results.json".to_owned(), json.into_bytes()));
    sink.check(mark)
}

fn drawings(job: &Job<'_>, outputs: &mut Outputs, sink: &mut Diagnostics) -> Result<(), Stop> {
    let mark = sink.mark();
    for display in job.displays.values() {
        let _ = drawing(job, display, outputs, sink);
    }
    sink.check(mark)
}

fn drawing(job: &Job<'_>, display: &Display, outputs: &mut Outputs, sink: &mut Diagnostics) -> Result<(), Stop> {
    let engine = job.engine();
    let (name, rendered) = match display {
        Display::Flow(figure) => {
            ("public/consort.svg".to_owned(), flow_svg::render(&engine, job.templates.profile, figure, sink)?)
        }
        Display::Curve(figure) => {
            let name = format!("public/figures/{}.svg", display_name("figure", &figure.id));
            (name, curve_svg::render(&engine, figure, sink)?)
        }
        Display::Table(_) | Display::Listing { .. } => return Ok(()),
    };
    let placed = place_svg(&name, &rendered, sink)?;
    check_digits(&placed, sink);
    outputs.add(&name, rendered.text, placed);
    Ok(())
}

fn tables(job: &Job<'_>, outputs: &mut Outputs, sink: &mut Diagnostics) -> Result<(), Stop> {
    let mark = sink.mark();
    let notice = job.notice();
    for table in &public_tables(job, sink) {
        let name = format!("public/tables/{}.csv", display_name("table", &table.id));
        if let Ok(csv) =
            csv_table::render(job.facts.store, job.templates.profile, table, notice.as_deref(), &name, sink)
        {
            outputs.add(&name, csv.text, csv.placed);
        }
    }
    sink.check(mark)
}

/// The tables as the public sees them: what the house keeps back is not what a registry demands.
fn public_tables(job: &Job<'_>, sink: &mut Diagnostics) -> Vec<DisplayTable> {
    let tables: Vec<&DisplayTable> = job.displays.values().filter_map(Display::table).collect();
    suppress::public_tables(&tables, &public_tables::rules(job.facts, job.displays), job.facts.store, sink)
}

fn page(job: &Job<'_>, data: &data::Engine, outputs: &mut Outputs, sink: &mut Diagnostics) -> Result<(), Stop> {
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

fn listings(job: &Job<'_>, faces: &Faces, outputs: &mut Outputs, sink: &mut Diagnostics) -> Result<(), Stop> {
    for view in job.facts.store.listings() {
        let Some(Display::Listing { id, title }) = job.displays.get(&view.id) else { continue };
        let definition = job.spec.analysis.safety.as_ref().map(|s| s.definition.clone()).unwrap_or_default();
        let heading = ListingHeading {
            title: title.clone(),
            population: "All subjects with an adverse event".to_owned(),
            outline: vec![super::listing::ARM.to_owned(), super::listing::SUBJECT.to_owned()],
            footnotes: vec![definition],
            if_empty: "No adverse event was reported.".to_owned(),
        };
        let composed = listing::compose(view, heading);
        let bytes = listing_pdf::render(&composed, &job.listing_frame(), faces, sink)?.bytes;
        outputs.files.push((format!("restricted/listings/{}.pdf", listing_name(id)), bytes));
    }
    Ok(())
}

/// The sheet of coded terms that medical review reads; verbatim terms never leave the house.
fn coding(job: &Job<'_>, data: &data::Engine, outputs: &mut Outputs, sink: &mut Diagnostics) -> Result<(), Stop> {
    let Some(safety) = &job.spec.analysis.safety else { return Ok(()) };
    let name = "restricted/coding-sheet.csv";
    let rows = coding_sheet::read(safety, data, job.request.final_run, sink)?;
    let text = coding_csv::render(&rows, &safety.dictionary, job.notice().as_deref(), name, sink)?;
    outputs.files.push((name.to_owned(), text.into_bytes()));
    Ok(())
}

/// Renders one display and says of each file whether it differs from the current run's.
///
/// A PDF prints the run's id on each page and so differs between runs by that alone; it is said to differ where the
/// file beside it that holds the same numbers (CSV, SVG) does, or, alone, where its bytes do.
pub(super) fn only(job: &Job<'_>, wanted: &str, sink: &mut Diagnostics) -> Result<Vec<(PathBuf, bool)>, Stop> {
    let Some(display) = job.displays.get(wanted) else {
        return Err(sink
            .error(&codes::CFG_003, Place::Nowhere, format!("there is no display {wanted}"))
            .hint(did_you_mean(wanted, job.displays.keys().map(String::as_str)))
            .stop());
    };
    let mark = sink.mark();
    let mut outputs = Outputs::default();
    let fonts = Fonts::new(&job.templates.fonts, sink)?;
    let report = csr_sections::report(job, sink);
    let engine = job.engine();
    match display {
        Display::Table(table) => {
            let name = format!("public/tables/{}.csv", display_name("table", &table.id));
            let tables = public_tables(job, sink);
            let public = tables.iter().find(|public| public.id == table.id).unwrap_or(table);
            let csv = csv_table::render(
                job.facts.store,
                job.templates.profile,
                public,
                job.notice().as_deref(),
                &name,
                sink,
            )?;
            outputs.add(&name, csv.text, csv.placed);
            let name = format!("{}.pdf", display_name("table", &table.id));
            let pdf = csr_pdf::render_table(&engine, &fonts, &report, table, &name, sink)?;
            outputs.add(&name, pdf.bytes, pdf.placed);
        }
        Display::Flow(figure) => {
            drawing(job, display, &mut outputs, sink)?;
            let pdf = csr_pdf::render_consort(&engine, &fonts, &report, figure, "public/consort.pdf", sink)?;
            outputs.add("public/consort.pdf", pdf.bytes, pdf.placed);
        }
        Display::Curve(_) => drawing(job, display, &mut outputs, sink)?,
        Display::Listing { .. } => {
            let faces = listing_pdf::faces(&job.templates.fonts, sink)?;
            listings(job, &faces, &mut outputs, sink)?;
            let name = format!("restricted/listings/{}.pdf", listing_name(wanted));
            outputs.files.retain(|(file, _)| *file == name);
        }
    }
    sink.check(mark)?;
    let study_output = job.request.output.join(&job.spec.name);
    let folder = study_output.join("only");
    output::create_folder(&folder).map_err(|e| e.report(sink))?;
    let current = run_folder::current(&study_output);
    let mut written: Vec<(PathBuf, bool)> = Vec::new();
    for (name, bytes) in outputs.files {
        let before = current.as_ref().and_then(|folder| std::fs::read(folder.join(&name)).ok());
        let changed = match written.last() {
            Some((_, changed)) if name.ends_with(".pdf") => *changed,
            _ => before.as_deref() != Some(bytes.as_slice()),
        };
        let path = folder.join(name.rsplit('/').next().unwrap_or(&name));
        output::replace_file(&path, &bytes).map_err(|e| e.report(sink))?;
        written.push((path, changed));
    }
    Ok(written)
}
