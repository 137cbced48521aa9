//! The shape of the source tree: floors, lists, sizes, and who may print, write, read a file or a clock.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use tracelock::base::codes::CODES;
use tracelock::input::INPUT_FORMATS;
use tracelock::methods::METHODS;
use tracelock::results::statistic::STATISTICS;

/// Longest source file; a longer one holds a second idea.
const LONGEST: usize = 600;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A source file: its path below the crate, `/` between folders, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The floor it stands on: `src/data/load.rs` stands on `data`.
    fn floor(&self) -> &str {
        let below = self.path.trim_start_matches("src/");
        below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
    }

    /// The part that is in the program: up to the tests at its foot.
    fn program(&self) -> &str {
        self.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()
    }

    /// Lines of the program part that are no comments, with their numbers.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.program()
            .lines()
            .enumerate()
            .map(|(n, line)| (n + 1, line))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn collect(folder: &Path, name: &str, found: &mut Vec<Source>) {
    let mut entries: Vec<_> = fs::read_dir(folder).expect("a folder").flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &path, found);
        } else if path.ends_with(".rs") {
            found.push(Source { text: fs::read_to_string(entry.path()).expect("UTF-8"), path });
        }
    }
}

/// The Rust files below a folder of the crate, sorted.
fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(folder), folder, &mut found);
    assert!(found.len() > 10, "{folder} has sources");
    found
}

/// The sources of the program; modules that are there for tests only are left out.
fn program() -> Vec<Source> {
    let all = sources("src");
    let mut for_tests = BTreeSet::new();
    for source in &all {
        let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let declared = source.text.split("#[cfg(test)]\n").skip(1).filter_map(|rest| rest.lines().next());
        for line in declared {
            if let Some(name) = line.split("mod ").nth(1).and_then(|name| name.strip_suffix(';')) {
                for_tests.insert(format!("{folder}/{name}.rs"));
            }
        }
    }
    all.into_iter().filter(|source| !for_tests.contains(&source.path)).collect()
}

/// Places where a line of the program holds one of the words, outside the files that may.
fn uses(words: &[&str], may: impl Fn(&Source) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in program().iter().filter(|source| !may(source)) {
        for (n, line) in source.lines() {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{n}: {}", source.path, line.trim()));
            }
        }
    }
    found
}

fn assert_none(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

/// The table of floors in `src/lib.rs`: module to height, the lowest line is 0.
fn floors() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    let table =
        text.split("//! ```text\n").nth(1).and_then(|rest| rest.split("//! ```").next()).expect("the table of floors");
    let mut heights = BTreeMap::new();
    for (height, line) in table.lines().rev().enumerate() {
        let (modules, about) = line.trim_start_matches("//! ").split_once("  ").expect("modules, then what they hold");
        assert!(!about.trim().is_empty());
        for module in modules.split(", ") {
            assert!(heights.insert(module.trim().to_owned(), height).is_none(), "`{module}` stands once");
        }
    }
    heights
}

