//! Edge cases and properties of the mixed model for repeated measures.

use super::super::ancova::{Factor, MarginWeights};
use super::super::linear_model::fit_linear_model;
use super::design::{Design, DesignData, Place, Variable};
use super::*;

const ALL: [Structure; 8] = [
    Structure::Unstructured,
    Structure::ToeplitzHeterogeneous,
    Structure::Toeplitz,
    Structure::AnteDependence,
    Structure::AutoregressiveHeterogeneous,
    Structure::Autoregressive,
    Structure::CompoundSymmetryHeterogeneous,
    Structure::CompoundSymmetry,
];

/// Records of 40 subjects at 3 visits in 2 arms, some missing; the last subject is never seen.
#[derive(Clone)]
struct Sample {
    response: Vec<f64>,
    subject: Vec<usize>,
    visit: Vec<usize>,
    arm: Vec<usize>,
    baseline: Vec<f64>,
}

fn sample() -> Sample {
    let mut s = Sample { response: vec![], subject: vec![], visit: vec![], arm: vec![], baseline: vec![] };
    let wave = |k: usize| libm::sin(12.9898 * k as f64) * 43758.5453;
    let noise = |k: usize| 4.0 * (wave(k) - wave(k).floor() - 0.5);
    for i in 0..39 {
        let own = noise(1000 + i);
        for v in 0..3 {
            if (i * 7 + v * 5) % 9 == 0 || (i % 5 == 4 && v == 2) {
                continue;
            }
            s.response.push(20.0 + 1.5 * own + noise(3 * i + v) + v as f64 * (1.0 + (i % 2) as f64));
            s.subject.push(i);
            s.visit.push(v);
            s.arm.push(i % 2);
            s.baseline.push((own * 4.0).round());
        }
    }
    s
}

impl Sample {
    fn design(&self) -> Design {
        let data = DesignData {
            visit: Factor { level: &self.visit, n_levels: 3 },
            arm: Factor { level: &self.arm, n_levels: 2 },
            factors: &[],
            covariates: &[&self.baseline],
        };
        let terms = [
            vec![Variable::Arm],
            vec![Variable::Visit],
            vec![Variable::Arm, Variable::Visit],
            vec![Variable::Covariate(0)],
        ];
        Design::new(data, &terms).expect("a design")
    }

    fn input<'a>(&'a self, columns: &'a [Vec<f64>]) -> MmrmInput<'a> {
        let Sample { response, subject, visit, .. } = self;
        MmrmInput { response, columns, subject, visit, n_visits: 3, group: None }
    }

    fn fit(&self, structure: Structure) -> Result<Mmrm, NotEstimable> {
        fit_mmrm(self.input(&self.design().columns), MmrmOptions::restricted(structure))
    }

    /// Difference of the arms at the last visit.
    fn difference(&self, structure: Structure) -> super::super::linear_model::LinearEstimate {
        let design = self.design();
        let row = design.difference(Place::cell(2, 1), Place::cell(2, 0), MarginWeights::Equal).expect("weights");
        self.fit(structure).expect("fitted").contrast(&row, Inference::KenwardRoger, 0.95).expect("estimable")
    }
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * b.abs().max(1e-300)
}

fn simple<'a>(
    response: &'a [f64],
    columns: &'a [Vec<f64>],
    subject: &'a [usize],
    visit: &'a [usize],
    n_visits: usize,
) -> MmrmInput<'a> {
    MmrmInput { response, columns, subject, visit, n_visits, group: None }
}

#[test]
fn too_little_is_refused() {
    let options = MmrmOptions::restricted(Structure::Unstructured);
    let fit = |input| fit_mmrm(input, options).err();
    let empty = [vec![]];
    assert_eq!(fit(simple(&[], &empty, &[], &[], 1)), Some(NotEstimable::TooFewValues));
    let one = [vec![1.0]];
    assert_eq!(fit(simple(&[3.0], &one, &[0], &[0], 1)), Some(NotEstimable::TooFewValues));
    let ones = [vec![1.0; 4]];
    let (subject, visit) = ([0, 0, 1, 1], [0, 1, 0, 1]);
    assert_eq!(fit(simple(&[2.0; 4], &ones, &subject, &visit, 2)), Some(NotEstimable::ZeroVariance));
    assert_eq!(fit(simple(&[2.0; 3], &ones, &subject, &visit, 2)), Some(NotEstimable::InvalidArgument));
    let y = [1.0, 2.0, 4.0, 3.0];
    assert_eq!(fit(simple(&y, &ones, &subject, &[0, 0, 0, 1], 2)), Some(NotEstimable::InvalidArgument));
    assert_eq!(fit(simple(&y, &ones, &subject, &[0, 2, 0, 1], 2)), Some(NotEstimable::InvalidArgument));
    assert_eq!(fit(simple(&[1.0, f64::NAN, 2.0, 3.0], &ones, &subject, &visit, 2)), Some(NotEstimable::NotFinite));
    let groups = [0, 1, 0, 0];
    let input = MmrmInput { group: Some((&groups, 2)), ..simple(&y, &ones, &subject, &visit, 2) };
    assert_eq!(fit(input), Some(NotEstimable::InvalidArgument));
}

