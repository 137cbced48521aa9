//! The demonstration study, built once for all tests: the words of its report, its store, its trace and its texts.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use super::meaning::Store;
use super::placed::Trace;
use super::sources::Sources;
use super::words::{Page, pages};

/// The demonstration study as it was delivered.
pub struct Delivered {
    pub pages: Vec<Page>,
    pub store: Store,
    pub trace: Trace,
    pub sources: Sources,
}

/// `None` where `pdftotext` is not installed.
static DELIVERED: LazyLock<Option<Delivered>> = LazyLock::new(|| deliver(&root().join("config/demo")));

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Builds a study and reads what comes out of it.
pub fn deliver(folder: &Path) -> Option<Delivered> {
    let output = tempfile::tempdir().expect("a scratch folder");
    let build = Command::new(env!("CARGO_BIN_EXE_tracelock"))
        .arg("build")
        .arg(folder)
        .arg("--output")
        .arg(output.path())
        .output()
        .expect("tracelock runs");
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
    let run = output.path().join("demo/current");
    let read = |file: &str| fs::read_to_string(run.join(file)).expect("a file of the run");
    let results = read("restricted/results.json");
    let json: serde_json::Value = serde_json::from_str(&results).expect("results.json is JSON");
    let name = |field: &str| json[field].as_str().expect("a name").to_owned();
    let mut study = read("manifest.json") + &read("SHA256SUMS");
    for file in ["study.yaml", "data.yaml", "analysis.yaml", "report.yaml", "lock.yaml"] {
        study.push_str(&fs::read_to_string(folder.join(file)).expect("a file of the study"));
    }
    let rules = json["results"].as_array().expect("an array of results").iter().filter_map(|row| row["rule"].as_str());
    for rule in rules.collect::<BTreeSet<_>>() {
        study.push_str(rule);
        study.push('\n');
    }
    Some(Delivered {
        pages: pages(&run.join("restricted/csr.pdf"))?,
        store: Store::read(&results),
        trace: Trace::read(&run.join("restricted/trace.sqlite")),
        sources: Sources { run: name("run"), lock: name("lock"), study, program: Sources::program(root()) },
    })
}

/// The demonstration study; says so where it cannot be read.
pub fn delivered() -> Option<&'static Delivered> {
    if DELIVERED.is_none() {
        println!("skipped: `pdftotext` is not installed");
    }
    DELIVERED.as_ref()
}

/// Copies a study, to change the copy.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a copied file");
        }
    }
}
