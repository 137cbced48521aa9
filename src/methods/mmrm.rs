//! Mixed model for repeated measures: least-squares means of the arms and their differences, by visit and over visits.

use std::collections::BTreeMap;

use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::ancova::{Factor, MarginWeights};
use crate::stats::linear_model::LinearEstimate;
use crate::stats::mmrm::design::{Design, DesignData, Place, Variable};
use crate::stats::mmrm::{Estimation, Inference, Information, Mmrm, MmrmInput, MmrmOptions, Structure, fit_first};

use super::input::{AnalysisInput, Shape};
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method};

/// The method `mmrm`.
pub(super) struct MixedModel;

const STRUCTURES: &[&str] = &[
    "unstructured",
    "toeplitz_heterogeneous",
    "toeplitz",
    "ante_dependence",
    "autoregressive_heterogeneous",
    "autoregressive",
    "compound_symmetry_heterogeneous",
    "compound_symmetry",
];

impl Method for MixedModel {
    fn name(&self) -> &'static str {
        "mmrm"
    }
    fn title(&self) -> &'static str {
        "Mixed model for repeated measures"
    }
    fn about(&self) -> About {
        About {
            estimand: "Means of the arms at each visit and over all visits, adjusted for covariates and factors, and their differences.",
            formula: "y = Xβ + ε with ε normal, the covariance of a subject's visits of the structure named, subjects independent. X: arm, visit, arm × visit, factors, covariates (BASE also × visit). Restricted likelihood; generalised least squares; LS means at the covariates' means over the records. Keys without `visit` are averages of the visits with equal weights. Structures are tried in order until one can be fitted.",
            limits: "Missing visits are taken as missing at random. Subjects without any visit do not enter. A covariance the visits do not determine, or a search that does not end, gives no number and says so.",
            source: "Mallinckrodt et al. 2008, Drug Information Journal 42:303-319; Kenward & Roger 1997, Biometrics 53:983-997; Satterthwaite 1946; Schluchter & Elashoff 1990.",
            sas: "PROC MIXED; CLASS arm visit id site; MODEL y = arm|visit site base|visit / DDFM=KR; REPEATED visit / SUBJECT=id TYPE=UN; LSMEANS arm*visit / DIFF CL; LSMEANS arm / DIFF CL;",
            r: "mmrm::mmrm(y ~ arm * visit + site + base * visit + us(visit | id), method = \"Kenward-Roger\"); emmeans::emmeans(fit, ~ arm | visit)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "structure",
                kind: OptionKind::Choices(STRUCTURES),
                about: "covariance of the visits (SAS TYPE = UN, TOEPH, TOEP, ANTE(1), ARH(1), AR(1), CSH, CS); several are tried in order",
            },
            OptionDoc {
                name: "df",
                kind: OptionKind::Choice(&[
                    "kenward_roger",
                    "kenward_roger_linear",
                    "satterthwaite",
                    "residual",
                    "between_within",
                ]),
                about: "standard errors and degrees of freedom; the Kenward-Roger of SAS and R mmrm uses the observed information, as here; R mmrm's default is Satterthwaite; R's Kenward-Roger of structures that are not linear differs from SAS",
            },
            OptionDoc {
                name: "information",
                kind: OptionKind::Choice(&["observed", "expected"]),
                about: "information of the covariance parameters: observed (SAS, R mmrm) or expected (R pbkrtest)",
            },
            OptionDoc {
                name: "estimation",
                kind: OptionKind::Choice(&["restricted", "full"]),
                about: "likelihood: restricted (REML) or full (ML; not with Kenward-Roger)",
            },
            OptionDoc {
                name: "arm_effect",
                kind: OptionKind::Choice(&["by_visit", "constant", "without_visit"]),
                about: "arm × visit; arm and visit without interaction; or arm alone, with no effect of the visit",
            },
            OptionDoc {
                name: "base_by_visit",
                kind: OptionKind::Choice(&["yes", "no"]),
                about: "whether the covariate BASE has a slope of its own at each visit",
            },
            OptionDoc {
                name: "covariance_groups",
                kind: OptionKind::Choice(&["common", "arm"]),
                about: "one covariance for all, or one for each arm (SAS GROUP=)",
            },
            OptionDoc {
                name: "weights",
                kind: OptionKind::Choice(&["equal", "observed"]),
                about: "weights of factor levels in LS means: every level alike (SAS default) or as observed (SAS OM)",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Visits
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Covariates, ItemKey::Factors, ItemKey::Visits]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        counts(writer);
        let records = Records::of(writer.input);
        let terms = terms(options, writer.input, &records);
        let fitted =
            records.design(&terms.iter().map(|t| t.variables.clone()).collect::<Vec<_>>()).and_then(|design| {
                let fit = fit(options, writer, &records, &design)?;
                Ok((design, fit))
            });
        means(options, writer, fitted.as_ref().map_err(|e| *e));
        tests(options, writer, &terms, fitted.as_ref().map_err(|e| *e));
        of_the_fit(options, writer, fitted.as_ref().map(|f| &f.1).map_err(|e| *e));
    }
}

