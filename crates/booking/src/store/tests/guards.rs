//! What the database refuses by itself, when the code before it is wrong.

use super::*;
use crate::{
    domain::{Interval, Refusal, sample::span},
    store::busy::{self, Taker},
};

async fn insert(house: &House, agenda: AgendaId, time: Interval, taker: Taker) -> Result<(), Failure> {
    let insert = move |tx: &mut storage::Tx<'_>| {
        busy::insert(tx, agenda, time, taker);
        Ok(())
    };
    house.db.write(insert).await
}

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_time_is_refused_whoever_writes_it() {
    for house in House::all(2).await {
        let offers = house.first(house.reason("STRESS").await, 1).await;
        let booked = house.book(id(100), id(200), direct(&offers[0])).await.unwrap();
        let agenda = offers[0].slot.agenda;
        let time = offers[0].slot.time;
        // Written past the rules, by somebody who forgot to ask them.
        let hold = house.first(house.reason("ECG").await, 1).await[0];
        let hold = house.hold(id(201), hold.slot.agenda, wish(&hold)).await.unwrap();
        house.db.write(move |tx| Ok::<_, Failure>(busy::free_hold(tx, hold.id)?)).await.unwrap();
        let taker = Taker::Hold { id: hold.id, until: hold.until };
        for inside in [
            time,
            span("2026-11-23T08:59:59Z", "2026-11-23T09:10:00Z"),
            span("2026-11-23T07:00:00Z", "2026-11-23T08:00:00.000001Z"),
        ] {
            let refused = insert(&house, agenda, inside, taker).await;
            assert!(matches!(refused, Err(Failure::Refused(Refusal::SlotTaken))), "{inside:?}: {refused:?}");
        }
        for (day, beside) in [
            ("after", span("2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z")),
            ("before", span("2026-11-22T20:00:00Z", "2026-11-23T08:00:00Z")),
        ] {
            insert(&house, agenda, beside, taker).await.unwrap_or_else(|error| panic!("{day}: {error:?}"));
            house.db.write(move |tx| Ok::<_, Failure>(busy::free_hold(tx, hold.id)?)).await.unwrap();
        }
        let long = span("2026-11-24T00:00:00Z", "2026-11-24T12:00:01Z");
        let refused = insert(&house, agenda, long, taker).await;
        assert!(matches!(refused, Err(Failure::Storage(_))), "longer than the look back: {refused:?}");
        let _ = booked;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_in_two_places_is_refused() {
    for house in House::all(2).await {
        let reason = house.reason("FIRST").await;
        let first = house.first(reason, 1).await[0];
        house.book(id(100), id(200), direct(&first)).await.unwrap();
        let second = house.first(reason, 1).await[0];
        assert_ne!(first.slot.agenda, second.slot.agenda);
        let other = house.book(id(101), id(200), direct(&house.first(reason, 9).await[8])).await.unwrap();
        let taker = Taker::Appointment { id: other, patient: id(100) };
        house.db.write(move |tx| Ok::<_, Failure>(busy::free_appointment(tx, other)?)).await.unwrap();
        let refused = insert(&house, second.slot.agenda, second.slot.time, taker).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::AlreadyHasOneThen))), "{refused:?}");
    }
}
