//! Detection of separation: a direction in which the likelihood rises without end.
//!
//! Albert & Anderson (1984). The direction comes from the diverging iterations and is then proved: it is moved into
//! the null space of the records it leaves alone, and every other record must gain by it. Records it moves have
//! probability 1 in the limit and say nothing about the rest, so the model of the remaining records gives the finite
//! estimates (Geyer 2009, "Likelihood inference in exponential families and directions of recession").

use super::family::Freedom;
use crate::stats::linear_model::fit_linear_model;

/// Share of the largest movement below which a record counts as left alone by a first guess of a direction.
const STILL: f64 = 1e-5;

/// Returns which records a direction of recession moves, or `None` where the direction is none.
///
/// `columns` have one entry per record, `direction` one per column.
pub(super) fn moved_records(columns: &[Vec<f64>], freedom: &[Freedom], direction: &[f64]) -> Option<Vec<bool>> {
    let movement = movements(columns, direction);
    let largest = largest(&movement);
    if !(largest > 0.0 && largest.is_finite()) {
        return None;
    }
    let moved: Vec<bool> = movement.iter().map(|m| m.abs() > STILL * largest).collect();
    let still: Vec<usize> = (0..moved.len()).filter(|&i| !moved[i]).collect();
    let mut exact = direction.to_vec();
    if !still.is_empty() {
        let rows: Vec<Vec<f64>> = columns.iter().map(|c| still.iter().map(|&i| c[i]).collect()).collect();
        let rest: Vec<f64> = still.iter().map(|&i| movement[i]).collect();
        let model = fit_linear_model(&rows, &rest).ok()?;
        for (k, value) in exact.iter_mut().enumerate() {
            *value -= model.coefficient(k).unwrap_or(0.0);
        }
    }
    let proved = movements(columns, &exact);
    let scale = self::largest(&proved);
    if scale.is_nan() || scale <= 0.1 * largest {
        return None;
    }
    let gains = (0..moved.len()).all(|i| match (moved[i], freedom[i]) {
        (false, _) => proved[i].abs() <= 1e-9 * scale,
        (true, Freedom::Up) => proved[i] > 0.1 * STILL * scale,
        (true, Freedom::Down) => proved[i] < -0.1 * STILL * scale,
        (true, Freedom::None) => false,
    });
    gains.then_some(moved)
}

fn movements(columns: &[Vec<f64>], direction: &[f64]) -> Vec<f64> {
    let n = columns.first().map_or(0, Vec::len);
    let mut movement = vec![0.0; n];
    for (column, d) in columns.iter().zip(direction) {
        for (m, x) in movement.iter_mut().zip(column) {
            *m += d * x;
        }
    }
    movement
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0f64, |a, v| a.max(v.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_proved() {
        use Freedom::{Down, Up};
        let columns = [vec![1.0; 4], vec![0.0, 0.0, 1.0, 1.0]];
        // Nothing but successes at 1, both outcomes at 0.
        let freedom = [Down, Up, Up, Up];
        assert_eq!(moved_records(&columns, &freedom, &[1e-7, 1.0]), Some(vec![false, false, true, true]));
        assert_eq!(moved_records(&columns, &freedom, &[1e-7, -1.0]), None);
        assert_eq!(moved_records(&columns, &freedom, &[1.0, 1.0]), None);
        assert_eq!(moved_records(&columns, &[Down, Up, Down, Up], &[0.0, 1.0]), None);
    }
}
