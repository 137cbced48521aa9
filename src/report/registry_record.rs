//! The registry record: participant flow, baseline, outcome measures and adverse events before any registry's format.
//!
//! Values are addresses of results; nothing is formatted and nothing is added up here.

use crate::base::codes::{RPT_001, RPT_004};
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::base::suggest::did_you_mean;
use crate::results::{ResultKey, ResultStore};
use crate::spec::analysis::EndpointRole;
use crate::spec::registry_codes::ListTerm;
use crate::spec::study_registry::{CtgovReason, EudractReason};

use super::registry_baseline::{self, Baseline};
use super::registry_events::{self, AdverseEvents};
use super::registry_input::{
    AnalysisSetKind, Dispersion, KeyPattern, OutcomeInput, Parameter, RegistryInput, RowInput, StatisticalAnalysisInput,
};

/// Level of the factor `arm` for all arms together.
pub const TOTAL: &str = "total";

/// What both registries and the EU summary are rendered from.
#[derive(Debug)]
pub struct RegistryRecord {
    /// Arms in order.
    pub groups: Vec<Group>,
    /// Countries with their subjects.
    pub countries: Vec<CountryCount>,
    /// Participant flow.
    pub periods: Vec<Period>,
    /// Analysis sets.
    pub analysis_sets: Vec<AnalysisSet>,
    /// Baseline characteristics.
    pub baseline: Baseline,
    /// Outcome measures.
    pub outcomes: Vec<Outcome>,
    /// Adverse events.
    pub adverse_events: Option<AdverseEvents>,
}

/// An arm as registries show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Arm id.
    pub id: String,
    /// Title.
    pub title: String,
    /// What its subjects received.
    pub description: String,
}

/// Subjects of a country.
#[derive(Clone, Debug)]
pub struct CountryCount {
    /// Its term in EMA's list.
    pub term: ListTerm,
    /// All subjects.
    pub total: ResultKey,
    /// Subjects of each arm.
    pub by_arm: Vec<ResultKey>,
}

/// A part of the study.
#[derive(Clone, Debug)]
pub struct Period {
    /// Epoch id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Whether baseline values belong to it.
    pub baseline: bool,
    /// Subjects that entered, by arm.
    pub started: Vec<ResultKey>,
    /// Subjects that completed, by arm.
    pub completed: Vec<ResultKey>,
    /// Further milestones.
    pub milestones: Vec<Milestone>,
    /// Reasons for not completing.
    pub reasons: Vec<Reason>,
}

/// A milestone and who reached it.
#[derive(Clone, Debug)]
pub struct Milestone {
    /// Title.
    pub title: String,
    /// Subjects, by arm.
    pub reached: Vec<ResultKey>,
}

/// A reason for not completing.
#[derive(Clone, Debug)]
pub struct Reason {
    /// Its id.
    pub id: String,
    /// Name on ClinicalTrials.gov.
    pub ctgov: CtgovReason,
    /// Name in EudraCT.
    pub eudract: EudractReason,
    /// Words where a registry has no name.
    pub text: String,
    /// Subjects, by arm.
    pub subjects: Vec<ResultKey>,
}

/// An analysis set.
#[derive(Clone, Debug)]
pub struct AnalysisSet {
    /// Its id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Definition.
    pub description: String,
    /// Kind.
    pub kind: AnalysisSetKind,
    /// Subjects.
    pub subjects: ResultKey,
}

/// A value with what says how it spreads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The value.
    pub value: ResultKey,
    /// Its spread.
    pub spread: Spread,
}

/// What says how a value spreads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Nothing.
    None,
    /// One number.
    One(ResultKey),
    /// Lower and upper limit.
    Limits(ResultKey, ResultKey),
}

impl Spread {
    /// The keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &ResultKey> {
        let (first, second) = match self {
            Self::None => (None, None),
            Self::One(key) => (Some(key), None),
            Self::Limits(lower, upper) => (Some(lower), Some(upper)),
        };
        first.into_iter().chain(second)
    }
}

/// An outcome measure.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Endpoint id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Description.
    pub description: Option<String>,
    /// Time frame.
    pub time_frame: String,
    /// Who was analysed, in words.
    pub population: String,
    /// Role.
    pub role: EndpointRole,
    /// Unit.
    pub unit: String,
    /// What the values are.
    pub parameter: Parameter,
    /// What says how they spread.
    pub dispersion: Dispersion,
    /// Subjects analysed, by arm.
    pub analysed: Vec<ResultKey>,
    /// Rows.
    pub rows: Vec<OutcomeRow>,
    /// Statistical analyses.
    pub analyses: Vec<StatisticalAnalysisInput>,
}

/// A row of an outcome measure.
#[derive(Clone, Debug)]
pub struct OutcomeRow {
    /// Title; `None` where there is one row.
    pub title: Option<String>,
    /// Entries, one a category.
    pub entries: Vec<OutcomeEntry>,
}

