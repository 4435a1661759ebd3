//! What is erased when, and what stays for the figures, on both databases.

use jiff::{SignedDuration, Timestamp, civil::date};
use kernel::{InvoiceId, Money};
use serde_json::json;

use super::money::{House, houses, nothing_odd, said};
use crate::{
    Heard, Name, Payments, Purged, commands,
    desk::{Cashier, deeds},
    domain::{
        Refusal,
        announce::{Announcement, Person, Standing},
        figures::Issued,
        invoice::State,
        lookups::Answer,
    },
    failure::Failure,
    merging::{Followed, follow_merge},
    store::{
        doubts::{self, Doubt},
        figures, invoices,
    },
    testing,
};

/// The room over the database of a house, with the days of the settings file.
fn room(house: &House) -> Payments {
    let settings = serde_json::from_value(json!({
        "rhythm": [{ "until": 10, "every": 1 }],
        "patience": { "expires_minutes": 120, "second_thoughts_minutes": 2, "reopens_minutes": 20, "known_after_minutes": 20 },
        "providers": { "payfip": { "service": "https://payfip.example/service", "page": "https://payfip.example/page" } },
    }));
    let keyring = testing::keyring(&kernel::World::system());
    let (db, client) = (house.here.db.clone(), testing::client());
    Payments::open(settings.unwrap(), "https://parvis.example", db, keyring, client).unwrap()
}

impl House {
    fn later(&self, days: i64) -> Timestamp {
        self.here.db.now() + SignedDuration::from_hours(24 * days)
    }

    async fn paid(&self, number: &str, cents: i64) -> InvoiceId {
        let invoice = self.added(number, cents).await;
        let attempt = self.begin(&[(invoice, None)]).await.unwrap();
        self.answer(&attempt, Answer::Paid, nothing_odd).await;
        invoice
    }

    /// What figures are counted from, but the ids.
    async fn counted(&self) -> Vec<String> {
        let (of, days) = (self.establishment, (date(2026, 1, 1), date(2027, 1, 1)));
        let issued = self.here.db.read(move |conn| figures::issued(conn, of, days)).await.unwrap();
        let services = self.here.db.read(move |conn| figures::services(conn, of)).await.unwrap();
        let plain = |Issued { on, amount, is_cancelled, payments, .. }: Issued| {
            format!("{on} {amount} {is_cancelled} {payments:?}")
        };
        let mut all: Vec<String> = issued.into_iter().map(plain).collect();
        all.extend(services.into_iter().map(|service| format!("{service:?}")));
        all.sort();
        all
    }

    async fn is_there(&self, id: InvoiceId) -> bool {
        self.here.db.read(move |conn| invoices::find(conn, id)).await.unwrap().is_some()
    }

    async fn rows(&self, table: &'static str) -> i64 {
        use diesel::RunQueryDsl;
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            count: i64,
        }
        let count = self.here.db.read::<_, storage::StorageError, _>(move |conn| {
            Ok(diesel::sql_query(format!("SELECT COUNT(*) AS count FROM {table}")).get_result::<Count>(conn)?)
        });
        count.await.unwrap().count
    }
}

