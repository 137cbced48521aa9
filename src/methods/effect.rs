//! Reads an effect with its standard error back from the store, for what is concluded from it.

use std::collections::BTreeSet;

use crate::data::record_set::RecordId;
use crate::results::{Lineage, ResultKey, ResultSink, ResultStore, ResultValue, Role};
use crate::stats::NotEstimable;
use crate::stats::distribution::{normal, normal_multiplier, t, t_multiplier};

/// Rounding allowed where an interval is said to be estimate ± multiplier · SE.
const SLACK: f64 = 1e-7;

/// A statistic that is an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Effect {
    /// Its name in keys.
    pub name: &'static str,
    /// A ratio, with its interval on the log scale.
    pub ratio: bool,
    /// Whether `df` beside it are those of its own t distribution.
    pub t: bool,
    /// Whether it grows as the measure falls: a hazard is high where times are short.
    pub reversed: bool,
}

/// Effects in the order in which the first stored is an analysis' main one.
pub(super) const EFFECTS: &[Effect] = &[
    Effect { name: "diff", ratio: false, t: true, reversed: false },
    Effect { name: "risk_diff", ratio: false, t: false, reversed: false },
    Effect { name: "ratio", ratio: true, t: true, reversed: false },
    Effect { name: "geometric_mean_ratio", ratio: true, t: true, reversed: false },
    Effect { name: "hazard_ratio", ratio: true, t: false, reversed: true },
    Effect { name: "rate_ratio", ratio: true, t: false, reversed: false },
    Effect { name: "odds_ratio", ratio: true, t: false, reversed: false },
    Effect { name: "risk_ratio", ratio: true, t: false, reversed: false },
];

/// Keys of an effect of an analysis that compare arms, without those of subgroups.
pub(super) fn keys(store: &ResultStore, analysis: &str, effect: &Effect) -> Vec<ResultKey> {
    let compares = |key: &ResultKey| key.level("arm").is_some_and(|arm| arm.contains('/'));
    let whole = |key: &ResultKey| key.level("subgroup").is_none() && key.level("term").is_none();
    let of = |key: &&ResultKey| key.analysis == analysis && key.statistic == effect.name;
    store.iter().map(|r| &r.key).filter(of).filter(|key| compares(key) && whole(key)).cloned().collect()
}

/// The first effect that an analysis stores for comparisons of arms, with its keys.
#[must_use]
pub fn main_effect(store: &ResultStore, analysis: &str) -> Option<(&'static str, Vec<ResultKey>)> {
    EFFECTS.iter().map(|effect| (effect.name, keys(store, analysis, effect))).find(|(_, keys)| !keys.is_empty())
}

/// A number of the store, or why there is none.
pub(super) fn number(store: &ResultStore, key: &ResultKey) -> Result<f64, String> {
    match store.get(key).map(|r| &r.value) {
        None => Err(format!("there is no {key}")),
        Some(ResultValue::NotEstimable(reason)) => Err(reason.clone()),
        Some(value) => value.as_f64().ok_or_else(|| format!("{key} is no number")),
    }
}

/// An effect on its additive scale: a ratio as its logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    pub value: f64,
    pub standard_error: f64,
    /// Degrees of freedom of its t distribution; normal without.
    pub df: Option<f64>,
}

impl Estimate {
    /// The effect behind a key whose interval has this level.
    ///
    /// The standard error is the stored one, or for a ratio that of the interval. Fails where the interval is not
    /// symmetric, as exact and score intervals: then no standard error says how certain the effect is.
    pub(super) fn read(store: &ResultStore, key: &ResultKey, effect: &Effect, level: f64) -> Result<Self, String> {
        let scale = |x: f64| if effect.ratio { libm::log(x) } else { x };
        let read = |statistic: String| number(store, &key.statistic(statistic)).map(scale);
        let value = read(effect.name.to_owned())?;
        let (lower, upper) = (read(format!("{}_lower", effect.name))?, read(format!("{}_upper", effect.name))?);
        let half = (upper - lower) / 2.0;
        if !half.is_finite() || !value.is_finite() {
            return Err("no finite limit".to_owned());
        }
        let df = number(store, &key.statistic("df")).ok().filter(|_| effect.t);
        let words = |reason: NotEstimable| reason.to_string();
        let multiplier = |df: Option<f64>| match df {
            Some(df) => t_multiplier(level, df).map_err(words),
            None => normal_multiplier(level).map_err(words),
        };
        let symmetric = ((upper + lower) / 2.0 - value).abs() <= SLACK * half;
        if !effect.ratio
            && let Ok(standard_error) = number(store, &key.statistic(format!("{}_se", effect.name)))
        {
            // The distribution is the one that gives the interval shown.
            let fits =
                |df: Option<f64>| multiplier(df).is_ok_and(|m| (m * standard_error - half).abs() <= SLACK * half);
            return match df {
                Some(_) if fits(df) => Ok(Self { value, standard_error, df }),
                _ if fits(None) || !symmetric => Ok(Self { value, standard_error, df: None }),
                _ => Err("the interval is neither normal nor of the t distribution".to_owned()),
            };
        }
        if !symmetric {
            return Err("the interval is not symmetric: it gives no standard error".to_owned());
        }
        Ok(Self { value, standard_error: half / multiplier(df)?, df })
    }

