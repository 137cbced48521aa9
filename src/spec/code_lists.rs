//! The texts of the registries' lists: those that come with the program, or a study's own from its folder `codelists`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use crate::base::codes::{CFG_001, CFG_002, CFG_003};
use crate::base::diagnostic::{Diagnostics, Place, TextSource};
use crate::base::suggest::did_you_mean;

use super::code_words;

/// Folder of a study's own lists.
pub const FOLDER: &str = "codelists";

/// A list that a study may replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// Countries of EudraCT.
    Countries,
    /// Pharmaceutical dose forms of EudraCT.
    DoseForms,
    /// Routes of administration of EudraCT.
    Routes,
    /// System organ classes of both registries.
    SystemOrganClasses,
    /// Words of both registries' pick-lists.
    Terms,
    /// Codes of EudraCT's pick-lists.
    EudractTerms,
    /// Values of ClinicalTrials.gov's pick-lists.
    CtgovTerms,
}

impl List {
    const ALL: [Self; 7] = [
        Self::Countries,
        Self::DoseForms,
        Self::Routes,
        Self::SystemOrganClasses,
        Self::Terms,
        Self::EudractTerms,
        Self::CtgovTerms,
    ];

    /// File name, that of the program's list and of a study's.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Countries => "eudract_countries.csv",
            Self::DoseForms => "eudract_dose_forms.csv",
            Self::Routes => "eudract_routes.csv",
            Self::SystemOrganClasses => "system_organ_classes.csv",
            Self::Terms => "registry_terms.csv",
            Self::EudractTerms => "eudract_terms.csv",
            Self::CtgovTerms => "ctgov_terms.csv",
        }
    }

    fn built_in(self) -> &'static str {
        match self {
            Self::Countries => include_str!("../../config/codelists/eudract_countries.csv"),
            Self::DoseForms => include_str!("../../config/codelists/eudract_dose_forms.csv"),
            Self::Routes => include_str!("../../config/codelists/eudract_routes.csv"),
            Self::SystemOrganClasses => include_str!("../../config/codelists/system_organ_classes.csv"),
            Self::Terms => include_str!("../../config/codelists/registry_terms.csv"),
            Self::EudractTerms => include_str!("../../config/codelists/eudract_terms.csv"),
            Self::CtgovTerms => include_str!("../../config/codelists/ctgov_terms.csv"),
        }
    }

    /// Columns that hold numbers; the last may be empty.
    fn numbers(self) -> &'static [usize] {
        match self {
            Self::Countries | Self::SystemOrganClasses => &[2, 3],
            Self::DoseForms | Self::Routes => &[1, 2],
            Self::Terms | Self::EudractTerms | Self::CtgovTerms => &[],
        }
    }

    /// How many columns name a row.
    fn name_columns(self) -> usize {
        if matches!(self, Self::Terms | Self::CtgovTerms) { 2 } else { 1 }
    }
}

/// The lists of a study.
#[derive(Clone, Debug, Default)]
pub struct CodeLists {
    own: BTreeMap<List, Arc<TextSource>>,
}

impl CodeLists {
    /// Reads the study's own lists; each replaces the whole list of its name. Every problem is reported.
    #[must_use]
    pub fn read(study: &Path, sink: &mut Diagnostics) -> Self {
        let mut lists = Self::default();
        let folder = study.join(FOLDER);
        if !folder.exists() {
            return lists;
        }
        let entries = std::fs::read_dir(&folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
        let mut names: Vec<_> = match entries {
            Ok(entries) => entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect(),
            Err(error) => {
                let place = Place::File(folder.display().to_string());
                sink.error(&CFG_001, place, format!("the code lists cannot be read: {error}"));
                return lists;
            }
        };
        names.sort();
        let mark = sink.mark();
        for name in names.iter().filter(|name| !name.starts_with('.')) {
            let path = folder.join(name);
            let place = Place::File(path.display().to_string());
            let Some(list) = List::ALL.into_iter().find(|list| list.file() == name) else {
                sink.error(&CFG_003, place, format!("`{name}` is no code list that a study can replace"))
                    .hint(did_you_mean(name, List::ALL.iter().map(|list| list.file())));
                continue;
            };
            match std::fs::read_to_string(&path) {
                Ok(text) => {
                    let source = Arc::new(TextSource { name: path.display().to_string(), text });
                    if check(list, &source, sink) {
                        lists.own.insert(list, source);
                    }
                }
                Err(error) => drop(sink.error(&CFG_001, place, format!("{name} cannot be read: {error}"))),
            }
        }
        let words = [List::Terms, List::EudractTerms, List::CtgovTerms];
        if sink.check(mark).is_ok() && words.iter().any(|list| lists.own.contains_key(list)) {
            code_words::check(&lists, sink);
        }
        lists
    }

    /// The study's own files: name with folder, and text.
    pub fn own(&self) -> impl Iterator<Item = (String, &str)> {
        self.own.iter().map(|(list, source)| (format!("{FOLDER}/{}", list.file()), source.text.as_str()))
    }

    /// The rows of a list, without its header.
    pub(super) fn rows(&self, list: List) -> Vec<Vec<String>> {
        self.placed_rows(list).into_iter().map(|(_, row)| row).collect()
    }

    /// The rows of a list, each with its line in the study's file.
    pub(super) fn placed_rows(&self, list: List) -> Vec<(Place, Vec<String>)> {
        match self.own.get(&list) {
            Some(source) => rows(&source.text).into_iter().map(|(line, row)| (place(source, line), row)).collect(),
            None => rows(list.built_in()).into_iter().map(|(_, row)| (Place::Nowhere, row)).collect(),
        }
    }
}

/// The rows of a list that was checked, with their lines.
fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
    let row = |row: Result<csv::StringRecord, csv::Error>| {
        let row = row.expect("invariant: lists were checked");
        let line = row.position().map_or(1, csv::Position::line);
        (line, row.iter().map(|cell| cell.trim().to_owned()).collect())
    };
    reader(text).into_records().map(row).collect()
}

