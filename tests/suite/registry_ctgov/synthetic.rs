//! Hand-made records, each with a shape that real trials have and posted records at hand lack.

use tracelock::report::registry::{
    Achievement, AdverseEvents, Agreement, Analysis, Baseline, BaselineGroup, Category, Characteristic,
    CharacteristicKind, ConfidenceInterval, Contact, Denominator, Design, Dictionary, Eligibility, EmaTerm, Event,
    EventCount, EventGroup, Figure, Flow, FlowGroup, Identification, Intervention, Masking, Measure, Measurement,
    Milestone, MoreInformation, Outcome, OutcomeGroup, Oversight, Period, Protocol, ProtocolArm, ReasonNotCompleted,
    RegisteredOutcome, RegistryRecord, Row, Sponsor, Term, Text,
};

fn text(words: &str) -> Option<Text> {
    Some(Text::of(words))
}

fn n(printed: &str) -> Option<Figure> {
    Some(Figure::Printed(printed.to_owned()))
}

fn listed(id: &str) -> Option<Term> {
    Some(Term::listed(id))
}

/// Subjects of groups; `-` for one that takes no part.
fn reached(counts: &[&str]) -> Vec<Option<Achievement>> {
    let one = |count: &&str| {
        let subjects = Figure::Printed((*count).to_owned());
        (*count != "-").then_some(Achievement { subjects, units: None, comment: None })
    };
    counts.iter().map(one).collect()
}