#[test]
fn a_covariance_not_determined_is_named() {
    // The second visit repeats the first: correlation 1.
    let y: Vec<f64> = (0..12).map(|k| f64::from([1, 5, 2, 8, 4, 4][k / 2])).collect();
    let subject: Vec<usize> = (0..12).map(|k| k / 2).collect();
    let visit: Vec<usize> = (0..12).map(|k| k % 2).collect();
    let ones = [vec![1.0; 12]];
    for structure in ALL {
        let fit = fit_mmrm(simple(&y, &ones, &subject, &visit, 2), MmrmOptions::restricted(structure));
        assert_eq!(fit.err(), Some(NotEstimable::Singular), "{structure:?}");
    }
    // No subject at both visits: their covariance is unknown, one variance is not.
    let y = [3.0, 4.0, 6.0, 2.0, 9.0, 5.0];
    let ones = [vec![1.0; 6]];
    let input = simple(&y, &ones, &[0, 1, 2, 3, 4, 5], &[0, 0, 0, 1, 1, 1], 2);
    for structure in ALL {
        let fit = fit_mmrm(input, MmrmOptions::restricted(structure));
        assert_eq!(fit.err(), Some(NotEstimable::Singular), "{structure:?}");
    }
    // A group without subjects has no covariance.
    let s = sample();
    let design = s.design();
    let groups = vec![0; s.response.len()];
    let input = MmrmInput { group: Some((&groups, 2)), ..s.input(&design.columns) };
    let fit = fit_mmrm(input, MmrmOptions::restricted(Structure::Autoregressive));
    assert_eq!(fit.err(), Some(NotEstimable::Singular));
}

#[test]
fn one_visit_is_least_squares() {
    let y = [3.0, 4.5, 6.0, 2.0, 9.0, 5.0, 7.5];
    let columns = [vec![1.0; 7], vec![0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]];
    let least = fit_linear_model(&columns, &y).expect("fitted").combination(&[0.0, 1.0], 0.95).expect("estimable");
    let input = simple(&y, &columns, &[9, 8, 7, 6, 5, 4, 3], &[0; 7], 1);
    let fit = fit_mmrm(input, MmrmOptions::restricted(Structure::Unstructured)).expect("fitted");
    for inference in [Inference::KenwardRoger, Inference::Satterthwaite, Inference::Residual] {
        let own = fit.contrast(&[0.0, 1.0], inference, 0.95).expect("estimable");
        assert!(close(own.estimate, least.estimate, 1e-12) && close(own.df, 5.0, 1e-10), "{inference:?} {own:?}");
        assert!(close(own.standard_error, least.standard_error, 1e-11));
    }
    let test = fit.f_test(&[vec![0.0, 1.0]], Inference::KenwardRoger).expect("a test");
    assert!(close(test.f, least.t * least.t, 1e-10) && test.numerator_df == 1.0);
}

#[test]
fn order_and_names_of_records_do_not_matter() {
    let s = sample();
    let n = s.response.len();
    let order: Vec<usize> = (0..n).map(|k| (k * 37 + 11) % n).collect();
    let pick = |v: &[usize]| -> Vec<usize> { order.iter().map(|&k| v[k]).collect() };
    let shuffled = Sample {
        response: order.iter().map(|&k| s.response[k]).collect(),
        subject: order.iter().map(|&k| 1000 - s.subject[k]).collect(),
        visit: pick(&s.visit),
        arm: pick(&s.arm),
        baseline: order.iter().map(|&k| s.baseline[k]).collect(),
    };
    assert_ne!(n % 37, 0, "every record is picked");
    for structure in ALL {
        let (a, b) = (s.difference(structure), shuffled.difference(structure));
        assert!(close(a.estimate, b.estimate, 1e-11) && close(a.standard_error, b.standard_error, 1e-12));
        assert!(close(a.df, b.df, 1e-11), "{structure:?} {} {}", a.df, b.df);
    }
}

