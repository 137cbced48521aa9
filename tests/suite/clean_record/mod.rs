//! A registry record in which everything agrees and nearly every field is filled: an invented trial of two arms, ten
//! subjects each. Tests change one thing of it.

mod results;

use tracelock::report::registry::{
    AgeGroupCounts, Agreement, Amendment, Collaborator, Contact, CountryCount, Design, Document, Eligibility, EmaTerm,
    Figure, Identification, Identifier, Interruption, Intervention, Location, Masking, MoreInformation, Oversight,
    Protocol, ProtocolArm, Reference, RegisteredOutcome, RegistryRecord, Sharing, Sponsor, Term, Text,
    TrialInformation,
};

use results::{baseline, change_outcome, events, flow, recovery_outcome, responder_outcome, set};

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
