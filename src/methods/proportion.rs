//! Proportion of responders of each arm, with its confidence interval and a test against a fixed proportion.

use crate::base::diagnostic::Diagnostics;
use crate::stats::NotEstimable;
use crate::stats::binomial_test::{ExactTails, binomial_test};
use crate::stats::chi_square::Continuity;
use crate::stats::proportion::{Proportion as Share, clopper_pearson, wilson};
use crate::stats::proportion_interval::{JeffreysEnds, agresti_coull, jeffreys, wald, wilson_corrected};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, Setup, describe};

/// The method `proportion`.
pub(super) struct Proportion;

/// The intervals of one proportion by name.
pub(super) const INTERVALS: &[&str] = &[
    "clopper_pearson",
    "wilson",
    "wilson_corrected",
    "wald",
    "wald_corrected",
    "agresti_coull",
    "jeffreys",
    "jeffreys_posterior",
];

/// The proportion with the interval of this name.
pub(super) fn interval(name: &str, events: u64, n: u64, level: f64) -> Result<Share, NotEstimable> {
    match name {
        "wilson" => wilson(events, n, level),
        "wilson_corrected" => wilson_corrected(events, n, level),
        "wald" => wald(events, n, level, Continuity::Uncorrected),
        "wald_corrected" => wald(events, n, level, Continuity::Corrected),
        "agresti_coull" => agresti_coull(events, n, level),
        "jeffreys" => jeffreys(events, n, level, JeffreysEnds::Closed),
        "jeffreys_posterior" => jeffreys(events, n, level, JeffreysEnds::Posterior),
        _ => clopper_pearson(events, n, level),
    }
}

impl Method for Proportion {
    fn name(&self) -> &'static str {
        "proportion"
    }
    fn title(&self) -> &'static str {
        "Proportion of responders"
    }
    fn about(&self) -> About {
        About {
            estimand: "Percentage of responders of each arm with its confidence interval; with `null_pct`, the test of that percentage.",
            formula: "x / n. Clopper-Pearson: beta quantiles; Wilson: score (p ± …) inverted; Wald: p ± z √(pq/n); Agresti-Coull: Wald about (x + z²/2)/(n + z²); Jeffreys: quantiles of beta(x + ½, n − x + ½). Test: exact binomial and z = (p − p₀)/√(p₀q₀/n).",
            limits: "Wald and Agresti-Coull limits can pass 0 and 100 and are not cut (SAS and R DescTools cut them). Wald has no limits where nobody or everybody responded.",
            source: "Clopper & Pearson 1934, Biometrika 26:404-413; Wilson 1927, JASA 22:209-212; Newcombe 1998, Statistics in Medicine 17:857-872; Agresti & Coull 1998, American Statistician 52:119-126; Brown, Cai & DasGupta 2001, Statistical Science 16:101-133.",
            sas: "PROC FREQ; TABLES response / BINOMIAL(CL=(EXACT WILSON WALD AGRESTICOULL JEFFREYS) P=p0); BY arm; EXACT BINOMIAL;",
            r: "DescTools::BinomCI(x, n, method = \"clopper-pearson\"); binom.test(x, n, p0)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "interval",
                kind: OptionKind::Choice(INTERVALS),
                about: "interval of the percentage; `jeffreys` is closed at 0 and 100 (R), `jeffreys_posterior` is not (SAS); `_corrected` is for continuity (R prop.test has `wilson_corrected`)",
            },
            OptionDoc {
                name: "null_pct",
                kind: OptionKind::Numbers,
                about: "percentage under the null hypothesis, the same for all arms; without it there is no test",
            },
            OptionDoc {
                name: "tails",
                kind: OptionKind::Choice(&["no_more_probable", "twice_smaller"]),
                about: "two-sided exact p-value: all outcomes no more probable (R), or twice the smaller tail (SAS)",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Response
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[]
    }
    fn check(&self, setup: &Setup<'_>, sink: &mut Diagnostics) {
        let null = setup.options.numbers("null_pct");
        if null.len() > 1 || null.iter().any(|p| !(*p > 0.0 && *p < 100.0)) {
            setup.fault(sink, "`null_pct` takes one percentage", "it lies between 0 and 100");
        }
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe::responses(writer);
        let tails = if options.choice("tails") == "twice_smaller" {
            ExactTails::TwiceSmaller
        } else {
            ExactTails::NoMoreProbable
        };
        for arm in 0..writer.input.arms.len() {
            let (events, n) = writer.input.responders(arm);
            let share = interval(options.choice("interval"), events, n, options.number("conf_level"));
            writer.arm("pct_lower", arm, share.map(|p| 100.0 * p.interval.lower));
            writer.arm("pct_upper", arm, share.map(|p| 100.0 * p.interval.upper));
            if let Some(null) = options.numbers("null_pct").first() {
                let test = binomial_test(events, n, null / 100.0, tails);
                for (name, value) in [
                    ("p", test.map(|t| t.p_two_sided)),
                    ("p_less", test.map(|t| t.p_less)),
                    ("p_greater", test.map(|t| t.p_greater)),
                    ("z", test.map(|t| t.z)),
                ] {
                    writer.arm(name, arm, value);
                }
                let key = writer.arm_key("p", arm).with("test", "asymptotic");
                writer.keyed(key, &[arm], test.map(|t| t.p_asymptotic));
            }
        }
    }
}
