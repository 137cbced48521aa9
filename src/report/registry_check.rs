//! Rules a registry record must satisfy: required fields, lengths of texts, sums that must agree.
//!
//! The sums hold in every posted EudraCT record that was examined; EMA/266702/2012 itself is not public.

use std::collections::BTreeSet;

use crate::base::codes::{CFG_005, POP_003, RPT_004};
use crate::base::diagnostic::{Diagnostics, Place};
use crate::results::{ResultKey, ResultStore};
use crate::spec::at::At;
use crate::spec::study_design::ArmKind;
use crate::spec::study_registry::{CtgovReason, EudractReason};

use super::registry_events::AdverseEvents;
use super::registry_input::{AnalysisKind, Parameter, RegistryInput};
use super::registry_record::{Outcome, RegistryRecord};

/// Reports what the registries require and the record lacks, texts that do not fit, and counts that
/// disagree. Missing fields are warnings (RPT-004): a draft shows them, a final build refuses.
pub fn check(record: &RegistryRecord, input: &RegistryInput<'_>, store: &ResultStore, sink: &mut Diagnostics) {
    required(record, input, sink);
    lengths(input, sink);
    for outcome in &record.outcomes {
        outcome_rules(outcome, input, store, sink);
    }
    let sums = Sums { store };
    sums.flow(record, sink);
    sums.baseline(record, sink);
    if let Some(events) = &record.adverse_events {
        sums.events(record, events, sink);
    }
}

fn required(record: &RegistryRecord, input: &RegistryInput<'_>, sink: &mut Diagnostics) {
    let study = input.study;
    let mut missing = |is_missing: bool, what: &str, where_to: &str| {
        if is_missing {
            sink.warning(&RPT_004, Place::Nowhere, format!("{what} is missing"))
                .hint(format!("fill `{where_to}` in study.yaml"));
        }
    };
    let dates = &study.dates;
    let registry = &study.registry;
    let both = "needed by EudraCT and ClinicalTrials.gov:";
    missing(study.registrations.eudract.is_none(), "the EudraCT number", "registrations.eudract.number");
    missing(study.registrations.ctgov.is_none(), "the ClinicalTrials.gov number", "registrations.ctgov.number");
    missing(dates.first_enrolled.is_none(), &format!("{both} the first enrolment"), "dates.first_enrolled");
    missing(
        dates.primary_completion.is_none(),
        &format!("{both} the primary completion date"),
        "dates.primary_completion",
    );
    missing(dates.last_visit.is_none(), &format!("{both} the end of the study"), "dates.last_visit");
    missing(dates.analysis.is_none(), "needed by EudraCT: the date of the analysis", "dates.analysis");
    missing(dates.verification.is_none(), "needed by ClinicalTrials.gov: the verification date", "dates.verification");
    missing(
        registry.brief_summary.is_none(),
        "needed by ClinicalTrials.gov: the brief summary",
        "registry.brief_summary",
    );
    missing(
        study.conduct.recruitment_details.is_none(),
        "needed by EudraCT: recruitment details",
        "conduct.recruitment_details",
    );
    missing(
        study.conduct.screening_details.is_none(),
        "needed by EudraCT: screening details",
        "conduct.screening_details",
    );
    let contact = &registry.point_of_contact;
    missing(
        contact.email.is_none() && contact.phone.is_none(),
        "needed by ClinicalTrials.gov: e-mail or telephone of the results contact",
        "registry.point_of_contact",
    );
    for (name, contact) in
        [("public", &study.sponsor.public_contact), ("scientific", &study.sponsor.scientific_contact)]
    {
        missing(
            contact.email.is_none(),
            &format!("needed by EudraCT: e-mail of the {name} contact"),
            &format!("sponsor.{name}_contact.email"),
        );
    }
    for (id, product) in &study.products {
        missing(
            product.form.is_none(),
            &format!("needed by EudraCT: dose form of product `{id}`"),
            &format!("products.{id}.form"),
        );
        missing(
            product.route.is_none(),
            &format!("needed by EudraCT: route of product `{id}`"),
            &format!("products.{id}.route"),
        );
    }
    let mut lacking = |is_missing: bool, what: &str, hint: &str| {
        if is_missing {
            sink.warning(&RPT_004, Place::Nowhere, format!("{what} is missing")).hint(hint);
        }
    };
    lacking(
        record.baseline.age.is_none(),
        "needed by both registries: age",
        "mark a baseline variable of analysis.yaml with `registry: age`",
    );
    lacking(
        record.baseline.sex.is_none(),
        "needed by both registries: sex",
        "mark a baseline variable of analysis.yaml with `registry: sex`",
    );
    let primary = record.outcomes.iter().any(|outcome| outcome.role == crate::spec::analysis::EndpointRole::Primary);
    lacking(
        !primary,
        "needed by both registries: a primary outcome measure",
        "give an endpoint of analysis.yaml `role: primary`",
    );
    lacking(
        record.adverse_events.is_none(),
        "needed by both registries: adverse events",
        "add `safety` to analysis.yaml",
    );
    // What EudraCT asks for under element names that no posted record shows is entered by hand.
    let mut by_hand = |applies: bool, what: &str| {
        if applies {
            sink.note(&RPT_004, Place::Nowhere, format!("{what}: to be entered in the EudraCT portal by hand"))
                .hint("the element's name is not known from posted records, so the file leaves it out");
        }
    };
    by_hand(study.limitations.is_some(), "limitations and caveats");
    by_hand(study.conduct.long_term_follow_up, "reason and duration of long-term follow-up");
    by_hand(!study.protocol.interruptions.is_empty(), "global interruptions");
    by_hand(study.publications.iter().any(|publication| publication.pubmed.is_some()), "PubMed references");
    by_hand(
        study.arms.values().any(|arm| matches!(arm.kind, ArmKind::Other | ArmKind::Sham)),
        "words for an arm of type other",
    );
}

