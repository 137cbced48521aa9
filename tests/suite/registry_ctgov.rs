//! ClinicalTrials.gov's files: read, written, read again; merged into a download; uploaded in part.

#[path = "registry_ctgov/files.rs"]
mod files;
#[path = "registry_ctgov/not_carried.rs"]
mod not_carried;
#[path = "registry_ctgov/pieces.rs"]
mod pieces;
#[path = "registry_ctgov/sustain.rs"]
mod sustain;
#[path = "registry_ctgov/synthetic.rs"]
mod synthetic;

use tracelock::base::diagnostic::{Diagnostics, Severity};
use tracelock::render::ctgov_merge::merge;
use tracelock::render::xml::Submission;
use tracelock::report::registry::{Measure, RegistryRecord, Text};

use files::{differences, export, import, posted, shared, validate};
use not_carried::NOT_CARRIED;

const POSTED: [&str; 3] =
    ["ctgov_NCT00567567_apiv2.json", "ctgov_NCT03275402_apiv2.json", "ctgov_NCT02305381_sustain5_public.xml"];

/// Of the posted records, everything that is not derived by the registry is understood.
#[test]
fn posted_records_are_understood_to_the_last_leaf() {
    for name in POSTED {
        let Some(text) = posted(name) else { continue };
        let import = import(name, &text);
        let derived: usize = import.coverage.derived().map(|(_, count)| count).sum();
        println!(
            "{name}: {} of {} leaves and attributes understood; {derived} derived by the registry:",
            import.coverage.understood, import.coverage.present
        );
        for (path, count) in import.coverage.derived() {
            println!("    {count} {path}");
        }
        let missed: Vec<_> = import.coverage.missed().collect();
        assert!(missed.is_empty(), "{name}: {missed:#?}");
        assert!(import.coverage.present > 1000 || name.contains("NCT03275402"), "{name}");
    }
}

/// Numbers of the posted files, read off them by eye.
#[test]
fn posted_numbers_stand_where_they_belong() {
    let Some(text) = posted(POSTED[2]) else { return };
    let record = import(POSTED[2], &text).record;
    assert_eq!(record.identification.eudract, Some(Text::of("2013-004502-26")));
    let primary = &record.outcomes[0];
    let cell = |measure: &Measure, at: usize| measure.rows[0].categories[0].cells[at].clone().unwrap();
    let printed = |figure: &Option<tracelock::report::registry::Figure>| serde_json::to_value(figure).unwrap();
    assert_eq!(printed(&cell(&primary.measure, 1).value), "-1.85");
    assert_eq!(printed(&cell(&primary.measure, 2).spread), "0.09");
    assert_eq!(primary.analyses[0].groups, [1, 2]);
    assert_eq!(printed(&primary.analyses[0].estimate), "-1.75");
    let events = record.adverse_events.unwrap();
    // Without the row of totals that the register adds.
    assert_eq!((events.serious.len(), events.non_serious.len()), (37, 8));
    assert_eq!(printed(&events.groups[1].serious), "12");
    assert_eq!(printed(&record.baseline.unwrap().total.unwrap().subjects), "396");
}

/// Import, export, import: the same record, but for what one list names.
#[test]
fn posted_records_come_back_from_prs() {
    for name in POSTED {
        let Some(text) = posted(name) else { continue };
        let mut before = import(name, &text).record;
        let exported = export(Submission::CtgovResults, &before);
        validate(&exported);
        let again = import("export.xml", &exported);
        assert!(again.coverage.is_complete(), "{name}: {:#?}", again.coverage.missed().collect::<Vec<_>>());
        let mut after = again.record;
        println!("{name}: fields that PRS XML does not carry:");
        for field in NOT_CARRIED {
            let (was, is) = ((field.get)(&before), (field.get)(&after));
            if was != is {
                println!("    {}: {}", field.what, field.why);
            }
            assert!((field.agrees)(&was, &is), "{name}: {}: {was} became {is}", field.what);
            (field.clear)(&mut before);
            (field.clear)(&mut after);
        }
        assert_eq!(differences(&before, &after), Vec::<String>::new(), "{name}");
        assert_eq!(before, after, "{name}");
    }
}

