use jiff::SignedDuration;

use super::*;
use crate::{
    domain::{Refusal, appointment::State},
    store::facts,
};

#[tokio::test(flavor = "multi_thread")]
async fn hold_book_see_and_cancel() {
    for house in House::all(1).await {
        let reason = house.reason("FIRST").await;
        let (patient, visit) = (id(100), id(200));
        let offer = house.first(reason, 1).await[0];
        assert_eq!(offer.slot.time.start().to_string(), "2026-11-23T08:00:00Z", "Monday at nine in Paris");

        let hold = house.hold(visit, offer.slot.agenda, wish(&offer)).await.unwrap();
        assert_eq!(hold.until, house.db.now() + SignedDuration::from_mins(10));
        assert_ne!(house.first(reason, 1).await[0].slot, offer.slot, "busy for others");
        let again = house.hold(visit, offer.slot.agenda, wish(&offer)).await.unwrap();
        assert_eq!(again.id, hold.id, "its owner finds it again");

        let booked = house.book(patient, visit, What::Hold(hold.id)).await.unwrap();
        let seen = house.ask(move |conn| facts::one(conn, paris, booked)).await.unwrap();
        assert_eq!((seen.state, seen.sequence, seen.patient), (State::Booked, 0, patient));
        assert_eq!((seen.starts_at, seen.place.site), (offer.slot.time.start(), id(2)));
        assert_eq!((seen.reason.code.as_str(), seen.practitioner.name().as_str()), ("FIRST", "Dr Zoé Martin0"));
        assert!(seen.reference.len() == 11);
        let listed = house.ask(move |conn| facts::of_patient(conn, paris, patient)).await;
        assert_eq!(listed, [seen]);
        assert!(house.ask(move |conn| facts::of_patient(conn, paris, id(101))).await.is_empty());

        assert!(matches!(house.cancel(id(101), booked).await, Err(Failure::Unknown)), "somebody else's");
        house.cancel(patient, booked).await.unwrap();
        assert!(matches!(house.cancel(patient, booked).await, Err(Failure::Refused(Refusal::AlreadyCancelled))));
        let seen = house.ask(move |conn| facts::one(conn, paris, booked)).await.unwrap();
        assert_eq!((seen.state, seen.sequence), (State::Cancelled, 1));
        assert_eq!(house.first(reason, 1).await[0].slot, offer.slot, "free again");
        assert_eq!(house.count("SELECT count(*) AS n FROM allocations").await, 0);
        assert_eq!(house.count("SELECT count(*) AS n FROM deliveries").await, 2);
        assert_eq!(house.count("SELECT count(*) AS n FROM proof_records").await, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_ended_is_told_and_frees_its_time() {
    for house in House::all(1).await {
        let reason = house.reason("FIRST").await;
        let offer = house.first(reason, 1).await[0];
        let hold = house.hold(id(200), offer.slot.agenda, wish(&offer)).await.unwrap();
        assert_ne!(house.first(reason, 1).await[0].slot, offer.slot);
        house.clock.advance(SignedDuration::from_mins(10));
        assert_eq!(house.first(reason, 1).await[0].slot, offer.slot, "free without any write");
        let late = house.book(id(100), id(200), What::Hold(hold.id)).await;
        assert!(matches!(late, Err(Failure::Refused(Refusal::HoldExpired))), "{late:?}");
        let other = house.hold(id(201), offer.slot.agenda, wish(&offer)).await.unwrap();
        let foreign = house.book(id(100), id(200), What::Hold(other.id)).await;
        assert!(matches!(foreign, Err(Failure::Refused(Refusal::HoldUnknown))), "{foreign:?}");
        let taken = house.hold(id(200), offer.slot.agenda, wish(&offer)).await;
        assert!(matches!(taken, Err(Failure::Refused(Refusal::SlotTaken))), "{taken:?}");
        house.clock.advance(SignedDuration::from_hours(-1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_choice_moves_the_hold_and_a_release_frees_it() {
    for house in House::all(2).await {
        let reason = house.reason("FIRST").await;
        let offers = house.first(reason, 3).await;
        let first = house.hold(id(200), offers[0].slot.agenda, wish(&offers[0])).await.unwrap();
        let second = house.hold(id(200), offers[2].slot.agenda, wish(&offers[2])).await.unwrap();
        assert_ne!(first.id, second.id);
        assert_eq!(house.count("SELECT count(*) AS n FROM allocations").await, 1);
        let used = house.book(id(100), id(200), What::Hold(first.id)).await;
        assert!(matches!(used, Err(Failure::Refused(Refusal::HoldUnknown))), "{used:?}");
        house.release(id(200), second.id).await.unwrap();
        assert_eq!(house.count("SELECT count(*) AS n FROM allocations").await, 0);
        let again = house.release(id(200), second.id).await;
        assert!(matches!(again, Err(Failure::Unknown)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_keeps_can_be_booked_directly() {
    for house in House::all(1).await {
        let offer = house.first(house.reason("FIRST").await, 1).await[0];
        house.hold(id(200), offer.slot.agenda, wish(&offer)).await.unwrap();
        let other = house.book(id(101), id(201), direct(&offer)).await;
        assert!(matches!(other, Err(Failure::Refused(Refusal::SlotTaken))), "{other:?}");
        house.book(id(100), id(200), direct(&offer)).await.unwrap();
        assert_eq!(house.count("SELECT count(*) AS n FROM allocations WHERE appointment_id IS NOT NULL").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_and_places_are_kept() {
    for house in House::all(2).await {
        let reason = house.reason("FIRST").await;
        let offers = house.first(reason, 8).await;
        let patient = id(100);
        house.book(patient, id(200), direct(&offers[0])).await.unwrap();
        let other_doctor = house.search(reason, Wanted { from: Timestamp::UNIX_EPOCH, limit: 1, ..Wanted::default() });
        let same_time = other_doctor.await[0];
        assert_eq!(same_time.slot.time, offers[0].slot.time, "the other one is still free");
        let both = house.book(patient, id(200), direct(&same_time)).await;
        assert!(matches!(both, Err(Failure::Refused(Refusal::AlreadyHasOneThen))), "{both:?}");
        house.book(patient, id(200), direct(&offers[4])).await.unwrap();
        let third = house.book(patient, id(200), direct(&offers[7])).await;
        assert!(matches!(third, Err(Failure::Refused(Refusal::LimitReached { max: 2 }))), "{third:?}");
        // Past visits no longer count.
        house.clock.advance(SignedDuration::from_hours(24 * 14));
        let later = house.first(reason, 1).await[0];
        house.book(patient, id(200), direct(&later)).await.unwrap();
        house.clock.advance(SignedDuration::from_hours(-24 * 14));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_keeps_three_times_at_once() {
    for house in House::all(1).await {
        for (code, expected) in [("FIRST", true), ("ECG", true), ("STRESS", true), ("HOLTER", false)] {
            let offer = house.first(house.reason(code).await, 1).await[0];
            let kept = house.hold(id(200), offer.slot.agenda, wish(&offer)).await;
            assert_eq!(kept.is_ok(), expected, "{code}: {kept:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_reason_or_agenda_is_refused() {
    for house in House::all(1).await {
        let offer = house.first(house.reason("FIRST").await, 1).await[0];
        let closed = Wish { reason: house.reason("WARD").await, ..wish(&offer) };
        let refused = house.hold(id(200), offer.slot.agenda, closed).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::ReasonClosed))), "{refused:?}");
        let nowhere = house.hold(id(200), id(999), wish(&offer)).await;
        assert!(matches!(nowhere, Err(Failure::Refused(Refusal::ReasonClosed))), "{nowhere:?}");
        let mut shut = scenario(1);
        shut.agendas[0].open = false;
        house.load(shut).await.unwrap();
        let refused = house.book(id(100), id(200), direct(&offer)).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::ReasonClosed))), "{refused:?}");
        assert!(house.first(offer.slot.reason, 1).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn old_holds_are_forgotten_with_their_time() {
    for house in House::all(1).await {
        let offer = house.first(house.reason("FIRST").await, 1).await[0];
        house.hold(id(200), offer.slot.agenda, wish(&offer)).await.unwrap();
        house.clock.advance(SignedDuration::from_mins(24 * 60 + 9));
        assert_eq!(house.db.write(crate::sweep).await.unwrap(), 0);
        house.clock.advance(SignedDuration::from_mins(2));
        assert_eq!(house.db.write(crate::sweep).await.unwrap(), 1);
        assert_eq!(house.count("SELECT count(*) AS n FROM allocations").await, 0);
        house.clock.advance(SignedDuration::from_mins(-(24 * 60 + 11)));
    }
}
