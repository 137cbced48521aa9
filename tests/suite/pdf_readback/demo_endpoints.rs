//! What every row of the efficacy tables of the demonstration study means; see `demo_tables`.

use super::meaning::Rows;

/// Number, mean, median and quartiles of an analysis below a heading.
fn summary(rows: &mut Rows, label: &str, analysis: &str, factors: &str) {
    let key = |statistic: &str| format!("{{{analysis}:{statistic}[arm=@{factors}]}}");
    rows.heading(label);
    rows.arms(&[label, "n"], &key("n"));
    rows.arms(&[label, "Mean (SD)"], &format!("{} ({})", key("mean"), key("sd")));
    rows.arms(&[label, "Median (min; max)"], &format!("{} ({}; {})", key("median"), key("min"), key("max")));
    rows.arms(&[label, "Q1; Q3"], &format!("{}; {}", key("q1"), key("q3")));
}

/// `estimate (lower; upper)`.
fn interval(analysis: &str, statistic: &str, factors: &str) -> String {
    let key = |of: &str| format!("{{{analysis}:{statistic}{of}[arm=@{factors}]}}");
    format!("{} ({}; {})", key(""), key("_lower"), key("_upper"))
}

pub fn change_of_ratio() -> Rows {
    let mut rows = Rows::default();
    summary(&mut rows, "Baseline (mmHg)", "pf_d7", ",variable=BASE");
    summary(&mut rows, "Day 7 (mmHg)", "pf_d7", ",variable=AVAL");
    let change = "Change from baseline to Day 7 (mmHg)";
    summary(&mut rows, change, "pf_d7", "");
    rows.arms(&[change, "Without a value"], "{pf_d7:missing[arm=@]}");
    let test = "Welch t-test";
    rows.heading(test);
    rows.last(&[test, "Difference of means, mmHg (95% CI)"], &interval("pf_d7", "diff", ""));
    rows.last(&[test, "t (degrees of freedom)"], "{pf_d7:t[arm=@]} ({pf_d7:df[arm=@]})");
    rows.last(&[test, "p-value, two-sided"], "{pf_d7:p[arm=@]}");
    let model = "Analysis of covariance with the baseline value (supplementary)";
    rows.heading(model);
    rows.arms(&[model, "LS mean (SE)"], "{pf_d7_ancova:lsmean[arm=@]} ({pf_d7_ancova:lsmean_se[arm=@]})");
    rows.last(&[model, "Difference of LS means (95% CI)"], &interval("pf_d7_ancova", "diff", ""));
    rows.last(&[model, "SE of the difference"], "{pf_d7_ancova:diff_se[arm=@]}");
    rows.last(&[model, "p-value, two-sided"], "{pf_d7_ancova:p[arm=@]}");
    rows
}

pub fn improvement() -> Rows {
    let mut rows = Rows::default();
    rows.arms(&["Subjects analysed"], "{who_d7:n[arm=@]}");
    rows.arms(&["Subjects analysed", "Without a value"], "{who_d7:missing[arm=@]}");
    rows.arms(&["Responders, n (%)"], "{who_d7:events[arm=@]} ({who_d7:pct[arm=@]}%)");
    let test = "Fisher's exact test; p nominal";
    rows.heading(test);
    rows.last(&[test, "p-value, two-sided"], "{who_d7:p[arm=@]}");
    let difference = "Risk difference with Newcombe's interval (supplementary); p nominal";
    rows.heading(difference);
    rows.arms(&[difference, "% (95% CI)"], &interval("who_d7_rd", "pct", ""));
    for (label, statistic) in
        [("Risk difference", "risk_diff"), ("Risk ratio", "risk_ratio"), ("Odds ratio", "odds_ratio")]
    {
        let label = format!("{label} (95% CI)");
        rows.last(&[difference, &label], &interval("who_d7_rd", statistic, ""));
    }
    rows
}

pub fn time_on_oxygen() -> Rows {
    let mut rows = Rows::default();
    rows.arms(&["Subjects analysed"], "{o2_time:n[arm=@]}");
    rows.arms(&["Subjects analysed", "Events"], "{o2_time:events[arm=@]}");
    rows.arms(&["Subjects analysed", "Censored"], "{o2_time:censored[arm=@]}");
    let curve = "Kaplan-Meier estimate; p nominal";
    rows.heading(curve);
    for (label, statistic) in [("First quartile", "q1"), ("Median", "median"), ("Third quartile", "q3")] {
        let label = format!("{label}, days (95% CI)");
        rows.arms(&[curve, &label], &interval("o2_time", statistic, ""));
    }
    for day in [7, 14, 21, 28] {
        let label = format!("Probability of no event at {day} days (95% CI)");
        rows.arms(&[curve, &label], &interval("o2_time", "surv", &format!(",time={day}")));
    }
    let test = "Log-rank test; p nominal";
    rows.heading(test);
    let observed = "{o2_time_lr:observed[arm=@]} ({o2_time_lr:expected[arm=@]})";
    rows.arms(&[test, "Observed (expected) events"], observed);
    let statistic = "{o2_time_lr:chi_square[arm=@]} ({o2_time_lr:df[arm=@]})";
    rows.last(&[test, "Chi-square (degrees of freedom)"], statistic);
    rows.last(&[test, "p-value, two-sided"], "{o2_time_lr:p[arm=@]}");
    rows
}

pub fn incidence() -> Rows {
    let mut rows = Rows::default();
    rows.arms(&["Subjects analysed"], "{o2_cif:n[arm=@]}");
    for (label, statistic) in [("Events", "events"), ("Competing events", "competing"), ("Censored", "censored")] {
        rows.arms(&["Subjects analysed", label], &format!("{{o2_cif:{statistic}[arm=@]}}"));
    }
    let test = "Cumulative incidence with death as competing event, Gray's test; p nominal";
    rows.heading(test);
    rows.arms(&[test, "Competing events"], "{o2_cif:competing[arm=@]}");
    for day in [14, 28] {
        let label = format!("Cumulative incidence at {day} days (95% CI)");
        rows.arms(&[test, &label], &interval("o2_cif", "cif", &format!(",time={day}")));
    }
    rows.last(&[test, "p-value, two-sided"], "{o2_cif:p[arm=@]}");
    rows
}

pub fn hospital_stay() -> Rows {
    let mut rows = Rows::default();
    let days = "Length of hospital stay (days)";
    summary(&mut rows, days, "stay", "");
    rows.arms(&[days, "Without a value"], "{stay:missing[arm=@]}");
    let test = "Wilcoxon rank-sum test with Hodges-Lehmann shift; p nominal";
    rows.heading(test);
    rows.last(&[test, "Hodges-Lehmann shift, days (95% CI)"], &interval("stay", "hl", ""));
    rows.last(&[test, "p-value, two-sided"], "{stay:p[arm=@]}");
    rows
}
