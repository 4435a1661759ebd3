//! What cashiers decide, on both databases.

use jiff::{SignedDuration, Timestamp};
use kernel::{InvoiceId, Money, StaffId, World};

use super::money::{House, houses, nothing_odd, said};
use crate::{
    desk::{
        Cashier,
        deeds::{self, Ruling},
    },
    domain::{
        Refusal,
        announce::{Announcement, Standing},
        invoice::State,
        lookups::Answer,
        report::Line,
        switch::Turn,
    },
    failure::Failure,
    reports::confirm,
    store::{
        attempts::Attempt,
        lookups::{self, AskedBy},
        refunds::{self, Task},
        switches::{self, Turned},
    },
};

impl House {
    pub(super) fn cashier(&self) -> Cashier {
        Cashier { staff: World::system().id(), of: vec![self.establishment] }
    }

    pub(super) async fn rule(&self, attempt: &Attempt, ruling: Ruling) -> Result<(), Failure> {
        let (cashier, id) = (self.cashier(), attempt.id);
        self.here.db.write(move |tx| deeds::rule(tx, &cashier, id, ruling, "vu sur le compte")).await
    }

    async fn rule_invoice(&self, id: InvoiceId, ruling: Ruling) -> Result<(), Failure> {
        let cashier = self.cashier();
        self.here.db.write(move |tx| deeds::rule_invoice(tx, &cashier, id, ruling, "vu")).await
    }

    /// What is on the list: cents, and whether they stand in the invoice's account.
    async fn to_refund(&self) -> Vec<(i64, bool)> {
        self.tasks().await.iter().map(|task| (task.refund.amount.cents(), task.refund.is_counted)).collect()
    }

    pub(super) async fn tasks(&self) -> Vec<Task> {
        let of = self.establishment;
        self.here.db.read(move |conn| refunds::open(conn, &[of], 100)).await.unwrap()
    }

    pub(super) async fn refund_as(&self, cashier: Cashier, task: &Task, note: &'static str) -> Result<(), Failure> {
        let id = task.id;
        self.here.db.write(move |tx| deeds::refund(tx, &cashier, id, note)).await
    }

    /// An invoice that was paid with something odd in the answer.
    async fn disputed(&self, number: &str) -> (InvoiceId, Attempt) {
        let invoice = self.added(number, 2400).await;
        let attempt = self.begin(&[(invoice, None)]).await.unwrap();
        let odd = self.answer(&attempt, Answer::Paid, |told| told.amount = Some(Money::from_cents(1000))).await;
        assert_eq!(self.stands(invoice).await, (State::Disputed, 0));
        (invoice, odd)
    }
}

fn cents(cents: i64) -> Option<Money> {
    Some(Money::from_cents(cents))
}

#[tokio::test]
async fn what_was_paid_twice_is_given_back_once() {
    for house in houses() {
        let invoice = house.added("2026-1", 2400).await;
        let first = house.begin(&[(invoice, None)]).await.unwrap();
        house.wait(121);
        house.answer(&first, Answer::Pending, nothing_odd).await;
        let second = house.begin(&[(invoice, None)]).await.unwrap();
        house.answer(&second, Answer::Paid, nothing_odd).await;
        house.answer(&first, Answer::Paid, nothing_odd).await;
        let tasks = house.tasks().await;
        let [task] = tasks.as_slice() else { panic!("{tasks:?}") };
        assert_eq!((task.refund.amount, task.refund.attempt), (Money::from_cents(2400), first.id));

        let stranger = Cashier { of: vec![World::system().id()], ..house.cashier() };
        let foreign = house.refund_as(stranger, task, "virement").await;
        assert!(matches!(foreign, Err(Failure::Unknown)), "{foreign:?}");
        let silent = house.refund_as(house.cashier(), task, "  ").await;
        assert!(matches!(silent, Err(Failure::Refused(Refusal::WordsNotFit))), "{silent:?}");
        assert_eq!(house.stands(invoice).await, (State::Overpaid, 4800));

        house.refund_as(house.cashier(), task, "virement du 22").await.unwrap();
        assert_eq!((house.stands(invoice).await, house.to_refund().await), ((State::Paid, 2400), vec![]));
        let again = house.refund_as(house.cashier(), task, "virement du 22").await;
        assert!(matches!(again, Err(Failure::Refused(Refusal::NothingToDecide))), "{again:?}");
        assert_eq!(house.stands(invoice).await, (State::Paid, 2400));
    }
}

