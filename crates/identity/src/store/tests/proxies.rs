//! The register of who acts for whom: found right, confirmed, ended, merged, erased.

use diesel::RunQueryDsl;
use jiff::{SignedDuration, civil::Date};
use kernel::{EstablishmentId, ObjectId, PatientId, StaffId};
use serde_json::json;
use storage::{AsSql, Conn, Db, StorageError, Tx, sql::Uuid};

use super::{
    accounts::{key, log_in, traits},
    databases,
};
use crate::{
    admit,
    directory::{NewEstablishment, upsert_establishment},
    domain::granted::Granted,
    proxies::{self, Ending, Established, NotEnded, Person, Proxy, Quality},
    store::traces,
    traces::{Action, Actor},
};

const TODAY: Date = jiff::civil::date(2026, 11, 22);

fn person(given: &str, birth_date: &str) -> Person {
    let [ipp, birth_family, sex] = ["8000", "TEMOIN", "F"].map(str::to_owned);
    Person { ipp, birth_family, given: given.to_owned(), birth_date: birth_date.to_owned(), sex }
}

fn child() -> Person {
    person("Lou", "2019-05-14")
}

struct Desk {
    hospital: EstablishmentId,
    clerk: StaffId,
}

async fn desk(db: &Db) -> Desk {
    db.write(|tx| {
        let finess = "750712184".parse().unwrap();
        let new = NewEstablishment { finess, name: "Centre d’essai".into(), short_name: "CH".into() };
        let granted = Granted { roles: Default::default(), establishments: Default::default() };
        let clerk = admit::staff(tx, &key("clerk"), "Adrien", &granted)?;
        Ok::<_, StorageError>(Desk { hospital: upsert_establishment(tx, &new)?, clerk })
    })
    .await
    .unwrap()
}

impl Desk {
    fn file(&self) -> (ObjectId, StaffId) {
        (self.hospital.as_object(), self.clerk)
    }

    async fn accepts(&self, db: &Db, by: PatientId, person: Person, quality: Quality, today: Date) {
        let new = Established { by, establishment: self.hospital, person, quality, accepted: Some(self.file()) };
        db.write(move |tx| proxies::establish(tx, &new, today)).await.unwrap();
    }
}

async fn held(db: &Db, by: PatientId, today: Date) -> Vec<Proxy> {
    db.read(move |conn| proxies::held_by(conn, by, today)).await.unwrap()
}

/// Every bond of somebody, with how it ended.
async fn all(db: &Db, by: PatientId) -> Vec<(String, Option<Ending>)> {
    let mine = db.read(move |conn| proxies::of_patient(conn, by)).await.unwrap();
    let told = |one: proxies::Shown| (one.proxy.person.ipp, one.proxy.ended.map(|ended| ended.ending));
    mine.acting.into_iter().map(told).collect()
}

async fn logged(db: &Db, who: PatientId, action: Action) -> usize {
    let lines = db.read(move |conn| traces::latest(conn, who, None, 100)).await.unwrap();
    lines.iter().filter(|line| line.what == "proxy" && line.action == action).count()
}

#[actix_web::test]
async fn one_bond_of_each_two_people_until_its_day() {
    for test in databases().0 {
        let (db, by) = (&test.db, log_in(&test.db, "mother", traits(json!({}))).await);
        let desk = desk(db).await;
        let parent = Quality::ParentalAuthority;
        desk.accepts(db, by, child(), parent, TODAY).await;
        desk.accepts(db, by, Person { given: "Lou Anne".into(), ..child() }, parent, TODAY).await;
        let birthday = jiff::civil::date(2037, 5, 14);
        let found = held(db, by, birthday.yesterday().unwrap()).await;
        assert_eq!((found.len(), found[0].person.given.as_str()), (1, "Lou Anne"), "as the hospital names them now");
        assert_eq!((found[0].until_on, found[0].accepted_by), (birthday, Some(desk.clerk)));
        assert!(held(db, by, birthday).await.is_empty(), "of age");
        // Of age and protected, with the same parent in charge.
        desk.accepts(db, by, child(), Quality::Representative, birthday).await;
        assert_eq!(held(db, by, birthday).await[0].quality, Quality::Representative);
        assert_eq!(all(db, by).await, [("8000".to_owned(), None), ("8000".to_owned(), Some(Ending::Expired))]);
        // What would not hold is not written.
        desk.accepts(db, by, person("Odette", "1940-02-02"), parent, TODAY).await;
        assert_eq!(all(db, by).await.len(), 2);
        let twice = db.write(move |tx| {
            let new = Established {
                by,
                establishment: desk.hospital,
                person: child(),
                quality: parent,
                accepted: Some(desk.file()),
            };
            crate::store::proxies::add(tx, &new, birthday)
        });
        let refused = twice.await.unwrap_err();
        assert_eq!(refused.refusal(), Some("proxies_patient_id_establishment_id_ipp_key"));
    }
}

