//! Titles (*titres de recette*) on the DGFiP's own page, opened by an address with parameters (PayFiP, URL mode). The page
//! sends the browser back with a result that nothing protects: anybody can write one. It is kept for the cashier and closes
//! nothing; only the accountant's report does.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kernel::Money;
use url::{Url, form_urlencoded};

use crate::{
    domain::{
        compare::Particulars,
        creditor::Mode,
        lookups::Answer,
        terms::{Numcli, objet},
    },
    port::{self, Asking, Finding, Kind, MOST, NotStarted, Notification, Order, Provider, Started},
};

pub const KIND: Kind =
    Kind { name: "titres", least: Money::from_cents(100), most: MOST, can_be_asked: false, pays_titles: true };

/// The longest address the page takes for the return.
const LONGEST_ADDRESS: usize = 250;
/// Of what a browser brings back, what is kept.
const LONGEST_CLAIM: usize = 1_000;

/// How long a payer who did not pay is led back there.
const OPENS_WITHIN: SignedDuration = SignedDuration::from_mins(15);

/// How the page is told that a payment is real. Read from how others use it; the DGFiP's table is not public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
pub enum Entry {
    /// The references come from the payer's account.
    #[default]
    A,
    /// The payer typed them.
    M,
}

/// The `[payment.providers.titres]` section.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// `https://www.payfip.gouv.fr/tpa/paiement.web`
    pub page: Url,
    /// `saisie` of a real payment.
    #[serde(default)]
    pub entry: Entry,
    /// Days that the accountant's report may take to confirm what a payer's browser said.
    #[serde(default = "ten_days")]
    pub report_days: i64,
}

const fn ten_days() -> i64 {
    10
}

impl port::Section for Section {
    fn faults(&self) -> Vec<String> {
        let is_right = (1..=60).contains(&self.report_days);
        if is_right { Vec::new() } else { vec!["report_days must be 1 to 60".to_owned()] }
    }

    fn creditor_fault(&self, number: &str) -> Option<String> {
        number.parse::<Numcli>().err().map(|_| "number must be 6 digits".to_owned())
    }

    fn page(&self) -> &Url {
        &self.page
    }

    fn open(&self, _http: &reqwest::Client) -> Result<Arc<dyn Provider>, String> {
        Ok(Arc::new(Titres { endpoint: self.clone() }))
    }
}

pub struct Titres {
    endpoint: Section,
}

impl Titres {
    fn address(&self, order: &Order) -> Result<Started, NotStarted> {
        let refused = |why: &str| NotStarted::Refused(why.to_owned());
        let numcli: Numcli = order.creditor.parse().map_err(|_| refused("the creditor's number is not 6 digits"))?;
        if order.back.len() > LONGEST_ADDRESS {
            return Err(refused("the address to come back to is longer than the page takes"));
        }
        let mode = self.mode_name(order.mode).ok_or_else(|| refused("no such mode"))?;
        let mut url = self.endpoint.page.clone();
        url.query_pairs_mut()
            .append_pair("numcli", numcli.as_str())
            .append_pair("exer", order.exercice.as_str())
            .append_pair("refdet", order.refdet.as_str())
            .append_pair("objet", &objet(&order.label))
            .append_pair("montant", &order.amount.cents().to_string())
            .append_pair("mel", order.email.as_str())
            .append_pair("urlcl", &order.back)
            .append_pair("saisie", mode);
        // The page names no attempt: ours is the creditor, the day and the number of the day.
        let reference = format!("{numcli}-{}-{}", order.at.strftime("%Y%m%d"), order.rank);
        Ok(Started::Redirect { reference, url: url.into() })
    }
}

/// What a browser brings back.
fn claimed(fields: &[(String, String)]) -> Option<Finding> {
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let answer = match field("resultrans")? {
        "P" => Answer::Paid,
        "V" => Answer::DebitAccepted,
        "A" => Answer::Abandoned,
        "R" | "Z" => Answer::Refused,
        _ => Answer::NotUnderstood,
    };
    let text = |name| field(name).map(str::to_owned);
    let told = Particulars {
        reference: None,
        creditor: text("numcli"),
        refdet: text("refdet"),
        amount: field("montant").and_then(|cents| cents.parse().ok()).map(Money::from_cents),
        mode: text("saisie"),
    };
    let raw = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let raw = raw.chars().take(LONGEST_CLAIM).collect();
    Some(Finding { answer, told, ended_at: None, authorisation: None, raw })
}

