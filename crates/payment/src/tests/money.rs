//! Invoices and attempts through everything that can happen to them, on both databases.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use kernel::{EstablishmentId, InvoiceId, Money, PaymentAttemptId, VisitId, World, testing::HeldClock};
use storage::{outbox::Subscriptions, testing::TestDb};

use crate::{
    commands::{self, Begin, Heard, Judging},
    domain::{
        Refusal,
        announce::{Announcement, Kind, Person, Standing},
        attempt::State as AttemptState,
        compare::Particulars,
        creditor::{Creditor, Mode, Terms},
        invoice::State,
        lookups::{Answer, Patience, Rhythm, Stretch},
    },
    failure::Failure,
    port::Finding,
    store::{
        attempts::{self, Attempt},
        invoices::{self, Invoice, Name},
        lookups::{self, AskedBy},
    },
};

/// One database with a hospital that tells of invoices.
pub(super) struct House {
    pub(super) here: TestDb,
    clock: Arc<HeldClock>,
    pub(super) establishment: EstablishmentId,
    visit: VisitId,
    count: std::cell::Cell<u32>,
}

pub(super) fn houses() -> Vec<House> {
    let (world, clock): (World, _) = kernel::testing::world();
    let all = storage::testing::databases(&world, &Subscriptions::default()).unwrap();
    let house = |here| House {
        here,
        clock: clock.clone(),
        establishment: world.id(),
        visit: world.id(),
        count: std::cell::Cell::new(0),
    };
    all.into_iter().map(house).collect()
}

pub(super) fn said(cents: i64) -> Announcement {
    Announcement {
        person: Person {
            ipp: "8000042".to_owned(),
            birth_family: "EXEMPLE".to_owned(),
            given: "Camille".to_owned(),
            birth_date: "1962-11-05".to_owned(),
            sex: "F".to_owned(),
        },
        visit_number: Some("926000123".to_owned()),
        kind: Kind::Regie,
        creditor: "regie-consultations".to_owned(),
        exercice: "2026".parse().unwrap(),
        refdet: "FACT2026000123".parse().unwrap(),
        label: "Consultation de cardiologie".to_owned(),
        amount: Money::from_cents(cents),
        issued_on: "2026-11-20".parse().unwrap(),
        due_on: None,
        standing: Standing::Payable,
        confidential: false,
    }
}

fn judging() -> Judging {
    let stretch = |until, every| Stretch { until, every };
    Judging {
        patience: Patience {
            expires_minutes: 120,
            second_thoughts_minutes: 2,
            reopens_minutes: 20,
            known_after_minutes: 20,
        },
        rhythm: Rhythm::new(vec![stretch(10, 3), stretch(120, 10), stretch(1440, 60), stretch(10_080, 1440)]).unwrap(),
        zone: TimeZone::get("Europe/Paris").unwrap(),
    }
}

impl House {
    pub(super) async fn hear(&self, number: &str, said: Announcement) -> Heard {
        let name = Name { establishment: self.establishment, source: "gam".to_owned(), number: number.to_owned() };
        self.here.db.write(move |tx| commands::hear(tx, &name, &said)).await.unwrap()
    }

    pub(super) async fn added(&self, number: &str, cents: i64) -> InvoiceId {
        match self.hear(number, said(cents)).await {
            Heard::Added(id) => id,
            other => panic!("{other:?}"),
        }
    }

    /// Written down, before the provider is asked.
    pub(super) async fn written(&self, mode: Mode, wished: &[(InvoiceId, Option<i64>)]) -> Result<Attempt, Failure> {
        let cents = Money::from_cents;
        let terms = Terms {
            is_open: true,
            least: cents(100),
            most: cents(100_000),
            partial_payment: true,
            several_invoices: true,
        };
        let wish = Begin {
            invoices: wished.iter().map(|(id, money)| (*id, money.map(cents))).collect(),
            creditor: Creditor { provider: "payfip", number: "090909".to_owned(), mode, terms },
            email: "camille@exemple.test".parse().unwrap(),
            patient: None,
            visit: self.visit,
        };
        self.here.db.write(move |tx| commands::begin(tx, &wish)).await
    }

