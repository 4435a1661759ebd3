//! The files that pages need, compiled in. Their addresses carry a digest of their content: they never change, and
//! browsers keep them for a year.

use kernel::digest;

use crate::Locale;

pub const OWN_LOCALES: Locale =
    Locale { room: "web", fr: include_str!("../locales/fr.ftl"), en: include_str!("../locales/en.ftl") };

const CSS: &str = include_str!("../assets/parvis.css");
/// What some pages add to forms that work without them.
const SCRIPTS: [Script; 5] = [
    // Sends files in parts and goes on after an outage; of any form that says where to.
    Script { name: "upload", content: include_str!("../assets/upload.js") },
    // Keeps each field as it is filled in; of any form that says how to tell it.
    Script { name: "saving", content: include_str!("../assets/saving.js") },
    // Suggests places of birth while their name is typed.
    Script { name: "places", content: include_str!("../assets/places.js") },
    // Goes on to the bank by itself, and looks whether there is news of a payment.
    Script { name: "paying", content: include_str!("../assets/paying.js") },
    // The desk's shortcuts.
    Script { name: "desk", content: include_str!("../assets/desk.js") },
];
pub(crate) const ICON: &str = include_str!("../assets/icon.svg");

struct Script {
    name: &'static str,
    content: &'static str,
}

/// The addresses of the files that change with the program.
pub(crate) struct Addresses {
    pub(crate) css: String,
    scripts: [String; SCRIPTS.len()],
}

impl Addresses {
    pub(crate) fn new() -> Self {
        let of = |name: &str, content: &str, kind: &str| format!("/assets/{name}-{}.{kind}", version(content));
        Self { css: of("parvis", CSS, "css"), scripts: SCRIPTS.each_ref().map(|it| of(it.name, it.content, "js")) }
    }

    /// The address of a script of the house.
    pub(crate) fn script(&self, name: &str) -> Option<&str> {
        let mut known = SCRIPTS.iter().zip(&self.scripts);
        known.find(|(script, _)| script.name == name).map(|(_, address)| address.as_str())
    }

    /// What stands at an address, with its media type.
    pub(crate) fn at(&self, address: &str) -> Option<(&'static str, &'static str)> {
        match address {
            "/assets/icon.svg" => Some(("image/svg+xml", ICON)),
            css if css == self.css => Some(("text/css; charset=utf-8", CSS)),
            script => {
                let (script, _) = SCRIPTS.iter().zip(&self.scripts).find(|(_, address)| *address == script)?;
                Some(("text/javascript; charset=utf-8", script.content))
            }
        }
    }
}

/// The first characters of a file's digest.
fn version(content: &str) -> String {
    digest::hex(&digest::sha256(&[content.as_bytes()])).chars().take(12).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_stay_small() {
        for script in &SCRIPTS {
            assert!(script.content.len() <= 5 * 1024, "{}: {}", script.name, script.content.len());
        }
    }
}
