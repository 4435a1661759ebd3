//! Which providers there are. One is a folder with a [`Kind`] and a [`Section`], declared in `lib.rs`; nothing else of the
//! room, and no table, names it.

use serde::Deserialize;

use crate::{
    Providers,
    port::{Kind, Section},
};

/// The settings of the providers of this house, `[payment.providers]`: a section for each that is used.
macro_rules! providers {
    ($($name:ident),+ $(,)?) => {
        #[derive(Debug, Clone, Default, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Providers {
            $($name: Option<$name::Section>,)+
        }

        impl Providers {
            pub(crate) const KINDS: &[port::Kind] = &[$($name::KIND),+];

            /// Those that have a section.
            pub(crate) fn used(&self) -> impl Iterator<Item = (&'static str, &dyn port::Section)> {
                let all = [$(($name::KIND.name, self.$name.as_ref().map(|section| section as &dyn port::Section))),+];
                all.into_iter().filter_map(|(name, section)| Some((name, section?)))
            }
        }
    };
}
pub(crate) use providers;

impl Providers {
    pub(crate) fn section(&self, name: &str) -> Option<&dyn Section> {
        self.used().find(|(known, _)| *known == name).map(|(_, section)| section)
    }
}

fn kind(name: &str) -> Option<&'static Kind> {
    Providers::KINDS.iter().find(|kind| kind.name == name)
}

/// Whether what a provider takes are titles of the public accountant, and nothing else.
pub(crate) fn pays_titles(name: &str) -> bool {
    kind(name).is_some_and(|kind| kind.pays_titles)
}

/// Whether a provider can be asked how an attempt ended.
pub(crate) fn can_be_asked(name: &str) -> bool {
    kind(name).is_some_and(|kind| kind.can_be_asked)
}

/// Who takes the money of a creditor, as settings name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ProviderName(&'static Kind);

impl ProviderName {
    pub const fn kind(self) -> &'static Kind {
        self.0
    }
}

impl TryFrom<String> for ProviderName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let known = || Providers::KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
        kind(&name).map(Self).ok_or_else(|| format!("no provider is called {name:?}: there are {}", known()))
    }
}
