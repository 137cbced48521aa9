//! The adverse-event listing, read back from its PDF word by word under the header it stands below.

use std::process::Command;

use tracelock::base::diagnostic::Diagnostics;
use tracelock::data::catalog::{DatasetId, VariableId, row_id};
use tracelock::data::record_set::RecordSetId;
use tracelock::render::listing_font::Faces;
use tracelock::render::listing_pdf::{self, ListingFrame};
use tracelock::report::listing::{Listing, ListingHeading, compose};
use tracelock::results::series::ListingView;

/// Adverse events of `subjects` subjects, three each, with texts of every length.
pub fn listing(subjects: usize) -> Listing {
    let headers = [
        "Subject",
        "Arm",
        "Reported term",
        "Preferred term",
        "System organ class",
        "Start",
        "Stop",
        "Study day",
        "Severity",
        "Serious",
        "Related",
        "Outcome",
        "TEAE",
    ];
    let terms = [
        ("Fieber nach Infusion, 38.9 °C", "Pyrexia", "General disorders and administration site conditions"),
        (
            "worsening of acute respiratory distress with need for prone positioning ≥ 16 h",
            "Acute respiratory distress syndrome",
            "Respiratory, thoracic and mediastinal disorders",
        ),
        ("FA rápida", "Atrial fibrillation", "Cardiac disorders"),
    ];
    let mut rows = Vec::new();
    for subject in 0..subjects {
        for (at, (verbatim, preferred, organs)) in terms.iter().enumerate() {
            let cells = [
                format!("ES-01-{:04}", subject + 1),
                if subject < subjects / 2 { "MSC" } else { "Placebo" }.to_owned(),
                (*verbatim).to_owned(),
                (*preferred).to_owned(),
                (*organs).to_owned(),
                format!("2021-03-{:02}", 1 + (subject + at) % 28),
                if at == 2 { String::new() } else { format!("2021-04-{:02}", 1 + (subject * 3 + at) % 28) },
                format!("{}", 1 + subject % 90),
                ["Mild", "Severe", "Moderate"][at].to_owned(),
                if at == 1 { "Yes" } else { "No" }.to_owned(),
                "Not related".to_owned(),
                ["Recovered", "Fatal", "Not recovered"][at].to_owned(),
                "Y".to_owned(),
            ];
            rows.push((row_id(0, rows.len() as u32 + 2), cells.to_vec()));
        }
    }
    let view = ListingView {
        id: "16.2.7".to_owned(),
        dataset: DatasetId(0),
        columns: headers.iter().enumerate().map(|(at, name)| (VariableId(at as u32), (*name).to_owned())).collect(),
        records: RecordSetId::default(),
        rows,
    };
    let heading = ListingHeading {
        title: "Adverse events".to_owned(),
        population: "Safety set".to_owned(),
        outline: vec!["Arm".to_owned(), "Subject".to_owned()],
        footnotes: vec![
            "Study day 1 is the day of the first dose; there is no day 0. TEAE = treatment-emergent adverse event."
                .to_owned(),
        ],
        if_empty: "No adverse events were reported in the safety set.".to_owned(),
    };
    compose(&view, heading)
}

pub fn faces() -> Faces {
    Faces::new(&[]).expect("the built-in faces")
}

pub fn frame() -> ListingFrame {
    ListingFrame {
        protocol: "MSC-ARDS-1".to_owned(),
        draft: true,
        synthetic: Some("Synthetic data".to_owned()),
        lock_id: "lock-4f2a".to_owned(),
        run_id: "run-91bc".to_owned(),
        sponsor: "Example Hospital".to_owned(),
        language: "en".to_owned(),
        date: "2022-05-30".to_owned(),
    }
}

/// A word of a page with its place.
struct Word {
    x: f64,
    y: f64,
    text: String,
}

/// Words by page, as the PDF shows them; `None` where the reading program is not installed.
fn words_of(pdf: &[u8]) -> Option<Vec<Vec<Word>>> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("listing.pdf");
    std::fs::write(&path, pdf).expect("written");
    let output = Command::new("pdftotext").arg("-bbox").arg(&path).arg("-").output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let document = roxmltree::Document::parse_with_options(&text, options).expect("well-formed");
    let pages = document.descendants().filter(|node| node.tag_name().name() == "page");
    let word = |node: roxmltree::Node| {
        let place = |name| node.attribute(name).and_then(|text| text.parse().ok()).expect("a place");
        Word { x: place("xMin"), y: place("yMin"), text: node.text().unwrap_or_default().to_owned() }
    };
    Some(pages.map(|page| page.children().filter(|n| n.tag_name().name() == "word").map(word).collect()).collect())
}

