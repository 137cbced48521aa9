//! Files of a finished run, each held against the hash that the run recorded of it.

use std::fs;
use std::path::Path;

use crate::base::codes::AUD_003;
use crate::base::diagnostic::{Diagnostics, Place, Stop};

use super::manifest::sha256;
use super::run_folder::{MANIFEST, SUMS};

/// The text of a file of the run in `folder`.
///
/// # Errors
/// [`Stop`] where the run has no such file, or it is not the one the run wrote (AUD-003).
pub fn read(folder: &Path, name: &str, sink: &mut Diagnostics) -> Result<String, Stop> {
    let path = folder.join(name);
    let place = || Place::File(path.display().to_string());
    let sums = fs::read_to_string(folder.join(SUMS)).unwrap_or_default();
    let recorded = sums.lines().filter_map(|line| line.split_once("  ")).find(|(_, file)| *file == name);
    let Some((hash, _)) = recorded else {
        return Err(sink.error(&AUD_003, place(), format!("the run wrote no {name}")).stop());
    };
    let read = fs::read(&path).map_err(|error| error.to_string());
    let fault = match read {
        Ok(bytes) if sha256(&bytes) == hash => match String::from_utf8(bytes) {
            Ok(text) => return Ok(text),
            Err(_) => format!("{name} is no text"),
        },
        Ok(_) => format!("{name} is not the file that the run wrote: its hash differs from {SUMS}"),
        Err(error) => format!("{name} cannot be read: {error}"),
    };
    Err(sink.error(&AUD_003, place(), fault).hint("`tracelock build` writes the run again").stop())
}

/// Whether the run in `folder` was a final one.
///
/// # Errors
/// As [`read`], and where the manifest is none (AUD-003).
pub fn is_final(folder: &Path, sink: &mut Diagnostics) -> Result<bool, Stop> {
    let text = read(folder, MANIFEST, sink)?;
    let manifest: serde_json::Value = serde_json::from_str(&text).map_err(|error| {
        let place = Place::File(folder.join(MANIFEST).display().to_string());
        sink.error(&AUD_003, place, format!("the manifest cannot be read: {error}")).stop()
    })?;
    Ok(manifest["options"]["final"] == "true")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a scratch folder");
        fs::create_dir(folder.path().join("public")).expect("a folder");
        let manifest = "{\"options\": {\"final\": \"true\"}}";
        let files = [("public/a.xml", "<a/>"), (MANIFEST, manifest)];
        let line = |(name, text): &(&str, &str)| format!("{}  {name}\n", sha256(text.as_bytes()));
        fs::write(folder.path().join(SUMS), files.iter().map(line).collect::<String>()).expect("written");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("written");
        }
        folder
    }

    #[test]
    fn a_file_of_the_run_is_read_and_a_changed_one_is_not() {
        let folder = run();
        let mut sink = Diagnostics::new();
        assert_eq!(read(folder.path(), "public/a.xml", &mut sink).as_deref(), Ok("<a/>"));
        assert_eq!(is_final(folder.path(), &mut sink), Ok(true));
        assert!(read(folder.path(), "public/b.xml", &mut sink).is_err());
        fs::write(folder.path().join("public/a.xml"), "<b/>").expect("written");
        assert!(read(folder.path(), "public/a.xml", &mut sink).is_err());
        fs::remove_file(folder.path().join("public/a.xml")).expect("removed");
        assert!(read(folder.path(), "public/a.xml", &mut sink).is_err());
        let said: Vec<&str> = sink.all().iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(said[0], "the run wrote no public/b.xml");
        assert!(said[1].contains("its hash differs"), "{said:?}");
        assert!(said[2].contains("cannot be read"), "{said:?}");
    }
}
