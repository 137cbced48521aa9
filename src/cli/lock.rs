//! `lock`: what the database was locked with, who did it and when, and a copy of every file by hash.

use std::path::{Path, PathBuf};

use crate::base::diagnostic::Diagnostics;
use crate::base::output;
use crate::input::{self, ChecklistItem, LOCK_FILE, LockKind, LockRecord, LockRequest, SourceLock};
use crate::pipeline;
use crate::spec;

use super::session::{Ended, Session, counted};
use super::{Exit, clock, study_folder};

/// What `lock` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Study folder, or its name below `config/`. Default: the one you stand in, or the only one.
    study: Option<PathBuf>,
    /// Folder of the data files. Default: `data` in the study folder.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Freeze for review; changes are still expected, `build --final` refuses.
    #[arg(long)]
    soft: bool,
    /// Who locks. Default: the user's name on this computer.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Why it is locked again; needed where there is a lock.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// System the data come from, with its own lock.
    #[arg(long, value_name = "NAME")]
    source_system: Option<String>,
    /// Version of that system.
    #[arg(long, value_name = "TEXT", requires = "source_system")]
    source_version: Option<String>,
    /// When the data were locked in that system.
    #[arg(long, value_name = "WHEN", requires = "source_system")]
    source_locked_at: Option<String>,
    /// When the files were exported from that system.
    #[arg(long, value_name = "WHEN", requires = "source_system")]
    source_export_at: Option<String>,
    /// Something that was done before locking; may be given several times.
    #[arg(long, value_name = "ITEM")]
    done: Vec<String>,
}

pub(super) fn run(arguments: &Arguments, session: &mut Session) -> Ended {
    let study = study_folder::find(arguments.study.as_deref())?;
    let mut sink = Diagnostics::new();
    let record = prepare(arguments, &study, &mut sink);
    let exit = session.report(&sink)?;
    let Some((record, files)) = record.filter(|_| exit == Exit::Clean) else {
        session.say("Nothing was locked.");
        return Ok(if exit == Exit::Clean { Exit::Found } else { exit });
    };
    keep(&record, &files, &study, session)
}

/// Reads, inspects and hashes everything; `None` where something stands against it.
fn prepare(arguments: &Arguments, study: &Path, sink: &mut Diagnostics) -> Option<(LockRecord, Vec<PathBuf>)> {
    let spec = spec::load(study, sink).ok()?;
    let (_, files) = pipeline::input_paths(&spec, arguments.data.as_deref());
    let mark = sink.mark();
    for file in &files {
        // Everything is looked at before the answer.
        let _ = input::inspect(file, None, sink);
    }
    sink.check(mark).ok()?;
    let path = study.join(LOCK_FILE);
    let before = if path.is_file() { Some(LockRecord::read(&path, sink).ok()?) } else { None };
    let locked_by = arguments.by.clone().unwrap_or_else(clock::user);
    let locked_at = clock::utc_now();
    let source = arguments.source_system.clone().map(|system| SourceLock {
        system,
        version: arguments.source_version.clone(),
        locked_at: arguments.source_locked_at.clone(),
        export_at: arguments.source_export_at.clone(),
    });
    let ticked = |item: &String| ChecklistItem {
        item: item.clone(),
        status: "done".to_owned(),
        by: Some(locked_by.clone()),
        at: Some(locked_at.clone()),
    };
    let request = LockRequest {
        study: spec.name.clone(),
        kind: if arguments.soft { LockKind::Soft } else { LockKind::Hard },
        checklist: arguments.done.iter().map(ticked).collect(),
        locked_at,
        locked_by: locked_by.clone(),
        source,
        supersedes: before.map(|record| record.lock_id),
        reason: arguments.reason.clone(),
    };
    let record = LockRecord::create(request, &files, sink).ok()?;
    Some((record, files))
}

/// Keeps copies of the files and of the lock before, then writes the record.
fn keep(record: &LockRecord, files: &[PathBuf], study: &Path, session: &Session) -> Ended {
    let copies = study.join(pipeline::COPIES);
    let mut sink = Diagnostics::new();
    for file in files {
        if let Err(error) = input::keep_copy(file, &copies) {
            error.report(&mut sink);
        }
    }
    let exit = session.report(&sink)?;
    if exit != Exit::Clean {
        session.say("Nothing was locked.");
        return Ok(exit);
    }
    let path = study.join(LOCK_FILE);
    if let (Some(before), Ok(text)) = (&record.supersedes, std::fs::read(&path)) {
        output::write_new_file(&copies.join(format!("lock-{before}.yaml")), &text)?;
    }
    output::replace_file(&path, record.to_yaml().as_bytes())?;
    let sheets: usize = record.files.iter().map(|file| file.sheets.len()).sum();
    let cells: u64 = record.files.iter().flat_map(|file| &file.sheets).map(|sheet| sheet.cells).sum();
    session.say(&format!(
        "Locked {} with {} and {cells} cells: {} lock {} by {} at {}.",
        counted(record.files.len(), "file"),
        counted(sheets, "sheet"),
        record.kind.name(),
        record.lock_id,
        record.locked_by,
        record.locked_at,
    ));
    if let Some(before) = &record.supersedes {
        session.say(&format!("It takes the place of lock {before}."));
    }
    if session.json {
        session.data_json(&serde_json::json!({
            "type": "lock", "study": record.study, "lock_id": record.lock_id, "kind": record.kind.name(),
            "locked_by": record.locked_by, "locked_at": record.locked_at, "supersedes": record.supersedes,
            "files": record.files.len(), "sheets": sheets, "cells": cells,
        }))?;
    }
    Ok(Exit::Clean)
}
