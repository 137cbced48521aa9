//! Baseline characteristics of the registry record: age, sex, race and ethnicity, region, and the study's own.

use crate::results::{ResultKey, ResultStore};
use crate::spec::study_registry::{
    AgeGroup, CTGOV_AGE_GROUPS, CTGOV_AGE_VARIABLE, EUDRACT_AGE_GROUPS, EUDRACT_AGE_VARIABLE,
};

use super::registry_input::{CategoricalInput, CharacteristicForm, Dispersion, KeyPattern, Parameter, RegistryInput};
use super::registry_record::{Cell, Spread, TOTAL, by_arm};

/// Baseline characteristics.
#[derive(Debug)]
pub struct Baseline {
    /// Who is described.
    pub population: String,
    /// Subjects described, by arm.
    pub subjects: Vec<ResultKey>,
    /// Subjects described, all arms.
    pub total: ResultKey,
    /// Age in completed years: mean and standard deviation.
    pub age: Option<Continuous>,
    /// Age in EudraCT's nine groups.
    pub eudract_ages: Counts,
    /// Age in ClinicalTrials.gov's three groups.
    pub ctgov_ages: Counts,
    /// Women and men.
    pub sex: Option<Counts>,
    /// Race; `None` where it was not collected.
    pub race: Option<Counts>,
    /// Ethnicity; `None` where it was not collected.
    pub ethnicity: Option<Counts>,
    /// The study's own.
    pub study_specific: Vec<Characteristic>,
}

/// A study-specific characteristic.
#[derive(Clone, Debug)]
pub struct Characteristic {
    /// Title.
    pub title: String,
    /// What it means.
    pub description: Option<String>,
    /// Unit.
    pub unit: String,
    /// Its values.
    pub values: Values,
}

/// Values of a characteristic.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a record has a handful of them")]
pub enum Values {
    /// A mean or median.
    Continuous(Continuous),
    /// Counts.
    Counts(Counts),
}

/// A mean or median with its spread.
#[derive(Clone, Debug)]
pub struct Continuous {
    /// Mean or median.
    pub parameter: Parameter,
    /// Standard deviation or quartiles.
    pub dispersion: Dispersion,
    /// By arm.
    pub cells: Vec<Cell>,
    /// All arms.
    pub total: Cell,
}

/// Counts of categories.
#[derive(Clone, Debug)]
pub struct Counts {
    /// Categories in order.
    pub categories: Vec<Category>,
}

/// A category with its counts.
#[derive(Clone, Debug)]
pub struct Category {
    /// Id, the level in keys.
    pub id: String,
    /// Words.
    pub label: String,
    /// By arm.
    pub counts: Vec<ResultKey>,
    /// All arms.
    pub total: ResultKey,
}

pub(super) fn compose(input: &RegistryInput<'_>, store: &ResultStore) -> Baseline {
    let baseline = &input.baseline;
    let subjects = KeyPattern::new("set", "n").with("set", &baseline.set);
    let groups = |variable: &str, groups: &[AgeGroup]| {
        let mut counts = counts(variable, groups.iter().map(|group| (group.id, group.label)), input);
        counts.add_missing(baseline.age.as_deref().unwrap_or_default(), NOT_RECORDED, input, store);
        counts
    };
    let categorical = |of: &CategoricalInput, missing: &str| {
        let levels = of.levels.iter().map(|(level, label)| (level.as_str(), label.as_str()));
        let mut counts = counts(&of.variable, levels, input);
        counts.add_missing(&of.variable, missing, input, store);
        counts
    };
    let sex = baseline.sex.as_ref().map(|sex| {
        let fixed = [(sex.female.as_str(), "Female"), (sex.male.as_str(), "Male")].into_iter();
        let mut sexes = counts(&sex.variable, fixed, input);
        let others = sex.others.iter().map(|(level, label)| (level.as_str(), label.as_str()));
        let others = counts(&sex.variable, others, input).categories.into_iter();
        sexes.categories.extend(others.filter(|other| is_positive(store, &other.total)));
        sexes.add_missing(&sex.variable, NOT_RECORDED, input, store);
        sexes
    });
    let characteristic = |of: &super::registry_input::CharacteristicInput| Characteristic {
        title: of.title.clone(),
        description: of.description.clone(),
        unit: of.unit.clone(),
        values: match &of.form {
            CharacteristicForm::Continuous { variable, median } => {
                Values::Continuous(continuous(variable, *median, input))
            }
            CharacteristicForm::Categorical(levels) => Values::Counts(categorical(levels, NOT_RECORDED)),
        },
    };
    Baseline {
        population: baseline.population.clone(),
        subjects: by_arm(&subjects, input),
        total: subjects.of(TOTAL),
        age: baseline.age.as_ref().map(|variable| continuous(variable, false, input)),
        eudract_ages: groups(EUDRACT_AGE_VARIABLE, &EUDRACT_AGE_GROUPS),
        ctgov_ages: groups(CTGOV_AGE_VARIABLE, &CTGOV_AGE_GROUPS),
        sex,
        race: baseline.race.as_ref().map(|race| categorical(race, UNKNOWN)),
        ethnicity: baseline.ethnicity.as_ref().map(|ethnicity| categorical(ethnicity, UNKNOWN)),
        study_specific: baseline.study_specific.iter().map(characteristic).collect(),
    }
}

