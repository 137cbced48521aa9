//! Graphs of common multiple tests: weighted Holm, fixed sequence, fallback, serial and parallel gatekeeping.
//!
//! Bretz et al. (2009), sections 3 and 4; fallback: Wiens (2003); serial gatekeeping: Maurer, Hothorn & Lehmacher
//! (1995), with Holm within each family; parallel gatekeeping: Dmitrienko, Offen & Westfall (2003), Bonferroni within
//! all families but the last.

use super::graphical::{Edge, Graph};
use super::reason::NotEstimable;

fn edge(weight: f64) -> Edge {
    Edge { weight, epsilon: 0.0 }
}

/// Returns the weighted Bonferroni procedure: nothing is passed on.
pub fn bonferroni(weights: &[f64]) -> Result<Graph, NotEstimable> {
    Graph::new(weights.to_vec(), vec![vec![Edge::default(); weights.len()]; weights.len()])
}

/// Returns the weighted Holm procedure: each passes its weight on in proportion to the weights of the others.
///
/// Errors as [`Graph::new`].
pub fn holm(weights: &[f64]) -> Result<Graph, NotEstimable> {
    let share = |i: usize, j: usize| {
        let others: f64 = weights.iter().enumerate().filter(|(k, _)| *k != i).map(|(_, w)| w).sum();
        if i == j || others <= 0.0 { Edge::default() } else { edge(weights[j] / others) }
    };
    let n = weights.len();
    Graph::new(weights.to_vec(), (0..n).map(|i| (0..n).map(|j| share(i, j)).collect()).collect())
}

/// Returns the fixed sequence of `n` hypotheses, tested in order.
pub fn fixed_sequence(n: usize) -> Result<Graph, NotEstimable> {
    let mut weights = vec![0.0; n];
    if let Some(first) = weights.first_mut() {
        *first = 1.0;
    }
    fallback(&weights)
}

/// Returns Wiens' fallback procedure: each passes its weight to the next in order.
///
/// Errors as [`Graph::new`].
pub fn fallback(weights: &[f64]) -> Result<Graph, NotEstimable> {
    let n = weights.len();
    let next = |i: usize, j: usize| if j == i + 1 { edge(1.0) } else { Edge::default() };
    Graph::new(weights.to_vec(), (0..n).map(|i| (0..n).map(|j| next(i, j)).collect()).collect())
}

/// Returns serial gatekeeping over families of the given sizes, hypotheses numbered through: a family is tested, by
/// Holm, once all of the family before are rejected.
///
/// Errors: no family (`TooFewValues`), a family without hypothesis (`EmptyGroup`).
pub fn serial_gatekeeping(families: &[usize]) -> Result<Graph, NotEstimable> {
    gatekeeping(families, |size, place, next| {
        let others = size as f64 - 1.0;
        match (place, next) {
            // To the next family: an infinitesimal share while the own family has others.
            (Place::Next, Some(count)) if size > 1 => Edge { weight: 0.0, epsilon: 1.0 / count as f64 },
            (Place::Next, Some(count)) => edge(1.0 / count as f64),
            (Place::Next, None) => Edge::default(),
            (Place::Own, Some(_)) => Edge { weight: 1.0 / others, epsilon: -1.0 / others },
            (Place::Own, None) => edge(1.0 / others),
        }
    })
}

/// Returns parallel gatekeeping over families of the given sizes: each rejected hypothesis passes its weight to the
/// next family at once; the last family is tested by Holm.
///
/// Errors as [`serial_gatekeeping`].
pub fn parallel_gatekeeping(families: &[usize]) -> Result<Graph, NotEstimable> {
    gatekeeping(families, |size, place, next| match (place, next) {
        (Place::Next, Some(count)) => edge(1.0 / count as f64),
        (Place::Own, None) => edge(1.0 / (size as f64 - 1.0)),
        _ => Edge::default(),
    })
}

/// Where an edge leads.
#[derive(Clone, Copy)]
enum Place {
    Own,
    Next,
}

/// All weight in the first family; `rule` gives the edge from the size of the own family, the place it leads to and
/// the size of the next family.
fn gatekeeping(families: &[usize], rule: impl Fn(usize, Place, Option<usize>) -> Edge) -> Result<Graph, NotEstimable> {
    if families.contains(&0) {
        return Err(NotEstimable::EmptyGroup);
    }
    let family_of: Vec<usize> = families.iter().enumerate().flat_map(|(f, &size)| vec![f; size]).collect();
    let n = family_of.len();
    let weights = family_of.iter().map(|&f| if f == 0 { 1.0 / families[0] as f64 } else { 0.0 }).collect();
    let between = |i: usize, j: usize| {
        let (from, to) = (family_of[i], family_of[j]);
        let next = families.get(from + 1).copied();
        if i == j {
            Edge::default()
        } else if from == to {
            rule(families[from], Place::Own, next)
        } else if to == from + 1 {
            rule(families[from], Place::Next, next)
        } else {
            Edge::default()
        }
    };
    Graph::new(weights, (0..n).map(|i| (0..n).map(|j| between(i, j)).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::super::multiplicity::{Adjustment, adjusted_p_values};
    use super::*;

    fn adjusted(graph: Result<Graph, NotEstimable>, p: &[f64]) -> Vec<f64> {
        graph.expect("valid").test(p, 0.05).expect("valid").adjusted_p
    }

    #[test]
    fn same_as_the_direct_procedures() {
        let p = [0.01, 0.03, 0.02, 0.2];
        let direct = |adjustment| adjusted_p_values(&p, adjustment).expect("valid");
        assert_eq!(adjusted(bonferroni(&[0.25; 4]), &p), direct(Adjustment::Bonferroni));
        assert_eq!(adjusted(fixed_sequence(4), &p), direct(Adjustment::FixedSequence));
        let pairs = adjusted(holm(&[0.25; 4]), &p).into_iter().zip(direct(Adjustment::Holm));
        assert!(pairs.into_iter().all(|(graph, step)| (graph - step).abs() < 1e-15));
    }

    #[test]
    fn gates() {
        // Serial: the second family waits for all of the first. Parallel: it gets half after one.
        let p = [0.01, 0.6, 0.001];
        assert_eq!(adjusted(serial_gatekeeping(&[2, 1]), &p), [0.02, 0.6, 0.6]);
        assert_eq!(adjusted(parallel_gatekeeping(&[2, 1]), &p), [0.02, 1.0, 0.02]);
        assert_eq!(adjusted(serial_gatekeeping(&[1, 2]), &[0.04, 0.01, 0.03]), [0.04, 0.04, 0.04]);
        assert_eq!(serial_gatekeeping(&[2, 0]), Err(NotEstimable::EmptyGroup));
        assert_eq!(parallel_gatekeeping(&[]), Err(NotEstimable::TooFewValues));
        assert_eq!(fixed_sequence(0), Err(NotEstimable::TooFewValues));
    }
}
