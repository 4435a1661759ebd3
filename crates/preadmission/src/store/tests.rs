//! The desk's store on each database this machine offers.

use std::sync::Arc;

use identity::directory::{NewEstablishment, NewSite, upsert_establishment, upsert_site};
use jiff::{SignedDuration, Timestamp};
use kernel::{EstablishmentId, PreadmissionId, StaffId, testing::HeldClock};
use storage::{StorageError, Tx, outbox::Subscriptions, testing::TestDb};

use super::{
    clerks,
    decisions::{self, Choice},
    figures, files, reasons,
    worklist::{self, Assigned, Order, Wanted},
};
use crate::{
    announce::announce,
    announcement::{Announcement, HospitalPerson, Notice, Outcome, StayClass},
    domain::figures::count,
    read::{Origin, Status},
};

fn databases() -> (Vec<TestDb>, Arc<HeldClock>) {
    let (world, clock) = kernel::testing::world();
    (storage::testing::databases(&world, &Subscriptions::default()).unwrap(), clock)
}

fn hospital(tx: &mut Tx<'_>) -> Result<EstablishmentId, StorageError> {
    let (finess, name) = ("990001000".parse().unwrap(), "Essai".to_owned());
    let establishment =
        upsert_establishment(tx, &NewEstablishment { finess, short_name: name.clone(), name: name.clone() })?;
    upsert_site(
        tx,
        &NewSite {
            establishment,
            finess: "990001109".parse().unwrap(),
            name,
            address_lines: vec!["1 rue".to_owned()],
            postcode: "21000".to_owned(),
            city: "Essai".to_owned(),
            zone: "Europe/Paris".parse().unwrap(),
            help_phone: String::new(),
            access_notes: String::new(),
        },
    )?;
    Ok(establishment)
}

fn stay(number: i64, entry_at: Timestamp) -> Announcement {
    Announcement {
        establishment: "990001000".parse().unwrap(),
        site: None,
        visit_number: format!("V{number}"),
        folder_number: None,
        movement: None,
        person: HospitalPerson {
            ipp: format!("{}", 100 + number),
            birth_family: format!("ÉTÉ-{number}"),
            used_family: None,
            given: "Zoé".into(),
            birth_date: "1980".into(),
            sex: "F".into(),
            birth_place: None,
            phone: None,
            email: None,
            identity_status: None,
        },
        class: StayClass::Day,
        unit: None,
        entry_at,
        exit_at: None,
        label: String::new(),
        practitioner: None,
        surgery: false,
    }
}

/// Files of stays that begin at these hours from now.
async fn files_at(db: &TestDb, hours: &'static [i64]) -> (EstablishmentId, Vec<PreadmissionId>) {
    let opened = db.db.write::<_, StorageError, _>(move |tx| {
        let establishment = hospital(tx)?;
        let mut ids = Vec::new();
        for (number, hours) in (0..).zip(hours) {
            let entry = tx.now() + SignedDuration::from_hours(*hours);
            let notice = Notice::Planned(Box::new(stay(number, entry)));
            assert_eq!(announce(tx, &notice, Origin::Desk)?, Outcome::Opened);
            ids.extend(files::of_visit(tx.conn(), establishment, &format!("V{number}"))?);
        }
        Ok((establishment, ids))
    });
    opened.await.unwrap()
}

