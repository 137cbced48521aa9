//! Kruskal-Wallis test of all arms.

use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::assignment::DEFAULT_WORK_LIMIT;
use crate::stats::kruskal_wallis::{kruskal_wallis, kruskal_wallis_exact, kruskal_wallis_monte_carlo};
use crate::stats::summary::QuantileType;

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::pairs::rows_of;
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, SAMPLES, SEED, describe};

/// The method `kruskal_wallis`.
pub(super) struct KruskalWallis;

impl Method for KruskalWallis {
    fn name(&self) -> &'static str {
        "kruskal_wallis"
    }
    fn title(&self) -> &'static str {
        "Kruskal-Wallis test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether values of some arm tend to be larger than those of another.",
            formula: "H of the joint midranks, corrected for ties; chi-square approximation with k − 1 degrees of freedom, the exact permutation law, or a seeded Monte Carlo estimate of it with its standard error.",
            limits: "The exact law is given up beyond a stated amount of work (about three arms of 8). It says nothing about which arms differ.",
            source: "Kruskal & Wallis 1952, JASA 47:583-621.",
            sas: "PROC NPAR1WAY WILCOXON; CLASS arm; VAR y; EXACT WILCOXON / MC SEED=1;",
            r: "kruskal.test(y ~ arm); coin::kruskal_test(distribution = approximate())",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "p_value",
                kind: OptionKind::Choice(&["asymptotic", "exact", "monte_carlo"]),
                about: "chi-square approximation, exact law, or random orders (unbiased share of extreme draws, as SAS and coin)",
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
        let arms: Vec<usize> = (0..writer.input.arms.len()).collect();
        let values = rows_of(writer.input, &arms).by_group(arms.len());
        let groups: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
        let test = kruskal_wallis(&groups);
        let test = test.as_ref().map_err(|e| *e);
        for arm in arms {
            writer.arm("mean_rank", arm, test.map(|t| t.mean_ranks[arm]));
        }
        let id = writer.input.id.clone();
        let mut put = |name: &str, value| writer.overall(ResultKey::new(&id, name), value);
        put("chi_square", test.map(|t| t.statistic));
        put("df", test.map(|t| t.df));
        match options.choice("p_value") {
            "exact" => put("p", kruskal_wallis_exact(&groups, DEFAULT_WORK_LIMIT)),
            "monte_carlo" => {
                let whole = options.whole("samples").zip(options.whole("seed")).ok_or(NotEstimable::InvalidArgument);
                let sampled = whole.and_then(|(n, seed)| kruskal_wallis_monte_carlo(&groups, n, seed));
                put("p", sampled.map(|s| s.p));
                put("p_se", sampled.map(|s| s.standard_error));
            }
            _ => put("p", test.map(|t| t.p)),
        }
    }
}
