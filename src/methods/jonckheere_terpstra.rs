//! Jonckheere-Terpstra test of a trend over ordered arms.

use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::assignment::DEFAULT_WORK_LIMIT;
use crate::stats::chi_square::Continuity;
use crate::stats::jonckheere::{jonckheere_terpstra, jonckheere_terpstra_exact, jonckheere_terpstra_monte_carlo};
use crate::stats::summary::QuantileType;

use super::input::{AnalysisInput, Shape};
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::pairs::rows_of;
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, SAMPLES, SEED, describe};

/// The method `jonckheere_terpstra`.
pub(super) struct JonckheereTerpstra;

impl Method for JonckheereTerpstra {
    fn name(&self) -> &'static str {
        "jonckheere_terpstra"
    }
    fn title(&self) -> &'static str {
        "Jonckheere-Terpstra trend test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether values tend to rise or fall over the arms in their order.",
            formula: "J = number of pairs of values from different arms that rise with the order, ties one half; normal approximation with tie correction, the exact permutation law (two-sided by distance from the expectation), or a seeded Monte Carlo estimate.",
            limits: "The order must be known beforehand. The exact law is given up beyond a stated amount of work (about three arms of 15).",
            source: "Jonckheere 1954, Biometrika 41:133-145; Hollander & Wolfe 1999, section 6.2.",
            sas: "PROC FREQ; TABLES dose*y / JT; EXACT JT;",
            r: "DescTools::JonckheereTerpstraTest(y, dose)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "order",
                kind: OptionKind::Numbers,
                about: "dose or rank of each arm in the order of study.yaml, which is the order if left out; arms of equal rank are one group",
            },
            OptionDoc {
                name: "p_value",
                kind: OptionKind::Choice(&["normal", "exact", "monte_carlo"]),
                about: "normal approximation, exact law, or random orders",
            },
            OptionDoc {
                name: "continuity",
                kind: OptionKind::Choice(&["no", "yes"]),
                about: "continuity correction of the normal approximation (SAS does not correct)",
            },
            SAMPLES,
            SEED,
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Number
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe::numbers(writer, QuantileType::Type2, options.number("conf_level"));
        let values = ordered(writer.input, options.numbers("order"));
        let id = writer.input.id.clone();
        let mut put = |name: &str, value| writer.overall(ResultKey::new(&id, name), value);
        let values = match values {
            Ok(values) => values,
            Err(error) => return put("p", Err(error)),
        };
        let groups: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
        if options.choice("p_value") == "monte_carlo" {
            let whole = options.whole("samples").zip(options.whole("seed")).ok_or(NotEstimable::InvalidArgument);
            let test = whole.and_then(|(n, seed)| jonckheere_terpstra_monte_carlo(&groups, n, seed));
            put("j", test.map(|t| t.statistic));
            put("p", test.map(|t| t.two_sided.p));
            put("p_se", test.map(|t| t.two_sided.standard_error));
            put("p_increasing", test.map(|t| t.increasing.p));
            put("p_decreasing", test.map(|t| t.decreasing.p));
            return;
        }
        let exact = options.choice("p_value") == "exact";
        let continuity =
            if options.choice("continuity") == "yes" { Continuity::Corrected } else { Continuity::Uncorrected };
        let test = if exact {
            jonckheere_terpstra_exact(&groups, DEFAULT_WORK_LIMIT)
        } else {
            jonckheere_terpstra(&groups, continuity)
        };
        put("j", test.map(|t| t.statistic));
        if !exact {
            put("z", test.and_then(|t| t.z));
        }
        put("p", test.map(|t| t.p_two_sided));
        put("p_increasing", test.map(|t| t.p_increasing));
        put("p_decreasing", test.map(|t| t.p_decreasing));
    }
}

/// Values of the arms by rising rank.
fn ordered(input: &AnalysisInput, ranks: &[f64]) -> Result<Vec<Vec<f64>>, NotEstimable> {
    let arms: Vec<usize> = (0..input.arms.len()).collect();
    let values = rows_of(input, &arms).by_group(arms.len());
    if ranks.is_empty() {
        return Ok(values);
    }
    if ranks.len() != arms.len() || ranks.iter().any(|r| !r.is_finite()) {
        return Err(NotEstimable::InvalidArgument);
    }
    let mut levels = ranks.to_vec();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    let group = |level: &f64| arms.iter().filter(|a| ranks[**a] == *level).flat_map(|a| values[*a].clone()).collect();
    Ok(levels.iter().map(group).collect())
}
