//! Expected values of mixed models for repeated measures.

use std::collections::BTreeMap;

use super::tables::{Options, Row, indices, optional, unknown};
use tracelock::stats::ancova::{Factor, MarginWeights};
use tracelock::stats::mmrm::design::{Design, DesignData, Place, Variable};
use tracelock::stats::mmrm::{Estimation, Inference, Information, Mmrm, MmrmInput, MmrmOptions, Structure, fit_mmrm};
use tracelock::stats::{NotEstimable, Value};

/// A design and its fit.
pub(super) struct Fitted {
    pub(super) design: Design,
    pub(super) model: Mmrm,
}

pub(super) fn structure(name: &str) -> Structure {
    match name {
        "un" => Structure::Unstructured,
        "toeph" => Structure::ToeplitzHeterogeneous,
        "toep" => Structure::Toeplitz,
        "adh" => Structure::AnteDependence,
        "arh1" => Structure::AutoregressiveHeterogeneous,
        "ar1" => Structure::Autoregressive,
        "csh" => Structure::CompoundSymmetryHeterogeneous,
        "cs" => Structure::CompoundSymmetry,
        other => unknown(other),
    }
}

fn inference(name: &str) -> Inference {
    match name {
        "kr" => Inference::KenwardRoger,
        "kr_linear" => Inference::KenwardRogerLinear,
        "satterthwaite" => Inference::Satterthwaite,
        "residual" => Inference::Residual,
        "between_within" => Inference::BetweenWithin,
        "sandwich_residual" => Inference::SandwichResidual,
        "sandwich_between_within" => Inference::SandwichBetweenWithin,
        other => unknown(other),
    }
}

/// `arm+visit+arm*visit+covariate0+factor0`.
fn terms(text: &str) -> Vec<Vec<Variable>> {
    let variable = |name: &str| match name.split_at(name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len())) {
        ("visit", _) => Variable::Visit,
        ("arm", _) => Variable::Arm,
        ("factor", k) => Variable::Factor(k.parse().expect("a position")),
        ("covariate", k) => Variable::Covariate(k.parse().expect("a position")),
        _ => unknown(name),
    };
    text.split('+').filter(|t| !t.is_empty()).map(|t| t.split('*').map(variable).collect()).collect()
}

/// Fits the model the options describe to rows with columns subject, visit, arm, response, covariate0, ..., factor0, ...
pub(super) fn fit(rows: &[Row], o: &Options) -> Result<Fitted, NotEstimable> {
    let levels = |column: &str| -> usize { indices(rows, column).iter().max().map_or(0, |l| l + 1) };
    let (n_visits, n_arms) = (levels("visit"), levels("arm"));
    let seen: Vec<Row> = rows.iter().filter(|r| optional(r, "response").is_some()).cloned().collect();
    let names = |prefix: &str| -> Vec<String> {
        let columns = seen.first().map(|r| r.keys().filter(|k| k.starts_with(prefix)).cloned().collect());
        columns.unwrap_or_default()
    };
    let number = |column: &str| -> Vec<f64> { seen.iter().filter_map(|r| optional(r, column)).collect() };
    let covariates: Vec<Vec<f64>> = names("covariate").iter().map(|c| number(c)).collect();
    let factors: Vec<(Vec<usize>, usize)> = names("factor").iter().map(|c| (indices(&seen, c), levels(c))).collect();
    let covariates: Vec<&[f64]> = covariates.iter().map(Vec::as_slice).collect();
    let factors: Vec<Factor> = factors.iter().map(|(level, n)| Factor { level, n_levels: *n }).collect();
    let (visit, arm, subject) = (indices(&seen, "visit"), indices(&seen, "arm"), indices(&seen, "subject"));
    let design = Design::new(
        DesignData {
            visit: Factor { level: &visit, n_levels: n_visits },
            arm: Factor { level: &arm, n_levels: n_arms },
            factors: &factors,
            covariates: &covariates,
        },
        &terms(o.text("terms")),
    )?;
    let input = MmrmInput {
        response: &number("response"),
        columns: &design.columns,
        subject: &subject,
        visit: &visit,
        n_visits,
        group: (o.text("group") == "arm").then_some((arm.as_slice(), n_arms)),
    };
    let options = MmrmOptions {
        structure: structure(o.text("structure")),
        estimation: if o.text("estimation") == "ml" { Estimation::MaximumLikelihood } else { Estimation::Restricted },
        information: if o.text("information") == "expected" { Information::Expected } else { Information::Observed },
    };
    let model = fit_mmrm(input, options)?;
    Ok(Fitted { design, model })
}

/// The number of a fit that the options and the key ask for.
pub(super) fn number(fitted: &Fitted, o: &Options, key: &str) -> Value {
    let Fitted { design, model } = fitted;
    let place = |name: &str| (!o.text(name).is_empty()).then(|| o.index(name));
    match key {
        "minus_two_log_likelihood" => return Ok(-2.0 * model.log_likelihood),
        "aic" => return Ok(model.criteria(model.n_subjects).aic),
        "aicc" => return Ok(model.criteria(model.n_subjects).aicc),
        "bic" => return Ok(model.criteria(o.index("subjects")).bic),
        "parameter" => return Ok(model.parameters[o.index("index")]),
        "parameter_se" => return model.parameter_standard_error(o.index("index")),
        "covariance" => return model.covariance(place("of_group").unwrap_or(0), o.index("row"), o.index("column")),
        "coefficient" => return model.coefficient(o.index("column")),
        "coefficient_covariance" => {
            return model.coefficient_covariance(o.index("row"), o.index("column"), inference(o.text("inference")));
        }
        _ => {}
    }
    let method = inference(o.text("inference"));
    if let Some(part) = key.strip_prefix("test_") {
        let test = model.f_test(&design.term_rows(o.index("term"))?, method)?;
        return Ok(match part {
            "f" => test.f,
            "numerator_df" => test.numerator_df,
            "df" => test.denominator_df,
            "scale" => test.scale,
            "p" => test.p,
            other => unknown(other),
        });
    }
    let margins = if o.text("margins") == "observed" { MarginWeights::Observed } else { MarginWeights::Equal };
    let at = |arm: Option<usize>| Place { visit: place("visit"), arm, covariates: None };
    let (name, part) = key.split_once('_').unwrap_or((key, "estimate"));
    let weights = match name {
        "mean" => design.mean(at(place("arm")), margins)?,
        "difference" => design.difference(at(place("arm")), at(place("reference")), margins)?,
        "column" => (0..design.columns.len()).map(|c| f64::from(c == o.index("column"))).collect(),
        other => unknown(other),
    };
    let estimate = model.contrast(&weights, method, o.level())?;
    Ok(match part {
        "estimate" => estimate.estimate,
        "se" => estimate.standard_error,
        "df" => estimate.df,
        "t" => estimate.t,
        "p" => estimate.p_two_sided,
        "lower" => estimate.interval.lower,
        "upper" => estimate.interval.upper,
        other => unknown(other),
    })
}

thread_local! {
    /// Fits of this run, so that many values of one model are computed from one fit.
    static FITS: std::cell::RefCell<BTreeMap<String, Result<std::rc::Rc<Fitted>, NotEstimable>>> = const { std::cell::RefCell::new(BTreeMap::new()) };
}

pub(super) fn mmrm_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let name = ["case", "terms", "structure", "estimation", "information", "group"].map(|part| o.text(part)).join(";");
    let known =
        FITS.with(|fits| fits.borrow_mut().entry(name).or_insert_with(|| fit(rows, o).map(std::rc::Rc::new)).clone());
    number(&*known?, o, key)
}
