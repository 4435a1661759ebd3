//! Which documents a stay asks for: a table that each hospital may change, in versions that never change.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{catalogue::Answers, completeness::StayFacts};

/// Codes of the guide's `PreadmissionDocumentType`, then those it lacks.
pub const KINDS: &[&str] = &[
    "CN_RECTO",
    "CN_VERSO",
    "JUSTIFICATIF_ID",
    "ATTEST_VITALE",
    "MUTUELLE",
    "MUTUELLE_RECTO",
    "MUTUELLE_VERSO",
    "JUSTIFICATIF_DOM",
    "ARRET_TRAVAIL",
    "PERS_PREVENIR",
    "PERS_CONFIANCE",
    "FEUILLE_AT",
    "LIVRET_FAMILLE",
    "ID_PARENT",
    "AUTORISATION_OPERER",
    "MESURE_PROTECTION",
    "DIRECTIVES",
    "AUTORITE_PARENTALE",
    "ACCORD_CURATEUR",
];

/// Those that prove a cover: asked for, never waited for.
pub const COVER: &[&str] = &["ATTEST_VITALE", "MUTUELLE", "MUTUELLE_RECTO", "MUTUELLE_VERSO", "FEUILLE_AT"];

/// The table that every hospital starts with; its version is 0.
const SHIPPED: &str = include_str!("../../rules/default.json");

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rules(pub Vec<Rule>);

/// One document, and in which cases it is asked for: in all that are told, together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub document: String,
    /// Any one of these serves as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub or: Vec<String>,
    /// Why, as a word of the locale files: `identity`, `minor`…
    pub why: String,
    /// Whether the file waits for it, or for a word why it is not there.
    #[serde(default)]
    pub blocks: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// Years at entry, from and below. An age that is not known counts as an adult's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_age: Option<i16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below_age: Option<i16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surgery: Option<bool>,
    /// How many must sign online for it to serve as well as this document: holders of parental authority of a minor; of
    /// an adult their curator, whatever the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signatures: Option<usize>,
    /// A field of the file and the value that asks for the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Inpatient,
    Day,
    External,
}

/// What became of the rule of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Added,
    Changed,
    Removed,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulesFault {
    #[error("not a table of rules: {0}")]
    Unreadable(String),
    #[error("unknown document {0}")]
    UnknownDocument(String),
    #[error("unknown reason {0}")]
    UnknownWhy(String),
    #[error("unknown field or value {0}")]
    UnknownField(String),
    #[error("{0} stands twice")]
    Twice(String),
    #[error("{0} proves a cover and must not block")]
    CoverBlocks(String),
}

/// The form that a patient and their trusted person sign; one who was asked by a link need not give it.
pub const DESIGNATION: &str = "PERS_CONFIANCE";

/// Why a document is asked for.
pub const WHYS: &[&str] = &[
    "identity",
    "cover",
    "complementary",
    "sick-leave",
    "work-accident",
    "minor",
    "surgery",
    "protection",
    "trusted",
    "address",
    "sole-holder",
    "directives",
    "assisted",
];

impl Rules {
    pub fn shipped() -> Result<Self, RulesFault> {
        Self::read(SHIPPED)
    }

    /// Reads and checks a table.
    pub fn read(text: &str) -> Result<Self, RulesFault> {
        let rules: Self = serde_json::from_str(text).map_err(|error| RulesFault::Unreadable(error.to_string()))?;
        rules.check().map(|()| rules)
    }

    fn check(&self) -> Result<(), RulesFault> {
        let mut seen = BTreeSet::new();
        for rule in &self.0 {
            let kinds = || std::iter::once(&rule.document).chain(&rule.or);
            if let Some(kind) = kinds().find(|kind| !KINDS.contains(&kind.as_str())) {
                return Err(RulesFault::UnknownDocument(kind.clone()));
            }
            if !WHYS.contains(&rule.why.as_str()) {
                return Err(RulesFault::UnknownWhy(rule.why.clone()));
            }
            if rule.blocks && kinds().any(|kind| COVER.contains(&kind.as_str())) {
                return Err(RulesFault::CoverBlocks(rule.document.clone()));
            }
            if let Some((field, value)) = &rule.answered {
                let known = super::catalogue::field(field).is_some_and(|field| field.fault(value).is_none());
                if !known {
                    return Err(RulesFault::UnknownField(format!("{field} = {value}")));
                }
            }
            if !seen.insert(&rule.document) {
                return Err(RulesFault::Twice(rule.document.clone()));
            }
        }
        Ok(())
    }