/// The modules named after `crate::` in a text: `crate::data::load`, `crate::{data, methods}`.
fn used_modules(text: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for rest in text.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            let group = group.split("};").next().unwrap_or_default();
            let mut depth = 0;
            for item in group.split_inclusive([',', '{', '}']) {
                if depth == 0 {
                    found.push(item.trim().split(|c| !is_name(c)).next().unwrap_or_default());
                }
                depth += item.matches('{').count();
                depth -= item.matches('}').count().min(depth);
            }
        } else {
            found.push(rest.split(|c| !is_name(c)).next().unwrap_or_default());
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

#[test]
fn modules_use_lower_floors_only() {
    let floors = floors();
    let declared = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    let declared: BTreeSet<&str> =
        declared.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(declared, floors.keys().map(String::as_str).collect::<BTreeSet<_>>(), "the table holds every module");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for source in program().iter().filter(|s| !matches!(s.path.as_str(), "src/lib.rs" | "src/main.rs")) {
        let own = source.floor();
        for (n, line) in source.lines() {
            for used in used_modules(line).into_iter().filter(|used| *used != own) {
                seen += 1;
                if floors.get(used).is_none_or(|height| *height >= floors[own]) {
                    wrong.push(format!("{}:{n}: `{own}` uses `{used}`", source.path));
                }
            }
        }
    }
    assert!(seen > 200, "the paths are found ({seen})");
    assert_none(&wrong, "a module uses lower floors only");
}

#[test]
fn used_modules_are_read_from_any_form() {
    assert_eq!(used_modules("use crate::data::load;"), ["data"]);
    assert_eq!(used_modules("use crate::{data, methods::{a, b}, cli};"), ["data", "methods", "cli"]);
    assert_eq!(used_modules("x: crate::audit::A<crate::base::B>"), ["audit", "base"]);
}

#[test]
fn displays_and_renderers_never_see_a_dataset() {
    let found: Vec<String> = uses(&["crate::data::"], |s| !matches!(s.floor(), "report" | "render"))
        .into_iter()
        // Identifiers of records and variables are no data.
        .filter(|line| !line.contains("data::catalog::") && !line.contains("data::record_set::"))
        .collect();
    assert_none(&found, "what is not in the store cannot be printed");
    let found = uses(&["rusqlite", "SELECT "], |s| matches!(s.floor(), "data" | "audit"));
    let found: Vec<String> =
        found.into_iter().filter(|line| !line.contains('"') || line.contains("rusqlite")).collect();
    assert_none(&found, "only `data` and `audit` ask the database");
}

#[test]
fn every_file_says_what_it_is_and_is_of_a_readable_size() {
    let mut wrong = Vec::new();
    for source in sources("src").iter().chain(&sources("tests")) {
        let first = source.text.lines().next().unwrap_or_default();
        let opening: String =
            source.text.lines().map_while(|l| l.strip_prefix("//!")).map(str::trim).collect::<Vec<_>>().join(" ");
        if !first.starts_with("//! ") || !opening.contains('.') {
            wrong.push(format!("{}: opens with `{first}`", source.path));
        }
        let length = source.text.lines().count();
        if length > LONGEST {
            wrong.push(format!("{}: {length} lines", source.path));
        }
    }
    assert_none(&wrong, "a file opens with a sentence and has at most 600 lines");
}

/// `mod` declarations of a file.
fn declarations(text: &str) -> BTreeSet<&str> {
    text.lines()
        .filter_map(|line| line.trim().strip_suffix(';'))
        .filter_map(|line| {
            line.rsplit_once("mod ").filter(|(before, _)| before.is_empty() || before.starts_with("pub"))
        })
        .map(|(_, name)| name)
        .collect()
}

#[test]
fn no_source_file_is_an_orphan() {
    let mut orphans = Vec::new();
    for folder in ["src", "tests/suite"] {
        let all = sources(folder);
        let text = |path: &str| all.iter().find(|s| s.path == path).map(|s| s.text.as_str());
        for source in &all {
            let (parent, file) = source.path.rsplit_once('/').expect("a folder");
            let name = file.trim_end_matches(".rs");
            if parent == folder && matches!(name, "lib" | "main") {
                continue;
            }
            // `a/mod.rs` is module `a` of the folder above; `a/b.rs` belongs to `a.rs` or `a/mod.rs`.
            let (parent, name) =
                if name == "mod" { parent.rsplit_once('/').expect("a folder") } else { (parent, name) };
            let owners = if parent == folder {
                vec![format!("{parent}/lib.rs"), format!("{parent}/main.rs")]
            } else {
                vec![format!("{parent}.rs"), format!("{parent}/mod.rs")]
            };
            if !owners.iter().filter_map(|owner| text(owner)).any(|t| declarations(t).contains(name)) {
                orphans.push(source.path.clone());
            }
        }
    }
    assert_none(&orphans, "every file is declared by the module above it");
}

#[test]
fn only_the_command_line_prints_exits_and_reads_the_clock() {
    let words = [
        "println!",
        "print!(",
        "eprint!(",
        "dbg!(",
        "io::stdout",
        "io::stderr",
        "stdout()",
        "stderr()",
        "process::exit",
    ];
    assert_none(&uses(&words, |s| s.floor() == "cli"), "only `cli` prints or exits");
    let words = ["SystemTime", "Instant", "UNIX_EPOCH", "Utc::now", "Local::now"];
    assert_none(&uses(&words, |s| s.floor() == "cli"), "only `cli` reads the clock");
    let words = ["env::var", "env::args", "env::current_dir"];
    assert_none(&uses(&words, |s| s.floor() == "cli"), "only `cli` looks at its surroundings");
}

#[test]
fn only_one_module_writes_files() {
    let words = [
        "fs::write",
        "fs::create_dir",
        "fs::rename",
        "fs::remove_",
        "fs::copy",
        "fs::hard_link",
        "fs::set_permissions",
        "File::create",
        "File::options",
        "fs::OpenOptions",
        "symlink(",
    ];
    assert_none(&uses(&words, |s| s.path == "src/base/output.rs"), "only base/output.rs writes files");
    let found = uses(&["VACUUM INTO"], |s| s.path == "src/audit/trace_db.rs");
    assert_none(&found, "only the trace database is written by SQLite");
}

#[test]
fn only_the_input_stage_opens_data_files() {
    assert_none(&uses(&["calamine::"], |s| s.floor() == "input"), "only `input` knows file formats of data");
    let reads = ["fs::read", "File::open", "use std::fs", "use std::io::Read"];
    let readers = ["audit", "base", "cli", "input", "pipeline", "spec"];
    assert_none(&uses(&reads, |s| readers.contains(&s.floor())), "from data to render nothing opens a file");
    // The rest read their own files: configuration, texts, templates, earlier runs.
    let found = uses(&["input::open"], |s| matches!(s.floor(), "cli" | "data" | "input"));
    assert_none(&found, "data files are opened where datasets are built and where `init` looks at them");
}

#[test]
fn statistics_give_the_same_digits_on_every_platform() {
    let words =
        [".exp()", ".ln()", ".powf(", ".sin()", ".cos()", ".tan()", ".ln_1p()", ".exp_m1()", ".log10()", ".log2()"];
    assert_none(&uses(&words, |s| s.floor() != "stats"), "`libm` instead of the platform's functions");
    assert_none(&uses(&["HashMap", "HashSet"], |_| false), "no order of a hash reaches an output");
}

fn assert_sorted<T: Ord + std::fmt::Debug>(names: &[T], what: &str) {
    for pair in names.windows(2) {
        assert!(pair[0] < pair[1], "{what}: {:?} stands before {:?}", pair[0], pair[1]);
    }
}

#[test]
fn lists_are_in_order() {
    let methods: Vec<&str> = METHODS.iter().map(|method| method.name()).collect();
    assert_sorted(&methods, "methods");
    assert_sorted(&INPUT_FORMATS.iter().map(|format| format.name()).collect::<Vec<_>>(), "input formats");
    assert_sorted(&STATISTICS.iter().map(|statistic| statistic.name).collect::<Vec<_>>(), "statistics");
    let mut last: BTreeMap<&str, u32> = BTreeMap::new();
    for code in CODES {
        let (floor, number) = code.id.split_once('-').expect("a code is `DAT-007`");
        assert!(floor.len() == 3 && number.len() == 3, "{}", code.id);
        let number: u32 = number.parse().expect("a number");
        assert!(last.insert(floor, number).is_none_or(|before| before < number), "{} is in order", code.id);
        assert!(code.explanation.len() > 30 && code.explanation.ends_with(['.', '`']), "{} is explained", code.id);
        assert!(!code.title.ends_with('.'), "{}: a title has no full stop", code.id);
    }
}

#[test]
fn every_method_is_explained_and_has_a_reference() {
    for method in METHODS {
        let about = method.about();
        for text in [about.estimand, about.formula, about.limits, about.source, about.sas, about.r] {
            assert!(!text.trim().is_empty(), "{} says all about itself", method.name());
        }
        // Where the statistics of a method have another name than the method.
        let name = match method.name() {
            "andersen_gill" => "cox_robust",
            "barnard" | "boschloo" => "unconditional_test",
            "cmh" => "cochran_mantel_haenszel",
            "cochran_armitage" => "trend_test",
            "geometric_mean" => "geometric",
            "jonckheere_terpstra" => "jonckheere",
            "mann_whitney_probability" => "mann_whitney",
            "mean_cumulative_function" => "mean_cumulative",
            "multiple_imputation" => "rubin",
            "one_sample_t_test" | "paired_t_test" => "t_test",
            "risk_difference" => "two_proportions",
            "rmst" => "restricted_mean",
            "van_elteren" => "mean_scores",
            "win_ratio" => "win_statistics",
            own => own,
        };
        let folder = root().join("tests/reference").join(name);
        let programs = ["program.R", "program.py"];
        assert!(programs.iter().any(|p| folder.join(p).is_file()), "{} has no program", folder.display());
        for file in ["listing.txt", "expected.csv", "README.md"] {
            assert!(folder.join(file).is_file(), "{} has no {file}", folder.display());
        }
    }
}

#[test]
fn every_code_is_reported_somewhere() {
    let text: String =
        program().iter().filter(|s| s.path != "src/base/codes.rs").map(|s| s.program().to_owned()).collect();
    let unused: Vec<String> =
        CODES.iter().filter(|code| !text.contains(&code.id.replace('-', "_"))).map(|code| code.id.to_owned()).collect();
    assert_none(&unused, "a code that is never reported explains nothing");
}

/// Text files of the tree, as far as they are written by hand.
fn texts(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if matches!(name.as_str(), ".git" | "target" | "output" | ".locked" | "Cargo.lock") {
            continue;
        }
        if entry.path().is_dir() {
            texts(&entry.path(), found);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            let path = entry.path();
            let name = path.strip_prefix(root()).expect("below the crate").display().to_string();
            found.push((name, text));
        }
    }
}

