//! The texts of a file: as it stands, and where markup, archives or compression hide words, without them.

use std::io::{Cursor, Read};

use lopdf::{Dictionary, Document, Object, StringFormat};

/// A text of a file.
pub(super) struct Reading {
    /// The part of the file, in words; empty for the file itself.
    part: String,
    /// The text.
    pub text: String,
    /// How its words came to stand beside each other.
    pub kind: Kind,
}

/// How a text was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// As it stands.
    Whole,
    /// Without markup or ends of lines: what it separated is joined.
    Joined,
    /// With blanks in the place of markup: what it joined stands apart.
    Apart,
}

impl Reading {
    pub fn of(part: &str, text: String) -> Self {
        Self { part: part.to_owned(), text, kind: Kind::Whole }
    }

    /// A line of it, from 1.
    pub fn place(&self, line: usize) -> String {
        if self.part.is_empty() { format!("line {line}") } else { self.part.clone() }
    }
}

/// The texts of a file by the end of its name; several readings where markup may split or join words.
pub(super) fn of(name: &str, bytes: &[u8]) -> Result<Vec<Reading>, String> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "csv" | "json" | "jsonl" | "md" | "txt" => Ok(vec![Reading::of("", lossy(bytes))]),
        "htm" | "html" | "svg" | "xml" => Ok(of_markup("", &lossy(bytes))),
        "docx" | "xlsx" => zipped(bytes),
        "pdf" => pdf(bytes),
        _ => Err("its format is not known here".to_owned()),
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn of_markup(part: &str, text: &str) -> Vec<Reading> {
    let reading = |text: String, kind| Reading { part: part.to_owned(), text: resolved(&text), kind };
    vec![
        reading(text.to_owned(), Kind::Whole),
        reading(without_tags(text, None), Kind::Joined),
        reading(without_tags(text, Some(' ')), Kind::Apart),
    ]
}

/// Lines stay lines, so that places can be told.
fn without_tags(text: &str, between: Option<char>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                out.extend(between);
            }
            '\n' => out.push(c),
            _ if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

/// Characters in place of their references: `&amp;`, `&#45;`, `&#x2D;`.
fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let reference = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        match reference.and_then(|(name, after)| Some((character(name)?, after))) {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    let number = name.strip_prefix('#');
    match (name, number) {
        ("amp", _) => Some('&'),
        ("lt", _) => Some('<'),
        ("gt", _) => Some('>'),
        ("quot", _) => Some('"'),
        ("apos", _) => Some('\''),
        ("nbsp", _) => Some(' '),
        (_, Some(number)) => {
            let hexadecimal = number.strip_prefix(['x', 'X']);
            let code = hexadecimal.map_or_else(|| number.parse().ok(), |digits| u32::from_str_radix(digits, 16).ok());
            code.and_then(char::from_u32)
        }
        _ => None,
    }
}

fn zipped(bytes: &[u8]) -> Result<Vec<Reading>, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut readings = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| error.to_string())?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(|error| error.to_string())?;
        let part = entry.name().map_or_else(|_| "a part of it".to_owned(), std::borrow::Cow::into_owned);
        readings.extend(of_markup(&part, &without_times(&lossy(&content))));
    }
    Ok(readings)
}

/// When an office file was made is nobody's date of birth.
fn without_times(text: &str) -> String {
    let mut out = text.to_owned();
    for name in ["dcterms:created", "dcterms:modified"] {
        let (open, close) = (format!("<{name}"), format!("</{name}>"));
        if let Some((before, rest)) = out.split_once(&open)
            && let Some((_, after)) = rest.split_once(&close)
        {
            out = format!("{before}{after}");
        }
    }
    out
}

fn pdf(bytes: &[u8]) -> Result<Vec<Reading>, String> {
    let document = Document::load_mem(bytes).map_err(|error| error.to_string())?;
    let mut readings = Vec::new();
    for page in document.get_pages().keys() {
        let text = document.extract_text(&[*page]).map_err(|error| error.to_string())?;
        let part = format!("page {page}");
        // A line may break inside an id: the second reading joins lines.
        readings.push(Reading { kind: Kind::Joined, ..Reading::of(&part, text.replace('\n', "")) });
        readings.push(Reading::of(&part, text));
    }
    for object in document.objects.values() {
        let mut words = Vec::new();
        strings(object, &mut words);
        readings.push(Reading::of("what the PDF says of itself", words.join("\n")));
        if let Object::Stream(stream) = object
            && stream.dict.get(b"Type").is_ok_and(|kind| kind.as_name().is_ok_and(|name| name == b"Metadata"))
        {
            let text = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
            readings.extend(of_markup("its metadata", &lossy(&text)));
        }
    }
    Ok(readings)
}

/// Titles, bookmarks, alternative texts: every string outside the pages.
fn strings(object: &Object, found: &mut Vec<String>) {
    let of_dictionary = |dictionary: &Dictionary, found: &mut Vec<String>| {
        dictionary.iter().for_each(|(_, value)| strings(value, found));
    };
    match object {
        // Strings of hexadecimal digits are texts in UTF-16 or ids of the file.
        Object::String(bytes, format) => found.push(words(bytes, *format)),
        Object::Array(list) => list.iter().for_each(|value| strings(value, found)),
        Object::Dictionary(dictionary) => of_dictionary(dictionary, found),
        Object::Stream(stream) => of_dictionary(&stream.dict, found),
        _ => {}
    }
}

fn words(bytes: &[u8], format: StringFormat) -> String {
    match bytes.strip_prefix(b"\xfe\xff") {
        Some(wide) => {
            let units = wide.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        None if format == StringFormat::Literal => lossy(bytes),
        None => String::new(),
    }
}