/// Numbers of subjects: those with a visit, without any, and with each visit.
fn counts(writer: &mut Writer<'_, '_, '_>) {
    for arm in 0..writer.input.arms.len() {
        writer.count("n", arm, |_| true);
        writer.missing(arm);
        if writer.input.rows.iter().any(|r| r.imputed) {
            writer.count("imputed", arm, |r| r.imputed);
        }
        for (at, visit) in writer.input.visits.clone().into_iter().enumerate() {
            let key = writer.arm_key("n", arm).with("visit", visit);
            writer.count_keyed(key, arm, |r| r.at_visits.get(at).copied().flatten().is_some());
        }
    }
}

/// One entry a subject and visit with a value.
struct Records {
    response: Vec<f64>,
    subject: Vec<usize>,
    visit: Vec<usize>,
    arm: Vec<usize>,
    factors: Vec<(Vec<usize>, usize)>,
    covariates: Vec<Vec<f64>>,
    n_visits: usize,
    n_arms: usize,
}

impl Records {
    fn of(input: &AnalysisInput) -> Self {
        let mut records = Self {
            response: Vec::new(),
            subject: Vec::new(),
            visit: Vec::new(),
            arm: Vec::new(),
            factors: vec![(Vec::new(), 0); input.factors.len()],
            covariates: vec![Vec::new(); input.covariates.len()],
            n_visits: input.visits.len(),
            n_arms: input.arms.len(),
        };
        // Levels that nobody analysed has are no levels of the model.
        let mut known: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); input.factors.len()];
        for row in &input.rows {
            for (levels, level) in known.iter_mut().zip(&row.factors) {
                levels.insert(*level, 0);
            }
        }
        for levels in &mut known {
            levels.values_mut().enumerate().for_each(|(at, place)| *place = at);
        }
        for (at, row) in input.rows.iter().enumerate() {
            for (visit, value) in row.at_visits.iter().enumerate() {
                let Some(value) = value else { continue };
                records.response.push(*value);
                records.subject.push(at);
                records.visit.push(visit);
                records.arm.push(row.arm);
                for ((list, _), (levels, level)) in records.factors.iter_mut().zip(known.iter().zip(&row.factors)) {
                    list.push(levels[level]);
                }
                for (list, x) in records.covariates.iter_mut().zip(&row.covariates) {
                    list.push(*x);
                }
            }
        }
        for ((_, n), levels) in records.factors.iter_mut().zip(&known) {
            *n = levels.len();
        }
        records
    }

    fn design(&self, terms: &[Vec<Variable>]) -> Result<Design, NotEstimable> {
        let factors: Vec<Factor<'_>> = self.factors.iter().map(|(level, n)| Factor { level, n_levels: *n }).collect();
        let covariates: Vec<&[f64]> = self.covariates.iter().map(Vec::as_slice).collect();
        let data = DesignData {
            visit: Factor { level: &self.visit, n_levels: self.n_visits },
            arm: Factor { level: &self.arm, n_levels: self.n_arms },
            factors: &factors,
            covariates: &covariates,
        };
        Design::new(data, terms)
    }
}

/// A term of the model with its name in keys.
struct Term {
    name: String,
    variables: Vec<Variable>,
}

