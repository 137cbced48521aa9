//! Patients planted into public files, and words that must pass.

use super::*;

const IDS: [&str; 7] = ["DE-01-003", "12", "1003", "10034", "A&B-7", "01-701-1015", "SYN-04-0120"];

fn found(name: &str, text: &[u8]) -> Vec<String> {
    let mut sink = Diagnostics::new();
    let ids = IDS.map(str::to_owned);
    let _ = scan(&[(name.to_owned(), text.to_vec())], &ids, &["1951-03-05".to_owned()], &mut sink);
    let errors = sink.all().iter().filter(|d| d.severity == crate::base::diagnostic::Severity::Error);
    errors
        .map(|error| {
            assert!(!error.hints.is_empty(), "{}", error.message);
            error.message.clone()
        })
        .collect()
}

#[test]
fn patients_do_not_pass() {
    for (name, text, message) in [
        ("public/a.xml", "<r>\n<a id=\"DE-01-003\"/></r>", "`public/a.xml` holds a subject id (in line 2)"),
        ("public/a.xml", "<r>DE-01</r><r>-003</r>", "`public/a.xml` holds a subject id (in line 1)"),
        ("public/a.xml", "<b>A&amp;B-7</b>", "`public/a.xml` holds a subject id (in line 1)"),
        ("public/t.csv", "x,10034\n10034,y", "`public/t.csv` holds 2 subject ids (the first in line 1)"),
        ("public/t.csv", "born 5 March 1951", "`public/t.csv` holds a date of birth (in line 1)"),
        ("public/t.csv", "1951-03-05 and 05.03.1951", "`public/t.csv` holds 2 dates of birth (the first in line 1)"),
        ("public/16-2-7.csv", "", "`public/16-2-7.csv` is a listing and was about to be made public"),
        ("public/a.bin", "", "`public/a.bin` cannot be searched for subject ids: its format is not known here"),
        ("public/DE-01-003.svg", "<svg/>", "`public/DE-01-003.svg` holds a subject id (in its name)"),
    ] {
        assert_eq!(found(name, text.as_bytes()), [message], "{text}");
    }
}

#[test]
fn other_spellings_of_ids_do_not_pass() {
    for text in [
        "de-01-003 died",
        "DE 01 003",
        "DE\u{2011}01\u{2011}003",
        "DE/01/003",
        "DE_01_003",
        "DE.01.003",
        "DE01003",
        "DE-1-3",
        "DE-01-3",
        "SYN,04,0120",
        "SYN-4-120",
        "site and subject 04-0120",
        "701-1015",
        "701/1015",
        "01-701-1015",
        "1-701-1015",
        "017011015",
        "7011015",
        "Subject 1015 was unblinded",
        "patient 003",
        "Patient no. 3",
        "participant number 120",
        "participant ID: 0120",
        "subject #3",
        "la paciente 1015",
        "el paciente n.º 120",
        "subject 1003",
    ] {
        assert_eq!(found("public/t.csv", text.as_bytes()), ["`public/t.csv` holds a subject id (in line 1)"], "{text}");
    }
    for markup in [
        "<p>DE&#45;01&#x2D;003</p>",
        "<text><tspan>DE-01</tspan><tspan>-003</tspan></text>",
        "<t>DE</t><t>01</t><t>003</t>",
        "<!-- DE-01-003 -->",
        "<p>Subject <b>1015</b> died</p>",
    ] {
        assert_eq!(found("public/t.svg", markup.as_bytes()).len(), 1, "{markup}");
    }
}

#[test]
fn other_words_pass() {
    for text in [
        "DE-01-0034",
        "XDE-01-003",
        "DE-01-003b",
        "n = 12 of 1003",
        "110034",
        "10034.5",
        "0.10034",
        "2051-03-05",
        "1015",
        "701 1015",
        "701,1015",
        "701.5,1015.2",
        "2020-701-1015-2",
        "Subjects 1015",
        "1015 subjects",
        "subject 1015.5",
        "patient 3 days after",
        "events per patient,1015",
        "A, B and 7",
        "DE 1 3",
    ] {
        assert_eq!(found("public/t.csv", text.as_bytes()), [""; 0], "{text}");
    }
    for markup in
        ["<unit>events per patient</unit><value>1015</value>", "<v>701</v><v>1015</v>", "<path d=\"M701 1015\"/>"]
    {
        assert_eq!(found("public/t.xml", markup.as_bytes()), [""; 0], "{markup}");
    }
    let mut sink = Diagnostics::new();
    let files = [("public/t.csv".to_owned(), b"12".to_vec())];
    let scanned = scan(&files, &["12".to_owned(), "S-001".to_owned()], &[], &mut sink);
    assert_eq!(scanned, Ok(Scanned { files: 1, ids: 1, too_short: 1 }));
    assert_eq!(sink.all().len(), 1, "what was not searched for is said");
}

#[test]
fn office_files_are_opened() {
    use std::io::{Cursor, Write};
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).expect("an entry");
    archive.write_all(b"<w:t>DE-01</w:t><w:t>-003</w:t>").expect("written");
    let bytes = archive.finish().expect("an archive").into_inner();
    assert_eq!(found("public/t.docx", &bytes), ["`public/t.docx` holds a subject id (in word/document.xml)"]);
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
    assert_eq!(found("public/s.pdf", &bytes), ["`public/s.pdf` holds a subject id (in page 1)"]);
    assert_eq!(found("public/s.pdf", b"%PDF-1.7").len(), 1, "a file that cannot be read does not pass");
}
