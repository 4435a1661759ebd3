mod answer;
mod domain;
mod mail;
mod settings;
mod sms;

/// The room's texts.
pub const LOCALES: web::Locale =
    web::Locale { room: "notices", fr: include_str!("../locales/fr.ftl"), en: include_str!("../locales/en.ftl") };