    pub(super) async fn begin_in(&self, mode: Mode, wished: &[(InvoiceId, Option<i64>)]) -> Result<Attempt, Failure> {
        let attempt = self.written(mode, wished).await?;
        let reference = format!("cc0cb210-{:04}", self.count.replace(self.count.get() + 1));
        let sent = attempt.clone();
        self.here
            .db
            .write(move |tx| {
                commands::sent(tx, &sent, &reference, &judging().rhythm)?;
                Ok::<_, Failure>(attempts::find(tx.conn(), sent.id)?.unwrap())
            })
            .await
    }

    pub(super) async fn begin(&self, wished: &[(InvoiceId, Option<i64>)]) -> Result<Attempt, Failure> {
        self.begin_in(Mode::Production, wished).await
    }

    /// The provider answers; `odd` changes what it tells.
    pub(super) async fn answer(
        &self,
        attempt: &Attempt,
        answer: Answer,
        odd: impl FnOnce(&mut Particulars),
    ) -> Attempt {
        let saisie = if attempt.mode == Mode::Production { "W" } else { "T" };
        let asked = Particulars {
            reference: attempt.reference.clone(),
            creditor: Some(attempt.creditor_number.clone()),
            refdet: Some(attempt.refdet.to_string()),
            amount: Some(attempt.amount),
            mode: Some(saisie.to_owned()),
        };
        let mut told = asked.clone();
        odd(&mut told);
        let finding = Finding { answer, told, ended_at: None, authorisation: None, raw: "<return/>".to_owned() };
        let id = attempt.id;
        let work =
            move |tx: &mut storage::Tx<'_>| commands::settle(tx, id, (AskedBy::Schedule, &finding, &asked), &judging());
        self.here.db.write(work).await.unwrap()
    }

    pub(super) async fn invoice(&self, id: InvoiceId) -> Invoice {
        self.here.db.read(move |conn| invoices::find(conn, id)).await.unwrap().unwrap()
    }

    pub(super) async fn stands(&self, id: InvoiceId) -> (State, i64) {
        let account = self.invoice(id).await.account;
        (account.state, account.received.cents())
    }

    pub(super) async fn due_for_a_look(&self) -> Vec<PaymentAttemptId> {
        let now: Timestamp = self.here.db.now();
        let until = now + SignedDuration::from_mins(5);
        self.here.db.write(move |tx| Ok::<_, Failure>(attempts::take_due(tx, 100, until)?)).await.unwrap()
    }

    pub(super) fn wait(&self, minutes: i64) {
        self.clock.advance(SignedDuration::from_mins(minutes));
    }
}

pub(super) fn nothing_odd(_: &mut Particulars) {}

#[tokio::test]
async fn one_invoice_is_paid_once() {
    for house in houses() {
        let invoice = house.added("2026-1", 2400).await;
        let attempt = house.begin(&[(invoice, None)]).await.unwrap();
        assert_eq!(house.stands(invoice).await, (State::Paying, 0));
        let second = house.begin(&[(invoice, None)]).await;
        assert!(matches!(second, Err(Failure::Refused(Refusal::PaymentUnderWay))), "{second:?}");

        let pending = house.answer(&attempt, Answer::Pending, nothing_odd).await;
        assert_eq!(pending.state, AttemptState::Redirected);
        let paid = house.answer(&attempt, Answer::Paid, nothing_odd).await;
        assert_eq!(paid.state, AttemptState::Paid);
        assert_eq!(house.stands(invoice).await, (State::Paid, 2400));
        // The notification, the return and the schedule all ask: the money counts once.
        house.answer(&attempt, Answer::Paid, nothing_odd).await;
        house.answer(&attempt, Answer::Refused, nothing_odd).await;
        assert_eq!(house.stands(invoice).await, (State::Paid, 2400));
        let asked = house.here.db.read(move |conn| lookups::of_attempt(conn, paid.id)).await.unwrap();
        assert_eq!(asked.len(), 4, "each question is kept");
        assert!(house.begin(&[(invoice, None)]).await.is_err());
    }
}

