//! Stores the groups of the flow as results: counts from sets of subjects, percentages of those allocated.

use indexmap::IndexMap;

use crate::data::catalog::DatasetId;
use crate::results::{Lineage, ResultKey, ResultSink, Role};

use super::condition::Subjects;
use super::count::{self, Stored, TOTAL};
use super::flow::{FlowCategory, FlowGroups, FlowStage, Group, ParticipantFlow};

/// Stores every number of the flow; `arms` are the arms in the order of columns with who was randomised to them.
pub(super) fn store(
    groups: &FlowGroups,
    arms: &[(String, Subjects)],
    adsl: DatasetId,
    analysis: &str,
    results: &mut ResultSink,
) -> ParticipantFlow {
    let mut columns = arms.to_vec();
    columns.push((TOTAL.to_owned(), groups.randomised.members.clone()));
    let mut writer = Writer { adsl, columns, analysis, results };
    let everyone = &groups.assessed.members;
    let assessed = writer.without_arms(&groups.assessed, ResultKey::new("flow", "assessed"), everyone, Vec::new());
    let randomised =
        writer.without_arms(&groups.randomised, ResultKey::new("flow", "randomised"), everyone, Vec::new());
    let key = ResultKey::new("flow", "excluded");
    let reasons = groups
        .excluded
        .reasons
        .iter()
        .map(|reason| writer.without_arms(reason, key.clone().with("reason", reason.id.as_str()), everyone, Vec::new()))
        .collect();
    let excluded = writer.without_arms(&groups.excluded, key, everyone, reasons);
    let stages = groups
        .stages
        .iter()
        .map(|(id, categories)| FlowStage {
            id: *id,
            categories: categories.iter().map(|group| writer.category(group)).collect(),
        })
        .collect();
    ParticipantFlow { assessed, excluded, randomised, stages }
}

struct Writer<'a, 's> {
    adsl: DatasetId,
    columns: Vec<(String, Subjects)>,
    analysis: &'a str,
    results: &'a mut ResultSink<'s>,
}

impl Writer<'_, '_> {
    /// A number before allocation. An attested difference names the numbers it is made of.
    fn without_arms(
        &mut self,
        group: &Group,
        key: ResultKey,
        examined: &Subjects,
        reasons: Vec<FlowCategory>,
    ) -> FlowCategory {
        let lineage = self.lineage(group, &group.members, examined);
        match &group.attested {
            Some((value, attestation)) => {
                let mut lineage = lineage;
                if key.statistic == "excluded" && key.groups.is_empty() {
                    lineage = lineage
                        .input(Role::Part, ResultKey::new("flow", "assessed"))
                        .input(Role::Part, ResultKey::new("flow", "randomised"))
                        .rule("the attested number assessed less the number randomised");
                } else {
                    lineage = lineage.rule(format!(
                        "attested by {} on {}: {}",
                        attestation.by, attestation.on, attestation.document
                    ));
                }
                self.results.attested(key.clone(), *value, attestation.clone(), lineage);
            }
            None => {
                self.results.count(key.clone(), lineage);
            }
        }
        FlowCategory {
            id: group.id.clone(),
            label: group.label.clone(),
            end: group.end,
            total: key,
            by_arm: IndexMap::new(),
            reasons,
        }
    }

    /// A category below randomisation with its reasons.
    fn category(&mut self, group: &Group) -> FlowCategory {
        let key = ResultKey::new("flow", group.id.as_str());
        let reasons = group
            .reasons
            .iter()
            .map(|reason| self.by_arm(reason, &key.clone().with("reason", reason.id.as_str()), Vec::new()))
            .collect();
        self.by_arm(group, &key, reasons)
    }

    fn by_arm(&mut self, group: &Group, base: &ResultKey, reasons: Vec<FlowCategory>) -> FlowCategory {
        let mut by_arm = IndexMap::new();
        let mut total = base.clone();
        for (arm, subjects) in self.columns.clone() {
            let key = base.clone().with("arm", arm.as_str());
            let members: Subjects = group.members.intersection(&subjects).copied().collect();
            let mut lineage = self.lineage(group, &members, &subjects);
            lineage.left_out.retain(|one| subjects.contains(&one.subject));
            // The cells of these counts are those of the analysis' own.
            let of_analysis = match base.statistic.as_str() {
                "analysed" => Some("n"),
                "not_analysed" => Some("missing"),
                _ => None,
            };
            if let Some(statistic) = of_analysis {
                let columns =
                    self.columns.iter().map(|(of, _)| of).filter(|of| *of != TOTAL && (arm == TOTAL || **of == arm));
                let keys: Vec<ResultKey> =
                    columns.map(|of| ResultKey::new(self.analysis, statistic).with("arm", of.as_str())).collect();
                for key in keys.into_iter().filter(|key| self.results.store().get(key).is_some()) {
                    lineage = lineage.input(Role::Part, key);
                }
            }
            let n = count::count(self.results, key.clone(), lineage.clone());
            if base.statistic != "allocated" {
                let allocated = Stored {
                    key: ResultKey::new("flow", "allocated").with("arm", arm.as_str()),
                    n: subjects.len() as u64,
                };
                lineage.inputs.clear();
                count::percent(self.results, key.statistic(format!("{}_pct", base.statistic)), &n, &allocated, lineage);
            }
            if arm == TOTAL {
                total = key;
            } else {
                by_arm.insert(arm, key);
            }
        }
        FlowCategory { id: group.id.clone(), label: group.label.clone(), end: group.end, total, by_arm, reasons }
    }

