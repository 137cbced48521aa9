//! Builds the study folder of a trial, as it is or with its analyses changed, and reads what was stored.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a build left behind.
pub(super) struct Built {
    /// Results by key; `None` is not estimable.
    pub(super) results: BTreeMap<String, Option<f64>>,
    /// Keys of the results that went into each.
    pub(super) inputs: BTreeMap<String, Vec<String>>,
    /// The report as HTML.
    pub(super) report: String,
}

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The data of a trial, where they are.
pub(super) fn data(trial: &str) -> Option<PathBuf> {
    let folder = root().join("../shared/data").join(trial);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: ../shared not present");
    None
}

/// Builds `tests/trials/FOLDER` with `change` made to its analysis.yaml; what the program said where it refused.
pub(super) fn build(folder: &str, data: &Path, change: &dyn Fn(String) -> String) -> Result<Built, String> {
    run(folder, Some(data), change)
}

/// The same with the data of the folder itself.
pub(super) fn build_own(folder: &str, change: &dyn Fn(String) -> String) -> Result<Built, String> {
    run(folder, None, change)
}

fn run(folder: &str, data: Option<&Path>, change: &dyn Fn(String) -> String) -> Result<Built, String> {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let changed = |file: &str, text: String| if file == "analysis.yaml" { change(text) } else { text };
    build_in(scratch.path(), folder, data, &changed)
}

/// The same with any of the four files changed; study and `output` stay in the scratch folder.
pub(super) fn build_in(
    scratch: &Path,
    folder: &str,
    data: Option<&Path>,
    change: &dyn Fn(&str, String) -> String,
) -> Result<Built, String> {
    let study = scratch.join(folder);
    fs::create_dir(&study).expect("a folder");
    for file in ["study.yaml", "data.yaml", "analysis.yaml", "report.yaml"] {
        let text = fs::read_to_string(root().join("tests/trials").join(folder).join(file)).expect("a study file");
        fs::write(study.join(file), change(file, text)).expect("a study file is written");
    }
    let output = scratch.join("output");
    let said = Command::new(env!("CARGO_BIN_EXE_tracelock"))
        .arg("--short")
        .arg("build")
        .arg(&study)
        .arg("--data")
        .arg(data.map_or_else(|| root().join("tests/trials").join(folder).join("data"), Path::to_owned))
        .arg("--output")
        .arg(&output)
        .output()
        .expect("tracelock runs");
    if !said.status.success() {
        return Err(String::from_utf8_lossy(&said.stderr).into_owned());
    }
    let run = output.join(folder).join("current/restricted");
    let text = fs::read_to_string(run.join("results.json")).expect("results.json");
    let json: serde_json::Value = serde_json::from_str(&text).expect("results.json is JSON");
    let (mut results, mut inputs) = (BTreeMap::new(), BTreeMap::new());
    for row in json["results"].as_array().expect("an array of results") {
        let key = row["key"].as_str().expect("a key").to_owned();
        let from = row["inputs"].as_array().into_iter().flatten();
        let keys = from.filter_map(|input| input[1].as_str()).map(str::to_owned).collect();
        inputs.insert(key.clone(), keys);
        results.insert(key, row["value"].as_f64().filter(|_| row.get("not_estimable").is_none()));
    }
    let report = fs::read_to_string(run.join("report.html")).expect("report.html");
    Ok(Built { results, inputs, report })
}

/// As it is.
pub(super) fn unchanged(text: String) -> String {
    text
}
