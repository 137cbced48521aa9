//! Endpoints as outcome measures: what the first of their analyses stored, and a statistical analysis for each
//! comparison.

use crate::base::number::plain;
use crate::methods::margin::{in_words, p_statistic};
use crate::methods::plan::Ran;
use crate::report::compose::{Facts, is_nominal};
use crate::report::registry::Text;
use crate::results::ResultKey;
use crate::spec::analysis::{AnalysisItem, AnalysisRole, EndpointRole, EndpointSpec, OptionValue, ValueKind};
use crate::spec::margin::{MarginKind, MarginSpec};

use super::input::{ConfidenceLevel, EstimateInput, KeyPattern, OutcomeInput, RowInput, StatisticalAnalysisInput};
use super::method::{EffectForm, REPORTED, Reported, Speaks, ValueForm, find};

/// The outcome measure of an endpoint; `None` where none of its analyses was run.
#[must_use]
pub fn outcome(facts: Facts<'_>, id: &str, endpoint: &EndpointSpec) -> Option<OutcomeInput> {
    let ran = |item: &'_ AnalysisItem| facts.analyses.by_id.get(&item.id.value);
    // Values are those of the main analysis; of the next one where it stores none of an arm.
    let (item, ran, form) = endpoint.analyses.iter().find_map(|item| {
        let ran = ran(item)?;
        let form = find(ran.method)?.value(facts.store, &ran.input.id)?;
        Some((item, ran, form))
    })?;
    let at = |statistic: &str| KeyPattern::new(&ran.input.id, statistic);
    let is_interval = form.dispersion == "confidence_interval";
    let levels = form.levels(facts.store, &ran.input.id);
    let row = |level: &String| RowInput {
        title: row_title(form, endpoint, level),
        factors: form.rows.map(|factor| (factor.to_owned(), level.clone())).into_iter().collect(),
        keys: Vec::new(),
    };
    let parts: Vec<RowInput> = levels.iter().map(row).collect();
    let (rows, categories) = if form.rows == Some("level") { (Vec::new(), parts) } else { (parts, Vec::new()) };
    let place = &endpoint.title.place;
    Some(OutcomeInput {
        id: id.to_owned(),
        title: Text::from(&endpoint.title),
        description: (!endpoint.description.is_empty()).then(|| Text::from(&endpoint.description)),
        time_frame: Text::from(&endpoint.time_frame),
        population: Text::new(population(facts, endpoint), place.clone()),
        role: endpoint.role,
        unit: unit(form, endpoint, item),
        parameter: form.parameter,
        dispersion: form.dispersion,
        level: is_interval.then(|| level(facts, item)),
        value: at(form.statistic),
        spread: form.spread.iter().map(|statistic| at(statistic)).collect(),
        set: item.analysis_set.as_ref().unwrap_or(&endpoint.estimand.analysis_set).value.clone(),
        analysed: at("n"),
        rows: if form.statistic == "wins" { pairs_won(facts, ran) } else { rows },
        categories,
        analyses: endpoint.analyses.iter().flat_map(|item| Analyses::of(facts, endpoint, item)).collect(),
        place: place.clone(),
    })
}

fn row_title(form: &ValueForm, endpoint: &EndpointSpec, level: &str) -> String {
    match form.rows {
        Some("time") => format!("At {level} {}", endpoint.measure.unit),
        _ => level.to_owned(),
    }
}

/// Unit of the values, at most 40 characters.
fn unit(form: &ValueForm, endpoint: &EndpointSpec, item: &AnalysisItem) -> String {
    let own = &endpoint.measure.unit;
    if form.statistic == "rate" {
        let per = match item.options.get("per").map(|option| &option.value) {
            Some(OptionValue::Number(per)) if (*per - 1.0).abs() > f64::EPSILON => format!("{} ", plain(*per)),
            _ => String::new(),
        };
        // A measure with a time has its unit; one that only counts has no other time than the whole.
        return match (&endpoint.measure.time, &endpoint.measure.exposure) {
            (Some(_), _) => format!("Events per {per}{own}"),
            (None, Some(_)) => format!("Events per {per}unit of time at risk"),
            (None, None) => "Events per participant".to_owned(),
        };
    }
    form.unit.map_or_else(|| own.clone(), str::to_owned)
}

