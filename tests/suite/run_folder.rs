//! Run folders: whole or not there at all, whatever moment the program is killed at.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tracelock::audit::manifest::{Identity, Kind};
use tracelock::audit::run_folder::{FinishedRun, MANIFEST, RunFolder, SUMS, current, hash_files};
use tracelock::audit::run_log::{self, LogEntry, RUN_LOG};

/// Tells the test, run again as a child, where to write.
const CHILD: &str = "TRACELOCK_TEST_RUN_FOLDER";
/// Files of a test run; enough to be killed between them.
const FILES: usize = 40;

fn identity(n: u64) -> Identity {
    let mut identity = Identity::new("demo", Some("0123456789ab"));
    identity.text(Kind::Input, "data.csv", &n.to_string());
    identity
}

fn write_run(root: &Path, n: u64) -> FinishedRun {
    let identity = identity(n);
    let folder = RunFolder::create(root, "demo", &identity.run_id()).expect("a run folder");
    for file in 0..FILES {
        let text = format!("run {n} file {file}\n").repeat(50);
        folder.write(&format!("restricted/part-{file}.txt"), text.as_bytes()).expect("written");
    }
    let run = folder.finish(&identity).expect("finished");
    run.switch().expect("switched");
    run
}

/// Whether the folder holds exactly what its file of hashes says.
fn is_whole(folder: &Path) -> bool {
    let Ok(sums) = fs::read_to_string(folder.join(SUMS)) else { return false };
    let found = hash_files(folder).expect("readable");
    found.len() == FILES + 1 && sums == found.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect::<String>()
}

fn leftovers(output: &Path) -> Vec<String> {
    let names = |folder: &Path| -> Vec<String> {
        let entries = fs::read_dir(folder).expect("readable").flatten();
        entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect()
    };
    let mut left: Vec<String> =
        names(&output.join("runs")).into_iter().filter(|name| name.starts_with(".tmp")).collect();
    left.extend(names(output).into_iter().filter(|name| name.starts_with(".current")));
    left
}

#[test]
fn killed_runs_leave_current_whole() {
    if let Some(root) = std::env::var_os(CHILD) {
        for n in 0.. {
            write_run(Path::new(&root), n + u64::from(std::process::id()) * 1_000_000);
        }
    }
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let output = scratch.path().join("demo");
    write_run(scratch.path(), 0);
    let this = module_path!().split_once("::").map_or("", |(_, path)| path);
    let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
    for kill in 0..50u64 {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args([&format!("{this}::killed_runs_leave_current_whole"), "--exact", "--nocapture", "--test-threads=1"])
            .env(CHILD, scratch.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the test runs itself");
        // Moments spread over start, writing, renaming and switching; 37 is prime to 50.
        std::thread::sleep(Duration::from_millis(5 + (kill * 37) % 50));
        child.kill().expect("killed");
        child.wait().expect("gone");
        let folder = current(&output).expect("there is always a current run");
        assert!(is_whole(&folder), "kill {kill}: {} is not whole", folder.display());
        seen.insert(fs::canonicalize(folder).expect("a folder"));
    }
    assert!(seen.len() > 1, "the children got as far as switching");
    let last = write_run(scratch.path(), 1);
    assert_eq!(leftovers(&output), [""; 0], "the next run sweeps what killed ones left");
    assert_eq!(
        fs::canonicalize(current(&output).expect("current")).expect("a folder"),
        fs::canonicalize(&last.folder).expect("a folder")
    );
    for entry in fs::read_dir(output.join("runs")).expect("readable").flatten().filter(|e| e.path().is_dir()) {
        assert!(is_whole(&entry.path()), "a folder with a run's name is whole");
    }
}

#[test]
fn the_same_run_is_kept_and_another_of_its_id_refused() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let first = write_run(scratch.path(), 7);
    assert!(!first.existed);
    let again = write_run(scratch.path(), 7);
    assert!(again.existed);
    assert_eq!((first.id, &first.folder, first.files), (again.id, &again.folder, again.files));

    fs::write(again.folder.join("restricted/part-3.txt"), "changed by hand").expect("written");
    let identity = identity(7);
    let folder = RunFolder::create(scratch.path(), "demo", &identity.run_id()).expect("a run folder");
    for file in 0..FILES {
        let text = format!("run 7 file {file}\n").repeat(50);
        folder.write(&format!("restricted/part-{file}.txt"), text.as_bytes()).expect("written");
    }
    let error = folder.finish(&identity).expect_err("the folder was changed");
    assert!(error.message.contains("`restricted/part-3.txt` differs"), "{error}");
    assert_eq!(leftovers(&scratch.path().join("demo")), [""; 0]);
}

#[test]
fn a_run_that_stops_leaves_nothing() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = RunFolder::create(scratch.path(), "demo", "0011").expect("a run folder");
    folder.write("public/a.xml", b"<a/>").expect("written");
    assert_eq!(folder.public_files().expect("readable"), [("public/a.xml".to_owned(), b"<a/>".to_vec())]);
    let twice = RunFolder::create(scratch.path(), "demo", "0011");
    assert!(twice.is_err(), "one process writes a run once at a time");
    drop(folder);
    assert_eq!(leftovers(&scratch.path().join("demo")), [""; 0]);
    assert_eq!(current(&scratch.path().join("demo")), None);
}

#[test]
fn a_run_at_work_is_not_swept() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let slow = RunFolder::create(scratch.path(), "demo", &identity(1).run_id()).expect("a run folder");
    slow.write("a.txt", b"1").expect("written");
    write_run(scratch.path(), 2);
    let run = slow.finish(&identity(1)).expect("its files are still there");
    assert_eq!(run.files, ["a.txt", MANIFEST]);
}

#[test]
fn hashes_are_checked_by_sha256sum() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let run = write_run(scratch.path(), 3);
    let checked = Command::new("sha256sum").args(["-c", "--strict", "--quiet", SUMS]).current_dir(&run.folder).output();
    match checked {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        // Where the tool is missing, the same is computed here.
        Err(_) => assert!(is_whole(&run.folder)),
    }
}

#[test]
fn the_log_only_grows() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let entry = |utc| LogEntry {
        utc,
        user: "a \"quoted\" name",
        command: "build demo",
        run_id: Some("0011"),
        lock_id: None,
        outcome: "complete",
        errors: 0,
        warnings: 2,
    };
    run_log::append(scratch.path(), &entry("2026-01-31T09:30:00Z")).expect("appended");
    let first = fs::read_to_string(scratch.path().join(RUN_LOG)).expect("readable");
    run_log::append(scratch.path(), &entry("2026-01-31T09:31:00Z")).expect("appended");
    let both = fs::read_to_string(scratch.path().join(RUN_LOG)).expect("readable");
    assert!(both.starts_with(&first));
    let lines: Vec<serde_json::Value> = both.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["utc"], "2026-01-31T09:31:00Z");
    assert_eq!(lines[1]["user"], "a \"quoted\" name");
    assert_eq!(lines[1]["run_id"], "0011");
    assert!(lines[1]["lock_id"].is_null());
}
