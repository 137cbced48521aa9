//! Finds the study's input files and holds them against the lock.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::input::{self, LOCK_FILE, LockKind, LockRecord};
use crate::spec::Spec;

use super::{Event, Request, Watch};

/// An input file as read.
#[derive(Clone, Debug)]
pub struct InputFile {
    /// Name without folders.
    pub name: String,
    /// Size.
    pub bytes: u64,
    /// Hash of its bytes.
    pub sha256: String,
}

/// The study's files.
#[derive(Debug)]
pub struct Inputs {
    /// Where the workbooks are.
    pub folder: PathBuf,
    /// Hashed input files, by name.
    pub files: Vec<InputFile>,
    /// The lock, if the study has one.
    pub lock: Option<LockRecord>,
    /// The writer's texts by file name.
    pub texts: BTreeMap<String, String>,
}

impl Inputs {
    /// The path of a named input file.
    #[must_use]
    pub fn locate(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }
}

/// Folder of the copies that a lock keeps, in the study folder.
pub const COPIES: &str = ".locked";

/// The folder the workbooks are in, and every file there that a source names, each once, in the order of data.yaml.
#[must_use]
pub fn input_paths(spec: &Spec, data: Option<&Path>) -> (PathBuf, Vec<PathBuf>) {
    let folder = data.map_or_else(|| spec.folder.join("data"), Path::to_owned);
    let mut paths: Vec<PathBuf> = Vec::new();
    for file in spec.data.sources.values().flat_map(|s| &s.files) {
        let path = folder.join(&file.value);
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    (folder, paths)
}

/// Hashes the inputs and verifies the lock.
pub(super) fn verify(
    spec: &Spec,
    request: &Request<'_>,
    sink: &mut Diagnostics,
    watch: Watch<'_>,
) -> Result<Inputs, Stop> {
    watch(Event::Begin("lock"));
    let mark = sink.mark();
    let (folder, paths) = input_paths(spec, request.data);
    let mut files = Vec::new();
    for path in &paths {
        match input::sha256_of_file(path) {
            Ok((sha256, bytes)) => files.push(InputFile { name: input::file_name(path), bytes, sha256 }),
            Err(_) => {
                let place = spec
                    .data
                    .sources
                    .values()
                    .flat_map(|s| &s.files)
                    .find(|f| folder.join(&f.value) == *path)
                    .map(|f| f.place.clone());
                sink.error(&codes::INP_001, place.unwrap_or_default(), format!("there is no file {}", path.display()))
                    .hint("put the workbook into the study's data folder, or name its folder with --data");
            }
        }
    }
    sink.check(mark)?;
    let lock_path = spec.folder.join(LOCK_FILE);
    let lock = if lock_path.exists() {
        let record = LockRecord::read(&lock_path, sink)?;
        record.verify(&paths, &spec.folder.join(COPIES), sink);
        sink.check(mark)?;
        Some(record)
    } else {
        let place = Place::File(lock_path.display().to_string());
        let message = "the inputs are not locked";
        let hint = format!(
            "`tracelock lock {}` records their hashes; until then nothing proves that they are the locked database",
            spec.folder.display()
        );
        if request.final_run {
            return Err(sink.error(&codes::LCK_001, place, message).hint(hint).stop());
        }
        sink.warning(&codes::LCK_001, place, message).hint(hint);
        None
    };
    if request.final_run && lock.as_ref().is_some_and(|l| l.kind != LockKind::Hard) {
        return Err(sink
            .error(&codes::LCK_001, Place::File(lock_path.display().to_string()), "a final run needs a hard lock")
            .hint("lock again without --soft once the database is final")
            .stop());
    }
    let texts = texts(&spec.folder, sink);
    sink.check(mark)?;
    watch(Event::End(""));
    Ok(Inputs { folder, files, lock, texts })
}

fn texts(folder: &Path, sink: &mut Diagnostics) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let Ok(entries) = std::fs::read_dir(folder.join("text")) else { return texts };
    for path in entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "md")) {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        match std::fs::read_to_string(&path) {
            Ok(text) => drop(texts.insert(name, text)),
            Err(error) => {
                sink.error(
                    &codes::CFG_001,
                    Place::File(path.display().to_string()),
                    format!("the text cannot be read: {error}"),
                );
            }
        }
    }
    texts
}