/// Hand-made records are valid and come back whole.
#[test]
fn synthetic_records_are_valid_and_come_back() {
    for (name, record) in synthetic::all() {
        let exported = export(Submission::CtgovResults, &record);
        validate(&exported);
        let again = import("export.xml", &exported);
        assert!(again.coverage.is_complete(), "{name}: {:#?}", again.coverage.missed().collect::<Vec<_>>());
        assert_eq!(differences(&record, &again.record), Vec::<String>::new(), "{name}");
        assert_eq!(record, again.record, "{name}");
    }
}

/// Only the results, and marked so at both places that the schema's comments name.
#[test]
fn a_partial_upload_has_the_results_only() {
    let record = synthetic::all().remove(0).1;
    let exported = export(Submission::CtgovPartial, &record);
    validate(&exported);
    assert!(exported.contains("<clinical_study partial_upload=\"true\">"));
    assert!(exported.contains("<rrs:result partialUpload=\"true\">"));
    assert!(!exported.contains("brief_title"), "a tag that is included replaces that of the record");
    let again = import("export.xml", &exported).record;
    assert_eq!(results_of(&again), results_of(&record));
    assert_eq!(again.identification.protocol_code, record.identification.protocol_code);
}

/// The schema asks for `outcomeMeasures`; whether PRS takes the empty one as an order to delete is not known.
#[test]
fn a_partial_upload_without_outcomes_warns() {
    let mut record = synthetic::all().remove(0).1;
    record.outcomes.clear();
    let mut sink = Diagnostics::new();
    let exported = files::export_with(Submission::CtgovPartial, &record, &mut sink);
    validate(&exported);
    let warned = |problem: &tracelock::base::diagnostic::Diagnostic| {
        problem.severity == Severity::Warning && problem.message.contains("no outcome measures")
    };
    assert_eq!(sink.all().iter().filter(|problem| warned(problem)).count(), 1);
}

/// The results part of a record.
fn results_of(record: &RegistryRecord) -> RegistryRecord {
    RegistryRecord {
        flow: record.flow.clone(),
        baseline: record.baseline.clone(),
        outcomes: record.outcomes.clone(),
        adverse_events: record.adverse_events.clone(),
        more: tracelock::report::registry::MoreInformation { references: Vec::new(), ..record.more.clone() },
        ..RegistryRecord::default()
    }
}

/// Merges a record's results into a download; every byte outside the results must stay.
fn merged(download: &str, record: &RegistryRecord) -> String {
    let mut sink = Diagnostics::new();
    let exported = export(Submission::CtgovResults, record);
    let merged = merge("download.xml", download, &exported, &mut sink);
    let messages: Vec<_> = sink.all().iter().map(|problem| problem.message.clone()).collect();
    let merged = merged.unwrap_or_else(|_| panic!("{messages:?}"));
    validate(&merged);
    merged
}

/// What stands before and after the results.
fn around(text: &str) -> (&str, &str) {
    let start = text.find("<rrs:result").unwrap();
    let end = text.rfind("</rrs:result>").unwrap() + "</rrs:result>".len();
    (&text[..start], &text[end..])
}