#[tokio::test]
async fn two_payers_at_once_and_one_goes_through() {
    for house in houses() {
        let invoice = house.added("2026-1", 2400).await;
        let wishes = [(invoice, None)];
        let both = tokio::join!(house.begin(&wishes), house.begin(&wishes));
        let begun = [both.0.is_ok(), both.1.is_ok()];
        assert_eq!(begun.iter().filter(|ok| **ok).count(), 1, "{both:?}");
    }
}

#[tokio::test]
async fn late_money_is_believed_and_a_second_payment_is_given_back() {
    for house in houses() {
        let invoice = house.added("2026-1", 2400).await;
        let first = house.begin(&[(invoice, None)]).await.unwrap();
        house.wait(121);
        let expired = house.answer(&first, Answer::Pending, nothing_odd).await;
        assert_eq!((expired.state, house.stands(invoice).await), (AttemptState::Expired, (State::Payable, 0)));

        let second = house.begin(&[(invoice, None)]).await.unwrap();
        house.answer(&second, Answer::Paid, nothing_odd).await;
        assert_eq!(house.stands(invoice).await, (State::Paid, 2400));
        let late = house.answer(&first, Answer::Paid, nothing_odd).await;
        assert_eq!((late.state, house.stands(invoice).await), (AttemptState::Paid, (State::Overpaid, 4800)));
    }
}

#[tokio::test]
async fn late_money_for_an_invoice_that_somebody_else_is_paying() {
    for house in houses() {
        let invoice = house.added("2026-1", 2400).await;
        let first = house.begin(&[(invoice, None)]).await.unwrap();
        house.wait(121);
        house.answer(&first, Answer::Pending, nothing_odd).await;
        let second = house.begin(&[(invoice, None)]).await.unwrap();
        house.answer(&first, Answer::Paid, nothing_odd).await;
        assert_eq!(house.stands(invoice).await, (State::Paid, 2400));
        house.answer(&second, Answer::Paid, nothing_odd).await;
        assert_eq!(house.stands(invoice).await, (State::Overpaid, 4800));
    }
}

#[tokio::test]
async fn an_answer_that_speaks_of_something_else_closes_nothing() {
    for house in houses() {
        let oddities: [fn(&mut Particulars); 4] = [
            |told| told.amount = Some(Money::from_cents(100)),
            |told| told.refdet = Some("FACT2026000999".to_owned()),
            |told| told.creditor = None,
            |told| told.mode = Some("T".to_owned()),
        ];
        for (at, odd) in oddities.into_iter().enumerate() {
            let invoice = house.added(&format!("2026-{at}"), 2400).await;
            let attempt = house.begin(&[(invoice, None)]).await.unwrap();
            let paid = house.answer(&attempt, Answer::Paid, odd).await;
            assert_eq!((paid.state, paid.differences.len()), (AttemptState::Paid, 1));
            assert_eq!(house.stands(invoice).await, (State::Disputed, 0));
            assert!(house.begin(&[(invoice, None)]).await.is_err(), "a person looks first");
        }
    }
}

#[tokio::test]
async fn a_test_payment_closes_nothing() {
    for house in houses() {
        for mode in [Mode::Test, Mode::Activation] {
            let invoice = house.added(mode.name(), 2400).await;
            let attempt = house.begin_in(mode, &[(invoice, None)]).await.unwrap();
            let paid = house.answer(&attempt, Answer::Paid, nothing_odd).await;
            assert_eq!((paid.state, house.stands(invoice).await), (AttemptState::Paid, (State::Payable, 0)));
        }
    }
}

