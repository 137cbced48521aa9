//! Sheets about breathing: GASES, WHO and OXYGEN.

use crate::calendar::Day;
use crate::enrolment::infusion_minutes;
use crate::random::SplitMix64;
use crate::sheet::{Cell, Table, text, whole};
use crate::subjects::{Gas, Mode, RANDOMISED, SEED, StudyEnd, Subject, subject_id};

/// Days from admission, and from the baseline mode's start, to the infusion.
pub fn days_before_infusion(index: usize) -> (Day, Day) {
    let mut draw = SplitMix64::stream(SEED, 5, index as u64);
    let mode_started = 1 + draw.whole(0, 1);
    (mode_started + draw.whole(1, 4), mode_started)
}

/// Arterial blood gases while an arterial line is in. Quirk: a title row above the header.
pub fn gases() -> Table {
    let mut rows = Vec::new();
    for (index, subject) in RANDOMISED.iter().enumerate() {
        gases_of(index, subject, &mut rows);
    }
    Table {
        name: "GASES",
        origin: (1, 0),
        title: Some("SYNTHETIC - Arterial blood gases, PaO2 and PaCO2 in mmHg"),
        groups: vec![],
        header: vec!["SUBJID", "VISIT", "GASDT", "GASTM", "PAO2", "FIO2", "FIO2U", "PACO2", "PH", "COMMENT"],
        rows,
    }
}

fn gases_of(index: usize, subject: &Subject, rows: &mut Vec<Vec<Cell>>) {
    let mut draw = SplitMix64::stream(SEED, 6, index as u64);
    let dose = infusion_minutes(index);
    let ratio = |gas: Gas| 100.0 * gas.0 as f64 / gas.1 as f64;
    let start = ratio(subject.gas_baseline);
    // The one without a gas on day 7 was on the way to the others who left high-flow oxygen.
    let week = subject.gas_day_7.map_or(200.0, ratio);

    let (pao2, fio2) = subject.gas_baseline;
    let eligibility = (pao2 - draw.whole(1, 4), fio2);
    let before = -1 - subject.infusion_delay;
    let evening = draw.whole(17 * 60, 22 * 60);
    rows.push(gas_row(index, subject, ("SCR", before, evening), Some(eligibility)));
    let shortly_before = dose - draw.whole(25, 80);
    rows.push(gas_row(index, subject, ("D0", 0, shortly_before), Some(subject.gas_baseline)));
    if index == 13 {
        // Quirk: a gas after the infusion on the day of the baseline.
        rows.push(gas_row(index, subject, ("UNS", 0, dose + 190), Some((88, 60))));
    }
    for (visit, day) in [("D1", 1), ("D2", 2), ("D4", 4), ("D7", 7), ("D14", 14), ("D28", 28)] {
        let minutes = draw.whole(6 * 60, 8 * 60 + 50);
        let expected = if day <= 7 {
            start + (week - start) * day as f64 / 7.0
        } else if subject.end == StudyEnd::Died {
            week - 6.0
        } else {
            week + (310.0 - week) * (day - 7) as f64 / 28.0
        };
        let drawn = drawn_gas(subject.mode_on(day), expected + draw.normal(0.0, 7.0));
        let gone = day > subject.discharge || (day == subject.discharge && subject.end == StudyEnd::Died);
        let line_removed = matches!(subject.mode_on(day), Mode::Air | Mode::Cannula | Mode::Mask);
        if day == 7 {
            // Quirk: one gas of day 7 was drawn on day 8, inside the window of one day.
            let late = i64::from(index == 11);
            rows.push(gas_row(index, subject, (visit, 7 + late, minutes), subject.gas_day_7));
        } else if !gone && (day < 7 || !line_removed) {
            rows.push(gas_row(index, subject, (visit, day, minutes), Some(drawn)));
        }
    }
    if index == 4 {
        rows.push(gas_row(index, subject, ("UNS", 13, 16 * 60 + 5), Some((55, 100))));
    }
}

/// Returns a gas near the expected PaO2/FiO2 with an FiO2 that the mode can deliver.
fn drawn_gas(mode: Mode, expected: f64) -> Gas {
    let (low, high) = match mode {
        Mode::Invasive => (35, 100),
        Mode::NonInvasive | Mode::HighFlow => (35, 90),
        Mode::Mask => (28, 50),
        Mode::Cannula => (24, 36),
        Mode::Air => (21, 21),
    };
    let wanted = (7_800.0 / expected / 5.0).round() as i64 * 5;
    let fio2 = wanted.clamp(low, high);
    (((expected * fio2 as f64 / 100.0).round() as i64).clamp(50, 130), fio2)
}

