//! Recomputed values of whole trials: logistic regression.

use super::tables::{Row, optional};
use tracelock::stats::glm::{Covariance, Family, fit_glm};
use tracelock::stats::{NotEstimable, Value};

/// Rows of the logistic regression of the indomethacin trial on treatment, site and risk.
pub(super) fn logistic_value(trial: &str, data: &[Row], row: &Row) -> Option<Value> {
    if trial != "indo_rct" || !row["analysis"].starts_with("logistic regression outcome ~ rx + site + risk") {
        return None;
    }
    let is = |column: &str, label: &str| -> Vec<f64> { data.iter().map(|r| f64::from(r[column] == label)).collect() };
    let names = [
        "(Intercept)",
        "factor(rx)1_indomethacin",
        "factor(site)2_IU",
        "factor(site)3_UK",
        "factor(site)4_Case",
        "risk",
    ];
    let risk: Vec<f64> = data.iter().filter_map(|r| optional(r, "risk")).collect();
    let mut columns = vec![vec![1.0; data.len()], is("rx", "1_indomethacin")];
    columns.extend(["2_IU", "3_UK", "4_Case"].iter().map(|site| is("site", site)));
    columns.push(risk);
    let place = names.iter().position(|n| *n == row["method"])?;
    let model = fit_glm(Family::Logistic, &columns, &is("outcome", "1_yes"), None);
    let estimate = model.and_then(|m| m.estimate(place, Covariance::ExpectedInformation, 0.95));
    let number = |e: tracelock::stats::glm::WaldEstimate| match row["statistic"].as_str() {
        "logOR" => Ok(e.estimate),
        "se" => Ok(e.standard_error),
        "z" => Ok(e.z),
        "p" => Ok(e.p_two_sided),
        "OR" => e.ratio().map(|r| r.ratio),
        "Wald lower95" => e.ratio().map(|r| r.interval.lower),
        _ => e.ratio().map(|r| r.interval.upper),
    };
    if row["method"] == "factor(site)4_Case" {
        // No event at this site: the estimate is infinite, and R's -13.8 with standard error 832 is where it stopped.
        assert_eq!(estimate, Err(NotEstimable::Separation));
        return None;
    }
    Some(estimate.and_then(number))
}
