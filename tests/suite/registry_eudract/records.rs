//! Registry records made by hand, each with what the other ones do not have.

use tracelock::report::registry::{
    AnalysisSet, BaselineGroup, Category, CharacteristicKind, FlowGroup, Interruption, Measurement, OutcomeGroup,
    ReasonNotCompleted, RegistryRecord, Term, Text,
};

use super::parts::{
    arm, baseline_group, counted, event, group, measure, measured, outcome, outcome_group, period, reached, some, term,
    text, two_arms,
};

/// Every record with its name.
pub fn all() -> Vec<(&'static str, RegistryRecord)> {
    vec![
        ("two arms", two_arms()),
        ("two periods of a crossover", crossover()),
        ("single arm, baseline by period", single_arm()),
        ("no event at all", no_events()),
        ("an arm nobody entered", withdrawn_arm()),
        ("non-inferiority", non_inferiority()),
        ("a headline with a zero cell", zero_cell()),
        ("analysis sets as groups", analysis_sets()),
        ("interruptions", interrupted()),
        ("a long list", long_list()),
    ]
}

/// Two periods: one sequence is named alike in both, the other changes its words and so is an arm of its own.
pub fn crossover() -> RegistryRecord {
    let mut record = two_arms();
    record.flow.groups.push(FlowGroup { description: text("Active after a washout"), ..group("Control") });
    let first = &mut record.flow.periods[0];
    let milestones = first.milestones.iter_mut().map(|milestone| &mut milestone.reached);
    let reasons = first.reasons.iter_mut().map(|reason| &mut reason.subjects);
    for cells in [&mut first.started, &mut first.completed, &mut first.not_completed]
        .into_iter()
        .chain(milestones)
        .chain(reasons)
    {
        cells.push(None);
    }
    let mut second = period(
        "Second period",
        false,
        [["8", "9"], ["8", "8"]],
        vec![arm(0, "experimental"), arm(2, "active_comparator")],
    );
    for cells in [&mut second.started, &mut second.completed, &mut second.not_completed] {
        cells.insert(1, None);
    }
    second.reasons = vec![ReasonNotCompleted {
        subjects: vec![None, None, reached("1")],
        ..record.flow.periods[0].reasons[1].clone()
    }];
    let details = second.details.as_mut().expect("details");
    (details.exclusive_arms, details.subjects) = (Some(false), some("17"));
    record.flow.periods.push(second);
    let mut later = outcome();
    later.kind = Term::listed("secondary");
    later.groups = vec![
        OutcomeGroup { period: Some(1), ..outcome_group(0, "8") },
        OutcomeGroup { period: Some(1), ..outcome_group(2, "8") },
    ];
    record.outcomes.push(later);
    // Two arms are called Control, so the title does not say which one the group at risk is.
    record.adverse_events.as_mut().expect("adverse events").groups[1].flow_group = None;
    record
}

/// The baseline of the whole period in one group.
fn single_arm() -> RegistryRecord {
    let mut record = two_arms();
    record.flow.groups.truncate(1);
    let only = &mut record.flow.periods[0];
    let milestones = only.milestones.iter_mut().map(|milestone| &mut milestone.reached);
    let reasons = only.reasons.iter_mut().map(|reason| &mut reason.subjects);
    for cells in
        [&mut only.started, &mut only.completed, &mut only.not_completed].into_iter().chain(milestones).chain(reasons)
    {
        cells.truncate(1);
    }
    let details = only.details.as_mut().expect("details");
    details.arms.truncate(1);
    details.arms[0].kind = term("other");
    details.arms[0].other_kind = text("Sequence of doses");
    (details.allocation, details.blinding, details.blinded) = (term("not_applicable"), term("open"), Some(false));
    details.blinding_implementation = None;
    details.blinded_roles.clear();
    let baseline = record.baseline.as_mut().expect("a baseline");
    (baseline.model, baseline.total) = (term("period"), None);
    baseline.groups = vec![baseline_group(None, "10")];
    for characteristic in &mut baseline.characteristics {
        for category in &mut characteristic.measure.rows[0].categories {
            category.cells.truncate(1);
        }
    }
    let outcome = &mut record.outcomes[0];
    outcome.groups.truncate(1);
    outcome.measure.rows[0].categories[0].cells.truncate(1);
    outcome.analyses[0].groups = vec![0];
    outcome.analyses[0].kind = term("other");
    let events = record.adverse_events.as_mut().expect("adverse events");
    events.groups.truncate(1);
    for event in events.serious.iter_mut().chain(&mut events.non_serious) {
        event.counts.truncate(1);
    }
    record
}

fn no_events() -> RegistryRecord {
    let mut record = two_arms();
    let events = record.adverse_events.as_mut().expect("adverse events");
    events.serious.clear();
    events.non_serious.clear();
    for group in &mut events.groups {
        (group.serious, group.non_serious, group.deaths) = (some("0"), some("0"), some("0"));
        group.description = None;
    }
    record
}

