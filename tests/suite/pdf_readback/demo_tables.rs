//! What every row of every table of the demonstration study means: written by hand from its configuration, so that
//! nothing of the program decides which number belongs where.

use std::collections::BTreeMap;

use super::demo_endpoints;
use super::meaning::{Rows, Store, TableMeaning};

/// Labels of levels and the levels that keys name.
type Levels = &'static [(&'static str, &'static str)];

/// All tables with a column for each arm, by number.
pub fn tables(store: &Store) -> BTreeMap<&'static str, TableMeaning> {
    let table = |set: &str, rows: Rows| TableMeaning { subjects: format!("{{set:n[arm=@,set={set}]}}"), rows: rows.0 };
    BTreeMap::from([
        ("14.1.1", table("itt", disposition())),
        ("14.1.2", table("itt", analysis_sets())),
        ("14.1.5", table("itt", baseline())),
        ("14.2.0.1", table("itt", intercurrent_events())),
        ("14.2.1", table("itt", demo_endpoints::change_of_ratio())),
        ("14.2.2", table("itt", demo_endpoints::improvement())),
        ("14.2.3", table("itt", demo_endpoints::time_on_oxygen())),
        ("14.2.3.3", table("itt", demo_endpoints::incidence())),
        ("14.2.4", table("itt", demo_endpoints::hospital_stay())),
        ("14.3.1.1", table("safety", overview())),
        ("14.3.1.2", table("safety", terms(store))),
        ("14.3.1.6", table("safety", serious_terms(store))),
        ("14.3.2.1", table("safety", deaths())),
    ])
}

fn disposition() -> Rows {
    let mut rows = Rows::default();
    let count = |rows: &mut Rows, path: &[&str], statistic: &str, level: &str| {
        rows.all(path, &format!("{{flow:{statistic}[arm=@{level}]}} ({{flow:{statistic}_pct[arm=@{level}]}}%)"));
    };
    rows.last(&["Assessed for eligibility"], "{flow:assessed}");
    rows.last(&["Excluded"], "{flow:excluded}");
    for (label, reason) in [
        ("Not meeting eligibility criteria", "criteria_not_met"),
        ("Declined to participate", "declined"),
        ("Other reasons", "other"),
    ] {
        rows.last(&["Excluded", label], &format!("{{flow:excluded[reason={reason}]}}"));
    }
    rows.last(&["Randomised"], "{flow:randomised}");
    rows.heading("Allocation");
    rows.all(&["Allocation", "Allocated to intervention"], "{flow:allocated[arm=@]}");
    count(&mut rows, &["Allocation", "Received allocated intervention"], "received", "");
    count(&mut rows, &["Allocation", "Did not receive allocated intervention"], "not_received", "");
    rows.heading("Treatment");
    count(&mut rows, &["Treatment", "Completed intervention"], "completed_treatment", "");
    let stopped = ["Treatment", "Discontinued intervention", "Central line occluded"];
    count(&mut rows, &stopped[..2], "discontinued_treatment", "");
    count(&mut rows, &stopped, "discontinued_treatment", ",reason=line_occluded");
    rows.heading("Follow-up");
    count(&mut rows, &["Follow-up", "Completed follow-up"], "completed_study", "");
    count(&mut rows, &["Follow-up", "Left the study"], "left_study", "");
    for (label, reason) in [("Died", "died"), ("Withdrew consent", "withdrew"), ("Lost to follow-up", "lost")] {
        count(&mut rows, &["Follow-up", "Left the study", label], "left_study", &format!(",reason={reason}"));
    }
    rows.heading("Analysis");
    count(&mut rows, &["Analysis", "Analysed"], "analysed", "");
    let reason = "no value of PaO2/FiO2 ratio at Day 7 (or no baseline)";
    count(&mut rows, &["Analysis", "Not analysed"], "not_analysed", "");
    count(&mut rows, &["Analysis", "Not analysed", reason], "not_analysed", &format!(",reason={reason}"));
    for (block, label, categories) in [
        ("treatment", "Infusion", vec![("Completed", "completed"), ("Not completed", "not_completed")]),
        (
            "study",
            "End of participation",
            vec![
                ("Completed one year of follow-up", "completed"),
                ("Died", "died"),
                ("Withdrew consent", "withdrew"),
                ("Lost to follow-up", "lost"),
            ],
        ),
    ] {
        rows.heading(label);
        for (category_label, category) in categories {
            rows.all(&[label, category_label], &category_of(block, category));
        }
    }
    rows
}

