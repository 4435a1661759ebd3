//! The evidence of pre-admission against a count by hand, over stays made up at random.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use kernel::{Id, World, Zone};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};
use storage::{
    AsSql, StorageError, Tx,
    diesel::{self, QueryableByName, RunQueryDsl, sql_types::Text},
    sql::{Instant, Uuid},
};

use crate::app::{On, TestApp};

const AHEAD_DAYS: i64 = 7;

/// All that is known of one stay: the entry, and each status it had, through whom and when.
#[derive(Debug, Clone)]
struct Stay {
    entry: Timestamp,
    steps: Vec<(&'static str, &'static str, Timestamp)>,
    documents: Vec<&'static str>,
    reasons: Vec<&'static str>,
}

/// From announced to wherever it comes: opened, sent, asked again up to three times, accepted, cancelled.
fn stay() -> impl Strategy<Value = Stay> {
    let first: Timestamp = "2026-08-30T00:00:00Z".parse().unwrap();
    // Some enter in the hours in which Paris and London are not in the same month.
    let hour = prop_oneof![0..(24 * 110_i64), Just(24 * 32 - 2 + 1), Just(24 * 63 - 1), Just(24 * 93 - 1)];
    let channels = prop::sample::select(vec!["patient", "relative", "clerk"]);
    let documents = prop::collection::vec(prop::sample::select(vec!["CN_RECTO", "MUTUELLE"]), 0..3);
    let reasons = prop::collection::vec(prop::sample::select(vec!["blurred", "expired"]), 0..3);
    let gaps = prop::collection::vec(0..(24 * 12 * 60_i64), 12);
    (hour, channels, 0..5_usize, 0..4_usize, any::<bool>(), documents, reasons, gaps).prop_map(
        move |(hour, channel, reach, refusals, cancelled, documents, reasons, gaps)| {
            let entry = first + SignedDuration::from_hours(hour);
            let mut names = vec![("CREATED", "hospital")];
            if reach >= 1 {
                names.push(("IN_PROGRESS", channel));
            }
            if reach >= 2 {
                names.push(("READY", channel));
            }
            if reach >= 3 {
                for _ in 0..refusals {
                    names.extend([("REFUSED", "clerk"), ("READY", "patient")]);
                }
            }
            if reach >= 4 {
                names.push(("COMPLETED", "clerk"));
            }
            if cancelled && reach % 2 == 0 {
                names.push(("CANCELLED", "hospital"));
            }
            let mut at = entry - SignedDuration::from_hours(24 * 40);
            let mut steps = Vec::new();
            for ((status, channel), minutes) in names.into_iter().zip(gaps) {
                at += SignedDuration::from_mins(minutes);
                steps.push((status, channel, at));
            }
            Stay { entry, steps, documents, reasons }
        },
    )
}

fn stays(count: usize) -> Vec<Stay> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count).map(|_| stay().new_tree(&mut runner).unwrap().current()).collect()
}

/// Middle value, the lower one of two.
fn middle(mut all: Vec<i64>) -> Value {
    all.sort_unstable();
    if all.is_empty() { Value::Null } else { json!(all[(all.len() - 1) / 2]) }
}

