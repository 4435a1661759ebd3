//! The questions other crates may ask.

use jiff::Timestamp;
use kernel::{AppointmentId, PatientId, PractitionerId, Rpps, ServiceId, VisitReasonId};
use storage::{Conn, StorageError};

pub use crate::place::Place;
use crate::{
    domain::{Speciality, appointment::State, cancel::cancellable_until},
    place,
    store::facts::{self, Surroundings},
};

/// Who receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practitioner {
    pub id: PractitionerId,
    pub rpps: Rpps,
    /// Dr, Pr, or empty.
    pub title: String,
    pub given_name: String,
    pub family_name: String,
}

impl Practitioner {
    /// As written on a door: "Dr Zoé Martin".
    pub fn name(&self) -> String {
        [&self.title, &self.given_name, &self.family_name].map(String::as_str).join(" ").trim().to_owned()
    }

    /// "Dr Martin".
    pub fn short_name(&self) -> String {
        [&self.title, &self.family_name].map(String::as_str).join(" ").trim().to_owned()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceFacts {
    pub id: ServiceId,
    pub code: String,
    pub name: String,
    pub speciality: Speciality,
    pub telephone: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonFacts {
    pub id: VisitReasonId,
    pub code: String,
    pub label: String,
    /// What to bring and to do before; may be empty.
    pub instructions: String,
    /// Messages must not name it.
    pub sensitive: bool,
}

/// An appointment as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppointmentFacts {
    pub id: AppointmentId,
    pub patient: PatientId,
    /// What the patient reads out on the telephone.
    pub reference: String,
    pub state: State,
    /// How often it changed since it was booked: SEQUENCE of iCalendar.
    pub sequence: i32,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub booked_at: Timestamp,
    pub cancelled_at: Option<Timestamp>,
    pub cancel_deadline_minutes: i64,
    pub service: ServiceFacts,
    pub reason: ReasonFacts,
    pub practitioner: Practitioner,
    /// The site, its establishment and its zone.
    pub place: Place,
}

impl AppointmentFacts {
    pub(crate) fn surroundings(&self) -> Surroundings {
        Surroundings {
            service: self.service.clone(),
            reason: self.reason.clone(),
            practitioner: self.practitioner.clone(),
            place: self.place.clone(),
        }
    }

    /// The last moment at which the patient may cancel alone.
    pub fn cancellable_until(&self) -> Timestamp {
        cancellable_until(self.starts_at, self.cancel_deadline_minutes)
    }
    pub fn is_cancellable(&self, now: Timestamp) -> bool {
        self.state == State::Booked && now <= self.cancellable_until()
    }
}

/// The present facts of an appointment, whoever's it is: the caller checks who asks.
pub fn appointment(conn: &mut Conn, id: AppointmentId) -> Result<Option<AppointmentFacts>, StorageError> {
    facts::one(conn, place::from_directory, id)
}
