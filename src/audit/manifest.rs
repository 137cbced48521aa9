//! What a run was made from, and the run id that follows from it.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::base::words::hexadecimal;

/// The program's own build: hash of its sources, templates and locked dependencies.
pub const PROGRAM_BUILD: &str = env!("TRACELOCK_BUILD");

/// The program's version.
pub const PROGRAM_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Version of the shape of manifest.json.
const MANIFEST_FORMAT: u32 = 1;

/// Digits of a run id.
const RUN_ID_DIGITS: usize = 16;

/// What a file is to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A data file.
    Input,
    /// A file of the study folder: configuration, lock record, the writer's text.
    Config,
    /// A template, built in or the study's own.
    Template,
    /// A font or picture of the study.
    Asset,
}

/// A file that a run read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ReadFile {
    /// What it is to the run.
    pub kind: Kind,
    /// Its name, `/` between folders, never absolute.
    pub name: String,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Everything that decides the bytes of a run.
#[derive(Clone, Debug)]
pub struct Identity {
    study: String,
    lock_id: Option<String>,
    files: Vec<ReadFile>,
    options: BTreeMap<String, String>,
}

impl Identity {
    /// A run of this study under this lock.
    #[must_use]
    pub fn new(study: &str, lock_id: Option<&str>) -> Self {
        Self {
            study: study.to_owned(),
            lock_id: lock_id.map(str::to_owned),
            files: Vec::new(),
            options: BTreeMap::new(),
        }
    }

    /// Adds a file whose hash is known.
    pub fn file(&mut self, kind: Kind, name: &str, bytes: u64, sha256: &str) {
        let name = name.replace('\\', "/");
        self.files.push(ReadFile { kind, name, sha256: sha256.to_ascii_lowercase(), bytes });
    }

    /// Adds a text, hashed here.
    pub fn text(&mut self, kind: Kind, name: &str, text: &str) {
        self.file(kind, name, text.len() as u64, &sha256(text.as_bytes()));
    }

    /// Adds a wish of the user that changes bytes, such as `final`.
    pub fn option(&mut self, name: &str, value: &str) {
        self.options.insert(name.to_owned(), value.to_owned());
    }

    /// Name of the study.
    #[must_use]
    pub fn study(&self) -> &str {
        &self.study
    }

    /// The same inputs, configuration, templates, options and program give the same id.
    ///
    /// Independent of the order in which files were added and of where they lie.
    #[must_use]
    pub fn run_id(&self) -> String {
        let mut id = sha256(self.canonical(PROGRAM_BUILD).as_bytes());
        id.truncate(RUN_ID_DIGITS);
        id
    }

    fn canonical(&self, build: &str) -> String {
        use std::fmt::Write as _;
        let mut text = format!("tracelock {PROGRAM_VERSION} {build}\nstudy {}\n", self.study);
        let _ = writeln!(text, "lock {}", self.lock_id.as_deref().unwrap_or("-"));
        for (name, value) in &self.options {
            let _ = writeln!(text, "option {name}={value}");
        }
        for file in self.sorted() {
            let _ = writeln!(text, "{:?} {} {}", file.kind, file.sha256, file.name);
        }
        text
    }

    fn sorted(&self) -> Vec<ReadFile> {
        let mut files = self.files.clone();
        files.sort();
        files.dedup();
        files
    }

    /// The manifest as JSON, with a line end.
    #[must_use]
    pub fn manifest(&self) -> String {
        let manifest = Manifest {
            format: MANIFEST_FORMAT,
            run_id: self.run_id(),
            study: &self.study,
            lock_id: self.lock_id.as_deref(),
            program: Program { name: "tracelock", version: PROGRAM_VERSION, build: PROGRAM_BUILD },
            options: &self.options,
            files: self.sorted(),
        };
        let mut text = serde_json::to_string_pretty(&manifest).expect("invariant: plain texts and numbers serialise");
        text.push('\n');
        text
    }
}

/// manifest.json, a public format.
#[derive(Serialize)]
struct Manifest<'a> {
    format: u32,
    run_id: String,
    study: &'a str,
    lock_id: Option<&'a str>,
    program: Program,
    options: &'a BTreeMap<String, String>,
    files: Vec<ReadFile>,
}

#[derive(Serialize)]
struct Program {
    name: &'static str,
    version: &'static str,
    build: &'static str,
}

/// SHA-256 of bytes, hexadecimal, lower case.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(files: &[(Kind, &str, &str)]) -> Identity {
        let mut identity = Identity::new("demo", Some("L1"));
        for (kind, name, text) in files {
            identity.text(*kind, name, text);
        }
        identity
    }

    #[test]
    fn hash_is_that_of_fips_180_4() {
        // FIPS 180-4 example: the message "abc".
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn id_follows_content_and_not_order() {
        let one =
            [(Kind::Input, "a.xlsx", "1"), (Kind::Config, "data.yaml", "2"), (Kind::Template, "csr/main.typ", "3")];
        let mut turned = one;
        turned.reverse();
        assert_eq!(identity(&one).run_id(), identity(&turned).run_id());
        assert_eq!(identity(&one).manifest(), identity(&turned).manifest());
        for changed in 0..one.len() {
            let mut other = one;
            other[changed].2 = "x";
            assert_ne!(identity(&one).run_id(), identity(&other).run_id(), "file {changed} counts");
        }
        let mut wish = identity(&one);
        wish.option("final", "true");
        assert_ne!(wish.run_id(), identity(&one).run_id());
        assert_ne!(identity(&one).canonical("build 1"), identity(&one).canonical("build 2"));
    }

    #[test]
    fn manifest_is_json_that_names_everything() {
        let text = identity(&[(Kind::Input, "sub\\a.xlsx", "1")]).manifest();
        let json: serde_json::Value = serde_json::from_str(&text).expect("valid JSON");
        assert_eq!(json["files"][0]["name"], "sub/a.xlsx");
        assert_eq!(json["files"][0]["kind"], "input");
        assert_eq!(json["lock_id"], "L1");
        assert_eq!(json["run_id"].as_str().map(str::len), Some(RUN_ID_DIGITS));
    }
}
