//! Numbers as people read them: rounded once, half away from zero, from the shortest decimal.
//!
//! A stored number is a binary `f64`. What is rounded is its shortest decimal that reads back as
//! the same `f64` (Steele & White 1990; Rust's `{:e}` prints it), so that 3667.9 / 86 = 42.65 prints
//! 42.7, where rounding the binary value would print 42.6. No function here accepts NaN or an
//! infinity: a statistic that cannot be computed is "not estimable" and never reaches this floor.

/// A decimal number: `0.d1d2d3… × 10^point`, no leading or trailing zero digit, empty for zero.
#[derive(Clone, Debug)]
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    point: i32,
}

impl Decimal {
    /// The shortest decimal that reads back as `x`.
    ///
    /// # Panics
    /// On NaN and infinities; see the module's first paragraph.
    fn shortest(x: f64) -> Self {
        assert!(x.is_finite(), "invariant: only finite numbers are stored and printed");
        let text = format!("{:e}", x.abs());
        let (mantissa, exponent) = text.split_once('e').expect("invariant: `{:e}` prints an exponent");
        let exponent: i32 = exponent.parse().expect("invariant: the exponent of an f64 is an i32");
        let mut digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
        while digits.last() == Some(&0) {
            digits.pop();
        }
        if digits.is_empty() {
            return Self { negative: false, digits, point: 0 };
        }
        Self { negative: x < 0.0, digits, point: exponent + 1 }
    }

    /// Keeps the digits down to `10^-decimals`, half away from zero.
    fn round(mut self, decimals: i32) -> Self {
        let keep = i64::from(self.point) + i64::from(decimals);
        let Ok(keep) = usize::try_from(keep) else {
            // Even the first digit lies more than one place below: nothing is left.
            return Self { negative: false, digits: Vec::new(), point: 0 };
        };
        if keep >= self.digits.len() {
            return self;
        }
        let up = self.digits[keep] >= 5;
        self.digits.truncate(keep);
        if up {
            loop {
                match self.digits.pop() {
                    Some(9) => {}
                    Some(digit) => {
                        self.digits.push(digit + 1);
                        break;
                    }
                    None => {
                        self.digits.push(1);
                        self.point += 1;
                        break;
                    }
                }
            }
        }
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            return Self { negative: false, digits: Vec::new(), point: 0 };
        }
        self
    }

    /// Plain notation with at least `decimals` digits after the point; zero has no sign.
    fn print(&self, decimals: usize) -> String {
        let mut text = String::new();
        if self.negative {
            text.push('-');
        }
        let digit = |place: i32| -> char {
            let index = usize::try_from(place).ok();
            char::from(b'0' + index.and_then(|i| self.digits.get(i)).copied().unwrap_or(0))
        };
        if self.point <= 0 {
            text.push('0');
        }
        for place in 0..self.point {
            text.push(digit(place));
        }
        let own = usize::try_from(self.digits.len() as i64 - i64::from(self.point)).unwrap_or(0);
        let decimals = if self.digits.is_empty() { decimals } else { decimals.max(own) };
        if decimals > 0 {
            text.push('.');
            for place in 0..decimals {
                text.push(digit(self.point + place as i32));
            }
        }
        text
    }
}

/// `x` with `decimals` digits after the point, half away from zero: 42.65 is `42.7`, -0.04 is `0.0`.
///
/// # Panics
/// On NaN and infinities.
#[must_use]
pub fn round_half_away(x: f64, decimals: u8) -> String {
    Decimal::shortest(x).round(i32::from(decimals)).print(usize::from(decimals))
}

/// `x` with `digits` significant digits (at least 1) in plain notation: 0.012345 with 3 is `0.0123`,
/// 1.0 with 3 is `1.00`, 123456 with 3 is `123000`.
///
/// # Panics
/// On NaN and infinities.
#[must_use]
pub fn significant(x: f64, digits: u8) -> String {
    let digits = i32::from(digits.max(1));
    let decimal = Decimal::shortest(x);
    if decimal.digits.is_empty() {
        return decimal.print((digits - 1) as usize);
    }
    let rounded = decimal.clone().round(digits - decimal.point);
    // 9.996 with 3 digits becomes 10.0: one digit less after the point.
    let decimals = usize::try_from(digits - rounded.point).unwrap_or(0);
    rounded.print(decimals)
}

