//! `build`: writes a run, logs it, and makes it the current one.

use std::path::{Path, PathBuf};

use crate::audit::run_folder;
use crate::audit::run_log::{self, LogEntry};
use crate::base::diagnostic::Diagnostics;
use crate::pipeline::{self, Built, Outcome, Request};

use super::progress::Stages;
use super::session::{Ended, Failure, Session, counted};
use super::{Exit, clock, study_folder};

/// What `build` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Study folder, or its name below `config/`. Default: the one you stand in, or the only one.
    study: Option<PathBuf>,
    /// Folder of the data files. Default: `data` in the study folder.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Folder of the runs.
    #[arg(long, value_name = "DIR", default_value = study_folder::OUTPUT)]
    output: PathBuf,
    /// Make one display again, such as `14.2.1`, and say whether it changed.
    #[arg(long, value_name = "DISPLAY")]
    only: Option<String>,
    /// Say how long each stage took.
    #[arg(long)]
    timings: bool,
    /// Refuse without a hard lock whose hashes match, or with anything pending; no page says DRAFT.
    #[arg(long = "final")]
    final_run: bool,
}

pub(super) fn run(arguments: &Arguments, session: &mut Session) -> Ended {
    let study = study_folder::find(arguments.study.as_deref())?;
    let request = Request {
        study: &study,
        data: arguments.data.as_deref(),
        output: &arguments.output,
        only: arguments.only.as_deref(),
        final_run: arguments.final_run,
    };
    let mut sink = Diagnostics::new();
    let mut stages = Stages::new(session);
    let outcome = pipeline::build(&request, &mut sink, &mut |event| stages.take(&event));
    stages.end();
    if arguments.timings {
        session.say(&stages.timings());
    }
    let exit = session.report(&sink)?;
    let log = Log { study_output: arguments.output.join(study_folder::name(&study)), sink: &sink };
    match outcome {
        Ok(Outcome::Run(built)) if exit == Exit::Clean => {
            complete(&built, &log, session)?;
            Ok(exit)
        }
        Ok(Outcome::Only { display, files, .. }) => {
            only(&display, &files, session)?;
            Ok(exit)
        }
        Ok(Outcome::Run(built)) => {
            log.append(Some(&built.run.id), built.lock_id.as_deref(), "stopped")?;
            log.not_switched(session);
            Ok(exit)
        }
        Err(_) => {
            log.append(None, None, "stopped")?;
            log.not_switched(session);
            Ok(if exit == Exit::Clean { Exit::Found } else { exit })
        }
    }
}

/// Logs first, then switches: a run that is current always has its line.
fn complete(built: &Built, log: &Log<'_>, session: &Session) -> Result<(), Failure> {
    let outcome = if built.run.existed { "unchanged" } else { "complete" };
    log.append(Some(&built.run.id), built.lock_id.as_deref(), outcome)?;
    built.run.switch()?;
    let folder = built.run.folder.display();
    let files = counted(built.run.files.len(), "file");
    if built.run.existed {
        session.say(&format!("Nothing has changed: {files} are the same bytes as in {folder}"));
    } else {
        session.say(&format!("Wrote {files} to {folder}"));
    }
    if session.json {
        session.data_json(&serde_json::json!({
            "type": "run", "study": built.study, "run_id": built.run.id, "lock_id": built.lock_id,
            "folder": built.run.folder, "existed": built.run.existed, "files": built.run.files,
        }))?;
    }
    Ok(())
}

fn only(display: &str, files: &[(PathBuf, bool)], session: &Session) -> Result<(), Failure> {
    for (path, changed) in files {
        if session.json {
            session.data_json(
                &serde_json::json!({"type": "display", "display": display, "file": path, "changed": changed}),
            )?;
        } else {
            let how = if *changed { "changed" } else { "unchanged" };
            session.data(&format!("{display} {how} {}\n", path.display()))?;
        }
    }
    Ok(())
}

/// The run log of the study at work.
struct Log<'a> {
    study_output: PathBuf,
    sink: &'a Diagnostics,
}

impl Log<'_> {
    fn not_switched(&self, session: &Session) {
        session.say(if run_folder::current(&self.study_output).is_some() {
            "Nothing was switched: the current run is the one before."
        } else {
            "No run was made."
        });
    }

    fn append(&self, run_id: Option<&str>, lock_id: Option<&str>, outcome: &str) -> Result<(), Failure> {
        // A path need not be Unicode; the log shows what can be shown.
        let arguments: Vec<String> = std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect();
        let entry = LogEntry {
            utc: &clock::utc_now(),
            user: &clock::user(),
            command: &arguments.join(" "),
            run_id,
            lock_id,
            outcome,
            errors: self.sink.errors(),
            warnings: self.sink.warnings(),
        };
        Ok(run_log::append(Path::new(&self.study_output), &entry)?)
    }
}
