//! Writes a method's numbers into the store, each with the lineage of the arms it speaks of.

use crate::data::record_set::RecordId;
use crate::results::statistic::{self, Precision};
use crate::results::{LeftOut, Lineage, NewResult, ResultKey, ResultSink, Role, Style};
use crate::stats::NotEstimable;

use super::input::{Analysed, AnalysisInput};

/// The sink of one analysis.
pub struct Writer<'a, 's, 'r> {
    /// The analysis.
    pub input: &'a AnalysisInput,
    sink: &'s mut ResultSink<'r>,
    rule: String,
}

impl<'a, 's, 'r> Writer<'a, 's, 'r> {
    /// A writer for an analysis; `rule` is the method with its options in words.
    pub fn new(input: &'a AnalysisInput, rule: String, sink: &'s mut ResultSink<'r>) -> Self {
        Self { input, sink, rule }
    }

    /// The key of a statistic of an arm.
    #[must_use]
    pub fn arm_key(&self, statistic: &str, arm: usize) -> ResultKey {
        ResultKey::new(&self.input.id, statistic).with("arm", self.input.arms[arm].as_str())
    }

    /// The key of a statistic of a comparison.
    #[must_use]
    pub fn compared_key(&self, statistic: &str, comparison: (usize, usize)) -> ResultKey {
        ResultKey::new(&self.input.id, statistic).with("arm", self.input.compared(comparison))
    }

    /// Lineage of those analysed in `arms`, and of the members of these arms who are not.
    fn lineage(&mut self, arms: &[usize], everyone_left_out: bool) -> Lineage {
        let rows = &self.input.rows;
        let of = || rows.iter().filter(|r| arms.contains(&r.arm));
        let mut records: Vec<RecordId> = of().flat_map(of_subject).collect();
        records.extend(of().flat_map(|r| r.events.iter().map(|e| e.record)));
        for component in &self.input.components {
            let of_arms = rows.iter().zip(&component.records).filter(|(r, _)| arms.contains(&r.arm));
            records.extend(of_arms.map(|(_, record)| *record));
        }
        let missing = &self.input.missing;
        let of_arms = |l: &&LeftOut| missing.iter().any(|(subject, arm)| *subject == l.subject && arms.contains(arm));
        let left_out = if everyone_left_out {
            self.input.left_out.clone()
        } else {
            self.input.left_out.iter().filter(of_arms).cloned().collect()
        };
        Lineage::of(self.sink.records(records))
            .left_out(left_out)
            .variables(self.input.variables.iter().copied())
            .rule(self.rule.clone())
    }

    /// Decimals of the data; the unit only for statistics that have the data's own.
    fn about(&self, key: &ResultKey) -> NewResult {
        let in_unit = statistic::find(&key.statistic).is_some_and(|s| matches!(s.precision, Precision::DataPlus(_)));
        let unit = in_unit.then(|| self.input.unit.clone());
        NewResult { data_decimals: self.input.decimals, style: None, unit }
    }

    /// Counts those of an arm for whom `wanted` holds; everyone analysed in the arm is the evidence.
    pub fn count(&mut self, statistic: &str, arm: usize, wanted: impl Fn(&Analysed) -> bool) {
        let key = self.arm_key(statistic, arm);
        self.count_keyed(key, arm, wanted);
    }

    /// As [`Writer::count`], under a key of the method's own making.
    pub fn count_keyed(&mut self, key: ResultKey, arm: usize, wanted: impl Fn(&Analysed) -> bool) {
        let all = self.lineage(&[arm], false);
        let records = self.input.rows.iter().filter(|r| r.arm == arm && wanted(r)).map(|r| r.record).collect();
        let counted = self.sink.records(records);
        let lineage = Lineage { evidence: Some(all.records), records: counted, ..all };
        self.sink.count(key, lineage);
    }

    /// Counts records of an arm, such as the events of its subjects.
    pub fn count_records(&mut self, statistic: &str, arm: usize, of: impl Fn(&Analysed) -> Vec<RecordId>) {
        let key = self.arm_key(statistic, arm);
        let all = self.lineage(&[arm], false);
        let records: Vec<RecordId> = self.input.rows.iter().filter(|r| r.arm == arm).flat_map(of).collect();
        let mut everything = records.clone();
        everything.extend(self.input.rows.iter().filter(|r| r.arm == arm).map(|r| r.record));
        let (records, evidence) = (self.sink.records(records), self.sink.records(everything));
        self.sink.count(key, Lineage { records, evidence: Some(evidence), ..all });
    }

