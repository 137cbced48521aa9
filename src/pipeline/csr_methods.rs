//! Sections on statistics and data quality: estimands, methods used, lock, software.

use crate::methods::multiplicity;
use crate::report::csr::{Block, CsrInput};
use crate::report::display::{CellContent, Inline};
use crate::results::ResultKey;
use crate::spec::multiplicity::HypothesisSpec;

use super::csr_sections::add;
use super::csr_study::words;
use super::outputs::Job;

/// Fills 9.6, 9.7.1, 11.4.2.1, 11.4.2.2, 11.4.2.5 and 16.1.9.
pub(super) fn sections(job: &Job<'_>, input: &mut CsrInput) {
    add(input, "9.6", quality(job));
    let sets = job.spec.analysis.analysis_sets.values().map(|set| {
        let criteria: Vec<&str> = set.criteria.iter().map(|c| c.condition.as_str()).collect();
        (set.label.clone(), words(format!("{} Criteria: {}.", set.description, criteria.join(" and "))))
    });
    let analyses: Vec<CellContent> =
        job.facts.analyses.by_id.iter().map(|(id, ran)| words(format!("{id}: {}.", ran.in_words))).collect();
    add(
        input,
        "9.7.1",
        [
            Block::Subheading("Analysis sets".to_owned()),
            Block::KeyValues(sets.collect()),
            Block::Subheading("Analyses".to_owned()),
            Block::List(analyses),
        ],
    );
    covariates(job, input);
    let missing: Vec<CellContent> = job
        .spec
        .analysis
        .endpoints
        .values()
        .filter(|e| !e.estimand.missing.is_empty())
        .map(|e| words(format!("{}: {}", e.title, e.estimand.missing)))
        .collect();
    if !missing.is_empty() {
        add(input, "11.4.2.2", [Block::List(missing)]);
    }
    let alpha = crate::base::number::plain(*job.spec.analysis.alpha);
    let order = &job.spec.analysis.testing_order;
    let text = if let Some(scheme) = &job.spec.analysis.multiplicity {
        let alpha = scheme.alpha.as_ref().map_or(alpha, |a| crate::base::number::plain(**a));
        format!(
            "The hypotheses below are tested by {} at the familywise level {alpha}. All other p-values are nominal.",
            scheme.procedure.in_words()
        )
    } else if order.is_empty() {
        format!(
            "The primary analysis is tested at the two-sided level {alpha}; where it is not significant, all other \
             p-values are nominal. Nothing is adjusted for the number of further endpoints."
        )
    } else {
        let names: Vec<&str> = order.iter().map(|o| o.value.as_str()).collect();
        format!(
            "Endpoints are tested in the order {} at the two-sided level {alpha}; what follows a failed one, or is not in \
             the order, is nominal.",
            names.join(", ")
        )
    };
    add(input, "11.4.2.5", [Block::Paragraph(words(text))]);
    hypotheses(job, input);
    add(input, "16.1.9", catalogue(job));
}

/// Raw and adjusted p-value of each hypothesis of the multiplicity scheme, and the decision.
fn hypotheses(job: &Job<'_>, input: &mut CsrInput) {
    let Some(scheme) = &job.spec.analysis.multiplicity else { return };
    let each = |hypothesis: &HypothesisSpec| {
        let of = |statistic: &str| multiplicity::key(statistic, &hypothesis.id);
        let rejected = job.facts.store.number(&of("rejected")) == Some(1.0);
        let mut content = words(format!("{}: p ", hypothesis.label.as_deref().unwrap_or(&hypothesis.id)));
        content.extend(ResultKey::parse(&hypothesis.p).ok().map(Inline::number));
        content.push(Inline::text(", adjusted "));
        content.push(Inline::number(of("p_adjusted")));
        content.push(Inline::text(if rejected { "; rejected." } else { "; not rejected." }));
        content
    };
    add(input, "11.4.2.5", [Block::List(scheme.hypotheses.iter().map(each).collect())]);
}

fn quality(job: &Job<'_>) -> Vec<Block> {
    let mut facts = vec![
        ("Lock".to_owned(), words(job.lock_id())),
        ("Run".to_owned(), words(job.run_id)),
        ("Program".to_owned(), words(format!("tracelock {}", env!("CARGO_PKG_VERSION")))),
    ];
    if let Some(lock) = &job.inputs.lock {
        facts.push(("Locked".to_owned(), words(format!("{} by {} ({:?})", lock.locked_at, lock.locked_by, lock.kind))));
        for file in &lock.files {
            facts.push((file.name.clone(), words(format!("SHA-256 {}", file.sha256))));
        }
    }
    let text = "Every number of this report comes from the results store and leads back to the cells of the locked database; the trace database delivered with the run names them. Digits typed by a writer are listed there as typed.";
    vec![Block::Paragraph(words(text)), Block::KeyValues(facts)]
}

fn covariates(job: &Job<'_>, input: &mut CsrInput) {
    let used: Vec<CellContent> = job
        .facts
        .analyses
        .by_id
        .iter()
        .filter(|(_, ran)| !ran.input.covariates.is_empty() || !ran.input.factors.is_empty())
        .map(|(id, ran)| {
            let names: Vec<&str> = ran
                .input
                .covariates
                .iter()
                .map(String::as_str)
                .chain(ran.input.factors.iter().map(|f| f.name.as_str()))
                .collect();
            words(format!("{id}: adjusted for {}.", names.join(", ")))
        })
        .collect();
    if !used.is_empty() {
        add(input, "11.4.2.1", [Block::List(used)]);
    }
}

/// Every method used, with its definition and source.
fn catalogue(job: &Job<'_>) -> Vec<Block> {
    let mut names: Vec<&str> = job.facts.analyses.by_id.values().map(|ran| ran.method).collect();
    names.sort_unstable();
    names.dedup();
    let mut blocks = Vec::new();
    for method in names.into_iter().filter_map(crate::methods::find) {
        let about = method.about();
        blocks.push(Block::Subheading(format!("{} ({})", method.title(), method.name())));
        blocks.push(Block::KeyValues(vec![
            ("Estimates".to_owned(), words(about.estimand)),
            ("Computed as".to_owned(), words(about.formula)),
            ("Limits".to_owned(), words(about.limits)),
            ("Source".to_owned(), words(about.source)),
            ("Same number in SAS".to_owned(), words(about.sas)),
            ("Same number in R".to_owned(), words(about.r)),
        ]));
    }
    let rounding = "Numbers are stored in full precision and rounded once, when printed: the shortest decimal that reads back as the number, half away from zero. Percentages of counts are rounded exactly.";
    blocks.push(Block::Subheading("Rounding".to_owned()));
    blocks.push(Block::Paragraph(words(rounding)));
    blocks
}
