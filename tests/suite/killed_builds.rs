//! Whole builds killed at random moments: `current` is always a complete run, and the next build mends everything.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tracelock::audit::run_folder::{SUMS, current, hash_files};

const KILLS: u32 = 50;

/// Starts a build of the study.
fn build(study: &Path, output: &Path) -> std::process::Child {
    Command::new(env!("CARGO_BIN_EXE_tracelock"))
        .arg("build")
        .arg(study)
        .arg("--output")
        .arg(output)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// Another build than all before: a comment of the configuration is part of what makes a run.
fn change(study: &Path, text: &str, n: u32) {
    fs::write(study.join("report.yaml"), format!("{text}\n# {n}\n")).expect("written");
}

/// Whether every file of the run is there and is what its list of hashes says.
fn is_whole(folder: &Path) -> bool {
    let sums = fs::read_to_string(folder.join(SUMS)).unwrap_or_default();
    let found = hash_files(folder).expect("readable");
    let listed: String = found.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect();
    found.iter().any(|(name, _)| name == "restricted/csr.pdf") && sums == listed
}

#[test]
fn fifty_killed_builds_leave_current_whole() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let study = scratch.path().join("demo");
    let output = scratch.path().join("output");
    super::determinism::copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config/demo"), &study);
    let text = fs::read_to_string(study.join("report.yaml")).expect("readable");
    let began = Instant::now();
    assert!(build(&study, &output).wait().expect("it ends").success());
    let whole_build = began.elapsed();
    let mut state = u64::from(std::process::id());
    let (mut finished, mut seen) = (0, BTreeSet::new());
    for kill in 0..KILLS {
        change(&study, &text, kill);
        // A linear congruential step; the moments lie between the start and a little after the end of a build.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        #[expect(clippy::cast_precision_loss, reason = "33 bits")]
        let share = (state >> 31) as f64 / (1u64 << 33) as f64;
        let mut child = build(&study, &output);
        std::thread::sleep(Duration::from_secs_f64(1.15 * share * whole_build.as_secs_f64()));
        finished += u32::from(matches!(child.try_wait(), Ok(Some(_))));
        child.kill().expect("killed or gone");
        child.wait().expect("gone");
        let folder = current(&output.join("demo")).expect("there is always a current run");
        assert!(is_whole(&folder), "kill {kill} at {share:.3} of a build: {} is not whole", folder.display());
        seen.insert(fs::canonicalize(folder).expect("a folder"));
    }
    println!(
        "{KILLS} builds: {} killed at work, {finished} had ended; current was {} runs",
        KILLS - finished,
        seen.len()
    );
    assert!(finished < KILLS / 2, "most were killed at work");
    change(&study, &text, KILLS);
    assert!(build(&study, &output).wait().expect("it ends").success());
    let last = fs::canonicalize(current(&output.join("demo")).expect("a run")).expect("a folder");
    assert!(is_whole(&last) && !seen.contains(&last));
    let left: Vec<String> = [output.join("demo"), output.join("demo/runs")]
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("readable").flatten())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(".tmp") || name.starts_with(".current"))
        .collect();
    assert_eq!(left, [""; 0], "the next build sweeps what killed ones left");
}
