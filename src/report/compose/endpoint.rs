//! Tables 14.2.x: an endpoint, described by arm, with every analysis of it.

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::methods::intercurrent::strategy_name;
use crate::methods::margin::{conclusion_statistic, p_statistic};
use crate::methods::multiplicity;
use crate::methods::plan::Ran;
use crate::report::display::{CellContent, Column, DisplayTable, Inline, Row};
use crate::results::ResultKey;
use crate::results::statistic::STATISTICS;
use crate::spec::analysis::{AnalysisItem, AnalysisRole, EndpointSpec, ValueKind};
use crate::spec::margin::MarginKind;
use crate::spec::report::DisplaySpec;

use super::{
    Facts, arm_columns, contrasts, data, endpoint_of, group, interval, level, n_percent, number, pair, scheme, section,
    set_label, space, words,
};

/// One analysis with its endpoint.
type Item<'a> = (&'a EndpointSpec, &'a AnalysisItem);

/// The table of one endpoint, or of the analyses named.
pub(super) fn table(facts: Facts<'_>, display: &DisplaySpec, sink: &mut Diagnostics) -> Result<DisplayTable, Stop> {
    let items = items(facts, display, sink)?;
    let endpoint = items[0].0;
    let set = endpoint.estimand.analysis_set.as_str();
    let mut columns = arm_columns(facts, set, false);
    let arms: Vec<String> = columns.iter().map(|c| c.id.clone()).collect();
    let comparisons = comparisons(facts, &items);
    for (id, label) in &comparisons {
        columns.push(Column { id: id.clone(), header: words(label.as_str()) });
    }
    let mut rows = Vec::new();
    let mut endpoints: Vec<&EndpointSpec> = Vec::new();
    for (endpoint, item) in &items {
        let Some(ran) = facts.analyses.by_id.get(&item.id.value) else { continue };
        if !rows.is_empty() {
            rows.push(space());
        }
        let described = endpoints.last().is_some_and(|last| std::ptr::eq(*last, *endpoint));
        if !described {
            endpoints.push(endpoint);
        }
        analysis(facts, endpoint, item, ran, &arms, &comparisons, !described, &mut rows);
    }
    let mut footnotes: Vec<CellContent> = Vec::new();
    for endpoint in endpoints {
        let of_endpoint: Vec<Item<'_>> = items.iter().copied().filter(|(e, _)| std::ptr::eq(*e, endpoint)).collect();
        footnotes.extend(
            notes(facts, endpoint, &of_endpoint)
                .into_iter()
                .filter(|note| !footnotes.contains(note))
                .collect::<Vec<_>>(),
        );
    }
    footnotes
        .push(words("CI = confidence interval; NE = not estimable; SD = standard deviation; SE = standard error."));
    Ok(DisplayTable {
        id: display.id.value.clone(),
        title: display.title.clone().unwrap_or_else(|| endpoint.title.value.clone()),
        population: set_label(facts, set),
        stub: String::new(),
        landscape: columns.len() > 5,
        columns,
        rows,
        footnotes,
        section: section(&display.id),
    })
}

/// The analyses a display shows: those it names, or all of its endpoint. Never empty.
fn items<'a>(facts: Facts<'a>, display: &DisplaySpec, sink: &mut Diagnostics) -> Result<Vec<Item<'a>>, Stop> {
    let of_all = || facts.spec.analysis.endpoints.values().flat_map(|e| e.analyses.iter().map(move |item| (e, item)));
    let mut found = Vec::new();
    if display.analyses.is_empty() {
        let (_, endpoint) = endpoint_of(facts, display, sink)?;
        found.extend(endpoint.analyses.iter().map(|item| (endpoint, item)));
    }
    let mark = sink.mark();
    for named in &display.analyses {
        match of_all().find(|(_, item)| item.id == *named) {
            Some(item) => found.push(item),
            None => {
                sink.error(&codes::CFG_003, named.place.clone(), format!("there is no analysis `{named}`"))
                    .hint(did_you_mean(named, of_all().map(|(_, item)| item.id.as_str())));
            }
        }
    }
    sink.check(mark)?;
    if found.is_empty() {
        let message = format!("the display {} has no analysis to show", *display.id);
        return Err(sink.error(&codes::CFG_005, display.id.place.clone(), message).stop());
    }
    Ok(found)
}

