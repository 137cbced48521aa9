//! What figures and listings need besides single numbers: curves, per-subject points, listing views.

use crate::data::catalog::{DatasetId, VariableId};
use crate::data::record_set::RecordSetId;

use super::lineage::LineageId;

/// A curve or a set of points of one group.
#[derive(Clone, Debug)]
pub struct Series {
    /// Analysis it belongs to.
    pub analysis: String,
    /// What it is: `survival`, `cumulative_incidence`.
    pub kind: String,
    /// Group level (arm id).
    pub group: String,
    /// Names of the columns of `points`; the first is the abscissa.
    pub columns: Vec<&'static str>,
    /// One row a point, in order.
    pub points: Vec<Vec<f64>>,
    /// Where it comes from.
    pub lineage: LineageId,
}

/// Records and variables of a listing; the values are read when the store is filled.
#[derive(Clone, Debug)]
pub struct ListingView {
    /// Listing id such as `16.2.7`.
    pub id: String,
    /// Dataset of the records.
    pub dataset: DatasetId,
    /// Columns: variable and header.
    pub columns: Vec<(VariableId, String)>,
    /// The records listed.
    pub records: RecordSetId,
    /// One row a record, in listing order: record row id and one text a column.
    pub rows: Vec<(i64, Vec<String>)>,
}
