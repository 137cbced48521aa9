//! Registry submissions as XML: the views of the templates and the order of work.

use serde_json::{Value as Json, json};

use crate::base::codes::RPT_004;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::report::registry_input::{ConfidenceLevel, Dispersion, RegistryInput};
use crate::report::registry_record::{RegistryRecord, Spread};
use crate::results::{ResultKey, ResultStore, ResultValue};

use super::template::{BuiltIn, Engine, Rendered, Target};
use super::{xml_check, xml_ctgov, xml_eudract};

/// The templates of this floor's registry files.
pub static TEMPLATES: BuiltIn = &[
    ("ctgov/measure-values.xml.hbs", include_str!("../../templates/ctgov/measure-values.xml.hbs")),
    ("ctgov/results.xml.hbs", include_str!("../../templates/ctgov/results.xml.hbs")),
    ("eudract/adverse-events-body.xml.hbs", include_str!("../../templates/eudract/adverse-events-body.xml.hbs")),
    ("eudract/adverse-events.xml.hbs", include_str!("../../templates/eudract/adverse-events.xml.hbs")),
    ("eudract/characteristic.xml.hbs", include_str!("../../templates/eudract/characteristic.xml.hbs")),
    ("eudract/contact.xml.hbs", include_str!("../../templates/eudract/contact.xml.hbs")),
    ("eudract/end-point.xml.hbs", include_str!("../../templates/eudract/end-point.xml.hbs")),
    ("eudract/results.xml.hbs", include_str!("../../templates/eudract/results.xml.hbs")),
];

/// A registry's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Submission {
    /// EudraCT, whole results.
    EudractResults,
    /// EudraCT, adverse events only.
    EudractAdverseEvents,
    /// ClinicalTrials.gov PRS, whole record.
    CtgovResults,
}

impl Submission {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::EudractResults, Self::EudractAdverseEvents, Self::CtgovResults];

    /// Name of the file.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::EudractResults => "eudract-results.xml",
            Self::EudractAdverseEvents => "eudract-adverse-events.xml",
            Self::CtgovResults => "ctgov-results.xml",
        }
    }

    /// Path of its template.
    #[must_use]
    pub fn template(self) -> &'static str {
        match self {
            Self::EudractResults => "eudract/results.xml.hbs",
            Self::EudractAdverseEvents => "eudract/adverse-events.xml.hbs",
            Self::CtgovResults => "ctgov/results.xml.hbs",
        }
    }

    /// What can honestly be said about the schema.
    #[must_use]
    pub fn schema_statement(self) -> &'static str {
        match self {
            Self::EudractResults => {
                "The structure of this file is reconstructed from posted EudraCT records, because the schema of full \
                 results is not public; only the adverse events follow a published schema (adverseEvents.xsd 1.1)."
            }
            Self::EudractAdverseEvents => "This file follows the published EudraCT schema adverseEvents.xsd 1.1.",
            Self::CtgovResults => {
                "This file follows the published PRS schemas ProtocolRecordSchema 2018.05.08 and RRSUploadSchema 2017.04.18."
            }
        }
    }
}

/// What a file says about itself besides its contents.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// Whether the run is a draft.
    pub draft: bool,
    /// Lock id and run id, in words.
    pub provenance: Option<String>,
}

/// Renders one registry file and checks that it is well-formed and that its references resolve.
///
/// # Errors
/// [`Stop`] where a template fails, a reference dangles (RND-002) or the registry number without
/// which the file cannot be written is missing (RPT-004).
pub fn render(
    submission: Submission,
    record: &RegistryRecord,
    input: &RegistryInput<'_>,
    about: &About,
    engine: &Engine<'_>,
    sink: &mut Diagnostics,
) -> Result<Rendered, Stop> {
    let views = Views { record, input, store: engine.store() };
    if submission == Submission::EudractResults && input.study.registrations.eudract.is_none() {
        return Err(sink
            .error(&RPT_004, Place::Nowhere, "the EudraCT file cannot be written without a EudraCT number")
            .hint("fill `registrations.eudract.number` in study.yaml")
            .stop());
    }
    if submission == Submission::EudractAdverseEvents && record.adverse_events.is_none() {
        return Err(sink
            .error(&RPT_004, Place::Nowhere, "the file of adverse events cannot be written: none are configured")
            .hint("add `safety` to analysis.yaml")
            .stop());
    }
    let mut view = match submission {
        Submission::EudractResults => xml_eudract::results(&views),
        Submission::EudractAdverseEvents => json!({"adverse_events": xml_eudract::adverse_events(&views)}),
        Submission::CtgovResults => xml_ctgov::results(&views),
    };
    view["comments"] = Json::from(comments(submission, input, about));
    let rendered = engine.render(Target::Xml, submission.template(), view, sink)?;
    xml_check::check(submission.file_name(), &rendered, sink)?;
    Ok(rendered)
}

/// Lines a reader of the file must see; an XML comment cannot hold two hyphens in a row.
fn comments(submission: Submission, input: &RegistryInput<'_>, about: &About) -> Vec<String> {
    let mut lines = vec![submission.schema_statement().to_owned()];
    if about.draft {
        lines.push("DRAFT: not for submission.".to_owned());
    }
    lines.extend(input.study.synthetic.as_ref().map(|synthetic| synthetic.notice.clone()));
    let registrations = &input.study.registrations;
    if [&registrations.eudract, &registrations.ctgov].into_iter().flatten().any(|registration| registration.placeholder)
    {
        lines.push("Registration numbers in this file are placeholders.".to_owned());
    }
    lines.extend(about.provenance.clone());
    lines.iter().map(|line| line.replace("--", "- -").trim_end_matches('-').to_owned()).collect()
}

/// What the views are made from.
#[derive(Clone, Copy)]
pub(super) struct Views<'v> {
    pub record: &'v RegistryRecord,
    pub input: &'v RegistryInput<'v>,
    pub store: &'v ResultStore,
}

impl Views<'_> {
    /// Whether a result is not estimable.
    pub fn is_not_estimable(&self, key: &ResultKey) -> bool {
        self.store.get(key).is_some_and(|result| matches!(result.value, ResultValue::NotEstimable(_)))
    }

    /// The first of some results that is not estimable, for the reason printed beside it.
    pub fn first_not_estimable<'k>(&self, keys: impl IntoIterator<Item = &'k ResultKey>) -> Json {
        keys.into_iter().find(|key| self.is_not_estimable(key)).map_or(Json::Null, key)
    }
}

/// The text of a key.
pub(super) fn key(key: &ResultKey) -> Json {
    Json::String(key.to_string())
}

/// The text of an optional key.
pub(super) fn optional_key(of: Option<&ResultKey>) -> Json {
    of.map_or(Json::Null, key)
}

/// First and second number of a spread.
pub(super) fn low_and_high(spread: &Spread) -> (Json, Json) {
    match spread {
        Spread::None => (Json::Null, Json::Null),
        Spread::One(one) => (key(one), Json::Null),
        Spread::Limits(low, high) => (key(low), key(high)),
    }
}

/// The level of a confidence interval as dispersion.
pub(super) fn confidence_level(dispersion: Dispersion) -> Option<ConfidenceLevel> {
    if let Dispersion::ConfidenceInterval(level) = dispersion { Some(level) } else { None }
}

/// A threshold such as `5` or `2.5`, without needless zeros.
pub(super) fn threshold(percent: f64) -> String {
    crate::base::number::plain((percent * 100.0).round() / 100.0)
}
