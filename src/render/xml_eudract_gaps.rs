//! What a record holds that EudraCT's file has no place or no word for: said in notes, never dropped in silence.

use crate::base::codes::RPT_004;
use crate::base::diagnostic::{Diagnostics, Place};
use crate::report::registry::{Measure, Outcome, Term, Text};
use crate::spec::registry_terms::Dialect;

use super::xml::Views;
use super::xml_eudract_baseline::is_taken;
use super::xml_eudract_flow::arm_of_group;

/// One note for each thing that the file of full results says in other words, or not at all.
pub(super) fn report_without_place(views: &Views<'_>, sink: &mut Diagnostics) {
    let mut gaps = Gaps { views, sink };
    gaps.trial();
    gaps.flow();
    gaps.baseline();
    for outcome in &views.record.outcomes {
        gaps.outcome(outcome);
    }
}

struct Gaps<'g, 'v> {
    views: &'g Views<'v>,
    sink: &'g mut Diagnostics,
}

impl Gaps<'_, '_> {
    fn note(&mut self, place: &Place, message: String) {
        self.sink.note(&RPT_004, place.clone(), message);
    }

    fn no_place(&mut self, what: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.note(&text.place, format!("the EudraCT file has no place for {what}: {}", text.text));
        }
    }

    /// A word that only ClinicalTrials.gov has.
    fn other_word(&mut self, what: &str, list: &str, term: Option<&Term>, place: &Place) {
        let views = self.views;
        if views.word(list, term, Dialect::Eudract).is_none()
            && let Some(word) = views.word(list, term, Dialect::Prs)
        {
            self.note(place, format!("EudraCT has no word for the {what} `{word}`; the nearest is written"));
        }
    }

    fn trial(&mut self) {
        let record = self.views.record;
        let dates = [
            &record.trial.analysis_date,
            &record.trial.primary_completion,
            &record.trial.end_date,
            &record.trial.recruitment_start,
        ];
        for date in dates.into_iter().flatten().filter(|date| date.text.len() == "2015-11".len()) {
            self.note(&date.place, format!("EudraCT wants a day: the first of {} is written", date.text));
        }
        let more = &record.more;
        let uncertain = "EudraCT's element for it was never seen in a posted record; if the portal refuses the file, enter it there";
        for interruption in &more.interruptions {
            if let Some(text) = interruption.description.as_ref().or(interruption.date.as_ref()) {
                self.note(&text.place, format!("interruption `{}`: {uncertain}", text.text));
            }
        }
        for reference in more.references.iter().filter(|reference| reference.pubmed.is_none()) {
            self.no_place("a publication without PubMed number", reference.citation.as_ref());
        }
        if let Some(events) = &record.adverse_events {
            self.no_place("a comment on deaths of all causes", events.mortality_comment.as_ref());
        }
    }

    fn flow(&mut self) {
        let record = self.views.record;
        self.no_place("units other than subjects", record.flow.units.as_ref());
        for period in &record.flow.periods {
            let Some(details) = &period.details else { continue };
            self.other_word("blinding", "masking", details.blinding.as_ref(), &period.title.place);
            for role in &details.blinded_roles {
                self.other_word("blinded role", "masked_role", Some(role), &period.title.place);
            }
            for arm in &details.arms {
                let place = record.flow.groups.get(arm.group).map_or(Place::Nowhere, |group| group.title.place.clone());
                self.other_word("kind of arm", "arm_type", arm.kind.as_ref(), &place);
            }
        }
    }

    fn baseline(&mut self) {
        let Some(baseline) = &self.views.record.baseline else { return };
        self.no_place("who the baseline describes", baseline.population.as_ref());
        self.no_place("units other than subjects", baseline.units.as_ref());
        for characteristic in &baseline.characteristics {
            let measure = &characteristic.measure;
            if !is_taken(characteristic) {
                let message = format!("EudraCT does not take the characteristic `{}`", measure.title.text);
                self.note(&measure.title.place, message);
                continue;
            }
            self.other_word("spread", "baseline_dispersion", measure.dispersion.as_ref(), &measure.title.place);
            self.no_place("who was measured", measure.population.as_ref());
            self.measure(measure);
        }
    }

    fn measure(&mut self, measure: &Measure) {
        for denominator in measure.rows.iter().flat_map(|row| &row.denominators) {
            self.no_place("subjects of single rows", Some(&denominator.units));
        }
    }

    fn outcome(&mut self, of: &Outcome) {
        let place = &of.measure.title.place;
        let name = &of.measure.title.text;
        self.no_place("units other than subjects", of.units.as_ref());
        self.other_word(
            "kind of value",
            "parameter",
            of.measure.parameter.as_ref().filter(|term| !term.is("count_of_participants")),
            place,
        );
        self.measure(&of.measure);
        for group in &of.groups {
            if group.analysis_set.is_none() && arm_of_group(self.views, group.flow_group, group.period).is_none() {
                let title = group.title.as_ref().map_or("without title", |title| title.text.as_str());
                let message = format!(
                    "`{name}`: the group `{title}` is neither an arm nor a subject analysis set; its values are left out"
                );
                self.note(group.title.as_ref().map_or(place, |title| &title.place), message);
            }
        }
        for analysis in &of.analyses {
            let place = analysis.title.as_ref().map_or(place, |title| &title.place);
            self.other_word("kind of analysis", "analysis_type", analysis.kind.as_ref(), place);
            self.other_word("test", "statistical_method", analysis.method.as_ref(), place);
            self.other_word("estimate", "estimate", analysis.parameter.as_ref(), place);
            let comments =
                analysis.interval.iter().flat_map(|interval| [&interval.lower_comment, &interval.upper_comment]);
            for comment in comments.flatten() {
                self.no_place("a comment on a limit", Some(comment));
            }
        }
    }
}
