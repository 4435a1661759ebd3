//! Who listens to what: the one page.

use storage::outbox::Subscriptions;

/// | event | sih | mail | sms |
/// | --- | --- | --- | --- |
/// | `appointment.booked` | SIU^S12 | confirmation with calendar | date, hour, place |
/// | `appointment.cancelled` | SIU^S15 | cancellation with calendar | date, hour |
/// | `appointment.reminder-due` | | reminder | reminder |
pub fn subscriptions() -> Subscriptions {
    Subscriptions::default()
        .listen(sih::CONSUMER, sih::EVENTS)
        .listen("mail", notices::EVENTS)
        .listen("sms", notices::EVENTS)
}