/// Pairs won by each arm of each comparison: those that the other lost.
fn pairs_won(facts: Facts<'_>, ran: &Ran) -> Vec<RowInput> {
    let row = |comparison: &(usize, usize)| {
        let pair = ran.input.compared(*comparison);
        let key = |statistic: &str| ResultKey::new(&ran.input.id, statistic).with("arm", pair.as_str());
        let arm = |at: usize| ran.input.arms[at].clone();
        let title = if ran.input.comparisons.len() > 1 { against(facts, ran, *comparison) } else { String::new() };
        let keys = vec![(arm(comparison.0), key("wins")), (arm(comparison.1), key("losses"))];
        RowInput { title, factors: Vec::new(), keys }
    };
    ran.input.comparisons.iter().map(row).collect()
}

/// A comparison in words: the labels of its arms.
fn against(facts: Facts<'_>, ran: &Ran, (compared, reference): (usize, usize)) -> String {
    let label = |arm: usize| facts.spec.study.label(&ran.input.arms[arm]);
    format!("{} against {}", label(compared), label(reference))
}

fn population(facts: Facts<'_>, endpoint: &EndpointSpec) -> String {
    let set = facts.spec.analysis.analysis_sets.get(&*endpoint.estimand.analysis_set);
    let label = set.map(|s| s.label.clone()).unwrap_or_default();
    if endpoint.estimand.missing.is_empty() { label } else { format!("{label}. {}", endpoint.estimand.missing) }
}

/// Confidence level of an analysis: its own, else the study's.
fn level(facts: Facts<'_>, item: &AnalysisItem) -> ConfidenceLevel {
    let own = match item.options.get("conf_level").map(|option| &option.value) {
        Some(OptionValue::Number(level)) => Some(*level),
        _ => None,
    };
    ConfidenceLevel::of_fraction(own.unwrap_or(*facts.spec.analysis.conf_level))
}

/// Makes the statistical analyses of one analysis of an endpoint.
struct Analyses<'a> {
    facts: Facts<'a>,
    endpoint: &'a EndpointSpec,
    item: &'a AnalysisItem,
    ran: &'a Ran,
    reported: &'static Reported,
}

impl<'a> Analyses<'a> {
    fn of(facts: Facts<'a>, endpoint: &'a EndpointSpec, item: &'a AnalysisItem) -> Vec<StatisticalAnalysisInput> {
        let Some(ran) = facts.analyses.by_id.get(&item.id.value) else { return Vec::new() };
        let Some(reported) = find(ran.method) else { return Vec::new() };
        let own = Self { facts, endpoint, item, ran, reported };
        if item.options.contains_key("dose") && own.stored(own.key("dose_p")).is_some() {
            // A dose response has one test over all arms; its pairwise numbers are the main analysis' own.
            return own.dose_response().into_iter().collect();
        }
        match reported.speaks {
            Speaks::OfNobody => Vec::new(),
            Speaks::OfAllArms => own.over_all_arms().into_iter().collect(),
            Speaks::OfEachArm => (0..ran.input.arms.len()).filter_map(|arm| own.of_arm(arm)).collect(),
            Speaks::OfPairs => {
                let pairs = ran.input.comparisons.iter().flat_map(|comparison| own.of_pair(*comparison));
                pairs.chain(own.over_all_arms()).collect()
            }
        }
    }

    fn key(&self, statistic: &str) -> ResultKey {
        ResultKey::new(&self.ran.input.id, statistic)
    }

    fn stored(&self, key: ResultKey) -> Option<ResultKey> {
        self.facts.store.get(&key).map(|_| key)
    }

    /// The p-value beside `base`: that against the margin, else the method's own.
    fn p(&self, base: &ResultKey) -> Option<ResultKey> {
        let margin = self.item.margin.as_ref().map(|margin| p_statistic(margin.kind.value));
        let (statistic, test) = self.reported.p;
        // Ordered categories are compared by their mean scores, a response by its association.
        let test = test.map(|test| if self.ran.input.is_response { test } else { "row_mean_scores" });
        let own = test.iter().fold(base.statistic(statistic), |key, test| key.with("test", *test));
        margin.and_then(|name| self.stored(base.statistic(name))).or_else(|| self.stored(own))
    }

