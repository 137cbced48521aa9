//! Andersen-Gill regression of events that recur: rate ratios with robust variance by subject.

use crate::base::diagnostic::Diagnostics;

use super::cox::{READS, Records, TIES, check_cluster, clusters, regress};
use super::incidence_rate::counts;
use super::input::{Analysed, Shape};
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, Setup};

/// The method `andersen_gill`.
pub(super) struct AndersenGill;

impl Method for AndersenGill {
    fn name(&self) -> &'static str {
        "andersen_gill"
    }
    fn title(&self) -> &'static str {
        "Andersen-Gill regression of recurring events"
    }
    fn about(&self) -> About {
        About {
            estimand: "Ratio of the rates of all events of the arms at any time since the start, whatever number of events came before.",
            formula: "Cox partial likelihood of the intervals between a subject's events, (0, t1], (t1, t2], …, (tk, end]. Robust variance: score residuals summed by subject, or by `cluster`. Factors, covariates and `strata` as in cox.",
            limits: "Events of one subject at the same time count once. Death that ends observation is not accounted for. Events at or before time 0 and after the end of observation are not counted; `outside` says how many.",
            source: "Andersen & Gill 1982, Annals of Statistics 10:1100-1120; Lin, Wei, Yang & Ying 2000, JRSS B 62:711-730.",
            sas: "PROC PHREG COVS(AGGREGATE); CLASS arm / PARAM=REF; MODEL (start stop)*event(0) = arm f x / TIES=EFRON; ID subject;",
            r: "survival::coxph(Surv(start, stop, event) ~ arm + f + x, cluster = subject)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            TIES,
            OptionDoc {
                name: "variance",
                kind: OptionKind::Choice(&["robust", "model"]),
                about: "standard errors: robust by subject, or of the model (as if a subject's events were independent)",
            },
            OptionDoc {
                name: "interval",
                kind: OptionKind::Choice(&["wald", "profile"]),
                about: "limits of ratios: Wald, or profile likelihood, which takes a subject's events as independent",
            },
            OptionDoc {
                name: "transform",
                kind: OptionKind::Choice(&["km", "identity", "rank", "log"]),
                about: "function of time in the test of proportional rates; km is R's default",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Recurrent
    }
    fn reads(&self) -> &'static [ItemKey] {
        READS
    }
    fn check(&self, setup: &Setup<'_>, sink: &mut Diagnostics) {
        check_cluster(setup, sink);
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        for arm in 0..writer.input.arms.len() {
            counts(writer, arm);
        }
        let subjects: Vec<&Analysed> = writer.input.rows.iter().collect();
        let own: Vec<usize> = clusters(&subjects).unwrap_or_else(|| (0..subjects.len()).collect());
        let strata_of = writer.input.strata_of(&subjects, false);
        let (mut rows, mut start, mut stop, mut event) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut cluster, mut strata) = (Vec::new(), Vec::new());
        for (at, subject) in subjects.iter().enumerate() {
            let mut from = 0.0;
            let mut ends: Vec<(f64, bool)> = subject.events.iter().map(|e| (e.time, true)).collect();
            ends.dedup();
            if ends.last().is_none_or(|last| last.0 < subject.value) {
                ends.push((subject.value, false));
            }
            for (end, happened) in ends {
                if end <= from {
                    continue;
                }
                rows.push(*subject);
                start.push(from);
                stop.push(end);
                event.push(happened);
                cluster.push(own[at]);
                strata.extend(strata_of.as_ref().map(|s| s[at]));
                from = end;
            }
        }
        let records = Records {
            rows,
            start: Some(start),
            stop,
            event,
            strata: strata_of.is_some().then_some(strata),
            cluster: Some(cluster),
        };
        regress(options, writer, &records, options.choice("variance") == "robust", "rate_ratio");
    }
}
