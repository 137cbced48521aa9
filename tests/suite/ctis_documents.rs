//! Documents for CTIS: well-formed, every number that of the store, complete in each language, people counted right.

use std::io::{Cursor, Read};
use std::sync::Arc;

use tracelock::base::diagnostic::{Diagnostics, TextSource};
use tracelock::render::ctis_docx::{self, Docx};
use tracelock::render::ctis_view;
use tracelock::render::number_profile::{NumberProfile, REGULATORY, format_result};
use tracelock::render::template::{Target, TemplateSet};
use tracelock::report::registry::compose::compose;
use tracelock::report::registry::ctis::{self, Kind, Words};
use tracelock::report::registry::document::Block;
use tracelock::report::registry::{Figure, RegistryRecord};
use tracelock::results::{ResultKey, ResultStore};
use tracelock::spec::at::At;
use tracelock::spec::registry_codes::RegistryCodes;
use tracelock::spec::study_registry::ListVersions;

use super::registry_xml::scenario::{Scenario, count};

/// The record of a trial in which nobody of the second arm and all of the first had a reaction.
fn trial() -> (RegistryRecord, ResultStore) {
    let scenario = Scenario::new(&["msc", "placebo"]).with_events();
    let mut store = scenario.store();
    count(&mut store, "ae:n[arm=msc,category=related]", 20);
    count(&mut store, "ae:n[arm=placebo,category=related]", 0);
    let study = scenario.study();
    let codes = RegistryCodes::built_in(ListVersions::default());
    let record = compose(&scenario.input(&study, &codes), &store, &mut Diagnostics::new()).expect("a record");
    (record, store)
}

fn templates() -> TemplateSet {
    TemplateSet::built_in(&[ctis_view::TEMPLATES])
}

fn words(language: &str) -> Words {
    let mut sink = Diagnostics::new();
    let words = ctis_view::words(&At::nowhere(language.to_owned()), &templates(), &mut sink);
    assert_eq!(messages(&sink), Vec::<String>::new());
    words.expect("complete words")
}

fn messages(sink: &Diagnostics) -> Vec<String> {
    sink.all().iter().map(|problem| problem.message.clone()).collect()
}

fn docx(kind: Kind, language: &str, record: &RegistryRecord, store: &ResultStore) -> Docx {
    let words = words(language);
    let document = ctis::compose(kind, record, store, &words);
    assert_eq!(document.missing(), Vec::<&str>::new());
    let mut sink = Diagnostics::new();
    let notices = [words.draft.clone()];
    let made = ctis_docx::render("public/x.docx", &document, &words, &notices, (&templates(), store), &mut sink);
    assert_eq!(messages(&sink), Vec::<String>::new());
    made.expect("rendered")
}

/// Parts of the archive by path.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("a part");
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("UTF-8");
        parts.push((entry.name().unwrap().into_owned(), text));
    }
    parts
}

/// The paragraphs of the document, each one text; cells of tables are paragraphs too.
fn paragraphs(bytes: &[u8]) -> Vec<String> {
    let parts = parts(bytes);
    let (_, xml) = parts.iter().find(|(path, _)| path == "word/document.xml").expect("the document");
    let document = roxmltree::Document::parse(xml).expect("well-formed");
    let text = |paragraph: roxmltree::Node<'_, '_>| {
        paragraph.descendants().filter(roxmltree::Node::is_text).filter_map(|node| node.text()).collect::<String>()
    };
    let is_paragraph = |node: &roxmltree::Node<'_, '_>| node.tag_name().name() == "p";
    document.descendants().filter(is_paragraph).map(|node| text(node).trim().to_owned()).collect()
}

#[test]
fn parts_are_well_formed_and_bytes_are_the_same_each_time() {
    let (record, store) = trial();
    for kind in Kind::ALL {
        for language in ["en", "es"] {
            let made = docx(kind, language, &record, &store);
            assert_eq!(made.bytes, docx(kind, language, &record, &store).bytes);
            let parts = parts(&made.bytes);
            for (path, text) in &parts {
                assert!(roxmltree::Document::parse(text).is_ok(), "{path}");
            }
            // What the content types and relations name is there.
            for named in
                ["word/document.xml", "word/styles.xml", "docProps/core.xml", "[Content_Types].xml", "_rels/.rels"]
            {
                assert!(parts.iter().any(|(path, _)| path == named), "{named}");
            }
        }
    }
}