/// A value of each group: `12`, `12 (3.4)` with spread, `12 [1 to 20]` with limits, `-` for none, `NA: why`.
fn cells(values: &[&str]) -> Vec<Option<Measurement>> {
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

fn row(title: Option<&str>, categories: &[(&str, &[&str])]) -> Row {
    let category = |(title, values): &(&str, &[&str])| Category {
        title: text(title).filter(|title| !title.is_empty()),
        cells: cells(values),
    };
    Row { title: title.and_then(text), denominators: Vec::new(), categories: categories.iter().map(category).collect() }
}

fn measure(title: &str, parameter: &str, dispersion: &str, unit: &str, rows: Vec<Row>) -> Measure {
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

fn characteristic(kind: CharacteristicKind, measure: Measure) -> Characteristic {
    Characteristic { kind, ready: None, measure }
}

fn period(title: &str, started: &[&str], completed: &[&str]) -> Period {
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

fn protocol(arms: &[&str]) -> Protocol {
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

fn outcome(arms: &[&str], analysed: &[&str], measure: Measure) -> Outcome {
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

fn events(arms: &[&str], exposed: &[&str]) -> AdverseEvents {
    let group = |(at, (arm, exposed)): (usize, (&&str, &&str))| EventGroup {
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
        assessment: listed("systematic"),
        dictionary: Dictionary { name: listed("meddra"), words: text("MedDRA 27.0"), version: text("27.0") },
        groups: arms.iter().zip(exposed).enumerate().map(group).collect(),
        serious: vec![event("Pyrexia", ("General disorders", 100_000_004_867))],
        non_serious: vec![event("Nausea", ("Gastrointestinal disorders", 100_000_004_856))],
    }
}

/// A parallel trial with everything that is usual.
fn parallel() -> RegistryRecord {
    let arms = ["Testine 10 mg", "Placebo for Testine"];
    let group = |at: usize, title: &str, subjects: &str| BaselineGroup {
        flow_group: Some(at).filter(|at| *at < 2),
        analysis_set: None,
        period: None,
        title: text(title),
        description: text("As titled."),
        subjects: n(subjects),
        units: None,
    };
    let count = "count_of_participants";
    let none = "not_applicable";
    let mut overall = period("Overall Study", &["10", "10"], &["9", "8"]);
    overall.milestones.push(Milestone {
        title: Text::of("Received a dose"),
        reached: reached(&["10", "9"]),
        comment: text("Capsule swallowed."),
    });
    overall.reasons = vec![
        ReasonNotCompleted {
            ctgov: listed("adverse_event"),
            eudract: None,
            words: None,
            subjects: reached(&["1", "1"]),
        },
        ReasonNotCompleted {
            ctgov: listed("other"),
            eudract: None,
            words: text("Moved away"),
            subjects: reached(&["0", "1"]),
        },
    ];
    let not_collected = Measure {
        population: text("Race and ethnicity were not collected from any participant."),
        ..measure("Race and Ethnicity Not Collected", count, none, "Participants", vec![row(None, &[])])
    };
    let mut ankle = measure(
        "Ankle circumference",
        "mean",
        "standard_deviation",
        "cm",
        vec![row(None, &[("", &["20 (1.5)", "21 (2.5)", "20.5 (2.0)"])])],
    );
    ankle.rows[0].denominators =
        vec![Denominator { units: Text::of("Participants"), counts: vec![n("9"), n("10"), n("19")] }];
    RegistryRecord {
        identification: Identification {
            prs_organisation: text("EXAMPLEORG"),
            protocol_code: text("ABC-001"),
            eudract: text("2024-000001-01"),
            isrctn: text("ISRCTN00000001"),
            public_title: text("Testine for pain"),
            official_title: text("A randomised trial of Testine \"10 mg\" & placebo"),
            acronym: text("TEST"),
            ..Identification::default()
        },
        sponsors: vec![Sponsor { organisation: text("Example Org"), ..Sponsor::default() }],
        protocol: protocol(&arms),
        flow: Flow {
            recruitment: text("Two sites."),
            pre_assignment: text("Run-in of a week."),
            units: None,
            groups: arms
                .iter()
                .map(|arm| FlowGroup { arm: None, title: Text::of(*arm), description: text("As titled.") })
                .collect(),
            periods: vec![overall],
        },
        baseline: Some(Baseline {
            population: text("All randomised participants."),
            units: None,
            model: None,
            groups: vec![group(0, arms[0], "10"), group(1, arms[1], "10")],
            total: Some(group(2, "Total", "20")),
            characteristics: vec![
                characteristic(
                    CharacteristicKind::AgeContinuous,
                    measure(
                        "Age, Continuous",
                        "mean",
                        "standard_deviation",
                        "Years",
                        vec![row(None, &[("", &["50.1 (9.9)", "49.2 (10.0)", "49.7 (9.8)"])])],
                    ),
                ),
                characteristic(
                    CharacteristicKind::Sex,
                    measure(
                        "Sex: Female, Male",
                        count,
                        none,
                        "Participants",
                        vec![row(None, &[("Female", &["4", "0", "4"]), ("Male", &["6", "10", "16"])])],
                    ),
                ),
                characteristic(CharacteristicKind::RaceEthnicityNotCollected, not_collected),
                characteristic(
                    CharacteristicKind::Region,
                    measure(
                        "Region of Enrollment",
                        "number",
                        none,
                        "participants",
                        vec![
                            row(Some("Germany"), &[("", &["4", "5", "9"])]),
                            row(Some("Spain"), &[("", &["6", "5", "11"])]),
                        ],
                    ),
                ),
                characteristic(CharacteristicKind::StudySpecific, ankle),
            ],
        }),
        outcomes: vec![outcome(
            &arms,
            &["10", "10"],
            measure(
                "Change in pain",
                "least_squares_mean",
                "standard_error",
                "mm",
                vec![row(None, &[("", &["-10.5 (1.2)", "-3.25 (1.25)"])])],
            ),
        )],
        adverse_events: Some(events(&arms, &["10", "9"])),
        more: MoreInformation {
            limitations: text("Small."),
            agreement: Some(Agreement {
                employees: Some(false),
                restrictive: Some(true),
                restriction: text("OTHER"),
                details: text("Sponsor reads first."),
            }),
            point_of_contact: Some(Contact {
                name: text("Trials Office"),
                organisation: text("Example Org"),
                email: text("trials@example.org"),
                phone: text("+44 1223 000000"),
                phone_extension: text("12"),
                ..Contact::default()
            }),
            ..MoreInformation::default()
        },
        ..RegistryRecord::default()
    }
}

/// Two periods with groups by sequence and, in the second, a group that takes no part.
fn crossover() -> RegistryRecord {
    let mut record = parallel();
    record.protocol.design.model = listed("crossover");
    record.flow.groups.push(FlowGroup { arm: None, title: Text::of("Never crossed"), description: None });
    record.flow.periods = vec![
        period("First Intervention", &["10", "10", "3"], &["9", "10", "3"]),
        period("Washout", &["9", "10", "-"], &["9", "9", "-"]),
        period("Second Intervention", &["9", "9", "-"], &["NA", "9", "-"]),
    ];
    if let Some(Some(unknown)) = record.flow.periods[2].completed.first_mut() {
        unknown.comment = text("Diaries were lost.");
    }
    record
}

/// One arm, without a total group.
fn single_arm() -> RegistryRecord {
    let mut record = parallel();
    record.protocol.arms.truncate(1);
    record.protocol.design.number_of_arms = text("1");
    record.protocol.design.masking = Masking { level: listed("open"), who: Vec::new(), description: None };
    record.protocol.design.allocation = listed("not_applicable");
    record.flow.groups.truncate(1);
    record.flow.periods = vec![period("Overall Study", &["10"], &["10"])];
    let baseline = record.baseline.as_mut().unwrap();
    baseline.groups.truncate(1);
    baseline.total = None;
    for of in &mut baseline.characteristics {
        for row in &mut of.measure.rows {
            row.denominators.iter_mut().for_each(|of| of.counts.truncate(1));
            row.categories.iter_mut().for_each(|of| of.cells.truncate(1));
        }
    }
    let outcome = &mut record.outcomes[0];
    outcome.groups.truncate(1);
    outcome.measure = Measure {
        level: text("98"),
        ..measure("Pain", "median", "confidence_interval", "mm", vec![row(None, &[("", &["10 [8 to 13]"])])])
    };
    let mut events = events(&["Testine 10 mg"], &["10"]);
    events.groups[0].description = None;
    record.adverse_events = Some(events);
    record
}

/// Adverse events were collected and nobody had one.
fn zero_events() -> RegistryRecord {
    let mut record = parallel();
    let events = record.adverse_events.as_mut().unwrap();
    events.serious.clear();
    events.non_serious.clear();
    for group in &mut events.groups {
        (group.serious, group.non_serious) = (n("0"), n("0"));
    }
    record
}

/// Nobody started in an arm: nothing can be estimated there.
fn withdrawn_arm() -> RegistryRecord {
    let mut record = parallel();
    record.flow.periods = vec![period("Overall Study", &["20", "0"], &["20", "0"])];
    let outcome = &mut record.outcomes[0];
    outcome.groups[1].analysed = n("0");
    outcome.measure.rows = vec![row(None, &[("", &["-10.5 (1.2)", "NA: Nobody was allocated to this arm."])])];
    let events = record.adverse_events.as_mut().unwrap();
    events.groups.truncate(1);
    for event in events.serious.iter_mut().chain(&mut events.non_serious) {
        event.counts.truncate(1);
    }
    record
}

fn analysis(kind: &str, estimate: &str, interval: (&str, &str)) -> Analysis {
    Analysis {
        title: None,
        description: text("Drug minus placebo."),
        groups: vec![0, 1],
        kind: listed(kind),
        margin: None,
        specification: None,
        comment: None,
        method: listed("mixed_model"),
        method_words: None,
        p: n("<0.0001"),
        p_relation: None,
        p_comment: None,
        parameter: listed("mean_difference"),
        parameter_words: None,
        estimate: n(estimate),
        estimate_comment: None,
        interval: Some(ConfidenceInterval {
            sides: listed("two_sided"),
            level: text("95"),
            lower: n(interval.0),
            upper: n(interval.1),
            lower_comment: None,
            upper_comment: None,
        }),
        dispersion: listed("standard_error"),
        dispersion_value: n("1.7"),
        other: None,
    }
}

/// A margin, an interval with one limit, an estimate and a test of no list, and an analysis in words only.
fn non_inferiority() -> RegistryRecord {
    let mut record = parallel();
    let mut against_margin = analysis("non_inferiority", "-7.25", ("-10.6", "-3.9"));
    against_margin.margin = text("5 mm, half of what patients notice.");
    let mut one_sided = analysis("superiority", "0.4", ("NA", "0.9"));
    one_sided.method = listed("other");
    one_sided.method_words = text("Permutation test");
    one_sided.parameter = listed("other");
    one_sided.parameter_words = text("Ratio of medians");
    if let Some(interval) = &mut one_sided.interval {
        (interval.sides, interval.level, interval.lower) = (listed("one_sided"), text("97.5"), None);
    }
    one_sided.p_comment = text("Adjusted by Holm's method.");
    let mut in_words = analysis("other", "1", ("1", "1"));
    (in_words.method, in_words.p, in_words.parameter, in_words.estimate) = (None, None, None, None);
    (in_words.interval, in_words.dispersion, in_words.dispersion_value) = (None, None, None);
    in_words.other = text("Bayesian: probability of benefit above 0.99.");
    record.outcomes[0].analyses = vec![against_margin, one_sided, in_words];
    record
}

/// Nobody responded in one arm: a ratio cannot be estimated, and says why.
fn zero_cell() -> RegistryRecord {
    let mut record = parallel();
    let rows = vec![row(None, &[("Responded", &["4", "0"]), ("Did not", &["6", "10"])])];
    record.outcomes[0].measure = Measure {
        calculate_percentage: Some(true),
        ..measure("Response", "count_of_participants", "not_applicable", "Participants", rows)
    };
    let mut ratio = analysis("superiority", "NA", ("2.3", "NA"));
    ratio.parameter = listed("odds_ratio");
    ratio.estimate_comment = text("Not estimable: nobody responded on placebo.");
    if let Some(interval) = &mut ratio.interval {
        interval.upper_comment = text("Not estimable: nobody responded on placebo.");
    }
    record.outcomes[0].analyses = vec![ratio];
    record
}

/// Eyes are counted beside participants, by rows of time with their own numbers, and categories with gaps.
fn units_and_rows() -> RegistryRecord {
    let mut record = parallel();
    let mut month = row(Some("Month 1"), &[("Better", &["5", "-"]), ("Worse", &["15", "18"])]);
    month.denominators = vec![
        Denominator { units: Text::of("Participants"), counts: vec![n("10"), n("9")] },
        Denominator { units: Text::of("Eyes"), counts: vec![n("20"), n("18")] },
    ];
    let year = row(Some("Year 1"), &[("Better", &["9", "2"]), ("Worse", &["11", "18"])]);
    let outcome = &mut record.outcomes[0];
    outcome.units = text("Eyes");
    for group in &mut outcome.groups {
        group.units = n("20");
    }
    outcome.measure = Measure {
        selected_units: text("Units"),
        description: text("By both eyes."),
        ..measure("Vision", "count_of_units", "not_applicable", "Eyes", vec![month, year])
    };
    let mut empty = outcome.clone();
    // Not reported yet: no values, only when they are expected.
    empty.kind = Term::listed("post_hoc");
    empty.anticipated = text("2027-03");
    empty.measure = Measure {
        parameter: None,
        dispersion: None,
        unit: None,
        ..measure("Late vision", "number", "not_applicable", "Eyes", Vec::new())
    };
    record.outcomes.push(empty);
    record
}

/// Terms that differ from the module in assessment, dictionary and numbers at risk.
fn events_apart() -> RegistryRecord {
    let mut record = parallel();
    let events = record.adverse_events.as_mut().unwrap();
    let (assessment, dictionary) = (events.assessment.take(), std::mem::take(&mut events.dictionary));
    for event in events.serious.iter_mut().chain(&mut events.non_serious) {
        (event.assessment, event.dictionary) = (assessment.clone(), Some(dictionary.clone()));
    }
    let nausea = &mut events.non_serious[0];
    nausea.assessment = listed("non_systematic");
    nausea.dictionary = Some(Dictionary { name: None, words: text("CTCAE v5.0"), version: None });
    nausea.note = text("Asked for at every visit.");
    nausea.class = Some(EmaTerm { name: Some("Stomach".to_owned()), id: None, version: None });
    nausea.counts[1] = None;
    events.description = text("Diary and visits.");
    events.mortality_comment = text("Followed for a year.");
    (events.groups[0].at_risk_deaths, events.groups[0].exposed) = (n("12"), None);
    record
}

/// All of them, by what they show.
pub fn all() -> Vec<(&'static str, RegistryRecord)> {
    vec![
        ("parallel", parallel()),
        ("crossover", crossover()),
        ("single arm", single_arm()),
        ("zero events", zero_events()),
        ("withdrawn arm", withdrawn_arm()),
        ("non-inferiority", non_inferiority()),
        ("zero cell", zero_cell()),
        ("units and rows", units_and_rows()),
        ("events apart", events_apart()),
    ]
}
