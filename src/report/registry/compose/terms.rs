//! Choices of `study.yaml` as terms of the registries' lists: the names are the same but for a few.

use serde::Serialize;

use crate::report::registry::Term;
use crate::spec::analysis::EndpointRole;
use crate::spec::study_design::{ArmKind, Phase};

/// The term of the same name as the choice in `study.yaml`.
pub(super) fn term<T: Serialize>(choice: T) -> Option<Term> {
    serde_json::to_value(choice).ok()?.as_str().map(Term::listed)
}

/// Kind of an arm (list `arm_type`).
pub(super) fn arm_kind(kind: ArmKind) -> Option<Term> {
    if kind == ArmKind::Sham { Some(Term::listed("sham_comparator")) } else { term(kind) }
}

/// Phase (list `phase`).
pub(super) fn phase(phase: Phase) -> Term {
    Term::listed(match phase {
        Phase::One => "1",
        Phase::OneTwo => "1_2",
        Phase::Two => "2",
        Phase::TwoThree => "2_3",
        Phase::Three => "3",
        Phase::Four => "4",
        Phase::NotApplicable => "not_applicable",
    })
}

/// Role of an outcome (list `outcome_type`).
pub(super) fn role(role: EndpointRole) -> Term {
    Term::listed(match role {
        EndpointRole::Primary => "primary",
        EndpointRole::Secondary => "secondary",
        EndpointRole::OtherPrespecified => "other",
        EndpointRole::PostHoc => "post_hoc",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::registry_terms::RegistryTerms;
    use crate::spec::study_design::{Allocation, MaskedRole, MaskingLevel, Model, ProductKind, Purpose};
    use crate::spec::study_registry::{AnalysisStage, Assessment, CtgovReason, EudractReason, OverallStatus};

    #[test]
    fn choices_are_terms_of_their_lists() {
        let terms = RegistryTerms::built_in();
        let known = |list: &str, term: Option<Term>| {
            assert!(matches!(&term, Some(Term::Listed(id)) if terms.ids(list).any(|known| known == id)), "{term:?}");
        };
        for kind in [ArmKind::Experimental, ArmKind::ActiveComparator, ArmKind::PlaceboComparator, ArmKind::Sham] {
            known("arm_type", arm_kind(kind));
        }
        known("arm_type", arm_kind(ArmKind::NoIntervention));
        for of in [Phase::One, Phase::OneTwo, Phase::Two, Phase::TwoThree, Phase::Three, Phase::Four] {
            known("phase", Some(phase(of)));
        }
        for of in [Model::SingleGroup, Model::Parallel, Model::Crossover, Model::Factorial, Model::Sequential] {
            known("model", term(of));
        }
        for of in [Purpose::SupportiveCare, Purpose::HealthServicesResearch, Purpose::BasicScience, Purpose::Other] {
            known("purpose", term(of));
        }
        for of in [Allocation::Randomised, Allocation::NonRandomised, Allocation::NotApplicable] {
            known("allocation", term(of));
        }
        for of in [MaskingLevel::Open, MaskingLevel::Single, MaskingLevel::Double] {
            known("masking", term(of));
        }
        for of in [MaskedRole::Participant, MaskedRole::CareProvider, MaskedRole::DataAnalyst, MaskedRole::Monitor] {
            known("masked_role", term(of));
        }
        for of in [ProductKind::Drug, ProductKind::DietarySupplement, ProductKind::Behavioral, ProductKind::Other] {
            known("intervention_type", term(of));
        }
        for of in [OverallStatus::ActiveNotRecruiting, OverallStatus::Completed, OverallStatus::Withdrawn] {
            known("overall_status", term(of));
        }
        known("analysis_stage", term(AnalysisStage::Final));
        known("assessment", term(Assessment::NonSystematic));
        for of in [CtgovReason::LostToFollowUp, CtgovReason::WithdrawalBySubject, CtgovReason::Other] {
            known("reason_not_completed_ctgov", term(of));
        }
        for of in [EudractReason::AdverseEventFatal, EudractReason::ConsentWithdrawn, EudractReason::Transferred] {
            known("reason_not_completed_eudract", term(of));
        }
        for of in [EndpointRole::Primary, EndpointRole::OtherPrespecified, EndpointRole::PostHoc] {
            known("outcome_type", Some(role(of)));
        }
    }
}
