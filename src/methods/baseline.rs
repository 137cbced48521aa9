//! Baseline characteristics: summary statistics or level counts by arm and in total, with tests across arms.
//!
//! Quantiles are of type 2 (SAS default; Hyndman & Fan 1996). Percentages of levels have all described subjects of
//! the arm as denominator; subjects without a value are counted as `missing`, so that levels and missing add up.

use std::collections::BTreeSet;

use crate::base::codes::{ANA_001, CFG_003, CFG_004, CFG_005, CFG_010, DAT_003, DAT_004};
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest;
use crate::data::catalog::VariableMeta;
use crate::data::engine::Engine;
use crate::population::analysis_set::arm_columns;
use crate::population::condition::{NAMED, SubjectCondition, Subjects, counted, subject_cells};
use crate::population::count::{self, Stored, TOTAL};
use crate::population::disposition::FISHER_WORK;
use crate::population::{AnalysisSets, EvaluatedSet};
use crate::results::{LeftOut, Lineage, NewResult, ResultKey, ResultSink, Role};
use crate::spec::Spec;
use crate::spec::analysis::{ArmBasis, BaselineVariable, RegistryMeasure, VariableRole};
use crate::stats::anova::one_way_anova;
use crate::stats::chi_square::{Continuity, pearson_chi_square};
use crate::stats::fisher::fisher_exact;
use crate::stats::standardised_difference::{standardised_mean_difference, standardised_multinomial_difference};
use crate::stats::summary::{QuantileType, summarise};

use super::age_group;

/// Stores `base:…[arm,variable]` and `base:…[arm,level,variable]` for every variable of `baseline` in analysis.yaml.
///
/// # Errors
/// [`Stop`] where a name is unknown, a level occurs that is not declared (DAT-003), or a number is text (DAT-004).
pub fn run(
    spec: &Spec,
    engine: &Engine,
    sets: &AnalysisSets,
    sink: &mut Diagnostics,
    results: &mut ResultSink,
) -> Result<(), Stop> {
    let mark = sink.mark();
    let baseline = &spec.analysis.baseline;
    let Some(set) = sets.get(&baseline.set) else {
        return Err(sink
            .error(
                &CFG_003,
                baseline.set.place.clone(),
                format!("baseline names an unknown analysis set `{}`", *baseline.set),
            )
            .hint(suggest::did_you_mean(&baseline.set, sets.iter().map(|set| set.id.as_str())))
            .stop());
    };
    if set.basis == ArmBasis::Treatment {
        let message = format!("baseline is described by arm, `{}` is by treatment", set.id);
        return Err(sink.error(&CFG_005, baseline.set.place.clone(), message).hint("name another set").stop());
    }
    let arms = arm_columns(spec);
    let mut seen = BTreeSet::new();
    for declared in &baseline.variables {
        if !seen.insert(declared.variable.to_ascii_uppercase()) {
            let message = format!("`{}` is described twice", *declared.variable);
            sink.error(&CFG_004, declared.variable.place.clone(), message)
                .hint("result keys name the variable; derive a second one in data.yaml for another view of it");
            continue;
        }
        if let Some(described) = Described::read(engine, set, declared, &arms, sink) {
            described.store(results);
            if baseline.standardised_differences {
                described.store_differences(&compared_arms(spec), results);
            }
        }
    }
    sink.check(mark)
}

/// Each arm with the reference arm; where none is marked, with the last.
#[must_use]
pub fn compared_arms(spec: &Spec) -> Vec<(String, String)> {
    let arms: Vec<&str> = spec.study.arm_ids().collect();
    let Some(reference) = spec.study.reference_arm().or(arms.last().copied()) else { return Vec::new() };
    arms.iter().filter(|arm| **arm != reference).map(|arm| ((*arm).to_owned(), reference.to_owned())).collect()
}

/// The value of one subject.
struct Observed {
    subject: i64,
    number: Option<f64>,
    /// As people read it; empty where missing.
    text: String,
}

/// A variable with its values in the set, in the order of the subject table.
struct Described<'a> {
    set: &'a EvaluatedSet,
    arms: &'a [String],
    engine: &'a Engine,
    declared: &'a BaselineVariable,
    meta: &'a VariableMeta,
    condition: Option<SubjectCondition>,
    values: Vec<Observed>,
    levels: Vec<String>,
}

