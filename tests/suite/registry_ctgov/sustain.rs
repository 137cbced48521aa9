//! One trial in both registries: SUSTAIN 5 as EudraCT and as ClinicalTrials.gov posted it. Every difference of the two
//! records has a reason in the list below; one without fails.

use std::collections::BTreeMap;
use std::path::Path;

use tracelock::base::diagnostic::Diagnostics;
use tracelock::report::registry::compare::{Difference, compare};
use tracelock::report::registry::read;
use tracelock::report::registry::{Figure, Outcome, RegistryRecord};

/// Where a difference lies: how its path begins, and what else stands in it.
struct Reason {
    begins: &'static str,
    holds: &'static str,
    why: &'static str,
}

const fn reason(begins: &'static str, holds: &'static str, why: &'static str) -> Reason {
    Reason { begins, holds, why }
}

const REASONS: &[Reason] = &[
    reason("identification.organisation", "", "only ClinicalTrials.gov prints the organisation that keeps the record"),
    reason("identification.others", ".name", "only EudraCT prints the name of the other register"),
    reason("identification.official_title", "", "titles differ in capitals"),
    reason("identification.public_title", "", "the EudraCT file has one title only"),
    reason("identification.acronym", "", "the EudraCT file has one title only"),
    reason("sponsors", "", "EudraCT has address and contacts, ClinicalTrials.gov a class"),
    reason(
        "trial.",
        "",
        "trial information is EudraCT's; ClinicalTrials.gov has dates and design in the protocol, countries in text",
    ),
    reason("protocol.", "", "the protocol is ClinicalTrials.gov's; the file of EudraCT's results has none"),
    reason("flow.pre_assignment", "", "EudraCT asks for it"),
    reason("flow.groups", "description", "descriptions were typed twice"),
    reason("flow.periods", ".baseline", "EudraCT marks the period of baseline and its blinding, arms and products"),
    reason("flow.periods", ".details", "EudraCT marks the period of baseline and its blinding, arms and products"),
    reason(
        "flow.periods",
        ".started[1]",
        "one participant was randomised and not exposed: EudraCT starts with those exposed",
    ),
    reason("flow.periods", ".comment", "ClinicalTrials.gov has comments on milestones"),
    reason("flow.periods", ".not_completed", "only ClinicalTrials.gov prints the difference of started and completed"),
    reason(
        "flow.periods",
        ".milestones[0] \"exposed\"",
        "one participant was randomised and not exposed: EudraCT starts with those exposed",
    ),
    reason("flow.periods", ".reasons", "the reason has other words in each register"),
    reason("baseline.population", "", "EudraCT has no description of who is described"),
    reason("baseline.model", "", "EudraCT says whether groups are arms"),
    reason("baseline.groups", "", "EudraCT names baseline groups after their arms; descriptions were typed twice"),
    reason("baseline.total.", "", "EudraCT has neither description nor number of the total"),
    reason("baseline.characteristics", "\"Age Categorical\"", "age bands: nine of EudraCT, three of the sponsor"),
    reason("baseline.characteristics", "\"Age, Customized\"", "age bands: nine of EudraCT, three of the sponsor"),
    reason("baseline.characteristics", ".ready", "EudraCT marks what has values"),
    reason("baseline.characteristics", ".title", "titles differ in spelling"),
    reason("baseline.characteristics", ".cells[3]", "EudraCT has no total of continuous values"),
    reason("baseline.characteristics", ".unit", "units differ in spelling"),
    reason(
        "baseline.characteristics",
        ".description",
        "insulin dose: those with a value are counted in words by EudraCT, in numbers by ClinicalTrials.gov",
    ),
    reason(
        "baseline.characteristics",
        ".population",
        "insulin dose: those with a value are counted in words by EudraCT, in numbers by ClinicalTrials.gov",
    ),
    reason(
        "baseline.characteristics",
        ".denominators",
        "insulin dose: those with a value are counted in words by EudraCT, in numbers by ClinicalTrials.gov",
    ),
    reason("outcomes", ".time_frame", "texts of outcomes were typed twice"),
    reason("outcomes", ".title", "texts of outcomes were typed twice"),
    reason("outcomes", ".description", "texts of outcomes were typed twice"),
    reason("outcomes", ".population", "EudraCT has no text on who was analysed"),
    reason("outcomes", ".ready", "EudraCT marks what has values"),
    reason("outcomes", ".kind", "EudraCT splits the kinds of analysis more finely"),
    reason("outcomes", ".specification", "EudraCT asks whether an analysis was planned"),
    reason("outcomes", ".comment", "one text stands with the test in EudraCT, with the estimate on ClinicalTrials.gov"),
    reason(
        "outcomes",
        ".estimate_comment",
        "one text stands with the test in EudraCT, with the estimate on ClinicalTrials.gov",
    ),
    reason("outcomes", ".p", "EudraCT keeps the relation beside the p-value"),
    reason("outcomes", ".p_relation", "EudraCT keeps the relation beside the p-value"),
    reason(
        "outcomes[4]",
        ".rows",
        "blood pressure: two categories in EudraCT, two rows on ClinicalTrials.gov; the values are compared below",
    ),
    reason("outcomes", ".unit", "units differ in spelling"),
    reason("adverse_events.dictionary", "", "EudraCT has the version of the dictionary"),
    reason("adverse_events.groups", ".description", "descriptions were typed twice"),
    reason("adverse_events.groups", ".at_risk_serious", "ClinicalTrials.gov has numbers at risk for each table"),
    reason("adverse_events.groups", ".at_risk_other", "ClinicalTrials.gov has numbers at risk for each table"),
    reason("adverse_events.groups", ".deaths", "EudraCT has deaths; the register asked for them only from 2017"),
    reason(
        "adverse_events.groups",
        ".deaths_from_events",
        "EudraCT has deaths; the register asked for them only from 2017",
    ),
    reason("adverse_events.serious", ".class.version", "EudraCT has versions of classes"),
    reason("adverse_events.non_serious", ".class.version", "EudraCT has versions of classes"),
    reason("adverse_events.serious", ".serious", "causality and deaths of a term are in the EU only"),
    reason("more.agreement", "", "agreements and contact are ClinicalTrials.gov's"),
    reason("more.point_of_contact", "", "agreements and contact are ClinicalTrials.gov's"),
    reason("more.has_", "", "changes and interruptions are EudraCT's"),
    reason("more.amendments", "", "changes and interruptions are EudraCT's"),
    reason("more.references", "", "ClinicalTrials.gov adds publications after the results"),
    reason("baseline.characteristics[2]", ".dispersion", "EudraCT has no dispersion of counts"),
];

