//! The method catalogue: what `explain` says of every method, complete, and the same for one method as for all.

use std::process::Command;

use tracelock::methods::options::OptionKind;
use tracelock::methods::{METHODS, catalogue, explain};

fn explained(topic: &str) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_tracelock")).args(["explain", topic]).output().expect("tracelock runs");
    assert!(ran.status.success(), "{topic}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).expect("UTF-8")
}

#[test]
fn no_field_of_a_method_is_empty() {
    for method in METHODS {
        let (name, about) = (method.name(), method.about());
        let fields = [
            ("title", method.title()),
            ("estimand", about.estimand),
            ("formula", about.formula),
            ("limits", about.limits),
            ("source", about.source),
            ("sas", about.sas),
            ("r", about.r),
        ];
        for (field, text) in fields {
            assert!(text.trim().len() > 2 && text.trim() == text, "{name}: {field} is `{text}`");
        }
        // A procedure and a call, or that there is none.
        assert!(about.sas.contains("PROC ") || about.sas.starts_with("no procedure"), "{name}: SAS {}", about.sas);
        assert!(about.r.contains('(') || about.r.contains("::"), "{name}: R {}", about.r);
        // A definition is of a year or of a program.
        let dated = about.source.as_bytes().windows(4).any(|four| four.iter().all(u8::is_ascii_digit));
        assert!(dated, "{name}: no year in the source {}", about.source);
        for option in method.options() {
            assert!(option.about.trim().len() > 10, "{name}: option {}", option.name);
            if let OptionKind::Choice(words) | OptionKind::Choices(words) = option.kind {
                assert!(words.len() > 1, "{name}: option {} has no choice", option.name);
            }
        }
    }
}

#[test]
fn explain_names_sas_r_options_and_keys() {
    for method in METHODS {
        let name = method.name();
        let text = explain(name).unwrap_or_else(|| panic!("{name} is not explained"));
        let about = method.about();
        for part in [about.estimand, about.formula, about.limits, about.source] {
            assert!(text.contains(part), "{name}: {part}");
        }
        assert!(text.contains(&format!("\nSAS        {}\n", about.sas)), "{name}: {text}");
        assert!(text.contains(&format!("\nR          {}\n", about.r)), "{name}: {text}");
        for option in method.options() {
            let line = text.lines().find(|line| line.starts_with(&format!("  {}: ", option.name)));
            assert!(line.is_some_and(|line| line.contains("(default")), "{name}: option {}", option.name);
        }
        for key in method.reads() {
            assert!(text.contains(&format!("\n  {}: ", key.name())), "{name}: key {}", key.name());
        }
    }
}

#[test]
fn the_program_prints_one_method_and_all() {
    let all = explained("catalogue");
    assert_eq!(all, catalogue());
    assert_eq!(explained("methods").lines().count(), METHODS.len());
    for method in METHODS {
        let own = explain(method.name()).expect("explained");
        assert!(all.contains(&own), "{}", method.name());
    }
    assert_eq!(explained("ancova"), explain("ancova").expect("explained"));
}
