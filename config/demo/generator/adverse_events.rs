//! The AE sheet: invented events with verbatim term, preferred term and system organ class.
//!
//! No event that is serious is related to treatment or infusion (published); which events occurred is
//! invented. Names of system organ classes are the 27 published by the registries.

use crate::calendar::{Day, year_month};
use crate::sheet::{Cell, Table, text, whole};
use crate::subjects::{RANDOMISED, Subject, subject_id};

/// How the first day is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    Exact,
    /// Only year and month are known.
    Month,
}

/// Why an event is serious; `No` where it is not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Serious {
    No,
    Fatal,
    LifeThreatening,
    Hospital,
}

/// One adverse event; days count from the infusion.
struct Event {
    /// Place in the order of randomisation, from 1.
    randomised_as: usize,
    day: Day,
    start: Start,
    /// Last day; `None` while it goes on.
    end: Option<Day>,
    verbatim: &'static str,
    preferred_term: &'static str,
    system_organ_class: &'static str,
    serious: Serious,
    /// 1 = mild, 2 = moderate, 3 = severe.
    severity: i64,
    related_product: &'static str,
    related_infusion: &'static str,
    outcome: &'static str,
    action: &'static str,
}

const BLOOD: &str = "Blood and lymphatic system disorders";
const CARDIAC: &str = "Cardiac disorders";
const GASTRO: &str = "Gastrointestinal disorders";
const GENERAL: &str = "General disorders and administration site conditions";
const INFECTION: &str = "Infections and infestations";
const INJURY: &str = "Injury, poisoning and procedural complications";
const TESTS: &str = "Investigations";
const METABOLISM: &str = "Metabolism and nutrition disorders";
const MUSCLE: &str = "Musculoskeletal and connective tissue disorders";
const NERVOUS: &str = "Nervous system disorders";
const PRODUCT: &str = "Product issues";
const PSYCHIATRIC: &str = "Psychiatric disorders";
const RENAL: &str = "Renal and urinary disorders";
const RESPIRATORY: &str = "Respiratory, thoracic and mediastinal disorders";
const SKIN: &str = "Skin and subcutaneous tissue disorders";
const VASCULAR: &str = "Vascular disorders";

const NOT: &str = "NOT RELATED";
const UNLIKELY: &str = "UNLIKELY";
const POSSIBLE: &str = "POSSIBLE";
const PROBABLE: &str = "PROBABLE";
const WELL: &str = "RECOVERED";
const SEQUELAE: &str = "RECOVERED WITH SEQUELAE";
const ONGOING: &str = "NOT RECOVERED";
const FATAL: &str = "FATAL";
const NONE: &str = "NOT APPLICABLE";
const STOPPED: &str = "DRUG WITHDRAWN";

use Serious::{Fatal, Hospital, LifeThreatening, No};
use Start::{Exact, Month};

#[rustfmt::skip]
macro_rules! event {
    ($who:literal, $day:literal, $start:expr, $end:expr, $verbatim:literal, $term:literal, $class:expr,
     $serious:expr, $severity:literal, $product:expr, $infusion:expr, $outcome:expr, $action:expr) => {
        Event { randomised_as: $who, day: $day, start: $start, end: $end, verbatim: $verbatim,
                preferred_term: $term, system_organ_class: $class, serious: $serious,
                severity: $severity, related_product: $product, related_infusion: $infusion,
                outcome: $outcome, action: $action }
    };
}

