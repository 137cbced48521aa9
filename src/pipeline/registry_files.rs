//! Renders what goes to the registries: uploads, readable summaries, entry sheets, documents for CTIS.

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::render::csr_pdf::PageFacts;
use crate::render::listing_font::Faces;
use crate::render::number_profile::REGULATORY;
use crate::render::pdf::Fonts;
use crate::render::placement::place_xml;
use crate::render::template::Engine;
use crate::render::xml::{self, Submission, Views};
use crate::render::{
    ctis_docx, ctis_pdf, ctis_view, document_pdf, entry_sheet, entry_sheet_pdf, entry_sheet_xlsx, xml_read_back,
};
use crate::report::csr::CsrInput;
use crate::report::registry::deadlines::{self, Deadline, Register};
use crate::report::registry::preflight::{self, Asked};
use crate::report::registry::summary::{self, Summary};
use crate::report::registry::{RegistryRecord, compose, ctis};
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::registry_terms::RegistryTerms;
use crate::spec::report::Registry;

use super::outputs::{Job, Outputs};
use super::registry;

/// What is rendered from.
struct Source<'a> {
    job: &'a Job<'a>,
    report: &'a CsrInput,
    fonts: &'a Fonts,
    faces: &'a Faces,
    views: Views<'a>,
    /// Registries have one way to write a p-value, whatever the house style of the tables.
    engine: Engine<'a>,
}

/// Everything of every registry that is asked for.
pub(super) fn all(
    job: &Job<'_>,
    report: &CsrInput,
    (fonts, faces): (&Fonts, &Faces),
    outputs: &mut Outputs,
    sink: &mut Diagnostics,
) -> Result<(), Stop> {
    let is_asked = |registry: Registry| !job.spec.report.registries.skip.contains(&registry);
    if ![Registry::Eudract, Registry::Ctgov, Registry::Ctis].into_iter().any(is_asked) {
        return Ok(());
    }
    let codes = RegistryCodes::of(&job.spec.code_lists, job.spec.study.registry.list_versions);
    let terms = RegistryTerms::of(&job.spec.code_lists);
    let input = registry::input(job.facts, &codes, &terms);
    let store = job.facts.store;
    let record = compose::compose(&input, store, sink)?;
    let asked = Asked {
        eudract: is_asked(Registry::Eudract),
        ctgov: is_asked(Registry::Ctgov),
        limits: job.spec.study.registry.text_limits,
        is_final: job.request.final_run,
    };
    preflight::check(&record, &terms, store, asked, sink);
    let is_due = |deadline: &Deadline| match deadline.register {
        Register::Ctgov => asked.ctgov,
        Register::Eudract => asked.eudract,
        Register::Ctis => is_asked(Registry::Ctis),
    };
    outputs.deadlines = deadlines::of(&record, store).into_iter().filter(is_due).collect();
    let views = Views { record: &record, codes: &codes, terms: &terms, store };
    let engine = Engine::new(&job.templates.set, store, &REGULATORY);
    let source = Source { job, report, fonts, faces, views, engine };
    let mark = sink.mark();
    // Each registry reports its own problems; one that fails does not hide those of the next.
    if asked.eudract {
        let files = [Submission::EudractResults, Submission::EudractAdverseEvents];
        let _ = source.registry(Register::Eudract, &files, Summary::Eudract, outputs, sink);
    }
    if asked.ctgov {
        let files = [Submission::CtgovResults, Submission::CtgovPartial];
        let _ = source.registry(Register::Ctgov, &files, Summary::Ctgov, outputs, sink);
    }
    if is_asked(Registry::Ctis) {
        let _ = source.ctis(outputs, sink);
    }
    sink.check(mark)
}