    /// Counts the members of an arm who have no value.
    pub fn missing(&mut self, arm: usize) {
        let key = self.arm_key("missing", arm);
        let adsl = self.input.adsl;
        let subject = |row: i64| RecordId { dataset: adsl, row };
        let missing: Vec<RecordId> = self.input.missing.iter().filter(|m| m.1 == arm).map(|m| subject(m.0)).collect();
        let mut everyone = missing.clone();
        everyone.extend(self.input.rows.iter().filter(|r| r.arm == arm).map(|r| subject(r.subject)));
        let all = self.lineage(&[arm], false);
        let (records, evidence) = (self.sink.records(missing), self.sink.records(everyone));
        self.sink.count(key, Lineage { records, evidence: Some(evidence), ..all });
    }

    /// A number of one arm.
    pub fn arm(&mut self, statistic: &str, arm: usize, value: Result<f64, NotEstimable>) {
        let key = self.arm_key(statistic, arm);
        self.keyed(key, &[arm], value);
    }

    /// As [`Writer::arm`], shown in another style than the statistic's own.
    pub fn arm_styled(&mut self, statistic: &str, arm: usize, value: Result<f64, NotEstimable>, style: Style) {
        let key = self.arm_key(statistic, arm);
        let (lineage, about) = (self.lineage(&[arm], false), self.about(&key));
        let about = NewResult { style: Some(style), ..about };
        self.sink.estimate(key, value.map_err(|e| e.to_string()), lineage, about);
    }

    /// A number of some arms under a key of the method's own making.
    pub fn keyed(&mut self, key: ResultKey, arms: &[usize], value: Result<f64, NotEstimable>) {
        let lineage = self.lineage(arms, false);
        let about = self.about(&key);
        self.sink.estimate(key, value.map_err(|e| e.to_string()), lineage, about);
    }

    /// The percentage of responders of an arm.
    pub fn percent(&mut self, arm: usize, numerator: u64, denominator: u64) {
        let (key, of) = (self.arm_key("pct", arm), self.arm_key("events", arm));
        self.percent_keyed(key, of, arm, numerator, denominator);
    }

    /// A percentage of an arm under a key of the method's own making; `of` is the key of its numerator.
    pub fn percent_keyed(&mut self, key: ResultKey, of: ResultKey, arm: usize, numerator: u64, denominator: u64) {
        let lineage =
            self.lineage(&[arm], false).input(Role::Numerator, of).input(Role::Denominator, self.arm_key("n", arm));
        #[expect(clippy::cast_precision_loss, reason = "counts of subjects are far below 2^53")]
        let value = if denominator == 0 {
            Err("no subject is analysed".to_owned())
        } else {
            Ok(100.0 * numerator as f64 / denominator as f64)
        };
        let about = NewResult { unit: Some("%".to_owned()), ..NewResult::default() };
        self.sink.estimate(key, value, lineage, about);
    }

    /// A number that compares two arms.
    pub fn compared(&mut self, statistic: &str, comparison: (usize, usize), value: Result<f64, NotEstimable>) {
        let key = self.compared_key(statistic, comparison);
        self.compared_keyed(key, comparison, value);
    }

    /// As [`Writer::compared`], under a key of the method's own making.
    pub fn compared_keyed(&mut self, key: ResultKey, comparison: (usize, usize), value: Result<f64, NotEstimable>) {
        let lineage = self
            .lineage(&[comparison.0, comparison.1], true)
            .input(Role::Compared, self.arm_key("n", comparison.0))
            .input(Role::Reference, self.arm_key("n", comparison.1));
        let about = self.about(&key);
        self.sink.estimate(key, value.map_err(|e| e.to_string()), lineage, about);
    }

    /// A number over all arms.
    pub fn overall(&mut self, key: ResultKey, value: Result<f64, NotEstimable>) {
        let arms: Vec<usize> = (0..self.input.arms.len()).collect();
        let mut lineage = self.lineage(&arms, true);
        for arm in arms {
            lineage = lineage.input(Role::Part, self.arm_key("n", arm));
        }
        let about = self.about(&key);
        self.sink.estimate(key, value.map_err(|e| e.to_string()), lineage, about);
    }

    /// A word that says what was used, over all arms.
    pub fn word(&mut self, key: ResultKey, word: &str) {
        let arms: Vec<usize> = (0..self.input.arms.len()).collect();
        let lineage = self.lineage(&arms, true);
        self.sink.text(key, word, lineage);
    }

    /// A curve of one arm.
    pub fn series(&mut self, kind: &str, arm: usize, columns: Vec<&'static str>, points: Vec<Vec<f64>>) {
        let lineage = self.lineage(&[arm], false);
        self.sink.series(&self.input.id, kind, &self.input.arms[arm], columns, points, lineage);
    }
}

/// The record shown for a subject, and those of all its visits.
fn of_subject(row: &Analysed) -> impl Iterator<Item = RecordId> + '_ {
    std::iter::once(row.record).chain(row.records.iter().copied())
}
