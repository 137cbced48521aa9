//! What the types of `study.yaml` cannot check: names that must be declared, values that must fit.

use crate::base::codes::{CFG_003, CFG_005};
use crate::base::diagnostic::Diagnostics;
use crate::base::suggest;

use super::analysis::ArmBasis;
use super::at::At;
use super::study::{IsoDate, StudySpec};

impl StudySpec {
    /// Checks what the types cannot: names that must be declared, values that must fit.
    pub fn check(&self, sink: &mut Diagnostics) {
        let arms = self.arms.iter().map(|(id, arm)| ("arm", id, &arm.label, &arm.products));
        let treatments = self.treatments.iter().map(|(id, one)| ("treatment", id, &one.label, &one.products));
        for (kind, id, label, products) in arms.chain(treatments) {
            check_id(kind, id, label, sink);
            for name in products {
                if !self.products.contains_key(name.as_str()) {
                    let known: Vec<&str> = self.products.keys().map(String::as_str).collect();
                    let message = format!("{kind} `{id}` names an unknown product `{name}`");
                    sink.error(&CFG_003, name.place.clone(), message).hint(suggest::did_you_mean(name, known));
                }
            }
        }
        self.check_treatments(sink);
        let arms = self.arms.values().filter(|arm| arm.reference).map(|arm| &arm.label);
        one_reference("arms", arms, sink);
        let treatments = self.treatments.values().filter(|one| one.reference).map(|one| &one.label);
        one_reference("treatments", treatments, sink);
        self.check_dates(sink);
    }

    /// Arms and treatments share the columns of keys; epochs name what is declared.
    fn check_treatments(&self, sink: &mut Diagnostics) {
        for (id, one) in self.treatments.iter().filter(|(id, _)| self.arms.contains_key(id.as_str())) {
            sink.error(&CFG_005, one.label.place.clone(), format!("`{id}` is an arm and a treatment"))
                .hint("both stand in result keys; give one of them another id");
        }
        for (arm, treatment) in self.epochs.values().flat_map(|epoch| &epoch.treatments) {
            let known = [
                ("arm", arm.as_str(), self.arm_ids().collect::<Vec<_>>()),
                ("treatment", treatment, self.group_ids(ArmBasis::Treatment)),
            ];
            for (kind, named, known) in known.into_iter().filter(|(_, named, known)| !known.contains(named)) {
                sink.error(&CFG_003, treatment.place.clone(), format!("an epoch names an unknown {kind} `{named}`"))
                    .hint(suggest::did_you_mean(named, known));
            }
        }
    }

    fn check_dates(&self, sink: &mut Diagnostics) {
        let dates = &self.dates;
        let order = [
            ("first_enrolled", &dates.first_enrolled),
            ("primary_completion", &dates.primary_completion),
            ("last_visit", &dates.last_visit),
            ("database_lock", &dates.database_lock),
            ("unblinding", &dates.unblinding),
            ("analysis", &dates.analysis),
            ("report", &dates.report),
        ];
        let mut before: Option<(&str, &At<IsoDate>)> = None;
        for (name, date) in order {
            let Some(date) = date else { continue };
            if let Some((earlier_name, earlier)) = before
                && earlier.value > date.value
            {
                sink.warning(
                    &CFG_005,
                    date.place.clone(),
                    format!("`{name}` {date} lies before `{earlier_name}` {earlier}"),
                )
                .label(earlier.place.clone(), "this is expected to be the earlier one");
            }
            before = Some((name, date));
        }
    }
}

/// Others are compared with one group.
fn one_reference<'a>(what: &str, mut marked: impl Iterator<Item = &'a At<String>>, sink: &mut Diagnostics) {
    if let (Some(first), Some(second)) = (marked.next(), marked.next()) {
        sink.error(&CFG_005, second.place.clone(), format!("two {what} are marked `reference`"))
            .label(first.place.clone(), "the first one");
    }
}

/// Ids stand in result keys, so they keep to plain characters and leave `total` alone.
fn check_id(kind: &str, id: &str, at: &At<String>, sink: &mut Diagnostics) {
    let plain = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if !plain || id == "total" {
        sink.error(
            &CFG_005,
            at.place.clone(),
            format!("`{id}` cannot be the id of {}", if kind == "arm" { "an arm" } else { "a treatment" }),
        )
        .hint("ids are made of letters, digits, `_`, `-` and `.`; `total` is taken");
    }
}
