//! `init`: looks at workbooks and at a registry's record of the trial, and proposes a study folder.

use std::path::{Path, PathBuf};

use crate::base::diagnostic::Diagnostics;
use crate::base::output::write_new_file;
use crate::input;
use crate::report::registry::prefill::study_yaml;
use crate::report::registry::read::{Format, Import};
use crate::spec::code_lists::CodeLists;
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::study_registry::ListVersions;

use super::Exit;
use super::init_data::{Proposal, propose, quoted};
use super::init_guess::variable_name;
use super::registry::read_file;
use super::session::{Ended, Failure, Session, counted};

const STUDY: &str = include_str!("../../templates/init/study.yaml");
const ANALYSIS: &str = include_str!("../../templates/init/analysis.yaml");
const REPORT: &str = include_str!("../../templates/init/report.yaml");
/// The files of a study folder, as they are proposed.
const FILES: [&str; 4] = ["study.yaml", "data.yaml", "analysis.yaml", "report.yaml"];
/// Arms proposed at most; a column with more values holds something else.
const MOST_ARMS: usize = 8;

/// What `init` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Workbooks or delimited text files of the database.
    #[arg(required_unless_present = "from", value_name = "WORKBOOK")]
    workbooks: Vec<PathBuf>,
    /// The trial's record in a registry, from which study.yaml is filled: EudraCT or PRS XML, ClinicalTrials.gov public
    /// XML or API v2 JSON. Without workbooks study.yaml alone is proposed.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Folder to make, such as `config/my-study`.
    #[arg(long, value_name = "DIR")]
    study: PathBuf,
}

pub(super) fn run(arguments: &Arguments, session: &mut Session) -> Ended {
    let files: &[&str] = if arguments.workbooks.is_empty() { &FILES[..1] } else { &FILES };
    if let Some(file) = files.iter().find(|file| arguments.study.join(file).exists()) {
        let message = format!("`{}` is there already", arguments.study.join(file).display());
        return Err(Failure::usage(message, "nothing is overwritten; name another folder"));
    }
    let mut sink = Diagnostics::new();
    for workbook in &arguments.workbooks {
        let _ = input::inspect(workbook, None, &mut sink);
    }
    // A folder that is to become the study may hold its own lists already.
    let lists = CodeLists::read(&arguments.study, &mut sink);
    let registered = arguments.from.as_deref().and_then(|from| Some((from, read_file(from, &lists, &mut sink).ok()?)));
    let proposal = if sink.errors() == 0 { Some(propose(&arguments.workbooks, &mut sink)) } else { None };
    let exit = session.report(&sink)?;
    let Some(proposal) = proposal.filter(|_| exit == Exit::Clean) else {
        session.say("Nothing was proposed.");
        return Ok(exit);
    };
    let study = match &registered {
        Some((from, (format, import))) => study_from(from, *format, import, &lists),
        None => study_text(&proposal),
    };
    let texts = [study, proposal.text, ANALYSIS.to_owned(), REPORT.to_owned()];
    for (file, text) in files.iter().zip(&texts) {
        write_new_file(&arguments.study.join(file), text.as_bytes())?;
    }
    if !arguments.workbooks.is_empty() {
        session.say(&format!(
            "Read {} with {} from {}.",
            counted(proposal.sheets, "sheet"),
            counted(proposal.columns, "column"),
            counted(arguments.workbooks.len(), "workbook"),
        ));
    }
    if let Some((from, (format, import))) = &registered {
        let coverage = &import.coverage;
        session.say(&format!(
            "Read {} ({format}), {} of {} elements and attributes understood; what it does not say stands at the head of study.yaml.",
            from.display(),
            coverage.understood,
            coverage.present,
        ));
    }
    session.say(&format!("Proposed {} in {}", files.join(", "), arguments.study.display()));
    session.say(
        "Go through the lines marked `# proposed`, put the workbooks into its `data` folder, then `tracelock check`.",
    );
    Ok(Exit::Clean)
}

/// study.yaml from a record; the file is named without its folder.
fn study_from(from: &Path, format: Format, import: &Import, lists: &CodeLists) -> String {
    let name = from.file_name().unwrap_or(from.as_os_str()).to_string_lossy();
    let codes = RegistryCodes::of(lists, ListVersions::default());
    study_yaml(&import.record, &codes, &format!("{name} ({format})"))
}

fn study_text(proposal: &Proposal) -> String {
    let mut arms: Vec<&str> = proposal.arms.iter().map(String::as_str).collect();
    if arms.is_empty() || arms.len() > MOST_ARMS {
        arms = vec!["active", "control"];
    }
    let lines: Vec<String> = arms
        .iter()
        .map(|arm| {
            let id = variable_name(arm).to_lowercase();
            let label = quoted(arm);
            format!("  {id}: {{label: {label}, title: {label}, description: to be stated, type: other}}  # proposed")
        })
        .collect();
    STUDY.replace("ARMS", &lines.join("\n"))
}
