//! The gate before `public/`: no subject id, no date of birth, no listing may pass.

mod births;
mod ids;
mod readings;
mod tokens;

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::base::codes::OUT_002;
use crate::base::date::Date;
use crate::base::diagnostic::{Diagnostics, Place, Stop};

use births::Births;
use ids::Ids;
use readings::Reading;

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

/// Searches the files of `public/` and their names for subject ids and complete dates of birth, in other spellings too.
///
/// Text is searched in PDF, DOCX and XLSX as well, with what they say of themselves; a file that cannot be searched does
/// not pass. Ids too short to be told from counts are named in a note.
///
/// # Errors
/// [`Stop`] where something was found (`OUT-002`); the message names file, place and kind, not the patient.
pub fn scan(
    files: &[(String, Vec<u8>)],
    subject_ids: &[String],
    birth_dates: &[String],
    sink: &mut Diagnostics,
) -> Result<Scanned, Stop> {
    let mark = sink.mark();
    let mut secrets = Secrets::default();
    let mut own: Vec<&str> = subject_ids.iter().map(|id| id.trim()).filter(|id| !id.is_empty()).collect();
    own.sort_unstable();
    own.dedup();
    let too_short = own.iter().filter(|id| !secrets.ids.add(id)).count();
    for date in birth_dates.iter().filter_map(|text| Date::parse(text)) {
        secrets.births.add(date);
    }
    scan_files(files, &secrets, sink);
    if too_short > 0 && !files.is_empty() {
        sink.note(
            &OUT_002,
            Place::Nowhere,
            format!("{too_short} subject ids are too short to be told from counts; public/ was not searched for them"),
        )
        .hint("give the subject key the site or study as well, such as `key: [STUDYID, SUBJID]`");
    }
    sink.check(mark)?;
    Ok(Scanned { files: files.len(), ids: own.len() - too_short, too_short })
}

/// What must not be found.
#[derive(Default)]
struct Secrets {
    ids: Ids,
    births: Births,
}

/// How often something stands in a reading of a file, and where first.
#[derive(Default)]
struct Hits {
    count: usize,
    first: Option<String>,
}

impl Hits {
    fn add(&mut self, count: usize, place: impl FnOnce() -> String) {
        if count > 0 {
            self.count += count;
            self.first.get_or_insert_with(place);
        }
    }
}

impl Secrets {
    /// Subject ids and dates of birth of a reading.
    fn hits(&self, reading: &Reading) -> [Hits; 2] {
        let mut found = [Hits::default(), Hits::default()];
        for (at, line) in reading.text.lines().enumerate() {
            let (line, _) = tokens::tokens(line);
            let counts = [self.ids.count(&line, reading.kind), self.births.count(&line)];
            for (hits, count) in found.iter_mut().zip(counts) {
                hits.add(count, || reading.place(at + 1));
            }
        }
        found
    }
}

/// Searches several files at a time; what was found is told in the order of the files.
fn scan_files(files: &[(String, Vec<u8>)], secrets: &Secrets, sink: &mut Diagnostics) {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some((name, bytes)) = files.get(at) else { break };
            let mut own = Diagnostics::new();
            scan_file(name, bytes, secrets, &mut own);
            done.push((at, own));
        }
        done
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<(usize, Diagnostics)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, _>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().flat_map(join).collect()
    });
    all.sort_by_key(|(at, _)| *at);
    for (_, own) in all {
        sink.append(own);
    }
}

fn scan_file(name: &str, bytes: &[u8], secrets: &Secrets, sink: &mut Diagnostics) {
    let lower = name.to_ascii_lowercase();
    let place = || Place::File(name.to_owned());
    if lower.contains("listing") || lower.contains("16-2-") {
        sink.error(&OUT_002, place(), format!("`{name}` is a listing and was about to be made public"))
            .hint("listings belong into restricted/");
        return;
    }
    let mut readings = match readings::of(&lower, bytes) {
        Ok(readings) => readings,
        Err(why) => {
            sink.error(&OUT_002, place(), format!("`{name}` cannot be searched for subject ids: {why}"))
                .hint("only formats that can be searched may be public");
            return;
        }
    };
    readings.push(Reading::of("its name", name.to_owned()));
    let mut most = [Hits::default(), Hits::default()];
    for reading in &readings {
        for (most, hits) in most.iter_mut().zip(secrets.hits(reading)) {
            // Readings repeat each other: the one with most hits tells how many there are.
            if hits.count > most.count {
                *most = hits;
            }
        }
    }
    for (hits, (one, more)) in most.iter().zip([("a subject id", "subject ids"), ("a date of birth", "dates of birth")])
    {
        let Some(first) = &hits.first else { continue };
        let what = if hits.count == 1 { one.to_owned() } else { format!("{} {more}", hits.count) };
        let at = if hits.count == 1 { String::new() } else { "the first ".to_owned() };
        sink.error(&OUT_002, place(), format!("`{name}` holds {what} ({at}in {first})"))
            .hint("search the file in the draft; templates and text of public outputs must not name patients");
    }
}

#[cfg(test)]
mod tests;
