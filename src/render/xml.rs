//! Registry submissions as XML: the views of the templates and the order of work.

use serde_json::{Value as Json, json};

use crate::base::codes::RPT_004;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::report::registry::{Figure, RegistryRecord, Term, Text};
use crate::results::{ResultKey, ResultStore, ResultValue};
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::registry_terms::{Dialect, RegistryTerms};

use super::template::{BuiltIn, Engine, Rendered, Target};
use super::{xml_check, xml_ctgov, xml_eudract, xml_eudract_gaps};

/// The templates of this floor's registry files.
pub static TEMPLATES: BuiltIn = &[
    ("ctgov/baseline.xml.hbs", include_str!("../../templates/ctgov/baseline.xml.hbs")),
    ("ctgov/events.xml.hbs", include_str!("../../templates/ctgov/events.xml.hbs")),
    ("ctgov/flow.xml.hbs", include_str!("../../templates/ctgov/flow.xml.hbs")),
    ("ctgov/measure-values.xml.hbs", include_str!("../../templates/ctgov/measure-values.xml.hbs")),
    ("ctgov/outcome.xml.hbs", include_str!("../../templates/ctgov/outcome.xml.hbs")),
    ("ctgov/protocol.xml.hbs", include_str!("../../templates/ctgov/protocol.xml.hbs")),
    ("ctgov/results.xml.hbs", include_str!("../../templates/ctgov/results.xml.hbs")),
    ("eudract/adverse-events-body.xml.hbs", include_str!("../../templates/eudract/adverse-events-body.xml.hbs")),
    ("eudract/adverse-events.xml.hbs", include_str!("../../templates/eudract/adverse-events.xml.hbs")),
    ("eudract/characteristic.xml.hbs", include_str!("../../templates/eudract/characteristic.xml.hbs")),
    ("eudract/characteristic-values.xml.hbs", include_str!("../../templates/eudract/characteristic-values.xml.hbs")),
    ("eudract/contact.xml.hbs", include_str!("../../templates/eudract/contact.xml.hbs")),
    ("eudract/dictionary.xml.hbs", include_str!("../../templates/eudract/dictionary.xml.hbs")),
    ("eudract/end-point.xml.hbs", include_str!("../../templates/eudract/end-point.xml.hbs")),
    ("eudract/end-point-values.xml.hbs", include_str!("../../templates/eudract/end-point-values.xml.hbs")),
    ("eudract/event.xml.hbs", include_str!("../../templates/eudract/event.xml.hbs")),
    ("eudract/results.xml.hbs", include_str!("../../templates/eudract/results.xml.hbs")),
    ("eudract/spread.xml.hbs", include_str!("../../templates/eudract/spread.xml.hbs")),
    ("eudract/statistical-analysis.xml.hbs", include_str!("../../templates/eudract/statistical-analysis.xml.hbs")),
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
    /// ClinicalTrials.gov PRS, results only: the upload leaves the protocol as it is.
    CtgovPartial,
}

