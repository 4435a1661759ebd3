//! What the desk counts and is told of, on both databases.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use kernel::{Money, World};

use super::money::{House, houses, nothing_odd, said};
use crate::{
    commands,
    desk::{
        Cashier,
        deeds::{self, Ruling},
        look::Seen,
    },
    domain::{
        Refusal,
        announce::Announcement,
        creditor::Mode,
        lookups::Answer,
        totals::{Sum, count},
    },
    failure::Failure,
    read,
    store::{
        attempts::{self, Stretch},
        creditor_alerts::{self, CreditorAlert},
        resolutions, sums,
    },
};

impl House {
    fn stretch(&self, creditor: &str, from: Timestamp, until: Timestamp) -> Stretch {
        Stretch { of: vec![self.establishment], creditor: creditor.to_owned(), bounds: (from, until) }
    }

    /// A payer is refused by the provider before leaving, in these words.
    async fn refused(&self, number: &str, words: &'static str) {
        let invoice = self.added(number, 2400).await;
        let id = self.written(Mode::Production, &[(invoice, None)]).await.unwrap().id;
        self.here.db.write(move |tx| commands::not_sent(tx, id, Some(words))).await.unwrap();
    }

    async fn stopped(&self) -> Vec<CreditorAlert> {
        let of = self.establishment;
        self.here.db.read(move |conn| creditor_alerts::open(conn, &[of], 100)).await.unwrap()
    }

    async fn clear(&self, cashier: Cashier, alert: &CreditorAlert, reason: &'static str) -> Result<(), Failure> {
        let id = alert.id;
        self.here.db.write(move |tx| deeds::clear_creditor(tx, &cashier, id, reason)).await
    }
}

/// Payments of all kinds: of two creditors, in parts, several invoices at once, odd ones that were accepted, refused or wait,
/// a test, and money that was given back.
async fn all_kinds(house: &House) {
    let other = Announcement { creditor: "sejours".to_owned(), ..said(18_000) };
    let crate::Heard::Added(stay) = house.hear("S-1", other).await else { panic!("known") };
    let part = house.begin(&[(stay, Some(5_000))]).await.unwrap();
    house.answer(&part, Answer::Paid, nothing_odd).await;
    let part = house.begin(&[(stay, Some(3_000))]).await.unwrap();
    house.answer(&part, Answer::DebitAccepted, nothing_odd).await;

    let (first, second) = (house.added("C-1", 2_400).await, house.added("C-2", 1_100).await);
    let both = house.begin(&[(first, None), (second, None)]).await.unwrap();
    house.answer(&both, Answer::Paid, nothing_odd).await;

    for (number, ruling) in
        [("O-1", Some(Ruling::Accept(Some(Money::from_cents(2_350))))), ("O-2", Some(Ruling::Refuse)), ("O-3", None)]
    {
        let invoice = house.added(number, 2_400).await;
        let attempt = house.begin(&[(invoice, None)]).await.unwrap();
        let attempt = house.answer(&attempt, Answer::Paid, |told| told.amount = Some(Money::from_cents(2_350))).await;
        if let Some(ruling) = ruling {
            house.rule(&attempt, ruling).await.unwrap();
        }
    }
    let test = house.added("T-1", 9_900).await;
    let attempt = house.begin_in(Mode::Test, &[(test, None)]).await.unwrap();
    house.answer(&attempt, Answer::Paid, |told| told.refdet = Some("AUTRE1".to_owned())).await;
    for (number, answer) in [("W-1", Answer::Pending), ("U-1", Answer::Refused)] {
        let invoice = house.added(number, 700).await;
        let attempt = house.begin(&[(invoice, None)]).await.unwrap();
        house.answer(&attempt, answer, nothing_odd).await;
    }
    // Paid twice, and given back once.
    let twice = house.added("D-1", 2_000).await;
    let late = house.begin(&[(twice, None)]).await.unwrap();
    house.wait(121);
    house.answer(&late, Answer::Pending, nothing_odd).await;
    let paid = house.begin(&[(twice, None)]).await.unwrap();
    house.answer(&paid, Answer::Paid, nothing_odd).await;
    house.answer(&late, Answer::Paid, nothing_odd).await;
}

