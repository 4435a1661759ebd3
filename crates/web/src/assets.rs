//! The files that pages need, compiled in. Their addresses carry a digest of their content: they never change, and
//! browsers keep them for a year.

use kernel::digest;

use crate::Locale;

pub const OWN_LOCALES: Locale =
    Locale { room: "web", fr: include_str!("../locales/fr.ftl"), en: include_str!("../locales/en.ftl") };

pub(crate) const CSS: &str = include_str!("../assets/parvis.css");
pub(crate) const ICON: &str = include_str!("../assets/icon.svg");

/// The first characters of the style sheet's digest.
pub(crate) fn css_version() -> String {
    digest::hex(&digest::sha256(&[CSS.as_bytes()])).chars().take(12).collect()
}