impl<'a> Described<'a> {
    fn read(
        engine: &'a Engine,
        set: &'a EvaluatedSet,
        declared: &'a BaselineVariable,
        arms: &'a [String],
        sink: &mut Diagnostics,
    ) -> Option<Self> {
        let mark = sink.mark();
        let name = &declared.variable;
        let Some(meta) = engine.catalog().find_variable(engine.adsl(), name) else {
            let known = engine.catalog().dataset(engine.adsl()).variables.keys();
            sink.error(&CFG_003, name.place.clone(), format!("there is no subject variable `{}`", **name))
                .hint(suggest::did_you_mean(name, known.map(String::as_str)));
            return None;
        };
        let condition = match &declared.condition {
            None => None,
            Some(sql) => Some(SubjectCondition::evaluate(engine, "described", "Only subjects with", sql, sink).ok()?),
        };
        if let Some(test) = &declared.test {
            let fits = match declared.kind {
                VariableRole::Continuous => test.as_str() == "anova",
                VariableRole::Categorical => matches!(test.as_str(), "chi_square" | "fisher"),
            };
            if !fits {
                sink.error(&CFG_010, test.place.clone(), format!("`{}` is no test of this kind of variable", **test))
                    .hint("a continuous variable is tested by `anova`, a categorical one by `chi_square` or `fisher`");
            }
        }
        let members: Subjects = set.in_arm(TOTAL).collect();
        let values = engine
            .column(meta.id)
            .into_iter()
            .filter(|(subject, _)| members.contains(subject))
            .map(|(subject, value)| Observed { subject, number: value.as_f64(), text: value.shown() })
            .collect();
        let mut read = Self { set, arms, engine, declared, meta, condition, values, levels: Vec::new() };
        read.levels = declared.levels.keys().cloned().collect();
        match declared.kind {
            VariableRole::Continuous => read.check_numbers(sink),
            VariableRole::Categorical => read.check_levels(sink),
        }
        sink.check(mark).ok()?;
        Some(read)
    }

    fn describes(&self, subject: i64) -> bool {
        self.condition.as_ref().is_none_or(|condition| condition.of(subject) == Some(true))
    }

    fn check_numbers(&self, sink: &mut Diagnostics) {
        let is_text = |one: &&Observed| one.number.is_none() && !one.text.is_empty();
        let wrong: Vec<i64> = self.values.iter().filter(is_text).map(|one| one.subject).collect();
        if !wrong.is_empty() {
            let message = format!(
                "{} is described as a number but is text for {}",
                self.meta.name,
                counted(wrong.len(), "subject")
            );
            let found = sink.error(&DAT_004, self.declared.variable.place.clone(), message);
            for subject in wrong.iter().take(NAMED) {
                let (cell, text) = subject_cells(self.engine, *subject, &[self.meta.id]);
                found.label(cell, text);
            }
        }
        if self.is_age() && age_group::years_per(self.meta.unit.as_deref()).is_none() {
            let unit = self.meta.unit.as_deref().unwrap_or_default();
            let message = format!("ages in `{unit}` cannot be put into the registries' age groups");
            sink.error(&ANA_001, self.declared.variable.place.clone(), message)
                .hint("use years, months, weeks or days");
        }
    }

    fn check_levels(&mut self, sink: &mut Diagnostics) {
        let mut unknown: Vec<(String, i64)> = Vec::new();
        for one in &self.values {
            if self.describes(one.subject) && !one.text.is_empty() && !self.levels.contains(&one.text) {
                unknown.push((one.text.clone(), one.subject));
            }
        }
        unknown.sort();
        if self.declared.levels.is_empty() {
            // Without declared levels those that occur are the levels, by name.
            self.levels = unknown.into_iter().map(|(level, _)| level).collect();
            self.levels.dedup();
            return;
        }
        let mut levels: Vec<&str> = unknown.iter().map(|(level, _)| level.as_str()).collect();
        levels.dedup();
        for level in levels {
            let message = format!("{} has the level `{level}`, which is not listed", self.meta.name);
            let found = sink.error(&DAT_003, self.declared.variable.place.clone(), message);
            for (_, subject) in unknown.iter().filter(|(one, _)| one == level).take(NAMED) {
                let (cell, text) = subject_cells(self.engine, *subject, &[self.meta.id]);
                found.label(cell, text);
            }
            found.hint(suggest::did_you_mean(level, self.declared.levels.keys().map(String::as_str)));
        }
    }

