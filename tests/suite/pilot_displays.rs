//! Holds the numbers of the CDISC pilot against the displays published with it, cell by cell.
//!
//! A cell's numbers are looked up by key in results.json and written as the original display wrote them; blanks
//! are not compared. Where the original differs from our one rounding rule, the cell is named in `DEFECTS`. The
//! report, which prints these numbers in the look of the pilot, must show the same digits.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tracelock::base::number::{p_value, round_half_away};
use tracelock::results::ResultKey;

/// A cell of a published display.
struct Cell {
    table: String,
    row: String,
    column: String,
    value: String,
    /// The same recomputed by another program, in 10 digits.
    full: String,
}

/// A published cell that our rounding does not give, with what it gives.
struct Defect {
    table: &'static str,
    row: &'static str,
    column: &'static str,
    ours: &'static str,
    reason: &'static str,
}

/// The exact values end on a 5; the original formatted the binary number, which may lie below, or half to even.
const DEFECTS: &[Defect] = &[
    Defect {
        table: "14-2.01",
        row: "Duration of disease | Median",
        column: "Low",
        ours: "40.3",
        reason: "40.25 published as 40.2; half away from zero is 40.3",
    },
    Defect {
        table: "14-2.01",
        row: "Duration of disease | Median",
        column: "Total",
        ours: "36.3",
        reason: "36.25 published as 36.2; half away from zero is 36.3",
    },
    Defect {
        table: "14-2.01",
        row: "Baseline weight(kg) | Median",
        column: "Placebo",
        ours: "60.6",
        reason: "60.55 published as 60.5; half away from zero is 60.6",
    },
    Defect {
        table: "14-2.01",
        row: "Baseline height(cm) | Median",
        column: "Total",
        ours: "162.9",
        reason: "162.85 published as 162.8; half away from zero is 162.9",
    },
];

/// Display, its number of cells, and how its cells are written from our results.
type Write = fn(&Results, &Cell) -> Result<String, String>;

const TABLES: &[(&str, usize, Write)] = &[
    ("14-1.01", 20, populations),
    ("14-1.02", 55, end_of_study),
    ("14-2.01", 244, demographics),
    ("14-3.01", 37, adas_cog),
    ("14-3.11", 12, repeated_measures),
    ("14-3.13", 75, cibic),
    ("MMRM-SAS (wk 24)", 7, repeated_measures_of_sas),
    ("14-5.01", 2032, adverse_events),
    ("pilot1-kmplot", 33, at_risk),
];

/// Results by key, and what the report prints for each.
struct Results {
    /// `None` is not estimable.
    values: BTreeMap<ResultKey, Option<f64>>,
    printed: BTreeMap<ResultKey, BTreeSet<String>>,
}

impl Results {
    fn read(run: &Path) -> Self {
        let text = fs::read_to_string(run.join("restricted/results.json")).expect("results.json");
        let json: serde_json::Value = serde_json::from_str(&text).expect("results.json is JSON");
        let rows = json["results"].as_array().expect("an array of results");
        // Words that say what was used are no numbers.
        let values = rows
            .iter()
            .filter(|row| !row["value"].is_string())
            .map(|row| {
                let key = ResultKey::parse(row["key"].as_str().expect("a key")).expect("a key");
                let value = row["value"].as_f64();
                assert!(value.is_some() || row.get("not_estimable").is_some(), "no number: {row}");
                (key, value)
            })
            .collect();
        let html = fs::read_to_string(run.join("restricted/report.html")).expect("report.html");
        Self { values, printed: printed(&html) }
    }

    /// The result of a key; `None` where it is not estimable.
    fn estimate(&self, key: &ResultKey) -> Result<Option<f64>, String> {
        self.values.get(key).copied().ok_or_else(|| format!("no result {key}"))
    }

    fn number(&self, key: &ResultKey) -> Result<f64, String> {
        self.estimate(key)?.ok_or_else(|| format!("{key} is not estimable"))
    }

    fn decimals(&self, key: &ResultKey, decimals: u8) -> Result<String, String> {
        Ok(round_half_away(self.number(key)?, decimals))
    }

