//! A registry record made by hand, with something in every module, and the parts it is made of.

use tracelock::report::registry::{
    Achievement, AdverseEvents, AgeGroupCounts, Amendment, Analysis, Arm, ArmProduct, Baseline, BaselineGroup,
    Category, Characteristic, CharacteristicKind, ConfidenceInterval, Contact, CountryCount, Dictionary, EmaTerm,
    Event, EventCount, EventGroup, Figure, Flow, FlowGroup, Identification, Identifier, Measure, Measurement,
    Milestone, MoreInformation, Outcome, OutcomeGroup, Period, PeriodDetails, ReasonNotCompleted, Reference,
    RegistryRecord, Row, SeriousCount, Sponsor, Term, Text, TrialInformation,
};

pub fn text(words: &str) -> Option<Text> {
    Some(Text::of(words))
}

pub fn number(printed: &str) -> Figure {
    Figure::Printed(printed.to_owned())
}

pub fn some(printed: &str) -> Option<Figure> {
    Some(number(printed))
}

pub fn term(id: &str) -> Option<Term> {
    Some(Term::listed(id))
}

pub fn ema(name: &str, id: u64, version: u16) -> EmaTerm {
    EmaTerm { name: Some(name.to_owned()), id: Some(id), version: Some(version) }
}

pub fn reached(subjects: &str) -> Option<Achievement> {
    Some(Achievement { subjects: number(subjects), units: None, comment: None })
}

pub fn contact() -> Contact {
    Contact {
        name: text("Clinical trial office"),
        organisation: text("Example University"),
        email: text("office@example.org"),
        phone_country: text("49"),
        phone: text("123456"),
        phone_extension: None,
    }
}

pub fn group(title: &str) -> FlowGroup {
    FlowGroup { arm: None, title: Text::of(title), description: text(&format!("{title} once a day.")) }
}

pub fn arm(group: usize, kind: &str) -> Arm {
    let product = ArmProduct {
        name: text("Example"),
        code: text("EX-1"),
        dose: text("1 mg subcutaneously"),
        forms: vec![ema("Solution for injection", 100_000_073_863, 12)],
        routes: vec![ema("Subcutaneous use", 100_000_073_633, 4)],
        ..ArmProduct::default()
    };
    Arm { group, kind: term(kind), other_kind: None, products: vec![product] }
}

pub fn period(title: &str, baseline: bool, counts: [[&str; 2]; 2], arms: Vec<Arm>) -> Period {
    Period {
        title: Text::of(title),
        baseline: Some(baseline),
        started: counts[0].map(reached).to_vec(),
        completed: counts[1].map(reached).to_vec(),
        not_completed: vec![None, None],
        milestones: Vec::new(),
        reasons: Vec::new(),
        details: Some(PeriodDetails {
            exclusive_arms: Some(true),
            subjects: None,
            blinded: Some(true),
            blinding: term("double"),
            blinding_implementation: text("Identical vials & labels"),
            blinded_roles: vec![Term::listed("participant"), Term::listed("outcomes_assessor")],
            allocation: term("randomised"),
            arms,
        }),
    }
}

pub fn measure(title: &str, parameter: &str, dispersion: Option<&str>, categories: Vec<Category>) -> Measure {
    Measure {
        title: Text::of(title),
        description: None,
        population: None,
        parameter: term(parameter),
        dispersion: dispersion.map(Term::listed),
        level: None,
        unit: text("Subjects"),
        calculate_percentage: None,
        selected_units: None,
        rows: vec![Row { title: None, denominators: Vec::new(), categories }],
    }
}

pub fn counted(title: Option<&str>, counts: &[&str]) -> Category {
    let cell =
        |count: &&str| Some(Measurement { value: some(count), spread: None, lower: None, upper: None, comment: None });
    Category { title: title.map(Text::of), cells: counts.iter().map(cell).collect() }
}

/// Values with one number of spread.
pub fn measured(values: &[(&str, &str)]) -> Category {
    let cell = |(value, spread): &(&str, &str)| {
        Some(Measurement { value: some(value), spread: some(spread), lower: None, upper: None, comment: None })
    };
    Category { title: None, cells: values.iter().map(cell).collect() }
}

pub fn characteristic(kind: CharacteristicKind, measure: Measure) -> Characteristic {
    Characteristic { kind, ready: Some(true), measure }
}

pub fn baseline_group(flow_group: Option<usize>, subjects: &str) -> BaselineGroup {
    BaselineGroup {
        flow_group,
        period: None,
        analysis_set: None,
        title: None,
        description: text("As randomised"),
        subjects: some(subjects),
        units: None,
    }
}

