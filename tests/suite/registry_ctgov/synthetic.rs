//! Hand-made records, each with a shape that real trials have and posted records at hand lack.

use super::pieces::{characteristic, events, listed, measure, n, outcome, period, protocol, reached, row, text};
use tracelock::report::registry::{
    Agreement, Analysis, Baseline, BaselineGroup, CharacteristicKind, ConfidenceInterval, Contact, Denominator,
    Dictionary, EmaTerm, Flow, FlowGroup, Identification, Masking, Measure, Milestone, MoreInformation,
    ReasonNotCompleted, RegistryRecord, Sponsor, Term, Text,
};

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
