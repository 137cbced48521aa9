//! Regression of counts: what Poisson and negative binomial models have in common.

use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::glm::WaldEstimate;

use super::incidence_rate::counts;
use super::input::Analysed;
use super::model_columns::{Compared, LogRatio, ModelColumns, reference_arm, write_ratio};
use super::writer::Writer;

/// Columns, counts and offsets of the subjects analysed.
pub(super) struct CountData {
    pub columns: ModelColumns,
    pub response: Vec<f64>,
    pub offset: Option<Vec<f64>>,
}

impl CountData {
    /// Of an analysis; the offset is the logarithm of the time at risk, where the measure has one.
    pub fn of(writer: &Writer<'_, '_, '_>) -> Self {
        Self::against(writer, reference_arm(writer.input))
    }

    /// The same with another reference arm.
    pub fn against(writer: &Writer<'_, '_, '_>, reference: usize) -> Self {
        let rows: Vec<&Analysed> = writer.input.rows.iter().collect();
        Self {
            columns: ModelColumns::of(writer.input, &rows, reference, true),
            response: rows.iter().map(|r| r.value).collect(),
            offset: rows.iter().map(|r| r.exposure.map(libm::log)).collect(),
        }
    }
}

/// Writes n, missing, events and time at risk of each arm.
pub(super) fn describe_counts(writer: &mut Writer<'_, '_, '_>) {
    for arm in 0..writer.input.arms.len() {
        counts(writer, arm);
        if writer.input.rows.iter().any(|r| r.exposure.is_some()) {
            let time: f64 = writer.input.rows.iter().filter(|r| r.arm == arm).filter_map(|r| r.exposure).sum();
            writer.arm("person_time", arm, Ok(time));
        }
    }
}

/// Writes adjusted rates of the arms and the ratios of everything the model compares.
pub(super) fn estimates(
    writer: &mut Writer<'_, '_, '_>,
    data: &CountData,
    combination: &dyn Fn(&[f64]) -> Result<WaldEstimate, NotEstimable>,
    limits: &dyn Fn(&Compared<'_>, Option<usize>, LogRatio) -> LogRatio,
) {
    for arm in 0..writer.input.arms.len() {
        let rate = combination(&marginal_weights(writer, data, arm)).map(log_ratio);
        writer.arm("rate", arm, rate.and_then(|r| r.ratio));
        writer.arm("rate_lower", arm, rate.and_then(|r| r.lower));
        writer.arm("rate_upper", arm, rate.and_then(|r| r.upper));
    }
    for comparison in writer.input.comparisons.clone() {
        let compared = Compared::Arms(comparison);
        let ratio = combination(&data.columns.contrast(comparison)).map(log_ratio);
        let ratio = ratio.map(|r| limits(&compared, None, r));
        write_ratio(writer, "rate_ratio", &compared, ratio);
    }
    for (term, column, level) in data.columns.beyond_arms() {
        let compared = Compared::Column(&term.name, level);
        let mut weights = vec![0.0; data.columns.columns.len()];
        weights[column] = 1.0;
        let ratio = combination(&weights).map(log_ratio).map(|r| limits(&compared, Some(column), r));
        write_ratio(writer, "rate_ratio", &compared, ratio);
    }
}

/// Weights of the mean of an arm: factor levels alike, covariates at their means.
fn marginal_weights(writer: &Writer<'_, '_, '_>, data: &CountData, arm: usize) -> Vec<f64> {
    let mut weights = vec![0.0; data.columns.columns.len()];
    weights[0] = 1.0;
    if let Some(column) = data.columns.arm_column(arm) {
        weights[column] = 1.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "numbers of subjects and levels are far below 2^53")]
    for term in data.columns.terms.iter().skip(1) {
        for column in term.columns.clone() {
            weights[column] = if term.levels.is_empty() {
                data.columns.columns[column].iter().sum::<f64>() / writer.input.rows.len().max(1) as f64
            } else {
                1.0 / (term.levels.len() + 1) as f64
            };
        }
    }
    weights
}

fn log_ratio(estimate: WaldEstimate) -> LogRatio {
    LogRatio::new(estimate.estimate, estimate.standard_error, estimate.z, estimate.p_two_sided, estimate.interval)
}

/// Writes a number of the whole model.
pub(super) fn overall(writer: &mut Writer<'_, '_, '_>, name: &str, value: Result<f64, NotEstimable>) {
    let key = ResultKey::new(&writer.input.id, name);
    writer.overall(key, value);
}