    fn estimate(&self, base: &ResultKey) -> Option<EstimateInput> {
        let named = self.item.margin.as_ref().and_then(|margin| margin.effect.as_ref());
        let every = || REPORTED.iter().flat_map(|reported| reported.effects);
        let form: &EffectForm = match named {
            // The effect that a margin speaks of.
            Some(name) => every().find(|form| form.statistic == name.as_str())?,
            None => self.reported.effects.iter().find(|form| self.stored(base.statistic(form.statistic)).is_some())?,
        };
        let value = self.stored(base.statistic(form.statistic))?;
        let beside = |suffix: &str| self.stored(base.statistic(format!("{}{suffix}", form.statistic)));
        // Registries tell differences of changes from those of final values.
        let is_change = self.endpoint.measure.value != ValueKind::Value;
        let net = form.parameter == "mean_difference" && is_change;
        Some(EstimateInput {
            parameter: if net { "mean_difference_net" } else { form.parameter },
            words: form.words.to_owned(),
            value,
            lower: beside("_lower"),
            upper: beside("_upper"),
            level: level(self.facts, self.item),
            standard_error: beside("_se"),
            comment: None,
        })
    }

    /// A pair of arms; once for each time where the method compares at times.
    fn of_pair(&self, comparison: (usize, usize)) -> Vec<StatisticalAnalysisInput> {
        let pair = self.ran.input.compared(comparison);
        let base = self.key("p").with("arm", pair.as_str());
        let arms = vec![self.ran.input.arms[comparison.0].clone(), self.ran.input.arms[comparison.1].clone()];
        let title = format!("{}, {}", self.title(), against(self.facts, self.ran, comparison));
        let mut made: Vec<StatisticalAnalysisInput> =
            self.analysis(title.clone(), arms.clone(), &base).into_iter().collect();
        // Comparisons at single times are reported where nothing else compares the arms.
        let times = if self.endpoint.analyses.len() == 1 { self.times(&pair) } else { Vec::new() };
        for time in times {
            let title = format!("{title}, at {time} {}", self.endpoint.measure.unit);
            made.extend(self.analysis(title, arms.clone(), &base.clone().with("time", time)));
        }
        made
    }

    /// Times at which a pair is compared, in order.
    fn times(&self, pair: &str) -> Vec<String> {
        let of_pair =
            self.facts.store.iter().map(|result| &result.key).filter(|key| {
                key.analysis == self.ran.input.id && key.statistic == "p" && key.level("arm") == Some(pair)
            });
        let only_time = of_pair.filter(|key| key.groups.len() == 2);
        let mut times: Vec<String> = only_time.filter_map(|key| key.level("time").map(str::to_owned)).collect();
        let number = |time: &String| time.parse::<f64>().unwrap_or(f64::MAX);
        times.sort_by(|a, b| number(a).total_cmp(&number(b)));
        times
    }

    fn of_arm(&self, arm: usize) -> Option<StatisticalAnalysisInput> {
        let id = self.ran.input.arms[arm].clone();
        let base = self.key("p").with("arm", id.as_str());
        self.analysis(format!("{}, {}", self.title(), self.facts.spec.study.label(&id)), vec![id.clone()], &base)
    }

    fn over_all_arms(&self) -> Option<StatisticalAnalysisInput> {
        let title = format!("{}, all arms", self.title());
        self.analysis(title, self.ran.input.arms.clone(), &self.key("p"))
    }

    fn dose_response(&self) -> Option<StatisticalAnalysisInput> {
        let p = self.stored(self.key("dose_p"))?;
        let mut made = self.blank(self.title(), self.ran.input.arms.clone(), Some(&p));
        made.p = Some(p);
        Some(made)
    }

    fn analysis(&self, title: String, arms: Vec<String>, base: &ResultKey) -> Option<StatisticalAnalysisInput> {
        let (p, estimate) = (self.p(base), self.estimate(base));
        if (p.is_none() && estimate.is_none()) || arms.iter().any(|arm| self.is_empty(arm)) {
            return None;
        }
        let margin = self.item.margin.as_ref();
        let kind = match margin.map(|margin| margin.kind.value) {
            Some(MarginKind::NonInferiority) => "non_inferiority",
            Some(MarginKind::Equivalence) => "equivalence",
            // What is not a comparison of arms shows nothing over another.
            None if arms.len() < 2 => "other",
            Some(MarginKind::SuperiorityByMargin) | None => "superiority",
        };
        let margin = margin.map(margin_words);
        let blank = self.blank(title, arms, p.as_ref());
        Some(StatisticalAnalysisInput { kind, margin, p, estimate, ..blank })
    }

