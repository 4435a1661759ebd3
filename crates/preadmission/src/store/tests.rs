//! The desk's store on each database this machine offers.

use std::sync::Arc;

use diesel::prelude::*;
use identity::directory::{NewEstablishment, NewSite, upsert_establishment, upsert_site};
use jiff::{SignedDuration, Timestamp};
use kernel::{EstablishmentId, PatientId, PreadmissionId, StaffId, StayId, testing::HeldClock};
use storage::{AsSql, Conn, StorageError, Tx, outbox::Subscriptions, testing::TestDb};

use super::{
    clerks, decisions, figures, files,
    identities::{self, Choice, Proof, Read},
    people, reasons, reminders, views,
    worklist::{self, Assigned, Order, Wanted},
};
use crate::{
    announce::announce,
    announcement::{Announcement, HospitalPerson, Notice, Outcome, StayClass},
    domain::{
        answering::{Capacity, Signature},
        figures::count,
    },
    read::{Measure, Origin, Party, Quality, Status},
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
            assert_eq!(announce(tx, &notice, (Origin::Desk, 3))?, Outcome::Opened);
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
        let last = two.last().map(|one| one.place);
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
        let card = |given: &str| Read {
            proof: Proof::Card,
            birth_family: "ETE".into(),
            given: given.into(),
            birth_date: "1980".into(),
            sex: "F".into(),
        };
        for (choice, given) in [(Choice::Cell, "ZOE"), (Choice::Same, "ZOÉ")] {
            let read = card(given);
            let compared = db.db.write::<_, StorageError, _>(move |tx| {
                let reading = identities::read(tx, file, &read, me)?;
                identities::choose(tx, file, (choice, Some(reading)), me)
            });
            compared.await.unwrap();
            clock.advance(SignedDuration::from_secs(1));
        }
        for table in ["preadmission_identity_readings", "preadmission_identities"] {
            let rewrite = db.db.write::<_, StorageError, _>(move |tx| {
                Ok(diesel::sql_query(format!("UPDATE {table} SET staff_id = preadmission_id")).execute(tx.conn())?)
            });
            let refused = rewrite.await.unwrap_err();
            assert_eq!(refused.refusal(), Some(format!("{table}_never_change").as_str()), "{refused}");
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
            let (chosen, reading) = (identities::chosen(conn, file)?, identities::reading(conn, file)?.unwrap());
            assert_eq!(chosen.iter().map(|one| one.choice).collect::<Vec<_>>(), [Choice::Cell, Choice::Same]);
            assert_eq!((chosen[1].by, chosen[1].reading), (me, Some(reading.id)));
            assert_eq!((reading.read.given.as_str(), reading.by), ("ZOÉ", me));
            let facts = files::find(conn, file)?.unwrap();
            assert_eq!(facts.stay.person.unwrap().given, "Zoé", "the hospital's traits stay");
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

/// Somebody asked about a file, as they would stand in the table.
fn party(number: i32, capacity: Capacity, state: Signature, patient: Option<PatientId>) -> Party {
    let identified_as = patient.map(|_| "Zoé ÉTÉ".to_owned());
    let changed_at = Timestamp::UNIX_EPOCH;
    Party { number, capacity, name: "Zoé".into(), state, patient, identified_as, changed_at }
}

#[tokio::test]
async fn people_who_are_asked_cannot_stand_as_nobody_does() {
    use Signature::{Awaited, NotReachable, Paper, Refused, Revoked, Signed};
    let (trusted, tutor) = (Capacity::TrustedPerson, Capacity::InCharge(Some(Measure::Tutelle)));
    let (nobody, mother) = (Capacity::InCharge(None), Capacity::Holder(Quality::Mother));
    let (all, _) = databases();
    for db in all {
        let (_, ids) = files_at(&db, &[50]).await;
        let file = ids[0];
        let (me, other): (PatientId, PatientId) = (kernel::World::system().id(), kernel::World::system().id());
        let refused = async |people: Vec<Party>| {
            let add = db.db.write::<_, StorageError, _>(move |tx| {
                people.iter().try_for_each(|one| people::add(tx, file, one, None))?;
                // Nothing of this test stays.
                Err(StorageError::Refused("none".to_owned()))
            });
            add.await.map(|()| String::new()).unwrap_or_else(|error| error.refusal().unwrap_or("crossed").to_owned())
        };
        let as_rule = |rule: &str| format!("preadmission_people_{rule}");
        for (people, rule) in [
            (vec![party(1, mother, Signed, None)], "act_when_known"),
            (vec![party(1, trusted, Refused, None)], "act_when_known"),
            (vec![party(1, trusted, Paper, None)], "paper_was_received"),
            (vec![party(1, mother, Revoked, None)], "answer_for_their_purpose"),
            (vec![party(1, tutor, NotReachable, None)], "answer_for_their_purpose"),
            (vec![party(5, mother, Awaited, None)], "have_their_capacity"),
            (vec![party(1, nobody, Signed, Some(me))], "in_charge_by_a_measure"),
            (
                vec![party(1, mother, Signed, Some(me)), party(2, mother, Awaited, Some(me))],
                "preadmission_id_purpose_patient_id_key",
            ),
        ] {
            assert_eq!(refused(people).await, as_rule(rule));
        }
        // Two people in charge at once: the second runs again and sees the first.
        assert_eq!(refused(vec![party(1, tutor, Signed, Some(me)), party(2, nobody, Awaited, None)]).await, "crossed");
        let fine = vec![
            party(1, trusted, Revoked, Some(me)),
            party(2, trusted, Signed, Some(me)),
            party(1, tutor, Revoked, Some(other)),
            party(2, tutor, Signed, Some(other)),
            party(1, mother, Signed, Some(me)),
            party(2, mother, Awaited, None),
        ];
        assert_eq!(refused(fine).await, "none");

        // Who they are never changes, and what was taken back is the end.
        let change = async |one: Party, to: PatientId, state: Signature| {
            let change = db.db.write::<_, StorageError, _>(move |tx| {
                people::add(tx, file, &one, None)?;
                people::identify(tx, (file, &one), one.capacity, (to, "Anne"))?;
                people::mark(tx, (file, &one), (state, None))?;
                Err(StorageError::Refused("none".to_owned()))
            });
            change.await.map(|()| String::new()).unwrap_or_else(|error| error.refusal().unwrap_or_default().to_owned())
        };
        assert_eq!(change(party(1, tutor, Signed, Some(me)), other, Signed).await, as_rule("keep_their_person"));
        assert_eq!(change(party(1, trusted, Revoked, Some(me)), me, Signed).await, as_rule("revoked_is_the_end"));
        assert_eq!(change(party(1, trusted, Awaited, None), me, Signed).await, "none");
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

#[tokio::test]
async fn a_reminder_is_counted_and_of_two_at_once_the_second_sees_the_first() {
    let (all, clock) = databases();
    for db in all {
        let (_, ids) = files_at(&db, &[50, 60]).await;
        let (file, me): (_, StaffId) = (ids[0], kernel::World::system().id());
        let remind =
            async |by| db.db.write::<_, StorageError, _>(move |tx| reminders::add(tx, file, by)).await.unwrap();
        remind(None).await;
        clock.advance(SignedDuration::from_secs(1));
        let both = tokio::join!(remind(Some(me)), remind(Some(me)));
        assert_eq!(both, ((), ()));
        let last = db.db.read::<_, StorageError, _>(move |conn| reminders::last(conn, &ids)).await.unwrap();
        assert_eq!(last, [(file, (3, db.db.now()))].into());
    }
}

#[tokio::test]
async fn a_view_is_its_makers_and_once_shared_the_teams() {
    let (all, _) = databases();
    for db in all {
        let (establishment, _) = files_at(&db, &[50]).await;
        let world = kernel::World::system();
        let (me, colleague): (StaffId, StaffId) = (world.id(), world.id());
        let elsewhere: EstablishmentId = world.id();
        let save = async |name: &'static str, team, unit: &'static str| {
            let question = serde_json::json!({ "unit": unit });
            db.db
                .write::<_, StorageError, _>(move |tx| views::save(tx, me, (name, team), question.clone()))
                .await
                .unwrap();
        };
        save("À moi", None, "A").await;
        save("À nous", None, "B").await;
        save("À nous", Some(establishment), "C").await;
        let seen = async |who, of: Vec<EstablishmentId>| {
            let all = db.db.read::<_, StorageError, _>(move |conn| views::seen_by(conn, who, &of)).await.unwrap();
            all.into_iter()
                .map(|view| (view.name, view.question["unit"].as_str().unwrap().to_owned()))
                .collect::<Vec<_>>()
        };
        let named = |name: &str, unit: &str| (name.to_owned(), unit.to_owned());
        assert_eq!(seen(me, vec![establishment]).await, [named("À moi", "A"), named("À nous", "C")]);
        assert_eq!(seen(colleague, vec![establishment]).await, [named("À nous", "C")]);
        assert!(seen(colleague, vec![elsewhere]).await.is_empty(), "another hospital's");
        let id = db.db.read::<_, StorageError, _>(move |conn| Ok(views::seen_by(conn, me, &[])?[0].id)).await.unwrap();
        let remove = async |who| db.db.write::<_, StorageError, _>(move |tx| views::remove(tx, who, id)).await.unwrap();
        assert!(!remove(colleague).await, "only one's own");
        assert!(remove(me).await && !remove(me).await);
    }
}

/// A stay says what its file says, whatever becomes of the file: what the worklist counts by.
#[tokio::test]
async fn a_stay_knows_the_status_of_its_file() {
    let (all, _) = databases();
    for db in all {
        let (establishment, ids) = files_at(&db, &[10, 20, 30, 40]).await;
        let counts = async || {
            let wanted = Wanted { establishments: vec![establishment], ..Wanted::default() };
            let of_status = Wanted { status: Some(Status::Created), ..wanted.clone() };
            let asked = db.db.read::<_, StorageError, _>(move |conn| {
                Ok((
                    worklist::counts(conn, &wanted)?,
                    worklist::count(conn, &wanted)?,
                    worklist::count(conn, &of_status)?,
                ))
            });
            asked.await.unwrap()
        };
        assert_eq!(counts().await, (vec![(Status::Created, 4)], 4, 4));
        let [cancelled, erased, removed, moved] = ids.try_into().unwrap();
        let happens = db.db.write::<_, StorageError, _>(move |tx| {
            use super::schema::preadmissions as row;
            let now = tx.now();
            let left: StayId = row::table.find(removed.sql()).select(row::stay_id).first(tx.conn())?;
            tx.execute(diesel::update(row::table.find(erased.sql())).set(row::purged_at.eq(Some(now).sql())))?;
            tx.execute(diesel::delete(row::table.find(removed.sql())))?;
            let status = row::status.eq(super::files::StatusText::Cancelled);
            tx.execute(diesel::update(row::table.find(cancelled.sql())).set(status))?;
            tx.execute(diesel::update(row::table.find(moved.sql())).set(row::stay_id.eq(left.sql())))?;
            Ok(())
        });
        happens.await.unwrap();
        let (mut by_status, all, created) = counts().await;
        by_status.sort_by_key(|one| one.0.name());
        assert_eq!((by_status, all, created), (vec![(Status::Cancelled, 1), (Status::Created, 1)], 2, 1));
    }
}

/// How each database means to find a page among 10,000 stays: by an index, in the order of that index, never by reading
/// a whole table.
#[tokio::test]
async fn a_page_among_ten_thousand_stays_is_found_by_an_index() {
    let (all, _) = databases();
    for db in all {
        let (establishment, _) = files_at(&db, &[50]).await;
        let fill = db.db.write::<_, StorageError, _>(move |tx| many_stays(tx, establishment));
        fill.await.unwrap();
        let at = db.db.now() + SignedDuration::from_hours(500);
        let place = (at, kernel::World::system().id());
        let base =
            Wanted { establishments: vec![establishment], from: Some(db.db.now()), limit: 51, ..Wanted::default() };
        let asked = [
            ("first page", base.clone()),
            ("later page", Wanted { after: Some(place), ..base.clone() }),
            ("by submission", Wanted { order: Order::Submission, from: None, after: Some(place), ..base.clone() }),
            ("mine", Wanted { assigned: Assigned::To(kernel::World::system().id()), ..base.clone() }),
            ("a name", Wanted { text: "ete".into(), ..base.clone() }),
        ];
        for (what, wanted) in asked {
            let plan = db.db.read::<_, StorageError, _>(move |conn| worklist::plan(conn, establishment, &wanted));
            let plan = plan.await.unwrap().join("\n");
            for table in ["stays", "preadmissions"] {
                let scans = [format!("SCAN {table}\n"), format!("Seq Scan on {table}")];
                assert!(
                    !scans.iter().any(|scan| format!("{plan}\n").contains(scan)),
                    "{what} reads all of {table}:\n{plan}"
                );
            }
            let sorts = plan.contains("TEMP B-TREE") || plan.contains("Sort Key");
            assert!(!sorts || what == "mine", "{what} is sorted by hand:\n{plan}");
        }
        if db.url.starts_with("postgresql") {
            // What autovacuum does within a minute: it tells which pages an index may answer for.
            let vacuum = |conn: &mut Conn| Ok(diesel::sql_query("VACUUM ANALYZE stays").execute(conn)?);
            db.db.read::<_, StorageError, _>(vacuum).await.unwrap();
        }
        let ready = Wanted { status: Some(Status::Ready), ..base.clone() };
        let late = Wanted { from: Some(db.db.now() + SignedDuration::from_hours(950)), ..base.clone() };
        let plans = db.db.read::<_, StorageError, _>(move |conn| {
            let [counts, units] = worklist::plans_around(conn, &late)?;
            Ok([
                ("stays_by_status", counts),
                ("stays_by_unit", units),
                ("", worklist::plan(conn, establishment, &ready)?),
            ])
        });
        for (index, plan) in plans.await.unwrap() {
            let plan = plan.join("\n");
            let alone = [format!("COVERING INDEX {index}"), format!("Index Only Scan using {index}")];
            match index {
                "" => assert!(plan.contains("stays_by_status"), "a status is not found by its index:\n{plan}"),
                _ => assert!(alone.iter().any(|words| plan.contains(words)), "not of {index} alone:\n{plan}"),
            }
        }
        // The plan tells: without its index the same page is sorted by hand.
        let (wanted, drop) = (base.clone(), "DROP INDEX stays_by_entry");
        let without = db.db.write::<_, StorageError, _>(move |tx| {
            diesel::sql_query(drop).execute(tx.conn())?;
            worklist::plan(tx.conn(), establishment, &wanted)
        });
        let without = without.await.unwrap().join("\n");
        assert!(without.contains("TEMP B-TREE") || without.contains("Sort Key"), "{without}");
        // And it is the right page: the whole list, page by page, is in order and whole.
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let wanted = Wanted { after, limit: 1_000, ..base.clone() };
            let page = db.db.read::<_, StorageError, _>(move |conn| worklist::page(conn, &wanted)).await.unwrap();
            after = page.last().map(|one| one.place);
            seen.extend(page.iter().map(|one| (one.place.0, one.file)));
            if page.len() < 1_000 {
                break;
            }
        }
        let mut once = seen.clone();
        once.sort();
        once.dedup_by_key(|one| one.1);
        assert_eq!((seen.len(), once.len()), (10_001, 10_001));
        assert!(seen.iter().map(|one| one.0).is_sorted());
        let counted = db.db.read::<_, StorageError, _>(move |conn| worklist::count(conn, &base)).await.unwrap();
        assert_eq!(counted, 10_001);
    }
}

/// 10,000 stays with their files, as one statement each: entries over 1,000 hours, ten at once.
fn many_stays(tx: &mut Tx<'_>, establishment: EstablishmentId) -> Result<(), StorageError> {
    use storage::{
        AsSql, Conn,
        sql::{Instant, Uuid},
    };
    let site = identity::read::sites(tx.conn(), Some(establishment))?[0].id;
    let now = tx.now();
    let (numbers, id, later) = match tx.conn() {
        Conn::Sqlite(_) => (
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000)",
            "unhex(printf('%032x', n + $OFFSET))",
            "$3 + (1 + n % 1000) * 3600000000",
        ),
        Conn::Pg(_) => (
            "WITH numbers AS (SELECT generate_series(1, 10000) AS n)",
            "CAST(lpad(to_hex(n + $OFFSET), 32, '0') AS uuid)",
            "$3 + (1 + n % 1000) * interval '1 hour'",
        ),
    };
    let (stay, file) = (id.replace("$OFFSET", "0"), id.replace("$OFFSET", "1000000"));
    let stays = format!(
        "{numbers} INSERT INTO stays (id, establishment_id, site_id, class, unit_code, unit_label, entry_at, label, \
         surgery, origin, search, created_at) SELECT {stay}, $1, $2, 'day', '', '', {later}, '', $4, 'patient', ' ete ', $3 \
         FROM numbers"
    );
    let files = format!(
        "{numbers} INSERT INTO preadmissions (id, establishment_id, stay_id, status, version, rules_version, link_generation, \
         created_at, submitted_at, to_correct, refusal_text) SELECT {file}, $1, {stay}, 'CREATED', 0, 0, 1, $2, {}, \
         '[]', '' FROM numbers",
        later.replace("$3", "$2")
    );
    diesel::sql_query(stays)
        .bind::<Uuid, _>(establishment.sql())
        .bind::<Uuid, _>(site.sql())
        .bind::<Instant, _>(now.sql())
        .bind::<diesel::sql_types::Bool, _>(false)
        .execute(tx.conn())?;
    diesel::sql_query(files).bind::<Uuid, _>(establishment.sql()).bind::<Instant, _>(now.sql()).execute(tx.conn())?;
    if let Conn::Pg(_) = tx.conn() {
        diesel::sql_query("ANALYZE stays, preadmissions").execute(tx.conn())?;
    }
    Ok(())
}
