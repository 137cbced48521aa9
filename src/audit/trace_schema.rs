//! The tables that `trace.sqlite` adds to the datasets; their comments stay in the file for whoever opens it.

/// Version of the tables below; a reader refuses another.
pub(super) const TRACE_FORMAT: &str = "1";

/// All tables, in the order in which they are made.
pub(super) const TABLES: &[(&str, &str)] = &[
    ("trace_meta", "CREATE TABLE trace_meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID"),
    (
        "trace_dataset",
        "CREATE TABLE trace_dataset (
  dataset INTEGER PRIMARY KEY,
  name TEXT,             -- also the table that holds its records
  label TEXT,
  parent INTEGER,        -- dataset whose row ids it shares
  is_subjects INTEGER    -- 1 for the subject table
)",
    ),
    (
        "trace_sheet_part",
        "CREATE TABLE trace_sheet_part (
  dataset INTEGER,
  part INTEGER,          -- row id = part * 2097152 + sheet row (from 1)
  file TEXT,
  sheet TEXT,
  PRIMARY KEY (dataset, part)
) WITHOUT ROWID",
    ),
    (
        "trace_sheet_column",
        "CREATE TABLE trace_sheet_column (
  dataset INTEGER,
  part INTEGER,
  header TEXT,
  position INTEGER,      -- 0 is column A
  PRIMARY KEY (dataset, part, header)
) WITHOUT ROWID",
    ),
    (
        "trace_variable",
        "CREATE TABLE trace_variable (
  variable INTEGER PRIMARY KEY,
  dataset INTEGER,
  name TEXT,
  label TEXT,
  unit TEXT,
  origin TEXT,           -- column, derived, picked or assigned
  header TEXT,           -- of a column
  codelist TEXT,
  rule TEXT              -- expression or words
)",
    ),
    (
        "trace_variable_read",
        "CREATE TABLE trace_variable_read (
  variable INTEGER,
  role TEXT,             -- value: gives the value; reads: decided it
  reads INTEGER,         -- another variable
  PRIMARY KEY (variable, role, reads)
) WITHOUT ROWID",
    ),
    (
        "trace_link",
        "CREATE TABLE trace_link (
  variable INTEGER,
  subject INTEGER,       -- row of the subject table
  dataset INTEGER,
  chosen INTEGER,        -- row of the record that gave the value
  PRIMARY KEY (variable, subject)
) WITHOUT ROWID",
    ),
    (
        "trace_considered",
        "CREATE TABLE trace_considered (
  variable INTEGER,
  subject INTEGER,
  first_row INTEGER,     -- rows first to last were considered
  last_row INTEGER,
  PRIMARY KEY (variable, subject, first_row)
) WITHOUT ROWID",
    ),
    (
        "trace_raw",
        "CREATE TABLE trace_raw (
  variable INTEGER,
  row INTEGER,
  text TEXT,             -- as it stood in the cell
  PRIMARY KEY (variable, row)
) WITHOUT ROWID",
    ),
    ("trace_subject", "CREATE TABLE trace_subject (subject INTEGER PRIMARY KEY, key TEXT, planned TEXT, actual TEXT)"),
    (
        "trace_result",
        "CREATE TABLE trace_result (
  key TEXT PRIMARY KEY,
  kind TEXT,             -- count, real, text or not_estimable
  value,                 -- not rounded; why not, where not estimable
  style TEXT,
  unit TEXT,
  lineage INTEGER,
  attested_by TEXT,
  attested_on TEXT,
  document TEXT,
  document_sha256 TEXT
) WITHOUT ROWID",
    ),
    (
        "trace_lineage",
        "CREATE TABLE trace_lineage (
  lineage INTEGER PRIMARY KEY,
  records INTEGER,       -- set of records counted or computed with
  evidence INTEGER,      -- set of records looked at to decide
  rule TEXT
)",
    ),
    (
        "trace_record_set",
        "CREATE TABLE trace_record_set (
  record_set INTEGER,
  dataset INTEGER,
  first_row INTEGER,     -- rows first to last belong to the set
  last_row INTEGER,
  PRIMARY KEY (record_set, dataset, first_row)
) WITHOUT ROWID",
    ),
    (
        "trace_lineage_variable",
        "CREATE TABLE trace_lineage_variable (lineage INTEGER, variable INTEGER, PRIMARY KEY (lineage, variable)) WITHOUT ROWID",
    ),
    (
        "trace_lineage_input",
        "CREATE TABLE trace_lineage_input (
  lineage INTEGER,
  position INTEGER,
  role TEXT,
  key TEXT,              -- another result
  PRIMARY KEY (lineage, position)
) WITHOUT ROWID",
    ),
    ("trace_reason", "CREATE TABLE trace_reason (reason INTEGER PRIMARY KEY, text TEXT)"),
    (
        "trace_lineage_left_out",
        "CREATE TABLE trace_lineage_left_out (
  lineage INTEGER,
  position INTEGER,
  subject INTEGER,
  reason INTEGER,
  PRIMARY KEY (lineage, position)
) WITHOUT ROWID",
    ),
    (
        "trace_placement",
        "CREATE TABLE trace_placement (
  placement INTEGER PRIMARY KEY,
  file TEXT,
  place TEXT,            -- page, path or cell in the file
  key TEXT,
  text TEXT              -- as printed
)",
    ),
    (
        "trace_typed_digit",
        "CREATE TABLE trace_typed_digit (
  digit INTEGER PRIMARY KEY,
  file TEXT,
  place TEXT,
  text TEXT,             -- the word with the digits, typed by a person
  context TEXT
)",
    ),
    (
        "trace_digit_class",
        "CREATE TABLE trace_digit_class (
  file TEXT,
  class TEXT,            -- number, configured, structural, typed or unclassified
  count INTEGER,
  PRIMARY KEY (file, class)
) WITHOUT ROWID",
    ),
];
