//! Typed ids: a UUID version 7 (RFC 9562 §5.7) with the entity in its type, so that one cannot stand for another.

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The id of one entity of kind `K`. Written as 36 lower-case characters.
pub struct Id<K> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

impl<K> Id<K> {
    /// Takes a UUID that came from storage or from [`crate::World::id`].
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }

    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K> Eq for Id<K> {}
impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.hyphenated().fmt(f)
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a UUID in its usual 36-character form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

impl<K> FromStr for Id<K> {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        // One spelling only: braces, URNs and 32 digits would give one object several addresses.
        if text.len() != 36 || text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(NotAnId);
        }
        Uuid::try_parse(text).map(Self::from_uuid).map_err(|_| NotAnId)
    }
}
impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! entities {
    ($($entity:ident => $id:ident),+ $(,)?) => {
        /// What an id can be of; the types are never built.
        pub mod entity { $(#[derive(Debug)] pub enum $entity {})+ }
        $(pub type $id = Id<entity::$entity>;)+
    };
}

entities! {
    Establishment => EstablishmentId,
    Site => SiteId,
    Patient => PatientId,
    Staff => StaffId,
    Session => SessionId,
    Visit => VisitId,
    Service => ServiceId,
    Practitioner => PractitionerId,
    VisitReason => VisitReasonId,
    Agenda => AgendaId,
    Opening => OpeningId,
    Absence => AbsenceId,
    Allocation => AllocationId,
    Hold => HoldId,
    Appointment => AppointmentId,
    Stay => StayId,
    Preadmission => PreadmissionId,
    Document => DocumentId,
    Upload => UploadId,
    Invoice => InvoiceId,
    PaymentAttempt => PaymentAttemptId,
    PaymentLookup => PaymentLookupId,
    RefundTask => RefundTaskId,
    Invitation => InvitationId,
    Event => EventId,
    Delivery => DeliveryId,
    Schedule => ScheduleId,
    ProofRecord => ProofRecordId,
    AccessTrace => AccessTraceId,
    File => FileId,
    Object => ObjectId,
}

/// The same id seen as that of "some object", for registers that hold several kinds.
impl<K> Id<K> {
    pub const fn as_object(self) -> ObjectId {
        Id::from_uuid(self.uuid)
    }
}
