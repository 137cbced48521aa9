//! What a study lacks is a category, a file less or a line to fill in the registries, never a refusal without need.

use crate::findings::findings;
use crate::small_study::{Cell, NAME, SmallStudy};

fn built(study: &SmallStudy) -> impl Fn(&str) -> Option<String> {
    let output = study.run(&["build", NAME, "--json"]);
    assert_eq!(output.status.code(), Some(0), "{:#?}", findings(&output));
    let public = study.root().join("output").join(NAME).join("current/public");
    move |name| std::fs::read_to_string(public.join(name)).ok()
}

#[test]
fn a_missing_sex_is_a_category() {
    let mut study = SmallStudy::built();
    study.replace("data.yaml", "codelist: sex, label: Sex, required: true", "codelist: sex, label: Sex");
    study.set_cell("SUBJECTS", "C3", Cell::Blank);
    let read = built(&study);
    assert!(read("ctgov-results.xml").is_some_and(|text| text.contains("Sex/Gender, Customized")));
    assert!(read("eudract-results.xml").is_some_and(|text| text.contains("Not recorded")));
}

#[test]
fn without_adverse_events_their_file_is_not_written() {
    let study = SmallStudy::new();
    let text = study.read("analysis.yaml");
    study.write("analysis.yaml", &text[..text.find("safety:").expect("the small study has adverse events")]);
    let read = built(&study);
    assert!(read("eudract-adverse-events.xml").is_none());
    assert!(read("eudract-results.xml").is_some() && read("ctgov-results.xml").is_some());
}
