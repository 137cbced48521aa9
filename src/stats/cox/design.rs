//! Records of a Cox model sorted once: strata, event times, who joins and who leaves each risk set.
//!
//! The sort key is total (stratum, interval, event, weight, covariates), so records that compare equal are the same
//! record and the order in which they were given cannot matter. Covariates are centred by stratum, which changes
//! nothing but the baseline hazard, and scaled by powers of two, which changes no digit.

use std::cmp::Ordering;
use std::ops::Range;

use super::CoxData;
use crate::stats::reason::{NotEstimable, check_finite};
use crate::stats::sum::{mean, sum};

/// One time with an event in one stratum.
#[derive(Debug, Clone)]
pub(crate) struct EventTime {
    /// The time, in the unit given.
    pub(crate) time: f64,
    /// Place of the stratum in `Design::strata`.
    pub(crate) stratum: usize,
    /// Records at risk here and not at any later event time, without an event here.
    pub(crate) joining: Range<usize>,
    /// Records with the event here.
    pub(crate) deaths: Range<usize>,
    /// Part of `Design::leaving`: records at risk here and not at any earlier event time.
    pub(crate) leaving: Range<usize>,
}

/// One stratum.
#[derive(Debug, Clone)]
pub(crate) struct Stratum {
    /// Label given by the caller.
    pub(crate) label: usize,
    /// Its records.
    pub(crate) records: Range<usize>,
    /// Its event times, ascending.
    pub(crate) times: Range<usize>,
    /// Mean of each column over its records at risk, subtracted from the column.
    pub(crate) centre: Vec<f64>,
}

/// The sorted records.
#[derive(Debug, Clone)]
pub(crate) struct Design {
    /// Number of columns.
    pub(crate) n_columns: usize,
    /// Centred and scaled covariates, one row for each record.
    pub(crate) x: Vec<f64>,
    /// What each column was divided by.
    pub(crate) scale: Vec<f64>,
    /// Case weights.
    pub(crate) weight: Vec<f64>,
    /// Known part of the linear predictor.
    pub(crate) offset: Vec<f64>,
    /// Position among the records given.
    pub(crate) order: Vec<usize>,
    /// Event times of the record's interval, `first..end`; empty where it is at risk at none.
    pub(crate) interval: Vec<Range<usize>>,
    /// Whether the record ended in an event.
    pub(crate) event: Vec<bool>,
    /// Strata in the order of their labels, those without an event too.
    pub(crate) strata: Vec<Stratum>,
    /// Event times of all strata, in the order of the strata.
    pub(crate) times: Vec<EventTime>,
    /// Records that enter late, grouped by event time.
    pub(crate) leaving: Vec<usize>,
    /// Whether all weights are 1.
    pub(crate) unweighted: bool,
    /// Records that stay at risk after their end with a weight that falls.
    pub(crate) lingering: Option<Lingering>,
}

/// Records that stay at risk after their end, with weight `factor` times the curve of their group.
#[derive(Debug, Clone)]
pub(crate) struct Lingering {
    /// Group of each record.
    pub(crate) group: Vec<usize>,
    /// Factor of each record; 0 for those that leave at their end.
    pub(crate) factor: Vec<f64>,
    /// Height of each group's curve at each event time.
    pub(crate) curve: Vec<Vec<f64>>,
}

/// What a record is sorted by.
struct Key {
    stratum: usize,
    first: usize,
    end: usize,
    event: bool,
}

