//! The second door, for supervision: never on the Internet.
//!
//! | address | answers |
//! | --- | --- |
//! | `/healthz` | 200 while the process lives |
//! | `/readyz` | 200 when the database answers, else 503; with the age in seconds of the oldest waiting delivery |
//! | `/metrics` | the same figures for Prometheus (text format 0.0.4), and what of payments waits for a cashier |

use std::fmt::Write;

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde_json::json;
use storage::{Db, StorageError, outbox::Standing};

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/healthz", web::get().to(async || HttpResponse::Ok().body("ok\n")))
        .route("/readyz", web::get().to(ready))
        .route("/metrics", web::get().to(metrics));
}

async fn standing(db: &Db) -> Result<Vec<Standing>, StorageError> {
    db.read(storage::outbox::standing).await
}

fn age(now: Timestamp, oldest: Option<Timestamp>) -> i64 {
    oldest.map_or(0, |oldest| now.duration_since(oldest).as_secs())
}

async fn ready(db: web::Data<Db>) -> HttpResponse {
    let now = db.now();
    match standing(&db).await {
        Ok(rows) => {
            let oldest = rows.iter().map(|row| age(now, row.oldest_open)).max().unwrap_or(0);
            let stuck: i64 = rows.iter().map(|row| row.stuck).sum();
            HttpResponse::Ok()
                .json(json!({ "ready": true, "oldest_delivery_seconds": oldest, "deliveries_for_a_person": stuck }))
        }
        Err(error) => {
            tracing::warn!(%error, "not ready");
            HttpResponse::ServiceUnavailable().json(json!({ "ready": false }))
        }
    }
}

async fn metrics(db: web::Data<Db>) -> HttpResponse {
    let now = db.now();
    let (up, rows) = match standing(&db).await {
        Ok(rows) => (1, rows),
        Err(_) => (0, Vec::new()),
    };
    let mut text = format!("# TYPE parvis_database_up gauge\nparvis_database_up {up}\n");
    for (name, help, of) in [
        (
            "parvis_deliveries_open",
            "Deliveries still to be brought to their end.",
            open as fn(&Standing, Timestamp) -> i64,
        ),
        ("parvis_deliveries_stuck", "Deliveries that wait for a person.", stuck),
        ("parvis_delivery_oldest_seconds", "Age of the oldest open delivery.", oldest),
    ] {
        // Writing to a String does not fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for row in &rows {
            let _ = writeln!(text, "{name}{{consumer=\"{}\"}} {}", row.consumer, of(row, now));
        }
    }
    if let Ok(waiting) = db.read(payment::read::to_review).await {
        let name = "parvis_payments_to_review";
        let _ = writeln!(text, "# HELP {name} Payments at which a cashier is to look.\n# TYPE {name} gauge");
        let waiting = [
            ("invoice", waiting.invoices),
            ("attempt", waiting.attempts),
            ("creditor", waiting.creditors),
            ("doubt", waiting.doubts),
        ];
        for (what, count) in waiting {
            let _ = writeln!(text, "{name}{{what=\"{what}\"}} {count}");
        }
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text)
}

fn open(row: &Standing, _: Timestamp) -> i64 {
    row.open
}
fn stuck(row: &Standing, _: Timestamp) -> i64 {
    row.stuck
}
fn oldest(row: &Standing, now: Timestamp) -> i64 {
    age(now, row.oldest_open)
}