#[test]
fn every_number_is_that_of_the_store() {
    let (record, store) = trial();
    for (language, decimal_mark) in [("en", '.'), ("es", ',')] {
        let profile = NumberProfile { decimal_mark, ..REGULATORY.clone() };
        for kind in Kind::ALL {
            let placed = docx(kind, language, &record, &store).placed;
            assert!(placed.placements.len() > 20, "{kind:?}: {}", placed.placements.len());
            for placement in &placed.placements {
                let key = ResultKey::parse(&placement.key).expect("a key");
                let result = store.get(&key).expect("a result");
                assert_eq!(placement.text, format_result(&store, result, None, &profile, Target::Xml), "{key}");
            }
        }
    }
}

#[test]
fn the_summary_has_every_number_of_the_outcomes() {
    let (record, store) = trial();
    let placed = docx(Kind::Summary, "en", &record, &store).placed;
    let stands = |key: &ResultKey| placed.placements.iter().any(|placement| placement.key == key.to_string());
    for outcome in &record.outcomes {
        for cell in outcome.measure.rows.iter().flat_map(|row| &row.categories).flat_map(|of| &of.cells).flatten() {
            for key in [&cell.value, &cell.lower].into_iter().flatten().filter_map(Figure::key) {
                assert!(stands(key), "{key}");
            }
        }
        for key in outcome.analyses.iter().flat_map(|of| [&of.p, &of.estimate]).flatten().filter_map(Figure::key) {
            let estimable = store.number(key).is_some();
            assert_eq!(stands(key), estimable, "{key}");
        }
    }
}

#[test]
fn spanish_has_a_decimal_comma() {
    let (record, store) = trial();
    let found = |language: &str| paragraphs(&docx(Kind::Summary, language, &record, &store).bytes);
    let (english, spanish) = (found("en"), found("es"));
    let of = |texts: &[String], part: &str| texts.iter().any(|text| text.contains(part));
    assert!(of(&english, "25.7") && !of(&english, "25,7"));
    assert!(of(&spanish, "25,7") && !of(&spanish, "25.7"));
    assert!(of(&spanish, "intervalo de confianza del 97,5 %"), "{spanish:?}");
    assert!(of(&spanish, "C.1 Edad") && of(&spanish, "Mujer"));
}

#[test]
fn people_are_counted_from_none_to_all() {
    let (record, store) = trial();
    let found = paragraphs(&docx(Kind::LaySummary, "en", &record, &store).bytes);
    let titles: Vec<String> = record.flow.groups.iter().map(|group| group.title.text.clone()).collect();
    let line = |text: String| assert!(found.contains(&text), "`{text}` in {found:#?}");
    let reaction = "had an unwanted reaction that may have been caused by the treatment.";
    line(format!("{}: 20 of 20 people {reaction}", titles[0]));
    line(format!("{}: 0 of 20 people {reaction}", titles[1]));
    // An outcome that counts people: 5 of 20 in each arm.
    for title in &titles {
        line(format!("{title}: 5 of 20 people"));
    }
    line("Female: 16 of 40 people".to_owned());
    let spanish = paragraphs(&docx(Kind::LaySummary, "es", &record, &store).bytes);
    assert!(spanish.contains(&"Mujer: 16 de 40 personas".to_owned()), "{spanish:#?}");
}

#[test]
fn reactions_are_related_events_and_no_p_value_is_told() {
    let (record, store) = trial();
    let made = docx(Kind::LaySummary, "en", &record, &store);
    let text = paragraphs(&made.bytes).join("\n");
    // Atrial fibrillation was related in the first arm; pyrexia and nausea were not, so they are no reactions.
    assert!(text.contains("Atrial fibrillation & \"flutter\" <paroxysmal>, "), "{text}");
    for other in ["Pyrexia", "Nausea", "Headache"] {
        assert!(!text.contains(other), "{other}");
    }
    let p_values: Vec<&ResultKey> =
        record.outcomes.iter().flat_map(|of| &of.analyses).filter_map(|of| of.p.as_ref()?.key()).collect();
    assert!(p_values.len() > 2);
    assert!(made.placed.placements.iter().all(|one| p_values.iter().all(|key| key.to_string() != one.key)));
}