fn category_of(block: &str, category: &str) -> String {
    let factors = format!("[arm=@,block={block},category={category}]");
    format!("{{disp:n{factors}}} ({{disp:pct{factors}}}%)")
}

fn analysis_sets() -> Rows {
    let mut rows = Rows::default();
    for (label, set) in [("Intention-to-treat", "itt"), ("Safety", "safety"), ("Per protocol", "per_protocol")] {
        rows.all(&[label], &format!("{{set:n[arm=@,set={set}]}} ({{set:pct[arm=@,set={set}]}}%)"));
    }
    for (label, reason) in
        [("Infusion not completed", "complete_infusion"), ("No PaO2/FiO2 ratio at day 7", "gas_day7")]
    {
        let key = format!("{{set:left_out[arm=@,reason={reason},set=per_protocol]}}");
        rows.all(&["Per protocol", &format!("Not included: {label}")], &key);
    }
    rows
}

fn baseline() -> Rows {
    let mut rows = Rows::default();
    for (label, variable) in [
        ("Age (years)", "AGE"),
        ("Height (cm)", "HEIGHT"),
        ("Weight (kg)", "WEIGHT"),
        ("Body mass index (kg/m²)", "BMI"),
        ("SOFA score", "SOFA"),
        ("PaO2/FiO2 ratio (mmHg)", "PFBL"),
    ] {
        let key = |statistic: &str| format!("{{base:{statistic}[arm=@,variable={variable}]}}");
        rows.heading(label);
        rows.all(&[label, "n"], &key("n"));
        rows.all(&[label, "Mean (SD)"], &format!("{} ({})", key("mean"), key("sd")));
        rows.all(&[label, "Median"], &key("median"));
        rows.all(&[label, "Q1; Q3"], &format!("{}; {}", key("q1"), key("q3")));
        rows.all(&[label, "Min; max"], &format!("{}; {}", key("min"), key("max")));
    }
    let yes_no: Levels = &[("Yes", "Y"), ("No", "N")];
    let categorical: [(&str, &str, Levels); 10] = [
        ("Sex", "SEX", &[("Female", "F"), ("Male", "M")]),
        ("Severity of ARDS", "ARDSSEV", &[("Moderate", "MODERATE"), ("Severe", "SEVERE")]),
        (
            "Respiratory support",
            "VENTBL",
            &[
                ("High-flow nasal cannula", "HFNC"),
                ("Non-invasive ventilation", "NIV"),
                ("Invasive mechanical ventilation", "IMV"),
            ],
        ),
        (
            "WHO ordinal scale",
            "WHOBL",
            &[("5: non-invasive ventilation or high-flow oxygen", "5"), ("6: invasive mechanical ventilation", "6")],
        ),
        ("Hypertension", "HTN", yes_no),
        ("Diabetes mellitus", "DIAB", yes_no),
        ("Chronic obstructive pulmonary disease", "COPD", yes_no),
        ("Chronic kidney disease", "CKD", yes_no),
        ("Cardiovascular disease", "CVD", yes_no),
        ("Dexamethasone", "DEXA", yes_no),
    ];
    for (label, variable, levels) in categorical {
        rows.heading(label);
        for (level_label, level) in levels {
            let factors = format!("[arm=@,level={level},variable={variable}]");
            rows.all(&[label, level_label], &format!("{{base:n{factors}}} ({{base:pct{factors}}}%)"));
        }
    }
    rows
}

