//! One display made again (`build --only`), beside the current run.

use std::path::PathBuf;

use crate::audit::run_folder;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::base::output;
use crate::base::suggest::did_you_mean;
use crate::render::pdf::Fonts;
use crate::render::{csr_pdf, csv_table, listing_pdf};
use crate::report::compose::Display;

use super::csr_sections;
use super::outputs::{Job, Outputs, display_name, drawing, listing_name, listings, public_tables};

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
