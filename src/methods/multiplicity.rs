//! Adjusted p-values and decisions of the hypotheses that are tested together.
//!
//! A raw p-value that is not estimable counts as 1: its hypothesis is not rejected and the others lose nothing but
//! what it would have passed on.

use std::collections::BTreeSet;

use crate::base::codes::{CFG_003, CFG_004, CFG_005};
use crate::base::diagnostic::Diagnostics;
use crate::base::number::plain;
use crate::base::suggest::did_you_mean;
use crate::results::{NewResult, ResultKey, ResultSink, ResultStore};
use crate::spec::Spec;
use crate::spec::at::At;
use crate::spec::multiplicity::{MultiplicitySpec, Procedure};
use crate::stats::NotEstimable;
use crate::stats::gatekeeping;
use crate::stats::graphical::{Edge, Graph};
use crate::stats::multiplicity::{Adjustment, adjusted_p_values};

use super::effect::{concluded, number};

/// First part of the keys.
pub const ANALYSIS: &str = "mult";

/// The key of a number of a hypothesis.
#[must_use]
pub fn key(statistic: &str, hypothesis: &str) -> ResultKey {
    ResultKey::new(ANALYSIS, statistic).with("hypothesis", hypothesis)
}

/// Stores adjusted p-values and decisions; faults are reported at their places.
pub fn run(spec: &Spec, sink: &mut Diagnostics, results: &mut ResultSink<'_>) {
    let Some(scheme) = &spec.analysis.multiplicity else { return };
    let mark = sink.mark();
    let keys = raw_keys(scheme, sink, results.store());
    let alpha = scheme.alpha.as_ref().unwrap_or(&spec.analysis.alpha);
    if !(0.0001..=0.5).contains(&alpha.value) {
        sink.error(&CFG_005, alpha.place.clone(), format!("`alpha` cannot be {}", plain(**alpha)))
            .hint("a significance level such as 0.05; from 0.0001 to 0.5");
    }
    let order = order(scheme, sink);
    let weights = weights(scheme, sink);
    let edges = edges(scheme, sink);
    if sink.check(mark).is_err() {
        return;
    }
    let raw: Vec<Result<f64, String>> = keys.iter().map(|key| number(results.store(), key)).collect();
    let p: Vec<f64> = order.iter().map(|at| raw[*at].clone().unwrap_or(1.0)).collect();
    let adjusted = match test(scheme, &p, weights.as_deref(), edges, **alpha) {
        Ok(adjusted) => adjusted,
        Err(reason) => {
            let message = format!("{} cannot be carried out: {reason}", scheme.procedure.in_words());
            sink.error(&CFG_005, scheme.procedure.place.clone(), message)
                .hint("weights and the edges from a hypothesis are 0 to 1 and sum to 1 at most; p-values are 0 to 1");
            return;
        }
    };
    let rule = format!("{}, familywise level {}", scheme.procedure.in_words(), plain(**alpha));
    let lineage = concluded(results, &keys, rule);
    for (adjusted, at) in adjusted.into_iter().zip(order) {
        let hypothesis = &scheme.hypotheses[at].id;
        let rejected = f64::from(u8::from(raw[at].is_ok() && adjusted <= **alpha));
        let value = raw[at].clone().map(|_| adjusted);
        results.estimate(key("p_adjusted", hypothesis), value, lineage.clone(), NewResult::default());
        results.real(key("rejected", hypothesis), rejected, lineage.clone(), NewResult::default());
    }
}

/// Keys of the raw p-values in the order of the hypotheses.
fn raw_keys(scheme: &MultiplicitySpec, sink: &mut Diagnostics, store: &ResultStore) -> Vec<ResultKey> {
    if scheme.hypotheses.is_empty() {
        sink.error(&CFG_005, scheme.procedure.place.clone(), "there is no hypothesis to test");
    }
    let (mut ids, mut used, mut keys) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for hypothesis in &scheme.hypotheses {
        if !ids.insert(hypothesis.id.as_str()) {
            let message = format!("the hypothesis id `{}` is taken", *hypothesis.id);
            sink.error(&CFG_004, hypothesis.id.place.clone(), message);
        }
        let key = match ResultKey::parse(&hypothesis.p) {
            Ok(key) => key,
            Err(message) => {
                sink.error(&CFG_005, hypothesis.p.place.clone(), message)
                    .hint("a key is `analysis:statistic[factor=level,…]`, such as `pf_d7:p[arm=msc/placebo]`");
                continue;
            }
        };
        if store.get(&key).is_none() {
            let known: Vec<String> = store.iter().filter(|r| is_p(&r.key)).map(|r| r.key.to_string()).collect();
            sink.error(&CFG_003, hypothesis.p.place.clone(), format!("there is no result `{key}`"))
                .hint(did_you_mean(&key.to_string(), known.iter().map(String::as_str)));
        } else if !is_p(&key) {
            sink.error(&CFG_005, hypothesis.p.place.clone(), format!("`{key}` is no p-value of an analysis"));
        } else if !used.insert(key.clone()) {
            sink.error(&CFG_004, hypothesis.p.place.clone(), format!("`{key}` tests two hypotheses"));
        }
        keys.push(key);
    }
    keys
}

/// Whether a key is that of a raw p-value.
fn is_p(key: &ResultKey) -> bool {
    use crate::results::statistic::{Precision, find};
    key.analysis != ANALYSIS && find(&key.statistic).is_some_and(|s| s.precision == Precision::PValue)
}