/// Pairs compared in any of the analyses, with a heading.
fn comparisons(facts: Facts<'_>, items: &[Item<'_>]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (_, item) in items {
        let Some(ran) = facts.analyses.by_id.get(&item.id.value) else { continue };
        for comparison in &ran.input.comparisons {
            let id = ran.input.compared(*comparison);
            let label = |at: usize| facts.spec.study.label(&ran.input.arms[at]);
            let stored = facts.store.iter().any(|r| r.key.analysis == ran.input.id && r.key.level("arm") == Some(&id));
            if stored && !found.iter().any(|(known, _)| *known == id) {
                found.push((id, format!("{} against {}", label(comparison.0), label(comparison.1))));
            }
        }
    }
    found
}

#[allow(clippy::too_many_arguments, reason = "the parts of one block of rows")]
fn analysis(
    facts: Facts<'_>,
    endpoint: &EndpointSpec,
    item: &AnalysisItem,
    ran: &Ran,
    arms: &[String],
    comparisons: &[(String, String)],
    with_description: bool,
    rows: &mut Vec<Row>,
) {
    let block = Block { facts, id: &ran.input.id, arms, comparisons };
    let unit = &endpoint.measure.unit;
    if with_description {
        let has = |name: &str| arms.iter().any(|arm| block.stored(&block.key(name, arm)));
        // What a method stores of the arms says what kind of values it took.
        if has("censored") {
            block.times(has("competing"), rows);
        } else if !ran.input.levels.is_empty() && block.has_levels(&ran.input.levels) {
            block.levels(endpoint, &ran.input.levels, rows);
        } else if has("mean") {
            block.numbers(endpoint, unit, rows);
        } else if has("pct") && has("missing") {
            block.responses(rows);
        } else {
            block.counts(rows);
        }
        rows.push(space());
    }
    let role = match item.role {
        AnalysisRole::Main => String::new(),
        AnalysisRole::Sensitivity => " (sensitivity)".to_owned(),
        AnalysisRole::Supplementary => " (supplementary)".to_owned(),
    };
    let nominal = if scheme::nominal_analysis(facts, endpoint, &ran.input.id) { "; p nominal" } else { "" };
    let title = item.label.clone().unwrap_or_else(|| facts_title(ran));
    rows.push(group(format!("{title}{role}{nominal}")));
    block.results(ran.method, unit, level(facts).as_str(), rows);
    if let Some(margin) = &item.margin {
        block.margin(margin.kind.value, rows);
    }
    block.adjusted(rows);
}

fn facts_title(ran: &Ran) -> String {
    crate::methods::find(ran.method).map_or_else(|| ran.method.to_owned(), |m| m.title().to_owned())
}

/// Rows of one analysis.
struct Block<'a> {
    facts: Facts<'a>,
    id: &'a str,
    arms: &'a [String],
    comparisons: &'a [(String, String)],
}

