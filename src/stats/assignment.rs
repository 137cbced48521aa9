//! Exact law of whole-numbered sums over all assignments of tied values to groups of fixed sizes.
//!
//! A dynamic programme over the ties: a state is how many values each group already has and the sums so far; states
//! that agree are merged (Mehta, Patel & Tsiatis 1984, the network idea). It serves the exact Kruskal-Wallis and
//! Jonckheere-Terpstra tests, whose statistics are functions of such sums.

use super::reason::NotEstimable;
use super::special::hypergeometric_density;

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
    let mut states: Vec<(u128, f64)> = vec![(0, 1.0)];
    let (mut seen, mut work_left) = (0u64, work_limit);
    let total: usize = group_sizes.iter().sum();
    for (tie_number, &tie) in tie_sizes.iter().enumerate() {
        let mut next = Vec::new();
        for &(key, p) in &states {
            let digits = unpack(key, &radices);
            let mut counts = digits[..counts_kept].to_vec();
            counts.push(seen - counts.iter().sum::<u64>());
            let free: Vec<u64> = group_sizes.iter().zip(&counts).map(|(&n, c)| n as u64 - c).collect();
            let left = total as u64 - seen;
            for_each_split(&free, tie as u64, left, p, &mut |taken, weight| {
                work_left = work_left.checked_sub(1).ok_or(NotEstimable::WorkLimitExceeded)?;
                let mut after = digits.clone();
                for (digit, t) in after[..counts_kept].iter_mut().zip(taken) {
                    *digit += t;
                }
                step(tie_number, &counts, taken, &mut after[counts_kept..]);
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
    Ok(states.into_iter().map(|(key, p)| (unpack(key, &radices)[counts_kept..].to_vec(), p)).collect())
}

fn pack(digits: &[u64], radices: &[u64]) -> u128 {
    digits.iter().zip(radices).fold(0, |key, (d, r)| key * (u128::from(*r) + 1) + u128::from(*d))
}

fn unpack(mut key: u128, radices: &[u64]) -> Vec<u64> {
    let mut digits = vec![0; radices.len()];
    for (digit, radix) in digits.iter_mut().zip(radices).rev() {
        *digit = (key % (u128::from(*radix) + 1)) as u64;
        key /= u128::from(*radix) + 1;
    }
    digits
}

type Visit<'a> = &'a mut dyn FnMut(&[u64], f64) -> Result<(), NotEstimable>;

/// Visits every way to split a tie over groups with free places, with the probability of the way times `p`.
fn for_each_split(free: &[u64], tie: u64, left: u64, p: f64, visit: Visit) -> Result<(), NotEstimable> {
    let mut taken = vec![0; free.len()];
    split_from(0, free, tie, left, p, &mut taken, visit)
}

fn split_from(
    group: usize,
    free: &[u64],
    tie: u64,
    left: u64,
    p: f64,
    taken: &mut [u64],
    visit: Visit,
) -> Result<(), NotEstimable> {
    if group + 1 == free.len() {
        taken[group] = tie;
        return visit(taken, p);
    }
    // The later groups have `left - free[group]` places for the rest of the tie.
    let others = left - free[group];
    for own in tie.saturating_sub(others)..=tie.min(free[group]) {
        taken[group] = own;
        let weight = p * hypergeometric_density(own, free[group], others, tie);
        split_from(group + 1, free, tie - own, others, weight, taken, visit)?;
    }
    Ok(())
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