pub fn baseline() -> Baseline {
    let mut age = measure(
        "Age continuous",
        "mean",
        Some("standard_deviation"),
        vec![measured(&[("58.5", "9.0"), ("59.1", "10.3")])],
    );
    age.unit = text("years");
    age.rows[0].categories[0].cells.push(None);
    let ages = vec![
        counted(Some("Adults (18-64 years)"), &["7", "6", "13"]),
        counted(Some("From 65-84 years"), &["3", "4", "7"]),
    ];
    let sex = vec![counted(Some("Female"), &["4", "5", "9"]), counted(Some("Male"), &["6", "5", "11"])];
    let smoker = vec![counted(Some("Smoker"), &["1", "0", "1"]), counted(Some("No smoker"), &["9", "10", "19"])];
    let median =
        Measurement { value: some("90"), spread: None, lower: some("61.5"), upper: some("120"), comment: None };
    let weight = Category { title: None, cells: vec![Some(median.clone()), Some(median), None] };
    let mut weight = measure("Body weight", "median", Some("inter_quartile_range"), vec![weight]);
    (weight.unit, weight.description) = (text("kg"), text("Measured at screening"));
    Baseline {
        model: term("arms"),
        groups: vec![baseline_group(Some(0), "10"), baseline_group(Some(1), "10")],
        total: Some(BaselineGroup {
            title: text("Total"),
            description: None,
            subjects: None,
            ..baseline_group(None, "20")
        }),
        characteristics: vec![
            characteristic(CharacteristicKind::AgeContinuous, age),
            characteristic(
                CharacteristicKind::AgeEudract,
                measure("Age categorical", "count_of_participants", None, ages),
            ),
            characteristic(CharacteristicKind::Sex, measure("Gender categorical", "count_of_participants", None, sex)),
            characteristic(
                CharacteristicKind::StudySpecific,
                measure("Smoking", "count_of_participants", None, smoker),
            ),
            characteristic(CharacteristicKind::StudySpecific, weight),
        ],
        ..Baseline::default()
    }
}

pub fn outcome_group(flow_group: usize, analysed: &str) -> OutcomeGroup {
    OutcomeGroup {
        flow_group: Some(flow_group),
        period: None,
        analysis_set: None,
        title: None,
        description: None,
        analysed: some(analysed),
        units: None,
        comment: None,
    }
}

pub fn analysis() -> Analysis {
    Analysis {
        title: text("Active against control"),
        description: text("Model with arm and baseline as covariates"),
        groups: vec![0, 1],
        kind: term("superiority"),
        margin: None,
        specification: term("prespecified"),
        comment: text("Tested first"),
        method: term("ancova"),
        method_words: None,
        p: some("0.0001"),
        p_relation: text("<"),
        p_comment: text("Two-sided"),
        parameter: term("mean_difference"),
        parameter_words: None,
        estimate: some("-1.25"),
        estimate_comment: text("Active minus control"),
        interval: Some(ConfidenceInterval {
            sides: term("two_sided"),
            level: text("97.5"),
            lower: some("-2.00"),
            upper: some("-0.50"),
            lower_comment: None,
            upper_comment: None,
        }),
        dispersion: term("standard_error"),
        dispersion_value: some("0.38"),
        other: None,
    }
}

pub fn outcome() -> Outcome {
    let mut measure = measure(
        "Change in score",
        "least_squares_mean",
        Some("standard_error"),
        vec![measured(&[("-1.45", "0.09"), ("-0.20", "0.11")])],
    );
    (measure.unit, measure.description) = (text("points"), text("Sum of 10 items, < 5 is good"));
    Outcome {
        endpoint: None,
        kind: Term::listed("primary"),
        time_frame: text("Baseline to week 30"),
        measure,
        population: text("All who were randomised"),
        ready: Some(true),
        reporting_status: None,
        anticipated: None,
        units: None,
        groups: vec![outcome_group(0, "10"), outcome_group(1, "10")],
        analyses: vec![analysis()],
    }
}

pub fn count(affected: &str, occurrences: &str, serious: bool) -> Option<EventCount> {
    let serious = serious.then(|| SeriousCount { related: some("0"), deaths: some("0"), related_deaths: some("0") });
    Some(EventCount { affected: some(affected), occurrences: some(occurrences), exposed: some("10"), serious })
}

pub fn event(name: &str, serious: bool) -> Event {
    Event {
        term: Text::of(name),
        class: Some(ema("Gastrointestinal disorders", 100_000_004_856, 22)),
        assessment: None,
        dictionary: None,
        note: None,
        counts: vec![count("2", "3", serious), count("0", "0", serious)],
    }
}

pub fn event_group(flow_group: usize, title: &str) -> EventGroup {
    EventGroup {
        related: None,
        flow_group: Some(flow_group),
        title: Text::of(title),
        description: text("Treated"),
        exposed: some("10"),
        at_risk_serious: None,
        at_risk_other: None,
        at_risk_deaths: None,
        serious: some("2"),
        non_serious: some("2"),
        deaths: some("1"),
        deaths_from_events: some("0"),
    }
}