fn read(path: &str) -> Option<RegistryRecord> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/registries/posted").join(path);
    if !path.exists() {
        eprintln!("skipped: {} is not here", path.display());
        return None;
    }
    let (_, import) =
        read::file(&path.display().to_string(), std::fs::read(&path).unwrap(), &mut Diagnostics::new()).unwrap();
    Some(import.record)
}

/// Titles in one spelling, so that outcomes and milestones meet their twins and their numbers are compared; classes by
/// their number, as the registers name one of them differently; terms in one order.
fn meet(record: &mut RegistryRecord) {
    let outcomes = record.outcomes.iter_mut().map(|outcome| &mut outcome.measure.title);
    let milestones = record.flow.periods.iter_mut().flat_map(|period| &mut period.milestones);
    for title in outcomes.chain(milestones.map(|milestone| &mut milestone.title)) {
        title.text = title.text.to_lowercase();
    }
    let events = record.adverse_events.as_mut().unwrap();
    for list in [&mut events.serious, &mut events.non_serious] {
        list.sort_by(|a, b| a.term.text.cmp(&b.term.text));
        for class in list.iter_mut().filter_map(|event| event.class.as_mut()) {
            assert!(class.id.is_some(), "{class:?}");
            class.name = None;
        }
    }
}

/// Whether a path has a part, and not merely the beginning of one.
fn holds(path: &str, part: &str) -> bool {
    let mut ends = path.match_indices(part).map(|(at, found)| &path[at + found.len()..]);
    part.is_empty() || ends.any(|rest| rest.is_empty() || rest.starts_with(['.', '[', ' ']))
}

/// Every value of an outcome with its spread, in one order.
fn values(outcome: &Outcome) -> Vec<(Option<Figure>, Option<Figure>)> {
    let categories = outcome.measure.rows.iter().flat_map(|row| &row.categories);
    let cells = categories.flat_map(|category| category.cells.iter().flatten());
    let mut values: Vec<_> = cells.map(|cell| (cell.value.clone(), cell.spread.clone())).collect();
    values.sort_by_key(|value| format!("{value:?}"));
    values
}

fn line(of: &Difference) -> String {
    let short = |text: &Option<String>| text.as_deref().map_or("-".to_owned(), |text| text.chars().take(60).collect());
    format!("{}: {} | {}", of.path, short(&of.old), short(&of.new))
}

#[test]
fn every_difference_of_the_two_records_of_one_trial_has_a_reason() {
    let (Some(mut eudract), Some(mut ctgov)) =
        (read("eudract_2013-004502-26_sustain5.xml"), read("ctgov_NCT02305381_sustain5_public.xml"))
    else {
        return;
    };
    meet(&mut eudract);
    meet(&mut ctgov);
    // What has its place in different parts of the two files.
    assert_eq!(eudract.trial.recruitment_start, ctgov.protocol.start);
    assert_eq!(eudract.trial.end_date, ctgov.protocol.completion);
    assert_eq!(eudract.trial.primary_completion, ctgov.protocol.primary_completion);
    // A contradiction of the posted records: EudraCT says that a committee took part.
    assert_eq!(eudract.trial.data_monitoring_committee, Some(true));
    assert_eq!(ctgov.protocol.oversight.data_monitoring_committee, Some(false));
    assert_eq!(values(&eudract.outcomes[4]), values(&ctgov.outcomes[4]));
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for difference in compare(&eudract, &ctgov) {
        let fits = |of: &&Reason| difference.path.starts_with(of.begins) && holds(&difference.path, of.holds);
        match REASONS.iter().find(fits) {
            Some(reason) => by_reason.entry(reason.why).or_default().push(line(&difference)),
            None => unexplained.push(line(&difference)),
        }
    }
    for (why, found) in &by_reason {
        println!("{} differences: {why}", found.len());
        for line in found.iter().take(3) {
            println!("    {line}");
        }
    }
    println!("{} differences explained, {} not", by_reason.values().map(Vec::len).sum::<usize>(), unexplained.len());
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    // A reason that explains nothing is none.
    let all = compare(&eudract, &ctgov);
    for of in REASONS {
        let needed = all.iter().any(|found| found.path.starts_with(of.begins) && holds(&found.path, of.holds));
        assert!(needed, "no difference needs: {} {} {}", of.begins, of.holds, of.why);
    }
}