/// `x` rounded to `digits` significant digits, half away from zero, as a number: takes the binary
/// noise off a difference (0.3 - 0.1 with 15 digits is 0.2).
///
/// # Panics
/// On NaN and infinities.
#[must_use]
pub fn round_significant(x: f64, digits: u8) -> f64 {
    let decimal = Decimal::shortest(x);
    let point = decimal.point;
    let rounded = decimal.round(i32::from(digits.max(1)) - point);
    let rounded = rounded.print(0).parse().unwrap_or(x);
    // Rounding up the largest numbers of all leaves the range of an f64.
    if f64::is_finite(rounded) { rounded } else { x }
}

/// The shortest decimal that reads back as `x`, without exponent: 1e21 is `1000000000000000000000`.
///
/// # Panics
/// On NaN and infinities.
#[must_use]
pub fn plain(x: f64) -> String {
    Decimal::shortest(x).print(0)
}

/// `100 numerator / denominator` with `decimals` digits after the point, by integer arithmetic,
/// exact halves away from zero: 1 of 8 with 0 is `13`. `None` where the denominator is 0.
#[must_use]
pub fn percent(numerator: u64, denominator: u64, decimals: u8) -> Option<String> {
    if denominator == 0 {
        return None;
    }
    let denominator = u128::from(denominator);
    let hundredfold = u128::from(numerator) * 100;
    let mut digits: Vec<u8> = (hundredfold / denominator).to_string().bytes().collect();
    let mut rest = hundredfold % denominator;
    for _ in 0..decimals {
        rest *= 10;
        digits.push(b'0' + (rest / denominator) as u8);
        rest %= denominator;
    }
    if rest * 2 >= denominator {
        let nines = digits.iter().rev().take_while(|d| **d == b'9').count();
        let from = digits.len() - nines;
        digits[from..].fill(b'0');
        match from.checked_sub(1) {
            Some(place) => digits[place] += 1,
            None => digits.insert(0, b'1'),
        }
    }
    if decimals > 0 {
        digits.insert(digits.len() - usize::from(decimals), b'.');
    }
    String::from_utf8(digits).ok()
}

