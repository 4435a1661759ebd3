//! The identity traits of a person, as their provider gives them. Nothing is corrected, completed or parsed: a birth
//! date may be `1962-11-00`, a birthplace empty, a sex unspecified.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

/// No civil name comes near this; what does is an attack on our pages.
const LONGEST: usize = 512;
const MOST_NAMES: usize = 32;

#[derive(Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Traits {
    /// Birth name.
    pub(crate) family_name: String,
    /// All first names in one text; it cannot be split.
    pub(crate) given_name: String,
    /// The first names one by one, or none when the provider does not tell.
    pub(crate) given_name_array: Vec<String>,
    pub(crate) preferred_username: Option<String>,
    pub(crate) gender: Option<String>,
    pub(crate) birthdate: Option<String>,
    pub(crate) idp_birthdate: Option<String>,
    pub(crate) birthplace: Option<String>,
    pub(crate) birthcountry: Option<String>,
    pub(crate) email: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TraitsFault {
    #[error("the provider gives no name")]
    NoName,
    #[error("a trait is no text, or too long")]
    Unusable,
}

impl Traits {
    pub(crate) fn read(claims: &Map<String, Value>) -> Result<Self, TraitsFault> {
        let traits = Self {
            family_name: text(claims, "family_name")?.unwrap_or_default(),
            given_name: text(claims, "given_name")?.unwrap_or_default(),
            given_name_array: texts(claims, "given_name_array")?,
            preferred_username: text(claims, "preferred_username")?,
            gender: text(claims, "gender")?,
            birthdate: text(claims, "birthdate")?,
            idp_birthdate: text(claims, "idp_birthdate")?,
            birthplace: text(claims, "birthplace")?,
            birthcountry: text(claims, "birthcountry")?,
            email: text(claims, "email")?,
        };
        // Some people have one name only; somebody without any cannot be greeted, nor found by a clerk.
        let unnamed = traits.family_name.trim().is_empty() && traits.given_name.trim().is_empty();
        if unnamed { Err(TraitsFault::NoName) } else { Ok(traits) }
    }

    /// The names of the traits that differ: what a trace may say.
    pub(crate) fn changed(&self, before: &Self) -> Vec<&'static str> {
        [
            ("family_name", self.family_name != before.family_name),
            ("given_name", self.given_name != before.given_name),
            ("given_name_array", self.given_name_array != before.given_name_array),
            ("preferred_username", self.preferred_username != before.preferred_username),
            ("gender", self.gender != before.gender),
            ("birthdate", self.birthdate != before.birthdate),
            ("idp_birthdate", self.idp_birthdate != before.idp_birthdate),
            ("birthplace", self.birthplace != before.birthplace),
            ("birthcountry", self.birthcountry != before.birthcountry),
            ("email", self.email != before.email),
        ]
        .into_iter()
        .filter_map(|(name, differs)| differs.then_some(name))
        .collect()
    }
}

/// Nothing personal is ever printed by accident.
impl fmt::Debug for Traits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Traits")
    }
}

fn text(claims: &Map<String, Value>, name: &str) -> Result<Option<String>, TraitsFault> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => bounded(text).map(Some),
        Some(_) => Err(TraitsFault::Unusable),
    }
}

fn texts(claims: &Map<String, Value>, name: &str) -> Result<Vec<String>, TraitsFault> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) if items.len() <= MOST_NAMES => {
            items.iter().map(|item| item.as_str().ok_or(TraitsFault::Unusable).and_then(bounded)).collect()
        }
        Some(_) => Err(TraitsFault::Unusable),
    }
}

fn bounded(text: &str) -> Result<String, TraitsFault> {
    // A null character is the one thing PostgreSQL cannot keep in a text.
    let usable = text.chars().count() <= LONGEST && !text.contains('\0');
    if usable { Ok(text.to_owned()) } else { Err(TraitsFault::Unusable) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(claims: Value) -> Result<Traits, TraitsFault> {
        Traits::read(claims.as_object().unwrap())
    }

    #[test]
    fn t53_unusual_people_are_kept_as_given() {
        let long = "É".repeat(256);
        let traits = read(json!({
            "family_name": long, "given_name": "Jean Philippe Pierre", "given_name_array": ["Jean Philippe", "Pierre"],
            "birthdate": "1990-01-01", "idp_birthdate": "1990-00-00", "birthplace": "", "gender": "unspecified",
        }))
        .unwrap();
        assert_eq!((traits.family_name.as_str(), traits.idp_birthdate.as_deref()), (long.as_str(), Some("1990-00-00")));
        assert_eq!((traits.birthplace.as_deref(), traits.gender.as_deref()), (Some(""), Some("unspecified")));
        assert_eq!(traits.given_name_array, ["Jean Philippe", "Pierre"]);
        assert_eq!((traits.preferred_username.as_ref(), traits.birthcountry.as_ref()), (None, None));
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        let too_many: Vec<&str> = vec!["A"; MOST_NAMES + 1];
        for (claims, fault) in [
            (json!({}), TraitsFault::NoName),
            (json!({"family_name": " ", "given_name": ""}), TraitsFault::NoName),
            (json!({"family_name": ["A"]}), TraitsFault::Unusable),
            (json!({"family_name": "A", "birthdate": 1990}), TraitsFault::Unusable),
            (json!({"family_name": "A".repeat(LONGEST + 1)}), TraitsFault::Unusable),
            (json!({"family_name": "A\u{0}B"}), TraitsFault::Unusable),
            (json!({"family_name": "A", "given_name_array": [1]}), TraitsFault::Unusable),
            (json!({"family_name": "A", "given_name_array": too_many}), TraitsFault::Unusable),
        ] {
            assert_eq!(read(claims.clone()), Err(fault), "{claims}");
        }
        assert!(read(json!({"given_name": "Sukarno"})).is_ok(), "one name is enough");
    }

    #[test]
    fn t54_changes_are_named_without_their_values() {
        let before = read(json!({"family_name": "A", "email": "a@exemple.test"})).unwrap();
        let after = read(json!({"family_name": "B", "email": "b@exemple.test"})).unwrap();
        assert_eq!(after.changed(&before), ["family_name", "email"]);
        assert!(after.changed(&after).is_empty());
        assert_eq!(format!("{after:?}"), "Traits");
    }
}