fn terms(options: &Options, input: &AnalysisInput, records: &Records) -> Vec<Term> {
    let term = |name: &str, variables: &[Variable]| Term { name: name.to_owned(), variables: variables.to_vec() };
    let several = records.n_visits > 1;
    let mut terms = vec![term("treatment", &[Variable::Arm])];
    let effect = options.choice("arm_effect");
    if several && effect != "without_visit" {
        terms.push(term("visit", &[Variable::Visit]));
    }
    if several && effect == "by_visit" {
        terms.push(term("treatment*visit", &[Variable::Arm, Variable::Visit]));
    }
    for (at, factor) in input.factors.iter().enumerate() {
        terms.push(term(&factor.name, &[Variable::Factor(at)]));
    }
    for (at, name) in input.covariates.iter().enumerate() {
        terms.push(term(name, &[Variable::Covariate(at)]));
        let by_visit = name.eq_ignore_ascii_case("BASE") && options.choice("base_by_visit") == "yes";
        if several && by_visit && effect != "without_visit" {
            terms.push(term(&format!("{name}*visit"), &[Variable::Covariate(at), Variable::Visit]));
        }
    }
    terms
}

fn structure(word: &str) -> Structure {
    match word {
        "toeplitz_heterogeneous" => Structure::ToeplitzHeterogeneous,
        "toeplitz" => Structure::Toeplitz,
        "ante_dependence" => Structure::AnteDependence,
        "autoregressive_heterogeneous" => Structure::AutoregressiveHeterogeneous,
        "autoregressive" => Structure::Autoregressive,
        "compound_symmetry_heterogeneous" => Structure::CompoundSymmetryHeterogeneous,
        "compound_symmetry" => Structure::CompoundSymmetry,
        _ => Structure::Unstructured,
    }
}

fn inference(options: &Options) -> Inference {
    match options.choice("df") {
        "kenward_roger_linear" => Inference::KenwardRogerLinear,
        "satterthwaite" => Inference::Satterthwaite,
        "residual" => Inference::Residual,
        "between_within" => Inference::BetweenWithin,
        _ => Inference::KenwardRoger,
    }
}

/// Fits the first structure that can be fitted, and says which.
fn fit(
    options: &Options,
    writer: &mut Writer<'_, '_, '_>,
    records: &Records,
    design: &Design,
) -> Result<Mmrm, NotEstimable> {
    let id = writer.input.id.clone();
    let input = MmrmInput {
        response: &records.response,
        columns: &design.columns,
        subject: &records.subject,
        visit: &records.visit,
        n_visits: records.n_visits,
        group: (options.choice("covariance_groups") == "arm").then_some((records.arm.as_slice(), records.n_arms)),
    };
    let wanted = options.choices("structure");
    let structures: Vec<Structure> = wanted.iter().map(|word| structure(word)).collect();
    let (estimation, information) = (
        if options.choice("estimation") == "full" { Estimation::MaximumLikelihood } else { Estimation::Restricted },
        if options.choice("information") == "expected" { Information::Expected } else { Information::Observed },
    );
    let how = MmrmOptions { structure: structures[0], estimation, information };
    match fit_first(input, &structures, how) {
        Ok((fit, failed)) => {
            let reasons: String = failed
                .iter()
                .zip(wanted)
                .map(|((_, reason), word)| format!("; {}: {reason}", word.replace('_', " ")))
                .collect();
            let used = wanted.get(failed.len()).copied().unwrap_or_default().replace('_', " ");
            writer.word(ResultKey::new(&id, "structure"), &format!("{used}{reasons}"));
            writer.word(ResultKey::new(&id, "df_method"), &options.choice("df").replace('_', " "));
            Ok(fit)
        }
        // The reason of the first structure is that of the model as planned.
        Err(failed) => Err(failed.first().map_or(NotEstimable::NotConverged, |f| f.1)),
    }
}

/// Design and fit, or why there is none.
type Fitted<'f> = Result<&'f (Design, Mmrm), NotEstimable>;

