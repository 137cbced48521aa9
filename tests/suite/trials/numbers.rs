//! Where the rows of a numeric endpoint and of an analysis of covariance stand among our results.

use super::recomputed::{Row, Target};

/// A comparison of two arms on a number, as every trial has it: ids of the analyses begin with `prefix`.
pub(super) struct Battery<'a> {
    pub(super) prefix: &'a str,
    /// Name in the table and id of each arm, the compared one first.
    pub(super) arms: [(&'a str, &'a str); 2],
    /// Whether the table's p-values rank differences that were not rounded, so that ties on paper were lost.
    pub(super) raw_ties: bool,
}

impl Battery<'_> {
    pub(super) fn find(&self, row: &Row<'_>) -> Option<Target> {
        if let Some(arm) = row.method.strip_prefix("summary ") {
            let id = self.arms.iter().find(|(name, _)| *name == arm)?.1;
            let (analysis, statistic) = match row.statistic {
                "n" | "mean" | "sd" | "se" | "median" | "min" | "max" => ("welch", row.statistic),
                "Q1 (type 2, SAS default)" => ("welch", "q1"),
                "Q3 (type 2)" => ("welch", "q3"),
                "Q1 (type 7)" => ("summary7", "q1"),
                "Q3 (type 7)" => ("summary7", "q3"),
                "mean lower95 (t)" => ("summary7", "mean_lower"),
                "mean upper95 (t)" => ("summary7", "mean_upper"),
                _ => return None,
            };
            return Some(Target::of(format!("{}_{analysis}:{statistic}[arm={id}]", self.prefix)));
        }
        let t_test = match row.statistic {
            "diff" => "diff",
            "se" => "diff_se",
            "lower95" => "diff_lower",
            "upper95" => "diff_upper",
            other => other,
        };
        let limits = |statistic: &str| match statistic {
            "lower95" => Some("hl_lower"),
            "upper95" => Some("hl_upper"),
            _ => None,
        };
        let raw = self.raw_ties;
        let (analysis, statistic) = match (row.method, row.statistic) {
            (method, _) if method.ends_with("Welch t-test") => ("welch", t_test),
            (method, _) if method.ends_with("pooled t-test") => ("pooled", t_test),
            ("Wilcoxon rank-sum, normal approx, continuity correction", "W") => ("wilcoxon", "u"),
            ("Wilcoxon rank-sum, normal approx, continuity correction", "p") if !raw => ("wilcoxon", "p"),
            ("Wilcoxon rank-sum, normal approx, no correction", "W") => ("wilcoxon_plain", "u"),
            ("Wilcoxon rank-sum, normal approx, no correction", "p") if !raw => ("wilcoxon_plain", "p"),
            ("Hodges-Lehmann point (median of all pairwise differences)", _) => ("wilcoxon", "hl"),
            (method, statistic) if method.ends_with("exact qwilcox (Moses)") => ("wilcoxon_plain", limits(statistic)?),
            (method, statistic) if method.starts_with("Hodges-Lehmann CI, ordered pairwise differences, asym") => {
                ("wilcoxon", limits(statistic)?)
            }
            ("Wilcoxon rank-sum, exact conditional (ties), two-sided P(|W-E|>=|w-E|)", "p") if !raw => {
                ("wilcoxon_exact", "p")
            }
            (method, _) if method.ends_with("raw doubles") => return None,
            (method, "p P(|W-E|>=|w-E|)") if method.contains("2nd implementation") => ("wilcoxon_exact", "p"),
            (method, "p 2*min(tail)") if method.contains("2nd implementation") => ("wilcoxon_tails", "p"),
            _ => return None,
        };
        let [(_, a), (_, b)] = self.arms;
        Some(Target::of(format!("{}_{analysis}:{statistic}[arm={a}/{b}]", self.prefix)))
    }
}

/// The key of a row of an analysis of covariance; `levels` and `terms` are names in the table and ids.
pub(super) fn ancova(id: &str, row: &Row<'_>, levels: &[(&str, &str)], terms: &[(&str, &str)]) -> Option<Target> {
    ancova_key(id, row, levels, terms).map(Target::of)
}

fn ancova_key(id: &str, row: &Row<'_>, levels: &[(&str, &str)], terms: &[(&str, &str)]) -> Option<String> {
    // Residual degrees of freedom stand beside each difference.
    let df = || Some(format!("{id}:df[arm={}/{}]", levels.first()?.1, levels.last()?.1));
    let arm = |name: &str| levels.iter().find(|(l, _)| *l == name).map(|(_, id)| *id);
    let limits = |stem: &str| match row.statistic {
        "LSmean" | "diff" => Some(stem.to_owned()),
        "SE" => Some(format!("{stem}_se")),
        "lower95" => Some(format!("{stem}_lower")),
        "upper95" => Some(format!("{stem}_upper")),
        _ => None,
    };
    if let Some(rest) = row.method.strip_prefix("LS mean diff [") {
        let (a, b) = rest.strip_suffix(']')?.split_once(" - ")?;
        let statistic = match row.statistic {
            "t" | "df" | "p" => row.statistic.to_owned(),
            _ => limits("diff")?,
        };
        return Some(format!("{id}:{statistic}[arm={}/{}]", arm(a)?, arm(b)?));
    }
    if row.method == "residual" {
        return match row.statistic {
            "df" => df(),
            "sigma" => Some(format!("{id}:residual_sd")),
            _ => Some(format!("{id}:r_squared")),
        };
    }
    if let Some(rest) = row.method.strip_prefix("LS mean [") {
        if row.statistic == "df" {
            return df();
        }
        return Some(format!("{id}:{}[arm={}]", limits("lsmean")?, arm(rest.strip_suffix(']')?)?));
    }
    let name = row.method.strip_prefix("Type II F [ ")?.strip_suffix(" ]")?;
    let term = terms.iter().find(|(theirs, _)| *theirs == name).map_or("treatment", |(_, ours)| *ours);
    let statistic = match row.statistic {
        "F" => "f",
        "df" => "df1",
        "p" => "p",
        _ => return None,
    };
    Some(format!("{id}:{statistic}[term={term}]"))
}
