//! Adverse events by category, system organ class and preferred term: subjects, events, percentages, Fisher tests.
//!
//! A subject counts once for each line, however many events; a line of a system organ class is therefore not the
//! sum of its terms. A term under two classes is two lines. Percentages are of the subjects at risk in the arm.

use std::collections::BTreeMap;

use crate::base::codes::{CFG_003, CFG_004, CFG_005};
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest;
use crate::data::catalog::VariableId;
use crate::data::engine::Engine;
use crate::data::record_set::{RecordId, RecordSetId};
use crate::population::AnalysisSets;
use crate::population::count::{self, Stored, TOTAL};
use crate::results::{LeftOut, Lineage, NewResult, ResultKey, ResultSink, Role};
use crate::spec::Spec;
use crate::spec::analysis::{ArmBasis, Comparison};
use crate::spec::frequency::FrequencyThreshold;
use crate::stats::fisher::fisher_two_by_two;

use super::ae_events::{self, AeEvent, AeEvents};
use super::ae_registry::{self, NON_SERIOUS_REPORTED};

/// Overview categories that every study has.
const RESERVED: [&str; 6] = ["any", "serious", "related", "fatal", "death", NON_SERIOUS_REPORTED];

/// Stores `ae:n|events|pct|p` for the overview categories, each system organ class and each term within its class,
/// and the counts the registries ask for. Does nothing without `safety` in analysis.yaml.
///
/// # Errors
/// [`Stop`] where a name or condition is wrong.
pub fn run(
    spec: &Spec,
    engine: &Engine,
    sets: &AnalysisSets,
    sink: &mut Diagnostics,
    results: &mut ResultSink,
) -> Result<(), Stop> {
    let Some(safety) = &spec.analysis.safety else { return Ok(()) };
    let mark = sink.mark();
    for comparison in &safety.compare {
        for arm in [&comparison.arm, &comparison.vs] {
            if !spec.study.arms.contains_key(arm.as_str()) {
                sink.error(&CFG_003, arm.place.clone(), format!("there is no arm `{}`", **arm))
                    .hint(suggest::did_you_mean(arm, spec.study.arms.keys().map(String::as_str)));
            }
            if spec.basis(&safety.set) == ArmBasis::Treatment {
                sink.error(&CFG_005, arm.place.clone(), format!("`{}` is by treatment", *safety.set))
                    .hint("Fisher's test takes groups without subjects in common; leave out `compare`");
            }
        }
    }
    for category in safety.categories.iter().filter(|category| RESERVED.contains(&category.id.as_str())) {
        sink.error(&CFG_004, category.id.place.clone(), format!("the category `{}` is always there", *category.id))
            .hint(format!("choose another id than {}", RESERVED.join(", ")));
    }
    let events = ae_events::read(spec, safety, engine, sets, sink);
    sink.check(mark)?;
    store(&events?, &safety.compare, *spec.report.registries.threshold(), results);
    Ok(())
}

/// Stores every count of the events; `threshold` says which non-serious terms registries get.
pub fn store(events: &AeEvents, compare: &[Comparison], threshold: FrequencyThreshold, results: &mut ResultSink) {
    let mut writer = Writer::new(events, compare, results);
    let all: Vec<&AeEvent> = events.events.iter().collect();
    let whole = &events.rule;
    writer.line(&[("category", "any")], &all, &[], whole);
    for (at, class) in events.classes.iter().enumerate() {
        let chosen: Vec<&AeEvent> = all.iter().copied().filter(|event| event.classes[at]).collect();
        writer.line(&[("category", class.id.as_str())], &chosen, &class.reads, &format!("{whole}; {}", class.rule));
    }
    let coding = [events.soc, events.term];
    for (soc, in_soc) in &group_by(&all, |event| event.soc.as_str()) {
        writer.line(&[("soc", soc)], in_soc, &coding[..1], &format!("{whole}; in the system organ class"));
        for (term, of_term) in &group_by(in_soc, |event| event.term.as_str()) {
            writer.line(
                &[("soc", soc), ("term", term)],
                of_term,
                &coding,
                &format!("{whole}; coded to the term in its class"),
            );
        }
    }
    ae_registry::store(&mut writer, &all, threshold);
}

