//! Baseline characteristics, and the population by country and age.

use crate::base::codes::{REG_020, REG_021, REG_022, REG_023, REG_024, REG_025, REG_026};
use crate::base::diagnostic::{Diagnostics, Place};
use crate::report::registry::{Baseline, BaselineGroup, Characteristic, CharacteristicKind as Kind, Figure, Row, Text};

use super::Rule;
use super::context::{Context, is};

pub(super) static RULES: &[Rule] =
    &[described, sums_of_categories, sums_of_groups, mandatory, age_unit, population, analysis_sets];

fn described(c: &Context<'_>, sink: &mut Diagnostics) {
    let Some(baseline) = &c.record.baseline else { return };
    for group in &baseline.groups {
        let flow_group = group.flow_group.filter(|_| group.period.is_none());
        let Some(started) = flow_group.and_then(|at| c.started(at)) else { continue };
        let Some(described) = group.subjects.as_ref().and_then(|subjects| c.count(subjects)) else { continue };
        if started == described {
            continue;
        }
        let title = title_of(c, group);
        let message = format!("`{title}`: {started} started, the baseline describes {described}");
        let near = Text::new(title.clone(), group.title.as_ref().map_or(Place::Nowhere, |title| title.place.clone()));
        let place = Context::place(group.subjects.as_ref(), &near);
        // ClinicalTrials.gov takes another number where the text says who is described.
        let explained = !c.asked.eudract && baseline.population.is_some();
        let report = if explained { Diagnostics::warning } else { Diagnostics::error };
        report(sink, &REG_020, place, message)
            .hint("describe those who started, or say in the description of the population who is left out");
    }
}

fn title_of(c: &Context<'_>, group: &BaselineGroup) -> String {
    let flow = group.flow_group.and_then(|at| c.record.flow.groups.get(at));
    match (flow, &group.title) {
        (Some(flow), _) => Context::title(flow).to_owned(),
        (None, Some(title)) => title.text.clone(),
        (None, None) => "a group".to_owned(),
    }
}

/// Rows that count participants in categories which hold everyone once.
fn counting<'r>(baseline: &'r Baseline) -> impl Iterator<Item = (&'r Characteristic, &'r Row)> {
    let exclusive = |one: &&Characteristic| {
        let by_rule = is(one.measure.parameter.as_ref(), "count_of_participants")
            || (one.measure.parameter.is_none() && one.measure.dispersion.is_none());
        by_rule && one.ready != Some(false) && one.kind != Kind::RaceEthnicityNotCollected
    };
    // Regions are rows of one category each: they are added up as the population is.
    let rows = |one: &'r Characteristic| one.measure.rows.iter().map(move |row| (one, row));
    baseline.characteristics.iter().filter(exclusive).flat_map(rows).filter(|(_, row)| row.categories.len() > 1)
}

fn cell(row: &Row, category: usize, group: usize) -> Option<&Figure> {
    row.categories.get(category)?.cells.get(group)?.as_ref()?.value.as_ref()
}

fn sums_of_categories(c: &Context<'_>, sink: &mut Diagnostics) {
    let Some(baseline) = &c.record.baseline else { return };
    let groups: Vec<&BaselineGroup> = baseline.groups.iter().chain(&baseline.total).collect();
    for (one, row) in counting(baseline) {
        for (at, group) in groups.iter().enumerate() {
            let own = row.denominators.iter().find(|of| of.units.eq_ignore_ascii_case("participants"));
            let own = own.and_then(|of| of.counts.get(at)).and_then(Option::as_ref);
            let Some(expected) = own.or(group.subjects.as_ref()).and_then(|n| c.count(n)) else { continue };
            let figures: Vec<&Figure> = (0..row.categories.len()).filter_map(|k| cell(row, k, at)).collect();
            let counts: Vec<u64> = figures.iter().filter_map(|figure| c.count(figure)).collect();
            // Where a category is not given for this group, nobody knows the sum.
            if counts.len() < row.categories.len() {
                continue;
            }
            let sum: u64 = counts.iter().sum();
            if sum != expected {
                let title = title_of(c, group);
                let what = &one.measure.title;
                let message = format!("`{title}`: categories of `{}` sum to {sum} of {expected}", what.text);
                sink.error(&REG_021, Context::place(figures.first().copied(), what), message)
                    .hint("every subject described stands in one category; those without a value in one of their own");
            }
        }
    }
}

