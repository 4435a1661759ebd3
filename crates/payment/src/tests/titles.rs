//! Titles, whose payment nobody can be asked about, on both databases: from the address of the DGFiP's page to the
//! accountant's report.

use std::sync::Arc;

use jiff::SignedDuration;
use kernel::{EstablishmentId, EventKind, InvoiceId, Money, PaymentAttemptId, VisitId, testing::HeldClock};
use storage::{
    StorageError,
    idempotency::Key,
    outbox::{DeliveryFilter, Subscriptions, list},
    testing::TestDb,
};

use super::money::said;
use crate::{
    AskedBy, Begun, Heard, Name, NotBegun, Payments, Settings, Wish,
    domain::{
        Refusal,
        announce::{Announcement, Kind, Standing},
        attempt::State as AttemptState,
        invoice::State,
        report::Line,
    },
    failure::Failure,
    port::Started,
    read,
    reports::confirm,
    store::attempts,
};

struct House {
    here: TestDb,
    clock: Arc<HeldClock>,
    room: Payments,
    settings: Settings,
    establishment: EstablishmentId,
    visit: VisitId,
}

fn settings() -> Settings {
    let creditor = |provider| serde_json::json!({ "name": "Budget A", "provider": provider, "number": "006382", "mode": "production" });
    let settings: Settings = serde_json::from_value(serde_json::json!({
        "rhythm": [{ "until": 120, "every": 10 }, { "until": 10_080, "every": 60 }],
        "patience": { "expires_minutes": 120, "second_thoughts_minutes": 2, "reopens_minutes": 20, "known_after_minutes": 20 },
        "providers": {
            "payfip": { "service": "http://127.0.0.1:1/service", "page": "https://payfip.example/page" },
            "titres": { "page": "https://payfip.example/tpa/paiement.web" },
        },
        "creditors": { "990001000": { "titres": creditor("titres"), "regie": creditor("payfip") } },
    }))
    .unwrap();
    assert_eq!(settings.faults(), [""; 0]);
    settings
}

fn houses() -> Vec<House> {
    let (world, clock) = kernel::testing::world();
    let keyring = crate::testing::keyring(&world);
    let listening = Subscriptions::default().listen("test", &[EventKind::PaymentSettled, EventKind::PaymentToReview]);
    let house = |here: TestDb| {
        let (base, db) = ("https://portal.example", here.db.clone());
        let room = Payments::open(settings(), base, db, keyring.clone(), crate::testing::client());
        let (establishment, visit) = (world.id(), world.id());
        House { room: room.unwrap(), here, clock: clock.clone(), settings: settings(), establishment, visit }
    };
    storage::testing::databases(&world, &listening).unwrap().into_iter().map(house).collect()
}

impl House {
    async fn heard(&self, said: Announcement) -> InvoiceId {
        let name = Name { establishment: self.establishment, source: "gef".to_owned(), number: "T2026-1".to_owned() };
        match self.room.hear(name, said).await.unwrap() {
            Heard::Added(id) | Heard::Changed(id) => id,
            other => panic!("{other:?}"),
        }
    }

    async fn titled(&self) -> InvoiceId {
        self.heard(Announcement { standing: Standing::Titled, kind: Kind::Titre, ..said(2400) }).await
    }

    async fn start(&self, invoice: InvoiceId, creditor: &str) -> Result<Begun, NotBegun> {
        let creditors = &self.settings.creditors[&"990001000".parse().unwrap()];
        let wish = Wish {
            invoices: vec![(invoice, None)],
            creditor: creditors[creditor].creditor(),
            email: "camille@exemple.test".parse().unwrap(),
            patient: None,
            visit: self.visit,
        };
        let key = Key { scope: self.visit.uuid(), key: self.here.db.world().secret(), request: [0; 32] };
        self.room.start(key, wish).await
    }