/// A p-value with `decimals` digits (at least 1): `0.033`; below the smallest digit `<0.001`, above
/// the largest value short of one `>0.999`.
///
/// Values outside 0 to 1 (numerical noise) print as the nearer end.
///
/// # Panics
/// On NaN and infinities.
#[must_use]
pub fn p_value(p: f64, decimals: u8) -> String {
    let decimals = decimals.max(1);
    let smallest = format!("0.{}1", "0".repeat(usize::from(decimals) - 1));
    let largest = format!("0.{}", "9".repeat(usize::from(decimals)));
    let bound = |text: &str| text.parse::<f64>().expect("invariant: a decimal written here");
    if p < bound(&smallest) {
        format!("<{smallest}")
    } else if p > bound(&largest) {
        format!(">{largest}")
    } else {
        round_half_away(p, decimals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rounded by hand from the decimal as written.
    #[test]
    fn half_away_from_zero() {
        for (x, decimals, expected) in [
            (3667.9 / 86.0, 1, "42.7"),
            (42.65, 1, "42.7"),
            (42.649, 1, "42.6"),
            (-42.65, 1, "-42.7"),
            (0.5, 0, "1"),
            (1.5, 0, "2"),
            (2.5, 0, "3"),
            (-2.5, 0, "-3"),
            (-0.04, 1, "0.0"),
            (-0.05, 1, "-0.1"),
            (-0.0, 0, "0"),
            (0.0, 3, "0.000"),
            (1.005, 2, "1.01"),
            (2.675, 2, "2.68"),
            (1.0, 3, "1.000"),
            (9.995, 2, "10.00"),
            (999.96, 1, "1000.0"),
            (0.05, 0, "0"),
            (0.006, 1, "0.0"),
            (1e-320, 3, "0.000"),
            (1e21, 1, "1000000000000000000000.0"),
            (123_456_789.0, 0, "123456789"),
            (1.1, 20, "1.10000000000000000000"),
            (0.1, 255, &format!("0.1{}", "0".repeat(254))),
        ] {
            assert_eq!(round_half_away(x, decimals), expected, "{x:e} {decimals}");
        }
        let tiny = round_half_away(1e-320, 255);
        assert_eq!(tiny, format!("0.{}", "0".repeat(255)));
        assert_eq!(round_half_away(f64::MAX, 0).len(), 309);
    }

    #[test]
    fn percentages() {
        for (n, d, decimals, expected) in [
            (1, 8, 0, Some("13")),
            (1, 8, 1, Some("12.5")),
            (1, 200, 0, Some("1")),
            (1, 201, 0, Some("0")),
            (1, 3, 1, Some("33.3")),
            (2, 3, 1, Some("66.7")),
            (86, 86, 1, Some("100.0")),
            (1999, 2000, 1, Some("100.0")),
            (19_999, 20_000, 1, Some("100.0")),
            (9_994, 10_000, 1, Some("99.9")),
            (5, 4, 0, Some("125")),
            (0, 5, 2, Some("0.00")),
            (0, 0, 1, None),
            (u64::MAX, u64::MAX, 30, Some("100.000000000000000000000000000000")),
            (u64::MAX, 1, 0, Some("1844674407370955161500")),
        ] {
            assert_eq!(percent(n, d, decimals).as_deref(), expected, "{n}/{d} {decimals}");
        }
    }

    #[test]
    fn p_values() {
        for (p, decimals, expected) in [
            (0.0334, 3, "0.033"),
            (0.0335, 3, "0.034"),
            (0.001, 3, "0.001"),
            (0.000_999_9, 3, "<0.001"),
            (0.0, 3, "<0.001"),
            (-1e-17, 3, "<0.001"),
            (0.999, 3, "0.999"),
            (0.9991, 3, ">0.999"),
            (1.0, 3, ">0.999"),
            (0.05, 4, "0.0500"),
            (0.000_05, 4, "<0.0001"),
            (0.995, 2, ">0.99"),
        ] {
            assert_eq!(p_value(p, decimals), expected, "{p}");
        }
    }

    #[test]
    fn significant_digits() {
        for (x, digits, expected) in [
            (0.012_345, 3, "0.0123"),
            (0.012_35, 3, "0.0124"),
            (1.0, 3, "1.00"),
            (9.996, 3, "10.0"),
            (123_456.0, 3, "123000"),
            (-123_500.0, 3, "-124000"),
            (0.0, 3, "0.00"),
            (5.0, 1, "5"),
            (5.0, 0, "5"),
        ] {
            assert_eq!(significant(x, digits), expected, "{x}");
        }
        assert_eq!(round_significant(0.3 - 0.1, 15), 0.2);
        assert_eq!(round_significant(1.1 - 1.0, 12), 0.1);
        assert_eq!(round_significant(-0.3 + 0.1, 15), -0.2);
        assert_eq!(round_significant(0.0, 15), 0.0);
        assert_eq!(round_significant(f64::MAX, 2), f64::MAX);
        assert_eq!(round_significant(1e-320, 3), 1e-320);
    }

    #[test]
    fn plain_notation() {
        for (x, expected) in [
            (0.1 + 0.2, "0.30000000000000004"),
            (1e21, "1000000000000000000000"),
            (1e-7, "0.0000001"),
            (-0.0, "0"),
            (-12.5, "-12.5"),
            (100.0, "100"),
        ] {
            assert_eq!(plain(x), expected);
        }
        for x in [1e-320, f64::MIN_POSITIVE, f64::MAX, 1.0 / 3.0] {
            assert_eq!(plain(x).parse::<f64>(), Ok(x));
        }
    }

    #[test]
    #[should_panic(expected = "only finite numbers")]
    fn refuses_nan() {
        let _ = round_half_away(f64::NAN, 1);
    }
}
