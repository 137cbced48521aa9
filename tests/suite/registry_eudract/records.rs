//! Registry records made by hand, each with what the other ones do not have.

use tracelock::report::registry::{
    Achievement, AdverseEvents, AgeGroupCounts, Amendment, Analysis, AnalysisSet, Arm, ArmProduct, Baseline,
    BaselineGroup, Category, Characteristic, CharacteristicKind, ConfidenceInterval, Contact, CountryCount, Dictionary,
    EmaTerm, Event, EventCount, EventGroup, Figure, Flow, FlowGroup, Identification, Identifier, Interruption, Measure,
    Measurement, Milestone, MoreInformation, Outcome, OutcomeGroup, Period, PeriodDetails, ReasonNotCompleted,
    Reference, RegistryRecord, Row, SeriousCount, Sponsor, Term, Text, TrialInformation,
};

fn text(words: &str) -> Option<Text> {
    Some(Text::of(words))
}

fn number(printed: &str) -> Figure {
    Figure::Printed(printed.to_owned())
}

fn some(printed: &str) -> Option<Figure> {
    Some(number(printed))
}

fn term(id: &str) -> Option<Term> {
    Some(Term::listed(id))
}

fn ema(name: &str, id: u64, version: u16) -> EmaTerm {
    EmaTerm { name: Some(name.to_owned()), id: Some(id), version: Some(version) }
}

fn reached(subjects: &str) -> Option<Achievement> {
    Some(Achievement { subjects: number(subjects), units: None, comment: None })
}

/// Every record with its name.
pub fn all() -> Vec<(&'static str, RegistryRecord)> {
    vec![
        ("two arms", two_arms()),
        ("two periods of a crossover", crossover()),
        ("single arm, baseline by period", single_arm()),
        ("no event at all", no_events()),
        ("an arm nobody entered", withdrawn_arm()),
        ("non-inferiority", non_inferiority()),
        ("a headline with a zero cell", zero_cell()),
        ("analysis sets as groups", analysis_sets()),
        ("interruptions and limitations", interrupted()),
        ("a long list", long_list()),
    ]
}

fn contact() -> Contact {
    Contact {
        name: text("Clinical trial office"),
        organisation: text("Example University"),
        email: text("office@example.org"),
        phone_country: text("49"),
        phone: text("123456"),
        phone_extension: None,
    }
}

fn group(title: &str) -> FlowGroup {
    FlowGroup { arm: None, title: Text::of(title), description: text(&format!("{title} once a day.")) }
}

