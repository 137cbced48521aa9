//! Disposition: categories of an analysis set, block by block, with tests across arms.

use crate::base::codes::CFG_003;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest;
use crate::data::engine::Engine;
use crate::results::{LeftOut, Lineage, NewResult, ResultKey, ResultSink, Role};
use crate::spec::Spec;
use crate::spec::analysis::{Criterion, DispositionBlock};
use crate::spec::at::At;
use crate::stats::fisher::fisher_exact;

use super::analysis_set::{AnalysisSets, EvaluatedSet};
use super::condition::{SubjectCondition, Subjects};
use super::count::{self, TOTAL};
use super::partition::{self, Part};

/// Steps after which an exact test of a table gives up.
pub const FISHER_WORK: u64 = 20_000_000;

/// Stores `disp:n` and `disp:pct` of each category, and `disp:p` of those tested (Fisher's exact test of the
/// category against the rest across all arms).
///
/// # Errors
/// [`Stop`] where a condition or name is wrong, or exclusive categories overlap or leave a gap (POP-003).
pub fn run(
    spec: &Spec,
    engine: &Engine,
    sets: &AnalysisSets,
    sink: &mut Diagnostics,
    results: &mut ResultSink,
) -> Result<(), Stop> {
    let mark = sink.mark();
    let mut evaluated = Vec::new();
    let events = intercurrent_events(spec);
    for block in spec.analysis.disposition.iter().chain(&events) {
        if let Some((set, categories)) = evaluate(block, engine, sets, sink) {
            evaluated.push((block, set, categories));
        }
    }
    sink.check(mark)?;
    for (block, set, categories) in evaluated {
        for category in &categories {
            store(spec, block, set, category, engine, results);
        }
    }
    Ok(())
}

/// Block of the intercurrent events in keys.
pub const INTERCURRENT_EVENTS: &str = "intercurrent_events";

/// The intercurrent events (ICH E9(R1)) as a block that may overlap, in the set of the first endpoint.
fn intercurrent_events(spec: &Spec) -> Option<DispositionBlock> {
    let set = spec.analysis.endpoints.values().next()?.estimand.analysis_set.clone();
    // An unknown set is reported by the analyses of its endpoint.
    if !spec.analysis.analysis_sets.contains_key(&*set) {
        return None;
    }
    let categories: Vec<Criterion> = spec
        .analysis
        .intercurrent_events
        .iter()
        .map(|(id, event)| Criterion {
            id: At::nowhere(id.clone()),
            label: event.label.clone(),
            condition: event.condition.clone(),
        })
        .collect();
    Some(DispositionBlock {
        id: At::nowhere(INTERCURRENT_EVENTS.to_owned()),
        label: "Intercurrent events".to_owned(),
        set,
        categories,
        test: Vec::new(),
        exclusive: false,
    })
}

fn evaluate<'a>(
    block: &DispositionBlock,
    engine: &Engine,
    sets: &'a AnalysisSets,
    sink: &mut Diagnostics,
) -> Option<(&'a EvaluatedSet, Vec<SubjectCondition>)> {
    let mark = sink.mark();
    let set = sets.get(&block.set);
    if set.is_none() {
        sink.error(
            &CFG_003,
            block.set.place.clone(),
            format!("block `{}` names an unknown analysis set `{}`", *block.id, *block.set),
        )
        .hint(suggest::did_you_mean(&block.set, sets.iter().map(|set| set.id.as_str())));
    }
    let mut categories = Vec::new();
    for category in &block.categories {
        if let Ok(condition) =
            SubjectCondition::evaluate(engine, &category.id, &category.label, &category.condition, sink)
        {
            categories.push(condition);
        }
    }
    for tested in &block.test {
        if !block.categories.iter().any(|category| category.id == *tested) {
            sink.error(
                &CFG_003,
                tested.place.clone(),
                format!("block `{}` has no category `{}` to test", *block.id, **tested),
            )
            .hint(suggest::did_you_mean(tested, block.categories.iter().map(|category| category.id.as_str())));
        }
    }
    sink.check(mark).ok()?;
    let set = set?;
    if block.exclusive {
        let members: Subjects = set.in_arm(TOTAL).collect();
        let parts: Vec<Part> = categories
            .iter()
            .map(|category| Part {
                label: category.label.clone(),
                members: category.holding(&members),
                reads: category.reads.clone(),
                place: category.place.clone(),
            })
            .collect();
        partition::check(engine, &format!("{}, {}", set.label, block.label), &members, &parts, &block.id.place, sink);
    }
    Some((set, categories))
}

fn store(
    spec: &Spec,
    block: &DispositionBlock,
    set: &EvaluatedSet,
    category: &SubjectCondition,
    engine: &Engine,
    results: &mut ResultSink,
) {
    let base = ResultKey::new("disp", "n").with("block", block.id.as_str()).with("category", category.id.as_str());
    let mut table = vec![Vec::new(), Vec::new()];
    let mut parts = Vec::new();
    for arm in set.columns(spec) {
        let whole: Subjects = set.in_arm(&arm).collect();
        let members = category.holding(&whole);
        let records = count::intern(results, engine.adsl(), members.iter().copied());
        let evidence = count::intern(results, engine.adsl(), whole.iter().copied());
        let open = category.undetermined(&whole).into_iter();
        let open =
            open.map(|subject| LeftOut { subject, reason: "cannot be determined: a value is missing".to_owned() });
        let lineage = Lineage::of(records)
            .evidence(evidence)
            .left_out(open.collect())
            .variables(category.reads.iter().copied())
            .rule(category.rule());
        let n = count::count(results, base.clone().with("arm", arm.as_str()), lineage.clone());
        count::percent(results, n.key.statistic("pct"), &n, &set.n(&arm), lineage);
        if spec.study.arms.contains_key(&arm) {
            table[0].push(n.n);
            table[1].push(whole.len() as u64 - n.n);
            parts.push(n.key);
        }
    }
    if block.test.iter().any(|tested| **tested == category.id) {
        let everyone = count::intern(results, engine.adsl(), set.in_arm(TOTAL));
        let mut lineage = Lineage::of(everyone)
            .variables(category.reads.iter().copied().chain(set.variables.iter().copied()))
            .rule("Fisher's exact test across all arms, two-sided: this category against the rest");
        for part in parts {
            lineage = lineage.input(Role::Part, part);
        }
        let p = fisher_exact(&table, FISHER_WORK).map_err(|reason| reason.to_string());
        results.estimate(base.statistic("p"), p, lineage, NewResult::default());
    }
}
