//! `registry`: files of registries: what they say, what is wrong with them, and where two of them differ.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::base::codes::REG_100;
use crate::base::diagnostic::{Diagnostics, Place, Severity, Stop};
use crate::report::registry::RegistryRecord;
use crate::report::registry::compare::{Change, Difference, compare, compare_missed};
use crate::report::registry::deadlines::{self, Deadline};
use crate::report::registry::preflight::{self, Asked};
use crate::report::registry::read::{self, Format, Import};
use crate::results::ResultStore;
use crate::spec::code_lists::CodeLists;
use crate::spec::registry_terms::RegistryTerms;

use super::Exit;
use super::registry_merge;
use super::session::{Ended, Session, counted};
use super::study_folder;

/// What `registry` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// What is done with files of registries: EudraCT XML, PRS XML, ClinicalTrials.gov public XML or API v2 JSON.
#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Name every element in which two files differ. Ends with 0 where there is none, with 1 where there is one.
    Diff {
        /// The file as it was.
        old: PathBuf,
        /// The file as it is; it may have another form.
        new: PathBuf,
        #[command(flatten)]
        lists: Lists,
    },
    /// Say how much of a file is understood, and list what is not.
    Read {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        lists: Lists,
    },
    /// Hold a file against the rules of its registry before anything is submitted.
    Check {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        lists: Lists,
    },
    /// Put the results of a study's current run into its record downloaded from PRS. The protocol part keeps its bytes.
    Merge(registry_merge::Arguments),
    /// Say by when results of the trial in a file are due.
    Deadlines {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        lists: Lists,
    },
}

/// Whose code lists a file is read by.
#[derive(Debug, clap::Args)]
struct Lists {
    /// Study whose folder `codelists` takes the place of the program's lists.
    #[arg(long, value_name = "STUDY")]
    study: Option<PathBuf>,
}

impl Lists {
    /// Goes on with the lists; not where those of the study are faulty.
    fn with(&self, session: &Session, then: impl FnOnce(&CodeLists) -> Ended) -> Ended {
        let Some(study) = &self.study else { return then(&CodeLists::default()) };
        let folder = study_folder::find(Some(study))?;
        let mut sink = Diagnostics::new();
        let lists = CodeLists::read(&folder, &mut sink);
        match session.report(&sink)? {
            Exit::Clean => then(&lists),
            exit => Ok(exit),
        }
    }
}

pub(super) fn run(arguments: &Arguments, session: &mut Session) -> Ended {
    let session = &*session;
    match &arguments.command {
        Command::Diff { old, new, lists } => lists.with(session, |lists| diff(old, new, lists, session)),
        Command::Read { file, lists } => lists.with(session, |lists| read(file, lists, session)),
        Command::Check { file, lists } => lists.with(session, |lists| check(file, lists, session)),
        Command::Merge(arguments) => registry_merge::run(arguments, session),
        Command::Deadlines { file, lists } => lists.with(session, |lists| due(file, lists, session)),
    }
}

/// Reads a registry's file, whichever form it has.
///
/// # Errors
/// REG-100 where it cannot be read or has none of the forms.
pub(super) fn read_file(path: &Path, lists: &CodeLists, sink: &mut Diagnostics) -> Result<(Format, Import), Stop> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        let message = format!("the file cannot be read: {error}");
        sink.error(&REG_100, Place::File(name.clone()), message).stop()
    })?;
    read::file_by(lists, &name, bytes, sink)
}

/// Reads a file. What was not understood stands in notes, which are told where `notes` asks for them.
fn record(
    file: &Path,
    notes: bool,
    lists: &CodeLists,
    session: &Session,
) -> Result<Result<(Format, Import), Exit>, super::session::Failure> {
    let mut sink = Diagnostics::new();
    let found = read_file(file, lists, &mut sink);
    if notes || sink.errors() > 0 {
        let exit = session.report(&sink)?;
        return Ok(found.map_err(|_| if exit == Exit::Clean { Exit::Found } else { exit }));
    }
    let missed = sink.all().iter().filter(|finding| finding.severity == Severity::Note).count();
    if missed > 0 {
        session.say(&format!(
            "{}: {} not understood; `tracelock registry read` lists them.",
            file.display(),
            counted(missed, "path")
        ));
    }
    Ok(found.map_err(|_| Exit::Found))
}