impl Source<'_> {
    /// Uploads, summary and entry sheets of a registry.
    fn registry(
        &self,
        register: Register,
        files: &[Submission],
        summary: Summary,
        outputs: &mut Outputs,
        sink: &mut Diagnostics,
    ) -> Result<(), Stop> {
        for file in files {
            self.upload(*file, outputs, sink)?;
        }
        self.summary(summary, outputs, sink)?;
        self.entry_sheets(register, outputs, sink)
    }

    fn upload(&self, submission: Submission, outputs: &mut Outputs, sink: &mut Diagnostics) -> Result<(), Stop> {
        // Without adverse events the check has said so; there is no file of them to write.
        if submission == Submission::EudractAdverseEvents && self.views.record.adverse_events.is_none() {
            return Ok(());
        }
        let about = xml::About {
            draft: !self.job.request.final_run,
            notice: self.job.notice(),
            provenance: Some(format!("Lock {}, run {}.", self.job.lock_id(), self.job.run_id)),
        };
        let rendered = xml::render(submission, &self.views, &about, &self.engine, sink)?;
        let name = format!("public/{}", submission.file_name());
        let placed = place_xml(&name, &rendered, sink)?;
        xml_read_back::read_back(&name, &rendered.text, &placed.placements, self.views.store, sink)?;
        outputs.add(&name, rendered.text, placed);
        Ok(())
    }

    fn summary(&self, summary: Summary, outputs: &mut Outputs, sink: &mut Diagnostics) -> Result<(), Stop> {
        let Views { record, codes, terms, store } = self.views;
        let statements: Vec<&str> = match summary {
            Summary::Eudract => [Submission::EudractResults, Submission::EudractAdverseEvents].to_vec(),
            Summary::Ctgov => vec![Submission::CtgovResults],
        }
        .into_iter()
        .map(Submission::schema_statement)
        .collect();
        let document = summary::compose(summary, summary::Source { record, codes, terms, store }, &statements);
        let name = format!("public/{}", summary.file_name());
        let page = PageFacts::of(self.report, summary.title());
        let pdf = document_pdf::render(&name, &document, &page, (&self.engine, &REGULATORY, self.fonts), sink)?;
        outputs.add(&name, pdf.bytes, pdf.placed);
        Ok(())
    }

    /// The sheet to type from, as workbook and on paper.
    fn entry_sheets(&self, register: Register, outputs: &mut Outputs, sink: &mut Diagnostics) -> Result<(), Stop> {
        let (title, stem) = match register {
            Register::Ctgov => ("ClinicalTrials.gov", "ctgov"),
            Register::Eudract | Register::Ctis => ("EudraCT", "eudract"),
        };
        let name = |ending: &str| format!("public/{stem}-entry-sheet.{ending}");
        let (workbook, paper) = (name("xlsx"), name("pdf"));
        let lines = entry_sheet::print(&workbook, register, &self.views, &outputs.placed.placements, sink)?;
        let notice = self.job.notice();
        let sheet = entry_sheet_xlsx::render(&workbook, title, &lines, notice.as_deref(), sink)?;
        outputs.add(&workbook, sheet.bytes, sheet.placed);
        let sheet = entry_sheet_pdf::render(&paper, title, &lines, (&self.job.listing_frame(), self.faces), sink)?;
        outputs.add(&paper, sheet.bytes, sheet.placed);
        Ok(())
    }

    /// Summary and lay summary for CTIS, each in every language that is asked for.
    fn ctis(&self, outputs: &mut Outputs, sink: &mut Diagnostics) -> Result<(), Stop> {
        let (record, store): (&RegistryRecord, _) = (self.views.record, self.views.store);
        let set = &self.job.templates.set;
        for (at, language) in self.job.spec.report.registries.languages.iter().enumerate() {
            let words = ctis_view::words(language, set, sink)?;
            let draft = (!self.job.request.final_run).then(|| words.draft.clone());
            let notices: Vec<String> = draft.into_iter().chain(self.job.notice()).collect();
            for kind in ctis::Kind::ALL {
                let document = ctis::compose(kind, record, store, &words);
                let stem = format!("public/{}", kind.file_stem(language));
                // Places for the writer are the same in every language.
                if at == 0 && !document.open().is_empty() {
                    let message = format!("{stem}.docx waits for the writer in {}", document.open().join(", "));
                    sink.note(&codes::RPT_003, Place::Nowhere, message)
                        .hint("places that begin with `[For the writer:` in the document say what is to be written");
                }
                let name = format!("{stem}.docx");
                let docx = ctis_docx::render(&name, &document, &words, &notices, (set, store), sink)?;
                outputs.add(&name, docx.bytes, docx.placed);
                let name = format!("{stem}.pdf");
                let page = PageFacts::of(self.report, &document.title);
                let pdf = ctis_pdf::render(&name, &document, &words, &page, (set, self.fonts, store), sink)?;
                outputs.add(&name, pdf.bytes, pdf.placed);
            }
        }
        Ok(())
    }
}
