//! Where a number comes from: records, variables, other results, and who was left out.

use crate::data::catalog::VariableId;
use crate::data::record_set::RecordSetId;

use super::key::ResultKey;

/// Index of an interned lineage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineageId(pub u32);

/// What another result did for this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Upper part of a quotient.
    Numerator,
    /// Lower part of a quotient.
    Denominator,
    /// The group compared.
    Compared,
    /// The group compared with.
    Reference,
    /// One of several that were added, or otherwise went in.
    Part,
}

impl Role {
    /// The word shown in `trace`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Numerator => "numerator",
            Self::Denominator => "denominator",
            Self::Compared => "compared",
            Self::Reference => "reference",
            Self::Part => "part",
        }
    }
}

/// A subject that did not enter, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeftOut {
    /// Row of the subject table.
    pub subject: i64,
    /// Why, in the words of the configuration.
    pub reason: String,
}

/// What went into a number. Cells are computed from this on demand, not stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lineage {
    /// What was counted, or entered the computation.
    pub records: RecordSetId,
    /// What was looked at to decide: for a zero, every record examined.
    pub evidence: Option<RecordSetId>,
    /// Subjects of the reference set that did not enter.
    pub left_out: Vec<LeftOut>,
    /// The columns read.
    pub variables: Vec<VariableId>,
    /// Other results by role.
    pub inputs: Vec<(Role, ResultKey)>,
    /// The condition, or the method with its options, in words.
    pub rule: String,
}

impl Lineage {
    /// A lineage of these records.
    #[must_use]
    pub fn of(records: RecordSetId) -> Self {
        Self { records, ..Self::default() }
    }

    /// Adds the records that were looked at.
    #[must_use]
    pub fn evidence(mut self, evidence: RecordSetId) -> Self {
        self.evidence = Some(evidence);
        self
    }

    /// Adds the subjects that did not enter.
    #[must_use]
    pub fn left_out(mut self, left_out: Vec<LeftOut>) -> Self {
        self.left_out = left_out;
        self
    }

    /// Adds columns that were read.
    #[must_use]
    pub fn variables(mut self, variables: impl IntoIterator<Item = VariableId>) -> Self {
        self.variables.extend(variables);
        self.variables.sort_unstable();
        self.variables.dedup();
        self
    }

    /// Adds another result by role.
    #[must_use]
    pub fn input(mut self, role: Role, key: ResultKey) -> Self {
        self.inputs.push((role, key));
        self
    }

    /// Says the condition, or the method with its options.
    #[must_use]
    pub fn rule(mut self, rule: impl Into<String>) -> Self {
        self.rule = rule.into();
        self
    }
}
