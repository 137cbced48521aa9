//! The words each registry uses for our terms.

use crate::spec::analysis::EndpointRole;
use crate::spec::study_design::{
    Allocation, ArmKind, MaskedRole, MaskingLevel, Model, Phase, ProductKind, Purpose, Sexes,
};
use crate::spec::study_registry::{AnalysisStage, Assessment, CtgovReason, EudractReason, OverallStatus};

use super::registry_input::{AnalysisKind, AnalysisSetKind, Dispersion, EstimateParameter, Parameter, RegistryMethod};

/// One registry's word and the other's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// EudraCT term code.
    pub eudract: &'static str,
    /// ClinicalTrials.gov display value.
    pub ctgov: &'static str,
}

const fn terms(eudract: &'static str, ctgov: &'static str) -> Terms {
    Terms { eudract, ctgov }
}

/// Role of an arm. EudraCT has no sham comparator.
#[must_use]
pub fn arm_kind(kind: ArmKind) -> Terms {
    match kind {
        ArmKind::Experimental => terms("ARM_TYPE.experimental", "Experimental"),
        ArmKind::ActiveComparator => terms("ARM_TYPE.activeComp", "Active Comparator"),
        ArmKind::PlaceboComparator => terms("ARM_TYPE.placeboComp", "Placebo Comparator"),
        ArmKind::Sham => terms("ARM_TYPE.other", "Sham Comparator"),
        ArmKind::NoIntervention => terms("ARM_TYPE.noImp", "No Intervention"),
        ArmKind::Other => terms("ARM_TYPE.other", "Other"),
    }
}

/// Way of allocation.
#[must_use]
pub fn allocation(allocation: Allocation) -> Terms {
    match allocation {
        Allocation::Randomised => terms("ALLOCATION.randControlled", "Randomized"),
        Allocation::NonRandomised => terms("ALLOCATION.nonRandControlled", "Non-randomized"),
        Allocation::NotApplicable => terms("ALLOCATION.na", "N/A"),
    }
}

/// Level of masking; ClinicalTrials.gov asks for roles instead.
#[must_use]
pub fn masking(level: MaskingLevel) -> &'static str {
    match level {
        MaskingLevel::Open => "BLINDING.not",
        MaskingLevel::Single => "BLINDING.single",
        MaskingLevel::Double => "BLINDING.double",
    }
}

/// Who is masked; ClinicalTrials.gov has its own element for each role.
#[must_use]
pub fn masked_role(role: MaskedRole) -> &'static str {
    match role {
        MaskedRole::Participant => "TRIAL_ROLE.subject",
        MaskedRole::CareProvider => "TRIAL_ROLE.carer",
        MaskedRole::Investigator => "TRIAL_ROLE.investigator",
        MaskedRole::OutcomesAssessor => "TRIAL_ROLE.assessor",
        MaskedRole::DataAnalyst => "TRIAL_ROLE.dataAnalyst",
        MaskedRole::Monitor => "TRIAL_ROLE.monitor",
    }
}

/// Stage of the analysis.
#[must_use]
pub fn stage(stage: AnalysisStage) -> &'static str {
    match stage {
        AnalysisStage::Interim => "ANALYSIS_STAGE.interim",
        AnalysisStage::Final => "ANALYSIS_STAGE.final",
    }
}

/// Reason of ClinicalTrials.gov.
#[must_use]
pub fn ctgov_reason(reason: CtgovReason) -> &'static str {
    match reason {
        CtgovReason::AdverseEvent => "Adverse Event",
        CtgovReason::Death => "Death",
        CtgovReason::LackOfEfficacy => "Lack of Efficacy",
        CtgovReason::LostToFollowUp => "Lost to Follow-up",
        CtgovReason::PhysicianDecision => "Physician Decision",
        CtgovReason::Pregnancy => "Pregnancy",
        CtgovReason::ProtocolViolation => "Protocol Violation",
        CtgovReason::WithdrawalBySubject => "Withdrawal by Subject",
        CtgovReason::Other => "Other",
    }
}