    fn is_age(&self) -> bool {
        self.declared.registry == Some(RegistryMeasure::Age)
    }

    fn key(&self, statistic: &str, arm: &str) -> ResultKey {
        ResultKey::new("base", statistic).with("arm", arm).with("variable", self.meta.name.as_str())
    }

    /// The described subjects of an arm with their values.
    fn in_arm(&self, arm: &str) -> Vec<&Observed> {
        self.values
            .iter()
            .filter(|one| (arm == TOTAL || self.set.arm_of(one.subject) == Some(arm)) && self.describes(one.subject))
            .collect()
    }

    /// Lineage of a number over `subjects`, of all those described in the arm.
    fn lineage(&self, arm: &str, subjects: &[i64], what: &str, results: &mut ResultSink) -> Lineage {
        let adsl = self.engine.adsl();
        let records = count::intern(results, adsl, subjects.iter().copied());
        let evidence = count::intern(results, adsl, self.set.in_arm(arm));
        let mut variables = vec![self.meta.id];
        let mut rule = format!("{what} of {} in {}", self.meta.name, self.set.label);
        if let Some(condition) = &self.condition {
            variables.extend(condition.reads.iter().copied());
            rule = format!("{rule}, {}", condition.rule());
        }
        Lineage::of(records).evidence(evidence).variables(variables).rule(rule)
    }

    fn store(&self, results: &mut ResultSink) {
        for arm in self.arms {
            let described = self.in_arm(arm);
            let rows = rows_of(&described, |_| true);
            let denominator = match &self.condition {
                None => self.set.n(arm),
                Some(_) => {
                    let lineage = self.lineage(arm, &rows, "subjects described", results);
                    count::count(results, self.key("described", arm), lineage)
                }
            };
            let missing = rows_of(&described, |one| one.text.is_empty());
            let lineage = self.lineage(arm, &missing, "missing values", results);
            results.count(self.key("missing", arm), lineage);
            let present = rows_of(&described, |one| !one.text.is_empty());
            let left_out: Vec<LeftOut> = missing
                .iter()
                .map(|subject| LeftOut { subject: *subject, reason: "value is missing".to_owned() })
                .collect();
            let lineage = self.lineage(arm, &present, "values", results).left_out(left_out.clone());
            let n = count::count(results, self.key("n", arm), lineage);
            match self.declared.kind {
                VariableRole::Continuous => self.store_summary(arm, &described, &present, &left_out, &n, results),
                VariableRole::Categorical => self.store_levels(arm, &described, &denominator, results),
            }
        }
        self.store_test(results);
        if let (true, Some(factor)) = (self.is_age(), age_group::years_per(self.meta.unit.as_deref())) {
            let ages: Vec<(i64, Option<f64>)> = self
                .values
                .iter()
                .filter(|one| self.describes(one.subject))
                .map(|one| (one.subject, one.number.map(|age| age * factor)))
                .collect();
            age_group::store(self.set, self.arms, self.meta.id, &ages, self.engine.adsl(), results);
        }
    }

    fn store_summary(
        &self,
        arm: &str,
        described: &[&Observed],
        present: &[i64],
        left_out: &[LeftOut],
        n: &Stored,
        results: &mut ResultSink,
    ) {
        let values: Vec<f64> = described.iter().filter_map(|one| one.number).collect();
        let summary = summarise(&values, QuantileType::Type2, 0.95);
        for (statistic, what) in [
            ("mean", "mean"),
            ("sd", "standard deviation"),
            ("median", "median"),
            ("q1", "first quartile (type 2)"),
            ("q3", "third quartile (type 2)"),
            ("min", "minimum"),
            ("max", "maximum"),
        ] {
            let value = summary.as_ref().map_err(|reason| *reason).and_then(|summary| match statistic {
                "mean" => summary.mean,
                "sd" => summary.standard_deviation,
                "median" => summary.median,
                "q1" => summary.first_quartile,
                "q3" => summary.third_quartile,
                "min" => summary.minimum,
                _ => summary.maximum,
            });
            let lineage =
                self.lineage(arm, present, what, results).left_out(left_out.to_vec()).input(Role::Part, n.key.clone());
            let about =
                NewResult { data_decimals: self.meta.decimals, unit: self.meta.unit.clone(), ..NewResult::default() };
            results.estimate(self.key(statistic, arm), value.map_err(|reason| reason.to_string()), lineage, about);
        }
    }