#[tokio::test]
async fn what_the_hospital_cancels_or_lowers_after_payment_is_given_back() {
    for house in houses() {
        let paid = async |number: &str| {
            let invoice = house.added(number, 2400).await;
            let attempt = house.begin(&[(invoice, None)]).await.unwrap();
            house.answer(&attempt, Answer::Paid, nothing_odd).await;
            invoice
        };
        let cancelled = paid("2026-1").await;
        house.hear("2026-1", Announcement { standing: Standing::Cancelled, ..said(2400) }).await;
        assert_eq!(house.to_refund().await, [(2400, true)]);
        house.refund_as(house.cashier(), &house.tasks().await[0], "chèque").await.unwrap();
        assert_eq!(house.stands(cancelled).await, (State::Cancelled, 0));

        let lowered = paid("2026-2").await;
        house.hear("2026-2", said(2000)).await;
        assert_eq!(house.to_refund().await, [(400, true)]);
        // Said again in other words: what is on the list is on it once.
        house.hear("2026-2", Announcement { label: "Consultation".to_owned(), ..said(2000) }).await;
        assert_eq!(house.to_refund().await, [(400, true)]);
        house.refund_as(house.cashier(), &house.tasks().await[0], "virement").await.unwrap();
        assert_eq!(house.stands(lowered).await, (State::Paid, 2000));
    }
}

#[tokio::test]
async fn money_that_differs_counts_as_much_as_a_cashier_says() {
    for house in houses() {
        for (number, counted, expected, back) in [
            ("2026-1", cents(2400), (State::Paid, 2400), vec![]),
            ("2026-2", None, (State::Paid, 2400), vec![]),
            ("2026-3", cents(1000), (State::Payable, 1000), vec![]),
            ("2026-4", cents(2500), (State::Overpaid, 2500), vec![(100, true)]),
        ] {
            let (invoice, odd) = house.disputed(number).await;
            house.rule(&odd, Ruling::Accept(counted)).await.unwrap();
            assert_eq!((house.stands(invoice).await, house.to_refund().await), (expected, back), "{counted:?}");
            let again = house.rule(&odd, Ruling::Refuse).await;
            assert!(matches!(again, Err(Failure::Refused(Refusal::NothingToDecide))), "{again:?}");
        }
    }
}

#[tokio::test]
async fn refused_money_goes_back_and_was_never_the_invoices() {
    for house in houses() {
        let (invoice, odd) = house.disputed("2026-1").await;
        let nothing = house.rule(&odd, Ruling::Accept(cents(0))).await;
        assert!(matches!(nothing, Err(Failure::Refused(Refusal::SumNotFit))), "{nothing:?}");
        house.rule(&odd, Ruling::Refuse).await.unwrap();
        assert_eq!(house.stands(invoice).await, (State::Payable, 0));
        let tasks = house.tasks().await;
        assert_eq!(house.to_refund().await, [(2400, false)]);
        let next = house.begin(&[(invoice, None)]).await.unwrap();
        house.answer(&next, Answer::Paid, nothing_odd).await;
        house.refund_as(house.cashier(), &tasks[0], "virement").await.unwrap();
        assert_eq!(house.stands(invoice).await, (State::Paid, 2400), "paid by the second one alone");
    }
}

#[tokio::test]
async fn an_invoice_is_disputed_until_the_last_odd_money_is_decided() {
    for house in houses() {
        let (one, two) = (house.added("2026-1", 2400).await, house.added("2026-2", 5000).await);
        let both = house.begin(&[(one, None), (two, None)]).await.unwrap();
        let odd = house.answer(&both, Answer::Paid, |told| told.refdet = None).await;
        let own_sum = house.rule(&odd, Ruling::Accept(cents(7400))).await;
        assert!(matches!(own_sum, Err(Failure::Refused(Refusal::SumNotFit))), "of several invoices: {own_sum:?}");
        house.rule(&odd, Ruling::Accept(None)).await.unwrap();
        assert_eq!(house.stands(one).await, (State::Paid, 2400));
        assert_eq!(house.stands(two).await, (State::Paid, 5000));

        let late = house.added("2026-3", 2400).await;
        let first = house.begin(&[(late, None)]).await.unwrap();
        house.wait(121);
        house.answer(&first, Answer::Pending, nothing_odd).await;
        let second = house.begin(&[(late, None)]).await.unwrap();
        let second = house.answer(&second, Answer::Paid, |told| told.mode = None).await;
        let first = house.answer(&first, Answer::Paid, |told| told.mode = None).await;
        house.rule(&second, Ruling::Accept(None)).await.unwrap();
        assert_eq!(house.stands(late).await, (State::Disputed, 2400));
        house.rule(&first, Ruling::Refuse).await.unwrap();
        assert_eq!(house.stands(late).await, (State::Paid, 2400));
        assert_eq!(house.to_refund().await, [(2400, false)]);
    }
}