#[test]
fn swapping_arms_negates_and_scaling_scales() {
    let s = sample();
    let mut swapped = s.clone();
    swapped.arm.iter_mut().for_each(|a| *a = 1 - *a);
    let mut scaled = s.clone();
    scaled.response.iter_mut().for_each(|y| *y = 1e6 * (*y + 300.0));
    for structure in ALL {
        let (a, b, c) = (s.difference(structure), swapped.difference(structure), scaled.difference(structure));
        assert!(close(-a.estimate, b.estimate, 1e-11) && close(a.p_two_sided, b.p_two_sided, 1e-10));
        assert!(close(1e6 * a.estimate, c.estimate, 1e-9) && close(1e6 * a.standard_error, c.standard_error, 1e-10));
        assert!(close(a.df, c.df, 1e-9), "{structure:?}");
    }
}

#[test]
fn linear_structures_have_no_second_derivatives() {
    let s = sample();
    let row = s.design().mean(Place::cell(2, 1), MarginWeights::Equal).expect("weights");
    for structure in ALL {
        let fit = s.fit(structure).expect("fitted");
        let error = |i| fit.contrast(&row, i, 0.95).expect("estimable").standard_error;
        let (full, linear) = (error(Inference::KenwardRoger), error(Inference::KenwardRogerLinear));
        let is_linear =
            matches!(structure, Structure::Unstructured | Structure::Toeplitz | Structure::CompoundSymmetry);
        assert_eq!(full == linear, is_linear, "{structure:?}");
        assert!(error(Inference::Satterthwaite) > 0.0 && fit.decrement < 1e-10);
    }
}

#[test]
fn a_richer_structure_fits_no_worse() {
    let s = sample();
    let log_likelihood = |structure| s.fit(structure).expect("fitted").log_likelihood;
    let nested = [
        (Structure::Unstructured, Structure::ToeplitzHeterogeneous),
        (Structure::Unstructured, Structure::AnteDependence),
        (Structure::ToeplitzHeterogeneous, Structure::AutoregressiveHeterogeneous),
        (Structure::ToeplitzHeterogeneous, Structure::CompoundSymmetryHeterogeneous),
        (Structure::ToeplitzHeterogeneous, Structure::Toeplitz),
        (Structure::Toeplitz, Structure::Autoregressive),
        (Structure::Toeplitz, Structure::CompoundSymmetry),
        (Structure::AnteDependence, Structure::AutoregressiveHeterogeneous),
    ];
    for (rich, poor) in nested {
        assert!(log_likelihood(rich) > log_likelihood(poor), "{rich:?} {poor:?}");
    }
}

#[test]
fn dependent_columns_change_nothing() {
    let s = sample();
    let mut columns = s.design().columns;
    let width = columns.len();
    let sum: Vec<f64> = columns[1].iter().zip(&columns[2]).map(|(a, b)| a - 2.0 * b).collect();
    columns.push(sum);
    let fit = fit_mmrm(s.input(&columns), MmrmOptions::restricted(Structure::Unstructured)).expect("fitted");
    assert_eq!((fit.rank, fit.coefficient(width)), (width, Err(NotEstimable::Singular)));
    let mut row = vec![0.0; width + 1];
    row[width] = 1.0;
    assert_eq!(fit.contrast(&row, Inference::KenwardRoger, 0.95).err(), Some(NotEstimable::Singular));
    // With the weight its parts imply, 1 * 1 + (-2) * (-2), the combination is that of the other two columns.
    row[width] = 5.0;
    row[1] = 1.0;
    row[2] = -2.0;
    let mut plain = vec![0.0; width];
    plain[1] = 1.0;
    plain[2] = -2.0;
    let whole = fit.contrast(&row, Inference::KenwardRoger, 0.95).expect("estimable");
    let once = s.fit(Structure::Unstructured).expect("fitted").contrast(&plain, Inference::KenwardRoger, 0.95);
    assert!(close(whole.estimate, once.expect("estimable").estimate, 1e-10));
}