/// The definitions of the page, said once more without the program's code.
fn by_hand(all: &[Stay], month: &str) -> Value {
    let zone: Zone = "Europe/Paris".parse().unwrap();
    let of_month = all.iter().filter(|stay| zone.date(stay.entry).to_string().starts_with(month));
    let (over, kept): (Vec<&Stay>, Vec<&Stay>) = of_month.partition(|stay| stay.steps.last().unwrap().0 == "CANCELLED");
    let first = |stay: &Stay, status: &str| stay.steps.iter().find(|step| step.0 == status).map(|step| step.2);
    let times = |stay: &Stay, status: &str| stay.steps.iter().filter(|step| step.0 == status).count();
    let count = |holds: &dyn Fn(&Stay) -> bool| kept.iter().filter(|stay| holds(stay)).count();
    let tally = |words: Vec<&'static str>| {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        words.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
        json!(counts)
    };
    let seconds = |from: Timestamp, to: Timestamp| to.as_second() - from.as_second();
    let to_send = kept.iter().filter_map(|stay| Some(seconds(first(stay, "IN_PROGRESS")?, first(stay, "READY")?)));
    let to_answer = kept.iter().filter_map(|stay| {
        let sent = stay.steps.iter().position(|step| step.0 == "READY")?;
        let answer = stay.steps[sent..].iter().find(|step| ["REFUSED", "COMPLETED"].contains(&step.0))?;
        Some(seconds(stay.steps[sent].2, answer.2))
    });
    let ahead = SignedDuration::from_hours(24 * AHEAD_DAYS);
    json!({
        "counts": {
            "planned": kept.len(),
            "cancelled": over.len(),
            "opened": count(&|stay| times(stay, "IN_PROGRESS") > 0),
            "sent": count(&|stay| times(stay, "READY") > 0),
            "sent-ahead": count(&|stay| first(stay, "READY").is_some_and(|at| at <= stay.entry - ahead)),
            "accepted": count(&|stay| times(stay, "COMPLETED") > 0),
            "accepted-at-once": count(&|stay| times(stay, "COMPLETED") > 0 && times(stay, "REFUSED") == 0),
            "refused-once": count(&|stay| times(stay, "REFUSED") == 1),
            "refused-more": count(&|stay| times(stay, "REFUSED") > 1),
            "accepted-before-entry": count(&|stay| first(stay, "COMPLETED").is_some_and(|at| at < stay.entry)),
        },
        "channels": tally(kept.iter().filter_map(|stay| stay.steps.iter().find(|step| step.0 == "READY")).map(|step| step.1).collect()),
        "documents": tally(kept.iter().flat_map(|stay| stay.documents.clone()).collect()),
        "refusals": tally(kept.iter().flat_map(|stay| stay.reasons.clone()).collect()),
        "to_send": middle(to_send.collect()),
        "to_answer": middle(to_answer.collect()),
    })
}

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = Uuid)]
    site: uuid::Uuid,
    #[diesel(sql_type = Uuid)]
    establishment: uuid::Uuid,
}

fn place(tx: &mut Tx<'_>) -> Result<Place, StorageError> {
    let known = "SELECT id AS site, establishment_id AS establishment FROM sites WHERE finess_et = '990001109'";
    Ok(diesel::sql_query(known).get_result(tx.conn())?)
}

/// Writes a stay as the program would have, step by step.
fn write(tx: &mut Tx<'_>, world: &World, stay: &Stay) -> Result<(), StorageError> {
    let id = || -> uuid::Uuid {
        let id: Id<()> = world.id();
        id.uuid()
    };
    let (place, stay_id, file, somebody) = (place(tx)?, id(), id(), id());
    let (status, _, last) = *stay.steps.last().unwrap();
    diesel::sql_query(
        "INSERT INTO stays (id, establishment_id, site_id, class, unit_code, unit_label, entry_at, label, surgery, origin, \
         created_at) SELECT $1, $2, $3, 'day', '', '', $4, '', surgery, 'patient', $4 FROM stays WHERE visit_number = 'VN1'",
    )
    .bind::<Uuid, _>(stay_id)
    .bind::<Uuid, _>(place.establishment)
    .bind::<Uuid, _>(place.site)
    .bind::<Instant, _>(stay.entry.sql())
    .execute(tx.conn())?;
    diesel::sql_query(
        "INSERT INTO preadmissions (id, establishment_id, stay_id, patient_id, status, version, rules_version, \
         link_generation, created_at, submitted_at, decided_at, decided_by, to_correct, refusal_text) \
         VALUES ($1, $2, $3, $4, $5, 1, 0, 1, $6, $6, $6, $4, '[]', '')",
    )
    .bind::<Uuid, _>(file)
    .bind::<Uuid, _>(place.establishment)
    .bind::<Uuid, _>(stay_id)
    .bind::<Uuid, _>(somebody)
    .bind::<Text, _>(status)
    .bind::<Instant, _>(last.sql())
    .execute(tx.conn())?;
    for (status, channel, at) in &stay.steps {
        diesel::sql_query(
            "INSERT INTO preadmission_steps (id, preadmission_id, status, version, channel, actor, made_at) \
             VALUES ($1, $2, $3, 1, $4, $5, $6)",
        )
        .bind::<Uuid, _>(id())
        .bind::<Uuid, _>(file)
        .bind::<Text, _>(*status)
        .bind::<Text, _>(*channel)
        .bind::<Uuid, _>(somebody)
        .bind::<Instant, _>(at.sql())
        .execute(tx.conn())?;
    }
    for kind in &stay.documents {
        diesel::sql_query(
            "INSERT INTO preadmission_documents (id, preadmission_id, kind, state, reason_text, label, received_bytes, \
             created_at, changed_at) VALUES ($1, $2, $3, 'to-review', '', '', 10, $4, $4)",
        )
        .bind::<Uuid, _>(id())
        .bind::<Uuid, _>(file)
        .bind::<Text, _>(*kind)
        .bind::<Instant, _>(last.sql())
        .execute(tx.conn())?;
    }
    for reason in &stay.reasons {
        diesel::sql_query(
            "INSERT INTO preadmission_decisions (id, preadmission_id, document_id, kind, decision, reason, comment, \
             staff_id, made_at) VALUES ($1, $2, $3, 'CN_RECTO', 'refused', $4, '', $5, $6)",
        )
        .bind::<Uuid, _>(id())
        .bind::<Uuid, _>(file)
        .bind::<Uuid, _>(id())
        .bind::<Text, _>(*reason)
        .bind::<Uuid, _>(somebody)
        .bind::<Instant, _>(last.sql())
        .execute(tx.conn())?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Uuid)]
    id: uuid::Uuid,
}

