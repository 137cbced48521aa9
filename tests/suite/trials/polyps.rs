//! Sulindac in familial adenomatous polyposis: skew counts, compared, within arms, and on the log scale.

use super::rank_support::{Battery, Row, TIGHT, against_r, against_recomputed, ancova, run};

const ARMS: [(&str, &str); 2] = [("sulindac", "sulindac"), ("placebo", "placebo")];

fn key(row: &Row<'_>) -> Option<(String, f64)> {
    let battery = |prefix| Battery { prefix, arms: ARMS, raw_ties: false };
    match row.analysis {
        "number3m sulindac vs placebo" => battery("n3").key(row),
        "number12m sulindac vs placebo" => battery("n12").key(row),
        "change from baseline number3m sulindac vs placebo" => battery("chg3").key(row),
        "change from baseline number12m sulindac vs placebo" => battery("chg12").key(row),
        "ANCOVA log( number3m ) ~ treatment + log(baseline)" => {
            Some((ancova("log3_ancova", row, &ARMS, ("LB", "LN0"))?, TIGHT))
        }
        // There the reference averages the covariate over all subjects, not over those with a count at 12 months.
        "ANCOVA log( number12m ) ~ treatment + log(baseline)" if row.method.starts_with("LS mean [") => None,
        "ANCOVA log( number12m ) ~ treatment + log(baseline)" => {
            Some((ancova("log12_ancova", row, &ARMS, ("LB", "LN0"))?, TIGHT))
        }
        "paired within arm baseline vs 3 months" => within(row),
        _ => None,
    }
}

fn within(row: &Row<'_>) -> Option<(String, f64)> {
    let (method, arm) = row.method.rsplit_once(' ')?;
    let analysis = match method {
        "paired t" => "pair3_t",
        "Wilcoxon signed rank exact (zeros dropped)" => "pair3_signed",
        "Wilcoxon signed rank exact (Pratt)" => "pair3_pratt",
        _ => return None,
    };
    let statistic = match row.statistic {
        "lower95" => "diff_lower",
        "upper95" => "diff_upper",
        other => other,
    };
    Some((format!("{analysis}:{statistic}[arm={arm}]"), TIGHT))
}

#[test]
fn polyps_agree_with_r() {
    let Some((ours, data)) = run("polyps", "polyps") else { return };
    against_recomputed("polyps", &ours, &data.join("recomputed.csv"), 240, key);
    against_r("polyps", &ours);
}
