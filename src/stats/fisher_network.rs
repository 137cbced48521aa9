//! Network of Mehta & Patel (1983), JASA 78, for the exact test of an r x c table, column by column.
//!
//! A state is what each row has still to give. Longest and shortest completions are exact, so that whole branches
//! count or fall away; below a state with two columns left all completions are listed once, sorted, and each path
//! that arrives looks up its share.

use std::collections::BTreeMap;

use super::reason::{NotEstimable, Value};
use super::sum::{CompensatedSum, sum};

/// Largest number of completions listed at once (16 bytes each).
const LARGEST_LISTS: usize = 10_000_000;

/// What lies behind a node: largest and smallest ln of a completion, and ln of the total of all completions.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    largest: f64,
    smallest: f64,
    total: f64,
}

/// Completions of a state by the last two columns.
struct LastTwo {
    /// ln of 1 / product of cell! of each completion and, once summed, the running total of exp(ln - largest).
    completions: Vec<(f64, f64)>,
    /// Whether the completions are in ascending order and summed.
    summed: bool,
}

/// The network of one table: column totals still to fill and what is known of each state.
pub(crate) struct Network<'a> {
    stages: &'a [u64],
    log_factorial: &'a [f64],
    /// For each stage, what lies behind each state (row totals still to be filled).
    bounds: Vec<BTreeMap<Vec<u64>, Bounds>>,
    /// Lists of the states before the last two columns, as long as there is room.
    last_two: BTreeMap<Vec<u64>, LastTwo>,
    room_left: usize,
    steps_left: u64,
    threshold: f64,
    tail: CompensatedSum,
}

impl<'a> Network<'a> {
    /// `threshold` is the largest ln probability that counts; `log_factorial` reaches the table's total.
    pub(crate) fn new(stages: &'a [u64], log_factorial: &'a [f64], threshold: f64, work_limit: u64) -> Self {
        Network {
            stages,
            log_factorial,
            bounds: vec![BTreeMap::new(); stages.len() + 1],
            last_two: BTreeMap::new(),
            room_left: LARGEST_LISTS,
            steps_left: work_limit,
            threshold,
            tail: CompensatedSum::default(),
        }
    }

    /// Returns the probability of all tables with these row totals that count; `constant` is ln of the product of
    /// the margins' factorials over the total's.
    pub(crate) fn tail_probability(mut self, row_totals: &[u64], constant: f64) -> Value {
        self.bound(0, row_totals)?;
        self.descend(0, row_totals, constant)?;
        Ok(self.tail.value().min(1.0))
    }

    fn step(&mut self) -> Result<(), NotEstimable> {
        self.steps_left = self.steps_left.checked_sub(1).ok_or(NotEstimable::WorkLimitExceeded)?;
        Ok(())
    }

    /// Longest and shortest completion of a state, remembered; the order of rows does not matter.
    fn bound(&mut self, stage: usize, state: &[u64]) -> Result<Bounds, NotEstimable> {
        let mut key = state.to_vec();
        key.sort_unstable();
        if let Some(known) = self.bounds[stage].get(&key) {
            return Ok(*known);
        }
        // The total of prod 1/cell! over all completions is remaining! / prod(row! column!).
        let remaining: u64 = key.iter().sum();
        let margins = key.iter().chain(&self.stages[stage..]);
        let total = self.log_factorial[remaining as usize] - sum(margins.map(|&t| self.log_factorial[t as usize]));
        let mut bounds = Bounds { largest: f64::NEG_INFINITY, smallest: f64::INFINITY, total };
        if stage + 1 == self.stages.len() {
            let only = -sum(key.iter().map(|&c| self.log_factorial[c as usize]));
            bounds.largest = only;
            bounds.smallest = only;
        } else if stage + 2 == self.stages.len() {
            let completions = self.last_two_columns(&key)?;
            for (size, _) in &completions {
                bounds.largest = bounds.largest.max(*size);
                bounds.smallest = bounds.smallest.min(*size);
            }
            if let Some(room) = self.room_left.checked_sub(completions.len()) {
                self.room_left = room;
                self.last_two.insert(key.clone(), LastTwo { completions, summed: false });
            }
        } else {
            for column in Columns::new(&key, self.stages[stage]) {
                self.step()?;
                let own = -column.iter().map(|&c| self.log_factorial[c as usize]).sum::<f64>();
                let next: Vec<u64> = key.iter().zip(&column).map(|(t, c)| t - c).collect();
                let behind = self.bound(stage + 1, &next)?;
                bounds.largest = bounds.largest.max(own + behind.largest);
                bounds.smallest = bounds.smallest.min(own + behind.smallest);
            }
        }
        self.bounds[stage].insert(key, bounds);
        Ok(bounds)
    }