/// Nobody started the second arm; EudraCT says so by an exposed number that is not there.
fn withdrawn_arm() -> RegistryRecord {
    let mut record = two_arms();
    let overall = &mut record.flow.periods[0];
    (overall.started[1], overall.completed[1]) = (reached("0"), reached("0"));
    overall.milestones[0].reached[1] = reached("0");
    overall.reasons[1].subjects[1] = None;
    record.baseline.as_mut().expect("a baseline").groups[1].subjects = some("0");
    let outcome = &mut record.outcomes[0];
    outcome.measure.rows[0].categories[0].cells[1] = None;
    outcome.groups[1].analysed = some("0");
    outcome.groups[1].comment = text("Nobody was treated");
    outcome.analyses.clear();
    let events = record.adverse_events.as_mut().expect("adverse events");
    events.groups[1].exposed = None;
    for event in events.serious.iter_mut().chain(&mut events.non_serious) {
        event.counts[1].as_mut().expect("a count").exposed = None;
    }
    record
}

/// With a margin, a test that has a name nowhere, and a limit on one side.
fn non_inferiority() -> RegistryRecord {
    let mut record = two_arms();
    let analysis = &mut record.outcomes[0].analyses[0];
    (analysis.kind, analysis.margin) =
        (term("non_inferiority"), text("0.5 points, half of the smallest difference that matters"));
    (analysis.method, analysis.method_words) = (term("other"), text("Farrington-Manning"));
    (analysis.parameter, analysis.parameter_words) = (term("other"), text("Difference of ranks"));
    (analysis.p_relation, analysis.p) = (text("="), some("0.0311"));
    let interval = analysis.interval.as_mut().expect("an interval");
    (interval.sides, interval.lower) = (term("one_sided"), None);
    (analysis.dispersion, analysis.dispersion_value, analysis.estimate_comment) = (None, None, None);
    let mut second = analysis.clone();
    (second.kind, second.specification) = (term("equivalence"), term("post_hoc"));
    (second.comment, second.method, second.method_words, second.p, second.p_relation, second.p_comment) =
        Default::default();
    record.outcomes[0].analyses.push(second);
    record
}

/// Nobody responded in one arm: counts in categories, and a proportion with limits and 99999.
fn zero_cell() -> RegistryRecord {
    let mut record = two_arms();
    let mut responders = outcome();
    responders.measure = measure(
        "Responders",
        "count_of_participants",
        None,
        vec![counted(Some("Responder"), &["3", "0"]), counted(Some("No responder"), &["7", "10"])],
    );
    responders.measure.dispersion = None;
    responders.population = None;
    responders.analyses[0].method = term("fisher_exact");
    responders.analyses[0].estimate = some("99999");
    let mut proportion = outcome();
    let cell = |value: &str, lower: &str, upper: &str| {
        Some(Measurement { value: some(value), spread: None, lower: some(lower), upper: some(upper), comment: None })
    };
    let cells = vec![cell("30.0", "6.7", "65.2"), cell("0.0", "0.0", "99999")];
    proportion.kind = Term::listed("post_hoc");
    proportion.measure =
        measure("Proportion", "number", Some("confidence_interval"), vec![Category { title: None, cells }]);
    (proportion.measure.level, proportion.measure.unit) = (text("95"), text("percentage"));
    proportion.analyses.clear();
    record.outcomes = vec![responders, proportion];
    record
}

/// Analysis sets beside arms, in the baseline and in an end point, and compared with an arm.
fn analysis_sets() -> RegistryRecord {
    let mut record = two_arms();
    let set = |title: &str, kind: &str| AnalysisSet {
        title: Text::of(title),
        description: text("As defined in the plan"),
        kind: term(kind),
        subjects: some("10"),
    };
    record.analysis_sets = vec![set("Full analysis set", "full_analysis"), set("Per protocol", "per_protocol")];
    let baseline = record.baseline.as_mut().expect("a baseline");
    baseline.groups.push(BaselineGroup {
        analysis_set: Some(1),
        description: None,
        subjects: None,
        ..baseline_group(None, "10")
    });
    for characteristic in &mut baseline.characteristics {
        for category in &mut characteristic.measure.rows[0].categories {
            let own = category.cells[0].clone().filter(|_| characteristic.kind == CharacteristicKind::Sex);
            category.cells.insert(2, own);
        }
    }
    let outcome = &mut record.outcomes[0];
    outcome.groups.push(OutcomeGroup { flow_group: None, analysis_set: Some(1), ..outcome_group(0, "10") });
    let cells = &mut outcome.measure.rows[0].categories[0].cells;
    cells.push(cells[0].clone());
    outcome.analyses[0].groups = vec![0, 2];
    record
}

fn interrupted() -> RegistryRecord {
    let mut record = two_arms();
    record.more.has_interruptions = Some(true);
    record.more.interruptions = vec![
        Interruption {
            date: text("2020-03-15"),
            restart: text("2020-06-01"),
            description: text("Clinics were closed"),
        },
        Interruption { date: text("2020-11-01"), restart: None, description: text("Closed again") },
    ];
    record
}

/// Many terms, end points and categories.
fn long_list() -> RegistryRecord {
    let mut record = two_arms();
    let events = record.adverse_events.as_mut().expect("adverse events");
    events.non_serious = (0..400).map(|at| event(&format!("Term {at}"), false)).collect();
    let mut many = outcome();
    many.measure.rows[0].categories = (0..60)
        .map(|at| Category { title: text(&format!("Week {at}")), ..measured(&[("1.5", "0.2"), ("-1.5", "0.3")]) })
        .collect();
    record.outcomes = vec![many; 12];
    record
}
