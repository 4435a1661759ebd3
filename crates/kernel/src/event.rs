//! Every event of the house on one page: what happened, in the past tense. An event carries ids only;
//! whoever listens reads the present facts again. Who listens to what is a table of the server.

use std::{fmt, str::FromStr};

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum EventKind { $($(#[$doc])* $variant),+ }

        impl EventKind {
            pub const ALL: &[Self] = &[$(Self::$variant),+];
            /// Its name in the database, in logs and in the documentation.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl FromStr for EventKind {
            type Err = UnknownEvent;
            fn from_str(name: &str) -> Result<Self, UnknownEvent> {
                match name { $($name => Ok(Self::$variant),)+ _ => Err(UnknownEvent) }
            }
        }
    };
}

events! {
    /// booking: a patient holds a confirmed appointment.
    AppointmentBooked = "appointment.booked",
    /// booking: an appointment was cancelled before it took place.
    AppointmentCancelled = "appointment.cancelled",
    /// booking: the time has come to remind a patient of an appointment.
    AppointmentReminderDue = "appointment.reminder-due",
    /// preadmission: a file was opened for a planned stay; its patient is to be told.
    PreadmissionCreated = "preadmission.created",
    /// preadmission: a patient sent their file.
    PreadmissionSubmitted = "preadmission.submitted",
    /// preadmission: the hospital asks for something again.
    PreadmissionRefused = "preadmission.refused",
    /// preadmission: the hospital accepted the file.
    PreadmissionCompleted = "preadmission.completed",
    /// preadmission: an accepted file was corrected.
    PreadmissionCorrected = "preadmission.corrected",
    /// preadmission: a clerk corrected a number of a cover in an accepted file.
    PreadmissionAmended = "preadmission.amended",
    /// preadmission: the stay will not take place.
    PreadmissionCancelled = "preadmission.cancelled",
    /// preadmission: the hospital moved the stay to another time.
    PreadmissionMoved = "preadmission.moved",
    /// preadmission: the time has come to remind a patient of a file not sent yet.
    PreadmissionReminderDue = "preadmission.reminder-due",
    /// preadmission: somebody else than the patient is asked to come, by a link of their own.
    PreadmissionInvited = "preadmission.invited",
    /// preadmission: somebody who was asked refused, or did not answer in time; the object is the file for whoever opened
    /// it, an invitation for another who was asked.
    PreadmissionAnswered = "preadmission.answered",
    /// preadmission: something happened of which a relative accepted to be told.
    PreadmissionNews = "preadmission.news",
    /// preadmission: the bytes of a document are here; they are to be searched and rebuilt.
    DocumentReceived = "document.received",
    /// preadmission: a document of an accepted file is ready to leave for the hospital's archive.
    DocumentAccepted = "document.accepted",
    /// payment: a patient may pay an invoice that is new to them.
    InvoiceReady = "invoice.ready",
    /// payment: a provider has, or will have, the money of an attempt.
    PaymentSettled = "payment.settled",
    /// payment: more came in than was due, or something else than was asked: a cashier is to look.
    PaymentToReview = "payment.to-review",
}

/// A name this program does not know: written by a newer version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown event")]
pub struct UnknownEvent;

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for kind in EventKind::ALL {
            assert_eq!(kind.name().parse(), Ok(*kind));
        }
        assert!("appointment.lost".parse::<EventKind>().is_err());
    }
}
