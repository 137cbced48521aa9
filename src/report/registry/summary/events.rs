//! Adverse events: how they were collected, deaths, serious events, non-serious events above the threshold.

use crate::report::registry::document::{Block, Content, Section, fixed, words, words_of};
use crate::report::registry::{AdverseEvents, Dictionary, Event, EventCount, EventGroup, Figure, SeriousCount, Term};

use super::build::{Build, Facts, joined, part, section};
use super::grid::Grid;

pub(super) fn sections(b: &Build<'_>) -> Vec<Section> {
    let Some(events) = &b.source.record.adverse_events else { return Vec::new() };
    let mut sections = vec![section(2, fixed(b.pick("Adverse events", "Adverse Events")), information(b, events))];
    let parts = if b.is_ctgov() {
        [
            ("All-Cause Mortality", mortality(b, events)),
            ("Serious Adverse Events", ctgov_terms(b, events, true)),
            ("Other (Not Including Serious) Adverse Events", ctgov_terms(b, events, false)),
        ]
    } else {
        [
            ("Serious adverse events", eudract_terms(b, events, true)),
            ("Non-serious adverse events", eudract_terms(b, events, false)),
            ("", Vec::new()),
        ]
    };
    sections.extend(parts.into_iter().filter_map(|(heading, blocks)| part(heading, blocks)));
    sections
}

fn information(b: &Build<'_>, of: &AdverseEvents) -> Vec<Block> {
    let mut facts = Facts::new(b);
    facts.text(b.pick("Timeframe for reporting adverse events", "Time Frame"), of.time_frame.as_ref());
    let description = b.pick("Adverse event reporting additional description", "Adverse Event Reporting Description");
    facts.text(description, of.description.as_ref());
    facts.term(
        b.pick("Assessment type", "Collection Approach for Table Default"),
        "assessment",
        of.assessment.as_ref(),
    );
    let name = b.pick("Dictionary used", "Source Vocabulary Name for Table Default");
    facts.words(name, &vocabulary(b, &of.dictionary));
    let mut blocks = facts.blocks();
    blocks.extend(b.groups(of.groups.iter().map(|group| (&group.title, group.description.as_ref(), group.flow_group))));
    blocks
}