#[rustfmt::skip]
const EVENTS: [Event; 49] = [
    event!( 1,   0, Exact, Some(1),   "Fever 38.4 after infusion", "Pyrexia", GENERAL, No, 1, POSSIBLE, POSSIBLE, WELL, NONE),
    event!( 1,   5, Exact, Some(9),   "Skin rash trunk ", "Rash", SKIN, No, 1, UNLIKELY, NOT, WELL, NONE),
    event!( 2,   0, Exact, Some(0),   "Febrícula", "Pyrexia", GENERAL, No, 1, POSSIBLE, POSSIBLE, WELL, NONE),
    event!( 2,  10, Exact, Some(15),  "Insomnia", "Insomnia", PSYCHIATRIC, No, 1, NOT, NOT, WELL, NONE),
    event!( 4,   8, Exact, Some(36),  "Pressure sore sacral grade 2", "Decubitus ulcer", SKIN, No, 2, NOT, NOT, WELL, NONE),
    event!( 4,  16, Exact, Some(44),  "Anxiety", "Anxiety", PSYCHIATRIC, No, 1, NOT, NOT, WELL, NONE),
    event!( 4, 240, Exact, Some(298), "Fractured left femur after a fall at home", "Femur fracture", INJURY, Hospital, 3, NOT, NOT, SEQUELAE, NONE),
    event!( 5,   3, Exact, Some(6),   "low blood pressure", "Hypotension", VASCULAR, No, 2, NOT, NOT, WELL, NONE),
    event!( 5,  15, Exact, Some(20),  "Septic shock", "Septic shock", INFECTION, Fatal, 3, NOT, NOT, FATAL, NONE),
    event!( 5,  16, Exact, None,      "Acute renal failure, dialysis", "Acute kidney injury", RENAL, LifeThreatening, 3, NOT, NOT, ONGOING, NONE),
    event!( 6,   1, Exact, Some(2),   "Headache", "Headache", NERVOUS, No, 1, UNLIKELY, NOT, WELL, NONE),
    event!( 7,   0, Exact, Some(0),   "Shivering during infusion", "Chills", GENERAL, No, 1, POSSIBLE, PROBABLE, WELL, NONE),
    event!( 8,   4, Exact, Some(9),   "Constipation", "Constipation", GASTRO, No, 1, NOT, NOT, WELL, NONE),
    event!( 8,  12, Exact, Some(19),  "sleeps badly", "Insomnia", PSYCHIATRIC, No, 1, NOT, NOT, WELL, NONE),
    event!( 9,   4, Month, Some(11),  "Estreñimiento", "Constipation", GASTRO, No, 1, NOT, NOT, WELL, NONE),
    event!( 9,   5, Exact, Some(10),  "Agitated delirium", "Delirium", PSYCHIATRIC, No, 2, NOT, NOT, WELL, NONE),
    event!( 9,  12, Exact, Some(24),  "VAP Pseudomonas aeruginosa", "Pneumonia pseudomonal", INFECTION, LifeThreatening, 3, NOT, NOT, WELL, NONE),
    event!( 9,  22, Exact, None,      "ICU acquired weakness", "Muscular weakness", MUSCLE, No, 2, NOT, NOT, ONGOING, NONE),
    event!(10,   2, Exact, Some(4),   "Hypotension", "Hypotension", VASCULAR, No, 2, UNLIKELY, NOT, WELL, NONE),
    event!(10,   6, Exact, Some(30),  "Anemia", "Anaemia", BLOOD, No, 2, NOT, NOT, WELL, NONE),
    event!(10,   9, Exact, Some(20),  "Platelets high", "Thrombocytosis", BLOOD, No, 1, NOT, NOT, WELL, NONE),
    event!(10,  14, Exact, Some(21),  "Pneumothorax right", "Pneumothorax", RESPIRATORY, LifeThreatening, 3, NOT, NOT, WELL, NONE),
    event!(11,   3, Exact, Some(5),   "High glucose (corticosteroid)", "Hyperglycaemia", METABOLISM, No, 1, NOT, NOT, WELL, NONE),
    event!(11,   9, Exact, Some(11),  "High glucose again", "Hyperglycaemia", METABOLISM, No, 2, NOT, NOT, WELL, NONE),
    event!(12,   1, Exact, Some(8),   "Steroid hyperglycemia", "Hyperglycaemia", METABOLISM, No, 2, NOT, NOT, WELL, NONE),
    event!(12,  11, Exact, Some(17),  "UTI, E. coli", "Urinary tract infection", INFECTION, No, 2, NOT, NOT, WELL, NONE),
    event!(13,   7, Exact, Some(12),  "Sodium 151", "Hypernatraemia", METABOLISM, No, 1, NOT, NOT, WELL, NONE),
    event!(13,  18, Exact, Some(60),  "Pressure ulcer heel", "Decubitus ulcer", SKIN, No, 2, NOT, NOT, WELL, NONE),
    event!(13,  21, Exact, Some(33),  "Neumonía por Klebsiella pneumoniae", "Pneumonia klebsiella", INFECTION, Hospital, 3, NOT, NOT, WELL, NONE),
    event!(13,  26, Exact, Some(31),  "Delirium", "Delirium", PSYCHIATRIC, No, 2, NOT, NOT, WELL, NONE),
    event!(13,  40, Exact, Some(47),  "Delirium, second episode", "Delirium", PSYCHIATRIC, No, 1, NOT, NOT, WELL, NONE),
    event!(14,   0, Exact, Some(1),   "Nausea", "Nausea", GASTRO, No, 1, POSSIBLE, NOT, WELL, NONE),
    event!(14,   3, Exact, Some(16),  "ALT 4x ULN", "Alanine aminotransferase increased", TESTS, No, 2, UNLIKELY, NOT, WELL, NONE),
    event!(14, 120, Exact, Some(126), "Myocardial infarction, anterior", "Acute myocardial infarction", CARDIAC, Hospital, 3, NOT, NOT, SEQUELAE, NONE),
    event!(15,   2, Exact, Some(4),   "Diarrhoea", "Diarrhoea", GASTRO, No, 1, UNLIKELY, NOT, WELL, NONE),
    event!(15,   6, Exact, Some(8),   "K 3.1", "Hypokalaemia", METABOLISM, No, 1, NOT, NOT, WELL, NONE),
    event!(16,   2, Exact, Some(13),  "LDH raised", "Blood lactate dehydrogenase increased", TESTS, No, 1, POSSIBLE, NOT, WELL, NONE),
    event!(16,   9, Exact, Some(100), "Pulmonary embolism segmental", "Pulmonary embolism", RESPIRATORY, LifeThreatening, 3, UNLIKELY, NOT, WELL, NONE),
    event!(17,  -1, Exact, Some(0),   "Hyperglycemia after dexamethasone", "Hyperglycaemia", METABOLISM, No, 1, NOT, NOT, WELL, NONE),
    event!(17,   4, Exact, Some(20),  "Anaemia", "Anaemia", BLOOD, No, 1, NOT, NOT, WELL, NONE),
    event!(17,   6, Exact, Some(19),  "ALT increased", "Alanine aminotransferase increased", TESTS, No, 1, UNLIKELY, NOT, WELL, NONE),
    event!(17,  21, Exact, Some(26),  "Oral thrush", "Oral candidiasis", INFECTION, No, 1, NOT, NOT, WELL, NONE),
    event!(19,   5, Exact, Some(7),   "Hypokalemia", "Hypokalaemia", METABOLISM, No, 1, NOT, NOT, WELL, NONE),
    event!(19,   9, Exact, Some(10),  "Atrial fibrillation, new", "Atrial fibrillation", CARDIAC, No, 2, NOT, NOT, WELL, NONE),
    event!(19,  18, Exact, Some(32),  "MRSA in blood culture", "Staphylococcal bacteraemia", INFECTION, LifeThreatening, 3, NOT, NOT, WELL, NONE),
    event!(19,  20, Exact, Some(27),  "Oral candidiasis", "Oral candidiasis", INFECTION, No, 1, NOT, NOT, WELL, NONE),
    event!(20,   0, Exact, Some(0),   "Central line blocked during infusion", "Device occlusion", PRODUCT, No, 1, NOT, PROBABLE, WELL, STOPPED),
    event!(20,  48, Month, None,      "Hair loss", "Alopecia", SKIN, No, 1, NOT, NOT, ONGOING, NONE),
    event!(20,  60, Exact, None,      "Tiredness", "Fatigue", GENERAL, No, 1, NOT, NOT, ONGOING, NONE),
];

