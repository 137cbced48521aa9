//! Counts, percentages and tests of one parameter of a shift table.

use crate::population::count::{self, Stored};
use crate::results::{LeftOut, Lineage, NewResult, ResultKey, ResultSink, Role};
use crate::spec::shift_table::ShiftTest;
use crate::stats::cochran_mantel_haenszel::general_association;
use crate::stats::fisher::{DEFAULT_WORK_LIMIT, fisher_exact};

use super::shift_table::{Shift, ShiftTable};

/// The level of the factor `from` that stands for no category before.
pub const UNKNOWN: &str = "missing";

/// One parameter of a table.
pub(super) struct Parameter<'t> {
    pub(super) table: &'t ShiftTable<'t>,
    pub(super) id: &'t str,
    pub(super) shifts: &'t [Shift],
}

impl Parameter<'_> {
    fn key(&self, statistic: &str) -> ResultKey {
        ResultKey::new(self.table.declared.id.as_str(), statistic).with("parameter", self.id)
    }

    fn lineage(&self, rule: &str) -> Lineage {
        let declared = self.table.declared;
        let condition = declared.condition.as_ref().map_or(String::new(), |sql| format!("; {}", **sql));
        Lineage::default()
            .variables(self.table.reads.iter().copied())
            .rule(format!("{}{condition}; {rule}", declared.label))
    }

    /// Counts the subjects of an arm for whom `wanted` holds; the records of those in `of` are the evidence.
    fn count(
        &self,
        key: ResultKey,
        arm: usize,
        of: impl Fn(&Shift) -> bool,
        wanted: impl Fn(&Shift) -> bool,
        rule: &str,
        results: &mut ResultSink,
    ) -> Stored {
        let here: Vec<&Shift> = self.shifts.iter().filter(|s| s.arm == arm && of(s)).collect();
        let counted = here.iter().filter(|s| wanted(s)).map(|s| s.subject);
        let records = count::intern(results, self.table.adsl, counted);
        let mut evidence = count::records(self.table.dataset, here.iter().map(|s| s.row));
        if here.is_empty() {
            evidence = count::records(self.table.adsl, self.table.set.in_arm(self.table.arms[arm]));
        }
        let evidence = results.records(evidence);
        let lineage = Lineage { records, ..self.lineage(rule) }.evidence(evidence);
        count::count(results, key.with("arm", self.table.arms[arm]), lineage)
    }

    /// Counts and percentages of an arm; returns the number with a category.
    pub(super) fn arm(&self, arm: usize, results: &mut ResultSink) -> Stored {
        let levels = &self.table.declared.levels;
        let n = self.count(self.key("n"), arm, |_| true, |_| true, "subjects with a category", results);
        self.missing(arm, results);
        for (to, level) in levels.keys().enumerate() {
            let key = self.key("n").with("to", level.as_str());
            let counted = self.count(key, arm, |_| true, |s| s.to == to, "subjects in the category", results);
            self.percent(arm, &counted, &n, |s| s.to == to, results);
        }
        if self.table.declared.from.is_none() {
            return n;
        }
        let before = levels.keys().enumerate().map(|(at, level)| (Some(at), level.as_str()));
        for (from, before) in before.chain([(None, UNKNOWN)]) {
            let key = self.key("n").with("from", before);
            let whole = self.count(
                key.clone(),
                arm,
                |_| true,
                |s| s.from == from,
                "subjects with a category after, in the category before",
                results,
            );
            for (to, level) in levels.keys().enumerate() {
                let counted = self.count(
                    key.clone().with("to", level.as_str()),
                    arm,
                    |s| s.from == from,
                    |s| s.to == to,
                    "subjects in the category before and after",
                    results,
                );
                self.percent(arm, &counted, &whole, |s| s.from == from && s.to == to, results);
            }
        }
        n
    }

    fn percent(&self, arm: usize, n: &Stored, of: &Stored, wanted: impl Fn(&Shift) -> bool, results: &mut ResultSink) {
        let counted = self.shifts.iter().filter(|s| s.arm == arm && wanted(s)).map(|s| s.row);
        let records = count::intern(results, self.table.dataset, counted);
        let lineage = Lineage { records, ..self.lineage("percentage of the subjects with a category") };
        count::percent(results, n.key.statistic("pct"), n, of, lineage);
    }

    /// Members of the arm without a category.
    fn missing(&self, arm: usize, results: &mut ResultSink) {
        let table = self.table;
        let members: Vec<i64> = table.set.in_arm(table.arms[arm]).collect();
        let without = members.iter().copied().filter(|m| self.shifts.iter().all(|s| s.subject != *m));
        let records = count::intern(results, table.adsl, without);
        let evidence = count::intern(results, table.adsl, members.iter().copied());
        let lineage = Lineage { records, ..self.lineage("subjects of the set without a category") }.evidence(evidence);
        results.count(self.key("missing").with("arm", table.arms[arm]), lineage);
    }

    /// The test across arms.
    pub(super) fn test(&self, n: &[Stored], results: &mut ResultSink) {
        let Some(test) = &self.table.declared.test else { return };
        let (arms, levels) = (self.table.arms.len(), self.table.declared.levels.len());
        let rows = |of: &dyn Fn(&Shift) -> bool| {
            let mut rows = vec![vec![0_u64; levels]; arms];
            for shift in self.shifts.iter().filter(|s| of(s)) {
                rows[shift.arm][shift.to] += 1;
            }
            rows
        };
        let (p, rule) = match **test {
            ShiftTest::Fisher => {
                let p = fisher_exact(&rows(&|_| true), DEFAULT_WORK_LIMIT);
                (p, "Fisher's exact test of arms by categories, two-sided")
            }
            ShiftTest::Cmh => {
                let strata: Vec<Vec<Vec<u64>>> = (0..levels).map(|from| rows(&|s| s.from == Some(from))).collect();
                let p = general_association(&strata).map(|test| test.p);
                (
                    p,
                    "Cochran-Mantel-Haenszel test of general association of arms and categories within the categories before",
                )
            }
        };
        let records = count::intern(results, self.table.dataset, self.shifts.iter().map(|s| s.row));
        let members = self.table.set.members.iter().map(|m| m.subject);
        let without = members.filter(|m| self.shifts.iter().all(|s| s.subject != *m));
        let reason = "no category".to_owned();
        let left_out = without.map(|subject| LeftOut { subject, reason: reason.clone() }).collect();
        let mut lineage = Lineage { records, ..self.lineage(rule) }.left_out(left_out);
        for arm in n {
            lineage = lineage.input(Role::Part, arm.key.clone());
        }
        results.estimate(self.key("p"), p.map_err(|reason| reason.to_string()), lineage, NewResult::default());
    }
}
