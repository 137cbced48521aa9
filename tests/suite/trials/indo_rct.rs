//! Indomethacin against post-ERCP pancreatitis: intervals of the difference, strata, logistic regression.

use super::numbers::Battery;
use super::recomputed::{COARSE, Row, SEARCHED, Target, Trial, compare, compare_expected};
use super::responses::{Arm, response};

const ARMS: [Arm; 2] = [("indo", "1_indomethacin"), ("placebo", "0_placebo")];

pub(super) const TRIAL: Trial = Trial { folder: "indo_rct", data: "indo_rct", find };

fn find(row: &Row<'_>) -> Option<Target> {
    let Row { analysis, method, statistic } = *row;
    if analysis.starts_with("Post-ERCP pancreatitis") {
        return response("pep", ARMS, row);
    }
    if analysis.starts_with("Age") {
        let arms = ARMS.map(|(ours, theirs)| (theirs, ours));
        return Battery { prefix: "age", arms, raw_ties: false }.find(row);
    }
    if analysis == "CMH stratified by site" {
        let (id, test) = match method {
            "Mantel-Haenszel correct= TRUE" => ("pep_cmh_cc", "mantel_haenszel"),
            "Mantel-Haenszel correct= FALSE" => ("pep_cmh", "mantel_haenszel"),
            _ => ("pep_cmh_exact", "exact"),
        };
        let (name, factor) = match statistic {
            "X2" => ("chi_square", format!(",test={test}")),
            "p" => ("p", format!(",test={test}")),
            "common OR" => ("odds_ratio", String::new()),
            "lower95" => ("odds_ratio_lower", String::new()),
            _ => ("odds_ratio_upper", String::new()),
        };
        let found = Target::of(format!("{id}:{name}[arm=indo/placebo{factor}]"));
        return Some(if test == "exact" { found.within(COARSE) } else { found });
    }
    if analysis.starts_with("logistic regression") {
        let (estimate, groups) = match method {
            "(Intercept)" => ("estimate", "term=intercept".to_owned()),
            "risk" => ("estimate", "term=RISK".to_owned()),
            "factor(rx)1_indomethacin" => ("log_odds_ratio", "arm=indo/placebo".to_owned()),
            site => ("estimate", format!("level={},term=SITE", site.strip_prefix("factor(site)")?)),
        };
        let name = match statistic {
            "logOR" => estimate.to_owned(),
            "se" => format!("{estimate}_se"),
            "OR" => "odds_ratio".to_owned(),
            "Wald lower95" => "odds_ratio_lower".to_owned(),
            "Wald upper95" => "odds_ratio_upper".to_owned(),
            other => other.to_owned(),
        };
        let key = format!("pep_logistic:{name}[{groups}]");
        // Nobody of this site responded: R stops on the way to minus infinity.
        let not_estimable = method.ends_with("4_Case");
        return Some(Target { not_estimable, ..Target::of(key).within(SEARCHED) });
    }
    None
}

#[test]
fn results_are_those_recomputed() {
    let Some(ours) = compare(&TRIAL) else { return };
    compare_expected(TRIAL.folder, &ours);
    let value = |key: &str| ours.get(key).copied().flatten().unwrap_or_else(|| panic!("no value of {key}"));
    // The number needed is the inverse of the difference, and all of it on the side of benefit.
    let nnt = value("pep_rd:nnt[arm=indo/placebo,direction=benefit]");
    assert!((nnt * value("pep_rd:risk_diff[arm=indo/placebo]") + 1.0).abs() < 1e-9, "{nnt}");
    let reached = value("pep_rd:nnt_upper[arm=indo/placebo,direction=benefit]");
    assert!((reached * value("pep_rd:risk_diff_upper[arm=indo/placebo]") + 1.0).abs() < 1e-9, "{reached}");
}
