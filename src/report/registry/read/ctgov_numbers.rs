//! Secondary numbers of ClinicalTrials.gov's files: which register each belongs to.

use crate::report::registry::{Identification, Identifier};

/// Whether a number has the form of a EudraCT number.
fn is_eudract(number: &str) -> bool {
    has_form(number, &[4, 6, 2])
}

/// Whether a number has the form of WHO's universal trial number, `U1111-1234-5678`.
fn is_who(number: &str) -> bool {
    number.strip_prefix('U').is_some_and(|rest| has_form(rest, &[4, 4, 4]))
}

fn has_form(number: &str, lengths: &[usize]) -> bool {
    let parts: Vec<&str> = number.split('-').collect();
    parts.len() == lengths.len()
        && parts
            .iter()
            .zip(lengths)
            .all(|(part, length)| part.len() == *length && part.bytes().all(|b| b.is_ascii_digit()))
}

/// Puts a secondary number where it belongs: those of the registers we know by name or form have places of their own.
pub fn secondary_number(identification: &mut Identification, other: Identifier) {
    let kind = other.kind.as_deref().unwrap_or("");
    let named = |name: &str| other.name.as_deref() == Some(name);
    let home = match kind {
        "EudraCT Number" => Some(&mut identification.eudract),
        "EU Trial (CTIS) Number" => Some(&mut identification.ctis),
        "" if other.name.is_none() && is_eudract(&other.number) => Some(&mut identification.eudract),
        "" if other.name.is_none() && is_who(&other.number) => Some(&mut identification.who),
        "Other Identifier" if named("WHO") && is_who(&other.number) => Some(&mut identification.who),
        "Registry Identifier" if named("ISRCTN") => Some(&mut identification.isrctn),
        _ => None,
    };
    match home {
        Some(home) if home.is_none() && other.link.is_none() => *home = Some(other.number),
        _ => identification.others.push(other),
    }
}

/// Kind of a secondary number: API code and PRS words.
pub const NUMBER_KINDS: [(&str, &str); 6] = [
    ("NIH", "NIH Grant Number"),
    ("OTHER_GRANT", "Other Grant/Funding Number"),
    ("REGISTRY", "Registry Identifier"),
    ("EUDRACT_NUMBER", "EudraCT Number"),
    ("CTIS", "EU Trial (CTIS) Number"),
    ("OTHER", "Other Identifier"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::registry::Text;

    #[test]
    fn numbers_find_their_place_by_kind_or_form() {
        let mut found = Identification::default();
        for (number, kind) in [
            ("2013-004502-26", None),
            ("U1111-1149-3738", None),
            ("JapicCTI-142729", None),
            ("1-2", Some("EudraCT Number")),
        ] {
            let kind = kind.map(Text::of);
            secondary_number(&mut found, Identifier { number: Text::of(number), name: None, kind, link: None });
        }
        assert_eq!(found.eudract, Some(Text::of("2013-004502-26")));
        assert_eq!(found.who, Some(Text::of("U1111-1149-3738")));
        // The second EudraCT number is kept, as the first has the place.
        assert_eq!(
            found.others.iter().map(|other| other.number.text.as_str()).collect::<Vec<_>>(),
            ["JapicCTI-142729", "1-2"]
        );
    }
}
