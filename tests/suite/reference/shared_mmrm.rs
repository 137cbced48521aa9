//! Repeated measures of whole trials: values printed by SAS PROC MIXED and the recomputed ones.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};

use super::mmrm::{Fitted, fit, number};
use super::tables::{Options, Row, compare, read_csv};

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if !folder.exists() {
        println!("skipped: ../shared not present");
        return None;
    }
    Some(folder)
}

/// The rows of fev_data with arm PBO 0, TRT 1; race and sex as factors.
fn fev(folder: &Path) -> Vec<Row> {
    let coded = |value: &str, labels: &[&str]| labels.iter().position(|l| *l == value).expect("a label").to_string();
    let races = ["Asian", "Black or African American", "White"];
    read_csv(&folder.join("mmrm_fev/fev_data.csv"))
        .iter()
        .map(|r| {
            let entries = [
                ("subject", r["USUBJID"].trim_start_matches("PT").to_owned()),
                ("visit", coded(&r["AVISIT"], &["VIS1", "VIS2", "VIS3", "VIS4"])),
                ("arm", coded(&r["ARMCD"], &["PBO", "TRT"])),
                ("response", r["FEV1"].clone()),
                ("factor0", coded(&r["RACE"], &races)),
                ("factor1", coded(&r["SEX"], &["Male", "Female"])),
            ];
            entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
        })
        .collect()
}

/// Collects differences and the largest error, absolute where the tolerance is.
#[derive(Default)]
struct Check {
    failures: Vec<String>,
    matched: usize,
    worst: f64,
}

impl Check {
    fn value(&mut self, fitted: &Fitted, options: &str, key: &str, expected: &str, tolerance: &str) {
        let actual = number(fitted, &Options::parse(options, ""), key);
        match compare(actual, expected, tolerance) {
            Ok(error) => {
                self.matched += 1;
                self.worst = self.worst.max(error);
            }
            Err(message) => self.failures.push(format!("{options} {key}: {message}")),
        }
    }

    fn end(self, name: &str) {
        println!("{name:<40} {:>5} values, largest error {:.1e}", self.matched, self.worst);
        assert!(self.failures.is_empty(), "{name}:\n{}", self.failures.join("\n"));
    }
}

/// Full precision of SAS, whose search ends while its estimates still move by about 1e-4 of themselves.
///
/// With the start and the number of steps of SAS the formulas give its digits: see tests/reference/mmrm_inference.
#[test]
fn sas_full_precision_of_kenward_roger() {
    let Some(folder) = folder() else { return };
    let data = fev(&folder);
    for name in ["us", "cs", "csh", "ar1", "arh1", "toep", "toeph", "adh"] {
        let structure = if name == "us" { "un" } else { name };
        let fitted = fit(&data, &Options::parse(&format!("structure={structure};terms=arm"), "")).expect("fitted");
        let mut check = Check::default();
        for (file, inference) in [("kr", "kr"), ("kr1", "kr_linear")] {
            let rows = read_csv(&folder.join(format!("mmrm_fev/sas_reference/{file}_{name}.csv")));
            let options = format!("inference={inference};arm=1;reference=0");
            for (key, column, tolerance) in [
                ("difference_estimate", "Estimate", "1e-4"),
                ("difference_se", "StdErr", "1.5e-4"),
                ("difference_df", "DF", "5e-4"),
                ("difference_t", "tValue", "1.5e-4"),
                ("difference_p", "Probt", "4e-3"),
                ("difference_lower", "Lower", "1e-4"),
                ("difference_upper", "Upper", "1e-4"),
            ] {
                check.value(&fitted, &options, key, &rows[0][column], tolerance);
            }
        }
        check.end(&format!("SAS DDFM=KR and KR(LINEAR), {structure}"));
    }
}

/// A model of a SAS listing, and printed values: options, key, value, tolerance.
type Listing = (&'static str, &'static [(&'static str, &'static str, &'static str, &'static str)]);