    /// What a browser brings back, as the page would write it, with these changes.
    async fn comes_back(&self, id: PaymentAttemptId, odd: &[(&str, &str)]) {
        let usual = [
            ("numcli", "006382"),
            ("exer", "2026"),
            ("refdet", "FACT2026000123"),
            ("montant", "2400"),
            ("saisie", "A"),
            ("resultrans", "P"),
        ];
        let with = |(name, value): (&str, &str)| {
            let odd = odd.iter().find(|(known, _)| *known == name).map_or(value, |(_, value)| value);
            (name.to_owned(), odd.to_owned())
        };
        self.room.came_back(id, &usual.map(with)).await.unwrap();
    }

    async fn reported(&self, id: PaymentAttemptId, cents: i64) -> AttemptState {
        let line = Line {
            number: 7,
            day: "2026-11-22".parse().unwrap(),
            refdet: "FACT2026000123".to_owned(),
            amount: Money::from_cents(cents),
            reference: None,
            authorisation: None,
        };
        self.here.db.write(move |tx| confirm(tx, id, &line)).await.unwrap();
        self.room.attempt(id).await.unwrap().unwrap().state
    }

    async fn stands(&self, id: InvoiceId) -> (State, i64) {
        let account = self.room.invoice(id).await.unwrap().unwrap().account;
        (account.state, account.received.cents())
    }

    /// Hours of looking at whatever is due.
    async fn hours(&self, hours: i64) {
        for _ in 0..hours {
            self.clock.advance(SignedDuration::from_hours(1));
            self.room.round().await.unwrap();
        }
    }

    async fn events(&self) -> Vec<String> {
        let filter = DeliveryFilter { establishments: vec![self.establishment], limit: 50, ..Default::default() };
        let found = self.here.db.read::<_, StorageError, _>(move |conn| list(conn, &filter)).await.unwrap();
        found.into_iter().map(|delivery| delivery.event).collect()
    }
}

