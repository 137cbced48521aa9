//! Graphical multiple tests: weights of the hypotheses and edges along which rejected hypotheses pass theirs on.
//!
//! Bretz, Maurer, Brannath & Posch (2009), "A graphical approach to sequentially rejective multiple test
//! procedures", Statistics in Medicine 28; adjusted p-values: Bretz et al. (2011), Biometrical Journal 53,
//! algorithm 2. Holm, fixed sequence, fallback and gatekeeping are special graphs, in [`super::gatekeeping`].

use super::infinitesimal::Infinitesimal;
use super::multiplicity::check_p_values;
use super::reason::{NotEstimable, check_finite};

/// Rounding allowed in sums of weights.
const SLACK: f64 = 1e-9;

/// The share of a hypothesis' weight that goes along an edge: `weight + epsilon * e`, e smaller than any number.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Edge {
    /// Finite part, 0..=1.
    pub weight: f64,
    /// Infinitesimal part: positive for an edge that is used when no other is left, negative where it was taken.
    pub epsilon: f64,
}

/// A test procedure.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    weights: Vec<f64>,
    edges: Vec<Vec<Edge>>,
}

/// One step of the procedure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GraphStep {
    /// The hypothesis with the smallest p-value for its weight.
    pub hypothesis: usize,
    /// Its weight at this step.
    pub weight: f64,
    /// The level at which it is tested: weight times alpha.
    pub level: f64,
    /// Whether its p-value is not above that level; after the first that is not, the procedure stops.
    pub rejected: bool,
}

/// The result of the procedure at one level.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphTest {
    /// Adjusted p-value of each hypothesis; 1 where no weight ever reaches it.
    pub adjusted_p: Vec<f64>,
    /// Whether each hypothesis is rejected.
    pub rejected: Vec<bool>,
    /// The steps taken.
    pub steps: Vec<GraphStep>,
    /// Weights of the resulting graph; 0 for rejected hypotheses.
    pub weights: Vec<f64>,
    /// Edges of the resulting graph, infinitesimal ones as 0; 0 from and to rejected hypotheses.
    pub edges: Vec<Vec<f64>>,
}

impl Graph {
    /// Returns the graph with the given weights and edges, `edges[i][j]` from hypothesis i to j.
    ///
    /// Errors: no hypothesis (`TooFewValues`); numbers that are not finite; weights or edges that are negative, sum
    /// to more than 1, or lead from a hypothesis to itself; lists of different length (`InvalidArgument`).
    pub fn new(weights: Vec<f64>, edges: Vec<Vec<Edge>>) -> Result<Graph, NotEstimable> {
        let n = weights.len();
        if n == 0 {
            return Err(NotEstimable::TooFewValues);
        }
        check_finite(&weights)?;
        for edge in edges.iter().flatten() {
            check_finite(&[edge.weight, edge.epsilon])?;
        }
        let square = edges.len() == n && edges.iter().all(|row| row.len() == n);
        let total: f64 = weights.iter().sum();
        if !square || weights.iter().any(|w| *w < 0.0) || total > 1.0 + SLACK {
            return Err(NotEstimable::InvalidArgument);
        }
        for (i, row) in edges.iter().enumerate() {
            let negative = |e: &Edge| e.weight < 0.0 || (e.weight == 0.0 && e.epsilon < 0.0);
            let out: f64 = row.iter().map(|e| e.weight).sum();
            let epsilon: f64 = row.iter().map(|e| e.epsilon).sum();
            let beyond = out > 1.0 + SLACK || (out > 1.0 - SLACK && epsilon > SLACK);
            if row.iter().any(negative) || beyond || row[i] != Edge::default() {
                return Err(NotEstimable::InvalidArgument);
            }
        }
        Ok(Graph { weights, edges })
    }

    /// Number of hypotheses.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there is no hypothesis, which never is.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// Weights at the start.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Edges at the start.
    pub fn edges(&self) -> &[Vec<Edge>] {
        &self.edges
    }

