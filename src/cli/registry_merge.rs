//! `registry merge`: the results of a study's run put into its record as downloaded from PRS.

use std::path::{Path, PathBuf};

use crate::audit::{recorded, run_folder};
use crate::base::codes::{REG_100, REG_103};
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::base::output;
use crate::render::ctgov_merge;
use crate::render::xml::Submission;

use super::Exit;
use super::session::{Ended, Failure, Session};
use super::study_folder;

/// What `registry merge` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The record as downloaded from PRS.
    downloaded: PathBuf,
    /// Study folder or name. Default: the one you stand in, or the only one built.
    study: Option<PathBuf>,
    /// Where the merged record is written. Default: beside the downloaded one, as `NAME-with-results.xml`.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Folder of the runs.
    #[arg(long, value_name = "DIR", default_value = study_folder::OUTPUT)]
    output: PathBuf,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Ended {
    let downloaded = &arguments.downloaded;
    let to = arguments.to.clone().unwrap_or_else(|| beside(downloaded));
    if is_same(downloaded, &to) {
        let message = format!("`{}` would be overwritten", downloaded.display());
        return Err(Failure::usage(message, "the record as downloaded is kept; name another file with --to"));
    }
    let output = study_folder::find_output(arguments.study.as_deref(), &arguments.output)?;
    let Some(folder) = run_folder::current(&output) else {
        let message = format!("`{}` has no current run", output.display());
        return Err(Failure::usage(message, "`tracelock build` makes one"));
    };
    let mut sink = Diagnostics::new();
    let merged = merge(downloaded, &folder, &mut sink);
    let exit = session.report(&sink)?;
    let Ok(merged) = merged else { return Ok(if exit == Exit::Clean { Exit::Found } else { exit }) };
    if exit != Exit::Clean {
        return Ok(exit);
    }
    output::replace_file(&to, merged.as_bytes())?;
    let id = folder.file_name().unwrap_or_default().to_string_lossy();
    if session.json {
        session.data_json(&serde_json::json!({
            "type": "merged", "file": to.display().to_string(), "downloaded": downloaded.display().to_string(),
            "run": id,
        }))?;
    }
    session.say(&format!("Wrote {}: the results of run {id} in {}.", to.display(), downloaded.display()));
    session.say(&format!("Before the upload: `tracelock registry check {}`.", to.display()));
    Ok(Exit::Clean)
}

fn merge(downloaded: &Path, run: &Path, sink: &mut Diagnostics) -> Result<String, Stop> {
    let name = downloaded.display().to_string();
    let record = std::fs::read_to_string(downloaded).map_err(|error| {
        let message = format!("the file cannot be read: {error}");
        sink.error(&REG_100, Place::File(name.clone()), message).stop()
    });
    let results = format!("{}/{}", run_folder::PUBLIC, Submission::CtgovResults.file_name());
    let ours = recorded::read(run, &results, sink);
    let is_final = recorded::is_final(run, sink);
    let merged = ctgov_merge::merge(&name, &record?, &ours?, sink)?;
    if !is_final? {
        sink.warning(&REG_103, Place::File(run.display().to_string()), "the results are those of a draft")
            .hint("`tracelock build STUDY --final` makes a run that may be submitted");
    }
    Ok(merged)
}

/// `record.xml` becomes `record-with-results.xml`.
fn beside(downloaded: &Path) -> PathBuf {
    let stem = downloaded.file_stem().unwrap_or_default().to_string_lossy();
    downloaded.with_file_name(format!("{stem}-with-results.xml"))
}

/// Whether two paths name one file.
fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}
