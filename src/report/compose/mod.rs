//! Composes displays from results and configuration: no number, only addresses of numbers.

mod ae;
mod baseline;
mod contrasts;
mod custom;
mod disposition;
mod endpoint;
mod estimands;
mod figures;
mod scheme;
mod shift_table;
mod subgroups;

use indexmap::IndexMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::methods::plan::Analyses;
use crate::population::flow::ParticipantFlow;
use crate::results::{ResultKey, ResultStore};
use crate::spec::Spec;
use crate::spec::analysis::EndpointSpec;
use crate::spec::at::At;
use crate::spec::report::{DisplayKind, DisplaySpec};

use super::display::{CellContent, Column, CurveFigure, DisplayTable, FlowFigure, Inline, Row, RowKind, keys};

/// What displays are made from.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// Configuration.
    pub spec: &'a Spec,
    /// Results.
    pub store: &'a ResultStore,
    /// Participant flow.
    pub flow: &'a ParticipantFlow,
    /// Analyses that were run.
    pub analyses: &'a Analyses,
}

/// A display.
#[derive(Clone, Debug)]
pub enum Display {
    /// A table.
    Table(DisplayTable),
    /// Step curves.
    Curve(CurveFigure),
    /// The participant flow.
    Flow(FlowFigure),
    /// The listing of adverse events; its view is in the store.
    Listing {
        /// Number.
        id: String,
        /// Title.
        title: String,
    },
}

impl Display {
    /// Its number.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Table(table) => &table.id,
            Self::Curve(curve) => &curve.id,
            Self::Flow(flow) => &flow.id,
            Self::Listing { id, .. } => id,
        }
    }

    /// The table, if it is one.
    #[must_use]
    pub fn table(&self) -> Option<&DisplayTable> {
        if let Self::Table(table) = self { Some(table) } else { None }
    }

    /// Addresses of the numbers it prints.
    #[must_use]
    pub fn keys(&self) -> Vec<ResultKey> {
        match self {
            Self::Table(table) => keys(table.contents()).cloned().collect(),
            Self::Curve(curve) => keys(curve.contents()).cloned().collect(),
            Self::Flow(flow) => keys(flow.contents()).cloned().collect(),
            Self::Listing { .. } => Vec::new(),
        }
    }
}

/// Composes the configured displays, by number, in the order of the report.
///
/// # Errors
/// [`Stop`] where a display names something that is not there.
pub fn displays(facts: Facts<'_>, sink: &mut Diagnostics) -> Result<IndexMap<String, Display>, Stop> {
    let mark = sink.mark();
    let mut composed = IndexMap::new();
    for display in facts.spec.report.displays.iter().filter(|d| d.show) {
        let Ok(made) = compose(facts, display, sink) else { continue };
        composed.insert(display.id.value.clone(), made);
    }
    sink.check(mark)?;
    Ok(composed)
}

fn compose(facts: Facts<'_>, display: &DisplaySpec, sink: &mut Diagnostics) -> Result<Display, Stop> {
    let mut made = match display.kind {
        DisplayKind::Flow => Display::Flow(figures::flow(facts, display)),
        DisplayKind::Disposition => Display::Table(disposition::table(facts, display)),
        DisplayKind::AnalysisSets => Display::Table(disposition::analysis_sets(facts, display)),
        DisplayKind::Baseline => Display::Table(baseline::table(facts, display)),
        DisplayKind::Endpoint => Display::Table(endpoint::table(facts, display, sink)?),
        DisplayKind::Curve => Display::Curve(figures::curve(facts, display, sink)?),
        DisplayKind::AeOverview => Display::Table(ae::overview(facts, display, sink)?),
        DisplayKind::AeTerms => Display::Table(ae::terms(facts, display, sink)?),
        DisplayKind::AeSerious => Display::Table(ae::serious(facts, display, sink)?),
        DisplayKind::Deaths => Display::Table(ae::deaths(facts, display, sink)?),
        DisplayKind::ShiftTable => Display::Table(shift_table::table(facts, display, sink)?),
        DisplayKind::Estimands => Display::Table(estimands::table(facts, display)),
        DisplayKind::IntercurrentEvents => Display::Table(estimands::events(facts, display)),
        DisplayKind::AeListing => {
            let title = display.title.clone().unwrap_or_else(|| "Adverse events".to_owned());
            Display::Listing { id: display.id.value.clone(), title }
        }
        DisplayKind::Subgroups => Display::Table(subgroups::table(facts, display, sink)?),
        DisplayKind::Custom => Display::Table(custom::table(facts, display, sink)?),
    };
    if let Display::Table(table) = &mut made {
        table.footnotes.extend(display.notes.iter().map(words));
    }
    Ok(made)
}

/// Whether one p-value of an endpoint is nominal: outside the multiplicity scheme or not rejected by it; without a
/// scheme, outside the testing order or after an endpoint that was not significant.
#[must_use]
pub fn is_nominal(facts: Facts<'_>, endpoint: &EndpointSpec, p: &ResultKey) -> bool {
    scheme::nominal_p(facts, endpoint, p)
}

