//! From the values a hospital's provider puts in a claim to what somebody may do at the desk.

use std::collections::BTreeSet;

use kernel::Finess;
use serde_json::{Map, Value};

use crate::oidc::Roles;

/// What a member of staff may do, and for which establishments (FINESS of the legal entity).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Granted {
    pub(crate) roles: BTreeSet<String>,
    pub(crate) establishments: BTreeSet<Finess>,
}

/// Everything the values give, or nothing: a role without an establishment opens no door, nor the reverse.
pub(crate) fn granted(settings: &Roles, claims: &Map<String, Value>) -> Option<Granted> {
    let values = values(&settings.claim, claims);
    let mut granted = Granted { roles: BTreeSet::new(), establishments: BTreeSet::new() };
    for grant in settings.grants.iter().filter(|grant| values.contains(&grant.value.as_str())) {
        granted.roles.extend(grant.roles.iter().cloned());
        granted.establishments.extend(grant.establishments.iter().cloned());
    }
    let empty = granted.roles.is_empty() || granted.establishments.is_empty();
    (!empty).then_some(granted)
}

/// The strings at a dotted path: one string, or a list of them.
fn values<'a>(path: &str, claims: &'a Map<String, Value>) -> Vec<&'a str> {
    // The whole path may itself be the name of a claim: some providers use addresses as names.
    let mut found = claims.get(path);
    if found.is_none() {
        let mut parts = path.split('.');
        found = parts.next().and_then(|first| claims.get(first));
        found = parts.fold(found, |value, part| value.and_then(|value| value.get(part)));
    }
    match found {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(claim: &str) -> Roles {
        serde_json::from_value(json!({"claim": claim, "grants": [
            {"value": "Admissions", "roles": ["admissions"]},
            {"value": "si", "roles": ["interfaces"]},
            {"value": "chu", "establishments": ["750712184"]},
        ]}))
        .unwrap()
    }

    fn roles(claim: &str, claims: Value) -> Option<Vec<String>> {
        granted(&settings(claim), claims.as_object().unwrap()).map(|granted| granted.roles.into_iter().collect())
    }

    #[test]
    fn values_add_up() {
        assert_eq!(
            roles("roles", json!({"roles": ["Admissions", "si", "chu", "intranet"]})).unwrap(),
            ["admissions", "interfaces"]
        );
        assert_eq!(roles("realm.roles", json!({"realm": {"roles": ["si", "chu"]}})).unwrap(), ["interfaces"]);
        assert_eq!(roles("https://x.y/roles", json!({"https://x.y/roles": ["si", "chu"]})).unwrap(), ["interfaces"]);
    }

    #[test]
    fn t51_nothing_that_fits_is_nothing_granted() {
        for claims in [
            json!({}),
            json!({"roles": []}),
            json!({"roles": ["admissions", "chu"]}),
            json!({"roles": ["ADMISSIONS", "chu"]}),
            json!({"roles": [" Admissions", "chu"]}),
            json!({"roles": ["Admissions"]}),
            json!({"roles": ["chu"]}),
            json!({"roles": "Admissions,chu"}),
            json!({"roles": {"Admissions": true, "chu": true}}),
            json!({"roles": [["Admissions"], "chu"]}),
        ] {
            assert_eq!(roles("roles", claims.clone()), None, "{claims}");
        }
    }
}
