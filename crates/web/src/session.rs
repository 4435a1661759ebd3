//! Sessions live in the database; the browser has only a random name for one, in a `__Host-` cookie. The table keeps
//! a digest of that name, so that who reads the table cannot become anybody.
//!
//! Patients and staff have separate cookies and separate kinds: neither is ever taken for the other.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use kernel::{EstablishmentId, PatientId, StaffId, VisitId, digest};
use serde::{Deserialize, Serialize};
use storage::{AsSql, Conn, StorageError, Tx};

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use storage::sql::{Instant, Json, Uuid};

    sessions (id) {
        id -> Binary,
        kind -> Text,
        principal -> Uuid,
        visit -> Uuid,
        opened_at -> Instant,
        seen_at -> Instant,
        expires_at -> Instant,
        details -> Json,
    }
}

storage::text_enum! {
    /// Whose session it is.
    pub enum Kind { Patient = "patient", Staff = "staff" }
}

impl Kind {
    pub const fn cookie(self) -> &'static str {
        match self {
            Self::Patient => "__Host-parvis-session",
            Self::Staff => "__Host-parvis-desk",
        }
    }
}

/// What a session knows of its person. The ID token is the hint that the provider wants at logout.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Details {
    /// How the person is greeted.
    pub name: String,
    /// The provider that vouched, and at which level (`eidas1`…).
    pub provider: String,
    pub acr: String,
    pub id_token: Option<String>,
    /// Staff only.
    pub roles: Vec<String>,
    pub establishments: Vec<EstablishmentId>,
}

impl std::fmt::Debug for Details {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Details({})", self.provider)
    }
}

/// A live session.
#[derive(Debug, Clone)]
pub struct Session {
    pub kind: Kind,
    principal: uuid::Uuid,
    pub visit: VisitId,
    pub opened_at: Timestamp,
    pub expires_at: Timestamp,
    pub details: Details,
    seen_at: Timestamp,
    /// The cookie's value.
    pub(crate) cookie: String,
}

impl Session {
    pub fn patient(&self) -> Option<PatientId> {
        (self.kind == Kind::Patient).then(|| PatientId::from_uuid(self.principal))
    }
    pub fn staff(&self) -> Option<StaffId> {
        (self.kind == Kind::Staff).then(|| StaffId::from_uuid(self.principal))
    }
}

/// Who logged in.
#[derive(Debug, Clone, Copy)]
pub enum Principal {
    Patient(PatientId),
    Staff(StaffId),
}

fn stored(cookie: &str) -> Vec<u8> {
    digest::sha256(&[cookie.as_bytes()]).to_vec()
}

/// Opens a session under a new name, in the transaction of the login. The visit goes on: what it holds stays held.
/// Give the returned cookie value to [`crate::Ctx::session_cookie`].
pub fn open(
    tx: &mut Tx<'_>,
    principal: Principal,
    visit: VisitId,
    details: &Details,
    hours: i64,
) -> Result<String, StorageError> {
    let cookie = tx.world().secret();
    let (kind, principal) = match principal {
        Principal::Patient(id) => (Kind::Patient, id.uuid()),
        Principal::Staff(id) => (Kind::Staff, id.uuid()),
    };
    let now = tx.now();
    let details = serde_json::to_value(details).unwrap_or_default();
    let insert = diesel::insert_into(sessions::table).values((
        sessions::id.eq(stored(&cookie)),
        sessions::kind.eq(kind),
        sessions::principal.eq(principal.sql()),
        sessions::visit.eq(visit.sql()),
        sessions::opened_at.eq(now.sql()),
        sessions::seen_at.eq(now.sql()),
        sessions::expires_at.eq((now + SignedDuration::from_hours(hours)).sql()),
        sessions::details.eq(details.sql()),
    ));
    tx.execute(insert)?;
    Ok(cookie)
}

/// Ends a session for good, wherever its cookie still is.
pub fn close(tx: &mut Tx<'_>, session: &Session) -> Result<(), StorageError> {
    tx.execute(diesel::delete(sessions::table.find(stored(&session.cookie))))?;
    Ok(())
}

/// Ends every session of a person.
pub fn close_all(tx: &mut Tx<'_>, principal: Principal) -> Result<usize, StorageError> {
    let (kind, principal) = match principal {
        Principal::Patient(id) => (Kind::Patient, id.uuid()),
        Principal::Staff(id) => (Kind::Staff, id.uuid()),
    };
    let theirs = sessions::table.filter(sessions::kind.eq(kind)).filter(sessions::principal.eq(principal.sql()));
    tx.execute(diesel::delete(theirs))
}

type Row = (Kind, uuid::Uuid, VisitId, Timestamp, Timestamp, Timestamp, serde_json::Value);

/// The session that a cookie names, unless it ended or nobody used it for too long.
pub(crate) fn find(
    conn: &mut Conn,
    cookie: &str,
    kind: Kind,
    now: Timestamp,
    idle: SignedDuration,
) -> Result<Option<Session>, StorageError> {
    let row: Option<Row> = sessions::table
        .find(stored(cookie))
        .select((
            sessions::kind,
            sessions::principal,
            sessions::visit,
            sessions::opened_at,
            sessions::seen_at,
            sessions::expires_at,
            sessions::details,
        ))
        .first(conn)
        .optional()?;
    Ok(row.and_then(|(found, principal, visit, opened_at, seen_at, expires_at, details)| {
        let lives = found == kind && now < expires_at && now.duration_since(seen_at) < idle;
        let details = serde_json::from_value(details).ok()?;
        let cookie = cookie.to_owned();
        lives.then_some(Session { kind, principal, visit, opened_at, expires_at, details, seen_at, cookie })
    }))
}

/// Whether it is time to write down that the session is used: once a minute is enough.
pub(crate) fn is_due(session: &Session, now: Timestamp) -> bool {
    now.duration_since(session.seen_at) > SignedDuration::from_secs(60)
}

pub(crate) fn touch(tx: &mut Tx<'_>, cookie: &str) -> Result<(), StorageError> {
    let now = tx.now();
    tx.execute(diesel::update(sessions::table.find(stored(cookie))).set(sessions::seen_at.eq(now.sql())))?;
    Ok(())
}

/// Drops sessions that ended, or that nobody used for `idle`.
pub fn sweep(tx: &mut Tx<'_>, idle: SignedDuration) -> Result<usize, StorageError> {
    let now = tx.now();
    let over = sessions::table.filter(sessions::expires_at.le(now.sql()).or(sessions::seen_at.le((now - idle).sql())));
    tx.execute(diesel::delete(over))
}