/// Events by a text, in the order of the texts.
pub(super) fn group_by<'e, 'k>(
    events: &[&'e AeEvent],
    by: impl Fn(&'e AeEvent) -> &'k str,
) -> BTreeMap<&'k str, Vec<&'e AeEvent>> {
    let mut groups: BTreeMap<&'k str, Vec<&'e AeEvent>> = BTreeMap::new();
    for event in events {
        groups.entry(by(event)).or_default().push(event);
    }
    groups
}

/// A column of the tables: an arm, or all of them.
pub(super) struct AeColumn {
    /// Level of the factor `arm`.
    pub arm: String,
    /// Position of the arm; `None` for the total.
    pub at: Option<usize>,
    /// Subjects at risk, as stored with the analysis set.
    pub at_risk: Stored,
    /// The subjects at risk as records.
    pub subjects: RecordSetId,
    /// Subjects at risk and all their records, counted or not: what a zero rests on.
    pub examined: RecordSetId,
    /// Subjects outside the set whose events are not counted; for the total only.
    pub left_out: Vec<LeftOut>,
}

impl AeColumn {
    fn takes(&self, event: &AeEvent) -> bool {
        self.at.is_none_or(|arm| event.arm == arm)
    }
}

/// Writes lines of counts, one number a column.
pub(super) struct Writer<'a, 's> {
    pub events: &'a AeEvents,
    pub columns: Vec<AeColumn>,
    compare: &'a [Comparison],
    pub results: &'a mut ResultSink<'s>,
}

impl<'a, 's> Writer<'a, 's> {
    pub(super) fn new(events: &'a AeEvents, compare: &'a [Comparison], results: &'a mut ResultSink<'s>) -> Self {
        let mut columns = Vec::new();
        let arms = events.arms.iter().enumerate().map(|(at, arm)| (arm.clone(), Some(at)));
        for (arm, at) in arms.chain([(TOTAL.to_owned(), None)]) {
            let here = |of: usize| at.is_none_or(|arm| of == arm);
            let mut subjects: Vec<i64> =
                events.at_risk.iter().filter(|(_, of)| here(*of)).map(|(subject, _)| *subject).collect();
            // In a set by treatment a subject is at risk under several.
            subjects.dedup();
            let rows = events.examined.iter().filter(|(_, of)| here(*of)).map(|(row, _)| *row);
            let mut examined = count::records(events.dataset, rows);
            examined.extend(count::records(events.adsl, subjects.iter().copied()));
            let mut left_out: Vec<LeftOut> = Vec::new();
            if at.is_none() {
                let reason = format!("has an event and is not in `{}`", events.set);
                left_out = events
                    .outside
                    .iter()
                    .map(|(_, subject)| LeftOut { subject: *subject, reason: reason.clone() })
                    .collect();
                left_out.sort();
                left_out.dedup();
            }
            columns.push(AeColumn {
                at_risk: Stored {
                    key: ResultKey::new("set", "n").with("arm", arm.as_str()).with("set", events.set.as_str()),
                    n: subjects.len() as u64,
                },
                arm,
                at,
                subjects: count::intern(results, events.adsl, subjects),
                examined: results.records(examined),
                left_out,
            });
        }
        Self { events, columns, compare, results }
    }

    /// Stores subjects, events, percentages and tests of a line.
    pub(super) fn line(&mut self, factors: &[(&str, &str)], chosen: &[&AeEvent], reads: &[VariableId], rule: &str) {
        let variables: Vec<VariableId> = self.events.reads.iter().chain(reads).copied().collect();
        let mut subjects: Vec<Stored> = Vec::with_capacity(self.columns.len());
        for at in 0..self.columns.len() {
            subjects.push(self.subjects("n", at, factors, chosen, &variables, rule));
            self.occurrences("events", at, factors, chosen, &variables, rule);
            self.percent(at, &subjects[at], &variables, rule);
        }
        for comparison in self.compare {
            let position = |arm: &str| self.columns.iter().position(|column| column.arm == arm);
            let (Some(arm), Some(vs)) = (position(&comparison.arm), position(&comparison.vs)) else { continue };
            self.test(&subjects[arm], arm, &subjects[vs], vs, factors, &variables);
        }
    }

    pub(super) fn key(&self, statistic: &str, at: usize, factors: &[(&str, &str)]) -> ResultKey {
        let key = ResultKey::new("ae", statistic).with("arm", self.columns[at].arm.as_str());
        factors.iter().fold(key, |key, (factor, level)| key.with(*factor, *level))
    }

    /// Stores how many subjects have one of the chosen events; the events are the evidence.
    pub(super) fn subjects(
        &mut self,
        statistic: &str,
        at: usize,
        factors: &[(&str, &str)],
        chosen: &[&AeEvent],
        variables: &[VariableId],
        rule: &str,
    ) -> Stored {
        let column = &self.columns[at];
        let here: Vec<&&AeEvent> = chosen.iter().filter(|event| column.takes(event)).collect();
        let adsl = self.events.adsl;
        let records: Vec<RecordId> = here.iter().map(|event| RecordId { dataset: adsl, row: event.subject }).collect();
        let evidence = if here.is_empty() {
            column.examined
        } else {
            count::intern(self.results, self.events.dataset, here.iter().map(|event| event.row))
        };
        let records = self.results.records(records);
        let lineage = Lineage::of(records)
            .evidence(evidence)
            .left_out(column.left_out.clone())
            .variables(variables.iter().copied())
            .rule(format!("subjects with at least one event: {rule}"));
        count::count(self.results, self.key(statistic, at, factors), lineage)
    }

    /// Stores how many of the chosen events there are.
    pub(super) fn occurrences(
        &mut self,
        statistic: &str,
        at: usize,
        factors: &[(&str, &str)],
        chosen: &[&AeEvent],
        variables: &[VariableId],
        rule: &str,
    ) -> Stored {
        let column = &self.columns[at];
        let rows = chosen.iter().filter(|event| column.takes(event)).map(|event| event.row);
        let records = count::intern(self.results, self.events.dataset, rows);
        let lineage = Lineage::of(records)
            .evidence(column.examined)
            .left_out(column.left_out.clone())
            .variables(variables.iter().copied())
            .rule(format!("events: {rule}"));
        count::count(self.results, self.key(statistic, at, factors), lineage)
    }

    /// Stores the percentage of the subjects at risk.
    pub(super) fn percent(&mut self, at: usize, n: &Stored, variables: &[VariableId], rule: &str) {
        let column = &self.columns[at];
        let lineage =
            self.results.store().get(&n.key).map(|stored| self.results.store().lineage(stored.lineage).records);
        let lineage = Lineage::of(lineage.unwrap_or_default())
            .evidence(column.subjects)
            .variables(variables.iter().copied())
            .rule(format!("percentage of the subjects at risk: {rule}"));
        count::percent(self.results, n.key.statistic("pct"), n, &column.at_risk, lineage);
    }

    /// Fisher's exact test of subjects with and without the event in two arms.
    fn test(
        &mut self,
        a: &Stored,
        a_at: usize,
        b: &Stored,
        b_at: usize,
        factors: &[(&str, &str)],
        variables: &[VariableId],
    ) {
        let (first, second) = (&self.columns[a_at], &self.columns[b_at]);
        let p = if a.n + b.n == 0 {
            Err("no subject of either arm has such an event".to_owned())
        } else {
            fisher_two_by_two(a.n, first.at_risk.n, b.n, second.at_risk.n)
                .map(|test| test.p_two_sided)
                .map_err(|reason| reason.to_string())
        };
        let at_risk = self.events.at_risk.iter().filter(|(_, arm)| Some(*arm) == first.at || Some(*arm) == second.at);
        let records = count::intern(self.results, self.events.adsl, at_risk.map(|(subject, _)| *subject));
        let lineage = Lineage::of(records)
            .variables(variables.iter().copied())
            .input(Role::Compared, a.key.clone())
            .input(Role::Compared, first.at_risk.key.clone())
            .input(Role::Reference, b.key.clone())
            .input(Role::Reference, second.at_risk.key.clone())
            .rule("Fisher's exact test of subjects with at least one event, two-sided");
        let pair = format!("{}/{}", first.arm, second.arm);
        let key =
            factors.iter().fold(ResultKey::new("ae", "p").with("arm", pair), |key, (f, level)| key.with(*f, *level));
        self.results.estimate(key, p, lineage, NewResult::default());
    }
}

#[cfg(test)]
mod tests {
    use super::super::ae_events::AeClass;
    use super::super::ae_terms::ae_terms;
    use super::*;
    use crate::data::catalog::DatasetId;
    use crate::results::{ResultStore, ResultValue};
    use crate::spec::analysis::SortTerms;
    use crate::spec::at::At;
    use crate::spec::frequency::FrequencyRule;

    /// Arms a (subjects 1, 2, 3) and b (4, 5); subject 1 has two terms of one class, subject 4 a fatal serious event.
    fn events() -> AeEvents {
        let class = |id: &str| AeClass { id: id.to_owned(), ..AeClass::default() };
        let event = |row: i64, subject: i64, soc: &str, term: &str, classes: [bool; 3]| AeEvent {
            row,
            subject,
            arm: usize::from(subject > 3),
            soc: soc.to_owned(),
            term: term.to_owned(),
            classes: classes.to_vec(),
        };
        AeEvents {
            dataset: DatasetId(1),
            adsl: DatasetId(0),
            arms: vec!["a".to_owned(), "b".to_owned()],
            set: "saf".to_owned(),
            at_risk: (1..=5).map(|subject| (subject, usize::from(subject > 3))).collect(),
            examined: vec![(11, 0), (12, 0), (13, 0), (14, 0), (15, 1), (16, 0)],
            events: vec![
                event(11, 1, "Skin", "Rash", [false, true, false]),
                event(12, 1, "Skin", "Pruritus", [false, false, false]),
                event(13, 1, "Skin", "Rash", [false, false, false]),
                event(14, 2, "Infections", "Rash", [false, false, false]),
                event(15, 4, "Cardiac", "Infarction", [true, false, true]),
            ],
            classes: vec![class("serious"), class("related"), class("fatal")],
            rule: "emergent".to_owned(),
            reads: vec![VariableId(3)],
            soc: VariableId(4),
            term: VariableId(5),
            outside: vec![(17, 9)],
        }
    }

    fn stored() -> ResultStore {
        stored_with(5.0, FrequencyRule::Exceeds)
    }

    fn stored_with(percent: f64, rule: FrequencyRule) -> ResultStore {
        let compare = [Comparison { arm: At::nowhere("a".to_owned()), vs: At::nowhere("b".to_owned()) }];
        let mut store = ResultStore::new();
        super::store(&events(), &compare, FrequencyThreshold { percent, rule }, &mut store.sink());
        store
    }

    fn key(text: &str) -> ResultKey {
        ResultKey::parse(text).expect("a key")
    }

    #[test]
    fn a_subject_counts_once_per_line_and_a_class_is_not_the_sum_of_its_terms() {
        let store = stored();
        for (text, n) in [
            ("ae:n[arm=a,category=any]", 2.0),
            ("ae:events[arm=a,category=any]", 4.0),
            ("ae:n[arm=a,soc=Skin]", 1.0),
            ("ae:n[arm=a,soc=Skin,term=Rash]", 1.0),
            ("ae:n[arm=a,soc=Skin,term=Pruritus]", 1.0),
            ("ae:events[arm=a,soc=Skin,term=Rash]", 2.0),
            // The same term under another class is another line.
            ("ae:n[arm=a,soc=Infections,term=Rash]", 1.0),
            ("ae:n[arm=total,category=any]", 3.0),
            ("ae:related_events[arm=a,seriousness=non_serious,soc=Skin,term=Rash]", 1.0),
            ("ae:fatal[arm=b,seriousness=serious,soc=Cardiac,term=Infarction]", 1.0),
            ("ae:fatal_related[arm=b,seriousness=serious,soc=Cardiac,term=Infarction]", 0.0),
            ("ae:n[arm=a,category=non_serious_reported]", 2.0),
            ("ae:n[arm=b,seriousness=serious]", 1.0),
            ("ae:n[arm=b,seriousness=non_serious]", 0.0),
        ] {
            assert_eq!(store.number(&key(text)), Some(n), "{text}");
        }
    }

    /// Each non-serious term affects 1 of the 3 subjects of arm a: 33.33 % once rounded, 100/3 exactly.
    #[test]
    fn a_term_at_the_threshold_is_reported_where_it_need_only_be_reached() {
        let mut four = events();
        four.at_risk.push((6, 0));
        let n = |rule| {
            let mut store = ResultStore::new();
            super::store(&four, &[], FrequencyThreshold { percent: 25.0, rule }, &mut store.sink());
            store.number(&key("ae:n[arm=a,category=non_serious_reported]"))
        };
        // 1 of 4 is 25 %: subjects 1 and 2 have such terms.
        assert_eq!((n(FrequencyRule::Exceeds), n(FrequencyRule::Reaches)), (Some(0.0), Some(2.0)));
        let reported = |rule| stored_with(33.34, rule).number(&key("ae:n[arm=a,category=non_serious_reported]"));
        assert_eq!(reported(FrequencyRule::Reaches), Some(0.0), "100/3 is below 33.34");
    }

    #[test]
    fn a_zero_rests_on_every_record_of_the_arm() {
        let store = stored();
        let zero = store.get(&key("ae:n[arm=b,soc=Skin,term=Rash]")).expect("a zero is stored");
        assert_eq!(zero.value, ResultValue::Count(0));
        let evidence = store.lineage(zero.lineage).evidence.expect("a zero has evidence");
        let rows: Vec<(u16, i64)> = store.record_sets().get(evidence).iter().map(|r| (r.dataset.0, r.row)).collect();
        assert_eq!(rows, [(0, 4), (0, 5), (1, 15)]);
        let some = store.get(&key("ae:n[arm=a,soc=Skin,term=Rash]")).expect("stored");
        let evidence = store.lineage(some.lineage).evidence.expect("a count of subjects has its events as evidence");
        assert_eq!(store.record_sets().get(evidence).iter().map(|r| r.row).collect::<Vec<_>>(), [11, 13]);
    }

    #[test]
    fn events_of_subjects_not_at_risk_are_named() {
        let store = stored();
        let any = store.get(&key("ae:n[arm=total,category=any]")).expect("stored");
        assert_eq!(store.lineage(any.lineage).left_out.iter().map(|one| one.subject).collect::<Vec<_>>(), [9]);
    }

    #[test]
    fn fisher_compares_subjects_not_events() {
        let store = stored();
        // 2 of 3 against 1 of 2: fisher.test(matrix(c(2, 1, 1, 1), 2)) in R gives 1.
        assert_eq!(store.number(&key("ae:p[arm=a/b,category=any]")), Some(1.0));
        // 0 of 3 against 1 of 2: 2 of the C(5, 1) = 5 tables are as rare or rarer, p = 2/5.
        let p = store.number(&key("ae:p[arm=a/b,category=fatal]")).expect("a p-value");
        assert!((p - 0.4).abs() < 1e-12, "{p}");
    }

    #[test]
    fn terms_come_in_the_configured_order() {
        let store = stored();
        let names = |sort| -> Vec<String> {
            ae_terms(&store, sort, None, None)
                .into_iter()
                .flat_map(|class| {
                    let terms: Vec<String> =
                        class.terms.into_iter().map(|term| format!("{}/{}", class.soc, term.term)).collect();
                    terms
                })
                .collect()
        };
        assert_eq!(
            names(SortTerms::Alphabetical),
            ["Cardiac/Infarction", "Infections/Rash", "Skin/Pruritus", "Skin/Rash"]
        );
        assert_eq!(names(SortTerms::Frequency), names(SortTerms::Alphabetical));
        assert_eq!(names(SortTerms::AlphabeticalClasses), names(SortTerms::Alphabetical));
        let serious = ae_terms(&store, SortTerms::Frequency, None, Some("serious"));
        assert_eq!(serious.iter().map(|class| class.soc.as_str()).collect::<Vec<_>>(), ["Cardiac"]);
    }
}