/// The endpoint a display names.
fn endpoint_of<'a>(
    facts: Facts<'a>,
    display: &DisplaySpec,
    sink: &mut Diagnostics,
) -> Result<(&'a str, &'a EndpointSpec), Stop> {
    let Some(named) = &display.endpoint else {
        return Err(sink
            .error(
                &codes::CFG_005,
                display.id.place.clone(),
                format!("the display {} needs an `endpoint`", *display.id),
            )
            .stop());
    };
    let found = facts.spec.analysis.endpoints.get_key_value(&**named);
    found.map(|(id, endpoint)| (id.as_str(), endpoint)).ok_or_else(|| unknown(facts, named, sink))
}

fn unknown(facts: Facts<'_>, named: &At<String>, sink: &mut Diagnostics) -> Stop {
    sink.error(&codes::CFG_003, named.place.clone(), format!("there is no endpoint `{}`", **named))
        .hint(did_you_mean(named, facts.spec.analysis.endpoints.keys().map(String::as_str)))
        .stop()
}

/// Words alone.
fn words(text: impl Into<String>) -> CellContent {
    vec![Inline::text(text)]
}

/// One number.
fn number(key: ResultKey) -> CellContent {
    vec![Inline::number(key)]
}

/// A number, or nothing where it was not computed for this column.
fn if_stored(facts: Facts<'_>, key: ResultKey) -> CellContent {
    if facts.store.get(&key).is_some() { number(key) } else { Vec::new() }
}

/// `n (p%)`.
fn n_percent(n: ResultKey) -> CellContent {
    let percent = n.statistic("pct");
    vec![Inline::number(n), Inline::text(" ("), Inline::number(percent), Inline::text("%)")]
}

/// `a (b)`.
fn pair(first: ResultKey, second: ResultKey) -> CellContent {
    vec![Inline::number(first), Inline::text(" ("), Inline::number(second), Inline::text(")")]
}

/// `a; b` in brackets after an estimate: `a (b; c)`.
fn interval(estimate: ResultKey, lower: ResultKey, upper: ResultKey) -> CellContent {
    vec![
        Inline::number(estimate),
        Inline::text(" ("),
        Inline::number(lower),
        Inline::text("; "),
        Inline::number(upper),
        Inline::text(")"),
    ]
}

/// A row of numbers.
fn data(label: impl Into<String>, indent: u8, cells: Vec<CellContent>) -> Row {
    Row { kind: RowKind::Data, indent, label: words(label), cells }
}

/// A row that opens a group.
fn group(label: impl Into<String>) -> Row {
    Row { kind: RowKind::Group, indent: 0, label: words(label), cells: Vec::new() }
}

/// An empty line.
fn space() -> Row {
    Row { kind: RowKind::Space, indent: 0, label: Vec::new(), cells: Vec::new() }
}

/// Arm ids with labels, in the order of study.yaml.
fn arms(facts: Facts<'_>) -> Vec<(String, String)> {
    facts.spec.study.arms.iter().map(|(id, arm)| (id.clone(), arm.label.value.clone())).collect()
}

/// One column an arm, and the total where wanted, headed by the number of subjects in an analysis set.
fn arm_columns(facts: Facts<'_>, set: &str, total: bool) -> Vec<Column> {
    let n = |arm: &str| ResultKey::new("set", "n").with("arm", arm).with("set", set);
    let study = &facts.spec.study;
    let groups = facts.spec.groups(set).into_iter();
    let mut columns: Vec<Column> = groups.map(|id| column(id, study.label(id), Some(n(id)))).collect();
    if total {
        columns.push(column("total", "Total", Some(n("total"))));
    }
    columns
}

/// A column headed by words and a number of subjects.
fn column(id: &str, label: &str, n: Option<ResultKey>) -> Column {
    let mut header = words(label);
    if let Some(n) = n {
        header = vec![Inline::text(format!("{label} (N=")), Inline::number(n), Inline::text(")")];
    }
    Column { id: id.to_owned(), header }
}

/// Label of an analysis set.
fn set_label(facts: Facts<'_>, set: &str) -> String {
    facts.spec.analysis.analysis_sets.get(set).map_or_else(|| set.to_owned(), |s| s.label.clone())
}

/// The CSR section of a table number: `14.2.1` belongs to `14.2`.
fn section(id: &str) -> String {
    let parts: Vec<&str> = id.split(['.', '-']).collect();
    match parts[..] {
        ["14", second, ..] if second != "3" => format!("14.{}", second.trim_start_matches('0')),
        ["14", "3", third, ..] => format!("14.3.{third}"),
        _ => id.to_owned(),
    }
}

/// The confidence level as printed: `95%`.
fn level(facts: Facts<'_>) -> String {
    format!(
        "{}%",
        crate::base::number::plain(crate::base::number::round_significant(100.0 * *facts.spec.analysis.conf_level, 12))
    )
}
