//! The moment a verified identity becomes one of ours: account found or made, change traced, login proven.

use kernel::StaffId;
use serde_json::json;
use storage::{Act, StorageError, Tx};

use crate::{
    domain::{granted::Granted, traits::Traits},
    store::{
        patients::{self, AccountKey, Patient},
        staff,
    },
    traces::{self, Action, Actor, Trace},
};

/// The account of this key, with today's traits. Former ones are set aside; accounts are never merged by their traits.
pub(crate) fn patient(
    tx: &mut Tx<'_>,
    key: &AccountKey,
    traits: &Traits,
    acr: Option<&str>,
    language: &str,
) -> Result<Patient, StorageError> {
    let known = patients::hold(tx, key)?;
    if known.is_none() {
        patients::create(tx, key, traits, language)?;
    }
    let account = match known {
        Some(account) => account,
        None => patients::hold(tx, key)?.ok_or(StorageError::Crossed)?,
    };
    let changed = traits.changed(&account.traits).join(", ");
    if !changed.is_empty() {
        patients::replace_traits(tx, &account, traits)?;
        let what = changed.as_str();
        traces::record(tx, Trace { patient: account.id, actor: Actor::System, action: Action::Changed, what })?;
    }
    patients::touch(tx, account.id)?;
    let actor = Actor::Patient(account.id);
    traces::record(tx, Trace { patient: account.id, actor, action: Action::Login, what: acr.unwrap_or_default() })?;
    let (actor, object) = (account.id.as_object(), account.id.as_object());
    let content = json!({ "issuer": key.issuer, "subject": key.subject, "acr": acr, "traits": traits });
    tx.record(Act { kind: "login", actor, object, content: &content })?;
    Ok(Patient { traits: traits.clone(), ..account })
}

/// The account of a member of staff, with the rights of this login.
pub(crate) fn staff(tx: &mut Tx<'_>, key: &AccountKey, name: &str, granted: &Granted) -> Result<StaffId, StorageError> {
    let id = staff::log_in(tx, key, name, granted)?;
    let content = json!({ "issuer": key.issuer, "subject": key.subject, "roles": granted.roles, "establishments": granted.establishments });
    tx.record(Act { kind: "login", actor: id.as_object(), object: id.as_object(), content: &content })?;
    Ok(id)
}
