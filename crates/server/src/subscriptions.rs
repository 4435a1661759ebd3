//! Who listens to what: the one page.

use kernel::EventKind;
use storage::outbox::Subscriptions;

/// | event | sih | mail | sms |
/// | --- | --- | --- | --- |
/// | `appointment.booked` | SIU^S12 | confirmation with calendar | date, hour, place |
/// | `appointment.cancelled` | SIU^S15 | cancellation with calendar | date, hour |
/// | `appointment.reminder-due` | | reminder | reminder |
/// | `preadmission.created` | | invitation with the link | invitation with the link |
/// | `preadmission.reminder-due` | | reminder with the link | reminder with the link |
/// | `preadmission.refused` | | what to do, until when | what to do, until when |
/// | `preadmission.completed` | ADT^A28 if unknown there, ADT^A05 | accepted | accepted |
/// | `preadmission.corrected` | ADT^Z99 | accepted | accepted |
/// | `preadmission.amended` | ADT^Z99 | | |
/// | `preadmission.moved` | | the new time | the new time |
/// | `preadmission.cancelled` | ADT^A38 | will not take place | will not take place |
/// | `preadmission.invited` | | own link for somebody else | own link for somebody else |
/// | `preadmission.answered` | | somebody who was asked refused or is silent | the same |
/// | `preadmission.news` | | to a relative who accepted | to a relative who accepted |
/// | `document.accepted` | MDM^T02 | | |
/// | `payment.settled` | DFT^P03, or a file | received, registered, or too much | the same |
/// | `invoice.ready` | | an invoice to pay, by setting | the same |
///
/// `document.received` is heard by pre-admission itself (`documents`): searched and rebuilt by a worker.
/// `payment.to-review` is heard by nobody: the cashier's lists read what stands in the rows.
pub fn subscriptions() -> Subscriptions {
    Subscriptions::default()
        .listen(sih::CONSUMER, sih::EVENTS)
        .listen("mail", notices::EVENTS)
        .listen("sms", notices::EVENTS)
        .listen(preadmission::CONSUMER, &[EventKind::DocumentReceived])
}
