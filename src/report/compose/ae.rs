//! Tables 14.3.1.x and 14.3.2: adverse events and deaths.

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::methods::ae_terms::ae_terms;
use crate::report::display::{CellContent, Column, DisplayTable, Inline, Row};
use crate::results::{ResultKey, Style};
use crate::spec::analysis::SafetySpec;
use crate::spec::report::{DisplaySpec, FormatProfile};

use super::{Facts, arm_columns, data, if_stored, n_percent, number, section, set_label, space, words};

fn safety<'a>(facts: Facts<'a>, display: &DisplaySpec, sink: &mut Diagnostics) -> Result<&'a SafetySpec, Stop> {
    facts.spec.analysis.safety.as_ref().ok_or_else(|| {
        sink.error(
            &codes::CFG_005,
            display.id.place.clone(),
            format!("the display {} needs `safety` in analysis.yaml", *display.id),
        )
        .stop()
    })
}

fn columns(facts: Facts<'_>, safety: &SafetySpec) -> (Vec<Column>, Vec<String>) {
    let mut columns = arm_columns(facts, &safety.set, true);
    let ids = columns.iter().map(|c| c.id.clone()).collect();
    for comparison in &safety.compare {
        let label = |arm: &str| facts.spec.study.label(arm).to_owned();
        columns.push(Column {
            id: format!("{}/{}", *comparison.arm, *comparison.vs),
            header: words(format!("p-value, {} against {}", label(&comparison.arm), label(&comparison.vs))),
        });
    }
    (columns, ids)
}

/// `n (p%) [events]` of each arm, then the tests.
fn line(facts: Facts<'_>, safety: &SafetySpec, arms: &[String], key: &ResultKey) -> Vec<CellContent> {
    let mut cells: Vec<CellContent> = arms
        .iter()
        .map(|arm| {
            let n = key.clone().with("arm", arm.as_str());
            let events = n.statistic("events");
            let mut cell = n_percent(n);
            if facts.spec.report.format == FormatProfile::Pilot {
                // Whole percentages elsewhere, but one decimal for adverse events, in the pilot's tables.
                for inline in &mut cell {
                    if let Inline::Number { key, style } = inline
                        && key.statistic == "pct"
                    {
                        *style = Some(Style::Percent(1));
                    }
                }
            }
            cell.extend([Inline::text(" ["), Inline::number(events), Inline::text("]")]);
            cell
        })
        .collect();
    for comparison in &safety.compare {
        let pair = format!("{}/{}", *comparison.arm, *comparison.vs);
        cells.push(if_stored(facts, key.statistic("p").with("arm", pair)));
    }
    cells
}

fn finish(
    facts: Facts<'_>,
    display: &DisplaySpec,
    safety: &SafetySpec,
    title: &str,
    columns: Vec<Column>,
    rows: Vec<Row>,
) -> DisplayTable {
    let mut footnotes = vec![
        words(
            "N = subjects of the analysis set in the arm; n = subjects with at least one event; [ ] = number of events; % = 100·n/N.",
        ),
        words(safety.definition.as_str()),
        words(format!(
            "Coded with {} {}. A subject is counted once in each system organ class and once in each preferred term.",
            safety.dictionary.name, safety.dictionary.version
        )),
    ];
    if columns.iter().any(|column| column.id.contains('/')) {
        footnotes.push(words("p-values: Fisher's exact test, two-sided; descriptive, not adjusted for multiplicity."));
    }
    DisplayTable {
        id: display.id.value.clone(),
        title: display.title.clone().unwrap_or_else(|| title.to_owned()),
        population: set_label(facts, &safety.set),
        stub: String::new(),
        landscape: columns.len() > 4,
        columns,
        rows,
        footnotes,
        section: section(&display.id),
    }
}

/// Overview: any, serious, related, fatal, and the configured categories.
pub(super) fn overview(facts: Facts<'_>, display: &DisplaySpec, sink: &mut Diagnostics) -> Result<DisplayTable, Stop> {
    let safety = safety(facts, display, sink)?;
    let (columns, arms) = columns(facts, safety);
    let mut categories: Vec<(String, String)> = vec![
        ("any".to_owned(), "Any adverse event".to_owned()),
        ("serious".to_owned(), "Serious adverse event".to_owned()),
        ("related".to_owned(), "Adverse event related to treatment".to_owned()),
        ("fatal".to_owned(), "Fatal adverse event".to_owned()),
    ];
    categories.extend(safety.categories.iter().map(|c| (c.id.value.clone(), c.label.clone())));
    let mut rows: Vec<Row> = categories
        .into_iter()
        .map(|(id, label)| data(label, 0, line(facts, safety, &arms, &ResultKey::new("ae", "n").with("category", id))))
        .collect();
    let death = ResultKey::new("ae", "n").with("category", "death");
    let cells = arms.iter().map(|arm| n_percent(death.clone().with("arm", arm.as_str()))).collect();
    rows.push(space());
    rows.push(data("Death from any cause", 0, cells));
    Ok(finish(facts, display, safety, "Overview of adverse events", columns, rows))
}

