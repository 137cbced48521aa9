//! Words: the registries' lists, words for `other`, results in free text.

use crate::base::codes::{REG_005, REG_006, REG_007};
use crate::base::diagnostic::{Diagnostics, Place};
use crate::base::suggest::did_you_mean;
use crate::report::registry::{Outcome, RegistryRecord, Term, Text};
use crate::spec::registry_terms::Dialect;

use super::Rule;
use super::context::{Context, is};

pub(super) static RULES: &[Rule] = &[pick_lists, ema_lists, other_reasons, other_methods, results_in_text];

/// The terms of a record with the list each belongs to.
fn terms<'r>(record: &'r RegistryRecord) -> Vec<(&'static str, &'r Term)> {
    let mut all: Vec<(&'static str, &'r Term)> = Vec::new();
    let mut add = |list, term: Option<&'r Term>| all.extend(term.map(|term| (list, term)));
    let design = &record.protocol.design;
    add("analysis_stage", record.trial.stage.as_ref());
    add("overall_status", record.protocol.status.as_ref());
    add("study_type", design.study_type.as_ref());
    add("phase", design.phase.as_ref());
    add("purpose", design.purpose.as_ref());
    add("model", design.model.as_ref());
    add("allocation", design.allocation.as_ref());
    add("masking", design.masking.level.as_ref());
    design.masking.who.iter().for_each(|who| add("masked_role", Some(who)));
    record.protocol.arms.iter().for_each(|arm| add("arm_type", arm.kind.as_ref()));
    record.protocol.interventions.iter().for_each(|one| add("intervention_type", one.kind.as_ref()));
    for period in &record.flow.periods {
        for reason in &period.reasons {
            add("reason_not_completed_ctgov", reason.ctgov.as_ref());
            add("reason_not_completed_eudract", reason.eudract.as_ref());
        }
    }
    record.analysis_sets.iter().for_each(|set| add("analysis_set", set.kind.as_ref()));
    for one in record.baseline.iter().flat_map(|baseline| &baseline.characteristics) {
        add("parameter", one.measure.parameter.as_ref());
        add("dispersion", one.measure.dispersion.as_ref());
    }
    for outcome in &record.outcomes {
        add("outcome_type", Some(&outcome.kind));
        add("parameter", outcome.measure.parameter.as_ref());
        add("dispersion", outcome.measure.dispersion.as_ref());
        for analysis in &outcome.analyses {
            add("analysis_type", analysis.kind.as_ref());
            add("statistical_method", analysis.method.as_ref());
            add("estimate", analysis.parameter.as_ref());
            add("estimate_dispersion", analysis.dispersion.as_ref());
        }
    }
    if let Some(events) = &record.adverse_events {
        add("assessment", events.assessment.as_ref());
        add("dictionary", events.dictionary.name.as_ref());
    }
    all
}

fn pick_lists(c: &Context<'_>, sink: &mut Diagnostics) {
    let mut told: Vec<(&str, &str)> = Vec::new();
    for (list, term) in terms(c.record) {
        let words = match term {
            Term::Listed(id) if c.terms.ids(list).any(|known| known == id) => continue,
            Term::Listed(words) | Term::Unlisted(words) => words.as_str(),
        };
        if told.contains(&(list, words)) {
            continue;
        }
        told.push((list, words));
        let dialect = if c.asked.ctgov { Dialect::Prs } else { Dialect::Eudract };
        sink.error(&REG_005, Place::Nowhere, format!("`{words}` is not in the list `{list}`"))
            .hint(did_you_mean(words, c.terms.words(list, dialect)));
    }
}

fn ema_lists(c: &Context<'_>, sink: &mut Diagnostics) {
    if !c.asked.eudract {
        return;
    }
    for country in c.record.trial.countries.iter().filter(|country| country.country.id.is_none()) {
        let name = country.country.name.as_deref().unwrap_or("a country");
        sink.error(&REG_005, Place::Nowhere, format!("`{name}` is not in EudraCT's list of countries"))
            .hint("config/codelists/eudract_countries.csv has the names");
    }
}

fn is_blank(text: Option<&Text>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

fn other_reasons(c: &Context<'_>, sink: &mut Diagnostics) {
    for period in &c.record.flow.periods {
        for reason in period.reasons.iter().filter(|reason| is_blank(reason.words.as_ref())) {
            let ctgov = c.asked.ctgov && is(reason.ctgov.as_ref(), "other");
            let eudract = c.asked.eudract && is(reason.eudract.as_ref(), "other");
            if ctgov || eudract {
                sink.error(
                    &REG_007,
                    period.title.place.clone(),
                    format!("period `{}` has a reason `other` without words", period.title.text),
                )
                .hint("add `text` to its entry in `registry.not_completed_reasons` of study.yaml");
            }
        }
    }
}

fn other_methods(c: &Context<'_>, sink: &mut Diagnostics) {
    for outcome in &c.record.outcomes {
        for analysis in &outcome.analyses {
            let unnamed_test = is(analysis.method.as_ref(), "other") && is_blank(analysis.method_words.as_ref());
            let unnamed_estimate =
                is(analysis.parameter.as_ref(), "other") && is_blank(analysis.parameter_words.as_ref());
            for (applies, what) in [(unnamed_test, "test"), (unnamed_estimate, "estimate")] {
                if applies {
                    let message = format!("a {what} of `{}` is `other` without words", name(outcome));
                    sink.error(&REG_007, outcome.measure.title.place.clone(), message)
                        .hint("give the analysis `label` in analysis.yaml");
                }
            }
        }
    }
}

/// How messages call an outcome.
pub(super) fn name(outcome: &Outcome) -> &str {
    outcome.endpoint.as_deref().unwrap_or(&outcome.measure.title)
}

/// What stands in conclusions and not in descriptions; lower case.
const CONCLUSIONS: [&str; 17] = [
    "statistically significant difference",
    "statistically significantly",
    "was significantly",
    "were significantly",
    "not significantly different",
    "was superior to",
    "were superior to",
    "was non-inferior to",
    "was well tolerated",
    "were well tolerated",
    "in favor of",
    "in favour of",
    "results showed",
    "hazard ratio was",
    "odds ratio was",
    "(p<",
    "(p =",
];

fn results_in_text<'r>(c: &Context<'r>, sink: &mut Diagnostics) {
    let record = c.record;
    let mut texts: Vec<(&'r Text, String)> = Vec::new();
    let mut add = |text: Option<&'r Text>, what: String| texts.extend(text.map(|text| (text, what)));
    add(record.flow.recruitment.as_ref(), "the text on recruitment".to_owned());
    add(record.flow.pre_assignment.as_ref(), "the text on screening".to_owned());
    for group in &record.flow.groups {
        add(group.description.as_ref(), format!("the description of `{}`", group.title.text));
    }
    for outcome in &record.outcomes {
        add(outcome.measure.description.as_ref(), format!("the description of `{}`", name(outcome)));
        add(outcome.population.as_ref(), format!("the population of `{}`", name(outcome)));
    }
    if let Some(events) = &record.adverse_events {
        add(events.description.as_ref(), "the description of adverse events".to_owned());
    }
    add(record.more.limitations.as_ref(), "the text on limitations".to_owned());
    add(record.protocol.brief_summary.as_ref(), "the brief summary".to_owned());
    for (text, what) in texts {
        let lower = text.to_lowercase();
        if let Some(found) = CONCLUSIONS.iter().find(|words| lower.contains(**words)) {
            sink.warning(&REG_006, text.place.clone(), format!("{what} says `{found}`"))
                .hint("say what was done; what came out stands in the tables");
        }
    }
}