/// The stricter limit of the two registries: EudraCT's schema (AE part), the classic PRS limits.
fn lengths(input: &RegistryInput<'_>, sink: &mut Diagnostics) {
    let study = input.study;
    for (id, arm) in &study.arms {
        length(&arm.title, 4, 62, &format!("title of arm `{id}`"), sink);
        length(&arm.description, 1, 999, &format!("description of arm `{id}`"), sink);
    }
    for (id, epoch) in &study.epochs {
        length(&epoch.title, 2, 40, &format!("title of epoch `{id}`"), sink);
        if (study.epochs.len() == 1) != (epoch.title.value == "Overall Study") {
            sink.warning(&CFG_005, epoch.title.place.clone(), format!("the epoch is called `{}`", epoch.title))
                .hint("the registries expect `Overall Study` where there is one period, and only there");
        }
    }
    length(&study.adverse_events.time_frame, 1, 255, "time frame of adverse events", sink);
    let optional = [
        (&study.adverse_events.description, 350, "description of adverse events"),
        (&study.adverse_events.all_cause_mortality, 250, "description of all-cause mortality"),
        (&study.conduct.recruitment_details, 500, "recruitment details"),
        (&study.conduct.screening_details, 500, "screening details"),
    ];
    for (text, most, what) in optional {
        if let Some(text) = text {
            length(text, 1, most, what, sink);
        }
    }
    for (id, mapping) in &study.registry.not_completed_reasons {
        let needs_words = mapping.ctgov == CtgovReason::Other || mapping.eudract == EudractReason::Other;
        match &mapping.text {
            Some(text) => length(text, 2, 40, &format!("words for the reason `{id}`"), sink),
            None if needs_words => {
                sink.warning(
                    &RPT_004,
                    Place::Nowhere,
                    format!("the reason `{id}` is `other` without words of its own"),
                )
                .hint(format!(
                    "add `registry.not_completed_reasons.{id}.text`; the words of the flow are used until then"
                ));
            }
            None => {}
        }
    }
    for registration in [&study.registrations.eudract, &study.registrations.ctgov].into_iter().flatten() {
        if registration.placeholder {
            sink.note(
                &RPT_004,
                registration.number.place.clone(),
                format!("`{}` is a placeholder", registration.number),
            );
        }
    }
    if let Some(number) = study.registrations.eudract.as_ref().map(|registration| &registration.number)
        && !is_pattern(number, "dddd-dddddd-dd")
    {
        sink.error(&CFG_005, number.place.clone(), format!("`{number}` is no EudraCT number"))
            .hint("a EudraCT number reads 2020-000000-00");
    }
    if let Some(number) = study.registrations.ctgov.as_ref().map(|registration| &registration.number)
        && !is_pattern(number, "NCTdddddddd")
    {
        sink.error(&CFG_005, number.place.clone(), format!("`{number}` is no ClinicalTrials.gov number"))
            .hint("a ClinicalTrials.gov number reads NCT00000000");
    }
}

/// Whether `text` has the shape of `pattern`, in which `d` stands for a digit.
fn is_pattern(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.chars().zip(pattern.chars()).all(|(c, p)| if p == 'd' { c.is_ascii_digit() } else { c == p })
}

fn length(text: &At<String>, least: usize, most: usize, what: &str, sink: &mut Diagnostics) {
    let found = text.chars().count();
    if found < least || found > most {
        sink.error(&CFG_005, text.place.clone(), format!("the {what} has {found} characters"))
            .hint(format!("the registries accept {least} to {most}"));
    }
}

