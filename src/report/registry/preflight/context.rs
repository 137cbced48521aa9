//! What a rule sees: the record, its numbers, whose rules apply.

use crate::base::codes::REG_001;
use crate::base::diagnostic::{Diagnostics, Place};
use crate::report::registry::{Achievement, Figure, FlowGroup, RegistryRecord, Term, Text};
use crate::results::ResultStore;
use crate::spec::registry_terms::RegistryTerms;

use super::Asked;

/// From this day of primary completion on ClinicalTrials.gov's messages are errors (42 CFR Part 11).
const FINAL_RULE: &str = "2017-01-18";

/// What a rule sees.
pub(super) struct Context<'a> {
    pub record: &'a RegistryRecord,
    pub asked: Asked,
    pub terms: &'a RegistryTerms,
    store: &'a ResultStore,
}

impl<'a> Context<'a> {
    pub fn new(record: &'a RegistryRecord, terms: &'a RegistryTerms, store: &'a ResultStore, asked: Asked) -> Self {
        Self { record, asked, terms, store }
    }

    /// A number; `None` where it is not given, not estimable or no number.
    pub fn number(&self, figure: &Figure) -> Option<f64> {
        match figure {
            Figure::Result(key) => self.store.number(key),
            Figure::Printed(text) => printed(text),
        }
    }

    /// A value of an outcome or estimate: as [`Context::number`], and EudraCT's 99999 is none.
    pub fn value(&self, figure: &Figure) -> Option<f64> {
        let stands_for_none = |text: &str| self.asked.eudract && text.trim_start_matches('-').trim() == "99999";
        match figure {
            Figure::Printed(text) if stands_for_none(text) => None,
            _ => self.number(figure),
        }
    }

    /// A whole number from 0.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole numbers from 0 up to 2^53")]
    pub fn count(&self, figure: &Figure) -> Option<u64> {
        let number = self.number(figure)?;
        (number >= 0.0 && number.fract() == 0.0 && number <= 9_007_199_254_740_992.0).then_some(number as u64)
    }

    /// The count of an optional figure; 0 where there is none.
    pub fn count_of(&self, figure: Option<&Figure>) -> u64 {
        figure.and_then(|figure| self.count(figure)).unwrap_or(0)
    }

    /// Subjects of a group at a milestone; `None` where the group has no part in it.
    pub fn achieved(&self, list: &[Option<Achievement>], group: usize) -> Option<u64> {
        self.count(&list.get(group)?.as_ref()?.subjects)
    }

    /// Subjects that started the baseline period: all groups together; `None` where nobody can tell.
    pub fn started(&self, group: usize) -> Option<u64> {
        let periods = &self.record.flow.periods;
        let period = periods.iter().find(|period| period.baseline == Some(true)).or(periods.first())?;
        self.achieved(&period.started, group)
    }

    /// Subjects that started the baseline period, all groups together.
    pub fn started_in_all(&self) -> u64 {
        (0..self.record.flow.groups.len()).filter_map(|group| self.started(group)).sum()
    }

    /// Where a number stands: its result, or the words beside it.
    pub fn place(figure: Option<&Figure>, near: &Text) -> Place {
        match figure {
            Some(Figure::Result(key)) => Place::Result(key.to_string()),
            _ => near.place.clone(),
        }
    }

    /// Title of a group of the flow, for messages.
    pub fn title(group: &FlowGroup) -> &str {
        group.arm.as_deref().unwrap_or(&group.title)
    }

    /// Whether ClinicalTrials.gov's messages are errors: primary completion after the final rule took effect.
    pub fn is_under_final_rule(&self) -> bool {
        let dates = [&self.record.trial.primary_completion, &self.record.protocol.primary_completion];
        self.asked.ctgov && dates.into_iter().flatten().any(|date| date.text.as_str() >= FINAL_RULE)
    }

    /// Reports something that is missing: an error where the record is to be submitted.
    pub fn missing(&self, what: &str, hint: impl Into<String>, sink: &mut Diagnostics) {
        let message = format!("{what} is missing");
        let report = if self.asked.is_final { Diagnostics::error } else { Diagnostics::warning };
        report(sink, &REG_001, Place::Nowhere, message).hint(hint);
    }
}

/// Whether a term is the listed one of this id.
pub(super) fn is(term: Option<&Term>, id: &str) -> bool {
    term.is_some_and(|term| term.is(id))
}

/// The number as a registry prints it: `8.40`, `<0.0001`, `1,234`; `None` for `NA` and words.
pub(super) fn printed(text: &str) -> Option<f64> {
    let bare = text.trim().trim_start_matches(['<', '>', '=', '≤', '≥']).trim();
    bare.replace(',', "").parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_registries_print_them() {
        for (text, expected) in [
            ("8.40", Some(8.4)),
            ("<0.0001", Some(0.0001)),
            ("= 0.05", Some(0.05)),
            ("1,234", Some(1234.0)),
            ("-1.5", Some(-1.5)),
            ("NA", None),
            ("", None),
            ("inf", None),
        ] {
            assert_eq!(printed(text), expected, "{text}");
        }
    }
}
