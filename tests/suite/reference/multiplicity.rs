//! Expected values of multiple tests: adjusted p-values, graphs, many-to-one comparisons.

use super::tables::{Options, Row, indices, numbers, unknown};
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
