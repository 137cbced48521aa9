//! Three treatments of anorexia: weights before and after, several arms, no column that names a subject.

use super::rank_support::{Battery, Row, TIGHT, against_r, against_recomputed, ancova, run};

const ARMS: [(&str, &str); 3] = [("CBT", "cbt"), ("FT", "ft"), ("Cont", "cont")];

fn key(row: &Row<'_>) -> Option<(String, f64)> {
    match row.analysis {
        "weight change CBT vs Cont" => Battery { prefix: "chg", arms: [ARMS[0], ARMS[2]], raw_ties: true }.key(row),
        // No tie of this comparison is lost where differences are not rounded.
        "weight change FT vs Cont" => Battery { prefix: "chg", arms: [ARMS[1], ARMS[2]], raw_ties: false }.key(row),
        "ANCOVA Postwt ~ Treat + Prewt" => Some((ancova("weight_ancova", row, &ARMS, ("Prewt", "PREWT"))?, TIGHT)),
        "one-way ANOVA of change" => of_all(row),
        _ => None,
    }
}

fn of_all(row: &Row<'_>) -> Option<(String, f64)> {
    if let Some(arm) = row.method.strip_prefix("paired t within ") {
        let id = ARMS.iter().find(|(name, _)| *name == arm)?.1;
        let statistic = match row.statistic {
            "mean change" => "diff",
            "lower95" => "diff_lower",
            "upper95" => "diff_upper",
            other => other,
        };
        return Some((format!("pair_t:{statistic}[arm={id}]"), TIGHT));
    }
    match (row.method, row.statistic) {
        ("F test", "F") => Some(("chg_anova:f".to_owned(), TIGHT)),
        ("F test", other) => Some((format!("chg_anova:{other}"), TIGHT)),
        // R ranked differences that were not rounded: 9.04750, where ties on paper give 9.07307 (`program.R`).
        ("Kruskal-Wallis", "df") => Some(("chg_kruskal:df".to_owned(), TIGHT)),
        _ => None,
    }
}

#[test]
fn anorexia_agrees_with_r() {
    let Some((ours, data)) = run("anorexia", "anorexia") else { return };
    against_recomputed("anorexia", &ours, &data.join("recomputed.csv"), 140, key);
    against_r("anorexia", &ours);
}