#[tokio::test]
async fn the_worklist_pages_in_order_and_finds_what_is_asked() {
    let (all, _) = databases();
    for db in all {
        let (establishment, ids) = files_at(&db, &[50, 30, 40, 30]).await;
        let me: StaffId = kernel::World::system().id();
        let first = ids[0];
        db.db.write::<_, StorageError, _>(move |tx| clerks::assign(tx, first, Some(me), me)).await.unwrap();
        let page = async |wanted: Wanted| {
            let wanted = Wanted { establishments: vec![establishment], ..wanted };
            db.db.read::<_, StorageError, _>(move |conn| worklist::page(conn, &wanted)).await.unwrap()
        };
        let of = |found: &[worklist::Found]| found.iter().map(|one| one.file).collect::<Vec<_>>();
        let two = page(Wanted { limit: 2, ..Wanted::default() }).await;
        assert_eq!(of(&two), [ids[1], ids[3]]);
        let last = two.last().map(|one| (one.at, one.file));
        let rest = page(Wanted { limit: 9, after: last, ..Wanted::default() }).await;
        assert_eq!(of(&rest), [ids[2], ids[0]]);
        assert_eq!(rest[1].assigned, Some(me));
        let wanted = |assigned| Wanted { limit: 9, assigned, ..Wanted::default() };
        assert_eq!(of(&page(wanted(Assigned::To(me))).await), [ids[0]]);
        assert_eq!(page(wanted(Assigned::Nobody)).await.len(), 3);
        let text = |text: &str| Wanted { limit: 9, text: text.to_owned(), ..Wanted::default() };
        assert_eq!(of(&page(text("ete 2")).await), [ids[2]]);
        assert_eq!(page(text("%")).await.len(), 4, "a sign is no word");
        assert!(page(text("personne")).await.is_empty());
        let sent = Wanted { limit: 9, order: Order::Submission, ..Wanted::default() };
        assert!(page(sent).await.is_empty(), "nothing was sent");
        let wanted = Wanted { establishments: vec![establishment], ..Wanted::default() };
        let counts = db.db.read::<_, StorageError, _>(move |conn| worklist::counts(conn, &wanted)).await.unwrap();
        assert_eq!(counts, [(Status::Created, 4)]);
        let nowhere = Wanted { limit: 9, ..Wanted::default() };
        assert!(db.db.read::<_, StorageError, _>(move |conn| worklist::page(conn, &nowhere)).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn notes_choices_corrections_and_reasons_are_kept_and_the_last_one_counts() {
    let (all, clock) = databases();
    for db in all {
        let (establishment, ids) = files_at(&db, &[50]).await;
        let (file, me): (_, StaffId) = (ids[0], kernel::World::system().id());
        let note = db.db.write::<_, StorageError, _>(move |tx| clerks::note(tx, file, ("rappeler", true), me));
        let note = note.await.unwrap();
        let finish = async || db.db.write::<_, StorageError, _>(move |tx| clerks::finish(tx, file, note, me)).await;
        assert!(finish().await.unwrap());
        assert!(!finish().await.unwrap(), "done once");
        for choice in [Choice::Cell, Choice::Same] {
            db.db.write::<_, StorageError, _>(move |tx| decisions::choose(tx, file, choice, me)).await.unwrap();
            clock.advance(SignedDuration::from_secs(1));
        }
        for value in ["1", "2"] {
            let field = "complementary-cover.member";
            let write = db.db.write::<_, StorageError, _>(move |tx| decisions::correct(tx, file, (field, value), me));
            write.await.unwrap();
        }
        let wrong =
            db.db.write::<_, StorageError, _>(move |tx| decisions::correct(tx, file, ("contact.city", "x"), me));
        assert!(wrong.await.is_err(), "only numbers of a cover are corrected");
        for active in [true, false] {
            let own = reasons::Own {
                kind: "MUTUELLE".into(),
                code: "blurred".into(),
                fr: "Illisible".into(),
                en: "Unreadable".into(),
                active,
            };
            let write = db.db.write::<_, StorageError, _>(move |tx| reasons::save(tx, establishment, &own, me));
            write.await.unwrap();
        }
        let read = db.db.read::<_, StorageError, _>(move |conn| {
            let notes = clerks::notes(conn, file)?;
            assert!(notes[0].to_do && notes[0].done_at.is_some());
            assert_eq!(decisions::chosen(conn, file)?.map(|(choice, by, _)| (choice, by)), Some((Choice::Same, me)));
            let corrections = decisions::corrections(conn, file)?;
            assert_eq!((corrections.len(), corrections[0].value.as_str()), (1, "2"));
            let known = crate::desk::reasons_of(conn, establishment, "MUTUELLE")?;
            assert!(known.iter().any(|reason| reason.code == "blurred" && !reason.active && reason.own.is_some()));
            assert!(known.iter().any(|reason| reason.code == "expired" && reason.active && reason.own.is_none()));
            Ok(())
        });
        read.await.unwrap();
    }
}

#[tokio::test]
async fn figures_hold_the_stays_of_the_period_and_no_other() {
    let (all, _) = databases();
    for db in all {
        let (establishment, ids) = files_at(&db, &[10, 20, 2000]).await;
        let cancelled = ids[1];
        let cancel = db.db.write::<_, crate::failure::Failure, _>(move |tx| {
            let facts = files::find(tx.conn(), cancelled)?.unwrap();
            files::cancel(tx, &facts)
        });
        cancel.await.unwrap();
        let bounds = (db.db.now(), db.db.now() + SignedDuration::from_hours(100));
        let told =
            db.db.read::<_, StorageError, _>(move |conn| figures::told(conn, establishment, bounds)).await.unwrap();
        assert_eq!(told.len(), 2);
        let of = count(&told, 7);
        assert_eq!((of.planned, of.cancelled, of.opened), (1, 1, 0));
    }
}
