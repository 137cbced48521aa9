//! Pieces of hand-made records: values, rows, periods, a protocol, an outcome, adverse events.

use tracelock::report::registry::{
    Achievement, AdverseEvents, Category, Characteristic, CharacteristicKind, Design, Dictionary, Eligibility, EmaTerm,
    Event, EventCount, EventGroup, Figure, Intervention, Masking, Measure, Measurement, Outcome, OutcomeGroup,
    Oversight, Period, Protocol, ProtocolArm, RegisteredOutcome, Row, Term, Text,
};

pub fn text(words: &str) -> Option<Text> {
    Some(Text::of(words))
}

pub fn n(printed: &str) -> Option<Figure> {
    Some(Figure::Printed(printed.to_owned()))
}

pub fn listed(id: &str) -> Option<Term> {
    Some(Term::listed(id))
}

/// Subjects of groups; `-` for one that takes no part.
pub fn reached(counts: &[&str]) -> Vec<Option<Achievement>> {
    let one = |count: &&str| {
        let subjects = Figure::Printed((*count).to_owned());
        (*count != "-").then_some(Achievement { subjects, units: None, comment: None })
    };
    counts.iter().map(one).collect()
}

/// A value of each group: `12`, `12 (3.4)` with spread, `12 [1 to 20]` with limits, `-` for none, `NA: why`.
pub fn cells(values: &[&str]) -> Vec<Option<Measurement>> {
    let one = |value: &&str| {
        let part = |text: &str| n(text.trim());
        let mut cell = Measurement { value: None, spread: None, lower: None, upper: None, comment: None };
        if let Some(why) = value.strip_prefix("NA: ") {
            (cell.value, cell.comment) = (n("NA"), text(why));
        } else if let Some((value, spread)) = value.split_once('(') {
            (cell.value, cell.spread) = (part(value), part(spread.trim_end_matches(')')));
        } else if let Some((value, limits)) = value.split_once('[') {
            let (lower, upper) = limits.trim_end_matches(']').split_once(" to ").unwrap();
            (cell.value, cell.lower, cell.upper) = (part(value), part(lower), part(upper));
        } else {
            cell.value = part(value);
        }
        (*value != "-").then_some(cell)
    };
    values.iter().map(one).collect()
}

pub fn row(title: Option<&str>, categories: &[(&str, &[&str])]) -> Row {
    let category = |(title, values): &(&str, &[&str])| Category {
        title: text(title).filter(|title| !title.is_empty()),
        cells: cells(values),
    };
    Row { title: title.and_then(text), denominators: Vec::new(), categories: categories.iter().map(category).collect() }
}

pub fn measure(title: &str, parameter: &str, dispersion: &str, unit: &str, rows: Vec<Row>) -> Measure {
    Measure {
        title: Text::of(title),
        description: None,
        population: None,
        parameter: listed(parameter),
        dispersion: listed(dispersion),
        level: None,
        unit: text(unit),
        calculate_percentage: None,
        selected_units: None,
        rows,
    }
}

pub fn characteristic(kind: CharacteristicKind, measure: Measure) -> Characteristic {
    Characteristic { kind, ready: None, measure }
}

pub fn period(title: &str, started: &[&str], completed: &[&str]) -> Period {
    Period {
        title: Text::of(title),
        baseline: None,
        started: reached(started),
        completed: reached(completed),
        not_completed: started.iter().map(|_| None).collect(),
        milestones: Vec::new(),
        reasons: Vec::new(),
        details: None,
    }
}

