//! The rules of the house, read from its own files: where arrows go, what may stand where, who owns which table.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file below a folder whose name ends so.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn rooms() -> Vec<String> {
    let crates = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = crates
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn sources(room: &str) -> Vec<PathBuf> {
    files(&root().join("crates").join(room).join("src"), ".rs")
}

/// A source without its test module, its comments and its documentation.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = text[..end].lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn is_test(path: &Path) -> bool {
    let path = path.to_string_lossy();
    path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.ends_with("/testing.rs")
        || path.contains("_tests.rs")
}

fn within(path: &Path, parts: &[&str]) -> bool {
    let path = path.to_string_lossy().into_owned();
    parts.iter().any(|part| path.contains(part))
}

#[test]
fn arrows_only_run_down() {
    let below: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("kernel", &[][..]),
        ("storage", &["kernel"]),
        ("web", &["storage", "kernel"]),
        ("identity", &["web", "storage", "kernel"]),
        ("booking", &["identity", "web", "storage", "kernel"]),
        ("preadmission", &["identity", "web", "storage", "kernel"]),
        ("payment", &["identity", "web", "storage", "kernel"]),
        ("sih", &["booking", "preadmission", "payment", "identity", "web", "storage", "kernel"]),
        ("notices", &["booking", "preadmission", "payment", "identity", "web", "storage", "kernel"]),
        ("simulators", &["sih", "kernel"]),
    ]);
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let Some(allowed) = below.get(name) else {
            assert!(["server", "building"].contains(&name), "{name} has no place in the house");
            continue;
        };
        let normal =
            package["dependencies"].as_array().unwrap().iter().filter(|dependency| dependency["kind"].is_null());
        let rooms = normal
            .map(|dependency| dependency["name"].as_str().unwrap())
            .filter(|dependency| below.contains_key(dependency) || *dependency == "server");
        for room in rooms {
            assert!(allowed.contains(&room), "{name} must not lean on {room}");
        }
    }
}

#[test]
fn decisions_do_no_input_and_no_output() {
    let forbidden = ["diesel", "actix", "tokio", "reqwest", "lettre", "std::fs", "std::net", "async fn", "storage::Db"];
    for room in rooms() {
        let domain = files(&root().join("crates").join(&room).join("src/domain"), ".rs");
        for path in domain.into_iter().filter(|path| !is_test(path)) {
            let code = code(&path);
            let found: Vec<&&str> = forbidden.iter().filter(|word| code.contains(**word)).collect();
            assert!(found.is_empty(), "{} uses {found:?}", path.display());
        }
    }
}

#[test]
fn diesel_stays_in_the_stores() {
    for room in rooms().into_iter().filter(|room| room != "storage") {
        for path in sources(&room).into_iter().filter(|path| !within(path, &["/store/", "/store.rs"]) && !is_test(path))
        {
            assert!(!code(&path).contains("diesel::"), "{} speaks to the database", path.display());
        }
    }
}

#[test]
fn http_stays_at_the_doors() {
    let doors = ["/api/", "/pages/", "/crates/web/", "/crates/server/", "/crates/simulators/"];
    for room in rooms() {
        for path in sources(&room).into_iter().filter(|path| !within(path, &doors) && !is_test(path)) {
            assert!(!code(&path).contains("actix_web::"), "{} speaks HTTP", path.display());
        }
    }
}

/// `name (` of every table in the text that a pattern starts.
fn tables(text: &str, start: &str) -> Vec<String> {
    let after = text.match_indices(start).map(|(at, _)| &text[at + start.len()..]);
    let name = |rest: &str| rest.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    after.map(name).filter(|name: &String| !name.is_empty()).collect()
}

