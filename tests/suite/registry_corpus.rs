//! Seeded faults: each changes one thing of a clean record and must be reported under its code and no other.
//!
//! The faults were written from the registries' published review criteria and from invariants of posted records before
//! the rules that catch them; `source` names where each comes from.

use tracelock::base::diagnostic::{Diagnostics, Severity};
use tracelock::report::registry::preflight::{Asked, check};
use tracelock::report::registry::{
    Analysis, CharacteristicKind, EmaTerm, Event, EventCount, Figure, Measurement, Outcome, RegistryRecord, Term, Text,
};
use tracelock::results::ResultStore;
use tracelock::spec::frequency::FrequencyRule;
use tracelock::spec::registry_terms::RegistryTerms;
use tracelock::spec::study_registry::TextLimits;

use super::clean_record::{figure, number, record, some, term, text};

/// A fault: its name, the code it gives, and the change.
struct Fault {
    code: &'static str,
    name: &'static str,
    plant: fn(&mut RegistryRecord),
}

fn outcome(record: &mut RegistryRecord, at: usize) -> &mut Outcome {
    &mut record.outcomes[at]
}

fn cell(record: &mut RegistryRecord, outcome: usize, category: usize, group: usize) -> &mut Measurement {
    record.outcomes[outcome].measure.rows[0].categories[category].cells[group].as_mut().expect("a value")
}

fn analysis(record: &mut RegistryRecord) -> &mut Analysis {
    &mut record.outcomes[0].analyses[0]
}

fn serious(record: &mut RegistryRecord, at: usize) -> &mut Event {
    &mut record.adverse_events.as_mut().expect("events").serious[at]
}

fn other(record: &mut RegistryRecord, at: usize) -> &mut Event {
    &mut record.adverse_events.as_mut().expect("events").non_serious[at]
}

fn count(event: &mut Event, group: usize) -> &mut EventCount {
    event.counts[group].as_mut().expect("a count")
}

fn count_in(cells: &[Option<Measurement>], at: usize) -> u64 {
    let Some(Figure::Printed(text)) = cells[at].as_ref().and_then(|cell| cell.value.as_ref()) else { return 0 };
    text.parse().unwrap_or(0)
}

fn without(record: &mut RegistryRecord, kind: CharacteristicKind) {
    record.baseline.as_mut().expect("a baseline").characteristics.retain(|one| one.kind != kind);
}

fn subjects(list: &mut [Option<tracelock::report::registry::Achievement>], at: usize, n: &str) {
    list[at].as_mut().expect("a count").subjects = figure(n);
}

macro_rules! faults {
    ($($code:literal $name:literal |$record:ident| $plant:block)*) => {
        &[$(Fault { code: $code, name: $name, plant: |$record| $plant }),*]
    };
}

