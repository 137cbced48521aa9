//! Fields the registries ask for, numbers of registers, dates.

use crate::base::codes::{REG_002, REG_003, REG_008, RPT_004};
use crate::base::diagnostic::{Diagnostics, Place};
use crate::report::registry::{Contact, Text};

use super::Rule;
use super::context::Context;

pub(super) static RULES: &[Rule] =
    &[required, required_by_eudract, required_by_ctgov, numbers, placeholder, dates, by_hand];

fn is_blank(text: Option<&Text>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

fn required(c: &Context<'_>, sink: &mut Diagnostics) {
    let (trial, protocol) = (&c.record.trial, &c.record.protocol);
    let number = &c.record.identification;
    let dates = [
        ("the first enrolment", trial.recruitment_start.as_ref().or(protocol.start.as_ref()), "dates.first_enrolled"),
        (
            "the primary completion date",
            trial.primary_completion.as_ref().or(protocol.primary_completion.as_ref()),
            "dates.primary_completion",
        ),
        ("the end of the study", trial.end_date.as_ref().or(protocol.completion.as_ref()), "dates.last_visit"),
        ("the scientific title", number.official_title.as_ref().or(number.public_title.as_ref()), "titles.official"),
    ];
    for (what, date, path) in dates {
        // EudraCT asks for primary completion only where the analysis is that of primary completion.
        let asked = c.asked.ctgov || path != "dates.primary_completion" || trial.for_primary_completion == Some(true);
        if asked && is_blank(date) {
            c.missing(what, format!("fill `{path}` in study.yaml"), sink);
        }
    }
}

fn email(contact: Option<&Contact>) -> Option<&Text> {
    contact?.email.as_ref()
}

fn required_by_eudract(c: &Context<'_>, sink: &mut Diagnostics) {
    if !c.asked.eudract {
        return;
    }
    let (trial, flow) = (&c.record.trial, &c.record.flow);
    let sponsor = c.record.sponsors.first();
    let public = email(sponsor.and_then(|sponsor| sponsor.public_contact.as_ref()));
    let scientific = email(sponsor.and_then(|sponsor| sponsor.scientific_contact.as_ref()));
    for (what, text, path) in [
        ("the EudraCT number", c.record.identification.eudract.as_ref(), "registrations.eudract.number"),
        ("the date of the analysis, asked by EudraCT,", trial.analysis_date.as_ref(), "dates.analysis"),
        ("the full title, asked by EudraCT,", c.record.identification.official_title.as_ref(), "titles.official"),
        ("the main objective", trial.main_objective.as_ref(), "objectives.primary"),
        ("recruitment details, asked by EudraCT,", flow.recruitment.as_ref(), "conduct.recruitment_details"),
        ("screening details, asked by EudraCT,", flow.pre_assignment.as_ref(), "conduct.screening_details"),
        ("the e-mail of the public contact, asked by EudraCT,", public, "sponsor.public_contact.email"),
        ("the e-mail of the scientific contact, asked by EudraCT,", scientific, "sponsor.scientific_contact.email"),
    ] {
        if is_blank(text) {
            c.missing(what, format!("fill `{path}` in study.yaml"), sink);
        }
    }
    let first = flow.periods.first().and_then(|period| period.details.as_ref());
    let mut named: Vec<String> = Vec::new();
    for product in first.iter().flat_map(|details| &details.arms).flat_map(|arm| &arm.products) {
        let name = product.name.as_ref().map(|name| name.text.clone()).unwrap_or_default();
        if named.contains(&name) {
            continue;
        }
        for (missing, part) in [(product.forms.is_empty(), "dose form"), (product.routes.is_empty(), "route")] {
            if missing {
                let field = if part == "route" { "route" } else { "form" };
                let what = format!("the {part} of `{name}`, asked by EudraCT,");
                c.missing(&what, format!("fill `products.….{field}` in study.yaml"), sink);
            }
        }
        named.push(name);
    }
}

fn required_by_ctgov(c: &Context<'_>, sink: &mut Diagnostics) {
    if !c.asked.ctgov {
        return;
    }
    let protocol = &c.record.protocol;
    let contact = c.record.more.point_of_contact.as_ref();
    let reached = contact.and_then(|contact| contact.email.as_ref().or(contact.phone.as_ref()));
    for (what, text, path) in [
        ("the ClinicalTrials.gov number", c.record.identification.nct.as_ref(), "registrations.ctgov.number"),
        ("the verification date, asked by ClinicalTrials.gov,", protocol.verified.as_ref(), "dates.verification"),
        ("the brief summary, asked by ClinicalTrials.gov,", protocol.brief_summary.as_ref(), "registry.brief_summary"),
        (
            "e-mail or telephone of the results contact, asked by ClinicalTrials.gov,",
            reached,
            "registry.point_of_contact",
        ),
    ] {
        if is_blank(text) {
            c.missing(what, format!("fill `{path}` in study.yaml"), sink);
        }
    }
    if c.record.more.agreement.as_ref().is_none_or(|agreement| agreement.employees.is_none()) {
        c.missing("the statement on agreements with investigators", "fill `registry.agreements` in study.yaml", sink);
    }
}

fn numbers(c: &Context<'_>, sink: &mut Diagnostics) {
    let own = &c.record.identification;
    for (number, shape, register, example) in [
        (&own.eudract, "dddd-dddddd-dd", "EudraCT", "2020-000000-00"),
        (&own.nct, "NCTdddddddd", "ClinicalTrials.gov", "NCT00000000"),
    ] {
        if let Some(number) = number.as_ref().filter(|number| !is_pattern(number, shape)) {
            sink.error(&REG_002, number.place.clone(), format!("`{}` is no {register} number", number.text))
                .hint(format!("a {register} number reads {example}"));
        }
    }
}

/// Whether `text` has the shape of `pattern`, in which `d` stands for a digit.
fn is_pattern(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.chars().zip(pattern.chars()).all(|(c, p)| if p == 'd' { c.is_ascii_digit() } else { c == p })
}

fn placeholder(c: &Context<'_>, sink: &mut Diagnostics) {
    if c.record.identification.placeholder {
        sink.note(&REG_003, Place::Nowhere, "a number of a register is a placeholder")
            .hint("put the number in place of it and take away `placeholder: true`");
    }
}

fn dates(c: &Context<'_>, sink: &mut Diagnostics) {
    let (trial, protocol) = (&c.record.trial, &c.record.protocol);
    let start = trial.recruitment_start.as_ref().or(protocol.start.as_ref());
    let primary = trial.primary_completion.as_ref().or(protocol.primary_completion.as_ref());
    let end = trial.end_date.as_ref().or(protocol.completion.as_ref());
    for (earlier, later, words) in [
        (start, primary, "the first enrolment lies after primary completion"),
        (primary, end, "primary completion lies after the end of the trial"),
        (start, end, "the first enrolment lies after the end of the trial"),
    ] {
        // The end that EudraCT knows may be a premature one.
        let (Some(earlier), Some(later)) = (earlier, later) else { continue };
        // A month without its day is compared as a month.
        let length = earlier.len().min(later.len());
        if earlier.text.as_bytes()[..length] > later.text.as_bytes()[..length] {
            sink.error(&REG_008, later.place.clone(), format!("{words}: {} and {}", earlier.text, later.text))
                .hint("look at `dates` of study.yaml");
            return;
        }
    }
}

/// What EudraCT asks for under element names that no posted record shows is entered by hand.
fn by_hand(c: &Context<'_>, sink: &mut Diagnostics) {
    if !c.asked.eudract || c.record.identification.eudract.is_none() {
        return;
    }
    let more = &c.record.more;
    for (applies, what) in [
        (more.limitations.is_some(), "limitations and caveats"),
        (c.record.trial.long_term_follow_up == Some(true), "reason and duration of long-term follow-up"),
    ] {
        if applies {
            sink.note(&RPT_004, Place::Nowhere, format!("{what}: to be entered in the EudraCT portal by hand"))
                .hint("the element's name is not known from posted records, so the file leaves it out");
        }
    }
}
