//! The form payment of the Lyra platform (`vads_*`), sold by several banks as PayZen, Systempay, Scellius, Sogecommerce:
//! one provider, its address a setting. Nothing is asked before the payer leaves and nothing can be asked afterwards; the
//! signed notification (IPN) is the provider's own answer.

mod section;
mod signature;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil, tz::TimeZone};
use kernel::Money;
use secrecy::SecretString;
use url::Url;

use crate::{
    domain::{compare::Particulars, creditor::Mode, lookups::Answer},
    port::{Asking, Finding, Kind, MOST, NotStarted, Notification, Order, Provider, Started},
};

pub use section::Section;

pub const KIND: Kind =
    Kind { name: "vads", least: Money::from_cents(1), most: MOST, can_be_asked: false, pays_titles: false };

/// Numbers of payments on one day of one shop: 000000 to 899999; those that begin with 9 are the back office's.
const RANKS: u32 = 900_000;

/// Euro, ISO 4217.
const EURO: &str = "978";

/// `vads_trans_date`: UTC.
const MOMENT: &str = "%Y%m%d%H%M%S";

/// The keys that sign the forms of one shop; not the keys of its REST interface.
#[derive(Debug)]
pub struct Keys {
    pub test: SecretString,
    pub production: SecretString,
}

pub struct Vads {
    page: Url,
    shops: BTreeMap<String, Keys>,
}

impl Vads {
    /// `page` is the bank's: `https://secure.payzen.eu/vads-payment/`, `https://paiement.systempay.fr/vads-payment/`…
    pub fn new(page: Url, shops: BTreeMap<String, Keys>) -> Self {
        Self { page, shops }
    }

    fn key(&self, shop: &str, mode: &str) -> Option<&SecretString> {
        let keys = self.shops.get(shop)?;
        match mode {
            "TEST" => Some(&keys.test),
            "PRODUCTION" => Some(&keys.production),
            _ => None,
        }
    }

    fn form(&self, order: &Order) -> Result<Started, NotStarted> {
        let refused = |why: &str| NotStarted::Refused(why.to_owned());
        if order.rank >= RANKS {
            return Err(refused("this shop has no payment number left for the day"));
        }
        let (rank, date) = (format!("{:06}", order.rank), order.at.strftime(MOMENT).to_string());
        let mode = ctx_mode(order.mode).ok_or_else(|| refused("this provider has no activation payments"))?;
        let key = self.key(&order.creditor, mode).ok_or_else(|| refused("no key for this shop"))?;
        let amount = order.amount.cents().to_string();
        let mut fields: Vec<(String, String)> = [
            ("vads_action_mode", "INTERACTIVE"),
            ("vads_amount", &amount),
            ("vads_ctx_mode", mode),
            ("vads_currency", EURO),
            ("vads_cust_email", order.email.as_str()),
            ("vads_language", "fr"),
            ("vads_order_id", order.refdet.as_str()),
            ("vads_page_action", "PAYMENT"),
            ("vads_payment_config", "SINGLE"),
            ("vads_return_mode", "POST"),
            ("vads_site_id", &order.creditor),
            ("vads_trans_date", &date),
            ("vads_trans_id", &rank),
            ("vads_url_check", &order.notify),
            ("vads_url_return", &order.back),
            ("vads_version", "V2"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        fields.push(("signature".to_owned(), signature::sign(&fields, key)));
        Ok(Started::Form { reference: reference(&order.creditor, &date, &rank), url: self.page.clone().into(), fields })
    }
}

/// What names an attempt: the shop, the instant and the number of the day.
fn reference(site: &str, date: &str, rank: &str) -> String {
    format!("{site}-{date}-{rank}")
}

const fn ctx_mode(mode: Mode) -> Option<&'static str> {
    match mode {
        Mode::Test => Some("TEST"),
        Mode::Production => Some("PRODUCTION"),
        Mode::Activation => None,
    }
}

impl Provider for Vads {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn mode_name(&self, mode: Mode) -> Option<&'static str> {
        ctx_mode(mode)
    }

    fn start<'a>(&'a self, order: &'a Order) -> Asking<'a, Result<Started, NotStarted>> {
        Box::pin(async move { self.form(order) })
    }

    /// The same order makes the same form, and the platform takes a number of the day once: whoever already paid cannot pay
    /// again by it.
    fn again(&self, order: &Order, _reference: &str, _now: Timestamp) -> Option<Started> {
        self.form(order).ok()
    }