/// Reason of EudraCT.
#[must_use]
pub fn eudract_reason(reason: EudractReason) -> &'static str {
    match reason {
        EudractReason::AdverseEventNotSerious => "NOT_COMPLETED_REASON.adverseNotSerious",
        EudractReason::AdverseEventFatal => "NOT_COMPLETED_REASON.adverseSeriousFatal",
        EudractReason::AdverseEventSerious => "NOT_COMPLETED_REASON.adverseSeriousNonFatal",
        EudractReason::ConsentWithdrawn => "NOT_COMPLETED_REASON.consentWithdrawn",
        EudractReason::LackOfEfficacy => "NOT_COMPLETED_REASON.lackEfficacy",
        EudractReason::LostToFollowUp => "NOT_COMPLETED_REASON.lostFollowup",
        EudractReason::PhysicianDecision => "NOT_COMPLETED_REASON.physicianDecision",
        EudractReason::Pregnancy => "NOT_COMPLETED_REASON.pregnancy",
        EudractReason::ProtocolDeviation => "NOT_COMPLETED_REASON.protocolViolation",
        EudractReason::Transferred => "NOT_COMPLETED_REASON.transferred",
        EudractReason::Other => "NOT_COMPLETED_REASON.other",
    }
}

/// How adverse events were asked for.
#[must_use]
pub fn assessment(assessment: Assessment) -> Terms {
    match assessment {
        Assessment::Systematic => terms("ADV_EVT_ASSESS_TYPE.systematic", "Systematic Assessment"),
        Assessment::NonSystematic => terms("ADV_EVT_ASSESS_TYPE.non_systematic", "Non-systematic Assessment"),
    }
}

/// Role of an endpoint.
#[must_use]
pub fn outcome_role(role: EndpointRole) -> Terms {
    match role {
        EndpointRole::Primary => terms("ENDPOINT_TYPE.primary", "Primary"),
        EndpointRole::Secondary => terms("ENDPOINT_TYPE.secondary", "Secondary"),
        EndpointRole::OtherPrespecified => terms("ENDPOINT_TYPE.other", "Other Pre-specified"),
        EndpointRole::PostHoc => terms("ENDPOINT_TYPE.posthoc", "Post-Hoc"),
    }
}

/// What values are. EudraCT says "countable" for counts of subjects.
#[must_use]
pub fn parameter(parameter: Parameter) -> Terms {
    match parameter {
        Parameter::CountOfParticipants => terms("", "Count of Participants"),
        Parameter::Number => terms("MEASURE_TYPE.number", "Number"),
        Parameter::Mean => terms("MEASURE_TYPE.arithmetic", "Mean"),
        Parameter::Median => terms("MEASURE_TYPE.median", "Median"),
        Parameter::GeometricMean => terms("MEASURE_TYPE.geometric", "Geometric Mean"),
        Parameter::LeastSquaresMean => terms("MEASURE_TYPE.leastSquares", "Least Squares Mean"),
    }
}

/// How values spread.
#[must_use]
pub fn dispersion(dispersion: Dispersion) -> Terms {
    match dispersion {
        Dispersion::None => terms("ENDPOINT_DISPERSION.na", "Not Applicable"),
        Dispersion::StandardDeviation => terms("ENDPOINT_DISPERSION.standardDeviation", "Standard Deviation"),
        Dispersion::StandardError => terms("ENDPOINT_DISPERSION.standardError", "Standard Error"),
        Dispersion::InterQuartileRange => terms("ENDPOINT_DISPERSION.interQuartileRange", "Inter-Quartile Range"),
        Dispersion::FullRange => terms("ENDPOINT_DISPERSION.fullRange", "Full Range"),
        Dispersion::GeometricCv => {
            terms("ENDPOINT_DISPERSION.geometricCoefficientVariation", "Geometric Coefficient of Variation")
        }
        Dispersion::ConfidenceInterval(level) => terms(
            "ENDPOINT_DISPERSION.confidenceInterval",
            match level.0 {
                800 => "80% Confidence Interval",
                900 => "90% Confidence Interval",
                950 => "95% Confidence Interval",
                975 => "97.5% Confidence Interval",
                990 => "99% Confidence Interval",
                _ => "Other Confidence Interval Level",
            },
        ),
    }
}

