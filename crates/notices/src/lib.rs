#![doc = include_str!("../README.md")]

mod answer;
mod domain;
mod loading;
mod mail;
mod reactions;
mod reminder;
mod settings;
mod sms;
mod store;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kernel::EventKind;
use payment::people::People;
use preadmission::Links;
use storage::{Db, StorageError, outbox::Consumer, schedule::Task};
use web::I18n;

use reactions::{Source, Teller, Way};
pub use settings::{MailSettings, SettingFault, Settings, SmsMethod, SmsSettings, Tls};

/// The room's texts.
pub const LOCALES: web::Locale =
    web::Locale { room: "notices", fr: include_str!("../locales/fr.ftl"), en: include_str!("../locales/en.ftl") };

/// What patients are told of.
pub const EVENTS: &[EventKind] = &[
    EventKind::AppointmentBooked,
    EventKind::AppointmentCancelled,
    EventKind::AppointmentReminderDue,
    EventKind::PreadmissionCreated,
    EventKind::PreadmissionReminderDue,
    EventKind::PreadmissionRefused,
    EventKind::PreadmissionCompleted,
    EventKind::PreadmissionCorrected,
    EventKind::PreadmissionMoved,
    EventKind::PreadmissionCancelled,
    EventKind::PreadmissionInvited,
    EventKind::PreadmissionAnswered,
    EventKind::PreadmissionNews,
    EventKind::PaymentSettled,
    EventKind::InvoiceReady,
];

/// What notices need of the house beside its rows.
pub struct Telling {
    /// Where links lead.
    pub base_url: String,
    /// What opens a file, which it does so many days before the entry.
    pub links: Links,
    pub opens_days_before: i64,
    /// What is kept from those who act for others.
    pub people: Arc<dyn People>,
}

/// The consumers `mail` and `sms`; without a gateway every SMS is moot.
pub fn consumers(
    settings: &Settings,
    telling: Telling,
    i18n: Arc<I18n>,
    db: Db,
    http: reqwest::Client,
) -> Result<Vec<Arc<dyn Consumer>>, SettingFault> {
    let source: Source = Arc::new(move |conn, (kind, object), now| loading::told(conn, (kind, object), &telling, now));
    if settings.daily_limit == 0 {
        return Err(SettingFault::new("notices.daily_limit", "must be 1 at least"));
    }
    let mailer = mail::smtp::Mailer::new(&settings.mail)?;
    let gateway = settings.sms.as_ref().map(|gateway| sms::Gateway::new(gateway, http)).transpose()?;
    let teller = |way| -> Arc<dyn Consumer> {
        let (db, i18n, source) = (db.clone(), i18n.clone(), source.clone());
        let Settings { daily_limit, new_invoices, .. } = *settings;
        Arc::new(Teller { db, i18n, source, way, daily_limit, new_invoices })
    };
    Ok([Way::Mail(mailer), Way::Sms(gateway.map(Box::new))].into_iter().map(teller).collect())
}

/// What the room does when it is due.
pub fn tasks() -> Vec<Arc<dyn Task>> {
    vec![Arc::new(reminder::Reminding { coming: loading::coming })]
}

/// Days that a notice is remembered once it could not be sent any more.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Forgets the notices of times past; how many.
pub async fn purge(db: &Db, as_of: Timestamp) -> Result<usize, StorageError> {
    let before = as_of.saturating_sub(REMEMBERED).unwrap_or(Timestamp::MIN);
    db.write(move |tx| store::forget(tx, before)).await
}
