//! McNemar's test: whether the proportion of responders of an arm changed from before to after.

use crate::base::diagnostic::Diagnostics;
use crate::stats::mcnemar::mcnemar;

use super::input::{Analysed, Shape};
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, Method, Setup, describe};

/// The method `mcnemar`.
pub(super) struct McNemar;

impl Method for McNemar {
    fn name(&self) -> &'static str {
        "mcnemar"
    }
    fn title(&self) -> &'static str {
        "McNemar's test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether as many subjects of an arm lost the response as gained it, from before to after.",
            formula: "With b responders before only and c after only: (b − c)²/(b + c), one degree of freedom; corrected (|b − c| − 1)²/(b + c); exact: b among b + c against ½; mid-p: half the probability of the observed b.",
            limits: "Each arm for itself. Subjects without a value before are not in the test. Without a discordant pair there is none.",
            source: "McNemar 1947, Psychometrika 12:153-157; Edwards 1948, Psychometrika 13:185-187; Fagerland, Lydersen & Laake 2013, BMC Medical Research Methodology 13:91.",
            sas: "PROC FREQ; TABLES before*after / AGREE; EXACT MCNEM; BY arm; (uncorrected; exact with mid-p)",
            r: "mcnemar.test(table(before, after)) (corrected by default); exact2x2::mcnemar.exact",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[OptionDoc {
            name: "test",
            kind: OptionKind::Choice(&["asymptotic", "corrected", "exact", "mid_p"]),
            about: "p-value: chi-square without (SAS default) or with correction (R default), exact, or exact mid-p",
        }]
    }
    fn shape(&self) -> Shape {
        Shape::Response
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[]
    }
    fn check(&self, setup: &Setup<'_>, sink: &mut Diagnostics) {
        let rows = &setup.input.rows;
        if !rows.is_empty() && rows.iter().all(|r| r.base.is_none()) {
            let hint = "give the measure `baseline`: the subject variable with the response before";
            setup.fault(sink, "no subject has a value before", hint);
        }
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe::responses(writer);
        let before = |r: &Analysed| r.base.is_some_and(|b| b > 0.5);
        let lost = |r: &Analysed| before(r) && r.value <= 0.5;
        let gained = |r: &Analysed| r.base.is_some_and(|b| b <= 0.5) && r.value > 0.5;
        for arm in 0..writer.input.arms.len() {
            let key = writer.arm_key("n", arm).with("variable", "BASE");
            writer.count_keyed(key, arm, |r| r.base.is_some());
            let key = writer.arm_key("events", arm).with("variable", "BASE");
            writer.count_keyed(key, arm, before);
            writer.count("only_before", arm, lost);
            writer.count("only_after", arm, gained);
            let of = |wanted: &dyn Fn(&Analysed) -> bool| {
                writer.input.rows.iter().filter(|r| r.arm == arm && wanted(r)).count() as u64
            };
            let test = mcnemar(of(&lost), of(&gained));
            match options.choice("test") {
                "exact" => writer.arm("p", arm, test.map(|t| t.p_exact)),
                "mid_p" => writer.arm("p", arm, test.map(|t| t.p_mid)),
                chosen => {
                    let corrected = chosen == "corrected";
                    let statistic = test.map(|t| if corrected { t.chi_square_corrected } else { t.chi_square });
                    writer.arm("chi_square", arm, statistic);
                    writer.arm("df", arm, test.map(|_| 1.0));
                    writer.arm("p", arm, test.map(|t| if corrected { t.p_corrected } else { t.p }));
                }
            }
        }
    }
}
