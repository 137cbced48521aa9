//! Splits eligibility criteria, one text in a registry, into inclusion and exclusion criteria.

/// Inclusion and exclusion criteria. What stands before the first heading counts as inclusion.
pub(super) fn split(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut inclusion, mut exclusion) = (Vec::new(), Vec::new());
    let mut excluding = false;
    let mut block = Vec::new();
    for line in text.lines().chain([""]) {
        let trimmed = line.trim();
        let heading = heading(trimmed);
        if trimmed.is_empty() || heading.is_some() {
            (if excluding { &mut exclusion } else { &mut inclusion }).append(&mut block);
        }
        if let Some((excludes, rest)) = heading {
            excluding = excludes;
            if !rest.is_empty() {
                block.push(rest.to_owned());
            }
        } else if let Some(item) = bullet(trimmed) {
            block.push(item.to_owned());
        } else if !trimmed.is_empty() {
            match block.last_mut() {
                // A line without a bullet goes on with the one before.
                Some(before) => *before = format!("{before} {trimmed}"),
                None => block.push(trimmed.to_owned()),
            }
        }
    }
    (inclusion, exclusion)
}

/// Whether a line begins the inclusion or exclusion criteria, with what follows the heading on it.
fn heading(line: &str) -> Option<(bool, &str)> {
    let bare = line.trim_start_matches(['*', '#', '-', ' ']);
    let lower = bare.to_ascii_lowercase();
    let excludes = lower.contains("exclusion");
    let words = if excludes { "exclusion criteria" } else { "inclusion criteria" };
    let at = lower.find(words)?;
    let after = bare.get(at + words.len()..)?.trim_start_matches(['*', ' ']);
    let rest = after.strip_prefix(':').map(|rest| rest.trim_matches(['*', ' ']));
    // "Key inclusion criteria" is a heading, a sentence that mentions the criteria is not.
    (at <= 12 && (rest.is_some() || after.is_empty())).then(|| (excludes, rest.unwrap_or_default()))
}

/// The words of a line that begins with a bullet or a number.
fn bullet(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix(['*', '-', '•', '·']) {
        return Some(rest.trim_start());
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let rest = line.get(digits..)?.strip_prefix(['.', ')'])?;
    (digits > 0 && rest.starts_with(' ')).then(|| rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_bullets_and_wrapped_lines() {
        let text = "Inclusion Criteria:\n\n  -  Age above 18\n     years\n  -  HbA1c of 7.0 - 10.5%\n\n Exclusion Criteria:\n\n\
                    1. Pregnancy\n2. Any exclusion of the label";
        let (inclusion, exclusion) = split(text);
        assert_eq!(inclusion, ["Age above 18 years", "HbA1c of 7.0 - 10.5%"]);
        assert_eq!(exclusion, ["Pregnancy", "Any exclusion of the label"]);
    }

    #[test]
    fn markdown_and_text_on_the_line_of_the_heading() {
        let (inclusion, exclusion) =
            split("**Key Inclusion Criteria:**\n* Adults\n\nEXCLUSION CRITERIA: Allergy to the drug");
        assert_eq!(inclusion, ["Adults"]);
        assert_eq!(exclusion, ["Allergy to the drug"]);
    }

    #[test]
    fn without_headings_everything_is_inclusion() {
        assert_eq!(split("Adults with asthma."), (vec!["Adults with asthma.".to_owned()], Vec::new()));
    }
}
