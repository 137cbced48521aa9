//! Pre-flight on records that registries published: nothing they accepted is an error, and each fault has one code.

use std::path::Path;

use tracelock::base::diagnostic::{Diagnostics, Severity};
use tracelock::report::registry::preflight::{self, Asked};
use tracelock::report::registry::read::{self, Format};
use tracelock::report::registry::{Figure, RegistryRecord, Text};
use tracelock::results::ResultStore;
use tracelock::spec::registry_terms::RegistryTerms;

/// Codes of errors and warnings.
fn codes(record: &RegistryRecord, asked: Asked, least: Severity) -> Vec<String> {
    let mut sink = Diagnostics::new();
    preflight::check(record, &RegistryTerms::built_in(), &ResultStore::new(), asked, &mut sink);
    let grave = sink.all().iter().filter(|finding| finding.severity >= least);
    grave.map(|finding| format!("{} {}", finding.code.id, finding.message)).collect()
}

fn posted(name: &str) -> Option<(RegistryRecord, Asked)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/registries/posted").join(name);
    if !path.exists() {
        eprintln!("skipped: {name} is not here");
        return None;
    }
    let (format, import) =
        read::file(&path.display().to_string(), std::fs::read(&path).expect("the file"), &mut Diagnostics::new())
            .expect("a posted record is read");
    let asked = match format {
        Format::Eudract | Format::EudractEvents => Asked::eudract(),
        _ => Asked::ctgov(),
    };
    Some((import.record, asked))
}

#[test]
fn posted_records_have_no_errors() {
    for name in [
        "ctgov_NCT00567567_apiv2.json",
        "ctgov_NCT02305381_sustain5_public.xml",
        "ctgov_NCT03275402_apiv2.json",
        "eudract_2013-004502-26_sustain5.xml",
        "eudract_2016-004489-24.xml",
    ] {
        let Some((record, asked)) = posted(name) else { continue };
        assert_eq!(codes(&record, asked, Severity::Error), Vec::<String>::new(), "{name}");
    }
}

/// One change of a posted record, and the code it must give besides those the record had.
type Fault = (&'static str, fn(&mut RegistryRecord));

const FAULTS: &[Fault] = &[
    ("REG-001", |r| r.trial.main_objective = None),
    ("REG-002", |r| r.identification.eudract = Some(Text::of("2013-4502-26"))),
    ("REG-008", |r| r.trial.recruitment_start = Some(Text::of("2035-01-01"))),
    ("REG-016", |r| r.flow.groups[1].title = r.flow.groups[0].title.clone()),
    ("REG-031", |r| r.outcomes[0].measure.title = Text::of("Efficacy")),
    ("REG-032", |r| r.outcomes[0].time_frame = Some(Text::of("30"))),
    ("REG-053", |r| r.outcomes[0].analyses[0].p = Some(Figure::Printed("1.2".to_owned()))),
    ("REG-068", |r| r.adverse_events.as_mut().expect("events").threshold = Some(Text::of("7"))),
];

#[test]
fn a_fault_in_a_posted_record_gives_its_code() {
    let Some((clean, asked)) = posted("eudract_2013-004502-26_sustain5.xml") else { return };
    let before = codes(&clean, asked, Severity::Warning);
    for (code, plant) in FAULTS {
        let mut record = clean.clone();
        plant(&mut record);
        let found = codes(&record, asked, Severity::Warning);
        let new: Vec<&String> = found.iter().filter(|finding| !before.contains(finding)).collect();
        // A group that has another's title has another title than in the next module.
        let follows = |finding: &String| *code == "REG-016" && finding.starts_with("REG-015");
        let planted = new.iter().filter(|finding| finding.starts_with(code)).count();
        assert!(planted > 0, "{code}: {new:?}");
        assert!(new.iter().all(|finding| finding.starts_with(code) || follows(finding)), "{code}: {new:?}");
    }
}