fn arm(group: usize, kind: &str) -> Arm {
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

fn period(title: &str, baseline: bool, counts: [[&str; 2]; 2], arms: Vec<Arm>) -> Period {
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

fn measure(title: &str, parameter: &str, dispersion: Option<&str>, categories: Vec<Category>) -> Measure {
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

fn counted(title: Option<&str>, counts: &[&str]) -> Category {
    let cell =
        |count: &&str| Some(Measurement { value: some(count), spread: None, lower: None, upper: None, comment: None });
    Category { title: title.map(Text::of), cells: counts.iter().map(cell).collect() }
}

/// Values with one number of spread.
fn measured(values: &[(&str, &str)]) -> Category {
    let cell = |(value, spread): &(&str, &str)| {
        Some(Measurement { value: some(value), spread: some(spread), lower: None, upper: None, comment: None })
    };
    Category { title: None, cells: values.iter().map(cell).collect() }
}

fn characteristic(kind: CharacteristicKind, measure: Measure) -> Characteristic {
    Characteristic { kind, ready: Some(true), measure }
}

fn baseline_group(flow_group: Option<usize>, subjects: &str) -> BaselineGroup {
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

fn baseline() -> Baseline {
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

fn outcome_group(flow_group: usize, analysed: &str) -> OutcomeGroup {
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

fn analysis() -> Analysis {
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

fn outcome() -> Outcome {
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

fn count(affected: &str, occurrences: &str, serious: bool) -> Option<EventCount> {
    let serious = serious.then(|| SeriousCount { related: some("0"), deaths: some("0"), related_deaths: some("0") });
    Some(EventCount { affected: some(affected), occurrences: some(occurrences), exposed: some("10"), serious })
}

fn event(name: &str, serious: bool) -> Event {
    Event {
        term: Text::of(name),
        class: Some(ema("Gastrointestinal disorders", 100_000_004_856, 22)),
        assessment: None,
        dictionary: None,
        note: None,
        counts: vec![count("2", "3", serious), count("0", "0", serious)],
    }
}

fn event_group(flow_group: usize, title: &str) -> EventGroup {
    EventGroup {
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

fn events() -> AdverseEvents {
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
    overall.milestones = vec![Milestone { title: Text::of("Week 12"), reached: vec![reached("9"), reached("9")], comment: None }];
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

/// Two periods: one sequence is named alike in both, the other changes its words and so is an arm of its own.
pub fn crossover() -> RegistryRecord {
    let mut record = two_arms();
    record.flow.groups.push(FlowGroup { description: text("Active after a washout"), ..group("Control") });
    let first = &mut record.flow.periods[0];
    let milestones = first.milestones.iter_mut().map(|milestone| &mut milestone.reached);
    let reasons = first.reasons.iter_mut().map(|reason| &mut reason.subjects);
    for cells in [&mut first.started, &mut first.completed, &mut first.not_completed]
        .into_iter()
        .chain(milestones)
        .chain(reasons)
    {
        cells.push(None);
    }
    let mut second = period(
        "Second period",
        false,
        [["8", "9"], ["8", "8"]],
        vec![arm(0, "experimental"), arm(2, "active_comparator")],
    );
    for cells in [&mut second.started, &mut second.completed, &mut second.not_completed] {
        cells.insert(1, None);
    }
    second.reasons = vec![ReasonNotCompleted {
        subjects: vec![None, None, reached("1")],
        ..record.flow.periods[0].reasons[1].clone()
    }];
    let details = second.details.as_mut().expect("details");
    (details.exclusive_arms, details.subjects) = (Some(false), some("17"));
    record.flow.periods.push(second);
    let mut later = outcome();
    later.kind = Term::listed("secondary");
    later.groups = vec![
        OutcomeGroup { period: Some(1), ..outcome_group(0, "8") },
        OutcomeGroup { period: Some(1), ..outcome_group(2, "8") },
    ];
    record.outcomes.push(later);
    // Two arms are called Control, so the title does not say which one the group at risk is.
    record.adverse_events.as_mut().expect("adverse events").groups[1].flow_group = None;
    record
}

/// The baseline of the whole period in one group.
fn single_arm() -> RegistryRecord {
    let mut record = two_arms();
    record.flow.groups.truncate(1);
    let only = &mut record.flow.periods[0];
    let milestones = only.milestones.iter_mut().map(|milestone| &mut milestone.reached);
    let reasons = only.reasons.iter_mut().map(|reason| &mut reason.subjects);
    for cells in
        [&mut only.started, &mut only.completed, &mut only.not_completed].into_iter().chain(milestones).chain(reasons)
    {
        cells.truncate(1);
    }
    let details = only.details.as_mut().expect("details");
    details.arms.truncate(1);
    details.arms[0].kind = term("other");
    details.arms[0].other_kind = text("Sequence of doses");
    (details.allocation, details.blinding, details.blinded) = (term("not_applicable"), term("open"), Some(false));
    details.blinding_implementation = None;
    details.blinded_roles.clear();
    let baseline = record.baseline.as_mut().expect("a baseline");
    (baseline.model, baseline.total) = (term("period"), None);
    baseline.groups = vec![baseline_group(None, "10")];
    for characteristic in &mut baseline.characteristics {
        for category in &mut characteristic.measure.rows[0].categories {
            category.cells.truncate(1);
        }
    }
    let outcome = &mut record.outcomes[0];
    outcome.groups.truncate(1);
    outcome.measure.rows[0].categories[0].cells.truncate(1);
    outcome.analyses[0].groups = vec![0];
    outcome.analyses[0].kind = term("other");
    let events = record.adverse_events.as_mut().expect("adverse events");
    events.groups.truncate(1);
    for event in events.serious.iter_mut().chain(&mut events.non_serious) {
        event.counts.truncate(1);
    }
    record
}

fn no_events() -> RegistryRecord {
    let mut record = two_arms();
    let events = record.adverse_events.as_mut().expect("adverse events");
    events.serious.clear();
    events.non_serious.clear();
    for group in &mut events.groups {
        (group.serious, group.non_serious, group.deaths) = (some("0"), some("0"), some("0"));
        group.description = None;
    }
    record
}

/// Nobody started the second arm; EudraCT says so by an exposed number that is not there.
fn withdrawn_arm() -> RegistryRecord {
    let mut record = two_arms();
    let overall = &mut record.flow.periods[0];
    (overall.started[1], overall.completed[1]) = (reached("0"), reached("0"));
    overall.milestones[0].reached[1] = reached("0");
    overall.reasons[1].subjects[1] = None;
    record.baseline.as_mut().expect("a baseline").groups[1].subjects = some("0");
    let outcome = &mut record.outcomes[0];
    outcome.measure.rows[0].categories[0].cells[1] = None;
    outcome.groups[1].analysed = some("0");
    outcome.groups[1].comment = text("Nobody was treated");
    outcome.analyses.clear();
    let events = record.adverse_events.as_mut().expect("adverse events");
    events.groups[1].exposed = None;
    for event in events.serious.iter_mut().chain(&mut events.non_serious) {
        event.counts[1].as_mut().expect("a count").exposed = None;
    }
    record
}

/// With a margin, a test that has a name nowhere, and a limit on one side.
fn non_inferiority() -> RegistryRecord {
    let mut record = two_arms();
    let analysis = &mut record.outcomes[0].analyses[0];
    (analysis.kind, analysis.margin) =
        (term("non_inferiority"), text("0.5 points, half of the smallest difference that matters"));
    (analysis.method, analysis.method_words) = (term("other"), text("Farrington-Manning"));
    (analysis.parameter, analysis.parameter_words) = (term("other"), text("Difference of ranks"));
    (analysis.p_relation, analysis.p) = (text("="), some("0.0311"));
    let interval = analysis.interval.as_mut().expect("an interval");
    (interval.sides, interval.lower) = (term("one_sided"), None);
    (analysis.dispersion, analysis.dispersion_value, analysis.estimate_comment) = (None, None, None);
    let mut second = analysis.clone();
    (second.kind, second.specification) = (term("equivalence"), term("post_hoc"));
    (second.comment, second.method, second.method_words, second.p, second.p_relation, second.p_comment) =
        Default::default();
    record.outcomes[0].analyses.push(second);
    record
}

/// Nobody responded in one arm: counts in categories, and a proportion with limits and 99999.
fn zero_cell() -> RegistryRecord {
    let mut record = two_arms();
    let mut responders = outcome();
    responders.measure = measure(
        "Responders",
        "count_of_participants",
        None,
        vec![counted(Some("Responder"), &["3", "0"]), counted(Some("No responder"), &["7", "10"])],
    );
    responders.measure.dispersion = None;
    responders.population = None;
    responders.analyses[0].method = term("fisher_exact");
    responders.analyses[0].estimate = some("99999");
    let mut proportion = outcome();
    let cell = |value: &str, lower: &str, upper: &str| {
        Some(Measurement { value: some(value), spread: None, lower: some(lower), upper: some(upper), comment: None })
    };
    let cells = vec![cell("30.0", "6.7", "65.2"), cell("0.0", "0.0", "99999")];
    proportion.kind = Term::listed("post_hoc");
    proportion.measure =
        measure("Proportion", "number", Some("confidence_interval"), vec![Category { title: None, cells }]);
    (proportion.measure.level, proportion.measure.unit) = (text("95"), text("percentage"));
    proportion.analyses.clear();
    record.outcomes = vec![responders, proportion];
    record
}

/// Analysis sets beside arms, in the baseline and in an end point, and compared with an arm.
fn analysis_sets() -> RegistryRecord {
    let mut record = two_arms();
    let set = |title: &str, kind: &str| AnalysisSet {
        title: Text::of(title),
        description: text("As defined in the plan"),
        kind: term(kind),
        subjects: some("10"),
    };
    record.analysis_sets = vec![set("Full analysis set", "full_analysis"), set("Per protocol", "per_protocol")];
    let baseline = record.baseline.as_mut().expect("a baseline");
    baseline.groups.push(BaselineGroup {
        analysis_set: Some(1),
        description: None,
        subjects: None,
        ..baseline_group(None, "10")
    });
    for characteristic in &mut baseline.characteristics {
        for category in &mut characteristic.measure.rows[0].categories {
            let own = category.cells[0].clone().filter(|_| characteristic.kind == CharacteristicKind::Sex);
            category.cells.insert(2, own);
        }
    }
    let outcome = &mut record.outcomes[0];
    outcome.groups.push(OutcomeGroup { flow_group: None, analysis_set: Some(1), ..outcome_group(0, "10") });
    let cells = &mut outcome.measure.rows[0].categories[0].cells;
    cells.push(cells[0].clone());
    outcome.analyses[0].groups = vec![0, 2];
    record
}

fn interrupted() -> RegistryRecord {
    let mut record = two_arms();
    record.more.has_interruptions = Some(true);
    record.more.interruptions = vec![
        Interruption {
            date: text("2020-03-15"),
            restart: text("2020-06-01"),
            description: text("Clinics were closed"),
        },
        Interruption { date: text("2020-11-01"), restart: None, description: text("Closed again") },
    ];
    record.more.limitations = text("Fewer subjects than planned");
    record
}

/// Many terms, end points and categories.
fn long_list() -> RegistryRecord {
    let mut record = two_arms();
    let events = record.adverse_events.as_mut().expect("adverse events");
    events.non_serious = (0..400).map(|at| event(&format!("Term {at}"), false)).collect();
    let mut many = outcome();
    many.measure.rows[0].categories = (0..60)
        .map(|at| Category { title: text(&format!("Week {at}")), ..measured(&[("1.5", "0.2"), ("-1.5", "0.3")]) })
        .collect();
    record.outcomes = vec![many; 12];
    record
}
