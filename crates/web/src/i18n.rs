//! Words for people: Fluent files of every room, French first, then English. A key that is missing shows as the key
//! itself between brackets, is told to the log once, and fails the tests.

use std::{borrow::Cow, fmt};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

/// A language of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Fr,
    En,
}

impl Lang {
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "fr" => Some(Self::Fr),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` that the house speaks; weights are ignored, as browsers send them in order.
    pub fn negotiate(header: &str) -> Self {
        let wanted = header.split(',').filter_map(|entry| entry.split([';', '-']).next());
        wanted.map(str::trim).find_map(|code| Self::from_code(&code.to_ascii_lowercase())).unwrap_or_default()
    }

    fn identifier(self) -> LanguageIdentifier {
        self.code().parse().unwrap_or_default()
    }
}

/// The words of one room.
#[derive(Debug, Clone, Copy)]
pub struct Locale {
    pub room: &'static str,
    pub fr: &'static str,
    pub en: &'static str,
}

/// All words of the house.
pub struct I18n {
    fr: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl fmt::Debug for I18n {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("I18n")
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the words of {room} in {language} cannot be read: {reason}")]
pub struct BadWords {
    room: &'static str,
    language: &'static str,
    reason: String,
}

impl I18n {
    pub fn new(locales: &[Locale]) -> Result<Self, BadWords> {
        let bundle = |lang: Lang| {
            let mut bundle = FluentBundle::new_concurrent(vec![lang.identifier()]);
            bundle.set_use_isolating(false);
            for locale in locales {
                let text = if lang == Lang::Fr { typeset(locale.fr) } else { locale.en.to_owned() };
                let bad = |reason: String| BadWords { room: locale.room, language: lang.code(), reason };
                let resource = FluentResource::try_new(text).map_err(|(_, errors)| bad(format!("{errors:?}")))?;
                bundle.add_resource(resource).map_err(|errors| bad(format!("{errors:?}")))?;
            }
            Ok(bundle)
        };
        Ok(Self { fr: bundle(Lang::Fr)?, en: bundle(Lang::En)? })
    }

    pub fn has(&self, lang: Lang, key: &str) -> bool {
        self.bundle(lang).get_message(key).is_some_and(|message| message.value().is_some())
    }

    pub fn text(&self, lang: Lang, key: &str, args: &[(&str, &str)]) -> String {
        let bundle = self.bundle(lang);
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, lang = lang.code(), "a word is missing");
            return format!("[{key}]");
        };
        let mut values = FluentArgs::new();
        for (name, value) in args {
            // Numbers choose plurals; what people typed never looks like a bare count to Fluent.
            let value = match value.parse::<u32>() {
                Ok(number) if value.len() < 5 => FluentValue::from(number),
                _ => FluentValue::String(Cow::Borrowed(value)),
            };
            values.set(*name, value);
        }
        let mut errors = Vec::new();
        bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned()
    }

    fn bundle(&self, lang: Lang) -> &FluentBundle<FluentResource> {
        match lang {
            Lang::Fr => &self.fr,
            Lang::En => &self.en,
        }
    }
}

/// French sets a space before these signs and within its quotes; no line breaks there. Translators type a plain one.
fn typeset(french: &str) -> String {
    let signs = ["?", "!", ":", ";", "»"].into_iter();
    let closed =
        signs.fold(french.to_owned(), |text, sign| text.replace(&format!(" {sign}"), &format!("\u{a0}{sign}")));
    closed.replace("« ", "«\u{a0}")
}

/// The keys of a Fluent file, for the tests that compare languages.
pub fn keys(text: &str) -> Vec<&str> {
    let names = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    names.filter_map(|line| line.split_once('=')).map(|(key, _)| key.trim()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_french_line_begins_with_its_question_mark() {
        let words = Locale { room: "test", fr: "a = Dites « oui » : prêt ?", en: "a = Ready : yes ?" };
        let i18n = I18n::new(&[words]).unwrap();
        assert_eq!(i18n.text(Lang::Fr, "a", &[]), "Dites «\u{a0}oui\u{a0}»\u{a0}: prêt\u{a0}?");
        assert_eq!(i18n.text(Lang::En, "a", &[]), "Ready : yes ?");
    }

    #[test]
    fn the_first_known_language_is_taken() {
        assert_eq!(Lang::negotiate("de-DE,en;q=0.8,fr;q=0.5"), Lang::En);
        assert_eq!(Lang::negotiate("fr-FR"), Lang::Fr);
        assert_eq!(Lang::negotiate("zz"), Lang::Fr);
        assert_eq!(Lang::negotiate(""), Lang::Fr);
    }

    #[test]
    fn both_languages_have_the_same_words() {
        let (fr, en) = (keys(crate::OWN_LOCALES.fr), keys(crate::OWN_LOCALES.en));
        assert_eq!(fr, en);
        assert!(I18n::new(&[crate::OWN_LOCALES]).is_ok());
    }

    #[test]
    fn plurals_and_missing_words() {
        let words = "count = { $n ->\n    [one] { $n } heure\n   *[other] { $n } heures\n }\n";
        let i18n = I18n::new(&[Locale { room: "test", fr: words, en: words }]).unwrap();
        assert_eq!(i18n.text(Lang::Fr, "count", &[("n", "1")]), "1 heure");
        assert_eq!(i18n.text(Lang::Fr, "count", &[("n", "4")]), "4 heures");
        assert_eq!(i18n.text(Lang::Fr, "absent", &[]), "[absent]");
    }
}