    fn store_levels(&self, arm: &str, described: &[&Observed], denominator: &Stored, results: &mut ResultSink) {
        for level in &self.levels {
            let rows = rows_of(described, |one| one.text == *level);
            let lineage = self.lineage(arm, &rows, &format!("level `{level}`"), results);
            let key = self.key("n", arm).with("level", level.as_str());
            let n = count::count(results, key.clone(), lineage.clone());
            count::percent(results, key.statistic("pct"), &n, denominator, lineage);
        }
    }

    /// Standardised differences: of a mean with its sign, of categories the distance, missing values left out.
    fn store_differences(&self, pairs: &[(String, String)], results: &mut ResultSink) {
        for (arm, reference) in pairs {
            let (a, b) = (self.in_arm(arm), self.in_arm(reference));
            let (value, what) = match self.declared.kind {
                VariableRole::Continuous => {
                    let numbers = |of: &[&Observed]| of.iter().filter_map(|one| one.number).collect::<Vec<f64>>();
                    let d = standardised_mean_difference(&numbers(&a), &numbers(&b), 0.95);
                    (d, "standardised difference of means, by the root of the mean variance")
                }
                VariableRole::Categorical => {
                    let n =
                        |of: &[&Observed], level: &String| of.iter().filter(|one| one.text == *level).count() as u64;
                    let counts = |of: &[&Observed]| self.levels.iter().map(|level| n(of, level)).collect::<Vec<u64>>();
                    let d = standardised_multinomial_difference(&counts(&a), &counts(&b), 0.95);
                    (d, "standardised distance of the distributions over the levels")
                }
            };
            let rows: Vec<i64> = [a, b].iter().flat_map(|of| rows_of(of, |one| !one.text.is_empty())).collect();
            let lineage = self
                .lineage(TOTAL, &rows, what, results)
                .variables(self.set.variables.iter().copied())
                .input(Role::Compared, self.key("n", arm))
                .input(Role::Reference, self.key("n", reference));
            let key = self.key("std_diff", &format!("{arm}/{reference}"));
            let value = value.map(|d| d.estimate).map_err(|reason| reason.to_string());
            results.estimate(key, value, lineage, NewResult::default());
        }
    }

    fn store_test(&self, results: &mut ResultSink) {
        let Some(test) = &self.declared.test else { return };
        let arms: Vec<&String> = self.arms.iter().filter(|arm| *arm != TOTAL).collect();
        let per_arm: Vec<Vec<&Observed>> = arms.iter().map(|arm| self.in_arm(arm)).collect();
        let (p, what) = match test.as_str() {
            "anova" => {
                let groups: Vec<Vec<f64>> =
                    per_arm.iter().map(|arm| arm.iter().filter_map(|one| one.number).collect()).collect();
                let groups: Vec<&[f64]> = groups.iter().map(Vec::as_slice).collect();
                (one_way_anova(&groups).map(|test| test.p), "one-way analysis of variance across arms")
            }
            kind => {
                let table: Vec<Vec<u64>> = self
                    .levels
                    .iter()
                    .map(|level| {
                        let n = |arm: &Vec<&Observed>| arm.iter().filter(|one| one.text == *level).count() as u64;
                        per_arm.iter().map(n).collect()
                    })
                    .collect();
                if kind == "chi_square" {
                    let test = pearson_chi_square(&table, Continuity::Uncorrected);
                    (
                        test.map(|test| test.p),
                        "Pearson's chi-square test of levels by arms, without continuity correction",
                    )
                } else {
                    (fisher_exact(&table, FISHER_WORK), "Fisher's exact test of levels by arms, two-sided")
                }
            }
        };
        let rows: Vec<i64> = per_arm.iter().flat_map(|arm| rows_of(arm, |one| !one.text.is_empty())).collect();
        let mut lineage = self.lineage(TOTAL, &rows, what, results).variables(self.set.variables.iter().copied());
        for arm in arms {
            lineage = lineage.input(Role::Part, self.key("n", arm));
        }
        let key = ResultKey::new("base", "p").with("variable", self.meta.name.as_str());
        results.estimate(key, p.map_err(|reason| reason.to_string()), lineage, NewResult::default());
    }
}

