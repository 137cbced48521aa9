//! `data.yaml`: which sheets feed which variables, and what is derived from them.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::at::At;

/// The whole of `data.yaml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataSpec {
    /// Version of this format; 1.
    pub version: At<u32>,
    /// Sheets of files, by name.
    pub sources: IndexMap<String, Source>,
    /// Codelists, by name.
    #[serde(default)]
    pub codelists: IndexMap<String, Codelist>,
    /// Which dataset has one row a subject, and which variables name subject and arm.
    pub subject: SubjectSpec,
    /// Datasets, by name.
    pub datasets: IndexMap<String, DatasetSpec>,
    /// Further variables of the subject table `ADSL`; the subject dataset's own are always there.
    #[serde(default)]
    pub adsl: IndexMap<String, SubjectVariable>,
    /// Visits, by id.
    #[serde(default)]
    pub visits: IndexMap<String, Visit>,
    /// Analysis parameters, by id: what is measured, in which records.
    #[serde(default)]
    pub parameters: IndexMap<String, ParameterSpec>,
}

/// A sheet of one or more files.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// File names; several files are one table, in this order.
    pub files: Vec<At<String>>,
    /// Sheet name; not needed for delimited text.
    pub sheet: Option<At<String>>,
    /// Where the column headers stand.
    #[serde(default)]
    pub header: Header,
    /// Texts that mean "missing", besides the empty cell.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Last sheet row read, where notes follow the table.
    pub last_row: Option<u32>,
}

/// Where the column headers stand.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Sheet row of the first header line, from 1.
    #[serde(default = "one")]
    pub row: u32,
    /// How many header lines there are; merged cells are joined to `Visit 1 BP`.
    #[serde(default = "one")]
    pub rows: u32,
}

impl Default for Header {
    fn default() -> Self {
        Self { row: 1, rows: 1 }
    }
}

fn one() -> u32 {
    1
}

/// Which raw code means what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Codelist {
    /// Raw text → code used from here on.
    pub values: IndexMap<String, String>,
    /// Code → words for people.
    #[serde(default)]
    pub decode: IndexMap<String, String>,
    /// Whether upper and lower case are the same.
    #[serde(default)]
    pub ignore_case: bool,
}

/// Subject key and arms.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubjectSpec {
    /// Dataset with one row a subject.
    pub dataset: At<String>,
    /// Variables that together name a subject; the same names are looked for in every other dataset.
    pub key: Vec<At<String>>,
    /// Subject variables that hold the arm ids.
    pub arm: ArmVariables,
}

/// Subject variables that hold the arm ids of study.yaml.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArmVariables {
    /// Arm as randomised.
    pub planned: At<String>,
    /// Arm as treated.
    pub actual: At<String>,
}

/// A dataset read from a source.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatasetSpec {
    /// Name of the source.
    pub source: At<String>,
    /// Words for people.
    #[serde(default)]
    pub label: String,
    /// Only records for which this holds belong to the dataset.
    #[serde(rename = "where")]
    pub condition: Option<At<String>>,
    /// Variables that name a record; a duplicate is an error.
    #[serde(default)]
    pub key: Vec<At<String>>,
    /// Variables, by name.
    pub variables: IndexMap<String, VariableSpec>,
}

/// One variable: read from a column, or derived.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariableSpec {
    /// Column header; `=D` names a column by its letter.
    pub column: Option<At<String>>,
    /// SQL expression over this dataset's and the subject's variables.
    pub derive: Option<At<String>>,
    /// Day relative to a reference date; there is no day 0.
    pub study_day: Option<StudyDay>,
    /// A complete date from a partial one.
    pub impute: Option<Impute>,
    /// Y where an event is treatment-emergent, else N.
    pub treatment_emergent: Option<TreatmentEmergent>,
    /// Type; never guessed.
    #[serde(default, rename = "type")]
    pub kind: TypeName,
    /// Words for people.
    #[serde(default)]
    pub label: String,
    /// Codelist applied to the raw text.
    pub codelist: Option<At<String>>,
    /// Unit after conversion.
    pub unit: Option<String>,
    /// Units in which raw values come, each with its plausible range; the range decides where no column names it.
    #[serde(default)]
    pub units: Vec<UnitSpec>,
    /// Column that names the unit of each value.
    pub unit_column: Option<At<String>>,
    /// Plausible range, both ends included, in the unit after conversion.
    pub range: Option<[f64; 2]>,
    /// Decimals as collected.
    pub decimals: Option<u8>,
    /// Whether a record without a value is an error.
    #[serde(default)]
    pub required: bool,
    /// Further texts that mean "missing".
    #[serde(default)]
    pub missing: Vec<String>,
    /// Date layouts besides ISO, such as `dd.mm.yyyy`.
    #[serde(default)]
    pub formats: Vec<String>,
    /// Whether bare numbers are serial dates of the workbook.
    #[serde(default)]
    pub serial: bool,
}

/// Type names in the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TypeName {
    /// Any text.
    #[default]
    Text,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// A complete date.
    Date,
    /// A date with a time of day.
    Datetime,
    /// A date whose day, or month and day, may be unknown.
    PartialDate,
    /// A time of day.
    Time,
}

/// A unit in which raw values come.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitSpec {
    /// Its name, as in the unit column.
    pub unit: String,
    /// Raw values in this unit, both ends included.
    pub range: [f64; 2],
    /// Raw value times factor plus offset is the value in the variable's unit.
    #[serde(default = "unity")]
    pub factor: f64,
    /// See `factor`.
    #[serde(default)]
    pub offset: f64,
}