fn refusal(result: Result<Begun, NotBegun>) -> Refusal {
    match result {
        Err(NotBegun::Failed(Failure::Refused(refusal))) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_a_browser_says_closes_nothing_and_the_report_does() {
    for house in houses() {
        let invoice = house.titled().await;
        assert_eq!(refusal(house.start(invoice, "regie").await), Refusal::Titled);
        let Begun { id, started } = house.start(invoice, "titres").await.unwrap();
        let Some(Started::Redirect { url, .. }) = started else { panic!("a form") };
        assert!(url.contains("montant=2400") && url.contains(&format!("payments%2F{id}%2Fback")), "{url}");

        house.comes_back(id, &[]).await;
        let attempt = house.room.attempt(id).await.unwrap().unwrap();
        assert_eq!((attempt.state, attempt.awaits_report()), (AttemptState::Redirected, true));
        assert_eq!(house.stands(invoice).await, (State::Paying, 0));
        let kept = house.room.lookups_of(id).await.unwrap();
        assert!(kept[0].raw.contains("resultrans=P") && kept[0].answer == "pending", "{kept:?}");
        // Said once more, it fills no table; and nobody else may pay meanwhile.
        house.comes_back(id, &[("resultrans", "A")]).await;
        house.hours(72).await;
        assert_eq!(house.room.lookups_of(id).await.unwrap().len(), 1);
        assert_eq!(refusal(house.start(invoice, "titres").await), Refusal::PaymentUnderWay);
        assert!(house.events().await.is_empty());

        assert_eq!(house.reported(id, 2400).await, AttemptState::Paid);
        assert_eq!(house.reported(id, 2400).await, AttemptState::Paid);
        assert_eq!(house.stands(invoice).await, (State::Paid, 2400));
        assert_eq!(house.events().await, ["payment.settled"]);
    }
}

#[tokio::test]
async fn what_speaks_of_another_payment_holds_nothing() {
    for house in houses() {
        let invoice = house.titled().await;
        for odd in
            [("montant", "100"), ("refdet", "OTHER123"), ("numcli", "006383"), ("resultrans", "W"), ("resultrans", "R")]
        {
            let Begun { id, .. } = house.start(invoice, "titres").await.unwrap();
            house.comes_back(id, &[odd]).await;
            let attempt = house.room.attempt(id).await.unwrap().unwrap();
            assert_eq!((attempt.state, attempt.awaits_report()), (AttemptState::Redirected, false), "{odd:?}");
            house.hours(3).await;
            assert_eq!(house.room.attempt(id).await.unwrap().unwrap().state, AttemptState::Expired);
            assert_eq!(house.stands(invoice).await, (State::Titled, 0), "a title again");
        }
        let last = house.room.attempts_of(invoice).await.unwrap().remove(0).id;
        // The accountant has the money all the same.
        assert_eq!(house.reported(last, 2400).await, AttemptState::Paid);
        assert_eq!(house.stands(invoice).await, (State::Paid, 2400));
    }
}

#[tokio::test]
async fn without_a_report_the_title_is_free_and_a_person_looks() {
    for house in houses() {
        let invoice = house.titled().await;
        let Begun { id, .. } = house.start(invoice, "titres").await.unwrap();
        house.comes_back(id, &[]).await;
        house.hours(24 * 10 - 1).await;
        assert_eq!(house.stands(invoice).await, (State::Paying, 0));
        house.hours(1).await;
        assert_eq!(house.stands(invoice).await, (State::Titled, 0));
        assert_eq!(house.events().await, ["payment.to-review"]);
        let mine = [house.establishment];
        let alerted = house.here.db.read(move |conn| attempts::alerted(conn, &mine, 10)).await.unwrap();
        assert_eq!(alerted.iter().map(|one| one.id).collect::<Vec<_>>(), [id]);
        let waiting = house.here.db.read(read::to_review).await.unwrap();
        assert_eq!((waiting.invoices, waiting.attempts), (0, 1));
        house.hours(48).await;
        assert_eq!(house.events().await.len(), 1, "once");

        // A second payer, then both are in the report.
        let second = house.start(invoice, "titres").await.unwrap().id;
        assert_eq!(house.reported(second, 2400).await, AttemptState::Paid);
        assert_eq!(house.reported(id, 2400).await, AttemptState::Paid);
        assert_eq!(house.stands(invoice).await, (State::Overpaid, 4800));
        let settled = house.here.db.read(move |conn| read::settled(conn, id)).await.unwrap().unwrap();
        assert_eq!(settled.too_much(), Money::from_cents(2400));
        let waiting = house.here.db.read(read::to_review).await.unwrap();
        assert_eq!((waiting.invoices, waiting.attempts), (1, 0), "cleared up by the report");
    }
}

#[tokio::test]
async fn a_report_that_differs_is_for_a_person() {
    for house in houses() {
        let invoice = house.titled().await;
        let Begun { id, .. } = house.start(invoice, "titres").await.unwrap();
        assert_eq!(house.reported(id, 2300).await, AttemptState::Paid);
        assert_eq!(house.stands(invoice).await, (State::Disputed, 0));
        assert_eq!(house.events().await, ["payment.to-review"]);
    }
}

#[tokio::test]
async fn who_collects_titles_takes_nothing_else_and_nobody_else_takes_titles() {
    for house in houses() {
        let invoice = house.heard(said(2400)).await;
        assert_eq!(refusal(house.start(invoice, "titres").await), Refusal::CreditorClosed);
        assert_eq!(house.titled().await, invoice);
        assert_eq!(refusal(house.start(invoice, "regie").await), Refusal::Titled);
        assert!(house.start(invoice, "titres").await.is_ok());
    }
}

#[tokio::test]
async fn a_provider_that_can_be_asked_is_asked_whatever_a_report_says() {
    for house in houses() {
        let invoice = house.heard(said(2400)).await;
        // Nobody answers there: the payment does not begin, and a report of it is no answer.
        assert!(matches!(house.start(invoice, "regie").await, Err(NotBegun::Provider(_))));
        let attempt = house.room.attempts_of(invoice).await.unwrap().remove(0);
        assert_eq!(house.reported(attempt.id, 2400).await, AttemptState::Failed);
        assert_eq!(house.stands(invoice).await, (State::Payable, 0));
        assert!(house.room.look(attempt.id, AskedBy::Desk).await.is_ok());
    }
}