    fn on_notification(&self, fields: &[(String, String)]) -> Notification {
        self.verified(fields)
            .map_or(Notification::Unusable, |(reference, finding)| Notification::Verified(reference, finding))
    }

    fn poll<'a>(&'a self, _reference: &'a str) -> Asking<'a, Option<Finding>> {
        Box::pin(async { None })
    }

    fn check<'a>(&'a self, creditor: &'a str) -> Asking<'a, Result<String, NotStarted>> {
        Box::pin(async move {
            let wrong = || NotStarted::Refused("no key for this shop".to_owned());
            self.shops.contains_key(creditor).then(|| creditor.to_owned()).ok_or_else(wrong)
        })
    }
}

impl Vads {
    /// What a form with a right signature says.
    fn verified(&self, fields: &[(String, String)]) -> Option<(String, Finding)> {
        let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let key = self.key(field("vads_site_id")?, field("vads_ctx_mode")?)?;
        if !signature::is_right(fields, field("signature")?, key) {
            return None;
        }
        let text = |name: &str| field(name).map(str::to_owned);
        let reference = reference(field("vads_site_id")?, field("vads_trans_date")?, field("vads_trans_id")?);
        // What was charged, which a bank may say apart from what was asked.
        let amount = field("vads_effective_amount").filter(|cents| !cents.is_empty()).or(field("vads_amount"));
        let euros = field("vads_currency") == Some(EURO);
        let told = Particulars {
            reference: Some(reference.clone()),
            creditor: text("vads_site_id"),
            refdet: text("vads_order_id"),
            // Another currency is no amount here: it will differ from what was asked.
            amount: amount.filter(|_| euros).and_then(|cents| cents.parse().ok()).map(Money::from_cents),
            mode: text("vads_ctx_mode"),
        };
        let answer = answer(field("vads_operation_type"), field("vads_trans_status"), field("vads_result"));
        let ended_at = field("vads_effective_creation_date").and_then(moment);
        let authorisation = text("vads_auth_number").filter(|number| !number.is_empty());
        Some((reference, Finding { answer, told, ended_at, authorisation, raw: raw(fields) }))
    }
}

