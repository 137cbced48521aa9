//! "Did you mean": the nearest of a list of names.

/// The candidate nearest to `word`, if one is near enough to be a slip of the pen.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let score = strsim::jaro_winkler(&lower, &candidate.to_lowercase());
        if score > 0.8 && best.is_none_or(|(top, _)| score > top) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// A hint sentence: `did you mean …?`, else the list of names there are.
#[must_use]
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = candidates.into_iter().collect();
    if let Some(name) = nearest(word, names.iter().copied()) {
        return format!("did you mean `{name}`?");
    }
    if names.is_empty() {
        return "there is none to choose from".to_owned();
    }
    let shown: Vec<String> = names.iter().take(12).map(|n| format!("`{n}`")).collect();
    let more = if names.len() > 12 { format!(" and {} more", names.len() - 12) } else { String::new() };
    format!("known: {}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    #[test]
    fn finds_the_slip() {
        assert_eq!(super::nearest("ITTT", ["SAF", "ITT"]), Some("ITT"));
        assert_eq!(super::nearest("zzz", ["SAF", "ITT"]), None);
    }
}
