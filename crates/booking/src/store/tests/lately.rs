//! What a node may show without asking: what it changed itself at once, what others changed within the second.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::domain::Refusal;

const SECOND: Duration = Duration::from_secs(1);

impl House {
    /// The same database behind a node that trusts what it was told for so long.
    fn trusting(mut self, trust: Duration) -> Self {
        self.node = node_of(&self.db, trust);
        self
    }

    /// What a visitor who is not logged in is shown.
    async fn glance(&self, visit: VisitId, reason: VisitReasonId, limit: usize) -> Vec<Offer> {
        let (node, now) = (self.node.clone(), self.db.now());
        let wanted = Wanted { from: now, limit, ..Wanted::default() };
        match node.recent(reason, &wanted, visit, now) {
            Some(offers) => offers,
            None => self.ask(move |conn| node.search(conn, reason, &wanted, visit, now)).await,
        }
    }

    /// Whether the next look around asks nothing.
    fn remembers(&self, reason: VisitReasonId) -> bool {
        self.node.recent(reason, &Wanted { limit: 1, ..Wanted::default() }, id(0), self.db.now()).is_some()
    }
}

/// Makes the clock go on a little: what is asked and changed in one instant counts as changed.
fn later(house: &House) {
    house.clock.advance(SignedDuration::from_millis(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_another_node_is_seen_within_the_second_and_refused_cleanly_before() {
    for house in House::all(1).await {
        let house = house.trusting(SECOND);
        let reason = house.reason("FIRST").await;
        let before = house.glance(id(200), reason, 3).await;
        later(&house);
        let other = node_of(&house.db, SECOND);
        let command = HoldSlot { owner: id(201), agenda: before[0].slot.agenda, wish: wish(&before[0]) };
        house.db.write(move |tx| holds::keep(tx, &other, command)).await.unwrap();

        assert_eq!(house.glance(id(200), reason, 3).await, before, "told a moment ago");
        let refused = house.hold(id(200), before[0].slot.agenda, wish(&before[0])).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::SlotTaken))), "{refused:?}");
        let refused = house.book(id(100), id(200), direct(&before[0])).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::SlotTaken))), "{refused:?}");
        assert!(!house.search(reason, Wanted { limit: 3, ..Wanted::default() }).await.contains(&before[0]), "asked");

        house.clock.advance(SignedDuration::from_secs(1));
        assert!(!house.glance(id(200), reason, 3).await.contains(&before[0]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_this_node_is_seen_at_once() {
    for house in House::all(2).await {
        let house = house.trusting(SECOND);
        let reason = house.reason("FIRST").await;
        let (mine, theirs) = (id(200), id(201));
        let first = house.glance(mine, reason, 1).await[0];
        later(&house);
        assert!(house.remembers(reason));

        let hold = house.hold(mine, first.slot.agenda, wish(&first)).await.unwrap();
        assert_eq!(house.glance(mine, reason, 1).await[0].kept, Some(hold.id));
        assert_ne!(house.glance(theirs, reason, 1).await[0].slot, first.slot);
        later(&house);
        house.release(mine, hold.id).await.unwrap();
        let again = house.glance(theirs, reason, 20).await;
        assert!(again.iter().all(|offer| offer.kept.is_none()) && again[0].slot.time == first.slot.time);
        later(&house);
        let booked = house.book(id(100), mine, direct(&again[0])).await.unwrap();
        assert!(!house.glance(theirs, reason, 20).await.contains(&again[0]));
        later(&house);
        house.cancel(id(100), booked).await.unwrap();
        assert!(house.glance(theirs, reason, 20).await.contains(&again[0]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_ends_is_seen_at_its_end() {
    for house in House::all(1).await {
        let house = house.trusting(10 * SECOND);
        let reason = house.reason("FIRST").await;
        let first = house.glance(id(200), reason, 1).await[0];
        house.hold(id(201), first.slot.agenda, wish(&first)).await.unwrap();
        house.clock.advance(SignedDuration::from_secs(599));
        assert_ne!(house.glance(id(200), reason, 1).await[0].slot, first.slot);
        house.clock.advance(SignedDuration::from_secs(1));
        assert_eq!(house.glance(id(200), reason, 1).await[0].slot, first.slot, "nobody wrote anything");
        house.clock.advance(SignedDuration::from_secs(-600));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reasons_that_do_not_exist_are_not_remembered() {
    let house = House::all(1).await.remove(0).trusting(SECOND);
    let (reason, absent) = (house.reason("FIRST").await, id(999));
    assert!(house.glance(id(200), absent, 1).await.is_empty() && !house.remembers(absent));
    assert!(!house.glance(id(200), reason, 1).await.is_empty() && house.remembers(reason));
}

/// What a visitor does, or time.
#[derive(Debug, Clone, Copy)]
enum Step {
    Hold { visitor: u8, offer: usize },
    Release { visitor: u8 },
    Book { visitor: u8, offer: usize },
    Wait { millis: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0u8..4, 0usize..6).prop_map(|(visitor, offer)| Step::Hold { visitor, offer }),
        (0u8..4).prop_map(|visitor| Step::Release { visitor }),
        (0u8..4, 0usize..6).prop_map(|(visitor, offer)| Step::Book { visitor, offer }),
        prop_oneof![1i64..400, 590_000i64..610_000].prop_map(|millis| Step::Wait { millis }),
    ]
}

impl House {
    async fn walk(&self, reason: VisitReasonId, step: Step) {
        let (visit, person) =
            (|visitor: u8| id(200 + u128::from(visitor)), |visitor: u8| id(100 + u128::from(visitor)));
        match step {
            // Refusals are part of it: what is looked at may be taken, a limit reached.
            Step::Hold { visitor, offer } => {
                if let Some(offer) = self.glance(visit(visitor), reason, 6).await.get(offer) {
                    drop(self.hold(visit(visitor), offer.slot.agenda, wish(offer)).await);
                }
            }
            Step::Release { visitor } => {
                let kept = self.glance(visit(visitor), reason, 6).await.into_iter().find_map(|offer| offer.kept);
                if let Some(kept) = kept {
                    drop(self.release(visit(visitor), kept).await);
                }
            }
            Step::Book { visitor, offer } => {
                if let Some(offer) = self.glance(visit(visitor), reason, 6).await.get(offer) {
                    drop(self.book(person(visitor), visit(visitor), direct(offer)).await);
                }
            }
            Step::Wait { millis } => self.clock.advance(SignedDuration::from_millis(millis)),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Alone on its database, a node shows what a node that remembers nothing would, whatever it trusts; and with a trust
    /// of zero it never answers without asking.
    #[test]
    fn a_node_alone_is_never_late(steps in prop::collection::vec(step(), 1..24), trust in prop_oneof![Just(0), 1u64..10_000]) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            for house in House::all(2).await {
                let house = house.trusting(Duration::from_millis(trust));
                let reason = house.reason("FIRST").await;
                for step in &steps {
                    house.walk(reason, *step).await;
                    let shown = house.glance(id(200), reason, 12).await;
                    let asked = {
                        let (node, now) = (node_of(&house.db, Duration::ZERO), house.db.now());
                        let wanted = Wanted { from: now, limit: 12, ..Wanted::default() };
                        house.ask(move |conn| node.search(conn, reason, &wanted, id(200), now)).await
                    };
                    prop_assert_eq!(shown, asked, "after {:?}", step);
                    prop_assert!(trust > 0 || !house.remembers(reason));
                }
            }
            Ok(())
        })?;
    }
}
