//! A registry record in which everything agrees and nearly every field is filled: an invented trial of two arms, ten
//! subjects each. Tests change one thing of it.

use tracelock::report::registry::{
    Achievement, AdverseEvents, AgeGroupCounts, Agreement, Amendment, Analysis, AnalysisSet, Arm, ArmProduct, Baseline,
    BaselineGroup, Category, Characteristic, CharacteristicKind, Collaborator, ConfidenceInterval, Contact,
    CountryCount, Denominator, Design, Dictionary, Document, Eligibility, EmaTerm, Event, EventCount, EventGroup,
    Figure, Flow, FlowGroup, Identification, Identifier, Interruption, Intervention, Location, Masking, Measure,
    Measurement, Milestone, MoreInformation, Outcome, OutcomeGroup, Oversight, Period, PeriodDetails, Protocol,
    ProtocolArm, ReasonNotCompleted, Reference, RegisteredOutcome, RegistryRecord, Row, SeriousCount, Sharing, Sponsor,
    Term, Text, TrialInformation,
};

/// The record.
pub fn record() -> RegistryRecord {
    RegistryRecord {
        identification: identification(),
        sponsors: vec![sponsor()],
        trial: trial(),
        protocol: protocol(),
        flow: flow(),
        baseline: Some(baseline()),
        analysis_sets: vec![
            set("Full analysis set", "full_analysis", "All randomised subjects.", 20),
            set("Safety analysis set", "safety", "All subjects who received study treatment.", 20),
        ],
        outcomes: vec![change_outcome(), responder_outcome(), recovery_outcome()],
        adverse_events: Some(events()),
        more: more(),
    }
}

pub fn text(words: &str) -> Text {
    Text::of(words)
}

pub fn some(words: &str) -> Option<Text> {
    Some(Text::of(words))
}

pub fn figure(number: &str) -> Figure {
    Figure::Printed(number.to_owned())
}

pub fn number(number: u64) -> Option<Figure> {
    Some(Figure::Printed(number.to_string()))
}

pub fn term(id: &str) -> Option<Term> {
    Some(Term::listed(id))
}

fn ema(name: &str, id: u64, version: u16) -> EmaTerm {
    EmaTerm { name: Some(name.to_owned()), id: Some(id), version: Some(version) }
}

fn identification() -> Identification {
    Identification {
        eudract: some("2019-001234-23"),
        nct: some("NCT01234567"),
        ctis: some("2024-500001-11-00"),
        isrctn: some("ISRCTN12345678"),
        who: some("U1111-1234-5678"),
        protocol_code: some("INV-201"),
        prs_organisation: some("INVENTED"),
        others: vec![Identifier {
            number: text("JapicCTI-190001"),
            name: some("JapicCTI"),
            kind: some("Registry Identifier"),
            link: some("https://registry.example/190001"),
        }],
        official_title: some("A randomised, double-blind trial of drug A against placebo in adults with headache"),
        public_title: some("Drug A in adults with headache"),
        acronym: some("INVENT"),
        paediatric_plans: vec![text("EMEA-000001-PIP01-19")],
        organisation: some("Invented Hospital"),
        organisation_class: some("OTHER"),
        ..Identification::default()
    }
}

fn contact(name: &str) -> Contact {
    Contact {
        name: some(name),
        organisation: some("Invented Hospital"),
        email: some("trials@invented.example"),
        phone_country: some("34"),
        phone: some("000000000"),
        phone_extension: some("12"),
    }
}

fn sponsor() -> Sponsor {
    Sponsor {
        organisation: some("Invented Hospital"),
        class: some("OTHER"),
        street: some("Calle Inventada 1"),
        postcode: some("28000"),
        town: some("Madrid"),
        country: Some(ema("Spain", 100_000_000_529, 17)),
        public_contact: Some(contact("Public Information Office")),
        scientific_contact: Some(contact("Clinical Trials Unit")),
        ..Sponsor::default()
    }
}