/// The rows of the listing as the pages show them: words are put under the header they stand below.
fn rows_on_pages(pages: &[Vec<Word>], listing: &Listing) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for words in pages {
        let first_header = listing.columns[0].as_str();
        let header = words.iter().find(|word| word.text == first_header).expect("a header row on every page");
        // Columns begin where the first words of their headers begin.
        let starts: Vec<f64> = listing
            .columns
            .iter()
            .map(|column| {
                let name = column.split(' ').next().unwrap_or_default();
                let found = words.iter().find(|word| word.text == name && (word.y - header.y).abs() < 1.0);
                found.unwrap_or_else(|| panic!("`{column}` is not in the header row")).x
            })
            .collect();
        let foot = words.iter().find(|word| word.text == "Study" && word.y > 500.0).map_or(f64::MAX, |word| word.y);
        let mut body: Vec<&Word> =
            words.iter().filter(|word| word.y > header.y + 12.0 && word.y < foot - 1.0).collect();
        body.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
        for word in body {
            let column = starts.partition_point(|start| *start <= word.x + 0.5).saturating_sub(1);
            if column == 0 && word.text.starts_with("ES-01-") {
                rows.push(vec![String::new(); starts.len()]);
            }
            let Some(cell) = rows.last_mut().and_then(|row| row.get_mut(column)) else {
                continue;
            };
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&word.text);
        }
    }
    rows
}

#[test]
fn listing_pdf_says_what_the_listing_holds() {
    let listing = listing(24);
    let mut sink = Diagnostics::new();
    let pdf = listing_pdf::render(&listing, &frame(), &faces(), &mut sink)
        .unwrap_or_else(|_| panic!("{:?}", sink.all()))
        .bytes;
    let again = listing_pdf::render(&listing, &frame(), &faces(), &mut sink).expect("a file").bytes;
    assert!(pdf == again, "same bytes each time");
    assert!(pdf.starts_with(b"%PDF-1.7"));
    let Some(pages) = words_of(&pdf) else {
        eprintln!("skipped: `pdftotext` is not installed");
        return;
    };
    let blank_free = |text: &str| text.replace(' ', "");
    let expected: Vec<Vec<String>> =
        listing.rows.iter().map(|row| row.cells.iter().map(|cell| blank_free(cell)).collect()).collect();
    let read: Vec<Vec<String>> =
        rows_on_pages(&pages, &listing).iter().map(|row| row.iter().map(|cell| blank_free(cell)).collect()).collect();
    assert_eq!(read, expected);
    for (at, words) in pages.iter().enumerate() {
        let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let text = text.join(" ");
        for part in [
            "DRAFT",
            "Synthetic",
            "MSC-ARDS-1",
            "lock-4f2a",
            "run-91bc",
            &format!("Page {} of {}", at + 1, pages.len()),
        ] {
            assert!(text.contains(part), "page {}: {part}", at + 1);
        }
    }

    // The same check sees two columns whose contents are changed over.
    let mut swapped = listing.clone();
    for row in &mut swapped.rows {
        row.cells.swap(5, 6);
    }
    let pdf = listing_pdf::render(&swapped, &frame(), &faces(), &mut sink).expect("a file").bytes;
    let pages = words_of(&pdf).expect("installed");
    let read: Vec<Vec<String>> =
        rows_on_pages(&pages, &listing).iter().map(|row| row.iter().map(|cell| blank_free(cell)).collect()).collect();
    assert_ne!(read, expected);
}

#[test]
fn characters_without_a_glyph_are_reported() {
    let mut listing = listing(1);
    listing.rows[0].cells[2] = "発熱 after infusion".to_owned();
    let mut sink = Diagnostics::new();
    assert!(listing_pdf::render(&listing, &frame(), &faces(), &mut sink).is_err());
    let codes: Vec<&str> = sink.all().iter().map(|problem| problem.code.id).collect();
    assert_eq!(codes, ["RND-004", "RND-004"]);
    assert!(sink.all()[0].message.contains("U+71B1") || sink.all()[0].message.contains("U+767A"));
}

#[test]
fn bookmarks_lead_to_every_subject() {
    let listing = listing(24);
    let mut sink = Diagnostics::new();
    let pdf = listing_pdf::render(&listing, &frame(), &faces(), &mut sink).expect("a file").bytes;
    let document = lopdf::Document::load_mem(&pdf).expect("a PDF");
    let catalog = document.catalog().expect("a catalogue");
    assert_eq!(catalog.get(b"PageMode").and_then(lopdf::Object::as_name).ok(), Some(&b"UseOutlines"[..]));
    let title = |object: &lopdf::Object| {
        let entry = object.as_dict().ok()?;
        entry.get(b"Dest").ok()?;
        entry
            .get(b"Title")
            .and_then(lopdf::Object::as_str)
            .ok()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let titles: Vec<String> = document.objects.values().filter_map(title).collect();
    let subjects = titles.iter().filter(|title| title.starts_with("ES-01-")).count();
    assert_eq!((titles.len(), subjects), (1 + 2 + 24, 24));
}
