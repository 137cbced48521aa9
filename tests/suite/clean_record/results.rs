//! The results of the clean record: flow, baseline, outcomes, adverse events.

use tracelock::report::registry::{
    Achievement, AdverseEvents, Analysis, AnalysisSet, Arm, ArmProduct, Baseline, BaselineGroup, Category,
    Characteristic, CharacteristicKind, ConfidenceInterval, Denominator, Dictionary, Event, EventCount, EventGroup,
    Flow, FlowGroup, Measure, Measurement, Milestone, Outcome, OutcomeGroup, Period, PeriodDetails, ReasonNotCompleted,
    Row, SeriousCount, Term, Text,
};

use super::{CHANGE, RECOVERY, RESPONDERS, ema, figure, number, some, term, text};

fn achieved(counts: [u64; 2]) -> Vec<Option<Achievement>> {
    let one = |n: u64| {
        Some(Achievement {
            subjects: figure(&n.to_string()),
            units: number(n),
            comment: some("Counted on the last visit."),
        })
    };
    counts.into_iter().map(one).collect()
}

pub fn flow() -> Flow {
    let group = |title: &str| FlowGroup {
        arm: None,
        title: text(title),
        description: Some(text(&format!("{title}, one tablet a day for 12 weeks."))),
    };
    let arm = |group: usize, kind: &str, name: &str| Arm {
        group,
        kind: term(kind),
        other_kind: None,
        products: vec![ArmProduct {
            name: some(name),
            code: some("INV-1"),
            other_names: some("Inventamine"),
            dose: some("One tablet a day."),
            forms: vec![ema("Tablet", 100_000_073_664, 12)],
            routes: vec![ema("Oral use", 100_000_073_619, 4)],
        }],
    };
    let reason = |ctgov: &str, eudract: &str, words: Option<Text>, counts| ReasonNotCompleted {
        ctgov: term(ctgov),
        eudract: term(eudract),
        words,
        subjects: achieved(counts),
    };
    Flow {
        recruitment: some("Subjects were recruited at two hospitals in Spain and France from January 2020."),
        pre_assignment: some("A run-in of two weeks came before randomisation."),
        units: some("Participants"),
        groups: vec![group("Drug A"), group("Placebo")],
        periods: vec![Period {
            title: text("Overall Study"),
            baseline: Some(true),
            started: achieved([10, 10]),
            completed: achieved([8, 9]),
            not_completed: achieved([2, 1]),
            milestones: vec![Milestone {
                title: text("Received study treatment"),
                comment: some("From the drug log."),
                reached: achieved([10, 10]),
            }],
            reasons: vec![
                reason("death", "adverse_event_fatal", None, [1, 0]),
                reason("other", "other", some("Moved away"), [1, 1]),
            ],
            details: Some(PeriodDetails {
                exclusive_arms: Some(true),
                subjects: None,
                blinded: Some(true),
                blinding: term("double"),
                blinding_implementation: some("Tablets look the same."),
                blinded_roles: vec![Term::listed("participant"), Term::listed("investigator")],
                allocation: term("randomised"),
                arms: vec![arm(0, "experimental", "Drug A"), arm(1, "placebo_comparator", "Placebo")],
            }),
        }],
    }
}

pub fn value(number: &str) -> Option<Measurement> {
    Some(Measurement { value: Some(figure(number)), spread: None, lower: None, upper: None, comment: None })
}

fn spread(number: &str, spread: &str) -> Option<Measurement> {
    value(number).map(|cell| Measurement { spread: Some(figure(spread)), ..cell })
}

fn between(number: &str, lower: &str, upper: &str) -> Option<Measurement> {
    value(number).map(|cell| Measurement { lower: Some(figure(lower)), upper: Some(figure(upper)), ..cell })
}

fn category(title: Option<Text>, cells: Vec<Option<Measurement>>) -> Category {
    Category { title, cells }
}

fn one_row(categories: Vec<Category>) -> Vec<Row> {
    vec![Row { title: None, denominators: Vec::new(), categories }]
}

fn measure(title: &str, unit: &str, parameter: &str, dispersion: &str, rows: Vec<Row>) -> Measure {
    Measure {
        title: text(title),
        description: some("Read from the case report form."),
        population: None,
        parameter: term(parameter),
        dispersion: term(dispersion),
        level: None,
        unit: some(unit),
        calculate_percentage: Some(false),
        selected_units: None,
        rows,
    }
}