/// A category of a row.
#[derive(Clone, Debug)]
pub struct OutcomeEntry {
    /// Name; `None` where there is one category.
    pub category: Option<String>,
    /// Values, by arm.
    pub cells: Vec<Cell>,
}

/// Composes the record; reports what the registries require and the study does not give.
///
/// # Errors
/// [`Stop`] where a result the record needs is not in the store (RPT-001), a name is not in the
/// registries' lists, or a required field is empty (RPT-004). All of them are reported.
pub fn compose(input: &RegistryInput<'_>, store: &ResultStore, sink: &mut Diagnostics) -> Result<RegistryRecord, Stop> {
    let mark = sink.mark();
    let record = RegistryRecord {
        groups: groups(input),
        countries: countries(input, sink),
        periods: periods(input, store, sink),
        analysis_sets: analysis_sets(input),
        baseline: registry_baseline::compose(input, store),
        outcomes: input.outcomes.iter().map(|outcome| compose_outcome(outcome, input, sink)).collect(),
        adverse_events: registry_events::compose(input, store, sink),
    };
    for key in record.keys() {
        if store.get(&key).is_none() {
            sink.error(
                &RPT_001,
                Place::Nowhere,
                format!("the registry record needs `{key}`, which no analysis produced"),
            );
        }
    }
    sink.check(mark)?;
    Ok(record)
}

fn groups(input: &RegistryInput<'_>) -> Vec<Group> {
    let group = |(id, arm): (&String, &crate::spec::study_design::Arm)| Group {
        id: id.clone(),
        title: arm.title.value.clone(),
        description: arm.description.value.clone(),
    };
    input.study.arms.iter().map(group).collect()
}

/// The keys of a pattern for every arm.
pub(super) fn by_arm(pattern: &KeyPattern, input: &RegistryInput<'_>) -> Vec<ResultKey> {
    input.study.arm_ids().map(|arm| pattern.of(arm)).collect()
}

fn countries(input: &RegistryInput<'_>, sink: &mut Diagnostics) -> Vec<CountryCount> {
    let study = input.study;
    let only_one = study.countries.len() == 1;
    let mut counts = Vec::new();
    for country in &study.countries {
        let Some(term) = input.codes.country(&country.name) else {
            sink.error(
                &RPT_004,
                country.name.place.clone(),
                format!("`{}` is not in EudraCT's list of countries", country.name),
            )
            .hint(did_you_mean(&country.name, input.codes.countries()));
            continue;
        };
        let (total, pattern) = if only_one {
            (ResultKey::new("flow", "randomised"), KeyPattern::new("flow", "allocated"))
        } else {
            let Some(code) = &country.code else {
                sink.error(&RPT_004, country.name.place.clone(), format!("country `{}` has no `code`", country.name))
                    .hint("`code` is the level of the variable COUNTRY, by which its subjects are counted");
                continue;
            };
            let pattern = KeyPattern::new("base", "n").with("variable", "COUNTRY").with("level", code);
            (pattern.of(TOTAL), pattern)
        };
        counts.push(CountryCount { term: term.clone(), total, by_arm: by_arm(&pattern, input) });
    }
    counts
}

fn periods(input: &RegistryInput<'_>, store: &ResultStore, sink: &mut Diagnostics) -> Vec<Period> {
    let marked = input.study.epochs.values().position(|epoch| epoch.baseline).unwrap_or(0);
    let mut periods = Vec::new();
    for (position, ((id, epoch), counts)) in input.study.epochs.iter().zip(&input.periods).enumerate() {
        let milestone = |(title, pattern): &(String, KeyPattern)| Milestone {
            title: title.clone(),
            reached: by_arm(pattern, input),
        };
        let mut reasons = Vec::new();
        for (reason, words) in &counts.reasons {
            let pattern = KeyPattern(counts.left.0.clone().with("reason", reason));
            let subjects = by_arm(&pattern, input);
            // A reason nobody had is no row of either registry.
            if subjects.iter().all(|key| store.number(key) == Some(0.0)) {
                continue;
            }
            let Some(mapping) = input.study.registry.not_completed_reasons.get(reason) else {
                sink.error(
                    &RPT_004,
                    Place::Nowhere,
                    format!("the reason `{reason}` ({words}) has no name in the registries"),
                )
                .hint(format!("add `registry.not_completed_reasons.{reason}: {{ctgov: …, eudract: …}}` to study.yaml"));
                continue;
            };
            reasons.push(Reason {
                id: reason.clone(),
                ctgov: mapping.ctgov,
                eudract: mapping.eudract,
                text: mapping.text.as_ref().map_or_else(|| words.clone(), |text| text.value.clone()),
                subjects,
            });
        }
        periods.push(Period {
            id: id.clone(),
            title: epoch.title.value.clone(),
            baseline: position == marked,
            started: by_arm(&counts.started, input),
            completed: by_arm(&counts.completed, input),
            milestones: counts.milestones.iter().map(milestone).collect(),
            reasons,
        });
    }
    if input.study.epochs.len() != input.periods.len() {
        sink.error(&RPT_004, Place::Nowhere, "study.yaml has another number of epochs than the flow has parts")
            .hint("with one epoch the overall study is reported");
    }
    periods
}