/// Only a debit whose authorisation stands is money.
fn answer(operation: Option<&str>, status: Option<&str>, result: Option<&str>) -> Answer {
    match (operation.unwrap_or("DEBIT"), status.unwrap_or_default(), result) {
        ("DEBIT", "AUTHORISED" | "CAPTURED" | "ACCEPTED", Some("00")) => Answer::Paid,
        ("DEBIT", "REFUSED", _) => Answer::Refused,
        ("DEBIT", "ABANDONED", _) => Answer::Abandoned,
        ("DEBIT", "INITIAL" | "AUTHORISED_TO_VALIDATE" | "WAITING_AUTHORISATION", _) => Answer::Examined,
        ("DEBIT", "WAITING_AUTHORISATION_TO_VALIDATE" | "UNDER_VERIFICATION", _) => Answer::Examined,
        _ => Answer::NotUnderstood,
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    let moment = civil::DateTime::strptime(MOMENT, text).ok()?;
    Some(moment.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// What came, a field a line, without what tells of the card or the signature.
fn raw(fields: &[(String, String)]) -> String {
    let shown = fields.iter().filter(|(name, _)| name != "signature" && !name.starts_with("vads_card_number"));
    shown.map(|(name, value)| format!("{name}={value}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bank() -> Vads {
        let keys =
            Keys { test: SecretString::from("1234567890123456"), production: SecretString::from("6543210987654321") };
        let page = "https://secure.payzen.eu/vads-payment/".parse().unwrap();
        Vads::new(page, BTreeMap::from([("01234567".to_owned(), keys)]))
    }

    fn order(mode: Mode, rank: u32) -> Order {
        Order {
            creditor: "01234567".to_owned(),
            mode,
            amount: Money::from_cents(2400),
            refdet: "FACT2026000123".parse().unwrap(),
            exercice: "2026".parse().unwrap(),
            label: "Consultation".to_owned(),
            email: "camille@exemple.test".parse().unwrap(),
            notify: "https://rdv.exemple.test/payments/notifications/vads".to_owned(),
            back: "https://rdv.exemple.test/payments/1/back".to_owned(),
            at: "2026-12-01T13:32:00Z".parse().unwrap(),
            rank,
        }
    }

    /// What the bank sends back for a form: its fields, some more, signed anew.
    fn told(form: &Started, more: &[(&str, &str)], key: &str) -> Vec<(String, String)> {
        let Started::Form { fields, .. } = form else { panic!("{form:?}") };
        let mut fields: Vec<_> = fields.iter().filter(|(name, _)| name != "signature").cloned().collect();
        fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        fields.push(("signature".to_owned(), signature::sign(&fields, &SecretString::from(key))));
        fields
    }

    const PAID: &[(&str, &str)] = &[
        ("vads_operation_type", "DEBIT"),
        ("vads_trans_status", "AUTHORISED"),
        ("vads_result", "00"),
        ("vads_effective_creation_date", "20261201133512"),
        ("vads_auth_number", "3fb0de"),
    ];

    #[test]
    fn a_form_is_sent_and_its_answer_believed() {
        let form = bank().form(&order(Mode::Test, 42)).unwrap();
        assert_eq!(form.reference(), "01234567-20261201133200-000042");
        let Notification::Verified(reference, finding) = bank().on_notification(&told(&form, PAID, "1234567890123456"))
        else {
            panic!("not believed")
        };
        assert_eq!((reference.as_str(), finding.answer), (form.reference(), Answer::Paid));
        assert_eq!(finding.ended_at, "2026-12-01T13:35:12Z".parse().ok());
        assert_eq!(finding.told.amount, Some(Money::from_cents(2400)));
        assert_eq!(finding.told.refdet.as_deref(), Some("FACT2026000123"));
        assert_eq!(finding.authorisation.as_deref(), Some("3fb0de"));
    }

    #[test]
    fn nothing_unsigned_is_believed() {
        let form = bank().form(&order(Mode::Test, 42)).unwrap();
        let right = told(&form, PAID, "1234567890123456");
        let mut cheaper = right.clone();
        cheaper.iter_mut().find(|(name, _)| name == "vads_amount").unwrap().1 = "100".to_owned();
        let unsigned: Vec<_> = right.iter().filter(|(name, _)| name != "signature").cloned().collect();
        let other_mode = told(&bank().form(&order(Mode::Production, 42)).unwrap(), PAID, "1234567890123456");
        for wrong in [cheaper, unsigned, other_mode, Vec::new()] {
            assert_eq!(bank().on_notification(&wrong), Notification::Unusable);
        }
    }

    #[test]
    fn what_each_status_is_worth() {
        for (operation, status, result, expected) in [
            ("DEBIT", "AUTHORISED", "00", Answer::Paid),
            ("DEBIT", "CAPTURED", "00", Answer::Paid),
            ("DEBIT", "AUTHORISED", "05", Answer::NotUnderstood),
            ("DEBIT", "REFUSED", "05", Answer::Refused),
            ("DEBIT", "ABANDONED", "17", Answer::Abandoned),
            ("DEBIT", "UNDER_VERIFICATION", "00", Answer::Examined),
            ("DEBIT", "AUTHORISED_TO_VALIDATE", "00", Answer::Examined),
            ("DEBIT", "CANCELLED", "00", Answer::NotUnderstood),
            ("DEBIT", "SOMETHING_NEW", "00", Answer::NotUnderstood),
            ("CREDIT", "CAPTURED", "00", Answer::NotUnderstood),
        ] {
            assert_eq!(answer(Some(operation), Some(status), Some(result)), expected, "{operation} {status} {result}");
        }
    }

    #[test]
    fn another_currency_is_not_an_amount() {
        let form = bank().form(&order(Mode::Test, 42)).unwrap();
        let mut fields = told(&form, PAID, "1234567890123456");
        fields.retain(|(name, _)| name != "vads_currency" && name != "signature");
        fields.push(("vads_currency".to_owned(), "756".to_owned()));
        fields.push(("signature".to_owned(), signature::sign(&fields, &SecretString::from("1234567890123456"))));
        let Notification::Verified(_, finding) = bank().on_notification(&fields) else { panic!("not believed") };
        assert_eq!(finding.told.amount, None);
    }

    #[test]
    fn what_the_bank_would_refuse_is_not_sent() {
        assert!(matches!(bank().form(&order(Mode::Activation, 42)), Err(NotStarted::Refused(_))));
        assert!(matches!(bank().form(&order(Mode::Test, 900_000)), Err(NotStarted::Refused(_))));
    }
}
