//! Sessions live in the database; the browser has only a random name for one, in a `__Host-` cookie. The table keeps
//! a digest of that name, so that who reads the table cannot become anybody.
//!
//! Patients and staff have separate cookies and separate kinds: neither is ever taken for the other.

use jiff::{SignedDuration, Timestamp};
use kernel::{EstablishmentId, PatientId, StaffId, VisitId, digest};
use serde::{Deserialize, Serialize};

pub use crate::store::sessions::{close, close_all, open, sweep};

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
    pub(crate) principal: uuid::Uuid,
    pub visit: VisitId,
    pub opened_at: Timestamp,
    pub expires_at: Timestamp,
    pub details: Details,
    pub(crate) seen_at: Timestamp,
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

/// How the table knows a cookie.
pub(crate) fn stored(cookie: &str) -> Vec<u8> {
    digest::sha256(&[cookie.as_bytes()]).to_vec()
}

/// Whether it is time to write down that the session is used: once a minute is enough.
pub(crate) fn is_due(session: &Session, now: Timestamp) -> bool {
    now.duration_since(session.seen_at) > SignedDuration::from_secs(60)
}
