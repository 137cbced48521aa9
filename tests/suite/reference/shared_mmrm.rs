//! Repeated measures of whole trials: values printed by SAS PROC MIXED and the recomputed ones.

use std::path::{Path, PathBuf};

use super::mmrm::{Fitted, fit, number};
use super::tables::{Options, Row, compare, read_csv};
use tracelock::stats::ancova::MarginWeights;
use tracelock::stats::mmrm::Inference;
use tracelock::stats::mmrm::design::Place;

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

/// Collects differences and the largest error.
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
        println!("{name:<40} {:>5} values, largest relative error {:.1e}", self.matched, self.worst);
        println!("{}", self.failures.join("\n"));
    }
}

#[test]
fn sas_listings_of_kenward_roger() {
    let Some(folder) = folder() else { return };
    let data = fev(&folder);
    let structures = ["us", "cs", "csh", "ar1", "arh1", "toep", "toeph", "adh"];
    for name in structures {
        let structure = if name == "us" { "un" } else { name };
        let fitted = fit(&data, &Options::parse(&format!("structure={structure};terms=arm"), "")).expect("fitted");
        let mut check = Check::default();
        println!(
            "{structure} {:.8} steps {} decrement {:e} {:?}",
            -2.0 * fitted.model.log_likelihood,
            fitted.model.n_steps,
            fitted.model.decrement,
            fitted.model.algorithm
        );
        for (file, inference) in [("kr", "kr"), ("kr1", "kr_linear")] {
            let rows = read_csv(&folder.join(format!("mmrm_fev/sas_reference/{file}_{name}.csv")));
            let options = format!("inference={inference};arm=1;reference=0");
            for (key, column, tolerance) in [
                ("difference_estimate", "Estimate", "1e-4"),
                ("difference_se", "StdErr", "1e-4"),
                ("difference_df", "DF", "5e-4"),
                ("difference_t", "tValue", "1e-4"),
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
