//! The gate before `public/`: no subject id, no date of birth, no listing may pass.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use crate::base::codes::OUT_002;
use crate::base::date::{Date, MONTH_NAMES};
use crate::base::diagnostic::{Diagnostics, Place, Stop};

/// Shorter ids, and shorter ids of digits only, cannot be told from counts.
const SHORTEST_ID: usize = 3;
const SHORTEST_NUMERIC_ID: usize = 5;

/// What was searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scanned {
    /// Files searched.
    pub files: usize,
    /// Subject ids searched for.
    pub ids: usize,
    /// Subject ids too short to be told from other numbers; not searched for.
    pub too_short: usize,
}

/// What must not be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Secret {
    SubjectId,
    BirthDate,
}

/// Searches the files of `public/` for subject ids and dates of birth (ISO, complete).
///
/// Text is searched in PDF, DOCX and XLSX as well; a file that cannot be searched does not pass.
/// Ids too short to be told from counts are named in a note.
///
/// # Errors
/// [`Stop`] where something was found (`OUT-002`); the message names file and kind, not the patient.
pub fn scan(
    files: &[(String, Vec<u8>)],
    subject_ids: &[String],
    birth_dates: &[String],
    sink: &mut Diagnostics,
) -> Result<Scanned, Stop> {
    let mark = sink.mark();
    let mut needles = Needles::default();
    let mut too_short = 0;
    let mut ids: Vec<&str> = subject_ids.iter().map(|id| id.trim()).filter(|id| !id.is_empty()).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in &ids {
        let numeric = id.chars().all(|c| c.is_ascii_digit());
        if id.len() < SHORTEST_ID || (numeric && id.len() < SHORTEST_NUMERIC_ID) {
            too_short += 1;
        } else {
            needles.add(id, Secret::SubjectId);
            needles.add(&escape_markup(id), Secret::SubjectId);
        }
    }
    for form in birth_dates.iter().filter_map(|text| Date::parse(text)).flat_map(date_forms) {
        needles.add(&form, Secret::BirthDate);
    }
    for (name, bytes) in files {
        scan_file(name, bytes, &needles, sink);
    }
    if too_short > 0 && !files.is_empty() {
        sink.note(
            &OUT_002,
            Place::Nowhere,
            format!("{too_short} subject ids are too short to be told from counts; public/ was not searched for them"),
        )
        .hint("give the subject key the site or study as well, such as `key: [STUDYID, SUBJID]`");
    }
    sink.check(mark)?;
    Ok(Scanned { files: files.len(), ids: ids.len() - too_short, too_short })
}

fn scan_file(name: &str, bytes: &[u8], needles: &Needles, sink: &mut Diagnostics) {
    let lower = name.to_ascii_lowercase();
    if lower.contains("listing") || lower.contains("16-2-") {
        sink.error(
            &OUT_002,
            Place::File(name.to_owned()),
            format!("`{name}` is a listing and was about to be made public"),
        )
        .hint("listings belong into restricted/");
        return;
    }
    let texts = match searchable(&lower, bytes) {
        Ok(texts) => texts,
        Err(why) => {
            sink.error(
                &OUT_002,
                Place::File(name.to_owned()),
                format!("`{name}` cannot be searched for subject ids: {why}"),
            );
            return;
        }
    };
    let (mut ids, mut dates) = (0, 0);
    for text in &texts {
        let (i, d) = needles.count(text);
        ids = ids.max(i);
        dates = dates.max(d);
    }
    for (count, what) in [(ids, "subject id"), (dates, "date of birth")] {
        if count > 0 {
            let what = if count == 1 { format!("a {what}") } else { format!("{count} {}", plural(what)) };
            sink.error(&OUT_002, Place::File(name.to_owned()), format!("`{name}` holds {what}"))
                .hint("search the file in the draft; templates and text of public outputs must not name patients");
        }
    }
}

