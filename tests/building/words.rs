//! Words for people: none is missing, in either language, and none is left over.

use std::{collections::BTreeSet, fs};

use crate::house::{files, root};

/// Keys that code builds from parts; the rest must stand in a source or template as they are.
const BUILT: &[&str] = &[
    "problem-",
    "notices-mail-",
    "notices-sms-",
    "identity-failed-",
    "identity-gender-",
    "identity-proxy-as-",
    "identity-proxy-over-",
    "identity-role-",
    "identity-thing-",
    "payment-as-",
    "payment-elsewhere-",
    "payment-made-",
    "payment-news-",
    "payment-state-",
    "payment-desk-alert-",
    "payment-desk-answer-",
    "payment-desk-asked-",
    "payment-desk-column-",
    "payment-desk-difference-",
    "payment-desk-fact-",
    "payment-desk-invoice-",
    "payment-desk-mode-",
    "payment-desk-ruled-",
    "payment-desk-state-",
    "payment-desk-told-",
    "payment-figure-definition-",
    "payment-figure-name-",
    "payment-list-fault-",
    "payment-list-field-",
    "payment-report-fault-",
    "payment-report-found-",
    "preadmission-absence-",
    "preadmission-answer-",
    "preadmission-answered-",
    "preadmission-asked-",
    "preadmission-choice-",
    "preadmission-desk-asked-",
    "preadmission-desk-channel-",
    "preadmission-desk-choice-",
    "preadmission-desk-decided-",
    "preadmission-desk-deed-",
    "preadmission-desk-definition-",
    "preadmission-desk-figure-",
    "preadmission-desk-merge-",
    "preadmission-desk-meeting-",
    "preadmission-new-class-",
    "preadmission-desk-proof-",
    "preadmission-desk-reason-",
    "preadmission-desk-source-",
    "preadmission-desk-standing-",
    "preadmission-desk-state-",
    "preadmission-desk-status-",
    "preadmission-desk-told-",
    "preadmission-desk-trait-",
    "preadmission-document-",
    "preadmission-fault-",
    "preadmission-field-",
    "preadmission-invitation-lead-",
    "preadmission-invitation-title-",
    "preadmission-invited-",
    "preadmission-lead-",
    "preadmission-people-as-",
    "preadmission-people-consent-",
    "preadmission-people-measure-",
    "preadmission-people-role-",
    "preadmission-progress-",
    "preadmission-relative-said-",
    "preadmission-relatives-news-",
    "preadmission-relatives-state-",
    "preadmission-said-",
    "preadmission-section-",
    "preadmission-source-",
    "preadmission-why-",
    "sih-consumer-",
    "sih-event-",
    "sih-outcome-",
    "sih-reason-",
    "sih-refusal-",
    "sih-state-",
];

fn literals(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for piece in text.split('"').skip(1).step_by(1) {
        let is_key = piece.contains('-')
            && piece.starts_with(|c: char| c.is_ascii_lowercase())
            && piece.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if is_key {
            found.insert(piece.to_owned());
        }
    }
    found
}

fn words(language: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for path in files(&root().join("crates"), &format!("/locales/{language}.ftl")) {
        let text = fs::read_to_string(&path).unwrap();
        for key in web::i18n::keys(&text) {
            assert!(keys.insert(key.to_owned()), "{key} stands twice");
        }
    }
    keys
}

/// What templates and sources ask for by its full name.
fn asked() -> BTreeSet<String> {
    let crates = root().join("crates");
    let mut asked = BTreeSet::new();
    for ending in [".rs", ".html", ".txt"] {
        for path in files(&crates, ending) {
            asked.extend(literals(&fs::read_to_string(path).unwrap()));
        }
    }
    asked
}

#[test]
fn both_languages_have_the_same_words() {
    let (fr, en) = (words("fr"), words("en"));
    assert_eq!(fr.difference(&en).collect::<Vec<_>>(), Vec::<&String>::new(), "only in French");
    assert_eq!(en.difference(&fr).collect::<Vec<_>>(), Vec::<&String>::new(), "only in English");
    assert!(fr.len() > 50);
}

#[test]
fn no_word_that_a_page_asks_for_is_missing() {
    let known = words("fr");
    let rooms: BTreeSet<&str> = known.iter().filter_map(|key| key.split('-').next()).collect();
    for path in files(&root().join("crates"), ".html") {
        let text = fs::read_to_string(&path).unwrap();
        for call in [".t(\"", ".t1(\"", ".t_with(\""] {
            for (at, _) in text.match_indices(call) {
                let key = text[at + call.len()..].split('"').next().unwrap();
                assert!(known.contains(key), "{} asks for {key}", path.display());
            }
        }
    }
    for path in files(&root().join("crates"), ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        for call in [".t(\"", ".t1(\"", ".t_with(\""] {
            for (at, _) in text.match_indices(call) {
                let key = text[at + call.len()..].split('"').next().unwrap();
                let ours = rooms.contains(key.split('-').next().unwrap());
                assert!(!ours || known.contains(key), "{} asks for {key}", path.display());
            }
        }
    }
}

#[test]
fn every_refusal_has_its_words() {
    let known = words("fr");
    for path in files(&root().join("crates"), ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        for (at, _) in text.match_indices("ProblemType { slug: \"") {
            let slug = text[at + "ProblemType { slug: \"".len()..].split('"').next().unwrap();
            for key in [format!("problem-{slug}"), format!("problem-{slug}-detail")] {
                assert!(known.contains(&key), "{} lacks {key}", path.display());
            }
        }
    }
    for kind in web::problem::ALL {
        assert!(
            known.contains(&format!("problem-{}", kind.slug))
                && known.contains(&format!("problem-{}-detail", kind.slug))
        );
    }
}

#[test]
fn no_word_is_left_over() {
    let asked = asked();
    let unused: Vec<String> = words("fr")
        .into_iter()
        .filter(|key| !asked.contains(key) && !BUILT.iter().any(|start| key.starts_with(start)))
        .collect();
    assert!(unused.is_empty(), "nobody asks for {unused:?}");
}