impl Design {
    /// Checks and sorts the records.
    pub(crate) fn new(data: &CoxData) -> Result<Design, NotEstimable> {
        let n = data.stop.len();
        check(data)?;
        let label = |i: usize| data.strata.map_or(0, |s| s[i]);
        let mut labels: Vec<usize> = (0..n).map(label).collect();
        labels.sort_unstable();
        labels.dedup();
        let place = |i: usize| labels.partition_point(|&l| l < label(i));
        let mut moments: Vec<(usize, f64)> =
            (0..n).filter(|&i| data.event[i]).map(|i| (place(i), data.stop[i])).collect();
        moments.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        moments.dedup_by(|a, b| a.0 == b.0 && a.1 == b.1);
        let spans: Vec<Range<usize>> = (0..labels.len())
            .map(|s| moments.partition_point(|m| m.0 < s)..moments.partition_point(|m| m.0 <= s))
            .collect();
        let keys: Vec<Key> = (0..n)
            .map(|i| {
                let stratum = place(i);
                let span = spans[stratum].clone();
                let after = |t: f64| span.start + moments[span.clone()].partition_point(|m| m.1 <= t);
                let end = after(data.stop[i]);
                let first = data.start.map_or(span.start, |s| after(s[i])).min(end);
                Key { stratum, first, end, event: data.event[i] }
            })
            .collect();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_unstable_by(|&i, &j| compare(&keys[i], &keys[j]).then_with(|| compare_values(data, i, j)));
        let weight: Vec<f64> = order.iter().map(|&i| data.weights.map_or(1.0, |w| w[i])).collect();
        let interval: Vec<Range<usize>> = order.iter().map(|&i| keys[i].first..keys[i].end).collect();
        let event: Vec<bool> = order.iter().map(|&i| data.event[i]).collect();
        let mut strata = Vec::with_capacity(labels.len());
        let mut begin = 0;
        for (s, &label) in labels.iter().enumerate() {
            let end = begin + order[begin..].iter().take_while(|&&i| keys[i].stratum == s).count();
            strata.push(Stratum { label, records: begin..end, times: spans[s].clone(), centre: Vec::new() });
            begin = end;
        }
        let (times, leaving) = event_times(&moments, &strata, &interval, &event);
        let mut design = Design {
            n_columns: data.columns.len(),
            x: Vec::new(),
            scale: Vec::new(),
            unweighted: weight.iter().all(|&w| w == 1.0),
            weight,
            offset: vec![0.0; n],
            order,
            interval,
            event,
            strata,
            times,
            leaving,
            lingering: None,
        };
        design.standardise(data.columns);
        Ok(design)
    }

    fn standardise(&mut self, columns: &[&[f64]]) {
        let (n, p) = (self.order.len(), columns.len());
        self.x = vec![0.0; n * p];
        for (j, column) in columns.iter().enumerate() {
            let mut sizes = Vec::new();
            for stratum in &mut self.strata {
                let used = stratum.records.clone().filter(|&i| !self.interval[i].is_empty());
                let values: Vec<f64> = used.map(|i| column[self.order[i]]).collect();
                let centre = mean(&values).unwrap_or(0.0);
                stratum.centre.push(centre);
                sizes.extend(values.iter().map(|v| (v - centre).abs()));
                for i in stratum.records.clone() {
                    self.x[i * p + j] = column[self.order[i]] - centre;
                }
            }
            let size = sum(sizes.iter().copied()) / sizes.len().max(1) as f64;
            // The power of two just above the mean distance from the centre.
            let scale = if size > 0.0 { libm::ldexp(1.0, libm::frexp(size).1) } else { 1.0 };
            self.scale.push(scale);
            (0..n).for_each(|i| self.x[i * p + j] /= scale);
        }
    }

    /// Covariates of one record.
    pub(crate) fn row(&self, record: usize) -> &[f64] {
        &self.x[record * self.n_columns..(record + 1) * self.n_columns]
    }

    /// The same records with some of the columns.
    pub(crate) fn with_columns(&self, columns: &[usize]) -> Design {
        let n = self.order.len();
        let pick = |values: &[f64]| columns.iter().map(|&j| values[j]).collect::<Vec<f64>>();
        let mut design = self.clone();
        design.x = (0..n).flat_map(|i| columns.iter().map(move |&j| (i, j))).map(|(i, j)| self.row(i)[j]).collect();
        design.n_columns = columns.len();
        design.scale = pick(&self.scale);
        for stratum in &mut design.strata {
            stratum.centre = pick(&stratum.centre);
        }
        design
    }

    /// Linear predictor of every record at standardised coefficients.
    pub(crate) fn linear_predictor(&self, beta: &[f64]) -> Vec<f64> {
        let p = self.n_columns;
        if p == 0 {
            return self.offset.clone();
        }
        let rows = self.x.chunks_exact(p).zip(&self.offset);
        rows.map(|(row, offset)| offset + row.iter().zip(beta).map(|(x, b)| x * b).sum::<f64>()).collect()
    }