#[tokio::test]
async fn what_is_over_goes_after_its_days_and_the_figures_stay() {
    for house in houses() {
        let room = room(&house);
        let paid = house.paid("2026-1", 2400).await;
        let due = house.added("2026-2", 3000).await;
        let attempt = house.begin(&[(due, None)]).await.unwrap();
        house.answer(&attempt, Answer::Refused, nothing_odd).await;
        house.hear("2026-3", Announcement { standing: Standing::Cancelled, ..said(500) }).await;
        let disputed = house.added("2026-4", 1000).await;
        let odd = house.begin(&[(disputed, None)]).await.unwrap();
        house.answer(&odd, Answer::Paid, |told| told.amount = Some(Money::from_cents(10))).await;
        let counted = house.counted().await;
        assert_eq!(counted.len(), 5, "four invoices and a creditor: {counted:?}");

        assert_eq!(room.purge(house.later(390)).await.unwrap(), Purged::default(), "nothing is old enough");
        let gone = room.purge(house.later(398)).await.unwrap();
        assert_eq!((gone.invoices, gone.payments, gone.answers), (0, 1, 2), "the refused one, and every answer");
        let gone = room.purge(house.later(822)).await.unwrap();
        assert_eq!(gone, Purged::default(), "a refund can still be asked for, two years after the next quarter began");
        let gone = room.purge(house.later(824)).await.unwrap();
        assert_eq!((gone.invoices, gone.payments), (2, 1), "paid and cancelled");
        assert!(!house.is_there(paid).await && house.is_there(due).await && house.is_there(disputed).await);
        assert_eq!(house.counted().await, counted);

        let again = commands::hear;
        let name = Name { establishment: house.establishment, source: "gam".into(), number: "2026-1".into() };
        let refused = house.here.db.write(move |tx| again(tx, &name, &said(2400))).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::Erased))), "{refused:?}");

        let gone = room.purge(house.later(1463)).await.unwrap();
        assert_eq!(gone.invoices, 1, "nobody can claim it any more");
        assert!(house.is_there(disputed).await, "a cashier has not decided");
        assert_eq!(house.counted().await, counted);
        assert_eq!((house.rows("payment_attempts").await, house.rows("past_payments").await), (1, 1));
    }
}

#[tokio::test]
async fn what_was_paid_together_goes_with_the_last_of_it() {
    for house in houses() {
        let room = room(&house);
        let (whole, part) = (house.added("2026-1", 2400).await, house.added("2026-2", 3000).await);
        let attempt = house.begin(&[(whole, None), (part, Some(1000))]).await.unwrap();
        house.answer(&attempt, Answer::Paid, nothing_odd).await;
        assert_eq!((house.stands(whole).await.0, house.stands(part).await.0), (State::Paid, State::Payable));
        let until = room.kept_until(whole).await.unwrap();
        assert_eq!(until, room.kept_until(part).await.unwrap(), "one payment, one day");
        assert_eq!(room.purge(house.later(732)).await.unwrap().invoices, 0);
        assert!(house.is_there(whole).await);
        assert_eq!(room.purge(until.unwrap()).await.unwrap().invoices, 2);
        assert_eq!(house.rows("payment_shares").await, 0);
    }
}

#[tokio::test]
async fn what_is_to_be_given_back_stays_until_it_is() {
    for house in houses() {
        let room = room(&house);
        let invoice = house.paid("2026-1", 2400).await;
        house.hear("2026-1", Announcement { standing: Standing::Cancelled, ..said(2400) }).await;
        assert_eq!(house.stands(invoice).await.0, State::Overpaid);
        assert_eq!(room.kept_until(invoice).await.unwrap(), None);
        assert_eq!(room.purge(house.later(9999)).await.unwrap().invoices, 0);
    }
}

#[tokio::test]
async fn a_payment_that_is_under_way_is_never_erased() {
    for house in houses() {
        let room = room(&house);
        let invoice = house.added("2026-1", 2400).await;
        let attempt = house.begin(&[(invoice, None)]).await.unwrap();
        house.answer(&attempt, Answer::Unknown, nothing_odd).await;
        assert_eq!(room.purge(house.later(9999)).await.unwrap().invoices, 0);
        assert!(house.is_there(invoice).await);
    }
}

fn person(ipp: &str, given: &str) -> Person {
    Person { ipp: ipp.to_owned(), given: given.to_owned(), ..said(1).person }
}

