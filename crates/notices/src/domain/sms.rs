//! The text of an SMS in the GSM 7-bit alphabet (3GPP TS 23.038), nothing personal: one message of 160 septets, or two
//! when it brings the link that opens a file.

use web::{I18n, when};

use super::facts::{Facts, Kind, one_line};

pub(crate) const MOST_SEPTETS: usize = 160;
/// Two messages joined: 153 septets each beside the header that joins them (3GPP TS 23.040 §9.2.3.24.1).
const MOST_SEPTETS_OF_TWO: usize = 306;
/// A place's name is not cut shorter than this: the link goes first.
const SHORTEST_PLACE: usize = 12;
const LONGEST_PHONE: usize = 20;

const ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Written with an escape: two septets each.
const EXTENSION: &str = "^{}\\[~]|€";

/// The text of a notice. Date, hour and telephone always stay; what does not fit goes in this order:
/// the end of the place's name, then the link.
pub(crate) fn text(kind: Kind, facts: &Facts, i18n: &I18n) -> String {
    let place = spell(&one_line(&facts.place.short_name));
    let link = format!(" {}", facts.short_link);
    let (most, shortest_place) =
        if kind.is_of_file() { (MOST_SEPTETS_OF_TWO, 0) } else { (MOST_SEPTETS, SHORTEST_PLACE) };
    let shortened = |link: &str| {
        let empty = written(kind, facts, i18n, ["", link]);
        cut(&place, most.checked_sub(septets(&empty))?)
    };
    let fitted = match shortened(&link) {
        Some(fitted) if fitted == place || septets(&fitted) >= shortest_place => Some((fitted, link.as_str())),
        _ => shortened("").map(|fitted| (fitted, "")),
    };
    let (place, link) = fitted.unwrap_or_default();
    written(kind, facts, i18n, [&place, link])
}

fn written(kind: Kind, facts: &Facts, i18n: &I18n, [place, link]: [&str; 2]) -> String {
    let phone = cut(&spell(&one_line(&facts.place.phone)), LONGEST_PHONE).unwrap_or_default();
    let values = [
        ("when", in_short(facts, i18n)),
        ("place", place.to_owned()),
        ("phone", phone),
        ("link", link.to_owned()),
        ("called", one_line(facts.called())),
        ("opens", facts.opens_on().map(|day| when::day(facts.recipient.language, day)).unwrap_or_default()),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    spell(&facts.say(i18n, &format!("notices-sms-{}", facts.key(kind)), &values))
}

/// The year goes without saying.
fn in_short(facts: &Facts, i18n: &I18n) -> String {
    let (lang, wall) = (facts.recipient.language, facts.place.zone.wall(facts.starts_at));
    let day = when::day(lang, wall.date());
    if !facts.is_hour_known() {
        return day;
    }
    let values = [("day", day), ("time", when::time(lang, wall))];
    facts.say(i18n, "notices-sms-when", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
}

/// Rewrites a text with the alphabet's characters; one outside it would halve the length of the whole message.
pub(crate) fn spell(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if ALPHABET.contains(c) || EXTENSION.contains(c) => spelled.push(c),
            c => spelled.push_str(nearest(c)),
        }
    }
    spelled
}

const fn nearest(c: char) -> &'static str {
    match c {
        'â' | 'á' | 'ã' => "a",
        'À' | 'Â' | 'Á' | 'Ã' => "A",
        'ç' => "c",
        'ê' | 'ë' => "e",
        'È' | 'Ê' | 'Ë' => "E",
        'î' | 'ï' | 'í' => "i",
        'Î' | 'Ï' | 'Í' => "I",
        'ô' | 'ó' | 'õ' => "o",
        'Ô' | 'Ó' | 'Õ' => "O",
        'û' | 'ú' => "u",
        'Ù' | 'Û' | 'Ú' => "U",
        'ÿ' => "y",
        'œ' => "oe",
        'Œ' => "OE",
        '’' | '‘' => "'",
        '“' | '”' | '«' | '»' => "\"",
        '‐' | '\u{2011}' | '–' | '—' => "-",
        '…' => "...",
        '\u{a0}' | '\u{202f}' | '\t' => " ",
        _ => "?",
    }
}

/// Septets a text takes once spelled.
pub(crate) fn septets(text: &str) -> usize {
    text.chars().map(|c| if EXTENSION.contains(c) { 2 } else { 1 }).sum()
}

