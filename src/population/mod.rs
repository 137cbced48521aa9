//! Who counts: analysis sets, disposition and the participant flow (CONSORT), all as sets of subjects.

pub mod analysis_set;
pub mod condition;
pub mod count;
pub mod disposition;
pub mod flow;
mod flow_attested;
mod flow_evaluate;
mod flow_store;
pub mod partition;
pub mod randomisation;

pub use analysis_set::{AnalysisSets, EvaluatedSet, Member};
pub use condition::SubjectCondition;
pub use flow::ParticipantFlow;

#[cfg(test)]
pub(crate) mod test_study;
