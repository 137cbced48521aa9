//! Same inputs, same bytes: whatever the time zone, locale, threads, path and working directory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

/// Run id and files of a run.
type Run = (String, BTreeMap<String, Vec<u8>>);

/// The demo study built as it lies in the source tree.
static AS_SHIPPED: LazyLock<Run> = LazyLock::new(|| {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let environment = [("TZ", "UTC"), ("LC_ALL", "C"), ("USER", "one"), ("NO_COLOR", "1")];
    build(Path::new("config/demo"), scratch.path(), root(), &environment)
});

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Copies a study folder; what `lock` keeps beside it is not part of it.
pub(super) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to.join(name));
        } else {
            fs::copy(entry.path(), to.join(name)).expect("a copy");
        }
    }
}

/// Names and bytes of all files below a folder.
fn read_all(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read_all(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(entry.path()).expect("readable"));
        }
    }
}

/// Builds a study below `output` and returns run id and files.
fn build(study: &Path, output: &Path, folder: &Path, environment: &[(&str, &str)]) -> Run {
    let ran = Command::new(env!("CARGO_BIN_EXE_tracelock"))
        .arg("build")
        .arg(study)
        .arg("--output")
        .arg(output)
        .current_dir(folder)
        .envs(environment.iter().copied())
        .output()
        .expect("the program starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let runs = output.join("demo/runs");
    let ids: Vec<String> = fs::read_dir(&runs)
        .expect("runs")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    let [id] = ids.as_slice() else { panic!("one run, not {ids:?}") };
    let mut files = BTreeMap::new();
    read_all(&runs.join(id), "", &mut files);
    (id.clone(), files)
}

/// Where two files differ first, with a little around it.
fn first_difference(a: &[u8], b: &[u8]) -> String {
    let at = a.iter().zip(b).position(|(x, y)| x != y).unwrap_or(a.len().min(b.len()));
    let around = |bytes: &[u8]| {
        let end = bytes.len().min(at + 40);
        String::from_utf8_lossy(&bytes[at.saturating_sub(40).min(end)..end]).into_owned()
    };
    format!("at byte {at}: {:?} and {:?}", around(a), around(b))
}

#[test]
fn the_demo_gives_the_same_bytes_anywhere() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let elsewhere = scratch.path().join("élsewhere with blanks");
    copy_folder(&root().join("config/demo"), &elsewhere.join("studies/demo"));
    let (second_id, second) = build(
        &elsewhere.join("studies/demo"),
        &elsewhere.join("output"),
        scratch.path(),
        &[
            ("TZ", "Pacific/Kiritimati"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("LANG", "tr_TR.UTF-8"),
            ("RAYON_NUM_THREADS", "1"),
            ("USER", "two"),
            ("SOURCE_DATE_EPOCH", "1"),
        ],
    );
    let (first_id, first) = &*AS_SHIPPED;
    assert_eq!(*first_id, second_id);
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for expected in ["SHA256SUMS", "manifest.json", "restricted/csr.pdf", "restricted/trace.sqlite"] {
        assert!(first.contains_key(expected), "{expected} is compared");
    }
    for (name, bytes) in first {
        let other = &second[name];
        assert!(bytes == other, "{name} differs {}", first_difference(bytes, other));
        let text = String::from_utf8_lossy(bytes);
        for place in [scratch.path(), root()] {
            assert!(!text.contains(&*place.to_string_lossy()), "{name} names a path of this computer");
        }
    }
}

#[test]
fn a_changed_title_gives_another_run_and_the_same_numbers() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let study = scratch.path().join("demo");
    copy_folder(&root().join("config/demo"), &study);
    let report = study.join("report.yaml");
    let text = fs::read_to_string(&report).expect("report.yaml");
    let changed = text.replacen("title: Participant flow", "title: Flow of participants", 1);
    assert_ne!(text, changed, "the demo has a flow diagram");
    fs::write(&report, changed).expect("written");
    let (second_id, second) = build(&study, &scratch.path().join("output"), scratch.path(), &[]);
    let (first_id, first) = &*AS_SHIPPED;
    assert_ne!(*first_id, second_id);
    assert_ne!(first["public/consort.pdf"], second["public/consort.pdf"]);
    let table = "public/tables/table-14-2-1.csv";
    assert_eq!(first[table], second[table]);
}
