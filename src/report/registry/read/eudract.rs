//! Reads EudraCT's files: full results as posted or as we write them, and adverse events alone.

use std::collections::BTreeMap;

use crate::report::registry::{
    AgeGroupCounts, Amendment, Contact, CountryCount, Date, EmaTerm, Identification, Identifier, Interruption,
    MoreInformation, Reference, RegistryRecord, Sponsor, Term, Text, TrialInformation,
};
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::registry_terms::{Dialect, RegistryTerms};

use super::tree::{Element, Tree};
use super::{eudract_baseline, eudract_events, eudract_flow, eudract_outcome};

pub use eudract_baseline::TOTAL_TITLE;
pub use eudract_outcome::{ANALYSED, MARGIN};

/// Beside baseline values of which one is not estimable.
pub const NOT_ESTIMABLE_NOTE: &str = "99999 stands for a value that cannot be estimated.";

/// Name under which the number of CTIS stands among EudraCT's other identifiers.
pub const CTIS_IDENTIFIER: &str = "EU trial number (CTIS)";

/// EudraCT's nine age groups: our id and their element.
pub const AGE_ELEMENTS: [(&str, &str); 9] = [
    ("in_utero", "inUtero"),
    ("preterm", "pretermNewbornInfants"),
    ("newborn", "newborns"),
    ("infant_toddler", "infantsAndToddlers"),
    ("child", "children"),
    ("adolescent", "adolescents"),
    ("adult", "adults"),
    ("elderly_65_84", "elderly65To84"),
    ("elderly_85", "elderlyOver85"),
];

/// The lists a reader of EudraCT looks words up in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lists<'l> {
    pub terms: &'l RegistryTerms,
    pub codes: &'l RegistryCodes,
}

/// Reads a file; its outermost element is `result` or `adverseEvents`.
#[must_use]
pub fn read(tree: &Tree<'_>, terms: &RegistryTerms, codes: &RegistryCodes) -> RegistryRecord {
    let lists = Lists { terms, codes };
    let root = tree.root();
    if root.name() == "adverseEvents" {
        return RegistryRecord { adverse_events: eudract_events::read(root, &lists, &[]), ..RegistryRecord::default() };
    }
    let mut record = RegistryRecord::default();
    if let Some(trial) = root.child("trialInformation") {
        record.identification = identification(trial);
        record.sponsors = trial.list("sponsors", "sponsor").into_iter().map(|of| sponsor(of, &lists)).collect();
        record.trial = trial_information(trial, &lists);
    }
    record.identification.eudract = root.attribute_text("eudractNumber");
    let head = root.attribute_text("sponsor");
    if let (Some(first), Some(head)) = (record.sponsors.first_mut(), head) {
        first.short_name = Some(head).filter(|head| Some(head) != first.organisation.as_ref());
    }
    let (mut arms, mut periods) = (BTreeMap::new(), Vec::new());
    if let Some(disposition) = root.child("subjectDisposition") {
        (record.flow, arms, periods) = eudract_flow::read(disposition, &lists);
    }
    let mut sets = BTreeMap::new();
    for (at, set) in root.list("subjectAnalysisSets", "subjectAnalysisSet").into_iter().enumerate() {
        sets.extend(set.attribute("id").map(|id| (id, at)));
        record.analysis_sets.extend(eudract_outcome::analysis_set(set, &lists));
    }
    let baseline_period = record.flow.periods.iter().position(|period| period.baseline == Some(true)).unwrap_or(0);
    let groups = Groups { arms, periods, sets, baseline_period };
    if let Some(baseline) = root.child("baselineCharacteristics") {
        record.baseline = Some(eudract_baseline::read(baseline, &lists, &groups));
    }
    let end_points = root.list("endPoints", "endPoint");
    record.outcomes = end_points.into_iter().map(|of| eudract_outcome::read(of, &lists, &groups)).collect();
    if let Some(changes) = root.child("trialChanges") {
        record.more = more(changes);
    }
    if let Some(events) = root.child("adverseEvents") {
        record.adverse_events = eudract_events::read(events, &lists, &record.flow.groups);
    }
    record
}

