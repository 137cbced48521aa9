//! Where the rows of a time to an event stand among our results.

use super::recomputed::{Row, Target};

/// A trial of two arms with times to events.
pub(super) struct Survival {
    /// Our arm ids with their labels in recomputed.csv, the compared one first.
    pub(super) arms: [(&'static str, &'static str); 2],
    /// Analyses of recomputed.csv, with the prefix of our analyses.
    pub(super) analyses: &'static [(&'static str, &'static str)],
    /// Terms of adjusted models, with the factors of our keys.
    pub(super) terms: &'static [(&'static str, &'static str)],
}

impl Survival {
    pub(super) fn find(&self, row: &Row<'_>) -> Option<Target> {
        let prefix = self.analyses.iter().find(|analysis| analysis.0 == row.analysis)?.1;
        let found = Target::of(self.key(prefix, row.method, row.statistic)?);
        // R keeps the Wald chi-square with two decimals only.
        let absolute = if row.statistic == "Wald chisq" { 0.005 + 1e-9 } else { 1e-9 };
        Some(Target { absolute, ..found })
    }

    /// Our key of a row of recomputed.csv.
    fn key(&self, prefix: &str, method: &str, statistic: &str) -> Option<String> {
        let of = |label: &str| self.arms.iter().find(|arm| arm.1 == label).map(|arm| arm.0);
        let pair = format!("arm={}/{}", self.arms[0].0, self.arms[1].0);
        let bracket =
            |text: &str| text.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|r| r.0.to_owned());
        let (analysis, name, groups) = if let Some(rest) = method.strip_prefix("KM ") {
            let scale = rest.split_once("conf.type=")?.1.replace('-', "_");
            let arm = of(&bracket(rest)?)?;
            let time = rest.strip_prefix("S(").and_then(|r| r.split_once(')')).map(|r| format!(",time={}", r.0));
            let of_what = if time.is_some() { "surv" } else { "median" };
            let name = curve(of_what, statistic)?;
            (format!("km_{scale}"), name, format!("arm={arm}{}", time.unwrap_or_default()))
        } else if method.starts_with("counts [") {
            let name = match statistic {
                "rmean (to max time)" => "rmst",
                "se(rmean)" => "rmst_se",
                other => other,
            };
            ("rmst".to_owned(), name.to_owned(), format!("arm={}", of(&bracket(method)?)?))
        } else if let Some(rest) = method.strip_prefix("Cox ties=") {
            let (ties, what) = rest.split_once(' ')?;
            let analysis = format!("cox_{ties}");
            match statistic {
                "loglik" => return Some(format!("{prefix}_{analysis}:log_likelihood")),
                "loglik null" => return Some(format!("{prefix}_{analysis}:log_likelihood_null")),
                _ if what == "overall" => {
                    let (test, value) = statistic.split_once(' ')?;
                    let test = match test {
                        "LR" => "likelihood_ratio",
                        "Wald" => "wald",
                        _ => "score",
                    };
                    (analysis, chi_square(value).to_owned(), format!("test={test}"))
                }
                _ => (analysis, ratio(statistic)?.to_owned(), pair),
            }
        } else if let Some(rest) = method.strip_prefix("adjusted Cox efron ") {
            let term = self.terms.iter().find(|term| Some(term.0) == bracket(rest).as_deref())?.1;
            ("cox_adjusted".to_owned(), ratio(statistic)?.to_owned(), term.to_owned())
        } else if method.starts_with("stratified Cox efron ") {
            ("cox_strata".to_owned(), ratio(statistic)?.to_owned(), pair)
        } else {
            let (analysis, groups) = match method {
                "log-rank" => ("log_rank", pair),
                "Peto-Peto (rho=1)" => ("peto", pair),
                "stratified log-rank" => ("log_rank_strata", pair),
                "proportional hazards test (km transform)" => {
                    ("cox_efron", "term=treatment,test=proportional_hazards".to_owned())
                }
                _ => return None,
            };
            (analysis.to_owned(), chi_square(statistic).to_owned(), groups)
        };
        Some(format!("{prefix}_{analysis}:{name}[{groups}]"))
    }
}

/// A statistic of a curve, whose limits are those of `of_what`.
fn curve(of_what: &str, statistic: &str) -> Option<String> {
    Some(match statistic {
        "median" | "surv" => of_what.to_owned(),
        "Greenwood se" => format!("{of_what}_se"),
        "n.risk" => "n_risk".to_owned(),
        "lower95" => format!("{of_what}_lower"),
        "upper95" => format!("{of_what}_upper"),
        _ => return None,
    })
}

fn chi_square(statistic: &str) -> &str {
    if statistic == "chisq" { "chi_square" } else { statistic }
}

fn ratio(statistic: &str) -> Option<&'static str> {
    Some(match statistic {
        "HR" => "hazard_ratio",
        "lower95" => "hazard_ratio_lower",
        "upper95" => "hazard_ratio_upper",
        "coef" => "log_hazard_ratio",
        "se(coef)" => "log_hazard_ratio_se",
        "z" => "z",
        "p Wald" => "p",
        _ => return None,
    })
}