#[tokio::test]
async fn a_merge_moves_the_number_and_never_the_person() {
    for house in houses() {
        let of = house.establishment;
        let merged = async |former: &str, person: Person| {
            let former = vec![former.to_owned()];
            house.here.db.write(move |tx| follow_merge(tx, of, &former, &person)).await.unwrap()
        };
        let invoice = house.added("2026-1", 2400).await;
        assert_eq!(merged("unknown", person("9", "Camille")).await, Followed::Nothing);
        assert_eq!(merged("8000042", person("9", "CAMILLE")).await, Followed::Moved);
        let moved = house.invoice(invoice).await;
        assert_eq!(
            (moved.person.ipp.as_str(), moved.person.given.as_str()),
            ("9", "Camille"),
            "names are the invoice's"
        );
        assert_eq!(merged("8000042", person("9", "Camille")).await, Followed::Nothing, "said again");

        // Paid meanwhile: what the hospital said and is held moves too.
        let attempt = house.begin(&[(invoice, None)]).await.unwrap();
        let newer = Announcement { person: person("9", "Camille"), label: "Autre".to_owned(), ..said(2400) };
        assert!(matches!(house.hear("2026-1", newer).await, Heard::Held(_)));
        assert_eq!(merged("9", person("10", "Camille")).await, Followed::Moved);
        house.answer(&attempt, Answer::Paid, nothing_odd).await;
        let moved = house.invoice(invoice).await;
        assert_eq!((moved.person.ipp.as_str(), moved.label.as_str()), ("10", "Autre"));

        assert_eq!(merged("10", person("11", "Paul")).await, Followed::Doubt, "of somebody else");
        assert_eq!(merged("10", person("11", "Paul")).await, Followed::Nothing, "known already");
        assert_eq!(house.invoice(invoice).await.person, person("10", "Camille"));
        let asked = async || house.here.db.read(move |conn| doubts::of(conn, &[of], 10)).await.unwrap();
        let doubt = Doubt { invoice, number: "2026-1".to_owned(), told: "10".to_owned(), merged: "11".to_owned() };
        assert_eq!(asked().await, [doubt]);
        let told = Announcement { person: person("10", "Camille"), label: "Autre".to_owned(), ..said(2400) };
        assert!(matches!(house.hear("2026-1", told).await, Heard::Same(_)));
        assert_eq!(asked().await, [], "the billing system told of it anew");

        // Or a cashier closes it, with a reason; the same merge is not told again, another is.
        assert_eq!(merged("10", person("12", "Paul")).await, Followed::Doubt);
        let close = async |cashier: Cashier, reason: &'static str| {
            house.here.db.write(move |tx| deeds::clear_doubt(tx, &cashier, invoice, reason)).await
        };
        let stranger = Cashier { of: vec![kernel::World::system().id()], ..house.cashier() };
        assert!(matches!(close(stranger, "vu").await, Err(Failure::Unknown)));
        let silent = close(house.cashier(), " ").await;
        assert!(matches!(silent, Err(Failure::Refused(Refusal::WordsNotFit))), "{silent:?}");
        assert_eq!(house.here.db.read(crate::read::to_review).await.unwrap().doubts, 1);
        close(house.cashier(), "deux personnes, vu avec la facturation").await.unwrap();
        assert_eq!((asked().await, house.here.db.read(crate::read::to_review).await.unwrap().doubts), (vec![], 0));
        let again = close(house.cashier(), "vu").await;
        assert!(matches!(again, Err(Failure::Refused(Refusal::NothingToDecide))), "{again:?}");
        assert_eq!(house.invoice(invoice).await.person, person("10", "Camille"), "it stays whose it was");
        assert_eq!(merged("10", person("12", "Paul")).await, Followed::Nothing, "seen to");
        assert_eq!(merged("10", person("13", "Paul")).await, Followed::Doubt);
        assert_eq!(asked().await.len(), 1);
    }
}

#[tokio::test]
async fn what_was_confidential_once_stays_secret() {
    for house in houses() {
        let confidential = |confidential| Announcement { confidential, ..said(2400) };
        let Heard::Added(id) = house.hear("2026-1", confidential(true)).await else { panic!("known") };
        house.hear("2026-1", confidential(false)).await;
        let invoice = house.invoice(id).await;
        assert!(invoice.secret && !invoice.confidential);
        use diesel::RunQueryDsl;
        let undone = house.here.db.write::<_, storage::StorageError, _>(move |tx| {
            Ok(diesel::sql_query("UPDATE invoices SET secret = (1 = 0)").execute(tx.conn())?)
        });
        assert_eq!(undone.await.unwrap_err().refusal(), Some("invoices_secret_for_ever"));

        // Also when a payer was at it.
        let other = house.added("2026-2", 2400).await;
        house.begin(&[(other, None)]).await.unwrap();
        assert!(matches!(house.hear("2026-2", confidential(true)).await, Heard::Held(_)));
        assert!(house.invoice(other).await.secret);
    }
}
