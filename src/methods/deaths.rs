//! Deaths from any cause by arm; none may be lost between the sources that know of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::codes::{CFG_003, CFG_005, POP_004};
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::data::engine::Engine;
use crate::population::condition::{NAMED, SubjectCondition, Subjects, counted, everyone, subject_cells};
use crate::population::count::{self, TOTAL};
use crate::population::{AnalysisSets, EvaluatedSet, partition};
use crate::results::{LeftOut, Lineage, ResultKey, ResultSink};
use crate::spec::Spec;
use crate::spec::analysis::{ArmBasis, EndCategory, SafetySpec};

use super::ae_events::{self, AeEvents, FATAL};

/// Stores `ae:n|pct[arm,category=death]` (any cause, subjects of the safety set) and `ae:deaths_outside` (deaths of
/// subjects not in that set). Deaths from adverse events are `ae:n[arm,category=fatal]` of the overview.
///
/// Does nothing without `safety` in analysis.yaml.
///
/// # Errors
/// [`Stop`] where a subject ended as died, or has a fatal event, and is not among the deaths (POP-003).
pub fn run(
    spec: &Spec,
    engine: &Engine,
    sets: &AnalysisSets,
    sink: &mut Diagnostics,
    results: &mut ResultSink,
) -> Result<(), Stop> {
    let Some(safety) = &spec.analysis.safety else { return Ok(()) };
    let mark = sink.mark();
    let deaths = SubjectCondition::evaluate(engine, "deaths", "Died from any cause", &safety.deaths, sink);
    // What is wrong with the events is reported where they are counted; here it would be said twice.
    let mut quiet = Diagnostics::new();
    let events = ae_events::read(spec, safety, engine, sets, &mut quiet);
    let Ok(events) = events else {
        sink.append(quiet);
        return Err(sink.check(mark).expect_err("invariant: reading the events failed with an error"));
    };
    let deaths = deaths?;
    let Some(set) = sets.get(&safety.set) else { return sink.check(mark) };
    warn_undetermined(engine, &deaths, sink);
    check_ends(spec, engine, &deaths, sink);
    let fatal = fatal_subjects(&events);
    let lost: Vec<i64> = fatal.iter().copied().filter(|subject| deaths.of(*subject) != Some(true)).collect();
    if !lost.is_empty() {
        let message = format!("{} with a fatal adverse event not among the deaths", counted(lost.len(), "subject"));
        let hint = "widen `deaths` in analysis.yaml, or have the outcome corrected";
        partition::report(engine, &deaths.place, &message, &lost, &deaths.reads, hint, sink);
    }
    let treatments = at_death(engine, safety, set, &deaths, sink);
    sink.check(mark)?;
    store(spec, engine, set, (&deaths, &treatments), results);
    Ok(())
}

/// Where the set is by treatment: the treatment at death of each member who died.
fn at_death(
    engine: &Engine,
    safety: &SafetySpec,
    set: &EvaluatedSet,
    deaths: &SubjectCondition,
    sink: &mut Diagnostics,
) -> BTreeMap<i64, String> {
    let members: Subjects = set.in_arm(TOTAL).collect();
    let dead = deaths.holding(&members);
    if set.basis != ArmBasis::Treatment || dead.is_empty() {
        return BTreeMap::new();
    }
    let Some(name) = &safety.treatment_at_death else {
        sink.error(&CFG_005, safety.set.place.clone(), format!("`{}` is by treatment and somebody died", set.id))
            .hint("`safety.treatment_at_death` names the subject variable with the treatment at death");
        return BTreeMap::new();
    };
    let Some(variable) = engine.catalog().find_variable(engine.adsl(), name).map(|variable| variable.id) else {
        sink.error(&CFG_003, name.place.clone(), format!("`{}` is no subject variable", **name));
        return BTreeMap::new();
    };
    let found: BTreeMap<i64, String> =
        engine.column(variable).into_iter().map(|(subject, value)| (subject, value.shown())).collect();
    let is_placed =
        |subject: &i64| found.get(subject).is_some_and(|under| set.in_arm(under).any(|one| one == *subject));
    let lost: Vec<i64> = dead.iter().copied().filter(|subject| !is_placed(subject)).collect();
    if !lost.is_empty() {
        let message = format!("{} who died under no treatment received", counted(lost.len(), "subject"));
        let hint = "a death belongs to the last treatment begun";
        partition::report(engine, &name.place, &message, &lost, &[variable], hint, sink);
    }
    found
}