/// Where groups of later modules lead.
#[derive(Debug)]
pub(super) struct Groups<'t> {
    /// Arm id: position of its period and of its group in the flow.
    pub arms: BTreeMap<&'t str, (usize, usize)>,
    /// Ids of the periods.
    pub periods: Vec<Option<&'t str>>,
    /// Id of an analysis set: its position.
    pub sets: BTreeMap<&'t str, usize>,
    /// Position of the period that baseline values belong to.
    pub baseline_period: usize,
}

impl<'t> Groups<'t> {
    /// The arm that an attribute refers to: its period where that is not the baseline period, and its group in the flow.
    pub fn arm(&self, of: Element<'t>, attribute: &str) -> Option<(Option<usize>, usize)> {
        let (period, group) = *self.arms.get(of.peek_attribute(attribute)?)?;
        of.understood_attribute(attribute);
        Some((Some(period).filter(|period| *period != self.baseline_period), group))
    }

    /// The analysis set that an attribute refers to.
    pub fn set(&self, of: Element<'t>, attribute: &str) -> Option<usize> {
        let at = *self.sets.get(of.peek_attribute(attribute)?)?;
        of.understood_attribute(attribute);
        Some(at)
    }
}

impl Lists<'_> {
    /// A term: an element with the code in `value`.
    pub fn term(&self, of: Element<'_>, name: &str, list: &str) -> Option<Term> {
        self.term_itself(of.child(name)?, list)
    }

    /// As [`Lists::term`], the element itself.
    pub fn term_itself(&self, of: Element<'_>, list: &str) -> Option<Term> {
        let Some(value) = of.child("value") else {
            of.understood_if_empty();
            return None;
        };
        let word = value.words()?;
        let id = self.terms.id(list, word, Dialect::Eudract);
        Some(id.map_or_else(|| Term::Unlisted(word.to_owned()), Term::listed))
    }

    /// A term of one of EMA's lists.
    pub fn ema_term(&self, of: Element<'_>) -> EmaTerm {
        let id: Option<u64> = number(of, "eutctId");
        let name = id.and_then(|id| self.codes.name_of(id)).map(str::to_owned);
        EmaTerm { name, id, version: number(of, "version") }
    }
}

/// A number of our own lists; what is none is not understood.
fn number<N: std::str::FromStr>(of: Element<'_>, name: &str) -> Option<N> {
    let element = of.child(name)?;
    let number = element.peek()?.parse().ok();
    if number.is_some() {
        element.understood();
    }
    number
}

/// `true` or `false`; anything else is not understood.
pub(super) fn flag(of: Element<'_>, name: &str) -> Option<bool> {
    let element = of.child(name)?;
    let flag = match element.peek() {
        Some("true" | "1") => Some(true),
        Some("false" | "0") => Some(false),
        Some(_) => return None,
        None => None,
    };
    element.understood();
    flag
}

/// A day; EudraCT adds midnight, with a zone since 2019. Another time of day is kept: nobody wrote it there for nothing.
fn date(of: Element<'_>, name: &str) -> Option<Date> {
    let text = of.text_of(name)?;
    let day = text.text.split_once('T').filter(|(_, time)| time.starts_with("00:00:00")).map(|(day, _)| day.to_owned());
    Some(Text { text: day.unwrap_or(text.text), place: text.place })
}

fn identification(of: Element<'_>) -> Identification {
    let mut identification = Identification {
        nct: of.text_of("usctnIdentifier"),
        isrctn: of.text_of("isrctnIdentifier"),
        who: of.text_of("whoIdentifier"),
        protocol_code: of.text_of("sponsorProtocolCode"),
        official_title: of.text_of("fullTitle"),
        paediatric_plans: of
            .list("pipnumbers", "pipnumber")
            .into_iter()
            .filter_map(|plan| plan.text_of("number"))
            .collect(),
        ..Identification::default()
    };
    for other in of.list("otherIdentifiers", "otherIdentifier") {
        let (name, number) = (other.text_of("name"), other.text_of("number"));
        match (name, number) {
            (Some(name), number) if name.text == CTIS_IDENTIFIER && identification.ctis.is_none() => {
                identification.ctis = number;
            }
            (name, Some(number)) => {
                identification.others.push(Identifier { number, name, kind: None, link: None });
            }
            (_, None) => {}
        }
    }
    identification
}

