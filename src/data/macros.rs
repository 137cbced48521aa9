//! Named derivations as expressions: study day, imputation, treatment-emergence, so that lineage follows.

use crate::spec::at::At;
use crate::spec::data::{ImputeRule, MissingStart, VariableSpec};

/// A named derivation written out.
#[derive(Debug)]
pub(super) struct Named {
    /// The SQL expression.
    pub sql: At<String>,
    /// The derivation in words.
    pub rule: String,
}

/// The expression of a variable that is derived by name; `None` where it is read or derived by SQL.
pub(super) fn expand(spec: &VariableSpec) -> Option<Named> {
    if let Some(day) = &spec.study_day {
        let (date, reference) = (quote(&day.date), quote(&day.reference));
        let (sql, rule) = if day.zero {
            (
                format!("days_between(date_part({reference}), date_part({date}))"),
                "days from the reference, which is day 0",
            )
        } else {
            (
                format!("study_day(date_part({date}), date_part({reference}))"),
                "study day; the reference is day 1, there is no day 0",
            )
        };
        return Some(Named {
            sql: At { value: sql, place: day.date.place.clone() },
            rule: format!("{rule}: {} from {}", *day.date, *day.reference),
        });
    }
    if let Some(impute) = &spec.impute {
        let date = quote(&impute.date);
        let (sql, rule) = match (&impute.rule, &impute.reference) {
            (ImputeRule::First, _) => (format!("date_earliest({date})"), "first possible day of".to_owned()),
            (ImputeRule::Last, _) => (format!("date_latest({date})"), "last possible day of".to_owned()),
            (ImputeRule::NotBefore, reference) => {
                let reference = reference.as_ref().map_or_else(|| "NULL".to_owned(), |r| quote(r));
                (
                    format!(
                        "CASE WHEN {reference} IS NOT NULL AND date_earliest({date}) <= date_part({reference}) \
                         AND date_part({reference}) <= date_latest({date}) THEN date_part({reference}) ELSE date_earliest({date}) END"
                    ),
                    format!("{reference} if the known part allows it, else the first possible day, of"),
                )
            }
        };
        return Some(Named {
            sql: At { value: sql, place: impute.date.place.clone() },
            rule: format!("imputed: {rule} {}", *impute.date),
        });
    }
    let emergent = spec.treatment_emergent.as_ref()?;
    let start = quote(&emergent.start);
    let from = quote(&emergent.treatment_start);
    let missing = match emergent.missing_start {
        MissingStart::Emergent => "Y",
        MissingStart::NotEmergent => "N",
    };
    let window = match (&emergent.treatment_end, emergent.days_after) {
        (Some(end), Some(days)) => {
            format!(" WHEN date_earliest({start}) > add_days(date_part({}), {days}) THEN 'N'", quote(end))
        }
        _ => String::new(),
    };
    let sql = format!(
        "CASE WHEN {from} IS NULL THEN NULL WHEN {start} IS NULL THEN '{missing}' \
         WHEN date_latest({start}) < date_part({from}) THEN 'N'{window} ELSE 'Y' END"
    );
    let until = match (&emergent.treatment_end, emergent.days_after) {
        (Some(end), Some(days)) => format!(" and not later than {days} days after {}", **end),
        _ => String::new(),
    };
    Some(Named {
        sql: At { value: sql, place: emergent.start.place.clone() },
        rule: format!(
            "treatment-emergent: {} on or after {}{until}; a partial date counts unless its known part proves otherwise",
            *emergent.start, *emergent.treatment_start
        ),
    })
}

/// A variable name as an SQL identifier.
fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
