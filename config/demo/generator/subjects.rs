//! The twenty randomised persons and the eight who were not: the constants that carry the anchors.
//!
//! Five published figures fix these tables (see `config/demo/README.md`): the mean PaO2/FiO2 change
//! (`gas_baseline`, `gas_day_7`), the ordinal scale at day 7 (`course`), the days to discontinuation
//! of oxygen (last step of `course`) and the days in hospital (`discharge`). They were found by a
//! search over plausible values, not drawn; all else is drawn from a seeded generator.

use crate::calendar::{Day, day_of};

/// Respiratory support.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Invasive,
    NonInvasive,
    HighFlow,
    Mask,
    Cannula,
    /// Ambient air: oxygen discontinued.
    Air,
}

impl Mode {
    /// Returns the code used in the sheets.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invasive => "IMV",
            Self::NonInvasive => "NIV",
            Self::HighFlow => "HFNC",
            Self::Mask => "MASK",
            Self::Cannula => "NC",
            Self::Air => "AIR",
        }
    }

    /// Returns the category of the WHO 7-point ordinal scale while in hospital.
    pub fn who_category(self) -> i64 {
        match self {
            Self::Invasive => 6,
            Self::NonInvasive | Self::HighFlow => 5,
            Self::Mask | Self::Cannula => 4,
            Self::Air => 3,
        }
    }
}

/// PaO2 in mmHg and FiO2 in percent.
pub type Gas = (i64, i64);

/// How participation in the study ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum StudyEnd {
    CompletedYear,
    Died,
    WithdrewConsent,
    LostToFollowUp,
}

/// One randomised person; all days count from the infusion (day 0).
pub struct Subject {
    /// Planned arm: `A` = MSC, `B` = placebo.
    pub arm: char,
    /// Day of randomisation, counted from the first one in the study.
    pub randomised: Day,
    /// Days from randomisation to infusion.
    pub infusion_delay: Day,
    /// Respiratory support from each day on; the first step is the baseline.
    pub course: &'static [(Day, Mode)],
    /// Last gas before the infusion.
    pub gas_baseline: Gas,
    /// Gas of day 7; `None` where it was not done.
    pub gas_day_7: Option<Gas>,
    /// Day of discharge, or of death in hospital.
    pub discharge: Day,
    pub end: StudyEnd,
}

/// Seed of all drawn values.
pub const SEED: u64 = 20_200_817;

/// First randomisation of the study.
pub fn first_randomisation() -> Day {
    day_of(2020, 8, 17)
}

use Mode::{Air, Cannula, HighFlow, Invasive, Mask, NonInvasive};
use StudyEnd::{CompletedYear, Died, LostToFollowUp, WithdrewConsent};

#[rustfmt::skip]
macro_rules! subject {
    ($arm:literal, $day:literal, $delay:literal, $course:expr, $g0:expr, $g7:expr, $out:literal, $end:expr) => {
        Subject { arm: $arm, randomised: $day, infusion_delay: $delay, course: $course,
                  gas_baseline: $g0, gas_day_7: $g7, discharge: $out, end: $end }
    };
}

