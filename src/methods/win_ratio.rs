//! Win ratio, win odds and net benefit of endpoints in order of priority.

use crate::base::diagnostic::Diagnostics;
use crate::spec::analysis::Better as BetterSpec;
use crate::stats::NotEstimable;
use crate::stats::win_statistics::compare::{Better, CensoredAtEvent, PrioritisedOutcome};
use crate::stats::win_statistics::{WinEstimate, WinOptions, WinStatistics, WinVariance, WinWeights, win_statistics};

use super::input::{AnalysisInput, Component, Shape};
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, Setup, pairs};

/// The method `win_ratio`.
pub(super) struct WinRatio;

impl Method for WinRatio {
    fn name(&self) -> &'static str {
        "win_ratio"
    }
    fn title(&self) -> &'static str {
        "Win ratio, win odds and net benefit"
    }
    fn about(&self) -> About {
        About {
            estimand: "How much more often a subject of the one arm fares better than one of the other than worse, by the first of the `components` that decides.",
            formula: "All pairs between arms, within strata (`factors`). Win ratio = wins / losses; win odds = (wins + ties/2) / (losses + ties/2); net benefit = share of wins − share of losses. Normal intervals, the ratios on the log scale. Finkelstein-Schoenfeld test by the permutation variance (`fs_z`, `fs_p`).",
            limits: "Who is analysed is decided by the endpoint's own measure; a missing component leaves a pair to the next one. Pairs that censoring leaves undecided count as ties, without weighting for censoring, so that the estimand depends on follow-up.",
            source: "Pocock et al. 2012, European Heart Journal 33:176-182; Buyse 2010, Statistics in Medicine 29:3245-3257; Dong et al. 2018 and 2020; Finkelstein & Schoenfeld 1999, Statistics in Medicine 18:1341-1354.",
            sas: "no procedure; the macro of Finkelstein & Schoenfeld (1999)",
            r: "WINS::win.stat(data, ep_type = c(\"tte\", \"continuous\"), priority = 1:2)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "variance",
                kind: OptionKind::Choice(&["placements", "distinct_pairs", "null"]),
                about: "variance of the shares of wins and losses: of placements (DeLong), of products of distinct pairs (Bebu & Lachin 2016), or the same centred at no effect (Dong et al. 2016; R WINS)",
            },
            OptionDoc {
                name: "weights",
                kind: OptionKind::Choice(&["mantel_haenszel", "equal"]),
                about: "weight of a stratum's pairs: 1/n (Dong et al. 2018) or 1",
            },
            OptionDoc {
                name: "censored_at_event",
                kind: OptionKind::Choice(&["undecided", "later"]),
                about: "where one is censored at the very time of the other's event: undecided (R WINS), or known to be later (as Kaplan-Meier)",
            },
            OptionDoc {
                name: "margins",
                kind: OptionKind::Numbers,
                about: "difference of each component that must be exceeded to decide, in its unit; 0 for all if left out",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Number
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Components, ItemKey::Factors]
    }
    fn check(&self, setup: &Setup<'_>, sink: &mut Diagnostics) {
        let components = setup.item.components.len();
        if components == 0 {
            let hint = "list endpoint ids in order of priority under `components`";
            setup.fault(sink, "`win_ratio` needs the outcomes it compares", hint);
        }
        let margins = setup.options.numbers("margins").len();
        if margins != 0 && margins != components {
            let said = format!("{margins} margins for {components} components");
            setup.fault(sink, &said, "give one for each component, in order");
        }
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        for arm in 0..writer.input.arms.len() {
            writer.count("n", arm, |_| true);
            writer.missing(arm);
        }
        let settings = WinOptions {
            variance: match options.choice("variance") {
                "distinct_pairs" => WinVariance::DistinctPairs,
                "null" => WinVariance::DongNull,
                _ => WinVariance::Placements,
            },
            weights: if options.choice("weights") == "equal" { WinWeights::Equal } else { WinWeights::MantelHaenszel },
            level: options.number("conf_level"),
        };
        for comparison in writer.input.comparisons.clone() {
            let found = compare(writer.input, comparison, options, settings);
            write(writer, comparison, &found);
        }
    }
}

