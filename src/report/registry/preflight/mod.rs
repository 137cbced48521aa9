//! Rules a registry record must satisfy before anything is submitted, each with a code of its own.
//!
//! EMA's own list (EMA/266702/2012) is not public: what EudraCT checks is reconstructed from invariants that hold in
//! posted records. ClinicalTrials.gov's are its system messages and the major comments its reviewers publish.
//!
//! | code | fault |
//! |------|-------|
//! | REG-001 | registry field is missing |
//! | REG-002 | number of a register is malformed |
//! | REG-003 | number of a register is a placeholder |
//! | REG-004 | text does not fit its field |
//! | REG-005 | word is not in the registry's list |
//! | REG-006 | results in free text |
//! | REG-007 | `other` without words |
//! | REG-008 | dates are not in order |
//! | REG-010 | period is not named as expected |
//! | REG-011 | subjects of a period do not add up |
//! | REG-012 | more at a milestone than started |
//! | REG-013 | period starts with others than the last one ended with |
//! | REG-014 | no reason for not completing |
//! | REG-015 | groups differ between modules |
//! | REG-016 | two groups have the same title |
//! | REG-017 | nobody started |
//! | REG-020 | baseline describes others than started |
//! | REG-021 | categories do not add up |
//! | REG-022 | total is not the sum of its groups |
//! | REG-023 | baseline characteristic is missing |
//! | REG-024 | age has no unit of time |
//! | REG-025 | countries or age groups do not add up |
//! | REG-026 | analysis set is larger than the trial |
//! | REG-030 | no primary outcome |
//! | REG-031 | title says nothing specific |
//! | REG-032 | time frame is not specific |
//! | REG-033 | unit says nothing |
//! | REG-034 | title and unit do not agree |
//! | REG-035 | no measure of dispersion |
//! | REG-036 | numbers of spread do not fit their kind |
//! | REG-037 | count is not a count of those analysed |
//! | REG-038 | value outside its range |
//! | REG-039 | no value and no reason |
//! | REG-040 | nobody was analysed and no text says why |
//! | REG-041 | more analysed than started |
//! | REG-042 | value is not a number |
//! | REG-043 | unit does not fit the measure |
//! | REG-044 | change from baseline without baseline in its time frame |
//! | REG-045 | scale is not explained |
//! | REG-046 | outcome without any values |
//! | REG-050 | analysis without a result |
//! | REG-051 | analysis without groups or kind |
//! | REG-052 | margin is not stated |
//! | REG-053 | p-value is none |
//! | REG-054 | estimate and interval do not agree |
//! | REG-055 | interval is incomplete |
//! | REG-056 | estimate does not fit the values of the groups |
//! | REG-057 | ratio is not positive |
//! | REG-058 | primary outcome without a statistical analysis |
//! | REG-060 | adverse events are missing |
//! | REG-061 | more affected than exposed |
//! | REG-062 | term is counted among others than its group |
//! | REG-063 | term without counts of a group |
//! | REG-064 | more affected by a term than by any |
//! | REG-065 | term stands twice |
//! | REG-066 | fewer events than subjects affected |
//! | REG-067 | causality or deaths of a term do not fit |
//! | REG-068 | threshold out of range |
//! | REG-069 | system organ class is missing |
//! | REG-070 | more deaths from adverse events than deaths |
//! | REG-071 | all-cause mortality is missing |
//! | REG-072 | nobody is at risk and no text says why |
//! | REG-073 | group has events and its table has none |
//! | REG-074 | dictionary or its version is missing |
//! | REG-075 | term does not pass the threshold |
//! | REG-076 | threshold means something else to the registry |
//! | REG-077 | term is not coded |
//! | REG-080 | deaths differ between modules |
//! | REG-081 | enrolment is not those who started |
//! | REG-082 | protocol and analysis plan are to be uploaded |
//! | REG-083 | observational study is randomised |
//! | REG-090 | registered outcome is not reported |
//! | REG-091 | reported outcome was not registered |
//! | REG-092 | outcome has another title than registered |
//! | REG-093 | outcome has another time frame than registered |
//! | REG-094 | outcome has another role than registered |

mod analyses;
mod baseline;
mod between;
mod context;
mod event_terms;
mod events;
mod fields;
mod flow;
mod frequency;
mod lengths;
mod outcomes;
mod registered;
mod values;
mod words;

use crate::base::diagnostic::Diagnostics;
use crate::results::ResultStore;
use crate::spec::registry_terms::RegistryTerms;
use crate::spec::study_registry::TextLimits;

use super::RegistryRecord;
use context::Context;

/// Whose rules a record is held against.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// EudraCT's.
    pub eudract: bool,
    /// ClinicalTrials.gov's.
    pub ctgov: bool,
    /// How long texts may be.
    pub limits: TextLimits,
    /// Whether what is missing is an error, as for a submission, or a warning, as for a draft.
    pub is_final: bool,
}

impl Asked {
    /// Those of both registries, for a draft.
    #[must_use]
    pub fn both(limits: TextLimits) -> Self {
        Self { eudract: true, ctgov: true, limits, is_final: false }
    }

    /// Those of EudraCT, for a record that was read.
    #[must_use]
    pub fn eudract() -> Self {
        Self { eudract: true, ctgov: false, limits: TextLimits::Strict, is_final: false }
    }

    /// Those of ClinicalTrials.gov, for a record that was read.
    #[must_use]
    pub fn ctgov() -> Self {
        Self { eudract: false, ctgov: true, limits: TextLimits::Current, is_final: false }
    }
}

/// A rule: reports where the record breaks it.
type Rule = fn(&Context<'_>, &mut Diagnostics);

/// Every rule, by module.
static RULES: &[&[Rule]] = &[
    fields::RULES,
    lengths::RULES,
    words::RULES,
    flow::RULES,
    baseline::RULES,
    outcomes::RULES,
    values::RULES,
    analyses::RULES,
    events::RULES,
    event_terms::RULES,
    frequency::RULES,
    between::RULES,
    registered::RULES,
];

/// Reports what the registries require and the record lacks, texts that do not fit, and numbers that disagree.
///
/// `terms` are the words of the registries' lists; `store` holds the results of a run; it is empty for a record that was read, whose figures are printed.
pub fn check(
    record: &RegistryRecord,
    terms: &RegistryTerms,
    store: &ResultStore,
    asked: Asked,
    sink: &mut Diagnostics,
) {
    let context = Context::new(record, terms, store, asked);
    for rule in RULES.iter().copied().flatten() {
        rule(&context, sink);
    }
}
