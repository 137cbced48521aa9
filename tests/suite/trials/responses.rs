//! Where the rows of a binary endpoint stand among our results.

use super::recomputed::{COARSE, Row, SEARCHED, Target};

/// An arm: its id here, its label in recomputed.csv.
pub(super) type Arm = (&'static str, &'static str);

/// A binary endpoint whose analyses are named `{prefix}_rd`, `_wald`, `_mn`, `_fisher`, `_chi` and `_yates`.
pub(super) fn response(prefix: &str, arms: [Arm; 2], row: &Row<'_>) -> Option<Target> {
    let Row { method, statistic, .. } = *row;
    let compared = format!("[arm={}/{}]", arms[0].0, arms[1].0);
    let of = |analysis: &str, name: &str| Target::of(format!("{prefix}_{analysis}:{name}{compared}"));
    if let Some(label) = method.strip_prefix("proportion ") {
        let arm = arms.iter().find(|arm| arm.1 == label)?.0;
        let key = |analysis: &str, name: &str| format!("{prefix}_{analysis}:{name}[arm={arm}]");
        return Some(match statistic {
            "events" | "n" => Target::of(key("rd", statistic)),
            "p" => Target::percent(key("rd", "pct")),
            "Wilson lower" => Target::percent(key("wald", "pct_lower")),
            "Wilson upper" => Target::percent(key("wald", "pct_upper")),
            "Clopper-Pearson lower" => Target::percent(key("rd", "pct_lower")),
            "Clopper-Pearson upper" => Target::percent(key("rd", "pct_upper")),
            _ => return None,
        });
    }
    let (analysis, name, tolerance) = match method {
        "risk difference, Wald" => ("wald", "risk_diff", None),
        "risk difference, Newcombe hybrid score (no cc)" => ("rd", "risk_diff", None),
        "risk difference, Miettinen-Nurminen" => ("mn", "risk_diff", Some(SEARCHED)),
        "risk ratio, log (Katz)" => ("rd", "risk_ratio", None),
        "odds ratio, sample (Wald/Woolf)" => ("wald", "odds_ratio", None),
        "Fisher exact" if statistic == "p two-sided" => return Some(of("fisher", "p").within(SEARCHED)),
        "Fisher exact" => ("rd", "odds_ratio", Some(COARSE)),
        "Fisher exact (higher precision than R)" => ("rd", "odds_ratio", Some(SEARCHED)),
        "Fisher exact p (2nd implementation)" => return Some(of("fisher", "p").within(SEARCHED)),
        "chi-square Pearson" | "chi-square Yates" => {
            let analysis = if method.ends_with("Yates") { "yates" } else { "chi" };
            return Some(of(analysis, if statistic == "X2" { "chi_square" } else { "p" }));
        }
        _ => return None,
    };
    let suffix = match statistic {
        "RD" | "RR" | "OR" | "conditional MLE OR" => "",
        "se" => "_se",
        "lower95" => "_lower",
        "upper95" => "_upper",
        _ => return None,
    };
    let found = of(analysis, &format!("{name}{suffix}"));
    Some(match tolerance {
        Some(tolerance) => found.within(tolerance),
        None => found,
    })
}