/// Listings of PROC MIXED stored with R mmrm (design/SAS, design/KR, design/Robust). Printed to four decimals or five
/// digits; the last one may differ where SAS stopped early. Degrees of freedom are printed as integers.
const LISTINGS: &[Listing] = &[
    (
        "structure=un;terms=arm",
        &[
            ("", "minus_two_log_likelihood", "3667.96276376", "abs 1e-5"),
            ("subjects=200", "aic", "3688.0", "abs 0.05"),
            ("subjects=200", "aicc", "3688.4", "abs 0.05"),
            ("subjects=200", "bic", "3720.9", "abs 0.05"),
            ("index=0", "parameter", "108.39", "1e-4"),
            ("index=1", "parameter", "45.4113", "3e-4"),
            ("index=2", "parameter", "40.1721", "2e-4"),
            ("index=6", "parameter", "-47.0103", "2e-4"),
            ("index=9", "parameter", "152.36", "2e-4"),
            ("inference=kr;arm=0", "mean_estimate", "41.0058", "abs 1e-3"),
            ("inference=kr;arm=0", "mean_se", "0.4547", "abs 6e-5"),
            ("inference=kr;arm=0", "mean_df", "162", "abs 0.6"),
            ("inference=kr;arm=1", "mean_estimate", "44.8255", "abs 1e-3"),
            ("inference=kr;arm=1", "mean_se", "0.4801", "abs 6e-5"),
            ("inference=kr;arm=1", "mean_df", "159", "abs 0.6"),
            ("inference=kr;term=0", "test_f", "33.37", "abs 0.01"),
            ("inference=kr;term=0", "test_df", "161", "abs 0.6"),
            ("inference=sandwich_between_within;arm=0", "mean_se", "0.4090", "abs 6e-5"),
            ("inference=sandwich_between_within;arm=1", "mean_se", "0.4918", "abs 6e-5"),
            ("inference=sandwich_between_within;arm=1;reference=0", "difference_se", "0.6396", "abs 6e-5"),
            ("inference=sandwich_between_within;arm=1;reference=0", "difference_df", "195", "0"),
            ("inference=sandwich_between_within;arm=1;reference=0", "difference_lower", "2.5583", "abs 1e-4"),
            ("inference=sandwich_between_within;arm=1;reference=0", "difference_upper", "5.0811", "abs 1e-4"),
        ],
    ),
    (
        "structure=ar1;terms=arm",
        &[
            ("", "minus_two_log_likelihood", "3855.12433951", "abs 1e-8"),
            ("index=0", "parameter", "84.4289", "abs 6e-4"),
            ("index=1", "parameter", "0.3904", "abs 6e-5"),
            ("inference=sandwich_between_within;arm=0", "mean_se", "0.5260", "abs 6e-5"),
            ("inference=sandwich_between_within;arm=1", "mean_se", "0.6366", "abs 6e-5"),
            ("inference=sandwich_between_within;arm=1;reference=0", "difference_se", "0.8258", "abs 6e-5"),
        ],
    ),
    (
        "structure=toeph;terms=arm",
        &[
            ("", "minus_two_log_likelihood", "3693.28667094", "abs 1e-8"),
            ("index=0", "parameter", "86.1623", "abs 2e-3"),
            ("index=3", "parameter", "168.32", "abs 6e-3"),
            ("index=4", "parameter", "0.3837", "abs 6e-5"),
            ("index=5", "parameter", "-0.01560", "abs 6e-5"),
            ("index=6", "parameter", "-0.3778", "abs 6e-5"),
        ],
    ),
    (
        "structure=cs;terms=arm",
        &[
            ("", "minus_two_log_likelihood", "3890.97896859", "abs 1e-8"),
            ("index=0", "parameter", "1.1388", "abs 6e-5"),
            ("index=1", "parameter", "81.4907", "abs 6e-5"),
        ],
    ),
    (
        "structure=csh;terms=;group=arm",
        &[
            ("", "minus_two_log_likelihood", "3764.55218946", "abs 1e-7"),
            ("subjects=200", "bic", "3817.5", "abs 0.06"),
            ("index=0", "parameter", "122.64", "abs 6e-3"),
            ("index=4", "parameter", "0.08074", "abs 2e-5"),
            ("index=8", "parameter", "234.52", "abs 6e-3"),
            ("index=9", "parameter", "0.2097", "abs 6e-5"),
            ("inference=satterthwaite;column=0", "column_estimate", "41.8458", "abs 6e-5"),
            ("inference=satterthwaite;column=0", "column_se", "0.3372", "abs 6e-5"),
            ("inference=satterthwaite;column=0", "column_df", "191", "abs 0.6"),
        ],
    ),
    (
        "structure=toeph;terms=;group=arm",
        &[
            ("", "minus_two_log_likelihood", "3704.49921127", "abs 3e-5"),
            ("index=0", "parameter", "104.43", "abs 2e-2"),
            ("index=13", "parameter", "-0.2741", "abs 3e-4"),
            ("inference=satterthwaite;column=0", "column_estimate", "41.4766", "abs 3e-4"),
            ("inference=satterthwaite;column=0", "column_se", "0.3563", "abs 1e-4"),
            ("inference=satterthwaite;column=0", "column_df", "170", "abs 0.6"),
        ],
    ),
    (
        "structure=ar1;terms=;group=arm;estimation=ml",
        &[
            ("", "minus_two_log_likelihood", "3873.08507919", "abs 1e-5"),
            ("", "aic", "3883.1", "abs 0.05"),
            ("subjects=200", "bic", "3899.6", "abs 0.05"),
            ("index=0", "parameter", "78.3954", "abs 3e-3"),
            ("index=1", "parameter", "0.3667", "abs 2e-4"),
            ("index=2", "parameter", "100.51", "abs 2e-2"),
            ("index=3", "parameter", "0.4813", "abs 2e-4"),
            ("inference=satterthwaite;column=0", "column_estimate", "41.9560", "abs 2e-4"),
            ("inference=satterthwaite;column=0", "column_se", "0.4947", "abs 6e-5"),
            ("inference=satterthwaite;column=0", "column_df", "190", "abs 0.6"),
        ],
    ),
    (
        "structure=un;terms=arm+factor1",
        &[
            ("", "minus_two_log_likelihood", "3666.96698281", "abs 1e-5"),
            ("inference=satterthwaite;column=0", "column_estimate", "41.0762", "abs 1e-3"),
            ("inference=satterthwaite;column=0", "column_df", "156", "abs 0.6"),
            ("inference=satterthwaite;column=1", "column_estimate", "3.8265", "abs 1e-4"),
            ("inference=satterthwaite;column=1", "column_se", "0.6421", "abs 1e-4"),
            ("inference=satterthwaite;column=1", "column_df", "161", "abs 0.6"),
            ("inference=satterthwaite;column=1", "column_lower", "2.5584", "abs 3e-4"),
            ("inference=satterthwaite;column=1", "column_upper", "5.0945", "abs 3e-4"),
            ("inference=satterthwaite;column=2", "column_p", "0.8276", "abs 3e-4"),
        ],
    ),
    (
        "structure=un;terms=arm+factor1;estimation=ml",
        &[
            ("", "minus_two_log_likelihood", "3668.40243767", "abs 1e-5"),
            ("", "aic", "3694.4", "abs 0.05"),
            ("", "aicc", "3695.1", "abs 0.05"),
            ("subjects=200", "bic", "3737.3", "abs 0.05"),
            ("inference=satterthwaite;column=1", "column_estimate", "3.8276", "abs 1e-4"),
            ("inference=satterthwaite;column=1", "column_se", "0.6362", "abs 1e-4"),
            ("inference=satterthwaite;column=1", "column_df", "163", "abs 0.6"),
            ("inference=satterthwaite;column=2", "column_df", "164", "abs 0.6"),
        ],
    ),
    (
        "structure=ar1;terms=arm+factor1",
        &[
            ("", "minus_two_log_likelihood", "3853.30169736", "abs 1e-7"),
            ("inference=satterthwaite;column=1", "column_estimate", "4.2211", "abs 6e-5"),
            ("inference=satterthwaite;column=1", "column_se", "0.9629", "abs 6e-5"),
            ("inference=satterthwaite;column=1", "column_df", "187", "abs 0.6"),
            ("inference=satterthwaite;column=1", "column_lower", "2.3216", "abs 1e-4"),
            ("inference=satterthwaite;column=1", "column_upper", "6.1206", "abs 1e-4"),
        ],
    ),
    (
        "structure=un;terms=arm+visit+arm*visit+factor0+factor1",
        &[
            ("", "minus_two_log_likelihood", "3386.44987722", "abs 1e-5"),
            ("inference=satterthwaite;column=0", "column_estimate", "30.7774", "abs 2e-4"),
            ("inference=satterthwaite;column=0", "column_se", "0.8865", "abs 2e-4"),
            ("inference=satterthwaite;column=0", "column_df", "219", "abs 0.6"),
            ("inference=satterthwaite;column=1", "column_estimate", "3.7745", "abs 2e-4"),
            ("inference=satterthwaite;column=1", "column_se", "1.0741", "abs 2e-4"),
            ("inference=satterthwaite;column=7", "column_estimate", "0.6240", "abs 2e-4"),
            ("inference=satterthwaite;column=7", "column_se", "1.8510", "abs 3e-4"),
            ("inference=satterthwaite;column=9", "column_estimate", "5.6436", "abs 2e-4"),
            ("inference=satterthwaite;column=10", "column_p", "0.5406", "abs 3e-4"),
            ("inference=satterthwaite;term=0", "test_f", "31.67", "abs 0.02"),
            ("inference=satterthwaite;term=0", "test_df", "169", "abs 0.6"),
            ("inference=satterthwaite;term=1", "test_f", "142.11", "abs 0.03"),
            ("inference=satterthwaite;term=1", "test_df", "148", "abs 0.6"),
            ("inference=satterthwaite;term=2", "test_f", "0.26", "abs 6e-3"),
            ("inference=satterthwaite;term=2", "test_df", "148", "abs 0.6"),
            ("inference=satterthwaite;term=2", "test_p", "0.8555", "abs 2e-4"),
            ("inference=satterthwaite;term=3", "test_f", "36.92", "abs 0.01"),
            ("inference=satterthwaite;term=3", "test_df", "166", "abs 0.6"),
            ("inference=satterthwaite;term=4", "test_p", "0.5406", "abs 2e-4"),
        ],
    ),
];

