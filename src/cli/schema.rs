//! `schema`: the JSON Schemas of the four configuration files, for editors and for readers.

use std::path::PathBuf;

use schemars::schema_for;

use crate::base::output::replace_file;
use crate::spec::{analysis::AnalysisSpec, data::DataSpec, report::ReportSpec, study::StudySpec};

use super::Exit;
use super::session::{Ended, Failure, Session};

/// What `schema` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// One file's schema to stdout: `study`, `data`, `analysis` or `report`. Default: write all four.
    file: Option<String>,
    /// Folder the four schemas are written to.
    #[arg(long, value_name = "DIR", default_value = "config/schema")]
    output: PathBuf,
}

/// The four schemas: file name and text.
#[must_use]
pub fn schemas() -> Vec<(&'static str, String)> {
    let text = |schema: schemars::Schema| {
        let mut text = serde_json::to_string_pretty(&schema).expect("invariant: a schema is plain JSON");
        text.push('\n');
        text
    };
    vec![
        ("analysis.schema.json", text(schema_for!(AnalysisSpec))),
        ("data.schema.json", text(schema_for!(DataSpec))),
        ("report.schema.json", text(schema_for!(ReportSpec))),
        ("study.schema.json", text(schema_for!(StudySpec))),
    ]
}

pub(super) fn run(arguments: &Arguments, session: &mut Session) -> Ended {
    let schemas = schemas();
    if let Some(wanted) = &arguments.file {
        let wanted = wanted.trim_end_matches(".yaml");
        let Some((_, text)) = schemas.iter().find(|(name, _)| name.strip_suffix(".schema.json") == Some(wanted)) else {
            return Err(Failure::usage(
                format!("there is no schema `{wanted}`"),
                "there are study, data, analysis and report",
            ));
        };
        session.data(text)?;
        return Ok(Exit::Clean);
    }
    for (name, text) in &schemas {
        replace_file(&arguments.output.join(name), text.as_bytes())?;
    }
    session.say(&format!("Wrote {} schemas to {}", schemas.len(), arguments.output.display()));
    Ok(Exit::Clean)
}
