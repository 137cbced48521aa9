//! The effect of an analysis within subgroups: what a forest plot shows, as a table.

use std::collections::BTreeSet;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::methods::main_effect;
use crate::report::display::{CellContent, Column, DisplayTable, Inline, Row, RowKind};
use crate::results::{ResultKey, ResultValue, statistic};
use crate::spec::analysis::AnalysisItem;
use crate::spec::report::DisplaySpec;

use super::{Facts, arm_columns, data, if_stored, interval, level, number, section, set_label, words};

/// The table of one analysis with subgroups.
pub(super) fn table(facts: Facts<'_>, display: &DisplaySpec, sink: &mut Diagnostics) -> Result<DisplayTable, Stop> {
    let item = analysis(facts, display, sink)?;
    let (ran, endpoint) = match facts.analyses.by_id.get(item.id.as_str()) {
        Some(ran) => (ran, &facts.spec.analysis.endpoints[&ran.endpoint]),
        None => return Err(missing(facts, display, sink)),
    };
    let Some((effect, keys)) = main_effect(facts.store, &item.id) else {
        let said = format!("`{}` compares no arms by an effect with limits", *item.id);
        let hint = "its method needs a difference or a ratio, such as that of `t_test`, `cox` or `risk_difference`";
        return Err(sink.error(&codes::CFG_005, display.id.place.clone(), said).hint(hint).stop());
    };
    let set = item.analysis_set.as_ref().unwrap_or(&endpoint.estimand.analysis_set).as_str();
    let mut columns = arm_columns(facts, set, false);
    let arms: Vec<String> = columns.iter().map(|c| c.id.clone()).collect();
    let name = statistic::find(effect).map_or(effect, |s| s.label);
    for key in &keys {
        let pair = key.level("arm").unwrap_or_default();
        let compared = words(format!("{name}, {} ({} CI)", against(facts, pair), level(facts)));
        columns.push(Column { id: pair.to_owned(), header: compared });
        columns.push(Column { id: format!("{pair} p"), header: words("p-value of the interaction") });
    }
    let forest = Forest { facts, id: &item.id, arms, keys };
    let mut rows = vec![forest.row("All analysed", 0, &|key| key)];
    for variable in &item.subgroups {
        forest.subgroup(variable, &mut rows);
    }
    Ok(DisplayTable {
        id: display.id.value.clone(),
        title: display.title.clone().unwrap_or_else(|| format!("{}: effects in subgroups", endpoint.title)),
        population: set_label(facts, set),
        stub: "Subgroup".to_owned(),
        landscape: columns.len() > 4,
        columns,
        rows,
        footnotes: vec![
            words(format!("{}: {}.", *item.id, ran.in_words)),
            words(
                "Under each arm: subjects analysed, or subjects with the event of those analysed. Interaction: F test in \
                 one linear model for means, else heterogeneity of the effects shown (Cochran's Q). Not adjusted for \
                 multiplicity.",
            ),
            words("CI = confidence interval; NE = not estimable."),
        ],
        section: section(&display.id),
    })
}

/// The analysis that the display names.
fn analysis<'a>(facts: Facts<'a>, display: &DisplaySpec, sink: &mut Diagnostics) -> Result<&'a AnalysisItem, Stop> {
    let items = || facts.spec.analysis.endpoints.values().flat_map(|endpoint| &endpoint.analyses);
    let with_subgroups = |item: &&AnalysisItem| !item.subgroups.is_empty();
    let named = display.analysis.as_deref();
    let found = named.and_then(|named| items().filter(with_subgroups).find(|item| *item.id == *named));
    found.ok_or_else(|| missing(facts, display, sink))
}

fn missing(facts: Facts<'_>, display: &DisplaySpec, sink: &mut Diagnostics) -> Stop {
    let items = facts.spec.analysis.endpoints.values().flat_map(|endpoint| &endpoint.analyses);
    let known: Vec<&str> = items.filter(|i| !i.subgroups.is_empty()).map(|i| i.id.as_str()).collect();
    match &display.analysis {
        Some(named) => sink
            .error(&codes::CFG_003, named.place.clone(), format!("`{}` is no analysis with subgroups", **named))
            .hint(did_you_mean(named, known))
            .stop(),
        None => sink
            .error(
                &codes::CFG_005,
                display.id.place.clone(),
                format!("the display {} needs an `analysis` with subgroups", *display.id),
            )
            .hint("name one that has `subgroups` in analysis.yaml")
            .stop(),
    }
}

