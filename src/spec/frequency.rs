//! Which non-serious adverse events the registries get: a percentage, and how a frequency is held against it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::number::plain;

/// How the frequency of a term is held against the threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FrequencyRule {
    /// It must exceed the threshold: the words of ClinicalTrials.gov and EudraCT.
    #[default]
    Exceeds,
    /// It must reach the threshold.
    Reaches,
}

impl FrequencyRule {
    /// `above 5 %` or `of 5 % or more`, with the percentage as it is declared.
    #[must_use]
    pub fn words(self, percent: &str) -> String {
        match self {
            Self::Exceeds => format!("above {percent} %"),
            Self::Reaches => format!("of {percent} % or more"),
        }
    }
}

/// A percentage of subjects and how it is used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrequencyThreshold {
    /// Percent of the subjects of any arm, with at most two decimals.
    pub percent: f64,
    /// Whether it must be exceeded or reached.
    pub rule: FrequencyRule,
}

impl FrequencyThreshold {
    /// Whether a term that affected so many of those exposed is reported; one that affected nobody is not.
    ///
    /// Decided in whole numbers. Source of `exceeds`: 42 CFR 11.48(a)(4)(iii)(B), "exceed a frequency of 5 percent
    /// within any arm".
    #[must_use]
    pub fn admits(self, affected: u64, exposed: u64) -> bool {
        let (found, needed) = self.sides(affected, exposed);
        match self.rule {
            FrequencyRule::Exceeds => found > needed,
            FrequencyRule::Reaches => affected > 0 && found >= needed,
        }
    }

    /// Whether the frequency is the threshold itself, where the two rules part.
    #[must_use]
    pub fn is_met(self, affected: u64, exposed: u64) -> bool {
        let (found, needed) = self.sides(affected, exposed);
        affected > 0 && found == needed
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 10000")]
    fn sides(self, affected: u64, exposed: u64) -> (u128, u128) {
        let hundredths = (self.percent * 100.0).round().clamp(0.0, 10_000.0) as u64;
        (u128::from(affected) * 10_000, u128::from(hundredths) * u128::from(exposed))
    }

    /// The number as it is declared.
    #[must_use]
    pub fn declared(self) -> String {
        plain((self.percent * 100.0).round() / 100.0)
    }

    /// `above 5 %` or `of 5 % or more`.
    #[must_use]
    pub fn words(self) -> String {
        self.rule.words(&self.declared())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_part_at_the_threshold_only() {
        for (percent, affected, exposed, exceeds, reaches) in [
            (5.0, 1, 21, false, false),
            (5.0, 1, 20, false, true),
            (5.0, 2, 20, true, true),
            (5.0, 7, 132, true, true),
            // 1 of 40 is 2.5 % exactly; 3 of 60 and 0.05 have no exact binary fraction.
            (2.5, 1, 40, false, true),
            (5.0, 3, 60, false, true),
            (0.0, 1, 9999, true, true),
            (0.0, 0, 10, false, false),
            (5.0, 0, 0, false, false),
        ] {
            let of = |rule| FrequencyThreshold { percent, rule }.admits(affected, exposed);
            assert_eq!(of(FrequencyRule::Exceeds), exceeds, "{affected}/{exposed} exceeds {percent}");
            assert_eq!(of(FrequencyRule::Reaches), reaches, "{affected}/{exposed} reaches {percent}");
            let met = FrequencyThreshold { percent, rule: FrequencyRule::Reaches }.is_met(affected, exposed);
            assert_eq!(met, reaches && !exceeds, "{affected}/{exposed} meets {percent}");
        }
    }

    #[test]
    fn words_say_which_rule() {
        let of = |percent, rule| FrequencyThreshold { percent, rule }.words();
        assert_eq!(of(5.0, FrequencyRule::Exceeds), "above 5 %");
        assert_eq!(of(2.5, FrequencyRule::Reaches), "of 2.5 % or more");
    }
}
