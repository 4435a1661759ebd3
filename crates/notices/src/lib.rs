mod answer;
mod domain;
mod mail;
mod reactions;
mod reminder;
mod settings;
mod sms;
mod store;

use kernel::EventKind;
pub use settings::{MailSettings, SettingFault, Settings, SmsMethod, SmsSettings, Tls};

/// The room's texts.
pub const LOCALES: web::Locale =
    web::Locale { room: "notices", fr: include_str!("../locales/fr.ftl"), en: include_str!("../locales/en.ftl") };

/// What patients are told of.
pub const EVENTS: &[EventKind] =
    &[EventKind::AppointmentBooked, EventKind::AppointmentCancelled, EventKind::AppointmentReminderDue];
