//! The two rules of the structure: core never imports shell, and stages never import each other.

use std::fs;
use std::path::{Path, PathBuf};

const CORE: &[&str] = &[
    "model", "ascii", "chain", "lookup", "neutral", "parallel", "schedule", "parse", "extract", "topic", "story",
    "websub", "wording",
];
const SHELL: &[&str] =
    &["fetch", "store", "sink", "web", "daemon", "visit", "deliver", "archive", "evidence", "cli", "demo"];
const STAGES: &[&str] = &["fetch", "parse", "extract", "topic", "story", "store", "sink"];

fn sources(module: &str) -> Vec<PathBuf> {
    fn walk(dir: &Path, into: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).expect("a source folder").map(|e| e.expect("an entry").path()) {
            if entry.is_dir() {
                walk(&entry, into);
            } else if entry.extension().is_some_and(|e| e == "rs") {
                into.push(entry);
            }
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    if src.join(module).is_dir() {
        walk(&src.join(module), &mut found);
    }
    if src.join(format!("{module}.rs")).is_file() {
        found.push(src.join(format!("{module}.rs")));
    }
    found
}

fn imports(module: &str, forbidden: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in sources(module) {
        for (number, line) in fs::read_to_string(&file).expect("a source file").lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for other in forbidden.iter().filter(|other| **other != module) {
                if code.contains(&format!("crate::{other}::")) || code.contains(&format!("crate::{other};")) {
                    wrong.push(format!("{}:{}: {module} imports {other}", file.display(), number + 1));
                }
            }
        }
    }
    wrong
}

#[test]
fn core_never_imports_shell() {
    let wrong: Vec<_> = CORE.iter().flat_map(|core| imports(core, SHELL)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn stages_never_import_each_other() {
    let wrong: Vec<_> = STAGES.iter().flat_map(|stage| imports(stage, STAGES)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