    /// As [`Self::decimals`], and the report prints it so.
    fn shown(&self, key: &ResultKey, decimals: u8) -> Result<String, String> {
        self.is_printed(key, self.decimals(key, decimals)?)
    }

    /// `79 (92%)`, from the keys of statistics `n` and `pct`.
    fn n_percent(&self, key: &ResultKey, decimals: u8) -> Result<String, String> {
        let n = self.shown(&key.statistic("n"), 0)?;
        let key = key.statistic("pct");
        let percent = self.decimals(&key, decimals)?;
        let value = self.number(&key)?;
        if value > 0.0 && value < 1.0 {
            // The original prints 1% or 0% in one table, <1% in the other; the report always <1%.
            self.is_printed(&key, "<1".to_owned())?;
        } else {
            self.is_printed(&key, percent.clone())?;
        }
        Ok(format!("{n} ({percent}%)"))
    }

    /// `0.5934`, `<.0001`.
    fn p_four(&self, key: &ResultKey) -> Result<String, String> {
        self.is_printed(key, p_value(self.number(key)?, 4).replace("<0", "<"))
    }

    /// The text, if the report prints it and nothing else for this result.
    fn is_printed(&self, key: &ResultKey, text: String) -> Result<String, String> {
        match self.printed.get(key) {
            None => Err(format!("the report does not print {key}")),
            Some(texts) if texts.len() == 1 && texts.contains(&text) => Ok(text),
            Some(texts) => Err(format!("the report prints {texts:?} for {key}, not {text}")),
        }
    }
}

/// The texts printed for each result: `<span class="num" ... data-key="key">text</span>`.
fn printed(html: &str) -> BTreeMap<ResultKey, BTreeSet<String>> {
    let plain = |text: &str| {
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
        text.replace("&amp;", "&").replace('\u{2212}', "-")
    };
    let mut texts: BTreeMap<ResultKey, BTreeSet<String>> = BTreeMap::new();
    for span in html.split("<span class=\"num\"").skip(1) {
        let (tag, rest) = span.split_once('>').expect("a closed tag");
        let text = rest.split('<').next().expect("the text of the element");
        let key = tag.split_once("data-key=\"").and_then(|(_, tail)| tail.split_once('"')).expect("a key").0;
        let key = ResultKey::parse(&plain(key)).expect("a key");
        texts.entry(key).or_default().insert(plain(text));
    }
    texts
}

/// Our id of a column that is an arm.
fn arm(column: &str) -> Result<&'static str, String> {
    match column {
        "Placebo" => Ok("placebo"),
        "Low" => Ok("low"),
        "High" => Ok("high"),
        "Total" => Ok("total"),
        _ => Err(format!("no arm stands for the column {column}")),
    }
}

