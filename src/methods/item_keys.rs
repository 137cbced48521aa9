//! Which keys of an analysis its method reads; a key that would change nothing is an error.

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place};
use crate::spec::analysis::{AnalysisItem, EndpointSpec};

use super::{METHODS, Method, single_imputation};

/// A key of an analysis that only some methods read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKey {
    /// `compare`.
    Compare,
    /// `covariates`.
    Covariates,
    /// `factors`.
    Factors,
    /// `reference`, of factors.
    Reference,
    /// `interactions`.
    Interactions,
    /// `contrasts`.
    Contrasts,
    /// `strata`.
    Strata,
    /// `cluster`.
    Cluster,
    /// `visits`.
    Visits,
    /// `components`.
    Components,
}

/// Every key that only some methods read, in the order of the format.
pub const ITEM_KEYS: &[ItemKey] = &[
    ItemKey::Compare,
    ItemKey::Covariates,
    ItemKey::Factors,
    ItemKey::Reference,
    ItemKey::Interactions,
    ItemKey::Contrasts,
    ItemKey::Strata,
    ItemKey::Cluster,
    ItemKey::Visits,
    ItemKey::Components,
];

impl ItemKey {
    /// As written in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Compare => "compare",
            Self::Covariates => "covariates",
            Self::Factors => "factors",
            Self::Reference => "reference",
            Self::Interactions => "interactions",
            Self::Contrasts => "contrasts",
            Self::Strata => "strata",
            Self::Cluster => "cluster",
            Self::Visits => "visits",
            Self::Components => "components",
        }
    }

    /// What it says to the methods that read it.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Compare => "pairs of arms; every arm with the reference arm if left out",
            Self::Covariates => "numeric subject variables, or BASE",
            Self::Factors => "categorical subject variables: terms of a model, or strata of a stratified test",
            Self::Reference => "reference level of a factor; the first in sorted order if left out",
            Self::Interactions => "factors and covariates whose product with the arm is in the model",
            Self::Contrasts => "weighted sums of the means of the arms",
            Self::Strata => "categorical subject variables within whose combinations subjects are compared",
            Self::Cluster => "subject variable whose levels belong together in a robust variance",
            Self::Visits => "visits of the repeated measure, in order",
            Self::Components => "endpoints compared in order of priority",
        }
    }

    /// Where the analysis gives it.
    fn place(self, item: &AnalysisItem) -> Option<&Place> {
        match self {
            Self::Compare => item.compare.first().map(|c| &c.arm.place),
            Self::Covariates => item.covariates.first().map(|c| &c.place),
            Self::Factors => item.factors.first().map(|f| &f.place),
            Self::Reference => item.reference.values().next().map(|level| &level.place),
            Self::Interactions => item.interactions.first().map(|i| &i.place),
            Self::Contrasts => item.contrasts.first().map(|c| &c.id.place),
            Self::Strata => item.strata.first().map(|s| &s.place),
            Self::Cluster => item.cluster.as_ref().map(|c| &c.place),
            Self::Visits => item.visits.first().map(|v| &v.place),
            Self::Components => item.components.first().map(|c| &c.place),
        }
    }
}

/// Reports every key given that the method, or the measure, would not read.
pub(super) fn check(method: &dyn Method, endpoint: &EndpointSpec, item: &AnalysisItem, sink: &mut Diagnostics) {
    let reads = method.reads();
    for key in ITEM_KEYS.iter().copied().filter(|key| !reads.contains(key)) {
        let Some(place) = key.place(item) else { continue };
        // Values are carried from visit to visit for methods of one value, too.
        if key == ItemKey::Visits && single_imputation::carries(item) {
            continue;
        }
        let said = format!("`{}` does not use `{}`", method.name(), key.name());
        sink.error(&codes::CFG_010, place.clone(), said).hint(hint(method, key));
    }
    if let Some(parameter) = item.parameter.as_ref().filter(|_| endpoint.measure.parameter.is_none()) {
        let said = "`parameter` changes nothing where the measure has none";
        sink.error(&codes::CFG_010, parameter.place.clone(), said)
            .hint("it stands for the measure's own `parameter`; leave it out here");
    }
}

fn hint(method: &dyn Method, key: ItemKey) -> String {
    let reads: Vec<String> = method.reads().iter().map(|k| format!("`{}`", k.name())).collect();
    let own = if reads.is_empty() { "none of these keys".to_owned() } else { reads.join(", ") };
    let others: Vec<&str> = METHODS
        .iter()
        .filter(|other| other.shape() == method.shape() && other.reads().contains(&key))
        .map(|other| other.name())
        .collect();
    let instead = if others.is_empty() {
        String::new()
    } else {
        format!("; methods of the same kind of measure that do: {}", others.join(", "))
    };
    format!("it reads {own}{instead}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEASURE: &str = "{role: primary, title: T, time_frame: T, measure: {variable: X, unit: u}, \
                           estimand: {population: P, analysis_set: A, summary: S}, analyses: []}";

    fn given(key: ItemKey) -> &'static str {
        match key {
            ItemKey::Compare => "compare: [{arm: a, vs: b}]",
            ItemKey::Covariates => "covariates: [X]",
            ItemKey::Factors => "factors: [X]",
            ItemKey::Reference => "reference: {X: a}",
            ItemKey::Interactions => "interactions: [X]",
            ItemKey::Contrasts => "contrasts: [{id: c, weights: {a: 1, b: -1}}]",
            ItemKey::Strata => "strata: [X]",
            ItemKey::Cluster => "cluster: X",
            ItemKey::Visits => "visits: [v]",
            ItemKey::Components => "components: [e]",
        }
    }

    fn found(method: &dyn Method, more: &str) -> Vec<String> {
        let endpoint: EndpointSpec = serde_yaml::from_str(MEASURE).expect("an endpoint");
        let item = format!("{{id: a, method: {}, {more}}}", method.name());
        let item: AnalysisItem = serde_yaml::from_str(&item).expect("an analysis");
        let mut sink = Diagnostics::new();
        check(method, &endpoint, &item, &mut sink);
        sink.all().iter().map(|d| d.message.clone()).collect()
    }

    #[test]
    fn every_key_is_read_or_refused() {
        for method in METHODS.iter().copied() {
            for key in ITEM_KEYS.iter().copied() {
                let refused = found(method, given(key));
                let expected = format!("`{}` does not use `{}`", method.name(), key.name());
                let expected = if method.reads().contains(&key) { Vec::new() } else { vec![expected] };
                assert_eq!(refused, expected, "{} with {}", method.name(), key.name());
            }
            assert_eq!(found(method, "parameter: P").len(), 1, "{}", method.name());
        }
    }

    #[test]
    fn visits_may_be_given_where_values_are_carried() {
        let method = crate::methods::find("ancova").expect("a method");
        assert!(found(method, "visits: [v], imputation: {method: locf}").is_empty());
        assert_eq!(found(method, "visits: [v], imputation: {method: non_responder}").len(), 1);
    }
}
