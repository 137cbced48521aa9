//! Baseline characteristics: age, sex, race and ethnicity, region, and the study's own.

use crate::base::diagnostic::Diagnostics;
use crate::report::registry::{
    Baseline, BaselineGroup, Category, Characteristic, CharacteristicKind, Figure, Measure, Measurement, Row, Term,
    Text,
};
use crate::results::{ResultKey, ResultStore};
use crate::spec::study_registry::{
    AgeGroup, CTGOV_AGE_GROUPS, CTGOV_AGE_VARIABLE, EUDRACT_AGE_GROUPS, EUDRACT_AGE_VARIABLE,
};

use super::input::{CategoricalInput, CharacteristicForm, CharacteristicInput, KeyPattern, RegistryInput, SexInput};
use super::trial::{CountryKeys, countries};
use super::{TOTAL, figure};

/// Category of those without a value; ClinicalTrials.gov has a word of its own for race and ethnicity.
const NOT_RECORDED: &str = "Not recorded";
const UNKNOWN: &str = "Unknown or Not Reported";

pub(super) fn baseline(input: &RegistryInput<'_>, store: &ResultStore) -> Baseline {
    let subjects = KeyPattern::new("set", "n").with("set", &input.baseline.set);
    let study = input.study;
    let group = |(at, (id, arm)): (usize, (&String, &crate::spec::study_design::Arm))| BaselineGroup {
        flow_group: Some(at),
        period: None,
        analysis_set: None,
        title: Some(Text::from(&arm.title)),
        description: Some(Text::from(&arm.description)),
        subjects: figure(subjects.of(id)),
        units: None,
    };
    let population = &input.baseline.population;
    Baseline {
        population: (!population.is_empty()).then(|| Text::of(population)),
        units: None,
        model: Some(Term::listed("arms")),
        groups: study.arms.iter().enumerate().map(group).collect(),
        total: Some(BaselineGroup {
            flow_group: None,
            period: None,
            analysis_set: None,
            title: Some(Text::of("Total")),
            description: None,
            subjects: figure(subjects.of(TOTAL)),
            units: None,
        }),
        characteristics: Counts { input, store }.characteristics(),
    }
}

/// Makes characteristics of counts.
struct Counts<'a> {
    input: &'a RegistryInput<'a>,
    store: &'a ResultStore,
}