/// Adverse events by system organ class and preferred term.
pub(super) fn terms(facts: Facts<'_>, display: &DisplaySpec, sink: &mut Diagnostics) -> Result<DisplayTable, Stop> {
    let safety = safety(facts, display, sink)?;
    let (columns, arms) = columns(facts, safety);
    let any = ResultKey::new("ae", "n").with("category", "any");
    let mut rows = vec![data("Any adverse event", 0, line(facts, safety, &arms, &any))];
    for class in ae_terms(facts.store, safety.sort, safety.sort_arm.as_ref().map(|arm| arm.as_str()), None) {
        rows.push(space());
        let key = ResultKey::new("ae", "n").with("soc", class.soc.as_str());
        rows.push(data(class.soc.as_str(), 0, line(facts, safety, &arms, &key)));
        for term in class.terms {
            rows.push(data(
                term.term.as_str(),
                1,
                line(facts, safety, &arms, &key.clone().with("term", term.term.as_str())),
            ));
        }
    }
    Ok(finish(facts, display, safety, "Adverse events by system organ class and preferred term", columns, rows))
}

/// Serious adverse events by system organ class and preferred term.
pub(super) fn serious(facts: Facts<'_>, display: &DisplaySpec, sink: &mut Diagnostics) -> Result<DisplayTable, Stop> {
    let safety = safety(facts, display, sink)?;
    let mut columns = arm_columns(facts, &safety.set, false);
    let arms: Vec<String> = columns.iter().map(|c| c.id.clone()).collect();
    columns.push(Column { id: "related".to_owned(), header: words("Related events, all arms") });
    let serious = ResultKey::new("ae", "n").with("category", "serious");
    let without_tests = SafetySpecView { facts, arms: &arms };
    let mut rows = vec![data("Any serious adverse event", 0, without_tests.line(&serious))];
    for class in serious_terms(facts) {
        rows.push(space());
        rows.push(data(class.0.as_str(), 0, Vec::new()));
        for term in class.1 {
            let key = ResultKey::new("ae", "n")
                .with("seriousness", "serious")
                .with("soc", class.0.as_str())
                .with("term", term.as_str());
            let mut cells: Vec<CellContent> = without_tests.plain_line(&key);
            let related: CellContent = arms
                .iter()
                .enumerate()
                .flat_map(|(at, arm)| {
                    let mut cell = if at > 0 { words(" / ") } else { Vec::new() };
                    cell.extend(number(key.statistic("related_events").with("arm", arm.as_str())));
                    cell
                })
                .collect();
            cells.push(related);
            rows.push(data(term.as_str(), 1, cells));
        }
    }
    let mut table = finish(
        facts,
        display,
        safety,
        "Serious adverse events by system organ class and preferred term",
        columns,
        rows,
    );
    table.footnotes.push(words("Related events: in the order of the arms."));
    Ok(table)
}

struct SafetySpecView<'a> {
    facts: Facts<'a>,
    arms: &'a [String],
}

impl SafetySpecView<'_> {
    /// `n (p%) [events]`.
    fn line(&self, key: &ResultKey) -> Vec<CellContent> {
        self.arms
            .iter()
            .map(|arm| {
                let n = key.clone().with("arm", arm.as_str());
                let events = n.statistic("events");
                let mut cell = n_percent(n);
                cell.extend([Inline::text(" ["), Inline::number(events), Inline::text("]")]);
                cell
            })
            .collect()
    }

    /// `n [events]`.
    fn plain_line(&self, key: &ResultKey) -> Vec<CellContent> {
        self.arms
            .iter()
            .map(|arm| {
                let n = key.clone().with("arm", arm.as_str());
                let events = n.statistic("events");
                let mut cell = if_stored(self.facts, n);
                cell.extend([Inline::text(" ["), Inline::number(events), Inline::text("]")]);
                cell
            })
            .collect()
    }
}

/// System organ classes and terms with a serious event, from the stored counts.
fn serious_terms(facts: Facts<'_>) -> Vec<(String, Vec<String>)> {
    let mut classes: std::collections::BTreeMap<String, std::collections::BTreeSet<String>> =
        std::collections::BTreeMap::new();
    for result in facts.store.iter() {
        let key = &result.key;
        if key.analysis == "ae"
            && key.statistic == "n"
            && key.level("seriousness") == Some("serious")
            && let (Some(soc), Some(term)) = (key.level("soc"), key.level("term"))
        {
            classes.entry(soc.to_owned()).or_default().insert(term.to_owned());
        }
    }
    classes.into_iter().map(|(soc, terms)| (soc, terms.into_iter().collect())).collect()
}

/// Deaths by arm.
pub(super) fn deaths(facts: Facts<'_>, display: &DisplaySpec, sink: &mut Diagnostics) -> Result<DisplayTable, Stop> {
    let safety = safety(facts, display, sink)?;
    let columns = arm_columns(facts, &safety.set, true);
    let arms: Vec<String> = columns.iter().map(|c| c.id.clone()).collect();
    let row = |label: &str, category: &str| {
        let key = ResultKey::new("ae", "n").with("category", category);
        data(label, 0, arms.iter().map(|arm| n_percent(key.clone().with("arm", arm.as_str()))).collect())
    };
    let rows = vec![row("Death from any cause", "death"), row("Death from an adverse event", "fatal")];
    let mut table = finish(facts, display, safety, "Deaths", columns, rows);
    table.footnotes = vec![words(
        "N = subjects of the analysis set in the arm; % = 100·n/N. All deaths during the study are counted, also after the end of treatment.",
    )];
    Ok(table)
}
