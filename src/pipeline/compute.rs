//! From sheets to results: data, analysis sets, analyses, flow.

use std::collections::BTreeSet;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::base::suggest::did_you_mean;
use crate::data::catalog::VariableType;
use crate::data::{self, Engine};
use crate::methods::plan::{self, Analyses};
use crate::methods::{ae_incidence, baseline, deaths, multiplicity, shift_table};
use crate::population::analysis_set;
use crate::population::count::TOTAL;
use crate::population::disposition;
use crate::population::flow::{self, ParticipantFlow};
use crate::report::compose::Facts;
use crate::results::{ResultStore, ResultValue};
use crate::spec::Spec;

use super::inputs::Inputs;
use super::{Event, Watch, listing};

/// Everything computed.
pub(super) struct Computed {
    pub engine: Engine,
    pub flow: ParticipantFlow,
    pub analyses: Analyses,
    pub store: ResultStore,
}

impl Computed {
    /// What displays are made from.
    pub fn facts<'a>(&'a self, spec: &'a Spec) -> Facts<'a> {
        Facts { spec, store: &self.store, flow: &self.flow, analyses: &self.analyses }
    }
}

/// Computes every result.
pub(super) fn run(spec: &Spec, inputs: &Inputs, sink: &mut Diagnostics, watch: Watch<'_>) -> Result<Computed, Stop> {
    watch(Event::Begin("data"));
    let engine = data::build(spec, &|file| inputs.locate(file), sink)?;
    let sheets: BTreeSet<(String, String)> = engine
        .catalog()
        .datasets()
        .iter()
        .flat_map(|d| &d.parts)
        .map(|part| (part.file.to_string(), part.sheet.to_string()))
        .collect();
    watch(Event::End(&format!(
        "Read {} sheets from {} files: {} subjects.",
        sheets.len(),
        inputs.files.len(),
        engine.subjects().len()
    )));

    watch(Event::Begin("populations"));
    let mut store = ResultStore::new();
    let sets = analysis_set::evaluate(spec, &engine, sink)?;
    watch(Event::End(&format!(
        "Analysis sets: {}.",
        sets.iter().map(|set| format!("{} {}", set.label, set.n(TOTAL).n)).collect::<Vec<_>>().join(", ")
    )));

    watch(Event::Begin("methods"));
    let mark = sink.mark();
    let mut results = store.sink();
    // Each part reports all its problems; what one cannot do does not hide what another finds.
    let analyses = plan::run(spec, &engine, &sets, sink, &mut results);
    let flow = match &analyses {
        Ok(analyses) => {
            let named = &spec.analysis.flow.analysed;
            match analyses.by_id.get(&**named) {
                Some(ran) => {
                    let analysed = ran.analysed();
                    flow::build(spec, &engine, &sets, Some((&analysed, ran.left_out())), sink, &mut results)
                }
                None => Err(sink
                    .error(&codes::CFG_003, named.place.clone(), format!("there is no analysis `{}`", **named))
                    .hint(did_you_mean(named, analyses.by_id.keys().map(String::as_str)))
                    .stop()),
            }
        }
        Err(_) => flow::build(spec, &engine, &sets, None, sink, &mut results),
    };
    analysis_set::store(&sets, spec, &engine, &mut results);
    let _ = disposition::run(spec, &engine, &sets, sink, &mut results);
    let _ = baseline::run(spec, &engine, &sets, sink, &mut results);
    let _ = ae_incidence::run(spec, &engine, &sets, sink, &mut results);
    let _ = deaths::run(spec, &engine, &sets, sink, &mut results);
    let _ = shift_table::run(spec, &engine, &sets, sink, &mut results);
    let _ = listing::store(spec, &engine, &sets, sink, &mut results);
    if analyses.is_ok() {
        multiplicity::run(spec, sink, &mut results);
    }
    let (analyses, flow) = (analyses?, flow?);
    for key in store.repeated() {
        sink.error(&codes::CFG_004, Place::Nowhere, format!("two results have the address `{key}`"))
            .hint("two things of analysis.yaml have the same id; give one of them another");
    }
    sink.check(mark)?;
    let not_estimable = store.iter().filter(|r| matches!(r.value, ResultValue::NotEstimable(_))).count();
    watch(Event::End(&format!("Computed {} results, {not_estimable} of them not estimable.", store.len())));
    Ok(Computed { engine, flow, analyses, store })
}

/// Subject ids and dates of birth, which must not stand in `public/`.
pub(super) fn secrets(engine: &Engine) -> (Vec<String>, Vec<String>) {
    let subjects = engine.subjects().iter().map(|s| s.key.clone()).collect();
    let mut births = Vec::new();
    for variable in engine.catalog().variables().iter().filter(|v| tells_birth(&v.name, &v.label, v.kind)) {
        // A time of birth is told by its date.
        let dates = engine.column(variable.id).into_iter().map(|(_, v)| v.shown().chars().take(10).collect::<String>());
        births.extend(dates.filter(|text| !text.is_empty()));
    }
    births.sort();
    births.dedup();
    (subjects, births)
}

/// Whether a variable holds dates of birth, by its name (CDISC `BRTHDTC`, `BRTHDAT`, `DOB`, …) or label.
fn tells_birth(name: &str, label: &str, kind: VariableType) -> bool {
    let is_date = !matches!(kind, VariableType::Integer | VariableType::Decimal | VariableType::Time);
    let label = label.to_lowercase();
    is_date && (name.contains("BRTH") || name.contains("BIRTH") || name == "DOB" || label.contains("birth"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_birth_are_known_by_name_or_label() {
        for (name, label, kind, expected) in [
            ("BRTHDTC", "", VariableType::PartialDate, true),
            ("BRTHDAT", "", VariableType::Text, true),
            ("GEBDAT", "Date of birth", VariableType::Date, true),
            ("DOB", "", VariableType::Date, true),
            ("BIRTHWT", "Birth weight", VariableType::Decimal, false),
            ("RANDDT", "Date of randomisation", VariableType::Date, false),
        ] {
            assert_eq!(tells_birth(name, label, kind), expected, "{name}");
        }
    }
}