    fn lineage(&mut self, group: &Group, members: &Subjects, examined: &Subjects) -> Lineage {
        let records = count::intern(self.results, self.adsl, members.iter().copied());
        let evidence = count::intern(self.results, self.adsl, examined.iter().copied());
        Lineage::of(records)
            .evidence(evidence)
            .left_out(group.left_out.clone())
            .variables(group.reads.iter().copied())
            .rule(group.rule.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::flow::StageId;
    use crate::results::{Attestation, ResultStore, ResultValue};

    fn group(id: &str, members: &[i64]) -> Group {
        Group {
            id: id.to_owned(),
            label: id.to_owned(),
            members: members.iter().copied().collect(),
            ..Group::default()
        }
    }

    fn groups() -> FlowGroups {
        let mut left = group("left_study", &[3]);
        left.reasons = vec![group("died", &[3]), group("lost", &[])];
        FlowGroups {
            assessed: group("assessed", &[1, 2, 3, 4]),
            excluded: group("excluded", &[4]),
            randomised: group("randomised", &[1, 2, 3]),
            stages: vec![(StageId::FollowUp, vec![group("completed_study", &[1, 2]), left])],
        }
    }

    fn arms() -> Vec<(String, Subjects)> {
        vec![("a".to_owned(), [1, 2].into()), ("b".to_owned(), [3].into())]
    }

    fn key(text: &str) -> ResultKey {
        ResultKey::parse(text).expect("a key")
    }

    #[test]
    fn a_zero_names_everyone_examined() {
        let mut store = ResultStore::new();
        let flow = self::store(&groups(), &arms(), DatasetId(0), "main", &mut store.sink());
        let lost = store.get(&key("flow:left_study[arm=a,reason=lost]")).expect("a zero is stored");
        assert_eq!(lost.value, ResultValue::Count(0));
        let lineage = store.lineage(lost.lineage);
        let examined = store.record_sets().get(lineage.evidence.expect("a zero has evidence"));
        assert_eq!(examined.iter().map(|record| record.row).collect::<Vec<_>>(), [1, 2]);
        let left = flow.category("left_study").expect("the category");
        assert_eq!(left.reasons.iter().map(|reason| reason.id.as_str()).collect::<Vec<_>>(), ["died", "lost"]);
        assert_eq!(left.by_arm["b"], key("flow:left_study[arm=b]"));
    }

    #[test]
    fn a_death_is_its_own_reason_in_its_arm() {
        let mut store = ResultStore::new();
        self::store(&groups(), &arms(), DatasetId(0), "main", &mut store.sink());
        for (text, n) in [
            ("flow:left_study[arm=b,reason=died]", 1.0),
            ("flow:left_study[arm=total,reason=died]", 1.0),
            ("flow:left_study_pct[arm=b]", 100.0),
            ("flow:completed_study_pct[arm=a]", 100.0),
            ("flow:excluded", 1.0),
            ("flow:assessed", 4.0),
        ] {
            assert_eq!(store.number(&key(text)), Some(n), "{text}");
        }
    }

    #[test]
    fn an_attested_number_says_who_vouches_and_what_follows_from_it() {
        let attestation = Attestation {
            by: "Site coordinator".to_owned(),
            on: "2021-05-01".to_owned(),
            document: "Log".to_owned(),
            sha256: None,
        };
        let mut groups = groups();
        groups.assessed.attested = Some((40, attestation.clone()));
        groups.excluded = Group { attested: Some((37, attestation)), ..group("excluded", &[]) };
        let mut store = ResultStore::new();
        self::store(&groups, &arms(), DatasetId(0), "main", &mut store.sink());
        let excluded = store.get(&key("flow:excluded")).expect("stored");
        assert_eq!(excluded.value, ResultValue::Count(37));
        assert!(excluded.attestation.is_some());
        assert_eq!(store.lineage(excluded.lineage).inputs.len(), 2);
    }
}