#[tokio::test]
async fn a_title_for_what_was_paid_is_kept_or_given_back() {
    for house in houses() {
        for (number, ruling, expected, back) in [
            ("2026-1", Ruling::Accept(None), (State::Paid, 2400), vec![]),
            ("2026-2", Ruling::Refuse, (State::Overpaid, 2400), vec![(2400, true)]),
        ] {
            let invoice = house.added(number, 2400).await;
            let attempt = house.begin(&[(invoice, None)]).await.unwrap();
            house.answer(&attempt, Answer::Paid, nothing_odd).await;
            house.hear(number, Announcement { standing: Standing::Titled, ..said(2400) }).await;
            assert_eq!(house.stands(invoice).await, (State::Disputed, 2400));
            house.rule_invoice(invoice, ruling).await.unwrap();
            assert_eq!((house.stands(invoice).await, house.to_refund().await), (expected, back));
            let again = house.rule_invoice(invoice, ruling).await;
            assert!(matches!(again, Err(Failure::Refused(Refusal::NothingToDecide))), "{again:?}");
        }
        let tasks = house.tasks().await;
        house.refund_as(house.cashier(), &tasks[0], "virement").await.unwrap();
        assert_eq!(house.stands(tasks[0].refund.invoice).await, (State::Titled, 0));
    }
}

#[tokio::test]
async fn the_database_refuses_an_activation_of_more_than_a_day() {
    for house in houses() {
        let of = house.establishment;
        let turned = move |hours: i64, at: Timestamp, by: StaffId| Turned {
            creditor: "consultations".to_owned(),
            turn: Turn::Activate { until: at + SignedDuration::from_hours(hours) },
            reason: "convention signée".to_owned(),
            by,
            at,
        };
        let turn = async |hours: i64| {
            let write = move |tx: &mut storage::Tx<'_>| switches::add(tx, of, &turned(hours, tx.now(), tx.id()));
            house.here.db.write(write).await
        };
        turn(24).await.unwrap();
        for hours in [25, 0, -1] {
            let refused = turn(hours).await.unwrap_err();
            assert_eq!(refused.refusal(), Some("creditor_switches_activation_within_a_day"), "{hours}");
        }
        let kept = house.here.db.read(move |conn| switches::of(conn, of)).await.unwrap();
        assert_eq!(kept.len(), 1);
    }
}

#[tokio::test]
async fn a_report_closes_what_nobody_can_be_asked_about() {
    let line = |refdet: &str, cents: i64| Line {
        number: 7,
        day: "2026-11-21".parse().unwrap(),
        refdet: refdet.to_owned(),
        amount: Money::from_cents(cents),
        reference: None,
        authorisation: Some("112233".to_owned()),
    };
    for house in houses() {
        for (number, line, expected) in [
            ("2026-1", line("FACT2026000123", 2400), (State::Paid, 2400)),
            ("2026-2", line("FACT2026000123", 2300), (State::Disputed, 0)),
            ("2026-3", line("FACT2026000999", 2400), (State::Disputed, 0)),
        ] {
            let invoice = house.added(number, 2400).await;
            let attempt = house.begin(&[(invoice, None)]).await.unwrap();
            let id = attempt.id;
            let twice = house.here.db.write(move |tx| {
                confirm(tx, id, &line)?;
                confirm(tx, id, &line)
            });
            twice.await.unwrap();
            assert_eq!(house.stands(invoice).await, expected, "{number}");
            let asked = house.here.db.read(move |conn| lookups::of_attempt(conn, id)).await.unwrap();
            assert_eq!((asked[0].asked_by, asked.len()), (AskedBy::Report, 2), "each line is an answer that is kept");
        }
    }
}