fn place(source: &Arc<TextSource>, line: u64) -> Place {
    let line = usize::try_from(line).unwrap_or(1).max(1);
    Place::Text { source: source.clone(), line, column: 1, length: 1 }
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes())
}

/// Holds a study's list against the columns of the program's; `false` where something was reported.
fn check(list: List, source: &Arc<TextSource>, sink: &mut Diagnostics) -> bool {
    let mark = sink.mark();
    let at = |line: u64| place(source, line);
    let mut own = reader(&source.text);
    let wanted = header(list.built_in());
    if header(&source.text) != wanted {
        let message = format!("{} does not have the columns of the program's list", list.file());
        sink.error(&CFG_002, at(1), message).hint(format!("the first line is `{}`", wanted.join(",")));
        return false;
    }
    let mut names: BTreeSet<Vec<String>> = BTreeSet::new();
    for row in own.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                sink.error(&CFG_002, at(line), format!("a line of {} cannot be read: {error}", list.file()))
                    .hint(format!("each line has {} cells; a cell with a comma stands in quotes", wanted.len()));
                continue;
            }
        };
        let line = row.position().map_or(1, csv::Position::line);
        let name: Vec<String> = row.iter().take(list.name_columns()).map(|cell| cell.trim().to_lowercase()).collect();
        if name.iter().any(String::is_empty) {
            sink.error(&CFG_002, at(line), "a line has no name").hint(format!("fill `{}`", wanted[0]));
        }
        for (position, column) in list.numbers().iter().enumerate() {
            let cell = row.get(*column).unwrap_or_default().trim();
            // Identifiers are whole numbers; versions are small ones that may be left to study.yaml.
            let good = if position == 0 {
                cell.parse::<u64>().is_ok()
            } else {
                cell.is_empty() || cell.parse::<u16>().is_ok()
            };
            if !good {
                sink.error(&CFG_002, at(line), format!("`{cell}` is no number for `{}`", wanted[*column]))
                    .hint("identifiers and versions are whole numbers, as in the registry's own list");
            }
        }
        if !names.insert(name.clone()) {
            sink.error(&CFG_002, at(line), format!("`{}` stands twice in {}", name.join(", "), list.file()))
                .hint("take one of the two lines out");
        }
    }
    if list == List::Terms {
        // The program writes these by name: a registry's file would lack its word without a message.
        for (_, row) in rows(list.built_in()) {
            let name = [row[0].to_lowercase(), row[1].to_lowercase()];
            if !names.contains(name.as_slice()) {
                sink.error(&CFG_003, at(1), format!("{} has no `{}` of the list `{}`", list.file(), row[1], row[0]))
                    .hint("keep every line of the program's list; change its words, or add lines");
            }
        }
    }
    sink.check(mark).is_ok()
}

