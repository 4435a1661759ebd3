//! Files that the program writes and that are checked in: they say what the program says.

use std::{collections::BTreeSet, fs};

use serde_json::Value;
use server::{building, scenario};

use crate::house::root;

fn checked_in(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default().trim_end().to_owned()
}

#[test]
fn the_contract_is_the_one_checked_in() {
    let printed = building::openapi().unwrap();
    assert_eq!(printed.trim_end(), checked_in("openapi/parvis-v1.json"), "write it anew: openapi/README.md says how");
}

#[test]
fn the_graphs_of_a_room_are_those_of_its_readme() {
    let printed = std::process::Command::new(crate::commands::parvis()).args(["states", "payment"]).output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(printed.contains("payable --> paying: start"), "{printed}");
    assert!(checked_in("crates/payment/README.md").contains(printed.trim_end()), "parvis states payment writes them");
}

#[test]
fn the_schema_of_scenarios_is_the_one_checked_in() {
    let printed = scenario::schema().unwrap();
    assert_eq!(printed.trim_end(), checked_in("config/scenario.schema.json"), "parvis scenario-schema writes it");
}

#[test]
fn the_contract_lists_every_operation_and_no_other() {
    let contract: Value = serde_json::from_str(&building::openapi().unwrap()).unwrap();
    let mut described = BTreeSet::new();
    for (path, methods) in contract["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            described.insert(format!("{} {path}", method.to_uppercase()));
            assert!(
                operation["responses"].as_object().is_some_and(|responses| responses.len() > 1),
                "{method} {path} tells no refusal"
            );
        }
    }
    let offered: BTreeSet<String> = building::house()
        .operations()
        .filter(|operation| operation.path.starts_with("/api/v1/"))
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    assert_eq!(described, offered);
    assert_eq!((contract["info"]["title"].as_str(), contract["openapi"].as_str()), (Some("Parvis"), Some("3.1.0")));
}

#[test]
fn both_scenarios_can_be_read() {
    for path in ["config/demo-scenario.json", "tests/building/scenario.json"] {
        let scenario = scenario::parse(&checked_in(path)).unwrap();
        assert!(!scenario.establishments.is_empty());
    }
    let demo = scenario::parse(&checked_in("config/demo-scenario.json")).unwrap();
    let counts = (demo.establishments.len(), demo.booking.services.len(), demo.booking.practitioners.len());
    assert_eq!(counts, (3, 40, 200));
}