fn rows_of(observed: &[&Observed], belongs: impl Fn(&Observed) -> bool) -> Vec<i64> {
    observed.iter().filter(|one| belongs(one)).map(|one| one.subject).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::analysis_set;
    use crate::population::test_study::{ANALYSIS, EVENTS, SUBJECTS, assert_counts, errors, open};
    use crate::results::{ResultStore, ResultValue};

    fn baseline(analysis: &str) -> (Result<(), Stop>, ResultStore, Diagnostics) {
        let (spec, engine, mut sink) = open(SUBJECTS, EVENTS, analysis);
        let sets = analysis_set::evaluate(&spec, &engine, &mut sink).unwrap_or_else(|_| panic!("{:#?}", sink.all()));
        let mut store = ResultStore::new();
        let done = run(&spec, &engine, &sets, &mut sink, &mut store.sink());
        (done, store, sink)
    }

    #[test]
    fn numbers_levels_missing_and_age_groups() {
        let (done, store, sink) = baseline(ANALYSIS);
        assert!(done.is_ok(), "{:#?}", sink.all());
        assert_counts(
            &store,
            &[
                ("base:n[arm=a,variable=AGE]", 2),
                ("base:n[arm=a,level=F,variable=SEX]", 1),
                ("base:n[arm=b,level=M,variable=SEX]", 0),
                ("base:n[arm=total,level=U,variable=SEX]", 0),
                ("base:n[arm=b,variable=SEX]", 1),
                ("base:missing[arm=b,variable=SEX]", 1),
                ("base:n[arm=b,level=elderly_85,variable=AGEGR_EUDRACT]", 1),
                ("base:n[arm=b,level=le_18,variable=AGEGR_CTGOV]", 1),
                ("base:n[arm=total,level=in_utero,variable=AGEGR_EUDRACT]", 0),
            ],
        );
        let number = |key: &str| store.number(&ResultKey::parse(key).expect("a key"));
        // Ages 30, 70: mean 50, SD sqrt(800); R: quantile(c(30, 70, 18, 85), 0.25, type = 2) is 24.
        assert_eq!(number("base:mean[arm=a,variable=AGE]"), Some(50.0));
        assert!((number("base:sd[arm=a,variable=AGE]").unwrap_or_default() - 800.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(number("base:q1[arm=total,variable=AGE]"), Some(24.0));
        // One of two subjects of the arm has a value: the denominator is the arm.
        assert_eq!(number("base:pct[arm=b,level=F,variable=SEX]"), Some(50.0));
        assert!(number("base:p[variable=SEX]").is_some());
    }

    #[test]
    fn a_level_that_is_not_listed_is_an_error_with_its_cell() {
        let (done, _, sink) =
            baseline(&ANALYSIS.replace("levels: {F: Female, M: Male, U: Unknown}", "levels: {F: Female}"));
        assert!(done.is_err());
        let found = errors(&sink, "DAT-003");
        assert!(found.len() == 1 && found[0].0.contains("`M`") && found[0].1[0].contains("I3"), "{found:#?}");
    }

    #[test]
    fn an_arm_without_values_is_not_estimable() {
        let (done, store, sink) = baseline(&ANALYSIS.replace("registry: age}", "where: ARM = 'a'}"));
        assert!(done.is_ok(), "{:#?}", sink.all());
        assert_counts(&store, &[("base:described[arm=b,variable=AGE]", 0), ("base:n[arm=b,variable=AGE]", 0)]);
        let mean = store.get(&ResultKey::parse("base:mean[arm=b,variable=AGE]").expect("a key")).map(|r| &r.value);
        assert!(matches!(mean, Some(ResultValue::NotEstimable(_))), "{mean:?}");
    }
}