fn plural(what: &str) -> String {
    what.strip_suffix(" of birth").map_or_else(|| format!("{what}s"), |head| format!("{head}s of birth"))
}

/// The texts of a file; several readings where markup may split or join words.
fn searchable(name: &str, bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "csv" | "json" | "jsonl" | "md" | "txt" => Ok(vec![bytes.to_vec()]),
        "htm" | "html" | "svg" | "xml" => Ok(readings_of_markup(bytes)),
        "docx" | "xlsx" => zipped(bytes),
        "pdf" => pdf(bytes),
        _ => Err("its format is not known here".to_owned()),
    }
}

fn readings_of_markup(bytes: &[u8]) -> Vec<Vec<u8>> {
    vec![bytes.to_vec(), without_tags(bytes, None), without_tags(bytes, Some(b' '))]
}

fn without_tags(bytes: &[u8], between: Option<u8>) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    let mut inside = false;
    for &byte in bytes {
        match byte {
            b'<' => inside = true,
            b'>' if inside => {
                inside = false;
                text.extend(between);
            }
            _ if !inside => text.push(byte),
            _ => {}
        }
    }
    text
}

fn zipped(bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut texts = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| error.to_string())?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(|error| error.to_string())?;
        texts.extend(readings_of_markup(&content));
    }
    Ok(texts)
}

fn pdf(bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let document = lopdf::Document::load_mem(bytes).map_err(|error| error.to_string())?;
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    let text = document.extract_text(&pages).map_err(|error| error.to_string())?;
    // A line may break inside an id: the second reading joins lines.
    let joined = text.replace('\n', "");
    Ok(vec![text.into_bytes(), joined.into_bytes()])
}

fn escape_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The ways in which people write a complete date.
fn date_forms(date: Date) -> Vec<String> {
    let (y, m, d) = (date.year(), date.month(), date.day());
    let month = MONTH_NAMES[usize::from(m) - 1];
    let short = month[..3].to_owned();
    vec![
        date.to_string(),
        format!("{y}{m:02}{d:02}"),
        format!("{d:02}.{m:02}.{y}"),
        format!("{d:02}/{m:02}/{y}"),
        format!("{m:02}/{d:02}/{y}"),
        format!("{d} {month} {y}"),
        format!("{month} {d}, {y}"),
        format!("{d:02} {short} {y}"),
        format!("{d:02}-{short}-{y}"),
        format!("{d:02}{}{y}", short.to_uppercase()),
    ]
}

/// What is searched for, by its first bytes.
#[derive(Default)]
struct Needles {
    by_start: BTreeMap<[u8; SHORTEST_ID], Vec<(Vec<u8>, Secret)>>,
}

impl Needles {
    fn add(&mut self, text: &str, secret: Secret) {
        let bytes = text.as_bytes();
        if let Some(start) = bytes.first_chunk::<SHORTEST_ID>() {
            let list = self.by_start.entry(*start).or_default();
            if !list.iter().any(|(known, _)| known == bytes) {
                list.push((bytes.to_vec(), secret));
            }
        }
    }

    /// How many ids and dates of birth stand in the text as words of their own.
    fn count(&self, text: &[u8]) -> (usize, usize) {
        let (mut ids, mut dates) = (0, 0);
        for (at, start) in text.windows(SHORTEST_ID).enumerate() {
            if at > 0 && is_word(text[at - 1]) {
                continue;
            }
            let start: &[u8; SHORTEST_ID] = start.try_into().expect("invariant: a window has its length");
            for (needle, secret) in self.by_start.get(start).into_iter().flatten() {
                let rest = &text[at..];
                if rest.starts_with(needle) && !rest.get(needle.len()).copied().is_some_and(is_word) {
                    match secret {
                        Secret::SubjectId => ids += 1,
                        Secret::BirthDate => dates += 1,
                    }
                }
            }
        }
        (ids, dates)
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, text: &[u8]) -> Vec<String> {
        let mut sink = Diagnostics::new();
        let ids = ["DE-01-003".to_owned(), "12".to_owned(), "1003".to_owned(), "10034".to_owned(), "A&B-7".to_owned()];
        let _ = scan(&[(name.to_owned(), text.to_vec())], &ids, &["1951-03-05".to_owned()], &mut sink);
        sink.all()
            .iter()
            .filter(|d| d.severity == crate::base::diagnostic::Severity::Error)
            .map(|d| d.message.clone())
            .collect()
    }