/// LS means of the arms and their differences, at each visit and over all.
fn means(options: &Options, writer: &mut Writer<'_, '_, '_>, fitted: Fitted<'_>) {
    let (level, inference) = (options.number("conf_level"), inference(options));
    let margins = if options.choice("weights") == "observed" { MarginWeights::Observed } else { MarginWeights::Equal };
    let visits = writer.input.visits.clone();
    let places = std::iter::once(None).chain((0..visits.len()).map(Some));
    for visit in places.filter(|visit| visit.is_none() || options.choice("arm_effect") != "without_visit") {
        let keyed = |key: ResultKey| match visit {
            Some(at) => key.with("visit", visits[at].as_str()),
            None => key,
        };
        let place = |arm: usize| Place { visit, arm: Some(arm), covariates: None };
        for arm in 0..writer.input.arms.len() {
            let mean =
                fitted.and_then(|(design, fit)| fit.contrast(&design.mean(place(arm), margins)?, inference, level));
            for (name, value) in estimates("lsmean", mean) {
                writer.keyed(keyed(writer.arm_key(name, arm)), &[arm], value);
            }
        }
        for comparison in writer.input.comparisons.clone() {
            let difference = fitted.and_then(|(design, fit)| {
                let weights = design.difference(place(comparison.0), place(comparison.1), margins)?;
                fit.contrast(&weights, inference, level)
            });
            for (name, value) in estimates("diff", difference) {
                let key = keyed(writer.compared_key(name, comparison));
                writer.compared_keyed(key, comparison, value);
            }
        }
    }
}

/// An estimate as results; t, df and p test that it is zero.
fn estimates(
    name: &str,
    value: Result<LinearEstimate, NotEstimable>,
) -> [(&'static str, Result<f64, NotEstimable>); 7] {
    let [estimate, se, lower, upper] = if name == "diff" {
        ["diff", "diff_se", "diff_lower", "diff_upper"]
    } else {
        ["lsmean", "lsmean_se", "lsmean_lower", "lsmean_upper"]
    };
    [
        (estimate, value.map(|v| v.estimate)),
        (se, value.map(|v| v.standard_error)),
        (lower, value.map(|v| v.interval.lower)),
        (upper, value.map(|v| v.interval.upper)),
        ("t", value.map(|v| v.t)),
        ("df", value.map(|v| v.df)),
        ("p", value.map(|v| v.p_two_sided)),
    ]
}

/// Type III tests of the terms.
fn tests(options: &Options, writer: &mut Writer<'_, '_, '_>, terms: &[Term], fitted: Fitted<'_>) {
    let (id, inference) = (writer.input.id.clone(), inference(options));
    for (at, term) in terms.iter().enumerate() {
        let test = fitted.and_then(|(design, fit)| fit.f_test(&design.term_rows(at)?, inference));
        for (name, value) in [
            ("f", test.map(|t| t.f)),
            ("df1", test.map(|t| t.numerator_df)),
            ("df2", test.map(|t| t.denominator_df)),
            ("p", test.map(|t| t.p)),
        ] {
            writer.overall(ResultKey::new(&id, name).with("term", term.name.as_str()), value);
        }
    }
}

/// Covariance and correlation of the visits, and the criteria of the fit.
fn of_the_fit(options: &Options, writer: &mut Writer<'_, '_, '_>, fit: Result<&Mmrm, NotEstimable>) {
    let (id, visits) = (writer.input.id.clone(), writer.input.visits.clone());
    let criteria = fit.map(|f| f.criteria(f.n_subjects));
    for (name, value) in [
        ("minus_two_log_likelihood", criteria.map(|c| c.minus_two_log_likelihood)),
        ("aic", criteria.map(|c| c.aic)),
        ("aicc", criteria.map(|c| c.aicc)),
        ("bic", criteria.map(|c| c.bic)),
    ] {
        writer.overall(ResultKey::new(&id, name), value);
    }
    let by_arm = options.choice("covariance_groups") == "arm";
    for group in 0..if by_arm { writer.input.arms.len() } else { 1 } {
        for (first, row) in visits.iter().enumerate() {
            for (second, column) in visits.iter().enumerate().take(first + 1) {
                let covariance = fit.and_then(|f| f.covariance(group, first, second));
                let correlation = fit.and_then(|f| {
                    let variances = f.covariance(group, first, first)? * f.covariance(group, second, second)?;
                    Ok(f.covariance(group, first, second)? / variances.sqrt())
                });
                for (name, value) in [("covariance", covariance), ("correlation", correlation)] {
                    let key = ResultKey::new(&id, name).with("visit", row.as_str()).with("with", column.as_str());
                    match (by_arm, name) {
                        (_, "correlation") if first == second => {}
                        (true, _) => {
                            let arm = writer.input.arms[group].clone();
                            writer.keyed(key.with("arm", arm), &[group], value);
                        }
                        (false, _) => writer.overall(key, value),
                    }
                }
            }
        }
    }
}