static FAULTS: &[Fault] = faults! {
    // Identification, dates, words.
    "REG-001" "no official title" |r| { r.identification.official_title = None; }
    "REG-001" "no primary completion date" |r| { r.protocol.primary_completion = None; r.trial.primary_completion = None; }
    "REG-002" "EudraCT number too short" |r| { r.identification.eudract = some("2019-1234-23"); }
    "REG-002" "ClinicalTrials.gov number with a letter" |r| { r.identification.nct = some("NCT0123456A"); }
    "REG-003" "placeholder of a number" |r| { r.identification.placeholder = true; }
    "REG-004" "milestone title of one character" |r| {
        r.flow.periods[0].milestones[0].title = text("x");
    }
    "REG-004" "outcome title of 256 characters" |r| {
        let long = format!("Headache days {}", "x".repeat(242));
        outcome(r, 2).measure.title = text(&long);
        r.protocol.outcomes[2].title = text(&long);
    }
    "REG-004" "note of an event too long" |r| { other(r, 0).note = Some(Text::of("n".repeat(251))); }
    "REG-005" "reason that no list has" |r| { r.flow.periods[0].reasons[0].ctgov = Some(Term::Unlisted("Bored".to_owned())); }
    "REG-005" "dispersion that no list has" |r| {
        outcome(r, 0).measure.dispersion = Some(Term::Unlisted("Standard Something".to_owned()));
    }
    "REG-006" "conclusion in an outcome description" |r| {
        outcome(r, 0).measure.description = some("Scale from 0 to 10, higher is worse. Drug A was significantly better than placebo (p=0.02).");
    }
    "REG-006" "conclusion in the limitations" |r| { r.more.limitations = some("Drug A was superior to placebo (p<0.05)."); }
    "REG-007" "other reason without words" |r| { r.flow.periods[0].reasons[1].words = None; }
    "REG-007" "other estimate without words" |r| { analysis(r).parameter = term("other"); }
    "REG-008" "primary completion before the start" |r| {
        r.protocol.primary_completion = some("2019-01-01");
        r.trial.primary_completion = some("2019-01-01");
    }
    // Participant flow.
    "REG-010" "one period not called Overall Study" |r| { r.flow.periods[0].title = text("Treatment"); }
    "REG-011" "completed and reasons do not make those who started" |r| {
        subjects(&mut r.flow.periods[0].reasons[1].subjects, 1, "2");
    }
    "REG-012" "milestone reached by more than started" |r| {
        subjects(&mut r.flow.periods[0].milestones[0].reached, 0, "11");
    }
    "REG-014" "no reasons for those who left" |r| {
        r.flow.periods[0].reasons.clear();
        r.adverse_events.as_mut().expect("events").groups[0].deaths = number(0);
        r.adverse_events.as_mut().expect("events").groups[0].deaths_from_events = number(0);
        count(serious(r, 0), 0).serious.as_mut().expect("a serious event").deaths = number(0);
    }
    "REG-015" "group of an outcome under another title" |r| { outcome(r, 1).groups[1].title = some("Drug A"); }
    "REG-016" "two groups with one title everywhere" |r| {
        r.flow.groups[1].title = text("Drug A");
        r.baseline.as_mut().expect("a baseline").groups[1].title = some("Drug A");
        r.outcomes.iter_mut().for_each(|outcome| outcome.groups[1].title = some("Drug A"));
        r.adverse_events.as_mut().expect("events").groups[1].title = text("Drug A");
    }
    // Baseline.
    "REG-020" "baseline of others than started" |r| {
        let baseline = r.baseline.as_mut().expect("a baseline");
        baseline.groups[0].subjects = number(9);
        baseline.total.as_mut().expect("a total").subjects = number(19);
        for one in &mut baseline.characteristics {
            let cells = one.measure.rows.iter_mut().flat_map(|row| &mut row.categories).map(|category| &mut category.cells);
            // One subject less in the first category that has any, in the group and in the total.
            let counted = cells.filter(|cells| cells.iter().flatten().all(|cell| cell.spread.is_none()));
            for cells in counted.filter(|cells| count_in(cells, 0) > 0).take(1) {
                for at in [0, 2] {
                    let less = count_in(cells, at) - 1;
                    cells[at].as_mut().expect("a count").value = number(less);
                }
            }
        }
    }
    "REG-021" "women and men do not make the group" |r| {
        let baseline = r.baseline.as_mut().expect("a baseline");
        let sex = baseline.characteristics.iter_mut().find(|one| one.kind == CharacteristicKind::Sex).expect("sex");
        let women = &mut sex.measure.rows[0].categories[0].cells;
        women[0].as_mut().expect("a count").value = number(5);
        women[2].as_mut().expect("a count").value = number(10);
    }
    "REG-022" "total is not the sum" |r| {
        let baseline = r.baseline.as_mut().expect("a baseline");
        let race = baseline.characteristics.iter_mut().find(|one| one.kind == CharacteristicKind::Race).expect("race");
        race.measure.rows[0].categories[1].cells[2].as_mut().expect("a count").value = number(4);
        race.measure.rows[0].categories[4].cells[2].as_mut().expect("a count").value = number(13);
    }
    "REG-023" "no sex" |r| { without(r, CharacteristicKind::Sex); }
    "REG-023" "neither race nor ethnicity" |r| {
        without(r, CharacteristicKind::Race);
        without(r, CharacteristicKind::Ethnicity);
    }
    "REG-023" "no region of enrolment" |r| { without(r, CharacteristicKind::Region); }
    "REG-024" "age in kilograms" |r| {
        let baseline = r.baseline.as_mut().expect("a baseline");
        baseline.characteristics[0].measure.unit = some("Kilograms");
    }
    "REG-025" "countries do not make those who started" |r| { r.trial.countries[0].subjects = figure("13"); }
    "REG-025" "age groups do not make those who started" |r| {
        r.trial.age_groups.as_mut().expect("age groups").groups[6].1 = figure("14");
    }
    "REG-026" "analysis set larger than the trial" |r| { r.analysis_sets[0].subjects = number(21); }
    "REG-035" "age without a spread" |r| {
        let measure = &mut r.baseline.as_mut().expect("a baseline").characteristics[0].measure;
        measure.dispersion = None;
        measure.rows[0].categories[0].cells.iter_mut().flatten().for_each(|cell| cell.spread = None);
    }
    // Outcomes.
    "REG-030" "no primary outcome" |r| {
        outcome(r, 0).kind = Term::listed("secondary");
        r.protocol.outcomes[0].kind = Term::listed("secondary");
    }
    "REG-031" "title `Safety`" |r| {
        outcome(r, 2).measure.title = text("Safety");
        r.protocol.outcomes[2].title = text("Safety");
    }
    "REG-032" "time frame is a number" |r| {
        outcome(r, 1).time_frame = some("12");
        r.protocol.outcomes[1].time_frame = some("12");
    }
    "REG-032" "time frame `during the study`" |r| {
        outcome(r, 1).time_frame = some("During the study");
        r.protocol.outcomes[1].time_frame = some("During the study");
    }
    "REG-033" "unit is a placeholder" |r| { outcome(r, 0).measure.unit = some("N/A"); }
    "REG-033" "unit is a number" |r| { outcome(r, 0).measure.unit = some("10"); }
    "REG-034" "percentage in the title, days as unit" |r| {
        let title = "Percentage of Participants With a Recovery From Headache";
        outcome(r, 2).measure.title = text(title);
        r.protocol.outcomes[2].title = text(title);
    }
    "REG-035" "mean without a spread" |r| {
        outcome(r, 0).measure.dispersion = None;
        (0..2).for_each(|group| cell(r, 0, 0, group).spread = None);
    }
    "REG-036" "standard deviation given as two limits" |r| {
        let value = cell(r, 0, 0, 0);
        value.spread = None;
        (value.lower, value.upper) = (Some(figure("-3.5")), Some(figure("-1.3")));
    }
    "REG-036" "interval given as one number" |r| {
        let value = cell(r, 2, 0, 0);
        (value.lower, value.upper, value.spread) = (None, None, Some(figure("3.0")));
    }
    "REG-037" "count larger than those analysed" |r| { cell(r, 1, 0, 0).value = Some(figure("11")); }
    "REG-037" "count that is not whole" |r| { cell(r, 1, 0, 0).value = Some(figure("7.5")); }
    "REG-038" "negative standard deviation" |r| { cell(r, 0, 0, 0).spread = Some(figure("-1.10")); }
    "REG-038" "median outside its limits" |r| { cell(r, 2, 0, 0).value = Some(figure("17.0")); }
    "REG-039" "NA without a comment" |r| { cell(r, 2, 0, 0).upper = Some(figure("NA")); }
    "REG-040" "nobody analysed and no word on it" |r| {
        let outcome = outcome(r, 1);
        outcome.population = None;
        outcome.measure.description = None;
        outcome.groups[1].description = None;
        outcome.groups[1].analysed = number(0);
        outcome.measure.rows[0].categories.iter_mut().for_each(|category| category.cells[1] = None);
    }
    "REG-041" "more analysed than started" |r| { outcome(r, 0).groups[0].analysed = number(11); }
    "REG-042" "value is a word" |r| { cell(r, 0, 0, 0).value = Some(figure("about -2")); }
    "REG-043" "count of participants in days" |r| {
        let title = "Response at Week 12";
        outcome(r, 1).measure.title = text(title);
        r.protocol.outcomes[1].title = text(title);
        outcome(r, 1).measure.unit = some("Days");
    }
    "REG-043" "time to an event in participants" |r| { outcome(r, 2).measure.unit = some("Participants"); }
    "REG-044" "change from baseline without baseline" |r| {
        outcome(r, 0).time_frame = some("Week 12");
        r.protocol.outcomes[0].time_frame = some("Week 12");
    }
    "REG-045" "scale not explained" |r| { outcome(r, 0).measure.description = some("Mean of the diary."); }
    "REG-046" "outcome without values" |r| {
        outcome(r, 2).measure.rows.iter_mut().flat_map(|row| &mut row.categories).for_each(|one| one.cells = vec![None, None]);
    }
    // Statistical analyses.
    "REG-050" "analysis without a result" |r| {
        let one = analysis(r);
        (one.p, one.p_relation, one.p_comment) = (None, None, None);
        (one.estimate, one.interval, one.dispersion, one.dispersion_value) = (None, None, None, None);
        (one.parameter, one.estimate_comment) = (None, None);
    }
    "REG-051" "analysis of no groups" |r| { analysis(r).groups.clear(); }
    "REG-051" "analysis of no kind" |r| { analysis(r).kind = None; }
    "REG-052" "non-inferiority without a margin" |r| { analysis(r).kind = term("non_inferiority"); }
    "REG-053" "p-value above 1" |r| { analysis(r).p = Some(figure("1.2")); }
    "REG-054" "lower limit above the upper" |r| {
        let interval = analysis(r).interval.as_mut().expect("an interval");
        std::mem::swap(&mut interval.lower, &mut interval.upper);
    }
    "REG-054" "estimate outside its interval" |r| { analysis(r).estimate = Some(figure("-0.10")); }
    "REG-055" "interval without a level" |r| { analysis(r).interval.as_mut().expect("an interval").level = None; }
    "REG-056" "estimate with the other sign than the groups' values" |r| {
        let one = analysis(r);
        one.estimate = Some(figure("130"));
        let interval = one.interval.as_mut().expect("an interval");
        (interval.lower, interval.upper) = (Some(figure("121")), Some(figure("139")));
    }
    "REG-057" "negative odds ratio" |r| { analysis(r).parameter = term("odds_ratio"); }
    "REG-058" "primary outcome without an analysis" |r| { outcome(r, 0).analyses.clear(); }
    // Adverse events.
    "REG-060" "no adverse events" |r| { r.adverse_events = None; }
    "REG-061" "more affected than exposed" |r| {
        let events = r.adverse_events.as_mut().expect("events");
        events.groups[0].non_serious = number(11);
    }
    "REG-062" "term among others than its group" |r| { count(other(r, 0), 0).exposed = number(9); }
    "REG-063" "term without a group" |r| { other(r, 1).counts[1] = None; }
    "REG-064" "more affected by a term than by any" |r| {
        let one = count(other(r, 0), 0);
        (one.affected, one.occurrences) = (number(5), number(5));
    }
    "REG-065" "term twice" |r| {
        let events = r.adverse_events.as_mut().expect("events");
        let again = events.non_serious[0].clone();
        events.non_serious.push(again);
    }
    "REG-066" "fewer events than subjects" |r| { count(other(r, 0), 0).occurrences = number(2); }
    "REG-067" "more related events than events" |r| {
        count(serious(r, 1), 0).serious.as_mut().expect("a serious event").related = number(3);
    }
    "REG-068" "threshold of ten percent" |r| { r.adverse_events.as_mut().expect("events").threshold = some("10"); }
    "REG-069" "term without a class" |r| { other(r, 0).class = None; }
    "REG-069" "class that no list has" |r| {
        other(r, 0).class = Some(EmaTerm { name: Some("Disorders of mood swings".to_owned()), id: None, version: None });
    }
    "REG-070" "more deaths from events than deaths" |r| {
        r.adverse_events.as_mut().expect("events").groups[0].deaths_from_events = number(2);
    }
    "REG-071" "no all-cause mortality" |r| {
        let events = r.adverse_events.as_mut().expect("events");
        events.groups.iter_mut().for_each(|group| group.deaths = None);
    }
    "REG-073" "group has serious events and the table has none" |r| {
        r.adverse_events.as_mut().expect("events").serious.clear();
    }
    "REG-074" "dictionary without a version" |r| {
        let dictionary = &mut r.adverse_events.as_mut().expect("events").dictionary;
        (dictionary.version, dictionary.words) = (None, some("MedDRA"));
    }
    "REG-075" "term below the declared threshold" |r| {
        let palpitations = other(r, 1);
        for group in 0..2 {
            let one = count(palpitations, group);
            (one.affected, one.occurrences) = (number(0), number(0));
        }
    }
    "REG-075" "term at the declared threshold" |r| {
        let events = r.adverse_events.as_mut().expect("events");
        for group in &mut events.groups {
            (group.exposed, group.at_risk_serious) = (number(20), number(20));
            (group.at_risk_other, group.at_risk_deaths) = (number(20), number(20));
        }
        let terms = events.serious.iter_mut().chain(&mut events.non_serious);
        terms.flat_map(|event| &mut event.counts).flatten().for_each(|count| count.exposed = number(20));
    }
    "REG-076" "terms that only reach the threshold" |r| {
        r.adverse_events.as_mut().expect("events").frequency_rule = Some(FrequencyRule::Reaches);
    }
    "REG-077" "uncoded term" |r| { other(r, 0).term = text("Uncoded"); }
    "REG-077" "uncoded class" |r| {
        serious(r, 0).class = Some(EmaTerm { name: Some("Uncoded".to_owned()), id: None, version: None });
    }
    // Between modules.
    "REG-080" "more left because they died than died" |r| {
        let events = r.adverse_events.as_mut().expect("events");
        (events.groups[0].deaths, events.groups[0].deaths_from_events) = (number(0), number(0));
        count(serious(r, 0), 0).serious.as_mut().expect("a serious event").deaths = number(0);
    }
    "REG-081" "enrolled are not those who started" |r| { r.protocol.enrolment = number(22); }
    "REG-082" "no protocol and analysis plan" |r| { r.protocol.documents.clear(); }
    "REG-083" "observational and randomised" |r| { r.protocol.design.study_type = term("observational"); }
    "REG-090" "registered outcome not reported" |r| { r.outcomes.pop(); }
    "REG-091" "reported outcome not registered" |r| { r.protocol.outcomes.remove(1); }
    "REG-092" "outcome under another title" |r| { r.protocol.outcomes[2].title = text("Time to Full Recovery From Headache"); }
    "REG-093" "outcome with another time frame" |r| { r.protocol.outcomes[1].time_frame = some("Week 24"); }
    "REG-094" "outcome in another role" |r| { r.protocol.outcomes[1].kind = Term::listed("other"); }
};

