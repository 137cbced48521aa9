//! Makes printpdf's document a PDF 1.7 with bookmarks and fixed identifiers, the same bytes each time.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};

use crate::report::listing::Listing;

use super::listing_font::Faces;
use super::listing_layout::SetListing;
use super::listing_pdf::ListingFrame;

/// A bookmark with what lies under it.
struct Bookmark {
    title: String,
    page: usize,
    children: Vec<Bookmark>,
}

/// Finishes the document; the layout says which rows stand on which page.
pub(super) fn finish(
    mut document: Document,
    listing: &Listing,
    layout: &SetListing,
    (frame, faces): (&ListingFrame, &Faces),
) -> Result<Vec<u8>, String> {
    document.version = "1.7".to_owned();
    let page_ids: Vec<ObjectId> = document.get_pages().into_values().collect();
    let title = format!("{} {}", frame.protocol, listing.heading());

    let mut root = Bookmark { title: listing.heading(), page: 0, children: Vec::new() };
    for (page, rows) in layout.pages.iter().enumerate() {
        for row in &layout.rows[rows.clone()] {
            let values = listing.outline.iter().map(|column| listing.rows[row.source].cells[*column].as_str());
            root.note(values, page);
        }
    }
    let outlines = document.new_object_id();
    let level = write(&mut document, &[root], outlines, &page_ids, true);
    let bookmarks =
        dictionary! { "Type" => "Outlines", "First" => level.first, "Last" => level.last, "Count" => level.visible };
    document.set_object(outlines, bookmarks);

    let metadata = Stream::new(
        dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
        xmp(&title, &frame.sponsor, &frame.date).into_bytes(),
    )
    .with_compression(false);
    let metadata = document.add_object(metadata);
    let catalog = document.catalog_mut().map_err(|error| error.to_string())?;
    catalog.remove(b"PageLayout");
    catalog.set("PageMode", Object::Name(b"UseOutlines".to_vec()));
    catalog.set("Outlines", Object::Reference(outlines));
    catalog.set("Lang", text(&frame.language));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    catalog.set("Metadata", Object::Reference(metadata));

    let date = Object::String(pdf_date(&frame.date).into_bytes(), StringFormat::Literal);
    let info = document.add_object(dictionary! {
        "Title" => text(&title),
        "Author" => text(&frame.sponsor),
        "Creator" => text("tracelock"),
        "Producer" => text("tracelock"),
        "CreationDate" => date.clone(),
        "ModDate" => date,
    });
    if let Ok(Object::Reference(old)) = document.trailer.get(b"Info").cloned() {
        document.objects.remove(&old);
    }
    document.trailer.set("Info", info);
    // printpdf's identifiers and info come from a process-wide counter; these come from the content.
    let mut hash = Sha256::new();
    for part in [&frame.run_id, &frame.lock_id, &listing.id, &title] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    for row in &listing.rows {
        for cell in &row.cells {
            hash.update(cell.as_bytes());
            hash.update([0]);
        }
    }
    let id = Object::String(hash.finalize()[..16].to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("ID", Object::Array(vec![id.clone(), id]));
    compress(&mut document, faces);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// Compresses all streams, several at a time; each by itself, so the bytes do not depend on how many.
fn compress(document: &mut Document, faces: &Faces) {
    let mut streams: Vec<&mut Stream> = document
        .objects
        .values_mut()
        .filter_map(|object| object.as_stream_mut().ok())
        .filter(|stream| stream.allows_compression)
        .collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = streams.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        for part in streams.chunks_mut(share) {
            scope.spawn(move || {
                for stream in part {
                    match faces.packed(&stream.content) {
                        Some(packed) => {
                            stream.set_content(packed);
                            stream.dict.set("Filter", "FlateDecode");
                        }
                        // A stream that does not get smaller stays as it is.
                        None => drop(stream.compress()),
                    }
                }
            });
        }
    });
}

impl Bookmark {
    /// Opens the bookmarks of a row: rows in a row with the same values share theirs.
    fn note<'v>(&mut self, mut values: impl Iterator<Item = &'v str>, page: usize) {
        let Some(value) = values.next() else { return };
        if self.children.last().is_none_or(|last| last.title != value) {
            self.children.push(Bookmark { title: value.to_owned(), page, children: Vec::new() });
        }
        if let Some(last) = self.children.last_mut() {
            last.note(values, page);
        }
    }
}

/// What a parent must know of the bookmarks under it.
struct Level {
    first: ObjectId,
    last: ObjectId,
    /// How many show when the parent is opened.
    visible: i64,
}

/// Writes the bookmarks of one level; those of an `open` level show what lies under them.
fn write(document: &mut Document, level: &[Bookmark], parent: ObjectId, pages: &[ObjectId], open: bool) -> Level {
    let ids: Vec<ObjectId> = level.iter().map(|_| document.new_object_id()).collect();
    let mut visible = 0;
    for (at, bookmark) in level.iter().enumerate() {
        let mut entry: Dictionary = dictionary! {
            "Title" => text(&bookmark.title),
            "Parent" => parent,
            // The zoom stays what the reader has chosen: FDA PDF specification, "inherit zoom".
            "Dest" => vec![pages[bookmark.page].into(), "XYZ".into(), Object::Null, Object::Null, Object::Null],
        };
        if at > 0 {
            entry.set("Prev", ids[at - 1]);
        }
        if let Some(next) = ids.get(at + 1) {
            entry.set("Next", *next);
        }
        visible += 1;
        if !bookmark.children.is_empty() {
            let below = write(document, &bookmark.children, ids[at], pages, false);
            entry.set("First", below.first);
            entry.set("Last", below.last);
            // A negative count is a closed bookmark (ISO 32000-1, table 153).
            entry.set("Count", if open { below.visible } else { -below.visible });
            visible += if open { below.visible } else { 0 };
        }
        document.set_object(ids[at], entry);
    }
    let last = ids.last().copied().unwrap_or(parent);
    Level { first: ids.first().copied().unwrap_or(parent), last, visible }
}

/// A PDF text string: as it is where ASCII, else UTF-16 with a byte-order mark.
fn text(text: &str) -> Object {
    if text.is_ascii() {
        return Object::String(text.as_bytes().to_vec(), StringFormat::Literal);
    }
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// `2025-03-31` as PDF writes it, at midnight UTC.
fn pdf_date(date: &str) -> String {
    let digits: String = date.chars().filter(char::is_ascii_digit).take(8).collect();
    if digits.len() == 8 { format!("D:{digits}000000Z") } else { "D:19700101000000Z".to_owned() }
}

fn xmp(title: &str, author: &str, date: &str) -> String {
    let escape = |text: &str| super::target::Target::Xml.escape(text);
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt></dc:title>\
         <dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>\
         <xmp:CreatorTool>tracelock</xmp:CreatorTool><pdf:Producer>tracelock</pdf:Producer>\
         <xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>\
         </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>",
        escape(title),
        escape(author),
        date = escape(date),
    )
}
