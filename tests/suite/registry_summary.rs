//! Readable summaries: sections in the registers' order, every number that a register shows, study text with its digits.

use tracelock::base::diagnostic::Diagnostics;
use tracelock::render::csr_pdf::{PageFacts, PageWords};
use tracelock::render::number_profile::REGULATORY;
use tracelock::render::placement::DigitClass;
use tracelock::render::template::{Engine, TemplateSet};
use tracelock::render::{document_pdf, document_view, pdf};
use tracelock::report::registry::document::{Block, Content, Document, Piece};
use tracelock::report::registry::summary::{self, Source, Summary};
use tracelock::report::registry::{Figure, RegistryRecord};
use tracelock::results::{ResultKey, ResultStore};
use tracelock::spec::registry_codes::RegistryCodes;
use tracelock::spec::registry_terms::RegistryTerms;
use tracelock::spec::study_registry::ListVersions;

use super::registry_xml::scenario::Scenario;
use super::registry_xml::{messages, record_of};

const STATEMENT: &str = "What is said of the schema 1.1.";

/// The record of a scenario with the store behind it.
fn record(scenario: &Scenario) -> (RegistryRecord, ResultStore) {
    let (study, store) = (scenario.study(), scenario.store());
    let codes = RegistryCodes::built_in(ListVersions::default());
    (record_of(scenario, &scenario.input(&study, &codes), &store), store)
}

fn compose(summary: Summary, record: &RegistryRecord, store: &ResultStore) -> Document {
    let (codes, terms) = (RegistryCodes::built_in(ListVersions::default()), RegistryTerms::built_in());
    summary::compose(summary, Source { record, codes: &codes, terms: &terms, store }, &[STATEMENT])
}

fn text(content: &Content) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Fixed(text) | Piece::Text(text) => text.clone(),
        Piece::Figure(Figure::Result(key)) => format!("<{key}>"),
        Piece::Figure(Figure::Printed(text)) => text.clone(),
    };
    content.iter().map(piece).collect()
}

/// Everything that stands in a document, cell by cell.
fn cells(document: &Document) -> Vec<&Content> {
    let mut all = Vec::new();
    for section in &document.sections {
        all.push(&section.heading);
        for block in &section.blocks {
            match block {
                Block::Paragraph(content) => all.push(content),
                Block::Table { head, rows } => all.extend(head.iter().chain(rows.iter().flatten())),
                Block::Writer(_) => {}
            }
        }
    }
    all
}

fn keys(document: &Document) -> Vec<&ResultKey> {
    let pieces = cells(document).into_iter().flatten();
    pieces.filter_map(|piece| if let Piece::Figure(figure) = piece { figure.key() } else { None }).collect()
}

/// Numbers of the record that a register has no place for.
fn is_shown(summary: Summary, key: &ResultKey) -> bool {
    let variable = key.level("variable");
    match summary {
        // Its own age groups only.
        Summary::Eudract => variable != Some("AGEGR_CTGOV"),
        // Nor analysis sets, causality, deaths from events.
        Summary::Ctgov => {
            variable != Some("AGEGR_EUDRACT")
                && (key.analysis != "set" || key.level("arm").is_some_and(|arm| arm != "total") || is_of_baseline(key))
                && !["related_events", "fatal", "fatal_related"].contains(&key.statistic.as_str())
                && key.level("category") != Some("fatal")
        }
    }
}

/// The set whose subjects the baseline describes.
fn is_of_baseline(key: &ResultKey) -> bool {
    key.level("set") == Some("itt")
}

#[test]
fn every_number_that_a_register_shows_is_there() {
    for arms in [&["msc", "placebo"][..], &["msc", "placebo", "usual"], &["msc"]] {
        let (record, store) = record(&Scenario::new(arms).with_events());
        for summary in Summary::ALL {
            let document = compose(summary, &record, &store);
            let shown = keys(&document);
            // Among one arm there is no column of all; no register counts subjects with related events.
            let is_exempt = |key: &ResultKey| {
                !is_shown(summary, key)
                    || key.level("category") == Some("related")
                    || (arms.len() == 1 && key.level("arm") == Some("total"))
            };
            let missing = record.keys().into_iter().filter(|key| !is_exempt(key) && !shown.contains(&key));
            assert_eq!(missing.collect::<Vec<_>>(), Vec::<ResultKey>::new(), "{summary:?} {arms:?}");
            // What stands there besides are percentages of the record's counts.
            for key in shown {
                assert!(store.get(key).is_some(), "{key}");
                let of_record = record.keys().contains(key) || key.statistic == "pct";
                assert!(of_record, "{key}");
            }
        }
    }
}

#[test]
fn modules_stand_in_the_register_s_order() {
    let (record, store) = record(&Scenario::new(&["msc", "placebo"]).with_events());
    let modules = |summary, level| {
        let document = compose(summary, &record, &store);
        let of_level = document.sections.iter().filter(|section| section.level == level);
        of_level.map(|section| text(&section.heading)).collect::<Vec<_>>()
    };
    assert_eq!(
        modules(Summary::Eudract, 2),
        [
            "Trial information",
            "Subject disposition",
            "Baseline characteristics",
            "End points",
            "Adverse events",
            "More information",
            "About the submitted files"
        ]
    );
    assert_eq!(
        modules(Summary::Ctgov, 2),
        [
            "Study Identification",
            "Study Description",
            "Study Design",
            "Arms and Interventions",
            "Planned Outcome Measures",
            "Eligibility Criteria",
            "Participant Flow",
            "Baseline Characteristics",
            "Outcome Measures",
            "Adverse Events",
            "Limitations and Caveats",
            "More Information",
            "About the submitted files"
        ]
    );
    let parts = modules(Summary::Ctgov, 3);
    let at = |name: &str| parts.iter().position(|part| part == name);
    let order = ["All-Cause Mortality", "Serious Adverse Events", "Other (Not Including Serious) Adverse Events"];
    let places: Vec<usize> = order.into_iter().filter_map(at).collect();
    assert!(places.len() == 3 && places.is_sorted(), "{parts:?}");
    for summary in Summary::ALL {
        // No level is left out on the way down.
        let document = compose(summary, &record, &store);
        let levels: Vec<u8> = std::iter::once(1).chain(document.sections.iter().map(|section| section.level)).collect();
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    }
}

