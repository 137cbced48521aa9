//! The stages in order: the page a newcomer reads first.

mod compute;
mod csr_methods;
mod csr_sections;
mod csr_study;
mod evidence;
mod inputs;
mod listing;
mod outputs;
mod public_tables;
mod registry;
mod registry_files;
mod templates;

pub use inputs::{COPIES, input_paths};

use std::path::{Path, PathBuf};

use crate::audit::manifest::{Identity, Kind};
use crate::audit::run_folder::{FinishedRun, RunFolder};
use crate::audit::{certificate, privacy, trace_db};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::data::Engine;
use crate::report::registry::deadlines::Deadline;
use crate::report::{compose, csr_sections as csr_sections_of_e3};
use crate::results::ResultValue;
use crate::spec::{self, Spec};

/// What the command line asks for. The pipeline reads no clock and prints nothing.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The study folder.
    pub study: &'a Path,
    /// Where the workbooks are; `<study>/data` if not given.
    pub data: Option<&'a Path>,
    /// Where runs are written.
    pub output: &'a Path,
    /// Only this display.
    pub only: Option<&'a str>,
    /// Whether the run is final: nothing pending, hard lock.
    pub final_run: bool,
}

/// What is told while working.
#[derive(Debug)]
pub enum Event<'e> {
    /// A stage begins.
    Begin(&'static str),
    /// How far it is.
    Progress {
        /// Done.
        done: usize,
        /// Of so many.
        total: usize,
    },
    /// It ended, with a sentence of counts; empty where there is nothing to say.
    End(&'e str),
}

/// What `check` found.
#[derive(Debug)]
pub struct Checked {
    /// Name of the study.
    pub study: String,
    /// Results computed.
    pub results: usize,
    /// Of these, not estimable.
    pub not_estimable: usize,
    /// By when the registries want results.
    pub deadlines: Vec<Deadline>,
}

/// A complete run.
#[derive(Debug)]
pub struct Built {
    /// Name of the study.
    pub study: String,
    /// The run, not yet switched to.
    pub run: FinishedRun,
    /// The lock it was built from.
    pub lock_id: Option<String>,
}

/// What `build` did.
#[derive(Debug)]
pub enum Outcome {
    /// A whole run.
    Run(Built),
    /// One display.
    Only {
        /// Name of the study.
        study: String,
        /// The display.
        display: String,
        /// Its files, and whether each differs from the current run's.
        files: Vec<(PathBuf, bool)>,
    },
}

/// Watches a run.
pub type Watch<'w> = &'w mut dyn FnMut(Event<'_>);

/// Everything but writing: the outputs are rendered and searched, and let go.
///
/// # Errors
/// [`Stop`] after every problem of the failing stage was reported.
pub fn check(request: &Request<'_>, sink: &mut Diagnostics, watch: Watch<'_>) -> Result<Checked, Stop> {
    prepare(request, sink, watch, |job, engine, _, sink, watch| {
        let outputs = outputs::render(job, engine, sink, watch)?;
        let public: Vec<(String, Vec<u8>)> =
            outputs.files.into_iter().filter(|(name, _)| name.starts_with("public/")).collect();
        let (subjects, births) = compute::secrets(engine);
        privacy::scan(&public, &subjects, &births, sink)?;
        let store = job.facts.store;
        certificate::certify(&outputs.placed, store, sink)?;
        let not_estimable = store.iter().filter(|r| matches!(r.value, ResultValue::NotEstimable(_))).count();
        let deadlines = outputs.deadlines;
        Ok(Checked { study: job.spec.name.clone(), results: store.len(), not_estimable, deadlines })
    })
}

/// From locked sheets to a complete run.
///
/// # Errors
/// [`Stop`] after every problem of the failing stage was reported; nothing is switched.
pub fn build(request: &Request<'_>, sink: &mut Diagnostics, watch: Watch<'_>) -> Result<Outcome, Stop> {
    prepare(request, sink, watch, |job, engine, identity, sink, watch| {
        if let Some(only) = request.only {
            let files = outputs::only(job, only, sink)?;
            return Ok(Outcome::Only { study: job.spec.name.clone(), display: only.to_owned(), files });
        }
        let outputs = outputs::render(job, engine, sink, watch)?;
        let run = write((job, engine), identity, &outputs, sink, watch)?;
        let lock_id = job.inputs.lock.as_ref().map(|l| l.lock_id.clone());
        Ok(Outcome::Run(Built { study: job.spec.name.clone(), run, lock_id }))
    })
}

/// Everything before rendering: configuration, lock, data, populations, methods, displays.
fn prepare<T>(
    request: &Request<'_>,
    sink: &mut Diagnostics,
    watch: Watch<'_>,
    then: impl FnOnce(&outputs::Job<'_>, &Engine, &Identity, &mut Diagnostics, Watch<'_>) -> Result<T, Stop>,
) -> Result<T, Stop> {
    let mark = sink.mark();
    let spec = load(request, sink, watch)?;
    let inputs = inputs::verify(&spec, request, sink, watch)?;
    let templates = templates::load(&spec, sink)?;
    let identity = identity(&spec, &inputs, &templates, request);
    let computed = compute::run(&spec, &inputs, sink, watch)?;
    if request.final_run {
        sink.insist(&codes::POP_006);
        sink.check(mark)?;
    }

    watch(Event::Begin("report"));
    let facts = computed.facts(&spec);
    let displays = compose::displays(facts, sink)?;
    watch(Event::End(&format!("Composed {} displays.", displays.len())));

    let job = outputs::Job {
        spec: &spec,
        inputs: &inputs,
        facts,
        displays: &displays,
        templates: &templates,
        run_id: &identity.run_id(),
        request,
    };
    then(&job, &computed.engine, &identity, sink, watch)
}

/// Writes the run's folder, searches what may leave the house, and records what stands where.
fn write(
    (job, engine): (&outputs::Job<'_>, &Engine),
    identity: &Identity,
    outputs: &outputs::Outputs,
    sink: &mut Diagnostics,
    watch: Watch<'_>,
) -> Result<FinishedRun, Stop> {
    let store = job.facts.store;
    watch(Event::Begin("write"));
    let folder = RunFolder::create(job.request.output, &job.spec.name, job.run_id).map_err(|e| e.report(sink))?;
    let lock_id = job.inputs.lock.as_ref().map_or("none", |l| l.lock_id.as_str());
    let facts = [("study", job.spec.name.as_str()), ("run_id", job.run_id), ("lock_id", lock_id)];
    let printed = trace_db::Printed { facts: &facts, placed: &outputs.placed };
    let path = folder.path("restricted/trace.sqlite").map_err(|e| e.report(sink))?;
    let secrets = compute::secrets(engine);
    // The files and the trace database need nothing of each other, so they are written side by side.
    let mut files_sink = Diagnostics::new();
    let (files, traced) = std::thread::scope(|scope| {
        let handle = scope.spawn(|| write_files(&folder, &outputs.files, &secrets, &mut files_sink));
        let traced = trace_db::write(&trace_db::Datasets::from(engine), store, &printed, &path);
        (handle.join(), traced)
    });
    sink.append(files_sink);
    files.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    traced.map_err(|e| e.report(sink))?;
    watch(Event::End(""));

    watch(Event::Begin("audit"));
    let certificate = certificate::certify(&outputs.placed, store, sink)?;
    let notice = job.notice();
    let facts: Vec<(&str, &str)> = facts.into_iter().chain(notice.as_deref().map(|text| ("notice", text))).collect();
    let text = certificate.text(&facts, &outputs.files);
    folder.write(certificate::FILE, text.as_bytes()).map_err(|e| e.report(sink))?;
    let run = folder.finish(identity).map_err(|e| e.report(sink))?;
    watch(Event::End(&format!("Recorded the places of {} printed numbers.", outputs.placed.placements.len())));
    Ok(run)
}

/// Writes the files of a run and searches the public ones for what must not leave the house.
fn write_files(
    folder: &RunFolder,
    files: &[(String, Vec<u8>)],
    (subjects, births): &(Vec<String>, Vec<String>),
    sink: &mut Diagnostics,
) -> Result<(), Stop> {
    for (name, bytes) in files {
        folder.write(name, bytes).map_err(|e| e.report(sink))?;
    }
    let public = folder.public_files().map_err(|e| e.report(sink))?;
    privacy::scan(&public, subjects, births, sink)?;
    Ok(())
}

fn load(request: &Request<'_>, sink: &mut Diagnostics, watch: Watch<'_>) -> Result<Spec, Stop> {
    watch(Event::Begin("configuration"));
    let mark = sink.mark();
    let spec = spec::load(request.study, sink)?;
    spec.study.check(sink);
    spec::check::check(&spec, sink);
    for number in spec.report.sections.keys().filter(|number| csr_sections_of_e3::find(number).is_none()) {
        sink.error(&codes::CFG_003, number.place.clone(), format!("ICH E3 has no section `{number}`"))
            .hint(did_you_mean(number, csr_sections_of_e3::SECTIONS.iter().map(|section| section.number)));
    }
    sink.check(mark)?;
    watch(Event::End(""));
    Ok(spec)
}

/// What makes the run what it is: inputs, configuration, texts, templates, program.
fn identity(spec: &Spec, inputs: &inputs::Inputs, templates: &templates::Templates, request: &Request<'_>) -> Identity {
    let mut identity = Identity::new(&spec.name, inputs.lock.as_ref().map(|l| l.lock_id.as_str()));
    for file in &inputs.files {
        identity.file(Kind::Input, &file.name, file.bytes, &file.sha256);
    }
    for (name, source) in spec::FILES.iter().zip(&spec.files) {
        identity.text(Kind::Config, name, &source.text);
    }
    for (name, text) in spec.code_lists.own() {
        identity.text(Kind::Config, &name, text);
    }
    for (name, text) in &inputs.texts {
        identity.text(Kind::Config, &format!("text/{name}"), text);
    }
    for (name, source) in templates.set.iter() {
        identity.text(Kind::Template, name, &source.text);
    }
    for (name, bytes) in &templates.fonts {
        identity.file(
            Kind::Template,
            &format!("fonts/{name}"),
            bytes.len() as u64,
            &crate::audit::manifest::sha256(bytes),
        );
    }
    identity.option("final", if request.final_run { "true" } else { "false" });
    identity
}