impl Block<'_> {
    fn key(&self, statistic: &str, arm: &str) -> ResultKey {
        ResultKey::new(self.id, statistic).with("arm", arm)
    }

    fn by_arm(&self, label: &str, indent: u8, cell: impl Fn(&str) -> CellContent) -> Row {
        data(label, indent, self.arms.iter().map(|arm| cell(arm)).collect())
    }

    fn stored(&self, key: &ResultKey) -> bool {
        self.facts.store.get(key).is_some()
    }

    fn responses(&self, rows: &mut Vec<Row>) {
        rows.push(self.by_arm("Subjects analysed", 0, |arm| number(self.key("n", arm))));
        self.missing_row(rows);
        rows.push(
            self.by_arm("Responders, n (%)", 0, |arm| n_percent_of(self.key("events", arm), self.key("pct", arm))),
        );
        if self.arms.iter().any(|arm| self.stored(&self.key("imputed", arm))) {
            rows.push(self.by_arm("Set by an intercurrent event", 1, |arm| number(self.key("imputed", arm))));
        }
    }

    /// Subjects, and events where the method counts them.
    fn counts(&self, rows: &mut Vec<Row>) {
        for (label, indent, name) in
            [("Subjects analysed", 0, "n"), ("Without a value", 1, "missing"), ("Events", 1, "events")]
        {
            if self.arms.iter().all(|arm| self.stored(&self.key(name, arm))) {
                rows.push(self.by_arm(label, indent, |arm| number(self.key(name, arm))));
            }
        }
    }

    fn missing_row(&self, rows: &mut Vec<Row>) {
        rows.push(self.by_arm("Without a value", 1, |arm| number(self.key("missing", arm))));
    }

    fn times(&self, competing: bool, rows: &mut Vec<Row>) {
        rows.push(self.by_arm("Subjects analysed", 0, |arm| number(self.key("n", arm))));
        rows.push(self.by_arm("Events", 1, |arm| number(self.key("events", arm))));
        if competing {
            rows.push(self.by_arm("Competing events", 1, |arm| number(self.key("competing", arm))));
        }
        rows.push(self.by_arm("Censored", 1, |arm| number(self.key("censored", arm))));
    }

    fn numbers(&self, endpoint: &EndpointSpec, unit: &str, rows: &mut Vec<Row>) {
        if endpoint.measure.parameter.is_some() && endpoint.measure.value != ValueKind::Value {
            let visit = endpoint.measure.visit.as_ref().and_then(|v| self.facts.spec.data.visits.get(v.as_str()));
            let label = visit.map_or_else(String::new, |v| v.label.clone());
            let percent = endpoint.measure.value == ValueKind::PercentChange;
            let parameter = endpoint.measure.parameter.as_ref().and_then(|p| self.facts.spec.data.parameters.get(&**p));
            // A percentage of change is of values in the parameter's own unit.
            let of_values = parameter.and_then(|p| p.unit.as_deref()).filter(|_| percent).unwrap_or(unit);
            let change = if percent { "Percent change" } else { "Change" };
            self.describe(&format!("Baseline ({of_values})"), Some("BASE"), rows);
            self.describe(&format!("{label} ({of_values})"), Some("AVAL"), rows);
            self.describe(&format!("{change} from baseline to {label} ({unit})"), None, rows);
        } else {
            self.describe(&format!("{} ({unit})", endpoint.title), None, rows);
        }
        if self.arms.iter().any(|arm| self.stored(&self.key("imputed", arm))) {
            rows.push(self.by_arm("Set by an intercurrent event", 1, |arm| number(self.key("imputed", arm))));
        }
    }

    fn level(&self, arm: &str, level: f64) -> ResultKey {
        self.key("n", arm).with("level", level.to_string())
    }

    fn has_levels(&self, levels: &[f64]) -> bool {
        levels.iter().all(|level| self.arms.iter().all(|arm| self.stored(&self.level(arm, *level))))
    }

    /// Subjects at each value of an ordinal measure.
    fn levels(&self, endpoint: &EndpointSpec, levels: &[f64], rows: &mut Vec<Row>) {
        rows.push(group(endpoint.title.as_str()));
        rows.push(self.by_arm("n", 1, |arm| number(self.key("n", arm))));
        for (level, label) in levels.iter().zip(endpoint.measure.levels.values()) {
            rows.push(self.by_arm(label, 1, |arm| n_percent(self.level(arm, *level))));
        }
        self.missing_row(rows);
    }

    fn describe(&self, label: &str, variable: Option<&str>, rows: &mut Vec<Row>) {
        let key = |statistic: &str, arm: &str| {
            let key = self.key(statistic, arm);
            match variable {
                Some(variable) => key.with("variable", variable),
                None => key,
            }
        };
        rows.push(group(label));
        rows.push(self.by_arm("n", 1, |arm| number(key("n", arm))));
        rows.push(self.by_arm("Mean (SD)", 1, |arm| pair(key("mean", arm), key("sd", arm))));
        rows.push(
            self.by_arm("Median (min; max)", 1, |arm| interval(key("median", arm), key("min", arm), key("max", arm))),
        );
        rows.push(self.by_arm("Q1; Q3", 1, |arm| {
            vec![Inline::number(key("q1", arm)), Inline::text("; "), Inline::number(key("q3", arm))]
        }));
        if variable.is_none() {
            self.missing_row(rows);
        }
    }

    /// A row whose cells stand under the comparisons.
    fn compared(&self, label: &str, cell: impl Fn(&str) -> CellContent) -> Row {
        let mut cells: Vec<CellContent> = vec![Vec::new(); self.arms.len()];
        cells.extend(self.comparisons.iter().map(|(id, _)| if self.has(id) { cell(id) } else { Vec::new() }));
        data(label, 1, cells)
    }

    fn has(&self, comparison: &str) -> bool {
        self.facts.store.iter().any(|r| r.key.analysis == self.id && r.key.level("arm") == Some(comparison))
    }

    fn estimate(&self, label: &str, name: &str, level: &str) -> Row {
        self.compared(&format!("{label} ({level} CI)"), |arm| {
            interval(
                self.key(name, arm),
                self.key(&format!("{name}_lower"), arm),
                self.key(&format!("{name}_upper"), arm),
            )
        })
    }

    /// A number over all arms, after those of the arms.
    fn over_all(&self, label: &str, key: ResultKey) -> Row {
        let mut cells: Vec<CellContent> = vec![Vec::new(); self.arms.len()];
        if self.comparisons.is_empty() {
            if let Some(last) = cells.last_mut() {
                *last = number(key);
            }
        } else {
            cells.push(number(key));
        }
        data(label, 1, cells)
    }

    fn p_rows(&self, rows: &mut Vec<Row>) {
        let overall = ResultKey::new(self.id, "p");
        if self.stored(&overall) {
            rows.push(self.over_all("p-value, all arms", overall));
        }
        let drawn = ResultKey::new(self.id, "p_se");
        if self.stored(&drawn) {
            rows.push(self.over_all("Standard error of that p-value, from random tables", drawn));
        }
        if self.comparisons.iter().any(|(id, _)| self.stored(&self.key("p", id))) {
            rows.push(self.compared("p-value, two-sided", |arm| number(self.key("p", arm))));
        }
    }

    /// What is shown against the margin, comparison by comparison.
    fn margin(&self, kind: MarginKind, rows: &mut Vec<Row>) {
        let first: &[&str] = if kind == MarginKind::Equivalence { &["p_lower", "p_upper"] } else { &["margin"] };
        let stored = |name: &str| self.comparisons.iter().any(|(id, _)| self.stored(&self.key(name, id)));
        if stored("margin_lower") {
            rows.push(self.compared("Bounds of equivalence", |arm| {
                vec![
                    Inline::number(self.key("margin_lower", arm)),
                    Inline::text("; "),
                    Inline::number(self.key("margin_upper", arm)),
                ]
            }));
        }
        let names = first.iter().copied().chain([p_statistic(kind), conclusion_statistic(kind)]);
        for name in names {
            if stored(name) {
                let label = crate::results::statistic::find(name).map_or(name, |s| s.label);
                rows.push(self.compared(label, |arm| number(self.key(name, arm))));
            }
        }
    }

    /// Adjusted p-values of the hypotheses of this analysis.
    fn adjusted(&self, rows: &mut Vec<Row>) {
        let Some(scheme) = &self.facts.spec.analysis.multiplicity else { return };
        for (hypothesis, raw) in scheme::hypotheses(scheme).filter(|(_, raw)| raw.analysis == self.id) {
            let label = hypothesis.label.as_deref().unwrap_or(&hypothesis.id);
            let adjusted = number(multiplicity::key("p_adjusted", &hypothesis.id));
            let at = self.comparisons.iter().position(|(id, _)| raw.level("arm") == Some(id)).unwrap_or_default();
            let mut cells: Vec<CellContent> = vec![Vec::new(); self.arms.len() + self.comparisons.len()];
            let at = if self.comparisons.is_empty() { cells.len().saturating_sub(1) } else { self.arms.len() + at };
            if let Some(cell) = cells.get_mut(at) {
                *cell = adjusted;
            }
            rows.push(data(format!("p-value adjusted by {}, {label}", scheme.procedure.in_words()), 1, cells));
        }
    }

    fn results(&self, method: &str, unit: &str, level: &str, rows: &mut Vec<Row>) {
        match method {
            "t_test" | "crossover" => {
                rows.push(self.estimate(&format!("Difference of means, {unit}"), "diff", level));
                rows.push(self.compared("t (degrees of freedom)", |arm| pair(self.key("t", arm), self.key("df", arm))));
            }
            "ancova" => {
                rows.push(
                    self.by_arm("LS mean (SE)", 1, |arm| pair(self.key("lsmean", arm), self.key("lsmean_se", arm))),
                );
                rows.push(self.estimate("Difference of LS means", "diff", level));
                rows.push(self.compared("SE of the difference", |arm| number(self.key("diff_se", arm))));
                let pairs: Vec<&str> = self.comparisons.iter().map(|(id, _)| id.as_str()).collect();
                contrasts::rows(self.facts, self.id, level, self.arms.len(), &pairs, rows);
                let dose = ResultKey::new(self.id, "dose_p");
                if self.stored(&dose) {
                    let mut cells: Vec<CellContent> = vec![Vec::new(); self.arms.len()];
                    if let Some(first) = cells.first_mut() {
                        *first = number(dose);
                    }
                    rows.push(data("p-value of the dose response", 1, cells));
                }
            }
            "mmrm" => self.by_visit(level, rows),
            "wilcoxon" => {
                rows.push(self.estimate(&format!("Hodges-Lehmann shift, {unit}"), "hl", level));
            }
            "proportion" => {
                rows.push(self.by_arm(&format!("% ({level} CI)"), 1, |arm| {
                    interval(self.key("pct", arm), self.key("pct_lower", arm), self.key("pct_upper", arm))
                }));
            }
            "stratified_risk_difference" => rows.push(self.estimate("Common risk difference", "risk_diff", level)),
            "logistic" | "firth" => rows.push(self.estimate("Odds ratio", "odds_ratio", level)),
            "risk_difference" => {
                rows.push(self.by_arm(&format!("% ({level} CI)"), 1, |arm| {
                    interval(self.key("pct", arm), self.key("pct_lower", arm), self.key("pct_upper", arm))
                }));
                rows.push(self.estimate("Risk difference", "risk_diff", level));
                rows.push(self.estimate("Risk ratio", "risk_ratio", level));
                rows.push(self.estimate("Odds ratio", "odds_ratio", level));
            }
            "kaplan_meier" => {
                for (label, name) in [("First quartile", "q1"), ("Median", "median"), ("Third quartile", "q3")] {
                    rows.push(self.by_arm(&format!("{label}, {unit} ({level} CI)"), 1, |arm| {
                        interval(
                            self.key(name, arm),
                            self.key(&format!("{name}_lower"), arm),
                            self.key(&format!("{name}_upper"), arm),
                        )
                    }));
                }
                self.landmarks("Probability of no event", "surv", unit, level, rows);
            }
            "log_rank" => {
                rows.push(self.by_arm("Observed (expected) events", 1, |arm| {
                    pair(self.key("observed", arm), self.key("expected", arm))
                }));
                rows.push(self.compared("Chi-square (degrees of freedom)", |arm| {
                    pair(self.key("chi_square", arm), self.key("df", arm))
                }));
            }
            "cumulative_incidence" => {
                rows.push(self.by_arm("Competing events", 1, |arm| number(self.key("competing", arm))));
                self.landmarks("Cumulative incidence", "cif", unit, level, rows);
            }
            _ => {
                // Every estimate of a comparison that has limits.
                for statistic in STATISTICS {
                    let lower = format!("{}_lower", statistic.name);
                    let has = |name: &str| self.comparisons.iter().any(|(id, _)| self.stored(&self.key(name, id)));
                    if has(statistic.name) && has(&lower) {
                        rows.push(self.estimate(statistic.label, statistic.name, level));
                    }
                }
            }
        }
        match method {
            "cmh" => self.association(rows),
            // The tests stand with the visits.
            "mmrm" => {}
            _ => self.p_rows(rows),
        }
    }

    /// Tests of association within strata.
    fn association(&self, rows: &mut Vec<Row>) {
        for (test, label) in [
            ("row_mean_scores", "row mean scores"),
            ("general_association", "general association"),
            ("correlation", "correlation"),
        ] {
            let overall = ResultKey::new(self.id, "p").with("test", test);
            if self.stored(&overall) {
                rows.push(self.over_all(&format!("p-value, {label}, all arms"), overall));
            }
            rows.push(self.compared(&format!("p-value, {label}"), |arm| number(self.key("p", arm).with("test", test))));
        }
    }

    /// LS means and differences at each visit.
    fn by_visit(&self, level: &str, rows: &mut Vec<Row>) {
        for (visit, declared) in &self.facts.spec.data.visits {
            let key = |name: &str, arm: &str| self.key(name, arm).with("visit", visit.as_str());
            if !self.arms.iter().all(|arm| self.stored(&key("lsmean", arm))) {
                continue;
            }
            rows.push(
                self.by_arm(&format!("{}: subjects with a value", declared.label), 1, |arm| number(key("n", arm))),
            );
            rows.push(self.by_arm("LS mean (SE)", 2, |arm| pair(key("lsmean", arm), key("lsmean_se", arm))));
            let mut row = |label: &str, cell: &dyn Fn(&str) -> CellContent| {
                let row = self.compared(label, cell);
                rows.push(Row { indent: 2, ..row });
            };
            row(&format!("Difference of LS means ({level} CI)"), &|arm| {
                interval(key("diff", arm), key("diff_lower", arm), key("diff_upper", arm))
            });
            row("SE of the difference", &|arm| number(key("diff_se", arm)));
            row("t (degrees of freedom)", &|arm| pair(key("t", arm), key("df", arm)));
            row("p-value, two-sided", &|arm| number(key("p", arm)));
        }
    }

    fn landmarks(&self, label: &str, name: &str, unit: &str, level: &str, rows: &mut Vec<Row>) {
        let mut times: Vec<String> = Vec::new();
        for result in self.facts.store.iter().filter(|r| r.key.analysis == self.id && r.key.statistic == name) {
            if let Some(time) = result.key.level("time").filter(|t| !times.iter().any(|k| k == t)) {
                times.push(time.to_owned());
            }
        }
        times.sort_by(|a, b| {
            let value = |t: &str| t.parse::<f64>().unwrap_or(f64::MAX);
            value(a).total_cmp(&value(b))
        });
        for time in times {
            rows.push(self.by_arm(&format!("{label} at {time} {unit} ({level} CI)"), 1, |arm| {
                let key = |suffix: &str| self.key(&format!("{name}{suffix}"), arm).with("time", time.as_str());
                interval(key(""), key("_lower"), key("_upper"))
            }));
        }
    }
}

