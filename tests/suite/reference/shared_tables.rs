//! Contingency tables in strata of the shared data: values printed by SAS, the CDISC pilot and a recomputed trial.

use std::collections::BTreeSet;
use std::path::Path;

use super::counts::effect_number;
use super::tables::{Row, compare, optional, read_csv};
use tracelock::stats::Value;
use tracelock::stats::chi_square::Continuity;
use tracelock::stats::cochran_mantel_haenszel::{
    CmhStatistic, Scores, general_association, nonzero_correlation, row_mean_scores,
};
use tracelock::stats::common_odds_ratio_exact::{self, common_odds_ratio_exact};
use tracelock::stats::mantel_haenszel::{mantel_haenszel_test, odds_ratio_mantel_haenszel};
use tracelock::stats::two_proportions::TwoProportions;

/// Counts of row by column in each stratum, levels sorted (numbers by value).
struct Cross {
    tables: Vec<Vec<Vec<u64>>>,
    columns: Vec<String>,
}

impl Cross {
    fn of(rows: &[&Row], row: &str, column: &str, stratum: &str) -> Cross {
        let levels = |name: &str| -> Vec<String> {
            let found: BTreeSet<&str> = rows.iter().map(|r| r[name].as_str()).collect();
            let mut list: Vec<String> = found.into_iter().map(str::to_string).collect();
            list.sort_by(|a, b| match (a.parse::<f64>(), b.parse::<f64>()) {
                (Ok(x), Ok(y)) => x.total_cmp(&y),
                _ => a.cmp(b),
            });
            list
        };
        let (heights, columns, strata) = (levels(row), levels(column), levels(stratum));
        let mut tables = vec![vec![vec![0; columns.len()]; heights.len()]; strata.len()];
        for r in rows {
            let place = |list: &[String], name: &str| list.iter().position(|l| *l == r[name]).expect("a level");
            tables[place(&strata, stratum)][place(&heights, row)][place(&columns, column)] += 1;
        }
        Cross { tables, columns }
    }

    /// The numbers of the columns, the table scores of SAS.
    fn column_scores(&self) -> Vec<f64> {
        self.columns.iter().map(|c| c.parse().expect("a number")).collect()
    }
}

#[test]
fn tables_in_strata_agree_with_sas() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/sas_reference");
    if !folder.exists() {
        println!("skipped: ../shared not present");
        return;
    }
    let data = read_csv(&folder.join("adcibc.csv"));
    let mut seen = 0;
    for row in read_csv(&folder.join("expected_sas.csv")) {
        let Some(name) = row["analysis"].strip_prefix("CMH ") else { continue };
        // Schemes 1 and 6 are without the low dose and the oldest. The file says so of scheme 1 only; of scheme 6 it was
        // found by trying subsets until general association agreed, and the row mean scores confirm it.
        let two_doses = name.starts_with("S1 ") || name.starts_with("S6 ");
        let kept: Vec<&Row> =
            data.iter().filter(|r| !two_doses || (r["TRTPN"] != "54" && r["AGEGR1"] != ">80")).collect();
        let general = |row, column, stratum| general_association(&Cross::of(&kept, row, column, stratum).tables);
        let row_mean = |stratum| {
            let cross = Cross::of(&kept, "TRTP", "AVAL", stratum);
            row_mean_scores(&cross.tables, Scores::Table(&cross.column_scores()))
        };
        let test = match name.split(' ').next().expect("a number of the scheme") {
            "S1" | "S2" => general("TRTP", "SEX", "AGEGR1"),
            "S3" => general("TRTP", "SEX", "RACE"),
            "S6" if name.ends_with("general association") => general("TRTP", "AVAL", "SEX"),
            "S6" => row_mean("SEX"),
            // Sites with one subject add nothing.
            "S9" => row_mean("SITEID"),
            _ => {
                let cross = Cross::of(&kept, "AVAL", "AGEGR1N", "TRTP");
                let turned = Cross::of(&kept, "AGEGR1N", "AVAL", "TRTP");
                let (rows, columns) = (turned.column_scores(), cross.column_scores());
                nonzero_correlation(&cross.tables, Scores::Table(&rows), Scores::Table(&columns))
            }
        };
        let value = test.map(|t: CmhStatistic| t.chi_square);
        compare(value, &row["SAS_value"], "abs 6e-5").unwrap_or_else(|e| panic!("{name} printed by SAS: {e}"));
        compare(value, &row["recomputed"], "1e-9").unwrap_or_else(|e| panic!("{name} recomputed: {e}"));
        seen += 1;
    }
    println!("{seen} Cochran-Mantel-Haenszel statistics printed by SAS agree");
    assert_eq!(seen, 7);
}

