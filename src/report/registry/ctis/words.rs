//! The fixed words of the documents: one file a language, read strictly, so that no language lacks a word.

use indexmap::IndexMap;
use serde::Deserialize;

use crate::base::codes::RPT_003;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::base::suggest::did_you_mean;
use crate::report::registry::Term;
use crate::spec::registry_terms::RegistryTerms;
use crate::spec::study_registry::EUDRACT_AGE_GROUPS;

/// The English file: its placeholders are those of every language.
const ENGLISH: &str = include_str!("../../../../templates/ctis/en.yaml");

/// Lists of the registries whose terms the documents print.
const LISTS: [&str; 10] = [
    "allocation",
    "analysis_stage",
    "dispersion",
    "estimate",
    "masked_role",
    "masking",
    "outcome_type",
    "parameter",
    "phase",
    "reason_not_completed_ctgov",
];

/// A file of words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordFile {
    language: String,
    decimal_mark: char,
    words: IndexMap<String, String>,
    terms: IndexMap<String, IndexMap<String, String>>,
}

/// Declares the words once: what the code uses and what each file must have are the same list.
macro_rules! words {
    ($($name:ident)*) => {
        /// The words of a language.
        #[derive(Clone, Debug)]
        pub struct Words {
            /// Code of the language, such as `es`.
            pub language: String,
            /// Between whole and decimal digits.
            pub decimal_mark: char,
            terms: IndexMap<String, IndexMap<String, String>>,
            $(#[doc = concat!("The word `", stringify!($name), "`.")] pub $name: String,)*
        }

        /// Every word a language has.
        pub const KEYS: &[&str] = &[$(stringify!($name)),*];

        impl Words {
            fn of(mut file: WordFile) -> Self {
                Self {
                    $($name: file.words.swap_remove(stringify!($name)).unwrap_or_default(),)*
                    language: file.language,
                    decimal_mark: file.decimal_mark,
                    terms: file.terms,
                }
            }
        }
    };
}

words! {
    summary_title lay_title draft lock run page page_of placeholder_numbers study_language writer yes no none none_reported
    not_estimable label people a a1 a2 a3 a4 a5 a6 a7 b b1 b2 b3 c c1 c2 c3 d d1 d2 e e1 e2 e3 e4 f f1 f2 f3 f4
    l1 l2 l3 l4 l5 l6 l7 l8 l9 l10 title public_title protocol_code eu_number eudract_number nct_number
    isrctn_number who_number sponsor address public_contact scientific_contact paediatric_plan paediatric_numbers
    article_45 article_46 stage analysis_date primary_completion ended end_date premature objective design phase
    rationale start protection background_therapy comparator methods subjects country age_group gender
    characteristic group recruitment screening criteria allocation masking masked product started completed
    not_completed end_point time_frame population definition analysed with_spread to level_interval comparison
    method estimate interval p_value collected dictionary threshold_exceeded threshold_reached exposed with_serious with_non_serious deaths
    deaths_from_events term affected related of then dated interrupted lay_took_part lay_country lay_why lay_aim
    lay_when lay_period lay_where lay_who lay_had_reaction lay_reaction lay_no_serious_reaction lay_deaths
    lay_result lay_value lay_measured publication todo_missing todo_methods todo_eu todo_declaration todo_plain
    todo_reactions todo_results todo_comments todo_follow_up todo_more
}

impl Words {
    /// Reads a file of words; `name` is that of the file.
    ///
    /// # Errors
    /// Reports all words that are missing, unknown or empty, and placeholders that differ from the English ones (RPT-003).
    pub fn read(name: &str, text: &str, sink: &mut Diagnostics) -> Result<Self, Stop> {
        let place = || Place::File(name.to_owned());
        let file: WordFile = serde_yaml::from_str(text)
            .map_err(|error| sink.error(&RPT_003, place(), format!("the words cannot be read: {error}")).stop())?;
        let english: WordFile = serde_yaml::from_str(ENGLISH).map_err(|error| {
            sink.error(&RPT_003, place(), format!("the English words cannot be read: {error}")).stop()
        })?;
        let mark = sink.mark();
        let mut fault = |message: String| {
            sink.error(&RPT_003, place(), message).hint("compare with templates/ctis/en.yaml");
        };
        if !matches!(file.decimal_mark, '.' | ',') {
            fault(format!("`decimal_mark` is `.` or `,`, not `{}`", file.decimal_mark));
        }
        for key in KEYS {
            let wanted = english.words.get(*key).map_or("", String::as_str);
            match file.words.get(*key) {
                None => fault(format!("the word `{key}` is missing")),
                // What only other languages need is empty in English.
                Some(word) if word.trim().is_empty() && !wanted.is_empty() => {
                    fault(format!("the word `{key}` is empty"))
                }
                Some(word) if placeholders(word) != placeholders(wanted) => {
                    fault(format!("the word `{key}` must have the placeholders {:?}", placeholders(wanted)));
                }
                Some(_) => {}
            }
        }
        for key in file.words.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            fault(format!("`{key}` is no word of the documents; {}", did_you_mean(key, KEYS.iter().copied())));
        }
        for (list, ids) in wanted_terms() {
            let own = file.terms.get(list);
            for id in ids {
                if own.and_then(|own| own.get(&id)).is_none_or(|word| word.trim().is_empty()) {
                    fault(format!("the term `{id}` of `{list}` is missing"));
                }
            }
        }
        sink.check(mark)?;
        Ok(Self::of(file))
    }

    /// The word of a term; what a file said that no list has is said again.
    #[must_use]
    pub fn term<'w>(&'w self, list: &str, term: &'w Term) -> &'w str {
        match term {
            Term::Listed(id) => self.listed(list, id).unwrap_or(id),
            Term::Unlisted(words) => words,
        }
    }

    /// The word of a listed term.
    #[must_use]
    pub fn listed(&self, list: &str, id: &str) -> Option<&str> {
        self.terms.get(list)?.get(id).map(String::as_str)
    }
}

/// Lists with the ids that need a word.
fn wanted_terms() -> Vec<(&'static str, Vec<String>)> {
    let terms = RegistryTerms::built_in();
    let of_list = |list: &'static str| (list, terms.ids(list).map(str::to_owned).collect());
    let mut wanted: Vec<(&'static str, Vec<String>)> = LISTS.into_iter().map(of_list).collect();
    wanted.push(of_list("statistical_method"));
    // The same for laypersons, who are not told a median by that word.
    wanted.push(("lay_parameter", terms.ids("parameter").map(str::to_owned).collect()));
    wanted.push(("age_group", EUDRACT_AGE_GROUPS.iter().map(|group| group.id.to_owned()).collect()));
    wanted.push(("sex", ["female", "male"].map(str::to_owned).to_vec()));
    wanted
}

/// Names in braces, sorted.
fn placeholders(word: &str) -> Vec<&str> {
    let mut names: Vec<&str> =
        word.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
    names.sort_unstable();
    names
}
