//! Addresses of spreadsheet cells: zero-based inside, `A1` for people.

use std::fmt;
use std::sync::Arc;

/// A cell's absolute position in its sheet, zero-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellAddress {
    /// Zero-based row.
    pub row: u32,
    /// Zero-based column.
    pub column: u32,
}

impl CellAddress {
    /// The cell at zero-based `row` and `column`.
    #[must_use]
    pub const fn new(row: u32, column: u32) -> Self {
        Self { row, column }
    }

    /// Reads `B12`, `$B$12` or `b12`; `None` where the text is no cell address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.replace('$', "");
        let split = text.find(|c: char| c.is_ascii_digit())?;
        let (letters, digits) = text.split_at(split);
        let column = parse_column(letters)?;
        let row: u32 = digits.parse().ok()?;
        row.checked_sub(1).map(|row| Self { row, column })
    }
}

impl fmt::Display for CellAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", column_name(self.column), self.row + 1)
    }
}

/// Letters of a zero-based column: 0 is `A`, 26 is `AA`.
#[must_use]
pub fn column_name(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        let digit = ((rest - 1) % 26) as u8;
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// Zero-based column of letters such as `AA`; `None` where the text is no column.
#[must_use]
pub fn parse_column(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 4 {
        return None;
    }
    let mut column: u32 = 0;
    for c in letters.chars() {
        let digit = c.to_ascii_uppercase();
        if !digit.is_ascii_uppercase() {
            return None;
        }
        column = column * 26 + (digit as u32 - 'A' as u32 + 1);
    }
    Some(column - 1)
}

/// A cell of a named sheet of a named file, as a person finds it again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellPlace {
    /// File name without folders.
    pub file: Arc<str>,
    /// Sheet name; for delimited text the file's stem.
    pub sheet: Arc<str>,
    /// Position in the sheet.
    pub address: CellAddress,
}

impl fmt::Display for CellPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ▸ {}!{}", self.file, self.sheet, self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_back() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")] {
            assert_eq!(column_name(column), name);
            assert_eq!(parse_column(name), Some(column));
        }
        assert_eq!(CellAddress::parse("$b$12"), Some(CellAddress::new(11, 1)));
        assert_eq!(CellAddress::parse("B0"), None);
        assert_eq!(CellAddress::parse("12"), None);
        assert_eq!(CellAddress::new(11, 27).to_string(), "AB12");
    }
}