#[test]
fn sas_listings() {
    let Some(folder) = folder() else { return };
    let data = fev(&folder);
    for (model, values) in LISTINGS {
        let fitted = fit(&data, &Options::parse(model, "")).expect("fitted");
        let mut check = Check::default();
        for (options, key, value, tolerance) in *values {
            if *key == "minus_two_log_likelihood" {
                // Where the values differ, it is SAS that stopped below the largest likelihood.
                let printed: f64 = value.parse().expect("a number");
                assert!(-2.0 * fitted.model.log_likelihood < printed + 1e-8, "{model}");
            }
            check.value(&fitted, options, key, value, tolerance);
        }
        check.end(&format!("SAS {model}"));
    }
}

#[test]
fn recomputed_rows_of_fev() {
    let Some(folder) = folder() else { return };
    let data = fev(&folder);
    let models = [("FEV1 ~ ARMCD,", "terms=arm"), ("FEV1 ~ RACE", "terms=factor0+factor1+arm+visit+arm*visit")];
    let rows = read_csv(&folder.join("mmrm_fev/recomputed.csv"));
    let mut seen = 0;
    for (analysis, terms) in models {
        let fitted = fit(&data, &Options::parse(&format!("structure=un;{terms}"), "")).expect("fitted");
        let mut check = Check::default();
        for row in rows.iter().filter(|r| r["analysis"].starts_with(analysis)) {
            seen += 1;
            if row["statistic"] == "-2RLL" {
                check.value(&fitted, "", "minus_two_log_likelihood", &row["recomputed"], "1e-9");
                continue;
            }
            let (visit, what) = match row["row"].strip_prefix("VIS").and_then(|r| r.split_once(' ')) {
                Some((visit, what)) => (format!(";visit={}", visit.parse::<usize>().expect("a visit") - 1), what),
                None => (String::new(), row["row"].as_str()),
            };
            let (name, arms) = match what {
                "PBO" => ("mean", "arm=0"),
                "TRT" => ("mean", "arm=1"),
                _ => ("difference", "arm=1;reference=0"),
            };
            let part = match row["statistic"].as_str() {
                "diff" => "estimate".to_owned(),
                other => other.to_lowercase().replace("95", ""),
            };
            let options = format!("inference=kr;{arms}{visit}");
            // Degrees of freedom were recomputed with a numerical information good to 4e-5 (those of the first model
            // are 160.690620 in 50 digits) or printed to less; that moves p in its fifth digit.
            let loose = part == "p" || (terms == "terms=arm" && part == "df");
            let tolerance = if loose { "1e-4" } else { "1e-6" };
            check.value(&fitted, &options, &format!("{name}_{part}"), &row["recomputed"], tolerance);
        }
        check.end(&format!("recomputed {analysis}"));
    }
    assert_eq!(seen, rows.len(), "every recomputed row is compared");
}