#[test]
fn without_related_events_the_lay_summary_says_so() {
    let (mut record, store) = trial();
    record.adverse_events.as_mut().expect("events").serious.clear();
    let text = paragraphs(&docx(Kind::LaySummary, "en", &record, &store).bytes).join("\n");
    assert!(text.contains(&words("en").lay_no_serious_reaction));
}

#[test]
fn every_element_has_content_or_a_place_for_the_writer() {
    // A record without anything is all places for the writer.
    let store = ResultStore::new();
    for kind in Kind::ALL {
        let document = ctis::compose(kind, &RegistryRecord::default(), &store, &words("en"));
        assert_eq!(document.missing(), Vec::<&str>::new());
        assert!(document.open().len() + 3 >= kind.elements().len(), "{:?}", document.open());
        let mut cut = document.clone();
        cut.sections.retain(|section| section.element != Some(kind.elements()[0]));
        assert_eq!(cut.missing(), [kind.elements()[0]]);
        let mut sink = Diagnostics::new();
        let made = ctis_docx::render("x.docx", &cut, &words("en"), &[], (&templates(), &store), &mut sink);
        assert!(made.is_err() && messages(&sink)[0].contains("is missing"));
        let marked = document
            .sections
            .iter()
            .flat_map(|section| &section.blocks)
            .any(|block| matches!(block, Block::Writer(text) if text.starts_with("[For the writer: ")));
        assert!(marked);
    }
}

#[test]
fn a_language_that_lacks_a_word_is_refused() {
    let templates = templates();
    let spanish = &templates.get("ctis/es.yaml").expect("Spanish").text;
    let faults = |text: &str| {
        let mut sink = Diagnostics::new();
        assert!(Words::read("es.yaml", text, &mut sink).is_err());
        messages(&sink)
    };
    for key in ctis::KEYS {
        let start = format!("  {key}: ");
        // A list of terms may have the name of a word.
        let is_word = |line: &&str| line.starts_with(&start) && !line.starts_with(&format!("{start}{{"));
        let cut: String = spanish.split_inclusive('\n').filter(|line| !is_word(line)).collect();
        assert_eq!(faults(&cut), [format!("the word `{key}` is missing")]);
    }
    let emptied = spanish.replace("A.1 Identificación del ensayo clínico", "\"\"");
    assert_eq!(faults(&emptied), ["the word `a1` is empty"]);
    let renamed = spanish.replace("{n} de {total} personas", "{n} de {all} personas");
    assert!(faults(&renamed).iter().any(|message| message.contains("`people` must have the placeholders")));
    let term = spanish.replace("median: mediana, ", "");
    assert_eq!(faults(&term), ["the term `median` of `parameter` is missing"]);
    let unknown = spanish.replace("  none: Ninguna.\n", "  none: Ninguna.\n  nonne: x\n");
    assert!(faults(&unknown)[0].starts_with("`nonne` is no word"), "{:?}", faults(&unknown));
}

/// A study adds a language by a file of words; a language without one is refused where it is asked for.
#[test]
fn a_study_brings_its_own_language() {
    let mut templates = templates();
    let english = templates.get("ctis/en.yaml").expect("English").text.clone();
    let french = english.replace("language: en", "language: fr");
    let mut sink = Diagnostics::new();
    let code = At::nowhere("fr".to_owned());
    assert!(ctis_view::words(&code, &templates, &mut sink).is_err());
    assert!(messages(&sink)[0].contains("no words for the language `fr`"), "{:?}", messages(&sink));
    let source = |text: &str| Arc::new(TextSource { name: "templates/ctis/fr.yaml".to_owned(), text: text.to_owned() });
    let mut sink = Diagnostics::new();
    templates.replace("ctis/fr.yaml", source(&french), &mut sink).expect("a language may be added");
    let words = ctis_view::words(&code, &templates, &mut sink);
    assert_eq!((messages(&sink), words.map(|words| words.language)), (Vec::new(), Ok("fr".to_owned())));
    templates.replace("ctis/de.yaml", source(&french), &mut sink).expect("a language may be added");
    assert!(ctis_view::words(&At::nowhere("de".to_owned()), &templates, &mut sink).is_err(), "French is not German");
    assert!(templates.replace("ctis/francais.yaml", source(&french), &mut sink).is_err(), "not a code");
}