/// Subjects with a fatal counted event.
fn fatal_subjects(events: &AeEvents) -> BTreeSet<i64> {
    events.events.iter().filter(|event| event.classes[FATAL]).map(|event| event.subject).collect()
}

fn warn_undetermined(engine: &Engine, deaths: &SubjectCondition, sink: &mut Diagnostics) {
    let open = deaths.undetermined(&everyone(engine));
    if open.is_empty() {
        return;
    }
    let message = format!("`{}` is neither true nor false for {}", deaths.sql, counted(open.len(), "subject"));
    let found = sink.note(&POP_004, deaths.place.clone(), message);
    for subject in open.iter().take(NAMED) {
        let (cell, text) = subject_cells(engine, *subject, &deaths.reads);
        found.label(cell, text);
    }
    found.hint("they count as alive; say in the condition what a missing value means");
}

/// Who ended participation by death must be among the deaths; the reverse need not hold.
fn check_ends(spec: &Spec, engine: &Engine, deaths: &SubjectCondition, sink: &mut Diagnostics) {
    for end in spec.analysis.flow.follow_up_end.iter().filter(|end| end.category == EndCategory::Died) {
        // The flow reports what is wrong with the condition itself.
        let Ok(ended) =
            SubjectCondition::evaluate(engine, &end.id, &end.label, &end.condition, &mut Diagnostics::new())
        else {
            continue;
        };
        let lost: Vec<i64> =
            ended.holding(&everyone(engine)).into_iter().filter(|subject| deaths.of(*subject) != Some(true)).collect();
        if !lost.is_empty() {
            let message =
                format!("{} ended as `{}` but not among the deaths", counted(lost.len(), "subject"), end.label);
            let reads: Vec<_> = ended.reads.iter().chain(&deaths.reads).copied().collect();
            let hint = "every death counts, also after treatment and in follow-up";
            partition::report(engine, &end.condition.place, &message, &lost, &reads, hint, sink);
        }
    }
}

