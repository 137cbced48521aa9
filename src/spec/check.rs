//! Checks what the types of single values cannot: ranges, format versions, names that must be declared elsewhere.

use crate::base::codes::{CFG_003, CFG_005};
use crate::base::diagnostic::Diagnostics;
use crate::base::suggest::did_you_mean;

use super::Spec;
use super::at::At;
use super::registry_codes::RegistryCodes;

/// The format of the four files that this program reads.
const FORMAT_VERSION: u32 = 1;

/// Reports every value that is well formed and yet cannot be meant.
pub fn check(spec: &Spec, sink: &mut Diagnostics) {
    let versions = [&spec.study.version, &spec.data.version, &spec.analysis.version, &spec.report.version];
    for (file, version) in super::FILES.iter().zip(versions) {
        if **version != FORMAT_VERSION {
            sink.error(&CFG_005, version.place.clone(), format!("{file} has format version {version}"))
                .hint(format!("this program reads version {FORMAT_VERSION}"));
        }
    }
    within(&spec.analysis.alpha, "alpha", 0.0001, 0.5, "a two-sided significance level such as 0.05", sink);
    within(&spec.analysis.conf_level, "conf_level", 0.5, 0.9999, "a confidence level as a fraction such as 0.95", sink);
    let threshold = &spec.report.registries.frequency_threshold;
    within(threshold, "frequency_threshold", 0.0, 5.0, "a percentage; the registries accept 0 to 5", sink);
    if let Some(small) = &spec.report.privacy.small_cells
        && !(3..=100).contains(&small.value)
    {
        sink.error(&CFG_005, small.place.clone(), format!("`small_cells` cannot be {small}"))
            .hint("the least count that is shown, such as 6 or 11; from 3 to 100");
    }
    for until in spec.report.displays.iter().filter_map(|display| display.until.as_ref()) {
        within(until, "until", 1e-6, 1e6, "the last time on the axis, above zero", sink);
    }
    if let Some(arm) = spec.analysis.safety.as_ref().and_then(|safety| safety.sort_arm.as_ref())
        && !spec.study.arms.contains_key(arm.as_str())
    {
        sink.error(&CFG_003, arm.place.clone(), format!("there is no arm `{arm}`"))
            .hint(did_you_mean(arm, spec.study.arm_ids()));
    }
    follow_up(spec, sink);
    super::check_ids::check(spec, sink);
    blocks(spec, sink);
    attested(spec, sink);
    registry_lists(spec, sink);
}

fn within(value: &At<f64>, name: &str, low: f64, high: f64, hint: &str, sink: &mut Diagnostics) {
    if !(low..=high).contains(&value.value) {
        sink.error(&CFG_005, value.place.clone(), format!("`{name}` cannot be {value}"))
            .hint(format!("{hint}; from {low} to {high}"));
    }
}

/// Without a way in which participation ends, everyone randomised would be in none.
fn follow_up(spec: &Spec, sink: &mut Diagnostics) {
    let flow = &spec.analysis.flow;
    if flow.follow_up_end.is_empty() {
        sink.error(&CFG_005, flow.randomised.place.clone(), "`follow_up_end` lists no way in which participation ends")
            .hint("each randomised subject has exactly one, such as `completed`; `ongoing` where the study still runs");
    }
}

/// Displays name disposition blocks of analysis.yaml.
fn blocks(spec: &Spec, sink: &mut Diagnostics) {
    let declared = || spec.analysis.disposition.iter().map(|block| block.id.as_str());
    for block in spec.report.displays.iter().flat_map(|display| &display.blocks) {
        if !declared().any(|id| id == block.as_str()) {
            sink.error(&CFG_003, block.place.clone(), format!("there is no disposition block `{block}`"))
                .hint(did_you_mean(block, declared()));
        }
    }
}

/// Only the flow takes numbers from a person: `flow:assessed` and the reasons `flow:excluded[reason=…]`.
fn attested(spec: &Spec, sink: &mut Diagnostics) {
    for (key, value) in &spec.study.attested {
        let short = key.strip_prefix("flow:").unwrap_or(key);
        if short == "assessed" || (short.starts_with("excluded[reason=") && short.ends_with(']')) {
            continue;
        }
        sink.error(&CFG_003, value.value.place.clone(), format!("`{key}` is no number that can be attested"))
            .hint("`flow:assessed` and `flow:excluded[reason=…]` can be");
    }
    if let (false, Some((key, value))) = (spec.analysis.flow.assessed_attested, spec.study.attested.first()) {
        sink.warning(
            &CFG_005,
            value.value.place.clone(),
            format!("`{key}` is attested, but the flow counts the subjects"),
        )
        .hint("set `assessed_attested: true` under `flow` in analysis.yaml, or take the number out");
    }
}

/// Names that the registries know by their own lists.
fn registry_lists(spec: &Spec, sink: &mut Diagnostics) {
    let study = &spec.study;
    let codes = RegistryCodes::of(&spec.code_lists, study.registry.list_versions);
    let mut unknown = |name: &At<String>, list: &str, known: Vec<&str>| {
        sink.error(&CFG_003, name.place.clone(), format!("`{name}` is not in EudraCT's list of {list}"))
            .hint(did_you_mean(name, known));
    };
    let sites = study.sites.iter().map(|site| &site.country);
    for name in study.countries.iter().map(|country| &country.name).chain([&study.sponsor.address.country]).chain(sites)
    {
        if codes.country(name).is_none() {
            unknown(name, "countries", codes.countries().collect());
        }
    }
    for product in study.products.values() {
        for form in product.form.iter().filter(|form| codes.dose_form(form).is_none()) {
            unknown(form, "dose forms", codes.dose_forms().collect());
        }
        for route in product.route.iter().filter(|route| codes.route(route).is_none()) {
            unknown(route, "routes of administration", codes.routes().collect());
        }
    }
}
