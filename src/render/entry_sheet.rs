//! The lines of an entry sheet as they are printed, for the workbook and the paper.

use std::collections::BTreeMap;

use crate::base::codes::RPT_001;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::report::registry::Figure;
use crate::report::registry::deadlines::Register;
use crate::report::registry::entry_sheet::{self, EntryLine, EntryValue};
use crate::results::{ResultStore, ResultValue};

use super::number_profile::{REGULATORY, format_result};
use super::placement::{DigitClass, DigitRun, Placed, Placement};
use super::target::Target;
use super::xml::Views;
use super::xml_eudract_outcome::NOT_ESTIMABLE;

/// An entry sheet in one of its formats.
#[derive(Clone, Debug)]
pub struct EntrySheet {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its numbers and all other digits of its values, by place.
    pub placed: Placed,
}

/// A line with its value in letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedLine {
    /// Screen and part of it.
    pub section: String,
    /// Name of the field.
    pub field: String,
    /// What is typed in.
    pub value: String,
    /// Whether the value is a number of the results.
    pub is_number: bool,
    /// Code of the value in the registry's list.
    pub code: Option<String>,
    /// Characters used and allowed, where a limit is known.
    pub length: Option<(usize, usize)>,
    /// Key of the result, where the number is one of this run.
    pub key: Option<String>,
}

/// The lines of a register. `written` says how the register's own files print the numbers, so that the sheet prints the
/// same letters; `file` is the sheet's name in messages.
///
/// # Errors
/// Unknown result keys (RPT-001).
pub fn print(
    file: &str,
    register: Register,
    views: &Views<'_>,
    written: &[Placement],
    sink: &mut Diagnostics,
) -> Result<Vec<PrintedLine>, Stop> {
    let mark = sink.mark();
    let mut lines = entry_sheet::lines(views.record, register, views.terms);
    lines.extend(entry_sheet::due(views.record, register, views.store));
    for line in &lines {
        if let EntryValue::Number(Figure::Result(key)) = &line.value
            && views.store.get(key).is_none()
        {
            sink.error(&RPT_001, Place::File(file.to_owned()), format!("there is no result `{key}`"));
        }
    }
    sink.check(mark)?;
    let own = if register == Register::Ctgov { "ctgov-" } else { "eudract-" };
    let is_own = |placement: &&Placement| {
        let name = placement.file.rsplit('/').next().unwrap_or(&placement.file);
        name.starts_with(own) && name.ends_with(".xml")
    };
    let known = written.iter().filter(is_own).map(|p| (p.key.as_str(), p.text.as_str())).collect();
    Ok(printed(&lines, &|figure| in_letters(figure, register, &known, views.store)))
}

/// Lines with their values in letters; `print` gives a figure as the register's file has it.
pub fn printed(lines: &[EntryLine], print: &dyn Fn(&Figure) -> String) -> Vec<PrintedLine> {
    let line = |line: &EntryLine| PrintedLine {
        section: line.section.clone(),
        field: line.field.clone(),
        value: match &line.value {
            EntryValue::Number(figure) => print(figure),
            EntryValue::Text(text) => text.clone(),
        },
        is_number: matches!(line.value, EntryValue::Number(_)),
        code: line.code.clone(),
        length: line.used().zip(line.allowed),
        key: line.key(),
    };
    lines.iter().map(line).collect()
}

/// A figure as the register's files print it, or would print it where they have no place for it.
fn in_letters(figure: &Figure, register: Register, known: &BTreeMap<&str, &str>, store: &ResultStore) -> String {
    let not_estimable = if register == Register::Ctgov { "NA" } else { NOT_ESTIMABLE };
    let key = match figure {
        Figure::Printed(text) if text.eq_ignore_ascii_case("NA") => return not_estimable.to_owned(),
        Figure::Printed(text) => return text.clone(),
        Figure::Result(key) => key,
    };
    if let Some(text) = known.get(key.to_string().as_str()) {
        return (*text).to_owned();
    }
    match store.get(key) {
        Some(result) if matches!(result.value, ResultValue::NotEstimable(_)) => not_estimable.to_owned(),
        Some(result) => format_result(store, result, None, &REGULATORY, Target::Xml),
        None => String::new(),
    }
}

/// Where the values stand, each line at its place: results by their keys, digits of words as configured.
pub(super) fn place(file: &str, lines: &[PrintedLine], places: impl Iterator<Item = String>) -> Placed {
    let mut placed = Placed::default();
    for (line, place) in lines.iter().zip(places) {
        if let Some(key) = &line.key {
            let (key, text) = (key.clone(), line.value.clone());
            placed.placements.push(Placement { file: file.to_owned(), place, key, text });
            continue;
        }
        for word in line.value.split_whitespace().filter(|word| word.contains(char::is_numeric)) {
            placed.digits.push(DigitRun {
                file: file.to_owned(),
                place: place.clone(),
                class: DigitClass::Configured,
                text: word.to_owned(),
                context: line.field.clone(),
            });
        }
    }
    placed
}
