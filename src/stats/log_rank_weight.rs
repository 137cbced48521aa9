//! Weights of the log-rank test over time.
//!
//! Gehan (1965), Breslow (1970), Tarone & Ware (1977), Peto & Peto (1972), Prentice (1978), Andersen et al. (1982),
//! Fleming & Harrington (1981). The names follow SAS `PROC LIFETEST` (statement STRATA, option TEST=).

use super::reason::NotEstimable;

/// Weight of an event time with n at risk and d events, all groups of the stratum together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LogRankWeight {
    /// 1: the log-rank test.
    LogRank,
    /// n: Gehan's and Breslow's generalised Wilcoxon test (SAS `WILCOXON`).
    GehanBreslow,
    /// The square root of n (SAS `TARONE`).
    TaroneWare,
    /// The product of 1 - d/(n + 1) up to and including the time (SAS `PETO`; survMisc S1).
    PetoPeto,
    /// The same product times n/(n + 1) (SAS `MODPETO`; survMisc S2).
    ModifiedPetoPeto,
    /// S(t-)^rho (1 - S(t-))^gamma with the Kaplan-Meier curve just before the time (SAS `FLEMING`).
    ///
    /// rho = 1, gamma = 0 is what R `survdiff(rho = 1)` calls the Peto & Peto modification.
    FlemingHarrington {
        /// Power of the survival, any finite number.
        rho: f64,
        /// Power of 1 - survival, not negative.
        gamma: f64,
    },
}

impl LogRankWeight {
    /// Checks the powers.
    pub(crate) fn check(self) -> Result<(), NotEstimable> {
        match self {
            LogRankWeight::FlemingHarrington { rho, gamma }
                if !(rho.is_finite() && gamma.is_finite() && gamma >= 0.0) =>
            {
                Err(NotEstimable::InvalidArgument)
            }
            _ => Ok(()),
        }
    }
}

/// The curves of all groups together that the weights look at, followed from event time to event time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PooledSurvival {
    /// Kaplan-Meier estimate before the next event time.
    kaplan_meier: f64,
    /// Product of 1 - d/(n + 1).
    shrunken: f64,
}

impl Default for PooledSurvival {
    fn default() -> Self {
        PooledSurvival { kaplan_meier: 1.0, shrunken: 1.0 }
    }
}

impl PooledSurvival {
    /// Returns the weight of the next event time and moves past it.
    pub(crate) fn weight(&mut self, weight: LogRankWeight, at_risk: f64, died: f64) -> f64 {
        let before = self.kaplan_meier;
        self.kaplan_meier *= (at_risk - died) / at_risk;
        self.shrunken *= (at_risk + 1.0 - died) / (at_risk + 1.0);
        let power = |base: f64, exponent: f64| if exponent == 0.0 { 1.0 } else { libm::pow(base, exponent) };
        match weight {
            LogRankWeight::LogRank => 1.0,
            LogRankWeight::GehanBreslow => at_risk,
            LogRankWeight::TaroneWare => at_risk.sqrt(),
            LogRankWeight::PetoPeto => self.shrunken,
            LogRankWeight::ModifiedPetoPeto => self.shrunken * at_risk / (at_risk + 1.0),
            LogRankWeight::FlemingHarrington { rho, gamma } => power(before, rho) * power(1.0 - before, gamma),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let weights = |kind| {
            let mut pooled = PooledSurvival::default();
            [pooled.weight(kind, 4.0, 1.0), pooled.weight(kind, 2.0, 1.0)]
        };
        assert_eq!(weights(LogRankWeight::LogRank), [1.0, 1.0]);
        assert_eq!(weights(LogRankWeight::GehanBreslow), [4.0, 2.0]);
        assert_eq!(weights(LogRankWeight::FlemingHarrington { rho: 1.0, gamma: 1.0 }), [0.0, 0.75 * 0.25]);
        let peto = weights(LogRankWeight::PetoPeto);
        assert!((peto[1] - 0.8 * 2.0 / 3.0).abs() < 1e-15);
        let modified = weights(LogRankWeight::ModifiedPetoPeto);
        assert!((modified[0] - 0.64).abs() < 1e-15);
        let negative = LogRankWeight::FlemingHarrington { rho: 0.0, gamma: -1.0 };
        assert_eq!(negative.check(), Err(NotEstimable::InvalidArgument));
    }
}