    /// Returns the adjusted p-values and what is rejected at `alpha`.
    ///
    /// Errors: another number of p-values than hypotheses, p-values outside 0..=1, alpha outside 0..1.
    pub fn test(&self, p: &[f64], alpha: f64) -> Result<GraphTest, NotEstimable> {
        check_p_values(p)?;
        if p.len() != self.len() || !(alpha > 0.0 && alpha < 1.0) {
            return Err(NotEstimable::InvalidArgument);
        }
        let n = self.len();
        let mut state = State::of(self);
        let (mut adjusted_p, mut rejected, mut steps) = (vec![1.0; n], vec![false; n], Vec::new());
        let mut largest = 0.0f64;
        let mut stopped = None;
        while let Some(next) = state.next(p) {
            let weight = state.weights[next];
            largest = largest.max(p[next] / weight).min(1.0);
            adjusted_p[next] = largest;
            if stopped.is_none() {
                let level = weight * alpha;
                // The same comparison as of the adjusted p-value with alpha.
                rejected[next] = largest <= alpha;
                steps.push(GraphStep { hypothesis: next, weight, level, rejected: rejected[next] });
                if !rejected[next] {
                    stopped = Some((state.weights.clone(), state.limits()));
                }
            }
            state.remove(next);
        }
        let (weights, edges) = stopped.unwrap_or_else(|| (state.weights.clone(), state.limits()));
        Ok(GraphTest { adjusted_p, rejected, steps, weights, edges })
    }
}

/// A graph from which hypotheses are removed.
struct State {
    remaining: Vec<bool>,
    weights: Vec<f64>,
    edges: Vec<Vec<Infinitesimal>>,
    terms: usize,
}

impl State {
    fn of(graph: &Graph) -> State {
        // Each removal can cancel a leading term or two; without infinitesimal edges nothing follows the leading one.
        let exact = graph.edges.iter().flatten().all(|e| e.epsilon == 0.0);
        let terms = if exact { 2 } else { (2 * graph.len() + 4).min(32) };
        let edge = |e: &Edge| Infinitesimal::new(e.weight, e.epsilon, terms);
        let edges = graph.edges.iter().map(|row| row.iter().map(edge).collect()).collect();
        State { remaining: vec![true; graph.len()], weights: graph.weights.clone(), edges, terms }
    }

    /// The remaining hypothesis with weight whose p-value is smallest for it; the first of several.
    fn next(&self, p: &[f64]) -> Option<usize> {
        let candidates = (0..p.len()).filter(|&i| self.remaining[i] && self.weights[i] > 0.0);
        candidates.min_by(|&i, &j| (p[i] / self.weights[i]).total_cmp(&(p[j] / self.weights[j])))
    }

    /// Removes a hypothesis: its weight goes along its edges, and edges through it are joined (algorithm 1).
    fn remove(&mut self, gone: usize) {
        self.remaining[gone] = false;
        let others: Vec<usize> = (0..self.weights.len()).filter(|&i| self.remaining[i]).collect();
        let weight = std::mem::take(&mut self.weights[gone]);
        for &i in &others {
            self.weights[i] += weight * self.edges[gone][i].limit().min(1.0);
        }
        let before = self.edges.clone();
        let one = Infinitesimal::new(1.0, 0.0, self.terms);
        let zero = Infinitesimal::new(0.0, 0.0, self.terms);
        for &i in &others {
            // What comes back from the one that is gone is shared again.
            let kept = one.plus(-1.0, &before[i][gone].times(&before[gone][i]));
            for &j in others.iter().filter(|&&j| j != i) {
                let through = before[i][gone].times(&before[gone][j]);
                self.edges[i][j] = before[i][j].plus(1.0, &through).over(&kept);
            }
        }
        for i in 0..self.weights.len() {
            self.edges[gone][i] = zero.clone();
            self.edges[i][gone] = zero.clone();
        }
    }

