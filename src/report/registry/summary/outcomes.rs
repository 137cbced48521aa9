//! End points, outcome measures: what was measured, the values of the groups, the statistical analyses.

use crate::report::registry::document::{Block, Content, Section, fixed, words, words_of};
use crate::report::registry::{Figure, Outcome};

use super::build::{Build, Facts, joined, section};
use super::grid::Grid;
use super::{analyses, measure};

pub(super) fn sections(b: &Build<'_>) -> Vec<Section> {
    let outcomes = &b.source.record.outcomes;
    if outcomes.is_empty() {
        return Vec::new();
    }
    let mut sections = vec![section(2, fixed(b.pick("End points", "Outcome Measures")), Vec::new())];
    for (at, outcome) in outcomes.iter().enumerate() {
        let kind = b.term("outcome_type", &outcome.kind);
        let heading = match b.is_ctgov() {
            true => fixed(&format!("{}. {kind} Outcome", at + 1)),
            false => joined([fixed(&format!("{kind}: ")), words_of(&outcome.measure.title)]),
        };
        let mut blocks = definition(b, outcome);
        blocks.extend(groups(b, outcome));
        blocks.extend(values(b, outcome));
        sections.push(section(3, heading, blocks));
        sections.extend(analyses::sections(b, outcome));
    }
    sections
}

fn definition(b: &Build<'_>, of: &Outcome) -> Vec<Block> {
    let mut facts = Facts::new(b);
    facts.text(b.pick("End point title", "Title"), Some(&of.measure.title));
    facts.text(b.pick("End point description", "Description"), of.measure.description.as_ref());
    if !b.is_ctgov() {
        facts.term("End point type", "outcome_type", Some(&of.kind));
    }
    facts.text(b.pick("End point timeframe", "Time Frame"), of.time_frame.as_ref());
    let population = of.population.as_ref().or(of.measure.population.as_ref()).filter(|text| !text.is_empty());
    facts.text(b.pick("Who was analysed", "Analysis Population Description"), population);
    facts.text("Anticipated Posting Date", of.anticipated.as_ref());
    facts.blocks()
}

fn groups(b: &Build<'_>, of: &Outcome) -> Vec<Block> {
    let named = of
        .groups
        .iter()
        .filter_map(|group| Some((group.title.as_ref()?, group.description.as_ref(), group.flow_group)));
    b.groups(named)
}

/// Title of each group.
pub(super) fn titles(b: &Build<'_>, of: &Outcome) -> Vec<Content> {
    of.groups.iter().map(|group| b.group_title(group.title.as_ref(), group.flow_group, group.analysis_set)).collect()
}

fn values(b: &Build<'_>, of: &Outcome) -> Vec<Block> {
    let mut grid = Grid::new(b.pick("End point values", "Arm/Group Title"), titles(b, of));
    let analysed: Vec<Option<&Figure>> = of.groups.iter().map(|group| group.analysed.as_ref()).collect();
    let label = b.pick("Number of subjects analysed", "Overall Number of Participants Analyzed");
    grid.row(fixed(label), analysed.iter().map(|n| b.number(*n)).collect());
    if of.groups.iter().any(|group| group.units.is_some()) {
        let units = of.units.as_ref().map_or("units", |units| units.text.as_str());
        let cells = of.groups.iter().map(|group| b.number(group.units.as_ref()));
        grid.row(
            words(&format!("{}: {units}", b.pick("Number analysed", "Overall Number of Units Analyzed"))),
            cells.collect(),
        );
    }
    if !of.measure.rows.is_empty() {
        grid.heading(measure::heading(b, &of.measure));
        measure::rows(b, &of.measure, &analysed, &mut grid);
    }
    if of.groups.iter().any(|group| group.comment.is_some()) {
        let comments = of.groups.iter().map(|group| group.comment.as_ref().map_or_else(Content::new, words_of));
        grid.row(fixed("Notes"), comments.collect());
    }
    grid.blocks()
}
