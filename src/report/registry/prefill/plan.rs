//! The planned structure of a trial as `study.yaml` states it, from a record that was read.

use std::collections::BTreeMap;

use super::super::{ArmProduct, Figure, Intervention, RegistryRecord, Text};
use super::yaml::{TO_BE_STATED, Yaml, id, inline, quoted};
use super::{criteria, day, listed, words};

pub(super) fn write(record: &RegistryRecord, yaml: &mut Yaml) {
    let design = &record.protocol.design;
    let phase = listed(design.phase.as_ref()).map(|phase| match phase {
        "early_1" => "\"1\"".to_owned(),
        "not_applicable" => phase.to_owned(),
        phase => quoted(&phase.replace('_', "/")),
    });
    yaml.word("phase", phase, "not_applicable");
    self::design(record, yaml);
    let products = Products::of(record);
    arms(record, &products, yaml);
    products.write(yaml);
    epochs(record, yaml);
    countries(record, yaml);
    sites(record, yaml);
    let enrolled = record.protocol.enrolment.as_ref().and_then(whole);
    let counted = record.trial.countries.iter().map(|country| whole(&country.subjects)).sum::<Option<u64>>();
    yaml.word("planned_number", enrolled.or(counted.filter(|n| *n > 0)), "1");
    if enrolled.is_some() || counted.is_some() {
        yaml.miss("planned_number", "the number enrolled stands there");
    }
    eligibility(record, yaml);
    yaml.section("objectives", |yaml| yaml.text("primary", words(record.trial.main_objective.as_ref())));
    dates(record, yaml);
    conduct(record, yaml);
}

fn whole(figure: &Figure) -> Option<u64> {
    match figure {
        Figure::Printed(text) => text.trim().parse().ok(),
        Figure::Result(_) => None,
    }
}

fn design(record: &RegistryRecord, yaml: &mut Yaml) {
    let design = &record.protocol.design;
    // EudraCT says allocation and blinding of each period; those of the first stand for the trial.
    let period = record.flow.periods.first().and_then(|period| period.details.as_ref());
    let blinding = period.and_then(|period| period.blinding.as_ref());
    let roles = period.map(|period| period.blinded_roles.as_slice()).unwrap_or_default();
    yaml.section("design", |yaml| {
        yaml.word("model", listed(design.model.as_ref()), "parallel");
        let purpose = listed(design.purpose.as_ref()).map(|id| if id == "device_feasibility" { "other" } else { id });
        yaml.word("purpose", purpose, "other");
        let allocation = design.allocation.as_ref().or(period.and_then(|period| period.allocation.as_ref()));
        yaml.word("allocation", listed(allocation), "not_applicable");
        yaml.section("masking", |yaml| {
            let level = listed(design.masking.level.as_ref().or(blinding)).map(|level| match level {
                "triple" | "quadruple" => "double",
                level => level,
            });
            yaml.word("level", level, "open");
            let who = if design.masking.who.is_empty() { roles } else { &design.masking.who };
            yaml.list("who", who.iter().filter_map(|term| listed(Some(term))).map(str::to_owned));
            let how = period.and_then(|period| period.blinding_implementation.as_ref());
            yaml.optional("implementation", words(design.masking.description.as_ref().or(how)));
        });
        let kinds: Vec<&str> = arm_kinds(record);
        let control =
            [("placebo_comparator", "placebo"), ("active_comparator", "active"), ("no_intervention", "no_treatment")];
        yaml.word(
            "control",
            control.iter().find(|(kind, _)| kinds.contains(kind)).map(|(_, control)| control),
            "uncontrolled",
        );
        let analyses = record.outcomes.iter().flat_map(|outcome| &outcome.analyses);
        let framework = analyses.filter_map(|analysis| listed(analysis.kind.as_ref())).find_map(|kind| {
            ["non_inferiority", "superiority", "equivalence"].into_iter().find(|framework| kind.starts_with(framework))
        });
        yaml.word("framework", framework, "exploratory");
        yaml.optional("description", words(design.model_description.as_ref()));
    });
}

fn arm_kinds(record: &RegistryRecord) -> Vec<&str> {
    let periods = record.flow.periods.iter().filter_map(|period| period.details.as_ref());
    let of_periods = periods.flat_map(|details| &details.arms).filter_map(|arm| listed(arm.kind.as_ref()));
    record.protocol.arms.iter().filter_map(|arm| listed(arm.kind.as_ref())).chain(of_periods).collect()
}

