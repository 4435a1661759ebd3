//! The facts that figures are counted from. The statements stand here as text, for they are shown beside the figures.

use std::collections::HashMap;

use diesel::{prelude::*, sql_query, sql_types::Text};
use jiff::Timestamp;
use kernel::{EstablishmentId, PreadmissionId, SiteId};
use storage::{
    AsSql, Conn, StorageError,
    sql::{Instant, Uuid},
};

use super::{files::StatusText, steps::Channel};
use crate::domain::{figures::Told, status::Status};

/// `$1` the establishment, `$2` and `$3` the first instant of the period and the first after it.
pub(crate) const STAYS: &str = "SELECT preadmissions.id, stays.site_id, stays.entry_at, preadmissions.status \
FROM preadmissions JOIN stays ON stays.id = preadmissions.stay_id \
WHERE preadmissions.establishment_id = $1 AND stays.entry_at >= $2 AND stays.entry_at < $3";
pub(crate) const STEPS: &str = "SELECT preadmission_steps.preadmission_id AS id, preadmission_steps.status, \
preadmission_steps.channel, preadmission_steps.made_at \
FROM preadmission_steps JOIN preadmissions ON preadmissions.id = preadmission_steps.preadmission_id \
JOIN stays ON stays.id = preadmissions.stay_id \
WHERE preadmissions.establishment_id = $1 AND stays.entry_at >= $2 AND stays.entry_at < $3 \
ORDER BY preadmission_steps.made_at, preadmission_steps.id";
pub(crate) const DOCUMENTS: &str = "SELECT preadmissions.id, preadmission_documents.kind AS word \
FROM preadmission_documents JOIN preadmissions ON preadmissions.id = preadmission_documents.preadmission_id \
JOIN stays ON stays.id = preadmissions.stay_id \
WHERE preadmissions.establishment_id = $1 AND stays.entry_at >= $2 AND stays.entry_at < $3 \
AND preadmission_documents.received_bytes IS NOT NULL";
pub(crate) const REASONS: &str = "SELECT preadmissions.id, preadmission_decisions.reason AS word \
FROM preadmission_decisions JOIN preadmissions ON preadmissions.id = preadmission_decisions.preadmission_id \
JOIN stays ON stays.id = preadmissions.stay_id \
WHERE preadmissions.establishment_id = $1 AND stays.entry_at >= $2 AND stays.entry_at < $3 \
AND preadmission_decisions.decision = 'refused'";
pub(crate) const ALL: [&str; 4] = [STAYS, STEPS, DOCUMENTS, REASONS];

#[derive(QueryableByName)]
struct StayRow {
    #[diesel(sql_type = Uuid)]
    id: PreadmissionId,
    #[diesel(sql_type = Uuid)]
    site_id: SiteId,
    #[diesel(sql_type = Instant)]
    entry_at: Timestamp,
    #[diesel(sql_type = Text)]
    status: StatusText,
}

#[derive(QueryableByName)]
struct StepRow {
    #[diesel(sql_type = Uuid)]
    id: PreadmissionId,
    #[diesel(sql_type = Text)]
    status: StatusText,
    #[diesel(sql_type = Text)]
    channel: Channel,
    #[diesel(sql_type = Instant)]
    made_at: Timestamp,
}

#[derive(QueryableByName)]
struct WordRow {
    #[diesel(sql_type = Uuid)]
    id: PreadmissionId,
    #[diesel(sql_type = Text)]
    word: String,
}

/// What is stored of the files whose stays begin in the period.
pub(crate) fn told(
    conn: &mut Conn,
    establishment: EstablishmentId,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<Told>, StorageError> {
    macro_rules! rows {
        ($statement:expr, $row:ty) => {
            sql_query($statement)
                .bind::<Uuid, _>(establishment.sql())
                .bind::<Instant, _>(from.sql())
                .bind::<Instant, _>(until.sql())
                .load::<$row>(conn)?
        };
    }
    let mut files: HashMap<PreadmissionId, Told> = rows!(STAYS, StayRow)
        .into_iter()
        .map(|row| {
            let cancelled = Status::from(row.status) == Status::Cancelled;
            (row.id, Told { site: row.site_id, entry_at: row.entry_at, cancelled, ..Told::nothing(row.site_id) })
        })
        .collect();
    for row in rows!(STEPS, StepRow) {
        let Some(told) = files.get_mut(&row.id) else { continue };
        told.steps.push((row.status.into(), row.channel.as_str(), row.made_at));
    }
    for row in rows!(DOCUMENTS, WordRow) {
        files.entry(row.id).and_modify(|told| told.documents.push(row.word));
    }
    for row in rows!(REASONS, WordRow) {
        files.entry(row.id).and_modify(|told| told.reasons.push(row.word));
    }
    Ok(files.into_values().collect())
}
