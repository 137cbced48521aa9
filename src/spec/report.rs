//! `report.yaml`: which displays, their numbers and titles, formats, and the sections of the report.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::diagnostic::Place;

use super::at::At;
use super::frequency::{FrequencyRule, FrequencyThreshold};
use super::study::IsoDate;

/// The whole of `report.yaml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportSpec {
    /// Version of this format; 1.
    pub version: At<u32>,
    /// How numbers are printed.
    #[serde(default)]
    pub format: FormatProfile,
    /// Displays in the order of the report.
    pub displays: Vec<DisplaySpec>,
    /// Sections of the clinical study report, by ICH E3 number.
    #[serde(default)]
    pub sections: IndexMap<At<String>, SectionSpec>,
    /// Abbreviations used in the report.
    #[serde(default)]
    pub abbreviations: IndexMap<String, String>,
    /// References of section 15.
    #[serde(default)]
    pub references: Vec<String>,
    /// Date printed on the report; no output reads the clock.
    pub report_date: At<IsoDate>,
    /// What the registries get.
    #[serde(default)]
    pub registries: RegistrySpec,
    /// What the public tables keep back.
    #[serde(default)]
    pub privacy: PrivacySpec,
}

/// How numbers are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormatProfile {
    /// One decimal in percentages, p with three decimals.
    #[default]
    Regulatory,
    /// Journal style.
    Journal,
    /// The look of the CDISC pilot tables.
    Pilot,
}

/// One display.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisplaySpec {
    /// Number such as `14.2.1`; unique.
    pub id: At<String>,
    /// What it shows.
    pub kind: DisplayKind,
    /// Title; made from kind and contents if left out.
    pub title: Option<String>,
    /// Endpoint, for the kinds that need one.
    pub endpoint: Option<At<String>>,
    /// Analysis, for curves and subgroups; shift table, for `shift_table`.
    pub analysis: Option<At<String>>,
    /// Analyses, for `endpoint`: these alone, of one endpoint or of several, instead of all of `endpoint`.
    #[serde(default)]
    pub analyses: Vec<At<String>>,
    /// Last time on the axis, for curves; the last time observed if left out.
    pub until: Option<At<f64>>,
    /// Disposition blocks, for `disposition`; all if left out.
    #[serde(default)]
    pub blocks: Vec<At<String>>,
    /// Analysis set whose numbers of subjects head the columns, for `custom`; that of the baseline if left out.
    pub set: Option<At<String>>,
    /// Whether it is printed.
    #[serde(default = "yes")]
    pub show: bool,
    /// Further notes below.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Rows written by hand, for `custom`.
    #[serde(default)]
    pub rows: Vec<CustomRow>,
}

fn yes() -> bool {
    true
}

/// A row of a custom table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomRow {
    /// The stub.
    pub label: String,
    /// Keys with `arm=*` standing for each column; the numbers of a row without it stand in the last one.
    #[serde(default)]
    pub keys: Vec<At<String>>,
    /// How the numbers are put together: `{1} ({2})`; the numbers in order with blanks if left out.
    pub layout: Option<String>,
}

/// Kinds of display.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisplayKind {
    /// CONSORT flow diagram.
    Flow,
    /// Table 14.1.1: screening, enrolment and disposition.
    Disposition,
    /// Table 14.1.2: analysis sets with the reasons of exclusion.
    AnalysisSets,
    /// Table 14.1.5: demographic and baseline characteristics.
    Baseline,
    /// Table 14.2.x: an endpoint with its analyses.
    Endpoint,
    /// Table 14.2.x: the effect of an analysis in its subgroups, with tests of interaction.
    Subgroups,
    /// Step curve of a time-to-event analysis.
    Curve,
    /// Table 14.3.1.1: overview of adverse events.
    AeOverview,
    /// Table 14.3.1.2: adverse events by system organ class and preferred term.
    AeTerms,
    /// Serious adverse events by system organ class and preferred term.
    AeSerious,
    /// Deaths.
    Deaths,
    /// Estimands with their attributes.
    Estimands,
    /// Intercurrent events by arm.
    IntercurrentEvents,
    /// Table 14.3.5.x: categories of laboratory values, after treatment and before it.
    ShiftTable,
    /// Listing 16.2.7: every adverse event.
    AeListing,
    /// Rows written by hand.
    Custom,
}

/// A section of the clinical study report.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SectionSpec {
    /// File in `text/` with the writer's prose.
    pub text: Option<At<String>>,
    /// Why the section does not apply.
    pub not_applicable: Option<String>,
    /// Why the data it speaks of were not collected.
    pub not_collected: Option<String>,
    /// Attachment: file name or why it is missing.
    pub attachment: Option<String>,
    /// Who is to write it, while it is pending.
    pub owner: Option<String>,
}

/// What the registries get.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrySpec {
    /// Non-serious terms are reported above this percentage in any arm; 0 to 5.
    #[serde(default = "five")]
    pub frequency_threshold: At<f64>,
    /// Whether a term's percentage must exceed the threshold, as the registries define it, or reach it.
    #[serde(default)]
    pub frequency_rule: At<FrequencyRule>,
    /// Registries left out.
    #[serde(default)]
    pub skip: Vec<Registry>,
    /// Languages of the documents for CTIS by their codes, `en` if left out; `en` and `es` are built in, for another one
    /// the study has `templates/ctis/CODE.yaml`.
    #[serde(default = "english")]
    pub languages: Vec<At<String>>,
}

/// What the public tables keep back.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrivacySpec {
    /// Counts from 1 to below this are suppressed in public tables, and those that would give them away, except what
    /// a registry demands; 6 and 11 are usual, 3 to 100 possible. Every count is shown if left out.
    pub small_cells: Option<At<u32>>,
}

/// A registry that results are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Registry {
    /// EudraCT.
    Eudract,
    /// ClinicalTrials.gov.
    Ctgov,
    /// CTIS: summary of results and lay summary as documents.
    Ctis,
}

fn english() -> Vec<At<String>> {
    vec![At::nowhere("en".to_owned())]
}

impl RegistrySpec {
    /// Which non-serious terms are reported; its place is that of the rule where it is given.
    #[must_use]
    pub fn threshold(&self) -> At<FrequencyThreshold> {
        let value = FrequencyThreshold { percent: *self.frequency_threshold, rule: *self.frequency_rule };
        let rule = &self.frequency_rule.place;
        let place = if matches!(rule, Place::Nowhere) { &self.frequency_threshold.place } else { rule };
        At { value, place: place.clone() }
    }
}

impl Default for RegistrySpec {
    fn default() -> Self {
        Self { frequency_threshold: five(), frequency_rule: At::default(), skip: Vec::new(), languages: english() }
    }
}

fn five() -> At<f64> {
    At::nowhere(5.0)
}