#[tokio::test]
async fn several_invoices_in_parts() {
    for house in houses() {
        let (one, two) = (house.added("2026-1", 2400).await, house.added("2026-2", 5000).await);
        let attempt = house.begin(&[(two, Some(1000)), (one, None)]).await.unwrap();
        assert_eq!(attempt.amount, Money::from_cents(3400));
        house.answer(&attempt, Answer::DebitAccepted, nothing_odd).await;
        assert_eq!(house.stands(one).await, (State::Paid, 2400));
        assert_eq!(house.stands(two).await, (State::Payable, 1000));
        let rest = house.begin(&[(two, None)]).await.unwrap();
        assert_eq!(rest.amount, Money::from_cents(4000));
    }
}

#[tokio::test]
async fn what_the_hospital_says_waits_for_the_payer() {
    let titled = || Announcement { standing: Standing::Titled, ..said(2400) };
    for house in houses() {
        let invoice = house.added("2026-1", 2400).await;
        assert_eq!(house.hear("2026-1", said(2400)).await, Heard::Same(invoice));
        let attempt = house.begin(&[(invoice, None)]).await.unwrap();
        assert_eq!(house.hear("2026-1", titled()).await, Heard::Held(invoice));
        assert_eq!(house.hear("2026-1", titled()).await, Heard::Same(invoice));
        house.wait(5);
        house.answer(&attempt, Answer::Abandoned, nothing_odd).await;
        assert_eq!(house.stands(invoice).await, (State::Titled, 0));
        let refused = house.begin(&[(invoice, None)]).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::Titled))), "{refused:?}");

        let paid = house.added("2026-2", 2400).await;
        let attempt = house.begin(&[(paid, None)]).await.unwrap();
        house.hear("2026-2", titled()).await;
        house.answer(&attempt, Answer::Paid, nothing_odd).await;
        assert_eq!(house.stands(paid).await, (State::Disputed, 2400), "a title for what was paid meanwhile");
    }
}

#[tokio::test]
async fn an_attempt_that_never_left_is_looked_at_and_given_up() {
    for house in houses() {
        let invoice = house.added("2026-1", 2400).await;
        let attempt = house.begin(&[(invoice, None)]).await.unwrap();
        assert_eq!(house.due_for_a_look().await, []);
        house.wait(3);
        assert_eq!(house.due_for_a_look().await, [attempt.id]);
        assert_eq!(house.due_for_a_look().await, [], "taken by somebody");
        house.wait(5);
        assert_eq!(house.due_for_a_look().await, [attempt.id], "and again after a crash");
        house.answer(&attempt, Answer::Paid, nothing_odd).await;
        house.wait(100_000);
        assert_eq!(house.due_for_a_look().await, [], "nobody asks about money that is there");
    }
}

#[tokio::test]
async fn what_should_not_be_is_for_a_person_until_it_is_cleared_up() {
    for house in houses() {
        let invoice = house.added("2026-1", 2400).await;
        let attempt = house.begin(&[(invoice, None)]).await.unwrap();
        let alerted = async || {
            let mine = [house.establishment];
            let found = house.here.db.read(move |conn| attempts::alerted(conn, &mine, 10)).await.unwrap();
            found.into_iter().map(|one| one.id).collect::<Vec<_>>()
        };
        house.answer(&attempt, Answer::Pending, nothing_odd).await;
        assert_eq!(alerted().await, []);
        // Unknown within minutes: it was just sent there.
        house.answer(&attempt, Answer::Unknown, nothing_odd).await;
        assert_eq!(alerted().await, [attempt.id]);
        house.answer(&attempt, Answer::NotUnderstood, nothing_odd).await;
        assert_eq!(house.stands(invoice).await, (State::Paying, 0));
        house.answer(&attempt, Answer::Paid, nothing_odd).await;
        assert_eq!(alerted().await, []);
        assert_eq!(house.stands(invoice).await, (State::Paid, 2400));
    }
}
