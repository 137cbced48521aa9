//! What is wrong with a crossover as configured is said where it is written, one fault at a time.

use std::fs;
use std::path::Path;
use std::process::Command;

/// File, text that stands there once, what takes its place, code and words of the finding.
const FAULTS: [(&str, &str, &str, &str, &str); 11] = [
    ("analysis.yaml", "method: crossover", "method: t_test", "ANA-001", "takes groups without subjects in common"),
    (
        "analysis.yaml",
        "analysis_set: safety",
        "analysis_set: itt",
        "ANA-001",
        "needs an analysis set with `arm: treatment`",
    ),
    (
        "analysis.yaml",
        "      control: \"CASE ARM WHEN 'ab' THEN DOSE2DT ELSE DOSEDT END IS NOT NULL\"\n",
        "",
        "CFG-005",
        "does not say who received `control`",
    ),
    ("analysis.yaml", "      active: \"CASE", "      aktive: \"CASE", "CFG-003", "no treatment `aktive`"),
    ("analysis.yaml", "    arm: treatment", "    arm: actual", "CFG-005", "does not group by treatment"),
    (
        "analysis.yaml",
        "treatments: {active: PAINACT, control: PAINCON}",
        "treatments: {active: PAINACT}",
        "ANA-001",
        "has no value under `control`",
    ),
    ("analysis.yaml", "  treatment: AETRT\n", "", "CFG-005", "`safety` is by treatment"),
    (
        "analysis.yaml",
        "deaths: \"ENDSTAT = 'DIED'\"",
        "deaths: \"ENDSTAT = 'LOST'\"",
        "CFG-005",
        "by treatment and somebody died",
    ),
    ("analysis.yaml", "baseline:\n  set: itt", "baseline:\n  set: safety", "CFG-005", "baseline is described by arm"),
    ("data.yaml", "ELSE 'control' END", "ELSE 'water' END", "POP-005", "4 adverse events began under no treatment"),
    ("study.yaml", "ba: control}", "ba: kontrol}", "CFG-003", "unknown treatment `kontrol`"),
];

#[test]
fn faults_of_a_crossover_are_named() {
    let sound = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/studies/crossover");
    for (file, old, new, code, words) in FAULTS {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let study = scratch.path().join("crossover");
        fs::create_dir_all(study.join("data")).expect("a folder");
        for name in ["study.yaml", "data.yaml", "analysis.yaml", "report.yaml", "data/subjects.csv", "data/events.csv"]
        {
            let text = fs::read_to_string(sound.join(name)).expect("a file of the study");
            let text = if name == file {
                assert_eq!(text.matches(old).count(), 1, "`{old}` stands once in {file}");
                text.replacen(old, new, 1)
            } else {
                text
            };
            fs::write(study.join(name), text).expect("written");
        }
        let said = Command::new(env!("CARGO_BIN_EXE_tracelock"))
            .args(["--json", "build"])
            .arg(&study)
            .arg("--output")
            .arg(scratch.path().join("output"))
            .output()
            .expect("the program starts");
        assert!(!said.status.success(), "{words}");
        let found = String::from_utf8_lossy(&said.stdout).into_owned();
        let errors: Vec<serde_json::Value> = found
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .filter(|one: &serde_json::Value| one["severity"] == "error")
            .collect();
        let named = |one: &serde_json::Value| {
            one["code"] == code && one["message"].as_str().is_some_and(|message| message.contains(words))
        };
        assert!(errors.iter().any(named), "{code} {words}: {errors:?}");
    }
}