/// Category of those without a value; ClinicalTrials.gov has a word of its own for race and ethnicity.
const NOT_RECORDED: &str = "Not recorded";
const UNKNOWN: &str = "Unknown or Not Reported";

fn is_positive(store: &ResultStore, key: &ResultKey) -> bool {
    store.number(key).is_some_and(|n| n > 0.0)
}

impl Counts {
    /// Adds the subjects without a value as a category, where there are any: the registries want categories that
    /// add up to everyone described.
    fn add_missing(&mut self, variable: &str, label: &str, input: &RegistryInput<'_>, store: &ResultStore) {
        let pattern = KeyPattern::new("base", "missing").with("variable", variable);
        let total = pattern.of(TOTAL);
        if is_positive(store, &total) {
            let taken = self.categories.iter().any(|category| category.label.eq_ignore_ascii_case(label));
            let label = if taken { "Missing" } else { label };
            let counts = by_arm(&pattern, input);
            self.categories.push(Category { id: "missing".to_owned(), label: label.to_owned(), counts, total });
        }
    }
}

fn counts<'l>(variable: &str, levels: impl Iterator<Item = (&'l str, &'l str)>, input: &RegistryInput<'_>) -> Counts {
    let category = |(level, label): (&str, &str)| {
        let pattern = KeyPattern::new("base", "n").with("variable", variable).with("level", level);
        Category {
            id: level.to_owned(),
            label: label.to_owned(),
            counts: by_arm(&pattern, input),
            total: pattern.of(TOTAL),
        }
    };
    Counts { categories: levels.map(category).collect() }
}

fn continuous(variable: &str, median: bool, input: &RegistryInput<'_>) -> Continuous {
    let key = |statistic: &str, arm: &str| KeyPattern::new("base", statistic).with("variable", variable).of(arm);
    let cell = |arm: &str| {
        if median {
            Cell { value: key("median", arm), spread: Spread::Limits(key("q1", arm), key("q3", arm)) }
        } else {
            Cell { value: key("mean", arm), spread: Spread::One(key("sd", arm)) }
        }
    };
    let (parameter, dispersion) = if median {
        (Parameter::Median, Dispersion::InterQuartileRange)
    } else {
        (Parameter::Mean, Dispersion::StandardDeviation)
    };
    Continuous { parameter, dispersion, cells: input.study.arm_ids().map(cell).collect(), total: cell(TOTAL) }
}

impl Baseline {
    /// Counts of all characteristics that have them, with the names messages use.
    #[must_use]
    pub fn all_counts(&self) -> Vec<(&str, &Counts)> {
        let fixed = [
            ("EudraCT age groups", Some(&self.eudract_ages)),
            ("ClinicalTrials.gov age groups", Some(&self.ctgov_ages)),
            ("sex", self.sex.as_ref()),
            ("race", self.race.as_ref()),
            ("ethnicity", self.ethnicity.as_ref()),
        ];
        let own = self.study_specific.iter().filter_map(|characteristic| match &characteristic.values {
            Values::Counts(counts) => Some((characteristic.title.as_str(), counts)),
            Values::Continuous(_) => None,
        });
        fixed.into_iter().filter_map(|(name, counts)| counts.map(|counts| (name, counts))).chain(own).collect()
    }

    pub(super) fn collect_keys(&self, keys: &mut Vec<ResultKey>) {
        keys.extend_from_slice(&self.subjects);
        keys.push(self.total.clone());
        for category in self.all_counts().into_iter().flat_map(|(_, counts)| &counts.categories) {
            keys.extend_from_slice(&category.counts);
            keys.push(category.total.clone());
        }
        let own = self.study_specific.iter().filter_map(|characteristic| match &characteristic.values {
            Values::Continuous(continuous) => Some(continuous),
            Values::Counts(_) => None,
        });
        for cell in self.age.iter().chain(own).flat_map(|of| of.cells.iter().chain([&of.total])) {
            keys.push(cell.value.clone());
            keys.extend(cell.spread.keys().cloned());
        }
    }
}