    /// Whether nobody of an arm was analysed: nothing was compared with it then.
    fn is_empty(&self, arm: &str) -> bool {
        !self.ran.input.rows.iter().any(|row| self.ran.input.arms[row.arm] == arm)
    }

    /// An analysis without numbers.
    fn blank(&self, title: String, arms: Vec<String>, p: Option<&ResultKey>) -> StatisticalAnalysisInput {
        let (method, method_words) = self.method();
        StatisticalAnalysisInput {
            title,
            description: Some(self.ran.in_words.clone()),
            arms,
            kind: "superiority",
            margin: None,
            prespecified: self.endpoint.role != EndpointRole::PostHoc,
            method: Some(method),
            method_words,
            p: None,
            estimate: None,
            comment: self.comment(p),
        }
    }

    fn title(&self) -> String {
        let title = crate::methods::find(self.ran.method).map_or(self.ran.method, |method| method.title());
        self.item.label.clone().unwrap_or_else(|| title.to_owned())
    }

    /// The test by the registries' list, and in words.
    fn method(&self) -> (&'static str, String) {
        let option = |name: &str| match self.item.options.get(name).map(|option| &option.value) {
            Some(OptionValue::Text(word)) => Some(word.as_str()),
            Some(OptionValue::Bool(yes)) => Some(if *yes { "yes" } else { "no" }),
            _ => None,
        };
        let title = self.title();
        match self.ran.method {
            "chi_square" if option("continuity") == Some("yes") => ("chi_squared_corrected", title),
            "t_test" => {
                let name = if option("variances") == Some("equal") { "Student" } else { "Welch" };
                // A margin is tested on its one side.
                let (test, sides) = match self.item.margin {
                    Some(_) => ("t_test_one_sided", "one-sided"),
                    None => (self.reported.test, "two-sided"),
                };
                (test, format!("{name} t test, {sides}"))
            }
            "proportion" => (self.reported.test, "Exact binomial test".to_owned()),
            "risk_difference" if !self.is_of("odds_ratio") => {
                (self.reported.test, "Farrington-Manning test".to_owned())
            }
            // Other weights are another test.
            "log_rank" if option("weights").is_some_and(|weights| weights != "log_rank") => ("other", title),
            _ => (self.reported.test, title),
        }
    }

    /// Whether the margin speaks of this effect.
    fn is_of(&self, effect: &str) -> bool {
        let named = self.item.margin.as_ref().and_then(|margin| margin.effect.as_ref());
        named.is_some_and(|named| named.as_str() == effect)
    }

    fn comment(&self, p: Option<&ResultKey>) -> Option<String> {
        let mut words = Vec::new();
        match self.item.role {
            AnalysisRole::Main => {}
            AnalysisRole::Sensitivity => words.push("Sensitivity analysis."),
            AnalysisRole::Supplementary => words.push("Supplementary analysis."),
        }
        // EudraCT shows the sum of both groups as the subjects of the analysis.
        if self.ran.method == "crossover" {
            words.push("The same participants are in both groups.");
        }
        if let Some(p) = p {
            if self.item.margin.as_ref().is_some_and(|margin| p.statistic == p_statistic(*margin.kind)) {
                words.push("The p-value is one-sided, against the margin.");
            }
            if is_nominal(self.facts, self.endpoint, p) {
                words.push(match self.facts.spec.analysis.multiplicity {
                    Some(_) => "The p-value is nominal: outside the multiple test procedure, or not rejected by it.",
                    None => "The p-value is nominal: what had to be shown before was not, or it is outside the order of tests.",
                });
            }
        }
        (!words.is_empty()).then(|| words.join(" "))
    }
}

/// The margin as a sentence, at its place.
fn margin_words(margin: &MarginSpec) -> Text {
    let text = in_words(margin);
    let mut letters = text.chars();
    let sentence =
        letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()));
    Text::new(sentence, margin.kind.place.clone())
}
