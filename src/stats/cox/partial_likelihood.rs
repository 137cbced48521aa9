//! Partial likelihood of a Cox model with its first two derivatives, accumulated in one pass over the sorted records.
//!
//! Cox (1972); ties: Breslow (1974), Efron (1977). With weights the tied deaths share their mean weight, as in R
//! survival (Therneau & Grambsch 2000, section 3.3 and 7.1).

use super::Ties;
use super::design::{Design, EventTime};
use super::tied_exact;
use crate::stats::reason::NotEstimable;
use crate::stats::sum::CompensatedSum;

/// Sums of weight * exp(linear predictor) times 1, x and the upper triangle of x x'.
#[derive(Debug, Clone)]
pub(crate) struct Moments {
    /// Sum of the weighted risks.
    pub(crate) zero: f64,
    /// Weighted sums of the columns.
    pub(crate) one: Vec<f64>,
    /// Weighted sums of products, packed; empty where not asked for.
    pub(crate) two: Vec<f64>,
}

impl Moments {
    fn new(p: usize, second: bool) -> Moments {
        Moments { zero: 0.0, one: vec![0.0; p], two: vec![0.0; if second { packed_len(p) } else { 0 }] }
    }
}

/// What one event time sees.
pub(crate) struct RiskSet<'a> {
    /// Place of the event time in `Design::times`.
    pub(crate) index: usize,
    /// The event time.
    pub(crate) at: &'a EventTime,
    /// Records at risk without an event here.
    pub(crate) survivors: &'a Moments,
    /// Records with the event here.
    pub(crate) deaths: &'a Moments,
    /// Number of deaths.
    pub(crate) n_deaths: usize,
    /// Sum of the deaths' weights.
    pub(crate) death_weight: f64,
}

impl RiskSet<'_> {
    /// For each of the tied deaths, taken one after the other: the share of the deaths' risk that still counts.
    pub(crate) fn shares(&self, ties: Ties) -> impl Iterator<Item = f64> + use<> {
        let d = self.n_deaths as f64;
        (0..self.n_deaths).map(move |k| if ties == Ties::Efron { 1.0 - k as f64 / d } else { 1.0 })
    }

    /// Weight of one death: the mean over the tied ones.
    pub(crate) fn mean_weight(&self) -> f64 {
        self.death_weight / self.n_deaths as f64
    }
}

/// Number of entries of the upper triangle of a p by p matrix.
pub(crate) fn packed_len(p: usize) -> usize {
    p * (p + 1) / 2
}

/// Calls `entry` with row, column and place for each entry of a packed upper triangle.
pub(crate) fn packed(p: usize) -> impl Iterator<Item = (usize, usize, usize)> {
    (0..p).flat_map(move |i| (i..p).map(move |j| (i, j))).enumerate().map(|(place, (i, j))| (i, j, place))
}

/// Sums that records join and leave without a trace of rounding.
struct RunningMoments {
    sums: Vec<CompensatedSum>,
    p: usize,
    second: bool,
}

impl RunningMoments {
    fn new(p: usize, second: bool) -> RunningMoments {
        let length = 1 + p + if second { packed_len(p) } else { 0 };
        RunningMoments { sums: vec![CompensatedSum::default(); length], p, second }
    }

    fn clear(&mut self) {
        self.sums.fill(CompensatedSum::default());
    }

    fn add(&mut self, row: &[f64], risk: f64) {
        let (zero, rest) = self.sums.split_at_mut(1);
        let (one, two) = rest.split_at_mut(self.p);
        zero[0].add(risk);
        let mut place = 0;
        for (i, x) in row.iter().enumerate() {
            let part = risk * x;
            one[i].add(part);
            if self.second {
                for other in &row[i..] {
                    two[place].add(part * other);
                    place += 1;
                }
            }
        }
    }

    fn read(&self, into: &mut Moments) {
        into.zero = self.sums[0].value();
        for (value, sum) in into.one.iter_mut().chain(&mut into.two).zip(&self.sums[1..]) {
            *value = sum.value();
        }
    }

    fn add_to(&self, into: &mut Moments, weight: f64) {
        into.zero += weight * self.sums[0].value();
        for (value, sum) in into.one.iter_mut().chain(&mut into.two).zip(&self.sums[1..]) {
            *value += weight * sum.value();
        }
    }
}

