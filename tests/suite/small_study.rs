//! The smallest complete study: six subjects in four sheets of two workbooks, to be broken by tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rust_xlsxwriter::{DocProperties, Workbook};
use tempfile::TempDir;

/// Name of the study and of its folder below `config/`.
pub const NAME: &str = "small";

/// A cell as a test writes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    /// Text.
    Text(&'static str),
    /// A number.
    Number(f64),
    /// Nothing.
    Blank,
}

use Cell::{Blank, Number, Text};

/// A sheet: file, name, rows with the header first.
#[derive(Clone, Debug)]
struct Sheet {
    file: &'static str,
    name: &'static str,
    rows: Vec<Vec<Cell>>,
}

/// Three subjects an arm; S-06 withdrew and has no score at week 4. Change: 8, 6, 7 and 2, 3.
fn sheets() -> Vec<Sheet> {
    let header = |names: &[&'static str]| names.iter().map(|name| Text(name)).collect::<Vec<_>>();
    let mut subjects = vec![header(&["SUBJID", "AGE", "SEX", "DOSEDT", "ENDSTAT"])];
    for (id, age, sex, dose, end) in [
        ("S-01", 41.0, "1", "2021-02-02", "1"),
        ("S-02", 52.0, "2", "2021-02-03", "1"),
        ("S-03", 47.0, "2", "2021-02-04", "1"),
        ("S-04", 66.0, "1", "2021-02-05", "1"),
        ("S-05", 38.0, "2", "2021-02-06", "1"),
        ("S-06", 59.0, "1", "2021-02-07", "2"),
    ] {
        subjects.push(vec![Text(id), Number(age), Text(sex), Text(dose), Text(end)]);
    }
    let mut scores = vec![header(&["SUBJID", "VISIT", "SCDT", "SCORE"])];
    for (id, visit, date, score) in [
        ("S-01", "BL", "2021-02-01", 20.0),
        ("S-01", "W4", "2021-03-01", 28.0),
        ("S-02", "BL", "2021-02-02", 24.0),
        ("S-02", "W4", "2021-03-02", 26.0),
        ("S-03", "BL", "2021-02-03", 22.0),
        ("S-03", "W4", "2021-03-03", 28.0),
        ("S-04", "BL", "2021-02-04", 19.0),
        ("S-04", "W4", "2021-03-04", 22.0),
        ("S-05", "BL", "2021-02-05", 25.0),
        ("S-05", "W4", "2021-03-05", 32.0),
        ("S-06", "BL", "2021-02-06", 21.0),
    ] {
        scores.push(vec![Text(id), Text(visit), Text(date), Number(score)]);
    }
    let mut randomisation = vec![header(&["SUBJID", "RANDDT", "ARM"])];
    for (id, date, arm) in [
        ("S-01", "2021-02-01", "A"),
        ("S-02", "2021-02-02", "B"),
        ("S-03", "2021-02-03", "A"),
        ("S-04", "2021-02-04", "B"),
        ("S-05", "2021-02-05", "A"),
        ("S-06", "2021-02-06", "B"),
    ] {
        randomisation.push(vec![Text(id), Text(date), Text(arm)]);
    }
    let mut events = vec![header(&["SUBJID", "AETERM", "AEDECOD", "AESOC", "AESTDT", "AESER", "AEREL", "AEOUT"])];
    for (id, verbatim, term, class, start, serious, related) in [
        ("S-01", "head ache", "Headache", "Nervous system disorders", "2021-02-03", "N", "Y"),
        ("S-02", "throwing up", "Vomiting", "Gastrointestinal disorders", "2021-02", "N", "N"),
        (
            "S-05",
            "broken arm",
            "Upper limb fracture",
            "Injury, poisoning and procedural complications",
            "2021-02-20",
            "Y",
            "N",
        ),
    ] {
        let texts = [id, verbatim, term, class, start, serious, related, "RECOVERED"];
        events.push(texts.map(Text).to_vec());
    }
    vec![
        Sheet { file: "clinical.xlsx", name: "SUBJECTS", rows: subjects },
        Sheet { file: "clinical.xlsx", name: "EVENTS", rows: events },
        Sheet { file: "clinical.xlsx", name: "SCORES", rows: scores },
        Sheet { file: "randomisation.xlsx", name: "RANDOMISATION", rows: randomisation },
    ]
}

/// The study in a scratch folder that it owns, at `config/small` below it.
pub struct SmallStudy {
    scratch: TempDir,
    sheets: Vec<Sheet>,
}

impl SmallStudy {
    /// The sound study, not built.
    pub fn new() -> Self {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let study = Self { scratch, sheets: sheets() };
        fs::create_dir_all(study.file("data")).expect("a folder");
        fs::create_dir_all(study.file("text")).expect("a folder");
        study.write("study.yaml", include_str!("small_study/study.yaml"));
        study.write("data.yaml", include_str!("small_study/data.yaml"));
        study.write("analysis.yaml", include_str!("small_study/analysis.yaml"));
        study.write("report.yaml", include_str!("small_study/report.yaml"));
        study.write("text/13.md", include_str!("small_study/text/13.md"));
        study.save_workbooks("tests");
        study
    }

    /// The sound study with a good run in `output/`.
    pub fn built() -> Self {
        let study = Self::new();
        let output = study.run(&["build", NAME]);
        assert!(output.status.success(), "the sound study builds: {}", String::from_utf8_lossy(&output.stderr));
        study
    }

    /// Where the program is run: the folder above `config/` and `output/`.
    pub fn root(&self) -> &Path {
        self.scratch.path()
    }

    /// A file of the study folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.root().join("config").join(NAME).join(name)
    }

    /// Text of a file of the study folder.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).expect("readable")
    }

    /// Writes a file of the study folder, with the folders above it.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.file(name);
        fs::create_dir_all(path.parent().expect("a folder above")).expect("a folder");
        fs::write(path, text).expect("written");
    }

    /// Puts `new` in the place of `old`, which must stand in the file exactly once.
    pub fn replace(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert_eq!(text.matches(old).count(), 1, "`{old}` stands once in {name}");
        self.write(name, &text.replacen(old, new, 1));
    }

    /// `config/small/<name>:line:column` of `mark`, which must stand in the file exactly once.
    pub fn at(&self, name: &str, mark: &str) -> String {
        let text = self.read(name);
        assert_eq!(text.matches(mark).count(), 1, "`{mark}` stands once in {name}");
        let before = &text[..text.find(mark).expect("counted above")];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!("config/{NAME}/{name}:{line}:{column}")
    }

    /// Sets a cell, such as `B3`, of a sheet and writes the workbooks again.
    pub fn set_cell(&mut self, sheet: &str, address: &str, cell: Cell) {
        let column = usize::from(address.as_bytes()[0] - b'A');
        let row: usize = address[1..].parse().expect("a row number");
        let rows = &mut self.sheet(sheet).rows;
        rows[row - 1][column] = cell;
        self.save_workbooks("tests");
    }

    /// Adds a row below a sheet and writes the workbooks again.
    pub fn add_row(&mut self, sheet: &str, row: &[Cell]) {
        self.sheet(sheet).rows.push(row.to_vec());
        self.save_workbooks("tests");
    }

    fn sheet(&mut self, name: &str) -> &mut Sheet {
        self.sheets.iter_mut().find(|sheet| sheet.name == name).expect("a sheet of the study")
    }

    /// Writes the workbooks; another `author` changes their bytes and no cell.
    pub fn save_workbooks(&self, author: &str) {
        for file in ["clinical.xlsx", "randomisation.xlsx"] {
            let mut book = Workbook::new();
            book.set_properties(&DocProperties::new().set_author(author));
            for sheet in self.sheets.iter().filter(|sheet| sheet.file == file) {
                let page = book.add_worksheet().set_name(sheet.name).expect("a name");
                for (row, cells) in (0u32..).zip(&sheet.rows) {
                    for (column, cell) in (0u16..).zip(cells) {
                        match cell {
                            Text(text) => drop(page.write_string(row, column, *text).expect("written")),
                            Number(number) => drop(page.write_number(row, column, *number).expect("written")),
                            Blank => {}
                        }
                    }
                }
            }
            book.save(self.file("data").join(file)).expect("saved");
        }
    }

    /// Runs the program in the folder above `config/`.
    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_tracelock"))
            .args(arguments)
            .current_dir(self.root())
            .env("USER", "tester")
            .output()
            .expect("the program starts")
    }
}
