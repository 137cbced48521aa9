//! Non-responder imputation: a missing response counts as no response.
//!
//! Single imputation for a binary endpoint. It favours neither arm only if drop-out is the same in both, and its
//! standard errors treat imputed responses as observed. It is the analysis itself, not an imputation, where the
//! estimand says that an intercurrent event is a failure (composite strategy, ICH E9(R1), section A.3.2).

/// Which missing responses count as no response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonResponse {
    /// Every missing visit.
    EveryMissing,
    /// Every missing visit but those whose observed neighbours before and after both are responses: these are responses.
    ExceptBetweenResponses,
}

/// A response and whether it was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Response {
    /// Whether there was a response.
    pub responded: bool,
    /// Whether it was observed.
    pub observed: bool,
}

/// Returns the responses of one subject at visits in order of time, each missing one decided by the rule.
pub fn non_responder(visits: &[Option<bool>], rule: NonResponse) -> Vec<Response> {
    let neighbour = |mut places: Box<dyn Iterator<Item = usize>>| places.find_map(|place| visits[place]);
    let decide = |(place, visit): (usize, &Option<bool>)| match (visit, rule) {
        (Some(responded), _) => Response { responded: *responded, observed: true },
        (None, NonResponse::EveryMissing) => Response { responded: false, observed: false },
        (None, NonResponse::ExceptBetweenResponses) => {
            let before = neighbour(Box::new((0..place).rev()));
            let after = neighbour(Box::new(place + 1..visits.len()));
            Response { responded: before == Some(true) && after == Some(true), observed: false }
        }
    };
    visits.iter().enumerate().map(decide).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        let visits = [None, Some(true), None, None, Some(true), None, Some(false), None, Some(true), None];
        let responded = |rule| non_responder(&visits, rule).iter().map(|r| r.responded).collect::<Vec<bool>>();
        let every = [false, true, false, false, true, false, false, false, true, false];
        assert_eq!(responded(NonResponse::EveryMissing), every);
        let between = [false, true, true, true, true, false, false, false, true, false];
        assert_eq!(responded(NonResponse::ExceptBetweenResponses), between);
        assert!(non_responder(&[], NonResponse::EveryMissing).is_empty());
        assert!(!non_responder(&[None], NonResponse::ExceptBetweenResponses)[0].observed);
    }
}
