//! The lock record: which files a study was locked with, by hash of file and of sheet content.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop, TextSource};
use crate::base::words::hexadecimal;

use super::lock_content::{content_of, sha256_of_file};
use super::{file_name, file_place};

/// Name of the lock record in a study folder.
pub const LOCK_FILE: &str = "lock.yaml";

/// The version of the format that is written.
const VERSION: u32 = 1;

/// How firmly the database is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockKind {
    /// Frozen for review; changes are still expected.
    Soft,
    /// Final.
    Hard,
}

impl LockKind {
    /// The word of the record.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Soft => "soft",
            Self::Hard => "hard",
        }
    }
}

/// A lock record. It proves "unchanged since this lock", not that the data are right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockRecord {
    /// Version of this format.
    pub version: u32,
    /// Study, as its folder is called.
    pub study: String,
    /// First 12 hexadecimal digits of the SHA-256 over the rest of the record.
    pub lock_id: String,
    /// Soft or hard.
    pub kind: LockKind,
    /// When, in UTC, as text.
    pub locked_at: String,
    /// Who.
    pub locked_by: String,
    /// The source system's own lock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceLock>,
    /// What was ticked off before locking.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<ChecklistItem>,
    /// The lock this one takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
    /// Why it was locked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The locked files, by name.
    pub files: Vec<LockedFile>,
}

/// The lock and export of the system the data came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceLock {
    /// Name of the system.
    pub system: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// When it was locked there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_at: Option<String>,
    /// When the files were exported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export_at: Option<String>,
}

/// A line of the lock checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    /// What was checked.
    pub item: String,
    /// How it stands.
    pub status: String,
    /// Who checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// A locked file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedFile {
    /// Name without folders.
    pub name: String,
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Number of bytes.
    pub bytes: u64,
    /// Its sheets in the file's order.
    pub sheets: Vec<LockedSheet>,
}

/// A locked sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedSheet {
    /// Name.
    pub name: String,
    /// `visible`, `hidden` or `very_hidden`.
    pub state: String,
    /// Rows that hold something.
    pub rows: u32,
    /// Columns that hold something.
    pub columns: u32,
    /// Cells that hold something.
    pub cells: u64,
    /// Hash of the content, see `input::content_of`; lower-case hexadecimal.
    pub content_sha256: String,
}

/// What whoever locks has to say; the clock is the caller's.
#[derive(Clone, Debug)]
pub struct LockRequest {
    /// Study, as its folder is called.
    pub study: String,
    /// Soft or hard.
    pub kind: LockKind,
    /// When, in UTC, as text.
    pub locked_at: String,
    /// Who.
    pub locked_by: String,
    /// The source system's own lock.
    pub source: Option<SourceLock>,
    /// What was ticked off.
    pub checklist: Vec<ChecklistItem>,
    /// The lock this one takes the place of.
    pub supersedes: Option<String>,
    /// Why it is locked again.
    pub reason: Option<String>,
}

impl LockRecord {
    /// Reads and hashes the files and makes the record.
    ///
    /// # Errors
    /// A file cannot be read, two have the same name, or a lock that supersedes another gives no
    /// reason; everything found stands in the sink.
    pub fn create(request: LockRequest, files: &[PathBuf], sink: &mut Diagnostics) -> Result<Self, Stop> {
        let mark = sink.mark();
        if request.supersedes.is_some() && request.reason.as_ref().is_none_or(|r| r.trim().is_empty()) {
            sink.error(
                &codes::CFG_005,
                Place::File(LOCK_FILE.to_owned()),
                "a lock that supersedes another needs a reason",
            )
            .hint("say why the database was opened again");
        }
        let mut locked: BTreeMap<String, LockedFile> = BTreeMap::new();
        for path in files {
            match lock_file(path) {
                Ok(file) => {
                    if locked.insert(file.name.clone(), file).is_some() {
                        let message = format!("two files are called `{}`", file_name(path));
                        sink.error(&codes::CFG_004, file_place(path), message)
                            .hint("the lock record names files without their folders; rename one");
                    }
                }
                Err(error) => {
                    error.report(sink);
                }
            }
        }
        sink.check(mark)?;
        let LockRequest { study, kind, locked_at, locked_by, source, checklist, supersedes, reason } = request;
        let files = locked.into_values().collect();
        let lock_id = String::new();
        let mut record = Self {
            version: VERSION,
            study,
            lock_id,
            kind,
            locked_at,
            locked_by,
            source,
            checklist,
            supersedes,
            reason,
            files,
        };
        record.lock_id = record.computed_id();
        Ok(record)
    }

