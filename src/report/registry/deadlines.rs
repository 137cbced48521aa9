//! By when results are due in each register, with the rule it follows from and whether that rule applies.

use std::fmt;

use serde::Serialize;

use crate::base::date::Date;
use crate::results::ResultStore;

use super::{Figure, RegistryRecord, Term, Text};

/// A register that wants results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    /// ClinicalTrials.gov.
    Ctgov,
    /// EudraCT.
    Eudract,
    /// CTIS.
    Ctis,
}

/// Whether a rule binds this trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Applies {
    /// The record says what the rule asks about.
    Yes,
    /// It does not bind; results are given freely.
    Voluntary,
    /// The record does not say enough.
    Unknown,
}

/// A date by which something is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// The register.
    pub register: Register,
    /// What is due.
    pub what: String,
    /// The day from which it is counted, in words.
    pub from: String,
    /// The last day; `None` where the date it is counted from is not in the record.
    pub due: Option<String>,
    /// The rule.
    pub basis: &'static str,
    /// Whether the rule binds.
    pub applies: Applies,
    /// Why it does or does not.
    pub reason: &'static str,
}

impl Applies {
    fn words(self) -> &'static str {
        match self {
            Self::Yes => "applies",
            Self::Voluntary => "voluntary",
            Self::Unknown => "to be decided",
        }
    }
}

impl Deadline {
    /// The last day, with the rule and whether it binds.
    #[must_use]
    pub fn when(&self) -> String {
        let due = self.due.as_deref().unwrap_or("date unknown");
        format!("{due} ({}; {}; {}: {})", self.from, self.basis, self.applies.words(), self.reason)
    }

    /// What is due when in a few words; `None` of what may be asked for instead of results.
    #[must_use]
    pub fn in_brief(&self) -> Option<String> {
        let due = self.due.as_deref().unwrap_or("date unknown");
        (self.basis != DELAY).then(|| format!("{due} {} ({})", self.what, self.applies.words()))
    }
}

impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let register = match self.register {
            Register::Ctgov => "ClinicalTrials.gov",
            Register::Eudract => "EudraCT",
            Register::Ctis => "CTIS",
        };
        write!(f, "{register}: {}: {}", self.what, self.when())
    }
}

/// The day `months` later: the same day of the month, or the month's last where it has no such day.
#[must_use]
pub fn add_months(date: Date, months: u16) -> Option<Date> {
    let month = u16::from(date.month()) - 1 + months;
    let year = date.year() + month / 12;
    let month = u8::try_from(month % 12 + 1).ok()?;
    (1..=date.day()).rev().find_map(|day| Date::new(year, month, day))
}

/// The last day of a month that is given without a day, or the day itself: what is due later is never too early.
fn day(date: Option<&Text>) -> Option<Date> {
    let text = date?.text.as_str();
    Date::parse(text).or_else(|| (28..=31).rev().find_map(|day| Date::parse(&format!("{text}-{day}"))))
}

/// What is due by when, register by register. `store` holds the results of a run; it is empty for a record that was read.
#[must_use]
pub fn of(record: &RegistryRecord, store: &ResultStore) -> Vec<Deadline> {
    let mut found = Vec::new();
    if record.identification.nct.is_some() {
        ctgov(record, &mut found);
    }
    if record.identification.eudract.is_some() {
        found.push(eudract(record, store));
    }
    if record.identification.ctis.is_some() {
        found.push(ctis(record));
    }
    found
}

/// A date counted from another one.
fn counted(date: Option<&Text>, name: &str, months: u16) -> (String, Option<String>) {
    let due = day(date).and_then(|date| add_months(date, months)).map(|date| date.to_string());
    let given = date.map_or("not given", |date| date.text.as_str());
    (format!("{months} months after {name}, {given}"), due)
}

const ACT: &str = "42 CFR 11.44(a)";
/// Rule of the certification by which results may be delayed.
const DELAY: &str = "42 CFR 11.44(c)";