pub fn protocol(arms: &[&str]) -> Protocol {
    Protocol {
        brief_summary: text("Does the drug work?"),
        detailed_description: text("Paragraph one.\n\nParagraph two: a < b & c > d."),
        status: listed("completed"),
        start: text("2024-01"),
        completion: text("2025-02"),
        primary_completion: text("2025-01"),
        verified: text("2025-06"),
        date_kinds: [text("Actual"), text("Actual"), text("Anticipated")],
        design: Design {
            study_type: listed("interventional"),
            phase: listed("2_3"),
            purpose: listed("treatment"),
            model: listed("parallel"),
            model_description: text("Blocks of four."),
            allocation: listed("randomised"),
            masking: Masking {
                level: listed("double"),
                who: vec![Term::listed("participant"), Term::listed("outcomes_assessor")],
                description: text("Identical capsules."),
            },
            number_of_arms: text(&arms.len().to_string()),
        },
        oversight: Oversight {
            data_monitoring_committee: Some(true),
            fda_drug: Some(false),
            fda_device: Some(false),
            ind: Some(false),
            ..Oversight::default()
        },
        enrolment: n("20"),
        enrolment_kind: text("Actual"),
        conditions: vec![Text::of("Pain")],
        keywords: vec![Text::of("analgesia")],
        arms: arms
            .iter()
            .map(|arm| ProtocolArm {
                title: Text::of(*arm),
                kind: listed("experimental"),
                description: text("As titled."),
                interventions: Vec::new(),
            })
            .collect(),
        interventions: vec![Intervention {
            kind: listed("drug"),
            name: Text::of("Testine"),
            description: text("10 mg once daily"),
            arms: vec![Text::of(arms[0])],
            other_names: vec![Text::of("TST-1")],
        }],
        outcomes: vec![RegisteredOutcome {
            kind: Term::listed("primary"),
            title: Text::of("Change in pain"),
            time_frame: text("Baseline, week 4"),
            description: None,
        }],
        eligibility: Eligibility {
            criteria: text("Inclusion Criteria:\n\n1. Adult"),
            sexes: text("All"),
            minimum_age: text("18 Years"),
            maximum_age: text("N/A"),
            healthy_volunteers: Some(false),
            ..Eligibility::default()
        },
        responsible_party: text("Sponsor"),
        ..Protocol::default()
    }
}

pub fn outcome(arms: &[&str], analysed: &[&str], measure: Measure) -> Outcome {
    Outcome {
        endpoint: None,
        kind: Term::listed("primary"),
        time_frame: text("Baseline, week 4"),
        measure,
        population: text("All randomised participants."),
        ready: None,
        reporting_status: None,
        anticipated: None,
        units: None,
        groups: arms
            .iter()
            .zip(analysed)
            .enumerate()
            .map(|(at, (arm, analysed))| OutcomeGroup {
                flow_group: Some(at),
                analysis_set: None,
                period: None,
                title: text(arm),
                description: text("As titled."),
                analysed: n(analysed),
                units: None,
                comment: None,
            })
            .collect(),
        analyses: Vec::new(),
    }
}

pub fn events(arms: &[&str], exposed: &[&str]) -> AdverseEvents {
    let group = |(at, (arm, exposed)): (usize, (&&str, &&str))| EventGroup {
        related: None,
        flow_group: Some(at),
        title: Text::of(*arm),
        description: text("As titled."),
        exposed: n(exposed),
        at_risk_serious: n(exposed),
        at_risk_other: n(exposed),
        at_risk_deaths: n(exposed),
        serious: n("1"),
        non_serious: n("1"),
        deaths: n("0"),
        deaths_from_events: None,
    };
    let event = |term: &str, class: (&str, u64)| Event {
        term: Text::of(term),
        class: Some(EmaTerm { name: Some(class.0.to_owned()), id: Some(class.1), version: None }),
        assessment: None,
        dictionary: None,
        note: None,
        counts: exposed
            .iter()
            .map(|exposed| {
                let count = ("0", "0");
                Some(EventCount { affected: n(count.0), occurrences: n(count.1), exposed: n(exposed), serious: None })
            })
            .collect(),
    };
    AdverseEvents {
        time_frame: text("From first dose to week 5."),
        description: None,
        mortality_comment: None,
        threshold: text("5"),
        frequency_rule: None,
        assessment: listed("systematic"),
        dictionary: Dictionary { name: listed("meddra"), words: text("MedDRA 27.0"), version: text("27.0") },
        groups: arms.iter().zip(exposed).enumerate().map(group).collect(),
        serious: vec![event("Pyrexia", ("General disorders", 100_000_004_867))],
        non_serious: vec![event("Nausea", ("Gastrointestinal disorders", 100_000_004_856))],
    }
}