/// What a program that goes around the rules would write.
fn written(conn: &mut Conn, sql: &str) -> Result<usize, StorageError> {
    Ok(diesel::sql_query(sql).execute(conn)?)
}

#[actix_web::test]
async fn the_database_keeps_what_ended_and_why() {
    for test in databases().0 {
        let (db, by) = (&test.db, log_in(&test.db, "mother", traits(json!({}))).await);
        let desk = desk(db).await;
        desk.accepts(db, by, child(), Quality::ParentalAuthority, TODAY).await;
        for (sql, name) in [
            ("UPDATE proxies SET reason = 'x'", "proxies_desk_says_why"),
            ("UPDATE proxies SET ending = 'proxy'", "proxies_end_somehow"),
            ("UPDATE proxies SET file = NULL", "proxies_accepted_in_a_file"),
        ] {
            let refused = db.write(move |tx| written(tx.conn(), sql)).await.unwrap_err();
            assert_eq!(refused.refusal(), Some(name), "{sql}");
        }
        let id = held(db, by, TODAY).await[0].id;
        db.write(move |tx| proxies::end_own(tx, id, by, TODAY)).await.unwrap();
        let sql = "UPDATE proxies SET ended_at = NULL, ending = NULL";
        let refused = db.write(move |tx| written(tx.conn(), sql)).await.unwrap_err();
        assert_eq!(refused.refusal(), Some("proxies_ended_for_ever"));
    }
}

#[actix_web::test]
async fn whom_it_concerns_ends_it_and_reads_it_in_the_log() {
    for test in databases().0 {
        let db = &test.db;
        let by = log_in(db, "son", traits(json!({}))).await;
        let adult = json!({
            "family_name": "TEMOIN", "given_name": "Odette", "given_name_array": ["Odette"], "gender": "female",
            "birthdate": "1940-02-02", "idp_birthdate": "1940-02-02",
        });
        let ward = log_in(db, "ward", traits(adult.clone())).await;
        let stranger = log_in(db, "stranger", traits(json!({ "birthdate": "1940-02-02" }))).await;
        let desk = desk(db).await;
        desk.accepts(db, by, person("Odette", "1940-02-02"), Quality::Representative, TODAY).await;
        let id = held(db, by, TODAY).await[0].id;
        let end = async |who| db.write(move |tx| proxies::end_own(tx, id, who, TODAY)).await;
        assert!(matches!(end(stranger).await, Err(NotEnded::Unknown)));
        let (clerk, here) = (desk.clerk, desk.hospital);
        let elsewhere: EstablishmentId = db.world().id();
        for (of, reason) in [(elsewhere, "vu"), (here, " ")] {
            let refused = db.write(move |tx| proxies::end_at_desk(tx, id, (clerk, &[of]), (reason, TODAY))).await;
            assert_eq!(matches!(refused, Err(NotEnded::Unknown)), of == elsewhere, "{refused:?}");
            assert!(refused.is_err());
        }
        let seen = db.write(move |tx| proxies::look_at(tx, (clerk, &[here]), "8000")).await.unwrap();
        assert_eq!((seen.len(), seen[0].by.as_str()), (1, "Angèle Marie DUBINÔRE"));
        end(ward).await.unwrap();
        end(by).await.unwrap();
        assert_eq!(all(db, by).await, [("8000".to_owned(), Some(Ending::Person))], "the first end stays");
        for who in [by, ward] {
            assert_eq!((logged(db, who, Action::Changed).await, logged(db, who, Action::Read).await), (2, 1));
        }
        assert_eq!(logged(db, stranger, Action::Changed).await, 0);
        // Two accounts of the same traits: nobody can say whose it is.
        log_in(db, "twin", traits(adult)).await;
        desk.accepts(db, by, person("Odette", "1940-02-02"), Quality::Representative, TODAY).await;
        let theirs = db.read(move |conn| proxies::of_patient(conn, ward)).await.unwrap().acted_for;
        assert!(theirs.is_empty(), "{}", theirs.len());
    }
}