fn ctgov(record: &RegistryRecord, found: &mut Vec<Deadline>) {
    let protocol = &record.protocol;
    let primary = protocol.primary_completion.as_ref().or(record.trial.primary_completion.as_ref());
    let last = protocol.completion.as_ref().or(record.trial.end_date.as_ref());
    let (applies, reason) = applicable(record);
    let mut push = |what: &str, (from, due): (String, Option<String>), basis| {
        found.push(Deadline { register: Register::Ctgov, what: what.to_owned(), from, due, basis, applies, reason });
    };
    push("results of the primary outcomes", counted(primary, "primary completion", 12), ACT);
    if let (Some(first), Some(second)) = (day(primary), day(last))
        && second > first
    {
        let what = "outcomes and adverse events whose data were complete later, at the latest";
        push(what, counted(last, "study completion", 12), "42 CFR 11.44(b)");
    }
    for outcome in &record.outcomes {
        if let (Some(expected), true) = (&outcome.anticipated, outcome.analyses.is_empty()) {
            let what = format!("\"{}\"", outcome.measure.title.text);
            push(
                &what,
                (format!("as announced, {}", expected.text), day(Some(expected)).map(|date| date.to_string())),
                ACT,
            );
        }
    }
    let certified = "a certification of delay, and with it results two years later, must be in by then";
    push(certified, counted(primary, "primary completion", 12), DELAY);
}

/// Whether United States law asks for results: an interventional trial beyond phase 1 of a regulated product.
fn applicable(record: &RegistryRecord) -> (Applies, &'static str) {
    let (design, oversight) = (&record.protocol.design, &record.protocol.oversight);
    let is = |term: &Option<Term>, ids: &[&str]| term.as_ref().is_some_and(|term| ids.iter().any(|id| term.is(id)));
    if is(&design.study_type, &["observational", "expanded_access"]) {
        return (Applies::Voluntary, "the study is not interventional");
    }
    match (oversight.fda_drug, oversight.fda_device) {
        (Some(false), Some(false)) => {
            (Applies::Voluntary, "neither a drug nor a device regulated by the FDA is studied")
        }
        (Some(true), _) if is(&design.phase, &["early_1", "1"]) => (Applies::Voluntary, "a drug trial of phase 1"),
        (_, Some(true)) if is(&design.purpose, &["device_feasibility"]) => {
            (Applies::Voluntary, "a feasibility study of a device")
        }
        (Some(true), _) | (_, Some(true)) => (
            Applies::Yes,
            "a product regulated by the FDA is studied; it also needs a site, an IND or manufacture in the United States",
        ),
        _ => (Applies::Unknown, "the record does not say whether a regulated product is studied"),
    }
}

fn eudract(record: &RegistryRecord, store: &ResultStore) -> Deadline {
    let minors = ["in_utero", "preterm", "newborn", "infant_toddler", "child", "adolescent"];
    let none = |figure: &Figure| match figure {
        Figure::Printed(text) => text == "0",
        Figure::Result(key) => store.number(key) == Some(0.0),
    };
    let counts = record.trial.age_groups.as_ref().map(|ages| ages.groups.as_slice()).unwrap_or_default();
    let with_minors = counts.iter().any(|(id, subjects)| minors.contains(&id.as_str()) && !none(subjects));
    let paediatric = with_minors || record.trial.article_45 == Some(true) || record.trial.article_46 == Some(true);
    let end = record.trial.end_date.as_ref().or(record.protocol.completion.as_ref());
    let (from, due) = counted(end, "the end of the trial", if paediatric { 6 } else { 12 });
    Deadline {
        register: Register::Eudract,
        what: "full results".to_owned(),
        from,
        due,
        basis: "Commission Guideline 2012/C 302/03",
        applies: Applies::Yes,
        reason: if paediatric { "subjects under 18 years take part" } else { "no subject under 18 years takes part" },
    }
}