pub fn events() -> AdverseEvents {
    let own = Event {
        assessment: term("non_systematic"),
        dictionary: Some(Dictionary { name: term("other"), words: text("House list"), version: text("2") }),
        note: text("Seen on ECG"),
        ..event("Palpitations", true)
    };
    AdverseEvents {
        time_frame: text("First dose to week 35"),
        description: text("Asked at each visit"),
        mortality_comment: None,
        threshold: text("5"),
        frequency_rule: None,
        assessment: term("systematic"),
        dictionary: Dictionary { name: term("meddra"), words: None, version: text("26.1") },
        groups: vec![event_group(0, "Active"), event_group(1, "Control")],
        serious: vec![event("Ileus", true), own],
        non_serious: vec![event("Nausea", false)],
    }
}

/// Two arms in one period, with something in every module.
pub fn two_arms() -> RegistryRecord {
    let mut overall = period(
        "Overall period",
        true,
        [["10", "10"], ["8", "9"]],
        vec![arm(0, "experimental"), arm(1, "placebo_comparator")],
    );
    overall.milestones =
        vec![Milestone { title: Text::of("Week 12"), reached: vec![reached("9"), reached("9")], comment: None }];
    let reason = |eudract: &str, words: Option<&str>, subjects: [&str; 2]| ReasonNotCompleted {
        ctgov: None,
        eudract: term(eudract),
        words: words.map(Text::of),
        subjects: subjects.map(reached).to_vec(),
    };
    overall.reasons =
        vec![reason("consent_withdrawn", None, ["1", "0"]), reason("other", Some("Moved away"), ["1", "1"])];
    overall.reasons[1].subjects[1] = Some(Achievement { comment: text("Abroad"), ..reached("1").expect("a number") });
    let sponsor = Sponsor {
        organisation: text("Example University Hospital"),
        short_name: text("Example University"),
        street: text("Main street 1"),
        postcode: text("12345"),
        town: text("Exampletown"),
        country: Some(ema("Germany", 100_000_000_403, 11)),
        public_contact: Some(contact()),
        scientific_contact: Some(Contact { phone: None, phone_country: None, ..contact() }),
        ..Sponsor::default()
    };
    let ages = [("adult", "13"), ("elderly_65_84", "7")];
    let counted_age = |id: &str| ages.iter().find(|(own, _)| *own == id).map_or("0", |(_, count)| *count);
    let ids = [
        "in_utero",
        "preterm",
        "newborn",
        "infant_toddler",
        "child",
        "adolescent",
        "adult",
        "elderly_65_84",
        "elderly_85",
    ];
    RegistryRecord {
        identification: Identification {
            eudract: text("2020-000000-00"),
            nct: text("NCT00000000"),
            ctis: text("2024-500000-00-00"),
            who: text("U1111-0000-0000"),
            protocol_code: text("EX-001"),
            official_title: text("Active against control in <mild> disease"),
            paediatric_plans: vec![Text::of("EMEA-000000-PIP01-00")],
            others: vec![Identifier { number: Text::of("DRKS00000000"), name: text("DRKS"), kind: None, link: None }],
            ..Identification::default()
        },
        sponsors: vec![sponsor],
        trial: TrialInformation {
            part_of_pip: Some(true),
            article_45: Some(false),
            article_46: Some(true),
            stage: term("final"),
            analysis_date: text("2021-06-29"),
            for_primary_completion: Some(true),
            primary_completion: text("2021-03-01"),
            ended: Some(true),
            premature: Some(false),
            end_date: text("2021-05-01"),
            main_objective: text("To show a smaller score"),
            rationale: None,
            recruitment_start: text("2019-12-01"),
            long_term_follow_up: Some(false),
            data_monitoring_committee: Some(true),
            protection_of_subjects: text("Good clinical practice"),
            background_therapy: text("Usual care"),
            comparator_evidence: None,
            countries: vec![CountryCount { country: ema("Germany", 100_000_000_403, 11), subjects: number("20") }],
            age_groups: Some(AgeGroupCounts {
                groups: ids.iter().map(|id| ((*id).to_owned(), number(counted_age(id)))).collect(),
            }),
        },
        flow: Flow {
            recruitment: text("Five clinics"),
            pre_assignment: text("30 screened"),
            units: None,
            groups: vec![group("Active"), group("Control")],
            periods: vec![overall],
        },
        baseline: Some(baseline()),
        outcomes: vec![outcome()],
        adverse_events: Some(events()),
        more: MoreInformation {
            has_amendments: Some(true),
            amendments: vec![Amendment { date: text("2020-02-03"), description: text("More clinics") }],
            has_interruptions: Some(false),
            references: vec![Reference { citation: None, pubmed: text("12345678"), results: None, kind: None }],
            ..MoreInformation::default()
        },
        ..RegistryRecord::default()
    }
}