#[actix_web::test]
async fn the_figures_are_what_a_count_by_hand_gives() {
    for on in On::all() {
        let mut app = TestApp::start(on).await;
        app.may_leave_open = true;
        let all = stays(250);
        let kept = all.clone();
        let load = app.building.db.write::<_, StorageError, _>(move |tx| {
            let world = World::system();
            kept.iter().try_for_each(|stay| write(tx, &world, stay))
        });
        load.await.unwrap();
        let mut clerk = app.staff("adrien").await;
        let period = "from=2026-09&until=2026-11";
        let address = format!("/api/v1/desk/preadmission-figures?{period}&days_ahead={AHEAD_DAYS}");
        let figures = clerk.open(&address).await.json();
        let rows = figures["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 3, "{figures}");
        for row in rows {
            let month = row["month"].as_str().unwrap();
            let expected = by_hand(&all, month);
            for (part, value) in expected.as_object().unwrap() {
                assert_eq!(&row[part], value, "{part} of {month} on {on:?}");
            }
            let nothing = expected["counts"].as_object().unwrap().values().any(|count| count == 0);
            assert!(!nothing, "each count is put to the test: {expected}");
        }
        // The statement that is shown is the one that finds these stays.
        let statement = figures["statements"][0].as_str().unwrap().to_owned();
        let (from, until): (Timestamp, Timestamp) =
            ("2026-08-31T22:00:00Z".parse().unwrap(), "2026-11-30T23:00:00Z".parse().unwrap());
        let found = app.building.db.write::<_, StorageError, _>(move |tx| {
            let place = place(tx)?;
            Ok(diesel::sql_query(&statement)
                .bind::<Uuid, _>(place.establishment)
                .bind::<Instant, _>(from.sql())
                .bind::<Instant, _>(until.sql())
                .load::<Told>(tx.conn())?
                .into_iter()
                .map(|told| told.id)
                .collect::<BTreeSet<_>>()
                .len())
        });
        let counted: u64 = rows
            .iter()
            .map(|row| row["counts"]["planned"].as_u64().unwrap() + row["counts"]["cancelled"].as_u64().unwrap())
            .sum();
        assert_eq!(found.await.unwrap() as u64, counted);
        let page = clerk.open(&format!("/desk/preadmissions/figures?{period}")).await;
        assert!(
            page.text.contains("WHERE preadmissions.establishment_id = $1"),
            "the statements stand beside the figures"
        );
        app.stop().await;
    }
}
