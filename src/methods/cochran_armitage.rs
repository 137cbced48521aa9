//! Cochran-Armitage test: trend of the proportion of responders over doses.

use crate::base::diagnostic::Diagnostics;
use crate::results::ResultKey;
use crate::stats::trend_test::{DEFAULT_WORK_LIMIT, trend_test, trend_test_exact};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, Method, Setup, describe};

/// The method `cochran_armitage`.
pub(super) struct CochranArmitage;

impl Method for CochranArmitage {
    fn name(&self) -> &'static str {
        "cochran_armitage"
    }
    fn title(&self) -> &'static str {
        "Cochran-Armitage test for trend"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether the proportion of responders rises or falls with the dose, over all arms.",
            formula: "z = Σ x (e − n p) / √(p q Σ n (x − mean x)²) with dose x, events e and p pooled. Exact: distribution of Σ x e given arm sizes and number of events.",
            limits: "Most sensitive to a linear trend in the doses given. The exact test needs whole numbers as doses.",
            source: "Cochran 1954, Biometrics 10:417-451; Armitage 1955, Biometrics 11:375-386.",
            sas: "PROC FREQ; TABLES dose*response / TREND; EXACT TREND; (z may have the other sign)",
            r: "prop.trend.test(events, n, score = dose) (its chi-square is z²)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "dose",
                kind: OptionKind::Numbers,
                about: "dose of each arm in the order of study.yaml; 1, 2, 3, … if left out",
            },
            OptionDoc {
                name: "test",
                kind: OptionKind::Choice(&["asymptotic", "exact"]),
                about: "where the p-values come from: normal distribution, or exact given the margins",
            },
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Response
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[]
    }
    fn check(&self, setup: &Setup<'_>, sink: &mut Diagnostics) {
        let (dose, arms) = (setup.options.numbers("dose").len(), setup.input.arms.len());
        if dose != 0 && dose != arms {
            let said = format!("`dose` has {dose} numbers for {arms} arms");
            setup.fault(sink, &said, "give one for each arm in the order of study.yaml");
        }
        let fractions = setup.options.numbers("dose").iter().any(|x| x.fract() != 0.0);
        if setup.options.choice("test") == "exact" && fractions {
            setup.fault(sink, "the exact test needs whole numbers as doses", "multiply them");
        }
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe::responses(writer);
        let arms = 0..writer.input.arms.len();
        let (events, n): (Vec<u64>, Vec<u64>) = arms.clone().map(|arm| writer.input.responders(arm)).unzip();
        let given = options.numbers("dose");
        let dose: Vec<f64> = if given.is_empty() { arms.map(|arm| arm as f64 + 1.0).collect() } else { given.to_vec() };
        let test = trend_test(&events, &n, &dose);
        let (p, less, greater) = if options.choice("test") == "exact" {
            let exact = trend_test_exact(&events, &n, &dose, DEFAULT_WORK_LIMIT);
            (exact.map(|t| t.p_two_sided), exact.map(|t| t.p_less), exact.map(|t| t.p_greater))
        } else {
            (test.map(|t| t.p_two_sided), test.map(|t| t.p_less), test.map(|t| t.p_greater))
        };
        let id = writer.input.id.clone();
        for (name, value) in [("z", test.map(|t| t.z)), ("p", p), ("p_less", less), ("p_greater", greater)] {
            writer.overall(ResultKey::new(&id, name), value);
        }
    }
}
