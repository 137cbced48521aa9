//! The only module that writes files: whole files, appended lines, folders, and the switch of a pointer.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::codes;
use super::diagnostic::{Diagnostics, Place, Stop};

/// A file or folder that could not be written, and why.
#[derive(Debug)]
pub struct OutputError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub message: String,
}

impl OutputError {
    /// An error at `path`.
    pub fn new(path: &Path, message: impl fmt::Display) -> Self {
        Self { path: path.to_owned(), message: message.to_string() }
    }

    /// Reports it (`OUT-001`).
    pub fn report(&self, sink: &mut Diagnostics) -> Stop {
        let place = Place::File(self.path.display().to_string());
        sink.error(&codes::OUT_001, place, format!("`{}` cannot be written: {}", self.path.display(), self.message))
            .hint("check that the folder exists, that you may write there and that the disk is not full")
            .stop()
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}

/// Ties an I/O result to the path it speaks of.
trait At<T> {
    fn at(self, path: &Path) -> Result<T, OutputError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, OutputError> {
        self.map_err(|error| OutputError::new(path, error))
    }
}

/// Makes a folder and those above it.
///
/// # Errors
/// Where the system refuses.
pub fn create_folder(path: &Path) -> Result<(), OutputError> {
    fs::create_dir_all(path).at(path)
}

/// Writes a whole file, with the folders above it.
///
/// # Errors
/// Where the system refuses.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    fs::write(path, bytes).at(path)
}

/// Writes a file that does not exist yet; `Ok(false)` where one stands there already.
///
/// # Errors
/// Where the system refuses for another reason.
pub fn write_new_file(path: &Path, bytes: &[u8]) -> Result<bool, OutputError> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(bytes).at(path).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(OutputError::new(path, error)),
    }
}

/// Replaces a file in one step: a reader sees the old or the new text, never half of one.
///
/// # Errors
/// Where the system refuses.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    let aside = beside(path);
    write_file(&aside, bytes)?;
    fs::rename(&aside, path).at(path)
}

/// Appends one line, in one write, and sees it to the disk.
///
/// # Errors
/// Where the system refuses.
pub fn append_line(path: &Path, line: &str) -> Result<(), OutputError> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    let mut file = OpenOptions::new().create(true).append(true).open(path).at(path)?;
    file.write_all(format!("{line}\n").as_bytes()).at(path)?;
    file.sync_data().at(path)
}

/// Opens a lock file, making it where there is none.
///
/// # Errors
/// Where the system refuses.
pub fn open_lock_file(path: &Path) -> Result<File, OutputError> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path).at(path)
}

/// Copies a file, with the folders above the copy.
///
/// # Errors
/// Where the system refuses.
pub fn copy_file(from: &Path, to: &Path) -> Result<(), OutputError> {
    if let Some(folder) = to.parent() {
        create_folder(folder)?;
    }
    fs::copy(from, to).at(to).map(drop)
}

/// Gives a file or folder another name in the same file system.
///
/// # Errors
/// Where the system refuses.
pub fn rename(from: &Path, to: &Path) -> Result<(), OutputError> {
    fs::rename(from, to).at(to)
}

/// Removes a folder with everything in it, or a file; nothing there is no error.
///
/// # Errors
/// Where the system refuses.
pub fn remove(path: &Path) -> Result<(), OutputError> {
    let removed = match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(OutputError::new(path, error)),
        _ => Ok(()),
    }
}

/// Makes `pointer` name `target` (relative to the pointer's folder), in one step.
///
/// A symbolic link where the system has them, else a text file that holds the target.
///
/// # Errors
/// Where the system refuses both.
pub fn switch_pointer(pointer: &Path, target: &Path) -> Result<(), OutputError> {
    let aside = beside(pointer);
    remove(&aside)?;
    if symbolic_link(target, &aside).is_err() {
        write_file(&aside, format!("{}\n", target.display()).as_bytes())?;
    }
    fs::rename(&aside, pointer).at(pointer)
}

/// What a pointer made by [`switch_pointer`] names; `None` where there is none.
#[must_use]
pub fn read_pointer(pointer: &Path) -> Option<PathBuf> {
    if let Ok(target) = fs::read_link(pointer) {
        return Some(target);
    }
    let text = fs::read_to_string(pointer).ok()?;
    let line = text.lines().next()?.trim();
    (!line.is_empty()).then(|| PathBuf::from(line))
}

#[cfg(unix)]
fn symbolic_link(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

/// Elsewhere symbolic links need special rights: the text file serves.
#[cfg(not(unix))]
fn symbolic_link(_target: &Path, _link: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// A name beside `path` that only this process uses.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_replaced_and_read_back() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let pointer = folder.path().join("current");
        assert_eq!(read_pointer(&pointer), None);
        for target in ["runs/a", "runs/b"] {
            switch_pointer(&pointer, Path::new(target)).expect("switched");
            assert_eq!(read_pointer(&pointer), Some(PathBuf::from(target)));
        }
        remove(&pointer).expect("removed");
        write_file(&pointer, b"runs/c\n").expect("written");
        assert_eq!(read_pointer(&pointer), Some(PathBuf::from("runs/c")), "the text form is read as well");
        let names: Vec<_> = fs::read_dir(folder.path()).expect("readable").flatten().map(|e| e.file_name()).collect();
        assert_eq!(names, ["current"], "nothing is left beside it");
    }

    #[test]
    fn new_files_never_replace() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let path = folder.path().join("a/b.txt");
        assert!(write_new_file(&path, b"1").expect("written"));
        assert!(!write_new_file(&path, b"2").expect("left alone"));
        assert_eq!(fs::read(&path).expect("readable"), b"1");
        append_line(&path, "x").expect("appended");
        replace_file(&path, b"3").expect("replaced");
        assert_eq!(fs::read(&path).expect("readable"), b"3");
    }

    #[test]
    fn an_unwritable_place_is_a_diagnostic() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let file = folder.path().join("file");
        write_file(&file, b"").expect("written");
        let error = write_file(&file.join("below"), b"").expect_err("a file is no folder");
        let mut sink = Diagnostics::new();
        error.report(&mut sink);
        assert_eq!(sink.all()[0].code.id, "OUT-001");
    }
}