    fn limits(&self) -> Vec<Vec<f64>> {
        self.edges.iter().map(|row| row.iter().map(|edge| edge.limit().min(1.0)).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::multiplicity::{Adjustment, adjusted_p_values};
    use super::*;

    fn edge(weight: f64) -> Edge {
        Edge { weight, epsilon: 0.0 }
    }

    #[test]
    fn equal_weights_with_equal_edges_are_holm() {
        let p = [0.02, 0.012, 0.5, 0.013];
        let row = |i: usize| (0..4).map(|j| edge(if i == j { 0.0 } else { 1.0 / 3.0 })).collect();
        let graph = Graph::new(vec![0.25; 4], (0..4).map(row).collect()).expect("valid");
        let test = graph.test(&p, 0.05).expect("valid");
        let holm = adjusted_p_values(&p, Adjustment::Holm).expect("valid");
        assert!(test.adjusted_p.iter().zip(&holm).all(|(a, b)| (a - b).abs() < 1e-15));
        assert_eq!(test.rejected, [true, true, false, true]);
        assert_eq!((test.weights[2], test.steps.len()), (1.0, 4));
    }

    #[test]
    fn resulting_graph() {
        // Two doses, each passing half to the other and half to its own secondary endpoint, which passes all back.
        let mut edges = vec![vec![Edge::default(); 4]; 4];
        for (from, to, weight) in [(0, 1, 0.5), (0, 2, 0.5), (1, 0, 0.5), (1, 3, 0.5), (2, 1, 1.0), (3, 0, 1.0)] {
            edges[from][to] = edge(weight);
        }
        let graph = Graph::new(vec![0.5, 0.5, 0.0, 0.0], edges).expect("valid");
        let test = graph.test(&[0.01, 0.04, 0.2, 0.2], 0.05).expect("valid");
        assert_eq!(test.rejected, [true, false, false, false]);
        assert_eq!(test.weights, [0.0, 0.75, 0.25, 0.0]);
        // From 1: half to 0 is shared: a quarter to 2, the half to 3, over 1 - 1/4.
        assert!((test.edges[1][2] - 1.0 / 3.0).abs() < 1e-15 && (test.edges[1][3] - 2.0 / 3.0).abs() < 1e-15);
        assert_eq!((test.edges[2][1], test.edges[3][1], test.edges[3][2]), (1.0, 0.5, 0.5));
        assert_eq!(test.steps.len(), 2);
    }

    #[test]
    fn order_of_hypotheses_does_not_matter() {
        let mut edges = vec![vec![Edge::default(); 3]; 3];
        edges[0][1] = Edge { weight: 1.0, epsilon: -1.0 };
        edges[0][2] = Edge { weight: 0.0, epsilon: 1.0 };
        edges[1][0] = Edge { weight: 1.0, epsilon: -0.5 };
        edges[1][2] = Edge { weight: 0.0, epsilon: 0.5 };
        let (weights, p) = ([0.5, 0.5, 0.0], [0.01, 0.03, 0.04]);
        let graph = Graph::new(weights.to_vec(), edges.clone()).expect("valid");
        let test = graph.test(&p, 0.05).expect("valid");
        assert_eq!(test.adjusted_p, [0.02, 0.03, 0.04]);
        let order = [2, 0, 1];
        let turned = order.iter().map(|&i| order.iter().map(|&j| edges[i][j]).collect()).collect();
        let graph = Graph::new(order.iter().map(|&i| weights[i]).collect(), turned).expect("valid");
        let other = graph.test(&order.map(|i| p[i]), 0.05).expect("valid");
        assert_eq!(order.map(|i| test.adjusted_p[i]).to_vec(), other.adjusted_p);
    }

    #[test]
    fn no_weight_no_rejection() {
        let graph = Graph::new(vec![0.0, 0.0], vec![vec![Edge::default(); 2]; 2]).expect("valid");
        let test = graph.test(&[0.0, 0.0], 0.05).expect("valid");
        assert_eq!((test.adjusted_p, test.rejected, test.steps.len()), (vec![1.0, 1.0], vec![false, false], 0));
    }

    #[test]
    fn invalid_graphs() {
        let none = vec![vec![Edge::default(); 2]; 2];
        assert_eq!(Graph::new(vec![], vec![]), Err(NotEstimable::TooFewValues));
        assert_eq!(Graph::new(vec![0.6, 0.6], none.clone()), Err(NotEstimable::InvalidArgument));
        assert_eq!(Graph::new(vec![0.5], none.clone()), Err(NotEstimable::InvalidArgument));
        let mut own = none.clone();
        own[0][0] = edge(0.5);
        assert_eq!(Graph::new(vec![0.5, 0.5], own), Err(NotEstimable::InvalidArgument));
        let mut beyond = none.clone();
        beyond[0][1] = Edge { weight: 1.0, epsilon: 1.0 };
        assert_eq!(Graph::new(vec![0.5, 0.5], beyond), Err(NotEstimable::InvalidArgument));
        let graph = Graph::new(vec![0.5, 0.5], none).expect("valid");
        assert_eq!(graph.test(&[0.1], 0.05), Err(NotEstimable::InvalidArgument));
        assert_eq!(graph.test(&[0.1, 0.2], 1.0), Err(NotEstimable::InvalidArgument));
    }
}