impl Submission {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::EudractResults, Self::EudractAdverseEvents, Self::CtgovResults, Self::CtgovPartial];

    /// Name of the file.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::EudractResults => "eudract-results.xml",
            Self::EudractAdverseEvents => "eudract-adverse-events.xml",
            Self::CtgovResults => "ctgov-results.xml",
            Self::CtgovPartial => "ctgov-results-partial.xml",
        }
    }

    /// Path of its template.
    #[must_use]
    pub fn template(self) -> &'static str {
        match self {
            Self::EudractResults => "eudract/results.xml.hbs",
            Self::EudractAdverseEvents => "eudract/adverse-events.xml.hbs",
            Self::CtgovResults | Self::CtgovPartial => "ctgov/results.xml.hbs",
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
            Self::CtgovResults | Self::CtgovPartial => {
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
    /// What a reader must know of the data, for example that they are synthetic.
    pub notice: Option<String>,
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
    views: &Views<'_>,
    about: &About,
    engine: &Engine<'_>,
    sink: &mut Diagnostics,
) -> Result<Rendered, Stop> {
    if submission == Submission::EudractResults && views.record.identification.eudract.is_none() {
        return Err(sink
            .error(&RPT_004, Place::Nowhere, "the EudraCT file cannot be written without a EudraCT number")
            .hint("fill `registrations.eudract.number` in study.yaml")
            .stop());
    }
    if submission == Submission::EudractAdverseEvents && views.record.adverse_events.is_none() {
        return Err(sink
            .error(&RPT_004, Place::Nowhere, "the file of adverse events cannot be written: none are configured")
            .hint("add `safety` to analysis.yaml")
            .stop());
    }
    let mut view = match submission {
        Submission::EudractResults => {
            xml_eudract_gaps::report_without_place(views, sink);
            xml_eudract::results(views)
        }
        Submission::EudractAdverseEvents => xml_eudract::adverse_events(views),
        Submission::CtgovResults | Submission::CtgovPartial => {
            let partial = submission == Submission::CtgovPartial;
            if partial {
                xml_ctgov::check_partial(views.record, sink);
            }
            xml_ctgov::report_without_place(views, sink);
            xml_ctgov::results(views, partial)
        }
    };
    view["comments"] = Json::from(comments(submission, views.record, about));
    let rendered = engine.render(Target::Xml, submission.template(), view, sink)?;
    xml_check::check(submission.file_name(), &rendered, sink)?;
    Ok(rendered)
}

/// Lines a reader of the file must see; an XML comment cannot hold two hyphens in a row.
fn comments(submission: Submission, record: &RegistryRecord, about: &About) -> Vec<String> {
    let mut lines = vec![submission.schema_statement().to_owned()];
    if about.draft {
        lines.push("DRAFT: not for submission.".to_owned());
    }
    lines.extend(about.notice.clone());
    if record.identification.placeholder {
        lines.push("Registration numbers in this file are placeholders.".to_owned());
    }
    lines.extend(about.provenance.clone());
    lines.iter().map(|line| line.replace("--", "- -").trim_end_matches('-').to_owned()).collect()
}

/// What the views are made from.
#[derive(Clone, Copy, Debug)]
pub struct Views<'v> {
    /// The record.
    pub record: &'v RegistryRecord,
    /// The registries' own lists.
    pub codes: &'v RegistryCodes,
    /// The words of their pick-lists.
    pub terms: &'v RegistryTerms,
    /// Results behind the record's figures, where it is that of a run.
    pub store: &'v ResultStore,
}

impl Views<'_> {
    /// The word of a term in a registry; what a file said that our lists do not have is said again.
    pub(super) fn word<'t>(&'t self, list: &'t str, term: Option<&'t Term>, dialect: Dialect) -> Option<&'t str> {
        match term? {
            Term::Listed(id) => self.terms.word(list, id, dialect),
            Term::Unlisted(words) => Some(words),
        }
    }

    /// The value behind a figure of this run.
    pub(super) fn value(&self, figure: &Figure) -> Option<&ResultValue> {
        self.store.get(figure.key()?).map(|result| &result.value)
    }

    /// Whether a figure is a result that is not estimable.
    pub(super) fn is_not_estimable(&self, figure: &Figure) -> bool {
        matches!(self.value(figure), Some(ResultValue::NotEstimable(_)))
    }

    /// The first of some figures that is not estimable, for the reason printed beside it.
    pub(super) fn first_not_estimable<'k>(
        &self,
        figures: impl IntoIterator<Item = &'k Figure>,
    ) -> Option<&'k ResultKey> {
        figures.into_iter().find(|figure| self.is_not_estimable(figure)).and_then(Figure::key)
    }

    /// Whether a figure is the number 0.
    pub(super) fn is_zero(&self, figure: &Figure) -> bool {
        match figure {
            Figure::Result(_) => self.value(figure).and_then(ResultValue::as_count) == Some(0),
            Figure::Printed(text) => text == "0",
        }
    }
}

/// What `{{num x}}` takes of a figure.
pub(super) fn figure(of: &Figure) -> Json {
    match of {
        Figure::Result(key) => Json::String(key.to_string()),
        Figure::Printed(text) => json!({"printed": text}),
    }
}

/// What `{{#if x}}{{num x}}` takes of a figure that may be missing.
pub(super) fn optional_figure(of: Option<&Figure>) -> Json {
    of.map_or(Json::Null, figure)
}

/// Words, or null.
pub(super) fn words(of: Option<&Text>) -> Json {
    of.map_or(Json::Null, |text| Json::String(text.text.clone()))
}