/// What a record is told, with the code.
fn findings(record: &RegistryRecord) -> Vec<(&'static str, Severity, String)> {
    let mut sink = Diagnostics::new();
    check(record, &RegistryTerms::built_in(), &ResultStore::default(), Asked::both(TextLimits::Strict), &mut sink);
    sink.all().iter().map(|finding| (finding.code.id, finding.severity, finding.message.clone())).collect()
}

#[test]
fn a_clean_record_gives_no_error_and_no_warning() {
    let found: Vec<_> = findings(&record()).into_iter().filter(|(_, severity, _)| *severity > Severity::Note).collect();
    assert_eq!(found, []);
}

#[test]
fn each_fault_gives_its_code_and_no_other() {
    let clean: Vec<&str> = findings(&record()).iter().map(|(code, ..)| *code).collect();
    let (mut caught, mut wrong, mut lines) = (0, 0, Vec::new());
    for fault in FAULTS {
        let mut record = record();
        (fault.plant)(&mut record);
        let found = findings(&record);
        let own = found.iter().any(|(code, ..)| *code == fault.code && !clean.contains(code));
        let others: Vec<_> =
            found.iter().filter(|(code, severity, _)| *code != fault.code && *severity > Severity::Note).collect();
        caught += usize::from(own);
        wrong += others.len();
        if !own || !others.is_empty() {
            lines.push(format!("{} {}: caught {own}, besides {others:?}", fault.code, fault.name));
        }
    }
    println!("planted {}, caught {caught}, wrongly reported {wrong}", FAULTS.len());
    assert!(FAULTS.len() >= 60);
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

/// A fault that changes nothing would be caught by nobody.
#[test]
fn each_fault_changes_the_record() {
    for fault in FAULTS {
        let mut changed = record();
        (fault.plant)(&mut changed);
        assert_ne!(changed, record(), "{}", fault.name);
    }
    let mut names: Vec<&str> = FAULTS.iter().map(|fault| fault.name).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all, "a name stands twice");
}