/// What an analysis was to show.
#[must_use]
pub fn analysis_kind(kind: AnalysisKind) -> Terms {
    match kind {
        AnalysisKind::Superiority => terms("ANALYSIS_TYPE.superiority", "Superiority"),
        AnalysisKind::NonInferiority => terms("ANALYSIS_TYPE.nonInferiority", "Non-Inferiority"),
        AnalysisKind::Equivalence => terms("ANALYSIS_TYPE.equivalence", "Equivalence"),
        AnalysisKind::Other => terms("ANALYSIS_TYPE.other", "Other"),
    }
}

/// A test. EudraCT has no code for the t-test.
#[must_use]
pub fn method(method: RegistryMethod) -> Terms {
    match method {
        RegistryMethod::Ancova => terms("HYPOTHESIS_METHOD.ancova", "ANCOVA"),
        RegistryMethod::Anova => terms("HYPOTHESIS_METHOD.anova", "ANOVA"),
        RegistryMethod::ChiSquared => terms("HYPOTHESIS_METHOD.chisquared", "Chi-Squared"),
        RegistryMethod::CochranMantelHaenszel => {
            terms("HYPOTHESIS_METHOD.cochranMantelHaenszel", "Cochran-Mantel-Haenszel")
        }
        RegistryMethod::FisherExact => terms("HYPOTHESIS_METHOD.fisher", "Fisher Exact"),
        RegistryMethod::KruskalWallis => terms("HYPOTHESIS_METHOD.kruskalWallis", "Kruskal-Wallis"),
        RegistryMethod::LogRank => terms("HYPOTHESIS_METHOD.logrank", "Log Rank"),
        RegistryMethod::McNemar => terms("HYPOTHESIS_METHOD.mcnemar", "McNemar"),
        RegistryMethod::MixedModel => terms("HYPOTHESIS_METHOD.mixedModel", "Mixed Models Analysis"),
        RegistryMethod::CoxRegression => terms("HYPOTHESIS_METHOD.regressionCox", "Regression, Cox"),
        RegistryMethod::LinearRegression => terms("HYPOTHESIS_METHOD.regressionLinear", "Regression, Linear"),
        RegistryMethod::LogisticRegression => terms("HYPOTHESIS_METHOD.regressionLogistic", "Regression, Logistic"),
        RegistryMethod::TTest => terms("HYPOTHESIS_METHOD.other", "t-Test, 2-Sided"),
        RegistryMethod::Wilcoxon => terms("HYPOTHESIS_METHOD.wilcoxon", "Wilcoxon (Mann-Whitney)"),
        RegistryMethod::Other => terms("HYPOTHESIS_METHOD.other", "Other"),
    }
}

/// What is estimated.
#[must_use]
pub fn estimate(parameter: EstimateParameter) -> Terms {
    match parameter {
        EstimateParameter::HazardRatio => terms("PARAMETER_TYPE.hr", "Hazard Ratio (HR)"),
        EstimateParameter::MeanDifference => terms("PARAMETER_TYPE.meanDiffFinal", "Mean Difference (Final Values)"),
        EstimateParameter::MeanDifferenceNet => terms("PARAMETER_TYPE.meanDiffNet", "Mean Difference (Net)"),
        EstimateParameter::MedianDifference => {
            terms("PARAMETER_TYPE.medianDiffFinal", "Median Difference (Final Values)")
        }
        EstimateParameter::OddsRatio => terms("PARAMETER_TYPE.or", "Odds Ratio (OR)"),
        EstimateParameter::RiskDifference => terms("PARAMETER_TYPE.rd", "Risk Difference (RD)"),
        EstimateParameter::RiskRatio => terms("PARAMETER_TYPE.rr", "Risk Ratio (RR)"),
        EstimateParameter::Slope => terms("PARAMETER_TYPE.slope", "Slope"),
        EstimateParameter::Other => terms("PARAMETER_TYPE.other", "Other"),
    }
}