fn trial() -> TrialInformation {
    let ages = [
        ("in_utero", 0),
        ("preterm", 0),
        ("newborn", 0),
        ("infant_toddler", 0),
        ("child", 0),
        ("adolescent", 0),
        ("adult", 15),
        ("elderly_65_84", 5),
        ("elderly_85", 0),
    ];
    TrialInformation {
        part_of_pip: Some(true),
        article_45: Some(false),
        article_46: Some(false),
        stage: term("final"),
        analysis_date: some("2021-06-01"),
        for_primary_completion: Some(true),
        primary_completion: some("2021-02-01"),
        ended: Some(true),
        premature: Some(false),
        end_date: some("2021-03-01"),
        main_objective: some("To compare the change in the headache score between drug A and placebo."),
        rationale: some("Headache is common and few treatments are known."),
        recruitment_start: some("2020-01-15"),
        long_term_follow_up: Some(false),
        data_monitoring_committee: Some(true),
        protection_of_subjects: some("Rescue medication was available to all subjects."),
        background_therapy: some("Usual care."),
        comparator_evidence: some("No treatment is proven."),
        countries: vec![
            CountryCount { country: ema("Spain", 100_000_000_529, 17), subjects: figure("12") },
            CountryCount { country: ema("France", 100_000_000_395, 17), subjects: figure("8") },
        ],
        age_groups: Some(AgeGroupCounts {
            groups: ages.iter().map(|(id, n)| ((*id).to_owned(), figure(&n.to_string()))).collect(),
        }),
    }
}

const CHANGE: &str = "Change From Baseline in Headache Score at Week 12";
const RESPONDERS: &str = "Number of Participants With a Response at Week 12";
const RECOVERY: &str = "Time to Recovery From Headache";

fn protocol() -> Protocol {
    let planned = |kind: &str, title: &str, frame: &str| RegisteredOutcome {
        kind: Term::listed(kind),
        title: text(title),
        time_frame: some(frame),
        description: some("As defined in the protocol."),
    };
    let arm = |title: &str, kind: &str, intervention: &str| ProtocolArm {
        title: text(title),
        kind: term(kind),
        description: some("One tablet a day for 12 weeks."),
        interventions: vec![text(intervention)],
    };
    let intervention = |name: &str, arm: &str| Intervention {
        kind: term("drug"),
        name: text(name),
        description: some("One tablet a day."),
        arms: vec![text(arm)],
        other_names: vec![text("INV-1")],
    };
    Protocol {
        brief_summary: some("Adults with headache take drug A or placebo for twelve weeks."),
        detailed_description: some("Subjects keep a diary of their headaches."),
        status: term("completed"),
        verified: some("2021-06"),
        start: some("2020-01-15"),
        completion: some("2021-03-01"),
        primary_completion: some("2021-02-01"),
        date_kinds: [some("Actual"), some("Actual"), some("Actual")],
        design: Design {
            study_type: term("interventional"),
            phase: term("2"),
            purpose: term("treatment"),
            model: term("parallel"),
            model_description: some("Two arms."),
            allocation: term("randomised"),
            masking: Masking {
                level: term("double"),
                who: vec![Term::listed("participant"), Term::listed("investigator")],
                description: some("Tablets look the same."),
            },
            number_of_arms: some("2"),
        },
        oversight: Oversight {
            data_monitoring_committee: Some(true),
            fda_drug: Some(false),
            fda_device: Some(false),
            ind: Some(false),
            expanded_access: Some(false),
            ..Oversight::default()
        },
        enrolment: number(20),
        enrolment_kind: some("Actual"),
        conditions: vec![text("Headache")],
        keywords: vec![text("headache"), text("tablet")],
        arms: vec![
            arm("Drug A", "experimental", "Drug A tablet"),
            arm("Placebo", "placebo_comparator", "Placebo tablet"),
        ],
        interventions: vec![intervention("Drug A tablet", "Drug A"), intervention("Placebo tablet", "Placebo")],
        outcomes: vec![
            planned("primary", CHANGE, "Baseline and Week 12"),
            planned("secondary", RESPONDERS, "Week 12"),
            planned("secondary", RECOVERY, "From first dose up to Week 12"),
        ],
        eligibility: Eligibility {
            criteria: some("Inclusion Criteria:\n* Headache for a year\n\nExclusion Criteria:\n* Pregnancy"),
            sexes: some("All"),
            minimum_age: some("18 Years"),
            maximum_age: some("80 Years"),
            standard_ages: vec![text("ADULT"), text("OLDER_ADULT")],
            healthy_volunteers: Some(false),
            ..Eligibility::default()
        },
        collaborators: vec![Collaborator { name: text("Invented University"), class: some("OTHER") }],
        responsible_party: some("Sponsor"),
        officials: vec![(contact("Chief Investigator"), some("Study Chair"))],
        locations: vec![Location {
            name: some("Invented Hospital"),
            town: some("Madrid"),
            state: some("Madrid"),
            postcode: some("28000"),
            country: some("Spain"),
            status: some("Completed"),
        }],
        sharing: Some(Sharing { plan: text("No"), description: some("Not foreseen.") }),
        documents: vec![Document {
            label: text("Study Protocol and Statistical Analysis Plan"),
            date: some("2020-01-01"),
            file: some("Prot_SAP_000.pdf"),
        }],
        links: vec![(some("Web page of the trial"), text("https://invented.example/trial"))],
        ..Protocol::default()
    }
}

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

