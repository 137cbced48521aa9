//! Cochran-Mantel-Haenszel: association of arm and response, or ordinal value, within strata.

use crate::base::diagnostic::Diagnostics;
use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::breslow_day::breslow_day;
use crate::stats::chi_square::Continuity;
use crate::stats::cochran_mantel_haenszel::{
    CmhStatistic, Scores, general_association, nonzero_correlation, row_mean_scores,
};
use crate::stats::common_odds_ratio_exact::{DEFAULT_WORK_LIMIT, common_odds_ratio_exact};
use crate::stats::mantel_haenszel::{mantel_haenszel_test, odds_ratio_mantel_haenszel, risk_ratio_mantel_haenszel};
use crate::stats::summary::QuantileType;

use super::input::{AnalysisInput, Shape};
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, Setup, describe, tables};

/// The method `cmh`.
pub(super) struct Cmh;

/// Levels up to which subjects are counted by level.
const MOST_LEVELS: usize = 20;

impl Method for Cmh {
    fn name(&self) -> &'static str {
        "cmh"
    }
    fn title(&self) -> &'static str {
        "Cochran-Mantel-Haenszel test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether arm and value are associated within the strata made by `factors`; for a response also the common odds ratio and risk ratio.",
            formula: "G' V⁻ G of the summed differences between counts and expectation given each stratum's margins: general association, row mean scores, correlation. Odds ratio of Mantel & Haenszel with the variance of Robins, Breslow & Greenland; risk ratio with that of Greenland & Robins. Homogeneity of the odds ratios: Breslow-Day, and with Tarone's correction.",
            limits: "Opposite associations in different strata can cancel. The results without arms compare all arms (with three and more). The correlation takes the arms in the order of study.yaml, or their `dose`.",
            source: "Landis, Heyman & Koch 1978, International Statistical Review 46:237-254; Robins, Breslow & Greenland 1986, Biometrics 42:311-323; Greenland & Robins 1985, Biometrics 41:55-68; Breslow & Day 1980; Tarone 1985, Biometrika 72:91-95; Gart 1970, Biometrika 57:471-475.",
            sas: "PROC FREQ; TABLES stratum*arm*value / CMH SCORES=TABLE; (BDT for Tarone; EXACT COMOR)",
            r: "mantelhaen.test(arm, response, stratum); vcdExtra::CMHtest; coin::cmh_test; DescTools::BreslowDayTest",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "scores",
                kind: OptionKind::Choice(&["table", "integer", "rank", "ridit", "modified_ridit"]),
                about: "scores of the values: the values themselves, 1, 2, 3, …, or ranks in each stratum (modified_ridit with two arms is van Elteren's test)",
            },
            OptionDoc {
                name: "dose",
                kind: OptionKind::Numbers,
                about: "score of each arm in the order of study.yaml, for the correlation; else 1, 2, 3, …, or ranks if `scores` are ranks",
            },
            OptionDoc {
                name: "continuity",
                kind: OptionKind::Choice(&["no", "yes"]),
                about: "continuity correction of the test `mantel_haenszel` of a response (SAS has none, R mantelhaen.test has it by default)",
            },
            OptionDoc {
                name: "odds_ratio",
                kind: OptionKind::Choice(&["mantel_haenszel", "exact"]),
                about: "common odds ratio of a response: Mantel & Haenszel, or conditional estimate with exact limits and p-value",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Category
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Factors]
    }
    fn check(&self, setup: &Setup<'_>, sink: &mut Diagnostics) {
        let (dose, arms) = (setup.options.numbers("dose").len(), setup.input.arms.len());
        if dose != 0 && dose != arms {
            let said = format!("`dose` has {dose} numbers for {arms} arms");
            setup.fault(sink, &said, "give one for each arm in the order of study.yaml");
        }
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let everyone: Vec<usize> = (0..writer.input.arms.len()).collect();
        if writer.input.is_response {
            describe::responses(writer);
        } else {
            describe::numbers(writer, QuantileType::Type2, options.number("conf_level"));
            by_level(writer, &everyone);
        }
        for comparison in writer.input.comparisons.clone() {
            let base = writer.compared_key("chi_square", comparison);
            for (test, result) in association(writer.input, options, &[comparison.0, comparison.1]) {
                put(&base, test, result, &mut |key, value| writer.compared_keyed(key, comparison, value));
            }
            if writer.input.is_response {
                response(options, writer, comparison);
            }
        }
        if everyone.len() > 2 {
            let base = ResultKey::new(&writer.input.id, "chi_square");
            for (test, result) in association(writer.input, options, &everyone) {
                put(&base, test, result, &mut |key, value| writer.overall(key, value));
            }
        }
    }
}