fn intercurrent_events() -> Rows {
    let mut rows = Rows::default();
    for (label, event) in [
        ("Infusion not completed", "infusion_incomplete"),
        ("Death before the assessment of day 7", "death_before_day7"),
        ("Death before discontinuation of oxygen", "death_on_oxygen"),
        ("Death in hospital", "death_in_hospital"),
    ] {
        rows.all(&[label], &category_of("intercurrent_events", event));
    }
    rows
}

/// Subjects, percentage and events.
fn adverse(factors: &str) -> String {
    format!("{{ae:n[arm=@,{factors}]}} ({{ae:pct[arm=@,{factors}]}}%) [{{ae:events[arm=@,{factors}]}}]")
}

fn overview() -> Rows {
    let mut rows = Rows::default();
    for (label, category) in [
        ("Any adverse event", "any"),
        ("Serious adverse event", "serious"),
        ("Adverse event related to treatment", "related"),
        ("Fatal adverse event", "fatal"),
        ("Related to the product", "related_product"),
        ("Related to the infusion", "related_infusion"),
        ("Serious and related to product or infusion", "serious_related"),
        ("Not serious", "non_serious"),
        ("Severe", "severe"),
        ("Leading to discontinuation of the infusion", "leading_to_discontinuation"),
    ] {
        rows.all(&[label], &adverse(&format!("category={category}")));
    }
    rows.all(&["Death from any cause"], &deaths_of("death"));
    rows
}

fn deaths_of(category: &str) -> String {
    format!("{{ae:n[arm=@,category={category}]}} ({{ae:pct[arm=@,category={category}]}}%)")
}

fn deaths() -> Rows {
    let mut rows = Rows::default();
    rows.all(&["Death from any cause"], &deaths_of("death"));
    rows.all(&["Death from an adverse event"], &deaths_of("fatal"));
    rows
}

/// Classes and terms of the store, below keys that begin so.
fn classes<'s>(store: &'s Store, prefix: &str) -> BTreeMap<&'s str, Vec<&'s str>> {
    let mut classes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for key in store.keys() {
        if let Some((class, term)) = key.strip_prefix(prefix).and_then(|rest| rest.split_once(",term=")) {
            classes.entry(class).or_default().push(term.trim_end_matches(']'));
        }
    }
    assert!(classes.len() > 3, "the store has classes and terms");
    classes
}

fn terms(store: &Store) -> Rows {
    let mut rows = Rows::default();
    rows.all(&["Any adverse event"], &adverse("category=any"));
    for (class, terms) in classes(store, "ae:n[arm=total,soc=") {
        rows.all(&[class], &adverse(&format!("soc={class}")));
        for term in terms {
            rows.all(&[class, term], &adverse(&format!("soc={class},term={term}")));
        }
    }
    rows
}

fn serious_terms(store: &Store) -> Rows {
    let mut rows = Rows::default();
    rows.arms(&["Any serious adverse event"], &adverse("category=serious"));
    for (class, terms) in classes(store, "ae:n[arm=total,seriousness=serious,soc=") {
        let factors = |term: &str| format!("seriousness=serious,soc={class},term={term}");
        let key = |statistic: &str, arm: &str, term: &str| format!("ae:{statistic}[arm={arm},{}]", factors(term));
        let seen = terms.into_iter().filter(|term| store.number(&key("n", "total", term)) != Some(0.0));
        for (position, term) in seen.enumerate() {
            if position == 0 {
                rows.heading(class);
            }
            let of_arm = format!("{{{}}} [{{{}}}]", key("n", "@", term), key("events", "@", term));
            let related = |arm: &str| format!("{{{}}}", key("related_events", arm, term));
            rows.split(&[class, term], &of_arm, &format!("{} / {}", related("msc"), related("placebo")));
        }
    }
    rows
}
