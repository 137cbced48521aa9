//! Two treatments in two periods: their difference within subjects, freed from a difference of the periods.

use crate::base::diagnostic::Diagnostics;
use crate::stats::crossover::two_period_test;
use crate::stats::summary::QuantileType;

use super::input::{AnalysisInput, Shape};
use super::item_keys::ItemKey;
use super::options::{OptionDoc, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, Setup, describe, t_test};

/// The method `crossover`.
pub(super) struct Crossover;

impl Method for Crossover {
    fn name(&self) -> &'static str {
        "crossover"
    }
    fn title(&self) -> &'static str {
        "Two-period crossover t test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Mean difference of two treatments given to the same subjects in two orders, with its confidence interval and two-sided p-value.",
            formula: "Half of first minus second period of each subject; the two-sample t test of these between the two sequences, with pooled variance and n₁ + n₂ − 2 degrees of freedom. A difference of the periods cancels.",
            limits: "Two treatments in two sequences; whoever lacks one of the values is left out. That no treatment works on in the next period is assumed, not tested: the washout must see to it.",
            source: "Hills & Armitage 1979, British Journal of Clinical Pharmacology 8:7-20; Jones & Kenward, Design and Analysis of Cross-Over Trials, chapter 2.",
            sas: "PROC TTEST; CLASS sequence; VAR half_difference; (line Pooled), or PROC GLM; CLASS subject period treatment; MODEL y = subject period treatment;",
            r: "t.test(half_difference ~ sequence, var.equal = TRUE), or lm(y ~ subject + period + treatment)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[CONF_LEVEL]
    }
    fn shape(&self) -> Shape {
        Shape::Treatments
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare]
    }
    fn check(&self, setup: &Setup<'_>, sink: &mut Diagnostics) {
        let mut sequences: Vec<usize> = setup.input.rows.iter().map(|row| row.sequence).collect();
        sequences.sort_unstable();
        sequences.dedup();
        if setup.input.arms.len() != 2 || setup.input.comparisons.len() != 1 {
            setup.fault(sink, "`crossover` compares two treatments", "name them in `compare: [{arm: …, vs: …}]`");
        } else if sequences.len() > 2 {
            setup.fault(sink, "`crossover` takes two sequences", "study.yaml has an arm for each sequence");
        }
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let level = options.number("conf_level");
        describe::numbers(writer, QuantileType::Type2, level);
        for comparison in writer.input.comparisons.clone() {
            let [first, second] = pairs(writer.input, comparison);
            let test = two_period_test(&first, &second, level);
            t_test::write(writer, comparison, test);
        }
    }
}

/// Values under the treatment compared and under the reference, of the subjects of each sequence. Which of the two comes
/// first does not matter, as the test treats them alike.
fn pairs(input: &AnalysisInput, (compared, reference): (usize, usize)) -> [Vec<(f64, f64)>; 2] {
    let mut found = [Vec::new(), Vec::new()];
    let lowest = input.rows.iter().map(|row| row.sequence).min().unwrap_or_default();
    for row in input.rows.iter().filter(|row| row.arm == compared) {
        let other = input.rows.iter().find(|other| other.subject == row.subject && other.arm == reference);
        let Some(other) = other else { continue };
        found[usize::from(row.sequence != lowest)].push((row.value, other.value));
    }
    found
}