impl Provider for Titres {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn mode_name(&self, mode: Mode) -> Option<&'static str> {
        Some(match (mode, self.endpoint.entry) {
            (Mode::Test, _) => "T",
            (Mode::Activation, _) => "X",
            (Mode::Production, Entry::A) => "A",
            (Mode::Production, Entry::M) => "M",
        })
    }

    fn start<'a>(&'a self, order: &'a Order) -> Asking<'a, Result<Started, NotStarted>> {
        Box::pin(async move { self.address(order) })
    }

    /// The same order makes the same address: a refused card may be followed by another.
    fn again(&self, order: &Order, _reference: &str, now: Timestamp) -> Option<Started> {
        self.address(order).ok().filter(|_| now.duration_since(order.at) < OPENS_WITHIN)
    }

    fn on_notification(&self, fields: &[(String, String)]) -> Notification {
        claimed(fields).map_or(Notification::Unusable, Notification::Claimed)
    }

    fn poll<'a>(&'a self, _reference: &'a str) -> Asking<'a, Option<Finding>> {
        Box::pin(async { None })
    }

    fn check<'a>(&'a self, creditor: &'a str) -> Asking<'a, Result<String, NotStarted>> {
        Box::pin(async move {
            let wrong = |_| NotStarted::Refused("the creditor's number is not 6 digits".to_owned());
            creditor.parse::<Numcli>().map(|numcli| numcli.to_string()).map_err(wrong)
        })
    }

    fn reports_within(&self) -> Option<SignedDuration> {
        Some(SignedDuration::from_hours(24 * self.endpoint.report_days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titres(entry: Entry) -> Titres {
        let page = "https://payfip.example/tpa/paiement.web".parse().unwrap();
        Titres { endpoint: Section { page, entry, report_days: 10 } }
    }

    fn order() -> Order {
        Order {
            creditor: "006382".to_owned(),
            mode: Mode::Production,
            amount: Money::from_cents(2400),
            refdet: "999900000000999999".parse().unwrap(),
            exercice: "2026".parse().unwrap(),
            label: "Séjour à l’hôpital".to_owned(),
            email: "camille+facture@exemple.test".parse().unwrap(),
            notify: "https://portal.example/payments/notifications/titres".to_owned(),
            back: "https://portal.example/payments/1/back".to_owned(),
            at: "2026-12-01T23:30:00Z".parse().unwrap(),
            rank: 7,
        }
    }

    #[test]
    fn the_address_says_all_that_the_page_asks() {
        for (mode, entry, saisie) in [
            (Mode::Production, Entry::A, "A"),
            (Mode::Production, Entry::M, "M"),
            (Mode::Test, Entry::A, "T"),
            (Mode::Activation, Entry::M, "X"),
        ] {
            let started = titres(entry).address(&Order { mode, ..order() }).unwrap();
            let Started::Redirect { reference, url } = started else { panic!("a form") };
            assert_eq!(reference, "006382-20261201-7");
            let asked = "numcli=006382&exer=2026&refdet=999900000000999999&objet=sejour+a+l+hopital&montant=2400\
                &mel=camille%2Bfacture%40exemple.test&urlcl=https%3A%2F%2Fportal.example%2Fpayments%2F1%2Fback";
            assert_eq!(url, format!("https://payfip.example/tpa/paiement.web?{asked}&saisie={saisie}"));
        }
    }

    #[test]
    fn what_the_page_would_refuse_does_not_leave() {
        for wrong in [
            Order { creditor: "6382".to_owned(), ..order() },
            Order { back: format!("https://portal.example/{}", "a".repeat(250)), ..order() },
        ] {
            assert!(matches!(titres(Entry::A).address(&wrong), Err(NotStarted::Refused(_))));
        }
    }

    #[test]
    fn what_comes_back_is_a_claim_and_nothing_more() {
        let note = "x".repeat(2_000);
        for (letter, answer) in [
            ("P", Answer::Paid),
            ("V", Answer::DebitAccepted),
            ("A", Answer::Abandoned),
            ("R", Answer::Refused),
            ("Z", Answer::Refused),
            ("W", Answer::NotUnderstood),
        ] {
            let fields = [("numcli", "006382"), ("refdet", "999900000000999999"), ("montant", "2400"), ("saisie", "A")];
            let fields = fields.into_iter().chain([("resultrans", letter), ("note", note.as_str())]);
            let fields: Vec<_> = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let Notification::Claimed(finding) = titres(Entry::A).on_notification(&fields) else { panic!("{letter}") };
            assert_eq!((finding.answer, finding.told.amount), (answer, Some(Money::from_cents(2400))));
            assert_eq!(finding.raw.len(), LONGEST_CLAIM);
        }
        assert_eq!(titres(Entry::A).on_notification(&[]), Notification::Unusable);
    }
}
