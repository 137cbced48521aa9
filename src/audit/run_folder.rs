//! The folder of a run: written aside, checked, renamed, and only then made `current`.
//!
//! `output/<study>/runs/<id>` never changes once it stands there. A run is written to
//! `runs/.tmp-<id>-<process>`, whose lock file its process holds; leftovers of processes that no
//! longer run are swept by the next one. Sweeping, renaming and switching happen under `runs/.lock`.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::base::output::{self, OutputError};
use crate::input::sha256_of_file;

use super::manifest::Identity;

/// Name of the pointer to the run in force.
pub const CURRENT: &str = "current";
/// Name of the file of hashes, checkable by `sha256sum -c`.
pub const SUMS: &str = "SHA256SUMS";
/// Name of the list of what a run was made from.
pub const MANIFEST: &str = "manifest.json";
/// Folder of what may leave the house.
pub const PUBLIC: &str = "public";

/// A run being written.
#[derive(Debug)]
pub struct RunFolder {
    output: PathBuf,
    id: String,
    staging: PathBuf,
    /// Held until the run is complete or dropped: says that its process is alive.
    held: Option<File>,
}

/// A complete run.
#[derive(Clone, Debug)]
pub struct FinishedRun {
    /// Its id.
    pub id: String,
    /// Its folder, `output/<study>/runs/<id>`.
    pub folder: PathBuf,
    /// `output/<study>`.
    pub output: PathBuf,
    /// Whether the same run stood there already; it was compared and kept.
    pub existed: bool,
    /// Its files, `/` between folders, sorted; without the file of hashes.
    pub files: Vec<String>,
}

impl RunFolder {
    /// Starts a run below `root/<study>`, after having swept what killed runs left there.
    ///
    /// # Errors
    /// Where the folder cannot be written, or this process already writes the same run.
    pub fn create(root: &Path, study: &str, id: &str) -> Result<Self, OutputError> {
        let output = root.join(study);
        let runs = output.join("runs");
        output::create_folder(&runs)?;
        let _guard = guard(&runs)?;
        sweep(&output)?;
        let staging = runs.join(format!(".tmp-{id}-{}", std::process::id()));
        let lock_path = lock_path(&staging);
        let held = output::open_lock_file(&lock_path)?;
        // A file system without locks still takes runs; only the sweeping of leftovers is lost.
        if let Err(TryLockError::WouldBlock) = held.try_lock() {
            return Err(OutputError::new(&lock_path, "this run is already being written"));
        }
        output::create_folder(&staging)?;
        Ok(Self { output, id: id.to_owned(), staging, held: Some(held) })
    }

    /// The run's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where a file of the run stands until the run is complete; for writers that need a path.
    ///
    /// # Errors
    /// Where the folder above it cannot be made.
    pub fn path(&self, name: &str) -> Result<PathBuf, OutputError> {
        let path = self.staging.join(name);
        if let Some(folder) = path.parent() {
            output::create_folder(folder)?;
        }
        Ok(path)
    }

    /// Writes a file of the run, such as `public/eudract-results.xml`.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), OutputError> {
        output::write_file(&self.staging.join(name), bytes)
    }

    /// The files below `public/` written by now, for the privacy gate.
    ///
    /// # Errors
    /// Where a file cannot be read again.
    pub fn public_files(&self) -> Result<Vec<(String, Vec<u8>)>, OutputError> {
        let mut files = Vec::new();
        for name in list_files(&self.staging)? {
            if name.split('/').next() == Some(PUBLIC) {
                let path = self.staging.join(&name);
                let bytes = fs::read(&path).map_err(|error| OutputError::new(&path, error))?;
                files.push((name, bytes));
            }
        }
        Ok(files)
    }

    /// Completes the run: manifest, hashes, rename. `current` is left as it was; see [`FinishedRun::switch`].
    ///
    /// Where a run with the same id stands there already, its files are hashed and compared and the old one is kept.
    ///
    /// # Errors
    /// Where the system refuses, or where the run of the same id has other bytes.
    pub fn finish(mut self, identity: &Identity) -> Result<FinishedRun, OutputError> {
        self.write(MANIFEST, identity.manifest().as_bytes())?;
        let sums = hash_files(&self.staging)?;
        self.write(SUMS, sums_text(&sums).as_bytes())?;
        let runs = self.output.join("runs");
        let folder = runs.join(&self.id);
        let _guard = guard(&runs)?;
        let existed = folder.exists();
        if existed {
            let there = hash_files(&folder)?;
            if let Some(name) = first_difference(&there, &sums) {
                let message = format!(
                    "a run with this id stands there and `{name}` differs from what was made now: \
                     it was changed afterwards, or the program broke its promise of same inputs, same bytes"
                );
                return Err(OutputError::new(&folder, message));
            }
            output::remove(&self.staging)?;
        } else {
            output::rename(&self.staging, &folder)?;
        }
        self.release();
        let files = sums.into_iter().map(|(name, _)| name).collect();
        Ok(FinishedRun { id: self.id.clone(), folder, output: self.output.clone(), existed, files })
    }

    /// Gives the lock file up and away.
    fn release(&mut self) {
        if self.held.take().is_some() {
            // A file that stays behind is swept by the next run.
            let _ = output::remove(&lock_path(&self.staging));
        }
    }
}