    /// The lock id that fits the record: it no longer equals [`LockRecord::lock_id`] once the
    /// record was edited.
    #[must_use]
    pub fn computed_id(&self) -> String {
        let mut lines = vec![
            format!("version {}", self.version),
            format!("study {}", self.study),
            format!("kind {}", self.kind.name()),
            format!("locked_at {}", self.locked_at),
            format!("locked_by {}", self.locked_by),
            format!("supersedes {:?}", self.supersedes),
            format!("reason {:?}", self.reason),
        ];
        if let Some(source) = &self.source {
            let SourceLock { system, version, locked_at, export_at } = source;
            lines.push(format!("source {system:?} {version:?} {locked_at:?} {export_at:?}"));
        }
        for ChecklistItem { item, status, by, at } in &self.checklist {
            lines.push(format!("checklist {item:?} {status:?} {by:?} {at:?}"));
        }
        for file in &self.files {
            lines.push(format!("file {:?} {} {}", file.name, file.sha256, file.bytes));
            for sheet in &file.sheets {
                let LockedSheet { name, state, rows, columns, cells, content_sha256 } = sheet;
                lines.push(format!("sheet {name:?} {state} {rows} {columns} {cells} {content_sha256}"));
            }
        }
        hexadecimal(&Sha256::digest(lines.join("\n").as_bytes())[..6])
    }

    /// The record as it stands in `lock.yaml`.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        serde_yaml::to_string(self).expect("invariant: a record of texts and numbers can be written")
    }

    /// Reads a lock record.
    ///
    /// # Errors
    /// `LCK-001` where there is none, `CFG-001` and `CFG-002` where it cannot be understood.
    pub fn read(path: &Path, sink: &mut Diagnostics) -> Result<Self, Stop> {
        let place = || Place::File(path.display().to_string());
        match std::fs::read_to_string(path) {
            Ok(text) => Self::from_yaml(&path.display().to_string(), text, sink),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let message = format!("there is no `{}`", path.display());
                Err(sink.error(&codes::LCK_001, place(), message).hint("`tracelock lock` writes one").stop())
            }
            Err(e) => {
                let message = format!("`{}` cannot be read: {e}", path.display());
                Err(sink.error(&codes::CFG_001, place(), message).stop())
            }
        }
    }

    /// Reads a lock record from its text; `name` is the path shown to people.
    ///
    /// # Errors
    /// `CFG-002` with line and column where the text has another shape, `CFG-005` for an unknown version.
    pub fn from_yaml(name: &str, text: String, sink: &mut Diagnostics) -> Result<Self, Stop> {
        let record: Self = match serde_yaml::from_str(&text) {
            Ok(record) => record,
            Err(error) => {
                let error = error.without_snippet();
                let location = error.location();
                let position = |n: u64| usize::try_from(n).unwrap_or(1).max(1);
                let line = location.map_or(1, |l| position(l.line()));
                let column = location.map_or(1, |l| position(l.column()));
                let message = first_sentence(&error.to_string());
                let source = Arc::new(TextSource { name: name.to_owned(), text });
                let place = Place::Text { source, line, column, length: 1 };
                return Err(sink.error(&codes::CFG_002, place, message).stop());
            }
        };
        if record.version != VERSION {
            let message = format!("lock record of version {}; this program reads version {VERSION}", record.version);
            return Err(sink.error(&codes::CFG_005, Place::File(name.to_owned()), message).stop());
        }
        Ok(record)
    }
}

/// The first line of a message, without the position that the place already tells.
fn first_sentence(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let end = line.find(" at line ").or_else(|| line.find(": line ")).unwrap_or(line.len());
    line[..end].to_owned()
}

/// Hashes a file and its contents.
fn lock_file(path: &Path) -> Result<LockedFile, super::InputError> {
    let mut workbook = super::open(path)?;
    let (sha256, bytes) = sha256_of_file(path)?;
    let sheets = content_of(&mut *workbook)?;
    Ok(LockedFile { name: file_name(path), sha256, bytes, sheets })
}
