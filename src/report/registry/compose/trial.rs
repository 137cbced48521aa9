//! Numbers, titles, sponsors, stage and dates, population by country and age, and what stands at the end.

use crate::base::codes::RPT_004;
use crate::base::diagnostic::{Diagnostics, Place};
use crate::report::registry::{
    AgeGroupCounts, Agreement, Amendment, Contact, CountryCount, Date, EmaTerm, Figure, Identification, Identifier,
    Interruption, MoreInformation, Reference, Sponsor, Text, TrialInformation,
};
use crate::results::ResultKey;
use crate::spec::at::At;
use crate::spec::study::{Contact as ContactSpec, Country, IsoDate, Registration, StudySpec};
use crate::spec::study_registry::{EUDRACT_AGE_GROUPS, EUDRACT_AGE_VARIABLE, OverallStatus, Restriction};

use super::input::{KeyPattern, RegistryInput};
use super::terms::term;
use super::{TOTAL, ema_term};

pub(super) fn text(at: Option<&At<String>>) -> Option<Text> {
    at.map(Text::from)
}

pub(super) fn date(at: Option<&At<IsoDate>>) -> Option<Date> {
    at.map(|at| Text::new(at.value.to_string(), at.place.clone()))
}

pub(super) fn identification(study: &StudySpec) -> Identification {
    let numbers = &study.registrations;
    let number = |of: &Option<Registration>| of.as_ref().map(|of| Text::from(&of.number));
    let all = [&numbers.eudract, &numbers.ctgov, &numbers.ctis, &numbers.isrctn, &numbers.who];
    let other = |other: &crate::spec::study::OtherRegistration| Identifier {
        number: Text::of(&other.number),
        name: Some(Text::of(&other.name)),
        kind: Some(Text::of("Registry Identifier")),
        link: None,
    };
    Identification {
        eudract: number(&numbers.eudract),
        nct: number(&numbers.ctgov),
        ctis: number(&numbers.ctis),
        isrctn: number(&numbers.isrctn),
        who: number(&numbers.who),
        protocol_code: Some(Text::from(&study.protocol.code)),
        prs_organisation: Some(Text::from(&study.registry.prs_organisation)),
        others: numbers.others.iter().map(other).collect(),
        official_title: Some(Text::from(&study.titles.official)),
        public_title: Some(Text::from(&study.titles.public)),
        acronym: study.titles.acronym.as_ref().map(Text::of),
        paediatric_plans: study.registry.pip_numbers.iter().map(Text::of).collect(),
        placeholder: all.into_iter().flatten().any(|of| of.placeholder),
        ..Identification::default()
    }
}

pub(super) fn sponsor(input: &RegistryInput<'_>, sink: &mut Diagnostics) -> Sponsor {
    let sponsor = &input.study.sponsor;
    let country = &sponsor.address.country;
    Sponsor {
        organisation: Some(Text::from(&sponsor.organisation)),
        street: Some(Text::of(&sponsor.address.street)),
        postcode: sponsor.address.postcode.as_ref().map(Text::of),
        town: Some(Text::of(&sponsor.address.town)),
        country: Some(ema_term(input.codes.country(country), country, "countries", input.codes.countries(), sink)),
        public_contact: Some(contact(&sponsor.public_contact, &sponsor.organisation)),
        scientific_contact: Some(contact(&sponsor.scientific_contact, &sponsor.organisation)),
        ..Sponsor::default()
    }
}

fn contact(contact: &ContactSpec, sponsor: &At<String>) -> Contact {
    Contact {
        name: Some(Text::from(&contact.name)),
        organisation: Some(contact.organisation.as_ref().map_or_else(|| Text::from(sponsor), Text::of)),
        email: text(contact.email.as_ref()),
        phone_country: contact.phone_country.as_ref().map(Text::of),
        phone: text(contact.phone.as_ref()),
        phone_extension: None,
    }
}