#[tokio::test]
async fn what_the_database_sums_is_what_the_lines_add_up_to() {
    for house in houses() {
        let from = house.here.db.now();
        all_kinds(&house).await;
        let until = house.here.db.now() + SignedDuration::from_secs(1);
        for creditor in ["", "sejours", "regie-consultations", "nobody"] {
            let stretch = house.stretch(creditor, from, until);
            let (asked, summed) = (stretch.clone(), stretch.clone());
            let lines = house.here.db.read::<_, Failure, _>(move |conn| {
                let attempts = attempts::of_period(conn, &asked)?;
                let ids: Vec<_> = attempts.iter().map(|attempt| attempt.id).collect();
                let mut resolutions = resolutions::of_attempts(conn, &ids)?;
                let seen = |attempt: attempts::Attempt| Seen { resolution: resolutions.remove(&attempt.id), attempt };
                Ok(attempts.into_iter().map(seen).collect::<Vec<_>>())
            });
            let (lines, counts) = (lines.await.unwrap(), house.here.db.read(move |conn| sums::payments(conn, &summed)));
            let counts = count(&counts.await.unwrap());
            let mut by_hand: BTreeMap<(String, bool, &str), (u64, i64)> = BTreeMap::new();
            for seen in &lines {
                let is_real = seen.attempt.mode.is_real();
                let place = by_hand.entry((seen.attempt.creditor.clone(), is_real, seen.column().name())).or_default();
                *place = (place.0 + 1, place.1 + seen.amount().cents());
            }
            let mut told = BTreeMap::new();
            let real = counts.creditors.iter().map(|((_, key), totals)| (key, true, totals));
            let trials = counts.trials.iter().map(|(((_, key), _), totals)| (key, false, totals));
            for (key, is_real, totals) in real.chain(trials) {
                for (column, sum) in totals.columns().filter(|(_, sum)| sum.count > 0) {
                    told.insert((key.clone(), is_real, column.name()), (sum.count, sum.amount.cents()));
                }
            }
            assert_eq!(told, by_hand, "{creditor}");
            let expected = match creditor {
                "" => (11, 7),
                "sejours" => (2, 2),
                "regie-consultations" => (9, 5),
                _ => (0, 0),
            };
            assert_eq!((lines.len(), by_hand.len()), expected, "each kind is put to the test for {creditor:?}");
        }

        // What was given back stands on its own day, whenever it was paid.
        house.wait(24 * 60);
        let tasks = house.tasks().await;
        let task = tasks.iter().find(|task| task.refund.is_counted).expect("money that was too much");
        house.refund_as(house.cashier(), task, "virement").await.unwrap();
        let now = house.here.db.now();
        let given = async |creditor: &str, from: Timestamp| {
            let stretch = house.stretch(creditor, from, now + SignedDuration::from_secs(1));
            let given = house.here.db.read(move |conn| sums::given_back(conn, &stretch)).await.unwrap();
            given.into_values().fold(Sum::default(), |mut all, sum| {
                all.add(sum);
                all
            })
        };
        let whole = Sum { count: 1, amount: Money::from_cents(2_000) };
        assert_eq!(given("", now).await, whole);
        assert_eq!(given("regie-consultations", from).await, whole);
        assert_eq!(given("sejours", from).await, Sum::default());
        assert_eq!(given("", now + SignedDuration::from_millis(1)).await, Sum::default());
    }
}

#[tokio::test]
async fn a_wrong_setting_is_one_alert_for_each_creditor_and_cause_until_it_is_seen_to() {
    for house in houses() {
        const UNKNOWN: &str = "T2 numéro client absent de la base";
        for number in ["R-1", "R-2", "R-3"] {
            house.refused(number, UNKNOWN).await;
            house.wait(1);
        }
        house.refused("R-4", "T4 pas d’accès").await;
        let stopped = house.stopped().await;
        let counts: Vec<(&str, i64)> = stopped.iter().map(|alert| (alert.cause.as_str(), alert.payments)).collect();
        assert_eq!(counts, [("T4 pas d’accès", 1), (UNKNOWN, 3)]);
        let of_the_first = stopped.last().unwrap();
        assert_eq!(of_the_first.creditor, "regie-consultations");
        assert_eq!(of_the_first.last_at.duration_since(of_the_first.first_at), SignedDuration::from_mins(2));
        let waiting = house.here.db.read(read::to_review).await.unwrap();
        assert_eq!((waiting.creditors, waiting.attempts), (2, 0), "no alert for each payment");

        let stranger = Cashier { of: vec![World::system().id()], ..house.cashier() };
        assert!(matches!(house.clear(stranger, of_the_first, "vu").await, Err(Failure::Unknown)));
        let silent = house.clear(house.cashier(), of_the_first, "").await;
        assert!(matches!(silent, Err(Failure::Refused(Refusal::WordsNotFit))), "{silent:?}");
        house.clear(house.cashier(), of_the_first, "numéro corrigé").await.unwrap();
        let again = house.clear(house.cashier(), of_the_first, "encore").await;
        assert!(matches!(again, Err(Failure::Refused(Refusal::NothingToDecide))), "{again:?}");
        assert_eq!(house.stopped().await.len(), 1);

        house.refused("R-5", UNKNOWN).await;
        let anew = house.stopped().await;
        assert_eq!(anew.iter().find(|alert| alert.cause == UNKNOWN).map(|alert| alert.payments), Some(1), "told anew");
        let until = house.here.db.now() + SignedDuration::from_secs(1);
        let gone = house.here.db.write(move |tx| creditor_alerts::erase(tx, until)).await.unwrap();
        assert_eq!((gone, house.stopped().await.len()), (1, 2), "only what was seen to is ever erased");
    }
}