/// An entry of a map: its id, and its keys with their values.
type Entry = (String, Vec<(&'static str, Option<String>)>);

/// Products with their ids and the names they go by.
#[derive(Default)]
struct Products {
    lines: Vec<Entry>,
    ids: BTreeMap<String, String>,
}

impl Products {
    fn of(record: &RegistryRecord) -> Self {
        let mut products = Self::default();
        let mut taken = Vec::new();
        for intervention in &record.protocol.interventions {
            products.add(&intervention.name, Self::of_intervention(intervention), &mut taken);
        }
        if products.lines.is_empty() {
            let periods = record.flow.periods.iter().filter_map(|period| period.details.as_ref());
            for product in periods.flat_map(|details| &details.arms).flat_map(|arm| &arm.products) {
                if let Some(name) = &product.name {
                    products.add(name, Self::of_arm(product), &mut taken);
                }
            }
        }
        products
    }

    fn add(&mut self, name: &Text, fields: Vec<(&'static str, Option<String>)>, taken: &mut Vec<String>) {
        if !self.ids.contains_key(&name.text) {
            let id = id(name, taken);
            self.ids.insert(name.text.clone(), id.clone());
            self.lines.push((id, fields));
        }
    }

    fn of_intervention(of: &Intervention) -> Vec<(&'static str, Option<String>)> {
        let kind = listed(of.kind.as_ref()).map(|kind| match kind {
            "combination_product" | "diagnostic_test" => "other",
            kind => kind,
        });
        let others: Vec<String> = of.other_names.iter().map(|name| quoted(name)).collect();
        vec![
            ("name", Some(quoted(&of.name))),
            ("other_names", Some(format!("[{}]", others.join(", "))).filter(|_| !others.is_empty())),
            ("kind", Some(kind.unwrap_or("other").to_owned())),
            ("dose", words(of.description.as_ref()).map(quoted)),
        ]
    }

    fn of_arm(of: &ArmProduct) -> Vec<(&'static str, Option<String>)> {
        let first = |terms: &[super::super::EmaTerm]| terms.first().and_then(|term| term.name.as_deref()).map(quoted);
        vec![
            ("name", words(of.name.as_ref()).map(quoted)),
            ("code", words(of.code.as_ref()).map(quoted)),
            ("other_names", words(of.other_names.as_ref()).map(|names| format!("[{}]", quoted(names)))),
            ("kind", Some("drug".to_owned())),
            ("form", first(&of.forms)),
            ("route", first(&of.routes)),
            ("dose", words(of.dose.as_ref()).map(quoted)),
        ]
    }

    fn write(&self, yaml: &mut Yaml) {
        if !self.lines.is_empty() {
            yaml.section("products", |yaml| {
                self.lines.iter().for_each(|(id, fields)| yaml.optional_word(id, Some(inline(fields))));
            });
        }
    }

    /// Ids of products by name, for an arm.
    fn named<'n>(&self, names: impl IntoIterator<Item = &'n Text>) -> Option<String> {
        let ids: Vec<&str> =
            names.into_iter().filter_map(|name| self.ids.get(&name.text)).map(String::as_str).collect();
        Some(format!("[{}]", ids.join(", "))).filter(|_| !ids.is_empty())
    }
}

fn arms(record: &RegistryRecord, products: &Products, yaml: &mut Yaml) {
    let mut taken = Vec::new();
    let mut arm =
        |title: &Text, description: Option<&Text>, kind: Option<&str>, products: Option<String>, yaml: &mut Yaml| {
            let id = id(title, &mut taken);
            yaml.section(&id, |yaml| {
                yaml.text("label", words(Some(title)));
                yaml.text("title", words(Some(title)));
                yaml.text("description", words(description));
                yaml.word("type", kind.map(|kind| if kind == "sham_comparator" { "sham" } else { kind }), "other");
                yaml.optional_word("products", products);
            });
        };
    yaml.section("arms", |yaml| {
        let registered = &record.protocol.arms;
        for of in registered {
            let of_arm = record.protocol.interventions.iter().filter(|one| one.arms.contains(&of.title));
            let names = of
                .interventions
                .iter()
                .chain(of_arm.map(|one| &one.name).filter(|name| !of.interventions.contains(name)));
            // The API writes `Drug: Semaglutide` where an arm names its intervention.
            let plain = |name: &Text| Text::of(name.split_once(": ").map_or(name.text.as_str(), |(_, name)| name));
            let names: Vec<Text> = names
                .map(|name| if products.ids.contains_key(&name.text) { name.clone() } else { plain(name) })
                .collect();
            arm(&of.title, of.description.as_ref(), listed(of.kind.as_ref()), products.named(&names), yaml);
        }
        if registered.is_empty() {
            let details: Vec<_> = record.flow.periods.iter().filter_map(|period| period.details.as_ref()).collect();
            for (at, group) in record.flow.groups.iter().enumerate() {
                let of = details.iter().flat_map(|details| &details.arms).find(|arm| arm.group == at);
                let kind = of.and_then(|of| listed(of.kind.as_ref()));
                let given = of.map(|of| of.products.as_slice()).unwrap_or_default();
                let named = products.named(given.iter().filter_map(|product| product.name.as_ref()));
                arm(&group.title, group.description.as_ref(), kind, named, yaml);
            }
        }
        if registered.is_empty() && record.flow.groups.is_empty() {
            yaml.miss("", "the file names no arm");
        }
    });
}

fn epochs(record: &RegistryRecord, yaml: &mut Yaml) {
    let mut taken = Vec::new();
    yaml.section("epochs", |yaml| {
        let baseline = |is: bool| is.then(|| "true".to_owned());
        for period in &record.flow.periods {
            let id = id(&period.title, &mut taken);
            let fields =
                [("title", Some(quoted(&period.title))), ("baseline", baseline(period.baseline == Some(true)))];
            yaml.optional_word(&id, Some(inline(&fields)));
        }
        if record.flow.periods.is_empty() {
            yaml.optional_word("overall", Some("{title: Overall Study, baseline: true}"));
        }
    });
}

fn countries(record: &RegistryRecord, yaml: &mut Yaml) {
    let located = || record.protocol.locations.iter().filter_map(|site| words(site.country.as_ref()));
    let mut names: Vec<&str> = record.trial.countries.iter().filter_map(|of| of.country.name.as_deref()).collect();
    for name in located() {
        if !names.contains(&name) && record.trial.countries.is_empty() {
            names.push(name);
        }
    }
    let lines: Vec<String> = names
        .iter()
        .map(|name| {
            let sites = located().filter(|country| country == name).count();
            if sites == 0 {
                yaml.miss("countries", &format!("number of sites in {name}"));
            }
            inline(&[("name", Some(quoted(name))), ("sites", Some(sites.to_string()))])
        })
        .collect();
    if lines.len() > 1 {
        yaml.miss("countries", "`code`, the level of COUNTRY in the data");
    }
    yaml.required_list("countries", lines, "[]");
}

fn sites(record: &RegistryRecord, yaml: &mut Yaml) {
    let line = |site: &super::super::Location| {
        let given = |text: &Option<Text>| words(text.as_ref()).map(quoted);
        Some(inline(&[
            ("name", Some(given(&site.name)?)),
            ("town", Some(given(&site.town)?)),
            ("postcode", given(&site.postcode)),
            ("country", Some(given(&site.country)?)),
        ]))
    };
    yaml.list("sites", record.protocol.locations.iter().filter_map(line));
}

fn eligibility(record: &RegistryRecord, yaml: &mut Yaml) {
    let of = &record.protocol.eligibility;
    let (inclusion, exclusion) = criteria::split(words(of.criteria.as_ref()).unwrap_or_default());
    yaml.section("eligibility", |yaml| {
        let quote = |list: Vec<String>| list.iter().map(|text| quoted(text)).collect();
        yaml.required_list("inclusion", quote(inclusion), &format!("[{TO_BE_STATED}]"));
        yaml.required_list("exclusion", quote(exclusion), &format!("[{TO_BE_STATED}]"));
        for (key, age) in [("minimum_age", &of.minimum_age), ("maximum_age", &of.maximum_age)] {
            let age = words(age.as_ref()).filter(|age| *age != "N/A");
            let years = age.and_then(|age| age.to_lowercase().strip_suffix("years")?.trim().parse::<u16>().ok());
            yaml.optional_word(key, years);
            if let (Some(age), None) = (age, years) {
                yaml.miss(key, age);
            }
        }
        let sexes = words(of.sexes.as_ref()).map(str::to_lowercase);
        yaml.optional_word(
            "sexes",
            sexes.map(|sexes| if sexes == "female" || sexes == "male" { sexes } else { "all".to_owned() }),
        );
        yaml.optional_word("healthy_volunteers", of.healthy_volunteers);
    });
}

fn dates(record: &RegistryRecord, yaml: &mut Yaml) {
    let (protocol, trial) = (&record.protocol, &record.trial);
    let premature = trial.end_date.as_ref().filter(|_| trial.premature == Some(true));
    let all = [
        ("first_enrolled", protocol.start.as_ref().or(trial.recruitment_start.as_ref())),
        ("primary_completion", protocol.primary_completion.as_ref().or(trial.primary_completion.as_ref())),
        ("last_visit", protocol.completion.as_ref().or(trial.end_date.as_ref())),
        ("early_termination", premature),
        ("analysis", trial.analysis_date.as_ref()),
        ("verification", protocol.verified.as_ref()),
    ];
    yaml.section("dates", |yaml| {
        for (key, date) in all {
            let complete = date.and_then(day);
            if let (Some(date), None) = (date, &complete) {
                yaml.miss(key, &format!("{} has no day", date.text));
            }
            yaml.optional_word(key, complete);
        }
    });
}

fn conduct(record: &RegistryRecord, yaml: &mut Yaml) {
    let (trial, flow) = (&record.trial, &record.flow);
    yaml.section("conduct", |yaml| {
        yaml.required_list("ethics_committees", Vec::new(), "[]");
        let committee = trial.data_monitoring_committee.or(record.protocol.oversight.data_monitoring_committee);
        yaml.word("data_monitoring_committee", committee, "false");
        yaml.text("protection_of_subjects", words(trial.protection_of_subjects.as_ref()));
        yaml.optional("background_therapy", words(trial.background_therapy.as_ref()));
        yaml.optional("comparator_evidence", words(trial.comparator_evidence.as_ref()));
        yaml.optional("recruitment_details", words(flow.recruitment.as_ref()));
        yaml.optional("screening_details", words(flow.pre_assignment.as_ref()));
        yaml.optional_word("long_term_follow_up", trial.long_term_follow_up);
    });
}
