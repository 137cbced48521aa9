//! Expected values of multiple tests: adjusted p-values, graphs, many-to-one comparisons.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::tables::{Options, Row, indices, numbers, unknown};
use tracelock::stats::dunnett::{DunnettSides, DunnettTest, dunnett, dunnett_quantile, dunnett_tail};
use tracelock::stats::gatekeeping;
use tracelock::stats::graphical::{Edge, Graph};
use tracelock::stats::multiplicity::{Adjustment, adjusted_p_values};
use tracelock::stats::{NotEstimable, Value};

pub(super) fn multiplicity_value(rows: &[Row], o: &Options, _: &str) -> Value {
    let method = match o.text("method") {
        "bonferroni" => Adjustment::Bonferroni,
        "sidak" => Adjustment::Sidak,
        "holm" => Adjustment::Holm,
        "holm_sidak" => Adjustment::HolmSidak,
        "hochberg" => Adjustment::Hochberg,
        "hommel" => Adjustment::Hommel,
        "fixed_sequence" => Adjustment::FixedSequence,
        "truncated_holm" => Adjustment::TruncatedHolm(o.number("fraction")),
        _ => Adjustment::TruncatedHochberg(o.number("fraction")),
    };
    Ok(adjusted_p_values(&numbers(rows, "p"), method)?[o.index("i")])
}

fn graph(rows: &[Row], o: &Options) -> Result<Graph, NotEstimable> {
    let list = |name: &str| -> Vec<usize> {
        o.text(name).split('-').map(|part| part.parse().expect("whole numbers between dashes")).collect()
    };
    let shares = || -> Vec<f64> {
        let parts = list("shares");
        parts.iter().map(|s| *s as f64 / parts.iter().sum::<usize>() as f64).collect()
    };
    match o.text("build") {
        "holm" => return gatekeeping::holm(&shares()),
        "fallback" => return gatekeeping::fallback(&shares()),
        "fixed_sequence" => return gatekeeping::fixed_sequence(shares().len()),
        "serial" => return gatekeeping::serial_gatekeeping(&list("families")),
        "parallel" => return gatekeeping::parallel_gatekeeping(&list("families")),
        _ => {}
    }
    let kind = |name: &str| -> Vec<Row> { rows.iter().filter(|r| r["kind"] == name).cloned().collect() };
    let weights = numbers(&kind("weight"), "value");
    let mut edges = vec![vec![Edge::default(); weights.len()]; weights.len()];
    let listed = kind("edge");
    for (row, (i, j)) in listed.iter().zip(indices(&listed, "i").into_iter().zip(indices(&listed, "j"))) {
        let number = |column: &str| row[column].parse().expect("a number");
        edges[i][j] = Edge { weight: number("value"), epsilon: number("epsilon") };
    }
    Graph::new(weights, edges)
}

pub(super) fn graphical_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let kind = format!("p{}", o.text("p"));
    let p_rows: Vec<Row> = rows.iter().filter(|r| r["kind"] == kind).cloned().collect();
    let alpha = if o.text("alpha").is_empty() { 0.05 } else { o.number("alpha") };
    let test = graph(rows, o)?.test(&numbers(&p_rows, "value"), alpha)?;
    let i = o.index("i");
    Ok(match key {
        "adjusted_p" => test.adjusted_p[i],
        "rejected" => f64::from(u8::from(test.rejected[i])),
        "weight" => test.weights[i],
        "edge" => test.edges[i][o.index("j")],
        other => unknown(other),
    })
}

thread_local! {
    /// Results by case and sides; the integrals take their time.
    static DUNNETT: RefCell<BTreeMap<(String, String), Result<DunnettTest, NotEstimable>>> = const { RefCell::new(BTreeMap::new()) };
}

pub(super) fn dunnett_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let two_sided = o.text("two") == "yes";
    let df = || if o.text("df") == "inf" { f64::INFINITY } else { o.number("df") };
    if o.text("case") == "table" {
        return dunnett_quantile(0.95, &vec![o.number("rho").sqrt(); o.index("k")], df(), two_sided);
    }
    if o.text("case") == "tail" {
        // Loadings fall evenly from the first to 0.7 of it.
        let (k, first) = (o.index("k"), o.number("rho").sqrt());
        let loadings: Vec<f64> = (0..k).map(|i| first * (1.0 - 0.3 * i as f64 / (k as f64 - 1.0))).collect();
        return dunnett_tail(o.number("bound"), &loadings, df(), two_sided);
    }
    let n_groups = indices(rows, "group").into_iter().max().map_or(0, |g| g + 1);
    let sample = |group: usize| -> Vec<f64> {
        let members: Vec<Row> = rows.iter().filter(|r| r["group"] == group.to_string()).cloned().collect();
        numbers(&members, "value")
    };
    let samples: Vec<Vec<f64>> = (0..n_groups).map(sample).collect();
    let treatments: Vec<&[f64]> = samples[1..].iter().map(Vec::as_slice).collect();
    let sides = match o.text("sides") {
        "greater" => DunnettSides::Greater,
        "less" => DunnettSides::Less,
        _ => DunnettSides::Two,
    };
    let name = (o.text("case").to_string(), o.text("sides").to_string());
    let test = DUNNETT.with_borrow_mut(|known| {
        known.entry(name).or_insert_with(|| dunnett(&samples[0], &treatments, sides, 0.95)).clone()
    })?;
    if key == "critical" {
        return Ok(test.critical);
    }
    let comparison = test.comparisons[o.index("i")];
    match key {
        "estimate" => Ok(comparison.estimate),
        "standard_error" => Ok(comparison.standard_error),
        "t" => Ok(comparison.t),
        "p" => Ok(comparison.p),
        "lower" => comparison.lower,
        "upper" => comparison.upper,
        other => unknown(other),
    }
}
