//! Hashes what the program is made of (sources, templates, locked dependencies) into `TRACELOCK_BUILD`.

#![allow(clippy::print_stdout, reason = "a build script speaks to cargo on stdout")]

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Everything that can change a byte of the output.
const PARTS: [&str; 5] = ["Cargo.lock", "build.rs", "config/codelists", "src", "templates"];

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let mut files = Vec::new();
    for part in PARTS {
        println!("cargo::rerun-if-changed={part}");
        collect(&root.join(part), part, &mut files);
    }
    files.sort();
    let mut hash = Sha256::new();
    for (name, path) in &files {
        let bytes = fs::read(path).expect("a file of the source tree is readable");
        hash.update(format!("{name}\0{}\0", bytes.len()));
        hash.update(&bytes);
    }
    let digest: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=TRACELOCK_BUILD={digest}");
}

/// Gathers files with their names from the root on, `/` between folders on every system.
fn collect(path: &Path, name: &str, files: &mut Vec<(String, PathBuf)>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder of the source tree is readable").flatten() {
            let child = entry.file_name().to_string_lossy().into_owned();
            if !child.starts_with('.') {
                collect(&entry.path(), &format!("{name}/{child}"), files);
            }
        }
    } else if path.is_file() {
        files.push((name.to_owned(), path.to_owned()));
    }
}