/// `msc/placebo` as `MSC against placebo`.
fn against(facts: Facts<'_>, pair: &str) -> String {
    let label = |arm: &str| facts.spec.study.arms.get(arm).map_or_else(|| arm.to_owned(), |a| a.label.value.clone());
    pair.split('/').map(label).collect::<Vec<_>>().join(" against ")
}

/// Rows of one analysis.
struct Forest<'a> {
    facts: Facts<'a>,
    id: &'a str,
    arms: Vec<String>,
    /// The effect of each comparison, over everybody.
    keys: Vec<ResultKey>,
}

impl Forest<'_> {
    /// Numbers and effects at one place: over everybody, or in a level.
    fn row(&self, label: &str, indent: u8, at: &dyn Fn(ResultKey) -> ResultKey) -> Row {
        let mut cells: Vec<CellContent> = Vec::new();
        for arm in &self.arms {
            let key = |name: &str| at(ResultKey::new(self.id, name).with("arm", arm.as_str()));
            let mut cell = if_stored(self.facts, key("events"));
            if !cell.is_empty() {
                cell.push(Inline::text("/"));
            }
            cell.extend(number(key("n")));
            cells.push(cell);
        }
        for effect in &self.keys {
            let key = |suffix: &str| at(effect.statistic(format!("{}{suffix}", effect.statistic)));
            cells.push(interval(key(""), key("_lower"), key("_upper")));
            cells.push(Vec::new());
        }
        data(label, indent, cells)
    }

    /// A variable with its test of interaction, its levels, and those without a value.
    fn subgroup(&self, variable: &str, rows: &mut Vec<Row>) {
        let mut found: BTreeSet<(&str, &str)> = BTreeSet::new();
        for result in self.facts.store.iter().filter(|r| r.key.analysis == self.id && r.key.statistic == "n") {
            let Some((name, level)) = result.key.level("subgroup").and_then(|s| s.split_once(':')) else { continue };
            if name.eq_ignore_ascii_case(variable) {
                found.insert((name, level));
            }
        }
        let Some((name, _)) = found.first().copied() else { return };
        let known = self.facts.spec.analysis.baseline.variables.iter();
        let described = known.into_iter().find(|v| v.variable.eq_ignore_ascii_case(variable));
        let label = described.and_then(|v| v.label.clone()).unwrap_or_else(|| name.to_owned());
        let mut cells: Vec<CellContent> = vec![Vec::new(); self.arms.len()];
        for effect in &self.keys {
            cells.push(Vec::new());
            cells.push(self.interaction(name, effect));
        }
        rows.push(Row { kind: RowKind::Group, indent: 0, label: words(label), cells });
        for (name, level) in found {
            let shown = described.and_then(|v| v.levels.get(level)).filter(|l| !l.is_empty());
            let place = |key: ResultKey| key.with("subgroup", format!("{name}:{level}"));
            rows.push(self.row(shown.map_or(level, String::as_str), 1, &place));
        }
        let absent = |arm: &String| ResultKey::new(self.id, "missing").with("arm", arm.as_str()).with("subgroup", name);
        let some = |key: &ResultKey| self.facts.store.get(key).is_some_and(|r| r.value != ResultValue::Count(0));
        if self.arms.iter().map(absent).any(|key| some(&key)) {
            rows.push(data("No value", 1, self.arms.iter().map(|arm| number(absent(arm))).collect()));
        }
    }

    fn interaction(&self, name: &str, effect: &ResultKey) -> CellContent {
        let of_means = ResultKey::new(self.id, "interaction_p").with("subgroup", name).with("test", "f");
        if self.facts.store.get(&of_means).is_some() {
            return number(of_means);
        }
        let key = effect.statistic("interaction_p").with("effect", effect.statistic.as_str());
        if_stored(self.facts, key.with("subgroup", name).with("test", "heterogeneity"))
    }
}