impl Counts<'_> {
    /// Titles of what both registries name are EudraCT's; ClinicalTrials.gov takes its own from the kind.
    fn characteristics(&self) -> Vec<Characteristic> {
        use CharacteristicKind as Kind;
        let baseline = &self.input.baseline;
        let mut all = Vec::new();
        if let Some(age) = &baseline.age {
            all.push(self.continuous(Kind::AgeContinuous, "Age continuous", "Years", age, false));
        }
        let ages = |kind, title, variable: &str, groups: &[AgeGroup]| {
            let levels = groups.iter().map(|group| (group.id, group.label));
            let mut categories = self.levels(variable, levels);
            self.add_missing(&mut categories, baseline.age.as_deref().unwrap_or_default(), NOT_RECORDED);
            counted(kind, title, categories)
        };
        all.push(ages(Kind::AgeEudract, "Age categorical", EUDRACT_AGE_VARIABLE, &EUDRACT_AGE_GROUPS));
        all.push(ages(Kind::AgeCtgov, "Age, Categorical", CTGOV_AGE_VARIABLE, &CTGOV_AGE_GROUPS));
        all.extend(baseline.sex.as_ref().map(|sex| self.sex(sex)));
        for (kind, title, of) in [
            (Kind::Race, "Race (NIH/OMB)", &baseline.race),
            (Kind::Ethnicity, "Ethnicity (NIH/OMB)", &baseline.ethnicity),
        ] {
            all.extend(of.as_ref().map(|of| counted(kind, title, self.categorical(of, UNKNOWN))));
        }
        if baseline.race.is_none() && baseline.ethnicity.is_none() {
            let kind = Kind::RaceEthnicityNotCollected;
            let mut none = counted(kind, "Race and Ethnicity Not Collected", Vec::new());
            none.measure.rows.clear();
            none.measure.population = Some(Text::of("Race and ethnicity were not collected from any participant."));
            all.push(none);
        }
        all.push(self.region());
        all.extend(baseline.study_specific.iter().map(|of| self.study_specific(of)));
        all
    }

    /// A number of every arm, then of all.
    fn cells(&self, keys: impl Fn(&str) -> Measurement) -> Vec<Option<Measurement>> {
        self.input.study.arm_ids().chain([TOTAL]).map(|arm| Some(keys(arm))).collect()
    }

    fn category(&self, title: Option<&str>, pattern: &KeyPattern) -> Category {
        let cells = self.cells(|arm| value(pattern.of(arm)));
        Category { title: title.map(Text::of), cells }
    }

    fn levels<'l>(&self, variable: &str, levels: impl Iterator<Item = (&'l str, &'l str)>) -> Vec<Category> {
        let pattern = KeyPattern::new("base", "n").with("variable", variable);
        levels.map(|(level, label)| self.category(Some(label), &pattern.clone().with("level", level))).collect()
    }

    fn categorical(&self, of: &CategoricalInput, missing: &str) -> Vec<Category> {
        let levels = of.levels.iter().map(|(level, label)| (level.as_str(), label.as_str()));
        let mut categories = self.levels(&of.variable, levels);
        self.add_missing(&mut categories, &of.variable, missing);
        categories
    }

    /// Adds the subjects without a value as a category, where there are any: the registries want categories that
    /// add up to everyone described.
    fn add_missing(&self, categories: &mut Vec<Category>, variable: &str, label: &str) {
        let pattern = KeyPattern::new("base", "missing").with("variable", variable);
        if self.is_positive(&pattern.of(TOTAL)) {
            let same = |category: &Category| category.title.as_ref().is_some_and(|t| t.eq_ignore_ascii_case(label));
            let label = if categories.iter().any(same) { "Missing" } else { label };
            categories.push(self.category(Some(label), &pattern));
        }
    }

    fn is_positive(&self, key: &ResultKey) -> bool {
        self.store.number(key).is_some_and(|n| n > 0.0)
    }

    fn sex(&self, sex: &SexInput) -> Characteristic {
        let fixed = [(sex.female.as_str(), "Female"), (sex.male.as_str(), "Male")];
        let mut categories = self.levels(&sex.variable, fixed.into_iter());
        let n = KeyPattern::new("base", "n").with("variable", &sex.variable);
        let occurs = |(level, _): &&(String, String)| self.is_positive(&n.clone().with("level", level).of(TOTAL));
        let others = sex.others.iter().filter(occurs).map(|(level, label)| (level.as_str(), label.as_str()));
        categories.extend(self.levels(&sex.variable, others));
        self.add_missing(&mut categories, &sex.variable, NOT_RECORDED);
        if categories.len() == 2 {
            counted(CharacteristicKind::Sex, "Gender categorical", categories)
        } else {
            counted(CharacteristicKind::SexCustomised, "Gender categorical", categories)
        }
    }

    fn region(&self) -> Characteristic {
        // What is wrong with a country was reported with the trial information.
        let countries = countries(self.input, &mut Diagnostics::new());
        let row = |(country, keys): (crate::report::registry::EmaTerm, CountryKeys)| {
            let category = match keys {
                CountryKeys::Level(pattern) => self.category(None, &pattern),
                CountryKeys::Whole => {
                    let cells = self.cells(|arm| {
                        let whole = arm == TOTAL;
                        let flow = KeyPattern::new("flow", "allocated");
                        value(if whole { ResultKey::new("flow", "randomised") } else { flow.of(arm) })
                    });
                    Category { title: None, cells }
                }
            };
            Row { title: country.name.map(Text::of), denominators: Vec::new(), categories: vec![category] }
        };
        let mut region = counted(CharacteristicKind::Region, "Region of Enrollment", Vec::new());
        region.measure.rows = countries.into_iter().map(row).collect();
        region
    }

    fn study_specific(&self, of: &CharacteristicInput) -> Characteristic {
        let kind = CharacteristicKind::StudySpecific;
        let mut made = match &of.form {
            CharacteristicForm::Continuous { variable, median } => {
                self.continuous(kind, &of.title, &of.unit, variable, *median)
            }
            CharacteristicForm::Categorical(levels) => counted(kind, &of.title, self.categorical(levels, NOT_RECORDED)),
        };
        made.measure.description = of.description.as_ref().map(Text::of);
        made.measure.unit = Some(Text::of(&of.unit));
        made
    }

    fn continuous(
        &self,
        kind: CharacteristicKind,
        title: &str,
        unit: &str,
        variable: &str,
        median: bool,
    ) -> Characteristic {
        let key =
            |statistic: &str, arm: &str| figure(KeyPattern::new("base", statistic).with("variable", variable).of(arm));
        let cells = self.cells(|arm| {
            if median {
                let (lower, upper) = (key("q1", arm), key("q3", arm));
                Measurement { value: key("median", arm), spread: None, lower, upper, comment: None }
            } else {
                let spread = key("sd", arm);
                Measurement { value: key("mean", arm), spread, lower: None, upper: None, comment: None }
            }
        });
        let (parameter, dispersion) =
            if median { ("median", "inter_quartile_range") } else { ("mean", "standard_deviation") };
        let mut made = counted(kind, title, Vec::new());
        made.measure.parameter = Some(Term::listed(parameter));
        made.measure.dispersion = Some(Term::listed(dispersion));
        made.measure.unit = Some(Text::of(unit));
        made.measure.rows[0].categories = vec![Category { title: None, cells }];
        made
    }
}

fn value(key: ResultKey) -> Measurement {
    Measurement { value: Some(Figure::Result(key)), spread: None, lower: None, upper: None, comment: None }
}

/// A characteristic that counts participants in one row of categories.
fn counted(kind: CharacteristicKind, title: &str, categories: Vec<Category>) -> Characteristic {
    Characteristic {
        kind,
        ready: Some(true),
        measure: Measure {
            title: Text::of(title),
            description: None,
            population: None,
            parameter: Some(Term::listed("count_of_participants")),
            dispersion: Some(Term::listed("not_applicable")),
            level: None,
            unit: Some(Text::of("Participants")),
            calculate_percentage: None,
            selected_units: None,
            rows: vec![Row { title: None, denominators: Vec::new(), categories }],
        },
    }
}
