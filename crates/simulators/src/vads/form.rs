//! The form of a shop: first its signature, then each field, and the first that is wrong is the one it is told of.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use url::Url;

use super::signature;

/// Fields by name.
pub(super) type Fields = BTreeMap<String, String>;

/// `vads_trans_date` and the other instants: UTC.
pub(super) const MOMENT: &str = "%Y%m%d%H%M%S";

/// One shop and the keys that sign its forms.
#[derive(Debug, Clone)]
pub struct Shop {
    /// `vads_site_id`, 8 digits.
    pub site_id: String,
    pub test_key: String,
    pub production_key: String,
}

impl Shop {
    /// The key of a `vads_ctx_mode`.
    pub(super) fn key(&self, mode: &str) -> Option<&str> {
        match mode {
            "TEST" => Some(&self.test_key),
            "PRODUCTION" => Some(&self.production_key),
            _ => None,
        }
    }
}

/// The field that is wrong.
pub(super) type Wrong = &'static str;

/// The fields of a form that may be paid.
pub(super) fn read(pairs: Vec<(String, String)>, shops: &[Shop]) -> Result<Fields, Wrong> {
    let count = pairs.len();
    let fields: Fields = pairs.into_iter().collect();
    if fields.len() != count {
        return Err("un champ présent deux fois");
    }
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let shop = shops.iter().find(|shop| shop.site_id == text("vads_site_id")).ok_or("vads_site_id")?;
    let key = shop.key(text("vads_ctx_mode")).ok_or("vads_ctx_mode")?;
    if !signature::is_right(&fields, key) {
        return Err("signature");
    }
    check(&fields)?;
    Ok(fields)
}

fn check(fields: &Fields) -> Result<(), Wrong> {
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let checks: [(Wrong, bool); 14] = [
        ("vads_version", text("vads_version") == "V2"),
        ("vads_page_action", text("vads_page_action") == "PAYMENT"),
        ("vads_action_mode", text("vads_action_mode") == "INTERACTIVE"),
        ("vads_payment_config", text("vads_payment_config") == "SINGLE"),
        ("vads_trans_id", is_number_of_the_day(text("vads_trans_id"))),
        ("vads_trans_date", DateTime::strptime(MOMENT, text("vads_trans_date")).is_ok()),
        ("vads_amount", is_amount(text("vads_amount"))),
        ("vads_currency", text("vads_currency") == "978"),
        ("vads_order_id", text("vads_order_id").len() <= 32 && text("vads_order_id").bytes().all(is_of_an_order)),
        ("vads_cust_email", text("vads_cust_email").len() <= 127),
        ("vads_language", matches!(text("vads_language").len(), 0 | 2)),
        ("vads_return_mode", ["", "NONE", "GET", "POST"].contains(&text("vads_return_mode"))),
        ("vads_url_return", is_address(text("vads_url_return"))),
        ("vads_url_check", is_address(text("vads_url_check"))),
    ];
    checks.iter().find(|(_, right)| !right).map_or(Ok(()), |(wrong, _)| Err(wrong))
}

/// 6 letters or digits; those that begin with 9 are the back office's.
fn is_number_of_the_day(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|b| b.is_ascii_alphanumeric()) && !text.starts_with('9')
}

fn is_amount(text: &str) -> bool {
    text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit()) && text.bytes().any(|b| b != b'0')
}

const fn is_of_an_order(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Empty or of the web.
fn is_address(text: &str) -> bool {
    let web = |url: &Url| matches!(url.scheme(), "http" | "https");
    text.is_empty() || (text.len() <= 1024 && Url::parse(text).as_ref().is_ok_and(web))
}
