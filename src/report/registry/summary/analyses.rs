//! Statistical analyses of an outcome: whom they compare, the test, the estimate with its interval.

use crate::report::registry::document::{Block, Content, Section, fixed, words};
use crate::report::registry::{Analysis, ConfidenceInterval, Outcome, Term, Text};

use super::build::{Build, Facts, joined, section};
use super::outcomes::titles;

pub(super) fn sections(b: &Build<'_>, outcome: &Outcome) -> Vec<Section> {
    let word = b.pick("Statistical analysis", "Statistical Analysis");
    let one = |(at, of): (usize, &Analysis)| section(4, fixed(&format!("{word} {}", at + 1)), analysis(b, outcome, of));
    outcome.analyses.iter().enumerate().map(one).collect()
}

fn analysis(b: &Build<'_>, outcome: &Outcome, of: &Analysis) -> Vec<Block> {
    let mut facts = Facts::new(b);
    if !b.is_ctgov() {
        facts.text("Statistical analysis title", of.title.as_ref());
    }
    facts.text(b.pick("Statistical analysis description", "Comments"), of.description.as_ref());
    facts.content(b.pick("Comparison groups", "Comparison Group Selection"), compared(b, outcome, of));
    let is_post_hoc = of.specification.as_ref().is_some_and(|term| term.is("post_hoc"));
    if !b.is_ctgov() {
        facts.term("Analysis specification", "analysis_specification", of.specification.as_ref());
    } else if is_post_hoc {
        // The register has no field of its own for it; the file says it in its comment.
        facts.words("Comments on the test", "This analysis was not pre-specified.");
    }
    facts.term(b.pick("Analysis type", "Type of Statistical Test"), "analysis_type", of.kind.as_ref());
    facts.text(b.pick("Margin", "Non-Inferiority or Equivalence Comments"), of.margin.as_ref());
    test(b, of, &mut facts);
    estimate(b, of, &mut facts);
    facts.text(b.pick("Other analysis", "Other Statistical Analysis"), of.other.as_ref());
    facts.blocks()
}

fn compared(b: &Build<'_>, outcome: &Outcome, of: &Analysis) -> Content {
    let titles = titles(b, outcome);
    let mut content = Content::new();
    for title in of.groups.iter().filter_map(|at| titles.get(*at)) {
        if !content.is_empty() {
            content.extend(fixed(" v "));
        }
        content.extend(title.iter().cloned());
    }
    content
}

/// A term of a list, with its words where it is another or the register has no name for it.
fn named(b: &Build<'_>, list: &str, term: Option<&Term>, own: Option<&Text>) -> String {
    match (term, own) {
        (Some(term), Some(own)) if term.is("other") => format!("{}: {}", b.term(list, term), own.text),
        (Some(term), _) if b.has_word(list, term) => b.term(list, term),
        (_, Some(own)) => own.text.clone(),
        (Some(term), None) => b.term(list, term),
        (None, None) => String::new(),
    }
}

fn test(b: &Build<'_>, of: &Analysis, facts: &mut Facts<'_>) {
    if of.p.is_some() {
        let relation = of.p_relation.as_ref().map_or_else(Content::new, |own| words(&format!("{} ", own.text)));
        facts.content(b.pick("P-value", "P-Value"), joined([relation, b.number(of.p.as_ref())]));
    }
    facts.text("Comments on the p-value", of.p_comment.as_ref());
    facts.words("Method", &named(b, "statistical_method", of.method.as_ref(), of.method_words.as_ref()));
    facts.text("Comments on the test", of.comment.as_ref());
}

fn estimate(b: &Build<'_>, of: &Analysis, facts: &mut Facts<'_>) {
    let name = named(b, "estimate", of.parameter.as_ref(), of.parameter_words.as_ref());
    facts.words(b.pick("Parameter estimate", "Estimation Parameter"), &name);
    facts.figure(b.pick("Point estimate", "Estimated Value"), of.estimate.as_ref());
    if let Some(interval) = &of.interval {
        confidence(b, interval, facts);
    }
    facts.term(
        b.pick("Variability estimate", "Parameter Dispersion Type"),
        "estimate_dispersion",
        of.dispersion.as_ref(),
    );
    facts.figure(b.pick("Dispersion value", "Parameter Dispersion Value"), of.dispersion_value.as_ref());
    facts.text(b.pick("Comments on the estimate", "Estimation Comments"), of.estimate_comment.as_ref());
}

/// EudraCT shows each part in a line, ClinicalTrials.gov all in one.
fn confidence(b: &Build<'_>, of: &ConfidenceInterval, facts: &mut Facts<'_>) {
    let level = of.level.as_ref().map_or_else(String::new, |level| format!("{} %", level.text));
    let sides = of.sides.as_ref().map_or_else(String::new, |sides| b.term("sides", sides));
    if b.is_ctgov() {
        let name: Vec<&str> = [sides.as_str(), level.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
        let name = words(&format!("{}: ", name.join(" ")));
        let limits = match (&of.lower, &of.upper) {
            (Some(_), Some(_)) => joined([b.number(of.lower.as_ref()), fixed(" to "), b.number(of.upper.as_ref())]),
            (Some(_), None) => joined([fixed("from "), b.number(of.lower.as_ref())]),
            (None, _) => joined([fixed("up to "), b.number(of.upper.as_ref())]),
        };
        facts.content("Confidence Interval", joined([name, limits]));
    } else {
        facts.words("Confidence interval: level", &level);
        facts.words("Confidence interval: sides", &sides);
        facts.figure("Confidence interval: lower limit", of.lower.as_ref());
        facts.figure("Confidence interval: upper limit", of.upper.as_ref());
    }
    facts.text("Comments on the lower limit", of.lower_comment.as_ref());
    facts.text("Comments on the upper limit", of.upper_comment.as_ref());
}
