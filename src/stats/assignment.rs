//! Exact law of whole-numbered sums over all assignments of tied values to groups of fixed sizes.
//!
//! A dynamic programme over the ties: a state is how many values each group already has and the sums so far; states
//! that agree are merged (Mehta, Patel & Tsiatis 1984, the network idea). It serves the exact Kruskal-Wallis and
//! Jonckheere-Terpstra tests, whose statistics are functions of such sums.

use super::reason::NotEstimable;

/// Number of transitions that takes about a second and 200 megabytes; a sensible `work_limit`.
pub const DEFAULT_WORK_LIMIT: u64 = 5_000_000;

/// What a step adds to the sums: values of each group before it, values of this tie in each group, sums to add to.
pub(crate) type Step<'a> = &'a dyn Fn(usize, &[u64], &[u64], &mut [u64]);

/// Returns each reachable combination of sums with its probability, in ascending order of the sums.
///
/// `largest[d]` bounds sum d. `step` gets the number of the tie first. Fails with `WorkLimitExceeded` beyond
/// `work_limit` transitions.
pub(crate) fn assignment_law(
    tie_sizes: &[usize],
    group_sizes: &[usize],
    largest: &[u64],
    work_limit: u64,
    step: Step,
) -> Result<Vec<(Vec<u64>, f64)>, NotEstimable> {
    // Mixed radix: counts of all groups but the last, then the sums, packed into one number.
    let radices: Vec<u64> =
        group_sizes[..group_sizes.len() - 1].iter().map(|&n| n as u64).chain(largest.iter().copied()).collect();
    let mut room: u128 = 1;
    for radix in &radices {
        room = room.checked_mul(u128::from(*radix) + 1).ok_or(NotEstimable::WorkLimitExceeded)?;
    }
    let counts_kept = group_sizes.len() - 1;
    let total: usize = group_sizes.iter().sum();
    let choose = Binomials::new(total)?;
    let mut states: Vec<(u128, f64)> = vec![(0, 1.0)];
    let (mut seen, mut work_left) = (0u64, work_limit);
    let mut split = Split::new(group_sizes.len());
    let mut after = vec![0; radices.len()];
    let mut digits = vec![0; radices.len()];
    for (tie_number, &tie) in tie_sizes.iter().enumerate() {
        let mut next = Vec::new();
        let left = total as u64 - seen;
        let scale = 1.0 / choose.of(left, tie as u64);
        for &(key, p) in &states {
            unpack(key, &radices, &mut digits);
            split.start(group_sizes, &digits[..counts_kept], seen);
            split.visit(0, tie as u64, p * scale, &choose, &mut |counts, taken, weight| {
                work_left = work_left.checked_sub(1).ok_or(NotEstimable::WorkLimitExceeded)?;
                after.copy_from_slice(&digits);
                for (digit, t) in after[..counts_kept].iter_mut().zip(taken) {
                    *digit += t;
                }
                step(tie_number, counts, taken, &mut after[counts_kept..]);
                next.push((pack(&after, &radices), weight));
                Ok(())
            })?;
        }
        // A stable sort, so that equal states are added in the same order on every machine.
        next.sort_by_key(|(key, _)| *key);
        states.clear();
        for (key, p) in next {
            match states.last_mut() {
                Some((last, sum)) if *last == key => *sum += p,
                _ => states.push((key, p)),
            }
        }
        seen += tie as u64;
    }
    let sums_of = |key| {
        let mut digits = vec![0; radices.len()];
        unpack(key, &radices, &mut digits);
        digits.split_off(counts_kept)
    };
    Ok(states.into_iter().map(|(key, p)| (sums_of(key), p)).collect())
}

fn pack(digits: &[u64], radices: &[u64]) -> u128 {
    digits.iter().zip(radices).fold(0, |key, (d, r)| key * (u128::from(*r) + 1) + u128::from(*d))
}

fn unpack(mut key: u128, radices: &[u64], digits: &mut [u64]) {
    for (digit, radix) in digits.iter_mut().zip(radices).rev() {
        *digit = (key % (u128::from(*radix) + 1)) as u64;
        key /= u128::from(*radix) + 1;
    }
}

/// Binomial coefficients as doubles, by Pascal's triangle.
struct Binomials(Vec<Vec<f64>>);

impl Binomials {
    /// Coefficients overflow a double beyond 1000; no exact law of that many values is within reach.
    fn new(largest: usize) -> Result<Self, NotEstimable> {
        if largest > 1000 {
            return Err(NotEstimable::WorkLimitExceeded);
        }
        let mut rows: Vec<Vec<f64>> = vec![vec![1.0]];
        for n in 1..=largest {
            let above = &rows[n - 1];
            let inner = (1..n).map(|k| above[k - 1] + above[k]);
            rows.push(std::iter::once(1.0).chain(inner).chain(std::iter::once(1.0)).collect());
        }
        Ok(Binomials(rows))
    }

    fn of(&self, n: u64, k: u64) -> f64 {
        self.0[n as usize][k as usize]
    }
}

type Visit<'a> = &'a mut dyn FnMut(&[u64], &[u64], f64) -> Result<(), NotEstimable>;

/// Every way to split a tie over groups with free places, in proportion to the product of C(free, taken).
struct Split {
    counts: Vec<u64>,
    free: Vec<u64>,
    /// Free places from each group on.
    free_from: Vec<u64>,
    taken: Vec<u64>,
}

impl Split {
    fn new(groups: usize) -> Self {
        Split { counts: vec![0; groups], free: vec![0; groups], free_from: vec![0; groups + 1], taken: vec![0; groups] }
    }

    fn start(&mut self, group_sizes: &[usize], kept_counts: &[u64], seen: u64) {
        let last = kept_counts.len();
        self.counts[..last].copy_from_slice(kept_counts);
        self.counts[last] = seen - kept_counts.iter().sum::<u64>();
        for g in (0..=last).rev() {
            self.free[g] = group_sizes[g] as u64 - self.counts[g];
            self.free_from[g] = self.free_from[g + 1] + self.free[g];
        }
    }

    fn visit(&mut self, group: usize, tie: u64, p: f64, choose: &Binomials, visit: Visit) -> Result<(), NotEstimable> {
        let free = self.free[group];
        if group + 1 == self.free.len() {
            self.taken[group] = tie;
            return visit(&self.counts, &self.taken, p * choose.of(free, tie));
        }
        for own in tie.saturating_sub(self.free_from[group + 1])..=tie.min(free) {
            self.taken[group] = own;
            self.visit(group + 1, tie - own, p * choose.of(free, own), choose, visit)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_of_a_rank_sum() {
        // Two of 1 2 2 3 in the first group (doubled midranks 2 5 5 8): sums 7 7 10 10 13 13, each 1/6.
        let doubled = [2, 5, 8];
        let law = assignment_law(&[1, 2, 1], &[2, 2], &[20], 1000, &|tie, _, taken, sums| {
            sums[0] += taken[0] * doubled[tie];
        })
        .expect("small");
        let sums: Vec<u64> = law.iter().map(|(s, _)| s[0]).collect();
        assert_eq!(sums, [7, 10, 13]);
        assert!(law.iter().all(|(_, p)| (p - 1.0 / 3.0).abs() < 1e-15));
        let none = assignment_law(&[1, 2, 1], &[2, 2], &[20], 3, &|_, _, _, _| ());
        assert_eq!(none, Err(NotEstimable::WorkLimitExceeded));
    }
}
