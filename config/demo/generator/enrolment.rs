//! Sheets about entering the study: SCREENING, DM, RANDOMISATION and DOSING.

use crate::calendar::{Day, civil, day_of, year_month};
use crate::random::SplitMix64;
use crate::sheet::{Cell, Table, text, whole, yes_no};
use crate::subjects::{
    Mode, RANDOMISED, SCREEN_FAILURES, SEED, ScreenFailure, Subject, first_randomisation, subject_id,
};

/// One screened person, randomised or not.
enum Screened {
    Randomised(usize),
    Failed(&'static ScreenFailure),
}

/// Returns all screened persons in the order of screening.
fn screened() -> Vec<Screened> {
    let mut order: Vec<(usize, Screened)> =
        (0..RANDOMISED.len()).map(|index| (Subject::screened_as(index), Screened::Randomised(index))).collect();
    let failures = SCREEN_FAILURES.iter();
    order.extend(failures.map(|failure| (failure.screened_as, Screened::Failed(failure))));
    order.sort_by_key(|(place, _)| *place);
    order.into_iter().map(|(_, person)| person).collect()
}

/// Returns the day on which the person was screened.
fn screening_day(person: &Screened) -> Day {
    match person {
        // Every third person was screened late in the evening before.
        Screened::Randomised(index) => {
            first_randomisation() + RANDOMISED[*index].randomised - i64::from(index % 3 == 0)
        }
        Screened::Failed(failure) => first_randomisation() + failure.day,
    }
}

/// One row for each screened person.
pub fn screening() -> Table {
    let row = |(place, person): (usize, Screened)| {
        let day = screening_day(&person);
        let mut cells = vec![text(format!("SCR-{place:03}")), text(subject_id(place))];
        cells.push(Cell::Date(day));
        match person {
            Screened::Randomised(_) => {
                cells.extend([yes_no(true), Cell::Date(day), yes_no(true), yes_no(false), yes_no(true)])
            }
            Screened::Failed(failure) => {
                let declined = failure.reason == 2;
                let consent = if declined { Cell::Empty } else { Cell::Date(day) };
                let answered = |answer: bool| {
                    if declined { Cell::Empty } else { yes_no(answer) }
                };
                cells.extend([
                    yes_no(!declined),
                    consent,
                    answered(!failure.all_criteria.contains('I')),
                    answered(failure.all_criteria.contains('E')),
                    yes_no(false),
                    whole(failure.reason),
                ]);
                let notes = [failure.criterion, failure.all_criteria, failure.comment];
                cells.extend(notes.map(|note| match note {
                    "" => Cell::Empty,
                    note => text(note),
                }));
            }
        }
        cells
    };
    Table {
        name: "SCREENING",
        origin: (0, 0),
        title: None,
        groups: vec![],
        header: vec![
            "SCRNO",
            "SUBJID",
            "SCRDT",
            "ICSIGNED",
            "ICDT",
            "INCMET",
            "EXCMET",
            "RANDOMISED",
            "FAILREAS",
            "CRITERION",
            "CRITALL",
            "COMMENT",
        ],
        rows: (1..).zip(screened()).map(row).collect(),
    }
}

/// Demographics and baseline of everyone who gave consent.
pub fn demographics() -> Table {
    let consented = |(_, person): &(usize, Screened)| match person {
        Screened::Randomised(_) => true,
        Screened::Failed(failure) => failure.reason != 2,
    };
    let people = (1..).zip(screened()).filter(consented);
    Table {
        name: "DM",
        origin: (0, 0),
        title: None,
        groups: vec![],
        header: vec![
            "SUBJID", "BRTHDT", "AGE", "SEX", "HEIGHT", "WEIGHT", "SYMPDT", "HTN", "DIAB", "COPD", "CKD", "CVD",
            "SOFA", "ARDSSEV", "VENTBL", "DEXA",
        ],
        rows: people.map(|(place, person)| demographics_row(place, &person)).collect(),
    }
}

fn demographics_row(place: usize, person: &Screened) -> Vec<Cell> {
    let mut draw = SplitMix64::stream(SEED, 1, place as u64);
    let consent = screening_day(person);
    let age = (draw.normal(61.0, 9.5) as i64).clamp(40, 80);
    let birth = birth_day(consent, age, draw.whole(0, 364));
    let male = draw.chance(0.7);
    let height = draw.normal(if male { 174.0 } else { 161.0 }, 6.5).round();
    let body_mass_index = draw.normal(28.6, 3.6).clamp(20.5, 39.0);
    // One decimal, as the bed scale shows it.
    let weight = (body_mass_index * height * height / 1_000.0).round() / 10.0;
    let sex = if male { 1 } else { 2 };
    let symptoms = consent - draw.whole(7, 13);
    let mut cells = vec![
        text(subject_id(place)),
        Cell::Date(birth),
        whole(age),
        // Quirk: one code was typed as text, with a space behind it.
        if place == 11 { text(format!("{sex} ")) } else { whole(sex) },
        Cell::Number(height),
        Cell::Number(weight),
        // Quirk: two persons did not remember the day.
        if place == 10 || place == 19 { text(year_month(symptoms)) } else { Cell::Date(symptoms) },
    ];
    for prevalence in [0.55, 0.3, 0.1, 0.1, 0.15] {
        cells.push(yes_no(draw.chance(prevalence)));
    }
    if let Screened::Randomised(index) = person {
        let subject = &RANDOMISED[*index];
        let (pao2, fio2) = subject.gas_baseline;
        let mode = subject.course[0].1;
        let sofa = draw.whole(3, 5) + if mode == Mode::Invasive { 3 } else { 0 };
        // Berlin definition: severe is PaO2/FiO2 of 100 mmHg or less.
        let severe = pao2 * 100 <= 100 * fio2;
        cells.extend([
            whole(sofa),
            text(if severe { "SEVERE" } else { "MODERATE" }),
            text(mode.code()),
            yes_no(draw.chance(0.9)),
        ]);
    }
    cells
}

/// Returns the birth date of someone `age` completed years old on `day`.
fn birth_day(day: Day, age: i64, days_since_birthday: i64) -> Day {
    let (year, month, day_of_month) = civil(day - days_since_birthday);
    // 29 February has no anniversary in most years.
    day_of(year - age, month, day_of_month.min(28))
}

/// The randomisation list as opened after the lock: codes A and B.
pub fn randomisation() -> Table {
    let row = |(index, subject): (usize, &Subject)| {
        let mut draw = SplitMix64::stream(SEED, 2, index as u64);
        vec![
            text(format!("R-{:03}", index + 1)),
            whole(index as i64 / 4 + 1),
            text(subject_id(Subject::screened_as(index))),
            Cell::Date(first_randomisation() + subject.randomised),
            Cell::Time(draw.whole(8 * 60, 9 * 60 + 40)),
            text(subject.arm),
        ]
    };
    Table {
        name: "RANDOMISATION",
        origin: (0, 0),
        title: None,
        groups: vec![],
        header: vec!["RANDNO", "BLOCK", "SUBJID", "RANDDT", "RANDTM", "ARMCD"],
        rows: RANDOMISED.iter().enumerate().map(row).collect(),
    }
}

/// Returns the time at which the infusion began, in minutes after midnight.
pub fn infusion_minutes(index: usize) -> i64 {
    SplitMix64::stream(SEED, 3, index as u64).whole(11 * 60, 15 * 60)
}

/// The infusions; the batch tells what was in the bag. The table begins at B3.
pub fn dosing() -> Table {
    let row = |(index, subject): (usize, &Subject)| {
        let mut draw = SplitMix64::stream(SEED, 4, index as u64);
        let start = infusion_minutes(index);
        let product = if subject.arm == 'A' { "MSC" } else { "PLB" };
        // The last infusion stopped early: see its AE "Device occlusion".
        let stopped = index == 19;
        let minutes = if stopped { 23 } else { draw.whole(28, 45) };
        vec![
            text(subject_id(Subject::screened_as(index))),
            text(format!("{product}-20{:02}", 7 + index / 5)),
            Cell::DateTime(subject.infusion(), start),
            Cell::DateTime(subject.infusion(), start + minutes),
            whole(100),
            whole(if stopped { 80 } else { 100 }),
            if stopped { text("Stopped: central line occluded") } else { Cell::Empty },
        ]
    };
    Table {
        name: "DOSING",
        origin: (2, 1),
        title: None,
        groups: vec![],
        header: vec!["SUBJID", "EXBATCH", "EXSTDTM", "EXENDTM", "EXVOLPLAN", "EXVOL", "COMMENT"],
        rows: RANDOMISED.iter().enumerate().map(row).collect(),
    }
}
