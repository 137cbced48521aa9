//! `shift_tables` of `analysis.yaml`: categories of laboratory values and the like, after treatment and before it.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::at::At;

/// A shift table: for each parameter the subjects of each arm by category, and by category before where it is named.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShiftTableSpec {
    /// Its id, the first part of its result keys.
    pub id: At<String>,
    /// Words for people.
    pub label: String,
    /// Dataset with a record for each subject, parameter and visit.
    pub dataset: At<String>,
    /// Analysis set.
    pub set: At<String>,
    /// Which records count, over the dataset's and the subject's variables; all if left out.
    #[serde(rename = "where")]
    pub condition: Option<At<String>>,
    /// Variable with the parameter.
    pub parameter: At<String>,
    /// Parameters in order, with words; those that occur, by name, if left out.
    #[serde(default)]
    pub parameters: IndexMap<At<String>, String>,
    /// Variable with the category before, such as the one at baseline.
    pub from: Option<At<String>>,
    /// Variable with the category counted.
    pub to: At<String>,
    /// Categories in order, with words; a category that occurs and is not listed is an error.
    pub levels: IndexMap<String, String>,
    /// Which record of a subject counts where several have a category.
    #[serde(default)]
    pub take: ShiftTake,
    /// Test across arms; none if left out.
    pub test: Option<At<ShiftTest>>,
}

/// Which of several records of a subject counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShiftTake {
    /// There must be one.
    #[default]
    Only,
    /// The one whose category is listed first.
    FirstLevel,
    /// The one whose category is listed last.
    LastLevel,
}

/// Tests of a shift table across arms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShiftTest {
    /// Fisher's exact test of arms by categories.
    Fisher,
    /// Cochran-Mantel-Haenszel test of general association, within the categories before.
    Cmh,
}
