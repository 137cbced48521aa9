//! Indomethacin against post-ERCP pancreatitis: intervals of the difference, strata, logistic regression.

use super::two_arms::{Arm, SEARCHED, Target, compare, number, response};

const ARMS: [Arm; 2] = [("indo", "1_indomethacin"), ("placebo", "0_placebo")];

fn target(analysis: &str, method: &str, statistic: &str) -> Option<Target> {
    if analysis.starts_with("Post-ERCP pancreatitis") {
        return response("pep", ARMS, method, statistic);
    }
    if analysis.starts_with("Age") {
        return number("age", ARMS, method, statistic);
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
        return Some(if test == "exact" { found.within(4e-4) } else { found });
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
    let Some(ours) = compare("indo_rct", 120, target) else { return };
    let value = |key: &str| ours.get(key).copied().flatten().unwrap_or_else(|| panic!("no value of {key}"));
    // The number needed is the inverse of the difference, and all of it on the side of benefit.
    let nnt = value("pep_rd:nnt[arm=indo/placebo,direction=benefit]");
    assert!((nnt * value("pep_rd:risk_diff[arm=indo/placebo]") + 1.0).abs() < 1e-9, "{nnt}");
    let reached = value("pep_rd:nnt_upper[arm=indo/placebo,direction=benefit]");
    assert!((reached * value("pep_rd:risk_diff_upper[arm=indo/placebo]") + 1.0).abs() < 1e-9, "{reached}");
    // What has no recomputed value must at least be there and in order.
    for id in ["wald_corrected", "wald_bounded", "agresti_caffo", "newcombe_corrected", "hauck_anderson"] {
        let limit = |side: &str| value(&format!("pep_{id}:risk_diff_{side}[arm=indo/placebo]"));
        assert!(limit("lower") < -0.0778 && limit("upper") > -0.0778, "{id}");
    }
    for key in ["pep_exact:risk_diff_lower", "pep_barnard:p", "pep_boschloo:p", "pep_firth:odds_ratio_upper"] {
        value(&format!("{key}[arm=indo/placebo]"));
    }
}
