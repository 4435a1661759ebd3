//! Whether an event is to be told, from how things stand now.

use kernel::EventKind;

use super::facts::Told;

/// What to send, or why there is nothing to send; the words are keys of the journal and of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Send(Trigger),
    Moot(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    Booked,
    Cancelled,
}

impl Trigger {
    /// MSH-9.1 and -9.2.
    pub fn event(self) -> &'static str {
        match self {
            Self::Booked => "SIU S12",
            Self::Cancelled => "SIU S15",
        }
    }
}

/// `known` tells whether the SIH may already know the appointment: a message about it was made.
pub fn decide(event: EventKind, facts: Option<&Told>, known: bool) -> Decision {
    let Some(facts) = facts else { return Decision::Moot("unknown-object") };
    match event {
        EventKind::AppointmentBooked if facts.cancelled => Decision::Moot("cancelled-before-told"),
        EventKind::AppointmentBooked => Decision::Send(Trigger::Booked),
        EventKind::AppointmentCancelled if !facts.cancelled => Decision::Moot("not-cancelled"),
        EventKind::AppointmentCancelled if !known => Decision::Moot("never-told"),
        EventKind::AppointmentCancelled => Decision::Send(Trigger::Cancelled),
        _ => Decision::Moot("not-for-the-sih"),
    }
}