/// The beginning of a text within so many septets, with a dot for what is missing; `None` when not even that fits.
fn cut(text: &str, most: usize) -> Option<String> {
    if septets(text) <= most {
        return Some(text.to_owned());
    }
    let room = most.checked_sub(1)?;
    let mut used = 0;
    let kept: String = text
        .chars()
        .take_while(|c| {
            used += if EXTENSION.contains(*c) { 2 } else { 1 };
            used <= room
        })
        .collect();
    Some(format!("{}.", kept.trim_end()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use web::Lang;

    use payment::read::Means;
    use preadmission::read::{News, Purpose};

    use crate::domain::facts::{
        About,
        tests::{
            sample, sample_bill_of_another, sample_early, sample_for, sample_invited, sample_news, sample_paid, words,
        },
    };

    #[test]
    fn each_kind_in_each_language() {
        for language in [Lang::Fr, Lang::En] {
            for kind in Kind::ALL {
                let text = text(kind, &sample_for(kind, language), &words());
                let shown = format!("{text}\n({} septets)", septets(&text));
                insta::assert_snapshot!(format!("sms-{}-{}", kind.name(), language.code()), shown);
            }
        }
    }

    #[test]
    fn each_purpose_of_an_invitation() {
        for language in [Lang::Fr, Lang::En] {
            for purpose in Purpose::ALL {
                let text = text(Kind::FileInvited, &sample_invited(*purpose, language), &words());
                assert!(septets(&text) <= MOST_SEPTETS_OF_TWO && text.contains("/invitations/"), "{text}");
                insta::assert_snapshot!(format!("sms-invited-{}-{}", purpose.name(), language.code()), text);
            }
            for news in News::ALL {
                let text = text(Kind::News, &sample_news(*news, language), &words());
                assert!(septets(&text) <= MOST_SEPTETS_OF_TWO && text.contains("Mamie"), "{text}");
                insta::assert_snapshot!(format!("sms-news-{}-{}", news.name(), language.code()), text);
            }
        }
    }

    #[test]
    fn each_end_of_a_payment() {
        for language in [Lang::Fr, Lang::En] {
            for (name, means, too_much) in [("debit", Means::DirectDebit, 0), ("too-much", Means::Card, 2400)] {
                let text = text(Kind::Payment, &sample_paid(means, too_much, language), &words());
                assert!(septets(&text) <= MOST_SEPTETS && !text.contains("24"), "{text}");
                insta::assert_snapshot!(format!("sms-payment-{name}-{}", language.code()), text);
            }
        }
    }

    #[test]
    fn an_invoice_of_somebody_else() {
        for language in [Lang::Fr, Lang::En] {
            let text = text(Kind::Invoice, &sample_bill_of_another(language), &words());
            assert!(septets(&text) <= MOST_SEPTETS && text.contains("/invoices"), "{text}");
            insta::assert_snapshot!(format!("sms-invoice-another-{}", language.code()), text);
        }
    }

    #[test]
    fn nothing_personal_nor_medical() {
        for language in [Lang::Fr, Lang::En] {
            for kind in Kind::ALL {
                let facts = sample_for(kind, language);
                // The link of a file or an invitation opens it, and only for whom it is meant.
                let text = text(kind, &facts, &words()).replace(&facts.short_link, "").to_lowercase();
                for word in ["angela", "dubois", "cardio", "fournier", "consultation", "ordonnance", "0042"] {
                    assert!(!text.contains(word), "{word} in {text}");
                }
            }
        }
    }

    #[test]
    fn a_long_place_is_cut_and_a_long_link_goes() {
        let mut facts = sample(Lang::Fr);
        facts.place.short_name = "Hôpital intercommunal de la vallée de la Haute-Rivière et des Monts réunis".into();
        let cut = text(Kind::Booked, &facts, &words());
        assert!((150..=MOST_SEPTETS).contains(&septets(&cut)), "{cut}");
        assert!(cut.contains("Hopital intercommunal") && cut.ends_with("/rdv"), "{cut}");

        facts.short_link = format!("https://{}.exemple.fr/rdv", "portail".repeat(12));
        let without = text(Kind::Booked, &facts, &words());
        assert!(without.contains("Haute-Rivière et des Monts") && !without.contains("https"), "{without}");
    }

    #[test]
    fn the_link_that_opens_a_file_is_always_there() {
        let mut facts = sample_for(Kind::FileCreated, Lang::Fr);
        facts.place.short_name =
            "Hôpital intercommunal de la vallée de la Haute-Rivière et des Monts réunis ".repeat(3);
        let text = text(Kind::FileCreated, &facts, &words());
        assert!(text.ends_with(&facts.short_link) && septets(&text) <= MOST_SEPTETS_OF_TWO, "{text}");
    }

    #[test]
    fn a_file_that_opens_later_and_an_hour_that_nobody_told() {
        let mut facts = sample_early(Lang::Fr);
        let early = text(Kind::FileCreated, &facts, &words());
        assert!(
            early.contains("en ligne à partir du dimanche 4 octobre. ") && early.ends_with(&facts.short_link),
            "{early}"
        );
        let About::File(file) = &mut facts.about else { panic!("about a file") };
        file.is_hour_known = false;
        let day = text(Kind::FileCompleted, &facts, &words());
        assert!(day.contains("jeudi 3 décembre,") && !day.contains("8 h"), "{day}");
    }

    #[test]
    fn septets_are_counted_as_networks_do() {
        assert_eq!(septets("€uro [1]"), 11);
        assert_eq!(spell("Cœur d’Élan… ça\u{a0}va ? ê😀"), "Coeur d'Élan... ca va ? e?");
        assert_eq!(septets(&"a".repeat(160)), 160);
    }

    proptest! {
        #[test]
        fn whatever_the_names_it_fits_and_says_when_and_whom_to_call(
            place in "\\PC{0,90}", phone in "\\PC{0,40}", link in "https://[a-z\\[€]{1,150}", kind in 0..3_usize,
        ) {
            let mut facts = sample(Lang::Fr);
            (facts.place.short_name, facts.place.phone, facts.short_link) = (place, phone, link);
            let text = text(Kind::ALL[kind], &facts, &words());
            prop_assert!(septets(&text) <= MOST_SEPTETS, "{text}");
            prop_assert!(text.chars().all(|c| ALPHABET.contains(c) || EXTENSION.contains(c)));
            prop_assert!(text.contains("jeudi 3 décembre à 8 h 30"));
        }
    }
}
