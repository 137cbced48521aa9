//! The groups that outcomes and adverse events are given of: arms, or the treatments of a crossover.

use crate::report::registry::Text;
use crate::spec::analysis::ArmBasis;
use crate::spec::study_design::{Arm, Treatment};

use super::input::{AnalysisSetInput, RegistryInput};

/// A group that numbers are given of: an arm, or a treatment of a crossover.
#[derive(Clone, Debug)]
pub(super) struct Group<'a> {
    /// Id, the level of the factor `arm` in keys.
    pub id: &'a str,
    /// Title.
    pub title: Text,
    /// What its subjects received.
    pub description: Text,
    /// Position of its group in the flow, where it is one.
    pub flow_group: Option<usize>,
    /// Position among the record's analysis sets, where it is none of the flow.
    pub analysis_set: Option<usize>,
}

impl<'a> RegistryInput<'a> {
    /// The groups of an analysis set. Treatments are no groups of the flow, whose arms are sequences of them; EudraCT
    /// has them as analysis sets, which follow the configured ones.
    #[must_use]
    pub(super) fn groups(&self, set: &str) -> Vec<Group<'a>> {
        let study = self.study;
        if let Some(at) = self.sets_by_treatment().position(|by_treatment| by_treatment.id == set) {
            let first = self.analysis_sets.len() + at * study.treatments.len();
            let treatment = |(at, (id, one)): (usize, (&'a String, &'a Treatment))| Group {
                id,
                title: Text::from(&one.title),
                description: Text::from(&one.description),
                flow_group: None,
                analysis_set: Some(first + at),
            };
            return study.treatments.iter().enumerate().map(treatment).collect();
        }
        let arm = |(at, (id, arm)): (usize, (&'a String, &'a Arm))| Group {
            id,
            title: Text::from(&arm.title),
            description: Text::from(&arm.description),
            flow_group: Some(at),
            analysis_set: None,
        };
        study.arms.iter().enumerate().map(arm).collect()
    }

    /// Analysis sets whose groups are treatments.
    pub(super) fn sets_by_treatment(&self) -> impl Iterator<Item = &AnalysisSetInput> {
        self.analysis_sets.iter().filter(|set| set.basis == ArmBasis::Treatment)
    }
}