pub fn baseline() -> Baseline {
    let group = |at: Option<usize>, title: &str, n: u64| BaselineGroup {
        flow_group: at,
        period: None,
        analysis_set: None,
        title: some(title),
        description: Some(text(&format!("{title}, as randomised."))),
        subjects: number(n),
        units: number(n),
    };
    let counted = |kind, title: &str, categories: &[(&str, [u64; 3])]| Characteristic {
        kind,
        ready: Some(true),
        measure: measure(
            title,
            "Participants",
            "count_of_participants",
            "not_applicable",
            one_row(
                categories
                    .iter()
                    .map(|(name, counts)| category(some(name), counts.iter().map(|n| value(&n.to_string())).collect()))
                    .collect(),
            ),
        ),
    };
    let zero = [0, 0, 0];
    use CharacteristicKind as Kind;
    Baseline {
        population: some("All randomised subjects."),
        units: some("Participants"),
        model: term("arms"),
        groups: vec![group(Some(0), "Drug A", 10), group(Some(1), "Placebo", 10)],
        total: Some(BaselineGroup { flow_group: None, ..group(None, "Total", 20) }),
        characteristics: vec![
            Characteristic {
                kind: Kind::AgeContinuous,
                ready: Some(true),
                measure: measure(
                    "Age, Continuous",
                    "Years",
                    "mean",
                    "standard_deviation",
                    one_row(vec![category(
                        None,
                        vec![spread("51.2", "9.1"), spread("52.6", "8.4"), spread("51.9", "8.6")],
                    )]),
                ),
            },
            counted(
                Kind::AgeEudract,
                "Age categorical",
                &[
                    ("In utero", zero),
                    ("Preterm newborn infants (gestational age < 37 wks)", zero),
                    ("Newborns (0-27 days)", zero),
                    ("Infants and toddlers (28 days-23 months)", zero),
                    ("Children (2-11 years)", zero),
                    ("Adolescents (12-17 years)", zero),
                    ("Adults (18-64 years)", [8, 7, 15]),
                    ("From 65-84 years", [2, 3, 5]),
                    ("85 years and over", zero),
                ],
            ),
            counted(
                Kind::AgeCtgov,
                "Age, Categorical",
                &[("<=18 years", zero), ("Between 18 and 65 years", [8, 7, 15]), (">=65 years", [2, 3, 5])],
            ),
            counted(Kind::Sex, "Sex: Female, Male", &[("Female", [6, 5, 11]), ("Male", [4, 5, 9])]),
            counted(
                Kind::Race,
                "Race (NIH/OMB)",
                &[
                    ("American Indian or Alaska Native", zero),
                    ("Asian", [1, 2, 3]),
                    ("Native Hawaiian or Other Pacific Islander", zero),
                    ("Black or African American", [2, 1, 3]),
                    ("White", [7, 7, 14]),
                    ("More than one race", zero),
                    ("Unknown or Not Reported", zero),
                ],
            ),
            counted(
                Kind::Ethnicity,
                "Ethnicity (NIH/OMB)",
                &[
                    ("Hispanic or Latino", [5, 4, 9]),
                    ("Not Hispanic or Latino", [5, 6, 11]),
                    ("Unknown or Not Reported", zero),
                ],
            ),
            region(),
            Characteristic {
                kind: Kind::StudySpecific,
                ready: Some(true),
                measure: measure(
                    "Headache Score at Baseline",
                    "Points on a scale",
                    "mean",
                    "standard_deviation",
                    one_row(vec![category(
                        None,
                        vec![spread("6.1", "1.2"), spread("6.3", "1.1"), spread("6.2", "1.1")],
                    )]),
                ),
            },
        ],
    }
}

/// Countries as rows, each with its own number of subjects.
fn region() -> Characteristic {
    let row = |country: &str, counts: [u64; 3]| Row {
        title: some(country),
        denominators: vec![Denominator {
            units: text("Participants"),
            counts: vec![number(10), number(10), number(20)],
        }],
        categories: vec![category(None, counts.iter().map(|n| value(&n.to_string())).collect())],
    };
    Characteristic {
        kind: CharacteristicKind::Region,
        ready: Some(true),
        measure: Measure {
            population: some("All randomised subjects."),
            selected_units: some("Participants"),
            ..measure(
                "Region of Enrollment",
                "participants",
                "number",
                "not_applicable",
                vec![row("Spain", [6, 6, 12]), row("France", [4, 4, 8])],
            )
        },
    }
}

pub fn set(title: &str, kind: &str, description: &str, subjects: u64) -> AnalysisSet {
    AnalysisSet { title: text(title), description: some(description), kind: term(kind), subjects: number(subjects) }
}

fn outcome(kind: &str, frame: &str, measure: Measure, analyses: Vec<Analysis>) -> Outcome {
    let group = |at: usize, title: &str| OutcomeGroup {
        flow_group: Some(at),
        period: None,
        analysis_set: None,
        title: some(title),
        description: Some(text(&format!("{title}, as randomised."))),
        analysed: number(10),
        units: None,
        comment: None,
    };
    Outcome {
        endpoint: None,
        kind: Term::listed(kind),
        time_frame: some(frame),
        measure,
        population: some("Full analysis set; missing values were imputed."),
        ready: Some(true),
        reporting_status: some("Posted"),
        anticipated: None,
        units: None,
        groups: vec![group(0, "Drug A"), group(1, "Placebo")],
        analyses,
    }
}