/// Adverse events in the order of randomisation, then of entry.
pub fn adverse_events() -> Table {
    let row = |event: &Event| {
        let index = event.randomised_as - 1;
        let infusion = RANDOMISED[index].infusion();
        let subject = subject_id(Subject::screened_as(index));
        let ended = event.end.map_or(Cell::Empty, |day| Cell::Date(infusion + day));
        let criterion = match event.serious {
            No => Cell::Empty,
            Fatal => text("Results in death; life threatening"),
            LifeThreatening => text("Life threatening; prolongs hospitalisation"),
            Hospital => text("Requires or prolongs hospitalisation"),
        };
        vec![
            // Quirk: an identifier with a space before it.
            text(if event.preferred_term == "Headache" { format!(" {subject}") } else { subject }),
            text(event.verbatim),
            text(event.preferred_term),
            text(event.system_organ_class),
            text("24.0"),
            text("SYN-CODER-1"),
            text("APPROVED"),
            match event.start {
                Exact => Cell::Date(infusion + event.day),
                Month => text(year_month(infusion + event.day)),
            },
            ended,
            text(if event.serious == No { "N" } else { "Y" }),
            criterion,
            whole(event.severity),
            text(event.related_product),
            text(event.related_infusion),
            text(event.outcome),
            text(event.action),
        ]
    };
    Table {
        name: "AE",
        origin: (0, 0),
        title: None,
        groups: vec![],
        header: vec![
            "SUBJID",
            "AETERM",
            "AEDECOD",
            "AESOC",
            "MEDDRAV",
            "CODER",
            "CODSTAT",
            "AESTDT",
            "AEENDT",
            "AESER",
            "AESERCRIT",
            "AESEV",
            "AEREL",
            "AERELINF",
            "AEOUT",
            "AEACN",
        ],
        rows: EVENTS.iter().map(row).collect(),
    }
}