fn unity() -> f64 {
    1.0
}

/// Study day of a date.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyDay {
    /// Date variable.
    pub date: At<String>,
    /// Reference date variable, day 1 (or day 0, see `zero`).
    pub reference: At<String>,
    /// Whether the reference date is day 0 and days are plain differences.
    #[serde(default)]
    pub zero: bool,
}

/// A complete date from a partial one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Impute {
    /// Partial date variable.
    pub date: At<String>,
    /// Which of the possible days.
    pub rule: ImputeRule,
    /// With `rule: not_before`, the earliest day wanted if the known part allows it.
    pub reference: Option<At<String>>,
}

/// Which of the possible days of a partial date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImputeRule {
    /// The first possible day.
    First,
    /// The last possible day.
    Last,
    /// The reference date if the known part allows it, else the first possible day.
    NotBefore,
}

/// Whether an event is treatment-emergent.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TreatmentEmergent {
    /// Start of the event, partial dates allowed: emergent unless the known part proves otherwise.
    pub start: At<String>,
    /// First treatment date.
    pub treatment_start: At<String>,
    /// Last treatment date, where the window ends some days after it.
    pub treatment_end: Option<At<String>>,
    /// Days after the last treatment that still count; needs `treatment_end`.
    pub days_after: Option<u32>,
    /// What an event without any start date is.
    #[serde(default)]
    pub missing_start: MissingStart,
}

/// What an event without any start date is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingStart {
    /// Treatment-emergent: the conservative reading.
    #[default]
    Emergent,
    /// Not treatment-emergent.
    NotEmergent,
}

/// One more variable of the subject table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubjectVariable {
    /// SQL expression over subject variables.
    pub derive: Option<At<String>>,
    /// Value of one record of another dataset.
    pub pick: Option<Pick>,
    /// Number of records of another dataset.
    pub count: Option<CountRecords>,
    /// Type; that of the picked variable, else text, if left out.
    #[serde(rename = "type")]
    pub kind: Option<TypeName>,
    /// Words for people.
    #[serde(default)]
    pub label: String,
    /// Unit.
    pub unit: Option<String>,
    /// Decimals as collected.
    pub decimals: Option<u8>,
}

/// A value picked from one of a subject's records.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// Dataset or parameter the record belongs to.
    pub dataset: At<String>,
    /// Variable (or expression) that gives the value.
    pub value: At<String>,
    /// Which records are considered.
    #[serde(rename = "where")]
    pub condition: Option<At<String>>,
    /// Variables that order them.
    #[serde(default)]
    pub order: Vec<At<String>>,
    /// Which one is taken.
    pub take: At<Take>,
    /// What two records in the same place mean.
    #[serde(default)]
    pub ties: Ties,
}

/// Which record is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// The first in order.
    #[default]
    First,
    /// The last in order.
    Last,
    /// The only one; two are an error.
    Only,
    /// The one with the smallest value.
    Min,
    /// The one with the largest value.
    Max,
}

/// What two records in the same place mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// An error that names the records.
    #[default]
    Error,
    /// The one that stands first in the sheet.
    SheetOrder,
}

/// Number of records of another dataset.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountRecords {
    /// Dataset counted.
    pub dataset: At<String>,
    /// Which records count.
    #[serde(rename = "where")]
    pub condition: Option<At<String>>,
}

/// A visit: a window of study days, or a condition.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// Words for people.
    pub label: String,
    /// Planned day.
    pub target: Option<i64>,
    /// First and last day that belong to the visit.
    pub window: Option<[i64; 2]>,
    /// Which records belong to the visit, where the data say it themselves.
    #[serde(rename = "where")]
    pub condition: Option<At<String>>,
    /// Which of several records of a visit is analysed.
    #[serde(default)]
    pub pick: VisitPick,
    /// Which of two equally close ones.
    #[serde(default)]
    pub tie: VisitTie,
}

/// Which of several records of a visit is analysed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitPick {
    /// There must be only one.
    #[default]
    Only,
    /// The one closest to the target day.
    Closest,
    /// The earliest.
    First,
    /// The latest.
    Last,
}

/// Which of two equally close records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitTie {
    /// The earlier one.
    #[default]
    Earlier,
    /// The later one.
    Later,
    /// An error that names the records.
    Error,
}

/// An analysis parameter.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParameterSpec {
    /// Dataset that holds its records.
    pub dataset: At<String>,
    /// Words for people.
    pub label: String,
    /// Variable or expression that gives the analysis value AVAL.
    pub value: At<String>,
    /// Which records belong to the parameter.
    #[serde(rename = "where")]
    pub condition: Option<At<String>>,
    /// Unit.
    pub unit: Option<String>,
    /// Decimals as collected.
    pub decimals: u8,
    /// Variable with the study day, for visit windows and order.
    pub day: Option<At<String>>,
    /// Which record is the baseline.
    pub baseline: Option<Baseline>,
}

/// Which record is the baseline.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Which records can be the baseline.
    #[serde(rename = "where")]
    pub condition: Option<At<String>>,
    /// Variable that already holds the baseline value in each record, instead of a pick.
    pub variable: Option<At<String>>,
    /// Variables that order them.
    #[serde(default)]
    pub order: Vec<At<String>>,
    /// Which one is taken.
    #[serde(default = "last")]
    pub take: Take,
    /// What two records in the same place mean.
    #[serde(default)]
    pub ties: Ties,
}

fn last() -> Take {
    Take::Last
}