#[actix_web::test]
async fn a_minor_does_not_end_parental_authority() {
    for test in databases().0 {
        let db = &test.db;
        let by = log_in(db, "mother", traits(json!({}))).await;
        let minor = json!({
            "family_name": "TEMOIN", "given_name": "Zoé", "given_name_array": ["Zoé"], "gender": "female",
            "birthdate": "2010-05-14", "idp_birthdate": "2010-05-14",
        });
        let minor = log_in(db, "minor", traits(minor)).await;
        let desk = desk(db).await;
        desk.accepts(db, by, person("Zoé", "2010-05-14"), Quality::ParentalAuthority, TODAY).await;
        let id = held(db, by, TODAY).await[0].id;
        let mine = db.read(move |conn| proxies::of_patient(conn, minor)).await.unwrap();
        assert_eq!((mine.acting.len(), mine.acted_for.len()), (0, 1), "they see it all the same");
        let refused = db.write(move |tx| proxies::end_own(tx, id, minor, TODAY)).await;
        assert!(matches!(refused, Err(NotEnded::Refused(_))), "{refused:?}");
    }
}

fn merge(tx: &mut Tx<'_>, of: EstablishmentId, former: &str, person: &Person) -> Result<bool, StorageError> {
    proxies::follow_merge(tx, of, &[former.to_owned()], person)
}

#[actix_web::test]
async fn a_bond_follows_its_person_and_ends_in_doubt() {
    for test in databases().0 {
        let db = &test.db;
        let (one, two) = (log_in(db, "one", traits(json!({}))).await, log_in(db, "two", traits(json!({}))).await);
        let desk = desk(db).await;
        let parent = Quality::ParentalAuthority;
        let here = desk.hospital;
        let numbered = |ipp: &str| Person { ipp: ipp.to_owned(), ..child() };
        for (by, ipp) in [(one, "1"), (one, "2"), (two, "1")] {
            desk.accepts(db, by, numbered(ipp), parent, TODAY).await;
        }
        let into = numbered("2");
        assert!(db.write(move |tx| merge(tx, here, "1", &into)).await.unwrap());
        assert_eq!(all(db, one).await, [("2".to_owned(), None), ("1".to_owned(), Some(Ending::Merge))], "not twice");
        assert_eq!(all(db, two).await, [("2".to_owned(), None)]);
        let other = Person { given: "Paul".to_owned(), sex: "M".to_owned(), ..numbered("3") };
        desk.accepts(db, one, numbered("3"), parent, TODAY).await;
        assert!(db.write(move |tx| merge(tx, here, "2", &other)).await.unwrap());
        assert!(held(db, one, TODAY).await.is_empty() && held(db, two, TODAY).await.is_empty(), "of neither number");
        let (mine, nothing) = (numbered("9"), db.world().id());
        assert!(!db.write(move |tx| merge(tx, nothing, "2", &mine)).await.unwrap());
    }
}

#[actix_web::test]
async fn what_is_over_is_erased_and_an_account_takes_its_bonds_along() {
    for test in databases().0 {
        let (db, by) = (&test.db, log_in(&test.db, "mother", traits(json!({}))).await);
        let (desk, now) = (desk(db).await, db.now());
        desk.accepts(db, by, child(), Quality::ParentalAuthority, TODAY).await;
        let here = desk.hospital;
        let actor = Actor::Staff(desk.clerk);
        db.write(move |tx| proxies::in_charge_no_more(tx, (by, here, "8000"), actor)).await.unwrap();
        assert_eq!(held(db, by, TODAY).await.len(), 1, "a parent is in charge of no measure");
        desk.accepts(db, by, person("Odette", "1940-02-02"), Quality::Representative, TODAY).await;
        assert_eq!(all(db, by).await.len(), 2, "the number is another person's now: the one before is over");
        db.write(move |tx| proxies::in_charge_no_more(tx, (by, here, "8000"), actor)).await.unwrap();
        let days = |days: i64| now + SignedDuration::from_hours(24 * days);
        assert_eq!(proxies::purge(db, days(396), 397).await.unwrap(), 0);
        assert_eq!(proxies::purge(db, days(398), 397).await.unwrap(), 2);
        desk.accepts(db, by, child(), Quality::ParentalAuthority, TODAY).await;
        let of_age = days(366 * 10 + 200);
        assert_eq!(proxies::purge(db, of_age, 397).await.unwrap(), 0, "{of_age}");
        assert_eq!(proxies::purge(db, days(366 * 12), 397).await.unwrap(), 1, "of age for long");
        desk.accepts(db, by, child(), Quality::ParentalAuthority, TODAY).await;
        let erased = db.write(move |tx| {
            Ok::<_, StorageError>(
                diesel::sql_query("DELETE FROM patients WHERE id = $1").bind::<Uuid, _>(by.sql()).execute(tx.conn())?,
            )
        });
        assert_eq!(erased.await.unwrap(), 1);
        assert!(all(db, by).await.is_empty());
    }
}