    /// Largest difference that a step of the coefficients makes between two records of one stratum at risk.
    pub(crate) fn spread(&self, step: &[f64]) -> f64 {
        let change = |i: usize| self.row(i).iter().zip(step).map(|(x, s)| x * s).sum::<f64>();
        let mut largest = 0.0f64;
        for stratum in &self.strata {
            let used = stratum.records.clone().filter(|&i| !self.interval[i].is_empty());
            let (low, high) =
                used.map(change).fold((f64::INFINITY, f64::NEG_INFINITY), |m, c| (m.0.min(c), m.1.max(c)));
            largest = largest.max(high - low);
        }
        largest
    }
}

fn check(data: &CoxData) -> Result<(), NotEstimable> {
    let n = data.stop.len();
    let differs = |list: Option<usize>| list.is_some_and(|length| length != n);
    if data.event.len() != n
        || differs(data.start.map(<[f64]>::len))
        || differs(data.strata.map(<[usize]>::len))
        || differs(data.weights.map(<[f64]>::len))
        || data.columns.iter().any(|c| c.len() != n)
    {
        return Err(NotEstimable::InvalidArgument);
    }
    if n == 0 || data.columns.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    check_finite(data.stop)?;
    data.columns.iter().try_for_each(|c| check_finite(c))?;
    if let Some(start) = data.start {
        check_finite(start)?;
        if start.iter().zip(data.stop).any(|(a, b)| a >= b) {
            return Err(NotEstimable::InvalidArgument);
        }
    }
    if let Some(weights) = data.weights {
        check_finite(weights)?;
        if weights.iter().any(|&w| w <= 0.0) {
            return Err(NotEstimable::InvalidArgument);
        }
    }
    if data.event.contains(&true) { Ok(()) } else { Err(NotEstimable::NoEvents) }
}

fn compare(a: &Key, b: &Key) -> Ordering {
    let unused = |k: &Key| k.first == k.end;
    (a.stratum.cmp(&b.stratum))
        .then(unused(a).cmp(&unused(b)))
        .then(b.end.cmp(&a.end))
        .then(a.event.cmp(&b.event))
        .then(a.first.cmp(&b.first))
}

fn compare_values(data: &CoxData, i: usize, j: usize) -> Ordering {
    let weight = data.weights.map_or(Ordering::Equal, |w| w[i].total_cmp(&w[j]));
    data.columns.iter().fold(weight, |so_far, c| so_far.then_with(|| c[i].total_cmp(&c[j])))
}

/// Event times with the records that join and leave their risk sets when time runs backwards.
fn event_times(
    moments: &[(usize, f64)],
    strata: &[Stratum],
    interval: &[Range<usize>],
    event: &[bool],
) -> (Vec<EventTime>, Vec<usize>) {
    let mut leaving: Vec<usize> = Vec::new();
    for stratum in strata {
        let late = |&i: &usize| interval[i].start > stratum.times.start && !interval[i].is_empty();
        leaving.extend(stratum.records.clone().filter(late));
    }
    leaving.sort_by_key(|&i| interval[i].start);
    let mut times = Vec::with_capacity(moments.len());
    for (s, stratum) in strata.iter().enumerate() {
        // Records stand with the latest last, so the ranges are cut off from the end of the list backwards.
        let mut next = stratum.records.start;
        let mut ranges = Vec::with_capacity(stratum.times.len());
        for e in stratum.times.clone().rev() {
            let here = |&i: &usize| interval[i].end == e + 1 && !interval[i].is_empty();
            let joined = (next..stratum.records.end).take_while(here).count();
            let alive = (next..next + joined).take_while(|&i| !event[i]).count();
            ranges.push((next..next + alive, next + alive..next + joined));
            next += joined;
        }
        for (e, (joining, deaths)) in stratum.times.clone().zip(ranges.into_iter().rev()) {
            let from = leaving.partition_point(|&i| interval[i].start < e);
            let to = leaving.partition_point(|&i| interval[i].start <= e);
            times.push(EventTime { time: moments[e].1 + 0.0, stratum: s, joining, deaths, leaving: from..to });
        }
    }
    (times, leaving)
}
