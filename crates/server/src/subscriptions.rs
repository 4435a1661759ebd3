//! Who listens to what: the one page.

use kernel::EventKind::{AppointmentBooked, AppointmentCancelled, AppointmentReminderDue};
use storage::outbox::Subscriptions;

/// | event | sih | mail | sms |
/// | --- | --- | --- | --- |
/// | `appointment.booked` | SIU^S12 | confirmation with calendar | date, hour, place |
/// | `appointment.cancelled` | SIU^S15 | cancellation with calendar | date, hour |
/// | `appointment.reminder-due` | | reminder | reminder |
pub fn subscriptions() -> Subscriptions {
    let told = [AppointmentBooked, AppointmentCancelled, AppointmentReminderDue];
    Subscriptions::default()
        .listen("sih", &[AppointmentBooked, AppointmentCancelled])
        .listen("mail", &told)
        .listen("sms", &told)
}