    /// One-sided p-values of an effect below and above `null`, on the additive scale: lower and upper tail.
    pub(super) fn test(self, null: f64) -> Result<(f64, f64), String> {
        if self.standard_error <= 0.0 {
            return Err(NotEstimable::ZeroVariance.to_string());
        }
        let statistic = (self.value - null) / self.standard_error;
        let tails = match self.df {
            Some(df) => t(statistic, df).map_err(|reason| reason.to_string())?,
            None => normal(statistic),
        };
        Ok((tails.lower, tails.upper))
    }
}

/// Lineage of what is concluded from other results: their records and columns together, and themselves as parts.
pub(super) fn concluded(results: &mut ResultSink<'_>, keys: &[ResultKey], rule: impl Into<String>) -> Lineage {
    let store = results.store();
    let (mut records, mut variables): (BTreeSet<RecordId>, Vec<_>) = (BTreeSet::new(), Vec::new());
    let mut left_out = Vec::new();
    for result in keys.iter().filter_map(|key| store.get(key)) {
        let lineage = store.lineage(result.lineage);
        records.extend(store.record_sets().get(lineage.records));
        variables.extend(&lineage.variables);
        left_out.extend(lineage.left_out.iter().cloned());
    }
    left_out.sort();
    left_out.dedup();
    let records = results.records(records.into_iter().collect());
    let lineage = Lineage::of(records).left_out(left_out).variables(variables).rule(rule);
    keys.iter().fold(lineage, |lineage, key| lineage.input(Role::Part, key.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::NewResult;

    fn stored(values: &[(&str, f64)]) -> ResultStore {
        let mut store = ResultStore::new();
        for (statistic, value) in values {
            let key = ResultKey::new("a", *statistic).with("arm", "x/y");
            store.sink().real(key, *value, Lineage::default(), NewResult::default());
        }
        store
    }

    fn read(store: &ResultStore, name: &str) -> Result<Estimate, String> {
        let effect = EFFECTS.iter().find(|effect| effect.name == name).expect("an effect");
        Estimate::read(store, &ResultKey::new("a", name).with("arm", "x/y"), effect, 0.95)
    }

    #[test]
    fn the_interval_says_which_distribution() {
        let z = normal_multiplier(0.95).expect("a level");
        let of_t = t_multiplier(0.95, 8.0).expect("a level");
        let difference = |m: f64| {
            stored(&[
                ("diff", 3.0),
                ("diff_se", 2.0),
                ("diff_lower", 3.0 - 2.0 * m),
                ("diff_upper", 3.0 + 2.0 * m),
                ("df", 8.0),
            ])
        };
        assert_eq!(read(&difference(of_t), "diff"), Ok(Estimate { value: 3.0, standard_error: 2.0, df: Some(8.0) }));
        // Degrees of freedom that belong to another test beside it.
        assert_eq!(read(&difference(z), "diff"), Ok(Estimate { value: 3.0, standard_error: 2.0, df: None }));
        assert!(read(&difference(2.5), "diff").is_err());
    }

    #[test]
    fn a_ratio_is_read_from_its_limits() {
        let z = normal_multiplier(0.95).expect("a level");
        let (low, high) = (libm::exp(libm::log(2.0) - z * 0.5), libm::exp(libm::log(2.0) + z * 0.5));
        let ratio = |high: f64| stored(&[("odds_ratio", 2.0), ("odds_ratio_lower", low), ("odds_ratio_upper", high)]);
        let estimate = read(&ratio(high), "odds_ratio").expect("symmetric on the log scale");
        assert!((estimate.standard_error - 0.5).abs() < 1e-14 && estimate.df.is_none());
        assert!((estimate.test(0.0).expect("tails").1 - normal(libm::log(2.0) / 0.5).upper).abs() < 1e-14);
        assert!(read(&ratio(high * 1.01), "odds_ratio").is_err_and(|reason| reason.contains("not symmetric")));
        assert!(read(&ratio(high), "risk_ratio").is_err());
    }
}