/// Walks through the event times of each stratum, the latest first, with the sums over the risk set.
///
/// `risk` holds exp(linear predictor) of every record, without its weight.
pub(crate) fn walk(design: &Design, risk: &[f64], second: bool, mut visit: impl FnMut(&RiskSet)) {
    let p = design.n_columns;
    let (mut running, mut dying) = (RunningMoments::new(p, second), RunningMoments::new(p, second));
    let (mut survivors, mut deaths) = (Moments::new(p, second), Moments::new(p, second));
    let lingers = |i: usize| design.lingering.as_ref().filter(|l| l.factor[i] > 0.0).map(|l| (l.group[i], l.factor[i]));
    for stratum in &design.strata {
        running.clear();
        // Records past their end that stay at risk, by group: all at first, fewer as time runs backwards.
        let n_groups = design.lingering.as_ref().map_or(0, |l| l.curve.len());
        let mut past: Vec<RunningMoments> = (0..n_groups).map(|_| RunningMoments::new(p, second)).collect();
        for i in stratum.records.clone() {
            if let Some((group, factor)) = lingers(i) {
                past[group].add(design.row(i), design.weight[i] * risk[i] * factor);
            }
        }
        for index in stratum.times.clone().rev() {
            let at = &design.times[index];
            for i in at.joining.clone() {
                running.add(design.row(i), design.weight[i] * risk[i]);
                if let Some((group, factor)) = lingers(i) {
                    past[group].add(design.row(i), -design.weight[i] * risk[i] * factor);
                }
            }
            running.read(&mut survivors);
            if let Some(lingering) = &design.lingering {
                past.iter().zip(&lingering.curve).for_each(|(sums, curve)| sums.add_to(&mut survivors, curve[index]));
            }
            dying.clear();
            let mut death_weight = CompensatedSum::default();
            for i in at.deaths.clone() {
                dying.add(design.row(i), design.weight[i] * risk[i]);
                death_weight.add(design.weight[i]);
            }
            dying.read(&mut deaths);
            visit(&RiskSet {
                index,
                at,
                survivors: &survivors,
                deaths: &deaths,
                n_deaths: at.deaths.len(),
                death_weight: death_weight.value(),
            });
            for i in at.deaths.clone() {
                running.add(design.row(i), design.weight[i] * risk[i]);
            }
            for &i in &design.leaving[at.leaving.clone()] {
                running.add(design.row(i), -design.weight[i] * risk[i]);
            }
        }
    }
}

/// Log-likelihood with score and information, of one event time or of all.
#[derive(Debug, Clone)]
pub(crate) struct Contribution {
    /// Logarithm of the partial likelihood.
    pub(crate) log_likelihood: f64,
    /// Its derivative.
    pub(crate) score: Vec<f64>,
    /// Its negative second derivative, packed.
    pub(crate) information: Vec<f64>,
}

impl Contribution {
    /// One of zeros.
    pub(crate) fn new(p: usize) -> Contribution {
        Contribution { log_likelihood: 0.0, score: vec![0.0; p], information: vec![0.0; packed_len(p)] }
    }

    fn clear(&mut self) {
        self.log_likelihood = 0.0;
        self.score.fill(0.0);
        self.information.fill(0.0);
    }
}

/// Calls `visit` with the contribution of each event time at standardised coefficients.
///
/// Errors: `WorkLimitExceeded` where exact ties are too many.
pub(crate) fn each_event_time(
    design: &Design,
    beta: &[f64],
    ties: Ties,
    mut visit: impl FnMut(&RiskSet, &Contribution),
) -> Result<(), NotEstimable> {
    let eta = design.linear_predictor(beta);
    let risk: Vec<f64> = eta.iter().map(|&e| libm::exp(e)).collect();
    tied_exact::check_work(design, ties)?;
    let mut own = Contribution::new(design.n_columns);
    walk(design, &risk, true, |set| {
        own.clear();
        match ties {
            Ties::Discrete if set.n_deaths > 1 => tied_exact::discrete(design, set, &eta, &risk, &mut own),
            Ties::ExactMarginal if set.n_deaths > 1 => tied_exact::marginal(design, set, &risk, &mut own),
            _ => {
                for i in set.at.deaths.clone() {
                    own.log_likelihood += design.weight[i] * eta[i];
                    for (score, x) in own.score.iter_mut().zip(design.row(i)) {
                        *score += design.weight[i] * x;
                    }
                }
                subtract_expected(set, ties, &mut own);
            }
        }
        visit(set, &own);
    });
    Ok(())
}

/// The part of Breslow's or Efron's likelihood that depends on the risk set.
fn subtract_expected(set: &RiskSet, ties: Ties, own: &mut Contribution) {
    let p = own.score.len();
    let weight = set.mean_weight();
    let (alive, dead) = (set.survivors, set.deaths);
    // Sums over the tied deaths of 1/denominator, share/denominator and their products.
    let (mut a, mut af, mut c, mut cf, mut cff) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for share in set.shares(ties) {
        let denominator = alive.zero + share * dead.zero;
        own.log_likelihood -= weight * libm::log(denominator);
        let inverse = 1.0 / denominator;
        a += inverse;
        af += share * inverse;
        c += inverse * inverse;
        cf += share * inverse * inverse;
        cff += share * share * inverse * inverse;
    }
    for j in 0..p {
        own.score[j] -= weight * (alive.one[j] * a + dead.one[j] * af);
    }
    for (i, j, place) in packed(p) {
        let second = alive.two[place] * a + dead.two[place] * af;
        let (ai, aj, di, dj) = (alive.one[i], alive.one[j], dead.one[i], dead.one[j]);
        let mean = ai * aj * c + (ai * dj + di * aj) * cf + di * dj * cff;
        own.information[place] += weight * (second - mean);
    }
}

/// Likelihood, score and information of all event times at standardised coefficients.
pub(crate) fn evaluate(design: &Design, beta: &[f64], ties: Ties) -> Result<Contribution, NotEstimable> {
    let p = design.n_columns;
    let mut sums = vec![CompensatedSum::default(); 1 + p + packed_len(p)];
    each_event_time(design, beta, ties, |_, own| {
        let values = std::iter::once(&own.log_likelihood).chain(&own.score).chain(&own.information);
        sums.iter_mut().zip(values).for_each(|(sum, value)| sum.add(*value));
    })?;
    Ok(Contribution {
        log_likelihood: sums[0].value(),
        score: sums[1..=p].iter().map(|s| s.value()).collect(),
        information: sums[1 + p..].iter().map(|s| s.value()).collect(),
    })
}
