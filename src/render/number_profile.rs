//! How numbers look: decimals of percentages and p-values, the minus, and words for "not estimable".

use crate::base::number;
use crate::results::{AnalysisResult, ResultStore, ResultValue, Role, Style};

use super::target::Target;

/// Decimals of a percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentDecimals {
    /// As the result's style says.
    OfStyle,
    /// Always so many.
    Fixed(u8),
    /// None from 10 % on, one below (journals).
    Journal,
}

/// A house style for numbers, chosen in report.yaml.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberProfile {
    /// Name in the configuration.
    pub name: &'static str,
    /// Decimals of percentages.
    pub percent: PercentDecimals,
    /// Whether a percentage that is not 0 but below its last digit prints `<0.1` or `<1`.
    pub small_percent: bool,
    /// Decimals of p-values.
    pub p_decimals: u8,
    /// Whether p-values keep the zero before the point beyond a bound (`<.0001`, `>.9999` when not).
    pub p_leading_zero: bool,
    /// Between whole and decimal digits.
    pub decimal_mark: char,
    /// Printed where a result is not estimable.
    pub not_estimable: &'static str,
}

/// Percentages with one decimal, p-values with three (ICH E3 practice; the default).
pub static REGULATORY: NumberProfile = NumberProfile {
    name: "regulatory",
    percent: PercentDecimals::OfStyle,
    small_percent: true,
    p_decimals: 3,
    p_leading_zero: true,
    decimal_mark: '.',
    not_estimable: "NE",
};

/// Whole percentages with `<1`, p-values with four decimals and `<.0001`, as SAS tables print them
/// (where a display asks for decimals of its own, it gets them).
pub static PILOT: NumberProfile = NumberProfile {
    name: "pilot",
    percent: PercentDecimals::Fixed(0),
    small_percent: true,
    p_decimals: 4,
    p_leading_zero: false,
    decimal_mark: '.',
    not_estimable: "NE",
};

/// Whole percentages from 10 % on, p-values with three decimals.
pub static JOURNAL: NumberProfile = NumberProfile {
    name: "journal",
    percent: PercentDecimals::Journal,
    small_percent: false,
    p_decimals: 3,
    p_leading_zero: true,
    decimal_mark: '.',
    not_estimable: "NE",
};

/// Reads a format such as `0`, `0.00`, `percent`, `percent2`, `p`, `plain`, `text`, `count`.
///
/// # Errors
/// A sentence that lists the formats.
pub fn parse_style(text: &str) -> Result<Style, String> {
    let decimals = |digits: &str| digits.parse::<u8>().ok();
    match text {
        "count" => return Ok(Style::Count),
        "p" => return Ok(Style::PValue),
        "percent" => return Ok(Style::Percent(1)),
        "plain" => return Ok(Style::Plain),
        "text" => return Ok(Style::Text),
        "0" => return Ok(Style::Decimals(0)),
        _ => {}
    }
    if let Some(zeros) = text.strip_prefix("0.")
        && !zeros.is_empty()
        && zeros.bytes().all(|b| b == b'0')
        && let Ok(count) = u8::try_from(zeros.len())
    {
        return Ok(Style::Decimals(count));
    }
    if let Some(Some(count)) = text.strip_prefix("percent").map(decimals) {
        return Ok(Style::Percent(count));
    }
    Err(format!(
        "`{text}` is no number format; use `0`, `0.00`, `percent`, `percent2`, `p`, `count`, `plain` or `text`"
    ))
}

