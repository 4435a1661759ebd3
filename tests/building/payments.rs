//! Payments between the house and whoever takes the money, over HTTP, when things go wrong there: what is lost, repeated,
//! late, forged, out of order, down, slow or a lie. Whatever happens, only the provider's own answer closes an invoice.

use std::time::Duration;

use jiff::SignedDuration;
use kernel::{InvoiceId, Money, PaymentAttemptId, VisitId, World};
use payment::{
    AskedBy, Attempt, Failure, Name, NotBegun, Wish,
    domain::{
        Refusal,
        announce::{Announcement, Kind, Person, Standing},
        attempt::State,
        invoice::State as Invoice,
    },
    port::{NotStarted, Started},
};
use reqwest::{Client, StatusCode};
use scraper::{Html, Selector};
use simulators::{payfip, vads};
use storage::idempotency::Key;

use crate::{
    app::{On, TestApp},
    paid::taken,
};

/// A hospital's cash desk, on one database.
struct Till {
    app: TestApp,
    http: Client,
    count: std::cell::Cell<u32>,
}

/// A form of a page: where it goes, and its hidden fields.
fn form(page: &str) -> (String, Vec<(String, String)>) {
    let html = Html::parse_document(page);
    let form = html.select(&Selector::parse("form").unwrap()).next().unwrap_or_else(|| panic!("no form: {page}"));
    let hidden = Selector::parse("input[type=hidden]").unwrap();
    let text = |input: scraper::ElementRef<'_>, name: &str| input.value().attr(name).unwrap_or_default().to_owned();
    let fields = form.select(&hidden).map(|input| (text(input, "name"), text(input, "value"))).collect();
    (form.value().attr("action").unwrap().to_owned(), fields)
}

impl Till {
    async fn on(on: On) -> Self {
        let app = TestApp::start(on).await;
        let http = server::client::http(None).unwrap();
        Self { app, http, count: std::cell::Cell::new(0) }
    }

    /// An invoice of 24 euros.
    async fn invoice(&self, creditor: &str) -> InvoiceId {
        self.count.set(self.count.get() + 1);
        match self.hear(creditor, Standing::Payable).await {
            payment::Heard::Added(id) => id,
            other => panic!("{other:?}"),
        }
    }

    /// What the hospital says of the latest invoice.
    async fn hear(&self, creditor: &str, standing: Standing) -> payment::Heard {
        let number = self.count.get();
        let establishments = self.app.building.db.read::<_, storage::StorageError, _>(identity::read::establishments);
        let establishment = establishments.await.unwrap().first().unwrap().id;
        let name = Name { establishment, source: "gam".to_owned(), number: format!("2026-{number}") };
        let said = Announcement {
            person: Person {
                ipp: "8000042".to_owned(),
                birth_family: "EXEMPLE".to_owned(),
                given: "Camille".to_owned(),
                birth_date: "1962-11-05".to_owned(),
                sex: "F".to_owned(),
            },
            visit_number: None,
            kind: Kind::Regie,
            creditor: creditor.to_owned(),
            exercice: "2026".parse().unwrap(),
            refdet: format!("FACT2026{number:06}").parse().unwrap(),
            label: "Consultation de cardiologie n° 7 (l'été)".to_owned(),
            amount: Money::from_cents(2400),
            issued_on: "2026-11-20".parse().unwrap(),
            due_on: None,
            standing,
            confidential: false,
        };
        self.app.building.payments().hear(name, said).await.unwrap()
    }

    async fn wish(&self, invoice: InvoiceId) -> Wish {
        let payments = self.app.building.payments();
        let known = payments.invoice(invoice).await.unwrap().unwrap();
        let (_, creditor) = payments.creditor(known.establishment, &known.creditor).await.unwrap().unwrap();
        let visit: VisitId = "01900000-0000-7000-8000-000000000001".parse().unwrap();
        Wish {
            invoices: vec![(invoice, None)],
            creditor,
            email: "camille@exemple.test".parse().unwrap(),
            patient: None,
            visit,
        }
    }

    async fn start(&self, invoice: InvoiceId) -> Result<(PaymentAttemptId, Started), NotBegun> {
        let wish = self.wish(invoice).await;
        let key = Key { scope: wish.visit.uuid(), key: World::system().secret(), request: [0; 32] };
        let begun = self.app.building.payments().start(key, wish).await?;
        Ok((begun.id, begun.started.expect("nothing like it was asked before")))
    }

