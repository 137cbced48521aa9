//! Baseline characteristics, and EudraCT's subject analysis sets.

use crate::report::registry::document::{Block, Content, Section, fixed, words, words_of};
use crate::report::registry::read::ctgov_words::characteristic_title;
use crate::report::registry::{Baseline, BaselineGroup, Characteristic, CharacteristicKind, Figure};

use super::build::{Build, Facts, joined, section};
use super::grid::Grid;
use super::measure;

pub(super) fn sections(b: &Build<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    if let Some(baseline) = &b.source.record.baseline {
        let mut facts = Facts::new(b);
        facts
            .text(b.pick("Who is described", "Baseline Analysis Population Description"), baseline.population.as_ref());
        let mut blocks = facts.blocks();
        let title = |group: &BaselineGroup| group.title.clone();
        let groups: Vec<_> = baseline.groups.iter().map(|group| (title(group), group)).collect();
        let named = groups
            .iter()
            .filter_map(|(title, group)| Some((title.as_ref()?, group.description.as_ref(), group.flow_group)));
        blocks.extend(b.groups(named));
        blocks.extend(values(b, baseline));
        let heading = b.pick("Baseline characteristics", "Baseline Characteristics");
        sections.push(section(2, fixed(heading), blocks));
    }
    let sets = analysis_sets(b);
    if !sets.is_empty() {
        // EudraCT shows them below the characteristics; without any, they are a module of their own.
        let level = if sections.is_empty() { 2 } else { 3 };
        sections.push(section(level, fixed("Subject analysis sets"), sets));
    }
    sections
}

/// One table of all characteristics.
fn values(b: &Build<'_>, baseline: &Baseline) -> Vec<Block> {
    let total = baseline.total.as_ref().filter(|_| baseline.groups.len() > 1);
    let columns: Vec<&BaselineGroup> = baseline.groups.iter().chain(total).collect();
    let mut titles: Vec<Content> = Vec::new();
    for (at, group) in columns.iter().enumerate() {
        titles.push(match &group.title {
            None if at >= baseline.groups.len() => fixed("Total"),
            own => b.group_title(own.as_ref(), group.flow_group, group.analysis_set),
        });
    }
    let mut grid = Grid::new(b.pick("Reporting group values", "Arm/Group Title"), titles);
    let subjects: Vec<Option<&Figure>> = columns.iter().map(|group| group.subjects.as_ref()).collect();
    let label = b.pick("Number of subjects", "Overall Number of Baseline Participants");
    grid.row(fixed(label), subjects.iter().map(|n| b.number(*n)).collect());
    if let Some(units) = &baseline.units {
        let cells = columns.iter().map(|group| b.number(group.units.as_ref()));
        grid.row(joined([fixed("Number of "), words_of(units)]), cells.collect());
    }
    for of in baseline.characteristics.iter().filter(|of| is_shown(b, baseline, of)) {
        if of.measure.rows.is_empty() {
            // What was not collected is said and has no values.
            grid.row(heading(b, of), Vec::new());
            continue;
        }
        grid.heading(heading(b, of));
        measure::rows(b, &of.measure, &subjects, &mut grid);
    }
    grid.blocks()
}

/// A record for both registries has the age groups of either, and what only ClinicalTrials.gov asks.
fn is_shown(b: &Build<'_>, baseline: &Baseline, of: &Characteristic) -> bool {
    use CharacteristicKind::{AgeCtgov, AgeEudract, RaceEthnicityNotCollected, Region};
    let has_own_ages = || baseline.characteristics.iter().any(|one| one.kind == AgeCtgov);
    match of.kind {
        AgeEudract => !b.is_ctgov() || !has_own_ages(),
        AgeCtgov | Region | RaceEthnicityNotCollected => b.is_ctgov(),
        _ => true,
    }
}

/// Title as the register has it, kind of value and unit, and what is said about it.
fn heading(b: &Build<'_>, of: &Characteristic) -> Content {
    let listed = characteristic_title(of.kind).filter(|_| b.is_ctgov());
    let title = listed.map_or_else(|| words_of(&of.measure.title), words);
    let kind = if of.measure.rows.is_empty() { Content::new() } else { measure::heading(b, &of.measure) };
    let kind = if kind.is_empty() { kind } else { joined([fixed(". "), kind]) };
    let notes = [&of.measure.description, &of.measure.population].into_iter().flatten();
    let notes = notes.flat_map(|note| joined([fixed(". "), words_of(note)]));
    joined([title, kind, notes.collect()])
}

fn analysis_sets(b: &Build<'_>) -> Vec<Block> {
    let sets = &b.source.record.analysis_sets;
    if b.is_ctgov() || sets.is_empty() {
        return Vec::new();
    }
    let head = ["Subject analysis set title", "Type", "Description", "Number of subjects"].map(fixed).to_vec();
    let rows = sets.iter().map(|set| {
        vec![
            words_of(&set.title),
            set.kind.as_ref().map_or_else(Content::new, |kind| words(&b.term("analysis_set", kind))),
            set.description.as_ref().map_or_else(Content::new, words_of),
            b.number(set.subjects.as_ref()),
        ]
    });
    vec![Block::Table { head, rows: rows.collect() }]
}
