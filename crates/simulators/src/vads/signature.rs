//! HMAC-SHA-256 over the values of all `vads_` fields, by name, and the key, joined by `+`; Base64.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use ring::hmac;

use super::form::Fields;

pub(super) fn of(fields: &Fields, key: &str) -> String {
    BASE64.encode(hmac::sign(&secret(key), text(fields, key).as_bytes()).as_ref())
}

pub(super) fn is_right(fields: &Fields, key: &str) -> bool {
    let tag = fields.get("signature").and_then(|signature| BASE64.decode(signature.as_bytes()).ok());
    tag.is_some_and(|tag| hmac::verify(&secret(key), text(fields, key).as_bytes(), &tag).is_ok())
}

fn secret(key: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes())
}

fn text(fields: &Fields, key: &str) -> String {
    let signed: BTreeMap<_, _> = fields.iter().filter(|(name, _)| name.starts_with("vads_")).collect();
    let mut text = String::new();
    for value in signed.values() {
        text += value;
        text.push('+');
    }
    text + key
}
