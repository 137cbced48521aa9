//! Outcome measures: groups, rows, categories, values with their spread, and statistical analyses.

use serde::Serialize;

use super::figure::{Figure, Term, Text};
use super::trial::Date;

/// A subject analysis set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnalysisSet {
    /// Title.
    pub title: Text,
    /// Definition.
    pub description: Option<Text>,
    /// Kind (list `analysis_set`).
    pub kind: Option<Term>,
    /// Subjects.
    pub subjects: Option<Figure>,
}

/// An outcome measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Endpoint of the analysis configuration; `None` in a record that was read.
    #[serde(skip)]
    pub endpoint: Option<String>,
    /// Primary, secondary, other, post hoc (list `outcome_type`).
    pub kind: Term,
    /// Time frame.
    pub time_frame: Option<Text>,
    /// Values.
    pub measure: Measure,
    /// Who was analysed.
    pub population: Option<Text>,
    /// Whether values are given; EudraCT's own mark.
    pub ready: Option<bool>,
    /// Posted or not; ClinicalTrials.gov's own mark.
    pub reporting_status: Option<Text>,
    /// When values are expected.
    pub anticipated: Option<Date>,
    /// What is counted where it is not participants.
    pub units: Option<Text>,
    /// Groups, in order; cells refer to them by position.
    pub groups: Vec<OutcomeGroup>,
    /// Statistical analyses.
    pub analyses: Vec<Analysis>,
}

/// A group of an outcome measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutcomeGroup {
    /// Position of its group in the flow, where it is one of them.
    pub flow_group: Option<usize>,
    /// Position of the period whose arm is meant, where it is not the baseline period.
    pub period: Option<usize>,
    /// Position of the analysis set, where the group is one.
    pub analysis_set: Option<usize>,
    /// Title; `None` where the register takes that of the arm or set.
    pub title: Option<Text>,
    /// Description.
    pub description: Option<Text>,
    /// Subjects analysed.
    pub analysed: Option<Figure>,
    /// Units analysed.
    pub units: Option<Figure>,
    /// A comment on the group's values.
    pub comment: Option<Text>,
}

/// What is measured: title, kind of value and spread, rows of values. Shared by baseline and outcomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Measure {
    /// Title.
    pub title: Text,
    /// Description.
    pub description: Option<Text>,
    /// Who was measured, where it differs from the module's population.
    pub population: Option<Text>,
    /// Kind of value (list `parameter`).
    pub parameter: Option<Term>,
    /// Kind of spread (list `dispersion`).
    pub dispersion: Option<Term>,
    /// Level of a confidence interval in percent, as printed: `95`, `97.5`.
    pub level: Option<Text>,
    /// Unit.
    pub unit: Option<Text>,
    /// Whether percentages are computed from counts; ClinicalTrials.gov's own mark.
    pub calculate_percentage: Option<bool>,
    /// Unit of analysis chosen; ClinicalTrials.gov's own mark.
    pub selected_units: Option<Text>,
    /// Rows.
    pub rows: Vec<Row>,
}

/// A row, for example a time or a country. A measure without rows has one without a title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Title.
    pub title: Option<Text>,
    /// Subjects of the row, where they differ from the group's.
    pub denominators: Vec<Denominator>,
    /// Categories.
    pub categories: Vec<Category>,
}

/// Subjects or units of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Denominator {
    /// What is counted.
    pub units: Text,
    /// Numbers, one a group.
    pub counts: Vec<Option<Figure>>,
}

/// A category of a row. A row without categories has one without a title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Category {
    /// Title.
    pub title: Option<Text>,
    /// Values, one a group; `None` where none stands.
    pub cells: Vec<Option<Measurement>>,
}

/// A value with its spread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Measurement {
    /// The value; not estimable is said by the result, or as the registry prints it.
    pub value: Option<Figure>,
    /// One number of spread.
    pub spread: Option<Figure>,
    /// Lower limit.
    pub lower: Option<Figure>,
    /// Upper limit.
    pub upper: Option<Figure>,
    /// Why a number is not given.
    pub comment: Option<Text>,
}

/// A statistical analysis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Analysis {
    /// Title.
    pub title: Option<Text>,
    /// What was done.
    pub description: Option<Text>,
    /// Positions of the outcome's groups that are compared.
    pub groups: Vec<usize>,
    /// What was to be shown (list `analysis_type`).
    pub kind: Option<Term>,
    /// Margin and how it was chosen.
    pub margin: Option<Text>,
    /// Planned or not (list `analysis_specification`).
    pub specification: Option<Term>,
    /// A comment on the test.
    pub comment: Option<Text>,
    /// The test (list `statistical_method`).
    pub method: Option<Term>,
    /// Words where the test has no name in the list.
    pub method_words: Option<Text>,
    /// Its p-value.
    pub p: Option<Figure>,
    /// `<`, `=` or `>` where the register keeps it beside the number.
    pub p_relation: Option<Text>,
    /// A comment on the p-value.
    pub p_comment: Option<Text>,
    /// What is estimated (list `estimate`).
    pub parameter: Option<Term>,
    /// Words where the estimate has no name in the list.
    pub parameter_words: Option<Text>,
    /// The estimate.
    pub estimate: Option<Figure>,
    /// A comment on the estimate.
    pub estimate_comment: Option<Text>,
    /// Confidence interval.
    pub interval: Option<ConfidenceInterval>,
    /// Kind of spread of the estimate (list `estimate_dispersion`).
    pub dispersion: Option<Term>,
    /// Its spread.
    pub dispersion_value: Option<Figure>,
    /// Another analysis, in words.
    pub other: Option<Text>,
}

/// A confidence interval of an estimate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfidenceInterval {
    /// One or two sides (list `sides`).
    pub sides: Option<Term>,
    /// Level in percent, as printed.
    pub level: Option<Text>,
    /// Lower limit.
    pub lower: Option<Figure>,
    /// Upper limit.
    pub upper: Option<Figure>,
    /// Why the lower limit is not given.
    pub lower_comment: Option<Text>,
    /// Why the upper limit is not given.
    pub upper_comment: Option<Text>,
}

/// How many numbers of spread a kind of dispersion has (list `dispersion`).
#[must_use]
pub fn spread_numbers(dispersion: &str) -> usize {
    match dispersion {
        "not_applicable" => 0,
        "standard_deviation" | "standard_error" | "geometric_coefficient_of_variation" => 1,
        _ => 2,
    }
}
