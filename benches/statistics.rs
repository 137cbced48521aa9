//! Times the statistics whose speed matters on invented data, and writes the data for R.
//!
//! Run: `cargo run --release --example statistics -- FOLDER`, then `Rscript benches/statistics.R FOLDER` on the same
//! machine; `benches/run.sh` does both.
#![allow(clippy::print_stdout, reason = "a measurement is printed")]

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use tracelock::stats::cox::{CoxData, Ties, cox_regression};
use tracelock::stats::fisher_monte_carlo::fisher_exact_or_monte_carlo;
use tracelock::stats::mmrm::{Inference, MmrmInput, MmrmOptions, Structure, fit_mmrm};
use tracelock::stats::wilcoxon::{ExactTwoSided, rank_sum_exact};

/// Work limit of exact tests, as the methods have it.
const WORK: u64 = 200_000_000;

/// Numbers that look random and are the same everywhere (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    /// Between 0 and 1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Of mean 0 and variance 1, by the sum of twelve.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: statistics FOLDER")?;
    let folder = Path::new(&folder);
    for subjects in [200, 500] {
        mmrm(folder, subjects)?;
    }
    wilcoxon(folder, "wilcoxon", |x| x)?;
    wilcoxon(folder, "wilcoxon_ties", |x| (x * 4.0).round())?;
    cox(folder)?;
    fisher()?;
    Ok(())
}

/// The fastest of some runs: what else the machine does only adds.
fn time<T, E: std::fmt::Debug>(what: &str, runs: usize, mut run: impl FnMut() -> Result<T, E>) -> Result<T, String> {
    let mut best = f64::INFINITY;
    let mut last = None;
    for _ in 0..runs {
        let begun = Instant::now();
        let found = run().map_err(|error| format!("{what}: {error:?}"))?;
        best = best.min(begun.elapsed().as_secs_f64());
        last = Some(found);
    }
    println!("{what:<52} {:>9.1} ms", best * 1e3);
    last.ok_or_else(|| format!("{what} was not run"))
}

/// Four visits, two arms, a covariate; one record in ten is missing.
fn mmrm(folder: &Path, subjects: usize) -> Result<(), Box<dyn Error>> {
    const VISITS: usize = 4;
    let mut numbers = Numbers(subjects as u64);
    let (mut y, mut subject, mut visit, mut rows) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut text = String::from("subject,arm,visit,base,y\n");
    for one in 0..subjects {
        let (arm, base, own) = (one % 2, numbers.normal(), numbers.normal());
        for at in 0..VISITS {
            let value = own + 0.3 * base + 0.2 * (arm * at) as f64 + numbers.normal() * (1.0 + 0.2 * at as f64);
            if numbers.uniform() < 0.1 {
                continue;
            }
            writeln!(text, "{one},{arm},{at},{base},{value}")?;
            let mut row = vec![0.0; 3 * VISITS];
            row[at] = 1.0;
            row[VISITS + at] = arm as f64;
            row[2 * VISITS + at] = base;
            y.push(value);
            subject.push(one);
            visit.push(at);
            rows.push(row);
        }
    }
    std::fs::write(folder.join(format!("mmrm_{subjects}.csv")), text)?;
    let columns: Vec<Vec<f64>> = (0..3 * VISITS).map(|column| rows.iter().map(|row| row[column]).collect()).collect();
    let mut weights = vec![0.0; 3 * VISITS];
    weights[2 * VISITS - 1] = 1.0;
    let title = format!("MMRM unstructured, Kenward-Roger, {subjects} x {VISITS}");
    let estimate = time(&title, 20, || {
        let input = MmrmInput {
            response: &y,
            columns: &columns,
            subject: &subject,
            visit: &visit,
            n_visits: VISITS,
            group: None,
        };
        let fit = fit_mmrm(input, MmrmOptions::restricted(Structure::Unstructured))?;
        fit.contrast(&weights, Inference::KenwardRoger, 0.95)
    })?;
    println!("  difference at the last visit: {estimate:?}");
    Ok(())
}

fn wilcoxon(folder: &Path, name: &str, rounded: impl Fn(f64) -> f64) -> Result<(), Box<dyn Error>> {
    let mut numbers = Numbers(7);
    let mut sample = |shift: f64| (0..100).map(|_| rounded(numbers.normal() + shift)).collect::<Vec<f64>>();
    let (a, b) = (sample(0.0), sample(0.3));
    let mut text = String::from("arm,y\n");
    for (arm, values) in [("a", &a), ("b", &b)] {
        for value in values {
            writeln!(text, "{arm},{value}")?;
        }
    }
    std::fs::write(folder.join(format!("{name}.csv")), text)?;
    let test = time(&format!("exact {name}, 100 + 100"), 10, || rank_sum_exact(&a, &b, ExactTwoSided::Distance, WORK))?;
    println!("  p = {}", test.p_two_sided);
    Ok(())
}

fn cox(folder: &Path) -> Result<(), Box<dyn Error>> {
    const N: usize = 44_000;
    let mut numbers = Numbers(44);
    let mut columns = vec![Vec::new(); 5];
    let (mut stop, mut event) = (Vec::with_capacity(N), Vec::with_capacity(N));
    let mut text = String::from("time,event,x1,x2,x3,x4,x5\n");
    for _ in 0..N {
        let x: Vec<f64> = (0..5).map(|_| numbers.normal()).collect();
        let hazard = (0.2 * x[0] - 0.1 * x[1] + 0.05 * x[2]).exp() * 0.01;
        let (t, censored) = (-numbers.uniform().ln() / hazard, 60.0 + 60.0 * numbers.uniform());
        // Whole days: ties, as trials have them.
        let (time, happened) = (t.min(censored).ceil(), t <= censored);
        writeln!(text, "{time},{},{},{},{},{},{}", u8::from(happened), x[0], x[1], x[2], x[3], x[4])?;
        stop.push(time);
        event.push(happened);
        columns.iter_mut().zip(x).for_each(|(column, value)| column.push(value));
    }
    std::fs::write(folder.join("cox.csv"), text)?;
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let data = CoxData { start: None, stop: &stop, event: &event, columns: &columns, strata: None, weights: None };
    let fit = time("Cox (Efron), 44,000 x 5", 5, || cox_regression(data, Ties::Efron))?;
    println!("  log-likelihood {}", fit.log_likelihood);
    Ok(())
}

fn fisher() -> Result<(), Box<dyn Error>> {
    let mut numbers = Numbers(55);
    let mut table = vec![vec![0u64; 5]; 5];
    for _ in 0..200 {
        let (row, column) = ((numbers.uniform() * 5.0) as usize, (numbers.uniform() * 5.0) as usize);
        table[row][column] += 1;
    }
    let p = time("Fisher 5 x 5, n = 200, exact or Monte Carlo", 1, || {
        fisher_exact_or_monte_carlo(&table, WORK, 100_000, 1)
    })?;
    println!("  {p:?}");
    Ok(())
}