/// Titles no reviewer accepts on their own (system messages of ClinicalTrials.gov).
const VAGUE_TITLES: [&str; 5] = ["safety", "tolerability", "feasibility", "efficacy", "satisfaction"];

fn outcome_rules(outcome: &Outcome, input: &RegistryInput<'_>, store: &ResultStore, sink: &mut Diagnostics) {
    let place = input.outcomes.iter().find(|of| of.id == outcome.id).map_or(Place::Nowhere, |of| of.place.clone());
    let description = outcome.description.as_deref().unwrap_or("");
    let texts = [
        ("title", outcome.title.as_str(), 2, 255),
        ("description", description, 0, 999),
        ("time frame", outcome.time_frame.as_str(), 1, 255),
        ("unit", outcome.unit.as_str(), 1, 40),
        ("population", outcome.population.as_str(), 0, 500),
    ];
    for (what, text, least, most) in texts {
        length(
            &At { value: text.to_owned(), place: place.clone() },
            least,
            most,
            &format!("{what} of `{}`", outcome.id),
            sink,
        );
    }
    let mut warn = |applies: bool, message: String, hint: &str| {
        if applies {
            sink.warning(&RPT_004, place.clone(), message).hint(hint);
        }
    };
    let title = outcome.title.to_lowercase();
    let unit = outcome.unit.to_lowercase();
    let only_digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '.');
    warn(
        VAGUE_TITLES.contains(&title.trim()),
        format!("the title `{}` says nothing specific", outcome.title),
        "name what was measured",
    );
    warn(
        only_digits(&outcome.time_frame),
        format!("the time frame of `{}` is a bare number", outcome.id),
        "say from when to when",
    );
    warn(
        only_digits(&unit) || matches!(unit.trim(), "na" | "n/a" | "none"),
        format!("the unit of `{}` is `{}`", outcome.id, outcome.unit),
        "ClinicalTrials.gov refuses placeholders as units",
    );
    let counts_title =
        ["percentage of participants with", "number of participants with"].iter().any(|start| title.starts_with(start));
    warn(
        counts_title && !unit.contains("participant") && !unit.contains("percent") && !unit.contains('%'),
        format!("the title of `{}` speaks of participants, its unit is `{}`", outcome.id, outcome.unit),
        "title and unit must agree",
    );
    let no_dispersion = outcome.dispersion == super::registry_input::Dispersion::None;
    warn(
        no_dispersion && !matches!(outcome.parameter, Parameter::CountOfParticipants | Parameter::Number),
        format!("`{}` has no measure of dispersion", outcome.id),
        "both registries ask for one with a mean or median",
    );
    warn(
        outcome.population.is_empty() && outcome.analysed.iter().any(|key| store.number(key) == Some(0.0)),
        format!("nobody was analysed for `{}` in an arm", outcome.id),
        "say why in the description of the population",
    );
    for analysis in &outcome.analyses {
        let needs_margin = matches!(analysis.kind, AnalysisKind::NonInferiority | AnalysisKind::Equivalence);
        warn(
            needs_margin && analysis.margin.is_none(),
            format!("`{}` does not state its margin", analysis.title),
            "ClinicalTrials.gov requires the margin of non-inferiority and equivalence tests",
        );
        warn(
            analysis.p.is_none() && analysis.estimate.is_none(),
            format!("`{}` has neither a p-value nor an estimate", analysis.title),
            "one of them is required",
        );
    }
}

struct Sums<'s> {
    store: &'s ResultStore,
}

