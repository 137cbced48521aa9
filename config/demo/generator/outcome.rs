//! Sheets about leaving hospital and study: STAY, DISPOSITION and FOLLOWUP.

use crate::calendar::Day;
use crate::random::SplitMix64;
use crate::respiratory::days_before_infusion;
use crate::sheet::{Cell, Table, text, whole, yes_no};
use crate::subjects::{Mode, RANDOMISED, SEED, StudyEnd, Subject, subject_id};

/// Day on which consent was withdrawn.
const WITHDRAWAL: Day = 150;

/// Visits after discharge: label and planned day.
const VISITS: [(&str, Day); 4] = [("M1", 30), ("M3", 91), ("M6", 182), ("M12", 365)];

/// Admission and discharge. Quirk: a two-row header with merged cells and repeated names.
pub fn stay() -> Table {
    let row = |(index, subject): (usize, &Subject)| {
        let (admitted, mode_started) = days_before_infusion(index);
        let infusion = subject.infusion();
        let died = subject.end == StudyEnd::Died;
        let intensive = |mode: Mode| matches!(mode, Mode::Invasive | Mode::NonInvasive);
        // High-flow oxygen alone was given on the intermediate care ward.
        let in_intensive_care = subject.course.iter().any(|(_, mode)| intensive(*mode));
        let first = subject.course.iter().find(|(_, mode)| intensive(*mode));
        let entered = first.map_or(0, |(day, _)| if *day == 0 { -mode_started } else { *day });
        let left = subject.course.iter().rev().find(|(_, mode)| !intensive(*mode));
        let left = if died { subject.discharge } else { last_support(subject, intensive, left) };
        let (status, destination) = match index {
            _ if died => (2, Cell::Empty),
            18 => (1, text("Home, with oxygen")),
            3 | 12 => (1, text("Rehabilitation centre")),
            _ => (1, text("Home")),
        };
        vec![
            text(subject_id(Subject::screened_as(index))),
            Cell::Date(infusion - admitted),
            Cell::Date(infusion + subject.discharge),
            if in_intensive_care { Cell::Date(infusion + entered) } else { Cell::Empty },
            if in_intensive_care { Cell::Date(infusion + left) } else { Cell::Empty },
            whole(status),
            destination,
        ]
    };
    Table {
        name: "STAY",
        origin: (0, 0),
        title: None,
        groups: vec![("Hospital", 1, 2), ("ICU", 3, 4)],
        header: vec!["SUBJID", "Admission", "Discharge", "Admission", "Discharge", "STATUS", "DESTINATION"],
        rows: RANDOMISED.iter().enumerate().map(row).collect(),
    }
}

/// Returns the day after the last day of intensive support.
fn last_support(subject: &Subject, intensive: impl Fn(Mode) -> bool, fallback: Option<&(Day, Mode)>) -> Day {
    let last = subject.course.iter().rposition(|(_, mode)| intensive(*mode));
    let next = last.and_then(|last| subject.course.get(last + 1)).or(fallback);
    next.map_or(subject.discharge, |(day, _)| day + 1)
}

/// End of treatment and end of study, kept apart.
pub fn disposition() -> Table {
    let row = |(index, subject): (usize, &Subject)| {
        // 1 = completed one year, 2 = died, 3 = withdrew consent, 4 = lost to follow-up.
        let (status, day, reason) = match subject.end {
            StudyEnd::CompletedYear => (1, visit_day(index, 3), Cell::Empty),
            StudyEnd::Died => (2, subject.discharge, text("Septic shock")),
            StudyEnd::WithdrewConsent => (3, WITHDRAWAL, text("No further visits wanted ")),
            StudyEnd::LostToFollowUp => (4, visit_day(index, 2), text("Three calls and a letter unanswered")),
        };
        let complete = index != 19;
        vec![
            text(subject_id(Subject::screened_as(index))),
            yes_no(complete),
            Cell::Date(subject.infusion()),
            if complete { Cell::Empty } else { text("Central line occluded") },
            whole(status),
            Cell::Date(subject.infusion() + day),
            reason,
        ]
    };
    Table {
        name: "DISPOSITION",
        origin: (0, 0),
        title: None,
        groups: vec![],
        header: vec!["SUBJID", "TRTCOMP", "TRTENDT", "TRTREAS", "STUDYSTAT", "STUDYENDT", "STUDYREAS"],
        rows: RANDOMISED.iter().enumerate().map(row).collect(),
    }
}

/// Returns the day of the `visit`-th visit after discharge, some days off the plan.
fn visit_day(index: usize, visit: usize) -> Day {
    let mut draw = SplitMix64::stream(SEED, 9, (index * 8 + visit) as u64);
    let planned = VISITS[visit].1;
    // The first visit may not come before discharge; the last not before the year is over.
    let (early, late) = if visit == 3 { (0, 9) } else { (-3, 7) };
    (planned + draw.whole(early, late)).max(RANDOMISED[index].discharge + 6)
}

/// Visits after discharge: in the clinic or by telephone.
pub fn follow_up() -> Table {
    let mut rows = Vec::new();
    for (index, subject) in RANDOMISED.iter().enumerate() {
        let attended = match subject.end {
            StudyEnd::CompletedYear => 4,
            StudyEnd::Died => 0,
            StudyEnd::WithdrewConsent => 2,
            StudyEnd::LostToFollowUp => 3,
        };
        let mut draw = SplitMix64::stream(SEED, 10, index as u64);
        for (visit, (label, _)) in VISITS.iter().enumerate().take(attended) {
            let telephone = visit > 0 && draw.chance(0.35);
            let dyspnoea = (draw.whole(0, 3) - visit as i64).max(0);
            let day = visit_day(index, visit);
            rows.push(vec![
                text(subject_id(Subject::screened_as(index))),
                text(*label),
                Cell::Date(subject.infusion() + day),
                whole(if telephone { 2 } else { 1 }),
                text("ALIVE"),
                // Not asked by telephone.
                if telephone { text("ND") } else { whole(dyspnoea) },
                yes_no(subject.mode_on(day) != Mode::Air),
            ]);
        }
    }
    Table {
        name: "FOLLOWUP",
        origin: (0, 0),
        title: None,
        groups: vec![],
        header: vec!["SUBJID", "FUVISIT", "FUDT", "FUTYPE", "FUSTAT", "MMRC", "FUO2"],
        rows,
    }
}
