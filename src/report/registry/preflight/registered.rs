//! Registered outcomes against those reported: missing, added, with another title, time frame or role.

use std::collections::BTreeSet;

use crate::base::codes::{REG_090, REG_091, REG_092, REG_093, REG_094};
use crate::base::diagnostic::Diagnostics;
use crate::report::registry::{Outcome, RegisteredOutcome};

use super::Rule;
use super::context::Context;
use super::words::name;

pub(super) static RULES: &[Rule] = &[compare];

/// Least share of words that two titles have in common to be the same outcome in other words.
const SIMILAR: f64 = 0.5;

fn compare(c: &Context<'_>, sink: &mut Diagnostics) {
    let registered: Vec<&RegisteredOutcome> = c.record.protocol.outcomes.iter().collect();
    let reported: Vec<&Outcome> = c.record.outcomes.iter().filter(|outcome| !outcome.kind.is("post_hoc")).collect();
    if registered.is_empty() || reported.is_empty() {
        return;
    }
    let pairs = pairs(&registered, &reported);
    for (at, planned) in registered.iter().enumerate() {
        let Some((_, found)) = pairs.iter().find(|(own, _)| *own == at) else {
            let message = format!("the registered outcome `{}` is not reported", planned.title.text);
            sink.warning(&REG_090, planned.title.place.clone(), message)
                .hint("report it, or say in its description why there are no data");
            continue;
        };
        differences(planned, reported[*found], sink);
    }
    for (at, outcome) in reported.iter().enumerate() {
        if !pairs.iter().any(|(_, found)| *found == at) {
            let message = format!("the outcome `{}` was not registered", name(outcome));
            sink.warning(&REG_091, outcome.measure.title.place.clone(), message)
                .hint("mark it `role: post_hoc`, or register it");
        }
    }
}

fn differences(planned: &RegisteredOutcome, outcome: &Outcome, sink: &mut Diagnostics) {
    let title = &outcome.measure.title;
    if plain(title) != plain(&planned.title) {
        let message = format!("`{}` was registered as `{}`", title.text, planned.title.text);
        sink.warning(&REG_092, title.place.clone(), message).hint("use the title of the registration word for word");
    }
    if let (Some(frame), Some(registered)) = (&outcome.time_frame, &planned.time_frame)
        && plain(frame) != plain(registered)
    {
        let message =
            format!("the time frame of `{}` is `{}`, registered is `{}`", name(outcome), frame.text, registered.text);
        sink.warning(&REG_093, frame.place.clone(), message).hint("report at the time that was registered");
    }
    if outcome.kind != planned.kind {
        let words = |term: &crate::report::registry::Term| match term {
            crate::report::registry::Term::Listed(id) | crate::report::registry::Term::Unlisted(id) => {
                id.replace('_', " ")
            }
        };
        let message = format!(
            "`{}` is reported as {}, registered as {}",
            name(outcome),
            words(&outcome.kind),
            words(&planned.kind)
        );
        sink.warning(&REG_094, title.place.clone(), message).hint("report an outcome in the role it was registered in");
    }
}

/// Positions of the outcomes that belong together: equal titles first, then the most similar ones.
fn pairs(registered: &[&RegisteredOutcome], reported: &[&Outcome]) -> Vec<(usize, usize)> {
    let mut likeness: Vec<(f64, usize, usize)> = Vec::new();
    for (i, planned) in registered.iter().enumerate() {
        for (j, outcome) in reported.iter().enumerate() {
            let same = if plain(&planned.title) == plain(&outcome.measure.title) { 1.0 } else { 0.0 };
            let common = common_words(&planned.title, &outcome.measure.title);
            // Of equal titles at several times, those with the same time frame and role belong together.
            let frame = match (&planned.time_frame, &outcome.time_frame) {
                (Some(a), Some(b)) if plain(a) == plain(b) => 0.2,
                _ => 0.0,
            };
            let kind = if planned.kind == outcome.kind { 0.1 } else { 0.0 };
            if common >= SIMILAR {
                likeness.push((same + common + frame + kind, i, j));
            }
        }
    }
    likeness.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (_, i, j) in likeness {
        if !found.iter().any(|(a, b)| *a == i || *b == j) {
            found.push((i, j));
        }
    }
    found
}

/// Share of the words of either title that stand in both.
fn common_words(a: &str, b: &str) -> f64 {
    let (a, b) = (words(a), words(b));
    let either = a.union(&b).count();
    #[expect(clippy::cast_precision_loss, reason = "titles have few words")]
    let share = |n: usize| n as f64 / either.max(1) as f64;
    share(a.intersection(&b).count())
}

fn words(text: &str) -> BTreeSet<String> {
    plain(text).split(' ').map(str::to_owned).collect()
}

/// Lower case without punctuation and double blanks.
fn plain(text: &str) -> String {
    let letters: String =
        text.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_in_other_words_are_alike() {
        assert_eq!(plain("Change in HbA1c  (%)"), "change in hba1c");
        assert!(common_words("Change in HbA1c from baseline", "Change in HbA1c") >= SIMILAR);
        assert!(common_words("Overall survival", "Number of participants with nausea") < SIMILAR);
    }
}