/// Counts the subjects of each arm at each value that occurs or is listed.
fn by_level(writer: &mut Writer<'_, '_, '_>, arms: &[usize]) {
    let listed = writer.input.levels.clone();
    let levels = if listed.is_empty() { tables::levels(writer.input, arms) } else { listed };
    if levels.len() > MOST_LEVELS {
        return;
    }
    for &arm in arms {
        let n = writer.input.values(arm).len() as u64;
        for level in &levels {
            let at = |r: &super::input::Analysed| r.value.total_cmp(level).is_eq();
            let counted = writer.input.rows.iter().filter(|r| r.arm == arm && at(r)).count() as u64;
            let key = writer.arm_key("n", arm).with("level", level.to_string());
            writer.count_keyed(key.clone(), arm, at);
            writer.percent_keyed(key.statistic("pct"), key, arm, counted, n);
        }
    }
}

/// The three statistics of some arms.
fn association(
    input: &AnalysisInput,
    options: &Options,
    arms: &[usize],
) -> [(&'static str, Result<CmhStatistic, NotEstimable>); 3] {
    let levels = tables::levels(input, arms);
    let strata = tables::strata(input, arms, &levels);
    let columns = match options.choice("scores") {
        "integer" => Scores::Integer,
        "rank" => Scores::Rank,
        "ridit" => Scores::Ridit,
        "modified_ridit" => Scores::ModifiedRidit,
        _ => Scores::Table(&levels),
    };
    let dose: Vec<f64> = arms.iter().filter_map(|&arm| options.numbers("dose").get(arm).copied()).collect();
    let rows = match columns {
        _ if !dose.is_empty() => Scores::Table(&dose),
        Scores::Table(_) => Scores::Integer,
        other => other,
    };
    [
        ("general_association", general_association(&strata)),
        ("row_mean_scores", row_mean_scores(&strata, columns)),
        ("correlation", nonzero_correlation(&strata, rows, columns)),
    ]
}

/// Writes one chi-square test beside `base`.
fn put(
    base: &ResultKey,
    test: &str,
    result: Result<CmhStatistic, NotEstimable>,
    write: &mut impl FnMut(ResultKey, Result<f64, NotEstimable>),
) {
    let key = |statistic: &str| base.statistic(statistic).with("test", test);
    write(key("chi_square"), result.map(|r| r.chi_square));
    write(key("df"), result.map(|r| r.df));
    write(key("p"), result.map(|r| r.p));
}

/// What is known of a response of two arms besides the association.
fn response(options: &Options, writer: &mut Writer<'_, '_, '_>, comparison: (usize, usize)) {
    let level = options.number("conf_level");
    let strata = tables::two_by_two_strata(writer.input, comparison);
    let continuity =
        if options.choice("continuity") == "yes" { Continuity::Corrected } else { Continuity::Uncorrected };
    let test = mantel_haenszel_test(&strata, continuity);
    let homogeneity = breslow_day(&strata);
    let base = writer.compared_key("chi_square", comparison);
    let chi_square = |chi_square, df, p| CmhStatistic { chi_square, df, p };
    for (name, result) in [
        ("mantel_haenszel", test.map(|t| chi_square(t.chi_square, 1.0, t.p_two_sided))),
        ("breslow_day", homogeneity.map(|t| chi_square(t.chi_square, t.df, t.p))),
        ("tarone", homogeneity.map(|t| chi_square(t.tarone, t.df, t.p_tarone))),
    ] {
        put(&base, name, result, &mut |key, value| writer.compared_keyed(key, comparison, value));
    }
    let odds = if options.choice("odds_ratio") == "exact" {
        let exact = common_odds_ratio_exact(&strata, level, DEFAULT_WORK_LIMIT);
        let key = base.statistic("p").with("test", "exact");
        writer.compared_keyed(key, comparison, exact.map(|e| e.p_two_sided));
        exact.map(|e| e.odds_ratio)
    } else {
        odds_ratio_mantel_haenszel(&strata, level)
    };
    let risk = risk_ratio_mantel_haenszel(&strata, level);
    for (name, effect) in [("odds_ratio", odds), ("risk_ratio", risk)] {
        writer.compared(name, comparison, effect.and_then(|e| e.estimate));
        writer.compared(&format!("{name}_lower"), comparison, effect.and_then(|e| e.lower));
        writer.compared(&format!("{name}_upper"), comparison, effect.and_then(|e| e.upper));
    }
}