fn flow() -> Flow {
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

fn baseline() -> Baseline {
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

fn set(title: &str, kind: &str, description: &str, subjects: u64) -> AnalysisSet {
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

fn change_outcome() -> Outcome {
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

fn responder_outcome() -> Outcome {
    let counts = |n: [&str; 2]| n.into_iter().map(value).collect();
    let rows = one_row(vec![
        category(some("Response"), counts(["7", "4"])),
        category(some("No response"), counts(["3", "6"])),
    ]);
    let measure = measure(RESPONDERS, "Participants", "count_of_participants", "not_applicable", rows);
    outcome("secondary", "Week 12", Measure { description: some("Response is a score halved."), ..measure }, Vec::new())
}

fn recovery_outcome() -> Outcome {
    let rows = one_row(vec![category(None, vec![between("12.0", "9.0", "16.0"), between("15.0", "11.0", "21.0")])]);
    let measure = Measure {
        level: some("95"),
        description: some("Days from the first dose to the first day without headache."),
        ..measure(RECOVERY, "Days", "median", "confidence_interval", rows)
    };
    outcome("secondary", "From first dose up to Week 12", measure, Vec::new())
}

fn events() -> AdverseEvents {
    let group = |at: usize, title: &str, serious: u64, other: u64, deaths: u64| EventGroup {
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

fn more() -> MoreInformation {
    MoreInformation {
        limitations: some("Two centres only."),
        agreement: Some(Agreement {
            employees: Some(false),
            restrictive: Some(true),
            restriction: some("OTHER"),
            details: some("The sponsor reads manuscripts 30 days before they are sent."),
        }),
        point_of_contact: Some(contact("Clinical Trials Unit")),
        has_amendments: Some(true),
        amendments: vec![Amendment { date: some("2020-05-01"), description: some("A second hospital was added.") }],
        has_interruptions: Some(true),
        interruptions: vec![Interruption {
            date: some("2020-03-20"),
            restart: some("2020-05-10"),
            description: some("Recruitment was halted during the pandemic."),
        }],
        references: vec![Reference {
            citation: some("Invented A. Drug A in headache. J Invent 2021;1:1-9."),
            pubmed: some("00000001"),
            results: Some(true),
            kind: some("RESULT"),
        }],
    }
}
