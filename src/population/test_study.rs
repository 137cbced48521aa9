//! A study of a handful of subjects for tests: two text files, four configuration files, read like any other.

use std::fs;

use crate::base::diagnostic::{Diagnostics, Severity};
use crate::data::{self, Engine};
use crate::results::{ResultKey, ResultStore, ResultValue};
use crate::spec::{self, Spec};

const STUDY: &str = "
version: 1
titles: {public: Small study, official: A small study}
protocol: {code: SMALL-1}
registrations: {}
sponsor:
  organisation: Sponsor
  address: {street: Street 1, town: Town, country: Germany}
  scientific_contact: {name: Trial office}
  public_contact: {name: Trial office}
indication: Condition
phase: '2'
design: {model: parallel, purpose: treatment, allocation: randomised, masking: {level: open}, control: placebo, framework: superiority}
arms:
  a: {label: Active, title: Active, description: Active treatment, type: experimental}
  b: {label: Placebo, title: Placebo, description: Placebo, type: placebo_comparator}
epochs: {overall: {title: Overall Study}}
countries: [{name: Germany, sites: 1}]
planned_number: 4
eligibility: {inclusion: [Adult], exclusion: []}
objectives: {primary: To see}
dates: {}
conduct: {ethics_committees: [], data_monitoring_committee: false, protection_of_subjects: As usual}
adverse_events: {time_frame: 28 days, assessment: systematic}
registry:
  prs_organisation: Sponsor
  point_of_contact: {name: Trial office}
  agreements: {investigators_are_employees: true}
";

const DATA: &str = "
version: 1
sources:
  subjects: {files: [subjects.csv]}
  events: {files: [events.csv]}
subject: {dataset: DM, key: [USUBJID], arm: {planned: ARM, actual: ACTARM}}
datasets:
  DM:
    source: subjects
    variables:
      USUBJID: {column: USUBJID}
      ARM: {column: ARM}
      ACTARM: {column: ACTARM}
      RAND: {column: RAND}
      TRT: {column: TRT}
      ENDED: {column: ENDED}
      DIED: {column: DIED}
      AGE: {column: AGE, type: integer, unit: years}
      SEX: {column: SEX}
  AE:
    source: events
    variables:
      USUBJID: {column: USUBJID}
      AETERM: {column: AETERM}
      AEDECOD: {column: AEDECOD}
      AESOC: {column: AESOC}
      TE: {column: TE}
      SER: {column: SER}
      REL: {column: REL}
      OUT: {column: OUT}
";

const REPORT: &str = "{version: 1, displays: [], report_date: '2021-01-01', registries: {frequency_threshold: 5}}";

/// The analysis of the small study; tests replace parts of it.
pub const ANALYSIS: &str = "
version: 1
analysis_sets:
  itt:
    label: Intention to treat
    arm: planned
    criteria: [{id: randomised, label: Randomised, where: RAND = 'Y'}]
  saf:
    label: Safety set
    arm: actual
    criteria:
      - {id: randomised, label: Randomised, where: RAND = 'Y'}
      - {id: treated, label: Treated, where: TRT = 'Y'}
flow:
  randomised: RAND = 'Y'
  received: coalesce(TRT, 'N') = 'Y'
  follow_up_end:
    - {id: completed, label: Completed, category: completed, where: ENDED = 'DONE'}
    - {id: died, label: Died, category: died, where: ENDED = 'DIED'}
    - {id: lost, label: Lost to follow-up, category: lost, where: ENDED = 'LOST'}
  analysed: main
baseline:
  set: itt
  variables:
    - {variable: AGE, kind: continuous, registry: age}
    - {variable: SEX, kind: categorical, levels: {F: Female, M: Male, U: Unknown}, test: fisher}
endpoints: {}
disposition:
  - id: end
    label: End of study
    set: itt
    categories:
      - {id: completed, label: Completed, where: ENDED = 'DONE'}
      - {id: left, label: Left, where: ENDED <> 'DONE'}
    test: [completed]
safety:
  dataset: AE
  set: saf
  where: TE = 'Y'
  definition: Emergent events
  verbatim: AETERM
  term: AEDECOD
  soc: AESOC
  serious: SER = 'Y'
  related: REL = 'Y'
  fatal: OUT = 'FATAL'
  deaths: DIED = 'Y'
  dictionary: {name: MedDRA, version: '24.0'}
";

/// Four randomised subjects, one of them never treated, and a screening failure.
pub const SUBJECTS: &str = "\
USUBJID,ARM,ACTARM,RAND,TRT,ENDED,DIED,AGE,SEX
S1,a,a,Y,Y,DONE,N,30,F
S2,a,a,Y,Y,DIED,Y,70,M
S3,b,b,Y,Y,LOST,N,18,F
S4,b,,Y,N,DONE,N,85,
S5,,,N,,,N,40,F
";

/// Events of S1 to S3; S2 has a fatal one, one of S3 began before treatment.
pub const EVENTS: &str = "\
USUBJID,AETERM,AEDECOD,AESOC,TE,SER,REL,OUT
S1,rash,Rash,Skin,Y,N,Y,RECOVERED
S1,itch,Pruritus,Skin,Y,N,N,RECOVERED
S2,heart attack,Infarction,Cardiac,Y,Y,N,FATAL
S3,cough,Cough,Chest,N,N,N,RECOVERED
";

/// Reads the small study with these texts.
pub fn open(subjects: &str, events: &str, analysis: &str) -> (Spec, Engine, Diagnostics) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let texts = [
        ("study.yaml", STUDY),
        ("data.yaml", DATA),
        ("analysis.yaml", analysis),
        ("report.yaml", REPORT),
        ("subjects.csv", subjects),
        ("events.csv", events),
    ];
    for (name, text) in texts {
        fs::write(folder.path().join(name), text).expect("a file is written");
    }
    let mut sink = Diagnostics::new();
    let spec = spec::load(folder.path(), &mut sink);
    let spec = spec.unwrap_or_else(|_| panic!("{:#?}", sink.all()));
    let engine = data::build(&spec, &|file| folder.path().join(file), &mut sink);
    let engine = engine.unwrap_or_else(|_| panic!("{:#?}", sink.all()));
    (spec, engine, sink)
}

/// The errors of one code: message and what is said at each label.
pub fn errors(sink: &Diagnostics, code: &str) -> Vec<(String, Vec<String>)> {
    let wanted = sink.all().iter().filter(|found| found.severity == Severity::Error && found.code.id == code);
    wanted.map(|found| (found.message.clone(), found.labels.iter().map(|(_, text)| text.clone()).collect())).collect()
}

/// The value at a key in text form.
pub fn value(store: &ResultStore, key: &str) -> Option<ResultValue> {
    store.get(&ResultKey::parse(key).expect("a key")).map(|result| result.value.clone())
}

/// Asserts counts by key.
pub fn assert_counts(store: &ResultStore, expected: &[(&str, u64)]) {
    for (key, n) in expected {
        assert_eq!(value(store, key), Some(ResultValue::Count(*n)), "{key}");
    }
}