/// What a published word stands for.
fn lookup(words: &[(&str, &'static str)], word: &str) -> Result<&'static str, String> {
    let found = words.iter().find(|(theirs, _)| *theirs == word);
    found.map(|(_, ours)| *ours).ok_or_else(|| format!("nothing stands for `{word}`"))
}

/// `block | line`; the line is empty where there is none.
fn split(row: &str) -> (&str, &str) {
    row.split_once(" | ").unwrap_or((row, ""))
}

fn populations(results: &Results, cell: &Cell) -> Result<String, String> {
    let category = lookup(
        &[
            ("Intent-To-Treat (ITT)", "itt"),
            ("Safety", "safety"),
            ("Efficacy", "efficacy"),
            ("Complete Week 24", "week24"),
            ("Complete Study", "study"),
        ],
        &cell.row,
    )?;
    let key = ResultKey::new("disp", "n").with("block", "populations").with("category", category);
    results.n_percent(&key.with("arm", arm(&cell.column)?), 0)
}

fn end_of_study(results: &Results, cell: &Cell) -> Result<String, String> {
    let (block, line) = split(&cell.row);
    let (block, categories): (_, &[(&str, &str)]) = match block {
        "Completion Status:" => (
            "completion",
            &[
                ("Completed Week 24", "completed"),
                ("Early Termination (prior to Week 24)", "early"),
                ("Missing", "missing"),
            ],
        ),
        "Reason for Early Termination (prior to Week 24):" => (
            "reasons",
            &[
                ("Adverse Event", "adverse_event"),
                ("Death", "death"),
                ("Lack of Efficacy[2]", "lack_of_efficacy"),
                ("Lost to Follow-up", "lost_to_follow_up"),
                ("Subject decided to withdraw", "withdrew_consent"),
                ("Physician decided to withdraw subject", "physician_decision"),
                ("Protocol criteria not met", "entry_criteria_not_met"),
                ("Protocol violation", "protocol_violation"),
                ("Sponsor decision", "sponsor_decision"),
                ("Missing", "missing"),
            ],
        ),
        _ => return Err(format!("no block stands for `{block}`")),
    };
    let key = ResultKey::new("disp", "p").with("block", block).with("category", lookup(categories, line)?);
    match cell.column.as_str() {
        "p-value" => results.p_four(&key),
        column => results.n_percent(&key.with("arm", arm(column)?), 0),
    }
}

fn demographics(results: &Results, cell: &Cell) -> Result<String, String> {
    let (block, line) = split(&cell.row);
    let variable = lookup(
        &[
            ("Age (y)", "AGE"),
            ("Sex", "SEX"),
            ("Race (Origin)", "RACEORIG"),
            ("MMSE", "MMSETOT"),
            ("Duration of disease", "DURDIS"),
            ("Years of education", "EDUCLVL"),
            ("Baseline weight(kg)", "WEIGHTBL"),
            ("Baseline height(cm)", "HEIGHTBL"),
            ("Baseline BMI", "BMIBL"),
        ],
        block,
    )?;
    let base = |statistic: &str| ResultKey::new("base", statistic).with("variable", variable);
    // The original has a line `n` for categories too, and the test of a variable stands on it.
    if line == "n" && cell.column == "p-value" {
        return results.p_four(&base("p"));
    }
    if line == "n" {
        return results.decimals(&base("n").with("arm", arm(&cell.column)?), 0);
    }
    let continuous: &[(&str, &str, u8)] =
        &[("Mean", "mean", 1), ("SD", "sd", 2), ("Median", "median", 1), ("Min", "min", 1), ("Max", "max", 1)];
    if let Some((_, statistic, decimals)) = continuous.iter().find(|one| one.0 == line) {
        return results.shown(&base(statistic).with("arm", arm(&cell.column)?), *decimals);
    }
    // Groups of a continuous variable stand below it and are a variable of their own here.
    let (variable, level) = match (variable, line) {
        ("AGE", "<65 yrs") => ("AGEGR1", "<65"),
        ("AGE", "65-80 yrs") => ("AGEGR1", "65-80"),
        ("AGE", ">80 yrs") => ("AGEGR1", ">80"),
        ("SEX", "Male") => ("SEX", "M"),
        ("SEX", "Female") => ("SEX", "F"),
        ("RACEORIG", "Caucasian" | "African Descent" | "Hispanic" | "Other") => ("RACEORIG", line),
        ("DURDIS", "<12 months") => ("DURDSGR1", "<12"),
        ("DURDIS", ">=12 months") => ("DURDSGR1", ">=12"),
        ("BMIBL", "<25" | "25-<30" | ">=30") => ("BMIBLGR1", line),
        _ => return Err(format!("no level stands for `{}`", cell.row)),
    };
    let key = ResultKey::new("base", "n").with("variable", variable);
    if cell.column == "p-value" {
        return results.p_four(&key.statistic("p"));
    }
    let key = key.with("level", level).with("arm", arm(&cell.column)?);
    let percent = results.number(&key.statistic("pct"))?;
    if results.number(&key)? == 0.0 {
        Ok("0".to_owned())
    } else if percent < 1.0 {
        results.n_percent(&key, 0)?;
        Ok(format!("{} (<1%)", results.decimals(&key, 0)?))
    } else {
        results.n_percent(&key, 0)
    }
}

fn adas_cog(results: &Results, cell: &Cell) -> Result<String, String> {
    let (block, line) = split(&cell.row);
    let comparison = match (block, cell.column.as_str()) {
        ("p-value(Dose Response) [1][2]", "High") => {
            return results.decimals(&ResultKey::new("adas_w24_dose", "dose_p"), 3);
        }
        ("p-value(Xan - Placebo) [1][3]", "Low") => Some("low/placebo"),
        ("p-value(Xan - Placebo) [1][3]", "High") => Some("high/placebo"),
        ("p-value(Xan High - Xan Low) [1][3]", "High") => Some("high/low"),
        _ => None,
    };
    if let Some(comparison) = comparison {
        let key = |statistic: &str| ResultKey::new("adas_w24", statistic).with("arm", comparison);
        let shown = |statistic: &str, decimals| results.shown(&key(statistic), decimals);
        return match line {
            "" => results.decimals(&key("p"), 3),
            "Diff of LS Means (SE)" => Ok(format!("{} ({})", shown("diff", 1)?, shown("diff_se", 2)?)),
            "95% CI" => Ok(format!("({};{})", shown("diff_lower", 1)?, shown("diff_upper", 1)?)),
            _ => Err(format!("nothing stands for `{line}`")),
        };
    }
    let key = ResultKey::new("adas_w24", "n").with("arm", arm(&cell.column)?);
    let key = match block {
        "Baseline" => key.with("variable", "BASE"),
        "Week 24" => key.with("variable", "AVAL"),
        "Change from Baseline" => key,
        _ => return Err(format!("nothing stands for `{block}`")),
    };
    let shown = |statistic: &str, decimals| results.shown(&key.statistic(statistic), decimals);
    match line {
        "n" => shown("n", 0),
        "Mean (SD)" => Ok(format!("{} ({})", shown("mean", 1)?, shown("sd", 2)?)),
        "Median (Range)" => Ok(format!("{} ({};{})", shown("median", 1)?, shown("min", 0)?, shown("max", 0)?)),
        _ => Err(format!("nothing stands for `{line}`")),
    }
}

/// A number of the repeated measures at week 24.
fn at_week_24(statistic: &str, arm: &str) -> ResultKey {
    ResultKey::new("adas_mmrm", statistic).with("arm", arm).with("visit", "week24")
}

fn repeated_measures(results: &Results, cell: &Cell) -> Result<String, String> {
    let (block, line) = split(&cell.row);
    let column = arm(&cell.column)?;
    let compared = match block {
        "LS Means (SE)" => column.to_owned(),
        "p-value(Xan - Placebo)" => format!("{column}/placebo"),
        "p-value(Xan High - Xan Low)" => "high/low".to_owned(),
        _ => return Err(format!("nothing stands for `{block}`")),
    };
    let key = |statistic: &str| at_week_24(statistic, &compared);
    let statistics: &[&str] = match (block, line) {
        ("LS Means (SE)", _) => &["lsmean", "lsmean_se", "df"],
        (_, "") => &["p", "t", "df"],
        (_, "95% CI") => &["diff_lower", "diff_upper"],
        _ => &["diff", "diff_se"],
    };
    for (statistic, text) in statistics.iter().zip(cell.full.split("; ")) {
        let (ours, theirs) = (results.number(&key(statistic))?, text.parse::<f64>().map_err(|e| e.to_string())?);
        if (ours - theirs).abs() > 1e-6 * theirs.abs() {
            return Err(format!("{statistic} is {ours}, recomputed {theirs}"));
        }
    }
    let shown = |statistic: &str, decimals| results.shown(&key(statistic), decimals);
    match (block, line) {
        ("LS Means (SE)", "") => Ok(format!("{} ({})", shown("lsmean", 1)?, shown("lsmean_se", 2)?)),
        (_, "") => {
            results.p_four(&key("p"))?;
            results.decimals(&key("p"), 3)
        }
        (_, "Diff of LS Means (SE)") => Ok(format!("{} ({})", shown("diff", 1)?, shown("diff_se", 2)?)),
        (_, "95% CI") => Ok(format!("({};{})", shown("diff_lower", 1)?, shown("diff_upper", 1)?)),
        _ => Err(format!("nothing stands for `{line}`")),
    }
}

/// What PROC MIXED gives for the same model; differences without their sign.
fn repeated_measures_of_sas(results: &Results, cell: &Cell) -> Result<String, String> {
    let (statistic, arm) = lookup_pair(
        &[
            ("LS mean Placebo wk24", ("lsmean", "placebo")),
            ("LS mean Low wk24", ("lsmean", "low")),
            ("LS mean High wk24", ("lsmean", "high")),
            ("High-PBO diff (abs)", ("diff", "high/placebo")),
            ("High-PBO p", ("p", "high/placebo")),
            ("Low-PBO diff (abs)", ("diff", "low/placebo")),
            ("Low-PBO p", ("p", "low/placebo")),
        ],
        &cell.row,
    )?;
    Ok(results.decimals(&at_week_24(statistic, arm), 4)?.trim_start_matches('-').to_owned())
}

/// What a published word stands for: statistic and arm.
fn lookup_pair(
    words: &[(&str, (&'static str, &'static str))],
    word: &str,
) -> Result<(&'static str, &'static str), String> {
    let found = words.iter().find(|(theirs, _)| *theirs == word);
    found.map(|(_, ours)| *ours).ok_or_else(|| format!("nothing stands for `{word}`"))
}

/// CIBIC+ by rating and week; the test of each week stands on the line `n`.
fn cibic(results: &Results, cell: &Cell) -> Result<String, String> {
    let (block, line) = split(&cell.row);
    let weeks = [("Week 8", "cibic_w8"), ("Week 16", "cibic_w16"), ("Week 24", "cibic_w24")];
    let analysis = lookup(&weeks, block)?;
    if cell.column == "p-value" {
        return results.p_four(&ResultKey::new(analysis, "p").with("test", "row_mean_scores"));
    }
    let key = ResultKey::new(analysis, "n").with("arm", arm(&cell.column)?);
    if line == "n" {
        return results.shown(&key, 0);
    }
    let ratings = [
        ("Marked improvement", "1"),
        ("Moderate improvement", "2"),
        ("Minimal improvement", "3"),
        ("No Change", "4"),
        ("Minimal worsening", "5"),
        ("Moderate worsening", "6"),
        ("Marked worsening", "7"),
    ];
    let key = key.with("level", lookup(&ratings, line)?);
    if results.number(&key)? == 0.0 { results.shown(&key, 0) } else { results.n_percent(&key, 0) }
}

/// Groups of a row of adverse events: all, a system organ class, or a term of one.
fn event_groups(row: &str, statistic: &str) -> ResultKey {
    let key = ResultKey::new("ae", statistic);
    match split(row) {
        ("ANY BODY SYSTEM", "") => key.with("category", "any"),
        (soc, "") => key.with("soc", soc),
        (soc, term) => key.with("soc", soc).with("term", term),
    }
}

fn adverse_events(results: &Results, cell: &Cell) -> Result<String, String> {
    if let Some(against) = cell.column.strip_prefix("p Placebo vs ") {
        let key = event_groups(&cell.row, "p").with("arm", format!("{}/placebo", arm(against)?));
        // Without an event in both arms there is no test.
        return Ok(match results.estimate(&key)? {
            None => String::new(),
            Some(p) if p > 0.99 => ">.99".to_owned(),
            Some(p) => format!("{}{}", round_half_away(p, 3), if p < 0.15 { "*" } else { "" }),
        });
    }
    let (column, events) = match (cell.column.strip_suffix(" n(%)"), cell.column.strip_suffix(" [AEs]")) {
        (Some(column), _) => (column, false),
        (_, Some(column)) => (column, true),
        _ => return Err(format!("nothing stands for the column {}", cell.column)),
    };
    let key = event_groups(&cell.row, if events { "events" } else { "n" }).with("arm", arm(column)?);
    match (results.number(&key)? == 0.0, events) {
        (true, true) => Ok(String::new()),
        (true, false) => Ok("0".to_owned()),
        (false, true) => Ok(format!("[{}]", results.shown(&key, 0)?)),
        (false, false) => results.n_percent(&key, 1),
    }
}

fn at_risk(results: &Results, cell: &Cell) -> Result<String, String> {
    let day = cell.row.strip_prefix("at risk day ").ok_or_else(|| format!("no day in `{}`", cell.row))?;
    let key = ResultKey::new("ttde_km", "n_risk").with("arm", arm(&cell.column)?);
    // Everyone is at risk at the start.
    let key = if day == "0" { key.statistic("n") } else { key.with("time", day) };
    results.decimals(&key, 0)
}

/// Without blanks: the original pads numbers to a width.
fn compact(text: &str) -> String {
    text.split_whitespace().collect()
}

fn published(file: &Path) -> Vec<Cell> {
    let mut reader = csv::Reader::from_path(file).expect("published cells");
    let headers = reader.headers().expect("a header").clone();
    let column = |name: &str| headers.iter().position(|header| header == name).expect("a column");
    let (table, row, arm, value) = (column("table"), column("row"), column("column"), column("value"));
    let full = column("recomputed_full");
    reader
        .records()
        .map(|record| {
            let record = record.expect("a published cell");
            let field = |index: usize| record[index].to_owned();
            Cell { table: field(table), row: field(row), column: field(arm), value: field(value), full: field(full) }
        })
        .collect()
}

/// The published data, which lie beside the source tree where it is developed.
fn data_folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/cdiscpilot");
    folder.join("expected.csv").exists().then_some(folder)
}

/// Builds the study of the pilot and reads its results.
fn build(data: &Path) -> Results {
    let output = tempfile::tempdir().expect("a scratch folder");
    let run = Command::new(env!("CARGO_BIN_EXE_tracelock"))
        .args(["build", "config/cdiscpilot", "--data"])
        .arg(data)
        .arg("--output")
        .arg(output.path())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("tracelock runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    Results::read(&output.path().join("cdiscpilot/current"))
}

/// The rows of adverse events that we have and the display has not, or the other way round.
fn rows_of_one_side(results: &Results, cells: &[Cell]) -> Vec<String> {
    let ours: BTreeSet<String> = results
        .values
        .keys()
        .filter(|key| key.analysis == "ae" && key.statistic == "n" && key.level("seriousness").is_none())
        .filter_map(|key| match (key.level("soc"), key.level("term")) {
            (Some(soc), Some(term)) => Some(format!("{soc} | {term}")),
            (soc, _) => soc.map(str::to_owned),
        })
        .collect();
    let of_table = cells.iter().filter(|cell| cell.table == "14-5.01" && cell.row != "ANY BODY SYSTEM");
    let theirs: BTreeSet<String> = of_table.map(|cell| cell.row.clone()).collect();
    ours.symmetric_difference(&theirs).cloned().collect()
}

#[test]
fn numbers_are_those_of_the_published_displays() {
    let Some(data) = data_folder() else {
        println!("skipped: ../shared not present");
        return;
    };
    let cells = published(&data.join("expected.csv"));
    let results = build(&data);
    let mut failures = Vec::new();
    for (table, size, write) in TABLES {
        let (mut matched, mut defects, mut seen) = (0, 0, 0);
        for cell in cells.iter().filter(|cell| cell.table == *table) {
            seen += 1;
            let known = DEFECTS
                .iter()
                .find(|defect| defect.table == cell.table && defect.row == cell.row && defect.column == cell.column);
            let place = format!("{table}, {}, {}", cell.row, cell.column);
            match (write(&results, cell), known) {
                (Ok(ours), None) if compact(&ours) == compact(&cell.value) => matched += 1,
                (Ok(ours), Some(defect)) if ours == defect.ours && ours != cell.value => {
                    defects += 1;
                    println!("  {place}: {}", defect.reason);
                }
                (Ok(ours), _) => failures.push(format!("{place}: `{ours}`, published `{}`", cell.value)),
                (Err(why), _) => failures.push(format!("{place}: {why}")),
            }
        }
        println!("{table} {matched}/{seen} (defects {defects})");
        assert_eq!(seen, *size, "cells of {table}");
        let named = DEFECTS.iter().filter(|defect| defect.table == *table).count();
        assert!(defects <= named, "a defect of {table} is counted twice");
    }
    let one_sided = rows_of_one_side(&results, &cells);
    assert!(one_sided.is_empty(), "adverse events only here or only published: {one_sided:?}");
    assert!(failures.is_empty(), "{} cells differ:\n{}", failures.len(), failures.join("\n"));
}
