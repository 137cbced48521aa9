//! Log-rank test of equal survival.

use crate::results::{ResultKey, Style};
use crate::stats::NotEstimable;
use crate::stats::log_rank::{LogRankTest, weighted_log_rank};
use crate::stats::log_rank_weight::LogRankWeight;

use super::input::{Analysed, Shape};
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, Method, describe};

/// The method `log_rank`.
pub(super) struct LogRank;

impl Method for LogRank {
    fn name(&self) -> &'static str {
        "log_rank"
    }
    fn title(&self) -> &'static str {
        "Log-rank test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether the hazards of the arms are equal; most sensitive to proportional hazards.",
            formula: "Observed minus expected events summed over event times, with the hypergeometric variance; strata are summed. Weights by event time: 1; number at risk (gehan, Breslow's); its root (tarone_ware); product of 1 − d/(n+1) (peto_peto), times n/(n+1) (modified_peto_peto); S(t−)^rho (1 − S(t−))^gamma (fleming_harrington). Trend over doses: Tarone 1975. Factors and strata of the analysis are strata.",
            limits: "Crossing curves can cancel. A competing event counts as censoring.",
            source: "Mantel 1966, Cancer Chemotherapy Reports 50:163-170; Tarone & Ware 1977, Biometrika 64:156-160; Harrington & Fleming 1982, Biometrika 69:553-566; Tarone 1975, Biometrika 62:679-682.",
            sas: "PROC LIFETEST; TIME t*status(0); STRATA arm / TEST=(LOGRANK WILCOXON TARONE PETO MODPETO FLEMING(rho,gamma)) TREND; with strata: STRATA s / GROUP=arm;",
            r: "survival::survdiff(Surv(t, event) ~ arm + strata(s), rho = 0)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "weights",
                kind: OptionKind::Choice(&[
                    "log_rank",
                    "gehan",
                    "tarone_ware",
                    "peto_peto",
                    "modified_peto_peto",
                    "fleming_harrington",
                ]),
                about: "weights of event times; R's survdiff(rho = 1), called Peto-Peto there, is fleming_harrington with rho 1, SAS PETO is peto_peto; log_rank with a rho or gamma is fleming_harrington",
            },
            OptionDoc {
                name: "rho",
                kind: OptionKind::Number { low: 0.0, high: 5.0, default: Some(0.0) },
                about: "weight exponent of the pooled survival; 0 is the log-rank test",
            },
            OptionDoc {
                name: "gamma",
                kind: OptionKind::Number { low: 0.0, high: 5.0, default: Some(0.0) },
                about: "weight exponent of 1 − pooled survival, for late differences",
            },
            OptionDoc {
                name: "dose",
                kind: OptionKind::Numbers,
                about: "dose of each arm in the order of study.yaml, for the test of a trend",
            },
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Time
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Factors, ItemKey::Strata]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe::times(writer, false);
        let weight = weight(options);
        for comparison in writer.input.comparisons.clone() {
            let pair = [comparison.0, comparison.1];
            let rows: Vec<&Analysed> = writer.input.rows.iter().filter(|r| pair.contains(&r.arm)).collect();
            let group = |r: &Analysed| usize::from(r.arm == pair[1]);
            let strata = writer.input.strata_of(&rows, true);
            let test = test(&rows, group, 2, strata.as_deref(), weight);
            let directed = test.as_ref().map_err(|e| *e).and_then(LogRankTest::directed);
            writer.compared("chi_square", comparison, test.as_ref().map(|t| t.chi_square).map_err(|e| *e));
            writer.compared("df", comparison, test.as_ref().map(|t| t.df).map_err(|e| *e));
            writer.compared("z", comparison, directed.map(|t| t.z));
            writer.compared("p", comparison, test.as_ref().map(|t| t.p).map_err(|e| *e));
        }
        let n_arms = writer.input.arms.len();
        let rows: Vec<&Analysed> = writer.input.rows.iter().collect();
        let strata = writer.input.strata_of(&rows, true);
        let all = test(&rows, |r| r.arm, n_arms, strata.as_deref(), weight);
        for arm in 0..n_arms {
            let numbers = [
                ("observed", all.as_ref().map(|t| t.observed[arm])),
                ("expected", all.as_ref().map(|t| t.expected[arm])),
            ];
            for (name, value) in numbers {
                let value = value.map_err(|e| *e);
                match weight {
                    Ok(LogRankWeight::LogRank) => writer.arm(name, arm, value),
                    // Weighted events are no whole numbers.
                    _ => writer.arm_styled(name, arm, value, Style::Decimals(2)),
                }
            }
        }
        if n_arms > 2 {
            let id = writer.input.id.clone();
            writer.overall(ResultKey::new(&id, "chi_square"), all.as_ref().map(|t| t.chi_square).map_err(|e| *e));
            writer.overall(ResultKey::new(&id, "df"), all.as_ref().map(|t| t.df).map_err(|e| *e));
            writer.overall(ResultKey::new(&id, "p"), all.as_ref().map(|t| t.p).map_err(|e| *e));
        }
        let doses = options.numbers("dose");
        if !doses.is_empty() {
            let trend = all.as_ref().map_err(|e| *e).and_then(|t| t.trend(doses));
            let key = |name: &str| ResultKey::new(&writer.input.id, name).with("test", "trend");
            let (z, p) = (key("z"), key("p"));
            writer.overall(z, trend.map(|t| t.z));
            writer.overall(p, trend.map(|t| t.p_two_sided));
        }
    }
}

/// The weights chosen.
fn weight(options: &Options) -> Result<LogRankWeight, NotEstimable> {
    let (rho, gamma) = (options.number("rho"), options.number("gamma"));
    let powers = rho != 0.0 || gamma != 0.0;
    match options.choice("weights") {
        "fleming_harrington" => Ok(LogRankWeight::FlemingHarrington { rho, gamma }),
        "log_rank" if powers => Ok(LogRankWeight::FlemingHarrington { rho, gamma }),
        _ if powers => Err(NotEstimable::InvalidArgument),
        "gehan" => Ok(LogRankWeight::GehanBreslow),
        "tarone_ware" => Ok(LogRankWeight::TaroneWare),
        "peto_peto" => Ok(LogRankWeight::PetoPeto),
        "modified_peto_peto" => Ok(LogRankWeight::ModifiedPetoPeto),
        _ => Ok(LogRankWeight::LogRank),
    }
}

fn test(
    rows: &[&Analysed],
    group: impl Fn(&Analysed) -> usize,
    n_groups: usize,
    strata: Option<&[usize]>,
    weight: Result<LogRankWeight, NotEstimable>,
) -> Result<LogRankTest, NotEstimable> {
    let time: Vec<f64> = rows.iter().map(|r| r.value).collect();
    let event: Vec<bool> = rows.iter().map(|r| r.status == 1).collect();
    let groups: Vec<usize> = rows.iter().map(|r| group(r)).collect();
    weighted_log_rank(&time, &event, &groups, n_groups, strata, weight?)
}