fn header(text: &str) -> Vec<String> {
    let mut reader = reader(text);
    reader.headers().map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::registry_codes::RegistryCodes;
    use super::super::registry_terms::{Dialect, RegistryTerms};
    use super::super::study_registry::ListVersions;
    use super::*;

    fn read(files: &[(&str, &str)]) -> (CodeLists, Diagnostics) {
        let study = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(study.path().join(FOLDER)).expect("a folder");
        for (name, text) in files {
            std::fs::write(study.path().join(FOLDER).join(name), text).expect("written");
        }
        let mut sink = Diagnostics::new();
        let lists = CodeLists::read(study.path(), &mut sink);
        (lists, sink)
    }

    #[test]
    fn a_study_replaces_a_list() {
        let (lists, sink) = read(&[("eudract_routes.csv", "# own\nname,term_id,observed_version\nBy kite,17,3\n")]);
        assert_eq!(sink.errors(), 0, "{:?}", sink.all());
        let codes = RegistryCodes::of(&lists, ListVersions::default());
        assert_eq!(codes.route("by kite").map(|term| (term.id, term.version)), Some((17, 3)));
        assert_eq!(codes.route("Subcutaneous use"), None);
        assert!(codes.country("Germany").is_some(), "other lists stay");
        let own: Vec<String> = lists.own().map(|(name, _)| name).collect();
        assert_eq!(own, ["codelists/eudract_routes.csv"]);
    }

    /// A word changes together with the registry's list of such words; in one of the two alone it is a mistake.
    #[test]
    fn words_of_pick_lists_change() {
        let text = List::Terms.built_in().replace("Mixed Models Analysis", "Mixed Model");
        let (_, sink) = read(&[("registry_terms.csv", &text)]);
        let [finding] = sink.all() else { panic!("{:?}", sink.all()) };
        assert_eq!(finding.code.id, "CFG-003");
        assert!(finding.message.contains("`Mixed Model` of `statistical_method: mixed_model`"), "{}", finding.message);
        assert!(finding.hints[0].contains("Mixed Models Analysis"), "{:?}", finding.hints);
        let line = 1 + text.lines().position(|line| line.contains("Mixed Model")).expect("the line");
        assert!(matches!(&finding.place, Place::Text { line: at, .. } if *at == line), "{:?}", finding.place);
        let values = List::CtgovTerms.built_in().replace("Mixed Models Analysis", "Mixed Model");
        let (_, sink) = read(&[("ctgov_terms.csv", &values)]);
        assert_eq!(sink.errors(), 1, "{:?}", sink.all());
        let (lists, sink) = read(&[("registry_terms.csv", &text), ("ctgov_terms.csv", &values)]);
        assert_eq!(sink.errors(), 0, "{:?}", sink.all());
        let terms = RegistryTerms::of(&lists);
        assert_eq!(terms.word("statistical_method", "mixed_model", Dialect::Prs), Some("Mixed Model"));
    }

    #[test]
    fn a_code_that_eudract_gave_up_is_told_where_it_is_used() {
        let codes = List::EudractTerms.built_in().replace("HYPOTHESIS_METHOD.mixedModel", "HYPOTHESIS_METHOD.mixed");
        let (_, sink) = read(&[("eudract_terms.csv", &codes)]);
        let [finding] = sink.all() else { panic!("{:?}", sink.all()) };
        assert!(finding.message.contains("is no code of eudract_terms.csv"), "{}", finding.message);
        assert!(finding.hints[0].contains("HYPOTHESIS_METHOD.mixed"), "{:?}", finding.hints);
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        for (name, text, code, words) in [
            ("eudract_route.csv", "", "CFG-003", "no code list"),
            ("eudract_routes.csv", "name,id\nBy kite,17\n", "CFG-002", "columns"),
            ("eudract_routes.csv", "name,term_id,observed_version\nBy kite,x,\n", "CFG-002", "`x` is no number"),
            ("eudract_routes.csv", "name,term_id,observed_version\nBy kite,1\n", "CFG-002", "cannot be read"),
            ("eudract_routes.csv", "name,term_id,observed_version\nA,1,\na,2,\n", "CFG-002", "stands twice"),
            ("eudract_routes.csv", "name,term_id,observed_version\n,1,\n", "CFG-002", "no name"),
        ] {
            let (lists, sink) = read(&[(name, text)]);
            let [finding] = sink.all() else { panic!("{text}: {:?}", sink.all()) };
            assert_eq!(finding.code.id, code, "{text}");
            assert!(finding.message.contains(words), "{}", finding.message);
            assert!(!finding.hints.is_empty(), "{text}");
            assert_eq!(lists.own().count(), 0);
        }
        let (_, sink) = read(&[("registry_terms.csv", "list,id,eudract,prs,api\n")]);
        assert_eq!(sink.errors(), rows(List::Terms.built_in()).len(), "each missing term is named");
    }

    #[test]
    fn the_programs_lists_are_as_strict() {
        for list in List::ALL {
            let source = Arc::new(TextSource { name: list.file().to_owned(), text: list.built_in().to_owned() });
            let mut sink = Diagnostics::new();
            assert!(check(list, &source, &mut sink), "{:?}", sink.all());
        }
    }
}
