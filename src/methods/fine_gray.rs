//! Fine-Gray regression: ratios of subdistribution hazards with a competing event.

use crate::base::diagnostic::Diagnostics;
use crate::results::ResultKey;
use crate::stats::fine_gray::{
    FineGrayOptions, SubdistributionTies, SubdistributionVariance, TiedCensoring, fine_gray,
};

use super::cox::{log_ratio, numbers};
use super::input::{Analysed, Shape};
use super::item_keys::ItemKey;
use super::model_columns::{Compared, ModelColumns, reference_arm, write_ratio, write_test};
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, Setup, describe};

/// The method `fine_gray`.
pub(super) struct FineGray;

impl Method for FineGray {
    fn name(&self) -> &'static str {
        "fine_gray"
    }
    fn title(&self) -> &'static str {
        "Fine-Gray regression"
    }
    fn about(&self) -> About {
        About {
            estimand: "Ratio of the subdistribution hazards of the event (`hazard_ratio`): how arm, factors and covariates change its cumulative incidence where a competing event can come first.",
            formula: "Partial likelihood in which subjects with a competing event stay at risk with weight G(t−)/G(T−), G the Kaplan-Meier curve of censoring, one for all or one in each arm or stratum. Robust variance.",
            limits: "The ratio is not one of rates among those still at risk; for that, cox with the competing event as censoring. The measure must state its `competing` event, else this is a Cox model with robust variance.",
            source: "Fine & Gray 1999, JASA 94:496-509.",
            sas: "PROC PHREG; CLASS arm f / PARAM=REF; MODEL t*status(0) = arm f x / EVENTCODE=1;",
            r: "cmprsk::crr(t, status, cov, failcode = 1, cencode = 0); survival::finegray, then coxph, for the other choices",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "ties",
                kind: OptionKind::Choice(&["breslow", "efron"]),
                about: "events at the same time: breslow (cmprsk, SAS) or efron (coxph on finegray data)",
            },
            OptionDoc {
                name: "tied_censoring",
                kind: OptionKind::Choice(&["events_at_risk", "events_first"]),
                about: "whether those with an event at a time are still at risk of censoring then: yes (cmprsk) or no (survival finegray)",
            },
            OptionDoc {
                name: "variance",
                kind: OptionKind::Choice(&["estimated_weights", "known_weights"]),
                about: "robust variance with the uncertainty of the weights (cmprsk, SAS) or as if they were known (coxph on finegray data)",
            },
            OptionDoc {
                name: "censoring",
                kind: OptionKind::Choice(&["common", "arm", "strata"]),
                about: "one censoring curve (default of cmprsk and SAS), one an arm, or one a stratum of the analysis' `strata` (cmprsk cengroup)",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Time
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Covariates, ItemKey::Factors, ItemKey::Reference, ItemKey::Strata]
    }
    fn check(&self, setup: &Setup<'_>, sink: &mut Diagnostics) {
        if setup.item.strata.is_empty() == (setup.options.choice("censoring") == "strata") {
            let hint = "`censoring: strata` and `strata` belong together";
            setup.fault(sink, "censoring within strata needs both its option and the strata", hint);
        }
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe::times(writer, true);
        let level = options.number("conf_level");
        let choices = FineGrayOptions {
            ties: match options.choice("ties") {
                "efron" => SubdistributionTies::Efron,
                _ => SubdistributionTies::Breslow,
            },
            tied_censoring: match options.choice("tied_censoring") {
                "events_first" => TiedCensoring::EventsFirst,
                _ => TiedCensoring::EventsAtRisk,
            },
            variance: match options.choice("variance") {
                "known_weights" => SubdistributionVariance::KnownWeights,
                _ => SubdistributionVariance::EstimatedWeights,
            },
        };
        let rows: Vec<&Analysed> = writer.input.rows.iter().collect();
        let time: Vec<f64> = rows.iter().map(|r| r.value).collect();
        let status: Vec<usize> = rows.iter().map(|r| r.status).collect();
        let groups = match options.choice("censoring") {
            "arm" => Some(rows.iter().map(|r| r.arm).collect()),
            "strata" => writer.input.strata_of(&rows, false),
            _ => None,
        };
        let columns = ModelColumns::of(writer.input, &rows, reference_arm(writer.input), false);
        let fit = fine_gray(&time, &status, 1, &columns.slices(), groups.as_deref(), choices);
        let fit = fit.as_ref().map_err(|e| *e);
        for comparison in writer.input.comparisons.clone() {
            let ratio = fit.and_then(|f| f.coefficients.combination(&columns.contrast(comparison), level));
            write_ratio(writer, "hazard_ratio", &Compared::Arms(comparison), ratio.map(log_ratio));
        }
        for (term, column, word) in columns.beyond_arms() {
            let ratio = fit.and_then(|f| f.coefficients.hazard_ratio(column, level)).map(log_ratio);
            write_ratio(writer, "hazard_ratio", &Compared::Column(&term.name, word), ratio);
        }
        for term in &columns.terms {
            let places: Vec<usize> = term.columns.clone().collect();
            let test = fit.and_then(|f| f.coefficients.wald_test(&places));
            write_test(writer, "wald", Some(&term.name), test.map(numbers));
        }
        write_test(writer, "wald", None, fit.and_then(|f| f.coefficients.wald_test_of_all()).map(numbers));
        let id = writer.input.id.clone();
        writer.overall(ResultKey::new(&id, "log_likelihood"), fit.map(|f| f.log_likelihood));
        writer.overall(ResultKey::new(&id, "log_likelihood_null"), fit.map(|f| f.log_likelihood_null));
    }
}
