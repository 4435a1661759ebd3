//! The signature of a form and of what comes back: HMAC-SHA-256 over the values of all `vads_` fields, sorted by name and
//! joined by `+`, with the form key as last value and as key; Base64. Fields that are empty or unknown count, too. SHA-1, to
//! which old shops are still set, is not taken: the shop's back office is where it is changed.

use data_encoding::BASE64;
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};

fn signed_text(fields: &[(String, String)], key: &SecretString) -> String {
    let mut named: Vec<_> = fields.iter().filter(|(name, _)| name.starts_with("vads_")).collect();
    named.sort_by(|(a, _), (b, _)| a.cmp(b));
    let values = named.iter().map(|(_, value)| value.as_str());
    values.chain([key.expose_secret()]).collect::<Vec<_>>().join("+")
}

fn hmac_key(key: &SecretString) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, key.expose_secret().as_bytes())
}

pub(super) fn sign(fields: &[(String, String)], key: &SecretString) -> String {
    BASE64.encode(hmac::sign(&hmac_key(key), signed_text(fields, key).as_bytes()).as_ref())
}

/// Whether `signature` is that of the fields, compared in constant time. A name that comes twice is nobody's form.
pub(super) fn is_right(fields: &[(String, String)], signature: &str, key: &SecretString) -> bool {
    let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let twice = names.windows(2).any(|pair| matches!(pair, [a, b] if a == b));
    let Ok(tag) = BASE64.decode(signature.as_bytes()) else { return false };
    !twice && hmac::verify(&hmac_key(key), signed_text(fields, key).as_bytes(), &tag).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Vec<(String, String)> {
        // Not in order; the last has no part in it.
        [
            ("vads_version", "V2"),
            ("vads_amount", "2400"),
            ("vads_action_mode", "INTERACTIVE"),
            ("vads_ctx_mode", "TEST"),
            ("vads_currency", "978"),
            ("vads_order_id", "FACT2026000123"),
            ("vads_order_info", ""),
            ("vads_page_action", "PAYMENT"),
            ("vads_payment_config", "SINGLE"),
            ("vads_site_id", "01234567"),
            ("vads_trans_date", "20261201133200"),
            ("vads_trans_id", "000042"),
            ("vads_cust_name", "Élise"),
            ("payer", "OK"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    #[test]
    fn a_signature_that_another_program_computed() {
        let key = SecretString::from("7f2c9d01e8");
        // Computed with Python's hmac and hashlib over the same text.
        let expected = "29rdGJJXZMrPVkoYphUxNkPbdbNqDqJt5ehcx8sp+jY=";
        assert_eq!(sign(&fields(), &key), expected);
        assert!(is_right(&fields(), expected, &key));
    }

    #[test]
    fn every_change_shows() {
        let key = SecretString::from("7f2c9d01e8");
        let right = sign(&fields(), &key);
        assert!(!is_right(&fields(), &right, &SecretString::from("7f2c9d01e9")));
        assert!(!is_right(&fields(), "", &key) && !is_right(&fields(), "not base64", &key));
        // What a shop that was left on SHA-1 sends for the same fields.
        assert!(!is_right(&fields(), "f8ec47f4448cf01a6c8267cbf1195be41a9e3e54", &key));
        for at in 0..fields().len() - 1 {
            let mut changed = fields();
            changed[at].1.push('0');
            assert!(!is_right(&changed, &right, &key), "{}", changed[at].0);
        }
        let mut twice = fields();
        twice.push(("vads_amount".to_owned(), String::new()));
        assert!(!is_right(&twice, &sign(&twice, &key), &key), "a name that comes twice");
    }
}
