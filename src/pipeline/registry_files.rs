//! Renders what goes to the registries: uploads, readable summaries, entry sheets, documents for CTIS.

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::render::number_profile::REGULATORY;
use crate::render::pdf::{Fonts, render_pdf};
use crate::render::placement::place_xml;
use crate::render::registry_summary::{self, Summary};
use crate::render::template::Engine;
use crate::render::xml::{self, Submission, Views};
use crate::render::{csr_pdf, ctis_docx, entry_sheet_xlsx, xml_read_back};
use crate::report::csr::CsrInput;
use crate::report::registry::deadlines::Register;
use crate::report::registry::preflight::{self, Asked};
use crate::report::registry::{RegistryRecord, compose, ctis};
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::registry_terms::RegistryTerms;
use crate::spec::report::Registry;

use super::outputs::{Job, Outputs};
use super::registry;

/// Everything of every registry that is asked for.
pub(super) fn all(
    job: &Job<'_>,
    report: &CsrInput,
    fonts: &Fonts,
    outputs: &mut Outputs,
    sink: &mut Diagnostics,
) -> Result<(), Stop> {
    if [Registry::Eudract, Registry::Ctgov].iter().all(|r| job.spec.report.registries.skip.contains(r)) {
        return Ok(());
    }
    let codes = RegistryCodes::of(&job.spec.code_lists, job.spec.study.registry.list_versions);
    let terms = RegistryTerms::of(&job.spec.code_lists);
    let input = registry::input(job.spec, job.computed, &codes, &terms);
    let record = compose::compose(&input, &job.computed.store, sink)?;
    let asked = Asked {
        eudract: !job.spec.report.registries.skip.contains(&Registry::Eudract),
        ctgov: !job.spec.report.registries.skip.contains(&Registry::Ctgov),
        limits: job.spec.study.registry.text_limits,
        is_final: job.request.final_run,
    };
    preflight::check(&record, &terms, &job.computed.store, asked, sink);
    let views = Views { record: &record, codes: &codes, terms: &terms, store: &job.computed.store };
    let about = xml::About {
        draft: !job.request.final_run,
        notice: job.notice(),
        provenance: Some(format!("Lock {}, run {}.", job.lock_id(), job.run_id)),
    };
    // Registries have one way to write a p-value, whatever the house style of the tables.
    let engine = Engine::new(&job.templates.set, &job.computed.store, &REGULATORY);
    let skipped = |submission: Submission| {
        let registry = match submission {
            Submission::CtgovResults | Submission::CtgovPartial => Registry::Ctgov,
            _ => Registry::Eudract,
        };
        job.spec.report.registries.skip.contains(&registry)
    };
    // Without adverse events the check has said so; there is no file of them to write.
    let empty =
        |submission: Submission| submission == Submission::EudractAdverseEvents && record.adverse_events.is_none();
    for submission in Submission::ALL.into_iter().filter(|s| !skipped(*s) && !empty(*s)) {
        let rendered = xml::render(submission, &views, &about, &engine, sink)?;
        let name = format!("public/{}", submission.file_name());
        let placed = place_xml(&name, &rendered, sink)?;
        xml_read_back::read_back(&name, &rendered.text, &placed.placements, &job.computed.store, sink)?;
        outputs.add(&name, rendered.text, placed);
    }
    let labels: Vec<String> = job.spec.study.arms.values().map(|arm| arm.label.value.clone()).collect();
    for summary in [Summary::Eudract, Summary::Ctgov, Summary::Ctis] {
        let mut view = registry_summary::view(summary, &views, &labels);
        view["page"] = serde_json::to_value(csr_pdf::PageFacts::of(report, summary.title()))
            .expect("invariant: page facts are plain texts");
        let name = format!("public/{}", summary.file_name());
        let ident = format!("tracelock {} {} {}", summary.file_name(), report.protocol_code, job.run_id);
        let pdf = render_pdf(&engine, fonts, summary.template(), view, (&name, &ident), sink)?;
        outputs.add(&name, pdf.bytes, pdf.placed);
    }
    for (register, stem, asked) in
        [(Register::Eudract, "eudract", asked.eudract), (Register::Ctgov, "ctgov", asked.ctgov)]
    {
        if asked {
            let name = format!("public/{stem}-entry-sheet.xlsx");
            let notice = job.notice();
            let written = &outputs.placed.placements;
            let sheet = entry_sheet_xlsx::render(&name, register, &views, written, notice.as_deref(), sink)?;
            outputs.add(&name, sheet.bytes, sheet.placed);
        }
    }
    ctis_documents(job, &record, outputs, sink)
}

/// Summary and lay summary for CTIS, each in every language that is asked for.
fn ctis_documents(
    job: &Job<'_>,
    record: &RegistryRecord,
    outputs: &mut Outputs,
    sink: &mut Diagnostics,
) -> Result<(), Stop> {
    let store = &job.computed.store;
    for (at, language) in job.spec.report.registries.languages.iter().enumerate() {
        let words = ctis_docx::words(language.code(), &job.templates.set, sink)?;
        let draft = (!job.request.final_run).then(|| words.draft.clone());
        let notices: Vec<String> = draft.into_iter().chain(job.notice()).collect();
        for kind in ctis::Kind::ALL {
            let document = ctis::compose(kind, record, store, &words);
            let name = format!("public/{}", kind.file_name(language.code()));
            // Places for the writer are the same in every language.
            if at == 0 && !document.open().is_empty() {
                let message = format!("{name} waits for the writer in {}", document.open().join(", "));
                sink.note(&codes::RPT_003, Place::Nowhere, message)
                    .hint("places that begin with `[For the writer:` in the document say what is to be written");
            }
            let docx = ctis_docx::render(&name, &document, &words, &notices, (&job.templates.set, store), sink)?;
            outputs.add(&name, docx.bytes, docx.placed);
        }
    }
    Ok(())
}
