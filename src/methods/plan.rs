//! Runs every analysis of every endpoint, in the order of the configuration.

use indexmap::IndexMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::data::Engine;
use crate::population::analysis_set::AnalysisSets;
use crate::results::{LeftOut, ResultSink};
use crate::spec::Spec;

use super::input::{AnalysisInput, bind};
use super::options::Options;
use super::single_imputation;
use super::writer::Writer;
use super::{METHODS, Setup, find, item_keys, margin, subgroup};

/// What was run: the bound data of each analysis, by id, for the flow and the report.
#[derive(Debug, Default)]
pub struct Analyses {
    /// By analysis id, in the order of the configuration.
    pub by_id: IndexMap<String, Ran>,
}

/// One analysis that was run.
#[derive(Debug)]
pub struct Ran {
    /// Endpoint id.
    pub endpoint: String,
    /// Method name.
    pub method: &'static str,
    /// The method with its options, in words.
    pub in_words: String,
    /// Who was analysed and who was not.
    pub input: AnalysisInput,
}

impl Ran {
    /// Subject rows of those analysed.
    #[must_use]
    pub fn analysed(&self) -> Vec<i64> {
        let mut subjects: Vec<i64> = self.input.rows.iter().map(|r| r.subject).collect();
        // In a set by treatment a subject has a row for each.
        subjects.dedup();
        subjects
    }

    /// Everyone else.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.input.left_out
    }
}

/// Runs the analyses; problems of all are reported together.
///
/// # Errors
/// [`Stop`] where an analysis could not be set up.
pub fn run(
    spec: &Spec,
    engine: &Engine,
    sets: &AnalysisSets,
    sink: &mut Diagnostics,
    results: &mut ResultSink<'_>,
) -> Result<Analyses, Stop> {
    let mark = sink.mark();
    let mut analyses = Analyses::default();
    for named in &spec.analysis.testing_order {
        if !spec.analysis.endpoints.contains_key(&**named) {
            sink.error(&codes::CFG_003, named.place.clone(), format!("there is no endpoint `{}`", **named))
                .hint(did_you_mean(named, spec.analysis.endpoints.keys().map(String::as_str)));
        }
    }
    for (endpoint_id, endpoint) in &spec.analysis.endpoints {
        for item in &endpoint.analyses {
            let Some(method) = find(&item.method) else {
                sink.error(
                    &codes::CFG_010,
                    item.method.place.clone(),
                    format!("there is no method `{}`", *item.method),
                )
                .hint(did_you_mean(&item.method, METHODS.iter().map(|m| m.name())));
                continue;
            };
            if analyses.by_id.contains_key(&item.id.value) || RESERVED.contains(&item.id.as_str()) {
                sink.error(&codes::CFG_004, item.id.place.clone(), format!("the analysis id `{}` is taken", *item.id))
                    .hint("an id is the first part of result keys and must be unique in the study");
                continue;
            }
            let options = Options::read(method.options(), &item.options, *spec.analysis.conf_level, sink);
            item_keys::check(method, endpoint, item, sink);
            let Ok(input) = bind(spec, engine, sets, endpoint, item, method.shape(), sink) else { continue };
            method.check(&Setup { endpoint, item, options: &options, input: &input }, sink);
            if sink.check(mark).is_err() {
                continue;
            }
            let settings = options.in_words();
            let mut in_words = if settings.is_empty() {
                method.title().to_owned()
            } else {
                format!("{} ({settings})", method.title())
            };
            if let Some(margin) = &item.margin {
                in_words.push_str(&format!("; {}", margin::in_words(margin)));
            }
            if let Some(imputation) = &item.imputation {
                in_words.push_str(&single_imputation::in_words(imputation));
            }
            method.run(&options, &mut Writer::new(&input, in_words.clone(), results));
            margin::run(endpoint, item, method.shape(), options.conf_level(), &input, sink, results);
            subgroup::run(engine, item, method, &options, &input, &in_words, sink, results);
            let ran = Ran { endpoint: endpoint_id.clone(), method: method.name(), in_words, input };
            analyses.by_id.insert(item.id.value.clone(), ran);
        }
    }
    sink.check(mark)?;
    Ok(analyses)
}

/// First parts of keys that no analysis may have.
pub(super) const RESERVED: &[&str] = &["ae", "base", "disp", "flow", "mult", "set", "study"];
