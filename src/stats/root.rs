//! Root of an increasing function: Newton steps kept inside a bracket, bisection where they fail.

use super::reason::NotEstimable;

/// Returns the root of an increasing function, to the last bits of a double.
///
/// `f` returns value and derivative (a derivative of 0 means unknown: the bracket is halved); `start` and `step`
/// begin the search for a bracket. Fails with `Unbounded` if no sign change is found within |x| < 1e6 steps.
pub fn increasing_root(f: impl Fn(f64) -> (f64, f64), start: f64, step: f64) -> Result<f64, NotEstimable> {
    let (mut low, mut high) = (start, start);
    let (value, _) = f(start);
    if value == 0.0 {
        return Ok(start);
    }
    let mut width = step;
    if value < 0.0 {
        loop {
            high = low + width;
            if f(high).0 >= 0.0 {
                break;
            }
            low = high;
            width *= 2.0;
            if width > 1e6 * step {
                return Err(NotEstimable::Unbounded);
            }
        }
    } else {
        loop {
            low = high - width;
            if f(low).0 <= 0.0 {
                break;
            }
            high = low;
            width *= 2.0;
            if width > 1e6 * step {
                return Err(NotEstimable::Unbounded);
            }
        }
    }
    let mut x = 0.5 * (low + high);
    for _ in 0..200 {
        let (value, slope) = f(x);
        if value == 0.0 {
            return Ok(x);
        }
        if value < 0.0 {
            low = x
        } else {
            high = x
        }
        let newton = x - value / slope;
        let next = if slope > 0.0 && newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if (next - x).abs() <= 1e-16 * x.abs().max(1e-3) || next == low || next == high {
            return Ok(next);
        }
        x = next;
    }
    Ok(x)
}

/// Returns the root of an increasing function that can fail, to the absolute `tolerance`.
///
/// `f` returns value and derivative as in [`increasing_root`]; no step is longer than four times the one before
/// (`step` at first), so that a start near the root needs few evaluations. Fails with `Unbounded` beyond 1e6 steps.
pub(crate) fn try_increasing_root(
    mut f: impl FnMut(f64) -> Result<(f64, f64), NotEstimable>,
    start: f64,
    step: f64,
    tolerance: f64,
) -> Result<f64, NotEstimable> {
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let (mut x, mut reach) = (start, step);
    for _ in 0..200 {
        let (value, slope) = f(x)?;
        if value.is_nan() {
            return Err(NotEstimable::NotFinite);
        }
        if value == 0.0 {
            return Ok(x);
        }
        if value < 0.0 {
            low = x
        } else {
            high = x
        }
        let newton = x - value / slope;
        let known = slope > 0.0 && newton > low && newton < high;
        let next = if low.is_finite() && high.is_finite() {
            if known { newton } else { 0.5 * (low + high) }
        } else {
            let size = if known { (newton - x).abs().min(reach) } else { reach };
            reach *= 4.0;
            if value < 0.0 { x + size } else { x - size }
        };
        if (next - x).abs() <= tolerance || next == low || next == high {
            return Ok(next);
        }
        if (next - start).abs() > 1e6 * step {
            return Err(NotEstimable::Unbounded);
        }
        x = next;
    }
    Err(NotEstimable::NotConverged)
}