    /// ln of 1 / product of cell! for every last but one column, where the last one takes the rest.
    fn last_two_columns(&mut self, state: &[u64]) -> Result<Vec<(f64, f64)>, NotEstimable> {
        let mut completions = Vec::new();
        for column in Columns::new(state, self.stages[self.stages.len() - 2]) {
            self.step()?;
            let ln = |cell: u64| self.log_factorial[cell as usize];
            let size = -state.iter().zip(&column).map(|(t, c)| ln(*c) + ln(t - c)).sum::<f64>();
            completions.push((size, 0.0));
        }
        Ok(completions)
    }

    /// Adds the completions by the last two columns below the threshold from the state's list; false without a list.
    fn add_from_list(&mut self, state: &[u64], past: f64, largest: f64) -> bool {
        let mut key = state.to_vec();
        key.sort_unstable();
        let Some(list) = self.last_two.get_mut(&key) else { return false };
        if !list.summed {
            list.completions.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut total = CompensatedSum::default();
            for (size, running) in &mut list.completions {
                total.add(libm::exp(*size - largest));
                *running = total.value();
            }
            list.summed = true;
        }
        let below = list.completions.partition_point(|(size, _)| past + size <= self.threshold);
        if below > 0 {
            self.tail.add(libm::exp(past + largest) * list.completions[below - 1].1);
        }
        true
    }

    /// Adds the probability of every completion of a path that is not more probable than the observed table.
    fn descend(&mut self, stage: usize, state: &[u64], past: f64) -> Result<(), NotEstimable> {
        self.step()?;
        let behind = self.bound(stage, state)?;
        if past + behind.largest <= self.threshold {
            self.tail.add(libm::exp(past + behind.total));
            return Ok(());
        }
        if past + behind.smallest > self.threshold {
            return Ok(());
        }
        if stage + 2 == self.stages.len() && self.add_from_list(state, past, behind.largest) {
            return Ok(());
        }
        for column in Columns::new(state, self.stages[stage]) {
            let own = column.iter().map(|&c| self.log_factorial[c as usize]).sum::<f64>();
            let next: Vec<u64> = state.iter().zip(&column).map(|(t, c)| t - c).collect();
            self.descend(stage + 1, &next, past - own)?;
        }
        Ok(())
    }
}

/// All ways to fill one column with a total, no cell above what its row still has.
struct Columns<'a> {
    room: &'a [u64],
    /// `room` summed from each row to the last.
    room_after: Vec<u64>,
    next: Option<Vec<u64>>,
}

impl<'a> Columns<'a> {
    fn new(room: &'a [u64], total: u64) -> Self {
        let mut room_after = vec![0; room.len() + 1];
        for i in (0..room.len()).rev() {
            room_after[i] = room_after[i + 1] + room[i];
        }
        let mut columns = Columns { room, room_after, next: None };
        if total <= columns.room_after[0] {
            let mut first = vec![0; room.len()];
            columns.fill(&mut first, 0, total);
            columns.next = Some(first);
        }
        columns
    }

    /// Fills rows from `start` with the least in front that still lets the rest take the total.
    fn fill(&self, column: &mut [u64], start: usize, mut total: u64) {
        for (i, cell) in column.iter_mut().enumerate().skip(start) {
            *cell = total.saturating_sub(self.room_after[i + 1]);
            total -= *cell;
        }
    }
}

impl Iterator for Columns<'_> {
    type Item = Vec<u64>;

    fn next(&mut self) -> Option<Vec<u64>> {
        let current = self.next.take()?;
        let mut behind = 0;
        for i in (0..current.len()).rev() {
            // Row i can take one more if a later row can give one away.
            if behind > 0 && current[i] < self.room[i] {
                let mut following = current.clone();
                following[i] += 1;
                self.fill(&mut following, i + 1, behind - 1);
                self.next = Some(following);
                break;
            }
            behind += current[i];
        }
        Some(current)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_complete() {
        let all: Vec<Vec<u64>> = Columns::new(&[2, 1, 3], 3).collect();
        assert_eq!(all, [vec![0, 0, 3], vec![0, 1, 2], vec![1, 0, 2], vec![1, 1, 1], vec![2, 0, 1], vec![2, 1, 0]]);
    }
}