pub(super) fn information(input: &RegistryInput<'_>, sink: &mut Diagnostics) -> TrialInformation {
    let study = input.study;
    let (registry, dates, conduct) = (&study.registry, &study.dates, &study.conduct);
    let ended =
        matches!(registry.status, OverallStatus::Completed | OverallStatus::Terminated | OverallStatus::Withdrawn);
    let ages = KeyPattern::new("base", "n").with("variable", EUDRACT_AGE_VARIABLE);
    let age = |group: &crate::spec::study_registry::AgeGroup| {
        (group.id.to_owned(), Figure::Result(ages.clone().with("level", group.id).of(TOTAL)))
    };
    TrialInformation {
        part_of_pip: Some(registry.part_of_pip),
        article_45: Some(registry.article_45),
        article_46: Some(registry.article_46),
        stage: term(registry.stage),
        analysis_date: date(dates.analysis.as_ref()),
        for_primary_completion: Some(dates.primary_completion.is_some()),
        primary_completion: date(dates.primary_completion.as_ref()),
        ended: Some(ended),
        premature: Some(dates.early_termination.is_some() || registry.status == OverallStatus::Terminated),
        end_date: date(dates.early_termination.as_ref().or(dates.last_visit.as_ref())),
        main_objective: Some(Text::from(&study.objectives.primary)),
        rationale: study.design.rationale.as_ref().map(Text::of),
        recruitment_start: date(dates.first_enrolled.as_ref()),
        long_term_follow_up: Some(conduct.long_term_follow_up),
        data_monitoring_committee: Some(conduct.data_monitoring_committee),
        protection_of_subjects: Some(Text::from(&conduct.protection_of_subjects)),
        background_therapy: text(conduct.background_therapy.as_ref()),
        comparator_evidence: text(conduct.comparator_evidence.as_ref()),
        countries: countries(input, sink)
            .into_iter()
            .map(|(country, pattern)| CountryCount {
                country,
                subjects: Figure::Result(match pattern {
                    CountryKeys::Whole => ResultKey::new("flow", "randomised"),
                    CountryKeys::Level(pattern) => pattern.of(TOTAL),
                }),
            })
            .collect(),
        age_groups: Some(AgeGroupCounts { groups: EUDRACT_AGE_GROUPS.iter().map(age).collect() }),
    }
}

/// Where the subjects of a country are counted.
pub(super) enum CountryKeys {
    /// It is the only one: the flow counts them.
    Whole,
    /// A level of the variable COUNTRY.
    Level(KeyPattern),
}

/// Countries with the keys of their subjects; what is wrong with a country is reported once, by the caller's sink.
pub(super) fn countries(input: &RegistryInput<'_>, sink: &mut Diagnostics) -> Vec<(EmaTerm, CountryKeys)> {
    let study = input.study;
    let keys = |country: &Country, sink: &mut Diagnostics| match &country.code {
        _ if study.countries.len() == 1 => Some(CountryKeys::Whole),
        Some(code) => {
            Some(CountryKeys::Level(KeyPattern::new("base", "n").with("variable", "COUNTRY").with("level", code)))
        }
        None => {
            sink.error(&RPT_004, country.name.place.clone(), format!("country `{}` has no `code`", country.name))
                .hint("`code` is the level of the variable COUNTRY, by which its subjects are counted");
            None
        }
    };
    let mut found = Vec::new();
    for country in &study.countries {
        let name = &country.name;
        let term = ema_term(input.codes.country(name), name, "countries", input.codes.countries(), sink);
        found.extend(keys(country, sink).map(|keys| (term, keys)));
    }
    found
}

pub(super) fn more(study: &StudySpec) -> MoreInformation {
    let agreements = &study.registry.agreements;
    let restriction = match agreements.restriction {
        Restriction::UpTo60Days => "LTE60",
        Restriction::UpTo180Days => "GT60",
        Restriction::Other => "OTHER",
    };
    let day = |date: IsoDate| Some(Text::of(date.to_string()));
    let protocol = &study.protocol;
    MoreInformation {
        limitations: text(study.limitations.as_ref()),
        agreement: Some(Agreement {
            employees: Some(agreements.investigators_are_employees),
            restrictive: Some(agreements.restrictive),
            restriction: agreements.restrictive.then(|| Text::of(restriction)),
            details: text(agreements.details.as_ref()),
        }),
        point_of_contact: Some(contact(&study.registry.point_of_contact, &study.sponsor.organisation)),
        has_amendments: Some(!protocol.amendments.is_empty()),
        amendments: protocol
            .amendments
            .iter()
            .map(|one| Amendment { date: day(one.date), description: Some(Text::from(&one.description)) })
            .collect(),
        has_interruptions: Some(!protocol.interruptions.is_empty()),
        interruptions: protocol
            .interruptions
            .iter()
            .map(|one| Interruption {
                date: day(one.date),
                restart: one.restart.and_then(day),
                description: Some(Text::from(&one.description)),
            })
            .collect(),
        references: study
            .publications
            .iter()
            .map(|one| Reference {
                citation: Some(Text::new(&one.citation, Place::Nowhere)),
                pubmed: one.pubmed.as_ref().map(Text::of),
                results: Some(one.results),
                kind: None,
            })
            .collect(),
    }
}