impl Drop for RunFolder {
    /// A run that was not completed leaves nothing behind.
    fn drop(&mut self) {
        if self.held.is_some() {
            let _ = output::remove(&self.staging);
            self.release();
        }
    }
}

impl FinishedRun {
    /// Makes this run `current`, in one step.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn switch(&self) -> Result<(), OutputError> {
        let _guard = guard(&self.output.join("runs"))?;
        output::switch_pointer(&self.output.join(CURRENT), &Path::new("runs").join(&self.id))
    }
}

/// Folder of the run in force below `output/<study>`, if there is one.
#[must_use]
pub fn current(study_output: &Path) -> Option<PathBuf> {
    let folder = study_output.join(output::read_pointer(&study_output.join(CURRENT))?);
    folder.is_dir().then_some(folder)
}

/// Names and SHA-256 of all files of a run except the file of hashes itself, by name.
///
/// # Errors
/// Where a file cannot be read.
pub fn hash_files(folder: &Path) -> Result<Vec<(String, String)>, OutputError> {
    let mut sums = Vec::new();
    for name in list_files(folder)?.into_iter().filter(|name| name != SUMS) {
        let path = folder.join(&name);
        let (hash, _) = sha256_of_file(&path).map_err(|error| OutputError::new(&path, error.message()))?;
        sums.push((name, hash));
    }
    Ok(sums)
}

fn sums_text(sums: &[(String, String)]) -> String {
    sums.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect()
}

fn first_difference<'a>(old: &'a [(String, String)], new: &'a [(String, String)]) -> Option<&'a str> {
    let missing = |from: &'a [(String, String)], other: &[(String, String)]| {
        from.iter().find(|entry| !other.contains(entry)).map(|(name, _)| name.as_str())
    };
    missing(new, old).or_else(|| missing(old, new))
}

/// Names of all files below a folder, `/` between folders, sorted.
fn list_files(folder: &Path) -> Result<Vec<String>, OutputError> {
    fn walk(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Result<(), OutputError> {
        let entries = fs::read_dir(folder).map_err(|error| OutputError::new(folder, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| OutputError::new(folder, error))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{name}/"), names)?;
            } else {
                names.push(name);
            }
        }
        Ok(())
    }
    let mut names = Vec::new();
    walk(folder, "", &mut names)?;
    names.sort();
    Ok(names)
}

/// Holds `runs/.lock` for a short piece of work.
fn guard(runs: &Path) -> Result<File, OutputError> {
    let path = runs.join(".lock");
    let file = output::open_lock_file(&path)?;
    match file.lock() {
        Err(error) if error.kind() != ErrorKind::Unsupported => Err(OutputError::new(&path, error)),
        _ => Ok(file),
    }
}

fn lock_path(staging: &Path) -> PathBuf {
    let name = staging.file_name().unwrap_or_default().to_string_lossy();
    staging.with_file_name(format!("{name}.lock"))
}

/// Removes what killed processes left. Called under `runs/.lock`, so no new lock file can appear meanwhile.
fn sweep(study_output: &Path) -> Result<(), OutputError> {
    let runs = study_output.join("runs");
    for name in names_in(&runs)?.iter().filter(|name| name.starts_with(".tmp-") && !name.ends_with(".lock")) {
        let staging = runs.join(name);
        if is_abandoned(&lock_path(&staging)) {
            output::remove(&staging)?;
        }
    }
    for name in names_in(&runs)?.iter().filter(|name| name.starts_with(".tmp-") && name.ends_with(".lock")) {
        let path = runs.join(name);
        if is_abandoned(&path) {
            output::remove(&path)?;
        }
    }
    for name in names_in(study_output)?.iter().filter(|name| name.starts_with(&format!(".{CURRENT}."))) {
        output::remove(&study_output.join(name))?;
    }
    Ok(())
}

/// Whether no living process holds the lock file.
fn is_abandoned(path: &Path) -> bool {
    File::open(path).map_or(true, |file| file.try_lock().is_ok())
}

fn names_in(folder: &Path) -> Result<Vec<String>, OutputError> {
    let entries = fs::read_dir(folder).map_err(|error| OutputError::new(folder, error))?;
    let mut names: Vec<String> = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}