/// A result as it is printed in `target`, not yet escaped: `42.7`, `<0.001`, `NE`.
///
/// A style that is asked for wins over the house style of percentages.
/// A percentage with a numerator and a denominator in its lineage is computed from these two
/// counts by integer arithmetic, so that it is rounded exactly.
#[must_use]
pub fn format_result(
    store: &ResultStore,
    result: &AnalysisResult,
    style: Option<Style>,
    profile: &NumberProfile,
    target: Target,
) -> String {
    let asked = style;
    let style = asked.unwrap_or(result.style);
    let text = match (&result.value, style) {
        (ResultValue::Text(text), _) => return text.clone(),
        (ResultValue::NotEstimable(_), _) => return profile.not_estimable.to_owned(),
        (ResultValue::Count(n), Style::Count | Style::Plain | Style::Text) => n.to_string(),
        (ResultValue::Real(x), Style::Percent(decimals)) => {
            let decimals = match profile.percent {
                // Registries get the decimals they ask for, whatever the house style of the report.
                _ if asked.is_some() || !target.is_for_people() => decimals,
                PercentDecimals::OfStyle => decimals,
                PercentDecimals::Fixed(decimals) => decimals,
                PercentDecimals::Journal => u8::from(x.abs() < 10.0),
            };
            percent(store, result, *x, decimals, profile, target)
        }
        (ResultValue::Count(_), Style::Percent(_) | Style::Decimals(_) | Style::PValue) => {
            let x = result.value.as_f64().unwrap_or(0.0);
            number::round_half_away(x, if let Style::Decimals(decimals) = style { decimals } else { 0 })
        }
        (ResultValue::Real(x), Style::Count) => number::round_half_away(*x, 0),
        (ResultValue::Real(x), Style::Decimals(decimals)) => number::round_half_away(*x, decimals),
        (ResultValue::Real(x), Style::PValue) => p_value(*x, profile),
        (ResultValue::Real(x), Style::Plain | Style::Text) => number::plain(*x),
    };
    let text = if profile.decimal_mark == '.' { text } else { text.replace('.', &profile.decimal_mark.to_string()) };
    minus(text, target)
}

/// A plain number of a series, for example a number at risk.
#[must_use]
pub fn format_plain(x: f64, target: Target) -> String {
    if x.is_finite() { minus(number::plain(x), target) } else { String::new() }
}

fn percent(
    store: &ResultStore,
    result: &AnalysisResult,
    x: f64,
    decimals: u8,
    profile: &NumberProfile,
    target: Target,
) -> String {
    let smallest = 10f64.powi(-i32::from(decimals));
    if profile.small_percent && target.is_for_people() && x > 0.0 && x < smallest {
        return format!("<{}", number::round_half_away(smallest, decimals));
    }
    let count = |role: Role| {
        let inputs = &store.lineage(result.lineage).inputs;
        let mut of_role = inputs.iter().filter(|(r, _)| *r == role);
        match (of_role.next(), of_role.next()) {
            (Some((_, key)), None) => store.get(key).and_then(|r| r.value.as_count()),
            _ => None,
        }
    };
    let exact = match (count(Role::Numerator), count(Role::Denominator)) {
        (Some(numerator), Some(denominator)) => number::percent(numerator, denominator, decimals)
            .filter(|text| text.parse::<f64>().is_ok_and(|shown| (shown - x).abs() <= smallest)),
        _ => None,
    };
    exact.unwrap_or_else(|| number::round_half_away(x, decimals))
}

fn p_value(p: f64, profile: &NumberProfile) -> String {
    let text = number::p_value(p, profile.p_decimals);
    if profile.p_leading_zero || text.starts_with('0') {
        return text;
    }
    // `<0.0001` and `>0.9999`.
    text.replacen("0.", ".", 1)
}

fn minus(text: String, target: Target) -> String {
    if target.has_true_minus() && text.contains('-') { text.replace('-', "\u{2212}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::view::style_text;

    #[test]
    fn pilot_p_values_beyond_a_bound_drop_the_zero() {
        for (p, text) in [(0.00001, "<.0001"), (0.0065, "0.0065"), (0.59344, "0.5934"), (1.0, ">.9999")] {
            assert_eq!(p_value(p, &PILOT), text);
        }
        assert_eq!(p_value(0.00001, &REGULATORY), "<0.001");
    }

    #[test]
    fn styles_are_read_as_displays_write_them() {
        for style in [
            Style::Count,
            Style::Decimals(0),
            Style::Decimals(3),
            Style::Percent(0),
            Style::Percent(2),
            Style::PValue,
            Style::Plain,
            Style::Text,
        ] {
            assert_eq!(parse_style(&style_text(style)), Ok(style));
        }
        for text in ["0,00", "xx", "", "0.", "percentx"] {
            assert!(parse_style(text).is_err(), "{text}");
        }
    }
}
