//! The published JSON Schemas are those of the program, and name every key of the shipped studies.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder by name.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    entries
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).expect("a text file");
            (entry.file_name().to_string_lossy().into_owned(), text)
        })
        .collect()
}

fn schema(file: &str) -> Value {
    let path = root().join("config/schema").join(file);
    serde_json::from_str(&fs::read_to_string(path).expect("a schema")).expect("JSON")
}

#[test]
fn published_schemas_are_what_the_program_writes() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let status = Command::new(env!("CARGO_BIN_EXE_tracelock"))
        .args(["schema", "--output"])
        .arg(scratch.path())
        .status()
        .expect("the program starts");
    assert!(status.success());
    let written = files(scratch.path());
    let published = files(&root().join("config/schema"));
    assert_eq!(written.keys().collect::<Vec<_>>(), published.keys().collect::<Vec<_>>());
    for (name, text) in &written {
        assert!(*text == published[name], "config/schema/{name} is out of date: run `tracelock schema`");
    }
}

/// Calls `look` with every schema inside a schema and the path to it.
fn walk(schema: &Value, path: &str, look: &mut dyn FnMut(&str, &Value)) {
    look(path, schema);
    match schema {
        Value::Object(map) => map.iter().for_each(|(key, value)| walk(value, &format!("{path}/{key}"), look)),
        Value::Array(list) => list.iter().enumerate().for_each(|(n, value)| walk(value, &format!("{path}/{n}"), look)),
        _ => {}
    }
}

#[test]
fn a_misspelt_key_is_refused_everywhere() {
    for name in files(&root().join("config/schema")).keys() {
        let mut open = Vec::new();
        let mut shapes = 0;
        walk(&schema(name), "", &mut |path, value| {
            if value.get("properties").is_some_and(Value::is_object) && value["type"] == "object" {
                shapes += 1;
                if value["additionalProperties"] != Value::Bool(false) {
                    open.push(path.to_owned());
                }
            }
        });
        assert!(shapes > 3, "{name} describes its shapes");
        assert_eq!(open, [""; 0], "{name}: shapes that take any key");
    }
}

/// What a value may be: references followed, alternatives spread out.
fn alternatives<'s>(root: &'s Value, schema: &'s Value) -> Vec<&'s Value> {
    let mut out = vec![schema];
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).expect("a reference of the schema resolves");
        out.extend(alternatives(root, target));
    }
    for kind in ["anyOf", "oneOf", "allOf"] {
        for alternative in schema[kind].as_array().into_iter().flatten() {
            out.extend(alternatives(root, alternative));
        }
    }
    out
}

/// Keys of `value` that no alternative of the schema names.
fn unknown_keys(root: &Value, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let alternatives = alternatives(root, schema);
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = format!("{path}.{key}");
                let below = alternatives.iter().find_map(|a| {
                    a["properties"].get(key).or_else(|| a.get("additionalProperties").filter(|any| any.is_object()))
                });
                match below {
                    Some(schema) => unknown_keys(root, schema, value, &path, found),
                    // A schema without properties takes any value.
                    None if alternatives.iter().all(|a| a.get("properties").is_none()) => {}
                    None => found.push(path),
                }
            }
        }
        Value::Array(list) => {
            let items = alternatives.iter().find_map(|a| a.get("items"));
            for value in list {
                match items {
                    Some(schema) => unknown_keys(root, schema, value, path, found),
                    None => found.push(format!("{path}: a list")),
                }
            }
        }
        _ => {}
    }
}

/// The study folders that are shipped.
fn studies() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("config")).expect("a folder").flatten();
    let mut studies: Vec<PathBuf> =
        entries.map(|e| e.path()).filter(|path| path.join("study.yaml").is_file()).collect();
    studies.sort();
    studies
}

#[test]
fn shipped_studies_fit_the_schemas() {
    let studies = studies();
    assert!(studies.iter().any(|study| study.ends_with("demo")));
    for study in studies {
        for file in ["study", "data", "analysis", "report"] {
            let text = fs::read_to_string(study.join(format!("{file}.yaml"))).expect("a configuration file");
            let value: Value = serde_yaml::from_str(&text).expect("YAML");
            let schema = schema(&format!("{file}.schema.json"));
            let mut found = Vec::new();
            unknown_keys(&schema, &schema, &value, file, &mut found);
            assert_eq!(found, [""; 0], "{}", study.display());
            let required = schema["required"].as_array().expect("required keys");
            for key in required.iter().filter_map(Value::as_str) {
                assert!(value.get(key).is_some(), "{} lacks `{key}`", study.join(file).display());
            }
        }
    }
}

#[test]
fn the_walk_finds_a_misspelt_key() {
    let schema = schema("analysis.schema.json");
    let value =
        serde_json::json!({"version": 1, "analysis_sets": {"itt": {"label": "x", "critera": []}}, "endpont": {}});
    let mut found = Vec::new();
    unknown_keys(&schema, &schema, &value, "analysis", &mut found);
    found.sort();
    assert_eq!(found, ["analysis.analysis_sets.itt.critera", "analysis.endpont"]);
}
