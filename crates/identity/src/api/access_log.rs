//! `GET /api/v1/me/access-log`

use actix_web::web as actix;
use jiff::Timestamp;
use kernel::AccessTraceId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{PatientCaller, Problem};

use crate::{
    Identity,
    store::traces::{self, TraceRow},
};

const LINES: i64 = 100;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Only lines older than this one.
    #[param(value_type = Option<String>, format = Uuid)]
    before: Option<AccessTraceId>,
}

/// One access.
#[derive(Serialize, ToSchema)]
pub(super) struct Line {
    #[schema(value_type = String, format = Uuid)]
    id: AccessTraceId,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `patient`, `staff` or `system`.
    by: &'static str,
    /// `login`, `read` or `changed`.
    action: &'static str,
    /// Names of the things concerned.
    what: String,
}

/// The latest accesses, the newest first; at most 100.
#[derive(Serialize, ToSchema)]
pub(super) struct AccessLog {
    lines: Vec<Line>,
}

impl From<TraceRow> for Line {
    fn from(row: TraceRow) -> Self {
        Self { id: row.id, at: row.at, by: row.actor_kind.as_str(), action: row.action.as_str(), what: row.what }
    }
}

/// Who read or changed something of mine?
#[utoipa::path(get, path = "/api/v1/me/access-log", tag = "identity", params(Asked), responses(
    (status = 200, description = "The latest accesses", body = AccessLog),
    (status = 401, description = "No session"),
))]
pub(super) async fn show(
    caller: PatientCaller,
    asked: actix::Query<Asked>,
    room: actix::Data<Identity>,
) -> Result<actix::Json<AccessLog>, Problem> {
    let (id, before) = (caller.patient, asked.before);
    let rows = room.db.read(move |conn| traces::latest(conn, id, before, LINES)).await?;
    Ok(actix::Json(AccessLog { lines: rows.into_iter().map(Line::from).collect() }))
}