/// Records of ADADAS for display 14-3.11 of the CDISC pilot, by the filter its README gives.
fn pilot(folder: &Path) -> Vec<Row> {
    let mut book: Xlsx<_> = open_workbook(folder.join("cdiscpilot/cdiscpilot_locked.xlsx")).expect("a workbook");
    let sheet = book.worksheet_range("ADADAS").expect("a sheet");
    let mut lines = sheet.rows();
    let names: Vec<String> = lines.next().expect("a header").iter().map(ToString::to_string).collect();
    let place = |name: &str| names.iter().position(|n| n == name).expect("a column");
    let text = |line: &[Data], name: &str| line[place(name)].to_string();
    let kept: Vec<&[Data]> = lines
        .filter(|line| {
            let is = |name: &str, value: &str| text(line, name) == value;
            is("EFFFL", "Y") && is("PARAMCD", "ACTOT") && is("ANL01FL", "Y") && !is("DTYPE", "LOCF")
        })
        .filter(|line| text(line, "AVISITN").parse::<f64>().is_ok_and(|v| v > 0.0))
        .collect();
    let coded = |name: &str| -> BTreeMap<String, usize> {
        let labels: BTreeSet<String> = kept.iter().map(|line| text(line, name)).collect();
        let mut labels: Vec<String> = labels.into_iter().collect();
        labels.sort_by_key(|l| l.parse::<f64>().map_or(0, |v| v as i64));
        labels.into_iter().enumerate().map(|(k, l)| (l, k)).collect()
    };
    let codes: Vec<(&str, &str, BTreeMap<String, usize>)> =
        [("subject", "USUBJID"), ("visit", "AVISITN"), ("arm", "TRTPN"), ("factor0", "SITEGR1")]
            .map(|(ours, theirs)| (ours, theirs, coded(theirs)))
            .into();
    kept.iter()
        .map(|line| {
            let mut row: Row =
                codes.iter().map(|(o, t, levels)| ((*o).to_owned(), levels[&text(line, t)].to_string())).collect();
            row.insert("response".into(), text(line, "CHG"));
            row.insert("covariate0".into(), text(line, "BASE"));
            row
        })
        .collect()
}