fn sponsor(of: Element<'_>, lists: &Lists<'_>) -> Sponsor {
    let mut sponsor = Sponsor { organisation: of.text_of("organisationName"), ..Sponsor::default() };
    if let Some(address) = of.child("address") {
        sponsor.street = address.text_of("streetAddress");
        sponsor.postcode = address.text_of("postCode");
        sponsor.town = address.text_of("townCity");
        sponsor.country = address.child("country").map(|country| lists.ema_term(country));
    }
    sponsor.public_contact = of.child("publicContact").map(contact);
    sponsor.scientific_contact = of.child("scientificContact").map(contact);
    sponsor
}

fn contact(of: Element<'_>) -> Contact {
    let phone = of.child("telephoneNumber");
    if let Some(phone) = phone {
        phone.understood_if_empty();
    }
    Contact {
        name: of.text_of("functionalContactName"),
        organisation: of.text_of("organisationName"),
        email: of.text_of("emailAddress"),
        phone_country: phone.and_then(|phone| phone.text_of("countryCode")),
        phone: phone.and_then(|phone| phone.text_of("number")),
        phone_extension: None,
    }
}

fn trial_information(of: Element<'_>, lists: &Lists<'_>) -> TrialInformation {
    let countries = of.list("countrySubjectCounts", "countrySubjectCount").into_iter().filter_map(|count| {
        let country = lists.ema_term(count.child("country")?);
        Some(CountryCount { country, subjects: count.figure_of("subjects")? })
    });
    let ages = of.child("populationAgeGroup").map(|ages| {
        let group = |(id, element): &(&str, &str)| Some(((*id).to_owned(), ages.figure_of(element)?));
        AgeGroupCounts { groups: AGE_ELEMENTS.iter().filter_map(group).collect() }
    });
    TrialInformation {
        part_of_pip: flag(of, "partOfPIP"),
        article_45: flag(of, "art45Related"),
        article_46: flag(of, "art46Related"),
        stage: lists.term(of, "analysisStage", "analysis_stage"),
        analysis_date: date(of, "analysisStageDate"),
        for_primary_completion: flag(of, "analysisForPrimaryCompletion"),
        primary_completion: date(of, "primaryCompletionDate"),
        ended: flag(of, "isGlobalEndOfTrialReached"),
        premature: flag(of, "globalEndOfTrialPremature"),
        end_date: date(of, "globalEndOfTrialDate"),
        main_objective: of.text_of("mainObjective"),
        rationale: None,
        recruitment_start: date(of, "recruitmentStartDate"),
        long_term_follow_up: flag(of, "longTermFollowUpPlanned"),
        data_monitoring_committee: flag(of, "idmcInvolvement"),
        protection_of_subjects: of.text_of("subjectsProtection"),
        background_therapy: of.text_of("backgroundTherapy"),
        comparator_evidence: of.text_of("comparatorEvidence"),
        countries: countries.collect(),
        age_groups: ages,
    }
}

fn more(of: Element<'_>) -> MoreInformation {
    let amendment = |of: Element<'_>| Amendment { date: date(of, "date"), description: of.text_of("description") };
    let interruption = |of: Element<'_>| Interruption {
        date: date(of, "date"),
        restart: date(of, "restartDate"),
        description: of.text_of("description"),
    };
    let reference = |of: Element<'_>| {
        of.text().map(|pubmed| Reference { citation: None, pubmed: Some(pubmed), results: None, kind: None })
    };
    MoreInformation {
        limitations: of.text_of("limitationsAndCaveats"),
        has_amendments: flag(of, "hasGlobalAmendments"),
        amendments: of.list("globalAmendments", "globalAmendment").into_iter().map(amendment).collect(),
        has_interruptions: flag(of, "hasGlobalInterruptions"),
        interruptions: of.list("globalInterruptions", "globalInterruption").into_iter().map(interruption).collect(),
        references: of.list("pubMedReferenceNumbers", "pmid").into_iter().filter_map(reference).collect(),
        ..MoreInformation::default()
    }
}
