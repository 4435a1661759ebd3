//! T04 to T07, T09, T49 as far as the table decides them.

use jiff::SignedDuration;
use kernel::VisitId;
use storage::Db;

use super::databases;
use crate::{
    oidc::Pending,
    store::pending::{self, PendingFault, PendingLogin},
};

async fn begin(db: &Db, state: &str, visit: VisitId) -> Result<(), PendingFault> {
    let state = state.to_owned();
    db.write(move |tx| {
        let pending = Pending { nonce: "n".repeat(43), pkce_verifier: None };
        let login = PendingLogin { visit, provider: "fc".into(), pending, return_to: "/me".into() };
        pending::begin(tx, &state, &login)
    })
    .await
}

async fn take(db: &Db, state: &str, visit: VisitId, provider: &str) -> Option<PendingLogin> {
    let (state, provider) = (state.to_owned(), provider.to_owned());
    db.write(move |tx| pending::take(tx, &state, visit, &provider)).await.unwrap()
}

#[actix_web::test]
async fn a_state_serves_its_own_browser_and_provider_once() {
    for test in databases().0 {
        let (mine, other): (VisitId, VisitId) = (test.db.world().id(), test.db.world().id());
        begin(&test.db, "one", mine).await.unwrap();
        begin(&test.db, "two", mine).await.unwrap();
        assert!(take(&test.db, "three", mine, "fc").await.is_none(), "T03: unknown");
        assert!(take(&test.db, "", mine, "fc").await.is_none(), "T03: empty");
        assert!(take(&test.db, "one", other, "fc").await.is_none(), "T04: another browser");
        assert!(take(&test.db, "one", mine, "hospital").await.is_none(), "T09: another provider");
        let login = take(&test.db, "one", mine, "fc").await.unwrap();
        assert_eq!((login.return_to.as_str(), login.visit), ("/me", mine));
        assert!(take(&test.db, "one", mine, "fc").await.is_none(), "T05: a second time");
        assert!(take(&test.db, "two", mine, "fc").await.is_some(), "T07: the other tab");
    }
}

#[actix_web::test]
async fn t06_half_an_hour_later_it_is_forgotten() {
    let (all, clock) = databases();
    for test in all {
        let mine: VisitId = test.db.world().id();
        begin(&test.db, "one", mine).await.unwrap();
        clock.advance(SignedDuration::from_mins(30));
        assert!(take(&test.db, "one", mine, "fc").await.is_none());
        begin(&test.db, "two", mine).await.unwrap();
        clock.advance(SignedDuration::from_mins(31));
        begin(&test.db, "three", mine).await.unwrap();
        assert_eq!(test.db.read(pending::count).await.unwrap(), 1, "old ones are cleared away");
    }
}

#[actix_web::test]
async fn t49_one_browser_keeps_ten_at_most() {
    let (all, clock) = databases();
    for test in all {
        let mine: VisitId = test.db.world().id();
        for number in 0..14 {
            begin(&test.db, &format!("state {number}"), mine).await.unwrap();
            clock.advance(SignedDuration::from_secs(1));
        }
        assert_eq!(test.db.read(pending::count).await.unwrap(), 10);
        assert!(take(&test.db, "state 3", mine, "fc").await.is_none());
        assert!(take(&test.db, "state 4", mine, "fc").await.is_some());
    }
}

#[actix_web::test]
async fn t45_the_state_of_a_logout_is_checked_on_return() {
    let (all, clock) = databases();
    for test in all {
        let take = async |state: &'static str| test.db.write(move |tx| pending::take_logout(tx, state)).await.unwrap();
        test.db.write(|tx| pending::begin_logout(tx, "one")).await.unwrap();
        assert_eq!((take("two").await, take("one").await, take("one").await), (false, true, false));
        test.db.write(|tx| pending::begin_logout(tx, "late")).await.unwrap();
        clock.advance(SignedDuration::from_mins(30));
        assert!(!take("late").await);
    }
}
