//! `trace`: where a number comes from, and which numbers stand on a cell.

use std::path::PathBuf;

use crate::audit::run_folder;
use crate::audit::trace_cell::parse_cell;
use crate::audit::trace_file::{TraceError, TraceFile};
use crate::audit::trace_text::{cell_text, cells_csv, key_text};
use crate::base::codes::AUD_001;
use crate::base::diagnostic::{Diagnostics, Place};
use crate::base::suggest::did_you_mean;
use crate::results::ResultKey;

use super::session::{Ended, Failure, Session};
use super::study_folder;

/// Evidence records that are drawn up unless all are asked for.
const EVIDENCE: usize = 10;

/// What `trace` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    tracelock trace 'pf_d7:diff[arm=msc/placebo]'\n  \
    tracelock trace 'flow:randomised' --cells > cells.csv\n  \
    tracelock trace 'dm.xlsx!DM!D12'")]
pub(super) struct Arguments {
    /// Key of a number (`analysis:statistic[factor=level,…]`), or a cell (`file.xlsx!SHEET!D12`).
    #[arg(value_name = "KEY|CELL")]
    what: String,
    /// Study folder or name. Default: the one you stand in, or the only one built.
    #[arg(long, value_name = "STUDY")]
    study: Option<PathBuf>,
    /// Folder of the runs.
    #[arg(long, value_name = "DIR", default_value = study_folder::OUTPUT)]
    output: PathBuf,
    /// Write every cell behind the number as CSV.
    #[arg(long)]
    cells: bool,
}

pub(super) fn run(arguments: &Arguments, session: &mut Session) -> Ended {
    let output = study_folder::find_output(arguments.study.as_deref(), &arguments.output)?;
    let Some(folder) = run_folder::current(&output) else {
        return Err(Failure::usage(
            format!("`{}` has no current run", output.display()),
            "`tracelock build` makes one",
        ));
    };
    let mut sink = Diagnostics::new();
    let answer = TraceFile::open(&folder.join("restricted/trace.sqlite"))
        .and_then(|file| answer(&file, arguments, session, &mut sink));
    match answer {
        Ok(Some(text)) => session.data(&text)?,
        Ok(None) => {}
        Err(error) => {
            error.report(&mut sink);
        }
    }
    session.report(&sink)
}

/// The answer as text; `None` where there is none, with the reason in the sink.
fn answer(
    file: &TraceFile,
    arguments: &Arguments,
    session: &Session,
    sink: &mut Diagnostics,
) -> Result<Option<String>, TraceError> {
    if let Some((name, sheet, address)) = parse_cell(&arguments.what) {
        let Some(trace) = file.trace_cell(&name, sheet.as_deref(), address)? else {
            sink.error(&AUD_001, Place::Nowhere, format!("no sheet `{}` was read in this run", arguments.what))
                .hint(did_you_mean(&name, file.files().iter().map(String::as_str)));
            return Ok(None);
        };
        return Ok(Some(if session.json { json("cell", &trace) } else { cell_text(&trace, session.all) }));
    }
    // Factors may be given in any order.
    let key = match ResultKey::parse(&arguments.what) {
        Ok(key) => key.to_string(),
        Err(why) => {
            sink.error(&AUD_001, Place::Nowhere, format!("{why}, and it is no cell such as `dm.xlsx!DM!D12`"));
            return Ok(None);
        }
    };
    if arguments.cells {
        if let Some(lines) = file.cells_of_key(&key)? {
            return Ok(Some(cells_csv(&lines).expect("invariant: CSV is written into memory")));
        }
    } else {
        let limit = if session.all || session.json { usize::MAX } else { EVIDENCE };
        if let Some(trace) = file.trace_key(&key, limit)? {
            return Ok(Some(if session.json { json("key", &trace) } else { key_text(&trace, session.all) }));
        }
    }
    let keys = file.keys()?;
    let analysis = key.split(':').next().unwrap_or_default();
    let near: Vec<&str> = keys.iter().map(String::as_str).filter(|k| k.split(':').next() == Some(analysis)).collect();
    let candidates = if near.is_empty() { keys.iter().map(String::as_str).collect() } else { near };
    sink.error(&AUD_001, Place::Nowhere, format!("this run has no result `{key}`"))
        .hint(did_you_mean(&key, candidates));
    Ok(None)
}

fn json(kind: &str, trace: &impl serde::Serialize) -> String {
    let mut value = serde_json::to_value(trace).expect("invariant: plain structures of texts and numbers serialise");
    if let serde_json::Value::Object(object) = &mut value {
        object.shift_insert(0, "type".to_owned(), kind.into());
    }
    format!("{value}\n")
}
