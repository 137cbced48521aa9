//! Hidden rows and columns, merged blocks, formulas and error cells of an xlsx sheet: one pass over
//! its XML, because no reader library tells all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use crate::base::cell::CellAddress;

use super::workbook::{Formula, MergedRegion, SheetStructure};

/// Columns and rows a sheet can have (ECMA-376: XFD, 1,048,576).
const MAX_COLUMNS: u32 = 16_384;

/// The structure of one sheet.
///
/// # Errors
/// What is wrong with the container or its XML, in words.
pub(super) fn read(path: &Path, sheet: &str) -> Result<SheetStructure, String> {
    let file = File::open(path).map_err(|e| e.to_string())?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| e.to_string())?;
    let part = sheet_part(&mut archive, sheet)?;
    let stream = archive.by_name(&part).map_err(|e| format!("{part}: {e}"))?;
    read_sheet(BufReader::with_capacity(1 << 16, stream)).map_err(|e| format!("{part}: {e}"))
}

/// Path of the sheet's part inside the container.
fn sheet_part(archive: &mut ZipArchive<BufReader<File>>, sheet: &str) -> Result<String, String> {
    let mut relation = None;
    each_start(archive, "xl/workbook.xml", |element| {
        if element.local_name().as_ref() == "sheet" && attribute(element, "name")?.as_deref() == Some(sheet) {
            relation = attribute(element, "id")?;
        }
        Ok(())
    })?;
    let relation = relation.ok_or_else(|| format!("xl/workbook.xml does not tell where sheet `{sheet}` lies"))?;
    let mut target = None;
    each_start(archive, "xl/_rels/workbook.xml.rels", |element| {
        if element.local_name().as_ref() == "Relationship" && attribute(element, "Id")?.as_deref() == Some(&relation) {
            target = attribute(element, "Target")?;
        }
        Ok(())
    })?;
    let target = target.ok_or_else(|| format!("relation {relation} of xl/workbook.xml is missing"))?;
    Ok(match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("xl/{target}"),
    })
}

fn each_start(
    archive: &mut ZipArchive<BufReader<File>>,
    part: &str,
    mut visit: impl FnMut(&BytesStart<'_>) -> Result<(), String>,
) -> Result<(), String> {
    let stream = archive.by_name(part).map_err(|e| format!("{part}: {e}"))?;
    let mut xml = Reader::from_reader(BufReader::new(stream));
    let mut buffer = Vec::new();
    loop {
        match xml.read_event_into(&mut buffer).map_err(|e| format!("{part}: {e}"))? {
            Event::Start(element) | Event::Empty(element) => visit(&element)?,
            Event::Eof => return Ok(()),
            _ => {}
        }
        buffer.clear();
    }
}

/// The value of an attribute by its local name, entities resolved.
fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|e| e.to_string())?;
        if attribute.key.local_name().as_ref() == name {
            return attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map(|v| Some(v.into_owned()))
                .map_err(|e| e.to_string());
        }
    }
    Ok(None)
}

/// Whether an XML boolean is true.
fn is_true(value: Option<String>) -> bool {
    matches!(value.as_deref(), Some("1" | "true"))
}

/// Where the reader stands in the sheet.
#[derive(Default)]
struct Cursor {
    row: u32,
    column: u32,
    is_error: bool,
}

