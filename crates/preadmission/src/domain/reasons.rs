//! Why a document may be refused: the reasons that every hospital starts with, by kind.

/// `(code, which kinds)`; no kinds: any. The words are `preadmission-desk-reason-{code}`.
const SHIPPED: &[(&str, &[&str])] = &[
    ("blurred", &[]),
    (
        "side-missing",
        &["CN_RECTO", "CN_VERSO", "JUSTIFICATIF_ID", "ID_PARENT", "MUTUELLE_RECTO", "MUTUELLE_VERSO", "MUTUELLE"],
    ),
    (
        "expired",
        &["CN_RECTO", "CN_VERSO", "JUSTIFICATIF_ID", "ID_PARENT", "MUTUELLE", "MUTUELLE_RECTO", "MUTUELLE_VERSO"],
    ),
    (
        "other-name",
        &["CN_RECTO", "CN_VERSO", "JUSTIFICATIF_ID", "MUTUELLE", "MUTUELLE_RECTO", "MUTUELLE_VERSO", "ATTEST_VITALE"],
    ),
    ("wrong-document", &[]),
    (
        "page-missing",
        &["LIVRET_FAMILLE", "MESURE_PROTECTION", "ARRET_TRAVAIL", "FEUILLE_AT", "AUTORISATION_OPERER", "DIRECTIVES"],
    ),
    ("unsigned", &["AUTORISATION_OPERER", "PERS_CONFIANCE", "PERS_PREVENIR", "DIRECTIVES"]),
    ("rights-closed", &["ATTEST_VITALE", "MUTUELLE", "MUTUELLE_RECTO", "MUTUELLE_VERSO"]),
    ("too-old", &["JUSTIFICATIF_DOM", "ATTEST_VITALE"]),
    ("other-person", &[]),
    ("locked", &[]),
];

/// Codes that are shipped for a kind of document, in the order in which they are offered.
pub fn shipped(kind: &str) -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().filter(move |(_, kinds)| kinds.is_empty() || kinds.contains(&kind)).map(|(code, _)| *code)
}

/// Whether a code can stand in an address and in the keys of words: 1 to 40 small letters, digits and hyphens.
pub fn is_code(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::KINDS;

    #[test]
    fn every_kind_can_be_refused_and_no_other_is_named() {
        for kind in KINDS {
            assert!(shipped(kind).count() >= 4, "{kind}");
        }
        for (code, kinds) in SHIPPED {
            assert!(is_code(code), "{code}");
            assert!(kinds.iter().all(|kind| KINDS.contains(kind)), "{code}");
        }
        let of = |kind| shipped(kind).collect::<Vec<_>>();
        assert!(of("ATTEST_VITALE").contains(&"rights-closed") && !of("CN_RECTO").contains(&"rights-closed"));
    }
}