fn analysis_sets(input: &RegistryInput<'_>) -> Vec<AnalysisSet> {
    let set = |set: &super::registry_input::AnalysisSetInput| AnalysisSet {
        id: set.id.clone(),
        title: set.label.clone(),
        description: set.description.clone(),
        kind: set.kind,
        subjects: KeyPattern::new("set", "n").with("set", &set.id).of(TOTAL),
    };
    input.analysis_sets.iter().map(set).collect()
}

fn compose_outcome(outcome: &OutcomeInput, input: &RegistryInput<'_>, sink: &mut Diagnostics) -> Outcome {
    let wanted = match outcome.dispersion {
        Dispersion::None => 0,
        Dispersion::StandardDeviation | Dispersion::StandardError | Dispersion::GeometricCv => 1,
        Dispersion::InterQuartileRange | Dispersion::FullRange | Dispersion::ConfidenceInterval(_) => 2,
    };
    if outcome.spread.len() != wanted {
        sink.error(
            &RPT_004,
            outcome.place.clone(),
            format!("outcome `{}` needs {wanted} numbers of spread and has {}", outcome.id, outcome.spread.len()),
        );
    }
    let one = [RowInput::default()];
    let rows_in = if outcome.rows.is_empty() { &one[..] } else { &outcome.rows };
    let categories_in = if outcome.categories.is_empty() { &one[..] } else { &outcome.categories };
    let named = |title: &str| (!title.is_empty()).then(|| title.to_owned());
    let mut rows = Vec::new();
    for row in rows_in {
        let mut entries = Vec::new();
        for category in categories_in {
            let key = |pattern: &KeyPattern, arm: &str| pattern.joined(&row.factors).joined(&category.factors).of(arm);
            let cell = |arm: &str| Cell {
                value: key(&outcome.value, arm),
                spread: match outcome.spread.as_slice() {
                    [one] => Spread::One(key(one, arm)),
                    [lower, upper] => Spread::Limits(key(lower, arm), key(upper, arm)),
                    _ => Spread::None,
                },
            };
            let cells = input.study.arm_ids().map(cell).collect();
            entries.push(OutcomeEntry { category: named(&category.title), cells });
        }
        rows.push(OutcomeRow { title: named(&row.title), entries });
    }
    Outcome {
        id: outcome.id.clone(),
        title: outcome.title.clone(),
        description: outcome.description.clone(),
        time_frame: outcome.time_frame.clone(),
        population: outcome.population.clone(),
        role: outcome.role,
        unit: outcome.unit.clone(),
        parameter: outcome.parameter,
        dispersion: outcome.dispersion,
        analysed: by_arm(&outcome.analysed, input),
        rows,
        analyses: outcome.analyses.clone(),
    }
}

impl RegistryRecord {
    /// Every result the record prints, each once, in key order.
    #[must_use]
    pub fn keys(&self) -> Vec<ResultKey> {
        let mut keys: Vec<ResultKey> = Vec::new();
        for country in &self.countries {
            keys.push(country.total.clone());
            keys.extend_from_slice(&country.by_arm);
        }
        for period in &self.periods {
            keys.extend(period.started.iter().chain(&period.completed).cloned());
            keys.extend(period.milestones.iter().flat_map(|milestone| &milestone.reached).cloned());
            keys.extend(period.reasons.iter().flat_map(|reason| &reason.subjects).cloned());
        }
        keys.extend(self.analysis_sets.iter().map(|set| set.subjects.clone()));
        self.baseline.collect_keys(&mut keys);
        for outcome in &self.outcomes {
            keys.extend_from_slice(&outcome.analysed);
            for cell in outcome.rows.iter().flat_map(|row| &row.entries).flat_map(|entry| &entry.cells) {
                keys.push(cell.value.clone());
                keys.extend(cell.spread.keys().cloned());
            }
            for analysis in &outcome.analyses {
                keys.extend(analysis.p.clone());
                if let Some(estimate) = &analysis.estimate {
                    keys.push(estimate.value.clone());
                    let rest = [&estimate.lower, &estimate.upper, &estimate.standard_error];
                    keys.extend(rest.into_iter().flatten().cloned());
                }
            }
        }
        if let Some(events) = &self.adverse_events {
            events.collect_keys(&mut keys);
        }
        keys.sort();
        keys.dedup();
        keys
    }
}
