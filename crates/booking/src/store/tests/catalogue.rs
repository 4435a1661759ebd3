use super::*;
use crate::store::catalogue::{self, ServiceFilter};

#[tokio::test(flavor = "multi_thread")]
async fn services_are_found_by_plain_words() {
    for house in House::all(2).await {
        for (text, expected) in
            [("", 1), ("coeur", 1), ("CARDIO martin1", 1), ("vaisseaux zoe", 1), ("peau", 0), ("%", 1)]
        {
            let filter = ServiceFilter { text: text.into(), ..ServiceFilter::default() };
            let found = house.ask(move |conn| catalogue::services(conn, &filter)).await;
            assert_eq!(found.len(), expected, "{text}");
        }
        let elsewhere = ServiceFilter { establishment: Some(id(9)), ..ServiceFilter::default() };
        assert!(house.ask(move |conn| catalogue::services(conn, &elsewhere)).await.is_empty());
        let here = ServiceFilter { establishment: Some(establishment()), ..ServiceFilter::default() };
        let service = house.ask(move |conn| catalogue::services(conn, &here)).await.remove(0);
        let reasons = house.ask(move |conn| catalogue::reasons(conn, service.facts.id)).await;
        let codes: Vec<_> = reasons.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(codes, ["FIRST", "ECG", "STRESS", "HOLTER", "WARD"], "in the order of the scenario");
        let who = house.ask(move |conn| catalogue::practitioners(conn, Some(service.facts.id))).await;
        assert_eq!(who.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn loading_twice_changes_and_does_not_double() {
    for house in House::all(2).await {
        let first = house.first(house.reason("FIRST").await, 1).await[0];
        let mut changed = scenario(2);
        changed.services[0].visit_reasons[0].minutes = 45;
        changed.agendas[0].openings[0].from = "10:00".parse().unwrap();
        changed.agendas[1].openings.clear();
        house.load(changed).await.unwrap();
        let offer = house.first(first.slot.reason, 1).await[0];
        assert_eq!(offer.slot.time.start().to_string(), "2026-11-23T09:00:00Z", "seen at once, though it was cached");
        assert_eq!(offer.slot.time.end().to_string(), "2026-11-23T09:45:00Z");
        for (table, rows) in [
            ("SELECT count(*) AS n FROM services", 1),
            ("SELECT count(*) AS n FROM visit_reasons", 5),
            ("SELECT count(*) AS n FROM agendas", 2),
            ("SELECT count(*) AS n FROM openings", 5),
            ("SELECT count(*) AS n FROM absences", 2),
        ] {
            assert_eq!(house.count(table).await, rows, "{table}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_scenario_says_where() {
    let house = House::all(1).await.remove(0);
    let fault = |change: fn(&mut Scenario)| {
        let mut wrong = scenario(1);
        change(&mut wrong);
        let loading = house.load(wrong);
        async move { loading.await.unwrap_err().to_string() }
    };
    assert_eq!(
        fault(|s| s.services[0].speciality = "SM00".into()).await,
        "service CARD: SM00: not a speciality of TRE_R38"
    );
    assert_eq!(
        fault(|s| s.agendas[0].openings[0].reasons = vec!["X".into()]).await,
        format!("agenda of {} in CARD: no visit reason X", rpps(0))
    );
    assert_eq!(fault(|s| s.agendas[0].service = "X".into()).await, "service X: unknown in 750712184");
    assert_eq!(
        fault(|s| s.agendas[0].absences[0].from = "2027-03-28T02:30".parse().unwrap()).await,
        format!("agenda of {} in CARD: 2027-03-28T02:30:00 does not exist in Europe/Paris", rpps(0))
    );
    assert!(
        fault(|s| s.services[0].visit_reasons[0].minutes = 1).await.starts_with("visit reason FIRST of CARD: a value")
    );
    assert!(serde_json::from_str::<Scenario>(r#"{"servces": []}"#).is_err(), "a misspelt name is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_nodes_see_a_booking_at_once() {
    for house in House::all(1).await {
        let reason = house.reason("FIRST").await;
        let other = node_of(&house.db, Duration::from_secs(1));
        let look = |node: Arc<Availability>| {
            let now = house.db.now();
            let wanted = Wanted { from: now, limit: 2, ..Wanted::default() };
            house.ask(move |conn| node.search(conn, reason, &wanted, id(0), now))
        };
        let before = look(other.clone()).await;
        house.book(id(100), id(200), direct(&before[0])).await.unwrap();
        let after = look(other.clone()).await;
        assert!(!after.contains(&before[0]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_practitioner_is_one_offer_per_moment() {
    let house = House::all(5).await.remove(0);
    let reason = house.reason("FIRST").await;
    let offers = house.first(reason, 20).await;
    assert!(offers.windows(2).all(|pair| pair[0].slot.time < pair[1].slot.time), "each moment once");
    let who: std::collections::BTreeSet<_> = offers.iter().map(|offer| offer.practitioner).collect();
    assert!(who.len() >= 4, "the work is spread: {who:?}");
    let node = house.node.clone();
    let (start, now) = (offers[0].slot.time.start(), house.db.now());
    let free = house.ask(move |conn| node.free_at(conn, reason, None, start, now)).await;
    assert_eq!(free.len(), 5);
}