#[test]
fn wrong_questions_are_refused() {
    let s = sample();
    let fit = s.fit(Structure::CompoundSymmetry).expect("fitted");
    let width = s.design().columns.len();
    let contrast = |w: &[f64]| fit.contrast(w, Inference::KenwardRoger, 0.95).err();
    assert_eq!(contrast(&[1.0]), Some(NotEstimable::InvalidArgument));
    assert_eq!(contrast(&vec![0.0; width]), Some(NotEstimable::ZeroVariance));
    assert_eq!(contrast(&vec![f64::NAN; width]), Some(NotEstimable::NotFinite));
    let row = vec![1.0; width];
    assert_eq!(fit.contrast(&row, Inference::Residual, 1.0).err(), Some(NotEstimable::InvalidArgument));
    assert_eq!(fit.f_test(&[], Inference::KenwardRoger).err(), Some(NotEstimable::TooFewValues));
    assert_eq!(fit.covariance(1, 0, 0), Err(NotEstimable::InvalidArgument));
    let place = Place { visit: Some(3), arm: None, covariates: None };
    assert_eq!(s.design().mean(place, MarginWeights::Equal), Err(NotEstimable::InvalidArgument));
    let options = MmrmOptions {
        estimation: Estimation::MaximumLikelihood,
        ..MmrmOptions::restricted(Structure::CompoundSymmetry)
    };
    let full = fit_mmrm(s.input(&s.design().columns), options).expect("fitted");
    assert_eq!(full.contrast(&row, Inference::KenwardRoger, 0.95).err(), Some(NotEstimable::NotDefined));
}

#[test]
fn rows_that_follow_from_others_do_not_count() {
    let s = sample();
    let (design, fit) = (s.design(), s.fit(Structure::Unstructured).expect("fitted"));
    let mut rows = design.term_rows(2).expect("a term");
    let test = |rows: &[Vec<f64>]| fit.f_test(rows, Inference::KenwardRoger).expect("a test");
    let plain = test(&rows);
    rows.push(rows[0].iter().zip(&rows[1]).map(|(a, b)| 2.0 * a - b).collect());
    let more = test(&rows);
    assert_eq!((plain.numerator_df, more.numerator_df), (2.0, 2.0));
    assert!(close(plain.f, more.f, 1e-10) && close(plain.denominator_df, more.denominator_df, 1e-10));
}

#[test]
fn the_first_structure_that_fits_is_named_with_those_before_it() {
    let y = [3.0, 4.0, 6.0, 2.0, 9.0, 5.0, 4.0, 1.0, 7.0, 6.5, 2.5, 4.0];
    let ones = [vec![1.0; 12]];
    // Visits 0 and 2 are never seen together.
    let subject: Vec<usize> = (0..12).map(|k| k / 2).collect();
    let visit = [0, 1, 0, 1, 0, 1, 1, 2, 1, 2, 1, 2];
    let input = simple(&y, &ones, &subject, &visit, 3);
    let options = MmrmOptions::restricted(Structure::Unstructured);
    let (fit, failed) =
        fit_first(input, &[Structure::Unstructured, Structure::Autoregressive], options).expect("one fits");
    assert_eq!(fit.options.structure, Structure::Autoregressive);
    assert_eq!(failed, [(Structure::Unstructured, NotEstimable::Singular)]);
    let none = fit_first(input, &[Structure::Toeplitz], options).err();
    assert_eq!(none, Some(vec![(Structure::Toeplitz, NotEstimable::Singular)]));
}

#[test]
fn margins_weight_factors() {
    let levels = [0, 0, 0, 2, 2, 0, 2, 0];
    let zero = [0; 8];
    let covariate = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
    let data = DesignData {
        visit: Factor { level: &zero, n_levels: 1 },
        arm: Factor { level: &[0, 1, 0, 1, 0, 1, 0, 1], n_levels: 2 },
        factors: &[Factor { level: &levels, n_levels: 3 }],
        covariates: &[&covariate],
    };
    let terms = [vec![Variable::Factor(0)], vec![Variable::Covariate(0), Variable::Arm]];
    let design = Design::new(data, &terms).expect("a design");
    let place = Place { visit: None, arm: Some(1), covariates: None };
    // Level 1 never occurs; level 2 at 3 of 8 records.
    assert_eq!(design.mean(place, MarginWeights::Equal), Ok(vec![1.0, 0.0, 0.5, 4.5]));
    assert_eq!(design.mean(place, MarginWeights::Observed), Ok(vec![1.0, 0.0, 0.375, 4.5]));
    let at = Place { covariates: Some(&[2.0]), ..place };
    assert_eq!(design.mean(at, MarginWeights::Equal), Ok(vec![1.0, 0.0, 0.5, 2.0]));
    assert_eq!(Design::new(data, &[vec![]]).err(), Some(NotEstimable::InvalidArgument));
    assert_eq!(Design::new(data, &[vec![Variable::Factor(1)]]).err(), Some(NotEstimable::InvalidArgument));
}