fn n_percent_of(n: ResultKey, percent: ResultKey) -> CellContent {
    vec![Inline::number(n), Inline::text(" ("), Inline::number(percent), Inline::text("%)")]
}

/// Notes on one endpoint and those of its analyses that are shown.
fn notes(facts: Facts<'_>, endpoint: &EndpointSpec, items: &[Item<'_>]) -> Vec<CellContent> {
    let mut notes = Vec::new();
    let estimand = &endpoint.estimand;
    let mut sentence = format!("Estimand: {} in {}", estimand.summary, estimand.population);
    for rule in &estimand.events {
        if let Some(event) = facts.spec.analysis.intercurrent_events.get(rule.event.as_str()) {
            sentence.push_str(&format!("; {}: {}", event.label, strategy_name(rule.strategy)));
            if let Some(value) = rule.value {
                sentence.push_str(&format!(" (value {})", crate::base::number::plain(value)));
            }
        }
    }
    sentence.push('.');
    notes.push(words(sentence));
    if !estimand.missing.is_empty() {
        notes.push(words(format!("Missing values: {}", estimand.missing)));
    }
    for (_, item) in items {
        if let Some(ran) = facts.analyses.by_id.get(&item.id.value) {
            notes.push(words(format!("{}: {}.", *item.id, ran.in_words)));
        }
    }
    notes.extend(scheme::note(facts, endpoint).map(words));
    notes
}