#[test]
fn pilot_display_14_3_13() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/cdiscpilot");
    if !folder.exists() {
        println!("skipped: ../shared not present");
        return;
    }
    let data = read_csv(&folder.join("csv/adcibc.csv"));
    let mut seen = 0;
    for row in read_csv(&folder.join("expected.csv")) {
        if row["table"] != "14-3.13" || row["column"] != "p-value" {
            continue;
        }
        let week = row["row"].strip_prefix("Week ").and_then(|r| r.split(' ').next()).expect("Week 8 | n");
        let kept: Vec<&Row> = data
            .iter()
            .filter(|r| r["EFFFL"] == "Y" && r["ITTFL"] == "Y" && r["ANL01FL"] == "Y" && r["AVISITN"] == week)
            .collect();
        // CIBIC+ 1 to 7 as table scores, treatments as unordered rows, pooled sites as strata.
        let cross = Cross::of(&kept, "TRTPN", "AVAL", "SITEGR1");
        let value = row_mean_scores(&cross.tables, Scores::Table(&cross.column_scores())).map(|t| t.p);
        compare(value, &row["value"], "abs 5.1e-5").unwrap_or_else(|e| panic!("week {week} displayed: {e}"));
        compare(value, &row["recomputed_full"], "1e-8").unwrap_or_else(|e| panic!("week {week} recomputed: {e}"));
        seen += 1;
    }
    println!("{seen} p-values of display 14-3.13 agree");
    assert_eq!(seen, 3);
}

/// Rows of a recomputed trial about events by treatment in sites.
pub(super) fn strata_value(trial: &str, data: &[Row], row: &Row) -> Option<Value> {
    if trial != "indo_rct" || row["analysis"] != "CMH stratified by site" {
        return None;
    }
    let (method, key) = (row["method"].as_str(), row["statistic"].as_str());
    let strata = sites(data);
    if method == "exact conditional stratified" {
        // The other statistics of R come from a root search that stops at 1e-4.
        return (key == "p").then(|| exact(&strata, key));
    }
    let continuity = if method.ends_with("TRUE") { Continuity::Corrected } else { Continuity::Uncorrected };
    Some(match key {
        "X2" => mantel_haenszel_test(&strata, continuity).map(|t| t.chi_square),
        "p" => mantel_haenszel_test(&strata, continuity).map(|t| t.p_two_sided),
        _ => odds_ratio_mantel_haenszel(&strata, 0.95).and_then(|e| effect_number(e, key)),
    })
}

fn exact(strata: &[TwoProportions], key: &str) -> Value {
    let result = common_odds_ratio_exact(strata, 0.95, common_odds_ratio_exact::DEFAULT_WORK_LIMIT)?;
    if key == "p" { Ok(result.p_two_sided) } else { effect_number(result.odds_ratio, key) }
}

/// Events and members of both treatments in each site.
fn sites(data: &[Row]) -> Vec<TwoProportions> {
    let names: BTreeSet<&str> = data.iter().map(|r| r["site"].as_str()).collect();
    let count = |site: &str, treated: bool, events: bool| {
        let inside = data.iter().filter(|r| r["site"] == site && (r["rx"] == "1_indomethacin") == treated);
        inside.filter(|r| !events || r["outcome"] == "1_yes").count() as u64
    };
    let stratum = |site: &str| TwoProportions {
        events_a: count(site, true, true),
        n_a: count(site, true, false),
        events_b: count(site, false, true),
        n_b: count(site, false, false),
    };
    names.into_iter().map(stratum).collect()
}

#[test]
fn exact_common_odds_ratio_of_a_trial() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/indo_rct");
    if !folder.exists() {
        println!("skipped: ../shared not present");
        return;
    }
    let data = read_csv(&folder.join("indo_rct.csv"));
    assert!(data.iter().all(|r| optional(r, "id").is_some()));
    let strata = sites(&data);
    let rows = read_csv(&folder.join("recomputed.csv"));
    let mut seen = 0;
    for row in rows.iter().filter(|r| r["method"] == "exact conditional stratified") {
        let tolerance = if row["statistic"] == "p" { "2e-9" } else { "1e-3" };
        compare(exact(&strata, &row["statistic"]), &row["value"], tolerance)
            .unwrap_or_else(|e| panic!("{}: {e}", row["statistic"]));
        seen += 1;
    }
    assert_eq!(seen, 4);
}