#[test]
fn one_room_names_a_table() {
    let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for room in rooms() {
        for path in sources(&room).into_iter().filter(|path| !is_test(path)) {
            let text = code(&path);
            for (at, _) in text.match_indices("diesel::table! {") {
                let block = &text[at..];
                let line = block.lines().skip(1).find(|line| {
                    let line = line.trim();
                    line.contains('(') && line.ends_with('{') && !line.starts_with("use ")
                });
                let name = line.unwrap().split_whitespace().next().unwrap().to_owned();
                owners.entry(name).or_default().insert(room.clone());
            }
        }
    }
    let shared: Vec<_> = owners.iter().filter(|(_, rooms)| rooms.len() > 1).collect();
    assert!(shared.is_empty(), "{shared:?}");

    for database in ["sqlite", "postgresql"] {
        let migrations = files(&root().join("migrations").join(database), "up.sql");
        // SQLite changes a table by making a new one that then takes its name.
        let created: BTreeSet<String> = migrations
            .iter()
            .flat_map(|path| {
                let text = fs::read_to_string(path).unwrap();
                let mut made: BTreeSet<String> = tables(&text, "CREATE TABLE").into_iter().collect();
                for (from, _) in
                    text.lines().filter_map(|line| line.strip_prefix("ALTER TABLE ")?.split_once(" RENAME TO "))
                {
                    made.remove(from);
                }
                made
            })
            .collect();
        let named: BTreeSet<String> = owners.keys().cloned().collect();
        assert_eq!(created, named, "tables of {database} and tables in the code");
    }
}

#[test]
fn nobody_knows_the_providers_of_payments() {
    let of = |path: &Path| path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
    let declared = sources("payment").into_iter().filter(|path| code(path).contains("pub const KIND: Kind"));
    let names: Vec<String> = declared.map(|path| of(&path)).collect();
    assert!(names.len() >= 3, "{names:?}");
    let rust = sources("payment").into_iter().chain(sources("server")).filter(|path| {
        !is_test(path) && !within(path, &["payment/src/lib.rs", "server/src/demo"]) && !names.contains(&of(path))
    });
    let tables = files(&root().join("migrations"), ".sql");
    for path in rust.chain(tables) {
        let text = code(&path);
        for name in &names {
            let named = [format!("{name}::"), format!("\"{name}\""), format!("'{name}'")];
            assert!(!named.iter().any(|name| text.contains(name)), "{} knows {name}", path.display());
        }
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| -> Vec<String> {
        let folder = root().join("migrations").join(database);
        files(&folder, ".sql").iter().map(|path| path.strip_prefix(&folder).unwrap().display().to_string()).collect()
    };
    assert_eq!(names("sqlite"), names("postgresql"));
    assert!(!names("sqlite").is_empty());
}

#[test]
fn every_room_introduces_itself() {
    for room in rooms() {
        let folder = root().join("crates").join(&room);
        let readme = fs::read_to_string(folder.join("README.md")).unwrap_or_default();
        assert!(readme.lines().count() > 5, "{room} has no README to speak of");
        let first = fs::read_to_string(folder.join("src/lib.rs")).unwrap();
        assert!(
            first.starts_with("#![doc = include_str!(\"../README.md\")]"),
            "the README of {room} is not its documentation"
        );
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{room} does not keep the lints");
    }
}

#[test]
fn every_package_that_is_imposed_is_used() {
    let imposed = [
        "actix-web",
        "tokio",
        "diesel",
        "serde",
        "openidconnect",
        "reqwest",
        "lettre",
        "jsonwebtoken",
        "ring",
        "tracing",
    ];
    for package in imposed {
        let module = format!("{}::", package.replace('-', "_"));
        let used =
            rooms().iter().flat_map(|room| sources(room)).any(|path| !is_test(&path) && code(&path).contains(&module));
        assert!(used, "{package} is not used");
    }
}

#[test]
fn only_the_chosen_cryptography_is_in_the_tree() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for banned in ["aws-lc-rs", "aws-lc-sys", "native-tls", "actix-governor", "hl7v2", "heic"] {
        assert!(!lock.contains(&format!("name = \"{banned}\"\n")), "{banned} came in");
    }
    let versions = |name: &str| lock.matches(&format!("name = \"{name}\"\n")).count();
    assert_eq!((versions("reqwest"), versions("rustls"), versions("ring")), (1, 1, 1));
}