fn ctis(record: &RegistryRecord) -> Deadline {
    let end = record.trial.end_date.as_ref().or(record.protocol.completion.as_ref());
    let (from, due) = counted(end, "the end of the trial in all Member States", 12);
    Deadline {
        register: Register::Ctis,
        what: "summary of results and summary for laypersons".to_owned(),
        from,
        due,
        basis: "Regulation (EU) 536/2014, Article 37(4)",
        applies: Applies::Yes,
        reason: "irrespective of the outcome",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{Lineage, ResultKey};

    fn date(text: &str) -> Date {
        Date::parse(text).expect("a date")
    }

    /// Ends of months; the last days of February as in the calendars of 2019, 2020, 2024 and 2100.
    #[test]
    fn months_end_on_the_last_day_there_is() {
        for (from, months, to) in [
            ("2019-08-31", 6, "2020-02-29"),
            ("2018-08-31", 6, "2019-02-28"),
            ("2020-02-29", 12, "2021-02-28"),
            ("2023-02-28", 12, "2024-02-28"),
            ("2099-02-28", 12, "2100-02-28"),
            ("2099-08-30", 6, "2100-02-28"),
            ("2021-12-31", 6, "2022-06-30"),
            ("2021-01-31", 1, "2021-02-28"),
            ("2021-06-15", 12, "2022-06-15"),
            ("2021-12-01", 0, "2021-12-01"),
        ] {
            assert_eq!(add_months(date(from), months), Some(date(to)), "{from} and {months} months");
        }
        assert_eq!(add_months(date("9999-06-01"), 12), None);
    }

    fn record() -> RegistryRecord {
        let mut record = RegistryRecord::default();
        record.identification.nct = Some(Text::of("NCT00000000"));
        record.identification.eudract = Some(Text::of("2020-000000-00"));
        record.protocol.primary_completion = Some(Text::of("2021-02"));
        record.protocol.completion = Some(Text::of("2021-08-31"));
        record.protocol.oversight.fda_drug = Some(true);
        record.protocol.oversight.fda_device = Some(false);
        record
    }

    #[test]
    fn a_month_without_a_day_counts_from_its_last() {
        let found = of(&record(), &ResultStore::new());
        let due: Vec<_> = found.iter().map(|deadline| (deadline.register, deadline.due.as_deref())).collect();
        assert_eq!(
            due,
            [
                (Register::Ctgov, Some("2022-02-28")),
                (Register::Ctgov, Some("2022-08-31")),
                (Register::Ctgov, Some("2022-02-28")),
                (Register::Eudract, Some("2022-08-31")),
            ]
        );
        assert!(found.iter().all(|deadline| deadline.applies == Applies::Yes));
    }

    #[test]
    fn the_law_applies_beyond_phase_1_of_regulated_products() {
        let with = |change: fn(&mut RegistryRecord)| {
            let mut record = record();
            change(&mut record);
            of(&record, &ResultStore::new())[0].applies
        };
        assert_eq!(with(|record| record.protocol.design.phase = Some(Term::listed("1"))), Applies::Voluntary);
        assert_eq!(with(|record| record.protocol.design.phase = Some(Term::listed("1_2"))), Applies::Yes);
        assert_eq!(with(|record| record.protocol.oversight.fda_drug = Some(false)), Applies::Voluntary);
        assert_eq!(with(|record| record.protocol.oversight.fda_drug = None), Applies::Unknown);
        assert_eq!(
            with(|record| record.protocol.design.study_type = Some(Term::listed("observational"))),
            Applies::Voluntary
        );
    }

    #[test]
    fn six_months_where_minors_take_part() {
        let mut record = record();
        let ages = |n: &str| super::super::AgeGroupCounts {
            groups: vec![("adolescent".to_owned(), super::super::Figure::Printed(n.to_owned()))],
        };
        record.trial.age_groups = Some(ages("0"));
        assert_eq!(eudract(&record, &ResultStore::new()).due.as_deref(), Some("2022-08-31"));
        record.trial.age_groups = Some(ages("3"));
        assert_eq!(eudract(&record, &ResultStore::new()).due.as_deref(), Some("2022-02-28"));
    }

    /// A run's counts are looked up: groups without subjects are not children who take part.
    #[test]
    fn minors_of_a_run_are_counted() {
        let of_run = |n: usize| {
            let key = ResultKey::new("base", "n").with("level", "adolescent");
            let mut store = ResultStore::new();
            let mut sink = store.sink();
            let row = |row| crate::data::record_set::RecordId { dataset: crate::data::catalog::DatasetId(0), row };
            let records = sink.records((0_i64..).take(n).map(row).collect());
            sink.count(key.clone(), Lineage::of(records));
            let mut record = record();
            let groups = vec![("adolescent".to_owned(), super::super::Figure::Result(key))];
            record.trial.age_groups = Some(super::super::AgeGroupCounts { groups });
            eudract(&record, &store).due
        };
        assert_eq!(of_run(0).as_deref(), Some("2022-08-31"));
        assert_eq!(of_run(1).as_deref(), Some("2022-02-28"));
    }

    #[test]
    fn a_certification_is_not_among_what_is_due() {
        let brief: Vec<String> = of(&record(), &ResultStore::new()).iter().filter_map(Deadline::in_brief).collect();
        assert_eq!(
            brief,
            [
                "2022-02-28 results of the primary outcomes (applies)",
                "2022-08-31 outcomes and adverse events whose data were complete later, at the latest (applies)",
                "2022-08-31 full results (applies)",
            ]
        );
    }
}