/// Kind of an analysis set; only EudraCT asks.
#[must_use]
pub fn analysis_set(kind: AnalysisSetKind) -> &'static str {
    match kind {
        AnalysisSetKind::IntentionToTreat => "SBJ_ANALYSIS_SET_TYPE.intentToTreat",
        AnalysisSetKind::ModifiedIntentionToTreat => "SBJ_ANALYSIS_SET_TYPE.modIntentToTreat",
        AnalysisSetKind::FullAnalysis => "SBJ_ANALYSIS_SET_TYPE.fullAnalysisSet",
        AnalysisSetKind::PerProtocol => "SBJ_ANALYSIS_SET_TYPE.perProtocol",
        AnalysisSetKind::Safety => "SBJ_ANALYSIS_SET_TYPE.safetyPopulation",
        AnalysisSetKind::Subgroup => "SBJ_ANALYSIS_SET_TYPE.subgroup",
    }
}

/// Phase, as ClinicalTrials.gov writes it.
#[must_use]
pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::One => "Phase 1",
        Phase::OneTwo => "Phase 1/Phase 2",
        Phase::Two => "Phase 2",
        Phase::TwoThree => "Phase 2/Phase 3",
        Phase::Three => "Phase 3",
        Phase::Four => "Phase 4",
        Phase::NotApplicable => "N/A",
    }
}

/// How arms relate, as ClinicalTrials.gov writes it.
#[must_use]
pub fn model(model: Model) -> &'static str {
    match model {
        Model::SingleGroup => "Single Group Assignment",
        Model::Parallel => "Parallel Assignment",
        Model::Crossover => "Crossover Assignment",
        Model::Factorial => "Factorial Assignment",
        Model::Sequential => "Sequential Assignment",
    }
}

/// Purpose, as ClinicalTrials.gov writes it.
#[must_use]
pub fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Treatment => "Treatment",
        Purpose::Prevention => "Prevention",
        Purpose::Diagnostic => "Diagnostic",
        Purpose::SupportiveCare => "Supportive Care",
        Purpose::Screening => "Screening",
        Purpose::HealthServicesResearch => "Health Services Research",
        Purpose::BasicScience => "Basic Science",
        Purpose::Other => "Other",
    }
}

/// Kind of a product, as ClinicalTrials.gov writes it.
#[must_use]
pub fn product_kind(kind: ProductKind) -> &'static str {
    match kind {
        ProductKind::Drug => "Drug",
        ProductKind::Biological => "Biological/Vaccine",
        ProductKind::Device => "Device",
        ProductKind::Procedure => "Procedure/Surgery",
        ProductKind::Radiation => "Radiation",
        ProductKind::Behavioral => "Behavioral",
        ProductKind::Genetic => "Genetic",
        ProductKind::DietarySupplement => "Dietary Supplement",
        ProductKind::Other => "Other",
    }
}

/// Sexes admitted, as ClinicalTrials.gov writes them.
#[must_use]
pub fn sexes(sexes: Sexes) -> &'static str {
    match sexes {
        Sexes::All => "All",
        Sexes::Female => "Female",
        Sexes::Male => "Male",
    }
}

/// Recruitment status, as ClinicalTrials.gov writes it.
#[must_use]
pub fn status(status: OverallStatus) -> &'static str {
    match status {
        OverallStatus::Recruiting => "Recruiting",
        OverallStatus::ActiveNotRecruiting => "Active, not recruiting",
        OverallStatus::Completed => "Completed",
        OverallStatus::Terminated => "Terminated",
        OverallStatus::Suspended => "Suspended",
        OverallStatus::Withdrawn => "Withdrawn",
    }
}
