//! The files that pages need, compiled in. Their addresses carry a digest of their content: they never change, and
//! browsers keep them for a year.

use kernel::digest;

use crate::Locale;

pub const OWN_LOCALES: Locale =
    Locale { room: "web", fr: include_str!("../locales/fr.ftl"), en: include_str!("../locales/en.ftl") };

pub(crate) const CSS: &str = include_str!("../assets/parvis.css");
/// Sends files in parts and goes on after an outage; of any form that says where to.
pub(crate) const UPLOAD: &str = include_str!("../assets/upload.js");
/// The desk's shortcuts.
pub(crate) const DESK: &str = include_str!("../assets/desk.js");
pub(crate) const ICON: &str = include_str!("../assets/icon.svg");

/// The first characters of a file's digest.
pub(crate) fn version(content: &str) -> String {
    digest::hex(&digest::sha256(&[content.as_bytes()])).chars().take(12).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_stay_small() {
        assert!(UPLOAD.len() <= 5 * 1024, "{}", UPLOAD.len());
        assert!(DESK.len() <= 3 * 1024, "{}", DESK.len());
    }
}