fn read_sheet(stream: impl BufRead) -> Result<SheetStructure, String> {
    let mut xml = Reader::from_reader(stream);
    let mut buffer = Vec::with_capacity(1024);
    let mut hidden_rows = Vec::new();
    let mut hidden_columns = BTreeSet::new();
    let mut merged = Vec::new();
    let mut structure = SheetStructure::default();
    let mut shared: BTreeMap<String, bool> = BTreeMap::new();
    let mut cursor = Cursor::default();
    let mut formula: Option<Formula> = None;
    let mut shared_index: Option<String> = None;
    let mut error_text: Option<String> = None;
    loop {
        let event = xml.read_event_into(&mut buffer).map_err(|e| e.to_string())?;
        let empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "c" => {
                    start_cell(&element, &mut cursor)?;
                    if empty {
                        cursor.column += 1;
                    }
                }
                "row" => {
                    if let Some(number) = attribute(&element, "r")?.and_then(|r| r.parse::<u32>().ok()) {
                        cursor.row = number.saturating_sub(1);
                    }
                    if is_true(attribute(&element, "hidden")?) {
                        hidden_rows.push(cursor.row);
                    }
                    cursor.column = 0;
                    if empty {
                        cursor.row += 1;
                    }
                }
                "f" => {
                    shared_index = attribute(&element, "si")?;
                    let address = CellAddress::new(cursor.row, cursor.column);
                    let volatile = shared_index.as_ref().and_then(|si| shared.get(si)).copied().unwrap_or(false);
                    let found = Formula { address, text: String::new(), volatile };
                    if empty { structure.formulas.push(found) } else { formula = Some(found) }
                }
                "v" if cursor.is_error && !empty => error_text = Some(String::new()),
                "col" if is_true(attribute(&element, "hidden")?) => {
                    let bound = |name| -> Result<Option<u32>, String> {
                        Ok(attribute(&element, name)?.and_then(|v| v.parse().ok()))
                    };
                    if let (Some(first), Some(last)) = (bound("min")?, bound("max")?) {
                        hidden_columns.extend(first.saturating_sub(1)..last.min(MAX_COLUMNS));
                    }
                }
                "mergeCell" => merged.extend(attribute(&element, "ref")?.as_deref().and_then(parse_region)),
                _ => {}
            },
            Event::Text(text) => {
                if let Some(target) = formula.as_mut().map(|f| &mut f.text).or(error_text.as_mut()) {
                    target.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(reference) => {
                if let Some(target) = formula.as_mut().map(|f| &mut f.text).or(error_text.as_mut()) {
                    push_reference(&reference.xml10_content(), target);
                }
            }
            Event::End(element) => match element.local_name().as_ref() {
                "f" => {
                    if let Some(mut found) = formula.take() {
                        found.volatile |= is_volatile(&found.text);
                        if let Some(index) = shared_index.take().filter(|_| !found.text.is_empty()) {
                            shared.insert(index, found.volatile);
                        }
                        structure.formulas.push(found);
                    }
                }
                "v" => {
                    if let Some(error) = error_text.take() {
                        structure.errors.push((CellAddress::new(cursor.row, cursor.column), error));
                    }
                }
                "c" => cursor.column += 1,
                "row" => cursor.row += 1,
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    merged.sort_unstable();
    structure.hidden_rows = Some(hidden_rows);
    structure.hidden_columns = Some(hidden_columns.into_iter().collect());
    structure.merged = Some(merged);
    Ok(structure)
}

/// Takes position and type of a cell; without `r` it follows the one before.
fn start_cell(element: &BytesStart<'_>, cursor: &mut Cursor) -> Result<(), String> {
    cursor.is_error = false;
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|e| e.to_string())?;
        match attribute.key.as_ref() {
            "r" => {
                let Some(column) = column_of(&attribute.value) else {
                    return Err(format!("`{}` is no cell", attribute.value));
                };
                cursor.column = column;
            }
            "t" => cursor.is_error = &*attribute.value == "e",
            _ => {}
        }
    }
    Ok(())
}

/// Zero-based column of `AB12`, without allocating: this runs for every cell.
fn column_of(reference: &str) -> Option<u32> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.take(4).fold(0u32, |n, b| n * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    column.checked_sub(1).filter(|c| *c < MAX_COLUMNS)
}

fn parse_region(reference: &str) -> Option<MergedRegion> {
    let (first, last) = reference.split_once(':')?;
    Some(MergedRegion { first: CellAddress::parse(first)?, last: CellAddress::parse(last)? })
}

/// Resolves the five entities of XML and character references.
fn push_reference(name: &str, text: &mut String) {
    let number = name.strip_prefix('#').and_then(|n| match n.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => n.parse().ok(),
    });
    let resolved = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => number.and_then(char::from_u32),
    };
    text.extend(resolved);
}

/// Functions whose value changes at every recalculation.
const VOLATILE: [&str; 9] = ["CELL", "INDIRECT", "INFO", "NOW", "OFFSET", "RAND", "RANDARRAY", "RANDBETWEEN", "TODAY"];

/// Whether a formula calls a volatile function; text in quotes does not count.
pub(super) fn is_volatile(formula: &str) -> bool {
    let mut quoted = false;
    let mut word = String::new();
    for c in formula.chars() {
        if c == '"' {
            quoted = !quoted;
        }
        if !quoted && (c.is_alphanumeric() || c == '_' || c == '.') {
            word.push(c.to_ascii_uppercase());
            continue;
        }
        // `_xlfn.RANDARRAY` is how newer functions are stored.
        let name = word.rsplit('.').next().unwrap_or_default();
        if c == '(' && !quoted && VOLATILE.contains(&name) {
            return true;
        }
        word.clear();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volatile_functions() {
        for (formula, expected) in [
            ("RAND()", true),
            ("C8*1.1+ROUND(rand()*10, 0)", true),
            ("_xlfn.RANDARRAY(2,2)", true),
            ("\"RAND()\"&A1", false),
            ("BRAND()", false),
            ("RANDOM_SEED(1)", false),
            ("SUM(A1:A4)", false),
            ("", false),
        ] {
            assert_eq!(is_volatile(formula), expected, "{formula}");
        }
    }

    #[test]
    fn a_sheet_of_traps() {
        let xml = r#"<worksheet><cols><col min="2" max="3" hidden="1"/><col min="5" max="5"/></cols><sheetData>
            <row r="2" hidden="1"><c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C2"><f t="shared" si="0" ref="C2:C3">IF(A1&lt;2,RAND(),0)</f><v>1</v></c></row>
            <row><c/><c/><c><f t="shared" si="0"/><v>2</v></c></row></sheetData>
            <mergeCells><mergeCell ref="D1:E2"/><mergeCell ref="A1:A4"/></mergeCells></worksheet>"#;
        let structure = read_sheet(xml.as_bytes()).expect("well-formed");
        assert_eq!(structure.hidden_rows, Some(vec![1]));
        assert_eq!(structure.hidden_columns, Some(vec![1, 2]));
        assert_eq!(structure.errors, [(CellAddress::new(1, 0), "#DIV/0!".to_owned())]);
        let formulas: Vec<(String, &str, bool)> =
            structure.formulas.iter().map(|f| (f.address.to_string(), f.text.as_str(), f.volatile)).collect();
        let expected = [("A2", "1/0", false), ("C2", "IF(A1<2,RAND(),0)", true), ("C3", "", true)]
            .map(|(a, t, v)| (a.to_owned(), t, v));
        assert_eq!(formulas, expected);
        let merged: Vec<String> =
            structure.merged.iter().flatten().map(|r| format!("{}:{}", r.first, r.last)).collect();
        assert_eq!(merged, ["A1:A4", "D1:E2"]);
    }
}