fn sums_of_groups(c: &Context<'_>, sink: &mut Diagnostics) {
    let Some(baseline) = &c.record.baseline else { return };
    let Some(total) = &baseline.total else { return };
    let n = baseline.groups.len();
    let each: Vec<u64> = baseline.groups.iter().filter_map(|group| c.count(group.subjects.as_ref()?)).collect();
    let described = total.subjects.as_ref().and_then(|subjects| c.count(subjects));
    if let Some(described) = described.filter(|described| each.len() == n && each.iter().sum::<u64>() != *described) {
        let message = format!("{described} subjects are described, the groups have {}", each.iter().sum::<u64>());
        sink.error(&REG_022, Context::place(total.subjects.as_ref(), &Text::of("")), message)
            .hint("the total is the sum of the groups");
    }
    for (one, row) in counting(baseline) {
        for (k, category) in row.categories.iter().enumerate() {
            let counts: Vec<u64> = (0..n).filter_map(|at| c.count(cell(row, k, at)?)).collect();
            let Some(total) = cell(row, k, n).filter(|_| counts.len() == n) else { continue };
            let (sum, found) = (counts.iter().sum::<u64>(), c.count(total));
            if found.is_some_and(|found| found != sum) {
                let label = category.title.as_ref().map_or("", |title| title.text.as_str());
                let what = &one.measure.title;
                let message =
                    format!("`{}`, {label}: arms sum to {sum}, the total is {}", what.text, found.unwrap_or_default());
                sink.error(&REG_022, Context::place(Some(total), what), message)
                    .hint("the total is the sum of the groups");
            }
        }
    }
}

fn mandatory(c: &Context<'_>, sink: &mut Diagnostics) {
    let kinds: Vec<Kind> =
        c.record.baseline.iter().flat_map(|baseline| &baseline.characteristics).map(|one| one.kind).collect();
    let has = |wanted: &[Kind]| wanted.iter().any(|kind| kinds.contains(kind));
    let ages = [Kind::AgeContinuous, Kind::AgeEudract, Kind::AgeCtgov, Kind::AgeCustomised];
    // Both registries' age groups are always composed; what a study can lack is the age itself.
    let age: &[Kind] = if c.record.flow.groups.iter().any(|group| group.arm.is_some()) { &ages[..1] } else { &ages };
    let race = [Kind::Race, Kind::Ethnicity, Kind::RaceEthnicityCustomised, Kind::RaceEthnicityNotCollected];
    let mark = |measure: &str| format!("mark a baseline variable of analysis.yaml with `registry: {measure}`");
    let rule = c.is_under_final_rule();
    for (missing, what, hint) in [
        (!has(age), "age, asked by both registries,", mark("age")),
        (!has(&[Kind::Sex, Kind::SexCustomised]), "sex, asked by both registries,", mark("sex")),
        (rule && !has(&race), "race and ethnicity, asked by ClinicalTrials.gov,", mark("race")),
        (rule && !has(&[Kind::Region]), "region of enrolment, asked by ClinicalTrials.gov,", mark("region")),
    ] {
        if missing {
            let report = if c.asked.is_final { Diagnostics::error } else { Diagnostics::warning };
            report(sink, &REG_023, Place::Nowhere, format!("{what} is missing")).hint(hint);
        }
    }
}

const UNITS_OF_AGE: [&str; 6] = ["years", "months", "weeks", "days", "hours", "minutes"];

fn age_unit(c: &Context<'_>, sink: &mut Diagnostics) {
    let ages = c.record.baseline.iter().flat_map(|baseline| &baseline.characteristics);
    for age in ages.filter(|one| one.kind == Kind::AgeContinuous) {
        let Some(unit) = &age.measure.unit else { continue };
        let plural = |word: &str| word.trim_end_matches('s') == unit.trim().to_lowercase().trim_end_matches('s');
        if !UNITS_OF_AGE.iter().any(|word| plural(word)) {
            sink.error(&REG_024, unit.place.clone(), format!("the unit of age is `{}`", unit.text))
                .hint("ClinicalTrials.gov takes years, months, weeks, days, hours or minutes");
        }
    }
}

fn population(c: &Context<'_>, sink: &mut Diagnostics) {
    if !c.asked.eudract {
        return;
    }
    let started = c.started_in_all();
    let trial = &c.record.trial;
    let countries: Vec<&Figure> = trial.countries.iter().map(|country| &country.subjects).collect();
    let ages: Vec<&Figure> = trial.age_groups.iter().flat_map(|ages| &ages.groups).map(|(_, n)| n).collect();
    for (what, figures) in [("countries", countries), ("age groups", ages)] {
        let sum: u64 = figures.iter().filter_map(|figure| c.count(figure)).sum();
        if !figures.is_empty() && sum != started {
            sink.error(
                &REG_025,
                Context::place(figures.first().copied(), &Text::of("")),
                format!("{started} started, {what} sum to {sum}"),
            )
            .hint("subjects by country and by age group each add up to those who started the baseline period");
        }
    }
}

fn analysis_sets(c: &Context<'_>, sink: &mut Diagnostics) {
    let started = c.started_in_all();
    for set in &c.record.analysis_sets {
        let Some(n) = set.subjects.as_ref().and_then(|n| c.count(n)).filter(|n| *n > started) else { continue };
        sink.error(
            &REG_026,
            Context::place(set.subjects.as_ref(), &set.title),
            format!("the analysis set `{}` has {n} subjects, {started} started", set.title.text),
        )
        .hint("an analysis set is a part of those who started");
    }
}