fn find(scheme: &MultiplicitySpec, named: &At<String>, sink: &mut Diagnostics) -> Option<usize> {
    let found = scheme.hypotheses.iter().position(|h| *h.id == **named);
    if found.is_none() {
        sink.error(&CFG_003, named.place.clone(), format!("there is no hypothesis `{}`", **named))
            .hint(did_you_mean(named, scheme.hypotheses.iter().map(|h| h.id.as_str())));
    }
    found
}

/// The hypotheses in the order of testing: as listed, or family by family.
fn order(scheme: &MultiplicitySpec, sink: &mut Diagnostics) -> Vec<usize> {
    let gates = matches!(*scheme.procedure, Procedure::SerialGatekeeping | Procedure::ParallelGatekeeping);
    if !gates {
        if let Some(first) = scheme.families.iter().flatten().next() {
            sink.error(&CFG_005, first.place.clone(), "families have no meaning with this procedure")
                .hint("`serial_gatekeeping` and `parallel_gatekeeping` have families");
        }
        return (0..scheme.hypotheses.len()).collect();
    }
    let mut order = Vec::new();
    for named in scheme.families.iter().flatten() {
        let Some(at) = find(scheme, named, sink) else { continue };
        if order.contains(&at) {
            sink.error(&CFG_004, named.place.clone(), format!("`{}` stands in two families", **named));
        }
        order.push(at);
    }
    if scheme.families.iter().any(Vec::is_empty) {
        sink.error(&CFG_005, scheme.procedure.place.clone(), "a family has no hypothesis");
    }
    for hypothesis in scheme.hypotheses.iter().enumerate().filter(|(at, _)| !order.contains(at)).map(|(_, h)| h) {
        sink.error(&CFG_005, hypothesis.id.place.clone(), format!("`{}` stands in no family", *hypothesis.id));
    }
    order
}

/// Weights of the hypotheses, where they are given.
fn weights(scheme: &MultiplicitySpec, sink: &mut Diagnostics) -> Option<Vec<f64>> {
    let takes = matches!(
        *scheme.procedure,
        Procedure::Bonferroni | Procedure::Holm | Procedure::Fallback | Procedure::Graphical
    );
    let given = scheme.hypotheses.iter().find_map(|h| h.weight.as_ref())?;
    if !takes {
        sink.error(&CFG_005, given.place.clone(), "weights have no meaning with this procedure")
            .hint("`bonferroni`, `holm`, `fallback` and `graphical` have weights");
        return None;
    }
    for hypothesis in scheme.hypotheses.iter().filter(|h| h.weight.is_none()) {
        let message = format!("`{}` has no weight, others have", *hypothesis.id);
        sink.error(&CFG_005, hypothesis.id.place.clone(), message).hint("give all hypotheses a weight, or none");
    }
    Some(scheme.hypotheses.iter().map(|h| h.weight.as_ref().map_or(0.0, |w| w.value)).collect())
}

/// The edges as a table.
fn edges(scheme: &MultiplicitySpec, sink: &mut Diagnostics) -> Vec<Vec<Edge>> {
    let n = scheme.hypotheses.len();
    let mut table = vec![vec![Edge::default(); n]; n];
    if let Some(first) = scheme.edges.first().filter(|_| *scheme.procedure != Procedure::Graphical) {
        sink.error(&CFG_005, first.from.place.clone(), "edges have no meaning with this procedure")
            .hint("`graphical` has edges");
    }
    for edge in &scheme.edges {
        let (from, to) = (find(scheme, &edge.from, sink), find(scheme, &edge.to, sink));
        let Some((from, to)) = from.zip(to) else { continue };
        if table[from][to] != Edge::default() {
            let message = format!("there are two edges from `{}` to `{}`", *edge.from, *edge.to);
            sink.error(&CFG_004, edge.from.place.clone(), message);
        }
        table[from][to] = Edge { weight: edge.weight, epsilon: edge.epsilon };
    }
    table
}

/// Adjusted p-values in the order of `p`.
fn test(
    scheme: &MultiplicitySpec,
    p: &[f64],
    weights: Option<&[f64]>,
    edges: Vec<Vec<Edge>>,
    alpha: f64,
) -> Result<Vec<f64>, NotEstimable> {
    let families: Vec<usize> = scheme.families.iter().map(Vec::len).collect();
    #[expect(clippy::cast_precision_loss, reason = "a handful of hypotheses")]
    let equal = vec![1.0 / p.len() as f64; p.len()];
    let shares = weights.unwrap_or(&equal);
    let graph = match *scheme.procedure {
        Procedure::Bonferroni if weights.is_some() => gatekeeping::bonferroni(shares),
        Procedure::Holm if weights.is_some() => gatekeeping::holm(shares),
        Procedure::Bonferroni => return adjusted_p_values(p, Adjustment::Bonferroni),
        Procedure::Holm => return adjusted_p_values(p, Adjustment::Holm),
        Procedure::Sidak => return adjusted_p_values(p, Adjustment::Sidak),
        Procedure::HolmSidak => return adjusted_p_values(p, Adjustment::HolmSidak),
        Procedure::Hochberg => return adjusted_p_values(p, Adjustment::Hochberg),
        Procedure::Hommel => return adjusted_p_values(p, Adjustment::Hommel),
        Procedure::FixedSequence => return adjusted_p_values(p, Adjustment::FixedSequence),
        Procedure::Fallback => gatekeeping::fallback(shares),
        Procedure::Graphical => Graph::new(shares.to_vec(), edges),
        Procedure::SerialGatekeeping => gatekeeping::serial_gatekeeping(&families),
        Procedure::ParallelGatekeeping => gatekeeping::parallel_gatekeeping(&families),
    };
    Ok(graph?.test(p, alpha)?.adjusted_p)
}
