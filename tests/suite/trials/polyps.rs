//! Sulindac in familial adenomatous polyposis: skew counts, compared, within arms, and on the log scale.

use super::numbers::{Battery, ancova};
use super::recomputed::{Row, Target, Trial, compare, compare_expected};

pub(super) const TRIAL: Trial = Trial { folder: "polyps", data: "polyps", find };

const ARMS: [(&str, &str); 2] = [("sulindac", "sulindac"), ("placebo", "placebo")];

fn find(row: &Row<'_>) -> Option<Target> {
    let battery = |prefix| Battery { prefix, arms: ARMS, raw_ties: false };
    match row.analysis {
        "number3m sulindac vs placebo" => battery("n3").find(row),
        "number12m sulindac vs placebo" => battery("n12").find(row),
        "change from baseline number3m sulindac vs placebo" => battery("chg3").find(row),
        "change from baseline number12m sulindac vs placebo" => battery("chg12").find(row),
        "ANCOVA log( number3m ) ~ treatment + log(baseline)" => ancova("log3_ancova", row, &ARMS, &[("LB", "LN0")]),
        // There the reference averages the covariate over all subjects, not over those with a count at 12 months.
        "ANCOVA log( number12m ) ~ treatment + log(baseline)"
            if row.method.starts_with("LS mean [") && row.statistic != "df" =>
        {
            None
        }
        "ANCOVA log( number12m ) ~ treatment + log(baseline)" => ancova("log12_ancova", row, &ARMS, &[("LB", "LN0")]),
        "paired within arm baseline vs 3 months" => within(row),
        _ => None,
    }
}

fn within(row: &Row<'_>) -> Option<Target> {
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
    Some(Target::of(format!("{analysis}:{statistic}[arm={arm}]")))
}

#[test]
fn polyps_agree_with_r() {
    if let Some(ours) = compare(&TRIAL) {
        compare_expected(TRIAL.folder, &ours);
    }
}