pub fn change_outcome() -> Outcome {
    let rows = one_row(vec![category(None, vec![spread("-2.40", "1.10"), spread("-1.10", "1.25")])]);
    let measure = Measure {
        description: some(
            "Mean of the diary of the last 7 days, from 0 (no headache) to 10 (worst headache); higher is worse.",
        ),
        ..measure(CHANGE, "Points on a scale", "mean", "standard_deviation", rows)
    };
    let analysis = Analysis {
        title: some("Drug A against placebo"),
        description: some("Superiority in the full analysis set."),
        groups: vec![0, 1],
        kind: term("superiority"),
        margin: None,
        specification: term("pre_specified"),
        comment: some("Two-sided test at the level of 5%."),
        method: term("ancova"),
        method_words: None,
        p: Some(figure("0.0210")),
        p_relation: some("="),
        p_comment: some("Not adjusted for multiplicity."),
        parameter: term("mean_difference"),
        parameter_words: None,
        estimate: Some(figure("-1.30")),
        estimate_comment: some("Drug A minus placebo."),
        interval: Some(ConfidenceInterval {
            sides: term("two_sided"),
            level: some("95"),
            lower: Some(figure("-2.39")),
            upper: Some(figure("-0.21")),
            lower_comment: None,
            upper_comment: None,
        }),
        dispersion: term("standard_error"),
        dispersion_value: Some(figure("0.52")),
        other: None,
    };
    outcome("primary", "Baseline and Week 12", measure, vec![analysis])
}

pub fn responder_outcome() -> Outcome {
    let counts = |n: [&str; 2]| n.into_iter().map(value).collect();
    let rows = one_row(vec![
        category(some("Response"), counts(["7", "4"])),
        category(some("No response"), counts(["3", "6"])),
    ]);
    let measure = measure(RESPONDERS, "Participants", "count_of_participants", "not_applicable", rows);
    outcome("secondary", "Week 12", Measure { description: some("Response is a score halved."), ..measure }, Vec::new())
}

pub fn recovery_outcome() -> Outcome {
    let rows = one_row(vec![category(None, vec![between("12.0", "9.0", "16.0"), between("15.0", "11.0", "21.0")])]);
    let measure = Measure {
        level: some("95"),
        description: some("Days from the first dose to the first day without headache."),
        ..measure(RECOVERY, "Days", "median", "confidence_interval", rows)
    };
    outcome("secondary", "From first dose up to Week 12", measure, Vec::new())
}

pub fn events() -> AdverseEvents {
    let group = |at: usize, title: &str, serious: u64, other: u64, deaths: u64| EventGroup {
        related: None,
        flow_group: Some(at),
        title: text(title),
        description: Some(text(&format!("{title}, as treated."))),
        exposed: number(10),
        at_risk_serious: number(10),
        at_risk_other: number(10),
        at_risk_deaths: number(10),
        serious: number(serious),
        non_serious: number(other),
        deaths: number(deaths),
        deaths_from_events: number(deaths),
    };
    let count = |affected: u64, occurrences: u64, serious: Option<SeriousCount>| {
        Some(EventCount { affected: number(affected), occurrences: number(occurrences), exposed: number(10), serious })
    };
    let fate = |related, deaths| {
        Some(SeriousCount { related: number(related), deaths: number(deaths), related_deaths: number(0) })
    };
    let event = |name: &str, class: (&str, u64), counts| Event {
        term: text(name),
        class: Some(ema(class.0, class.1, 22)),
        assessment: term("systematic"),
        dictionary: None,
        note: some("Coded by two persons."),
        counts,
    };
    let (nervous, cardiac) = (("Nervous system disorders", 100_000_004_852), ("Cardiac disorders", 100_000_004_849));
    AdverseEvents {
        time_frame: some("From the first dose up to 14 weeks"),
        description: some("Events that began or worsened after the first dose."),
        mortality_comment: some("Deaths of all causes in randomised subjects."),
        threshold: some("5"),
        frequency_rule: None,
        assessment: term("systematic"),
        dictionary: Dictionary { name: term("meddra"), words: some("MedDRA 23.0"), version: some("23.0") },
        groups: vec![group(0, "Drug A", 2, 4, 1), group(1, "Placebo", 1, 3, 0)],
        serious: vec![
            event("Myocardial infarction", cardiac, vec![count(1, 1, fate(0, 1)), count(0, 0, fate(0, 0))]),
            event("Syncope", nervous, vec![count(1, 2, fate(1, 0)), count(1, 1, fate(0, 0))]),
        ],
        non_serious: vec![
            event("Dizziness", nervous, vec![count(3, 4, None), count(2, 2, None)]),
            event("Palpitations", cardiac, vec![count(1, 1, None), count(1, 3, None)]),
        ],
    }
}
