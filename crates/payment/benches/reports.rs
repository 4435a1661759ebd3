//! How long a report of 100,000 lines takes from its bytes to its three lists, with as many payments to compare it with.
//!
//! `cargo bench -p payment --bench reports`: SQLite, and PostgreSQL where `PARVIS_TEST_POSTGRESQL` names a server.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program that measures: it reads the machine's clock and prints its figures"
)]

use std::{error::Error, sync::Arc, time::Instant};

use jiff::{SignedDuration, Timestamp};
use kernel::{EstablishmentId, Id, World};
use payment::{
    Payments, Settings,
    desk::{
        Cashier,
        reports::{Imported, Offered},
    },
};
use serde_json::json;
use storage::{
    AsSql, StorageError, Tx,
    diesel::{
        self, RunQueryDsl,
        sql_types::{BigInt, Integer, Text},
    },
    outbox::Subscriptions,
    proof::Keyring,
    sql::{self, Uuid},
    testing::{TestDb, databases},
};

const LINES: usize = 100_000;
/// One line in so many is of money that nobody here knows of, and one payment in so many is not in the report.
const ODD: usize = 100;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    drop(rustls::crypto::ring::default_provider().install_default());
    let world = World::system();
    let keys = std::env::temp_dir().join(format!("parvis-keys-{}", world.uuid()));
    let keyring = Arc::new(Keyring::open(&keys, &world)?);
    std::fs::remove_dir_all(&keys)?;
    for here in databases(&world, &Subscriptions::default())? {
        let backend = here.url.split(':').next().unwrap_or_default().to_owned();
        let of: EstablishmentId = world.id();
        fill(&here, of).await?;
        let (db, http) = (here.db.clone(), reqwest::Client::new());
        let payments = Payments::open(settings()?, "http://localhost", db, keyring.clone(), http)?;
        let cashier = Cashier { staff: world.id(), of: vec![of] };
        let bytes = report();
        let size = bytes.len() / 1000;
        let offered = Offered {
            establishment: of,
            creditor: "consultations".to_owned(),
            profile: "regie".to_owned(),
            file_name: "report.csv".to_owned(),
            bytes,
        };
        let started = Instant::now();
        let imported = payments.import(&cashier, offered.clone()).await?;
        let import = started.elapsed();
        assert!(matches!(imported, Imported::New(_)), "{imported:?}");
        let started = Instant::now();
        assert!(matches!(payments.import(&cashier, offered).await?, Imported::Same(_)));
        println!("{backend}: {LINES} lines ({size} kB) in {import:.2?}, the same file again {:.2?}", started.elapsed());
    }
    Ok(())
}

fn settings() -> Result<Settings, serde_json::Error> {
    serde_json::from_value(json!({
        "rhythm": [{ "until": 10, "every": 1 }],
        "patience": { "expires_minutes": 120, "second_thoughts_minutes": 2, "reopens_minutes": 20, "known_after_minutes": 20 },
        "providers": { "payfip": { "service": "http://127.0.0.1:9/", "page": "http://127.0.0.1:9/" } },
        "creditors": { "990001000": { "consultations":
            { "name": "Régie", "provider": "payfip", "number": "006382", "mode": "production" } } },
        "reports": { "regie": {
            "name": "Régie", "charset": "windows-1252", "separator": ";", "amounts": "comma", "dates": "%d/%m/%Y",
            "window_days": 1, "only": { "column": 1, "is": "LIGNE" }, "columns": { "date": 2, "refdet": 3, "amount": 4 },
        } },
    }))
}

/// Thirty days of payments, some debts paid twice.
fn began(at: usize) -> Timestamp {
    let first: Timestamp = Timestamp::from_second(1_793_000_000).unwrap_or(Timestamp::UNIX_EPOCH);
    first + SignedDuration::from_secs(i64::try_from(at).unwrap_or_default() * 25)
}

fn debt(at: usize) -> String {
    format!("FACT{:08}", at - at % 10 % 2)
}

fn cents(at: usize) -> i64 {
    100 + i64::try_from(at % 5000 / 2).unwrap_or_default()
}

fn report() -> Vec<u8> {
    let mut text = "EN-TETE;Regie\r\nLIGNE;Date;Reference;Montant\r\n".to_owned();
    for at in 0..LINES {
        let (day, cents) = (began(at).to_zoned(jiff::tz::TimeZone::UTC).strftime("%d/%m/%Y").to_string(), cents(at));
        let refdet = if at % ODD == 0 { format!("AUTRE{at:08}") } else { debt(at) };
        text += &format!("LIGNE;{day};{refdet};{},{:02}\r\n", cents / 100, cents % 100);
    }
    text.into_bytes()
}

async fn fill(here: &TestDb, of: EstablishmentId) -> Result<(), StorageError> {
    let work = move |tx: &mut Tx<'_>| {
        diesel::sql_query(
            "INSERT INTO establishments (id, finess_ej, name, short_name) VALUES ($1, '990001000', 'H', 'H')",
        )
        .bind::<Uuid, _>(of.sql())
        .execute(tx.conn())?;
        for at in 0..LINES {
            let (id, visit): (Id<()>, Id<()>) = (tx.id(), tx.id());
            let began = began(at);
            diesel::sql_query(
                "INSERT INTO payment_attempts (id, establishment_id, creditor, provider, creditor_number, mode, \
                 amount_cents, refdet, exercice, email, visit_id, state, reference, differences, created_at, changed_at, \
                 day, rank) VALUES ($1, $2, 'consultations', 'payfip', '006382', 'production', $3, $4, '2026', \
                 'a@example.org', $5, 'paid', $6, '[]', $7, $7, $8, $9)",
            )
            .bind::<Uuid, _>(id.sql())
            .bind::<Uuid, _>(of.sql())
            .bind::<BigInt, _>(cents(at))
            .bind::<Text, _>(debt(at))
            .bind::<Uuid, _>(visit.sql())
            .bind::<Text, _>(id.to_string())
            .bind::<sql::Instant, _>(began.sql())
            .bind::<sql::Date, _>(began.to_zoned(jiff::tz::TimeZone::UTC).date().sql())
            .bind::<Integer, _>(i32::try_from(at).unwrap_or_default() + 1)
            .execute(tx.conn())?;
        }
        Ok(())
    };
    here.db.write(work).await
}