#[test]
fn what_the_registers_say_is_said() {
    let (record, store) = record(&Scenario::new(&["msc", "placebo"]).with_events());
    for summary in Summary::ALL {
        let document = compose(summary, &record, &store);
        let said: Vec<String> = cells(&document).into_iter().map(text).collect();
        let mut wanted: Vec<&str> = vec![STATEMENT];
        wanted.extend(record.flow.groups.iter().filter_map(|group| Some(group.description.as_ref()?.text.as_str())));
        wanted.extend(record.outcomes.iter().filter_map(|of| Some(of.measure.description.as_ref()?.text.as_str())));
        wanted.extend(record.outcomes.iter().filter_map(|of| Some(of.time_frame.as_ref()?.text.as_str())));
        wanted.extend(record.more.limitations.as_ref().map(|text| text.text.as_str()));
        for words in wanted {
            let lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
            for line in lines {
                assert!(said.iter().any(|said| said.contains(line)), "{summary:?}: {line}");
            }
        }
        let events = record.adverse_events.as_ref().expect("events");
        for event in events.serious.iter().chain(&events.non_serious) {
            assert!(said.iter().any(|said| said.starts_with(&event.term.text)), "{summary:?}: {}", event.term.text);
        }
        assert!(document.notices.iter().any(|notice| notice.contains("placeholder")));
        assert!(said.iter().any(|said| said.ends_with(" (placeholder)")));
    }
}

#[test]
fn a_percentage_is_printed_only_where_the_run_has_it_of_the_same_total() {
    let (record, store) = record(&Scenario::new(&["msc", "placebo"]).with_events());
    let is_percentage = |key: &&&ResultKey| key.statistic == "pct";
    let plain = compose(Summary::Ctgov, &record, &store);
    assert_eq!(keys(&plain).iter().filter(is_percentage).count(), 0, "the scenario has no percentages");
    assert!(cells(&plain).into_iter().map(text).any(|cell| cell.contains("> / <") && !cell.contains('%')));
    let affected = ResultKey::new("ae", "n").with("arm", "msc").with("category", "serious");
    let exposed = ResultKey::new("set", "n").with("arm", "msc").with("set", "saf");
    let all = ResultKey::new("flow", "randomised");
    for (denominator, printed) in [(&exposed, 1), (&all, 0)] {
        let mut store = Scenario::new(&["msc", "placebo"]).with_events().store();
        let lineage = tracelock::results::Lineage::default()
            .input(tracelock::results::Role::Numerator, affected.clone())
            .input(tracelock::results::Role::Denominator, denominator.clone());
        store.sink().real(affected.statistic("pct"), 15.0, lineage, tracelock::results::NewResult::default());
        let document = compose(Summary::Ctgov, &record, &store);
        assert_eq!(keys(&document).iter().filter(is_percentage).count(), printed, "{denominator}");
    }
}

#[test]
fn pages_hold_every_number_and_tell_what_other_digits_are() {
    for arms in [&["msc", "placebo"][..], &["msc", "placebo", "usual"]] {
        let (record, store) = record(&Scenario::new(arms).with_events());
        let templates = TemplateSet::built_in(&[pdf::TEMPLATES, document_view::TEMPLATES]);
        let engine = Engine::new(&templates, &store, &REGULATORY);
        let mut sink = Diagnostics::new();
        let fonts = pdf::Fonts::new(&[], &mut sink).expect("fonts");
        for summary in Summary::ALL {
            let page = PageFacts {
                document_title: summary.title().to_owned(),
                protocol_code: "SYNTH-MSC-01".to_owned(),
                sponsor: "Synthetic".to_owned(),
                date: (2021, 5, 31),
                lock_id: "L1".to_owned(),
                run_id: "R1".to_owned(),
                draft: true,
                notice: "SYNTHETIC DATA".to_owned(),
                paper: "a4",
                fonts: vec!["Libertinus Serif".to_owned()],
                words: PageWords::default(),
            };
            let document = compose(summary, &record, &store);
            let made =
                document_pdf::render(summary.file_name(), &document, &page, (&engine, &REGULATORY, &fonts), &mut sink);
            assert_eq!(messages(&sink), Vec::<String>::new(), "{}", summary.file_name());
            let made = made.expect("no error was reported");
            if let Ok(folder) = std::env::var("TRACELOCK_KEEP") {
                let name = format!("{}-{}", arms.len(), summary.file_name());
                std::fs::write(std::path::Path::new(&folder).join(name), &made.bytes).expect("kept");
            }
            for key in keys(&document) {
                let name = key.to_string();
                assert!(made.placed.placements.iter().any(|placement| placement.key == name), "{name}");
            }
            // A time frame is the study's text: its digits are configured, and no digit was typed by a writer.
            let configured = |text: &str| {
                let own = made.placed.digits.iter().filter(|run| run.class == DigitClass::Configured);
                own.into_iter().any(|run| run.context.contains(text) || run.text.contains(text))
            };
            assert!(configured("day 7"), "{:?}", made.placed.digits.iter().take(5).collect::<Vec<_>>());
            assert!(made.placed.digits.iter().all(|run| run.class != DigitClass::Typed));
        }
    }
}