    #[test]
    fn patients_do_not_pass() {
        for (name, text, message) in [
            ("public/a.xml", "<a id=\"DE-01-003\"/>", "`public/a.xml` holds a subject id"),
            ("public/a.xml", "<r>DE-01</r><r>-003</r>", "`public/a.xml` holds a subject id"),
            ("public/a.xml", "<b>A&amp;B-7</b>", "`public/a.xml` holds a subject id"),
            ("public/t.csv", "x,10034\n10034,y", "`public/t.csv` holds 2 subject ids"),
            ("public/t.csv", "born 5 March 1951", "`public/t.csv` holds a date of birth"),
            ("public/t.csv", "1951-03-05 and 05.03.1951", "`public/t.csv` holds 2 dates of birth"),
            ("public/16-2-7.csv", "", "`public/16-2-7.csv` is a listing and was about to be made public"),
            ("public/a.bin", "", "`public/a.bin` cannot be searched for subject ids: its format is not known here"),
        ] {
            assert_eq!(found(name, text.as_bytes()), [message], "{text}");
        }
    }

    #[test]
    fn other_words_pass() {
        for text in ["DE-01-0034", "XDE-01-003", "n = 12 of 1003", "110034", "2051-03-05"] {
            assert_eq!(found("public/t.csv", text.as_bytes()), [""; 0], "{text}");
        }
        let mut sink = Diagnostics::new();
        let files = [("public/t.csv".to_owned(), b"12".to_vec())];
        let scanned = scan(&files, &["12".to_owned(), "S-001".to_owned()], &[], &mut sink);
        assert_eq!(scanned, Ok(Scanned { files: 1, ids: 1, too_short: 1 }));
        assert_eq!(sink.all().len(), 1, "what was not searched for is said");
    }

    #[test]
    fn office_files_are_opened() {
        use std::io::Write;
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).expect("an entry");
        archive.write_all(b"<w:t>DE-01</w:t><w:t>-003</w:t>").expect("written");
        let bytes = archive.finish().expect("an archive").into_inner();
        assert_eq!(found("public/t.docx", &bytes), ["`public/t.docx` holds a subject id"]);
        assert_eq!(found("public/t.docx", b"no archive").len(), 1);
    }

    #[test]
    fn pdf_text_is_read() {
        use lopdf::content::{Content, Operation};
        use lopdf::{Document, Object, Stream, dictionary};
        let mut document = Document::with_version("1.7");
        let pages = document.new_object_id();
        let font = document.add_object(
            dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier", "Encoding" => "WinAnsiEncoding" },
        );
        let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
        let content = Content {
            operations: vec![
                Operation::new("BT", vec![]),
                Operation::new("Tf", vec!["F1".into(), 12.into()]),
                Operation::new("Tj", vec![Object::string_literal("subject DE-01-003 died")]),
                Operation::new("ET", vec![]),
            ],
        };
        let content = document.add_object(Stream::new(dictionary! {}, content.encode().expect("operations encode")));
        let page = document.add_object(
            dictionary! { "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => resources },
        );
        document.objects.insert(
            pages,
            Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }),
        );
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).expect("a document");
        assert_eq!(found("public/s.pdf", &bytes), ["`public/s.pdf` holds a subject id"]);
        assert_eq!(found("public/s.pdf", b"%PDF-1.7").len(), 1, "a file that cannot be read does not pass");
    }
}