#[test]
fn merging_keeps_every_byte_of_the_protocol() {
    let mut record = synthetic::all().remove(0).1;
    let own = export(Submission::CtgovResults, &record);
    // As people and other programs write: comments, character data, other line ends, attributes in other quotes.
    let download = own
        .replace("<brief_title>", "<!-- kept -->\r\n    <brief_title><![CDATA[A & B: ]]>")
        .replace("<org_name>", "<org_name  >")
        .replacen("encoding=\"UTF-8\"", "encoding='UTF-8'", 1);
    record.outcomes[0].measure.title = Text::of("Another title");
    let result = merged(&download, &record);
    assert_eq!(around(&result), around(&download));
    assert_eq!(results_of(&import("merged.xml", &result).record), results_of(&record));

    // Without results they go after the protocol, before a delayed posting.
    let (before, after) = around(&download);
    let delayed =
        "<rrs:resultDisposition><disposition><applicationApprovalDetails/></disposition></rrs:resultDisposition>";
    for empty in [format!("{}{after}", before.trim_end()), format!("{}\n{delayed}{after}", before.trim_end())] {
        let result = merged(&empty, &record);
        let (head, tail) = around(&result);
        assert_eq!(head.trim_end().to_owned() + tail, empty);
        assert_eq!(results_of(&import("merged.xml", &result).record), results_of(&record));
    }

    // Where the download does not know the namespace of results, our element brings it along.
    let unbound = format!("{}{after}", before.trim_end()).replace(" xmlns:rrs=\"http://clinicaltrials.gov/rrs\"", "");
    let result = merged(&unbound, &record);
    assert_eq!(results_of(&import("merged.xml", &result).record), results_of(&record));

    let Some(skeleton) = shared("ctgov/prs_skeleton_partial.xml") else { return };
    let result = merged(&skeleton, &record);
    assert_eq!(around(&result), around(&skeleton));
    assert_eq!(results_of(&import("merged.xml", &result).record), results_of(&record));
}

#[test]
fn of_several_records_that_of_the_study_is_taken() {
    let record = synthetic::all().remove(0).1;
    let one = export(Submission::CtgovResults, &record);
    let start = one.find("<clinical_study").unwrap();
    let end = one.find("</prs:study_collection>").unwrap();
    let study = &one[start..end];
    // Identifiers of a file are unique, so the other record has none.
    let other_start = study.find("<rrs:result").unwrap();
    let other_end = study.find("</rrs:result>").unwrap() + "</rrs:result>".len();
    let other = format!("{}{}", &study[..other_start], &study[other_end..]).replace("ABC-001", "XYZ-9");
    let both = format!("{}{other}{study}{}", &one[..start], &one[end..]);
    let result = merged(&both, &record);
    assert_eq!(around(&result), around(&both));
    let none = both.replace("<org_study_id>ABC-001<", "<org_study_id>ABC-002<");
    assert_eq!(
        refused(&none, &one),
        ["REG-102: download.xml has no record of the study `ABC-001`; it has `XYZ-9`, `ABC-002`"]
    );
    let twice = both.replace("XYZ-9", "ABC-001");
    assert_eq!(refused(&twice, &one), ["REG-102: download.xml has more than one record of the study `ABC-001`"]);
}

/// Codes and messages with which a merge is refused.
fn refused(download: &str, exported: &str) -> Vec<String> {
    let mut sink = Diagnostics::new();
    assert!(merge("download.xml", download, exported, &mut sink).is_err());
    sink.all().iter().map(|problem| format!("{}: {}", problem.code.id, problem.message)).collect()
}

#[test]
fn a_file_that_is_no_download_is_refused() {
    let exported = export(Submission::CtgovResults, &synthetic::all().remove(0).1);
    let public = refused("<clinical_study><id_info/></clinical_study>", &exported);
    assert_eq!(public, ["REG-102: download.xml is not a record downloaded from PRS: it begins with `clinical_study`"]);
    let broken = refused(&exported.replace("</clinical_study>", ""), &exported);
    assert_eq!(broken.len(), 1);
    assert!(broken[0].starts_with("RND-001: download.xml is not well-formed XML"), "{broken:?}");
    let empty = refused("<p:study_collection xmlns:p=\"http://clinicaltrials.gov/prs\"/>", &exported);
    assert_eq!(empty, ["REG-102: download.xml has no record"]);
}