    async fn page(&self, started: &Started) -> String {
        let sent = match started {
            Started::Redirect { url, .. } => self.http.get(url).send().await,
            Started::Form { url, fields, .. } => self.http.post(url).form(fields).send().await,
        };
        sent.unwrap().text().await.unwrap()
    }

    async fn choose(&self, page: &str, choice: &str) -> String {
        let (action, mut fields) = form(page);
        fields.push(("choice".to_owned(), choice.to_owned()));
        let host =
            if action.starts_with("/tpa/") { self.app.partners.payfip.addr } else { self.app.partners.vads.addr };
        self.http.post(format!("http://{host}{action}")).form(&fields).send().await.unwrap().text().await.unwrap()
    }

    /// The payer goes there and ends it in this way; the page that says so.
    async fn pay(&self, started: &Started, choice: &str) -> String {
        let page = self.page(started).await;
        self.choose(&page, choice).await
    }

    /// Until the house has answered to so many notifications of PayFiP's latest operation.
    async fn heard(&self, times: usize) {
        for _ in 0..400 {
            if self.app.partners.payfip.operations().first().is_some_and(|latest| latest.notified.len() >= times) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("no notification came: {:?}", self.app.partners.payfip.operations().first());
    }

    /// The same of the bank; what the house answered.
    async fn bank_heard(&self, times: usize) -> Vec<String> {
        for _ in 0..400 {
            match self.app.partners.vads.transactions().first() {
                Some(latest) if latest.notified.len() >= times => return latest.notified.clone(),
                _ => tokio::time::sleep(Duration::from_millis(25)).await,
            }
        }
        panic!("no notification came: {:?}", self.app.partners.vads.transactions().first());
    }

    async fn attempt(&self, id: PaymentAttemptId) -> Attempt {
        self.app.building.payments().attempt(id).await.unwrap().unwrap()
    }

    async fn stands(&self, invoice: InvoiceId) -> (Invoice, i64) {
        let account = self.app.building.payments().invoice(invoice).await.unwrap().unwrap().account;
        (account.state, account.received.cents())
    }

    /// The clock goes on, and what is due is asked about.
    async fn after(&self, minutes: i64) {
        self.app.clock.advance(SignedDuration::from_mins(minutes));
        self.app.building.payments().round().await.unwrap();
    }

    fn misbehave(&self, faults: payfip::Faults) {
        self.app.partners.payfip.misbehave(faults);
    }
}

fn silent() -> payfip::Faults {
    payfip::Faults { no_notification: true, ..payfip::Faults::default() }
}

const PAID: (Invoice, i64) = (Invoice::Paid, 2400);
const PAYABLE: (Invoice, i64) = (Invoice::Payable, 0);

#[actix_web::test]
async fn what_the_payer_did_is_known_by_its_notification() {
    for on in On::all() {
        let till = Till::on(on).await;
        for (choice, attempt, invoice) in [
            ("pay", State::Paid, PAID),
            ("debit", State::DebitAccepted, PAID),
            ("refused-by-bank", State::Refused, PAYABLE),
            ("refused-debit", State::Refused, PAYABLE),
            ("leave-page", State::Redirected, (Invoice::Paying, 0)),
        ] {
            let due = till.invoice("consultations").await;
            let (id, started) = till.start(due).await.unwrap();
            till.pay(&started, choice).await;
            if choice != "leave-page" {
                till.heard(1).await;
            }
            assert_eq!((till.attempt(id).await.state, till.stands(due).await), (attempt, invoice), "{choice}");
            let asked = till.app.building.payments().lookups_of(id).await.unwrap();
            assert!(asked.iter().all(|one| one.asked_by == AskedBy::Notification), "{choice}");
        }
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn a_notification_that_never_comes_is_not_missed() {
    for on in On::all() {
        let till = Till::on(on).await;
        till.misbehave(silent());
        let due = till.invoice("consultations").await;
        let (id, started) = till.start(due).await.unwrap();
        till.pay(&started, "pay").await;
        assert_eq!(till.stands(due).await, (Invoice::Paying, 0));
        till.after(2).await;
        assert_eq!((till.attempt(id).await.state, till.stands(due).await), (State::Paid, PAID));
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn a_payer_who_comes_back_is_enough() {
    for on in On::all() {
        let till = Till::on(on).await;
        for by_post in [false, true] {
            till.misbehave(payfip::Faults { returned_by_post: by_post, ..silent() });
            let due = till.invoice("consultations").await;
            let (id, started) = till.start(due).await.unwrap();
            let done = till.pay(&started, "pay").await;
            let back = if by_post {
                let (action, fields) = form(&done);
                till.http.post(action).form(&fields).send().await.unwrap()
            } else {
                let html = Html::parse_document(&done);
                let link = html.select(&Selector::parse("a.button").unwrap()).next().unwrap();
                till.http.get(link.value().attr("href").unwrap()).send().await.unwrap()
            };
            assert_eq!(back.status(), StatusCode::SEE_OTHER);
            assert_eq!(back.headers()["location"], format!("/payments/{id}"));
            assert_eq!(till.stands(due).await, PAID, "by post: {by_post}");
        }
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn notifications_twice_early_late_and_of_nobody() {
    for on in On::all() {
        let till = Till::on(on).await;
        let twice = payfip::Faults { notified_twice: true, notified_as_id_op: true, ..Default::default() };
        till.misbehave(twice);
        let due = till.invoice("consultations").await;
        let (_, started) = till.start(due).await.unwrap();
        till.pay(&started, "pay").await;
        till.heard(2).await;
        assert_eq!(till.stands(due).await, PAID, "counted once");

        // The notification comes before the result.
        till.misbehave(payfip::Faults { result_after_s: 240, ..Default::default() });
        let due = till.invoice("consultations").await;
        let (id, started) = till.start(due).await.unwrap();
        till.pay(&started, "pay").await;
        till.heard(1).await;
        assert_eq!((till.attempt(id).await.state, till.stands(due).await), (State::Redirected, (Invoice::Paying, 0)));
        till.after(5).await;
        assert_eq!(till.stands(due).await, PAID);

        // Somebody makes one up.
        till.misbehave(silent());
        let due = till.invoice("consultations").await;
        let (id, started) = till.start(due).await.unwrap();
        let door = format!("{}/payments/notifications/payfip", till.app.base);
        let made_up = [("idop", "cc0cb210-1cd4-11ea-8cca-0213ad91a103"), ("resultrans", "P")];
        assert_eq!(till.http.post(&door).form(&made_up).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        let forged = [("idop", started.reference()), ("resultrans", "P"), ("montant", "2400")];
        assert_eq!(till.http.post(&door).form(&forged).send().await.unwrap().status(), StatusCode::OK);
        assert_eq!((till.attempt(id).await.state, till.stands(due).await), (State::Redirected, (Invoice::Paying, 0)));
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn who_gives_up_may_think_again() {
    for on in On::all() {
        let till = Till::on(on).await;
        let due = till.invoice("consultations").await;
        let (id, started) = till.start(due).await.unwrap();
        let done = till.pay(&started, "abandon").await;
        till.heard(1).await;
        assert_eq!(till.attempt(id).await.state, State::Redirected, "not yet over");
        let html = Html::parse_document(&done);
        let resume = html.select(&Selector::parse("button[value=resume]").unwrap()).next();
        assert!(resume.is_some(), "{done}");
        let page = till.choose(&done, "resume").await;
        till.app.clock.advance(SignedDuration::from_secs(30));
        till.choose(&page, "pay").await;
        till.heard(2).await;
        assert_eq!(till.stands(due).await, PAID);

        let due = till.invoice("consultations").await;
        let (id, started) = till.start(due).await.unwrap();
        till.pay(&started, "abandon").await;
        till.heard(1).await;
        till.after(5).await;
        assert_eq!((till.attempt(id).await.state, till.stands(due).await), (State::Abandoned, PAYABLE));
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn a_lie_closes_nothing() {
    use payfip::Faults;
    for on in On::all() {
        let till = Till::on(on).await;
        let lies: [(Faults, &str); 5] = [
            (Faults { other_amount: true, ..silent() }, "amount"),
            (Faults { other_refdet: true, ..silent() }, "refdet"),
            (Faults { other_creditor: true, ..silent() }, "creditor"),
            (Faults { other_mode: true, ..silent() }, "mode"),
            (Faults { other_operation: true, ..silent() }, "reference"),
        ];
        for (lie, difference) in lies {
            let due = till.invoice("consultations").await;
            till.misbehave(silent());
            let (id, started) = till.start(due).await.unwrap();
            till.pay(&started, "pay").await;
            till.misbehave(lie);
            till.after(2).await;
            let attempt = till.attempt(id).await;
            assert_eq!((attempt.state, attempt.differences), (State::Paid, vec![difference.to_owned()]));
            assert_eq!(till.stands(due).await, (Invoice::Disputed, 0), "{difference}");
        }
        // A result that nobody knows is neither money nor a refusal; a truncated year and a missing time are no lies.
        let due = till.invoice("consultations").await;
        till.misbehave(silent());
        let (id, started) = till.start(due).await.unwrap();
        till.pay(&started, "pay").await;
        till.misbehave(Faults { unknown_letter: true, ..silent() });
        till.after(2).await;
        assert_eq!(till.attempt(id).await.state, State::Redirected);
        till.misbehave(Faults { short_exercice: true, no_time: true, ..silent() });
        till.after(5).await;
        assert_eq!((till.attempt(id).await.state, till.stands(due).await), (State::Paid, PAID));
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn down_for_hours_while_somebody_pays() {
    use payfip::Faults;
    for on in On::all() {
        let till = Till::on(on).await;
        let due = till.invoice("consultations").await;
        for fault in [
            Faults { down: true, ..silent() },
            Faults { unavailable: true, ..silent() },
            Faults { dysfunction: true, ..silent() },
            Faults { garbage: true, ..silent() },
            Faults { huge: true, ..silent() },
        ] {
            till.misbehave(fault);
            let refused = till.start(due).await;
            assert!(matches!(refused, Err(NotBegun::Provider(NotStarted::Unavailable(_)))), "{refused:?}");
            assert_eq!(till.stands(due).await, PAYABLE, "nobody is kept from trying again");
        }
        till.misbehave(silent());
        let (id, started) = till.start(due).await.unwrap();
        till.pay(&started, "pay").await;
        till.misbehave(Faults { down: true, ..silent() });
        for _ in 0..10 {
            till.after(61).await;
            assert_eq!(till.attempt(id).await.state, State::Redirected, "silence is no result");
        }
        till.misbehave(silent());
        till.after(61).await;
        assert_eq!((till.attempt(id).await.state, till.stands(due).await), (State::Paid, PAID));
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn slow_while_another_tab_wants_to_pay() {
    for on in On::all() {
        let till = Till::on(on).await;
        let due = till.invoice("consultations").await;
        till.misbehave(payfip::Faults { slow_ms: 1500, ..silent() });
        let (one, two) = tokio::join!(till.start(due), till.start(due));
        let (lost, won): (Vec<_>, Vec<_>) = [one, two].into_iter().partition(Result::is_err);
        assert_eq!((lost.len(), won.len()), (1, 1));
        let under_way = |lost: &Result<_, NotBegun>| {
            matches!(lost, Err(NotBegun::Failed(Failure::Refused(Refusal::PaymentUnderWay))))
        };
        assert!(lost.iter().all(under_way), "{lost:?}");
        assert_eq!(till.app.partners.payfip.operations().len(), 1, "the other was never asked for");
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn killed_or_cut_off_at_each_step_of_a_start() {
    for on in On::all() {
        let till = Till::on(on).await;
        let due = till.invoice("consultations").await;
        // The answer is lost on its way: the operation exists there, and nobody has its name.
        till.misbehave(payfip::Faults { lost_answer: true, ..silent() });
        let lost = till.start(due).await;
        assert!(matches!(lost, Err(NotBegun::Provider(NotStarted::Unavailable(_)))), "{lost:?}");
        assert_eq!((till.app.partners.payfip.operations().len(), till.stands(due).await), (1, PAYABLE));

        // Killed while the provider thinks: written down, never sent.
        till.misbehave(payfip::Faults { slow_ms: 12_000, ..silent() });
        let killed = tokio::time::timeout(Duration::from_secs(3), till.start(due)).await;
        assert!(killed.is_err());
        assert_eq!(till.stands(due).await, (Invoice::Paying, 0));
        till.misbehave(silent());
        till.after(3).await;
        let attempts = till.app.building.payments().attempts_of(due).await.unwrap();
        assert_eq!(attempts.iter().map(|one| one.state).collect::<Vec<_>>(), [State::Failed, State::Failed]);
        assert_eq!(till.stands(due).await, PAYABLE);

        // Killed while the result is asked for: somebody else asks, two minutes later.
        let (id, started) = till.start(due).await.unwrap();
        till.pay(&started, "pay").await;
        till.misbehave(payfip::Faults { slow_ms: 12_000, ..silent() });
        till.app.clock.advance(SignedDuration::from_mins(2));
        let killed = tokio::time::timeout(Duration::from_secs(3), till.app.building.payments().round()).await;
        assert!(killed.is_err());
        till.misbehave(silent());
        assert_eq!(till.app.building.payments().round().await.unwrap(), 0, "left to whoever took it");
        till.after(2).await;
        assert_eq!((till.attempt(id).await.state, till.stands(due).await), (State::Paid, PAID));
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn what_the_provider_forgot_overnight() {
    for on in On::all() {
        let till = Till::on(on).await;
        till.misbehave(silent());
        let due = till.invoice("consultations").await;
        let (id, _) = till.start(due).await.unwrap();
        till.misbehave(payfip::Faults { unknown_too_early: true, ..silent() });
        till.after(2).await;
        assert_eq!(till.attempt(id).await.state, State::Redirected, "too early to be forgotten");
        till.misbehave(silent());
        till.after(24 * 60).await;
        assert_eq!((till.attempt(id).await.state, till.stands(due).await), (State::Expired, PAYABLE));
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn late_money_after_a_second_payment_is_given_back() {
    for on in On::all() {
        let till = Till::on(on).await;
        till.misbehave(payfip::Faults { result_after_s: 4 * 3600, ..silent() });
        let due = till.invoice("consultations").await;
        let (first, started) = till.start(due).await.unwrap();
        till.pay(&started, "pay").await;
        till.after(125).await;
        assert_eq!((till.attempt(first).await.state, till.stands(due).await), (State::Expired, PAYABLE));
        till.misbehave(silent());
        let (second, started) = till.start(due).await.unwrap();
        till.pay(&started, "pay").await;
        till.after(2).await;
        assert_eq!((till.attempt(second).await.state, till.stands(due).await), (State::Paid, PAID));
        till.after(4 * 60).await;
        assert_eq!((till.attempt(first).await.state, till.stands(due).await), (State::Paid, (Invoice::Overpaid, 4800)));
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn the_bank_tells_and_is_believed_by_its_signature_alone() {
    use vads::Faults;
    for on in On::all() {
        let till = Till::on(on).await;
        for (faults, heard, attempt, invoice) in [
            (Faults { notified_twice: true, ..Faults::default() }, "HTTP 200", State::Paid, PAID),
            (Faults { older_after: true, ..Faults::default() }, "HTTP 200", State::Paid, PAID),
            (Faults { other_amount: true, ..Faults::default() }, "HTTP 200", State::Paid, (Invoice::Disputed, 0)),
            (Faults { other_currency: true, ..Faults::default() }, "HTTP 200", State::Paid, (Invoice::Disputed, 0)),
            (Faults { other_order: true, ..Faults::default() }, "HTTP 200", State::Paid, (Invoice::Disputed, 0)),
            (Faults { unsigned: true, ..Faults::default() }, "HTTP 404", State::Redirected, (Invoice::Paying, 0)),
            (Faults { forged: true, ..Faults::default() }, "HTTP 404", State::Redirected, (Invoice::Paying, 0)),
            (Faults { tampered: true, ..Faults::default() }, "HTTP 404", State::Redirected, (Invoice::Paying, 0)),
            (Faults { unknown_status: true, ..Faults::default() }, "HTTP 200", State::Redirected, (Invoice::Paying, 0)),
            (Faults { credit: true, ..Faults::default() }, "HTTP 200", State::Redirected, (Invoice::Paying, 0)),
        ] {
            let times = if faults.notified_twice || faults.older_after { 2 } else { 1 };
            till.app.partners.vads.misbehave(faults.clone());
            let due = till.invoice("services").await;
            let (id, started) = till.start(due).await.unwrap();
            till.pay(&started, "pay").await;
            let answers = till.bank_heard(times).await;
            assert!(answers.iter().all(|answer| answer == heard), "{faults:?}: {answers:?}");
            let stands = (till.attempt(id).await.state, till.stands(due).await);
            assert_eq!(stands, (attempt, invoice), "{faults:?}");
        }
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn a_refused_card_then_another_and_a_signed_return() {
    for on in On::all() {
        let till = Till::on(on).await;
        let due = till.invoice("services").await;
        let (id, started) = till.start(due).await.unwrap();
        till.pay(&started, "abandon").await;
        till.bank_heard(1).await;
        assert_eq!(
            (till.attempt(id).await.state, till.stands(due).await),
            (State::Abandoned, PAYABLE),
            "its last word"
        );

        let (id, started) = till.start(due).await.unwrap();
        let done = till.pay(&started, "refused-by-bank").await;
        till.bank_heard(1).await;
        assert_eq!((till.attempt(id).await.state, till.stands(due).await), (State::Refused, PAYABLE));
        let retry = Html::parse_document(&done);
        let retry = retry.select(&Selector::parse("form").unwrap()).next_back().unwrap().html();
        let page = till.choose(&retry, "retry").await;
        till.choose(&page, "pay").await;
        till.bank_heard(2).await;
        assert_eq!((till.attempt(id).await.state, till.stands(due).await), (State::Paid, PAID));

        let silent = vads::Faults { no_notification: true, ..Default::default() };
        till.app.partners.vads.misbehave(silent);
        let due = till.invoice("services").await;
        let (id, started) = till.start(due).await.unwrap();
        let (action, fields) = form(&till.pay(&started, "pay").await);
        let back = till.http.post(action).form(&fields).send().await.unwrap();
        assert_eq!(back.headers()["location"], format!("/payments/{id}"));
        assert_eq!(till.stands(due).await, PAID, "a signed return is an answer");
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn the_hospital_changes_its_mind_while_somebody_pays() {
    for on in On::all() {
        let till = Till::on(on).await;
        let mut paid = 0;
        for (standing, choice, expected) in [
            (Standing::Titled, "pay", (Invoice::Disputed, 2400)),
            (Standing::Titled, "refused-by-bank", (Invoice::Titled, 0)),
            (Standing::Cancelled, "pay", (Invoice::Overpaid, 2400)),
            (Standing::Cancelled, "refused-by-bank", (Invoice::Cancelled, 0)),
            (Standing::SettledElsewhere, "refused-by-bank", (Invoice::SettledElsewhere, 0)),
        ] {
            for creditor in ["consultations", "services"] {
                let due = till.invoice(creditor).await;
                let (_, started) = till.start(due).await.unwrap();
                assert_eq!(till.hear(creditor, standing).await, payment::Heard::Held(due));
                assert_eq!(till.stands(due).await, (Invoice::Paying, 0), "the payer is not interrupted");
                till.pay(&started, choice).await;
                match creditor {
                    "services" => drop(till.bank_heard(1).await),
                    _ => till.heard(1).await,
                }
                assert_eq!(till.stands(due).await, expected, "{standing:?} while somebody does {choice} at {creditor}");
                assert!(till.start(due).await.is_err(), "nobody else pays it");
                paid += usize::from(choice == "pay");
            }
        }
        till.app.deliver().await;
        let told = taken(&till.app.partners.sih.partner);
        assert_eq!(told.len(), paid, "the hospital hears of money, and of nothing else");
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn an_invoice_is_free_for_another_payer_only_after_a_fresh_answer() {
    use payfip::Faults;
    for on in On::all() {
        let till = Till::on(on).await;
        till.misbehave(silent());
        let due = till.invoice("consultations").await;
        let (first, left) = till.start(due).await.unwrap();
        till.pay(&left, "refused-by-bank").await;
        till.app.clock.advance(SignedDuration::from_mins(19));
        assert!(under_way(&till.start(due).await), "too young to be asked about");
        till.app.clock.advance(SignedDuration::from_mins(1));
        // Nobody knows whether it was paid: a second payment could be one too many.
        for unclear in [Faults { down: true, ..silent() }, Faults { unknown_letter: true, ..silent() }] {
            till.misbehave(unclear.clone());
            assert!(under_way(&till.start(due).await), "{unclear:?}");
            let stands = (till.attempt(first).await.state, till.stands(due).await);
            assert_eq!(stands, (State::Redirected, (Invoice::Paying, 0)), "{unclear:?}");
        }
        till.misbehave(silent());
        let (second, started) = till.start(due).await.unwrap();
        assert_eq!(till.attempt(first).await.state, State::Refused);
        till.pay(&started, "pay").await;
        till.after(2).await;
        assert_eq!((till.attempt(second).await.state, till.stands(due).await), (State::Paid, PAID));

        // A payer who never got to the provider's page keeps it from nobody either.
        let due = till.invoice("consultations").await;
        let (first, _) = till.start(due).await.unwrap();
        till.app.clock.advance(SignedDuration::from_mins(20));
        assert!(till.start(due).await.is_ok());
        assert_eq!(till.attempt(first).await.state, State::Expired);
        till.app.deliver().await;
        till.app.stop().await;
    }
}

fn under_way<T>(result: &Result<T, NotBegun>) -> bool {
    matches!(result, Err(NotBegun::Failed(Failure::Refused(Refusal::PaymentUnderWay))))
}

/// How many payments wait for a person.
async fn to_review(till: &Till) -> i64 {
    till.app.building.db.read(payment::read::to_review).await.unwrap().attempts
}

#[actix_web::test]
async fn the_bank_tells_nothing_for_hours_while_somebody_pays() {
    for on in On::all() {
        let till = Till::on(on).await;
        till.app.partners.vads.misbehave(vads::Faults { no_notification: true, ..Default::default() });
        let due = till.invoice("services").await;
        let (first, started) = till.start(due).await.unwrap();
        // Paid, and the browser is closed before it comes back.
        let result = form(&till.pay(&started, "pay").await).1;
        for minutes in [20, 40, 59] {
            till.after(minutes).await;
            assert!(under_way(&till.start(due).await), "nobody said how it ended: another payment may be one too many");
            assert_eq!(to_review(&till).await, 0);
        }
        till.after(10).await;
        assert_eq!((till.attempt(first).await.state, till.stands(due).await), (State::Expired, PAYABLE));
        assert_eq!(to_review(&till).await, 1, "a person asks the bank");
        till.after(600).await;
        let (second, started) = till.start(due).await.unwrap();
        assert_eq!(till.attempt(second).await.state, State::Redirected);
        till.app.partners.vads.misbehave(vads::Faults::default());
        till.pay(&started, "pay").await;
        till.bank_heard(1).await;
        assert_eq!(till.stands(due).await, PAID);
        // The bank tells of the first one hours later.
        let notified = format!("{}/payments/notifications/vads", till.app.base);
        let answer = till.http.post(notified).form(&result).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!((till.attempt(first).await.state, till.stands(due).await), (State::Paid, (Invoice::Overpaid, 4800)));
        assert_eq!(to_review(&till).await, 0, "the bank said it");
        till.app.deliver().await;
        assert_eq!(taken(&till.app.partners.sih.partner).len(), 2, "each is told once");
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn what_the_bank_looks_at_first_is_free_for_nobody() {
    for on in On::all() {
        let till = Till::on(on).await;
        for (choice, expected) in [("pay", (State::Paid, PAID)), ("abandon", (State::Abandoned, PAYABLE))] {
            let due = till.invoice("services").await;
            let (id, started) = till.start(due).await.unwrap();
            let done = till.pay(&started, "review").await;
            till.bank_heard(1).await;
            let known = till.attempt(id).await;
            assert_eq!(till.app.building.payments().way_on(&known).await.unwrap(), None, "the payer was there");
            for minutes in [20, 100, 600, 3 * 24 * 60] {
                assert_eq!(to_review(&till).await, i64::from(minutes > 100), "after two hours a person asks the bank");
                till.after(minutes).await;
                assert!(under_way(&till.start(due).await), "{minutes}");
                let stands = (till.attempt(id).await.state, till.stands(due).await);
                assert_eq!(stands, (State::Redirected, (Invoice::Paying, 0)), "{minutes}");
            }
            let retry = Html::parse_document(&done);
            let retry = retry.select(&Selector::parse("form").unwrap()).next_back().unwrap().html();
            let page = till.choose(&retry, "retry").await;
            till.choose(&page, choice).await;
            till.bank_heard(2).await;
            assert_eq!((till.attempt(id).await.state, till.stands(due).await), expected);
            assert_eq!(to_review(&till).await, 0);
        }
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn the_banks_page_is_down_and_the_payer_comes_back_for_it() {
    for on in On::all() {
        let till = Till::on(on).await;
        till.app.partners.vads.misbehave(vads::Faults { down: true, ..Default::default() });
        let due = till.invoice("services").await;
        let (id, started) = till.start(due).await.unwrap();
        let Started::Form { url, fields, .. } = &started else { panic!("no form") };
        let shown = till.http.post(url).form(fields).send().await.unwrap();
        assert_eq!(shown.status(), StatusCode::SERVICE_UNAVAILABLE);
        till.after(90).await;
        till.app.partners.vads.misbehave(vads::Faults::default());
        let again = till.app.building.payments().way_on(&till.attempt(id).await).await.unwrap();
        assert_eq!(again.as_ref(), Some(&started), "the same form: the bank takes its number once");
        till.pay(&started, "pay").await;
        till.bank_heard(1).await;
        assert_eq!((till.attempt(id).await.state, till.stands(due).await), (State::Paid, PAID));
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn what_the_bank_said_and_nobody_understood_stays_until_a_cashier_saw_to_it() {
    for on in On::all() {
        let till = Till::on(on).await;
        till.app.partners.vads.misbehave(vads::Faults { unknown_status: true, ..Default::default() });
        let due = till.invoice("services").await;
        let (id, started) = till.start(due).await.unwrap();
        till.pay(&started, "pay").await;
        till.bank_heard(1).await;
        for minutes in [130, 24 * 60, 8 * 24 * 60] {
            till.after(minutes).await;
            assert_eq!(to_review(&till).await, 1, "{minutes}");
            let stands = (till.attempt(id).await.state, till.stands(due).await);
            assert_eq!(stands, (State::Redirected, (Invoice::Paying, 0)), "{minutes}");
        }
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn nobody_looks_for_ever_after_what_the_bank_refused() {
    for on in On::all() {
        let till = Till::on(on).await;
        let due = till.invoice("services").await;
        let (id, started) = till.start(due).await.unwrap();
        till.pay(&started, "refused-by-bank").await;
        till.bank_heard(1).await;
        assert_eq!(till.attempt(id).await.state, State::Refused);
        for _ in 0..20 {
            till.after(15).await;
        }
        assert_eq!(till.app.building.payments().round().await.unwrap(), 0);
        assert_eq!(till.attempt(id).await.look_at, None);
        till.app.deliver().await;
        till.app.stop().await;
    }
}

#[actix_web::test]
async fn everybodys_notifications_come_from_one_address_and_one_is_not_asked_about_for_ever() {
    for on in On::all() {
        let app = TestApp::start_with(on, |sources| sources.set("web.limits.writing", 5)).await;
        let till = Till { app, http: server::client::http(None).unwrap(), count: std::cell::Cell::new(0) };
        till.misbehave(silent());
        let door = format!("{}/payments/notifications/payfip", till.app.base);
        let due = till.invoice("consultations").await;
        let (id, started) = till.start(due).await.unwrap();
        let hint = [("idop", started.reference())];
        for _ in 0..200 {
            assert_eq!(till.http.post(&door).form(&hint).send().await.unwrap().status(), StatusCode::OK);
        }
        let asked = async || till.app.building.payments().lookups_of(id).await.unwrap().len();
        assert_eq!(asked().await, 1);
        till.pay(&started, "pay").await;
        till.http.post(&door).form(&hint).send().await.unwrap();
        assert_eq!(asked().await, 1, "too soon after the last one");
        till.app.clock.advance(SignedDuration::from_secs(5));
        till.app.building.payments().round().await.unwrap();
        assert_eq!((asked().await, till.stands(due).await), (2, PAID), "and not forgotten");
        till.app.deliver().await;
        till.app.stop().await;
    }
}
