//! Many at once: nobody gets the same time twice, counted in the database.

use super::*;
use crate::domain::Refusal;

/// 64 patients, three lengths of visit, two agendas, one morning: every one tries until nothing is left.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_patients_on_few_slots() {
    for house in House::all(2).await {
        let house = Arc::new(house);
        let reasons = [house.reason("FIRST").await, house.reason("ECG").await, house.reason("STRESS").await];
        let mut clients = tokio::task::JoinSet::new();
        for client in 0..64u128 {
            let (house, reason) = (house.clone(), reasons[usize::try_from(client % 3).unwrap()]);
            clients.spawn(async move { try_hard(&house, reason, client).await });
        }
        let (mut won, mut lost) = (0, 0);
        while let Some(outcome) = clients.join_next().await {
            let (booked, taken) = outcome.unwrap();
            won += booked;
            lost += taken;
        }
        assert_eq!(house.overlaps().await, 0);
        assert_eq!(house.count("SELECT count(*) AS n FROM appointments").await, won);
        assert_eq!(house.count("SELECT count(*) AS n FROM allocations WHERE patient_id IS NOT NULL").await, won);
        assert_eq!(house.count("SELECT count(*) AS n FROM events").await, won);
        assert!(won > 0 && lost > 0, "they did compete: {won} won, {lost} lost");
    }
}

/// Holds or books directly one of the first times of Monday, up to six times.
async fn try_hard(house: &House, reason: VisitReasonId, client: u128) -> (i64, i64) {
    let (patient, visit) = (id(1000 + client), id(2000 + client));
    let (mut won, mut lost) = (0, 0);
    let monday = Wanted { before: Some("2026-11-23T23:00:00Z".parse().unwrap()), limit: 12, ..Wanted::default() };
    for attempt in 0..6 {
        let offers = house.search(reason, monday.clone()).await;
        let Some(offer) = offers.get(usize::try_from(client).unwrap() % offers.len().max(1)) else { break };
        let outcome = match (client + attempt) % 2 {
            0 => house.book(patient, visit, direct(offer)).await,
            _ => match house.hold(visit, offer.slot.agenda, wish(offer)).await {
                Ok(hold) => house.book(patient, visit, What::Hold(hold.id)).await,
                Err(refused) => Err(refused),
            },
        };
        match outcome {
            Ok(_) => won += 1,
            Err(Failure::Refused(Refusal::SlotTaken)) => lost += 1,
            Err(Failure::Refused(Refusal::LimitReached { .. } | Refusal::AlreadyHasOneThen)) => break,
            Err(other) => panic!("{other:?}"),
        }
    }
    (won, lost)
}

/// One patient, two telephones: the limit of two holds in a storm.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_patient_in_a_storm_keeps_the_limits() {
    for house in House::all(3).await {
        let house = Arc::new(house);
        let reason = house.reason("FIRST").await;
        let offers = house.first(reason, 12).await;
        let mut tries = tokio::task::JoinSet::new();
        for (number, offer) in offers.into_iter().enumerate() {
            let house = house.clone();
            let visit = id(300 + u128::try_from(number).unwrap());
            tries.spawn(async move { house.book(id(100), visit, direct(&offer)).await });
        }
        let outcomes = tries.join_all().await;
        let booked = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(booked, 2);
        for refused in outcomes.into_iter().filter_map(Result::err) {
            let Failure::Refused(refusal) = refused else { panic!("{refused:?}") };
            // Neighbouring times overlap: some are gone by the patient's own booking.
            let expected = [Refusal::LimitReached { max: 2 }, Refusal::AlreadyHasOneThen, Refusal::SlotTaken];
            assert!(expected.contains(&refusal), "{refusal:?}");
        }
    }
}

/// One visitor clicks everywhere at once: never more than one hold per reason, no deadlock between agendas.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_visitor_clicking_everywhere() {
    for house in House::all(4).await {
        let house = Arc::new(house);
        let reason = house.reason("FIRST").await;
        let offers = house.first(reason, 12).await;
        let mut clicks = tokio::task::JoinSet::new();
        for offer in offers {
            let house = house.clone();
            clicks.spawn(async move { house.hold(id(200), offer.slot.agenda, wish(&offer)).await });
        }
        for outcome in clicks.join_all().await {
            assert!(
                matches!(
                    outcome,
                    Ok(_) | Err(Failure::Refused(Refusal::SlotTaken) | Failure::Storage(StorageError::Crossed))
                ),
                "{outcome:?}"
            );
        }
        assert_eq!(house.overlaps().await, 0);
        let kept = house.count("SELECT count(*) AS n FROM holds WHERE state = 'kept'").await;
        assert_eq!(kept, house.count("SELECT count(*) AS n FROM allocations").await);
        assert_eq!(kept, 1);
    }
}

/// One hold, confirmed from eight tabs: one appointment, and nobody is told that the time was lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_hold_is_used_once() {
    for house in House::all(1).await {
        let house = Arc::new(house);
        let offer = house.first(house.reason("FIRST").await, 1).await[0];
        let hold = house.hold(id(200), offer.slot.agenda, wish(&offer)).await.unwrap();
        let mut tabs = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let house = house.clone();
            tabs.spawn(async move { house.book(id(100), id(200), What::Hold(hold.id)).await });
        }
        let (booked, refused): (Vec<_>, Vec<_>) = tabs.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!(booked.len(), 1);
        for refusal in refused {
            // The appointment of the first tab is what the others may meet before the hold's own end.
            assert!(
                matches!(refusal, Err(Failure::Refused(Refusal::HoldUnknown | Refusal::AlreadyHasOneThen))),
                "{refusal:?}"
            );
        }
    }
}
