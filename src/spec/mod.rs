//! The study folder's configuration: typed, with the place of every value.

pub mod analysis;
pub mod at;
pub mod check;
mod check_ids;
pub mod code_lists;
mod code_words;
pub mod contrast;
pub mod data;
pub mod frequency;
pub mod margin;
pub mod multiplicity;
pub mod registry_codes;
pub mod registry_terms;
pub mod report;
pub mod safety;
pub mod shift_table;
pub mod study;
mod study_check;
pub mod study_design;
pub mod study_registry;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop, TextSource};

use analysis::{AnalysisSpec, ArmBasis};
use code_lists::CodeLists;
use data::DataSpec;
use report::ReportSpec;
use study::StudySpec;

/// Everything a study folder says.
#[derive(Debug)]
pub struct Spec {
    /// Name of the folder.
    pub name: String,
    /// The folder.
    pub folder: PathBuf,
    /// study.yaml.
    pub study: StudySpec,
    /// data.yaml.
    pub data: DataSpec,
    /// analysis.yaml.
    pub analysis: AnalysisSpec,
    /// report.yaml.
    pub report: ReportSpec,
    /// The registries' lists, the study's own where it has them.
    pub code_lists: CodeLists,
    /// The four files as read, for hashes.
    pub files: Vec<Arc<TextSource>>,
}

/// Names of the four files, in reading order.
pub const FILES: [&str; 4] = ["study.yaml", "data.yaml", "analysis.yaml", "report.yaml"];

impl Spec {
    /// How the subjects of an analysis set are grouped; of an unknown one, which is reported elsewhere, as randomised.
    #[must_use]
    pub fn basis(&self, set: &str) -> ArmBasis {
        self.analysis.analysis_sets.get(set).map_or(ArmBasis::Planned, |set| set.arm)
    }

    /// Ids of the groups of an analysis set in the order of columns: arms, or the treatments of a crossover.
    #[must_use]
    pub fn groups(&self, set: &str) -> Vec<&str> {
        self.study.group_ids(self.basis(set))
    }
}

/// Reads the four files of a study folder. Shape errors of all four are reported together.
///
/// # Errors
/// [`Stop`] where a file is missing or has the wrong shape.
pub fn load(folder: &Path, sink: &mut Diagnostics) -> Result<Spec, Stop> {
    let mark = sink.mark();
    let mut files = Vec::new();
    let study = read(folder, FILES[0], &mut files, sink);
    let data = read(folder, FILES[1], &mut files, sink);
    let analysis = read(folder, FILES[2], &mut files, sink);
    let report = read(folder, FILES[3], &mut files, sink);
    let code_lists = CodeLists::read(folder, sink);
    let (Some(study), Some(data), Some(analysis), Some(report)) = (study, data, analysis, report) else {
        return Err(sink.check(mark).expect_err("invariant: a file that is not read was reported"));
    };
    sink.check(mark)?;
    let name = folder
        .canonicalize()
        .ok()
        .and_then(|path| path.file_name().map(|n| n.to_string_lossy().into_owned()))
        .unwrap_or_else(|| "study".to_owned());
    Ok(Spec { name, folder: folder.to_owned(), study, data, analysis, report, code_lists, files })
}

fn read<T: DeserializeOwned>(
    folder: &Path,
    file: &str,
    files: &mut Vec<Arc<TextSource>>,
    sink: &mut Diagnostics,
) -> Option<T> {
    let path = folder.join(file);
    let shown = path.display().to_string();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            sink.error(&codes::CFG_001, Place::File(shown), format!("{file} cannot be read: {error}"))
                .hint("a study folder holds study.yaml, data.yaml, analysis.yaml and report.yaml; `tracelock init` proposes them");
            return None;
        }
    };
    let source = Arc::new(TextSource { name: shown, text });
    files.push(source.clone());
    match at::reading(&source, || serde_yaml::from_str::<T>(&source.text)) {
        Ok(value) => Some(value),
        Err(error) => {
            report_shape(&source, &error, sink);
            None
        }
    }
}

/// Turns the YAML reader's error into a diagnostic with line and column.
fn report_shape(source: &Arc<TextSource>, error: &serde_yaml::Error, sink: &mut Diagnostics) {
    let place = error.location().map_or_else(
        || Place::File(source.name.clone()),
        |location| Place::Text {
            source: source.clone(),
            line: usize::try_from(location.line()).unwrap_or(1),
            column: usize::try_from(location.column()).unwrap_or(1),
            length: 1,
        },
    );
    // The place already says the line; the reader's own words for it are taken off.
    let full = error.without_snippet().to_string();
    let line = full.lines().next().unwrap_or("the file does not have the expected shape");
    let end = line.find(" at line ").or_else(|| line.find(": line ")).unwrap_or(line.len());
    let message = line[..end].to_owned();
    sink.error(&codes::CFG_002, place, message)
        .hint("config/schema describes every key; editors that know JSON Schema complete them");
}
