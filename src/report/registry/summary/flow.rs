//! Subject disposition, participant flow: recruitment, groups, periods with milestones and reasons for not completing.

use crate::report::registry::document::{Block, Content, Section, fixed, words, words_of};
use crate::report::registry::{Achievement, Arm, ArmProduct, Period, PeriodDetails, ReasonNotCompleted};

use super::build::{Build, Facts, joined, part, section};
use super::grid::Grid;

pub(super) fn sections(b: &Build<'_>) -> Vec<Section> {
    let flow = &b.source.record.flow;
    let mut sections = vec![section(2, fixed(b.pick("Subject disposition", "Participant Flow")), Vec::new())];
    let line = |name: &str, text| {
        let mut facts = Facts::new(b);
        facts.text(name, text);
        facts.blocks()
    };
    let recruitment = line(b.pick("Recruitment details", "Recruitment Details"), flow.recruitment.as_ref());
    let screening = line(b.pick("Screening details", "Pre-assignment Details"), flow.pre_assignment.as_ref());
    sections.extend(part("Recruitment", recruitment));
    sections.extend(part(b.pick("Pre-assignment", "Pre-assignment Details"), screening));
    if b.is_ctgov() {
        // EudraCT describes its arms in the period.
        let rows = flow.groups.iter().map(|group| {
            let description = group.description.as_ref().map_or_else(Content::new, words_of);
            vec![words_of(&group.title), description]
        });
        let table = Block::Table { head: Vec::new(), rows: rows.collect() };
        sections.push(section(3, fixed("Arms and groups"), vec![table]));
    }
    for (at, period) in flow.periods.iter().enumerate() {
        let heading = match b.is_ctgov() {
            true => joined([fixed("Period: "), words_of(&period.title)]),
            false => joined([fixed(&format!("Period {}: ", at + 1)), words_of(&period.title)]),
        };
        let details = period.details.as_ref().filter(|_| !b.is_ctgov());
        sections.push(section(3, heading, details.map_or_else(Vec::new, |of| conduct(b, period, of))));
        if let Some(details) = details {
            sections.push(section(4, fixed("Arms"), arms(b, details)));
            sections.push(section(4, fixed("Number of subjects in the period"), counts(b, period)));
        } else if let Some(last) = sections.last_mut() {
            last.blocks = counts(b, period);
        }
    }
    sections
}

fn conduct(b: &Build<'_>, period: &Period, of: &PeriodDetails) -> Vec<Block> {
    let mut facts = Facts::new(b);
    facts.yes_no("Baseline period", period.baseline);
    facts.term("Allocation method", "allocation", of.allocation.as_ref());
    facts.yes_no("Blinded", of.blinded);
    facts.term("Blinding used", "masking", of.blinding.as_ref());
    let roles: Vec<String> = of.blinded_roles.iter().map(|role| b.term("masked_role", role)).collect();
    facts.words("Roles blinded", &roles.join(", "));
    facts.text("Blinding implementation details", of.blinding_implementation.as_ref());
    facts.yes_no("Are arms mutually exclusive", of.exclusive_arms);
    facts.figure("Subjects of the period", of.subjects.as_ref());
    facts.blocks()
}

fn arms(b: &Build<'_>, details: &PeriodDetails) -> Vec<Block> {
    details.arms.iter().flat_map(|of| arm(b, of)).collect()
}

fn arm(b: &Build<'_>, of: &Arm) -> Vec<Block> {
    let mut facts = Facts::new(b);
    if let Some(group) = b.source.record.flow.groups.get(of.group) {
        facts.text("Arm title", Some(&group.title));
        facts.text("Arm description", group.description.as_ref());
    }
    facts.term("Arm type", "arm_type", of.kind.as_ref());
    facts.text("Other arm type", of.other_kind.as_ref());
    of.products.iter().for_each(|of| product(of, &mut facts));
    facts.blocks()
}

fn product(of: &ArmProduct, facts: &mut Facts<'_>) {
    facts.text("Investigational medicinal product name", of.name.as_ref());
    facts.text("Investigational medicinal product code", of.code.as_ref());
    facts.text("Other name", of.other_names.as_ref());
    facts.ema("Pharmaceutical forms", &of.forms);
    facts.ema("Routes of administration", &of.routes);
    facts.text("Dosage and administration details", of.dose.as_ref());
}

/// The table of a period.
fn counts(b: &Build<'_>, period: &Period) -> Vec<Block> {
    let flow = &b.source.record.flow;
    let first = b.pick("Number of subjects in the period", "Arm/Group Title");
    let mut grid = Grid::new(first, flow.groups.iter().map(|group| words_of(&group.title)).collect());
    grid.row(fixed("Started"), achieved(b, &period.started));
    for milestone in &period.milestones {
        let comment = milestone.comment.as_ref();
        let comment = comment.map_or_else(Content::new, |text| words(&format!(" ({})", text.text)));
        grid.row(joined([words_of(&milestone.title), comment]), achieved(b, &milestone.reached));
    }
    grid.row(fixed("Completed"), achieved(b, &period.completed));
    if period.not_completed.iter().any(Option::is_some) {
        grid.row(fixed(b.pick("Not completed", "Not Completed")), achieved(b, &period.not_completed));
    }
    if !period.reasons.is_empty() {
        grid.heading(fixed(b.pick("Reasons not completed", "Reason Not Completed")));
    }
    for of in &period.reasons {
        grid.row(reason(b, of), achieved(b, &of.subjects));
    }
    grid.blocks()
}

/// The reason as the register names it, and its words where it is another.
fn reason(b: &Build<'_>, of: &ReasonNotCompleted) -> Content {
    let (list, term) = b.pick(("reason_not_completed_eudract", &of.eudract), ("reason_not_completed_ctgov", &of.ctgov));
    let is_other = term.as_ref().is_none_or(|term| term.is("other"));
    let listed = term.as_ref().map_or_else(|| "Other".to_owned(), |term| b.term(list, term));
    match of.words.as_ref().filter(|_| is_other) {
        Some(own) => words(&format!("{listed}: {}", own.text)),
        None => words(&listed),
    }
}

fn achieved(b: &Build<'_>, list: &[Option<Achievement>]) -> Vec<Content> {
    let one = |of: &Achievement| {
        let units = of.units.as_ref().map_or_else(Content::new, |units| {
            let name = b.source.record.flow.units.as_ref().map_or("units", |name| name.text.as_str());
            joined([fixed("; "), words(&format!("{name} ")), b.number(Some(units))])
        });
        let comment = of.comment.as_ref().map_or_else(Content::new, |text| words(&format!(" ({})", text.text)));
        joined([b.number(Some(&of.subjects)), units, comment])
    };
    list.iter().map(|of| of.as_ref().map_or_else(Content::new, one)).collect()
}