#[test]
fn pilot_display_14_3_11() {
    let Some(folder) = folder() else { return };
    let data = pilot(&folder);
    assert_eq!(data.len(), 539);
    let terms = "terms=arm+visit+arm*visit+factor0+covariate0+covariate0*visit";
    let fitted = fit(&data, &Options::parse(&format!("structure=un;{terms}"), "")).expect("fitted");
    assert_eq!(fitted.model.n_subjects, 234);
    let last = data.iter().filter_map(|r| r["visit"].parse::<usize>().ok()).max().expect("a visit");
    let mut check = Check::default();
    check.value(&fitted, "", "minus_two_log_likelihood", "3087.84303", "abs 1e-5");
    let rows = read_csv(&folder.join("cdiscpilot/expected.csv"));
    for row in rows.iter().filter(|r| r["table"] == "14-3.11") {
        let numbers: Vec<&str> = row["recomputed_full"].split("; ").collect();
        let arm = ["Placebo", "Low", "High"].iter().position(|a| *a == row["column"]);
        let Some(arm) = arm else { continue };
        let reference = if row["row"].contains("High - Xan Low") { 1 } else { 0 };
        let (place, keys): (String, &[&str]) = match row["statistic"].as_str() {
            "LS mean; SE; KR df" => (format!("arm={arm}"), &["mean_estimate", "mean_se", "mean_df"]),
            statistic => (
                format!("arm={arm};reference={reference}"),
                match statistic {
                    "p; t; KR df" => &["difference_p", "difference_t", "difference_df"],
                    "diff; SE" => &["difference_estimate", "difference_se"],
                    "lower; upper" => &["difference_lower", "difference_upper"],
                    _ => continue,
                },
            ),
        };
        for (key, value) in keys.iter().zip(numbers) {
            check.value(&fitted, &format!("inference=kr;visit={last};{place}"), key, value, "1e-6");
        }
    }
    assert!(check.matched + check.failures.len() > 20, "the rows of the display are found");
    // SAS printed these p-values.
    for (arm, p) in [(1, "0.5600"), (2, "0.4403")] {
        let options = format!("inference=kr;visit={last};arm={arm};reference=0");
        check.value(&fitted, &options, "difference_p", p, "abs 6e-5");
    }
    check.end("CDISC pilot 14-3.11");
}
