//! `check`: everything but writing, with the outputs rendered in memory.

use std::path::{Path, PathBuf};

use crate::base::diagnostic::Diagnostics;
use crate::pipeline::{self, Request};

use super::Exit;
use super::progress::Stages;
use super::session::{Ended, Session, counted};
use super::study_folder;

/// What `check` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Study folder, or its name below `config/`. Default: the one you stand in, or the only one.
    study: Option<PathBuf>,
    /// Folder of the data files. Default: `data` in the study folder.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, session: &mut Session) -> Ended {
    let study = study_folder::find(arguments.study.as_deref())?;
    let request = Request {
        study: &study,
        data: arguments.data.as_deref(),
        output: Path::new(study_folder::OUTPUT),
        only: None,
        final_run: false,
    };
    let mut sink = Diagnostics::new();
    let mut stages = Stages::new(session);
    let checked = pipeline::check(&request, &mut sink, &mut |event| stages.take(&event));
    stages.end();
    let exit = session.report(&sink)?;
    match checked {
        Ok(checked) if exit == Exit::Clean => {
            let open = match checked.not_estimable {
                0 => String::new(),
                n => format!(", {n} of them not estimable"),
            };
            session.say(&format!(
                "Checked {}: {}{open}. Nothing was written.",
                checked.study,
                counted(checked.results, "result")
            ));
            for deadline in &checked.deadlines {
                session.say(&format!("Due: {deadline}"));
            }
            if session.json {
                checked.deadlines.iter().try_for_each(|deadline| {
                    session.data_json(&serde_json::json!({"type": "deadline", "deadline": deadline}))
                })?;
                session.data_json(&serde_json::json!({
                    "type": "checked", "study": checked.study, "results": checked.results, "not_estimable": checked.not_estimable,
                }))?;
            }
            Ok(exit)
        }
        Ok(_) => Ok(exit),
        Err(_) if exit == Exit::Clean => Ok(Exit::Found),
        Err(_) => Ok(exit),
    }
}