fn diff(old: &Path, new: &Path, lists: &CodeLists, session: &Session) -> Ended {
    // Both files are read before the answer, so that both are mended at once.
    let (before, after) = (record(old, false, lists, session)?, record(new, false, lists, session)?);
    let ((form, before), (new_form, after)) = match (before, after) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(exit), _) | (_, Err(exit)) => return Ok(exit),
    };
    let mut found = compare(&before.record, &after.record);
    if form == new_form {
        found.extend(compare_missed(&before.coverage, &after.coverage));
    }
    if session.json {
        for difference in &found {
            session.data_json(&serde_json::json!({
                "type": "difference", "path": difference.path, "change": difference.change,
                "old": difference.old, "new": difference.new,
            }))?;
        }
        session.data_json(&serde_json::json!({"type": "diff", "differences": found.len()}))?;
    } else {
        session.data(&found.iter().map(line).collect::<String>())?;
    }
    session.say(&match found.len() {
        0 => "No difference.".to_owned(),
        n => format!("{} between {} and {}.", counted(n, "difference"), old.display(), new.display()),
    });
    Ok(if found.is_empty() { Exit::Clean } else { Exit::Found })
}

fn line(difference: &Difference) -> String {
    let said = |text: &Option<String>| text.as_deref().unwrap_or_default().replace('\n', "\n         ");
    let (old, new) = (said(&difference.old), said(&difference.new));
    let path = &difference.path;
    match difference.change {
        Change::Added => format!("+ {path}\n    {new}\n"),
        Change::Removed => format!("- {path}\n    {old}\n"),
        Change::Changed | Change::Reordered => {
            let sign = if difference.change == Change::Changed { '~' } else { '>' };
            format!("{sign} {path}\n    old: {old}\n    new: {new}\n")
        }
    }
}

fn read(file: &Path, lists: &CodeLists, session: &Session) -> Ended {
    let (format, import) = match record(file, true, lists, session)? {
        Ok(read) => read,
        Err(exit) => return Ok(exit),
    };
    let coverage = &import.coverage;
    let record = &import.record;
    if session.json {
        session.data_json(&serde_json::json!({
            "type": "read", "file": file.display().to_string(), "format": format,
            "understood": coverage.understood, "present": coverage.present, "record": record,
        }))?;
    } else {
        session.data(&format!(
            "{}: {format}\n  {} of {} elements and attributes understood\n{}",
            file.display(),
            coverage.understood,
            coverage.present,
            contents(record),
        ))?;
    }
    Ok(Exit::Clean)
}

/// What a record holds, one line a part.
fn contents(record: &RegistryRecord) -> String {
    let mut text = String::new();
    let of = &record.identification;
    let numbers = [&of.eudract, &of.nct, &of.ctis].into_iter().flatten().map(|number| number.text.as_str());
    let numbers: Vec<&str> = numbers.collect();
    if !numbers.is_empty() {
        let _ = writeln!(text, "  {}", numbers.join(", "));
    }
    let analyses: usize = record.outcomes.iter().map(|outcome| outcome.analyses.len()).sum();
    let events =
        record.adverse_events.as_ref().map_or((0, 0), |events| (events.serious.len(), events.non_serious.len()));
    let parts = [
        (record.flow.groups.len(), "group"),
        (record.flow.periods.len(), "period"),
        (record.baseline.as_ref().map_or(0, |baseline| baseline.characteristics.len()), "baseline characteristic"),
        (record.protocol.outcomes.len(), "registered outcome"),
        (record.outcomes.len(), "reported outcome"),
        (analyses, "statistical analyse"),
        (events.0, "serious term"),
        (events.1, "non-serious term"),
    ];
    for (n, what) in parts {
        let _ = writeln!(text, "  {}", counted(n, what).replace("1 statistical analyse", "1 statistical analysis"));
    }
    text
}

fn check(file: &Path, lists: &CodeLists, session: &Session) -> Ended {
    let (format, import) = match record(file, false, lists, session)? {
        Ok(read) => read,
        Err(exit) => return Ok(exit),
    };
    let asked = match format {
        Format::Eudract | Format::EudractEvents => Asked::eudract(),
        Format::Prs | Format::CtgovPublic | Format::CtgovApi => Asked::ctgov(),
    };
    let mut sink = Diagnostics::new();
    preflight::check(&import.record, &RegistryTerms::of(lists), &ResultStore::new(), asked, &mut sink);
    let exit = session.report(&sink)?;
    if exit == Exit::Clean {
        session.say(&format!("Checked {} ({format}) against the rules of its registry.", file.display()));
    }
    Ok(exit)
}

fn due(file: &Path, lists: &CodeLists, session: &Session) -> Ended {
    let import = match record(file, false, lists, session)? {
        Ok((_, import)) => import,
        Err(exit) => return Ok(exit),
    };
    let found = deadlines::of(&import.record, &ResultStore::new());
    if session.json {
        found.iter().try_for_each(|deadline| {
            session.data_json(&serde_json::json!({"type": "deadline", "deadline": deadline}))
        })?;
    } else {
        session.data(&found.iter().map(Deadline::to_string).map(|line| line + "\n").collect::<String>())?;
    }
    Ok(Exit::Clean)
}
