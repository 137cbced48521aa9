//! Finds the study folder a command means, and where its runs lie.

use std::path::{Path, PathBuf};

use crate::audit::run_folder;
use crate::base::suggest::did_you_mean;
use crate::spec::FILES;

use super::session::Failure;

/// Folder that holds study folders.
const CONFIG: &str = "config";
/// Folder that holds runs.
pub(super) const OUTPUT: &str = "output";

/// The study folder meant: a path, a name below `config/`, the folder one stands in, or the only one there is.
pub(super) fn find(wanted: Option<&Path>) -> Result<PathBuf, Failure> {
    let Some(wanted) = wanted else { return find_default() };
    if wanted.is_dir() {
        return Ok(wanted.to_owned());
    }
    let named = Path::new(CONFIG).join(wanted);
    if named.is_dir() {
        return Ok(named);
    }
    let known = names_with(Path::new(CONFIG), is_study);
    let hint = did_you_mean(&wanted.display().to_string(), known.iter().map(String::as_str));
    Err(Failure::usage(format!("there is no study folder `{}`", wanted.display()), hint))
}

fn find_default() -> Result<PathBuf, Failure> {
    if is_study(Path::new(".")) {
        return Ok(PathBuf::from("."));
    }
    let known = names_with(Path::new(CONFIG), is_study);
    match known.as_slice() {
        [one] => Ok(Path::new(CONFIG).join(one)),
        [] => Err(Failure::usage(
            "there is no study here",
            "give the study folder, or propose one with `tracelock init WORKBOOK… --study DIR`",
        )),
        several => Err(Failure::usage("there are several studies here", format!("name one: {}", several.join(", ")))),
    }
}

/// Name of a study folder, as outputs are called after it.
pub(super) fn name(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    whole.file_name().map_or_else(|| "study".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// `output/<study>` of the study meant: by name or folder, by the folder one stands in, or the only one built.
pub(super) fn find_output(wanted: Option<&Path>, output: &Path) -> Result<PathBuf, Failure> {
    let built = names_with(output, |folder| run_folder::current(folder).is_some());
    let study = match wanted {
        Some(wanted) => Some(name(wanted)),
        None if is_study(Path::new(".")) => Some(name(Path::new("."))),
        None => None,
    };
    match (study, built.as_slice()) {
        (Some(study), built) if built.contains(&study) => Ok(output.join(study)),
        (None, [one]) => Ok(output.join(one)),
        (Some(study), []) => Err(Failure::usage(
            format!("study `{study}` has no run below `{}`", output.display()),
            "`tracelock build` makes one; `--output` says where runs lie",
        )),
        (Some(study), built) => {
            let hint = did_you_mean(&study, built.iter().map(String::as_str));
            Err(Failure::usage(format!("study `{study}` has no run below `{}`", output.display()), hint))
        }
        (None, []) => Err(Failure::usage(
            format!("there is no run below `{}`", output.display()),
            "`tracelock build` makes one; `--output` says where runs lie",
        )),
        (None, built) => Err(Failure::usage(
            "several studies were built here",
            format!("name one with --study: {}", built.join(", ")),
        )),
    }
}

fn is_study(folder: &Path) -> bool {
    FILES.iter().any(|file| folder.join(file).is_file())
}

/// Names of the folders below `folder` that are `wanted`, sorted.
fn names_with(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<String> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().is_dir() && wanted(&entry.path()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