impl Sums<'_> {
    fn count(&self, key: &ResultKey) -> u64 {
        self.store.get(key).and_then(|result| result.value.as_count()).unwrap_or(0)
    }

    fn sum<'k>(&self, keys: impl IntoIterator<Item = &'k ResultKey>) -> u64 {
        keys.into_iter().map(|key| self.count(key)).sum()
    }

    fn flow(&self, record: &RegistryRecord, sink: &mut Diagnostics) {
        for (arm, group) in record.groups.iter().enumerate() {
            for period in &record.periods {
                let started = self.count(&period.started[arm]);
                let completed = self.count(&period.completed[arm]);
                let left = self.sum(period.reasons.iter().map(|reason| &reason.subjects[arm]));
                if started != completed + left {
                    differs(
                        sink,
                        &format!(
                            "arm `{}`, {}: {started} started, {completed} completed and {left} left with a reason",
                            group.id, period.title
                        ),
                    );
                }
                for milestone in &period.milestones {
                    let reached = self.count(&milestone.reached[arm]);
                    if reached > started {
                        differs(
                            sink,
                            &format!("arm `{}`: {reached} reached `{}`, {started} started", group.id, milestone.title),
                        );
                    }
                }
            }
            let Some(period) = record.periods.iter().find(|period| period.baseline) else { continue };
            let started = self.count(&period.started[arm]);
            let described = self.count(&record.baseline.subjects[arm]);
            if started != described {
                differs(sink, &format!("arm `{}`: {started} started, baseline describes {described}", group.id));
            }
            for outcome in &record.outcomes {
                let analysed = self.count(&outcome.analysed[arm]);
                if analysed > started {
                    differs(
                        sink,
                        &format!("arm `{}`: {analysed} analysed for `{}`, {started} started", group.id, outcome.id),
                    );
                }
            }
        }
        if let Some(period) = record.periods.iter().find(|period| period.baseline) {
            let started = self.sum(&period.started);
            let by_country = self.sum(record.countries.iter().map(|country| &country.total));
            let by_age = self.sum(record.baseline.eudract_ages.categories.iter().map(|category| &category.total));
            if by_country != started || by_age != started {
                differs(sink, &format!("{started} started, countries sum to {by_country}, age groups to {by_age}"));
            }
        }
    }

    fn baseline(&self, record: &RegistryRecord, sink: &mut Diagnostics) {
        let baseline = &record.baseline;
        for (name, counts) in baseline.all_counts() {
            for (arm, group) in record.groups.iter().enumerate() {
                let sum = self.sum(counts.categories.iter().map(|category| &category.counts[arm]));
                let expected = self.count(&baseline.subjects[arm]);
                if sum != expected {
                    differs(sink, &format!("arm `{}`: categories of {name} sum to {sum} of {expected}", group.id));
                }
            }
            for category in &counts.categories {
                let sum = self.sum(&category.counts);
                let total = self.count(&category.total);
                if sum != total {
                    differs(sink, &format!("{name} `{}`: arms sum to {sum}, the total is {total}", category.label));
                }
            }
        }
    }

    fn events(&self, record: &RegistryRecord, events: &AdverseEvents, sink: &mut Diagnostics) {
        let mut seen = BTreeSet::new();
        for term in &events.serious {
            if !seen.insert((&term.term.class.name, &term.term.term)) {
                differs(sink, &format!("serious term `{}` stands twice", term.term.term));
            }
        }
        for (arm, group) in record.groups.iter().enumerate() {
            let totals = &events.groups[arm];
            let exposed = self.count(&totals.exposed);
            let (serious, other) = (self.count(&totals.serious), self.count(&totals.non_serious));
            let (deaths, from_events) = (self.count(&totals.deaths), self.count(&totals.deaths_from_events));
            if serious > exposed || other > exposed || deaths > exposed || from_events > deaths {
                differs(
                    sink,
                    &format!(
                        "arm `{}`: {exposed} at risk, {serious} with serious and {other} with other events, {deaths} deaths, {from_events} of them from adverse events",
                        group.id
                    ),
                );
            }
            let terms = events
                .serious
                .iter()
                .map(|of| (&of.term, serious))
                .chain(events.non_serious.iter().map(|of| (of, other)));
            for (term, total) in terms {
                let affected = self.count(&term.counts[arm].affected);
                let occurrences = self.count(&term.counts[arm].occurrences);
                if affected > total {
                    differs(
                        sink,
                        &format!(
                            "arm `{}`: {affected} affected by `{}`, {total} by any such event",
                            group.id, term.term
                        ),
                    );
                }
                if occurrences < affected {
                    sink.warning(
                        &POP_003,
                        Place::Nowhere,
                        format!("arm `{}`: `{}` has {occurrences} events in {affected} subjects", group.id, term.term),
                    );
                }
            }
            for term in &events.serious {
                let outcome = &term.outcomes[arm];
                let affected = self.count(&term.term.counts[arm].affected);
                let occurrences = self.count(&term.term.counts[arm].occurrences);
                let (related, deaths) = (self.count(&outcome.related), self.count(&outcome.deaths));
                if related > occurrences || deaths > affected || self.count(&outcome.related_deaths) > deaths {
                    differs(
                        sink,
                        &format!(
                            "arm `{}`: `{}` has {occurrences} events ({related} related) in {affected} subjects, {deaths} deaths",
                            group.id, term.term.term
                        ),
                    );
                }
            }
        }
        for term in events.serious.iter().map(|of| &of.term).chain(&events.non_serious) {
            length(&At::nowhere(term.term.clone()), 2, 100, &format!("term `{}`", term.term), sink);
        }
    }
}

fn differs(sink: &mut Diagnostics, message: &str) {
    sink.error(&POP_003, Place::Nowhere, format!("registry counts disagree: {message}"))
        .hint("the registries refuse a record whose counts do not add up");
}