fn compare(
    input: &AnalysisInput,
    comparison: (usize, usize),
    options: &Options,
    settings: WinOptions,
) -> Result<WinStatistics, NotEstimable> {
    let (at, rows): (Vec<usize>, Vec<_>) =
        input.rows.iter().enumerate().filter(|(_, r)| r.arm == comparison.0 || r.arm == comparison.1).unzip();
    let groups: Vec<usize> = rows.iter().map(|r| usize::from(r.arm == comparison.1)).collect();
    let at_event = if options.choice("censored_at_event") == "later" {
        CensoredAtEvent::Later
    } else {
        CensoredAtEvent::Undecided
    };
    let margins = options.numbers("margins");
    let outcomes: Vec<PrioritisedOutcome> = input
        .components
        .iter()
        .enumerate()
        .map(|(position, component)| outcome(component, &at, margins.get(position).copied().unwrap_or(0.0), at_event))
        .collect();
    win_statistics(&outcomes, &groups, &pairs::strata(&rows), settings)
}

fn outcome(component: &Component, at: &[usize], margin: f64, at_event: CensoredAtEvent) -> PrioritisedOutcome {
    let better = match component.better {
        BetterSpec::Higher => Better::Larger,
        BetterSpec::Lower => Better::Smaller,
    };
    let of_rows = at.iter().map(|row| component.values[*row]);
    if component.is_time {
        // A missing time is censored before every other, so that it decides nothing.
        let (time, event) = of_rows.map(|one| one.unwrap_or((f64::MIN, false))).unzip();
        PrioritisedOutcome::TimeToEvent { time, event, better, margin, at_event }
    } else {
        let clean = |x: f64| crate::stats::rank::round_significant(x, 12);
        PrioritisedOutcome::Numeric { value: of_rows.map(|one| one.map(|(x, _)| clean(x))).collect(), better, margin }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pairs are far below 2^53")]
fn write(writer: &mut Writer<'_, '_, '_>, comparison: (usize, usize), found: &Result<WinStatistics, NotEstimable>) {
    let found = found.as_ref().map_err(|e| *e);
    writer.compared("pairs", comparison, found.map(|f| f.pairs as f64));
    writer.compared("wins", comparison, found.map(|f| f.wins as f64));
    writer.compared("losses", comparison, found.map(|f| f.losses as f64));
    writer.compared("ties", comparison, found.map(|f| f.ties as f64));
    let ids: Vec<String> = writer.input.components.iter().map(|c| c.id.clone()).collect();
    for (position, id) in ids.iter().enumerate() {
        let arms = [comparison.0, comparison.1];
        let key = |writer: &Writer<'_, '_, '_>, name: &str| {
            writer.compared_key(name, comparison).with("component", id.as_str())
        };
        let (wins, losses) = (key(writer, "wins"), key(writer, "losses"));
        writer.keyed(wins, &arms, found.map(|f| f.by_outcome[position].wins as f64));
        writer.keyed(losses, &arms, found.map(|f| f.by_outcome[position].losses as f64));
    }
    let mut estimate = |name: &str, one: Result<WinEstimate, NotEstimable>| {
        writer.compared(name, comparison, one.map(|e| e.estimate));
        writer.compared(&format!("{name}_se"), comparison, one.and_then(|e| e.standard_error));
        writer.compared(&format!("{name}_lower"), comparison, one.and_then(|e| e.interval).map(|i| i.lower));
        writer.compared(&format!("{name}_upper"), comparison, one.and_then(|e| e.interval).map(|i| i.upper));
        writer.compared(&format!("{name}_p"), comparison, one.and_then(|e| e.p_two_sided));
    };
    estimate("win_ratio", found.and_then(|f| f.win_ratio));
    estimate("win_odds", found.and_then(|f| f.win_odds));
    estimate("net_benefit", found.map(|f| f.net_benefit));
    let test = found.and_then(|f| f.finkelstein_schoenfeld);
    writer.compared("fs_z", comparison, test.map(|t| t.z));
    writer.compared("fs_p", comparison, test.map(|t| t.p_two_sided));
}