fn gas_row(index: usize, subject: &Subject, (visit, day, minutes): (&str, Day, i64), gas: Option<Gas>) -> Vec<Cell> {
    let moment = ((index as u64) << 20) + ((day + 10) * 1_440 + minutes) as u64;
    let mut draw = SplitMix64::stream(SEED, 7, moment);
    let mut subject_label = subject_id(Subject::screened_as(index));
    // Quirk: two identifiers with a space behind them, one on a row that an anchor needs.
    if (index == 1 && visit == "D4") || (index == 8 && visit == "D7") {
        subject_label.push(' ');
    }
    let mut cells = vec![text(subject_label), text(visit), Cell::Date(subject.infusion() + day), Cell::Time(minutes)];
    let Some((pao2, fio2)) = gas else {
        let not_done = || text("ND");
        cells[3] = Cell::Empty;
        cells.extend([not_done(), not_done(), Cell::Empty, not_done(), not_done()]);
        cells.push(text("Not done: arterial line removed on transfer to the ward"));
        return cells;
    };
    // Quirk: a number typed as text, with a space before it.
    let pao2_cell = match (index, visit) {
        (3, "D2") => text(format!(" {pao2}")),
        _ => whole(pao2),
    };
    // Fractions (0.21-1.00) and percentages (21-100) stand side by side; their ranges are disjoint.
    let percent = draw.chance(0.45);
    let unit = if percent { "%" } else { "fraction" };
    cells.extend([
        pao2_cell,
        Cell::Number(if percent { fio2 as f64 } else { fio2 as f64 / 100.0 }),
        if draw.chance(0.3) { Cell::Empty } else { text(unit) },
        whole(draw.whole(34, 52)),
        Cell::Number(draw.whole(731, 748) as f64 / 100.0),
    ]);
    cells
}

/// WHO 7-point ordinal scale, daily to day 14 and on day 28.
pub fn ordinal_scale() -> Table {
    let mut rows = Vec::new();
    for (index, subject) in RANDOMISED.iter().enumerate() {
        for day in (0..=14).chain([28]) {
            let score = who_score(index, subject, day);
            rows.push(vec![
                text(subject_id(Subject::screened_as(index))),
                whole(day),
                Cell::Date(subject.infusion() + day),
                match (index, day) {
                    // Quirks: two telephone calls not answered, one score typed as text.
                    (5, 13) | (10, 14) => text("ND"),
                    (2, 3) => text(format!("{score} ")),
                    _ => whole(score),
                },
            ]);
        }
    }
    Table {
        name: "WHO",
        origin: (0, 0),
        title: None,
        groups: vec![],
        header: vec!["SUBJID", "WHODAY", "WHODT", "WHOSCORE"],
        rows,
    }
}

/// Returns the category on `day`: 1-2 at home, 3-6 in hospital, 7 dead.
fn who_score(index: usize, subject: &Subject, day: Day) -> i64 {
    let mode = subject.mode_on(day);
    if day < subject.discharge || (day == subject.discharge && subject.end != StudyEnd::Died) {
        return mode.who_category();
    }
    if subject.end == StudyEnd::Died {
        return 7;
    }
    let limited = SplitMix64::stream(SEED, 8, index as u64).chance(0.5);
    let recovering = day - subject.discharge <= 7;
    if mode != Mode::Air || limited || recovering { 2 } else { 1 }
}

/// Oxygen and ventilation by episode, from admission to discontinuation.
pub fn oxygen() -> Table {
    let mut rows = Vec::new();
    for (index, subject) in RANDOMISED.iter().enumerate() {
        let (admitted, mode_started) = days_before_infusion(index);
        let mut steps = vec![(-admitted, Mode::Mask), (-mode_started, subject.course[0].1)];
        steps.extend(&subject.course[1..]);
        let oxygen_steps = steps.iter().enumerate().filter(|(_, step)| step.1 != Mode::Air);
        for (episode, (step, (from, mode))) in (1..).zip(oxygen_steps) {
            // 1 = change of mode, 2 = discontinued to ambient air, 3 = death.
            let (until, reason) = match steps.get(step + 1) {
                Some((until, Mode::Air)) => (*until, 2),
                Some((until, _)) => (*until, 1),
                None => (subject.discharge, 3),
            };
            rows.push(vec![
                text(subject_id(Subject::screened_as(index))),
                whole(episode),
                text(mode.code()),
                Cell::Date(subject.infusion() + from),
                Cell::Date(subject.infusion() + until),
                whole(reason),
            ]);
        }
    }
    Table {
        name: "OXYGEN",
        origin: (0, 0),
        title: None,
        groups: vec![],
        header: vec!["SUBJID", "EPISODE", "MODE", "O2STDT", "O2ENDT", "ENDRSN"],
        rows,
    }
}
