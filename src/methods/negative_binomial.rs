//! Negative binomial regression of counts, with the time at risk as offset: rate ratios and dispersion.

use crate::stats::glm::negative_binomial::{
    CountCovariance, DispersionError, NegativeBinomialModel, fit_negative_binomial,
};

use super::count_model::{CountData, describe_counts, estimates, overall};
use super::input::Shape;
use super::item_keys::ItemKey;
use super::model_columns::write_test;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method};

/// The method `negative_binomial`.
pub(super) struct NegativeBinomial;

impl Method for NegativeBinomial {
    fn name(&self) -> &'static str {
        "negative_binomial"
    }
    fn title(&self) -> &'static str {
        "Negative binomial regression"
    }
    fn about(&self) -> About {
        About {
            estimand: "Ratio of the event rates of the arms where subjects differ in their rates, adjusted for factors and covariates.",
            formula: "Maximum likelihood of counts with variance m + k m² (NB2) and log link; terms, offset and `rate` as in poisson. The dispersion k is estimated with the coefficients; `chi_square[test=dispersion]` tests k = 0, its p-value halved because k lies at its bound.",
            limits: "A dispersion of 0 means that the counts vary no more than Poisson counts; the model is then Poisson and the standard error of k is not defined.",
            source: "Lawless 1987, Canadian Journal of Statistics 15:209-225; Keene et al. 2007, Pharmaceutical Statistics 6:89-97.",
            sas: "PROC GENMOD; CLASS arm f; MODEL y = arm f x / DIST=NEGBIN LINK=LOG OFFSET=logt TYPE3; LSMEANS arm / ILINK CL;",
            r: "MASS::glm.nb(y ~ arm + f + x + offset(log(t))); k is 1/theta; its standard errors are variance: expected",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "variance",
                kind: OptionKind::Choice(&["joint", "expected", "observed", "robust"]),
                about: "standard errors: observed information with the dispersion (SAS, Stata); expected with the dispersion as known (R glm.nb); observed with it as known; robust HC0",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Count
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Covariates, ItemKey::Factors, ItemKey::Reference]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe_counts(writer);
        let level = options.number("conf_level");
        let kind = match options.choice("variance") {
            "expected" => CountCovariance::ExpectedGivenDispersion,
            "observed" => CountCovariance::ObservedGivenDispersion,
            "robust" => CountCovariance::Sandwich,
            _ => CountCovariance::ObservedJoint,
        };
        let error = match kind {
            CountCovariance::ObservedJoint => DispersionError::Joint,
            _ => DispersionError::GivenCoefficients,
        };
        let data = CountData::of(writer);
        let fit = fit_negative_binomial(&data.columns.columns, &data.response, data.offset.as_deref());
        let fit = fit.as_ref().map_err(|e| *e);
        let combination = |weights: &[f64]| fit.and_then(|f| f.combination(weights, kind, level));
        estimates(writer, &data, &combination, &|_, _, ratio| ratio);
        for term in &data.columns.terms {
            let places: Vec<usize> = term.columns.clone().collect();
            let test = fit.and_then(|f| f.likelihood_ratio_test(&places));
            write_test(writer, "likelihood_ratio", Some(&term.name), test.map(|t| (t.chi_square, t.df, t.p)));
        }
        let test = fit.and_then(NegativeBinomialModel::dispersion_test);
        write_test(writer, "dispersion", None, test.map(|t| (t.chi_square, t.df, t.p)));
        overall(writer, "dispersion", fit.map(|f| f.dispersion));
        overall(writer, "dispersion_se", fit.and_then(|f| f.dispersion_standard_error(error)));
        overall(writer, "log_likelihood", fit.map(|f| f.model.log_likelihood));
    }
}
