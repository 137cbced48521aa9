//! Risk difference common to several strata: Mantel-Haenszel, stratified Newcombe, Miettinen-Nurminen, summary score.

use crate::base::diagnostic::Diagnostics;
use crate::stats::NotEstimable;
use crate::stats::stratified_risk_difference::{
    CommonDifferenceVariance, StratumWeights, risk_difference_mantel_haenszel,
    risk_difference_miettinen_nurminen_stratified, risk_difference_newcombe_stratified, risk_difference_summary_score,
};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, Setup, describe, tables};

/// The method `stratified_risk_difference`.
pub(super) struct StratifiedRiskDifference;

impl Method for StratifiedRiskDifference {
    fn name(&self) -> &'static str {
        "stratified_risk_difference"
    }
    fn title(&self) -> &'static str {
        "Risk difference common to strata"
    }
    fn about(&self) -> About {
        About {
            estimand: "Difference of the proportions of responders of two arms, weighted over the strata made by `factors`.",
            formula: "Σ w (p₁ − p₂) / Σ w with w = n₁n₂/(n₁ + n₂). `sato` and `greenland_robins`: Wald interval with that variance; `newcombe`: square-and-add of stratified Wilson intervals; `miettinen_nurminen`: Σ w (p₁ − p₂ − d) held against its variance at d; `summary_score`: middles of the strata's score intervals, weighted by 1/width².",
            limits: "Strata with an empty arm are passed over. `greenland_robins` needs strata of some size, `sato` also holds for many small ones. The weights can be chosen for newcombe and miettinen_nurminen only.",
            source: "Sato 1989, Biometrics 45:1323-1324; Greenland & Robins 1985, Biometrics 41:55-68; Yan & Su 2010, Statistics in Biopharmaceutical Research 2:285-292; Miettinen & Nurminen 1985, Statistics in Medicine 4:213-226; Agresti 2013, Categorical Data Analysis.",
            sas: "PROC FREQ; TABLES stratum*arm*response / COMMONRISKDIFF(CL=(MH NEWCOMBE SCORE)); (Viya: MNMH)",
            r: "metafor::rma.mh(measure = \"RD\") (sato); tern::prop_diff_cmh (greenland_robins); tern::prop_diff_strat_nc (newcombe)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "interval",
                kind: OptionKind::Choice(&[
                    "sato",
                    "greenland_robins",
                    "newcombe",
                    "miettinen_nurminen",
                    "summary_score",
                ]),
                about: "variance or interval; SAS has sato (MH), newcombe and summary_score (SCORE), R tern greenland_robins and newcombe",
            },
            OptionDoc {
                name: "weights",
                kind: OptionKind::Choice(&["mantel_haenszel", "sample_size", "equal"]),
                about: "weights of the strata, for newcombe and miettinen_nurminen: n₁n₂/(n₁ + n₂), n₁ + n₂, or alike",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Response
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Factors]
    }
    fn check(&self, setup: &Setup<'_>, sink: &mut Diagnostics) {
        if setup.input.factors.is_empty() {
            setup.fault(sink, "without `factors` there are no strata", "name them, or use `risk_difference`");
        }
        let interval = setup.options.choice("interval");
        let fixed = !matches!(interval, "newcombe" | "miettinen_nurminen");
        if fixed && setup.options.choice("weights") != "mantel_haenszel" {
            let said = format!("`weights` cannot be chosen with the interval `{interval}`");
            setup.fault(sink, &said, "leave `weights` out, or use `newcombe` or `miettinen_nurminen`");
        }
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let level = options.number("conf_level");
        let weights = match options.choice("weights") {
            "sample_size" => StratumWeights::SampleSize,
            "equal" => StratumWeights::Equal,
            _ => StratumWeights::MantelHaenszel,
        };
        describe::responses(writer);
        for comparison in writer.input.comparisons.clone() {
            let strata = tables::two_by_two_strata(writer.input, comparison);
            let effect = match options.choice("interval") {
                "greenland_robins" => {
                    risk_difference_mantel_haenszel(&strata, level, CommonDifferenceVariance::GreenlandRobins)
                }
                "newcombe" => risk_difference_newcombe_stratified(&strata, level, weights),
                "miettinen_nurminen" => risk_difference_miettinen_nurminen_stratified(&strata, level, weights),
                "summary_score" => risk_difference_summary_score(&strata, level),
                _ => risk_difference_mantel_haenszel(&strata, level, CommonDifferenceVariance::Sato),
            };
            writer.compared("risk_diff", comparison, effect.and_then(|e| e.estimate));
            let error = effect.and_then(|e| e.standard_error);
            if error != Err(NotEstimable::NotDefined) {
                writer.compared("risk_diff_se", comparison, error);
            }
            writer.compared("risk_diff_lower", comparison, effect.and_then(|e| e.lower));
            writer.compared("risk_diff_upper", comparison, effect.and_then(|e| e.upper));
        }
    }
}