#[test]
fn no_file_names_a_path_of_somebody_s_computer() {
    // Written in halves, so that this file is not its own finding.
    let places = [["/ho", "me/"], ["/ro", "ot/"], ["/Us", "ers/"], ["/wo", "rk/"], ["/t", "mp/"], [r"C:", r"\Users"]]
        .map(|halves| halves.concat());
    let mut found = Vec::new();
    texts(root(), &mut found);
    assert!(found.len() > 300, "the tree is read");
    let mut wrong = Vec::new();
    for (name, text) in &found {
        for (n, line) in text.lines().enumerate() {
            // `../work/x` and `https://site/home/` are no absolute paths: what stands before counts.
            let absolute = places.iter().any(|place| {
                line.match_indices(place.as_str())
                    .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '.' || c == '/'))
            });
            if absolute {
                wrong.push(format!("{name}:{}: {}", n + 1, line.trim()));
            }
        }
    }
    assert_none(&wrong, "paths of a computer mean nothing elsewhere");
}

#[test]
fn nothing_is_left_unfinished() {
    let marks =
        [["to", "do!("], ["unimple", "mented!("], ["FIX", "ME"], ["#[ig", "nore"]].map(|halves| halves.concat());
    let mut wrong = Vec::new();
    for source in sources("src").iter().chain(&sources("tests")) {
        for (n, line) in source.text.lines().enumerate() {
            if marks.iter().any(|mark| line.contains(mark.as_str())) {
                wrong.push(format!("{}:{}: {}", source.path, n + 1, line.trim()));
            }
        }
    }
    assert_none(&wrong, "unfinished or ignored");
}
