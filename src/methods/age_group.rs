//! Age groups of the registries: the nine of EudraCT and the three of ClinicalTrials.gov.

use crate::data::catalog::{DatasetId, VariableId};
use crate::population::EvaluatedSet;
use crate::population::count::{self, TOTAL};
use crate::results::{LeftOut, Lineage, ResultKey, ResultSink};
use crate::spec::study_registry::{
    AgeGroup, CTGOV_AGE_GROUPS, CTGOV_AGE_VARIABLE, EUDRACT_AGE_GROUPS, EUDRACT_AGE_VARIABLE, age_group,
};

/// Stores `base:n[arm,level=<group>,variable=AGEGR_EUDRACT|AGEGR_CTGOV]` for every group, zeros included.
///
/// `ages` are subject rows with age in years; a missing age leaves the subject out of every group, with the reason.
pub fn store(
    set: &EvaluatedSet,
    arms: &[String],
    age: VariableId,
    ages: &[(i64, Option<f64>)],
    adsl: DatasetId,
    results: &mut ResultSink,
) {
    let schemes: [(&str, &'static [AgeGroup]); 2] =
        [(EUDRACT_AGE_VARIABLE, &EUDRACT_AGE_GROUPS), (CTGOV_AGE_VARIABLE, &CTGOV_AGE_GROUPS)];
    for (variable, groups) in schemes {
        let placed: Vec<(i64, Option<&str>)> = ages
            .iter()
            .map(|(subject, age)| (*subject, age.and_then(|age| age_group(groups, age)).map(|g| g.id)))
            .collect();
        for arm in arms {
            let here: Vec<(i64, Option<&str>)> = placed
                .iter()
                .copied()
                .filter(|(subject, _)| arm == TOTAL || set.arm_of(*subject) == Some(arm))
                .collect();
            let evidence = count::intern(results, adsl, here.iter().map(|(subject, _)| *subject));
            let left_out: Vec<LeftOut> = here
                .iter()
                .filter(|(_, group)| group.is_none())
                .map(|(subject, _)| LeftOut { subject: *subject, reason: "age is missing".to_owned() })
                .collect();
            for group in groups {
                let members = here.iter().filter(|(_, at)| *at == Some(group.id)).map(|(subject, _)| *subject);
                let records = count::intern(results, adsl, members);
                let key = ResultKey::new("base", "n")
                    .with("arm", arm.as_str())
                    .with("level", group.id)
                    .with("variable", variable);
                let lineage = Lineage::of(records)
                    .evidence(evidence)
                    .left_out(left_out.clone())
                    .variables([age])
                    .rule(format!("age group of the registry: {}", group.label));
                results.count(key, lineage);
            }
        }
    }
}

/// Ages in years from values in `unit`; `None` where the unit is no unit of age.
#[must_use]
pub fn years_per(unit: Option<&str>) -> Option<f64> {
    match unit.unwrap_or("years").trim().to_lowercase().as_str() {
        "years" | "year" | "y" | "yr" | "yrs" | "" => Some(1.0),
        "months" | "month" | "mo" => Some(1.0 / 12.0),
        "weeks" | "week" | "wk" => Some(7.0 / 365.25),
        "days" | "day" | "d" => Some(1.0 / 365.25),
        _ => None,
    }
}
