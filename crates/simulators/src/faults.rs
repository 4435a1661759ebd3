//! Ways to misbehave, as switches and numbers that a page shows and a test sets by name.

use actix_web::HttpRequest;
use serde::{Deserialize, Deserializer};

/// A way to misbehave as a page shows it.
pub(crate) struct Switch {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) is_on: bool,
}

pub(crate) struct Amount {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) value: u32,
}

/// `Faults` with a switch for each name, and after the `;` a number for each: all off, all zero by default. Labels are
/// those of its page.
macro_rules! faults {
    ($($name:ident: $label:literal),+ $(,)? ; $($amount:ident: $words:literal),+ $(,)?) => {
        /// Which ways to misbehave are on. All off by default.
        #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Faults {
            $(#[doc = $label] #[serde(deserialize_with = "crate::faults::switch")] pub $name: bool,)+
            $(#[doc = $words] pub $amount: u32,)+
        }

        impl Faults {
            fn switches(&self) -> Vec<crate::faults::Switch> {
                vec![$(crate::faults::Switch { name: stringify!($name), label: $label, is_on: self.$name }),+]
            }

            fn amounts(&self) -> Vec<crate::faults::Amount> {
                vec![$(crate::faults::Amount { name: stringify!($amount), label: $words, value: self.$amount }),+]
            }
        }
    };
}

/// JSON says true; a form says "on" for what is ticked and nothing for the rest.
pub(crate) fn switch<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Json(bool),
        Form(String),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Json(on) => on,
        Either::Form(text) => text == "on",
    })
}

/// Another site open in the same browser has no say in how this one behaves.
pub(crate) fn is_own_site(request: &HttpRequest) -> bool {
    let site = request.headers().get("sec-fetch-site").and_then(|site| site.to_str().ok());
    matches!(site, None | Some("same-origin" | "none"))
}
