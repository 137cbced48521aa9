//! How findings look: excerpts, marks, folding, masking, JSON.

use std::sync::Arc;

use tracelock::base::cell::{CellAddress, CellPlace};
use tracelock::base::codes::{CFG_003, DAT_004, DAT_012, POP_003};
use tracelock::base::diagnostic::{Diagnostics, Place, TextSource};
use tracelock::cli::{Drawing, Look, draw};

const FULL: Look = Look { drawing: Drawing::Full, colour: false, all: false, mask: false };

fn yaml() -> Arc<TextSource> {
    let text = "analysis_sets:\n  SAF:\n    label: Safety\nendpoints:\n  pf:\n    estimand: {analysis_set: SAFE}\n";
    Arc::new(TextSource { name: "config/demo/analysis.yaml".to_owned(), text: text.to_owned() })
}

fn at(source: &Arc<TextSource>, line: usize, column: usize, length: usize) -> Place {
    Place::Text { source: source.clone(), line, column, length }
}

fn cell(row: u32) -> Place {
    Place::Cell(CellPlace { file: "dm.xlsx".into(), sheet: "DM".into(), address: CellAddress::new(row, 3) })
}

fn check(sink: &Diagnostics, look: &Look, expected: &str) {
    assert_eq!(draw(sink.all(), look), expected);
}

#[test]
fn a_configured_value_is_shown_in_its_line() {
    let source = yaml();
    let mut sink = Diagnostics::new();
    sink.error(&CFG_003, at(&source, 6, 30, 4), "`SAFE` is no analysis set")
        .label(at(&source, 2, 3, 3), "analysis sets are declared here")
        .label(cell(4), "this subject")
        .hint("did you mean `SAF`?");
    let expected = "\
error[CFG-003]: `SAFE` is no analysis set
  --> config/demo/analysis.yaml:6:30
2 |   SAF:
  |   --- analysis sets are declared here
 ...
6 |     estimand: {analysis_set: SAFE}
  |                              ^^^^
  ::: dm.xlsx ▸ DM!D5: this subject
hint: did you mean `SAF`?

";
    check(&sink, &FULL, expected);
    check(
        &sink,
        &Look { drawing: Drawing::Short, ..FULL },
        "config/demo/analysis.yaml:6:30: error[CFG-003]: `SAFE` is no analysis set\n",
    );
}

#[test]
fn places_beyond_the_text_and_long_lines_are_drawn() {
    let long = format!("{}where: {}\n", " ".repeat(150), "x".repeat(300));
    let source = Arc::new(TextSource { name: "a.yaml".to_owned(), text: long });
    let mut sink = Diagnostics::new();
    sink.warning(&DAT_012, at(&source, 1, 158, 300), "never true");
    sink.warning(&DAT_012, at(&source, 9, 1, 1), "elsewhere");
    let shown = format!("{}where: {}", " ".repeat(33), "x".repeat(80));
    let expected = format!(
        "warning[DAT-012]: never true\n  --> a.yaml:1:158\n1 | {shown}\n  | {}{}\n\n\
         warning[DAT-012]: elsewhere\n  --> a.yaml:9:1\n\n",
        " ".repeat(40),
        "^".repeat(80)
    );
    check(&sink, &FULL, &expected);
}

#[test]
fn many_alike_are_folded() {
    let mut sink = Diagnostics::new();
    for row in 0..13 {
        sink.error(&DAT_004, cell(row), format!("AGE is not a number: `{row}I`")).hint(format!("subject EX-{row}"));
    }
    sink.error(&DAT_004, cell(99), "HEIGHT is not a number: `tall`");
    let short = Look { drawing: Drawing::Short, ..FULL };
    let text = draw(sink.all(), &short);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 12);
    assert_eq!(lines[0], "dm.xlsx:DM!D1: error[DAT-004]: AGE is not a number: `0I`");
    assert_eq!(lines[10], "and 3 more DAT-004 like this; `--all` shows them");
    assert_eq!(lines[11], "dm.xlsx:DM!D100: error[DAT-004]: HEIGHT is not a number: `tall`");
    assert_eq!(draw(sink.all(), &Look { all: true, ..short }).lines().count(), 14);
    assert_eq!(draw(sink.all(), &Look { drawing: Drawing::Json, ..FULL }).lines().count(), 14, "JSON is never folded");
}

#[test]
fn values_and_subjects_are_masked_where_findings_speak_of_data() {
    let mut sink = Diagnostics::new();
    sink.error(&DAT_004, cell(4), "AGE is not a number: `6I`").hint("subject EX-301-002; see the source");
    sink.error(&POP_003, at(&yaml(), 2, 3, 3), "subjects EX-301-002 and EX-301-003 end twice");
    sink.error(&CFG_003, at(&yaml(), 6, 30, 4), "`SAFE` is no analysis set");
    let text = draw(sink.all(), &Look { mask: true, ..FULL });
    assert!(!text.contains("6I") && !text.contains("EX-301"), "{text}");
    assert!(
        text.contains("AGE is not a number: `***`") && text.contains("hint: subject ***; see the source"),
        "{text}"
    );
    assert!(text.contains("subjects *** and *** end twice"), "{text}");
    assert!(text.contains("`SAFE` is no analysis set"), "names of the configuration are no data: {text}");
}

#[test]
fn json_is_stable() {
    let source = yaml();
    let mut sink = Diagnostics::new();
    sink.error(&CFG_003, at(&source, 6, 30, 4), "`SAFE` is no analysis set").label(cell(4), "here").hint("a hint");
    sink.note(&DAT_012, Place::Nowhere, "x");
    let expected = concat!(
        r#"{"type":"finding","code":"CFG-003","severity":"error","message":"`SAFE` is no analysis set","#,
        r#""place":{"kind":"text","file":"config/demo/analysis.yaml","line":6,"column":30,"length":4},"#,
        r#""labels":[{"place":{"kind":"cell","file":"dm.xlsx","sheet":"DM","cell":"D5"},"text":"here"}],"hints":["a hint"]}"#,
        "\n",
        r#"{"type":"finding","code":"DAT-012","severity":"note","message":"x","place":null,"labels":[],"hints":[]}"#,
        "\n"
    );
    check(&sink, &Look { drawing: Drawing::Json, ..FULL }, expected);
}

#[test]
fn colour_only_adds_escapes() {
    let mut sink = Diagnostics::new();
    sink.error(&CFG_003, at(&yaml(), 6, 30, 4), "`SAFE` is no analysis set").hint("a hint");
    let coloured = draw(sink.all(), &Look { colour: true, ..FULL });
    assert!(coloured.contains("\u{1b}[1;31m"));
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain.push_str(rest);
    check(&sink, &FULL, &plain);
}