/// The randomised persons in the order of randomisation (blocks of four).
///
/// Oxygen discontinued on day: MSC 8 9 10 12 14 14 17 20 20 26, placebo 15 17 18 19 23 23 27 33 43
/// and never. In hospital: MSC 11 12 14 14 17 18 22 23 28 41, placebo 16 18 20 28 28 28 28 28 37 53.
#[rustfmt::skip]
pub const RANDOMISED: [Subject; 20] = [
    subject!('A',   0, 0, &[(0, NonInvasive), (4, HighFlow), (9, Mask), (14, Air)], (86, 70), Some((79, 40)), 18, CompletedYear),
    subject!('B',   6, 0, &[(0, HighFlow), (9, Mask), (14, Cannula), (16, Air), (17, Cannula), (19, Air)], (67, 60), Some((90, 45)), 28, CompletedYear),
    subject!('B',  11, 1, &[(0, HighFlow), (8, Mask), (15, Air)], (96, 65), Some((93, 35)), 16, CompletedYear),
    subject!('A',  19, 0, &[(0, Invasive), (11, HighFlow), (17, Cannula), (20, Air)], (91, 85), Some((73, 50)), 28, CompletedYear),
    subject!('B',  27, 0, &[(0, NonInvasive), (2, Invasive)], (69, 65), Some((59, 100)), 20, Died),
    subject!('A',  33, 1, &[(0, HighFlow), (5, Cannula), (8, Air)], (79, 55), Some((82, 28)), 11, CompletedYear),
    subject!('A',  38, 0, &[(0, NonInvasive), (2, HighFlow), (6, Mask), (10, Air)], (82, 70), None, 14, CompletedYear),
    subject!('B',  45, 0, &[(0, HighFlow), (10, Mask), (18, Air)], (78, 55), Some((88, 40)), 28, CompletedYear),
    subject!('A',  52, 0, &[(0, HighFlow), (3, Invasive), (15, HighFlow), (20, Mask), (26, Air)], (77, 60), Some((89, 65)), 41, CompletedYear),
    subject!('B',  58, 1, &[(0, Invasive), (12, HighFlow), (20, Mask), (27, Air)], (61, 70), Some((86, 45)), 37, CompletedYear),
    subject!('A',  66, 0, &[(0, HighFlow), (4, Mask), (7, Cannula), (9, Air)], (82, 65), Some((75, 30)), 12, CompletedYear),
    subject!('B',  71, 0, &[(0, NonInvasive), (8, HighFlow), (15, Mask), (23, Air)], (89, 75), Some((87, 50)), 28, LostToFollowUp),
    subject!('B',  80, 0, &[(0, Invasive), (25, HighFlow), (34, Mask), (43, Air)], (68, 75), Some((72, 55)), 53, CompletedYear),
    subject!('B',  86, 1, &[(0, NonInvasive), (5, HighFlow), (10, Mask), (17, Air)], (75, 60), Some((77, 35)), 18, CompletedYear),
    subject!('A',  95, 0, &[(0, HighFlow), (9, Mask), (17, Air)], (76, 50), Some((96, 45)), 22, WithdrewConsent),
    subject!('A', 108, 0, &[(0, Invasive), (6, HighFlow), (11, Cannula), (14, Air)], (81, 85), Some((81, 40)), 17, CompletedYear),
    subject!('A', 130, 1, &[(0, Invasive), (9, HighFlow), (14, Mask), (20, Air)], (77, 85), Some((93, 65)), 23, CompletedYear),
    subject!('A', 141, 0, &[(0, HighFlow), (6, Mask), (10, Cannula), (12, Air)], (86, 65), Some((93, 35)), 14, CompletedYear),
    subject!('B', 152, 0, &[(0, HighFlow), (4, Invasive), (14, HighFlow), (22, Mask), (28, Cannula), (33, Air)], (86, 65), Some((69, 60)), 28, CompletedYear),
    subject!('B', 163, 1, &[(0, Invasive), (10, HighFlow), (16, Mask), (23, Air)], (69, 70), Some((72, 45)), 28, CompletedYear),
];

/// A person who was screened and not randomised.
pub struct ScreenFailure {
    /// Place in the order of screening, from 1.
    pub screened_as: usize,
    /// Day of screening, counted from the first randomisation.
    pub day: Day,
    /// 1 = criteria not met, 2 = declined to participate, 3 = other.
    pub reason: i64,
    /// Criterion given as the one reason, e.g. `I04`; empty where no criterion failed.
    pub criterion: &'static str,
    /// All criteria that failed, as noted.
    pub all_criteria: &'static str,
    pub comment: &'static str,
}

#[rustfmt::skip]
pub const SCREEN_FAILURES: [ScreenFailure; 8] = [
    ScreenFailure { screened_as: 3, day: 9, reason: 2, criterion: "", all_criteria: "", comment: "" },
    ScreenFailure { screened_as: 7, day: 30, reason: 1, criterion: "I04", all_criteria: "I04", comment: "" },
    ScreenFailure { screened_as: 8, day: 31, reason: 1, criterion: "I05", all_criteria: "I05", comment: "Intubated for 5 days" },
    ScreenFailure { screened_as: 12, day: 50, reason: 1, criterion: "E01", all_criteria: "E01", comment: "" },
    ScreenFailure { screened_as: 17, day: 75, reason: 2, criterion: "", all_criteria: "", comment: "Family declined" },
    ScreenFailure { screened_as: 21, day: 97, reason: 1, criterion: "I04", all_criteria: "I04; E03", comment: "" },
    ScreenFailure { screened_as: 24, day: 135, reason: 3, criterion: "", all_criteria: "", comment: "Transferred to another hospital before randomisation" },
    ScreenFailure { screened_as: 28, day: 168, reason: 1, criterion: "E04", all_criteria: "E04", comment: "" },
];

impl Subject {
    /// Returns the respiratory support in use on `day`.
    pub fn mode_on(&self, day: Day) -> Mode {
        let step = self.course.iter().rev().find(|(from, _)| *from <= day);
        step.map_or(self.course[0].1, |(_, mode)| *mode)
    }

    /// Returns the calendar day of the infusion.
    pub fn infusion(&self) -> Day {
        first_randomisation() + self.randomised + self.infusion_delay
    }

    /// Returns the place in the order of screening, from 1, of the `index`-th randomised person.
    pub fn screened_as(index: usize) -> usize {
        let taken = |place: &usize| !SCREEN_FAILURES.iter().any(|f| f.screened_as == *place);
        (1..=28).filter(taken).nth(index).expect("invariant: 28 screened less 8 failures are the 20 randomised")
    }
}

/// Returns the subject identifier of the person screened at place `screened_as`.
pub fn subject_id(screened_as: usize) -> String {
    format!("SYN-01-{screened_as:03}")
}
