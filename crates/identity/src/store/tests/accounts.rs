//! T54, T55: logins again, changed traits, people who look alike.

use jiff::SignedDuration;
use serde_json::{Value, json};
use storage::{Db, StorageError};

use super::databases;
use crate::{
    admit,
    domain::{contact::Contact, granted::Granted, traits::Traits},
    read,
    store::{
        patients::{self, AccountKey},
        traces,
    },
    traces::{Action, ActorKind},
};

pub(super) fn key(subject: &str) -> AccountKey {
    AccountKey { issuer: "https://idp.example".into(), client_id: "parvis".into(), subject: subject.into() }
}

pub(super) fn traits(changes: Value) -> Traits {
    let mut all = json!({
        "family_name": "DUBINÔRE", "given_name": "Angèle Marie", "given_name_array": ["Angèle Marie"],
        "birthdate": "1962-11-01", "idp_birthdate": "1962-11-00", "birthplace": "", "birthcountry": "99350",
        "gender": "unspecified", "email": "a@exemple.test",
    });
    all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    Traits::read(all.as_object().unwrap()).unwrap()
}

pub(super) async fn log_in(db: &Db, subject: &'static str, traits: Traits) -> kernel::PatientId {
    db.write(move |tx| admit::patient(tx, &key(subject), &traits, Some("eidas1"), "fr")).await.unwrap().id
}

#[actix_web::test]
async fn t53_the_first_login_keeps_the_traits_as_given() {
    for test in databases().0 {
        let id = log_in(&test.db, "s1", traits(json!({}))).await;
        let facts = test.db.read(move |conn| read::patient(conn, id)).await.unwrap().unwrap();
        assert_eq!(
            (facts.birthdate.as_deref(), facts.idp_birthdate.as_deref()),
            (Some("1962-11-01"), Some("1962-11-00"))
        );
        assert_eq!((facts.birthplace.as_deref(), facts.gender.as_deref()), (Some(""), Some("unspecified")));
        assert_eq!((facts.full_name().as_str(), facts.language.as_str()), ("Angèle Marie DUBINÔRE", "fr"));
        assert_eq!(facts.email.as_deref(), Some("a@exemple.test"));
        assert_eq!(format!("{facts:?}"), format!("PatientFacts({id})"));
    }
}

#[actix_web::test]
async fn t54_a_later_login_keeps_the_account_and_traces_the_change() {
    let (all, clock) = databases();
    for test in all {
        let first = log_in(&test.db, "s1", traits(json!({}))).await;
        let contact = Contact { email: Some("mine@exemple.test".into()), phone: Some("+33612345678".into()) };
        test.db.write(move |tx| patients::set_contact(tx, first, &contact, "en")).await.unwrap();
        clock.advance(SignedDuration::from_hours(1));
        let same = log_in(&test.db, "s1", traits(json!({}))).await;
        let changes = json!({"family_name": "RECTIFIÉ", "email": "b@exemple.test"});
        let changed = log_in(&test.db, "s1", traits(changes)).await;
        assert_eq!((first, first), (same, changed));
        let facts = test.db.read(move |conn| read::patient(conn, first)).await.unwrap().unwrap();
        assert_eq!(facts.family_name, "RECTIFIÉ");
        assert_eq!((facts.email.as_deref(), facts.language.as_str()), (Some("mine@exemple.test"), "en"));
        assert_eq!(test.db.read(patients::count).await.unwrap(), (1, 1), "one account, one set of former traits");
        let lines = test.db.read(move |conn| traces::latest(conn, first, None, 10)).await.unwrap();
        let told: Vec<_> = lines.iter().map(|line| (line.actor_kind, line.action, line.what.as_str())).collect();
        let login = (ActorKind::Patient, Action::Login, "eidas1");
        assert_eq!(told, [login, (ActorKind::System, Action::Changed, "family_name, email"), login, login]);
    }
}

#[actix_web::test]
async fn t55_people_who_look_alike_are_never_merged() {
    for test in databases().0 {
        let one = log_in(&test.db, "s1", traits(json!({}))).await;
        let other = log_in(&test.db, "s2", traits(json!({}))).await;
        assert_ne!(one, other);
        let mut elsewhere = key("s1");
        elsewhere.issuer = "https://other.example".into();
        let traits = traits(json!({}));
        let third = test.db.write(move |tx| admit::patient(tx, &elsewhere, &traits, None, "fr")).await.unwrap();
        assert!(third.id != one && third.id != other, "a subject means nothing without its issuer");
    }
}

#[actix_web::test]
async fn a_trace_is_never_changed() {
    for test in databases().0 {
        let id = log_in(&test.db, "s1", traits(json!({}))).await;
        let refused = test.db.write(|tx| tx.execute(diesel::sql_query("UPDATE access_traces SET what = 'x'"))).await;
        let name = refused.as_ref().err().and_then(StorageError::refusal);
        assert_eq!(name, Some("a_trace_is_never_changed"));
        let first = test.db.read(move |conn| traces::latest(conn, id, None, 10)).await.unwrap();
        let older = test
            .db
            .read({
                let before = first[0].id;
                move |conn| traces::latest(conn, id, Some(before), 10)
            })
            .await;
        assert!(older.unwrap().is_empty());
    }
}

#[actix_web::test]
async fn t51_staff_have_the_rights_of_their_latest_login() {
    for test in databases().0 {
        let log_in = async |roles: &[&str]| {
            let roles = roles.iter().map(|role| (*role).to_owned()).collect();
            let granted = Granted { roles, establishments: ["750712184".parse().unwrap()].into() };
            test.db.write(move |tx| admit::staff(tx, &key("clerk"), "Adrien", &granted)).await.unwrap()
        };
        let first = log_in(&["admissions", "dpo"]).await;
        assert_eq!(first, log_in(&["admissions"]).await);
        let name = test.db.read(move |conn| read::staff_name(conn, first)).await.unwrap();
        assert_eq!(name.as_deref(), Some("Adrien"));
    }
}