    /// What this table changes of a former one, document by document.
    pub fn since(&self, former: &Self) -> Vec<(String, Change)> {
        let of = |table: &Self, document: &str| table.0.iter().find(|rule| rule.document == document).cloned();
        let now = self.0.iter().filter_map(|rule| match of(former, &rule.document) {
            None => Some((rule.document.clone(), Change::Added)),
            Some(other) if other != *rule => Some((rule.document.clone(), Change::Changed)),
            Some(_) => None,
        });
        let gone = former.0.iter().filter(|rule| of(self, &rule.document).is_none());
        now.chain(gone.map(|rule| (rule.document.clone(), Change::Removed))).collect()
    }

    /// Those that this stay asks for.
    pub fn asked<'r>(&'r self, stay: &StayFacts, answers: &Answers) -> impl Iterator<Item = &'r Rule> {
        self.0.iter().filter(move |rule| rule.holds(stay, answers))
    }
}

impl Rule {
    fn holds(&self, stay: &StayFacts, answers: &Answers) -> bool {
        let age = stay.age.unwrap_or(18);
        self.class.is_none_or(|class| class == stay.class)
            && self.from_age.is_none_or(|from| age >= from)
            && self.below_age.is_none_or(|below| age < below)
            && self.surgery.is_none_or(|surgery| surgery == stay.surgery)
            && self.answered.as_ref().is_none_or(|(field, value)| answers.get(field) == Some(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_is_sound() {
        assert!(Rules::shipped().unwrap().0.len() > 8);
    }

    #[test]
    fn a_table_tells_what_it_changes() {
        let shipped = Rules::shipped().unwrap();
        assert_eq!(shipped.since(&shipped), []);
        let mut other = shipped.clone();
        let removed = other.0.remove(1).document;
        other.0[0].blocks = !other.0[0].blocks;
        let changed = other.0[0].document.clone();
        assert_eq!(other.since(&shipped), [(changed.clone(), Change::Changed), (removed.clone(), Change::Removed)]);
        assert_eq!(shipped.since(&other), [(changed, Change::Changed), (removed, Change::Added)]);
    }

    #[test]
    fn a_table_that_cannot_be_is_refused() {
        for (text, fault) in [
            ("{}", RulesFault::Unreadable(String::new())),
            (r#"[{"document":"X","why":"identity"}]"#, RulesFault::UnknownDocument("X".into())),
            (r#"[{"document":"CN_RECTO","or":["Y"],"why":"identity"}]"#, RulesFault::UnknownDocument("Y".into())),
            (r#"[{"document":"CN_RECTO","why":"because"}]"#, RulesFault::UnknownWhy("because".into())),
            (r#"[{"document":"MUTUELLE","why":"cover","blocks":true}]"#, RulesFault::CoverBlocks("MUTUELLE".into())),
            (
                r#"[{"document":"CN_RECTO","why":"identity"},{"document":"CN_RECTO","why":"minor"}]"#,
                RulesFault::Twice("CN_RECTO".into()),
            ),
            (
                r#"[{"document":"CN_RECTO","why":"identity","answered":["situation.sick-leave","perhaps"]}]"#,
                RulesFault::UnknownField("situation.sick-leave = perhaps".into()),
            ),
        ] {
            let refused = Rules::read(text).unwrap_err();
            let alike = matches!((&refused, &fault), (RulesFault::Unreadable(_), RulesFault::Unreadable(_)));
            assert!(alike || refused == fault, "{text}: {refused}");
        }
    }
}