fn store(
    spec: &Spec,
    engine: &Engine,
    set: &EvaluatedSet,
    (deaths, treatments): (&SubjectCondition, &BTreeMap<i64, String>),
    results: &mut ResultSink,
) {
    let adsl = engine.adsl();
    let dead = deaths.holding(&everyone(engine));
    let members: Subjects = set.in_arm(TOTAL).collect();
    let outside: Subjects = dead.difference(&members).copied().collect();
    for arm in set.columns(spec) {
        let whole: Subjects = set.in_arm(&arm).collect();
        let evidence = count::intern(results, adsl, whole.iter().copied());
        // In the column of a treatment a death counts where it was the last.
        let counts =
            |subject: &&i64| !spec.study.treatments.contains_key(&arm) || treatments.get(subject) == Some(&arm);
        let died = count::intern(results, adsl, dead.intersection(&whole).filter(counts).copied());
        let mut lineage =
            Lineage::of(died).evidence(evidence).variables(deaths.reads.iter().copied()).rule(deaths.rule());
        if arm == TOTAL {
            let reason = format!("died, and is not in `{}`", set.id);
            lineage =
                lineage.left_out(outside.iter().map(|s| LeftOut { subject: *s, reason: reason.clone() }).collect());
        }
        let key = ResultKey::new("ae", "n").with("arm", arm.as_str()).with("category", "death");
        let n = count::count(results, key.clone(), lineage.clone());
        count::percent(results, key.statistic("pct"), &n, &set.n(&arm), lineage);
    }
    let records = count::intern(results, adsl, outside);
    let everyone = count::intern(results, adsl, everyone(engine));
    let lineage = Lineage::of(records)
        .evidence(everyone)
        .variables(deaths.reads.iter().chain(&set.variables).copied())
        .rule(format!("{}, not in `{}`", deaths.rule(), set.id));
    results.count(ResultKey::new("ae", "deaths_outside"), lineage);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostic::Severity;
    use crate::methods::ae_incidence;
    use crate::population::test_study::{ANALYSIS, EVENTS, SUBJECTS, assert_counts, errors, open};
    use crate::population::{analysis_set, disposition};
    use crate::results::ResultStore;

    fn safety(subjects: &str, events: &str) -> (Result<(), Stop>, ResultStore, Diagnostics) {
        let (spec, engine, mut sink) = open(subjects, events, ANALYSIS);
        let sets = analysis_set::evaluate(&spec, &engine, &mut sink).unwrap_or_else(|_| panic!("{:#?}", sink.all()));
        let mut store = ResultStore::new();
        let mut results = store.sink();
        let done = ae_incidence::run(&spec, &engine, &sets, &mut sink, &mut results)
            .and_then(|()| run(&spec, &engine, &sets, &mut sink, &mut results))
            .and_then(|()| disposition::run(&spec, &engine, &sets, &mut sink, &mut results));
        (done, store, sink)
    }

    #[test]
    fn deaths_from_every_source_agree() {
        let (done, store, sink) = safety(SUBJECTS, EVENTS);
        assert!(done.is_ok(), "{:#?}", sink.all());
        assert_counts(
            &store,
            &[
                ("ae:n[arm=a,category=death]", 1),
                ("ae:n[arm=b,category=death]", 0),
                ("ae:n[arm=a,category=fatal]", 1),
                ("ae:deaths_outside", 0),
                ("ae:n[arm=a,category=any]", 2),
                ("ae:events[arm=a,soc=Skin]", 2),
                // The event before treatment is examined and not counted.
                ("ae:n[arm=b,category=any]", 0),
                ("disp:n[arm=a,block=end,category=left]", 1),
            ],
        );
        let p = store.number(&ResultKey::parse("disp:p[block=end,category=completed]").expect("a key"));
        assert_eq!(p, Some(1.0));
    }

    #[test]
    fn a_death_that_one_source_does_not_know_of_stops_the_run() {
        let (done, _, sink) = safety(&SUBJECTS.replace("DIED,Y,70", "DIED,N,70"), EVENTS);
        assert!(done.is_err());
        let found = errors(&sink, "POP-003");
        assert!(found.iter().any(|(message, _)| message.contains("fatal adverse event")), "{found:#?}");
        assert!(found.iter().any(|(message, _)| message.contains("ended as `Died`")), "{found:#?}");
    }

    #[test]
    fn a_death_outside_the_safety_set_is_counted_outside_it() {
        let (done, store, sink) = safety(&SUBJECTS.replace("DONE,N,85", "DONE,Y,85"), EVENTS);
        assert!(done.is_ok(), "{:#?}", sink.all());
        assert_counts(&store, &[("ae:deaths_outside", 1), ("ae:n[arm=total,category=death]", 1)]);
    }

    #[test]
    fn an_uncoded_event_is_counted_as_such_and_named_with_its_cells() {
        let (done, store, sink) = safety(SUBJECTS, &EVENTS.replace("itch,Pruritus,Skin", "itch,,Skin"));
        assert!(done.is_ok(), "{:#?}", sink.all());
        assert_counts(&store, &[("ae:n[arm=total,soc=Skin,term=Uncoded]", 1)]);
        let found: Vec<_> = sink.all().iter().filter(|found| found.code.id == "POP-006").collect();
        assert!(found.len() == 1 && found[0].severity == Severity::Warning, "{found:#?}");
        assert!(found[0].labels[0].0.to_string().contains("C3"), "{found:#?}");
    }

    #[test]
    fn a_missing_relationship_counts_as_related_and_is_said() {
        let (done, store, sink) = safety(SUBJECTS, &EVENTS.replace("Y,N,N,RECOVERED", "Y,N,,RECOVERED"));
        assert!(done.is_ok(), "{:#?}", sink.all());
        assert_counts(&store, &[("ae:events[arm=a,category=related]", 2)]);
        assert!(sink.all().iter().any(|found| found.code.id == "POP-004"));
    }
}