/// Name and version of a dictionary.
fn vocabulary(b: &Build<'_>, of: &Dictionary) -> String {
    let name = match (&of.words, &of.name) {
        (Some(words), _) => words.text.clone(),
        (None, Some(Term::Listed(id))) if id == "meddra" => "MedDRA".to_owned(),
        (None, Some(Term::Listed(id))) if id == "snomed" => "SNOMED CT".to_owned(),
        (None, Some(term)) => b.term("dictionary", term),
        (None, None) => String::new(),
    };
    let version = of.version.as_ref().filter(|version| !name.contains(version.text.as_str()));
    [Some(name), version.map(|version| version.text.clone())].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A number of each group, of those at risk.
fn shares(
    b: &Build<'_>,
    of: &AdverseEvents,
    count: fn(&EventGroup) -> &Option<Figure>,
    at_risk: fn(&EventGroup) -> &Option<Figure>,
) -> Vec<Content> {
    let total = |group: &EventGroup| at_risk(group).clone().or_else(|| group.exposed.clone());
    of.groups.iter().map(|group| b.share(count(group).as_ref(), total(group).as_ref())).collect()
}

fn mortality(b: &Build<'_>, of: &AdverseEvents) -> Vec<Block> {
    let titles = of.groups.iter().map(|group| joined([words_of(&group.title), fixed(": Affected / at Risk (%)")]));
    let mut grid = Grid::new("All-Cause Mortality", titles.collect());
    grid.row(fixed("Total"), shares(b, of, |group| &group.deaths, |group| &group.at_risk_deaths));
    let mut facts = Facts::new(b);
    facts.text("How deaths were counted", of.mortality_comment.as_ref());
    let mut blocks = facts.blocks();
    blocks.extend(grid.blocks());
    blocks
}

/// What is said of non-serious terms that are left out.
fn threshold(b: &Build<'_>, of: &AdverseEvents) -> Vec<Block> {
    let mut facts = Facts::new(b);
    let name = b.pick(
        "Frequency threshold for reporting non-serious adverse events",
        "Frequency Threshold for Reporting Other Adverse Events",
    );
    let words = of.threshold.as_ref().map(|own| match of.frequency_rule {
        Some(rule) => format!("terms {}", rule.words(&own.text)),
        None => format!("{} %", own.text),
    });
    facts.words(name, &words.unwrap_or_default());
    facts.blocks()
}

/// Two columns a group: subjects affected, and events.
fn ctgov_terms(b: &Build<'_>, of: &AdverseEvents, serious: bool) -> Vec<Block> {
    let mut blocks = if serious { Vec::new() } else { threshold(b, of) };
    let heads = of.groups.iter().map(|group| {
        let title = || words_of(&group.title);
        vec![joined([title(), fixed(": Affected / at Risk (%)")]), joined([title(), fixed(": # Events")])]
    });
    let mut grid = Grid::with(if serious { "Serious Adverse Events" } else { "Other Adverse Events" }, heads.collect());
    let totals = if serious {
        shares(b, of, |group| &group.serious, |group| &group.at_risk_serious)
    } else {
        shares(b, of, |group| &group.non_serious, |group| &group.at_risk_other)
    };
    grid.cells(fixed("Total"), totals.into_iter().map(|total| vec![total, Content::new()]).collect());
    each_term(b, of, serious, &mut grid, |event, grid| {
        let cells = (0..of.groups.len()).map(|at| match event.counts.get(at).and_then(Option::as_ref) {
            None => vec![Content::new(), Content::new()],
            Some(count) => {
                vec![b.share(count.affected.as_ref(), of.at_risk(at, count)), b.number(count.occurrences.as_ref())]
            }
        });
        grid.cells(term(b, event), cells.collect());
    });
    blocks.extend(grid.blocks());
    blocks
}

/// One column a group; the counts of a term stand below each other.
fn eudract_terms(b: &Build<'_>, of: &AdverseEvents, serious: bool) -> Vec<Block> {
    let mut blocks = if serious { Vec::new() } else { threshold(b, of) };
    let titles = of.groups.iter().map(|group| words_of(&group.title)).collect();
    let mut grid = Grid::new(if serious { "Serious adverse events" } else { "Non-serious adverse events" }, titles);
    let label = if serious { "serious" } else { "non-serious" };
    grid.heading(fixed(&format!("Total subjects affected by {label} adverse events")));
    if serious {
        grid.row(fixed(AFFECTED), shares(b, of, |group| &group.serious, |group| &group.at_risk_serious));
        let deaths = |pick: fn(&EventGroup) -> &Option<Figure>| -> Vec<Content> {
            of.groups.iter().map(|group| b.number(pick(group).as_ref())).collect()
        };
        grid.row(fixed("number of deaths (all causes)"), deaths(|group| &group.deaths));
        let label = "number of deaths resulting from adverse events";
        grid.row(fixed(label), deaths(|group| &group.deaths_from_events));
    } else {
        grid.row(fixed(AFFECTED), shares(b, of, |group| &group.non_serious, |group| &group.at_risk_other));
    }
    each_term(b, of, serious, &mut grid, |event, grid| {
        let cells = |cell: &dyn Fn(usize, &EventCount) -> Content| -> Vec<Content> {
            let counts = (0..of.groups.len()).map(|at| event.counts.get(at).and_then(Option::as_ref));
            counts.enumerate().map(|(at, count)| count.map_or_else(Content::new, |count| cell(at, count))).collect()
        };
        let affected = cells(&|at, count| b.share(count.affected.as_ref(), of.at_risk(at, count)));
        grid.row(joined([term(b, event), fixed(": "), fixed(AFFECTED)]), affected);
        if !serious {
            grid.row(fixed("occurrences (all)"), cells(&|_, count| b.number(count.occurrences.as_ref())));
            return;
        }
        let part = |count: &EventCount, part: fn(&SeriousCount) -> &Option<Figure>, all: Option<&Figure>| {
            let part = count.serious.as_ref().and_then(|of| part(of).as_ref());
            joined([b.number(part), fixed(" / "), b.number(all)])
        };
        let occurrences = cells(&|_, count| part(count, |of| &of.related, count.occurrences.as_ref()));
        grid.row(fixed("occurrences causally related to treatment / all"), occurrences);
        let deaths = cells(&|_, count| {
            let all = count.serious.as_ref().and_then(|of| of.deaths.as_ref());
            part(count, |of| &of.related_deaths, all)
        });
        grid.row(fixed("deaths causally related to treatment / all"), deaths);
    });
    blocks.extend(grid.blocks());
    blocks
}

const AFFECTED: &str = "subjects affected / exposed";

/// The terms below their system organ classes.
fn each_term(
    b: &Build<'_>,
    of: &AdverseEvents,
    serious: bool,
    grid: &mut Grid,
    mut write: impl FnMut(&Event, &mut Grid),
) {
    let mut last = None;
    for event in if serious { &of.serious } else { &of.non_serious } {
        let class = class_name(b, event);
        if class.is_some() && class != last {
            grid.heading(class.as_deref().map_or_else(Content::new, words));
            last = class;
        }
        write(event, grid);
    }
}

/// The class as the register names it.
fn class_name(b: &Build<'_>, event: &Event) -> Option<String> {
    let name = event.class.as_ref()?.name.clone()?;
    let own = b.source.codes.system_organ_class(&name).filter(|_| b.is_ctgov());
    Some(own.map_or(name, |class| class.ctgov_name.clone()))
}

/// The term, with what differs from the module and its note.
fn term(b: &Build<'_>, event: &Event) -> Content {
    let assessment = event.assessment.as_ref().map(|own| b.term("assessment", own));
    let dictionary = event.dictionary.as_ref().map(|own| vocabulary(b, own));
    let note = event.note.as_ref().map(|note| note.text.clone());
    let more: Vec<String> =
        [assessment, dictionary, note].into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join("; ")) };
    words(&format!("{}{more}", event.term.text))
}
